//! A fold of a subsidy ledger: an auditor's tests, all of them in one pass over the events.
//!
//! [`Audit`] takes the events in order, once. [`Audit::findings`] then says what the tests of the
//! catalogue find as of a day: each finding with a stable id, its events, the line of the terms that
//! decides it, and the question an auditor would ask next. A finding is a matter to look at, not a
//! verdict.
//!
//! # Invariants
//! * The fold is total: an event that it cannot place is itself a finding, and nothing is lost of the
//!   others.
//! * Nothing but events is read, and the day of the audit is told, which is why the crate is `no_std`.
//! * What was reversed is found no more; the reversal is on the trail.
//!
//! # Not here
//! Deciding whether something may happen (`bahi-rules`, with which it shares no code); hashes and
//! signatures (`bahi-proof`); drawing samples.

#![no_std]

extern crate alloc;

mod check;

mod catalogue;

mod parameters;

mod finding;

mod memory;

mod transfers;

mod gates;

mod audit;

mod end;

pub use audit::{Audit, TakenUp};
pub use catalogue::CHECKS;
pub use check::{Check, CheckId, Severity, Standing};
pub use finding::{FINDING_EVENTS_MAX, Finding, FindingId, Findings, Wanted};
pub use parameters::Parameters;

#[cfg(test)]
mod tests;
