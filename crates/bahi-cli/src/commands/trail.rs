//! `bahi trail`: a case, a person, an account or an order through every event.

use bahi::{
    Ledger, TrailAt, Trails, View, answers,
    core::{AccountKey, Money, PersonKey, Total},
    json::{AuthorityAnswer, TrailAnswer, TrailCase, TrailEntry, TrailSubject},
};

use crate::{
    Streams,
    arguments::{Format, Global, Subject, Trail},
    commands::{grouped, late, say_basis, stamp},
    open::open_trails,
    source::{Found, Source},
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Trail,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let view = View::from(&asked.past);
    let here = global.keys.is_none() && global.server.is_none();
    let (simulated, (subject, basis, found)) = if here {
        let trails = open_trails(global, streams)?;
        (trails.is_simulated(), of_trails(&trails, &asked.subject, view)?)
    } else {
        let ledger = Source::open(global, streams)?;
        (ledger.is_simulated(), ledger.trail(&asked.subject, view)?)
    };
    let Some(answer) = found else {
        let TrailSubject { by, id } = subject;
        let position = basis.position;
        return Err(Failure::no(format!(
            "the ledger knows nothing of the {by} {id} up to position {position}; correct it, or \
             ask about another time"
        )));
    };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.entries)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => {
            say_basis(simulated, &basis, streams)?;
            table(&answer, streams)?;
        }
    }
    Ok(Status::Done)
}

/// The trail of what a person named, for which nothing else is opened.
fn of_trails(trails: &Trails, asked: &Subject, view: View) -> Result<Found, Failure> {
    let subject = asked.named()?;
    let at = match (&asked.case, &asked.order) {
        (Some(case), _) => trails.trail(case, view)?,
        (None, Some(order)) => trails.order_trail(order, view)?,
        (None, None) => trails.trail_of(asked.somebody()?, view)?,
    };
    if at.entries.is_empty() {
        return Ok((subject, at.basis, None));
    }
    let answer = answers::trail(trails, subject.clone(), &at)?;
    Ok((subject, at.basis, Some(answer)))
}

/// The trail of what a person named; an empty one where the ledger does not know it.
pub(crate) fn follow(
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
    Ok((asked.named()?, ledger.trail(asked.somebody()?, view)?))
}

fn nobody() -> Failure {
    Failure::misuse("name a case, a person, an account or an order; see bahi help trail")
}

impl Subject {
    /// The person or the account.
    fn somebody(&self) -> Result<bahi::Subject, Failure> {
        Ok(match (self.person, self.account) {
            (Some(person), _) => bahi::Subject::Person(PersonKey(person)),
            (None, Some(account)) => bahi::Subject::Account(AccountKey(account)),
            (None, None) => return Err(nobody()),
        })
    }

    /// What is named, as answers name it.
    pub(crate) fn named(&self) -> Result<TrailSubject, Failure> {
        let print = |print: &Option<bahi::core::Fingerprint>| print.map(key);
        let (by, id) = match (&self.case, &self.order, print(&self.person), print(&self.account)) {
            (Some(case), ..) => ("case", case.clone()),
            (None, Some(order), ..) => ("order", order.clone()),
            (None, None, Some(person), _) => ("person", person),
            (None, None, None, Some(account)) => ("account", account),
            (None, None, None, None) => return Err(nobody()),
        };
        Ok(TrailSubject { by: by.to_owned(), id })
    }
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
pub(super) fn table(answer: &TrailAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
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
    for entry in &answer.entries {
        table.row([
            entry.position.to_string(),
            format!(
                "{}\n{}",
                late(&entry.effective_day, entry.back_dated_days),
                stamp(&entry.recorded_at)
            ),
            what(entry, several),
            entry.amount.as_deref().map(grouped).unwrap_or_default(),
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
    lines.push(entry.says.clone());
    let actor = entry.actor.as_deref().unwrap_or("?");
    lines.push(format!("by {actor}, {}", entry.role.replace('_', " ")));
    if let Some(authority) = &entry.authority {
        lines.push(order(authority));
    }
    lines.join("\n")
}

fn order(authority: &AuthorityAnswer) -> String {
    let AuthorityAnswer { order, date, paragraph } = authority;
    let date = date.as_deref().unwrap_or("an unknown day");
    match paragraph {
        Some(paragraph) => format!("order {order} of {date}, {paragraph}"),
        None => format!("order {order} of {date}"),
    }
}

fn after(entry: &TrailEntry) -> String {
    let Some(figures) = &entry.running else { return String::new() };
    let status = figures.status.replace('_', " ");
    let amount = |text: &str| Money::parse(text).map(Total::from).unwrap_or_default();
    let net_paid = (amount(&figures.disbursed) - amount(&figures.returned)).grouped();
    format!("{}\n{net_paid}\n{status}", grouped(&figures.sanctioned))
}
