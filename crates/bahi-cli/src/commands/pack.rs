//! `bahi audit pack`: an audit package in a directory that appears when it is complete.
//!
//! # Invariants
//! * The directory is handed over after the event that says so is durable, where the ledger takes events.
//! * Nothing is signed of a ledger whose story the key has not signed for before.

use std::path::Path;

use bahi::{
    Basis, Filter, Ledger, PackageError, PackageOf, Packed, View,
    core::Position,
    proof::{Note, SigningKey},
    signing,
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Pack},
    commands::{check_funds, checkpoint, count, say_basis, trust},
    open::open,
    progress::Progress,
    status::{Failure, Status, one_line},
    whole::WholeDirectory,
    write,
};

/// What was written.
#[derive(Serialize)]
struct Answer {
    directory: String,
    position: u64,
    root: String,
    as_of: Option<String>,
    known_on: String,
    files: usize,
    exports: u64,
    rows: u64,
    findings: u64,
    papers: u64,
    proofs: u64,
    /// Whether every identity of every paper holds.
    holds: bool,
    nonce: Option<String>,
    left_out: Vec<String>,
    signed_by: Option<String>,
    /// The position of the event that says so; nothing where the ledger takes no events.
    exported_at: Option<u64>,
}

pub(super) fn run(
    asked: &Pack,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if asked.key.is_none() && asked.checkpoint.is_none() {
        return Err(Failure::misuse(
            "everything in a package is proved under a signed checkpoint: give --key, or the \
             office's checkpoint with --checkpoint",
        ));
    }
    let dir = global.dir();
    // A path that will not do is said before a long log is read.
    let mut place = WholeDirectory::begin_or_fill(&asked.to, &dir)?;
    let given = asked.checkpoint.as_deref().map(trust::read_note).transpose()?;
    let mut ledger = open(global, streams)?;
    let of = package_of(asked, given.as_ref())?;
    check_funds(ledger.names(), &of.filter)?;
    let basis = ledger.basis(of.view)?;
    let (note, signing) = signed(asked, given, &ledger, &basis, global)?;
    let progress = Progress::begin(global, streams, "packing");
    let mut reach = |position| progress.reach(position);
    let packed = ledger.package(&of, (&note, signing.as_ref()), &mut place, &mut reach);
    let packed = packed.map_err(|error| told(error, &place))?;
    drop(progress);
    let takes_events = !ledger.is_for_reading() && ledger.inconsistency().is_none();
    let noted = match takes_events {
        true => Some(ledger.note_package(&packed.manifest, &asked.acting.acting())?.position),
        false => None,
    };
    place.finish()?;
    say(&ledger, (&packed, noted), &asked.to, global.format, streams)?;
    Ok(if packed.holds { Status::Done } else { Status::No })
}

/// What is asked for; of the checkpoint's position, where no past is named beside it.
fn package_of(asked: &Pack, given: Option<&Note>) -> Result<PackageOf, Failure> {
    let mut view = View::from(&asked.chosen.past);
    if let Some(note) = given
        && view.at.is_none()
        && view.known_on.is_none()
    {
        view.at = Some(Position(checkpoint::head(note)?.size().saturating_sub(1)));
    }
    let sample = asked.nonce.clone().map(|nonce| (nonce, asked.size));
    Ok(PackageOf { filter: Filter::from(&asked.chosen), view, sample })
}

/// The checkpoint of a basis, given or signed for it, and the key that signs the manifest.
fn signed(
    asked: &Pack,
    given: Option<Note>,
    ledger: &Ledger,
    basis: &Basis,
    global: &Global,
) -> Result<(Note, Option<SigningKey>), Failure> {
    let Some(key) = &asked.key else {
        let none = || Failure::misuse("give --key, or --checkpoint");
        return Ok((given.ok_or_else(none)?, None));
    };
    let note = trust::sign(ledger, Some(key), global, basis.position)?;
    let signing = signing::read(key, &global.dir())?.signing;
    Ok((given.unwrap_or(note), Some(signing)))
}

fn told(error: PackageError, place: &WholeDirectory) -> Failure {
    match error {
        PackageError::Ledger(error) => error.into(),
        PackageError::Checkpoint(error) => error.into(),
        PackageError::Write(error) => place.failed(&error),
        PackageError::OtherPosition { signed, .. } => {
            Failure::misuse(format!("{error}; ask for it with --at {signed}"))
        }
        PackageError::Export(error) => Failure::fault(error.to_string()),
        PackageError::Paper(_) => Failure::fault(error.to_string()),
        PackageError::Manifest(_) => {
            Failure::misuse(format!("{error}; narrow it with --scheme, --district or --fy"))
        }
    }
}

fn say(
    ledger: &Ledger,
    (packed, noted): (&Packed, Option<Position>),
    to: &Path,
    format: Format,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let (manifest, basis) = (&packed.manifest, &packed.basis);
    let answer = Answer {
        directory: to.display().to_string(),
        position: basis.position.0,
        root: basis.root.to_string(),
        as_of: basis.as_of.map(|day| day.to_string()),
        known_on: basis.known_on.to_string(),
        files: manifest.files.len(),
        exports: manifest.exports,
        rows: manifest.rows,
        findings: manifest.findings,
        papers: manifest.papers,
        proofs: manifest.proofs,
        holds: packed.holds,
        nonce: manifest.sample.as_ref().map(|(nonce, _)| nonce.clone()),
        left_out: packed.left_out.clone(),
        signed_by: manifest.signed_by.clone(),
        exported_at: noted.map(|position| position.0),
    };
    match format {
        Format::Json => write::json(streams.out, &answer),
        Format::Jsonl => write::json_line(streams.out, &answer),
        Format::Csv => csv(&answer, streams),
        Format::Table => {
            say_basis(ledger.is_simulated(), basis, streams)?;
            table(&answer, streams)
        }
    }
}

fn csv(answer: &Answer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading =
        ["directory", "position", "root", "files", "exports", "findings", "papers", "proofs"];
    write::csv_row(streams.out, heading)?;
    let Answer { directory, position, root, files, exports, findings, papers, proofs, .. } = answer;
    let numbers = [*position, *files as u64, *exports, *findings, *papers, *proofs];
    let [position, files, exports, findings, papers, proofs] =
        numbers.map(|number| number.to_string());
    write::csv_row(
        streams.out,
        [directory, &position, root, &files, &exports, &findings, &papers, &proofs],
    )
}

fn table(answer: &Answer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let directory = one_line(&answer.directory);
    let number = |number: u64, of: &str| {
        format!("{} {of}{}", count(number), if number == 1 { "" } else { "s" })
    };
    writeln!(streams.out, "{} written to {directory}:", number(answer.files as u64, "file"))?;
    writeln!(
        streams.out,
        "{} of {}, {}, {}, {}",
        number(answer.exports, "export"),
        number(answer.rows, "row"),
        number(answer.findings, "finding"),
        number(answer.papers, "paper"),
        number(answer.proofs, "proof")
    )?;
    match &answer.nonce {
        Some(nonce) => writeln!(streams.out, "samples drawn with the nonce {nonce}")?,
        None => writeln!(streams.out, "no sample: bring a nonce with --nonce")?,
    }
    for left_out in &answer.left_out {
        writeln!(streams.out, "left out: {}", one_line(left_out))?;
    }
    if !answer.holds {
        writeln!(streams.out, "AN IDENTITY OF A PAPER DOES NOT HOLD; the papers say which")?;
    }
    match &answer.signed_by {
        Some(signer) => writeln!(streams.out, "manifest signed by {signer}")?,
        None => writeln!(streams.out, "manifest signed by nobody; the checkpoint is the office's")?,
    }
    match answer.exported_at {
        Some(position) => writeln!(streams.out, "recorded as the event at position {position}")?,
        None => writeln!(streams.out, "the ledger takes no events: this leaves none in it")?,
    }
    Ok(writeln!(streams.out, "README.md there says how a stranger checks it")?)
}
