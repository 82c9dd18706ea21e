//! Everything at a glance: what was allotted, what became of it, and where.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use bahi::{
    By, Column, Filter,
    core::{BalanceRow, Columns, District, FinancialYear, SchemeName},
};

use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, filter_pairs},
    draw,
    figures::{Figure, Register, Row, Shown, behind, share},
    frame::{Frame, Section},
    paths,
    words::Words,
};

/// How many districts are named beside the map.
const MOST_PAID: usize = 7;

/// One stage of the flow, in figures.
#[derive(Clone, Debug)]
pub(in crate::console) struct Stage {
    /// What it is called.
    pub(in crate::console) name: &'static str,
    /// Its colour in the picture.
    pub(in crate::console) class: &'static str,
    /// How much.
    pub(in crate::console) figure: Figure,
    /// Of what came before it; empty where that is nothing.
    pub(in crate::console) share: String,
}

/// The flow of money: a picture and the same in figures.
#[derive(Clone, Debug)]
pub(in crate::console) struct Flow {
    /// The picture; empty where nothing flows.
    pub(in crate::console) picture: String,
    /// The stages.
    pub(in crate::console) stages: Vec<Stage>,
}

impl Flow {
    /// The flow of what a filter takes.
    pub(in crate::console) fn of(columns: &Columns, filter: &Filter, ask: &Ask) -> Flow {
        let w = ask.words();
        let part = |column: Column, name, class, part, whole, of: &str| Stage {
            name,
            class,
            figure: Figure::of(column, columns, filter, ask),
            share: share(part, whole).map(|share| format!("{share} {of}")).unwrap_or_default(),
        };
        let (unpaid, outstanding) = draw::rests(columns);
        let rest = |name, class, total, whole, of: &str, href| Stage {
            name,
            class,
            figure: Figure { href, ..Figure::plain(total, ask.unit) },
            share: share(total, whole).map(|share| format!("{share} {of}")).unwrap_or_default(),
        };
        let (all, granted, paid) = (columns.allotted, columns.sanctioned, columns.disbursed);
        let (of_all, of_granted) = (w.of_allotted(), w.of_sanctioned());
        let (of_paid, of_net, net) = (w.of_disbursed(), w.of_net(), draw::net(columns));
        let stages = vec![
            part(Column::Applied, w.applied(), "applied", all, bahi::core::Total::ZERO, ""),
            part(Column::Allotted, w.allotted(), "allotted", all, bahi::core::Total::ZERO, ""),
            part(Column::Sanctioned, w.sanctioned(), "sanctioned", granted, all, of_all),
            part(Column::Disbursed, w.disbursed(), "gross", paid, bahi::core::Total::ZERO, ""),
            part(Column::Returned, w.returned(), "returned", columns.returned, paid, of_paid),
            rest(
                w.paid_net(),
                "disbursed",
                net,
                granted,
                of_granted,
                behind(Shown::Net, filter, ask),
            ),
            part(Column::Utilised, w.utilised(), "utilised", columns.utilised, net, of_net),
            part(Column::Adjusted, w.adjusted(), "adjusted", columns.adjusted, net, of_net),
            part(Column::Recovered, w.recovered(), "recovered", columns.recovered, net, of_net),
            rest(
                w.outstanding(),
                "outstanding",
                outstanding,
                net,
                of_net,
                behind(Shown::Outstanding, filter, ask),
            ),
            rest(
                w.unpaid(),
                "rest",
                unpaid,
                granted,
                of_granted,
                behind(Shown::Unpaid, filter, ask),
            ),
        ];
        Flow { picture: draw::flow(columns, ask.unit, w), stages }
    }
}

/// Rows of balances added up by something else than they came by.
pub(in crate::console) fn grouped<K: Ord>(
    rows: &[BalanceRow],
    key: impl Fn(&BalanceRow) -> Option<K>,
) -> BTreeMap<K, Columns> {
    let mut groups: BTreeMap<K, Columns> = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(row) {
            groups.entry(key).or_default().add(&row.columns);
        }
    }
    groups
}

/// The register of schemes of a filter.
pub(in crate::console) fn by_scheme(
    rows: &[BalanceRow],
    total: &Columns,
    filter: &Filter,
    ask: &Ask,
) -> Register {
    let w = ask.words();
    let row = |(scheme, columns): (SchemeName, Columns)| {
        let filter = Filter { scheme: Some(scheme.clone()), ..filter.clone() };
        let href = ask.link(&paths::scheme(scheme.as_str()), &[]);
        Row::of(scheme.to_string(), href, &columns, &filter, ask)
    };
    let groups = grouped(rows, |row| row.scheme.clone());
    let sum = Row::of(w.total(), String::new(), total, filter, ask);
    Register::new(w.by_scheme(), w.scheme(), groups.into_iter().map(row).collect(), sum, w)
}

/// The register of years of a filter.
pub(in crate::console) fn by_year(
    rows: &[BalanceRow],
    total: &Columns,
    filter: &Filter,
    ask: &Ask,
) -> Register {
    let w = ask.words();
    let row = |(fy, columns): (FinancialYear, Columns)| {
        let filter = Filter { fy: Some(fy), ..filter.clone() };
        let href = ask.link(paths::CASES, &filter_pairs(&filter));
        Row::of(fy.to_string(), href, &columns, &filter, ask)
    };
    let groups = grouped(rows, |row| row.fy);
    let sum = Row::of(w.total(), String::new(), total, filter, ask);
    Register::new(w.by_year(), w.year(), groups.into_iter().map(row).collect(), sum, w)
}

/// What is paid in each district.
pub(in crate::console) fn paid(rows: &[BalanceRow]) -> Vec<(District, bahi::core::Total)> {
    let groups = grouped(rows, |row| row.district);
    groups.into_iter().map(|(district, columns)| (district, columns.disbursed)).collect()
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    w: Words,
    key: Vec<Stage>,
    flow: Flow,
    schemes: Register,
    years: Register,
    map: String,
    most: Vec<(String, String, Figure)>,
    districts: String,
}

/// The figures that say most, in the order of the flow.
fn key(columns: &Columns, filter: &Filter, ask: &Ask) -> Vec<Stage> {
    let w = ask.words();
    let stages = Flow::of(columns, filter, ask).stages;
    let wanted = [w.allotted(), w.sanctioned(), w.paid_net(), w.outstanding(), w.unpaid()];
    stages.into_iter().filter(|stage| wanted.contains(&stage.name)).collect()
}

/// `/console`: everything at a glance.
pub(in crate::console) async fn page(asked: Asked) -> Response {
    let page = answer(&asked).await;
    asked.respond(page)
}

async fn answer(asked: &Asked) -> Result<Overview, Wrong> {
    let (around, (rows, total, filter)) = asked
        .question(|ledger, ask, caller| {
            let filter = caller.narrow(Filter::default())?;
            let by = By { scheme: true, district: true, fy: true, head: false };
            let at = ledger.balances(by, &filter, ask.view())?;
            Ok((at.rows, at.total, filter))
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let frame = asked.frame(w.overview(), Section::Overview, paths::OVERVIEW, &around);
    let districts = bahi::rulebook::DISTRICTS.iter().map(|entry| {
        let name = ask.lang.pick(entry.name, entry.name_hi);
        (entry.code, name, ask.link(&paths::district(entry.code), &[]))
    });
    let districts: Vec<(District, &str, String)> = districts.collect();
    let mut paid = paid(&rows);
    let rank = draw::ranks(&paid);
    paid.sort_by_key(|(district, paid)| (std::cmp::Reverse(*paid), *district));
    let most = paid.iter().filter(|(_, paid)| paid.paise() > 0).take(MOST_PAID);
    let most = most.map(|(district, paid)| {
        let name = super::district::name(*district, ask.lang);
        let href = ask.link(&paths::district(*district), &[]);
        let of = Filter { district: Some(*district), ..filter.clone() };
        let figure =
            Figure { href: behind(Column::Disbursed, &of, ask), ..Figure::plain(*paid, ask.unit) };
        (name, href, figure)
    });
    Ok(Overview {
        most: most.collect(),
        w,
        key: key(&total, &filter, ask),
        flow: Flow::of(&total, &filter, ask),
        schemes: by_scheme(&rows, &total, &filter, ask),
        years: by_year(&rows, &total, &filter, ask),
        map: draw::map(&districts, &rank, w),
        districts: ask.link(paths::DISTRICTS, &[]),
        frame,
    })
}
