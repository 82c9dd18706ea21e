//! Why a vault could not be made, opened, read or changed.

use std::io;
use std::path::{Path, PathBuf};

/// Why a vault could not be made, opened, read or changed. No message shows a detail of anybody.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The system has no owners and modes that this program can check. Keep vaults on a Unix system.
    #[error("who may read a file cannot be told on this system; keep vaults on a Unix system")]
    NoCustody,
    /// The vault lies inside the ledger or a backup, where every copy of it would have the details.
    /// Name a place outside.
    #[error("{} lies inside the ledger or backup {}; name a place outside", path.display(), ledger.display())]
    InsideLedger {
        /// The vault.
        path: PathBuf,
        /// The ledger.
        ledger: PathBuf,
    },
    /// The ledger or backup lies inside the vault. Name another place for one of the two.
    #[error("the ledger or backup {} lies inside the vault {}; name a place outside", ledger.display(), path.display())]
    AroundLedger {
        /// The vault.
        path: PathBuf,
        /// The ledger.
        ledger: PathBuf,
    },
    /// No vault is in this directory. Name the vault's.
    #[error("{} holds no vault; name the vault's directory", path.display())]
    NoVault {
        /// The directory.
        path: PathBuf,
    },
    /// Something else is in the directory where a vault was to be made. Name an empty one.
    #[error("{} holds other files; name an empty directory for a new vault", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The name is a symbolic link, which somebody could point elsewhere. Name the thing itself.
    #[error("{} is a symbolic link; name what it leads to", path.display())]
    Symlink {
        /// The name.
        path: PathBuf,
    },
    /// Neither what it should be nor a link: a directory for a file, a file for a directory, a pipe.
    /// Look at what is there.
    #[error("{} is not a {what}; look at what is there", path.display())]
    NotOfItsKind {
        /// The name.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// It belongs to another user, who could have read or replaced it. Run as its owner.
    #[error("{} belongs to user {owner}, not to this one ({user}); run as its owner", path.display())]
    ForeignOwner {
        /// The name.
        path: PathBuf,
        /// The number of the user it belongs to.
        owner: u32,
        /// The number of the user this program runs as.
        user: u32,
    },
    /// Others than the owner may open it. Take that from them, and consider who has seen it.
    #[error("{} is open to others (mode {mode:03o}); run chmod go= on it", path.display())]
    OpenToOthers {
        /// The name.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The vault is another ledger's. Name this ledger's own.
    #[error("{} is the vault of another ledger; name this ledger's own", path.display())]
    OtherLedger {
        /// The vault.
        path: PathBuf,
    },
    /// A later program made the vault. Use that program.
    #[error("{} has a form that this program does not know; use the release that made it", path.display())]
    NewerForm {
        /// The file that says so.
        path: PathBuf,
    },
    /// The part of the vault with the keys is not there. Mount the medium it lies on.
    #[error("{} is not there, which says that these are the vault's keys; mount their medium", path.display())]
    KeysAway {
        /// What is missing.
        path: PathBuf,
    },
    /// A file is not as it was written, or was written for somebody else. Restore its copy, or
    /// erase the details and put them in again.
    #[error("damage in {}: it is not as it was written for this person; restore it, or erase the details and put them in again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// There are sealed details, and not the key to them. Restore it, or erase the details and put
    /// them in again.
    #[error("{} is not there, and without it nobody reads these details; restore it, or erase them and put them in again", path.display())]
    KeyMissing {
        /// The key file.
        path: PathBuf,
    },
    /// Another program has the vault open. Try again.
    #[error("{} is in use by another program; try again", path.display())]
    Busy {
        /// The vault.
        path: PathBuf,
    },
    /// The system gave no random bytes. Try again.
    #[error("the system gave no random bytes; try again")]
    NoRandomness,
    /// The system refused an operation. See its own message, then run the same command again: what
    /// was begun is completed.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was being done.
        what: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl VaultError {
    pub(crate) fn io(what: &'static str, path: &Path, source: io::Error) -> VaultError {
        VaultError::Io { what, path: path.to_path_buf(), source }
    }
}
