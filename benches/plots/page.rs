//! The page of plots: which charts there are, and the tables under them.

use std::fmt::Write as _;

use bahi_benches::{
    figures::{bytes, grouped, median, megabytes, number},
    measure::Measured,
    must::MUSTS,
    results::Results,
};

use crate::chart::{Chart, Series};

/// What of a case a chart shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Things a second.
    Rate,
    /// Milliseconds of all of it.
    Millis,
    /// Milliseconds of one.
    MillisEach,
    /// Megabytes at the peak.
    Megabytes,
    /// Bytes stored for one.
    Bytes,
}

/// One chart: its file, what stands above it, and the cases it shows, with what each is called; ours
/// have no `–` before them.
pub struct Plot {
    /// The name of its file, without its ending.
    pub file: &'static str,
    title: &'static str,
    said: &'static str,
    shown: Shown,
    cases: &'static [(&'static str, &'static str)],
}

/// Every chart, in order.
pub const PLOTS: &[Plot] = &[
    Plot {
        file: "replay",
        title: "Full replay from disk to balances",
        said: "Ours is over events, and over postings where a journal is read; DuckDB's over the rows of \
               a table of postings, which is not read from a log and checks nothing.",
        shown: Shown::Rate,
        cases: &[
            ("replay", "Bahi, events"),
            ("replay-postings", "Bahi, postings"),
            ("read", "– bytes read, nothing else"),
            ("duckdb", "– DuckDB, rows of Parquet"),
            ("ledger", "– ledger, postings"),
            ("hledger", "– hledger, postings"),
            ("beancount", "– beancount, postings"),
        ],
    },
    Plot {
        file: "heap",
        title: "Memory of a replay, megabytes",
        said: "The heap is counted, allocation by allocation, in all threads, from the start of the process; \
               resident is what the timed process added, the allocator's own way with it.",
        shown: Shown::Megabytes,
        cases: &[
            ("replay-heap", "Bahi, heap at its peak, beside the store's"),
            ("store-heap", "– heap of the store, read through"),
            ("replay", "Bahi, resident, added"),
        ],
    },
    Plot {
        file: "append",
        title: "Durable bulk append, records a second",
        said: "The same records, ten thousand to a commit, each commit on the medium before the next.",
        shown: Shown::Rate,
        cases: &[
            ("append", "Bahi"),
            ("raw", "– raw file"),
            ("sqlite", "– SQLite"),
            ("redb", "– redb"),
            ("postgres-copy", "– PostgreSQL, COPY"),
            ("postgres-insert", "– PostgreSQL, INSERT"),
        ],
    },
    Plot {
        file: "decided",
        title: "Decided, durable commands, a second",
        said: "Batches of 1 000. The peer that keeps books is given entries of what moves money, the first \
               5 000 on SQLite and 100 000 in memory, whatever the size.",
        shown: Shown::Rate,
        cases: &[
            ("decided", "Bahi"),
            ("books-memory", "– doubleentry, in memory"),
            ("books-durable", "– doubleentry on SQLite"),
        ],
    },
    Plot {
        file: "opening",
        title: "Opening, milliseconds",
        said: "Books answer for balances; a ledger takes commands. After a kill what was being written is \
               finished or removed first.",
        shown: Shown::Millis,
        cases: &[
            ("open", "Bahi, books and a balance"),
            ("killed", "Bahi, books after a kill"),
            ("open-ledger", "Bahi, ledger and a balance"),
            ("submit-first", "Bahi, a first command"),
            ("past-first", "Bahi, a first past"),
            ("trail-first", "Bahi, a first trail"),
        ],
    },
    Plot {
        file: "questions",
        title: "Questions, milliseconds each",
        said: "Of the past: every district and scheme at five moments, each as of another day. Trails: of \
               cases all over the log, whose pages the system was asked to forget.",
        shown: Shown::MillisEach,
        cases: &[
            ("past", "Bahi, a past balance"),
            ("past-slowest", "Bahi, the slowest of them"),
            ("trail", "Bahi, a trail"),
            ("trail-slowest", "Bahi, the slowest of them"),
        ],
    },
    Plot {
        file: "bytes",
        title: "Bytes on disk for an event",
        said: "A ledger with what is put away beside it, its log alone, and the same records in other stores; \
               the peer that keeps books has an entry for what moves money alone.",
        shown: Shown::Bytes,
        cases: &[
            ("decided", "Bahi, ledger and folds"),
            ("log-bytes", "Bahi, the log"),
            ("raw", "– raw file"),
            ("sqlite", "– SQLite"),
            ("redb", "– redb"),
            ("postgres-insert", "– PostgreSQL"),
            ("books-durable", "– doubleentry on SQLite"),
        ],
    },
];

impl Shown {
    fn of(self, one: &Measured) -> Option<f64> {
        let timed = !one.time.is_zero();
        match self {
            Shown::Rate => timed.then(|| 1.0 / one.each()),
            Shown::Millis => timed.then_some(one.time.as_secs_f64() * 1e3),
            Shown::MillisEach => timed.then(|| one.each() * 1e3),
            Shown::Megabytes => one.memory.map(|bytes| bytes as f64 / 1e6),
            Shown::Bytes => one.stored.map(|thousand| thousand as f64 / 1e3),
        }
    }

    const fn named(self) -> &'static str {
        match self {
            Shown::Rate => "a second",
            Shown::Millis | Shown::MillisEach => "milliseconds",
            Shown::Megabytes => "megabytes",
            Shown::Bytes => "bytes",
        }
    }
}

impl Plot {
    /// Its chart of some results, as SVG; `None` where none of its cases was measured.
    #[must_use]
    pub fn svg(&self, results: &Results) -> Option<String> {
        let series = |(case, name): &(&str, &str)| {
            let point = |size| {
                let one = results.median(case, size)?;
                Some((size as f64, self.shown.of(&one).filter(|figure| *figure > 0.0)?))
            };
            let points = results.sizes(case).into_iter().filter_map(point).collect();
            let peer = name.strip_prefix("– ");
            Series { name: peer.unwrap_or(name).to_owned(), ours: peer.is_none(), points }
        };
        let series = self.cases.iter().map(series).collect();
        let (across, up) = ("events, or postings", self.shown.named());
        Chart { title: self.title, across, up, series }.svg()
    }

    fn put(&self, page: &mut String, results: &Results) {
        // Writing to a text does not fail, here and below.
        let _ = write!(page, "\n## {}\n\n{}\n\n", self.title, self.said);
        if self.svg(results).is_some() {
            let _ = write!(page, "![{}](plots/{}.svg)\n\n", self.title, self.file);
        }
        let _ = write!(
            page,
            "| case | size | {} | fastest | slowest | MB at the peak | bytes each | rounds |\n\
             | --- | --: | --: | --: | --: | --: | --: | --: |\n",
            self.shown.named()
        );
        for (case, name) in self.cases {
            for size in results.sizes(case) {
                self.put_row(page, name, size, &results.of(case, size));
            }
        }
    }

    fn put_row(&self, page: &mut String, name: &str, size: u64, rounds: &[Measured]) {
        let Some(middle) = median(rounds) else { return };
        let shown = |one: &Measured| self.shown.of(one).map_or("–".to_owned(), number);
        let (low, high) =
            (rounds.iter().min_by_key(|one| one.time), rounds.iter().max_by_key(|one| one.time));
        let of = |one: Option<&Measured>| one.map_or("–".to_owned(), shown);
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {} | {} |",
            grouped(size as f64),
            shown(&middle),
            of(low),
            of(high),
            megabytes(middle.memory),
            bytes(middle.stored),
            rounds.len()
        );
    }
}

/// The page.
#[must_use]
pub fn page(results: &Results) -> String {
    let mut page = String::from(
        "# Plots\n\n\
         Made by `cargo run -p bahi-benches --bin plots` from [plots/results.tsv](plots/results.tsv), \
         the results of one run of the benchmark `scale` ([BENCHMARKS.md](BENCHMARKS.md#scale)); no \
         number here was typed. Both axes of every chart are in powers of ten; a row is the median of \
         its rounds by time.\n\n## The run\n\n",
    );
    for told in &results.told {
        let _ = writeln!(page, "* {told}");
    }
    page.push_str("\n## What must be\n\n");
    page.push_str(&musts(results));
    for plot in PLOTS {
        plot.put(&mut page, results);
    }
    page
}

/// Every figure against what it must be.
fn musts(results: &Results) -> String {
    let mut table = String::from(
        "| measure | size | figure | must | stretch | |\n| --- | --: | --: | --: | --: | --- |\n",
    );
    for must in MUSTS {
        let measure = must.measure.trim();
        let indent = if must.measure.starts_with(' ') { "– " } else { "" };
        let bound = |bound: Option<f64>| bound.map_or("–".to_owned(), number);
        let (size, figure, verdict) = match must.found(results) {
            Some((size, figure)) => (grouped(size as f64), number(figure), must.verdict(figure)),
            None => ("–".to_owned(), "–".to_owned(), "not measured"),
        };
        let _ = writeln!(
            table,
            "| {indent}{measure} | {size} | {figure} | {} | {} | {verdict} |",
            bound(must.must),
            bound(must.stretch)
        );
    }
    table
}
