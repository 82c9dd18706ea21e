//! Folds of a subsidy ledger: postings, balances per scheme, district, head and year, stock, and
//! what cases came to beside the money.
//!
//! # Invariants
//! * The postings of one event sum to zero, and so does every fund.
//! * A balance's columns are sums of named ledger accounts and of nothing else.
//! * The folds are total: an event they cannot place is counted, and changes no balance.
//! * Nothing but events is read, which is why the crate is `no_std`.
//!
//! # Not here
//! The rules' own totals (`bahi-rules`): the two share no arithmetic, so that comparing them
//! proves something.

#![no_std]

extern crate alloc;

mod postings;

mod balances;

mod rows;

mod snapshot;

mod movements;

mod leaf;

mod stock;

mod outcomes;

pub use balances::Balances;
pub use leaf::{BalanceLeaf, FOLD, FOLD_VERSION};
pub use movements::{Column, Movements, Part};
pub use outcomes::{OutcomeRow, OutcomeSum, Outcomes};
pub use postings::{POSTINGS_MAX, Postings, postings};
pub use rows::{By, Filter};
pub use snapshot::{Copied, Snapshot};
pub use stock::{Quantities, Stock, StockKey};

#[cfg(test)]
mod tests;
