//! What is written is what is read, for arbitrary events and at every bound.

use bahi_core::{
    Applicant, Applied, BodyKey, DISTRICTS_MAX, District, Event, EventKind, PersonKey,
    SPV_MEMBERS_MAX, SchemeOpened, TERMS_LIST_MAX, Terms,
};
use proptest::prelude::*;

use super::{samples, strategies};
use crate::{
    ACTOR_AT, AMOUNT_AT, AUTHORITY_AT, CASE_AT, COMMAND_AT, DISTRICT_AT, EFFECTIVE_DAY_AT,
    ENVELOPE_BYTES, EnvelopeView, FLAGS_AT, FY_AT, HEAD_AT, INTRODUCED_AT, KIND_AT, PREVIOUS_AT,
    RECORD_BYTES_MAX, RECORDED_AT_AT, ROLE_AT, SCHEMA_AT, SCHEME_AT, TERMS_AT, WireError, applied,
    body,
    bytes::{Form, Reader, Writer, width},
    content, decode, decode_checked, encode, encode_into, envelope, envelope_view, first, terms,
};

/// Whether a result is sound, or the record does not fit and nothing else is wrong.
fn fits(encoded: Result<Vec<u8>, WireError>) -> Option<Vec<u8>> {
    match encoded {
        Ok(bytes) => Some(bytes),
        Err(WireError::TooLong { bytes }) if bytes > RECORD_BYTES_MAX => None,
        Err(error) => panic!("a sound event was refused: {error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..Default::default() })]

    #[test]
    fn an_event_comes_back_as_it_was(recorded in strategies::recorded()) {
        let Some(bytes) = fits(encode(&recorded)) else { return Ok(()) };
        prop_assert!(bytes.len() <= RECORD_BYTES_MAX);
        prop_assert_eq!(&decode(recorded.position, &bytes), &Ok(recorded.clone()));
        prop_assert_eq!(&decode_checked(recorded.position, &bytes), &Ok(recorded.clone()));
        let mut after = vec![1, 2, 3];
        prop_assert_eq!(encode_into(&recorded, &mut after), Ok(()));
        prop_assert_eq!(&after[..3], &[1, 2, 3]);
        prop_assert_eq!(&after[3..], &bytes[..]);
    }

    #[test]
    fn the_view_says_what_the_event_says(recorded in strategies::recorded()) {
        let Some(bytes) = fits(encode(&recorded)) else { return Ok(()) };
        let said = &recorded.envelope;
        let expected = EnvelopeView {
            kind: recorded.event.kind(),
            clamped: recorded.clamped,
            command: said.command,
            case: said.case,
            previous: said.previous,
            recorded_at: recorded.recorded_at,
            effective_day: said.effective_day,
            fund: said.fund,
            amount: said.amount,
            actor: said.actor,
            role: said.role,
            terms: said.terms,
            authority: said.authority,
            introduced: u8::try_from(said.introduced.len()).expect("at most 255"),
        };
        prop_assert_eq!(envelope_view(&bytes), Ok(expected));
        prop_assert_eq!(envelope_view(&bytes[..ENVELOPE_BYTES]), Ok(expected));
    }

    #[test]
    fn any_sound_terms_come_back_as_they_were(terms in strategies::terms()) {
        let opened = SchemeOpened { districts: vec![District(0)], terms };
        let recorded = samples::recorded(Event::SchemeOpened(opened));
        let Some(bytes) = fits(encode(&recorded)) else { return Ok(()) };
        prop_assert_eq!(decode_checked(recorded.position, &bytes), Ok(recorded));
    }
}

#[test]
fn the_samples_cover_every_kind_and_come_back() {
    let samples = samples::samples();
    for kind in EventKind::ALL {
        assert!(samples.iter().any(|(_, sample)| sample.event.kind() == kind), "{}", kind.name());
    }
    for (name, sample) in samples {
        let bytes = encode(&sample).expect("a sample has a stored form");
        assert_eq!(decode_checked(sample.position, &bytes), Ok(sample), "{name}");
    }
}

#[test]
fn a_usual_record_is_short() {
    let bytes = |event: Event| encode(&samples::recorded(event)).expect("a stored form").len();
    for (kind, event, most) in [
        ("Sanctioned", samples::samples()[3].1.event.clone(), 88),
        ("Disbursed", samples::disbursed(), 124),
        ("FundsAllotted", Event::FundsAllotted, 76),
    ] {
        assert_eq!(event.kind().name(), kind);
        assert_eq!(bytes(event), most, "{kind}");
    }
    let Event::Applied(mut applied) = samples::applied(samples::person()) else {
        panic!("an application");
    };
    applied.facts.truncate(2);
    assert_eq!(bytes(Event::Applied(applied)), 150);
}

/// The widest records each list allows still fit, or are refused for their length alone.
#[test]
fn lists_at_their_bounds_come_back() {
    let members = vec![PersonKey(samples::print(1)); SPV_MEMBERS_MAX];
    let spv = Applicant::Spv { spv: BodyKey(samples::print(2)), members };
    let districts = (1..).take(DISTRICTS_MAX).map(District).collect();
    for event in [
        Event::SchemeOpened(SchemeOpened { districts, terms: samples::terms() }),
        Event::Applied(Applied { case_ref: samples::case_ref(), applicant: spv, facts: vec![] }),
    ] {
        let recorded = samples::recorded(event);
        let bytes = encode(&recorded).expect("a bound fits in a record");
        assert_eq!(decode_checked(recorded.position, &bytes), Ok(recorded));
    }
}

#[test]
fn terms_at_the_bound_of_their_lists_come_back() {
    let mut parts = samples::terms().parts().clone();
    let item = parts.items[0].clone();
    parts.items = (0..9)
        .map(|index| bahi_core::Item {
            name: samples::word(&format!("item-{index}")),
            ..item.clone()
        })
        .collect();
    let policy = parts.policies[0].clone();
    parts.policies = (0..TERMS_LIST_MAX)
        .map(|index| bahi_core::Policy {
            name: samples::word(&format!("policy-{index}")),
            ..policy.clone()
        })
        .collect();
    let terms = Terms::new(parts).expect("sound terms");
    let opened = SchemeOpened { districts: vec![District(0)], terms };
    let recorded = samples::recorded(Event::SchemeOpened(opened));
    let bytes = encode(&recorded).expect("the terms fit");
    assert!(bytes.len() < RECORD_BYTES_MAX / 4, "{}", bytes.len());
    assert_eq!(decode_checked(recorded.position, &bytes), Ok(recorded));
}

#[test]
fn the_published_offsets_are_where_the_values_stand() {
    let (_, recorded) = samples::samples().swap_remove(17);
    let bytes = encode(&recorded).expect("a stored form");
    let said = &recorded.envelope;
    let command = said.command.to_bytes();
    for (at, expected) in [
        (KIND_AT, &recorded.event.kind().number().to_le_bytes()[..]),
        (SCHEMA_AT, &[1]),
        (FLAGS_AT, &[1]),
        (COMMAND_AT, &command),
        (CASE_AT, &said.case.0.to_le_bytes()),
        (PREVIOUS_AT, &said.previous.0.to_le_bytes()),
        (RECORDED_AT_AT, &recorded.recorded_at.epoch_micros().to_le_bytes()),
        (EFFECTIVE_DAY_AT, &said.effective_day.epoch_days().to_le_bytes()),
        (SCHEME_AT, &said.fund.scheme.0.to_le_bytes()),
        (HEAD_AT, &said.fund.head.0.to_le_bytes()),
        (FY_AT, &said.fund.fy.first().to_le_bytes()),
        (DISTRICT_AT, &said.fund.district.0.to_le_bytes()),
        (AMOUNT_AT, &said.amount.paise().to_le_bytes()),
        (ACTOR_AT, &said.actor.0.to_le_bytes()),
        (ROLE_AT, &[4]),
        (INTRODUCED_AT, &[6]),
        (TERMS_AT, &said.terms.to_le_bytes()),
        (AUTHORITY_AT, &said.authority.0.to_le_bytes()),
    ] {
        assert_eq!(&bytes[at..at + expected.len()], expected, "at {at}");
    }
}

/// Any bytes as wide as a group are one, and are read alike at their offsets and by bincode.
fn check_group<T: Form + PartialEq + std::fmt::Debug>(bytes: &[u8; 128]) {
    let part = &bytes[..T::BYTES];
    let group = T::at_offsets(part).expect("as wide as the group");
    let read = Reader::new(part).expect("short").by_bincode().form();
    assert_eq!(read.as_ref(), Ok(&group), "{}", std::any::type_name::<T>());
    let mut written = Vec::new();
    Writer::new(&mut written).form(&group);
    assert_eq!(written, part, "{}", std::any::type_name::<T>());
    assert_eq!(width(&group), T::BYTES);
    assert_eq!(T::at_offsets(&bytes[..T::BYTES - 1]), None);
    assert_eq!(T::at_offsets(&bytes[..T::BYTES + 1]), None);
}

/// Every group there is.
const GROUPS: [fn(&[u8; 128]); 23] = [
    check_group::<u8>,
    check_group::<u16>,
    check_group::<u32>,
    check_group::<u64>,
    check_group::<i32>,
    check_group::<i64>,
    check_group::<i128>,
    check_group::<envelope::EnvelopeForm>,
    check_group::<applied::AppliedForm>,
    check_group::<applied::PrintForm>,
    check_group::<applied::FactForm>,
    check_group::<body::SanctionedForm>,
    check_group::<body::DisbursedForm>,
    check_group::<body::PaymentReturnedForm>,
    check_group::<body::AuditedForm>,
    check_group::<body::FindingForm>,
    check_group::<body::CommandRefusedForm>,
    check_group::<body::RefusalForm>,
    check_group::<terms::TermsForm>,
    check_group::<terms::FactSpecForm>,
    check_group::<terms::RatioForm>,
    check_group::<first::FirstForm>,
    check_group::<content::ContentForm>,
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_group_is_read_at_its_offsets_as_bincode_reads_it(
        head in any::<[u8; 32]>(),
        next in any::<[u8; 32]>(),
        last in any::<[u8; 32]>(),
    ) {
        let mut bytes = [0; 128];
        for (slot, value) in bytes.iter_mut().zip([head, next, last].concat()) {
            *slot = value;
        }
        for check in GROUPS {
            check(&bytes);
        }
    }
}
