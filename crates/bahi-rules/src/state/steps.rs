//! Which steps each case took, and when.
//!
//! # Invariants
//! * A step that was reversed, or unmade, leaves nothing behind.
//! * Of a step taken more than once each time is kept, in order of position.

use alloc::vec::Vec;

use bahi_core::{Day, Milestone, Position, WordNo};

use super::{Case, Map, Payment};

/// A step of a case, by the position of its application.
type Step = (Position, WordNo);

/// The steps that stand.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Steps(pub(super) Map<Step, Vec<(Position, Day)>>);

impl Steps {
    /// Remembers a step, in its place.
    pub(crate) fn take(&mut self, step: Step, taken: (Position, Day)) {
        let all = self.0.entry(step).or_default();
        all.insert(all.partition_point(|one| one.0 < taken.0), taken);
    }

    /// Forgets a step that was recorded at a position.
    pub(crate) fn leave(&mut self, step: Step, position: Position) {
        if let Some(all) = self.0.get_mut(&step) {
            all.retain(|(taken, _)| *taken != position);
            if all.is_empty() {
                self.0.remove(&step);
            }
        }
    }

    /// The day of the latest record of a step.
    pub(crate) fn day(&self, step: Step) -> Option<Day> {
        self.0.get(&step)?.last().map(|(_, day)| *day)
    }
}

impl super::State {
    /// The day a case came to a milestone, where it did and that stands.
    pub(crate) fn milestone(
        &self,
        position: Position,
        case: &Case,
        milestone: &Milestone,
    ) -> Option<Day> {
        let paid_on = |payment: &Payment| payment.day;
        match milestone {
            Milestone::Application => Some(case.applied),
            Milestone::Step(step) => {
                let step = self.names.word_no(step.as_str())?;
                self.steps.day((position, step))
            }
            Milestone::Sanction => {
                let stands = case.sanction.filter(|sanction| sanction.cancelled.is_none());
                stands.map(|sanction| sanction.day)
            }
            Milestone::Payment => case.live().map(paid_on).max(),
            Milestone::Instalment(instalment) => {
                let live = case.latest(*instalment).filter(|payment| payment.is_live());
                live.map(paid_on)
            }
            Milestone::Credit => case.live().map(|payment| self.credited_on(payment)).max(),
        }
    }

    /// The day a payment was credited: as the bank confirmed, else the payment's own.
    fn credited_on(&self, payment: &Payment) -> Day {
        self.confirmations.get(&payment.position).map_or(payment.day, |(_, day)| *day)
    }
}
