//! R9: several that sum up to one, without a batch's reference.
//!
//! # Invariants
//! * Only inside one day, one account and one scheme, and only among few candidates.
//! * The search has a budget, and takes things in the order of their ids: what it finds does not
//!   depend on how they were given.
//! * An item of two solutions is ambiguous, and no solution with it is proposed.

use std::collections::{BTreeMap, HashMap};

use bahi_core::{AccountKey, Day, LineSide, SchemeNo};

use super::{
    index::SEVERAL,
    outcome::{Evidence, Reason, Rule},
    proposals::{NEAR_MAX, unnamed},
    run::Run,
};

/// The most candidates among which a sum is searched.
pub const CANDIDATES_MAX: usize = 20;
/// The most steps of one search.
pub const STEPS_MAX: u32 = 20_000;
/// The most steps of all searches of a run.
pub const TOTAL_STEPS_MAX: u32 = 20_000_000;

/// Lines and vouchers that sum up to each other.
type Solution = (Vec<u32>, Vec<u32>);

pub(super) fn apply(run: &mut Run<'_>) {
    named(run);
    let mut solutions = Vec::new();
    let mut budget = TOTAL_STEPS_MAX;
    for side in LineSide::ALL {
        search(run, side, &mut budget, &mut solutions);
    }
    solutions.sort_unstable();
    solutions.dedup();
    let (mut of_line, mut of_voucher) = (HashMap::new(), HashMap::new());
    for (lines, vouchers) in &solutions {
        lines.iter().for_each(|line| *of_line.entry(*line).or_insert(0_u32) += 1);
        vouchers.iter().for_each(|item| *of_voucher.entry(*item).or_insert(0_u32) += 1);
    }
    for (lines, vouchers) in &solutions {
        let alone = lines.iter().all(|line| of_line.get(line) == Some(&1))
            && vouchers.iter().all(|item| of_voucher.get(item) == Some(&1));
        if alone {
            run.propose(lines, vouchers, Rule::Sum, Evidence::Sum);
        }
    }
    for (lines, vouchers) in &solutions {
        let some = |items: &[u32]| items[..items.len().min(NEAR_MAX)].to_vec();
        for line in lines {
            run.mark_line(*line, Reason::Ambiguous, &some(vouchers), vouchers.len());
        }
        for voucher in vouchers {
            run.mark_voucher(*voucher, Reason::Ambiguous, &some(lines), lines.len());
        }
    }
}

/// Open lines that name one voucher, none of them of its amount, and together of exactly it.
fn named(run: &mut Run<'_>) {
    let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for line in 0..run.line_count() {
        let voucher = run.named[line as usize];
        if voucher < SEVERAL && !run.voucher_done[voucher as usize] {
            parts.entry(voucher).or_default().push(line);
        }
    }
    for (voucher, lines) in parts {
        let differs = |mark: &super::run::Mark| matches!(mark.reason, Reason::AmountDiffers { .. });
        let open = lines.iter().all(|line| {
            !run.line_done[*line as usize]
                && run.line_marks[*line as usize].as_deref().is_some_and(differs)
                && !run.contradicts(*line, voucher)
        });
        let sum: i128 = lines.iter().map(|line| i128::from(run.line(*line).amount.paise())).sum();
        let adds_up = sum == i128::from(run.voucher(voucher).amount.paise());
        if open && adds_up && lines.len() > 1 && lines.len() <= CANDIDATES_MAX {
            run.propose(&lines, &[voucher], Rule::Sum, Evidence::Sum);
        }
    }
}

/// Searches day by day.
fn search(run: &Run<'_>, side: LineSide, budget: &mut u32, solutions: &mut Vec<Solution>) {
    let mut lines: BTreeMap<(Day, AccountKey), Vec<u32>> = BTreeMap::new();
    for line in (0..run.line_count()).filter(|line| run.line(*line).side == side) {
        if unnamed(run, line) {
            let account = run.lines[line as usize].account();
            lines.entry((run.line(line).booked, account)).or_default().push(line);
        }
    }
    let mut vouchers: BTreeMap<(Day, SchemeNo), Vec<u32>> = BTreeMap::new();
    for item in (0..run.voucher_count()).filter(|item| run.voucher(*item).kind.side() == side) {
        if run.voucher_free(item) && !run.voucher(item).amount.is_zero() {
            let voucher = run.voucher(item);
            vouchers.entry((voucher.day, voucher.scheme)).or_default().push(item);
        }
    }
    let few = |items: &Vec<u32>| items.len() <= CANDIDATES_MAX;
    for ((day, _), lines) in lines.iter().filter(|(_, lines)| few(lines)) {
        let of_day = vouchers.range((*day, SchemeNo::NONE)..);
        let of_day = of_day.take_while(|((one, _), _)| one == day);
        for (_, vouchers) in of_day {
            if *budget == 0 {
                return;
            }
            *budget -= 1;
            if few(vouchers) {
                both_ways(run, lines, vouchers, budget, solutions);
            }
        }
    }
}

/// One line for several vouchers, and several lines for one voucher.
fn both_ways(
    run: &Run<'_>,
    lines: &[u32],
    vouchers: &[u32],
    budget: &mut u32,
    solutions: &mut Vec<Solution>,
) {
    let of_line = |item: &u32| run.line(*item).amount.paise();
    let of_voucher = |item: &u32| run.voucher(*item).amount.paise();
    let fits = |line: u32, voucher: u32| {
        !run.contradicts(line, voucher) && !run.payee_differs(line, voucher)
    };
    for line in lines {
        let candidates: Vec<u32> =
            vouchers.iter().copied().filter(|item| fits(*line, *item)).collect();
        for sum in sums(&candidates, of_voucher, of_line(line), budget) {
            solutions.push((vec![*line], sum));
        }
    }
    for voucher in vouchers {
        let candidates: Vec<u32> =
            lines.iter().copied().filter(|line| fits(*line, *voucher)).collect();
        for sum in sums(&candidates, of_line, of_voucher(voucher), budget) {
            solutions.push((sum, vec![*voucher]));
        }
    }
}

/// The first two ways in which two or more candidates sum up to something; none where the search
/// is cut off, since there may be another.
fn sums(items: &[u32], of: impl Fn(&u32) -> i64, wanted: i64, budget: &mut u32) -> Vec<Vec<u32>> {
    let amounts: Vec<i64> = items.iter().map(of).collect();
    let mut steps = STEPS_MAX.min(*budget);
    let before = steps;
    let (mut found, mut chosen) = (Vec::new(), Vec::new());
    let complete = walk(&amounts, 0, wanted, &mut chosen, &mut found, &mut steps);
    *budget -= before - steps;
    if !complete {
        return Vec::new();
    }
    found.iter().map(|way: &Vec<usize>| way.iter().map(|at| items[*at]).collect()).collect()
}

/// Walks subsets depth first; whether it came to its end, or found two.
fn walk(
    amounts: &[i64],
    from: usize,
    left: i64,
    chosen: &mut Vec<usize>,
    found: &mut Vec<Vec<usize>>,
    steps: &mut u32,
) -> bool {
    for at in from..amounts.len() {
        if found.len() > 1 {
            return true;
        }
        if *steps == 0 {
            return false;
        }
        *steps -= 1;
        if amounts[at] > left {
            continue;
        }
        chosen.push(at);
        let complete = if amounts[at] == left {
            if chosen.len() > 1 {
                found.push(chosen.clone());
            }
            true
        } else {
            walk(amounts, at + 1, left - amounts[at], chosen, found, steps)
        };
        chosen.pop();
        if !complete {
            return false;
        }
    }
    true
}
