//! Questions to the ledger: balances, outcomes, trails, events, schemes.
//!
//! # Invariants
//! * An answer states the position and root it rests on, and both times.
//! * Balances of any past are answered from what is folded; of the log only the pages are fetched
//!   that tell where a moment falls and what the root was there, and those of the events shown.

use bahi_balances::{Balances, By, Filter, OutcomeRow, Outcomes};
use bahi_core::{
    BalanceRow, CaseRef, Columns, Day, EventKind, Instant, Names, Position, Recorded, SchemeName,
    SchemeNo, Terms,
};
use bahi_log::{Log, Page};
use bahi_proof::Hash;
use bahi_trail::{Subject, TrailEntry, entries};

use crate::{Error, Ledger, parts, reading::Reading};

/// Which past is asked about; every bound is inclusive, and an absent one is the present.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct View {
    /// Only what counts on or before this day.
    pub as_of: Option<Day>,
    /// Only what the ledger knew at this moment.
    pub known_on: Option<Instant>,
    /// Only what stood at or before this position.
    pub at: Option<Position>,
}

impl View {
    /// The present.
    pub const NOW: View = View { as_of: None, known_on: None, at: None };

    /// Whether an event of the prefix of the log that this view sees counts.
    pub(crate) fn counts(&self, effective_day: Day) -> bool {
        self.as_of.is_none_or(|as_of| effective_day <= as_of)
    }
}

/// What an answer rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Basis {
    /// The last position seen; 0 before the first event.
    pub position: Position,
    /// The root of the tree at that position.
    pub root: Hash,
    /// The effective bound asked for.
    pub as_of: Option<Day>,
    /// When the ledger had learned what is shown: the bound asked for, else the last event's
    /// instant.
    pub known_on: Instant,
}

/// Balances and what they rest on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BalancesAt {
    /// What they rest on.
    pub basis: Basis,
    /// The rows, in order of scheme, district, head and year as far as they are asked for.
    pub rows: Vec<BalanceRow>,
    /// The sum over all rows, and over what has no row.
    pub total: Columns,
}

impl BalancesAt {
    /// The answer that rows of a fold make.
    pub(crate) fn of(basis: Basis, by: By, mut rows: Vec<BalanceRow>) -> BalancesAt {
        let mut total = Columns::default();
        rows.iter().for_each(|row| total.add(&row.columns));
        if by.head {
            // An application is of no head yet: it counts in the total and has no fund to stand in.
            rows.retain(|row| row.head.is_some());
        }
        BalancesAt { basis, rows, total }
    }
}

/// What cases came to beside the money, and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomesAt {
    /// What it rests on.
    pub basis: Basis,
    /// The rows, in order of scheme, district, head and year as far as they are asked for, and of
    /// the outcomes.
    pub rows: Vec<OutcomeRow>,
    /// How many events could not be placed. None, of the present; as of a day, those that count by
    /// then and rest on one that does not.
    pub unplaced: u64,
}

/// A trail and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailAt {
    /// What it rests on.
    pub basis: Basis,
    /// The events, in order of position.
    pub entries: Vec<TrailEntry>,
}

/// A scheme as it is open in a ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenScheme {
    /// Its name.
    pub name: SchemeName,
    /// How many districts it runs in.
    pub districts: usize,
    /// Its terms, version 1 first.
    pub versions: Vec<Terms>,
}

impl Ledger {
    /// Balances by the parts of the fund key asked for, as of and as known on a time.
    ///
    /// Every past is answered from sums that are kept as the log grows: it is read for where a
    /// moment falls in it and for the root, and not folded again. A row equals that of a replay of
    /// the events the view takes. Rows by head are funds: applications, which are of no head yet, count in the total alone.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`]; for a view of the past [`Error::Fault`] and [`Error::Record`] of
    /// reading what [`Ledger::basis`] reads.
    ///
    /// ```
    /// # use bahi::{By, Filter, Ledger, LedgerName, NewLedger, View};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let by_scheme = By { scheme: true, ..By::default() };
    /// let answer = ledger.balances(by_scheme, &Filter::default(), View::NOW)?;
    /// assert_eq!(answer.rows, []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn balances(&self, by: By, filter: &Filter, view: View) -> Result<BalancesAt, Error> {
        let basis = self.basis(view)?;
        let names = self.names();
        let whole = basis.position == self.position() && basis.as_of.is_none();
        let rows = if whole {
            self.folds.balances.rows(by, filter, names)
        } else {
            let movements = self.movements()?;
            movements.rows(basis.position, basis.as_of, by, filter, names)
        };
        Ok(BalancesAt::of(basis, by, rows))
    }

    /// What cases came to beside the money, by the parts of the fund key asked for, with what was
    /// paid to the cases that reported it: rupees a job by district.
    ///
    /// Every event up to the view's bounds is read and folded.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    ///
    /// ```
    /// # use bahi::{By, Filter, Ledger, LedgerName, NewLedger, View};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let by_district = By { district: true, ..By::default() };
    /// let answer = ledger.outcomes(by_district, &Filter::default(), View::NOW)?;
    /// assert_eq!(answer.rows, []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn outcomes(&self, by: By, filter: &Filter, view: View) -> Result<OutcomesAt, Error> {
        outcomes(&self.reading(), self.names(), (by, filter), view)
    }

    /// The trail of a case, a person, an account, an order.
    ///
    /// A subject the ledger does not know has an empty trail.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn trail(&self, subject: Subject, view: View) -> Result<TrailAt, Error> {
        let basis = self.basis(view)?;
        let positions = self.trails()?.positions(subject);
        let entries = lines(&self.reading(), &basis, &positions, subject, view, self.names())?;
        Ok(TrailAt { basis, entries })
    }

    /// The subject of a case by its reference; `None` where no such case applied.
    #[must_use]
    pub fn case(&self, case_ref: &str) -> Option<Subject> {
        // The rules find it too, and stop only where they met an impossible event.
        let known = match self.folds.trail.known() {
            Some(trail) => trail.case_of(case_ref),
            None => self.folds.state.case_position(case_ref),
        };
        known.map(Subject::Case)
    }

    /// The reference of a case by the position of its application.
    #[must_use]
    pub fn case_ref(&self, case: Position) -> Option<CaseRef> {
        match self.folds.trail.known() {
            Some(trail) => trail.case_ref_of(case),
            None => self.folds.state.case_ref(case),
        }
    }

    /// The event at a position.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`] for 0 and beyond the last; [`Error::Fault`]; [`Error::Record`].
    pub fn event(&self, position: Position) -> Result<Recorded, Error> {
        self.reading().event(position)
    }

    /// The exact stored bytes at a position, which are the leaf of the tree; 0 is the ledger's own.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`]; [`Error::Fault`].
    pub fn record(&self, position: Position) -> Result<Vec<u8>, Error> {
        self.shown().record(position)
    }

    /// Events from one position to another, both inclusive, forward. Of a past view these are the
    /// events up to [`Basis::position`], [`Events::as_of`] its day.
    pub fn events(&self, from: Position, to: Position) -> Events<'_> {
        Events::of(&self.log, (from, to), false)
    }

    /// The same events backward.
    pub fn events_back(&self, from: Position, to: Position) -> Events<'_> {
        Events::of(&self.log, (from, to), true)
    }

    /// The open schemes, in order of opening, with every version of their terms.
    #[must_use]
    pub fn schemes(&self) -> Vec<OpenScheme> {
        let state = &self.folds.state;
        let open = |number: SchemeNo| {
            Some(OpenScheme {
                name: state.names().scheme(number)?.clone(),
                districts: state.districts(number).len(),
                versions: state.versions(number).to_vec(),
            })
        };
        state.schemes().filter_map(open).collect()
    }

    /// The terms of an open scheme in force on a day, with their version.
    #[must_use]
    pub fn terms_on(&self, scheme: &str, day: Day) -> Option<(u16, &Terms)> {
        let number = self.names().scheme_no(scheme)?;
        self.folds.state.terms_on(number, day)
    }

    /// How many cases have applied.
    #[must_use]
    pub fn cases_len(&self) -> usize {
        self.folds.state.cases_len()
    }

    /// What an answer to a view rests on.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`]; [`Error::Fault`]; [`Error::Record`].
    pub fn basis(&self, view: View) -> Result<Basis, Error> {
        self.reading().basis(view)
    }

    pub(crate) fn reading(&self) -> Reading<'_> {
        let Ledger { log, first, last_instant, history, .. } = self;
        Reading { log, first, last_instant: *last_instant, moments: &history.moments }
    }
}

/// Balances of a view of a log, folded for the one question in the memory that balances take.
pub(crate) fn balances_of(
    reading: &Reading<'_>,
    names: &Names,
    (by, filter): (By, &Filter),
    view: View,
) -> Result<BalancesAt, Error> {
    let basis = reading.basis(view)?;
    let (mut balances, all) = (Balances::default(), Position(1)..=basis.position);
    parts::fold_on(reading.log, &mut balances, all, view, &mut |_| {})?;
    Ok(BalancesAt::of(basis, by, balances.rows(by, filter, names)))
}

/// What cases came to in a log, in a view of it.
pub(crate) fn outcomes(
    reading: &Reading<'_>,
    names: &Names,
    (by, filter): (By, &Filter),
    view: View,
) -> Result<OutcomesAt, Error> {
    let basis = reading.basis(view)?;
    let outcomes = reading.fold::<Outcomes>(&basis, view)?;
    let rows = outcomes.rows(by, filter, names);
    Ok(OutcomesAt { basis, rows, unplaced: outcomes.unplaced() })
}

/// The lines of a trail that is of these positions, as far as a view goes.
pub(crate) fn lines(
    reading: &Reading<'_>,
    basis: &Basis,
    positions: &[Position],
    subject: Subject,
    view: View,
    names: &Names,
) -> Result<Vec<TrailEntry>, Error> {
    let mut events = Vec::new();
    for position in positions.iter().take_while(|position| **position <= basis.position) {
        let recorded = reading.event(*position)?;
        if view.counts(recorded.envelope.effective_day) {
            events.push(recorded);
        }
    }
    Ok(entries(&events, subject, names))
}

/// Events read page by page.
pub struct Events<'a> {
    pages: Box<dyn Iterator<Item = Result<Page, bahi_log::Fault>> + 'a>,
    range: (Position, Position),
    as_of: Option<Day>,
    back: bool,
    ready: std::vec::IntoIter<Recorded>,
}

impl<'a> Events<'a> {
    /// The events of a log from one position to another, both inclusive.
    pub(crate) fn of(log: &'a Log, (from, to): (Position, Position), back: bool) -> Events<'a> {
        let range = (from.max(Position(1)), to.min(Position(log.size().saturating_sub(1))));
        let pages: Box<dyn Iterator<Item = Result<Page, bahi_log::Fault>>> = match back {
            _ if range.0 > range.1 => Box::new(std::iter::empty()),
            true => Box::new(log.pages_back(range.1.0)),
            false => Box::new(log.pages(range.0.0)),
        };
        Events { pages, range, as_of: None, back, ready: Vec::new().into_iter() }
    }

    /// Those alone that count on or before a day, where one is named.
    #[must_use]
    pub fn as_of(mut self, day: Option<Day>) -> Self {
        self.as_of = day;
        self
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Recorded, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(recorded) = self.ready.next() {
                return Some(Ok(recorded));
            }
            let page = match self.pages.next()? {
                Ok(page) => page,
                Err(fault) => return Some(Err(fault.into())),
            };
            let (from, to) = self.range;
            let past = if self.back {
                page.first() + u64::from(page.count()) <= from.0
            } else {
                page.first() > to.0
            };
            if past {
                return None;
            }
            let mut events = Vec::with_capacity(page.count() as usize);
            for (position, bytes) in page.records() {
                let position = Position(position);
                if position < from || position > to {
                    continue;
                }
                match bahi_wire::decode(position, bytes) {
                    Ok(recorded) => {
                        let day = recorded.envelope.effective_day;
                        if self.as_of.is_none_or(|as_of| day <= as_of) {
                            events.push(recorded);
                        }
                    }
                    Err(source) => return Some(Err(Error::Record { position, source })),
                }
            }
            if self.back {
                events.reverse();
            }
            self.ready = events.into_iter();
        }
    }
}

/// Whether an event is of a kind and of a scheme, where they are asked for.
#[must_use]
pub fn is_wanted(recorded: &Recorded, kind: Option<EventKind>, scheme: Option<SchemeNo>) -> bool {
    kind.is_none_or(|kind| recorded.event.kind() == kind)
        && scheme.is_none_or(|scheme| recorded.envelope.fund.scheme == scheme)
}
