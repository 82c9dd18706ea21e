//! The arguments of exports and of checking one.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Acting, Chosen};

/// Write a table to a file for other programs, with a manifest beside it
///
/// The manifest says what the file is of: rows, totals, filters, times, position, root, program,
/// SHA-256. With --key it is signed. `bahi check-export` checks it without the ledger. A ledger that
/// takes commands records each export to a file as an event first.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi export postings --to csv --out postings.csv\n  \
    bahi export cases --to xlsx --out cases.xlsx --key up-odop.key\n  \
    bahi check-export cases.xlsx --key up-odop.keys")]
pub(crate) struct Export {
    #[command(subcommand)]
    pub(crate) of: ExportOf,
}

/// What there is to export.
#[derive(Subcommand, Debug)]
pub(crate) enum ExportOf {
    /// Write the double entry of every event, one posting a row, or as a journal
    ///
    /// The postings of an event sum to zero, and summed by ledger account those of a view are its
    /// balances. `debit` and `credit` are rupees with two places, one of them 0.00; `case` is empty
    /// where the event is of none; `fy` is the year of the fund.
    #[command(after_long_help = "CSV is that of RFC 4180 with lines that end in a line feed. A \
        scheme, head or case whose name begins with =, +, - or @ (after apostrophes or none) has \
        one more apostrophe before it, so that no spreadsheet takes it for a formula. JSON lines \
        have the same fields, names as they are. hledger and ledger read the form hledger.\n\n\
        Example:\n  bahi export postings --to csv --out postings.csv --scheme margin-money\n  \
        bahi export postings --to hledger --out margin-money.journal\n  \
        bahi export postings --to jsonl --out - --as-of 2024-03-31")]
    Postings(ExportTable),
    /// Write the same postings under the names of the Audit Data Standard: GL_Detail
    ///
    /// `Amount` has no sign, and `Amount_Credit_Debit_Indicator` is D or C; `Journal_ID` is the
    /// event's position.
    #[command(after_long_help = "Example:\n  bahi export gl-detail --to csv --out gl-detail.csv")]
    GlDetail(ExportTable),
    /// Write every event, with the exact bytes it is stored in, one a row
    ///
    /// `record` is the stored bytes in base64 and `leaf_hash` their leaf hash by RFC 6962, so that
    /// whoever has the lines can compute the ledger's root without Bahi. JSON lines have the event
    /// whole; a workbook leaves the bytes out.
    #[command(
        after_long_help = "Leaf 0 of the tree is the ledger's own record and no event; where \
        an export goes to a file, --format json says its hash. An event that names no scheme is \
        left out where a scheme, district, year or head is asked for.\n\n\
        Example:\n  bahi export events --to jsonl --out events.jsonl --format json"
    )]
    Events(ExportTable),
    /// Write every case with its figures and how far it has come, one a row
    ///
    /// A case is of the fund of its sanction, as last carried; without a sanction, of where it
    /// applied.
    #[command(after_long_help = "Example:\n  bahi export cases --to xlsx --out cases.xlsx")]
    Cases(ExportTable),
    /// Write the balances of every fund, one a row
    #[command(after_long_help = "Example:\n  \
        bahi export balances --to csv --out balances.csv --as-of 2024-03-31")]
    Balances(ExportTable),
}

/// An export.
#[derive(Args, Debug)]
pub(crate) struct ExportTable {
    /// The form; a journal (hledger, beancount) is of postings alone
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: To,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// The forms of an export.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum To {
    /// Comma-separated rows under a heading
    Csv,
    /// One JSON object a line
    Jsonl,
    /// A directory of Parquet, partitioned by scheme and year
    Parquet,
    /// A workbook
    Xlsx,
    /// A journal for hledger and ledger
    Hledger,
    /// A journal for beancount
    Beancount,
}

/// Where an export goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Target {
    /// The file, or the directory of Parquet, which appears when it is complete; - for standard
    /// output, where a form of text goes without a manifest and leaves no event
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// Replace a file that is there, and its manifest
    #[arg(long)]
    pub(crate) force: bool,
    /// The file of the ledger's private key, with which the manifest is signed
    #[arg(long, value_name = "FILE", env = "BAHI_KEY", hide_env_values = true)]
    pub(crate) key: Option<PathBuf>,
}

/// Check an export or an audit package by its manifest, for which no ledger is needed
///
/// The manifest's signature, the bytes of every file, the number of rows and every total, computed
/// again from the files; of a package its checkpoint and every proof too. Exit status 1 says that
/// something is not as the manifest says, and which file.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Without --key nobody is known to have made the export: its files are those \
    of its manifest, and no more is shown. The key is to come from whoever runs the ledger, and not \
    from whoever sent the export.\n\n\
    Example:\n  bahi check-export postings.csv --key up-odop.keys\n  \
    bahi check-export postings.csv --key up-odop.keys --checkpoint 2025-03-31.note\n  \
    bahi check-export ag-2025 --key up-odop.keys"
)]
pub(crate) struct CheckExport {
    /// The export, or its manifest, each beside the other; or the directory of a package
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// The ledger's public key, or a file of such keys, one a line; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<String>,
    /// A checkpoint of the ledger at the position of the export, whose root must be the same
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
}
