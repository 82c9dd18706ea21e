//! `Queue`: where callers leave requests and questions, and the writer comes to take them.
//!
//! # Invariants
//! * A lane holds at most its limit. Whoever comes to a full one stands in line with the request in
//!   hand: the queue moves it up when there is room, in the order of coming, so that no caller has
//!   to be woken for that and none can miss it. Who leaves the line takes the request along.
//! * Somebody stands in line only while the lane is full.
//! * What a lane has taken is handed to the writer, or dropped with the writer when that is lost.
//!   What stands in line when a lane closes is turned away.
//! * The writer sleeps only while there is less than it waits for, and whoever changes that wakes it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use super::{
    READS_PER_TURN, ServiceError,
    answer::Answer,
    gather::Gather,
    reads::Question,
    sync::{Condvar, Mutex, MutexGuard, elapsed},
    writer::Work,
};
use crate::Ledger;

pub(super) struct Queue {
    state: Mutex<State>,
    writer: Condvar,
}

struct State {
    work: Lane<Work>,
    reads: Lane<Question>,
    /// Who asked for the ledger back.
    stop: Option<Answer<Ledger>>,
    /// With how much work the sleeping writer is to be woken; `None` while it is awake.
    wake_at: Option<usize>,
}

/// One kind of thing on its way to the writer.
struct Lane<T> {
    taken: VecDeque<T>,
    line: BTreeMap<Ticket, T>,
    next_ticket: Ticket,
    limit: usize,
    open: bool,
}

type Ticket = u64;

/// Why a lane did not take something.
pub(super) enum NotTaken {
    Full,
    Closed,
}

/// One turn of the writer, which comes in parts, so that the first are decided while the others
/// are still on their way.
pub(super) struct Turn {
    /// How many are waited for, at least 1.
    pub(super) wanted: usize,
    /// How long yet.
    limit: Duration,
    /// How many a turn has at most.
    group_max: usize,
    /// How many have come.
    pub(super) come: usize,
}

/// In how many parts a whole group is waited for.
const PARTS: usize = 8;
/// How many a part has at least; what is tried has few callers.
const PART_MIN: usize = if cfg!(test) { 1 } else { 8 };

impl Turn {
    pub(super) fn of(gather: &Gather, group_max: usize) -> Turn {
        let (wanted, limit) = gather.wanted();
        Turn { wanted: wanted.min(group_max), limit, group_max, come: 0 }
    }

    /// How many the next part has, where all come.
    fn next_part(&self) -> usize {
        let part = self.wanted.div_ceil(PARTS).max(PART_MIN);
        part.min(self.wanted.saturating_sub(self.come))
    }
}

/// What there is to do next.
#[derive(Default)]
pub(super) struct Part {
    pub(super) work: Vec<Work>,
    /// They come with the last part of a turn alone.
    pub(super) reads: Vec<Question>,
    pub(super) ends: Option<Ends>,
}

/// What a part is the last of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Turn,
    /// Nobody can send work any more, and none is left.
    All,
}

/// A request that may stand in line: it is taken out again where this is dropped before the queue
/// took it.
#[must_use = "dropped, it leaves the line"]
pub(super) struct Place<'a> {
    queue: &'a Queue,
    ticket: Option<(Which, Ticket)>,
}

enum Which {
    Work,
    Reads,
}

impl Queue {
    pub(super) fn new(limit: usize) -> Queue {
        let state = State {
            work: Lane::new(limit),
            reads: Lane::new(READS_PER_TURN),
            stop: None,
            wake_at: None,
        };
        Queue { state: Mutex::new(state), writer: Condvar::new() }
    }

    /// Leaves work, or stands in line with it. `Stopped` where nobody takes work any more.
    pub(super) fn leave_work(&self, work: Work) -> Result<Place<'_>, ServiceError> {
        let mut state = self.state.lock();
        match state.work.enter(work) {
            Ok(ticket) => {
                self.wake(state);
                Ok(Place { queue: self, ticket: ticket.map(|ticket| (Which::Work, ticket)) })
            }
            Err(work) => {
                drop(state);
                drop(work);
                Err(ServiceError::Stopped)
            }
        }
    }

    /// Leaves work where there is room for it; it is made only then.
    pub(super) fn try_leave_work(&self, work: impl FnOnce() -> Work) -> Result<(), NotTaken> {
        // Cloning a command is the caller's time, not everybody's.
        let room = |state: &State| match &state.work {
            lane if !lane.open => Err(NotTaken::Closed),
            lane if lane.is_full() => Err(NotTaken::Full),
            _ => Ok(()),
        };
        room(&self.state.lock())?;
        let work = work();
        let mut state = self.state.lock();
        if let Err(not_taken) = room(&state) {
            drop(state);
            drop(work);
            return Err(not_taken);
        }
        state.work.taken.push_back(work);
        self.wake(state);
        Ok(())
    }

    /// Leaves a question, or stands in line with it. `Stopped` where nobody answers any more.
    pub(super) fn leave_question(&self, question: Question) -> Result<Place<'_>, ServiceError> {
        let mut state = self.state.lock();
        match state.reads.enter(question) {
            Ok(ticket) => {
                self.wake(state);
                Ok(Place { queue: self, ticket: ticket.map(|ticket| (Which::Reads, ticket)) })
            }
            Err(question) => {
                drop(state);
                drop(question);
                Err(ServiceError::Stopped)
            }
        }
    }

    /// Closes the queue for work; the writer gives the ledger to this answer when it is through.
    pub(super) fn stop(&self, answer: Answer<Ledger>) -> Result<(), ServiceError> {
        let mut state = self.state.lock();
        if !state.work.open {
            drop(state);
            drop(answer);
            return Err(ServiceError::Stopped);
        }
        state.stop = Some(answer);
        self.close_work(state);
        Ok(())
    }

    /// Closes the queue for work: nobody holds a handle any more.
    pub(super) fn close(&self) {
        self.close_work(self.state.lock());
    }

    fn close_work(&self, mut state: MutexGuard<'_, State>) {
        let line = state.work.close();
        self.wake(state);
        line.into_values().for_each(Work::turn_away);
    }

    pub(super) fn queued(&self) -> usize {
        self.state.lock().work.taken.len()
    }

    pub(super) fn is_closed(&self) -> bool {
        !self.state.lock().work.open
    }

    /// Wakes the writer, if it sleeps and there is what it waits for.
    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let ready = state.wake_at.is_some_and(|wanted| state.is_ready(wanted));
        if ready {
            state.wake_at = None;
        }
        drop(state);
        if ready {
            self.writer.notify();
        }
    }

    /// Waits for the next part of a turn, and takes all of it that has come. Only the first part of
    /// a turn is waited for however long that takes.
    pub(super) fn part(&self, turn: &mut Turn) -> Part {
        let mut state = self.state.lock();
        let wanted = turn.next_part().min(state.work.limit);
        if turn.wanted > 1 {
            let took;
            (state, took) = elapsed(|| self.sleep(state, wanted, Some(turn.limit)));
            turn.limit = turn.limit.saturating_sub(took);
        }
        while turn.come == 0 && !state.is_ready(1) {
            state = self.sleep(state, 1, None);
        }
        let mut part = Part::default();
        state.work.take(turn.group_max - turn.come, &mut part.work);
        turn.come += part.work.len();
        let in_vain = part.work.len() < wanted;
        if turn.come < turn.wanted && !in_vain && state.reads.taken.is_empty() && state.work.open {
            return part;
        }
        state.reads.take(READS_PER_TURN, &mut part.reads);
        part.ends = Some(match state.work.open || !state.work.taken.is_empty() {
            true => Ends::Turn,
            false => Ends::All,
        });
        part
    }

    /// Sleeps until there is what is wanted, or the time is over.
    fn sleep<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        wanted: usize,
        limit: Option<Duration>,
    ) -> MutexGuard<'a, State> {
        let mut over = false;
        while !state.is_ready(wanted) && !over {
            state.wake_at = Some(wanted);
            (state, over) = match limit {
                Some(limit) => self.writer.wait_for(&self.state, state, limit),
                None => (self.writer.wait(state), false),
            };
        }
        state.wake_at = None;
        state
    }

    /// Closes the lane of questions too, and gives those that nobody has answered.
    pub(super) fn last_questions(&self) -> Vec<Question> {
        let mut state = self.state.lock();
        let line = state.reads.close();
        let taken = std::mem::take(&mut state.reads.taken);
        drop(state);
        taken.into_iter().chain(line.into_values()).collect()
    }

    /// Who is to have the ledger.
    pub(super) fn heir(&self) -> Option<Answer<Ledger>> {
        self.state.lock().stop.take()
    }

    /// The writer is gone: nothing is taken any more, what was taken is lost, and who waits for
    /// that is told so.
    pub(super) fn abandon(&self) {
        let mut state = self.state.lock();
        let line = state.work.close();
        let work = std::mem::take(&mut state.work.taken);
        let stop = state.stop.take();
        drop(state);
        line.into_values().for_each(Work::turn_away);
        drop((work, stop, self.last_questions()));
    }
}

impl State {
    /// Whether a writer that waits for so many requests has something to do.
    fn is_ready(&self, wanted: usize) -> bool {
        self.work.taken.len() >= wanted || !self.reads.taken.is_empty() || !self.work.open
    }
}

impl<T> Lane<T> {
    fn new(limit: usize) -> Lane<T> {
        let (taken, line) = (VecDeque::new(), BTreeMap::new());
        Lane { taken, line, next_ticket: 0, limit, open: true }
    }

    fn is_full(&self) -> bool {
        self.taken.len() >= self.limit
    }

    /// Takes a thing, or puts it in the line, for which there is a ticket; gives it back where
    /// closed.
    fn enter(&mut self, thing: T) -> Result<Option<Ticket>, T> {
        if !self.open {
            return Err(thing);
        }
        if !self.is_full() {
            self.taken.push_back(thing);
            return Ok(None);
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.line.insert(ticket, thing);
        Ok(Some(ticket))
    }

    /// Hands over at most so many, and moves up as many from the line.
    fn take(&mut self, count_max: usize, into: &mut Vec<T>) {
        let count = count_max.min(self.taken.len());
        into.extend(self.taken.drain(..count));
        while !self.is_full()
            && let Some((_, first)) = self.line.pop_first()
        {
            self.taken.push_back(first);
        }
    }

    /// Takes nothing any more, and gives what stood in line.
    fn close(&mut self) -> BTreeMap<Ticket, T> {
        self.open = false;
        std::mem::take(&mut self.line)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some((which, ticket)) = self.ticket.take() else { return };
        let mut state = self.queue.state.lock();
        // What leaves is dropped with the lock let go: it holds a caller's values.
        match which {
            Which::Work => {
                let gone = state.work.line.remove(&ticket);
                drop(state);
                drop(gone);
            }
            Which::Reads => {
                let gone = state.reads.line.remove(&ticket);
                drop(state);
                drop(gone);
            }
        }
    }
}

/// A handle's hold on the queue: when the last is dropped, nobody sends work any more.
pub(super) struct Hold(pub(super) Arc<Queue>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.close();
    }
}
