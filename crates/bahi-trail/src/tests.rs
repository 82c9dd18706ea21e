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
    Authority, AuthorityNo, BodyKey, CaseRef, CommandId, CommandKind, CommandRefused, Day,
    Disbursed, District, Envelope, Event, EventKind, FamilyKey, FinancialYear, Fingerprint,
    FundKey, HeadName, HeadNo, Ifsc, Instant, Introduction, Money, Names, Opinion, OrderNumber,
    Payee, PaymentMode, PaymentReturned, PersonKey, Position, Projection, Recorded, Recovered,
    Reference, Refusal, RefusalRecord, Role, Sanctioned, SchemeName, SchemeNo, StoredFact, Total,
    Word, WordNo,
};
use proptest::prelude::*;

use crate::{Status, Subject, Trail, describe, entries};

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
    Event::PaymentReturned(PaymentReturned { payment: Position(payment), reason: WordNo(2) })
}

fn recovered() -> Event {
    let reference = Reference::new("challan 7").expect("a reference");
    Event::Recovered(Recovered { reason: WordNo(2), reference })
}

fn audited() -> Event {
    Event::Audited(Audited {
        scope: AuditScope::Payment,
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

fn picked(positions: &[Position]) -> Vec<Recorded> {
    story().into_iter().filter(|event| positions.contains(&event.position)).collect()
}

#[test]
fn a_trail_runs_with_the_figures_of_its_case() {
    let subject = Subject::Case(Position(3));
    let events = picked(&fold(&story()).positions(subject));
    let lines = entries(&events, subject, &names());
    // Position, sanctioned, disbursed, returned, recovered, net paid, status.
    type After = Option<([i128; 5], Status)>;
    let expected: [(u64, After); 10] = [
        (2, None),
        (3, Some(([0, 0, 0, 0, 0], Status::Applied))),
        (5, Some(([250_000, 0, 0, 0, 0], Status::Sanctioned))),
        (6, Some(([250_000, 250_000, 0, 0, 250_000], Status::Paid))),
        (8, Some(([250_000, 250_000, 0, 0, 250_000], Status::Paid))),
        (9, Some(([250_000, 250_000, 250_000, 0, 0], Status::Returned))),
        (11, Some(([250_000, 500_000, 250_000, 0, 250_000], Status::Paid))),
        (14, Some(([250_000, 500_000, 250_000, 50_000, 250_000], Status::PartlyRecovered))),
        (15, Some(([250_000, 500_000, 250_000, 50_000, 250_000], Status::PartlyRecovered))),
        (17, Some(([250_000, 500_000, 250_000, 250_000, 250_000], Status::Recovered))),
    ];
    assert_eq!(lines.len(), expected.len());
    for (line, (position, after)) in lines.iter().zip(expected) {
        let rupees = |total: Total| total.paise() / 100;
        let found = line.after.map(|after| {
            let figures = [
                after.sanctioned,
                after.disbursed,
                after.returned,
                after.recovered,
                after.net_paid(),
            ];
            (figures.map(rupees), after.status)
        });
        assert_eq!((line.position.0, found), (position, after));
        assert_eq!(line.case_ref.as_ref().map(CaseRef::as_str), Some("A/1"));
        assert_eq!(line.actor.as_ref().map(ActorName::as_str), Some("dm-vns"));
    }
}

#[test]
fn a_case_paid_in_parts_is_partly_paid_until_it_is_paid() {
    let subject = Subject::Case(Position(4));
    let lines = entries(&picked(&fold(&story()).positions(subject)), subject, &names());
    let found: Vec<Status> =
        lines.iter().filter_map(|line| line.after.map(|after| after.status)).collect();
    assert_eq!(found, [Status::Applied, Status::Sanctioned, Status::PartlyPaid, Status::Paid]);
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

#[test]
fn a_payment_that_waits_for_its_reissue_outweighs_what_is_paid() {
    let events = [
        recorded(1, 1, 0, 0, applied("A/1", Applicant::NotInSource)),
        recorded(2, 1, 300, 1, sanctioned()),
        recorded(3, 1, 100, 0, disbursed(1, 0)),
        recorded(4, 1, 100, 0, disbursed(1, 0)),
        recorded(5, 1, 100, 0, returned(3)),
        recorded(6, 1, 100, 0, disbursed(1, 0)),
        recorded(7, 1, 100, 0, disbursed(1, 5)),
    ];
    let lines = entries(&events, Subject::Case(Position(1)), &names());
    let found: Vec<&str> =
        lines.iter().filter_map(|line| line.after.map(|after| after.status.name())).collect();
    let expected =
        ["applied", "sanctioned", "partly_paid", "partly_paid", "returned", "returned", "paid"];
    assert_eq!(found, expected);
}

#[test]
fn each_kind_is_told_in_one_line() {
    let spv =
        Applicant::Spv { spv: BodyKey(print(0xab)), members: Vec::from([PersonKey(print(1))]) };
    let facts = Vec::from([(
        WordNo(3),
        StoredFact::Money(Money::from_rupees(1_000_000).expect("an amount")),
    )]);
    let stated = Event::Applied(Applied {
        case_ref: case_ref("A/1"),
        applicant: person(0xcd, None),
        facts: facts.clone(),
    });
    let many = Event::Applied(Applied {
        case_ref: case_ref("A/2"),
        applicant: spv,
        facts: facts.iter().cycle().take(6).copied().collect(),
    });
    let unknown = Event::CommandRefused(CommandRefused {
        command: CommandKind::Sanction,
        subject: None,
        refusals: Vec::from([RefusalRecord { number: 9, figures: Vec::new(), word: None }]),
        digest: [0; 32],
        count: 17,
    });
    let rows = [
        (
            recorded(1, 0, 10_000_000, 9, Event::FundsAllotted),
            "₹ 1,00,00,000.00 allotted to margin-money, head H1, 2024-25, district 187",
        ),
        (
            recorded(1, 1, 0, 0, stated),
            "application A/1 of a person cdcdcdcd, stating project_cost ₹ 10,00,000.00",
        ),
        (
            recorded(1, 1, 0, 0, many),
            "application A/2 of a vehicle abababab of 1 member, stating project_cost \
             ₹ 10,00,000.00, project_cost ₹ 10,00,000.00, project_cost ₹ 10,00,000.00, \
             project_cost ₹ 10,00,000.00 and 2 more",
        ),
        (
            recorded(1, 1, 250_000, 0, sanctioned()),
            "₹ 2,50,000.00 sanctioned from margin-money, head H1, 2024-25, district 187; the terms \
             give ₹ 3,00,000.00 by 1(2)",
        ),
        (
            recorded(1, 1, 250_000, 0, disbursed(0x20, 9)),
            "₹ 2,50,000.00 issued as instalment 1 to account 20202020 at SBIN0001234, mode neft, \
             reference bill 1, again after the return at 9",
        ),
        (recorded(1, 1, 250_000, 0, returned(6)), "payment 6 of ₹ 2,50,000.00 came back: 51"),
        (recorded(1, 1, 5, 0, recovered()), "₹ 5.00 recovered: 51, reference challan 7"),
        (recorded(1, 1, 0, 0, audited()), "audit of the payment, objection: 51 ₹ 0.00"),
        (
            recorded(1, 0, 0, 0, refused(Some("A/1"))),
            "disburse of A/1 refused: exceeds_sanction: ₹ 1.00 above the ₹ 0.00 the sanction has \
             left",
        ),
        (recorded(1, 0, 0, 0, unknown), "sanction refused (17 refusals in one): refusal 9"),
    ];
    for (event, expected) in rows {
        assert_eq!(describe(&event, &names()), expected);
    }
}

#[test]
fn a_line_without_the_names_still_says_what_it_can() {
    for event in story() {
        let text = describe(&event, &Names::default());
        assert!(!text.is_empty() && !text.contains('\n'), "{text}");
    }
}

/// A case per reference and everything about it, found by looking at every event.
fn looked_up(events: &[Recorded], subject: Subject) -> Vec<Position> {
    let mut cases: BTreeMap<Position, CaseRef> = BTreeMap::new();
    let mut wanted: BTreeSet<Position> = BTreeSet::new();
    let mut found: BTreeSet<Position> = BTreeSet::new();
    for event in events {
        let case = event.envelope.case;
        if let Subject::Order(order) = subject
            && event.envelope.authority == order
        {
            found.insert(event.position);
            wanted.insert(case);
        }
        match (&event.event, subject) {
            (Event::Applied(applied), subject) => {
                cases.insert(event.position, applied.case_ref.clone());
                let hit = match (&applied.applicant, subject) {
                    (Applicant::Person { person, .. }, Subject::Person(key)) => *person == key,
                    (Applicant::Person { family, .. }, Subject::Family(key)) => {
                        *family == Some(key)
                    }
                    (_, Subject::Case(position)) => position == event.position,
                    _ => false,
                };
                if hit {
                    wanted.insert(event.position);
                }
            }
            (Event::Disbursed(paid), Subject::Account(key)) if paid.payee.account == key => {
                wanted.insert(case);
            }
            _ => {}
        }
    }
    for event in events {
        let of_case = wanted.contains(&event.envelope.case) && !event.envelope.case.is_none();
        let subject = if let Event::CommandRefused(refused) = &event.event {
            refused.subject.as_ref()
        } else {
            None
        };
        let named = subject
            .is_some_and(|subject| wanted.iter().any(|case| cases.get(case) == Some(subject)));
        if of_case || named {
            found.insert(event.position);
        }
    }
    found.into_iter().collect()
}

fn history() -> impl Strategy<Value = Vec<Recorded>> {
    let part = (0_u8..8, any::<prop::sample::Index>(), 0_u8..5, 0_u32..4, 1_u64..3);
    prop::collection::vec(part, 0..150).prop_map(|parts| {
        let mut open: Vec<u64> = Vec::new();
        let mut position = 0;
        let mut events = Vec::with_capacity(parts.len());
        for (kind, at, key, order, step) in parts {
            position += step;
            let case = if open.is_empty() { 0 } else { open[at.index(open.len())] };
            let family = (key > 2).then_some(key);
            let (case, event) = match kind {
                0 | 1 => {
                    open.push(position);
                    (position, applied(&format!("R/{position}"), person(key, family)))
                }
                2 => (0, refused(Some(&format!("R/{case}")))),
                _ if case == 0 => (0, Event::FundsAllotted),
                3 => (case, sanctioned()),
                4 => (case, disbursed(key, 0)),
                5 => (case, returned(1)),
                6 => (case, recovered()),
                _ => (case, audited()),
            };
            events.push(recorded(position, case, 1, order, event));
        }
        events
    })
}

fn subjects() -> Vec<Subject> {
    let keys = (0..5).flat_map(|number| {
        [
            Subject::Person(PersonKey(print(number))),
            Subject::Family(FamilyKey(print(number))),
            Subject::Account(AccountKey(print(number))),
        ]
    });
    let orders = (1..4).map(|order| Subject::Order(AuthorityNo(order)));
    let cases = (0..30).map(|position| Subject::Case(Position(position)));
    keys.chain(orders).chain(cases).collect()
}

proptest! {
    #[test]
    fn every_trail_is_what_a_look_at_every_event_finds(events in history()) {
        let trail = fold(&events);
        prop_assert_eq!(trail.unplaced(), 0);
        for subject in subjects() {
            prop_assert_eq!(trail.positions(subject), looked_up(&events, subject));
        }
    }

    #[test]
    fn a_fold_taken_up_again_is_the_fold_of_all(
        events in history(),
        cut in any::<prop::sample::Index>(),
    ) {
        let cut = cut.index(events.len() + 1);
        let mut resumed = fold(&events[..cut]).clone();
        for event in &events[cut..] {
            resumed.apply(event);
        }
        prop_assert_eq!(resumed.state_bytes(), fold(&events).state_bytes());
    }

    #[test]
    fn one_event_less_is_another_state(
        events in history(),
        gone in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!events.is_empty());
        let mut fewer = events.clone();
        let removed = fewer.remove(gone.index(events.len()));
        let indexed = !removed.envelope.authority.is_none()
            || !matches!(removed.event, Event::FundsAllotted);
        prop_assume!(indexed);
        prop_assert_ne!(fold(&fewer).state_bytes(), fold(&events).state_bytes());
    }

    #[test]
    fn the_last_line_of_a_case_has_the_sums_of_its_events(events in history()) {
        let trail = fold(&events);
        let names = names();
        for case in events.iter().filter(|event| matches!(event.event, Event::Applied(_))) {
            let subject = Subject::Case(case.position);
            let positions = trail.positions(subject);
            let of_case: Vec<Recorded> =
                events.iter().filter(|e| positions.contains(&e.position)).cloned().collect();
            let lines = entries(&of_case, subject, &names);
            prop_assert_eq!(lines.len(), of_case.len());
            let after = lines.iter().rev().find_map(|line| line.after).unwrap_or_default();
            let sum = |kind: EventKind| -> Total {
                of_case
                    .iter()
                    .filter(|event| event.event.kind() == kind)
                    .map(|event| Total::from(event.envelope.amount))
                    .sum()
            };
            prop_assert_eq!(after.sanctioned, sum(EventKind::Sanctioned));
            prop_assert_eq!(after.disbursed, sum(EventKind::Disbursed));
            prop_assert_eq!(after.returned, sum(EventKind::PaymentReturned));
            prop_assert_eq!(after.recovered, sum(EventKind::Recovered));
        }
    }
}

#[test]
fn every_status_has_a_name_of_its_own() {
    let names: BTreeSet<String> = Status::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), Status::ALL.len());
}
