//! The writer: the one thread that holds the ledger, turn by turn.
//!
//! # Invariants
//! * A turn is bounded: so many requests, then so many questions, then the next turn; neither
//!   starves the other.
//! * Order: durable, then published, then answered.
//! * Requests are decided in the order the queue took them.

use std::{
    mem,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
};

use bahi_core::Command;
use bahi_log::Fault;
use tokio::sync::{mpsc, watch};

use super::{Answer, BatchOutcome, Published, READS_PER_TURN, Read, ServiceError};
use crate::{BatchError, Error, Ledger, Outcome};

/// Something to be decided.
pub(super) enum Work {
    One(Box<Command>, Answer<Outcome>),
    Batch(Vec<Command>, Answer<BatchOutcome>),
}

/// Commands that one commit makes durable, and who waits for each.
#[derive(Default)]
struct Group {
    commands: Vec<Command>,
    answers: Vec<Answer<Outcome>>,
}

pub(super) struct Writer {
    ledger: Ledger,
    work: mpsc::Receiver<Work>,
    reads: mpsc::Receiver<Read>,
    published: watch::Sender<Arc<Published>>,
    group_max: usize,
    /// Who asked for the ledger back.
    stop: Option<Answer<Ledger>>,
}

/// What one turn has to do.
#[derive(Default)]
struct Turn {
    work: Vec<Work>,
    reads: Vec<Read>,
    /// Nobody can send work any more, and none is left.
    last: bool,
}

impl Writer {
    pub(super) fn new(
        ledger: Ledger,
        work: mpsc::Receiver<Work>,
        reads: mpsc::Receiver<Read>,
        published: watch::Sender<Arc<Published>>,
        group_max: usize,
    ) -> Writer {
        Writer { ledger, work, reads, published, group_max, stop: None }
    }

    /// Runs until nobody holds a handle or one has asked for the ledger back.
    pub(super) fn run(mut self) {
        let mut turn = Turn::default();
        while !turn.last {
            turn = self.wait();
            self.decide(mem::take(&mut turn.work));
            turn.reads.drain(..).for_each(|read| self.answer(read));
        }
        // What was asked before the end is answered from the end; then nobody asks any more.
        self.reads.close();
        while let Some(read) = self.reads.blocking_recv() {
            self.answer(read);
        }
        drop(self.published);
        if let Some(stop) = self.stop {
            // Nobody waits for the ledger any more: it is closed by being dropped.
            drop(stop.send(Ok(self.ledger)));
        }
    }

    /// Waits until there is something to do, and takes as much of it as a turn may.
    fn wait(&mut self) -> Turn {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut turn = Turn::default();
        loop {
            let work = self.work.poll_recv_many(&mut context, &mut turn.work, self.group_max);
            let reads = self.reads.poll_recv_many(&mut context, &mut turn.reads, READS_PER_TURN);
            turn.last = matches!(work, Poll::Ready(0));
            if work.is_ready() || matches!(reads, Poll::Ready(some) if some > 0) {
                return turn;
            }
            // Whatever is sent from here on leaves a token, so that this cannot be slept through.
            std::thread::park();
        }
    }

    fn decide(&mut self, work: Vec<Work>) {
        let mut group = Group::default();
        for one in work {
            match one {
                Work::One(command, answer) => {
                    group.commands.push(*command);
                    group.answers.push(answer);
                }
                Work::Batch(commands, answer) => {
                    self.decide_group(mem::take(&mut group));
                    self.decide_batch(&commands, answer);
                }
            }
        }
        self.decide_group(group);
    }

    fn decide_group(&mut self, group: Group) {
        if group.commands.is_empty() {
            return;
        }
        let mut outcomes = Vec::with_capacity(group.commands.len());
        self.submit(&group.commands, &mut outcomes);
        self.publish();
        for (answer, outcome) in group.answers.into_iter().zip(outcomes) {
            // A waiter that has gone has taken nothing back.
            drop(answer.send(outcome));
        }
    }

    /// Decides commands in one commit. Where one of them alone is what cannot be done, the others
    /// are not held up: halving finds it, in order.
    fn submit(&mut self, commands: &[Command], into: &mut Vec<Result<Outcome, ServiceError>>) {
        match self.ledger.submit_each(commands) {
            Ok(outcomes) => into.extend(outcomes.into_iter().map(Ok)),
            Err(error) if commands.len() > 1 && may_concern_one(&error) => {
                let (early, late) = commands.split_at(commands.len() / 2);
                self.submit(early, into);
                self.submit(late, into);
            }
            Err(error) => {
                let error = ServiceError::from(error);
                into.extend(commands.iter().map(|_| Err(error.clone())));
            }
        }
    }

    fn decide_batch(&mut self, commands: &[Command], answer: Answer<BatchOutcome>) {
        let outcome = match self.ledger.submit_all(commands) {
            Ok(receipts) => Ok(BatchOutcome::Accepted(receipts)),
            Err(BatchError::Refused { index, refused }) => {
                Ok(BatchOutcome::Refused { index, refused })
            }
            Err(BatchError::Failed(error)) => Err(error.into()),
        };
        self.publish();
        drop(answer.send(outcome));
    }

    fn publish(&mut self) {
        let last = Arc::clone(&self.published.borrow());
        if !last.is_current(&self.ledger) {
            let next = last.next(&mut self.ledger);
            self.published.send_replace(Arc::new(next));
        }
    }

    fn answer(&mut self, read: Read) {
        match read {
            Read::Ask(question) => question(&self.ledger),
            Read::Stop(answer) if self.stop.is_some() => {
                drop(answer.send(Err(ServiceError::Stopped)));
            }
            Read::Stop(answer) => {
                self.work.close();
                self.stop = Some(answer);
            }
        }
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
        | Error::ClockIsReal
        | Error::ClockGoesBack
        | Error::NoRandomness => false,
    }
}

/// Wakes the writer's thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
