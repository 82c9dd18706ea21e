//! The arguments of statements and of reconciliation.

use std::path::PathBuf;

use bahi::recon::{AccountLabel, Format as FileFormat, Tolerance, tolerance};
use bahi_core::{ActorName, Day, Word};
use clap::{Args, Subcommand};

/// Read files of banks and treasuries, and record their lines
#[derive(Args, Debug)]
#[command(after_long_help = "docs/RECONCILIATION.md says what each format is read as.\n\n\
    Example:\n  bahi statement show march.sta\n  bahi statement add march.sta --keys keys")]
pub(crate) struct Statement {
    #[command(subcommand)]
    pub(crate) of: StatementOf,
}

/// What is to become of a file.
#[derive(Subcommand, Debug)]
pub(crate) enum StatementOf {
    Show(StatementShow),
    Add(StatementAdd),
}

/// How a file is read.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reading {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Its format, where it is not to be recognised: camt053, mt940, csv, ofx, bai2, …
    #[arg(long, value_name = "FORMAT", value_parser = file_format)]
    pub(crate) kind: Option<FileFormat>,
    /// Which column of a table says what: the name of a built-in layout, or a layout's file
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

/// Read a file and say what it holds; nothing is recorded
///
/// Entries, balances, sums and whether they agree, for each statement; every byte is read or set
/// aside, and each that is set aside is told with its line.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Exit status: 0 read; 2 the file is of no known format, or broken, with \
    the place.\n\nExample:\n  bahi statement show march.sta --format json"
)]
pub(crate) struct StatementShow {
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Record a file's statements, and of their lines those that no file told before
///
/// The same file twice changes nothing. Accounts become fingerprints under the keys of --keys, and what
/// the bank wrote beside each line goes to the vault of --vault, under a key of its own (bahi vault show
/// line:9/2); without a vault it is kept nowhere: the ledger keeps where each line lies, and the file's
/// hash. A ledger that never had keys knows the office's own account by a digest, and nobody else's.
/// Files of answers to payments (pain.002, NPCI's, scrolls) are recorded as answers.
#[derive(Args, Debug)]
#[command(after_long_help = "Exit status: 0 recorded, or there already; 1 refused; 2 the file or \
    the arguments; 3 fault. What was broken off goes on when it is run again.\n\n\
    Example:\n  bahi statement add march.sta --keys ledger.keys\n  \
    bahi statement add april.csv --profile sbi --account 00112233445566 --keys ledger.keys\n  \
    bahi statement add answers.xml --keys ledger.keys --vault /safe/vault")]
pub(crate) struct StatementAdd {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// The office's account that the file is of, where it does not say so itself
    #[arg(long, value_name = "NUMBER", env = "BAHI_ACCOUNT", hide_env_values = true)]
    pub(crate) account: Option<String>,
    /// What you call that account, as the report shows it: at most 40 characters and 8 digits
    #[arg(long, value_name = "NAME", value_parser = AccountLabel::new)]
    pub(crate) label: Option<AccountLabel>,
    /// The day of answers to payments, where the file states none
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) day: Option<Day>,
    /// Who is recorded to have added it
    #[arg(long, value_name = "NAME", default_value = "bank-statements", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
}

fn file_format(text: &str) -> Result<FileFormat, String> {
    FileFormat::parse(text).ok_or_else(|| {
        let known: Vec<&str> = FileFormat::ALL.iter().map(|one| one.name()).collect();
        format!("formats are {}", known.join(", "))
    })
}

/// Match the lines of statements with the ledger, and say what is left to a person
///
/// Without --run nothing is recorded and the report says what would be. A match is recorded only
/// where a reference proves it; what has one candidate is proposed, and everything else is an
/// exception with its reason, its age, and what would resolve it.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_long_help = "Exit status: 0 done; 1, with --strict, something is left to a person, or a \
    decision is refused; 2 misuse; 3 fault. A run that was broken off goes on when it is run again, \
    and one that is repeated records nothing.\n\n\
    Example:\n  bahi reconcile --run --report --strict --format json\n  \
    bahi reconcile accept p0123456789ab --actor cao-vns --reason seen_in_passbook"
)]
pub(crate) struct Reconcile {
    #[command(subcommand)]
    pub(crate) of: Option<ReconcileOf>,
    /// Record what is proved
    #[arg(long)]
    pub(crate) run: bool,
    /// Say what is matched and what is left; without --run this is what is done
    #[arg(long)]
    pub(crate) report: bool,
    /// Exit with status 1 where something is left to a person
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) how: How,
    /// Who is recorded to have matched
    #[arg(long, value_name = "NAME", default_value = "reconciliation", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
}

/// What a comparison is told.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct How {
    /// The day from which ages are counted; today where nobody says
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) today: Option<Day>,
    /// How many working days after a payment its line may come and still be proposed
    #[arg(long, value_name = "DAYS", default_value_t = 3)]
    pub(crate) window: u16,
    /// A day on which banks are closed, beside Sundays and second and fourth Saturdays; may repeat
    #[arg(long = "holiday", value_name = "DAY", value_parser = Day::parse)]
    pub(crate) holidays: Vec<Day>,
    /// A file of answers to payments that is not recorded, beside those that are; may repeat
    #[arg(long = "answers", value_name = "FILE")]
    pub(crate) answers: Vec<PathBuf>,
    /// Who pays, as for payments export: so that names in e-Kuber's files are known
    #[arg(long, value_name = "FILE")]
    pub(crate) payer: Option<PathBuf>,
    /// A named rule that accepts a difference: NAME:less:5.00, NAME:more:5.00 or NAME:charge:50.00;
    /// may repeat
    #[arg(long = "tolerance", value_name = "RULE", value_parser = tolerance)]
    pub(crate) tolerances: Vec<Tolerance>,
}

/// A person's word.
#[derive(Subcommand, Debug)]
pub(crate) enum ReconcileOf {
    /// Say that lines are events: a proposal, 9/2=17, or 9/2=none for money of something else
    Accept(Decide),
    /// Say that they are not, so that no rule joins them
    Reject(Decide),
    /// Say what is known of a proposal, a line or an answer (9/2), or an event (17)
    Explain(ExplainMatch),
}

/// A decision.
#[derive(Args, Debug)]
pub(crate) struct Decide {
    /// The proposal, or lines and events
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Who decides: neither who received the statement nor who issued the payment
    #[arg(long, value_name = "NAME", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// Why, as a code
    #[arg(long, value_name = "CODE", default_value = "seen_by_hand", value_parser = Word::new)]
    pub(crate) reason: Word,
    #[command(flatten)]
    pub(crate) how: How,
}

/// What is to be explained.
#[derive(Args, Debug)]
pub(crate) struct ExplainMatch {
    /// The proposal, the line or the event
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) how: How,
}
