//! `bahi outcomes`: what cases came to beside the money, and what was paid for one of it.

use bahi::{By, Filter, OutcomeRow, OutcomeSum, OutcomesAt, View, answers, core::Total};

use crate::{
    Streams,
    arguments::{Format, Global, Outcomes},
    commands::{
        balances::{by, key_cells, key_names},
        check_funds, count, counted, say_basis,
    },
    source::Source,
    status::{Failure, Status},
    table::{Column, Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Outcomes,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let by = by(&asked.by)?;
    let ledger = Source::records(global, streams)?;
    let chosen = &asked.chosen;
    let filter = Filter::from(chosen);
    check_funds(ledger.names(), &filter)?;
    let at = ledger.outcomes(by, &filter, View::from(&chosen.past))?;
    match global.format {
        Format::Json => write::json(streams.out, &answers::outcomes(&at, by))?,
        Format::Jsonl => write::json_lines(streams.out, &answers::outcome_rows(&at.rows, by))?,
        Format::Csv => csv(&at.rows, by, streams)?,
        Format::Table => {
            say_basis(ledger.is_simulated(), &at.basis, streams)?;
            table(&at, by, streams)?;
        }
    }
    Ok(Status::Done)
}

fn keys(row: &OutcomeRow, by: By, named: bool) -> Vec<String> {
    let key = (row.scheme.as_ref(), row.district, row.head.as_ref(), row.fy);
    key_cells(key, by, named)
}

fn csv(rows: &[OutcomeRow], by: By, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let figures = ["outcome", "kind", "total", "reported", "paid", "per_one", "not_reported"];
    write::csv_row(streams.out, key_names(by).into_iter().chain(figures))?;
    for row in rows {
        let mut cells = keys(row, by, false);
        cells.extend([
            row.outcome.to_string(),
            row.total.kind().name().to_owned(),
            match row.total {
                OutcomeSum::Money(total) => total.to_string(),
                OutcomeSum::Count(total) => total.to_string(),
            },
            row.reported.to_string(),
            row.paid.to_string(),
            row.per_one().map(|amount| amount.to_string()).unwrap_or_default(),
            row.silent.to_string(),
        ]);
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}

/// The rows, each on one line, or on two where the terminal is too narrow for it; then its key gives way
/// where two are too few.
fn laid_out(at: &OutcomesAt, by: By, stacked: bool) -> Table {
    let key: fn(&'static str) -> Column = if stacked { words } else { text };
    let mut columns: Vec<_> = key_names(by).into_iter().map(key).collect();
    columns.push(text("outcome"));
    let headings: &[&str] = match stacked {
        false => &["total", "cases", "paid to them", "for one", "paid, not\nreported"],
        true => &["total\nfor one", "cases\nnot reported", "paid to them"],
    };
    columns.extend(headings.iter().map(|heading| number(*heading)));
    let mut table = Table::new(columns);
    for row in &at.rows {
        let mut cells = keys(row, by, true);
        cells.push(row.outcome.to_string());
        let total = match row.total {
            OutcomeSum::Money(total) => total.grouped(),
            OutcomeSum::Count(total) => u64::try_from(total).map_or(total.to_string(), count),
        };
        let (cases, paid) = (count(row.reported), row.paid.grouped());
        let one = row.per_one().map_or_else(|| "–".to_owned(), Total::grouped);
        let silent = count(row.silent);
        match stacked {
            false => cells.extend([total, cases, paid, one, silent]),
            true => cells.extend([format!("{total}\n{one}"), format!("{cases}\n{silent}"), paid]),
        }
        table.row(cells);
    }
    table
}

fn table(at: &OutcomesAt, by: By, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let width = usize::from(streams.terminal.width);
    let flat = laid_out(at, by, false);
    let table = if flat.natural_width() > width { laid_out(at, by, true) } else { flat };
    if at.rows.is_empty() {
        writeln!(
            streams.out,
            "no case has reported an outcome, and no paid case's terms name one"
        )?;
    } else {
        table.write(streams.out, streams.terminal.width)?;
    }
    if at.unplaced > 0 {
        let events = counted(at.unplaced, "event rests", "events rest");
        writeln!(streams.out, "\n{events} on others that do not count: left out")?;
    }
    Ok(())
}
