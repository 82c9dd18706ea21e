//! A reader of somebody else's: written from the pages alone, in another language, without a line
//! of Bahi, it reads what Bahi backs up and comes to the same.
//!
//! # Invariants
//! * What is compared is what the program says and what the reader says, never the reader's word
//!   alone.
//! * Where there is no Python the tests say so and end; nothing else of them can be skipped.
//!
//! # Not here
//! The checker of proofs that stands on the page of proofs: `crates/bahi-proof`.

#![allow(clippy::print_stderr, reason = "a check that cannot be made says so")]

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use bahi::core::EventKind;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    cli::{ALLOT, APPLY, SANCTION, bahi_reading, signed},
    golden, properties, tree,
};

/// Whether there is a Python; says so where there is none.
pub(crate) fn python() -> bool {
    let asked = Command::new("python3").arg("--version").output();
    let found = asked.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: no python3, so nobody else reads the backup");
    }
    found
}

/// A ledger, its backup and the files beside them.
struct Kept {
    dir: TempDir,
}

impl Kept {
    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs the program on the ledger, and gives what it said.
    fn bahi(&self, arguments: &[&str]) -> String {
        self.bahi_reading(b"", arguments)
    }

    fn bahi_reading(&self, input: &[u8], arguments: &[&str]) -> String {
        let mut words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        words.extend(["--ledger".into(), self.at("ledger").into()]);
        let ran = bahi_reading(input, &words);
        assert!(ran.status <= 1, "{arguments:?}: {ran:?}");
        ran.out
    }

    /// The path of a file beside the ledger, as an argument.
    fn path(&self, name: &str) -> String {
        self.at(name).to_str().expect("a path of plain characters").to_owned()
    }

    fn back_up(&self) {
        self.bahi(&["backup", &self.path("backup")]);
    }

    /// Runs the reader on the backup.
    fn read(&self, arguments: &[&str]) -> Output {
        let script = tree::root().join("tests/second_reader/read_backup.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(self.at("backup")).args(arguments);
        command.output().expect("python runs: it has just told its version")
    }

    /// What the reader says, provided that it has nothing to complain of.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.read(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaint.is_empty(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).expect("the reader writes UTF-8")
    }

    /// The reader's complaint; a backup or proof it finds nothing wrong with fails the test.
    fn complaint(&self, what: &str, arguments: &[&str]) -> String {
        let output = self.read(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{what} was not noticed: {complaint}");
        assert!(complaint.starts_with("read_backup: "), "{what}: {complaint}");
        assert_eq!(complaint.lines().count(), 1, "{what}: {complaint}");
        complaint
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

/// Rows in one order, as texts.
fn sorted(rows: &Value) -> BTreeSet<String> {
    rows.as_array().expect("rows are a list").iter().map(Value::to_string).collect()
}

/// Root, position and balances, told apart by all parts and by all but the head, under which
/// applications have a row as well.
fn check_balances(kept: &Kept) {
    for by in ["scheme,district,head,fy", "scheme,district,fy", "fy"] {
        let theirs = json(&kept.said(&["--balances", by]));
        let ours = json(&kept.bahi(&["balances", "--by", by, "--format", "json"]));
        for said in ["root", "position"] {
            assert_eq!(theirs[said], ours[said], "{said}");
        }
        assert_eq!(sorted(&theirs["rows"]), sorted(&ours["rows"]), "by {by}");
    }
}

/// Every text and number of a document, and the names of its fields, which may be names of facts.
fn atoms(document: &Value, found: &mut BTreeSet<String>) {
    match document {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => drop(found.insert(number.to_string())),
        Value::String(text) => {
            let print = text.split_once(':').filter(|(_, print)| print.len() == 32);
            let (key, text) = print.unwrap_or(("1", text));
            found.insert(text.to_owned());
            // The program tells the number of a fingerprint's key beside it, but for the first.
            if key != "1" {
                found.insert(key.to_owned());
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| atoms(part, found)),
        Value::Object(fields) => {
            for (name, part) in fields {
                found.insert(name.clone());
                atoms(part, found);
            }
        }
    }
}

/// The values in a document of the reader's, without the names it gave their fields.
fn values(document: &Value, found: &mut BTreeSet<String>) {
    match document {
        Value::Object(fields) => fields.values().for_each(|part| values(part, found)),
        Value::Array(parts) => parts.iter().for_each(|part| values(part, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            atoms(document, found);
        }
    }
}

/// What the program tells otherwise than the reader: codes, kinds and refusals by their numbers,
/// and the figures of a refusal in its message.
const OTHERWISE: &[&str] =
    &["applicant", "rounding", "movement", "kind", "command", "number", "figures"];

/// Every event: its envelope field by field, and each value of its body among those the program
/// tells. Gives how many there are of each kind.
fn check_events(kept: &Kept) -> BTreeMap<String, usize> {
    let ours = lines(&kept.bahi(&["events", "--format", "jsonl"]));
    let theirs = lines(&kept.said(&["--events"]));
    assert_eq!(ours.len(), theirs.len());
    let mut kinds = BTreeMap::new();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        *kinds.entry(theirs["kind"].as_str().expect("a kind").to_owned()).or_default() += 1;
        let envelope = theirs.as_object().expect("an event is an object");
        for (name, theirs) in envelope.iter().filter(|(name, _)| *name != "fields") {
            match (&ours[name], theirs) {
                (Value::String(ours), Value::String(theirs)) if name == "command_id" => {
                    assert_eq!(ours.replace('-', ""), *theirs);
                }
                (ours, theirs) => assert_eq!(ours, theirs, "{name} of {ours}"),
            }
        }
        let (mut told, mut read) = (BTreeSet::new(), BTreeSet::new());
        atoms(ours, &mut told);
        let mut fields = theirs["fields"].clone();
        strip(&mut fields);
        values(&fields, &mut read);
        // A refusal's word stands in its message.
        let in_a_message = |value: &str| {
            theirs["kind"] == "CommandRefused" && told.iter().any(|text| text.contains(value))
        };
        read.retain(|value| !told.contains(value) && !in_a_message(value));
        let (kind, at) = (&theirs["kind"], &theirs["position"]);
        assert!(read.is_empty(), "the program does not tell {read:?} of the {kind} at {at}");
    }
    let counted = json(&kept.said(&[]));
    assert_eq!(serde_json::to_value(&kinds).expect("counts"), counted["kinds"]);
    kinds
}

/// Takes out what is called otherwise, and names of nodes of terms, which are the reader's.
fn strip(fields: &mut Value) {
    match fields {
        Value::Object(parts) => {
            // Where the kind of a paper is a word it is compared; a number of a kind is not.
            parts.retain(|name, part| !OTHERWISE.contains(&name.as_str()) || part.is_object());
            parts.values_mut().for_each(strip);
        }
        Value::Array(parts) => {
            let is_node = parts.len() == 2 && parts[0].is_string() && parts[1].is_object();
            if is_node {
                parts.remove(0);
            }
            parts.iter_mut().for_each(strip);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The postings of both, byte for byte.
fn check_postings(kept: &Kept) {
    let ours = kept.bahi(&["export", "postings", "--to", "csv", "--out", "-"]);
    assert!(kept.said(&["--postings"]) == ours, "the postings differ");
}

/// A demonstration with a certificate, a key, proofs of a record and of balances, and a backup.
fn demonstration() -> Kept {
    let kept = Kept { dir: tempfile::tempdir().expect("a directory") };
    kept.bahi(&["demo", "--cases", "200"]);
    kept.bahi(&["certify", "--as-of", "2023-03-31"]);
    let key = kept.path("key");
    kept.bahi(&["key", "new", "--key", &key]);
    fs::write(kept.at("public"), kept.bahi(&["key", "show", "--key", &key])).expect("a file");
    let fund =
        ["--scheme", "margin-money", "--fy", "2021-22", "--district", "185", "--head", "odop"];
    for (file, what) in [
        ("record.proof", &["prove", "42"][..]),
        ("leaf.proof", &[&["prove-balance"], &fund[..]].concat()),
        ("set.proof", &["prove-balance", "--all"]),
    ] {
        kept.bahi(&[what, &["--key", &key, "--out", &kept.path(file)]].concat());
    }
    // What a proof says must hold of a ledger that went on.
    kept.bahi(&["certify", "--as-of", "2024-03-31"]);
    kept.back_up();
    kept
}

/// A signed command and a signed refusal.
#[test]
fn what_was_signed_is_checked_by_a_reader_written_from_the_pages() {
    if !python() {
        return;
    }
    let kept = Kept { dir: tempfile::tempdir().expect("a directory") };
    kept.bahi(&["init"]);
    let key = kept.path("dm-vns.key");
    kept.bahi(&["key", "new", "--key", &key, "--actor", "dm-vns"]);
    let public = kept.bahi(&["key", "show", "--key", &key, "--hex"]);
    let set = signed::set_key(1, "dm-vns", public.trim(), r#","required":true"#);
    kept.bahi_reading([ALLOT, APPLY, &set].join("\n").as_bytes(), &["submit"]);
    let more = SANCTION.replace("000000000003", "000000000009").replace("250000", "9250000");
    kept.bahi_reading([&more, SANCTION].join("\n").as_bytes(), &["submit", "--sign", &key]);
    kept.back_up();
    let kinds = check_events(&kept);
    assert_eq!((kinds["ActorKeySet"], kinds["CommandRefused"], kinds["Sanctioned"]), (1, 1, 1));
    assert_eq!(json(&kept.said(&[]))["signed"], 2);
}

#[test]
fn a_reader_written_from_the_pages_comes_to_the_same() {
    if !python() {
        return;
    }
    let kept = demonstration();
    check_balances(&kept);
    check_postings(&kept);
    let kinds = check_events(&kept);
    assert_eq!(kinds["StateCertified"], 2);

    let proofs = ["record.proof", "leaf.proof", "set.proof"].map(|file| kept.path(file));
    let mut asked = vec!["--key".to_owned(), kept.path("public")];
    asked.extend(proofs.iter().flat_map(|proof| ["--proof".to_owned(), proof.clone()]));
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let said = json(&kept.said(&asked));
    assert_eq!(said["certificates"], 2);
    assert_eq!(said["proofs"][0]["position"], 42);
    let leaf = said["proofs"][1]["leaf"].as_str().expect("a leaf");
    assert!(leaf.starts_with("bahi-balance@v1\n") && leaf.contains("\ndistrict 185\n"), "{leaf}");
    let count = said["proofs"][2]["leaves"].as_u64().expect("a number");
    assert!(count > 100, "{count} leaves");
    spoil_proofs(&kept, &proofs);
    spoil_backup(&kept);
}

/// Each proof with one byte of it another: in its index, a hash, the note's text and its signature.
fn spoil_proofs(kept: &Kept, proofs: &[String]) {
    let (spoilt, key) = (kept.path("spoilt.proof"), kept.path("public"));
    for proof in proofs {
        let sound = fs::read(proof).expect("the proof is there");
        for part in 1..6 {
            let mut bytes = sound.clone();
            let at = bytes.len() * part / 6;
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            fs::write(&spoilt, bytes).expect("the folder can be written");
            let what = format!("byte {at} of {proof}");
            kept.complaint(&what, &["--proof", &spoilt, "--key", &key]);
        }
    }
}

/// The backup with one bit turned, with a byte too few, and with a byte too many, in each file.
fn spoil_backup(kept: &Kept) {
    let folder = kept.at("backup/files");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the backup is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.push(kept.at("backup/note"));
    for file in files {
        let sound = fs::read(&file).expect("a file of the backup");
        // The first slot of a note that was written once, and the header of the first page.
        let mut places: Vec<usize> = (0..5).map(|part| sound.len() * part / 5 + 9).collect();
        if file.ends_with("note") {
            places = slots_in_use(&sound);
        }
        for at in places {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, bytes).expect("a file of the backup");
            kept.complaint(&format!("byte {at} of {}", file.display()), &[]);
        }
        for other in [&sound[..sound.len() - 1], &[&sound[..], b"\0"].concat()] {
            fs::write(&file, other).expect("a file of the backup");
            kept.complaint(&format!("{} cut or lengthened", file.display()), &[]);
        }
        fs::write(&file, sound).expect("a file of the backup");
    }
    kept.said(&[]);
}

/// One byte of each part of the slots that were written: where the older is spoilt the newer
/// counts, so both are spoilt only where one was ever written.
fn slots_in_use(note: &[u8]) -> Vec<usize> {
    let written: Vec<usize> = [0, 4_096].into_iter().filter(|at| note[*at] != 0).collect();
    assert_eq!(written.len(), 1, "a backup that was taken once");
    [0, 8, 10, 16, 24, 40, 48, 80, 90].map(|within| written[0] + within).to_vec()
}

#[test]
fn every_kind_and_form_of_event_is_read_by_somebody_else() {
    if !python() {
        return;
    }
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    let forms = tree::read("tests/second_reader/every_form.jsonl");
    let kept = Kept { dir: tempfile::tempdir().expect("a directory") };
    kept.bahi(&["init"]);
    let answers = lines(&kept.bahi_reading(forms.as_bytes(), &["submit"]));
    let refused: Vec<&Value> =
        answers.iter().filter(|answer| answer["status"] != "accepted").collect();
    assert!(refused.len() == 1 && refused[0]["status"] == "refused", "{refused:?}");
    let mut all = vec![kept];
    all.extend(properties::ledgers_of_many_kinds().into_iter().map(|dir| Kept { dir }));
    for kept in &all {
        kept.back_up();
        check_balances(kept);
        check_postings(kept);
        kinds.extend(check_events(kept).into_keys());
    }
    let missed: Vec<&str> = EventKind::ALL
        .iter()
        .map(|kind| kind.name())
        .filter(|name| !kinds.contains(*name))
        .collect();
    assert!(missed.is_empty(), "nobody read {missed:?}");
}

/// What is kept of every form that was settled, older schemas among them.
#[test]
fn every_golden_ledger_and_record_is_read_by_somebody_else() {
    if !python() {
        return;
    }
    for golden in golden::ledgers() {
        let kept = Kept { dir: golden::copy_of(&golden) };
        kept.bahi(&["restore", &kept.path("backup")]);
        check_balances(&kept);
        check_postings(&kept);
        check_events(&kept);
    }
    let script = tree::root().join("tests/second_reader/read_backup.py");
    let golden = tree::read("crates/bahi-wire/src/tests/golden_version_1.txt");
    let records: Vec<&str> = golden.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("records");
    // The last is of a schema that there is not.
    let newer = [&records[0][..4], "09", &records[0][6..]].concat();
    fs::write(&file, [records.join("\n"), newer].join("\n")).expect("a file");
    let input = fs::File::open(&file).expect("the file is there");
    let mut command = Command::new("python3");
    command.arg(script).arg("--records").stdin(input);
    let output = command.output().expect("python runs: it has just told its version");
    let said = String::from_utf8(output.stdout).expect("the reader writes text");
    let mut said: Vec<&str> = said.lines().collect();
    assert_eq!(said.pop(), Some("no schema 9 of kind 1: a newer reader is needed"));
    assert_eq!(said, vec!["sound"; records.len()]);
}

#[test]
fn the_second_reader_rests_on_nothing_but_its_language() {
    let folder = tree::root().join("tests/second_reader");
    let own = ["books", "ed25519", "events", "pages", "proofs", "signatures"];
    let library = [
        "argparse",
        "base64",
        "binascii",
        "collections",
        "datetime",
        "hashlib",
        "json",
        "os",
        "struct",
        "sys",
        "zlib",
    ];
    for module in own.iter().chain(&["read_backup"]) {
        let text = read_module(&folder, module);
        for line in text.lines() {
            let named = line.strip_prefix("import ").or_else(|| line.strip_prefix("from "));
            let Some(name) = named.and_then(|rest| rest.split_whitespace().next()) else {
                continue;
            };
            assert!(own.contains(&name) || library.contains(&name), "{module} takes {name}");
        }
    }
}

fn read_module(folder: &Path, module: &str) -> String {
    fs::read_to_string(folder.join(format!("{module}.py"))).expect("a module of the reader")
}
