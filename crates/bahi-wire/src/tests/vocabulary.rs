//! The numbers that records hold of what the domain counts by itself: commands, movements of money,
//! refusals and what each of them has with it. A line that is there never changes; lines are added.
//!
//! # Not here
//! The numbers of enumerations: beside them, in `numbers`.

use bahi_core::{CommandKind, REFUSAL_FIGURES_MAX, Refusal, RefusalRecord};

use super::samples;
use crate::{ENVELOPE_BYTES, encode};

/// Where a reversal says how its kind moved.
const MOVEMENT_AT: usize = ENVELOPE_BYTES + 14;

/// Lines of what it is, its number, and what stands for that for ever.
const GOLDEN: &str = include_str!("golden_numbers_1.txt");

/// Values of which one is a figure, whatever the figure is of.
const FIGURES: [i128; 2] = [1, 2024];

/// How many figures a refusal has, and whether a word.
fn shape(number: u16) -> (usize, bool) {
    for word in [None, Some(samples::word("a"))] {
        for count in 0..=REFUSAL_FIGURES_MAX {
            // Each figure may be of another kind, so each takes any of the values.
            for choice in 0..FIGURES.len().pow(u32::try_from(count).expect("a few")) {
                let value = |place: u32| FIGURES[choice / FIGURES.len().pow(place) % FIGURES.len()];
                let figures = (0..u32::try_from(count).expect("a few")).map(value).collect();
                let record = RefusalRecord { number, figures, word: word.clone() };
                if Refusal::from_record(&record).is_some() {
                    return (count, word.is_some());
                }
            }
        }
    }
    panic!("no record of refusal {number} is found")
}

fn written() -> Vec<String> {
    let commands =
        CommandKind::ALL.iter().map(|kind| format!("command {} {}", kind.number(), kind.name()));
    let movements = samples::reversals().into_iter().map(|(kind, movement)| {
        let bytes = encode(&samples::recorded(samples::reversed(kind, movement)));
        let number = bytes.expect("the kind moves so")[MOVEMENT_AT];
        format!("movement {number} {}", kind.name())
    });
    let refusals = Refusal::CODES.iter().map(|(number, code, _)| {
        let (figures, word) = shape(*number);
        format!("refusal {number} {code} {figures}{}", if word { " word" } else { "" })
    });
    let mut lines: Vec<String> = commands.chain(movements).chain(refusals).collect();
    lines.sort_by_key(|line| {
        let mut parts = line.splitn(3, ' ').map(ToOwned::to_owned);
        let what = parts.next();
        (what, parts.next().and_then(|number| number.parse::<u16>().ok()), parts.next())
    });
    lines
}

#[test]
fn no_number_is_given_twice_and_none_loses_what_it_stands_for() {
    let written = written();
    let golden: Vec<&str> = GOLDEN.lines().collect();
    for line in &golden {
        let is_there = written.iter().any(|other| other == line);
        assert!(
            is_there,
            "{line}: records hold this number for ever, with these figures. Give what is new a \
             number of its own, and keep this one"
        );
    }
    let missing: Vec<&String> =
        written.iter().filter(|line| !golden.contains(&line.as_str())).collect();
    assert!(missing.is_empty(), "lines to add:\n{missing:#?}");
}
