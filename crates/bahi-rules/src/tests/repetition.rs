//! What makes a command the same as the one before it, field by field.

use alloc::{vec, vec::Vec};

use bahi_core::{Authority, Command, GivenFact, Role, Word};

use super::{builders::*, check_same, check_same_at, stories::stories};

mod keys;
mod vary;

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
    for story in stories() {
        let last = story.last().cloned().expect("a story has a command");
        for (says, edit) in common_edits() {
            check_same(says, &story, edited(last.clone(), edit), false);
        }
        for (says, act) in vary::varied(&last.act) {
            check_same(says, &story, Command { act, ..last.clone() }, false);
        }
    }
}

#[test]
fn a_seal_in_between_changes_no_answer_to_a_retry() {
    for story in stories() {
        let (number, last) = (story.len(), story.last().cloned().expect("a story has a command"));
        let certified = number as u64 + 1;
        let after = then(story, certify(number as u64, "2025-04-30"));
        let after = then(after, on("2025-05-02", seal(certified, "2025-04-30")));
        check_same_at("sealed since", &after, number, last, true);
    }
}

#[test]
fn a_fact_from_outside_is_the_same_on_the_day_it_was_stated_for() {
    let paid = sealed(disbursed(), "2025-03-31");
    let own: [(&str, Command); 3] = [
        ("a return", give_back(5, 100_000)),
        ("a confirmation", confirm(5)),
        ("suspense", suspend(5, 5)),
    ];
    for (says, when) in own {
        let story = then(paid.clone(), when.clone());
        check_same(says, &story, when.clone(), true);
        check_same(says, &story, on("2024-06-24", when.clone()), false);
        check_same(says, &story, on("2025-04-01", when), false);
    }
    // Of these the ledger keeps no day of their own: any that was sealed may have been stated.
    let stated = sealed(stated(), "2025-03-31");
    let when = match_line(at_line(6, 1), 5);
    let story = then(stated.clone(), when.clone());
    for (on_day, same) in [("2024-07-02", true), ("2025-03-31", true), ("2025-04-02", false)] {
        check_same("a match put off", &story, on(on_day, when.clone()), same);
    }
    let open = then(stated, on("2025-04-02", when.clone()));
    check_same("a match of an open day", &open, on("2025-04-02", when.clone()), true);
    check_same("a match of an open day", &open, on("2025-03-31", when), false);
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

fn common_edits() -> Vec<(&'static str, Edit)> {
    vec![
        ("another day", |command| {
            command.effective_day = command.effective_day.plus_days(1).expect("a day");
        }),
        ("the day before", |command| {
            command.effective_day = command.effective_day.plus_days(-1).expect("a day");
        }),
        ("another actor that is known", |command| {
            let keeper = command.actor.as_str() == "keeper";
            command.actor = actor(if keeper { "fin-01" } else { "keeper" });
        }),
        ("an actor not heard of", |command| command.actor = actor("nobody")),
        ("another role", |command| {
            let auditor = command.role == Role::Auditor;
            command.role = if auditor { Role::Finance } else { Role::Auditor };
        }),
        ("an order for none, or another", |command| {
            let given = command.authority.is_some();
            command.authority = Some(order(if given { "GO-TERMS" } else { "GO-1" }));
        }),
        ("an order not heard of", |command| command.authority = Some(order("GO-2"))),
        ("another date of an order", |command| {
            command.authority = Some(Authority { date: day("2024-03-16"), ..order("GO-1") });
        }),
        ("another paragraph of an order", |command| {
            let paragraph = Some(word("9"));
            command.authority = Some(Authority { paragraph, ..order("GO-1") });
        }),
    ]
}

#[test]
fn money_in_suspense_is_no_return_of_the_same_payment() {
    let suspended = then(disbursed(), suspend(100_000, 5));
    let said = edited(on("2024-06-28", give_back(5, 100_000)), |command| {
        if let bahi_core::Act::Return { reason, .. } = &mut command.act {
            *reason = word("no_match");
        }
    });
    check_same("suspense of the whole payment", &suspended, said, false);
}
