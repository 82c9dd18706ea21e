//! The shape of a paper as JSON: what it says without how it looks.
//!
//! # Invariants
//! * Amounts and days are texts in their documented form, counts are integers, an empty cell is null.

use bahi_core::Day;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    described::{Moment, Rupees},
    value::Text,
};

/// A paper.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "paper")]
pub struct PaperAnswer {
    /// What kind of paper: `certificate`.
    pub paper: &'static str,
    /// Its title.
    pub title: String,
    /// The ledger's name.
    pub ledger: String,
    /// The last position seen.
    pub position: u64,
    /// The root there.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The effective bound.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// When the ledger had learned what is shown.
    #[schemars(with = "Moment")]
    pub known_on: String,
    /// The program and its version.
    pub program: String,
    /// What it is about.
    pub facts: Vec<PaperFact>,
    /// What it says.
    pub tables: Vec<PaperTable>,
    /// What must be equal.
    pub identities: Vec<PaperIdentity>,
    /// Whether every identity holds.
    pub holds: bool,
    /// What else is said.
    pub passages: Vec<PaperPassage>,
}

/// One thing a paper is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "paper_fact")]
pub struct PaperFact {
    /// What is said.
    pub label: String,
    /// What it is.
    pub value: Option<String>,
}

/// A table.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "paper_table")]
pub struct PaperTable {
    /// Its name.
    pub table: &'static str,
    /// What stands above it.
    pub caption: String,
    /// The rows, by the columns' names.
    pub rows: Vec<Map<String, Value>>,
    /// The rows of sums.
    pub totals: Vec<Map<String, Value>>,
}

/// Two sums that must be equal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "paper_identity")]
pub struct PaperIdentity {
    /// What is claimed.
    pub says: String,
    /// One side.
    #[schemars(with = "Rupees")]
    pub left: String,
    /// The other.
    #[schemars(with = "Rupees")]
    pub right: String,
    /// Whether they are equal.
    pub holds: bool,
}

/// Sentences under a heading.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "paper_passage")]
pub struct PaperPassage {
    /// The heading.
    pub heading: String,
    /// The sentences.
    pub items: Vec<String>,
}

/// A cell of a paper.
#[must_use]
pub fn paper_cell(exact: Option<String>, count: Option<u64>) -> Value {
    match (count, exact) {
        (Some(count), _) => Value::from(count),
        (None, Some(exact)) => Value::from(exact),
        (None, None) => Value::Null,
    }
}

/// A row of a paper.
#[must_use]
pub fn paper_row(cells: impl Iterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    cells.map(|(name, value)| (name.to_owned(), value)).collect()
}
