//! `bahi backup`: the ledger's pages as plain files, brought up to date and read back.

use bahi::{BackedUp, Provable};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Backup, Format, Global},
    commands::count,
    open::{apart_from_vault, open_provable},
    progress::Progress,
    status::{Failure, Status, one_line},
    write,
};

/// What `backup` answers.
#[derive(Serialize)]
struct Answer {
    backup: String,
    ledger_id: String,
    /// The last position that the backup had before; none where it is new.
    before: Option<u64>,
    position: u64,
    root: String,
    files: u64,
    bytes: u64,
}

pub(super) fn run(
    asked: &Backup,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if crate::whole::is_inside(&asked.dir, &global.dir()) {
        let dir = asked.dir.display();
        return Err(Failure::misuse(format!(
            "{dir}: this is inside the ledger's directory; name one elsewhere, best on another disk"
        )));
    }
    apart_from_vault(global, &asked.dir)?;
    let ledger = open_provable(global, streams)?;
    let progress = Progress::begin(global, streams, "backing up");
    let done = ledger.backup(&asked.dir, &mut |position| progress.reach(position))?;
    drop(progress);
    tell(asked, &*ledger, &done, global.format, streams)?;
    Ok(Status::Done)
}

fn tell(
    asked: &Backup,
    ledger: &dyn Provable,
    done: &BackedUp,
    format: Format,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let answer = Answer {
        backup: asked.dir.display().to_string(),
        ledger_id: ledger.id().to_string(),
        before: done.before.map(|position| position.0),
        position: done.position.0,
        root: done.root.to_string(),
        files: done.files,
        bytes: done.bytes,
    };
    match format {
        Format::Json => write::json(streams.out, &answer),
        Format::Jsonl => write::json_line(streams.out, &answer),
        Format::Csv => {
            let heading = ["backup", "ledger_id", "before", "position", "root", "files", "bytes"];
            write::csv_row(streams.out, heading)?;
            let before = answer.before.map(|before| before.to_string()).unwrap_or_default();
            let [position, files, bytes] =
                [answer.position, answer.files, answer.bytes].map(|number| number.to_string());
            let Answer { backup, ledger_id, root, .. } = answer;
            write::csv_row(streams.out, [backup, ledger_id, before, position, root, files, bytes])
        }
        Format::Table => {
            let Answer { backup, position, root, .. } = &answer;
            let backup = one_line(backup);
            let (files, bytes) = (count(answer.files), count(answer.bytes));
            match answer.before {
                _ if answer.files == 0 => writeln!(streams.out, "{backup} has everything already")?,
                None => writeln!(streams.out, "{backup} is new: {files} files, {bytes} bytes")?,
                Some(before) => writeln!(
                    streams.out,
                    "{backup} had position {before}; {files} files, {bytes} bytes are new"
                )?,
            }
            writeln!(streams.out, "position {position}\nroot     {root}")?;
            Ok(())
        }
    }
}
