//! The program killed while it works: SIGKILL at random moments of submitting, backing up,
//! restoring and salvaging; then opened again, verified, and held to every answer that was given.
//!
//! `BAHI_KILLS` says how often, `BAHI_SEED` with which draws; `campaign.sh` asks for a thousand.
//!
//! # Invariants
//! * A line on standard output was acknowledged: its event must be there, at its position.
//! * A batch shares a commit: after a kill it is there whole or not at all.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    thread,
};

use serde_json::Value;

/// Where a value comes from that need not be good, only different each time and the same again.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn program(ledger: &Path, words: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
    program.args(words).env("BAHI_LEDGER", ledger);
    program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

fn done(ledger: &Path, words: &[&str]) -> Output {
    let output = program(ledger, words).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
    output
}

/// An allotment of its own id.
fn allot(number: u64) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{{"order":"B-1/2024","date":"2024-04-01"}},"fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"1.00"}}"#
    )
}

/// Feeds commands until nobody reads them any more, and gives the number of the next.
fn feed(mut input: ChildStdin, from: u64) -> thread::JoinHandle<u64> {
    thread::spawn(move || {
        let mut next = from;
        while writeln!(input, "{}", allot(next)).is_ok() {
            next += 1;
        }
        next + 1
    })
}

/// Kills a program after a draw of moments: no clock is asked.
fn kill(child: &mut Child, draw: &mut Draw) {
    for _ in 0..draw.below(20_000) {
        thread::yield_now();
    }
    child.kill().expect("the program can be killed");
}

/// A ledger under fire, and everything that was acknowledged of it.
struct Fire {
    place: tempfile::TempDir,
    next: u64,
    acknowledged: BTreeMap<u64, String>,
}

impl Fire {
    fn new() -> Fire {
        let place = tempfile::tempdir().expect("a directory can be made");
        let fire = Fire { place, next: 1, acknowledged: BTreeMap::new() };
        done(&fire.ledger(), &["init"]);
        fire
    }

    fn ledger(&self) -> PathBuf {
        self.place.path().join("ledger")
    }

    fn position(&self) -> u64 {
        let answer = done(&self.ledger(), &["balances", "--format", "json"]);
        let answer: Value = serde_json::from_slice(&answer.stdout).expect("a document");
        answer["position"].as_u64().expect("a position")
    }

    /// Submits until killed, and checks what is there then. Gives how many were acknowledged.
    fn submit_and_kill(&mut self, draw: &mut Draw) -> usize {
        let before = self.position();
        let batch = [1, 7, 100, 1000][draw.below(4) as usize];
        let mut child = program(&self.ledger(), &["submit", "--batch", &batch.to_string()])
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let feeding = feed(child.stdin.take().expect("a pipe"), self.next);
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let (wanted, mut answers) = (draw.below(3 * batch), Vec::new());
        let mut line = String::new();
        while (answers.len() as u64) < wanted && lines.read_line(&mut line).expect("lines") > 0 {
            answers.push(std::mem::take(&mut line));
        }
        kill(&mut child, draw);
        // What it had written before it died was acknowledged, as far as a line is whole.
        while lines.read_line(&mut line).expect("lines") > 0 && line.ends_with('\n') {
            answers.push(std::mem::take(&mut line));
        }
        child.wait().expect("it has ended");
        self.next = feeding.join().expect("feeding ends");
        for answer in &answers {
            let answer: Value = serde_json::from_str(answer).expect("a whole line is an answer");
            assert_eq!(answer["status"], "accepted", "{answer}");
            let position = answer["position"].as_u64().expect("a position");
            let id = answer["command_id"].as_str().expect("an id").to_owned();
            self.acknowledged.insert(position, id);
        }
        self.check(before, batch);
        answers.len()
    }

    /// Looked at before anything opens it, then opened, then looked at again.
    fn check(&self, before: u64, batch: u64) {
        done(&self.ledger(), &["verify"]);
        let position = self.position();
        assert_eq!((position - before) % batch, 0, "half a batch of {batch} is there");
        done(&self.ledger(), &["verify"]);
        let events = done(&self.ledger(), &["events", "--format", "jsonl", "--limit", "1000000"]);
        let mut found = BTreeMap::new();
        for line in events.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let event: Value = serde_json::from_slice(line).expect("an event");
            let id = event["command_id"].as_str().expect("an id").to_owned();
            found.insert(event["position"].as_u64().expect("a position"), id);
        }
        assert_eq!(found.len() as u64, position);
        for (position, id) in &self.acknowledged {
            assert_eq!(found.get(position), Some(id), "position {position}");
        }
    }

    /// Runs a command that makes a directory, killed once, and then to its end.
    fn kill_and_complete(&self, words: &[&str], ledger: &Path, draw: &mut Draw) {
        let mut child = program(ledger, words).spawn().expect("the program runs");
        kill(&mut child, draw);
        let killed = child.wait().expect("it has ended");
        let output = program(ledger, words).output().expect("the program runs");
        // Killed after the last of it, it is there: told once more to make it, it says so.
        let is_there = output.status.code() == Some(2) && killed.code() != Some(1);
        assert!(output.status.code() == Some(0) || is_there, "{words:?}: {output:?}");
    }

    fn keep(&self, draw: &mut Draw) {
        let path = |name: &str| self.place.path().join(name);
        let text = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
        let (backup, again, rescued) = (path("backup"), path("again"), path("rescued"));
        self.kill_and_complete(&["backup", &text(&backup)], &self.ledger(), draw);
        done(&backup, &["verify"]);
        self.kill_and_complete(&["restore", &text(&backup)], &again, draw);
        self.kill_and_complete(
            &[
                "salvage",
                "--into",
                &text(&rescued),
                "--report",
                &text(&path(&format!("report-{}", draw.below(u64::MAX)))),
            ],
            &backup,
            draw,
        );
        let root = |ledger: &Path| {
            let verified = done(ledger, &["verify", "--format", "json"]);
            let verified: Value = serde_json::from_slice(&verified.stdout).expect("a document");
            (verified["position"].clone(), verified["root"].clone())
        };
        let live = root(&self.ledger());
        for other in [&backup, &again, &rescued] {
            assert_eq!(root(other), live, "{}", other.display());
        }
        for gone in [again, rescued] {
            std::fs::remove_dir_all(gone).expect("it can be removed");
        }
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    /// Reading a long ledger again and again is what a campaign would spend its time on.
    const KILLS_OF_ONE_LEDGER: u64 = 25;
    let (kills, seed) = (number("BAHI_KILLS", 15), number("BAHI_SEED", 0x6261_6869));
    let mut draw = Draw(seed | 1);
    let mut fire = Fire::new();
    let (mut acknowledged, mut unanswered) = (0, 0);
    for kill in 0..kills {
        if kill > 0 && kill % KILLS_OF_ONE_LEDGER == 0 {
            fire = Fire::new();
        }
        let answered = fire.submit_and_kill(&mut draw);
        acknowledged += answered;
        unanswered += usize::from(answered == 0);
        if kill % 3 == 2 {
            fire.keep(&mut draw);
        }
    }
    let told =
        format!("seed {seed}: {kills} kills, {acknowledged} acknowledged, {unanswered} before any");
    assert!(acknowledged > 0, "{told}");
    let mut err = std::io::stderr().lock();
    writeln!(err, "{told}").expect("standard error can be written");
}
