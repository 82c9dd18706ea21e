//! R5: payments that came back, of which the ledger does not know.
//!
//! # Invariants
//! * A return consumes the line that tells it, never the line the payment went out by.
//! * What the bank does not mark as a return or a reversal is only proposed as one: somebody may
//!   have paid back what he was paid, and that is a recovery.
//! * A transfer that came back is known by the line it went out by, where that line is one payment and no
//!   other line that went out tells of the transfer.
//! * Of a payment that went out twice nothing came back for certain: the bank may have taken back the one
//!   too many.

use std::collections::{HashMap, HashSet};

use bahi_core::{AccountKey, LineSide, Money};

use super::{
    index::{NOBODY, SEVERAL},
    items::{Line, LineKind, NameKind, Standing, VoucherKind},
    outcome::{Evidence, Reason, Return, Rule, Source},
    references::{Named, of_returned, vetoed},
    run::Run,
};

/// Which payment each transfer is, by the lines that went out; none where it is of several.
type Transfers = HashMap<u32, Option<u32>>;

/// Lines that come in, name a payment, and are no voucher of the ledger.
pub(super) fn apply(run: &mut Run<'_>) {
    let transfers = transfers(run);
    let named: Vec<(u32, Named)> = (0..run.line_count())
        .filter(|line| run.line(*line).side == LineSide::Credit)
        .map(|line| (line, by_transfer(run, line, of_returned(run, line), &transfers)))
        .filter(|(_, named)| named.voucher != NOBODY)
        .collect();
    // By side: how often each payment went out, and came back.
    let mut counts: HashMap<(LineSide, u32), u32> = HashMap::new();
    let credits = named.iter().map(|(line, named)| (*line, named.voucher));
    let debits = (0..).zip(run.named.iter().copied());
    let debits = debits.filter(|(line, _)| run.line(*line).side == LineSide::Debit);
    for (line, payment) in credits.chain(debits) {
        let own = run.line(line);
        if payment < SEVERAL && run.voucher(payment).amount == own.amount {
            *counts.entry((own.side, payment)).or_default() += 1;
        }
    }
    let twice: HashSet<u32> =
        counts.iter().filter(|(_, count)| **count > 1).map(|((_, payment), _)| *payment).collect();
    for (line, named) in named {
        if run.line_free(line) && run.line(line).kind != LineKind::Charge {
            decide(run, line, named, &twice);
        }
    }
}

/// What the bank calls the transfers of payments, by the lines that they are known to have gone out by.
fn transfers(run: &Run<'_>) -> Transfers {
    let settled = run.input.went_out.iter().copied();
    let now = run.out.matches.iter().filter_map(|one| match one.vouchers[..] {
        [payment] => Some((one.line, payment)),
        _ => None,
    });
    let mut payments: HashMap<u32, u32> = HashMap::new();
    for (id, payment) in settled.chain(now) {
        let line = run.lines.binary_search_by_key(&id, |at| at.id()).ok();
        let line = line.and_then(|line| u32::try_from(line).ok());
        if let Some((line, payment)) = line.zip(run.find(payment)) {
            payments.insert(line, payment);
        }
    }
    let mut transfers = Transfers::new();
    for line in (0..run.line_count()).filter(|line| run.line(*line).side == LineSide::Debit) {
        let told: Vec<u32> = told_transfers(run, line).map(|(_, text)| text).collect();
        let payment = payments.get(&line).copied().filter(|_| told.len() == 1);
        for text in told {
            // Another line of the same transfer, or one that is nobody's: it may be that one's.
            transfers.entry(text).and_modify(|held| *held = None).or_insert(payment);
        }
    }
    transfers
}

/// The transfers that a line tells of: their places among its names, and their texts.
fn told_transfers(run: &Run<'_>, line: u32) -> impl Iterator<Item = (u32, u32)> {
    let named = (0_u32..).zip(run.line_names.of(line));
    let named = named.filter(|(_, named)| named.kind == NameKind::Transfer);
    named.map(|(place, named)| (place, named.text))
}

/// Whom a line names that comes in, with what the transfers that it tells of are known to be.
fn by_transfer(run: &Run<'_>, line: u32, mut named: Named, transfers: &Transfers) -> Named {
    for (place, text) in told_transfers(run, line) {
        match transfers.get(&text) {
            Some(Some(payment)) if named.voucher == NOBODY => named = Named::at(*payment, place),
            Some(Some(payment)) if *payment != named.voucher => named.voucher = SEVERAL,
            Some(_) | None => {}
        }
    }
    named
}

fn decide(run: &mut Run<'_>, line: u32, named: Named, twice: &HashSet<u32>) {
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
    if known && paise == 0 && recorded(run, line, named) {
        return;
    }
    let reason = if paise != 0 {
        Some(Reason::AmountDiffers { paise })
    } else if known || twice.contains(&payment) {
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
    if is_back(own) && other.kind == VoucherKind::Payment && other.standing != Standing::Reversed {
        came_back(run, line, payment, evidence);
    } else {
        run.propose_return(line, payment, evidence);
    }
}

/// The money of a return that the ledger has, which only the transfer of the payment names: matched, or
/// where the bank does not mark it, proposed. Says whether there was such a return.
fn recorded(run: &mut Run<'_>, line: u32, named: Named) -> bool {
    let payment = run.voucher(named.voucher).id;
    let is_it = |item: &u32| {
        let own = run.voucher(*item);
        own.kind == VoucherKind::Return && own.of == payment && run.voucher_free(*item)
    };
    let mut open = (0..run.voucher_count()).filter(is_it);
    let (Some(item), None) = (open.next(), open.next()) else { return false };
    let evidence = named.evidence(run.line(line));
    if let Some(reason) = vetoed(run, line, item) {
        run.mark_both(line, item, reason);
    } else if is_back(run.line(line)) {
        run.settle(line, item, Rule::Return, evidence, None);
    } else {
        run.propose(&[line], &[item], Rule::Return, evidence);
    }
    true
}

/// Whether the bank says of a line that money came back by it.
pub(super) fn is_back(line: &Line) -> bool {
    let marked = line.kind == LineKind::Return || line.kind == LineKind::Reversal;
    marked && line.side == LineSide::Credit
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
