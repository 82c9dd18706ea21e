//! The exact bytes of one record of each kind. Where one changes, the stored form has changed:
//! until it is frozen the vectors are written anew, deliberately; from then on they never are.

use bahi_core::hex;

use super::samples;
use crate::encode;

/// Lines of a name, a blank, and a record in hex.
const GOLDEN: &str = include_str!("golden_version_0.txt");

#[test]
fn every_sample_is_the_bytes_it_has_always_been() {
    let samples = samples::samples();
    let written: Vec<String> = samples
        .iter()
        .map(|(name, sample)| format!("{name} {}", hex(&encode(sample).expect("a stored form"))))
        .collect();
    let golden: Vec<&str> = GOLDEN.lines().collect();
    assert_eq!(written, golden, "the stored form has changed:\n{}", written.join("\n"));
}
