//! Paths of the ledger, each run so many times, for whoever counts the instructions that takes.
//!
//! `counts PATH TIMES` gets ready and then runs one path so many times: what it takes is the difference
//! between two runs, in all its threads. `counts paths` names every path with how often it is worth
//! running; `counts features` names what of the processor it sees, by which some of it is chosen.
//!
//! # Invariants
//! * What a path does is the same in every run: a history by its seed, in memory, with no other clock
//!   than the one that stamps records.
//!
//! # Not here
//! Counting: `.ci/counts`. What counts are compared with: `counted.tsv`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{hint::black_box, process::ExitCode};

use bahi::{
    Balances, By, Filter, Ledger, View,
    core::{Command, CommandKind, Day, District, Instant, Position, Recorded, SchemeName},
    rulebook::DISTRICTS,
};
use bahi_benches::{BATCH, commands, named};
use bahi_log::Log;
use bahi_rules::{Decision, State, decide, evidence};

/// The allocator the program brings.
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Margin-money cases of the history; some 1 700 events come of them.
const CASES: u32 = 500;

/// One path.
struct Path {
    name: &'static str,
    /// So often that the run is mostly this.
    times: u32,
    run: fn(u32),
}

const fn path(name: &'static str, times: u32, run: fn(u32)) -> Path {
    Path { name, times, run }
}

const PATHS: &[Path] = &[
    path("decide-apply", 20, |times| deciding(CommandKind::Apply, times)),
    path("decide-sanction", 20, |times| deciding(CommandKind::Sanction, times)),
    path("decide-disburse", 20, |times| deciding(CommandKind::Disburse, times)),
    path("submit", 1, submitting),
    path("encode-append", 2, appending),
    path("decode", 25, decoding),
    path("replay", 15, replaying),
    path("verify", 1, verifying),
    path("prove", 1, proving),
    path("past-balance", 1, asking),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["paths"] => PATHS.iter().for_each(|path| println!("{} {}", path.name, path.times)),
        ["features"] => println!("{}", features()),
        [name, times] => {
            let path = PATHS.iter().find(|path| path.name == name);
            let Some((path, times)) = path.zip(times.parse().ok()) else {
                eprintln!("no path {name}, or {times} is no number");
                return ExitCode::from(2);
            };
            (path.run)(times);
        }
        _ => {
            eprintln!("counts PATH TIMES | counts paths | counts features");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// What of the processor hashes, checks and copies are chosen by.
#[cfg(target_arch = "x86_64")]
fn features() -> String {
    let seen = [
        ("sse4.2", std::is_x86_feature_detected!("sse4.2")),
        ("pclmulqdq", std::is_x86_feature_detected!("pclmulqdq")),
        ("avx", std::is_x86_feature_detected!("avx")),
        ("avx2", std::is_x86_feature_detected!("avx2")),
        ("bmi2", std::is_x86_feature_detected!("bmi2")),
        ("avx512f", std::is_x86_feature_detected!("avx512f")),
        ("sha", std::is_x86_feature_detected!("sha")),
    ];
    let names: Vec<&str> = seen.iter().filter(|(_, seen)| *seen).map(|(name, _)| *name).collect();
    format!("x86_64 {}", names.join(","))
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> String {
    std::env::consts::ARCH.to_owned()
}

fn empty() -> Ledger {
    let mut ledger = Ledger::in_memory(&named()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

fn submit(ledger: &mut Ledger, commands: &[Command]) {
    for batch in commands.chunks(BATCH) {
        ledger.submit_each(batch).expect("the ledger works");
    }
}

fn filled() -> Ledger {
    let mut ledger = empty();
    submit(&mut ledger, &commands(CASES));
    ledger
}

fn events(ledger: &Ledger) -> Vec<Recorded> {
    let events = ledger.events(Position(1), ledger.position());
    events.map(|event| event.expect("an event")).collect()
}

fn records(ledger: &Ledger) -> Vec<Vec<u8>> {
    let record = |position| ledger.record(Position(position)).expect("a record");
    (1..=ledger.position().0).map(record).collect()
}

/// A whole history is lived; those of a kind are decided so many times more, each at its moment.
fn deciding(kind: CommandKind, times: u32) {
    let mut state = State::default();
    let ledger = empty();
    for recorded in events(&ledger) {
        state.apply(&recorded).expect("the rulebook's events");
    }
    state.settle();
    for command in commands(CASES) {
        if command.act.kind() == kind {
            for _ in 0..times {
                black_box(decide(&state, black_box(&command)));
            }
        }
        let decided = match decide(&state, &command) {
            Decision::Accepted(decided) => decided,
            Decision::Refused(refused) => evidence(&state, &command, &refused, [0; 32]),
            Decision::Known(first) => panic!("a command of the demonstration twice: {first}"),
        };
        let (envelope, event) = (decided.envelope, decided.event);
        let (position, recorded_at) = (state.last().next(), Instant::MIN);
        let recorded =
            Recorded { position, recorded_at, clamped: false, signed: None, envelope, event };
        state.apply(&recorded).expect("what is decided can be folded");
        state.settle();
    }
}

/// Decided, encoded, hashed, packed, committed, folded.
fn submitting(times: u32) {
    let commands = commands(CASES);
    for _ in 0..times {
        let mut ledger = empty();
        submit(&mut ledger, &commands);
        black_box(ledger.root());
    }
}

fn appending(times: u32) {
    let events = events(&filled());
    let encoded = |one: &Recorded| bahi_wire::encode(one).expect("it was decoded");
    for _ in 0..times {
        let mut log = Log::in_memory(b"first").expect("a log");
        for batch in events.chunks(BATCH) {
            let records: Vec<Vec<u8>> = batch.iter().map(encoded).collect();
            let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
            log.commit(&records).expect("the log works");
        }
        black_box(log.root());
    }
}

fn decoding(times: u32) {
    let records = records(&filled());
    for _ in 0..times {
        for (position, record) in (1..).zip(&records) {
            black_box(bahi_wire::decode(Position(position), black_box(record)).expect("an event"));
        }
    }
}

fn replaying(times: u32) {
    let ledger = filled();
    for _ in 0..times {
        black_box(ledger.fold::<Balances>(View::NOW).expect("a fold"));
    }
}

fn verifying(times: u32) {
    let ledger = filled();
    for _ in 0..times {
        assert!(ledger.verify().ok(), "a sound ledger");
    }
}

fn proving(times: u32) {
    let records = records(&filled());
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    let mut log = Log::in_memory(b"first").expect("a log");
    log.commit(&records).expect("the log works");
    for _ in 0..times {
        for position in (1..log.size()).step_by(97) {
            black_box(log.record(position).expect("a record"));
            black_box(log.prove_inclusion(position, log.size()).expect("a proof"));
        }
    }
}

/// Every district's margin money as of a day, as known when half of it was recorded.
fn asking(times: u32) {
    let ledger = filled();
    let middle = ledger.event(Position(ledger.position().0 / 2)).expect("an event").recorded_at;
    let as_of = Day::from_date(2021, 3, 31);
    let view = View { as_of, known_on: Some(middle), at: None };
    let of = |district| Filter {
        scheme: Some(SchemeName::new("margin-money").expect("a scheme")),
        district: Some(district),
        ..Filter::default()
    };
    let ask = |filter| black_box(ledger.balances(By::ALL, &filter, view).expect("balances"));
    // What moved is taken up with the first question.
    ask(of(District(187)));
    for _ in 0..times {
        for district in DISTRICTS {
            ask(of(district.code));
        }
    }
}
