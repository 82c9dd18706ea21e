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
    env, fs,
    io::{empty, sink},
    path::Path,
    process::Command,
};

use bahi::{
    Acting, Asked, Ledger, LedgerName, NewLedger, Provable, Records,
    core::{ActorName, Applicant, Day, Event, Position, Role},
    demo::{Demo, beginning, run as live},
    proof::SigningKey,
};
use cap::Cap;

#[global_allocator]
static HEAP: Cap<std::alloc::System> = Cap::new(std::alloc::System, usize::MAX);

/// Cases of the shorter history, and of the longer.
const CASES: [u32; 2] = [1_000, 4_000];
/// What may be added: names that the shorter history has not, and a page that happens to be full.
const SLACK: u64 = 512 * 1_024;
/// What a sample has in memory for each line it is drawn from.
const LINE: u64 = 150;
/// What a proof of balances has in memory for each fund, and the file it is.
const FUND: u64 = 1_024;
/// Facts that a scheme's terms ask for, without a blank.
const FACTS: &str = r#"{"project_cost":"1000000"}"#;
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
    let actor = ActorName::new("ag-7").expect("an actor");
    let by = Acting { actor, role: Role::Auditor, authority: None };
    ledger.certify(Day::parse("2021-03-31").expect("a day"), &by).expect("it certifies");
    let key = SigningKey::from_seed("bounded", &[7; 32]).expect("a key");
    let note = ledger.checkpoint(&key, ledger.position()).expect("a checkpoint");
    fs::write(dir.with_extension("note"), note.to_string()).expect("written");
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

/// How many funds are certified.
fn funds(backup: &Path) -> u64 {
    let records = Records::open(backup, &mut |_| {}).expect("records");
    let certificates = Asked::certificates(&records).expect("it reads");
    certificates.last().map_or(0, |(_, certificate)| certificate.count)
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
            let note = backups[one].with_extension("note").display().to_string();
            let line = line.replace("PERSON", &people[one]).replace("NOTE", &note);
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
        "scheme show margin-money".to_owned(),
        format!("entitlement --scheme margin-money --on 2020-06-01 --facts {FACTS}"),
        format!("vault accesses {CASE}"),
        "payments files".to_owned(),
        // Nothing is due so early: what a file would have is in memory, and at most its own bound.
        "payments due --to ekuber --since 2018-01-01 --on 2018-01-02".to_owned(),
        "replay".to_owned(),
    ] {
        let [short, long] = of(&line);
        assert!(long <= short + SLACK, "{line}: {short} bytes for {few} events, {long} for {many}");
        println!("{line}: {short} bytes for {few} events, {long} for {many}");
    }
    let funds = [0, 1].map(|one| funds(&backups[one]));
    let (cases, funds) = (u64::from(CASES[1] - CASES[0]), funds[1] - funds[0]);
    for (line, more) in [
        ("sample --of cases --nonce AG-UP/2025/114 --size 30 --format json", cases * LINE),
        ("sample --of payments --nonce AG-UP/2025/114 --size 30 --format json", cases * LINE),
        ("prove-balance --all --checkpoint NOTE", funds * FUND),
    ] {
        let [short, long] = of(line);
        let told = format!("{line}: {short} bytes for {few} events, {long} for {many}");
        assert!(long <= short + SLACK + more, "{told}");
        println!("{told}, where {more} more may be");
    }
    // What folds everything is seen to: a bound that nothing exceeds would be none.
    let [short, long] = of("audit");
    assert!(long > short + SLACK, "an audit has {short} bytes for {few} events, {long} for {many}");
    println!("audit: {short} bytes for {few} events, {long} for {many}");
}
