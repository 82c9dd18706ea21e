//! `Board`: the newest [`Published`], for all to look at and to wait for.
//!
//! # Invariants
//! * What is posted only advances; after the end nothing is posted.
//! * Whoever waits for a position is woken by the post that reaches it and by the end. Looking and
//!   leaving a waker are one step, so that no post falls between them.

use std::{
    collections::BTreeMap,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bahi_core::Position;

use super::{Published, sync::Mutex};

pub(super) struct Board(Mutex<Posted>);

struct Posted {
    newest: Arc<Published>,
    ended: bool,
    /// Who waits, by a number given to each wait.
    waiting: BTreeMap<u64, Waker>,
    next_wait: u64,
}

impl Board {
    pub(super) fn new(first: Published) -> Board {
        Board(Mutex::new(Posted {
            newest: Arc::new(first),
            ended: false,
            waiting: BTreeMap::new(),
            next_wait: 0,
        }))
    }

    pub(super) fn newest(&self) -> Arc<Published> {
        Arc::clone(&self.0.lock().newest)
    }

    pub(super) fn post(&self, newest: Arc<Published>) {
        let mut posted = self.0.lock();
        let before = mem::replace(&mut posted.newest, newest);
        let waiting = mem::take(&mut posted.waiting);
        drop(posted);
        drop(before);
        waiting.into_values().for_each(Waker::wake);
    }

    /// Says that nothing more is posted.
    pub(super) fn end(&self) {
        let mut posted = self.0.lock();
        posted.ended = true;
        let waiting = mem::take(&mut posted.waiting);
        drop(posted);
        waiting.into_values().for_each(Waker::wake);
    }

    /// Waits until a position is published, and gives the last that is; `None` where it never will
    /// be.
    pub(super) fn reaching(&self, position: Position) -> Reaching<'_> {
        Reaching { board: self, position, wait: None }
    }
}

pub(super) struct Reaching<'a> {
    board: &'a Board,
    position: Position,
    /// The number of this wait, once it has left a waker.
    wait: Option<u64>,
}

impl Future for Reaching<'_> {
    type Output = Option<Position>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Position>> {
        let waker = context.waker().clone();
        let mut posted = self.board.0.lock();
        let last = posted.newest.position();
        if last >= self.position {
            return Poll::Ready(Some(last));
        }
        if posted.ended {
            return Poll::Ready(None);
        }
        let wait = self.wait.unwrap_or(posted.next_wait);
        posted.next_wait = posted.next_wait.max(wait + 1);
        let before = posted.waiting.insert(wait, waker);
        drop(posted);
        drop(before);
        self.wait = Some(wait);
        Poll::Pending
    }
}

impl Drop for Reaching<'_> {
    fn drop(&mut self) {
        if let Some(wait) = self.wait {
            let waker = self.board.0.lock().waiting.remove(&wait);
            drop(waker);
        }
    }
}
