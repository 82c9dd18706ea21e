//! `Answer` and `Awaited`: the two ends of one answer.
//!
//! # Invariants
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
    Answered(Given<T>),
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

impl<T> Answer<T> {
    /// Gives the answer; gives it back where the waiter has gone.
    pub(super) fn send(self, given: Given<T>) -> Option<Given<T>> {
        self.put(Slot::Answered(given))
    }

    /// Whether somebody still waits.
    pub(super) fn is_wanted(&self) -> bool {
        match *self.0.lock() {
            Slot::Open(_) => true,
            Slot::Answered(_) | Slot::Done | Slot::Left => false,
        }
    }

    /// Puts the end of it into an open slot, and wakes the waiter; gives back an answer that found
    /// none.
    fn put(&self, end: Slot<T>) -> Option<Given<T>> {
        let mut slot = self.0.lock();
        let (waker, returned) = match &mut *slot {
            Slot::Open(waker) => {
                let waker = waker.take();
                *slot = end;
                (waker, None)
            }
            Slot::Answered(_) | Slot::Done | Slot::Left => (None, Some(end)),
        };
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
        match returned {
            Some(Slot::Answered(given)) => Some(given),
            Some(Slot::Open(_) | Slot::Done | Slot::Left) | None => None,
        }
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        // Where it has been answered, the slot is not open any more, and this is nothing.
        self.put(Slot::Done);
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
            Slot::Answered(_) | Slot::Done | Slot::Left => mem::replace(&mut *slot, Slot::Done),
        };
        drop(slot);
        Poll::Ready(given(before))
    }
}

fn given<T>(end: Slot<T>) -> Given<T> {
    match end {
        Slot::Answered(given) => given,
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
