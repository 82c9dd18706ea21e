//! A fold of a subsidy ledger: the audit trail of a case, a person, an account and an order.
//!
//! [`Trail`] is an index of positions and holds no event. Whoever holds the log fetches the events
//! that [`Trail::positions`] names, and [`entries`] turns them into the lines of a trail.
//!
//! # Invariants
//! * The fold is total: an event it cannot place is counted and named, and nothing is lost of the
//!   others.
//! * Nothing but events is read, which is why the crate is `no_std`.
//!
//! # Not here
//! Totals per fund (`bahi-balances`); who may see a trail (the hub).

#![no_std]

extern crate alloc;

mod index;

mod trail;

mod lookup;

mod figures;

mod entry;

mod describe;

pub use describe::describe;
pub use entry::{Entries, TrailEntry, entries};
pub use figures::{Figures, Running, Status};
pub use lookup::{Found, Lookup, Read};
pub use trail::{Subject, Trail};

#[cfg(test)]
mod tests;
