//! The arguments of witnesses, and of showing that a ledger continues what it was.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Asks, Out, Under};

/// Ask witnesses to cosign a checkpoint, and keep what they answer
///
/// A witness is somebody else's program that cosigns a checkpoint after it has seen that the log
/// continues what it cosigned before: C2SP tlog-witness and tlog-cosignature.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi checkpoint --key up-odop.key --out today.note\n  \
    bahi witness ask --old 4211 --checkpoint today.note --out request\n  \
    curl --data-binary @request https://witness.example/add-checkpoint > lines\n  \
    bahi witness add today.note --lines lines --policy witnesses.policy\n  \
    bahi check-proof today.note --policy witnesses.policy")]
pub(crate) struct Witness {
    #[command(subcommand)]
    pub(crate) of: WitnessOf,
}

/// What to do with a witness.
#[derive(Subcommand, Debug)]
pub(crate) enum WitnessOf {
    Ask(WitnessAsk),
    Add(WitnessAdd),
}

/// Write what a witness is asked with: the body of its add-checkpoint
///
/// A witness that knows another size answers 409 and that size: ask again with it.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  \
    bahi witness ask --old 4211 --checkpoint today.note --out request")]
pub(crate) struct WitnessAsk {
    /// How many records the checkpoint has that the witness cosigned last; 0 for none
    #[arg(long, value_name = "SIZE", default_value = "0", value_parser = size)]
    pub(crate) old: u64,
    #[command(flatten)]
    pub(crate) under: Under,
    #[command(flatten)]
    pub(crate) asks: Asks,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// Put what witnesses answered into the file of the checkpoint
///
/// Only lines that a witness of the policy made under this very checkpoint are put in; a later one of
/// a witness takes the place of its former. The file is replaced whole, or not at all.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  \
    bahi witness add today.note --lines lines --policy witnesses.policy")]
pub(crate) struct WitnessAdd {
    /// The checkpoint
    #[arg(value_name = "CHECKPOINT")]
    pub(crate) checkpoint: PathBuf,
    /// What the witnesses answered, one signature a line
    #[arg(long, value_name = "FILE")]
    pub(crate) lines: PathBuf,
    /// A C2SP policy with the keys of the log and of the witnesses
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: PathBuf,
}

/// Prove that the ledger continues an older checkpoint, for somebody without the ledger
///
/// The answer of `bahi check-proof --against` to it is consistent, unproven, or forked.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  \
    bahi prove-history --older march.note --checkpoint today.note --out march-to-today\n  \
    bahi check-proof march-to-today --against march.note --key up-odop.keys")]
pub(crate) struct ProveHistory {
    /// The older checkpoint
    #[arg(long, value_name = "FILE")]
    pub(crate) older: PathBuf,
    #[command(flatten)]
    pub(crate) under: Under,
    #[command(flatten)]
    pub(crate) asks: Asks,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// A number of records.
fn size(text: &str) -> Result<u64, String> {
    let max = bahi::proof::TREE_SIZE_MAX;
    let size = text.parse().ok().filter(|size: &u64| *size <= max);
    size.ok_or_else(|| "a number of records is an integer from 0".to_owned())
}
