//! How often somebody may have what the terms give: what counts, what does not, and for whom.

use alloc::{vec, vec::Vec};

use bahi_core::{
    Across, Act, Alias, Applicant, BodyKey, Command, Counted, FamilyKey, Fingerprint, GivenFact,
    Limit, Per, PersonKey, Position, Refusal, Terms, TermsParts, Test, Within,
};

use super::{builders::*, check, story};
use crate::{Decision, decide};

/// One sanctioned case for each person, ever, in the scheme.
fn once() -> Limit {
    Limit {
        code: word("once"),
        per: Per::Person,
        count: 1,
        within: Within::Ever,
        of: Counted::Sanctioned,
        across: Across::Scheme,
        when: None,
        same: None,
        paragraph: word("2(5)"),
    }
}

fn limited_from(from: &str, limits: Vec<Limit>) -> Terms {
    let parts = terms(from).parts().clone();
    Terms::new(TermsParts { limits, ..parts }).expect("sound terms")
}

fn with_terms(terms: Terms, command: Command) -> Command {
    edited(command, |command| {
        if let Act::OpenScheme { terms: held, .. } | Act::ChangeTerms { terms: held, .. } =
            &mut command.act
        {
            *held = terms;
        }
    })
}

/// The scheme opened with a limit, ₹ 10 lakh allotted, case A applied and was granted ₹ 1 lakh.
fn granted(limit: Limit) -> Vec<Command> {
    let open = with_terms(limited_from("2024-04-01", vec![limit]), open());
    vec![open, allot(1_000_000), apply("A"), sanction("A", 100_000)]
}

fn story_of(limit: Limit, rest: Vec<Command>) -> Vec<Command> {
    [granted(limit), rest].concat()
}

fn of(applicant: Applicant, command: Command) -> Command {
    edited(command, |command| {
        if let Act::Apply { applicant: held, .. } = &mut command.act {
            *held = applicant;
        }
    })
}

fn person(byte: u8, family: Option<u8>) -> Applicant {
    let family = family.map(|byte| FamilyKey(print(byte)));
    Applicant::Person { person: PersonKey(print(byte)), family }
}

fn carpet(case: &str) -> Command {
    product("carpet", case)
}

fn product(name: &str, case: &str) -> Command {
    apply_with(case, vec![cost("1000000"), (word("product"), GivenFact::Text(word(name)))])
}

fn reached(first: u64, limit: u16) -> Decision {
    let first = Position(first);
    refused(vec![Refusal::LimitReached { first, limit, code: word("once") }])
}

/// The rows of the code for the table of every refusal.
pub(super) fn rows() -> Vec<(&'static str, Vec<Command>, Command, Refusal)> {
    let first = Position(3);
    vec![(
        "a benefit once is refused a second time",
        granted(once()),
        apply("B"),
        Refusal::LimitReached { first, limit: 1, code: word("once") },
    )]
}

#[test]
fn what_counts_is_refused_when_there_is_as_much_as_there_may_be() {
    let applied = || Limit { of: Counted::Applied, ..once() };
    let family = || Limit { per: Per::Family, ..once() };
    let years = || Limit { within: Within::Years(2), ..once() };
    let unit = |byte| Applicant::Unit { unit: BodyKey(print(byte)), owner: None };
    let spv = Applicant::Spv {
        spv: BodyKey(print(9)),
        members: vec![PersonKey(print(8)), PersonKey(print(1))],
    };
    let opened_with = |limit: Limit, rest: Vec<Command>| {
        let open = with_terms(limited_from("2024-04-01", vec![limit]), open());
        [vec![open, allot(1_000_000)], rest].concat()
    };
    let rows: Vec<(&str, Vec<Command>, Command, Decision)> = vec![
        (
            "a person is known as a member",
            granted(once()),
            of(spv.clone(), apply("B")),
            reached(3, 1),
        ),
        (
            "a person is known as an owner",
            granted(once()),
            of(
                Applicant::Unit { unit: BodyKey(print(9)), owner: Some(PersonKey(print(1))) },
                apply("B"),
            ),
            reached(3, 1),
        ),
        (
            "a family counts whoever of it applies",
            opened_with(family(), vec![of(person(1, Some(7)), apply("A")), sanction("A", 1)]),
            of(person(2, Some(7)), apply("B")),
            reached(3, 1),
        ),
        (
            "who names no family is of one all the same",
            granted(family()),
            of(person(1, Some(7)), apply("B")),
            reached(3, 1),
        ),
        (
            "two may apply, and the second is not granted",
            opened_with(once(), vec![apply("A"), apply("B"), sanction("B", 1)]),
            sanction("A", 1),
            reached(4, 1),
        ),
        (
            "an application counts before it is granted anything",
            opened_with(applied(), vec![apply("A")]),
            apply("B"),
            reached(3, 1),
        ),
        (
            "so many count together, from whenever the first was",
            opened_with(
                Limit { count: 2, ..applied() },
                vec![apply("A"), of(person(2, None), apply("X")), apply("B")],
            ),
            apply("C"),
            reached(3, 2),
        ),
        (
            "a body is told from the person",
            opened_with(Limit { per: Per::Applicant, ..applied() }, vec![of(unit(9), apply("A"))]),
            of(unit(9), apply("B")),
            reached(3, 1),
        ),
        (
            "years are counted from the day of the benefit",
            granted(years()),
            on("2026-06-09", apply("B")),
            reached(3, 1),
        ),
        (
            "and back from it, for a day stated late",
            granted(years()),
            on("2024-04-02", apply("B")),
            reached(3, 1),
        ),
        (
            "the year is the financial one",
            granted(Limit { within: Within::FinancialYear, ..once() }),
            on("2025-03-31", apply("B")),
            reached(3, 1),
        ),
        (
            "a payment counts",
            story_of(Limit { of: Counted::Paid, ..once() }, vec![disburse("A", 1, 10)]),
            apply("B"),
            reached(3, 1),
        ),
        (
            "the same fact counts",
            opened_with(Limit { same: Some(word("product")), ..applied() }, vec![carpet("A")]),
            carpet("B"),
            reached(3, 1),
        ),
        (
            "what was paid before it was taken back counts",
            story_of(once(), vec![disburse("A", 1, 10), cancel("A")]),
            apply("B"),
            reached(3, 1),
        ),
    ];
    for (says, given, when, then) in rows {
        check(says, &given, when, then);
    }
}

#[test]
fn what_does_not_count_does_not_stand_in_the_way() {
    let applied = || Limit { of: Counted::Applied, ..once() };
    let is_carpet = || Some(Test::Is(word("product"), word("carpet")));
    let ungranted = |limit: Limit| granted(limit).into_iter().take(3).collect::<Vec<_>>();
    let rows: Vec<(&str, Vec<Command>, Command)> = vec![
        ("another person", granted(once()), of(person(2, None), apply("B"))),
        ("nobody", granted(once()), of(Applicant::NotInSource, apply("B"))),
        ("a case not yet granted", ungranted(once()), apply("B")),
        ("a case not yet paid", granted(Limit { of: Counted::Paid, ..once() }), apply("B")),
        ("a rejected one", then(ungranted(applied()), reject("A")), apply("B")),
        ("a withdrawn one", then(ungranted(applied()), withdraw("A")), apply("B")),
        ("a cancelled one", story_of(applied(), vec![cancel("A")]), apply("B")),
        ("one cancelled unpaid", story_of(once(), vec![cancel("A")]), apply("B")),
        ("one whose sanction was reversed", story_of(once(), vec![reverse(4)]), apply("B")),
        (
            "one whose payment came back",
            story_of(
                Limit { of: Counted::Paid, ..once() },
                vec![disburse("A", 1, 10), give_back(5, 10)],
            ),
            apply("B"),
        ),
        (
            "one of the year before",
            granted(Limit { within: Within::FinancialYear, ..once() }),
            on("2025-04-01", apply("B")),
        ),
        (
            "one of two years before, to the day",
            granted(Limit { within: Within::Years(2), ..once() }),
            on("2026-06-10", apply("B")),
        ),
        (
            "one that states another fact",
            story_of(Limit { same: Some(word("product")), ..applied() }, vec![carpet("C")]),
            product("brass", "B"),
        ),
        (
            "one that states no fact to share",
            granted(Limit { same: Some(word("product")), ..once() }),
            apply("B"),
        ),
        (
            "one the limit does not concern",
            granted(Limit { when: is_carpet(), ..once() }),
            apply("B"),
        ),
        (
            "one it does not concern, beside one it does",
            granted(Limit { when: is_carpet(), ..once() }),
            carpet("B"),
        ),
        ("fewer than there may be", granted(Limit { count: 2, ..once() }), apply("B")),
        ("itself", ungranted(applied()), sanction("A", 1)),
        ("what comes after it", [ungranted(once()), vec![apply("B")]].concat(), sanction("A", 1)),
        (
            "a body beside the person who owns it",
            granted(Limit { per: Per::Body, ..once() }),
            apply("B"),
        ),
    ];
    for (says, given, when) in rows {
        let (mut state, events) = story(&given);
        let before = state.clone();
        let when = super::numbered(when, events.len());
        let Decision::Accepted(decided) = decide(&state, &when) else {
            panic!("{says} stands in the way");
        };
        let recorded = super::recorded(&state, decided);
        assert_eq!(state.apply(&recorded), Ok(()), "{says}");
        state.unapply(&recorded);
        assert_eq!(state, before, "{says}: unmade, the state is the very one before");
    }
}

#[test]
fn a_limit_reaches_as_far_as_it_says() {
    for (across, then) in [(Across::Scheme, None), (Across::Ledger, Some(reached(4, 1)))] {
        let limited = limited_from("2024-04-01", vec![Limit { across, ..once() }]);
        let other = of_scheme("cfc", with_terms(limited.clone(), open()));
        let given =
            vec![with_terms(limited, open()), other, allot(1_000), apply("A"), sanction("A", 1)];
        let when = of_scheme("cfc", apply("B"));
        match then {
            Some(then) => check("across the ledger", &given, when, then),
            None => drop(story(&[given, vec![when]].concat())),
        }
    }
}

#[test]
fn a_person_is_known_under_a_newer_key_by_an_alias() {
    let newer = |byte| Fingerprint { key_id: 2, print: [byte; 16] };
    let alias = Alias { newest: newer(40), older: print(1) };
    let again = of(Applicant::Person { person: PersonKey(newer(40)), family: None }, apply("B"));
    let again = Command { aliases: vec![alias], ..again };
    let given = then(granted(once()), add_key(2));
    check("under either key", &given, again.clone(), reached(3, 1));

    // Both applied before either was granted anything: the second sanction is told of the first.
    let open = with_terms(limited_from("2024-04-01", vec![once()]), open());
    let given = vec![open, allot(1_000_000), apply("A"), add_key(2), again, sanction("A", 100_000)];
    let told = Command { aliases: vec![alias], ..sanction("B", 1) };
    check("at the sanction too", &given, told, reached(3, 1));
}

#[test]
fn a_limit_of_later_terms_counts_the_cases_remembered_since() {
    let later = with_terms(limited_from("2024-06-01", vec![once()]), change_terms("2024-06-01"));
    let before = vec![open(), allot(1_000), apply("A"), sanction("A", 1), later];
    let after = on("2024-07-01", apply("B"));
    let (state, _) = story(&then(before.clone(), after));
    assert_eq!(state.cases_len(), 2, "a case from before any limit is not remembered");
    let second = [before, vec![on("2024-07-01", apply("B")), on("2024-07-02", sanction("B", 1))]];
    check("it is since", &second.concat(), on("2024-07-03", apply("C")), reached(6, 1));
}
