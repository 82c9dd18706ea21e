//! The shapes of answers about payment files.
//!
//! # Not here
//! Statements and what was answered to such files (`reconciliation`).

use bahi_core::Day;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{described::Rupees, value::Text};

/// A payment file, as the ledger has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "payment_file")]
pub struct PaymentFileAnswer {
    /// Its number, from 1 in order of recording.
    pub number: u32,
    /// Where it is recorded.
    pub position: u64,
    /// Its form: `ekuber` or `nach306`.
    pub form: String,
    /// The day on which it is to be paid.
    #[schemars(with = "Text<Day>")]
    pub on: String,
    /// How many payments it has.
    pub payments: u64,
    /// SHA-256 of it.
    #[schemars(with = "Text<[u8; 32]>")]
    pub digest: String,
    /// Where it is recorded that it stood in its place; null where that never came.
    pub written: Option<u64>,
}

/// Every payment file that the ledger recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "payment_files")]
pub struct PaymentFilesAnswer {
    /// The files, in order.
    pub files: Vec<PaymentFileAnswer>,
}

/// A payment that a file would have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "payment_due")]
pub struct PaymentDueAnswer {
    /// The instruction.
    pub position: u64,
    /// The case it is of.
    pub case_ref: Option<String>,
    /// Which instalment.
    pub instalment: u16,
    /// How much.
    #[schemars(with = "Rupees")]
    pub amount: String,
}

/// How many instructions a file would leave out, each for the first reason that holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "payments_left_out")]
pub struct LeftOutAnswer {
    /// Of another scheme or district.
    pub elsewhere: u64,
    /// Issued before the first day whose instructions go into files.
    pub earlier: u64,
    /// Issued for a later day.
    pub later: u64,
    /// Of a mode that files of this form do not carry.
    pub other_mode: u64,
    /// More than one file takes.
    pub too_many: u64,
}

/// What a file would have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "payments_due")]
pub struct PaymentsDueAnswer {
    /// Its form.
    pub form: String,
    /// The day on which it would be paid.
    #[schemars(with = "Text<Day>")]
    pub on: String,
    /// The payments, in order of position.
    pub payments: Vec<PaymentDueAnswer>,
    /// What they come to.
    #[schemars(with = "Rupees")]
    pub total: String,
    /// What is not among them.
    pub left_out: LeftOutAnswer,
    /// The file that was recorded and may never have been written: it comes first.
    pub unfinished: Option<PaymentFileAnswer>,
}
