//! `Reported`: what papers and exports are made of: a ledger, or its records alone.
//!
//! # Not here
//! How they are made: `papers`, `export`, and `press`, where both stand.

use std::io::Write;

#[cfg(feature = "papers")]
use bahi_core::FinancialYear;
use bahi_core::{Names, Position};
use bahi_proof::VerifierKey;
use bahi_reports::{Manifest, Outlet, Part};

#[cfg(feature = "papers")]
use crate::{
    Error, Filter, View,
    papers::{CertificateOf, Paper},
};
use crate::{Export, ExportError, Exported, Ledger, Records, press::sealed};

/// What papers and exports are made of: a [`Ledger`], or its [`Records`] alone, which fold for each of
/// them what it needs.
///
/// Each method is the one that [`Ledger`] has by the same name, which says what it makes and what it is
/// refused for. Of records the log is read anew for every sum of a paper, in the memory that balances take;
/// a paper's own lines are in memory, an export's are not.
///
/// ```
/// use bahi::{Ledger, LedgerName, NewLedger, Records, Reported, View, core::FinancialYear};
///
/// let place = tempfile::tempdir()?;
/// let dir = place.path().join("ledger");
/// let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// let (filter, fy) = (bahi::Filter::default(), FinancialYear::parse("2024-25")?);
/// # #[cfg(feature = "papers")] {
/// let statement = ledger.expenditure(fy, &filter, View::NOW)?;
/// drop(ledger);
/// let records = Records::open(&dir, &mut |_| {})?;
/// assert_eq!(Reported::expenditure(&records, fy, &filter, View::NOW)?, statement);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Reported: sealed::AtPress {
    /// The names known so far, by number and back.
    fn names(&self) -> &Names {
        self.at_press().names
    }

    /// Whether the recorded instants come from a simulated clock.
    fn is_simulated(&self) -> bool {
        self.at_press().is_simulated()
    }

    /// Writes a table as text; see [`Ledger::export_text`].
    ///
    /// # Errors
    /// Those of [`Ledger::export_text`].
    fn export_text(
        &self,
        asked: &Export,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        self.at_press().export_text(asked, out, progress)
    }

    /// Writes a table as files; see [`Ledger::export_files`].
    ///
    /// # Errors
    /// Those of [`Ledger::export_files`].
    fn export_files(
        &self,
        asked: &Export,
        name: &str,
        outlet: &mut dyn Outlet,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        self.at_press().export_files(asked, name, outlet, progress)
    }

    /// The manifest of an export; see [`Ledger::export_manifest`].
    ///
    /// # Errors
    /// Those of [`Ledger::export_manifest`].
    fn export_manifest(
        &self,
        asked: &Export,
        exported: &Exported,
        files: Vec<Part>,
        signer: Option<&VerifierKey>,
    ) -> Result<Manifest, ExportError> {
        self.at_press().export_manifest(asked, exported, files, signer)
    }

    /// A utilisation certificate; see [`Ledger::certificate`].
    ///
    /// # Errors
    /// Those of [`Ledger::certificate`].
    #[cfg(feature = "papers")]
    fn certificate(&self, of: &CertificateOf, view: View) -> Result<Paper, Error> {
        self.at_press().certificate(of, view)
    }

    /// A statement of expenditure; see [`Ledger::expenditure`].
    ///
    /// # Errors
    /// Those of [`Ledger::expenditure`].
    #[cfg(feature = "papers")]
    fn expenditure(&self, fy: FinancialYear, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.at_press().expenditure(fy, filter, view)
    }

    /// A register of sanctions; see [`Ledger::register_of_sanctions`].
    ///
    /// # Errors
    /// Those of [`Ledger::register_of_sanctions`].
    #[cfg(feature = "papers")]
    fn register_of_sanctions(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.at_press().register_of_sanctions(filter, view)
    }

    /// A register of term deposits; see [`Ledger::term_deposits`].
    ///
    /// # Errors
    /// Those of [`Ledger::term_deposits`].
    #[cfg(feature = "papers")]
    fn term_deposits(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.at_press().term_deposits(filter, view)
    }

    /// The ageing of money that is out; see [`Ledger::ageing`].
    ///
    /// # Errors
    /// Those of [`Ledger::ageing`].
    #[cfg(feature = "papers")]
    fn ageing(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.at_press().ageing(filter, view)
    }
}

impl Reported for Ledger {}

impl Reported for Records {}
