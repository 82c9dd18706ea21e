//! R5: payments that came back, of which the ledger does not know.
//!
//! # Invariants
//! * A return consumes the line that tells it, never the line the payment went out by.
//! * What the bank does not mark as a return or a reversal is only proposed as one: somebody may
//!   have paid back what he was paid, and that is a recovery.

use std::collections::HashMap;

use bahi_core::{AccountKey, LineSide, Money};

use super::{
    index::{NOBODY, SEVERAL},
    items::{LineKind, Standing, VoucherKind},
    outcome::{Evidence, Reason, Return, Rule, Source},
    references::{Named, of_returned},
    run::Run,
};

/// Lines that come in, name a payment, and are no voucher of the ledger.
pub(super) fn apply(run: &mut Run<'_>) {
    let named: Vec<(u32, Named)> = (0..run.line_count())
        .filter(|line| run.line(*line).side == LineSide::Credit)
        .map(|line| (line, of_returned(run, line)))
        .filter(|(_, named)| named.voucher != NOBODY)
        .collect();
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for (line, named) in &named {
        let payment = named.voucher;
        if payment < SEVERAL && run.voucher(payment).amount == run.line(*line).amount {
            *counts.entry(payment).or_default() += 1;
        }
    }
    for (line, named) in named {
        if run.line_free(line) && run.line(line).kind != LineKind::Charge {
            decide(run, line, named, &counts);
        }
    }
}

fn decide(run: &mut Run<'_>, line: u32, named: Named, counts: &HashMap<u32, u32>) {
    if named.voucher == SEVERAL {
        run.mark_line(line, Reason::Ambiguous, &[], 2);
        return;
    }
    let payment = named.voucher;
    let (own, other) = (run.line(line), run.voucher(payment));
    let known = match run.standings[payment as usize] {
        Standing::Returned(_) => !run.returned.contains_key(&payment),
        Standing::Live | Standing::Confirmed(_) | Standing::Reversed => false,
    };
    let paise = own.amount.paise() - other.amount.paise();
    let reason = if paise != 0 {
        Some(Reason::AmountDiffers { paise })
    } else if known || counts.get(&payment).is_some_and(|count| *count > 1) {
        Some(Reason::DuplicateInBank)
    } else if run.contradicts(line, payment) {
        Some(Reason::ReferenceContradicts)
    } else if own.booked < other.day {
        Some(Reason::DateIllogical)
    } else {
        None
    };
    if let Some(reason) = reason {
        run.mark_line(line, reason, &[payment], 1);
        return;
    }
    let evidence = named.evidence(own);
    let marked = own.kind == LineKind::Return || own.kind == LineKind::Reversal;
    if marked && other.kind == VoucherKind::Payment && other.standing != Standing::Reversed {
        came_back(run, line, payment, evidence);
    } else {
        run.propose_return(line, payment, evidence);
    }
}

/// Keeps a return told by a line, in the place of one that an answer told.
fn came_back(run: &mut Run<'_>, line: u32, payment: u32, evidence: Evidence) {
    let own = run.line(line);
    let confirmed = |standing| match standing {
        Standing::Confirmed(_) => true,
        Standing::Live | Standing::Returned(_) | Standing::Reversed => false,
    };
    let mut found = Return {
        source: Source::Line(run.lines[line as usize].id()),
        payment: run.voucher(payment).id,
        rule: Rule::Return,
        evidence,
        reason: own.reason.clone(),
        day: own.booked,
        after_confirmation: confirmed(run.standings[payment as usize]),
    };
    run.line_done[line as usize] = true;
    run.standings[payment as usize] = Standing::Returned(own.booked);
    if let Some(place) = run.returned.get(&payment) {
        let answered = &mut run.out.returns[*place];
        found.after_confirmation = answered.after_confirmation;
        found.reason = found.reason.or_else(|| answered.reason.clone());
        *answered = found;
    } else {
        run.returned.insert(payment, run.out.returns.len());
        run.out.returns.push(found);
    }
}

/// Whether a payment that came back is seen to have come back into the account, and so went out.
pub(super) fn came_by_line(run: &Run<'_>) -> Vec<bool> {
    let mut by_line = vec![false; run.vouchers.len()];
    for item in 0..run.voucher_count() {
        let voucher = run.voucher(item);
        if voucher.kind == VoucherKind::Return
            && run.voucher_done[item as usize]
            && let Some(payment) = run.find(voucher.of)
        {
            by_line[payment as usize] = true;
        }
    }
    for (payment, place) in &run.returned {
        let told = run.out.returns[*place].source;
        by_line[*payment as usize] |= match told {
            Source::Line(_) => true,
            Source::Answer(_) => false,
        };
    }
    by_line
}

/// Lines marked as returns that name nothing, but a reason, an account and an amount. Proved where
/// exactly one payment ever went to that account with that amount, went out by a line, and was all
/// that its case is granted; else at most proposed.
pub(super) fn by_account(run: &mut Run<'_>) {
    let lines: Vec<(u32, (AccountKey, Money))> = (0..run.line_count())
        .filter(|line| run.line(*line).side == LineSide::Credit)
        .filter(|line| run.line(*line).kind == LineKind::Return)
        .filter(|line| of_returned(run, *line).voucher == NOBODY)
        .filter_map(|line| {
            let own = run.line(line);
            Some((line, (own.counterparty.filter(|_| own.reason.is_some())?, own.amount)))
        })
        .collect();
    if lines.is_empty() {
        return;
    }
    let mut told: HashMap<(AccountKey, Money), u32> = HashMap::new();
    for (_, key) in &lines {
        *told.entry(*key).or_default() += 1;
    }
    let mut payments: HashMap<(AccountKey, Money), u32> = HashMap::new();
    for item in 0..run.voucher_count() {
        let voucher = run.voucher(item);
        if let Some(payee) = voucher.payee {
            let key = (payee.account, voucher.amount);
            payments.entry(key).and_modify(|one| *one = SEVERAL).or_insert(item);
        }
    }
    for (line, key) in
        lines.into_iter().filter(|(line, _)| run.line_free(*line)).collect::<Vec<_>>()
    {
        match payments.get(&key) {
            None => {}
            Some(&payment) if payment == SEVERAL || told.get(&key) != Some(&1) => {
                let near: &[u32] = if payment == SEVERAL { &[] } else { &[payment] };
                run.mark_line(line, Reason::Ambiguous, near, near.len().max(2));
            }
            Some(&payment) => account_agrees(run, line, payment),
        }
    }
}

fn account_agrees(run: &mut Run<'_>, line: u32, payment: u32) {
    let (own, other) = (run.line(line), run.voucher(payment));
    let goes_on = match run.standings[payment as usize] {
        Standing::Live | Standing::Confirmed(_) => true,
        Standing::Returned(_) => {
            run.returned.get(&payment).is_some_and(|place| match run.out.returns[*place].source {
                Source::Answer(_) => true,
                Source::Line(_) => false,
            })
        }
        Standing::Reversed => false,
    };
    let sound = other.kind == VoucherKind::Payment && own.booked >= other.day;
    if !goes_on || !sound || run.contradicts(line, payment) {
        return;
    }
    let evidence = Evidence::Account(own.reason.clone());
    if other.whole && run.voucher_done[payment as usize] {
        came_back(run, line, payment, evidence);
    } else {
        run.propose_return(line, payment, evidence);
    }
}
