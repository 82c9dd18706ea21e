//! Statements and reconciliation through the whole program: files in, matches out, nothing false.
//!
//! # Invariants
//! * Every account number here is made up.
//!
//! # Not here
//! Rules of matching over worlds of every kind: `bahi-recon`.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use bahi_core::{LineSide, Reference};
use bahi_recon::matching::{
    Line, LineKind, Name, NameKind,
    truth::{self, Shares, World},
};
use serde_json::{Value, json};

use super::{Place, Ran};

mod beside;
mod coverage;
mod files;
mod narrated;
mod returned;

const ACCOUNT: &str = "123456789012";

/// An office: a ledger with its keys.
struct Office {
    place: Place,
    commands: u64,
}

impl Office {
    fn new() -> Office {
        let place = Place::with_rulebook();
        let office = Office { place, commands: 0 };
        office.bahi(&["vault", "keys", "new"]);
        office
    }

    fn file(&self, name: &str) -> String {
        self.place.beside().join(name).to_str().expect("a plain path").to_owned()
    }

    fn bahi(&self, words: &[&str]) -> Ran {
        self.place.bahi(&[words, &["--keys", &self.file("keys")]].concat())
    }

    fn json(&self, words: &[&str]) -> Value {
        self.bahi(&[words, &["--format", "json"]].concat()).done().json()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let file = self.file(name);
        fs::write(&file, bytes).expect("a file");
        file
    }

    fn add(&self, name: &str, bytes: &[u8]) -> Value {
        let file = self.write(name, bytes);
        self.json(&["statement", "add", &file])
    }

    fn command(
        &mut self,
        kind: &str,
        (actor, role, day): (&str, &str, &str),
        rest: Value,
    ) -> String {
        self.commands += 1;
        let mut command = json!({
            "command_id": format!("0198a7c2-0000-7000-8000-{:012}", self.commands),
            "kind": kind, "actor": actor, "role": role, "effective_day": day,
        });
        let fields = command.as_object_mut().expect("an object");
        fields.extend(rest.as_object().expect("an object").clone());
        command.to_string()
    }

    /// The commands that allot, apply for, grant and pay.
    fn allot(&mut self) -> String {
        let rest = json!({"authority": order(), "fund": fund(), "amount": "9999999999.00"});
        self.command("allot", ("fin-01", "finance", "2024-04-01"), rest)
    }

    fn case(&mut self, case: &str, amounts: &[(i64, &str, &str)], key: u64) -> Vec<String> {
        let sum: i64 = amounts.iter().map(|(paise, ..)| paise).sum();
        let applied = json!({
            "scheme": "margin-money", "district": "187", "case_ref": case,
            "applicant": {"person": {"person_key": format!("{key:032x}")}},
            "facts": {"project_cost": rupees(sum * 4)},
        });
        let granted = json!({
            "authority": order(), "case_ref": case, "fund": fund(), "amount": rupees(sum),
        });
        let mut lines = vec![
            self.command("apply", ("dic-vns", "district_office", "2024-04-01"), applied),
            self.command("sanction", ("dm-vns", "sanctioning_authority", "2024-04-01"), granted),
        ];
        for (instalment, (paise, reference, day)) in (1..).zip(amounts) {
            let paid = json!({
                "case_ref": case, "instalment": instalment, "amount": rupees(*paise),
                "payee": {"account_key": format!("{key:032x}"), "ifsc": "SBIN0001234"},
                "reference": reference,
            });
            lines.push(self.command("disburse", ("ddo-vns", "drawing_officer", day), paid));
        }
        lines
    }

    fn submit(&self, commands: &[String]) {
        self.place.reading(&commands.join("\n"), &["submit"]).done();
    }

    fn events(&self, kind: &str) -> Vec<Value> {
        let words = ["events", "--kind", kind, "--format", "jsonl"];
        self.bahi(&words).done().json_lines()
    }
}

fn order() -> Value {
    json!({"order": "S-7/2024", "date": "2024-04-01"})
}

fn fund() -> Value {
    json!({"scheme": "margin-money", "head": "odop", "fy": "2024-25", "district": "187"})
}

fn rupees(paise: i64) -> String {
    format!("{}.{:02}", paise / 100, paise % 100)
}

/// Writes lines as a file of a format, and says where each begins.
fn written(format: &str, lines: &[Line], number: usize) -> (Vec<u8>, Vec<usize>) {
    let mut file = if format == "mt940" {
        format!(":20:S{number}\n:25:{ACCOUNT}\n:28C:{number}/1\n:60F:C240401INR1000000000,00\n")
    } else {
        format!(
            "<Document><BkToCstmrStmt><Stmt><Id>S{number}</Id>\n<Acct><Id><Othr><Id>{ACCOUNT}</Id>\
             </Othr></Id><Ccy>INR</Ccy></Acct>\n"
        )
    };
    let mut starts = Vec::new();
    for line in lines {
        starts.push(file.len());
        let own = line.names.iter().find(|name| name.text.as_str().starts_with("BILL"));
        let utr = line.names.iter().find(|name| name.kind == NameKind::Transfer);
        let utr = utr.map_or("", |name| name.text.as_str());
        let case = line.names.iter().find(|name| name.text.as_str().starts_with("SANC"));
        let narration = format!("PAID {utr} {}", case.map_or("", |name| name.text.as_str()));
        let (own, day) = (own.map(|name| name.text.as_str()), line.booked.to_string());
        let back = line.kind == LineKind::Return;
        let (side, mark) = if line.side == LineSide::Debit { ("DBIT", "D") } else { ("CRDT", "C") };
        if format == "mt940" {
            let (short, kind) = (day[2..].replace('-', ""), if back { "NRTI" } else { "NTRF" });
            let amount = rupees(line.amount.paise()).replace('.', ",");
            let reference = own.unwrap_or("NONREF");
            let _ = writeln!(file, ":61:{short}{}{mark}{amount}{kind}{reference}", &short[2..]);
            let _ = writeln!(file, ":86:{narration}");
        } else {
            let refs = own.map_or_else(String::new, |own| {
                format!("<Refs><EndToEndId>{own}</EndToEndId></Refs>")
            });
            let back = if back { "<RtrInf><Rsn><Cd>54</Cd></Rsn></RtrInf>" } else { "" };
            let _ = writeln!(
                file,
                "<Ntry><Amt Ccy=\"INR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>\
                 <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><NtryDtls><TxDtls>\
                 {refs}<RmtInf><Ustrd>{narration}</Ustrd></RmtInf>{back}</TxDtls></NtryDtls></Ntry>",
                rupees(line.amount.paise())
            );
        }
    }
    file.push_str(if format == "mt940" {
        ":62F:C240401INR1000000000,00\n-\n"
    } else {
        "</Stmt></BkToCstmrStmt></Document>\n"
    });
    (file.into_bytes(), starts)
}

/// An amount of which margin money can come to twice, the same for the same.
fn amount(paise: i64) -> i64 {
    if paise == 25_000_000 { paise } else { 1_000_000 + paise / 1_250_000 % 24 * 1_250_000 }
}

fn world(missing_references: u32) -> World {
    let shares = Shares { split: 0, batched: 0, ..Shares::published(missing_references) };
    let mut world = truth::world(7, 240, shares);
    // Two letters and digits alone would be an account in field 61.
    let named = |names: &mut Vec<Name>| {
        for name in names {
            let text = name.text.as_str().replace("PX24", "BILL");
            name.text = Reference::new(&text).expect("letters and digits");
        }
    };
    world.input.vouchers.iter_mut().for_each(|voucher| named(&mut voucher.names));
    for line in world.input.statements.iter_mut().flat_map(|statement| &mut statement.lines) {
        named(&mut line.names);
        let amount = bahi_core::Money::from_paise(amount(line.amount.paise()));
        line.amount = amount.expect("an amount");
    }
    world
}

/// Puts a world into an office: its payments, and its files in an order. Gives, for each file's hash,
/// what the lines are by where they begin.
fn live(
    office: &mut Office,
    world: &World,
    format: &str,
    backwards: bool,
) -> BTreeMap<String, Vec<(usize, Option<String>)>> {
    let mut cases: BTreeMap<u64, Vec<(i64, &str, String)>> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut own: BTreeMap<u64, &str> = BTreeMap::new();
    for voucher in &world.input.vouchers {
        let name = voucher.names[0].text.as_str();
        own.insert(voucher.id.0, name);
        if seen.insert((voucher.case.0, voucher.instalment)) {
            let paid = (amount(voucher.amount.paise()), name, voucher.day.to_string());
            cases.entry(voucher.case.0).or_default().push(paid);
        }
    }
    let mut commands = vec![office.allot()];
    for (key, paid) in &cases {
        let case = format!("VNS/{key}");
        let paid: Vec<(i64, &str, &str)> =
            paid.iter().map(|(paise, name, day)| (*paise, *name, day.as_str())).collect();
        commands.extend(office.case(&case, &paid, *key));
    }
    office.submit(&commands);
    let mut truth = BTreeMap::new();
    let mut files: Vec<usize> = (0..world.input.statements.len()).collect();
    if backwards {
        files.reverse();
    }
    for number in files {
        let statement = &world.input.statements[number];
        if statement.lines.is_empty() {
            continue;
        }
        let (bytes, starts) = written(format, &statement.lines, number + 1);
        let added = office.add(&format!("{number}.{format}"), &bytes);
        let of = statement.lines.iter().zip(starts).map(|(line, start)| {
            let id = bahi_recon::matching::LineId { file: statement.file, number: line.number };
            let paid = world.truth.paid.get(&id).and_then(|of| of.first());
            let payment = paid.or_else(|| world.truth.returned.get(&id));
            (start, payment.and_then(|one| own.get(&one.0)).map(|one| (*one).to_owned()))
        });
        truth.insert(added["file"].as_str().expect("a hash").to_owned(), of.collect());
    }
    truth
}

/// How many matches pair what does not belong together, and how many there are.
fn false_matches(
    office: &Office,
    truth: &BTreeMap<String, Vec<(usize, Option<String>)>>,
) -> (usize, usize) {
    let mut own: BTreeMap<u64, String> = BTreeMap::new();
    for paid in office.events("Disbursed") {
        let name = paid["reference"].as_str().expect("a reference").to_owned();
        own.insert(paid["position"].as_u64().expect("a position"), name);
    }
    for back in office.events("PaymentReturned") {
        let payment = own[&back["payment"].as_u64().expect("a payment")].clone();
        own.insert(back["position"].as_u64().expect("a position"), payment);
    }
    let mut files: BTreeMap<u64, String> = BTreeMap::new();
    for received in office.events("StatementReceived") {
        let file = received["file"].as_str().expect("a hash").to_owned();
        files.insert(received["position"].as_u64().expect("a position"), file);
    }
    let mut at: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    for lines in office.events("StatementLines") {
        let statement = lines["statement"].as_u64().expect("a position");
        let first = lines["first"].as_u64().expect("a number");
        for (line, number) in lines["lines"].as_array().expect("lines").iter().zip(first..) {
            let start = line["at"].as_u64().expect("a place");
            at.insert((statement, number), usize::try_from(start).expect("a place"));
        }
    }
    let matches = office.events("Matched");
    let wrong = matches.iter().filter(|one| {
        let statement = one["line"]["statement"].as_u64().expect("a position");
        let line = one["line"]["line"].as_u64().expect("a number");
        let start = at[&(statement, line)];
        let of = &truth[&files[&statement]];
        let entry = of.iter().rev().find(|(begins, _)| *begins <= start).expect("an entry");
        entry.1.as_ref() != own.get(&one["target"].as_u64().expect("a position"))
    });
    (wrong.count(), matches.len())
}

/// The shares that are published, a tenth and three tenths of references missing, in two formats: no
/// match is false, another run adds nothing, and the order of files changes nothing.
#[test]
fn no_match_is_false_through_the_whole_program() {
    for (format, missing, least) in [("camt053", 100, 60), ("mt940", 300, 40)] {
        let world = world(missing);
        let mut told = Vec::new();
        for backwards in [false, true] {
            let mut office = Office::new();
            let truth = live(&mut office, &world, format, backwards);
            let run = ["reconcile", "--run", "--report", "--today", "2025-03-31"];
            let answer = office.json(&run);
            let (wrong, all) = false_matches(&office, &truth);
            assert_eq!(wrong, 0, "{format}: of {all}");
            for one in office.events("Matched") {
                let rule = one["rule"].as_str().expect("a rule");
                let evidence = one["evidence"].as_array().expect("references");
                assert!(rule.starts_with('r') && !evidence.is_empty(), "what it rests on: {one}");
                assert_eq!(one["actor"], "reconciliation", "and who made it: {one}");
            }
            assert!(all * 100 >= world.input.vouchers.len() * least, "{format}: {all} matches");
            assert_eq!(answer["found"]["withheld"], json!([]), "{answer}");
            let before = office.place.position();
            let again = office.json(&run);
            assert_eq!(office.place.position(), before, "another run records nothing");
            assert_eq!(again["exceptions"], answer["exceptions"]);
            assert_eq!(office.json(&["verify"])["ok"], true);
            let reasons = answer["exceptions"].as_array().expect("exceptions").iter();
            let mut reasons: Vec<(String, String)> =
                reasons.map(|one| (one["reason"].to_string(), one["amount"].to_string())).collect();
            reasons.sort();
            told.push((all, answer["matched"]["by_rule"].clone(), reasons));
        }
        assert_eq!(told[0], told[1], "{format}: the order of files");
    }
}

/// Two payments by bills of their own, two under one, one that comes back, one that nothing names.
fn small() -> Office {
    let mut office = Office::new();
    let mut commands = vec![office.allot()];
    let bills = ["BILLNO-00001", "BILLNO-00002", "BATCHNO-0007", "BATCHNO-0007", "BILLNO-00005"];
    for (key, bill) in (1..).zip(bills) {
        let paid = [(25_000_000, bill, "2024-06-20")];
        commands.extend(office.case(&format!("VNS/{key}"), &paid, key));
    }
    office.submit(&commands);
    office
}

const SMALL: &str = ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR3000000,00\n\
    :61:2406210621D250000,00NTRFBILLNO-00001//B1\n:86:NEFT\n\
    :61:2406210621D500000,00NTRFBATCHNO-0007//B2\n:86:BULK DEBIT\n\
    :61:2406220622D250000,00NTRFBILLNO-00005//B3\n:86:X\n\
    :61:2406250625C250000,00NRTIBILLNO-00005//B4\n:86:RETURNED\n\
    :61:2406210621D250000,00NTRFNONREF//B5\n:86:NO REFERENCE\n\
    :61:2406210621D99,00NTRFNONREF//B6\n:86:TWICE\n\
    :61:2406210621D99,00NTRFNONREF//B6\n:86:TWICE\n\
    :62F:C240630INR1999802,00\n-\n";

#[test]
fn a_file_is_added_once_and_what_another_repeats_is_left_out() {
    let office = small();
    let first = office.add("a.sta", SMALL.as_bytes());
    assert_eq!(first["statements"][0]["lines"], 7, "two equal lines stay two: {first}");
    let before = office.place.position();
    let again = office.add("b.sta", SMALL.as_bytes());
    assert_eq!((again["known"].clone(), office.place.position()), (json!(true), before));
    // The same lines and a new one: the new one alone, and that the others were told.
    let more = SMALL.replace(":62F:", ":61:2406280628D77,00NTRFNONREF//B9\n:86:NEW\n:62F:");
    let other = office.add("c.sta", more.as_bytes());
    assert_eq!(other["statements"][0]["lines"], 1, "{other}");
    assert_eq!(other["statements"][0]["repeated"], 7, "{other}");
    let text = fs::read(office.file("a.sta")).expect("the file");
    assert!(!text.is_empty());
    let said = office.bahi(&["events", "--format", "jsonl"]).done().out;
    assert!(!said.contains(ACCOUNT) && !said.contains("BULK"), "accounts and narrations stay out");
}

#[test]
fn a_batch_a_return_and_a_proposal_are_told_apart() {
    let office = small();
    office.add("a.sta", SMALL.as_bytes());
    let today = ["--today", "2024-07-10"];
    let would = office.json(&[&["reconcile"], &today[..]].concat());
    assert_eq!(would["found"]["recorded"], false);
    let before = office.place.position();
    let answer = office.json(&[&["reconcile", "--run", "--report"], &today[..]].concat());
    assert_eq!(office.place.position(), before + 5, "three matches, a return and its match");
    let rules = &answer["matched"]["by_rule"];
    assert_eq!(rules["r1_reference"]["count"], 2, "{answer}");
    assert_eq!(rules["r3_batch"]["value"], "500000.00", "{answer}");
    assert_eq!(rules["r5_return"]["count"], 1, "{answer}");
    let batch: Vec<Value> =
        office.events("Matched").into_iter().filter(|one| one["rule"] == "r3_batch").collect();
    assert_eq!(batch[0]["further"]["targets"].as_array().map(Vec::len), Some(1), "{batch:?}");
    assert_eq!(office.events("PaymentReturned").len(), 1);
    let proposed = &answer["proposed"][0];
    assert_eq!(
        (&proposed["rule"], proposed["events"].as_array().map(Vec::len)),
        (&json!("r7_amount"), Some(1)),
        "{answer}"
    );
    let strict = office.bahi(&[&["reconcile", "--strict"], &today[..]].concat());
    assert_eq!(strict.status, 1, "{strict:?}");
    assert!(strict.out.contains("missing_in_ledger"), "{}", strict.out);
}

#[test]
fn a_person_accepts_rejects_and_is_no_maker() {
    let office = small();
    office.add("a.sta", SMALL.as_bytes());
    let run = ["reconcile", "--run", "--today", "2024-07-10"];
    let answer = office.json(&run);
    let id = answer["proposed"][0]["id"].as_str().expect("an id").to_owned();
    let told = office.bahi(&["reconcile", "explain", &id, "--today", "2024-07-10"]).done().out;
    assert!(told.contains("r7_amount") && told.contains("VNS/2"), "{told}");
    for maker in ["ddo-vns", "bank-statements"] {
        let words = ["reconcile", "accept", &id, "--actor", maker, "--today", "2024-07-10"];
        let refused = office.bahi(&words);
        let said = refused.failed(1);
        assert!(said.contains("the same actor recorded"), "{said}");
    }
    let words = |what| {
        ["reconcile", what, &id, "--actor", "cao-vns", "--today", "2024-07-10"].map(String::from)
    };
    let decide = |what: &'static str| {
        let words = words(what);
        office.bahi(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    decide("reject").done();
    let left = office.json(&["reconcile", "--today", "2024-07-10"]);
    assert_eq!(left["proposed"], json!([]), "what is rejected is not proposed again");
    assert!(decide("accept").failed(1).contains("no proposal"));
    let rejected = office.events("MatchDecided");
    let at = rejected[0]["position"].as_u64().expect("a position");
    let undo = json!({
        "command_id": "0198a7c2-0000-7000-8000-999999999999", "kind": "unmatch", "actor": "cao-vns",
        "role": "drawing_officer", "effective_day": "2024-07-11", "matched": at, "reason": "looked_again",
    });
    office.submit(&[undo.to_string()]);
    decide("accept").done();
    let after = office.json(&["reconcile", "--today", "2024-07-10"]);
    assert_eq!(after["matched"]["by_rule"]["decided"]["count"], 1, "{after}");
    // Money of something else is set aside by name.
    let lines = &office.events("StatementLines")[0];
    let aside = format!("{}/6=none", lines["statement"]);
    let words = ["reconcile", "accept", &aside, "--actor", "cao-vns", "--today", "2024-07-10"];
    office.bahi(&words).done();
    assert_eq!(office.json(&["verify"])["ok"], true);
}

#[test]
fn a_file_is_shown_and_what_is_none_is_told_with_its_place() {
    let office = small();
    let file = office.write("a.sta", SMALL.as_bytes());
    let shown = office.place.bahi(&["statement", "show", &file, "--format", "json"]).done().json();
    let one = &shown["statements"][0];
    assert_eq!(shown["format"], "mt940");
    assert_eq!((one["entries"].clone(), one["credits"].clone()), (json!(7), json!("250000.00")));
    assert_eq!(one["debits"], "1250198.00", "{shown}");
    assert_eq!(one["balance_equation"], true, "{shown}");
    let bytes = &shown["account_of_bytes"];
    let sum = bytes["read"].as_u64().expect("read") + bytes["set_aside"].as_u64().expect("aside");
    assert_eq!(bytes["total"].as_u64(), Some(sum));
    let before = office.place.position();
    for (name, hostile) in [
        ("empty", &b""[..]),
        ("noise", b"\x00\xff\xfe\x01noise"),
        ("cut.xml", b"<Document><BkToCstmrStmt><Stmt><Id>1"),
        ("entity.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Document><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>"),
        ("none.sta", b":20:S\n:28C:1/1\n:60F:C240601INR1,00\n:62F:C240630INR1,00\n-\n"),
    ] {
        let file = office.write(name, hostile);
        office.bahi(&["statement", "add", &file]).failed(2);
    }
    let keyless = office.place.bahi(&["statement", "add", &file]);
    assert!(keyless.failed(2).contains("--keys"), "{keyless:?}");
    assert_eq!(office.place.position(), before, "nothing of them is recorded");
}

/// A treasury's answers: one payment settled, one refused; what both prove is recorded, once.
#[test]
fn answers_confirm_and_tell_what_failed() {
    let office = small();
    let about = |bill: &str, status: &str| {
        format!(
            "<TxInfAndSts><OrgnlEndToEndId>{bill}</OrgnlEndToEndId><TxSts>{status}</TxSts>\
             <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt>\
             <InstdAmt Ccy=\"INR\">250000.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>"
        )
    };
    let file = format!(
        "<Document><CstmrPmtStsRpt><OrgnlPmtInfAndSts>{}{}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>\
         </Document>",
        about("BILLNO-00001", "ACSC"),
        about("BILLNO-00002", "RJCT")
    );
    let file = office.write("answers.xml", file.as_bytes());
    let run = ["reconcile", "--run", "--answers", &file, "--today", "2024-07-10"];
    let answer = office.json(&run);
    assert_eq!(answer["found"]["confirmations"], 1, "{answer}");
    assert_eq!(office.events("PaymentConfirmed").len(), 1);
    assert_eq!(office.events("PaymentReturned")[0]["reason"], "AC04");
    let told = answer["three_way"].as_array().expect("rows").iter();
    let by_treasury: Vec<&Value> = told.filter(|row| row["treasury"] == true).collect();
    assert_eq!(by_treasury.len(), 1);
    assert_eq!(by_treasury[0]["count"], 1, "{answer}");
    let before = office.place.position();
    office.json(&run);
    assert_eq!(office.place.position(), before, "the same answers record nothing more");
}

#[test]
fn a_ledger_that_never_had_keys_takes_statements_and_nobodys_number() {
    let place = Place::with_rulebook();
    let file = place.beside().join("a.sta");
    let text = SMALL.replace("//B1", "//234567890124");
    fs::write(&file, text).expect("a file");
    let file = file.to_str().expect("a plain path");
    let added = place.bahi(&["statement", "add", file, "--format", "json"]).done().json();
    assert_eq!(added["statements"][0]["lines"], 7, "{added}");
    let again = place.bahi(&["statement", "add", file, "--format", "json"]).done().json();
    assert_eq!(again["known"], true);
    let said = place.bahi(&["events", "--format", "jsonl"]).done().out;
    assert!(!said.contains(ACCOUNT) && !said.contains("234567890124"), "{said}");
    assert_eq!(place.bahi(&["verify", "--format", "json"]).done().json()["ok"], true);
}
