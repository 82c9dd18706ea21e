//! Details beside a ledger: the event first, erasing cut off anywhere, and who may.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;

use bahi_core::{EventKind, hex};
use bahi_wire::LedgerName;
use tempfile::TempDir;

use super::*;
use crate::{Asked, NewLedger, Records};

const PRINT: &str = "0123456789abcdef0123456789abcdef";

fn asha() -> Subject {
    Subject::parse(PRINT).expect("a subject")
}

fn named(name: &str) -> Contents {
    let mut contents = Contents::default();
    contents.add("name", name).expect("a field");
    contents
}

fn acting(role: Role) -> Acting {
    Acting { actor: ActorName::new("kavita").expect("a name"), role, authority: None }
}

/// A ledger on a disk and a place for its vault.
struct Office {
    dir: TempDir,
    ledger: Option<Ledger>,
}

impl Office {
    fn new() -> Office {
        let dir = tempfile::tempdir().expect("a directory");
        let new = NewLedger::named(LedgerName::new("office").expect("a name"));
        let ledger = Ledger::create(&dir.path().join("ledger"), &new).expect("a ledger");
        Office { dir, ledger: Some(ledger) }
    }

    fn with_asha() -> (Office, Vault) {
        let mut office = Office::new();
        let mut vault = office.vault(NewVault::First);
        let by = acting(Role::DistrictOffice);
        let put = office.ledger().put_details(&mut vault, &asha(), &named("Asha Devi"), false, &by);
        assert!(!put.expect("put").replaced);
        (office, vault)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().expect("the ledger is open")
    }

    fn reopen(&mut self) {
        self.ledger = None;
        self.ledger = Some(Ledger::open(&self.path("ledger")).expect("a ledger"));
    }

    fn try_vault(&mut self, new: NewVault) -> Result<(Vault, Vec<SettledErasure>), DetailsError> {
        let (ledger, vault) = (self.path("ledger"), self.path("vault"));
        self.ledger().open_vault(&ledger, &vault, new)
    }

    fn vault(&mut self, new: NewVault) -> Vault {
        let (vault, settled) = self.try_vault(new).expect("a vault");
        assert_eq!(settled, []);
        vault
    }

    fn show(&mut self, vault: &mut Vault) -> Result<ShownDetails, DetailsError> {
        self.ledger().show_details(vault, &asha(), &acting(Role::Auditor))
    }

    fn erase(&mut self, vault: &mut Vault) -> Result<ErasedDetails, DetailsError> {
        self.ledger().erase_details(vault, &asha(), &acting(Role::Administrator))
    }

    fn accesses(&mut self) -> Vec<(Access, u64)> {
        let found = self.ledger().accesses(&asha()).expect("listed");
        let backup = self.path("backup");
        self.ledger().backup(&backup, &mut |_| {}).expect("a backup");
        let records = Records::open_backup(&backup, &mut |_| {}).expect("records");
        assert_eq!(Asked::accesses(&records, &asha()).expect("read"), found);
        found.iter().map(|one| (one.access, one.position.0)).collect()
    }

    fn key_file(&mut self) -> PathBuf {
        let id = asha().id(self.ledger().id());
        self.path("vault").join("keys").join(id.to_string())
    }
}

fn event(ledger: &Ledger, position: Position) -> Event {
    let record = ledger.record(position).expect("a record");
    bahi_wire::decode(position, &record).expect("an event").event
}

fn is_erased<T: std::fmt::Debug>(answer: Result<T, DetailsError>, at: Position, left: bool) {
    let error = answer.expect_err("erased");
    let same = matches!(
        &error,
        DetailsError::Erased { position, left: was } if *position == at && *was == left
    );
    assert!(same, "{error}");
}

#[test]
fn each_access_is_an_event_and_a_ledger_opened_again_knows_them() {
    let (mut office, mut vault) = Office::with_asha();
    let shown = office.show(&mut vault).expect("shown");
    assert_eq!((shown.position, shown.contents), (Position(2), named("Asha Devi")));
    let by = acting(Role::Administrator);
    let put = office.ledger().put_details(&mut vault, &asha(), &named("Asha Verma"), false, &by);
    assert_eq!(put.expect("put"), PutDetails { position: Position(3), replaced: true });
    let erased = office.erase(&mut vault).expect("erased");
    assert_eq!(erased, ErasedDetails { position: Position(4), before: false });
    is_erased(office.show(&mut vault), Position(4), false);
    let again = office.erase(&mut vault).expect("erased");
    assert_eq!(again, ErasedDetails { position: Position(4), before: true });
    drop(vault);
    let before = office.ledger().root();
    office.reopen();
    let expected = [(Access::Put, 1), (Access::Show, 2), (Access::Put, 3), (Access::Erase, 4)];
    assert_eq!(office.accesses(), expected);
    let mut vault = office.vault(NewVault::No);
    is_erased(office.show(&mut vault), Position(4), false);
    assert_eq!(office.ledger().root(), before);
    assert!(office.ledger().verify().ok());
    let listed = office.ledger().accesses(&asha()).expect("listed");
    let first = &listed[0];
    assert_eq!(
        (first.actor.as_str(), first.role, first.fields),
        ("kavita", Role::DistrictOffice, 1)
    );
    let other = Subject::parse("VNS/2024/0042").expect("a subject");
    assert_eq!(office.ledger().accesses(&other).expect("listed"), []);
}

#[test]
fn who_may_do_what_is_a_table_and_a_denial_is_recorded() {
    let rows = [
        (Role::Finance, [false, false, false]),
        (Role::DistrictOffice, [true, true, false]),
        (Role::SanctioningAuthority, [false, true, false]),
        (Role::DrawingOfficer, [false, true, false]),
        (Role::TreasuryJob, [false, false, false]),
        (Role::Auditor, [false, true, false]),
        (Role::Administrator, [true, true, true]),
    ];
    assert_eq!(rows.map(|(role, _)| role), Role::ALL);
    for (role, may) in rows {
        for (access, may) in Access::ALL.into_iter().zip(may) {
            let (mut office, mut vault) = Office::with_asha();
            let before = office.ledger().position();
            let by = acting(role);
            let ledger = office.ledger();
            let answer = match access {
                Access::Put => ledger
                    .put_details(&mut vault, &asha(), &named("X"), false, &by)
                    .map(|put| put.position),
                Access::Show => {
                    ledger.show_details(&mut vault, &asha(), &by).map(|shown| shown.position)
                }
                Access::Erase => {
                    ledger.erase_details(&mut vault, &asha(), &by).map(|erased| erased.position)
                }
                // Of lines of statements alone, and by the job that adds them.
                Access::Keep => continue,
            };
            assert_eq!(answer.is_ok(), may, "{role:?} {access:?}");
            assert_eq!(ledger.position(), before.next(), "{role:?} {access:?}");
            let kind = if may { EventKind::Exported } else { EventKind::AccessDenied };
            let last = event(ledger, before.next());
            assert_eq!(last.kind(), kind, "{role:?} {access:?}");
            if !may {
                let held = ledger.show_details(&mut vault, &asha(), &acting(Role::Auditor));
                assert_eq!(held.expect("untouched").contents, named("Asha Devi"));
            }
        }
    }
}

#[test]
fn an_erasure_cut_off_before_its_event_is_given_up_and_after_it_completed() {
    for recorded in [false, true] {
        let (mut office, mut vault) = Office::with_asha();
        let (path, id) = (office.key_file(), asha().id(office.ledger().id()));
        let key = fs::read(&path).expect("a key");
        vault.begin_erasing(id).expect("begun");
        if recorded {
            let by = acting(Role::Administrator);
            steps::note(office.ledger(), Access::Erase, id, 0, &by).expect("recorded");
        }
        drop(vault);
        office.reopen();
        assert_eq!(fs::read(&path).expect("a key"), key);
        let (mut vault, settled) = office.try_vault(NewVault::No).expect("a vault");
        let at = recorded.then_some(Position(2));
        assert_eq!(settled, [SettledErasure { subject: id, recorded: at }]);
        if recorded {
            assert!(!path.exists());
            is_erased(office.show(&mut vault), Position(2), false);
        } else {
            assert_eq!(office.show(&mut vault).expect("shown").contents, named("Asha Devi"));
        }
        drop(vault);
        drop(office.vault(NewVault::No));
    }
}

#[test]
fn an_erasure_that_cannot_be_recorded_destroys_nothing() {
    let (mut office, mut vault) = Office::with_asha();
    let path = office.key_file();
    office.ledger().in_doubt = true;
    let error = office.erase(&mut vault).expect_err("not recorded");
    assert!(matches!(&error, DetailsError::Submit(_)), "{error}");
    // While nobody knows what was recorded, nothing that was begun is settled either.
    let id = asha().id(office.ledger().id());
    vault.begin_erasing(id).expect("begun");
    drop(vault);
    let error = office.try_vault(NewVault::No).expect_err("in doubt");
    assert!(matches!(&error, DetailsError::Submit(_)), "{error}");
    assert!(path.exists());
    office.reopen();
    let (mut vault, settled) = office.try_vault(NewVault::No).expect("a vault");
    assert_eq!(settled.len(), 1);
    office.show(&mut vault).expect("shown");
}

#[test]
fn what_is_put_back_from_a_copy_is_not_shown_and_is_erased_again() {
    let (mut office, mut vault) = Office::with_asha();
    let path = office.key_file();
    let sealed = office.path("vault/sealed").join(path.file_name().expect("a name"));
    let copies = [&path, &sealed].map(|path| (path.clone(), fs::read(path).expect("a file")));
    let put_back = || {
        for (path, bytes) in &copies {
            fs::write(path, bytes).expect("written");
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            fs::set_permissions(path, private).expect("a mode");
        }
    };
    let at = office.erase(&mut vault).expect("erased").position;
    put_back();
    let before = office.ledger().position();
    is_erased(office.show(&mut vault), at, true);
    assert_eq!(
        office.erase(&mut vault).expect("erased"),
        ErasedDetails { position: at, before: true }
    );
    assert!(!path.exists() && !sealed.exists());
    assert_eq!(office.ledger().position(), before);
    // Put in anew, nothing is sealed under the key that was erased.
    put_back();
    let by = acting(Role::DistrictOffice);
    let put = |office: &mut Office, vault: &mut Vault, again| {
        office.ledger().put_details(vault, &asha(), &named("Asha Verma"), again, &by)
    };
    is_erased(put(&mut office, &mut vault, false), at, true);
    let done = put(&mut office, &mut vault, true).expect("put");
    assert!(!done.replaced);
    assert_ne!(fs::read(&path).expect("a key"), copies[0].1);
    assert_eq!(office.show(&mut vault).expect("shown").contents, named("Asha Verma"));
    let again = office.erase(&mut vault).expect("erased");
    assert!(!again.before && again.position > at);
}

#[test]
fn a_ledger_restored_from_before_an_erasure_is_told_by_the_vault() {
    let (mut office, mut vault) = Office::with_asha();
    let backup = office.path("backup");
    office.ledger().backup(&backup, &mut |_| {}).expect("a backup");
    let at = office.erase(&mut vault).expect("erased").position;
    drop(vault);
    office.ledger = None;
    fs::remove_dir_all(office.path("ledger")).expect("gone");
    let restored = Ledger::restore(&backup, &office.path("ledger"), &mut |_| {});
    office.ledger = Some(restored.expect("restored"));
    let mut vault = office.vault(NewVault::No);
    is_erased(office.show(&mut vault), at, false);
    // It hears of the erasure when it is asked for again.
    let again = office.erase(&mut vault).expect("erased");
    assert!(!again.before);
    is_erased(office.show(&mut vault), again.position, false);
}

#[test]
fn what_is_recorded_and_not_done_says_so_and_is_done_the_next_time() {
    let (mut office, mut vault) = Office::with_asha();
    let (path, id) = (office.key_file(), asha().id(office.ledger().id()));
    let aside = office.path("aside");
    fs::rename(&path, &aside).expect("moved");
    fs::create_dir(&path).expect("a directory in its place");
    let put = |office: &mut Office, vault: &mut Vault| {
        let by = acting(Role::DistrictOffice);
        office.ledger().put_details(vault, &asha(), &named("Asha Verma"), false, &by)
    };
    let error = put(&mut office, &mut vault).expect_err("not done");
    assert!(matches!(&error, DetailsError::Unfinished { position: Position(2), .. }), "{error}");
    let error = office.erase(&mut vault).expect_err("not done");
    assert!(matches!(&error, DetailsError::Unfinished { position: Position(3), .. }), "{error}");
    fs::remove_dir(&path).expect("removed");
    fs::rename(&aside, &path).expect("moved back");
    drop(vault);
    let (vault, settled) = office.try_vault(NewVault::No).expect("a vault");
    let recorded = Some(Position(3));
    assert_eq!(settled, [SettledErasure { subject: id, recorded }]);
    assert!(!vault.holds(id).expect("told").anything());
}

#[test]
fn nothing_held_is_no_access() {
    let (mut office, mut vault) = Office::with_asha();
    let before = office.ledger().position();
    let nobody = Subject::parse("NOBODY/1").expect("a subject");
    let shown = office.ledger().show_details(&mut vault, &nobody, &acting(Role::Auditor));
    let error = shown.expect_err("nothing");
    assert!(
        matches!(&error, DetailsError::NothingHeld { subject } if subject == "NOBODY/1"),
        "{error}"
    );
    let by = acting(Role::Administrator);
    let error = office.ledger().erase_details(&mut vault, &nobody, &by).expect_err("nothing");
    assert!(matches!(&error, DetailsError::NothingHeld { .. }), "{error}");
    assert_eq!(office.ledger().position(), before);
}

#[test]
fn a_vault_is_made_once_and_another_only_when_asked_for() {
    let (mut office, vault) = Office::with_asha();
    drop(vault);
    fs::rename(office.path("vault"), office.path("away")).expect("moved");
    let error = office.try_vault(NewVault::First).expect_err("there was one");
    assert!(matches!(&error, DetailsError::VaultAway { .. }), "{error}");
    let error = office.try_vault(NewVault::No).expect_err("none");
    assert!(matches!(&error, DetailsError::Vault(VaultError::NoVault { .. })), "{error}");
    assert!(!office.path("vault").exists());
    drop(office.vault(NewVault::Another));
    drop(office.vault(NewVault::First));
}

#[test]
fn a_vault_in_any_ledger_or_backup_and_another_ledgers_are_refused() {
    let (mut office, mut vault) = Office::with_asha();
    let backup = office.path("backup");
    office.ledger().backup(&backup, &mut |_| {}).expect("a backup");
    let ledger = office.path("ledger");
    for inside in [ledger.join("vault"), backup.join("vault"), backup.join("deep/vault")] {
        let opened = office.ledger().open_vault(&ledger, &inside, NewVault::Another);
        let error = opened.expect_err("inside");
        let same = matches!(&error, DetailsError::Vault(VaultError::InsideLedger { .. }));
        assert!(same && !inside.exists(), "{error}");
    }
    let around = office.dir.path().to_path_buf();
    let opened = office.ledger().open_vault(&ledger, &around, NewVault::Another);
    let error = opened.expect_err("around");
    assert!(matches!(&error, DetailsError::Vault(VaultError::AroundLedger { .. })), "{error}");
    let mut other = Office::new();
    let shown = other.ledger().show_details(&mut vault, &asha(), &acting(Role::Auditor));
    let error = shown.expect_err("another's");
    assert!(matches!(&error, DetailsError::Vault(VaultError::OtherLedger { .. })), "{error}");
    assert_eq!(other.ledger().position(), Position::NONE);
}

#[test]
fn a_record_of_somebody_who_may_not_erase_erases_nothing() {
    let (mut office, mut vault) = Office::with_asha();
    let id = asha().id(office.ledger().id());
    // Written past this crate's door, by a command anybody can submit.
    steps::note(office.ledger(), Access::Erase, id, 0, &acting(Role::Finance)).expect("recorded");
    assert_eq!(office.show(&mut vault).expect("shown").contents, named("Asha Devi"));
    // One by who may is believed, and yet destroys nothing that nobody began to erase.
    steps::note(office.ledger(), Access::Erase, id, 0, &acting(Role::Administrator))
        .expect("recorded");
    is_erased(office.show(&mut vault), Position(4), true);
    drop(vault);
    drop(office.vault(NewVault::No));
    assert!(office.key_file().exists());
}

#[test]
fn damage_is_told_and_leaves_no_event() {
    let (mut office, mut vault) = Office::with_asha();
    let path = office.key_file();
    let mut key = fs::read(&path).expect("a key");
    key[20] ^= 1;
    fs::write(&path, key).expect("written");
    let before = office.ledger().position();
    let error = office.show(&mut vault).expect_err("damage");
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    assert_eq!(office.ledger().position(), before);
    // What is damaged can be erased.
    office.erase(&mut vault).expect("erased");
    assert!(!path.exists());
}

#[test]
fn the_ledger_knows_an_access_by_the_digest_that_anybody_can_compute() {
    let (mut office, _vault) = Office::with_asha();
    let ledger = office.ledger();
    let Event::Exported(exported) = event(ledger, Position(1)) else {
        unreachable!("an access is recorded as something written out")
    };
    let lines = format!("bahi vault subject 1\n{}\nprint:1:{PRINT}\n", ledger.id());
    assert_eq!(hex(&exported.digest), bahi_proof::sha256(lines.as_bytes()).to_string());
    let what = ledger.names().word(exported.what).expect("a word");
    assert_eq!((what.as_str(), exported.rows, exported.upto), ("vault_put", 1, Position::NONE));
}
