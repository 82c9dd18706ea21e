"""Checks an audit package: python3 -B check.py KEY, or without a key whether its files belong together.

KEY is the ledger's public key, name+id+base64, from whoever runs the ledger and not from this package.
Nothing but Python's own library is used; one line is printed for each thing that holds, and the first that
does not hold ends the script with 1.
"""
import base64, csv, hashlib, io, json, os, sys
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))


def must(holds, why, *of):
    if not holds:
        sys.exit("NOT AS IT SAYS: " + (why % of if of else why))


def read(name):
    with open(os.path.join(HERE, *name.split("/")), "rb") as file:
        return file.read()


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def rows(name):
    return list(csv.DictReader(io.StringIO(read(name).decode(), newline="")))


# ---- Ed25519, as RFC 8032 has it

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), 2 * a[3] * b[3] * D
    g, h = 2 * a[2] * b[2], (a[1] + a[0]) * (b[1] + b[0])
    e, f, g, h = h - e, g - f, g + f, h + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        total = add(total, point) if number & 1 else total
        point, number = add(point, point), number >> 1
    return total


def point(data):
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    must(y < P and (x * x - square) % P == 0 and (x or not odd), "a key or a signature is no point")
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P


def is_signed(key, message, signature):
    number = int.from_bytes(signature[32:], "little")
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, b = times(number, base), add(point(signature[:32]), times(challenge % ORDER, point(key)))
    same = all((a[i] * b[2] - b[i] * a[2]) % P == 0 for i in (0, 1))
    return len(signature) == 64 and number < ORDER and same


def check_note(name, key):
    """The text of a signed note, signed by the key where there is one."""
    text, empty, lines = read(name).rpartition(b"\n\n")
    if not empty:
        must(key is None or name != "checkpoint.note", "%s is signed by nobody", name)
        return read(name), False
    text += b"\n"
    if key is None:
        return text, False
    who, ident, public = key.encode().split(b"+", 2)
    public = base64.b64decode(public, validate=True)
    must(len(public) == 33 and public[0] == 1, "the key is no Ed25519 key")
    must(sha(who, b"\n", public)[:4].hex().encode() == ident, "the key's id is not its own")
    for line in lines.splitlines():
        _, by, signature = line.split(b" ")
        signature = base64.b64decode(signature, validate=True)
        if by == who and signature[:4].hex().encode() == ident:
            must(is_signed(public[1:], text, signature[4:]), "the signature of %s is not the key's", name)
            return text, True
    must(False, "%s is not signed by the key", name)


def manifest(key):
    text, signed = check_note("MANIFEST", key)
    lines = [line.split(" ", 1) for line in text.decode().splitlines()]
    must(lines[0] == ["bahi-package", "v1"], "MANIFEST is no manifest of a package")
    said = {word: what for word, what in lines if word != "file"}
    files = dict(reversed(what.rsplit(" ", 1)) for word, what in lines if word == "file")
    must((said["signed-by"] != "nobody") == signed or key is None, "who is to have signed MANIFEST did not")
    return said, files


def check_files(files):
    found = set()
    for folder, folders, names in os.walk(HERE):
        for name in names + folders:
            path = os.path.join(folder, name)
            must(not os.path.islink(path), "%s is a link", path)
        found |= {os.path.relpath(os.path.join(folder, name), HERE).replace(os.sep, "/") for name in names}
    for name in sorted(found ^ (set(files) | {"MANIFEST"})):
        must(False, "%s is %s", name, "there and not named" if name in found else "named and not there")
    for name, said in files.items():
        digest, size = said.split(" ")
        data = read(name)
        must(len(data) == int(size) and sha(data).hex() == digest, "%s was changed", name)


# ---- the tree, as RFC 6962 has it


def leaf(record):
    return sha(b"\x00", record)


def root_of(leaves):
    stack = []
    for number, one in enumerate(leaves, 1):
        stack.append(one)
        while number % 2 == 0:
            right, left = stack.pop(), stack.pop()
            stack.append(sha(b"\x01", left, right))
            number //= 2
    while len(stack) > 1:
        right, left = stack.pop(), stack.pop()
        stack.append(sha(b"\x01", left, right))
    return stack[0]


def climb(one, index, size, path):
    if size == 1:
        must(not path, "a proof has too many hashes")
        return one
    must(path, "a proof has too few hashes")
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return sha(b"\x01", climb(one, index, half, path[:-1]), path[-1])
    return sha(b"\x01", path[-1], climb(one, index - half, size - half, path[:-1]))


def check_events(said, size, root):
    """Every event's stored bytes; where all are there, the root they come to."""
    leaves, last = [leaf(read("proofs/0.record"))], 0
    with open(os.path.join(HERE, "exports", "events.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            one = leaf(base64.b64decode(event["record"], validate=True))
            must(one.hex() == event["leaf_hash"] and event["position"] > last, "event %s", event["position"])
            last = event["position"]
            leaves.append(one)
    whole = said["as-of"] == "every-day" and not {"scheme", "district", "fy", "head"} & set(said)
    if not whole:
        return "%d events, a part of the log: their root cannot be computed from them" % (len(leaves) - 1)
    must(len(leaves) == size, "there are %d events, and the tree has %d records", len(leaves) - 1, size)
    must(root_of(leaves) == root, "the events come to another root than the checkpoint's")
    return "%d events come to the checkpoint's root" % (len(leaves) - 1)


def check_proofs(files, checkpoint, size, root):
    count = 0
    for name in files:
        if name.endswith(".tlog-proof"):
            head, _, note = read(name).partition(b"\n\n")
            lines = head.split(b"\n")
            index = int(lines[1].removeprefix(b"index "))
            must(lines[0] == b"c2sp.org/tlog-proof@v1" and note == checkpoint, "%s is of another tree", name)
            must(name == "proofs/%d.tlog-proof" % index, "%s is of another record", name)
            path = [base64.b64decode(line, validate=True) for line in lines[2:]]
            record = read("proofs/%d.record" % index)
            must(climb(leaf(record), index, size, path) == root, "%s does not lead to the root", name)
            count += 1
    return count


# ---- money, in rupees to the paisa


def check_money():
    sums, by_event = {}, {}
    for row in rows("exports/postings.csv"):
        amount = Decimal(row["debit"]) - Decimal(row["credit"])
        sums[row["ledger_account"]] = sums.get(row["ledger_account"], 0) + amount
        by_event[row["position"]] = by_event.get(row["position"], 0) + amount
    for position, amount in by_event.items():
        must(amount == 0, "the postings of event %s do not sum to zero", position)
    figures = {row["account"]: Decimal(row["amount"]) for row in rows("figures.csv")}
    for account, amount in figures.items():
        must(sums.get(account, 0) == amount, "%s: postings and balances differ", account)
    balances, credits = rows("exports/balances.csv"), ("allotted", "disbursed", "suspense", "interest_earned")
    for account, amount in figures.items():
        total = sum((Decimal(row[account]) for row in balances), Decimal(0))
        total = -total if account in credits else total
        must(total == amount, "%s: the balances do not add up to it", account)
    return "%d events of money sum to zero each, and to the balances together" % len(by_event)


# ---- samples, as they are drawn


class Stream:
    def __init__(self, seed, label):
        self.seed, self.label, self.block = seed, label, 0

    def below(self, bound):
        while True:
            text = "bahi-sample@v1\n%s\n%s\n%d\n" % (self.seed, self.label, self.block)
            bits, self.block = int.from_bytes(sha(text.encode())[:16], "big"), self.block + 1
            if bits < 2**128 - 2**128 % bound:
                return bits % bound


def some_of(items, size, stream):
    items, size = list(items), min(size, len(items))
    for place in range(size):
        other = place + stream.below(len(items) - place)
        items[place], items[other] = items[other], items[place]
    return {at: 1 for at in items[:size]}


def stratified(frame, size, seed):
    strata = {}
    for row in frame:
        strata.setdefault(row["stratum"], []).append(row["position"])
    names, size = sorted(strata, key=str.encode), min(size, len(frame))
    shares = {name: size * len(strata[name]) // len(frame) for name in names}
    most = sorted(names, key=lambda name: -(size * len(strata[name]) % len(frame)))
    for name in most[:size - sum(shares.values())]:
        shares[name] += 1
    drawn = {}
    for name in names:
        drawn |= some_of(strata[name], max(shares[name], 1), Stream(seed, "stratum " + name))
    return drawn


def monetary(frame, size, seed):
    paise = [(row["position"], int(Decimal(row["amount"]) * 100)) for row in frame]
    interval = max(sum(amount for _, amount in paise) // size, 1)
    after, end, hit = 1 + Stream(seed, "money").below(interval), 0, {}
    for position, amount in paise:
        end += amount
        if after <= end:
            hit[position] = (end - after) // interval + 1
            after += hit[position] * interval
    return hit


def check_samples(said, size, root):
    if "nonce" not in said:
        return "no sample was drawn"
    text = "bahi-sample@v1\nroot %s\nrecords %d\nnonce %s\n" % (root.hex(), size, said["nonce"])
    seed, count = sha(text.encode()).hex(), 0
    cases, payments = rows("samples/cases.frame.csv"), rows("samples/payments.frame.csv")
    for name, frame in (("cases", cases), ("cases-by-district", cases), ("payments-by-money", payments)):
        answer = json.loads(read("samples/%s.json" % name))
        at = (answer["position"], answer["root"], answer["seed"])
        must(at == (size - 1, root.hex(), seed), "samples/%s.json is of another root or nonce", name)
        worth = sum((Decimal(row["amount"]) for row in frame), Decimal(0))
        must(answer["population"] == len(frame), "samples/%s.json counts others", name)
        must(Decimal(answer["population_amount"]) == worth, "samples/%s.json sums others", name)
        wanted = {str(item["position"]): item["hits"] for item in answer["items"]}
        much = int(said["sample-size"])
        again = (some_of([row["position"] for row in frame], much, Stream(seed, "all")) if name == "cases"
                 else stratified(frame, much, seed) if name == "cases-by-district"
                 else monetary(frame, much, seed)) if frame else {}
        must(again == wanted, "samples/%s.json was drawn otherwise", name)
        listed = {row["position"]: int(row["hits"]) for row in rows("samples/%s.csv" % name)}
        must(listed == wanted, "samples/%s.csv lists others", name)
        count += len(wanted)
    return "%d items drawn again, the same" % count


def check_papers(files):
    papers = [name for name in files if name.startswith("papers/") and name.endswith(".json")]
    for name in papers:
        for one in json.loads(read(name))["identities"]:
            holds = Decimal(one["left"]) == Decimal(one["right"])
            must(holds == one["holds"], "%s: an identity is not as it says", name)
            if not holds:
                print("  %s: %s: %s is not %s" % (name, one["says"], one["left"], one["right"]))
    return len(papers)


def main(key=None):
    said, files = manifest(key)
    check_files(files)
    print("%d files, none changed, none added" % len(files))
    checkpoint = read("checkpoint.note")
    origin, size, root = check_note("checkpoint.note", key)[0].decode().splitlines()[:3]
    size, root = int(size), base64.b64decode(root, validate=True)
    must(origin == said["ledger"], "the checkpoint is another ledger's")
    must(size == int(said["position"]) + 1 and root.hex() == said["root"], "the checkpoint is another")
    if key is None:
        print("no key was given: nobody is known to have made them")
    else:
        by = "" if said["signed-by"] != "nobody" else " under the checkpoint; the manifest is nobody's"
        print("signed by %s%s" % ("+".join(key.split("+")[:2]), by))
    print(check_events(said, size, root))
    print("%d records proved one by one" % check_proofs(files, checkpoint, size, root))
    print(check_money())
    print(check_samples(said, size, root))
    print("%d papers" % check_papers(files))


main(*sys.argv[1:])
