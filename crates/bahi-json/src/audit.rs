//! The shape of what an audit found.
//!
//! # Invariants
//! * As those of `answer`: plain fields, in the order they are written.

use bahi_core::Day;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answer::AuthorityAnswer,
    described::{DistrictCode, Moment, Rupees},
    value::Text,
};

/// What an audit found, at a position, as of a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "findings")]
pub struct AuditAnswer {
    /// The last event looked at.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The day that what is late is counted to.
    #[schemars(with = "Text<Day>")]
    pub as_of: String,
    /// The instant the answer was known on.
    #[schemars(with = "Moment")]
    pub known_on: String,
    /// The checks that found something, by id.
    pub checks: Vec<CheckAnswer>,
    /// The findings that are kept, by check and first event.
    pub findings: Vec<FindingAnswer>,
}

/// A check that found something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "check_found")]
pub struct CheckAnswer {
    /// Its id: `C31`.
    pub check: String,
    /// `error`, `warning` or `lead`.
    pub severity: String,
    /// What it finds.
    pub title: String,
    /// What an auditor asks next.
    pub question: String,
    /// How many findings there are, kept or not.
    pub findings: u64,
    /// The money in question, of those kept.
    #[schemars(with = "Rupees")]
    pub amount: String,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "finding_found")]
pub struct FindingAnswer {
    /// Its stable id: `C31-417`.
    pub id: String,
    /// The check.
    pub check: String,
    /// `error`, `warning` or `lead`.
    pub severity: String,
    /// The day it counts from.
    #[schemars(with = "Text<Day>")]
    pub day: String,
    /// The scheme; none where it is about several.
    pub scheme: Option<String>,
    /// The district's code, or `pool`; none where it is about several.
    #[schemars(with = "Option<DistrictCode>")]
    pub district: Option<String>,
    /// The case; none where it is about several or none.
    pub case_ref: Option<String>,
    /// The money in question.
    #[schemars(with = "Rupees")]
    pub amount: String,
    /// What was found, with its figures.
    pub detail: String,
    /// How many events it rests on, or how many things were counted.
    pub count: u64,
    /// The events it rests on, at most 32.
    pub events: Vec<u64>,
    /// Whom it is about, at most 32.
    pub parties: Vec<PartyAnswer>,
    /// The line of the terms, where terms decide.
    pub rule: Option<String>,
    /// The order.
    pub order: Option<AuthorityAnswer>,
    /// How a finding of this check on this case was settled, where one was.
    pub settled: Option<String>,
    /// The event that settled it.
    pub settled_by: Option<u64>,
    /// What an auditor asks next.
    pub question: String,
}

/// Somebody a finding is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "party")]
pub struct PartyAnswer {
    /// `person`, `family`, `body` or `account`.
    pub by: String,
    /// The key.
    pub key: String,
}

/// What was done about a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "finding_done")]
pub struct FindingDone {
    /// Its id: `C31-417`.
    pub finding: String,
    /// `taken_up`, or how it was settled.
    pub done: String,
    /// The event that says so; of several cases the last.
    pub position: u64,
    /// The events that say so, one for each case.
    pub positions: Vec<u64>,
}
