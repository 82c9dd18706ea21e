//! Where reconciliation asks and records: a ledger, or a service that others use meanwhile.
//!
//! # Invariants
//! * A batch is built from the ledger as it stands when its turn comes, so that what it says of
//!   positions to come holds.
//!
//! # Not here
//! What is asked and recorded: `add`, `run`, `decide`.

use bahi_core::{Command, Position, Receipt, Recorded, Refused};

use crate::{BatchError, Error, Ledger, Outcome};

/// What a batch came to: its receipts, or which command is refused, from 0, and why.
pub(crate) type Batch = Result<Vec<Receipt>, (usize, Refused)>;

/// A ledger, or the way to one, that is asked.
pub(crate) trait Asks {
    /// Why there is no answer.
    type Failed: From<Error>;

    /// What the ledger says at this moment. The question is short: a service answers nobody else
    /// meanwhile.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, Self::Failed>;

    /// Every event up to a position, in order.
    fn events(&self, upto: Position, take: &mut dyn FnMut(&Recorded)) -> Result<(), Self::Failed>;
}

/// One that also records.
pub(crate) trait Bench: Asks {
    /// Decides commands together, built from the ledger just before; all or none.
    fn batch(
        &mut self,
        build: impl FnOnce(&Ledger) -> Vec<Command> + Send + 'static,
    ) -> Result<Batch, Self::Failed>;

    /// Decides commands one after another; each has its outcome.
    fn each(&mut self, commands: Vec<Command>) -> Result<Vec<Outcome>, Self::Failed>;
}

impl Asks for Ledger {
    type Failed = Error;

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, Error> {
        Ok(question(self))
    }

    fn events(&self, upto: Position, take: &mut dyn FnMut(&Recorded)) -> Result<(), Error> {
        for recorded in Ledger::events(self, Position(1), upto.min(self.position())) {
            take(&recorded?);
        }
        Ok(())
    }
}

impl Bench for Ledger {
    fn batch(
        &mut self,
        build: impl FnOnce(&Ledger) -> Vec<Command> + Send + 'static,
    ) -> Result<Batch, Error> {
        let commands = build(self);
        match self.submit_all(&commands) {
            Ok(receipts) => Ok(Ok(receipts)),
            Err(BatchError::Refused { index, refused }) => Ok(Err((index, refused))),
            Err(BatchError::Failed(error)) => Err(error),
        }
    }

    fn each(&mut self, commands: Vec<Command>) -> Result<Vec<Outcome>, Error> {
        self.submit_each(&commands)
    }
}
