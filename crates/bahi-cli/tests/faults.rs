//! The program on a medium that is full or read-only: a file system of its own, made for the test.
//!
//! It takes `unshare` and a system that lets a user mount in a namespace of his own. Where that is
//! not so the tests say that they were skipped; with `BAHI_FAULTS_REQUIRED` they fail.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// Runs a script in a namespace with a new file system at `$MEDIUM`; `None` where none can be had.
fn on_a_medium(place: &Path, size: &str, script: &str) -> Option<Output> {
    let medium = place.join("medium");
    fs::create_dir_all(&medium).expect("a directory can be made");
    let unshared = |script: &str| {
        Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-euc", script])
            .env("MEDIUM", &medium)
            .env("PLACE", place)
            .env("BAHI", env!("CARGO_BIN_EXE_bahi"))
            .env("BAHI_LEDGER", medium.join("ledger"))
            .output()
    };
    let mount = format!("mount -t tmpfs -o size={size} none \"$MEDIUM\"\n");
    let can = unshared(&mount).is_ok_and(|tried| tried.status.success());
    if can {
        return Some(unshared(&format!("{mount}{script}")).expect("the script runs"));
    }
    assert!(env::var_os("BAHI_FAULTS_REQUIRED").is_none(), "no file system of its own can be had");
    let mut err = std::io::stderr().lock();
    writeln!(err, "SKIPPED: unshare cannot mount here; nothing was tried on a medium of its own")
        .expect("standard error can be written");
    None
}

/// An allotment of its own id.
fn allot(number: u32) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{{"order":"B-{number}/2024","date":"2024-04-01"}},"fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"1.00"}}"#
    )
}

fn answers(place: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(place.join(name)).expect("the answers are there");
    text.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect()
}

#[test]
fn a_disk_that_fills_up_costs_nothing_that_was_acknowledged() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let commands: Vec<String> = (0..200_000).map(allot).collect();
    fs::write(place.path().join("commands"), commands.join("\n")).expect("a file can be written");
    let script = r#"
"$BAHI" init > /dev/null
dd if=/dev/zero of="$MEDIUM/filler" bs=4096 2> /dev/null || true
# A commit asks for sixteen mebibytes beyond itself, so that what it cannot finish can be taken
# back, and opening takes a segment of four.
truncate -s -$((20 * 1024 * 1024 + 512 * 1024)) "$MEDIUM/filler"
status=0; "$BAHI" submit --batch 100 "$PLACE/commands" > "$PLACE/first" 2> "$PLACE/told" || status=$?
echo "$status"
status=0; "$BAHI" verify > "$PLACE/verified" 2>&1 || status=$?
echo "$status"
rm "$MEDIUM/filler"
status=0; "$BAHI" submit --batch 100 "$PLACE/commands" > "$PLACE/second" || status=$?
echo "$status"
status=0; "$BAHI" verify > "$PLACE/verified" 2>&1 || status=$?
echo "$status"
"#;
    let Some(ran) = on_a_medium(place.path(), "64m", script) else { return };
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "3\n0\n0\n0\n", "{ran:?}");
    let told = fs::read_to_string(place.path().join("told")).expect("it was told");
    assert!(told.contains("no space left") && told.lines().count() == 1, "{told}");
    let (first, second) = (answers(place.path(), "first"), answers(place.path(), "second"));
    let accepted = first.iter().take_while(|answer| answer["status"] == "accepted").count();
    assert!(accepted >= 100 && accepted < commands.len(), "{accepted} before the disk was full");
    assert!(first[accepted..].iter().all(|answer| answer["status"] == "fault"));
    assert_eq!(second.len(), commands.len());
    for (number, answer) in second.iter().enumerate() {
        let expected = if number < accepted { "duplicate" } else { "accepted" };
        assert_eq!(answer["status"], expected, "{number}");
        assert_eq!(answer["position"].as_u64(), Some(number as u64 + 7), "{number}");
    }
}

#[test]
fn a_read_only_place_is_told_and_a_backup_there_is_read() {
    let place = tempfile::tempdir().expect("a directory can be made");
    fs::write(place.path().join("commands"), allot(1)).expect("a file can be written");
    let script = r#"
"$BAHI" init > /dev/null
"$BAHI" submit "$PLACE/commands" > /dev/null
"$BAHI" balances --format json > "$PLACE/live"
"$BAHI" backup "$MEDIUM/backup" > /dev/null
mount -o remount,ro "$MEDIUM"
tell() { status=0; "$@" > "$PLACE/out" 2>> "$PLACE/err" || status=$?; echo "$status"; }
tell "$BAHI" submit "$PLACE/commands"
tell "$BAHI" backup "$MEDIUM/another"
tell "$BAHI" verify
tell "$BAHI" verify --ledger "$MEDIUM/backup"
tell "$BAHI" salvage
tell "$BAHI" restore "$MEDIUM/backup" --ledger "$PLACE/restored"
tell "$BAHI" balances --format json --ledger "$MEDIUM/backup"
"#;
    let Some(ran) = on_a_medium(place.path(), "64m", script) else { return };
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "3\n3\n0\n0\n0\n0\n0\n", "{ran:?}");
    let told = fs::read_to_string(place.path().join("err")).expect("it was told");
    assert_eq!(told.matches("cannot be written").count(), 2, "{told}");
    let read = |name: &str| fs::read(place.path().join(name)).expect("an answer");
    assert_eq!(read("out"), read("live"));
}

#[test]
fn a_service_whose_disk_fills_up_loses_nothing_it_acknowledged_and_goes_on_once_there_is_room() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let commands: Vec<String> = (0..250_000).map(allot).collect();
    fs::write(place.path().join("commands"), commands.join("\n")).expect("a file can be written");
    let script = r#"
trap 'kill ${service:-} 2> /dev/null || true' EXIT
"$BAHI" init > /dev/null
dd if=/dev/zero of="$MEDIUM/filler" bs=4096 2> /dev/null || true
truncate -s -$((20 * 1024 * 1024 + 512 * 1024)) "$MEDIUM/filler"
"$BAHI" serve --listen 127.0.0.1:0 --format json > "$PLACE/listening" 2> "$PLACE/served" &
service=$!
until grep -q listening "$PLACE/listening"; do kill -0 $service; done
at=$(sed 's/.*"listening":"\([^"]*\)".*/\1/' "$PLACE/listening")
unset BAHI_LEDGER
submit() { "$BAHI" submit --server "$at" --batch 500 "$PLACE/commands"; }
status=0; submit > "$PLACE/first" 2> "$PLACE/told" || status=$?
echo "$status"
# Whoever only asks is answered all the same.
"$BAHI" balances --server "$at" --format json > "$PLACE/asked"
rm "$MEDIUM/filler"
status=0; submit > "$PLACE/second" || status=$?
echo "$status"
kill $service
status=0; wait $service || status=$?
echo "$status"
status=0; "$BAHI" verify --ledger "$MEDIUM/ledger" > "$PLACE/verified" 2>&1 || status=$?
echo "$status"
"#;
    let Some(ran) = on_a_medium(place.path(), "64m", script) else { return };
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "3\n0\n0\n0\n", "{ran:?}");
    let told = fs::read_to_string(place.path().join("told")).expect("it was told");
    assert!(told.contains("what is recorded answers as a duplicate"), "{told}");
    let (first, second) = (answers(place.path(), "first"), answers(place.path(), "second"));
    assert!(first.iter().any(|answer| answer["status"] == "fault"), "the disk was full");
    assert!(first.len() < commands.len() && second.len() == commands.len());
    let accepted = first.iter().filter(|answer| answer["status"] == "accepted");
    let mut acknowledged = 0;
    for answer in accepted {
        let line = answer["line"].as_u64().expect("a line");
        let again = &second[usize::try_from(line - 1).expect("an index")];
        assert_eq!(again["status"], "duplicate", "{answer}: {again}");
        assert_eq!(again["position"], answer["position"], "{answer}");
        acknowledged += 1;
    }
    assert!(acknowledged >= 100, "{acknowledged} before the disk was full");
}
