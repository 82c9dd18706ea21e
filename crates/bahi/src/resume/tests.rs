//! Folds put away: taken up where they are of this log, and nowhere else, however they are spoilt.

use std::{fs, path::PathBuf};

use bahi_core::{Event, Recorded};
use tempfile::TempDir;

use super::*;
use crate::{
    View,
    tests::{allot, apply, new_ledger},
};

/// Counts events, and remembers how many it was given since it was taken up.
#[derive(Clone, PartialEq, Debug, Default)]
struct Counted {
    applications: u64,
    seen: u64,
    since: u64,
}

impl Projection for Counted {
    fn apply(&mut self, recorded: &Recorded) {
        self.applications += u64::from(matches!(recorded.event, Event::Applied(_)));
        self.seen += 1;
        self.since += 1;
    }
}

impl Resumable for Counted {
    const NAME: &'static str = "counted";
    const VERSION: u16 = 1;

    fn image(&self) -> Vec<u8> {
        [self.applications.to_le_bytes(), self.seen.to_le_bytes()].concat()
    }

    fn from_image(bytes: &[u8]) -> Option<Counted> {
        let (applications, seen) = bytes.split_at_checked(8)?;
        let number = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
        Some(Counted { applications: number(applications)?, seen: number(seen)?, since: 0 })
    }
}

/// The same fold, counting another way.
#[derive(Default)]
struct Newer(Counted);

impl Projection for Newer {
    fn apply(&mut self, recorded: &Recorded) {
        self.0.apply(recorded);
    }
}

impl Resumable for Newer {
    const NAME: &'static str = Counted::NAME;
    const VERSION: u16 = 2;

    fn image(&self) -> Vec<u8> {
        self.0.image()
    }

    fn from_image(bytes: &[u8]) -> Option<Newer> {
        Counted::from_image(bytes).map(Newer)
    }
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

/// A ledger, a fold of it put away, and where.
fn kept() -> (Ledger, TempDir, PathBuf) {
    let mut ledger = ledger();
    ledger.submit(&apply(1, "A/1")).expect("it applies");
    let dir = tempfile::tempdir().expect("a directory");
    let fold: Counted = ledger.resume(dir.path()).expect("a fold");
    ledger.put_away(&fold, dir.path()).expect("it is put away");
    let file = dir.path().join(Counted::NAME);
    (ledger, dir, file)
}

fn whole(ledger: &Ledger) -> Counted {
    Counted { since: 0, ..ledger.fold(View::NOW).expect("a fold") }
}

#[test]
fn a_fold_taken_up_sees_what_came_after_and_is_the_fold_of_everything() {
    let (mut ledger, dir, _) = kept();
    for number in 2..40 {
        let fold: Counted = ledger.resume(dir.path()).expect("a fold");
        let since = fold.since;
        assert_eq!(Counted { since: 0, ..fold.clone() }, whole(&ledger));
        assert_eq!(since, if number == 2 { 0 } else { (u64::from(number) - 3) % 5 + 1 });
        if number % 5 == 2 {
            ledger.put_away(&fold, dir.path()).expect("it is put away");
        }
        ledger.submit(&apply(number, &format!("A/{number}"))).expect("it applies");
    }
}

#[test]
fn a_file_that_is_cut_or_has_a_byte_flipped_is_as_good_as_none() {
    let (ledger, dir, file) = kept();
    let bytes = fs::read(&file).expect("it was written");
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80] {
            let mut spoilt = bytes.clone();
            spoilt[at] ^= flip;
            fs::write(&file, &spoilt).expect("written");
            assert!(take_up::<Counted>(&ledger.log, dir.path()).is_none(), "byte {at} ^ {flip}");
            let fold: Counted = ledger.resume(dir.path()).expect("a fold");
            assert_eq!(fold.since, ledger.position().0, "folded from the first event");
        }
        fs::write(&file, &bytes[..at]).expect("written");
        assert!(take_up::<Counted>(&ledger.log, dir.path()).is_none(), "cut at {at}");
    }
    fs::write(&file, [&bytes[..], &[0]].concat()).expect("written");
    assert!(take_up::<Counted>(&ledger.log, dir.path()).is_none(), "a byte too many");
    fs::write(&file, &bytes).expect("written");
    assert!(take_up::<Counted>(&ledger.log, dir.path()).is_some());
}

#[test]
fn a_fold_is_not_taken_up_by_another_version_or_ledger_or_history() {
    let (ledger, dir, file) = kept();
    assert!(take_up::<Newer>(&ledger.log, dir.path()).is_none(), "another version");
    let mut other = self::ledger();
    other.submit(&apply(1, "A/1")).expect("it applies");
    assert!(take_up::<Counted>(&other.log, dir.path()).is_none(), "another ledger");

    let place = tempfile::tempdir().expect("a directory");
    let (backup, again) = (place.path().join("backup"), place.path().join("again"));
    let (mut ledger, dir, file) = (ledger, dir, file);
    ledger.backup(&backup, &mut |_| {}).expect("a backup");
    ledger.submit(&allot(7, "100.00")).expect("it allots");
    let fold: Counted = ledger.resume(dir.path()).expect("a fold");
    ledger.put_away(&fold, dir.path()).expect("it is put away");
    let mut restored = Ledger::restore(&backup, &again, &mut |_| {}).expect("it is restored");
    assert!(take_up::<Counted>(&restored.log, dir.path()).is_none(), "of events it lacks");
    restored.submit(&allot(8, "200.00")).expect("it allots");
    assert!(take_up::<Counted>(&restored.log, dir.path()).is_none(), "of another history");
    let fold: Counted = restored.resume(dir.path()).expect("a fold");
    assert_eq!(fold.since, restored.position().0);
    assert!(file.is_file());
}

#[test]
fn what_was_being_written_when_all_stopped_is_neither_taken_nor_in_the_way() {
    let (mut ledger, dir, file) = kept();
    let beside = dir.path().join("counted.new");
    for torn in [&b""[..], b"BHFOLDED", &fs::read(&file).expect("it was written")[..100]] {
        fs::write(&beside, torn).expect("written");
        let fold: Counted = ledger.resume(dir.path()).expect("a fold");
        assert_eq!(fold.since, 0, "what was put away before is whole");
    }
    ledger.submit(&apply(2, "A/2")).expect("it applies");
    let fold: Counted = ledger.resume(dir.path()).expect("a fold");
    ledger.put_away(&fold, dir.path()).expect("it is put away");
    assert!(!beside.exists());
    assert_eq!(kept_until(&ledger.log, dir.path(), Kind::of::<Counted>()), ledger.position());
}

#[test]
fn a_directory_that_cannot_be_written_is_an_error_and_leaves_what_was_there() {
    let (ledger, dir, _) = kept();
    let fold: Counted = ledger.resume(dir.path()).expect("a fold");
    let occupied = dir.path().join("occupied");
    fs::write(&occupied, "a file").expect("written");
    let error = ledger.put_away(&fold, &occupied).expect_err("a file is no directory");
    assert!(error.to_string().contains("occupied"), "{error}");
    let gone = dir.path().join("gone").join("folds");
    assert!(ledger.put_away(&fold, &gone).is_err() && !dir.path().join("gone").exists());
    let taken = dir.path().join("taken");
    fs::create_dir_all(taken.join(Counted::NAME)).expect("made");
    assert!(ledger.put_away(&fold, &taken).is_err(), "a directory stands in its place");
    assert!(!taken.join("counted.new").exists(), "nothing half is left");
    assert!(take_up::<Counted>(&ledger.log, dir.path()).is_some());
}

#[test]
fn a_name_is_one_of_a_file() {
    for (name, sound) in [
        ("balances", true),
        ("rupees-a-job-2", true),
        ("", false),
        ("Balances", false),
        ("a/b", false),
        ("..", false),
        ("a.new", false),
        ("123456789012345678901234567890123", false),
    ] {
        assert_eq!(is_name(name), sound, "{name}");
    }
}
