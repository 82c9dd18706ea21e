//! What is written is what is read, for arbitrary events and at every bound.

use bahi_core::{
    AccountKey, ActorName, Applicant, ApplicationAmended, Applied, AuditFinding, AuditScope,
    Audited, Authority, BodyKey, CaseRef, DISTRICTS_MAX, Day, District, EVIDENCE_MAX, Event,
    EventKind, Evidence, FACTS_MAX, FINDINGS_MAX, Introduction, LINES_MAX, LineSide, Money,
    Movement, NAME_BYTES_MAX, Opinion, OrderNumber, PersonKey, Position, REFERENCES_MAX, Reference,
    SPV_MEMBERS_MAX, SchemeOpened, StatementLine, StatementLines, StepRecorded, StoredFact,
    TERMS_LIST_MAX, Terms, WordNo,
};
use proptest::prelude::*;

use super::{samples, strategies};
use crate::{
    ACTOR_AT, AMOUNT_AT, AUTHORITY_AT, CASE_AT, COMMAND_AT, DISTRICT_AT, EFFECTIVE_DAY_AT,
    ENVELOPE_BYTES, EnvelopeView, FLAGS_AT, FY_AT, HEAD_AT, INTRODUCED_AT, KIND_AT, PREVIOUS_AT,
    Problem, RECORD_BYTES_MAX, RECORDED_AT_AT, ROLE_AT, SCHEMA_AT, SCHEME_AT, TERMS_AT, WireError,
    decode, decode_checked, encode, encode_into, envelope_view,
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
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..Default::default() })]

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
            signed: recorded.signed.is_some(),
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
fn every_kind_has_a_sample_and_every_sample_comes_back() {
    let samples = samples::samples();
    for (kind, (name, sample)) in EventKind::ALL.into_iter().zip(&samples) {
        assert_eq!((sample.event.kind(), name.as_str()), (kind, kind.name()));
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
        ("Sanctioned", samples::sample("Sanctioned").event, 88),
        ("Disbursed", samples::disbursed(), 124),
        ("PaymentReturned", samples::sample("PaymentReturned").event, 92),
        ("StepRecorded", samples::sample("StepRecorded-plain").event, 109),
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

/// Events whose lists are as long, and whose texts as wide, as they may be, each with the words
/// it can introduce at once.
fn widest() -> Vec<(Event, usize)> {
    let widest = Reference::new(&"r".repeat(NAME_BYTES_MAX)).expect("a reference");
    let members = vec![PersonKey(samples::print(1)); SPV_MEMBERS_MAX];
    let facts: Vec<_> =
        (1..=FACTS_MAX as u32).map(|name| (WordNo(name), StoredFact::Word(WordNo(name)))).collect();
    let paper = Evidence { kind: WordNo(1), reference: widest.clone() };
    let seen = vec![paper; EVIDENCE_MAX];
    let finding = AuditFinding { check: WordNo(1), amount: Money::MAX };
    let line = StatementLine {
        amount: Money::MAX,
        side: LineSide::Debit,
        booked: Day::MAX,
        value: Day::MIN,
        references: vec![widest; REFERENCES_MAX],
        counterparty: Some(AccountKey(samples::print(1))),
        at: u64::MAX,
        bytes: u32::MAX,
        particulars: None,
    };
    let spv = Applicant::Spv { spv: BodyKey(samples::print(2)), members };
    let case_ref = CaseRef::new(&"c".repeat(NAME_BYTES_MAX)).expect("a case");
    let applied = Applied { case_ref, applicant: spv, facts: facts.clone() };
    let first = u32::MAX - (LINES_MAX as u32 - 1);
    let lines =
        StatementLines { statement: Position(u64::MAX), first, lines: vec![line; LINES_MAX] };
    let audited = Audited {
        scope: AuditScope::Inspection,
        seen: seen.clone(),
        opinion: Opinion::Disclaimer,
        findings: vec![finding; FINDINGS_MAX],
    };
    let step = StepRecorded {
        step: WordNo(1),
        evidence: seen,
        reported: facts.clone(),
        late_by: u32::MAX,
    };
    vec![
        (Event::Applied(applied), 2 * FACTS_MAX),
        (Event::ApplicationAmended(ApplicationAmended { facts }), 2 * FACTS_MAX),
        (Event::StepRecorded(step), EVIDENCE_MAX + 2 * FACTS_MAX + 1),
        (Event::Audited(audited), EVIDENCE_MAX + FINDINGS_MAX),
        (Event::StatementLines(lines), 0),
    ]
}

/// What a list may hold fits a record whatever it holds, beside an actor, an authority and every
/// word that is new.
#[test]
fn the_widest_event_of_each_list_fits() {
    for (event, words) in widest() {
        let kind = event.kind().name();
        let mut recorded = samples::recorded(event);
        let wide = samples::word(&"w".repeat(NAME_BYTES_MAX));
        let actor = ActorName::new(wide.as_str()).expect("an actor");
        let order = OrderNumber::new(wide.as_str()).expect("an order");
        let paragraph = Some(wide.clone());
        let authority = Authority { order, paragraph, ..samples::authority() };
        let named = [Introduction::Actor(actor), Introduction::Authority(authority)];
        recorded.envelope.introduced = named.to_vec();
        recorded.envelope.introduced.resize(words + 2, Introduction::Word(wide));
        let bytes = encode(&recorded).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(decode_checked(recorded.position, &bytes), Ok(recorded), "{kind}");
    }
}

#[test]
fn districts_at_their_bound_come_back() {
    let districts = (1..).take(DISTRICTS_MAX).map(District).collect();
    let opened = SchemeOpened { districts, terms: samples::terms() };
    let recorded = samples::recorded(Event::SchemeOpened(opened));
    let bytes = encode(&recorded).expect("a bound fits in a record");
    assert_eq!(decode_checked(recorded.position, &bytes), Ok(recorded));
}

/// A reversal has a movement of the kind it reverses, as the domain says, and no other.
#[test]
fn a_reversal_moves_back_what_its_kind_moves() {
    let reversals = samples::reversals();
    let mut movements: Vec<Option<Movement>> =
        reversals.iter().map(|(_, movement)| *movement).collect();
    movements.sort();
    movements.dedup();
    assert_eq!(movements.len(), 19, "none, and each movement");
    for kind in EventKind::ALL {
        for movement in &movements {
            let recorded = samples::recorded(samples::reversed(kind, *movement));
            let encoded = encode(&recorded);
            if reversals.contains(&(kind, *movement)) {
                let bytes = encoded.expect("the kind moves so");
                assert_eq!(decode_checked(recorded.position, &bytes), Ok(recorded));
            } else {
                let problem = Problem::Movement(kind.number());
                let at = ENVELOPE_BYTES;
                let expected = WireError::Invalid { field: "movement", at, problem };
                assert_eq!(encoded, Err(expected), "{} {movement:?}", kind.name());
            }
        }
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
    let recorded = samples::sample("FundsAllotted-naming");
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
