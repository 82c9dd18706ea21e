//! What time it is, for tokens and the operational log alone.
//!
//! # Not here
//! When the ledger learned something: that is the ledger's own clock.

use std::time::{SystemTime, UNIX_EPOCH};

use bahi::core::Instant;

/// The moment it is; the beginning of time where the system's clock stands before 1970.
#[must_use]
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Instant::from_epoch_micros(micros).unwrap_or(BEGINNING)
}

const BEGINNING: Instant = match Instant::from_epoch_micros(0) {
    Some(beginning) => beginning,
    None => panic!("1970 is a year that instants know"),
};
