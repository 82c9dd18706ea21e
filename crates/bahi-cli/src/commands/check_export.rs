//! `bahi check-export`: an export against its manifest, without the ledger.
//!
//! # Invariants
//! * Whatever is wrong with the export is an answer, exit status 1; what cannot be read is misuse.
//! * That nobody signed, or that nobody's key was given, is said.

mod package;

use std::{collections::BTreeMap, panic::AssertUnwindSafe, path::Path};

use bahi::{CheckedExport, ExportProblem, check_export, is_package_at, reports::Manifest};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{CheckExport, Format, Global},
    commands::{counted, papers, trust},
    status::{Failure, Status, one_line},
    write,
};

/// What was found.
#[derive(Serialize)]
struct Answer {
    ok: bool,
    problem: Option<String>,
    #[serde(flatten)]
    holds: Option<Holds>,
}

/// What a sound export is of.
#[derive(Serialize)]
struct Holds {
    ledger: String,
    table: &'static str,
    form: &'static str,
    position: u64,
    root: String,
    as_of: Option<String>,
    known_on: String,
    rows: u64,
    totals: BTreeMap<&'static str, String>,
    files: usize,
    program: String,
    /// The given key that signed the manifest; nothing where no key was given.
    signed_by: Option<String>,
    under_checkpoint: bool,
}

pub(super) fn run(
    asked: &CheckExport,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let keys = trust::keys(&asked.key)?;
    let checkpoint = asked.checkpoint.as_deref().map(trust::read_note).transpose()?;
    if is_package_at(&asked.path) {
        return package::run(asked, (&keys, checkpoint.as_ref()), global, streams);
    }
    let checked = held(&asked.path, || check_export(&asked.path, &keys, checkpoint.as_ref()));
    if let Err(error @ ExportProblem::Unread { .. }) = &checked {
        return Err(Failure::misuse(format!("{error}; name the export, its manifest beside it")));
    }
    let problem = checked.as_ref().err().map(ToString::to_string);
    let holds = checked.as_ref().ok().map(holds);
    let answer = Answer { ok: problem.is_none(), problem, holds };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => {
            if let Ok(checked) = &checked {
                table(checked, streams)?;
            }
        }
    }
    match checked {
        Ok(_) => Ok(Status::Done),
        Err(problem) => Err(Failure::no(format!(
            "{} is not what it says: {problem}; rely on nothing in it",
            asked.path.display()
        ))),
    }
}

/// What a check says. The readers of Parquet and of workbooks are others', and the file may be anybody's.
fn held<T>(
    path: &Path,
    check: impl FnOnce() -> Result<T, ExportProblem>,
) -> Result<T, ExportProblem> {
    let checked = std::panic::catch_unwind(AssertUnwindSafe(check));
    checked.unwrap_or_else(|_| {
        let name = path.display().to_string();
        Err(ExportProblem::File { name, why: "its reader gave up on it".to_owned() })
    })
}

fn root_of(manifest: &Manifest) -> String {
    manifest.root.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn holds(checked: &CheckedExport) -> Holds {
    let manifest = &checked.manifest;
    let totals = manifest.table.amounts().zip(&manifest.tally.totals);
    Holds {
        ledger: manifest.ledger.clone(),
        table: manifest.table.name(),
        form: manifest.form.name(),
        position: manifest.position,
        root: root_of(manifest),
        as_of: manifest.as_of.map(|day| day.to_string()),
        known_on: manifest.known_on.to_string(),
        rows: manifest.tally.rows,
        totals: totals.map(|(column, total)| (column, total.to_string())).collect(),
        files: manifest.files.len(),
        program: manifest.program.clone(),
        signed_by: checked.signer.clone(),
        under_checkpoint: checked.under_checkpoint,
    }
}

fn csv(answer: &Answer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(streams.out, ["ok", "position", "rows", "signed_by", "problem"])?;
    let holds = answer.holds.as_ref();
    let number = |of: fn(&Holds) -> u64| holds.map(|holds| of(holds).to_string());
    write::csv_row(
        streams.out,
        [
            answer.ok.to_string(),
            number(|holds| holds.position).unwrap_or_default(),
            number(|holds| holds.rows).unwrap_or_default(),
            holds.and_then(|holds| holds.signed_by.clone()).unwrap_or_default(),
            answer.problem.clone().unwrap_or_default(),
        ],
    )
}

fn table(checked: &CheckedExport, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let manifest = &checked.manifest;
    let rows = counted(manifest.tally.rows, "row", "rows");
    let table = manifest.table.name();
    let (ledger, position) = (one_line(&manifest.ledger), manifest.position);
    writeln!(streams.out, "{rows} of {table} of {ledger} up to position {position}")?;
    writeln!(streams.out, "root {}", root_of(manifest))?;
    let totals = manifest.table.amounts().zip(&manifest.tally.totals);
    let totals: Vec<String> =
        totals.map(|(column, total)| format!("{column} {}", total.grouped())).collect();
    let computed = format!("computed again from the files: {}", totals.join(", "));
    let lines = papers::wrapped(&computed, usize::from(streams.terminal.width));
    writeln!(streams.out, "{}", lines.join("\n"))?;
    match &checked.signer {
        Some(signer) => writeln!(streams.out, "signed by {}", one_line(signer))?,
        None if manifest.signed_by.is_none() => {
            writeln!(streams.out, "signed by nobody: anybody can have made it")?;
        }
        None => writeln!(streams.out, "the signature is not checked: no key is given")?,
    }
    if checked.under_checkpoint {
        writeln!(streams.out, "the checkpoint has the same root")?;
    }
    Ok(())
}
