//! The procedure of a file: gates, what returns mean, and outcomes.
//!
//! # Invariants
//! * A complaint stands at the value it is about: a step that has no gate at its name, a row that
//!   no case comes to at the row.

use std::fmt;

use bahi_core::{
    AfterReturn, FactKind, Gate, LENGTH_DAYS_MAX, LENGTH_MONTHS_MAX, Milestone, Outcome, Procedure,
    ReturnRule, Role, Span, Subject, TERMS_LIST_MAX, TermsError, Word,
};
use serde::Deserialize;
use toml::Spanned;

use super::{Checked, File, Raw, SchemeFileError, Text, Wrong, yes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGate {
    of: Text,
    #[serde(default)]
    reasons: Vec<Text>,
    when: Option<Text>,
    #[serde(default)]
    roles: Vec<Text>,
    #[serde(default)]
    after: Vec<Spanned<Vec<Text>>>,
    #[serde(default)]
    evidence: Vec<Text>,
    earliest: Option<Text>,
    latest: Option<Text>,
    used_percent: Option<Spanned<i64>>,
    #[serde(default = "yes")]
    binding: bool,
    paragraph: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReturn {
    reason: Text,
    then: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOutcome {
    name: Text,
    kind: Text,
    paragraph: Text,
}

const SUBJECTS: &str = "step NAME, sanction, payment, instalment N, use, adjustment";
const MILESTONES: &str = "application, step NAME, sanction, payment, instalment N, credit";

/// What gates may wait for.
struct Known<'p> {
    subjects: &'p [Subject],
    instalments_max: u16,
}

impl Known<'_> {
    fn instalment(&self, instalment: u16) -> Result<(), String> {
        let most = self.instalments_max;
        let there_is = (1..=most).contains(&instalment);
        if there_is { Ok(()) } else { Err(format!("instalments_max allows {most} instalments")) }
    }

    /// Whether a case can come to a milestone at all.
    fn milestone(&self, milestone: &Milestone) -> Result<(), String> {
        match milestone {
            Milestone::Step(step) => self.step(step),
            Milestone::Instalment(instalment) => self.instalment(*instalment),
            Milestone::Application
            | Milestone::Sanction
            | Milestone::Payment
            | Milestone::Credit => Ok(()),
        }
    }

    fn step(&self, step: &Word) -> Result<(), String> {
        let mut names: Vec<&Word> = self.subjects.iter().filter_map(step_of).collect();
        if names.contains(&step) {
            return Ok(());
        }
        names.sort_unstable();
        names.dedup();
        let names: Vec<&str> = names.into_iter().map(Word::as_str).collect();
        let there_are = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Err(format!("no [[gate]] is of the step {step}; steps with one: {there_are}"))
    }
}

fn step_of(subject: &Subject) -> Option<&Word> {
    match subject {
        Subject::Step(step) => Some(step),
        Subject::Sanction
        | Subject::Payment
        | Subject::Instalment(_)
        | Subject::Use
        | Subject::Adjustment => None,
    }
}

impl File<'_> {
    pub(super) fn procedure(&self, raw: &Raw) -> Checked<Procedure> {
        let instalments_max = *raw.terms.get_ref().instalments_max.get_ref();
        Ok(Procedure {
            gates: self.gates(&raw.gate, instalments_max)?,
            returns: self.returns(&raw.returns)?,
            outcomes: self.outcomes(&raw.outcome)?,
        })
    }

    fn gates(&self, raw: &[RawGate], instalments_max: u16) -> Checked<Vec<Gate>> {
        let none = Known { subjects: &[], instalments_max };
        let mut subjects: Vec<Subject> = Vec::new();
        for gate in raw {
            self.within(&gate.of, subjects.len(), "gate")?;
            subjects.push(self.subject(&gate.of, &none)?);
        }
        let known = Known { subjects: &subjects, instalments_max };
        let one = |(of, gate): (&Subject, &RawGate)| self.gate(of.clone(), gate, &known);
        let gates: Vec<Gate> = subjects.iter().zip(raw).map(one).collect::<Checked<_>>()?;
        match closed(&gates) {
            Some((step, gate, row)) => {
                Err(self.wrong(&raw[gate].after[row], TermsError::NeverReached(step.clone())))
            }
            None => Ok(gates),
        }
    }

    fn subject(&self, at: &Text, known: &Known<'_>) -> Checked<Subject> {
        let of = Subject::parse(at.get_ref())
            .ok_or_else(|| self.wrong(at, format!("allowed here: {SUBJECTS}")))?;
        if let Subject::Instalment(instalment) = of {
            known.instalment(instalment).map_err(|what| self.wrong(at, what))?;
        }
        Ok(of)
    }

    fn gate(&self, of: Subject, raw: &RawGate, known: &Known<'_>) -> Checked<Gate> {
        if let Some(first) = raw.reasons.first().filter(|_| of != Subject::Adjustment) {
            return Err(self.wrong(first, "only a gate of an adjustment has reasons"));
        }
        let role = |at: &Text| self.one_of(at, &Role::ALL, Role::name);
        Ok(Gate {
            of,
            reasons: self.list(&raw.reasons, |at| self.read(at, Word::new))?,
            when: self.optional(raw.when.as_ref(), |at| self.test(at))?,
            roles: self.list(&raw.roles, role)?,
            after: self.list(&raw.after, |row| self.row(row, known))?,
            evidence: self.list(&raw.evidence, |at| self.read(at, Word::new))?,
            earliest: self.optional(raw.earliest.as_ref(), |at| self.span(at, known))?,
            latest: self.optional(raw.latest.as_ref(), |at| self.span(at, known))?,
            used_percent: self.percent(raw.used_percent.as_ref())?,
            binding: raw.binding,
            paragraph: self.read(&raw.paragraph, Word::new)?,
        })
    }

    /// The values of a list that is no longer than a list of terms may be.
    fn list<T, V>(
        &self,
        raw: &[Spanned<T>],
        read: impl Fn(&Spanned<T>) -> Checked<V>,
    ) -> Checked<Vec<V>> {
        if let Some(beyond) = raw.get(TERMS_LIST_MAX) {
            return Err(self.wrong(beyond, format!("more than {TERMS_LIST_MAX} in one list")));
        }
        raw.iter().map(read).collect()
    }

    fn row(&self, row: &Spanned<Vec<Text>>, known: &Known<'_>) -> Checked<Vec<Milestone>> {
        if row.get_ref().is_empty() {
            return Err(self.wrong(row, format!("a row names at least one of {MILESTONES}")));
        }
        self.list(row.get_ref(), |at| {
            let milestone = Milestone::parse(at.get_ref())
                .ok_or_else(|| self.wrong(at, format!("allowed here: {MILESTONES}")))?;
            known.milestone(&milestone).map_err(|what| self.wrong(at, what))?;
            Ok(milestone)
        })
    }

    fn span(&self, at: &Text, known: &Known<'_>) -> Checked<Span> {
        let span = Span::parse(at.get_ref()).ok_or_else(|| {
            self.wrong(
                at,
                format!(
                    "allowed here: N days after MILESTONE, 1 to {LENGTH_DAYS_MAX}, or N months \
                     after MILESTONE, 1 to {LENGTH_MONTHS_MAX}; a milestone is {MILESTONES}"
                ),
            )
        })?;
        let since = at.get_ref().len() - span.since.to_string().len();
        known.milestone(&span.since).map_err(|what| self.inside(at, since, what))?;
        Ok(span)
    }

    /// A complaint about a byte of a text's value.
    fn inside(&self, at: &Text, byte: usize, what: impl fmt::Display) -> SchemeFileError {
        self.here(at, &Wrong::new(byte, what.to_string()))
    }

    fn percent(&self, at: Option<&Spanned<i64>>) -> Checked<u8> {
        let Some(at) = at else { return Ok(0) };
        let percent = u8::try_from(*at.get_ref()).ok().filter(|percent| *percent <= 100);
        percent.ok_or_else(|| self.wrong(at, "allowed here: 0 to 100 parts of a hundred"))
    }

    fn returns(&self, raw: &[RawReturn]) -> Checked<Vec<ReturnRule>> {
        let mut returns: Vec<ReturnRule> = Vec::new();
        for rule in raw {
            let before = returns.iter().map(|rule| &rule.reason);
            let reason = self.name(&rule.reason, ("return", "reason"), before)?;
            let then = self.one_of(&rule.then, &AfterReturn::ALL, AfterReturn::name)?;
            returns.push(ReturnRule { reason, then });
        }
        Ok(returns)
    }

    fn outcomes(&self, raw: &[RawOutcome]) -> Checked<Vec<Outcome>> {
        let kinds = [FactKind::Money, FactKind::Count];
        let mut outcomes: Vec<Outcome> = Vec::new();
        for outcome in raw {
            let before = outcomes.iter().map(|outcome| &outcome.name);
            let name = self.name(&outcome.name, ("outcome", "name"), before)?;
            let kind = self.one_of(&outcome.kind, &kinds, FactKind::name)?;
            outcomes.push(Outcome {
                name,
                kind,
                paragraph: self.read(&outcome.paragraph, Word::new)?,
            });
        }
        Ok(outcomes)
    }
}

/// The first step that no case can come to, with its gate and the row that keeps cases from it.
fn closed(gates: &[Gate]) -> Option<(&Word, usize, usize)> {
    let mut reached: Vec<&Word> = Vec::new();
    loop {
        let new = gates.iter().filter(|gate| shut(gate, &reached).is_none());
        let new = new.filter_map(|gate| step_of(&gate.of)).find(|step| !reached.contains(step));
        let Some(new) = new else { break };
        reached.push(new);
    }
    gates.iter().enumerate().find_map(|(index, gate)| {
        let step = step_of(&gate.of).filter(|step| !reached.contains(step))?;
        shut(gate, &reached).map(|row| (step, index, row))
    })
}

/// The first row of a gate of which nothing is reached; what is no step always may be.
fn shut(gate: &Gate, reached: &[&Word]) -> Option<usize> {
    let open = |milestone: &Milestone| match milestone {
        Milestone::Step(step) => reached.contains(&step),
        Milestone::Application
        | Milestone::Sanction
        | Milestone::Payment
        | Milestone::Instalment(_)
        | Milestone::Credit => true,
    };
    gate.after.iter().position(|row| !row.iter().any(open))
}
