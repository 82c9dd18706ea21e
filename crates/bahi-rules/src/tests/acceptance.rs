//! What each accepted command becomes: the event and every field of its envelope.

use alloc::{format, string::String, vec, vec::Vec};

use bahi_core::{
    Act, ActorNo, Applicant, Applied, AuditFinding, AuditScope, Audited, AuthorityNo, Command,
    Disbursed, District, Envelope, Event, EventKind, FinancialYear, FundKey, GivenFact, HeadNo,
    Introduction, Money, NAME_BYTES_MAX, Opinion, PaymentMode, PaymentReturned, PersonKey,
    Position, Recovered, Refusal, Role, Sanctioned, SchemeNo, SchemeOpened, StoredFact,
    TermsChanged, WordNo,
};

use super::{builders::*, check, story};
use crate::{Decided, Decision};

mod life;
mod records;

type Row = (&'static str, Vec<Command>, Command, Envelope, Event);

#[test]
fn an_accepted_command_becomes_exactly_its_event() {
    for (says, given, when, envelope, event) in rows() {
        check(says, &given, when, Decision::Accepted(Decided { envelope, event }));
    }
}

#[test]
fn every_kind_of_event_an_act_becomes_has_its_row() {
    let mut kinds: Vec<EventKind> = rows().iter().map(|row| row.4.kind()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let decided = EventKind::ALL.into_iter().filter(|kind| *kind != EventKind::CommandRefused);
    assert!(kinds.into_iter().eq(decided));
}

fn rows() -> Vec<Row> {
    [first_rows(), case_rows(), life::rows(), records::rows()].concat()
}

#[test]
fn a_ledger_without_numbers_left_says_so() {
    let funded = |n: u32| {
        let mut fund = fund(VARANASI);
        fund.head = head(&format!("{n}"));
        allot_to(fund, 1)
    };
    let mut given = opened();
    given.extend((1..=u32::from(u16::MAX)).map(funded));
    let full = Refusal::ListTooLong { limit: u16::MAX, list: word("heads") };
    check("a head too many", &given, funded(70_000), refused(vec![full]));
}

/// The key of an event of no scheme, in a financial year.
fn nowhere(first: u16) -> FundKey {
    FundKey { scheme: SchemeNo::NONE, ..scheme_key(first) }
}

/// The key of an event of the scheme that touches no fund.
fn scheme_key(first: u16) -> FundKey {
    FundKey {
        scheme: SchemeNo(1),
        head: HeadNo::NONE,
        fy: FinancialYear::from_first(first).expect("a year"),
        district: District::POOL,
    }
}

fn varanasi() -> FundKey {
    FundKey { head: HeadNo(1), district: VARANASI, ..scheme_key(2024) }
}

/// An envelope of the ledger as a whole, on 2024-04-01, on the first order.
fn ledger(number: usize, actor: u32, role: Role, fund: FundKey) -> Envelope {
    Envelope {
        command: id(number),
        case: Position::NONE,
        previous: Position::NONE,
        effective_day: day("2024-04-01"),
        fund,
        amount: Money::ZERO,
        actor: ActorNo(actor),
        role,
        authority: AuthorityNo(1),
        terms: 0,
        introduced: vec![],
    }
}

/// An envelope of case A, which applied at position 3, under the first terms.
fn of_case(number: usize, previous: u64, actor: u32, role: Role, on: &str) -> Envelope {
    Envelope {
        case: Position(3),
        previous: Position(previous),
        effective_day: day(on),
        authority: AuthorityNo::NONE,
        terms: 1,
        ..ledger(number, actor, role, varanasi())
    }
}

fn new_actor(name: &str) -> Introduction {
    Introduction::Actor(actor(name))
}

fn new_word(text: &str) -> Introduction {
    Introduction::Word(word(text))
}

fn first_rows() -> Vec<Row> {
    let rising = vec![PRAYAGRAJ, VARANASI];
    let opening = SchemeOpened { districts: rising, terms: terms("2024-04-01") };
    let changed = TermsChanged { version: 2, terms: terms("2025-04-01") };
    let order = || Introduction::Authority(order("GO-1"));
    let names = vec![new_actor("keeper"), order(), Introduction::Scheme(scheme("margin-money"))];
    let pool = FundKey { district: District::POOL, ..varanasi() };
    let new_head = || Introduction::Head(head("2851-00-102"));
    vec![
        (
            "a scheme opens, its districts in order",
            vec![],
            open(),
            Envelope {
                terms: 1,
                introduced: names,
                ..ledger(1, 1, Role::Administrator, scheme_key(2024))
            },
            Event::SchemeOpened(opening),
        ),
        (
            "terms take the next version",
            opened(),
            change_terms("2025-04-01"),
            Envelope {
                terms: 2,
                effective_day: day("2024-05-01"),
                ..ledger(2, 1, Role::Administrator, scheme_key(2024))
            },
            Event::TermsChanged(changed),
        ),
        (
            "a fund is given money",
            opened(),
            allot(1_000_000),
            Envelope {
                amount: rupees(1_000_000),
                introduced: vec![new_actor("fin-01"), new_head()],
                ..ledger(2, 2, Role::Finance, varanasi())
            },
            Event::FundsAllotted,
        ),
        (
            "a pool is given money, with names that are known",
            allotted(),
            allot_to(fund(District::POOL), 5),
            Envelope { amount: rupees(5), ..ledger(3, 2, Role::Finance, pool) },
            Event::FundsAllotted,
        ),
        (
            "the first days of the calendar have their financial year",
            allotted(),
            on("1900-01-01", allot(5)),
            Envelope {
                amount: rupees(5),
                effective_day: day("1900-01-01"),
                ..ledger(3, 2, Role::Finance, varanasi())
            },
            Event::FundsAllotted,
        ),
    ]
}

fn case_rows() -> Vec<Row> {
    [application(), sanctions(), payments(), returns(), audits()].concat()
}

fn application() -> Vec<Row> {
    let given = vec![
        (word("trainees"), GivenFact::Count(3)),
        (word("product"), GivenFact::Text(word("carpet"))),
        (word("special"), GivenFact::Flag(true)),
        cost("1000000.5"),
    ];
    let paise = Money::from_paise(100_000_050).expect("an amount");
    let facts = vec![
        (WordNo(2), StoredFact::Word(WordNo(1))),
        (WordNo(3), StoredFact::Money(paise)),
        (WordNo(4), StoredFact::Flag(true)),
        (WordNo(5), StoredFact::Count(3)),
    ];
    let applied = Applied {
        case_ref: case_ref("A"),
        applicant: Applicant::Person { person: PersonKey(print(1)), family: None },
        facts,
    };
    let envelope = Envelope {
        fund: FundKey { head: HeadNo::NONE, ..varanasi() },
        introduced: vec![
            new_actor("dic-vns"),
            new_word("carpet"),
            new_word("product"),
            new_word("project_cost"),
            new_word("special"),
            new_word("trainees"),
        ],
        ..of_case(3, 0, 3, Role::DistrictOffice, "2024-05-02")
    };
    vec![(
        "an application begins its case, its facts in order of name",
        allotted(),
        apply_with("A", given),
        envelope,
        Event::Applied(applied),
    )]
}

fn sanctions() -> Vec<Row> {
    let role = Role::SanctioningAuthority;
    let sanctioned = || Sanctioned { entitlement: rupees(250_000), paragraph: WordNo(2) };
    let granted = |previous: u64, number: usize| Envelope {
        authority: AuthorityNo(1),
        introduced: vec![new_actor("dm-vns"), new_word("para-5")],
        ..of_case(number, previous, 4, role, "2024-06-10")
    };
    let pooled = then(applied(), allot_to(fund(District::POOL), 100));
    let pool = FundKey { district: District::POOL, ..varanasi() };
    let twice = then(applied(), change_terms("2024-06-10"));
    let spent = vec![open(), allot(250_000), apply("A")];
    vec![
        (
            "a sanction up to the entitlement and the whole fund is granted",
            spent,
            sanction("A", 250_000),
            Envelope { amount: rupees(250_000), ..granted(3, 4) },
            Event::Sanctioned(sanctioned()),
        ),
        (
            "a sanction may draw on the pool",
            pooled,
            sanction_from(fund(District::POOL), "A", 100),
            Envelope { amount: rupees(100), fund: pool, ..granted(3, 5) },
            Event::Sanctioned(sanctioned()),
        ),
        (
            "the terms of the day decide",
            twice.clone(),
            sanction("A", 1),
            Envelope { amount: rupees(1), terms: 2, ..granted(3, 5) },
            Event::Sanctioned(sanctioned()),
        ),
        (
            "the day before, the older terms decide",
            twice,
            on("2024-06-09", sanction("A", 1)),
            Envelope { amount: rupees(1), effective_day: day("2024-06-09"), ..granted(3, 5) },
            Event::Sanctioned(sanctioned()),
        ),
    ]
}

fn disbursed_event(instalment: u16, returned: u64) -> Event {
    Event::Disbursed(Disbursed {
        instalment,
        payee: payee(7),
        mode: PaymentMode::Neft,
        reference: reference("BILL/1"),
        reissue_of: Position(returned),
    })
}

fn paid(number: usize, previous: u64, amount: u64) -> Envelope {
    let envelope = of_case(number, previous, 5, Role::DrawingOfficer, "2024-06-20");
    Envelope { amount: rupees(amount), ..envelope }
}

fn payments() -> Vec<Row> {
    let pooled = vec![
        open(),
        allot_to(fund(District::POOL), 100),
        apply("A"),
        sanction_from(fund(District::POOL), "A", 100),
    ];
    let pool = FundKey { district: District::POOL, ..varanasi() };
    vec![
        (
            "a payment of the whole sanction follows it",
            sanctioned(),
            disburse("A", 1, 250_000),
            Envelope { introduced: vec![new_actor("ddo-vns")], ..paid(5, 4, 250_000) },
            disbursed_event(1, 0),
        ),
        (
            "a second instalment pays what is left",
            disbursed(),
            disburse("A", 2, 150_000),
            paid(6, 5, 150_000),
            disbursed_event(2, 0),
        ),
        (
            "a payment from the pool stays in the pool",
            pooled,
            disburse("A", 1, 100),
            Envelope { fund: pool, introduced: vec![new_actor("ddo-vns")], ..paid(5, 4, 100) },
            disbursed_event(1, 0),
        ),
        (
            "the sanctioning officer may pay a case somebody else sanctioned",
            then(then(sanctioned(), apply("B")), by("other", sanction("B", 10))),
            by("dm-vns", on("2025-03-31", disburse("B", 1, 10))),
            Envelope {
                case: Position(5),
                actor: ActorNo(4),
                effective_day: day("2025-03-31"),
                ..paid(7, 6, 10)
            },
            disbursed_event(1, 0),
        ),
    ]
}

fn returns() -> Vec<Row> {
    let back = |number, previous, amount| Envelope {
        amount: rupees(amount),
        ..of_case(number, previous, 6, Role::TreasuryJob, "2024-06-25")
    };
    let came_back = |payment| PaymentReturned {
        payment: Position(payment),
        reason: WordNo(3),
        own_day: day("2024-06-25"),
    };
    let reissued = then(returned(), reissue("A", 1, 100_000, 6));
    let twice = then(reissued.clone(), give_back(7, 100_000));
    vec![
        (
            "a payment comes back in its own fund",
            disbursed(),
            give_back(5, 100_000),
            Envelope {
                introduced: vec![new_actor("bank-job"), new_word("account_closed")],
                ..back(6, 5, 100_000)
            },
            Event::PaymentReturned(came_back(5)),
        ),
        (
            "what came back may go out again, and more",
            returned(),
            reissue("A", 1, 250_000, 6),
            paid(7, 6, 250_000),
            disbursed_event(1, 6),
        ),
        (
            "a re-issue comes back like a first payment",
            reissued,
            give_back(7, 100_000),
            back(8, 7, 100_000),
            Event::PaymentReturned(came_back(7)),
        ),
        (
            "a second re-issue names the second return",
            twice,
            reissue("A", 1, 100_000, 8),
            paid(9, 8, 100_000),
            disbursed_event(1, 8),
        ),
    ]
}

fn audits() -> Vec<Row> {
    let recovered = Recovered { reason: WordNo(3), reference: reference("CHALLAN/9") };
    let finding = |check, amount| AuditFinding { check: WordNo(check), amount: rupees(amount) };
    let audited = |first| Audited {
        scope: AuditScope::Case,
        seen: vec![],
        opinion: Opinion::Observation,
        findings: vec![finding(first, 500), finding(first + 1, 0)],
    };
    let auditing = |number, previous, actor| Envelope {
        introduced: vec![new_actor("ag-7"), new_word("C05"), new_word("C07")],
        ..of_case(number, previous, actor, Role::Auditor, "2025-02-01")
    };
    let clear = edited(audit("A"), |command| {
        if let Act::Audit { findings, .. } = &mut command.act {
            findings.push((word("C05"), rupees(2)));
        }
    });
    let unsanctioned = FundKey { head: HeadNo::NONE, ..varanasi() };
    let twice =
        Audited { findings: [audited(2).findings, vec![finding(2, 2)]].concat(), ..audited(2) };
    vec![
        (
            "all that was paid may be recovered",
            disbursed(),
            recover("A", 100_000),
            Envelope {
                amount: rupees(100_000),
                introduced: vec![new_word("unit_closed")],
                ..of_case(6, 5, 5, Role::DrawingOfficer, "2024-12-01")
            },
            Event::Recovered(recovered),
        ),
        (
            "a case is audited in its fund",
            disbursed(),
            audit("A"),
            auditing(6, 5, 6),
            Event::Audited(audited(3)),
        ),
        (
            "a case may be audited before its sanction, and one word is introduced once",
            applied(),
            clear,
            Envelope { fund: unsanctioned, terms: 0, ..auditing(4, 3, 4) },
            Event::Audited(twice),
        ),
    ]
}

#[test]
fn a_case_is_found_by_a_reference_of_any_length() {
    let longest = "R".repeat(NAME_BYTES_MAX);
    let lengths = [1, 2, 22, 23, 24, 25, 40, NAME_BYTES_MAX];
    // Each begins as the one before it, and one of each length differs in its last letter alone.
    let texts: Vec<String> = lengths
        .iter()
        .flat_map(|len| [longest[..*len].into(), format!("{}S", &longest[..len - 1])])
        .collect();
    let applied = texts.iter().map(|text| apply(text));
    let given: Vec<Command> = [open()].into_iter().chain(applied).collect();
    let (mut state, events) = story(&given);
    let position = |number: usize| Position(number as u64 + 2);
    for (number, text) in texts.iter().enumerate() {
        assert_eq!(state.case_position(text), Some(position(number)), "{text}");
    }
    assert_eq!(state.case_position("RT"), None);
    for (number, text) in texts.iter().enumerate().rev() {
        state.unapply(&events[number + 1]);
        assert_eq!(state.case_position(text), None, "{text} is unmade");
        for (number, text) in texts[..number].iter().enumerate() {
            assert_eq!(state.case_position(text), Some(position(number)), "{text}");
        }
    }
    assert_eq!(state, story(&given[..1]).0);
}
