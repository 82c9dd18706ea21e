//! What shows only when all events are known: who comes again, what waits too long, and patterns.
//!
//! # Invariants
//! * Nothing here changes the audit's memory: asked twice, it says the same.
//! * Everything is sorted by keys, days and positions, so that the same events give the same findings.

use alloc::{vec, vec::Vec};
use core::hash::{BuildHasher, Hash};

use bahi_core::{Authority, Day, Position, Total, Word};
use foldhash::fast::FixedState;

use crate::{
    audit::Audit,
    finding::{Finding, Gather, Place},
    memory::{Case, Payment},
};

mod repeats;

mod accounts;

mod waiting;

mod patterns;

/// Every test that needs all events.
pub(crate) fn look(audit: &Audit, as_of: Day, gather: &mut Gather) {
    repeats::look(audit, gather);
    accounts::look(audit, gather);
    waiting::look(audit, as_of, gather);
    patterns::look(audit, gather);
}

impl Audit {
    fn case_of(&self, payment: &Payment) -> &Case {
        &self.cases[payment.case as usize]
    }

    fn place(&self, event: Position, case: &Case, day: Day) -> Place {
        Place::of(event, case.first, case.fund, day)
    }

    fn order_of(&self, case: &Case) -> Option<Authority> {
        self.names.authority(case.grant()?.authority).cloned()
    }
}

/// A finding about a case, with its parties and its order.
fn of_case(audit: &Audit, case: &Case, mut finding: Finding, amount: i128) -> Finding {
    finding.parties = case.parties();
    finding.order = audit.order_of(case);
    finding.amount = Total::from_paise(amount);
    finding
}

/// A finding by a line of the terms.
fn by_rule(mut finding: Finding, line: &Word, order: Authority) -> Finding {
    finding.rule = Some(line.clone());
    finding.order = Some(order);
    finding
}

/// Runs of neighbours with one key in a sorted list.
fn runs<T, K: PartialEq>(sorted: &[T], key: impl Fn(&T) -> K) -> Vec<&[T]> {
    sorted.chunk_by(|left, right| key(left) == key(right)).collect()
}

/// How many counters there are for each thing that is counted: so few share one by chance.
const COUNTERS_EACH: usize = 4;

/// Things by the hashes of what they have in common, to find the few that have it with others before
/// anything is kept or sorted of all.
#[derive(Default)]
struct Common {
    state: FixedState,
    hashes: Vec<(u64, u32)>,
}

impl Common {
    /// A thing, by number, has this.
    fn add(&mut self, key: impl Hash, number: u32) {
        self.hashes.push((self.state.hash_one(key), number));
    }

    /// The numbers of those that have it with so many, themselves among them, in order; of two that
    /// differ and share a hash, both.
    fn shared(mut self, least: usize) -> Vec<u32> {
        // Counted by some bits of the hash first: what is alone there is alone, and is never sorted.
        let bits = (self.hashes.len().saturating_mul(COUNTERS_EACH)).next_power_of_two();
        let counter = |hash: u64| usize::try_from(hash).unwrap_or(usize::MAX) & (bits - 1);
        let mut counters: Vec<u8> = vec![0; bits];
        for (hash, _) in &self.hashes {
            let count = &mut counters[counter(*hash)];
            *count = count.saturating_add(1);
        }
        let few = u8::try_from(least).unwrap_or(u8::MAX);
        self.hashes.retain(|(hash, _)| counters[counter(*hash)] >= few);
        self.hashes.sort_unstable();
        let runs = self.hashes.chunk_by(|left, right| left.0 == right.0);
        let shared = runs.filter(|run| run.len() >= least).flatten();
        let mut numbers: Vec<u32> = shared.map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}
