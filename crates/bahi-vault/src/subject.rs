//! Whose details they are: a pseudonym or a reference, and the digest it goes by.
//!
//! # Invariants
//! * One subject of one ledger has one digest, however it was written; of another ledger another.
//! * Nothing that looks like an Aadhaar number is a subject.

use std::fmt;

use bahi_core::{
    Fingerprint, LedgerId, LineReference, NameError, Position, Reference, hex, looks_like_aadhaar,
};
use sha2::{Digest, Sha256};

/// What stands before everything that is hashed here.
const DOMAIN: &str = "bahi vault subject 1";
/// What a print as a reference begins with.
const PRINT: &str = "print:";
/// What a line of a statement begins with: `line:9/2` is line 2 of the statement at position 9.
const LINE: &str = "line:";
/// What all lines of a statement begin with: `lines:9`.
const LINES: &str = "lines:";
/// The hex digits of a print.
const PRINT_DIGITS: usize = 32;

/// Whose details a vault keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Who goes by this fingerprint in the ledger.
    Person(Fingerprint),
    /// What goes by this reference: a case, an order.
    Reference(Reference),
    /// What a bank wrote beside this line of a statement.
    Line(LineReference),
    /// What a bank wrote beside the lines of the statement at this position, and whose account it is of.
    Lines(Position),
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
    /// key 2 made it; `line:9/2` or `lines:9` for lines of a statement; or else a reference of 1 to
    /// 64 printable ASCII bytes.
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
        if let Some(lines) = lines(text) {
            return Ok(lines);
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
            Subject::Line(at) => format!("{LINE}{}/{}", at.statement, at.line),
            Subject::Lines(statement) => format!("{LINES}{statement}"),
        }
    }

    /// The subject as a vault looks for it.
    #[must_use]
    pub fn sought(&self, ledger: LedgerId) -> Sought {
        let among = match self {
            Subject::Person(_) | Subject::Reference(_) => Among::Nobody,
            Subject::Line(at) => Among::Line(*at),
            Subject::Lines(statement) => Among::Lines(*statement),
        };
        Sought { id: self.id(ledger), among }
    }

    /// Of a line the subject of all its statement's lines, which is erased with them.
    #[must_use]
    pub fn whole(&self) -> Option<Subject> {
        match self {
            Subject::Line(at) => Some(Subject::Lines(at.statement)),
            Subject::Person(_) | Subject::Reference(_) | Subject::Lines(_) => None,
        }
    }
}

/// Reads `line:9/2` or `lines:9`; numbers are from 1 and have no leading zeros.
fn lines(text: &str) -> Option<Subject> {
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        if digits { text.parse::<u64>().ok() } else { None }
    };
    if let Some(statement) = text.strip_prefix(LINES) {
        return number(statement).map(|statement| Subject::Lines(Position(statement)));
    }
    let (statement, line) = text.strip_prefix(LINE)?.split_once('/')?;
    let (statement, line) = (Position(number(statement)?), number(line)?.try_into().ok()?);
    Some(Subject::Line(LineReference { statement, line }))
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
            Subject::Line(_) | Subject::Lines(_) => f.write_str(&self.line()),
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

/// What a vault looks for: files of a subject's own, and perhaps a place among a statement's lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sought {
    /// The subject's digest.
    pub id: SubjectId,
    pub(crate) among: Among,
}

/// The place among lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Among {
    Nobody,
    Line(LineReference),
    Lines(Position),
}

impl From<SubjectId> for Sought {
    fn from(id: SubjectId) -> Sought {
        Sought { id, among: Among::Nobody }
    }
}

#[cfg(test)]
mod tests;
