//! The program that `docs/PROOFS.md` gives to strangers, run as it stands there.
//!
//! It needs `python3` and `openssl`; without them the tests say so and show nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bahi_proof::*;
use tempfile::TempDir;

const PAGE: &str = include_str!("../../../docs/PROOFS.md");
const ORIGIN: &str = "example.org/ledger";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).expect("a name")
}

fn witness() -> CosigningKey {
    CosigningKey::from_seed("witness.example/w1", &[101; 32]).expect("a name")
}

fn has(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    let quiet = command.arg(argument).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// The program and a folder for its files; nothing where its tools are missing.
struct Stranger {
    folder: TempDir,
}

impl Stranger {
    fn new() -> Option<Self> {
        if !has("python3", "--version") || !has("openssl", "version") {
            let skipped = b"skipped: no python3 or no openssl here\n";
            std::io::Write::write_all(&mut std::io::stderr(), skipped).expect("stderr");
            return None;
        }
        let (_, program) = PAGE.split_once("```python\n").expect("the page holds a program");
        let (program, _) = program.split_once("```\n").expect("which ends");
        let stranger = Self { folder: TempDir::new().expect("a folder") };
        stranger.file("check.py", program.as_bytes());
        Some(stranger)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// What it prints; nothing if it ends with an error.
    fn says(&self, what: &str, first: &Path, second: &Path, keys: &[String]) -> Option<String> {
        let mut command = Command::new("python3");
        command.arg(self.path("check.py")).arg(what).arg(first).arg(second).args(keys);
        let output = command.output().expect("python3 runs");
        let text = String::from_utf8(output.stdout).expect("text");
        output.status.success().then(|| text.trim().to_owned())
    }
}

fn record(number: u64) -> Vec<u8> {
    format!("record {number}").into_bytes()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&record(number))).collect()
}

fn note(leaves: &[Hash]) -> Note {
    let head = TreeHead { size: leaves.len() as u64, root: root_of_leaves(leaves) };
    let checkpoint = Checkpoint::new(ORIGIN, head).expect("sound");
    let mut note = checkpoint.sign(&log_key()).expect("its key");
    note.add(witness().cosign(&checkpoint, 1_790_000_000)).expect("room");
    note
}

fn keys() -> Vec<String> {
    vec![log_key().verifier().to_string(), witness().verifier().to_string()]
}

#[test]
fn a_stranger_finds_a_record_where_the_proof_says_and_nowhere_else() {
    let Some(stranger) = Stranger::new() else { return };
    for (index, count) in [(0, 1), (3, 7), (255, 300)] {
        let proof = RecordProof::prove(&Leaves(&leaves(count)), index, note(&leaves(count)));
        let proof = proof.expect("within the tree");
        let first = stranger.file("record", &record(index));
        let second = stranger.file("proof", proof.to_string().as_bytes());
        let says = format!("the record is at position {index} of {count}");
        assert_eq!(stranger.says("record", &first, &second, &keys()), Some(says.clone()));
        let with = proof.clone().with_extra(b"beside".to_vec()).expect("short");
        let with = stranger.file("with", with.to_string().as_bytes());
        assert_eq!(stranger.says("record", &first, &with, &keys()), Some(says));
        let other = stranger.file("other", &record(index + 1));
        assert_eq!(stranger.says("record", &other, &second, &keys()), None);
        assert_eq!(stranger.says("record", &first, &second, &[]), None);
        let stray = SigningKey::from_seed(ORIGIN, &[2; 32]).expect("a name");
        let stray = [stray.verifier().to_string()];
        assert_eq!(stranger.says("record", &first, &second, &stray), None);
        let text = proof.to_string();
        let moved = text.replacen(&format!("index {index}"), &format!("index {}", index + 1), 1);
        let moved = stranger.file("moved", moved.as_bytes());
        assert_eq!(stranger.says("record", &first, &moved, &keys()), None);
        let forged = text.replacen(
            "— witness.example/w1 6irQBwAAAABq",
            "— witness.example/w1 6irQBwAAAABr",
            1,
        );
        assert_ne!(forged, text);
        let forged = stranger.file("forged", forged.as_bytes());
        assert_eq!(stranger.says("record", &first, &forged, &keys()), None);
    }
}

#[test]
fn a_stranger_gives_the_three_answers_that_we_give() {
    let Some(stranger) = Stranger::new() else { return };
    let truth = leaves(13);
    let mut other = truth.clone();
    other[2] = leaf_hash(b"another");
    for old in [3, 8, 13] {
        for (newer, rewritten) in [(&truth, false), (&other, true)] {
            let (before, after) = (note(&truth[..old]), note(newer));
            let old_size = old as u64;
            let short = prove_consistency(&Leaves(newer), old_size, 13).expect("in range");
            let long = prove_prefix(&Leaves(newer), old_size, 13).expect("in range");
            let mut spoilt = long.clone();
            spoilt.iter_mut().for_each(|hash| hash.0[3] ^= 1);
            for proof in [short, long, spoilt, vec![truth[0]; 2]] {
                let heads = [&before, &after]
                    .map(|note| Checkpoint::parse(note.text()).expect("a checkpoint").head());
                let expected = match judge_history(heads[0], heads[1], &proof) {
                    History::Consistent => Some("consistent".to_owned()),
                    History::Forked { .. } => Some("forked: two stories were signed".to_owned()),
                    History::Unproven(_) => None,
                };
                assert!(
                    rewritten || expected.as_deref() != Some("forked: two stories were signed")
                );
                let asked = HistoryProof { old_size, proof, note: after.clone() };
                let first = stranger.file("older", before.to_string().as_bytes());
                let second = stranger.file("newer", asked.to_string().as_bytes());
                let says = stranger.says("history", &first, &second, &keys());
                assert_eq!(says, expected, "{old} {rewritten}\n{asked}");
            }
        }
    }
}

/// The examples on the page are what this crate writes.
#[test]
fn the_page_shows_what_is_written() {
    let proof = RecordProof::prove(&Leaves(&leaves(7)), 3, note(&leaves(7))).expect("in the tree");
    let proof = proof.with_extra(record(3)).expect("short");
    let text = proof.to_string();
    let (head, checkpoint) = text.split_once("\n\n").expect("an empty line");
    assert!(PAGE.contains(&format!("```text\n{head}\n\n<the checkpoint above>\n```")));
    assert!(PAGE.contains(&format!("```text\n{checkpoint}```")));
    let (_, policy) = PAGE.split_once("```text\nlog ").expect("a policy");
    let (policy, _) = policy.split_once("```").expect("its end");
    let policy = Policy::parse(format!("log {policy}").as_bytes()).expect("a policy");
    let trusted = proof.check(&record(3), &policy).expect("it holds");
    assert_eq!(trusted.cosigned()[0].time, 1_790_000_000);
}
