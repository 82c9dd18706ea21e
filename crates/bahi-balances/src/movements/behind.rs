//! The events behind a figure: what a column of balances is the sum of, the latest first.
//!
//! # Invariants
//! * The amounts of a column under a cut add up to what [`Movements::rows`] says of it under the
//!   same cut and filter.
//! * Of each lane only as many amounts are looked at as are asked for, and late ones beside.

use alloc::{boxed::Box, collections::BinaryHeap, vec::Vec};

use bahi_core::{Day, FundKey, Names, Position, Total};

use super::{Measure, Movements, cut, lane::Lane};
use crate::Filter;

/// A column of balances, by which the events behind it are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// What funds were given, net of what was taken back.
    Allotted,
    /// What cases were granted, net of what was cancelled.
    Sanctioned,
    /// What was instructed to be paid.
    Disbursed,
    /// Payments that came back.
    Returned,
    /// Money paid and recovered.
    Recovered,
    /// Money paid and used.
    Utilised,
    /// Money paid that became a grant.
    Adjusted,
    /// What may still be sanctioned: what was given, less what was granted.
    Available,
    /// Money that came in and that nothing accounts for.
    Suspense,
    /// Interest earned.
    InterestEarned,
    /// Interest handed back.
    InterestRemitted,
    /// Applications received: each counts one.
    Applied,
    /// Cases with an audit: the first audit of each counts one.
    Audited,
}

impl Column {
    /// Every column, in the order that balances show them.
    pub const ALL: [Column; 13] = [
        Column::Applied,
        Column::Allotted,
        Column::Sanctioned,
        Column::Disbursed,
        Column::Returned,
        Column::Recovered,
        Column::Utilised,
        Column::Adjusted,
        Column::Available,
        Column::Suspense,
        Column::InterestEarned,
        Column::InterestRemitted,
        Column::Audited,
    ];

    /// Its name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Column::Allotted => "allotted",
            Column::Sanctioned => "sanctioned",
            Column::Disbursed => "disbursed",
            Column::Returned => "returned",
            Column::Recovered => "recovered",
            Column::Utilised => "utilised",
            Column::Adjusted => "adjusted",
            Column::Available => "available",
            Column::Suspense => "suspense",
            Column::InterestEarned => "interest_earned",
            Column::InterestRemitted => "interest_remitted",
            Column::Applied => "applied",
            Column::Audited => "audited",
        }
    }

    /// The column of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Whether it counts events, and is no sum of money.
    #[must_use]
    pub const fn is_count(self) -> bool {
        match self {
            Column::Applied | Column::Audited => true,
            Column::Allotted
            | Column::Sanctioned
            | Column::Disbursed
            | Column::Returned
            | Column::Recovered
            | Column::Utilised
            | Column::Adjusted
            | Column::Available
            | Column::Suspense
            | Column::InterestEarned
            | Column::InterestRemitted => false,
        }
    }

    /// The measures it is the sum of, each with whether it is taken off.
    const fn measures(self) -> &'static [(Measure, bool)] {
        match self {
            Column::Allotted => &[(Measure::Allotted, false)],
            Column::Sanctioned => &[(Measure::Sanctioned, false)],
            Column::Disbursed => &[(Measure::Paid, false)],
            Column::Returned => &[(Measure::Returned, false)],
            Column::Recovered => &[(Measure::Recovered, false)],
            Column::Utilised => &[(Measure::Utilised, false)],
            Column::Adjusted => &[(Measure::Adjusted, false)],
            Column::Available => &[(Measure::Allotted, false), (Measure::Sanctioned, true)],
            Column::Suspense => &[(Measure::Suspended, false)],
            Column::InterestEarned => &[(Measure::Earned, false)],
            Column::InterestRemitted => &[(Measure::Remitted, false)],
            Column::Applied => &[(Measure::Applied, false)],
            Column::Audited => &[(Measure::Audited, false)],
        }
    }
}

/// What one event adds to a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// The event.
    pub position: Position,
    /// In which fund.
    pub fund: FundKey,
    /// The day from which it counts.
    pub day: Day,
    /// By how much, either sign; of a column that counts, ones in place of paise.
    pub amount: Total,
}

/// What is next of one lane: by position, and of one position by fund and lane.
type Next = (Position, usize, usize);

/// The amounts of one lane that a cut takes, the latest first.
struct Falling<'a> {
    fund: FundKey,
    taken_off: bool,
    amounts: core::iter::Peekable<Box<dyn Iterator<Item = (Position, Day, i64)> + 'a>>,
}

impl Movements {
    /// What a column comes to of the events up to a position, those that count on or before a day
    /// where one is named, in the funds that a filter takes; of a column that counts, ones in place
    /// of paise. It is that column of the one row that [`Movements::rows`] gives for nothing asked,
    /// without the others.
    #[must_use]
    pub fn total(
        &self,
        column: Column,
        filter: &Filter,
        names: &Names,
        upto: Position,
        as_of: Option<Day>,
    ) -> Total {
        let cut = cut(upto, as_of);
        let mut total = Total::ZERO;
        for fund in self.funds.iter().filter(|fund| filter.takes(&fund.key, names)) {
            for (measure, taken_off) in column.measures() {
                let sum = fund.of(*measure).and_then(|lane| lane.sum(cut)).unwrap_or_default();
                total += if *taken_off { -sum } else { sum };
            }
        }
        total
    }

    /// What the events before a position add to a column, those up to a position that count from a
    /// day and up to a day where these are named, of the funds that a filter takes: the latest first,
    /// at most so many. What adds nothing is left out.
    ///
    /// ```
    /// use bahi_balances::{Column, Filter, Movements};
    /// use bahi_core::{Names, Position};
    /// let (upto, before) = (Position(9), Position(u64::MAX));
    /// let none = Movements::default();
    /// let parts = none.behind(Column::Disbursed, &Filter::default(), &Names::default(), (upto, None, None), before, 50);
    /// assert_eq!(parts, []);
    /// ```
    #[must_use]
    pub fn behind(
        &self,
        column: Column,
        filter: &Filter,
        names: &Names,
        (upto, since, as_of): (Position, Option<Day>, Option<Day>),
        before: Position,
        most: usize,
    ) -> Vec<Part> {
        let Some(last) = before.0.checked_sub(1) else { return Vec::new() };
        let cut = cut(upto.min(Position(last)), as_of);
        let mut lanes: Vec<Falling<'_>> = Vec::new();
        for fund in self.funds.iter().filter(|fund| filter.takes(&fund.key, names)) {
            for (measure, lane) in &fund.lanes {
                let of = column.measures().iter().find(|(wanted, _)| wanted == measure);
                let Some((_, taken_off)) = of else { continue };
                let mut amounts = Lane::falling(lane, cut);
                if let Some(since) = since {
                    amounts = Box::new(amounts.filter(move |(_, day, _)| *day >= since));
                }
                let amounts = amounts.peekable();
                lanes.push(Falling { fund: fund.key, taken_off: *taken_off, amounts });
            }
        }
        merged(&mut lanes, most)
    }
}

/// The latest of all lanes, in order of position, at most so many.
fn merged(lanes: &mut [Falling<'_>], most: usize) -> Vec<Part> {
    let next = |lanes: &mut [Falling<'_>], at: usize| -> Option<Next> {
        let lane = &mut lanes[at];
        // Equal positions come in the order of their lanes, whatever the heap does.
        lane.amounts.peek().map(|(position, ..)| (*position, usize::MAX - at, at))
    };
    let mut heap: BinaryHeap<Next> = (0..lanes.len()).filter_map(|at| next(lanes, at)).collect();
    let mut parts = Vec::new();
    while parts.len() < most {
        let Some((_, _, at)) = heap.pop() else { break };
        let lane = &mut lanes[at];
        if let Some((position, day, amount)) = lane.amounts.next()
            && amount != 0
        {
            let amount = i128::from(if lane.taken_off { -amount } else { amount });
            let amount = Total::from_paise(amount);
            parts.push(Part { position, fund: lane.fund, day, amount });
        }
        heap.extend(next(lanes, at));
    }
    parts
}
