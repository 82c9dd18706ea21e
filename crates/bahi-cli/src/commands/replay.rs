//! `bahi replay`: history folded again, and compared with what is live.

use bahi::{
    BalancesAt, By, PUT_AWAY, View, answers,
    core::Columns,
    json::{BalanceRowAnswer, ReplayAnswer},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Replay},
    commands::{balances, count, counted, say_basis},
    open::{open, open_asked},
    progress::Progress,
    status::{Failure, Status},
    write,
};

/// What a replay came to, with the balances it folded.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    replay: ReplayAnswer,
    rows: Vec<BalanceRowAnswer>,
}

pub(super) fn run(
    asked: &Replay,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let view = View { as_of: asked.as_of, known_on: asked.known_on, at: asked.to };
    let (replay, simulated) = match asked.compare {
        true => compared(view, global, streams)?,
        false => {
            let ledger = open_asked(global, streams)?;
            let progress = Progress::begin(global, streams, "replaying");
            let mut reach = |position| progress.reach(position);
            (ledger.replay_balances(view, &mut reach)?, ledger.is_simulated())
        }
    };
    let by = By { scheme: true, ..By::default() };
    let rows = answers::rows(&replay.rows, by);
    match global.format {
        Format::Json => {
            write::json(streams.out, &Answer { replay: answers::replay(&replay), rows })?;
        }
        Format::Jsonl => {
            write::json_line(streams.out, &Answer { replay: answers::replay(&replay), rows })?;
        }
        Format::Csv => csv(&replay, streams)?,
        Format::Table => {
            say_basis(simulated, &replay.basis, streams)?;
            table(&replay, by, streams)?;
        }
    }
    match replay.compared.iter().flatten().find(|(_, equal)| !equal) {
        None => Ok(Status::Done),
        Some((PUT_AWAY, _)) => Err(Failure::no(
            "the folds put away differ from those folded again; delete the ledger's directory \
             folds, on which nothing rests but the time that bahi balances takes to open",
        )),
        Some((name, _)) => Err(Failure::no(format!(
            "{name} as live differ from {name} as folded again; run bahi verify"
        ))),
    }
}

/// Everything folded again and compared, and whether the ledger's clock is simulated.
fn compared(
    view: View,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<(bahi::Replay, bool), Failure> {
    let ledger = open(global, streams)?;
    let whole = view.as_of.is_none() && ledger.basis(view)?.position == ledger.position();
    if !whole {
        return Err(Failure::misuse(
            "--compare proves the present; leave out --to, --as-of and --known-on, or --compare",
        ));
    }
    let progress = Progress::begin(global, streams, "replaying");
    let replay = ledger.replay(view, true, &mut |position| progress.reach(position))?;
    Ok((replay, ledger.is_simulated()))
}

fn csv(replay: &bahi::Replay, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let answer = answers::replay(replay);
    let heading = ["position", "root", "events", "events_per_second", "equal"];
    write::csv_row(streams.out, heading)?;
    let speed = answer.events_per_second.map(|speed| speed.to_string()).unwrap_or_default();
    let equal = answer.compared.map(|compared| compared.equal.to_string()).unwrap_or_default();
    let (position, events) = (answer.position.to_string(), answer.events.to_string());
    write::csv_row(streams.out, [position, answer.root, events, speed, equal])
}

fn table(replay: &bahi::Replay, by: By, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut total = Columns::default();
    replay.rows.iter().for_each(|row| total.add(&row.columns));
    let at = BalancesAt { basis: replay.basis, rows: replay.rows.clone(), total };
    balances::table(&at, by, streams)?;
    let events = counted(replay.events, "event", "events");
    let millis = replay.took.as_millis();
    let speed = answers::per_second(replay).map(count).unwrap_or_else(|| "–".to_owned());
    writeln!(streams.out, "\nfolded {events} in {millis} ms: {speed} events a second")?;
    for (name, equal) in replay.compared.iter().flatten() {
        let equal = if *equal { "equal to the live ones, byte for byte" } else { "DIFFER" };
        writeln!(streams.out, "{name:<9} {equal}")?;
    }
    Ok(())
}
