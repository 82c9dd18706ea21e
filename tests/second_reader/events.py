"""The stored form of events, as tables: docs/FORMAT.md ("A record") and the byte picture.

A field is a name and a reader; a reader takes the cursor and the fields read before it. A further
field of a kind, of terms or of the envelope is a further line of a table.
"""
import struct

from pages import RECORD_BYTES_MAX, VERSION, Damage, must

AMOUNT_MAX = 10**17
DAY_FIRST, DAY_LAST = -25567, 84005  # 1900-01-01 and 2199-12-31
INSTANT_FIRST = (DAY_FIRST * 86_400 - 19_800) * 10**6  # Its midnight in India.
INSTANT_LAST = ((DAY_LAST + 1) * 86_400 - 19_800) * 10**6 - 1
NO_DAY = -(2**31)
EXPRESSION_LEVELS_MAX = 16


class Paise(int):
    """An amount of money."""


class Day(int):
    """Days since 1970-01-01."""


class Fund(tuple):
    """Scheme, head, first calendar year and district, by their numbers."""


class Names:
    """What the records so far introduced, by kind and number."""

    KINDS = {1: "scheme", 2: "head", 3: "actor", 4: "authority", 5: "word"}

    def __init__(self):
        self.known = {kind: [] for kind in self.KINDS.values()}

    def introduce(self, kind, name):
        must(name not in self.known[kind], "a %s is introduced twice", kind)
        self.known[kind].append(name)

    def named(self, kind, number):
        must(1 <= number <= len(self.known[kind]), "there is no %s %d", kind, number)
        return self.known[kind][number - 1]


class AnyNames(Names):
    """Names for a record by itself: whatever number it uses may have been introduced."""

    def introduce(self, kind, name):
        """A record by itself cannot introduce a name for the second time."""

    def named(self, kind, number):
        return "#%d" % number


class Cursor:
    """Bytes read from the front, with the names and the position their numbers rest on."""

    def __init__(self, data, names, position):
        self.data, self.at, self.names, self.position = data, 0, names, position
        # Whether it is looked at by itself, and other positions are nobody's.
        self.alone = position is None
        self.terms_words, self.level = [], 0

    def take(self, count):
        must(self.at + count <= len(self.data), "the record is cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self, count, signed=False):
        return int.from_bytes(self.take(count), "little", signed=signed)


# Readers of single values.


def unsigned(count, least=0, most=None):
    def read(cursor, _fields):
        value = cursor.integer(count)
        must(value >= least and (most is None or value <= most), "%d is out of bounds", value)
        return value

    return read


def signed(count):
    return lambda cursor, _fields: cursor.integer(count, signed=True)


def balance(cursor, _fields):
    """What an account held, below zero when overdrawn."""
    return Paise(cursor.integer(16, signed=True))


def exactly(count):
    return lambda cursor, _fields: cursor.take(count).hex()


def amount(cursor, _fields):
    value = cursor.integer(8, signed=True)
    must(0 <= value <= AMOUNT_MAX, "an amount of %d paise", value)
    return Paise(value)


def day(cursor, _fields):
    value = cursor.integer(4, signed=True)
    must(DAY_FIRST <= value <= DAY_LAST, "the day %d", value)
    return Day(value)


def instant(cursor, _fields):
    value = cursor.integer(8, signed=True)
    must(INSTANT_FIRST <= value <= INSTANT_LAST, "the instant %d", value)
    return value


def day_or_none(cursor, fields):
    if cursor.data[cursor.at : cursor.at + 4] == struct.pack("<i", NO_DAY):
        cursor.take(4)
        return None
    return day(cursor, fields)


def characters(cursor, count):
    data = cursor.take(count)
    must(all(0x20 <= byte <= 0x7E for byte in data), "a text that is no printable ASCII")
    return data.decode("ascii")


def ifsc(cursor, _fields):
    value = characters(cursor, 11)
    bank, zero, branch = value[:4], value[4], value[5:]
    must(bank.isalpha() and zero == "0" and branch.isalnum() and value == value.upper(),
         "%s is no IFSC", value)
    return value


def text_or_none(cursor, _fields):
    value = characters(cursor, cursor.integer(1))
    must(value == value.strip(" ") and len(value) <= 64, "a text too long or with blanks around it")
    return value or None


def text(cursor, fields):
    value = text_or_none(cursor, fields)
    must(value is not None, "a text that must be there is not")
    return value


def flag(cursor, _fields):
    value = cursor.integer(1)
    must(value in (0, 1), "a flag of %d", value)
    return value == 1


def flags(cursor, fields):
    """Whether the clock had gone back; and beside it whether the command was signed."""
    value = cursor.integer(1)
    must(value & ~3 == 0, "flags of %d: a newer reader is needed", value)
    fields["is_signed"] = value & 2 == 2
    return value & 1 == 1


def code(*names, first=1):
    """One byte that stands for one of some names."""

    def read(cursor, _fields):
        value = cursor.integer(1) - first
        must(0 <= value < len(names), "no code %d", value + first)
        return names[value]

    return read


def word(cursor, _fields):
    return cursor.names.named("word", cursor.integer(4))


def actor(cursor, _fields):
    return cursor.names.named("actor", cursor.integer(4))


def position(cursor, _fields):
    """An earlier event's, or 0 for none or for the ledger's own record."""
    value = cursor.integer(8)
    must(cursor.alone or value < cursor.position, "position %d is not before its event", value)
    return value


def earlier_or_none(cursor, fields):
    return position(cursor, fields) or None


def earlier(cursor, fields):
    value = position(cursor, fields)
    must(cursor.alone or value > 0, "a position that must be there is not")
    return value


def case_of(cursor, fields):
    """The position of the case's `Applied`, which names itself; 0 for none."""
    value = cursor.integer(8)
    if not cursor.alone:
        must(value == cursor.position if fields["kind"] == 20 else value < cursor.position,
             "a case at position %d", value)
    return value


def print_of(cursor, _fields):
    key = cursor.integer(2)
    must(key > 0, "key 0")
    return "%d:%s" % (key, cursor.take(16).hex())


def fund(cursor, fields):
    return Fund(read(cursor, fields) for _, read in FUND)


# Readers of several values.


def count(bytes_wide, least, most):
    return unsigned(bytes_wide, least, most)


def row(*table):
    return lambda cursor, _fields: read_fields(cursor, table)


def times(counted, read):
    """As many as an earlier field says; that field's place is taken."""

    def read_all(cursor, fields):
        return [read(cursor, fields) for _ in range(fields.pop(counted))]

    return read_all


def only_if(condition, read):
    return lambda cursor, fields: read(cursor, fields) if condition(fields) else None


def then_drop(name, read):
    """The last field that an earlier one rests on, which said only what is there."""

    def read_and_drop(cursor, fields):
        value = read(cursor, fields)
        del fields[name]
        return value

    return read_and_drop


def rising(read):
    def read_all(cursor, fields):
        values = read(cursor, fields)
        must(all(a < b for a, b in zip(values, values[1:])), "a list that does not rise")
        return values

    return read_all


def read_fields(cursor, table):
    fields = {}
    for name, read in table:
        fields[name] = read(cursor, fields)
    return fields


# Envelope, names, and what bodies are made of.

FUND = [
    ("scheme", unsigned(2)),
    ("head", unsigned(2)),
    ("fy", unsigned(2, 1899, 2199)),
    ("district", unsigned(2)),
]

ROLES = ("finance", "district_office", "sanctioning_authority", "drawing_officer", "treasury_job",
         "auditor", "administrator")

ENVELOPE = [
    ("kind", unsigned(2)),
    ("schema", unsigned(1, 1)),
    ("clamped", flags),
    ("command_id", exactly(16)),
    ("case", case_of),
    ("previous", position),
    ("recorded_at", instant),
    ("effective_day", day),
    ("fund", fund),
    ("amount", amount),
    ("actor", unsigned(4)),
    ("role", code(*ROLES)),
    ("introduces", unsigned(1)),
    ("terms", unsigned(2)),
    ("authority", unsigned(4)),
]

SIGNED_LINE_MAX = 8192


def signed_line(cursor, _fields):
    """The line of a command, exactly as it was signed."""
    count = cursor.integer(2)
    must(1 <= count <= SIGNED_LINE_MAX, "a signed line of %d bytes", count)
    try:
        value = cursor.take(count).decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("a signed line that is no UTF-8") from None
    must(not set(value) & set("\r\n"), "a signed line that is several")
    return value


# What stands before the body where the envelope says that the command was signed.
SIGNED = [
    ("signature", exactly(64)),
    ("key", exactly(32)),
    ("line", signed_line),
]

NAME = {
    "scheme": text,
    "head": text,
    "actor": text,
    "word": text,
    "authority": row(("order", text), ("date", day), ("paragraph", text_or_none)),
}

PAPER = row(("kind", word), ("reference", text))

FACT_VALUES = {1: amount, 2: unsigned(8), 3: flag, 4: word}


def tagged(readers):
    def read(cursor, fields):
        tag = cursor.integer(1)
        must(tag in readers, "no tag %d", tag)
        return readers[tag](cursor, fields)

    return read


FACT = row(("name", word), ("value", tagged(FACT_VALUES)))

APPLICANTS = ("not_in_source", "person", "person_of_family", "unit", "unit_of_owner", "vehicle",
              "institution")
PRINTS_OF_APPLICANT = {
    "not_in_source": [],
    "person": [("person", print_of)],
    "person_of_family": [("person", print_of), ("family", print_of)],
    "unit": [("unit", print_of)],
    "unit_of_owner": [("unit", print_of), ("owner", print_of)],
    "vehicle": [("vehicle", print_of), ("member_count", count(2, 1, 512)),
                ("members", times("member_count", print_of))],
    "institution": [("institution", print_of)],
}


def applicant_prints(cursor, fields):
    return read_fields(cursor, PRINTS_OF_APPLICANT[fields["applicant"]])




def facts(cursor, fields):
    found = times("fact_count", FACT)(cursor, fields)
    names = [fact["name"] for fact in found]
    must(len(set(names)) == len(names), "a fact stands twice")
    must(cursor.alone or names == sorted(names), "facts out of order")
    return found


def number_or_none(cursor, _fields):
    return cursor.integer(4) or None


FACTS = [("facts", facts)]
PAPERS = [("papers", times("paper_count", PAPER))]

LINE = row(
    ("amount", amount),
    ("side", code("credit", "debit")),
    ("booked", day),
    ("value", day),
    ("at", unsigned(8)),
    ("bytes", unsigned(4)),
    ("other_told", flag),
    ("reference_count", count(1, 0, 8)),
    ("other", only_if(lambda fields: fields.pop("other_told"), print_of)),
    ("references", times("reference_count", text)),
)


def line_count(cursor, fields):
    value = count(1, 1, 40)(cursor, fields)
    must(fields["first"] + value - 1 < 2**32, "the last line has no number")
    return value


def told_line_count(cursor, fields):
    value = line_count(cursor, fields)
    must(value <= 30, "%d lines with particulars", value)
    return value


NAME_MARK = row(("names", code("own", "transfer", "batch", "case", "unstated")), ("narrated", flag))

PARTICULARS = [
    ("kind", code("movement", "return", "reversal", "charge", "answer_paid",
                  "answer_failed")),
    ("branch_told", flag),
    ("balance_told", flag),
    ("batch", number_or_none),
    ("mark_count", count(1, 0, 8)),
    ("reason_told", flag),
    ("marks", times("mark_count", NAME_MARK)),
    ("branch", only_if(lambda fields: fields.pop("branch_told"), ifsc)),
    ("balance", only_if(lambda fields: fields.pop("balance_told"), balance)),
    ("reason", only_if(lambda fields: fields.pop("reason_told"), text)),
]


def particulars(cursor, _fields):
    """What else is told of a line: ten bytes, all of them zero where nothing is."""
    if not flag(cursor, {}):
        must(cursor.take(9) == bytes(9), "particulars that are not there say something")
        return None
    return read_fields(cursor, PARTICULARS)


def told_line(cursor, fields):
    line = LINE(cursor, fields)
    line["particulars"] = particulars(cursor, fields)
    told = line["particulars"]
    must(told is None or len(told["marks"]) == len(line["references"]), "marks of no reference")
    return line


def further_lines(cursor, fields):
    lines = [read_fields(cursor, LINE_OF) for _ in range(fields.pop("further_line_count"))]
    places = [(line["statement"], line["line"]) for line in [fields, *lines]]
    must(all(a < b for a, b in zip(places, places[1:])), "lines that do not rise")
    return lines


def further_targets(cursor, fields):
    found = [earlier(cursor, fields) for _ in range(fields.pop("further_target_count"))]
    places = [fields["target"] or 0, *found]
    must(all(a < b for a, b in zip(places, places[1:])), "targets that do not rise")
    must(fields["target"] or not found, "a further target of none")
    return found


def difference(cursor, fields):
    if not fields.pop("differs"):
        return None
    found = {"tolerance": word(cursor, fields), "amount": balance(cursor, fields)}
    must(found["amount"] != 0, "a difference of nothing")
    return found


def limit(cursor, fields):
    """The most that a rule accepts, which joins the difference that it accepts."""
    found = amount(cursor, fields)
    must(fields["difference"], "a limit of no rule")
    must(abs(fields["difference"]["amount"]) <= found, "a difference beyond its limit")
    fields["difference"]["limit"] = found
    return found


FINDING = row(("check", word), ("amount", amount))

REFUSAL = row(
    ("number", unsigned(2)),
    ("figure_count", count(1, 0, 4)),
    ("figures", times("figure_count", signed(16))),
    ("word", text_or_none),
)

# Movements of money that a reversal names: from 1.
MOVEMENTS = ("allotment", "withdrawal", "transfer", "fund_lapse", "case_lapse", "carry", "sanction",
             "increase", "decrease", "cancellation", "payment", "return", "suspense", "recovery",
             "utilisation", "adjustment", "interest", "remittance")
BETWEEN_FUNDS = ("transfer", "carry")
# How each kind moves money, by number; every other kind but that of reversals moves none.
MOVES = {10: ["allotment"], 11: ["withdrawal"], 12: ["transfer"], 13: ["fund_lapse", "case_lapse"],
         14: ["carry"], 30: ["sanction"], 31: ["increase", "decrease"], 32: ["cancellation"],
         40: ["payment"], 41: ["return"], 43: ["suspense"], 44: ["recovery"], 46: ["utilisation"],
         47: ["adjustment"], 48: ["interest"], 49: ["remittance"], 80: []}


def reversed_kind(cursor, _fields):
    number = cursor.integer(2)
    must(number in KINDS, "no kind %d to reverse", number)
    return number


def movement(cursor, fields):
    moved = code(None, *MOVEMENTS, first=0)(cursor, fields)
    must(moved in MOVES.get(fields["kind"], [None]), "kind %d does not move so", fields["kind"])
    return moved

# Terms.


def terms_word_or_none(cursor, _fields):
    """A number in the order of first use within the terms; a new one is followed by its text."""
    number, words = cursor.integer(2), cursor.terms_words
    must(number <= len(words) + 1, "word %d of terms comes before its turn", number)
    if number == len(words) + 1:
        new = text(cursor, {})
        must(new not in words, "a word of terms stands twice")
        words.append(new)
    return words[number - 1] if number else None


def terms_word(cursor, fields):
    value = terms_word_or_none(cursor, fields)
    must(value is not None, "a word that must be there is not")
    return value


def listed(read):
    def read_all(cursor, fields):
        return [read(cursor, fields) for _ in range(count(1, 0, 64)(cursor, fields))]

    return read_all


def tree(trees):
    """A tree in prefix order; each node is a tag and the parts its line of the table names."""

    def read(cursor, fields):
        cursor.level += 1
        must(cursor.level <= EXPRESSION_LEVELS_MAX, "terms too deep")
        tag = cursor.integer(1)
        must(tag in trees(), "no tag %d of terms", tag)
        name, parts = trees()[tag]
        node = (name, read_fields(cursor, parts))
        cursor.level -= 1
        return node

    return read


expression = tree(lambda: EXPRESSIONS)
test = tree(lambda: TESTS)


def bound(cursor, _fields):
    value = cursor.integer(8, signed=True)
    must(-1 <= value <= AMOUNT_MAX, "a bound of %d paise", value)
    return None if value == -1 else Paise(value)


SLAB_ROW = row(("bound", bound), ("paragraph", terms_word), ("gives", expression))
PAIR = [("left", expression), ("right", expression)]

EXPRESSIONS = {
    1: ("fact", [("name", terms_word)]),
    2: ("amount", [("paise", amount)]),
    3: ("number", [("number", unsigned(4))]),
    4: ("ratio", [("parts", unsigned(4)), ("of", unsigned(4)), ("base", expression)]),
    5: ("min", [("each", listed(expression))]),
    6: ("max", [("each", listed(expression))]),
    7: ("sum", [("each", listed(expression))]),
    8: ("difference", PAIR),
    9: ("product", PAIR),
    10: ("cap", PAIR),
    11: ("slab", [("row_count", count(1, 0, 64)), ("by", expression),
                  ("rows", times("row_count", SLAB_ROW))]),
    12: ("choice", [("fact", terms_word),
                    ("rows", listed(row(("word", terms_word), ("gives", expression))))]),
    13: ("if", [("test", test), ("then", expression), ("else", expression)]),
    14: ("provided", [("condition", lambda c, f: CONDITION(c, f)), ("gives", expression)]),
}

TESTS = {
    65: ("at_most", PAIR),
    66: ("below", PAIR),
    67: ("flag", [("name", terms_word)]),
    68: ("is", [("fact", terms_word), ("word", terms_word)]),
    69: ("given", [("name", terms_word)]),
    70: ("all", [("each", listed(test))]),
    71: ("any", [("each", listed(test))]),
    72: ("not", [("test", test)]),
}

CONDITION = row(("code", terms_word), ("paragraph", terms_word), ("test", test))
ITEM = row(
    ("name", terms_word),
    ("paragraph", terms_word),
    ("has", unsigned(1, 0, 3)),
    ("test", only_if(lambda fields: fields["has"] & 2, test)),
    ("claimed", only_if(lambda fields: fields["has"] & 1, expression)),
    ("allowed", then_drop("has", expression)),
)

def within(cursor, _fields):
    years = cursor.integer(1)
    must(years <= 100 or years == 255, "a limit within %d years", years)
    return {0: "ever", 255: "financial_year"}.get(years, years)


LIMIT = row(
    ("code", terms_word),
    ("paragraph", terms_word),
    ("per", code("person", "family", "body", "applicant")),
    ("count", unsigned(2, 1)),
    ("within", within),
    ("of", code("applied", "sanctioned", "paid")),
    ("across", code("scheme", "ledger")),
    ("has", unsigned(1, 0, 3)),
    ("when", only_if(lambda fields: fields["has"] & 1, test)),
    ("same", only_if(lambda fields: fields.pop("has") & 2, terms_word)),
)


def happening(names):
    """What a gate is about, or a milestone, in the words of a terms file."""

    def read(cursor, fields):
        tag = cursor.integer(1)
        must(tag in names, "no tag %d of a gate", tag)
        if names[tag] == "step":
            return "step " + terms_word(cursor, fields)
        if names[tag] == "instalment":
            return "instalment %d" % unsigned(2, 1)(cursor, fields)
        return names[tag]

    return read


HAPPENINGS = {1: "step", 2: "sanction", 3: "payment", 4: "instalment"}
subject = happening({**HAPPENINGS, 5: "use", 6: "adjustment"})
milestone = happening({**HAPPENINGS, 7: "application", 8: "credit"})


def span(cursor, fields):
    unit = code("days", "months")(cursor, fields)
    length = unsigned(2, 1, 36500 if unit == "days" else 1200)(cursor, fields)
    return "%d %s after %s" % (length, unit, milestone(cursor, fields))


def percent_or_none(cursor, fields):
    return unsigned(1, 0, 100)(cursor, fields) or None


GATE = row(
    ("of", subject),
    ("paragraph", terms_word),
    ("reason_count", count(1, 0, 64)),
    ("role_count", count(1, 0, 64)),
    ("row_count", count(1, 0, 64)),
    ("paper_count", count(1, 0, 64)),
    ("used_percent", percent_or_none),
    ("has", unsigned(1, 0, 15)),
    ("reasons", times("reason_count", terms_word)),
    ("when", only_if(lambda fields: fields["has"] & 1, test)),
    ("roles", times("role_count", code(*ROLES))),
    ("after", times("row_count", listed(milestone))),
    ("evidence", times("paper_count", terms_word)),
    ("earliest", only_if(lambda fields: fields["has"] & 2, span)),
    ("latest", only_if(lambda fields: fields["has"] & 4, span)),
    ("binding", lambda _cursor, fields: bool(fields.pop("has") & 8)),
)

TERMS = [
    ("first_day", day),
    ("last_day", day_or_none),
    ("rounding", code("paisa_half_up", "paisa_half_even", "paisa_down", "rupee_half_up",
                      "rupee_down")),
    ("instalments", unsigned(2)),
    ("has_own_contribution", flag),
    ("fact_count", count(1, 0, 64)),
    ("condition_count", count(1, 0, 64)),
    ("item_count", count(1, 0, 64)),
    ("policy_count", count(1, 0, 64)),
    ("limit_count", count(1, 0, 64)),
    ("gate_count", count(1, 0, 64)),
    ("return_count", count(1, 0, 64)),
    ("outcome_count", count(1, 0, 64)),
    ("name", terms_word),
    ("order", text),
    ("order_date", day),
    ("paragraph", terms_word_or_none),
    ("facts", times("fact_count", row(
        ("name", terms_word),
        ("kind", code("amount", "count", "flag", "word")),
        ("required", flag)))),
    ("conditions", times("condition_count", CONDITION)),
    ("items", times("item_count", ITEM)),
    ("own_contribution",
     only_if(lambda fields: fields.pop("has_own_contribution"), expression)),
    ("policies", times("policy_count", row(("policy", terms_word), ("choice", terms_word)))),
    ("limits", times("limit_count", LIMIT)),
    ("gates", times("gate_count", GATE)),
    ("returns", times("return_count", row(
        ("reason", terms_word),
        ("then", code("retry", "after_correction", "other_account", "stop"))))),
    ("outcomes", times("outcome_count", row(
        ("name", terms_word), ("paragraph", terms_word), ("kind", code("money", "count"))))),
]


def terms(cursor, _fields):
    cursor.terms_words, cursor.level = [], 0
    return read_fields(cursor, TERMS)


# The kinds: a name, and what the body is in each schema, from 1 on.

REASON = [("reason", word)]
REFERENCE = [("reference", text)]
DISTRICT = unsigned(2, 1)
LINE_OF = [("statement", earlier), ("line", unsigned(4, 1))]
FURTHER_COUNTS = [("further_line_count", count(2, 0, 199)),
                  ("further_target_count", count(2, 0, 1999))]
FURTHER = [("further_lines", further_lines), ("further_targets", further_targets)]
RECEIVED = [
    ("file", exactly(32)), ("bytes", unsigned(8)), ("format", word), ("account", print_of),
    ("from", day), ("to", day), ("lines", unsigned(4)), ("opens", flag), ("closes", flag)]
TOTALS = [("opening", only_if(lambda fields: fields.pop("opens"), balance)),
          ("closing", only_if(lambda fields: fields.pop("closes"), balance))]

KINDS = {
    1: ("SchemeOpened", [("district_count", count(2, 1, 1024)),
                         ("districts", rising(times("district_count", DISTRICT))),
                         ("terms", terms)]),
    2: ("TermsChanged", [("version", unsigned(2)), ("terms", terms)]),
    10: ("FundsAllotted", []),
    11: ("FundsWithdrawn", REASON),
    12: ("FundsMoved", [("to", fund)] + REASON),
    13: ("Lapsed", REASON),
    14: ("SanctionCarried", [("from", fund)]),
    20: ("Applied", [("applicant", code(*APPLICANTS, first=0)), ("fact_count", count(1, 0, 64)),
                     ("case_ref", text), ("prints", applicant_prints)] + FACTS),
    21: ("ApplicationAmended", [("fact_count", count(1, 0, 64))] + FACTS),
    22: ("StepRecorded",
         [("step", word), ("paper_count", count(1, 0, 32))] + PAPERS,
         [("step", word), ("paper_count", count(1, 0, 32)), ("fact_count", count(1, 0, 64)),
          ("late_by", number_or_none)] + PAPERS + [("reported", facts)]),
    23: ("Rejected", REASON),
    24: ("Withdrawn", REASON),
    25: ("CaseClosed", REASON),
    26: ("Barred", [("subject", code("person", "family", "body", "account")), ("print", print_of),
                    ("until", day_or_none)] + REASON),
    30: ("Sanctioned", [("entitlement", amount), ("paragraph", word)]),
    31: ("SanctionRevised", [("raised", flag), ("sanctioned", amount), ("entitlement", amount),
                             ("paragraph", word)]),
    32: ("SanctionCancelled", REASON),
    40: ("Disbursed", [
        ("instalment", unsigned(2, 1)), ("account", print_of),
        ("ifsc", ifsc),
        ("mode", code("unstated", "neft", "rtgs", "nach_credit", "apbs", "cheque", first=0)),
        ("is_reissue", flag), ("reference", text),
        ("reissue_of", only_if(lambda fields: fields.pop("is_reissue"), earlier))]),
    41: ("PaymentReturned", [("payment", earlier)] + REASON + [("own_day", day)]),
    42: ("PaymentConfirmed", [("payment", earlier), ("own_day", day)] + REFERENCE),
    43: ("MovedToSuspense", [("payment", earlier_or_none)] + REASON + [("own_day", day)] + REFERENCE),
    44: ("Recovered", REASON + REFERENCE),
    45: ("RecoveryDemanded", [("demanded", amount)] + REASON + [("due", day)] + REFERENCE),
    46: ("Utilised", [("certificate", text)]),
    47: ("Adjusted", REASON + REFERENCE),
    48: ("InterestEarned", REFERENCE),
    49: ("InterestRemitted", REFERENCE),
    50: ("StockMoved", [("item", word),
                        ("movement", code("ordered", "received", "handed_over", "written_off")),
                        ("quantity", unsigned(4, 1))] + REFERENCE),
    60: ("Audited", [("scope", code("case", "sanction", "payment", "inspection", "ledger")),
                     ("opinion", code("clear", "observation", "objection", "disclaimer")),
                     ("paper_count", count(1, 0, 32)), ("finding_count", count(1, 0, 128))]
         + PAPERS + [("findings", times("finding_count", FINDING))]),
    61: ("FindingSettled", [("audit", earlier), ("finding", unsigned(2, 1)),
                            ("settlement", code("no_fault", "made_good", "dropped"))] + REFERENCE),
    62: ("StateCertified", [("up_to", position), ("as_of", day), ("fold", word),
                            ("version", unsigned(2, 1)), ("count", unsigned(8)),
                            ("root", exactly(32)), ("hash", exactly(32))]),
    63: ("PeriodSealed", [("until", day), ("certified", earlier)]),
    70: ("StatementReceived", RECEIVED + TOTALS,
         RECEIVED + [("part", unsigned(2, 1)), ("repeated", unsigned(4)),
                     ("set_aside", unsigned(4))] + TOTALS),
    71: ("StatementLines",
         [("statement", earlier), ("first", unsigned(4, 1)),
          ("line_count", line_count), ("lines", times("line_count", LINE))],
         [("statement", earlier), ("first", unsigned(4, 1)),
          ("line_count", told_line_count), ("lines", times("line_count", told_line))]),
    72: ("Matched", LINE_OF + [("target", earlier), ("rule", word)],
         LINE_OF + [("target", earlier), ("rule", word)] + FURTHER_COUNTS + [
             ("evidence_count", count(1, 0, 4)), ("differs", flag)] + FURTHER + [
             ("evidence", times("evidence_count", text)), ("difference", difference)],
         LINE_OF + [("target", earlier_or_none), ("rule", word)] + FURTHER_COUNTS + [
             ("evidence_count", count(1, 0, 4)), ("differs", flag)] + FURTHER + [
             ("evidence", times("evidence_count", text)), ("difference", difference),
             ("limit", limit)]),
    73: ("Unmatched", [("matched", earlier)] + REASON),
    74: ("MatchDecided", LINE_OF + [("target", earlier_or_none)] + REASON,
         LINE_OF + [("target", earlier_or_none)] + REASON + FURTHER_COUNTS + [
             ("rejected", flag)] + FURTHER),
    80: ("Reversed", [
        ("of", earlier), ("kind", reversed_kind)] + REASON + [
        ("movement", movement),
        ("other", only_if(lambda fields: fields["movement"] in BETWEEN_FUNDS, fund))]),
    90: ("CommandRefused", [
        ("command", unsigned(2)), ("count", unsigned(4, 1)), ("digest", exactly(32)),
        ("refusal_count", count(1, 1, 64)), ("subject", text_or_none),
        ("refusals", times("refusal_count", REFUSAL))]),
    91: ("Exported", [("what", word), ("up_to", position), ("rows", unsigned(8)),
                      ("digest", exactly(32))]),
    92: ("AccessDenied", [("what", word), ("count", unsigned(4, 1))]),
    93: ("KeyRotated", [("key", unsigned(2, 1)), ("change", code("added", "destroyed")),
                        ("check", exactly(16))]),
    94: ("ActorKeySet", [("signer", actor), ("until", day_or_none), ("required", flag),
                         ("key", exactly(32))]),
}

KIND_NAMES = {number: name for number, (name, *_) in KINDS.items()}

# What an older schema does not say, as the newest one says it.
UPCASTS = {
    (22, 1): {"reported": [], "late_by": None},
    (70, 1): {"part": None, "repeated": None, "set_aside": None},
    (72, 1): {"further_lines": [], "further_targets": [], "evidence": [], "difference": None,
              "limit": None},
    (72, 2): {"limit": None},
    (74, 1): {"further_lines": [], "further_targets": [], "rejected": None},
}

# What the newest schema must say, or else an older one would do.
SAYS_MORE = {
    22: lambda fields: fields["reported"] or fields["late_by"],
    70: lambda fields: (fields["part"], fields["repeated"], fields["set_aside"]) != (1, 0, 0),
    71: lambda fields: any(line["particulars"] for line in fields["lines"]),
    72: lambda fields: (fields["further_lines"] or fields["further_targets"]
                        or fields["evidence"] or fields["difference"]),
    74: lambda fields: (fields["further_lines"] or fields["further_targets"]
                        or fields["rejected"]),
}


def sound_body(number, fields):
    """What a rejection must name."""
    must(number != 74 or not fields["rejected"] or fields["target"], "a rejection of nothing")


def read_body(cursor, number, schema):
    """The fields of a body in its schema, as the newest schema names them."""
    _, *schemas = KINDS[number]
    must(schema <= len(schemas), "no schema %d of kind %d: a newer reader is needed", schema, number)
    fields = read_fields(cursor, schemas[schema - 1])
    if schema > 1:
        must(SAYS_MORE[number](fields), "schema %d says what an older one does", schema)
    fields = {**fields, **UPCASTS.get((number, schema), {})}
    sound_body(number, fields)
    return fields


class Event:
    """An event: its position, its envelope, and the fields of its kind."""

    def __init__(self, at, record, names):
        must(len(record) <= RECORD_BYTES_MAX, "a record of %d bytes", len(record))
        cursor = Cursor(record, names, at)
        self.position = at
        self.envelope = read_fields(cursor, ENVELOPE)
        for _ in range(self.envelope["introduces"]):
            tag = cursor.integer(1)
            must(tag in names.KINDS, "no tag %d of a name", tag)
            kind = names.KINDS[tag]
            name = NAME[kind](cursor, {})
            names.introduce(kind, tuple(name.items()) if kind == "authority" else name)
        self.signed = read_fields(cursor, SIGNED) if self.envelope["is_signed"] else None
        number = self.envelope["kind"]
        must(number in KINDS, "no kind %d: a newer reader is needed", number)
        self.kind = KIND_NAMES[number]
        self.fields = read_body(cursor, number, self.envelope["schema"])
        must(cursor.at == len(record), "the record goes on after its event")
        names.named("actor", self.envelope["actor"])
        if self.envelope["authority"]:
            names.named("authority", self.envelope["authority"])


class Head:
    """The ledger's own record, at position 0."""

    def __init__(self, record):
        cursor = Cursor(record, Names(), 0)
        must(cursor.take(8) == b"BAHIHEAD", "record 0 is not the ledger's own")
        must(cursor.integer(2) == VERSION, "the version of the stored form is not known")
        self.clock = code("system", "simulated")(cursor, {})
        self.made_at = cursor.integer(8, signed=True)
        cursor.take(32)
        self.name = characters(cursor, unsigned(1, 1)(cursor, {}))
        must(not set(self.name) & set(" +"), "a ledger's name with a blank or +")
        must(cursor.at == len(record), "record 0 goes on after the ledger's name")


def decode_all(records):
    """Every event of a log, and its names; the first that cannot be read ends it."""
    names, events, before = Names(), [], -(2**63)
    for at, record in enumerate(records[1:], 1):
        try:
            event = Event(at, record, names)
            must(event.envelope["recorded_at"] >= before, "recorded before the event before it")
        except Damage as damage:
            raise Damage("event %d: %s" % (at, damage)) from None
        before = event.envelope["recorded_at"]
        events.append(event)
    return events, names
