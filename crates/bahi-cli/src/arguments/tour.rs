//! The arguments of the tour.

use clap::Args;

/// Walk through a ledger's history as an auditor would, on one that is made for it
///
/// Twelve questions, each with the command that answers it, its answer, and what to notice: balances
/// of a past and of what was known then, a replay, an audit, the fraud it finds, its trail, why it was
/// granted, what was refused, a sample nobody picked, and a verification. Nobody real is in it.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Without --ledger the ledger is made in a temporary directory, and is gone \
    afterwards.\n\n\
    Example:\n  bahi tour\n  bahi tour --no-pause | less"
)]
pub(crate) struct Tour {
    /// Do not wait for Enter between two questions
    #[arg(long)]
    pub(crate) no_pause: bool,
    /// How many cases are drawn beside the stories
    #[arg(long, value_name = "N", default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(0..=i64::from(bahi::demo::DEMO_CASES_MAX)))]
    pub(crate) cases: u32,
}
