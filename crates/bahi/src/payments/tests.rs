//! Payment files of a ledger: once, whole, and the same again, wherever a run was cut off.
#![cfg(unix)]

use std::path::PathBuf;

use bahi_core::{ActorName, Authority, EventKind, Fingerprint, OrderNumber, Refusal};
use bahi_recon::{Part, collect};
use bahi_vault::{Contents, FingerprintKind, Keyring, Subject};
use bahi_wire::LedgerName;
use tempfile::TempDir;

use super::*;
use crate::{Asked, NewLedger, NewVault, Records, parse_command};

const PAYER: &str = include_str!("../../../bahi-recon/samples/payer.toml");

fn payer() -> Payer {
    Payer::parse(PAYER).expect("a payer")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn acting(role: Role) -> Acting {
    let date = day("2024-06-01");
    let order = OrderNumber::new("P-1/2024").expect("an order");
    let authority = Some(Authority { order, date, paragraph: None });
    Acting { actor: ActorName::new("ddo-vns").expect("a name"), role, authority }
}

fn drawing() -> Acting {
    acting(Role::DrawingOfficer)
}

fn run(form: PaymentForm) -> PaymentRun {
    let on = day("2024-07-31");
    PaymentRun { form, scheme: None, district: None, on, since: Some(day("2024-06-01")) }
}

/// A ledger with its keys and its vault, and cases as they are asked for.
struct Office {
    dir: TempDir,
    ledger: Option<Ledger>,
    vault: Option<Vault>,
    commands: u32,
}

impl Office {
    fn new() -> Office {
        let dir = tempfile::tempdir().expect("a directory");
        let new = NewLedger::named(LedgerName::new("office").expect("a name"));
        let mut ledger = Ledger::create(&dir.path().join("ledger"), &new).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook");
        Keyring::create(&dir.path().join("keys"), day("2024-04-01")).expect("keys");
        let mut office = Office { dir, ledger: Some(ledger), vault: None, commands: 0 };
        office.lend();
        office.vault = Some(office.open_vault(NewVault::First));
        office.submit(
            r#""kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"},"amount":"10000000.00""#,
        );
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().expect("the ledger is open")
    }

    fn lend(&mut self) {
        let ring = Keyring::open(&self.path("keys")).expect("keys");
        self.ledger().lend_keys(ring).expect("its keys");
    }

    fn open_vault(&mut self, new: NewVault) -> Vault {
        let (ledger, vault) = (self.path("ledger"), self.path("vault"));
        self.ledger().open_vault(&ledger, &vault, new).expect("a vault").0
    }

    fn reopen(&mut self) {
        (self.ledger, self.vault) = (None, None);
        self.ledger = Some(Ledger::open(&self.path("ledger")).expect("a ledger"));
        self.lend();
        self.vault = Some(self.open_vault(NewVault::No));
    }

    fn submit(&mut self, fields: &str) -> Position {
        self.commands += 1;
        let id = format!("0198a7c2-0000-7000-8000-{:012}", self.commands);
        let line = format!(r#"{{"command_id":"{id}",{fields}}}"#);
        let command = parse_command(line.as_bytes()).expect("a command");
        self.ledger().submit(&command).expect("accepted").position
    }

    /// A case that is sanctioned, and nothing more.
    fn sanctioned(&mut self, number: u32) {
        self.submit(&format!(
            r#""kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"187","case_ref":"VNS/{number}","applicant":{{"person":{{"person_key":"{:032x}","family_key":"{:032x}"}}}},"facts":{{"project_cost":"1000000.00"}}"#,
            number + 1000,
            number + 2000
        ));
        self.submit(&format!(
            r#""kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-05-10","authority":{{"order":"S-7/2024","date":"2024-05-10","paragraph":"2"}},"case_ref":"VNS/{number}","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-2025","district":"187"}},"amount":"250000.00""#
        ));
    }

    fn account(&mut self, number: &str) -> Fingerprint {
        let prints = self.ledger().fingerprint(FingerprintKind::Account, number);
        *prints.expect("a number").expect("keys").last().expect("a print")
    }

    fn disburse(
        &mut self,
        number: u32,
        on: &str,
        mode: &str,
        account: &str,
        more: &str,
    ) -> Position {
        let account = self.account(account);
        self.submit(&format!(
            r#""kind":"disburse","actor":"ddo-vns","role":"drawing_officer","effective_day":"{on}","case_ref":"VNS/{number}","instalment":1,"amount":"250000.00","payee":{{"account_key":"{account}","ifsc":"SBIN0001234"}},"mode":"{mode}","reference":"BILL-{number}"{more}"#
        ))
    }

    /// A case with an instruction, and its payee in the vault.
    fn instructed(&mut self, number: u32, mode: &str) -> Position {
        self.sanctioned(number);
        let account = account_of(number);
        self.details(&account.clone(), &[("account_number", &account), ("name", "ASHA DEVI")]);
        self.disburse(number, "2024-06-20", mode, &account, "")
    }

    fn details(&mut self, account: &str, texts: &[(&str, &str)]) {
        let subject = Subject::Person(self.account(account));
        self.details_of(&subject, texts);
    }

    fn details_of(&mut self, subject: &Subject, texts: &[(&str, &str)]) {
        let mut contents = Contents::default();
        texts.iter().for_each(|(name, text)| contents.add(name, text).expect("a text"));
        let by = acting(Role::DistrictOffice);
        let (ledger, vault) = (self.ledger.as_mut(), self.vault.as_mut());
        let (ledger, vault) = (ledger.expect("open"), vault.expect("open"));
        ledger.put_details(vault, subject, &contents, false, &by).expect("put");
    }

    fn issue_as(
        &mut self,
        payer: &Payer,
        run: &PaymentRun,
        by: &Acting,
    ) -> Result<Option<IssuedFile>, PaymentsError> {
        self.reads_alike();
        let (ledger, vault) = (self.ledger.as_mut(), self.vault.as_ref());
        ledger.expect("open").issue_payments(vault.expect("open"), payer, run, by)
    }

    /// What is read from a backup of files and of what is due is what is folded here.
    fn reads_alike(&mut self) {
        let backup = self.path("backup");
        self.ledger().backup(&backup, &mut |_| {}).expect("a backup");
        let records = Records::open_backup(&backup, &mut |_| {}).expect("records");
        let here = Instructions::of(self.ledger()).expect("it folds");
        assert_eq!(Asked::payment_files(&records).expect("it reads"), here.files());
        for form in PaymentForm::ALL {
            for since in [None, Some(day("2024-06-01")), Some(day("2024-06-25"))] {
                for district in [None, Some(District(188))] {
                    let run = PaymentRun { since, district, ..run(form) };
                    let (here, there) =
                        (self.ledger().payments_due(&run), Asked::payments_due(&records, &run));
                    assert_eq!(format!("{here:?}"), format!("{there:?}"), "{run:?}");
                }
            }
        }
    }

    fn issue(&mut self, form: PaymentForm) -> Result<Option<IssuedFile>, PaymentsError> {
        self.issue_as(&payer(), &run(form), &drawing())
    }

    fn file(&mut self, form: PaymentForm) -> IssuedFile {
        self.issue(form).expect("no error").expect("a file")
    }

    fn note(&mut self, issued: &IssuedFile) -> RecordedFile {
        let noted = self.ledger().note_payments_written(issued.recorded.digest, &drawing());
        let noted = noted.expect("noted");
        self.reads_alike();
        noted
    }

    fn exported(&mut self) -> usize {
        let last = self.ledger().position();
        let kinds = self.ledger().events(Position(1), last);
        kinds
            .filter(|one| one.as_ref().is_ok_and(|one| one.event.kind() == EventKind::Exported))
            .count()
    }

    /// Why a run is refused, payment by payment; nothing is recorded of it.
    fn refused(&mut self, form: PaymentForm) -> Vec<(Position, WhyNot)> {
        let before = self.ledger().position();
        let error = self.issue(form).expect_err("refused");
        assert_eq!(self.ledger().position(), before);
        let PaymentsError::Refused(problems) = error else { panic!("{error}") };
        problems.into_iter().map(|one| (one.payment, one.why)).collect()
    }
}

fn account_of(number: u32) -> String {
    format!("55{number:09}")
}

/// The references and accounts a file asks for.
fn asked(issued: &IssuedFile) -> Vec<(String, String)> {
    let collected = collect(&issued.file.bytes, &bahi_recon::Options::default()).expect("readable");
    assert_eq!(collected.warnings, []);
    let all = collected.batches.iter().flat_map(|whole| &whole.instructions);
    all.map(|one| {
        let account = one.beneficiary.account.as_ref().expect("an account");
        (one.references[0].text.clone(), account.reveal().to_owned())
    })
    .collect()
}

#[test]
fn every_instruction_is_in_one_file() {
    let mut office = Office::new();
    let first = office.instructed(1, "neft");
    let second = office.instructed(2, "rtgs");
    office.sanctioned(9);
    let before = office.exported();
    let issued = office.file(PaymentForm::Ekuber);
    let wanted = [("BILL-1", account_of(1)), ("BILL-2", account_of(2))];
    let wanted = wanted.map(|(reference, account)| (reference.to_owned(), account));
    assert_eq!(asked(&issued), wanted);
    let recorded = issued.recorded;
    assert_eq!((recorded.number, recorded.payments, issued.again), (1, 2, false));
    assert_eq!(recorded.digest, *sha256(&issued.file.bytes).as_bytes());
    // Two accesses, two payments, what its ids are put together of, and the file.
    assert_eq!(office.exported() - before, 6);
    let place = |at| {
        let event = office.ledger.as_ref().expect("open").event(at).expect("an event");
        let bahi_core::Event::Exported(body) = event.event else { panic!("no export") };
        (body.upto, body.rows, body.digest == recorded.digest)
    };
    let end = recorded.position.0;
    assert_eq!(place(Position(end - 3)), (first, 1, true));
    assert_eq!(place(Position(end - 2)), (second, 2, true));
    assert_eq!(place(Position(end - 1)), (second, 2, true), "what its ids are put together of");
    assert_eq!(place(Position(end)), (second, 2, true));

    let noted = office.note(&issued);
    assert_eq!(office.note(&issued), noted, "twice is once");
    let position = office.ledger().position();
    assert_eq!(office.issue(PaymentForm::Ekuber).expect("no error"), None);
    assert_eq!(office.issue(PaymentForm::Nach306).expect("no error"), None);
    assert_eq!(office.ledger().position(), position, "nothing more is recorded");

    let third = office.instructed(3, "nach_credit");
    office.reopen();
    let issued = office.file(PaymentForm::Nach306);
    assert_eq!(asked(&issued), [("BILL-3".to_owned(), account_of(3))]);
    assert_eq!(issued.recorded.number, 2);
    office.note(&issued);
    let files = office.ledger().payment_files().expect("files");
    assert_eq!(files.iter().map(|file| file.written.is_some()).collect::<Vec<_>>(), [true, true]);
    assert!(third > second);
}

#[test]
fn the_rules_refuse_a_payment_in_another_file() {
    let mut office = Office::new();
    let payment = office.instructed(1, "neft");
    let issued = office.file(PaymentForm::Ekuber);
    let ledger = office.ledger();
    let id = ledger.derived(&format!("{IN_FILE}\n{payment}"));
    let by = drawing();
    let on = issued.recorded.on;
    let same = note(id, IN_FILE, (payment, 1), issued.recorded.digest, &by, on).expect("a note");
    assert!(ledger.submit(&same).expect("a repetition").repeated);
    let other = note(id, IN_FILE, (payment, 1), [7; 32], &by, on).expect("a note");
    let Err(SubmitError::Refused(refusal)) = ledger.submit(&other) else { panic!("accepted") };
    let first = refusal.refused.iter().next().expect("a reason");
    assert!(matches!(first, Refusal::CommandIdReused { .. }), "{first}");
}

#[test]
fn a_file_that_nobody_saw_written_comes_again_the_same_before_any_other() {
    let mut office = Office::new();
    office.instructed(1, "neft");
    let first = office.file(PaymentForm::Ekuber);
    office.instructed(2, "neft");
    office.instructed(3, "nach_credit");
    for _ in 0..2 {
        office.reopen();
        let due = office.ledger().payments_due(&run(PaymentForm::Ekuber)).expect("due");
        assert_eq!(due.unfinished, Some(first.recorded));
        assert_eq!(due.payments.len(), 2, "none of the first file");
        let again = office.file(PaymentForm::Ekuber);
        assert!(again.again);
        assert_eq!(
            (again.file.bytes.clone(), again.recorded),
            (first.file.bytes.clone(), first.recorded)
        );
    }
    let other = office.issue(PaymentForm::Nach306).expect_err("the first comes first");
    assert!(matches!(other, PaymentsError::OtherForm { number: 1, .. }), "{other}");
    let changed = Payer::parse(&PAYER.replace("GOVERNMENT", "ANOTHER")).expect("a payer");
    let position = office.ledger().position();
    let error = office.issue_as(&changed, &run(PaymentForm::Ekuber), &drawing());
    let error = error.expect_err("other bytes");
    assert!(matches!(error, PaymentsError::Differs { number: 1 }), "{error}");
    office.details(&account_of(1), &[("account_number", &account_of(1)), ("name", "ANOTHER")]);
    let error = office.issue(PaymentForm::Ekuber).expect_err("other bytes");
    assert!(matches!(error, PaymentsError::Differs { number: 1 }), "{error}");
    assert_eq!(office.ledger().position().0, position.0 + 1, "the details alone");
    office.details(&account_of(1), &[("account_number", &account_of(1)), ("name", "ASHA DEVI")]);
    let again = office.file(PaymentForm::Ekuber);
    office.note(&again);
    let next = office.file(PaymentForm::Ekuber);
    assert_eq!(
        asked(&next),
        [("BILL-2", account_of(2)), ("BILL-3", account_of(3))].map(|(a, b)| (a.to_owned(), b))
    );
}

#[test]
fn what_the_bank_says_of_a_payment_shows_that_its_file_came() {
    for said in [
        r#""kind":"confirm","actor":"job","role":"treasury_job","effective_day":"2024-07-01","payment":PAYMENT,"reference":"UTR-1""#,
        r#""kind":"return","actor":"job","role":"treasury_job","effective_day":"2024-07-01","payment":PAYMENT,"amount":"250000.00","reason":"R03""#,
    ] {
        let mut office = Office::new();
        let payment = office.instructed(1, "neft");
        office.file(PaymentForm::Ekuber);
        office.submit(&said.replace("PAYMENT", &payment.to_string()));
        assert_eq!(office.issue(PaymentForm::Ekuber).expect("no error"), None, "{said}");
    }
}

#[test]
fn a_payment_that_was_taken_back_holds_its_file_until_all_are() {
    let mut office = Office::new();
    let payments = [office.instructed(1, "neft"), office.instructed(2, "neft")];
    office.file(PaymentForm::Ekuber);
    let reverse = |office: &mut Office, of: Position| {
        office.submit(&format!(
            r#""kind":"reverse","actor":"fin-01","role":"finance","effective_day":"2024-07-02","authority":{{"order":"R-1","date":"2024-07-02"}},"of":{of},"reason":"not_sent""#
        ));
    };
    reverse(&mut office, payments[1]);
    let error = office.issue(PaymentForm::Ekuber).expect_err("one was taken back");
    assert!(
        matches!(error, PaymentsError::Stale { number: 1, payment } if payment == payments[1]),
        "{error}"
    );
    reverse(&mut office, payments[0]);
    assert_eq!(office.issue(PaymentForm::Ekuber).expect("no error"), None);
    office.disburse(1, "2024-07-03", "neft", &account_of(1), "");
    let next = office.file(PaymentForm::Ekuber);
    assert_eq!((next.recorded.number, asked(&next).len()), (2, 1));
}

#[test]
fn an_instalment_that_a_written_file_asked_for_is_not_asked_for_by_another_instruction() {
    let mut office = Office::new();
    let payment = office.instructed(1, "neft");
    let issued = office.file(PaymentForm::Ekuber);
    office.note(&issued);
    office.submit(&format!(
        r#""kind":"reverse","actor":"fin-01","role":"finance","effective_day":"2024-07-02","authority":{{"order":"R-1","date":"2024-07-02"}},"of":{payment},"reason":"not_sent""#
    ));
    let again = office.disburse(1, "2024-07-03", "neft", &account_of(1), "");
    let wanted = [(again, WhyNot::AskedBefore(payment))];
    assert_eq!(office.refused(PaymentForm::Ekuber), wanted);
}

#[test]
fn a_return_is_paid_again_in_another_file() {
    let mut office = Office::new();
    let payment = office.instructed(1, "neft");
    let issued = office.file(PaymentForm::Ekuber);
    office.note(&issued);
    let returned = office.submit(&format!(
        r#""kind":"return","actor":"job","role":"treasury_job","effective_day":"2024-07-01","payment":{payment},"amount":"250000.00","reason":"R03""#
    ));
    assert_eq!(office.issue(PaymentForm::Ekuber).expect("no error"), None);
    let more = format!(r#","reissue_of":{returned}"#);
    office.disburse(1, "2024-07-04", "neft", &account_of(1), &more);
    let again = office.file(PaymentForm::Ekuber);
    assert_eq!(asked(&again), asked(&issued));
    assert_ne!(again.file.message, issued.file.message);
}

#[test]
fn what_is_left_out_is_counted_with_its_reason() {
    let mut office = Office::new();
    for (number, on, mode) in [
        (1, "2024-05-31", "neft"),
        (2, "2024-08-01", "neft"),
        (3, "2024-06-20", "cheque"),
        (4, "2024-06-20", "apbs"),
        (5, "2024-06-20", "unstated"),
        (6, "2024-06-20", "neft"),
    ] {
        office.sanctioned(number);
        office.disburse(number, on, mode, &account_of(number), "");
    }
    let paid = office.instructed(7, "neft");
    office.submit(&format!(
        r#""kind":"confirm","actor":"job","role":"treasury_job","effective_day":"2024-07-01","payment":{paid},"reference":"UTR-1""#
    ));
    let due =
        |office: &mut Office, run: &PaymentRun| office.ledger().payments_due(run).expect("due");
    let ekuber = run(PaymentForm::Ekuber);
    let answer = due(&mut office, &ekuber);
    let left_out = LeftOut { earlier: 1, later: 1, other_mode: 3, ..LeftOut::default() };
    assert_eq!((answer.payments.len(), answer.left_out), (1, left_out));
    assert_eq!(answer.total.to_string(), "250000.00");
    assert_eq!(answer.payments[0].case.as_ref().map(ToString::to_string).as_deref(), Some("VNS/6"));
    let nach = due(&mut office, &run(PaymentForm::Nach306));
    assert_eq!((nach.payments.len(), nach.left_out.other_mode), (0, 4));
    let elsewhere = PaymentRun { district: Some(District::POOL), ..ekuber.clone() };
    let elsewhere = due(&mut office, &elsewhere);
    assert_eq!((elsewhere.payments.len(), elsewhere.left_out.elsewhere), (0, 6));

    // Nobody said from which day on, and no file did.
    let unsaid = PaymentRun { since: None, ..ekuber };
    let error = office.ledger().payments_due(&unsaid).expect_err("since when?");
    assert!(matches!(error, PaymentsError::SinceWhen), "{error}");
    office.details(&account_of(6), &[("account_number", &account_of(6)), ("name", "BINA")]);
    let issued = office.file(PaymentForm::Ekuber);
    office.note(&issued);
    assert_eq!(due(&mut office, &unsaid).left_out, left_out, "the first day of a file is kept");
}

#[test]
fn a_payee_the_vault_does_not_have_keeps_the_whole_file_back() {
    let mut office = Office::new();
    let good = office.instructed(1, "neft");
    let cases: &[(&[(&str, &str)], WhyNot)] = &[
        (&[("mobile", "9000000001")], WhyNot::NoAccount),
        (&[("account_number", "123")], WhyNot::OtherAccount),
        (&[("account_number", "OWN")], WhyNot::NoName),
        (&[("account_number", "OWN"), ("account_digits", "7"), ("name", "BINA")], WhyNot::Digits),
        (
            &[("account_number", "OWN"), ("name", "बीना")],
            WhyNot::Flaw(Flaw::Character { part: Part::Name, at: 1 }),
        ),
        (
            &[("account_number", "OWN"), ("name", "BINA"), ("account_name", "BINA DEVI")],
            WhyNot::NoName,
        ),
    ];
    let (fine, bad) = (cases.len() - 1, &cases[..cases.len() - 1]);
    let mut wanted = Vec::new();
    office.sanctioned(90);
    wanted
        .push((office.disburse(90, "2024-06-20", "neft", &account_of(90), ""), WhyNot::NoAccount));
    for (index, (texts, why)) in bad.iter().enumerate() {
        let number = 10 + index as u32;
        let account = account_of(number);
        office.sanctioned(number);
        let own = |text| if text == "OWN" { account.as_str() } else { text };
        let texts: Vec<_> = texts.iter().map(|(name, text)| (*name, own(*text))).collect();
        office.details(&account, &texts);
        wanted.push((office.disburse(number, "2024-06-20", "neft", &account, ""), *why));
    }
    // What the file itself cannot hold is told once every payee is there.
    let (flaw, missing): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|(_, why)| matches!(why, WhyNot::Flaw(_)));
    assert_eq!(office.refused(PaymentForm::Ekuber), missing);
    for (number, texts) in [
        (90, cases[fine].0),
        (10, cases[fine].0),
        (11, cases[fine].0),
        (12, cases[fine].0),
        (13, cases[fine].0),
    ] {
        let account = account_of(number);
        let own = |text| if text == "OWN" { account.as_str() } else { text };
        let texts: Vec<_> = texts.iter().map(|(name, text)| (*name, own(*text))).collect();
        office.details(&account, &texts);
    }
    assert_eq!(office.refused(PaymentForm::Ekuber), flaw);
    office.details(&account_of(14), &[("account_number", &account_of(14)), ("name", "BINA")]);
    let issued = office.file(PaymentForm::Ekuber);
    assert_eq!(issued.recorded.payments, 7);
    let text = String::from_utf8(issued.file.bytes).expect("text");
    assert!(text.contains("<Nm>BINA DEVI</Nm>") && good.0 > 0);
}

#[test]
fn a_payee_whose_details_are_erased_or_whose_account_is_barred_is_not_paid() {
    let mut office = Office::new();
    let erased = office.instructed(1, "neft");
    let barred = office.instructed(2, "neft");
    let subject = Subject::Person(office.account(&account_of(1)));
    let (ledger, vault) = (office.ledger.as_mut(), office.vault.as_mut());
    let by = acting(Role::Administrator);
    let erasure = ledger.expect("open").erase_details(vault.expect("open"), &subject, &by);
    let account = office.account(&account_of(2));
    let bar = office.submit(&format!(
        r#""kind":"bar","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-07-01","authority":{{"order":"X-1","date":"2024-07-01"}},"subject":{{"account":"{account}"}},"reason":"fraud""#
    ));
    let erasure = erasure.expect("erased").position;
    let wanted = [(erased, WhyNot::Erased(erasure)), (barred, WhyNot::Barred(bar))];
    assert_eq!(office.refused(PaymentForm::Ekuber), wanted);
    // The applicant's own details are as good, where they have the account.
    let person = Subject::parse(&format!("{:032x}", 1001)).expect("a person");
    let own = account_of(1);
    office.details_of(&person, &[("account_number", &own), ("name", "ASHA DEVI")]);
    assert_eq!(office.refused(PaymentForm::Ekuber), wanted[1..]);
}

#[test]
fn twelve_digits_after_a_zero_are_never_guessed() {
    let twelve = (0..10).map(|digit| format!("23456789012{digit}"));
    let twelve: Vec<String> = twelve.filter(|one| bahi_core::looks_like_aadhaar(one)).collect();
    assert_eq!(twelve.len(), 1);
    let padded = format!("0{}", twelve[0]);
    for (said, wanted) in [
        (None, Err(WhyNot::TwelveOrThirteen)),
        (Some("12"), Ok(twelve[0].as_str())),
        (Some("13"), Ok(padded.as_str())),
        (Some("14"), Err(WhyNot::Digits)),
        (Some("x"), Err(WhyNot::Digits)),
    ] {
        assert_eq!(payees::digits(&padded, said), wanted);
    }
    assert_eq!(payees::digits("0012345", None), Ok("0012345"), "zeros are the account's own");
    assert_eq!(payees::digits("0012345", Some("7")), Ok("0012345"));
}

#[test]
fn only_a_drawing_officer_has_files_written_and_a_denial_is_recorded() {
    let mut office = Office::new();
    office.instructed(1, "neft");
    for role in [Role::Auditor, Role::Administrator, Role::TreasuryJob, Role::Finance] {
        let before = office.ledger().position();
        let error = office.issue_as(&payer(), &run(PaymentForm::Ekuber), &acting(role));
        let error = error.expect_err("denied");
        assert!(matches!(error, PaymentsError::Denied { .. }), "{error}");
        assert_eq!(office.ledger().position().0, before.0 + 1);
    }
    assert_eq!(office.ledger().payment_files().expect("files"), []);
}

#[test]
fn without_keys_nothing_is_asked_for() {
    let mut office = Office::new();
    office.instructed(1, "neft");
    (office.ledger, office.vault) = (None, None);
    office.ledger = Some(Ledger::open(&office.path("ledger")).expect("a ledger"));
    office.vault = Some(office.open_vault(NewVault::No));
    let error = office.issue(PaymentForm::Ekuber).expect_err("no keys");
    assert!(matches!(error, PaymentsError::NoKeys), "{error}");
}
