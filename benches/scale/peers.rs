//! The peers that are given the same events: stores, the crate that keeps books, DuckDB.
//!
//! # Not here
//! PostgreSQL: `postgres`. Programs that read journals: `journals`.

#[cfg(feature = "peers")]
use bahi_benches::{BATCH, books};
use bahi_benches::{
    measure::{Measured, Watch},
    python::python_with,
    stores::{self, APPEND_BATCH},
};
use std::{path::Path, process::Command, time::Duration};

use crate::setting::{Outcome, Setting};

/// What is installed beside the build, where it is not there.
const DUCKDB: &str = "duckdb==2.0.0";
/// What adds up by it.
const SCAN: &str = include_str!("scan.py");
/// Entries of its durable run: it takes long enough with these.
#[cfg(feature = "peers")]
const DURABLE_ENTRIES: usize = 5_000;

pub fn raw(setting: &Setting) -> Outcome {
    Ok(stores::raw(&setting.scratch.join("raw"), setting.workload.batches(APPEND_BATCH)))
}

#[cfg(feature = "peers")]
pub fn sqlite(setting: &Setting) -> Outcome {
    let path = setting.scratch.join("peer.sqlite");
    Ok(stores::sqlite(&path, setting.workload.batches(APPEND_BATCH)))
}

#[cfg(feature = "peers")]
pub fn redb(setting: &Setting) -> Outcome {
    let path = setting.scratch.join("peer.redb");
    Ok(stores::redb(&path, setting.workload.batches(APPEND_BATCH)))
}

#[cfg(feature = "peers")]
pub fn books_durable(setting: &Setting) -> Outcome {
    let mut moves = setting.workload.moves();
    moves.truncate(DURABLE_ENTRIES);
    Ok(books::on_sqlite(&setting.scratch, &moves, BATCH))
}

#[cfg(feature = "peers")]
pub fn books_in_memory(setting: &Setting) -> Outcome {
    Ok(books::recorded_in_memory(&setting.workload.moves()))
}

pub fn duckdb(setting: &Setting) -> Outcome {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("duckdb");
    let python = python_with(&place, DUCKDB, "duckdb", !setting.quick)?;
    let script = setting.scratch.join("scan.py");
    std::fs::write(&script, SCAN).expect("the script is written");
    let answer = answered(Command::new(python).arg(&script).arg(setting.parquet_dir()));
    let figures: Vec<&str> = answer.split_whitespace().collect();
    let [seconds, rows, peak] = figures[..] else { panic!("three figures, and not {answer}") };
    let rows: usize = rows.parse().expect("a number of rows");
    assert_eq!(rows, setting.postings(), "it reads every posting");
    let kib: u64 = peak.parse().expect("a peak");
    Ok(Watch::new().end(rows).with_memory(kib * 1_024).taking(seconds))
}

/// What a child answers, which succeeds.
pub fn answered(child: &mut Command) -> String {
    let output = child.output().expect("a child process");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{child:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Figures with a time that somebody else took.
pub trait Taking {
    /// With so many seconds, as text.
    fn taking(self, seconds: &str) -> Measured;
}

impl Taking for Measured {
    fn taking(self, seconds: &str) -> Measured {
        let seconds: f64 = seconds.parse().expect("seconds");
        Measured { time: Duration::from_secs_f64(seconds), ..self }
    }
}
