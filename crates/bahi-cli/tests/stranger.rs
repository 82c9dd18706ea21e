//! What the program writes, checked by the program that `docs/PROOFS.md` gives to strangers.
//!
//! It needs `python3` and `openssl`; without them the tests say so and show nothing. Every ledger
//! here is opened by a process of its own: one that is started while a ledger is open in this one
//! would hold its lock for a moment.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

const PAGE: &str = include_str!("../../../docs/PROOFS.md");

/// Adds up a set of leaves, with nothing but Python's own library.
const ADD_UP: &str = r#"
import base64, hashlib, sys
from decimal import Decimal
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def root(hashes):
    if len(hashes) == 1: return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\x01", root(hashes[:half]), root(hashes[half:]))
head, _, proof = open(sys.argv[1], "rb").read().partition(b"\n\n")
first, record, *leaves = head.split(b"\n")
assert first == b"bahi-leaf-set@v1"
record = base64.b64decode(record.split(b" ")[1])
leaves = [base64.b64decode(leaf.split(b" ")[1]) for leaf in leaves]
open(sys.argv[2], "wb").write(record)
open(sys.argv[3], "wb").write(proof)
# The number of leaves and their root are the record's last 72 bytes but the hash of the state.
count, = __import__("struct").unpack("<Q", record[-72:-64])
assert count == len(leaves)
assert record[-64:-32] == root([sha(b"\x00", leaf) for leaf in leaves])
sums = {}
for leaf in leaves:
    lines = dict(line.split(" ", 1) for line in leaf.decode().splitlines()[1:])
    key = (lines["scheme"], lines["fy"])
    sums.setdefault(key, [Decimal(0)] * 2)
    sums[key][0] += Decimal(lines["allotted"])
    sums[key][1] += Decimal(lines["sanctioned"])
for (scheme, fy), (allotted, sanctioned) in sorted(sums.items()):
    print(scheme, fy, allotted, sanctioned)
"#;

const LINES: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"10000000.00"}
{"command_id":"0198a7c2-0000-7000-8000-000000000002","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Agra"},"amount":"2500000.50"}
{"command_id":"0198a7c2-0000-7000-8000-000000000003","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-07-01","authority":{"order":"B-2/2024","date":"2024-07-01"},"fund":{"scheme":"mda","head":"odop","fy":"2024-25","district":"pool"},"amount":"77.00"}
"#;

fn has(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    let quiet = command.arg(argument).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// A folder with a ledger in it, its key, and the stranger's programs.
struct Stranger {
    folder: tempfile::TempDir,
}

impl Stranger {
    fn new() -> Option<Stranger> {
        if !has("python3", "--version") || !has("openssl", "version") {
            let skipped = b"skipped: no python3 or no openssl here\n";
            std::io::Write::write_all(&mut std::io::stderr(), skipped).expect("stderr");
            return None;
        }
        let stranger = Stranger { folder: tempfile::tempdir().expect("a folder") };
        let (_, program) = PAGE.split_once("```python\n").expect("the page holds a program");
        let (program, _) = program.split_once("```\n").expect("which ends");
        fs::write(stranger.path("check.py"), program).expect("written");
        fs::write(stranger.path("add.py"), ADD_UP).expect("written");
        fs::write(stranger.path("lines"), LINES).expect("written");
        stranger.bahi(&["init", "--name", "up-odop.example/ledger"]);
        stranger.bahi(&["submit", "lines"]);
        let key = stranger.bahi(&["key", "new"]);
        fs::write(stranger.path("keys"), key).expect("written");
        Some(stranger)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the program answers on the ledger, which it must.
    fn bahi(&self, words: &[&str]) -> String {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
        program.env("BAHI_LEDGER", self.path("ledger")).env("BAHI_KEY", "key");
        let ran = program.current_dir(self.folder.path()).args(words).output();
        let ran = ran.expect("the program runs");
        assert_eq!(ran.status.code(), Some(0), "{words:?}: {ran:?}");
        String::from_utf8(ran.stdout).expect("text")
    }

    /// What a program of the stranger's prints; nothing if it ends with an error.
    fn python(&self, words: &[&str]) -> Option<String> {
        let ran = Command::new("python3").current_dir(self.folder.path()).args(words).output();
        let ran = ran.expect("python3 runs");
        let text = String::from_utf8(ran.stdout).expect("text");
        ran.status.success().then(|| text.trim().to_owned())
    }
}

#[test]
fn a_stranger_finds_each_record_where_the_program_proves_it() {
    let Some(stranger) = Stranger::new() else { return };
    let key = fs::read_to_string(stranger.path("keys")).expect("the keys");
    let key = key.trim();
    for position in ["0", "1", "6", "9"] {
        stranger.bahi(&["prove", position, "--event", "record", "--out", "proof", "--force"]);
        let says = format!("the record is at position {position} of 10");
        assert_eq!(stranger.python(&["check.py", "record", "record", "proof", key]), Some(says));
        let mut other = fs::read(stranger.path("record")).expect("the record");
        other.push(0);
        fs::write(stranger.path("other"), other).expect("written");
        assert_eq!(stranger.python(&["check.py", "record", "other", "proof", key]), None);
    }
}

#[test]
fn a_stranger_adds_up_what_was_certified() {
    let Some(stranger) = Stranger::new() else { return };
    let key = fs::read_to_string(stranger.path("keys")).expect("the keys");
    stranger.bahi(&["certify", "--as-of", "2024-06-30"]);
    stranger.bahi(&["prove-balance", "--all", "--out", "all"]);
    let sums = stranger.python(&["add.py", "all", "record", "proof"]).expect("they add up");
    // What takes effect on 1 July has opened its fund, and counts for nothing yet.
    let expected = "1 margin-money 2024-25 12500000.50 0.00\n3 mda 2024-25 0.00 0.00";
    let named = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_once(' ').map_or("", |(_, rest)| rest).into()).collect()
    };
    assert_eq!(named(&sums), named(expected), "{sums}");
    let says = Some("the record is at position 10 of 11".to_owned());
    assert_eq!(stranger.python(&["check.py", "record", "record", "proof", key.trim()]), says);
    let fund = ["--scheme", "margin-money", "--fy", "2024-25", "--district", "Agra"];
    let words: Vec<&str> =
        ["prove-balance", "--head", "odop", "--out", "one"].into_iter().chain(fund).collect();
    stranger.bahi(&words);
    let shown = stranger.bahi(&["check-proof", "one", "--key", "keys"]);
    assert!(shown.contains("118 Agra") && shown.contains("25,00,000.50"), "{shown}");
}
