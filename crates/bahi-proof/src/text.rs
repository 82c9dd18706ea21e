//! What all texts here are made of: lines, base64, decimals; and what can be wrong with them.
//!
//! # Invariants
//!
//! * There is one way to write a value: what is read can be written again to the same bytes.
//! * A text is measured before it is read, and a line before it is decoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Hash;

/// The largest number of leaves a text may speak of: 2^63 − 1, so that signed readers agree.
pub const TREE_SIZE_MAX: u64 = (1 << 63) - 1;

/// The most bytes of a name: of a key, of an origin.
pub const NAME_BYTES_MAX: usize = 255;

/// A text is not of the form it should have. Nothing of it may be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct Malformed {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What is wrong with a text. The caller corrects it, or asks its sender for another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The text is longer than any such text may be; it was not read.
    #[error("{found} bytes, and at most {max} are read")]
    TooLong {
        /// The most bytes that are read.
        max: usize,
        /// The bytes given.
        found: usize,
    },
    /// There are more of something than any such text may have.
    #[error("more than {max} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The most there may be.
        max: usize,
    },
    /// The bytes are not UTF-8, or hold a control character that has no place there. A carriage
    /// return is one.
    #[error("not plain text")]
    NotText,
    /// The text ends inside a line, or before what must still come.
    #[error("the text ends early")]
    Ended,
    /// Something other than this was to stand there, in exactly this form.
    #[error("no {0} in its form")]
    Expected(&'static str),
    /// The name is empty, longer than 255 bytes, or holds a space, a plus or a control character.
    #[error("not a name of a key")]
    Name,
    /// The key id is not the one that follows from name, algorithm and key: one of them was
    /// changed.
    #[error("the key id does not belong to the key")]
    KeyId,
    /// The key is no point that may sign, or one for which forging is easy.
    #[error("not a key that can be relied on")]
    WeakKey,
    /// The key is of an algorithm that has no place there.
    #[error("a key of algorithm {0:#04x} has no place there")]
    Algorithm(u8),
    /// The tree without leaves has one root, and this is another.
    #[error("not the root of an empty tree")]
    EmptyTree,
    /// The key that was to sign is not named as the log is.
    #[error("the key is not named as the log is")]
    OtherName,
    /// Two lines give the same key, or two keys with one name and id.
    #[error("a key that stands there already")]
    RepeatedKey,
    /// The name was given before, or stands for something else, or is a member already.
    #[error("a name that is taken already")]
    RepeatedName,
    /// The name was not given before.
    #[error("a name that was not given before")]
    UnknownName,
}

impl Malformed {
    pub(crate) fn at(line: usize, flaw: Flaw) -> Self {
        Self { line, flaw }
    }
}

impl From<Flaw> for Malformed {
    /// For texts of one line.
    fn from(flaw: Flaw) -> Self {
        Self { line: 1, flaw }
    }
}

/// The lines of a text that ends with a newline, with their numbers.
pub(crate) struct Lines<'a> {
    rest: &'a str,
    /// The number of the line that was read last.
    number: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(bytes: &'a [u8], max: usize) -> Result<Self, Malformed> {
        if bytes.len() > max {
            return Err(Flaw::TooLong { max, found: bytes.len() }.into());
        }
        let rest = core::str::from_utf8(bytes).map_err(|_| Flaw::NotText)?;
        Ok(Self { rest, number: 0 })
    }

    /// The next line without its newline.
    pub(crate) fn line(&mut self) -> Result<&'a str, Malformed> {
        self.number += 1;
        let (line, rest) = self.rest.split_once('\n').ok_or_else(|| self.flaw(Flaw::Ended))?;
        self.rest = rest;
        Ok(line)
    }

    /// What follows this word and a space on the next line.
    pub(crate) fn word(&mut self, word: &'static str) -> Result<&'a str, Malformed> {
        let line = self.line()?;
        let value = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
        value.ok_or_else(|| self.flaw(Flaw::Expected(word)))
    }

    /// The next line begins with this word and a space.
    pub(crate) fn begins(&self, word: &str) -> bool {
        self.rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
    }

    /// Hashes, one a line, and the empty line that ends them.
    pub(crate) fn hashes(&mut self, max: usize) -> Result<Vec<Hash>, Malformed> {
        let mut hashes = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(hashes);
            }
            if hashes.len() == max {
                return Err(self.flaw(Flaw::TooMany { what: "hashes", max }));
            }
            hashes.push(hash(line).ok_or_else(|| self.flaw(Flaw::Expected("hash")))?);
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn flaw(&self, flaw: Flaw) -> Malformed {
        Malformed::at(self.number, flaw)
    }

    /// What was not read, and how many lines stand before it.
    pub(crate) fn rest(self) -> (&'a str, usize) {
        (self.rest, self.number)
    }
}

/// Adds the lines that stand before a part to the place of what is wrong in it.
pub(crate) fn below(lines: usize) -> impl FnOnce(Malformed) -> Malformed {
    move |inner| Malformed { line: inner.line + lines, flaw: inner.flaw }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Standard base64 with its padding and no stray bits, and not empty.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty())
}

pub(crate) fn hash(text: &str) -> Option<Hash> {
    if text.len() != 44 {
        return None;
    }
    <[u8; 32]>::try_from(bytes(text)?).ok().map(Hash)
}

/// A decimal without a leading zero, up to [`TREE_SIZE_MAX`].
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let shortest = text == "0" || !text.starts_with('0');
    if !digits || !shortest {
        return None;
    }
    text.parse().ok().filter(|number| *number <= TREE_SIZE_MAX)
}

/// Adds hashes, one a line.
pub(crate) fn push_hashes(out: &mut String, hashes: &[Hash]) {
    for hash in hashes {
        out.push_str(&base64(&hash.0));
        out.push('\n');
    }
}

/// Text without control characters other than the newline.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= 0x20 || byte == b'\n')
}
