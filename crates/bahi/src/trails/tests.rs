//! Trails of cases against the ledger's own: at every cut, looked up and folded, and however the index is spoilt.

use std::{fs, path::Path};

use bahi_core::{Command, Day};
use proptest::prelude::*;

use super::*;
use crate::{
    Ledger,
    beside::FOLDS,
    tests::{allot, apply, new_ledger, sanction},
};

/// A history of small cases, some of it refused, of cases too: each number is one command.
fn commands(from: u32, picks: &[u8]) -> Vec<Command> {
    let command = |(number, pick): (u32, &u8)| {
        let case = format!("A/{}", pick % 16);
        match pick / 16 % 4 {
            0 => allot(number, "300000.00"),
            1 => apply(number, &case),
            _ => sanction(number, &case, "250000.00"),
        }
    };
    (from..).zip(picks).map(command).collect()
}

fn views(ledger: &Ledger) -> Vec<View> {
    let day = Day::parse("2024-05-01").ok();
    let half = Some(Position(ledger.position().0 / 2));
    let known_on = Some(ledger.last_recorded_at());
    vec![
        View::NOW,
        View { as_of: day, ..View::NOW },
        View { at: half, ..View::NOW },
        View { known_on, ..View::NOW },
    ]
}

const CASES: u32 = 18;

fn of_ledger(ledger: &Ledger, views: &[View]) -> Vec<TrailAt> {
    let of = |case: String, view: View| match ledger.case(&case) {
        Some(subject) => ledger.trail(subject, view).expect("a trail"),
        None => TrailAt { basis: ledger.basis(view).expect("a basis"), entries: Vec::new() },
    };
    let cases = (0..CASES).map(|number| format!("A/{number}"));
    cases.flat_map(|case| views.iter().map(move |view| of(case.clone(), *view))).collect()
}

fn of_trails(trails: &Trails, views: &[View]) -> Vec<TrailAt> {
    let of = |case: String, view: View| trails.trail(&case, view).expect("a trail");
    let cases = (0..CASES).map(|number| format!("A/{number}"));
    cases.flat_map(|case| views.iter().map(move |view| of(case.clone(), *view))).collect()
}

fn open(dir: &Path) -> Trails {
    Trails::open(dir, &mut |_| {}).expect("trails")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn a_case_found_where_it_was_put_away_has_the_trail_of_the_ledger(
        picks in prop::collection::vec(any::<u8>(), 1..80),
        away in prop::collection::vec(any::<bool>(), 8),
    ) {
        let place = tempfile::tempdir().expect("a directory");
        let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
        let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let (mut until, mut number) = (None, 1);
        for (picks, away) in picks.chunks(10).zip(&away) {
            ledger.submit_each(&commands(number, picks)).expect("the ledger takes commands");
            number += 10;
            if *away {
                ledger.put_folds_away().expect("they are put away");
                until = Some(ledger.position());
            }
            let views = views(&ledger);
            let expected = of_ledger(&ledger, &views);
            ledger.backup(&backup, &mut |_| {}).expect("a backup");
            drop(ledger);
            let trails = open(&dir);
            prop_assert_eq!(trails.looked_from(), until);
            prop_assert_eq!(&of_trails(&trails, &views), &expected);
            drop(trails);
            let from_log = Trails::open_from_log(&dir, &mut |_| {}).expect("trails");
            prop_assert_eq!(from_log.looked_from(), None);
            prop_assert_eq!(&of_trails(&from_log, &views), &expected);
            drop(from_log);
            prop_assert_eq!(&of_trails(&open(&backup), &views), &expected);
            for (number, expected) in (0..CASES).zip(expected.iter().step_by(views.len())) {
                let sought = open(&backup).trail(&format!("A/{number}"), views[0]);
                prop_assert_eq!(&sought.expect("a trail"), expected, "A/{}", number);
            }
            ledger = Ledger::open(&dir).expect("it opens again");
        }
    }
}

#[test]
fn a_spoilt_index_is_noticed_where_it_is_read_and_the_log_folded() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let picks: Vec<u8> = (0..200_u32).map(|at| (at * 37 % 251) as u8).collect();
    ledger.submit_each(&commands(1, &picks)).expect("the ledger takes commands");
    ledger.put_folds_away().expect("they are put away");
    let views = views(&ledger);
    let expected = of_ledger(&ledger, &views);
    drop(ledger);
    let file = dir.join(FOLDS).join("trail");
    let bytes = fs::read(&file).expect("it was put away");
    for at in (0..bytes.len()).step_by(bytes.len() / 97) {
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 0x10;
        for spoilt in [&spoilt[..], &bytes[..at]] {
            fs::write(&file, spoilt).expect("written");
            let trails = open(&dir);
            assert_eq!(of_trails(&trails, &views), expected, "byte {at}");
            assert_eq!(fs::read(&file).expect("a file"), spoilt, "too little to put away again");
        }
    }
    fs::write(&file, &bytes).expect("written");
    assert_eq!(open(&dir).looked_from(), Some(expected[0].basis.position));
}

#[test]
fn a_log_that_had_to_be_folded_is_put_away_for_the_next() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let commands: Vec<Command> =
        (1..=5_000).map(|number| apply(number, &format!("L/{number}"))).collect();
    commands.chunks(1_000).for_each(|some| drop(ledger.submit_each(some).expect("they apply")));
    let expected = of_ledger(&ledger, &[View::NOW]);
    let last = ledger.position();
    drop(ledger);
    assert_eq!(open(&dir).looked_from(), None, "a small ledger does not put its trail away");
    let trails = open(&dir);
    assert_eq!(trails.looked_from(), Some(last));
    assert_eq!(of_trails(&trails, &[View::NOW]), expected);
    let one = trails.trail("L/4321", View::NOW).expect("a trail");
    assert_eq!(one.entries.len(), 1);
}
