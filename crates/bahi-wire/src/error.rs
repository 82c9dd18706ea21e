//! Why bytes are not a record, or a value has no stored form.

use bahi_core::{NameError, TermsError};

use crate::{FORM_VERSION, LedgerNameError, RECORD_BYTES_MAX};

/// Why bytes are not a record, or a value has no stored form.
///
/// Bytes that came from a log and are refused here are damage, or were written by a newer version
/// of the program; a value that is refused on the way out was never sound. Places are counted in
/// bytes from the beginning of the record.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WireError {
    /// Longer than [`RECORD_BYTES_MAX`]. Next: split what the event says, or shorten it.
    #[error("a record of {bytes} bytes is over the limit of {RECORD_BYTES_MAX}")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The bytes end within a value. Next: treat the record as damaged.
    #[error("the record ends within the value at byte {at}")]
    Truncated {
        /// Where the value begins.
        at: usize,
    },
    /// Bytes follow the last value. Next: treat the record as damaged.
    #[error("{count} bytes follow the end of the record at byte {at}")]
    TrailingBytes {
        /// Where the record ends.
        at: usize,
        /// How many bytes follow.
        count: usize,
    },
    /// No kind of event known here has this number. Next: read the ledger with a newer program; if
    /// there is none, treat the record as damaged.
    #[error("no kind of event known here has the number {0}{needed}", needed = newer(*.0 != 0))]
    UnknownKind(u16),
    /// The kind is known, this schema of it is not. Next: as for `UnknownKind`.
    #[error("the kind of event {kind} has no schema {schema}{needed}", needed = newer(*.schema != 0))]
    UnknownSchema {
        /// The kind's number.
        kind: u16,
        /// The number of the schema.
        schema: u8,
    },
    /// The ledger is written in another version of the stored form. Next: open it with a newer
    /// program. Version 0 was never settled and no program reads it: enter again what the ledger
    /// was made of.
    #[error("the ledger is written in form version {0}, not {FORM_VERSION}{needed}", needed = of_version(*.0))]
    UnknownForm(u16),
    /// The record is no ledger's own first one. Next: check that the path is a ledger's.
    #[error("the record is not the head of a ledger")]
    NotAHead,
    /// Position 0 is the ledger's own record and holds no event. Next: read it with
    /// [`crate::decode_first`].
    #[error("position 0 holds the head of the ledger and no event")]
    NotAnEvent,
    /// A value that its place cannot hold. Next: on reading, treat the record as damaged; on
    /// writing, correct the value.
    #[error("{field} at byte {at} is unsound: {problem}")]
    Invalid {
        /// Which value.
        field: &'static str,
        /// Where it, or the group of values it belongs to, begins.
        at: usize,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The record is sound and is not what this program would have written. Next: treat the
    /// record as damaged.
    #[error("the record is not in its one form, from byte {at} on")]
    NotCanonical {
        /// The first byte that differs.
        at: usize,
    },
}

/// What is said of what a newer program wrote.
fn newer(is_newer: bool) -> &'static str {
    if is_newer { ": a newer program is needed" } else { "" }
}

/// What is said of a ledger of another form version.
fn of_version(version: u16) -> &'static str {
    if version > FORM_VERSION { newer(true) } else { ", and was never settled" }
}

impl WireError {
    /// Whether the record says something that this program does not know and a newer one may:
    /// whoever knows that the bytes are those that were written need not think of damage.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        match self {
            WireError::UnknownKind(number) => *number != 0,
            WireError::UnknownSchema { schema, .. } => *schema != 0,
            WireError::UnknownForm(version) => *version > FORM_VERSION,
            WireError::Invalid { problem: Problem::UnknownNumber(number), .. } => *number != 0,
            WireError::TooLong { .. }
            | WireError::Truncated { .. }
            | WireError::TrailingBytes { .. }
            | WireError::NotAHead
            | WireError::NotAnEvent
            | WireError::Invalid { .. }
            | WireError::NotCanonical { .. } => false,
        }
    }
}

/// What is wrong with one value; [`WireError::Invalid`] says where and what to do next.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// A number outside its range.
    #[error("{0} is out of range")]
    OutOfRange(i128),
    /// A number that stands for nothing known here: what a newer program wrote, unless it is 0.
    #[error("the number {0} is not known here{needed}", needed = newer(*.0 != 0))]
    UnknownNumber(u32),
    /// A list longer than its bound.
    #[error("the list has {count} rows, over the limit of {max}")]
    TooMany {
        /// How many rows it has.
        count: usize,
        /// How many it may have.
        max: usize,
    },
    /// A list that needs a row and has none.
    #[error("the list is empty")]
    Empty,
    /// Rows that do not rise, or repeat.
    #[error("the rows are out of order or repeat")]
    Order,
    /// Characters that are not printable ASCII.
    #[error("the text is not printable ASCII")]
    Text,
    /// A text that is no single line within its bound, or no UTF-8.
    #[error("the text is no single line of UTF-8 within its bound")]
    Line,
    /// A text that is no identifier.
    #[error("{0}")]
    Name(NameError),
    /// A text that is no name of a ledger.
    #[error("{0}")]
    LedgerName(LedgerNameError),
    /// Parts that are no terms.
    #[error("{0}")]
    Terms(Box<TermsError>),
    /// A movement that is not one of the reversed kind's.
    #[error("an event of kind {0} does not move so")]
    Movement(u16),
    /// A schema that says more than the event does, with the one that says all of it.
    #[error("schema {0} says all of it")]
    LowerSchema(u8),
    /// A refusal's number whose figures or word are not that refusal's.
    #[error("no refusal of number {0} has these figures")]
    Refusal(u16),
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Problem {
        Problem::Name(error)
    }
}

impl From<TermsError> for Problem {
    fn from(error: TermsError) -> Problem {
        Problem::Terms(Box::new(error))
    }
}
