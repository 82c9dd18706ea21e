//! What the seeds are made of: a ledger with every form of event, and what the program writes
//! about it.

use std::{fs, path::Path};

use bahi::{
    core::Position,
    proof::{Checkpoint, CosigningKey, Hash, Note, Policy, RecordProof, VerifierKey, leaf_hash},
};
use bahi_log::testing::foreign;
use serde_json::Value;

use crate::{cli::Place, tree};

/// What the program wrote.
pub(super) struct Material {
    place: Place,
    /// Every record, the ledger's own first.
    pub(super) records: Vec<Vec<u8>>,
    /// The hashes of the tree's leaves.
    pub(super) leaves: Vec<Hash>,
    /// Pages, each by itself.
    pub(super) pages: Vec<Vec<u8>>,
    /// A checkpoint of the log, cosigned.
    pub(super) note: Note,
    /// An older one.
    pub(super) older: Note,
    /// Who may sign.
    pub(super) policy: String,
}

/// The position whose record is proved.
pub(super) const PROVED: Position = Position(9);

impl Material {
    /// Makes the ledger, its backup, its checkpoints and its proofs.
    pub(super) fn made() -> Material {
        let place = Place::with_rulebook();
        let forms = tree::read("tests/second_reader/every_form.jsonl");
        place.reading(&forms, &["submit"]);
        place.bahi(&["certify", "--as-of", "2024-06-15"]).done();
        let path = |name: &str| place.beside().join(name).display().to_string();
        let (key, witness) = (path("key"), path("cosigned"));
        place.bahi(&["key", "new", "--key", &key]).done();
        let public = place.bahi(&["key", "show", "--key", &key]).done().out;
        place.bahi(&["vault", "keys", "new", "--keys", &path("vault")]).done();
        place.bahi(&["backup", &path("backup")]).done();
        place.bahi(&["tiles", "export", &path("tiles"), "--key", &key]).done();
        let note = |at: &[&str]| {
            let words: Vec<&str> =
                ["checkpoint", "--key", &key].iter().chain(at).copied().collect();
            Note::parse(place.bahi(&words).done().out.as_bytes()).expect("a note")
        };
        let (signed, older) = (note(&[]), note(&["--at", "12"]));
        let (note, policy) = cosigned(signed, public.trim());
        fs::write(&witness, note.to_string()).expect("a file beside the ledger");
        for (name, what) in [
            ("record.proof", &["prove", "9"][..]),
            ("set.proof", &["prove-balance", "--all"]),
            ("leaf.proof", LEAF),
        ] {
            let out = path(name);
            let rest = ["--checkpoint", &witness, "--out", &out];
            place.bahi(&[what, &rest].concat()).done();
        }
        let pages = pages(&place.beside().join("backup/files"));
        let read = |bytes: &Vec<u8>| foreign::page(bytes).expect("a page of the program's").0;
        let records: Vec<Vec<u8>> = pages.iter().flat_map(|page| owned(&read(page))).collect();
        let leaves = records.iter().map(|record| leaf_hash(record)).collect();
        Material { place, records, leaves, pages, note, older, policy }
    }

    /// A file beside the ledger.
    pub(super) fn file(&self, name: &str) -> Vec<u8> {
        let path = self.place.beside().join(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The policy that believes the log's key and one witness.
    pub(super) fn trust(&self) -> Policy {
        Policy::parse(self.policy.as_bytes()).expect("a policy")
    }

    /// The proof of a record.
    pub(super) fn proof(&self) -> RecordProof {
        RecordProof::parse(&self.file("record.proof")).expect("a proof")
    }

    /// The terms of a scheme of the rulebook, as a file.
    pub(super) fn scheme_file(&self, scheme: &str) -> Vec<u8> {
        self.place.bahi(&["scheme", "show", scheme, "--format", "toml"]).done().out.into_bytes()
    }

    /// The lines of every command the program takes whole.
    pub(super) fn commands(&self) -> Vec<Vec<u8>> {
        let forms = tree::read("tests/second_reader/every_form.jsonl");
        let plain = forms.lines().map(|line| line.as_bytes().to_vec());
        let signed = forms.lines().take(3).map(|line| {
            let (line, key, signature) = (Value::from(line), "0a".repeat(32), "b1".repeat(64));
            format!(r#"{{"signed":{line},"key":"{key}","signature":"{signature}"}}"#).into_bytes()
        });
        plain.chain(signed).collect()
    }

    /// A folder beside the ledger, made anew.
    pub(super) fn folder(&self, name: &str) -> std::path::PathBuf {
        let path = self.place.beside().join(name);
        fs::create_dir_all(&path).expect("a folder beside the ledger");
        path
    }
}

/// Which balance is proved.
const LEAF: &[&str] = &[
    "prove-balance",
    "--scheme",
    "m",
    "--fy",
    "2024-25",
    "--district",
    "187",
    "--head",
    "+h \"odd\"",
];

/// The note with a witness's signature, and a policy that asks for it.
fn cosigned(mut note: Note, public: &str) -> (Note, String) {
    let key: VerifierKey = public.parse().expect("a public key");
    let witness = CosigningKey::from_seed("witness.example/w1", &[7; 32]).expect("a key");
    let checkpoint = Checkpoint::parse(note.text()).expect("a checkpoint");
    note.add(witness.cosign(&checkpoint, 1_700_000_000)).expect("room for a signature");
    let policy = format!(
        "log {key}\nwitness w1 {}\ngroup everybody all w1\nquorum everybody\n",
        witness.verifier()
    );
    (note, policy)
}

/// The pages of a folder of page files.
fn pages(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).expect("the backup has page files");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for file in files {
        let mut rest = &fs::read(file).expect("a page file")[..];
        while !rest.is_empty() {
            // A page has no length of its own: it is the one prefix whose check holds.
            let fits = |end: &usize| foreign::page(&rest[..*end]).is_some();
            let end = (0..=rest.len()).find(fits).expect("a page file is whole pages");
            found.push(rest[..end].to_vec());
            rest = &rest[end..];
        }
    }
    found
}

/// The records of a page.
pub(super) fn owned(page: &bahi_log::Page) -> Vec<Vec<u8>> {
    page.records().map(|(_, record)| record.to_vec()).collect()
}
