//! Movements against a replay that is cut at every position and every day.

use super::*;
use crate::{Column, Movements, Part};

/// The days of a history: how each falls, by the number of the event and something drawn.
const SHAPES: [fn(usize, u16) -> i32; 5] = [
    |number, _| number as i32 / 3,
    |number, drawn| number as i32 / 2 - i32::from(drawn % 9),
    |_, drawn| i32::from(drawn % 12),
    |number, _| -(number as i32),
    |_, _| 7,
];

fn day(number: i32) -> Day {
    Day::from_epoch_days(number).expect("a day in range")
}

fn dated(mut events: Vec<Recorded>, shape: usize, drawn: &[u16]) -> Vec<Recorded> {
    for (number, recorded) in events.iter_mut().enumerate() {
        let drawn = drawn[number % drawn.len()];
        recorded.envelope.effective_day = day(SHAPES[shape](number, drawn));
    }
    events
}

/// Every position of a history and those around it, on every day of it and those around it.
fn check(events: &[Recorded]) -> Result<(), TestCaseError> {
    let mut movements = Movements::default();
    for recorded in events {
        movements.apply(recorded);
    }
    let mut days: Vec<Day> = events.iter().map(|one| one.envelope.effective_day).collect();
    days.extend([day(-10_000), Day::MAX]);
    days.sort_unstable();
    days.dedup();
    for as_of in days.into_iter().map(Some).chain([None]) {
        let mut replay = Balances::default();
        prop_assert_eq!(movements.funds(Position::NONE, as_of), Vec::new());
        for recorded in events {
            if as_of.is_none_or(|as_of| recorded.envelope.effective_day <= as_of) {
                replay.apply(recorded);
            }
            let upto = recorded.position;
            prop_assert_eq!(movements.funds(upto, as_of), replay.funds(), "{} {:?}", upto, as_of);
        }
        let upto = Position(movements.position().0 + 1);
        let filter = Filter { district: Some(District(2)), ..Filter::default() };
        for (by, filter) in [(By::ALL, Filter::default()), (By::default(), filter)] {
            let rows = movements.rows(upto, as_of, by, &filter, &names());
            prop_assert_eq!(rows, replay.rows(by, &filter, &names()));
        }
        for (key, columns) in replay.funds() {
            prop_assert_eq!(movements.fund(&key, upto, as_of), columns);
        }
    }
    prop_assert_eq!(movements.unplaced(), fold(events).unplaced());
    Ok(())
}

fn column(columns: &Columns, column: Column) -> Total {
    let count = |count: u64| Total::from_paise(i128::from(count));
    match column {
        Column::Allotted => columns.allotted,
        Column::Sanctioned => columns.sanctioned,
        Column::Disbursed => columns.disbursed,
        Column::Returned => columns.returned,
        Column::Recovered => columns.recovered,
        Column::Utilised => columns.utilised,
        Column::Adjusted => columns.adjusted,
        Column::Available => columns.available,
        Column::Suspense => columns.suspense,
        Column::InterestEarned => columns.interest_earned,
        Column::InterestRemitted => columns.interest_remitted,
        Column::Applied => count(columns.applied),
        Column::Audited => count(columns.audited),
    }
}

/// Everything behind a column, asked for a few at a time.
fn behind(
    movements: &Movements,
    column: Column,
    filter: &Filter,
    cut: (Position, Option<Day>, Option<Day>),
) -> Vec<Part> {
    let (mut all, mut most) = (Vec::new(), 5);
    let mut before = Position(u64::MAX);
    loop {
        let mut parts = movements.behind(column, filter, &names(), cut, before, most);
        assert!(parts.len() <= most, "no more than were asked for");
        let full = parts.len() == most;
        // An event may stand in two funds: what of the last one is not whole comes again.
        let whole = parts.iter().rposition(|part| part.position != parts[parts.len() - 1].position);
        if full {
            match whole {
                Some(whole) => parts.truncate(whole + 1),
                None => {
                    most *= 2;
                    continue;
                }
            }
        }
        before = parts.last().map_or(before, |part| part.position);
        all.extend(parts);
        if !full {
            return all;
        }
    }
}

fn check_behind(events: &[Recorded]) -> Result<(), TestCaseError> {
    let mut movements = Movements::default();
    events.iter().for_each(|recorded| movements.apply(recorded));
    let last = movements.position();
    let days = [None, Some(day(2)), Some(day(-3)), Some(day(9))];
    for (upto, as_of) in
        [last, Position(last.0 / 2)].into_iter().flat_map(|at| days.map(|day| (at, day)))
    {
        let district = Filter { district: Some(District(2)), ..Filter::default() };
        for filter in [Filter::default(), district] {
            let rows = movements.rows(upto, as_of, By::default(), &filter, &names());
            let mut sums = Columns::default();
            rows.iter().for_each(|row| sums.add(&row.columns));
            for one in Column::ALL {
                let parts = behind(&movements, one, &filter, (upto, None, as_of));
                let since = Some(day(1));
                let late = behind(&movements, one, &filter, (upto, since, as_of));
                let of = parts.iter().filter(|part| Some(part.day) >= since);
                prop_assert!(of.eq(late.iter()), "{} {} {:?}", one.name(), upto, as_of);
                prop_assert!(parts.windows(2).all(|two| two[0].position >= two[1].position));
                prop_assert!(parts.iter().all(|part| part.position <= upto));
                let sum: Total = parts.iter().map(|part| part.amount).sum();
                prop_assert_eq!(sum, column(&sums, one), "{} {} {:?}", one.name(), upto, as_of);
                let alone = movements.total(one, &filter, &names(), upto, as_of);
                prop_assert_eq!(sum, alone, "{} {} {:?}", one.name(), upto, as_of);
                prop_assert_eq!(Column::from_name(one.name()), Some(one));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_behind_a_column_adds_up_to_it_under_every_cut(
        events in history(),
        shape in 0..SHAPES.len(),
        drawn in prop::collection::vec(any::<u16>(), 1..50),
    ) {
        check_behind(&dated(events, shape, &drawn))?;
    }

    #[test]
    fn any_cut_on_any_day_is_a_replay_cut_there(
        events in history(),
        shape in 0..SHAPES.len(),
        drawn in prop::collection::vec(any::<u16>(), 1..50),
    ) {
        check(&dated(events, shape, &drawn))?;
    }
}

#[test]
fn a_case_audited_on_earlier_and_earlier_days_counts_once_wherever_it_is_cut() {
    let (one, two) = (fund(1, 0, 2024, 187), fund(1, 1, 2024, 187));
    let audits = [(1, one, 9), (2, two, 5), (3, one, 5), (4, one, 2), (5, two, 11), (6, two, 1)];
    let events: Vec<Recorded> = audits
        .into_iter()
        .map(|(position, fund, on)| {
            let mut event = recorded(position, fund, 1, 0, audited());
            event.envelope.effective_day = day(on);
            event
        })
        .collect();
    check(&events).expect("every cut is a replay");
}

#[test]
fn an_event_out_of_order_or_without_a_fund_is_counted_and_moves_nothing() {
    let key = fund(1, 1, 2024, 187);
    let events = [
        recorded(5, key, 0, 100, Event::FundsAllotted),
        recorded(5, key, 0, 100, Event::FundsAllotted),
        recorded(4, key, 0, 100, Event::FundsAllotted),
        recorded(6, fund(0, 1, 2024, 187), 0, 100, Event::FundsAllotted),
        recorded(7, fund(0, 0, 2024, 187), 7, 0, applied()),
        recorded(8, key, 0, 0, audited()),
    ];
    let mut movements = Movements::default();
    events.iter().for_each(|recorded| movements.apply(recorded));
    assert_eq!((movements.unplaced(), movements.len()), (5, (1, 0)));
    assert_eq!(movements.funds(Position(9), None), fold(&events).funds());
}

#[test]
fn a_movement_takes_at_most_thirty_two_bytes_however_the_days_fall() {
    for (number, shape) in SHAPES.into_iter().enumerate() {
        let mut movements = Movements::default();
        for at in 0..60_000_u64 {
            let key = fund(1, 1, 2024, 1 + (at % 5) as u16);
            let kind = if at % 2 == 0 { sanctioned() } else { disbursed() };
            let mut event = recorded(at + 1, key, 1, 100, kind);
            let drawn = (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as u16;
            event.envelope.effective_day = day(shape(at as usize, drawn).max(-25_000));
            movements.apply(&event);
        }
        let (count, bytes) = (movements.len().0, movements.bytes());
        assert_eq!(count, 60_000);
        assert!(bytes <= 32 * count, "shape {number}: {bytes} bytes of {count}");
    }
}
