//! What stands beside lines: what the bank wrote, which goes to the vault alone; answers to payments;
//! charges and differences within named rules; bills of many cases.
//!
//! # Invariants
//! * Everybody here is made up.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{ACCOUNT, Office, SMALL, small};

const TODAY: [&str; 2] = ["--today", "2024-07-10"];

impl Office {
    /// With the vault beside the ledger.
    fn with_vault(&self, words: &[&str]) -> Value {
        let vault = self.file("vault");
        self.json(&[words, &["--vault", &vault]].concat())
    }

    fn asked(&self, verb: &str, subject: &str, role: &str) -> super::Ran {
        let (vault, who) = (self.file("vault"), format!("{role}-7"));
        let words = ["vault", verb, subject, "--actor", &who, "--role", role, "--vault", &vault];
        self.bahi(&[&words[..], &["--format", "json"]].concat())
    }
}

/// Whether any file under a directory holds these bytes.
fn holds(dir: &Path, wanted: &[u8]) -> bool {
    fs::read_dir(dir).expect("a directory").any(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return holds(&path, wanted);
        }
        fs::read(path).expect("a file").windows(wanted.len()).any(|part| part == wanted)
    })
}

/// Narrations, names and account numbers of people, none of which any file but the bank's may show.
const WRITTEN: [&str; 4] =
    ["GHULAM RASOOL", "ASHA DEVI KABIR CHAURA", "40302010998877", "LOOM RENT"];

fn written() -> String {
    let document = |inside: &str| {
        format!(
            "<Document><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id>\
             <Ccy>INR</Ccy></Acct>{inside}</Stmt></BkToCstmrStmt></Document>"
        )
    };
    let entry = |amount: &str, detail: &str| {
        format!(
            "<Ntry><Amt Ccy=\"INR\">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>\
             <BookgDt><Dt>2024-06-21</Dt></BookgDt><NtryDtls><TxDtls>{detail}</TxDtls></NtryDtls>\
             </Ntry>"
        )
    };
    let party = "<RltdPties><Cdtr><Nm>GHULAM RASOOL</Nm></Cdtr><CdtrAcct><Id><Othr>\
        <Id>40302010998877</Id></Othr></Id></CdtrAcct></RltdPties>";
    let told = "<RmtInf><Ustrd>ASHA DEVI KABIR CHAURA</Ustrd></RmtInf>";
    document(&format!(
        "{}{}{}",
        entry(
            "250000.00",
            &format!("<Refs><EndToEndId>BILLNO-00001</EndToEndId></Refs>{party}{told}")
        ),
        entry("99.00", "<RmtInf><Ustrd>LOOM RENT</Ustrd></RmtInf>"),
        entry("77.00", ""),
    ))
}

#[test]
fn what_a_bank_writes_is_kept_in_the_vault_and_nowhere_else() {
    let office = small();
    let file = office.write("a.xml", written().as_bytes());
    let plain = office.bahi(&["statement", "add", &file]).done().out;
    assert!(plain.contains("is kept nowhere"), "{plain}");
    let added = office.with_vault(&["statement", "add", &file]);
    assert_eq!(added["known"], true, "the lines were there: {added}");
    assert_eq!(added["statements"][0]["kept"], 2, "of three lines two say something: {added}");
    let at = added["statements"][0]["position"].as_u64().expect("a position");
    let line = |number: u32| format!("line:{at}/{number}");
    // Whoever may sees it, and leaves an event first.
    let before = office.place.position();
    let shown = office.asked("show", &line(1), "drawing_officer").done().json();
    assert_eq!(shown["fields"]["account_name"], "GHULAM RASOOL", "{shown}");
    assert_eq!(shown["fields"]["account_number"], "40302010998877", "{shown}");
    assert_eq!(shown["fields"]["detail"], "ASHA DEVI KABIR CHAURA", "{shown}");
    assert_eq!(office.place.position(), before + 1);
    let own = office.asked("show", &format!("lines:{at}"), "auditor").done().json();
    assert_eq!(own["fields"]["account_number"], ACCOUNT);
    office.asked("show", &line(3), "auditor").failed(1);
    assert!(office.asked("show", &line(1), "treasury_job").failed(1).contains("may not see"));
    let told = office.bahi(&["reconcile", "explain", &format!("{at}/2")]).done().out;
    assert!(told.contains(&format!("bahi vault show line:{at}/2")), "{told}");
    // The same file again keeps nothing twice.
    let position = office.place.position();
    office.with_vault(&["statement", "add", &file]);
    assert_eq!(office.place.position(), position);
    // Nothing of it lies in the ledger, in what is printed, or in the clear in the vault.
    let run = office.bahi(&["reconcile", "--run", "--report", "--today", "2024-07-10"]);
    let events = office.bahi(&["events", "--format", "jsonl"]);
    for text in WRITTEN.iter().chain([&ACCOUNT]) {
        assert!(!holds(&office.place.ledger(), text.as_bytes()), "{text} lies in the ledger");
        assert!(!holds(Path::new(&office.file("vault")), text.as_bytes()), "{text} lies open");
        for ran in [&run, &events] {
            assert!(!ran.out.contains(text) && !ran.err.contains(text), "{text} is printed");
        }
    }
    assert_eq!(office.json(&["verify"])["ok"], true);
}

#[test]
fn what_is_erased_of_a_line_does_not_come_back() {
    let office = small();
    let file = office.write("a.xml", written().as_bytes());
    let added = office.with_vault(&["statement", "add", &file]);
    let at = added["statements"][0]["position"].as_u64().expect("a position");
    let line = |number: u32| format!("line:{at}/{number}");
    office.asked("erase", &line(1), "administrator").done();
    assert!(office.asked("show", &line(1), "auditor").failed(1).contains("were erased"));
    office.asked("show", &line(2), "auditor").done();
    office.with_vault(&["statement", "add", &file]);
    assert!(office.asked("show", &line(1), "auditor").failed(1).contains("were erased"));
    // A new vault is given what was not erased.
    fs::rename(office.file("vault"), office.file("old")).expect("moved away");
    let vault = office.file("vault");
    let words = ["vault", "put", "VNS/1", "--actor", "dic-vns", "--role", "district_office"];
    let words = [&words[..], &["--new", "--vault", &vault]].concat();
    office.place.reading(r#"{"name":"Asha"}"#, &words).done();
    let again = office.with_vault(&["statement", "add", &file]);
    assert_eq!(again["statements"][0]["kept"], 1, "{again}");
    assert!(office.asked("show", &line(1), "auditor").failed(1).contains("were erased"));
    office.asked("show", &line(2), "auditor").done();
    // All of a statement, its own account among it.
    office.asked("erase", &format!("lines:{at}"), "administrator").done();
    assert!(office.asked("show", &line(2), "auditor").failed(1).contains("were erased"));
    let last = office.with_vault(&["statement", "add", &file]);
    assert_eq!(last["statements"][0]["kept"], 0, "{last}");
    assert_eq!(office.json(&["verify"])["ok"], true);
}

fn status(bill: &str, word: &str, code: &str) -> String {
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>{bill}</OrgnlEndToEndId><TxSts>{word}</TxSts><StsRsnInf><Rsn>\
         <Cd>{code}</Cd></Rsn></StsRsnInf></TxInfAndSts>"
    )
}

fn report(day: &str, inside: &str) -> String {
    format!(
        "<Document><CstmrPmtStsRpt><GrpHdr><MsgId>M{day}</MsgId><CreDtTm>{day}T10:00:00</CreDtTm>\
         </GrpHdr><OrgnlPmtInfAndSts>{inside}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )
}

/// Answers are evidence of their own: recorded once, matched with their payments, left to a person where
/// they name none.
#[test]
fn answers_are_recorded_and_say_what_became_of_payments() {
    let office = small();
    let first = [
        status("BILLNO-00001", "ACSC", "0000"),
        status("BILLNO-00002", "RJCT", "AC04"),
        status("BILLNO-77777", "RJCT", "AC01"),
        status("BILLNO-00005", "ACSP", "0000"),
    ];
    let first = report("2024-06-21", &first.concat());
    let added = office.add("answers.xml", first.as_bytes());
    let part = &added["statements"][0];
    assert_eq!(
        (&part["answers"], &part["lines"], &part["unbooked"]),
        (&json!(true), &json!(3), &json!(1))
    );
    let at = part["position"].as_u64().expect("a position");
    let before = office.place.position();
    assert_eq!(office.add("again.xml", first.as_bytes())["known"], true);
    assert_eq!(office.place.position(), before);
    let run = [&["reconcile", "--run"], &TODAY[..]].concat();
    let answer = office.json(&run);
    assert_eq!(answer["found"]["confirmations"], 1, "{answer}");
    assert_eq!(answer["answers"], json!({"paid": 1, "failed": 2}));
    assert_eq!(office.events("PaymentReturned")[0]["reason"], "AC04");
    let treasury = |answer: &Value| {
        let all = answer["exceptions"].as_array().expect("exceptions").clone();
        all.into_iter().filter(|one| one["side"] == "treasury").collect::<Vec<_>>()
    };
    let left = treasury(&answer);
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["reason"], "missing_in_ledger");
    assert_eq!(left[0]["ids"][0], format!("{at}/3"));
    let told = office.bahi(&["reconcile", "explain", &format!("{at}/2")]).done().out;
    assert!(told.contains("failed") && told.contains("the account is closed"), "{told}");
    // Returned after "successful": a later answer says that the first payment failed after all.
    let later = report("2024-06-25", &status("BILLNO-00001", "RJCT", "54"));
    office.add("later.xml", later.as_bytes());
    office.json(&run);
    let back = office.events("PaymentReturned");
    assert_eq!(back.len(), 2, "{back:?}");
    assert_eq!(back[1]["reason"], "54");
    let position = office.place.position();
    office.json(&run);
    assert_eq!(office.place.position(), position, "another run records nothing");
    // A person says that the third is of nobody; then nothing of the treasury is left.
    let aside = format!("{at}/3=none");
    let words = [&["reconcile", "accept", &aside, "--actor", "cao-vns"], &TODAY[..]].concat();
    office.bahi(&words).done();
    assert_eq!(treasury(&office.json(&run)), Vec::<Value>::new());
    assert_eq!(office.json(&["verify"])["ok"], true);
}

/// An answer that names nothing we know is, a person says, of a payment: what it says is recorded then.
#[test]
fn a_person_says_which_payment_an_answer_is_of() {
    let office = small();
    let file = report("2024-06-21", &status("THEIRS-0001", "RJCT", "51"));
    let at = office.add("answers.xml", file.as_bytes())["statements"][0]["position"].clone();
    let payment = office.events("Disbursed")[1]["position"].clone();
    let pair = format!("{at}/1={payment}");
    let words = [&["reconcile", "accept", &pair, "--actor", "cao-vns"], &TODAY[..]].concat();
    office.bahi(&words).done();
    let back = office.events("PaymentReturned");
    assert_eq!((&back[0]["payment"], &back[0]["reason"]), (&payment, &json!("51")));
    let after = office.json(&[&["reconcile"], &TODAY[..]].concat());
    let all = after["exceptions"].as_array().expect("exceptions");
    assert!(all.iter().all(|one| one["side"] != "treasury"), "{after}");
    assert_eq!(office.json(&["verify"])["ok"], true);
}

const CHARGED: &str = ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR3000000,00\n\
    :61:2406210621D249990,00NTRFBILLNO-00001//B1\n:86:NEFT\n\
    :61:2406210621D17,70NCHGNONREF//B2\n:86:CHARGES\n\
    :61:2406210621D900,00NCHGNONREF//B3\n:86:CHARGES\n\
    :62F:C240630INR2749092,30\n-\n";

/// A difference is nobody's without a named rule; with one, rule, amount and limit are in the log.
#[test]
fn charges_and_differences_are_taken_by_a_named_rule_alone() {
    let office = small();
    office.add("a.sta", CHARGED.as_bytes());
    let plain = office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    assert_eq!(plain["matched"]["count"], 0, "{plain}");
    let reasons = |answer: &Value| {
        let all = answer["exceptions"].as_array().expect("exceptions").iter();
        let bank = all.filter(|one| one["side"] == "bank");
        bank.map(|one| (one["reason"].clone(), one["differs_by"].clone())).collect::<Vec<_>>()
    };
    let left = reasons(&plain);
    assert!(left.contains(&(json!("amount_differs"), json!("-10.00"))), "{left:?}");
    assert!(left.contains(&(json!("fee"), json!(null))), "{left:?}");
    let rules = ["--tolerance", "neft_fee:less:10.00", "--tolerance", "bank_charges:charge:50.00"];
    let run = [&["reconcile", "--run"], &rules[..], &TODAY].concat();
    let answer = office.json(&run);
    let accepted = &answer["matched"]["accepted"];
    assert_eq!(
        accepted,
        &json!([
            {"rule": "bank_charges", "limit": "50.00", "count": 1, "value": "17.70"},
            {"rule": "neft_fee", "limit": "10.00", "count": 1, "value": "-10.00"},
        ])
    );
    assert_eq!(reasons(&answer), [(json!("over_limit"), json!("900.00"))], "{answer}");
    let matched = office.events("Matched");
    let differences: Vec<&Value> = matched.iter().map(|one| &one["difference"]).collect();
    let limits: Vec<&Value> = differences.iter().map(|one| &one["limit"]).collect();
    assert_eq!(limits, [&json!("10.00"), &json!("50.00")], "{matched:?}");
    let position = office.place.position();
    let after = office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    assert_eq!(office.place.position(), position);
    assert_eq!(
        after["matched"]["accepted"], *accepted,
        "what was accepted is told without the rules"
    );
    let shown = office.bahi(&[&["reconcile"], &TODAY[..]].concat()).done().out;
    assert!(shown.contains("accepted by neft_fee, limit ₹ 10.00"), "{shown}");
    assert_eq!(office.json(&["verify"])["ok"], true);
    let export = office.bahi(&["audit", "--format", "json"]);
    assert!(!export.out.contains("C85"), "{}", export.out);
}

/// A bill of two cases is in the trail of each.
#[test]
fn a_match_over_several_cases_is_in_each_of_their_trails() {
    let office = small();
    office.add("a.sta", SMALL.as_bytes());
    office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    let bill = office.events("Matched").into_iter().find(|one| one["rule"] == "r3_batch");
    let at = bill.expect("a bill")["position"].clone();
    for case in ["VNS/3", "VNS/4"] {
        let trail = office.json(&["trail", "--case", case]);
        let entries = trail["entries"].as_array().expect("entries");
        assert!(entries.iter().any(|one| one["position"] == at), "{case}: {trail}");
    }
    let other = office.json(&["trail", "--case", "VNS/2"]);
    let entries = other["entries"].as_array().expect("entries");
    assert!(entries.iter().all(|one| one["position"] != at), "{other}");
}

/// Ages follow the ledger's own clock: of a simulated one, the day of its last event.
#[test]
fn one_is_said_of_one() {
    let office = small();
    office.add("a.sta", SMALL.as_bytes());
    let said = office.bahi(&[&["reconcile", "--run", "--report"], &TODAY[..]].concat()).done().out;
    for wrong in ["1 payments", "1 proposals", "1 exceptions", "1 lines"] {
        let at = said.find(wrong).filter(|at| !said[..*at].ends_with(|c: char| c.is_ascii_digit()));
        assert_eq!(at, None, "{said}");
    }
    assert!(said.contains("1 proposal;") && said.contains("1 payment of"), "{said}");
}

/// A month that is missing shows at the next file: days in no statement, and a balance from nowhere.
#[test]
fn a_file_that_is_missing_is_told_at_the_next() {
    let office = small();
    let file = |number: u32, month: u32, opening: &str, closing: &str| {
        format!(
            ":20:S\n:25:123456789012\n:28C:{number}/1\n:60F:C24{month:02}01INR{opening},00\n\
             :61:24{month:02}02{month:02}02D100,00NTRFNONREF//B{number}\n:86:X\n\
             :62F:C24{month:02}30INR{closing},00\n-\n"
        )
    };
    let april = office.add("4.sta", file(1, 4, "1000", "900").as_bytes());
    assert_eq!(april["statements"][0]["follows"], Value::Null, "{april}");
    let june = office.add("6.sta", file(3, 6, "850", "750").as_bytes());
    // The first of June has a balance and no entry.
    let expected = json!({"last": "2024-04-30", "days_missing": 32, "apart": "-50.00"});
    assert_eq!(june["statements"][0]["follows"], expected, "{june}");
    let lost = office.write("8.sta", file(4, 8, "700", "600").as_bytes());
    let told = office.bahi(&["statement", "add", &lost]).done().out;
    assert!(told.contains("32 days after 2024-06-30 are in no statement"), "{told}");
    assert!(told.contains("it opens ₹ -50.00 from where the one to 2024-06-30 closed"), "{told}");
    // Months without a movement are none that miss.
    let quiet = office.write("11.sta", file(5, 11, "600", "500").as_bytes());
    let told = office.bahi(&["statement", "add", &quiet]).done().out;
    assert!(!told.contains("in no statement") && !told.contains("opens"), "{told}");
}
