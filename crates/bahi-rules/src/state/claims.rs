//! Whose each case is, for schemes that limit how often somebody may have what they give.
//!
//! # Invariants
//! * The claims of a case stand side by side, and cases in order of application; so the last
//!   case's are taken away by cutting the end off.
//! * Each subject's claims are a chain, the latest first; the table leads to its head.
//! * Fingerprints are as the events hold them. Who asks knows what they are under other keys.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use bahi_core::{BarSubject, Places, Rows};
use foldhash::fast::FixedState;

/// Who applied in which case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    claims: Rows<Claim>,
    /// The number of the latest claim of each subject.
    places: Places,
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
}

impl PartialEq for Claims {
    fn eq(&self, other: &Claims) -> bool {
        self.claims == other.claims
    }
}

impl Claims {
    /// Adds a claim of the latest case: the case of the claim its subject had before, where it had
    /// one. `None` when there is no room for one more.
    pub(crate) fn push(&mut self, subject: BarSubject, case: u32) -> Option<Option<u32>> {
        let number = u32::try_from(self.claims.len()).ok().filter(|number| *number < u32::MAX)?;
        let hash = self.hash(subject);
        let head = self.places.find(hash, |held| self.claims[held as usize].subject == subject);
        let there = match head {
            Some(head) => self.places.replace(hash, head, number),
            None => self.places.insert(hash, number),
        };
        if !there {
            return None;
        }
        self.claims.push(Claim { subject, case, earlier: head.map_or(0, |head| head + 1) });
        Some(head.map(|head| self.claims[head as usize].case))
    }

    /// What a search for a subject looks at first.
    pub(crate) fn first(&self, subject: BarSubject) -> Option<u64> {
        self.places.first(self.hash(subject))
    }

    /// Makes room for as many as others are.
    pub(crate) fn reserve(&mut self, others: &Claims) {
        self.make_room(others.claims.len());
    }

    /// Takes the claims of the latest case away, where this is its number, and tells the cases that
    /// had shared somebody with it.
    pub(crate) fn pop(&mut self, case: u32) -> Vec<u32> {
        let mut others = Vec::new();
        while let Some(claim) = self.claims.last().copied().filter(|claim| claim.case == case) {
            let number = u32::try_from(self.claims.len() - 1).unwrap_or_default();
            let hash = self.hash(claim.subject);
            match claim.earlier.checked_sub(1) {
                Some(earlier) => {
                    self.places.replace(hash, number, earlier);
                    others.push(self.claims[earlier as usize].case);
                }
                None => self.places.remove(hash, number),
            }
            self.claims.pop();
        }
        others.retain(|other| *other != case);
        others
    }

    /// Whether somebody whose a case is, whose claims begin at a place, has another claim too.
    pub(crate) fn is_shared(&self, case: u32, from: u32) -> bool {
        let mut claims = (from..).zip(self.of_case(case, from));
        claims.any(|(number, claim)| {
            let latest = self.places.find(self.hash(claim.subject), |held| held == number);
            claim.earlier != 0 || latest.is_none()
        })
    }

    /// Makes room for so many, all told.
    pub(crate) fn make_room(&mut self, claims: usize) {
        self.places.reserve(claims);
    }

    /// Where the claims of the next case begin.
    pub(crate) fn next(&self) -> usize {
        self.claims.len()
    }

    /// Those a case is of, which begin at a place, as far as its scheme had them remembered.
    pub(crate) fn of_case(&self, case: u32, from: u32) -> impl Iterator<Item = &Claim> {
        self.claims.iter_from(from as usize).take_while(move |claim| claim.case == case)
    }

    /// The cases of a subject, by number, the latest first; one may be told twice in a row.
    pub(crate) fn cases_of(&self, subject: BarSubject) -> impl Iterator<Item = u32> {
        let same = |held: u32| self.claims[held as usize].subject == subject;
        let head = self.places.find(self.hash(subject), same);
        let head = head.and_then(|head| self.claims.get(head as usize));
        let earlier = |claim: &&Claim| self.claims.get((claim.earlier as usize).checked_sub(1)?);
        core::iter::successors(head, earlier).map(|claim| claim.case)
    }

    /// A print is as good as drawn; which kind of subject it is of need not be told apart.
    fn hash(&self, subject: BarSubject) -> u64 {
        self.hasher.hash_one(u128::from_le_bytes(subject.print().print))
    }
}

#[cfg(test)]
mod tests {
    //! Claims beside a list that is searched through, with cases made and unmade.

    use bahi_core::{FamilyKey, Fingerprint, PersonKey};
    use proptest::prelude::*;

    use super::*;

    fn subject(number: u8) -> BarSubject {
        let print = Fingerprint { key_id: 1, print: [number / 2; 16] };
        if number.is_multiple_of(2) {
            BarSubject::Person(PersonKey(print))
        } else {
            BarSubject::Family(FamilyKey(print))
        }
    }

    proptest! {
        #[test]
        fn who_shares_a_case_is_known_after_every_case_made_or_unmade(
            steps in prop::collection::vec(prop::option::weighted(0.7, prop::collection::vec(0_u8..8, 0..4)), 0..40),
        ) {
            let mut claims = Claims::default();
            // Whose each case is, where its claims begin, and whether it is marked as shared.
            let mut cases: Vec<(Vec<u8>, u32, bool)> = Vec::new();
            for step in steps {
                let number = u32::try_from(cases.len()).expect("few cases");
                match step {
                    Some(whose) => {
                        let from = u32::try_from(claims.next()).expect("few claims");
                        cases.push((whose.clone(), from, false));
                        for one in whose {
                            let other = claims.push(subject(one), number).expect("there is room");
                            for shared in other.into_iter().chain(other.map(|_| number)) {
                                cases[shared as usize].2 = true;
                            }
                        }
                    }
                    None if number == 0 => {}
                    None => {
                        cases.pop();
                        for other in claims.pop(number - 1) {
                            let from = cases[other as usize].1;
                            cases[other as usize].2 = claims.is_shared(other, from);
                        }
                    }
                }
                for (at, (whose, _, shared)) in cases.iter().enumerate() {
                    let twice = |one: &u8| whose.iter().filter(|same| *same == one).count() > 1;
                    let elsewhere = |one: &u8| {
                        cases.iter().enumerate().any(|(other, case)| other != at && case.0.contains(one))
                    };
                    prop_assert_eq!(*shared, whose.iter().any(|one| twice(one) || elsewhere(one)));
                }
                for one in 0..8 {
                    let mut expected: Vec<u32> = (0..).zip(&cases).filter(|(_, case)| case.0.contains(&one)).map(|(at, _)| at).collect();
                    expected.reverse();
                    let mut found: Vec<u32> = claims.cases_of(subject(one)).collect();
                    found.dedup();
                    prop_assert_eq!(found, expected);
                }
            }
        }
    }
}
