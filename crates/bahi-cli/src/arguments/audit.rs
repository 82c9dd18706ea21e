//! The arguments of auditing.

use bahi::CheckId;
use bahi_core::{Day, District};
use clap::Args;

use super::{Past, district};

/// Put the auditor's tests to every event, and say what they find
///
/// Without --check, one row for each check that found something; with it, its findings one by one,
/// each with its events, the line of the terms, and the question to ask next. A lead is a pattern
/// that honest work may leave too, and no verdict. What is late is late as of the day of --as-of, else
/// of the last event.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Exit status: 0 the audit is done; 1, with --strict, an error was found \
    that no audit settled. JSON lines and CSV hold the findings, one a row.\n\n\
    Example:\n  bahi audit\n  bahi audit --check C31 --since 2024-04-01\n  \
    bahi audit --district Varanasi --strict --format json"
)]
pub(crate) struct Audit {
    /// The findings of this check alone, one by one
    #[arg(long, value_name = "CHECK", value_parser = check)]
    pub(crate) check: Option<CheckId>,
    /// Only what counts from this day or later
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) since: Option<Day>,
    /// Only what is about this district alone, by code or name, or pool
    #[arg(long, value_name = "DISTRICT", value_parser = district)]
    pub(crate) district: Option<District>,
    /// Exit with status 1 where an error was found that no audit settled
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) past: Past,
}

fn check(text: &str) -> Result<CheckId, String> {
    CheckId::parse(text).ok_or_else(|| "a check is C01 to C99; docs/CHECKS.md lists them".into())
}
