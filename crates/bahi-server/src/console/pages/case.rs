//! Cases: lists of them, and one with everything that happened to it and why.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::Path, response::Response};
use bahi::{
    CaseStanding, Column, Error, Filter, Ledger, Subject, TrailEntry, View,
    core::{Position, SchemeName, Total},
    json::{DecisionAnswer, ExplainAnswer, FactAnswer, GateAnswer, JudgementAnswer},
};

use super::district;
use crate::{
    Caller,
    console::{
        answer::{Asked, Wrong},
        ask::{Ask, Unit, filter_pairs},
        figures::{self, Figure, amount},
        frame::{Choice, Frame, Section},
        paths,
        words::{Words, kind, role, status},
    },
};

/// How many cases a page lists.
const CASES: usize = 25;
/// The most events of a case that are explained; a trail is shown at any length up to the next.
const EXPLAINED_MAX: usize = 200;
/// The most events of a case that its page shows.
const SHOWN_MAX: usize = 1_000;

/// A case in a list.
#[derive(Clone, Debug)]
pub(in crate::console) struct CaseRow {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) scheme: String,
    pub(super) district: String,
    pub(super) year: String,
    pub(super) applied_on: String,
    pub(super) status: &'static str,
    pub(super) standing: &'static str,
    pub(super) sanctioned: Figure,
    pub(super) paid: Figure,
    pub(super) outstanding: Figure,
}

impl CaseRow {
    fn of(standing: &CaseStanding, ledger: &Ledger, ask: &Ask) -> CaseRow {
        let figures = &standing.figures;
        let href = ask.link(&paths::case(standing.case), &[]);
        let plain = |total: Total| Figure { href: href.clone(), ..Figure::plain(total, ask.unit) };
        let fund = standing.fund;
        let scheme = ledger.names().scheme(fund.scheme);
        let named = standing.case_ref.as_ref().map(ToString::to_string);
        CaseRow {
            name: named.unwrap_or_else(|| standing.case.to_string()),
            href: href.clone(),
            scheme: scheme.map(ToString::to_string).unwrap_or_default(),
            district: district::name(fund.district, ask.lang),
            year: fund.fy.to_string(),
            applied_on: figures::day(standing.applied_on, ask.lang),
            status: status(figures.status, ask.lang),
            standing: tone(figures.status),
            sanctioned: plain(figures.sanctioned),
            paid: plain(figures.net_paid()),
            outstanding: plain(figures.net_paid() - figures.accounted()),
        }
    }
}

/// Whether a status is an end, on its way, or in trouble: for its colour, which says nothing alone.
const fn tone(status: bahi::Status) -> &'static str {
    use bahi::Status;
    match status {
        Status::Utilised | Status::Adjusted | Status::Closed => "done",
        Status::Returned | Status::PartlyRecovered | Status::Recovered => "trouble",
        Status::Rejected | Status::Withdrawn | Status::Cancelled | Status::Lapsed => "over",
        Status::Applied | Status::Sanctioned | Status::PartlyPaid | Status::Paid => "open",
    }
}

/// The latest applications of a filter before a position, and before which there are more.
///
/// # Errors
/// Those of [`Ledger::behind`] and [`Ledger::standings`].
pub(in crate::console) fn latest(
    ledger: &Ledger,
    filter: &Filter,
    ask: &Ask,
    before: Option<Position>,
    most: usize,
) -> Result<(Vec<CaseRow>, Option<Position>), Error> {
    // Applications are of no head.
    let filter = Filter { head: None, ..filter.clone() };
    let page = ledger.behind(Column::Applied, &filter, ask.view(), None, before, most)?;
    let cases: Vec<Position> = page.parts.iter().map(|part| part.position).collect();
    let view = View { as_of: ask.as_of, known_on: None, at: Some(page.basis.position) };
    let standings = ledger.standings(&cases, view)?;
    let row = |standing: &CaseStanding| CaseRow::of(standing, ledger, ask);
    Ok((standings.iter().map(row).collect(), page.next))
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases {
    frame: Frame,
    w: Words,
    rows: Vec<CaseRow>,
    older: String,
    newest: String,
    schemes: Vec<Choice>,
    districts: Vec<Choice>,
    years: Vec<Choice>,
}

/// `/console/cases`: applications, the latest first.
pub(in crate::console) async fn all(asked: Asked) -> Response {
    let page = answer_all(&asked).await;
    asked.respond(page)
}

async fn answer_all(asked: &Asked) -> Result<Cases, Wrong> {
    let (around, (rows, next, filter, known)) = asked
        .question(|ledger, ask, caller| {
            let filter = caller.narrow(ask.filter.clone())?;
            let (rows, next) = latest(ledger, &filter, ask, ask.before, CASES)?;
            let by = bahi::By { scheme: true, fy: true, district: true, head: false };
            let all = caller.narrow(Filter::default())?;
            let known = ledger.balances(by, &all, View::NOW)?.rows;
            Ok((rows, next, filter, known))
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let option = |name: String, href: &str, current: bool| Choice {
        name,
        href: href.to_owned(),
        current,
        lang: ask.lang.code(),
    };
    let schemes = super::overview::grouped(&known, |row| row.scheme.clone()).into_keys();
    let schemes = schemes
        .map(|one| option(one.to_string(), one.as_str(), filter.scheme.as_ref() == Some(&one)));
    let years = super::overview::grouped(&known, |row| row.fy).into_keys().rev();
    let years = years.map(|fy| option(fy.to_string(), &fy.to_string(), filter.fy == Some(fy)));
    let districts = super::overview::grouped(&known, |row| row.district).into_keys();
    let mut districts: Vec<Choice> = districts
        .map(|one| {
            let name = district::name(one, ask.lang);
            option(name, &one.to_string(), filter.district == Some(one))
        })
        .collect();
    districts.sort_by(|left, right| left.name.cmp(&right.name));
    let older = next.map(|before| {
        let mut pairs = filter_pairs(&filter);
        pairs.push(("before", before.to_string()));
        ask.link(paths::CASES, &pairs)
    });
    let newest = ask.before.map(|_| ask.link(paths::CASES, &filter_pairs(&filter)));
    let frame = asked.frame(w.cases(), Section::Cases, paths::CASES, &around);
    Ok(Cases {
        schemes: schemes.collect(),
        districts,
        years: years.collect(),
        older: older.unwrap_or_default(),
        newest: newest.unwrap_or_default(),
        rows,
        frame,
        w,
    })
}

/// A rule as it decided an event.
struct Rule {
    version: String,
    order: String,
    date: String,
    paragraph: String,
    gives: String,
    refusal: String,
    recorded: String,
    steps: Vec<RuleStep>,
    items: Vec<RuleItem>,
}

struct RuleStep {
    of: String,
    rule: String,
    value: String,
    because: String,
}

struct RuleItem {
    item: String,
    claimed: String,
    allowed: String,
    limit: String,
    paragraph: String,
}

/// One event of a case.
struct Moment {
    kind: &'static str,
    class: &'static str,
    day: String,
    iso: String,
    recorded: String,
    late: u32,
    says: String,
    amount: String,
    actor: String,
    role: &'static str,
    order: String,
    order_date: String,
    paragraph: String,
    order_href: String,
    rule: Option<Rule>,
    balance: String,
    status: &'static str,
    position: u64,
    href: String,
    proof: String,
}

/// A gate of the procedure.
struct Pass {
    of: String,
    paragraph: String,
    day: String,
    href: String,
    state: &'static str,
    late: u32,
    missing: String,
    latest: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Case {
    frame: Frame,
    w: Words,
    name: String,
    scheme: String,
    scheme_href: String,
    district: String,
    district_href: String,
    year: String,
    status: &'static str,
    standing: &'static str,
    key: Vec<(&'static str, Figure)>,
    moments: Vec<Moment>,
    facts: Vec<FactAnswer>,
    gates: Vec<Pass>,
    outcomes: Vec<FactAnswer>,
    notes: Vec<String>,
}

/// What a case's page asks the ledger.
struct Told {
    entries: Vec<TrailEntry>,
    explained: Option<ExplainAnswer>,
    name: String,
    scheme: SchemeName,
    fund: bahi::core::FundKey,
}

/// `/console/cases/{case}`: one case, by the position of its application.
pub(in crate::console) async fn page(Path(case): Path<String>, asked: Asked) -> Response {
    let page = answer(&asked, &case).await;
    asked.respond(page)
}

async fn answer(asked: &Asked, case: &str) -> Result<Case, Wrong> {
    let case = case.parse().map(Position);
    let case = case.map_err(|_| Wrong::Nothing("a case is the position of its application"))?;
    let (around, told) =
        asked.question(move |ledger, ask, caller| tell(case, ledger, ask, caller)).await?;
    let (ask, w) = (&asked.ask, asked.words());
    let figures = told.entries.last().and_then(|entry| entry.after).unwrap_or_default();
    // What a case's figures are sums of stands below them.
    let plain = |total: Total| Figure {
        href: "#timeline".to_owned(),
        exact: String::new(),
        ..Figure::plain(total, Unit::Rupees)
    };
    let key = vec![
        (w.sanctioned(), plain(figures.sanctioned)),
        (w.disbursed(), plain(figures.disbursed)),
        (w.returned(), plain(figures.returned)),
        (w.accounted(), plain(figures.accounted())),
        (w.outstanding(), plain(figures.net_paid() - figures.accounted())),
    ];
    let explained = told.explained.unwrap_or_else(|| ExplainAnswer {
        case_ref: told.name.clone(),
        case: case.0,
        scheme: told.scheme.to_string(),
        position: 0,
        root: String::new(),
        decisions: Vec::new(),
        procedure: Vec::new(),
        outcomes: Vec::new(),
        notes: Vec::new(),
    });
    let decisions: BTreeMap<u64, &DecisionAnswer> =
        explained.decisions.iter().map(|one| (one.position, one)).collect();
    let moment =
        |entry: &TrailEntry| moment(entry, decisions.get(&entry.position.0).copied(), ask, w);
    let mut facts = explained.decisions.last().map(|last| last.facts.clone()).unwrap_or_default();
    for fact in facts.iter_mut().filter(|fact| fact.value.contains('.')) {
        fact.value = grouped(&fact.value);
    }
    let frame = asked.frame(&*told.name, Section::Cases, paths::case(case), &around);
    Ok(Case {
        moments: told.entries.iter().map(moment).collect(),
        gates: explained.procedure.iter().map(|gate| pass(gate, ask, w)).collect(),
        outcomes: explained.outcomes,
        notes: explained.notes,
        facts,
        key,
        name: told.name,
        scheme_href: ask.link(&paths::scheme(told.scheme.as_str()), &[]),
        scheme: told.scheme.to_string(),
        district: district::name(told.fund.district, ask.lang),
        district_href: ask.link(&paths::district(told.fund.district), &[]),
        year: told.fund.fy.to_string(),
        status: status(figures.status, ask.lang),
        standing: tone(figures.status),
        frame,
        w,
    })
}

fn tell(case: Position, ledger: &Ledger, ask: &Ask, caller: &Caller) -> Result<Told, Wrong> {
    let unknown = || Wrong::Nothing("no case applied at this position, or not yet by this time");
    let name = ledger.case_ref(case).ok_or_else(unknown)?.to_string();
    let fund = ledger.event(case)?.envelope.fund;
    let scheme = ledger.names().scheme(fund.scheme).cloned().ok_or_else(unknown)?;
    if !caller.covers(&scheme, fund.district) {
        return Err(crate::caller::outside().into());
    }
    let subject = Subject::Case(case);
    let len = ledger.trail_len(subject)?;
    if len > SHOWN_MAX {
        return Err(Wrong::Nothing("the case has more events than a page shows; ask `bahi trail`"));
    }
    let entries = ledger.trail(subject, ask.view())?.entries;
    if entries.is_empty() {
        return Err(unknown());
    }
    let explained = if len <= EXPLAINED_MAX { ledger.explain(&name, ask.view())? } else { None };
    Ok(Told { entries, explained, name, scheme, fund })
}

fn moment(entry: &TrailEntry, decision: Option<&DecisionAnswer>, ask: &Ask, w: Words) -> Moment {
    let after = entry.after.unwrap_or_default();
    let balance = format!(
        "{} {} · {} {} · {} {}",
        w.sanctioned(),
        amount(after.sanctioned, Unit::Rupees),
        w.paid_net(),
        amount(after.net_paid(), Unit::Rupees),
        w.outstanding(),
        amount(after.net_paid() - after.accounted(), Unit::Rupees),
    );
    let authority = entry.authority.as_ref();
    let order = authority.map(|it| it.order.to_string()).unwrap_or_default();
    Moment {
        kind: kind(entry.kind, ask.lang),
        class: colour(entry.kind),
        day: figures::day(entry.effective_day, ask.lang),
        iso: entry.effective_day.to_string(),
        recorded: figures::moment(entry.recorded_at, ask.lang),
        late: entry.effective_day.back_dated_days(entry.recorded_at),
        says: entry.text.clone(),
        amount: if entry.amount.is_zero() {
            String::new()
        } else {
            amount(entry.amount.into(), Unit::Rupees)
        },
        actor: entry.actor.as_ref().map(ToString::to_string).unwrap_or_default(),
        role: role(entry.role, ask.lang),
        order_href: ask.link(paths::TRAIL, &[("q", format!("order:{order}"))]),
        order,
        order_date: authority.map(|it| figures::day(it.date, ask.lang)).unwrap_or_default(),
        paragraph: authority
            .and_then(|it| it.paragraph.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default(),
        rule: decision.and_then(|decision| rule(decision, w)),
        balance,
        status: status(after.status, ask.lang),
        position: entry.position.0,
        href: ask.link(&paths::event(entry.position), &[]),
        proof: paths::proof(entry.position),
    }
}

/// The colour of a kind in the timeline: that of what it does in the flow.
const fn colour(kind: bahi::core::EventKind) -> &'static str {
    use bahi::core::EventKind;
    if matches!(kind, EventKind::Sanctioned | EventKind::SanctionRevised) {
        return "sanctioned";
    }
    if matches!(kind, EventKind::Disbursed | EventKind::PaymentConfirmed) {
        return "disbursed";
    }
    if matches!(kind, EventKind::Utilised) {
        return "utilised";
    }
    if matches!(kind, EventKind::Adjusted) {
        return "adjusted";
    }
    if matches!(kind, EventKind::PaymentReturned) {
        return "returned";
    }
    if matches!(kind, EventKind::Recovered | EventKind::RecoveryDemanded) {
        return "recovered";
    }
    if matches!(kind, EventKind::CommandRefused | EventKind::Rejected | EventKind::Reversed) {
        return "refused";
    }
    "plain"
}

fn rule(decision: &DecisionAnswer, w: Words) -> Option<Rule> {
    let under: &JudgementAnswer = decision.under.as_ref()?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let recorded = match decision.agrees {
        Some(true) => w.recorded_agrees(),
        Some(false) => w.recorded_differs(),
        None => "",
    };
    Some(Rule {
        version: under.version.clone(),
        order: under.authority.order.clone(),
        date: text(&under.authority.date),
        paragraph: text(&under.authority.paragraph),
        gives: under.entitlement.as_deref().map(grouped).unwrap_or_default(),
        refusal: text(&under.refusal),
        recorded: recorded.to_owned(),
        steps: under
            .steps
            .iter()
            .map(|step| RuleStep {
                of: step.of.clone(),
                rule: step.rule.clone(),
                value: text(&step.value),
                because: text(&step.because),
            })
            .collect(),
        items: under
            .items
            .iter()
            .map(|item| RuleItem {
                item: item.item.clone(),
                claimed: item.claimed.as_deref().map(grouped).unwrap_or_default(),
                allowed: grouped(&item.allowed),
                limit: item.limit.as_deref().map(grouped).unwrap_or_default(),
                paragraph: item.paragraph.clone(),
            })
            .collect(),
    })
}

/// An amount of an answer as people write it; a text that is no amount as it is.
fn grouped(text: &str) -> String {
    bahi::core::Money::parse(text).map_or_else(|_| text.to_owned(), |money| money.grouped())
}

fn pass(gate: &GateAnswer, ask: &Ask, w: Words) -> Pass {
    let day = |text: &Option<String>| {
        let day = text.as_deref().and_then(|text| bahi::core::Day::parse(text).ok());
        day.map(|day| figures::day(day, ask.lang)).unwrap_or_default()
    };
    let state = match gate.position {
        None => w.not_yet(),
        Some(_) if gate.late_by > 0 => w.days_late(),
        Some(_) => w.in_time(),
    };
    let href = gate.position.map(|at| ask.link(&paths::event(Position(at)), &[]));
    Pass {
        of: gate.of.clone(),
        paragraph: gate.paragraph.clone(),
        day: day(&gate.day),
        href: href.unwrap_or_default(),
        state,
        late: gate.late_by,
        missing: gate.missing.join(", "),
        latest: day(&gate.latest),
    }
}
