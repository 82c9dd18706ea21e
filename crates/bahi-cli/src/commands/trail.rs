//! `bahi trail`: a case, a person, an account or an order through every event.

use bahi::{
    Ledger, TrailAt, TrailEntry, View, answers,
    core::{AccountKey, Authority, PersonKey},
    json::{TrailAnswer, TrailCase, TrailSubject},
};

use crate::{
    Streams,
    arguments::{Format, Global, Subject, Trail},
    commands::{counts_on, grouped, say_basis, stamp},
    open::open,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Trail,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open(global, streams)?;
    let view = View::from(&asked.past);
    let (subject, at) = follow(&ledger, &asked.subject, view)?;
    if at.entries.is_empty() {
        let TrailSubject { by, id } = subject;
        let position = at.basis.position;
        return Err(Failure::no(format!(
            "the ledger knows nothing of the {by} {id} up to position {position}; correct it, or \
             ask about another time"
        )));
    }
    let answer = answers::trail(&ledger, subject, &at)?;
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.entries)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => {
            say_basis(ledger.is_simulated(), &at.basis, streams)?;
            table(&answer, &at, streams)?;
        }
    }
    Ok(Status::Done)
}

/// The trail of what a person named; an empty one where the ledger does not know it.
fn follow(
    ledger: &Ledger,
    asked: &Subject,
    view: View,
) -> Result<(TrailSubject, TrailAt), Failure> {
    let named = |by: &str, id: &dyn ToString| TrailSubject { by: by.into(), id: id.to_string() };
    if let Some(case) = &asked.case {
        return Ok((named("case", case), of_case(ledger, case, view)?));
    }
    if let Some(order) = &asked.order {
        return Ok((named("order", order), answers::order_trail(ledger, order, view)?));
    }
    if let Some(person) = asked.person {
        let subject = bahi::Subject::Person(PersonKey(person));
        return Ok((named("person", &key(person)), ledger.trail(subject, view)?));
    }
    let account = asked.account.ok_or_else(|| {
        Failure::misuse("name a case, a person, an account or an order; see bahi help trail")
    })?;
    Ok((
        named("account", &key(account)),
        ledger.trail(bahi::Subject::Account(AccountKey(account)), view)?,
    ))
}

/// A fingerprint as it is asked for.
fn key(print: bahi::core::Fingerprint) -> String {
    if print.key_id == 1 { print.to_string() } else { format!("{}:{print}", print.key_id) }
}

/// The trail of a case; an empty one where no such case applied.
pub(super) fn of_case(ledger: &Ledger, case: &str, view: View) -> Result<TrailAt, Failure> {
    Ok(match ledger.case(case) {
        Some(subject) => ledger.trail(subject, view)?,
        None => TrailAt { basis: ledger.basis(view)?, entries: Vec::new() },
    })
}

fn csv(answer: &TrailAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = [
        "position",
        "event_id",
        "kind",
        "recorded_at",
        "effective_day",
        "actor",
        "role",
        "order",
        "order_date",
        "paragraph",
        "case_ref",
        "amount",
        "says",
        "sanctioned",
        "disbursed",
        "returned",
        "recovered",
        "remaining",
        "leaf_hash",
    ];
    write::csv_row(streams.out, heading)?;
    for entry in &answer.entries {
        let authority = entry.authority.as_ref();
        let running = entry.running.as_ref();
        let or_none = |text: Option<&String>| text.cloned().unwrap_or_default();
        write::csv_row(
            streams.out,
            [
                entry.position.to_string(),
                entry.event_id.clone(),
                entry.kind.clone(),
                entry.recorded_at.clone(),
                entry.effective_day.clone(),
                or_none(entry.actor.as_ref()),
                entry.role.clone(),
                or_none(authority.map(|authority| &authority.order)),
                or_none(authority.and_then(|authority| authority.date.as_ref())),
                or_none(authority.and_then(|authority| authority.paragraph.as_ref())),
                or_none(entry.case_ref.as_ref()),
                or_none(entry.amount.as_ref()),
                entry.says.clone(),
                or_none(running.map(|figures| &figures.sanctioned)),
                or_none(running.map(|figures| &figures.disbursed)),
                or_none(running.map(|figures| &figures.returned)),
                or_none(running.map(|figures| &figures.recovered)),
                or_none(running.map(|figures| &figures.remaining)),
                or_none(entry.leaf_hash.as_ref()),
            ],
        )?;
    }
    Ok(())
}

/// How many cases a trail's heading lists one by one.
const CASES_LISTED_MAX: usize = 50;

/// The cases on a trail, then every event of it.
pub(super) fn table(
    answer: &TrailAnswer,
    at: &TrailAt,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let (out, width) = (&mut *streams.out, streams.terminal.width);
    writeln!(out, "trail of the {} {}\n", answer.subject.by, answer.subject.id)?;
    let (cases, events) = (&answer.cases, answer.entries.len());
    if !cases.is_empty() {
        cases_table(&cases[..cases.len().min(CASES_LISTED_MAX)]).write(out, width)?;
        if cases.len() > CASES_LISTED_MAX {
            writeln!(out, "and {} cases more", cases.len() - CASES_LISTED_MAX)?;
        }
        writeln!(out)?;
    }
    let several = cases.len() > 1;
    let mut table = Table::new([
        number("position"),
        text("counts on\nrecorded (IST)"),
        words("what happened, who, on what order"),
        number("amount"),
        number("sanctioned\nnet paid\nthe case is"),
    ]);
    for entry in &at.entries {
        table.row([
            entry.position.to_string(),
            format!(
                "{}\n{}",
                counts_on(entry.effective_day, entry.recorded_at),
                stamp(&entry.recorded_at.to_string())
            ),
            what(entry, several),
            if entry.amount.is_zero() { String::new() } else { entry.amount.grouped() },
            after(entry),
        ]);
    }
    table.write(out, width)?;
    let plural = if events == 1 { "" } else { "s" };
    writeln!(
        out,
        "\n{events} event{plural}; the log holds each at its position, as a leaf of the root above"
    )?;
    Ok(())
}

fn cases_table(cases: &[TrailCase]) -> Table {
    let mut table = Table::new([
        text("case"),
        text("scheme\ndistrict"),
        number("sanctioned\nreturned"),
        number("disbursed\nrecovered"),
        number("may be paid\naudits"),
    ]);
    for case in cases {
        let code = bahi::core::District::parse(&case.district);
        let figures = &case.figures;
        let pair = |upper: &str, lower: &str| format!("{}\n{}", grouped(upper), grouped(lower));
        table.row([
            case.case_ref.clone(),
            format!("{}\n{}", case.scheme, code.map_or_else(String::new, super::district_name)),
            pair(&figures.sanctioned, &figures.returned),
            pair(&figures.disbursed, &figures.recovered),
            format!("{}\n{}", grouped(&figures.remaining), case.audits),
        ]);
    }
    table
}

fn what(entry: &TrailEntry, several: bool) -> String {
    let mut lines = Vec::new();
    if let (true, Some(case_ref)) = (several, &entry.case_ref) {
        lines.push(format!("{case_ref}:"));
    }
    lines.push(entry.text.clone());
    let actor = entry.actor.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
    lines.push(format!("by {actor}, {}", entry.role.name().replace('_', " ")));
    if let Some(authority) = &entry.authority {
        lines.push(order(authority));
    }
    lines.join("\n")
}

fn order(authority: &Authority) -> String {
    let Authority { order, date, paragraph } = authority;
    match paragraph {
        Some(paragraph) => format!("order {order} of {date}, {paragraph}"),
        None => format!("order {order} of {date}"),
    }
}

fn after(entry: &TrailEntry) -> String {
    let Some(figures) = &entry.after else { return String::new() };
    let status = figures.status.name().replace('_', " ");
    format!("{}\n{}\n{status}", figures.sanctioned.grouped(), figures.net_paid().grouped())
}
