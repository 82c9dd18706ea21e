//! Builders: commands in one line each, and the story of one case up to its re-issue.
//!
//! The story, by position: 1 opened, 2 allotted ₹ 10 lakh to 187 for 2024-25, 3 case A applied with
//! a project of ₹ 10 lakh, 4 sanctioned ₹ 2.5 lakh, 5 paid ₹ 1 lakh as instalment 1, 6 returned.

use alloc::{boxed::Box, vec, vec::Vec};

use bahi_core::{
    AccountKey, Act, ActorName, Applicant, AuditScope, Authority, BodyKey, CaseRef, Command,
    CommandId, Day, District, Expr, FactKind, FactSpec, FinancialYear, Fingerprint, Fund,
    GivenFact, HeadName, Ifsc, Item, Money, Opinion, OrderNumber, Outcome, Payee, PaymentMode,
    PersonKey, Position, Procedure, Reference, Refusal, Refused, Require, Role, Rounding,
    SchemeName, Terms, TermsParts, Test, Total, Word,
};

use crate::Decision;

mod acts;

pub(super) use acts::*;

pub(super) const VARANASI: District = District(187);
pub(super) const PRAYAGRAJ: District = District(162);

// ---- words

pub(super) fn id(number: usize) -> CommandId {
    CommandId::from_bytes((number as u128).to_be_bytes())
}

pub(super) fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub(super) fn year(text: &str) -> FinancialYear {
    FinancialYear::parse(text).expect("a year")
}

pub(super) fn rupees(amount: u64) -> Money {
    Money::from_rupees(amount).expect("an amount")
}

pub(super) fn total(rupees: i128) -> Total {
    Total::from_paise(rupees * 100)
}

pub(super) fn scheme(text: &str) -> SchemeName {
    SchemeName::new(text).expect("a scheme's name")
}

pub(super) fn actor(text: &str) -> ActorName {
    ActorName::new(text).expect("an actor's name")
}

pub(super) fn head(text: &str) -> HeadName {
    HeadName::new(text).expect("a head's name")
}

pub(super) fn case_ref(text: &str) -> CaseRef {
    CaseRef::new(text).expect("a case's name")
}

pub(super) fn reference(text: &str) -> Reference {
    Reference::new(text).expect("a reference")
}

pub(super) fn order(text: &str) -> Authority {
    let order = OrderNumber::new(text).expect("an order's number");
    Authority { order, date: day("2024-03-15"), paragraph: None }
}

pub(super) fn print(byte: u8) -> Fingerprint {
    Fingerprint { key_id: 1, print: [byte; 16] }
}

pub(super) fn payee(byte: u8) -> Payee {
    let ifsc = Ifsc::parse("SBIN0001234").expect("an IFSC");
    Payee { account: AccountKey(print(byte)), ifsc }
}

pub(super) fn fund(district: District) -> Fund {
    let (scheme, head) = (scheme("margin-money"), head("2851-00-102"));
    Fund { scheme, head, fy: year("2024-25"), district }
}

/// A quarter of the project's cost up to ₹ 2.5 lakh, for projects up to ₹ 1 crore, in two
/// instalments; a grant for carpets; and a grant per trainee that no money can hold.
pub(super) fn terms(from: &str) -> Terms {
    let spec = |name, kind, required| FactSpec { name: word(name), kind, required };
    let fact = |name| Expr::Fact(word(name));
    let item = |name, when, allowed| Item {
        name: word(name),
        when,
        claimed: None,
        allowed,
        paragraph: word("para-5"),
    };
    let cost = || Box::new(fact("project_cost"));
    let quarter = Expr::Ratio { parts: 25, of: 100, base: cost() };
    let margin = Expr::Cap(Box::new(quarter), Box::new(Expr::Const(rupees(250_000))));
    let carpet = vec![(word("carpet"), Expr::Const(rupees(1_000)))];
    let product = Expr::Choose { fact: word("product"), rows: carpet };
    let outcome = |name, kind| Outcome { name: word(name), kind, paragraph: word("para-9") };
    let outcomes =
        vec![outcome("project_cost", FactKind::Money), outcome("special", FactKind::Count)];
    let each = Expr::Mul(Box::new(fact("trainees")), Box::new(Expr::Const(Money::MAX)));
    Terms::new(TermsParts {
        name: word("mm"),
        authority: order("GO-TERMS"),
        from: day(from),
        until: None,
        facts: vec![
            spec("project_cost", FactKind::Money, true),
            spec("special", FactKind::Flag, false),
            spec("product", FactKind::Word, false),
            spec("trainees", FactKind::Count, false),
        ],
        requires: vec![Require {
            test: Test::AtMost(fact("project_cost"), Expr::Const(rupees(10_000_000))),
            code: word("project_within_a_crore"),
            paragraph: word("para-3"),
        }],
        items: vec![
            item("margin", None, margin),
            item("product_grant", Some(Test::Given(word("product"))), product),
            item("trainee_grant", Some(Test::Given(word("trainees"))), each),
        ],
        own_contribution: None,
        rounding: Rounding::RupeeDown,
        instalments_max: 2,
        limits: Vec::new(),
        policies: Vec::new(),
        procedure: Procedure { outcomes, ..Procedure::default() },
    })
    .expect("sound terms")
}

// ---- commands

fn command(name: &str, role: Role, on: &str, act: Act) -> Command {
    Command {
        id: id(0),
        actor: actor(name),
        role,
        effective_day: day(on),
        authority: None,
        aliases: vec![],
        signed: None,
        act,
    }
}

fn on_order(command: Command) -> Command {
    Command { authority: Some(order("GO-1")), ..command }
}

pub(super) fn open() -> Command {
    let districts = vec![VARANASI, PRAYAGRAJ];
    let act =
        Act::OpenScheme { scheme: scheme("margin-money"), districts, terms: terms("2024-04-01") };
    on_order(command("keeper", Role::Administrator, "2024-04-01", act))
}

pub(super) fn change_terms(from: &str) -> Command {
    let act = Act::ChangeTerms { scheme: scheme("margin-money"), terms: terms(from) };
    on_order(command("keeper", Role::Administrator, "2024-05-01", act))
}

pub(super) fn allot(amount: u64) -> Command {
    let act = Act::Allot { fund: fund(VARANASI), amount: rupees(amount) };
    on_order(command("fin-01", Role::Finance, "2024-04-01", act))
}

pub(super) fn allot_to(fund: Fund, amount: u64) -> Command {
    edited(allot(amount), |command| {
        command.act = Act::Allot { fund, amount: rupees(amount) };
    })
}

pub(super) fn cost(text: &str) -> (Word, GivenFact) {
    (word("project_cost"), GivenFact::Text(word(text)))
}

pub(super) fn apply(case: &str) -> Command {
    apply_with(case, vec![cost("1000000")])
}

pub(super) fn apply_with(case: &str, facts: Vec<(Word, GivenFact)>) -> Command {
    let act = Act::Apply {
        scheme: scheme("margin-money"),
        district: VARANASI,
        case_ref: case_ref(case),
        applicant: Applicant::Person { person: PersonKey(print(1)), family: None },
        facts,
    };
    command("dic-vns", Role::DistrictOffice, "2024-05-02", act)
}

pub(super) fn sanction(case: &str, amount: u64) -> Command {
    sanction_from(fund(VARANASI), case, amount)
}

pub(super) fn sanction_from(fund: Fund, case: &str, amount: u64) -> Command {
    let act = Act::Sanction { case_ref: case_ref(case), fund, amount: rupees(amount) };
    on_order(command("dm-vns", Role::SanctioningAuthority, "2024-06-10", act))
}

pub(super) fn disburse(case: &str, instalment: u16, amount: u64) -> Command {
    reissue(case, instalment, amount, 0)
}

pub(super) fn reissue(case: &str, instalment: u16, amount: u64, returned: u64) -> Command {
    let act = Act::Disburse {
        case_ref: case_ref(case),
        instalment,
        amount: rupees(amount),
        payee: payee(7),
        mode: PaymentMode::Neft,
        reference: reference("BILL/1"),
        reissue_of: Position(returned),
    };
    command("ddo-vns", Role::DrawingOfficer, "2024-06-20", act)
}

pub(super) fn give_back(payment: u64, amount: u64) -> Command {
    let (payment, amount) = (Position(payment), rupees(amount));
    let act = Act::Return { payment, amount, reason: word("account_closed") };
    command("bank-job", Role::TreasuryJob, "2024-06-25", act)
}

pub(super) fn recover(case: &str, amount: u64) -> Command {
    let act = Act::Recover {
        case_ref: case_ref(case),
        amount: rupees(amount),
        reason: word("unit_closed"),
        reference: reference("CHALLAN/9"),
    };
    command("ddo-vns", Role::DrawingOfficer, "2024-12-01", act)
}

pub(super) fn audit(case: &str) -> Command {
    let act = Act::Audit {
        case_ref: Some(case_ref(case)),
        scope: AuditScope::Case,
        seen: vec![],
        opinion: Opinion::Observation,
        findings: vec![(word("C05"), rupees(500)), (word("C07"), Money::ZERO)],
    };
    command("ag-7", Role::Auditor, "2025-02-01", act)
}

/// An audit of the ledger, of no case.
pub(super) fn audit_books() -> Command {
    edited(audit("A"), |command| {
        if let Act::Audit { case_ref, scope, .. } = &mut command.act {
            (*case_ref, *scope) = (None, AuditScope::Ledger);
        }
    })
}

/// An audit with another scope.
pub(super) fn scoped(command: Command, to: AuditScope) -> Command {
    edited(command, |command| {
        if let Act::Audit { scope, .. } = &mut command.act {
            *scope = to;
        }
    })
}

// ---- what a command is changed by

pub(super) fn edited(mut command: Command, edit: impl FnOnce(&mut Command)) -> Command {
    edit(&mut command);
    command
}

pub(super) fn under(number: usize, command: Command) -> Command {
    Command { id: id(number), ..command }
}

pub(super) fn by(name: &str, command: Command) -> Command {
    Command { actor: actor(name), ..command }
}

pub(super) fn on(text: &str, command: Command) -> Command {
    Command { effective_day: day(text), ..command }
}

pub(super) fn without_order(command: Command) -> Command {
    Command { authority: None, ..command }
}

pub(super) fn districts(list: Vec<District>, mut command: Command) -> Command {
    if let Act::OpenScheme { districts, .. } = &mut command.act {
        *districts = list;
    }
    command
}

pub(super) fn of_scheme(name: &str, command: Command) -> Command {
    edited(command, |command| {
        if let Act::OpenScheme { scheme: one, .. }
        | Act::ChangeTerms { scheme: one, .. }
        | Act::Apply { scheme: one, .. } = &mut command.act
        {
            *one = scheme(name);
        }
        if let Act::Allot { fund, .. } | Act::Sanction { fund, .. } = &mut command.act {
            fund.scheme = scheme(name);
        }
    })
}

pub(super) fn in_district(code: District, mut command: Command) -> Command {
    if let Act::Apply { district, .. } = &mut command.act {
        *district = code;
    }
    command
}

pub(super) fn of_vehicle(members: usize, mut command: Command) -> Command {
    if let Act::Apply { applicant, .. } = &mut command.act {
        let members = vec![PersonKey(print(2)); members];
        *applicant = Applicant::Spv { spv: BodyKey(print(3)), members };
    }
    command
}

// ---- the story so far

pub(super) fn opened() -> Vec<Command> {
    vec![open()]
}

pub(super) fn allotted() -> Vec<Command> {
    then(opened(), allot(1_000_000))
}

pub(super) fn applied() -> Vec<Command> {
    then(allotted(), apply("A"))
}

pub(super) fn sanctioned() -> Vec<Command> {
    then(applied(), sanction("A", 250_000))
}

pub(super) fn disbursed() -> Vec<Command> {
    then(sanctioned(), disburse("A", 1, 100_000))
}

pub(super) fn returned() -> Vec<Command> {
    then(disbursed(), give_back(5, 100_000))
}

pub(super) fn then(mut story: Vec<Command>, next: Command) -> Vec<Command> {
    story.push(next);
    story
}

// ---- answers

pub(super) fn refused(refusals: Vec<Refusal>) -> Decision {
    Decision::Refused(Refused::new(refusals).expect("a refusal"))
}
