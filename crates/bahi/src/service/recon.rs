//! Statements, comparisons and decisions through a service, while others submit.
//!
//! Each is done on a thread of its own: it reads the file, asks the writer for the log in bounded pieces,
//! compares, and submits what it found like any caller. What speaks of a position to come is built on the
//! writer's thread, just before it is decided.
//!
//! # Invariants
//! * One at a time: of files that overlap and come together the second finds what the first added.
//! * What was begun runs its course, whoever still waits for it; what is repeated adds nothing.
//!
//! # Not here
//! The steps themselves, which are those of a ledger's own: `recon`.

use std::sync::Arc;

use bahi_core::{Command, Day, Position, Receipt, Recorded, Word};

use super::{
    BatchOutcome, Service, ServiceError, ServiceVault,
    answer::{self, Answer},
    sync::{self, Condvar, Mutex},
    vault::{Desk, awaited},
    writer::Work,
};
use crate::{
    Acting, Ledger, Outcome,
    recon::{
        AddError, AddOptions, Added, Asks, Batch, Bench, DecideError, Decision, Explained,
        ReconcileError, Report, RunOptions, Wish, add, decide, explain, reconcile, reconciliation,
    },
};

/// The most additions, comparisons and decisions that may wait for the one under way.
pub const RECONS_WAITING_MAX: usize = 64;
/// How many commands wait for their outcomes at a time, so that others find room.
const COMMANDS_AT_ONCE: usize = 128;

/// Whose turn it is.
pub(super) struct Turns {
    state: Mutex<Waiting>,
    next: Condvar,
}

#[derive(Default)]
struct Waiting {
    busy: bool,
    waiting: usize,
}

/// A turn, until it is dropped.
struct Turn(Arc<Turns>);

impl Default for Turns {
    fn default() -> Turns {
        Turns { state: Mutex::new(Waiting::default()), next: Condvar::new() }
    }
}

impl Turns {
    /// Takes a place in the line; nothing where it is full.
    fn join(&self) -> Result<(), ServiceError> {
        let mut state = self.state.lock();
        if state.waiting >= RECONS_WAITING_MAX {
            return Err(ServiceError::QueueFull { limit: RECONS_WAITING_MAX });
        }
        state.waiting += 1;
        Ok(())
    }

    /// Waits for the turn of whoever took a place.
    fn take(turns: &Arc<Turns>) -> Turn {
        let mut state = turns.state.lock();
        while state.busy {
            state = turns.next.wait(state);
        }
        state.busy = true;
        state.waiting -= 1;
        drop(state);
        Turn(Arc::clone(turns))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state.lock().busy = false;
        self.0.next.notify();
    }
}

/// What a person decides of a match, as [`Ledger::decide_match`] takes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatchDecision {
    /// What they wish.
    pub wish: Wish,
    /// The proposal, or the lines and events.
    pub id: String,
    /// Who they are.
    pub acting: Acting,
    /// Why, as a code.
    pub reason: Word,
    /// The day on which it counts.
    pub day: Day,
}

impl Service {
    /// Adds a file, as [`Ledger::add_statement`] does; what the bank wrote beside the lines is kept
    /// nowhere.
    ///
    /// # Errors
    /// Those of [`Ledger::add_statement`], and of [`Service::submit`]; [`ServiceError::QueueFull`] where
    /// [`RECONS_WAITING_MAX`] wait; [`ServiceError::NoThread`].
    pub async fn add_statement(
        &self,
        bytes: Arc<[u8]>,
        options: AddOptions,
    ) -> Result<Added, AddError<ServiceError>> {
        let added = move |bench: &mut Office| add(bench, &bytes, &options, None);
        self.in_turn(added).await.map_err(AddError::Failed)?
    }

    /// Compares and records nothing, as [`Ledger::reconciliation`] does.
    ///
    /// # Errors
    /// [`ReconcileError::Failed`] as of [`Service::add_statement`].
    pub async fn reconciliation(
        &self,
        options: RunOptions,
    ) -> Result<Report, ReconcileError<ServiceError>> {
        let told = move |bench: &mut Office| reconciliation(bench, &options);
        let told = self.in_turn(told).await.and_then(|told| told);
        told.map_err(ReconcileError::Failed)
    }

    /// Compares and records what is proved, as [`Ledger::reconcile`] does.
    ///
    /// # Errors
    /// As of [`Service::reconciliation`]: what was recorded before it stands, and a further run goes on.
    pub async fn reconcile(
        &self,
        options: RunOptions,
    ) -> Result<Report, ReconcileError<ServiceError>> {
        let told = move |bench: &mut Office| reconcile(bench, &options);
        let told = self.in_turn(told).await.and_then(|told| told);
        told.map_err(ReconcileError::Failed)
    }

    /// Records a person's decision, as [`Ledger::decide_match`] does.
    ///
    /// # Errors
    /// Those of [`Ledger::decide_match`], and as of [`Service::add_statement`].
    pub async fn decide_match(
        &self,
        decision: MatchDecision,
        options: RunOptions,
    ) -> Result<Vec<Receipt>, DecideError<ServiceError>> {
        let decided = move |bench: &mut Office| {
            let MatchDecision { wish, id, acting, reason, day } = &decision;
            let asked = Decision { wish: *wish, id, acting, reason, day: *day };
            decide(bench, &asked, &options)
        };
        self.in_turn(decided).await.map_err(DecideError::Failed)?
    }

    /// What there is to say of a proposal, a line, an answer or an event, as
    /// [`Ledger::explain_match`] says it.
    ///
    /// # Errors
    /// Those of [`Ledger::explain_match`], and as of [`Service::add_statement`].
    pub async fn explain_match(
        &self,
        id: String,
        options: RunOptions,
    ) -> Result<Explained, DecideError<ServiceError>> {
        let told = move |bench: &mut Office| explain(bench, &id, &options);
        self.in_turn(told).await.map_err(DecideError::Failed)?
    }

    /// Does steps on a thread of their own, in their turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        steps: impl FnOnce(&mut Office) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (answer, awaited): (Answer<T>, _) = answer::pair();
        self.recon.join()?;
        let mut office = Office { service: self.clone() };
        let turns = Arc::clone(&self.recon);
        let run = move || {
            let turn = Turns::take(&turns);
            // Nobody waits any more, so nothing is begun.
            if answer.is_wanted() {
                let done = steps(&mut office);
                drop((turn, office));
                drop(answer.send(Ok(done)));
            }
        };
        sync::spawn("bahi-recon", run).map_err(|error| {
            self.recon.state.lock().waiting -= 1;
            ServiceError::NoThread(Arc::new(error))
        })?;
        awaited.await
    }
}

impl ServiceVault {
    /// Adds a file and keeps what the bank wrote beside its lines in this vault, as
    /// [`Ledger::add_statement_keeping`] does.
    ///
    /// # Errors
    /// Those of [`Ledger::add_statement_keeping`], and as of [`ServiceVault::put`] and
    /// [`Service::add_statement`].
    pub async fn add_statement(
        &self,
        bytes: Arc<[u8]>,
        options: AddOptions,
    ) -> Result<Added, AddError<ServiceError>> {
        let added = move |vault: &mut bahi_vault::Vault, desk: &mut Desk| {
            let turns = Arc::clone(&desk.service.recon);
            turns.join()?;
            let turn = Turns::take(&turns);
            let mut office = Office { service: desk.service.clone() };
            let added = add(&mut office, &bytes, &options, Some(vault));
            drop(turn);
            Ok(added)
        };
        let added = self.on_its_thread(added).await.and_then(|added| added);
        added.map_err(AddError::Failed)?
    }
}

/// Where the steps ask and record.
struct Office {
    service: Service,
}

impl Asks for Office {
    type Failed = ServiceError;

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        awaited(self.service.ask(question))
    }

    fn events(&self, upto: Position, take: &mut dyn FnMut(&Recorded)) -> Result<(), ServiceError> {
        let last = upto.min(self.service.snapshot().position());
        let mut next = Position(1);
        while next <= last {
            for recorded in awaited(self.service.reader().events(next, last))? {
                next = recorded.position.next();
                take(&recorded);
            }
        }
        Ok(())
    }
}

impl Bench for Office {
    fn batch(
        &mut self,
        build: impl FnOnce(&Ledger) -> Vec<Command> + Send + 'static,
    ) -> Result<Batch, ServiceError> {
        let (answer, outcome) = answer::pair();
        let _place = self.service.queue.leave_work(Work::Built(Box::new(build), answer))?;
        Ok(match awaited(outcome)? {
            BatchOutcome::Accepted(receipts) => Ok(receipts),
            BatchOutcome::Refused { index, refused } => Err((index, refused)),
        })
    }

    fn each(&mut self, commands: Vec<Command>) -> Result<Vec<Outcome>, ServiceError> {
        let mut outcomes = Vec::with_capacity(commands.len());
        for commands in commands.chunks(COMMANDS_AT_ONCE) {
            let mut waiting = Vec::with_capacity(commands.len());
            for command in commands {
                let (answer, outcome) = answer::pair();
                let work = Work::One(Box::new(command.clone()), answer);
                waiting.push((self.service.queue.leave_work(work)?, outcome));
            }
            for (place, outcome) in waiting {
                outcomes.push(awaited(outcome)?);
                drop(place);
            }
        }
        Ok(outcomes)
    }
}
