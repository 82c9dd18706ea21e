//! What is wrong with a file, and where.

use std::fmt;

/// The most complaints about one file that are listed; all are counted.
pub const COMPLAINTS_MAX: usize = 100;

/// The most characters of an offending text that a complaint repeats.
const SHOWN_MAX: usize = 40;

/// The most characters of a column's name that a complaint repeats.
const COLUMN_CHARS_MAX: usize = 120;

/// One thing wrong with a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// The physical line its record begins on; the header is line 1.
    pub line: u64,
    /// The column, by name, where it is about one; a very long name is cut short.
    pub column: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", column {}", shown(column))?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Why a file gives no commands. What to do next: correct the file at each place, and read it
/// again; nothing of it was taken.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Complaints {
    /// The first [`COMPLAINTS_MAX`], in order of the file; at least one.
    pub listed: Vec<Complaint>,
    /// How many there are in all.
    pub count: u64,
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, complaint) in self.listed.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            complaint.fmt(f)?;
        }
        let rest = self.count.saturating_sub(self.listed.len() as u64);
        if rest > 0 { write!(f, "; and {rest} more") } else { Ok(()) }
    }
}

impl std::error::Error for Complaints {}

impl Complaints {
    pub(crate) fn one(line: u64, what: impl Into<String>) -> Complaints {
        let mut complaints = Complaints::default();
        complaints.add(line, None, what);
        complaints
    }

    pub(crate) fn add(&mut self, line: u64, column: Option<&str>, what: impl Into<String>) {
        self.count += 1;
        if self.listed.len() < COMPLAINTS_MAX {
            let column = column.map(named);
            self.listed.push(Complaint { line, column, what: what.into() });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// The name of a column, cut short: a file may call one whatever it likes.
fn named(column: &str) -> String {
    let mut name: String = column.chars().take(COLUMN_CHARS_MAX).collect();
    if name.len() < column.len() {
        name.push('…');
    }
    name
}

/// A text from a file as a message may hold it: in quotes, cut short, without control characters.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::from("\"");
    for (index, found) in text.chars().enumerate() {
        if index == SHOWN_MAX {
            out.push('…');
            break;
        }
        if found.is_control() {
            out.extend(found.escape_default());
        } else {
            out.push(found);
        }
    }
    out.push('"');
    out
}
