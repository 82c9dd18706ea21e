//! Texts made of noise and of pieces of sound ones: no decoder panics, and what one accepts has one
//! spelling.
//!
//! A longer campaign sets `BAHI_NOISE_ROUNDS`, and another `BAHI_NOISE_SEED`; a failure names both.

use super::*;

/// Numbers that follow from a seed.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        at(self.next() % (end as u64).max(1))
    }

    /// The text with some changes: bytes, pieces doubled, dropped, or taken from another.
    fn spoil(&mut self, text: &[u8], other: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for _ in 0..=self.below(3) {
            let (from, len) = (self.below(text.len()), self.below(40));
            let end = (from + len).min(text.len());
            match self.next() % 5 {
                0 if !text.is_empty() => text[from] = b"\n +0A=\xff\r"[self.below(8)],
                1 => drop(text.drain(from..end)),
                2 => {
                    let piece = text[from..end].to_vec();
                    text.splice(from..from, piece);
                }
                3 => {
                    let cut = self.below(other.len());
                    let piece = other[cut..(cut + len).min(other.len())].to_vec();
                    text.splice(from..end, piece);
                }
                _ if !text.is_empty() => text[from] ^= 1 << self.below(8),
                _ => {}
            }
        }
        text
    }
}

/// Reads bytes and writes what was read; nothing if they were refused.
type Decoder = (&'static str, fn(&[u8]) -> Option<String>);

fn text<T>(bytes: &[u8], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    core::str::from_utf8(bytes).ok().and_then(read)
}

const DECODERS: &[Decoder] = &[
    ("note", |bytes| Note::parse(bytes).ok().map(|it| it.to_string())),
    ("checkpoint", |bytes| text(bytes, |it| Checkpoint::parse(it).ok()).map(|it| it.to_text())),
    ("record proof", |bytes| RecordProof::parse(bytes).ok().map(|it| it.to_string())),
    ("history proof", |bytes| HistoryProof::parse(bytes).ok().map(|it| it.to_string())),
    ("leaf proof", |bytes| LeafProof::parse(bytes).ok().map(|it| it.to_string())),
    ("leaf set", |bytes| LeafSet::parse(bytes).ok().map(|it| it.to_string())),
    ("verifier key", |bytes| {
        text(bytes, |it| it.parse::<VerifierKey>().ok()).map(|it| it.to_string())
    }),
    ("private key", |bytes| {
        text(bytes, |it| SigningKey::parse(it).ok()).map(|it| it.to_text().to_string())
    }),
    ("tile", |bytes| text(bytes, |it| it.parse::<Tile>().ok()).map(|it| it.to_string())),
    ("hash", |bytes| text(bytes, |it| it.parse::<Hash>().ok()).map(|it| it.to_string())),
];

fn samples() -> Vec<Vec<u8>> {
    let all = leaves(9);
    let note = cosigned(head(&all, 9), &[witness(1)]);
    let proof = RecordProof::prove(&Leaves(&all), 4, note.clone()).unwrap();
    let path = prove_inclusion(&Leaves(&all), 2, 9).unwrap();
    let record = 4_u64.to_be_bytes().to_vec();
    let leaf =
        LeafProof { record: record.clone(), index: 2, leaf: vec![9], path, proof: proof.clone() };
    let set = LeafSet { record, leaves: vec![vec![1], vec![2; 40]], proof: proof.clone() };
    let history = HistoryProof {
        old_size: 6,
        proof: prove_prefix(&Leaves(&all), 6, 9).unwrap(),
        note: note.clone(),
    };
    let extra = proof.clone().with_extra(vec![3; 30]).unwrap();
    [
        note.to_string(),
        note.text().to_owned(),
        proof.to_string(),
        history.to_string(),
        leaf.to_string(),
        set.to_string(),
        witness(1).verifier().to_string(),
        log_key().to_text().to_string(),
        "tile/0/x001/234.p/7".to_owned(),
        all[0].to_string(),
        extra.to_string(),
    ]
    .map(String::into_bytes)
    .to_vec()
}

/// A number that whoever runs the test may set.
fn set(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn what_is_accepted_has_one_spelling_and_nothing_panics() {
    let samples = samples();
    let accepts = |text: &[u8]| DECODERS.iter().filter(|(_, read)| read(text).is_some()).count();
    assert!(samples.iter().all(|sample| accepts(sample) >= 1));
    let seed = set("BAHI_NOISE_SEED", 5);
    let mut noise = Noise(seed);
    let mut accepted = 0;
    for round in 0..set("BAHI_NOISE_ROUNDS", 20_000) {
        let sample = noise.below(samples.len());
        let other = noise.below(samples.len());
        let spoilt = noise.spoil(&samples[sample], &samples[other]);
        for (name, read) in DECODERS {
            if let Some(written) = read(&spoilt) {
                assert_eq!(written.as_bytes(), spoilt, "{name}, seed {seed}, round {round}");
                accepted += 1;
            }
        }
        // Read for its panics alone: a policy may be spelt in many ways.
        let _ = Policy::parse(&spoilt);
    }
    assert!(accepted > 200, "{accepted} spoilt texts were still some text");
}
