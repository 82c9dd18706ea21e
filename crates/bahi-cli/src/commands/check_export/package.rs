//! `bahi check-export` of an audit package: every file, every export, every proof.

use bahi::{
    CheckedPackage, ExportProblem, check_package,
    proof::{Note, VerifierKey},
};
use serde::Serialize;

use super::held;
use crate::{
    Streams,
    arguments::{CheckExport, Format, Global},
    commands::count,
    status::{Failure, Status, one_line},
    write,
};

/// What was found.
#[derive(Serialize)]
struct Answer {
    ok: bool,
    problem: Option<String>,
    /// The file that is not as it was, where one is.
    file: Option<String>,
    #[serde(flatten)]
    holds: Option<Holds>,
}

/// What a sound package is of.
#[derive(Serialize)]
struct Holds {
    package: bool,
    ledger: String,
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
    program: String,
    signed_by: Option<String>,
    checkpoint_signed_by: Option<String>,
    under_checkpoint: bool,
}

pub(super) fn run(
    asked: &CheckExport,
    (keys, checkpoint): (&[VerifierKey], Option<&Note>),
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let checked = held(&asked.path, || check_package(&asked.path, keys, checkpoint));
    if let Err(error @ ExportProblem::Unread { .. }) = &checked {
        return Err(Failure::misuse(format!("{error}; name the package's directory")));
    }
    let problem = checked.as_ref().err().map(ToString::to_string);
    let file = match checked.as_ref().err() {
        Some(ExportProblem::File { name, .. }) => Some(name.clone()),
        Some(
            ExportProblem::Unread { .. }
            | ExportProblem::Manifest(_)
            | ExportProblem::Signature(_)
            | ExportProblem::Checkpoint(_),
        )
        | None => None,
    };
    let holds = checked.as_ref().ok().map(|checked| holds(checked, checkpoint.is_some()));
    let answer = Answer { ok: problem.is_none(), problem, file, holds };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => {
            if let Some(holds) = &answer.holds {
                table(holds, !keys.is_empty(), streams)?;
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

fn holds(checked: &CheckedPackage, under_checkpoint: bool) -> Holds {
    let manifest = &checked.manifest;
    Holds {
        package: true,
        ledger: manifest.ledger.clone(),
        position: manifest.position,
        root: manifest.root.iter().map(|byte| format!("{byte:02x}")).collect(),
        as_of: manifest.as_of.map(|day| day.to_string()),
        known_on: manifest.known_on.to_string(),
        files: manifest.files.len(),
        exports: checked.exports,
        rows: manifest.rows,
        findings: manifest.findings,
        papers: manifest.papers,
        proofs: checked.proofs,
        program: manifest.program.clone(),
        signed_by: checked.signer.clone(),
        checkpoint_signed_by: checked.checkpoint_signer.clone(),
        under_checkpoint,
    }
}

fn csv(answer: &Answer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(streams.out, ["ok", "position", "files", "signed_by", "file", "problem"])?;
    let holds = answer.holds.as_ref();
    let or_empty = |text: Option<String>| text.unwrap_or_default();
    write::csv_row(
        streams.out,
        [
            answer.ok.to_string(),
            or_empty(holds.map(|holds| holds.position.to_string())),
            or_empty(holds.map(|holds| holds.files.to_string())),
            or_empty(holds.and_then(|holds| holds.signed_by.clone())),
            or_empty(answer.file.clone()),
            or_empty(answer.problem.clone()),
        ],
    )
}

fn table(holds: &Holds, with_keys: bool, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (ledger, position) = (one_line(&holds.ledger), holds.position);
    writeln!(streams.out, "audit package of {ledger} up to position {position}")?;
    writeln!(streams.out, "root {}", holds.root)?;
    writeln!(
        streams.out,
        "{} files as the manifest names them; {} exports read row by row, {} proofs lead to the root",
        count(holds.files as u64),
        holds.exports,
        holds.proofs
    )?;
    match (&holds.signed_by, &holds.checkpoint_signed_by) {
        (Some(signer), _) => writeln!(streams.out, "signed by {}", one_line(signer))?,
        (None, Some(signer)) => writeln!(
            streams.out,
            "the checkpoint is signed by {}, the manifest by nobody",
            one_line(signer)
        )?,
        (None, None) if with_keys => writeln!(streams.out, "signed by nobody")?,
        (None, None) => writeln!(streams.out, "the signature is not checked: no key is given")?,
    }
    if holds.under_checkpoint {
        writeln!(streams.out, "the checkpoint given has the same root")?;
    }
    Ok(())
}
