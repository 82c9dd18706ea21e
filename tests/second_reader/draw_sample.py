"""Draws a sample from a backup of a ledger without Bahi, as docs/SAMPLING.md says it is drawn.

    draw_sample.py DIR NONCE cases|payments simple SIZE
    draw_sample.py DIR NONCE cases|payments scheme,district,fy SIZE
    draw_sample.py DIR NONCE cases|payments monetary RUPEES-OR-SIZE [SCHEME]

Prints the seed, then the position of each item drawn and how often it was hit, a line each.
"""
import sys

sys.dont_write_bytecode = True  # The folder of the source is left as it is.

import books
import events
import pages


class Stream:
    """Numbers drawn for one purpose."""

    def __init__(self, seed, label):
        self.seed, self.label, self.block = seed, label, 0

    def below(self, bound):
        while True:
            text = "bahi-sample@v1\n%s\n%s\n%d\n" % (self.seed, self.label, self.block)
            bits = int.from_bytes(pages.sha(text.encode())[:16], "big")
            self.block += 1
            if bits < 2**128 - 2**128 % bound:
                return bits % bound


def some_of(items, size, stream):
    items, size = list(items), min(size, len(items))
    for place in range(size):
        other = place + stream.below(len(items) - place)
        items[place], items[other] = items[other], items[place]
    return [(item, 1) for item in items[:size]]


def population(log, of):
    """Items by position: what each is worth, and its fund."""
    cases, payments, came_back = {}, {}, set()
    for event in log:
        at, (case, fund) = event.position, (event.envelope[part] for part in ("case", "fund"))
        paise, back = event.envelope["amount"], event.kind == "Reversed"
        origin = log[event.fields["of"] - 1] if back else event
        movement = books.MOVEMENT_OF.get(origin.kind, lambda _: (None, None))(origin)[0]
        if event.kind == "Applied":
            cases[at] = (0, fund)
        elif origin.kind == "Disbursed":
            (came_back.add if back else lambda _: payments.update({at: (paise, fund)}))(origin.position)
        elif origin.kind == "PaymentReturned":
            (came_back.discard if back else came_back.add)(origin.fields["payment"])
        sign = {"sanction": 1, "increase": 1, "decrease": -1, "cancellation": -1, "case_lapse": -1}
        if case in cases and (movement in sign or movement == "carry"):
            moved = sign.get(movement, 0) * (-paise if back else paise)
            named = fund if movement in ("sanction", "carry") else cases[case][1]
            cases[case] = (cases[case][0] + moved, named)
    chosen = cases if of == "cases" else {at: one for at, one in payments.items() if at not in came_back}
    return sorted((at, max(paise, 0), fund) for at, (paise, fund) in chosen.items())


def strata(items, parts, names):
    found = {}
    for item in items:
        scheme, head, first, district = item[2]
        texts = {"scheme": names.named("scheme", scheme), "district": books.district(district),
                 "fy": books.year(first) if head else "none"}
        name = " ".join("%s=%s" % (part, texts[part]) for part in ("scheme", "district", "fy") if part in parts)
        found.setdefault(name, []).append(item)
    return dict(sorted(found.items(), key=lambda one: one[0].encode()))


def stratified(items, parts, size, seed, names):
    groups, size = strata(items, parts, names), min(size, len(items))
    shares = {name: size * len(of) // len(items) for name, of in groups.items()}
    left = sorted(groups, key=lambda name: -(size * len(groups[name]) % len(items)))
    for name in left[:size - sum(shares.values())]:
        shares[name] += 1
    draw = lambda name, of: some_of(of, max(shares[name], 1), Stream(seed, "stratum " + name))
    return [one for name, of in groups.items() for one in draw(name, of)]


def monetary(items, interval, seed):
    after, end, hit = 1 + Stream(seed, "money").below(interval), 0, []
    for item in items:
        end += item[1]
        if after <= end:
            hit.append((item, (end - after) // interval + 1))
            after += hit[-1][1] * interval
    return hit


def main(directory, nonce, of, how, much, scheme=None):
    backup = pages.Backup(directory)
    log, names = events.decode_all(backup.records)
    root = backup.note.root.hex()
    seed = pages.sha(("bahi-sample@v1\nroot %s\nrecords %d\nnonce %s\n"
                      % (root, len(backup.records), nonce)).encode()).hex()
    items = population(log, of)
    if scheme:
        items = [item for item in items if names.named("scheme", item[2][0]) == scheme]
    if how == "simple":
        drawn = some_of(items, int(much), Stream(seed, "all"))
    elif how == "monetary":
        worth = sum(item[1] for item in items)
        interval = int(much.replace(".", "")) if "." in much else max(worth // int(much), 1)
        drawn = monetary(items, interval, seed)
    else:
        drawn = stratified(items, how.split(","), int(much), seed, names)
    print(seed)
    for (at, _, _), hits in sorted(drawn):
        print(at, hits)


main(*sys.argv[1:])
