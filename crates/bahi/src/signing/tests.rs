//! A key file and its memory: what is signed, what is refused, and what is left of either.
#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use bahi_core::Position;
use bahi_proof::{Checkpoint, Note};

use super::{
    KeyFileError, SignError, checkpoint, create, memory_of, read, remember, remember_nothing,
    remembered, rotate,
};
use crate::{Ledger, LedgerName, NewLedger};

/// A folder with the key of a ledger called so.
struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Kept {
        let kept = Kept { folder: tempfile::tempdir().expect("a directory") };
        let name = LedgerName::new("kept").expect("a name");
        create(&kept.key(), &kept.dir(), &name).expect("it is new");
        kept
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    fn memory(&self) -> PathBuf {
        memory_of(&self.key())
    }

    /// Where a ledger would be.
    fn dir(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    fn sign(&self, ledger: &Ledger, at: u64) -> Result<Note, SignError> {
        checkpoint(&self.key(), &self.dir(), ledger, Position(at))
    }

    /// How many records the memory speaks of.
    fn size(&self) -> u64 {
        remembered(&self.key(), &self.dir()).expect("it remembers").size()
    }
}

/// A ledger of the name that a key was made for, and of six events; no two have one first record.
fn ledger() -> Ledger {
    let new = NewLedger::named(LedgerName::new("kept").expect("a name"));
    let mut ledger = Ledger::in_memory(&new).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

#[test]
fn a_memory_holds_the_largest_of_what_was_signed() {
    let kept = Kept::new();
    let one = ledger();
    let last = one.position().0;
    assert_eq!(kept.size(), 0);
    // Older positions are signed for as well, and do not take anything back.
    for (at, size) in [(2, 3), (1, 3), (2, 3), (last, last + 1), (0, last + 1), (3, last + 1)] {
        let note = kept.sign(&one, at).expect("it is of one story");
        let signed = Checkpoint::parse(note.text()).expect("a checkpoint");
        assert_eq!((signed.size(), kept.size()), (at + 1, size), "position {at}");
    }
    let bytes = fs::read(kept.memory()).expect("a memory");
    let mode = fs::metadata(kept.memory()).expect("it is there").permissions().mode() & 0o777;
    let note = kept.sign(&one, last).expect("it is of one story");
    assert_eq!((note.to_string().into_bytes(), mode), (bytes, 0o600));
}

#[test]
fn another_story_is_not_signed_by_the_key_nor_by_its_successors() {
    let (kept, one, other) = (Kept::new(), ledger(), ledger());
    kept.sign(&one, 4).expect("the first story");
    let before = fs::read(kept.memory()).expect("a memory");
    for turned in [false, true] {
        if turned {
            rotate(&kept.key(), &kept.dir()).expect("it turns");
        }
        for at in 0..=other.position().0 {
            match kept.sign(&other, at) {
                Err(SignError::Forked { signed: 5, past, memory }) => {
                    let root = other.root_at(Position(4)).expect("it has one");
                    assert_eq!((past, memory), (root, kept.memory()));
                }
                signed => panic!("at {at}: {signed:?}"),
            }
        }
        assert_eq!(fs::read(kept.memory()).expect("a memory"), before);
    }
    kept.sign(&one, 5).expect("the first story goes on");
}

#[test]
fn a_ledger_shorter_than_what_was_signed_is_not_signed_for() {
    let (kept, mut longer, shorter) = (Kept::new(), ledger(), ledger());
    let day = bahi_core::Day::parse("2024-03-31").expect("a day");
    let actor = bahi_core::ActorName::new("ag-7").expect("an actor");
    let acting = crate::Acting { actor, role: bahi_core::Role::Auditor, authority: None };
    let last = longer.certify(day, &acting).expect("it certifies").position;
    kept.sign(&longer, last.0).expect("it signs");
    match kept.sign(&shorter, 1) {
        Err(SignError::Shortened { size, signed, .. }) => {
            assert_eq!((size, signed), (shorter.position().0 + 1, last.0 + 1));
        }
        signed => panic!("{signed:?}"),
    }
}

#[test]
fn nothing_is_signed_without_a_sound_memory_and_none_is_made_up() {
    type Spoil = fn(&Kept);
    type IsSo = fn(&KeyFileError) -> bool;
    let cases: [(&str, Spoil, IsSo); 7] = [
        ("it is gone", |_| (), |error| matches!(error, KeyFileError::Forgotten { .. })),
        (
            "it is empty",
            |kept| fs::write(kept.memory(), "").expect("written"),
            |error| matches!(error, KeyFileError::MemoryMalformed { .. }),
        ),
        (
            "another key signed it",
            |kept| {
                let other = Kept::new();
                let note = other.sign(&ledger(), 3).expect("it signs");
                fs::write(kept.memory(), note.to_string()).expect("written");
            },
            |error| matches!(error, KeyFileError::MemoryMalformed { .. }),
        ),
        (
            "it is longer than a note",
            |kept| fs::write(kept.memory(), vec![b'a'; 1 << 21]).expect("written"),
            |error| matches!(error, KeyFileError::MemoryMalformed { .. }),
        ),
        (
            "it is a directory",
            |kept| fs::create_dir(kept.memory()).expect("made"),
            |error| matches!(error, KeyFileError::NotAFile { .. }),
        ),
        (
            "it is a link",
            |kept| std::os::unix::fs::symlink(kept.key(), kept.memory()).expect("made"),
            |error| matches!(error, KeyFileError::NotAFile { .. }),
        ),
        (
            "others may write it",
            |kept| {
                let note = Kept::new().sign(&ledger(), 3).expect("it signs");
                fs::write(kept.memory(), note.to_string()).expect("written");
                let open = fs::Permissions::from_mode(0o620);
                fs::set_permissions(kept.memory(), open).expect("changed");
            },
            |error| matches!(error, KeyFileError::MemoryOpenToOthers { mode: 0o620, .. }),
        ),
    ];
    for (what, spoil, is_so) in cases {
        let (kept, one) = (Kept::new(), ledger());
        fs::remove_file(kept.memory()).expect("removed");
        spoil(&kept);
        match kept.sign(&one, 1) {
            Err(SignError::KeyFile(error)) => assert!(is_so(&error), "{what}: {error}"),
            signed => panic!("{what}: {signed:?}"),
        }
        let error = remembered(&kept.key(), &kept.dir()).expect_err("nothing is made up");
        assert!(is_so(&error), "{what}: {error}");
    }
}

#[test]
fn every_flipped_bit_of_a_memory_is_refused() {
    let (kept, one) = (Kept::new(), ledger());
    kept.sign(&one, 4).expect("it signs");
    let sound = fs::read(kept.memory()).expect("a memory");
    for bit in 0..sound.len() * 8 {
        let mut other = sound.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        fs::write(kept.memory(), other).expect("written");
        let found = remembered(&kept.key(), &kept.dir());
        assert!(matches!(found, Err(KeyFileError::MemoryMalformed { .. })), "bit {bit}");
    }
}

#[test]
fn a_lost_memory_is_made_again_from_a_checkpoint_and_by_saying_that_there_is_none() {
    let (kept, one) = (Kept::new(), ledger());
    let early = kept.sign(&one, 2).expect("it signs");
    let late = kept.sign(&one, 5).expect("it signs");
    let other = Kept::new().sign(&one, 5).expect("another key signs");
    let tell = |note: &Note| remember(&kept.key(), &kept.dir(), note);
    let nothing = || remember_nothing(&kept.key(), &kept.dir());
    assert!(matches!(nothing(), Err(KeyFileError::Exists { .. })), "it is there");
    fs::remove_file(kept.memory()).expect("removed");
    assert!(matches!(tell(&other), Err(SignError::NotSigned)));
    assert!(!kept.memory().exists(), "another key's is not remembered");
    assert_eq!(tell(&early).expect("its own").size(), 3);
    assert_eq!(tell(&late).expect("it grows").size(), 6);
    assert_eq!(tell(&early).expect("it does not shrink").size(), 6);
    kept.sign(&one, 3).expect("the story goes on");
    // What the key signed somewhere else, of the same size: two stories, and both are kept.
    let keys = read(&kept.key(), &kept.dir()).expect("it reads");
    let forked = ledger().checkpoint(&keys.signing, Position(5)).expect("nothing guards it");
    assert!(matches!(tell(&forked), Err(SignError::TwoStories { size: 6, .. })));
    assert_eq!(tell(&late).expect("as before").size(), 6);
    fs::remove_file(kept.memory()).expect("removed");
    assert_eq!(nothing().expect("none is there").size(), 0);
    kept.sign(&one, 3).expect("it signs");
}

#[test]
fn nothing_is_given_out_that_cannot_be_remembered() {
    let (kept, one) = (Kept::new(), ledger());
    kept.sign(&one, 2).expect("it signs");
    let before = fs::read(kept.memory()).expect("a memory");
    // What takes the place of a memory that is not whole yet.
    let mut unfinished = kept.memory().into_os_string();
    unfinished.push(".new");
    fs::create_dir(&unfinished).expect("made");
    let signed = kept.sign(&one, 4);
    assert!(matches!(signed, Err(SignError::KeyFile(KeyFileError::Io { .. }))), "{signed:?}");
    assert_eq!(fs::read(kept.memory()).expect("a memory"), before);
    kept.sign(&one, 1).expect("what is remembered already needs no more");
    fs::remove_dir(&unfinished).expect("removed");
    // A file of that name was left by a program that was cut off, and is in nobody's way.
    fs::write(&unfinished, "half").expect("written");
    kept.sign(&one, 4).expect("it signs");
    assert_eq!(kept.size(), 5);
}

#[test]
fn two_programs_do_not_sign_with_one_key_at_once() {
    let (kept, one) = (Kept::new(), ledger());
    let (_, held) = super::custody::read(&kept.key()).expect("it reads");
    held.lock().expect("nobody else has it");
    let signed = kept.sign(&one, 2);
    assert!(matches!(signed, Err(SignError::KeyFile(KeyFileError::Busy { .. }))), "{signed:?}");
    assert_eq!(kept.size(), 0, "reading needs no lock");
    drop(held);
    kept.sign(&one, 2).expect("it is free again");
}

#[test]
fn a_key_is_not_made_beside_what_another_signed() {
    let kept = Kept::new();
    let name = LedgerName::new("kept").expect("a name");
    fs::remove_file(kept.key()).expect("removed");
    let made = create(&kept.key(), &kept.dir(), &name);
    assert!(matches!(made, Err(KeyFileError::Exists { path }) if path == kept.memory()));
    assert!(!kept.key().exists());
}
