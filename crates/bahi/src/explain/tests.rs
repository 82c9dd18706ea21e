//! The steps of a computation beside the evaluator, over every terms of the rulebook and random facts.

use bahi_core::{FactKind, Fraction, Word};
use proptest::prelude::*;

use super::*;

/// Terms that use every expression and every test.
const EVERY: &str = r#"format = 1
scheme = "every"
[terms]
name = "every"
order = "1"
date = "2020-01-01"
from = "2020-01-01"
rounding = "paisa_half_even"
instalments_max = 1
own_contribution = 'max(7/9 of cost, heads * 1.01, sum(cost))'
[[fact]]
name = "cost"
kind = "money"
[[fact]]
name = "heads"
kind = "count"
required = false
[[fact]]
name = "special"
kind = "flag"
required = false
[[fact]]
name = "event"
kind = "word"
required = false
[[require]]
test = 'heads <= 900000 or flag(special) and not (cost < 5.00)'
code = "few"
paragraph = "1"
[[item]]
name = "one"
when = 'any(given(event), all(heads < 7, cost > 1.00))'
claimed = 'cost'
allowed = '''if event is "a" then by cost { up to 1000.00: 1/3 of cost under "x", up to 900000000.00: cap(cost - 17.00, 500.00) under "y" }
  else require given(heads) else refuse "heads" under "z" then heads * 3.33'''
paragraph = "2"
[[item]]
name = "two"
when = 'given(event)'
allowed = 'choose event { "a": min(cost, 1/7 of cost + 2.00), "b": heads * 1.00 }'
paragraph = "3"
"#;

fn all_terms() -> Vec<Terms> {
    let every = crate::scheme::read(EVERY.as_bytes()).expect("the terms are sound").terms;
    let ours = crate::rulebook::schemes().into_iter().flat_map(|scheme| scheme.versions);
    ours.chain([every]).collect()
}

/// Words that the terms compare facts with, and one of none.
fn words(terms: &Terms) -> Vec<Word> {
    let file = crate::scheme::SchemeFile {
        scheme: bahi_core::SchemeName::new("x").expect("a name"),
        districts: Vec::new(),
        terms: terms.clone(),
    };
    let text = file.to_toml();
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter_map(|word| Word::new(word).ok()).collect()
}

/// Facts that the terms ask for, some left out, and the edges of slabs among them.
fn facts(terms: &Terms, seeds: &[(u8, u64)]) -> Facts {
    let words = words(terms);
    let mut stated = Vec::new();
    for (spec, (choice, number)) in terms.parts().facts.iter().zip(seeds) {
        if !spec.required && choice % 4 == 0 {
            continue;
        }
        let scales = [3, 1_000, 10_000_000, 100_000_000_000, 100_000_000_000_000_000];
        let scale = scales[usize::from(*choice) % scales.len()];
        let small = i64::try_from(number % scale).unwrap_or_default();
        let value = match spec.kind {
            FactKind::Money => FactValue::Money(Money::from_paise(small).unwrap_or_default()),
            FactKind::Count if *choice == 9 => FactValue::Count(*number),
            FactKind::Count => FactValue::Count(number % 1_000),
            FactKind::Flag => FactValue::Flag(number % 2 == 0),
            FactKind::Word => {
                let at = usize::try_from(number % words.len() as u64).unwrap_or_default();
                FactValue::Word(words[at].clone())
            }
        };
        stated.push((spec.name.clone(), value));
    }
    Facts::new(stated).expect("each name once")
}

proptest! {
    #[test]
    fn the_steps_come_to_what_the_evaluator_gives(
        seeds in proptest::collection::vec((any::<u8>(), any::<u64>()), 64),
    ) {
        for terms in all_terms() {
            let facts = facts(&terms, &seeds);
            let found = trace(&terms, &facts);
            prop_assert!(found.agrees, "{} {facts:?}: {found:?}", terms.parts().name);
            let whole = found.outcome.is_ok();
            prop_assert!(!whole || found.steps.iter().all(|step| step.value.is_some()));
        }
    }
}

#[test]
fn the_random_facts_reach_every_kind_of_outcome() {
    let terms = all_terms().pop().expect("the last of them");
    let word = |text: &str| Word::new(text).expect("a word");
    let cost = |paise| FactValue::Money(Money::from_paise(paise).expect("an amount"));
    let asked = |event: &str, paise, heads: Option<u64>| {
        let mut stated =
            vec![(word("cost"), cost(paise)), (word("event"), FactValue::Word(word(event)))];
        stated.extend(heads.map(|heads| (word("heads"), FactValue::Count(heads))));
        trace(&terms, &Facts::new(stated).expect("each name once"))
    };
    let third = asked("a", 100, None).outcome.expect("entitled");
    assert_eq!(third.items[0].exact, Fraction::new(100, 3).expect("a fraction"));
    assert_eq!(third.items[0].paragraph.as_str(), "x");
    let capped = asked("a", 60_000_000, None);
    let because = |rule: &str| {
        let step = capped.steps.iter().find(|step| step.rule.starts_with(rule)).expect(rule);
        step.because.clone().unwrap_or_default()
    };
    assert_eq!(because("cap("), "the limit binds");
    assert_eq!(because("by cost"), "the row up to 900000000.00, y");
    assert!(matches!(asked("a", 90_000_000_001, None).outcome, Err(NotEntitled::NoRow { .. })));
    assert!(matches!(asked("b", 1, None).outcome, Err(NotEntitled::Condition { .. })));
    assert!(matches!(asked("c", 1, Some(1)).outcome, Err(NotEntitled::NoRow { .. })));
    let out = asked("b", 600, Some(900_001)).outcome;
    assert!(matches!(out, Err(NotEntitled::Condition { .. })), "{out:?}");
}
