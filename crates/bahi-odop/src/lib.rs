//! The One District One Product programme of Uttar Pradesh as data: districts, schemes, orders by date.
//!
//! Facts of government orders become [`bahi_core::Terms`] here and nowhere else: what is given, who may
//! have it and how often, and what a case goes through. Each value names the line of the order it
//! comes from, and each silence of an order is a policy with a name.
//!
//! # Invariants
//! * Everything is a constant or built from constants: nothing here can fail on input but a lookup,
//!   and a lookup answers `None`.
//! * Every code of the terms has its words in [`note`], and every deadline of an order its place in
//!   [`DEADLINES`].
//!
//! # Not here
//! Computing an entitlement (`bahi-core`), deciding a command (`bahi-rules`), ledgers (`bahi`).

#![no_std]

extern crate alloc;

pub mod districts;
pub mod figures;
mod limits;
mod notes;
pub mod orders;
mod procedures;
mod rulebook;
pub mod schemes;

mod compose;

pub use districts::{DISTRICTS, DistrictEntry, notified};
pub use figures::{FIGURES, Figure};
pub use notes::note;
pub use orders::{ORDERS, Order};
pub use procedures::{DEADLINES, Deadline, Held};
pub use rulebook::{Opening, rulebook};
pub use schemes::{Scheme, scheme, schemes};

/// The head of account that stands where nobody names one: opaque, like every head.
///
/// No source names the major or minor head, or the grant number, that the programme is paid from,
/// so this says only whose money it is. A ledger that knows its head uses that instead.
pub const HEAD: &str = "odop";
