//! What an answer rests on: where a view of the past ends in the log, and the root there.
//!
//! # Invariants
//! * A moment is a beginning of the log: instants never decrease.
//!
//! # Not here
//! What is answered: `query`, `books`.

use bahi_core::{Instant, Position, Recorded};
use bahi_log::Log;
use bahi_wire::FirstRecord;

use crate::{Basis, Error, View, history::Moments};

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

    /// The last position up to a bound whose event the ledger knew at a moment: halving what lies
    /// between two moments that are kept finds it.
    fn last_known(&self, known_on: Instant, bound: Position) -> Result<Position, Error> {
        let (known, unknown) = self.moments.around(known_on);
        let end = bound.next().0;
        let (mut known, mut unknown) =
            (known.0.min(bound.0), unknown.map_or(end, |at| at.0.min(end)));
        while unknown - known > 1 {
            let middle = known + (unknown - known) / 2;
            if self.event(Position(middle))?.recorded_at <= known_on {
                known = middle;
            } else {
                unknown = middle;
            }
        }
        Ok(Position(known))
    }
}
