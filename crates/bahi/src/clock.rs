//! The hub's clock: the only place that asks what time it is.
//!
//! # Invariants
//! * A ledger's clock is the system's or a simulated one for ever: its first record says which.

use std::time::{SystemTime, UNIX_EPOCH};

use bahi_core::Instant;
use bahi_wire::ClockKind;

/// The clock of one open ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    System,
    Simulated(Instant),
}

impl Clock {
    pub(crate) fn of(kind: ClockKind, last: Instant) -> Clock {
        match kind {
            ClockKind::System => Clock::System,
            ClockKind::Simulated => Clock::Simulated(last),
        }
    }

    pub(crate) fn now(self) -> Instant {
        match self {
            Clock::System => system_now(),
            Clock::Simulated(now) => now,
        }
    }
}

/// Whether the machine's clock tells a moment that a ledger can be opened at: 1970 or later. The store under a
/// ledger measures by it and ends the program with a panic where it cannot.
///
/// ```
/// assert!(bahi::clock_is_set());
/// ```
#[must_use]
pub fn clock_is_set() -> bool {
    SystemTime::now() >= UNIX_EPOCH
}

pub(crate) fn system_now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Instant::from_epoch_micros(micros).unwrap_or(Instant::MAX)
}
