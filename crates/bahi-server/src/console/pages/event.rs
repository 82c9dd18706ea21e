//! One event: every field, its double entry, and the bytes it is stored in.

use askama::Template;
use axum::{extract::Path, response::Response};
use bahi::core::{Position, Posting};
use bahi_proof::leaf_hash;
use serde_json::Value;

use super::district;
use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, Unit},
    figures::{amount, count},
    frame::{Frame, Section},
    paths,
    words::{Words, kind},
};

/// How many of the stored bytes a page shows.
const BYTES_SHOWN: usize = 1_024;
/// How many bytes stand in a line.
const BYTES_A_LINE: usize = 16;
/// The most fields of an event that a page shows.
const FIELDS_MAX: usize = 2_000;

/// A field of an event.
struct Field {
    name: String,
    value: String,
    href: String,
}

/// One side of a double entry.
struct Side {
    fund: String,
    account: &'static str,
    debit: String,
    credit: String,
}

/// A line of stored bytes.
struct Line {
    at: String,
    hex: String,
    text: String,
}

#[derive(Template)]
#[template(path = "event.html")]
struct Event {
    frame: Frame,
    w: Words,
    kind: &'static str,
    position: String,
    says: String,
    case: String,
    case_href: String,
    fields: Vec<Field>,
    sides: Vec<Side>,
    hash: String,
    bytes: String,
    shown: bool,
    lines: Vec<Line>,
    proof: String,
    before: String,
    after: String,
}

/// What an event's page asks the ledger.
struct Told {
    kind: bahi::core::EventKind,
    says: String,
    case: String,
    case_at: Position,
    json: Value,
    postings: Vec<(String, Posting)>,
    record: Vec<u8>,
    last: Position,
}

/// `/console/events/{position}`: one event.
pub(in crate::console) async fn page(Path(position): Path<String>, asked: Asked) -> Response {
    let page = answer(&asked, &position).await;
    asked.respond(page)
}

async fn answer(asked: &Asked, position: &str) -> Result<Event, Wrong> {
    let position = position.parse().map(Position);
    let position = position.map_err(|_| Wrong::Nothing("a position is a whole number"))?;
    let (around, told) =
        asked.question(move |ledger, ask, caller| tell(position, ledger, ask, caller)).await?;
    let (ask, w) = (&asked.ask, asked.words());
    let title = format!("{} {}", w.event(), count(position.0));
    let frame = asked.frame(title, Section::Elsewhere, paths::event(position), &around);
    let mut fields = Vec::new();
    flatten(String::new(), &told.json, ask, &mut fields);
    let at = |position: Position| ask.link(&paths::event(position), &[]);
    Ok(Event {
        kind: kind(told.kind, ask.lang),
        position: count(position.0),
        says: told.says,
        case: told.case,
        case_href: if told.case_at.is_none() {
            String::new()
        } else {
            ask.link(&paths::case(told.case_at), &[])
        },
        fields,
        sides: told.postings.into_iter().map(side).collect(),
        hash: leaf_hash(&told.record).to_string(),
        bytes: count(told.record.len() as u64),
        shown: told.record.len() > BYTES_SHOWN,
        lines: lines(&told.record),
        proof: paths::proof(position),
        before: if position.0 > 1 { at(Position(position.0 - 1)) } else { String::new() },
        after: if position < told.last { at(position.next()) } else { String::new() },
        frame,
        w,
    })
}

fn tell(
    position: Position,
    ledger: &bahi::Ledger,
    ask: &Ask,
    caller: &crate::Caller,
) -> Result<Told, Wrong> {
    let basis = ledger.basis(ask.view())?;
    if position.is_none() || position > basis.position {
        return Err(Wrong::Nothing("no event stands at this position, or not yet by this time"));
    }
    let recorded = ledger.event(position)?;
    let fund = recorded.envelope.fund;
    let scheme = ledger.names().scheme(fund.scheme);
    let covered = scheme.is_some_and(|scheme| caller.covers(scheme, fund.district));
    if caller.is_scoped() && !covered {
        return Err(crate::caller::outside().into());
    }
    let json = serde_json::to_value(bahi::answers::event(ledger, &recorded)?);
    let posting = |(fund, posting): (bahi::core::FundKey, Posting)| {
        let scheme = ledger.names().scheme(fund.scheme).map(ToString::to_string);
        let district = district::name(fund.district, ask.lang);
        (format!("{} · {district} · {}", scheme.unwrap_or_default(), fund.fy), posting)
    };
    Ok(Told {
        kind: recorded.event.kind(),
        says: bahi::describe(&recorded, ledger.names()),
        case: bahi::answers::case_of(ledger, &recorded)?.unwrap_or_default(),
        case_at: recorded.envelope.case,
        json: json.map_err(|_| Wrong::Bug("an event has no JSON form"))?,
        postings: bahi::postings(&recorded).into_iter().map(posting).collect(),
        record: ledger.record(position)?,
        last: basis.position,
    })
}

fn side((fund, posting): (String, Posting)) -> Side {
    let text = amount(posting.amount.into(), Unit::Rupees);
    let (debit, credit) = if posting.debit { (text, String::new()) } else { (String::new(), text) };
    Side { fund, account: posting.account.name(), debit, credit }
}

/// Every field of a value with the path it stands at. Nothing is left out but what is not there.
fn flatten(name: String, value: &Value, ask: &Ask, fields: &mut Vec<Field>) {
    if fields.len() >= FIELDS_MAX {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(name, value, ask, fields);
            }
        }
        Value::Array(items) => {
            for (at, value) in (1..).zip(items) {
                flatten(format!("{name} {at}"), value, ask, fields);
            }
        }
        Value::Null => fields.push(Field { name, value: "–".to_owned(), href: String::new() }),
        Value::String(text) => {
            fields.push(Field { name, value: text.clone(), href: String::new() });
        }
        Value::Bool(flag) => {
            fields.push(Field { name, value: flag.to_string(), href: String::new() });
        }
        Value::Number(number) => {
            let at = number.as_u64().filter(|at| *at > 0).filter(|_| is_position(&name));
            let href = at.map(|at| ask.link(&paths::event(Position(at)), &[]));
            let (value, href) = (number.to_string(), href.unwrap_or_default());
            fields.push(Field { name, value, href });
        }
    }
}

/// Whether a field holds the position of another event.
fn is_position(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "case",
        "previous",
        "payment",
        "of",
        "target",
        "statement",
        "matched",
        "return",
        "demand",
        "audit",
        "upto",
        "evidence",
    ];
    let last = name.rsplit('.').next().unwrap_or_default();
    NAMES.contains(&last.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' '))
}

/// The first bytes of a record, as people look at bytes.
fn lines(record: &[u8]) -> Vec<Line> {
    let shown = &record[..record.len().min(BYTES_SHOWN)];
    let line = |(at, bytes): (usize, &[u8])| Line {
        at: format!("{:04x}", at * BYTES_A_LINE),
        hex: bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
        text: bytes
            .iter()
            .map(|byte| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '·' })
            .collect(),
    };
    shown.chunks(BYTES_A_LINE).enumerate().map(line).collect()
}
