//! The writer: the one thread that holds the ledger, turn by turn.
//!
//! # Invariants
//! * A turn is bounded: so many requests, then so many questions, then the next turn; neither
//!   starves the other.
//! * Order: durable, then published, then answered.
//! * Requests are decided in the order the queue took them.

use std::{mem, sync::Arc, time::Duration};

use bahi_core::Command;
use bahi_log::Fault;

use super::{
    BatchOutcome, Published, ServiceError,
    answer::{Answer, Bell},
    board::Board,
    gather::Gather,
    queue::{Ends, Queue, Turn},
    sync::elapsed,
};
use crate::{BatchError, Error, Ledger, Outcome, submit::Begun};

/// Something to be decided.
pub(super) enum Work {
    One(Box<Command>, Answer<Outcome>),
    Batch(Vec<Command>, Answer<BatchOutcome>),
    /// A batch that is built from the ledger as it stands when its turn comes.
    #[cfg(feature = "recon")]
    Built(Build, Answer<BatchOutcome>),
}

/// What builds a batch. It is the hub's own, and does not panic.
#[cfg(feature = "recon")]
pub(super) type Build = Box<dyn FnOnce(&Ledger) -> Vec<Command> + Send>;

impl Work {
    /// Says that nothing of it is recorded.
    pub(super) fn turn_away(self) {
        match self {
            Work::One(_, answer) => drop(answer.send(Err(ServiceError::Stopped))),
            Work::Batch(_, answer) => drop(answer.send(Err(ServiceError::Stopped))),
            #[cfg(feature = "recon")]
            Work::Built(_, answer) => drop(answer.send(Err(ServiceError::Stopped))),
        }
    }
}

/// Commands that one commit makes durable, and who waits for each.
#[derive(Default)]
struct Group {
    commands: Vec<Command>,
    answers: Vec<Answer<Outcome>>,
    /// The first of them, as far as they are decided; why they cannot be, where that is so.
    begun: Option<Result<Begun, Error>>,
    /// How long deciding took.
    took: Duration,
}

pub(super) struct Writer {
    ledger: Ledger,
    desk: Desk,
    /// What the board shows.
    newest: Arc<Published>,
    gather: Gather,
    group_max: usize,
}

/// What the writer shares with everybody. Left for whatever reason, nobody is kept waiting.
pub(super) struct Desk {
    pub(super) queue: Arc<Queue>,
    pub(super) board: Arc<Board>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.queue.abandon();
        self.board.end();
    }
}

impl Writer {
    pub(super) fn new(ledger: Ledger, desk: Desk, group_max: usize) -> Writer {
        let newest = desk.board.newest();
        Writer { ledger, desk, newest, gather: Gather::default(), group_max }
    }

    /// Runs until nobody holds a handle or one has asked for the ledger back.
    pub(super) fn run(mut self) {
        let mut ends = Ends::Turn;
        while ends == Ends::Turn {
            let mut turn = Turn::of(&self.gather, self.group_max);
            let mut group = Group::default();
            let (reads, last) = loop {
                let part = self.desk.queue.part(&mut turn);
                self.take(part.work, &mut group, turn.wanted);
                if let Some(ends) = part.ends {
                    break (part.reads, ends);
                }
            };
            // A question cuts a wait short; that says nothing of whether waiting pays.
            if reads.is_empty() {
                self.gather.came(turn.wanted, turn.come);
            }
            self.commit(group);
            reads.into_iter().for_each(|question| question(&self.ledger));
            ends = last;
        }
        // What was asked before the end is answered from the end; then nobody asks any more.
        for question in self.desk.queue.last_questions() {
            question(&self.ledger);
        }
        self.desk.board.end();
        if let Some(heir) = self.desk.queue.heir() {
            // Where nobody waits for the ledger any more, it is closed by being dropped.
            drop(heir.send(Ok(self.ledger)));
        }
    }

    /// Takes work into a group, of some so many commands, and decides it; a batch ends a group.
    fn take(&mut self, work: Vec<Work>, group: &mut Group, wanted: usize) {
        for one in work {
            match one {
                Work::One(command, answer) => {
                    group.commands.push(*command);
                    group.answers.push(answer);
                }
                Work::Batch(commands, answer) => {
                    self.commit(mem::take(group));
                    self.decide_batch(&commands, answer);
                }
                #[cfg(feature = "recon")]
                Work::Built(build, answer) => {
                    self.commit(mem::take(group));
                    let commands = build(&self.ledger);
                    self.decide_batch(&commands, answer);
                }
            }
        }
        self.decide(group, wanted);
    }

    /// Decides what was not yet decided of a group.
    fn decide(&mut self, group: &mut Group, wanted: usize) {
        // What is decided elsewhere goes there whole.
        if group.commands.is_empty() || self.ledger.upstream.is_some() {
            return;
        }
        let ledger = &mut self.ledger;
        let expected = wanted.max(group.commands.len());
        let (begun, took) = elapsed(|| {
            let begun = group.begun.take().unwrap_or_else(|| ledger.begin(expected))?;
            let rest = &group.commands[begun.decided()..];
            ledger.go_on(begun, rest)
        });
        group.begun = Some(begun);
        group.took += took;
    }

    /// Makes a group durable, and answers.
    fn commit(&mut self, mut group: Group) {
        if group.commands.is_empty() {
            return;
        }
        self.decide(&mut group, 0);
        let mut outcomes = Vec::with_capacity(group.commands.len());
        let (published, took) = elapsed(|| {
            let done = match group.begun {
                Some(begun) => begun.and_then(|begun| self.ledger.finish(begun)),
                None => self.ledger.submit_each(&group.commands),
            };
            self.told(&group.commands, done, &mut outcomes);
            self.next_published()
        });
        self.publish(published, group.took + took, outcomes.len());
        let bell = Bell::new();
        let answers = group.answers.into_iter().zip(outcomes);
        let wakers = answers.filter_map(|(answer, outcome)| answer.send_with(outcome, &bell));
        bell.ring(wakers.collect());
    }

    /// What commands of one commit are answered. Where one of them alone is what cannot be done, the
    /// others are not held up: halving finds it, in order.
    fn told(
        &mut self,
        commands: &[Command],
        done: Result<Vec<Outcome>, Error>,
        into: &mut Vec<Result<Outcome, ServiceError>>,
    ) {
        match done {
            Ok(outcomes) => into.extend(outcomes.into_iter().map(Ok)),
            Err(error) if commands.len() > 1 && may_concern_one(&error) => {
                let (early, late) = commands.split_at(commands.len() / 2);
                for half in [early, late] {
                    let done = self.ledger.submit_each(half);
                    self.told(half, done, into);
                }
            }
            Err(error) => {
                let error = ServiceError::from(error);
                into.extend(commands.iter().map(|_| Err(error.clone())));
            }
        }
    }

    fn decide_batch(&mut self, commands: &[Command], answer: Answer<BatchOutcome>) {
        let (published, took, outcome);
        ((outcome, published), took) = elapsed(|| {
            let outcome = match self.ledger.submit_all(commands) {
                Ok(receipts) => Ok(BatchOutcome::Accepted(receipts)),
                Err(BatchError::Refused { index, refused }) => {
                    Ok(BatchOutcome::Refused { index, refused })
                }
                Err(BatchError::Failed(error)) => Err(error.into()),
            };
            (outcome, self.next_published())
        });
        self.publish(published, took, 1);
        drop(answer.send(outcome));
    }

    /// What the books say, where that has changed.
    fn next_published(&mut self) -> Option<Published> {
        let changed = !self.newest.is_current(&self.ledger);
        changed.then(|| self.newest.next(&mut self.ledger))
    }

    /// Shows what the books say, just before so many are answered.
    fn publish(&mut self, published: Option<Published>, took: Duration, answered: usize) {
        if let Some(published) = published {
            self.newest = Arc::new(published);
            self.desk.board.post(Arc::clone(&self.newest));
        }
        self.gather.committed(took, answered, self.desk.queue.queued());
    }
}

/// Whether a failure of a group may be the matter of one command of it: a retry whose first event
/// cannot be read, say. What the medium refuses concerns all, and what is in doubt ends everything.
fn may_concern_one(error: &Error) -> bool {
    match error {
        Error::Fault(Fault::Damage { .. } | Fault::OutOfRange { .. })
        | Error::Record { .. }
        | Error::TooLarge(_)
        | Error::BeyondTheEnd { .. }
        | Error::Bug(_) => true,
        Error::Fault(_)
        | Error::ReadOnly(_)
        | Error::InDoubt
        | Error::BatchTooLong { .. }
        | Error::ReservedId { .. }
        | Error::ClockIsReal
        | Error::ClockGoesBack
        | Error::Elsewhere(_)
        | Error::BeingFolded { .. }
        | Error::FoldDiffers { .. }
        | Error::NoRandomness => false,
    }
}
