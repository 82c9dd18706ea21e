//! The program killed while it writes an audit package.
//!
//! `BAHI_PACKAGE_KILLS` says how often.
//!
//! # Invariants
//! * Under the package's name stands nothing, or the whole of it.
#![cfg(unix)]

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

struct Office {
    place: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let office = Office { place: tempfile::tempdir().expect("a directory can be made") };
        let key = office.text("key");
        for words in [&["demo", "--cases", "40", "--seed", "7"][..], &["key", "new", "--key", &key]]
        {
            let output = office.run(words);
            assert!(output.status.success(), "{output:?}");
        }
        let shown = office.run(&["key", "show", "--key", &key]).stdout;
        fs::write(office.path("keys"), shown).expect("written");
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
        program.args(words).env("BAHI_LEDGER", self.path("ledger"));
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program
    }

    fn run(&self, words: &[&str]) -> Output {
        self.program(words).output().expect("the program runs")
    }

    /// Lets it come to its end, or kills it after so many moments; how many there were.
    fn pack(&self, name: &str, moments: u64) -> u64 {
        let (to, key) = (self.text(name), self.text("key"));
        let words = ["audit", "pack", "--to", &to, "--key", &key, "--nonce", "AG-UP/114"];
        let mut child = self.program(&words).stdout(Stdio::null()).spawn().expect("it runs");
        let mut passed = 0;
        while passed < moments && child.try_wait().expect("asked").is_none() {
            passed += 1;
            thread::yield_now();
        }
        if passed == moments {
            child.kill().expect("the program can be killed");
        }
        child.wait().expect("it has ended");
        passed
    }

    fn is_sound(&self, name: &str) -> bool {
        let words = ["check-export", &self.text(name), "--key", &self.text("keys")];
        self.run(&words).status.success()
    }
}

#[test]
fn a_package_that_is_killed_half_way_stands_nowhere_and_the_next_is_whole() {
    let kills = env::var("BAHI_PACKAGE_KILLS").ok().and_then(|text| text.parse().ok());
    let kills: u64 = kills.unwrap_or(6);
    let office = Office::new();
    let moments = office.pack("whole", u64::MAX);
    assert!(office.is_sound("whole"), "left alone it is whole");
    for kill in 0..kills {
        let name = format!("killed-{kill}");
        office.pack(&name, moments * kill / kills);
        if office.path(&name).exists() {
            assert!(office.is_sound(&name), "{name} stands there and is not whole");
        }
        // What is left over is hidden, and no package unless it is a whole one.
        for entry in fs::read_dir(office.place.path()).expect("a directory").flatten() {
            let left = entry.file_name().to_string_lossy().into_owned();
            if !left.ends_with(".partial") {
                continue;
            }
            assert!(left.starts_with(".bahi-"), "{left}");
            assert!(!entry.path().join("MANIFEST").exists() || office.is_sound(&left), "{left}");
            fs::remove_dir_all(entry.path()).expect("removed");
        }
        assert!(office.run(&["verify"]).status.success(), "the ledger is sound");
    }
    office.pack("last", u64::MAX);
    assert!(office.is_sound("last"), "the next is whole");
}
