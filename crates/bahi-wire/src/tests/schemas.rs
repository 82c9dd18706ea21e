//! Schemas: which there are, that each is read as today's event and written back in its own bytes,
//! and that an event has one of them.

use bahi_core::{Event, EventKind, Position, StepRecorded};
use proptest::prelude::*;

use super::{samples, strategies};
use crate::{
    ENVELOPE_BYTES, KIND_AT, Problem, SCHEMA_AT, WireError, decode, decode_checked, encode,
    envelope_view, newest_schema,
};

const AT: Position = Position(42);

fn step(name: &str) -> (StepRecorded, Vec<u8>) {
    let sample = samples::sample(name);
    let bytes = encode(&sample).expect("a stored form");
    let Event::StepRecorded(step) = sample.event else { panic!("{name} is no step") };
    (step, bytes)
}

/// A step without reports that was in time is what steps were before they had either.
#[test]
fn an_event_is_written_in_the_lowest_schema_that_says_all_of_it() {
    for (name, schema, body) in [
        ("StepRecorded-plain", 1, 5 + 28),
        ("StepRecorded-late", 2, 10 + 28),
        ("StepRecorded-in-time", 2, 10 + 28 + 41),
        ("StepRecorded", 2, 10 + 28 + 41),
    ] {
        let (_, bytes) = step(name);
        assert_eq!((bytes[SCHEMA_AT], bytes.len()), (schema, ENVELOPE_BYTES + body), "{name}");
    }
}

#[test]
fn an_older_schema_reads_as_todays_event() {
    let (expected, bytes) = step("StepRecorded-plain");
    assert_eq!(bytes[SCHEMA_AT], 1);
    let read = decode_checked(AT, &bytes).expect("every schema is read");
    assert_eq!(read.event, Event::StepRecorded(expected.clone()));
    assert_eq!((expected.reported.len(), expected.late_by), (0, 0));
}

/// The same event in a schema that says more: sound but for the one encoding.
#[test]
fn an_event_is_sound_in_no_higher_schema() {
    let (_, mut late) = step("StepRecorded-late");
    late[ENVELOPE_BYTES + 6..ENVELOPE_BYTES + 10].fill(0);
    let problem = Problem::LowerSchema(1);
    let expected = WireError::Invalid { field: "schema", at: SCHEMA_AT, problem };
    assert_eq!(decode(AT, &late), Err(expected.clone()));
    assert_eq!(decode_checked(AT, &late), Err(expected));
}

/// What no program has yet written is refused as such, by every reading, and is no damage.
#[test]
fn what_is_newer_than_the_program_is_said_to_need_a_newer_one() {
    for kind in EventKind::ALL {
        let sample = samples::sample(kind.name());
        let mut bytes = encode(&sample).expect("a stored form");
        let schema = newest_schema(kind) + 1;
        bytes[SCHEMA_AT] = schema;
        let expected = WireError::UnknownSchema { kind: kind.number(), schema };
        assert_eq!(decode(AT, &bytes), Err(expected.clone()));
        assert_eq!(decode_checked(AT, &bytes), Err(expected.clone()));
        assert_eq!(envelope_view(&bytes), Err(expected.clone()));
        assert!(expected.is_newer() && said_to_be_newer(&expected), "{expected}");
    }
    for (at, value) in [(KIND_AT, 200), (crate::FLAGS_AT, 4), (crate::ROLE_AT, 8)] {
        let mut bytes = encode(&samples::recorded(Event::FundsAllotted)).expect("a stored form");
        bytes[at] = value;
        let error = decode(AT, &bytes).expect_err("nothing has this number");
        assert!(error.is_newer() && said_to_be_newer(&error), "{error}");
        bytes[at] = 0;
        let is_sound = at == crate::FLAGS_AT;
        assert_eq!(decode(AT, &bytes).map_err(|error| error.is_newer()).is_ok(), is_sound);
        assert!(!decode(AT, &bytes).is_err_and(|error| error.is_newer()), "0 is never given");
    }
}

fn said_to_be_newer(error: &WireError) -> bool {
    error.to_string().ends_with("a newer program is needed")
}

#[test]
fn no_kind_has_a_schema_of_number_zero() {
    for kind in EventKind::ALL {
        let mut bytes = encode(&samples::sample(kind.name())).expect("a stored form");
        bytes[SCHEMA_AT] = 0;
        let expected = WireError::UnknownSchema { kind: kind.number(), schema: 0 };
        assert!(!expected.is_newer());
        assert_eq!(decode(AT, &bytes), Err(expected));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    /// Whatever the bytes, no event is read from two schemas: relabelled, a record is refused or
    /// another event.
    #[test]
    fn a_record_under_another_schema_is_refused_or_another_event(recorded in strategies::recorded()) {
        let Ok(bytes) = encode(&recorded) else { return Ok(()) };
        for schema in 1..=newest_schema(recorded.event.kind()) {
            let mut other = bytes.clone();
            other[SCHEMA_AT] = schema;
            if schema == bytes[SCHEMA_AT] {
                continue;
            }
            if let Ok(read) = decode(recorded.position, &other) {
                prop_assert_ne!(&read, &recorded);
                prop_assert_eq!(encode(&read), Ok(other));
            }
        }
    }
}
