//! Folds made in parts beside folds made whole.

use bahi_core::{Command, Day, Position};

use super::{FOLD_PARTS_MAX, PART_EVENTS_MIN};
use crate::{
    Balances, View,
    tests::{allot, apply, faulty, sanction},
};

#[test]
fn a_fold_in_parts_is_the_fold_of_the_whole_in_every_view() {
    let (mut ledger, ..) = faulty();
    ledger.submit(&allot(0, "9000000000.00")).expect("accepted");
    let cases = FOLD_PARTS_MAX as u32 * PART_EVENTS_MIN as u32 / 2;
    let applications: Vec<Command> =
        (0..cases).map(|one| apply(1_000_000 + one, &format!("CASE/{one:06}"))).collect();
    let sanctions: Vec<Command> = (0..cases)
        .map(|one| sanction(2_000_000 + one, &format!("CASE/{one:06}"), "250000.00"))
        .collect();
    for some in applications.chunks(4_096).chain(sanctions.chunks(4_096)) {
        ledger.submit_all(some).expect("all are accepted");
    }
    let last = ledger.position();
    let at = |position| View { at: Some(Position(position)), ..View::NOW };
    let as_of = |day| View { as_of: Day::parse(day).ok(), ..View::NOW };
    let views = [
        View::NOW,
        at(0),
        at(PART_EVENTS_MIN - 1),
        at(2 * PART_EVENTS_MIN),
        at(2 * PART_EVENTS_MIN + 1),
        at(last.0 - 1),
        as_of("2024-06-09"),
        as_of("2024-06-10"),
    ];
    for view in views {
        let whole: Balances = ledger.fold(view).expect("a fold");
        let joined: Balances = ledger.fold_in_parts(view).expect("a fold");
        assert_eq!(joined.state_bytes(), whole.state_bytes(), "{view:?}");
    }
    let beyond = ledger.fold_in_parts::<Balances>(at(last.0 + 1));
    assert!(matches!(beyond, Err(crate::Error::BeyondTheEnd { .. })), "{beyond:?}");
}
