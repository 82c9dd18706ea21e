//! Checkpoints of the running ledger, signed by its key, at most one a second.
//!
//! # Invariants
//! * A checkpoint is given out after the key remembers it, as `signing` has it.
//! * However many ask, one at a time is signed, since signing waits for the medium.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use bahi::{Service, answers, core::Position, proof::Note, signing};
use tokio::sync::Mutex;

use crate::problem::{Code, Problem};

/// How long a checkpoint is given out though the ledger has gone on.
const FRESH: Duration = Duration::from_secs(1);

/// A ledger's key, and what it signed last.
pub(crate) struct Signer {
    key: PathBuf,
    dir: PathBuf,
    last: Mutex<Option<Signed>>,
}

struct Signed {
    note: Note,
    position: Position,
    at: Instant,
}

impl Signer {
    pub(crate) fn new(key: PathBuf, dir: PathBuf) -> Signer {
        Signer { key, dir, last: Mutex::default() }
    }

    /// A checkpoint that has a position: a fresh one where that is the last.
    pub(crate) async fn checkpoint(
        &self,
        service: &Service,
        holding: Position,
    ) -> Result<Note, Problem> {
        let mut last = self.last.lock().await;
        let newest = service.snapshot().position();
        if let Some(signed) = &*last {
            let fresh = signed.position == newest || signed.at.elapsed() < FRESH;
            if fresh && signed.position >= holding {
                return Ok(signed.note.clone());
            }
        }
        let (key, dir) = (self.key.clone(), self.dir.clone());
        let sign = move |ledger: &bahi::Ledger| {
            let position = ledger.position();
            signing::checkpoint(&key, &dir, ledger, position).map(|note| (note, position))
        };
        let (note, position) = service.ask(sign).await?.map_err(|error| {
            Problem::new(Code::Fault, format!("nothing is signed: {}", answers::full(&error)))
        })?;
        *last = Some(Signed { note: note.clone(), position, at: Instant::now() });
        Ok(note)
    }
}
