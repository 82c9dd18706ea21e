//! A ledger that is kept elsewhere: its records here to be asked, its own door for commands.
//!
//! Whoever can reach it implements [`Elsewhere`]; [`Ledger::elsewhere`] then is a ledger like any
//! other, so that what asks or records by a [`Ledger`] does so of one that a service keeps.
//!
//! # Invariants
//! * What is here is what is there, record by record: it is believed while its root is the one that
//!   is told with its size, and not a record longer.
//! * No event enters from here but by a command that was decided there.
//! * Nothing is written where it is kept but by those commands.
//!
//! # Not here
//! How it is reached: whoever implements [`Elsewhere`].

use std::path::Path;

use bahi_core::{Command, Position, Receipt};
use bahi_log::{COMMIT_BYTES_MAX, Log, Options as LogOptions, RECORD_BYTES_MAX};
use bahi_proof::TreeHead;
use thiserror::Error as ThisError;

use crate::{BatchError, Error, Ledger, Outcome, backup::last_of, beside::Begun};

/// Records that one commit here takes: the largest of so many still fit it.
const COMMIT_RECORDS: usize = 8_192;
const _: () = assert!(COMMIT_RECORDS * RECORD_BYTES_MAX <= COMMIT_BYTES_MAX);

/// What kind of no there was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoAnswer {
    /// Whoever asks may not, or it is refused: ask somebody who may.
    No,
    /// What was asked is malformed, or cannot be asked there: correct it.
    Misuse,
    /// It cannot be reached, is busy, or is damaged: try again, or ask who keeps it.
    Fault,
}

/// Why a ledger that is kept elsewhere did not do what was asked.
#[derive(Clone, PartialEq, Eq, Debug, ThisError)]
#[error("{words}")]
pub struct Unanswered {
    /// What kind of no.
    pub kind: NoAnswer,
    /// Whether commands may be recorded all the same: the same ids tell.
    pub may_be_recorded: bool,
    /// Whether the same may be tried again without more ado.
    pub may_retry: bool,
    /// What happened, and what to do next: a fragment for a person.
    pub words: String,
}

impl Unanswered {
    /// A fault of which nothing is recorded, and which trying again does not mend.
    pub fn fault(words: impl Into<String>) -> Unanswered {
        let (kind, words) = (NoAnswer::Fault, words.into());
        Unanswered { kind, may_be_recorded: false, may_retry: false, words }
    }
}

/// What a command came to there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Its event stands at this position, durably.
    Accepted(Position),
    /// It was accepted before, at this position.
    Before(Position),
    /// It is not accepted: the log holds why, or what is wrong is plain from the log.
    Not,
}

/// A ledger that is kept elsewhere, as far as a copy of it needs one.
pub trait Elsewhere: Send {
    /// Has commands decided in their order, `all_or_none` or each for itself, and says what each
    /// came to once that is durable. The ids are the caller's: what is sent again after a broken
    /// connection is answered as the first time.
    ///
    /// # Errors
    /// [`Unanswered`], with what may be recorded; of a batch that is refused, one of
    /// [`NoAnswer::No`].
    fn submit(&mut self, commands: &[Command], all_or_none: bool) -> Result<Vec<Told>, Unanswered>;

    /// How many records it holds, its own among them, and the root over them.
    ///
    /// # Errors
    /// [`Unanswered`].
    fn head(&mut self) -> Result<TreeHead, Unanswered>;

    /// Records from a position on, in order, at least one and none at `until` or beyond.
    ///
    /// # Errors
    /// [`Unanswered`].
    fn records(&mut self, from: u64, until: u64) -> Result<Vec<Vec<u8>>, Unanswered>;
}

/// Where the commands of a ledger go instead of into its own log.
pub(crate) trait Upstream: Send {
    /// Each for itself; what came of it is folded here once this returns.
    fn submit_each(
        &mut self,
        commands: &[Command],
        here: &mut Ledger,
    ) -> Result<Vec<Outcome>, Error>;

    /// All or none.
    fn submit_all(
        &mut self,
        commands: &[Command],
        here: &mut Ledger,
    ) -> Result<Vec<Receipt>, BatchError>;
}

impl Ledger {
    /// A ledger that is kept elsewhere: its records are copied into a directory that is empty or not
    /// there, and folded; its commands are decided there, and what comes of them is copied too. The
    /// copy is nobody's ledger: it lasts as long as it is asked.
    ///
    /// Where a backup of it is named, its records are not asked for again. `progress` is given the
    /// position copied, then the position folded.
    ///
    /// # Errors
    /// Those of [`Ledger::restore`] for the backup; [`Error::Elsewhere`]: it cannot be asked, or its records do not lead to the root it tells;
    /// [`Error::Fault`] of the directory; [`Error::Record`].
    pub fn elsewhere(
        dir: &Path,
        backup: Option<&Path>,
        mut there: Box<dyn Elsewhere>,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Ledger, Error> {
        let own = there.records(0, 1)?;
        let own = own.first().ok_or_else(|| Unanswered::fault(NONE_GIVEN))?;
        let mut log = match backup {
            Some(backup) => Log::restore(backup, dir, LogOptions::default(), &mut |size| {
                progress(last_of(size));
            })?,
            None => Log::create(dir, own, LogOptions::default())?,
        };
        if log.record(0)?[..] != own[..] {
            let words = "the backup that was named is of another ledger than the service's";
            return Err(Unanswered { kind: NoAnswer::Misuse, ..Unanswered::fault(words) }.into());
        }
        let mut upstream = Copied { there };
        upstream.copy(&mut log, progress)?;
        let mut ledger = Ledger::folded(log, progress)?;
        ledger.upstream = Some(Box::new(upstream));
        Ok(ledger)
    }

    /// What the commands of this ledger go through, for as long as something is submitted.
    pub(crate) fn upwards<T>(
        &mut self,
        submit: impl FnOnce(&mut dyn Upstream, &mut Ledger) -> T,
    ) -> Option<T> {
        let mut upstream = self.upstream.take()?;
        let told = submit(&mut *upstream, self);
        self.upstream = Some(upstream);
        Some(told)
    }

    /// Folds what the log holds beyond the position at which everything here stands.
    pub(crate) fn fold_on(&mut self, last: Position) -> Result<(), Error> {
        let begun = Begun { rules: last, house: last, balances: last, later: last };
        self.fold_log(&begun, &mut |_| {})
    }
}

const NONE_GIVEN: &str = "the service gave none of the records it says it holds; ask who keeps it";

/// A ledger elsewhere whose records are copied into a log here.
struct Copied {
    there: Box<dyn Elsewhere>,
}

impl Copied {
    /// Copies what is new there.
    fn copy(&mut self, log: &mut Log, progress: &mut dyn FnMut(Position)) -> Result<(), Error> {
        let head = self.there.head()?;
        if head.size < log.size() {
            let (has, had) = (head.size, log.size());
            return Err(Unanswered::fault(format!(
                "the service holds {has} records and held {had} before; keep what you have of it, \
                 and ask who keeps it"
            ))
            .into());
        }
        while log.size() < head.size {
            let records = self.gather(log.size(), head.size)?;
            let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
            log.commit(&records)?;
            progress(Position(log.size() - 1));
        }
        if log.root() != head.root {
            let words = "the service's records do not lead to the root it tells; keep both, and \
                         ask who keeps it";
            return Err(Unanswered::fault(words).into());
        }
        Ok(())
    }

    /// As many records as one commit here takes.
    fn gather(&mut self, from: u64, until: u64) -> Result<Vec<Vec<u8>>, Unanswered> {
        let mut records: Vec<Vec<u8>> = Vec::new();
        loop {
            let next = from + records.len() as u64;
            if next == until || records.len() == COMMIT_RECORDS {
                return Ok(records);
            }
            let room = (COMMIT_RECORDS - records.len()) as u64;
            let more = self.there.records(next, until.min(next + room))?;
            if more.is_empty() || more.len() as u64 > room.min(until - next) {
                return Err(Unanswered::fault(NONE_GIVEN));
            }
            records.extend(more);
        }
    }

    /// Copies and folds what came of commands.
    fn follow(&mut self, here: &mut Ledger) -> Result<(), Error> {
        let last = here.position();
        self.copy(&mut here.log, &mut |_| {})?;
        here.fold_on(last)
    }
}

impl Upstream for Copied {
    fn submit_each(
        &mut self,
        commands: &[Command],
        here: &mut Ledger,
    ) -> Result<Vec<Outcome>, Error> {
        let told = self.there.submit(commands, false)?;
        self.follow(here)?;
        // The same commands again, decided here: what was accepted stands, and so does why the rest
        // was not.
        let mut outcomes = here.dry_run_each(commands)?;
        if told.len() != outcomes.len() {
            return Err(differs().into());
        }
        for (outcome, told) in outcomes.iter_mut().zip(told) {
            match (outcome, told) {
                (Outcome::Accepted(receipt), Told::Accepted(at)) if receipt.position == at => {
                    receipt.repeated = false;
                }
                (Outcome::Accepted(receipt), Told::Before(at)) if receipt.position == at => {}
                (Outcome::Refused(_) | Outcome::TooLarge(_), Told::Not) => {}
                (Outcome::Accepted(_) | Outcome::Refused(_) | Outcome::TooLarge(_), _) => {
                    return Err(differs().into());
                }
            }
        }
        Ok(outcomes)
    }

    fn submit_all(
        &mut self,
        commands: &[Command],
        here: &mut Ledger,
    ) -> Result<Vec<Receipt>, BatchError> {
        let told = match self.there.submit(commands, true) {
            Ok(told) => told,
            Err(unanswered) => {
                if unanswered.kind == NoAnswer::No && self.follow(here).is_ok() {
                    // Where the rules refuse it here too, they say why and of which command.
                    here.dry_run(commands)?;
                }
                return Err(Error::from(unanswered).into());
            }
        };
        self.follow(here)?;
        let receipt = |told: &Told| match told {
            Told::Accepted(position) => Ok(Receipt { position: *position, repeated: false }),
            Told::Before(position) => Ok(Receipt { position: *position, repeated: true }),
            Told::Not => Err(Error::from(differs()).into()),
        };
        told.iter().map(receipt).collect()
    }
}

/// What came of commands is not what the log says.
fn differs() -> Unanswered {
    let words = "what the service answered is not what its log holds of these commands; look with \
                 bahi events, or submit the same again";
    Unanswered { may_be_recorded: true, ..Unanswered::fault(words) }
}

#[cfg(test)]
mod tests;
