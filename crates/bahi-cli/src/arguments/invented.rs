//! The arguments of bank files made up for a demonstration.

use std::path::PathBuf;

use bahi::{
    demo::{Month, Shares},
    recon::invented::StatementForm,
};
use clap::{Args, Subcommand};

/// What else there is to demonstrate.
#[derive(Subcommand, Debug)]
pub(crate) enum DemoOf {
    Statements(DemoStatements),
}

/// Make up a month of bank files for a ledger's payments, with what goes wrong, and the truth
///
/// Each payment of the month is booked on one of the payer's accounts, each at a bank with a form of
/// its own: camt.053, MT940 and the tables of six Indian banks. Beside four of them the bank answers:
/// the clearing house, pain.002, two scrolls. truth.jsonl says of every payment what became of it and
/// which entries of which file are it, and of every other entry what it is. Nothing is recorded; the
/// accounts are made up.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Shares are thousandths of the payments. The same ledger, month, seed and \
    shares make the same files, byte for byte.\n\n\
    Example:\n  bahi demo statements --ledger demo-ledger --out june --month 2023-06\n  \
    bahi demo statements --ledger demo-ledger --out june --month 2023-06 --missing-references 300 \
    --as camt053 --as sbi"
)]
pub(crate) struct DemoStatements {
    /// A directory that is new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The month, as 2024-06; where nobody says, the one with most payments, the last of such
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub(crate) month: Option<Month>,
    /// Another seed makes other files
    #[arg(long, value_name = "S", default_value_t = 2_018)]
    pub(crate) seed: u64,
    /// In this form alone, or these: camt053, mt940, hdfc-old, hdfc-new, icici, sbi, axis, kotak, pnb
    #[arg(long = "as", value_name = "FORM", value_parser = form)]
    pub(crate) forms: Vec<StatementForm>,
    #[command(flatten)]
    pub(crate) shares: SharesOf,
}

/// How much goes wrong, in thousandths.
#[derive(Args, Debug)]
pub(crate) struct SharesOf {
    /// Payments whose lines do not tell their reference
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = share())]
    missing_references: u32,
    /// Payments whose reference a table's narration cuts, breaks, hides in a longer word, or has beside
    /// another's
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = share())]
    garbled: u32,
    /// Payments that the bank never books
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = share())]
    missing: u32,
    /// Payments that it books in two parts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = share())]
    split: u32,
    /// Payments that it books twice
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = share())]
    duplicated: u32,
    /// Payments that come back without a word of it in the ledger
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = share())]
    returned: u32,
    /// Payments that it books 4 to 10 days late
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = share())]
    late: u32,
    /// Lines of other money, for so many payments
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = share())]
    foreign: u32,
}

impl From<&SharesOf> for Shares {
    fn from(of: &SharesOf) -> Shares {
        Shares {
            missing_references: of.missing_references,
            garbled: of.garbled,
            missing: of.missing,
            split: of.split,
            duplicated: of.duplicated,
            returned: of.returned,
            late: of.late,
            foreign: of.foreign,
        }
    }
}

fn share() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(0..=1_000)
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "a month is written 2024-06".to_owned())
}

fn form(text: &str) -> Result<StatementForm, String> {
    let forms = StatementForm::ALL.map(StatementForm::name).join(", ");
    StatementForm::parse(text).ok_or_else(|| format!("the forms are {forms}"))
}
