//! Everything that is asked of a long ledger, at one, ten and thirty million events, beside peers.
//!
//! `cargo bench -p bahi-benches --features peers --bench scale`; `-- --sizes 1,10,30` says how many
//! million events; `-- --rounds N` how many rounds the median is of; `-- --results FILE` where the
//! results are written; `-- --only replay,open` which cases run, by the beginning of their names;
//! `-- --quick` only shows that every case still runs.
//!
//! # Invariants
//! * Every case of every round runs in a process of its own, this program again.
//! * Rounds are interleaved: a moment when the machine is busy falls on ours and peers alike.
//! * No timing fails a run; a case that cannot do its work does. What this machine lacks is said.
//! * Times on a shared machine wander: compare lines of one run, never of two.

#![allow(clippy::print_stdout, clippy::float_arithmetic)]

mod setting;
mod prepare;
mod ours;
mod peers;
mod journals;
#[cfg(unix)]
mod postgres;
mod report;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use bahi_benches::{
    Workload,
    machine::{load, machine},
    measure::Measured,
    results::{Results, Round},
};

use ours::{FIRST, OURS, WRITER};
use setting::{Case, LARGE, Ladder, Often, Outcome, Setting};

/// The allocator the program brings, for ours and peers alike.
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a child is asked for before the cases of a size.
const PREPARE: &str = "prepare";

/// Postings of the journals, and cases of the ledger of cases.
const POSTINGS: [u64; 2] = [100_000, 1_000_000];
const CASES: [u64; 1] = [1_000_000];
/// The same, and events, for a run that only shows that everything runs.
const QUICK: [u64; 1] = [3_000];

const fn append(name: &'static str, title: &'static str, run: fn(&Setting) -> Outcome) -> Case {
    Case { name, title, ladder: Ladder::Events, often: Often::OnceWhenLarge, run }
}

const fn journal(name: &'static str, title: &'static str, run: fn(&Setting) -> Outcome) -> Case {
    Case { name, title, ladder: Ladder::Postings, often: Often::OnceWhenLarge, run }
}

const fn read(name: &'static str, title: &'static str, run: fn(&Setting) -> Outcome) -> Case {
    Case { name, title, ladder: Ladder::Events, often: Often::EachRound, run }
}

/// The peers that need nothing but a machine that has them.
const PEERS: &[Case] = &[
    read("read", "limit: one sequential read of the log", ours::scan),
    append("raw", "limit: raw file, batches of 10 000", peers::raw),
    read("duckdb", "peer: DuckDB, sums over Parquet (postings)", peers::duckdb),
    journal("hledger", "peer: hledger, balances of a journal (postings)", journals::hledger),
    journal("ledger", "peer: ledger, balances of a journal (postings)", journals::ledger),
    journal("beancount", "peer: beancount, balances of a journal (postings)", journals::beancount),
    #[cfg(unix)]
    append("postgres-insert", "peer: PostgreSQL, INSERT of 1 000 rows", postgres::insert),
    #[cfg(unix)]
    append("postgres-copy", "peer: PostgreSQL, COPY", postgres::copy),
];

#[cfg(not(feature = "peers"))]
const STORES: &[Case] = &[];

#[cfg(feature = "peers")]
const STORES: &[Case] = &[
    append("sqlite", "peer: SQLite, WAL, synchronous=FULL, 10 000", peers::sqlite),
    append("redb", "peer: redb, batches of 10 000", peers::redb),
    append("books-durable", "peer: doubleentry on SQLite, 5 000 entries", peers::books_durable),
    append("books-memory", "peer: doubleentry in memory, 100 000", peers::books_in_memory),
];

fn every_case() -> impl Iterator<Item = &'static Case> {
    OURS.iter().chain(PEERS).chain(STORES)
}

/// What a run is asked for.
#[derive(Clone)]
struct Asked {
    quick: bool,
    rounds: usize,
    events: Vec<u64>,
    only: Vec<String>,
    results: Option<PathBuf>,
}

impl Asked {
    fn of(arguments: &[String]) -> Asked {
        let quick = arguments.iter().any(|argument| argument == "--quick");
        let list = |name| after(arguments, name).map(|text| text.split(',').map(str::to_owned));
        let millions = |text: String| {
            let millions: f64 = text.parse().expect("--sizes takes millions of events");
            (millions * 1e6) as u64
        };
        let sizes = list("--sizes").map(|sizes| sizes.map(millions).collect());
        let usual = if quick { QUICK.to_vec() } else { vec![1_000_000, 10_000_000] };
        let rounds = after(arguments, "--rounds").map(|text| text.parse());
        let rounds = rounds.transpose().expect("--rounds takes a whole number");
        Asked {
            quick,
            rounds: rounds.unwrap_or(if quick { 1 } else { 5 }).max(1),
            events: sizes.unwrap_or(usual),
            only: list("--only").map(Iterator::collect).unwrap_or_default(),
            results: after(arguments, "--results").map(PathBuf::from),
        }
    }

    fn sizes(&self, ladder: Ladder) -> Vec<u64> {
        match ladder {
            Ladder::Events => self.events.clone(),
            Ladder::Postings | Ladder::Cases if self.quick => QUICK.to_vec(),
            Ladder::Postings => POSTINGS.to_vec(),
            Ladder::Cases => CASES.to_vec(),
        }
    }

    /// Whether a case runs: the one that makes the ledger does in any case.
    fn wants(&self, case: &Case) -> bool {
        let named = |begin: &String| case.name.starts_with(begin.as_str());
        self.only.is_empty() || self.only.iter().any(named)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = Asked::of(&arguments);
    match (after(&arguments, "--case"), after(&arguments, "--in")) {
        (Some(WRITER), Some(dir)) => ours::write_until_killed(Path::new(dir)),
        (Some(name), Some(dir)) => {
            let size = after(&arguments, "--size").map(str::parse);
            let size = size.and_then(Result::ok).expect("a child is told its size");
            child(name, Path::new(dir), size, asked.quick);
        }
        (_, _) => run(&asked),
    }
}

fn after<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

/// One case, or the preparation of a ladder, in this process.
fn child(name: &str, dir: &Path, size: u64, quick: bool) {
    let scratch = tempfile::tempdir_in(dir).expect("a directory");
    let scratch_dir = scratch.path().to_owned();
    let workload = Workload::at(dir);
    let setting = Setting { workload, dir: dir.to_owned(), scratch: scratch_dir, size, quick };
    let ladder = LADDERS.into_iter().find(|(_, word)| name == format!("{PREPARE}-{word}"));
    if let Some((ladder, _)) = ladder {
        println!("{}", prepare::prepare(&setting, ladder).expect("it is prepared"));
        return;
    }
    let case = every_case().find(|case| case.name == name).expect("a case of this name");
    match (case.run)(&setting) {
        Ok(measured) => println!("{}", measured.line()),
        Err(why) => println!("skipped: {}", why.replace('\n', " ")),
    }
}

const LADDERS: [(Ladder, &str); 3] =
    [(Ladder::Events, "events"), (Ladder::Postings, "postings"), (Ladder::Cases, "cases")];

fn run(asked: &Asked) {
    let start = Instant::now();
    let mut results = Results::default();
    let mut skipped = BTreeMap::new();
    let place = tempfile::tempdir().expect("a directory");
    tell(&mut results, machine());
    tell(
        &mut results,
        "The machine may be shared, and its disk too: compare lines of this run alone.",
    );
    tell(&mut results, load("before"));
    #[cfg(unix)]
    {
        if !asked.quick {
            postgres::install();
        }
        if let Some(version) = postgres::version() {
            tell(&mut results, version);
        }
    }
    let limit = format!("A program that reads a journal has {} s for it.", journals::SECONDS_MAX);
    tell(&mut results, limit);
    for (ladder, word) in LADDERS {
        for size in asked.sizes(ladder) {
            let dir = place.path().join(format!("{word}-{size}"));
            fs::create_dir(&dir).expect("a directory");
            let one = OneSize { asked, dir: &dir, size, ladder, word };
            one.run(&mut results, &mut skipped);
            // The next size may need the room, and may be cut short.
            fs::remove_dir_all(&dir).expect("its directory goes");
            keep(asked, &results);
        }
    }
    for (case, why) in skipped {
        tell(&mut results, format!("{case} skipped: {why}"));
    }
    tell(&mut results, load("after"));
    let took = start.elapsed().as_secs_f64();
    tell(&mut results, format!("{} interleaved rounds in {took:.0} s", asked.rounds));
    show(asked, &results);
}

fn tell(results: &mut Results, what: impl Into<String>) {
    let what = what.into();
    println!("{what}");
    results.told.push(what);
}

fn show(asked: &Asked, results: &Results) {
    println!();
    report::head();
    every_case().filter(|case| asked.wants(case)).for_each(|case| report::lines(case, results));
    println!();
    if asked.quick {
        println!("A quick run: every case ran; its figures say nothing and are not judged.");
    } else {
        report::musts(results);
    }
    if STORES.is_empty() {
        println!("SQLite, redb and doubleentry are measured with --features peers.");
    }
    keep(asked, results);
}

fn keep(asked: &Asked, results: &Results) {
    if let Some(file) = &asked.results {
        fs::write(file, results.text()).expect("the results are written");
    }
}

/// The cases of one size.
struct OneSize<'a> {
    asked: &'a Asked,
    dir: &'a Path,
    size: u64,
    ladder: Ladder,
    word: &'static str,
}

impl OneSize<'_> {
    fn run(&self, results: &mut Results, skipped: &mut BTreeMap<&'static str, String>) {
        let mine = || every_case().filter(|case| case.ladder == self.ladder);
        if !mine().any(|case| self.asked.wants(case)) {
            return;
        }
        let first = mine().find(|case| case.name == FIRST);
        if let Some(first) = first {
            self.measure(first, results, skipped);
        }
        let of = self.ask(&format!("{PREPARE}-{}", self.word));
        tell(results, format!("{} {}: {}", self.size, self.word, of.trim()));
        let once = |case: &Case| self.size > LARGE && case.often == Often::OnceWhenLarge;
        for afterwards in [false, true] {
            for round in 0..self.asked.rounds {
                let now = |case: &&Case| (case.often == Often::Afterwards) == afterwards;
                for case in mine().filter(now).filter(|case| self.asked.wants(case)) {
                    let made = round == 0 && case.name == FIRST;
                    if !made && (round == 0 || !once(case)) && !skipped.contains_key(case.name) {
                        self.measure(case, results, skipped);
                    }
                }
            }
        }
    }

    fn measure(
        &self,
        case: &'static Case,
        results: &mut Results,
        skipped: &mut BTreeMap<&'static str, String>,
    ) {
        let answer = self.ask(case.name);
        if let Some(why) = answer.trim().strip_prefix("skipped: ") {
            skipped.insert(case.name, format!("at {}: {why}", self.size));
            return;
        }
        let measured = Measured::parse(answer.trim()).expect("a child answers with its figures");
        let (case, size) = (case.name.to_owned(), self.size);
        results.rounds.push(Round { case, size, measured });
    }

    /// This program again, for one case.
    fn ask(&self, name: &str) -> String {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--case", name, "--size", &self.size.to_string(), "--in"]).arg(self.dir);
        if self.asked.quick {
            child.arg("--quick");
        }
        let output = child.output().expect("a child process");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the case {name} failed: {complaint}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
