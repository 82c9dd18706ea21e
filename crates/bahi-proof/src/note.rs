//! C2SP signed notes: a text, and lines that say who signed it.
//!
//! # Invariants
//!
//! * A note that exists has a text that ends with a newline and 1 to 100 signatures, and is
//!   written to exactly the bytes it was read from.
//!
//! # Not here
//!
//! Whether a signature is to be believed: that takes a [`Policy`](crate::Policy) or a key.

use core::fmt;

use crate::key::{Verdict, is_name};
use crate::text::{self, Flaw, Lines, Malformed, below};
use crate::{KeyId, SigningKey, VerifierKey};

/// The most bytes of a note.
pub const NOTE_BYTES_MAX: usize = 1 << 20;

/// The most signatures of a note, counted before any is verified.
pub const NOTE_SIGNATURES_MAX: usize = 100;

/// A text and its signatures, of which none has been verified yet.
///
/// The text MUST NOT be used before a key that one trusts has been found to have signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One line of signatures: who is said to have signed, and what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub(crate) name: String,
    /// The id of the key.
    pub(crate) id: KeyId,
    /// What follows the id.
    pub(crate) bytes: Vec<u8>,
}

impl NoteSignature {
    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the key wrote: a signature in the form of its algorithm.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads a line without its newline.
    fn parse(line: &str) -> Result<Self, Flaw> {
        let form = Flaw::Expected("signature");
        let (name, encoded) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(form.clone())?;
        if !is_name(name) {
            return Err(Flaw::Name);
        }
        let bytes = text::bytes(encoded).ok_or(form.clone())?;
        match bytes.split_first_chunk::<4>() {
            Some((id, rest)) if !rest.is_empty() => {
                Ok(Self { name: name.to_owned(), id: KeyId(*id), bytes: rest.to_vec() })
            }
            Some(_) | None => Err(form),
        }
    }

    fn is_by(&self, name: &str, id: KeyId) -> bool {
        self.name == name && self.id == id
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = text::base64(&[&self.id.0[..], &self.bytes].concat());
        write!(out, "— {} {encoded}", self.name)
    }
}

impl Note {
    /// Signs a text, which must end with a newline.
    ///
    /// # Errors
    ///
    /// [`Flaw::TooLong`], [`Flaw::NotText`], [`Flaw::Ended`].
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, Malformed> {
        let max = NOTE_BYTES_MAX / 2;
        if text.len() > max {
            return Err(Flaw::TooLong { max, found: text.len() }.into());
        }
        if !text::is_plain(text) {
            return Err(Flaw::NotText.into());
        }
        if !text.ends_with('\n') {
            return Err(Flaw::Ended.into());
        }
        Ok(Self { text: text.to_owned(), signatures: vec![key.sign(text)] })
    }

    /// Reads a note.
    ///
    /// # Errors
    ///
    /// [`Flaw::TooLong`], [`Flaw::NotText`], [`Flaw::Ended`] without an empty line before
    /// signatures; then, line by line, [`Flaw::Expected`], [`Flaw::Name`], [`Flaw::TooMany`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let (whole, _) = Lines::of(bytes, NOTE_BYTES_MAX)?.rest();
        if let Some(at) = whole.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
            return Err(Malformed::at(line_of(whole, at), Flaw::NotText));
        }
        let ended = || Malformed::at(line_of(whole, whole.len()), Flaw::Ended);
        let split = whole.rfind("\n\n").ok_or_else(ended)?;
        let (text, lines) = (&whole[..=split], &whole[split + 2..]);
        if lines.is_empty() {
            return Err(ended());
        }
        let above = line_of(whole, split + 2) - 1;
        let signatures = signatures(lines).map_err(below(above))?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Whether this key signed the note: exactly once, and with a signature that is valid.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        let mut by = self.signatures.iter().filter(|one| one.is_by(key.name(), key.id()));
        let (Some(one), None) = (by.next(), by.next()) else { return false };
        matches!(key.judge(&self.text, &one.bytes), Verdict::Valid(_))
    }

    /// Adds a signature; one by the same key is replaced where it stands.
    ///
    /// # Errors
    ///
    /// [`Flaw::TooMany`] if there are a hundred already.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), Malformed> {
        let same = |one: &&mut NoteSignature| one.is_by(&signature.name, signature.id);
        if let Some(old) = self.signatures.iter_mut().find(same) {
            *old = signature;
            return Ok(());
        }
        if self.signatures.len() == NOTE_SIGNATURES_MAX {
            let max = NOTE_SIGNATURES_MAX;
            return Err(Flaw::TooMany { what: "signatures", max }.into());
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Adds lines of signatures, as a witness answers with; only those that these keys made under
    /// this very text. Says how many that were.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse) for the lines; as [`add`](Self::add). Then nothing was added.
    pub fn add_lines(&mut self, lines: &[u8], keys: &[&VerifierKey]) -> Result<usize, Malformed> {
        let (lines, _) = Lines::of(lines, NOTE_BYTES_MAX)?.rest();
        let mut with = self.clone();
        let mut added = 0;
        for signature in signatures(lines)? {
            let known = keys.iter().find(|key| signature.is_by(key.name(), key.id()));
            let valid = |key: &&&VerifierKey| {
                matches!(key.judge(&self.text, &signature.bytes), Verdict::Valid(_))
            };
            if known.is_some_and(|key| valid(&key)) {
                with.add(signature)?;
                added += 1;
            }
        }
        *self = with;
        Ok(added)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures.iter().try_for_each(|one| writeln!(out, "{one}"))
    }
}

fn signatures(text: &str) -> Result<Vec<NoteSignature>, Malformed> {
    let mut signatures = Vec::new();
    let mut lines = Lines::of(text.as_bytes(), NOTE_BYTES_MAX)?;
    while !lines.is_done() {
        let line = lines.line()?;
        if signatures.len() == NOTE_SIGNATURES_MAX {
            let max = NOTE_SIGNATURES_MAX;
            return Err(lines.flaw(Flaw::TooMany { what: "signatures", max }));
        }
        signatures.push(NoteSignature::parse(line).map_err(|flaw| lines.flaw(flaw))?);
    }
    Ok(signatures)
}

/// The line, counted from 1, in which a byte stands.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
