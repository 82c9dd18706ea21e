//! The rules of a subsidy ledger: the state they need, and the decision on each command.
//!
//! [`decide`] is pure: a [`State`], a [`Command`](bahi_core::Command), and an answer. [`State`] is a
//! strict fold: it refuses an event that no rule could have let happen after the past before it.
//!
//! # Invariants
//! * One command, one decision, one event. Checks run in stages: form, repetition, order of life,
//!   references, terms, conservation; a stage is looked at only when every earlier one is clean.
//! * What is decided can be folded; what is refused changes nothing.
//! * For every fund, sanctioned is at most allotted; for every case, paid less returned is at most
//!   sanctioned, and recovered at most paid less returned; an instalment has one live payment.
//!
//! # Not here
//! Clocks, ids drawn at random, bytes, files: nothing here could reach one, the crate is `no_std`.

#![no_std]

extern crate alloc;

mod checks;
mod decide;
mod evidence;
mod fold;
mod repeat;
mod signing;
mod state;

pub use decide::{Decided, Decision, decide, decide_foreseen, decide_history};
pub use evidence::{evidence, flood};
pub use fold::Inconsistent;
pub use repeat::same_content;
pub use signing::{ought_to_be_signed, signing};
pub use state::{Case, Draw, Drawn, FORESEEN_MAX, FundTotals, Payment, Sanction, State, Stock};

#[cfg(test)]
mod tests;
