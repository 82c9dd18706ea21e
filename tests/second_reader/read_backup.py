"""Reads a backup of a ledger without Bahi: checks every byte, decodes every event, sums every fund.

It was written from docs/FORMAT.md, docs/EVENTS.md and docs/PROOFS.md alone and shares no code with
Bahi, so that what those pages say can be seen to suffice. CPython 3.11, its own library alone.

    read_backup.py --records < LINES
    read_backup.py DIR [--balances PARTS] [--events | --postings] [--proof FILE --key KEY]

With --records each line is a record in hexadecimal, and is answered with `sound` or with what is
wrong with the record by itself.

One JSON document on standard output; with --events a document for each event instead, and with
--postings the lines of the export. Exit status 1 and one line on standard error for whatever is wrong.
"""
import sys

sys.dont_write_bytecode = True  # The folder of the source is left as it is.

import argparse
import collections
import json

import books
import events
import pages
import proofs
import signatures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", metavar="DIR", nargs="?")
    parser.add_argument("--records", action="store_true", help="look at records by themselves")
    parser.add_argument("--balances", metavar="PARTS", help="by scheme,district,head,fy or fewer")
    parser.add_argument("--events", action="store_true", help="every event, a line each")
    parser.add_argument("--postings", action="store_true", help="the postings, as CSV")
    parser.add_argument("--proof", action="append", default=[], metavar="FILE")
    parser.add_argument("--key", metavar="KEY", help="the log's public key, or a file of it")
    return parser.parse_args()


def key_of(text):
    """A verifier key, or the last one of a file of them."""
    if text.count("+") < 2:
        with open(text, encoding="utf-8") as file:
            text = file.read().splitlines()[-1]
    return proofs.Key(text)


def judge(line):
    """What is to be said of a record by itself."""
    try:
        events.Event(None, bytes.fromhex(line), events.AnyNames())
    except pages.Damage as damage:
        return str(damage)
    return "sound"


def main(asked):
    if asked.records:
        for line in sys.stdin:
            print(judge(line))
        return
    backup = pages.Backup(asked.directory)
    head = events.Head(backup.records[0])
    log, names = events.decode_all(backup.records)
    certificates = books.check_certificates(log, names)
    signed = signatures.check(log, names, head, backup.note.ledger)
    if asked.events:
        for event, leaf in zip(log, backup.leaves[1:]):
            print(json.dumps(books.event_line(event, log, names, backup.note.ledger, leaf)))
        return
    if asked.postings:
        for line in books.export(log, names, backup.note.ledger):
            print(line)
        return
    answer = {
        "ledger": backup.note.ledger.hex(),
        "name": head.name,
        "position": len(log),
        "root": backup.note.root.hex(),
        "kinds": dict(sorted(collections.Counter(event.kind for event in log).items())),
        "certificates": certificates,
        "signed": signed,
    }
    totals = books.balances(log)
    if asked.balances:
        answer["rows"] = books.rows(totals, names, asked.balances.split(","))
    if asked.proof:
        pages.must(asked.key, "a proof without a key shows nothing")
        key = key_of(asked.key)
        answer["proofs"] = []
        for path in asked.proof:
            with open(path, "rb") as file:
                answer["proofs"].append(proofs.check(file.read(), key, backup, log, names))
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    try:
        main(arguments())
    except pages.Damage as damage:
        sys.exit("read_backup: %s" % damage)
    except OSError as error:
        sys.exit("read_backup: %s" % error)
