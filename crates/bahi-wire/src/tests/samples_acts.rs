//! One command of each kind, small and written out: what the golden contents are taken of.

use bahi_core::{
    AccountKey, Act, ActorName, Applicant, AuditScope, BarSubject, Command, CommandId, CommandKind,
    District, FamilyKey, FinancialYear, Fund, Further, GivenFact, HeadName, KeyChange,
    LineReference, LineSide, Opinion, PaymentMode, PersonKey, Position, Reference, Role,
    SchemeName, Settlement, StatementLine, StockMove, Total, Word,
};

use super::samples::{
    authority, bytes, case_ref, day, payee, print, reference, rupees, terms, word,
};

pub(super) fn scheme() -> SchemeName {
    SchemeName::new("mda").expect("a scheme")
}

pub(super) fn fund() -> Fund {
    Fund {
        scheme: scheme(),
        head: HeadName::new("head").expect("a head"),
        fy: FinancialYear::from_first(2024).expect("a year"),
        district: District(187),
    }
}

/// The act in a plain command.
pub(super) fn command(act: Act) -> Command {
    Command {
        id: CommandId::from_bytes([1; 16]),
        actor: ActorName::new("fin-01").expect("an actor"),
        role: Role::Finance,
        effective_day: day("2024-04-01"),
        authority: Some(authority()),
        aliases: Vec::new(),
        signed: None,
        act,
    }
}

/// One command of each kind, in order of number.
pub(super) fn commands() -> Vec<Command> {
    CommandKind::ALL.into_iter().map(|kind| command(of_kind(kind))).collect()
}

/// An act of this kind; a kind without one stops the build.
pub(super) fn of_kind(kind: CommandKind) -> Act {
    let (scheme, district, fund, case_ref) = (scheme(), District(187), fund(), case_ref());
    let (amount, reason, reference) = (rupees(250_000), word("cut"), reference());
    let (day, later) = (day("2024-05-31"), day("2024-06-01"));
    let payment = Position(41);
    let account = AccountKey(print(32));
    let line = LineReference { statement: Position(38), line: 2 };
    match kind {
        CommandKind::OpenScheme => {
            Act::OpenScheme { scheme, districts: vec![District(1), District(187)], terms: terms() }
        }
        CommandKind::ChangeTerms => Act::ChangeTerms { scheme, terms: terms() },
        CommandKind::Allot => Act::Allot { fund, amount },
        CommandKind::WithdrawFunds => Act::WithdrawFunds { fund, amount, reason },
        CommandKind::MoveFunds => Act::MoveFunds { from: fund, to: other_fund(), amount, reason },
        CommandKind::LapseFund => Act::LapseFund { fund, amount, reason },
        CommandKind::LapseSanction => Act::LapseSanction { case_ref, amount, reason },
        CommandKind::CarrySanction => Act::CarrySanction { case_ref, fund, amount },
        CommandKind::Apply => {
            Act::Apply { scheme, district, case_ref, applicant: person(), facts: facts() }
        }
        CommandKind::Amend => Act::Amend { case_ref, facts: facts() },
        CommandKind::RecordStep => {
            let step = word("task_force");
            Act::RecordStep { case_ref, step, evidence: papers(), reported: facts() }
        }
        CommandKind::Reject => Act::Reject { case_ref, reason },
        CommandKind::Withdraw => Act::Withdraw { case_ref, reason },
        CommandKind::CloseCase => Act::CloseCase { case_ref, reason },
        CommandKind::Bar => {
            Act::Bar { subject: BarSubject::Account(account), until: Some(day), reason }
        }
        CommandKind::Sanction => Act::Sanction { case_ref, fund, amount },
        CommandKind::ReviseSanction => Act::ReviseSanction { case_ref, amount },
        CommandKind::CancelSanction => Act::CancelSanction { case_ref, reason },
        CommandKind::Disburse => Act::Disburse {
            case_ref,
            instalment: 1,
            amount,
            payee: payee(),
            mode: PaymentMode::Neft,
            reference,
            reissue_of: Position(7),
        },
        CommandKind::Return => Act::Return { payment, amount, reason },
        CommandKind::Confirm => Act::Confirm { payment, reference },
        CommandKind::Suspend => Act::Suspend { fund, amount, payment, reason, reference },
        CommandKind::Recover => Act::Recover { case_ref, amount, reason, reference },
        CommandKind::DemandRecovery => {
            Act::DemandRecovery { case_ref, amount, reason, due: day, reference }
        }
        CommandKind::Utilise => Act::Utilise { case_ref, amount, certificate: reference },
        CommandKind::Adjust => Act::Adjust { case_ref, amount, reason, reference },
        CommandKind::EarnInterest => Act::EarnInterest { fund, amount, reference },
        CommandKind::RemitInterest => Act::RemitInterest { fund, amount, reference },
        CommandKind::MoveStock => Act::MoveStock {
            scheme,
            district,
            case_ref: Some(case_ref),
            item: reason,
            movement: StockMove::HandedOver,
            quantity: 40,
            reference,
        },
        CommandKind::Audit => Act::Audit {
            case_ref: Some(case_ref),
            scope: AuditScope::Case,
            seen: papers(),
            opinion: Opinion::Observation,
            findings: vec![(word("C05"), amount)],
        },
        CommandKind::SettleFinding => Act::SettleFinding {
            audit: payment,
            finding: 1,
            settlement: Settlement::MadeGood,
            reference,
        },
        CommandKind::CertifyState => Act::CertifyState {
            upto: payment,
            as_of: day,
            fold: reason,
            version: 1,
            count: 300,
            root: bytes(1),
            hash: bytes(65),
        },
        CommandKind::SealPeriod => Act::SealPeriod { until: day, certified: payment },
        CommandKind::ReceiveStatement => Act::ReceiveStatement {
            file: bytes(129),
            bytes: 70_000,
            format: reason,
            account,
            from: day,
            to: later,
            opening: Some(Total::from_paise(-250)),
            closing: None,
            lines: 2,
            part: 1,
            repeated: 0,
            set_aside: 0,
        },
        CommandKind::ReceiveLines => {
            Act::ReceiveLines { statement: payment, first: 1, lines: lines() }
        }
        CommandKind::Match => Act::Match {
            line,
            target: payment,
            rule: reason,
            further: Further::NONE,
            evidence: Vec::new(),
            difference: None,
        },
        CommandKind::Unmatch => Act::Unmatch { matched: payment, reason },
        CommandKind::DecideMatch => Act::DecideMatch {
            line,
            target: Position::NONE,
            reason,
            further: Further::NONE,
            rejected: false,
        },
        CommandKind::Reverse => Act::Reverse { of: payment, reason },
        CommandKind::NoteExport => {
            Act::NoteExport { what: reason, upto: payment, rows: 1_000, digest: bytes(1) }
        }
        CommandKind::DenyAccess => Act::DenyAccess { what: reason, count: 3 },
        CommandKind::RotateKey => {
            Act::RotateKey { key_id: 2, change: KeyChange::Added, check: bytes(200) }
        }
        CommandKind::SetActorKey => Act::SetActorKey {
            signer: bahi_core::ActorName::new("dm-vns").expect("an actor"),
            key: bytes(160),
            until: Some(later),
            required: true,
        },
    }
}

fn other_fund() -> Fund {
    Fund { district: District::POOL, ..fund() }
}

fn person() -> Applicant {
    Applicant::Person { person: PersonKey(print(64)), family: Some(FamilyKey(print(96))) }
}

/// A fact of each kind, out of order.
fn facts() -> Vec<(Word, GivenFact)> {
    vec![
        (word("land"), GivenFact::Flag(true)),
        (word("cost"), GivenFact::Text(word("100"))),
        (word("heads"), GivenFact::Count(25)),
    ]
}

fn papers() -> Vec<(Word, Reference)> {
    vec![(word("sanction_order"), reference())]
}

fn lines() -> Vec<StatementLine> {
    vec![StatementLine {
        amount: rupees(250_000),
        side: LineSide::Credit,
        booked: day("2024-05-02"),
        value: day("2024-05-03"),
        references: vec![reference(), reference()],
        counterparty: Some(AccountKey(print(33))),
        at: 1_024,
        bytes: 96,
        particulars: None,
    }]
}
