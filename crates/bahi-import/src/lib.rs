//! Case spreadsheets with their mappings, and terms files: bytes in, commands and complaints out.
//!
//! A *mapping* says what the columns of a spreadsheet mean and states every assumption that makes
//! commands of its rows ([`Mapping`]); [`read`] applies one to a file, all or nothing.
//!
//! # Invariants
//! * Pure: no file, no clock, no log. The hash, the districts, the terms and the fingerprints come from the caller.
//! * The same file under the same mapping gives the same commands with the same ids, so importing
//!   it twice changes nothing; equal rows stay separate cases.
//! * A file with one unreadable row gives no command at all.
//! * Of an identifying value only the caller's fingerprints leave this crate: it is in no command,
//!   id, complaint or assumption. The ids of rows that name somebody do not depend on whom.
//!
//! # Not here
//! Deciding (`bahi-rules`), committing (`bahi`), bank and treasury statements (`bahi-recon`).

mod complaint;

mod mapping;

mod table;

mod source;

mod prints;

mod row;

mod equal;

mod identity;

mod read;

mod assumptions;

mod scheme;

pub use complaint::{COMPLAINTS_MAX, Complaint, Complaints};
pub use mapping::{
    BUILT_IN, CHECKED_VALUES_MAX, MAPPING_BYTES_MAX, MAPPING_FORMAT, Mapping, MappingError,
    NOTES_MAX,
};
pub use prints::{Fingerprints, Kind, Prints};
pub use read::{
    Context, FactSum, IMPORT_BYTES_MAX, IMPORT_COLUMNS_MAX, IMPORT_ROWS_MAX, Import, Report,
    Suspicion, YearFigures, read,
};

pub use scheme::{
    SCHEME_FILE_BYTES_MAX, SCHEME_FILE_FORMAT, SchemeFile, SchemeFileError, expression_text,
    test_text,
};

#[cfg(test)]
mod tests;
