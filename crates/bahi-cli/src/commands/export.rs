//! `bahi export`: tables of the ledger as files for other programs.
//!
//! # Invariants
//! * On standard output stands the export alone; where it goes to a file, what it came to is said
//!   instead.
//! * A file is handed over after the event that says so is durable, where the ledger takes events.
//! * Nothing is signed of a ledger whose story the key has not signed for before.

use std::{
    collections::BTreeMap,
    io::{self, BufWriter, Seek, SeekFrom},
    path::Path,
};

use bahi::{
    Export, ExportError, Exported, Filter, Ledger, Provable, Records, Reported, View,
    core::Position,
    manifest_file, manifest_of,
    proof::leaf_hash,
    reports::{Form, Manifest, Outlet, Part, Sink, Table, part_of},
    signing,
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{ExportTable, Format, Global, To},
    commands::{check_funds, count, say_basis, trust},
    open::{open, open_backup, open_reported},
    progress::Progress,
    status::{Failure, Status, one_line},
    whole::{WholeDirectory, WholeFile},
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
    /// Each column of amounts with what it adds up to.
    totals: BTreeMap<&'static str, String>,
    manifest: String,
    signed_by: Option<String>,
    /// The position of the event that says so; nothing where the ledger takes no events.
    exported_at: Option<u64>,
}

/// Where an export is written until it is complete.
enum Place {
    File(WholeFile),
    Directory(WholeDirectory),
}

pub(super) fn run(
    table: Table,
    asked: &ExportTable,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let form = form(asked.to);
    let export = Export {
        table,
        form,
        filter: Filter::from(&asked.chosen),
        view: View::from(&asked.chosen.past),
    };
    if !table.has(form) {
        let (table, form) = (table.name(), form.name());
        return Err(Failure::misuse(format!(
            "{form} is no form of {table}; choose csv, jsonl, parquet or xlsx"
        )));
    }
    if asked.target.out == Path::new("-") {
        return to_standard_output(&export, global, streams);
    }
    if global.server.is_some() && asked.target.key.is_some() {
        return Err(Failure::misuse(
            "the key of a service's ledger lies with it; leave --key out, or export where it lies",
        ));
    }
    let (out, force, dir) = (&asked.target.out, asked.target.force, global.dir());
    // A path that will not do is said before a long log is read.
    let mut place = match form {
        Form::Parquet => Place::Directory(WholeDirectory::begin(out, &dir)?),
        Form::Csv | Form::JsonLines | Form::Xlsx | Form::Hledger | Form::Beancount => {
            Place::File(WholeFile::begin(out, force, &dir)?)
        }
    };
    let beside = manifest_of(out);
    let mut manifest_at = WholeFile::begin(&beside, force, &dir)?;
    let mut from = Origin::open(&export, global, streams)?;
    let progress = Progress::begin(global, streams, "exporting");
    let mut reach = |position| progress.reach(position);
    let exported = written(from.reported(), &export, &mut place, out, &mut reach)?;
    drop(progress);
    let files = parts(&mut place, out, &exported)?;
    let keys = match &asked.target.key {
        Some(key) => {
            trust::sign(from.provable(), Some(key), global, exported.basis.position)?;
            Some(signing::read(key, &dir)?)
        }
        None => None,
    };
    let key = keys.as_ref().map(|keys| &keys.signing);
    let signer = key.map(|key| key.verifier());
    let made = from.reported().export_manifest(&export, &exported, files, signer);
    let manifest = made.map_err(told)?;
    let text = manifest_file(&manifest, key).map_err(told)?;
    manifest_at.out().write_all(text.as_bytes()).map_err(|error| manifest_at.failed(&error))?;
    let noted = from.note(&manifest, asked)?;
    match place {
        Place::File(file) => file.finish()?,
        Place::Directory(directory) => directory.finish()?,
    }
    manifest_at.finish()?;
    say(&from, (&exported, &manifest, noted), out, global.format, streams)?;
    Ok(Status::Done)
}

const fn form(to: To) -> Form {
    match to {
        To::Csv => Form::Csv,
        To::Jsonl => Form::JsonLines,
        To::Parquet => Form::Parquet,
        To::Xlsx => Form::Xlsx,
        To::Hledger => Form::Hledger,
        To::Beancount => Form::Beancount,
    }
}

/// What is exported: a ledger, which an event says so in, or the records of a backup.
enum Origin {
    Ledger(Box<Ledger>),
    Backup(Box<Records>),
}

impl Origin {
    /// What is exported, provided that it knows what is asked for.
    fn open(
        export: &Export,
        global: &Global,
        streams: &mut Streams<'_>,
    ) -> Result<Origin, Failure> {
        let origin = match open_backup(global, streams)? {
            Some(records) => Origin::Backup(Box::new(records)),
            None => Origin::Ledger(Box::new(open(global, streams)?)),
        };
        check_funds(origin.reported().names(), &export.filter)?;
        Ok(origin)
    }

    fn reported(&self) -> &dyn Reported {
        match self {
            Origin::Ledger(ledger) => &**ledger,
            Origin::Backup(records) => &**records,
        }
    }

    fn provable(&self) -> &dyn Provable {
        match self {
            Origin::Ledger(ledger) => &**ledger,
            Origin::Backup(records) => &**records,
        }
    }

    /// Records the export where it takes events; gives the position of the event.
    fn note(
        &mut self,
        manifest: &Manifest,
        asked: &ExportTable,
    ) -> Result<Option<Position>, Failure> {
        match self {
            Origin::Ledger(ledger)
                if !ledger.is_for_reading() && ledger.inconsistency().is_none() =>
            {
                Ok(Some(ledger.note_export(manifest, &asked.acting.acting())?.position))
            }
            Origin::Ledger(_) | Origin::Backup(_) => Ok(None),
        }
    }
}

fn to_standard_output(
    export: &Export,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if !export.form.is_text() {
        let form = export.form.name();
        return Err(Failure::misuse(format!("{form} is no text; name a path with --out")));
    }
    let from = open_reported(global, streams)?;
    check_funds(from.names(), &export.filter)?;
    let progress = Progress::begin(global, streams, "exporting");
    let mut reach = |position| progress.reach(position);
    from.export_text(export, streams.out, &mut reach).map_err(|error| match error {
        ExportError::Write(error) => Failure::from(error),
        error @ (ExportError::Ledger(_) | ExportError::Form(_) | ExportError::Manifest(_)) => {
            told(error)
        }
    })?;
    Ok(Status::Done)
}

fn told(error: ExportError) -> Failure {
    match error {
        ExportError::Ledger(error) => error.into(),
        ExportError::Write(error) => Failure::from(error),
        error @ (ExportError::Form(_) | ExportError::Manifest(_)) => {
            Failure::misuse(error.to_string())
        }
    }
}

/// The one file of a form, whatever name it is asked for.
struct OneFile<'a>(&'a mut WholeFile);

impl Outlet for OneFile<'_> {
    fn create(&mut self, _: &str) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(self.0.file().try_clone()?))
    }
}

fn written(
    from: &dyn Reported,
    export: &Export,
    place: &mut Place,
    out: &Path,
    progress: &mut dyn FnMut(Position),
) -> Result<Exported, Failure> {
    let name = name_of(out);
    let (exported, failed): (_, &dyn Fn(&io::Error) -> Failure) = match place {
        Place::File(file) if export.form.is_text() => {
            let mut buffer = BufWriter::new(file.out());
            let exported = from.export_text(export, &mut buffer, progress);
            drop(buffer);
            (exported, &|error| file.failed(error))
        }
        Place::File(file) => {
            let exported = from.export_files(export, &name, &mut OneFile(file), progress);
            (exported, &|error| file.failed(error))
        }
        Place::Directory(directory) => {
            let exported = from.export_files(export, &name, directory, progress);
            (exported, &|error| directory.failed(error))
        }
    };
    exported.map_err(|error| match error {
        ExportError::Write(error) => failed(&error),
        error @ (ExportError::Ledger(_) | ExportError::Form(_) | ExportError::Manifest(_)) => {
            told(error)
        }
    })
}

fn name_of(out: &Path) -> String {
    out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The files as they lie there, read again.
fn parts(place: &mut Place, out: &Path, exported: &Exported) -> Result<Vec<Part>, Failure> {
    match place {
        Place::File(whole) => {
            let file = whole.file();
            let part = file
                .seek(SeekFrom::Start(0))
                .and_then(|_| part_of(&name_of(out), exported.rows, file))
                .map_err(|error| whole.failed(&error))?;
            Ok(vec![part])
        }
        Place::Directory(directory) => {
            let part = |(name, rows): &(String, u64)| -> io::Result<Part> {
                part_of(name, *rows, &mut directory.open(name)?)
            };
            let parts: io::Result<Vec<Part>> = exported.parts.iter().map(part).collect();
            parts.map_err(|error| directory.failed(&error))
        }
    }
}

fn say(
    from: &Origin,
    (exported, manifest, noted): (&Exported, &Manifest, Option<Position>),
    file: &Path,
    format: Format,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let basis = &exported.basis;
    let totals = manifest.table.amounts().zip(&exported.tally.totals);
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
        first_leaf_hash: leaf_hash(&from.provable().record(Position::NONE)?).to_string(),
        totals: totals.map(|(column, total)| (column, total.to_string())).collect(),
        manifest: manifest_of(file).display().to_string(),
        signed_by: manifest.signed_by.clone(),
        exported_at: noted.map(|position| position.0),
    };
    match format {
        Format::Json => write::json(streams.out, &answer),
        Format::Jsonl => write::json_line(streams.out, &answer),
        Format::Csv => csv(&answer, streams),
        Format::Table => {
            say_basis(from.reported().is_simulated(), basis, streams)?;
            table(exported, manifest.table, &answer, streams)
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
    table: Table,
    answer: &Answer,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let plural = |number: u64, of: &str| {
        format!("{} {of}{}", count(number), if number == 1 { "" } else { "s" })
    };
    let of_events = plural(exported.events, "event");
    let rows = match table {
        Table::Events => plural(exported.rows, "event"),
        Table::Postings | Table::GlDetail => {
            format!("{} of {of_events}", plural(exported.rows, "posting"))
        }
        Table::Cases => format!("{} of {of_events}", plural(exported.rows, "case")),
        Table::Balances => plural(exported.rows, "balance"),
    };
    writeln!(streams.out, "{rows} written to {}", one_line(&answer.file))?;
    match table {
        Table::Events | Table::Postings | Table::GlDetail => {
            let (debits, credits) = (exported.debits.grouped(), exported.credits.grouped());
            writeln!(streams.out, "debits {debits}, credits {credits}")?;
        }
        Table::Cases | Table::Balances => {
            let totals = table.amounts().zip(&exported.tally.totals);
            let totals: Vec<String> =
                totals.map(|(column, total)| format!("{column} {}", total.grouped())).collect();
            writeln!(streams.out, "{}", totals.join(", "))?;
        }
    }
    if exported.unplaced > 0 {
        let unplaced = plural(exported.unplaced, "event");
        writeln!(streams.out, "left out of the sums: {unplaced} that no fund can be found for")?;
    }
    let manifest = one_line(&answer.manifest);
    match &answer.signed_by {
        Some(signer) => writeln!(streams.out, "manifest {manifest}, signed by {signer}")?,
        None => writeln!(streams.out, "manifest {manifest}, signed by nobody")?,
    }
    match answer.exported_at {
        Some(position) => writeln!(streams.out, "recorded as the event at position {position}")?,
        None => writeln!(streams.out, "the ledger takes no events: this export leaves none in it")?,
    }
    Ok(())
}
