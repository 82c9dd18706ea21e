//! Witnesses as the program meets them: asked, answered, stored, shown, and required by a policy.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use bahi::proof::{
    Checkpoint, CosigningKey, HistoryProof, Note, Policy, SigningKey, TreeHead, VerifierKey,
    verify_consistency,
};
use serde_json::json;

use super::{Place, Ran, bahi};

const LOG_SEED: [u8; 32] = [5; 32];

/// A ledger whose key another program made, and the policy files of whoever relies on it.
struct Watched {
    place: Place,
}

fn log_key() -> SigningKey {
    SigningKey::from_seed("bahi-ledger", &LOG_SEED).expect("a name")
}

fn witness(number: u8) -> CosigningKey {
    let name = format!("witness.example/w{number}");
    CosigningKey::from_seed(&name, &[100 + number; 32]).expect("a name")
}

/// What a witness keeps: the largest checkpoint it has cosigned.
struct Watching {
    key: CosigningKey,
    last: Option<TreeHead>,
}

impl Watching {
    fn new(number: u8) -> Watching {
        Watching { key: witness(number), last: None }
    }

    /// A line of signature for a request that continues what was cosigned; nothing for another.
    fn answer(&mut self, request: &str, time: u64) -> Option<String> {
        let asked = HistoryProof::parse(request.as_bytes()).expect("a request");
        let log = Policy::of_log(log_key().verifier().clone()).expect("a policy");
        let trusted = log.check(&asked.note).expect("the log signed it");
        let head = trusted.checkpoint().head();
        let continues = match self.last {
            None => asked.old_size == 0 && asked.proof.is_empty(),
            Some(last) => {
                let TreeHead { size, root } = last;
                let shown = verify_consistency(size, root, head.size, head.root, &asked.proof);
                size == asked.old_size && shown.is_ok()
            }
        };
        if !continues {
            return None;
        }
        self.last = Some(head);
        let mut note = asked.note.clone();
        note.add(self.key.cosign(trusted.checkpoint(), time)).expect("room");
        note.to_string().lines().last().map(|line| format!("{line}\n"))
    }
}

impl Watched {
    fn new() -> Watched {
        let watched = Watched { place: Place::with_a_case() };
        let text = log_key().to_text();
        let key = watched.write("key", format!("{}\n", text.as_str()).as_bytes());
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("changed");
        watched.place.bahi(&["checkpoint", "--key", &key]).failed(2);
        watched.place.bahi(&["key", "remember", "--signed-nothing", "--key", &key]).done();
        let [one, two, three] = [1, 2, 3].map(|number| witness(number).verifier().to_string());
        let log = log_key().verifier().to_string();
        watched.write(
            "policy",
            format!("log {log}\nwitness a {one}\nwitness b {two}\nwitness c {three}\ngroup some 2 a b c\nquorum some\n").as_bytes(),
        );
        watched.write("keys", format!("{log}\n").as_bytes());
        watched
    }

    fn path(&self, name: &str) -> String {
        self.place.beside().join(name).display().to_string()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.path(name), bytes).expect("a file can be written");
        self.path(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// A checkpoint in a file.
    fn checkpoint(&self, name: &str, rest: &[&str]) -> String {
        let (key, out) = (self.path("key"), self.path(name));
        let words = [&["checkpoint", "--key", &key, "--out", &out, "--force"][..], rest].concat();
        self.place.bahi(&words).done();
        out
    }

    /// What a witness that knows the ledger at a size is asked with.
    fn ask(&self, old: &str, note: &str) -> String {
        self.place.bahi(&["witness", "ask", "--old", old, "--checkpoint", note]).done().out
    }

    fn add(&self, note: &str, lines: &str, policy: &str) -> Ran {
        let lines = self.write("lines", lines.as_bytes());
        let policy = self.path(policy);
        let words = ["witness", "add", note, "--lines", &lines, "--policy", &policy];
        self.place.bahi(&[&words[..], &["--format", "json"]].concat())
    }

    /// What somebody without the ledger is told of a file under the policy.
    fn check(&self, file: &str, rest: &[&str]) -> Ran {
        let policy = self.path("policy");
        bahi(&[&["check-proof", file, "--policy", &policy][..], rest].concat())
    }
}

#[test]
fn witnesses_are_asked_and_their_lines_are_stored_shown_and_required() {
    let watched = Watched::new();
    let note = watched.checkpoint("note", &[]);
    let (mut one, mut two) = (Watching::new(1), Watching::new(2));
    let request = watched.ask("0", &note);
    assert!(request.starts_with("old 0\n\nbahi-ledger\n12\n"), "{request}");
    let first = one.answer(&request, 1_790_000_000).expect("it cosigns");
    // One of two is stored and shown, and is not enough for anything.
    let before = watched.read("note");
    let answer = watched.add(&note, &first, "policy").done().json();
    assert_eq!((&answer["added"], &answer["met"]), (&json!(1), &json!(false)));
    assert_eq!(answer["cosigned"], json!([{"key": "witness.example/w1", "time": 1_790_000_000}]));
    assert_eq!(watched.read("note"), format!("{before}{first}"));
    assert!(watched.check(&note, &[]).failed(1).contains("quorum some is not reached"));
    let (policy, out, keys) = (watched.path("policy"), watched.path("out"), watched.path("keys"));
    let required: [&[&str]; 4] = [
        &["prove", "9", "--checkpoint", &note, "--policy", &policy, "--out", &out],
        &["tiles", "export", &out, "--checkpoint", &note, "--policy", &policy],
        &["prove-history", "--older", &note, "--checkpoint", &note, "--policy", &policy],
        &["verify", "--against", &note, "--policy", &policy],
    ];
    for words in required {
        assert!(watched.place.bahi(words).failed(1).contains("quorum"), "{words:?}");
        assert!(!Path::new(&out).exists(), "{words:?}");
    }
    // The second, among lines of nobody the policy knows, of another text, and of the log itself.
    let second = two.answer(&request, 1_790_000_007).expect("it cosigns");
    let other = watched.checkpoint("other", &["--at", "6"]);
    let of_another = Watching::new(3).answer(&watched.ask("0", &other), 1).expect("it cosigns");
    let stranger = Watching::new(9).answer(&request, 1).expect("anybody may");
    let own = before.lines().last().expect("a line");
    let lines = format!("{stranger}{of_another}{second}{own}\n");
    let answer = watched.add(&note, &lines, "policy").done().json();
    assert_eq!((&answer["added"], &answer["passed_over"]), (&json!(1), &json!(3)));
    assert_eq!((&answer["met"], &answer["lacks"]), (&json!(true), &json!(null)));
    assert_eq!(watched.read("note"), format!("{before}{first}{second}"));
    let shown = watched.check(&note, &["--format", "json"]).done().json();
    assert_eq!((&shown["proves"], &shown["position"]), (&json!("checkpoint"), &json!(11)));
    assert_eq!(shown["cosigned"].as_array().map(Vec::len), Some(2));
    for words in required {
        watched.place.bahi(words).done();
        fs::remove_file(&out).or_else(|_| fs::remove_dir_all(&out)).unwrap_or_default();
    }
    let record = watched.path("record");
    let words = ["prove", "9", "--checkpoint", &note, "--out", &out, "--event", &record];
    watched.place.bahi(&words).done();
    watched.check(&out, &["--event", &record]).done();
    assert!(bahi(&["check-proof", &note, "--key", &keys]).done().out.contains("a checkpoint"));
    // Asked again, a witness's newer word takes the place of its older one.
    let again = Watching::new(1).answer(&request, 1_790_000_100).expect("it cosigns");
    watched.add(&note, &again, "policy").done();
    assert_eq!(watched.read("note"), format!("{before}{again}{second}"));
}

#[test]
fn a_witness_follows_the_ledger_from_any_size_and_no_other_story() {
    let watched = Watched::new();
    let last = watched.checkpoint("last", &[]);
    for old in 1..12_u8 {
        let mut one = Watching::new(1);
        let early = watched.checkpoint("early", &["--at", &(old - 1).to_string()]);
        one.answer(&watched.ask("0", &early), 1).expect("it begins");
        let request = watched.ask(&old.to_string(), &last);
        assert!(one.answer(&request, 2).is_some(), "from {old}");
        assert_eq!(one.answer(&request, 3), None, "it does not go back");
    }
    for old in ["13", "4000000000000000000"] {
        let words = ["witness", "ask", "--old", old, "--checkpoint", &last];
        watched.place.bahi(&words).failed(2);
    }
    watched.place.bahi(&["witness", "ask", "--old", "-1", "--checkpoint", &last]).failed(2);
}

#[test]
fn a_witness_whose_key_is_the_logs_is_refused() {
    let watched = Watched::new();
    let note = watched.checkpoint("note", &[]);
    let before = watched.read("note");
    let log = log_key().verifier().clone();
    let public: [u8; 32] = log.public_key().try_into().expect("32 bytes");
    let own = CosigningKey::from_seed("bahi-ledger", &LOG_SEED).expect("a name");
    let checkpoint = Checkpoint::parse(Note::parse(before.as_bytes()).expect("a note").text());
    let mut cosigned = Note::parse(before.as_bytes()).expect("a note");
    cosigned.add(own.cosign(&checkpoint.expect("a checkpoint"), 7)).expect("room");
    let line = format!("{}\n", cosigned.to_string().lines().last().expect("a line"));
    let under = |name: &str| VerifierKey::cosignature(name, &public).expect("a key").to_string();
    let witnesses = [under("bahi-ledger"), under("another.example/name"), log.to_string()];
    for key in witnesses {
        let text = format!("log {log}\nwitness w {key}\nquorum w\n");
        let policy = watched.write("own", text.as_bytes());
        watched.add(&note, &line, "own").failed(2);
        bahi(&["check-proof", &note, "--policy", &policy]).failed(2);
    }
    // Under a policy that names others, its cosignature is nobody's.
    assert!(watched.add(&note, &line, "policy").failed(1).contains("nothing is changed"));
    assert_eq!(watched.read("note"), before);
}

#[test]
fn lines_that_are_none_and_notes_of_others_change_nothing() {
    let watched = Watched::new();
    let note = watched.checkpoint("note", &[]);
    let before = watched.read("note");
    let line = Watching::new(1).answer(&watched.ask("0", &note), 7).expect("it cosigns");
    let mut refused = 0;
    for (at, _) in line.char_indices() {
        let (head, tail) = line.split_at(at);
        for lines in [format!("{head}\u{1}{tail}"), head.to_owned(), format!("{head}A{tail}")] {
            watched.add(&note, &lines, "policy").failed(1);
            refused += 1;
        }
    }
    assert!(refused > 300, "{refused}");
    assert_eq!(watched.read("note"), before);
    for (name, bytes) in [
        ("foreign", before.replace("bahi-ledger", "other")),
        ("forged", before.replacen("12", "13", 1)),
    ] {
        let other = watched.write(name, bytes.as_bytes());
        watched.add(&other, &line, "policy").failed(1);
        assert_eq!(watched.read(name), bytes);
    }
    let junk = watched.write("junk", b"no note");
    watched.add(&junk, &line, "policy").failed(2);
    watched.add(&note, &line, "junk").failed(2);
}

#[test]
fn a_proof_of_history_is_consistent_unproven_or_forked() {
    let watched = Watched::new();
    let keys = watched.path("keys");
    let (old, new) = (watched.checkpoint("old", &["--at", "7"]), watched.checkpoint("new", &[]));
    let proof = watched.path("proof");
    let prove = |older: &str, newer: &str, rest: &[&str]| {
        let words = ["prove-history", "--older", older, "--checkpoint", newer, "--out", &proof];
        watched.place.bahi(&[&words[..], &["--force"], rest].concat())
    };
    let check = |older: &str| bahi(&["check-proof", &proof, "--against", older, "--key", &keys]);
    prove(&old, &new, &[]).done();
    assert!(check(&old).done().out.contains("consistent: nothing was changed"));
    // Every turned bit, every beginning, and the wrong older checkpoint.
    let sound = fs::read(&proof).expect("a proof");
    for at in 0..sound.len() {
        let mut other = sound.clone();
        other[at] ^= 1 << (at % 8);
        watched.write("proof", &other);
        let status = check(&old).status;
        // Where the first word is gone, it is no proof of history, and nothing to go --against.
        assert!(status == 1 || (status == 2 && at < 4), "byte {at}: {status}");
        watched.write("proof", &sound[..at]);
        assert!(check(&old).status != 0, "the first {at} bytes");
    }
    watched.write("proof", &sound);
    assert!(check(&new).failed(1).contains("unproven"));
    bahi(&["check-proof", &proof, "--key", &keys]).failed(2);
    bahi(&["check-proof", &old, "--against", &old, "--key", &keys]).failed(2);
    // The same beginning and another story, signed by a copy of the key that remembers too little.
    let story = Watched::new();
    fs::remove_dir_all(story.place.ledger()).expect("removed");
    let backup = watched.path("backup");
    watched.place.bahi(&["backup", &backup]).done();
    story.place.bahi(&["restore", &backup]).done();
    watched.place.bahi(&["certify", "--as-of", "2024-07-15"]).done();
    story.place.bahi(&["certify", "--as-of", "2024-06-15"]).done();
    let ours = watched.checkpoint("ours", &[]);
    for size in [13, 14] {
        let theirs = story.checkpoint("theirs", &[]);
        let words = ["prove-history", "--older", &ours, "--checkpoint", &theirs, "--out", &proof];
        story.place.bahi(&[&words[..], &["--force"]].concat()).done();
        assert!(check(&ours).failed(1).contains("forked"), "{size}");
        story.place.bahi(&["certify", "--as-of", "2024-06-16"]).done();
    }
}
