//! The key file: made, opened, rotated, destroyed; hostile files; two programs at once.

use std::os::unix::fs::{MetadataExt, symlink};

use super::*;
use crate::custody::Looks;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").mode() & 0o7777
}

/// The files of a directory.
fn names(dir: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_ring_comes_back_from_its_file() {
    let (dir, path) = place();
    let made = Keyring::create(&path, day()).expect("a ring");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(names(&dir), ["keys"]);
    let opened = Keyring::open(&path).expect("a ring");
    assert_eq!(opened.prints(Person, "1234"), made.prints(Person, "1234"));
    assert_eq!(opened.check(1), made.check(1));
    assert!(opened.keys().eq(made.keys()));
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let (dir, path) = place();
    write(&path, "something");
    let directory = dir.path().join("directory");
    std::fs::create_dir(&directory).expect("a directory");
    let dangling = dir.path().join("dangling");
    symlink(dir.path().join("nowhere"), &dangling).expect("a link");
    for taken in [&path, &directory, &dangling] {
        let error = Keyring::create(taken, day()).expect_err("taken");
        assert!(matches!(error, KeyFileError::Exists { .. }), "{error}");
    }
    assert_eq!(std::fs::read(&path).expect("a file"), b"something");
    assert_eq!(names(&dir), ["dangling", "directory", "keys"]);
    let error = Keyring::create(&dir.path().join("no/such"), day()).expect_err("no directory");
    assert!(matches!(error, KeyFileError::Io { what: "create", .. }), "{error}");
}

#[test]
fn a_rotation_adds_a_key_and_keeps_the_old_prints() {
    let (dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    let before = ring.prints(Account, "0042").expect("prints");
    assert_eq!(ring.rotate(day()).expect("rotated"), 2);
    let after = ring.prints(Account, "42").expect("prints");
    assert_eq!((after.len(), after[0]), (2, before[0]));
    assert_ne!(after[1].print, after[0].print);
    assert_eq!(ring.newest().id, 2);
    let opened = Keyring::open(&path).expect("a ring");
    assert_eq!(opened.prints(Account, "42").expect("prints"), after);
    assert_eq!((names(&dir), mode(&path)), (vec!["keys".to_owned()], 0o600));
}

#[test]
fn a_destroyed_key_is_gone_and_its_id_never_comes_back() {
    let (_dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    let error = ring.destroy(1).expect_err("the newest");
    assert!(matches!(error, KeyFileError::Newest { id: 1 }), "{error}");
    let error = ring.destroy(2).expect_err("not held");
    assert!(matches!(error, KeyFileError::NotHeld { id: 2 }), "{error}");
    ring.rotate(day()).expect("rotated");
    let second = ring.prints(Person, "1234").expect("prints")[1];
    let former = std::fs::File::open(&path).expect("a file");
    ring.destroy(1).expect("destroyed");
    for ring in [&ring, &Keyring::open(&path).expect("a ring")] {
        assert_eq!(ids(ring), [2]);
        assert_eq!(ring.prints(Person, "1234").expect("prints"), [second]);
        assert_eq!(ring.check(1), None);
    }
    let bytes = std::io::read_to_string(former).expect("the former file");
    assert!(!bytes.is_empty() && bytes.bytes().all(|byte| byte == 0), "the former is overwritten");
    assert_eq!(ring.rotate(day()).expect("rotated"), 3);
    ring.destroy(2).expect("destroyed");
    assert_eq!(ids(&ring), [3]);
}

#[test]
fn a_copy_under_another_name_is_not_overwritten() {
    let (dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    ring.rotate(day()).expect("rotated");
    let copy = dir.path().join("copy");
    std::fs::hard_link(&path, &copy).expect("a second name");
    ring.destroy(1).expect("destroyed");
    assert_eq!(ids(&Keyring::open(&copy).expect("a ring")), [1, 2]);
}

#[test]
fn a_ring_is_full_at_its_bound_and_at_the_last_id() {
    let (_dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    for id in 2..=KEYS_MAX {
        assert_eq!(usize::from(ring.rotate(day()).expect("rotated")), id);
    }
    let error = ring.rotate(day()).expect_err("full");
    assert!(matches!(error, KeyFileError::TooManyKeys), "{error}");
    assert_eq!(Keyring::open(&path).expect("a ring").keys().len(), KEYS_MAX);
    ring.destroy(1).expect("destroyed");
    assert_eq!(usize::from(ring.rotate(day()).expect("rotated")), KEYS_MAX + 1);

    let last = crate::key::FingerprintKey::new(
        KeyInfo { id: u16::MAX, created: day() },
        crate::key::Secret::empty(),
    );
    let mut zeros = crate::text::write(&[last]).to_string();
    zeros = zeros.replace(&"0".repeat(64), &"ab".repeat(32));
    write(&path, &zeros);
    let error = Keyring::open(&path).expect_err("another secret");
    assert!(matches!(error, KeyFileError::Malformed { flaw: Flaw::CheckWrong, .. }), "{error}");
    let mut secret = crate::key::Secret::empty();
    secret.bytes_mut().fill(0xab);
    let info = KeyInfo { id: u16::MAX, created: day() };
    let last = crate::key::FingerprintKey::new(info, secret);
    write(&path, crate::text::write(&[last]).as_bytes());
    let mut ring = Keyring::open(&path).expect("a ring");
    let error = ring.rotate(day()).expect_err("no id is left");
    assert!(matches!(error, KeyFileError::IdsExhausted), "{error}");
}

#[test]
fn a_file_that_others_may_open_is_refused_with_what_to_do() {
    let (_dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    for mode in [0o640, 0o604, 0o660, 0o644, 0o620, 0o610, 0o601, 0o777, 0o4644] {
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
        for error in [
            Keyring::open(&path).expect_err("open to others"),
            ring.rotate(day()).expect_err("open to others"),
        ] {
            let text = error.to_string();
            assert!(text.contains("chmod 600") && text.contains(&format!("{mode:o}")), "{text}");
        }
    }
    for mode in [0o600, 0o700, 0o400] {
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
        assert!(Keyring::open(&path).is_ok(), "{mode:o}");
    }
    assert_eq!(ids(&ring), [1]);
}

#[test]
fn looks_are_judged_in_order() {
    let good = Looks { symlink: false, regular: true, owner: 7, mode: 0o600, length: 700 };
    let path = Path::new("keys");
    assert!(good.judge(path, 7).is_ok());
    let foreign = good.judge(path, 8).expect_err("another's");
    assert!(matches!(foreign, KeyFileError::ForeignOwner { owner: 7, user: 8, .. }), "{foreign}");
    assert!(good.judge(path, 0).is_err(), "the system's first user is no exception");
    let large = Looks { length: KEY_FILE_BYTES_MAX as u64 + 1, ..good };
    assert!(matches!(large.judge(path, 7), Err(KeyFileError::TooLarge { .. })));
    let open = Looks { mode: 0o604, ..large };
    assert!(matches!(open.judge(path, 7), Err(KeyFileError::OpenToOthers { mode: 0o604, .. })));
    let foreign = Looks { owner: 8, ..open };
    assert!(matches!(foreign.judge(path, 7), Err(KeyFileError::ForeignOwner { .. })));
    let special = Looks { regular: false, ..foreign };
    assert!(matches!(special.judge(path, 7), Err(KeyFileError::NotAFile { .. })));
    let link = Looks { symlink: true, ..special };
    assert!(matches!(link.judge(path, 7), Err(KeyFileError::Symlink { .. })));
}

#[test]
fn a_file_of_another_user_is_refused() {
    let (_dir, path) = place();
    Keyring::create(&path, day()).expect("a ring");
    // Only the system's first user can give a file away; others have `looks_are_judged_in_order`.
    let other = rustix::process::geteuid().as_raw() + 1;
    if std::os::unix::fs::chown(&path, Some(other), None).is_ok() {
        let error = Keyring::open(&path).expect_err("another's");
        assert!(
            matches!(error, KeyFileError::ForeignOwner { owner, .. } if owner == other),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_file_of_its_own_is_refused() {
    let (dir, path) = place();
    let error = Keyring::open(&path).expect_err("nothing");
    assert!(matches!(error, KeyFileError::Missing { .. }), "{error}");
    Keyring::create(&path, day()).expect("a ring");
    let link = dir.path().join("link");
    symlink(&path, &link).expect("a link");
    let dangling = dir.path().join("dangling");
    symlink(dir.path().join("nowhere"), &dangling).expect("a link");
    let circle = dir.path().join("circle");
    symlink(&circle, &circle).expect("a link");
    for link in [&link, &dangling, &circle] {
        let error = Keyring::open(link).expect_err("a link");
        assert!(matches!(error, KeyFileError::Symlink { .. }), "{error}");
    }
    let socket = dir.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let pipe = dir.path().join("pipe");
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, fifo, 0o600.into(), 0).expect("a pipe");
    for special in [dir.path(), &socket, &pipe, Path::new("/dev/zero")] {
        let error = Keyring::open(special).expect_err("no file");
        assert!(matches!(error, KeyFileError::NotAFile { .. }), "{error}");
    }
}

#[test]
fn a_file_that_is_no_whole_key_file_is_refused_with_its_line() {
    let (_dir, path) = place();
    let long = format!("bahi-fingerprint-keys 1\n{}", "#\n".repeat(KEY_FILE_BYTES_MAX));
    write(&path, &long);
    let error = Keyring::open(&path).expect_err("too large");
    assert!(matches!(error, KeyFileError::TooLarge { .. }), "{error}");
    write(&path, &long[..KEY_FILE_BYTES_MAX]);
    let error = Keyring::open(&path).expect_err("comments alone");
    assert!(matches!(error, KeyFileError::Malformed { flaw: Flaw::CheckMissing, .. }), "{error}");
    // Far larger than memory, and read not at all.
    std::fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(1 << 40))
        .expect("a sparse file");
    let error = Keyring::open(&path).expect_err("too large");
    assert!(matches!(error, KeyFileError::TooLarge { .. }), "{error}");
    let cases: [(&[u8], usize, Flaw); 4] = [
        (b"", 1, Flaw::NotAKeyFile),
        (b"\xff\xff\xff\n", 1, Flaw::NotAKeyFile),
        (b"bahi-fingerprint-keys 1\n\x80\n", 2, Flaw::NotPrintable),
        (TWO_KEYS.trim_end().as_bytes(), 5, Flaw::NotPrintable),
    ];
    for (bytes, line, flaw) in cases {
        write(&path, bytes);
        match Keyring::open(&path) {
            Err(KeyFileError::Malformed { line: at, flaw: what, .. }) => {
                assert_eq!((at, what), (line, flaw));
            }
            other => panic!("{flaw}: {other:?}"),
        }
    }
}

#[test]
fn a_file_that_another_changed_is_not_changed_again() {
    let (_dir, path) = place();
    let mut first = Keyring::create(&path, day()).expect("a ring");
    let mut second = Keyring::open(&path).expect("a ring");
    assert_eq!(first.rotate(day()).expect("rotated"), 2);
    for error in [
        second.rotate(day()).expect_err("changed"),
        second.rotate(day()).expect_err("changed still"),
    ] {
        assert!(matches!(error, KeyFileError::Changed { .. }), "{error}");
    }
    assert_eq!(ids(&second), [1]);
    let mut second = Keyring::open(&path).expect("a ring");
    second.destroy(1).expect("destroyed");
    let error = first.destroy(1).expect_err("changed");
    assert!(matches!(error, KeyFileError::Changed { .. }), "{error}");
    assert_eq!(ids(&Keyring::open(&path).expect("a ring")), [2]);
}

#[test]
fn the_same_id_with_another_secret_is_another_ring() {
    let (_dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    std::fs::remove_file(&path).expect("removed");
    let error = ring.rotate(day()).expect_err("gone");
    assert!(matches!(error, KeyFileError::Missing { .. }), "{error}");
    let other = Keyring::create(&path, day()).expect("a ring");
    assert!(ring.keys().eq(other.keys()));
    let error = ring.rotate(day()).expect_err("another ring");
    assert!(matches!(error, KeyFileError::Changed { .. }), "{error}");
    assert_eq!(ids(&Keyring::open(&path).expect("a ring")), [1]);
}

#[test]
fn a_file_that_is_being_changed_is_let_be() {
    let (_dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    let held = std::fs::File::open(&path).expect("a file");
    held.lock().expect("a lock");
    let error = ring.rotate(day()).expect_err("locked");
    assert!(matches!(error, KeyFileError::Busy { .. }), "{error}");
    assert!(Keyring::open(&path).is_ok(), "reading needs no lock");
    held.unlock().expect("unlocked");
    assert_eq!(ring.rotate(day()).expect("rotated"), 2);
}

#[test]
fn what_a_cut_off_rotation_left_is_no_obstacle_and_no_way_out() {
    let (dir, path) = place();
    let left = dir.path().join("keys.new");
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    write(&left, "half a f");
    assert_eq!(ring.rotate(day()).expect("rotated"), 2);
    let victim = dir.path().join("victim");
    write(&victim, "untouched");
    symlink(&victim, &left).expect("a link");
    assert_eq!(ring.rotate(day()).expect("rotated"), 3);
    assert_eq!(std::fs::read(&victim).expect("a file"), b"untouched");
    assert_eq!(names(&dir), ["keys", "victim"]);
    // A directory in its place cannot be removed: nothing changes, and the ring goes on.
    std::fs::create_dir(&left).expect("a directory");
    let error = ring.rotate(day()).expect_err("no place");
    assert!(matches!(error, KeyFileError::Io { what: "remove", .. }), "{error}");
    let error = ring.destroy(1).expect_err("no place");
    assert!(matches!(error, KeyFileError::Io { what: "remove", .. }), "{error}");
    assert_eq!(ids(&ring), [1, 2, 3]);
    assert_eq!(ids(&Keyring::open(&path).expect("a ring")), [1, 2, 3]);
    std::fs::remove_dir(&left).expect("removed");
    assert_eq!(ring.rotate(day()).expect("rotated"), 4);
}

#[test]
fn many_programs_at_once_lose_no_key() {
    const ROTATIONS: u16 = 12;
    let (_dir, path) = place();
    Keyring::create(&path, day()).expect("a ring");
    let rotate = || {
        let mut made = Vec::new();
        while made.len() < usize::from(ROTATIONS) {
            let mut ring = Keyring::open(&path).expect("always a whole file");
            match ring.rotate(day()) {
                Ok(id) => made.push((id, ring.check(id).expect("just made"))),
                Err(KeyFileError::Busy { .. } | KeyFileError::Changed { .. }) => (),
                Err(other) => panic!("{other}"),
            }
        }
        made
    };
    let made: Vec<(u16, [u8; 16])> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(rotate)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    });
    let ring = Keyring::open(&path).expect("a ring");
    assert_eq!(ids(&ring), (1..=4 * ROTATIONS + 1).collect::<Vec<_>>());
    for (id, check) in made {
        assert_eq!(ring.check(id), Some(check), "key {id}");
    }
}

#[test]
fn a_reader_always_finds_a_whole_file_while_keys_come_and_go() {
    let (_dir, path) = place();
    let mut ring = Keyring::create(&path, day()).expect("a ring");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Acquire) {
                    let held = ids(&Keyring::open(&path).expect("a whole file"));
                    assert!((1..=2).contains(&held.len()), "{held:?}");
                }
            });
        }
        for _ in 0..60 {
            let id = ring.rotate(day()).expect("rotated");
            ring.destroy(id - 1).expect("destroyed");
        }
        done.store(true, std::sync::atomic::Ordering::Release);
    });
    assert_eq!(ids(&ring), [61]);
}
