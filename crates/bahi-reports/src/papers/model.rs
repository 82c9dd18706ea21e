//! What a paper is made of, before anybody decides how it looks.
//!
//! # Invariants
//! * A row has as many cells as its table has columns: what is missing is empty, what is too much is
//!   left out.

use bahi_core::{Day, Instant, Total};

/// A paper: what it is, what it says in tables, what it proves, who signs it, what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paper {
    /// What kind of paper, as a word for programs: `certificate`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// The lines under the title: the form, the rule, the title in Hindi.
    pub subtitles: Vec<String>,
    /// Whether its tables ask for the page's long side.
    pub wide: bool,
    /// What it is about.
    pub facts: Vec<Fact>,
    /// The tables, in order.
    pub tables: Vec<Table>,
    /// What must be equal.
    pub identities: Vec<Identity>,
    /// What else is said, in numbered sentences.
    pub passages: Vec<Passage>,
    /// Who signs.
    pub signatures: Vec<Signature>,
    /// What it rests on.
    pub stamp: Stamp,
}

/// One thing a paper is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What is said.
    pub label: String,
    /// What it is.
    pub value: Cell,
}

/// What a paper rests on; it stands on every page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// What the ledger is called in its checkpoints.
    pub ledger: String,
    /// The last position seen.
    pub position: u64,
    /// The root of the tree there, in hex.
    pub root: String,
    /// The effective bound.
    pub as_of: Option<Day>,
    /// When the ledger had learned what is shown.
    pub known_on: Instant,
    /// Whether the ledger's clock is a simulated one.
    pub simulated: bool,
    /// The program and its version.
    pub program: String,
}

/// Two sums that must be equal, each computed in its own way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// What is claimed.
    pub says: String,
    /// How the left side was computed, and what it came to.
    pub left: (String, Total),
    /// How the right side was computed, and what it came to.
    pub right: (String, Total),
}

/// Sentences under a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passage {
    /// The heading.
    pub heading: String,
    /// The sentences, in order.
    pub items: Vec<String>,
}

/// Where somebody signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The office.
    pub office: String,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// What it is, as a word for programs: `grants`.
    pub name: &'static str,
    /// What stands above it.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, sums among them.
    pub rows: Vec<Row>,
    /// What stands in place of rows where there are none.
    pub if_empty: String,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// What it is, as a word for programs.
    pub name: &'static str,
    /// What stands above it.
    pub heading: String,
    /// What is in it.
    pub kind: Kind,
}

/// What a column holds, which is how it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Words, to the left, over several lines where they are long.
    Text,
    /// A code that is read whole: to the left, broken only where it would not fit at all.
    Code,
    /// A day.
    Day,
    /// Rupees, to the right.
    Money,
    /// A number, to the right.
    Count,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// How it stands out.
    pub style: RowStyle,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
}

/// How a row stands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowStyle {
    /// Not at all.
    Plain,
    /// What follows belongs together under its first cell.
    Group,
    /// A sum.
    Total,
}

/// What stands in one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// An amount; below zero where money went the other way.
    Money(Total),
    /// A day.
    Day(Day),
    /// A number of things.
    Count(u64),
    /// A place in the log, which is a name and no quantity.
    Position(u64),
}

impl Paper {
    /// Whether every identity holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.identities.iter().all(Identity::holds)
    }
}

impl Identity {
    /// Whether both sides are equal.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.left.1 == self.right.1
    }

    /// What a person reads: `holds`, or by how much it does not.
    #[must_use]
    pub fn verdict(&self) -> String {
        if self.holds() {
            return "holds".to_owned();
        }
        format!("DOES NOT HOLD: the sides differ by ₹ {}", (self.left.1 - self.right.1).grouped())
    }
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(name: &'static str, caption: impl Into<String>, columns: Vec<Column>) -> Table {
        let (caption, if_empty) = (caption.into(), "none".to_owned());
        Table { name, caption, columns, rows: Vec::new(), if_empty }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.push(RowStyle::Plain, cells);
    }

    /// Adds the heading of a group.
    pub fn group(&mut self, text: impl Into<String>) {
        self.push(RowStyle::Group, vec![Cell::Text(text.into())]);
    }

    /// Adds a sum.
    pub fn total(&mut self, cells: Vec<Cell>) {
        self.push(RowStyle::Total, cells);
    }

    fn push(&mut self, style: RowStyle, mut cells: Vec<Cell>) {
        cells.resize(self.columns.len(), Cell::Empty);
        self.rows.push(Row { style, cells });
    }
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn text(name: &'static str, heading: &str) -> Column {
        Column { name, heading: heading.to_owned(), kind: Kind::Text }
    }

    /// A column of codes.
    #[must_use]
    pub fn code(name: &'static str, heading: &str) -> Column {
        Column { name, heading: heading.to_owned(), kind: Kind::Code }
    }

    /// A column of days.
    #[must_use]
    pub fn day(name: &'static str, heading: &str) -> Column {
        Column { name, heading: heading.to_owned(), kind: Kind::Day }
    }

    /// A column of amounts.
    #[must_use]
    pub fn money(name: &'static str, heading: &str) -> Column {
        Column { name, heading: heading.to_owned(), kind: Kind::Money }
    }

    /// A column of numbers.
    #[must_use]
    pub fn count(name: &'static str, heading: &str) -> Column {
        Column { name, heading: heading.to_owned(), kind: Kind::Count }
    }
}

impl Fact {
    /// A fact in words.
    #[must_use]
    pub fn text(label: &str, value: impl Into<String>) -> Fact {
        Fact { label: label.to_owned(), value: Cell::Text(value.into()) }
    }

    /// A fact in rupees.
    #[must_use]
    pub fn money(label: &str, value: Total) -> Fact {
        Fact { label: label.to_owned(), value: Cell::Money(value) }
    }
}

impl Cell {
    /// Words, or nothing where there are none.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    /// A day, or nothing.
    #[must_use]
    pub fn day(day: Option<Day>) -> Cell {
        day.map_or(Cell::Empty, Cell::Day)
    }

    /// An amount, or nothing where it is zero.
    #[must_use]
    pub fn some_money(amount: Total) -> Cell {
        if amount.paise() == 0 { Cell::Empty } else { Cell::Money(amount) }
    }

    /// What a person reads: amounts in the Indian grouping, days as they are written in India.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => shown_text(text),
            Cell::Money(amount) => amount.grouped(),
            Cell::Day(day) => shown_day(*day),
            Cell::Count(number) => shown_count(*number),
            Cell::Position(position) => position.to_string(),
        }
    }

    /// What a program reads: amounts without grouping, days in the form of ISO 8601.
    #[must_use]
    pub fn exact(&self) -> Option<String> {
        match self {
            Cell::Empty => None,
            Cell::Text(text) => Some(text.clone()),
            Cell::Money(amount) => Some(amount.to_string()),
            Cell::Day(day) => Some(day.to_string()),
            Cell::Count(number) | Cell::Position(number) => Some(number.to_string()),
        }
    }
}

impl Stamp {
    /// The stamp's two lines: where in which ledger, and when.
    #[must_use]
    pub fn lines(&self) -> [String; 2] {
        let counted = match self.as_of {
            Some(day) => format!("counting what is effective by {}", shown_day(day)),
            None => "counting every effective day".to_owned(),
        };
        let clock = if self.simulated { " (simulated clock)" } else { "" };
        let known = shown_moment(self.known_on);
        [
            format!("{} · position {} · root {}", self.ledger, self.position, self.root),
            format!("known on {known}{clock} · {counted} · {}", self.program),
        ]
    }
}

/// A day as it is written in India: 31-03-2025.
#[must_use]
pub(crate) fn shown_day(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{day:02}-{month:02}-{year:04}")
}

/// A moment to the minute, in India.
#[must_use]
pub(crate) fn shown_moment(moment: Instant) -> String {
    let time: String = moment.to_string().chars().skip(11).take(5).collect();
    format!("{} {time} IST", shown_day(moment.day()))
}

/// A number as a person reads it: 11,608.
#[must_use]
pub(crate) fn shown_count(number: u64) -> String {
    let rupees = Total::from_paise(i128::from(number) * 100).grouped();
    rupees.trim_end_matches(".00").to_owned()
}

/// What has no place on paper (controls, marks that turn the direction of writing) is shown as
/// unknown; a line break is a blank.
fn printable(found: char) -> char {
    match found {
        '\n' | '\t' | '\r' => ' ',
        '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        _ if found.is_control() => '\u{fffd}',
        _ => found,
    }
}

/// Any text that a person is to read.
#[must_use]
pub(crate) fn shown_text(text: &str) -> String {
    text.chars().map(printable).collect()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::sample;
