//! Power cuts: what the program did to its files is recorded, the disk rebuilt as a cut may leave
//! it, and opened with the same program.
//!
//! A job runs under `strace`, which gives every write, sync, rename, creation and truncation in
//! order, and every acknowledgement, which the job prints. A cut comes between any two of them.
//! What was synced is there; of what was not, any part may be: each 4 KiB block by itself, kept,
//! lost or torn; files at any of their sizes; names of files or not. On every such disk the log
//! must open, verify, hold every acknowledged record, and take the next one; what was cut short
//! before it was acknowledged must be completed by doing the same again.
//!
//! What is cut: creation, single and group commits, one commit of many pages, pages at their cap,
//! backup, restoring, and recovery itself, of whole commits and of half a one; anchor writes are a
//! step of each. The folds put away beside a ledger are cut by a harness of their own, in the crate
//! that writes them (`crates/bahi/tests/power.rs`), which uses recordings and disks from here.
//!
//! The harness is held to the same: with a sync taken out of the recording, or an acknowledgement
//! moved before the anchor, or pages beyond their cap, some disk must fail.
//!
//! `campaign.sh` makes a campaign of it: `-- --states 10000 --seed 7`; `--only backup` tries one
//! job. Where there is no `strace` nothing is tried, and this is said; `BAHI_POWER_REQUIRED=1`
//! makes that a failure.

#![allow(clippy::print_stdout, missing_docs)]

#[path = "power/disk.rs"]
mod disk;
#[path = "power/jobs.rs"]
mod jobs;
#[path = "power/trace.rs"]
mod trace;

use std::path::Path;
use std::process::ExitCode;

use disk::{Chance, Disk};
use jobs::{CAPPED, JOBS, Job, READING};
use trace::{Op, Recording};

/// Disks tried for each job, unless an argument says otherwise.
const STATES: usize = 50;
/// Disks tried, at most, until a recording with something taken out of it fails.
const MUTANT_STATES: usize = 400;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    if let (Some(name), Some(dir)) = (value("--job"), value("--dir")) {
        jobs::named(name).run(Path::new(dir));
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    if !trace::is_there() {
        println!("power cuts: SKIPPED, nothing was tried: strace is not there or may not trace");
        let is_required = std::env::var_os("BAHI_POWER_REQUIRED").is_some();
        return if is_required { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    let number = |name| value(name).and_then(|value| value.parse().ok());
    let states = number("--states").map_or(STATES, |states: usize| states.div_ceil(JOBS.len()));
    let seed = number("--seed").unwrap_or(1) as u64;
    let only = value("--only").map(String::as_str);
    let (tried, failed) = run(states, seed, only);
    println!("power cuts: {} passed, {failed} failed", tried - failed);
    if failed == 0 && tried > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(states: usize, seed: u64, only: Option<&str>) -> (usize, usize) {
    let is_wanted = |name: &str| only.is_none_or(|only| only == name);
    std::panic::set_hook(Box::new(|_| ()));
    // Thousands of disks are laid out: in memory, where there is a place for that.
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let base = base.expect("a directory");
    let (mut tried, mut failed) = (0, 0);
    let mut recordings = Vec::new();
    for job in JOBS {
        let recording = trace::record(job, &base.path().join(job.name));
        let is_tried = is_wanted(job.name);
        let states = if is_tried { states } else { 0 };
        let result = cut(job, &recording, states, seed, &base.path().join("cut"));
        tried += usize::from(is_tried);
        match &result {
            Ok(()) if !is_tried => (),
            Ok(()) => println!(
                "{}: {states} disks after a cut in {} steps, seed {seed}: each opens, verifies, \
                 and holds what was acknowledged",
                job.name,
                recording.ops.len()
            ),
            Err(what) => println!("{}: FAILED: {what}", job.name),
        }
        failed += usize::from(result.is_err());
        if job.name == "a commit of many pages" {
            let half = base.path().join("half");
            half_a_commit(&recording, &half);
            jobs::HALF.set(half).expect("there is one such job");
        }
        recordings.push(recording);
    }
    let read = trace::record(&READING, &base.path().join(READING.name));
    let wrote = read.ops.iter().find(|op| !matches!(op, Op::Acknowledge(_)));
    match wrote {
        None => println!("{}: nothing is written, made, renamed or synced", READING.name),
        Some(op) => println!("{}: FAILED: it did {op:?}", READING.name),
    }
    (tried, failed) = (tried + 1, failed + usize::from(wrote.is_some()));
    for mutant in MUTANTS.iter().filter(|mutant| is_wanted(mutant.job)) {
        let at = JOBS.iter().position(|job| job.name == mutant.job).expect("a job of that name");
        let mut recording = recordings[at].clone();
        (mutant.change)(&mut recording.ops);
        assert_ne!(recording.ops, recordings[at].ops, "{}: there is such a step", mutant.name);
        let result = cut(&JOBS[at], &recording, MUTANT_STATES, seed, &base.path().join("cut"));
        match &result {
            Err(what) => println!("{} ({}): caught: {what}", mutant.name, mutant.job),
            Ok(()) => println!("{} ({}): FAILED: nothing noticed", mutant.name, mutant.job),
        }
        (tried, failed) = (tried + 1, failed + usize::from(result.is_ok()));
    }
    let (more, wrong) = capped(is_wanted, seed, base.path());
    (tried + more, failed + wrong)
}

/// Pages at their cap must hold as any others do; pages beyond it must be caught.
fn capped(is_wanted: impl Fn(&str) -> bool, seed: u64, base: &Path) -> (usize, usize) {
    if CAPPED.is_empty() {
        println!("pages at and beyond the cap: not tried without the feature testing");
    }
    let (mut tried, mut failed) = (0, 0);
    for (number, job) in CAPPED.iter().enumerate().filter(|(_, job)| is_wanted(job.name)) {
        let recording = trace::record(job, &base.join(job.name));
        let is_mutant = number == 1;
        let states = if is_mutant { MUTANT_STATES } else { STATES };
        let result = cut(job, &recording, states, seed, &base.join("cut"));
        match &result {
            Ok(()) if is_mutant => println!("{}: FAILED: nothing noticed", job.name),
            Ok(()) => println!("{}: {states} disks after a cut, seed {seed}: each holds", job.name),
            Err(what) if is_mutant => println!("{}: caught: {what}", job.name),
            Err(what) => println!("{}: FAILED: {what}", job.name),
        }
        (tried, failed) = (tried + 1, failed + usize::from(result.is_ok() == is_mutant));
    }
    (tried, failed)
}

/// Cuts the power at chance moments of a recording; `Err` says on which disk what was not so.
fn cut(
    job: &Job,
    recording: &Recording,
    states: usize,
    seed: u64,
    dir: &Path,
) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let mut moments: Vec<usize> =
        (0..states).map(|_| chance.below(recording.ops.len() + 1)).collect();
    moments.sort_unstable();
    let mut disk = Disk::holding(&recording.before);
    let (mut done, mut acknowledged) = (0, Vec::new());
    for (state, moment) in moments.into_iter().enumerate() {
        for op in &recording.ops[done..moment] {
            if let Op::Acknowledge(what) = op {
                acknowledged.push(what.clone());
            }
            disk.apply(op);
        }
        done = moment;
        let own_seed = seed.wrapping_mul(1_000_003).wrapping_add(state as u64);
        disk.lay_out(dir, &mut Chance::new(own_seed));
        let checked = std::panic::catch_unwind(|| job.check(dir, &acknowledged));
        let verdict = checked.unwrap_or_else(|_| Err("it panicked".to_owned()));
        std::fs::remove_dir_all(dir).expect("the disk can be removed");
        verdict.map_err(|what| {
            format!(
                "seed {seed}, disk {state}, after step {moment} of {}: {what}",
                recording.ops.len()
            )
        })?;
    }
    Ok(())
}

/// Lays out the disk as it was before the last write to the store, of those that the largest commit
/// took.
fn half_a_commit(recording: &Recording, dir: &Path) {
    let is_store = |op: &Op| matches!(op, Op::Write(path, ..) if path.ends_with("pages/db"));
    let bytes = |op: &Op| if let Op::Write(_, _, data) = op { data.len() } else { 0 };
    let largest = (0..recording.ops.len())
        .filter(|at| is_store(&recording.ops[*at]))
        .max_by_key(|at| bytes(&recording.ops[*at]))
        .expect("there is a write to the store");
    let sync = recording.ops[largest..].iter().position(|op| matches!(op, Op::Sync(_)));
    let end = largest + sync.expect("it is synced");
    let last = recording.ops[..end].iter().rposition(is_store).expect("it was written");
    let mut disk = Disk::holding(&recording.before);
    recording.ops[..last].iter().for_each(|op| disk.apply(op));
    disk.lay_out_all(dir);
}

/// Something that the program might have forgotten to do.
struct Mutant {
    name: &'static str,
    job: &'static str,
    change: fn(&mut Vec<Op>),
}

fn without_sync(ops: &mut Vec<Op>, of: impl Fn(&str) -> bool) {
    ops.retain(|op| !matches!(op, Op::Sync(path) if of(path)));
}

/// Every acknowledgement before the last write to the witness that it rests on.
fn acknowledge_before(ops: &mut [Op], witness: &str) {
    for at in 0..ops.len() {
        if matches!(ops[at], Op::Acknowledge(_)) {
            let is_witness = |op: &Op| matches!(op, Op::Write(path, ..) if path.ends_with(witness));
            if let Some(before) = ops[..at].iter().rposition(is_witness) {
                ops[before..=at].rotate_right(1);
            }
        }
    }
}

const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "the store is not synced",
        job: "single commits",
        change: |ops| without_sync(ops, |path| path.ends_with("pages/db")),
    },
    Mutant {
        name: "the store is not synced",
        job: "a commit of many pages",
        change: |ops| without_sync(ops, |path| path.ends_with("pages/db")),
    },
    Mutant {
        name: "the anchor is not synced",
        job: "single commits",
        change: |ops| without_sync(ops, |path| path.ends_with("anchor")),
    },
    Mutant {
        name: "acknowledged before the anchor",
        job: "single commits",
        change: |ops| acknowledge_before(ops, "ledger/anchor"),
    },
    Mutant {
        name: "the directories are not synced",
        job: "creation",
        change: |ops| without_sync(ops, |path| path.ends_with("ledger") || path.ends_with("pages")),
    },
    Mutant {
        name: "the store's configuration is not synced",
        job: "creation",
        change: |ops| without_sync(ops, |path| path.ends_with("pages/conf")),
    },
    Mutant {
        name: "page files are not synced",
        job: "backup",
        change: |ops| without_sync(ops, |path| path.ends_with(".pages")),
    },
    Mutant {
        name: "the directory of page files is not synced",
        job: "backup",
        change: |ops| without_sync(ops, |path| path.ends_with("backup/files")),
    },
    Mutant {
        name: "acknowledged before the note",
        job: "backup",
        change: |ops| acknowledge_before(ops, "backup/note"),
    },
    Mutant {
        name: "restored pages are not synced",
        job: "restore",
        change: |ops| without_sync(ops, |path| path.ends_with("pages/db")),
    },
    Mutant {
        name: "nothing says that a ledger is being restored",
        job: "restore",
        change: |ops| {
            ops.retain(|op| {
                !matches!(op, Op::Create(path) | Op::Remove(path) | Op::Sync(path)
                if path.ends_with("restoring"))
            });
        },
    },
    Mutant {
        name: "what recovery takes over is not synced",
        job: "recovery",
        change: |ops| {
            without_sync(ops, |path| path.ends_with("pages/db") || path.ends_with("anchor"));
        },
    },
];
