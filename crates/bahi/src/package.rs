//! An audit package: everything an auditor takes away, as one directory that strangers can check.
//!
//! # Invariants
//! * Every file is named by the manifest with the hash of what was written to it; the manifest itself is
//!   written last.
//! * All of it rests on one position, and on a signed checkpoint of that position, which lies in it.
//! * What was left out for its length is said, in the answer and in the package.
//! * The ledger is read and not written; that a package left it is the caller's to record.
//!
//! # Not here
//! How the directory appears whole: whoever writes it. What each file says: `export`, `papers`, `sample`,
//! `audit`.

mod build;
mod contents;
mod papers;
mod readme;
mod check;

use std::io;

use bahi_core::{Position, Receipt};
use bahi_proof::{Note, SigningKey};
use bahi_reports::{Outlet, Package, ReportError};
use thiserror::Error as ThisError;

use crate::{
    Acting, Basis, Error, ExportError, Filter, Ledger, Nonce, ProveError, SubmitError, View,
    papers::PdfError,
};

pub use check::{CheckedPackage, check_package, is_package_at};

/// What a package's manifest is called.
pub const PACKAGE_MANIFEST: &str = "MANIFEST";
/// What its checkpoint is called.
const CHECKPOINT: &str = "checkpoint.note";
/// The script with which a stranger checks it.
const SCRIPT: &str = include_str!("package/check.py");

/// The most records that are proved one by one; `exports/events.jsonl` has them all.
pub const PACKAGE_PROOFS_MAX: usize = 500;
/// The most cases of a sample that have a file of their own.
pub const CASE_FILES_MAX: usize = 60;
/// The most certificates.
pub const CERTIFICATES_MAX: usize = 240;
/// The most lines of a paper that is set as a document; a longer one is JSON alone.
pub const PAPER_ROWS_MAX: usize = 20_000;

/// What a package is to be of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageOf {
    /// The funds. A district alone narrows findings; a scheme too; years and heads do not.
    pub filter: Filter,
    /// The past.
    pub view: View,
    /// The auditor's nonce and how many are drawn; without it no sample is.
    pub sample: Option<(Nonce, u32)>,
}

/// What a package came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packed {
    /// What it rests on.
    pub basis: Basis,
    /// Its manifest.
    pub manifest: Package,
    /// What was left out for its length, a sentence each.
    pub left_out: Vec<String>,
    /// Whether every identity of every paper holds.
    pub holds: bool,
}

/// Why no package was made. What was written is to be thrown away.
#[derive(Debug, ThisError)]
pub enum PackageError {
    /// The ledger could not be read so far. What to do is that error's.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The checkpoint is not one of the package's position in this ledger, or cannot be proved under.
    /// Give another.
    #[error(transparent)]
    Checkpoint(#[from] ProveError),
    /// The checkpoint is of another position. Ask for the package `at` that one, or sign another.
    #[error("the checkpoint is of position {signed}, and the package of {position}")]
    OtherPosition {
        /// That of the checkpoint.
        signed: u64,
        /// That of the package.
        position: u64,
    },
    /// A file could not be written. Free the output and begin again.
    #[error("the package cannot be written: {0}")]
    Write(#[from] io::Error),
    /// An export could not be made. What to do is that error's.
    #[error(transparent)]
    Export(ExportError),
    /// A paper could not be set as a document. Report it.
    #[error("a paper cannot be set: {0}")]
    Paper(#[from] PdfError),
    /// The manifest cannot be made or signed. Narrow what the package is of.
    #[error("the manifest cannot be made: {0}")]
    Manifest(String),
}

impl From<ExportError> for PackageError {
    fn from(error: ExportError) -> PackageError {
        match error {
            ExportError::Ledger(error) => PackageError::Ledger(error),
            ExportError::Write(error) => PackageError::Write(error),
            error @ (ExportError::Form(_) | ExportError::Manifest(_)) => {
                PackageError::Export(error)
            }
        }
    }
}

impl From<ReportError> for PackageError {
    fn from(error: ReportError) -> PackageError {
        PackageError::from(ExportError::from(error))
    }
}

impl Ledger {
    /// Writes an audit package through an outlet: exports, findings, samples, papers, proofs, a
    /// checkpoint, how a stranger checks them, and last the manifest, signed where there is a key.
    ///
    /// The note is the checkpoint it rests on, which must be of the view's position. `progress` is given
    /// positions as the log is read again and again.
    ///
    /// # Errors
    /// [`PackageError::Ledger`], [`PackageError::Checkpoint`], [`PackageError::OtherPosition`] before
    /// anything is written; then whatever keeps a file from being written.
    pub fn package(
        &self,
        asked: &PackageOf,
        under: (&Note, Option<&SigningKey>),
        outlet: &mut dyn Outlet,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Packed, PackageError> {
        let basis = self.basis(asked.view)?;
        let checkpoint = self.shown().own_checkpoint(under.0)?;
        let (signed, position) = (checkpoint.size().saturating_sub(1), basis.position.0);
        if signed != position {
            return Err(PackageError::OtherPosition { signed, position });
        }
        if checkpoint.root() != basis.root {
            return Err(ProveError::OtherTree.into());
        }
        build::Building::begin(self, asked, basis, under, outlet).whole(progress)
    }

    /// Records that a package left the ledger, before it is handed over.
    ///
    /// # Errors
    /// Those of [`Ledger::submit`]; a backup takes no events.
    pub fn note_package(
        &mut self,
        manifest: &Package,
        by: &Acting,
    ) -> Result<Receipt, SubmitError> {
        let upto = Position(manifest.position);
        self.note_left("audit_package", upto, manifest.rows, manifest.digest(), by)
    }
}
