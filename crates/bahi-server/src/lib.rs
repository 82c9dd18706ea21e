//! A subsidy ledger over HTTP: commands in, answers, proofs and the log out.
//!
//! # Invariants
//! * Nothing is answered before it is durable, and nothing acknowledged is lost by stopping.
//! * Every command acts as the token that brought it, or is refused.
//!
//! # Not here
//! What a command does and an answer says (`bahi`), their JSON (`bahi-json`).

mod problem;
mod caller;
mod tokens;
mod state;

pub use caller::{Caller, Identity};
pub use problem::{Code, Problem};
pub use state::{AppState, Limits, Setup};
pub use tokens::TokenId;
