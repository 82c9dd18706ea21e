//! Tables as files of a form of their own: Parquet and workbooks, each behind its feature.
//!
//! # Invariants
//! * Whoever asks for a form that this program was built without is told so, before a row is given.
//!
//! # Not here
//! The forms themselves: `parquet`, `xlsx`.

use std::fs::File;

use crate::{Cell, Form, Outlet, ReportError, RowSink, Table, Tally};

/// How many directories deep the files of an export lie, the file's own name counted.
pub const DEPTH_MAX: usize = 3;

/// The files written, each with its rows, in order of their names.
pub(crate) type Parts = Vec<(String, u64)>;

/// A form on its way.
pub(crate) trait Rows {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ReportError>;
    fn finish(self: Box<Self>) -> Result<(Tally, Parts), ReportError>;
}

/// Rows on their way into files.
pub struct FileRows<'a>(Box<dyn Rows + 'a>);

impl<'a> FileRows<'a> {
    /// Begins the files of a table. A form of one file has it under `name`; Parquet makes names of its
    /// own, `scheme=…/fy=…/part-….parquet`.
    ///
    /// # Errors
    /// [`ReportError::NoSuchForm`], [`ReportError::NotBuilt`], [`ReportError::Form`].
    #[cfg_attr(
        not(all(feature = "parquet", feature = "xlsx")),
        allow(unused_variables, reason = "a form that is not built makes no file")
    )]
    pub fn begin(
        table: Table,
        form: Form,
        name: &str,
        outlet: &'a mut dyn Outlet,
    ) -> Result<FileRows<'a>, ReportError> {
        match form {
            Form::Csv | Form::JsonLines | Form::Hledger | Form::Beancount => {
                Err(ReportError::NoSuchForm { what: table.name(), form: form.name() })
            }
            #[cfg(feature = "parquet")]
            Form::Parquet => {
                Ok(FileRows(Box::new(crate::parquet::ParquetRows::begin(table, outlet)?)))
            }
            #[cfg(not(feature = "parquet"))]
            Form::Parquet => Err(ReportError::NotBuilt("parquet")),
            #[cfg(feature = "xlsx")]
            Form::Xlsx => {
                Ok(FileRows(Box::new(crate::xlsx::WorkbookRows::begin(table, name, outlet)?)))
            }
            #[cfg(not(feature = "xlsx"))]
            Form::Xlsx => Err(ReportError::NotBuilt("xlsx")),
        }
    }

    /// Completes the files: what all rows add up to, and the files with their rows.
    ///
    /// # Errors
    /// [`ReportError::Form`], [`ReportError::Io`].
    pub fn finish(self) -> Result<(Tally, Parts), ReportError> {
        self.0.finish()
    }
}

impl RowSink for FileRows<'_> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ReportError> {
        self.0.row(cells)
    }
}

/// Counts and sums the rows of one file.
///
/// # Errors
/// [`ReportError::NoSuchForm`], [`ReportError::NotBuilt`]; [`ReportError::Io`];
/// [`ReportError::Unreadable`] with the place.
#[cfg_attr(
    not(any(feature = "parquet", feature = "xlsx")),
    allow(unused_variables, reason = "a form that is not built is not read")
)]
pub fn read_back_file(table: Table, form: Form, from: File) -> Result<Tally, ReportError> {
    match form {
        Form::Csv | Form::JsonLines | Form::Hledger | Form::Beancount => {
            Err(ReportError::NoSuchForm { what: table.name(), form: form.name() })
        }
        #[cfg(feature = "parquet")]
        Form::Parquet => crate::parquet::read_back(table, from),
        #[cfg(not(feature = "parquet"))]
        Form::Parquet => Err(ReportError::NotBuilt("parquet")),
        #[cfg(feature = "xlsx")]
        Form::Xlsx => crate::xlsx::read_back(table, from),
        #[cfg(not(feature = "xlsx"))]
        Form::Xlsx => Err(ReportError::NotBuilt("xlsx")),
    }
}
