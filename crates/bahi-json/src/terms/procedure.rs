//! What a case goes through as JSON: gates, what returns mean, and outcomes.

use bahi_core::{
    AfterReturn, Gate, Milestone, Outcome, Procedure, ReturnRule, Role, Span, Subject,
    TERMS_LIST_MAX, Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Condition,
    convert::{test, test_json},
};
use crate::value::{Object, OneOf, OutcomeKind, Text, Whole};

/// What a case goes through, what its returns mean, and what it may come to beside the money.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "procedure")]
pub(super) struct ProcedureJson {
    /// What must be so before something happens; gates of one thing hold together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    gates: Vec<Object<GateJson>>,
    /// What returns for stated reasons mean; a reason not stated allows a payment again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    returns: Vec<Object<ReturnRuleJson>>,
    /// What steps may report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    outcomes: Vec<Object<OutcomeJson>>,
}

/// What must be so before something happens to a case.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "gate")]
struct GateJson {
    /// What happens.
    of: Text<Subject>,
    /// The reasons of an adjustment that it concerns; where none, every reason that no other gate
    /// names. None for anything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    reasons: Vec<Text<Word>>,
    /// Which cases it concerns, by their facts; all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<Condition>,
    /// Who may; whoever the act allows where none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    roles: Vec<OneOf<Role>>,
    /// What must have been before: of each row at least one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX), inner(length(min = 1, max = TERMS_LIST_MAX)))]
    after: Vec<Vec<Text<Milestone>>>,
    /// Kinds of papers that a recorded step names, each at least once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    evidence: Vec<Text<Word>>,
    /// Not before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    earliest: Option<Text<Span>>,
    /// Late after this; what is late is said, not refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest: Option<Text<Span>>,
    /// How much of what was paid before must be shown to be used, in parts of a hundred; nothing
    /// where absent.
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    #[schemars(range(max = 100))]
    used_percent: Whole<u8>,
    /// Whether it refuses; true where absent.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    binding: bool,
    /// The line of the order.
    paragraph: Text<Word>,
}

const fn nothing() -> Whole<u8> {
    Whole(0)
}

fn is_nothing(percent: &Whole<u8>) -> bool {
    *percent == nothing()
}

const fn yes() -> bool {
    true
}

fn is_yes(binding: &bool) -> bool {
    *binding == yes()
}

/// What a return of a payment for some reason means for paying it again.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "return_rule")]
struct ReturnRuleJson {
    /// The reason, as the code that a return states.
    reason: Text<Word>,
    /// What must follow.
    then: OneOf<AfterReturn>,
}

/// A number that a step may report.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "outcome")]
struct OutcomeJson {
    /// Its name: jobs.
    name: Text<Word>,
    /// An amount or a count.
    kind: OneOf<OutcomeKind>,
    /// The line of the order.
    paragraph: Text<Word>,
}

fn plain<T>(list: Vec<Text<T>>) -> Vec<T> {
    list.into_iter().map(|Text(value)| value).collect()
}

fn texts<T: Clone>(list: &[T]) -> Vec<Text<T>> {
    list.iter().cloned().map(Text).collect()
}

impl From<ProcedureJson> for Procedure {
    fn from(json: ProcedureJson) -> Procedure {
        let rule = |Object(json): Object<ReturnRuleJson>| ReturnRule {
            reason: json.reason.0,
            then: json.then.0,
        };
        let outcome = |Object(json): Object<OutcomeJson>| Outcome {
            name: json.name.0,
            kind: json.kind.0.0,
            paragraph: json.paragraph.0,
        };
        Procedure {
            gates: json.gates.into_iter().map(|Object(json)| gate(json)).collect(),
            returns: json.returns.into_iter().map(rule).collect(),
            outcomes: json.outcomes.into_iter().map(outcome).collect(),
        }
    }
}

fn gate(json: GateJson) -> Gate {
    Gate {
        of: json.of.0,
        reasons: plain(json.reasons),
        when: json.when.map(test),
        roles: json.roles.into_iter().map(|OneOf(role)| role).collect(),
        after: json.after.into_iter().map(plain).collect(),
        evidence: plain(json.evidence),
        earliest: json.earliest.map(|span| span.0),
        latest: json.latest.map(|span| span.0),
        used_percent: json.used_percent.0,
        binding: json.binding,
        paragraph: json.paragraph.0,
    }
}

impl From<&Procedure> for ProcedureJson {
    fn from(procedure: &Procedure) -> ProcedureJson {
        let rule = |rule: &ReturnRule| {
            Object(ReturnRuleJson { reason: Text(rule.reason.clone()), then: OneOf(rule.then) })
        };
        let outcome = |outcome: &Outcome| {
            Object(OutcomeJson {
                name: Text(outcome.name.clone()),
                kind: OneOf(OutcomeKind(outcome.kind)),
                paragraph: Text(outcome.paragraph.clone()),
            })
        };
        ProcedureJson {
            gates: procedure.gates.iter().map(gate_json).map(Object).collect(),
            returns: procedure.returns.iter().map(rule).collect(),
            outcomes: procedure.outcomes.iter().map(outcome).collect(),
        }
    }
}

fn gate_json(gate: &Gate) -> GateJson {
    GateJson {
        of: Text(gate.of.clone()),
        reasons: texts(&gate.reasons),
        when: gate.when.as_ref().map(test_json),
        roles: gate.roles.iter().copied().map(OneOf).collect(),
        after: gate.after.iter().map(|row| texts(row)).collect(),
        evidence: texts(&gate.evidence),
        earliest: gate.earliest.clone().map(Text),
        latest: gate.latest.clone().map(Text),
        used_percent: Whole(gate.used_percent),
        binding: gate.binding,
        paragraph: Text(gate.paragraph.clone()),
    }
}
