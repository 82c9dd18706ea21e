//! The folds the console keeps beside the ledger: the auditor's tests, and statements with lines.
//!
//! # Invariants
//! * Nothing is read before somebody first asks; from then on each event is read once.
//! * An answer says up to which position the events were read.
//! * What is kept of the statements is some bytes a line, and of the tests what `Audit` keeps.
//!
//! # Not here
//! The tests: `bahi-checks`. Matching: the hub's own.

mod statements;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant as Clock},
};

use bahi::{
    Audit, Findings, Service, Wanted,
    core::{Day, Position, Projection as _},
};
use tokio::sync::watch;

pub(super) use statements::{OpenLine, Received, Reconciled, Statements, Sum};

/// How long a page waits for the folds to have read what the ledger holds.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// For how long findings are given again, though the log has grown.
const FRESH: Duration = Duration::from_secs(5);

/// The folds, shared by every page.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<Inner>);

#[derive(Default)]
struct Inner {
    folds: Mutex<Folds>,
    found: Mutex<Option<Arc<Found>>>,
    reading: Mutex<Option<watch::Receiver<Position>>>,
}

#[derive(Default)]
struct Folds {
    audit: Audit,
    statements: Statements,
    read: Position,
}

/// What the tests found.
pub(super) struct Found {
    /// Up to where events were read.
    pub(super) read: Position,
    /// The day ages are counted to.
    pub(super) as_of: Day,
    /// The findings.
    pub(super) findings: Findings,
    at: Clock,
}

/// What a lock guards is whole after every event, so that a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    /// What the tests find as of a day in what is read by now; all the ledger holds, where that is
    /// soon done.
    pub(super) async fn findings(&self, service: &Service, as_of: Day) -> Arc<Found> {
        self.wait(service).await;
        if let Some(found) = self.kept(as_of) {
            return found;
        }
        let watch = self.clone();
        let look = move || {
            let folds = lock(&watch.0.folds);
            let findings = folds.audit.findings(as_of, Wanted::default());
            let found = Found { read: folds.read, as_of, findings, at: Clock::now() };
            drop(folds);
            let found = Arc::new(found);
            *lock(&watch.0.found) = Some(Arc::clone(&found));
            found
        };
        match tokio::task::spawn_blocking(look.clone()).await {
            Ok(found) => found,
            // The runtime is going down; whoever still waits is answered here.
            Err(_) => look(),
        }
    }

    /// Statements and their lines, in what is read by now.
    pub(super) async fn statements(&self, service: &Service, aged_on: Day) -> Reconciled {
        self.wait(service).await;
        let folds = lock(&self.0.folds);
        folds.statements.reconciled(folds.read, aged_on)
    }

    fn kept(&self, as_of: Day) -> Option<Arc<Found>> {
        let found = lock(&self.0.found).clone()?;
        let read = lock(&self.0.folds).read;
        let same = found.as_of == as_of && (found.read == read || found.at.elapsed() < FRESH);
        same.then_some(found)
    }

    /// Waits until everything that the ledger holds is read, but not for long.
    async fn wait(&self, service: &Service) {
        let last = service.snapshot().position();
        let mut read = self.follow(service);
        drop(tokio::time::timeout(PATIENCE, read.wait_for(|read| *read >= last)).await);
    }

    /// How far the reading is; begins it where nobody has.
    fn follow(&self, service: &Service) -> watch::Receiver<Position> {
        let mut reading = lock(&self.0.reading);
        if let Some(reading) = reading.as_ref().filter(|it| it.has_changed().is_ok()) {
            return reading.clone();
        }
        let from = lock(&self.0.folds).read;
        let (told, hears) = watch::channel(from);
        *reading = Some(hears.clone());
        let mut follow = service.follow(from.next());
        let watch = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(Ok(recorded)) = follow.next().await {
                let Some(inner) = watch.upgrade() else { return };
                let read = recorded.position;
                let mut folds = lock(&inner.folds);
                folds.audit.apply(&recorded);
                folds.statements.apply(&recorded);
                folds.read = read;
                drop(folds);
                told.send_replace(read);
            }
        });
        hears
    }
}
