//! The folds the console keeps beside the ledger: the auditor's tests, and statements with lines.
//!
//! # Invariants
//! * Nothing is read before somebody first asks; from then on each event is read once.
//! * No page waits for a fold longer than a moment: it shows what is known by then, and says so.
//! * An answer says up to which position the events were read.
//! * What is kept of the statements is some bytes a line, and of the tests what `Audit` keeps.
//!
//! # Not here
//! The tests: `bahi-checks`. Matching: the hub's own.

mod statements;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant as Clock},
};

use bahi::{
    Audit, Findings, Service, Wanted,
    core::{Day, Position, Projection as _},
};
use tokio::sync::{Mutex as Turn, watch};

pub(super) use statements::{
    Age, Lines, Place, Received, Reconciled, ShownLine, State, Statements, Sum, Which,
};

/// How long a page waits for the folds to have read what the ledger holds, and again for findings.
const PATIENCE: Duration = Duration::from_millis(15);
/// For how long findings are given again, though the log has grown.
const FRESH: Duration = Duration::from_secs(5);
/// For how many days findings are kept.
const DAYS_KEPT: usize = 16;

/// The folds, shared by every page.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// The tests, held by whoever has them take an event or say what they found, which is long.
    audit: Turn<Read<Audit>>,
    /// The statements, held for moments alone.
    statements: Mutex<Read<Statements>>,
    found: Mutex<Kept>,
    /// The newest position that a page knew of.
    last: AtomicU64,
    /// How often findings were made.
    made: watch::Sender<u64>,
    reading: Mutex<Option<watch::Receiver<Position>>>,
}

/// A fold, and up to where it read.
#[derive(Default)]
struct Read<T> {
    fold: T,
    upto: Position,
}

/// The findings of some days, and the day that is wanted next.
#[derive(Default)]
struct Kept {
    found: VecDeque<Arc<Found>>,
    wanted: Option<Day>,
    at_work: bool,
}

/// What the tests found.
pub(super) struct Found {
    /// Up to where events were read.
    pub(super) read: Position,
    /// The day ages are counted to.
    pub(super) as_of: Day,
    /// The findings.
    pub(super) findings: Findings,
    /// Whether all had been read that a page knew of by then.
    pub(super) whole: bool,
    at: Clock,
}

/// What a lock guards is whole after every event, so that a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    /// What the tests find as of a day in what is read by now: the newest that is known in a moment,
    /// if any is.
    pub(super) async fn findings(&self, service: &Service, as_of: Day) -> Option<Arc<Found>> {
        let (read, _) = self.wait(service).await;
        if let Some(found) = self.fresh(as_of, read) {
            return Some(found);
        }
        let mut made = self.0.made.subscribe();
        self.look(as_of);
        let known = made.wait_for(|_| self.fresh(as_of, read).is_some());
        drop(tokio::time::timeout(PATIENCE, known).await);
        self.newest(as_of)
    }

    /// Statements and their lines, in what is read by now.
    pub(super) async fn statements(&self, service: &Service, aged_on: Day) -> Reconciled {
        let (_, whole) = self.wait(service).await;
        let statements = lock(&self.0.statements);
        statements.fold.reconciled((statements.upto, whole), aged_on)
    }

    /// Lines of statements, in what is read by now.
    pub(super) async fn lines(
        &self,
        service: &Service,
        which: &Which,
        aged_on: Day,
        most: usize,
    ) -> Lines {
        let (_, whole) = self.wait(service).await;
        let statements = lock(&self.0.statements);
        statements.fold.lines(which, (statements.upto, whole), aged_on, most)
    }

    /// The findings of a day, where no newer ones could be made, or need be.
    fn fresh(&self, as_of: Day, read: Position) -> Option<Arc<Found>> {
        let found = self.newest(as_of)?;
        let fresh = found.read >= read || found.whole && found.at.elapsed() < FRESH;
        fresh.then_some(found)
    }

    fn newest(&self, as_of: Day) -> Option<Arc<Found>> {
        lock(&self.0.found).found.iter().find(|it| it.as_of == as_of).cloned()
    }

    /// Has findings of a day made next, by whoever makes them already, else on a thread for it.
    fn look(&self, as_of: Day) {
        let mut kept = lock(&self.0.found);
        kept.wanted = Some(as_of);
        if std::mem::replace(&mut kept.at_work, true) {
            return;
        }
        drop(kept);
        let watch = self.clone();
        tokio::task::spawn_blocking(move || AtWork(&watch.0).work());
    }

    /// Waits until everything that the ledger holds is read, but not for long; says how far it is,
    /// and whether that is all.
    async fn wait(&self, service: &Service) -> (Position, bool) {
        let last = service.snapshot().position();
        self.0.last.fetch_max(last.0, Ordering::Relaxed);
        let mut read = self.follow(service);
        drop(tokio::time::timeout(PATIENCE, read.wait_for(|read| *read >= last)).await);
        let upto = *read.borrow();
        (upto, upto >= last)
    }

    /// How far the reading is; begins it where nobody has.
    fn follow(&self, service: &Service) -> watch::Receiver<Position> {
        let mut reading = lock(&self.0.reading);
        if let Some(reading) = reading.as_ref().filter(|it| it.has_changed().is_ok()) {
            return reading.clone();
        }
        let from = lock(&self.0.statements).upto;
        let (told, hears) = watch::channel(from);
        *reading = Some(hears.clone());
        let mut follow = service.follow(from.next());
        let watch = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(Ok(recorded)) = follow.next().await {
                let Some(inner) = watch.upgrade() else { return };
                let upto = recorded.position;
                let mut audit = inner.audit.lock().await;
                // A reading that was cut off between the two folds goes on with each where it is.
                if audit.upto < upto {
                    audit.fold.apply(&recorded);
                    audit.upto = upto;
                }
                drop(audit);
                let mut statements = lock(&inner.statements);
                statements.fold.apply(&recorded);
                statements.upto = upto;
                drop(statements);
                told.send_replace(upto);
            }
        });
        hears
    }
}

/// Whoever makes findings; that nobody does any more is said however it ends.
struct AtWork<'a>(&'a Inner);

impl AtWork<'_> {
    /// Makes findings for as long as some are wanted.
    fn work(self) {
        loop {
            let mut kept = lock(&self.0.found);
            let Some(as_of) = kept.wanted.take() else {
                // Under the same lock as the look for more, so that none is wanted in between.
                kept.at_work = false;
                return;
            };
            drop(kept);
            let audit = self.0.audit.blocking_lock();
            let findings = audit.fold.findings(as_of, Wanted::default());
            let (read, at) = (audit.upto, Clock::now());
            let whole = read.0 >= self.0.last.load(Ordering::Relaxed);
            let found = Found { read, as_of, findings, whole, at };
            drop(audit);
            let mut kept = lock(&self.0.found);
            kept.found.retain(|it| it.as_of != as_of);
            kept.found.truncate(DAYS_KEPT - 1);
            kept.found.push_front(Arc::new(found));
            drop(kept);
            self.0.made.send_modify(|times| *times += 1);
        }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.found).at_work = false;
        }
    }
}
