//! Outward forms of a ledger: rows in, bytes out, and what makes those bytes known again.
//!
//! [`Table`] says which columns a table has, [`Cell`] what stands in one. [`TextRows`] writes rows as
//! comma-separated values, JSON lines or a journal of double entry; [`read_back`] counts and sums what
//! was written. A [`Manifest`] lies beside every file and says what it is of, a
//! [`Package`] in a directory of many.
//!
//! [`papers`] are forms a person hands in: one plain model, as HTML and as PDF/A.
//!
//! # Invariants
//! * What is written follows from the rows and from nothing else: no clock, no path, no environment.
//! * A row is in memory alone; a table of any length is written in the memory of one.
//! * An amount is written to the paisa and read back by other code than wrote it.
//!
//! # Not here
//! Which rows a ledger has, and where files lie: the hub and the program.

mod error;
mod table;
mod text;
mod journal;
mod files;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "xlsx")]
mod xlsx;
mod read_back;
mod manifest;
mod package;
pub mod papers;

pub use error::ReportError;
pub use files::{DEPTH_MAX, FileRows, read_back_file};
pub use journal::{account_of, encoded};
pub use manifest::{FILES_MAX, Filters, MANIFEST_BYTES_MAX, Manifest, Part, part_of};
pub use package::{Hashing, PACKAGE_FILES_MAX, Package, PackageFile, Under, is_package};
pub use read_back::{ROW_BYTES_MAX, read_back};
pub use table::{Cell, Column, Form, Kind, Outlet, RowSink, Sink, Table, Tally};
pub use text::{TextRows, is_formula};

#[cfg(test)]
mod tests;
