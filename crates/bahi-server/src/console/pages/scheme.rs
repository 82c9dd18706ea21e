//! Schemes: all of them, and one with its fund register, its flow, its years and its terms.

use askama::Template;
use axum::{extract::Path, response::Response};
use bahi::{
    By, Column, Error, Filter, Ledger, View,
    core::{Columns, Day, FinancialYear, Position, SchemeName, Total},
};

use super::overview::{Flow, by_scheme, by_year, grouped};
use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, filter_pairs},
    draw::{self, Year},
    figures::{self, Figure, Register, Row},
    frame::{Frame, Section},
    paths,
    words::Words,
};

/// The most years of a trend.
const YEARS_MAX: i32 = 10;

/// A year of a trend, in figures.
pub(in crate::console) struct TrendRow {
    pub(super) name: String,
    pub(super) sanctioned: Figure,
    pub(super) disbursed: Figure,
}

/// What was sanctioned and paid within each year, by effective day.
pub(in crate::console) struct Trend {
    pub(super) picture: String,
    pub(super) rows: Vec<TrendRow>,
}

impl Trend {
    /// Of years.
    pub(in crate::console) fn of(years: &[Year], filter: &Filter, ask: &Ask) -> Trend {
        let figure = |year: &Year, column: Column, rose: Total| {
            let (since, as_of) = year.days;
            let mut then = ask.clone();
            then.as_of = Some(as_of);
            let mut pairs = filter_pairs(filter);
            pairs.push(("since", since.to_string()));
            let href = then.link(&paths::behind(column.into()), &pairs);
            Figure { href, ..Figure::plain(rose, ask.unit) }
        };
        let row = |year: &Year| TrendRow {
            name: year.name.clone(),
            sanctioned: figure(year, Column::Sanctioned, year.sanctioned),
            disbursed: figure(year, Column::Disbursed, year.disbursed),
        };
        let picture = draw::trend(years, ask.words());
        Trend { picture, rows: years.iter().map(row).collect() }
    }
}

/// What a filter's sums rose by within each of the latest years up to a day: two sums of the past
/// for each year.
///
/// # Errors
/// Those of [`Ledger::total`].
pub(in crate::console) fn years(
    ledger: &Ledger,
    filter: &Filter,
    upto: Position,
    (from, to): (Day, Day),
) -> Result<Vec<Year>, Error> {
    let last = FinancialYear::of(to).first();
    let first = FinancialYear::of(from).first().max(last.saturating_sub(YEARS_MAX as u16 - 1));
    let upto_day = |day: Day| -> Result<(Total, Total), Error> {
        let view = View { as_of: Some(day), known_on: None, at: Some(upto) };
        let total = |column| ledger.total(column, filter, view);
        Ok((total(Column::Sanctioned)?, total(Column::Disbursed)?))
    };
    let mut before: Option<(Total, Total)> = None;
    let mut years = Vec::new();
    for fy in (first..=last).filter_map(FinancialYear::from_first) {
        let (sanctioned, disbursed) = match before {
            Some(before) => before,
            None => upto_day(fy.first_day().plus_days(-1).unwrap_or(Day::MIN))?,
        };
        let end = upto_day(fy.last_day().min(to))?;
        years.push(Year {
            name: fy.to_string(),
            days: (fy.first_day(), fy.last_day().min(to)),
            sanctioned: end.0 - sanctioned,
            disbursed: end.1 - disbursed,
        });
        before = Some(end);
    }
    Ok(years)
}

/// A version of terms, for a page.
struct Version {
    name: String,
    number: usize,
    from: String,
    until: String,
    order: String,
    date: String,
}

#[derive(Template)]
#[template(path = "schemes.html")]
struct Schemes {
    frame: Frame,
    w: Words,
    schemes: Register,
}

/// `/console/schemes`: every scheme.
pub(in crate::console) async fn all(asked: Asked) -> Response {
    let page = answer_all(&asked).await;
    asked.respond(page)
}

async fn answer_all(asked: &Asked) -> Result<Schemes, Wrong> {
    let (around, (rows, total, filter, schemes)) = asked
        .question(|ledger, ask, caller| {
            let filter = caller.narrow(Filter::default())?;
            let by = By { scheme: true, ..By::default() };
            let at = ledger.balances(by, &filter, ask.view())?;
            let schemes: Vec<SchemeName> =
                ledger.names().schemes().map(|(_, name)| name.clone()).collect();
            Ok((at.rows, at.total, filter, schemes))
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let mut register = by_scheme(&rows, &total, &filter, ask);
    // A scheme that nothing happened in yet has no balance, and is open all the same.
    for scheme in schemes {
        let known = register.rows.iter().any(|row| row.name == scheme.as_str());
        if !known && filter.scheme.as_ref().is_none_or(|one| *one == scheme) {
            let href = ask.link(&paths::scheme(scheme.as_str()), &[]);
            let of = Filter { scheme: Some(scheme.clone()), ..filter.clone() };
            register.rows.push(Row::of(scheme.to_string(), href, &Columns::default(), &of, ask));
        }
    }
    let frame = asked.frame(w.schemes(), Section::Schemes, paths::SCHEMES, &around);
    Ok(Schemes { frame, w, schemes: register })
}

#[derive(Template)]
#[template(path = "scheme.html")]
struct Scheme {
    frame: Frame,
    w: Words,
    name: String,
    flow: Flow,
    trend: Trend,
    years: Register,
    heads: Register,
    districts: Register,
    districts_count: usize,
    versions: Vec<Version>,
    cases: String,
}

/// `/console/schemes/{scheme}`: one scheme.
pub(in crate::console) async fn page(Path(scheme): Path<String>, asked: Asked) -> Response {
    let page = answer(&asked, &scheme).await;
    asked.respond(page)
}

/// What a scheme's page asks the ledger.
struct Told {
    at: bahi::BalancesAt,
    funds: Vec<bahi::core::BalanceRow>,
    filter: Filter,
    years: Vec<Year>,
    open: Option<bahi::OpenScheme>,
}

async fn answer(asked: &Asked, scheme: &str) -> Result<Scheme, Wrong> {
    let unknown = || Wrong::Nothing("no such scheme is open in this ledger");
    let scheme = SchemeName::new(scheme).map_err(|_| unknown())?;
    let name = scheme.clone();
    let (around, told) = asked
        .question(move |ledger, ask, caller| {
            if ledger.names().scheme_no(name.as_str()).is_none() {
                return Err(unknown());
            }
            let filter =
                Filter { scheme: Some(name.clone()), fy: ask.filter.fy, ..Filter::default() };
            let filter = caller.narrow(filter)?;
            // Rows by head leave out what has no head yet, so that they are asked for themselves.
            let by = By { head: false, ..By::ALL };
            let at = ledger.balances(by, &filter, ask.view())?;
            let funds = ledger.balances(By::ALL, &filter, ask.view())?.rows;
            let to = at.basis.as_of.unwrap_or_else(|| at.basis.known_on.day());
            let from = at.rows.iter().filter_map(|row| row.fy).min();
            let from = from.map_or(to, FinancialYear::first_day);
            let years = years(ledger, &filter, at.basis.position, (from, to))?;
            let open = ledger.schemes().into_iter().find(|open| open.name == name);
            Ok(Told { at, funds, filter, years, open })
        })
        .await?;
    let (ask, w, filter) = (&asked.ask, asked.words(), &told.filter);
    let (rows, total) = (&told.at.rows, &told.at.total);
    let path = paths::scheme(scheme.as_str());
    let frame = asked.frame(scheme.as_str(), Section::Schemes, path, &around);
    let pairs = filter_pairs(filter);
    Ok(Scheme {
        flow: Flow::of(total, filter, ask),
        trend: Trend::of(&told.years, filter, ask),
        years: by_year(rows, total, filter, ask),
        heads: by_head(&told.funds, total, filter, ask),
        districts: by_district(rows, total, filter, ask),
        districts_count: told.open.as_ref().map_or(0, |open| open.districts),
        versions: told.open.iter().flat_map(|open| versions(open, ask)).collect(),
        cases: ask.link(paths::CASES, &pairs),
        name: scheme.to_string(),
        frame,
        w,
    })
}

fn versions(open: &bahi::OpenScheme, ask: &Ask) -> Vec<Version> {
    let version = |(number, terms): (usize, &bahi::core::Terms)| {
        let parts = terms.parts();
        Version {
            name: parts.name.to_string(),
            number,
            from: figures::day(parts.from, ask.lang),
            until: parts.until.map(|day| figures::day(day, ask.lang)).unwrap_or_default(),
            order: parts.authority.order.to_string(),
            date: figures::day(parts.authority.date, ask.lang),
        }
    };
    (1..).zip(&open.versions).map(version).collect()
}

/// The register of heads: of a scheme its funds across districts.
fn by_head(
    rows: &[bahi::core::BalanceRow],
    total: &Columns,
    filter: &Filter,
    ask: &Ask,
) -> Register {
    let w = ask.words();
    let groups = grouped(rows, |row| Some((row.fy?, row.head.clone()?)));
    let row = |((fy, head), columns): ((FinancialYear, bahi::core::HeadName), Columns)| {
        let filter = Filter { fy: Some(fy), head: Some(head.clone()), ..filter.clone() };
        let mut row = Row::of(fy.to_string(), String::new(), &columns, &filter, ask);
        row.aside = head.to_string();
        row
    };
    let sum = Row::of(w.total(), String::new(), total, filter, ask);
    let rows = groups.into_iter().map(row).collect();
    Register::new(w.fund_register(), w.fund(), rows, sum, w).of_money()
}

/// The register of districts, the most paid first.
fn by_district(
    rows: &[bahi::core::BalanceRow],
    total: &Columns,
    filter: &Filter,
    ask: &Ask,
) -> Register {
    let w = ask.words();
    let mut groups: Vec<_> = grouped(rows, |row| row.district).into_iter().collect();
    groups.sort_by_key(|(district, columns)| (std::cmp::Reverse(columns.disbursed), *district));
    let row = |(district, columns): (bahi::core::District, Columns)| {
        let filter = Filter { district: Some(district), ..filter.clone() };
        let href = ask.link(&paths::district(district), &[]);
        Row::of(super::district::name(district, ask.lang), href, &columns, &filter, ask)
    };
    let sum = Row::of(w.total(), String::new(), total, filter, ask);
    Register::new(w.by_district(), w.district(), groups.into_iter().map(row).collect(), sum, w)
}
