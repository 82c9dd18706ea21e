//! The arguments of drawing samples.

use bahi::{Nonce, SAMPLE_ITEMS_MAX, SampleOf, Strata, core::Total};
use bahi_core::Money;
use clap::{Args, ValueEnum};

use super::Chosen;

/// Draw a sample of cases or payments that neither side can pick, and that anybody can draw again
///
/// The seed is a hash over the log's root, its size and a nonce the auditor brings. The auditor
/// settles the nonce, in a letter, before the root of the day of the draw can be known; the office
/// cannot know the nonce while it writes what the root is of. docs/SAMPLING.md says each step, so
/// that another program draws the same.
#[derive(Args, Debug)]
#[command(
    after_long_help = "A simple sample takes so many, each as likely as any other. With --by it is \
    stratified: so many over the strata by their numbers of items, and at least one of each. With \
    --monetary an item worth twice as much is twice as likely, and one worth the interval certain; \
    the interval is what all are worth divided by --size, or --interval.\n\n\
    Example:\n  bahi sample --nonce AG-UP/2025/114 --of payments --monetary --size 60\n  \
    bahi sample --nonce AG-UP/2025/114 --of cases --by scheme,district --size 100 --as-of 2025-03-31"
)]
pub(crate) struct Sample {
    /// The auditor's nonce: 8 to 64 characters without a blank
    #[arg(long, value_name = "TEXT", value_parser = nonce)]
    pub(crate) nonce: Nonce,
    /// What is drawn from
    #[arg(long, value_enum, value_name = "OF", default_value_t = Population::Payments)]
    pub(crate) of: Population,
    /// How many
    #[arg(long, value_name = "N", required_unless_present = "interval",
        conflicts_with = "interval",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(SAMPLE_ITEMS_MAX)))]
    pub(crate) size: Option<u32>,
    /// Over strata of these: scheme, district, fy
    #[arg(long, value_name = "PARTS", value_delimiter = ',', conflicts_with = "monetary")]
    pub(crate) by: Vec<StratumPart>,
    /// By money: monetary-unit sampling
    #[arg(long)]
    pub(crate) monetary: bool,
    /// The interval in rupees: whatever is worth as much is taken
    #[arg(long, value_name = "RUPEES", value_parser = interval, requires = "monetary")]
    pub(crate) interval: Option<Total>,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
}

/// What there is to draw from.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Population {
    /// Cases, each worth what was granted to it and stands
    Cases,
    /// Payments that neither came back nor were taken back
    Payments,
}

/// What makes a stratum.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StratumPart {
    Scheme,
    District,
    Fy,
}

impl Population {
    /// The same for the ledger.
    pub(crate) const fn of(self) -> SampleOf {
        match self {
            Population::Cases => SampleOf::Cases,
            Population::Payments => SampleOf::Payments,
        }
    }
}

/// The parts together.
pub(crate) fn strata(parts: &[StratumPart]) -> Strata {
    let has = |part| parts.contains(&part);
    Strata {
        scheme: has(StratumPart::Scheme),
        district: has(StratumPart::District),
        fy: has(StratumPart::Fy),
    }
}

pub(crate) fn nonce(text: &str) -> Result<Nonce, String> {
    Nonce::new(text).ok_or_else(|| "a nonce has 8 to 64 printable characters and no blank".into())
}

fn interval(text: &str) -> Result<Total, String> {
    let money = Money::parse_spoken(text).map_err(|error| error.to_string())?;
    if money.is_zero() { Err("an interval is above zero".into()) } else { Ok(money.into()) }
}
