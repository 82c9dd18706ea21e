//! What is sealed opens as it was, for whom it was, and not otherwise.

use proptest::prelude::*;

use super::*;
use crate::contents::tests::any_contents;

fn whose(ledger: u8, subject: u8) -> Whose {
    Whose { ledger: LedgerId([ledger; 16]), subject: SubjectId([subject; 32]) }
}

fn key(whose: Whose) -> PersonKey {
    PersonKey::new(whose).expect("random bytes")
}

fn asha() -> Contents {
    let mut contents = Contents::default();
    contents.add("name", "Asha Devi").expect("a field");
    contents.add("mobile", "9000000001").expect("a field");
    contents
}

/// Every way to change one bit of some bytes.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn every_flipped_bit_of_sealed_details_is_refused() {
    let key = key(whose(1, 2));
    let sealed = key.seal(&asha()).expect("sealed");
    assert_eq!(key.unseal(&sealed), Some(asha()));
    assert!(flips(&sealed).all(|flipped| key.unseal(&flipped).is_none()));
    for length in 0..sealed.len() {
        assert_eq!(key.unseal(&sealed[..length]), None, "{length}");
    }
    assert_eq!(key.unseal(&[&sealed[..], &[0]].concat()), None);
}

#[test]
fn every_flipped_bit_of_a_key_is_refused() {
    let whose = whose(1, 2);
    let bytes = key(whose).bytes();
    assert_eq!(bytes.len(), KEY_BYTES);
    assert!(PersonKey::read(&bytes, whose).is_some());
    assert!(flips(&bytes).all(|flipped| PersonKey::read(&flipped, whose).is_none()));
    for length in 0..bytes.len() {
        assert!(PersonKey::read(&bytes[..length], whose).is_none(), "{length}");
    }
    assert!(PersonKey::read(&[&bytes[..], &[0]].concat(), whose).is_none());
}

#[test]
fn a_key_and_what_is_sealed_are_nobody_elses() {
    let mine = key(whose(1, 2));
    let sealed = mine.seal(&asha()).expect("sealed");
    for other in [whose(1, 3), whose(3, 2)] {
        assert!(PersonKey::read(&mine.bytes(), other).is_none());
        // The same secret, as another's.
        let mut secret = Secret::empty();
        *secret.bytes_mut() = *mine.secret.bytes();
        assert_eq!(PersonKey { secret, whose: other }.unseal(&sealed), None);
    }
    assert_eq!(key(whose(1, 2)).unseal(&sealed), None);
}

#[test]
fn nothing_sealed_twice_looks_alike_and_nothing_shows_through() {
    let key = key(whose(1, 2));
    let (one, other) = (key.seal(&asha()).expect("sealed"), key.seal(&asha()).expect("sealed"));
    let head = SEALED_HEAD.len() + 16 + 32 + 32;
    assert_eq!(one[..head], other[..head]);
    assert_ne!(one[head..HEAD_BYTES], other[head..HEAD_BYTES]);
    let same = one[HEAD_BYTES..].iter().zip(&other[HEAD_BYTES..]).filter(|(a, b)| a == b).count();
    assert!(same < 16, "{same} of {} bytes are alike", one.len() - HEAD_BYTES);
    for (what, bytes) in [("sealed", &one[..]), ("key", &key.bytes()[..])] {
        for text in ["Asha", "9000000001", "mobile"] {
            assert!(
                !bytes.windows(text.len()).any(|part| part == text.as_bytes()),
                "{what} {text}"
            );
        }
    }
    assert!(!one.windows(8).any(|part| key.secret.bytes().windows(8).any(|held| held == part)));
}

#[test]
fn one_length_stands_for_many_details() {
    let key = key(whose(1, 2));
    let length = |text: &str| {
        let mut contents = Contents::default();
        contents.add("name", text).expect("a field");
        key.seal(&contents).expect("sealed").len()
    };
    assert_eq!(length("Om"), length(&"x".repeat(200)));
}

proptest! {
    #[test]
    fn what_is_sealed_opens_as_it_was(contents in any_contents(), ledger: u8, subject: u8) {
        let key = key(whose(ledger, subject));
        let sealed = key.seal(&contents).expect("sealed");
        prop_assert!(sealed.len() <= SEALED_BYTES_MAX);
        let again = PersonKey::read(&key.bytes(), whose(ledger, subject)).expect("the key");
        prop_assert_eq!(again.unseal(&sealed), Some(contents));
    }

    #[test]
    fn no_bytes_but_sealed_ones_open(bytes in prop::collection::vec(any::<u8>(), 0..600), at: prop::sample::Index, byte: u8) {
        let key = key(whose(1, 2));
        prop_assert_eq!(key.unseal(&bytes), None);
        let mut sealed = key.seal(&asha()).expect("sealed");
        let at = at.index(sealed.len());
        prop_assume!(sealed[at] != byte);
        sealed[at] = byte;
        prop_assert_eq!(key.unseal(&sealed), None);
    }
}
