//! The arguments of keeping a ledger: backing it up, restoring it, saving what is left.

use std::path::PathBuf;

use clap::Args;

/// Bring a backup of the ledger up to date, or make one
///
/// A backup is plain files of pages and a note that witnesses them. What is there already is not
/// written again: the first run copies everything, a later one what is new, and one that was cut
/// short goes on. Everything that is written is read back from the medium. Commands that only read
/// take a backup for a ledger: `bahi balances --ledger DIR`.
#[derive(Args, Debug)]
#[command(after_long_help = "Exit status: 0 the backup is whole up to the position said; 2 the \
    directory holds something else; 3 it is another ledger's or another history's, damaged, full, \
    or in use.\n\n\
    Example:\n  bahi backup /mnt/usb/up-odop --ledger up-odop\n  \
    bahi verify --ledger /mnt/usb/up-odop")]
pub(crate) struct Backup {
    /// The backup: a directory that is new, empty, or an earlier backup of this ledger
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// Make a ledger of a backup
///
/// The new ledger stands where --ledger says, in a directory that is new or empty. It has the
/// backup's records, byte for byte, and takes commands. One that was cut short is completed by the
/// same command. Do not let two ledgers of one history go on side by side.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi restore /mnt/usb/up-odop --ledger up-odop-again")]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "DIR")]
    pub(crate) backup: PathBuf,
}

/// Say what is left of a damaged ledger, and make a ledger of its sound beginning
///
/// Reads the files of a ledger or backup that does not open or does not verify, and writes nothing
/// there. The longest beginning in which nothing is missing becomes a ledger with --into. Every
/// intact event after it is listed with its meaning and its bytes, and every position that is lost
/// with what other events say of it.
#[derive(Args, Debug)]
#[command(
    after_long_help = "With --into and without --report the report is a file beside the new \
    ledger, named as it is with .report.jsonl at the end: one JSON object a line, which is \
    not_in_ledger, lost or summary.\n\n\
    Exit status: 0 nothing is missing; 1 something is, and it is listed; 2 the directory is no \
    ledger, or the new one's is taken; 3 nothing can be read.\n\n\
    Example:\n  bahi salvage --ledger damaged\n  bahi salvage --ledger damaged --into rescued"
)]
pub(crate) struct Salvage {
    /// Where the new ledger is to be: a directory that is new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
    /// The file of the report, which must not exist yet
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}
