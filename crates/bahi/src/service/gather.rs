//! `Gather`: how long the writer waits for a group to become whole before it commits.
//!
//! A commit costs the medium the same for one command as for many. Callers that await one command
//! before they submit the next come back together, right after their answers; a writer that takes
//! the first of them and commits leaves the others to the next commit, and every group is half. So
//! the writer waits for as many as it has just answered, and as many as stood waiting then: a
//! fraction of a commit's own time, and not where waiting has not paid before.
//!
//! # Invariants
//! * Nobody waits who is not followed: where one request is expected, there is no waiting.
//! * A wait has a bound, [`WAIT_MAX`] and half a commit; waits in vain become rare, one in
//!   [`REST_MAX`] groups.

use std::time::Duration;

/// The longest wait for a group.
const WAIT_MAX: Duration = Duration::from_millis(1);
/// The most groups taken as they come after a wait in vain.
const REST_MAX: u32 = 64;

#[derive(Debug, Default)]
pub(super) struct Gather {
    /// Who may come back: the answered and those who waited then.
    expected: usize,
    limit: Duration,
    /// How many groups are taken as they come before the next wait.
    rest: u32,
    /// What `rest` becomes at the next wait in vain.
    next_rest: u32,
}

impl Gather {
    /// For how many requests to wait, at least 1, and how long, once there is one.
    pub(super) fn wanted(&self) -> (usize, Duration) {
        let wanted = if self.rest > 0 { 1 } else { self.expected.max(1) };
        (wanted, self.limit)
    }

    /// So many were wanted, and so many had come.
    pub(super) fn came(&mut self, wanted: usize, came: usize) {
        if self.rest > 0 {
            self.rest -= 1;
        } else if wanted > 1 && came < wanted - wanted / 4 {
            self.next_rest = (2 * self.next_rest).clamp(1, REST_MAX);
            self.rest = self.next_rest;
        } else {
            self.next_rest = 0;
        }
    }

    /// A commit took so long, so many are about to be answered, and so many wait already.
    pub(super) fn committed(&mut self, took: Duration, answered: usize, waiting: usize) {
        self.expected = answered + waiting;
        self.limit = (took / 2).min(WAIT_MAX);
    }
}
