//! Images: a fold put away and taken up at any cut is the fold that went on.

use super::*;
use crate::Movements;

fn moved(events: &[Recorded]) -> Movements {
    let mut movements = Movements::default();
    events.iter().for_each(|recorded| movements.apply(recorded));
    movements
}

fn spread(mut events: Vec<Recorded>) -> Vec<Recorded> {
    for (number, recorded) in events.iter_mut().enumerate() {
        let number = number as i32;
        let day = number / 4 - if number % 5 == 0 { number % 13 } else { 0 };
        recorded.envelope.effective_day = Day::from_epoch_days(day).expect("a day");
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_fold_put_away_and_taken_up_at_any_cut_is_the_one_that_went_on(
        events in history(),
        cut in any::<prop::sample::Index>(),
    ) {
        let events = spread(events);
        let (before, after) = events.split_at(cut.index(events.len() + 1));
        let (balances, movements) = (fold(before), moved(before));
        let mut balances = Balances::from_image(&balances.image()).expect("its own image");
        let mut movements = Movements::from_image(&movements.image()).expect("its own image");
        for recorded in after {
            balances.apply(recorded);
            movements.apply(recorded);
        }
        let (whole, all) = (fold(&events), moved(&events));
        prop_assert_eq!(balances.image(), whole.image());
        prop_assert_eq!(balances.state_bytes(), whole.state_bytes());
        prop_assert_eq!(movements.image(), all.image());
        prop_assert_eq!(&movements, &all);
        prop_assert_eq!(moved(before) == all, after.is_empty());
        for recorded in &events {
            let (upto, day) = (recorded.position, Some(recorded.envelope.effective_day));
            prop_assert_eq!(movements.funds(upto, day), all.funds(upto, day));
        }
    }

    #[test]
    fn bytes_that_are_taken_are_written_back_as_they_are(
        events in history(),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        cut in any::<bool>(),
    ) {
        let events = spread(events);
        let spoil = |mut bytes: Vec<u8>| {
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
            bytes
        };
        let (balances, movements) = (spoil(fold(&events).image()), spoil(moved(&events).image()));
        // Bytes that hang together may be taken, as what they say; the hash beside them is for that.
        if let Some(taken) = Balances::from_image(&balances) {
            prop_assert_eq!(taken.image(), balances);
        }
        if let Some(taken) = Movements::from_image(&movements) {
            prop_assert_eq!(taken.image(), movements);
        }
    }
}

#[test]
fn a_count_beyond_the_bytes_is_refused_before_memory_is_asked_for() {
    let mut bytes = Balances::default().image();
    let at = 32;
    bytes[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(Balances::from_image(&bytes).is_none());
    let mut bytes = Movements::default().image();
    bytes[16..24].copy_from_slice(&(u64::MAX / 20).to_le_bytes());
    assert!(Movements::from_image(&bytes).is_none());
}

#[test]
fn late_amounts_of_an_image_are_summed_as_they_were() {
    let key = fund(1, 1, 2024, 187);
    let events: Vec<Recorded> = (0..20_000_u64)
        .map(|at| {
            let mut event = recorded(at + 1, key, 0, 100, Event::FundsAllotted);
            let day = Day::from_epoch_days((at * 7_919 % 300) as i32);
            event.envelope.effective_day = day.expect("a day");
            event
        })
        .collect();
    let movements = moved(&events);
    let taken = Movements::from_image(&movements.image()).expect("its own image");
    assert_eq!(taken.len(), movements.len());
    assert!(taken.len().1 > 10_000, "most are late");
    for upto in (0..20_000).step_by(1_711) {
        for day in [0, 7, 150, 299] {
            let day = Day::from_epoch_days(day);
            assert_eq!(taken.funds(Position(upto), day), movements.funds(Position(upto), day));
        }
    }
}
