//! The events behind a figure: what each adds to it, the latest first.

use askama::Template;
use axum::{extract::Path, response::Response};
use bahi::{
    BehindAt, By, Filter, Ledger, Part, View,
    core::{EventKind, Position, Recorded, Total},
};

use super::district;
use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, filter_pairs},
    figures::{self, Figure, Shown, count},
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
    ///
    /// # Errors
    /// Those of [`bahi::answers::case_of`].
    pub(in crate::console) fn of(
        recorded: &Recorded,
        amount: String,
        ledger: &Ledger,
        ask: &Ask,
    ) -> Result<EventRow, bahi::Error> {
        let envelope = &recorded.envelope;
        let case = bahi::answers::case_of(ledger, recorded)?;
        let of_case = !envelope.case.is_none();
        Ok(EventRow {
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
        })
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
    let shown = Shown::from_path(column).ok_or(Wrong::Nothing("no figure has this name"))?;
    let (around, (rows, next, total, filter)) = asked
        .question(move |ledger, ask, caller| {
            let filter = caller.narrow(ask.filter.clone())?;
            let (parts, next) = parts(ledger, shown, &filter, ask)?;
            let total = total(ledger, shown, &filter, ask)?;
            let row = |part: &Part| Ok::<_, Wrong>(row(part, shown, ledger, ask)?);
            let rows = parts.iter().map(row).collect::<Result<Vec<EventRow>, _>>()?;
            Ok((rows, next, total, filter))
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let path = paths::behind(shown);
    let title = format!("{}: {}", w.events_behind(), shown.name(w));
    let frame = asked.frame(title, Section::Elsewhere, &*path, &around);
    let pairs = || {
        let mut pairs = filter_pairs(&filter);
        pairs.extend(ask.since.map(|since| ("since", since.to_string())));
        pairs
    };
    let older = next.map(|before: Position| {
        let mut pairs = pairs();
        pairs.push(("before", before.to_string()));
        ask.link(&path, &pairs)
    });
    let newest = ask.before.map(|_| ask.link(&path, &pairs()));
    Ok(Behind {
        name: shown.name(w),
        narrowed: narrowed(&filter, ask, w),
        figure: figure(shown, total, ask),
        is_count: shown.is_count(),
        rows,
        older: older.unwrap_or_default(),
        newest: newest.unwrap_or_default(),
        frame,
        w,
    })
}

fn figure(shown: Shown, total: Total, ask: &Ask) -> Figure {
    if shown.is_count() {
        let number = u64::try_from(total.paise()).unwrap_or_default();
        return Figure { text: count(number), ..Figure::default() };
    }
    Figure::plain(total, ask.unit)
}

/// What a figure comes to: of a past, and from a day on, what it rose by.
fn total(ledger: &Ledger, shown: Shown, filter: &Filter, ask: &Ask) -> Result<Total, Wrong> {
    let at = ledger.balances(By::default(), filter, ask.view())?;
    let total = shown.total(&at.total);
    // Before the first day there is nothing.
    let Some(eve) = ask.since.and_then(|since| since.plus_days(-1)) else { return Ok(total) };
    let until = View { as_of: Some(eve), known_on: None, at: Some(at.basis.position) };
    Ok(total - shown.total(&ledger.balances(By::default(), filter, until)?.total))
}

/// The events of a page, and before which position there are more.
fn parts(
    ledger: &Ledger,
    shown: Shown,
    filter: &Filter,
    ask: &Ask,
) -> Result<(Vec<Part>, Option<Position>), Wrong> {
    let mut all: Vec<Part> = Vec::new();
    // The pages of several columns end at several positions; below the latest one is not whole.
    let mut next: Option<Position> = None;
    for (column, taken_off) in shown.columns() {
        let page = ledger.behind(column, filter, ask.view(), ask.since, ask.before, EVENTS)?;
        let BehindAt { parts, next: left, .. } = page;
        let signed = |part: Part| Part {
            amount: if taken_off { -part.amount } else { part.amount },
            ..part
        };
        all.extend(parts.into_iter().map(signed));
        next = next.max(left);
    }
    all.retain(|part| next.is_none_or(|next| part.position >= next));
    all.sort_by_key(|part| std::cmp::Reverse(part.position));
    if let Some(last) = all.get(EVENTS - 1).map(|part| part.position)
        && all.last().is_some_and(|part| part.position < last)
    {
        all.retain(|part| part.position >= last);
        next = Some(last);
    }
    Ok((all, next))
}

fn row(part: &Part, shown: Shown, ledger: &Ledger, ask: &Ask) -> Result<EventRow, bahi::Error> {
    let recorded = ledger.event(part.position)?;
    let amount = if shown.is_count() {
        part.amount.paise().to_string()
    } else {
        figures::amount(part.amount, ask.unit)
    };
    let mut row = EventRow::of(&recorded, amount, ledger, ask)?;
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
        ask.since.map(|it| (w.since(), figures::day(it, ask.lang))),
        ask.since.and(ask.as_of).map(|it| (w.until(), figures::day(it, ask.lang))),
    ];
    parts.into_iter().flatten().collect()
}
