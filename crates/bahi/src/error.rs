//! What can go wrong with a ledger, and what the caller does next.
//!
//! A refusal is no error of the ledger: it is an answer of the rules, and has its own place in
//! [`SubmitError`] and [`Outcome`].

use bahi_core::{Position, Receipt, Refused};
use bahi_log::Fault;
use bahi_rules::Inconsistent;
use bahi_wire::WireError;
use thiserror::Error as ThisError;

use crate::Unanswered;

/// Why the ledger could not do what was asked.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The log cannot be read or written. Ask [`Error::may_retry`] and
    /// [`Error::may_be_recorded`]; the message says what to do.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A record of the log cannot be read as an event. Run `verify`; restore a backup. Where the
    /// source says that a newer program wrote it, use that one: nothing is damaged.
    #[error(
        "the record at position {position} cannot be read: {source}{next}",
        next = if source.is_newer() { "" } else { "; run verify, then restore a backup" }
    )]
    Record {
        /// The record.
        position: Position,
        /// What is wrong with it.
        source: WireError,
    },
    /// The log holds an event no rule could have let happen, so nothing more is accepted; reading
    /// goes on. Run `verify`; restore a backup.
    #[error("the ledger takes no commands: {0}; run verify, then restore a backup")]
    ReadOnly(Inconsistent),
    /// An earlier failure left in doubt what is recorded. Reopen the ledger and submit the same
    /// command id again.
    #[error(
        "an earlier failure left in doubt what is recorded; reopen the ledger and submit the same command ids"
    )]
    InDoubt,
    /// The event of this command would be larger than a record may be. Split the command.
    #[error("the event would be larger than a record may be: {0}; split the command")]
    TooLarge(WireError),
    /// The batch holds more commands than one commit takes. Split it.
    #[error("a batch takes at most {limit} commands; split it")]
    BatchTooLong {
        /// The most commands of one batch.
        limit: usize,
    },
    /// The ledger's clock is the system's and cannot be set. Create a ledger with a simulated clock.
    #[error("the ledger's clock is the system's and cannot be set")]
    ClockIsReal,
    /// A clock was set to a moment before the last event. Set it to a later one.
    #[error("the clock cannot be set to before the last event")]
    ClockGoesBack,
    /// The system gave no random bytes for the ledger's first record. Try again.
    #[error("the system gave no random bytes for the ledger's first record; try again")]
    NoRandomness,
    /// A command has the UUID of all zeros or all ones for its id, which is nobody's (RFC 9562, sections 5.9
    /// and 5.10). Give it one of its own. An older history may have one, and is read as it is.
    #[error("command {} has no id: a UUID of all zeros or all ones is no command's (RFC 9562); choose one for it alone", index + 1)]
    ReservedId {
        /// Which of those submitted together, from 0.
        index: usize,
    },
    /// The position lies beyond the end of the log. Ask for a position up to the last.
    #[error("position {asked} lies beyond the last, {last}")]
    BeyondTheEnd {
        /// What was asked for.
        asked: Position,
        /// The last position.
        last: Position,
    },
    /// The ledger is kept elsewhere, and what keeps it did not do what was asked. The message says what
    /// to do; [`Unanswered::kind`] whose matter it is.
    #[error(transparent)]
    Elsewhere(#[from] Unanswered),
    /// What the question needs is being folded while the ledger goes on. Ask again.
    #[error("the {fold} is being folded, at {at} of {of}; ask again")]
    BeingFolded {
        /// Which fold.
        fold: &'static str,
        /// How far it has come.
        at: Position,
        /// How far it goes.
        of: Position,
    },
    /// A fold of this version, folded from the log, differs from another that was put away, so nothing is
    /// answered from it. Run `verify`, which names the one that is wrong; delete that file, and open again.
    #[error(
        "the {fold}, folded from the log up to position {position}, differs from {with}; nothing is answered from it: run verify, delete the file that it names, and open the ledger again"
    )]
    FoldDiffers {
        /// Which fold.
        fold: &'static str,
        /// From what, and in what.
        with: &'static str,
        /// The last event of both.
        position: Position,
    },
    /// An invariant of this library does not hold: a bug. Nothing is recorded; report it.
    #[error("a bug: {0}; nothing is recorded, please report it")]
    Bug(&'static str),
}

/// The answers to the three questions an error has.
struct Nature {
    may_retry: bool,
    may_be_recorded: bool,
    is_damage: bool,
}

impl Error {
    /// Whether the same command may be tried again without more ado.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        self.nature().may_retry
    }

    /// Whether the command may be recorded all the same. Reopen and submit the same id to know.
    #[must_use]
    pub fn may_be_recorded(&self) -> bool {
        self.nature().may_be_recorded
    }

    /// Whether something stored is damaged or impossible.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        self.nature().is_damage
    }

    fn nature(&self) -> Nature {
        let nothing = Nature { may_retry: false, may_be_recorded: false, is_damage: false };
        match self {
            Error::Fault(fault) => Nature {
                may_retry: fault.may_retry(),
                may_be_recorded: fault.may_be_recorded(),
                is_damage: fault.is_damage(),
            },
            Error::Elsewhere(unanswered) => Nature {
                may_retry: unanswered.may_retry,
                may_be_recorded: unanswered.may_be_recorded,
                is_damage: false,
            },
            Error::NoRandomness | Error::BeingFolded { .. } => {
                Nature { may_retry: true, ..nothing }
            }
            Error::InDoubt => Nature { may_be_recorded: true, ..nothing },
            Error::Record { source, .. } => Nature { is_damage: !source.is_newer(), ..nothing },
            Error::ReadOnly(_) | Error::FoldDiffers { .. } => Nature { is_damage: true, ..nothing },
            Error::TooLarge(_)
            | Error::BatchTooLong { .. }
            | Error::ReservedId { .. }
            | Error::ClockIsReal
            | Error::ClockGoesBack
            | Error::BeyondTheEnd { .. }
            | Error::Bug(_) => nothing,
        }
    }
}

/// Why a command got no receipt.
#[derive(Debug, ThisError)]
pub enum SubmitError {
    /// The rules say no. Correct the command as the refusal says and send it under a new id.
    #[error("{0}")]
    Refused(Refusal),
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A refusal as an answer: why, and where the evidence of it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Why, in the documented order.
    pub refused: Refused,
    /// The `CommandRefused` it left; none for a reused id, a flood beyond the cap, and a batch.
    pub evidence: Option<Position>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.refused, f)
    }
}

/// What one command of several came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Its event is durable.
    Accepted(Receipt),
    /// The rules say no.
    Refused(Refusal),
    /// Its event would be larger than a record may be.
    TooLarge(WireError),
}

/// Why a batch was not accepted; none of its events is recorded.
#[derive(Debug, ThisError)]
pub enum BatchError {
    /// The rules refuse one of its commands.
    #[error("command {} of the batch is refused: {refused}", index + 1)]
    Refused {
        /// Which, from 0.
        index: usize,
        /// Why.
        refused: Refused,
    },
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(#[from] Error),
}
