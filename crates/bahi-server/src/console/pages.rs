//! The pages: what each asks the ledger, and how the answer is laid out.
//!
//! # Invariants
//! * A page asks the ledger one question, so that everything on it rests on one position.
//! * What a question reads of the log has a bound of its own on every page.

pub(super) mod overview;
pub(super) mod scheme;
pub(super) mod district;
pub(super) mod case;
pub(super) mod behind;
pub(super) mod event;
pub(super) mod search;
pub(super) mod findings;
pub(super) mod reconciliation;
