//! What can go wrong, and what the caller does next.

use std::io;
use std::path::{Path, PathBuf};

use crate::{LedgerId, limits};

/// A part of the stored form that can be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file that witnesses size and root.
    Anchor,
    /// The file that witnesses size and root of a backup.
    Note,
    /// A page of records.
    Page,
    /// The tree over all records.
    Tree,
    /// A stored hash of an upper level of the tree.
    Node,
    /// The right edge of the tree, kept with the last page of a commit.
    Frontier,
    /// The store that holds the pages.
    Store,
    /// A file or directory of the ledger.
    File,
}

impl std::fmt::Display for Part {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Anchor => "anchor",
            Self::Note => "note",
            Self::Page => "page",
            Self::Tree => "tree",
            Self::Node => "tree node",
            Self::Frontier => "frontier",
            Self::Store => "store",
            Self::File => "file",
        })
    }
}

/// Why the log could not do what was asked.
///
/// Three questions have answers for every variant: [may the same call be tried
/// again](Self::may_retry), [may the commit be recorded all the same](Self::may_be_recorded), and
/// [is something damaged](Self::is_damage).
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The directory is no ledger. Name another one, or create a ledger.
    #[error("{} is not a ledger: {why}", dir.display())]
    NotALedger {
        /// The directory that was named.
        dir: PathBuf,
        /// What it is instead, and what to do.
        why: &'static str,
    },
    /// The directory is no backup. Name another one.
    #[error("{} is not a backup: {why}", dir.display())]
    NotABackup {
        /// The directory that was named.
        dir: PathBuf,
        /// What it is instead, and what to do.
        why: &'static str,
    },
    /// A backup holds what the ledger does not: one of them was set back, or is another's copy.
    /// Keep both, find out which, and back up to an empty directory meanwhile.
    #[error(
        "the backup has {size} records that are not the ledger's; keep both and back up elsewhere"
    )]
    OtherHistory {
        /// The number of records of the backup.
        size: u64,
    },
    /// This log can only be read: it is a backup or a snapshot. Write to the ledger itself, or
    /// restore the backup.
    #[error("the log was opened to be read; write to the ledger itself or restore the backup")]
    ForReading,
    /// There is a ledger already. Open it, or name another directory.
    #[error("{} already holds a ledger; open it or name another directory", dir.display())]
    AlreadyExists {
        /// The directory that was named.
        dir: PathBuf,
    },
    /// The creation of this ledger or backup was cut short before anything was acknowledged, or the
    /// restoring of a ledger before it was whole. Do the same again in the same place: that
    /// completes it.
    #[error("the creation of {} was cut short; create it again to complete it", dir.display())]
    Unfinished {
        /// The directory that was named.
        dir: PathBuf,
    },
    /// A later release wrote this ledger. Use that release or a newer one.
    #[error(
        "the ledger has form {found} and this release knows up to {known}; use a newer release"
    )]
    NewerForm {
        /// The form found.
        found: u16,
        /// The newest form known here.
        known: u16,
    },
    /// The ledger was written before its form was settled, and no release reads it. Enter again
    /// what it was made of: commands, imports.
    #[error("the ledger has form {found}, which was never settled; enter its commands again")]
    EarlyForm {
        /// The form found.
        found: u16,
    },
    /// The stored ledger is not the one expected. Name the right one.
    #[error("found ledger {found} where {expected} was expected; name the right one")]
    OtherLedger {
        /// The ledger expected.
        expected: LedgerId,
        /// The ledger found.
        found: LedgerId,
    },
    /// Another process, or another part of this one, has the ledger open. Ask it, or stop it and
    /// try again.
    #[error("{} is in use{}; ask its holder or stop it", dir.display(), Holder(*pid))]
    Locked {
        /// The directory that was named.
        dir: PathBuf,
        /// The process that holds it, if it could be read.
        pid: Option<u32>,
    },
    /// The ledger cannot be written here. Give the permission, or copy it to a writable place;
    /// nothing was changed.
    #[error("{} cannot be written; give write permission or copy the ledger", path.display())]
    ReadOnly {
        /// The path that could not be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused a read or a write; the commit, if there was one, is not recorded. Remove
    /// the cause and try again.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// What was tried: a verb.
        what: &'static str,
        /// The path it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no room; the commit is not recorded and everything acknowledged is intact. Free
    /// space and try again.
    #[error("no space left for {}; free some and try again", path.display())]
    DiskFull {
        /// The path that needs the space.
        path: PathBuf,
    },
    /// What is stored is not what was written. Do not write on; verify to learn where, then
    /// restore a backup.
    #[error(
        "damage in the {part}{}: {what}; verify the ledger and restore a backup",
        At(*position)
    )]
    Damage {
        /// The part that is damaged.
        part: Part,
        /// The position it concerns, if it concerns one.
        position: Option<u64>,
        /// What was found.
        what: String,
    },
    /// An earlier write failed in a way that leaves the medium in doubt, so this log takes no more.
    /// It can still be read. Open the ledger again.
    #[error("an earlier write failed and the log takes no more; open the ledger again")]
    Poisoned,
    /// The commit may be recorded or not: a write failed after the medium had the commit. The log
    /// is poisoned. Open the ledger again and submit the same again.
    #[error("the commit may or may not be recorded; open the ledger again and submit it again")]
    Unsettled {
        /// What failed.
        #[source]
        cause: Box<Fault>,
    },
    /// Someone else has written to the backend. Open the ledger again.
    #[error("the log has size {found} where {expected} was expected; open the ledger again")]
    HeadMoved {
        /// The size this writer knows.
        expected: u64,
        /// The size found.
        found: u64,
    },
    /// A record is too large for any page. Make it smaller; nothing was written.
    #[error(
        "record {index} of the commit has {len} bytes of at most {}; make it smaller",
        limits::RECORD_BYTES_MAX
    )]
    RecordTooLarge {
        /// Which record of the commit, from 0.
        index: usize,
        /// Its length.
        len: usize,
    },
    /// A commit is too large. Split it; nothing was written.
    #[error(
        "a commit of {records} records and {bytes} bytes is above {} and {}; split it",
        limits::COMMIT_RECORDS_MAX,
        limits::COMMIT_BYTES_MAX
    )]
    CommitTooLarge {
        /// Its number of records.
        records: usize,
        /// Its number of bytes.
        bytes: usize,
    },
    /// There is no such position or size. Ask below the size of the log.
    #[error("{asked} is outside a log of {size} records")]
    OutOfRange {
        /// What was asked for.
        asked: u64,
        /// The size of the log.
        size: u64,
    },
}

impl Fault {
    /// Whether the same call can succeed when its cause is gone, without anything else being done.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Locked { .. }
            | Self::ReadOnly { .. }
            | Self::Io { .. }
            | Self::DiskFull { .. } => true,
            Self::NotALedger { .. }
            | Self::NotABackup { .. }
            | Self::OtherHistory { .. }
            | Self::ForReading
            | Self::AlreadyExists { .. }
            | Self::Unfinished { .. }
            | Self::NewerForm { .. }
            | Self::EarlyForm { .. }
            | Self::OtherLedger { .. }
            | Self::Damage { .. }
            | Self::Poisoned
            | Self::Unsettled { .. }
            | Self::HeadMoved { .. }
            | Self::RecordTooLarge { .. }
            | Self::CommitTooLarge { .. }
            | Self::OutOfRange { .. } => false,
        }
    }

    /// Whether the records of the commit that failed so may be found in the log later.
    #[must_use]
    pub fn may_be_recorded(&self) -> bool {
        matches!(self, Self::Unsettled { .. })
    }

    /// Whether something stored is not what was written.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damage { .. } => true,
            Self::Unsettled { cause } => cause.is_damage(),
            Self::NotALedger { .. }
            | Self::NotABackup { .. }
            | Self::OtherHistory { .. }
            | Self::ForReading
            | Self::AlreadyExists { .. }
            | Self::Unfinished { .. }
            | Self::NewerForm { .. }
            | Self::EarlyForm { .. }
            | Self::OtherLedger { .. }
            | Self::Locked { .. }
            | Self::ReadOnly { .. }
            | Self::Io { .. }
            | Self::DiskFull { .. }
            | Self::Poisoned
            | Self::HeadMoved { .. }
            | Self::RecordTooLarge { .. }
            | Self::CommitTooLarge { .. }
            | Self::OutOfRange { .. } => false,
        }
    }

    /// Whether a page, an anchor or a note of this form is read.
    pub(crate) fn check_form(found: u16) -> Result<(), Self> {
        if found > limits::FORM_VERSION {
            return Err(Self::NewerForm { found, known: limits::FORM_VERSION });
        }
        if found < limits::FORM_VERSION_FIRST {
            return Err(Self::EarlyForm { found });
        }
        Ok(())
    }

    pub(crate) fn damage(part: Part, position: Option<u64>, what: impl Into<String>) -> Self {
        Self::Damage { part, position, what: what.into() }
    }

    /// Sorts what the system said into the variants that a caller treats differently.
    pub(crate) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        let kind = source.kind();
        if [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&kind) {
            return Self::DiskFull { path };
        }
        if [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied].contains(&kind) {
            return Self::ReadOnly { path, source };
        }
        Self::Io { what, path, source }
    }
}

struct At(Option<u64>);

impl std::fmt::Display for At {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(position) => write!(out, " at position {position}"),
            None => Ok(()),
        }
    }
}

struct Holder(Option<u32>);

impl std::fmt::Display for Holder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(pid) => write!(out, " by process {pid}"),
            None => Ok(()),
        }
    }
}
