//! The tables that leave a ledger: their columns, what stands in a cell, and what rows add up to.
//!
//! # Invariants
//! * The names and the order of a table's columns are stable; further ones come last.
//! * A cell is of its column's kind, or nothing.
//!
//! # Not here
//! How a cell is written: one module for each form.

use std::io::Write;

use bahi_core::{Day, Instant, Total};

use crate::ReportError;

/// A table that leaves a ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Table {
    /// Every event, one a row.
    Events,
    /// The double entry of every event, one line of the journal a row.
    Postings,
    /// The same postings under the names of the Audit Data Standard's `GL_Detail`.
    GlDetail,
    /// Every case with its figures.
    Cases,
    /// The balances of every fund.
    Balances,
}

/// A form that a table is written in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Form {
    /// Comma-separated values (RFC 4180) whose lines end in a line feed, under a heading.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet, a directory partitioned by scheme and financial year.
    Parquet,
    /// A workbook of Office Open XML.
    Xlsx,
    /// A journal that hledger and ledger read.
    Hledger,
    /// A journal that beancount reads.
    Beancount,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A whole number.
    Number,
    /// A text in a form of the ledger's own: an id, a code, a hash.
    Code,
    /// A name that somebody gave: any printable text.
    Name,
    /// A civil day.
    Day,
    /// A moment.
    Instant,
    /// Rupees with two places.
    Amount,
}

/// A column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What stands in one column of one row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    None,
    /// A whole number.
    Number(u64),
    /// A text in a form of the ledger's own.
    Code(String),
    /// A name that somebody gave.
    Name(String),
    /// A civil day.
    Day(Day),
    /// A moment.
    Instant(Instant),
    /// Rupees with two places.
    Amount(Total),
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number }
}

const fn code(name: &'static str) -> Column {
    Column { name, kind: Kind::Code }
}

const fn name(name: &'static str) -> Column {
    Column { name, kind: Kind::Name }
}

const fn day(name: &'static str) -> Column {
    Column { name, kind: Kind::Day }
}

const fn instant(name: &'static str) -> Column {
    Column { name, kind: Kind::Instant }
}

const fn amount(name: &'static str) -> Column {
    Column { name, kind: Kind::Amount }
}

const POSTINGS: &[Column] = &[
    number("position"),
    code("event_id"),
    code("kind"),
    instant("recorded_at"),
    day("effective_day"),
    code("fy"),
    name("scheme"),
    code("district"),
    name("head"),
    name("case"),
    code("ledger_account"),
    amount("debit"),
    amount("credit"),
    code("currency"),
];

const GL_DETAIL: &[Column] = &[
    number("Journal_ID"),
    number("Journal_ID_Line_Number"),
    code("JE_Header_Description"),
    name("JE_Line_Description"),
    code("Source"),
    code("Business_Unit_Code"),
    day("Effective_Date"),
    code("Fiscal_Year"),
    code("GL_Account_Number"),
    amount("Amount"),
    code("Amount_Credit_Debit_Indicator"),
    code("Amount_Currency"),
    name("Entered_By"),
    day("Entered_Date"),
    code("Entered_Time"),
    name("Segment01"),
    name("Segment02"),
];

const EVENTS: &[Column] = &[
    number("position"),
    code("event_id"),
    code("command_id"),
    code("kind"),
    instant("recorded_at"),
    day("effective_day"),
    name("actor"),
    code("role"),
    name("order"),
    day("order_date"),
    name("paragraph"),
    name("case"),
    code("fy"),
    name("scheme"),
    code("district"),
    name("head"),
    amount("amount"),
    number("terms_version"),
    code("leaf_hash"),
    code("record"),
];

const CASES: &[Column] = &[
    name("case"),
    number("position"),
    day("applied_on"),
    code("fy"),
    name("scheme"),
    code("district"),
    name("head"),
    code("status"),
    amount("sanctioned"),
    amount("disbursed"),
    amount("returned"),
    amount("recovered"),
    amount("utilised"),
    amount("adjusted"),
    amount("demanded"),
    number("audits"),
    number("events"),
    number("last_position"),
    day("last_effective_day"),
];

const BALANCES: &[Column] = &[
    name("scheme"),
    code("district"),
    name("head"),
    code("fy"),
    amount("allotted"),
    amount("sanctioned"),
    amount("disbursed"),
    amount("returned"),
    amount("recovered"),
    amount("utilised"),
    amount("adjusted"),
    amount("available"),
    amount("suspense"),
    amount("interest_earned"),
    amount("interest_remitted"),
    number("applied"),
    number("audited"),
];

impl Table {
    /// Every table.
    pub const ALL: [Table; 5] =
        [Table::Events, Table::Postings, Table::GlDetail, Table::Cases, Table::Balances];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Table::Events => "events",
            Table::Postings => "postings",
            Table::GlDetail => "gl_detail",
            Table::Cases => "cases",
            Table::Balances => "balances",
        }
    }

    /// Its columns, in order.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Table::Events => EVENTS,
            Table::Postings => POSTINGS,
            Table::GlDetail => GL_DETAIL,
            Table::Cases => CASES,
            Table::Balances => BALANCES,
        }
    }

    /// The names of the columns that hold amounts, which a manifest has the totals of.
    pub fn amounts(self) -> impl Iterator<Item = &'static str> {
        self.columns().iter().filter(|one| one.kind == Kind::Amount).map(|one| one.name)
    }

    /// Whether it is written in a form: a journal is of postings, and what has no column of its own for
    /// scheme and year is not partitioned by them.
    #[must_use]
    pub const fn has(self, form: Form) -> bool {
        match (form, self) {
            (Form::Csv | Form::JsonLines | Form::Xlsx, _) => true,
            (Form::Parquet, Table::GlDetail) => false,
            (Form::Parquet, Table::Events | Table::Postings | Table::Cases | Table::Balances) => {
                true
            }
            (Form::Hledger | Form::Beancount, Table::Postings) => true,
            (
                Form::Hledger | Form::Beancount,
                Table::Events | Table::GlDetail | Table::Cases | Table::Balances,
            ) => false,
        }
    }
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 6] =
        [Form::Csv, Form::JsonLines, Form::Parquet, Form::Xlsx, Form::Hledger, Form::Beancount];

    /// Its stable name, as the program takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::JsonLines => "jsonl",
            Form::Parquet => "parquet",
            Form::Xlsx => "xlsx",
            Form::Hledger => "hledger",
            Form::Beancount => "beancount",
        }
    }

    /// Whether it is one stream of text, which [`TextRows`](crate::TextRows) writes.
    #[must_use]
    pub const fn is_text(self) -> bool {
        match self {
            Form::Csv | Form::JsonLines | Form::Hledger | Form::Beancount => true,
            Form::Parquet | Form::Xlsx => false,
        }
    }
}

/// Where rows go.
pub trait RowSink {
    /// Takes a row: a cell for each column.
    ///
    /// # Errors
    /// [`ReportError::Misfit`], [`ReportError::TooManyRows`], [`ReportError::Form`],
    /// [`ReportError::Io`].
    fn row(&mut self, cells: &[Cell]) -> Result<(), ReportError>;
}

/// A file that a form is written to.
pub trait Sink: Write + Send {}

impl<T: Write + Send> Sink for T {}

/// Where the files of a form of several are made.
pub trait Outlet {
    /// Makes a file under a relative name whose parts are divided by `/`.
    ///
    /// # Errors
    /// Whatever keeps it from being made.
    fn create(&mut self, name: &str) -> std::io::Result<Box<dyn Sink>>;
}

/// What rows add up to: their number, and the total of each column of amounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    /// How many rows.
    pub rows: u64,
    /// The totals, in order of the columns.
    pub totals: Vec<Total>,
}

impl Tally {
    /// That of no row of a table.
    #[must_use]
    pub fn of(table: Table) -> Tally {
        Tally { rows: 0, totals: table.amounts().map(|_| Total::ZERO).collect() }
    }

    /// Takes a row.
    pub fn take(&mut self, cells: &[Cell]) {
        let amounts = cells.iter().filter_map(|cell| match cell {
            Cell::Amount(amount) => Some(*amount),
            Cell::None
            | Cell::Number(_)
            | Cell::Code(_)
            | Cell::Name(_)
            | Cell::Day(_)
            | Cell::Instant(_) => None,
        });
        self.rows += 1;
        for (total, amount) in self.totals.iter_mut().zip(amounts) {
            *total += amount;
        }
    }

    /// Adds what other rows of the same table add up to.
    pub fn add(&mut self, other: &Tally) {
        self.rows += other.rows;
        for (total, more) in self.totals.iter_mut().zip(&other.totals) {
            *total += *more;
        }
    }
}

/// Whether a row has a cell of the right kind for each column; an amount is never nothing.
pub(crate) fn fits(table: Table, cells: &[Cell]) -> bool {
    let columns = table.columns();
    let one = |column: &Column, cell: &Cell| match cell {
        Cell::None => column.kind != Kind::Amount,
        Cell::Number(_) => column.kind == Kind::Number,
        Cell::Code(_) => column.kind == Kind::Code,
        Cell::Name(_) => column.kind == Kind::Name,
        Cell::Day(_) => column.kind == Kind::Day,
        Cell::Instant(_) => column.kind == Kind::Instant,
        Cell::Amount(_) => column.kind == Kind::Amount,
    };
    columns.len() == cells.len()
        && columns.iter().zip(cells).all(|(column, cell)| one(column, cell))
}
