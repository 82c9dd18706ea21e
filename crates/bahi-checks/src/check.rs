//! The auditor's tests by their stable ids: what each asks, how grave it is, and whether events decide it.
//!
//! # Invariants
//! * Ids rise and never change their meaning.
//!
//! # Not here
//! Deciding: `audit` while the events go by, `end` after the last.

use core::fmt;

use crate::catalogue::CHECKS;

/// The stable id of a check: `C31`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CheckId(u8);

impl CheckId {
    /// The id of a check of the catalogue.
    #[must_use]
    pub fn parse(text: &str) -> Option<CheckId> {
        CHECKS.iter().map(|check| check.id).find(|id| id.is(text))
    }

    /// Its number: 31.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The check it is of.
    #[must_use]
    pub fn check(self) -> &'static Check {
        let at = CHECKS.partition_point(|check| check.id < self);
        &CHECKS[at.min(CHECKS.len() - 1)]
    }

    pub(crate) const fn of(number: u8) -> CheckId {
        CheckId(number)
    }

    fn is(self, text: &str) -> bool {
        let [b'C' | b'c', tens, ones] = *text.as_bytes() else { return false };
        tens == b'0' + self.0 / 10 && ones == b'0' + self.0 % 10
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&alloc::format!("C{:02}", self.0))
    }
}

/// How grave what a check finds is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Figures or papers contradict a rule.
    Error,
    /// Something is missing, late or unlikely.
    Warning,
    /// A pattern that honest work may leave too: for a person to look at.
    Lead,
}

impl Severity {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Lead => "lead",
        }
    }
}

/// Whether the events of a ledger decide a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// They do: from what.
    Decided(&'static str),
    /// They cannot: why.
    Undecidable(&'static str),
}

/// One of the auditor's tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Check {
    /// Its id.
    pub id: CheckId,
    /// How grave what it finds is.
    pub severity: Severity,
    /// What it finds.
    pub title: &'static str,
    /// What an auditor asks next.
    pub question: &'static str,
    /// Whether the ledger's events decide it.
    pub standing: Standing,
}
