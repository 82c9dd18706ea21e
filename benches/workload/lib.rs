//! The one workload of every benchmark: the demonstration's mix, real ids, full envelopes.
//!
//! A [`Workload`] is prepared once into a directory and read from there by every case, each in a
//! process of its own: so all measure the same events, and what a process holds besides its own
//! work is what it was given.
//!
//! # Invariants
//! * The same number of cases and the same seed give the same commands, and so the same events.
//! * What stands in the directory came out of a ledger that took the commands: nothing is made up
//!   beside it.
//!
//! Beside it lies what all benchmarks measure by, and the peers that more than one asks.
//!
//! # Not here
//! What is measured: the benchmarks.

#![allow(clippy::float_arithmetic)]

mod moves;
mod history;
pub mod measure;
pub mod figures;
pub mod machine;
pub mod python;
pub mod results;
pub mod must;
pub mod stores;
#[cfg(feature = "peers")]
pub mod books;

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use bahi::{
    Ledger, LedgerName, NewLedger, Outcome,
    core::Command,
    demo::{self, Demo},
};
use bahi_log::{Log, Options};

pub use history::{Block, History};
pub use moves::Move;

/// The seed of everything drawn.
pub const SEED: u64 = 1;

/// Commands of one durable commit.
pub const BATCH: usize = 1_000;

/// A workload in a directory.
#[derive(Clone, Debug)]
pub struct Workload {
    dir: PathBuf,
}

impl Workload {
    /// The workload prepared in a directory.
    #[must_use]
    pub fn at(dir: &Path) -> Workload {
        Workload { dir: dir.to_owned() }
    }

    /// Prepares the history of so many margin-money cases; some three and a half commands come of
    /// each.
    ///
    /// # Errors
    /// Where a file cannot be written.
    ///
    /// # Panics
    /// Where the ledger fails, or refuses more than the few commands that are meant to be refused;
    /// a benchmark has nobody to hand an error to.
    pub fn prepare(&self, cases: u32) -> io::Result<()> {
        let commands = commands(cases);
        let mut lines = BufWriter::new(File::create(self.commands_file())?);
        for command in &commands {
            writeln!(lines, "{}", bahi::json::command_line(command))?;
        }
        lines.flush()?;
        let mut ledger = new_ledger(&self.ledger_dir());
        fill(&mut ledger, &commands);
        drop(ledger);
        self.write_records()?;
        self.write_moves(usize::MAX)
    }

    /// Writes the records of the ledger, once it is there.
    ///
    /// # Errors
    /// Where the file cannot be written.
    ///
    /// # Panics
    /// Where the log cannot be read.
    pub fn write_records(&self) -> io::Result<()> {
        let log = Log::open(&self.ledger_dir(), Options::default()).expect("it opens");
        let mut records = BufWriter::new(File::create(self.records_file())?);
        for page in log.pages(1) {
            let page = page.expect("a page");
            for (_, record) in page.records().filter(|(position, _)| *position > 0) {
                let length = u32::try_from(record.len()).expect("a record is below 4 GiB");
                records.write_all(&length.to_le_bytes())?;
                records.write_all(record)?;
            }
        }
        records.flush()
    }

    /// Writes what the events move, the first of them, once the ledger is there.
    ///
    /// # Errors
    /// Where the file cannot be written.
    ///
    /// # Panics
    /// Where the ledger does not open.
    pub fn write_moves(&self, most: usize) -> io::Result<()> {
        let ledger = Ledger::open(&self.ledger_dir()).expect("it opens");
        moves::write(&ledger, &self.moves_file(), most)
    }

    /// The commands, in order.
    ///
    /// # Panics
    /// Where the file is not as it was prepared.
    #[must_use]
    pub fn commands(&self) -> Vec<Command> {
        let file = File::open(self.commands_file()).expect("a prepared workload");
        let line = |line: io::Result<String>| {
            let line = line.expect("a readable line");
            bahi::parse_command(line.as_bytes()).expect("a command reads back as it was written")
        };
        BufReader::new(file).lines().map(line).collect()
    }

    /// The exact stored bytes of every event, in order.
    ///
    /// # Panics
    /// Where the file is not as it was prepared.
    #[must_use]
    pub fn records(&self) -> Vec<Vec<u8>> {
        self.batches(usize::MAX).next().unwrap_or_default()
    }

    /// The same, so many at a time.
    ///
    /// # Panics
    /// Where the file is not as it was prepared.
    pub fn batches(&self, most: usize) -> impl Iterator<Item = Vec<Vec<u8>>> + use<> {
        let file = File::open(self.records_file()).expect("a prepared workload");
        let mut file = BufReader::with_capacity(1 << 20, file);
        std::iter::from_fn(move || {
            let mut batch = Vec::new();
            let mut length = [0; 4];
            while batch.len() < most && file.read_exact(&mut length).is_ok() {
                let mut record = vec![0; u32::from_le_bytes(length) as usize];
                file.read_exact(&mut record).expect("a whole record");
                batch.push(record);
            }
            (!batch.is_empty()).then_some(batch)
        })
    }

    /// What the events move, as entries of a journal, in order.
    ///
    /// # Panics
    /// Where the file is not as it was prepared.
    #[must_use]
    pub fn moves(&self) -> Vec<Move> {
        moves::read(&self.moves_file())
    }

    /// The directory of a ledger that holds the whole history.
    #[must_use]
    pub fn ledger_dir(&self) -> PathBuf {
        self.dir.join("ledger")
    }

    fn commands_file(&self) -> PathBuf {
        self.dir.join("commands.jsonl")
    }

    fn records_file(&self) -> PathBuf {
        self.dir.join("records")
    }

    fn moves_file(&self) -> PathBuf {
        self.dir.join("moves.tsv")
    }
}

/// The commands of a history of so many margin-money cases, straight from the demonstration.
///
/// # Panics
/// Where the demonstration does not live.
#[must_use]
pub fn commands(cases: u32) -> Vec<Command> {
    demo::commands(Demo { cases, seed: SEED }).expect("the demonstration lives in memory")
}

/// What a new ledger of a benchmark is called, by the clock of the machine.
///
/// # Panics
/// Never: the name is an identifier.
#[must_use]
pub fn named() -> NewLedger {
    NewLedger::named(LedgerName::new("bench").expect("a name"))
}

/// A new ledger with the rulebook.
///
/// # Panics
/// Where the directory cannot hold one.
#[must_use]
pub fn new_ledger(dir: &Path) -> Ledger {
    let mut ledger = Ledger::create(dir, &named()).expect("a new ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

/// Submits commands in batches of [`BATCH`], decided one by one; gives how many were accepted.
///
/// # Panics
/// Where the ledger fails, or more than one command in fifty is refused: then this is no longer the
/// history that was meant.
pub fn fill(ledger: &mut Ledger, commands: &[Command]) -> usize {
    let mut accepted = 0;
    for batch in commands.chunks(BATCH) {
        let outcomes = ledger.submit_each(batch).expect("the ledger works");
        accepted += outcomes.iter().filter(|outcome| is_accepted(outcome)).count();
    }
    let refused = commands.len() - accepted;
    assert!(refused * 50 <= commands.len(), "{refused} of {} refused", commands.len());
    accepted
}

/// Whether a command was accepted.
#[must_use]
pub const fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted(_))
}

/// The bytes of every file below a directory, and of the file itself where it is one.
#[must_use]
pub fn bytes_on_disk(path: &Path) -> u64 {
    let Ok(metadata) = std::fs::metadata(path) else { return 0 };
    if metadata.is_file() {
        return metadata.len();
    }
    let Ok(entries) = std::fs::read_dir(path) else { return 0 };
    entries.flatten().map(|entry| bytes_on_disk(&entry.path())).sum()
}
