"""Postings, balances and certified leaves, as docs/EVENTS.md and docs/PROOFS.md say them."""
import collections
from datetime import date, datetime, timedelta, timezone

from events import MOVEMENTS, Day, Fund, Paise
from pages import Damage, leaf_hash, must, root_of

# Debit and credit of each posting, by movement. The funds are E, the envelope's, and O, the other.
POSTINGS = {
    "allotment": [("available", "allotted", "E")],
    "withdrawal": [("allotted", "available", "E")],
    "transfer": [("allotted", "available", "E"), ("available", "allotted", "O")],
    "fund_lapse": [("allotted", "available", "E")],
    "case_lapse": [("available", "committed", "E")],
    "carry": [("available", "committed", "O"), ("committed", "available", "E")],
    "sanction": [("committed", "available", "E")],
    "increase": [("committed", "available", "E")],
    "decrease": [("available", "committed", "E")],
    "cancellation": [("available", "committed", "E")],
    "payment": [("advances", "disbursed", "E"), ("issued", "committed", "E")],
    "return": [("returned", "advances", "E"), ("committed", "issued", "E")],
    "suspense": [("bank", "suspense", "E")],
    "recovery": [("recovered", "advances", "E")],
    "utilisation": [("utilised", "advances", "E")],
    "adjustment": [("adjusted", "advances", "E")],
    "interest": [("interest_held", "interest_earned", "E")],
    "remittance": [("interest_remitted", "interest_held", "E")],
}
assert set(POSTINGS) == set(MOVEMENTS)

# What an event of a kind moves, and the field that names its other fund.
MOVEMENT_OF = {
    "FundsAllotted": lambda event: ("allotment", None),
    "FundsWithdrawn": lambda event: ("withdrawal", None),
    "FundsMoved": lambda event: ("transfer", event.fields["to"]),
    "Lapsed": lambda event: ("case_lapse" if event.envelope["case"] else "fund_lapse", None),
    "SanctionCarried": lambda event: ("carry", event.fields["from"]),
    "Sanctioned": lambda event: ("sanction", None),
    "SanctionRevised": lambda event: ("increase" if event.fields["raised"] else "decrease", None),
    "SanctionCancelled": lambda event: ("cancellation", None),
    "Disbursed": lambda event: ("payment", None),
    "PaymentReturned": lambda event: ("return", None),
    "MovedToSuspense": lambda event: ("suspense", None),
    "Recovered": lambda event: ("recovery", None),
    "Utilised": lambda event: ("utilisation", None),
    "Adjusted": lambda event: ("adjustment", None),
    "InterestEarned": lambda event: ("interest", None),
    "InterestRemitted": lambda event: ("remittance", None),
}

# Columns of balances: signs and accounts, of sums of debits less credits.
COLUMNS = {
    "allotted": (-1, ["allotted"]),
    "sanctioned": (1, ["committed", "issued"]),
    "disbursed": (-1, ["disbursed"]),
    "returned": (1, ["returned"]),
    "recovered": (1, ["recovered"]),
    "utilised": (1, ["utilised"]),
    "adjusted": (1, ["adjusted"]),
    "available": (1, ["available"]),
    "suspense": (-1, ["suspense"]),
    "interest_earned": (-1, ["interest_earned"]),
    "interest_remitted": (1, ["interest_remitted"]),
}
COUNTS = ("applied", "audited")

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
INDIA = timezone(timedelta(hours=5, minutes=30))


def postings(event, log):
    """The postings of an event: account, fund, and paise, a credit below zero."""
    paise = event.envelope["amount"]
    if event.kind == "Reversed":
        of = log[event.fields["of"] - 1]
        must(of.envelope["kind"] == event.fields["kind"], "a reversal of another kind")
        must(of.kind != "Reversed", "a reversal of a reversal")
        movement, other = MOVEMENT_OF.get(of.kind, lambda _: (None, None))(of)
        stated = (event.fields["movement"], event.fields["other"])
        must((movement, other) == stated, "a reversal says another movement than the event's")
        same = [of.envelope[part] == event.envelope[part] for part in ("case", "fund", "amount")]
        must(all(same), "a reversal of another case, fund or amount")
        sign = -1
    else:
        movement, other = MOVEMENT_OF.get(event.kind, lambda _: (None, None))(event)
        must(movement or paise == 0, "a %s with an amount", event.kind)
        must(paise or not movement or event.kind == "SanctionCancelled", "a %s of nothing",
             event.kind)
        sign = 1
    if not paise:
        return []
    rows = []
    for debit, credit, whose in POSTINGS[movement]:
        fund = event.envelope["fund"] if whose == "E" else other
        rows += [(debit, fund, sign * paise), (credit, fund, -sign * paise)]
    return rows


class Balances:
    """Sums by fund, in the order in which events named the funds; bounded by effective day."""

    def __init__(self, as_of=None):
        self.as_of, self.funds, self.audited = as_of, {}, set()

    def fund(self, fund):
        return self.funds.setdefault(fund, {"counts": dict.fromkeys(COUNTS, 0), "sums": {}})

    def take(self, event, log):
        counts = self.as_of is None or event.envelope["effective_day"] <= self.as_of
        for account, fund, paise in postings(event, log):
            sums = self.fund(fund)["sums"]
            sums[account] = sums.get(account, 0) + (paise if counts else 0)
        if event.kind == "Applied":
            self.fund(event.envelope["fund"])["counts"]["applied"] += counts
        if event.kind == "Audited":
            row = self.fund(event.envelope["fund"])
            if counts and event.envelope["case"] not in self.audited:
                self.audited.add(event.envelope["case"])
                row["counts"]["audited"] += 1

    def columns(self, fund):
        """Each column of one fund, in paise, and its counts."""
        row = self.funds[fund]
        found = {}
        for column, (sign, accounts) in COLUMNS.items():
            found[column] = sign * sum(row["sums"].get(account, 0) for account in accounts)
        return found | row["counts"]


def balances(log, up_to=None, as_of=None):
    """The balances of a log's beginning."""
    books = Balances(as_of)
    for event in log[:up_to]:
        try:
            books.take(event, log)
        except Damage as damage:
            raise Damage("event %d: %s" % (event.position, damage)) from None
    return books


# Texts of balances and postings.


def rupees(paise):
    return "%s%d.%02d" % ("-" if paise < 0 else "", abs(paise) // 100, abs(paise) % 100)


def year(fy):
    return "%d-%02d" % (fy, (fy + 1) % 100)


def district(code):
    return str(code) if code else "pool"


def civil(day):
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def instant(micros):
    moment = (EPOCH + timedelta(microseconds=micros)).astimezone(INDIA)
    fraction = (".%06d" % moment.microsecond).rstrip("0").rstrip(".")
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "+05:30"


def shown(value, names):
    """A value as a document holds it: money in rupees, days as dates, funds by their names."""
    if isinstance(value, Fund):
        return fund_of(value, names)
    if isinstance(value, Paise):
        return rupees(value)
    if isinstance(value, Day):
        return civil(value)
    if isinstance(value, dict):
        return {name: shown(part, names) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(part, names) for part in value]
    return value


def fund_of(fund, names):
    """A fund by its names; its head is none where it has none."""
    scheme, head, fy, place = fund
    return {"scheme": names.named("scheme", scheme),
            "head": names.named("head", head) if head else None,
            "fy": year(fy), "district": district(place)}


def authority_of(number, names):
    return shown(dict(names.named("authority", number)), names) if number else None


def case_ref(event, log):
    """The reference of an event's case; of a refused command, the one it named."""
    if event.kind == "CommandRefused":
        return event.fields["subject"]
    case = event.envelope["case"]
    return log[case - 1].fields["case_ref"] if case else None


def event_line(event, log, names, ledger, leaf_of):
    """An event as a document: its envelope as `bahi events` says it, and the fields of its kind."""
    said = event.envelope
    return {
        "position": event.position,
        "event_id": "%s-%d" % (ledger.hex(), event.position),
        "command_id": said["command_id"],
        "kind": event.kind,
        "recorded_at": instant(said["recorded_at"]),
        "effective_day": civil(said["effective_day"]),
        "actor": names.named("actor", said["actor"]),
        "role": said["role"],
        "authority": authority_of(said["authority"], names),
        "case_ref": case_ref(event, log),
        "case": said["case"] or None,
        "previous": said["previous"] or None,
        "fund": fund_of(said["fund"], names) if said["fund"][0] else None,
        "amount": rupees(said["amount"]),
        "terms_version": said["terms"] or None,
        "signed": event.signed,
        "leaf_hash": leaf_of.hex(),
        "fields": shown(event.fields, names),
    }


def rows(books, names, by):
    """Balances by parts of a fund, as `bahi balances --by` says them: by head, funds alone."""
    found = {}
    for fund in books.funds:
        parts = fund_of(fund, names)
        if "head" in by and parts["head"] is None:
            continue
        key = tuple(parts[part] for part in by)
        sums = found.setdefault(key, collections.Counter())
        sums.update(books.columns(fund))
    return [dict(zip(by, key)) | {name: rupees(sums[name]) for name in COLUMNS}
            | {name: sums[name] for name in COUNTS} for key, sums in found.items()]


def leaf(books, names, fund):
    """The text of one certified balance."""
    scheme, head, fy, place = fund
    columns = books.columns(fund)
    head_name = " " + names.named("head", head) if head else ""
    lines = ["bahi-balance@v1",
             "scheme %d %s" % (scheme, names.named("scheme", scheme)),
             "head %d%s" % (head, head_name),
             "fy " + year(fy),
             "district " + district(place)]
    lines += ["%s %s" % (name, rupees(columns[name])) for name in COLUMNS]
    lines += ["%s %d" % (name, columns[name]) for name in COUNTS]
    return "".join(line + "\n" for line in lines).encode()


def leaves(log, names, certificate):
    """The leaves that a certificate binds, derived again."""
    books = balances(log, certificate.fields["up_to"], certificate.fields["as_of"])
    return [leaf(books, names, fund) for fund in books.funds]


def check_certificates(log, names):
    """Derives every certificate of a log again, and says how many there are."""
    found = [event for event in log if event.kind == "StateCertified"]
    for event in found:
        must(event.fields["fold"] == "balances", "event %d: an unknown fold", event.position)
        derived = leaves(log, names, event)
        must(len(derived) == event.fields["count"], "event %d: %d leaves and not %d",
             event.position, len(derived), event.fields["count"])
        root = root_of(map(leaf_hash, derived))
        must(root.hex() == event.fields["root"], "event %d: another root of leaves", event.position)
    return len(found)


# The export of postings.


def cell(name):
    """A cell of the export: quoted where it must be, harmless in a spreadsheet."""
    if name.lstrip("'")[:1] in ("=", "+", "-", "@") and name.lstrip("'"):
        name = "'" + name
    return '"%s"' % name.replace('"', '""') if any(c in name for c in ',"\r\n') else name


HEADER = ("position,event_id,kind,recorded_at,effective_day,fy,scheme,district,head,case,"
          "ledger_account,debit,credit,currency")


def export(log, names, ledger):
    """The lines of `bahi export postings --to csv`."""
    yield HEADER
    for event in log:
        case = case_ref(event, log) or ""
        for account, (scheme, head, fy, place), paise in postings(event, log):
            # In a reversal debit and credit changed places, and the debit is written first.
            yield ",".join([
                str(event.position), "%s-%d" % (ledger.hex(), event.position), event.kind,
                instant(event.envelope["recorded_at"]), civil(event.envelope["effective_day"]),
                year(fy), cell(names.named("scheme", scheme)), district(place),
                cell(names.named("head", head)), cell(case), account,
                rupees(max(paise, 0)), rupees(max(-paise, 0)), "INR"])
