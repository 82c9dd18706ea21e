//! Exports: tables of a view for other programs, and what makes their files known again.
//!
//! # Invariants
//! * The log is read page by page and what is of a page is written before the next is read, so that
//!   memory does not grow with the log; cases are gathered in windows of [`CASES_AT_ONCE`].
//! * The postings of a view and a filter, summed by ledger account, are the balances of the same
//!   view and filter.
//! * The postings written of one event sum to zero, whatever the filter.
//!
//! # Not here
//! Which events post what: `bahi-balances`. The JSON form of an event: `bahi-json`. How a table is
//! written: `bahi-reports`. Files and their places: whoever exports.

mod rows;
mod cases;
mod sign;
mod check;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use bahi_core::{Position, Total};
use bahi_reports::{Form, Outlet, ReportError, Table, Tally, TextRows};
use thiserror::Error as ThisError;

use crate::{Basis, Error, Filter, Ledger, View, press::Press};

pub use cases::CASES_AT_ONCE;
pub use check::{CheckedExport, ExportProblem, check_export, manifest_of};
#[cfg(feature = "papers")]
pub(crate) use check::{bounded, unchanged, under, walk};
pub use sign::{manifest_file, signer_of};

/// How the lines of postings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PostingsForm {
    /// A heading, then comma-separated rows (RFC 4180) whose lines end in `\n`. A name that begins
    /// with `=`, `+`, `-` or `@`, after apostrophes or none, has an apostrophe before it, so that
    /// no spreadsheet takes it for a formula; taking one away gives the name back.
    Csv,
    /// One JSON object a line, with the columns as fields; names as they are.
    JsonLines,
}

/// The columns of exported postings, in order.
pub const POSTING_COLUMNS: [&str; 14] = [
    "position",
    "event_id",
    "kind",
    "recorded_at",
    "effective_day",
    "fy",
    "scheme",
    "district",
    "head",
    "case",
    "ledger_account",
    "debit",
    "credit",
    "currency",
];

/// What is exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// The table.
    pub table: Table,
    /// Its form.
    pub form: Form,
    /// The funds it is of.
    pub filter: Filter,
    /// The past it is of.
    pub view: View,
}

/// What an export holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exported {
    /// What it rests on.
    pub basis: Basis,
    /// Events with at least one line; of cases, the events they are made of; of balances none.
    pub events: u64,
    /// Lines, the heading not among them.
    pub rows: u64,
    /// The debits of the events' postings, as far as the filter takes them.
    pub debits: Total,
    /// Their credits: as much.
    pub credits: Total,
    /// Events that post money without a scheme or a head. Balances leave them out and so do exported
    /// postings; no rule lets one happen.
    pub unplaced: u64,
    /// What the rows add up to, column of amounts by column.
    pub tally: Tally,
    /// The files of a form of several, with how many rows each has, in order of their names.
    pub parts: Vec<(String, u64)>,
}

/// Why an export did not come to its end. What was written is the beginning of it.
#[derive(Debug, ThisError)]
pub enum ExportError {
    /// The ledger could not be read so far. What to do is that error's.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The lines could not be written. Free the output and export again.
    #[error("the export cannot be written: {0}")]
    Write(io::Error),
    /// The form does not take the table, or not so much of it. Choose another form.
    #[error("{0}")]
    Form(ReportError),
    /// The manifest cannot name a file, or cannot be signed. Choose another name, or another form.
    #[error("the manifest cannot be made: {0}")]
    Manifest(String),
}

impl From<ReportError> for ExportError {
    fn from(error: ReportError) -> ExportError {
        match error {
            ReportError::Io(error) => ExportError::Write(error),
            error @ (ReportError::NoSuchForm { .. }
            | ReportError::NotBuilt(_)
            | ReportError::TooManyRows { .. }
            | ReportError::Misfit
            | ReportError::Form(_)
            | ReportError::Unreadable { .. }) => ExportError::Form(error),
        }
    }
}

impl Ledger {
    /// Writes a table as text: comma-separated values, JSON lines, a journal.
    ///
    /// Lines are written a page of the log at a time; `progress` is given the position reached.
    ///
    /// # Errors
    /// [`ExportError::Form`] for a form of files, and for a journal of anything but postings;
    /// [`ExportError::Ledger`] as [`Ledger::basis`] and [`Ledger::events`]; [`ExportError::Write`].
    ///
    /// ```
    /// use bahi::{Export, Filter, Ledger, LedgerName, NewLedger, View, reports::{Form, Table}};
    ///
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let (filter, view) = (Filter::default(), View::NOW);
    /// let asked = Export { table: Table::Events, form: Form::Csv, filter, view };
    /// let mut csv = Vec::new();
    /// let exported = ledger.export_text(&asked, &mut csv, &mut |_| {})?;
    /// assert_eq!(exported.rows, ledger.position().0);
    /// assert_eq!(String::from_utf8(csv)?.lines().count() as u64, 1 + exported.rows);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export_text(
        &self,
        asked: &Export,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        self.press().export_text(asked, out, progress)
    }

    /// A piece of what [`Ledger::export_text`] writes: the rows of one page of the log, from a
    /// position on, after what stands before all rows where that is the first. With it the position
    /// where the next piece begins, or none after the last: the pieces of one view, one after another,
    /// are the export. A table that is not one of events is one piece.
    ///
    /// What grows between two pieces is no part of it where the view says `at`.
    ///
    /// # Errors
    /// Those of [`Ledger::export_text`].
    pub fn export_piece(
        &self,
        asked: &Export,
        from: Position,
    ) -> Result<(Vec<u8>, Option<Position>), ExportError> {
        self.press().export_piece(asked, from)
    }

    /// Writes a table as files: Parquet, or a workbook, which is one file of the name given.
    ///
    /// # Errors
    /// [`ExportError::Form`] for a form of text, for one this program was built without, and for more
    /// rows than it holds; [`ExportError::Ledger`] as [`Ledger::basis`] and [`Ledger::events`];
    /// [`ExportError::Write`].
    pub fn export_files(
        &self,
        asked: &Export,
        name: &str,
        outlet: &mut dyn Outlet,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        self.press().export_files(asked, name, outlet, progress)
    }

    /// Writes a line for each posting of a view, as far as a filter takes its fund.
    ///
    /// The columns are [`POSTING_COLUMNS`]: `fy` is the year of the fund, `district` a code or
    /// `pool`, `case` what the office calls the case (empty or `null` for none), `debit` and
    /// `credit` rupees with two places of which one is `0.00`. Lines are written a page of the log
    /// at a time; `progress` is given the position reached.
    ///
    /// # Errors
    /// Those of [`Ledger::export_text`].
    ///
    /// ```
    /// use bahi::{Filter, Ledger, LedgerName, NewLedger, PostingsForm, View};
    ///
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let line = concat!(
    ///     r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","#,
    ///     r#""actor":"fin-01","role":"finance","effective_day":"2024-04-01","#,
    ///     r#""authority":{"order":"B-1/2024","date":"2024-04-01"},"amount":"500.00","#,
    ///     r#""fund":{"scheme":"mda","head":"odop","fy":"2024-25","district":"pool"}}"#
    /// );
    /// ledger.submit(&bahi::parse_command(line.as_bytes())?)?;
    /// let (mut csv, filter) = (Vec::new(), Filter::default());
    /// let form = PostingsForm::Csv;
    /// let exported = ledger.export_postings(form, &filter, View::NOW, &mut csv, &mut |_| {})?;
    /// assert_eq!((exported.events, exported.rows), (1, 2));
    /// assert_eq!(exported.debits, exported.credits);
    /// let csv = String::from_utf8(csv)?;
    /// let last = csv.lines().last().unwrap_or_default();
    /// assert!(last.ends_with(",2024-25,mda,pool,odop,,allotted,0.00,500.00,INR"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export_postings(
        &self,
        form: PostingsForm,
        filter: &Filter,
        view: View,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        let form = match form {
            PostingsForm::Csv => Form::Csv,
            PostingsForm::JsonLines => Form::JsonLines,
        };
        let asked = Export { table: Table::Postings, form, filter: filter.clone(), view };
        self.export_text(&asked, out, progress)
    }

    /// Writes each event of a view whole, one JSON object a line, as far as a filter takes its fund.
    ///
    /// Beside every field of the event a line has `record`, the exact stored bytes in base64, and
    /// `leaf_hash`, which is the RFC 6962 leaf hash of these bytes. A filter leaves out an event
    /// that names no scheme. The tree's leaf 0 is the ledger's own record and no event:
    /// [`Ledger::record`] at position 0 has it. Lines are written a page of the log at a time;
    /// `progress` is given the position reached.
    ///
    /// # Errors
    /// Those of [`Ledger::export_text`].
    ///
    /// ```
    /// use bahi::{Filter, Ledger, LedgerName, NewLedger, View};
    ///
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let (mut lines, filter) = (Vec::new(), Filter::default());
    /// let exported = ledger.export_events(&filter, View::NOW, &mut lines, &mut |_| {})?;
    /// assert_eq!(exported.rows, ledger.position().0);
    /// assert!(lines.starts_with(br#"{"position":1,"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export_events(
        &self,
        filter: &Filter,
        view: View,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        let (table, form) = (Table::Events, Form::JsonLines);
        self.export_text(&Export { table, form, filter: filter.clone(), view }, out, progress)
    }
}

impl Press<'_> {
    /// As [`Ledger::export_text`] says.
    pub(crate) fn export_text(
        &self,
        asked: &Export,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        let basis = self.basis(asked.view)?;
        let range = (Position(1), basis.position);
        let mut exported = Exported::nothing(basis, asked.table);
        let rows = TextRows::begin(asked.table, asked.form, &self.of(asked, &exported.basis), out)?;
        let tally = self.text_rows(asked, range, rows, (&mut exported, progress))?;
        exported.counted(tally);
        Ok(exported)
    }

    /// What an export is of, for its first line.
    fn of(&self, asked: &Export, basis: &Basis) -> String {
        let (name, table) = (self.name().as_str(), asked.table.name());
        let Basis { position, root, .. } = basis;
        format!("{table} of {name} up to position {position}, root {root}")
    }

    /// Writes the rows of events between two positions, or all of a table that is none of events.
    fn text_rows(
        &self,
        asked: &Export,
        range: (Position, Position),
        mut rows: TextRows<'_>,
        (exported, progress): (&mut Exported, &mut dyn FnMut(Position)),
    ) -> Result<Tally, ExportError> {
        let whole = asked.table == Table::Events && asked.form == Form::JsonLines;
        self.rows(asked, range, exported, progress, &mut |cells, event| match event {
            Some((recorded, record)) if whole => {
                Ok(rows.line(&self.whole_line(recorded, record)?, cells)?)
            }
            Some(_) | None => Ok(bahi_reports::RowSink::row(&mut rows, cells)?),
        })?;
        Ok(rows.finish()?)
    }

    /// As [`Ledger::export_piece`] says.
    pub(crate) fn export_piece(
        &self,
        asked: &Export,
        from: Position,
    ) -> Result<(Vec<u8>, Option<Position>), ExportError> {
        let mut out = Vec::new();
        let is_of_events = match asked.table {
            Table::Events | Table::Postings | Table::GlDetail => true,
            Table::Cases | Table::Balances => false,
        };
        let from = from.max(Position(1));
        let basis = self.basis(asked.view)?;
        let last = basis.position;
        let page = self.log().pages(from.0).next().filter(|_| is_of_events && from <= last);
        let Some(page) = page.transpose().map_err(Error::from)? else {
            if from == Position(1) {
                self.export_text(asked, &mut out, &mut |_| {})?;
            }
            return Ok((out, None));
        };
        let until = Position(page.end().saturating_sub(1)).min(last);
        let mut exported = Exported::nothing(basis, asked.table);
        let rows = match from {
            Position(1) => {
                let of = self.of(asked, &exported.basis);
                TextRows::begin(asked.table, asked.form, &of, &mut out)?
            }
            _ => TextRows::go_on(asked.table, asked.form, &mut out)?,
        };
        self.text_rows(asked, (from, until), rows, (&mut exported, &mut |_| {}))?;
        Ok((out, Some(until.next()).filter(|next| *next <= last)))
    }

    /// As [`Ledger::export_files`] says.
    pub(crate) fn export_files(
        &self,
        asked: &Export,
        name: &str,
        outlet: &mut dyn Outlet,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        let mut exported = Exported::nothing(self.basis(asked.view)?, asked.table);
        let mut files = bahi_reports::FileRows::begin(asked.table, asked.form, name, outlet)?;
        let range = (Position(1), exported.basis.position);
        self.rows(asked, range, &mut exported, progress, &mut |cells, _| {
            Ok(bahi_reports::RowSink::row(&mut files, cells)?)
        })?;
        let (tally, parts) = files.finish()?;
        exported.counted(tally);
        exported.parts = parts;
        Ok(exported)
    }
}

impl Exported {
    fn nothing(basis: Basis, table: Table) -> Exported {
        let (debits, credits) = (Total::ZERO, Total::ZERO);
        let (tally, parts) = (Tally::of(table), Vec::new());
        Exported { basis, events: 0, rows: 0, debits, credits, unplaced: 0, tally, parts }
    }

    fn counted(&mut self, tally: Tally) {
        self.rows = tally.rows;
        self.tally = tally;
    }
}
