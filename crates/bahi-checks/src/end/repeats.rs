//! Who comes again: limits of the terms, several districts, one project in parts.

use alloc::{format, vec::Vec};

use bahi_core::{
    Across, BarSubject, Counted, Day, Facts, Limit, Per, Position, SchemeNo, StoredFact, Total,
    Word,
};

use super::{Common, by_rule, of_case, runs};
use crate::{
    audit::{Audit, check_of_code},
    finding::{Gather, found},
    memory::Case,
};

pub(super) fn look(audit: &Audit, gather: &mut Gather) {
    if [30, 40, 50, 51, 56].into_iter().any(|check| gather.asks(check)) {
        limits(audit, gather);
    }
    if gather.asks(33) {
        districts(audit, gather);
    }
    if gather.asks(18) {
        parts(audit, gather);
    }
}

/// A case that counts towards a limit; in order of what it counts together with, then of its day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Counting {
    /// The limit's code, by number.
    code: u32,
    /// The scheme the limit counts in; none where it counts in all.
    scheme: SchemeNo,
    party: BarSubject,
    same: (u8, u64),
    day: Day,
    first: Position,
    /// The case, the version of its terms and the limit in it, by number.
    case: u32,
    version: u32,
    limit: u32,
}

impl Counting {
    fn limit(self, audit: &Audit) -> &Limit {
        &audit.versions[self.version as usize].terms.parts().limits[self.limit as usize]
    }
}

/// C30, C40, C50, C51, C56: the limits of the terms, counted again.
fn limits(audit: &Audit, gather: &mut Gather) {
    let key = |one: &Counting| (one.code, one.scheme, one.party, one.same);
    let mut codes: Vec<&Word> = Vec::new();
    let mut common = Common::default();
    for (case, number) in audit.cases.iter().zip(0..) {
        each_counting(audit, (case, number), &mut codes, &mut |one| common.add(key(&one), number));
    }
    let mut all: Vec<Counting> = Vec::new();
    for number in common.shared(2) {
        let case = &audit.cases[number as usize];
        each_counting(audit, (case, number), &mut codes, &mut |one| all.push(one));
    }
    all.sort_unstable();
    for run in all.chunk_by(|left, right| key(left) == key(right)).filter(|run| run.len() > 1) {
        for (index, one) in run.iter().enumerate() {
            let limit = one.limit(audit);
            let within = |before: &&Counting| limit.within.holds(before.day, one.day);
            let before: Vec<Position> =
                run[..index].iter().filter(within).map(|before| before.first).collect();
            if before.len() >= usize::from(limit.count) {
                tell(audit, gather, *one, &before);
            }
        }
    }
}

fn tell(audit: &Audit, gather: &mut Gather, one: Counting, before: &[Position]) {
    let limit = one.limit(audit);
    let case = &audit.cases[one.case as usize];
    let check = check_of_code(limit.code.as_str()).unwrap_or(30);
    let place = audit.place(one.first, case, one.day);
    gather.take(check, place, || {
        let times = before.len() + 1;
        let detail = format!("{}: {times} where {} may be", limit.code, limit.count);
        let mut finding = of_case(audit, case, found(check, place, detail), case.granted.paise());
        finding.events.extend(before);
        finding.count = times as u64;
        finding.parties = Vec::from([one.party]);
        let terms = &audit.versions[one.version as usize].terms;
        by_rule(finding, &limit.paragraph, terms.authority_of(&limit.paragraph))
    });
}

/// Everything that a case counts towards.
fn each_counting<'a>(
    audit: &'a Audit,
    (case, number): (&Case, u32),
    codes: &mut Vec<&'a Word>,
    take: &mut dyn FnMut(Counting),
) {
    let named = case.grant().map_or(0, |grant| grant.terms);
    let fits = |one: &crate::memory::Version| {
        one.scheme == case.fund.scheme
            && if named > 0 { one.number == named } else { one.terms.in_force_on(case.day) }
    };
    let Some(version) = audit.versions.iter().rposition(fits) else { return };
    let terms = &audit.versions[version].terms;
    let mut facts: Option<Facts> = None;
    for (limit, limit_no) in terms.parts().limits.iter().zip(0..) {
        let Some(day) = counts_on(audit, case, limit.of) else { continue };
        let fails = |test| {
            let facts = facts.get_or_insert_with(|| case.facts(&audit.names));
            !terms.holds(test, facts)
        };
        if limit.when.as_ref().is_some_and(fails) {
            continue;
        }
        let Some(same) = same_of(audit, case, limit.same.as_ref()) else { continue };
        let known = codes.iter().position(|code| **code == limit.code);
        let code = known.unwrap_or_else(|| {
            codes.push(&limit.code);
            codes.len() - 1
        });
        let scheme = match limit.across {
            Across::Scheme => case.fund.scheme,
            Across::Ledger => SchemeNo::NONE,
        };
        each_of_whom(case, limit.per, &mut |party| {
            take(Counting {
                code: u32::try_from(code).unwrap_or(u32::MAX),
                scheme,
                party,
                same,
                day,
                first: case.first,
                case: number,
                version: u32::try_from(version).unwrap_or(u32::MAX),
                limit: limit_no,
            });
        });
    }
}

/// The day on which a case counts; none where it does not.
fn counts_on(audit: &Audit, case: &Case, of: Counted) -> Option<Day> {
    match of {
        Counted::Applied => {
            let gone = !case.ended.is_none() && case.paid.paise() == 0;
            (!gone).then_some(case.day)
        }
        Counted::Sanctioned => case.grant().map(|grant| grant.day),
        Counted::Paid => {
            let all = case.payments.iter().map(|number| &audit.payments[*number as usize]);
            all.filter(|payment| payment.stands()).map(|payment| payment.day).min()
        }
    }
}

/// The value that counted cases share; none where the case does not state it.
fn same_of(audit: &Audit, case: &Case, name: Option<&Word>) -> Option<(u8, u64)> {
    let Some(name) = name else { return Some((0, 0)) };
    Some(match case.fact(name.as_str(), &audit.names)? {
        StoredFact::Money(money) => (1, money.paise().unsigned_abs()),
        StoredFact::Count(count) => (2, count),
        StoredFact::Flag(flag) => (3, u64::from(flag)),
        StoredFact::Word(word) => (4, u64::from(word.0)),
    })
}

fn each_of_whom(case: &Case, per: Per, take: &mut dyn FnMut(BarSubject)) {
    let is = |party: &BarSubject| match (per, party) {
        (Per::Person, BarSubject::Person(_))
        | (Per::Family, BarSubject::Family(_) | BarSubject::Person(_))
        | (Per::Body, BarSubject::Body(_)) => true,
        (Per::Person | Per::Family | Per::Body | Per::Applicant, _) => false,
    };
    match per {
        Per::Applicant => case.who().into_iter().for_each(take),
        Per::Person | Per::Family | Per::Body => case.applicant.each_subject(|party| {
            if is(&party) {
                take(party);
            }
        }),
    }
}

/// C33: one person in several districts of a scheme.
fn districts(audit: &Audit, gather: &mut Gather) {
    let each_person = |case: &Case, take: &mut dyn FnMut(BarSubject)| {
        case.applicant.each_subject(|party| {
            if let BarSubject::Person(_) = party {
                take(party);
            }
        });
    };
    let mut common = Common::default();
    for (case, number) in audit.cases.iter().zip(0..) {
        each_person(case, &mut |person| common.add((case.fund.scheme, person), number));
    }
    let mut all: Vec<(SchemeNo, BarSubject, Position, &Case)> = Vec::new();
    for number in common.shared(2) {
        let case = &audit.cases[number as usize];
        each_person(case, &mut |person| all.push((case.fund.scheme, person, case.first, case)));
    }
    all.sort_unstable_by_key(|one| (one.0, one.1, one.2));
    for run in runs(&all, |one| (one.0, one.1)) {
        let (_, person, first, case) = run[0];
        let elsewhere = run.iter().find(|one| one.3.fund.district != case.fund.district);
        let Some((_, _, _, other)) = elsewhere else { continue };
        let place = audit.place(first, case, other.day);
        gather.take(33, place, || {
            let detail = format!("{} applications in several districts", run.len());
            let mut finding = found(33, place, detail);
            finding.events = run.iter().map(|one| one.2).collect();
            finding.count = run.len() as u64;
            finding.case = Position::NONE;
            finding.parties = Vec::from([person]);
            finding.amount = Total::from_paise(run.iter().map(|one| one.3.granted.paise()).sum());
            finding
        });
    }
}

/// C18: two living sanctions of one body that an edge of the terms lies between.
fn parts(audit: &Audit, gather: &mut Gather) {
    let mut all: Vec<(SchemeNo, BarSubject, Position, &Case)> = Vec::new();
    for case in audit.cases.iter().filter(|case| case.grant().is_some()) {
        if let Some(body @ BarSubject::Body(_)) = case.who() {
            all.push((case.fund.scheme, body, case.first, case));
        }
    }
    all.sort_unstable_by_key(|one| (one.0, one.1, one.2));
    for run in runs(&all, |one| (one.0, one.1)).into_iter().filter(|run| run.len() > 1) {
        for edge in audit.edges(run[0].3) {
            let stated = |case: &Case| audit.stated(case, &edge.fact);
            let under = |one: &&(SchemeNo, BarSubject, Position, &Case)| {
                stated(one.3).is_some_and(|amount| amount <= edge.at)
            };
            let parts: Vec<_> = run.iter().filter(under).collect();
            let sum: i128 = parts.iter().filter_map(|one| stated(one.3)).sum();
            let (true, Some(last)) = (parts.len() > 1 && sum > edge.at, parts.last()) else {
                continue;
            };
            let place =
                audit.place(last.2, last.3, last.3.grant().map_or(last.3.day, |one| one.day));
            gather.take(18, place, || {
                let at = Total::from_paise(edge.at);
                let sum = Total::from_paise(sum);
                let count = parts.len();
                let detail =
                    format!("{count} cases of {} together over {}", sum.grouped(), at.grouped());
                let mut finding = of_case(audit, last.3, found(18, place, detail), 0);
                finding.events.extend(parts.iter().rev().skip(1).map(|one| one.2));
                finding.count = count as u64;
                finding.amount = sum;
                finding.parties = Vec::from([last.1]);
                finding
            });
            break;
        }
    }
}
