//! Generated truth with the distribution of real amounts: no false match, and how much is matched.

use std::collections::HashMap;

use bahi_core::Money;

use crate::matching::{
    Reconciliation, Settings, reconcile,
    truth::{self, Shares, World, false_matches},
};

fn compared(seed: u64, payments: u32, shares: Shares) -> (World, Reconciliation) {
    let world = truth::world(seed, payments, shares);
    let found = reconcile(&world.input, &Settings::on(truth::last_day()));
    (world, found)
}

#[test]
fn amounts_are_as_alike_as_real_ones() {
    let world = truth::world(1, 20_000, Shares::published(100));
    let mut counts: HashMap<Money, u64> = HashMap::new();
    for voucher in &world.input.vouchers {
        *counts.entry(voucher.amount).or_default() += 1;
    }
    let all = world.input.vouchers.len() as u64;
    let same: u64 = counts.values().map(|count| count * count).sum();
    let lakhs = counts[&Money::from_rupees(250_000).expect("an amount")];
    // In the published list 310 in a thousand are of one amount, two cases are of one amount with
    // 136 in a thousand, and there are 418 amounts.
    assert!((300..=320).contains(&(lakhs * 1_000 / all)), "{lakhs} of {all}");
    assert!((120..=150).contains(&(same * 1_000 / (all * all))), "{same} of {all} squared");
    assert!((390..=418).contains(&counts.len()), "{}", counts.len());
}

#[test]
fn nothing_is_matched_wrongly_whatever_is_missing() {
    // Thousandths without a reference, and the least thousandths of payments to be matched.
    for (missing, least) in [(0, 960), (100, 880), (300, 720), (1_000, 180)] {
        for seed in [3, 17, 2_024] {
            let (world, found) = compared(seed, 20_000, Shares::published(missing));
            assert_eq!(false_matches(&world.truth, &found), 0, "{missing} {seed}");
            let (matched, all) = (found.vouchers.matched.count, found.vouchers.present.count);
            assert!(matched * 1_000 >= least * all, "{matched} of {all} at {missing}");
        }
    }
}

#[test]
fn nothing_is_matched_wrongly_when_everything_goes_wrong() {
    let shares = Shares {
        missing_references: 500,
        returned: 300,
        duplicated: 200,
        missing: 300,
        split: 100,
        instalments: 700,
        batched: 100,
    };
    for seed in 0..8 {
        let (world, found) = compared(seed, 5_000, shares);
        assert_eq!(false_matches(&world.truth, &found), 0, "{seed}");
        assert!(found.matches.len() > 500, "{}", found.matches.len());
    }
}

#[test]
fn pairing_by_amount_and_day_would_be_wrong_most_of_the_time() {
    // What this crate refuses to do: each line takes the first open voucher of its amount.
    let world = truth::world(5, 20_000, Shares::published(100));
    let mut open: HashMap<Money, Vec<usize>> = HashMap::new();
    for (index, voucher) in world.input.vouchers.iter().enumerate().rev() {
        open.entry(voucher.amount).or_default().push(index);
    }
    let (mut right, mut wrong) = (0_u64, 0_u64);
    for statement in &world.input.statements {
        for line in &statement.lines {
            let id = super::super::LineId { file: statement.file, number: line.number };
            let (Some(paid), Some(open)) = (world.truth.paid.get(&id), open.get_mut(&line.amount))
            else {
                continue;
            };
            let near = |index: &usize| {
                let day = world.input.vouchers[*index].day;
                day <= line.booked && line.booked.epoch_days() - day.epoch_days() <= 3
            };
            let Some(at) = open.iter().rposition(near) else { continue };
            let taken = world.input.vouchers[open.remove(at)].id;
            if paid.contains(&taken) { right += 1 } else { wrong += 1 }
        }
    }
    assert!(wrong > right, "{right} right, {wrong} wrong");
}
