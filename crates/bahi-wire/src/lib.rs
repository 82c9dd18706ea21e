//! The stored form of a subsidy ledger's events, by version.
//!
//! A *record* is the exact bytes of one event: what the log keeps, what is hashed, what a proof is
//! of. It is version 1, which is read for ever: within it a kind's body changes by a further
//! *schema* alone, whose number each record has, and every schema reads as the event of today.
//!
//! # Invariants
//! * One value, one encoding: what [`decode`] accepts, [`encode`] writes back byte for byte.
//! * Any bytes are safe to read: a typed error with its place, no panic, and no allocation beyond
//!   what the bytes themselves can fill.
//! * A number in the stored form is written out in this crate, so that reordering a type of the
//!   domain changes no byte.
//!
//! # Not here
//! Pages, hashes, files (`bahi-log`, `bahi-proof`); whether an event is possible where it stands
//! (`bahi-rules`); JSON (`bahi-json`).
#![doc = include_str!("picture.md")]

mod body;
mod bytes;
mod content;
mod envelope;
mod error;
mod first;
mod numbers;
mod record;
mod schema;
mod signed;
mod terms;
mod upcasts;

pub use content::encode_command;
pub use envelope::{
    ACTOR_AT, AMOUNT_AT, AUTHORITY_AT, CASE_AT, COMMAND_AT, DISTRICT_AT, EFFECTIVE_DAY_AT,
    ENVELOPE_BYTES, EnvelopeView, FLAGS_AT, FY_AT, HEAD_AT, INTRODUCED_AT, KIND_AT, PREVIOUS_AT,
    RECORDED_AT_AT, ROLE_AT, SCHEMA_AT, SCHEME_AT, TERMS_AT, envelope_view,
};
pub use error::{Problem, WireError};
pub use first::{
    ClockKind, FirstRecord, LEDGER_NAME_BYTES_MAX, LedgerName, LedgerNameError, decode_first,
    encode_first,
};
pub use record::{decode, decode_checked, decode_checked_with, encode, encode_into};
pub use schema::newest_schema;

/// The version of the stored form that this program writes.
pub const FORM_VERSION: u16 = 1;

/// The longest record, in bytes.
pub const RECORD_BYTES_MAX: usize = 24 * 1024;

#[cfg(test)]
mod tests;
