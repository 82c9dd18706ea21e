//! Why a case was decided as it was: the facts then, the rule, the computation, and what else there
//! was.
//!
//! # Invariants
//! * Facts are those the case stated at the decision's position, amendments included.
//! * A decision is judged by the version it pins, and every other version stands beside it.
//!
//! # Not here
//! Computing: the evaluator of `bahi-core`, which `trace` follows step by step. How far a case has
//! come in its procedure: `course`.

mod course;
mod trace;

use bahi_core::{
    Event, FactValue, Facts, Money, Names, NotEntitled, Position, Recorded, StoredFact, Terms,
    WordNo,
};
use bahi_json::{
    AuthorityAnswer, DecisionAnswer, ExplainAnswer, FactAnswer, ItemTraceAnswer, JudgementAnswer,
    StepAnswer, not_entitled_answer,
};

use crate::{Error, Ledger, Subject, TrailAt, TrailEntry, View, press::Press};
use course::Course;

pub use trace::{Step, StepValue, Trace, trace};

impl Ledger {
    /// Every decision of a case, explained; `None` where no such case applied.
    ///
    /// # Errors
    /// Those of [`Ledger::trail`].
    pub fn explain(&self, case_ref: &str, view: View) -> Result<Option<ExplainAnswer>, Error> {
        let Some(Subject::Case(case)) = self.case(case_ref) else { return Ok(None) };
        let at = self.trail(Subject::Case(case), view)?;
        self.press().explained(case_ref, case, &at)
    }
}

impl Press<'_> {
    /// Every decision of a case whose trail is given; `None` of an empty one.
    pub(crate) fn explained(
        &self,
        case_ref: &str,
        case: Position,
        at: &TrailAt,
    ) -> Result<Option<ExplainAnswer>, Error> {
        if at.entries.is_empty() {
            return Ok(None);
        }
        let applied = self.event(case)?;
        let scheme = applied.envelope.fund.scheme;
        let versions = self.folded.versions(scheme)?;
        let versions = versions.as_ref();
        let mut facts = Facts::default();
        let mut decisions = Vec::with_capacity(at.entries.len());
        let mut events = Vec::with_capacity(at.entries.len());
        for entry in &at.entries {
            let recorded = self.event(entry.position)?;
            if let Some(stated) = stated(&recorded.event) {
                facts = typed(stated, self.names());
            }
            decisions.push(decision(entry, &recorded, &facts, versions, self.names()));
            events.push(recorded);
        }
        let course = Course::of(&events, self.names());
        let held = course.held_to(versions);
        let name = self.names().scheme(scheme).map(ToString::to_string);
        Ok(Some(ExplainAnswer {
            case_ref: case_ref.to_owned(),
            case: case.0,
            scheme: name.unwrap_or_default(),
            position: at.basis.position.0,
            root: at.basis.root.to_string(),
            decisions,
            procedure: held.map(|held| course.gates(held)).unwrap_or_default(),
            outcomes: course.outcomes(),
            notes: notes(&applied, &facts, self.names()),
        }))
    }
}

/// Stored facts with their names; one the ledger's names lack is left out, and the terms then say
/// that it is missing.
fn typed(stored: &[(WordNo, StoredFact)], names: &Names) -> Facts {
    let one = |(name, fact): &(WordNo, StoredFact)| {
        Some((names.word(*name)?.clone(), fact.value(names)?))
    };
    Facts::new(stored.iter().filter_map(one).collect()).unwrap_or_default()
}

/// Whether the product a case states is notified for its district, as far as the rulebook knows:
/// for a scheme of the rulebook, on the day of the application.
fn notes(applied: &Recorded, facts: &Facts, names: &Names) -> Vec<String> {
    let envelope = &applied.envelope;
    let scheme = names.scheme(envelope.fund.scheme);
    let ours = scheme.is_some_and(|scheme| crate::rulebook::scheme(scheme.as_str()).is_some());
    let Some(FactValue::Word(product)) = facts.value("product").filter(|_| ours) else {
        return Vec::new();
    };
    let (district, day) = (envelope.fund.district, envelope.effective_day);
    let known = match bahi_odop::notified(district, product.as_str(), day) {
        Some(true) => "is notified",
        Some(false) => "is not one notified",
        None => "is not known well enough to say whether it was notified",
    };
    Vec::from([format!("the product {product} {known} for district {district} on {day}")])
}

/// What an event makes a case state, where it does.
fn stated(event: &Event) -> Option<&[(WordNo, StoredFact)]> {
    if let Event::Applied(applied) = event {
        return Some(&applied.facts);
    }
    if let Event::ApplicationAmended(amended) = event { Some(&amended.facts) } else { None }
}

/// The entitlement an event records, where it records one.
fn entitlement(event: &Event) -> Option<Money> {
    if let Event::Sanctioned(sanctioned) = event {
        return Some(sanctioned.entitlement);
    }
    if let Event::SanctionRevised(revised) = event { Some(revised.entitlement) } else { None }
}

fn decision(
    entry: &TrailEntry,
    recorded: &Recorded,
    facts: &Facts,
    versions: &[Terms],
    names: &Names,
) -> DecisionAnswer {
    let recorded_amount = entitlement(&recorded.event);
    let applies = recorded_amount.is_some() || stated(&recorded.event).is_some();
    let pinned = recorded.envelope.terms;
    let judge = |number: u16, steps: bool| {
        let terms = versions.get(usize::from(number).checked_sub(1)?)?;
        Some(judgement(number, terms, facts, steps))
    };
    let under = if applies { judge(pinned, true) } else { None };
    let computed = under.as_ref().map(|(_, amount)| amount.unwrap_or_default());
    let agrees = recorded_amount.map(|recorded| computed == Some(recorded));
    let others = (1..=u16::try_from(versions.len()).unwrap_or(u16::MAX))
        .filter(|number| under.is_some() && *number != pinned);
    DecisionAnswer {
        position: entry.position.0,
        kind: entry.kind.name().to_owned(),
        effective_day: entry.effective_day.to_string(),
        authority: entry.authority.as_ref().map(AuthorityAnswer::from),
        says: crate::describe(recorded, names),
        amount: (!entry.amount.is_zero()).then(|| entry.amount.to_string()),
        facts: facts.iter().map(|(name, value)| fact(name.as_str(), value)).collect(),
        otherwise: others.filter_map(|number| judge(number, false)).map(|(told, _)| told).collect(),
        under: under.map(|(told, _)| told),
        recorded: recorded_amount.map(|amount| amount.to_string()),
        agrees,
    }
}

fn fact(name: &str, value: &FactValue) -> FactAnswer {
    let value = match value {
        FactValue::Money(money) => money.to_string(),
        FactValue::Count(count) => count.to_string(),
        FactValue::Flag(true) => "yes".to_owned(),
        FactValue::Flag(false) => "no".to_owned(),
        FactValue::Word(word) => word.to_string(),
    };
    FactAnswer { name: name.to_owned(), value }
}

/// What a version gives for facts, and the amount where it gives one.
fn judgement(
    number: u16,
    terms: &Terms,
    facts: &Facts,
    with_steps: bool,
) -> (JudgementAnswer, Option<Money>) {
    let Trace { steps, outcome, agrees } = trace(terms, facts);
    debug_assert!(agrees, "the steps come to what the evaluator gives");
    let parts = terms.parts();
    let mut told = JudgementAnswer {
        number,
        version: parts.name.to_string(),
        from: parts.from.to_string(),
        until: parts.until.map(|until| until.to_string()),
        authority: AuthorityAnswer::from(&parts.authority),
        entitlement: None,
        exact: None,
        rounding: parts.rounding.name().to_owned(),
        refusal: None,
        items: Vec::new(),
        own_contribution: None,
        // Steps that come to something else would explain nothing.
        steps: if with_steps && agrees { steps.iter().map(step).collect() } else { Vec::new() },
    };
    match outcome {
        Err(why) => {
            refused(&mut told, terms, &why);
            (told, None)
        }
        Ok(granted) => {
            told.authority = AuthorityAnswer::from(&terms.authority_of(&granted.paragraph));
            told.entitlement = Some(granted.amount.to_string());
            told.exact = Some(rupees(granted.exact));
            told.own_contribution = granted.own_contribution.map(|own| own.to_string());
            told.items = granted.items.iter().map(item).collect();
            (told, Some(granted.amount))
        }
    }
}

fn refused(told: &mut JudgementAnswer, terms: &Terms, why: &NotEntitled) {
    let answer = not_entitled_answer(terms, why);
    told.refusal = Some(answer.message);
    if let Some(authority) = answer.authority {
        told.authority = authority;
    }
}

fn item(found: &bahi_core::ItemOutcome) -> ItemTraceAnswer {
    ItemTraceAnswer {
        item: found.item.to_string(),
        claimed: found.claimed.map(|claimed| claimed.to_string()),
        allowed: found.allowed.to_string(),
        exact: rupees(found.exact),
        limit: found.limit.map(|limit| limit.to_string()),
        paragraph: found.paragraph.to_string(),
    }
}

fn step(found: &Step) -> StepAnswer {
    StepAnswer {
        of: found.of.clone(),
        depth: found.depth,
        rule: found.rule.clone(),
        value: found.value.map(|value| value.to_string()),
        because: found.because.clone(),
    }
}

/// An exact amount of paise in rupees.
fn rupees(paise: bahi_core::Fraction) -> String {
    paise.paise_to_rupees().map_or_else(|_| format!("{paise} paise"), |exact| exact.to_string())
}

#[cfg(test)]
mod tests;
