//! What each line of `submit` gets back.
//!
//! # Not here
//! The exit status, which is the worst of the lines (`bahi-cli`).

use bahi_core::{CommandId, Position, Refusal, Refused};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Malformed, value::Text};

/// What became of one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineOutcome {
    /// The command is an event, durably.
    Accepted {
        /// The command.
        command_id: CommandId,
        /// Where its event stands.
        position: Position,
    },
    /// The rules said no.
    Refused {
        /// The command.
        command_id: CommandId,
        /// Why.
        refused: Refused,
        /// Where the refusal stands as evidence, where it left one.
        evidence: Option<Position>,
    },
    /// The command was accepted before.
    Duplicate {
        /// The command.
        command_id: CommandId,
        /// Where its event stands.
        position: Position,
    },
    /// The line is no command.
    Malformed(Malformed),
    /// The ledger could not answer: a disk, damage, a bug.
    Fault {
        /// The command.
        command_id: CommandId,
        /// What happened, and what to do next.
        message: String,
    },
}

/// The answer to one line, its fields in the documented order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "answer_to_a_command")]
pub struct OutcomeLine {
    line: u64,
    #[schemars(extend("enum" = ["accepted", "duplicate", "refused", "malformed", "fault"]))]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Text<CommandId>>")]
    command_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refusals: Vec<RefusalLine>,
}

/// One of the reasons of a refusal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "refusal")]
pub struct RefusalLine {
    /// The stable code: `exceeds_budget`.
    pub code: String,
    /// The message, with its figures.
    pub message: String,
}

impl From<&Refusal> for RefusalLine {
    fn from(refusal: &Refusal) -> RefusalLine {
        RefusalLine { code: refusal.code().to_owned(), message: refusal.to_string() }
    }
}

/// The answer to the line of a number, from 1.
#[must_use]
pub fn outcome_json(line: u64, outcome: &LineOutcome) -> OutcomeLine {
    let mut answer = OutcomeLine {
        line,
        status: "",
        position: None,
        command_id: None,
        refusal: None,
        column: None,
        message: None,
        stage: None,
        refusals: Vec::new(),
    };
    match outcome {
        LineOutcome::Accepted { command_id, position } => {
            answer.status = "accepted";
            answer.position = Some(position.0);
            answer.command_id = Some(command_id.to_string());
        }
        LineOutcome::Refused { command_id, refused, evidence } => {
            answer.status = "refused";
            answer.position = evidence.map(|position| position.0);
            answer.command_id = Some(command_id.to_string());
            answer.refusal = Some(refused.first().code());
            answer.message = Some(refused.message());
            answer.stage = Some(refused.first().stage().name());
            answer.refusals = refused.iter().map(RefusalLine::from).collect();
        }
        LineOutcome::Duplicate { command_id, position } => {
            answer.status = "duplicate";
            answer.position = Some(position.0);
            answer.command_id = Some(command_id.to_string());
        }
        LineOutcome::Malformed(Malformed { column, what }) => {
            answer.status = "malformed";
            answer.column = Some(*column);
            answer.message = Some(what.clone());
        }
        LineOutcome::Fault { command_id, message } => {
            answer.status = "fault";
            answer.command_id = Some(command_id.to_string());
            answer.message = Some(message.clone());
        }
    }
    answer
}

/// The answer to the line of a number as one line of text without a line ending.
///
/// ```
/// use bahi_core::{CommandId, Position};
/// use bahi_json::{LineOutcome, outcome_line};
/// let outcome = LineOutcome::Accepted {
///     command_id: CommandId::from_bytes([1; 16]),
///     position: Position(17),
/// };
/// assert_eq!(
///     outcome_line(1, &outcome),
///     r#"{"line":1,"status":"accepted","position":17,"command_id":"01010101-0101-0101-0101-010101010101"}"#
/// );
/// ```
///
/// # Panics
/// Never: every field is a text, a whole number, or made of these.
#[must_use]
pub fn outcome_line(line: u64, outcome: &LineOutcome) -> String {
    serde_json::to_string(&outcome_json(line, outcome)).expect("an answer has a JSON form")
}

#[cfg(test)]
mod tests;
