//! Why a file gives nothing at all.

use std::fmt;

/// Where in a file: the line from 1 and the byte from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Place {
    /// The physical line, from 1.
    pub line: u64,
    /// The byte, from 0.
    pub byte: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}", self.line, self.byte)
    }
}

/// Why a file is not read. What was given out of it before is to be forgotten.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// The file is larger than the limit. What to do next: split it, or raise the limit.
    #[error("the file has {bytes} bytes, more than the {most} that are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// The file is of no format known here. What to do next: name the format, or give a layout.
    #[error("the file is of no format that is known; name one, or give a layout for it")]
    Unrecognised,
    /// The file is not of the format it is read as. What to do next: read it as another.
    #[error("{place}: {what}")]
    NotThisFormat {
        /// Where that shows.
        place: Place,
        /// What stands there instead.
        what: &'static str,
    },
    /// The file is broken off or damaged. What to do next: fetch it again.
    #[error("{place}: {what}")]
    Malformed {
        /// Where.
        place: Place,
        /// What is wrong.
        what: &'static str,
    },
    /// Elements inside elements deeper than any statement. What to do next: refuse the sender.
    #[error("{place}: elements are nested deeper than {most}")]
    TooDeep {
        /// Where.
        place: Place,
        /// The limit.
        most: usize,
    },
    /// A document type or an entity of its own, which no bank sends. What to do next: refuse the
    /// sender.
    #[error("{place}: the file declares or uses entities of its own")]
    Entities {
        /// Where.
        place: Place,
    },
    /// One thing is longer than the limit. What to do next: raise the limit if it is genuine.
    #[error("{place}: {what} is longer than the {most} bytes that are read")]
    TooLong {
        /// Where it begins.
        place: Place,
        /// What is.
        what: &'static str,
        /// The limit.
        most: usize,
    },
}
