//! The program itself, as a process: that it starts, answers, and ends with the right status.

use std::{
    io::Write,
    process::{Command, Stdio},
};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
    program.env_remove("BAHI_LEDGER");
    program
}

#[test]
fn the_program_makes_a_ledger_takes_commands_and_verifies() {
    let place = tempfile::tempdir().expect("a temporary directory can be made");
    let ledger = place.path().join("ledger");
    let on_ledger = |words: &[&str]| {
        let mut program = program();
        program.args(words).env("BAHI_LEDGER", &ledger);
        program
    };
    let made = on_ledger(&["init"]).output().expect("the program runs");
    assert_eq!((made.status.code(), made.stderr.as_slice()), (Some(0), &b""[..]));
    let mut submit = on_ledger(&["submit"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = submit.stdin.take().expect("the input is a pipe");
    input.write_all(b"no command\n").expect("the program reads");
    drop(input);
    let answered = submit.wait_with_output().expect("the program ends");
    assert_eq!(answered.status.code(), Some(2));
    assert!(answered.stdout.starts_with(br#"{"line":1,"status":"malformed","column":"#));
    let verified = on_ledger(&["verify", "--format", "json"]).output().expect("the program runs");
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let missing = program().args(["verify", "--ledger", "no-such"]).output();
    let missing = missing.expect("the program runs");
    assert_eq!((missing.status.code(), missing.stdout.as_slice()), (Some(2), &b""[..]));
    assert!(missing.stderr.starts_with(b"bahi: no-such is not a ledger"));
}

#[test]
fn a_temporary_directory_that_takes_no_copy_is_named_as_what_it_is() {
    let place = tempfile::tempdir().expect("a temporary directory can be made");
    let (ledger, missing) = (place.path().join("ledger"), place.path().join("no-such"));
    let on_ledger = |words: &[&str]| {
        let mut program = program();
        program.args(words).env("BAHI_LEDGER", &ledger).env("TMPDIR", &missing);
        program.output().expect("the program runs")
    };
    assert_eq!(on_ledger(&["init"]).status.code(), Some(0));
    let verified = on_ledger(&["verify"]);
    assert_eq!((verified.status.code(), verified.stdout.as_slice()), (Some(3), &b""[..]));
    let told = String::from_utf8_lossy(&verified.stderr);
    let said = "the temporary directory, which TMPDIR names,";
    assert!(told.contains(said) && told.contains("No such file"), "{told}");
}

#[test]
fn whoever_stops_reading_ends_the_program_quietly() {
    let mut listing = program()
        .args(["districts", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(listing.stdout.take());
    let ended = listing.wait_with_output().expect("the program ends");
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]));
}
