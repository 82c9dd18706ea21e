//! The events behind a figure: what each adds to it, the latest first.

use askama::Template;
use axum::{extract::Path, response::Response};
use bahi::{
    By, Column, Filter, Ledger, Part,
    core::{Columns, EventKind, Position, Recorded},
};

use super::district;
use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, filter_pairs},
    figures::{self, Figure, column_name, count, counted, total},
    frame::{Frame, Section},
    paths,
    words::{Words, kind},
};

/// How many events a page shows.
const EVENTS: usize = 50;

/// An event in a list.
#[derive(Clone, Debug)]
pub(in crate::console) struct EventRow {
    /// Its position.
    pub(in crate::console) position: String,
    /// Its page.
    pub(in crate::console) href: String,
    /// The day on which it counts.
    pub(in crate::console) day: String,
    /// What it is.
    pub(in crate::console) kind: &'static str,
    /// What it says.
    pub(in crate::console) says: String,
    /// Its case; may be empty.
    pub(in crate::console) case: String,
    /// The page of that; empty where there is none.
    pub(in crate::console) case_href: String,
    /// The fund it is about.
    pub(in crate::console) fund: String,
    /// What it adds, or its amount.
    pub(in crate::console) amount: String,
    /// Whether that is below nothing.
    pub(in crate::console) less: bool,
}

impl EventRow {
    /// An event with what it adds.
    pub(in crate::console) fn of(
        recorded: &Recorded,
        amount: String,
        ledger: &Ledger,
        ask: &Ask,
    ) -> EventRow {
        let envelope = &recorded.envelope;
        let case = bahi::answers::case_of(ledger, recorded);
        let of_case = !envelope.case.is_none();
        EventRow {
            position: count(recorded.position.0),
            href: ask.link(&paths::event(recorded.position), &[]),
            day: figures::day(envelope.effective_day, ask.lang),
            kind: kind(recorded.event.kind(), ask.lang),
            says: bahi::describe(recorded, ledger.names()),
            case_href: if of_case {
                ask.link(&paths::case(envelope.case), &[])
            } else {
                String::new()
            },
            case: case.unwrap_or_default(),
            fund: fund(recorded, ledger, ask),
            less: amount.starts_with('-'),
            amount,
        }
    }
}

/// The fund of an event, as far as it names one.
fn fund(recorded: &Recorded, ledger: &Ledger, ask: &Ask) -> String {
    let fund = recorded.envelope.fund;
    match ledger.names().scheme(fund.scheme) {
        Some(scheme) => {
            format!("{scheme} · {} · {}", district::name(fund.district, ask.lang), fund.fy)
        }
        None => String::new(),
    }
}

#[derive(Template)]
#[template(path = "behind.html")]
struct Behind {
    frame: Frame,
    w: Words,
    name: &'static str,
    narrowed: Vec<(&'static str, String)>,
    figure: Figure,
    is_count: bool,
    rows: Vec<EventRow>,
    older: String,
    newest: String,
}

/// `/console/behind/{column}`: the events behind a figure.
pub(in crate::console) async fn page(Path(column): Path<String>, asked: Asked) -> Response {
    let page = answer(&asked, &column).await;
    asked.respond(page)
}

async fn answer(asked: &Asked, column: &str) -> Result<Behind, Wrong> {
    let column = Column::from_name(column).ok_or(Wrong::Nothing("no figure has this name"))?;
    let (around, (rows, next, columns, filter)) = asked
        .question(move |ledger, ask, caller| {
            let filter = caller.narrow(ask.filter.clone())?;
            let page = ledger.behind(column, &filter, ask.view(), ask.before, EVENTS)?;
            let sums = ledger.balances(By::default(), &filter, ask.view())?.total;
            let row = |part: &Part| Ok::<_, Wrong>(row(part, column, ledger, ask)?);
            let rows = page.parts.iter().map(row).collect::<Result<Vec<EventRow>, _>>()?;
            Ok((rows, page.next, sums, filter))
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let path = paths::behind(column);
    let title = format!("{}: {}", w.events_behind(), column_name(column, w));
    let frame = asked.frame(title, Section::Elsewhere, &*path, &around);
    let older = next.map(|before: Position| {
        let mut pairs = filter_pairs(&filter);
        pairs.push(("before", before.to_string()));
        ask.link(&path, &pairs)
    });
    let newest = ask.before.map(|_| ask.link(&path, &filter_pairs(&filter)));
    Ok(Behind {
        name: column_name(column, w),
        narrowed: narrowed(&filter, ask, w),
        figure: figure(column, &columns, ask),
        is_count: column.is_count(),
        rows,
        older: older.unwrap_or_default(),
        newest: newest.unwrap_or_default(),
        frame,
        w,
    })
}

fn figure(column: Column, columns: &Columns, ask: &Ask) -> Figure {
    match counted(column, columns) {
        Some(number) => Figure { text: count(number), ..Figure::default() },
        None => Figure::plain(total(column, columns), ask.unit),
    }
}

fn row(part: &Part, column: Column, ledger: &Ledger, ask: &Ask) -> Result<EventRow, bahi::Error> {
    let recorded = ledger.event(part.position)?;
    let amount = if column.is_count() {
        part.amount.paise().to_string()
    } else {
        figures::amount(part.amount, ask.unit)
    };
    let mut row = EventRow::of(&recorded, amount, ledger, ask);
    // Of a transfer each side stands in a fund of its own.
    if recorded.event.kind() == EventKind::FundsMoved
        && let Some(scheme) = ledger.names().scheme(part.fund.scheme)
    {
        let district = district::name(part.fund.district, ask.lang);
        row.fund = format!("{scheme} · {district} · {}", part.fund.fy);
    }
    Ok(row)
}

/// What a figure is narrowed to, in words.
fn narrowed(filter: &Filter, ask: &Ask, w: Words) -> Vec<(&'static str, String)> {
    let district = filter.district.map(|one| (w.district(), district::name(one, ask.lang)));
    let parts = [
        filter.scheme.as_ref().map(|it| (w.scheme(), it.to_string())),
        district,
        filter.fy.map(|it| (w.year(), it.to_string())),
        filter.head.as_ref().map(|it| (w.head(), it.to_string())),
    ];
    parts.into_iter().flatten().collect()
}
