//! What a case is: its name, its size, how often it runs, and what it is given.

use std::path::PathBuf;

use bahi_benches::{History, Workload, measure::Measured};

/// What comes of a case: figures, or why this machine has none.
pub type Outcome = Result<Measured, String>;

/// What a case's size counts, and so which directory it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ladder {
    /// Events of a ledger.
    Events,
    /// Postings of a journal.
    Postings,
    /// Cases of a ledger.
    Cases,
}

/// When a case runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Often {
    /// In every round.
    EachRound,
    /// In every round of the smallest sizes, and once above.
    OnceWhenLarge,
    /// In every round, after all that only read: it adds to the ledger.
    Afterwards,
}

/// One thing that is measured, in a process of its own.
pub struct Case {
    /// What a child is asked for.
    pub name: &'static str,
    /// What the reader is told.
    pub title: &'static str,
    /// What its size counts.
    pub ladder: Ladder,
    /// When it runs.
    pub often: Often,
    /// The work.
    pub run: fn(&Setting) -> Outcome,
}

/// The events of a size above which [`Often::OnceWhenLarge`] is once.
pub const LARGE: u64 = 2_000_000;

/// What a case is given.
pub struct Setting {
    /// What of its size is prepared.
    pub workload: Workload,
    /// Where that lies.
    pub dir: PathBuf,
    /// A directory of its own that is gone afterwards.
    pub scratch: PathBuf,
    /// The size.
    pub size: u64,
    /// Whether this only shows that everything runs.
    pub quick: bool,
}

impl Setting {
    /// The history of this size of events.
    pub fn history(&self) -> History {
        History::of_events(self.size)
    }

    /// How many events the prepared ledger has.
    pub fn events(&self) -> usize {
        number_in(&self.events_file())
    }

    /// How many postings these are.
    pub fn postings(&self) -> usize {
        number_in(&self.postings_file())
    }

    pub fn events_file(&self) -> PathBuf {
        self.dir.join("events")
    }

    pub fn postings_file(&self) -> PathBuf {
        self.dir.join("postings")
    }

    /// Positions of applications, a line each: the cases whose trails are asked for.
    pub fn cases_file(&self) -> PathBuf {
        self.dir.join("cases")
    }

    /// The postings as Parquet.
    pub fn parquet_dir(&self) -> PathBuf {
        self.dir.join("parquet")
    }

    /// The postings as a journal of hledger and ledger.
    pub fn hledger_file(&self) -> PathBuf {
        self.dir.join("postings.journal")
    }

    /// The postings as a journal of beancount.
    pub fn beancount_file(&self) -> PathBuf {
        self.dir.join("postings.beancount")
    }
}

fn number_in(file: &std::path::Path) -> usize {
    let text = std::fs::read_to_string(file).expect("a prepared size");
    text.trim().parse().expect("a number")
}
