//! What comes first, whose it is, when, with which papers; what returns mean; what is late.

use alloc::{vec, vec::Vec};

use bahi_core::{
    Act, AfterReturn, Authority, Command, Event, Expr, FactKind, Gate, GivenFact, Milestone,
    Outcome, Position, Procedure, Refusal, ReturnRule, Role, Span, Subject, Terms, TermsParts,
    Test, Total, Word,
};

use super::{builders::*, check, numbered, story};
use crate::{Decided, Decision, decide, decide_history};

fn gate(of: &str) -> Gate {
    Gate {
        of: Subject::parse(of).expect("a subject"),
        reasons: vec![],
        when: None,
        roles: vec![],
        after: vec![],
        evidence: vec![],
        earliest: None,
        latest: None,
        used_percent: 0,
        binding: true,
        paragraph: word("5"),
    }
}

fn after(rows: &[&[&str]], gate: Gate) -> Gate {
    let milestone = |text: &&str| Milestone::parse(text).expect("a milestone");
    let row = |row: &&[&str]| row.iter().map(milestone).collect();
    Gate { after: rows.iter().map(row).collect(), ..gate }
}

fn span(text: &str) -> Option<Span> {
    Some(Span::parse(text).expect("a span"))
}

fn small() -> Option<Test> {
    let cost = Expr::Fact(word("project_cost"));
    Some(Test::AtMost(cost, Expr::Const(rupees(2_000_000))))
}

/// Selected by the authority; claimed within a week; granted after that; a second instalment once
/// three quarters of the first are used; the grant final three months after the credit.
fn procedure() -> Procedure {
    let chosen = Gate {
        roles: vec![Role::SanctioningAuthority],
        evidence: vec![word("minutes")],
        ..gate("step selected")
    };
    let claimed = Gate {
        latest: span("7 days after step selected"),
        ..after(&[&["step selected", "step exempt"]], gate("step claimed"))
    };
    let tier = |of, when| Gate { when, ..gate(of) };
    let large = small().map(|small| Test::Not(alloc::boxed::Box::new(small)));
    let shown = after(&[&["step inspected"]], gate("payment"));
    let lock = Gate { earliest: span("3 months after credit"), ..gate("adjustment") };
    let calamity =
        Gate { reasons: vec![word("calamity")], ..after(&[&["step claimed"]], gate("adjustment")) };
    let rule = |reason, then| ReturnRule { reason: word(reason), then };
    Procedure {
        gates: vec![
            chosen,
            gate("step exempt"),
            claimed,
            gate("step inspected"),
            tier("step approved", small()),
            tier("step approved_above", large),
            after(&[&["step claimed"]], gate("sanction")),
            Gate { binding: false, ..shown },
            Gate { used_percent: 75, ..after(&[&["instalment 1"]], gate("instalment 2")) },
            lock,
            calamity,
            Gate { earliest: span("90 days after credit"), binding: false, ..gate("use") },
        ],
        returns: vec![
            rule("account_closed", AfterReturn::OtherAccount),
            rule("deceased", AfterReturn::Stop),
            rule("network", AfterReturn::Retry),
            rule("inoperative", AfterReturn::AfterCorrection),
        ],
        outcomes: vec![Outcome { name: word("jobs"), kind: FactKind::Count, paragraph: word("9") }],
    }
}

fn opened_with(procedure: Procedure) -> Vec<Command> {
    let parts = terms("2024-04-01").parts().clone();
    let terms = Terms::new(TermsParts { procedure, ..parts }).expect("sound terms");
    let open = edited(open(), |command| {
        if let Act::OpenScheme { terms: held, .. } = &mut command.act {
            *held = terms;
        }
    });
    vec![open, allot(1_000_000), apply("A")]
}

fn took(name: &str, on: &str, role: Role) -> Command {
    edited(step("A"), |command| {
        command.role = role;
        command.effective_day = day(on);
        if let Act::RecordStep { step, reported, .. } = &mut command.act {
            *step = word(name);
            reported.clear();
        }
    })
}

fn office(name: &str, on: &str) -> Command {
    took(name, on, Role::DistrictOffice)
}

fn selected() -> Command {
    took("selected", "2024-05-25", Role::SanctioningAuthority)
}

/// Applied at 3, selected at 4, claimed at 5.
fn claimed() -> Vec<Command> {
    [opened_with(procedure()), vec![selected(), office("claimed", "2024-06-01")]].concat()
}

/// Granted at 6, the first instalment at 7.
fn paid() -> Vec<Command> {
    [claimed(), vec![sanction("A", 250_000), disburse("A", 1, 100_000)]].concat()
}

/// Come back at 8 for a reason.
fn back(reason: &str) -> Vec<Command> {
    then(paid(), because(reason, give_back(7, 100_000)))
}

fn because(name: &str, when: Command) -> Command {
    edited(when, |command| {
        if let Act::Return { reason, .. } | Act::Adjust { reason, .. } = &mut command.act {
            *reason = word(name);
        }
    })
}

fn on(date: &str, when: Command) -> Command {
    edited(when, |command| command.effective_day = day(date))
}

fn to_another(when: Command) -> Command {
    edited(when, |command| {
        if let Act::Disburse { payee: held, .. } = &mut command.act {
            *held = payee(8);
        }
    })
}

fn on_an_order(when: Command) -> Command {
    let authority: Authority = order("GO-HEIR");
    edited(when, |command| command.authority = Some(authority))
}

fn missing(text: &str) -> Refusal {
    Refusal::StepOutOfOrder { missing: word(text) }
}

type Row = (&'static str, Vec<Command>, Command, Refusal);

/// The rows of the codes for the table of every refusal.
pub(super) fn rows() -> Vec<Row> {
    let start = || opened_with(procedure());
    let unpapered = edited(selected(), |command| {
        if let Act::RecordStep { evidence, .. } = &mut command.act {
            evidence.clear();
        }
    });
    let used = |amount: u64| then(paid(), utilise("A", amount));
    let second = || on("2024-11-01", disburse("A", 2, 50_000));
    let again = || reissue("A", 1, 100_000, 8);
    let from = || Refusal::TooEarly { from: day("2024-09-22") };
    let credited = || then(paid(), confirm(7));
    let returned = || Position(8);
    let total = |rupees_of: u64| Total::from(rupees(rupees_of));
    let too_little =
        |paid_for: u64| Refusal::TooLittleUsed { used: total(paid_for), needed: total(75_000) };
    let to_report = |name: &str, fact| {
        edited(office("exempt", "2024-05-25"), |command| {
            if let Act::RecordStep { reported, .. } = &mut command.act {
                *reported = vec![(word(name), fact)];
            }
        })
    };
    vec![
        ("a step waits for another", start(), office("claimed", "2024-06-01"), missing("selected")),
        ("a sanction waits for a step", start(), sanction("A", 1), missing("claimed")),
        (
            "a step that was reversed was not taken",
            then(claimed(), reverse(5)),
            sanction("A", 1),
            missing("claimed"),
        ),
        (
            "an instalment waits for another",
            then(claimed(), sanction("A", 250_000)),
            disburse("A", 2, 1),
            missing("instalment 1"),
        ),
        (
            "a step is somebody's",
            start(),
            office("selected", "2024-05-25"),
            Refusal::StepOfAnotherRole { step: word("selected") },
        ),
        (
            "a step rests on papers",
            start(),
            unpapered,
            Refusal::EvidenceMissing { kind: word("minutes") },
        ),
        (
            "a step is one of other cases",
            start(),
            office("approved_above", "2024-05-25"),
            Refusal::StepOfOtherCases { step: word("approved_above") },
        ),
        (
            "money is locked until the day, from its own day",
            paid(),
            on("2024-09-19", adjust("A", 1)),
            Refusal::TooEarly { from: day("2024-09-20") },
        ),
        (
            "money is locked until the day, from the bank's day",
            credited(),
            on("2024-09-21", adjust("A", 1)),
            from(),
        ),
        ("too little is used", used(74_999), second(), too_little(74_999)),
        (
            "what was recovered is not used",
            then(used(74_999), on("2024-10-05", recover("A", 25_001))),
            second(),
            too_little(74_999),
        ),
        (
            "what was used and taken back is not used",
            then(used(75_000), reverse(8)),
            second(),
            too_little(0),
        ),
        (
            "a closed account is not paid again",
            back("account_closed"),
            again(),
            Refusal::OtherAccountNeeded { returned: returned() },
        ),
        (
            "the dead are not paid again",
            back("deceased"),
            to_another(again()),
            Refusal::PaymentStopped { returned: returned() },
        ),
        (
            "the dead are not paid again on an order either",
            back("deceased"),
            on_an_order(again()),
            Refusal::PaymentStopped { returned: returned() },
        ),
        (
            "a step reports what the terms ask for",
            start(),
            to_report("turnover", GivenFact::Count(1)),
            Refusal::UnknownFact { fact: word("turnover") },
        ),
        (
            "a step reports it as the terms ask",
            start(),
            to_report("jobs", GivenFact::Flag(true)),
            Refusal::FactOfWrongKind { fact: word("jobs") },
        ),
    ]
}

#[test]
fn what_the_gates_allow_is_done() {
    let used = |amount: u64| then(paid(), utilise("A", amount));
    let again = || reissue("A", 1, 100_000, 8);
    let rows: Vec<(&str, Vec<Command>, Command)> = vec![
        (
            "one of a row is enough",
            then(opened_with(procedure()), office("exempt", "2024-05-25")),
            office("claimed", "2024-06-01"),
        ),
        ("a step of no procedure", opened_with(procedure()), office("visited", "2024-05-25")),
        ("a step taken twice", claimed(), office("claimed", "2024-06-03")),
        ("a step of these cases", opened_with(procedure()), office("approved", "2024-05-25")),
        ("a sanction after its step", claimed(), sanction("A", 250_000)),
        (
            "a payment that is only shown",
            then(claimed(), sanction("A", 250_000)),
            disburse("A", 1, 1),
        ),
        ("three quarters are used", used(75_000), on("2024-11-01", disburse("A", 2, 50_000))),
        ("the lock is over that day", paid(), on("2024-09-20", adjust("A", 1))),
        ("another reason has another gate", paid(), because("calamity", adjust("A", 1))),
        ("use that is only shown", paid(), on("2024-06-21", utilise("A", 1))),
        ("another account", back("account_closed"), to_another(again())),
        ("the same account after a fault of the net", back("network"), again()),
        ("the same account after its holder saw to it", back("inoperative"), again()),
        ("a reason the terms do not know", back("whatever"), again()),
        ("an heir, on an order", back("deceased"), to_another(on_an_order(again()))),
    ];
    for (says, given, when) in rows {
        let (state, events) = story(&given);
        let answer = decide(&state, &numbered(when.clone(), events.len()));
        assert!(matches!(answer, Decision::Accepted(_)), "{says}: {answer:?}");
        // Folds, and unmakes to the very state before it.
        check(says, &given, when, answer);
    }
}

#[test]
fn what_happened_before_passes_gates_and_limits_and_nothing_else() {
    let history = |given: Vec<Command>, when: Command| {
        let (state, events) = story(&given);
        decide_history(&state, &numbered(when, events.len()))
    };
    let start = || opened_with(procedure());
    for (given, when) in [
        (start(), sanction("A", 250_000)),
        (start(), office("claimed", "2024-06-01")),
        (back("account_closed"), reissue("A", 1, 100_000, 8)),
        (paid(), adjust("A", 1)),
    ] {
        let answer = history(given, when);
        assert!(matches!(answer, Decision::Accepted(_)), "{answer:?}");
    }
    let too_much = Refusal::ExceedsEntitlement { entitlement: rupees(250_000), over: rupees(1) };
    assert_eq!(history(start(), sanction("A", 250_001)), refused(vec![too_much]));
}

#[test]
fn what_is_late_is_counted_from_the_day_after_the_latest() {
    for (on, late) in [("2024-06-01", 0), ("2024-06-02", 1), ("2024-07-01", 30)] {
        let given = then(opened_with(procedure()), selected());
        let (state, events) = story(&given);
        let answer = decide(&state, &numbered(office("claimed", on), events.len()));
        let Decision::Accepted(Decided { event: Event::StepRecorded(step), .. }) = answer else {
            panic!("claimed on {on}: {answer:?}")
        };
        assert_eq!(step.late_by, late, "claimed on {on}");
    }
}

#[test]
fn every_word_a_gate_is_told_by_is_an_identifier() {
    for text in ["sanction", "payment", "instalment 65535", "credit", "application"] {
        let milestone = Milestone::parse(text).expect("a milestone");
        assert_eq!(Word::new(&milestone.name()).expect("an identifier").as_str(), text);
    }
    let longest = "s".repeat(64);
    let milestone = Milestone::Step(word(&longest));
    assert_eq!(milestone.name(), longest, "a step is told by its own name");
}
