//! What a case goes through, in.

use bahi_core::{
    AfterReturn, FactKind, Gate, Length, Milestone, Outcome, Procedure, ReturnRule, Role, Span,
    Subject, Word,
};

use super::{
    super::{
        GATE_HAS_EARLIEST, GATE_HAS_LATEST, GATE_HAS_WHEN, GATE_IS_BINDING, GateForm, LengthForm,
        TermsForm, happening, unit,
    },
    TermsReader,
};
use crate::{Problem, WireError, bytes::invalid, numbers};

/// What a gate is about, or what it waits for: one table of numbers for both.
enum Happening {
    Step(Word),
    Sanction,
    Payment,
    Instalment(u16),
    Use,
    Adjustment,
    Application,
    Credit,
}

impl TermsReader<'_, '_> {
    pub(super) fn procedure(&mut self, form: &TermsForm) -> Result<Procedure, WireError> {
        Ok(Procedure {
            gates: self.list("gates of terms", form.gates, 9, Self::gate)?,
            returns: self.list("returns of terms", form.returns, 3, Self::return_rule)?,
            outcomes: self.list("outcomes of terms", form.outcomes, 5, Self::outcome)?,
        })
    }

    fn gate(&mut self) -> Result<Gate, WireError> {
        let of = self.subject()?;
        let paragraph = self.word("paragraph of a gate")?;
        let at = self.reader.at();
        let form: GateForm = self.reader.form()?;
        let known = GATE_HAS_WHEN | GATE_HAS_EARLIEST | GATE_HAS_LATEST | GATE_IS_BINDING;
        if form.has & !known != 0 {
            let problem = Problem::UnknownNumber(u32::from(form.has));
            return Err(invalid("parts of a gate", at, problem));
        }
        let has = |bit| form.has & bit != 0;
        Ok(Gate {
            of,
            reasons: self.list("reasons of a gate", form.reasons, 2, |terms| {
                terms.word("reason of a gate")
            })?,
            when: if has(GATE_HAS_WHEN) { Some(self.test(0)?) } else { None },
            roles: self.list("roles of a gate", form.roles, 1, Self::role)?,
            after: self.list("rows of a gate", form.after, 1, |terms| {
                terms.counted_list("milestones of a gate", 1, Self::milestone)
            })?,
            evidence: self.list("papers of a gate", form.evidence, 2, |terms| {
                terms.word("paper of a gate")
            })?,
            earliest: if has(GATE_HAS_EARLIEST) { Some(self.span()?) } else { None },
            latest: if has(GATE_HAS_LATEST) { Some(self.span()?) } else { None },
            used_percent: form.used_percent,
            binding: has(GATE_IS_BINDING),
            paragraph,
        })
    }

    fn role(&mut self) -> Result<Role, WireError> {
        let at = self.reader.at();
        numbers::variant(&Role::ALL, numbers::role, self.reader.form()?)
            .map_err(|problem| invalid("role of a gate", at, problem))
    }

    fn happening(&mut self, field: &'static str) -> Result<Happening, WireError> {
        let at = self.reader.at();
        Ok(match self.reader.form::<u8>()? {
            happening::STEP => Happening::Step(self.word("step")?),
            happening::SANCTION => Happening::Sanction,
            happening::PAYMENT => Happening::Payment,
            happening::INSTALMENT => Happening::Instalment(self.reader.form()?),
            happening::USE => Happening::Use,
            happening::ADJUSTMENT => Happening::Adjustment,
            happening::APPLICATION => Happening::Application,
            happening::CREDIT => Happening::Credit,
            other => return Err(invalid(field, at, Problem::UnknownNumber(u32::from(other)))),
        })
    }

    fn subject(&mut self) -> Result<Subject, WireError> {
        let field = "what a gate is about";
        let at = self.reader.at();
        let unknown = |number| Err(invalid(field, at, Problem::UnknownNumber(u32::from(number))));
        match self.happening(field)? {
            Happening::Step(step) => Ok(Subject::Step(step)),
            Happening::Sanction => Ok(Subject::Sanction),
            Happening::Payment => Ok(Subject::Payment),
            Happening::Instalment(instalment) => Ok(Subject::Instalment(instalment)),
            Happening::Use => Ok(Subject::Use),
            Happening::Adjustment => Ok(Subject::Adjustment),
            Happening::Application => unknown(happening::APPLICATION),
            Happening::Credit => unknown(happening::CREDIT),
        }
    }

    fn milestone(&mut self) -> Result<Milestone, WireError> {
        let field = "what a gate waits for";
        let at = self.reader.at();
        let unknown = |number| Err(invalid(field, at, Problem::UnknownNumber(u32::from(number))));
        match self.happening(field)? {
            Happening::Step(step) => Ok(Milestone::Step(step)),
            Happening::Sanction => Ok(Milestone::Sanction),
            Happening::Payment => Ok(Milestone::Payment),
            Happening::Instalment(instalment) => Ok(Milestone::Instalment(instalment)),
            Happening::Application => Ok(Milestone::Application),
            Happening::Credit => Ok(Milestone::Credit),
            Happening::Use => unknown(happening::USE),
            Happening::Adjustment => unknown(happening::ADJUSTMENT),
        }
    }

    fn span(&mut self) -> Result<Span, WireError> {
        let at = self.reader.at();
        let form: LengthForm = self.reader.form()?;
        let length = match form.unit {
            unit::DAYS => Length::Days(form.count),
            unit::MONTHS => Length::Months(form.count),
            other => {
                let problem = Problem::UnknownNumber(u32::from(other));
                return Err(invalid("unit of a length", at, problem));
            }
        };
        Ok(Span { length, since: self.milestone()? })
    }

    fn return_rule(&mut self) -> Result<ReturnRule, WireError> {
        let reason = self.word("reason of a return")?;
        let at = self.reader.at();
        let then = numbers::variant(&AfterReturn::ALL, numbers::after_return, self.reader.form()?)
            .map_err(|problem| invalid("what follows a return", at, problem))?;
        Ok(ReturnRule { reason, then })
    }

    fn outcome(&mut self) -> Result<Outcome, WireError> {
        let name = self.word("name of an outcome")?;
        let paragraph = self.word("paragraph of an outcome")?;
        let at = self.reader.at();
        let kind = numbers::variant(&FactKind::ALL, numbers::fact_kind, self.reader.form()?)
            .map_err(|problem| invalid("kind of an outcome", at, problem))?;
        Ok(Outcome { name, kind, paragraph })
    }
}
