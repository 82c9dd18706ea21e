//! Lines of the kinds around the spine.

use super::{AUTHORITY, Changes, FUND, KEY, head};

const CASE: &str = r#""case_ref":"VNS/2024/0042""#;
const LINE: &str = r#""line":{"statement":17,"line":3}"#;

fn digits(count: usize) -> String {
    "0123456789abcdef".chars().cycle().take(count).collect()
}

/// A line of a kind with its own fields.
fn line(kind: &str, own: &str) -> String {
    format!("{},{own}}}", head(kind))
}

pub(super) fn sound() -> Vec<String> {
    [funds(), cases(), payments(), audits(), statements(), house()].concat()
}

fn funds() -> Vec<String> {
    let (from, to) = (FUND.replacen("fund", "from", 1), FUND.replacen("fund", "to", 1));
    let to = to.replacen("187", "pool", 1);
    vec![
        line("withdraw_funds", &format!(r#"{AUTHORITY},{FUND},"amount":"2.50","reason":"cut""#)),
        line("move_funds", &format!(r#"{AUTHORITY},{from},{to},"amount":"2.50","reason":"need""#)),
        line("lapse_fund", &format!(r#"{FUND},"amount":"2.50","reason":"year_over""#)),
        line("lapse_sanction", &format!(r#"{CASE},"amount":"2.50","reason":"year_over""#)),
        line("carry_sanction", &format!(r#"{AUTHORITY},{CASE},{FUND},"amount":"2.50""#)),
    ]
}

fn cases() -> Vec<String> {
    let barred = |subject: &str| format!(r#""subject":{{"{subject}":"{KEY}"}}"#);
    vec![
        line("amend", &format!(r#"{CASE},"facts":{{"days":10,"special":true}}"#)),
        line(
            "record_step",
            &format!(
                r#"{CASE},"step":"task_force","evidence":[{{"kind":"minutes","reference":"TF/7"}},{{"kind":"photo","reference":"a 1"}}]"#
            ),
        ),
        line("record_step", &format!(r#"{CASE},"step":"task_force""#)),
        line("reject", &format!(r#"{CASE},"reason":"incomplete""#)),
        line("withdraw", &format!(r#"{CASE},"reason":"own_wish""#)),
        line("close_case", &format!(r#"{CASE},"reason":"done""#)),
        line(
            "bar",
            &format!(r#"{AUTHORITY},{},"until":"2027-03-31","reason":"fraud""#, barred("person")),
        ),
        line("bar", &format!(r#"{AUTHORITY},{},"reason":"fraud""#, barred("family"))),
        line("bar", &format!(r#"{AUTHORITY},{},"reason":"fraud""#, barred("body"))),
        line("bar", &format!(r#"{AUTHORITY},{},"reason":"fraud""#, barred("account"))),
        line("revise_sanction", &format!(r#"{AUTHORITY},{CASE},"amount":"300000.00""#)),
        line("cancel_sanction", &format!(r#"{AUTHORITY},{CASE},"reason":"not_taken_up""#)),
    ]
}

fn payments() -> Vec<String> {
    let stock = |own: &str| line("move_stock", &format!(r#""scheme":"m","district":"187",{own}"#));
    vec![
        line("confirm", r#""payment":17,"reference":"UTR 5""#),
        line(
            "suspend",
            &format!(r#"{FUND},"amount":"2.50","payment":17,"reason":"late","reference":"UTR 5""#),
        ),
        line(
            "suspend",
            &format!(r#"{FUND},"amount":"2.50","reason":"unknown","reference":"UTR 5""#),
        ),
        line(
            "demand_recovery",
            &format!(
                r#"{CASE},"amount":"2.50","reason":"closed","due":"2024-05-01","reference":"n 1""#
            ),
        ),
        line("utilise", &format!(r#"{CASE},"amount":"2.50","certificate":"UC/1""#)),
        line("adjust", &format!(r#"{CASE},"amount":"2.50","reason":"two_years","reference":"r""#)),
        line("earn_interest", &format!(r#"{FUND},"amount":"2.50","reference":"b""#)),
        line("remit_interest", &format!(r#"{FUND},"amount":"2.50","reference":"challan""#)),
        stock(r#""item":"toolkit_potter","movement":"ordered","quantity":40,"reference":"po 1""#),
        stock(&format!(
            r#"{CASE},"item":"toolkit_potter","movement":"handed_over","quantity":1,"reference":"v""#
        )),
    ]
}

fn audits() -> Vec<String> {
    let (hash, other) = (digits(64), "f".repeat(64));
    vec![
        line(
            "audit",
            &format!(
                r#"{CASE},"scope":"inspection","seen":[{{"kind":"asset","reference":"machine 3"}}],"opinion":"clear","findings":[]"#
            ),
        ),
        line(
            "audit",
            r#""scope":"ledger","opinion":"objection","findings":[{"check":"C90-17","amount":"5.00"}]"#,
        ),
        line(
            "settle_finding",
            r#""audit":17,"finding":1,"settlement":"made_good","reference":"reply 2""#,
        ),
        line(
            "certify_state",
            &format!(
                r#""upto":0,"as_of":"2024-04-30","fold":"balances","version":1,"count":12,"root":"{hash}","hash":"{other}""#
            ),
        ),
        line("seal_period", r#""until":"2024-04-30","certified":17"#),
    ]
}

fn statements() -> Vec<String> {
    let statement = |balances: &str| {
        line(
            "receive_statement",
            &format!(
                r#""file":"{}","bytes":1024,"format":"camt053","account":"{KEY}","from":"2024-04-01","to":"2024-04-30",{balances}"lines":2"#,
                digits(64)
            ),
        )
    };
    let entry = r#"{"amount":"2.50","side":"credit","booked":"2024-04-02","value":"2024-04-03","references":["UTR 5","b"],"#;
    vec![
        statement(r#""opening":"-2.50","closing":"0.00","#),
        statement(""),
        line(
            "receive_lines",
            &format!(
                r#""statement":17,"first":1,"lines":[{entry}"counterparty":"{KEY}","at":18446744073709551615,"bytes":80}},{{"amount":"0.05","side":"debit","booked":"2024-04-02","value":"2024-04-02","references":[],"at":0,"bytes":0}}]"#
            ),
        ),
        line("match", &format!(r#"{LINE},"target":12,"rule":"utr""#)),
        line("unmatch", r#""matched":18,"reason":"mistaken""#),
        line("decide_match", &format!(r#"{LINE},"target":12,"reason":"seen""#)),
        line("decide_match", &format!(r#"{LINE},"reason":"not_ours""#)),
    ]
}

fn house() -> Vec<String> {
    vec![
        line("reverse", &format!(r#"{AUTHORITY},"of":17,"reason":"mistaken""#)),
        line(
            "note_export",
            &format!(r#""what":"postings","upto":17,"rows":90,"digest":"{}""#, digits(64)),
        ),
        line("deny_access", r#""what":"trail","count":3"#),
        line("rotate_key", &format!(r#""key_id":2,"change":"added","check":"{}""#, digits(32))),
        line("rotate_key", &format!(r#""key_id":1,"change":"destroyed","check":"{}""#, digits(32))),
        line(
            "set_actor_key",
            &format!(
                r#"{AUTHORITY},"signer":"dm-vns","key":"{}","until":"2025-03-31","required":true"#,
                digits(64)
            ),
        ),
        line("set_actor_key", &format!(r#""signer":"dm-vns","key":"{}""#, digits(64))),
    ]
}

/// A kind, what is changed into what in its first line, the text the column points at, and what
/// the message holds.
type Change = (&'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) fn unsound(changes: &mut Changes) {
    for (kind, from, to, at, says) in [&PLACES[..], &LISTS, &TEXTS, &NUMBERS].concat() {
        changes.change_kind(kind, from, to, at, says);
    }
}

/// Fields that are not there, are not known, or name no district.
const PLACES: [Change; 14] = [
    ("withdraw_funds", r#","reason":"cut""#, "", "}", "missing field `reason`"),
    ("withdraw_funds", r#""reason""#, r#""why""#, r#""why""#, "unknown field `why`"),
    ("move_funds", r#""to""#, r#""into""#, r#""into""#, "unknown field `into`"),
    ("move_funds", r#""187""#, r#""Kashi""#, r#""Kashi""#, "from.district: no district has"),
    ("move_funds", r#""pool""#, r#""Kashi""#, r#""Kashi""#, "to.district: no district has"),
    ("move_stock", r#""187""#, r#""Kashi""#, r#""Kashi""#, "district: no district has"),
    ("lapse_sanction", r#""amount""#, r#""fund":{},"amount""#, r#""fund""#, "unknown field `fund`"),
    ("reverse", r#""of""#, r#""of":1,"of""#, r#""of":17"#, "duplicate field `of`"),
    ("seal_period", r#","certified":17"#, "", "}", "missing field `certified`"),
    ("certify_state", r#""upto":0,"#, "", "}", "missing field `upto`"),
    ("match", r#","line":3"#, "", "}", "line: missing field `line`"),
    ("match", r#""target":12,"#, "", "}", "missing field `target`"),
    ("match", r#"{"statement":17,"line":3}"#, "[17,3]", "[17,3]", "line: a list stands here"),
    ("bar", r#""until":"2027-03-31","#, r#""until":"","#, r#""","#, "until: not an ISO date"),
];

/// Lists and what stands in them.
const LISTS: [Change; 11] = [
    ("record_step", r#""TF/7""#, r#""""#, r#""""#, "evidence[0].reference: an identifier is"),
    ("record_step", r#""photo""#, "7", "7", "evidence[1].kind: a whole number stands here"),
    ("record_step", r#","reference":"a 1""#, "", "}", "evidence[1]: missing field `reference`"),
    ("record_step", r#","reference":"a 1""#, r#","text":"""#, r#""text""#, "unknown field `text`"),
    ("record_step", "[{", "[[1],{", "[1]", "evidence[0]: a list stands here; an object"),
    ("receive_lines", r#""credit""#, r#""in""#, r#""in""#, "lines[0].side: unknown word"),
    ("receive_lines", r#""UTR 5""#, "null", "null", "lines[0].references[0]: null stands"),
    ("receive_lines", r#""references":[],"#, "", "}", "lines[1]: missing field `references`"),
    ("receive_lines", r#""bytes":80"#, r#""bytes":-80"#, "-80", "lines[0].bytes: a whole number"),
    (
        "receive_lines",
        "18446744073709551615",
        "18446744073709551616",
        "184",
        "lines[0].at: a number with places stands here",
    ),
    ("amend", r#""days""#, r#""special""#, r#""special":true"#, "special stands twice"),
];

/// Hashes, balances, words of a list, and who is barred.
const TEXTS: [Change; 19] = [
    ("note_export", "0123", "123", r#""123"#, "digest: a hash is 64 lower-case hex digits"),
    ("note_export", "0123", "00123", r#""00123"#, "digest: a hash is 64 lower-case hex digits"),
    ("note_export", "9abc", "9ABC", r#""0123"#, "digest: a hash is 64 lower-case hex digits"),
    ("note_export", "0123", "é12", r#""é12"#, "digest: a hash is 64 lower-case hex digits"),
    ("rotate_key", "0123", "+123", r#""+123"#, "check: a check value is 32 lower-case"),
    ("set_actor_key", "0123", "123", r#""123"#, "key: a public key is 64 lower-case hex digits"),
    ("set_actor_key", "9abc", "9ABC", r#""0123"#, "key: a public key is 64 lower-case hex digits"),
    ("certify_state", "ffff", "", r#""f"#, "hash: a hash is 64 lower-case hex digits"),
    ("rotate_key", r#""added""#, r#""lost""#, r#""lost""#, "change: unknown word; one of added,"),
    ("move_stock", r#""ordered""#, r#""lent""#, r#""lent""#, "movement: unknown word; one of"),
    ("settle_finding", "made_good", "fine", r#""fine""#, "settlement: unknown word; one of"),
    ("receive_statement", "-2.50", "--2.50", r#""--2.50"#, "opening: '-' at character 2"),
    ("receive_statement", "-2.50", "-2.x", r#""-2.x"#, "opening: 'x' at character 4"),
    ("receive_statement", "-2.50", "-", r#""-""#, "opening: no amount stands here"),
    ("receive_statement", "-2.50", "+2.50", r#""+2.50"#, "opening: '+' at character 1"),
    ("receive_statement", r#""-2.50""#, "-2.50", "-2.50", "a balance is a string of digits"),
    (
        "receive_statement",
        "-2.50",
        "-1000000000000000.01",
        r#""-1000"#,
        "opening: the amount is above the largest",
    ),
    ("bar", r#""person""#, r#""owner""#, r#""owner""#, "subject: unknown word `owner`"),
    ("bar", r#"{"person":"#, r#"{"family":{},"person":"#, "{}", "subject.family: an object of"),
];

/// Whole numbers and positions beyond their bounds.
const NUMBERS: [Change; 9] = [
    (
        "rotate_key",
        r#""key_id":2"#,
        r#""key_id":65536"#,
        "65536",
        "no whole number from 0 to 65535",
    ),
    ("deny_access", "3}", "4294967296}", "4294967296", "from 0 to 4294967295"),
    ("move_stock", "40", "4e1", "4e1", "quantity: a number with places stands here"),
    ("confirm", "17", "0", "0", "payment: 0 is no whole number from 1"),
    ("suspend", "17", "0", "0", "payment: 0 is no whole number from 1"),
    ("decide_match", "12", "0", "0", "target: 0 is no whole number from 1"),
    ("match", "17", "0", "0", "line.statement: 0 is no whole number from 1"),
    ("reverse", "17", r#""17""#, r#""17""#, "of: a string stands here; a whole number"),
    ("certify_state", r#""upto":0"#, r#""upto":-1"#, "-1", "upto: a whole number stands here"),
];
