//! Lines of banks and vouchers of the ledger: which are the same money, as far as that is proved.
//!
//! [`reconcile`] is a function of plain data. It takes what the ledger says ([`Voucher`]s), what
//! the bank says ([`Statement`]s of [`Line`]s) and what was answered to payment files
//! ([`AnswerFile`]s), and says which belong together, by which rule and on what evidence. What it
//! cannot prove it hands to a person: as a [`Proposal`] where there is one candidate, and in every
//! case as an [`Exception`] with its reason and with what would resolve it.
//!
//! # Invariants
//! * A line and a voucher are consumed at most once; every open one that is not consumed has
//!   exactly one exception.
//! * The outcome does not depend on the order of statements, lines, vouchers, answers or names.
//! * Uniqueness is counted over all that is given, settled or not: once what was found is marked as
//!   settled, another run finds nothing more.
//! * Rules of account, amount and day alone only propose. Who is named twice is not matched.
//! * A reference that contradicts vetoes, whatever else agrees.
//! * Costs grow as n log n: everything is sorted or hashed; searches have budgets with names.
//!
//! # Not here
//! Reading of files (the rest of this crate); recording, makers and checkers (`bahi`).

mod items;

mod outcome;

mod calendar;

mod coverage;

mod intake;

mod index;

mod run;

mod answers;

mod references;

mod returns;

mod batches;

mod proposals;

mod splits;

mod exceptions;

#[cfg(any(test, feature = "testing"))]
pub mod truth;

pub use calendar::HOLIDAYS_MAX;
pub use coverage::Covered;
pub use items::{
    Answer, AnswerFile, BatchPlace, Line, LineId, LineKind, Name, NameKind, Standing, Statement,
    Together, Verdict, Voucher, VoucherKind,
};
pub use outcome::{
    Account, Ageing, Bucket, Charge, Confirmation, Difference, Evidence, Exception, ItemId, Match,
    Proposal, Reason, Reconciliation, Repeat, Return, Rule, Source,
};
pub use proposals::{NEAR_MAX, WINDOW_DAYS_MAX};
pub use references::FOUND_CHARS_MIN;
pub use splits::{CANDIDATES_MAX, STEPS_MAX, TOTAL_STEPS_MAX};

use bahi_core::{Day, Money, Position, Word};

/// A named rule by which a difference or a charge is accepted, and how far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tolerance {
    /// The rule's name, as a match cites it.
    pub name: Word,
    /// What it is of.
    pub of: ToleranceOf,
    /// The most it accepts; of a zero limit nothing.
    pub limit: Money,
}

/// What a [`Tolerance`] is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ToleranceOf {
    /// The bank moved less than the voucher says, the payment being named by its reference.
    Less,
    /// The bank moved more than the voucher says, the payment being named by its reference.
    More,
    /// A line of its own that the bank marks as its charge.
    Charge,
}

/// What a run is told beside the data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The day from which ages are counted.
    pub today: Day,
    /// How many working days after a voucher a line may come and still be proposed for it; more
    /// than [`WINDOW_DAYS_MAX`] counts as that.
    pub window_days: u16,
    /// Days on which banks are closed, beside Sundays and second and fourth Saturdays; the first
    /// [`HOLIDAYS_MAX`] count.
    pub holidays: Vec<Day>,
    /// The named rules; of several of one kind the one with the lowest limit that suffices is
    /// cited, of equal limits the first by name.
    pub tolerances: Vec<Tolerance>,
}

impl Settings {
    /// A window of three working days, no holidays, and no tolerance.
    #[must_use]
    pub const fn on(today: Day) -> Settings {
        Settings { today, window_days: 3, holidays: Vec::new(), tolerances: Vec::new() }
    }

    /// The rule that accepts so much of a kind.
    fn tolerance(&self, of: ToleranceOf, paise: i64) -> Option<&Tolerance> {
        let suffices = |one: &&Tolerance| one.of == of && one.limit.paise() >= paise;
        let order = |one: &&Tolerance| (one.limit, one.name.clone());
        self.tolerances.iter().filter(suffices).min_by_key(order)
    }

    /// Whether there is any rule of a kind.
    fn has_tolerance(&self, of: ToleranceOf) -> bool {
        self.tolerances.iter().any(|one| one.of == of && !one.limit.is_zero())
    }
}

/// Everything that is compared.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Input {
    /// What the ledger says, settled or not; one position is one voucher.
    pub vouchers: Vec<Voucher>,
    /// What the bank says, settled or not.
    pub statements: Vec<Statement>,
    /// What was answered to payment files.
    pub answers: Vec<AnswerFile>,
    /// What payment files asked for together, beside the batches that vouchers name.
    pub together: Vec<Together>,
    /// By which line each settled payment went out, where that line is no other's: what the bank calls
    /// its transfer names it when it comes back.
    pub went_out: Vec<(LineId, Position)>,
    /// Lines that were set aside in reading, by the file and the line they begin on.
    pub unreadable: Vec<LineId>,
    /// Which days the statements are of; where it is not said, every day is taken for covered.
    pub covered: Option<Vec<Covered>>,
}

/// Compares what the ledger says with what the bank says.
///
/// ```
/// use bahi_core::{AccountKey, Day, Fingerprint, LineSide, Money, Position, Reference};
/// use bahi_recon::matching::*;
///
/// let day = Day::parse("2025-01-06").map_err(|_| "a day")?;
/// let amount = Money::from_rupees(2_50_000).ok_or("an amount")?;
/// let name = |text| Reference::new(text).map(|text| Name::field(NameKind::Own, text));
/// let voucher = Voucher {
///     names: vec![name("BILL-1").map_err(|_| "a name")?],
///     ..Voucher::payment(Position(17), amount, day)
/// };
/// let line = Line {
///     names: vec![name("BILL-1").map_err(|_| "a name")?],
///     ..Line::new(1, amount, LineSide::Debit, day)
/// };
/// let account = AccountKey(Fingerprint { key_id: 1, print: [7; 16] });
/// let statement = Statement { file: [1; 32], account, recorded: false, lines: vec![line] };
/// let input = Input { vouchers: vec![voucher], statements: vec![statement], ..Input::default() };
/// let found = reconcile(&input, &Settings::on(day));
/// assert_eq!(found.matches[0].rule, Rule::Reference);
/// assert_eq!(found.exceptions, []);
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn reconcile(input: &Input, settings: &Settings) -> Reconciliation {
    let mut run = run::Run::new(input, settings);
    answers::apply(&mut run);
    references::apply(&mut run);
    returns::apply(&mut run);
    batches::apply(&mut run);
    proposals::apply(&mut run);
    splits::apply(&mut run);
    exceptions::apply(&mut run);
    run.finish()
}

#[cfg(test)]
mod tests;
