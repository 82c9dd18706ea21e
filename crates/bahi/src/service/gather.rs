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

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: Duration = Duration::from_micros(300);

    fn answered(count: usize, waiting: usize) -> Gather {
        let mut gather = Gather::default();
        gather.committed(COMMIT, count, waiting);
        gather
    }

    #[test]
    fn who_is_alone_is_not_made_to_wait() {
        assert_eq!(Gather::default().wanted().0, 1);
        assert_eq!(answered(1, 0).wanted().0, 1);
        assert_eq!(answered(0, 0).wanted().0, 1);
    }

    #[test]
    fn those_who_were_answered_and_those_who_waited_are_waited_for_half_a_commit() {
        assert_eq!(answered(40, 24).wanted(), (64, COMMIT / 2));
        let mut slow = Gather::default();
        slow.committed(Duration::from_secs(5), 40, 24);
        assert_eq!(slow.wanted(), (64, WAIT_MAX));
    }

    #[test]
    fn waits_in_vain_become_rare_and_one_that_pays_makes_them_usual_again() {
        let mut gather = answered(8, 0);
        let mut waits = Vec::new();
        for group in 0..400 {
            let (wanted, _) = gather.wanted();
            if wanted > 1 {
                waits.push(group);
            }
            // One comes where eight were expected.
            gather.came(wanted, 1);
            gather.committed(COMMIT, 8, 0);
        }
        assert_eq!(waits[..7], [0, 2, 5, 10, 19, 36, 69]);
        let distances = waits.windows(2).map(|pair| pair[1] - pair[0]);
        assert_eq!(distances.max(), Some(REST_MAX as usize + 1));
        while gather.wanted().0 == 1 {
            gather.came(1, 1);
        }
        gather.came(8, 7);
        assert_eq!(gather.wanted().0, 8, "most of them came");
    }
}
