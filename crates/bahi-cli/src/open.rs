//! Which ledger a command is about, and opening it.

use std::path::{Path, PathBuf};

use bahi::Ledger;

use crate::{Streams, arguments::Global, progress::Progress, status::Failure};

/// Where a ledger is looked for when nobody says.
const DEFAULT_DIR: &str = "bahi-ledger";

impl Global {
    /// The ledger's directory.
    pub(crate) fn dir(&self) -> PathBuf {
        self.ledger.clone().unwrap_or_else(|| Path::new(".").join(DEFAULT_DIR))
    }
}

/// Opens the ledger, and warns where it can be read and no longer written.
pub(crate) fn open(global: &Global, streams: &mut Streams<'_>) -> Result<Ledger, Failure> {
    let progress = Progress::begin(global, streams, "opening");
    let ledger = Ledger::open_with(&global.dir(), &mut |position| progress.reach(position))?;
    drop(progress);
    if let Some(inconsistent) = ledger.inconsistency() {
        let line = crate::status::one_line(&inconsistent.to_string());
        writeln!(
            streams.err,
            "bahi: warning: the ledger takes no commands: {line}; run bahi verify, then restore a backup"
        )?;
    }
    Ok(ledger)
}
