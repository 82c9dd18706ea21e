//! A strict reader of separated values after RFC 4180.
//!
//! Lenient readers take an unclosed quote as the end of the file and lose count of the lines
//! inside quotes; a ledger must neither lose rows nor point at the wrong one.
//!
//! # Invariants
//! * A record knows the physical line it begins on; a quoted line break counts as a line.
//! * Either every byte belongs to a field, a separator or a line end, or there is an error.

use std::borrow::Cow;

/// One record: where it begins and its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) line: u64,
    pub(crate) fields: Vec<Cow<'a, str>>,
}

/// A record that is none, and the line it begins on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Broken {
    pub(crate) line: u64,
    pub(crate) what: &'static str,
    /// Whether the reader knows where the next record begins.
    pub(crate) goes_on: bool,
}

const UNCLOSED: &str = "a quoted field is not closed before the file ends";
const AFTER_QUOTE: &str = "a closing quote is followed by something else than a separator";
const STRAY_QUOTE: &str = "a quote stands inside a field that is not quoted";
const BARE_RETURN: &str = "a carriage return stands without its line feed";
const EMPTY_LINE: &str = "the line is empty";

/// Records of a text, one by one.
pub(crate) struct Table<'a> {
    rest: &'a str,
    line: u64,
    delimiter: u8,
}

/// What ended a field.
enum End {
    Delimiter,
    Line,
}

impl<'a> Table<'a> {
    /// Reads a text without its byte order mark; `delimiter` is ASCII, no quote and no line end.
    pub(crate) fn new(text: &'a str, delimiter: u8) -> Table<'a> {
        Table { rest: text, line: 1, delimiter }
    }

    fn record(&mut self) -> Result<Record<'a>, (&'static str, bool)> {
        let line = self.line;
        if self.rest.starts_with('\n') || self.rest.starts_with("\r\n") {
            return Err((EMPTY_LINE, true));
        }
        let mut fields = Vec::new();
        loop {
            let (field, end) =
                if self.rest.starts_with('"') { self.quoted()? } else { self.plain()? };
            fields.push(field);
            match end {
                End::Delimiter => {}
                End::Line => return Ok(Record { line, fields }),
            }
        }
    }

    fn plain(&mut self) -> Result<(Cow<'a, str>, End), (&'static str, bool)> {
        let bytes = self.rest.as_bytes();
        let stops = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'"') || *byte == self.delimiter;
        let len = bytes.iter().position(stops).unwrap_or(bytes.len());
        if bytes.get(len) == Some(&b'"') {
            return Err((STRAY_QUOTE, true));
        }
        let (field, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ok((Cow::Borrowed(field), self.end(BARE_RETURN)?))
    }

    fn quoted(&mut self) -> Result<(Cow<'a, str>, End), (&'static str, bool)> {
        let body = &self.rest[1..];
        let mut from = 0;
        loop {
            let Some(quote) = body[from..].find('"').map(|at| from + at) else {
                return Err((UNCLOSED, false));
            };
            if body[quote + 1..].starts_with('"') {
                from = quote + 2;
                continue;
            }
            let text = &body[..quote];
            self.line += text.bytes().filter(|byte| *byte == b'\n').count() as u64;
            self.rest = &body[quote + 1..];
            let field = if from == 0 {
                Cow::Borrowed(text)
            } else {
                Cow::Owned(text.replace("\"\"", "\""))
            };
            return Ok((field, self.end(AFTER_QUOTE)?));
        }
    }

    /// Takes the separator or line end that must stand here; the end of the file ends a line.
    fn end(&mut self, otherwise: &'static str) -> Result<End, (&'static str, bool)> {
        let bytes = self.rest.as_bytes();
        let (len, end) = match bytes {
            [] => (0, End::Line),
            [b'\n', ..] => (1, End::Line),
            [b'\r', b'\n', ..] => (2, End::Line),
            [first, ..] if *first == self.delimiter => (1, End::Delimiter),
            [b'\r', ..] => return Err((BARE_RETURN, true)),
            _ => return Err((otherwise, true)),
        };
        self.rest = &self.rest[len..];
        if matches!(end, End::Line) && len > 0 {
            self.line += 1;
        }
        Ok(end)
    }

    /// Goes to the next physical line.
    fn skip_line(&mut self) {
        match self.rest.find('\n') {
            Some(at) => {
                self.rest = &self.rest[at + 1..];
                self.line += 1;
            }
            None => self.rest = "",
        }
    }
}

impl<'a> Iterator for Table<'a> {
    type Item = Result<Record<'a>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        Some(self.record().map_err(|(what, goes_on)| {
            if goes_on {
                self.skip_line();
            } else {
                self.rest = "";
            }
            Broken { line, what, goes_on }
        }))
    }
}

#[cfg(test)]
mod tests;
