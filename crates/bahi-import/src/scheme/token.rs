//! The tokens of an expression, each with its place.
//!
//! # Invariants
//! * Every byte of the text is in a token, blank, or in a remark.

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A word of the language or the name of a fact.
    Name(String),
    /// Digits without a point.
    Count(String),
    /// Digits with a point.
    Amount(String),
    /// A quoted text, its escapes undone.
    Text(String),
    /// A mark.
    Mark(&'static str),
    /// The end of the text.
    End,
}

/// A token and the byte it begins at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

/// What is wrong at a byte of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) what: String,
}

impl Wrong {
    pub(super) fn new(at: usize, what: impl Into<String>) -> Wrong {
        Wrong { at, what: what.into() }
    }
}

/// Two bytes before one, so that the longer mark is found.
const MARKS: [&str; 15] =
    ["<=", ">=", "<", ">", "(", ")", "{", "}", ",", ":", "+", "-", "*", "/", "%"];

/// Every token of a text, the end last.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Wrong> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, len) = match next {
            ' ' | '\t' | '\r' | '\n' => (None, 1),
            '#' => (None, rest.find('\n').unwrap_or(rest.len())),
            '"' => quoted(rest, at).map(|(text, len)| (Some(Kind::Text(text)), len))?,
            '0'..='9' => number(rest),
            'a'..='z' | 'A'..='Z' | '_' => {
                let part = |found: char| found.is_ascii_alphanumeric() || found == '_';
                let len = rest.find(|found| !part(found)).unwrap_or(rest.len());
                (Some(Kind::Name(rest[..len].to_owned())), len)
            }
            other => match MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
                Some(mark) => (Some(Kind::Mark(mark)), mark.len()),
                None => {
                    let shown = other.escape_default();
                    let what = format!(
                        "no expression holds the character {shown}; allowed are names, amounts, \
                         counts, \"texts\" and {}",
                        MARKS.join(" ")
                    );
                    return Err(Wrong::new(at, what));
                }
            },
        };
        found.extend(kind.map(|kind| Token { kind, at }));
        at += len;
    }
    found.push(Token { kind: Kind::End, at: text.len() });
    Ok(found)
}

/// A number with its length: an amount where it has a point.
fn number(rest: &str) -> (Option<Kind>, usize) {
    let part = |found: char| found.is_ascii_digit() || found == '_' || found == '.';
    let len = rest.find(|found| !part(found)).unwrap_or(rest.len());
    let digits = rest[..len].replace('_', "");
    let kind = if digits.contains('.') { Kind::Amount(digits) } else { Kind::Count(digits) };
    (Some(kind), len)
}

/// A quoted text with its length: `\"` is a quote and `\\` a backslash.
fn quoted(rest: &str, at: usize) -> Result<(String, usize), Wrong> {
    let mut text = String::new();
    let mut escaped = false;
    for (index, found) in rest.char_indices().skip(1) {
        match found {
            '"' | '\\' if escaped => text.push(found),
            _ if escaped => {
                let what = "after a backslash a text has a quote or another backslash";
                return Err(Wrong::new(at + index, what));
            }
            '\\' => {
                escaped = true;
                continue;
            }
            '"' => return Ok((text, index + 1)),
            _ => text.push(found),
        }
        escaped = false;
    }
    Err(Wrong::new(at, "this text has no closing quote"))
}
