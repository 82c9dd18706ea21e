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
    afterwards. With it the ledger stays, and the tour may be gone on with: --from says where. A line \
    of q ends it. Where no terminal reads the answers nothing is waited for.\n\n\
    Example:\n  bahi tour\n  bahi tour | less\n  bahi tour --ledger tour --from 8"
)]
pub(crate) struct Tour {
    /// Do not wait for Enter between two questions
    #[arg(long)]
    pub(crate) no_pause: bool,
    /// Begin at this question
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u8).range(1..=12))]
    pub(crate) from: u8,
    /// How many cases are drawn beside the stories
    #[arg(long, value_name = "N", default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(0..=i64::from(bahi::demo::DEMO_CASES_MAX)))]
    pub(crate) cases: u32,
}
