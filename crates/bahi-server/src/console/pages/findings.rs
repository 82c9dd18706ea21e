//! Findings: what the auditor's tests say, test by test, each with its events and what to ask.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use bahi::{
    CHECKS, CheckId, Filter, Finding, Findings, Severity,
    core::{Position, Total},
};

use super::district;
use crate::console::{
    answer::{Asked, Wrong},
    ask::Ask,
    figures::{self, Figure, count},
    frame::{Choice, Frame, Section},
    paths,
    words::{Words, question, title},
};

/// How many findings a page shows.
const SHOWN: usize = 40;

/// A test that found something.
struct CheckRow {
    id: String,
    href: String,
    title: &'static str,
    severity: &'static str,
    class: &'static str,
    count: String,
    amount: Figure,
    current: bool,
}

/// A finding.
struct FindingRow {
    id: String,
    title: &'static str,
    severity: &'static str,
    class: &'static str,
    day: String,
    place: String,
    case: String,
    case_href: String,
    amount: Figure,
    detail: String,
    rule: String,
    question: &'static str,
    events: Vec<(String, String)>,
    more: String,
    settled: bool,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    frame: Frame,
    w: Words,
    severities: Vec<Choice>,
    checks: Vec<CheckRow>,
    findings: Vec<FindingRow>,
    found: String,
    shown: String,
    one: String,
    all: String,
    read: String,
    reading: bool,
    again: String,
    past: bool,
}

/// The word of a severity.
const fn severity(severity: Severity, w: Words) -> &'static str {
    match severity {
        Severity::Error => w.error(),
        Severity::Warning => w.warning(),
        Severity::Lead => w.lead(),
    }
}

/// `/console/findings`: what the tests find.
pub(in crate::console) async fn page(asked: Asked) -> Response {
    let page = answer(&asked).await;
    asked.respond(page)
}

async fn answer(asked: &Asked) -> Result<FindingsPage, Wrong> {
    let ask = &asked.ask;
    let (around, filter) =
        asked.question(|_, ask, caller| Ok(caller.narrow(ask.filter.clone())?)).await?;
    let found = asked.watch.findings(asked.service(), around.aged_on()).await;
    let last = asked.service().snapshot().position();
    let read = found.as_ref().map_or(Position::NONE, |found| found.read);
    let none = Findings::default();
    let findings = found.as_ref().map_or(&none, |found| &found.findings);
    let kept = &findings.kept;
    let schemes = schemes(asked, &filter).await?;
    let sees = |finding: &&Finding| {
        filter.district.is_none_or(|one| finding.district == Some(one))
            && schemes.is_none_or(|one| finding.scheme == one)
    };
    let scoped = filter.district.is_some() || filter.scheme.is_some();
    // Each finding is looked at once, however many tests there are.
    let mut by_check: BTreeMap<CheckId, Vec<&Finding>> = BTreeMap::new();
    for finding in kept.iter().filter(sees) {
        by_check.entry(finding.check).or_default().push(finding);
    }
    let mut checks = Vec::new();
    for check in CHECKS {
        if ask.severity.is_some_and(|wanted| wanted != check.severity) {
            continue;
        }
        let of = by_check.get(&check.id).map_or(&[][..], Vec::as_slice);
        let whole = findings.counts.get(&check.id).copied().unwrap_or_default();
        let counted = if scoped { of.len() as u64 } else { whole };
        if counted > 0 {
            checks.push(check_row(check, counted, of, ask));
        }
    }
    let wanted = |finding: &&Finding| {
        sees(finding)
            && ask.check.is_none_or(|check| finding.check == check)
            && ask.severity.is_none_or(|wanted| finding.about().severity == wanted)
    };
    let mut wanted: Vec<&Finding> = kept.iter().filter(wanted).collect();
    // The gravest first, and of these what most money is in question of.
    wanted.sort_by_key(|one| (one.about().severity, std::cmp::Reverse(one.amount), one.check));
    let shown = wanted.len().min(SHOWN);
    let all = wanted.len() as u64;
    wanted.truncate(shown);
    let rows = rows(asked, wanted.into_iter().cloned().collect()).await?;
    let w = asked.words();
    let frame = asked.frame(w.findings(), Section::Findings, paths::FINDINGS, &around);
    Ok(FindingsPage {
        severities: severities(ask),
        checks,
        findings: rows,
        found: count(all),
        shown: count(shown as u64),
        one: ask.check.map(|check| check.to_string()).unwrap_or_default(),
        all: ask.here_with(paths::FINDINGS, |it| it.check = None),
        read: count(read.0),
        reading: found.as_ref().is_none_or(|found| !found.whole && found.read < last),
        again: ask.here_with(paths::FINDINGS, |_| {}),
        past: ask.is_past(),
        frame,
        w,
    })
}

/// The number of the one scheme that findings are narrowed to.
async fn schemes(asked: &Asked, filter: &Filter) -> Result<Option<bahi::core::SchemeNo>, Wrong> {
    let Some(scheme) = filter.scheme.clone() else { return Ok(None) };
    let number = move |ledger: &bahi::Ledger| ledger.names().scheme_no(scheme.as_str());
    let number = asked.service().ask(number).await?;
    number.map(Some).ok_or(Wrong::Nothing("no such scheme is open in this ledger"))
}

fn severities(ask: &Ask) -> Vec<Choice> {
    let w = ask.words();
    let choice = |wanted: Option<Severity>| Choice {
        name: wanted.map_or(w.all(), |one| severity(one, w)).to_owned(),
        href: ask.here_with(paths::FINDINGS, |it| {
            it.severity = wanted;
            it.check = None;
        }),
        current: ask.severity == wanted,
        lang: ask.lang.code(),
    };
    let all = [None, Some(Severity::Error), Some(Severity::Warning), Some(Severity::Lead)];
    all.map(choice).to_vec()
}

fn check_row(check: &'static bahi::Check, found: u64, of: &[&Finding], ask: &Ask) -> CheckRow {
    let paise = of.iter().map(|finding| finding.amount.paise()).sum();
    let id: CheckId = check.id;
    CheckRow {
        id: id.to_string(),
        href: ask.here_with(paths::FINDINGS, |it| it.check = Some(id)),
        title: title(check, ask.lang),
        severity: severity(check.severity, ask.words()),
        class: check.severity.name(),
        count: count(found),
        amount: Figure::plain(Total::from_paise(paise), ask.unit),
        current: ask.check == Some(id),
    }
}

/// Findings with the names of their cases and schemes, asked for at once.
async fn rows(asked: &Asked, findings: Vec<Finding>) -> Result<Vec<FindingRow>, Wrong> {
    let ask = asked.ask.clone();
    let name = move |ledger: &bahi::Ledger| {
        let row = |finding: &Finding| {
            let case = ledger.case_ref(finding.case).map(|it| it.to_string());
            let scheme = ledger.names().scheme(finding.scheme).map(ToString::to_string);
            row(finding, case.unwrap_or_default(), scheme.unwrap_or_default(), &ask)
        };
        findings.iter().map(row).collect::<Vec<FindingRow>>()
    };
    Ok(asked.service().ask(name).await?)
}

fn row(finding: &Finding, case: String, scheme: String, ask: &Ask) -> FindingRow {
    /// How many of a finding's events are named.
    const NAMED: usize = 6;
    let check = finding.about();
    let district = finding.district.map(|one| district::name(one, ask.lang));
    let place = [Some(scheme).filter(|it| !it.is_empty()), district];
    let place: Vec<String> = place.into_iter().flatten().collect();
    let event = |position: &Position| (count(position.0), ask.link(&paths::event(*position), &[]));
    let rest = finding.count.saturating_sub(NAMED as u64);
    let order = finding.order.as_ref().map(|order| order.order.to_string());
    let rule = finding.rule.as_ref().map(ToString::to_string);
    let rule: Vec<String> = [order, rule].into_iter().flatten().collect();
    FindingRow {
        id: finding.id().to_string(),
        title: title(check, ask.lang),
        severity: severity(check.severity, ask.words()),
        class: check.severity.name(),
        day: figures::day(finding.day, ask.lang),
        place: place.join(" · "),
        case_href: if case.is_empty() {
            String::new()
        } else {
            ask.link(&paths::case(finding.case), &[])
        },
        case,
        amount: Figure::plain(finding.amount, ask.unit),
        detail: finding.detail.clone(),
        rule: rule.join(" · "),
        question: question(check, ask.lang),
        events: finding.events.iter().take(NAMED).map(event).collect(),
        more: if rest > 0 { format!("+{}", count(rest)) } else { String::new() },
        settled: finding.settled.is_some(),
    }
}
