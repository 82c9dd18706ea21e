//! What goes wrong: directories that are no ledger, damage, locks, hostile words, closed pipes.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    path::Path,
};

use serde_json::json;

use super::{ALLOT, Place, bahi, bahi_reading};

const ASKING: [&[&str]; 7] = [
    &["balances"],
    &["trail", "--case", "x"],
    &["events"],
    &["replay"],
    &["submit"],
    &["verify"],
    &["schemes"],
];

/// Something done to the directory of a ledger.
type Doing<'a> = &'a dyn Fn(&Path);

#[test]
fn a_directory_that_is_no_ledger_is_misuse() {
    let make: [(&str, Doing<'_>); 4] = [
        ("no such directory", &|_| {}),
        ("is empty", &|dir| fs::create_dir(dir).expect("a directory can be made")),
        ("it is a file", &|dir| fs::write(dir, "x").expect("a file can be written")),
        ("holds other files", &|dir| {
            fs::create_dir(dir).expect("a directory can be made");
            fs::write(dir.join("letter.txt"), "x").expect("a file can be written");
        }),
    ];
    for (why, make) in make {
        for words in ASKING {
            let place = Place::empty();
            make(&place.ledger());
            let ran = place.bahi(words);
            assert!(ran.failed(2).contains(why), "{words:?}: {ran:?}");
            assert!(ran.err.contains("bahi init"), "{ran:?}");
        }
    }
}

#[test]
fn a_ledger_in_use_is_a_fault_that_names_its_holder() {
    let place = Place::with_rulebook();
    let held = bahi::Ledger::open(&place.ledger()).expect("the ledger opens");
    for words in ASKING {
        let ran = place.bahi(words);
        assert!(ran.failed(3).contains("is in use"), "{words:?}: {ran:?}");
    }
    drop(held);
    place.bahi(&["balances"]).done();
}

#[cfg(unix)]
#[test]
fn a_path_by_which_nothing_is_reached_is_misuse_and_stays_as_it_is() {
    use std::os::unix::fs::symlink;
    let place = Place::empty();
    let path = |name: &str| place.beside().join(name).display().to_string();
    symlink(path("nowhere"), path("dangling")).expect("a link can be made");
    symlink(path("circle"), path("circle")).expect("a link can be made");
    let (long, backup) = (path(&"a".repeat(300)), path("backup"));
    let asking: [&[&str]; 7] = ASKING;
    let others: [&[&str]; 2] = [&["init"], &["backup", &backup]];
    for dir in [path("dangling"), path("circle"), long] {
        for words in asking.into_iter().chain(others) {
            let ran = bahi(&[words, &["--ledger", &dir]].concat());
            let said = ran.failed(2);
            assert!(said.contains("leads nowhere; name another"), "{words:?}: {ran:?}");
        }
        let ran = bahi(&["restore", &dir, "--ledger", &path("r")]);
        assert!(ran.failed(2).contains("is not a backup"), "{ran:?}");
    }
    assert!(fs::symlink_metadata(path("nowhere")).is_err(), "nothing is made through a link");
}

/// Changes one byte of a file.
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("the file is there");
    bytes[at] ^= 0x20;
    fs::write(path, bytes).expect("the file can be written");
}

#[test]
fn damage_is_a_fault_and_for_verify_a_no_with_its_place() {
    let last_page = |dir: &Path| {
        let bytes = fs::read(dir.join("pages/db")).expect("the store has a file");
        let begin = bytes.windows(4).rposition(|window| window == b"BHPG");
        flip(&dir.join("pages/db"), begin.expect("a page begins with its mark") + 70);
    };
    let damages: [(&str, Doing<'_>); 4] = [
        ("a byte of the last page", &last_page),
        ("every slot of the anchor", &|dir| {
            flip(&dir.join("anchor"), 20);
            flip(&dir.join("anchor"), 4_116);
        }),
        ("an empty anchor", &|dir| fs::write(dir.join("anchor"), "").expect("written")),
        ("no anchor", &|dir| fs::remove_file(dir.join("anchor")).expect("removed")),
    ];
    for (what, damage) in damages {
        let place = Place::with_a_case();
        damage(&place.ledger());
        for words in [&["balances"][..], &["submit"], &["events"]] {
            let ran = place.reading(ALLOT, words);
            assert!(ran.status == 3 && ran.out.is_empty(), "{what}, {words:?}: {ran:?}");
            ran.failed(3);
        }
        let ran = place.bahi(&["verify", "--format", "json"]);
        assert!(ran.failed(1).contains("does not verify"), "{what}: {ran:?}");
        let answer = ran.json();
        assert_eq!(answer["ok"], json!(false), "{what}");
        let problem = answer["passes"].as_array().into_iter().flatten().any(|pass| {
            pass["ok"] == json!(false)
                && pass["first_problem"].as_str().is_some_and(|text| !text.is_empty())
        });
        assert!(problem, "{what}: {answer}");
        assert_eq!(place.bahi(&["verify"]).status, 1, "{what}");
    }
}

#[test]
fn hostile_words_are_misuse_in_one_line() {
    let place = Place::with_rulebook();
    let cases: [&[&str]; 16] = [
        &[],
        &["reconcile", "accept"],
        &["--nonsense"],
        &["balances", "\u{1b}[31mred\u{7}"],
        &["balances", "--scheme", "a\nb"],
        &["balances", "--district", "\u{202e}isanaraV"],
        &["balances", "--fy", "2024-26"],
        &["balances", "--as-of", "2024-02-30"],
        &["balances", "--known-on", "yesterday"],
        &["balances", "--at", "-1"],
        &["balances", "--at", "99999999999999999999999"],
        &["events", "--limit", "0"],
        &["balances", "--format", "xml"],
        &["schema", "events"],
        &["demo", "--cases", "5000001"],
        &["submit", "a", "b"],
    ];
    for words in cases {
        let ran = place.bahi(words);
        assert_eq!(ran.out, "", "{words:?}");
        ran.failed(2);
    }
    assert!(bahi(&[]).failed(2).contains("bahi help"));
    let long = "x".repeat(100_000);
    place.bahi(&["trail", "--case", &long]).failed(1);
    place.bahi(&["trail", "--case", "a\nb\u{1b}c"]).failed(1);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let bytes = OsString::from_vec(vec![0xff, 0xfe, b'\n']);
        bahi_reading(b"", &["balances".into(), "--scheme".into(), bytes.clone()]).failed(2);
        bahi_reading(b"", &["balances".into(), "--ledger".into(), bytes]).failed(2);
    }
}

#[test]
fn an_input_of_any_bytes_is_answered_line_by_line() {
    let place = Place::with_rulebook();
    let words: Vec<OsString> =
        ["submit".into(), "--ledger".into(), place.ledger().into()].into_iter().collect();
    let mut input: Vec<u8> = (0..=255).collect();
    input.extend_from_slice(b"\n[[[[[[[[[[[[[[[[\n\xff\xfe\n\0\0\0\n{\"command_id\":\"\n");
    let ran = bahi_reading(&input, &words);
    assert_eq!((ran.status, ran.err.as_str()), (2, ""), "{ran:?}");
    assert!(ran.json_lines().iter().all(|answer| answer["status"] == "malformed"), "{ran:?}");
    assert_eq!(ran.json_lines().len(), 6);
}

/// An output that somebody closed.
struct Closed(io::ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

#[test]
fn a_closed_pipe_ends_quietly_and_a_full_disk_does_not() {
    let place = Place::with_a_case();
    let asking: [&[&str]; 8] = [
        &["balances"],
        &["balances", "--format", "json"],
        &["events", "--format", "jsonl"],
        &["trail", "--case", "VNS/2024/0042"],
        &["verify"],
        &["districts"],
        &["--help"],
        &["completions", "bash"],
    ];
    for words in asking {
        let mut closed = Closed(io::ErrorKind::BrokenPipe);
        let (status, err) = place.streaming(words, &mut io::empty(), &mut closed);
        assert_eq!((status, err.as_str()), (0, ""), "{words:?}");
        let mut full = Closed(io::ErrorKind::StorageFull);
        let (status, err) = place.streaming(words, &mut io::empty(), &mut full);
        assert_eq!((status, err.lines().count()), (3, 1), "{words:?}: {err}");
    }
}

/// An output with a bug in it.
struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        panic!("two lines\nof a bug")
    }

    fn flush(&mut self) -> io::Result<()> {
        panic!("and another")
    }
}

#[test]
fn a_bug_is_told_in_one_line() {
    let place = Place::with_rulebook();
    let (status, err) = place.streaming(&["verify"], &mut io::empty(), &mut Broken);
    assert_eq!(status, 3);
    assert!(err.starts_with("bahi: a bug of this program: two lines; of a bug"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
}
