//! The file of a ledger's or an actor's signing key: made, read and replaced where only its owner reads it.
//!
//! A line for each key that was retired, which is its public half, and last the private key in use:
//!
//! ```text
//! up-odop+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c
//! PRIVATE+KEY+up-odop+…
//! ```
//!
//! A file of the private key's line alone, as other programs write it, is read too. Beside it lies
//! what its keys signed last, in `FILE.signed`: see [`checkpoint`].
//!
//! # Invariants
//! * Nothing is read before the file is known to be a regular one that is closed to others; what
//!   was judged is what is read.
//! * Whoever opens the file sees a former whole or the new whole, after a power cut too.
//! * No error shows a byte of the file.
//!
//! # Not here
//! What a checkpoint says: [`Ledger::checkpoint`](crate::Ledger::checkpoint).

#[cfg(unix)]
mod custody;
#[cfg(not(unix))]
#[path = "signing/custody_elsewhere.rs"]
mod custody;
mod memory;

use std::{
    io,
    path::{Path, PathBuf},
};

use bahi_core::ActorName;
use bahi_proof::{SigningKey, VerifierKey, Zeroizing};
use thiserror::Error as ThisError;

pub use memory::{SignError, checkpoint, memory_of, remember, remember_nothing, remembered};

use crate::LedgerName;

/// The most bytes of a key file.
pub const KEY_FILE_BYTES_MAX: usize = 1 << 16;

/// The most keys that a file remembers as retired.
pub const RETIRED_MAX: usize = 64;

/// Why a key file is of no use.
#[derive(Debug, ThisError)]
pub enum KeyFileError {
    /// There is no such file. Name it, or make one.
    #[error("{path}: no such key file; name it, or make one with bahi key new")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is there already and is left alone. Name another, or rotate this one.
    #[error("{path}: the file exists; name another, or use bahi key rotate")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It is a link, a directory or a device. Name the key file itself.
    #[error("{path}: no ordinary file; name the key file itself")]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner may read or change it, so it is no secret. Make a new key; close this
    /// file if it is to be used all the same.
    #[error(
        "{path}: others may read it (mode {mode:o}); make a new key, or close it with chmod 600"
    )]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It lies in the ledger's directory, and would go wherever the ledger is copied. Move it.
    #[error("{path}: inside the ledger's directory; keep the key elsewhere")]
    InsideLedger {
        /// The file.
        path: PathBuf,
    },
    /// It is no key file; what it holds is not shown. Name another.
    #[error("{path}: line {line} is not that of a key file; name another")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It was replaced, or is being replaced, by another program. Try again.
    #[error("{path}: another program is changing it; try again")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// So many keys were retired that no more are remembered. Make a new file.
    #[error("{path}: {RETIRED_MAX} keys were retired; make a new file with bahi key new")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// What the key signed last is not remembered beside it, so that it might sign another story. Put
    /// the memory back from where the key was kept; where it is lost, have the key remember the
    /// newest checkpoint that anybody has of it.
    #[error(
        "{path} is not there, which remembers what the key signed last; put it back, or see bahi key remember"
    )]
    Forgotten {
        /// The memory's file.
        path: PathBuf,
    },
    /// What lies in the memory's place is no checkpoint that a key of the file signed. Move it away,
    /// and do as where it is lost.
    #[error(
        "{path} is no checkpoint that the key, or one it replaced, signed; move it away, and see bahi key remember"
    )]
    MemoryMalformed {
        /// The memory's file.
        path: PathBuf,
    },
    /// Others may change what the key remembers. Look whether they did, and close it.
    #[error("{path}: others may change it (mode {mode:o}); close it with chmod 600")]
    MemoryOpenToOthers {
        /// The memory's file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// This system has no modes that keep a file from others.
    #[error("this system cannot keep a key file from others")]
    NoCustody,
    /// The system gave no random bytes. Try again.
    #[error("the system gave no random bytes for a key; try again")]
    NoRandomness,
    /// The system refused; the source says why.
    #[error("{path} cannot be {what}: {source}")]
    Io {
        /// What was to be done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What a key file holds: the key in use, and the public halves of those before it.
#[derive(Debug)]
pub struct SigningKeys {
    /// The key in use.
    pub signing: SigningKey,
    /// Those it replaced, the oldest first: their checkpoints stay theirs.
    pub retired: Vec<VerifierKey>,
}

impl SigningKeys {
    /// The public halves, the oldest first and the one in use last.
    pub fn verifiers(&self) -> impl Iterator<Item = &VerifierKey> {
        self.retired.iter().chain([self.signing.verifier()])
    }

    /// The bytes of the file.
    fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        // Reserved at once, so that no shorter copy is left behind when it grows.
        text.reserve(KEY_FILE_BYTES_MAX);
        for retired in &self.retired {
            text.push_str(&retired.to_string());
            text.push('\n');
        }
        text.push_str(&self.signing.to_text());
        text.push('\n');
        text
    }

    /// Reads the bytes of a file; in the error stands the line, from 1.
    fn parse(bytes: &[u8]) -> Result<SigningKeys, usize> {
        let text = std::str::from_utf8(bytes).map_err(|_| 1_usize)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let (before, last) = match text.rsplit_once('\n') {
            Some((before, last)) => (Some(before), last),
            None => (None, text),
        };
        let mut retired = Vec::new();
        for (number, line) in (1..).zip(before.into_iter().flat_map(|before| before.split('\n'))) {
            let key: VerifierKey = line.parse().map_err(|_| number)?;
            if retired.len() == RETIRED_MAX {
                return Err(number);
            }
            retired.push(key);
        }
        let number = retired.len() + 1;
        let signing = SigningKey::parse(last).map_err(|_| number)?;
        let name = signing.verifier().name();
        match retired.iter().position(|key| key.name() != name) {
            Some(index) => Err(index + 1),
            None => Ok(SigningKeys { signing, retired }),
        }
    }
}

/// Makes a key for a ledger of this name, in a file that must not be there, nor a memory of one.
/// `ledger` is the directory of the ledger, which the file must lie outside of, present or not.
///
/// # Errors
/// [`KeyFileError::NoCustody`], [`KeyFileError::InsideLedger`], [`KeyFileError::NoRandomness`],
/// [`KeyFileError::Exists`], [`KeyFileError::Io`].
pub fn create(path: &Path, ledger: &Path, name: &LedgerName) -> Result<SigningKeys, KeyFileError> {
    custody::outside(path, ledger)?;
    let keys = begin(path, name.as_str())?;
    memory::begin(path, &keys)?;
    Ok(keys)
}

/// Makes a key with which an actor signs commands, in a file that must not be there. It signs no
/// checkpoint, so it has nothing to remember. A character that no key's name may have is a hyphen.
///
/// # Errors
/// Those of [`create`].
pub fn create_for_actor(
    path: &Path,
    ledger: &Path,
    actor: &ActorName,
) -> Result<SigningKeys, KeyFileError> {
    custody::outside(path, ledger)?;
    begin(path, &actor.as_str().replace([' ', '+'], "-"))
}

/// Makes a key file where none is, nor a memory of one.
fn begin(path: &Path, name: &str) -> Result<SigningKeys, KeyFileError> {
    let keys = SigningKeys { signing: new_key(name)?, retired: Vec::new() };
    // A memory without its key is what another key signed: it is somebody's evidence.
    custody::absent(path)?;
    custody::absent(&memory_of(path))?;
    custody::create(path, keys.to_text().as_bytes())?;
    Ok(keys)
}

/// Reads a key file.
///
/// # Errors
/// [`KeyFileError::NoCustody`], [`KeyFileError::InsideLedger`], [`KeyFileError::Missing`],
/// [`KeyFileError::NotAFile`], [`KeyFileError::OpenToOthers`], [`KeyFileError::Busy`],
/// [`KeyFileError::Io`], [`KeyFileError::Malformed`].
pub fn read(path: &Path, ledger: &Path) -> Result<SigningKeys, KeyFileError> {
    custody::outside(path, ledger)?;
    let (bytes, _) = custody::read(path)?;
    parsed(path, &bytes)
}

/// Puts a new key in the place of the one in use, which is retired: its private half is overwritten
/// and its public half remembered. What the former signed binds the new one: the memory stays.
///
/// # Errors
/// Those of [`read`]; [`KeyFileError::Full`], [`KeyFileError::NoRandomness`].
pub fn rotate(path: &Path, ledger: &Path) -> Result<SigningKeys, KeyFileError> {
    custody::outside(path, ledger)?;
    let (bytes, held) = custody::read(path)?;
    let SigningKeys { signing, mut retired } = parsed(path, &bytes)?;
    if retired.len() == RETIRED_MAX {
        return Err(KeyFileError::Full { path: path.to_path_buf() });
    }
    retired.push(signing.verifier().clone());
    let signing = new_key(signing.verifier().name())?;
    let keys = SigningKeys { signing, retired };
    held.replace(keys.to_text().as_bytes())?;
    Ok(keys)
}

fn parsed(path: &Path, bytes: &[u8]) -> Result<SigningKeys, KeyFileError> {
    let malformed = |line| KeyFileError::Malformed { path: path.to_path_buf(), line };
    SigningKeys::parse(bytes).map_err(malformed)
}

fn new_key(name: &str) -> Result<SigningKey, KeyFileError> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut seed[..]).map_err(|_| KeyFileError::NoRandomness)?;
    // Every name of a ledger is one of a key, and so is an actor's without blanks and plus signs.
    SigningKey::from_seed(name, &seed).map_err(|_| KeyFileError::NoRandomness)
}

#[cfg(test)]
mod tests;
