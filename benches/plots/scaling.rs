//! The tables of the page of scaling: what one machine carries, reckoned from a run's results.
//!
//! # Invariants
//! * A figure that was not measured is a dash, and so is everything reckoned from it.
//! * What was measured at ten million events is taken from there, and from the largest size else.

use std::fmt::Write as _;

use bahi_benches::{
    figures::{grouped, number},
    measure::Measured,
    results::Results,
};

/// People whom the yardstick pays in one day: 9.7 crore.
const PEOPLE: f64 = 97e6;
/// Events of one payment: sanctioned, instructed, confirmed; and of 155 in a thousand a return, a second
/// instruction and its confirmation, which makes 3.5; rounded up.
const EVENTS_A_PAYMENT: f64 = 4.0;
/// Instalments of a year.
const INSTALMENTS: f64 = 3.0;
/// Hours in which the yardstick pays.
const HOURS: f64 = 6.0;
/// Gigabytes of the machine that is reckoned with, and the share of them that is left free.
const MACHINE_GB: f64 = 24.0;
const LEFT_FREE: f64 = 0.25;
const CRORE: f64 = 1e7;
/// The size at which figures are taken, where they were measured there.
const TAKEN_AT: u64 = 10_000_000;

/// A page with its tables made anew.
///
/// # Errors
/// The name of a table whose place the page does not mark.
pub fn filled(page: &str, results: &Results) -> Result<String, String> {
    let speeds = Speeds::of(results);
    let mut page = page.to_owned();
    for (name, table) in [("measured", speeds.measured()), ("day", speeds.day())] {
        let (begin, end) =
            (format!("<!-- {name}: made by plots -->\n"), format!("<!-- {name}: end -->"));
        let missing = || format!("SCALING.md marks no place for {name}");
        let from = page.find(&begin).ok_or_else(missing)? + begin.len();
        let until = from + page[from..].find(&end).ok_or_else(missing)?;
        page.replace_range(from..until, &table);
    }
    Ok(page)
}

/// What was measured of one machine; nothing where it was not.
struct Speeds {
    /// Events of the ledger it was measured at.
    size: Option<u64>,
    decided: Option<f64>,
    appended: Option<f64>,
    replay: Option<f64>,
    open_ms: Option<f64>,
    killed_ms: Option<f64>,
    bytes_an_event: Option<f64>,
    memory_an_event: Option<f64>,
}

impl Speeds {
    fn of(results: &Results) -> Speeds {
        let at = |case: &str| -> Option<(u64, Measured)> {
            let sizes = results.sizes(case);
            let size = if sizes.contains(&TAKEN_AT) { TAKEN_AT } else { *sizes.last()? };
            Some((size, results.median(case, size)?))
        };
        let rate = |case| at(case).map(|(_, one)| 1.0 / one.each());
        let millis = |case| at(case).map(|(_, one)| one.time.as_secs_f64() * 1e3);
        let memory = at("open-ledger").and_then(|(size, one)| Some((size, one.memory?)));
        Speeds {
            size: at("decided").map(|(size, _)| size),
            decided: rate("decided"),
            appended: rate("append"),
            replay: rate("replay"),
            open_ms: millis("open-ledger"),
            killed_ms: millis("killed"),
            bytes_an_event: at("decided").and_then(|(_, one)| Some(one.stored? as f64 / 1e3)),
            memory_an_event: memory.map(|(size, bytes)| bytes as f64 / size as f64),
        }
    }

    fn measured(&self) -> String {
        let size = self.size.map_or("–".to_owned(), |size| grouped(size as f64));
        let mut table = format!("| measured, at {size} events | |\n| --- | --: |\n");
        let rows = [
            ("decided, durable commands a second, batches of 1 000", self.decided),
            ("records appended a second, decided elsewhere", self.appended),
            ("events replayed a second", self.replay),
            ("opening it to take commands, ms", self.open_ms),
            ("opening its books after a kill, ms", self.killed_ms),
            ("bytes an event on disk, folds in it", self.bytes_an_event),
            ("bytes an event in memory, of a ledger that takes commands", self.memory_an_event),
        ];
        rows.iter().for_each(|(name, figure)| row(&mut table, name, *figure));
        table
    }

    fn day(&self) -> String {
        let events = PEOPLE * EVENTS_A_PAYMENT;
        let usable = MACHINE_GB * (1.0 - LEFT_FREE) * 1e9;
        let carried = self.memory_an_event.map(|bytes| usable / bytes);
        let ledgers = |events: f64| carried.map(|carried| (events / carried).ceil());
        let a_second = events / (HOURS * 3_600.0);
        let rows: [(String, Option<f64>); 14] = [
            ("payments of the day: 9.7 crore".to_owned(), Some(PEOPLE)),
            (format!("events, {EVENTS_A_PAYMENT} a payment"), Some(events)),
            (format!("events a second, if it takes {HOURS} hours"), Some(a_second)),
            (
                "share of what one ledger decides and makes durable".to_owned(),
                self.decided.map(|rate| a_second / rate),
            ),
            (
                "minutes, one ledger at its full speed".to_owned(),
                self.decided.map(|rate| events / rate / 60.0),
            ),
            (
                "crore payments in 24 hours at that speed".to_owned(),
                self.decided.map(|rate| rate * 86_400.0 / EVENTS_A_PAYMENT / CRORE),
            ),
            (
                "gigabytes on disk, of the day".to_owned(),
                self.bytes_an_event.map(|bytes| bytes * events / 1e9),
            ),
            (
                format!("gigabytes on disk, of a year of {INSTALMENTS} such days"),
                self.bytes_an_event.map(|bytes| bytes * events * INSTALMENTS / 1e9),
            ),
            (
                "gigabytes of memory, of the day in one ledger".to_owned(),
                self.memory_an_event.map(|bytes| bytes * events / 1e9),
            ),
            (
                format!("events that a machine of {MACHINE_GB} GB carries, a quarter left free"),
                carried,
            ),
            ("payments that is".to_owned(), carried.map(|events| events / EVENTS_A_PAYMENT)),
            ("such machines for the day".to_owned(), ledgers(events)),
            (
                format!("such machines for a year of {INSTALMENTS} such days"),
                ledgers(events * INSTALMENTS),
            ),
            (
                "seconds to replay the day to its balances, in one ledger".to_owned(),
                self.replay.map(|rate| events / rate),
            ),
        ];
        let mut table = "| reckoned | |\n| --- | --: |\n".to_owned();
        rows.iter().for_each(|(name, figure)| row(&mut table, name, *figure));
        table
    }
}

fn row(table: &mut String, name: &str, figure: Option<f64>) {
    // Writing to a text does not fail.
    let _ = writeln!(table, "| {name} | {} |", figure.map_or("–".to_owned(), number));
}
