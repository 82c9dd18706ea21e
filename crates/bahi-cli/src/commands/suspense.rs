//! `bahi suspense`: money that came in and nothing accounts for yet, the oldest first.

use bahi::{
    Filter, View,
    core::Day,
    json::{SuspenseAnswer, SuspenseRowAnswer},
};

use crate::{
    Streams,
    arguments::{Format, Global, Suspense},
    commands::{check_funds, count, grouped},
    plot::months,
    source::Source,
    status::{Failure, Status, one_line},
    table::{Table, number, text},
    write,
};

/// How old an amount may be for each line of the sums by age, in days; above the last without end.
const AGES: [(&str, i64); 4] = [
    ("up to 30 days", 30),
    ("31 to 90 days", 90),
    ("91 to 180 days", 180),
    ("over 180 days", i64::MAX),
];

pub(super) fn run(
    asked: &Suspense,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = Source::records(global, streams)?;
    let chosen = &asked.chosen;
    let filter = Filter::from(chosen);
    check_funds(ledger.names(), &filter)?;
    let answer = ledger.suspense(&filter, View::from(&chosen.past))?;
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.rows)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => table(&answer, streams)?,
    }
    Ok(Status::Done)
}

fn csv(answer: &SuspenseAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = [
        "position",
        "scheme",
        "district",
        "head",
        "fy",
        "amount",
        "reason",
        "reference",
        "payment",
        "day",
        "age_days",
    ];
    write::csv_row(streams.out, heading)?;
    for row in &answer.rows {
        let payment = row.payment.map(|payment| payment.to_string()).unwrap_or_default();
        let (position, age) = (row.position.to_string(), row.age_days.to_string());
        let cells = [
            &position,
            &row.scheme,
            &row.district,
            &row.head,
            &row.fy,
            &row.amount,
            &row.reason,
            &row.reference,
            &payment,
            &row.day,
            &age,
        ];
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}

fn table(answer: &SuspenseAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    writeln!(
        streams.out,
        "position {}, ages to {2}\nroot {1}",
        answer.position, answer.root, answer.aged_on
    )?;
    if answer.rows.is_empty() {
        writeln!(streams.out, "nothing lies in suspense")?;
        return Ok(());
    }
    let texts = ["scheme", "district", "fy", "reason", "reference", "came in"].map(text);
    let mut columns = vec![number("position")];
    columns.extend(texts);
    columns.extend(["days", "payment", "amount"].map(number));
    let mut table = Table::new(columns);
    for row in &answer.rows {
        table.row(vec![
            row.position.to_string(),
            row.scheme.clone(),
            row.district.clone(),
            row.fy.clone(),
            row.reason.clone(),
            one_line(&row.reference),
            row.day.clone(),
            row.age_days.to_string(),
            row.payment.map_or_else(|| "–".to_owned(), |payment| payment.to_string()),
            grouped(&row.amount),
        ]);
    }
    table.write(streams.out, streams.terminal.width)?;
    let mut from = i64::MIN;
    for (name, until) in AGES {
        let aged = answer.rows.iter().filter(|row| row.age_days > from && row.age_days <= until);
        writeln!(streams.out, "{name}: {}", count(aged.count() as u64))?;
        from = until;
    }
    writeln!(streams.out, "in all ₹ {}", grouped(&answer.amount))?;
    trend(answer, streams)
}

/// For a person: in which months what waits came in.
fn trend(answer: &SuspenseAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let paise =
        |row: &SuspenseRowAnswer| row.amount.replace('.', "").parse::<i128>().unwrap_or_default();
    let came = answer.rows.iter().filter_map(|row| Some((Day::parse(&row.day).ok()?, paise(row))));
    let plotted = Day::parse(&answer.aged_on).ok().and_then(|day| months(came, day));
    match plotted.filter(|_| streams.terminal.read) {
        Some((from, to, blocks)) => {
            Ok(writeln!(streams.out, "\n{from} to {to}, ₹ by the month it came in\n{blocks}")?)
        }
        None => Ok(()),
    }
}
