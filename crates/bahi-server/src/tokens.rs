//! Tokens: who may ask, as what, for how long.

mod id;

pub use id::TokenId;
