//! The arguments of auditing.

use std::path::PathBuf;

use bahi::{CheckId, FindingId, Nonce, SAMPLE_ITEMS_MAX};
use bahi_core::{ActorName, Day, District, Reference, Role, Settlement};
use clap::{Args, Subcommand};

use super::{Acting, Chosen, Past, district, nonce, role};

/// Put the auditor's tests to every event, and say what they find
///
/// Without --check, one row for each check that found something; with it, its findings one by one,
/// each with its events, the line of the terms, and the question to ask next. A lead is a pattern
/// that honest work may leave too, and no verdict. What is late is late as of the day of --as-of, else
/// of the last event.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_long_help = "Exit status: 0 the audit is done; 1, with --strict, an error was found \
    that no audit settled. JSON lines and CSV hold the findings, one a row.\n\n\
    Example:\n  bahi audit\n  bahi audit --check C31 --since 2024-04-01\n  \
    bahi audit --district Varanasi --strict --format json"
)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) of: Option<AuditOf>,
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

/// What is to be done about a finding.
#[derive(Subcommand, Debug)]
pub(crate) enum AuditOf {
    TakeUp(TakeUp),
    Settle(Settle),
    Pack(Pack),
}

/// Write everything an auditor takes away into one directory that strangers can check
///
/// Exports, findings, samples, papers, proofs, a signed checkpoint, a manifest of every file, and a page
/// that says how all of it is checked with public tools. The directory appears when it is complete.
/// `bahi check-export DIR` checks it without the ledger.
#[derive(Args, Debug)]
#[command(
    after_long_help = "With --key the checkpoint and the manifest are signed by the ledger's key. An \
    auditor who has a backup and no key gives the office's checkpoint with --checkpoint: the package is \
    then of that position, and everything in it under that root. Samples are drawn where the auditor \
    brings a nonce. A ledger that takes commands records the package as an event first; a backup \
    takes none.\n\n\
    Exit status: 0 it is written; 1 it is, and an identity of a paper does not hold; 2 misuse.\n\n\
    Example:\n  bahi audit pack --to ag-2025 --key up-odop.key --nonce AG-UP/2025/114 --size 60\n  \
    bahi audit pack --to varanasi --district Varanasi --checkpoint 2025-03-31.note --ledger backup\n  \
    bahi check-export ag-2025 --key up-odop.keys"
)]
pub(crate) struct Pack {
    /// The directory, which is not there yet, or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// The file of the ledger's private key, which signs checkpoint and manifest
    #[arg(long, value_name = "FILE", env = "BAHI_KEY", hide_env_values = true)]
    pub(crate) key: Option<PathBuf>,
    /// A signed checkpoint of the ledger, under which everything is proved
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// The auditor's nonce for samples: 8 to 64 printable characters without a blank
    #[arg(long, value_name = "NONCE", value_parser = nonce)]
    pub(crate) nonce: Option<Nonce>,
    /// How many items are drawn
    #[arg(
        long,
        value_name = "N",
        requires = "nonce",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(SAMPLE_ITEMS_MAX))
    )]
    pub(crate) size: u32,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// Take up a finding: record an audit of its case that names its check and the money in question
///
/// An error becomes an objection, a warning or a lead an observation. A finding about several cases is
/// taken up in each of those whose events it names, all together or not at all; one about no case (a fund,
/// a statement, a store, whoever records) by an audit of the ledger.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi audit take-up C82-15061 --actor ag-7")]
pub(crate) struct TakeUp {
    /// The finding, as bahi audit names it
    #[arg(value_name = "FINDING", value_parser = finding)]
    pub(crate) finding: FindingId,
    /// The auditor, as an identifier
    #[arg(long, value_name = "NAME", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// As what
    #[arg(long, value_name = "ROLE", default_value = "auditor", value_parser = role)]
    pub(crate) role: Role,
}

/// Settle a finding that was taken up: no_fault, made_good or dropped, and by which paper
///
/// It stays among the findings, says how it was settled, and no longer counts under --strict. Of
/// several cases it is settled in each. Who granted one of them or paid it settles nothing about it, nor
/// does who recorded what a finding about no case rests on.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Exit status: 0 it is settled; 1 it cannot be, and why; 2 no such finding.\n\n\
    Example:\n  bahi audit settle C82-15061 --as made_good --reference CHALLAN/77 \
    --actor dic-142 --role district_office"
)]
pub(crate) struct Settle {
    /// The finding, as bahi audit names it
    #[arg(value_name = "FINDING", value_parser = finding)]
    pub(crate) finding: FindingId,
    /// How: no_fault, made_good or dropped
    #[arg(long = "as", value_name = "SETTLEMENT", value_parser = settlement)]
    pub(crate) settlement: Settlement,
    /// The reply or the order that settles it
    #[arg(long, value_name = "REFERENCE", value_parser = Reference::new)]
    pub(crate) reference: Reference,
    /// Who settles it, as an identifier
    #[arg(long, value_name = "NAME", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// As what
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub(crate) role: Role,
}

fn finding(text: &str) -> Result<FindingId, String> {
    let wrong = || "a finding is a check and an event: C31-417, the second there C31-417.2".into();
    FindingId::parse(text).ok_or_else(wrong)
}

fn settlement(text: &str) -> Result<Settlement, String> {
    let found = Settlement::ALL.into_iter().find(|one| one.name() == text);
    found.ok_or_else(|| "a settlement is no_fault, made_good or dropped".into())
}

fn check(text: &str) -> Result<CheckId, String> {
    CheckId::parse(text).ok_or_else(|| "a check is C01 to C99; docs/CHECKS.md lists them".into())
}
