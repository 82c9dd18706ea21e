//! Statements and comparisons through a service: the same as a ledger's, while others submit.
//!
//! # Invariants
//! * Every account number here is made up.

use std::{path::Path, sync::Arc};

use bahi::{
    Acting, Asked, Ledger, LedgerName, NewLedger, PaymentRun, Records, Service, ServiceOptions,
    Subject, TrailAt, Trails, View, answers,
    core::{
        AccountKey, ActorName, Command, Day, Event, EventKind, Fingerprint, PersonKey, Position,
        Role, Word,
    },
    parse_command,
    recon::{AddOptions, PaymentForm, ReadOptions, RunOptions, Wish},
    service::MatchDecision,
};
use tokio::{runtime::Builder, task::JoinSet};

const PAID: &str = ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR3000000,00\n\
    :61:2406210621D250000,00NTRFBILLNO-00001//B1\n:86:NEFT\n\
    :61:2406220622D250000,00NTRFBILLNO-00002//B3\n:86:X\n\
    :61:2406250625C250000,00NRTIBILLNO-00002//B4\n:86:RETURNED\n\
    :61:2406210621D250000,00NTRFNONREF//B5\n:86:NO REFERENCE\n\
    :62F:C240630INR2250000,00\n-\n";

fn command(number: u32, kind: &str, by: &str, rest: &str) -> Command {
    let line = format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","kind":"{kind}",{by},{rest}}}"#
    );
    parse_command(line.replace('\n', " ").as_bytes()).expect("a command")
}

const FUND: &str =
    r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}"#;
const ORDER: &str = r#""authority":{"order":"S-7/2024","date":"2024-04-01"}"#;

fn by(actor: &str, role: &str, day: &str) -> String {
    format!(r#""actor":"{actor}","role":"{role}","effective_day":"{day}""#)
}

/// Three cases of ₹ 2,50,000 each, all instructed on one day.
fn history() -> Vec<Command> {
    let mut all = vec![command(
        1,
        "allot",
        &by("fin-01", "finance", "2024-04-01"),
        &format!(r#"{ORDER},{FUND},"amount":"99999999.00""#),
    )];
    all.extend((1..=3).flat_map(|number| instructed(number, &format!("BILLNO-0000{number}"))));
    all
}

/// A case of ₹ 2,50,000, sanctioned, and instructed under a reference.
fn instructed(number: u32, reference: &str) -> [Command; 3] {
    let (case, key) = (format!(r#""case_ref":"VNS/{number}""#), format!("{number:032x}"));
    [
        command(
            10 * number,
            "apply",
            &by("dic-vns", "district_office", "2024-04-01"),
            &format!(
                r#""scheme":"margin-money","district":"187",{case},"applicant":{{"person":
                {{"person_key":"{key}"}}}},"facts":{{"project_cost":"1000000.00"}}"#
            ),
        ),
        command(
            10 * number + 1,
            "sanction",
            &by("dm-vns", "sanctioning_authority", "2024-04-01"),
            &format!(r#"{ORDER},{case},{FUND},"amount":"250000.00""#),
        ),
        command(
            10 * number + 2,
            "disburse",
            &by("ddo-vns", "drawing_officer", "2024-06-20"),
            &format!(
                r#"{case},"instalment":1,"amount":"250000.00","payee":{{"account_key":"{key}",
                "ifsc":"SBIN0001234"}},"reference":"{reference}""#
            ),
        ),
    ]
}

fn ledger() -> Ledger {
    let new = NewLedger::named(LedgerName::new("office").expect("a name"));
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook");
    ledger.submit_all(&history()).expect("a history");
    ledger
}

fn name(text: &str) -> ActorName {
    ActorName::new(text).expect("a name")
}

fn adding() -> AddOptions {
    let read = ReadOptions::default();
    AddOptions { read, account: None, day: None, label: None, actor: name("bank-statements") }
}

fn running() -> RunOptions {
    RunOptions {
        today: Day::parse("2024-07-10").expect("a day"),
        window_days: 3,
        holidays: Vec::new(),
        tolerances: Vec::new(),
        answers: Vec::new(),
        payer: None,
        actor: name("reconciliation"),
    }
}

fn file(text: &str) -> Arc<[u8]> {
    Arc::from(text.as_bytes())
}

/// What is recorded of statements and matches; but for the digest of the office's own account, which is
/// of one ledger alone.
fn told(ledger: &Ledger) -> Vec<Event> {
    let all = ledger.events(Position(1), ledger.position());
    let events = all.map(|one| {
        let mut event = one.expect("an event").event;
        if let Event::StatementReceived(one) = &mut event {
            one.account.0.print = [0; 16];
        }
        event
    });
    let of_bank = |event: &Event| {
        let kinds = ["StatementReceived", "StatementLines", "Matched", "MatchDecided"];
        kinds.contains(&event.kind().name()) || event.kind().name() == "PaymentReturned"
    };
    events.filter(of_bank).collect()
}

fn decision(id: &str) -> MatchDecision {
    MatchDecision {
        wish: Wish::Accept,
        id: id.to_owned(),
        acting: Acting { actor: name("cao-vns"), role: Role::DrawingOfficer, authority: None },
        reason: Word::new("seen_by_hand").expect("a word"),
        day: running().today,
    }
}

#[test]
fn a_service_records_what_a_ledger_does() {
    let mut alone = ledger();
    alone.add_statement(PAID.as_bytes(), &adding()).expect("added");
    let report = alone.reconcile(&running()).expect("compared");
    let proposed = report.answer().proposed[0].id.clone();
    let MatchDecision { wish, id, acting, reason, day } = decision(&proposed);
    alone.decide_match(wish, &id, (&acting, &reason, day), &running()).expect("decided");
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let other = runtime.block_on(async {
        let service = Service::start(ledger(), ServiceOptions::default()).expect("a thread");
        let added = service.add_statement(file(PAID), adding()).await.expect("added");
        assert!(!added.known && added.parts[0].lines == 4);
        let again = service.add_statement(file(PAID), adding()).await.expect("added");
        assert!(again.known && again.events == 0, "the same file adds nothing");
        let would = service.reconciliation(running()).await.expect("compared");
        assert!(!would.answer().found.recorded);
        let report = service.reconcile(running()).await.expect("compared");
        assert_eq!(report.answer().proposed[0].id, proposed);
        let position = service.snapshot().position();
        service.reconcile(running()).await.expect("compared");
        assert_eq!(service.snapshot().position(), position, "another run records nothing");
        let told = service.explain_match(proposed.clone(), running()).await.expect("told");
        assert!(told.says[0].contains("r7_amount"), "{told:?}");
        service.decide_match(decision(&proposed), running()).await.expect("decided");
        service.shutdown().await.expect("the ledger")
    });
    assert_eq!(told(&other), told(&alone));
    assert!(other.verify().ok());
}

/// Files that overlap come at once, twice each, while others submit and runs go on: what two tell is
/// recorded once, and nothing is matched falsely or twice.
#[test]
fn what_comes_at_once_is_recorded_once() {
    let more = PAID.replace(":62F:", ":61:2406280628D77,00NTRFNONREF//B9\n:86:NEW\n:62F:");
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let ledger = runtime.block_on(async {
        let service = Service::start(ledger(), ServiceOptions::default()).expect("a thread");
        let mut all = JoinSet::new();
        for round in 0..3 {
            for text in [PAID, more.as_str()] {
                let (service, bytes) = (service.clone(), file(text));
                all.spawn(async move {
                    service.add_statement(bytes, adding()).await.expect("added");
                });
            }
            let runs = service.clone();
            all.spawn(async move {
                let report = runs.reconcile(running()).await.expect("compared");
                assert_eq!(report.withheld, [], "nothing is withheld for another run's sake");
            });
            let others = service.clone();
            all.spawn(async move {
                for number in 0..20 {
                    let by = r#""actor":"dic-vns","role":"district_office","effective_day":"2024-05-01""#;
                    let id = 1_000 + 100 * round + number;
                    let key = format!("{id:032x}");
                    let rest = format!(
                        r#""scheme":"margin-money","district":"187","case_ref":"OTHER/{id}",
                        "applicant":{{"person":{{"person_key":"{key}"}}}},
                        "facts":{{"project_cost":"1000000.00"}}"#
                    );
                    others.submit(command(id, "apply", by, &rest)).await.expect("submitted");
                }
            });
        }
        while let Some(done) = all.join_next().await {
            done.expect("done");
        }
        service.reconcile(running()).await.expect("compared");
        service.shutdown().await.expect("the ledger")
    });
    let lines: usize = told(&ledger)
        .iter()
        .map(|event| if let Event::StatementLines(lines) = event { lines.lines.len() } else { 0 })
        .sum();
    assert_eq!(lines, 5, "of both files together");
    let matched = told(&ledger).iter().filter(|one| one.kind().name() == "Matched").count();
    let back = told(&ledger).iter().filter(|one| one.kind().name() == "PaymentReturned").count();
    assert_eq!((matched, back), (3, 1));
    assert!(ledger.verify().ok());
}

/// Whoever leaves before the end leaves a run that goes on, or one that never began.
#[test]
fn a_run_that_nobody_waits_for_is_whole() {
    let runtime = Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let ledger = runtime.block_on(async {
        let service = Service::start(ledger(), ServiceOptions::default()).expect("a thread");
        let left = service.clone();
        let task = tokio::spawn(async move { left.add_statement(file(PAID), adding()).await });
        tokio::task::yield_now().await;
        task.abort();
        drop(task.await);
        let added = service.add_statement(file(PAID), adding()).await.expect("added");
        assert_eq!(added.parts[0].lines, 4);
        service.reconcile(running()).await.expect("compared");
        service.shutdown().await.expect("the ledger")
    });
    let lines = told(&ledger).iter().filter(|one| one.kind().name() == "StatementLines").count();
    assert_eq!(lines, 1);
    assert!(ledger.verify().ok());
}

/// With a vault beside the service, what the bank wrote is kept there.
#[cfg(unix)]
#[test]
fn a_service_keeps_what_a_bank_wrote() {
    use bahi::{NewVault, vault::Subject};
    let dir = tempfile::tempdir().expect("a directory");
    let path = |name: &str| Path::new(dir.path()).join(name);
    let new = NewLedger::named(LedgerName::new("office").expect("a name"));
    let mut ledger = Ledger::create(&path("ledger"), &new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook");
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let ledger = runtime.block_on(async {
        let service = Service::start(ledger, ServiceOptions::default()).expect("a thread");
        let opened = service.open_vault(path("ledger"), path("vault"), NewVault::First);
        let (vault, _) = opened.await.expect("a vault");
        let added = vault.add_statement(file(PAID), adding()).await.expect("added");
        assert_eq!(added.parts[0].kept, Some(4));
        let line = format!("line:{}/4", added.parts[0].position);
        let subject = Subject::parse(&line).expect("a line");
        let by = Acting { actor: name("ag-7"), role: Role::Auditor, authority: None };
        let shown = vault.show(subject, by).await.expect("shown");
        let texts: Vec<(&str, &str)> = shown.contents.iter().collect();
        assert_eq!(texts, [("narration", "NO REFERENCE")]);
        drop(vault);
        service.shutdown().await.expect("the ledger")
    });
    assert!(ledger.verify().ok());
}

/// A ledger of three cases, of two more that one bill pays, and of one by itself, with what was put away
/// beside it before the bank said anything; and a backup of it. The match of the bill is of no one case, and
/// was undone.
fn billed(dir: &Path, backup: &Path) -> Ledger {
    let new = NewLedger::named(LedgerName::new("office").expect("a name"));
    let mut ledger = Ledger::create(dir, &new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook");
    ledger.submit_all(&history()).expect("a history");
    ledger.submit_all(&instructed(4, "BILLNO-00045")).expect("a bill");
    ledger.submit_all(&instructed(5, "BILLNO-00045")).expect("the same bill");
    ledger.put_folds_away().expect("they are put away");
    let debit = ":61:2406240624D500000,00NTRFBILLNO-00045//B6\n:86:BILL\n:62F:C240630INR1750000,00";
    let bill = PAID.replace(":62F:C240630INR2250000,00", debit);
    ledger.add_statement(bill.as_bytes(), &adding()).expect("added");
    ledger.reconcile(&running()).expect("compared");
    let all = ledger.events(Position(1), ledger.position()).map(|one| one.expect("an event"));
    let joins =
        |event: &Event| matches!(event, Event::Matched(one) if one.further.targets.len() == 1);
    let of_both = all.into_iter().find(|one| joins(&one.event)).expect("a match of two payments");
    assert!(of_both.envelope.case.is_none(), "it is of no one case");
    let by = r#""actor":"cao-vns","role":"drawing_officer","effective_day":"2024-07-10""#;
    let undo = format!(r#""matched":{},"reason":"wrong_line""#, of_both.position);
    ledger.submit(&command(90, "unmatch", by, &undo)).expect("undone");
    ledger.backup(backup, &mut |_| {}).expect("a backup");
    ledger
}

/// How many matches a trail has, and how many of them are undone.
fn matches(trail: &TrailAt) -> [usize; 2] {
    [EventKind::Matched, EventKind::Unmatched]
        .map(|kind| trail.entries.iter().filter(|one| one.kind == kind).count())
}

/// Matches are of no one case, and a backup has no index that would say of which events they are; that of a
/// ledger knows of none that came after it.
#[test]
fn the_trail_of_a_case_that_a_backup_is_read_for_has_its_matches() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = billed(&dir, &backup);
    let cases = (1..=5).map(|number| format!("VNS/{number}"));
    let told = cases.map(|case| {
        let subject = ledger.case(&case).expect("it applied");
        (case, ledger.trail(subject, View::NOW).expect("a trail"))
    });
    let told: Vec<(String, TrailAt)> = told.collect();
    drop(ledger);
    for dir in [&dir, &backup] {
        for (case, expected) in &told {
            // Each is opened anew: the second question of one is answered by an index.
            let trails = Trails::open(dir, &mut |_| {}).expect("trails");
            assert_eq!(trails.trail(case, View::NOW).expect("a trail"), *expected, "{case}");
        }
    }
    let found: Vec<[usize; 2]> = told.iter().map(|(_, trail)| matches(trail)).collect();
    assert_eq!(found[3..], [[1, 1]; 2], "one match is of both cases of the bill");
    assert!(found[..3].iter().any(|one| one[0] > 0), "there are some of one case");
}

#[test]
fn the_trail_of_somebody_that_a_backup_is_read_for_has_matches_of_several_cases() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = billed(&dir, &backup);
    let read = Trails::open(&backup, &mut |_| {}).expect("trails");
    let key = Fingerprint::parse(&format!("{:032x}", 4)).expect("a key");
    for subject in [Subject::Person(PersonKey(key)), Subject::Account(AccountKey(key))] {
        let told = ledger.trail(subject, View::NOW).expect("a trail");
        assert_eq!(read.trail_of(subject, View::NOW).expect("a trail"), told, "{subject:?}");
        assert_eq!(matches(&told), [1, 1], "{subject:?}");
    }
    // The lines of an order are what rests on it, and a match rests on none.
    let told = answers::order_trail(&ledger, "S-7/2024", View::NOW).expect("a trail");
    assert_eq!(read.order_trail("S-7/2024", View::NOW).expect("a trail"), told);
    assert_eq!((told.entries.len(), matches(&told)), (6, [0, 0]));
}

/// The two payments of the bill are open again, the others settled: a match of one, and what came back.
#[test]
fn what_is_due_read_from_a_backup_counts_what_a_match_that_was_undone_had_settled() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = billed(&dir, &backup);
    let records = Records::open_backup(&backup, &mut |_| {}).expect("records");
    let (form, on) = (PaymentForm::Ekuber, running().today);
    let run = PaymentRun { form, scheme: None, district: None, on, since: Some(on) };
    let here = ledger.payments_due(&run).expect("what is due");
    assert_eq!(Asked::payments_due(&records, &run).expect("what is due"), here);
    let open = 5 - settled(&ledger);
    assert_eq!((here.left_out.earlier, here.payments), (open, Vec::new()));
    assert!(open >= 2, "{open} are open");
}

/// How many payments something that stands says of that they went out or came back.
fn settled(ledger: &Ledger) -> u64 {
    let all = ledger.events(Position(1), ledger.position()).map(|one| one.expect("an event").event);
    let mut paid = std::collections::BTreeSet::new();
    for event in all {
        if let Event::Matched(one) = &event {
            let is_one = one.further.targets.is_empty();
            paid.extend(Some(one.target).filter(|_| is_one));
        } else if let Event::PaymentReturned(one) = &event {
            paid.insert(one.payment);
        }
    }
    let is_payment = |at: &&Position| {
        ledger.event(**at).is_ok_and(|one| matches!(one.event, Event::Disbursed(_)))
    };
    paid.iter().filter(is_payment).count() as u64
}
