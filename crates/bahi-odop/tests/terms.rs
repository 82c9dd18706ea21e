//! What holds of the terms of every scheme and version, over facts of every size.

use bahi_core::{
    Day, Entitlement, FactKind, FactRefs, FactValue, Facts, Fraction, Money, Terms, Word,
};
use bahi_odop::{Scheme, scheme, schemes};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const CASES: u32 = 8_000;
const SEED: [u8; 32] = *b"four schemes, six sets of terms.";
const CRORE_PAISE: i64 = 1_000_000_000;
const LAKH_PAISE: i64 = 10_000_000;

fn runner() -> TestRunner {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED))
}

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn money(paise: i64) -> FactValue {
    FactValue::Money(Money::from_paise(paise).expect("an amount"))
}

fn version(scheme_name: &str, name: &str) -> Terms {
    let versions = scheme(scheme_name).expect("a scheme").versions;
    versions.into_iter().find(|terms| terms.parts().name.as_str() == name).expect("a version")
}

// ---- common facility centres

/// A centre's cost, its land, the union's share, and by which route it comes.
fn centre(terms: &Terms, cost: i64, more: &[(&str, FactValue)]) -> Entitlement {
    let mut facts = vec![(word("project_cost"), money(cost))];
    facts.extend(more.iter().map(|(name, value)| (word(name), value.clone())));
    terms.entitlement(&Facts::new(facts).expect("each once")).expect("entitled")
}

fn special() -> [(&'static str, FactValue); 1] {
    [("purpose", FactValue::Word(word("environment_rnd")))]
}

/// Costs around the edges and of every size up to a hundred crore.
fn centre_costs() -> impl Strategy<Value = i64> {
    let edge = prop::sample::select(vec![4_i64, 8, 10, 15])
        .prop_flat_map(|crore| (crore * CRORE_PAISE - 300)..=(crore * CRORE_PAISE + 300));
    prop_oneof![edge, 0..=20 * CRORE_PAISE, 0..=1_000 * CRORE_PAISE]
}

#[test]
fn the_shares_of_state_union_and_vehicle_make_up_the_cost() {
    let [old, new] = ["cfc-2018", "cfc-2023"].map(|name| version("cfc", name));
    let routes = ["", "spv", "technical_institution", "international_body"];
    let route = prop::sample::select(routes.to_vec());
    let inputs = (centre_costs(), 0_i64..=25, prop::option::of(0_i64..=100), route);
    runner()
        .run(&inputs, |(cost, land_percent, union_percent, route)| {
            let quarter_base = cost.min(15 * CRORE_PAISE);
            let union = union_percent.map(|percent| cost / 100 * percent);
            let mut more = special().to_vec();
            more.push(("land_cost", money(quarter_base / 100 * land_percent)));
            more.extend(union.map(|union| ("union_share", money(union))));
            let by_vehicle = route.is_empty() || route == "spv";
            if !route.is_empty() {
                more.push(("route", FactValue::Word(word(route))));
            }
            for terms in [&old, &new] {
                if !by_vehicle && terms.parts().name.as_str() == "cfc-2018" {
                    continue;
                }
                let given = centre(terms, cost, &more);
                let own = given.own_contribution.expect("the order asks for one").paise();
                let sum = given.amount.paise() + union.unwrap_or(0) + own;
                // Two halves of a paisa, each rounded up, are the most by which the sum can differ.
                prop_assert!((0..=1).contains(&(sum - cost)), "{cost} is shared as {sum}");
                prop_assert!(own >= 0 && given.amount.paise() <= cost);
                prop_assert!(union.is_none_or(|union| given.amount.paise() <= union));
            }
            Ok(())
        })
        .expect("the shares make up the cost");
}

/// The state's share in hundredths of a paisa, read from the orders a second time: percentages of
/// the whole cost, in whole numbers.
fn oracle(name: &str, cost: i64, land: i64) -> i128 {
    let (cost, land) = (i128::from(cost), i128::from(land));
    let crore = i128::from(CRORE_PAISE);
    if name == "cfc-2018" {
        if cost <= 15 * crore {
            (90 * cost).min(100 * (cost - land))
        } else {
            (100 * (cost - land)).min(1_275 * crore)
        }
    } else if cost <= 4 * crore {
        90 * cost
    } else if cost <= 8 * crore {
        80 * cost
    } else if cost <= 10 * crore {
        70 * cost
    } else {
        (60 * cost).min(900 * crore)
    }
}

fn hundredths(exact: Fraction) -> i128 {
    assert_eq!(exact.numerator() * 100 % exact.denominator(), 0, "a percentage of whole paise");
    exact.numerator() * 100 / exact.denominator()
}

#[test]
fn the_states_share_agrees_with_whole_number_arithmetic() {
    let versions = ["cfc-2018", "cfc-2023"].map(|name| (name, version("cfc", name)));
    runner()
        .run(&(centre_costs(), 0_i64..=25), |(cost, percent)| {
            let land = cost.min(15 * CRORE_PAISE) / 100 * percent;
            for (name, terms) in &versions {
                let mut more = special().to_vec();
                more.push(("land_cost", money(land)));
                let given = centre(terms, cost, &more);
                prop_assert_eq!(hundredths(given.exact), oracle(name, cost, land), "{}", cost);
            }
            Ok(())
        })
        .expect("the terms and the oracle agree");
}

#[test]
fn the_share_falls_at_the_known_cliffs() {
    for (name, edge_crore, fall_lakh) in
        [("cfc-2018", 15, 75), ("cfc-2023", 4, 40), ("cfc-2023", 8, 80), ("cfc-2023", 10, 100)]
    {
        let terms = version("cfc", name);
        let edge = edge_crore * CRORE_PAISE;
        let [at, above] =
            [edge, edge + 1].map(|cost| hundredths(centre(&terms, cost, &special()).exact));
        let fall = i128::from(fall_lakh * LAKH_PAISE) * 100;
        let most = if name == "cfc-2018" { 0 } else { 80 };
        let gap = fall - (at - above);
        assert!((0..=most).contains(&gap), "{name} falls at {edge_crore} crore by {}", at - above);
    }
}

#[test]
fn between_the_cliffs_the_share_never_falls() {
    let pieces = [
        ("cfc-2018", 0, 15),
        ("cfc-2018", 15, 1_000),
        ("cfc-2023", 0, 4),
        ("cfc-2023", 4, 8),
        ("cfc-2023", 8, 10),
        ("cfc-2023", 10, 1_000),
    ];
    let versions = ["cfc-2018", "cfc-2023"].map(|name| (name, version("cfc", name)));
    let inputs = prop::sample::select(pieces.to_vec()).prop_flat_map(|(name, from, until)| {
        let costs = (from * CRORE_PAISE + 1)..=(until * CRORE_PAISE);
        (Just(name), costs.clone(), costs)
    });
    runner()
        .run(&inputs, |(name, one, other)| {
            let (_, terms) = versions.iter().find(|(held, _)| *held == name).expect("a version");
            let [low, high] = [one.min(other), one.max(other)];
            let [less, more] = [low, high].map(|cost| centre(terms, cost, &special()).exact);
            prop_assert!(hundredths(less) <= hundredths(more), "{name} falls from {low} to {high}");
            prop_assert!(
                hundredths(more) - hundredths(less) <= i128::from(high - low) * 90,
                "{name} rises by more than nine tenths from {low} to {high}"
            );
            Ok(())
        })
        .expect("never falling");
}

// ---- every scheme

/// Words that some terms know, and one that none knows.
const WORDS: [&str; 20] = [
    "in_state_fair",
    "out_of_state_domestic_fair",
    "in_state_other_fair",
    "in_state_national_or_international_fair",
    "out_of_state_national_or_international_fair",
    "foreign_trade_fair",
    "ecommerce_onboarding",
    "institutional_fair",
    "international_branding",
    "b2b",
    "b2c",
    "rail_bus",
    "air",
    "spv",
    "technical_institution",
    "international_body",
    "environment_rnd",
    "society",
    "something_else",
    "producer_company",
];

/// What is drawn for one fact: whether it is stated, and a value of each kind.
type Drawn = (bool, i64, u64, bool, usize);

/// Enough of them for the terms with most facts.
fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let amount = prop_oneof![0_i64..=100_000_000, 0..=30 * CRORE_PAISE, 0..=Money::MAX.paise()];
    let count = prop_oneof![6 => Just(10_u64), 1 => Just(5), 2 => 0_u64..=40, 1 => any::<u64>()];
    vec((prop::bool::weighted(0.15), amount, count, any::<bool>(), 0..WORDS.len()), 24)
}

/// The facts drawn for these terms: every required one, and those drawn as stated. Half of the
/// draws of the event are of what the scheme knows, so that not everything is refused.
fn facts(terms: &Terms, drawn: &[Drawn]) -> Facts {
    let specs = terms.parts().facts.iter();
    let pairs = specs.zip(drawn).filter(|(spec, draw)| spec.required || draw.0);
    let facts = pairs.map(|(spec, (_, amount, count, flag, index))| {
        let value = match spec.kind {
            FactKind::Money => money(*amount),
            FactKind::Count => FactValue::Count(*count),
            FactKind::Flag => FactValue::Flag(*flag),
            FactKind::Word => FactValue::Word(word(WORDS[known(spec.name.as_str(), *index)])),
        };
        (spec.name.clone(), value)
    });
    Facts::new(facts.collect()).expect("each once")
}

/// Draws of a word, led toward those that its fact knows.
fn known(name: &str, index: usize) -> usize {
    let (first, count) = match name {
        "event" => (0, 9),
        "business" => (9, 2),
        "travel_mode" => (11, 2),
        "route" => (13, 3),
        "purpose" => (16, 1),
        _ => return index,
    };
    if index % 8 == 7 { index } else { first + index % count }
}

#[test]
fn what_is_granted_is_the_entitlement_without_its_items() {
    let all = schemes();
    let granted = std::cell::Cell::new(0_u32);
    let outcome = runner().run(&drawn(), |drawn| {
        for terms in all.iter().flat_map(|scheme| &scheme.versions) {
            let facts = facts(terms, &drawn);
            let whole = terms.entitlement(&facts).map(|whole| (whole.amount, whole.paragraph));
            let brief = terms.granted(&FactRefs::from(&facts));
            let brief = brief.map(|brief| (brief.amount, brief.paragraph.clone()));
            granted.set(granted.get() + u32::from(brief.is_ok()));
            prop_assert_eq!(brief, whole);
        }
        Ok(())
    });
    outcome.expect("it holds of every scheme");
    assert!(granted.get() > CASES / 10, "{granted:?}");
}

#[test]
fn no_item_is_above_its_limit_or_above_what_was_spent() {
    let all = schemes();
    let mut entitled = 0_u32;
    let outcome = runner().run(&drawn(), |drawn| {
        for terms in all.iter().flat_map(|scheme| &scheme.versions) {
            let Ok(given) = terms.entitlement(&facts(terms, &drawn)) else { continue };
            let mut sum = Fraction::ZERO;
            for item in &given.items {
                prop_assert!(item.limit.is_none_or(|limit| item.allowed <= limit), "{:?}", item);
                prop_assert!(item.claimed.is_none_or(|paid| item.allowed <= paid), "{:?}", item);
                prop_assert!(item.allowed.paise() >= 0);
                sum = sum.checked_add(item.exact).expect("within range");
            }
            prop_assert_eq!(given.exact, sum);
            prop_assert_eq!(i128::from(given.amount.paise()), sum.round(given.rounding).paise());
        }
        Ok(())
    });
    outcome.expect("within every limit");
    for terms in all.iter().flat_map(|scheme| &scheme.versions) {
        entitled += u32::from(answered(terms) >= 150);
    }
    assert_eq!(entitled, 6, "of every version some draws are entitled, or nothing was tested");
}

/// How many of a thousand draws these terms give something for.
fn answered(terms: &Terms) -> usize {
    let mut runner = runner();
    let strategy = drawn();
    (0..1_000)
        .filter(|_| {
            let tree = strategy.new_tree(&mut runner).expect("a draw");
            terms.entitlement(&facts(terms, &tree.current())).is_ok()
        })
        .count()
}

/// The scheme as the ledger held it on a day: the versions ordered by then, the last without an end.
fn as_known_on(scheme: &Scheme, today: Day) -> Vec<Terms> {
    let ordered = scheme.versions.iter().filter(|terms| terms.parts().authority.date <= today);
    let mut parts: Vec<_> = ordered.map(|terms| terms.parts().clone()).collect();
    if let Some(last) = parts.last_mut() {
        last.until = None;
    }
    parts.into_iter().map(|parts| Terms::new(parts).expect("sound")).collect()
}

#[test]
fn deciding_under_the_version_pinned_then_is_deciding_then() {
    let all = schemes();
    let first = day("2018-01-25");
    let inputs = (0_i32..=5_000, drawn());
    runner()
        .run(&inputs, |(days, drawn)| {
            let today = first.plus_days(days).expect("within range");
            for scheme in &all {
                let known = as_known_on(scheme, today);
                let then = known.iter().find(|terms| {
                    terms.in_force_on(today)
                        && known.iter().all(|other| other.parts().from <= terms.parts().from)
                });
                let later = scheme.in_force_on(today);
                prop_assert_eq!(then.is_some(), later.is_some());
                let (Some(then), Some(later)) = (then, later) else { continue };
                prop_assert_eq!(&then.parts().name, &later.parts().name, "on {}", today);
                let facts = facts(then, &drawn);
                prop_assert_eq!(then.entitlement(&facts), later.entitlement(&facts));
            }
            Ok(())
        })
        .expect("later versions change no earlier decision");
}

#[test]
fn one_version_is_in_force_on_each_day_since_the_programme_began() {
    let until = day("2035-01-01");
    for scheme in schemes() {
        let begins = scheme.versions.first().expect("a version").parts().from;
        let mut today = day("2018-01-25");
        while today < until {
            let count = scheme.versions.iter().filter(|terms| terms.in_force_on(today)).count();
            assert_eq!(count, usize::from(today >= begins), "{} on {today}", scheme.name);
            today = today.plus_days(1).expect("within range");
        }
    }
}
