//! Power cuts while folds are put away: what the program did to its files is recorded, the disk
//! rebuilt as a cut may leave it, and opened with the same program.
//!
//! Recording and disks are those that cut the log itself. On every disk the ledger must open, hold
//! what was acknowledged, answer and decide as the same ledger folded from its log does, verify, and
//! go on; and a file that stands under a fold's own name must be whole.
//!
//! The harness is held to the same. With the sync before the renaming taken out of the recording some
//! disk must show a fold that is not whole, and on every such disk the ledger must still answer as
//! its log does: what is put away is a cache.
//!
//! `-- --states 10000 --seed 7` makes a campaign of it. Where there is no `strace` nothing is tried,
//! and this is said; `BAHI_POWER_REQUIRED=1` makes that a failure.

#![allow(clippy::print_stdout, missing_docs)]

#[path = "../../bahi-log/tests/power/disk.rs"]
#[allow(dead_code, reason = "cutting the log itself needs more of it")]
mod disk;
#[path = "power/jobs.rs"]
mod jobs;
#[path = "../../bahi-log/tests/power/trace.rs"]
mod trace;

use std::path::Path;
use std::process::ExitCode;

use disk::{Chance, Disk};
use jobs::{JOBS, answers, folds_are_whole};
use trace::{Op, Recording};

/// Disks tried for each job, unless an argument says otherwise.
const STATES: usize = 30;
/// Disks tried, at most, until a recording with its syncs taken out shows a fold that is not whole.
const MUTANT_STATES: usize = 400;

type Check = fn(&Path, &[String]) -> Result<(), String>;

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
    let failed = run(states, seed);
    println!("power cuts while folds are put away: {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(states: usize, seed: u64) -> usize {
    std::panic::set_hook(Box::new(|_| ()));
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let base = base.expect("a directory");
    let dir = base.path().join("cut");
    let mut failed = 0;
    let mut told = |name: &str, what: &str, result: Result<(), String>| {
        failed += usize::from(result.is_err());
        match result {
            Ok(()) => println!("{name}: {what}"),
            Err(why) => println!("{name}: FAILED: {why}"),
        }
    };
    let both: Check = |dir, acknowledged| {
        folds_are_whole(dir, acknowledged)?;
        answers(dir, acknowledged)
    };
    for job in JOBS {
        let recording = trace::record(job, &base.path().join(job.name));
        let result = cut(&recording, states, seed, &dir, both);
        told(job.name, &format!("{states} disks after a cut, seed {seed}: each holds"), result);

        let mut unsynced = recording.clone();
        unsynced.ops.retain(|op| !matches!(op, Op::Sync(path) if is_fold(path)));
        assert_ne!(unsynced.ops, recording.ops, "the files of folds are synced");
        let caught = cut(&unsynced, MUTANT_STATES, seed, &dir, folds_are_whole);
        let caught = match caught {
            Err(what) => {
                println!("{}, unsynced: caught: {what}", job.name);
                Ok(())
            }
            Ok(()) => Err("nothing noticed that no fold was synced".to_owned()),
        };
        told(job.name, "a fold that was not synced is not whole on some disk", caught);
        let harmless = cut(&unsynced, states, seed, &dir, answers);
        told(job.name, &format!("unsynced, {states} disks: the log is folded instead"), harmless);
    }
    failed
}

fn is_fold(path: &str) -> bool {
    path.contains("/folds/") || path.ends_with("/folds")
}

/// Cuts the power at chance moments of a recording; `Err` says on which disk what was not so.
fn cut(
    recording: &Recording,
    states: usize,
    seed: u64,
    dir: &Path,
    check: Check,
) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let steps = recording.ops.len();
    let mut moments: Vec<usize> = (0..states).map(|_| chance.below(steps + 1)).collect();
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
        let checked = std::panic::catch_unwind(|| check(dir, &acknowledged));
        let verdict = checked.unwrap_or_else(|_| Err("it panicked".to_owned()));
        std::fs::remove_dir_all(dir).expect("the disk can be removed");
        verdict.map_err(|what| {
            format!("seed {seed}, disk {state}, after step {moment} of {steps}: {what}")
        })?;
    }
    Ok(())
}
