//! `bahi init`: a new ledger with the ODOP rulebook.

use bahi::{Error, Fault, Ledger, NewLedger};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Init},
    status::{Failure, Status, one_line},
    write,
};

/// What `init` answers.
#[derive(Serialize)]
struct Made {
    ledger: String,
    name: String,
    ledger_id: String,
    position: u64,
    root: String,
}

pub(super) fn run(
    init: &Init,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let dir = global.dir();
    let mut ledger = match Ledger::create(&dir, &NewLedger::named(init.name.clone())) {
        Ok(ledger) => ledger,
        Err(error) if is_there(&error) => resume(init, global, error)?,
        Err(error) => return Err(error.into()),
    };
    ledger.open_rulebook()?;
    let made = Made {
        ledger: dir.display().to_string(),
        name: ledger.name().to_string(),
        ledger_id: ledger.id().to_string(),
        position: ledger.position().0,
        root: ledger.root().to_string(),
    };
    match global.format {
        Format::Json => write::json(streams.out, &made)?,
        Format::Jsonl => write::json_line(streams.out, &made)?,
        Format::Csv => {
            write::csv_row(streams.out, ["ledger", "name", "ledger_id", "position", "root"])?;
            let position = made.position.to_string();
            let cells = [&made.ledger, &made.name, &made.ledger_id, &position, &made.root];
            write::csv_row(streams.out, cells)?;
        }
        Format::Table => {
            let Made { ledger: dir, name, ledger_id, position, root } = made;
            let (dir, schemes) = (one_line(&dir), ledger.schemes().len());
            writeln!(streams.out, "made ledger {name} in {dir}, with {schemes} schemes open")?;
            writeln!(streams.out, "id       {ledger_id}")?;
            writeln!(streams.out, "position {position}")?;
            writeln!(streams.out, "root     {root}")?;
        }
    }
    Ok(Status::Done)
}

fn is_there(error: &Error) -> bool {
    matches!(error, Error::Fault(Fault::AlreadyExists { .. }))
}

/// A ledger that was made and not yet told the rulebook is completed; any other is left alone.
fn resume(init: &Init, global: &Global, there: Error) -> Result<Ledger, Failure> {
    let ledger = Ledger::open(&global.dir())?;
    if !ledger.position().is_none() {
        return Err(there.into());
    }
    if *ledger.name() != init.name {
        let (name, asked) = (ledger.name(), &init.name);
        return Err(Failure::misuse(format!(
            "an unfinished ledger there is called {name}, not {asked}; complete it with --name {name}"
        )));
    }
    Ok(ledger)
}
