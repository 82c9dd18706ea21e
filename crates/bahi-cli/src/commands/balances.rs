//! `bahi balances`: what was allotted, sanctioned, paid and is left, on both time axes.

use std::collections::BTreeMap;

use bahi::{
    BalancesAt, Basis, By, Filter, View, answers,
    core::{BalanceRow, Columns, District, FinancialYear, HeadName, SchemeName, Total},
    json::BalanceRowAnswer,
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Balances, Format, Global, Part},
    commands::{check_funds, count, district_name, say_basis},
    plot::blocks,
    source::Source,
    status::{Failure, Status},
    table::{Column, Table, number, text},
    write,
};

pub(super) fn run(
    asked: &Balances,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let by = by(&asked.by)?;
    let books = Source::books(global, streams)?;
    let filter = Filter::from(&asked.chosen);
    check_funds(books.names(), &filter)?;
    let at = books.balances(by, &filter, View::from(&asked.chosen.past))?;
    match global.format {
        Format::Json => write::json(streams.out, &answers::balances(&at, by))?,
        Format::Jsonl => {
            for row in answers::rows(&at.rows, by) {
                write::json_line(streams.out, &Row { row, basis: RowBasis::of(&at.basis) })?;
            }
        }
        Format::Csv => csv(&at, by, streams)?,
        Format::Table => {
            say_basis(books.is_simulated(), &at.basis, streams)?;
            table(&at, by, streams)?;
            trends(&at, by, streams)?;
        }
    }
    Ok(Status::Done)
}

/// What rows are told apart by.
pub(super) fn by(parts: &[Part]) -> Result<By, Failure> {
    let has = |part: Part| parts.contains(&part);
    if has(Part::None) && parts.len() > 1 {
        return Err(Failure::misuse("--by none stands alone; leave it out or name the parts"));
    }
    Ok(By {
        scheme: has(Part::Scheme),
        district: has(Part::District),
        head: has(Part::Head),
        fy: has(Part::Fy),
    })
}

/// The amounts of a row, under the names they have everywhere.
fn amounts(columns: &Columns) -> [(&'static str, Total); 8] {
    [
        ("allotted", columns.allotted),
        ("sanctioned", columns.sanctioned),
        ("disbursed", columns.disbursed),
        ("returned", columns.returned),
        ("recovered", columns.recovered),
        ("utilised", columns.utilised),
        ("adjusted", columns.adjusted),
        ("available", columns.available),
    ]
}

fn keys(row: &BalanceRow, by: By, named: bool) -> Vec<String> {
    let key = (row.scheme.as_ref(), row.district, row.head.as_ref(), row.fy);
    key_cells(key, by, named)
}

/// The parts of a row's key.
type Key<'a> =
    (Option<&'a SchemeName>, Option<District>, Option<&'a HeadName>, Option<FinancialYear>);

/// The key cells of a row, under their headings, as far as they are asked for.
pub(super) fn key_cells(key: Key<'_>, by: By, named: bool) -> Vec<String> {
    let (scheme, district, head, fy) = key;
    let mut cells = Vec::new();
    let or_none =
        |text: Option<String>| text.unwrap_or_else(|| if named { "–" } else { "" }.into());
    if by.scheme {
        cells.push(or_none(scheme.map(ToString::to_string)));
    }
    if by.district {
        let name = |code| if named { district_name(code) } else { code.to_string() };
        cells.push(or_none(district.map(name)));
    }
    if by.head {
        cells.push(or_none(head.map(ToString::to_string)));
    }
    if by.fy {
        cells.push(or_none(fy.map(|fy| fy.to_string())));
    }
    cells
}

/// The headings of the key cells.
pub(super) fn key_names(by: By) -> Vec<&'static str> {
    let parts =
        [(by.scheme, "scheme"), (by.district, "district"), (by.head, "head"), (by.fy, "fy")];
    parts.into_iter().filter(|(asked, _)| *asked).map(|(_, name)| name).collect()
}

/// A row that stands alone, with what it rests on.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    row: BalanceRowAnswer,
    #[serde(flatten)]
    basis: RowBasis,
}

/// What every row of an answer rests on.
#[derive(Serialize)]
struct RowBasis {
    position: u64,
    root: String,
    as_of: Option<String>,
    known_on: String,
}

impl RowBasis {
    fn of(basis: &Basis) -> RowBasis {
        RowBasis {
            position: basis.position.0,
            root: basis.root.to_string(),
            as_of: basis.as_of.map(|day| day.to_string()),
            known_on: basis.known_on.to_string(),
        }
    }
}

/// The further amounts of a row: what nothing accounts for, and interest.
fn beside(columns: &Columns) -> [(&'static str, Total); 3] {
    [
        ("suspense", columns.suspense),
        ("interest_earned", columns.interest_earned),
        ("interest_remitted", columns.interest_remitted),
    ]
}

fn csv(at: &BalancesAt, by: By, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (none, name) = (Columns::default(), |(name, _): (&'static str, Total)| name);
    let heading = key_names(by).into_iter().chain(amounts(&none).map(name));
    let heading = heading.chain(["applied", "audited"]).chain(beside(&none).map(name));
    write::csv_row(streams.out, heading.chain(["position", "root", "as_of", "known_on"]))?;
    for row in &at.rows {
        let (columns, basis) = (&row.columns, RowBasis::of(&at.basis));
        let mut cells = keys(row, by, false);
        cells.extend(amounts(columns).map(|(_, amount)| amount.to_string()));
        cells.extend([columns.applied, columns.audited].map(|count| count.to_string()));
        cells.extend(beside(columns).map(|(_, amount)| amount.to_string()));
        cells.extend([basis.position.to_string(), basis.root]);
        cells.extend([basis.as_of.unwrap_or_default(), basis.known_on]);
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}

/// The rows and their sum; each row on two lines or four where the terminal is too narrow for one, and its
/// key on as many where it must.
pub(super) fn table(at: &BalancesAt, by: By, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let width = streams.terminal.width;
    let layouts: [(&Layout, bool); 4] =
        [(&WIDE, false), (&NARROW, false), (&NARROWEST, false), (&NARROWEST, true)];
    let tables = layouts.into_iter().map(|(layout, stacked)| laid_out(at, by, layout, stacked));
    let mut last = None;
    for table in tables {
        let fits = table.natural_width() <= usize::from(width);
        last = Some(table);
        if fits {
            break;
        }
    }
    if let Some(table) = last {
        table.write(streams.out, width)?;
    }
    if at.rows.is_empty() {
        writeln!(streams.out, "no fund and no application is part of this answer")?;
    }
    Ok(())
}

/// The fewest years that make a trend.
const TREND_YEARS_MIN: usize = 3;

/// Under balances by year, what a person sees of each figure over the years.
fn trends(at: &BalancesAt, by: By, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut years: BTreeMap<FinancialYear, [i128; 8]> = BTreeMap::new();
    for row in &at.rows {
        let Some(fy) = row.fy else { continue };
        let sums = years.entry(fy).or_default();
        for (sum, (_, amount)) in sums.iter_mut().zip(amounts(&row.columns)) {
            *sum += amount.paise();
        }
    }
    let (Some((first, _)), Some((last, _))) = (years.first_key_value(), years.last_key_value())
    else {
        return Ok(());
    };
    if !streams.terminal.read || !by.fy || years.len() < TREND_YEARS_MIN {
        return Ok(());
    }
    writeln!(streams.out, "\n{:10}  {first} to {last}, each figure by itself", "")?;
    for (figure, (name, _)) in amounts(&Columns::default()).into_iter().enumerate() {
        let sums: Vec<i128> = years.values().map(|sums| sums[figure]).collect();
        if sums.iter().any(|sum| *sum > 0) {
            writeln!(streams.out, "{name:10}  {}", blocks(&sums))?;
        }
    }
    Ok(())
}

/// A heading with the figures that stand under it, one a line.
type Layout = [(&'static str, &'static [&'static str])];

const WIDE: [(&str, &[&str]); 10] = [
    ("allotted", &["allotted"]),
    ("sanctioned", &["sanctioned"]),
    ("disbursed", &["disbursed"]),
    ("returned", &["returned"]),
    ("recovered", &["recovered"]),
    ("utilised", &["utilised"]),
    ("adjusted", &["adjusted"]),
    ("available", &["available"]),
    ("cases", &["applied"]),
    ("audited", &["audited"]),
];

const NARROW: [(&str, &[&str]); 5] = [
    ("allotted\navailable", &["allotted", "available"]),
    ("sanctioned\nreturned", &["sanctioned", "returned"]),
    ("disbursed\nrecovered", &["disbursed", "recovered"]),
    ("utilised\nadjusted", &["utilised", "adjusted"]),
    ("cases\naudited", &["applied", "audited"]),
];

const NARROWEST: [(&str, &[&str]); 3] = [
    (
        "allotted\nsanctioned\nutilised\navailable",
        &["allotted", "sanctioned", "utilised", "available"],
    ),
    (
        "disbursed\nreturned\nadjusted\nrecovered",
        &["disbursed", "returned", "adjusted", "recovered"],
    ),
    ("cases\naudited", &["applied", "audited"]),
];

/// A table of a layout, the parts of a key beside each other or under each other.
fn laid_out(at: &BalancesAt, by: By, layout: &Layout, stacked_keys: bool) -> Table {
    // Two figures no event of this release moves: shown as soon as one does.
    let silent = at.total.utilised == Total::ZERO && at.total.adjusted == Total::ZERO;
    let hidden =
        |names: &[&str]| silent && names.iter().all(|name| ["utilised", "adjusted"].contains(name));
    let shown: Vec<_> = layout.iter().filter(|(_, names)| !hidden(names)).collect();
    let keyed = |cells: Vec<String>| {
        if stacked_keys { vec![cells.join("\n")] } else { cells }
    };
    let named = key_names(by).into_iter().map(str::to_owned).collect();
    let mut columns: Vec<Column> = keyed(named).into_iter().map(text).collect();
    if columns.is_empty() {
        columns.push(text(""));
    }
    let key_columns = columns.len();
    columns.extend(shown.iter().map(|(heading, _)| number(*heading)));
    let figures = |figures: &Columns| -> Vec<String> {
        let stacked = |(_, names): &&(&str, &[&str])| {
            names.iter().map(|name| figure(figures, name)).collect::<Vec<_>>().join("\n")
        };
        shown.iter().map(stacked).collect()
    };
    let mut table = Table::new(columns);
    for row in at.rows.iter().filter(|_| by != By::default()) {
        let mut cells = keyed(keys(row, by, true));
        cells.extend(figures(&row.columns));
        table.row(cells);
    }
    let mut cells = vec![String::new(); key_columns];
    cells[0] = "total".to_owned();
    cells.extend(figures(&at.total));
    table.total(cells);
    table
}

fn figure(columns: &Columns, name: &str) -> String {
    match name {
        "applied" => count(columns.applied),
        "audited" => count(columns.audited),
        _ => {
            let found = amounts(columns).into_iter().find(|(found, _)| *found == name);
            found.map(|(_, amount)| amount.grouped()).unwrap_or_default()
        }
    }
}
