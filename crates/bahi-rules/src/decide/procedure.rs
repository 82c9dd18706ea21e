//! What the terms' procedure asks of a case before something happens to it.
//!
//! # Invariants
//! * Nothing here knows a scheme: what comes first, whose it is and when are the terms'.
//! * A step that is recorded is held to its gates. Any other act is held to those that bind.
//! * What is late is counted and never refused.

use bahi_core::{
    Act, AfterReturn, Day, Event, FactRefs, Fingerprint, Gate, GivenFact, Milestone, Money,
    Position, Refusal, Refused, StepRecorded, Subject, Terms, Total, Word, fact_ref,
};

use super::{Answer, Ask, Tense};
use crate::state::{AccountMark, Case, Payment};

/// A case to which something is to happen, and the terms it is held to.
#[derive(Clone, Copy)]
pub(super) struct Going<'a> {
    pub(super) position: Position,
    pub(super) case: &'a Case,
    pub(super) terms: &'a Terms,
}

impl<'a> Ask<'a> {
    pub(super) fn record_step(&mut self) -> Answer {
        let Act::RecordStep { case_ref, step, evidence, reported } = &self.command.act else {
            return self.fail(Refusal::NotApplied {});
        };
        let (position, case) = self.open_case(case_ref)?;
        self.stage()?;

        let terms = self.terms_of(case);
        let (mut late_by, mut outcomes) = (0, FactRefs::default());
        if let Some((_, terms)) = terms {
            let going = Going { position, case, terms };
            late_by = self.through_the_gates_of_a_step(&going, step);
        }
        if !reported.is_empty() {
            outcomes = self.reported(terms.map(|(_, terms)| terms), reported)?;
        }
        self.stage()?;

        let mut draft = self.draft();
        draft.on_case(position, case, Money::ZERO);
        draft.envelope.terms = terms.map_or(0, |(version, _)| version);
        let step = draft.naming.word(step);
        let evidence = draft.evidence(evidence);
        let reported = draft.facts(&outcomes);
        let recorded = StepRecorded { step, evidence, reported, late_by };
        Ok(draft.event(Event::StepRecorded(recorded)))
    }

    /// The terms a case is held to: those of its sanction, else those in force on the day.
    pub(super) fn terms_of(&self, case: &Case) -> Option<(u16, &'a Terms)> {
        let state = self.state;
        match case.sanction {
            Some(sanction) => {
                let versions = state.versions(case.scheme);
                let terms = versions.get(usize::from(sanction.terms).checked_sub(1)?)?;
                Some((sanction.terms, terms))
            }
            None => state.terms_on(case.scheme, self.command.effective_day),
        }
    }

    /// Holds a step to its gates, all those that concern the case; how many days late it is.
    fn through_the_gates_of_a_step(&mut self, going: &Going<'_>, step: &Word) -> u32 {
        let gates = &going.terms.parts().procedure.gates;
        let of_step = |gate: &&Gate| matches!(&gate.of, Subject::Step(name) if name == step);
        let mut of_this = gates.iter().filter(of_step).peekable();
        // A step that the procedure does not name is the office's own affair.
        if of_this.peek().is_none() {
            return 0;
        }
        let facts = self.state.facts_of(going.case).unwrap_or_default();
        let (mut concerned, mut late_by) = (false, 0);
        for gate in of_this.filter(|gate| concerns(gate, going.terms, &facts)) {
            concerned = true;
            self.through(gate, going);
            late_by = late_by.max(self.days_late(gate, going));
        }
        self.checks.refuse_if(!concerned, || Refusal::StepOfOtherCases { step: step.clone() });
        late_by
    }

    /// Holds what is to happen to the gates that bind it. Part of the terms stage.
    pub(super) fn through_gates(&mut self, going: &Going<'_>, is: impl Fn(&Gate) -> bool) {
        let gates = &going.terms.parts().procedure.gates;
        let mut facts = None;
        for gate in gates.iter().filter(|gate| gate.binding && is(gate)) {
            let facts =
                facts.get_or_insert_with(|| self.state.facts_of(going.case).unwrap_or_default());
            if concerns(gate, going.terms, facts) {
                self.through(gate, going);
            }
        }
    }

    fn through(&mut self, gate: &Gate, going: &Going<'_>) {
        if self.tense == Tense::Happened {
            return;
        }
        let whose = gate.roles.is_empty() || gate.roles.contains(&self.command.role);
        self.checks.refuse_if(!whose, || Refusal::StepOfAnotherRole { step: named(&gate.of) });
        for row in &gate.after {
            let come = row.iter().any(|milestone| self.day_of(milestone, going).is_some());
            if let Some(missing) = row.first().filter(|_| !come) {
                self.checks.refuse(Refusal::StepOutOfOrder { missing: waited_for(missing) });
            }
        }
        let day = self.command.effective_day;
        if let Some(earliest) = &gate.earliest {
            match self.day_of(&earliest.since, going).map(|since| earliest.length.after(since)) {
                None => self
                    .checks
                    .refuse(Refusal::StepOutOfOrder { missing: waited_for(&earliest.since) }),
                Some(from) => self.checks.refuse_if(day < from, || Refusal::TooEarly { from }),
            }
        }
        if let Act::RecordStep { evidence, .. } = &self.command.act {
            for kind in &gate.evidence {
                let named = evidence.iter().any(|(other, _)| other == kind);
                self.checks.refuse_if(!named, || Refusal::EvidenceMissing { kind: kind.clone() });
            }
        }
        let used = Total::from(going.case.used);
        let needed = share(going.case.paid(), gate.used_percent);
        self.checks.refuse_if(used < needed, || Refusal::TooLittleUsed { used, needed });
    }

    /// How many days after the latest day of a gate it is; 0 in time, and without one.
    fn days_late(&self, gate: &Gate, going: &Going<'_>) -> u32 {
        let late = |latest: &bahi_core::Span| {
            let since = self.day_of(&latest.since, going)?;
            let last = latest.length.after(since);
            let day = self.command.effective_day;
            u32::try_from(day.epoch_days().saturating_sub(last.epoch_days())).ok()
        };
        gate.latest.as_ref().and_then(late).unwrap_or_default()
    }

    /// The day a case came to a milestone, where it did.
    fn day_of(&self, milestone: &Milestone, going: &Going<'_>) -> Option<Day> {
        self.state.milestone(going.position, going.case, milestone)
    }

    /// What a step reports, as the terms' outcomes name it.
    fn reported<'g>(
        &mut self,
        terms: Option<&Terms>,
        given: &'g [(Word, GivenFact)],
    ) -> Result<FactRefs<'g>, Refused> {
        let outcomes = terms.map_or(&[][..], |terms| &terms.parts().procedure.outcomes);
        let mut facts = alloc::vec::Vec::with_capacity(given.len());
        for (name, fact) in given {
            match outcomes.iter().find(|outcome| outcome.name == *name) {
                None => self.checks.refuse(Refusal::UnknownFact { fact: name.clone() }),
                Some(outcome) => match fact_ref(fact, outcome.kind) {
                    None => self.checks.refuse(Refusal::FactOfWrongKind { fact: name.clone() }),
                    Some(value) => facts.push((name, value)),
                },
            }
        }
        self.stage()?;
        Ok(FactRefs::new(facts).expect("the form stage refused facts stated twice or too many"))
    }

    /// Whether what came back may be paid again to an account. Part of the terms stage.
    pub(super) fn paid_again(&mut self, terms: &Terms, back: &Payment, account: Fingerprint) {
        if self.tense == Tense::Happened {
            return;
        }
        let rules = &terms.parts().procedure.returns;
        let Some(reason) = self.state.return_reasons.get(&back.returned) else { return };
        let Some(reason) = self.state.names().word(*reason) else { return };
        let Some(rule) = rules.iter().find(|rule| rule.reason == *reason) else { return };
        let returned = back.returned;
        let same = self.under_every_key(account).any(|print| AccountMark::of(print) == back.payee);
        match rule.then {
            AfterReturn::Retry | AfterReturn::AfterCorrection => {}
            AfterReturn::OtherAccount => {
                self.checks.refuse_if(same, || Refusal::OtherAccountNeeded { returned });
            }
            AfterReturn::Stop => {
                let ordered = self.command.authority.is_some();
                self.checks.refuse_if(same || !ordered, || Refusal::PaymentStopped { returned });
            }
        }
    }
}

/// Whether a gate concerns a case with these facts.
fn concerns(gate: &Gate, terms: &Terms, facts: &FactRefs<'_>) -> bool {
    gate.when.as_ref().is_none_or(|test| terms.holds_for(test, facts))
}

/// So many parts of a hundred, rounded up to a whole paisa.
fn share(of: Total, percent: u8) -> Total {
    let parts = of.paise() * i128::from(percent);
    Total::from_paise(parts.div_euclid(100) + i128::from(parts.rem_euclid(100) != 0))
}

/// What is held to a gate, as a word.
fn named(of: &Subject) -> Word {
    match of {
        Subject::Step(step) => step.clone(),
        Subject::Sanction
        | Subject::Payment
        | Subject::Instalment(_)
        | Subject::Use
        | Subject::Adjustment => super::word(&alloc::format!("{of}")),
    }
}

/// What is waited for, as a word.
fn waited_for(milestone: &Milestone) -> Word {
    super::word(&milestone.name())
}
