//! The ring of keys as a program holds it: prints, check values, and the life of a key.
//!
//! # Invariants
//! * A ring holds at least one key; ids rise, and the newest is the highest.
//! * What a ring holds is what its file held when it was last read or written by it.
//!
//! # Not here
//! Who may read the file, and how it is replaced: `custody`. Its text: `text`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bahi_core::{Day, Fingerprint};

use crate::canonical::{Canonical, FingerprintKind, ValueError};
use crate::custody;
use crate::key::{FingerprintKey, KeyInfo, Secret};
use crate::text::{self, Flaw, KEY_FILE_BYTES_MAX, KEYS_MAX};

/// Why a key file could not be made, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is something under this name. Open it, or name another file.
    #[error("{} is there already; open it or name another file", path.display())]
    Exists {
        /// The name.
        path: PathBuf,
    },
    /// There is nothing under this name. Name the file, restore its copy, or create one for a new
    /// ledger; a new one does not replace a lost one.
    #[error("{} is not there; name the key file, or restore its copy", path.display())]
    Missing {
        /// The name.
        path: PathBuf,
    },
    /// The name is a symbolic link, which somebody could point elsewhere. Name the file itself.
    #[error("{} is a symbolic link; name the file itself", path.display())]
    Symlink {
        /// The name.
        path: PathBuf,
    },
    /// Neither a link nor a file: a directory, a pipe, a device. Name a file.
    #[error("{} is not a regular file; name a key file", path.display())]
    NotAFile {
        /// The name.
        path: PathBuf,
    },
    /// The file belongs to another user, who could have read or replaced it. Run as its owner.
    #[error("{} belongs to user {owner}, not to this one ({user}); run as its owner", path.display())]
    ForeignOwner {
        /// The name.
        path: PathBuf,
        /// The number of the user it belongs to.
        owner: u32,
        /// The number of the user this program runs as.
        user: u32,
    },
    /// Others than the owner may read or write the file. Take that from them, and consider whether
    /// the keys are still secret.
    #[error("{} is open to others (mode {mode:03o}); run chmod 600 on it", path.display())]
    OpenToOthers {
        /// The name.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is larger than a key file can be. Name another file.
    #[error("{} is larger than {KEY_FILE_BYTES_MAX} bytes and so no key file", path.display())]
    TooLarge {
        /// The name.
        path: PathBuf,
    },
    /// The file is not a whole key file. Restore its copy.
    #[error("{} line {line}: {flaw}; restore the copy of this file", path.display())]
    Malformed {
        /// The name.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The key file lies inside the ledger, where every backup and reader of the ledger would have
    /// it. Name a place outside.
    #[error("{} lies inside the ledger {}; name a place outside", path.display(), ledger.display())]
    InsideLedger {
        /// The key file.
        path: PathBuf,
        /// The ledger.
        ledger: PathBuf,
    },
    /// Another program is changing the key file. Try again.
    #[error("{} is being changed by another program; try again", path.display())]
    Busy {
        /// The name.
        path: PathBuf,
    },
    /// The key file is not the one this ring was read from. Open it again.
    #[error("{} was changed since it was opened; open it again", path.display())]
    Changed {
        /// The name.
        path: PathBuf,
    },
    /// The ring holds no key of this id. Ask for one of [`Keyring::keys`].
    #[error("there is no key {id}")]
    NotHeld {
        /// The id asked for.
        id: u16,
    },
    /// The newest key makes the prints of new events. Rotate first, then destroy it.
    #[error("key {id} is the newest and cannot be destroyed; rotate first")]
    Newest {
        /// The id asked for.
        id: u16,
    },
    /// The ring holds as many keys as it can. Destroy an old one first.
    #[error("a ring holds at most {KEYS_MAX} keys; destroy an old one first")]
    TooManyKeys,
    /// Every id has been given. There is nothing to do but to start a new ledger.
    #[error("every key id up to {} has been given", u16::MAX)]
    IdsExhausted,
    /// The system gave no random bytes. Try again.
    #[error("the system gave no random bytes for a key; try again")]
    NoRandomness,
    /// The system has no owners and modes that this program can check. Keep keys on a Unix system.
    #[error("who may read a file cannot be told on this system; keep keys on a Unix system")]
    NoCustody,
    /// The system refused an operation. See its own message; where the file was being changed, open
    /// it again to see which keys it holds.
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

impl KeyFileError {
    pub(crate) fn io(what: &'static str, path: &Path, source: io::Error) -> KeyFileError {
        KeyFileError::Io { what, path: path.to_path_buf(), source }
    }
}

/// The keys of a key file, and the prints they make.
///
/// `Debug` shows the path, ids and days. The secrets are overwritten when the ring is dropped.
pub struct Keyring {
    path: PathBuf,
    keys: Vec<FingerprintKey>,
}

impl Keyring {
    /// Makes a key file with one new key, of id 1, made on this day.
    ///
    /// The file has mode 600 and is durable under its name when this returns. A file that a power
    /// cut left half written is refused by [`Keyring::open`]; nothing was made with it, so it can
    /// be removed.
    ///
    /// # Errors
    /// `NoCustody`, `NoRandomness`, `Exists`, `Io`.
    pub fn create(path: &Path, today: Day) -> Result<Keyring, KeyFileError> {
        custody::supported()?;
        let keys = vec![new_key(1, today)?];
        custody::create(path, text::write(&keys).as_bytes())?;
        Ok(Keyring { path: path.to_path_buf(), keys })
    }

    /// Reads a key file, once it is sure that only its owner, who is the user this program runs
    /// as, could have read or written it.
    ///
    /// # Errors
    /// `NoCustody`, `Missing`, `Symlink`, `NotAFile`, `ForeignOwner`, `OpenToOthers`, `TooLarge`,
    /// `Malformed`; `Busy` where the file is replaced again and again; `Io` at any step.
    pub fn open(path: &Path) -> Result<Keyring, KeyFileError> {
        let keys = custody::read(path)?;
        Ok(Keyring { path: path.to_path_buf(), keys })
    }

    /// Adds a key made on this day, and gives its id, the next one. Older keys stay.
    ///
    /// The new key is durable when this returns, so that an event may record it. Another program
    /// that has the ring open goes on without it until it opens the file again.
    ///
    /// # Errors
    /// `IdsExhausted`, `TooManyKeys`, `NoRandomness`; those of [`Keyring::open`]; `Busy` where
    /// another program changes the file, `Changed` where one has done so; `Io`.
    pub fn rotate(&mut self, today: Day) -> Result<u16, KeyFileError> {
        let newest = self.newest();
        let id = newest.id.checked_add(1).ok_or(KeyFileError::IdsExhausted)?;
        if self.keys.len() >= KEYS_MAX {
            return Err(KeyFileError::TooManyKeys);
        }
        let key = new_key(id, today)?;
        let locked = custody::lock(&self.path, &self.keys, custody::Purpose::Replace)?;
        // Pushed first and taken back on failure: the text is written of the ring as it will be.
        self.keys.push(key);
        match locked.replace(text::write(&self.keys).as_bytes()) {
            Ok(_) => Ok(id),
            Err(error) => {
                self.keys.pop();
                Err(error)
            }
        }
    }

    /// Ends an old key: nobody can tie a value to the prints it made any more, this ring included.
    ///
    /// The bytes of the former file are overwritten where it had no other name. Copies elsewhere
    /// are their keeper's to destroy, and a file system or a disk may keep what was overwritten.
    ///
    /// # Errors
    /// `NotHeld`, `Newest`; those of [`Keyring::open`]; `Busy`, `Changed`, `Io` as for
    /// [`Keyring::rotate`]. After an `Io` while overwriting, the key is gone from the file all the
    /// same, and the ring no longer holds it.
    pub fn destroy(&mut self, id: u16) -> Result<(), KeyFileError> {
        let at = self.keys.iter().position(|key| key.info.id == id);
        let at = at.ok_or(KeyFileError::NotHeld { id })?;
        if id == self.newest().id {
            return Err(KeyFileError::Newest { id });
        }
        let locked = custody::lock(&self.path, &self.keys, custody::Purpose::ReplaceAndErase)?;
        let key = self.keys.remove(at);
        match locked.replace(text::write(&self.keys).as_bytes()) {
            Ok(former) => former.erase(),
            Err(error) => {
                self.keys.insert(at, key);
                Err(error)
            }
        }
    }

    /// The keys held, oldest first; at least one.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = KeyInfo> {
        self.keys.iter().map(|key| key.info)
    }

    /// The key that new events store prints of.
    #[must_use]
    pub fn newest(&self) -> KeyInfo {
        self.keys.last().expect("a ring holds at least one key").info
    }

    /// Sixteen bytes that say which key this is and nothing else about it; they may be published.
    /// `None` where the ring holds no key of this id.
    #[must_use]
    pub fn check(&self, id: u16) -> Option<[u8; 16]> {
        self.keys.iter().find(|key| key.info.id == id).map(FingerprintKey::check)
    }

    /// The prints of a value: one under each key held, in order of key id, the newest last.
    ///
    /// # Errors
    /// `TooLong`, `Character`, `Empty`, then those of the kind (see [`ValueError`]).
    pub fn prints(
        &self,
        kind: FingerprintKind,
        value: &str,
    ) -> Result<Vec<Fingerprint>, ValueError> {
        let value = Canonical::new(kind, value)?;
        Ok(self.keys.iter().map(|key| key.print(kind, &value)).collect())
    }

    /// The prints of a cell of a table, as [`prints`](Keyring::prints); `None` for an empty one.
    ///
    /// A cell is empty when nothing but blanks and hyphens is in it. What else stands for nothing
    /// in a source (`NA`, `0`) is for its mapping to say.
    ///
    /// # Errors
    /// Those of [`prints`](Keyring::prints) without `Empty`.
    pub fn of_cell(
        &self,
        kind: FingerprintKind,
        cell: &str,
    ) -> Result<Option<Vec<Fingerprint>>, ValueError> {
        match self.prints(kind, cell) {
            Ok(prints) => Ok(Some(prints)),
            Err(ValueError::Empty) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("path", &self.path).field("keys", &self.keys).finish()
    }
}

fn new_key(id: u16, created: Day) -> Result<FingerprintKey, KeyFileError> {
    let mut secret = Secret::empty();
    getrandom::fill(secret.bytes_mut()).map_err(|_| KeyFileError::NoRandomness)?;
    Ok(FingerprintKey::new(KeyInfo { id, created }, secret))
}
