//! Files made up from a ledger, against the readers and against their own truth.

use std::collections::{BTreeMap, BTreeSet};

use bahi_recon::{Entry, Options, collect};
use bahi_wire::LedgerName;

use super::*;
use bahi_core::ActorName;

use crate::NewLedger;
use crate::demo::{Demo, beginning, run};
use crate::recon::{AddOptions, ReadOptions, RunOptions};

/// A ledger with the demonstration's history.
fn ledger() -> Ledger {
    let name = LedgerName::new("demo").expect("a name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook");
    run(&mut ledger, Demo { cases: 600, seed: 7 }, &mut |_| {}).expect("a history");
    ledger
}

/// The month with the most payments.
fn busiest(ledger: &Ledger) -> Month {
    let mut months: BTreeMap<Day, (usize, Month)> = BTreeMap::new();
    for payment in payments(ledger).expect("readable") {
        let month = Month::of(payment.day).expect("a month");
        months.entry(month.first).or_insert((0, month)).0 += 1;
    }
    let busiest = months.into_values().max_by_key(|(payments, _)| *payments);
    busiest.expect("a month").1
}

/// Shares with which everything happens in a small month.
const MUCH: Shares = Shares {
    missing_references: 300,
    garbled: 400,
    missing: 100,
    split: 100,
    duplicated: 100,
    returned: 150,
    late: 200,
    foreign: 100,
};

/// The entries of every statement, by file.
fn entries(made: &MonthOfFiles) -> BTreeMap<&'static str, Vec<(Entry, String)>> {
    let mut all = BTreeMap::new();
    for (name, bytes) in &made.files {
        let collected = collect(bytes, &Options::default()).expect("readable");
        assert_eq!(collected.warnings, [], "{name}");
        assert_eq!(collected.reading.bytes.set_aside, 0, "{name}");
        let entries = collected.statements.iter().flat_map(|whole| &whole.entries);
        let found: Vec<(Entry, String)> = entries
            .map(|(entry, details)| {
                let details = details.iter().flat_map(|one| &one.references);
                let references = entry.references.iter().chain(details);
                let mut words: Vec<&str> = references.map(|one| one.text.as_str()).collect();
                words.push(entry.narration.reveal());
                (entry.clone(), words.join(" "))
            })
            .collect();
        if !collected.statements.is_empty() {
            all.insert(*name, found);
        }
    }
    all
}

#[test]
fn every_line_is_in_the_truth_and_is_what_it_says() {
    let ledger = ledger();
    let month = busiest(&ledger);
    let known: BTreeMap<Position, Payment> =
        payments(&ledger).expect("readable").into_iter().map(|one| (one.position, one)).collect();
    let made = ledger.make_up_statements(month, 3, MUCH, &StatementForm::ALL).expect("files");
    let files = entries(&made);
    assert_eq!(files.len(), StatementForm::ALL.len(), "every bank has a file");
    let mut seen = BTreeSet::new();
    for told in &made.truth {
        let lines: Vec<&(Entry, String)> = told
            .lines
            .iter()
            .map(|number| {
                let file = told.file.expect("a file");
                assert!(seen.insert((file, *number)), "{file} {number} is in the truth once");
                &files[file][*number as usize - 1]
            })
            .collect();
        let sum = |side| {
            let of_side = lines.iter().filter(|(entry, _)| entry.side == side);
            of_side.map(|(entry, _)| entry.amount.minor()).sum::<i64>()
        };
        let (out, back) = (sum(LineSide::Debit), sum(LineSide::Credit));
        let paise = told.amount.paise();
        let (wanted_lines, wanted) = match told.fate {
            Fate::Paid | Fate::Late | Fate::ReturnedAfterTheMonth => (1, (paise, 0)),
            Fate::AfterTheMonth | Fate::Missing => (0, (0, 0)),
            Fate::Returned => (2, (paise, paise)),
            Fate::ReturnedOfBefore => (1, (0, paise)),
            Fate::Duplicated => (2, (2 * paise, 0)),
            Fate::Split => (2, (paise, 0)),
            Fate::Foreign => (1, (out, back)),
            Fate::Charge => (1, (paise, 0)),
        };
        assert_eq!((lines.len(), (out, back)), (wanted_lines, wanted), "{told:?}");
        for (entry, words) in lines {
            assert!(entry.booked.is_some_and(|day| month.has(day)), "{told:?}");
            if let Some(payment) = told.payment {
                let whole = words.contains(&known[&payment].reference);
                let has = matches!(told.narration, Some("whole" | "glued" | "beside_another"));
                assert_eq!(whole, has, "{told:?}: {words}");
                assert_eq!(told.referenced, told.narration == Some("whole"));
            }
        }
    }
    let lines: usize = files.values().map(Vec::len).sum();
    assert_eq!(seen.len(), lines, "no line is left over");
    let fates: BTreeSet<Fate> = made.truth.iter().map(|told| told.fate).collect();
    for fate in [Fate::Paid, Fate::Late, Fate::Returned, Fate::Duplicated, Fate::Split] {
        assert!(fates.contains(&fate), "{fate:?} does not happen: {fates:?}");
    }
    let of_month = known.values().filter(|one| month.has(one.day)).count();
    let told = made
        .truth
        .iter()
        .filter(|told| told.payment.is_some_and(|payment| month.has(known[&payment].day)));
    assert_eq!(told.count(), of_month, "every payment of the month is told");
    assert!(made.truth.iter().any(|told| told.answer.is_some()));
}

/// The lines of every match that a run recorded, with the event each is.
fn matched(
    ledger: &Ledger,
    files: &BTreeMap<Position, &'static str>,
) -> Vec<(&'static str, u32, Position)> {
    let events = ledger.events(Position(1), ledger.position());
    let of = |recorded: bahi_core::Recorded| {
        if let Event::Matched(one) = recorded.event {
            Some((files[&one.line.statement], one.line.line, one.target))
        } else {
            None
        }
    };
    events.filter_map(|recorded| of(recorded.expect("readable"))).collect()
}

/// Files are added as a bank sends them and compared with the ledger: what the truth says is told by a
/// reference is matched, and nothing that is not true.
#[test]
fn what_a_month_tells_by_references_is_matched_and_nothing_false() {
    for seed in 0..4 {
        let mut ledger = ledger();
        let month = busiest(&ledger);
        let made = ledger.make_up_statements(month, seed, MUCH, &StatementForm::ALL);
        let made = made.expect("files");
        let mut files = BTreeMap::new();
        for (name, bytes) in &made.files {
            let options = AddOptions {
                read: ReadOptions::default(),
                account: None,
                day: Some(month.last()),
                label: None,
                actor: ActorName::new("bank-statements").expect("a name"),
            };
            let added = ledger.add_statement(bytes, &options).expect("added");
            files.extend(added.parts.iter().map(|part| (part.position, *name)));
        }
        let options = RunOptions {
            today: month.last(),
            window_days: 3,
            holidays: Vec::new(),
            tolerances: Vec::new(),
            answers: Vec::new(),
            payer: None,
            actor: ActorName::new("reconciliation").expect("a name"),
        };
        ledger.reconcile(&options).expect("compared");
        let matched = matched(&ledger, &files);
        let mut backs = BTreeMap::new();
        for recorded in ledger.events(Position(1), ledger.position()) {
            let recorded = recorded.expect("readable");
            if let Event::PaymentReturned(back) = recorded.event {
                backs.insert(recorded.position, back.payment);
            } else if let Event::MovedToSuspense(back) = recorded.event {
                backs.insert(recorded.position, back.payment);
            }
        }
        let mut is_matched = BTreeSet::new();
        for (file, line, target) in matched {
            let payment = backs.get(&target).copied().unwrap_or(target);
            let told = made.truth.iter().find(|told| told.payment == Some(payment));
            let told = told.expect("a payment of the truth");
            assert!(told.file == Some(file) && told.lines.contains(&line), "{line}: {told:?}");
            is_matched.insert(payment);
        }
        let (mut told, mut garbled) = (0, 0);
        for row in &made.truth {
            let Some(payment) = row.payment else { continue };
            if row.referenced && matches!(row.fate, Fate::Paid | Fate::Late) {
                assert!(is_matched.contains(&payment), "seed {seed}: {row:?}");
                told += 1;
            }
            if row.narration.is_some() && !row.referenced && !row.lines.is_empty() {
                garbled += 1;
            }
        }
        assert!(told > 2 && garbled > 2, "{told} are told, {garbled} garbled");
    }
}

#[test]
fn the_same_seed_makes_the_same_files() {
    let ledger = ledger();
    let month = busiest(&ledger);
    let make = |seed, shares| {
        ledger.make_up_statements(month, seed, shares, &StatementForm::ALL).expect("files")
    };
    assert_eq!(make(3, MUCH), make(3, MUCH));
    assert_ne!(make(3, MUCH), make(4, MUCH));
    let nothing = Shares {
        missing_references: 0,
        garbled: 0,
        missing: 0,
        split: 0,
        duplicated: 0,
        returned: 0,
        late: 0,
        foreign: 0,
    };
    let plain = make(3, nothing);
    let wrong = |told: &&Told| {
        matches!(
            told.fate,
            Fate::Missing | Fate::Split | Fate::Duplicated | Fate::Late | Fate::Foreign
        )
    };
    assert_eq!(plain.truth.iter().filter(wrong).count(), 0);
    let known: BTreeMap<Position, Payment> =
        payments(&ledger).expect("readable").into_iter().map(|one| (one.position, one)).collect();
    let (mut told, mut untold) = (0, 0);
    for row in &plain.truth {
        let Some(payment) = row.payment else { continue };
        assert_eq!(row.referenced, stands_everywhere(&known[&payment].reference), "{row:?}");
        *if row.referenced { &mut told } else { &mut untold } += 1;
    }
    assert!(told > 10 * untold, "{told} told, {untold} not");
    let one = ledger.make_up_statements(month, 3, MUCH, &[StatementForm::Camt053]);
    let names: Vec<&str> = one.expect("files").files.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["camt053.xml", "pain002.xml"]);
}

#[test]
fn a_month_is_read_and_bounded() {
    let month = Month::parse("2024-02").expect("a month");
    assert_eq!(
        (month.first().to_string(), month.last().to_string()),
        ("2024-02-01".into(), "2024-02-29".into())
    );
    for text in ["2024-2", "2024-13", "2024-02-01", "", "month"] {
        assert_eq!(Month::parse(text), None, "{text}");
    }
    let empty = Ledger::in_memory(&NewLedger::named(LedgerName::new("x").expect("a name")));
    let empty = empty.expect("a ledger");
    assert_eq!(empty.busiest_month_of_payments().expect("readable"), None);
    let made = empty.make_up_statements(month, 1, MUCH, &StatementForm::ALL).expect("files");
    assert_eq!(made, MonthOfFiles::default());
}
