//! Margin money against an independent computation in whole numbers, over costs of every size.

use bahi_core::{Day, FactValue, Facts, Money, Word};
use bahi_odop::scheme;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const LAKH_PAISE: i128 = 10_000_000;
const CASES: u32 = 20_000;
const SEED: [u8; 32] = *b"one district one product, 861/18";

/// Hundredths of a paisa, so that a percentage of whole paise is whole.
fn share_in_hundredths(cost_paise: i64) -> i128 {
    let cost = i128::from(cost_paise);
    let lakh = LAKH_PAISE;
    if cost <= 25 * lakh {
        (25 * cost).min(625 * lakh)
    } else if cost <= 50 * lakh {
        (20 * cost).max(625 * lakh)
    } else if cost <= 150 * lakh {
        (10 * cost).max(1_000 * lakh)
    } else {
        (10 * cost).min(2_000 * lakh)
    }
}

fn computed(cost_paise: i64) -> (i64, i64, i128) {
    let terms = scheme("margin-money").and_then(|scheme| {
        let day = Day::parse("2024-06-10").ok()?;
        scheme.in_force_on(day).cloned()
    });
    let terms = terms.expect("terms in force");
    let cost = FactValue::Money(Money::from_paise(cost_paise).expect("an amount"));
    let name = Word::new("project_cost").expect("a name");
    let facts = Facts::new(vec![(name, cost)]).expect("one fact");
    let entitlement = terms.entitlement(&facts).expect("entitled");
    let exact = entitlement.exact;
    let hundredths = exact.numerator() * 100;
    assert_eq!(hundredths % exact.denominator(), 0, "a percentage of whole paise");
    let own = entitlement.own_contribution.expect("the order asks for one").paise();
    (entitlement.amount.paise(), own, hundredths / exact.denominator())
}

/// A half is rounded up: amounts are never below zero.
fn rounded(hundredths: i128) -> i128 {
    (hundredths + 50) / 100
}

fn agrees(cost_paise: i64) {
    let (amount, own, exact) = computed(cost_paise);
    let expected = share_in_hundredths(cost_paise);
    assert_eq!(exact, expected, "exact share of {cost_paise} paise");
    assert_eq!(i128::from(amount), rounded(expected), "share of {cost_paise} paise");
    assert_eq!(i128::from(own), rounded(i128::from(cost_paise) * 10), "own part");
}

/// Costs near the edges, of the sizes published, and of every size there is.
fn costs() -> impl Strategy<Value = i64> {
    let edge = prop::sample::select(vec![2_500_i64, 3_125, 5_000, 10_000, 15_000, 20_000])
        .prop_flat_map(|thousand| (thousand * 100_000 - 200)..=(thousand * 100_000 + 200));
    prop_oneof![edge, 0_i64..=5_000_000_000, 0_i64..=Money::MAX.paise()]
}

fn runner() -> TestRunner {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED))
}

#[test]
fn the_terms_agree_with_whole_number_arithmetic_at_every_cost() {
    runner()
        .run(&costs(), |cost| {
            agrees(cost);
            Ok(())
        })
        .expect("the terms and the oracle agree");
}

#[test]
fn the_share_never_falls_and_never_jumps() {
    runner()
        .run(&(costs(), 0_i64..=1_000_000), |(cost, more)| {
            let higher = cost.saturating_add(more).min(Money::MAX.paise());
            let (least, most) = (computed(cost).2, computed(higher).2);
            prop_assert!(most >= least, "falls from {cost} to {higher}");
            let steepest = i128::from(higher - cost) * 25;
            prop_assert!(most - least <= steepest, "jumps from {cost} to {higher}");
            Ok(())
        })
        .expect("continuous and never falling");
}
