//! The order of the calls to the system around a signature: remembered and synced, then given out.
//!
//! It takes `strace`; where that is not there the test says that it was skipped, and with
//! `BAHI_POWER_REQUIRED` it fails.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

const CALLS: &str = "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2";

fn can_trace() -> bool {
    let mut tried = Command::new("strace");
    let tried = tried.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    if tried.status().is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(env::var_os("BAHI_POWER_REQUIRED").is_none(), "strace is not there or may not trace");
    let mut err = std::io::stderr().lock();
    writeln!(err, "SKIPPED: no strace here; the order of calls was not looked at")
        .expect("standard error can be written");
    false
}

/// Runs the program in a folder, traced, and gives the calls it made in their order.
fn traced(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-e", CALLS, "-o", "trace", env!("CARGO_BIN_EXE_bahi")]);
    let ran = strace.args(words).env("BAHI_LEDGER", "ledger").current_dir(folder).output();
    let ran = ran.expect("strace runs");
    assert!(ran.status.success(), "{words:?}: {ran:?}");
    let text = fs::read_to_string(folder.join("trace")).expect("a trace");
    text.lines().map(str::to_owned).collect()
}

/// Where a call stands that has all of these words, which there is.
fn at(calls: &[String], wanted: &[&str]) -> usize {
    let found = calls.iter().position(|call| wanted.iter().all(|word| call.contains(word)));
    found.unwrap_or_else(|| panic!("{wanted:?} in {calls:#?}"))
}

#[test]
fn a_signature_is_given_out_after_the_memory_of_it_is_on_the_medium() {
    if !can_trace() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().canonicalize().expect("it is there");
    traced(&folder, &["init"]);
    traced(&folder, &["key", "new", "--key", "key"]);
    let dir = format!("<{}>", folder.display());
    let given_out: [(&[&str], &[&str]); 3] = [
        (&["checkpoint", "--at", "2", "--key", "key"], &["write(1<"]),
        (&["checkpoint", "--at", "4", "--key", "key", "--out", "note"], &["rename", "\"./note\""]),
        (&["prove", "3", "--key", "key", "--out", "proof"], &["rename", "\"./proof\""]),
    ];
    for (words, given_out) in given_out {
        let calls = traced(&folder, words);
        let steps: [&[&str]; 5] = [
            &["write(", "/key.signed.new>"],
            &["fsync(", "/key.signed.new>"],
            &["rename", "key.signed.new\"", "key.signed\""],
            &["fsync(", &dir],
            given_out,
        ];
        let order = steps.map(|step| at(&calls, step));
        assert!(order.is_sorted_by(|one, next| one < next), "{words:?}: {order:?}: {calls:#?}");
    }
    // What is remembered already takes no writing.
    let calls = traced(&folder, &["checkpoint", "--at", "1", "--key", "key"]);
    assert!(!calls.iter().any(|call| call.contains("key.signed")), "{calls:#?}");
}
