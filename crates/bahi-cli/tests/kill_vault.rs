//! The program killed while it puts details into a vault, shows them and erases them.
//!
//! `BAHI_VAULT_KILLS` says how often, `BAHI_SEED` with which draws.
//!
//! # Invariants
//! * After a kill the details are the former ones or the new, whole.
//! * Of an erasure that was recorded the next run leaves no byte of the key in any file; one that was
//!   not recorded left the details as they were.
#![cfg(unix)]

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
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

const ADMINISTRATOR: [&str; 4] = ["--actor", "records", "--role", "administrator"];

/// A ledger with its vault, and files of details beside them.
struct Office {
    place: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let office = Office { place: tempfile::tempdir().expect("a directory can be made") };
        for at in 0..2 {
            let text = format!(r#"{{"name":"Person {at}","address":"{}"}}"#, "x".repeat(900));
            fs::write(office.path(&format!("details-{at}")), text).expect("written");
        }
        assert!(office.run(&["init"]).status.success());
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
        program.args(words).args(["--format", "json"]);
        program.env("BAHI_LEDGER", self.path("ledger")).env("BAHI_VAULT", self.path("vault"));
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program
    }

    fn run(&self, words: &[&str]) -> Output {
        self.program(words).output().expect("the program runs")
    }

    fn put<'a>(subject: &'a str, details: &'a str) -> Vec<&'a str> {
        [&["vault", "put", subject, details][..], &ADMINISTRATOR].concat()
    }

    /// The person's name in the vault; `None` where the answer is no.
    fn name(&self, subject: &str) -> Option<String> {
        let output = self.run(&[&["vault", "show", subject][..], &ADMINISTRATOR].concat());
        let answer: Value = serde_json::from_slice(&output.stdout).expect("a document");
        match output.status.code() {
            Some(0) => answer["fields"]["name"].as_str().map(str::to_owned),
            Some(1) => None,
            _ => unreachable!("after a kill the vault opens: {output:?}"),
        }
    }

    /// Lets a command come to its end; how many moments that takes on this machine.
    fn moments(&self, words: &[&str]) -> u64 {
        let mut child = self.program(words).spawn().expect("the program runs");
        let mut moments = 1;
        while child.try_wait().expect("asked").is_none() {
            moments += 1;
            thread::yield_now();
        }
        moments
    }

    /// Runs a command killed after so many moments. Whether it came to its end before.
    fn kill(&self, words: &[&str], moments: u64) -> bool {
        let mut child = self.program(words).spawn().expect("the program runs");
        for _ in 0..moments {
            if child.try_wait().expect("asked").is_some() {
                break;
            }
            thread::yield_now();
        }
        child.kill().expect("the program can be killed");
        child.wait().expect("it has ended").success()
    }

    /// Whether any file below a directory has these bytes.
    fn holds(dir: &Path, bytes: &[u8]) -> bool {
        fs::read_dir(dir).expect("a directory").any(|entry| {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                return Office::holds(&path, bytes);
            }
            let held = fs::read(&path).expect("a file");
            held.windows(bytes.len()).any(|part| part == bytes)
        })
    }

    /// The newest key of the vault, which is the only one that is not erased.
    fn key(&self) -> Vec<u8> {
        let files = fs::read_dir(self.path("vault/keys")).expect("a directory");
        let paths = files.map(|entry| entry.expect("an entry").path());
        let of_somebody = |path: &PathBuf| path.file_name().is_some_and(|name| name.len() == 64);
        let path = paths.into_iter().find(of_somebody).expect("a key");
        fs::read(path).expect("a key")[18..50].to_vec()
    }
}

#[test]
fn a_kill_leaves_former_details_or_new_ones_and_no_half_of_an_erasure() {
    let (kills, seed) = (number("BAHI_VAULT_KILLS", 12), number("BAHI_SEED", 0x6261_6869));
    let mut draw = Draw(seed | 1);
    let office = Office::new();
    let details = [office.path("details-0"), office.path("details-1")];
    let details = details.map(|path| path.display().to_string());
    let (mut ended, mut erased, mut left) = (0, 0, 0);
    let moments = office.moments(&Office::put("CASE/FIRST", &details[0]));
    let erase = [&["vault", "erase", "CASE/FIRST"][..], &ADMINISTRATOR].concat();
    assert!(office.run(&erase).status.success());
    for kill in 0..kills {
        let subject = format!("CASE/{kill}");
        assert!(office.run(&Office::put(&subject, &details[0])).status.success());
        // The first kill comes before the program has done anything, whatever the machine.
        let after = if kill == 0 { 0 } else { draw.below(moments) };
        ended += u64::from(office.kill(&Office::put(&subject, &details[1]), after));
        let name = office.name(&subject).expect("details");
        assert!(["Person 0", "Person 1"].contains(&name.as_str()), "{name}");

        let key = office.key();
        assert!(Office::holds(office.place.path(), &key));
        let erase = [&["vault", "erase", &subject][..], &ADMINISTRATOR].concat();
        ended += u64::from(office.kill(&erase, draw.below(moments)));
        match office.name(&subject) {
            None => {
                assert!(!Office::holds(office.place.path(), &key), "{subject}");
                erased += 1;
            }
            Some(found) => {
                assert_eq!(found, name);
                left += 1;
            }
        }
        assert!(office.run(&erase).status.success());
        assert!(!Office::holds(office.place.path(), &key), "{subject}");
        assert_eq!(office.name(&subject), None);
    }
    assert!(office.run(&["verify"]).status.success());
    let told =
        format!("seed {seed}: {kills} persons, {ended} runs ended, {erased} erased, {left} not");
    assert!(ended < 2 * kills, "no kill came before the end: {told}");
    writeln!(std::io::stderr().lock(), "{told}").expect("standard error can be written");
}
