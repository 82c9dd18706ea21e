//! That a command asks a backup of four times the events in no more memory, by an allocator that counts in
//! all threads of a process of its own.
//!
//! An export of cases is not asked: it has up to `CASES_AT_ONCE` of them in memory, more than are lived here.
//!
//! A program by itself: `--live CASES DIR` makes a backup, `--held WORDS…` prints the most bytes that one
//! command had at a time, and without either it runs both.
//!
//! # Not here
//! A replay of many more events: the package `bahi-benches`.

#![allow(clippy::print_stdout, reason = "a program that prints what it measured")]

use std::{
    env,
    io::{empty, sink},
    path::Path,
    process::Command,
};

use bahi::{
    Ledger, LedgerName, NewLedger, Provable, Records,
    core::{Applicant, Event, Position},
    demo::{Demo, beginning, run as live},
};
use cap::Cap;

#[global_allocator]
static HEAP: Cap<std::alloc::System> = Cap::new(std::alloc::System, usize::MAX);

/// Cases of the shorter history, and of the longer.
const CASES: [u32; 2] = [1_000, 4_000];
/// What may be added: names that the shorter history has not, and a page that happens to be full.
const SLACK: u64 = 512 * 1_024;
/// A case of a story that every history tells.
const CASE: &str = "LOOM/VARANASI";

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["--live", cases, dir] => lived(cases.parse().expect("a number"), Path::new(dir)),
        ["--held", ..] => held(&words[1..]),
        // Whoever lists tests, or names one that is another's, is told of none.
        ["--list", ..] => {}
        _ => compared(),
    }
}

fn lived(cases: u32, dir: &Path) {
    let name = LedgerName::new("bounded").expect("a name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    live(&mut ledger, Demo { cases, seed: 7 }, &mut |_| {}).expect("the history is lived");
    ledger.backup(dir, &mut |_| {}).expect("a backup");
    println!("{}", ledger.position());
}

/// Runs a command of the program and says what it held at its peak.
fn held(words: &[&str]) {
    let arguments = ["bahi"].iter().chain(words).map(Into::into);
    let terminal = bahi_cli::Terminal::default();
    let before = HEAP.allocated();
    let status =
        bahi_cli::run(arguments, &mut empty(), &mut sink(), &mut std::io::stderr(), terminal);
    assert!(status < 2, "{words:?}");
    println!("{}", HEAP.max_allocated() - before);
}

/// The number that this program prints, in a process of its own.
fn counted(words: &[&str]) -> u64 {
    let program = env::current_exe().expect("this program has a place");
    let output = Command::new(program).args(words).output().expect("it runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// Who applied for the case of the story.
fn person(backup: &Path) -> String {
    let records = Records::open(backup, &mut |_| {}).expect("records");
    let mut all = records.events(Position(1), records.position());
    let found = all.find_map(|recorded| {
        let Event::Applied(applied) = recorded.expect("an event").event else { return None };
        match applied.applicant {
            Applicant::Person { person, .. } => Some(person.0.to_string()),
            Applicant::Unit { .. }
            | Applicant::Spv { .. }
            | Applicant::Institution { .. }
            | Applicant::NotInSource => None,
        }
    });
    found.expect("somebody applied")
}

fn compared() {
    let place = tempfile::tempdir().expect("a directory");
    let backups = CASES.map(|cases| place.path().join(cases.to_string()));
    let [few, many] = [0, 1].map(|one| {
        let dir = backups[one].display().to_string();
        counted(&["--live", &CASES[one].to_string(), &dir])
    });
    assert!((many - few) * 100 > SLACK, "{many} events are many more than {few}");
    let people = [0, 1].map(|one| person(&backups[one]));
    let of = |line: &str| {
        [0, 1].map(|one| {
            let line = line.replace("PERSON", &people[one]);
            let dir = backups[one].display().to_string();
            let words: Vec<&str> = ["--held"].into_iter().chain(line.split(' ')).collect();
            counted(&[&words[..], &["--ledger", &dir]].concat())
        })
    };
    for line in [
        format!("trail --case {CASE}"),
        "trail --person PERSON".to_owned(),
        format!("explain {CASE}"),
        format!("paper case {CASE} --format json"),
        "certificate --scheme margin-money --fy 2020-21".to_owned(),
        "paper expenditure --fy 2020-21".to_owned(),
        "export postings --to csv --out -".to_owned(),
        "export gl-detail --to csv --out -".to_owned(),
        "export events --to jsonl --out -".to_owned(),
        "export balances --to csv --out -".to_owned(),
    ] {
        let [short, long] = of(&line);
        assert!(long <= short + SLACK, "{line}: {short} bytes for {few} events, {long} for {many}");
        println!("{line}: {short} bytes for {few} events, {long} for {many}");
    }
    // What folds everything is seen to: a bound that nothing exceeds would be none.
    let [short, long] = of("audit");
    assert!(long > short + SLACK, "an audit has {short} bytes for {few} events, {long} for {many}");
    println!("audit: {short} bytes for {few} events, {long} for {many}");
}
