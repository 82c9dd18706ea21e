//! Backups: taken while the ledger is open, read as they are, and made a ledger again.
//!
//! # Invariants
//! * A ledger opened from a backup takes no command and writes nothing anywhere.
//! * A restored ledger has the backup's records, byte for byte, and so its root and its folds.
//!
//! # Not here
//! The files of a backup: `bahi-log`, and `docs/FORMAT.md` for whoever reads them without it. What
//! is left of a damaged one: `salvage`.

use std::path::Path;

use bahi_core::Position;
use bahi_log::{Fault, Log, Options as LogOptions};
use bahi_proof::Hash;

use crate::{Error, Ledger};

/// What a backup came to. All of it is durable, and was read back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackedUp {
    /// The last position that the backup had before; none where it is new.
    pub before: Option<Position>,
    /// The last position that it has.
    pub position: Position,
    /// The root of the tree at that position.
    pub root: Hash,
    /// The page files added.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Ledger {
    /// Brings a backup up to this ledger: a new one in a directory that does not exist or is empty,
    /// or the one that is there, to which what is new is added. One that was cut short goes on
    /// where it stopped. What is written is read back from the medium before it counts.
    ///
    /// `progress` is given the position that the backup has reached, after every file.
    ///
    /// # Errors
    /// [`Error::Fault`]: the directory is none of a backup, is in use, holds another ledger's
    /// backup or one of another history of this ledger; damage in the ledger or at the end of the
    /// backup; what the medium says. The backup is then what it was, or whole to a later position.
    ///
    /// ```
    /// use bahi::{Ledger, LedgerName, NewLedger};
    ///
    /// let place = tempfile::tempdir()?;
    /// let (dir, again) = (place.path().join("backup"), place.path().join("again"));
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("up-odop")?))?;
    /// ledger.open_rulebook()?;
    /// let done = ledger.backup(&dir, &mut |_| {})?;
    /// assert_eq!((done.before, done.root), (None, ledger.root()));
    /// assert_eq!(Ledger::open_backup(&dir)?.schemes().len(), 4);
    /// let restored = Ledger::restore(&dir, &again, &mut |_| {})?;
    /// assert_eq!((restored.id(), restored.root()), (ledger.id(), ledger.root()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn backup(
        &self,
        dir: &Path,
        progress: &mut dyn FnMut(Position),
    ) -> Result<BackedUp, Error> {
        back_up(&self.log, dir, progress)
    }

    /// Opens a backup to be asked, without the store it came from and without writing a byte, so
    /// that it may lie on a read-only medium. Everything but submitting works on it. It is in use until the
    /// ledger is dropped: nothing is backed up into it meanwhile.
    ///
    /// # Errors
    /// [`Error::Fault`]: no backup, being written, of a newer form, unfinished, damaged; then
    /// [`Error::Record`].
    pub fn open_backup(dir: &Path) -> Result<Ledger, Error> {
        Ledger::open_backup_with(dir, &mut |_| {})
    }

    /// Opens a backup as [`Ledger::open_backup`] does; `progress` is given the position folded.
    ///
    /// # Errors
    /// Those of [`Ledger::open_backup`].
    pub fn open_backup_with(
        dir: &Path,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Ledger, Error> {
        Ledger::folded(Log::open_backup(dir)?, progress)
    }

    /// Opens what a directory holds: a ledger as [`Ledger::open_with`] does, a backup as
    /// [`Ledger::open_backup_with`].
    ///
    /// # Errors
    /// Those of [`Ledger::open`]; for a backup those of [`Ledger::open_backup`].
    pub fn open_either_with(
        dir: &Path,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Ledger, Error> {
        let no_ledger = match Ledger::open_with(dir, progress) {
            Err(Error::Fault(fault @ Fault::NotALedger { .. })) => fault,
            other => return other,
        };
        match Ledger::open_backup_with(dir, progress) {
            Err(Error::Fault(Fault::NotABackup { .. })) => Err(no_ledger.into()),
            other => other,
        }
    }

    /// Opens what a directory holds as [`Ledger::open_either_with`] does, and takes nothing up that was
    /// put away: the whole log is folded, and nothing is put away again. For whoever does not trust
    /// who may write there.
    ///
    /// # Errors
    /// Those of [`Ledger::open_either_with`].
    pub fn open_from_log(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Ledger, Error> {
        let no_ledger = match Log::open(dir, LogOptions::default()) {
            Err(fault @ Fault::NotALedger { .. }) => fault,
            other => return Ledger::folded(other?, progress),
        };
        match Log::open_backup(dir) {
            Err(Fault::NotABackup { .. }) => Err(no_ledger.into()),
            other => Ledger::folded(other?, progress),
        }
    }

    /// Makes a ledger of a backup, in a directory that does not exist or is empty, or in which this
    /// was cut short before, and opens it. It takes commands.
    ///
    /// Two ledgers of one history must not both go on: they would have the same id and different
    /// events at the same positions. Restore where the ledger itself is lost.
    ///
    /// `progress` is given the position written, and then the position folded.
    ///
    /// # Errors
    /// Those of [`Ledger::open_backup`]; [`Error::Fault`] where the directory is in use or cannot be
    /// written. What was begun is no ledger, and is completed by doing the same again.
    pub fn restore(
        backup: &Path,
        dir: &Path,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Ledger, Error> {
        let log = Log::restore(backup, dir, LogOptions::default(), &mut |size| {
            progress(last_of(size));
        })?;
        Ok(Ledger::folded(log, progress)?.beside(dir))
    }

    /// Whether it was opened from a backup or looks beside a service, and so takes no commands.
    #[must_use]
    pub fn is_for_reading(&self) -> bool {
        self.upstream.is_none() && self.log.is_for_reading()
    }
}

/// Backs up a log, or a snapshot of one.
pub(crate) fn back_up(
    log: &Log,
    dir: &Path,
    progress: &mut dyn FnMut(Position),
) -> Result<BackedUp, Error> {
    let done = log.backup(dir, &mut |size| progress(last_of(size)))?;
    Ok(BackedUp {
        before: done.before.checked_sub(1).map(Position),
        position: last_of(done.size),
        root: done.root,
        files: done.files,
        bytes: done.bytes,
    })
}

/// The last position of a log of so many records, the first of which is the ledger's own.
pub(crate) fn last_of(size: u64) -> Position {
    Position(size.saturating_sub(1))
}

#[cfg(test)]
mod tests;
