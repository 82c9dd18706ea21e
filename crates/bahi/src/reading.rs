//! What an answer rests on: where a view of the past ends in the log, and the root there; and a log walked
//! by its envelopes.
//!
//! # Invariants
//! * A moment is a beginning of the log: instants never decrease.
//!
//! # Not here
//! What is answered: `query`, `books`.

use bahi_core::{CaseRef, Event, Instant, Position, Projection, Recorded};
use bahi_log::{Log, Page};
use bahi_wire::{EnvelopeView, FirstRecord, envelope_view};

use crate::{Basis, Error, View, history::Moments, parts::fold_pages};

/// Gives every event of a log with its envelope and its bytes.
pub(crate) fn walk(
    log: &Log,
    mut take: impl FnMut(Position, &EnvelopeView, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    log.pages_ahead(1, |pages| {
        for page in pages {
            for (position, bytes) in page?.records() {
                let position = Position(position);
                let unread = |source| Error::Record { position, source };
                take(position, &envelope_view(bytes).map_err(unread)?, bytes)?;
            }
        }
        Ok(())
    })
}

/// The event that a record's bytes are.
pub(crate) fn decoded(position: Position, bytes: &[u8]) -> Result<Recorded, Error> {
    bahi_wire::decode(position, bytes).map_err(|source| Error::Record { position, source })
}

/// A log as far as the basis of an answer is read from it.
pub(crate) struct Reading<'a> {
    pub(crate) log: &'a Log,
    pub(crate) first: &'a FirstRecord,
    pub(crate) last_instant: Instant,
    pub(crate) moments: &'a Moments,
}

impl Reading<'_> {
    pub(crate) fn position(&self) -> Position {
        Position(self.log.size().saturating_sub(1))
    }

    pub(crate) fn basis(&self, view: View) -> Result<Basis, Error> {
        let last = self.position();
        if let Some(at) = view.at
            && at > last
        {
            return Err(Error::BeyondTheEnd { asked: at, last });
        }
        let mut position = view.at.unwrap_or(last);
        if let Some(known_on) = view.known_on {
            position = self.last_known(known_on, position)?;
        }
        let whole = position == last;
        let root = if whole { self.log.root() } else { self.log.root_at(position.0 + 1)? };
        let known_on = match view.known_on {
            Some(known_on) => known_on,
            None if whole => self.last_instant,
            None if position.is_none() => self.first.made_at,
            None => self.event(position)?.recorded_at,
        };
        Ok(Basis { position, root, as_of: view.as_of, known_on })
    }

    pub(crate) fn event(&self, position: Position) -> Result<Recorded, Error> {
        if position.is_none() || position > self.position() {
            return Err(Error::BeyondTheEnd { asked: position, last: self.position() });
        }
        let record = self.log.record(position.0)?;
        bahi_wire::decode(position, &record).map_err(|source| Error::Record { position, source })
    }

    /// The fold of what a view sees, from the first event to where it ends.
    pub(crate) fn fold<P: Projection>(&self, basis: &Basis, view: View) -> Result<P, Error> {
        self.log.pages_ahead(1, |pages| {
            fold_pages(pages, Position(1)..=basis.position, view, &mut |_| {})
        })
    }

    /// The reference of a case by the position of its application; `None` where none stands there.
    pub(crate) fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error> {
        if case.is_none() || case > self.position() {
            return Ok(None);
        }
        let Event::Applied(applied) = self.event(case)?.event else { return Ok(None) };
        Ok(Some(applied.case_ref))
    }

    /// The last position up to a bound whose event the ledger knew at a moment: halving what lies
    /// between two moments that are kept finds it, page by page and within a page that is at hand.
    fn last_known(&self, known_on: Instant, bound: Position) -> Result<Position, Error> {
        let (known, unknown) = self.moments.around(known_on);
        let end = bound.next().0;
        let (mut known, mut unknown) =
            (known.0.min(bound.0), unknown.map_or(end, |at| at.0.min(end)));
        while unknown - known > 1 {
            let middle = known + (unknown - known) / 2;
            let page = self.log.pages(middle).next().transpose()?;
            let page = page.ok_or(Error::Bug("a log has a page for each of its records"))?;
            let (from, to) = (page.first().max(known + 1), page.end().min(unknown));
            let (mut low, mut high) = (from, to);
            while low < high {
                let probe = low + (high - low) / 2;
                if recorded_at(&page, probe)? <= known_on { low = probe + 1 } else { high = probe }
            }
            // Of what stands before the page, one that it knew is all that tells.
            known = if low > from { low - 1 } else { known };
            unknown = if low < to { low } else { unknown };
        }
        Ok(Position(known))
    }
}

/// When the event at a position of a page was recorded.
fn recorded_at(page: &Page, position: u64) -> Result<Instant, Error> {
    let bytes = page.record(position).ok_or(Error::Bug("a page lacks a record between two"))?;
    let position = Position(position);
    let recorded = bahi_wire::decode(position, bytes);
    Ok(recorded.map_err(|source| Error::Record { position, source })?.recorded_at)
}

#[cfg(test)]
mod tests {
    //! Moments against a look at every event, for commits of all sizes.

    use bahi_core::{Command, Instant, Position, Recorded};

    use crate::{
        Ledger, View,
        tests::{allot, new_ledger},
    };

    fn later(instant: Instant, micros: i64) -> Instant {
        Instant::from_epoch_micros(instant.epoch_micros() + micros).expect("a moment in range")
    }

    #[test]
    fn a_moment_is_found_wherever_it_falls_among_commits_of_any_size() {
        let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let mut number = 0;
        for size in [1, 2, 1, 300, 1, 1, 700, 40, 1, 256, 257, 3, 1, 1, 90] {
            let commands: Vec<Command> =
                (number..number + size).map(|number| allot(number, "1.00")).collect();
            number += size;
            ledger.set_clock(later(ledger.last_recorded_at(), 1_000)).expect("a later moment");
            ledger.submit_each(&commands).expect("the ledger takes commands");
        }
        let last = ledger.position();
        let all = ledger.events(Position(1), last).collect::<Result<Vec<Recorded>, _>>();
        let all = all.expect("every event reads");
        for bound in [last, Position(last.0 / 2), Position(7), Position::NONE] {
            for (event, micros) in all.iter().flat_map(|one| [-1, 0, 1].map(|by| (one, by))) {
                let known_on = later(event.recorded_at, micros);
                let known = |one: &&Recorded| one.recorded_at <= known_on && one.position <= bound;
                let expected = all.iter().rfind(known).map_or(Position::NONE, |one| one.position);
                let view = View { known_on: Some(known_on), at: Some(bound), as_of: None };
                let basis = ledger.reading().basis(view).expect("a basis");
                assert_eq!(basis.position, expected, "{known_on}, up to {bound}");
            }
        }
    }
}
