//! `bahi export`: postings and events as files for other programs.
//!
//! # Invariants
//! * On standard output stands the export alone; where it goes to a file, what it came to is said
//!   instead.

use std::path::Path;

use bahi::{
    ExportError, Exported, Filter, Ledger, PostingsForm, View, core::Position, proof::leaf_hash,
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Chosen, ExportEvents, ExportPostings, Format, Global, PostingsTo, Target},
    commands::{check_head, check_scheme, count, say_basis},
    open::open,
    progress::Progress,
    status::{Failure, Status},
    whole::WholeFile,
    write,
};

/// What was written to a file.
#[derive(Serialize)]
struct Answer {
    file: String,
    position: u64,
    root: String,
    as_of: Option<String>,
    known_on: String,
    events: u64,
    rows: u64,
    debits: String,
    credits: String,
    unplaced: u64,
    /// Leaf 0 of the tree, the ledger's own record, which no export of events holds.
    first_leaf_hash: String,
}

/// One export: to whom, how, and the progress.
type Writing<'a> = &'a dyn Fn(
    &Ledger,
    &mut dyn std::io::Write,
    &mut dyn FnMut(Position),
) -> Result<Exported, ExportError>;

pub(super) fn postings(
    asked: &ExportPostings,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let form = match asked.to {
        PostingsTo::Csv => PostingsForm::Csv,
        PostingsTo::Jsonl => PostingsForm::JsonLines,
    };
    let (filter, view) = (filter(&asked.chosen), View::from(&asked.chosen.past));
    export(&asked.target, &filter, "posting", global, streams, &|ledger, out, progress| {
        ledger.export_postings(form, &filter, view, out, progress)
    })
}

pub(super) fn events(
    asked: &ExportEvents,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let (filter, view) = (filter(&asked.chosen), View::from(&asked.chosen.past));
    export(&asked.target, &filter, "event", global, streams, &|ledger, out, progress| {
        ledger.export_events(&filter, view, out, progress)
    })
}

fn filter(chosen: &Chosen) -> Filter {
    Filter {
        scheme: chosen.scheme.clone(),
        district: chosen.district,
        fy: chosen.fy,
        head: chosen.head.clone(),
    }
}

fn export(
    target: &Target,
    filter: &Filter,
    of: &str,
    global: &Global,
    streams: &mut Streams<'_>,
    writing: Writing<'_>,
) -> Result<Status, Failure> {
    // A path that will not do is said before a long log is read.
    let file = match target.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(WholeFile::begin(path, target.force, &global.dir())?),
    };
    let ledger = open(global, streams)?;
    if let Some(scheme) = &filter.scheme {
        check_scheme(ledger.names(), scheme.as_str())?;
    }
    if let Some(head) = &filter.head {
        check_head(ledger.names(), head)?;
    }
    let progress = Progress::begin(global, streams, "exporting");
    let mut reach = |position| progress.reach(position);
    let Some(mut file) = file else {
        writing(&ledger, streams.out, &mut reach).map_err(|error| match error {
            ExportError::Ledger(error) => error.into(),
            ExportError::Write(error) => Failure::from(error),
        })?;
        return Ok(Status::Done);
    };
    let exported = writing(&ledger, file.out(), &mut reach).map_err(|error| match error {
        ExportError::Ledger(error) => error.into(),
        ExportError::Write(error) => file.failed(&error),
    })?;
    file.finish()?;
    drop(progress);
    say(&ledger, &exported, of, &target.out, global.format, streams)?;
    Ok(Status::Done)
}

fn say(
    ledger: &Ledger,
    exported: &Exported,
    of: &str,
    file: &Path,
    format: Format,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let basis = &exported.basis;
    let answer = Answer {
        file: file.display().to_string(),
        position: basis.position.0,
        root: basis.root.to_string(),
        as_of: basis.as_of.map(|day| day.to_string()),
        known_on: basis.known_on.to_string(),
        events: exported.events,
        rows: exported.rows,
        debits: exported.debits.to_string(),
        credits: exported.credits.to_string(),
        unplaced: exported.unplaced,
        first_leaf_hash: leaf_hash(&ledger.record(Position::NONE)?).to_string(),
    };
    match format {
        Format::Json => write::json(streams.out, &answer),
        Format::Jsonl => write::json_line(streams.out, &answer),
        Format::Csv => csv(&answer, streams),
        Format::Table => {
            say_basis(ledger.is_simulated(), basis, streams)?;
            table(exported, of, &answer.file, streams)
        }
    }
}

fn csv(answer: &Answer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(
        streams.out,
        ["file", "position", "root", "events", "rows", "debits", "credits"],
    )?;
    let numbers = [answer.position, answer.events, answer.rows].map(|number| number.to_string());
    let [position, events, rows] = &numbers;
    let (debits, credits) = (&answer.debits, &answer.credits);
    write::csv_row(
        streams.out,
        [&answer.file, position, &answer.root, events, rows, debits, credits],
    )
}

fn table(
    exported: &Exported,
    of: &str,
    file: &str,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let plural = |number: u64, of: &str| {
        format!("{} {of}{}", count(number), if number == 1 { "" } else { "s" })
    };
    let mut rows = plural(exported.rows, of);
    if of != "event" {
        rows = format!("{rows} of {}", plural(exported.events, "event"));
    }
    let file = crate::status::one_line(file);
    writeln!(streams.out, "{rows} written to {file}")?;
    let (debits, credits) = (exported.debits.grouped(), exported.credits.grouped());
    writeln!(streams.out, "debits {debits}, credits {credits}")?;
    if exported.unplaced > 0 {
        let unplaced = plural(exported.unplaced, "event");
        writeln!(streams.out, "left out of the sums: {unplaced} that no fund can be found for")?;
    }
    Ok(())
}
