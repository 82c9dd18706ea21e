//! Keys and notes: their texts, and what is no key and no signature.

use super::*;

fn flaw<T>(result: Result<T, Malformed>) -> Option<Flaw> {
    result.err().map(|malformed| malformed.flaw)
}

/// The text of a key made of these parts, its id computed.
fn key_text(name: &str, algorithm: u8, key: &[u8]) -> String {
    let hash = sha256(&[name.as_bytes(), b"\n", &[algorithm], key].concat());
    let material = crate::text::base64(&[&[algorithm], key].concat());
    format!("{name}+{}+{material}", &hash.to_string()[..8])
}

#[test]
fn a_key_that_anybody_can_sign_for_is_no_key() {
    let mut negative = [0xff; 32];
    (negative[0], negative[31]) = (0xec, 0x7f);
    let mut one = [0; 32];
    one[0] = 1;
    // y + p for y = 1, and y = 1 with the sign of an x that is 0.
    let (mut above, mut signed) = (negative, one);
    above[0] = 0xee;
    signed[31] = 0x80;
    // No point has y = 2.
    let mut nowhere = [0; 32];
    nowhere[0] = 2;
    for bytes in [[0; 32], one, negative, above, signed, nowhere, [0xff; 32]] {
        assert_eq!(flaw(VerifierKey::ed25519("name", &bytes)), Some(Flaw::WeakKey), "{bytes:?}");
        assert_eq!(flaw(VerifierKey::cosignature("name", &bytes)), Some(Flaw::WeakKey));
        assert_eq!(flaw(key_text("name", 1, &bytes).parse::<VerifierKey>()), Some(Flaw::WeakKey));
    }
}

#[test]
fn every_changed_bit_of_the_text_of_a_key_is_noticed() {
    let verifier = witness(1).verifier().to_string();
    let private = log_key().to_text();
    let cosigner = witness(1).to_text();
    for bit in 0..private.len() * 8 {
        let flip = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            *bytes.get_mut(bit / 8)? ^= 1 << (bit % 8);
            String::from_utf8(bytes).ok()
        };
        let read = flip(&verifier).map(|text| text.parse::<VerifierKey>());
        assert!(read.is_none_or(|read| read.is_err()), "{bit}");
        assert!(flip(&private).is_none_or(|text| SigningKey::parse(&text).is_err()), "{bit}");
        assert!(flip(&cosigner).is_none_or(|text| CosigningKey::parse(&text).is_err()), "{bit}");
    }
    assert_eq!(flaw(SigningKey::parse(&cosigner)), Some(Flaw::Algorithm(4)));
    assert_eq!(flaw(CosigningKey::parse(&private)), Some(Flaw::Algorithm(1)));
}

#[test]
fn a_private_key_is_not_shown() {
    let key = log_key();
    let shown = format!("{key:?} {:?}", witness(1));
    assert_eq!(
        shown,
        format!(
            "SigningKey({ORIGIN}+{}, secret) CosigningKey(witness.example/w1+{}, secret)",
            key.verifier().id(),
            witness(1).verifier().id()
        )
    );
    let text = key.to_text();
    assert!(text.starts_with("PRIVATE+KEY+"));
    let secret = text.rsplit('+').next().unwrap();
    assert!(!shown.contains(secret));
}

#[test]
fn names_are_words() {
    let long = "n".repeat(NAME_BYTES_MAX);
    for good in ["a", "example.org/ledger", "बही", "a\u{7f}", long.as_str()] {
        assert!(SigningKey::from_seed(good, &[1; 32]).is_ok(), "{good}");
    }
    let longer = "n".repeat(NAME_BYTES_MAX + 1);
    for bad in ["", " ", "a b", "a+b", "a\u{a0}b", "a\u{3000}b", "a\nb", "a\tb", "a\0b", &longer] {
        assert_eq!(flaw(SigningKey::from_seed(bad, &[1; 32])), Some(Flaw::Name), "{bad}");
    }
}

#[test]
fn a_key_of_the_next_kind_is_kept_and_verifies_nothing() {
    let text = key_text("witness.example/next", 6, &[9; 1312]);
    let key: VerifierKey = text.parse().unwrap();
    assert_eq!((key.algorithm(), key.to_string()), (Algorithm::ML_DSA_44, text));
    let mut note = Note::sign("text\n", &log_key()).unwrap();
    let line = NoteSignature { name: key.name().to_owned(), id: key.id(), bytes: vec![1; 2428] };
    note.add(line.clone()).unwrap();
    assert!(!note.is_signed_by(&key));
    assert!(note.is_signed_by(log_key().verifier()));
    let mut other = Note::sign("text\n", &log_key()).unwrap();
    assert_eq!(other.add_lines(format!("{line}\n").as_bytes(), &[&key]), Ok(0));
    let empty = key_text("name", 6, &[]);
    assert_eq!(flaw(empty.parse::<VerifierKey>()), Some(Flaw::Expected("base64 of a key")));
    let large = key_text("name", 6, &[9; 5_000]);
    assert!(large.parse::<VerifierKey>().is_err());
}

#[test]
fn a_signature_in_the_place_of_another_kind_is_none() {
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    // One secret used for both kinds, which nobody should do.
    let log = SigningKey::from_seed("shared", &[5; 32]).unwrap();
    let witness = CosigningKey::from_seed("shared", &[5; 32]).unwrap();
    assert_ne!(log.verifier().id(), witness.verifier().id());
    let cosignature = witness.cosign(&checkpoint, 7);
    let mut note = Note::sign(&checkpoint.to_text(), &log).unwrap();
    let as_plain = NoteSignature { id: log.verifier().id(), ..cosignature.clone() };
    note.add(as_plain).unwrap();
    assert!(!note.is_signed_by(log.verifier()), "a cosignature is no signature of the note");
    let bytes = [&[0; 8][..], log.sign(&checkpoint.to_text()).bytes()].concat();
    note.add(NoteSignature { bytes, ..cosignature.clone() }).unwrap();
    assert!(!note.is_signed_by(witness.verifier()), "a signature is no cosignature");
    let mut late = cosignature.clone();
    late.bytes[..8].copy_from_slice(&(1_u64 << 63).to_be_bytes());
    note.add(late).unwrap();
    assert!(!note.is_signed_by(witness.verifier()), "no witness signs so late");
    note.add(NoteSignature { bytes: vec![1; 5], ..cosignature.clone() }).unwrap();
    assert!(!note.is_signed_by(witness.verifier()), "too short for a time");
    note.add(cosignature).unwrap();
    assert!(note.is_signed_by(witness.verifier()));
    // The same words with another time.
    for time in [6, 8, u64::MAX] {
        let other = witness.cosign(&checkpoint, time);
        assert_eq!(&other.bytes()[..8], time.min(TREE_SIZE_MAX).to_be_bytes());
        let mut moved = other.clone();
        moved.bytes[..8].copy_from_slice(&7_u64.to_be_bytes());
        note.add(moved).unwrap();
        assert!(!note.is_signed_by(witness.verifier()), "{time}");
    }
}

/// A signature whose first half is the point of order one: with the secret it is easily made, it
/// fits the textbook's equation, and verifiers disagree about it.
#[test]
fn a_signature_of_small_order_is_none() {
    const SECOND_HALF: &str = "3777571940ee7be9f8ff4e09e1fb6f0740d2ca4e806a6ab4c0d6f35bddf19c0f";
    let key = log_key();
    let mut bytes = vec![0; 32];
    bytes[0] = 1;
    bytes.extend(SECOND_HALF.parse::<Hash>().unwrap().0);
    let loose =
        ed25519_dalek::VerifyingKey::from_bytes(key.verifier().public_key().try_into().unwrap())
            .unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
    assert!(ed25519_dalek::Verifier::verify(&loose, b"text\n", &signature).is_ok());
    let mut note = Note::sign("text\n", &key).unwrap();
    assert!(note.is_signed_by(key.verifier()));
    note.add(NoteSignature { bytes, ..key.sign("text\n") }).unwrap();
    assert!(!note.is_signed_by(key.verifier()));
}

#[test]
fn a_note_takes_only_sound_lines_from_a_witness() {
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    let (one, two) = (witness(1), witness(2));
    let known = [one.verifier(), two.verifier()];
    let fresh = || checkpoint.sign(&log_key()).unwrap();
    let (sound, older) = (one.cosign(&checkpoint, 7), one.cosign(&checkpoint, 6));
    let mut note = fresh();
    let lines = format!("{sound}\n{}\n", witness(3).cosign(&checkpoint, 7));
    assert_eq!(note.add_lines(lines.as_bytes(), &known), Ok(1));
    assert_eq!(note.signatures().len(), 2);
    assert_eq!(note.add_lines(format!("{older}\n").as_bytes(), &known), Ok(1));
    assert_eq!(
        note.signatures()[1..],
        [older],
        "the last word of a witness replaces the one before"
    );
    let other = Checkpoint::new(ORIGIN, TreeHead { size: 2, root: leaf_hash(b"two") }).unwrap();
    let foreign = format!("{}\n", two.cosign(&other, 7));
    assert_eq!(note.add_lines(foreign.as_bytes(), &known), Ok(0));
    let before = note.clone();
    for bad in
        ["", "x", "\n", "— a\n", "— a AAAA\n", "- a AAAAAAAA\n", "— a AAAAAAAA", "— a b AAAAAAAA\n"]
    {
        let lines = format!("{}\n{bad}", two.cosign(&checkpoint, 7));
        let added = note.add_lines(lines.as_bytes(), &known);
        assert_eq!(added.is_ok(), bad.is_empty(), "{bad}");
        if !bad.is_empty() {
            assert_eq!(note, before, "nothing is added of what is not whole");
        }
        note = before.clone();
    }
}

#[test]
fn a_note_has_room_for_a_hundred_signatures() {
    let mut note = Note::sign("text\n", &log_key()).unwrap();
    for number in 1..NOTE_SIGNATURES_MAX {
        let key = SigningKey::from_seed(&format!("key{number}"), &[7; 32]).unwrap();
        note.add(key.sign("text\n")).unwrap();
    }
    let text = note.to_string();
    assert_eq!(Note::parse(text.as_bytes()).as_ref(), Ok(&note));
    let more = SigningKey::from_seed("more", &[7; 32]).unwrap().sign("text\n");
    let many = Flaw::TooMany { what: "signatures", max: 100 };
    assert_eq!(flaw(note.add(more.clone())), Some(many.clone()));
    let text = format!("{text}{more}\n");
    assert_eq!(Note::parse(text.as_bytes()), Err(Malformed { line: 103, flaw: many }));
}

#[test]
fn what_cannot_be_signed_is_not_signed() {
    let sign = |text: &str| flaw(Note::sign(text, &log_key()));
    assert_eq!(sign("text"), Some(Flaw::Ended));
    assert_eq!(sign(""), Some(Flaw::Ended));
    assert_eq!(sign("text\r\n"), Some(Flaw::NotText));
    assert_eq!(sign("text\0\n"), Some(Flaw::NotText));
    assert_eq!(sign("text\n\n"), None);
    assert!(matches!(sign(&"x\n".repeat(NOTE_BYTES_MAX)), Some(Flaw::TooLong { .. })));
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let other = Checkpoint::new("example.org/other", head).unwrap().sign(&log_key());
    assert_eq!(flaw(other), Some(Flaw::OtherName));
}

#[test]
fn a_checkpoint_is_three_lines_and_those_of_others() {
    let root = crate::text::base64(&leaf_hash(b"one").0);
    let empty = crate::text::base64(&EMPTY_ROOT.0);
    let good = [
        format!("o\n1\n{root}\n"),
        format!("an origin with spaces\n9223372036854775807\n{root}\n"),
        format!("o\n0\n{empty}\n"),
        format!("o\n1\n{root}\nfirst extension\n— second\n"),
    ];
    for text in good {
        assert_eq!(Checkpoint::parse(&text).map(|read| read.to_text()), Ok(text));
    }
    let bad: &[(String, usize, Flaw)] = &[
        (String::new(), 1, Flaw::Ended),
        (format!("\n1\n{root}\n"), 1, Flaw::Expected("origin")),
        (format!("o\n1\n{root}"), 3, Flaw::Ended),
        ("o\n1\n".to_owned(), 3, Flaw::Ended),
        (format!("o\n\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n01\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n00\n{empty}\n"), 2, Flaw::Expected("size")),
        (format!("o\n+1\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n-1\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n1 \n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n१\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n9223372036854775808\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n99999999999999999999\n{root}\n"), 2, Flaw::Expected("size")),
        (format!("o\n1\n{}\n", &root[..40]), 3, Flaw::Expected("root")),
        (format!("o\n1\n{root}AAAA\n"), 3, Flaw::Expected("root")),
        (format!("o\n1\n{root} \n"), 3, Flaw::Expected("root")),
        (format!("o\n0\n{root}\n"), 3, Flaw::EmptyTree),
        (format!("o\n1\n{root}\n\n"), 4, Flaw::Expected("extension line")),
        (format!("o\n1\n{root}\na\n\nb\n"), 5, Flaw::Expected("extension line")),
        (format!("o\n1\n{root}\nb\r\n"), 4, Flaw::Expected("extension line")),
        (format!("o\r\n1\n{root}\n"), 1, Flaw::Expected("origin")),
        (format!("{}\n1\n{root}\n", "o".repeat(256)), 1, Flaw::Expected("origin")),
    ];
    for (text, line, flaw) in bad {
        let expected = Malformed { line: *line, flaw: flaw.clone() };
        assert_eq!(Checkpoint::parse(text), Err(expected), "{text}");
    }
}

/// The note that the C2SP page of signed notes shows.
#[test]
fn the_published_note_is_read() {
    let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito \
                sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+\
                EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let note = Note::parse(text.as_bytes()).unwrap();
    assert_eq!(note.text().lines().count(), 4);
    assert_eq!(note.signatures()[0].name(), "quasimodo.example/salvatore");
    assert_eq!(note.signatures()[0].id().to_string(), "367ba04b");
    assert_eq!(note.to_string(), text);
}
