//! Why a file of tokens is of no use.

use std::{io, path::PathBuf};

use thiserror::Error as ThisError;

use super::{TOKENS_MAX, TokenId};

/// Why a file of tokens cannot be read or changed. No message shows what is in it.
#[derive(Debug, ThisError)]
pub enum TokenError {
    /// It lies in the ledger's directory, and would go wherever the ledger is copied. Move it.
    #[error("{path}: inside the ledger's directory; keep the tokens elsewhere")]
    InsideLedger {
        /// The file.
        path: PathBuf,
    },
    /// There is no such file. Name it, or make a token.
    #[error("{path}: no such file of tokens; name it, or make a token with bahi token new")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is a link, a directory or a device. Name the file itself.
    #[error("{path}: no ordinary file; name the file of tokens itself")]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner may read or change it. Close it, and make new tokens for those in it.
    #[error("{path}: others may open it (mode {mode:o}); close it with chmod 600")]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is no file of tokens. Name another.
    #[error("{path}: no file of tokens: {what}; name another")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Another program is changing it. Try again.
    #[error("{path}: another program is changing it; try again")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// It has as many tokens as it may. Name another file, and remove what is expired.
    #[error("{path}: it has {TOKENS_MAX} tokens already; begin another file")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// It has no such token. List what it has.
    #[error("{path}: no token {id} is in it; bahi token list shows which are")]
    NoSuchToken {
        /// The file.
        path: PathBuf,
        /// The token.
        id: TokenId,
    },
    /// This system has no modes that keep a file from others.
    #[error("this system cannot keep a file of tokens from others")]
    NoCustody,
    /// The system gave no random bytes. Try again.
    #[error("the system gave no random bytes for a token; try again")]
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
