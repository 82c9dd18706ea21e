//! Payment files out, and what comes back of them: e-Kuber's answers, the clearing house's, scrolls, and
//! the lines of the accounts they were debited from.
//!
//! # Invariants
//! * Every account and name here is made up.
//!
//! # Not here
//! The bytes of payment files, and that none is written twice: `payments`.

use std::fs;

use bahi_core::hex;
use bahi_recon::{Collected, Options, ReferenceKind, collect};
use serde_json::{Value, json};

use super::{Office, rupees};

const TODAY: [&str; 2] = ["--today", "2024-07-10"];
const EACH: i64 = 25_000_000;

const PAYER: &str = include_str!("../../../../crates/bahi-recon/samples/payer.toml");

/// A payment file that the office wrote, as it reads back.
struct Written {
    office: Office,
    file: Collected,
    text: String,
}

/// An office that asked for four payments of one amount, each of a case of its own.
fn written(form: &str, mode: &str) -> Written {
    let mut office = Office::new();
    // The bank debits each batch as one.
    let payer = PAYER.replace("one_debit = false", "one_debit = true");
    office.write("payer.toml", payer.as_bytes());
    let ring = bahi::vault::Keyring::open(&office.place.beside().join("keys")).expect("keys");
    let mut commands = vec![office.allot()];
    for key in 1..=4_u64 {
        let number = format!("3354444{key:04}");
        let prints = ring.prints(bahi::vault::FingerprintKind::Account, &number).expect("a number");
        let account = hex(&prints[0].print);
        commands.extend(office.case(&format!("VNS/{key}"), &[], key));
        let applied = commands.len() - 2;
        for (at, paise) in [(applied, EACH * 4), (applied + 1, EACH)] {
            commands[at] = with_amount(&commands[at], paise);
        }
        let paid = json!({
            "case_ref": format!("VNS/{key}"), "instalment": 1, "amount": rupees(EACH), "mode": mode,
            "payee": {"account_key": account, "ifsc": "SBIN0001234"},
            "reference": format!("BILLNO-{key:05}"),
        });
        commands.push(office.command(
            "disburse",
            ("ddo-vns", "drawing_officer", "2024-06-20"),
            paid,
        ));
    }
    office.submit(&commands);
    let vault = office.file("vault");
    for key in 1..=4_u64 {
        let subject = format!("{key:032x}");
        let details = format!(r#"{{"account_number":"3354444{key:04}","name":"PAYEE {key}"}}"#);
        let keys = office.file("keys");
        let words = ["vault", "put", &subject, "--actor", "dic-vns", "--role", "district_office"];
        let words = [&words[..], &["--new", "--vault", &vault, "--keys", &keys]].concat();
        let words =
            if key == 1 { words } else { words.into_iter().filter(|w| *w != "--new").collect() };
        office.place.reading(&details, &words).done();
    }
    let (payer, out) = (office.file("payer.toml"), office.file("out"));
    let words =
        ["payments", "export", "--to", form, "--payer", &payer, "--out", &out, "--vault", &vault];
    let more = ["--since", "2024-06-01", "--on", "2024-06-24", "--actor", "ddo-vns"];
    office.bahi(&[&words[..], &more, &["--role", "drawing_officer"]].concat()).done();
    let text = fs::read_to_string(&out).expect("the file");
    let file = collect(text.as_bytes(), &Options::default()).expect("it reads back");
    Written { office, file, text }
}

/// A command with another amount, or another cost where it has none.
fn with_amount(command: &str, paise: i64) -> String {
    let mut command: Value = serde_json::from_str(command).expect("a command");
    if command["kind"] == "apply" {
        command["facts"]["project_cost"] = json!(rupees(paise));
    } else {
        command["amount"] = json!(rupees(paise));
    }
    command.to_string()
}

impl Written {
    /// A name of the file's first batch.
    fn batch(&self) -> String {
        named(&self.file.batches[0].batch.references, ReferenceKind::Batch)
    }

    /// What the file calls its payments, in order.
    fn payments(&self) -> Vec<String> {
        let of = |one: &bahi_recon::Instruction| named(&one.references, ReferenceKind::EndToEnd);
        self.file.batches[0].instructions.iter().map(of).collect()
    }

    fn run(&self, payer: bool) -> Value {
        let file = self.office.file("payer.toml");
        let named = ["--payer", &file];
        let named: &[&str] = if payer { &named } else { &[] };
        self.office.json(&[&["reconcile", "--run", "--report"], &TODAY[..], named].concat())
    }

    /// A run that records nothing more.
    fn again(&self, payer: bool) -> Value {
        let before = self.office.place.position();
        let answer = self.run(payer);
        assert_eq!(self.office.place.position(), before, "another run records nothing: {answer}");
        answer
    }
}

fn named(references: &[bahi_recon::FoundReference], kind: ReferenceKind) -> String {
    let found = references.iter().find(|one| one.kind == kind);
    found.expect("such a reference").text.clone()
}

/// Exceptions by side and reason, counted.
fn left(answer: &Value, side: &str, reason: &str) -> usize {
    let all = answer["exceptions"].as_array().expect("exceptions").iter();
    all.filter(|one| one["side"] == side && one["reason"] == reason).count()
}

/// A pain.002 about a file: of the file, of its batch, of payments.
fn answered(of_file: &str, of_batch: &str) -> String {
    format!(
        "<RequestPayload><Document><CstmrPmtStsRpt><GrpHdr><MsgId>RBI-1</MsgId>\
         <CreDtTm>2024-06-25T10:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>{of_file}\
         </OrgnlGrpInfAndSts>{of_batch}</CstmrPmtStsRpt></Document></RequestPayload>"
    )
}

fn of_batch(batch: &str, inside: &str) -> String {
    format!("<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{inside}</OrgnlPmtInfAndSts>")
}

fn of_payment(name: &str, word: &str, code: &str) -> String {
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{word}</TxSts><StsRsnInf><Rsn>\
         <Prtry>{code}</Prtry></Rsn></StsRsnInf></TxInfAndSts>"
    )
}

/// A statement of one account with lines: day, side, amount, references, return code.
fn statement(lines: &[(&str, &str, i64, String, &str)]) -> String {
    let line = |(day, side, paise, refs, code): &(&str, &str, i64, String, &str)| {
        let back = if code.is_empty() {
            String::new()
        } else {
            format!("<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>")
        };
        format!(
            "<Ntry><Amt Ccy=\"INR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}\
             </Dt></BookgDt><NtryDtls><TxDtls><Refs>{refs}</Refs>{back}</TxDtls></NtryDtls></Ntry>",
            rupees(*paise)
        )
    };
    let lines: String = lines.iter().map(line).collect();
    format!(
        "<Document><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><Othr><Id>01602501045</Id></Othr></Id>\
         <Ccy>INR</Ccy></Acct>{lines}</Stmt></BkToCstmrStmt></Document>"
    )
}

/// A scroll of failed payments as a treasury's bank sends it.
fn failed_scroll(name: &str, code: &str) -> String {
    let amount = rupees(EACH);
    format!(
        "<RequestPayload><AppHdr><FileDefId>File.003</FileDefId></AppHdr><Document><GrpHdr>\
         <FileID>F-3</FileID><CreDtTm>2024-06-27T18:00:00</CreDtTm></GrpHdr><Ntfctn>\
         <TrnSummry>{amount}</TrnSummry><Ntry><NtryDtls><NoOfTrn>1</NoOfTrn><TxDtls><Refs>\
         <EndToEndId>{name}</EndToEndId><Amt>{amount}</Amt><CdtDbtInd>RJCT</CdtDbtInd>\
         <Ustrd>{code}</Ustrd></Refs></TxDtls></NtryDtls></Ntry></Ntfctn></Document></RequestPayload>"
    )
}

/// A day after the other: the answer, the statement with the batch in one line, and the scroll that says
/// that what was paid failed after all, with its line back.
#[test]
fn what_ekuber_answers_is_found_by_what_the_log_keeps_of_its_file() {
    let sent = written("ekuber", "neft");
    let (batch, payments) = (sent.batch(), sent.payments());
    let word = |at: usize, word, code| of_payment(&payments[at], word, code);
    let inside = [word(0, "ACSC", "00"), word(1, "RJCT", "AC04"), word(2, "ACSP", "00")].concat();
    // Another office's, which differs in its code alone, is nobody's here, and nothing is guessed.
    let theirs = answered("", &of_batch(&batch, &inside)).replace("0125", "0126");
    sent.office.add("theirs.xml", theirs.as_bytes());
    assert_eq!(left(&sent.run(false), "treasury", "missing_in_ledger"), 2);
    assert_eq!(sent.office.events("PaymentReturned"), Vec::<Value>::new());
    let answers = answered("<GrpSts>PART</GrpSts>", &of_batch(&batch, &inside));
    let added = sent.office.add("pain002.xml", answers.as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["unbooked"]), (&json!(2), &json!(1)), "{added}");
    let found = sent.run(false);
    assert_eq!(found["found"]["confirmations"], 1, "{found}");
    assert_eq!(sent.office.events("PaymentReturned")[0]["reason"], "AC04");
    assert_eq!(left(&found, "treasury", "missing_in_ledger"), 2, "theirs alone: {found}");
    // Three of the four were debited, as one.
    let refs = format!("<PmtInfId>{batch}</PmtInfId>");
    let out = statement(&[("2024-06-24", "DBIT", EACH * 3, refs.clone(), "")]);
    sent.office.add("june.xml", out.as_bytes());
    let found = sent.run(false);
    assert_eq!(found["matched"]["by_rule"]["r3_batch"]["count"], 1, "{found}");
    assert_eq!(left(&found, "bank", "missing_in_ledger"), 0, "{found}");
    // The next day: the first of them failed after all, and its money is back.
    let scroll = failed_scroll(&payments[0], "53");
    let added = sent.office.add("scroll.xml", scroll.as_bytes());
    assert_eq!(added["format"], "scroll");
    let refs = format!("<EndToEndId>{}</EndToEndId>", payments[0]);
    let back = statement(&[("2024-06-28", "CRDT", EACH, refs, "53")]);
    sent.office.add("back.xml", back.as_bytes());
    let found = sent.run(false);
    let back = sent.office.events("PaymentReturned");
    assert_eq!((back.len(), &back[1]["reason"]), (2, &json!("53")), "{back:?}");
    assert_eq!(found["lines"]["open"]["count"], 0, "{found}");
    assert_eq!(left(&found, "treasury", "missing_in_ledger"), 2, "{found}");
    // The description that the file was written by says the same.
    sent.again(true);
    assert_eq!(sent.office.json(&["verify"])["ok"], true);
}

/// Nothing is said of a payment, and the batch is refused: by its name, its count and its sum.
#[test]
fn a_batch_that_is_refused_whole_is_told_of_each_instalment() {
    let sent = written("ekuber", "neft");
    let refused = |count: u64, paise: i64| {
        let inside = format!(
            "<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs><OrgnlCtrlSum>{}</OrgnlCtrlSum><PmtInfSts>RJCT\
             </PmtInfSts><StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf>",
            rupees(paise)
        );
        answered("", &of_batch(&sent.batch(), &inside))
    };
    // Of another count and sum nothing is taken; it says which batch it stands against.
    sent.office.add("three.xml", refused(3, EACH * 3).as_bytes());
    let found = sent.run(false);
    assert_eq!(left(&found, "treasury", "batch_differs"), 1, "{found}");
    let ids = &found["exceptions"].as_array().expect("exceptions").iter();
    let told = ids.clone().find(|one| one["side"] == "treasury").expect("the answer");
    assert_eq!(told["ids"].as_array().map(Vec::len), Some(5), "{told}");
    assert_eq!(sent.office.events("PaymentReturned"), Vec::<Value>::new());
    sent.office.add("four.xml", refused(4, EACH * 4).as_bytes());
    let found = sent.run(false);
    let back = sent.office.events("PaymentReturned");
    assert_eq!(back.len(), 4, "{back:?}");
    assert!(back.iter().all(|one| one["reason"] == "DT01"), "{back:?}");
    // No statement is here that could show whether they ever went out, and came back.
    assert_eq!(left(&found, "ledger", "not_covered"), 8, "{found}");
    let case = |one: &Value| one["case_ref"].as_str().map(str::to_owned);
    let all = found["exceptions"].as_array().expect("exceptions").iter();
    let cases: std::collections::BTreeSet<String> =
        all.filter(|one| one["reason"] == "not_covered").filter_map(case).collect();
    assert_eq!(cases.len(), 4, "each by its case: {found}");
    sent.again(true);
    assert_eq!(sent.office.json(&["verify"])["ok"], true);
}

/// The whole file is refused by its message; of a payment that is listed, what is said of it stands.
#[test]
fn a_file_that_is_refused_whole_is_told_of_each_instalment() {
    let sent = written("ekuber", "neft");
    let (_, rest) = sent.text.split_once("<MsgId>").expect("the file has a name");
    let (message, _) = rest.split_once('<').expect("which ends");
    let of_file = format!(
        "<OrgnlMsgId>{message}</OrgnlMsgId><OrgnlNbOfTxs>4</OrgnlNbOfTxs><GrpSts>RJCT</GrpSts>\
         <StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"
    );
    let listed = of_payment(&sent.payments()[3], "RJCT", "AC01");
    let answers = answered(&of_file, &of_batch(&sent.batch(), &listed));
    let added = sent.office.add("pain002.xml", answers.as_bytes());
    assert_eq!(added["statements"][0]["lines"], 2, "the listed one and the file: {added}");
    let found = sent.run(false);
    let back = sent.office.events("PaymentReturned");
    let of = |code: &str| back.iter().filter(|one| one["reason"] == code).count();
    assert_eq!((of("FF01"), of("AC01")), (3, 1), "{back:?}");
    assert_eq!(left(&found, "treasury", "missing_in_ledger"), 0, "{found}");
    sent.again(true);
}

/// A person may say of which payments a whole answer is, where nothing tells it.
#[test]
fn a_person_says_which_payments_a_refused_batch_had() {
    let sent = written("ekuber", "neft");
    let inside = "<OrgnlNbOfTxs>2</OrgnlNbOfTxs><PmtInfSts>RJCT</PmtInfSts>";
    let answers = answered("", &of_batch("THEIR-BATCH-7", inside));
    let added = sent.office.add("pain002.xml", answers.as_bytes());
    let at = added["statements"][0]["position"].clone();
    let paid: Vec<String> =
        sent.office.events("Disbursed").iter().map(|one| one["position"].to_string()).collect();
    let pair = format!("{at}/1={},{}", paid[0], paid[2]);
    let words = [&["reconcile", "accept", &pair, "--actor", "cao-vns"], &TODAY[..]].concat();
    sent.office.bahi(&words).done();
    let back: Vec<String> = sent
        .office
        .events("PaymentReturned")
        .iter()
        .map(|one| one["payment"].to_string())
        .collect();
    assert_eq!(back, [paid[0].clone(), paid[2].clone()]);
    assert_eq!(left(&sent.again(true), "treasury", "missing_in_ledger"), 0);
    assert_eq!(sent.office.json(&["verify"])["ok"], true);
    // An answer about one payment is about one.
    let one = answered("", &of_batch("X", &of_payment("THEIRS-0001", "RJCT", "51")));
    let at = sent.office.add("one.xml", one.as_bytes())["statements"][0]["position"].clone();
    let pair = format!("{at}/1={},{}", paid[1], paid[3]);
    let words = [&["reconcile", "accept", &pair, "--actor", "cao-vns"], &TODAY[..]].concat();
    let refused = sent.office.bahi(&words);
    assert!(refused.failed(1).contains("about one payment"), "{refused:?}");
}

/// The clearing house's file comes back with its flags; it is debited as one by the user's reference.
#[test]
fn what_the_clearing_house_answers_is_found_by_its_references() {
    let sent = written("nach306", "nach_credit");
    let reference = sent.batch();
    // Flag 1 and no reason is paid, flag 0 and a reason has failed, the last is open.
    let flags = ["1  ", "00 ", "053", "   "];
    let mut lines: Vec<String> = sent.text.lines().map(str::to_owned).collect();
    for (line, flag) in lines.iter_mut().skip(1).zip(flags) {
        line.replace_range(153..156, flag);
    }
    let response = lines.join("\r\n") + "\r\n";
    let added = sent.office.add("response.txt", response.as_bytes());
    assert_eq!(added["format"], "npci306");
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["unbooked"]), (&json!(2), &json!(2)), "{added}");
    let found = sent.run(false);
    assert_eq!(found["found"]["confirmations"], 1, "{found}");
    let back = sent.office.events("PaymentReturned");
    assert_eq!((back.len(), &back[0]["reason"]), (1, &json!("53")), "{back:?}");
    let at = part["position"].as_u64().expect("a position");
    let told = sent.office.bahi(&["reconcile", "explain", &format!("{at}/2")]).done().out;
    assert!(told.contains("code 53"), "{told}");
    let refs = format!("<AcctSvcrRef>{reference}</AcctSvcrRef>");
    let own = format!("<EndToEndId>{}</EndToEndId>", sent.payments()[2]);
    let lines = statement(&[
        ("2024-06-24", "DBIT", EACH * 4, refs, ""),
        ("2024-06-25", "CRDT", EACH, own, "53"),
    ]);
    sent.office.add("june.xml", lines.as_bytes());
    let found = sent.run(false);
    assert_eq!(found["matched"]["by_rule"]["r3_batch"]["count"], 1, "{found}");
    assert_eq!(found["lines"]["open"]["count"], 0, "{found}");
    sent.again(false);
    assert_eq!(sent.office.json(&["verify"])["ok"], true);
}

/// A scroll tells transfers, by which lines that have nothing else are found.
#[test]
fn a_scroll_tells_transfers_and_its_lines_are_found_by_them() {
    let sent = written("ekuber", "neft");
    let (batch, payments) = (sent.batch(), sent.payments());
    let row = |at: usize, status: &str, reason: &str| {
        let name = &payments[at];
        format!("26/06/2024,BAHIN0000000000{at},{name},{batch},\"2,50,000.00\",{status},{reason}\n")
    };
    let scroll = "Payment Date,UTR,End To End Id,Advice No,Amount,Status,Reason\n".to_owned()
        + &row(0, "Successful", "")
        + &row(1, "Failed", "53")
        + &row(2, "In Process", "")
        + &row(3, "On Hold", "");
    let added = sent.office.add("scroll.csv", scroll.as_bytes());
    let part = &added["statements"][0];
    let wanted = (&json!(2), &json!(1), &json!(1));
    assert_eq!((&part["lines"], &part["unbooked"], &part["set_aside"]), wanted, "{added}");
    let utr = |at: usize| format!("<TxId>BAHIN0000000000{at}</TxId>");
    let lines = statement(&[("2024-06-26", "DBIT", EACH, utr(0), "")]);
    sent.office.add("june.xml", lines.as_bytes());
    let found = sent.run(true);
    assert_eq!(found["found"]["confirmations"], 1, "{found}");
    assert_eq!(found["matched"]["by_rule"]["r1_reference"]["count"], 1, "{found}");
    assert_eq!(left(&found, "bank", "unreadable"), 1, "a word that is not known: {found}");
    assert_eq!(sent.office.events("PaymentReturned")[0]["reason"], "53");
    // The same scroll again, and one that tells a row more.
    assert_eq!(sent.office.add("again.csv", scroll.as_bytes())["known"], true);
    let longer = scroll.replace("In Process", "Successful");
    let added = sent.office.add("longer.csv", longer.as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["repeated"]), (&json!(1), &json!(2)), "{added}");
    sent.run(true);
    assert_eq!(sent.office.events("PaymentConfirmed").len(), 2);
    sent.again(true);
    assert_eq!(sent.office.json(&["verify"])["ok"], true);
}

/// That a whole batch is paid settles none of its payments: it is left to a person until something tells of
/// each.
#[test]
fn that_a_batch_is_paid_whole_settles_nothing_and_is_told() {
    let sent = written("ekuber", "neft");
    let word = |word: &str| {
        let inside = format!("<OrgnlNbOfTxs>4</OrgnlNbOfTxs><PmtInfSts>{word}</PmtInfSts>");
        answered("", &of_batch(&sent.batch(), &inside))
    };
    let added = sent.office.add("accepted.xml", word("ACCP").as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["unbooked"]), (&json!(0), &json!(1)), "{added}");
    sent.office.add("settled.xml", word("ACSC").as_bytes());
    let found = sent.run(false);
    assert_eq!(sent.office.events("PaymentConfirmed"), Vec::<Value>::new());
    assert_eq!(left(&found, "treasury", "batch_alone"), 1, "{found}");
    let all = found["exceptions"].as_array().expect("exceptions").iter();
    let told = all.clone().find(|one| one["reason"] == "batch_alone").expect("the answer");
    let resolved = told["resolved_by"].as_str().expect("a text");
    assert!(resolved.contains("settles none of its payments"), "{told}");
    assert_eq!(found["answers"]["paid"], 0, "{found}");
    let said = sent.office.bahi(&["reconcile", TODAY[0], TODAY[1]]).done().out;
    assert!(said.contains("batch_alone"), "{said}");
    // The debit of the batch is found by its name, and there is nothing left to ask.
    let refs = format!("<PmtInfId>{}</PmtInfId>", sent.batch());
    let out = statement(&[("2024-06-24", "DBIT", EACH * 4, refs, "")]);
    sent.office.add("june.xml", out.as_bytes());
    let found = sent.run(false);
    assert_eq!(found["matched"]["by_rule"]["r3_batch"]["count"], 1, "{found}");
    assert_eq!(found["exceptions"], json!([]), "{found}");
    sent.again(true);
}

/// What e-Kuber calls a payment names it in a narration as its bill does: whole, and no other's.
#[test]
fn what_ekuber_calls_a_payment_names_it_in_a_narration() {
    let sent = written("ekuber", "neft");
    let payments = sent.payments();
    let (_, message) = sent.text.split_once("<MsgId>").expect("a message");
    let (message, _) = message.split_once('<').expect("its end");
    let cut = &payments[2][..payments[2].len() - 1];
    let mut table =
        "Account No : 01602501045\nDate,Narration,Value Dat,Debit Amount,Credit Amount,\
                     Chq/Ref Number,Closing Balance\n"
            .to_owned();
    for (narration, balance) in [
        (format!("EKUBER {} PAYEE", payments[0]), 975),
        (format!("EKUBER {message} {} BILLNO-00002", payments[1]), 950),
        (format!("EKUBER {cut}"), 925),
        (format!("EKUBER {} {}", payments[2], payments[3]), 900),
    ] {
        table +=
            &format!("24/06/24,{narration},24/06/24,250000.00,,0000000000000,{balance}0000.00\n");
    }
    let added = sent.office.add("june.csv", table.as_bytes());
    let at = added["statements"][0]["position"].as_u64().expect("a position");
    let found = sent.run(false);
    let matched = sent.office.events("Matched");
    let lines: Vec<&Value> = matched.iter().map(|one| &one["line"]).collect();
    let paid = sent.office.events("Disbursed");
    let targets: Vec<&Value> = matched.iter().map(|one| &one["target"]).collect();
    assert_eq!(targets, [&paid[0]["position"], &paid[1]["position"]], "{found}");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(matched.iter().all(|one| one["rule"] == "r2_narration"), "{matched:?}");
    let all = found["exceptions"].as_array().expect("exceptions").iter();
    let of = |number: u64| {
        let id = format!("{at}/{number}");
        let one = all.clone().find(|one| one["ids"][0] == id.as_str());
        one.expect("left")["reason"].clone()
    };
    assert_eq!(of(4), "reference_contradicts", "{found}");
    assert_ne!(of(3), "proposed", "two are left, and nothing tells them apart: {found}");
    sent.again(true);
}
