//! `Asked`: what is asked of a ledger, or of its records alone, that is neither a paper nor an export.
//!
//! # Not here
//! How it is answered: `scheme`, `details`, `payments`, `sample`, `replay`, `prove`. Papers and exports: `reported`.

use bahi_core::{Day, Names, Position, StateCertified, Terms};
use bahi_proof::{LeafProof, LeafSet, Note};

use crate::{
    Basis, Error, FundName, Ledger, Provable, ProveError, Records, Replay, Sample, SampleOptions,
    View, press::sealed, scheme::SchemeFile,
};
#[cfg(feature = "recon")]
use crate::{PaymentRun, PaymentsDue, PaymentsError, RecordedFile};
#[cfg(feature = "vault")]
use crate::{VaultAccess, vault::Subject};

/// What is asked of a [`Ledger`], or of its [`Records`] alone, which read the log for each question and fold
/// what it needs and no more.
///
/// Each method is the one that [`Ledger`] has by the same name, which says what it answers and what it is
/// refused for; where it says nothing of reading, of records [`Error::Fault`] and [`Error::Record`] are told too.
///
/// ```
/// use bahi::{Asked, Ledger, LedgerName, NewLedger, Records};
///
/// let place = tempfile::tempdir()?;
/// let dir = place.path().join("ledger");
/// let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// let file = ledger.scheme_file("margin-money", None);
/// drop(ledger);
/// let records = Records::open(&dir, &mut |_| {})?;
/// assert_eq!(Asked::scheme_file(&records, "margin-money", None)?, file);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Asked: Provable + sealed::AtPress {
    /// The names known so far, by number and back.
    fn names(&self) -> &Names {
        self.at_press().names
    }

    /// Whether the recorded instants come from a simulated clock.
    fn is_simulated(&self) -> bool {
        self.at_press().is_simulated()
    }

    /// What an answer to a view rests on; see [`Ledger::basis`].
    ///
    /// # Errors
    /// Those of [`Ledger::basis`].
    fn basis(&self, view: View) -> Result<Basis, Error> {
        self.at_press().basis(view)
    }

    /// Balances by scheme, folded again from the first event, in the memory that balances take. Unlike
    /// [`Ledger::replay`] it compares nothing, and does not ask whether each event can follow.
    /// The log is cut into as many parts as there are processors, at most [`crate::FOLD_PARTS_MAX`], folded
    /// side by side; `progress` is given a position, as many events as were folded.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    fn replay_balances(
        &self,
        view: View,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Replay, Error> {
        self.at_press().replay_balances(view, progress)
    }

    /// Every certificate of the log with its position, in order, read from it.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`].
    fn certificates(&self) -> Result<Vec<(Position, StateCertified)>, Error> {
        self.at_press().certificates()
    }

    /// That a fund had this balance when balances were certified; see [`Ledger::prove_balance`].
    ///
    /// # Errors
    /// Those of [`Ledger::prove_balance`].
    fn prove_balance(
        &self,
        certificate: Position,
        fund: &FundName,
        note: Note,
    ) -> Result<LeafProof, ProveError> {
        self.at_press().prove_balance(certificate, fund, note)
    }

    /// All balances that were certified at a position; see [`Ledger::prove_balances`].
    ///
    /// # Errors
    /// Those of [`Ledger::prove_balances`].
    fn prove_balances(&self, certificate: Position, note: Note) -> Result<LeafSet, ProveError> {
        self.at_press().prove_balances(certificate, note)
    }

    /// A sample of the cases or payments of a view; see [`Ledger::sample`]. What it is drawn from is in
    /// memory, at most some 150 bytes for each case or payment.
    ///
    /// # Errors
    /// Those of [`Ledger::sample`].
    fn sample(&self, options: &SampleOptions) -> Result<Sample, Error> {
        self.at_press().sample(options)
    }

    /// A version of an open scheme as a file; see [`Ledger::scheme_file`].
    ///
    /// # Errors
    /// [`Error::Fault`]; [`Error::Record`].
    fn scheme_file(
        &self,
        scheme: &str,
        version: Option<u16>,
    ) -> Result<Option<(u16, SchemeFile)>, Error> {
        self.at_press().scheme_file(scheme, version)
    }

    /// The terms of an open scheme in force on a day, with their version; see [`Ledger::terms_on`].
    ///
    /// # Errors
    /// [`Error::Fault`]; [`Error::Record`].
    fn terms_on(&self, scheme: &str, day: Day) -> Result<Option<(u16, Terms)>, Error> {
        self.at_press().terms_on(scheme, day)
    }

    /// Every access to somebody's details; see [`Ledger::accesses`].
    ///
    /// # Errors
    /// Those of [`Ledger::accesses`].
    #[cfg(feature = "vault")]
    fn accesses(&self, subject: &Subject) -> Result<Vec<VaultAccess>, Error> {
        self.at_press().accesses(subject)
    }

    /// The day it is by the ledger's own clock; see [`Ledger::day_of_its_clock`].
    #[cfg(feature = "vault")]
    fn day_of_its_clock(&self) -> Day {
        self.at_press().day_of_its_clock()
    }

    /// Every payment file the ledger recorded, in order; see [`Ledger::payment_files`].
    ///
    /// # Errors
    /// Those of [`Ledger::payment_files`].
    #[cfg(feature = "recon")]
    fn payment_files(&self) -> Result<Vec<RecordedFile>, Error> {
        self.at_press().payment_files()
    }

    /// What a file of a run would have; see [`Ledger::payments_due`]. Of records it takes a byte for each
    /// event beside the answer.
    ///
    /// # Errors
    /// Those of [`Ledger::payments_due`].
    #[cfg(feature = "recon")]
    fn payments_due(&self, run: &PaymentRun) -> Result<PaymentsDue, PaymentsError> {
        self.at_press().payments_due(run)
    }
}

impl Asked for Ledger {}

impl Asked for Records {}
