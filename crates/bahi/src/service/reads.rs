//! Questions that need the log: put to the writer between two commits, a bounded piece at a time.
//!
//! # Invariants
//! * A piece fetches at most [`EVENTS_PER_READ`] events and a page; balances of the past read a few
//!   pages for their position and root, and sums that stand in memory. Reading what was fetched is
//!   done by whoever asked, and does not hold up the writer.
//! * Every piece of one answer rests on the same position: the log only grows.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use bahi_balances::{By, Filter};
use bahi_core::{Position, Recorded};
use bahi_log::Page;
use bahi_trail::{Entries, Subject, TrailEntry};

use super::{Service, ServiceError, answer, queue::Queue};
use crate::{AuditOptions, AuditReport, BalancesAt, Error, Ledger, TrailAt, View, audit::Auditing};

/// The most questions the writer answers between two commits.
pub const READS_PER_TURN: usize = 64;
/// The most events one question fetches, up to the end of the page that holds the last.
pub const EVENTS_PER_READ: usize = 256;

/// What is put to the writer beside work.
pub(super) type Question = Box<dyn FnOnce(&Ledger) + Send>;

/// The way to the writer for whoever only reads.
#[derive(Clone)]
pub(super) struct Reader(pub(super) Arc<Queue>);

impl Service {
    /// Puts a question to the ledger on the writer's thread, between two commits.
    ///
    /// **No command is committed while the question runs.** Keep it to what is folded and to a few
    /// events; for more use [`Service::trail`], [`Service::balances`], [`Service::events`] and
    /// [`Service::follow`], which come back in pieces. A panic of the question is the asker's.
    ///
    /// # Errors
    /// [`ServiceError::Stopped`]; [`ServiceError::WriterLost`].
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.reader().ask(question).await
    }

    /// Balances as [`Ledger::balances`] gives them: of the present from what is published, without
    /// asking the writer; of the past from the sums it keeps, in one piece of milliseconds.
    ///
    /// # Errors
    /// Those of [`Ledger::balances`], and of [`Service::ask`].
    pub async fn balances(
        &self,
        by: By,
        filter: &Filter,
        view: View,
    ) -> Result<BalancesAt, ServiceError> {
        if view == View::NOW {
            return Ok(self.snapshot().balances(by, filter));
        }
        let filter = filter.clone();
        let balances = move |ledger: &Ledger| ledger.balances(by, &filter, view);
        Ok(self.ask(balances).await??)
    }

    /// The trail of a case, a person, an account, an order, as [`Ledger::trail`] gives it.
    ///
    /// # Errors
    /// Those of [`Ledger::trail`], and of [`Service::ask`].
    pub async fn trail(&self, subject: Subject, view: View) -> Result<TrailAt, ServiceError> {
        let begin = move |ledger: &Ledger| {
            let basis = ledger.basis(view)?;
            let mut positions = ledger.trails()?.positions(subject);
            positions.retain(|position| *position <= basis.position);
            Ok::<_, Error>((basis, positions))
        };
        let (basis, positions) = self.ask(begin).await??;
        let mut trail = TrailAt { basis, entries: Vec::with_capacity(positions.len()) };
        let mut running = Entries::default();
        for piece in positions.chunks(EVENTS_PER_READ) {
            let piece = piece.to_vec();
            let read = move |ledger: &Ledger| {
                let lines = lines(ledger, &piece, &mut running, subject, view);
                lines.map(|lines| (lines, running))
            };
            let (lines, after) = self.ask(read).await??;
            trail.entries.extend(lines);
            running = after;
        }
        Ok(trail)
    }

    /// What the auditor's tests find, as [`Ledger::audit`] finds it: the log is read in pieces, and
    /// judged where this is awaited, which is for a thread that may be kept busy.
    ///
    /// # Errors
    /// Those of [`Ledger::audit`], and of [`Service::ask`].
    pub async fn audit(&self, options: &AuditOptions) -> Result<AuditReport, ServiceError> {
        let view = options.view;
        let basis = self.ask(move |ledger| ledger.basis(view)).await??;
        let mut auditing = Auditing::new(options);
        let mut from = Position(1);
        while from <= basis.position {
            for recorded in self.reader().events(from, basis.position).await? {
                auditing.take(&recorded);
                from = recorded.position.next();
            }
        }
        let report = auditing.report(basis);
        self.ask(move |ledger| report.named(ledger)).await
    }

    /// Events from a position on, as many as one question fetches: none beyond the last.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`], and those of [`Service::ask`].
    pub async fn events(&self, from: Position) -> Result<Vec<Recorded>, ServiceError> {
        let from = from.max(Position(1));
        let last = self.snapshot().position();
        if from > last { Ok(Vec::new()) } else { self.reader().events(from, last).await }
    }
}

impl Reader {
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        type Caught<T> = Result<T, Box<dyn Any + Send>>;
        let (answer, awaited) = answer::pair::<Caught<T>>();
        let ask = move |ledger: &Ledger| {
            // Nobody waits any more, so nobody is made to wait for it.
            if !answer.is_wanted() {
                return;
            }
            // A question reads the ledger through a shared reference and leaves it whole.
            let answered = catch_unwind(AssertUnwindSafe(|| question(ledger)));
            // Where the asker has gone, the answer is dropped here, and even that may panic.
            drop(catch_unwind(AssertUnwindSafe(|| drop(answer.send(Ok(answered))))));
        };
        let _place = self.0.leave_question(Box::new(ask))?;
        awaited.await?.or_else(|panic| resume_unwind(panic))
    }

    /// Events from one position towards another that the log holds, at least one.
    pub(super) async fn events(
        &self,
        from: Position,
        to: Position,
    ) -> Result<Vec<Recorded>, ServiceError> {
        let pages = self.ask(move |ledger| pages(ledger, from, to)).await??;
        let mut events: Vec<Recorded> = Vec::new();
        for page in &pages {
            for (position, bytes) in page.records() {
                let position = Position(position);
                if position < from || position > to {
                    continue;
                }
                match bahi_wire::decode(position, bytes) {
                    Ok(recorded) => events.push(recorded),
                    // What comes before it is given first; the next call begins with it.
                    Err(_) if !events.is_empty() => return Ok(events),
                    Err(source) => return Err(Error::Record { position, source }.into()),
                }
            }
        }
        if events.is_empty() {
            return Err(Error::Bug("a page holds none of the events it was fetched for").into());
        }
        Ok(events)
    }
}

fn pages(ledger: &Ledger, from: Position, to: Position) -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    let mut events = 0;
    for page in ledger.log.pages(from.0) {
        let page = page?;
        let done = page.end() > to.0;
        events += page.count() as usize;
        pages.push(page);
        if done || events >= EVENTS_PER_READ {
            break;
        }
    }
    Ok(pages)
}

fn lines(
    ledger: &Ledger,
    positions: &[Position],
    running: &mut Entries,
    subject: Subject,
    view: View,
) -> Result<Vec<TrailEntry>, Error> {
    let mut lines = Vec::with_capacity(positions.len());
    for position in positions {
        let recorded = ledger.event(*position)?;
        if view.counts(recorded.envelope.effective_day) {
            lines.extend(running.next(&recorded, subject, ledger.names()));
        }
    }
    Ok(lines)
}
