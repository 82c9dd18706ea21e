//! `bahi events`: the log itself, event by event.
//!
//! # Invariants
//! * However long the log, no more than a page of events is in memory.

use bahi::{
    Basis, Error, Ledger, View, answers,
    core::{Position, Recorded, SchemeNo},
    describe, is_wanted,
};

use crate::{
    Streams,
    arguments::{Events, Format, Global},
    commands::{check_scheme, count, counts_on, say_basis},
    open::open,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Events,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open(global, streams)?;
    let scheme = match &asked.scheme {
        Some(scheme) => Some(check_scheme(ledger.names(), scheme.as_str())?),
        None => None,
    };
    let basis = ledger.basis(View::from(&asked.past))?;
    let events = wanted(&ledger, asked, scheme, &basis);
    match global.format {
        Format::Table => tables(&ledger, &basis, events, streams)?,
        Format::Json => json(&ledger, &basis, events, streams)?,
        Format::Jsonl => {
            for recorded in events {
                write::json_line(streams.out, &answers::event(&ledger, &recorded?)?)?;
            }
        }
        Format::Csv => {
            write::csv_row(streams.out, CSV_HEADING)?;
            for recorded in events {
                write::csv_row(streams.out, csv_cells(&ledger, &recorded?)?)?;
            }
        }
    }
    Ok(Status::Done)
}

fn wanted<'a>(
    ledger: &'a Ledger,
    asked: &Events,
    scheme: Option<SchemeNo>,
    basis: &Basis,
) -> impl Iterator<Item = Result<Recorded, Error>> + use<'a> {
    let from = asked.from.unwrap_or(Position(1));
    let to = asked.to.unwrap_or(basis.position).min(basis.position);
    let (kind, limit) = (asked.kind, asked.limit.unwrap_or(u64::MAX));
    let events = if asked.reverse { ledger.events_back(from, to) } else { ledger.events(from, to) };
    let is_shown = move |recorded: &Result<Recorded, Error>| match recorded {
        Ok(recorded) => is_wanted(recorded, kind, scheme),
        Err(_) => true,
    };
    events.as_of(basis.as_of).filter(is_shown).take(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// How many events share a heading.
const PAGE_EVENTS: usize = 500;

fn tables(
    ledger: &Ledger,
    basis: &Basis,
    events: impl Iterator<Item = Result<Recorded, Error>>,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    say_basis(ledger.is_simulated(), basis, streams)?;
    let (mut shown, mut table) = (0_u64, page());
    for recorded in events {
        let recorded = recorded?;
        let envelope = &recorded.envelope;
        let actor = ledger.names().actor(envelope.actor);
        table.row([
            recorded.position.to_string(),
            counts_on(envelope.effective_day, recorded.recorded_at),
            recorded.event.kind().name().to_owned(),
            actor.map_or_else(|| "?".to_owned(), ToString::to_string),
            told(ledger, &recorded),
        ]);
        shown += 1;
        if table.len() == PAGE_EVENTS {
            table.write(streams.out, streams.terminal.width)?;
            writeln!(streams.out)?;
            table = page();
        }
    }
    if table.len() > 0 || shown == 0 {
        table.write(streams.out, streams.terminal.width)?;
        writeln!(streams.out)?;
    }
    let plural = if shown == 1 { "" } else { "s" };
    Ok(writeln!(streams.out, "{} event{plural} shown", count(shown))?)
}

/// What happened, with the case it happened to.
fn told(ledger: &Ledger, recorded: &Recorded) -> String {
    let text = describe(recorded, ledger.names());
    match answers::case_of(ledger, recorded) {
        Some(case) if !text.contains(&case) => format!("{case}: {text}"),
        Some(_) | None => text,
    }
}

fn page() -> Table {
    Table::new([
        number("position"),
        text("counts on"),
        text("kind"),
        text("who"),
        words("what happened"),
    ])
}

fn json(
    ledger: &Ledger,
    basis: &Basis,
    events: impl Iterator<Item = Result<Recorded, Error>>,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let Basis { position, root, as_of, known_on } = basis;
    let as_of = as_of.map_or_else(|| "null".to_owned(), |day| format!("\"{day}\""));
    write!(streams.out, "{{\"position\":{position},\"root\":\"{root}\",")?;
    write!(streams.out, "\"as_of\":{as_of},\"known_on\":\"{known_on}\",\"events\":[")?;
    for (index, recorded) in events.enumerate() {
        let separator: &[u8] = if index == 0 { b"\n" } else { b",\n" };
        streams.out.write_all(separator)?;
        let event = answers::event(ledger, &recorded?)?;
        serde_json::to_writer(&mut *streams.out, &event)?;
    }
    Ok(streams.out.write_all(b"\n]}\n")?)
}

const CSV_HEADING: [&str; 20] = [
    "position",
    "event_id",
    "command_id",
    "kind",
    "recorded_at",
    "effective_day",
    "actor",
    "role",
    "order",
    "order_date",
    "paragraph",
    "case_ref",
    "case",
    "scheme",
    "head",
    "fy",
    "district",
    "amount",
    "says",
    "leaf_hash",
];

fn csv_cells(ledger: &Ledger, recorded: &Recorded) -> Result<Vec<String>, Failure> {
    let (envelope, names) = (&recorded.envelope, ledger.names());
    let authority = names.authority(envelope.authority);
    let paragraph = authority.and_then(|authority| authority.paragraph.as_ref());
    let record = ledger.record(recorded.position)?;
    let fund = &envelope.fund;
    let of_fund = |text: String| if fund.scheme.is_none() { String::new() } else { text };
    fn shown<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    Ok(vec![
        recorded.position.to_string(),
        ledger.event_id(recorded.position).to_string(),
        envelope.command.to_string(),
        recorded.event.kind().name().to_owned(),
        recorded.recorded_at.to_string(),
        envelope.effective_day.to_string(),
        shown(names.actor(envelope.actor)),
        envelope.role.name().to_owned(),
        shown(authority.map(|authority| &authority.order)),
        shown(authority.map(|authority| authority.date)),
        shown(paragraph),
        shown(answers::case_of(ledger, recorded)),
        shown((!envelope.case.is_none()).then_some(envelope.case)),
        shown(names.scheme(fund.scheme)),
        shown(names.head(fund.head)),
        of_fund(fund.fy.to_string()),
        of_fund(fund.district.to_string()),
        envelope.amount.to_string(),
        describe(recorded, names),
        bahi::proof::leaf_hash(&record).to_string(),
    ])
}
