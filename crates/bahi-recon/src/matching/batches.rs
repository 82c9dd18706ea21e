//! R3: one line for a whole batch.
//!
//! # Invariants
//! * The batch's reference is the proof; sum and count have to agree with it, never the other way.
//! * Of a batch of which a payment was matched by itself, no line is taken whole.

use std::collections::{BTreeMap, HashMap};

use bahi_core::LineSide;

use super::{
    index::NOBODY,
    items::{LineKind, NameKind, Standing},
    outcome::{Evidence, Reason, Rule},
    proposals::NEAR_MAX,
    references::{FOUND_CHARS_MIN, vetoed},
    returns::{by_account, came_by_line},
    run::Run,
};

pub(super) fn apply(run: &mut Run<'_>) {
    let batches = run.batches();
    if !batches.is_empty() {
        let mut lines: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for line in 0..run.line_count() {
            if let Some(batch) = named_batch(run, line, &batches) {
                lines.entry(batch).or_default().push(line);
            }
        }
        let by_line = came_by_line(run);
        for (batch, lines) in lines {
            decide(run, batch, &lines, &batches[batch], &by_line);
        }
    }
    by_account(run);
}

/// The one batch that a line names which names no payment.
fn named_batch<'a>(
    run: &mut Run<'a>,
    line: u32,
    batches: &HashMap<&'a str, Vec<u32>>,
) -> Option<&'a str> {
    let own = run.line(line);
    if own.side != LineSide::Debit || run.named[line as usize] != NOBODY {
        return None;
    }
    let (mut found, mut cut): (Option<&'a str>, Vec<&str>) = (None, Vec::new());
    for (name, named) in own.names.iter().zip(run.line_names.of(line)) {
        let text = name.text.as_str();
        if run.is_cut(*named) {
            cut.push(text);
            continue;
        }
        let counts = name.kind == NameKind::Batch && !name.in_narration;
        if (!counts && text.len() < FOUND_CHARS_MIN) || !batches.contains_key(text) {
            continue;
        }
        if found.is_some_and(|one| one != text) {
            run.mark_line(line, Reason::ReferenceContradicts, &[], 2);
            return None;
        }
        found = Some(text);
    }
    // What may be left of another reference may be of another bill.
    let of = |batch: &str, cut: &str| batch.starts_with(cut) || batch.ends_with(cut);
    if found.is_some_and(|batch| cut.iter().any(|cut| !of(batch, cut))) {
        run.mark_line(line, Reason::ReferenceContradicts, &[], 2);
        return None;
    }
    found
}

fn decide(run: &mut Run<'_>, batch: &str, lines: &[u32], payments: &[u32], by_line: &[bool]) {
    let sum = |items: &[u32]| -> i128 {
        items.iter().map(|item| i128::from(run.voucher(*item).amount.paise())).sum()
    };
    let failed = |item: &u32| match run.standings[*item as usize] {
        Standing::Returned(_) => !by_line[*item as usize],
        Standing::Live | Standing::Confirmed(_) | Standing::Reversed => false,
    };
    let rest: Vec<u32> = payments.iter().copied().filter(|item| !failed(item)).collect();
    let (whole, paid) = (sum(payments), sum(&rest));
    let near = &payments[..payments.len().min(NEAR_MAX)];
    if let [line] = *lines {
        let own = run.line(line);
        let amount = i128::from(own.amount.paise());
        let taken = if amount == whole { payments } else { &rest[..] };
        let counted = own.batch_count.is_none_or(|count| count == taken.len() as u64);
        let agrees = counted && (amount == whole || amount == paid) && !taken.is_empty();
        let free = run.line_free(line) && own.kind == LineKind::Movement;
        let open = payments.iter().all(|item| !run.voucher_done[*item as usize]);
        if agrees && free && open {
            take(run, batch, line, taken, payments.len() - taken.len());
            return;
        }
    }
    for line in lines {
        let all = i128::from(run.line(*line).amount.paise()) == whole;
        let done = payments.iter().all(|item| run.voucher_done[*item as usize]);
        let again = all && (lines.len() > 1 || done);
        let reason = if again { Reason::DuplicateInBank } else { Reason::BatchDiffers };
        run.mark_line(*line, reason, near, payments.len());
    }
    let open: Vec<u32> =
        lines.iter().copied().filter(|line| !run.line_done[*line as usize]).collect();
    if !open.is_empty() {
        for payment in payments {
            let near = &open[..open.len().min(NEAR_MAX)];
            run.mark_voucher(*payment, Reason::BatchDiffers, near, open.len());
        }
    }
}

/// Takes a batch, unless a day or a reference speaks against it.
fn take(run: &mut Run<'_>, batch: &str, line: u32, taken: &[u32], failed: usize) {
    let own = run.line(line);
    let early = taken.iter().find(|item| own.booked < run.voucher(**item).day);
    let veto = match taken {
        [alone] => vetoed(run, line, *alone),
        _ => early.map(|_| Reason::DateIllogical),
    };
    if let Some(reason) = veto {
        run.mark_line(line, reason, &taken[..taken.len().min(NEAR_MAX)], taken.len());
        for item in taken {
            run.mark_voucher(*item, reason, &[line], 1);
        }
        return;
    }
    let name = own.names.iter().find(|name| name.text.as_str() == batch);
    let Some(name) = name else { return };
    let evidence = Evidence::Batch {
        batch: name.text.clone(),
        payments: taken.len() as u64,
        failed: failed as u64,
    };
    run.settle_all(line, taken, Rule::Batch, evidence, None);
}
