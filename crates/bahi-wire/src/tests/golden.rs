//! The exact bytes of one record of each kind, and of the content of one command of each kind.
//! Where one changes, the stored form has changed: until it is frozen the vectors are written
//! anew, deliberately, from what the failing test prints; from then on they never are.

use bahi_core::hex;

use super::{samples, samples_acts};
use crate::{encode, encode_command};

/// Lines of a name, a blank, and a record in hex.
const GOLDEN: &str = include_str!("golden_version_0.txt");

/// Lines of a name, a blank, and a command's content in hex.
const GOLDEN_CONTENT: &str = include_str!("golden_content_1.txt");

/// The lines are the golden ones; else what they would be is printed whole.
fn check(golden: &str, written: &[String]) {
    let golden: Vec<&str> = golden.lines().collect();
    assert!(written == golden, "the form has changed:\n{}\n", written.join("\n"));
}

#[test]
fn every_sample_is_the_bytes_it_has_always_been() {
    let line = |(name, sample)| format!("{name} {}", hex(&encode(&sample).expect("a stored form")));
    let written: Vec<String> = samples::samples().into_iter().map(line).collect();
    check(GOLDEN, &written);
}

#[test]
fn every_content_is_the_bytes_it_has_always_been() {
    let line = |command: bahi_core::Command| {
        format!("{} {}", command.act.kind().name(), hex(&encode_command(&command)))
    };
    let written: Vec<String> = samples_acts::commands().into_iter().map(line).collect();
    check(GOLDEN_CONTENT, &written);
}
