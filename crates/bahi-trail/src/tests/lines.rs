//! Lines against the events they tell of, kind by kind.

use bahi_core::{
    AccessDenied, ActorKeySet, Adjusted, ApplicationAmended, BarSubject, Barred, CaseClosed,
    Evidence, Exported, Expr, FindingSettled, FundsMoved, FundsWithdrawn, Further, InterestEarned,
    InterestRemitted, Item, KeyChange, KeyRotated, Lapsed, LineReference, LineSide, MatchDecided,
    Matched, MovedToSuspense, Movement, PaymentConfirmed, PeriodSealed, Procedure,
    RecoveryDemanded, Rejected, Reversed, Rounding, SanctionCancelled, SanctionCarried,
    SanctionRevised, SchemeOpened, Settlement, StateCertified, StatementLine, StatementLines,
    StatementReceived, StepRecorded, StockMove, StockMoved, Terms, TermsChanged, TermsParts,
    Unmatched, Utilised, Withdrawn,
};

use super::*;

/// An event and its line.
type Told = (Recorded, &'static str);

/// The rows of every kind that a history can have beside the spine.
pub(super) fn told() -> Vec<Told> {
    let all =
        [of_funds(), of_cases(), of_money_paid(), of_audits(), of_statements(), of_the_house()];
    all.into_iter().flatten().collect()
}

fn reason() -> WordNo {
    WordNo(2)
}

fn reference(text: &str) -> Reference {
    Reference::new(text).expect("a reference")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn money(rupees: u64) -> Money {
    Money::from_rupees(rupees).expect("an amount")
}

fn evidence() -> Vec<Evidence> {
    let seen = |kind, text| Evidence { kind: WordNo(kind), reference: reference(text) };
    Vec::from([seen(3, "DPR-1"), seen(2, "GO-7")])
}

fn terms() -> Terms {
    let word = |text: &str| Word::new(text).expect("a word");
    Terms::new(TermsParts {
        name: word("mm-2018"),
        authority: Authority {
            order: OrderNumber::new("861/2018").expect("an order"),
            date: day("2018-09-24"),
            paragraph: None,
        },
        from: day("2018-09-24"),
        until: None,
        facts: Vec::new(),
        requires: Vec::new(),
        items: Vec::from([Item {
            name: word("margin"),
            when: None,
            claimed: None,
            allowed: Expr::Const(money(1)),
            paragraph: word("1"),
        }]),
        own_contribution: None,
        rounding: Rounding::PaisaDown,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: Vec::new(),
    })
    .expect("sound terms")
}

/// The pool of the next year.
fn next_year() -> FundKey {
    let fy = FinancialYear::from_first(2025).expect("a year");
    FundKey { scheme: SchemeNo(1), head: HeadNo(1), fy, district: District::POOL }
}

fn of_funds() -> Vec<Told> {
    let districts = Vec::from([District(187), District(188)]);
    let opened = Event::SchemeOpened(SchemeOpened { districts, terms: terms() });
    let changed = Event::TermsChanged(TermsChanged { version: 2, terms: terms() });
    let withdrawn = Event::FundsWithdrawn(FundsWithdrawn { reason: reason() });
    let moved = Event::FundsMoved(FundsMoved { to: next_year(), reason: reason() });
    let lapsed = Event::Lapsed(Lapsed { reason: reason() });
    let carried = Event::SanctionCarried(SanctionCarried { from: next_year() });
    let earned = Event::InterestEarned(InterestEarned { reference: reference("INT-1") });
    let remitted = Event::InterestRemitted(InterestRemitted { reference: reference("CH-1") });
    Vec::from([
        (
            recorded(1, 0, 0, 9, opened),
            "scheme margin-money opened in 2 districts under mm-2018, in force from 2018-09-24",
        ),
        (
            recorded(1, 0, 0, 9, changed),
            "terms 2 of scheme margin-money, mm-2018, in force from 2018-09-24",
        ),
        (
            recorded(1, 0, 5, 9, withdrawn),
            "₹ 5.00 withdrawn from margin-money, head H1, 2024-25, district 187: 51",
        ),
        (
            recorded(1, 0, 5, 9, moved),
            "₹ 5.00 moved from margin-money, head H1, 2024-25, district 187 to margin-money, head \
             H1, 2025-26, the pool: 51",
        ),
        (
            recorded(1, 0, 5, 0, lapsed.clone()),
            "₹ 5.00 lapsed in margin-money, head H1, 2024-25, district 187: 51",
        ),
        (
            recorded(1, 3, 5, 0, lapsed),
            "₹ 5.00 of the sanction lapsed to margin-money, head H1, 2024-25, district 187: 51",
        ),
        (
            recorded(1, 3, 5, 9, carried),
            "₹ 5.00 of the sanction carried from margin-money, head H1, 2025-26, the pool to \
             margin-money, head H1, 2024-25, district 187",
        ),
        (
            recorded(1, 0, 5, 0, earned),
            "₹ 5.00 of interest earned by margin-money, head H1, 2024-25, district 187, reference \
             INT-1",
        ),
        (
            recorded(1, 0, 5, 0, remitted),
            "₹ 5.00 of interest remitted by margin-money, head H1, 2024-25, district 187, \
             reference CH-1",
        ),
    ])
}

fn of_cases() -> Vec<Told> {
    let facts = Vec::from([(WordNo(3), StoredFact::Count(7)), (WordNo(2), StoredFact::Flag(true))]);
    let amended = Event::ApplicationAmended(ApplicationAmended { facts });
    let step = |late_by, reported| {
        let step = StepRecorded { step: WordNo(3), evidence: evidence(), reported, late_by };
        Event::StepRecorded(step)
    };
    let jobs = Vec::from([(WordNo(2), StoredFact::Count(4))]);
    let bar = |subject, until| Event::Barred(Barred { subject, until, reason: reason() });
    let family = BarSubject::Family(FamilyKey(print(4)));
    let revised = |raised| {
        let (sanctioned, entitlement) = (money(200), money(300));
        let paragraph = WordNo(1);
        Event::SanctionRevised(SanctionRevised { raised, sanctioned, entitlement, paragraph })
    };
    let reason = reason();
    Vec::from([
        (recorded(1, 3, 0, 0, amended), "application amended, stating project_cost 7, 51 yes"),
        (
            recorded(1, 3, 0, 0, step(0, Vec::new())),
            "step project_cost taken; seen: project_cost DPR-1, 51 GO-7",
        ),
        (
            recorded(1, 3, 0, 0, step(1, Vec::new())),
            "step project_cost taken, 1 day late; seen: project_cost DPR-1, 51 GO-7",
        ),
        (
            recorded(1, 3, 0, 0, step(47, jobs)),
            "step project_cost taken, 47 days late; seen: project_cost DPR-1, 51 GO-7; reported: 51 4",
        ),
        (recorded(1, 3, 0, 0, Event::Rejected(Rejected { reason })), "application rejected: 51"),
        (recorded(1, 3, 0, 0, Event::Withdrawn(Withdrawn { reason })), "application withdrawn: 51"),
        (recorded(1, 3, 0, 0, Event::CaseClosed(CaseClosed { reason })), "case closed: 51"),
        (
            recorded(1, 0, 0, 9, bar(family, Some(day("2027-03-31")))),
            "family 04040404 barred until 2027-03-31: 51",
        ),
        (
            recorded(1, 0, 0, 9, bar(BarSubject::Account(AccountKey(print(5))), None)),
            "account 05050505 barred without end: 51",
        ),
        (
            recorded(1, 3, 50, 9, revised(true)),
            "sanction raised by ₹ 50.00 to ₹ 200.00 in margin-money, head H1, 2024-25, district \
             187; the terms give ₹ 300.00 by 1(2)",
        ),
        (
            recorded(1, 3, 50, 9, revised(false)),
            "sanction lowered by ₹ 50.00 to ₹ 200.00 in margin-money, head H1, 2024-25, district \
             187; the terms give ₹ 300.00 by 1(2)",
        ),
        (
            recorded(1, 3, 0, 9, Event::SanctionCancelled(SanctionCancelled { reason })),
            "sanction cancelled, ₹ 0.00 back to margin-money, head H1, 2024-25, district 187: 51",
        ),
    ])
}

fn of_money_paid() -> Vec<Told> {
    let (reason, own_day) = (reason(), day("2024-03-28"));
    let bank = Reference::of_print(print(0xab));
    let late = Event::PaymentReturned(PaymentReturned { payment: Position(6), reason, own_day });
    let confirmed = Event::PaymentConfirmed(PaymentConfirmed {
        payment: Position(6),
        reference: bank.clone(),
        own_day: day("2024-06-30"),
    });
    let suspended = |payment| {
        let reference = reference("UTR-1");
        Event::MovedToSuspense(MovedToSuspense { payment, reason, reference, own_day })
    };
    let demanded = Event::RecoveryDemanded(RecoveryDemanded {
        demanded: money(70),
        reason,
        due: day("2024-09-30"),
        reference: reference("N-1"),
    });
    let utilised = Event::Utilised(Utilised { certificate: reference("UC-1") });
    let adjusted = Event::Adjusted(Adjusted { reason, reference: reference("R-1") });
    let stock = |movement| {
        let (item, reference) = (WordNo(3), reference("V-1"));
        Event::StockMoved(StockMoved { item, movement, quantity: 25, reference })
    };
    Vec::from([
        (
            recorded(1, 3, 5, 0, late),
            "payment 6 of ₹ 5.00 came back: 51, on 2024-03-28 by the source",
        ),
        (
            recorded(1, 3, 0, 0, confirmed),
            "payment 6 reached its account, reference print abababab",
        ),
        (
            recorded(1, 3, 5, 0, suspended(Position(6))),
            "₹ 5.00 put in suspense, perhaps of payment 6: 51, reference UTR-1, on 2024-03-28 by \
             the source",
        ),
        (
            recorded(1, 0, 5, 0, suspended(Position::NONE)),
            "₹ 5.00 put in suspense: 51, reference UTR-1, on 2024-03-28 by the source",
        ),
        (recorded(1, 3, 0, 0, demanded), "₹ 70.00 asked back by 2024-09-30: 51, reference N-1"),
        (recorded(1, 3, 5, 0, utilised), "₹ 5.00 shown to be used, certificate UC-1"),
        (recorded(1, 3, 5, 0, adjusted), "₹ 5.00 became the beneficiary's own: 51, reference R-1"),
        (
            recorded(1, 0, 0, 0, stock(StockMove::Ordered)),
            "25 of project_cost ordered for margin-money, district 187, reference V-1",
        ),
        (
            recorded(1, 3, 0, 0, stock(StockMove::HandedOver)),
            "25 of project_cost handed over for margin-money, district 187, reference V-1",
        ),
    ])
}

fn of_audits() -> Vec<Told> {
    let audited = Event::Audited(Audited {
        scope: AuditScope::Inspection,
        seen: evidence(),
        opinion: Opinion::Clear,
        findings: Vec::new(),
    });
    let settled = Event::FindingSettled(FindingSettled {
        audit: Position(15),
        finding: 1,
        settlement: Settlement::MadeGood,
        reference: reference("REPLY-1"),
    });
    let certified = Event::StateCertified(StateCertified {
        upto: Position(17),
        as_of: day("2024-06-30"),
        fold: WordNo(3),
        version: 2,
        count: 4,
        root: [0x11; 32],
        hash: [0x22; 32],
    });
    let sealed = PeriodSealed { until: day("2024-06-30"), certified: Position(16) };
    Vec::from([
        (
            recorded(1, 3, 0, 0, audited),
            "audit of the inspection, clear: no finding; seen: project_cost DPR-1, 51 GO-7",
        ),
        (
            recorded(1, 3, 0, 0, settled),
            "finding 1 of the audit at 15 settled, made_good: reference REPLY-1",
        ),
        (
            recorded(1, 0, 0, 0, certified),
            "project_cost version 2 certified up to 17 as of 2024-06-30, 4 rows, root \
             1111111111111111111111111111111111111111111111111111111111111111, state \
             2222222222222222222222222222222222222222222222222222222222222222",
        ),
        (
            recorded(1, 0, 0, 0, Event::PeriodSealed(sealed)),
            "sealed until 2024-06-30 on the certificate at 16",
        ),
    ])
}

fn line(side: LineSide, rupees: u64) -> StatementLine {
    StatementLine {
        amount: money(rupees),
        side,
        booked: day("2024-06-28"),
        value: day("2024-06-28"),
        references: Vec::new(),
        counterparty: None,
        at: 0,
        bytes: 80,
        particulars: None,
    }
}

fn of_statements() -> Vec<Told> {
    let statement = |opening: Option<i128>, lines| {
        Event::StatementReceived(StatementReceived {
            file: [0; 32],
            bytes: 900,
            format: WordNo(3),
            account: AccountKey(print(1)),
            from: day("2024-06-01"),
            to: day("2024-06-30"),
            opening: opening.map(Total::from_paise),
            closing: opening.map(|opening| Total::from_paise(opening + 15_000_000)),
            lines,
            part: 1,
            repeated: 0,
            set_aside: 0,
        })
    };
    let lines = Event::StatementLines(StatementLines {
        statement: Position(7),
        first: 41,
        lines: Vec::from([line(LineSide::Credit, 100_000), line(LineSide::Debit, 7)]),
    });
    let (reason, target) = (reason(), Position(6));
    let of = LineReference { statement: Position(7), line: 42 };
    let matched = Event::Matched(Matched {
        line: of,
        target,
        rule: reason,
        further: Further::NONE,
        evidence: Vec::new(),
        difference: None,
    });
    let unmatched = Event::Unmatched(Unmatched { matched: Position(9), reason });
    let decided = |target| {
        Event::MatchDecided(MatchDecided {
            line: of,
            target,
            reason,
            further: Further::NONE,
            rejected: false,
        })
    };
    Vec::from([
        (
            recorded(1, 0, 0, 0, statement(Some(-5_000_000), 2)),
            "statement of account 01010101, project_cost, from 2024-06-01 to 2024-06-30, 2 lines, \
             opening ₹ -50,000.00, closing ₹ 1,00,000.00",
        ),
        (
            recorded(1, 0, 0, 0, statement(None, 1)),
            "statement of account 01010101, project_cost, from 2024-06-01 to 2024-06-30, 1 line",
        ),
        (
            recorded(1, 0, 0, 0, lines),
            "2 lines of the statement at 7 from line 41, ₹ 1,00,000.00 in and ₹ 7.00 out",
        ),
        (recorded(1, 3, 0, 0, matched), "line 42 of the statement at 7 matched with 6 by 51"),
        (recorded(1, 3, 0, 0, unmatched), "match at 9 undone: 51"),
        (
            recorded(1, 3, 0, 0, decided(target)),
            "line 42 of the statement at 7 decided to be 6: 51",
        ),
        (
            recorded(1, 0, 0, 0, decided(Position::NONE)),
            "line 42 of the statement at 7 set aside: 51",
        ),
    ])
}

fn of_the_house() -> Vec<Told> {
    let back = |kind, movement| {
        Event::Reversed(Reversed { of: Position(6), kind, movement, reason: reason() })
    };
    let (what, digest) = (WordNo(3), [0x33; 32]);
    let exported = Event::Exported(Exported { what, upto: Position(17), rows: 5, digest });
    let denied = |count| Event::AccessDenied(AccessDenied { what, count });
    let rotated = KeyRotated { key_id: 2, change: KeyChange::Destroyed, check: [0x44; 16] };
    let key_set = |until, required| {
        let (signer, key) = (bahi_core::ActorNo(99), [0x55; 32]);
        Event::ActorKeySet(ActorKeySet { signer, key, until, required })
    };
    Vec::from([
        (
            recorded(1, 3, 5, 9, back(EventKind::Disbursed, Some(Movement::Payment))),
            "Disbursed at 6 reversed, ₹ 5.00 back: 51",
        ),
        (recorded(1, 3, 0, 9, back(EventKind::Rejected, None)), "Rejected at 6 reversed: 51"),
        (
            recorded(1, 0, 0, 0, exported),
            "project_cost exported up to 17, 5 rows, sha256 \
             3333333333333333333333333333333333333333333333333333333333333333",
        ),
        (recorded(1, 0, 0, 0, denied(1)), "access denied 1 time: project_cost"),
        (recorded(1, 0, 0, 0, denied(3)), "access denied 3 times: project_cost"),
        (
            recorded(1, 0, 0, 0, Event::KeyRotated(rotated)),
            "fingerprint key 2 destroyed, known by 44444444444444444444444444444444",
        ),
        (
            recorded(1, 0, 0, 0, key_set(None, false)),
            "? signs with key \
             5555555555555555555555555555555555555555555555555555555555555555 from 2024-06-30",
        ),
        (
            recorded(1, 0, 0, 0, key_set(Some(Day::MAX), true)),
            "? signs with key \
             5555555555555555555555555555555555555555555555555555555555555555 from 2024-06-30 \
             until 2199-12-31, and must sign from then on",
        ),
    ])
}

#[test]
fn each_kind_is_told_in_one_line() {
    let mut seen: BTreeSet<EventKind> = BTreeSet::new();
    for (event, expected) in told() {
        assert_eq!(describe(&event, &names()), expected);
        seen.insert(event.event.kind());
    }
    seen.extend(story().iter().map(|event| event.event.kind()));
    assert!(seen.into_iter().eq(EventKind::ALL), "every kind has its row");
}

#[test]
fn the_spine_is_told_in_one_line() {
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
    for event in story().into_iter().chain(told().into_iter().map(|(event, _)| event)) {
        let text = describe(&event, &Names::default());
        assert!(!text.is_empty() && !text.contains('\n'), "{text}");
    }
}
