//! What waits too long: money that came back, lies locked, idle or unaccounted for, steps not taken.

use alloc::{format, vec::Vec};

use bahi_core::{Day, Milestone, Position, Subject, Terms, Total};

use super::{by_rule, of_case};
use crate::{
    audit::{Audit, iso},
    finding::{Gather, Place, counted, found},
    gates::Course,
    memory::{Case, Payment},
};

pub(super) fn look(audit: &Audit, as_of: Day, gather: &mut Gather) {
    for case in &audit.cases {
        demands(audit, case, as_of, gather);
        objections(audit, case, as_of, gather);
        if case.grants.is_empty() {
            continue;
        }
        returns(audit, case, as_of, gather);
        let Some(grant) = case.grant() else { continue };
        let Some(terms) = audit.terms(case.fund.scheme, grant.terms, grant.day) else { continue };
        slow(audit, case, (terms, as_of), gather);
        running_out(audit, case, (terms, as_of), gather);
        locked(audit, case, (terms, as_of), gather);
    }
    statements(audit, as_of, gather);
    stores(audit, as_of, gather);
    interest(audit, as_of, gather);
}

fn late(from: Day, days: i32, as_of: Day) -> bool {
    from.plus_days(days).is_some_and(|until| as_of > until)
}

fn days_between(from: Day, to: Day) -> i32 {
    to.epoch_days() - from.epoch_days()
}

fn payments<'a>(audit: &'a Audit, case: &'a Case) -> impl DoubleEndedIterator<Item = &'a Payment> {
    case.payments.iter().map(|number| &audit.payments[*number as usize])
}

/// C86: demands past their day, less what was recovered since.
fn demands(audit: &Audit, case: &Case, as_of: Day, gather: &mut Gather) {
    let demands = case.contested.iter().flat_map(|one| &one.demands);
    for demand in demands.filter(|demand| demand.alive) {
        let open = demand.amount - (case.recovered.paise() - demand.recovered_before);
        if open <= 0 || !late(demand.due, audit.parameters.after_due_days, as_of) {
            continue;
        }
        let place = audit.place(demand.position, case, demand.due);
        gather.take(86, place, || {
            let days = counted(days_between(demand.due, as_of), "day");
            of_case(audit, case, found(86, place, format!("{days} after it was due")), open)
        });
    }
}

/// C64: an objection that nothing followed.
fn objections(audit: &Audit, case: &Case, as_of: Day, gather: &mut Gather) {
    for objection in case.contested.iter().flat_map(|one| &one.objections) {
        let followed = case.followed.is_some_and(|day| day >= objection.day);
        if followed || !late(objection.day, audit.parameters.after_objection_days, as_of) {
            continue;
        }
        let place = audit.place(objection.position, case, objection.day);
        gather.take(64, place, || {
            let days = counted(days_between(objection.day, as_of), "day");
            let detail = format!("{days}, and no demand, recovery or settlement");
            of_case(audit, case, found(64, place, detail), objection.amount)
        });
    }
}

/// C82: what came back and was left.
fn returns(audit: &Audit, case: &Case, as_of: Day, gather: &mut Gather) {
    if !case.ended.is_none() || case.grant().is_none() {
        return;
    }
    let again = |payment: &Payment| audit.payment(payment.again).map(|one| &audit.payments[one]);
    for payment in payments(audit, case).filter(|one| !one.reversed && !one.returned.is_none()) {
        let left = again(payment).is_none_or(|one| one.reversed);
        if !left || !late(payment.returned_on, audit.parameters.reissue_days, as_of) {
            continue;
        }
        let place = audit.place(payment.returned, case, payment.returned_on);
        gather.take(82, place, || {
            let days = counted(days_between(payment.returned_on, as_of), "day");
            let detail = format!("{days}, and not paid again");
            let mut finding = of_case(audit, case, found(82, place, detail), payment.paise());
            finding.events.push(payment.position);
            finding
        });
    }
}

/// C83: sanctions that waited, or wait, where the terms have no clock of their own.
fn slow(audit: &Audit, case: &Case, (terms, as_of): (&Terms, Day), gather: &mut Gather) {
    let Some(grant) = case.grant() else { return };
    let of_payment = |gate: &&bahi_core::Gate| gate.of == Subject::Payment && gate.latest.is_some();
    let clock = terms.parts().procedure.gates.iter().any(|gate| of_payment(&gate));
    let paid = payments(audit, case).map(|one| one.day).min();
    // Where the terms have a clock, a payment was held to it as it came, if its steps are known.
    if (clock && paid.is_some() && !case.steps.is_empty()) || !case.ended.is_none() {
        return;
    }
    let until = paid.unwrap_or(as_of);
    if late(grant.day, audit.parameters.unpaid_days, until) {
        let place = audit.place(grant.position, case, grant.day);
        gather.take(83, place, || {
            let days = counted(days_between(grant.day, until), "day");
            let word = if paid.is_some() { "from sanction to payment" } else { "and not paid" };
            let amount = case.granted.paise();
            of_case(audit, case, found(83, place, format!("{days} {word}")), amount)
        });
    }
}

/// C72, C75: times of the terms that ran out before what they are for.
fn running_out(audit: &Audit, case: &Case, (terms, as_of): (&Terms, Day), gather: &mut Gather) {
    if case.paid.paise() == 0 || !case.ended.is_none() {
        return;
    }
    let course = Course { terms, case, payments: &audit.payments, names: &audit.names };
    let gates = &terms.parts().procedure.gates;
    for gate in gates {
        let Some(span) = &gate.latest else { continue };
        let check = match &gate.of {
            Subject::Use if case.first_use.is_none() => 72,
            Subject::Step(step)
                if span.since == Milestone::Sanction && course.day_of_step(step).is_none() =>
            {
                75
            }
            Subject::Use
            | Subject::Step(_)
            | Subject::Sanction
            | Subject::Payment
            | Subject::Instalment(_)
            | Subject::Adjustment => continue,
        };
        let ends = course.day_of(&span.since).map(|since| span.length.after(since));
        let (Some(ends), Some(grant)) = (ends, case.grant()) else { continue };
        // Whether it concerns the case is asked of the few whose time is over.
        if as_of <= ends || !course.concerns(gate) {
            continue;
        }
        let place = audit.place(grant.position, case, ends);
        gather.take(check, place, || {
            let detail = format!("{} was due by {}", gate.of, iso(ends));
            let finding = of_case(audit, case, found(check, place, detail), case.paid.paise());
            by_rule(finding, &gate.paragraph, terms.authority_of(&gate.paragraph))
        });
    }
}

/// C61, C94: money out, long after its lock or without a certificate.
fn locked(audit: &Audit, case: &Case, (terms, as_of): (&Terms, Day), gather: &mut Gather) {
    let open = case.paid.paise() - case.recovered.paise() - case.used.paise();
    let Some(last) = payments(audit, case).rfind(|payment| payment.stands()) else { return };
    if open <= 0 {
        return;
    }
    let gates = &terms.parts().procedure.gates;
    let lock = gates.iter().find(|gate| gate.of == Subject::Adjustment && gate.earliest.is_some());
    let course = Course { terms, case, payments: &audit.payments, names: &audit.names };
    let Some(gate) = lock else {
        let months = audit.parameters.certificate_months;
        let until = last.day.plus_months(months).unwrap_or(Day::MAX);
        if as_of > until {
            let place = audit.place(last.position, case, until);
            gather.take(94, place, || {
                let detail = format!("{months} months passed on {}", iso(until));
                of_case(audit, case, found(94, place, detail), open)
            });
        }
        return;
    };
    let ends = gate
        .earliest
        .as_ref()
        .and_then(|span| course.day_of(&span.since).map(|since| span.length.after(since)));
    let Some(ends) = ends.filter(|ends| late(*ends, audit.parameters.after_lock_days, as_of))
    else {
        return;
    };
    let place = audit.place(last.position, case, ends);
    gather.take(61, place, || {
        let detail = format!("its lock ended on {}", iso(ends));
        let finding = of_case(audit, case, found(61, place, detail), open);
        by_rule(finding, &gate.paragraph, terms.authority_of(&gate.paragraph))
    });
}

/// C84: debits that nothing accounts for.
fn statements(audit: &Audit, as_of: Day, gather: &mut Gather) {
    for statement in &audit.statements {
        if !late(statement.last_day, audit.parameters.unmatched_days, as_of) {
            continue;
        }
        let waits: Vec<_> =
            statement.lines.iter().filter(|line| line.out && line.matched.is_none()).collect();
        let Some(first) = waits.first() else { continue };
        let place = general(statement.position, statement.last_day);
        gather.take(84, place, || {
            let debits = counted(waits.len(), "debit");
            let detail = format!("{debits}, the first in line {}", first.number);
            let mut finding = found(84, place, detail);
            finding.count = waits.len() as u64;
            finding.amount = Total::from_paise(waits.iter().map(|line| line.amount).sum());
            finding
        });
    }
}

/// C97: things that came in and went nowhere.
fn stores(audit: &Audit, as_of: Day, gather: &mut Gather) {
    for (store, stored) in audit.stores.iter().filter(|(_, stored)| stored.here > 0) {
        let Some(came) = stored.last_in_on else { continue };
        if !late(came, audit.parameters.stock_days, as_of) {
            continue;
        }
        let place = Place {
            scheme: store.scheme,
            district: Some(store.district),
            ..general(stored.last_in, came)
        };
        gather.take(97, place, || {
            let item = audit.word(store.item);
            let days = counted(days_between(came, as_of), "day");
            let detail = format!("{} of {item} in store, {days} after the last", stored.here);
            let mut finding = found(97, place, detail);
            finding.count = u64::try_from(stored.here).unwrap_or(u64::MAX);
            finding
        });
    }
}

/// C93: interest that was not handed back.
fn interest(audit: &Audit, as_of: Day, gather: &mut Gather) {
    for (fund, book) in audit.funds.iter().filter(|(_, book)| book.interest > 0) {
        let Some(last) = book.last_interest_on else { continue };
        let year = bahi_core::FinancialYear::of(last).last_day();
        if !late(year, audit.parameters.interest_days, as_of) {
            continue;
        }
        let place = Place::of(book.last_interest, Position::NONE, *fund, year);
        gather.take(93, place, || {
            let mut finding = found(93, place, "interest earned and not handed back".into());
            finding.amount = Total::from_paise(book.interest);
            finding
        });
    }
}

/// A place of no case and no fund.
const fn general(event: Position, day: Day) -> Place {
    Place { event, case: Position::NONE, scheme: bahi_core::SchemeNo::NONE, district: None, day }
}
