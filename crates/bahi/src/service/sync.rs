//! The locks, the thread and the stopwatch of a service: the only door to what orders its threads.
//!
//! The program has the system's. Tests have a pair: the system's, and inside a run of
//! [`schedules`](super::schedules) those of a scheduler that tries out one order after another. The
//! code above is the same, line by line.
//!
//! # Invariants
//! * Nothing in `service` orders threads but through here. What lies below, the ledger, is one
//!   thread's.
//! * A lock is never held while code of others runs: no waker, no question, no value is dropped
//!   under it. So a panic never finds one held, and a poisoned lock guards what is whole.

mod system;
#[cfg(test)]
mod tried;

#[cfg(not(test))]
pub(super) use system::{Condvar, Mutex, MutexGuard, elapsed, spawn};
#[cfg(test)]
pub(super) use tried::{Condvar, Mutex, MutexGuard, elapsed, spawn};
