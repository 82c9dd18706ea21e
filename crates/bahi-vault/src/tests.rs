//! Rings and their files: what is made, what is refused, and who wins.
#![cfg(unix)]

mod files;
mod places;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bahi_core::{Day, hex};
use tempfile::TempDir;

use super::*;
use crate::FingerprintKind::{Account, BankReference, Body, Family, Mobile, Person};

/// Two keys, of ids 1 and 3, whose check value and prints were computed by another program.
const TWO_KEYS: &str = "\
bahi-fingerprint-keys 1
# two keys
1 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 2024-04-01
3 2122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40 2025-04-01
check 5eb6073a64add4717763f4ec04d3c229
";

fn day() -> Day {
    Day::parse("2026-04-01").expect("a date")
}

/// A directory and the path of a key file in it that is not there.
fn place() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("keys");
    (dir, path)
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).expect("a mode");
}

fn ids(ring: &Keyring) -> Vec<u16> {
    ring.keys().map(|key| key.id).collect()
}

#[test]
fn prints_are_those_that_another_program_computes() {
    let (_dir, path) = place();
    write(&path, TWO_KEYS);
    let ring = Keyring::open(&path).expect("a ring");
    let cases = [
        (
            Person,
            "1234 5678 9012",
            "cb25c97ddc064d26b4278b5ed0cdf400",
            "2ff8ee37f4ab15fc61768c63531f05fb",
        ),
        (
            Family,
            "123456789012",
            "47a78c85effaad8d947c63db3b04f9d0",
            "f6de93c36fc62d28095a5f2eb789837f",
        ),
        (
            Account,
            "00123456789012",
            "2ba23f67e5cf963adaec170c9650807f",
            "47fdccdcd0634881846e5c5b4b4409fb",
        ),
        (Account, "0000", "7afe2c9de289f13dc1d13e112465608b", "a9b5e5c9cc5ca8c3b3f75b406d86b1ed"),
        (
            Body,
            "Udyam-UP-01-0000001",
            "2f0a427d5fa6fbed3d8c41c8ff92206e",
            "aa4bfbc4f4769327a4acb4b26cae3298",
        ),
        (
            BankReference,
            "sbin0524000123",
            "405fd65d5aeb368154ad42e650684596",
            "3ee0612c0795f73875184a1a16d62e85",
        ),
        (
            Mobile,
            "+91 98765 43210",
            "6985f206c19f01cf41a4ce4f52d01f92",
            "ec118b8a250e861655bca8542a132855",
        ),
    ];
    for (kind, value, first, third) in cases {
        let prints = ring.prints(kind, value).expect("prints");
        let shown: Vec<(u16, String)> =
            prints.iter().map(|print| (print.key_id, print.to_string())).collect();
        assert_eq!(shown, [(1, first.to_owned()), (3, third.to_owned())], "{kind:?}");
    }
    let check = |id: u16| ring.check(id).map(|check| hex(&check));
    assert_eq!(check(1).as_deref(), Some("b85abcd8c50cce073cc2389738d87ff1"));
    assert_eq!(check(2), None);
    assert_eq!(check(3).as_deref(), Some("e94132c1d72c6bf316edf90e809c8796"));
}

#[test]
fn a_value_gives_one_print_per_key_and_kind() {
    let (_dir, path) = place();
    write(&path, TWO_KEYS);
    let ring = Keyring::open(&path).expect("a ring");
    let mut seen = std::collections::BTreeSet::new();
    for kind in FingerprintKind::ALL {
        for print in ring.prints(kind, "9876543210").expect("a value of every kind") {
            assert!(seen.insert(print.print), "{kind:?} under {}", print.key_id);
        }
    }
    assert_eq!(seen.len(), 2 * FingerprintKind::ALL.len());
}

#[test]
fn an_empty_cell_is_nothing_and_a_wrong_one_is_an_error() {
    let (_dir, path) = place();
    let ring = Keyring::create(&path, day()).expect("a ring");
    for empty in ["", " ", "-", "\u{a0}"] {
        assert_eq!(ring.of_cell(Person, empty), Ok(None), "{empty:?}");
        assert_eq!(ring.prints(Person, empty), Err(ValueError::Empty), "{empty:?}");
    }
    assert_eq!(ring.of_cell(BankReference, "000000"), Ok(None));
    assert_eq!(ring.of_cell(Person, "NA"), Err(ValueError::NoDigit));
    let prints = ring.prints(Person, "12 34").expect("prints");
    assert_eq!(ring.of_cell(Person, "1234"), Ok(Some(prints)));
}

#[test]
fn nothing_that_is_shown_holds_a_secret_or_a_value() {
    let (_dir, path) = place();
    write(&path, TWO_KEYS);
    let ring = Keyring::open(&path).expect("a ring");
    let mut shown = vec![format!("{ring:?} {ring:#?}")];
    for (kind, value) in [(Person, "12.34567890"), (Account, "12345A7890"), (Mobile, "1234567890")]
    {
        let error = ring.prints(kind, value).expect_err("no value");
        shown.push(format!("{error} {error:?}"));
    }
    for (from, to) in [("0102", "0g02"), ("2025", "2O25"), ("\n3 ", "\n1 "), ("check", "chock")] {
        write(&path, TWO_KEYS.replacen(from, to, 1));
        let error = Keyring::open(&path).expect_err("a flaw");
        shown.push(format!("{error} {error:?}"));
    }
    for text in shown {
        for part in ["0102030405", "010203", "1, 2, 3", "3334", "1234", "7890", "5eb6"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn a_new_ring_differs_from_every_other() {
    let (_dir, path) = place();
    let one = Keyring::create(&path, day()).expect("a ring");
    let other = Keyring::create(&path.with_extension("other"), day()).expect("a ring");
    assert_ne!(one.check(1), other.check(1));
    assert_ne!(one.prints(Person, "1234"), other.prints(Person, "1234"));
    let [info] = one.keys().collect::<Vec<_>>()[..] else { unreachable!("one key") };
    assert_eq!((info.id, info.created), (1, day()));
}
