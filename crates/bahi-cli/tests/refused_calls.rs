//! The program where the system refuses a call: every write, sync and truncation of its store and its
//! anchor by turns, while it opens and while it commits; and where it writes less than it was given.
//!
//! It takes `strace`, which refuses the calls; where that is not there that test says that it was
//! skipped, and with `BAHI_FAULTS_REQUIRED` it fails. `BAHI_REFUSALS` says how many calls of a kind
//! are tried, from the first on.
//!
//! # Invariants
//! * A line on standard output was acknowledged: its event must be there, at its position.
//! * Whatever was refused, the ledger opens again afterwards, takes the same commands, and verifies.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// The commands of one run, each awaited before the next.
const COMMANDS: u32 = 4;

/// What is refused, how, and from then on or once.
const REFUSED: [(&str, &str, &str); 9] = [
    ("pwrite64", "EIO", ""),
    ("pwrite64", "ENOSPC", ""),
    ("pwrite64", "ENOSPC", "+"),
    ("write", "EIO", ""),
    ("write", "ENOSPC", "+"),
    ("fsync", "EIO", ""),
    ("fdatasync", "EIO", ""),
    ("fdatasync", "EIO", "+"),
    ("ftruncate", "EIO", ""),
];

/// An allotment of its own id.
fn allot(number: u32) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{{"order":"B-{number}/2024","date":"2024-04-01"}},"fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"1.00"}}"#
    )
}

fn number(variable: &str, default: u32) -> u32 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn can_trace() -> bool {
    let mut tried = Command::new("strace");
    let tried = tried.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    if tried.status().is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(env::var_os("BAHI_FAULTS_REQUIRED").is_none(), "strace is not there or may not trace");
    let mut err = std::io::stderr().lock();
    writeln!(err, "SKIPPED: no strace here; no call was refused").expect("standard error");
    false
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory can be made");
    for entry in fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("an entry");
        let there = to.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).expect("it can be copied");
        }
    }
}

fn bahi(place: &Path, words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
    let ran = program.args(words).env("BAHI_LEDGER", "ledger").current_dir(place).output();
    ran.expect("the program runs")
}

/// The answers on standard output: which command came to stand where.
fn answered(output: &Output) -> BTreeMap<u64, u64> {
    let text = String::from_utf8_lossy(&output.stdout);
    let answer = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("an answer");
        let durable = ["accepted", "duplicate"].contains(&value["status"].as_str()?);
        durable.then(|| Some((value["line"].as_u64()?, value["position"].as_u64()?)))?
    };
    text.lines().filter_map(answer).collect()
}

/// Runs the program with one call refused; nothing where it makes fewer calls.
fn refusing(place: &Path, (call, error, rest): (&str, &str, &str), at: u32) -> Option<Output> {
    let inject = format!("inject={call}:error={error}:when={at}{rest}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-o", "trace", "-e", &format!("trace={call}"), "-e", &inject]);
    for name in ["ledger/pages/db", "ledger/anchor"] {
        // Of a path that is not the file's own, strace says on standard error what it is.
        strace.arg("-P").arg(place.join(name).canonicalize().expect("it is there"));
    }
    strace.arg(env!("CARGO_BIN_EXE_bahi"));
    strace.args(["submit", "commands", "--batch", "1"]);
    let ran = strace.env("BAHI_LEDGER", "ledger").current_dir(place).output().expect("strace runs");
    let trace = fs::read_to_string(place.join("trace")).expect("a trace");
    trace.contains("(INJECTED)").then_some(ran)
}

/// Runs the same commands again on a disk that works, and holds the ledger to what was answered
/// before; says whether that was less than all.
fn holds_what_was_answered(place: &Path, ran: &Output, commands: u32, case: &str) -> bool {
    let before = answered(ran);
    let line = String::from_utf8_lossy(&ran.stderr).into_owned();
    let is_short = before.len() < commands as usize;
    if is_short {
        assert_eq!(ran.status.code(), Some(3), "{case}: {line}");
        assert_eq!(line.lines().count(), 1, "{case}: {line}");
        assert!(line.starts_with("bahi: "), "{case}: {line}");
    }
    assert!(!line.contains("panicked"), "{case}: {line}");
    let again = bahi(place, &["submit", "commands"]);
    assert_eq!(again.status.code(), Some(0), "{case}: {again:?}");
    let after = answered(&again);
    assert_eq!(after.len(), commands as usize, "{case}");
    for (number, position) in &before {
        assert_eq!(after.get(number), Some(position), "{case}: command {number}");
    }
    let verified = bahi(place, &["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{case}: {verified:?}");
    is_short
}

/// Files may have so many times 512 bytes and no more, and so many commands are submitted: the write
/// that goes beyond is cut short where the limit stands, and the next is refused. Limits within the
/// store's first segment are met while it opens, the one beyond it by a commit.
const SIZES: [(u32, u32); 6] =
    [(18, 4), (19, 4), (57, 4), (1_000, 4), (8_191, 4), (8_193, 400_000)];

#[test]
fn a_write_that_is_cut_short_costs_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, place) = (folder.path().join("whole"), folder.path().join("place"));
    fs::create_dir(&whole).expect("made");
    assert!(bahi(&whole, &["init"]).status.success());
    let script = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
    let mut answers = Vec::new();
    for (size, count) in SIZES {
        copy(&whole, &place);
        let commands: Vec<String> = (0..count).map(allot).collect();
        fs::write(place.join("commands"), commands.join("\n")).expect("written");
        let mut shell = Command::new("sh");
        shell.args(["-c", script, &size.to_string(), env!("CARGO_BIN_EXE_bahi"), "submit"]);
        shell.args(["commands", "--batch", "700"]);
        let ran = shell.env("BAHI_LEDGER", "ledger").current_dir(&place).output();
        let ran = ran.expect("the shell runs");
        let case = format!("files of {size} times 512 bytes");
        assert!(holds_what_was_answered(&place, &ran, count, &case), "{case}: all was answered");
        answers.push(answered(&ran).len());
        fs::remove_dir_all(&place).expect("removed");
    }
    assert!(answers[5] > 50_000 && answers[..5] == [0; 5], "opening and committing: {answers:?}");
}

#[test]
fn a_call_that_the_system_refuses_costs_nothing_that_was_acknowledged() {
    if !can_trace() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, place) = (folder.path().join("whole"), folder.path().join("place"));
    fs::create_dir(&whole).expect("made");
    assert!(bahi(&whole, &["init"]).status.success());
    let commands: Vec<String> = (0..COMMANDS).map(allot).collect();
    fs::write(whole.join("commands"), commands.join("\n")).expect("written");
    let (mut refused, mut cut_short) = (0, 0);
    for what in REFUSED {
        for at in 1..=number("BAHI_REFUSALS", 12) {
            copy(&whole, &place);
            let Some(ran) = refusing(&place, what, at) else { break };
            refused += 1;
            let case = format!("{what:?} at {at}");
            cut_short += u32::from(holds_what_was_answered(&place, &ran, COMMANDS, &case));
            fs::remove_dir_all(&place).expect("removed");
        }
        let _ = fs::remove_dir_all(&place);
    }
    assert!(refused > 20 && cut_short > 10, "{refused} calls refused, {cut_short} told");
}
