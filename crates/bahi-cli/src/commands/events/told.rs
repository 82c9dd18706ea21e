//! One event as it is shown: read from a ledger here, or told by a service; and following one.

use std::{
    io::{BufRead, BufReader, Read},
    time::{Duration, Instant},
};

use bahi::{
    Records, Unanswered, answers,
    core::{Position, Recorded},
    describe,
};
use serde_json::Value;

use super::Shown;
use crate::{
    Streams,
    arguments::{Events, Format},
    commands::late,
    server::{Query, wait_before_try},
    source::Served,
    status::{Failure, one_line},
    write,
};

pub(super) const CSV_HEADING: [&str; 20] = [
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

/// The most bytes of an event as a service tells it.
const EVENT_BYTES_MAX: u64 = 4 << 20;
/// How often a stream may end in a row without an event before following is given up.
const FRUITLESS_MAX: u32 = 5;
/// A stream that lasted so long was one, though nothing came.
const QUIET: Duration = Duration::from_secs(30);

/// An event: its JSON, and its cells where it is shown in a table.
pub(super) struct Told {
    json: String,
    cells: Vec<String>,
    days_late: u32,
}

impl Told {
    pub(super) fn here(
        records: &Records,
        recorded: &Recorded,
        format: Format,
    ) -> Result<Told, Failure> {
        if !is_row(format) {
            let json = serde_json::to_string(&answers::event(records, recorded)?)?;
            return Ok(Told { json, cells: Vec::new(), days_late: 0 });
        }
        let day = recorded.envelope.effective_day;
        let days_late = day.back_dated_days(recorded.recorded_at);
        Ok(Told { json: String::new(), cells: cells_here(records, recorded)?, days_late })
    }

    pub(super) fn there(served: &Served, text: &str, format: Format) -> Result<Told, Failure> {
        let event: Value =
            serde_json::from_str(text).map_err(|error| served.client.other(&error))?;
        let cells = if is_row(format) { cells_there(&event) } else { Vec::new() };
        let days_late = event["back_dated_days"].as_u64().unwrap_or_default();
        let days_late = u32::try_from(days_late).unwrap_or(u32::MAX);
        Ok(Told { json: text.to_owned(), cells, days_late })
    }

    pub(super) fn json(&self) -> &str {
        &self.json
    }

    pub(super) fn cells(&self) -> &[String] {
        &self.cells
    }

    fn cell(&self, name: &str) -> &str {
        let at = CSV_HEADING.iter().position(|heading| *heading == name);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// The cells of a table for a person.
    pub(super) fn row(&self) -> [String; 5] {
        let (actor, case, says) = (self.cell("actor"), self.cell("case_ref"), self.cell("says"));
        let who = if actor.is_empty() { "?" } else { actor };
        let what = match case {
            case if !case.is_empty() && !says.contains(case) => format!("{case}: {says}"),
            _ => says.to_owned(),
        };
        [
            self.cell("position").to_owned(),
            late(self.cell("effective_day"), self.days_late),
            self.cell("kind").to_owned(),
            who.to_owned(),
            what,
        ]
    }
}

fn is_row(format: Format) -> bool {
    matches!(format, Format::Table | Format::Csv)
}

fn cells_here(records: &Records, recorded: &Recorded) -> Result<Vec<String>, Failure> {
    let (envelope, names) = (&recorded.envelope, records.names());
    let authority = names.authority(envelope.authority);
    let paragraph = authority.and_then(|authority| authority.paragraph.as_ref());
    let record = records.record(recorded.position)?;
    let fund = &envelope.fund;
    let of_fund = |text: String| if fund.scheme.is_none() { String::new() } else { text };
    fn shown<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    Ok(vec![
        recorded.position.to_string(),
        records.event_id(recorded.position).to_string(),
        envelope.command.to_string(),
        recorded.event.kind().name().to_owned(),
        recorded.recorded_at.to_string(),
        envelope.effective_day.to_string(),
        shown(names.actor(envelope.actor)),
        envelope.role.name().to_owned(),
        shown(authority.map(|authority| &authority.order)),
        shown(authority.map(|authority| authority.date)),
        shown(paragraph),
        shown(answers::case_of(records, recorded)?),
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

/// The same of an event in its JSON form, with what it says.
fn cells_there(event: &Value) -> Vec<String> {
    let field = |name: &str| match name {
        "order" => &event["authority"]["order"],
        "order_date" => &event["authority"]["date"],
        "paragraph" => &event["authority"]["paragraph"],
        "scheme" | "head" | "fy" | "district" => &event["fund"][name],
        name => &event[name],
    };
    let text = |value: &Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_null() => String::new(),
        None => value.to_string(),
    };
    CSV_HEADING.iter().map(|name| text(field(name))).collect()
}

/// Shows events as they come, until somebody ends it, or as many are shown as were asked for.
pub(super) fn follow(
    served: &Served,
    asked: &Events,
    shown: &Shown,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let limit = asked.limit.unwrap_or(u64::MAX);
    // From the next on, even where the first stream breaks off before an event came.
    let next = asked.from.unwrap_or_else(|| served.next());
    let mut following = Following { shown: 0, fruitless: 0, next };
    if shown.format == Format::Csv {
        write::csv_row(streams.out, CSV_HEADING)?;
        streams.out.flush()?;
    }
    loop {
        let query = Query::of("/v1/stream")
            .with("from", Some(following.next.0))
            .with("kind", asked.kind.map(bahi::core::EventKind::name))
            .with("scheme", asked.scheme.as_ref())
            .with("says", shown.says());
        let (before, began) = (following.shown, Instant::now());
        match served.client.stream(query.path()) {
            Ok(stream) => {
                let mut lines = Lines(BufReader::new(stream));
                while let Some(event) = lines.event() {
                    let position = event_position(&event)
                        .ok_or_else(|| served.client.other(&"an event that is none"))?;
                    if asked.to.is_some_and(|to| position > to) {
                        return Ok(());
                    }
                    following.next = position.next();
                    following.shown += 1;
                    show(&Told::there(served, &event, shown.format)?, shown, streams)?;
                    if following.shown == limit || asked.to == Some(position) {
                        return Ok(());
                    }
                }
            }
            Err(unanswered) if unanswered.may_retry => following.tired(Some(unanswered))?,
            Err(unanswered) => return Err(unanswered.into()),
        }
        if following.shown > before || began.elapsed() > QUIET {
            following.fruitless = 0;
        } else {
            following.tired(None)?;
        }
    }
}

/// How far following has come.
struct Following {
    shown: u64,
    fruitless: u32,
    next: Position,
}

impl Following {
    /// A stream ended without an event: it is begun again, but not for ever.
    fn tired(&mut self, why: Option<Unanswered>) -> Result<(), Failure> {
        self.fruitless += 1;
        if self.fruitless < FRUITLESS_MAX {
            wait_before_try(self.fruitless, Duration::ZERO);
            return Ok(());
        }
        Err(match why {
            Some(unanswered) => unanswered.into(),
            None => Failure::fault("the service ends its stream again and again; ask again later"),
        })
    }
}

fn show(told: &Told, shown: &Shown, streams: &mut Streams<'_>) -> Result<(), Failure> {
    match shown.format {
        Format::Json | Format::Jsonl => writeln!(streams.out, "{}", told.json())?,
        Format::Csv => write::csv_row(streams.out, told.cells())?,
        Format::Table => {
            let [position, day, kind, who, what] = told.row().map(|cell| one_line(&cell));
            writeln!(streams.out, "{position}  {day}  {kind}  {who}: {what}")?;
        }
    }
    Ok(streams.out.flush()?)
}

fn event_position(event: &str) -> Option<Position> {
    let event: Value = serde_json::from_str(event).ok()?;
    event["position"].as_u64().map(Position)
}

/// The lines of server-sent events.
struct Lines<R>(BufReader<R>);

impl<R: Read> Lines<R> {
    /// The data of the next event; nothing where the stream ended, or broke off within one.
    fn event(&mut self) -> Option<String> {
        let mut data: Option<String> = None;
        loop {
            let mut line = Vec::new();
            let read = self.0.by_ref().take(EVENT_BYTES_MAX).read_until(b'\n', &mut line);
            if read.is_err() || line.last() != Some(&b'\n') {
                return None;
            }
            let line = String::from_utf8(line).ok()?;
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() && data.is_some() {
                return data;
            }
            if let Some(text) = line.strip_prefix("data:") {
                data = Some(text.strip_prefix(' ').unwrap_or(text).to_owned());
            }
        }
    }
}
