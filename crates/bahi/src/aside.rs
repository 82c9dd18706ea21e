//! Folding aside: a snapshot of the log, on a thread that gives way to others, while the ledger goes on.
//!
//! # Invariants
//! * Whoever lets go of it stops it, and waits for its snapshot to be let go of: a page's time.
//!
//! # Not here
//! What becomes of the fold: `renewal`, `beside`.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{Builder, JoinHandle},
};

use bahi_core::{Position, Projection};
use bahi_log::{Log, give_way};

use crate::Error;

/// How far what is folded aside has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The last event that it holds.
    pub at: Position,
    /// The last event of the log when it began, or began again.
    pub of: Position,
}

/// How far a fold has come, to be looked at from anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    at: Arc<AtomicU64>,
    of: Position,
}

impl Reach {
    pub(crate) fn progress(&self) -> Progress {
        Progress { at: Position(self.at.load(Ordering::Relaxed)), of: self.of }
    }
}

/// A fold that is folded aside.
pub(crate) struct Aside<F> {
    reach: Reach,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<(F, Position), Error>>>,
}

impl<F: Projection + Send + 'static> Aside<F> {
    /// Begins to fold what a log holds after a position.
    pub(crate) fn begin(log: &Log, mut fold: F, from: Position) -> Result<Aside<F>, Error> {
        let snapshot = log.snapshot()?;
        let (at, stop) = (Arc::new(AtomicU64::new(from.0)), Arc::new(AtomicBool::new(false)));
        let of = Position(snapshot.size().saturating_sub(1));
        let (reached, stopped) = (Arc::clone(&at), Arc::clone(&stop));
        let run = move || {
            give_way();
            let mut last = from;
            for page in snapshot.pages(from.next().0) {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let page = page?;
                for (position, bytes) in page.records().filter(|(at, _)| *at > last.0) {
                    let position = Position(position);
                    let recorded = bahi_wire::decode(position, bytes)
                        .map_err(|source| Error::Record { position, source })?;
                    fold.apply(&recorded);
                }
                last = Position(page.end() - 1);
                reached.store(last.0, Ordering::Relaxed);
                std::thread::yield_now();
            }
            Ok((fold, last))
        };
        let thread = Builder::new().name("bahi-aside".to_owned()).spawn(run);
        let thread = thread.map_err(|source| bahi_log::Fault::Io {
            what: "begin a thread beside",
            path: PathBuf::from("bahi-aside"),
            source,
        })?;
        Ok(Aside { reach: Reach { at, of }, stop, thread: Some(thread) })
    }

    pub(crate) fn progress(&self) -> Progress {
        self.reach.progress()
    }

    /// How far it has come, for whoever is elsewhere.
    pub(crate) fn reach(&self) -> Reach {
        self.reach.clone()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// What was folded, waiting for it; `None` where folding it panicked.
    pub(crate) fn end(mut self) -> Option<Result<(F, Position), Error>> {
        self.thread.take()?.join().ok()
    }
}

impl<F> Drop for Aside<F> {
    /// A ledger is opened again only once every snapshot of it is gone.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
