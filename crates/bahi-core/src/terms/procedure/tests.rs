//! Text forms both ways, what is no form, and what a procedure may not be.

use alloc::{string::ToString, vec, vec::Vec};

use super::*;
use crate::{
    Authority, Expr, FactSpec, Item, OrderNumber, Procedure, Rounding, Terms, TermsError,
    TermsParts,
};

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn gate(of: Subject, after: &[&[&str]]) -> Gate {
    let row = |row: &&[&str]| {
        row.iter().map(|one| Milestone::parse(one).expect("a milestone")).collect::<Vec<_>>()
    };
    Gate {
        of,
        reasons: vec![],
        when: None,
        roles: vec![],
        after: after.iter().map(row).collect(),
        evidence: vec![],
        earliest: None,
        latest: None,
        used_percent: 0,
        binding: true,
        paragraph: word("5"),
    }
}

fn step(name: &str, after: &[&[&str]]) -> Gate {
    gate(Subject::Step(word(name)), after)
}

fn terms(procedure: Procedure) -> Result<Terms, TermsError> {
    let day = Day::parse("2024-04-01").expect("a day");
    Terms::new(TermsParts {
        name: word("t-1"),
        authority: Authority {
            order: OrderNumber::new("GO-1").expect("an order"),
            date: day,
            paragraph: None,
        },
        from: day,
        until: None,
        facts: vec![FactSpec { name: word("cost"), kind: FactKind::Money, required: true }],
        requires: vec![],
        items: vec![Item {
            name: word("grant"),
            when: None,
            claimed: None,
            allowed: Expr::Fact(word("cost")),
            paragraph: word("1"),
        }],
        own_contribution: None,
        rounding: Rounding::RupeeDown,
        instalments_max: 3,
        policies: vec![],
        limits: vec![],
        procedure,
    })
}

fn of_gates(gates: Vec<Gate>) -> Result<Terms, TermsError> {
    terms(Procedure { gates, ..Procedure::default() })
}

#[test]
fn text_forms_read_back_and_nothing_has_two() {
    for text in ["step a", "step a after b", "sanction", "payment", "instalment 65535"] {
        assert_eq!(Subject::parse(text).map(|of| of.to_string()).as_deref(), Some(text));
        assert_eq!(Milestone::parse(text).map(|of| of.to_string()).as_deref(), Some(text));
    }
    for text in ["use", "adjustment"] {
        assert_eq!(Subject::parse(text).map(|of| of.to_string()).as_deref(), Some(text));
        assert_eq!(Milestone::parse(text), None, "{text} is waited for by nothing");
    }
    for text in ["7 days after step a after b", "1200 months after credit"] {
        assert_eq!(Span::parse(text).map(|of| of.to_string()).as_deref(), Some(text));
    }
    for text in [
        "",
        "step ",
        "step",
        "Sanction",
        "instalment 0",
        "instalment 01",
        "instalment 65536",
        "instalment +1",
        "instalment ",
        "credit ",
        "step caf\u{e9}",
    ] {
        assert_eq!((Subject::parse(text), Milestone::parse(text)), (None, None), "{text:?}");
    }
    for text in [
        "0 days after credit",
        "36501 days after credit",
        "1201 months after credit",
        "07 days after credit",
        "7 weeks after credit",
        "7 days",
        "7 days after use",
        "days after credit",
        "7  days after credit",
    ] {
        assert_eq!(Span::parse(text), None, "{text:?}");
    }
}

#[test]
fn a_length_ends_on_the_same_day_of_a_later_month_or_its_last() {
    let rows = [
        ("2024-01-31", Length::Months(1), "2024-02-29"),
        ("2023-01-31", Length::Months(1), "2023-02-28"),
        ("2024-02-29", Length::Months(24), "2026-02-28"),
        ("2024-12-31", Length::Days(1), "2025-01-01"),
        ("2024-06-20", Length::Months(24), "2026-06-20"),
    ];
    for (from, length, until) in rows {
        let from = Day::parse(from).expect("a day");
        assert_eq!(length.after(from).to_string(), until, "{length} after {from}");
    }
}

#[test]
fn a_reason_that_one_gate_names_is_no_other_gates() {
    let lock = gate(Subject::Adjustment, &[]);
    let calamity = Gate { reasons: vec![word("calamity")], ..lock.clone() };
    let both = [lock.clone(), calamity.clone()];
    assert!(lock.concerns_reason("grant", &both) && !lock.concerns_reason("calamity", &both));
    assert!(
        calamity.concerns_reason("calamity", &both) && !calamity.concerns_reason("grant", &both)
    );
}

#[test]
fn every_text_of_a_procedure_is_shown() {
    let span = |text| Some(Span::parse(text).expect("a span"));
    let gate = Gate {
        reasons: vec![word("t1")],
        when: Some(Test::Given(word("cost"))),
        evidence: vec![word("t2")],
        earliest: span("1 days after step t3"),
        latest: span("1 days after step t4"),
        paragraph: word("t5"),
        ..gate(Subject::Adjustment, &[&["sanction", "step t6"]])
    };
    let paragraph = word("t9");
    let procedure = Procedure {
        gates: vec![gate, step("t3", &[]), step("t4", &[]), step("t6", &[])],
        returns: vec![ReturnRule { reason: word("t7"), then: AfterReturn::Stop }],
        outcomes: vec![Outcome { name: word("t8"), kind: FactKind::Count, paragraph }],
    };
    let mut shown = Vec::new();
    terms(procedure).expect("sound terms").each_text(&mut |text| shown.push(text.to_string()));
    for text in ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9"] {
        assert!(shown.iter().any(|one| one == text), "{text} of {shown:?}");
    }
    let times = |text: &str| shown.iter().filter(|one| *one == text).count();
    assert_eq!((times("t3"), times("t4"), times("t6")), (2, 2, 2), "where it is waited for too");
}

#[test]
fn a_procedure_that_no_case_can_follow_is_no_procedure() {
    let unsound = |gate: Gate| {
        let of = gate.of.clone();
        (of_gates(vec![gate]), TermsError::GateUnsound(of))
    };
    let span = |length| Some(Span { length, since: Milestone::Credit });
    let free = gate(Subject::Adjustment, &[]);
    let outcome = |kind| Outcome { name: word("jobs"), kind, paragraph: word("9") };
    let rule = ReturnRule { reason: word("01"), then: AfterReturn::OtherAccount };
    let rows = [
        unsound(Gate { earliest: span(Length::Days(0)), ..free.clone() }),
        unsound(Gate { latest: span(Length::Months(1_201)), ..free.clone() }),
        unsound(Gate { used_percent: 101, ..free.clone() }),
        unsound(Gate { after: vec![vec![]], ..free.clone() }),
        unsound(Gate { reasons: vec![word("calamity")], ..gate(Subject::Use, &[]) }),
        unsound(gate(Subject::Instalment(4), &[])),
        unsound(gate(Subject::Instalment(0), &[])),
        unsound(gate(Subject::Payment, &[&["instalment 4"]])),
        unsound(Gate { after: vec![vec![Milestone::Instalment(0)]], ..free.clone() }),
        unsound(Gate {
            latest: Some(Span { length: Length::Days(1), since: Milestone::Instalment(4) }),
            ..free.clone()
        }),
        (of_gates(vec![step("a", &[&["step b"]])]), TermsError::UnknownStep(word("b"))),
        (
            of_gates(vec![step("a", &[&["step b"]]), step("b", &[&["step a"]])]),
            TermsError::NeverReached(word("a")),
        ),
        (of_gates(vec![step("a", &[&["step a"]])]), TermsError::NeverReached(word("a"))),
        (
            terms(Procedure { returns: vec![rule.clone(), rule], ..Procedure::default() }),
            TermsError::NamedTwice(word("01")),
        ),
        (
            terms(Procedure { outcomes: vec![outcome(FactKind::Flag)], ..Procedure::default() }),
            TermsError::WrongKind(word("jobs")),
        ),
    ];
    for (given, then) in rows {
        assert_eq!(given, Err(then));
    }
    let sound = vec![
        step("a", &[]),
        step("b", &[&["step a", "step c"]]),
        step("c", &[&["step b", "instalment 1"]]),
        gate(Subject::Instalment(3), &[&["step c"]]),
    ];
    assert_eq!(of_gates(sound).err(), None, "one way of each row is enough");
}
