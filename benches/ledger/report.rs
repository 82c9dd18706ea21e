//! What was measured, as tables: every case, then each figure against what it must be.

use std::{collections::BTreeMap, time::Duration};

use bahi_benches::{
    figures::{bytes, grouped, median, megabytes, number},
    measure::Measured,
};

/// What came of a case over the rounds: `None` for a round that this machine could not run.
pub type Rounds = Vec<Measured>;

/// Every case by its name.
pub type Results = BTreeMap<&'static str, Rounds>;

/// How a figure is made and judged.
enum Figure {
    /// Things a second of one case, at least.
    Rate,
    /// The time of one, in microseconds, at most.
    Micros,
    /// The time of all of it, in milliseconds, at most.
    Millis,
    /// Our rate over the peer's, at least.
    TimesFaster,
    /// Our time for one over the peer's, at most.
    TimesTheTime,
    /// Bytes stored for one event, at most.
    Bytes,
}

/// One line of what must be.
struct Must {
    measure: &'static str,
    ours: &'static str,
    peer: Option<&'static str>,
    figure: Figure,
    must: f64,
    stretch: f64,
}

const fn must(
    measure: &'static str,
    (ours, peer): (&'static str, Option<&'static str>),
    figure: Figure,
    (must, stretch): (f64, f64),
) -> Must {
    Must { measure, ours, peer, figure, must, stretch }
}

/// What must be, on two cores.
const MUSTS: &[Must] = &[
    must(
        "durable commands, batches of 1 000",
        ("durable", None),
        Figure::Rate,
        (300_000.0, 500_000.0),
    ),
    must(
        "  against doubleentry on SQLite",
        ("durable", Some("journal-durable")),
        Figure::TimesFaster,
        (150.0, 250.0),
    ),
    must(
        "  against doubleentry in memory",
        ("durable", Some("journal-memory")),
        Figure::TimesFaster,
        (2.0, 3.5),
    ),
    must(
        "log appends against SQLite's",
        ("appends", Some("sqlite")),
        Figure::TimesFaster,
        (1.2, 2.0),
    ),
    must(
        "one awaited command against the raw file",
        ("awaited", Some("raw")),
        Figure::TimesTheTime,
        (2.8, 2.0),
    ),
    must(
        "64 submitters, each awaiting durability",
        ("served", None),
        Figure::Rate,
        (100_000.0, 150_000.0),
    ),
    must("full replay to balances", ("replay", None), Figure::Rate, (5_000_000.0, 10_000_000.0)),
    must(
        "  of a million events",
        ("large-replay", None),
        Figure::Rate,
        (5_000_000.0, 10_000_000.0),
    ),
    must("entitlement, one of each scheme, µs", ("entitlement", None), Figure::Micros, (1.0, 0.5)),
    must("deciding, a million cases, µs", ("decide", None), Figure::Micros, (1.0, 0.5)),
    must("verify", ("verify", None), Figure::Rate, (2_500_000.0, 5_000_000.0)),
    must(
        "  against doubleentry's audit",
        ("verify", Some("journal-audit")),
        Figure::TimesFaster,
        (70.0, 140.0),
    ),
    must(
        "a proof with its record, ten million, µs",
        ("proof", Some("journal-durable-proof")),
        Figure::Micros,
        (1_000.0, 250.0),
    ),
    must(
        "a proof of history (peer: in memory), µs",
        ("history", Some("journal-history")),
        Figure::Micros,
        (1_000.0, 250.0),
    ),
    must(
        "check of a proof, µs",
        ("proof-check", Some("journal-proof-check")),
        Figure::Micros,
        (50.0, 10.0),
    ),
    must("import of the published list, ms", ("import", None), Figure::Millis, (250.0, 100.0)),
    must(
        "bytes an event, 100 000 events",
        ("durable", Some("journal-durable")),
        Figure::Bytes,
        (140.0, 100.0),
    ),
    must(
        "bytes an event, a million events",
        ("large", Some("journal-durable")),
        Figure::Bytes,
        (140.0, 100.0),
    ),
];

/// Prints one line of the table of cases.
pub fn case_line(title: &str, rounds: &Rounds) {
    let Some(middle) = median(rounds) else {
        println!("{title:<56}  skipped: this machine lacks what it needs");
        return;
    };
    let (low, high) =
        (rounds.iter().min_by_key(|one| one.time), rounds.iter().max_by_key(|one| one.time));
    let micros = |one: Option<&Measured>| one.map_or(0.0, |one| one.each() * 1e6);
    println!(
        "{title:<56}{:>13}{:>12.3}{:>12.3}{:>12.3}{:>10}{:>8}",
        grouped(1.0 / middle.each()),
        middle.each() * 1e6,
        micros(low),
        micros(high),
        megabytes(middle.memory),
        bytes(middle.stored),
    );
}

/// Prints the head of the table of cases.
pub fn case_head() {
    println!(
        "{:<56}{:>13}{:>12}{:>12}{:>12}{:>10}{:>8}",
        "median of rounds", "a second", "µs each", "fastest", "slowest", "MB peak", "B/event"
    );
}

/// Prints every figure against what it must be.
pub fn musts(results: &Results) {
    println!(
        "{:<44}{:>12}{:>12}{:>9}{:>12}{:>12}  {:<22}{:>15}{:>13}",
        "measure",
        "ours",
        "peer",
        "ratio",
        "must",
        "stretch",
        "verdict",
        "MB ours/peer",
        "B ours/peer"
    );
    for line in MUSTS {
        must_line(line, results);
    }
}

fn must_line(line: &Must, results: &Results) {
    let of = |name: &str| results.get(name).and_then(|rounds| median(rounds));
    let ours = of(line.ours);
    let peer = line.peer.and_then(of);
    let figure = ours.and_then(|ours| line.figure.value(&ours, peer.as_ref()));
    let shown = |one: Option<Measured>| one.and_then(|one| line.figure.shown(&one));
    let verdict = match figure {
        None if line.peer.is_some() && peer.is_none() => "without its peer",
        None => "skipped",
        Some(figure) if line.figure.meets(figure, line.stretch) => "met, and the stretch",
        Some(figure) if line.figure.meets(figure, line.must) => "met",
        Some(_) => "NOT MET",
    };
    let ratio = ours.zip(peer).and_then(|(ours, peer)| line.figure.ratio(&ours, &peer));
    let memory = |one: Option<Measured>| megabytes(one.and_then(|one| one.memory));
    let stored = |one: Option<Measured>| bytes(one.and_then(|one| one.stored));
    println!(
        "{:<44}{:>12}{:>12}{:>9}{:>12}{:>12}  {verdict:<22}{:>15}{:>13}",
        line.measure,
        shown(ours).map_or("–".to_owned(), number),
        shown(peer).map_or("–".to_owned(), number),
        ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}")),
        number(line.must),
        number(line.stretch),
        format!("{} / {}", memory(ours), memory(peer)),
        format!("{} / {}", stored(ours), stored(peer)),
    );
}

impl Figure {
    /// The figure that is judged.
    fn value(&self, ours: &Measured, peer: Option<&Measured>) -> Option<f64> {
        match self {
            Figure::TimesFaster | Figure::TimesTheTime => self.ratio(ours, peer?),
            Figure::Rate | Figure::Micros | Figure::Millis | Figure::Bytes => self.shown(ours),
        }
    }

    /// What is shown of one side.
    fn shown(&self, one: &Measured) -> Option<f64> {
        match self {
            Figure::Rate | Figure::TimesFaster => Some(1.0 / one.each()),
            Figure::Micros | Figure::TimesTheTime => Some(one.each() * 1e6),
            Figure::Millis => Some(one.time.as_secs_f64() * 1e3),
            Figure::Bytes => one.stored.map(|thousand| thousand as f64 / 1e3),
        }
    }

    /// Ours over the peer's, in the sense of the figure.
    fn ratio(&self, ours: &Measured, peer: &Measured) -> Option<f64> {
        match self {
            Figure::TimesFaster | Figure::Rate => Some(peer.each() / ours.each()),
            Figure::TimesTheTime | Figure::Micros | Figure::Millis => {
                Some(ours.each() / peer.each())
            }
            Figure::Bytes => Some(self.shown(ours)? / self.shown(peer)?),
        }
    }

    fn meets(&self, figure: f64, bound: f64) -> bool {
        match self {
            Figure::Rate | Figure::TimesFaster => figure >= bound,
            Figure::Micros | Figure::Millis | Figure::TimesTheTime | Figure::Bytes => {
                figure <= bound
            }
        }
    }
}

/// How long a whole run took, for its last line.
pub fn end(took: Duration, rounds: usize) {
    println!("{rounds} interleaved rounds in {:.0} s", took.as_secs_f64());
}
