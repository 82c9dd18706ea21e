//! Whose each case is, for schemes that limit how often somebody may have what they give.
//!
//! # Invariants
//! * The claims of a case stand side by side, and cases in order of application; so the last
//!   case's are taken away by cutting the end off.
//! * Each subject's claims are a chain, the latest first; the table leads to its head.
//! * Fingerprints are as the events hold them. Who asks knows what they are under other keys.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use bahi_core::BarSubject;
use foldhash::fast::FixedState;
use hashbrown::{HashTable, hash_table::Entry};

/// Who applied in which case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    claims: Vec<Claim>,
    /// The number of the latest claim of each subject.
    table: HashTable<u32>,
    hasher: FixedState,
}

/// One of those a case is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Claim {
    pub(crate) subject: BarSubject,
    /// The case's number, from 0.
    pub(crate) case: u32,
    /// The subject's claim before, by number from 1; 0 for none.
    earlier: u32,
    /// Whether the subject has a claim after it.
    later: bool,
}

impl PartialEq for Claims {
    fn eq(&self, other: &Claims) -> bool {
        self.claims == other.claims
    }
}

impl Claim {
    /// Whether its subject has no other.
    pub(crate) const fn is_alone(&self) -> bool {
        self.earlier == 0 && !self.later
    }
}

impl Claims {
    /// Adds a claim of the latest case; `false` when there is no room for one more.
    pub(crate) fn push(&mut self, subject: BarSubject, case: u32) -> bool {
        let Ok(number) = u32::try_from(self.claims.len()) else { return false };
        if number == u32::MAX {
            return false;
        }
        let (claims, hasher) = (&self.claims, &self.hasher);
        let same = |held: &u32| claims[*held as usize].subject == subject;
        let rehash = |held: &u32| hasher.hash_one(claims[*held as usize].subject);
        let earlier = match self.table.entry(hasher.hash_one(subject), same, rehash) {
            Entry::Occupied(mut head) => core::mem::replace(head.get_mut(), number) + 1,
            Entry::Vacant(place) => {
                place.insert(number);
                0
            }
        };
        self.set_later(earlier, true);
        self.claims.push(Claim { subject, case, earlier, later: false });
        true
    }

    /// Takes the claims of the latest case away, where this is its number.
    pub(crate) fn pop(&mut self, case: u32) {
        while let Some(claim) = self.claims.last().copied().filter(|claim| claim.case == case) {
            let number = u32::try_from(self.claims.len() - 1).unwrap_or_default();
            let hash = self.hasher.hash_one(claim.subject);
            if let Ok(mut head) = self.table.find_entry(hash, |held| *held == number) {
                match claim.earlier.checked_sub(1) {
                    Some(earlier) => *head.get_mut() = earlier,
                    None => drop(head.remove()),
                }
            }
            self.set_later(claim.earlier, false);
            self.claims.pop();
        }
    }

    /// Where the claims of the next case begin.
    pub(crate) const fn next(&self) -> usize {
        self.claims.len()
    }

    /// Those a case is of, which begin at a place, as far as its scheme had them remembered.
    pub(crate) fn of_case(&self, case: u32, from: u32) -> &[Claim] {
        let on = self.claims.get(from as usize..).unwrap_or_default();
        let until = on.iter().position(|claim| claim.case != case).unwrap_or(on.len());
        &on[..until]
    }

    /// Says of a claim, by number from 1, whether its subject has one after it.
    fn set_later(&mut self, claim: u32, later: bool) {
        let held = (claim as usize).checked_sub(1).and_then(|index| self.claims.get_mut(index));
        if let Some(held) = held {
            held.later = later;
        }
    }

    /// The cases of a subject, by number, the latest first; one may be told twice in a row.
    pub(crate) fn cases_of(&self, subject: BarSubject) -> impl Iterator<Item = u32> {
        let hash = self.hasher.hash_one(subject);
        let same = |held: &u32| self.claims[*held as usize].subject == subject;
        let head = self.table.find(hash, same).and_then(|head| self.claims.get(*head as usize));
        let earlier = |claim: &&Claim| self.claims.get((claim.earlier as usize).checked_sub(1)?);
        core::iter::successors(head, earlier).map(|claim| claim.case)
    }
}
