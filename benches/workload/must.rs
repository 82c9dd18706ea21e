//! What the benchmark of sizes must come to, and whether results do: for whoever runs it and whoever
//! shows them.

use crate::results::Results;

/// How a figure is made and judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// Things a second, at least.
    Rate,
    /// The time of all of it, in milliseconds, at most.
    Millis,
    /// The time of one, in milliseconds, at most.
    MillisEach,
    /// Bytes stored for one, at most.
    Bytes,
    /// Megabytes of memory at the peak, at most.
    Megabytes,
    /// Our rate over the peer's, at least.
    TimesFaster,
    /// The peer's rate over ours, at most.
    TimesSlower,
    /// The time of one at the largest size over that at the smallest, at most.
    Growth,
    /// Memory at the peak at the largest size over that at the one before, at most.
    MemoryGrowth,
}

/// One line of what must be.
#[derive(Clone, Copy, Debug)]
pub struct Must {
    /// What is measured, for a reader.
    pub measure: &'static str,
    /// The case it is of.
    pub ours: &'static str,
    /// The case it is set beside.
    pub peer: Option<&'static str>,
    /// How the figure is made.
    pub figure: Figure,
    /// What must be.
    pub must: Option<f64>,
    /// What is hoped for.
    pub stretch: Option<f64>,
}

/// The size at which a ladder of events is judged, where it was measured there.
const JUDGED_AT: u64 = 10_000_000;

const fn must(
    measure: &'static str,
    ours: &'static str,
    peer: Option<&'static str>,
    figure: Figure,
    must: Option<f64>,
    stretch: Option<f64>,
) -> Must {
    Must { measure, ours, peer, figure, must, stretch }
}

/// What must be, on two cores.
pub const MUSTS: &[Must] = &[
    must("full replay to balances, events/s", "replay", None, Figure::Rate, Some(10e6), Some(20e6)),
    must(
        "  the time of an event, largest over smallest size",
        "replay",
        None,
        Figure::Growth,
        Some(1.25),
        None,
    ),
    must(
        "  times hledger, on as many postings",
        "replay-postings",
        Some("hledger"),
        Figure::TimesFaster,
        Some(100.0),
        None,
    ),
    must(
        "  times ledger, on as many postings",
        "replay-postings",
        Some("ledger"),
        Figure::TimesFaster,
        Some(20.0),
        None,
    ),
    must(
        "  times beancount, on as many postings",
        "replay-postings",
        Some("beancount"),
        Figure::TimesFaster,
        None,
        None,
    ),
    must(
        "  rows that DuckDB scans for one event",
        "replay",
        Some("duckdb"),
        Figure::TimesSlower,
        None,
        Some(6.0),
    ),
    must(
        "heap during a replay, MB",
        "replay-heap",
        None,
        Figure::Megabytes,
        Some(64.0),
        Some(32.0),
    ),
    must(
        "  heap at the largest over the size before",
        "replay-heap",
        None,
        Figure::MemoryGrowth,
        Some(1.25),
        None,
    ),
    must("durable bulk append, events/s", "append", None, Figure::Rate, Some(1.5e6), Some(2.5e6)),
    must(
        "  times PostgreSQL's INSERT of many rows",
        "append",
        Some("postgres-insert"),
        Figure::TimesFaster,
        Some(10.0),
        None,
    ),
    must(
        "  times PostgreSQL's COPY",
        "append",
        Some("postgres-copy"),
        Figure::TimesFaster,
        None,
        None,
    ),
    must("  times SQLite", "append", Some("sqlite"), Figure::TimesFaster, None, None),
    must("  times redb", "append", Some("redb"), Figure::TimesFaster, None, None),
    must(
        "decided, durable commands, a second",
        "decided",
        None,
        Figure::Rate,
        Some(500e3),
        Some(1e6),
    ),
    must(
        "  times doubleentry on SQLite",
        "decided",
        Some("books-durable"),
        Figure::TimesFaster,
        None,
        None,
    ),
    must(
        "  times doubleentry in memory",
        "decided",
        Some("books-memory"),
        Figure::TimesFaster,
        None,
        None,
    ),
    must("open and first balance, ms", "open", None, Figure::Millis, Some(300.0), Some(100.0)),
    must("  after a kill, ms", "killed", None, Figure::Millis, Some(3e3), Some(1e3)),
    must(
        "first submit on a million cases, ms",
        "submit-cases",
        None,
        Figure::Millis,
        Some(2e3),
        Some(500.0),
    ),
    must(
        "as-of and known-on balance, district × scheme, ms",
        "past",
        None,
        Figure::MillisEach,
        Some(2.0),
        Some(0.2),
    ),
    must(
        "  the slowest of them, ms",
        "past-slowest",
        None,
        Figure::MillisEach,
        Some(2.0),
        Some(0.2),
    ),
    must("trail of one case, cold, ms", "trail", None, Figure::MillisEach, Some(10.0), Some(2.0)),
    must(
        "  the slowest of them, ms",
        "trail-slowest",
        None,
        Figure::MillisEach,
        Some(10.0),
        Some(2.0),
    ),
    must(
        "bytes an event on disk, everything",
        "decided",
        None,
        Figure::Bytes,
        Some(130.0),
        Some(90.0),
    ),
    must(
        "  the log alone, without what is put away beside it",
        "log-bytes",
        None,
        Figure::Bytes,
        Some(130.0),
        Some(90.0),
    ),
];

impl Must {
    /// The figure, and the size it is of: ten million events where it was measured there, and the
    /// largest size else; with a peer, the largest that both were measured at.
    #[must_use]
    pub fn found(&self, results: &Results) -> Option<(u64, f64)> {
        let mut sizes = results.sizes(self.ours);
        if let Some(peer) = self.peer {
            let theirs = results.sizes(peer);
            sizes.retain(|size| theirs.contains(size));
        }
        let largest = *sizes.last()?;
        let judged = if sizes.contains(&JUDGED_AT) { JUDGED_AT } else { largest };
        let of = |case, size| results.median(case, size);
        let ours = of(self.ours, judged)?;
        let ratio = || Some(of(self.peer?, judged)?.each() / ours.each());
        let figure = match self.figure {
            Figure::Rate => 1.0 / ours.each(),
            Figure::Millis => ours.time.as_secs_f64() * 1e3,
            Figure::MillisEach => ours.each() * 1e3,
            Figure::Bytes => ours.stored? as f64 / 1e3,
            Figure::Megabytes => ours.memory? as f64 / 1e6,
            Figure::TimesFaster => ratio()?,
            Figure::TimesSlower => 1.0 / ratio()?,
            Figure::Growth => {
                let smallest = *sizes.first().filter(|size| **size < largest)?;
                return Some((
                    largest,
                    of(self.ours, largest)?.each() / of(self.ours, smallest)?.each(),
                ));
            }
            Figure::MemoryGrowth => {
                let before = *sizes.iter().rev().nth(1)?;
                let memory = |size| Some(of(self.ours, size)?.memory? as f64);
                return Some((largest, memory(largest)? / memory(before)?));
            }
        };
        Some((judged, figure))
    }

    /// Whether a figure is what it must be, in words.
    #[must_use]
    pub fn verdict(&self, figure: f64) -> &'static str {
        let meets = |bound: f64| match self.figure {
            Figure::Rate | Figure::TimesFaster => figure >= bound,
            Figure::Millis
            | Figure::MillisEach
            | Figure::Bytes
            | Figure::Megabytes
            | Figure::TimesSlower
            | Figure::Growth
            | Figure::MemoryGrowth => figure <= bound,
        };
        match (self.must, self.stretch) {
            (_, Some(stretch)) if meets(stretch) => "met, and the stretch",
            (Some(must), _) if meets(must) => "met",
            (Some(_), _) => "NOT MET",
            (None, Some(_)) => "stretch not met",
            (None, None) => "shown",
        }
    }
}
