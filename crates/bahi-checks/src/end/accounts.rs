//! Accounts and branches: shared ones, money that goes round, branches with much of a district.

use alloc::{format, vec::Vec};

use bahi_core::{AccountKey, BarSubject, District, Ifsc, Position, SchemeNo, Total};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::{Common, runs};
use crate::{
    audit::Audit,
    finding::{FINDING_EVENTS_MAX, Gather, found},
    memory::Payment,
};

pub(super) fn look(audit: &Audit, gather: &mut Gather) {
    if gather.asks(31) {
        shared(audit, gather);
    }
    if gather.asks(65) {
        rounds(audit, gather);
    }
    if gather.asks(66) {
        branches(audit, gather);
    }
}

/// C31: one account for different applicants.
fn shared(audit: &Audit, gather: &mut Gather) {
    let mut common = Common::default();
    for (payment, number) in audit.payments.iter().zip(0..).filter(|one| !one.0.reversed) {
        common.add(payment.account, number);
    }
    let shared = common.shared(2).into_iter().map(|number| &audit.payments[number as usize]);
    let mut all: Vec<(AccountKey, &Payment)> = shared.map(|one| (one.account, one)).collect();
    all.sort_unstable_by_key(|one| (one.0, one.1.position));
    for run in runs(&all, |one| one.0).into_iter().filter(|run| run.len() > 1) {
        let mut who: Vec<BarSubject> =
            run.iter().filter_map(|one| audit.case_of(one.1).who()).collect();
        who.sort_unstable();
        who.dedup();
        if who.len() < audit.parameters.account_sharers_min as usize {
            continue;
        }
        let (first, last) = (run[0].1, run[run.len() - 1].1);
        let mut place = audit.place(first.position, audit.case_of(first), last.day);
        let elsewhere = run.iter().any(|one| one.1.fund.district != first.fund.district);
        place.district = place.district.filter(|_| !elsewhere);
        gather.take(31, place, || {
            let detail = format!("{} payments to {} applicants", run.len(), who.len());
            let mut finding = found(31, place, detail);
            let events = run.iter().map(|one| one.1.position);
            finding.events = events.take(FINDING_EVENTS_MAX).collect();
            finding.count = run.len() as u64;
            finding.case = Position::NONE;
            finding.amount = standing(run.iter().map(|one| one.1));
            finding.parties = Vec::from([BarSubject::Account(first.account)]);
            finding.parties.extend(&who);
            finding
        });
    }
}

fn standing<'a>(payments: impl Iterator<Item = &'a Payment>) -> Total {
    Total::from_paise(payments.filter(|one| one.stands()).map(Payment::paise).sum())
}

/// C65: cases of several applicants by one account or family, paid one soon after the other.
fn rounds(audit: &Audit, gather: &mut Gather) {
    let each_of = |payment: &Payment, take: &mut dyn FnMut((SchemeNo, BarSubject))| {
        let scheme = payment.fund.scheme;
        take((scheme, BarSubject::Account(payment.account)));
        audit.case_of(payment).family().into_iter().for_each(|family| take((scheme, family)));
    };
    let mut common = Common::default();
    for (payment, number) in audit.payments.iter().zip(0..).filter(|one| one.0.stands()) {
        each_of(payment, &mut |key| common.add(key, number));
    }
    let mut all: Vec<(SchemeNo, BarSubject, &Payment)> = Vec::new();
    for number in common.shared(audit.parameters.round_cases_min as usize) {
        let payment = &audit.payments[number as usize];
        each_of(payment, &mut |(scheme, party)| all.push((scheme, party, payment)));
    }
    all.sort_unstable_by_key(|one| (one.0, one.1, one.2.day, one.2.position));
    for run in runs(&all, |one| (one.0, one.1)) {
        let soon = |left: &(SchemeNo, BarSubject, &Payment), right: &(_, _, &Payment)| {
            let apart = right.2.day.epoch_days() - left.2.day.epoch_days();
            apart <= audit.parameters.round_days
        };
        for round in run.chunk_by(|left, right| soon(left, right)) {
            let mut cases: Vec<u32> = round.iter().map(|one| one.2.case).collect();
            cases.sort_unstable();
            cases.dedup();
            // Several claims of one applicant are for the limits of the terms to count.
            let who = |case: &u32| audit.cases[*case as usize].who();
            let alone = cases.windows(2).all(|pair| who(&pair[0]) == who(&pair[1]));
            if cases.len() < audit.parameters.round_cases_min as usize || alone {
                continue;
            }
            let (first, last) = (round[0].2, round[round.len() - 1].2);
            let place = audit.place(first.position, audit.case_of(first), last.day);
            gather.take(65, place, || {
                let detail = format!("{} cases, one soon after the other", cases.len());
                let mut finding = found(65, place, detail);
                let events = round.iter().map(|one| one.2.position);
                finding.events = events.take(FINDING_EVENTS_MAX).collect();
                finding.count = cases.len() as u64;
                finding.case = Position::NONE;
                finding.amount = standing(round.iter().map(|one| one.2));
                finding.parties = Vec::from([round[0].1]);
                finding
            });
        }
    }
}

/// C66: a branch with much of what a district was paid.
fn branches(audit: &Audit, gather: &mut Gather) {
    let mut common = Common::default();
    let mut districts: HashMap<(SchemeNo, District), usize, RandomState> = HashMap::default();
    for (payment, number) in audit.payments.iter().zip(0..).filter(|one| one.0.stands()) {
        let key = (payment.fund.scheme, payment.fund.district);
        *districts.entry(key).or_default() += 1;
        common.add((key, payment.ifsc), number);
    }
    let (few, least) = (audit.parameters.branch_payments_min, audit.parameters.branch_percent);
    let many = common.shared(few as usize).into_iter();
    let mut all: Vec<((SchemeNo, District), Ifsc, &Payment)> = many
        .map(|number| &audit.payments[number as usize])
        .map(|one| ((one.fund.scheme, one.fund.district), one.ifsc, one))
        .collect();
    all.sort_unstable_by_key(|one| (one.0, one.1, one.2.position));
    for branch in runs(&all, |one| (one.0, one.1)) {
        let all = districts.get(&branch[0].0).copied().unwrap_or_default();
        if branch.len() < few as usize || branch.len() * 100 < all * usize::from(least) {
            continue;
        }
        let (first, last) = (branch[0].2, branch[branch.len() - 1].2);
        let place = audit.place(first.position, audit.case_of(first), last.day);
        gather.take(66, place, || {
            let of = branch.len();
            let mut finding =
                found(66, place, format!("{of} of {all} payments through {}", first.ifsc));
            let events = branch.iter().map(|one| one.2.position);
            finding.events = events.take(FINDING_EVENTS_MAX).collect();
            finding.count = of as u64;
            finding.case = Position::NONE;
            finding.amount = standing(branch.iter().map(|one| one.2));
            finding
        });
    }
}
