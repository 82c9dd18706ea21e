//! What was written as text, read back by other code: how many rows, and what they add up to.
//!
//! # Invariants
//! * A row is in memory alone, and no row is longer than [`ROW_BYTES_MAX`].
//! * A text that does not end with a whole row is cut short, and no tally.
//! * Every cell is of its column's kind; every transaction of a journal sums to zero.

use std::io::{BufRead, Read};

use bahi_core::{Day, Instant, Total};
use serde_json::Value;

use crate::{Column, Form, Kind, ReportError, Table, Tally};

/// The longest row that is read back.
pub const ROW_BYTES_MAX: u64 = 1 << 24;

/// The most digits of an amount before its point.
const DIGITS_MAX: usize = 36;

/// Counts and sums the rows of a text.
///
/// # Errors
/// [`ReportError::NoSuchForm`]; [`ReportError::Io`]; [`ReportError::Unreadable`] with the line.
pub fn read_back(table: Table, form: Form, from: &mut dyn BufRead) -> Result<Tally, ReportError> {
    if !form.is_text() || !table.has(form) {
        return Err(ReportError::NoSuchForm { what: table.name(), form: form.name() });
    }
    let mut lines = Lines { from, number: 0, line: Vec::new() };
    match form {
        Form::Csv => csv(table, &mut lines),
        Form::JsonLines => json_lines(table, &mut lines),
        Form::Hledger | Form::Beancount => journal(table, &mut lines),
        Form::Parquet | Form::Xlsx => Err(ReportError::Misfit),
    }
}

/// Lines of a text, one at a time.
struct Lines<'a> {
    from: &'a mut dyn BufRead,
    number: u64,
    line: Vec<u8>,
}

impl Lines<'_> {
    fn wrong(&self, why: impl Into<String>) -> ReportError {
        ReportError::at(format!("line {}", self.number), why)
    }

    /// The next line without its line feed; one that goes on in `into` is added to what is there.
    fn next(&mut self, into: &mut String) -> Result<bool, ReportError> {
        self.line.clear();
        let room = ROW_BYTES_MAX.saturating_sub(into.len() as u64);
        let read = (&mut *self.from).take(room + 1).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        if self.line.pop() != Some(b'\n') {
            return Err(self.wrong(match read as u64 > room {
                true => "it is longer than any row",
                false => "it ends without a line feed: the file is cut short",
            }));
        }
        let line = std::str::from_utf8(&self.line).map_err(|_| self.wrong("it is not UTF-8"))?;
        into.push_str(line);
        Ok(true)
    }
}

// ---- comma-separated values

fn csv(table: Table, lines: &mut Lines<'_>) -> Result<Tally, ReportError> {
    let columns = table.columns();
    let mut tally = Tally::of(table);
    let mut row = String::new();
    if !next_row(lines, &mut row)? {
        return Err(ReportError::at("line 1", "the heading is missing: the file is cut short"));
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    if row != names.join(",") {
        return Err(lines.wrong(format!("the heading is not that of {}", table.name())));
    }
    while next_row(lines, &mut row)? {
        let cells = cells_of(&row).ok_or_else(|| lines.wrong("a quote stands where none may"))?;
        if cells.len() != columns.len() {
            let (found, wanted) = (cells.len(), columns.len());
            return Err(lines.wrong(format!("{found} cells under {wanted} columns")));
        }
        let texts = cells.iter().map(|cell| (!cell.is_empty()).then_some(cell.as_str()));
        take(&mut tally, columns, texts).map_err(|why| lines.wrong(why))?;
    }
    Ok(tally)
}

/// The next row, which goes on over lines while a quote is open.
fn next_row(lines: &mut Lines<'_>, row: &mut String) -> Result<bool, ReportError> {
    row.clear();
    if !lines.next(row)? {
        return Ok(false);
    }
    while row.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        row.push('\n');
        if !lines.next(row)? {
            return Err(lines.wrong("a quote is open at the end: the file is cut short"));
        }
    }
    Ok(true)
}

/// The cells of a row, their quotes taken away.
fn cells_of(row: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = row;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut cell = String::new();
                let mut quoted = quoted;
                loop {
                    let (before, after) = quoted.split_once('"')?;
                    cell.push_str(before);
                    match after.strip_prefix('"') {
                        Some(more) => {
                            cell.push('"');
                            quoted = more;
                        }
                        None => break (cell, after),
                    }
                }
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (cell, after) = rest.split_at(end);
                if cell.contains('"') {
                    return None;
                }
                (cell.to_owned(), after)
            }
        };
        cells.push(cell);
        if after.is_empty() {
            return Some(cells);
        }
        rest = after.strip_prefix(',')?;
    }
}

/// Takes a row of texts, each of its column's kind.
pub(crate) fn take<'a>(
    tally: &mut Tally,
    columns: &[Column],
    texts: impl Iterator<Item = Option<&'a str>>,
) -> Result<(), String> {
    tally.rows += 1;
    let mut totals = tally.totals.iter_mut();
    for (column, text) in columns.iter().zip(texts) {
        let wrong = |text: &str| {
            let shown: String = text.chars().take(40).collect();
            format!("{}: {} is no {}", column.name, shown.escape_debug(), kind_name(column.kind))
        };
        match (column.kind, text) {
            (Kind::Amount, text) => {
                let text = text.unwrap_or_default();
                let amount = amount(text).ok_or_else(|| wrong(text))?;
                if let Some(total) = totals.next() {
                    *total = added(*total, amount).ok_or("the amounts add up to too much")?;
                }
            }
            (Kind::Number, Some(text)) => {
                text.parse::<u64>().map_err(|_| wrong(text))?;
            }
            (Kind::Day, Some(text)) => {
                Day::parse(text).map_err(|_| wrong(text))?;
            }
            (Kind::Instant, Some(text)) => {
                Instant::parse(text).map_err(|_| wrong(text))?;
            }
            (Kind::Code | Kind::Name, Some(_))
            | (Kind::Number | Kind::Day | Kind::Instant | Kind::Code | Kind::Name, None) => {}
        }
    }
    Ok(())
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "whole number",
        Kind::Code => "code",
        Kind::Name => "name",
        Kind::Day => "day",
        Kind::Instant => "moment",
        Kind::Amount => "amount with two places",
    }
}

/// An amount in rupees with two places, as it is written.
pub(crate) fn amount(text: &str) -> Option<Total> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (rupees, paise) = digits.split_once('.')?;
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if rupees.is_empty() || rupees.len() > DIGITS_MAX || paise.len() != 2 {
        return None;
    }
    if !plain(rupees) || !plain(paise) {
        return None;
    }
    let whole: i128 = format!("{rupees}{paise}").parse().ok()?;
    Some(Total::from_paise(sign * whole))
}

pub(crate) fn added(total: Total, more: Total) -> Option<Total> {
    total.paise().checked_add(more.paise()).map(Total::from_paise)
}

// ---- JSON lines

fn json_lines(table: Table, lines: &mut Lines<'_>) -> Result<Tally, ReportError> {
    let columns = table.columns();
    let mut tally = Tally::of(table);
    let mut line = String::new();
    while lines.next(&mut line)? {
        let value: Value = serde_json::from_str(&line)
            .map_err(|error| lines.wrong(format!("no JSON object: {error}")))?;
        let Value::Object(object) = &value else {
            return Err(lines.wrong("no JSON object"));
        };
        let mut cells: Vec<Option<String>> = Vec::with_capacity(columns.len());
        for column in columns {
            let cell = match object.get(column.name) {
                None if table == Table::Events && column.kind != Kind::Amount => None,
                None => return Err(lines.wrong(format!("{} is missing", column.name))),
                // An event's fields of other names say these; the row adds up to its amount.
                Some(_) if table == Table::Events && column.kind != Kind::Amount => None,
                Some(Value::Null) => None,
                Some(Value::String(text)) => Some(text.clone()),
                Some(Value::Number(number)) => Some(number.to_string()),
                Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                    return Err(lines.wrong(format!("{} is of another kind", column.name)));
                }
            };
            cells.push(cell);
        }
        let texts = cells.iter().map(Option::as_deref);
        take(&mut tally, columns, texts).map_err(|why| lines.wrong(why))?;
        line.clear();
    }
    Ok(tally)
}

// ---- journals

/// A journal as it is written here: what else a journal may hold is no part of one of ours.
fn journal(table: Table, lines: &mut Lines<'_>) -> Result<Tally, ReportError> {
    let mut tally = Tally::of(table);
    let (mut line, mut sum, mut within) = (String::new(), Total::ZERO, false);
    loop {
        line.clear();
        let more = lines.next(&mut line)?;
        let ends = !more || !line.starts_with(' ');
        if ends && within {
            if sum != Total::ZERO {
                return Err(lines.wrong("the transaction before does not sum to zero"));
            }
            within = false;
        }
        if !more {
            return Ok(tally);
        }
        let digits = |text: &str| text.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let text = line.as_str();
        match text {
            "" => {}
            _ if text.starts_with("; ") || text.starts_with("option ") => {}
            _ if digits(text) && text.get(10..16) == Some(" open ") => {}
            _ if digits(text) && text.get(10..13) == Some(" * ") => {
                Day::parse(&text[..10]).map_err(|_| lines.wrong("its date is none"))?;
                (within, sum) = (true, Total::ZERO);
            }
            _ if within && is_said(text) => {}
            _ if within => {
                let amount = posting(text).ok_or_else(|| lines.wrong("it is no posting"))?;
                let (debit, credit) = match amount.is_negative() {
                    true => (Total::ZERO, -amount),
                    false => (amount, Total::ZERO),
                };
                tally.rows += 1;
                for (total, more) in tally.totals.iter_mut().zip([debit, credit]) {
                    *total = added(*total, more)
                        .ok_or_else(|| lines.wrong("the amounts add up to too much"))?;
                }
                sum = added(sum, amount)
                    .ok_or_else(|| lines.wrong("the amounts add up to too much"))?;
            }
            _ => return Err(lines.wrong("it is no line of a journal written here")),
        }
    }
}

/// Whether a line says something of a transaction.
fn is_said(line: &str) -> bool {
    let of_hledger = ["    ; recorded_at: ", "    ; case: "];
    let of_beancount = ["  position: ", "  recorded_at: \"", "  case: \""];
    of_hledger.iter().chain(&of_beancount).any(|begin| line.starts_with(begin))
}

/// The amount of a line that is a posting.
fn posting(line: &str) -> Option<Total> {
    let (account, amount_of) = line.strip_prefix("    ")?.split_once("  ")?;
    let plain = |found: char| found.is_ascii_alphanumeric() || found == ':' || found == '-';
    if account.split(':').count() != 6 || !account.chars().all(plain) {
        return None;
    }
    amount(amount_of.strip_suffix(" INR")?)
}
