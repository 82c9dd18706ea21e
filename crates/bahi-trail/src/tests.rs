//! Trails against tables, against a naive oracle, and lines against the events they tell of.

extern crate std;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use bahi_core::{
    AccountKey, ActorName, ActorNo, Applicant, Applied, AuditFinding, AuditScope, Audited,
    Authority, AuthorityNo, BarSubject, Barred, BodyKey, CaseRef, CommandId, CommandKind,
    CommandRefused, Day, Disbursed, District, Envelope, Event, EventKind, FamilyKey, FinancialYear,
    Fingerprint, FundKey, HeadName, HeadNo, Ifsc, Instant, Introduction, Money, Names, Opinion,
    OrderNumber, Payee, PaymentMode, PaymentReturned, PersonKey, Position, Projection, Recorded,
    Recovered, Reference, Refusal, RefusalRecord, Reversed, Role, Sanctioned, SchemeName, SchemeNo,
    StoredFact, Total, Word, WordNo,
};
use proptest::prelude::*;

use crate::{Status, Subject, Trail, describe, entries};

mod figures;

mod images;

mod lines;

mod random;

fn print(number: u8) -> Fingerprint {
    Fingerprint { key_id: 1, print: [number; 16] }
}

fn case_ref(text: &str) -> CaseRef {
    CaseRef::new(text).expect("a case reference")
}

fn recorded(position: u64, case: u64, rupees: u64, order: u32, event: Event) -> Recorded {
    Recorded {
        position: Position(position),
        recorded_at: Instant::parse("2024-06-30").expect("a day"),
        clamped: false,
        signed: None,
        envelope: Envelope {
            command: CommandId::from_bytes([7; 16]),
            case: Position(case),
            previous: Position::NONE,
            effective_day: Day::parse("2024-06-30").expect("a day"),
            fund: FundKey {
                scheme: SchemeNo(1),
                head: HeadNo(1),
                fy: FinancialYear::from_first(2024).expect("a year"),
                district: District(187),
            },
            amount: Money::from_rupees(rupees).expect("an amount"),
            actor: ActorNo(1),
            role: Role::SanctioningAuthority,
            authority: AuthorityNo(order),
            terms: 1,
            introduced: Vec::new(),
        },
        event,
    }
}

fn applied(text: &str, applicant: Applicant) -> Event {
    Event::Applied(Applied { case_ref: case_ref(text), applicant, facts: Vec::new() })
}

fn person(number: u8, family: Option<u8>) -> Applicant {
    Applicant::Person {
        person: PersonKey(print(number)),
        family: family.map(|family| FamilyKey(print(family))),
    }
}

fn sanctioned() -> Event {
    let entitlement = Money::from_rupees(300_000).expect("an amount");
    Event::Sanctioned(Sanctioned { entitlement, paragraph: WordNo(1) })
}

fn disbursed(account: u8, reissue_of: u64) -> Event {
    Event::Disbursed(Disbursed {
        instalment: 1,
        payee: Payee {
            account: AccountKey(print(account)),
            ifsc: Ifsc::parse("SBIN0001234").expect("a code"),
        },
        mode: PaymentMode::Neft,
        reference: Reference::new("bill 1").expect("a reference"),
        reissue_of: Position(reissue_of),
    })
}

fn returned(payment: u64) -> Event {
    Event::PaymentReturned(PaymentReturned {
        payment: Position(payment),
        reason: WordNo(2),
        own_day: Day::parse("2024-06-30").expect("a day"),
    })
}

fn recovered() -> Event {
    let reference = Reference::new("challan 7").expect("a reference");
    Event::Recovered(Recovered { reason: WordNo(2), reference })
}

fn audited() -> Event {
    Event::Audited(Audited {
        scope: AuditScope::Payment,
        seen: Vec::new(),
        opinion: Opinion::Objection,
        findings: Vec::from([AuditFinding { check: WordNo(2), amount: Money::ZERO }]),
    })
}

fn refused(subject: Option<&str>) -> Event {
    let over = Money::from_rupees(1).map(Total::from).unwrap_or_default();
    let refusal = Refusal::ExceedsSanction { remaining: Total::ZERO, over };
    Event::CommandRefused(CommandRefused {
        command: CommandKind::Disburse,
        subject: subject.map(case_ref),
        refusals: Vec::from([refusal.record()]),
        digest: [0; 32],
        count: 1,
    })
}

fn fold(events: &[Recorded]) -> Trail {
    let mut trail = Trail::default();
    for event in events {
        trail.apply(event);
    }
    trail
}

fn names() -> Names {
    let mut names = Names::default();
    let word = |text: &str| Introduction::Word(Word::new(text).expect("a word"));
    let introductions = [
        Introduction::Scheme(SchemeName::new("margin-money").expect("a scheme")),
        Introduction::Head(HeadName::new("H1").expect("a head")),
        Introduction::Actor(ActorName::new("dm-vns").expect("an actor")),
        Introduction::Authority(Authority {
            order: OrderNumber::new("861/2018").expect("an order"),
            date: Day::parse("2018-09-24").expect("a day"),
            paragraph: None,
        }),
        word("1(2)"),
        word("51"),
        word("project_cost"),
    ];
    for introduction in &introductions {
        assert!(names.introduce(introduction));
    }
    names
}

/// Two cases of one family, a third of a vehicle; refusals before, within and beside them.
fn story() -> Vec<Recorded> {
    let spv = Applicant::Spv {
        spv: BodyKey(print(50)),
        members: Vec::from([PersonKey(print(1)), PersonKey(print(3))]),
    };
    let unit = Applicant::Unit { unit: BodyKey(print(51)), owner: Some(PersonKey(print(2))) };
    Vec::from([
        recorded(1, 0, 1_000_000, 9, Event::FundsAllotted),
        recorded(2, 0, 0, 0, refused(Some("A/1"))),
        recorded(3, 3, 0, 0, applied("A/1", person(1, Some(10)))),
        recorded(4, 4, 0, 0, applied("A/2", person(2, Some(10)))),
        recorded(5, 3, 250_000, 1, sanctioned()),
        recorded(6, 3, 250_000, 0, disbursed(20, 0)),
        recorded(7, 4, 100_000, 1, sanctioned()),
        recorded(8, 0, 0, 0, refused(Some("A/1"))),
        recorded(9, 3, 250_000, 0, returned(6)),
        recorded(10, 4, 40_000, 0, disbursed(20, 0)),
        recorded(11, 3, 250_000, 0, disbursed(21, 9)),
        recorded(12, 12, 0, 0, applied("A/3", spv)),
        recorded(13, 4, 60_000, 0, disbursed(20, 0)),
        recorded(14, 3, 50_000, 0, recovered()),
        recorded(15, 3, 0, 9, audited()),
        recorded(16, 0, 0, 0, refused(Some("A/9"))),
        recorded(17, 3, 200_000, 0, recovered()),
        recorded(18, 18, 0, 0, applied("A/4", unit)),
        recorded(19, 0, 0, 0, refused(None)),
    ])
}

const CASE_1: [u64; 10] = [2, 3, 5, 6, 8, 9, 11, 14, 15, 17];
const CASE_2: [u64; 4] = [4, 7, 10, 13];

fn both() -> Vec<u64> {
    let mut both: Vec<u64> = CASE_1.into_iter().chain(CASE_2).collect();
    both.sort_unstable();
    both
}

#[test]
fn each_subject_has_its_own_events() {
    let trail = fold(&story());
    let mut one_and_spv = CASE_1.to_vec();
    one_and_spv.extend([12]);
    one_and_spv.sort_unstable();
    let mut both_and_allotment = both();
    both_and_allotment.insert(0, 1);
    let rows: [(Subject, Vec<u64>); 17] = [
        (Subject::Case(Position(3)), CASE_1.to_vec()),
        (Subject::Case(Position(4)), CASE_2.to_vec()),
        (Subject::Case(Position(12)), Vec::from([12])),
        (Subject::Case(Position(5)), Vec::new()),
        (Subject::Case(Position::NONE), Vec::new()),
        (Subject::Person(PersonKey(print(1))), one_and_spv.clone()),
        (Subject::Person(PersonKey(print(2))), {
            let mut owned = CASE_2.to_vec();
            owned.push(18);
            owned
        }),
        (Subject::Person(PersonKey(print(3))), Vec::from([12])),
        (Subject::Person(PersonKey(print(9))), Vec::new()),
        (Subject::Family(FamilyKey(print(10))), both()),
        (Subject::Body(BodyKey(print(50))), Vec::from([12])),
        (Subject::Body(BodyKey(print(51))), Vec::from([18])),
        (Subject::Account(AccountKey(print(20))), both()),
        (Subject::Account(AccountKey(print(21))), CASE_1.to_vec()),
        (Subject::Order(AuthorityNo(1)), both()),
        (Subject::Order(AuthorityNo(9)), {
            let mut cited = CASE_1.to_vec();
            cited.insert(0, 1);
            cited
        }),
        (Subject::Order(AuthorityNo(2)), Vec::new()),
    ];
    for (subject, expected) in rows {
        let found: Vec<u64> = trail.positions(subject).into_iter().map(|p| p.0).collect();
        assert_eq!(found, expected, "{subject:?}");
    }
    assert_eq!(trail.unplaced(), 0);
    assert_eq!(trail.case_count(), 4);
    assert_eq!(trail.position(), Position(19));
}

#[test]
fn a_fingerprint_of_another_key_is_another_subject() {
    let trail = fold(&story());
    let other = Fingerprint { key_id: 2, ..print(1) };
    assert_eq!(trail.positions(Subject::Person(PersonKey(other))), []);
    assert_eq!(trail.positions(Subject::Family(FamilyKey(print(1)))), []);
}

#[test]
fn a_case_is_found_by_its_reference_and_back() {
    let trail = fold(&story());
    for (text, position) in [("A/1", Some(3)), ("A/2", Some(4)), ("A/9", None), ("a/1", None)] {
        assert_eq!(trail.case_of(text), position.map(Position), "{text}");
    }
    assert_eq!(trail.case_ref_of(Position(12)), Some(case_ref("A/3")));
    assert_eq!(trail.case_ref_of(Position(5)), None);
    assert_eq!(trail.refused(&case_ref("A/9")), [Position(16)]);
    assert_eq!(trail.refused(&case_ref("A/1")), [Position(2), Position(8)]);
    assert_eq!(trail.refused(&case_ref("A/2")), []);
}

#[test]
fn what_cannot_be_placed_is_counted_and_loses_nothing_else() {
    let nobody = Applicant::NotInSource;
    let rows = [
        ("a case nobody opened", recorded(20, 2, 1, 0, sanctioned())),
        ("no case", recorded(20, 0, 1, 0, disbursed(1, 0))),
        ("a reversal in a case nobody opened", recorded(20, 2, 1, 0, unbarred(19))),
        ("a reversal of no bar", recorded(20, 0, 1, 0, unbarred(19))),
        ("an application of another case", recorded(20, 3, 0, 0, applied("B/1", nobody.clone()))),
        ("a reference that is taken", recorded(20, 20, 0, 0, applied("A/1", nobody))),
        ("the same place again", recorded(19, 0, 1, 0, Event::FundsAllotted)),
        ("no place", recorded(0, 0, 1, 0, Event::FundsAllotted)),
    ];
    for (what, stray) in rows {
        let mut trail = fold(&story());
        trail.apply(&stray);
        assert_eq!(trail.unplaced(), 1, "{what}");
        assert_eq!(trail.first_unplaced(), Some(stray.position), "{what}");
        assert_eq!(trail.case_of("A/1"), Some(Position(3)), "{what}");
        let found: Vec<u64> =
            trail.positions(Subject::Case(Position(3))).into_iter().map(|p| p.0).collect();
        assert_eq!(found, CASE_1, "{what}");
    }
}

#[test]
fn a_second_case_of_a_taken_reference_keeps_its_person_and_events() {
    let mut trail = fold(&story());
    trail.apply(&recorded(20, 20, 0, 0, applied("A/1", person(77, None))));
    trail.apply(&recorded(21, 20, 5, 0, sanctioned()));
    let expected = [Position(20), Position(21)];
    assert_eq!(trail.positions(Subject::Person(PersonKey(print(77)))), expected);
    assert_eq!(trail.case_ref_of(Position(20)), None);
}

/// Who is barred, an account with its statements, and things of a store stand in no case.
#[test]
fn what_is_of_no_case_stands_in_the_trail_of_whom_it_is_about() {
    let account = AccountKey(print(20));
    let statement = lines::told().into_iter().map(|(event, _)| event.event);
    let statement: Vec<Event> =
        statement.filter(|event| event.kind() == EventKind::StatementReceived).collect();
    let mut events = story();
    events.extend([
        recorded(20, 0, 0, 5, barred(20)),
        recorded(21, 0, 0, 0, statement[0].clone()),
        recorded(22, 0, 0, 0, barred(3)),
        recorded(23, 0, 0, 6, unbarred(22)),
        recorded(24, 0, 0, 0, unbarred(20)),
        recorded(25, 0, 0, 0, barred(20)),
    ]);
    let mut trail = fold(&events);
    let rows: [(Subject, Vec<u64>); 7] = [
        (Subject::Person(PersonKey(print(20))), Vec::from([20, 24, 25])),
        (Subject::Account(account), both()),
        (Subject::Account(AccountKey(print(1))), Vec::from([21])),
        (Subject::Account(AccountKey(print(3))), Vec::from([22, 23])),
        (Subject::Person(PersonKey(print(3))), Vec::from([12])),
        (Subject::Order(AuthorityNo(5)), Vec::from([20])),
        (Subject::Order(AuthorityNo(6)), Vec::from([23])),
    ];
    for (subject, expected) in rows {
        let found: Vec<u64> = trail.positions(subject).into_iter().map(|p| p.0).collect();
        assert_eq!(found, expected, "{subject:?}");
    }
    let subject = Subject::Account(AccountKey(print(3)));
    let lines = entries(&events[21..23], subject, &names());
    let after: Vec<(u64, bool)> =
        lines.iter().map(|line| (line.position.0, line.after.is_none())).collect();
    assert_eq!(after, [(22, true), (23, true)]);
    trail.apply(&recorded(26, 0, 0, 0, unbarred(21)));
    assert_eq!((trail.unplaced(), trail.first_unplaced()), (1, Some(Position(26))));
}

/// Applications of few references, so that most come too late, with strays in between.
#[test]
fn a_reference_belongs_to_its_first_case_whenever_it_is_asked_for() {
    let mut trail = Trail::default();
    let mut events: Vec<Recorded> = Vec::new();
    let mut first: BTreeMap<String, Position> = BTreeMap::new();
    let mut unplaced: Vec<Position> = Vec::new();
    for position in 1..=400_u64 {
        let text = format!("R/{}", position * position % 97 % (position / 3 + 1));
        let stray = position % 50 == 49;
        let case = if stray { 1 } else { position };
        let event = recorded(position, case, 0, 0, applied(&text, person(1, None)));
        trail.apply(&event);
        events.push(event);
        if stray || first.contains_key(&text) {
            unplaced.push(Position(position));
        } else {
            first.insert(text, Position(position));
        }
        assert_eq!(trail.unplaced(), unplaced.len() as u64, "at {position}");
        assert_eq!(trail.first_unplaced(), unplaced.first().copied(), "at {position}");
        let of_case = trail.case_ref_of(Position(position));
        let known = of_case.and_then(|found| first.get(found.as_str()));
        assert_eq!(known.is_some(), unplaced.last() != Some(&Position(position)));
        for (text, position) in &first {
            assert_eq!(trail.case_of(text), Some(*position), "{text}");
        }
        let resumed = trail.clone().state_bytes();
        assert_eq!(resumed, trail.state_bytes());
    }
    for cut in [0, 1, 63, 64, 65, 200, 399] {
        let mut resumed = fold(&events[..cut]);
        assert_eq!(resumed.case_count(), resumed.clone().case_count());
        events[cut..].iter().for_each(|event| resumed.apply(event));
        assert_eq!(resumed.state_bytes(), trail.state_bytes(), "cut at {cut}");
    }
    assert!(first.len() > 64 && unplaced.len() > 64, "both are more than wait together");
}

fn picked(positions: &[Position]) -> Vec<Recorded> {
    story().into_iter().filter(|event| positions.contains(&event.position)).collect()
}

#[test]
fn the_trail_of_an_order_shows_what_rests_on_it_with_whole_figures() {
    let subject = Subject::Order(AuthorityNo(9));
    let lines = entries(&picked(&fold(&story()).positions(subject)), subject, &names());
    let shown: Vec<u64> = lines.iter().map(|line| line.position.0).collect();
    assert_eq!(shown, [1, 15]);
    assert_eq!(lines[0].after, None);
    let after = lines[1].after.expect("an audit is of a case");
    assert_eq!(after.recovered.paise(), 5_000_000);
    assert_eq!(after.status, Status::PartlyRecovered);
}

/// A bar of somebody that the random histories know.
fn barred(key: u8) -> Event {
    let of = print(key);
    let subject = match key % 4 {
        0 => BarSubject::Person(PersonKey(of)),
        1 => BarSubject::Family(FamilyKey(of)),
        2 => BarSubject::Body(BodyKey(of)),
        _ => BarSubject::Account(AccountKey(of)),
    };
    Event::Barred(Barred { subject, until: None, reason: WordNo(1) })
}

fn unbarred(bar: u64) -> Event {
    let kind = EventKind::Barred;
    Event::Reversed(Reversed { of: Position(bar), kind, movement: None, reason: WordNo(1) })
}
