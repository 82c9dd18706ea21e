//! Why a line is no command: the place and what is wrong there.
//!
//! # Invariants
//! * `what` is one line of printable text of bounded length, whatever the input was.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::place;

/// The longest line, in bytes without its line ending; a longer one is refused unread.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// The longest message, in characters; a longer one is cut.
const WHAT_CHARS_MAX: usize = 320;

/// Why a text is not the JSON that was asked for. What to do next: correct it at the column.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("column {column}: {what}")]
pub struct Malformed {
    /// Where the offending value, field name or character begins: in bytes of the whole text, from
    /// 1. For a field that is missing, where its object ends, or where an empty one begins.
    pub column: usize,
    /// What is wrong there, led by the path of the value (`fund.fy`) where it lies in a field.
    pub what: String,
}

impl Malformed {
    pub(crate) fn new(column: usize, what: &str) -> Malformed {
        Malformed { column, what: printable(what) }
    }

    /// A complaint about the value at a path of a line that was read before.
    pub(crate) fn at_path(line: &[u8], complaint: &Complaint) -> Malformed {
        let column = place::column_of(line, &complaint.path);
        Malformed::new(column, &format!("{}: {}", complaint.path, complaint.what))
    }

    fn from_json(line: &[u8], error: &serde_json::Error) -> Malformed {
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let text = error.to_string();
        let text = text.strip_suffix(&suffix).unwrap_or(&text);
        let column = stopped_at(line, error);
        match error.classify() {
            Category::Io => Malformed::new(column.max(1), text),
            Category::Syntax => Malformed::new(column.max(1), &in_words_of_json(text)),
            Category::Eof => {
                let inside = text.strip_prefix("EOF while parsing ").unwrap_or(text);
                Malformed::new(column.max(1), &format!("the text ends inside {inside}"))
            }
            Category::Data => {
                // The reader stops before an object or list it did not expect, and after anything
                // else.
                let unread = ["invalid type: map", "invalid type: sequence"];
                let found = if unread.iter().any(|start| text.starts_with(start)) {
                    place::beginning_at(line, column)
                } else {
                    place::covering(line, column)
                };
                let text = in_words_of_json(text);
                match found.path.as_str() {
                    "" => Malformed::new(found.column, &text),
                    path => Malformed::new(found.column, &format!("{path}: {text}")),
                }
            }
        }
    }
}

/// A complaint of a check that comes after reading.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// The path of the value: `fund.district`.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
}

impl Complaint {
    pub(crate) fn new(path: impl Into<String>, what: impl Into<String>) -> Complaint {
        Complaint { path: path.into(), what: what.into() }
    }

    /// The complaint about what lies inside a field (`fund`) or an element (`[1]`).
    pub(crate) fn inside(self, outer: &str) -> Complaint {
        let path = match self.path.as_str() {
            "" => outer.to_owned(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        Complaint { path, what: self.what }
    }
}

/// A line's text without its ending, once it is known to be one bounded line of UTF-8.
pub(crate) fn one_line(line: &[u8]) -> Result<&[u8], Malformed> {
    let line = one_text(line)?;
    match line.iter().position(|byte| *byte == b'\n') {
        Some(index) => Err(Malformed::new(index + 1, "a line break stands inside the line")),
        None => Ok(line),
    }
}

/// A text without its last line ending, once it is known to be bounded UTF-8 and not blank.
pub(crate) fn one_text(text: &[u8]) -> Result<&[u8], Malformed> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.len() > LINE_BYTES_MAX {
        let what = format!("the text is longer than {LINE_BYTES_MAX} bytes");
        return Err(Malformed::new(LINE_BYTES_MAX + 1, &what));
    }
    if let Err(error) = std::str::from_utf8(text) {
        let what = "this byte is not UTF-8; save the text as UTF-8";
        return Err(Malformed::new(error.valid_up_to() + 1, what));
    }
    if text.starts_with("\u{feff}".as_bytes()) {
        let what = "a byte order mark stands here; save the text without one";
        return Err(Malformed::new(1, what));
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Malformed::new(1, "nothing stands here where an object should"));
    }
    Ok(text)
}

/// The place in the whole text where the reader stopped, in bytes from 1; 0 before the first.
fn stopped_at(text: &[u8], error: &serde_json::Error) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.take(lines_before).map(<[u8]>::len).sum::<usize>() + error.column()
}

/// Reads one value that fills a checked line.
pub(crate) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, Malformed> {
    serde_json::from_slice(line).map_err(|error| Malformed::from_json(line, &error))
}

/// The reader speaks of maps and sequences, where JSON has objects and lists, and it repeats the
/// value it did not expect, which may be an identity that belongs in no message.
fn in_words_of_json(text: &str) -> String {
    if text == "invalid type: map, expected enum" {
        return "an object with exactly one key belongs here".to_owned();
    }
    if matches!(text, "expected ident" | "expected value") {
        return "this is not JSON; a line is one JSON object".to_owned();
    }
    if let Some(rest) = text.strip_prefix("unknown variant") {
        return format!("unknown word{rest}");
    }
    let found =
        text.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "));
    let Some((found, expected)) = found else { return text.to_owned() };
    let found = found.split_once([' ', '`', '"']).map_or(found, |(kind, _)| kind);
    let found = match found {
        "map" => "an object",
        "sequence" => "a list",
        "string" => "a string",
        "boolean" => "true or false",
        "null" => "null",
        "integer" => "a whole number",
        "floating" => "a number with places",
        "unit" => "a bare word",
        other => other,
    };
    let expected = match expected {
        "newtype variant" => "an object with exactly one key belongs here",
        "unit variant" => "a bare word belongs here",
        "a boolean" => "true or false belongs here",
        "a sequence" => "a list belongs here",
        "a string" => "a string belongs here",
        clause => clause,
    };
    format!("{found} stands here; {expected}")
}

/// One line that a terminal shows as it is: control and direction marks escaped, length bounded.
fn printable(text: &str) -> String {
    let mut out = String::new();
    for (index, found) in text.chars().enumerate() {
        if index == WHAT_CHARS_MAX {
            out.push('…');
            break;
        }
        let hidden = found.is_control()
            || matches!(found, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(found, '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden { out.extend(found.escape_unicode()) } else { out.push(found) }
    }
    out
}
