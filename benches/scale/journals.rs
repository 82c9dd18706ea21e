//! Programs that add up a journal of plain text: hledger, ledger, beancount.
//!
//! # Invariants
//! * Each reads the whole journal from its file and sums every account; its time is that of the whole
//!   process, as ours is that of opening and replaying.
//! * None runs beyond [`SECONDS_MAX`].

use std::{path::Path, process::Command};

use bahi_benches::{measure::Watch, python::python_with};

use crate::{
    peers::{Taking as _, answered},
    setting::{Outcome, Setting},
};

/// What a program has for its journal.
pub const SECONDS_MAX: u32 = 300;
/// What is installed beside the build, where it is not there.
const BEANCOUNT: &str = "beancount==3.2.3";
/// What runs each of them.
const RUN: &str = include_str!("run.py");
/// What adds up by beancount.
const BEANS: &str = include_str!("beans.py");

pub fn hledger(setting: &Setting) -> Outcome {
    there("hledger")?;
    let mut words = Command::new("hledger");
    words.arg("-f").arg(setting.hledger_file()).args(["balance", "--flat"]);
    run(setting, &words)
}

pub fn ledger(setting: &Setting) -> Outcome {
    there("ledger")?;
    let mut words = Command::new("ledger");
    words.arg("-f").arg(setting.hledger_file()).args(["balance", "--flat"]);
    run(setting, &words)
}

pub fn beancount(setting: &Setting) -> Outcome {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("beancount");
    let python = python_with(&place, BEANCOUNT, "beancount.loader", !setting.quick)?;
    let script = setting.scratch.join("beans.py");
    std::fs::write(&script, BEANS).expect("the script is written");
    let mut words = Command::new(python);
    // It would keep what it read for the next run.
    words.arg(script).arg(setting.beancount_file()).env("BEANCOUNT_DISABLE_LOAD_CACHE", "1");
    run(setting, &words)
}

fn there(program: &str) -> Result<(), String> {
    match Command::new(program).arg("--version").output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(_) | Err(_) => Err(format!("no {program} here")),
    }
}

/// A program with its words, run by the one that watches it.
fn run(setting: &Setting, words: &Command) -> Outcome {
    let script = setting.scratch.join("run.py");
    std::fs::write(&script, RUN).expect("the script is written");
    there("python3")?;
    let mut child = Command::new("python3");
    child.arg(script).arg(SECONDS_MAX.to_string());
    child.arg(words.get_program()).args(words.get_args());
    for (name, value) in words.get_envs() {
        child.envs(value.map(|value| (name, value)));
    }
    let answer = answered(&mut child);
    let figures: Vec<&str> = answer.split_whitespace().collect();
    let [seconds, peak] = figures[..] else {
        return Err(format!("not done in {SECONDS_MAX} s"));
    };
    let kib: u64 = peak.parse().expect("a peak");
    let measured = Watch::new().end(setting.postings());
    Ok(measured.with_memory(kib * 1_024).taking(seconds))
}
