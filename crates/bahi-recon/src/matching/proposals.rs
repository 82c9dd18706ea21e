//! R6 and R7: lines and vouchers of one account and amount, or of one amount, near in time.
//!
//! # Invariants
//! * Nothing is consumed: of two equal instalments of which one is missing, the other would be
//!   taken for it.
//! * Proposed is who is alone on both sides; the others are ambiguous.

use bahi_core::{AccountKey, Day, LineSide, Money};

use super::{
    items::{LineKind, NameKind, VoucherKind},
    outcome::{Evidence, Reason, Rule},
    returns::is_back,
    run::Run,
};

/// The most items that are named beside an exception.
pub const NEAR_MAX: usize = 4;
/// The longest window, in working days.
pub const WINDOW_DAYS_MAX: u16 = 31;

/// Something of a key, on a day.
type At<K> = (K, Day, u32);

pub(super) fn apply(run: &mut Run<'_>) {
    came_back(run);
    for side in LineSide::ALL {
        let lines: Vec<At<(AccountKey, Money)>> = lines(run, side)
            .filter_map(|(line, amount, day)| {
                Some(((run.line(line).counterparty?, amount), day, line))
            })
            .collect();
        let vouchers: Vec<At<(AccountKey, Money)>> = vouchers(run, side)
            .filter_map(|(item, amount, day)| {
                Some(((run.voucher(item).payee?.account, amount), day, item))
            })
            .collect();
        pair(run, Rule::Account, side, lines, vouchers);
    }
    for side in LineSide::ALL {
        // A line that tells of its account was compared by it.
        let lines: Vec<At<Money>> = lines(run, side)
            .filter(|(line, ..)| run.line(*line).counterparty.is_none())
            .map(|(line, amount, day)| (amount, day, line))
            .collect();
        let vouchers: Vec<At<Money>> =
            vouchers(run, side).map(|(item, amount, day)| (amount, day, item)).collect();
        pair(run, Rule::Amount, side, lines, vouchers);
    }
}

/// What the bank marks as having come back is compared with what the ledger has as returned, and with
/// nothing else.
fn came_back(run: &mut Run<'_>) {
    let side = LineSide::Credit;
    let marked = (0..run.line_count()).filter(|line| is_back(run.line(*line)));
    let lines: Vec<At<Money>> = marked
        .filter(|line| run.line_free(*line) && !run.line(*line).amount.is_zero())
        .map(|line| (run.line(line).amount, run.line(line).booked, line))
        .collect();
    let returns = vouchers(run, side)
        .filter(|(item, ..)| run.voucher(*item).kind == VoucherKind::Return)
        .map(|(item, amount, day)| (amount, day, item))
        .collect();
    pair(run, Rule::Amount, side, lines, returns);
}

/// Lines that no reference ties to anything. One that has a payer's own reference names a payment
/// that is not in the ledger, and so is none that is.
pub(super) fn unnamed(run: &Run<'_>, line: u32) -> bool {
    let own = run.line(line);
    let named = own.names.iter().any(|name| name.kind == NameKind::Own && !name.in_narration);
    run.line_free(line) && !named && own.kind == LineKind::Movement && !own.amount.is_zero()
}

fn lines(run: &Run<'_>, side: LineSide) -> impl Iterator<Item = (u32, Money, Day)> {
    (0..run.line_count())
        .filter(move |line| run.line(*line).side == side && unnamed(run, *line))
        .map(|line| (line, run.line(line).amount, run.line(line).booked))
}

fn vouchers(run: &Run<'_>, side: LineSide) -> impl Iterator<Item = (u32, Money, Day)> {
    (0..run.voucher_count())
        .filter(move |item| run.voucher(*item).kind.side() == side && run.voucher_free(*item))
        .map(|item| (item, run.voucher(item).amount, run.voucher(item).day))
}

/// Proposes who is alone, and tells the others that they are not. What goes out is booked within
/// the window after it was ordered; what comes in was booked before the ledger was told.
fn pair<K: Ord + Copy>(
    run: &mut Run<'_>,
    rule: Rule,
    side: LineSide,
    mut lines: Vec<At<K>>,
    mut vouchers: Vec<At<K>>,
) {
    lines.sort_unstable();
    vouchers.sort_unstable();
    let goes_out = side == LineSide::Debit;
    for (key, booked, line) in &lines {
        let near = if goes_out {
            between(&vouchers, *key, run.calendar.first(*booked), *booked)
        } else {
            between(&vouchers, *key, *booked, run.calendar.last(*booked))
        };
        match near {
            [] => {}
            [(_, day, voucher)] => {
                if others(run, goes_out, &lines, *key, *day).len() > 1 {
                    run.mark_line(*line, Reason::Ambiguous, &[*voucher], 1);
                } else if !run.contradicts(*line, *voucher) && !run.payee_differs(*line, *voucher) {
                    let days = booked.epoch_days().abs_diff(day.epoch_days());
                    let evidence = if rule == Rule::Account {
                        Evidence::Account(None)
                    } else {
                        Evidence::Amount { days }
                    };
                    run.propose(&[*line], &[*voucher], rule, evidence);
                }
            }
            several => {
                let first: Vec<u32> =
                    several.iter().take(NEAR_MAX).map(|(.., item)| *item).collect();
                run.mark_line(*line, Reason::Ambiguous, &first, several.len());
            }
        }
    }
    for (key, day, voucher) in &vouchers {
        let near = others(run, goes_out, &lines, *key, *day);
        // One line alone was proposed, or vetoed, or has other candidates and says so.
        let told = match near {
            [] => false,
            [(.., line)] => !run.line_free(*line),
            _ => true,
        };
        if told {
            let first: Vec<u32> = near.iter().take(NEAR_MAX).map(|(.., item)| *item).collect();
            run.mark_voucher(*voucher, Reason::Ambiguous, &first, near.len());
        }
    }
}

/// The lines that may be a voucher of a day.
fn others<'l, K: Ord + Copy>(
    run: &mut Run<'_>,
    goes_out: bool,
    lines: &'l [At<K>],
    key: K,
    day: Day,
) -> &'l [At<K>] {
    if goes_out {
        between(lines, key, day, run.calendar.last(day))
    } else {
        between(lines, key, run.calendar.first(day), day)
    }
}

/// What has a key and lies between two days, both included.
fn between<K: Ord + Copy>(sorted: &[At<K>], key: K, from: Day, to: Day) -> &[At<K>] {
    let start = sorted.partition_point(|(one, day, _)| (*one, *day) < (key, from));
    let end = sorted.partition_point(|(one, day, _)| (*one, *day) <= (key, to));
    sorted.get(start..end).unwrap_or(&[])
}
