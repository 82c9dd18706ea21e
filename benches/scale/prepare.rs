//! What every case of a size is given, made before any of them: ledgers, records, tables, journals.
//!
//! # Not here
//! The ledger of so many events, which the first of our cases makes while it is timed.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use bahi::{
    Export, Filter, Ledger, View,
    core::{Event, Position},
    reports::{Form, Outlet, Sink, Table},
};
use bahi_benches::{History, measure::Watch, new_ledger};

use crate::setting::{Ladder, Setting};

/// Entries that the peer which keeps books is given at most.
pub const MOVES_MAX: usize = 100_000;
/// Cases whose trails are asked for.
const CASES_ASKED: u64 = 200;
/// Cases of the ledger by which postings are foreseen.
const TRIAL_CASES: u32 = 2_000;

/// Prepares a size; gives a line that says what it is of.
pub fn prepare(setting: &Setting, ladder: Ladder) -> io::Result<String> {
    match ladder {
        Ladder::Events => events(setting),
        Ladder::Postings => postings(setting),
        Ladder::Cases => cases(setting),
    }
}

/// Of the ledger that is there: its records, its first moves, its postings as Parquet, some cases.
fn events(setting: &Setting) -> io::Result<String> {
    setting.workload.write_records()?;
    setting.workload.write_moves(MOVES_MAX)?;
    let ledger = Ledger::open(&setting.workload.ledger_dir()).expect("it opens");
    let events = ledger.position().0;
    write_cases(&ledger, &setting.cases_file())?;
    let asked = export(Form::Parquet);
    let mut folder = Folder(setting.parquet_dir());
    let exported = ledger.export_files(&asked, "postings", &mut folder, &mut |_| {});
    let rows = exported.expect("an export").rows;
    fs::write(setting.events_file(), events.to_string())?;
    fs::write(setting.postings_file(), rows.to_string())?;
    Ok(format!("{events} events, {rows} postings, {} cases", ledger.cases_len()))
}

/// A ledger of some so many postings, and its journals.
fn postings(setting: &Setting) -> io::Result<String> {
    let trial =
        ledger_of(History { blocks: 1, cases: TRIAL_CASES }, &setting.scratch.join("trial"));
    let (rows, events) = (journal(&trial, Form::Hledger, &mut io::sink()), trial.position().0);
    drop(trial);
    let history = History::of_events(setting.size * events / rows.max(1));
    let ledger = ledger_of(history, &setting.workload.ledger_dir());
    let events = ledger.position().0;
    let mut out = BufWriter::new(File::create(setting.hledger_file())?);
    let rows = journal(&ledger, Form::Hledger, &mut out);
    out.flush()?;
    let mut out = BufWriter::new(File::create(setting.beancount_file())?);
    assert_eq!(journal(&ledger, Form::Beancount, &mut out), rows, "the same postings");
    out.flush()?;
    fs::write(setting.events_file(), events.to_string())?;
    fs::write(setting.postings_file(), rows.to_string())?;
    Ok(format!("{rows} postings of {events} events"))
}

/// A ledger of some more than so many cases.
fn cases(setting: &Setting) -> io::Result<String> {
    let ledger = ledger_of(History::of_cases(setting.size), &setting.workload.ledger_dir());
    fs::write(setting.events_file(), ledger.position().to_string())?;
    Ok(format!("{} cases in {} events", ledger.cases_len(), ledger.position()))
}

fn ledger_of(history: History, dir: &Path) -> Ledger {
    let mut ledger = new_ledger(dir);
    history.live(&mut ledger, &mut Watch::new());
    ledger
}

fn export(form: Form) -> Export {
    Export { table: Table::Postings, form, filter: Filter::default(), view: View::NOW }
}

fn journal(ledger: &Ledger, form: Form, out: &mut dyn io::Write) -> u64 {
    ledger.export_text(&export(form), out, &mut |_| {}).expect("an export").rows
}

/// Cases that applied, spread over the whole ledger.
fn write_cases(ledger: &Ledger, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let last = ledger.position();
    for number in 0..CASES_ASKED {
        let from = Position(last.0 * number / CASES_ASKED + 1);
        let applied = ledger.events(from, last).map(|event| event.expect("an event"));
        let mut applied = applied.filter(|one| matches!(one.event, Event::Applied(_)));
        if let Some(one) = applied.next() {
            writeln!(file, "{}", one.position)?;
        }
    }
    file.flush()
}

/// The files of a form of several, below a directory.
struct Folder(PathBuf);

impl Outlet for Folder {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Sink>> {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Box::new(File::options().read(true).write(true).create_new(true).open(path)?))
    }
}
