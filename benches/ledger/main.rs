//! The ledger's speeds beside its peers', in one run, on one workload: medians, memory and bytes.
//!
//! `cargo bench -p bahi-benches --features peers`; `-- --quick` only shows, in a minute, that every
//! case still runs; `-- --rounds N` takes the median of so many.
//!
//! # Invariants
//! * Every case of every round runs in a process of its own, this program again: a peak of memory
//!   is one case's, and nothing a case leaves behind warms the next.
//! * Rounds are interleaved: a moment when the machine is busy falls on ours and peers alike.
//! * No timing fails a run; a case that cannot do its work does.
//! * Times on a shared machine wander: compare lines of one run, never of two.

#![allow(clippy::print_stdout, clippy::float_arithmetic)]

mod cases;
mod peers;
mod proofs;
mod report;
#[cfg(feature = "peers")]
mod journal;

use std::{path::Path, process::Command, time::Instant};

use bahi_benches::{
    Workload,
    machine::{load, machine},
    measure::Measured,
};

use cases::{Case, OURS, Scale, Setting};
use report::{Results, Rounds};

/// The allocator the program brings, for ours and peers alike.
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a child is first asked for: the workload, before any case.
const PREPARE: &str = "prepare";

#[cfg(not(feature = "peers"))]
const PEERS: &[Case] = &[];

#[cfg(feature = "peers")]
const PEERS: &[Case] = &[
    case("sqlite", "  peer: SQLite, WAL, synchronous=FULL, 10 000", peers::sqlite),
    case("redb", "  peer: redb, batches of 10 000", peers::redb),
    case("journal-durable", "  peer: doubleentry on SQLite, 1 000", journal::durable),
    case("journal-singly", "  peer: doubleentry on SQLite, one by one", journal::singly),
    case("journal-memory", "  peer: doubleentry in memory, one by one", journal::in_memory),
    case(
        "journal-memory-batches",
        "  peer: doubleentry in memory, 1 000",
        journal::in_memory_batches,
    ),
    case("journal-audit", "  peer: doubleentry in memory, audit", journal::audit),
    case("journal-proof", "  peer: doubleentry in memory, proof of an entry", journal::proof),
    case("journal-proof-check", "  peer: doubleentry, check of such a proof", journal::check_proof),
    case("journal-history", "  peer: doubleentry in memory, proof of history", journal::history),
    case(
        "journal-durable-proof",
        "  peer: doubleentry on SQLite, proof of an entry",
        journal::durable_proof,
    ),
];

#[cfg(feature = "peers")]
use cases::case;

fn every_case() -> impl Iterator<Item = &'static Case> {
    OURS.iter().chain(PEERS)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let mut scale = if quick { Scale::QUICK } else { Scale::FULL };
    if let Some(rounds) = after(&arguments, "--rounds") {
        scale.rounds = rounds.parse().expect("--rounds takes a whole number");
    }
    match (after(&arguments, "--case"), after(&arguments, "--in")) {
        (Some(name), Some(dir)) => child(name, Path::new(dir), scale),
        (_, _) => parent(scale, quick),
    }
}

fn after<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

/// One case, or the preparation, in this process.
fn child(name: &str, dir: &Path, scale: Scale) {
    let workload = Workload::at(dir);
    if name == PREPARE {
        workload.prepare(scale.cases).expect("the workload is written");
        return;
    }
    let case = every_case().find(|case| case.name == name).expect("a case of this name");
    let scratch = tempfile::tempdir_in(dir).expect("a directory");
    let large = dir.join("large");
    let (audited, proven) = (dir.join("audited"), dir.join("proven"));
    let scratch_dir = scratch.path().to_owned();
    let setting = Setting { workload, scratch: scratch_dir, large, audited, proven, scale };
    match (case.run)(&setting) {
        Some(measured) => println!("{}", measured.line()),
        None => println!("skipped"),
    }
}

fn parent(scale: Scale, quick: bool) {
    let start = Instant::now();
    let dir = tempfile::tempdir().expect("a directory");
    println!("{}", machine());
    println!("The machine may be shared, and its disk too: compare lines of this run alone.");
    println!("{}", load("before"));
    ask(PREPARE, dir.path(), quick);
    let workload = Workload::at(dir.path());
    println!(
        "{} commands came to {} events; {} of them move money.\n",
        workload.commands().len(),
        workload.records().len(),
        workload.moves().len()
    );
    let mut results = Results::new();
    for _ in 0..scale.rounds.max(1) {
        for case in every_case().filter(|case| !case.once) {
            let measured = measured(case, dir.path(), quick);
            results.entry(case.name).or_default().extend(measured);
        }
    }
    for case in every_case().filter(|case| case.once) {
        let measured = measured(case, dir.path(), quick);
        results.entry(case.name).or_default().extend(measured);
    }
    report::case_head();
    for case in every_case() {
        report::case_line(case.title, results.get(case.name).unwrap_or(&Rounds::new()));
    }
    println!();
    if quick {
        println!("A quick run: every case ran; its figures say nothing and are not judged.");
    } else {
        report::musts(&results);
    }
    println!();
    if PEERS.is_empty() {
        println!("SQLite, redb and doubleentry are measured with --features peers.");
    }
    println!("{}", load("after"));
    report::end(start.elapsed(), scale.rounds.max(1));
}

fn measured(case: &Case, dir: &Path, quick: bool) -> Option<Measured> {
    let answer = ask(case.name, dir, quick);
    if answer.trim() == "skipped" {
        return None;
    }
    Some(Measured::parse(answer.trim()).expect("a child answers with its figures"))
}

/// This program again, for one case.
fn ask(name: &str, dir: &Path, quick: bool) -> String {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--case", name, "--in"]).arg(dir);
    if quick {
        child.arg("--quick");
    }
    let output = child.output().expect("a child process");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the case {name} failed: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
