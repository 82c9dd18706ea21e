//! `Follow`: the events of a ledger one after another, those that stand and those to come.
//!
//! # Invariants
//! * Positions are given without gap or double, whatever is committed meanwhile.
//! * It pulls: a follower that is slow, or rests for ever, holds up nobody and fills nothing.

use std::{sync::Arc, vec};

use bahi_core::{Position, Recorded};

use super::{ServiceError, board::Board, reads::Reader};

/// Every event from a position on, as [`Service::follow`](super::Service::follow) gives it.
///
/// It holds no handle: a service with followers alone stops.
#[must_use = "nothing is read before `next` is awaited"]
pub struct Follow {
    reads: Reader,
    board: Arc<Board>,
    ready: vec::IntoIter<Recorded>,
    next: Position,
    ended: bool,
}

impl Follow {
    pub(super) fn new(reads: Reader, board: Arc<Board>, from: Position) -> Follow {
        let ready = Vec::new().into_iter();
        Follow { reads, board, ready, next: from.max(Position(1)), ended: false }
    }

    /// The position of the event that comes next: where to follow on with another service.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.next
    }

    /// The next event, once it is durable. Nothing is lost when the future is dropped.
    ///
    /// `None` once the service has stopped and everything was given. After an error there is
    /// nothing more; [`Follow::position`] says where to begin again.
    ///
    /// # Errors
    /// [`ServiceError::Stopped`] where the service has stopped before everything was given;
    /// [`ServiceError::Failed`] where the log cannot be read; [`ServiceError::WriterLost`].
    pub async fn next(&mut self) -> Option<Result<Recorded, ServiceError>> {
        loop {
            if let Some(recorded) = self.ready.next() {
                self.next = recorded.position.next();
                return Some(Ok(recorded));
            }
            if self.ended {
                return None;
            }
            let Some(last) = self.board.reaching(self.next).await else {
                self.ended = true;
                return None;
            };
            match self.reads.events(self.next, last).await {
                Ok(events) => self.ready = events.into_iter(),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follow")
            .field("next", &self.next)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
