//! `bahi restore`: a ledger made of a backup.

use bahi::Ledger;
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Restore},
    open::apart_from_vault,
    progress::Progress,
    status::{Failure, Status, one_line},
    write,
};

/// What `restore` answers.
#[derive(Serialize)]
struct Answer {
    ledger: String,
    name: String,
    ledger_id: String,
    position: u64,
    root: String,
}

pub(super) fn run(
    asked: &Restore,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let dir = global.dir();
    apart_from_vault(global, &dir)?;
    let progress = Progress::begin(global, streams, "restoring");
    let ledger = Ledger::restore(&asked.backup, &dir, &mut |position| progress.reach(position))?;
    drop(progress);
    let answer = Answer {
        ledger: dir.display().to_string(),
        name: ledger.name().to_string(),
        ledger_id: ledger.id().to_string(),
        position: ledger.position().0,
        root: ledger.root().to_string(),
    };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => {
            write::csv_row(streams.out, ["ledger", "name", "ledger_id", "position", "root"])?;
            let Answer { ledger, name, ledger_id, position, root } = answer;
            write::csv_row(streams.out, [ledger, name, ledger_id, position.to_string(), root])?;
        }
        Format::Table => {
            let Answer { ledger, name, ledger_id, position, root } = answer;
            writeln!(streams.out, "restored ledger {name} in {}", one_line(&ledger))?;
            writeln!(streams.out, "id       {ledger_id}")?;
            writeln!(streams.out, "position {position}\nroot     {root}")?;
        }
    }
    Ok(Status::Done)
}
