//! The kinds around the spine.

use bahi_core::{
    AccessDenied, ActorKeySet, ActorNo, Adjusted, ApplicationAmended, BarSubject, Barred, BodyKey,
    CaseClosed, Evidence, Exported, FamilyKey, FindingSettled, FundsMoved, FundsWithdrawn, Further,
    InterestEarned, InterestRemitted, KeyChange, KeyRotated, Lapsed, LineReference, LineSide,
    MatchDecided, Matched, MovedToSuspense, Movement, PaymentConfirmed, PeriodSealed,
    RecoveryDemanded, Rejected, Reversed, SanctionCancelled, SanctionCarried, SanctionRevised,
    Settlement, StateCertified, StatementLine, StatementLines, StatementReceived, StepRecorded,
    StockMove, StockMoved, Unmatched, Utilised, Withdrawn,
};

use super::*;

const REASON: WordNo = WordNo(2);
const OTHER: &str = r#"{"scheme":"margin-money","head":"2851","fy":"2023-24","district":"pool"}"#;

fn named(text: &str) -> Reference {
    Reference::new(text).expect("an identifier")
}

fn other_fund() -> FundKey {
    FundKey {
        scheme: SchemeNo(1),
        head: HeadNo(1),
        fy: FinancialYear::from_first(2023).expect("a year"),
        district: District::POOL,
    }
}

pub(super) fn kinds() -> Vec<(Event, String)> {
    [funds(), cases(), payments(), stock(), audits(), statements(), reversals(), house()].concat()
}

fn funds() -> Vec<(Event, String)> {
    let (to, reason) = (other_fund(), REASON);
    vec![
        (Event::FundsWithdrawn(FundsWithdrawn { reason }), r#","reason":"R03""#.to_owned()),
        (Event::FundsMoved(FundsMoved { to, reason }), format!(r#","to":{OTHER},"reason":"R03""#)),
        (Event::Lapsed(Lapsed { reason: WordNo(9) }), r##","reason":"#9""##.to_owned()),
        (
            Event::SanctionCarried(SanctionCarried { from: other_fund() }),
            format!(r#","from":{OTHER}"#),
        ),
    ]
}

fn cases() -> Vec<(Event, String)> {
    let reason = REASON;
    let because = || r#","reason":"R03""#.to_owned();
    let facts = vec![(WordNo(1), StoredFact::Money(rupees(10)))];
    let reported = [&facts[..], &[(WordNo(9), StoredFact::Count(7))]].concat();
    let evidence = vec![Evidence { kind: WordNo(4), reference: named("TF/7") }];
    let barred = |subject, until| Event::Barred(Barred { subject, until, reason });
    vec![
        (
            Event::ApplicationAmended(ApplicationAmended { facts }),
            r#","facts":{"cost":"10.00"}"#.to_owned(),
        ),
        (
            Event::StepRecorded(StepRecorded {
                step: WordNo(2),
                evidence,
                reported: Vec::new(),
                late_by: 0,
            }),
            r#","step":"R03","evidence":[{"kind":"fair","reference":"TF/7"}]"#.to_owned(),
        ),
        (
            Event::StepRecorded(StepRecorded {
                step: WordNo(2),
                evidence: Vec::new(),
                reported,
                late_by: 12,
            }),
            r##","step":"R03","evidence":[],"reported":{"cost":"10.00","#9":7},"late_by":12"##
                .to_owned(),
        ),
        (Event::Rejected(Rejected { reason }), because()),
        (Event::Withdrawn(Withdrawn { reason }), because()),
        (Event::CaseClosed(CaseClosed { reason }), because()),
        (
            barred(BarSubject::Person(PersonKey(print(1))), Some(day("2027-03-31"))),
            format!(r#","subject":{{"person":"{KEY}"}},"until":"2027-03-31","reason":"R03""#),
        ),
        (
            barred(BarSubject::Family(FamilyKey(print(7))), None),
            format!(r#","subject":{{"family":{{"7":"{KEY}"}}}},"until":null,"reason":"R03""#),
        ),
        (
            barred(BarSubject::Body(BodyKey(print(1))), None),
            format!(r#","subject":{{"body":"{KEY}"}},"until":null,"reason":"R03""#),
        ),
        (
            barred(BarSubject::Account(AccountKey(print(1))), None),
            format!(r#","subject":{{"account":"{KEY}"}},"until":null,"reason":"R03""#),
        ),
        (
            Event::SanctionRevised(SanctionRevised {
                raised: true,
                sanctioned: rupees(5),
                entitlement: rupees(6),
                paragraph: WordNo(3),
            }),
            r#","raised":true,"sanctioned":"5.00","entitlement":"6.00","paragraph":"3(1)""#
                .to_owned(),
        ),
        (Event::SanctionCancelled(SanctionCancelled { reason }), because()),
    ]
}

fn payments() -> Vec<(Event, String)> {
    let (own_day, reason, reference) = (day("2024-06-01"), REASON, named("UTR 5"));
    let suspense = |payment| {
        let reference = reference.clone();
        Event::MovedToSuspense(MovedToSuspense { payment, reason, reference, own_day })
    };
    vec![
        (
            Event::PaymentConfirmed(PaymentConfirmed {
                payment: Position(15),
                reference: reference.clone(),
                own_day,
            }),
            r#","payment":15,"reference":"UTR 5","own_day":"2024-06-01""#.to_owned(),
        ),
        (
            suspense(Position(15)),
            r#","payment":15,"reason":"R03","reference":"UTR 5","own_day":"2024-06-01""#.to_owned(),
        ),
        (
            suspense(Position::NONE),
            r#","payment":null,"reason":"R03","reference":"UTR 5","own_day":"2024-06-01""#
                .to_owned(),
        ),
        (
            Event::RecoveryDemanded(RecoveryDemanded {
                demanded: rupees(7),
                reason,
                due: day("2024-07-01"),
                reference: reference.clone(),
            }),
            r#","demanded":"7.00","reason":"R03","due":"2024-07-01","reference":"UTR 5""#
                .to_owned(),
        ),
        (
            Event::Utilised(Utilised { certificate: named("UC/1") }),
            r#","certificate":"UC/1""#.to_owned(),
        ),
        (
            Event::Adjusted(Adjusted { reason, reference }),
            r#","reason":"R03","reference":"UTR 5""#.to_owned(),
        ),
    ]
}

fn stock() -> Vec<(Event, String)> {
    vec![
        (
            Event::InterestEarned(InterestEarned { reference: named("b") }),
            r#","reference":"b""#.to_owned(),
        ),
        (
            Event::InterestRemitted(InterestRemitted { reference: named("c") }),
            r#","reference":"c""#.to_owned(),
        ),
        (
            Event::StockMoved(StockMoved {
                item: WordNo(4),
                movement: StockMove::HandedOver,
                quantity: 3,
                reference: named("v"),
            }),
            r#","item":"fair","movement":"handed_over","quantity":3,"reference":"v""#.to_owned(),
        ),
    ]
}

fn audits() -> Vec<(Event, String)> {
    vec![
        (
            Event::Audited(Audited {
                scope: AuditScope::Inspection,
                seen: vec![Evidence { kind: WordNo(4), reference: named("m 3") }],
                opinion: Opinion::Clear,
                findings: vec![],
            }),
            r#","scope":"inspection","seen":[{"kind":"fair","reference":"m 3"}],"opinion":"clear","findings":[]"#
                .to_owned(),
        ),
        (
            Event::FindingSettled(FindingSettled {
                audit: Position(16),
                finding: 2,
                settlement: Settlement::NoFault,
                reference: named("r"),
            }),
            r#","audit":16,"finding":2,"settlement":"no_fault","reference":"r""#.to_owned(),
        ),
        (
            Event::StateCertified(StateCertified {
                upto: Position(16),
                as_of: day("2024-05-31"),
                fold: WordNo(1),
                version: 3,
                count: 12,
                root: [0x01; 32],
                hash: [0xfe; 32],
            }),
            format!(
                r#","upto":16,"as_of":"2024-05-31","fold":"cost","version":3,"count":12,"root":"{}","hash":"{}""#,
                "01".repeat(32),
                "fe".repeat(32)
            ),
        ),
        (
            Event::PeriodSealed(PeriodSealed { until: day("2024-05-31"), certified: Position(16) }),
            r#","until":"2024-05-31","certified":16"#.to_owned(),
        ),
    ]
}

fn received(opening: Option<Total>, closing: Option<Total>) -> Event {
    Event::StatementReceived(StatementReceived {
        file: [0xab; 32],
        bytes: 1_024,
        format: WordNo(4),
        account: AccountKey(print(2)),
        from: day("2024-04-01"),
        to: day("2024-04-30"),
        opening,
        closing,
        lines: 2,
        part: 1,
        repeated: 0,
        set_aside: 0,
    })
}

fn statements() -> Vec<(Event, String)> {
    let frame = |balances: &str| {
        let file = "ab".repeat(32);
        format!(
            r#","file":"{file}","bytes":1024,"format":"fair","account":{{"2":"{KEY}"}},"from":"2024-04-01","to":"2024-04-30",{balances},"lines":2"#
        )
    };
    let line = LineReference { statement: Position(16), line: 3 };
    let at = r#","line":{"statement":16,"line":3}"#;
    let decided = |target| {
        Event::MatchDecided(MatchDecided {
            line,
            target,
            reason: REASON,
            further: Further::NONE,
            rejected: false,
        })
    };
    vec![
        (
            received(Some(Total::from_paise(-250)), Some(Total::ZERO)),
            frame(r#""opening":"-2.50","closing":"0.00""#),
        ),
        (received(None, None), frame(r#""opening":null,"closing":null"#)),
        (
            Event::StatementLines(StatementLines {
                statement: Position(16),
                first: 1,
                lines: vec![StatementLine {
                    amount: rupees(1),
                    side: LineSide::Debit,
                    booked: day("2024-04-02"),
                    value: day("2024-04-03"),
                    references: vec![named("UTR 5"), named("b")],
                    counterparty: Some(AccountKey(print(1))),
                    at: 9,
                    bytes: 80,
                    particulars: None,
                }],
            }),
            format!(
                r#","statement":16,"first":1,"lines":[{{"amount":"1.00","side":"debit","booked":"2024-04-02","value":"2024-04-03","references":["UTR 5","b"],"counterparty":"{KEY}","at":9,"bytes":80}}]"#
            ),
        ),
        (
            Event::Matched(Matched {
                line,
                target: Position(15),
                rule: WordNo(1),
                further: Further::NONE,
                evidence: Vec::new(),
                difference: None,
            }),
            format!(r#"{at},"target":15,"rule":"cost""#),
        ),
        (
            Event::Unmatched(Unmatched { matched: Position(16), reason: REASON }),
            r#","matched":16,"reason":"R03""#.to_owned(),
        ),
        (decided(Position(15)), format!(r#"{at},"target":15,"reason":"R03""#)),
        (decided(Position::NONE), format!(r#"{at},"target":null,"reason":"R03""#)),
    ]
}

fn reversals() -> Vec<(Event, String)> {
    let reversed = |kind: EventKind, movement| {
        Event::Reversed(Reversed { of: Position(16), kind, movement, reason: REASON })
    };
    let written = |kind: &str, fund: &str| {
        format!(r#","of":16,"reversed":"{kind}","other_fund":{fund},"reason":"R03""#)
    };
    let (from, to) = (other_fund(), other_fund());
    vec![
        (reversed(EventKind::Rejected, None), written("Rejected", "null")),
        (reversed(EventKind::Disbursed, Some(Movement::Payment)), written("Disbursed", "null")),
        (
            reversed(EventKind::FundsMoved, Some(Movement::Transfer { to })),
            written("FundsMoved", OTHER),
        ),
        (
            reversed(EventKind::SanctionCarried, Some(Movement::Carry { from })),
            written("SanctionCarried", OTHER),
        ),
    ]
}

fn house() -> Vec<(Event, String)> {
    vec![
        (
            Event::Exported(Exported {
                what: WordNo(1),
                upto: Position::NONE,
                rows: 0,
                digest: [0xcd; 32],
            }),
            format!(r#","what":"cost","upto":0,"rows":0,"digest":"{}""#, "cd".repeat(32)),
        ),
        (
            Event::AccessDenied(AccessDenied { what: WordNo(1), count: 3 }),
            r#","what":"cost","count":3"#.to_owned(),
        ),
        (
            Event::KeyRotated(KeyRotated {
                key_id: 2,
                change: KeyChange::Added,
                check: [0x0f; 16],
            }),
            format!(r#","key_id":2,"change":"added","check":"{}""#, "0f".repeat(16)),
        ),
        (
            Event::ActorKeySet(ActorKeySet {
                signer: ActorNo(9),
                key: [0xab; 32],
                until: Some(day("2025-03-31")),
                required: true,
            }),
            format!(
                r##","signer":"#9","key":"{}","until":"2025-03-31","required":true"##,
                "ab".repeat(32)
            ),
        ),
    ]
}
