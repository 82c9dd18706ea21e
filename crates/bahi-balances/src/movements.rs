//! `Movements`: everything that ever moved, kept so that balances of any past are sums and no
//! replay.
//!
//! # Invariants
//! * For every position and every day, what a cut takes comes to what [`Balances`] of the events
//!   up to that position and of days up to that day come to, row for row.
//! * A movement takes at most 32 bytes, an eighth of them room to grow, beside what each fund
//!   takes; a transfer or a carry is two, one in each fund.
//!
//! # How
//! A fund has a *lane* for each thing it adds up: one for every kind of double entry, a negated
//! movement being less of the same, one for applications, one for audited cases. A lane knows its
//! amounts by day and by position; `lane` says how.
//!
//! What was known at a moment is a beginning of the log, so that a moment is a position. Who holds
//! the log finds it.
//!
//! # Not here
//! The plain sums of the present, which a replay folds and need no memory of the past: `balances`.

mod behind;
mod image;
mod lane;

use alloc::vec::Vec;

use bahi_core::{
    AuditScope, BalanceRow, Columns, Day, Event, FundKey, Money, Movement, Names, Position,
    Projection, Recorded,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::{By, Filter, balances::Row, rows};
use lane::{Cut, Lane};

pub use behind::{Column, Part};

/// Every movement of every fund, with its day and its position.
///
/// ```
/// use bahi_balances::{Balances, Movements};
/// use bahi_core::{Day, Position, Projection};
///
/// # fn both(events: &[bahi_core::Recorded], day: Day) {
/// let (mut movements, mut balances) = (Movements::default(), Balances::default());
/// for recorded in events {
///     movements.apply(recorded);
///     if recorded.position <= Position(1_000) && recorded.envelope.effective_day <= day {
///         balances.apply(recorded);
///     }
/// }
/// assert_eq!(movements.funds(Position(1_000), Some(day)), balances.funds());
/// # }
/// # both(&[], Day::MAX);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Movements {
    places: HashMap<FundKey, u32, RandomState>,
    funds: Vec<Fund>,
    latest: usize,
    /// The earliest day on which each case was audited.
    audited: HashMap<Position, Day, RandomState>,
    position: Position,
    unplaced: u64,
}

/// The lanes of one fund.
#[derive(Clone, PartialEq, Debug)]
struct Fund {
    key: FundKey,
    /// Where the lane of each measure stands, from 1; 0 for none.
    places: [u8; Measure::ALL.len()],
    lanes: Vec<(Measure, Lane)>,
}

/// What a lane adds up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Measure {
    Allotted,
    Sanctioned,
    Paid,
    Returned,
    Suspended,
    Recovered,
    Utilised,
    Adjusted,
    Earned,
    Remitted,
    Applied,
    Audited,
}

impl Measure {
    /// Every measure, in order of its number.
    const ALL: [Measure; 12] = [
        Measure::Allotted,
        Measure::Sanctioned,
        Measure::Paid,
        Measure::Returned,
        Measure::Suspended,
        Measure::Recovered,
        Measure::Utilised,
        Measure::Adjusted,
        Measure::Earned,
        Measure::Remitted,
        Measure::Applied,
        Measure::Audited,
    ];

    /// The movement whose double entry an amount of it is; none for what is counted.
    const fn movement(self) -> Option<Movement> {
        match self {
            Measure::Allotted => Some(Movement::Allotment),
            Measure::Sanctioned => Some(Movement::Sanction),
            Measure::Paid => Some(Movement::Payment),
            Measure::Returned => Some(Movement::Return),
            Measure::Suspended => Some(Movement::Suspense),
            Measure::Recovered => Some(Movement::Recovery),
            Measure::Utilised => Some(Movement::Utilisation),
            Measure::Adjusted => Some(Movement::Adjustment),
            Measure::Earned => Some(Movement::Interest),
            Measure::Remitted => Some(Movement::Remittance),
            Measure::Applied | Measure::Audited => None,
        }
    }
}

impl Fund {
    const fn new(key: FundKey) -> Fund {
        Fund { key, places: [0; Measure::ALL.len()], lanes: Vec::new() }
    }

    fn lane(&mut self, measure: Measure) -> &mut Lane {
        let place = &mut self.places[measure as usize];
        if *place == 0 {
            self.lanes.reserve_exact(1);
            self.lanes.push((measure, Lane::default()));
            *place = self.lanes.len() as u8;
        }
        &mut self.lanes[usize::from(*place) - 1].1
    }

    /// The lane of a measure; none where nothing of it moved.
    fn of(&self, measure: Measure) -> Option<&Lane> {
        let place = usize::from(self.places[measure as usize]);
        place.checked_sub(1).and_then(|at| self.lanes.get(at)).map(|(_, lane)| lane)
    }

    /// The columns of what a cut takes; nothing where it takes no event of the fund.
    fn columns(&self, cut: Cut) -> Option<Columns> {
        let mut row = Row::new(self.key);
        let mut some = false;
        let (mut applied, mut audited) = (0, 0);
        for (measure, lane) in &self.lanes {
            let Some(sum) = lane.sum(cut) else { continue };
            some = true;
            // A count of events is no negative number, and less than 2 to the 64th.
            let counted = || u64::try_from(sum.paise()).unwrap_or_default();
            match measure.movement() {
                Some(movement) => row.post(movement, sum),
                None if *measure == Measure::Applied => applied = counted(),
                None => audited = counted(),
            }
        }
        row.count(applied, audited);
        some.then(|| row.columns())
    }

    fn bytes(&self) -> usize {
        let lanes: usize = self.lanes.iter().map(|(_, lane)| lane.bytes()).sum();
        self.lanes.capacity() * size_of::<(Measure, Lane)>() + lanes
    }
}

impl PartialEq for Movements {
    /// Whether both are folds of the same: how they were come by is no part of it.
    fn eq(&self, other: &Movements) -> bool {
        let counts = |one: &Movements| (one.position, one.unplaced);
        counts(self) == counts(other) && self.funds == other.funds && self.audited == other.audited
    }
}

impl Projection for Movements {
    fn apply(&mut self, recorded: &Recorded) {
        if recorded.position <= self.position {
            self.unplaced += 1;
            return;
        }
        self.position = recorded.position;
        let fund = recorded.envelope.fund;
        let placed = if let Some((movement, negated)) = recorded.movement() {
            self.post(recorded, movement, negated)
        } else if let Event::Applied(_) = recorded.event {
            !fund.scheme.is_none() && self.add(fund, Measure::Applied, recorded, 1)
        } else if let Event::Audited(audited) = &recorded.event {
            // An audit of the ledger is of no case, and counts in no fund.
            audited.scope == AuditScope::Ledger || self.audit(recorded)
        } else {
            true
        };
        self.unplaced += u64::from(!placed);
    }
}

impl Movements {
    /// Rows of the events up to a position, those that count on or before a day where one is
    /// named: what [`Balances::rows`](crate::Balances::rows) gives of exactly these events.
    #[must_use]
    pub fn rows(
        &self,
        upto: Position,
        as_of: Option<Day>,
        by: By,
        filter: &Filter,
        names: &Names,
    ) -> Vec<BalanceRow> {
        let cut = cut(upto, as_of);
        let taken = self.funds.iter().filter(|fund| filter.takes(&fund.key, names));
        rows::group(taken.filter_map(|fund| Some((fund.key, fund.columns(cut)?))), by, names)
    }

    /// The columns of one fund, of the same; all zero for a fund that none of the events named.
    #[must_use]
    pub fn fund(&self, fund: &FundKey, upto: Position, as_of: Option<Day>) -> Columns {
        let place = self.places.get(fund).map(|place| *place as usize);
        let fund = place.and_then(|place| self.funds.get(place));
        fund.and_then(|fund| fund.columns(cut(upto, as_of))).unwrap_or_default()
    }

    /// Every fund that one of these events named with its columns, in order of its key.
    #[must_use]
    pub fn funds(&self, upto: Position, as_of: Option<Day>) -> Vec<(FundKey, Columns)> {
        let cut = cut(upto, as_of);
        let named = |fund: &Fund| Some((fund.key, fund.columns(cut)?));
        let mut funds: Vec<_> = self.funds.iter().filter_map(named).collect();
        funds.sort_unstable_by_key(|(fund, _)| *fund);
        funds
    }

    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// How many events could not be placed, for the reasons that [`Balances`](crate::Balances)
    /// cannot place them.
    #[must_use]
    pub const fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// How many movements are kept, and how many of them count on an earlier day than one of their
    /// fund and kind that was recorded before.
    #[must_use]
    pub fn len(&self) -> (usize, usize) {
        let lanes = self.funds.iter().flat_map(|fund| &fund.lanes);
        lanes.fold((0, 0), |(all, late), (_, lane)| {
            let (more, later) = lane.len();
            (all + more, late + later)
        })
    }

    /// Whether nothing has moved.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.funds.is_empty()
    }

    /// The bytes that the movements take on the heap, room to grow included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let funds: usize = self.funds.iter().map(Fund::bytes).sum();
        funds
            + self.funds.capacity() * size_of::<Fund>()
            + self.places.capacity() * (size_of::<(FundKey, u32)>() + 1)
            + self.audited.capacity() * (size_of::<(Position, Day)>() + 1)
    }

    /// Adds a movement of money; `false` where it names a fund that is none.
    fn post(&mut self, recorded: &Recorded, movement: Movement, negated: bool) -> bool {
        let (fund, amount) = (recorded.envelope.fund, recorded.envelope.amount);
        if amount == Money::ZERO {
            return true;
        }
        let whole = |fund: FundKey| !fund.scheme.is_none() && !fund.head.is_none();
        if !whole(fund) || !movement.other().is_none_or(whole) {
            return false;
        }
        let more = if negated { -amount.paise() } else { amount.paise() };
        let (measure, forward) = measured(movement);
        match movement.other() {
            // One fund gives what another takes; which one, the movement says.
            Some(other) => {
                self.add(fund, measure, recorded, if forward { more } else { -more })
                    && self.add(other, measure, recorded, if forward { -more } else { more })
            }
            None => self.add(fund, measure, recorded, if forward { more } else { -more }),
        }
    }

    /// Counts a case where its first audit stands, of those that a cut takes.
    ///
    /// An audit is the first for the days from its own on, up to the earliest day of those recorded
    /// before it: from that day on it counts no more.
    fn audit(&mut self, recorded: &Recorded) -> bool {
        let (fund, case) = (recorded.envelope.fund, recorded.envelope.case);
        if fund.scheme.is_none() || case.is_none() {
            return false;
        }
        let day = recorded.envelope.effective_day;
        let earliest = self.audited.get(&case).copied();
        let first = earliest.is_none_or(|earliest| day < earliest);
        let placed = self.add(fund, Measure::Audited, recorded, i64::from(first));
        if !first {
            return placed;
        }
        self.audited.insert(case, day);
        earliest.is_none_or(|until| self.add_on(fund, Measure::Audited, recorded, until, -1))
    }

    fn add(&mut self, fund: FundKey, measure: Measure, recorded: &Recorded, amount: i64) -> bool {
        self.add_on(fund, measure, recorded, recorded.envelope.effective_day, amount)
    }

    /// Adds an amount that counts from a day on; `false` where there is no room for a fund more.
    fn add_on(
        &mut self,
        fund: FundKey,
        measure: Measure,
        recorded: &Recorded,
        day: Day,
        amount: i64,
    ) -> bool {
        if self.funds.get(self.latest).is_none_or(|latest| latest.key != fund) {
            let Ok(next) = u32::try_from(self.funds.len()) else { return false };
            self.latest = *self.places.entry(fund).or_insert(next) as usize;
            if self.latest == self.funds.len() {
                self.funds.push(Fund::new(fund));
            }
        }
        self.funds[self.latest].lane(measure).push(recorded.position, day, amount);
        true
    }
}

fn cut(upto: Position, as_of: Option<Day>) -> Cut {
    Cut { upto, as_of: as_of.unwrap_or(Day::MAX) }
}

/// What a movement adds to in its own fund, and whether it adds to it or takes from it; of two
/// funds, the other one the opposite.
const fn measured(movement: Movement) -> (Measure, bool) {
    match movement {
        Movement::Allotment => (Measure::Allotted, true),
        Movement::Withdrawal | Movement::FundLapse | Movement::Transfer { .. } => {
            (Measure::Allotted, false)
        }
        Movement::Sanction | Movement::Increase | Movement::Carry { .. } => {
            (Measure::Sanctioned, true)
        }
        Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
            (Measure::Sanctioned, false)
        }
        Movement::Payment => (Measure::Paid, true),
        Movement::Return => (Measure::Returned, true),
        Movement::Suspense => (Measure::Suspended, true),
        Movement::Recovery => (Measure::Recovered, true),
        Movement::Utilisation => (Measure::Utilised, true),
        Movement::Adjustment => (Measure::Adjusted, true),
        Movement::Interest => (Measure::Earned, true),
        Movement::Remittance => (Measure::Remitted, true),
    }
}
