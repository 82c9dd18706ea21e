//! The content of commands: the same bytes for the same content, other bytes for any other.

use std::collections::BTreeMap;

use bahi_core::{
    AccountKey, Act, ActorName, Alias, Applicant, AuditScope, BodyKey, CaseRef, Command, CommandId,
    CommandKind, District, FinancialYear, Fingerprint, Fund, GivenFact, HeadName, Ifsc, Opinion,
    Payee, PaymentMode, PersonKey, Position, Reference, Role, SchemeName, Terms,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{
    samples::{self, day, print, rupees, word},
    samples_acts::{self, command, fund},
    strategies_acts,
};
use crate::encode_command;

fn scheme(text: &str) -> SchemeName {
    SchemeName::new(text).expect("a scheme")
}

fn case(text: &str) -> CaseRef {
    CaseRef::new(text).expect("a case")
}

fn terms(name: &str) -> Terms {
    let parts = samples::terms().parts().clone();
    Terms::new(bahi_core::TermsParts { name: word(name), ..parts }).expect("sound terms")
}

fn apply(applicant: Applicant, facts: Vec<(&str, GivenFact)>) -> Act {
    Act::Apply {
        scheme: scheme("mda"),
        district: District(187),
        case_ref: case("A/1"),
        applicant,
        facts: facts.into_iter().map(|(name, fact)| (word(name), fact)).collect(),
    }
}

fn disburse(change: impl FnOnce(&mut Disburse)) -> Act {
    let mut fields = Disburse {
        case_ref: case("A/1"),
        instalment: 1,
        paise: 100,
        payee: samples::payee(),
        mode: PaymentMode::Neft,
        reference: samples::reference(),
        reissue_of: Position::NONE,
    };
    change(&mut fields);
    Act::Disburse {
        case_ref: fields.case_ref,
        instalment: fields.instalment,
        amount: bahi_core::Money::from_paise(fields.paise).expect("an amount"),
        payee: fields.payee,
        mode: fields.mode,
        reference: fields.reference,
        reissue_of: fields.reissue_of,
    }
}

/// The fields of `Disburse`, to change one at a time.
struct Disburse {
    case_ref: CaseRef,
    instalment: u16,
    paise: i64,
    payee: Payee,
    mode: PaymentMode,
    reference: Reference,
    reissue_of: Position,
}

fn acts_on_schemes() -> Vec<Act> {
    let open = |name, districts: &[u16], terms| Act::OpenScheme {
        scheme: scheme(name),
        districts: districts.iter().copied().map(District).collect(),
        terms,
    };
    let change = |name, terms| Act::ChangeTerms { scheme: scheme(name), terms };
    let allot = |fund, amount| Act::Allot { fund, amount: rupees(amount) };
    let year = FinancialYear::from_first(2025).expect("a year");
    vec![
        open("mda", &[1, 2], terms("t-1")),
        open("cfc", &[1, 2], terms("t-1")),
        open("mda", &[2, 1], terms("t-1")),
        open("mda", &[1], terms("t-1")),
        open("mda", &[], terms("t-1")),
        open("mda", &[1, 2], terms("t-2")),
        change("mda", terms("t-1")),
        change("cfc", terms("t-1")),
        change("mda", terms("t-2")),
        allot(fund(), 1),
        allot(fund(), 2),
        allot(Fund { scheme: scheme("cfc"), ..fund() }, 1),
        allot(Fund { head: HeadName::new("other").expect("a head"), ..fund() }, 1),
        allot(Fund { fy: year, ..fund() }, 1),
        allot(Fund { district: District::POOL, ..fund() }, 1),
        // The border between two texts is content too.
        allot(
            Fund { scheme: scheme("md"), head: HeadName::new("ahead").expect("a head"), ..fund() },
            1,
        ),
    ]
}

fn applications() -> Vec<Act> {
    let person = |head| PersonKey(print(head));
    let body = BodyKey(print(9));
    let family = Some(bahi_core::FamilyKey(print(3)));
    let text = |text: &str| GivenFact::Text(word(text));
    vec![
        apply(Applicant::NotInSource, vec![]),
        apply(Applicant::Person { person: person(1), family: None }, vec![]),
        apply(Applicant::Person { person: person(2), family: None }, vec![]),
        apply(Applicant::Person { person: person(1), family }, vec![]),
        apply(Applicant::Unit { unit: body, owner: None }, vec![]),
        apply(Applicant::Unit { unit: body, owner: Some(person(3)) }, vec![]),
        apply(Applicant::Spv { spv: body, members: vec![] }, vec![]),
        apply(Applicant::Spv { spv: body, members: vec![person(1)] }, vec![]),
        apply(Applicant::Spv { spv: body, members: vec![person(1), person(2)] }, vec![]),
        apply(Applicant::Spv { spv: body, members: vec![person(2), person(1)] }, vec![]),
        apply(Applicant::Institution { institution: body }, vec![]),
        apply(Applicant::NotInSource, vec![("cost", text("1"))]),
        apply(Applicant::NotInSource, vec![("cost", text("1.00"))]),
        apply(Applicant::NotInSource, vec![("cost", GivenFact::Count(1))]),
        apply(Applicant::NotInSource, vec![("cost", GivenFact::Flag(true))]),
        apply(Applicant::NotInSource, vec![("cost", GivenFact::Flag(false))]),
        apply(Applicant::NotInSource, vec![("land", text("1"))]),
        apply(Applicant::NotInSource, vec![("cost", text("1")), ("land", text("1"))]),
        apply(Applicant::NotInSource, vec![("cost", text("1")), ("cost", text("2"))]),
        apply(Applicant::NotInSource, vec![("cost", text("2")), ("cost", text("1"))]),
    ]
}

fn acts_on_cases() -> Vec<Act> {
    let sanction =
        |name, fund, amount| Act::Sanction { case_ref: case(name), fund, amount: rupees(amount) };
    let returned = |position, amount, reason| Act::Return {
        payment: Position(position),
        amount: rupees(amount),
        reason: word(reason),
    };
    let recover = |name, amount, reason, reference| Act::Recover {
        case_ref: case(name),
        amount: rupees(amount),
        reason: word(reason),
        reference: Reference::new(reference).expect("a reference"),
    };
    let ifsc = Ifsc::parse("HDFC0001234").expect("a code");
    vec![
        sanction("A/1", fund(), 1),
        sanction("A/2", fund(), 1),
        sanction("A/1", Fund { district: District::POOL, ..fund() }, 1),
        sanction("A/1", fund(), 2),
        disburse(|_| ()),
        disburse(|fields| fields.case_ref = case("A/2")),
        disburse(|fields| fields.instalment = 2),
        disburse(|fields| fields.paise = 101),
        disburse(|fields| fields.payee.account = AccountKey(print(1))),
        disburse(|fields| fields.payee.account.0.key_id = 2),
        disburse(|fields| fields.payee.ifsc = ifsc),
        disburse(|fields| fields.mode = PaymentMode::Rtgs),
        disburse(|fields| fields.reference = Reference::new("R").expect("a reference")),
        disburse(|fields| fields.reissue_of = Position(7)),
        returned(7, 1, "R01"),
        returned(8, 1, "R01"),
        returned(7, 2, "R01"),
        returned(7, 1, "R02"),
        recover("A/1", 1, "r", "x"),
        recover("A/2", 1, "r", "x"),
        recover("A/1", 2, "r", "x"),
        recover("A/1", 1, "s", "x"),
        recover("A/1", 1, "r", "y"),
        recover("A/1", 1, "rx", "x"),
    ]
}

fn audits() -> Vec<Act> {
    let audit = |name: &str, scope, opinion, findings: &[(&str, u64)]| Act::Audit {
        case_ref: Some(name).filter(|name| !name.is_empty()).map(case),
        scope,
        seen: vec![],
        opinion,
        findings: findings.iter().map(|(check, amount)| (word(check), rupees(*amount))).collect(),
    };
    vec![
        audit("A/1", AuditScope::Case, Opinion::Clear, &[]),
        audit("A/2", AuditScope::Case, Opinion::Clear, &[]),
        audit("A/1", AuditScope::Payment, Opinion::Clear, &[]),
        audit("A/1", AuditScope::Ledger, Opinion::Clear, &[]),
        audit("", AuditScope::Ledger, Opinion::Clear, &[]),
        audit("A/1", AuditScope::Case, Opinion::Objection, &[]),
        audit("A/1", AuditScope::Case, Opinion::Clear, &[("C05", 0)]),
        audit("A/1", AuditScope::Case, Opinion::Clear, &[("C05", 1)]),
        audit("A/1", AuditScope::Case, Opinion::Clear, &[("C06", 0)]),
        audit("A/1", AuditScope::Case, Opinion::Clear, &[("C05", 0), ("C05", 0)]),
    ]
}

/// Commands of one act that differ in everything else.
fn askings() -> Vec<Command> {
    let plain = command(Act::Allot { fund: fund(), amount: rupees(7) });
    let actor = ActorName::new("fin-02").expect("an actor");
    let authority = samples::authority();
    let paragraph = bahi_core::Authority { paragraph: None, ..authority.clone() };
    let date = bahi_core::Authority { date: day("2020-01-01"), ..authority };
    vec![
        plain.clone(),
        Command { actor, ..plain.clone() },
        Command { role: Role::Administrator, ..plain.clone() },
        Command { effective_day: day("2024-04-02"), ..plain.clone() },
        Command { authority: None, ..plain.clone() },
        Command { authority: Some(paragraph), ..plain.clone() },
        Command { authority: Some(date), ..plain },
    ]
}

#[test]
fn other_content_is_other_bytes() {
    let acts = [acts_on_schemes(), applications(), acts_on_cases(), audits()].concat();
    let commands: Vec<Command> = acts.into_iter().map(command).chain(askings()).collect();
    for (index, left) in commands.iter().enumerate() {
        for right in &commands[..index] {
            assert_ne!(left, right, "the table holds a command twice");
            assert_ne!(encode_command(left), encode_command(right), "{left:?}\n{right:?}");
        }
    }
}

#[test]
fn the_id_and_the_order_of_facts_are_no_content() {
    let facts = vec![("cost", GivenFact::Count(1)), ("land", GivenFact::Count(2))];
    let reversed = facts.iter().rev().cloned().collect();
    let one = command(apply(Applicant::NotInSource, facts));
    let other = Command {
        id: CommandId::from_bytes([2; 16]),
        ..command(apply(Applicant::NotInSource, reversed))
    };
    assert_ne!(one, other);
    assert_eq!(encode_command(&one), encode_command(&other));
}

#[test]
fn lists_beyond_any_bound_of_the_ledger_still_have_content() {
    let facts = |count| {
        let fact = |index| (word(&format!("fact-{index}")), GivenFact::Flag(true));
        let mut act = apply(Applicant::NotInSource, vec![]);
        if let Act::Apply { facts, .. } = &mut act {
            *facts = (0..count).map(fact).collect();
        }
        encode_command(&command(act))
    };
    assert_ne!(facts(5_000), facts(5_001));
}

/// An act with its facts in order of name, which is what it asks for.
fn asked(mut act: Act) -> Act {
    if let Act::Apply { facts, .. }
    | Act::Amend { facts, .. }
    | Act::RecordStep { reported: facts, .. } = &mut act
    {
        facts.sort_by(|left, right| left.0.cmp(&right.0));
    }
    act
}

/// Over few values, two acts of a kind often differ in one field alone: were a field no part of
/// the content, two of these would have the same bytes.
#[test]
fn every_field_of_every_act_is_content() {
    let mut runner = TestRunner::deterministic();
    let mut contents: BTreeMap<Vec<u8>, Command> = BTreeMap::new();
    for kind in CommandKind::ALL {
        let acts = strategies_acts::of_kind(kind);
        for _ in 0..3_000 {
            let act = acts.new_tree(&mut runner).expect("the strategy gives acts").current();
            let bytes = encode_command(&command(act.clone()));
            let plain = command(asked(act));
            assert_eq!(bytes, encode_command(&plain), "the order of facts");
            let before = contents.insert(bytes, plain.clone());
            assert!(before.is_none_or(|before| before == plain), "{plain:?}");
        }
    }
    // One content never begins with another, so none can be taken for another and what follows.
    for (left, right) in contents.keys().zip(contents.keys().skip(1)) {
        assert!(!right.starts_with(left), "{left:?}");
    }
}

#[test]
fn aliases_are_no_content() {
    let alias = |head| Alias { newest: print(32), older: Fingerprint { key_id: 7, ..print(head) } };
    for kind in CommandKind::ALL {
        let plain = command(samples_acts::of_kind(kind));
        let aliases = vec![alias(1), alias(2)];
        let known = Command { aliases, ..plain.clone() };
        assert_eq!(encode_command(&plain), encode_command(&known), "{}", kind.name());
    }
}
