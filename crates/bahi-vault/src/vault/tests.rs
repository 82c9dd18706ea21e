//! Vaults on a disk: what is made, refused, damaged, cut off, and gone.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use bahi_core::Fingerprint;
use tempfile::TempDir;

use super::*;
use crate::private::cut;
use crate::subject::Subject;

pub(super) const LEDGER: LedgerId = LedgerId([7; 16]);

fn id(number: u8) -> SubjectId {
    Subject::Person(Fingerprint { key_id: 1, print: [number; 16] }).id(LEDGER)
}

pub(super) fn named(name: &str) -> Contents {
    let mut contents = Contents::default();
    contents.add("name", name).expect("a field");
    contents
}

/// A place for a vault.
pub(super) struct Place {
    dir: TempDir,
}

impl Place {
    pub(super) fn new() -> Place {
        Place { dir: tempfile::tempdir().expect("a directory") }
    }

    fn with_asha() -> (Place, Vault) {
        let place = Place::new();
        let mut vault = place.make();
        vault.put(id(1), &named("Asha Devi")).expect("put");
        (place, vault)
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("vault")
    }

    pub(super) fn make(&self) -> Vault {
        Vault::make(&self.path(), LEDGER).expect("a vault")
    }

    pub(super) fn open(&self) -> Result<Vault, VaultError> {
        Vault::open(&self.path(), LEDGER)
    }

    /// Every file of the vault, with its path from it, in order.
    pub(super) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut dirs = vec![self.path()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    dirs.push(path);
                } else {
                    let bytes = fs::read(&path).expect("a file");
                    found.push((path, bytes));
                }
            }
        }
        found.sort();
        found
    }

    pub(super) fn holds(&self, bytes: &[u8]) -> bool {
        let within = |all: &[u8]| all.windows(bytes.len()).any(|part| part == bytes);
        self.files().iter().any(|(_, all)| within(all))
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn what_is_put_is_shown_and_replaced_and_stays_when_the_vault_is_closed() {
    let (place, mut vault) = Place::with_asha();
    vault.put(id(2), &named("Bina Devi")).expect("put");
    assert_eq!(vault.show(id(1)).expect("shown"), Some(named("Asha Devi")));
    vault.put(id(1), &named("Asha Verma")).expect("put");
    drop(vault);
    let vault = place.open().expect("a vault");
    assert_eq!(vault.show(id(1)).expect("shown"), Some(named("Asha Verma")));
    assert_eq!(vault.show(id(2)).expect("shown"), Some(named("Bina Devi")));
    assert_eq!(vault.show(id(3)).expect("nothing"), None);
    assert_eq!(vault.holds(id(1)).expect("told"), Holds { key: true, sealed: true });
    assert!(!vault.holds(id(3)).expect("told").anything());
    for (path, _) in place.files() {
        let mode = fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
    for dir in [place.path(), place.path().join("keys"), place.path().join("sealed")] {
        assert_eq!(fs::metadata(&dir).expect("a directory").permissions().mode() & 0o777, 0o700);
    }
    assert!(!place.holds(b"Asha") && !place.holds(b"Verma"));
}

#[test]
fn a_destroyed_key_is_in_no_file_and_the_others_open_still() {
    let (place, mut vault) = Place::with_asha();
    vault.put(id(2), &named("Bina Devi")).expect("put");
    let key = fs::read(vault.at(KEYS, id(1))).expect("a key");
    let sealed = fs::read(vault.at(SEALED, id(1))).expect("sealed");
    assert!(place.holds(&key[18..50]) && place.holds(&sealed[100..150]));
    // Another name of the same bytes does not save them.
    let kept = place.dir.path().join("kept");
    fs::hard_link(vault.at(KEYS, id(1)), &kept).expect("a link");
    vault.begin_erasing(id(1)).expect("begun");
    assert_eq!(vault.begun().expect("listed"), [id(1).into()]);
    vault.destroy(id(1), Position(17)).expect("destroyed");
    assert!(!place.holds(&key[18..26]) && !place.holds(&sealed[100..108]));
    assert_eq!(fs::read(&kept).expect("the other name"), b"");
    assert_eq!(vault.begun().expect("listed"), []);
    assert_eq!(vault.erased_at(id(1)).expect("told"), Some(Position(17)));
    assert_eq!(vault.erased_at(id(2)).expect("told"), None);
    assert_eq!(vault.show(id(1)).expect("nothing"), None);
    assert_eq!(vault.show(id(2)).expect("shown"), Some(named("Bina Devi")));
    vault.forget_erased(id(1)).expect("forgotten");
    vault.put(id(1), &named("Asha Devi")).expect("put");
    assert_ne!(fs::read(vault.at(KEYS, id(1))).expect("a key"), key);
}

#[test]
fn a_file_is_overwritten_before_its_name_goes() {
    let (_place, mut vault) = Place::with_asha();
    let path = vault.at(KEYS, id(1));
    let key = fs::read(&path).expect("a key");
    // The first step overwrites; the next would cut the length.
    cut::after(Some(1));
    let error = vault.destroy(id(1), Position(17)).expect_err("cut off");
    cut::after(None);
    assert!(error.to_string().contains("cut off"), "{error}");
    let left = fs::read(&path).expect("the name is there");
    assert_eq!(left.len(), key.len());
    let same = left.iter().zip(&key).filter(|(a, b)| a == b).count();
    assert!(same < 10, "{same} of {} bytes are as they were", key.len());
}

#[test]
fn every_flipped_bit_of_every_file_is_refused_with_its_name() {
    let (place, mut vault) = Place::with_asha();
    vault.destroy(id(2), Position(5)).expect("destroyed");
    drop(vault);
    let look = || -> Result<(), VaultError> {
        let vault = place.open()?;
        vault.show(id(1))?;
        vault.erased_at(id(2)).map(|_| ())
    };
    look().expect("all is well");
    let files = place.files();
    assert_eq!(files.len(), 5, "two that say whose, a key, what is sealed, what was erased");
    let mut tried = 0;
    for (path, bytes) in files {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &flipped).expect("written");
            let error = look().expect_err("a flipped bit");
            let told = error.to_string();
            assert!(told.contains(&path.display().to_string()), "{bit} of {told}");
            tried += 1;
        }
        fs::write(&path, &bytes).expect("written");
    }
    look().expect("all is well again");
    assert!(tried > 5_000, "{tried}");
}

#[test]
fn details_of_two_persons_that_change_places_are_refused() {
    let (_place, mut vault) = Place::with_asha();
    vault.put(id(2), &named("Bina Devi")).expect("put");
    for part in [SEALED, KEYS] {
        fs::copy(vault.at(part, id(1)), vault.at(part, id(2))).expect("copied");
        let error = vault.show(id(2)).expect_err("another's");
        assert!(matches!(&error, VaultError::Damaged { .. }), "{error}");
    }
}

#[test]
fn a_missing_key_is_told_and_details_cannot_be_replaced_under_another() {
    let (_place, mut vault) = Place::with_asha();
    let key = vault.at(KEYS, id(1));
    fs::remove_file(&key).expect("removed");
    for error in [
        vault.show(id(1)).expect_err("no key"),
        vault.put(id(1), &named("Asha Devi")).expect_err("no key"),
    ] {
        assert!(matches!(&error, VaultError::KeyMissing { path } if *path == key), "{error}");
    }
    vault.destroy(id(1), Position(3)).expect("destroyed");
    vault.put(id(1), &named("Asha Devi")).expect("put");
}

#[test]
fn whoever_is_cut_off_in_putting_finds_the_former_details_or_the_new() {
    for former in [None, Some(named("Asha Devi"))] {
        let mut steps = 0;
        loop {
            let place = Place::new();
            let mut vault = place.make();
            if let Some(former) = &former {
                vault.put(id(1), former).expect("put");
            }
            cut::after(Some(steps));
            let done = vault.put(id(1), &named("Asha Verma"));
            cut::after(None);
            drop(vault);
            let mut vault = place.open().expect("a vault");
            let found = vault.show(id(1)).expect("shown");
            let new = Some(named("Asha Verma"));
            assert!(found == former || found == new, "after {steps} steps: {found:?}");
            vault.put(id(1), &named("Asha Verma")).expect("goes on");
            assert_eq!(vault.show(id(1)).expect("shown"), new);
            assert!(place.files().iter().all(|(path, _)| path.extension().is_none()));
            if done.is_ok() {
                break;
            }
            steps += 1;
        }
        assert!(steps >= if former.is_some() { 4 } else { 8 }, "{steps} steps");
    }
}

#[test]
fn whoever_is_cut_off_in_erasing_goes_on_where_it_ended() {
    let mut steps = 0;
    loop {
        let (place, mut vault) = Place::with_asha();
        let key = fs::read(vault.at(KEYS, id(1))).expect("a key");
        cut::after(Some(steps));
        let erase = |vault: &mut Vault| {
            vault.begin_erasing(id(1))?;
            vault.destroy(id(1), Position(17))
        };
        let done = erase(&mut vault);
        cut::after(None);
        drop(vault);
        let mut vault = place.open().expect("a vault");
        let is_begun = vault.begun().expect("listed") == [id(1).into()];
        let is_done = vault.erased_at(id(1)).expect("told").is_some();
        // Word is left of it from before the first byte is overwritten until the last is done.
        let whole = fs::read(vault.at(KEYS, id(1))).is_ok_and(|held| held == key);
        assert!(whole || is_begun || is_done, "after {steps} steps");
        if is_begun {
            vault.destroy(id(1), Position(17)).expect("goes on");
            assert!(!place.holds(&key[18..26]), "after {steps} steps");
            assert!(!vault.holds(id(1)).expect("told").anything());
            assert_eq!(vault.begun().expect("listed"), []);
            assert_eq!(vault.erased_at(id(1)).expect("told"), Some(Position(17)));
        }
        if done.is_ok() {
            assert!(is_done && !whole);
            break;
        }
        steps += 1;
    }
    assert!(steps >= 16, "{steps} steps");
}

#[test]
fn making_a_vault_is_completed_where_it_was_cut_off() {
    let mut steps = 0;
    loop {
        let place = Place::new();
        cut::after(Some(steps));
        let made = Vault::make(&place.path(), LEDGER).is_ok();
        cut::after(None);
        if made {
            break;
        }
        if !Vault::is_in(&place.path()).expect("told") {
            drop(place.make());
        }
        place.open().expect("a vault");
        steps += 1;
    }
    assert!(steps >= 10, "{steps} steps");
}

#[test]
fn an_unfinished_key_is_overwritten_before_another_is_made_and_when_it_is_erased() {
    for erased in [false, true] {
        let place = Place::new();
        let mut vault = place.make();
        // Created, written, and cut off before it gets its name.
        cut::after(Some(2));
        vault.put(id(1), &named("Asha Devi")).expect_err("cut off");
        cut::after(None);
        let left = vault.at(KEYS, id(1)).with_extension("new");
        let key = fs::read(&left).expect("an unfinished key");
        if erased {
            vault.destroy(id(1), Position(1)).expect("destroyed");
        } else {
            vault.put(id(1), &named("Asha Devi")).expect("put");
        }
        assert!(!left.exists() && !place.holds(&key[18..26]));
    }
}

#[test]
fn another_ledgers_vault_and_no_vault_are_refused() {
    let (place, vault) = Place::with_asha();
    drop(vault);
    let other = LedgerId([8; 16]);
    let error = Vault::open(&place.path(), other).expect_err("another's");
    assert!(matches!(&error, VaultError::OtherLedger { .. }), "{error}");
    let error = Vault::make(&place.path(), other).expect_err("not empty");
    assert!(matches!(&error, VaultError::NotEmpty { .. }), "{error}");
    let at = |name: &str| place.dir.path().join(name);
    fs::create_dir(at("empty")).expect("a directory");
    mode(&at("empty"), 0o700);
    fs::write(at("file"), "x").expect("written");
    for name in ["empty", "missing"] {
        let error = Vault::open(&at(name), LEDGER).expect_err("no vault");
        assert!(matches!(&error, VaultError::NoVault { .. }), "{error}");
    }
    let error = Vault::open(&at("file"), LEDGER).expect_err("a file");
    assert!(matches!(&error, VaultError::NotOfItsKind { .. }), "{error}");
    drop(Vault::make(&at("empty"), LEDGER).expect("made in an empty directory"));
    // Keys of another vault on a medium that lies there already.
    fs::create_dir(at("third")).expect("a directory");
    mode(&at("third"), 0o700);
    fs::rename(place.path().join("keys"), at("third").join("keys")).expect("moved");
    let error = Vault::make(&at("third"), other).expect_err("another's keys");
    assert!(matches!(&error, VaultError::OtherLedger { .. }), "{error}");
}

#[test]
fn keys_whose_medium_is_away_are_missed() {
    let (place, vault) = Place::with_asha();
    drop(vault);
    let (keys, away) = (place.path().join("keys"), place.dir.path().join("away"));
    fs::rename(&keys, &away).expect("moved");
    fs::create_dir(&keys).expect("an empty mount point");
    mode(&keys, 0o700);
    let error = place.open().expect_err("no keys");
    assert!(matches!(&error, VaultError::KeysAway { .. }), "{error}");
    fs::remove_dir(&keys).expect("removed");
    fs::rename(&away, &keys).expect("moved back");
    assert_eq!(
        place.open().expect("a vault").show(id(1)).expect("shown"),
        Some(named("Asha Devi"))
    );
}

#[test]
fn a_later_form_is_refused_as_such() {
    let (place, vault) = Place::with_asha();
    drop(vault);
    let path = place.path().join("vault");
    let text = fs::read_to_string(&path).expect("text");
    fs::write(&path, text.replacen("bahi-vault 1", "bahi-vault 2", 1)).expect("written");
    let error = place.open().expect_err("a later form");
    assert!(matches!(&error, VaultError::NewerForm { .. }), "{error}");
}

#[test]
fn a_vault_is_open_in_one_program_at_a_time() {
    let (place, vault) = Place::with_asha();
    let error = place.open().expect_err("in use");
    assert!(matches!(&error, VaultError::Busy { .. }), "{error}");
    drop(vault);
    place.open().expect("a vault");
}

#[test]
fn what_others_may_open_and_links_are_refused() {
    let (place, vault) = Place::with_asha();
    let (key, sealed) = (vault.at(KEYS, id(1)), vault.at(SEALED, id(1)));
    drop(vault);
    let look = || place.open().and_then(|vault| vault.show(id(1)).map(|_| ()));
    let dirs = [place.path(), place.path().join("keys"), place.path().join("erased")];
    let files = [key.clone(), sealed, place.path().join("vault"), place.path().join("keys/vault")];
    for (path, open, closed) in dirs
        .iter()
        .map(|dir| (dir, 0o710, 0o700))
        .chain(files.iter().map(|file| (file, 0o640, 0o600)))
    {
        mode(path, open);
        let error = look().expect_err("open to others");
        assert!(
            matches!(&error, VaultError::OpenToOthers { path: told, .. } if told == path),
            "{error}"
        );
        mode(path, closed);
        look().expect("closed again");
    }
    let elsewhere = place.dir.path().join("elsewhere");
    fs::rename(&key, &elsewhere).expect("moved");
    symlink(&elsewhere, &key).expect("a link");
    let error = look().expect_err("a link");
    assert!(matches!(&error, VaultError::Symlink { .. }), "{error}");
    let mut vault = place.open().expect("a vault");
    let error = vault.destroy(id(1), Position(1)).expect_err("a link is not followed");
    assert!(matches!(&error, VaultError::Symlink { .. }), "{error}");
    assert!(fs::metadata(&elsewhere).expect("untouched").len() > 0);
    drop(vault);
    symlink(place.path(), place.dir.path().join("alias")).expect("a link");
    let error = Vault::open(&place.dir.path().join("alias"), LEDGER).expect_err("a link");
    assert!(matches!(&error, VaultError::Symlink { .. }), "{error}");
}

#[test]
fn a_vault_and_a_ledger_lie_apart_however_they_are_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let at = |name: &str| dir.path().join(name);
    fs::create_dir_all(at("ledger/pages")).expect("directories");
    symlink(at("ledger"), at("alias")).expect("a link");
    for inside in ["ledger", "ledger/vault", "alias/vault", "ledger/../ledger/not/yet"] {
        let error = apart(&at("ledger"), &at(inside)).expect_err(inside);
        assert!(matches!(&error, VaultError::InsideLedger { .. }), "{inside}: {error}");
    }
    for around in [dir.path().to_path_buf(), at("alias/..")] {
        let error = apart(&at("ledger"), &around).expect_err("around");
        assert!(matches!(&error, VaultError::AroundLedger { .. }), "{error}");
    }
    symlink(at("nowhere"), at("dangling")).expect("a link");
    let error = apart(&at("ledger"), &at("dangling")).expect_err("a link");
    assert!(matches!(&error, VaultError::Symlink { .. }), "{error}");
    apart(&at("ledger"), &at("vault")).expect("apart");
    apart(&at("ledger"), &at("ledger-vault/deep")).expect("apart");
}
