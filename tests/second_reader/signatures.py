"""Signed commands: docs/PROOFS.md ("A signed command"). Every signature is checked, from the record alone
and the keys that were set before it.
"""
import json

import ed25519
from books import EPOCH, INDIA, civil, rupees
from datetime import timedelta
from pages import must


def recorded_on(event):
    """The civil day in India on which an event was recorded."""
    moment = EPOCH + timedelta(microseconds=event.envelope["recorded_at"])
    return moment.astimezone(INDIA).date().isoformat()


def message(head, ledger, line):
    """The bytes that are signed."""
    return "\n".join(["bahi command 1", head.name, ledger.hex(), line]).encode("utf-8")


def says_the_same(event, names):
    """What the signed line says is what the record says, as far as it is told without the rules."""
    said, envelope = json.loads(event.signed["line"]), event.envelope
    command_id = said["command_id"].replace("-", "").lower()
    must(command_id == envelope["command_id"].replace("-", ""), "the line is another command")
    must(said["actor"] == names.named("actor", envelope["actor"]), "the line is another actor's")
    must(said["role"] == envelope["role"], "the line is in another role")
    if event.kind == "CommandRefused":
        return
    if "amount" in said and envelope["amount"]:
        whole, _, part = said["amount"].partition(".")
        paise = int(whole) * 100 + int((part + "00")[:2])
        told = rupees(paise)
        is_revision = event.kind == "SanctionRevised"
        amount = event.fields["sanctioned"] if is_revision else envelope["amount"]
        must(told == rupees(amount), "the line says %s, the event %s", told, rupees(amount))


def must_be_signed(event):
    """Of an actor who signs everything: all but denials, and counts of a flood."""
    is_flood = event.kind == "CommandRefused" and event.fields["count"] != 1
    return event.kind != "AccessDenied" and not is_flood


def check(log, names, head, ledger):
    """How many commands are signed, each by a key its actor then had; damage where one is not."""
    keys, required, count = {}, {}, 0
    for event in log:
        actor = names.named("actor", event.envelope["actor"])
        if event.signed:
            count += 1
            key, on = event.signed["key"], recorded_on(event)
            first, last = keys.get((actor, key), ("9", ""))
            must(first <= on <= last, "event %d: its key is not its actor's", event.position)
            holds = ed25519.is_signed(bytes.fromhex(key), message(head, ledger, event.signed["line"]),
                                      bytes.fromhex(event.signed["signature"]))
            must(holds, "event %d: its signature does not hold", event.position)
            says_the_same(event, names)
        elif required.get(actor) and must_be_signed(event):
            must(False, "event %d: it is not signed", event.position)
        if event.kind == "ActorKeySet":
            fields = event.fields
            until = civil(fields["until"]) if fields["until"] is not None else "9"
            keys[fields["signer"], fields["key"]] = (civil(event.envelope["effective_day"]), until)
            required[fields["signer"]] = fields["required"]
    return count
