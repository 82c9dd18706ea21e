//! Lines of statements in a vault: kept, shown one by one, erased one by one or all, cut off anywhere.
#![cfg(unix)]

use std::fs;

use bahi_core::{LineReference, Position};

use super::super::tests::{LEDGER, Place, named};
use super::super::{Vault, VaultError};
use super::LINES_A_FILE;
use crate::contents::Contents;
use crate::private::cut;
use crate::subject::{Sought, Subject};

const STATEMENT: Position = Position(9);

fn line(line: u32) -> Sought {
    Subject::Line(LineReference { statement: STATEMENT, line }).sought(LEDGER)
}

fn all() -> Sought {
    Subject::Lines(STATEMENT).sought(LEDGER)
}

/// What every line here says: its number and a name.
fn told(number: u32) -> Contents {
    named(&format!("Asha {number}"))
}

/// The first files of a statement, of which every other line has a text, and the first of the next.
fn keep(vault: &mut Vault) {
    let first: Vec<(u32, Contents)> = (1..=6).step_by(2).map(|one| (one, told(one))).collect();
    assert!(vault.keep_lines(STATEMENT, 0, &first).expect("kept"));
    let next = [(LINES_A_FILE + 1, told(LINES_A_FILE + 1))];
    assert!(vault.keep_lines(STATEMENT, 1, &next).expect("kept"));
}

#[test]
fn each_line_is_shown_alone_and_what_was_never_kept_is_not_there() {
    let place = Place::new();
    let mut vault = place.make();
    keep(&mut vault);
    for number in [1, 3, 5, LINES_A_FILE + 1] {
        assert_eq!(vault.show(line(number)).expect("shown"), Some(told(number)), "{number}");
    }
    for number in [0, 2, 6, 7, LINES_A_FILE, 2 * LINES_A_FILE + 1, u32::MAX] {
        assert_eq!(vault.show(line(number)).expect("nothing"), None, "{number}");
    }
    assert!(!place.holds(b"Asha"), "no text lies anywhere in the clear");
    let again = [(1, told(77))];
    assert!(!vault.keep_lines(STATEMENT, 0, &again).expect("there"), "what is kept stays");
    assert_eq!(vault.show(line(1)).expect("shown"), Some(told(1)));
}

#[test]
fn a_line_is_erased_and_its_neighbours_stay() {
    let place = Place::new();
    let mut vault = place.make();
    keep(&mut vault);
    let before = place.files();
    vault.begin_erasing(line(3)).expect("marked");
    vault.destroy(line(3), Position(20)).expect("destroyed");
    assert_eq!(vault.show(line(3)).expect("nothing"), None);
    assert!(!vault.holds(line(3)).expect("asked").anything());
    assert_eq!(vault.erased_at(line(3).id).expect("asked"), Some(Position(20)));
    for number in [1, 5, LINES_A_FILE + 1] {
        assert_eq!(vault.show(line(number)).expect("shown"), Some(told(number)), "{number}");
    }
    // Whoever has the sealed file of before, from any copy, has no key to it.
    let (path, sealed) = before
        .iter()
        .find(|(path, _)| path.ends_with("sealed/lines-9-0"))
        .expect("a file of sealed lines");
    fs::write(path, sealed).expect("put back");
    let error = vault.show(line(3)).expect_err("no key");
    assert!(error.to_string().contains("without it nobody reads"), "{error}");
}

#[test]
fn a_statement_is_erased_whole() {
    let place = Place::new();
    let mut vault = place.make();
    keep(&mut vault);
    let other = Position(11);
    vault.keep_lines(other, 0, &[(1, told(1))]).expect("kept");
    vault.put(all().id, &named("012345678901234")).expect("the account it is of");
    vault.begin_erasing(all()).expect("marked");
    vault.destroy(all(), Position(21)).expect("destroyed");
    assert!(!vault.holds(all()).expect("asked").anything());
    assert_eq!(vault.show(line(1)).expect("nothing"), None);
    let left = Subject::Line(LineReference { statement: other, line: 1 }).sought(LEDGER);
    assert_eq!(vault.show(left).expect("shown"), Some(told(1)), "another statement's stay");
}

/// Cut off at any step of keeping, keeping again completes it; of erasing, whoever opens next does.
#[test]
fn what_is_cut_off_is_completed() {
    for steps in 0.. {
        let place = Place::new();
        let mut vault = place.make();
        cut::after(Some(steps));
        let kept = vault.keep_lines(STATEMENT, 0, &[(1, told(1))]);
        cut::after(None);
        vault.keep_lines(STATEMENT, 0, &[(1, told(1))]).expect("kept in the end");
        assert_eq!(vault.show(line(1)).expect("shown"), Some(told(1)), "after {steps} steps");
        if kept.is_ok() {
            break;
        }
    }
    for of in [line(3), all()] {
        for steps in 0.. {
            let place = Place::new();
            let mut vault = place.make();
            keep(&mut vault);
            vault.begin_erasing(of).expect("marked");
            cut::after(Some(steps));
            let destroyed = vault.destroy(of, Position(20));
            cut::after(None);
            drop(vault);
            let mut vault = place.open().expect("a vault");
            if destroyed.is_ok() {
                assert_eq!(vault.begun().expect("marks"), []);
                break;
            }
            let begun = vault.begun().expect("marks");
            // A mark that was itself half destroyed tells its digest alone: all else is gone by then.
            assert!(begun.iter().all(|one| one.id == of.id) && begun.len() <= 1);
            for one in begun {
                vault.destroy(one, Position(20)).expect("destroyed in the end");
            }
            assert!(!vault.holds(of).expect("asked").anything(), "after {steps} steps");
            assert_eq!(vault.show(line(3)).expect("nothing"), None, "after {steps} steps");
        }
    }
}

/// Any byte changed anywhere is damage or nothing, and never another text.
#[test]
fn a_changed_byte_never_shows_another_text() {
    let place = Place::new();
    let mut vault = place.make();
    keep(&mut vault);
    for (path, bytes) in place.files() {
        if !path.to_string_lossy().contains("lines-9-0") {
            continue;
        }
        for at in (0..bytes.len()).step_by(3) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x41;
            fs::write(&path, &changed).expect("changed");
            for number in [1, 3, 5] {
                let shown = vault.show(line(number)).unwrap_or_else(|error| {
                    let damage =
                        matches!(error, VaultError::Damaged { .. } | VaultError::KeyMissing { .. });
                    assert!(damage, "{error} at {at}");
                    None
                });
                assert!(shown.is_none_or(|shown| shown == told(number)), "byte {at}");
            }
        }
        for length in [0, 5, 19, 40, bytes.len() - 1] {
            fs::write(&path, &bytes[..length]).expect("cut short");
            let shown = vault.show(line(5)).ok().flatten();
            assert!(shown.is_none_or(|shown| shown == told(5)), "{length} bytes");
        }
        fs::write(&path, &bytes).expect("put back");
    }
}
