//! How often somebody may have what a scheme gives: the terms' limits, counted over other cases.
//!
//! # Invariants
//! * Nothing here knows a scheme: whom a limit is for, what counts and for how long are the terms'.
//! * A case that does not count any more, or whose facts a limit does not concern, is passed over.

use alloc::{vec, vec::Vec};

use bahi_core::{
    Across, Applicant, BarSubject, Counted, Day, EventKind, FactRef, FactRefs, Limit, Per,
    Position, Refusal, SchemeNo, Terms,
};

use super::{Ask, Tense};
use crate::state::Case;

/// A case that asks for something, looked at beside the others.
pub(super) struct Asking<'a> {
    /// Its scheme.
    pub(super) scheme: SchemeNo,
    /// What it states.
    pub(super) facts: &'a FactRefs<'a>,
    /// Whose it is.
    pub(super) subjects: Vec<BarSubject>,
    /// Whether each of them is known to be of this case alone.
    pub(super) alone: bool,
    /// Its number; none before it has applied.
    pub(super) number: Option<u32>,
    /// The day it applied.
    pub(super) applied: Day,
    /// The day of what is asked now.
    pub(super) day: Day,
}

impl Ask<'_> {
    /// The case of an application that is being made.
    pub(super) fn asking_anew<'f>(
        &self,
        scheme: SchemeNo,
        applicant: &Applicant,
        facts: &'f FactRefs<'f>,
    ) -> Asking<'f> {
        let mut subjects = Vec::new();
        applicant.each_subject(|subject| subjects.push(subject));
        let day = self.command.effective_day;
        Asking { scheme, facts, subjects, alone: false, number: None, applied: day, day }
    }

    /// The same of a case that has applied.
    pub(super) fn asking_again<'f>(&self, case: &Case, facts: &'f FactRefs<'f>) -> Asking<'f> {
        // Aliases can tell of cases that an older key hides.
        let alone = self.command.aliases.is_empty() && !case.shared;
        let every = self.state.claims.of_case(case.number, case.claims);
        Asking {
            scheme: case.scheme,
            facts,
            subjects: every.take_while(|_| !alone).map(|claim| claim.subject).collect(),
            alone,
            number: Some(case.number),
            applied: case.applied,
            day: self.command.effective_day,
        }
    }

    /// Refuses what somebody of a case had as much of as the terms allow.
    pub(super) fn within_limits(&mut self, terms: &Terms, asking: &Asking<'_>) {
        if self.tense == Tense::Happened {
            return;
        }
        // Nearly everybody has one case: then no limit of at least one is reached.
        if !self.has_another_case(asking) {
            return;
        }
        for limit in &terms.parts().limits {
            let concerns =
                limit.when.as_ref().is_none_or(|test| terms.holds_for(test, asking.facts));
            let shared = limit.same.as_ref().map(|name| asking.facts.value(name.as_str()));
            // Two cases that do not state a fact cannot be known to share it.
            if !concerns || shared == Some(None) {
                continue;
            }
            let first = groups(limit.per, &asking.subjects)
                .into_iter()
                .filter_map(|group| self.first_of_too_many(terms, limit, asking, &group))
                .min();
            if let Some(first) = first {
                let code = limit.code.clone();
                self.checks.refuse(Refusal::LimitReached { first, limit: limit.count, code });
            }
        }
    }

    /// Whether anybody who applies has a case already.
    pub(super) fn has_applied(&self, applicant: &Applicant) -> bool {
        let mut has = false;
        applicant.each_subject(|subject| {
            has = has
                || self
                    .under_every_key(subject.print())
                    .any(|print| self.state.claims.cases_of(subject.under(print)).next().is_some());
        });
        has
    }

    /// Whether anybody of a case is of another one too.
    fn has_another_case(&self, asking: &Asking<'_>) -> bool {
        !asking.alone
            && asking.subjects.iter().any(|subject| {
                self.under_every_key(subject.print()).any(|print| {
                    let cases = self.state.claims.cases_of(subject.under(print));
                    cases.into_iter().any(|number| asking.number != Some(number))
                })
            })
    }

    /// The first application that counts for somebody, where as many count as there may be.
    fn first_of_too_many(
        &self,
        terms: &Terms,
        limit: &Limit,
        asking: &Asking<'_>,
        group: &[BarSubject],
    ) -> Option<Position> {
        let mut numbers = Vec::new();
        for subject in group {
            for print in self.under_every_key(subject.print()) {
                numbers.extend(self.state.claims.cases_of(subject.under(print)));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| self.counts(terms, limit, asking, *number));
        let reached = numbers.len() >= usize::from(limit.count);
        let first = *numbers.first().filter(|_| reached)?;
        self.state.cases.get(first as usize).map(|case| case.position)
    }

    /// Whether another case counts for a limit beside the one that asks.
    fn counts(&self, terms: &Terms, limit: &Limit, asking: &Asking<'_>, number: u32) -> bool {
        let Some(case) = self.state.cases.get(number as usize) else { return false };
        let apart = match limit.across {
            Across::Scheme => case.scheme != asking.scheme,
            Across::Ledger => false,
        };
        if apart || asking.number == Some(number) {
            return false;
        }
        let own_day = match limit.of {
            // Of two applications the one made first is the one that counts.
            Counted::Applied if asking.number.is_some_and(|own| own < number) => return false,
            Counted::Applied => asking.applied,
            Counted::Sanctioned | Counted::Paid => asking.day,
        };
        let Some(day) = counted_day(case, limit.of) else { return false };
        limit.within.holds(day, own_day) && self.concerns(terms, limit, asking, case)
    }

    /// Whether the facts of another case are such as a limit counts.
    fn concerns(&self, terms: &Terms, limit: &Limit, asking: &Asking<'_>, case: &Case) -> bool {
        if limit.when.is_none() && limit.same.is_none() {
            return true;
        }
        let Some(facts) = self.state.facts_of(case) else { return false };
        fn value<'f>(limit: &Limit, facts: &FactRefs<'f>) -> Option<FactRef<'f>> {
            facts.value(limit.same.as_ref()?.as_str())
        }
        limit.when.as_ref().is_none_or(|test| terms.holds_for(test, &facts))
            && value(limit, &facts) == value(limit, asking.facts)
    }
}

/// The day on which a case counts, where it does.
fn counted_day(case: &Case, of: Counted) -> Option<Day> {
    let granted = case.sanction.filter(|sanction| !sanction.amount.is_zero());
    match of {
        Counted::Applied => {
            let turned_down = case.ending.is_some_and(|ending| {
                matches!(ending.kind, EventKind::Rejected | EventKind::Withdrawn)
            });
            let taken_back = case.sanction.is_some() && granted.is_none();
            (!turned_down && !taken_back).then_some(case.applied)
        }
        Counted::Sanctioned => granted.map(|sanction| sanction.day),
        Counted::Paid => case.live().map(|payment| payment.day).min(),
    }
}

/// Those of a case who may each have so many. A family is one with the person who names it.
fn groups(per: Per, subjects: &[BarSubject]) -> Vec<Vec<BarSubject>> {
    let person = |subject: &&BarSubject| matches!(subject, BarSubject::Person(_));
    let body = |subject: &&BarSubject| matches!(subject, BarSubject::Body(_));
    let family = subjects.iter().any(|subject| matches!(subject, BarSubject::Family(_)));
    let each = |which: &dyn Fn(&&BarSubject) -> bool| {
        subjects.iter().filter(which).map(|subject| vec![*subject]).collect()
    };
    match per {
        Per::Family if family => {
            vec![subjects.iter().filter(|subject| !body(subject)).copied().collect()]
        }
        Per::Person | Per::Family => each(&person),
        Per::Body => each(&body),
        Per::Applicant if subjects.iter().any(|subject| body(&subject)) => each(&body),
        Per::Applicant => each(&person),
    }
}
