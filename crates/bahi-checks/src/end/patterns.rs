//! Patterns that honest work may leave too: edges, March, queues, digits, late recording.

use alloc::{collections::BTreeMap, format, vec::Vec};

use bahi_core::{
    Day, District, Expr, FinancialYear, FundKey, Position, SchemeNo, StoredFact, Test, Total, Word,
    WordNo,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::of_case;
use crate::{
    audit::Audit,
    finding::{FINDING_EVENTS_MAX, Gather, Place, counted, found},
    memory::{Case, Payment},
};

pub(super) fn look(audit: &Audit, gather: &mut Gather) {
    if gather.asks(15) || gather.asks(17) {
        edges(audit, gather);
    }
    if gather.asks(44) {
        queues(audit, gather);
    }
    if gather.asks(92) {
        march(audit, gather);
    }
    if gather.asks(99) {
        digits(audit, gather);
    }
    late_records(audit, gather);
    without_steps(audit, gather);
}

/// An amount at which terms change.
pub(super) struct Edge {
    /// The fact it is on.
    pub(super) fact: Word,
    /// The last amount below, in paise.
    pub(super) at: i128,
}

impl Audit {
    /// The edges of the terms a case was granted under: slabs and conditions on one stated amount.
    pub(super) fn edges(&self, case: &Case) -> Vec<Edge> {
        let Some(grant) = case.grant() else { return Vec::new() };
        let Some(terms) = self.terms(case.fund.scheme, grant.terms, grant.day) else {
            return Vec::new();
        };
        edges_of(terms)
    }

    /// A stated amount, in paise.
    pub(super) fn stated(&self, case: &Case, fact: &Word) -> Option<i128> {
        match case.fact(fact.as_str(), &self.names)? {
            StoredFact::Money(money) => Some(i128::from(money.paise())),
            StoredFact::Count(_) | StoredFact::Flag(_) | StoredFact::Word(_) => None,
        }
    }
}

fn edges_of(terms: &bahi_core::Terms) -> Vec<Edge> {
    let mut edges = Vec::new();
    for item in &terms.parts().items {
        of_expr(&item.allowed, &mut edges);
    }
    for require in &terms.parts().requires {
        of_test(&require.test, &mut edges);
    }
    edges.sort_by(|left, right| (&left.fact, left.at).cmp(&(&right.fact, right.at)));
    edges.dedup_by(|left, right| left.fact == right.fact && left.at == right.at);
    edges
}

fn of_expr(expr: &Expr, edges: &mut Vec<Edge>) {
    match expr {
        Expr::Slab { on, rows } => {
            if let Expr::Fact(fact) = on.as_ref() {
                let bounds = rows.iter().filter_map(|row| row.up_to);
                edges.extend(
                    bounds.map(|bound| Edge { fact: fact.clone(), at: i128::from(bound.paise()) }),
                );
            }
            rows.iter().for_each(|row| of_expr(&row.gives, edges));
        }
        Expr::Min(all) | Expr::Max(all) | Expr::Add(all) => {
            all.iter().for_each(|one| of_expr(one, edges));
        }
        Expr::Sub(one, other) | Expr::Mul(one, other) | Expr::Cap(one, other) => {
            of_expr(one, edges);
            of_expr(other, edges);
        }
        Expr::Ratio { base, .. } => of_expr(base, edges),
        Expr::Choose { rows, .. } => rows.iter().for_each(|(_, one)| of_expr(one, edges)),
        Expr::If(test, one, other) => {
            of_test(test, edges);
            of_expr(one, edges);
            of_expr(other, edges);
        }
        Expr::Require(require, one) => {
            of_test(&require.test, edges);
            of_expr(one, edges);
        }
        Expr::Fact(_) | Expr::Const(_) | Expr::Number(_) => {}
    }
}

fn of_test(test: &Test, edges: &mut Vec<Edge>) {
    match test {
        Test::AtMost(Expr::Fact(fact), Expr::Const(bound)) => {
            edges.push(Edge { fact: fact.clone(), at: i128::from(bound.paise()) });
        }
        Test::All(all) | Test::Any(all) => all.iter().for_each(|one| of_test(one, edges)),
        Test::Not(one) => of_test(one, edges),
        Test::AtMost(_, _)
        | Test::Below(_, _)
        | Test::Flag(_)
        | Test::Is(_, _)
        | Test::Given(_) => {}
    }
}

/// What cases state beside one edge of a version's terms.
struct Beside<'a> {
    /// The number of the version.
    version: usize,
    edge: Edge,
    fact: WordNo,
    near: i128,
    on_edge: Vec<&'a Case>,
    beside: usize,
    under: Vec<&'a Case>,
}

/// C15, C17: cases on an edge, and just under one. Each case is looked at once, beside the edges of its terms.
fn edges(audit: &Audit, gather: &mut Gather) {
    let near_percent = i128::from(audit.parameters.near_edge_percent);
    let mut all: Vec<Beside<'_>> = Vec::new();
    // Where the edges of each version begin and end.
    let mut of_version: Vec<core::ops::Range<usize>> = Vec::new();
    for (version, one) in audit.versions.iter().enumerate() {
        let first = all.len();
        for edge in edges_of(&one.terms) {
            let Some(fact) = audit.names.word_no(edge.fact.as_str()) else { continue };
            let near = edge.at * near_percent / 100;
            let (on_edge, under) = (Vec::new(), Vec::new());
            all.push(Beside { version, edge, fact, near, on_edge, beside: 0, under });
        }
        of_version.push(first..all.len());
    }
    for case in &audit.cases {
        let Some(grant) = case.grant() else { continue };
        for (version, edges) in audit.versions.iter().zip(&of_version) {
            if version.scheme == case.fund.scheme && version.number == grant.terms {
                all[edges.clone()].iter_mut().for_each(|one| one.take(case));
            }
        }
    }
    for one in &all {
        one.under.iter().for_each(|case| just_under(audit, gather, case, &one.edge));
        let scheme = audit.versions[one.version].scheme;
        bunch(audit, gather, (scheme, &one.edge), (&one.on_edge, one.beside));
    }
}

impl<'a> Beside<'a> {
    fn take(&mut self, case: &'a Case) {
        let Some(StoredFact::Money(stated)) = case.fact_of(self.fact) else { return };
        let apart = self.edge.at - i128::from(stated.paise());
        if apart == 0 {
            self.on_edge.push(case);
        } else if apart.abs() <= self.near {
            self.beside += 1;
        }
        if (1..self.near).contains(&apart) {
            self.under.push(case);
        }
    }
}

fn just_under(audit: &Audit, gather: &mut Gather, case: &Case, edge: &Edge) {
    let Some(grant) = case.grant() else { return };
    let place = audit.place(grant.position, case, grant.day);
    gather.take(17, place, || {
        let stated = Total::from_paise(audit.stated(case, &edge.fact).unwrap_or_default());
        let at = Total::from_paise(edge.at);
        let detail = format!("{} is {}, the edge is {}", edge.fact, stated.grouped(), at.grouped());
        of_case(audit, case, found(17, place, detail), case.granted.paise())
    });
}

fn bunch(
    audit: &Audit,
    gather: &mut Gather,
    (scheme, edge): (SchemeNo, &Edge),
    (on_edge, beside): (&[&Case], usize),
) {
    let (few, times) = (audit.parameters.bunch_cases_min, audit.parameters.bunch_times);
    let (Some(first), Some(last)) = (on_edge.first(), on_edge.last()) else { return };
    if on_edge.len() < few as usize || on_edge.len() < beside.saturating_mul(times as usize) {
        return;
    }
    let place = Place { district: None, scheme, ..audit.place(first.first, first, last.day) };
    gather.take(15, place, || {
        let at = Total::from_paise(edge.at);
        let count = on_edge.len();
        let detail =
            format!("{count} with {} of exactly {}, {beside} near it", edge.fact, at.grouped());
        let mut finding = found(15, place, detail);
        finding.events = on_edge.iter().take(FINDING_EVENTS_MAX).map(|case| case.first).collect();
        finding.count = count as u64;
        finding.case = Position::NONE;
        finding.amount = Total::from_paise(on_edge.iter().map(|case| case.granted.paise()).sum());
        finding
    });
}

/// A case of a fund: its sanction, and its first payment.
type Queued = (Day, Position, Option<Day>);

/// C44: who was granted first and paid later than one granted after.
fn queues(audit: &Audit, gather: &mut Gather) {
    let mut funds: HashMap<FundKey, Vec<Queued>, RandomState> = HashMap::default();
    for case in &audit.cases {
        let Some(grant) = case.grant() else { continue };
        let paid = case.payments.iter().map(|number| &audit.payments[*number as usize]);
        let first = paid.filter(|one| !one.reversed).map(|one| one.day).min();
        funds.entry(grant.fund).or_default().push((grant.day, grant.position, first));
    }
    let mut funds: Vec<(FundKey, Vec<Queued>)> = funds.into_iter().collect();
    funds.sort_unstable_by_key(|one| one.0);
    for (fund, mut queued) in funds {
        // Cases come nearly in the order in which they are granted, which a stable sort is fast at.
        queued.sort_by_key(|one| (one.0, one.1));
        queue(audit, gather, fund, &queued);
    }
}

fn queue(audit: &Audit, gather: &mut Gather, key: FundKey, fund: &[Queued]) {
    // From the last sanction back: the earliest payment of those granted so many days later.
    let mut overtaken: Vec<(Position, Day)> = Vec::new();
    let mut earliest: Option<Day> = None;
    let mut later = fund.len();
    for one in fund.iter().rev() {
        let after = one.0.plus_days(audit.parameters.overtaken_days).unwrap_or(Day::MAX);
        while let Some(next) =
            later.checked_sub(1).map(|at| &fund[at]).filter(|next| next.0 > after)
        {
            earliest = match (earliest, next.2) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            later -= 1;
        }
        if let (Some(paid), Some(before)) = (one.2, earliest)
            && before < paid
        {
            overtaken.push((one.1, paid));
        }
    }
    overtaken.reverse();
    let (Some((first, _)), Some(day)) =
        (overtaken.first(), overtaken.iter().map(|one| one.1).max())
    else {
        return;
    };
    let place = Place::of(*first, Position::NONE, key, day);
    gather.take(44, place, || {
        let (count, all) = (overtaken.len(), fund.len());
        let detail = format!("{count} of {all} cases overtaken");
        let mut finding = found(44, place, detail);
        finding.events = overtaken.iter().take(FINDING_EVENTS_MAX).map(|one| one.0).collect();
        finding.count = count as u64;
        finding
    });
}

/// What a scheme paid in a district and year, and how much of it in March.
#[derive(Default)]
struct Paid<'a> {
    payments: u32,
    all: i128,
    march: i128,
    in_march: Vec<&'a Payment>,
}

/// C92: the part of a year that was paid in March.
fn march(audit: &Audit, gather: &mut Gather) {
    type Year = (SchemeNo, District, FinancialYear);
    let mut years: HashMap<Year, Paid<'_>, RandomState> = HashMap::default();
    for one in audit.payments.iter().filter(|payment| payment.stands()) {
        let year = FinancialYear::of(one.day);
        let paid = years.entry((one.fund.scheme, one.fund.district, year)).or_default();
        paid.payments += 1;
        paid.all += one.paise();
        if one.day.date().1 == 3 {
            paid.march += one.paise();
            paid.in_march.push(one);
        }
    }
    let most = i128::from(audit.parameters.march_percent);
    let mut years: Vec<(Year, Paid<'_>)> = years.into_iter().collect();
    years.sort_unstable_by_key(|one| one.0);
    for ((_, _, fy), year) in years {
        let Paid { payments, all: sum, march, in_march } = year;
        let Some(first) = in_march.first() else { continue };
        if payments < audit.parameters.march_payments_min || march * 100 <= sum * most {
            continue;
        }
        let place = Place::of(first.position, Position::NONE, first.fund, fy.last_day());
        gather.take(92, place, || {
            let percent = march * 100 / sum;
            let detail =
                format!("{percent} % of what {fy} paid, {}", counted(in_march.len(), "payment"));
            let mut finding = found(92, place, detail);
            finding.events =
                in_march.iter().take(FINDING_EVENTS_MAX).map(|one| one.position).collect();
            finding.count = in_march.len() as u64;
            finding.amount = Total::from_paise(march);
            finding
        });
    }
}

/// Shares of the first digits one to nine by the first-digit law, in parts of ten thousand.
const FIRST_DIGITS: [u32; 9] = [3_010, 1_761, 1_249, 969, 792, 669, 580, 512, 458];

/// C99: first digits of the payments of a scheme.
fn digits(audit: &Audit, gather: &mut Gather) {
    let mut schemes: BTreeMap<SchemeNo, ([u64; 9], &Payment, Day)> = BTreeMap::new();
    for payment in audit.payments.iter().filter(|one| one.stands() && !one.amount.is_zero()) {
        let entry = (([0; 9]), payment, payment.day);
        let (counts, _, last) = schemes.entry(payment.fund.scheme).or_insert(entry);
        counts[first_digit(payment.paise()) - 1] += 1;
        *last = payment.day.max(*last);
    }
    for (scheme, (counts, first, day)) in schemes {
        let all: u64 = counts.iter().sum();
        if all < u64::from(audit.parameters.digits_payments_min) {
            continue;
        }
        let apart = |(count, share): (&u64, u32)| (count * 10_000 / all).abs_diff(u64::from(share));
        let mean = counts.iter().zip(FIRST_DIGITS).map(apart).sum::<u64>() / 9;
        if mean <= u64::from(audit.parameters.digits_per_ten_thousand) {
            continue;
        }
        let place =
            Place { event: first.position, case: Position::NONE, scheme, district: None, day };
        gather.take(99, place, || {
            let detail = format!(
                "{all} payments lie {}.{:02} % from the law on average",
                mean / 100,
                mean % 100
            );
            let mut finding = found(99, place, detail);
            finding.count = all;
            finding
        });
    }
}

fn first_digit(mut amount: i128) -> usize {
    while amount >= 10 {
        amount /= 10;
    }
    usize::try_from(amount).unwrap_or(1).clamp(1, 9)
}

/// C05: what an actor recorded long after it counts, in a year.
fn late_records(audit: &Audit, gather: &mut Gather) {
    for ((actor, _), late) in &audit.late_records {
        let Some(first) = late.events.first() else { continue };
        let place = Place {
            event: *first,
            case: Position::NONE,
            scheme: SchemeNo::NONE,
            district: None,
            day: late.day,
        };
        gather.take(5, place, || {
            let who = audit.names.actor(*actor).map_or("nobody known", |name| name.as_str());
            let worst = counted(late.worst, "day");
            let detail = format!("{} by {who}, at worst {worst} after", late.count);
            let mut finding = found(5, place, detail);
            finding.events.clone_from(&late.events);
            finding.count = late.count;
            finding
        });
    }
}

/// C02: cases of a fund that went on without a single recorded step.
fn without_steps(audit: &Audit, gather: &mut Gather) {
    for (fund, group) in &audit.without_steps {
        let Some(first) = group.events.first() else { continue };
        let place = Place::of(*first, Position::NONE, *fund, group.day);
        gather.take(2, place, || {
            let count = group.cases.len();
            let mut finding =
                found(2, place, format!("{} without any recorded step", counted(count, "case")));
            finding.events.clone_from(&group.events);
            finding.count = count as u64;
            finding.amount = Total::from_paise(group.amount);
            finding
        });
    }
}
