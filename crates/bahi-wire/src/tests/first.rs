//! The ledger's own record.

use bahi_core::{Instant, Position, hex};
use proptest::prelude::*;

use super::strategies;
use crate::{
    ClockKind, FORM_VERSION, FirstRecord, LedgerName, LedgerNameError, Problem, WireError, decode,
    decode_first, encode_first,
};

fn first() -> FirstRecord {
    FirstRecord {
        name: LedgerName::new("odop.example/up").expect("a name"),
        form_version: FORM_VERSION,
        clock: ClockKind::Simulated,
        nonce: [0x5a; 32],
        made_at: Instant::parse("2024-04-01T00:00:00+05:30").expect("a moment"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_head_comes_back_as_it_was(
        name in "[!-*,-~]{1,255}",
        nonce in any::<[u8; 32]>(),
        made_at in strategies::instant(),
        clock in proptest::sample::select(&ClockKind::ALL[..]),
    ) {
        let name = LedgerName::new(&name).expect("the pattern gives names");
        let first = FirstRecord { name, form_version: FORM_VERSION, clock, nonce, made_at };
        let bytes = encode_first(&first).expect("this version is written");
        prop_assert_eq!(decode_first(&bytes), Ok(first));
        prop_assert!(decode(Position(1), &bytes).is_err());
    }
}

#[test]
fn a_head_is_the_bytes_it_has_always_been() {
    let bytes = encode_first(&first()).expect("this version is written");
    let golden = concat!(
        "4241484948454144",
        "0100",
        "02",
        "003a840ff9140600",
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "0f6f646f702e6578616d706c652f7570",
    );
    assert_eq!(hex(&bytes), golden);
}

#[test]
fn a_changed_or_cut_head_is_refused_or_another_head() {
    let whole = encode_first(&first()).expect("this version is written");
    for length in 0..whole.len() {
        assert!(decode_first(&whole[..length]).is_err(), "cut to {length}");
    }
    let mut changed = whole.clone();
    for index in 0..whole.len() {
        for value in 0..=u8::MAX {
            changed[index] = value;
            if let Ok(read) = decode_first(&changed) {
                assert_eq!(encode_first(&read).as_ref(), Ok(&changed), "byte {index} as {value}");
            }
        }
        changed[index] = whole[index];
    }
    let longer = [&whole[..], &[0]].concat();
    let expected = WireError::TrailingBytes { at: whole.len(), count: 1 };
    assert_eq!(decode_first(&longer), Err(expected));
}

#[test]
fn another_form_version_is_told_from_damage() {
    let mut bytes = encode_first(&first()).expect("this version is written");
    bytes[8] = 9;
    assert_eq!(decode_first(&bytes[..10]), Err(WireError::UnknownForm(9)));
    assert_eq!(decode_first(&bytes), Err(WireError::UnknownForm(9)));
    let newer = FirstRecord { form_version: 9, ..first() };
    assert_eq!(encode_first(&newer), Err(WireError::UnknownForm(9)));
    assert!(WireError::UnknownForm(9).to_string().ends_with("a newer program is needed"));
    bytes[8] = 0;
    assert_eq!(decode_first(&bytes), Err(WireError::UnknownForm(0)));
    assert!(!WireError::UnknownForm(0).is_newer());
    bytes[8] = 1;
    bytes[10] = 3;
    let problem = Problem::UnknownNumber(3);
    assert_eq!(decode_first(&bytes), Err(WireError::Invalid { field: "clock", at: 10, problem }));
}

#[test]
fn a_ledger_name_is_printable_ascii_without_blank_or_plus() {
    for (text, expected) in [
        ("", LedgerNameError::Empty),
        ("two words", LedgerNameError::Character { column: 4 }),
        ("a+b", LedgerNameError::Character { column: 2 }),
        ("बही", LedgerNameError::Character { column: 1 }),
        ("a\n", LedgerNameError::Character { column: 2 }),
    ] {
        assert_eq!(LedgerName::new(text), Err(expected), "{text}");
    }
    assert!(LedgerName::new(&"a".repeat(255)).is_ok());
    assert_eq!(LedgerName::new(&"a".repeat(256)), Err(LedgerNameError::TooLong));
}
