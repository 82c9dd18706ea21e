//! Drawing: from a seed and a list of items to those that are drawn, by whole numbers alone.
//!
//! What is done here is written down on the page `docs/SAMPLING.md`, to the byte, and is not changed:
//! a sample drawn by it must come out again wherever and whenever it is drawn.
//!
//! # Invariants
//! * Items are numbered by position, in whatever order they are given.
//! * A number below a bound is as likely as any other: what would favour one is thrown away.
//! * Every item worth an interval or more is in a monetary sample.
//!
//! # Not here
//! What the items are: `population`.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use bahi_core::{Position, Total};
use bahi_proof::{Hash, sha256};

/// What everything that is hashed here begins with.
pub(crate) const DOMAIN: &str = "bahi-sample@v1";

/// The stream from which a sample without strata is drawn.
const ALL: &str = "all";
/// The stream of the start of a monetary sample.
const MONEY: &str = "money";

/// One of the things that are drawn from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SampleItem {
    /// Where it begins in the log; no two have the same.
    pub position: Position,
    /// What it is worth: not below zero.
    pub amount: Total,
    /// The stratum it is in; empty where there are none.
    pub stratum: Arc<str>,
}

/// How a sample is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Drawing {
    /// So many of all, each as likely as any other.
    Simple {
        /// How many.
        size: u32,
    },
    /// So many over the strata, by their numbers of items, and at least one of each.
    Stratified {
        /// How many, where no stratum would be left out.
        size: u32,
    },
    /// By money: an item worth twice as much is twice as likely, and one worth the interval certain.
    Monetary {
        /// The money from one selected paisa to the next; at least one paisa.
        interval: Total,
    },
}

/// What was drawn.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Drawn {
    /// Numbers of the items drawn, from 0 in order of position, with how often each was hit: once,
    /// but for items of a monetary sample that are worth more than its interval.
    pub numbers: Vec<(usize, u64)>,
    /// Each stratum with how many items it has and how many were drawn of it, by name.
    pub strata: Vec<Stratum>,
    /// The first paisa selected of a monetary sample, from 1.
    pub start: Option<Total>,
}

/// A part of what is drawn from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stratum {
    /// Its name.
    pub name: String,
    /// Its items.
    pub items: u64,
    /// What they are worth.
    pub amount: Total,
    /// How many of them were drawn.
    pub drawn: u64,
}

/// The seed of a sample: a hash over the log's root, its size, and the auditor's nonce.
#[must_use]
pub fn seed(root: &Hash, records: u64, nonce: &str) -> Hash {
    sha256(format!("{DOMAIN}\nroot {root}\nrecords {records}\nnonce {nonce}\n").as_bytes())
}

/// Draws from items that are sorted by position.
#[must_use]
pub fn draw(items: &[SampleItem], seed: &Hash, drawing: Drawing) -> Drawn {
    debug_assert!(items.is_sorted_by_key(|item| item.position), "items are in order");
    match drawing {
        Drawing::Simple { size } => {
            let all: Vec<usize> = (0..items.len()).collect();
            let drawn = some_of(all, size as usize, &mut Stream::new(seed, ALL));
            Drawn { numbers: once(drawn), ..Drawn::default() }
        }
        Drawing::Stratified { size } => stratified(items, seed, size as usize),
        Drawing::Monetary { interval } => monetary(items, seed, interval.paise()),
    }
}

fn once(mut numbers: Vec<usize>) -> Vec<(usize, u64)> {
    numbers.sort_unstable();
    numbers.into_iter().map(|number| (number, 1)).collect()
}

/// The first so many of a shuffled list: each place takes one of those left, in turn.
fn some_of(mut all: Vec<usize>, size: usize, stream: &mut Stream<'_>) -> Vec<usize> {
    let size = size.min(all.len());
    for place in 0..size {
        let left = (all.len() - place) as u128;
        let other = place + usize::try_from(stream.below(left)).unwrap_or_default();
        all.swap(place, other);
    }
    all.truncate(size);
    all
}

fn stratified(items: &[SampleItem], seed: &Hash, size: usize) -> Drawn {
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, item) in items.iter().enumerate() {
        strata.entry(&item.stratum).or_default().push(number);
    }
    let counts: Vec<usize> = strata.values().map(Vec::len).collect();
    let shares = shares(&counts, size);
    let mut drawn = Drawn::default();
    let mut numbers = Vec::new();
    for ((name, of), share) in strata.into_iter().zip(shares) {
        let amount = of.iter().map(|number| items[*number].amount.paise()).sum();
        let label = format!("stratum {name}");
        let count = of.len() as u64;
        let some = some_of(of, share, &mut Stream::new(seed, &label));
        drawn.strata.push(Stratum {
            name: name.to_owned(),
            items: count,
            amount: Total::from_paise(amount),
            drawn: some.len() as u64,
        });
        numbers.extend(some);
    }
    Drawn { numbers: once(numbers), ..drawn }
}

/// How many of each stratum: the whole part of its share, then one more where the largest parts are
/// left over, the earlier first; and one where that gives none.
fn shares(counts: &[usize], size: usize) -> Vec<usize> {
    let all: u128 = counts.iter().map(|count| *count as u128).sum();
    if all == 0 {
        return Vec::new();
    }
    let size = (size as u128).min(all);
    let share = |count: usize| (size * count as u128 / all, size * count as u128 % all);
    let mut shares: Vec<u128> = counts.iter().map(|count| share(*count).0).collect();
    let mut left: Vec<usize> = (0..counts.len()).collect();
    left.sort_by_key(|at| (std::cmp::Reverse(share(counts[*at]).1), *at));
    let missing = size - shares.iter().sum::<u128>();
    for at in left.into_iter().take(usize::try_from(missing).unwrap_or_default()) {
        shares[at] += 1;
    }
    let at_least_one = shares.into_iter().map(|share| share.max(1));
    at_least_one.map(|share| usize::try_from(share).unwrap_or(usize::MAX)).collect()
}

fn monetary(items: &[SampleItem], seed: &Hash, interval: i128) -> Drawn {
    let interval = interval.max(1);
    let start = 1 + Stream::new(seed, MONEY).below(interval.unsigned_abs());
    let start = i128::try_from(start).unwrap_or(1);
    let (mut next, mut before) = (start, 0_i128);
    let mut numbers = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let end = before + item.amount.paise().max(0);
        if next <= end {
            let hits = (end - next) / interval + 1;
            numbers.push((number, u64::try_from(hits).unwrap_or(u64::MAX)));
            next += hits * interval;
        }
        before = end;
    }
    Drawn { numbers, strata: Vec::new(), start: Some(Total::from_paise(start)) }
}

/// Numbers drawn from a seed, for one purpose: blocks of SHA-256 over the seed, the purpose and a
/// counter, of which the first sixteen bytes count.
struct Stream<'a> {
    seed: &'a Hash,
    label: &'a str,
    block: u64,
}

impl<'a> Stream<'a> {
    const fn new(seed: &'a Hash, label: &'a str) -> Stream<'a> {
        Stream { seed, label, block: 0 }
    }

    fn bits(&mut self) -> u128 {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = write!(text, "{DOMAIN}\n{}\n{}\n{}\n", self.seed, self.label, self.block);
        self.block += 1;
        let mut first = [0; 16];
        first.copy_from_slice(&sha256(text.as_bytes()).as_bytes()[..16]);
        u128::from_be_bytes(first)
    }

    /// A number below a bound that is above zero.
    fn below(&mut self, bound: u128) -> u128 {
        let bound = bound.max(1);
        // 2^128 divided by the bound leaves so many; as many of the largest numbers are not taken.
        let surplus = (u128::MAX % bound + 1) % bound;
        loop {
            let bits = self.bits();
            if bits <= u128::MAX - surplus {
                return bits % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests;
