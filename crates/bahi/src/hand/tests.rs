//! Many commands at a time, beside few, and where the commit fails under them.

use bahi_core::{Command, Position};
use bahi_log::backend::Step;

use crate::{
    BatchError, Error, Ledger, Outcome, View,
    tests::{allot, apply, faulty, reopened, sanction},
};

/// A history in which commands are accepted, refused, repeated within it, and sent under an id that
/// stands.
fn history() -> Vec<Command> {
    let case = |number: u32| format!("CASE/{number:04}");
    let mut commands = vec![allot(1, "90000000.00")];
    for number in 0..400 {
        commands.push(apply(1_000 + number, &case(number)));
        if number % 3 == 0 {
            commands.push(sanction(2_000 + number, &case(number), "250000.00"));
        }
        if number % 50 == 7 {
            commands.push(apply(3_000 + number, &case(number)));
            commands.push(apply(1_000 + number, &case(number)));
            commands.push(apply(1_000 + number, "ANOTHER"));
        }
    }
    commands
}

/// Whether every fold the ledger keeps is that of its log.
fn agrees(ledger: &Ledger) -> bool {
    ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay").agrees()
}

fn submitted(portion: usize) -> (Ledger, Vec<Outcome>) {
    let (mut ledger, ..) = faulty();
    let mut outcomes = Vec::new();
    for some in history().chunks(portion) {
        outcomes.extend(ledger.submit_each(some).expect("the ledger works"));
    }
    (ledger, outcomes)
}

#[test]
fn many_at_a_time_come_to_what_few_come_to() {
    let (few, expected) = submitted(40);
    for portion in [511, 512, 513, 10_000] {
        let (many, outcomes) = submitted(portion);
        assert_eq!(outcomes, expected, "{portion} at a time");
        assert_eq!(many.position(), few.position(), "{portion} at a time");
        let leaf = |ledger: &Ledger, position| ledger.event(position).expect("an event");
        for position in (1..=few.position().0).map(Position) {
            assert_eq!(leaf(&many, position), leaf(&few, position), "{portion} at a time");
        }
        assert!(agrees(&many) && many.verify().ok(), "{portion} at a time");
    }
}

#[test]
fn a_batch_that_is_refused_or_only_tried_leaves_everything_as_it_was() {
    let (mut ledger, ..) = faulty();
    let fitting: Vec<Command> = (0..600).map(|one| apply(one, &format!("FIT/{one}"))).collect();
    let receipts = ledger.dry_run(&fitting).expect("it would be accepted");
    assert_eq!((receipts.len(), agrees(&ledger)), (600, true));
    assert_eq!(ledger.dry_run_each(&fitting).expect("it is decided").len(), 600);
    let refused: Vec<Command> =
        fitting.iter().cloned().chain([sanction(9_000, "NO-SUCH", "1.00")]).collect();
    let position = ledger.position();
    let error = ledger.submit_all(&refused).expect_err("the last cannot be");
    assert!(matches!(error, BatchError::Refused { index: 600, .. }), "{error}");
    assert!(ledger.position() == position && agrees(&ledger));
    assert_eq!(ledger.submit_all(&fitting).expect("accepted").len(), 600);
    assert!(agrees(&ledger) && ledger.verify().ok());
}

#[test]
fn a_commit_that_fails_under_many_leaves_everything_as_it_was_and_they_go_in_later() {
    for step in [Step::NoSpace, Step::BeforeApply, Step::AfterApply] {
        let (mut ledger, disk, first, trigger) = faulty();
        let before = (ledger.position(), ledger.root());
        trigger.fail_at(step, 0);
        let error = ledger.submit_each(&history()).expect_err("the commit fails");
        assert!(!error.may_be_recorded(), "{step:?}: {error}");
        assert_eq!((ledger.position(), ledger.root()), before, "{step:?}");
        assert!(agrees(&ledger), "{step:?}: no fold ran ahead");
        ledger.submit_each(&history()).expect("there is room again");
        assert!(agrees(&ledger), "{step:?}");
        drop(ledger);
        assert!(reopened(&disk, &first).verify().ok(), "{step:?}");
    }
}

#[test]
fn many_in_doubt_are_not_shown_until_the_ledger_is_opened_again() {
    for (step, recorded) in [(Step::BeforeSync, false), (Step::AfterAdvance, true)] {
        let (mut ledger, disk, first, trigger) = faulty();
        trigger.fail_at(step, 0);
        let error = ledger.submit_each(&history()).expect_err("the commit fails");
        assert!(error.may_be_recorded(), "{step:?}: {error}");
        let next = ledger.submit_each(&history()).expect_err("nothing goes on in doubt");
        assert!(matches!(next, Error::InDoubt), "{step:?}: {next}");
        let shown = ledger.trails().expect("a trail").case_count();
        assert_eq!(shown, 0, "{step:?}: what is in doubt is not shown");
        drop(ledger);
        let mut ledger = reopened(&disk, &first);
        assert_eq!(ledger.position().0 > 400, recorded, "{step:?}");
        ledger.submit_each(&history()).expect("the same ids settle it");
        assert!(agrees(&ledger) && ledger.verify().ok(), "{step:?}");
    }
}
