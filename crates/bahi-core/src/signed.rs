//! A command's signature by its actor's own key, with the line that was signed.
//!
//! # Invariants
//! * The line is one line of text, neither empty nor longer than [`SIGNED_LINE_BYTES_MAX`].
//!
//! # Not here
//! Whether the signature is one (`bahi-proof`), whether the line says what the command says (`bahi`),
//! whose key it is and since when (`bahi-rules`).

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use crate::{LedgerId, hex};

/// The longest line that is signed, in bytes.
pub const SIGNED_LINE_BYTES_MAX: usize = 8 * 1024;

/// What a signature is made over begins with this line.
const SIGNED_HEADER: &str = "bahi command 1";

/// A line that a command was sent as, the key that signed it, and the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    line: Box<str>,
    key: [u8; 32],
    signature: [u8; 64],
}

impl Signed {
    /// A line with an Ed25519 public key and a signature, which is not checked here. `None` of a
    /// line that is empty, longer than [`SIGNED_LINE_BYTES_MAX`] or no single line.
    ///
    /// ```
    /// use bahi_core::Signed;
    /// assert!(Signed::new("{}", [1; 32], [2; 64]).is_some());
    /// assert!(Signed::new("{}\n", [1; 32], [2; 64]).is_none());
    /// ```
    #[must_use]
    pub fn new(line: &str, key: [u8; 32], signature: [u8; 64]) -> Option<Signed> {
        let bounded = !line.is_empty() && line.len() <= SIGNED_LINE_BYTES_MAX;
        let single = !line.contains(['\n', '\r']);
        (bounded && single).then(|| Signed { line: line.into(), key, signature })
    }

    /// The line, exactly as it was signed.
    #[must_use]
    pub const fn line(&self) -> &str {
        &self.line
    }

    /// The public key, as Ed25519 has it (RFC 8032, 5.1.5).
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The signature, as Ed25519 has it (RFC 8032, 5.1.6).
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// The bytes that are signed for one ledger: see [`signed_bytes`].
    #[must_use]
    pub fn bytes_for(&self, ledger_name: &str, ledger: LedgerId) -> Vec<u8> {
        signed_bytes(ledger_name, ledger, &self.line)
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({} by {})", self.line, hex(&self.key))
    }
}

/// The bytes that an actor signs for a command to one ledger: `bahi command 1`, the ledger's name,
/// its id in 32 hexadecimal digits and the command's line, each but the last ended by a line feed.
///
/// ```
/// use bahi_core::{LedgerId, signed_bytes};
/// let bytes = signed_bytes("up-odop", LedgerId([0xab; 16]), "{}");
/// let text = format!("bahi command 1\nup-odop\n{}\n{{}}", "ab".repeat(16));
/// assert_eq!(bytes, text.as_bytes());
/// ```
#[must_use]
pub fn signed_bytes(ledger_name: &str, ledger: LedgerId, line: &str) -> Vec<u8> {
    let id = alloc::format!("{ledger}");
    [SIGNED_HEADER, ledger_name, &id, line].join("\n").into_bytes()
}
