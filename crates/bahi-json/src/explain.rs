//! The shapes of answers about terms at work: a scheme's file, and why a case was decided as it was.
//!
//! # Invariants
//! * As those of `answer`: plain fields, in the order they are written.

use bahi_core::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{TermsJson, answer::AuthorityAnswer, value::Text};

/// A scheme and one version of its terms.
#[derive(Serialize)]
pub struct SchemeFileAnswer {
    /// The scheme.
    pub scheme: String,
    /// The version's number, from 1; none where no ledger has it.
    pub number: Option<u16>,
    /// The codes of the districts it runs in.
    pub districts: Vec<String>,
    /// The terms.
    pub terms: TermsJson,
}

/// What a terms file did to a ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SchemeToldAnswer {
    /// The scheme.
    pub scheme: String,
    /// The name of the version of its terms.
    pub version: String,
    /// The version's number, from 1.
    pub number: u16,
    /// The position of the event.
    pub position: u64,
    /// Whether the ledger had been told before.
    pub repeated: bool,
}

/// Every decision of a case, explained.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "explained")]
pub struct ExplainAnswer {
    /// The case.
    pub case_ref: String,
    /// The position of its application.
    pub case: u64,
    /// The scheme.
    pub scheme: String,
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// Decision by decision, in order of position.
    pub decisions: Vec<DecisionAnswer>,
    /// What its terms ask it to go through, and how far it has come.
    pub procedure: Vec<GateAnswer>,
    /// What it came to beside the money, as last reported.
    pub outcomes: Vec<FactAnswer>,
    /// What the rulebook says of the case that no rule refuses by: whether its product is notified.
    pub notes: Vec<String>,
}

/// A gate of the procedure, and how a case stands to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "gate_and_case")]
pub struct GateAnswer {
    /// What happens there: `step joint_inspection`, `sanction`, `instalment 2`.
    pub of: String,
    /// The reasons of an adjustment that it is about; empty where it is about none.
    pub reasons: Vec<String>,
    /// The line of the order.
    pub paragraph: String,
    /// Whether it refuses; what another misses is shown here and nowhere else.
    pub binding: bool,
    /// Where it happened last; none where it did not.
    pub position: Option<u64>,
    /// On which day that counts.
    #[schemars(with = "Option<Text<Day>>")]
    pub day: Option<String>,
    /// What had not come before it when it happened; else what has not yet.
    pub missing: Vec<String>,
    /// The first day it may happen, where the terms set one that can be told.
    #[schemars(with = "Option<Text<Day>>")]
    pub earliest: Option<String>,
    /// The last day it is in time, where the terms set one that can be told.
    #[schemars(with = "Option<Text<Day>>")]
    pub latest: Option<String>,
    /// How many days late it happened.
    pub late_by: u32,
    /// What must be shown to be used before it, in rupees, and what was or is.
    pub used: Option<UsedAnswer>,
}

/// How much of what was paid is shown to be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "shown_to_be_used")]
pub struct UsedAnswer {
    /// What is shown.
    pub shown: String,
    /// What must be.
    pub needed: String,
}

/// One decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "decision")]
pub struct DecisionAnswer {
    /// Its place in the log.
    pub position: u64,
    /// What happened: `Sanctioned`.
    pub kind: String,
    /// The day on which it counts.
    #[schemars(with = "Text<Day>")]
    pub effective_day: String,
    /// On what order it was taken.
    pub authority: Option<AuthorityAnswer>,
    /// What it says in one line.
    pub says: String,
    /// The amount that moved; none where none did.
    pub amount: Option<String>,
    /// The facts as the case stated them then, amendments included.
    pub facts: Vec<FactAnswer>,
    /// The terms it was decided by; none where it applied none.
    pub under: Option<JudgementAnswer>,
    /// The entitlement as recorded; none where the decision records none.
    pub recorded: Option<String>,
    /// Whether what is recorded is what is computed; none where nothing is recorded.
    pub agrees: Option<bool>,
    /// What every other version would have given for the same facts.
    pub otherwise: Vec<JudgementAnswer>,
}

/// A fact as a case stated it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "stated_fact")]
pub struct FactAnswer {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What one version of terms gives for facts, or why it gives nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "judgement")]
pub struct JudgementAnswer {
    /// The version's number, from 1.
    pub number: u16,
    /// The version's name.
    pub version: String,
    /// The first day it is in force.
    #[schemars(with = "Text<Day>")]
    pub from: String,
    /// The last day it says it is in force, where it says one.
    #[schemars(with = "Option<Text<Day>>")]
    pub until: Option<String>,
    /// The order, and the line of it that decided.
    pub authority: AuthorityAnswer,
    /// What it gives; none where nothing.
    pub entitlement: Option<String>,
    /// The amount before rounding, in rupees, as a fraction in lowest terms.
    pub exact: Option<String>,
    /// The rule that rounded it.
    pub rounding: String,
    /// Why it gives nothing.
    pub refusal: Option<String>,
    /// Item by item.
    pub items: Vec<ItemTraceAnswer>,
    /// What the applicant must bring.
    pub own_contribution: Option<String>,
    /// The computation, step by step; empty for versions that did not decide.
    pub steps: Vec<StepAnswer>,
}

/// What one item came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "item_judged")]
pub struct ItemTraceAnswer {
    /// The item.
    pub item: String,
    /// What was spent or planned.
    pub claimed: Option<String>,
    /// What is given.
    pub allowed: String,
    /// Before rounding, in rupees, as a fraction in lowest terms.
    pub exact: String,
    /// The cap that could have bound it.
    pub limit: Option<String>,
    /// The line of the order.
    pub paragraph: String,
}

/// One step of a computation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "step_of_a_computation")]
pub struct StepAnswer {
    /// What it is a step of: an item, a condition, the whole.
    pub of: String,
    /// How deep it stands.
    pub depth: u16,
    /// What was computed, as a terms file writes it.
    pub rule: String,
    /// What it came to: an amount in rupees, a count, yes or no; none where a refusal came first.
    pub value: Option<String>,
    /// What decided: the row taken, the cap that bound.
    pub because: Option<String>,
}
