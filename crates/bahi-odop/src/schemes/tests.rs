//! What the terms give, as tables: facts in, amounts or refusals out.

mod cfc;
mod margin_money;
mod mda;
mod training_toolkit;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use bahi_core::{
    Day, Entitlement, FactKind, FactValue, Facts, ItemOutcome, Money, NotEntitled, Terms, Word,
};

use super::*;
use crate::orders::GO_123;

/// A table's facts: names and texts.
type Stated<'a> = &'a [(&'a str, &'a str)];

/// What the terms of a scheme in force on a day give for facts. A text becomes the kind of value
/// the terms ask for; where they do not ask, a word.
fn given(scheme_name: &str, day: &str, stated: Stated<'_>) -> Result<Entitlement, NotEntitled> {
    let scheme = scheme(scheme_name).expect("a scheme");
    let terms = scheme.in_force_on(Day::parse(day).expect("a day")).expect("terms in force");
    let facts = stated.iter().map(|(name, text)| {
        let name = Word::new(name).expect("a name");
        let kind = terms.parts().facts.iter().find(|spec| spec.name == name).map(|spec| spec.kind);
        let value = match kind {
            Some(FactKind::Money) => FactValue::Money(Money::parse(text).expect("an amount")),
            Some(FactKind::Count) => FactValue::Count(text.parse().expect("a count")),
            Some(FactKind::Flag) => FactValue::Flag(*text == "true"),
            Some(FactKind::Word) | None => FactValue::Word(Word::new(text).expect("a word")),
        };
        (name, value)
    });
    terms.entitlement(&Facts::new(facts.collect()).expect("each fact once"))
}

/// `item claimed allowed limit line`, with `-` for what an item does not have.
fn told(item: &ItemOutcome) -> String {
    let or_dash = |money: Option<Money>| money.map_or(String::from("-"), |m| m.to_string());
    let (claimed, limit) = (or_dash(item.claimed), or_dash(item.limit));
    format!("{} {claimed} {} {limit} | {}", item.item, item.allowed, item.paragraph)
}

/// Checks an amount and its items, or the whole message of a refusal.
fn check(scheme: &str, day: &str, stated: Stated<'_>, then: Result<(&str, &[&str]), &str>) {
    let outcome = given(scheme, day, stated);
    let read = outcome
        .map(|e| (e.amount.to_string(), e.items.iter().map(told).collect::<Vec<_>>()))
        .map_err(|refused| refused.to_string());
    let then = then
        .map(|(amount, items)| {
            (String::from(amount), items.iter().map(|i| String::from(*i)).collect::<Vec<_>>())
        })
        .map_err(String::from);
    assert_eq!(read, then, "{scheme} on {day} for {stated:?}");
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn names_on(scheme: &Scheme, day: Day) -> Vec<&str> {
    let in_force = scheme.versions.iter().filter(|terms| terms.in_force_on(day));
    in_force.map(|terms| terms.parts().name.as_str()).collect()
}

#[test]
fn there_are_four_schemes_and_each_is_found_by_its_name() {
    let all = schemes();
    let names: Vec<&str> = all.iter().map(|scheme| scheme.name.as_str()).collect();
    assert_eq!(names, ["cfc", "margin-money", "mda", "training-toolkit"]);
    for one in &all {
        assert_eq!(scheme(one.name.as_str()).as_ref(), Some(one));
        assert!(!one.summary.is_empty() && one.summary.iter().all(|line| line.is_ascii()));
        assert!(one.title.is_ascii() && !one.title_hi.is_ascii());
    }
    for text in ["", "MDA", "margin_money", "margin-money "] {
        assert_eq!(scheme(text), None, "{text}");
    }
}

#[test]
fn one_version_is_in_force_on_every_day_from_the_first_order_on() {
    let until = day("2032-12-31");
    for scheme in schemes() {
        let first = scheme.versions[0].parts().from;
        let mut today = GO_123.day();
        while today < until {
            let count = usize::from(today >= first);
            assert_eq!(names_on(&scheme, today).len(), count, "{} on {today}", scheme.name);
            let found = scheme.in_force_on(today).map(|terms| terms.parts().name.as_str());
            assert_eq!(found, names_on(&scheme, today).first().copied());
            today = today.plus_days(1).expect("within the range");
        }
    }
}

#[test]
fn versions_change_on_the_day_of_their_order() {
    for (name, on, version) in [
        ("margin-money", "2018-09-23", None),
        ("margin-money", "2018-09-24", Some("mm-2018")),
        ("cfc", "2018-11-05", None),
        ("cfc", "2018-11-06", Some("cfc-2018")),
        ("cfc", "2023-10-02", Some("cfc-2018")),
        ("cfc", "2023-10-03", Some("cfc-2023")),
        ("mda", "2019-01-21", None),
        ("mda", "2019-01-22", Some("mda-2019")),
        ("mda", "2020-04-21", Some("mda-2019")),
        ("mda", "2020-04-22", Some("mda-2020")),
        ("training-toolkit", "2020-05-04", None),
        ("training-toolkit", "2020-05-05", Some("tt-2020")),
        ("training-toolkit", "2199-12-31", Some("tt-2020")),
    ] {
        let scheme = scheme(name).expect("a scheme");
        assert_eq!(names_on(&scheme, day(on)).first().copied(), version, "{name} on {on}");
    }
}

#[test]
fn every_version_rounds_by_one_rule_and_says_that_the_order_does_not() {
    let instalments = [("cfc", 3), ("margin-money", 12), ("mda", 1), ("training-toolkit", 52)];
    for (scheme, (name, instalments_max)) in schemes().iter().zip(instalments) {
        assert_eq!(scheme.name.as_str(), name);
        for terms in &scheme.versions {
            let parts = terms.parts();
            assert_eq!(parts.rounding, ROUNDING);
            let policy = parts.policies.iter().find(|policy| policy.name.as_str() == "rounding");
            assert_eq!(policy.map(|p| p.value.as_str()), Some("paisa_half_away_from_zero"));
            assert_eq!(parts.instalments_max, instalments_max);
        }
    }
}

#[test]
fn versions_of_one_scheme_ask_for_the_same_facts() {
    for scheme in schemes() {
        let asked = |terms: &Terms| terms.parts().facts.clone();
        let first = asked(&scheme.versions[0]);
        assert!(scheme.versions.iter().all(|terms| asked(terms) == first), "{}", scheme.name);
        let product = first.iter().find(|fact| fact.name.as_str() == "product");
        assert_eq!(product.map(|fact| (fact.kind, fact.required)), Some((FactKind::Word, false)));
    }
}
