//! Whose details they are: a pseudonym or a reference, and the digest it goes by.
//!
//! # Invariants
//! * One subject of one ledger has one digest, however it was written; of another ledger another.
//! * Nothing that looks like an Aadhaar number is a subject.

use std::fmt;

use bahi_core::{Fingerprint, LedgerId, NameError, Reference, hex, looks_like_aadhaar};
use sha2::{Digest, Sha256};

/// What stands before everything that is hashed here.
const DOMAIN: &str = "bahi vault subject 1";
/// What a print as a reference begins with.
const PRINT: &str = "print:";
/// The hex digits of a print.
const PRINT_DIGITS: usize = 32;

/// Whose details a vault keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Who goes by this fingerprint in the ledger.
    Person(Fingerprint),
    /// What goes by this reference: a case, a line of a statement.
    Reference(Reference),
}

/// Why a text names no subject. What to do next: correct the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SubjectError {
    /// It looks like an Aadhaar number. Name the person by their fingerprint.
    #[error("it looks like an Aadhaar number; name the person by their key in the ledger")]
    LooksLikeAadhaar,
    /// It is nearly a fingerprint. Write 32 lower-case hex digits, after `2:` where fingerprint
    /// key 2 made it.
    #[error("a person's key is 32 lower-case hex digits, after 2: where fingerprint key 2 made it")]
    NearlyAPrint,
    /// It is no reference.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl Subject {
    /// Reads a fingerprint, as 32 lower-case hex digits, with `2:` before them where fingerprint
    /// key 2 made it; or else a reference of 1 to 64 printable ASCII bytes.
    ///
    /// # Errors
    /// `LooksLikeAadhaar`, `NearlyAPrint`, then those of [`Reference::new`].
    ///
    /// ```
    /// use bahi_vault::{Subject, SubjectError};
    /// let subject = Subject::parse("2:0123456789abcdef0123456789abcdef")?;
    /// assert_eq!(subject.to_string(), "2:0123456789abcdef0123456789abcdef");
    /// assert_eq!(Subject::parse("VNS/2024/0042")?.to_string(), "VNS/2024/0042");
    /// assert_eq!(Subject::parse("2345 6789 0124"), Err(SubjectError::LooksLikeAadhaar));
    /// # Ok::<(), SubjectError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Subject, SubjectError> {
        if looks_like_aadhaar(text) {
            return Err(SubjectError::LooksLikeAadhaar);
        }
        let rest = text.strip_prefix(PRINT).unwrap_or(text);
        let (key_id, digits) = rest.split_once(':').unwrap_or(("1", rest));
        let is_print =
            digits.len() == PRINT_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_print && !text.starts_with(PRINT) {
            return Ok(Subject::Reference(Reference::new(text)?));
        }
        let key_id = key_number(key_id).ok_or(SubjectError::NearlyAPrint)?;
        let print = Fingerprint::parse(digits).ok_or(SubjectError::NearlyAPrint)?;
        Ok(Subject::Person(Fingerprint { key_id, ..print }))
    }

    /// The digest by which a ledger and its vault know the subject: SHA-256 over three lines,
    /// each ended by a line feed: `bahi vault subject 1`, the ledger's id in hex, and
    /// [`Subject::line`].
    #[must_use]
    pub fn id(&self, ledger: LedgerId) -> SubjectId {
        let lines = format!("{DOMAIN}\n{}\n{}\n", hex(&ledger.0), self.line());
        SubjectId(Sha256::digest(lines).into())
    }

    /// The subject in its one form: `print:1:` and 32 hex digits, or `reference:` and the text.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Subject::Person(print) => format!("{PRINT}{}:{print}", print.key_id),
            Subject::Reference(reference) => format!("reference:{reference}"),
        }
    }
}

/// A number from 1 to 65535 without leading zeros.
fn key_number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Person(print) if print.key_id == 1 => fmt::Display::fmt(print, f),
            Subject::Person(print) => write!(f, "{}:{print}", print.key_id),
            Subject::Reference(reference) => fmt::Display::fmt(reference, f),
        }
    }
}

/// The digest of a subject in one ledger, which its files are named by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SubjectId(pub [u8; 32]);

impl SubjectId {
    /// Reads 64 lower-case hex digits.
    pub(crate) fn parse(text: &str) -> Option<SubjectId> {
        let (head, tail) = text.split_at_checked(PRINT_DIGITS)?;
        let (head, tail) = (Fingerprint::parse(head)?, Fingerprint::parse(tail)?);
        let mut id = [0_u8; 32];
        id[..16].copy_from_slice(&head.print);
        id[16..].copy_from_slice(&tail.print);
        Some(SubjectId(id))
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

#[cfg(test)]
mod tests;
