//! `bahi tiles export`: the ledger as static files.

use bahi::json::TilesAnswer;

use crate::{
    Streams,
    arguments::{Format, Global, TilesExport},
    commands::{checkpoint, count, trust},
    open::open_provable,
    progress::Progress,
    status::{Failure, Status},
    whole::is_inside,
    write,
};

pub(super) fn run(
    asked: &TilesExport,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open_provable(global, streams)?;
    // Of a directory that is not there yet, the one it is to be made in is looked at.
    let place = std::path::absolute(&asked.dir).unwrap_or_else(|_| asked.dir.clone());
    let place = place.ancestors().find(|place| place.exists());
    let inside = place.is_some_and(|place| is_inside(place, &global.dir()));
    if inside {
        let dir = asked.dir.display();
        return Err(Failure::misuse(format!(
            "{dir}: this is inside the ledger's directory; name a directory elsewhere"
        )));
    }
    let note = trust::note(&*ledger, (&asked.under, &asked.asks), global)?;
    let head = checkpoint::head(&note)?;
    let progress = Progress::begin(global, streams, "writing tiles");
    let tiled = ledger.export_tiles(&asked.dir, &note, &mut |position| progress.reach(position))?;
    drop(progress);
    let answer = TilesAnswer {
        directory: asked.dir.display().to_string(),
        position: tiled.size.saturating_sub(1),
        root: head.root().to_string(),
        size: tiled.size,
        added: tiled.size - tiled.old_size,
        files: tiled.files,
    };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => {
            write::csv_row(streams.out, ["directory", "position", "root", "added", "files"])?;
            let numbers = [answer.position, answer.added, answer.files];
            let numbers = numbers.map(|number| number.to_string());
            let [position, added, files] = &numbers;
            let (directory, root) = (&answer.directory, &answer.root);
            write::csv_row(streams.out, [directory, position, root, added, files])?;
        }
        Format::Table => {
            let (added, files) = (count(answer.added), count(answer.files));
            let directory = crate::status::one_line(&answer.directory);
            writeln!(streams.out, "{added} records added in {files} files to {directory}")?;
            writeln!(streams.out, "position {}, root {}", answer.position, answer.root)?;
        }
    }
    Ok(Status::Done)
}
