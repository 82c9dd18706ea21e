//! What makes a command the same as the one before it, field by field.

use alloc::{vec, vec::Vec};

use bahi_core::{
    Act, Applicant, AuditScope, Authority, Command, FamilyKey, Fund, GivenFact, Money, Opinion,
    PaymentMode, PersonKey, Position, Role, Word,
};

use super::{builders::*, check_same};

type Edit = fn(&mut Command);

#[test]
fn a_command_said_again_is_the_same() {
    for story in stories() {
        let again = story.last().cloned().expect("a story has a command");
        check_same("said again", &story, again, true);
    }
}

#[test]
fn each_single_change_makes_another_command() {
    for (story, edits) in [ledger_edits(), case_edits()].concat() {
        let last = story.last().cloned().expect("a story has a command");
        for (says, edit) in common_edits().into_iter().chain(edits) {
            check_same(says, &story, edited(last.clone(), edit), false);
        }
    }
}

#[test]
fn another_act_under_the_id_is_another_command() {
    let stories = stories();
    for story in &stories {
        let own = story.last().expect("a story has a command");
        let acts = stories.iter().filter_map(|other| other.last());
        for other in acts.filter(|other| other.act != own.act) {
            check_same("another act", story, under(story.len(), other.clone()), false);
        }
    }
}

#[test]
fn facts_are_compared_by_what_they_say() {
    let said = |list: Vec<(Word, GivenFact)>| apply_with("A", list);
    let special = |flag| (word("special"), GivenFact::Flag(flag));
    let story = then(allotted(), said(vec![cost("1000000"), special(false)]));
    let rows = [
        ("paise written out", vec![cost("1000000.00"), special(false)], true),
        ("one place written out", vec![cost("1000000.0"), special(false)], true),
        ("in another order", vec![special(false), cost("1000000")], true),
        ("a paisa more", vec![cost("1000000.01"), special(false)], false),
        ("another flag", vec![cost("1000000"), special(true)], false),
        ("a fact less", vec![cost("1000000")], false),
        (
            "a fact more",
            vec![cost("1000000"), special(false), (word("trainees"), GivenFact::Count(0))],
            false,
        ),
        (
            "another kind",
            vec![(word("project_cost"), GivenFact::Count(1_000_000)), special(false)],
            false,
        ),
    ];
    for (says, facts, same) in rows {
        check_same(says, &story, said(facts), same);
    }
}

#[test]
fn the_order_of_a_schemes_districts_is_no_content() {
    check_same("turned round", &opened(), districts(vec![PRAYAGRAJ, VARANASI], open()), true);
    check_same("one less", &opened(), districts(vec![VARANASI], open()), false);
}

/// One story for every act, ending with it.
fn stories() -> Vec<Vec<Command>> {
    vec![
        opened(),
        then(opened(), change_terms("2025-04-01")),
        allotted(),
        applied(),
        sanctioned(),
        then(returned(), reissue("A", 1, 100_000, 6)),
        returned(),
        then(disbursed(), recover("A", 5)),
        then(disbursed(), audit("A")),
    ]
}

fn common_edits() -> Vec<(&'static str, Edit)> {
    vec![
        ("another day", |command| command.effective_day = day("2024-08-08")),
        ("another actor that is known", |command| {
            let keeper = command.actor.as_str() == "keeper";
            command.actor = actor(if keeper { "fin-01" } else { "keeper" });
        }),
        ("an actor not heard of", |command| command.actor = actor("nobody")),
        ("another role", |command| {
            let auditor = command.role == Role::Auditor;
            command.role = if auditor { Role::Finance } else { Role::Auditor };
        }),
        ("an order not heard of", |command| command.authority = Some(order("GO-2"))),
        ("another paragraph of an order", |command| {
            let paragraph = Some(word("9"));
            command.authority = Some(Authority { paragraph, ..order("GO-1") });
        }),
    ]
}

/// Gives another order than the command has: none for one, one for none.
fn turn_order(command: &mut Command) {
    let none = command.authority.is_none();
    command.authority = if none { Some(order("GO-1")) } else { None };
}

type Edits = (Vec<Command>, Vec<(&'static str, Edit)>);

fn ledger_edits() -> Vec<Edits> {
    let [opened, changed, allotted, applied, ..]: [Vec<Command>; 9] =
        stories().try_into().expect("a story for each act");
    let scheme: (&str, Edit) = ("another scheme", |command| {
        *command = of_scheme("cfc", command.clone());
    });
    vec![
        (
            opened,
            vec![
                scheme,
                ("other terms", |command| {
                    if let Act::OpenScheme { terms: one, .. } = &mut command.act {
                        *one = terms("2024-04-02");
                    }
                }),
            ],
        ),
        (
            changed,
            vec![
                scheme,
                ("other terms", |command| {
                    if let Act::ChangeTerms { terms: one, .. } = &mut command.act {
                        *one = terms("2025-04-02");
                    }
                }),
            ],
        ),
        (allotted, [vec![scheme], fund_edits()].concat()),
        (
            applied,
            vec![
                scheme,
                ("an order for none", turn_order),
                ("another district", |command| {
                    *command = in_district(PRAYAGRAJ, command.clone());
                }),
                ("another case", |command| {
                    if let Act::Apply { case_ref: one, .. } = &mut command.act {
                        *one = case_ref("B");
                    }
                }),
                ("another person", |command| change_applicant(command, 2, None)),
                ("a family beside", |command| change_applicant(command, 1, Some(4))),
            ],
        ),
    ]
}

fn change_applicant(command: &mut Command, one: u8, of: Option<u8>) {
    if let Act::Apply { applicant, .. } = &mut command.act {
        let family = of.map(|byte| FamilyKey(print(byte)));
        *applicant = Applicant::Person { person: PersonKey(print(one)), family };
    }
}

fn fund_edits() -> Vec<(&'static str, Edit)> {
    vec![
        ("another head", |command| change_fund(command, |fund| fund.head = head("4851"))),
        ("another year", |command| change_fund(command, |fund| fund.fy = year("2025-26"))),
        ("another district's fund", |command| {
            change_fund(command, |fund| fund.district = PRAYAGRAJ);
        }),
        ("another amount", change_amount),
    ]
}

fn change_fund(command: &mut Command, change: fn(&mut Fund)) {
    if let Act::Allot { fund, .. } | Act::Sanction { fund, .. } = &mut command.act {
        change(fund);
    }
}

fn change_amount(command: &mut Command) {
    if let Act::Allot { amount, .. }
    | Act::Sanction { amount, .. }
    | Act::Disburse { amount, .. }
    | Act::Return { amount, .. }
    | Act::Recover { amount, .. } = &mut command.act
    {
        *amount = amount.checked_add(rupees(1)).expect("an amount");
    }
}

fn change_case(command: &mut Command) {
    if let Act::Sanction { case_ref: one, .. }
    | Act::Disburse { case_ref: one, .. }
    | Act::Recover { case_ref: one, .. }
    | Act::Audit { case_ref: one, .. } = &mut command.act
    {
        *one = case_ref("B");
    }
}

fn change_code(command: &mut Command) {
    if let Act::Return { reason, .. } | Act::Recover { reason, .. } = &mut command.act {
        *reason = word("project_cost");
    }
}

fn change_reference(command: &mut Command) {
    if let Act::Disburse { reference: one, .. } | Act::Recover { reference: one, .. } =
        &mut command.act
    {
        *one = reference("ANOTHER");
    }
}

fn case_edits() -> Vec<Edits> {
    let [.., sanctioned, issued, returned, recovered, audited]: [Vec<Command>; 9] =
        stories().try_into().expect("a story for each act");
    let case: (&str, Edit) = ("another case", change_case);
    let amount: (&str, Edit) = ("another amount", change_amount);
    let unordered: (&str, Edit) = ("an order for none", turn_order);
    let code: (&str, Edit) = ("another code", change_code);
    let reference: (&str, Edit) = ("another reference", change_reference);
    vec![
        (sanctioned, [vec![case], fund_edits()].concat()),
        (issued, [vec![case, amount, unordered, reference], payment_edits()].concat()),
        (
            returned,
            vec![
                amount,
                unordered,
                code,
                ("another payment", |command| {
                    if let Act::Return { payment, .. } = &mut command.act {
                        *payment = Position(4);
                    }
                }),
            ],
        ),
        (recovered, vec![case, amount, unordered, code, reference]),
        (audited, [vec![case, unordered], audit_edits()].concat()),
    ]
}

fn payment_edits() -> Vec<(&'static str, Edit)> {
    vec![
        ("another instalment", |command| {
            if let Act::Disburse { instalment, .. } = &mut command.act {
                *instalment = 2;
            }
        }),
        ("another account", |command| {
            if let Act::Disburse { payee: one, .. } = &mut command.act {
                *one = payee(8);
            }
        }),
        ("another mode", |command| {
            if let Act::Disburse { mode, .. } = &mut command.act {
                *mode = PaymentMode::Rtgs;
            }
        }),
        ("another return", |command| {
            if let Act::Disburse { reissue_of, .. } = &mut command.act {
                *reissue_of = Position(5);
            }
        }),
    ]
}

fn audit_edits() -> Vec<(&'static str, Edit)> {
    vec![
        ("another scope", |command| {
            if let Act::Audit { scope, .. } = &mut command.act {
                *scope = AuditScope::Inspection;
            }
        }),
        ("another opinion", |command| {
            if let Act::Audit { opinion, .. } = &mut command.act {
                *opinion = Opinion::Clear;
            }
        }),
        ("a finding less", |command| change_findings(command, |list| drop(list.pop()))),
        ("a finding more", |command| {
            change_findings(command, |list| list.push((word("C05"), Money::ZERO)));
        }),
        ("findings turned round", |command| change_findings(command, |list| list.reverse())),
        ("another check", |command| {
            change_findings(command, |list| list[0].0 = word("C99"));
        }),
        ("another amount found", |command| {
            change_findings(command, |list| list[0].1 = Money::ZERO);
        }),
    ]
}

fn change_findings(command: &mut Command, change: fn(&mut Vec<(Word, Money)>)) {
    if let Act::Audit { findings, .. } = &mut command.act {
        change(findings);
    }
}
