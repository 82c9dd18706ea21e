//! The vault: a directory with the sealed details of persons, and apart from them a key for each.
//!
//! ```text
//! vault           whose vault it is; locked while a program has it open
//! keys/vault      the same, so that keys which lie on another medium are missed when they are away
//! keys/ID         the key of a subject
//! sealed/ID       the details of a subject
//! erasing/ID      an erasure that was begun
//! erased/ID       where the ledger recorded one that was done
//! keys/lines-…    keys of lines of a statement, and sealed/lines-… what is sealed under them
//! ```
//!
//! # Invariants
//! * A key is on the medium before anything is sealed under it, and is written to one file alone.
//! * An erasure is marked before it is recorded and until it is done, so that a program that is cut
//!   off in between leaves word of it.
//! * One program at a time has a vault open.
//!
//! # Not here
//! Who may, and recording it: the hub. Who may open the files: `private`. Their bytes: `seal`.

mod lines;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use bahi_core::{LedgerId, Position, hex};
use sha2::{Digest, Sha256};

use crate::VaultError;
use crate::contents::Contents;
use crate::keyring::KeyFileError;
use crate::place::outside;
use crate::private;
use crate::seal::{KEY_BYTES, PersonKey, SEALED_BYTES_MAX, Whose};
use crate::subject::{Among, Sought, Subject, SubjectId};

pub use lines::LINES_A_FILE;

const VAULT: &str = "vault";
const KEYS: &str = "keys";
const SEALED: &str = "sealed";
const ERASING: &str = "erasing";
const ERASED: &str = "erased";
const PARTS: [&str; 4] = [KEYS, SEALED, ERASING, ERASED];

/// What the file that says whose vault it is begins with, before its form.
const VAULT_NOTE: &str = "bahi-vault";
const ERASED_NOTE: &str = "bahi-erased";
const FORM: &str = "1";
const NOTE_BYTES_MAX: usize = 256;

/// The most begun erasures that are looked at in one run.
const BEGUN_MAX: usize = 4096;

/// Makes sure that a vault and a ledger or backup, present or to be made, lie apart: neither is
/// inside the other, by whatever names.
///
/// # Errors
/// `Symlink` for a link that leads nowhere; `Io`; `InsideLedger`; `AroundLedger`.
///
/// ```
/// use std::path::Path;
/// use bahi_vault::apart;
/// assert!(apart(Path::new("ledger"), Path::new("ledger/vault")).is_err());
/// assert!(apart(Path::new("vault/ledger"), Path::new("vault")).is_err());
/// assert!(apart(Path::new("ledger"), Path::new("vault")).is_ok());
/// ```
pub fn apart(ledger_dir: &Path, vault_dir: &Path) -> Result<(), VaultError> {
    let (path, ledger) = (vault_dir.to_path_buf(), ledger_dir.to_path_buf());
    match (outside(ledger_dir, vault_dir), outside(vault_dir, ledger_dir)) {
        (Ok(()), Ok(())) => Ok(()),
        (Err(KeyFileError::InsideLedger { .. }), _) => {
            Err(VaultError::InsideLedger { path, ledger })
        }
        (_, Err(KeyFileError::InsideLedger { .. })) => {
            Err(VaultError::AroundLedger { path, ledger })
        }
        (Err(error), _) | (_, Err(error)) => Err(of_place(error, vault_dir)),
    }
}

/// What finding a place may give beside its being inside another.
fn of_place(error: KeyFileError, path: &Path) -> VaultError {
    if let KeyFileError::Symlink { path } = error {
        return VaultError::Symlink { path };
    }
    VaultError::io("resolve", path, std::io::Error::other(error))
}

/// What a vault has of a subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holds {
    /// A key, or what was left of one.
    pub key: bool,
    /// Sealed details.
    pub sealed: bool,
}

impl Holds {
    /// Whether there is anything.
    #[must_use]
    pub const fn anything(self) -> bool {
        self.key || self.sealed
    }
}

/// An open vault; locked for every other program until dropped.
pub struct Vault {
    dir: PathBuf,
    ledger: LedgerId,
    _lock: File,
}

impl Vault {
    /// Makes the vault of a ledger in a directory that is not there or empty, and opens it. What
    /// was cut short in making one is completed.
    ///
    /// # Errors
    /// `NoCustody`; `Symlink`, `NotOfItsKind`, `ForeignOwner`, `OpenToOthers` for a directory that
    /// is there; `NotEmpty`; `OtherLedger`; `Io`; then those of [`Vault::open`].
    pub fn make(dir: &Path, ledger: LedgerId) -> Result<Vault, VaultError> {
        private::supported()?;
        private::make_dir(dir)?;
        let own = |name: &String| PARTS.contains(&name.as_str());
        if !private::names(dir, 2 * PARTS.len())?.iter().all(own) {
            return Err(VaultError::NotEmpty { path: dir.to_path_buf() });
        }
        for part in PARTS {
            private::make_dir(&dir.join(part))?;
        }
        let note = note(VAULT_NOTE, "ledger", &hex(&ledger.0));
        // The medium of the keys may be there before, and must not be another vault's.
        whose_vault(&dir.join(KEYS).join(VAULT), ledger, dir)?;
        private::write(&dir.join(KEYS).join(VAULT), note.as_bytes())?;
        private::write(&dir.join(VAULT), note.as_bytes())?;
        Vault::open(dir, ledger)
    }

    /// Opens the vault of a ledger.
    ///
    /// # Errors
    /// `NoCustody`; `NoVault`; of each of its directories and of the file that says whose it is
    /// `Symlink`, `NotOfItsKind`, `ForeignOwner`, `OpenToOthers`; `Busy`; `NewerForm`, `Damaged`,
    /// `OtherLedger`; `KeysAway`; `Io` at any step.
    pub fn open(dir: &Path, ledger: LedgerId) -> Result<Vault, VaultError> {
        private::supported()?;
        private::check_dir(dir)?;
        let marker = dir.join(VAULT);
        if !private::is_there(&marker)? {
            return Err(VaultError::NoVault { path: dir.to_path_buf() });
        }
        for part in PARTS {
            private::check_dir(&dir.join(part))?;
        }
        let lock = private::lock(&marker)?;
        let whose = |path: &Path| whose_vault(path, ledger, dir);
        if !whose(&marker)? {
            return Err(VaultError::NoVault { path: dir.to_path_buf() });
        }
        let keys = dir.join(KEYS).join(VAULT);
        if !whose(&keys)? {
            return Err(VaultError::KeysAway { path: keys });
        }
        Ok(Vault { dir: dir.to_path_buf(), ledger, _lock: lock })
    }

    /// Whether a vault is in a directory; nothing is told of whose.
    ///
    /// # Errors
    /// `NoCustody`, `Io`.
    pub fn is_in(dir: &Path) -> Result<bool, VaultError> {
        private::supported()?;
        private::is_there(&dir.join(VAULT))
    }

    /// Its directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The ledger whose it is.
    #[must_use]
    pub const fn ledger(&self) -> LedgerId {
        self.ledger
    }

    /// What there is of a subject; nothing is read.
    ///
    /// # Errors
    /// `Io`.
    pub fn holds(&self, subject: impl Into<Sought>) -> Result<Holds, VaultError> {
        let Sought { id, among } = subject.into();
        let among = self.holds_among(among)?;
        Ok(Holds {
            key: among.key || private::is_there(&self.at(KEYS, id))?,
            sealed: among.sealed || private::is_there(&self.at(SEALED, id))?,
        })
    }

    /// Seals details, in the place of those that are there, under the subject's own key, which is
    /// made where there is none. Whoever is cut off finds the former details or these.
    ///
    /// # Errors
    /// `Damaged` and those of custody for the key file; `KeyMissing`; `NoRandomness`; `Io`.
    pub fn put(&mut self, subject: SubjectId, contents: &Contents) -> Result<(), VaultError> {
        let (path, sealed) = (self.at(KEYS, subject), self.at(SEALED, subject));
        let key = match self.key(subject)? {
            Some(key) => key,
            None if private::is_there(&sealed)? => return Err(VaultError::KeyMissing { path }),
            None => {
                let key = PersonKey::new(self.whose(subject)).ok_or(VaultError::NoRandomness)?;
                private::write(&path, &key.bytes())?;
                key
            }
        };
        let bytes = key.seal(contents).ok_or(VaultError::NoRandomness)?;
        private::write(&sealed, &bytes)
    }

    /// The details of a subject; `None` where there are none.
    ///
    /// # Errors
    /// Those of custody and `Damaged` for either file; `KeyMissing`; `Io`.
    pub fn show(&self, subject: impl Into<Sought>) -> Result<Option<Contents>, VaultError> {
        let Sought { id: subject, among } = subject.into();
        let path = self.at(SEALED, subject);
        let Some(sealed) = private::read(&path, SEALED_BYTES_MAX)? else {
            return self.show_among(among, subject);
        };
        let missing = || VaultError::KeyMissing { path: self.at(KEYS, subject) };
        let key = self.key(subject)?.ok_or_else(missing)?;
        key.unseal(&sealed).map(Some).ok_or(VaultError::Damaged { path })
    }

    /// Marks, durably, that a subject's details are about to be erased. Nothing is destroyed yet.
    ///
    /// # Errors
    /// `Io`.
    pub fn begin_erasing(&mut self, subject: impl Into<Sought>) -> Result<(), VaultError> {
        let Sought { id, among } = subject.into();
        // Lines are found by their number, which no digest tells.
        let what = match among {
            Among::Nobody => id.to_string(),
            Among::Line(at) => Subject::Line(at).line(),
            Among::Lines(statement) => Subject::Lines(statement).line(),
        };
        private::write(&self.at(ERASING, id), what.as_bytes())
    }

    /// The erasures that were begun and neither done nor given up.
    ///
    /// # Errors
    /// `Io`, and those of custody for a mark.
    pub fn begun(&self) -> Result<Vec<Sought>, VaultError> {
        let names = private::names(&self.dir.join(ERASING), BEGUN_MAX)?;
        let mut begun = Vec::with_capacity(names.len());
        for id in names.iter().filter_map(|name| SubjectId::parse(name)) {
            // A mark that is half destroyed tells nothing more, and is the last thing to go.
            let mark = private::read(&self.at(ERASING, id), NOTE_BYTES_MAX)?;
            let text = mark.as_deref().and_then(|mark| std::str::from_utf8(mark).ok());
            let named = text.and_then(|text| Subject::parse(text).ok());
            let sought = named.map(|subject| subject.sought(self.ledger));
            begun.push(sought.filter(|sought| sought.id == id).unwrap_or(id.into()));
        }
        Ok(begun)
    }

    /// Takes the mark of a begun erasure away.
    ///
    /// # Errors
    /// `Io`.
    pub fn give_up_erasing(&mut self, subject: SubjectId) -> Result<(), VaultError> {
        private::destroy(&self.at(ERASING, subject)).map(|_| ())
    }

    /// Destroys a subject's key and sealed details for good, notes where the ledger recorded it, and
    /// takes the mark away. What is damaged is destroyed all the same, and so is what a program that
    /// was cut off left. Done again, it goes on where it ended.
    ///
    /// The key goes first, overwritten in place. A file system that writes elsewhere instead, or a
    /// disk of flash cells, may keep the overwritten bytes out of reach of every program.
    ///
    /// # Errors
    /// `Symlink`, `NotOfItsKind`, `NoRandomness`, `Io`.
    pub fn destroy(
        &mut self,
        subject: impl Into<Sought>,
        recorded: Position,
    ) -> Result<(), VaultError> {
        let Sought { id: subject, among } = subject.into();
        private::destroy(&self.at(KEYS, subject))?;
        private::destroy(&self.at(SEALED, subject))?;
        self.destroy_among(among)?;
        let note = note(ERASED_NOTE, "erased", &format!("{subject} {}", recorded.0));
        private::write(&self.at(ERASED, subject), note.as_bytes())?;
        self.give_up_erasing(subject)
    }

    /// Where the ledger recorded that a subject's details were erased, as the vault noted it.
    ///
    /// # Errors
    /// Those of custody and `Damaged` for the note; `Io`.
    pub fn erased_at(&self, subject: SubjectId) -> Result<Option<Position>, VaultError> {
        let path = self.at(ERASED, subject);
        let Some(bytes) = private::read(&path, NOTE_BYTES_MAX)? else { return Ok(None) };
        let read = || {
            let value = noted(std::str::from_utf8(&bytes).ok()?, ERASED_NOTE, "erased")?;
            let position = value.strip_prefix(&format!("{subject} "))?;
            Some(Position(position.parse().ok()?))
        };
        read().map(Some).ok_or(VaultError::Damaged { path })
    }

    /// Forgets that a subject's details were erased, where they were put in anew.
    ///
    /// # Errors
    /// `Symlink`, `NotOfItsKind`, `NoRandomness`, `Io`.
    pub fn forget_erased(&mut self, subject: SubjectId) -> Result<(), VaultError> {
        private::destroy(&self.at(ERASED, subject)).map(|_| ())
    }

    fn key(&self, subject: SubjectId) -> Result<Option<PersonKey>, VaultError> {
        let path = self.at(KEYS, subject);
        let Some(bytes) = private::read(&path, KEY_BYTES)? else { return Ok(None) };
        let key = PersonKey::read(&bytes, self.whose(subject));
        key.map(Some).ok_or(VaultError::Damaged { path })
    }

    fn at(&self, part: &str, subject: SubjectId) -> PathBuf {
        self.dir.join(part).join(subject.to_string())
    }

    fn whose(&self, subject: SubjectId) -> Whose {
        Whose { ledger: self.ledger, subject }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("dir", &self.dir).finish_non_exhaustive()
    }
}

/// Whether a file is there that says whose vault it is; it must be this ledger's.
fn whose_vault(path: &Path, ledger: LedgerId, dir: &Path) -> Result<bool, VaultError> {
    let Some(bytes) = private::read(path, NOTE_BYTES_MAX)? else { return Ok(false) };
    let damaged = || VaultError::Damaged { path: path.to_path_buf() };
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
    let form =
        text.lines().next().and_then(|line| line.strip_prefix(VAULT_NOTE)?.strip_prefix(' '));
    if form.ok_or_else(damaged)? != FORM {
        return Err(VaultError::NewerForm { path: path.to_path_buf() });
    }
    if noted(text, VAULT_NOTE, "ledger").ok_or_else(damaged)? != hex(&ledger.0) {
        return Err(VaultError::OtherLedger { path: dir.to_path_buf() });
    }
    Ok(true)
}

/// Two lines that say something, and a third with the beginning of their SHA-256.
fn note(kind: &str, name: &str, value: &str) -> String {
    let said = format!("{kind} {FORM}\n{name} {value}\n");
    let check = hex(&<[u8; 32]>::from(Sha256::digest(&said)));
    format!("{said}check {}\n", &check[..32])
}

/// What a note says, provided that it is whole.
fn noted<'a>(text: &'a str, kind: &str, name: &str) -> Option<&'a str> {
    let value = text.lines().nth(1)?.strip_prefix(name)?.strip_prefix(' ')?;
    (note(kind, name, value) == text).then_some(value)
}

#[cfg(test)]
mod tests;
