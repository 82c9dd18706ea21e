//! The collector of one stage's refusals.

use alloc::vec::Vec;

use bahi_core::{REFUSALS_MAX, Refusal, Refused};

/// Refusals of the stage being looked at; a stage ends with [`Checks::stage`].
#[derive(Default)]
pub(crate) struct Checks(Vec<Refusal>);

impl Checks {
    /// Refuses where a condition holds.
    pub(crate) fn refuse_if(&mut self, condition: bool, refusal: impl FnOnce() -> Refusal) {
        if condition {
            self.0.push(refusal());
        }
    }

    /// Refuses.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// Ends a stage: nothing if it is clean, else what it found, in checking order, each once,
    /// and no more than a record of it may hold.
    #[inline]
    pub(crate) fn stage(&mut self) -> Result<(), Refused> {
        if self.0.is_empty() { Ok(()) } else { self.found() }
    }

    #[cold]
    fn found(&mut self) -> Result<(), Refused> {
        self.0.sort_by_key(Refusal::number);
        self.0.dedup();
        self.0.truncate(REFUSALS_MAX);
        Refused::new(core::mem::take(&mut self.0)).map_or(Ok(()), Err)
    }
}
