//! The arguments of papers.

use std::path::PathBuf;

use bahi_core::{District, FinancialYear, HeadName, SchemeName};
use clap::{Args, Subcommand};

use super::{Past, district};

/// Write a scheme's utilisation certificate of a year, in Form GFR 12-A, proved from the log
///
/// What was held when the year began, what came and went, what was spent and what is held at its end, by
/// the form's seven columns. What the events add up to is compared with the balances; exit status 1
/// where an identity does not hold. Figures of a year that has not ended say so.
#[derive(Args, Debug)]
#[command(after_long_help = "What each column means is in docs/PAPERS.md.\n\n\
    Example:\n  bahi certificate --scheme margin-money --fy 2022-23\n  \
    bahi certificate --scheme margin-money --fy 2022-23 --district Varanasi --format pdf \
    --out certificate.pdf")]
pub(crate) struct Certificate {
    /// The scheme
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new)]
    pub(crate) scheme: SchemeName,
    /// The year, of the days on which events count
    #[arg(long, value_name = "FY", value_parser = FinancialYear::parse)]
    pub(crate) fy: FinancialYear,
    /// This district alone, by code or name, or pool; all of them where nobody says
    #[arg(long, value_name = "DISTRICT", value_parser = district)]
    pub(crate) district: Option<District>,
    #[command(flatten)]
    pub(crate) past: Past,
    #[command(flatten)]
    pub(crate) to: PaperTo,
}

/// Write a statement, a register or a case file that a person hands in
#[derive(Args, Debug)]
#[command(
    after_long_help = "--format is table, html, pdf, json, jsonl or csv. What each column means is in \
    docs/PAPERS.md.\n\n\
    Example:\n  bahi paper sanctions --scheme mda --fy 2022-23 --format pdf --out register.pdf"
)]
pub(crate) struct Paper {
    #[command(subcommand)]
    pub(crate) of: PaperOf,
}

/// The papers there are beside the certificate.
#[derive(Subcommand, Debug)]
pub(crate) enum PaperOf {
    /// A year's expenditure by head of account and month
    Expenditure(PaperExpenditure),
    /// Every sanction and what changed it, with its order and terms
    Sanctions(PaperSanctions),
    /// Margin money in term deposits: what is locked, inspected, become a grant or given back
    Tdr(PaperOfFunds),
    /// Money paid and not accounted for, and money that came back, by age
    Ageing(PaperOfFunds),
    /// Everything of one case, each event with its leaf hash and its path to the root
    Case(PaperCase),
}

/// A statement of expenditure.
#[derive(Args, Debug)]
pub(crate) struct PaperExpenditure {
    /// The year, of the days on which events count
    #[arg(long, value_name = "FY", value_parser = FinancialYear::parse)]
    pub(crate) fy: FinancialYear,
    #[command(flatten)]
    pub(crate) funds: PaperOfFunds,
}

/// A register of sanctions.
#[derive(Args, Debug)]
pub(crate) struct PaperSanctions {
    /// This financial year of allotment alone
    #[arg(long, value_name = "FY", value_parser = FinancialYear::parse)]
    pub(crate) fy: Option<FinancialYear>,
    #[command(flatten)]
    pub(crate) funds: PaperOfFunds,
}

/// A paper of some funds.
#[derive(Args, Debug)]
pub(crate) struct PaperOfFunds {
    /// This scheme alone
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new)]
    pub(crate) scheme: Option<SchemeName>,
    /// This district alone, by code or name, or pool
    #[arg(long, value_name = "DISTRICT", value_parser = district)]
    pub(crate) district: Option<District>,
    /// This head of account alone
    #[arg(long, value_name = "HEAD", value_parser = HeadName::new)]
    pub(crate) head: Option<HeadName>,
    #[command(flatten)]
    pub(crate) past: Past,
    #[command(flatten)]
    pub(crate) to: PaperTo,
}

/// A case file.
#[derive(Args, Debug)]
pub(crate) struct PaperCase {
    /// The case, by its reference
    #[arg(value_name = "CASE")]
    pub(crate) case: String,
    #[command(flatten)]
    pub(crate) past: Past,
    #[command(flatten)]
    pub(crate) to: PaperTo,
}

/// Where a paper goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct PaperTo {
    /// The file, which appears when it is complete; standard output where nobody says, or for -
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}
