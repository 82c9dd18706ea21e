//! From a byte of a value back to its line and column in the file.

use std::ops::Range;

use super::SchemeFileError;

/// A complaint about a byte of the file.
pub(super) fn at_byte(text: &str, byte: usize, what: impl Into<String>) -> SchemeFileError {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &text[..byte];
    let line = before.matches('\n').count() as u64 + 1;
    let begins = before.rfind('\n').map_or(0, |found| found + 1);
    let column = before[begins..].chars().count() as u64 + 1;
    SchemeFileError { line, column, what: what.into() }
}

/// Where the byte `wanted` of a string's value stands in the file, of which `span` is the string
/// with its quotes.
pub(super) fn inside(text: &str, span: &Range<usize>, value: &str, wanted: usize) -> usize {
    let raw = text.get(span.clone()).unwrap_or_default();
    let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| raw.starts_with(quote));
    let Some(quote) = quote else { return span.start };
    let literal = quote.starts_with('\'');
    let mut at = quote.len();
    if quote.len() == 3 {
        at += raw[at..]
            .strip_prefix("\r\n")
            .map_or_else(|| usize::from(raw[at..].starts_with('\n')), |_| 2);
    }
    for (index, found) in value.char_indices() {
        if !literal {
            at += joint(&raw[at..]);
        }
        if found == '\n' && raw[at..].starts_with("\r\n") {
            at += 1;
        }
        if index >= wanted {
            break;
        }
        at += if literal { found.len_utf8() } else { one(&raw[at..], found) };
        if at >= raw.len() {
            break;
        }
    }
    span.start + at.min(raw.len())
}

/// How long a backslash at a line's end is, with the blanks after it; zero where none stands here.
fn joint(raw: &str) -> usize {
    let Some(rest) = raw.strip_prefix('\\') else { return 0 };
    let after = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let blanks = &rest[..rest.len() - after.len()];
    if blanks.contains('\n') { 1 + blanks.len() } else { 0 }
}

/// How long one character is as a basic string writes it.
fn one(raw: &str, found: char) -> usize {
    match raw.as_bytes() {
        [b'\\', b'u', ..] => 6,
        [b'\\', b'U', ..] => 10,
        [b'\\', b'x', ..] => 4,
        [b'\\', ..] => 2,
        _ => found.len_utf8(),
    }
}
