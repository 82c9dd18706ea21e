//! The exact bytes of records of each kind in each schema, and of the content of one command of each
//! kind. A line that is there never changes, whatever the program becomes; lines are added.

use bahi_core::{EventKind, hex};

use super::{samples, samples_acts};
use crate::{SCHEMA_AT, decode_checked, encode, encode_command, envelope_view, newest_schema};

/// Lines of a name, a blank, and a record in hex.
const GOLDEN: &str = include_str!("golden_version_1.txt");

/// Lines of a name, a blank, and a command's content in hex.
const GOLDEN_CONTENT: &str = include_str!("golden_content_1.txt");

/// What to do where a record has other bytes.
const FURTHER_SCHEMA: &str = "records are stored in these bytes and read for ever. Do not change \
    the line: give the kind a further schema (`schema`, `body`), keep this one (`upcasts`), add \
    samples and lines for it, and say it in docs/FORMAT.md and in the second reader";

/// What to do where a content has other bytes.
const FURTHER_CONTENT: &str = "digests of refused commands are stored and compared for ever. Do not \
    change the line: write a further version of the content beside this one";

/// The lines of a golden file, each a name and bytes.
fn lines(golden: &str) -> Vec<(&str, Vec<u8>)> {
    let line = |line| {
        let (name, digits) = str::split_once(line, ' ').expect("a name and hex digits");
        let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("ASCII"));
        let bytes = pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect();
        (name, bytes)
    };
    golden.lines().map(line).collect()
}

/// Each sample is its line, and each line is a sample's; else the lines that miss are printed.
fn check(golden: &str, samples: &[(String, Vec<u8>)], what_to_do: &str) {
    let golden = lines(golden);
    let mut missing = Vec::new();
    for (name, bytes) in samples {
        match golden.iter().find(|(other, _)| other == name) {
            Some((_, line)) => assert!(
                line == bytes,
                "{name} is {} and was\n{}:\n{what_to_do}",
                hex(bytes),
                hex(line)
            ),
            None => missing.push(format!("{name} {}", hex(bytes))),
        }
    }
    assert!(missing.is_empty(), "lines to add:\n{}", missing.join("\n"));
    for (name, _) in golden {
        let count = samples.iter().filter(|(other, _)| other == name).count();
        assert_eq!(count, 1, "{name}: {what_to_do}");
    }
}

#[test]
fn every_sample_is_the_bytes_it_has_always_been() {
    let sample = |(name, sample)| (name, encode(&sample).expect("a stored form"));
    let samples: Vec<_> = samples::samples().into_iter().map(sample).collect();
    check(GOLDEN, &samples, FURTHER_SCHEMA);
}

#[test]
fn every_golden_record_is_read_as_its_sample_and_written_back() {
    for (name, bytes) in lines(GOLDEN) {
        let sample = samples::sample(name);
        let read = decode_checked(sample.position, &bytes);
        assert_eq!(read.as_ref(), Ok(&sample), "{name}: {FURTHER_SCHEMA}");
        assert_eq!(encode(&sample), Ok(bytes), "{name}: {FURTHER_SCHEMA}");
    }
}

#[test]
fn every_schema_of_every_kind_has_a_golden_record() {
    let golden = lines(GOLDEN);
    let of = |bytes: &[u8]| (envelope_view(bytes).expect("an envelope").kind, bytes[SCHEMA_AT]);
    let found: Vec<_> = golden.iter().map(|(_, bytes)| of(bytes)).collect();
    for kind in EventKind::ALL {
        for schema in 1..=newest_schema(kind) {
            let is_there = found.contains(&(kind, schema));
            assert!(is_there, "no golden record of {} in schema {schema}", kind.name());
        }
    }
}

#[test]
fn every_content_is_the_bytes_it_has_always_been() {
    let content = |command: bahi_core::Command| {
        (command.act.kind().name().to_owned(), encode_command(&command))
    };
    let samples: Vec<_> = samples_acts::commands().into_iter().map(content).collect();
    check(GOLDEN_CONTENT, &samples, FURTHER_CONTENT);
}
