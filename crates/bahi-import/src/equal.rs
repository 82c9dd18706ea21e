//! Rows that are equal save for whom they name, and the place of each among them.
//!
//! # Invariants
//! * A row that names nobody takes the next place, so equal rows are separate cases.
//! * A row that names somebody takes the place at which the ledger holds it, whichever key it was
//!   recorded under and wherever the row stands in the file; else the next free one.
//! * Two rows of one file never have one place.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use bahi_core::{Applicant, BodyKey, Fingerprint, PersonKey};

use crate::{Prints, identity::Identity};

/// The places given so far.
#[derive(Default)]
pub(crate) struct Equal {
    groups: HashMap<Identity, Group>,
}

/// Rows of one content.
#[derive(Default)]
struct Group {
    /// The last place given or held.
    last: u64,
    /// The places the ledger holds and no row of the file has taken, by whom they are about.
    held: HashMap<Option<Fingerprint>, VecDeque<u64>>,
    /// How many of them are about somebody, by key.
    keys: BTreeMap<u16, u64>,
    /// Whom the rows so far name.
    named: HashSet<Vec<Fingerprint>>,
}

/// The place of a row.
pub(crate) struct Place {
    /// Its place, from 1.
    pub(crate) ordinal: u64,
    /// Whether every row before it differs.
    pub(crate) first: bool,
}

/// Rows like this one stand in the ledger under a key that the row has no fingerprint under.
pub(crate) struct NotComparable {
    /// The key.
    pub(crate) key_id: u16,
}

impl Equal {
    /// The place of a row of this content. `lead` is whom it is about, `named` all it names, and
    /// `held` says whose application the ledger holds at a place.
    pub(crate) fn place(
        &mut self,
        content: Identity,
        lead: Option<&Prints>,
        named: Vec<Fingerprint>,
        held: &dyn Fn(u64) -> Option<Applicant>,
    ) -> Result<Place, NotComparable> {
        let group = self.groups.entry(content).or_insert_with(|| Group::holding(held));
        let first = group.named.insert(named);
        let ordinal = match group.take(lead) {
            Some(ordinal) => ordinal,
            None => {
                let known = |key_id: &u16| {
                    lead.is_none_or(|lead| lead.each().any(|print| print.key_id == *key_id))
                };
                if let Some(key_id) = group.keys.keys().copied().find(|key_id| !known(key_id)) {
                    return Err(NotComparable { key_id });
                }
                group.last += 1;
                group.last
            }
        };
        Ok(Place { ordinal, first })
    }
}

impl Group {
    fn holding(held: &dyn Fn(u64) -> Option<Applicant>) -> Group {
        let mut group = Group::default();
        while let Some(applicant) = held(group.last + 1) {
            group.last += 1;
            let lead = lead_of(&applicant);
            group.held.entry(lead).or_default().push_back(group.last);
            if let Some(lead) = lead {
                *group.keys.entry(lead.key_id).or_default() += 1;
            }
        }
        group
    }

    /// Takes the first place held that is about the same, under whichever key.
    fn take(&mut self, lead: Option<&Prints>) -> Option<u64> {
        let Some(lead) = lead else { return self.held.get_mut(&None)?.pop_front() };
        lead.each().find_map(|print| {
            let ordinal = self.held.get_mut(&Some(print))?.pop_front()?;
            if let Some(count) = self.keys.get_mut(&print.key_id) {
                *count -= 1;
                if *count == 0 {
                    self.keys.remove(&print.key_id);
                }
            }
            Some(ordinal)
        })
    }
}

/// Whom an applicant is about before all.
fn lead_of(applicant: &Applicant) -> Option<Fingerprint> {
    match applicant {
        Applicant::Person { person: PersonKey(print), .. }
        | Applicant::Unit { unit: BodyKey(print), .. }
        | Applicant::Spv { spv: BodyKey(print), .. }
        | Applicant::Institution { institution: BodyKey(print) } => Some(*print),
        Applicant::NotInSource => None,
    }
}
