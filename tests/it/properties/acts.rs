//! What is asked: the act that an operation's small numbers come to in the world as it stands.

use bahi::{
    Ledger,
    core::{
        AccountKey, Act, ActorName, Applicant, AuditScope, BarSubject, CaseRef, Day, District,
        FinancialYear, Fund, Further, GivenFact, HeadName, Ifsc, KeyChange, LineSide, Money,
        Opinion, Payee, PaymentMode, PersonKey, Position, Reference, Role, SchemeName, Settlement,
        StatementLine, StockMove, Total, Word,
    },
};

use super::{
    operations::{Ask, What},
    oracle::Column,
    world::{DAYS, World},
};

pub(super) fn name(text: &str) -> Word {
    Word::new(text).expect("a word")
}

pub(super) fn reference(number: u8) -> Reference {
    Reference::new(&format!("REF/{number}")).expect("a name")
}

pub(super) fn scheme() -> SchemeName {
    SchemeName::new("margin-money").expect("a name")
}

/// A fund of a year: mostly the district's own, now and then the pool, another's, another head.
pub(super) fn fund_of(year: FinancialYear, district: District, index: u8) -> Fund {
    let other = if district == District(187) { District(118) } else { District(187) };
    let place = match index {
        0..=3 => district,
        4 | 5 => District::POOL,
        _ => other,
    };
    let head = HeadName::new(if index == 3 { "other" } else { "odop" }).expect("a name");
    Fund { scheme: scheme(), head, fy: year, district: place }
}

/// Where a case is, as one who reads its papers would know.
pub(super) fn home(case: u8) -> District {
    if case.is_multiple_of(2) { District(187) } else { District(118) }
}

pub(super) fn case_ref(case: u8) -> CaseRef {
    CaseRef::new(&format!("CASE/{case}")).expect("a name")
}

pub(super) fn amount(index: u8) -> Money {
    const RUPEES: [u64; 8] = [250_000, 100_000, 50_000, 500_000, 1, 125_000, 10_000, 0];
    Money::from_rupees(RUPEES[usize::from(index % 8)]).expect("an amount")
}

pub(super) fn money(paise: i128) -> Money {
    i64::try_from(paise).ok().and_then(Money::from_paise).unwrap_or_default()
}

impl World {
    /// The same ask of a case that has come far enough for it, as a clerk would choose; now and
    /// then of any.
    fn informed(&self, ask: &Ask) -> Ask {
        let applied = |case: &CaseRef| {
            self.happened
                .iter()
                .any(|(_, act)| matches!(act, Act::Apply { case_ref, .. } if case_ref == case))
        };
        let far_enough = |case: &CaseRef| match ask.what {
            What::Apply => !applied(case),
            What::Sanction | What::Reject | What::Withdraw => {
                applied(case) && self.oracle.current(case).is_none()
            }
            What::Disburse
            | What::Reissue
            | What::ReviseSanction
            | What::CancelSanction
            | What::CarrySanction
            | What::LapseSanction => self.oracle.granted(case) > 0,
            What::Recover | What::Utilise | What::Adjust | What::DemandRecovery => {
                self.oracle.is_paid(case)
            }
            _ => applied(case),
        };
        let fit: Vec<u8> = (0..64).filter(|case| far_enough(&case_ref(*case))).collect();
        match fit.get(usize::from(ask.case) % fit.len().max(1)) {
            Some(case) if ask.pick % 8 != 7 => Ask { case: *case, ..*ask },
            Some(_) | None => *ask,
        }
    }

    /// A fund that holds interest, where one does, and how much.
    fn interest(&self, ask: &Ask) -> (Fund, i128) {
        let held = |fund: &Fund| {
            self.oracle.column(fund, Column::InterestEarned)
                - self.oracle.column(fund, Column::InterestRemitted)
        };
        let holds = self.oracle.funds().into_iter().find(|fund| held(fund) > 0);
        let fund = holds.unwrap_or_else(|| self.fund(ask));
        let held = held(&fund);
        (fund, held)
    }

    pub(super) fn act(&self, ask: &Ask) -> (Role, u8, Act) {
        let ask = &self.informed(ask);
        let case = case_ref(ask.case);
        let reason = name("a_reason");
        let stated = amount(ask.amount);
        let pick = ask.pick;
        let current = self.oracle.current(&case).cloned().unwrap_or_else(|| self.fund(ask));
        let unpaid = money(self.oracle.unpaid(&case, &current));
        match ask.what {
            What::Allot => {
                let amount = if pick.is_multiple_of(4) { stated } else { money(500_000_000) };
                (Role::Finance, 0, Act::Allot { fund: self.fund(ask), amount })
            }
            What::Apply => {
                let cost =
                    GivenFact::Text(name(["1000000", "4000000", "100000"][usize::from(pick % 3)]));
                let applicant = if pick.is_multiple_of(4) {
                    Applicant::NotInSource
                } else {
                    Applicant::Person { person: PersonKey(self.print(ask.case)), family: None }
                };
                let district = if pick % 16 == 5 { District(1) } else { home(ask.case) };
                let facts = vec![(name("project_cost"), cost)];
                let act =
                    Act::Apply { scheme: scheme(), district, case_ref: case, applicant, facts };
                (Role::DistrictOffice, 1, act)
            }
            What::Sanction => {
                let act = Act::Sanction { case_ref: case, fund: self.fund(ask), amount: stated };
                (Role::SanctioningAuthority, 2 + pick % 2, act)
            }
            What::Disburse | What::Reissue => {
                let instalment = 1 + u16::from(pick % 3);
                let reissue_of = match ask.what {
                    What::Reissue => self.waits(&case, instalment),
                    _ => Position::NONE,
                };
                let amount = if pick % 4 == 3 { stated } else { unpaid };
                let payee = Payee {
                    account: AccountKey(self.print(100 + ask.case)),
                    ifsc: Ifsc::parse("SBIN0001234").expect("an IFSC"),
                };
                let (mode, reference) = (PaymentMode::Neft, reference(pick));
                let amount = if amount.is_zero() { stated } else { amount };
                let act = Act::Disburse {
                    case_ref: case,
                    instalment,
                    amount,
                    payee,
                    mode,
                    reference,
                    reissue_of,
                };
                (Role::DrawingOfficer, 3 + pick % 2, act)
            }
            What::Return => {
                let payment = self.payment(pick);
                let paid = self.oracle.payments.get(&payment).map(|(_, _, paise)| money(*paise));
                let amount = paid.filter(|_| pick % 8 != 7).unwrap_or(stated);
                (Role::TreasuryJob, 5, Act::Return { payment, amount, reason })
            }
            What::Confirm => {
                let act = Act::Confirm { payment: self.payment(pick), reference: reference(pick) };
                (Role::TreasuryJob, 5, act)
            }
            What::Suspend => {
                let payment =
                    if pick.is_multiple_of(2) { Position::NONE } else { self.payment(pick) };
                let (fund, reference) = (self.fund(ask), reference(pick));
                let act = Act::Suspend { fund, amount: stated, payment, reason, reference };
                (Role::TreasuryJob, 5, act)
            }
            What::Recover => {
                let reference = reference(pick);
                let act = Act::Recover { case_ref: case, amount: stated, reason, reference };
                (Role::DrawingOfficer, 4, act)
            }
            What::Utilise => {
                let certificate = reference(pick);
                (
                    Role::DistrictOffice,
                    1,
                    Act::Utilise { case_ref: case, amount: stated, certificate },
                )
            }
            What::Adjust => {
                let reference = reference(pick);
                let act = Act::Adjust { case_ref: case, amount: stated, reason, reference };
                (Role::DistrictOffice, 1, act)
            }
            What::DemandRecovery => {
                let (due, reference) = (self.day(), reference(pick));
                let act =
                    Act::DemandRecovery { case_ref: case, amount: stated, reason, due, reference };
                (Role::SanctioningAuthority, 2, act)
            }
            What::Audit => {
                let act = Act::Audit {
                    case_ref: Some(case),
                    scope: AuditScope::Case,
                    seen: vec![(name("file"), reference(pick))],
                    opinion: Opinion::Observation,
                    findings: vec![(name("C05"), stated)],
                };
                (Role::Auditor, 2 + pick % 5, act)
            }
            What::SettleFinding => {
                let audit = self.pick(pick, |act| matches!(act, Act::Audit { .. }));
                let (settlement, reference) = (Settlement::NoFault, reference(pick));
                let finding = if pick.is_multiple_of(8) { 2 } else { 1 };
                (Role::Auditor, 6, Act::SettleFinding { audit, finding, settlement, reference })
            }
            What::Reverse => {
                let of = self.pick(pick, |_| true);
                (Role::Finance, 0, Act::Reverse { of, reason })
            }
            What::ReviseSanction => {
                let act = Act::ReviseSanction { case_ref: case, amount: stated };
                (Role::SanctioningAuthority, 2, act)
            }
            What::CancelSanction => {
                (Role::SanctioningAuthority, 2, Act::CancelSanction { case_ref: case, reason })
            }
            What::CarrySanction => {
                let to = self.fund(&Ask { pick: 0, ..*ask });
                let from = self.oracle.oldest_unpaid(&case, Some(&to));
                let left = from.map(|from| money(self.oracle.unpaid(&case, &from)));
                let amount = left.filter(|left| !left.is_zero()).unwrap_or(stated);
                (Role::Finance, 0, Act::CarrySanction { case_ref: case, fund: to, amount })
            }
            What::LapseSanction => {
                let from = self.oracle.oldest_unpaid(&case, None);
                let left = from.map(|from| money(self.oracle.unpaid(&case, &from)));
                let amount = left.filter(|left| !left.is_zero()).unwrap_or(stated);
                (Role::Finance, 0, Act::LapseSanction { case_ref: case, amount, reason })
            }
            What::LapseFund => {
                let fund = self.fund(ask);
                let left = self.oracle.column(&fund, Column::Allotted)
                    - self.oracle.column(&fund, Column::Sanctioned);
                let amount = if left > 0 { money(left) } else { stated };
                (Role::Finance, 0, Act::LapseFund { fund, amount, reason })
            }
            What::WithdrawFunds => (
                Role::Finance,
                0,
                Act::WithdrawFunds { fund: self.fund(ask), amount: stated, reason },
            ),
            What::MoveFunds => {
                let to = self.fund(&Ask { fund: pick % 8, pick: 0, ..*ask });
                let act = Act::MoveFunds { from: self.fund(ask), to, amount: stated, reason };
                (Role::Finance, 0, act)
            }
            What::EarnInterest => {
                let (fund, reference) = (self.fund(ask), reference(pick));
                (Role::TreasuryJob, 5, Act::EarnInterest { fund, amount: stated, reference })
            }
            What::RemitInterest => {
                let (fund, held) = self.interest(ask);
                let amount = [stated, money(held), money(held + 1)][usize::from(pick % 3)];
                let reference = reference(pick);
                (Role::TreasuryJob, 5, Act::RemitInterest { fund, amount, reference })
            }
            What::MoveStock => {
                let act = Act::MoveStock {
                    scheme: scheme(),
                    district: District(187),
                    case_ref: (pick % 4 == 3).then_some(case),
                    item: name("toolkit"),
                    movement: StockMove::ALL[usize::from(pick % 4)],
                    quantity: u32::from(ask.amount),
                    reference: reference(pick),
                };
                (Role::DistrictOffice, 1, act)
            }
            What::Amend => {
                let cost = GivenFact::Text(name("3000000"));
                let facts = vec![(name("project_cost"), cost)];
                (Role::DistrictOffice, 1, Act::Amend { case_ref: case, facts })
            }
            What::RecordStep => {
                let evidence = vec![(name("minutes"), reference(pick))];
                let jobs = (name("jobs"), GivenFact::Count(u64::from(pick)));
                let reported = if pick.is_multiple_of(2) { vec![jobs] } else { vec![] };
                let step = name(["task_force", "registered"][usize::from(pick.is_multiple_of(3))]);
                let act = Act::RecordStep { case_ref: case, step, evidence, reported };
                (Role::DistrictOffice, 1, act)
            }
            What::Reject => (Role::SanctioningAuthority, 2, Act::Reject { case_ref: case, reason }),
            What::Withdraw => (Role::DistrictOffice, 1, Act::Withdraw { case_ref: case, reason }),
            What::CloseCase => (Role::DistrictOffice, 1, Act::CloseCase { case_ref: case, reason }),
            What::Bar => {
                let of = if pick % 8 < 2 { ask.case } else { 90 };
                let subject = if pick.is_multiple_of(2) {
                    BarSubject::Person(PersonKey(self.print(of)))
                } else {
                    BarSubject::Account(AccountKey(self.print(100 + of)))
                };
                (Role::Administrator, 7, Act::Bar { subject, until: Some(self.day()), reason })
            }
            What::SealPeriod => {
                let until = DAYS[(self.day + usize::from(pick % 2)).saturating_sub(1).min(7)];
                let until = Day::from_date(until.0, until.1, until.2).expect("a day");
                let certified = self.ledger.as_ref().map_or(Position::NONE, Ledger::position);
                (Role::Administrator, 7, Act::SealPeriod { until, certified })
            }
            What::ReceiveStatement => {
                let act = Act::ReceiveStatement {
                    file: [pick % 16; 32],
                    bytes: 100,
                    format: name("camt053"),
                    account: AccountKey(self.print(200)),
                    from: self.day(),
                    to: self.day(),
                    opening: None,
                    closing: Some(Total::from_paise(-1)),
                    lines: 2,
                    part: 1,
                    repeated: 0,
                    set_aside: 0,
                };
                (Role::TreasuryJob, 5, act)
            }
            What::Match => self.match_act(pick),
            What::Unmatch => {
                let matched = self.matches.last().copied().unwrap_or(Position(1));
                (Role::TreasuryJob, 5, Act::Unmatch { matched, reason })
            }
            What::NoteExport => {
                let upto = Position(u64::from(pick));
                let act =
                    Act::NoteExport { what: name("postings"), upto, rows: 1, digest: [pick; 32] };
                (Role::Auditor, 6, act)
            }
            What::DenyAccess => {
                let act = Act::DenyAccess { what: name("submit"), count: u32::from(pick % 4) };
                (Role::Administrator, 7, act)
            }
            What::RotateKey => {
                let act = Act::RotateKey {
                    key_id: if pick.is_multiple_of(2) { self.keys } else { self.keys + 1 },
                    change: KeyChange::ALL[usize::from(pick.is_multiple_of(8))],
                    check: [pick; 16],
                };
                (Role::Administrator, 7, act)
            }
            What::SetActorKey => {
                // Of somebody who asks for nothing: nobody here signs.
                let signer = ActorName::new(&format!("signer-{}", pick % 4)).expect("a name");
                let until = pick.is_multiple_of(3).then(|| self.day());
                let required = pick.is_multiple_of(2);
                let act = Act::SetActorKey { signer, key: [pick; 32], until, required };
                (Role::Administrator, 7, act)
            }
            What::OpenScheme | What::ChangeTerms => {
                let terms = bahi::rulebook::terms_on("margin-money", self.day()).expect("terms");
                let act = if ask.what == What::ChangeTerms {
                    Act::ChangeTerms { scheme: scheme(), terms }
                } else {
                    let scheme = SchemeName::new(&format!("other-{}", pick % 3)).expect("a name");
                    Act::OpenScheme { scheme, districts: vec![District(187)], terms }
                };
                (Role::Administrator, 7, act)
            }
        }
    }

    /// A match of the last line that came with what it may be, or lines for a statement.
    fn match_act(&self, pick: u8) -> (Role, u8, Act) {
        let statement = self.pick(pick, |act| matches!(act, Act::ReceiveStatement { .. }));
        let received = self.lines.iter().filter(|(line, ..)| line.statement == statement).count();
        if received < 2 {
            let side = LineSide::ALL[usize::from(pick % 2)];
            let payment = self.oracle.payments.values().next_back();
            let paid = payment.map_or(amount(pick), |(_, _, paise)| money(*paise));
            let line = StatementLine {
                amount: paid,
                side,
                booked: self.day(),
                value: self.day(),
                references: vec![reference(pick)],
                counterparty: None,
                at: 0,
                bytes: 10,
                particulars: None,
            };
            let first = u32::try_from(received).expect("few lines") + 1;
            return (
                Role::TreasuryJob,
                5,
                Act::ReceiveLines { statement, first, lines: vec![line] },
            );
        }
        let line = self.lines[usize::from(pick) % self.lines.len()].0;
        let target = self.pick(pick.wrapping_mul(7), |act| {
            matches!(act, Act::Disburse { .. } | Act::Return { .. } | Act::Recover { .. })
        });
        let act = match pick % 4 {
            0 => Act::DecideMatch {
                line,
                target: Position::NONE,
                reason: name("other_money"),
                further: Further::NONE,
                rejected: false,
            },
            1 => Act::DecideMatch {
                line,
                target,
                reason: name("seen"),
                further: Further::NONE,
                rejected: false,
            },
            _ => Act::Match {
                line,
                target,
                rule: name("by_reference"),
                further: Further::NONE,
                evidence: Vec::new(),
                difference: None,
            },
        };
        // Who received the statement does not decide what its lines are.
        let decides = matches!(act, Act::DecideMatch { .. });
        (Role::TreasuryJob, if decides { 6 } else { 5 }, act)
    }
}
