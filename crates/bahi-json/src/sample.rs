//! The JSON of a sample: what it was drawn from, everything the draw rests on, and what was drawn.
//!
//! # Not here
//! Drawing it.

use bahi_core::{Day, FinancialYear};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    described::{DistrictCode, Moment, Rupees},
    value::Text,
};

/// A sample, and everything that another needs to draw it again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "sample")]
pub struct SampleAnswer {
    /// The last event of the population.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// How many records the tree has there: one more than the position.
    pub records: u64,
    /// The last effective day that counts; absent where every day does.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// The instant the answer was known on.
    #[schemars(with = "Moment")]
    pub known_on: String,
    /// The auditor's nonce.
    pub nonce: String,
    /// The seed, of root, records and nonce.
    #[schemars(with = "Text<[u8; 32]>")]
    pub seed: String,
    /// `cases` or `payments`.
    pub of: String,
    /// `simple`, `stratified` or `monetary`.
    pub method: String,
    /// How many items were drawn from.
    pub population: u64,
    /// What they are worth, in rupees.
    #[schemars(with = "Rupees")]
    pub population_amount: String,
    /// The interval of a monetary sample, in rupees.
    #[schemars(with = "Option<Rupees>")]
    pub interval: Option<String>,
    /// The first amount selected of a monetary sample, in rupees.
    #[schemars(with = "Option<Rupees>")]
    pub start: Option<String>,
    /// How many items were drawn.
    pub drawn: u64,
    /// What they are worth, in rupees.
    #[schemars(with = "Rupees")]
    pub drawn_amount: String,
    /// The strata of a stratified sample, by name.
    pub strata: Vec<StratumAnswer>,
    /// The items drawn, in order of position.
    pub items: Vec<SampledItem>,
}

/// A stratum.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "stratum")]
pub struct StratumAnswer {
    /// Its name.
    pub stratum: String,
    /// How many items it has.
    pub items: u64,
    /// What they are worth, in rupees.
    #[schemars(with = "Rupees")]
    pub amount: String,
    /// How many were drawn of it.
    pub drawn: u64,
}

/// An item that was drawn.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "sampled")]
pub struct SampledItem {
    /// Its number in the population, from 1 in order of position.
    pub number: u64,
    /// The event it begins with.
    pub position: u64,
    /// Its case.
    pub case_ref: Option<String>,
    /// Its scheme.
    pub scheme: Option<String>,
    /// Its district's code, or `pool`.
    #[schemars(with = "DistrictCode")]
    pub district: String,
    /// The year of its fund.
    #[schemars(with = "Option<Text<FinancialYear>>")]
    pub fy: Option<String>,
    /// What it is worth, in rupees.
    #[schemars(with = "Rupees")]
    pub amount: String,
    /// How often it was hit.
    pub hits: u64,
}
