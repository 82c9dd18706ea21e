//! A second hand: what is decided is packed while more is being decided, and the views that nothing
//! is decided on take it in meanwhile and while the log writes.
//!
//! # Invariants
//! * What it hands back is what one thread alone would have made: the same pages, the same views.
//! * Nothing rests on it: where it cannot be had or has failed, the work is done without it. Views
//!   that are lost with it, or that ran ahead of a commit that failed, are folded from the log when
//!   they are next asked for.
//!
//! # Not here
//! What becomes durable, and when: `submit`.

use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread::{Builder, available_parallelism},
};

use bahi_balances::Movements;
use bahi_core::Recorded;
use bahi_log::Packing;
use bahi_trail::Trail;

use crate::{Ledger, beside::Later};

/// Events decided one after another and not yet durable, with their bytes.
#[derive(Default)]
pub(crate) struct Portion {
    pub(crate) events: Vec<Recorded>,
    /// One after another.
    pub(crate) bytes: Vec<u8>,
    /// Where those of each event end.
    ends: Vec<usize>,
}

/// How many bytes an event is expected to take; most take fewer.
const EVENT_BYTES: usize = 160;

impl Portion {
    pub(crate) fn reserve(&mut self, events: usize) {
        self.events.reserve(events);
        self.ends.reserve(events);
        self.bytes.reserve(events * EVENT_BYTES);
    }

    /// Adds an event, whose bytes are all that came since the last.
    pub(crate) fn push(&mut self, recorded: Recorded) {
        self.events.push(recorded);
        self.ends.push(self.bytes.len());
    }

    /// The bytes of each, as the log takes them.
    pub(crate) fn records(&self) -> impl Iterator<Item = &[u8]> {
        let mut begin = 0;
        self.ends.iter().map(move |end| {
            let record = self.bytes.get(begin..*end).unwrap_or_default();
            begin = *end;
            record
        })
    }
}

/// The large folds that only answer questions.
pub(crate) struct Views {
    trail: Later<Trail>,
    movements: Later<Movements>,
}

impl Views {
    /// Takes them out of a ledger, which folds them anew unless they come back.
    pub(crate) fn out_of(ledger: &mut Ledger) -> Views {
        Views {
            trail: mem::replace(&mut ledger.folds.trail, Later::unasked()),
            movements: mem::replace(&mut ledger.history.movements, Later::unasked()),
        }
    }

    pub(crate) fn back_into(self, ledger: &mut Ledger) {
        ledger.folds.trail = self.trail;
        ledger.history.movements = self.movements;
    }

    pub(crate) fn take(&mut self, portion: &Portion) {
        for recorded in &portion.events {
            self.trail.apply(recorded);
            self.movements.apply(recorded);
        }
    }
}

enum Task {
    /// Forgets the commit before, and begins one.
    Begin(Packing),
    Pack(Arc<Portion>),
    /// Gives back what is packed.
    Packed,
    /// Takes views, to be given what was packed of this commit, and what is.
    Lend(Box<Views>),
    /// Gives back the views when they have it.
    Return,
}

enum Done {
    Packed(Packing),
    Returned(Box<Views>),
}

/// A thread that waits for work until it is dropped.
pub(crate) struct Hand {
    tasks: Sender<Task>,
    done: Mutex<Receiver<Done>>,
}

/// It has failed, and what it held is lost.
pub(crate) struct Lost;

impl Hand {
    /// A hand, where there is a processor for it and a thread can be started.
    pub(crate) fn new() -> Option<Hand> {
        available_parallelism().ok().filter(|count| count.get() > 1)?;
        let (tasks, received) = channel();
        let (send, done) = channel();
        let work = move || {
            // It ends when whoever is to be answered has gone.
            let _ended = Worker::new(received, send).work();
        };
        Builder::new().name("bahi-hand".to_owned()).spawn(work).ok()?;
        Some(Hand { tasks, done: Mutex::new(done) })
    }

    /// Begins a commit.
    pub(crate) fn begin(&self, packing: Packing) -> Result<(), Lost> {
        self.ask(Task::Begin(packing))
    }

    /// Packs what comes next in it.
    pub(crate) fn pack(&self, portion: Arc<Portion>) -> Result<(), Lost> {
        self.ask(Task::Pack(portion))
    }

    /// Waits for what was packed since the commit was begun.
    pub(crate) fn packed(&self) -> Result<Packing, Lost> {
        self.ask(Task::Packed)?;
        match self.answer()? {
            Done::Packed(packing) => Ok(packing),
            Done::Returned(_) => Err(Lost),
        }
    }

    /// Lends the views, to take what was packed since the commit was begun.
    pub(crate) fn lend(&self, views: Views) -> Result<(), Lost> {
        self.ask(Task::Lend(Box::new(views)))
    }

    /// Waits for the views that were lent.
    pub(crate) fn returned(&self) -> Result<Views, Lost> {
        self.ask(Task::Return)?;
        match self.answer()? {
            Done::Returned(views) => Ok(*views),
            Done::Packed(_) => Err(Lost),
        }
    }

    fn answer(&self) -> Result<Done, Lost> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).recv().map_err(|_| Lost)
    }

    fn ask(&self, task: Task) -> Result<(), Lost> {
        self.tasks.send(task).map_err(|_| Lost)
    }
}

struct Worker {
    tasks: Receiver<Task>,
    done: Sender<Done>,
    packing: Option<Packing>,
    /// Views that are lent.
    views: Option<Box<Views>>,
    /// What is packed and no view has taken yet.
    behind: VecDeque<Arc<Portion>>,
}

impl Worker {
    fn new(tasks: Receiver<Task>, done: Sender<Done>) -> Worker {
        Worker { tasks, done, packing: None, views: None, behind: VecDeque::new() }
    }

    /// Packs before it folds: a commit waits for the one and not for the other.
    fn work(mut self) -> Option<()> {
        loop {
            let task = match self.tasks.try_recv() {
                Ok(task) => task,
                Err(TryRecvError::Empty) => {
                    if self.fold_one() {
                        continue;
                    }
                    self.tasks.recv().ok()?
                }
                Err(TryRecvError::Disconnected) => return None,
            };
            self.on(task)?;
        }
    }

    fn on(&mut self, task: Task) -> Option<()> {
        match task {
            Task::Begin(packing) => {
                self.behind.clear();
                self.packing = Some(packing);
            }
            Task::Pack(portion) => {
                let records: Vec<&[u8]> = portion.records().collect();
                self.packing.as_mut()?.add(&records);
                drop(records);
                self.behind.push_back(portion);
            }
            Task::Packed => self.done.send(Done::Packed(self.packing.take()?)).ok()?,
            Task::Lend(views) => self.views = Some(views),
            Task::Return => {
                while self.fold_one() {}
                self.done.send(Done::Returned(self.views.take()?)).ok()?;
            }
        }
        Some(())
    }

    /// Folds a portion, where there is one and there are views for it. Whoever handed it over is
    /// the last to hold it, and so frees it.
    fn fold_one(&mut self) -> bool {
        let Some(views) = &mut self.views else { return false };
        let Some(portion) = self.behind.pop_front() else { return false };
        views.take(&portion);
        true
    }
}

#[cfg(test)]
mod tests;
