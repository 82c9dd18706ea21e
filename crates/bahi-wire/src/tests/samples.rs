//! One record of each kind, small and written out: what the golden vectors and the mutations are
//! taken of.

use bahi_core::{
    AccountKey, ActorName, ActorNo, Applicant, Applied, AuditFinding, AuditScope, Audited,
    Authority, AuthorityNo, BodyKey, CaseRef, CommandId, CommandKind, CommandRefused, Day,
    Disbursed, District, Envelope, Event, EventKind, Expr, FactKind, FactSpec, FamilyKey,
    FinancialYear, Fingerprint, FundKey, HeadName, HeadNo, Ifsc, Instant, Introduction, Item,
    Money, Opinion, OrderNumber, Payee, PaymentMode, PaymentReturned, PersonKey, Policy, Position,
    Recorded, Recovered, Reference, Refusal, Require, Role, Rounding, Sanctioned, SchemeName,
    SchemeNo, SchemeOpened, SlabRow, StoredFact, Terms, TermsChanged, TermsParts, Test, Total,
    Word, WordNo,
};

pub(super) fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

pub(super) fn rupees(amount: u64) -> Money {
    Money::from_rupees(amount).expect("an amount")
}

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub(super) fn print(head: u8) -> Fingerprint {
    let mut print = [0; 16];
    for (slot, value) in print.iter_mut().zip(head..) {
        *slot = value;
    }
    Fingerprint { key_id: 1, print }
}

pub(super) fn authority() -> Authority {
    Authority {
        order: OrderNumber::new("1/2018").expect("an order"),
        date: day("2018-01-24"),
        paragraph: Some(word("4(2)")),
    }
}

fn fact(name: &str) -> Expr {
    Expr::Fact(word(name))
}

fn constant(amount: u64) -> Expr {
    Expr::Const(rupees(amount))
}

/// An expression with every operation in it.
fn allowed() -> Expr {
    let quarter = Expr::Ratio { parts: 25, of: 100, base: Box::new(fact("cost")) };
    let slab = Expr::Slab {
        on: Box::new(fact("cost")),
        rows: vec![
            SlabRow { up_to: Some(rupees(100)), gives: quarter, paragraph: word("5(1)") },
            SlabRow { up_to: None, gives: constant(25), paragraph: word("5(2)") },
        ],
    };
    let heads = Expr::Mul(Box::new(fact("heads")), Box::new(Expr::Number(2)));
    let chosen = Expr::Choose {
        fact: word("class"),
        rows: vec![(word("a"), constant(1)), (word("b"), Expr::Max(vec![slab, heads]))],
    };
    let least = Expr::Min(vec![
        Expr::Cap(Box::new(chosen), Box::new(constant(9))),
        Expr::Sub(Box::new(fact("cost")), Box::new(Expr::Add(vec![constant(1)]))),
    ]);
    let test = Test::Any(vec![
        Test::All(vec![Test::Flag(word("special")), Test::Is(word("class"), word("a"))]),
        Test::Not(Box::new(Test::Given(word("heads")))),
        Test::AtMost(fact("cost"), constant(10)),
    ]);
    Expr::If(Box::new(test), Box::new(least), Box::new(constant(0)))
}

/// Terms with every kind of part in them.
pub(super) fn terms() -> Terms {
    let spec = |(name, kind, required)| FactSpec { name: word(name), kind, required };
    let below = Require {
        test: Test::Below(fact("cost"), constant(50)),
        code: word("too_dear"),
        paragraph: word("4(2)"),
    };
    Terms::new(TermsParts {
        name: word("mm-2018"),
        authority: authority(),
        from: day("2018-01-24"),
        until: Some(day("2023-03-31")),
        facts: [
            ("cost", FactKind::Money, true),
            ("heads", FactKind::Count, false),
            ("special", FactKind::Flag, false),
            ("class", FactKind::Word, false),
        ]
        .map(spec)
        .into(),
        requires: vec![below.clone()],
        items: vec![Item {
            name: word("grant"),
            when: Some(Test::Given(word("cost"))),
            claimed: Some(fact("cost")),
            allowed: Expr::Require(Box::new(below), Box::new(allowed())),
            paragraph: word("5(1)"),
        }],
        own_contribution: Some(Expr::Ratio { parts: 1, of: 10, base: Box::new(fact("cost")) }),
        rounding: Rounding::PaisaHalfAwayFromZero,
        instalments_max: 2,
        policies: vec![Policy { name: word("ties"), value: word("up") }],
    })
    .expect("sound terms")
}

pub(super) fn case_ref() -> CaseRef {
    CaseRef::new("VNS/2024/0042").expect("a case")
}

pub(super) fn reference() -> Reference {
    Reference::new("PFMS/24/000042").expect("a reference")
}

pub(super) fn payee() -> Payee {
    Payee { account: AccountKey(print(32)), ifsc: Ifsc::parse("SBIN0001234").expect("a code") }
}

pub(super) fn person() -> Applicant {
    Applicant::Person { person: PersonKey(print(64)), family: Some(FamilyKey(print(96))) }
}

/// Every kind of introduction.
fn introduced() -> Vec<Introduction> {
    vec![
        Introduction::Scheme(SchemeName::new("margin-money").expect("a scheme")),
        Introduction::Head(HeadName::new("2851-00-102").expect("a head")),
        Introduction::Actor(ActorName::new("fin-01").expect("an actor")),
        Introduction::Authority(authority()),
        Introduction::Authority(Authority { paragraph: None, ..authority() }),
        Introduction::Word(word("C05")),
    ]
}

pub(super) fn disbursed() -> Event {
    Event::Disbursed(Disbursed {
        instalment: 1,
        payee: payee(),
        mode: PaymentMode::Neft,
        reference: reference(),
        reissue_of: Position::NONE,
    })
}

fn reissue() -> Event {
    Event::Disbursed(Disbursed {
        instalment: 2,
        payee: payee(),
        mode: PaymentMode::Unstated,
        reference: reference(),
        reissue_of: Position(7),
    })
}

pub(super) fn applied(applicant: Applicant) -> Event {
    Event::Applied(Applied {
        case_ref: case_ref(),
        applicant,
        facts: vec![
            (WordNo(2), StoredFact::Word(WordNo(9))),
            (WordNo(1), StoredFact::Money(rupees(1_000_000))),
            (WordNo(5), StoredFact::Flag(true)),
            (WordNo(3), StoredFact::Count(25)),
        ],
    })
}

fn applicants() -> Vec<Applicant> {
    let person = PersonKey(print(64));
    let body = BodyKey(print(128));
    vec![
        self::person(),
        Applicant::Person { person, family: None },
        Applicant::Unit { unit: body, owner: None },
        Applicant::Unit { unit: body, owner: Some(person) },
        Applicant::Spv { spv: body, members: vec![person, PersonKey(print(65))] },
        Applicant::Institution { institution: body },
        Applicant::NotInSource,
    ]
}

pub(super) fn command_refused() -> Event {
    let over =
        Refusal::ExceedsBudget { available: Total::from_paise(-250), over: Total::from(rupees(1)) };
    let fact = Refusal::MissingFact { fact: word("project_cost") };
    let mut digest = [0; 32];
    digest[0] = 1;
    digest[31] = 255;
    Event::CommandRefused(CommandRefused {
        command: CommandKind::Sanction,
        subject: Some(case_ref()),
        refusals: vec![over.record(), fact.record()],
        digest,
        count: 1,
    })
}

/// An event in a plain envelope.
pub(super) fn recorded(event: Event) -> Recorded {
    let moves = matches!(
        event.kind(),
        EventKind::FundsAllotted | EventKind::Sanctioned | EventKind::Disbursed
    );
    let id = CommandId::parse("0198a7c2-0000-7000-8000-000000000001").expect("an id");
    Recorded {
        position: Position(42),
        recorded_at: Instant::parse("2024-06-20T10:00:00.000001+05:30").expect("a moment"),
        clamped: false,
        envelope: Envelope {
            command: id,
            case: Position(40),
            previous: Position(41),
            effective_day: day("2024-06-20"),
            fund: FundKey {
                scheme: SchemeNo(3),
                head: HeadNo(1),
                fy: FinancialYear::from_first(2024).expect("a year"),
                district: District(187),
            },
            amount: if moves { rupees(250_000) } else { Money::ZERO },
            actor: ActorNo(4),
            role: Role::DrawingOfficer,
            authority: AuthorityNo(2),
            terms: 1,
            introduced: Vec::new(),
        },
        event,
    }
}

/// One record of each kind and more, each with its name.
pub(super) fn samples() -> Vec<(String, Recorded)> {
    let opened = SchemeOpened { districts: vec![District(1), District(187)], terms: terms() };
    let mut events = vec![
        Event::SchemeOpened(opened),
        Event::TermsChanged(TermsChanged { version: 2, terms: terms() }),
        Event::FundsAllotted,
        Event::Sanctioned(Sanctioned { entitlement: rupees(250_000), paragraph: WordNo(6) }),
        disbursed(),
        reissue(),
        Event::PaymentReturned(PaymentReturned { payment: Position(42), reason: WordNo(8) }),
        Event::Recovered(Recovered { reason: WordNo(8), reference: reference() }),
        Event::Audited(Audited {
            scope: AuditScope::Case,
            opinion: Opinion::Observation,
            findings: vec![AuditFinding { check: WordNo(7), amount: rupees(1) }],
        }),
        command_refused(),
    ];
    events.extend(applicants().into_iter().map(applied));
    let mut samples: Vec<Recorded> = events.into_iter().map(recorded).collect();
    let mut naming = recorded(Event::FundsAllotted);
    naming.clamped = true;
    naming.envelope.introduced = introduced();
    samples.push(naming);
    let name = |(index, sample): (usize, Recorded)| {
        (format!("{index:02}-{}", sample.event.kind().name()), sample)
    };
    samples.into_iter().enumerate().map(name).collect()
}
