//! An event of each kind, and further ones where a kind has more than one shape.

use bahi_core::{
    AccessDenied, AccountKey, ActorKeySet, Adjusted, Applicant, ApplicationAmended, Applied,
    AuditFinding, AuditScope, Audited, BarSubject, Barred, BodyKey, CaseClosed, CommandKind,
    CommandRefused, Disbursed, District, Event, EventKind, Evidence, Exported, FamilyKey,
    FindingSettled, FundsMoved, FundsWithdrawn, Further, Ifsc, InterestEarned, InterestRemitted,
    KeyChange, KeyRotated, Lapsed, LineKind, LineReference, LineSide, MatchDecided,
    MatchDifference, Matched, Money, MovedToSuspense, Movement, NameKind, NameMark, Opinion,
    Particulars, PaymentConfirmed, PaymentMode, PaymentReturned, PeriodSealed, PersonKey, Position,
    Recovered, RecoveryDemanded, Reference, Refusal, Rejected, Reversed, SanctionCancelled,
    SanctionCarried, SanctionRevised, Sanctioned, SchemeOpened, Settlement, StateCertified,
    StatementLine, StatementLines, StatementReceived, StepRecorded, StockMove, StockMoved,
    StoredFact, TermsChanged, Total, Unmatched, Utilised, Withdrawn, WordNo,
};

use super::{
    samples::{bytes, case_ref, day, other_fund, payee, person, print, reference, rupees, word},
    samples_terms::terms,
};

const REASON: WordNo = WordNo(8);

/// An event of this kind; a kind without one stops the build.
pub(super) fn of_kind(kind: EventKind) -> Event {
    let reason = REASON;
    match kind {
        EventKind::SchemeOpened => opened(),
        EventKind::TermsChanged => Event::TermsChanged(TermsChanged { version: 2, terms: terms() }),
        EventKind::FundsAllotted => Event::FundsAllotted,
        EventKind::FundsWithdrawn => Event::FundsWithdrawn(FundsWithdrawn { reason }),
        EventKind::FundsMoved => Event::FundsMoved(FundsMoved { to: other_fund(), reason }),
        EventKind::Lapsed => Event::Lapsed(Lapsed { reason }),
        EventKind::SanctionCarried => {
            Event::SanctionCarried(SanctionCarried { from: other_fund() })
        }
        EventKind::Applied => applied(person()),
        EventKind::ApplicationAmended => amended(),
        EventKind::StepRecorded => step_recorded(facts(), 12),
        EventKind::Rejected => Event::Rejected(Rejected { reason }),
        EventKind::Withdrawn => Event::Withdrawn(Withdrawn { reason }),
        EventKind::CaseClosed => Event::CaseClosed(CaseClosed { reason }),
        EventKind::Barred => barred(BarSubject::Person(PersonKey(print(64)))),
        EventKind::Sanctioned => sanctioned(),
        EventKind::SanctionRevised => revised(true),
        EventKind::SanctionCancelled => Event::SanctionCancelled(SanctionCancelled { reason }),
        EventKind::Disbursed => disbursed(),
        EventKind::PaymentReturned => returned(),
        EventKind::PaymentConfirmed => confirmed(),
        EventKind::MovedToSuspense => suspended(),
        EventKind::Recovered => Event::Recovered(Recovered { reason, reference: reference() }),
        EventKind::RecoveryDemanded => demanded(),
        EventKind::Utilised => Event::Utilised(Utilised { certificate: reference() }),
        EventKind::Adjusted => Event::Adjusted(Adjusted { reason, reference: reference() }),
        EventKind::InterestEarned => {
            Event::InterestEarned(InterestEarned { reference: reference() })
        }
        EventKind::InterestRemitted => remitted(),
        EventKind::StockMoved => stock_moved(StockMove::HandedOver),
        EventKind::Audited => audited(),
        EventKind::FindingSettled => settled(),
        EventKind::StateCertified => certified(),
        EventKind::PeriodSealed => sealed(),
        EventKind::StatementReceived => statement(Some(-250), Some(1)),
        EventKind::StatementLines => lines(),
        EventKind::Matched => Event::Matched(Matched {
            line: line(),
            target: Position(44),
            rule: reason,
            further: Further::NONE,
            evidence: Vec::new(),
            difference: None,
        }),
        EventKind::Unmatched => Event::Unmatched(Unmatched { matched: Position(45), reason }),
        EventKind::MatchDecided => match_decided(Position(44)),
        EventKind::Reversed => reversed(EventKind::Sanctioned, Some(Movement::Sanction)),
        EventKind::CommandRefused => command_refused(),
        EventKind::Exported => exported(),
        EventKind::AccessDenied => Event::AccessDenied(AccessDenied { what: WordNo(2), count: 3 }),
        EventKind::KeyRotated => key_rotated(KeyChange::Added),
        EventKind::ActorKeySet => actor_key_set(Some(day("2025-03-31")), true),
    }
}

/// Events of kinds that have more than one shape, each with its name.
pub(super) fn variations() -> Vec<(&'static str, Event)> {
    let body = BodyKey(print(128));
    let person = PersonKey(print(64));
    let members = vec![person, PersonKey(print(65))];
    vec![
        ("person", applied(Applicant::Person { person, family: None })),
        ("unit", applied(Applicant::Unit { unit: body, owner: None })),
        ("owned-unit", applied(Applicant::Unit { unit: body, owner: Some(person) })),
        ("spv", applied(Applicant::Spv { spv: body, members })),
        ("institution", applied(Applicant::Institution { institution: body })),
        ("not-in-source", applied(Applicant::NotInSource)),
        ("plain", step_recorded(vec![], 0)),
        ("late", step_recorded(vec![], u32::MAX)),
        ("in-time", step_recorded(facts(), 0)),
        ("family", barred(BarSubject::Family(FamilyKey(print(96))))),
        ("body", barred(BarSubject::Body(body))),
        ("account", barred_for_ever()),
        ("lowered", revised(false)),
        ("reissue", reissue()),
        ("ordered", stock_moved(StockMove::Ordered)),
        ("closing-only", statement(None, Some(i128::MAX))),
        ("without-totals", statement(None, None)),
        ("aside", match_decided(Position::NONE)),
        ("second-part", second_part()),
        ("told", told_lines()),
        ("batch", matched_batch()),
        ("short", matched_short()),
        ("within", matched_within()),
        ("charge", matched_charge()),
        ("answers", answers()),
        ("rejected", rejected()),
        ("of-nothing", reversed(EventKind::StepRecorded, None)),
        (
            "of-transfer",
            reversed(EventKind::FundsMoved, Some(Movement::Transfer { to: other_fund() })),
        ),
        (
            "of-carry",
            reversed(EventKind::SanctionCarried, Some(Movement::Carry { from: other_fund() })),
        ),
        ("destroyed", key_rotated(KeyChange::Destroyed)),
        ("without-end", actor_key_set(None, false)),
    ]
}

fn opened() -> Event {
    let districts = vec![District(1), District(187)];
    Event::SchemeOpened(SchemeOpened { districts, terms: terms() })
}

/// A fact of each kind.
fn facts() -> Vec<(WordNo, StoredFact)> {
    vec![
        (WordNo(2), StoredFact::Word(WordNo(9))),
        (WordNo(1), StoredFact::Money(rupees(1_000_000))),
        (WordNo(5), StoredFact::Flag(true)),
        (WordNo(3), StoredFact::Count(25)),
    ]
}

pub(super) fn applied(applicant: Applicant) -> Event {
    Event::Applied(Applied { case_ref: case_ref(), applicant, facts: facts() })
}

fn amended() -> Event {
    Event::ApplicationAmended(ApplicationAmended { facts: facts() })
}

fn evidence() -> Vec<Evidence> {
    let other = Reference::new("UC/7").expect("a reference");
    vec![
        Evidence { kind: WordNo(11), reference: reference() },
        Evidence { kind: WordNo(12), reference: other },
    ]
}

fn step_recorded(reported: Vec<(WordNo, StoredFact)>, late_by: u32) -> Event {
    let evidence = evidence();
    Event::StepRecorded(StepRecorded { step: WordNo(3), evidence, reported, late_by })
}

fn barred(subject: BarSubject) -> Event {
    Event::Barred(Barred { subject, until: Some(day("2027-03-31")), reason: REASON })
}

fn barred_for_ever() -> Event {
    let subject = BarSubject::Account(AccountKey(print(32)));
    Event::Barred(Barred { subject, until: None, reason: REASON })
}

fn sanctioned() -> Event {
    Event::Sanctioned(Sanctioned { entitlement: rupees(250_000), paragraph: WordNo(6) })
}

fn revised(raised: bool) -> Event {
    Event::SanctionRevised(SanctionRevised {
        raised,
        sanctioned: rupees(500_000),
        entitlement: rupees(625_000),
        paragraph: WordNo(6),
    })
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

fn returned() -> Event {
    let own_day = day("2024-06-18");
    Event::PaymentReturned(PaymentReturned { payment: Position(41), reason: REASON, own_day })
}

fn confirmed() -> Event {
    Event::PaymentConfirmed(PaymentConfirmed {
        payment: Position(41),
        reference: reference(),
        own_day: day("2024-06-18"),
    })
}

fn suspended() -> Event {
    Event::MovedToSuspense(MovedToSuspense {
        payment: Position(41),
        reason: REASON,
        reference: reference(),
        own_day: day("2024-06-18"),
    })
}

fn demanded() -> Event {
    Event::RecoveryDemanded(RecoveryDemanded {
        demanded: rupees(100_000),
        reason: REASON,
        due: day("2024-09-30"),
        reference: reference(),
    })
}

fn remitted() -> Event {
    Event::InterestRemitted(InterestRemitted { reference: reference() })
}

fn stock_moved(movement: StockMove) -> Event {
    Event::StockMoved(StockMoved {
        item: WordNo(13),
        movement,
        quantity: 40,
        reference: reference(),
    })
}

fn audited() -> Event {
    Event::Audited(Audited {
        scope: AuditScope::Case,
        seen: evidence(),
        opinion: Opinion::Observation,
        findings: vec![AuditFinding { check: WordNo(7), amount: rupees(1) }],
    })
}

fn settled() -> Event {
    Event::FindingSettled(FindingSettled {
        audit: Position(39),
        finding: 1,
        settlement: Settlement::MadeGood,
        reference: reference(),
    })
}

fn certified() -> Event {
    Event::StateCertified(StateCertified {
        upto: Position(41),
        as_of: day("2024-05-31"),
        fold: WordNo(14),
        version: 1,
        count: 300,
        root: bytes(1),
        hash: bytes(65),
    })
}

fn sealed() -> Event {
    Event::PeriodSealed(PeriodSealed { until: day("2024-05-31"), certified: Position(41) })
}

fn statement(opening: Option<i128>, closing: Option<i128>) -> Event {
    Event::StatementReceived(StatementReceived {
        file: bytes(129),
        bytes: 70_000,
        format: WordNo(15),
        account: AccountKey(print(32)),
        from: day("2024-05-01"),
        to: day("2024-05-31"),
        opening: opening.map(Total::from_paise),
        closing: closing.map(Total::from_paise),
        lines: 2,
        part: 1,
        repeated: 0,
        set_aside: 0,
    })
}

fn lines() -> Event {
    let full = StatementLine {
        amount: rupees(250_000),
        side: LineSide::Credit,
        booked: day("2024-05-02"),
        value: day("2024-05-03"),
        references: vec![reference(), Reference::new("UTR/9").expect("a reference")],
        counterparty: Some(AccountKey(print(33))),
        at: 1_024,
        bytes: 96,
        particulars: None,
    };
    let bare = StatementLine {
        side: LineSide::Debit,
        references: vec![],
        counterparty: None,
        ..full.clone()
    };
    Event::StatementLines(StatementLines {
        statement: Position(38),
        first: 1,
        lines: vec![full, bare],
    })
}

fn second_part() -> Event {
    let Event::StatementReceived(received) = statement(Some(1), None) else {
        panic!("a statement")
    };
    let received = StatementReceived { part: 2, repeated: 3, set_aside: 260, ..received };
    Event::StatementReceived(received)
}

/// Lines of which one has particulars and one has none.
fn told_lines() -> Event {
    let Event::StatementLines(lines) = lines() else { panic!("lines") };
    let mark = |kind, narrated| NameMark { kind, narrated };
    let told = Particulars {
        kind: LineKind::Return,
        names: vec![mark(NameKind::Own, false), mark(NameKind::Transfer, true)],
        ifsc: Ifsc::parse("SBIN0001234"),
        reason: Some(Reference::new("54").expect("a reference")),
        batch: Some(60),
        balance: Some(Total::from_paise(-7)),
    };
    let [full, bare] = <[StatementLine; 2]>::try_from(lines.lines).expect("two lines");
    let lines = vec![StatementLine { particulars: Some(told), ..full }, bare];
    let (statement, first) = (Position(38), 1);
    Event::StatementLines(StatementLines { statement, first, lines })
}

fn matched_batch() -> Event {
    let targets = vec![Position(46), Position(300)];
    Event::Matched(Matched {
        line: line(),
        target: Position(44),
        rule: REASON,
        further: Further { lines: Vec::new(), targets },
        evidence: vec![reference()],
        difference: None,
    })
}

fn matched_short() -> Event {
    let lines = vec![LineReference { statement: Position(39), line: 1 }];
    let amount = Total::from_paise(-500);
    Event::Matched(Matched {
        line: line(),
        target: Position(44),
        rule: REASON,
        further: Further { lines, targets: Vec::new() },
        evidence: Vec::new(),
        difference: Some(MatchDifference { tolerance: WordNo(15), amount, limit: None }),
    })
}

/// A payment that came short by as much as its rule accepts.
fn matched_within() -> Event {
    let (amount, limit) = (Total::from_paise(-500), Money::from_paise(500));
    Event::Matched(Matched {
        line: line(),
        target: Position(44),
        rule: REASON,
        further: Further::NONE,
        evidence: vec![reference()],
        difference: Some(MatchDifference { tolerance: WordNo(15), amount, limit }),
    })
}

/// A charge, which is no event's money.
fn matched_charge() -> Event {
    let (amount, limit) = (Total::from_paise(1_770), Money::from_paise(5_000));
    Event::Matched(Matched {
        line: line(),
        target: Position::NONE,
        rule: REASON,
        further: Further::NONE,
        evidence: Vec::new(),
        difference: Some(MatchDifference { tolerance: WordNo(15), amount, limit }),
    })
}

/// Answers to payments: one that states its amount, one that does not.
fn answers() -> Event {
    let Event::StatementLines(mut told) = told_lines() else { return told_lines() };
    let mut paid = told.lines.swap_remove(0);
    if let Some(particulars) = &mut paid.particulars {
        particulars.kind = LineKind::AnswerPaid;
    }
    let mut failed = StatementLine { amount: Money::ZERO, ..paid.clone() };
    if let Some(particulars) = &mut failed.particulars {
        particulars.kind = LineKind::AnswerFailed;
    }
    told.lines = vec![paid, failed];
    Event::StatementLines(told)
}

fn rejected() -> Event {
    let further = Further { lines: Vec::new(), targets: vec![Position(45)] };
    let (line, target) = (line(), Position(44));
    Event::MatchDecided(MatchDecided { line, target, reason: REASON, further, rejected: true })
}

fn line() -> LineReference {
    LineReference { statement: Position(38), line: 2 }
}

fn match_decided(target: Position) -> Event {
    Event::MatchDecided(MatchDecided {
        line: line(),
        target,
        reason: REASON,
        further: Further::NONE,
        rejected: false,
    })
}

pub(super) fn reversed(kind: EventKind, movement: Option<Movement>) -> Event {
    Event::Reversed(Reversed { of: Position(37), kind, movement, reason: REASON })
}

fn command_refused() -> Event {
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

fn exported() -> Event {
    Event::Exported(Exported {
        what: WordNo(16),
        upto: Position(41),
        rows: 1_000,
        digest: bytes(1),
    })
}

fn key_rotated(change: KeyChange) -> Event {
    Event::KeyRotated(KeyRotated { key_id: 2, change, check: bytes(200) })
}

fn actor_key_set(until: Option<bahi_core::Day>, required: bool) -> Event {
    Event::ActorKeySet(ActorKeySet {
        signer: bahi_core::ActorNo(4),
        key: bytes(160),
        until,
        required,
    })
}
