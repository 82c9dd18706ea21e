//! Audits, what becomes of their findings, and certified and sealed periods.

use alloc::vec::Vec;

use crate::{Day, Money, Position, Reference, WordNo};

/// A paper or a thing that was seen: what kind it is and what it is called, never its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// Its kind, as a code: `sanction_order`.
    pub kind: WordNo,
    /// What it is called.
    pub reference: Reference,
}

/// The most papers of one step or audit.
pub const EVIDENCE_MAX: usize = 32;

/// A case was audited by the envelope's actor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audited {
    /// How far the audit looked.
    pub scope: AuditScope,
    /// What was seen.
    pub seen: Vec<Evidence>,
    /// What it came to.
    pub opinion: Opinion,
    /// What it found.
    pub findings: Vec<AuditFinding>,
}

/// The most findings of one audit.
pub const FINDINGS_MAX: usize = 128;

/// How far an audit looked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AuditScope {
    /// The whole case.
    Case,
    /// Its sanction.
    Sanction,
    /// Its payments.
    Payment,
    /// The asset on the spot.
    Inspection,
    /// No case: what the books hold of a scheme, a fund, a statement, a store or whoever records.
    Ledger,
}

impl AuditScope {
    /// Every scope, in order of its number.
    pub const ALL: [AuditScope; 5] = [
        AuditScope::Case,
        AuditScope::Sanction,
        AuditScope::Payment,
        AuditScope::Inspection,
        AuditScope::Ledger,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AuditScope::Case => "case",
            AuditScope::Sanction => "sanction",
            AuditScope::Payment => "payment",
            AuditScope::Inspection => "inspection",
            AuditScope::Ledger => "ledger",
        }
    }
}

/// What an audit came to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Opinion {
    /// Nothing to remark.
    Clear,
    /// Something to remark.
    Observation,
    /// Something to put right, or money to recover.
    Objection,
    /// The records did not allow an opinion.
    Disclaimer,
}

impl Opinion {
    /// Every opinion, in order of its number.
    pub const ALL: [Opinion; 4] =
        [Opinion::Clear, Opinion::Observation, Opinion::Objection, Opinion::Disclaimer];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Opinion::Clear => "clear",
            Opinion::Observation => "observation",
            Opinion::Objection => "objection",
            Opinion::Disclaimer => "disclaimer",
        }
    }
}

/// One finding of an audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditFinding {
    /// The check, as a code: `C05`.
    pub check: WordNo,
    /// The money in question; zero where none is.
    pub amount: Money,
}

/// A finding of an audit was settled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingSettled {
    /// The `Audited` that found it.
    pub audit: Position,
    /// Which of its findings, from 1.
    pub finding: u16,
    /// How it was settled.
    pub settlement: Settlement,
    /// The reply or the order.
    pub reference: Reference,
}

/// How a finding was settled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Settlement {
    /// It was no fault.
    NoFault,
    /// What was wrong was put right.
    MadeGood,
    /// It stands and is not pursued.
    Dropped,
}

impl Settlement {
    /// Every settlement, in order of its number.
    pub const ALL: [Settlement; 3] =
        [Settlement::NoFault, Settlement::MadeGood, Settlement::Dropped];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Settlement::NoFault => "no_fault",
            Settlement::MadeGood => "made_good",
            Settlement::Dropped => "dropped",
        }
    }
}

/// What a fold came to, so that it can be derived again for ever.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateCertified {
    /// The last position folded.
    pub upto: Position,
    /// The last effective day taken in.
    pub as_of: Day,
    /// Which fold, as a code: `balances`.
    pub fold: WordNo,
    /// The version of the fold, from 1.
    pub version: u16,
    /// How many leaves the tree over its rows has.
    pub count: u64,
    /// The root of that tree.
    pub root: [u8; 32],
    /// The hash of the fold's whole state.
    pub hash: [u8; 32],
}

/// Nothing takes effect on or before a day any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeriodSealed {
    /// The last day of the period, which is the last of its month.
    pub until: Day,
    /// The `StateCertified` it rests on.
    pub certified: Position,
}
