//! `Answer` and `Awaited`: the two ends of one answer; `Bell`: what wakes those of a whole group.
//!
//! Waking a task of another thread that sleeps costs a call of the system, and a thread that has run
//! the one task it was woken for sleeps again before the next is woken. So the writer wakes one of a
//! group, and whoever gets its answer first wakes the others where it runs itself, while the writer
//! goes on waking for as long as there is anybody left.
//!
//! # Invariants
//! * Whoever waits is woken by the writer at the latest, whatever the others of its group do.
//! * Exactly one of these comes to pass: the answer is given, the waiter has left before, or the
//!   writer has left without a word, which the waiter is told.
//! * A waiter that has been polled is woken by each.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use super::{ServiceError, sync::Mutex};

type Given<T> = Result<T, ServiceError>;

/// Where one answer passes from the writer to its waiter.
enum Slot<T> {
    /// Neither has left; how to wake the waiter, once it was polled.
    Open(Option<Waker>),
    Answered(Given<T>, Option<Arc<Bell>>),
    /// Whoever was to answer has gone, or the answer has been taken.
    Done,
    /// The waiter has gone.
    Left,
}

/// The end that answers. Dropped, it says that nobody will.
pub(super) struct Answer<T>(Arc<Mutex<Slot<T>>>);

/// An answer that is on its way: a future that resolves once what it says is durable.
///
/// Dropping it withdraws nothing.
#[must_use = "an answer that nobody awaits may be a refusal"]
pub struct Awaited<T>(Arc<Mutex<Slot<T>>>);

/// The two ends of an answer to come.
pub(super) fn pair<T>() -> (Answer<T>, Awaited<T>) {
    let slot = Arc::new(Mutex::new(Slot::Open(None)));
    (Answer(Arc::clone(&slot)), Awaited(slot))
}

/// The wakers of a group that has been answered, until somebody has woken them.
pub(super) struct Bell(Mutex<Vec<Waker>>);

impl Bell {
    pub(super) fn new() -> Arc<Bell> {
        Arc::new(Bell(Mutex::new(Vec::new())))
    }

    /// Wakes everybody, one after another, but for those whom another wakes in the meantime.
    pub(super) fn ring(&self, wakers: Vec<Waker>) {
        *self.0.lock() = wakers;
        loop {
            let next = self.0.lock().pop();
            let Some(waker) = next else { return };
            waker.wake();
        }
    }

    /// Wakes everybody who is left at once.
    fn ring_out(&self) {
        let wakers = mem::take(&mut *self.0.lock());
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl<T> Answer<T> {
    /// Gives the answer and wakes the waiter; gives it back where that has gone.
    pub(super) fn send(self, given: Given<T>) -> Option<Given<T>> {
        let (waker, returned) = self.put(Slot::Answered(given, None));
        if let Some(waker) = waker {
            waker.wake();
        }
        returned
    }

    /// Gives the answer to one of a group, and leaves waking to a bell that is rung afterwards.
    /// Where the waiter has gone, it has taken nothing back.
    pub(super) fn send_with(self, given: Given<T>, bell: &Arc<Bell>) -> Option<Waker> {
        let (waker, returned) = self.put(Slot::Answered(given, Some(Arc::clone(bell))));
        drop(returned);
        waker
    }

    /// Whether somebody still waits.
    pub(super) fn is_wanted(&self) -> bool {
        match *self.0.lock() {
            Slot::Open(_) => true,
            Slot::Answered(..) | Slot::Done | Slot::Left => false,
        }
    }

    /// Puts the end of it into an open slot, and gives whom to wake; gives back an answer that
    /// found no open slot.
    fn put(&self, end: Slot<T>) -> (Option<Waker>, Option<Given<T>>) {
        let mut slot = self.0.lock();
        if let Slot::Open(waker) = &mut *slot {
            let waker = waker.take();
            *slot = end;
            return (waker, None);
        }
        drop(slot);
        match end {
            Slot::Answered(given, _) => (None, Some(given)),
            Slot::Open(_) | Slot::Done | Slot::Left => (None, None),
        }
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        // Where it has been answered, the slot is not open any more, and this is nothing.
        let (waker, _) = self.put(Slot::Done);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Awaited<T> {
    type Output = Given<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Given<T>> {
        let mut slot = self.0.lock();
        if let Slot::Open(waker) = &mut *slot {
            // A waker is code of others: it is made and dropped with the lock let go.
            if waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
                return Poll::Pending;
            }
            drop(slot);
            return self.register(context.waker().clone());
        }
        let end = mem::replace(&mut *slot, Slot::Done);
        drop(slot);
        Poll::Ready(given(end))
    }
}

impl<T> Awaited<T> {
    /// Leaves a waker, unless the answer has come in the meantime.
    fn register(&self, waker: Waker) -> Poll<Given<T>> {
        let mut slot = self.0.lock();
        let before = match &mut *slot {
            Slot::Open(place) => {
                let before = place.replace(waker);
                drop(slot);
                drop(before);
                return Poll::Pending;
            }
            Slot::Answered(..) | Slot::Done | Slot::Left => mem::replace(&mut *slot, Slot::Done),
        };
        drop(slot);
        Poll::Ready(given(before))
    }
}

fn given<T>(end: Slot<T>) -> Given<T> {
    match end {
        Slot::Answered(given, bell) => {
            if let Some(bell) = bell {
                bell.ring_out();
            }
            given
        }
        Slot::Open(_) | Slot::Done | Slot::Left => Err(ServiceError::WriterLost),
    }
}

impl<T> Drop for Awaited<T> {
    fn drop(&mut self) {
        let end = mem::replace(&mut *self.0.lock(), Slot::Left);
        // What was answered, and the waker, are dropped with the lock let go.
        drop(end);
    }
}

impl<T> std::fmt::Debug for Awaited<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Awaited").finish_non_exhaustive()
    }
}
