//! Bytes that somebody else wrote: cut, changed, lengthened, deep, and long.

use bahi_core::{Event, NameError, Position, Recorded, TermsError};
use proptest::{collection::vec, prelude::*};

use super::{samples, strategies};
use crate::{
    AMOUNT_AT, EFFECTIVE_DAY_AT, ENVELOPE_BYTES, FLAGS_AT, FY_AT, INTRODUCED_AT, KIND_AT, Problem,
    RECORD_BYTES_MAX, RECORDED_AT_AT, ROLE_AT, SCHEMA_AT, WireError, decode, decode_checked,
    decode_first, encode, envelope_view,
};

const AT: Position = Position(42);

fn bytes(recorded: &Recorded) -> Vec<u8> {
    encode(recorded).expect("a stored form")
}

/// Bytes are refused, or are the one stored form of what they say; and bincode says the same.
fn is_canonical_or_refused(bytes: &[u8]) -> bool {
    let read = decode(AT, bytes);
    let canonical = match &read {
        Ok(recorded) => encode(recorded).as_deref() == Ok(bytes),
        Err(_) => true,
    };
    canonical && decode_checked(AT, bytes) == read
}

#[test]
fn every_truncation_is_refused_at_its_place() {
    for (name, sample) in samples::samples() {
        let whole = bytes(&sample);
        for length in 0..whole.len() {
            match decode(AT, &whole[..length]) {
                Err(WireError::Truncated { at }) => assert!(at <= length, "{name} at {length}"),
                other => panic!("{name} cut to {length} bytes: {other:?}"),
            }
        }
    }
}

#[test]
fn every_change_of_one_byte_is_refused_or_another_record() {
    for (name, sample) in samples::samples() {
        let mut changed = bytes(&sample);
        for index in 0..changed.len() {
            let original = changed[index];
            for value in 0..=u8::MAX {
                changed[index] = value;
                assert!(is_canonical_or_refused(&changed), "{name}: byte {index} as {value}");
                if value != original {
                    assert_ne!(decode(AT, &changed), Ok(sample.clone()), "{name}: byte {index}");
                }
            }
            changed[index] = original;
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    for (name, sample) in samples::samples() {
        let mut longer = bytes(&sample);
        let at = longer.len();
        longer.extend([0, 0]);
        assert_eq!(decode(AT, &longer), Err(WireError::TrailingBytes { at, count: 2 }), "{name}");
    }
}

#[test]
fn a_record_over_the_limit_is_refused_unread() {
    let bytes = vec![0; RECORD_BYTES_MAX + 1];
    let expected = WireError::TooLong { bytes: RECORD_BYTES_MAX + 1 };
    assert_eq!(decode(AT, &bytes), Err(expected.clone()));
    assert_eq!(decode_first(&bytes), Err(expected.clone()));
    assert_eq!(envelope_view(&bytes), Err(expected));
}

#[test]
fn an_envelope_is_refused_at_the_offset_of_what_is_unsound() {
    let unsound = |field, at, problem| WireError::Invalid { field, at, problem };
    let number = |value: i64| Problem::OutOfRange(i128::from(value));
    for (at, patch, expected) in [
        (KIND_AT, &[0, 0][..], WireError::UnknownKind(0)),
        (KIND_AT, b"BA", WireError::UnknownKind(16_706)),
        (KIND_AT, &[3, 0], WireError::UnknownKind(3)),
        (SCHEMA_AT, &[0], WireError::UnknownSchema { kind: 10, schema: 0 }),
        (SCHEMA_AT, &[2], WireError::UnknownSchema { kind: 10, schema: 2 }),
        (FLAGS_AT, &[2], unsound("flags", FLAGS_AT, Problem::UnknownNumber(2))),
        (FLAGS_AT, &[129], unsound("flags", FLAGS_AT, Problem::UnknownNumber(129))),
        (
            RECORDED_AT_AT,
            &i64::MAX.to_le_bytes(),
            unsound("recorded_at", RECORDED_AT_AT, number(i64::MAX)),
        ),
        (
            EFFECTIVE_DAY_AT,
            &i32::MIN.to_le_bytes(),
            unsound("effective_day", EFFECTIVE_DAY_AT, number(i64::from(i32::MIN))),
        ),
        (FY_AT, &[0, 0], unsound("fy", FY_AT, number(0))),
        (AMOUNT_AT, &(-1_i64).to_le_bytes(), unsound("amount", AMOUNT_AT, number(-1))),
        (ROLE_AT, &[0], unsound("role", ROLE_AT, Problem::UnknownNumber(0))),
        (ROLE_AT, &[8], unsound("role", ROLE_AT, Problem::UnknownNumber(8))),
        (INTRODUCED_AT, &[1], WireError::Truncated { at: ENVELOPE_BYTES }),
        (INTRODUCED_AT, &[255], WireError::Truncated { at: ENVELOPE_BYTES }),
    ] {
        let mut changed = bytes(&samples::recorded(Event::FundsAllotted));
        changed[at..at + patch.len()].copy_from_slice(patch);
        assert_eq!(decode(AT, &changed), Err(expected), "{patch:?} at {at}");
    }
}

#[test]
fn a_value_of_a_body_is_refused_at_its_place() {
    let disbursed = samples::recorded(samples::disbursed());
    let group = ENVELOPE_BYTES;
    let reference = group + 33;
    let unsound = |field, at, problem| WireError::Invalid { field, at, problem };
    for (at, patch, expected) in [
        (group, &[0, 0][..], unsound("instalment", group, Problem::OutOfRange(0))),
        (group + 2, &[0, 0], unsound("account key id", group, Problem::OutOfRange(0))),
        (group + 24, b"1", unsound("ifsc", group, Problem::Text)),
        (group + 31, &[6], unsound("mode", group, Problem::UnknownNumber(6))),
        (group + 32, &[2], unsound("reissue", group, Problem::UnknownNumber(2))),
        (group + 32, &[1], WireError::Truncated { at: reference + 15 }),
        (reference + 1, b" ", unsound("reference", reference, Problem::Name(NameError::EdgeBlank))),
        (reference + 1, &[0xff], unsound("reference", reference, Problem::Text)),
        (reference, &[255], WireError::Truncated { at: reference }),
        (reference, &[13], WireError::TrailingBytes { at: reference + 14, count: 1 }),
    ] {
        let mut changed = bytes(&disbursed);
        changed[at..at + patch.len()].copy_from_slice(patch);
        assert_eq!(decode(AT, &changed), Err(expected), "{patch:?} at {at}");
    }
}

#[test]
fn a_reissue_of_no_return_is_refused() {
    let (_, reissue) = &samples::samples()[5];
    let mut changed = bytes(reissue);
    let at = changed.len() - 8;
    changed[at..].fill(0);
    let problem = Problem::OutOfRange(0);
    assert_eq!(decode(AT, &changed), Err(WireError::Invalid { field: "reissue_of", at, problem }));
}

/// A record of changed terms whose one condition is the given tree.
fn with_condition(tree: &[u8]) -> Vec<u8> {
    let (_, changed) = &samples::samples()[1];
    let mut record = bytes(changed)[..ENVELOPE_BYTES].to_vec();
    record.extend([2, 0]);
    record.extend(0_i32.to_le_bytes());
    record.extend(i32::MIN.to_le_bytes());
    record.extend([1, 1, 0, 0, 0, 1, 1, 0]);
    record.extend([1, 0, 1, b't', 1, b'o', 0, 0, 0, 0, 0, 0]);
    record.extend([1, 0, 1, 0]);
    record.extend(tree);
    record
}

#[test]
fn a_deep_tree_is_refused_without_a_deep_stack() {
    let not = [72].repeat(20_000);
    let lists = [70, 1].repeat(10_000);
    let cap = [&[65][..], &[10].repeat(20_000)].concat();
    for tree in [not, lists, cap] {
        let error = decode(AT, &with_condition(&tree)).err();
        let Some(WireError::Invalid { field: "terms", problem: Problem::Terms(problem), .. }) =
            error
        else {
            panic!("a deep tree gave {error:?}");
        };
        assert_eq!(*problem, TermsError::TooDeep);
    }
}

#[test]
fn a_wide_tree_is_refused_at_the_bound_of_its_nodes() {
    let leaves = [3, 0, 0, 0, 0].repeat(64);
    let list = [&[7, 64][..], &leaves].concat();
    let wide = [&[65, 7, 64][..], &list.repeat(64)].concat();
    let error = decode(AT, &with_condition(&wide)).err();
    let Some(WireError::Invalid { problem: Problem::Terms(problem), .. }) = error else {
        panic!("a wide tree gave {error:?}");
    };
    assert_eq!(*problem, TermsError::TooLarge);
}

#[test]
fn a_word_of_terms_has_one_encoding() {
    let flag = |reference: &[u8]| with_condition(&[&[67][..], reference].concat());
    let problem = |bytes: &[u8]| match decode(AT, bytes) {
        Err(WireError::Invalid { problem, .. }) => problem,
        other => panic!("unsound words gave {other:?}"),
    };
    assert_eq!(problem(&flag(&[2, 0, 1, b't'])), Problem::Order);
    assert_eq!(problem(&flag(&[3, 0, 1, b'u'])), Problem::UnknownNumber(3));
    assert_eq!(problem(&flag(&[0, 0])), Problem::UnknownNumber(0));
    let sound = flag(&[2, 0, 1, b'u']);
    assert_eq!(decode(AT, &sound), Err(WireError::Truncated { at: sound.len() }));
}

#[test]
fn a_head_is_no_event_and_position_zero_holds_none() {
    let sample = bytes(&samples::recorded(Event::FundsAllotted));
    assert_eq!(decode(Position::NONE, &sample), Err(WireError::NotAnEvent));
    assert_eq!(decode_first(&sample), Err(WireError::NotAHead));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn arbitrary_bytes_are_refused_or_canonical(
        kind in proptest::sample::select(&bahi_core::EventKind::ALL[..]),
        tail in vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = bytes(&samples::recorded(Event::FundsAllotted));
        bytes[..2].copy_from_slice(&kind.number().to_le_bytes());
        bytes.extend(tail);
        prop_assert!(is_canonical_or_refused(&bytes));
        prop_assert!(decode_first(&bytes).is_err());
    }

    #[test]
    fn several_changed_bytes_are_refused_or_canonical(
        recorded in strategies::recorded(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let Ok(mut bytes) = encode(&recorded) else { return Ok(()) };
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        prop_assert!(is_canonical_or_refused(&bytes));
    }
}
