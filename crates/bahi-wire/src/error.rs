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
    /// No kind of event has this number. Next: read the ledger with a newer program; if there is
    /// none, treat the record as damaged.
    #[error("no kind of event has the number {0}")]
    UnknownKind(u16),
    /// The kind is known, this form of it is not. Next: as for `UnknownKind`.
    #[error("the kind of event {kind} has no form {schema}")]
    UnknownSchema {
        /// The kind's number.
        kind: u16,
        /// The number of the form.
        schema: u8,
    },
    /// The ledger is written in another version of the stored form. Next: open it with a program
    /// that knows that version.
    #[error("the ledger is written in form version {0}, not {FORM_VERSION}")]
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

/// What is wrong with one value; [`WireError::Invalid`] says where and what to do next.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// A number outside its range.
    #[error("{0} is out of range")]
    OutOfRange(i128),
    /// A number that stands for nothing.
    #[error("the number {0} stands for nothing")]
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
