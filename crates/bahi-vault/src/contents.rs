//! The details of one person: named texts, bounded, and their bytes before they are sealed.
//!
//! # Invariants
//! * Names rise, no text is empty or looks like an Aadhaar number, and all are within bounds.
//! * The bytes of equal contents are equal, and their length tells the sum of lengths only roughly.
//! * No error and no `Debug` shows a text or a part of one.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use bahi_core::looks_like_aadhaar;
use zeroize::Zeroizing;

/// The most texts a person's details have.
pub const FIELDS_MAX: usize = 64;
/// The longest name of a text, in bytes.
pub const FIELD_NAME_BYTES_MAX: usize = 64;
/// The longest text, in bytes.
pub const FIELD_TEXT_BYTES_MAX: usize = 1024;

/// The bytes of contents are filled up to a multiple of this.
const FILL: usize = 256;
/// The most bytes of contents.
pub(crate) const CONTENTS_BYTES_MAX: usize =
    (2 + FIELDS_MAX * (1 + FIELD_NAME_BYTES_MAX + 2 + FIELD_TEXT_BYTES_MAX)).next_multiple_of(FILL);

/// Why a text is not taken among somebody's details. What to do next: correct it at its source; the
/// message can be shown, for it holds no part of the text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ContentsError {
    /// The name is not 1 to 64 of `a` to `z`, digits and `_`, a letter first.
    #[error("a field's name is 1 to 64 of the characters a to z, 0 to 9 and _, a letter first")]
    Name,
    /// There is a text of this name already.
    #[error("{name} stands there twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// Nothing stands there. Leave the field out.
    #[error("{name} is empty; leave it out")]
    Empty {
        /// The name.
        name: String,
    },
    /// Longer than [`FIELD_TEXT_BYTES_MAX`] bytes.
    #[error("{name} is longer than {FIELD_TEXT_BYTES_MAX} bytes")]
    TooLong {
        /// The name.
        name: String,
    },
    /// A character that neither shows nor ends a line.
    #[error("{name} has a control character at {column}")]
    Control {
        /// The name.
        name: String,
        /// Its place in the text, in characters from 1.
        column: usize,
    },
    /// The text looks like an Aadhaar number. That number is kept nowhere: `import` makes a
    /// fingerprint of it.
    #[error(
        "{name} looks like an Aadhaar number, which is kept nowhere; a bank account of twelve \
         digits is told apart by a zero before them"
    )]
    LooksLikeAadhaar {
        /// The name.
        name: String,
    },
    /// More than [`FIELDS_MAX`] texts.
    #[error("there are more than {FIELDS_MAX} fields")]
    TooMany,
    /// There is none.
    #[error("there is no field")]
    None,
}

/// Bytes from outside in which somebody's details stand, on their way in; overwritten when dropped.
pub struct Plain(Zeroizing<Vec<u8>>);

impl Plain {
    /// Reads everything there is, provided that it is at most so many bytes; `None` where it is more.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(from: &mut dyn Read, bytes_max: usize) -> io::Result<Option<Plain>> {
        // One place of the right size, so that no part stays behind where it grew.
        let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max + 1));
        let room = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
        from.take(room).read_to_end(&mut bytes)?;
        Ok((bytes.len() <= bytes_max).then_some(Plain(bytes)))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The details of one person: texts by name. They are overwritten when dropped.
///
/// `Debug` shows the names.
///
/// ```
/// use bahi_vault::{Contents, ContentsError};
/// let mut contents = Contents::default();
/// contents.add("name", "Asha Devi")?;
/// contents.add("mobile", "9000000001")?;
/// assert_eq!(contents.iter().next(), Some(("mobile", "9000000001")));
/// assert_eq!(format!("{contents:?}"), r#"{"mobile", "name"}"#);
/// # Ok::<(), ContentsError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Contents(BTreeMap<String, Zeroizing<String>>);

impl Contents {
    /// Adds a text: 1 to 1,024 bytes of UTF-8 without control characters other than line feeds and
    /// tabs.
    ///
    /// # Errors
    /// `Name`, `Twice`, `TooMany`, `Empty`, `TooLong`, `Control`, `LooksLikeAadhaar`.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), ContentsError> {
        self.fits(name, text)?;
        let named = || name.to_owned();
        let is_control = |found: char| found.is_control() && !matches!(found, '\n' | '\t');
        if let Some(at) = text.chars().position(is_control) {
            return Err(ContentsError::Control { name: named(), column: at + 1 });
        }
        if looks_like_aadhaar(&plainly(text)) {
            return Err(ContentsError::LooksLikeAadhaar { name: named() });
        }
        self.insert(name, text);
        Ok(())
    }

    /// Adds a text that somebody else wrote, as a bank does beside a line: control characters become
    /// blanks, the digits of what looks like an Aadhaar number stars, and what is longer than
    /// [`FIELD_TEXT_BYTES_MAX`] goes on in `name_2`, `name_3`. Of blanks alone nothing is added.
    ///
    /// # Errors
    /// `Name`, `Twice`, `TooMany`.
    pub fn add_told(&mut self, name: &str, text: &str) -> Result<(), ContentsError> {
        let clean = |found: char| if found.is_control() { ' ' } else { found };
        let text: Zeroizing<String> = Zeroizing::new(text.trim().chars().map(clean).collect());
        let text = starred(&text);
        let (mut rest, mut part) = (text.trim(), 1);
        while !rest.is_empty() {
            let end = rest.floor_char_boundary(FIELD_TEXT_BYTES_MAX);
            let (head, tail) = rest.split_at(end);
            if !head.trim().is_empty() {
                let name = if part == 1 { name.to_owned() } else { format!("{name}_{part}") };
                // Where a long number is cut, its end may look like one.
                self.add(&name, &starred(head))?;
                part += 1;
            }
            rest = tail;
        }
        Ok(())
    }

    /// # Errors
    /// `Name`, `Twice`, `TooMany`, `Empty`, `TooLong`.
    fn fits(&self, name: &str, text: &str) -> Result<(), ContentsError> {
        let named = || name.to_owned();
        if !is_name(name) {
            return Err(ContentsError::Name);
        }
        if self.0.contains_key(name) {
            return Err(ContentsError::Twice { name: named() });
        }
        if self.0.len() == FIELDS_MAX {
            return Err(ContentsError::TooMany);
        }
        if text.trim().is_empty() {
            return Err(ContentsError::Empty { name: named() });
        }
        if text.len() > FIELD_TEXT_BYTES_MAX {
            return Err(ContentsError::TooLong { name: named() });
        }
        Ok(())
    }

    fn insert(&mut self, name: &str, text: &str) {
        // The name tells nothing of anybody: only the text is overwritten.
        self.0.insert(name.to_owned(), Zeroizing::new(text.to_owned()));
    }

    /// The texts with their names, in order of names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes: the count; each name and text after its length; zeros up to a multiple of 256.
    pub(crate) fn bytes(&self) -> Zeroizing<Vec<u8>> {
        // Never grown, so that no half of it stays behind in freed memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(CONTENTS_BYTES_MAX));
        bytes.extend_from_slice(&(self.0.len() as u16).to_be_bytes());
        for (name, text) in self.iter() {
            bytes.push(name.len() as u8);
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(&(text.len() as u16).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        let whole = bytes.len().next_multiple_of(FILL);
        bytes.resize(whole, 0);
        bytes
    }

    /// Reads what [`Contents::bytes`] writes, and nothing else. What a text may say is asked when it
    /// comes in and not again, so that a stricter release still reads it.
    pub(crate) fn read(bytes: &[u8]) -> Option<Contents> {
        let mut rest = bytes;
        let count = u16::from_be_bytes(*take(&mut rest)?);
        let mut contents = Contents::default();
        for _ in 0..count {
            let [length] = *take(&mut rest)?;
            let name = text(&mut rest, usize::from(length))?;
            let length = u16::from_be_bytes(*take(&mut rest)?);
            let text = text(&mut rest, usize::from(length))?;
            let rises = contents.0.last_key_value().is_none_or(|(last, _)| last.as_str() < name);
            if !rises || contents.fits(name, text).is_err() {
                return None;
            }
            contents.insert(name, text);
        }
        let filled = bytes.len().is_multiple_of(FILL) && rest.len() < FILL;
        (filled && rest.iter().all(|byte| *byte == 0)).then_some(contents)
    }
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(head)
}

fn text<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a str> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    std::str::from_utf8(head).ok()
}

fn is_name(name: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=FIELD_NAME_BYTES_MAX).contains(&name.len())
        && name.as_bytes()[0].is_ascii_lowercase()
        && name.bytes().all(sign)
}

/// A text with stars for the digits of each number in it that looks like an Aadhaar number.
fn starred(text: &str) -> Zeroizing<String> {
    let plain = plainly(text);
    if !looks_like_aadhaar(&plain) {
        return Zeroizing::new(text.to_owned());
    }
    // Such a number is twelve digits and at most two marks between them, and no letter beside it.
    let mut bytes = Zeroizing::new(plain.as_bytes().to_vec());
    for from in 0..bytes.len() {
        let begins = from == 0 || !bytes[from - 1].is_ascii_alphanumeric();
        for length in [12, 13, 14] {
            let Some(found) = bytes.get(from..from + length).filter(|_| begins) else { continue };
            let ends = bytes.get(from + length).is_none_or(|next| !next.is_ascii_alphanumeric());
            let number = std::str::from_utf8(found).is_ok_and(looks_like_aadhaar);
            if ends && number && found[length - 1].is_ascii_digit() {
                for byte in &mut bytes[from..from + length] {
                    if byte.is_ascii_digit() {
                        *byte = b'*';
                    }
                }
            }
        }
    }
    let starred = std::str::from_utf8(&bytes).unwrap_or_default().to_owned();
    Zeroizing::new(starred)
}

/// A text with the digits, blanks and hyphens of other scripts and programs as plain ones, so that
/// a number is seen however it was typed.
fn plainly(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    for found in text.chars() {
        match found {
            // Devanagari, then full width.
            '\u{966}'..='\u{96f}' => plain.push(digit(found, 0x966)),
            '\u{ff10}'..='\u{ff19}' => plain.push(digit(found, 0xff10)),
            '\u{2010}'..='\u{2014}' | '\u{2212}' => plain.push('-'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            found if found.is_whitespace() => plain.push(' '),
            found => plain.push(found),
        }
    }
    plain
}

fn digit(found: char, zero: u32) -> char {
    char::from(b'0' + (u32::from(found) - zero) as u8)
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
pub(crate) mod tests;
