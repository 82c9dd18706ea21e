//! Records of separated values, each with the stretch of text it takes.
//!
//! # Invariants
//! * Every byte of the text belongs to one record, its end of line included.
//! * A quote that is not closed spoils its own line alone, not the rest of the file.

use std::borrow::Cow;

/// The most cells of one record; what follows them stays in the last.
pub(crate) const CELLS_MAX: usize = 256;
/// The longest record whose cells are quoted, in bytes.
const RECORD_BYTES_MAX: usize = 64 * 1024;

/// A record.
pub(crate) struct Record<'t> {
    pub(crate) at: usize,
    pub(crate) end: usize,
    pub(crate) cells: Vec<Cow<'t, str>>,
    /// Whether a quote was not closed, so that its cells are not known.
    pub(crate) broken: bool,
    /// Whether the text ends with it and without an end of line.
    pub(crate) is_last: bool,
}

/// Records of a text, one by one.
pub(crate) struct Records<'t> {
    text: &'t str,
    at: usize,
    delimiter: u8,
}

impl<'t> Records<'t> {
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Records<'t> {
        Records { text, at: 0, delimiter }
    }

    /// From a place on.
    pub(crate) fn from(text: &'t str, delimiter: u8, at: usize) -> Records<'t> {
        Records { text, at, delimiter }
    }

    /// A line as it stands, where its quotes make no sense.
    fn broken(&mut self, at: usize) -> Record<'t> {
        let rest = &self.text[at..];
        let end = at + rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at = end;
        Record { at, end, cells: Vec::new(), broken: true, is_last: false }
    }
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        let at = self.at;
        if at >= self.text.len() {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut cells = Vec::new();
        let mut cursor = at;
        loop {
            let blank = |byte: &u8| *byte == b' ';
            let lead = bytes[cursor..].iter().take_while(|byte| blank(byte)).count();
            let quoted = bytes.get(cursor + lead) == Some(&b'"');
            let (cell, stop) = if quoted {
                match quoted_cell(self.text, cursor + lead + 1, self.delimiter) {
                    Some(found) => found,
                    None => return Some(self.broken(at)),
                }
            } else {
                let ends = |byte: &u8| {
                    *byte == b'\n' || (*byte == self.delimiter && cells.len() + 1 < CELLS_MAX)
                };
                let length = bytes[cursor..].iter().position(ends).unwrap_or(bytes.len() - cursor);
                (Cow::Borrowed(&self.text[cursor..cursor + length]), cursor + length)
            };
            let cell = match cell {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            };
            cells.push(cell);
            cursor = stop + 1;
            if bytes.get(stop) != Some(&self.delimiter) {
                self.at = cursor.min(bytes.len());
                let is_last = bytes.get(stop) != Some(&b'\n');
                return Some(Record { at, end: self.at, cells, broken: false, is_last });
            }
        }
    }
}

/// A cell in quotes and where it stops: at a delimiter, a line feed or the end of the text.
fn quoted_cell(text: &str, from: usize, delimiter: u8) -> Option<(Cow<'_, str>, usize)> {
    let bytes = text.as_bytes();
    let most = bytes.len().min(from + RECORD_BYTES_MAX);
    let mut at = from;
    let mut doubled = false;
    while at < most {
        if bytes[at] != b'"' {
            at += 1;
            continue;
        }
        if bytes.get(at + 1) == Some(&b'"') {
            doubled = true;
            at += 2;
            continue;
        }
        let after = bytes[at + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\r')).count();
        let stop = at + 1 + after;
        let ends = stop >= bytes.len() || bytes[stop] == delimiter || bytes[stop] == b'\n';
        let cell = &text[from..at];
        let cell =
            if doubled { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) };
        return ends.then_some((cell, stop.min(bytes.len())));
    }
    None
}

#[cfg(test)]
mod tests {
    //! Records against the usual reader, and where that one loses rows.

    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        Records::new(text, b',')
            .map(|record| record.cells.iter().map(|cell| cell.to_string()).collect())
            .collect()
    }

    #[test]
    fn quotes_and_ends_of_lines_are_read_as_usual() {
        assert_eq!(
            cells("a, b ,\"c, \"\"d\"\"\ne\"\r\nf\n\n,\n"),
            [vec!["a", "b", "c, \"d\"\ne"], vec!["f"], vec![""], vec!["", ""]]
        );
    }

    #[test]
    fn an_unclosed_quote_spoils_one_line() {
        let text = "a,b\n\"c,d\ne,f\n";
        let found: Vec<(bool, &str)> =
            Records::new(text, b',').map(|one| (one.broken, &text[one.at..one.end])).collect();
        assert_eq!(found, [(false, "a,b\n"), (true, "\"c,d\n"), (false, "e,f\n")]);
    }

    proptest! {
        #[test]
        fn every_byte_is_in_one_record(text in "[ab,\"\n\r ;é]{0,80}") {
            let mut at = 0;
            for record in Records::new(&text, b',') {
                prop_assert_eq!(record.at, at);
                prop_assert!(record.end > record.at);
                at = record.end;
            }
            prop_assert_eq!(at, text.len());
        }

        #[test]
        fn what_is_well_formed_reads_as_the_usual_reader_reads_it(
            rows in prop::collection::vec(prop::collection::vec("[a-c,\" \n]{0,6}", 2..4), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("memory can be written");
            }
            let text = String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8");
            let wanted: Vec<Vec<String>> = rows
                .iter()
                .map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect())
                .collect();
            prop_assert_eq!(cells(&text), wanted);
        }
    }
}
