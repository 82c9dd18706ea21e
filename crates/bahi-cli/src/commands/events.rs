//! `bahi events`: the log itself, event by event.
//!
//! # Invariants
//! * However long the log, no more than a page of events is in memory.
//! * An event is shown the same, whether it is read here or told by a service.

mod told;

use bahi::{
    Basis, Records, View,
    core::{Position, Recorded, SchemeNo},
    is_wanted,
};

use crate::{
    Streams,
    arguments::{Events, Format, Global},
    commands::{check_scheme, count, say_basis},
    server::Query,
    source::{Served, Source},
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};
use told::{CSV_HEADING, Told};

/// The most events of one page of a service's.
const PAGE_MAX: u64 = 1_000;

pub(super) fn run(
    asked: &Events,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if asked.follow && global.server.is_none() {
        return Err(Failure::misuse(
            "a ledger in a directory is one program's at a time, so that nothing comes to follow; \
             name a service by --server",
        ));
    }
    let source = Source::records(global, streams)?;
    let scheme = match &asked.scheme {
        Some(scheme) => Some(check_scheme(source.names(), scheme.as_str())?),
        None => None,
    };
    let shown = Shown { format: global.format, simulated: source.is_simulated() };
    match source {
        Source::Here(records) => here(&records, asked, scheme, &shown, streams)?,
        Source::There(served) if asked.follow => told::follow(&served, asked, &shown, streams)?,
        Source::There(served) => there(&served, asked, &shown, streams)?,
    }
    Ok(Status::Done)
}

/// How events are shown.
struct Shown {
    format: Format,
    simulated: bool,
}

/// What is shown so far.
struct Page<'s, 'a> {
    shown: &'s Shown,
    streams: &'s mut Streams<'a>,
    table: Table,
    count: u64,
}

fn here(
    records: &Records,
    asked: &Events,
    scheme: Option<SchemeNo>,
    shown: &Shown,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let basis = records.basis(View::from(&asked.past))?;
    let from = asked.from.unwrap_or(Position(1));
    let to = asked.to.unwrap_or(basis.position).min(basis.position);
    let events =
        if asked.reverse { records.events_back(from, to) } else { records.events(from, to) };
    let mut page = Page::begin(&basis, shown, streams)?;
    let limit = asked.limit.unwrap_or(u64::MAX);
    for recorded in events.as_of(basis.as_of) {
        let recorded: Recorded = recorded?;
        if is_wanted(&recorded, asked.kind, scheme) && page.count < limit {
            page.event(&Told::here(records, &recorded, shown.format)?)?;
        }
        if page.count == limit {
            break;
        }
    }
    page.end()
}

fn there(
    served: &Served,
    asked: &Events,
    shown: &Shown,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let mut view = View::from(&asked.past);
    let (mut from, mut to) = (asked.from, asked.to);
    let mut left = asked.limit.unwrap_or(u64::MAX);
    let ask = |from: Option<Position>, to: Option<Position>, left: u64, view: View| {
        let query = Query::of("/v1/events")
            .with("from", from.map(|at| at.0))
            .with("to", to.map(|at| at.0))
            .with("kind", asked.kind.map(bahi::core::EventKind::name))
            .with("scheme", asked.scheme.as_ref())
            .with("reverse", asked.reverse.then_some("true"))
            .with("says", shown.says())
            .with("limit", Some(left.min(PAGE_MAX)))
            .view(view);
        served.client.page(&query)
    };
    let mut told = ask(from, to, left, view)?;
    let mut page = Page::begin(&told.basis, shown, streams)?;
    // What is recorded meanwhile is no part of the answer.
    view.at = Some(told.basis.position);
    loop {
        for event in &told.events {
            page.event(&Told::there(served, event, shown.format)?)?;
        }
        left = left.saturating_sub(told.events.len() as u64);
        match told.next.filter(|_| left > 0) {
            Some(next) if asked.reverse => to = Some(Position(next)),
            Some(next) => from = Some(Position(next)),
            None => return page.end(),
        }
        told = ask(from, to, left, view)?;
    }
}

impl Shown {
    /// Whether what an event says in words is to be told too.
    fn says(&self) -> Option<&'static str> {
        matches!(self.format, Format::Table | Format::Csv).then_some("true")
    }
}

/// How many events share a heading.
const PAGE_EVENTS: usize = 500;

impl<'s, 'a> Page<'s, 'a> {
    fn begin(
        basis: &Basis,
        shown: &'s Shown,
        streams: &'s mut Streams<'a>,
    ) -> Result<Page<'s, 'a>, Failure> {
        match shown.format {
            Format::Table => say_basis(shown.simulated, basis, streams)?,
            Format::Json => {
                let Basis { position, root, as_of, known_on } = basis;
                let as_of = as_of.map_or_else(|| "null".to_owned(), |day| format!("\"{day}\""));
                write!(streams.out, "{{\"position\":{position},\"root\":\"{root}\",")?;
                write!(streams.out, "\"as_of\":{as_of},\"known_on\":\"{known_on}\",\"events\":[")?;
            }
            Format::Jsonl => {}
            Format::Csv => write::csv_row(streams.out, CSV_HEADING)?,
        }
        Ok(Page { shown, streams, table: heading(), count: 0 })
    }

    fn event(&mut self, told: &Told) -> Result<(), Failure> {
        let out = &mut *self.streams.out;
        match self.shown.format {
            Format::Table => {
                self.table.row(told.row());
                if self.table.len() == PAGE_EVENTS {
                    self.table.write(out, self.streams.terminal.width)?;
                    writeln!(out)?;
                    self.table = heading();
                }
            }
            Format::Json => {
                let separator: &[u8] = if self.count == 0 { b"\n" } else { b",\n" };
                out.write_all(separator)?;
                out.write_all(told.json().as_bytes())?;
            }
            Format::Jsonl => writeln!(out, "{}", told.json())?,
            Format::Csv => write::csv_row(out, told.cells())?,
        }
        self.count += 1;
        Ok(())
    }

    fn end(self) -> Result<(), Failure> {
        let Page { shown, streams, table, count: found } = self;
        match shown.format {
            Format::Table => {
                if table.len() > 0 || found == 0 {
                    table.write(streams.out, streams.terminal.width)?;
                    writeln!(streams.out)?;
                }
                let plural = if found == 1 { "" } else { "s" };
                writeln!(streams.out, "{} event{plural} shown", count(found))?;
            }
            Format::Json => streams.out.write_all(b"\n]}\n")?,
            Format::Jsonl | Format::Csv => {}
        }
        Ok(())
    }
}

fn heading() -> Table {
    Table::new([
        number("position"),
        text("counts on"),
        text("kind"),
        text("who"),
        words("what happened"),
    ])
}
