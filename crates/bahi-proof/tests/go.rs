//! What the reference implementation of notes, trees and tiles wrote, read and written again here.
//!
//! The vectors are in `vectors/go.txt`, the program that wrote them in `vectors/main.go`. Where this
//! crate is stricter than the reference, [`STRICTER`] says so, case by case.

use std::collections::BTreeMap;

use bahi_proof::*;

const VECTORS: &str = include_str!("vectors/go.txt");
const ORIGIN: &str = "example.org/ledger";

/// What Go accepts and this crate refuses, and why.
const STRICTER: &[(&str, &str)] = &[
    ("note twice", "a second line of a known key is not passed over"),
    ("note second-line-forged", "a second line of a known key is not passed over"),
    ("note stray-bits", "base64 has one spelling"),
    ("vkey upper-case-id", "a key id has one spelling"),
    ("vkey newline", "a newline is no base64"),
    ("vkey small-order", "anybody can forge for it"),
    ("checkpoint 2", "a tree without leaves has one root"),
    ("checkpoint 9", "an extension line is not empty"),
];

/// What Go's package does not know and this crate does.
const WIDER: &[&str] = &["vkey cosigner"];

/// The lines that begin with a word, in fields.
fn lines(word: &str) -> Vec<Vec<&'static str>> {
    let fields = |line: &'static str| {
        line.strip_prefix(word)?.strip_prefix(' ').map(|rest| rest.split(' ').collect())
    };
    let lines: Vec<Vec<&str>> = VECTORS.lines().filter_map(fields).collect();
    assert!(!lines.is_empty(), "there are vectors of {word}");
    lines
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(digit).collect()
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn at(size: u64) -> usize {
    usize::try_from(size).expect("it fits")
}

fn record(number: u64) -> Vec<u8> {
    format!("record {number};").repeat(at(number % 9)).into_bytes()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|number| leaf_hash(&record(number))).collect()
}

fn digest(hashes: &[Hash]) -> String {
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    format!("{} {}", hashes.len(), sha256(&bytes))
}

fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn roots_and_every_proof_are_those_of_the_reference() {
    let all = leaves(1_500);
    for fields in lines("root") {
        let size = number(fields[0]);
        assert_eq!(root_of_leaves(&all[..at(size)]).to_string(), fields[1], "{size}");
    }
    for fields in lines("inclusion") {
        let size = number(fields[0]);
        let prove = |one| prove_inclusion(&Leaves(&all), one, size).expect("in range");
        let hashes: Vec<Hash> = (0..size).flat_map(prove).collect();
        assert_eq!(digest(&hashes), fields[1..].join(" "), "{size}");
    }
    for fields in lines("consistency") {
        let size = number(fields[0]);
        let prove = |old| prove_consistency(&Leaves(&all), old, size).expect("in range");
        let hashes: Vec<Hash> = (1..=size).flat_map(prove).collect();
        assert_eq!(digest(&hashes), fields[1..].join(" "), "{size}");
    }
}

#[test]
fn tiles_and_their_paths_are_those_of_the_reference() {
    let all = leaves(1_500);
    let mut expected: BTreeMap<u64, BTreeMap<&str, &str>> = BTreeMap::new();
    for fields in lines("tile") {
        expected.entry(number(fields[0])).or_default().insert(fields[1], fields[2]);
    }
    for (size, expected) in expected {
        let tiles = Tile::all(size).filter(|tile| tile.kind() != TileKind::Entries);
        let written: BTreeMap<String, String> = tiles
            .map(|tile| {
                let bytes = tile.hashes(&Leaves(&all)).expect("within the tree");
                (tile.to_string(), sha256(&bytes).to_string())
            })
            .collect();
        let written: BTreeMap<&str, &str> =
            written.iter().map(|(path, hash)| (path.as_str(), hash.as_str())).collect();
        assert_eq!(written, expected, "{size}");
    }
    for fields in lines("path") {
        let tile: Tile = fields[3].parse().expect("a path");
        let level = u8::try_from(number(fields[0])).expect("a level");
        assert_eq!(tile.kind(), TileKind::Hashes(level));
        assert_eq!((tile.index(), u64::from(tile.width())), (number(fields[1]), number(fields[2])));
        assert_eq!(tile.to_string(), fields[3]);
    }
}

fn keys() -> Vec<SigningKey> {
    let key = |fields: Vec<&str>| {
        let seed: [u8; 32] = unhex(fields[1]).try_into().expect("32 bytes");
        let key = SigningKey::from_seed(ORIGIN, &seed).expect("a name");
        assert_eq!(key.to_text().as_str(), fields[2]);
        assert_eq!(key.verifier().to_string(), fields[3]);
        let read = SigningKey::parse(fields[2]).expect("a private key");
        assert_eq!(read.verifier(), &fields[3].parse().expect("a verifier key"));
        key
    };
    lines("key").into_iter().map(key).collect()
}

/// Our verdict on a note by the rules that hold for any note, checkpoint or not.
fn verdict(note: &[u8], keys: &[SigningKey]) -> String {
    let Ok(note) = Note::parse(note) else { return "malformed".to_owned() };
    let named = |key: &SigningKey, one: &NoteSignature| {
        one.name() == key.verifier().name() && one.id() == key.verifier().id()
    };
    let said = keys.iter().filter(|key| note.signatures().iter().any(|one| named(key, one)));
    let said: Vec<&SigningKey> = said.collect();
    match said.iter().filter(|key| note.is_signed_by(key.verifier())).count() {
        signed if signed < said.len() => "forged".to_owned(),
        0 => "unsigned".to_owned(),
        signed => format!("ok/{signed}"),
    }
}

fn is_stricter(case: &str) -> bool {
    STRICTER.iter().any(|(one, _)| *one == case)
}

#[test]
fn notes_get_the_verdict_of_the_reference_or_a_stricter_one() {
    let keys = keys();
    let mut strict = 0;
    for fields in lines("note") {
        let (case, note) = (format!("note {}", fields[0]), unhex(fields[2]));
        let ours = verdict(&note, &keys);
        if is_stricter(&case) {
            assert!(fields[1].starts_with("ok") && !ours.starts_with("ok"), "{case}: {ours}");
            strict += 1;
        } else {
            assert_eq!(ours, fields[1], "{case}");
        }
        if let Ok(read) = Note::parse(&note) {
            assert_eq!(read.to_string().as_bytes(), note, "{case}");
        }
    }
    assert_eq!(strict, STRICTER.iter().filter(|(case, _)| case.starts_with("note")).count());
}

#[test]
fn signatures_are_the_bytes_that_the_reference_signs_with() {
    let keys = keys();
    let mut signed = 0;
    for fields in lines("note").iter().filter(|fields| fields[1].starts_with("ok")) {
        let note = unhex(fields[2]);
        let Ok(read) = Note::parse(&note) else { continue };
        let [only] = read.signatures() else { continue };
        let key = keys.iter().find(|key| key.verifier().id() == only.id()).expect("one of two");
        assert_eq!(Note::sign(read.text(), key).expect("text").to_string().as_bytes(), note);
        signed += 1;
    }
    assert!(signed >= 4, "{signed}");
}

#[test]
fn keys_get_the_verdict_of_the_reference_or_a_stricter_one() {
    for fields in lines("vkey") {
        let (case, text) = (format!("vkey {}", fields[0]), unhex(fields[2]));
        let text = text_of(&text);
        let ours = text.parse::<VerifierKey>();
        if let Ok(key) = &ours {
            assert_eq!(key.to_string(), text, "{case}");
        }
        let differs = is_stricter(&case) || WIDER.contains(&case.as_str());
        assert_eq!(ours.is_ok() == (fields[1] == "ok"), !differs, "{case}: {ours:?}");
    }
}

#[test]
fn checkpoints_get_the_verdict_of_the_reference_or_a_stricter_one() {
    for fields in lines("checkpoint") {
        let (case, text) = (format!("checkpoint {}", fields[0]), unhex(fields[2]));
        let text = text_of(&text);
        let ours = Checkpoint::parse(text);
        if let Ok(checkpoint) = &ours {
            assert_eq!(checkpoint.to_text(), text, "{case}");
        }
        assert_eq!(ours.is_ok() == (fields[1] == "ok"), !is_stricter(&case), "{case}: {ours:?}");
    }
}

#[test]
fn a_proof_made_of_the_reference_s_parts_is_ours_byte_for_byte() {
    let [log, ..] = &keys()[..] else { panic!("there are keys") };
    let policy = Policy::of_log(log.verifier().clone()).expect("a log's key");
    let all = leaves(1_025);
    for fields in lines("proof") {
        let text = unhex(fields[1]);
        let proof = RecordProof::parse(&text).expect("a proof");
        let index = number(fields[0]);
        assert_eq!(proof.index(), index);
        proof.check(&record(index), &policy).expect("it holds");
        let head = TreeHead { size: 1_025, root: root_of_leaves(&all) };
        let note = Checkpoint::new(ORIGIN, head).expect("sound").sign(log).expect("its key");
        let ours = RecordProof::prove(&Leaves(&all), index, note).expect("within the tree");
        assert_eq!(ours.to_string().as_bytes(), text);
    }
}

#[test]
fn cosignatures_are_the_bytes_of_another_ed25519() {
    let key = &keys()[0];
    for fields in lines("cosignature") {
        let time: u64 = number(fields[0]);
        let witness = CosigningKey::parse(fields[1]).expect("a private key");
        assert_eq!(witness.verifier().to_string(), fields[2]);
        assert_eq!(witness.to_text().as_str(), fields[1]);
        let checkpoint = unhex(fields[3]);
        let checkpoint = Checkpoint::parse(text_of(&checkpoint)).expect("a checkpoint");
        let mut note = checkpoint.sign(key).expect("its key");
        let added = note.add_lines(&unhex(fields[4]), &[witness.verifier()]).expect("lines");
        let sound = time <= TREE_SIZE_MAX;
        assert_eq!((added == 1, note.is_signed_by(witness.verifier())), (sound, sound), "{time}");
        if sound {
            let ours = witness.cosign(&checkpoint, time);
            assert_eq!(format!("{ours}\n").as_bytes(), unhex(fields[4]));
        }
    }
}
