//! Targets of what is handed to others: notes, checkpoints, keys, policies, proofs and tiles.

use bahi::{
    certified_head,
    core::Position,
    proof::{
        Checkpoint, CosigningKey, Hash, History, HistoryProof, LeafProof, LeafSet, Leaves, Note,
        Policy, RecordProof, SigningKey, Tile, TileKind, TileReader, TreeHead, VerifierKey,
        entries, leaf_hash, prove_prefix, push_entry, root_of_leaves,
    },
};

use super::{
    Target,
    material::{Material, PROVED},
};

pub(super) fn targets(material: &Material) -> Vec<Target> {
    vec![
        note(material),
        checkpoint(material),
        record_proof(material),
        history(material),
        leaf_proof(material),
        leaf_set(material),
        policy(material),
        verifier_key(material),
        private_key(material),
        tile_path(),
        bundle(material),
        tiles(material),
        hash(material),
    ]
}

/// What a text is read as; nothing if it is no text or is refused.
fn text<T>(bytes: &[u8], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    std::str::from_utf8(bytes).ok().and_then(read)
}

/// A target whose bytes have one spelling.
fn spelt(
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    read: impl Fn(&[u8]) -> Option<String> + 'static,
) -> Target {
    Target::new(name, seeds, move |bytes| {
        let Some(written) = read(bytes) else { return false };
        assert_eq!(written.as_bytes(), bytes, "a second spelling");
        true
    })
}

/// Heads of the log's past: what its key signs and nothing else.
fn heads(material: &Material) -> Vec<TreeHead> {
    let of = |size: usize| TreeHead {
        size: size as u64,
        root: root_of_leaves(&material.leaves[..size]),
    };
    (0..=material.leaves.len()).map(of).collect()
}

/// A signed note with its cosignatures. What the policy believes was signed by the log.
fn note(material: &Material) -> Target {
    let (policy, heads) = (material.trust(), heads(material));
    let seeds = [&material.note, &material.older].map(|note| note.to_string().into_bytes());
    let log_alone = Policy::of_log(policy.logs()[0].clone()).expect("a policy of one log");
    Target::new("signed note", seeds.to_vec(), move |bytes| {
        let Ok(note) = Note::parse(bytes) else { return false };
        assert_eq!(note.to_string().as_bytes(), bytes, "a second spelling");
        for policy in [&policy, &log_alone] {
            if let Ok(trusted) = policy.check(&note) {
                let head = trusted.checkpoint().head();
                assert!(heads.contains(&head), "nobody signed {}", head.size);
            }
        }
        true
    })
}

fn checkpoint(material: &Material) -> Target {
    let seeds = vec![material.note.text().as_bytes().to_vec()];
    spelt("checkpoint", seeds, |bytes| {
        text(bytes, |text| Checkpoint::parse(text).ok()).map(|read| read.to_text())
    })
}

/// A proof of a record: it shows that record, in a tree of the log's, and no other record.
fn record_proof(material: &Material) -> Target {
    let (policy, heads) = (material.trust(), heads(material));
    let at = usize::try_from(PROVED.0).expect("a small position");
    let record = material.records[at].clone();
    let with_extra = material.proof().with_extra(vec![3; 30]).expect("a short text");
    let seeds = vec![material.file("record.proof"), with_extra.to_string().into_bytes()];
    Target::new("proof of a record", seeds, move |bytes| {
        let Ok(proof) = RecordProof::parse(bytes) else { return false };
        assert_eq!(proof.to_string().as_bytes(), bytes, "a second spelling");
        if let Ok(trusted) = proof.check(&record, &policy) {
            assert!(heads.contains(&trusted.checkpoint().head()), "nobody signed it");
        }
        assert!(proof.check(b"another record", &policy).is_err(), "it proves anything");
        true
    })
}

/// A proof of history: an honest log is never shown to have forked.
fn history(material: &Material) -> Target {
    let (policy, heads) = (material.trust(), heads(material));
    let log_alone = Policy::of_log(policy.logs()[0].clone()).expect("a policy of one log");
    let size = material.leaves.len() as u64;
    let older = log_alone.check(&material.older).expect("a note to be believed");
    let old_size = older.checkpoint().head().size;
    let proof = prove_prefix(&Leaves(&material.leaves), old_size, size).expect("a proof");
    let proof = HistoryProof { old_size, proof, note: material.note.clone() };
    Target::new("proof of history", vec![proof.to_string().into_bytes()], move |bytes| {
        let Ok(proof) = HistoryProof::parse(bytes) else { return false };
        assert_eq!(proof.to_string().as_bytes(), bytes, "a second spelling");
        if let Ok(newer) = log_alone.check(&proof.note) {
            assert!(heads.contains(&newer.checkpoint().head()), "nobody signed it");
            let judged = older.judge(&newer, &proof.proof);
            assert!(!matches!(judged, Ok(History::Forked { .. })), "a fork made up");
        }
        true
    })
}

fn certified(record: &[u8]) -> Option<TreeHead> {
    certified_head(Position(1), record)
}

/// A proof of a leaf: it shows what was certified.
fn leaf_proof(material: &Material) -> Target {
    let (policy, seed) = (material.trust(), material.file("leaf.proof"));
    let leaves = LeafSet::parse(&material.file("set.proof")).expect("a set of leaves").leaves;
    Target::new("proof of a leaf", vec![seed], move |bytes| {
        let Ok(proof) = LeafProof::parse(bytes) else { return false };
        assert_eq!(proof.to_string().as_bytes(), bytes, "a second spelling");
        if proof.check(&policy, certified).is_ok() {
            let index = usize::try_from(proof.index).expect("a small index");
            assert_eq!(leaves.get(index), Some(&proof.leaf), "this was not certified");
        }
        true
    })
}

fn leaf_set(material: &Material) -> Target {
    let (policy, seed) = (material.trust(), material.file("set.proof"));
    let leaves = LeafSet::parse(&seed).expect("a set of leaves").leaves;
    Target::new("set of leaves", vec![seed], move |bytes| {
        let Ok(set) = LeafSet::parse(bytes) else { return false };
        assert_eq!(set.to_string().as_bytes(), bytes, "a second spelling");
        if set.check(&policy, certified).is_ok() {
            assert_eq!(set.leaves, leaves, "this was not certified");
        }
        true
    })
}

/// A policy may be spelt in many ways; what it accepts a log signed that it names.
fn policy(material: &Material) -> Target {
    let (note, log) = (material.note.clone(), material.trust().logs()[0].clone());
    let seeds = vec![
        material.policy.clone().into_bytes(),
        format!("# one\n\nlog {log}\nquorum none\n").into_bytes(),
    ];
    Target::new("policy", seeds, move |bytes| {
        let Ok(policy) = Policy::parse(bytes) else { return false };
        if policy.check(&note).is_ok() {
            assert!(policy.logs().contains(&log), "a log it does not name");
        }
        true
    })
}

fn verifier_key(material: &Material) -> Target {
    let policy = material.trust();
    let keys = policy.logs().iter().chain(policy.witnesses().map(|(_, key)| key));
    let seeds = keys.map(|key| key.to_string().into_bytes()).collect();
    spelt("verifier key", seeds, |bytes| {
        text(bytes, |text| text.parse::<VerifierKey>().ok()).map(|key| key.to_string())
    })
}

fn private_key(material: &Material) -> Target {
    let file = String::from_utf8(material.file("key")).expect("a key file is text");
    let line = file.lines().last().expect("a private key").as_bytes().to_vec();
    let witness = CosigningKey::from_seed("w", &[9; 32]).expect("a key");
    let seeds = vec![line, witness.to_text().as_bytes().to_vec()];
    spelt("private key", seeds, |bytes| {
        let signing = text(bytes, |text| SigningKey::parse(text).ok());
        let cosigning = text(bytes, |text| CosigningKey::parse(text).ok());
        assert!(signing.is_none() || cosigning.is_none(), "two kinds of key");
        let signing = signing.map(|key| key.to_text().to_string());
        signing.or_else(|| cosigning.map(|key| key.to_text().to_string()))
    })
}

fn tile_path() -> Target {
    let seeds = ["tile/0/x001/234.p/7", "tile/entries/000", "tile/3/x001/x234/067"];
    spelt("path of a tile", seeds.map(|seed| seed.as_bytes().to_vec()).to_vec(), |bytes| {
        text(bytes, |text| text.parse::<Tile>().ok()).map(|tile| tile.to_string())
    })
}

/// A bundle of records, of the width its first byte says.
fn bundle(material: &Material) -> Target {
    let count = material.records.len().min(255);
    let mut seed = vec![u8::try_from(count).expect("at most 255")];
    for record in &material.records[..count] {
        push_entry(&mut seed, record).expect("a record is short");
    }
    Target::new("bundle of records", vec![seed], |bytes| {
        let Some((width, bundle)) = bytes.split_first() else { return false };
        let Some(found) = entries(bundle, u16::from(*width)) else { return false };
        let mut written = Vec::new();
        for record in &found {
            push_entry(&mut written, record).expect("it was read");
        }
        assert_eq!((found.len(), &written[..]), (usize::from(*width), bundle), "a second form");
        true
    })
}

/// The tiles of a log, one after another in one text: what is read of them is the log's.
fn tiles(material: &Material) -> Target {
    let head = heads(material).pop().expect("the last head");
    let hashes: Vec<u8> = material.leaves.iter().flat_map(|hash| hash.0).collect();
    let mut records = Vec::new();
    material.records.iter().for_each(|record| push_entry(&mut records, record).expect("short"));
    let length = u32::try_from(hashes.len()).expect("a short tile");
    let seed = [&length.to_le_bytes()[..], &hashes, &records].concat();
    let sound = material.records.clone();
    Target::new("tiles", vec![seed], move |bytes| {
        let Some((length, rest)) = bytes.split_first_chunk() else { return false };
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let Some((hashes, records)) = rest.split_at_checked(length) else { return false };
        let fetch = |tile: &Tile| match tile.kind() {
            TileKind::Hashes(0) => Ok::<_, std::convert::Infallible>(hashes.to_vec()),
            TileKind::Hashes(_) => Ok(Vec::new()),
            TileKind::Entries => Ok(records.to_vec()),
        };
        let Ok(reader) = TileReader::open(head, fetch) else { return false };
        assert_eq!(hashes, sound.iter().flat_map(|it| leaf_hash(it).0).collect::<Vec<_>>());
        let Ok(found) = reader.records(0) else { return false };
        assert_eq!(found, sound, "other records under the log's root");
        true
    })
    .holding((8, 64 * 1024), (1, 1_000))
}

fn hash(material: &Material) -> Target {
    let seeds = vec![leaf_hash(&material.records[0]).to_string().into_bytes()];
    spelt("hash", seeds, |bytes| {
        text(bytes, |text| text.parse::<Hash>().ok()).map(|hash| hash.to_string())
    })
}
