//! Builders of the acts beyond the story of one case, each by the officer whose act it is.
//!
//! A fund is Varanasi's of 2024-25 unless another is named; amounts are rupees.

use alloc::{vec, vec::Vec};

use bahi_core::{
    AccountKey, Act, BarSubject, Command, Fund, Further, GivenFact, KeyChange, LineKind,
    LineReference, LineSide, NameKind, NameMark, Particulars, PersonKey, Position, Role,
    Settlement, StatementLine, StockMove, Word,
};

use super::*;

/// The next year's fund of the same head and district.
pub(in crate::tests) fn next_fund() -> Fund {
    Fund { fy: year("2025-26"), ..fund(VARANASI) }
}

pub(in crate::tests) fn allot_next(amount: u64) -> Command {
    on("2025-04-01", allot_to(next_fund(), amount))
}

// ---- funds

fn of_finance(on: &str, act: Act) -> Command {
    command("fin-01", Role::Finance, on, act)
}

pub(in crate::tests) fn withdraw_funds(amount: u64) -> Command {
    let (fund, amount) = (fund(VARANASI), rupees(amount));
    let act = Act::WithdrawFunds { fund, amount, reason: word("surrender") };
    on_order(of_finance("2024-09-01", act))
}

pub(in crate::tests) fn move_funds(to: Fund, amount: u64) -> Command {
    let (from, amount) = (fund(VARANASI), rupees(amount));
    let act = Act::MoveFunds { from, to, amount, reason: word("reappropriation") };
    on_order(of_finance("2024-09-02", act))
}

pub(in crate::tests) fn lapse_fund(amount: u64) -> Command {
    let (fund, amount) = (fund(VARANASI), rupees(amount));
    of_finance("2025-03-31", Act::LapseFund { fund, amount, reason: word("year_over") })
}

pub(in crate::tests) fn earn(amount: u64) -> Command {
    let (fund, amount) = (fund(VARANASI), rupees(amount));
    of_finance("2024-09-30", Act::EarnInterest { fund, amount, reference: reference("INT/1") })
}

pub(in crate::tests) fn remit(amount: u64) -> Command {
    let (fund, amount) = (fund(VARANASI), rupees(amount));
    of_finance("2024-10-05", Act::RemitInterest { fund, amount, reference: reference("CH/7") })
}

// ---- cases

fn of_office(on: &str, act: Act) -> Command {
    command("dic-vns", Role::DistrictOffice, on, act)
}

pub(in crate::tests) fn amend(case: &str, facts: Vec<(Word, GivenFact)>) -> Command {
    of_office("2024-05-20", Act::Amend { case_ref: case_ref(case), facts })
}

pub(in crate::tests) fn step(case: &str) -> Command {
    let evidence = vec![(word("minutes"), reference("TF/3"))];
    let reported = vec![cost("3")];
    let act =
        Act::RecordStep { case_ref: case_ref(case), step: word("task_force"), evidence, reported };
    of_office("2024-05-25", act)
}

pub(in crate::tests) fn reject(case: &str) -> Command {
    of_office("2024-05-30", Act::Reject { case_ref: case_ref(case), reason: word("no_project") })
}

pub(in crate::tests) fn withdraw(case: &str) -> Command {
    of_office("2024-05-30", Act::Withdraw { case_ref: case_ref(case), reason: word("own_wish") })
}

pub(in crate::tests) fn close(case: &str) -> Command {
    of_office("2025-01-10", Act::CloseCase { case_ref: case_ref(case), reason: word("done") })
}

pub(in crate::tests) fn person(byte: u8) -> BarSubject {
    BarSubject::Person(PersonKey(print(byte)))
}

pub(in crate::tests) fn account(byte: u8) -> BarSubject {
    BarSubject::Account(AccountKey(print(byte)))
}

pub(in crate::tests) fn bar(subject: BarSubject, until: Option<&str>) -> Command {
    let act = Act::Bar { subject, until: until.map(day), reason: word("default") };
    on_order(command("dm-vns", Role::SanctioningAuthority, "2024-05-01", act))
}

// ---- sanctions

fn of_magistrate(on: &str, act: Act) -> Command {
    command("dm-vns", Role::SanctioningAuthority, on, act)
}

pub(in crate::tests) fn revise(case: &str, amount: u64) -> Command {
    let act = Act::ReviseSanction { case_ref: case_ref(case), amount: rupees(amount) };
    on_order(of_magistrate("2024-07-10", act))
}

pub(in crate::tests) fn cancel(case: &str) -> Command {
    let act = Act::CancelSanction { case_ref: case_ref(case), reason: word("unit_closed") };
    on_order(of_magistrate("2024-08-10", act))
}

pub(in crate::tests) fn lapse(case: &str, amount: u64) -> Command {
    let (case_ref, amount) = (case_ref(case), rupees(amount));
    of_magistrate("2025-03-31", Act::LapseSanction { case_ref, amount, reason: word("year_over") })
}

pub(in crate::tests) fn carry(case: &str, amount: u64) -> Command {
    carry_to(next_fund(), case, amount)
}

pub(in crate::tests) fn carry_to(fund: Fund, case: &str, amount: u64) -> Command {
    let act = Act::CarrySanction { case_ref: case_ref(case), fund, amount: rupees(amount) };
    on_order(of_magistrate("2025-04-10", act))
}

// ---- payments

fn of_bank(on: &str, act: Act) -> Command {
    command("bank-job", Role::TreasuryJob, on, act)
}

pub(in crate::tests) fn confirm(payment: u64) -> Command {
    let payment = Position(payment);
    of_bank("2024-06-22", Act::Confirm { payment, reference: reference("UTR9") })
}

pub(in crate::tests) fn suspend(amount: u64, payment: u64) -> Command {
    let (fund, amount, payment) = (fund(VARANASI), rupees(amount), Position(payment));
    let (reason, reference) = (word("no_match"), reference("UTR5"));
    of_bank("2024-06-28", Act::Suspend { fund, amount, payment, reason, reference })
}

pub(in crate::tests) fn demand(case: &str, amount: u64) -> Command {
    let act = Act::DemandRecovery {
        case_ref: case_ref(case),
        amount: rupees(amount),
        reason: word("unit_closed"),
        due: day("2024-12-15"),
        reference: reference("NOTICE/4"),
    };
    command("ddo-vns", Role::DrawingOfficer, "2024-11-15", act)
}

pub(in crate::tests) fn utilise(case: &str, amount: u64) -> Command {
    let (case_ref, amount) = (case_ref(case), rupees(amount));
    let certificate = reference("UC/2");
    let act = Act::Utilise { case_ref, amount, certificate };
    command("ddo-vns", Role::DrawingOfficer, "2024-10-01", act)
}

pub(in crate::tests) fn adjust(case: &str, amount: u64) -> Command {
    let (case_ref, amount, reason) = (case_ref(case), rupees(amount), word("two_years_run"));
    let act = Act::Adjust { case_ref, amount, reason, reference: reference("REPORT/2") };
    command("ddo-vns", Role::DrawingOfficer, "2024-10-02", act)
}

pub(in crate::tests) fn stock(movement: StockMove, quantity: u32, case: Option<&str>) -> Command {
    let act = Act::MoveStock {
        scheme: scheme("margin-money"),
        district: VARANASI,
        case_ref: case.map(case_ref),
        item: word("toolkit"),
        movement,
        quantity,
        reference: reference("GRN/1"),
    };
    of_office("2024-08-01", act)
}

// ---- audits, certificates, seals

pub(in crate::tests) fn settle(audit: u64, finding: u16) -> Command {
    let act = Act::SettleFinding {
        audit: Position(audit),
        finding,
        settlement: Settlement::MadeGood,
        reference: reference("REPLY/1"),
    };
    command("ag-7", Role::Auditor, "2025-02-20", act)
}

fn of_keeper(on: &str, act: Act) -> Command {
    command("keeper", Role::Administrator, on, act)
}

pub(in crate::tests) fn certify(upto: u64, as_of: &str) -> Command {
    let act = Act::CertifyState {
        upto: Position(upto),
        as_of: day(as_of),
        fold: word("balances"),
        version: 1,
        count: 4,
        root: [1; 32],
        hash: [2; 32],
    };
    of_keeper("2025-04-05", act)
}

pub(in crate::tests) fn seal(certified: u64, until: &str) -> Command {
    let act = Act::SealPeriod { until: day(until), certified: Position(certified) };
    of_keeper("2025-04-06", act)
}

/// A story, certified and sealed up to a day.
pub(in crate::tests) fn sealed(mut story: Vec<Command>, until: &str) -> Vec<Command> {
    let last = story.len() as u64;
    story.push(certify(last, until));
    story.push(seal(last + 1, until));
    story
}

// ---- statements

pub(in crate::tests) fn statement(file: u8, lines: u32) -> Command {
    let act = Act::ReceiveStatement {
        file: [file; 32],
        bytes: 900,
        format: word("camt053"),
        account: AccountKey(print(40)),
        from: day("2024-06-01"),
        to: day("2024-06-30"),
        opening: Some(total(5)),
        closing: None,
        lines,
        part: 1,
        repeated: 0,
        set_aside: 0,
    };
    of_bank("2024-07-01", act)
}

pub(in crate::tests) fn line(side: LineSide, amount: u64) -> StatementLine {
    StatementLine {
        amount: rupees(amount),
        side,
        booked: day("2024-06-21"),
        value: day("2024-06-21"),
        references: vec![reference("UTR9")],
        counterparty: Some(AccountKey(print(7))),
        at: 100,
        bytes: 80,
        particulars: None,
    }
}

/// What a file tells of a line with one reference.
pub(in crate::tests) fn particulars(kind: LineKind) -> Particulars {
    let name = NameMark { kind: NameKind::Transfer, narrated: false };
    let names = Vec::from([name]);
    Particulars { kind, names, ifsc: None, reason: None, batch: None, balance: None }
}

pub(in crate::tests) fn lines(statement: u64, first: u32, lines: Vec<StatementLine>) -> Command {
    let statement = Position(statement);
    of_bank("2024-07-01", Act::ReceiveLines { statement, first, lines })
}

pub(in crate::tests) fn at_line(statement: u64, line: u32) -> LineReference {
    LineReference { statement: Position(statement), line }
}

pub(in crate::tests) fn match_line(line: LineReference, target: u64) -> Command {
    let target = Position(target);
    of_bank(
        "2024-07-02",
        Act::Match {
            line,
            target,
            rule: word("utr_and_amount"),
            further: Further::NONE,
            evidence: Vec::new(),
            difference: None,
        },
    )
}

pub(in crate::tests) fn unmatch(matched: u64) -> Command {
    let matched = Position(matched);
    of_bank("2024-07-03", Act::Unmatch { matched, reason: word("wrong_line") })
}

pub(in crate::tests) fn decide_match(line: LineReference, target: u64) -> Command {
    let (target, reason) = (Position(target), word("seen_by_hand"));
    command(
        "cao-vns",
        Role::DrawingOfficer,
        "2024-07-04",
        Act::DecideMatch { line, target, reason, further: Further::NONE, rejected: false },
    )
}

/// The story of the paid case, with a statement at 6 and its lines at 7: the payment of ₹ 1 lakh
/// going out, and ₹ 1 lakh and ₹ 50 coming in.
pub(in crate::tests) fn stated() -> Vec<Command> {
    let held = vec![
        line(LineSide::Debit, 100_000),
        line(LineSide::Credit, 100_000),
        line(LineSide::Credit, 50),
    ];
    then(then(disbursed(), statement(1, 4)), lines(6, 1, held))
}

// ---- reversals, the house

pub(in crate::tests) fn reverse(of: u64) -> Command {
    let act = Act::Reverse { of: Position(of), reason: word("wrong_entry") };
    on_order(of_magistrate("2025-03-01", act))
}

pub(in crate::tests) fn export(upto: u64) -> Command {
    let act =
        Act::NoteExport { what: word("postings"), upto: Position(upto), rows: 12, digest: [3; 32] };
    of_keeper("2025-01-01", act)
}

pub(in crate::tests) fn deny(count: u32) -> Command {
    of_office("2025-01-02", Act::DenyAccess { what: word("export"), count })
}

pub(in crate::tests) fn rotate(key_id: u16, change: KeyChange) -> Command {
    of_keeper("2024-05-01", Act::RotateKey { key_id, change, check: [9; 16] })
}

pub(in crate::tests) fn signing_key(signer: &str, key: u8, until: Option<&str>) -> Command {
    let act = Act::SetActorKey {
        signer: actor(signer),
        key: [key; 32],
        until: until.map(day),
        required: true,
    };
    on_order(of_keeper("2024-05-01", act))
}

pub(in crate::tests) fn add_key(key_id: u16) -> Command {
    rotate(key_id, KeyChange::Added)
}

pub(in crate::tests) const HANDED: StockMove = StockMove::HandedOver;

/// Ten toolkits ordered and six received, at 4 and 5, beside case A.
pub(in crate::tests) fn stocked() -> Vec<Command> {
    let ordered = then(applied(), stock(StockMove::Ordered, 10, None));
    then(ordered, stock(StockMove::Received, 6, None))
}
