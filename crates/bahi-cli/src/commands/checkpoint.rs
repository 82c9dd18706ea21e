//! `bahi checkpoint`: what the ledger holds, signed.

use std::path::Path;

use bahi::{
    json::CheckpointAnswer,
    proof::{self, Note},
};

use crate::{
    Streams,
    arguments::{Checkpoint, Format, Global, Out},
    commands::trust,
    open::open_provable,
    status::{Failure, Status},
    whole::WholeFile,
    write,
};

pub(super) fn run(
    asked: &Checkpoint,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let file = begin(&asked.out, global)?;
    let ledger = open_provable(global, streams)?;
    let at = asked.at.unwrap_or_else(|| ledger.position());
    let note = trust::sign(&*ledger, asked.key.as_deref(), global, at)?;
    if global.format == Format::Table && file.is_none() {
        write!(streams.out, "{note}")?;
        return Ok(Status::Done);
    }
    if let Some(file) = file {
        finish(file, note.to_string().as_bytes())?;
    }
    let answer = answer(&note, asked.out.out.as_deref())?;
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => {
            write::csv_row(streams.out, ["origin", "position", "size", "root"])?;
            let numbers = [answer.position, answer.size].map(|number| number.to_string());
            let [position, size] = &numbers;
            write::csv_row(streams.out, [&answer.origin, position, size, &answer.root])?;
        }
        Format::Table => {
            let CheckpointAnswer { origin, position, root, .. } = &answer;
            let file = answer.file.as_deref().map(crate::status::one_line).unwrap_or_default();
            writeln!(streams.out, "checkpoint of {origin} at position {position} in {file}")?;
            writeln!(streams.out, "root {root}")?;
        }
    }
    Ok(Status::Done)
}

fn answer(note: &Note, file: Option<&Path>) -> Result<CheckpointAnswer, Failure> {
    let checkpoint = head(note)?;
    Ok(CheckpointAnswer {
        origin: checkpoint.origin().to_owned(),
        position: checkpoint.size().saturating_sub(1),
        size: checkpoint.size(),
        root: checkpoint.root().to_string(),
        note: note.to_string(),
        file: file.map(|file| file.display().to_string()),
    })
}

/// What a note of the ledger's own says.
pub(super) fn head(note: &Note) -> Result<proof::Checkpoint, Failure> {
    proof::Checkpoint::parse(note.text())
        .map_err(|error| Failure::misuse(format!("the checkpoint cannot be used: {error}")))
}

/// The file that an answer goes to, begun before a long log is read.
pub(super) fn begin(out: &Out, global: &Global) -> Result<Option<WholeFile>, Failure> {
    let begun = out.out.as_deref().map(|path| WholeFile::begin(path, out.force, &global.dir()));
    begun.transpose()
}

/// Fills the file and puts it in its place.
pub(super) fn finish(mut file: WholeFile, bytes: &[u8]) -> Result<(), Failure> {
    file.out().write_all(bytes).map_err(|error| file.failed(&error))?;
    file.finish()
}
