//! What is left: one exception for each open item, and the numbers of everything.

use bahi_core::{Day, LineSide, Money};

use super::{
    answers::paid_wholes,
    coverage::Coverage,
    items::{Standing, VoucherKind},
    outcome::{Exception, ItemId, Reason},
    returns::is_back,
    run::{Mark, Run},
};

/// How old something is, in days; 0 where it lies ahead.
pub(super) fn age(since: Day, today: Day) -> u32 {
    u32::try_from(i64::from(today.epoch_days()) - i64::from(since.epoch_days())).unwrap_or(0)
}

pub(super) fn apply(run: &mut Run<'_>) {
    lines(run);
    vouchers(run);
    paid_wholes(run);
    let unreadable = run.input.unreadable.iter().map(|id| ItemId::Line(*id));
    let mut unreadable: Vec<ItemId> = unreadable.collect();
    unreadable.sort_unstable();
    unreadable.dedup();
    for item in unreadable {
        let (amount, since) = (None, None);
        let (near, near_count) = (Vec::new(), 0);
        let reason = Reason::Unreadable;
        run.out.exceptions.push(Exception {
            item,
            reason,
            amount,
            since,
            age_days: 0,
            near,
            near_count,
        });
    }
}

fn lines(run: &mut Run<'_>) {
    for statement in &run.input.statements {
        statement.lines.iter().for_each(|line| run.out.lines.present.add(line.amount));
    }
    let account = &mut run.out.lines;
    let mut kept: i128 = 0;
    for at in &run.lines {
        kept += paise(at.line.amount);
        if at.line.settled {
            account.settled.add(at.line.amount);
        }
    }
    let present = account.present;
    account.repeated.count = present.count - run.lines.len() as u64;
    account.repeated.sum = bahi_core::Total::from_paise(present.sum.paise() - kept);
    for charge in &run.out.charges {
        account.charges.add(charge.amount);
    }
    let mut done_now = Vec::new();
    for line in 0..run.line_count() {
        let own = run.line(line);
        if own.settled {
            continue;
        }
        if run.line_done[line as usize] {
            done_now.push(line);
            continue;
        }
        let mark = run.line_marks[line as usize].take();
        let reason = if is_back(own) { Reason::ReturnUnnamed } else { Reason::MissingInLedger };
        let mark = mark.unwrap_or_else(|| Box::new(bare(reason)));
        run.out.lines.open.add(own.amount);
        tell(run, run.line_id(line), own.amount, own.booked, *mark);
    }
    let account = &mut run.out.lines;
    let mut done: i128 =
        done_now.iter().map(|line| paise(run.lines[*line as usize].line.amount)).sum();
    for found in &run.out.returns {
        if let super::Source::Line(id) = found.source
            && let Ok(line) = run.lines.binary_search_by_key(&id, |at| at.id())
        {
            account.returned.add(run.lines[line].line.amount);
        }
    }
    done -= account.returned.sum.paise() + account.charges.sum.paise();
    account.matched.count = done_now.len() as u64 - account.returned.count - account.charges.count;
    account.matched.sum = bahi_core::Total::from_paise(done);
}

fn paise(amount: Money) -> i128 {
    i128::from(amount.paise())
}

/// Whether no statement is of all the days on which a voucher's line may be.
fn uncovered(run: &mut Run<'_>, item: u32, coverage: &Option<Coverage>) -> Option<Reason> {
    let coverage = coverage.as_ref()?;
    let own = run.voucher(item);
    let (from, to) = match own.kind.side() {
        LineSide::Debit => (own.day, run.calendar.last(own.day)),
        LineSide::Credit => (run.calendar.first(own.day), own.day),
    };
    let (from, to) = coverage.missing(from, to)?;
    Some(Reason::NotCovered { from, to })
}

fn vouchers(run: &mut Run<'_>) {
    let coverage = run.input.covered.as_deref().map(Coverage::new);
    for item in 0..run.voucher_count() {
        let own = run.voucher(item);
        let waits = own.kind == VoucherKind::Suspense && own.standing == Standing::Live;
        if waits {
            tell(run, run.voucher_id(item), own.amount, own.day, bare(Reason::InSuspense));
        }
        if own.standing == Standing::Reversed && !own.settled {
            continue;
        }
        let account = &mut run.out.vouchers;
        account.present.add(own.amount);
        if own.settled {
            account.settled.add(own.amount);
            continue;
        }
        if run.voucher_done[item as usize] {
            account.matched.add(own.amount);
            continue;
        }
        account.open.add(own.amount);
        let returned = match run.standings[item as usize] {
            Standing::Returned(_) => own.kind == VoucherKind::Payment,
            Standing::Live | Standing::Confirmed(_) | Standing::Reversed => false,
        };
        let mark = match run.voucher_marks[item as usize].take() {
            Some(mark) => mark,
            None => {
                let unseen = if returned { Reason::Returned } else { Reason::MissingInBank };
                Box::new(bare(uncovered(run, item, &coverage).unwrap_or(unseen)))
            }
        };
        tell(run, run.voucher_id(item), own.amount, own.day, *mark);
    }
}

fn bare(reason: Reason) -> Mark {
    Mark { reason, near: Vec::new(), near_count: 0 }
}

fn tell(run: &mut Run<'_>, item: ItemId, amount: Money, since: Day, mark: Mark) {
    run.out.exceptions.push(Exception {
        item,
        reason: mark.reason,
        amount: Some(amount),
        since: Some(since),
        age_days: age(since, run.settings.today),
        near: mark.near,
        near_count: mark.near_count,
    });
}
