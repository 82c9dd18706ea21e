//! A program that is asked to end leaves nothing half made behind.
#![cfg(unix)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long something may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

fn bahi(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bahi"));
    command.current_dir(dir).env("TMPDIR", dir).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}

/// What of a directory has a name that begins or ends so.
fn left(dir: &Path, part: &str) -> Vec<String> {
    let names = fs::read_dir(dir).expect("the directory is there").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(part)).collect()
}

/// Runs a command until something of such a name is there, asks it to end, and gives the status; none
/// where it was done before.
fn asked_to_end(command: &mut Command, dir: &Path, part: &str, signal: &str) -> Option<i32> {
    let mut child = command.spawn().expect("it runs");
    let begun = Instant::now();
    while left(dir, part).is_empty() {
        if child.try_wait().expect("it is known").is_some() {
            return None;
        }
        assert!(begun.elapsed() < PATIENCE, "nothing of {part} comes");
        thread::yield_now();
    }
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status().expect("kill runs");
    let ended = child.wait().expect("it ends");
    if sent.success() { ended.code().filter(|code| *code > 100) } else { None }
}

#[test]
fn a_tour_and_an_export_that_are_asked_to_end_leave_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path();
    let mut ended = 0;
    for signal in ["-INT", "-TERM"] {
        let mut tour = bahi(dir);
        tour.args(["tour", "--no-pause", "--cases", "20000"]);
        let status = asked_to_end(&mut tour, dir, "bahi-tour-", signal);
        assert_eq!(status, Some(if signal == "-INT" { 130 } else { 143 }));
        assert_eq!(left(dir, "bahi-tour-"), Vec::<String>::new(), "{signal}");
    }
    let demo = bahi(dir).args(["demo", "--cases", "3000", "--ledger", "ledger"]).status();
    assert!(demo.expect("it runs").success());
    let export = |out: &str| {
        let mut export = bahi(dir);
        export.args(["export", "events", "--to", "jsonl", "--ledger", "ledger", "--out", out]);
        export
    };
    assert!(export("whole.jsonl").status().expect("it runs").success());
    let lines = |out: &str| fs::read_to_string(dir.join(out)).expect("a text").lines().count();
    let whole = lines("whole.jsonl");
    for (number, signal) in (0..10).zip(["-INT", "-TERM"].iter().cycle()) {
        let out = format!("events-{number}.jsonl");
        if asked_to_end(&mut export(&out), dir, ".partial", signal).is_some() {
            ended += 1;
        }
        let is_there = dir.join(&out).exists();
        assert!(!is_there || lines(&out) >= whole, "it is not there before it is whole");
        assert_eq!(left(dir, ".partial"), Vec::<String>::new(), "{signal}");
    }
    assert!(ended > 0, "every export was done before it was asked");
}
