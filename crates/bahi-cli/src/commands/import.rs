//! `bahi import cases`: bulk history from a spreadsheet, all of a file or nothing.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use bahi::{
    core::Total,
    import::{
        BUILT_IN, Complaints, FactSum, IMPORT_BYTES_MAX, ImportError, Imported, Mapping, Report,
    },
    json::{BeyondLimit, ImportAnswer},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Cases, Format, Global},
    commands::{count, terms::Words},
    open::open_to_write,
    status::{Failure, Status, one_line},
    table::{Table, number, text},
    write,
};

/// What an import came to, with what its reading found.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    import: ImportAnswer,
    taken: u64,
    distinct_rows: u64,
    sums: Vec<Sum>,
    entitlement: String,
    disbursed: String,
    funds: u64,
    allotted: String,
    years: Vec<Year>,
    assumptions: Vec<String>,
    suspicious: Vec<Suspicious>,
}

#[derive(Serialize)]
struct Sum {
    fact: String,
    sum: String,
}

#[derive(Serialize)]
struct Year {
    fy: String,
    rows: u64,
    sums: Vec<Sum>,
    entitlement: String,
}

#[derive(Serialize)]
struct Suspicious {
    line: u64,
    what: String,
    taken: bool,
}

pub(super) fn run(
    cases: &Cases,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let mapping = mapping(&cases.map)?;
    let csv = bounded(&cases.file, IMPORT_BYTES_MAX)?;
    let mut ledger = open_to_write(global, !cases.check, streams)?;
    let imported = match ledger.import_cases(&csv, &mapping, cases.check) {
        Ok(imported) => imported,
        Err(ImportError::Unreadable(complaints)) => {
            return Err(complain(&cases.file, &complaints, streams)?);
        }
        Err(ImportError::SchemeNotOpen(scheme)) => {
            return Err(Failure::misuse(ImportError::SchemeNotOpen(scheme).to_string()));
        }
        Err(ImportError::KeysMissing(columns)) => {
            return Err(Failure::misuse(format!(
                "the mapping keeps fingerprints of {}, and no key file is named; name the \
                 ledger's by --keys FILE, or make one by bahi vault keys new --keys FILE",
                columns.join(", ")
            )));
        }
        Err(ImportError::Refused { what, source }) => {
            return Err(Failure::no(format!(
                "{what}: {source}; nothing is imported: correct the row, or what the ledger lacks"
            )));
        }
        Err(ImportError::Failed(error)) => return Err(error.into()),
    };
    match global.format {
        Format::Json => write::json(streams.out, &answer(cases, imported))?,
        Format::Jsonl => write::json_line(streams.out, &answer(cases, imported))?,
        Format::Csv => csv_years(&imported.import.report, streams)?,
        Format::Table => tell(cases, &mapping, &imported, streams)?,
    }
    Ok(Status::Done)
}

/// A built-in mapping by name, else one from a file.
fn mapping(path: &Path) -> Result<Mapping, Failure> {
    if let Some(mapping) = path.to_str().and_then(Mapping::built_in) {
        return Ok(mapping);
    }
    let bytes = bounded(path, IMPORT_BYTES_MAX).map_err(|failure| {
        let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        let line = failure.line().unwrap_or_default();
        Failure::misuse(format!("{line} (built in: {})", known.join(", ")))
    })?;
    Mapping::parse(&bytes).map_err(|error| {
        Failure::misuse(format!("{}: {error}; correct the mapping", path.display()))
    })
}

/// A file's bytes: one more than the bound at most, so that the reader sees that there are more.
pub(super) fn bounded(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: io::Error| {
        Failure::misuse(format!("{} cannot be read: {error}; name a readable file", path.display()))
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Every complaint on a line of its own, in the form editors jump to; then what it means.
fn complain(
    file: &Path,
    complaints: &Complaints,
    streams: &mut Streams<'_>,
) -> Result<Failure, Failure> {
    for complaint in &complaints.listed {
        let column = complaint.column.as_deref().unwrap_or("row");
        let line = format!("{}:{}:{column}: {}", file.display(), complaint.line, complaint.what);
        writeln!(streams.err, "{}", one_line(&line))?;
    }
    let rest = complaints.count.saturating_sub(complaints.listed.len() as u64);
    let rest = if rest > 0 { format!(" ({rest} more are not listed)") } else { String::new() };
    let plural = if complaints.count == 1 { "" } else { "s" };
    Ok(Failure::misuse(format!(
        "{} has {} complaint{plural}{rest}; nothing is imported: correct the file and import it again",
        file.display(),
        complaints.count,
    )))
}

fn sums(sums: &[FactSum]) -> Vec<Sum> {
    let sum = |found: &FactSum| Sum { fact: found.fact.to_string(), sum: found.sum.to_string() };
    sums.iter().map(sum).collect()
}

fn answer(cases: &Cases, imported: Imported) -> Answer {
    let Imported { import, new, there, beyond, position } = imported;
    let report = import.report;
    let beyond = beyond.into_iter().map(|(case_ref, limit)| BeyondLimit {
        case_ref: case_ref.to_string(),
        limit: limit.to_string(),
    });
    let year = |year: &bahi::import::YearFigures| Year {
        fy: year.fy.to_string(),
        rows: year.rows,
        sums: sums(&year.sums),
        entitlement: year.entitlement.to_string(),
    };
    let suspicious = import.suspicious.into_iter().map(|found| Suspicious {
        line: found.line,
        what: found.what,
        taken: found.taken,
    });
    Answer {
        import: ImportAnswer {
            file: cases.file.display().to_string(),
            check: cases.check,
            rows: report.rows,
            commands: import.commands.len() as u64,
            accepted: new,
            duplicates: there,
            position: (!cases.check).then_some(position.0),
            beyond_limits: beyond.collect(),
            problems: Vec::new(),
            problems_left_out: 0,
        },
        taken: report.taken,
        distinct_rows: report.distinct_rows,
        sums: sums(&report.sums),
        entitlement: report.entitlement.to_string(),
        disbursed: report.disbursed.to_string(),
        funds: report.funds,
        allotted: report.allotted.to_string(),
        years: report.years.iter().map(year).collect(),
        assumptions: import.assumptions,
        suspicious: suspicious.collect(),
    }
}

fn csv_years(report: &Report, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let facts = report.sums.iter().map(|sum| sum.fact.to_string());
    let mut heading = vec!["fy".to_owned(), "rows".to_owned()];
    heading.extend(facts);
    heading.push("entitlement".to_owned());
    write::csv_row(streams.out, heading)?;
    for year in &report.years {
        let mut cells = vec![year.fy.to_string(), year.rows.to_string()];
        cells.extend(year.sums.iter().map(|sum| sum.sum.to_string()));
        cells.push(year.entitlement.to_string());
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}

/// How many suspicious rows are listed one by one.
const SUSPICIOUS_LISTED_MAX: usize = 50;

fn tell(
    cases: &Cases,
    mapping: &Mapping,
    imported: &Imported,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let Imported { import, new, there, beyond, position } = imported;
    let report = &import.report;
    let mut page = Words::new(streams.terminal.width);
    let (name, version) = (mapping.name(), mapping.version());
    page.line(0, &format!("{} under the mapping {name}, version {version}", cases.file.display()));
    page.line(0, "");
    page.line(0, "it is assumed that");
    import.assumptions.iter().for_each(|assumption| page.line(0, &format!("- {assumption}")));
    page.line(0, "");
    streams.out.write_all(page.text().as_bytes())?;
    years(report).write(streams.out, streams.terminal.width)?;
    let out = &mut *streams.out;
    let (taken, distinct) = (count(report.taken), count(report.distinct_rows));
    writeln!(out, "\n{taken} rows are cases; {distinct} rows differ from every row before them")?;
    let (funds, allotted) = (count(report.funds), report.allotted.grouped());
    writeln!(out, "{funds} funds, to be allotted ₹ {allotted}")?;
    if !import.suspicious.is_empty() {
        writeln!(out, "\n{} rows look wrong", count(import.suspicious.len() as u64))?;
        for found in import.suspicious.iter().take(SUSPICIOUS_LISTED_MAX) {
            let taken = if found.taken { "taken as printed" } else { "left out" };
            writeln!(out, "- line {}: {}; {taken}", found.line, one_line(&found.what))?;
        }
        let rest = import.suspicious.len().saturating_sub(SUSPICIOUS_LISTED_MAX);
        if rest > 0 {
            writeln!(out, "- and {rest} more (--format json lists all)")?;
        }
    }
    if !beyond.is_empty() {
        let cases = count(beyond.len() as u64);
        writeln!(out, "\n{cases} cases had more than the limits allow; they are kept as they are")?;
        for (case_ref, limit) in beyond.iter().take(SUSPICIOUS_LISTED_MAX) {
            writeln!(out, "- {case_ref}: {limit}")?;
        }
        let rest = beyond.len().saturating_sub(SUSPICIOUS_LISTED_MAX);
        if rest > 0 {
            writeln!(out, "- and {rest} more (--format json lists all)")?;
        }
    }
    let (new, there) = (count(*new), count(*there));
    if cases.check {
        writeln!(
            out,
            "\nchecked and nothing recorded: {new} events would be new, {there} are there already"
        )?;
    } else {
        writeln!(
            out,
            "\nimported: {new} events are new, {there} were there already; the ledger is at position {position}"
        )?;
    }
    Ok(())
}

/// Rows, sums of facts and entitlement by year, with their sums.
fn years(report: &Report) -> Table {
    let mut columns = vec![text("year"), number("rows")];
    columns.extend(report.sums.iter().map(|sum| number(sum.fact.as_str().replace('_', " "))));
    columns.push(number("the terms give"));
    let mut table = Table::new(columns);
    let row = |name: String, rows: u64, sums: &[FactSum], entitlement: Total| {
        let mut cells = vec![name, count(rows)];
        cells.extend(sums.iter().map(|sum| sum.sum.grouped()));
        cells.push(entitlement.grouped());
        cells
    };
    for year in &report.years {
        table.row(row(year.fy.to_string(), year.rows, &year.sums, year.entitlement));
    }
    table.total(row("total".to_owned(), report.rows, &report.sums, report.entitlement));
    table
}
