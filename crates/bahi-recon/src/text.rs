//! The characters of a file, whatever their encoding, and the way back to its bytes.
//!
//! # Invariants
//! * A file in UTF-8 is not copied; one in another encoding is, once, and so is one whose lines end
//!   with a carriage return alone.
//! * A place in the text is answered with the byte of the file it came from and its line.

use std::borrow::Cow;

use crate::{Fault, Place};

/// How the characters of a file are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little end first, with a byte order mark.
    Utf16Little,
    /// UTF-16, big end first, with a byte order mark.
    Utf16Big,
    /// Windows-1252, which the first 128 codes of are ASCII: what is not UTF-8 is read as this.
    Windows1252,
}

/// The characters that Windows-1252 has from 0x80 to 0x9f; the five codes without one keep theirs.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file.
pub(crate) struct Text<'a> {
    text: Cow<'a, str>,
    encoding: Encoding,
    /// Bytes of the byte order mark.
    mark: u64,
}

impl<'a> Text<'a> {
    /// Reads the characters of a file: by its byte order mark, else as UTF-8, else Windows-1252.
    pub(crate) fn of(bytes: &'a [u8]) -> Result<Text<'a>, Fault> {
        if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
            return wide(rest, Encoding::Utf16Little);
        }
        if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
            return wide(rest, Encoding::Utf16Big);
        }
        let (rest, mark) = bytes.strip_prefix(b"\xef\xbb\xbf").map_or((bytes, 0), |rest| (rest, 3));
        if let Ok(text) = std::str::from_utf8(rest) {
            let text = with_line_feeds(Cow::Borrowed(text));
            return Ok(Text { text, encoding: Encoding::Utf8, mark });
        }
        let text: String = rest.iter().map(|byte| legacy(*byte)).collect();
        let text = with_line_feeds(Cow::Owned(text));
        Ok(Text { text, encoding: Encoding::Windows1252, mark })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Follows places of the text back to the file.
    pub(crate) fn tracker(&self) -> Tracker<'_> {
        Tracker { text: &self.text, encoding: self.encoding, at: 0, byte: self.mark, line: 1 }
    }
}

/// A text without any line feed and with carriage returns has these for ends of lines. Each becomes a
/// line feed, which takes as many bytes, so that places stay.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') || !text.contains('\r') {
        return text;
    }
    Cow::Owned(text.replace('\r', "\n"))
}

fn legacy(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn wide<'a>(rest: &[u8], encoding: Encoding) -> Result<Text<'a>, Fault> {
    let pair = |two: &[u8]| {
        let two = [two[0], two[1]];
        if encoding == Encoding::Utf16Big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        }
    };
    let broken = |byte: u64| Fault::Malformed {
        place: Place { line: 1, byte },
        what: "the file says it is UTF-16 and is not",
    };
    if !rest.len().is_multiple_of(2) {
        return Err(broken(rest.len() as u64 + 1));
    }
    let units = rest.chunks_exact(2).map(pair);
    let mut text = String::with_capacity(rest.len() / 2);
    let mut byte = 2_u64;
    for character in char::decode_utf16(units) {
        let character = character.map_err(|_| broken(byte))?;
        byte += 2 * character.len_utf16() as u64;
        text.push(character);
    }
    Ok(Text { text: with_line_feeds(Cow::Owned(text)), encoding, mark: 2 })
}

/// From places of a text to places of its file. Asked in order it takes one walk over the text.
#[derive(Clone)]
pub(crate) struct Tracker<'t> {
    text: &'t str,
    encoding: Encoding,
    at: usize,
    byte: u64,
    line: u64,
}

impl Tracker<'_> {
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The place of the file where a place of the text comes from; places are asked for in order,
    /// and one that lies behind the last is answered with the last.
    pub(crate) fn place(&mut self, at: usize) -> Place {
        let at = at.min(self.text.len());
        if at > self.at {
            let passed = &self.text.as_bytes()[self.at..at];
            self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.byte += match self.encoding {
                Encoding::Utf8 => passed.len() as u64,
                // Each character was one byte.
                Encoding::Windows1252 => {
                    passed.iter().filter(|byte| (**byte & 0xc0) != 0x80).count() as u64
                }
                // Characters of four bytes were two units, all others one.
                Encoding::Utf16Little | Encoding::Utf16Big => {
                    let starts = passed.iter().filter(|byte| (**byte & 0xc0) != 0x80).count();
                    let pairs = passed.iter().filter(|byte| **byte >= 0xf0).count();
                    2 * (starts + pairs) as u64
                }
            };
            self.at = at;
        }
        Place { line: self.line, byte: self.byte }
    }
}

#[cfg(test)]
mod tests {
    //! Encodings, and the way back from each.

    use super::*;

    #[test]
    fn every_encoding_leads_back_to_its_bytes() {
        let wanted = "a₹\nb𝄞c";
        let units: Vec<u16> = wanted.encode_utf16().collect();
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(units.iter().flat_map(|unit| unit.to_le_bytes()))
            .collect();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(units.iter().flat_map(|unit| unit.to_be_bytes()))
            .collect();
        let mark: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(wanted.bytes()).collect();
        for (bytes, encoding) in [
            (wanted.as_bytes().to_vec(), Encoding::Utf8),
            (mark, Encoding::Utf8),
            (little, Encoding::Utf16Little),
            (big, Encoding::Utf16Big),
        ] {
            let text = Text::of(&bytes).expect("readable");
            assert_eq!((text.as_str(), text.tracker().encoding()), (wanted, encoding));
            let mut tracker = text.tracker();
            let end = tracker.place(wanted.len());
            assert_eq!((end.line, end.byte), (2, bytes.len() as u64), "{encoding:?}");
        }
        let text = Text::of(b"caf\xe9 \x80\nx").expect("readable");
        assert_eq!(text.as_str(), "café €\nx");
        let mut tracker = text.tracker();
        let at = text.as_str().find('x').expect("it is there");
        assert_eq!(tracker.place(at), Place { line: 2, byte: 7 });
        assert_eq!(tracker.place(0), Place { line: 2, byte: 7 }, "never backwards");
        let text = Text::of(b"a\rb\rc").expect("readable");
        let mut tracker = text.tracker();
        assert_eq!(tracker.place(4), Place { line: 3, byte: 4 });
        let text = Text::of(b"a\rb\nc").expect("readable");
        assert_eq!(text.as_str(), "a\rb\nc", "a carriage return within lines is no end of one");
        assert!(Text::of(b"\xff\xfea").is_err());
        assert!(Text::of(b"\xff\xfe\x00\xd8").is_err());
    }
}
