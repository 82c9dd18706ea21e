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
        (FLAGS_AT, &[4], unsound("flags", FLAGS_AT, Problem::UnknownNumber(4))),
        (FLAGS_AT, &[2], WireError::Truncated { at: ENVELOPE_BYTES }),
        (FLAGS_AT, &[3], WireError::Truncated { at: ENVELOPE_BYTES }),
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
    let mut changed = bytes(&samples::sample("Disbursed-reissue"));
    let at = changed.len() - 8;
    changed[at..].fill(0);
    let problem = Problem::OutOfRange(0);
    assert_eq!(decode(AT, &changed), Err(WireError::Invalid { field: "reissue_of", at, problem }));
}

/// A patch at an offset of a sample's body, which value is then unsound, where its group begins,
/// and why.
type Unsound = (&'static str, usize, Vec<u8>, &'static str, usize, Problem);

fn is_refused_at_its_place(rows: Vec<Unsound>) {
    for (name, at, patch, field, group, problem) in rows {
        let mut changed = bytes(&samples::sample(name));
        let from = ENVELOPE_BYTES + at;
        changed[from..from + patch.len()].copy_from_slice(&patch);
        let expected = WireError::Invalid { field, at: ENVELOPE_BYTES + group, problem };
        assert_eq!(decode(AT, &changed), Err(expected), "{name}: {patch:?} at {at}");
    }
}

/// Two bytes that are no year, four that are no day, eight that are no amount.
fn no_year() -> Vec<u8> {
    vec![0, 0]
}

fn no_day() -> Vec<u8> {
    i32::MAX.to_le_bytes().to_vec()
}

fn no_amount() -> Vec<u8> {
    (-1_i64).to_le_bytes().to_vec()
}

#[test]
fn a_value_of_a_fund_or_a_case_is_refused_at_its_place() {
    let range = Problem::OutOfRange;
    let unknown = Problem::UnknownNumber;
    let not_a_day = || range(i128::from(i32::MAX));
    is_refused_at_its_place(vec![
        ("FundsMoved", 4, no_year(), "fy of a fund", 0, range(0)),
        ("SanctionCarried", 4, vec![0xff, 0xff], "fy of a fund", 0, range(65_535)),
        ("ApplicationAmended", 5, vec![9], "fact", 1, unknown(9)),
        ("ApplicationAmended", 15, no_amount(), "fact", 10, range(-1)),
        ("ApplicationAmended", 10, vec![2], "facts", 0, Problem::Order),
        ("StepRecorded", 4, vec![33], "evidence", 10, Problem::TooMany { count: 33, max: 32 }),
        ("StepRecorded", 15, vec![b' '], "reference", 14, Problem::Name(NameError::EdgeBlank)),
        ("StepRecorded-plain", 4, vec![33], "evidence", 5, Problem::TooMany { count: 33, max: 32 }),
        ("StepRecorded-plain", 10, vec![b' '], "reference", 9, Problem::Name(NameError::EdgeBlank)),
        ("StepRecorded-late", 5, vec![65], "reported", 38, Problem::TooMany { count: 65, max: 64 }),
        ("StepRecorded", 42, vec![9], "fact", 38, unknown(9)),
        ("StepRecorded", 47, vec![2], "reported", 38, Problem::Order),
        ("Barred", 0, vec![0], "subject", 0, unknown(0)),
        ("Barred", 0, vec![5], "subject", 0, unknown(5)),
        ("Barred", 1, vec![0, 0], "key id", 0, range(0)),
        ("Barred", 19, no_day(), "until", 0, not_a_day()),
        ("SanctionRevised", 0, vec![2], "raised", 0, unknown(2)),
        ("SanctionRevised", 1, no_amount(), "sanctioned", 0, range(-1)),
        ("SanctionRevised", 9, no_amount(), "entitlement", 0, range(-1)),
        ("PaymentReturned", 12, no_day(), "own_day", 0, not_a_day()),
        ("PaymentConfirmed", 8, no_day(), "own_day", 0, not_a_day()),
        ("MovedToSuspense", 12, no_day(), "own_day", 0, not_a_day()),
        ("RecoveryDemanded", 0, no_amount(), "demanded", 0, range(-1)),
        ("RecoveryDemanded", 12, no_day(), "due", 0, not_a_day()),
        ("Utilised", 1, vec![b' '], "certificate", 0, Problem::Name(NameError::EdgeBlank)),
        (
            "InterestEarned",
            1,
            vec![7],
            "reference",
            0,
            Problem::Name(NameError::Character { column: 1 }),
        ),
        ("StockMoved", 4, vec![0], "movement", 0, unknown(0)),
        ("StockMoved", 4, vec![5], "movement", 0, unknown(5)),
        ("StockMoved", 5, vec![0; 4], "quantity", 0, range(0)),
    ]);
}

#[test]
fn a_value_of_an_audit_or_a_statement_is_refused_at_its_place() {
    let range = Problem::OutOfRange;
    let unknown = Problem::UnknownNumber;
    let not_a_day = || range(i128::from(i32::MAX));
    let too_many = |count, max| Problem::TooMany { count, max };
    is_refused_at_its_place(vec![
        ("Audited", 0, vec![0], "scope", 0, unknown(0)),
        ("Audited", 1, vec![5], "opinion", 0, unknown(5)),
        ("Audited", 2, vec![33], "seen", 4, too_many(33, 32)),
        ("Audited", 3, vec![129], "findings", 32, too_many(129, 128)),
        ("Audited", 36, no_amount(), "amount of a finding", 32, range(-1)),
        ("FindingSettled", 8, vec![0, 0], "finding", 0, range(0)),
        ("FindingSettled", 10, vec![4], "settlement", 0, unknown(4)),
        ("StateCertified", 8, no_day(), "as_of", 0, not_a_day()),
        ("StateCertified", 16, vec![0, 0], "version", 0, range(0)),
        ("PeriodSealed", 0, no_day(), "until", 0, not_a_day()),
        ("StatementReceived", 44, vec![0, 0], "account key id", 0, range(0)),
        ("StatementReceived", 62, no_day(), "from", 0, not_a_day()),
        ("StatementReceived", 66, no_day(), "to", 0, not_a_day()),
        ("StatementReceived", 74, vec![2], "has opening", 0, unknown(2)),
        ("StatementReceived", 75, vec![2], "has closing", 0, unknown(2)),
        ("StatementLines", 8, vec![0; 4], "lines", 0, range(0)),
        ("StatementLines", 8, vec![0xff; 4], "lines", 0, range(i128::from(u32::MAX))),
        ("StatementLines", 12, vec![0], "lines", 0, Problem::Empty),
        ("StatementLines", 12, vec![41], "lines", 13, too_many(41, 40)),
        ("StatementLines", 13, no_amount(), "amount of a line", 13, range(-1)),
        ("StatementLines", 21, vec![3], "side", 13, unknown(3)),
        ("StatementLines", 22, no_day(), "booked", 13, not_a_day()),
        ("StatementLines", 26, no_day(), "value", 13, not_a_day()),
        ("StatementLines", 42, vec![2], "has counterparty", 13, unknown(2)),
        ("StatementLines", 43, vec![9], "references", 62, too_many(9, 8)),
        ("StatementLines", 44, vec![0, 0], "key id", 44, range(0)),
        ("Matched", 8, vec![0; 4], "line", 0, range(0)),
        ("MatchDecided", 8, vec![0; 4], "line", 0, range(0)),
    ]);
}

#[test]
fn a_value_of_the_house_is_refused_at_its_place() {
    let range = Problem::OutOfRange;
    let unknown = Problem::UnknownNumber;
    is_refused_at_its_place(vec![
        ("Reversed", 8, vec![99, 0], "kind", 0, unknown(99)),
        ("Reversed", 8, vec![80, 0], "movement", 0, Problem::Movement(80)),
        ("Reversed", 8, vec![10, 0], "movement", 0, Problem::Movement(10)),
        ("Reversed", 14, vec![0], "movement", 0, Problem::Movement(30)),
        ("Reversed", 14, vec![19], "movement", 0, unknown(19)),
        ("Reversed-of-nothing", 14, vec![1], "movement", 0, Problem::Movement(22)),
        ("Reversed-of-transfer", 14, vec![6], "movement", 0, Problem::Movement(12)),
        ("Reversed-of-carry", 19, no_year(), "fy of a fund", 15, range(0)),
        ("AccessDenied", 4, vec![0; 4], "count", 0, range(0)),
        ("KeyRotated", 0, vec![0, 0], "key id", 0, range(0)),
        ("KeyRotated", 2, vec![0], "change", 0, unknown(0)),
        ("KeyRotated", 2, vec![3], "change", 0, unknown(3)),
        ("ActorKeySet", 4, vec![255, 255, 255, 127], "until", 0, range(i128::from(i32::MAX))),
        ("ActorKeySet", 8, vec![2], "required", 0, unknown(2)),
    ]);
}

/// Nothing is made room for before the bytes are there: every count within its bound that the
/// record cannot fill is refused where the rows would begin.
#[test]
fn a_count_that_the_record_cannot_fill_is_refused() {
    for (name, at, count, rows) in [
        ("StepRecorded", 4, 32, 10),
        ("StepRecorded-plain", 4, 32, 5),
        ("StepRecorded-late", 5, 64, 38),
        ("Audited", 2, 32, 4),
        ("Audited", 3, 128, 32),
        ("ApplicationAmended", 0, 64, 1),
        ("StatementLines", 12, 40, 13),
    ] {
        let mut changed = bytes(&samples::sample(name));
        changed[ENVELOPE_BYTES + at] = count;
        let expected = WireError::Truncated { at: ENVELOPE_BYTES + rows };
        assert_eq!(decode(AT, &changed), Err(expected), "{name}");
    }
}

#[test]
fn a_flag_of_a_total_decides_what_follows() {
    let both = bytes(&samples::sample("StatementReceived"));
    let closing_at = ENVELOPE_BYTES + 75;
    let totals_at = ENVELOPE_BYTES + 76;
    let mut one = both.clone();
    one[closing_at] = 0;
    let expected = WireError::TrailingBytes { at: totals_at + 16, count: 16 };
    assert_eq!(decode(AT, &one), Err(expected));
    let short = &both[..both.len() - 16];
    assert_eq!(decode(AT, short), Err(WireError::Truncated { at: totals_at + 16 }));
}

/// A record of changed terms with so many conditions, as many items, and so many limits, gates,
/// returns and outcomes, up to where the first of them begins.
fn with_lists(requires: u8, [limits, gates, returns, outcomes]: [u8; 4]) -> Vec<u8> {
    let changed = samples::sample("TermsChanged");
    let mut record = bytes(&changed)[..ENVELOPE_BYTES].to_vec();
    record.extend([2, 0]);
    record.extend(0_i32.to_le_bytes());
    record.extend(i32::MIN.to_le_bytes());
    record.extend([1, 1, 0, 0, 0, requires, requires, 0]);
    record.extend([limits, gates, returns, outcomes]);
    record.extend([1, 0, 1, b't', 1, b'o', 0, 0, 0, 0, 0, 0]);
    record
}

/// A record of changed terms whose one condition is the given tree.
fn with_condition(tree: &[u8]) -> Vec<u8> {
    [&with_lists(1, [0; 4])[..], &[1, 0, 1, 0], tree].concat()
}

/// The same whose one limit has the given form and nothing after it.
fn with_limit(form: [u8; 7]) -> Vec<u8> {
    [&with_lists(0, [1, 0, 0, 0])[..], &[1, 0, 1, 0], &form].concat()
}

#[test]
fn a_limit_is_refused_for_what_it_says_of_whom_what_and_how_far() {
    let sound = [1, 1, 0, 0, 2, 1, 0];
    for (place, value, field) in [
        (0, 0, "whom a limit is for"),
        (0, 5, "whom a limit is for"),
        (4, 0, "what a limit counts"),
        (4, 4, "what a limit counts"),
        (5, 0, "how far a limit reaches"),
        (5, 3, "how far a limit reaches"),
        (6, 4, "parts of a limit"),
    ] {
        let mut form = sound;
        form[place] = value;
        let record = with_limit(form);
        let problem = Problem::UnknownNumber(u32::from(value));
        let expected = WireError::Invalid { field, at: record.len() - 7, problem };
        assert_eq!(decode(AT, &record), Err(expected));
    }
    // Whole as far as it goes: the terms it is of have no item.
    for (form, wanted) in [(sound, TermsError::Empty), ([1, 0, 0, 101, 2, 1, 0], TermsError::Empty)]
    {
        let error = decode(AT, &with_limit(form)).err();
        let Some(WireError::Invalid { problem: Problem::Terms(problem), .. }) = error else {
            panic!("a limit without an item gave {error:?}");
        };
        assert_eq!(*problem, wanted);
    }
    let short = with_limit([1, 1, 0, 0, 2, 1, 1]);
    assert_eq!(decode(AT, &short), Err(WireError::Truncated { at: short.len() }));
}

/// One gate of a sanction, or a return or an outcome, from the given bytes, after terms of no item.
fn of_procedure(lists: [u8; 4], rest: &[u8]) -> Result<Recorded, WireError> {
    decode(AT, &[&with_lists(0, lists)[..], rest].concat())
}

#[test]
fn a_part_of_a_procedure_is_refused_for_what_it_says() {
    const GATE: [u8; 4] = [0, 1, 0, 0];
    let unknown = |number: u8| Problem::UnknownNumber(u32::from(number));
    let many = |count| Problem::TooMany { count, max: 64 };
    // A gate: what it is about, its paragraph, its group, then what that says is there.
    for (lists, rest, back, field, problem) in [
        (GATE, &[0, 1, 0, 0, 0, 0, 0, 0, 0][..], 9, "what a gate is about", unknown(0)),
        (GATE, &[9, 1, 0, 0, 0, 0, 0, 0, 0], 9, "what a gate is about", unknown(9)),
        (GATE, &[7, 1, 0, 0, 0, 0, 0, 0, 0], 9, "what a gate is about", unknown(7)),
        (GATE, &[8, 1, 0, 0, 0, 0, 0, 0, 0], 9, "what a gate is about", unknown(8)),
        (GATE, &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], 10, "step", unknown(0)),
        (GATE, &[2, 0, 0, 0, 0, 0, 0, 0, 0], 8, "paragraph of a gate", unknown(0)),
        (GATE, &[2, 1, 0, 0, 0, 0, 0, 0, 16], 6, "parts of a gate", unknown(16)),
        (GATE, &[2, 1, 0, 65, 0, 0, 0, 0, 0], 0, "reasons of a gate", many(65)),
        (GATE, &[2, 1, 0, 0, 65, 0, 0, 0, 0], 0, "roles of a gate", many(65)),
        (GATE, &[2, 1, 0, 0, 0, 65, 0, 0, 0], 0, "rows of a gate", many(65)),
        (GATE, &[2, 1, 0, 0, 0, 0, 65, 0, 0], 0, "papers of a gate", many(65)),
        (GATE, &[2, 1, 0, 0, 1, 0, 0, 0, 0, 8], 1, "role of a gate", unknown(8)),
        (GATE, &[2, 1, 0, 0, 0, 1, 0, 0, 0, 65], 0, "milestones of a gate", many(65)),
        (GATE, &[2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5], 1, "what a gate waits for", unknown(5)),
        (GATE, &[2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 6], 1, "what a gate waits for", unknown(6)),
        (GATE, &[2, 1, 0, 0, 0, 0, 0, 0, 2, 3, 1, 0, 8], 4, "unit of a length", unknown(3)),
        (GATE, &[2, 1, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 8], 4, "unit of a length", unknown(0)),
        ([0, 0, 1, 0], &[1, 0, 0], 1, "what follows a return", unknown(0)),
        ([0, 0, 1, 0], &[1, 0, 5], 1, "what follows a return", unknown(5)),
        ([0, 0, 0, 1], &[1, 0, 1, 0, 5], 1, "kind of an outcome", unknown(5)),
    ] {
        let at = with_lists(0, lists).len() + rest.len() - back;
        let refused = Err(WireError::Invalid { field, at, problem });
        assert_eq!(of_procedure(lists, rest), refused, "{rest:?}");
    }
    // Whole as far as they go: the terms they are of have no item, and what follows is missed
    // where it would begin.
    for (lists, rest) in [
        (GATE, &[4, 9, 0, 1, 0, 0, 0, 0, 0, 200, 8][..]),
        (GATE, &[2, 1, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 8]),
        ([0, 0, 1, 0], &[1, 0, 4]),
        ([0, 0, 0, 1], &[1, 0, 1, 0, 4]),
    ] {
        let error = of_procedure(lists, rest).err();
        let Some(WireError::Invalid { problem: Problem::Terms(problem), .. }) = error else {
            panic!("a part of a procedure without an item gave {error:?}");
        };
        assert_eq!(*problem, TermsError::Empty);
        let short = of_procedure(lists, &rest[..rest.len() - 1]);
        assert!(matches!(short, Err(WireError::Truncated { .. })), "{rest:?}: {short:?}");
    }
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
    assert_eq!(problem(&flag(&[3, 0, 1, b'u'])), Problem::OutOfRange(3));
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

/// The line of a signed command is one line of UTF-8 within its bound, whatever its length says.
#[test]
fn a_signed_line_is_refused_where_it_is_none() {
    let sample = bytes(&samples::sample("FundsAllotted-signed"));
    let length_at = ENVELOPE_BYTES + 96;
    let line_at = length_at + 2;
    let invalid = |problem| WireError::Invalid { field: "signed line", at: line_at, problem };
    let rows: [(u16, &[u8], WireError); 6] = [
        (0, b"", invalid(Problem::Line)),
        (2, b"a\n", invalid(Problem::Line)),
        (2, b"\r{", invalid(Problem::Line)),
        (2, b"\xff{", invalid(Problem::Line)),
        (3, b"{}", WireError::Truncated { at: line_at }),
        (1, b"{}", WireError::TrailingBytes { at: line_at + 1, count: 1 }),
    ];
    for (length, line, expected) in rows {
        let mut changed = sample[..length_at].to_vec();
        changed.extend(length.to_le_bytes());
        changed.extend(line);
        assert_eq!(decode(AT, &changed), Err(expected.clone()), "{line:?}");
        assert_eq!(decode_checked(AT, &changed), Err(expected), "{line:?}");
    }
    let mut long = sample[..length_at].to_vec();
    let most = bahi_core::SIGNED_LINE_BYTES_MAX;
    long.extend(u16::try_from(most + 1).expect("two bytes").to_le_bytes());
    long.extend(vec![b' '; most + 1]);
    assert_eq!(decode(AT, &long), Err(invalid(Problem::Line)));
    long.pop();
    long[length_at..line_at]
        .copy_from_slice(&u16::try_from(most).expect("two bytes").to_le_bytes());
    assert!(decode_checked(AT, &long).is_ok(), "the longest line is read");
    // Without its flag, what was signed is taken for the body, which this kind has none of.
    let mut unflagged = sample;
    unflagged[FLAGS_AT] = 0;
    let count = unflagged.len() - ENVELOPE_BYTES;
    let expected = WireError::TrailingBytes { at: ENVELOPE_BYTES, count };
    assert_eq!(decode(AT, &unflagged), Err(expected));
}
