//! What an open ledger knows of its own past without reading it: what moved, and what it learned
//! when.
//!
//! # Invariants
//! * Everything here is a fold of the log, taken event by event as the log grows.
//! * An answer about the past equals that of a replay cut there.
//!
//! # Not here
//! What a question about the past means: `query`.

use bahi_balances::Movements;
use bahi_core::{Instant, Position};

use crate::beside::Later;

/// How many positions lie in a stretch; the first of each is kept.
const MOMENT_EVERY: u64 = 256;

/// The past of an open ledger.
#[derive(Default)]
pub(crate) struct History {
    pub(crate) movements: Later<Movements>,
    pub(crate) moments: Moments,
}

/// When some of the events were recorded: never far apart, and never earlier than the one before.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Moments(Vec<(Position, Instant)>);

impl Moments {
    /// Takes the moment of the next event, where it is the first of its stretch.
    pub(crate) fn take(&mut self, position: Position, recorded_at: Instant) {
        let stretch = |position: Position| position.0.saturating_sub(1) / MOMENT_EVERY;
        if self.0.last().is_none_or(|last| stretch(position) > stretch(last.0)) {
            self.0.push((position, recorded_at));
        }
    }

    /// Takes the moments that were kept of the events that come after these.
    pub(crate) fn absorb(&mut self, later: &Moments) {
        later.0.iter().for_each(|(position, recorded_at)| self.take(*position, *recorded_at));
    }

    /// Every moment kept, in order.
    pub(crate) fn kept(&self) -> &[(Position, Instant)] {
        &self.0
    }

    /// The last position kept that the ledger knew at a moment, 0 for none, and the first kept that
    /// it did not know yet, if any. Between them are less than [`MOMENT_EVERY`] events.
    pub(crate) fn around(&self, known_on: Instant) -> (Position, Option<Position>) {
        let known = self.0.partition_point(|(_, recorded_at)| *recorded_at <= known_on);
        let last = known.checked_sub(1).map_or(Position::NONE, |last| self.0[last].0);
        (last, self.0.get(known).map(|(position, _)| *position))
    }
}
