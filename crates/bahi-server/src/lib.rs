//! A subsidy ledger over HTTP: commands in, answers, proofs and the log out.
//!
//! # Invariants
//! * Nothing is answered before it is durable, and nothing acknowledged is lost by stopping.
//! * Every command acts as the token that brought it, or is refused.
//!
//! # Not here
//! What a command does and an answer says (`bahi`), their JSON (`bahi-json`).

mod problem;
mod clock;
mod tokens;
mod caller;
mod rights;

mod state;
mod journal;
mod metrics;
mod rate;
mod sessions;
mod idempotency;
mod denials;
mod signer;
mod findings;

mod gate;
mod archive;
mod body;
mod query;
mod scope;
mod etag;
mod document;
mod routes;

mod console;

mod patience;
mod tls;
mod serve;

pub use caller::{Caller, Identity};
pub use clock::now;
pub use console::PAGES;
pub use gate::Peer;
pub use journal::Journal;
pub use problem::{Code, Problem};
pub use rights::{RIGHTS, Right, brought_by, right_of};
pub use routes::{Paying, openapi, router};
pub use serve::{Running, ServeError, Server, run, when_asked_to_end};
pub use state::{AppState, Limits, Setup};
pub use tls::TlsError;
pub use tokens::{
    NewToken, Standing, TOKENS_MAX, TokenError, TokenFile, TokenId, TokenRow, Tokens, Unbelieved,
};
