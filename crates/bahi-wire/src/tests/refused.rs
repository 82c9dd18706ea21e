//! Events that are not sound have no stored form, and leave no byte behind.

use bahi_core::{
    AccountKey, Applicant, AuditFinding, BarSubject, BodyKey, DISTRICTS_MAX, District,
    EVIDENCE_MAX, Event, Evidence, FACTS_MAX, FINDINGS_MAX, Fingerprint, INTRODUCTIONS_MAX,
    Introduction, LINES_MAX, Money, PersonKey, REFERENCES_MAX, REFUSALS_MAX, Recorded, Refusal,
    RefusalRecord, SPV_MEMBERS_MAX, StoredFact, WordNo,
};

use super::samples;
use crate::{Problem, RECORD_BYTES_MAX, WireError, encode_into};

/// The sample of this name, changed so that it is not sound.
fn changed(name: &str, change: impl FnOnce(&mut Event)) -> Recorded {
    let mut recorded = samples::sample(name);
    change(&mut recorded.event);
    recorded
}

fn check(recorded: &Recorded, expected_field: &str, expected: Problem) {
    let mut bytes = vec![7; 3];
    match encode_into(recorded, &mut bytes) {
        Err(WireError::Invalid { field, problem, .. }) => {
            assert_eq!((field, problem), (expected_field, expected));
        }
        other => panic!("an unsound {expected_field} gave {other:?}"),
    }
    assert_eq!(bytes, [7; 3], "an error leaves no byte behind");
}

macro_rules! of {
    ($kind:ident, $event:ident, $change:expr) => {
        changed(stringify!($kind), |event| {
            let Event::$kind($event) = event else { panic!("the sample is of another kind") };
            $change;
        })
    };
}

const NO_KEY: Fingerprint = Fingerprint { key_id: 0, print: [0; 16] };

#[test]
fn a_list_is_within_its_bound() {
    let too_many = |max: usize| Problem::TooMany { count: max + 1, max };
    let person = PersonKey(samples::print(1));
    let finding = AuditFinding { check: WordNo(1), amount: Money::ZERO };
    let fact = |number| (WordNo(number), StoredFact::Flag(true));
    let refusal = Refusal::AmountIsZero {}.record();
    for (recorded, field, problem) in [
        (of!(SchemeOpened, opened, opened.districts.clear()), "districts", Problem::Empty),
        (
            of!(SchemeOpened, opened, opened.districts = (0..=1_024).map(District).collect()),
            "districts",
            too_many(DISTRICTS_MAX),
        ),
        (
            of!(Audited, audited, audited.findings = vec![finding; FINDINGS_MAX + 1]),
            "findings",
            too_many(FINDINGS_MAX),
        ),
        (
            of!(CommandRefused, refused, refused.refusals = vec![refusal; REFUSALS_MAX + 1]),
            "refusals",
            too_many(REFUSALS_MAX),
        ),
        (of!(CommandRefused, refused, refused.refusals.clear()), "refusals", Problem::Empty),
        (
            of!(Applied, applied, applied.facts = (0..=64).map(fact).collect()),
            "facts",
            too_many(FACTS_MAX),
        ),
        (
            of!(
                Applied,
                applied,
                applied.applicant = Applicant::Spv {
                    spv: BodyKey(samples::print(2)),
                    members: vec![person; SPV_MEMBERS_MAX + 1],
                }
            ),
            "members",
            too_many(SPV_MEMBERS_MAX),
        ),
        (
            of!(
                Applied,
                applied,
                applied.applicant =
                    Applicant::Spv { spv: BodyKey(samples::print(2)), members: vec![] }
            ),
            "members",
            Problem::Empty,
        ),
    ] {
        check(&recorded, field, problem);
    }
}

#[test]
fn a_value_is_one_that_can_be_read_back() {
    let alien = RefusalRecord { number: 9_999, figures: vec![], word: None };
    for (recorded, field, problem) in [
        (of!(SchemeOpened, opened, opened.districts.reverse()), "districts", Problem::Order),
        (
            of!(SchemeOpened, opened, opened.districts[0] = opened.districts[1]),
            "districts",
            Problem::Order,
        ),
        (of!(Disbursed, disbursed, disbursed.instalment = 0), "instalment", Problem::OutOfRange(0)),
        (
            of!(Disbursed, disbursed, disbursed.payee.account = AccountKey(NO_KEY)),
            "account key id",
            Problem::OutOfRange(0),
        ),
        (of!(CommandRefused, refused, refused.count = 0), "count", Problem::OutOfRange(0)),
        (
            of!(CommandRefused, refused, refused.refusals[1] = alien),
            "refusal",
            Problem::UnknownNumber(9_999),
        ),
        (of!(Applied, applied, applied.facts[1].0 = applied.facts[0].0), "facts", Problem::Order),
        (
            of!(
                Applied,
                applied,
                applied.applicant = Applicant::Institution { institution: BodyKey(NO_KEY) }
            ),
            "key id",
            Problem::OutOfRange(0),
        ),
    ] {
        check(&recorded, field, problem);
    }
}

#[test]
fn a_list_of_papers_or_lines_is_within_its_bound() {
    let too_many = |max: usize| Problem::TooMany { count: max + 1, max };
    let paper = Evidence { kind: WordNo(1), reference: samples::reference() };
    let papers = vec![paper; EVIDENCE_MAX + 1];
    let fact = |number| (WordNo(number), StoredFact::Flag(true));
    for (recorded, field, problem) in [
        (
            of!(StepRecorded, step, step.evidence.clone_from(&papers)),
            "evidence",
            too_many(EVIDENCE_MAX),
        ),
        (
            of!(StepRecorded, step, step.reported = (0..=64).map(fact).collect()),
            "reported",
            too_many(FACTS_MAX),
        ),
        (
            of!(StepRecorded, step, step.reported[1].0 = step.reported[0].0),
            "reported",
            Problem::Order,
        ),
        (of!(Audited, audited, audited.seen.clone_from(&papers)), "seen", too_many(EVIDENCE_MAX)),
        (
            of!(ApplicationAmended, amended, amended.facts = (0..=64).map(fact).collect()),
            "facts",
            too_many(FACTS_MAX),
        ),
        (
            of!(StatementLines, lines, lines.lines = vec![lines.lines[0].clone(); LINES_MAX + 1]),
            "lines",
            too_many(LINES_MAX),
        ),
        (of!(StatementLines, lines, lines.lines.clear()), "lines", Problem::Empty),
        (
            of!(
                StatementLines,
                lines,
                lines.lines[1].references = vec![samples::reference(); REFERENCES_MAX + 1]
            ),
            "references",
            too_many(REFERENCES_MAX),
        ),
    ] {
        check(&recorded, field, problem);
    }
}

#[test]
fn a_number_from_one_is_no_zero() {
    let account = AccountKey(NO_KEY);
    for (recorded, field) in [
        (of!(StockMoved, moved, moved.quantity = 0), "quantity"),
        (of!(FindingSettled, settled, settled.finding = 0), "finding"),
        (of!(StateCertified, certified, certified.version = 0), "version"),
        (of!(StatementLines, lines, lines.first = 0), "lines"),
        (of!(Matched, matched, matched.line.line = 0), "line"),
        (of!(MatchDecided, decided, decided.line.line = 0), "line"),
        (of!(AccessDenied, denied, denied.count = 0), "count"),
        (of!(KeyRotated, rotated, rotated.key_id = 0), "key id"),
        (of!(Barred, barred, barred.subject = BarSubject::Account(account)), "key id"),
        (of!(StatementReceived, received, received.account = account), "account key id"),
        (of!(StatementLines, lines, lines.lines[1].counterparty = Some(account)), "key id"),
    ] {
        check(&recorded, field, Problem::OutOfRange(0));
    }
    let last = of!(StatementLines, lines, lines.first = u32::MAX);
    check(&last, "lines", Problem::OutOfRange(i128::from(u32::MAX)));
}

#[test]
fn names_are_within_their_bound_and_the_record_within_its_own() {
    let mut recorded = samples::recorded(Event::FundsAllotted);
    let name = Introduction::Word(samples::word("w"));
    recorded.envelope.introduced = vec![name; INTRODUCTIONS_MAX + 1];
    let count = INTRODUCTIONS_MAX + 1;
    check(&recorded, "introduced", Problem::TooMany { count, max: INTRODUCTIONS_MAX });

    let long = samples::word(&"w".repeat(64));
    let order = bahi_core::OrderNumber::new(long.as_str()).expect("an order");
    let wide = bahi_core::Authority { order, paragraph: Some(long), ..samples::authority() };
    recorded.envelope.introduced = vec![Introduction::Authority(wide); INTRODUCTIONS_MAX];
    let mut bytes = vec![7; 3];
    let length = 76 + INTRODUCTIONS_MAX * 135;
    assert!(length > RECORD_BYTES_MAX);
    assert_eq!(encode_into(&recorded, &mut bytes), Err(WireError::TooLong { bytes: length }));
    assert_eq!(bytes, [7; 3], "an error leaves no byte behind");
}
