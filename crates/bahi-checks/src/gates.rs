//! What the terms put before and after something that happens to a case, looked up again.
//!
//! # Invariants
//! * A gate that binds and one that only shows are looked at alike: what was let pass is found.

use alloc::{format, string::String, vec::Vec};

use bahi_core::{Day, Facts, Gate, Milestone, Names, Rows, Subject, Terms, Word};

use crate::memory::{Case, Payment};

/// What is known of a case as something happens to it.
pub(crate) struct Course<'a> {
    pub terms: &'a Terms,
    pub case: &'a Case,
    pub payments: &'a Rows<Payment>,
    pub names: &'a Names,
}

/// What a gate asks for and a case has not.
pub(crate) enum Breach<'a> {
    /// None of these has been.
    After(&'a [Milestone]),
    /// It may not be before this day.
    Early(Day),
    /// It is after this day.
    Late(Day),
    /// So much of what was paid is not yet used, in parts of a hundred.
    Unused(u8),
}

impl<'a> Course<'a> {
    /// Every breach of the gates of a subject on a day, with the line of the terms.
    pub(crate) fn breaches(
        &self,
        of: &Subject,
        reason: Option<&Word>,
        day: Day,
    ) -> Vec<(Breach<'a>, &'a Word)> {
        let mut breaches = Vec::new();
        self.each_gate(of, reason, |gate| {
            let mut push = |breach| breaches.push((breach, &gate.paragraph));
            for row in &gate.after {
                if row.iter().all(|milestone| self.day_of(milestone).is_none()) {
                    push(Breach::After(row));
                }
            }
            let ends = |span: &bahi_core::Span| {
                self.day_of(&span.since).map(|since| span.length.after(since))
            };
            if let Some(from) = gate.earliest.as_ref().and_then(ends).filter(|from| day < *from) {
                push(Breach::Early(from));
            }
            if let Some(until) = gate.latest.as_ref().and_then(ends).filter(|until| day > *until) {
                push(Breach::Late(until));
            }
            let used = self.case.used.paise() + self.case.recovered.paise();
            if gate.used_percent > 0
                && used * 100 < i128::from(gate.used_percent) * self.case.paid.paise()
            {
                push(Breach::Unused(gate.used_percent));
            }
        });
        breaches
    }

    /// Whether a gate concerns the case, whatever reason is given for what it is of.
    pub(crate) fn concerns(&self, gate: &Gate) -> bool {
        let mut concerns = false;
        self.each_gate(&gate.of, None, |one| concerns |= one == gate);
        concerns
    }

    /// Every gate of a subject that concerns the case, in order.
    fn each_gate(&self, of: &Subject, reason: Option<&Word>, mut take: impl FnMut(&'a Gate)) {
        let all = &self.terms.parts().procedure.gates;
        let named = |word: &Word| all.iter().any(|gate| gate.reasons.contains(word));
        let mut facts: Option<Facts> = None;
        for gate in all.iter().filter(|gate| gate.of == *of) {
            let for_it = match (reason, gate.reasons.is_empty()) {
                (Some(reason), true) => !named(reason),
                (Some(reason), false) => gate.reasons.contains(reason),
                (None, none) => none,
            };
            let holds = |test| {
                let facts = facts.get_or_insert_with(|| self.case.facts(self.names));
                self.terms.holds(test, facts)
            };
            if for_it && gate.when.as_ref().is_none_or(holds) {
                take(gate);
            }
        }
    }

    /// The day on which a step was last taken.
    pub(crate) fn day_of_step(&self, step: &Word) -> Option<Day> {
        let is = |name: &Word| name == step;
        let mut steps = self.case.steps.iter().rev();
        steps.find(|one| self.names.word(one.word).is_some_and(is)).map(|one| one.day)
    }

    /// The day of something that has happened to the case.
    pub(crate) fn day_of(&self, milestone: &Milestone) -> Option<Day> {
        let standing = || {
            let all = self.case.payments.iter().map(|number| &self.payments[*number as usize]);
            all.filter(|payment| payment.stands())
        };
        match milestone {
            Milestone::Application => Some(self.case.day),
            Milestone::Step(step) => self.day_of_step(step),
            Milestone::Sanction => self.case.grant().map(|grant| grant.day),
            Milestone::Payment => standing().next_back().map(|payment| payment.day),
            Milestone::Instalment(number) => {
                let mut of = standing().filter(|payment| payment.instalment == *number);
                of.next_back().map(|payment| payment.day)
            }
            Milestone::Credit => {
                standing().next_back().map(|payment| payment.confirmed_on.unwrap_or(payment.day))
            }
        }
    }
}

/// Milestones of which one is enough, as a reader names them.
pub(crate) fn one_of(row: &[Milestone]) -> String {
    let mut text = String::new();
    for milestone in row {
        if !text.is_empty() {
            text.push_str(" or ");
        }
        text.push_str(&format!("{milestone}"));
    }
    text
}
