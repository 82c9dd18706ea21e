//! What keeps rows from being written, or what was written from being read.

use std::io;

use thiserror::Error as ThisError;

/// Why a report was not written, or not read back.
#[derive(Debug, ThisError)]
pub enum ReportError {
    /// The system did not take or give the bytes. Free the medium, and do it again.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A table is not written in this form. Choose another form.
    #[error("{form} is no form of {what}; choose csv, jsonl, parquet or xlsx")]
    NoSuchForm {
        /// The table.
        what: &'static str,
        /// The form.
        form: &'static str,
    },
    /// This program was built without this form. Build it with the feature, or choose another form.
    #[error("this program was built without {0}")]
    NotBuilt(&'static str),
    /// There are more rows than the form holds. Choose another form, or ask for less.
    #[error("over {max} rows, more than a file of this form holds; choose csv or parquet")]
    TooManyRows {
        /// How many it holds.
        max: u64,
    },
    /// A row does not fit the table: a bug of whoever gives the rows.
    #[error("a bug: a row does not fit its table")]
    Misfit,
    /// The writer of the form refuses. Choose another form, and report it.
    #[error("the form cannot hold it: {0}")]
    Form(String),
    /// What is read back is not as it was written: damaged, cut short or another file. Rely on nothing
    /// in it.
    #[error("{place}: {why}")]
    Unreadable {
        /// The line, row or part.
        place: String,
        /// What is wrong there.
        why: String,
    },
}

impl ReportError {
    /// What is wrong at a place of a file that is read back.
    pub(crate) fn at(place: impl Into<String>, why: impl Into<String>) -> ReportError {
        ReportError::Unreadable { place: place.into(), why: why.into() }
    }
}
