//! `bahi verify`: everything read and computed again from the stored bytes.

use bahi::{Ledger, Verification, answers};

use crate::{
    Streams,
    arguments::{Format, Global},
    commands::count,
    progress::Progress,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let progress = Progress::begin(global, streams, "verifying");
    let found = Ledger::verify_dir(&global.dir(), &mut |position| progress.reach(position))?;
    drop(progress);
    let answer = answers::verification(&found);
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.passes)?,
        Format::Csv => {
            write::csv_row(streams.out, ["name", "checked", "ok", "first_problem"])?;
            for pass in &answer.passes {
                let (checked, ok) = (pass.checked.to_string(), pass.ok.to_string());
                let problem = pass.first_problem.as_deref().unwrap_or_default();
                write::csv_row(streams.out, [&pass.name, &checked, &ok, problem])?;
            }
        }
        Format::Table => table(&found, streams)?,
    }
    match found.passes.iter().find(|pass| !pass.ok) {
        None => Ok(Status::Done),
        Some(pass) => {
            let problem = pass.first_problem.as_deref().unwrap_or("it could not be run");
            Err(Failure::no(format!(
                "the ledger does not verify: {}: {problem}; restore a backup, or ask for help",
                pass.name
            )))
        }
    }
}

/// The passes, and what they were run on.
pub(super) fn table(found: &Verification, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut table =
        Table::new([text("pass"), number("checked"), text("holds"), words("first problem")]);
    for pass in &found.passes {
        let holds = if pass.ok { "yes" } else { "NO" };
        let problem = pass.first_problem.clone().unwrap_or_default();
        table.row([pass.name.to_owned(), count(pass.checked), holds.to_owned(), problem]);
    }
    table.write(streams.out, streams.terminal.width)?;
    let verdict = if found.ok() { "everything holds" } else { "NOT everything holds" };
    let (position, millis) = (found.position, found.took.as_millis());
    writeln!(streams.out, "\n{verdict} up to position {position}, in {millis} ms")?;
    match found.root {
        Some(root) => writeln!(streams.out, "root {root}")?,
        None => writeln!(streams.out, "root unknown")?,
    }
    Ok(())
}
