//! Noise for both readers of records: what one of them accepts the other does.
//!
//! A record the program would take and the second reader not, or the other way round, is a sentence
//! that is missing in the page of the form.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use bahi::core::{EventKind, Position};
use bahi_wire::{SCHEMA_AT, decode, envelope_view};

use super::{material::Material, mutate::Noise, number};
use crate::{golden, second_reader::python, tree};

/// Where the records are said to be, which says nothing of them.
const AT: Position = Position(1 << 40);

/// What the program refuses for its meaning, which the second reader does not look at: terms that
/// do not hold together, and a refusal or a command of a number that is none.
const BY_MEANING: &[&str] = &["terms at byte", "refusal at byte", "command at byte"];

/// What the second reader says of each record.
fn second_opinions(records: &[Vec<u8>]) -> Vec<String> {
    let mut lines = String::new();
    for record in records {
        record.iter().for_each(|byte| write!(lines, "{byte:02x}").expect("a text grows"));
        lines.push('\n');
    }
    let mut reader = Command::new("python3")
        .arg(tree::root().join("tests/second_reader/read_backup.py"))
        .arg("--records")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python runs: it has just told its version");
    let mut input = reader.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(lines.as_bytes()).expect("the reader reads"));
        reader.wait_with_output().expect("the reader ends")
    });
    assert!(output.status.success(), "the reader failed");
    let said = String::from_utf8(output.stdout).expect("the reader writes text");
    said.lines().map(ToOwned::to_owned).collect()
}

/// A golden record of each schema of each kind.
fn one_of_each_schema() -> impl Iterator<Item = Vec<u8>> {
    let mut found = BTreeMap::new();
    for record in golden::ledgers().iter().flat_map(|ledger| golden::records(ledger)) {
        if let Ok(view) = envelope_view(&record) {
            found.entry((view.kind, record[SCHEMA_AT])).or_insert(record);
        }
    }
    assert!(found.len() > EventKind::ALL.len(), "kinds, and one more schema at least");
    found.into_values()
}

#[test]
fn what_one_reader_of_records_accepts_the_other_does() {
    if !python() {
        return;
    }
    let material = Material::made();
    let mut pool = material.records[1..].to_vec();
    pool.extend(one_of_each_schema());
    let seed = number("BAHI_NOISE_SEED", 1);
    let rounds = number("BAHI_NOISE_ROUNDS", 4_000);
    let mut noise = Noise::new(seed, "two readers");
    let mut records = pool.clone();
    for _ in 0..rounds {
        let (from, other) = (noise.below(pool.len()), noise.below(pool.len()));
        let mutant = noise.mutant(&pool[from], &pool[other]);
        if decode(AT, &mutant).is_ok() && pool.len() < 512 {
            pool.push(mutant.clone());
        }
        records.push(mutant);
    }
    let mut differences = Vec::new();
    for (record, second) in records.iter().zip(second_opinions(&records)) {
        let first = decode(AT, record);
        if first.is_ok() != (second == "sound") {
            let first = first.map_or_else(|error| error.to_string(), |_| "sound".to_owned());
            if BY_MEANING.iter().any(|begin| first.starts_with(begin)) {
                continue;
            }
            differences.push(format!("{first} / {second}: {}", record.escape_ascii()));
        }
    }
    differences.sort();
    let count = differences.len();
    // One of each sort is enough to see.
    let sort_of = |text: &str| -> String {
        let words = text.split(':').next().unwrap_or_default();
        words.chars().filter(|found| !found.is_ascii_digit()).collect()
    };
    differences.dedup_by_key(|text| sort_of(text));
    assert!(count == 0, "{count} differences, seed {seed}:\n{}", differences.join("\n"));
}
