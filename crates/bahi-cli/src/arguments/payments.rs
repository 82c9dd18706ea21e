//! The arguments of payment files.

use std::path::PathBuf;

use bahi::recon::PaymentForm;
use bahi_core::{Day, District, SchemeName};
use clap::{Args, Subcommand};

use super::{Asking, district};

/// Write payment files for the bank: every instruction once, in one file, for ever
///
/// A file has the payments that were instructed (disburse), stand, and are in no file yet. What is
/// sanctioned and not instructed is in none: how much an instalment is, and to which account, the
/// drawing officer says by disburse. Names and account numbers come from the vault and stand in no
/// event, no answer and no message.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi payments due --to ekuber --since 2026-04-01\n  \
    bahi payments export --to ekuber --payer payer.toml --since 2026-04-01 --on 2026-06-20 \
    --out 20260620.xml --vault /safe/up-odop.vault --keys /safe/up-odop.keys \
    --actor ddo-vns --role drawing_officer\n  bahi payments files")]
pub(crate) struct Payments {
    #[command(subcommand)]
    pub(crate) of: PaymentsOf,
}

/// What is to be done with payment files.
#[derive(Subcommand, Debug)]
pub(crate) enum PaymentsOf {
    Due(PaymentsDue),
    Export(PaymentsExport),
    Files(PaymentsFiles),
}

/// Which payments a file is to have.
#[derive(Args, Debug)]
pub(crate) struct PaymentsWanted {
    /// The form of the file: ekuber (pain.001.001.08) or nach306
    #[arg(long, value_name = "FORM", value_parser = form)]
    pub(crate) to: PaymentForm,
    /// Those of this scheme alone
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new)]
    pub(crate) scheme: Option<SchemeName>,
    /// Those of this district alone, by code or name, or pool
    #[arg(long, value_name = "DISTRICT", value_parser = district)]
    pub(crate) district: Option<District>,
    /// The day they are to be paid on; today where nobody says. Later instructions wait
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) on: Option<Day>,
    /// The first day whose instructions go into files; those before went to the bank otherwise. The
    /// first file of a ledger needs it; after that it is the first day that was in a file
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) since: Option<Day>,
}

/// List what a file would have, and what it would leave out, without a vault and writing nothing
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi payments due --to nach306 --since 2026-04-01")]
pub(crate) struct PaymentsDue {
    #[command(flatten)]
    pub(crate) wanted: PaymentsWanted,
}

/// Record the next payment file and write it
///
/// That its payments are in this file is in the ledger before a byte of it is written, so that no
/// later run, cut off or beside it, puts one of them into another. A run that was cut off is
/// completed by the next, with the same bytes, wherever that writes it. A payment whose payee the
/// vault does not have, or that does not fit the form, keeps the whole file from being written, and
/// every such payment is listed.
#[derive(Args, Debug)]
#[command(
    after_long_help = "In the vault, under the account's key in the ledger or the applicant's, stand \
    account_number, account_name (or name), and account_digits where a number of thirteen digits \
    may be twelve after a zero. A number is used only if its fingerprint is the account of the \
    instruction, so --keys is needed.\n\n\
    The same command again, with the file in its place, changes nothing.\n\n\
    Exit status: 0 the file is written, or nothing is due; 1 payments cannot be asked for, or the \
    role may not; 2 the arguments, the payer's description, or another file in its place.\n\n\
    Example:\n  bahi payments export --to nach306 --payer payer.toml --since 2026-04-01 \
    --out ach-20260620.txt --vault /safe/up-odop.vault --keys /safe/up-odop.keys \
    --actor ddo-vns --role drawing_officer"
)]
pub(crate) struct PaymentsExport {
    #[command(flatten)]
    pub(crate) wanted: PaymentsWanted,
    /// Who pays: a description in TOML, with the codes that the bank or treasury gave
    #[arg(long, value_name = "FILE")]
    pub(crate) payer: PathBuf,
    /// Where the file is to stand
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) by: Asking,
}

/// List the payment files that the ledger recorded
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi payments files --format json")]
pub(crate) struct PaymentsFiles {}

fn form(text: &str) -> Result<PaymentForm, String> {
    let forms = PaymentForm::ALL.map(PaymentForm::name).join(" and ");
    PaymentForm::parse(text).ok_or_else(|| format!("the forms are {forms}"))
}
