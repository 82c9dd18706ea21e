//! `bahi folds`: what is put away beside a ledger, and what becomes of it when the ledger is opened.

use bahi::{
    Ledger, answers,
    json::{FoldRowAnswer, FoldsAnswer},
};

use crate::{
    Streams,
    arguments::{Format, Global},
    commands::{count, counted},
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let answer = answers::folds_beside(&Ledger::folds_beside(&global.dir())?);
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.folds)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => table(&answer, streams)?,
    }
    Ok(Status::Done)
}

fn or_none(number: Option<u64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn csv(answer: &FoldsAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = ["fold", "version", "found", "found_version", "holds", "to_fold", "bytes"];
    write::csv_row(streams.out, heading)?;
    for row in &answer.folds {
        let cells = [
            row.fold.clone(),
            row.version.to_string(),
            row.found.clone(),
            or_none(row.found_version.map(u64::from)),
            or_none(row.holds),
            row.to_fold.to_string(),
            or_none(row.bytes),
        ];
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}

fn table(answer: &FoldsAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    writeln!(streams.out, "position {}\nroot {}\n", answer.position, answer.root)?;
    let mut table = Table::new([
        text("fold"),
        number("version"),
        number("holds up to"),
        number("bytes"),
        words("when the ledger is next opened"),
    ]);
    for row in &answer.folds {
        table.row([
            row.fold.clone(),
            row.found_version.unwrap_or(row.version).to_string(),
            row.holds.map(count).unwrap_or_default(),
            row.bytes.map(count).unwrap_or_default(),
            next(row),
        ]);
    }
    table.write(streams.out, streams.terminal.width)?;
    Ok(())
}

/// What becomes of a fold.
fn next(row: &FoldRowAnswer) -> String {
    let events = counted(row.to_fold, "event is folded", "events are folded");
    match (row.found.as_str(), row.to_fold) {
        ("kept", 0) => "is taken up".to_owned(),
        ("kept", _) => format!("is taken up, and {events} after it"),
        ("other_version", _) => {
            format!("{events}: this program folds version {}", row.version)
        }
        ("unfit", _) => format!("{events}: it is torn, or of another history"),
        (_, _) => format!("{events}: it is not put away"),
    }
}
