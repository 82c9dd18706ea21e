//! Tokens: who may ask, as what, for how long. A file keeps them, and a service reads it.
//!
//! A token is `bahi_`, 16 hex digits by which it is known, `_`, and 64 hex digits drawn at random,
//! which alone are the secret. The file has their SHA-256. A slow hash is for secrets that somebody
//! can guess: of 2²⁵⁶ equally likely ones nobody tries any number worth naming, so that a fast one
//! suffices, and no flood of wrong tokens costs the service anything.
//!
//! # Invariants
//! * The secret is in no file, no error, no log: it is shown once, to whoever made it.
//! * A token that is revoked in the file is refused from the next request on.
//! * Where the file cannot be read, nobody is let in.
//!
//! # Not here
//! What a role may: `rights`.

mod id;
mod error;
mod row;
mod file;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bahi::{core::Instant, proof::sha256};
use subtle::ConstantTimeEq;

pub use error::TokenError;
pub use file::TokenFile;
pub use id::TokenId;
pub(crate) use id::bytes;
pub use row::{NewToken, Standing, TokenRow};

use crate::caller::Identity;
use file::Stamp;

/// What every token begins with, so that whoever looks through files for secrets finds it.
const PREFIX: &str = "bahi_";

/// The most tokens of a file.
pub const TOKENS_MAX: usize = 4_096;

/// Why a token is not believed. Whoever sent it is told none of this.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unbelieved {
    /// It is no token.
    Malformed,
    /// Nobody has it.
    Unknown,
    /// Its time is over.
    Expired(TokenId),
    /// It was revoked.
    Revoked(TokenId),
    /// The file cannot be read; what to do is the error's.
    Unreadable(String),
}

impl Unbelieved {
    /// The word for it in logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Unbelieved::Malformed => "malformed",
            Unbelieved::Unknown => "unknown",
            Unbelieved::Expired(_) => "expired",
            Unbelieved::Revoked(_) => "revoked",
            Unbelieved::Unreadable(_) => "unreadable",
        }
    }
}

/// The tokens of a file, as a service believes them.
pub struct Tokens {
    file: TokenFile,
    clock: fn() -> Instant,
    held: Mutex<Held>,
}

/// What was read of the file, and when it changed last.
struct Held {
    stamp: Stamp,
    rows: HashMap<TokenId, Arc<TokenRow>>,
}

/// The text of a token from its parts.
fn text_of(id: TokenId, secret: &[u8; 32]) -> String {
    format!("{PREFIX}{id}_{}", bahi::core::hex(secret))
}

/// The parts of a token.
fn parts_of(text: &str) -> Option<(TokenId, [u8; 32])> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    Some((TokenId::parse(id)?, bytes(secret)?))
}

impl Tokens {
    /// The tokens of a file, by the time of a clock.
    ///
    /// # Errors
    /// Those of [`TokenFile::list`].
    pub fn open(file: TokenFile, clock: fn() -> Instant) -> Result<Tokens, TokenError> {
        let held = Mutex::new(Held::read(&file)?);
        Ok(Tokens { file, clock, held })
    }

    /// Whom a token stands for.
    ///
    /// The file is looked at each time, which is one call to the system, and read again where it
    /// changed: what is revoked is revoked.
    ///
    /// # Errors
    /// [`Unbelieved`].
    pub fn believe(&self, text: &str) -> Result<Arc<Identity>, Unbelieved> {
        let (id, secret) = parts_of(text).ok_or(Unbelieved::Malformed)?;
        let row = self.row(id)?;
        let given = sha256(&secret).0;
        // A token nobody has is compared as well, and takes as long.
        let kept = row.as_ref().map_or([0; 32], |row| row.hash);
        let same = bool::from(given.ct_eq(&kept));
        let row = row.filter(|_| same).ok_or(Unbelieved::Unknown)?;
        self.standing(&row)
    }

    /// Whom a token stands for that was believed before, as a session keeps it.
    ///
    /// # Errors
    /// [`Unbelieved`].
    pub fn believe_again(&self, id: TokenId) -> Result<Arc<Identity>, Unbelieved> {
        let row = self.row(id)?.ok_or(Unbelieved::Unknown)?;
        self.standing(&row)
    }

    fn standing(&self, row: &TokenRow) -> Result<Arc<Identity>, Unbelieved> {
        match row.standing((self.clock)()) {
            Standing::Valid => Ok(Arc::new(row.identity.clone())),
            Standing::Expired => Err(Unbelieved::Expired(row.identity.token)),
            Standing::Revoked => Err(Unbelieved::Revoked(row.identity.token)),
        }
    }

    fn row(&self, id: TokenId) -> Result<Option<Arc<TokenRow>>, Unbelieved> {
        let unreadable = |error: TokenError| Unbelieved::Unreadable(error.to_string());
        // Whatever is held is whole: it is replaced in one step.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if self.file.stamp().map_err(unreadable)? != held.stamp {
            *held = Held::read(&self.file).map_err(unreadable)?;
        }
        Ok(held.rows.get(&id).cloned())
    }
}

impl Held {
    fn read(file: &TokenFile) -> Result<Held, TokenError> {
        // Looked at before it is read: one that changes meanwhile is read again.
        let stamp = file.stamp()?;
        let rows = file.list()?;
        let keyed = |row: TokenRow| (row.identity.token, Arc::new(row));
        Ok(Held { stamp, rows: rows.into_iter().map(keyed).collect() })
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("file", &self.file).finish_non_exhaustive()
    }
}
