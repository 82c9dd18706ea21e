//! Snapshots: equal to the fold they were taken of, for ever, at the price of what changed.

use super::*;
use crate::{Copied, Snapshot};

/// An allotment of a rupee to the fund of a number.
fn allotted(position: u64, number: u64) -> Recorded {
    let part = |shift: u32| u16::try_from((number >> shift) & 0xff).unwrap_or_default();
    recorded(position, fund(1 + part(8), 1, 2024, 1 + part(0)), 0, 100, Event::FundsAllotted)
}

/// Balances of so many funds, given out once.
fn published(funds: u64) -> (Balances, Copied) {
    let mut balances = Balances::default();
    (1..=funds).for_each(|number| balances.apply(&allotted(number, number)));
    let (snapshot, copied) = balances.publish();
    assert_eq!(snapshot.funds_len() as u64, funds);
    (balances, copied)
}

/// Funds of the largest case below.
const FUNDS_MAX: u64 = 50_000;

#[test]
fn a_snapshot_copies_what_was_touched_however_many_funds_there_are() {
    for funds in [10, 100, 1_000, 10_000, FUNDS_MAX] {
        let (mut balances, first) = published(funds);
        assert_eq!(first.rows, funds, "the first copies everything");
        let mut held = Vec::new();
        for round in 0..20 {
            let begin = funds + 4 * round;
            for (nth, number) in [1, 7, 7, 5].into_iter().enumerate() {
                balances.apply(&allotted(begin + 1 + nth as u64, number));
            }
            let (snapshot, copied) = balances.publish();
            assert_eq!(copied.rows, 3, "of {funds} funds three were touched");
            // A tree of 32 slots a node over well-mixed keys is as deep as its logarithm, and a
            // little deeper where keys happen to agree.
            assert!(copied.slots <= 3 * 5 * 32, "of {funds} funds: {} slots", copied.slots);
            held.push(snapshot);
        }
        let (_, nothing) = balances.publish();
        assert_eq!(nothing, Copied::default(), "nothing was touched");
        for (round, snapshot) in (1..).zip(&held) {
            let seven = snapshot.fund(&allotted(1, 7).envelope.fund);
            assert_eq!(seven.allotted, rupees(1 + 2 * round), "as it was when it was given out");
        }
    }
}

#[test]
fn what_was_touched_is_noted_in_bounded_room_though_nobody_asks() {
    let (mut balances, _) = published(3);
    for position in 4..100_000 {
        balances.apply(&allotted(position, 1 + position % 3));
    }
    assert!(balances.touched_capacity() <= 256, "{}", balances.touched_capacity());
    assert_eq!(balances.publish().1.rows, 3);
}

#[test]
fn funds_whose_keys_are_neighbours_are_all_found() {
    let mut balances = Balances::default();
    let mut position = 0;
    let mut funds = Vec::new();
    for scheme in [1, 2, u16::MAX] {
        for head in [1, 2, u16::MAX] {
            for year in [1950, 2024, 2025] {
                for district in [0, 1, 2, 187, u16::MAX] {
                    let fund = fund(scheme, head, year, district);
                    position += 1;
                    balances.apply(&recorded(position, fund, 0, 100, Event::FundsAllotted));
                    let (snapshot, _) = balances.publish();
                    assert_eq!(snapshot.funds_len() as u64, position);
                    funds.push(fund);
                }
            }
        }
    }
    let (snapshot, _) = balances.publish();
    assert!(funds.iter().all(|fund| snapshot.fund(fund).allotted == rupees(1)));
    assert_eq!(snapshot.fund(&fund(3, 3, 2024, 3)), Columns::default(), "no event named it");
    assert_eq!(snapshot.funds(), balances.funds());
}

fn same(snapshot: &Snapshot, balances: &Balances) -> Result<(), TestCaseError> {
    prop_assert_eq!(snapshot.funds(), balances.funds());
    prop_assert_eq!(snapshot.total(), balances.total());
    prop_assert_eq!(snapshot.position(), balances.position());
    prop_assert_eq!(snapshot.unplaced(), balances.unplaced());
    prop_assert_eq!(snapshot.first_unplaced(), balances.first_unplaced());
    let by = By { district: true, ..By::default() };
    let all = Filter::default();
    prop_assert_eq!(snapshot.rows(by, &all, &names()), balances.rows(by, &all, &names()));
    Ok(())
}

proptest! {
    #[test]
    fn every_snapshot_stays_what_the_fold_was(
        events in history(),
        every in 1_usize..6,
    ) {
        let mut live = Balances::default();
        let mut held = Vec::new();
        for events in events.chunks(every) {
            events.iter().for_each(|recorded| live.apply(recorded));
            held.push((live.publish().0, live.clone()));
        }
        for (snapshot, then) in &held {
            same(snapshot, then)?;
        }
    }

    #[test]
    fn a_part_that_was_absorbed_is_in_the_next_snapshot(
        events in history(),
        at in any::<prop::sample::Index>(),
    ) {
        let (early, late) = events.split_at(at.index(events.len() + 1));
        let mut sum = fold(early);
        drop(sum.publish());
        prop_assert!(sum.absorb(&fold(late)));
        same(&sum.publish().0, &fold(&events))?;
    }
}
