//! A backup beside the ledger it is of: every command that only asks gives the same bytes, and what is
//! read with nothing folded is what a ledger answers from its folds.

use std::{collections::BTreeSet, ffi::OsString, fs, path::Path};

use bahi::{
    Acting, Asked, Export, Filter, Ledger, LedgerName, NewLedger, Outcome, Records, Reported,
    Subject, Trails, View, answers,
    core::{ActorName, BarSubject, Day, Event, FinancialYear, Position, Role, SchemeName},
    demo::{Demo, beginning, run as live},
    json::TrailSubject,
    papers::CertificateOf,
    parse_command,
    proof::SigningKey,
    reports::{Form, Table},
};

/// How many subjects of each sort are asked for.
const SOME: usize = 12;

/// A subject whose details were shown.
const SHOWN: &str = "LOOM/VARANASI";

/// A history with everything in it, and a backup of it.
fn lived(dir: &Path, backup: &Path) -> Ledger {
    let name = LedgerName::new("reading").expect("a name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::create(dir, &new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    live(&mut ledger, Demo { cases: 60, seed: 7 }, &mut |_| {}).expect("the history is lived");
    let events = ledger.events(Position(1), ledger.position());
    let is_bar = |recorded: &bahi::core::Recorded| matches!(recorded.event, Event::Barred(_));
    let bar = events.map(|recorded| recorded.expect("an event")).find(is_bar).expect("a bar");
    let on = r#""authority":{"order":"GO/1","date":"2024-04-01"}"#;
    let commands = [
        // What takes a bar back names its place alone; a refusal names a case that applies afterwards.
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-b000-000000000001","kind":"reverse","actor":"ag-7","role":"auditor","effective_day":"2023-06-06",{on},"of":{},"reason":"error"}}"#,
            bar.position
        ),
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-b000-000000000002","kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10",{on},"amount":"100.00","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"case_ref":"LATE/1"}}"#
        ),
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-b000-000000000003","kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-06-10",{on},"scheme":"margin-money","district":"187","applicant":{{"person":{{"person_key":"0123456789abcdef0123456789abcdef"}}}},"facts":{{"project_cost":"1000000"}},"case_ref":"LATE/1"}}"#
        ),
    ];
    let commands = commands.map(|line| parse_command(line.as_bytes()).expect("a command"));
    let outcomes = ledger.submit_each(&commands).expect("the ledger takes commands");
    let refused = outcomes.iter().map(|one| matches!(one, Outcome::Refused(_)));
    assert_eq!(refused.collect::<Vec<bool>>(), [false, true, false]);
    noted(&mut ledger);
    let actor = ActorName::new("ag-7").expect("an actor");
    let by = Acting { actor, role: Role::Auditor, authority: None };
    ledger.certify(Day::parse("2021-03-31").expect("a day"), &by).expect("it certifies");
    let key = SigningKey::from_seed("reading", &[7; 32]).expect("a key");
    let note = ledger.checkpoint(&key, ledger.position()).expect("a checkpoint");
    fs::write(backup.with_extension("note"), note.to_string()).expect("written");
    ledger.backup(backup, &mut |_| {}).expect("a backup");
    ledger
}

/// What leaves a ledger besides: a payment file that stands in its place and one that was never seen to, and
/// somebody's details, shown.
fn noted(ledger: &mut Ledger) {
    let all = ledger.events(Position(1), ledger.position()).map(|one| one.expect("an event"));
    let paid = all.filter(|one| matches!(one.event, Event::Disbursed(_)));
    let paid: Vec<Position> = paid.map(|one| one.position).collect();
    let whose = bahi::vault::Subject::parse(SHOWN).expect("a subject").id(ledger.id()).0;
    let mut notes = vec![("auditor", "vault_show", Position(1), 2, whose)];
    for (file, payments) in [[7_u8; 32], [9; 32]].into_iter().zip(paid.rchunks(3)) {
        for (place, payment) in (1..).zip(payments) {
            notes.push(("drawing_officer", "payment_in_file", *payment, place, file));
        }
        notes.push(("drawing_officer", "payments_ekuber", payments[0], 3, file));
    }
    notes.push(("drawing_officer", "payments_written", paid[0], 3, [7; 32]));
    for (number, (role, what, upto, rows, digest)) in notes.into_iter().enumerate() {
        let digest = bahi::core::hex(&digest);
        let line = format!(
            r#"{{"command_id":"0198a7c2-0000-7000-b000-{number:012}","kind":"note_export","actor":"{role}","role":"{role}","effective_day":"2024-06-10","what":"{what}","upto":{upto},"rows":{rows},"digest":"{digest}"}}"#,
            number = number + 100
        );
        let command = parse_command(line.as_bytes()).expect("a command");
        ledger.submit(&command).expect("noted");
    }
}

fn views(ledger: &Ledger) -> [View; 3] {
    let at = Some(Position(ledger.position().0 / 2));
    let as_of = Day::parse("2021-06-30").ok();
    [View::NOW, View { as_of, ..View::NOW }, View { at, ..View::NOW }]
}

/// Some of everybody and everything that a ledger tells trails of: the cases by their references, and
/// subjects of each sort.
fn known(ledger: &Ledger) -> (Vec<String>, Vec<Subject>) {
    let (mut cases, mut keys) = (Vec::new(), [const { Vec::new() }; 4]);
    // Of those whom something of no case is about, each is asked for.
    let mut alone = Vec::new();
    let mut seen = BTreeSet::new();
    for recorded in ledger.events(Position(1), ledger.position()) {
        let recorded = recorded.expect("an event");
        let mut note = |subject: BarSubject| {
            if !seen.insert(format!("{subject:?}")) {
                return;
            }
            let sort = match subject {
                BarSubject::Person(_) => 0,
                BarSubject::Family(_) => 1,
                BarSubject::Body(_) => 2,
                BarSubject::Account(_) => 3,
            };
            keys[sort].push(subject_of(subject));
        };
        if let Event::Applied(applied) = &recorded.event {
            cases.push(applied.case_ref.to_string());
            applied.applicant.each_subject(&mut note);
            if applied.case_ref.as_str() == "LATE/1" {
                applied.applicant.each_subject(|one| alone.push(subject_of(one)));
            }
        } else if let Event::Disbursed(paid) = &recorded.event {
            note(BarSubject::Account(paid.payee.account));
        } else if let Event::Barred(barred) = &recorded.event {
            alone.push(subject_of(barred.subject));
        } else if let Event::StatementReceived(statement) = &recorded.event {
            alone.push(Subject::Account(statement.account));
        }
    }
    let some = |all: &[Subject]| -> Vec<Subject> {
        let step = all.len().div_ceil(SOME).max(1);
        all.iter().rev().step_by(step).copied().collect()
    };
    let mut subjects: Vec<Subject> = keys.iter().flat_map(|all| some(all)).collect();
    let orders: Vec<Subject> =
        ledger.names().authorities().map(|(number, _)| Subject::Order(number)).collect();
    subjects.extend(some(&orders));
    subjects.extend(alone);
    let step = cases.len().div_ceil(3 * SOME);
    (cases.into_iter().step_by(step).collect(), subjects)
}

const fn subject_of(subject: BarSubject) -> Subject {
    match subject {
        BarSubject::Person(key) => Subject::Person(key),
        BarSubject::Family(key) => Subject::Family(key),
        BarSubject::Body(key) => Subject::Body(key),
        BarSubject::Account(key) => Subject::Account(key),
    }
}

#[test]
fn what_is_read_with_nothing_folded_is_what_a_ledger_answers_from_its_folds() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = lived(&dir, &backup);
    let (cases, subjects) = known(&ledger);
    let views = views(&ledger);
    let sorts: BTreeSet<_> =
        subjects.iter().map(std::mem::discriminant).map(|one| format!("{one:?}")).collect();
    assert!(sorts.len() >= 4 && cases.len() > SOME, "{sorts:?}");
    let read = Trails::open(&backup, &mut |_| {}).expect("trails");
    let mut lines = 0;
    for view in views {
        for subject in &subjects {
            let told = ledger.trail(*subject, view).expect("a trail");
            lines += told.entries.len();
            assert_eq!(read.trail_of(*subject, view).expect("a trail"), told, "{subject:?}");
        }
    }
    assert!(lines > 500, "{lines} lines are compared");
    let orders: BTreeSet<String> =
        ledger.names().authorities().map(|(_, one)| one.order.to_string()).collect();
    for order in orders.iter().step_by(orders.len().div_ceil(SOME)) {
        let told = answers::order_trail(&ledger, order, View::NOW).expect("a trail");
        assert_eq!(read.order_trail(order, View::NOW).expect("a trail"), told, "{order}");
        let of = || TrailSubject { by: "order".to_owned(), id: order.clone() };
        let json = |answer| serde_json::to_string(&answer).expect("JSON");
        let (here, there) =
            (answers::trail(&ledger, of(), &told), answers::trail(&read, of(), &told));
        assert_eq!(json(here.expect("an answer")), json(there.expect("an answer")), "{order}");
    }
    for (case, view) in cases.iter().zip(views.iter().cycle()) {
        // Each by itself: a second question of one reading would be answered from a fold.
        let read = Trails::open(&backup, &mut |_| {}).expect("trails");
        let told = ledger.explain(case, *view).expect("explained");
        assert_eq!(read.explain(case, *view).expect("explained"), told, "{case}");
        let file = ledger.case_file(case, *view).expect("a file");
        assert_eq!(read.case_file(case, *view).expect("a file"), file, "{case}");
        assert_eq!(told.is_some(), file.is_some());
    }
}

#[test]
fn papers_and_exports_of_a_backup_are_those_of_its_ledger() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = lived(&dir, &backup);
    let scheme = SchemeName::new("margin-money").ok();
    let fy = FinancialYear::parse("2020-21").expect("a year");
    for view in views(&ledger) {
        // Each time with no reference remembered.
        let records = || Records::open(&backup, &mut |_| {}).expect("records");
        for filter in [Filter::default(), Filter { scheme: scheme.clone(), ..Filter::default() }] {
            let all =
                [Table::Postings, Table::GlDetail, Table::Events, Table::Cases, Table::Balances];
            let forms = [Form::Csv, Form::JsonLines, Form::Hledger, Form::Beancount];
            let pairs = all.iter().flat_map(|table| forms.map(|form| (*table, form)));
            for (table, form) in pairs.filter(|(table, form)| table.has(*form)) {
                let asked = Export { table, form, filter: filter.clone(), view };
                let (mut here, mut there) = (Vec::new(), Vec::new());
                let told = ledger.export_text(&asked, &mut here, &mut |_| {}).expect("an export");
                let read = records().export_text(&asked, &mut there, &mut |_| {});
                assert_eq!(read.expect("an export"), told);
                assert!(here == there, "{table:?} as {form:?}");
                let manifest =
                    |made: Result<bahi::reports::Manifest, _>| made.expect("a manifest").text();
                assert_eq!(
                    manifest(ledger.export_manifest(&asked, &told, Vec::new(), None)),
                    manifest(records().export_manifest(&asked, &told, Vec::new(), None))
                );
            }
            let (from, here): (Records, &dyn Reported) = (records(), &ledger);
            let there: &dyn Reported = &from;
            let both = [here, there].map(|one| {
                let of =
                    CertificateOf { scheme: scheme.clone().expect("a scheme"), fy, district: None };
                [
                    one.certificate(&of, view),
                    one.expenditure(fy, &filter, view),
                    one.register_of_sanctions(&filter, view),
                    one.term_deposits(&filter, view),
                    one.ageing(&filter, view),
                ]
                .map(|paper| paper.expect("a paper"))
            });
            assert_eq!(both[0], both[1], "{filter:?}");
        }
    }
}

/// A fund as a person names it.
fn fund(ledger: &Ledger) -> String {
    let by = bahi::By { scheme: true, district: true, fy: true, head: true };
    let rows = ledger.balances(by, &Filter::default(), View::NOW).expect("balances").rows;
    let last = rows.last().expect("a fund");
    let named = (&last.scheme, &last.head, last.fy, last.district);
    let (Some(scheme), Some(head), Some(fy), Some(district)) = named else { panic!("{last:?}") };
    format!("--scheme {scheme} --head {head} --fy {fy} --district {district}")
}

/// All but the time that it takes is compared here.
#[test]
fn balances_folded_again_from_a_backup_are_those_of_a_replay() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = lived(&dir, &backup);
    for view in views(&ledger) {
        let told = ledger.replay(view, false, &mut |_| {}).expect("a replay");
        let records = Records::open(&backup, &mut |_| {}).expect("records");
        let both: [&dyn Asked; 2] = [&records, &ledger];
        for one in both {
            let read = one.replay_balances(view, &mut |_| {}).expect("a replay");
            assert_eq!(bahi::Replay { took: told.took, ..read }, told);
        }
    }
}

/// What the program says on standard output, and its status.
fn said(words: &[&str], ledger: &Path) -> (u8, Vec<u8>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut arguments: Vec<OsString> = vec!["bahi".into()];
    arguments.extend(words.iter().map(Into::into));
    arguments.extend(["--ledger".into(), ledger.into()]);
    let terminal = bahi_cli::Terminal::default();
    let status = bahi_cli::run(arguments, &mut std::io::empty(), &mut out, &mut err, terminal);
    let complaint = String::from_utf8_lossy(&err);
    assert!(status < 2, "{words:?}: {complaint}");
    (status, out)
}

#[test]
fn every_command_that_asks_says_the_same_of_a_backup_byte_for_byte() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    let ledger = lived(&dir, &backup);
    let mut words = vec![
        "balances --by scheme,district",
        "balances --by scheme --as-of 2021-06-30 --known-on 2021-07-31",
        "outcomes --by district",
        "suspense",
        "events",
        "schemes",
        "audit",
        "certificate --scheme margin-money --fy 2020-21",
        "paper expenditure --fy 2020-21",
        "paper sanctions",
        "paper tdr",
        "paper ageing",
        "export postings --to csv --out -",
        "export gl-detail --to csv --out -",
        "export events --to jsonl --out -",
        "export cases --to csv --out -",
        "export balances --to jsonl --out -",
        "export postings --to hledger --out -",
        "scheme show margin-money",
        "scheme show training-toolkit --version 1",
        "entitlement --scheme margin-money --on 2020-06-01 --facts {\"project_cost\":\"1000000\"}",
        "payments files",
        "payments due --to ekuber --on 2024-06-30",
        "payments due --to nach306 --on 2021-06-30 --since 2019-04-01 --scheme margin-money",
        "prove-balance --all --checkpoint NOTE",
        "prove-balance FUND --checkpoint NOTE",
        "sample --nonce AG-UP/2025/114 --size 12",
        "sample --nonce AG-UP/2025/114 --size 12 --of cases --by scheme,district,fy",
        "sample --nonce AG-UP/2025/114 --monetary --size 9 --as-of 2021-06-30",
        "sample --nonce AG-UP/2025/114 --monetary --interval 1000000 --of cases --scheme margin-money",
    ]
    .into_iter()
    .map(|line| line.replace("NOTE", &backup.with_extension("note").display().to_string()))
    .map(|line| line.replace("FUND", &fund(&ledger)))
    .collect::<Vec<String>>();
    words.push(format!("vault accesses {SHOWN}"));
    let (cases, subjects) = known(&ledger);
    drop(ledger);
    for case in cases.iter().take(3) {
        words.extend(["trail --case", "explain", "paper case"].map(|of| format!("{of} {case}")));
    }
    for subject in subjects {
        match subject {
            Subject::Person(key) => words.push(format!("trail --person {}", key.0)),
            Subject::Account(key) => words.push(format!("trail --account {}", key.0)),
            Subject::Case(_) | Subject::Family(_) | Subject::Body(_) | Subject::Order(_) => {}
        }
    }
    for line in &words {
        for format in ["json", "table"] {
            let mut line: Vec<&str> = line.split(' ').collect();
            if !line.contains(&"export") {
                line.extend(["--format", format]);
            } else if format == "table" {
                continue;
            }
            let (here, there) = (said(&line, &dir), said(&line, &backup));
            assert!(here == there, "{line:?}");
            assert!(!here.1.is_empty(), "{line:?}");
        }
    }
}
