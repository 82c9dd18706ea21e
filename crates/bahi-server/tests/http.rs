//! The service as a client sees it: over a socket, with a client of the tests' own.
//!
//! # Invariants
//! * Every service listens on this machine, at a port of the system's choosing, and is stopped.
//! * No client library stands between: what is sent is what stands here.

#[path = "http/client.rs"]
mod client;
#[path = "http/place.rs"]
mod place;

// Schemas are held against answers by what holds them against types.
#[path = "../../bahi-json/src/schema/validator.rs"]
mod validator;

#[path = "http/answers.rs"]
mod answers;
#[path = "http/asked.rs"]
mod asked;
#[path = "http/commands.rs"]
mod commands;
#[path = "http/document.rs"]
mod document;
#[path = "http/handed.rs"]
mod handed;
#[path = "http/hostile.rs"]
mod hostile;
#[path = "http/odd.rs"]
mod odd;
#[path = "http/pages.rs"]
mod pages;
#[path = "http/paid.rs"]
mod paid;
#[path = "http/load.rs"]
mod load;
#[path = "http/signed.rs"]
mod signed;
#[path = "http/who.rs"]
mod who;
