//! What a draw must be: even, certain where money says so, and never another.

use std::collections::BTreeMap;

use bahi_core::{Position, Total};
use bahi_proof::Hash;

use super::*;

fn items(amounts: impl IntoIterator<Item = i128>) -> Vec<SampleItem> {
    let item = |(at, paise): (u64, i128)| SampleItem {
        position: Position(at),
        amount: Total::from_paise(paise),
        stratum: "".into(),
    };
    (10..).step_by(3).zip(amounts).map(item).collect()
}

fn seeded(number: u64) -> Hash {
    seed(&Hash([7; 32]), 1_000, &format!("nonce-{number}"))
}

fn numbers(drawn: &Drawn) -> Vec<usize> {
    drawn.numbers.iter().map(|(number, _)| *number).collect()
}

/// Known answers, worked out by another program from the page alone.
#[test]
fn a_seed_and_its_draws_are_what_the_page_says() {
    let seed = seed(&Hash([0; 32]), 1, "twelve-apples");
    let expected = "31eb485a11b5632791d7bc932295a8ce1560e516f213bc4602a1d28be2976d37";
    assert_eq!(seed.to_string(), expected);
    let below: Vec<u128> = {
        let mut stream = Stream::new(&seed, "all");
        [10, 100, 1_000_000_007].map(|bound| stream.below(bound)).into()
    };
    assert_eq!(below, [2, 24, 772115475]);
    let drawn = draw(&items([1; 20]), &seed, Drawing::Simple { size: 5 });
    assert_eq!(numbers(&drawn), [1, 3, 8, 12, 13]);
    let money = Drawing::Monetary { interval: Total::from_paise(1_000) };
    let drawn = draw(&items((1..=20).map(|one| one * 100)), &seed, money);
    assert_eq!(drawn.start, Some(Total::from_paise(387)));
    assert_eq!(
        drawn.numbers,
        [
            (2, 1),
            (4, 1),
            (6, 1),
            (7, 1),
            (8, 1),
            (9, 1),
            (10, 1),
            (11, 1),
            (12, 1),
            (13, 2),
            (14, 1),
            (15, 2),
            (16, 1),
            (17, 2),
            (18, 2),
            (19, 2)
        ]
    );
}

/// Squares of what lies between counts and what was to come, over what was to come: nine degrees of
/// freedom, of which one draw in a hundred goes beyond 21.67.
fn chi_square_in_hundredths(counts: &[u64], expected: u64) -> u64 {
    counts.iter().map(|count| count.abs_diff(expected).pow(2)).sum::<u64>() * 100 / expected
}

#[test]
fn every_item_is_as_likely_as_any_other() {
    let all = items([1; 10]);
    for size in [1, 3] {
        let mut counts = [0; 10];
        for number in 0..2_000 {
            let drawn = draw(&all, &seeded(number), Drawing::Simple { size });
            numbers(&drawn).into_iter().for_each(|item| counts[item] += 1);
        }
        let far = chi_square_in_hundredths(&counts, u64::from(size) * 200);
        assert!(far < 2_167, "{far} hundredths, {counts:?}");
        // Even to the last hundredth would be as suspicious.
        assert!(far > 50, "{far} hundredths, {counts:?}");
    }
}

#[test]
fn an_item_worth_twice_as_much_is_hit_twice_as_often() {
    let all = items([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    let mut counts = [0_u64; 10];
    let money = Drawing::Monetary { interval: Total::from_paise(5_500) };
    for number in 0..5_500 {
        let drawn = draw(&all, &seeded(number), money);
        assert_eq!(drawn.numbers.len(), 1);
        counts[drawn.numbers[0].0] += 1;
    }
    for (index, count) in (1_u64..).zip(counts) {
        assert!(count.abs_diff(index * 100) < 40 + index * 5, "{index}: {count}");
    }
}

#[test]
fn a_number_below_a_bound_is_drawn_without_favour() {
    let seed = seeded(0);
    let mut stream = Stream::new(&seed, "all");
    let mut counts = [0; 10];
    (0..10_000).for_each(|_| counts[usize::try_from(stream.below(10)).expect("below ten")] += 1);
    let far = chi_square_in_hundredths(&counts, 1_000);
    assert!(far < 2_167, "{far} hundredths, {counts:?}");
    // Above the half of all numbers every second block is thrown away, or one would be twice as likely.
    let bound = (1_u128 << 127) + 1;
    let thrown = (0..200).map(|_| {
        let before = stream.block;
        assert!(stream.below(bound) < bound);
        stream.block - before - 1
    });
    let thrown: u64 = thrown.sum();
    assert!((120..290).contains(&thrown), "{thrown}");
    assert_eq!(stream.below(1), 0);
}

#[test]
fn a_monetary_sample_holds_every_item_worth_an_interval_and_hits_it_as_often_as_it_holds_one() {
    for number in 0..200 {
        let mut draws = crate::sample::draw::Stream { seed: &seeded(number), label: "t", block: 0 };
        let mut paise =
            || i128::try_from(draws.below(5_000)).expect("small") * i128::from(number % 3 != 0);
        let all = items((0..40).map(|_| paise()).chain([0, 7_000, 1, 12_345]));
        let worth: i128 = all.iter().map(|item| item.amount.paise()).sum();
        for interval in [1, 2, 999, 3_000, 7_000, worth.max(1)] {
            let money = Drawing::Monetary { interval: Total::from_paise(interval) };
            let drawn = draw(&all, &seeded(number), money);
            let hits: BTreeMap<usize, u64> = drawn.numbers.iter().copied().collect();
            for (at, item) in all.iter().enumerate() {
                let least = u64::try_from(item.amount.paise() / interval).expect("not below zero");
                let hit = hits.get(&at).copied().unwrap_or_default();
                assert!((least..=least + 1).contains(&hit), "{at}: {hit} for {least}");
                assert!(item.amount.paise() > 0 || hit == 0, "worth nothing, and hit");
            }
            let start = drawn.start.expect("a start").paise();
            assert!((1..=interval).contains(&start));
            let expected = if start > worth { 0 } else { (worth - start) / interval + 1 };
            assert_eq!(i128::from(hits.values().sum::<u64>()), expected);
        }
    }
}

#[test]
fn strata_get_their_shares_and_each_gets_one() {
    let cases: [(&[usize], usize, &[usize]); 9] = [
        (&[50, 30, 20], 10, &[5, 3, 2]),
        (&[1, 1, 1], 2, &[1, 1, 1]),
        (&[10, 10, 10], 10, &[4, 3, 3]),
        (&[997, 2, 1], 10, &[10, 1, 1]),
        (&[7, 5], 100, &[7, 5]),
        (&[3], 2, &[2]),
        (&[], 5, &[]),
        (&[6, 3, 1], 5, &[3, 2, 1]),
        (&[5, 5, 5, 5], 6, &[2, 2, 1, 1]),
    ];
    for (counts, size, expected) in cases {
        assert_eq!(shares(counts, size), expected, "{size} of {counts:?}");
    }
    let mut all = items([5; 60]);
    for (number, item) in all.iter_mut().enumerate() {
        item.stratum = format!("fy={}", number % 3 + number / 50).into();
    }
    let drawn = draw(&all, &seeded(1), Drawing::Stratified { size: 12 });
    let names: Vec<&str> = drawn.strata.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["fy=0", "fy=1", "fy=2", "fy=3"]);
    assert_eq!(drawn.strata.iter().map(|one| one.items).sum::<u64>(), 60);
    for one in &drawn.strata {
        let of = drawn.numbers.iter().filter(|(number, _)| *all[*number].stratum == *one.name);
        assert_eq!(of.count() as u64, one.drawn, "{}", one.name);
    }
    // What is drawn of a stratum does not hang on which others there are.
    let alone: Vec<SampleItem> =
        all.iter().filter(|item| &*item.stratum == "fy=1").cloned().collect();
    let size = u32::try_from(drawn.strata[1].drawn).expect("few");
    let again = draw(&alone, &seeded(1), Drawing::Stratified { size });
    let positions = |drawn: &Drawn, all: &[SampleItem]| -> Vec<Position> {
        let of = numbers(drawn).into_iter().map(|number| &all[number]);
        of.filter(|item| &*item.stratum == "fy=1").map(|item| item.position).collect()
    };
    assert_eq!(positions(&drawn, &all), positions(&again, &alone));
}

#[test]
fn a_sample_is_of_different_items_and_of_all_where_all_are_asked_for() {
    let all = items(1..=30);
    for size in [1, 7, 29, 30, 31, 1_000] {
        let drawn = numbers(&draw(&all, &seeded(4), Drawing::Simple { size }));
        assert_eq!(drawn.len(), 30.min(size as usize));
        assert!(drawn.is_sorted_by(|one, other| one < other), "{drawn:?}");
    }
    for drawing in [
        Drawing::Simple { size: 3 },
        Drawing::Stratified { size: 3 },
        Drawing::Monetary { interval: Total::from_paise(5) },
    ] {
        assert!(draw(&[], &seeded(4), drawing).numbers.is_empty());
    }
}

#[test]
fn another_root_another_size_or_another_nonce_is_another_seed() {
    let all = [
        seed(&Hash([1; 32]), 5, "nonce-one"),
        seed(&Hash([2; 32]), 5, "nonce-one"),
        seed(&Hash([1; 32]), 6, "nonce-one"),
        seed(&Hash([1; 32]), 5, "nonce-two"),
    ];
    for (index, one) in all.iter().enumerate() {
        assert!(!all[..index].contains(one));
    }
}
