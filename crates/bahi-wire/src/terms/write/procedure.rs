//! What a case goes through, out.

use bahi_core::{Gate, Length, Milestone, Procedure, Span, Subject, Word};

use super::{
    super::{
        GATE_HAS_EARLIEST, GATE_HAS_LATEST, GATE_HAS_WHEN, GATE_IS_BINDING, GateForm, LengthForm,
        happening, unit,
    },
    TermsWriter, list_length,
};
use crate::numbers;

impl<'t> TermsWriter<'_, '_, 't> {
    /// Writes gates, returns and outcomes, whose numbers stand in the group of the terms.
    pub(super) fn procedure(&mut self, procedure: &'t Procedure) {
        for gate in &procedure.gates {
            self.gate(gate);
        }
        for rule in &procedure.returns {
            self.word(&rule.reason);
            self.writer.form(&numbers::after_return(rule.then));
        }
        for outcome in &procedure.outcomes {
            self.word(&outcome.name);
            self.word(&outcome.paragraph);
            self.writer.form(&numbers::fact_kind(outcome.kind));
        }
    }

    fn gate(&mut self, gate: &'t Gate) {
        let bit = |set, bit| if set { bit } else { 0 };
        self.subject(&gate.of);
        self.word(&gate.paragraph);
        self.writer.form(&GateForm {
            reasons: list_length(gate.reasons.len()),
            roles: list_length(gate.roles.len()),
            after: list_length(gate.after.len()),
            evidence: list_length(gate.evidence.len()),
            used_percent: gate.used_percent,
            has: bit(gate.when.is_some(), GATE_HAS_WHEN)
                | bit(gate.earliest.is_some(), GATE_HAS_EARLIEST)
                | bit(gate.latest.is_some(), GATE_HAS_LATEST)
                | bit(gate.binding, GATE_IS_BINDING),
        });
        self.words(&gate.reasons);
        if let Some(test) = &gate.when {
            self.test(test);
        }
        for role in &gate.roles {
            self.writer.form(&numbers::role(*role));
        }
        for row in &gate.after {
            self.writer.form(&list_length(row.len()));
            for milestone in row {
                self.milestone(milestone);
            }
        }
        self.words(&gate.evidence);
        for span in [&gate.earliest, &gate.latest].into_iter().flatten() {
            self.span(span);
        }
    }

    fn words(&mut self, words: &'t [Word]) {
        for word in words {
            self.word(word);
        }
    }

    fn subject(&mut self, subject: &'t Subject) {
        match subject {
            Subject::Step(step) => self.step(step),
            Subject::Sanction => self.writer.form(&happening::SANCTION),
            Subject::Payment => self.writer.form(&happening::PAYMENT),
            Subject::Instalment(instalment) => self.instalment(*instalment),
            Subject::Use => self.writer.form(&happening::USE),
            Subject::Adjustment => self.writer.form(&happening::ADJUSTMENT),
        }
    }

    fn milestone(&mut self, milestone: &'t Milestone) {
        match milestone {
            Milestone::Application => self.writer.form(&happening::APPLICATION),
            Milestone::Step(step) => self.step(step),
            Milestone::Sanction => self.writer.form(&happening::SANCTION),
            Milestone::Payment => self.writer.form(&happening::PAYMENT),
            Milestone::Instalment(instalment) => self.instalment(*instalment),
            Milestone::Credit => self.writer.form(&happening::CREDIT),
        }
    }

    fn step(&mut self, step: &'t Word) {
        self.writer.form(&happening::STEP);
        self.word(step);
    }

    fn instalment(&mut self, instalment: u16) {
        self.writer.form(&happening::INSTALMENT);
        self.writer.form(&instalment);
    }

    fn span(&mut self, span: &'t Span) {
        self.writer.form(&match span.length {
            Length::Days(count) => LengthForm { unit: unit::DAYS, count },
            Length::Months(count) => LengthForm { unit: unit::MONTHS, count },
        });
        self.milestone(&span.since);
    }
}
