//! Tables as one stream of text: comma-separated values, JSON lines, journals.
//!
//! # Invariants
//! * A name that a spreadsheet would take for a formula has one more apostrophe before it in
//!   comma-separated values, and taking one away gives the name back. Numbers stay numbers.
//! * What is written so far ends with whole rows whenever the stream is written to.
//!
//! # Not here
//! The accounts of a journal: `journal`.

use std::io::Write;

use crate::{
    Cell, Form, ReportError, RowSink, Table, Tally,
    journal::{self, Journal},
    table::fits,
};

/// How much text is gathered before it is written.
const GATHERED_BYTES: usize = 1 << 16;

/// Rows on their way into a stream of text.
pub struct TextRows<'a> {
    table: Table,
    form: Form,
    out: &'a mut dyn Write,
    text: String,
    tally: Tally,
    journal: Journal,
}

impl<'a> TextRows<'a> {
    /// Begins a stream; `of` says in a journal's first line what it is of.
    ///
    /// # Errors
    /// [`ReportError::NoSuchForm`].
    pub fn begin(
        table: Table,
        form: Form,
        of: &str,
        out: &'a mut dyn Write,
    ) -> Result<TextRows<'a>, ReportError> {
        let mut rows = TextRows::go_on(table, form, out)?;
        let text = &mut rows.text;
        match form {
            Form::Csv => {
                let names: Vec<&str> = table.columns().iter().map(|one| one.name).collect();
                text.push_str(&names.join(","));
                text.push('\n');
            }
            Form::Hledger | Form::Beancount => journal::push_heading(text, form, of),
            Form::JsonLines | Form::Parquet | Form::Xlsx => {}
        }
        Ok(rows)
    }

    /// Goes on with a stream that was begun, after the rows of an event: the pieces one after another
    /// are the stream.
    ///
    /// # Errors
    /// [`ReportError::NoSuchForm`].
    pub fn go_on(
        table: Table,
        form: Form,
        out: &'a mut dyn Write,
    ) -> Result<TextRows<'a>, ReportError> {
        if !form.is_text() || !table.has(form) {
            return Err(ReportError::NoSuchForm { what: table.name(), form: form.name() });
        }
        let (tally, journal) = (Tally::of(table), Journal::default());
        Ok(TextRows { table, form, out, text: String::new(), tally, journal })
    }

    /// Takes a line of JSON that says more than the row does; of the row only what it adds up to.
    ///
    /// # Errors
    /// [`ReportError::Misfit`], [`ReportError::Io`].
    pub fn line(&mut self, line: &str, cells: &[Cell]) -> Result<(), ReportError> {
        if self.form != Form::JsonLines || !fits(self.table, cells) {
            return Err(ReportError::Misfit);
        }
        self.tally.take(cells);
        self.text.push_str(line);
        self.text.push('\n');
        self.write_some()
    }

    /// What the rows so far add up to.
    #[must_use]
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// [`ReportError::Io`].
    pub fn finish(mut self) -> Result<Tally, ReportError> {
        self.journal.end(&mut self.text);
        self.out.write_all(self.text.as_bytes())?;
        self.out.flush()?;
        Ok(self.tally)
    }

    fn write_some(&mut self) -> Result<(), ReportError> {
        if self.text.len() >= GATHERED_BYTES {
            self.out.write_all(self.text.as_bytes())?;
            self.text.clear();
        }
        Ok(())
    }
}

impl RowSink for TextRows<'_> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ReportError> {
        if !fits(self.table, cells) {
            return Err(ReportError::Misfit);
        }
        self.tally.take(cells);
        match self.form {
            Form::Csv => push_csv(&mut self.text, cells),
            Form::JsonLines => push_json(&mut self.text, self.table, cells),
            Form::Hledger | Form::Beancount => {
                self.journal.push(&mut self.text, self.form, cells)?;
            }
            Form::Parquet | Form::Xlsx => return Err(ReportError::Misfit),
        }
        self.write_some()
    }
}

/// Adds a row of comma-separated cells.
fn push_csv(line: &mut String, cells: &[Cell]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        match cell {
            Cell::None => {}
            Cell::Number(number) => line.push_str(&number.to_string()),
            Cell::Code(code) => push_quoted(line, code),
            Cell::Name(name) if is_formula(name) => push_quoted(line, &format!("'{name}")),
            Cell::Name(name) => push_quoted(line, name),
            Cell::Day(day) => line.push_str(&day.to_string()),
            Cell::Instant(instant) => line.push_str(&instant.to_string()),
            Cell::Amount(amount) => line.push_str(&amount.to_string()),
        }
    }
    line.push('\n');
}

/// Whether a spreadsheet would take a text for a formula, now or with the apostrophes before it
/// taken away.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

fn push_quoted(line: &mut String, cell: &str) {
    if cell.contains(['"', ',', '\n', '\r']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

/// Adds an object with a field for each column.
fn push_json(line: &mut String, table: Table, cells: &[Cell]) {
    for (index, (column, cell)) in table.columns().iter().zip(cells).enumerate() {
        line.push(if index == 0 { '{' } else { ',' });
        push_json_text(line, column.name);
        line.push(':');
        match cell {
            Cell::None => line.push_str("null"),
            Cell::Number(number) => line.push_str(&number.to_string()),
            Cell::Code(text) | Cell::Name(text) => push_json_text(line, text),
            Cell::Day(day) => push_json_text(line, &day.to_string()),
            Cell::Instant(instant) => push_json_text(line, &instant.to_string()),
            Cell::Amount(amount) => push_json_text(line, &amount.to_string()),
        }
    }
    line.push_str("}\n");
}

/// Adds a text as RFC 8259 writes it, section 7.
fn push_json_text(line: &mut String, text: &str) {
    line.push('"');
    for found in text.chars() {
        match found {
            '"' | '\\' => line.extend(['\\', found]),
            found if found < ' ' => line.push_str(&format!("\\u{:04x}", u32::from(found))),
            found => line.push(found),
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula_and_one_apostrophe_less_is_the_name() {
        let cases = [
            ("odop", "odop"),
            ("", ""),
            ("'tis", "'tis"),
            ("a=b", "a=b"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("'=1", "''=1"),
            ("''-1", "'''-1"),
            ("\t=1", "'\t=1"),
            ("a,b", "\"a,b\""),
            ("a\nb", "\"a\nb\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("=\"a\",b", "\"'=\"\"a\"\",b\""),
        ];
        for (name, written) in cases {
            let mut line = String::new();
            push_csv(&mut line, &[Cell::Name(name.to_owned()), Cell::None, Cell::Number(7)]);
            assert_eq!(line, format!("{written},,7\n"));
        }
    }

    #[test]
    fn a_text_in_json_is_escaped_where_it_must_be() {
        let mut line = String::new();
        push_json_text(&mut line, "=\"a\\b\"\n\u{7f}é");
        assert_eq!(line, "\"=\\\"a\\\\b\\\"\\u000a\u{7f}é\"");
    }
}
