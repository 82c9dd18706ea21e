//! The plain shapes of answers: receipts, balance rows, postings, trail entries.
//!
//! # Not here
//! How they are computed (`bahi-balances`, `bahi-trail`) or written (`bahi-json`).

use core::fmt;

use crate::{District, FinancialYear, HeadName, Money, Position, SchemeName, Total};

/// What an accepted command gets back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Where its event stands.
    pub position: Position,
    /// Whether it stood there already: the command is a retry.
    pub repeated: bool,
}

/// The ledger accounts, named as the columns of balances.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Account {
    /// What funds were given; a credit balance.
    Allotted,
    /// What may still be sanctioned.
    Available,
    /// Sanctioned and not yet issued.
    Committed,
    /// Sanctioned and issued.
    Issued,
    /// What was ever paid out; a credit balance.
    Disbursed,
    /// Paid out and not yet accounted for.
    Advances,
    /// What came back.
    Returned,
    /// What was recovered.
    Recovered,
    /// What was used for its purpose.
    Utilised,
    /// What became a grant.
    Adjusted,
    /// Money in the bank that nothing accounts for.
    Bank,
    /// The same money, owed to whoever it turns out to belong to; a credit balance.
    Suspense,
    /// Interest that a fund's money ever earned; a credit balance.
    InterestEarned,
    /// Interest earned and not handed back.
    InterestHeld,
    /// Interest handed back.
    InterestRemitted,
}

impl Account {
    /// Every account, in order of its number.
    pub const ALL: [Account; 15] = [
        Account::Allotted,
        Account::Available,
        Account::Committed,
        Account::Issued,
        Account::Disbursed,
        Account::Advances,
        Account::Returned,
        Account::Recovered,
        Account::Utilised,
        Account::Adjusted,
        Account::Bank,
        Account::Suspense,
        Account::InterestEarned,
        Account::InterestHeld,
        Account::InterestRemitted,
    ];

    /// Its name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Account::Allotted => "allotted",
            Account::Available => "available",
            Account::Committed => "committed",
            Account::Issued => "issued",
            Account::Disbursed => "disbursed",
            Account::Advances => "advances",
            Account::Returned => "returned",
            Account::Recovered => "recovered",
            Account::Utilised => "utilised",
            Account::Adjusted => "adjusted",
            Account::Bank => "bank",
            Account::Suspense => "suspense",
            Account::InterestEarned => "interest_earned",
            Account::InterestHeld => "interest_held",
            Account::InterestRemitted => "interest_remitted",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One side of an event's double entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// Whether it is debited, else credited.
    pub debit: bool,
    /// By how much.
    pub amount: Money,
}

/// The columns of a balance, each a sum of named ledger accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Columns {
    /// Net of withdrawals.
    pub allotted: Total,
    /// Committed and issued.
    pub sanctioned: Total,
    /// Gross of returns.
    pub disbursed: Total,
    /// Payments that came back.
    pub returned: Total,
    /// Money paid and recovered.
    pub recovered: Total,
    /// Money paid and used.
    pub utilised: Total,
    /// Money paid that became a grant.
    pub adjusted: Total,
    /// What may still be sanctioned.
    pub available: Total,
    /// Money that came in and that nothing accounts for.
    pub suspense: Total,
    /// Interest earned, gross of what was handed back.
    pub interest_earned: Total,
    /// Interest handed back.
    pub interest_remitted: Total,
    /// Applications received.
    pub applied: u64,
    /// Cases with at least one audit.
    pub audited: u64,
}

impl Columns {
    /// Adds another row's columns.
    pub fn add(&mut self, other: &Columns) {
        self.allotted += other.allotted;
        self.sanctioned += other.sanctioned;
        self.disbursed += other.disbursed;
        self.returned += other.returned;
        self.recovered += other.recovered;
        self.utilised += other.utilised;
        self.adjusted += other.adjusted;
        self.available += other.available;
        self.suspense += other.suspense;
        self.interest_earned += other.interest_earned;
        self.interest_remitted += other.interest_remitted;
        self.applied += other.applied;
        self.audited += other.audited;
    }
}

/// One row of balances; a part of the key that was not asked for is `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BalanceRow {
    /// The scheme.
    pub scheme: Option<SchemeName>,
    /// The district, or the pool.
    pub district: Option<District>,
    /// The head; absent too where the row counts applications that have no fund yet.
    pub head: Option<HeadName>,
    /// The financial year.
    pub fy: Option<FinancialYear>,
    /// The figures.
    pub columns: Columns,
}
