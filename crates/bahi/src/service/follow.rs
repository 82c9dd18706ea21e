//! `Follow`: the events of a ledger one after another, those that stand and those to come.
//!
//! # Invariants
//! * Positions are given without gap or double, whatever is committed meanwhile.
//! * It pulls: a follower that is slow, or rests for ever, holds up nobody and fills nothing.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use bahi_core::{Position, Recorded};
use futures_core::{Stream, stream::FusedStream};

use super::{ServiceError, board::Board, reads::Reader};

/// A piece on its way: events from a position on, or nothing where there will be none.
type Piece = Pin<Box<dyn Future<Output = Option<Result<Vec<Recorded>, ServiceError>>> + Send>>;

/// Every event from a position on, as [`Service::follow`](super::Service::follow) gives it.
///
/// A [`Stream`], and without one's extension traits a thing to await [`Follow::next`] of. It ends
/// once the service has stopped and everything was given; after an error there is nothing more, and
/// [`Follow::position`] says where to begin again. Errors are [`ServiceError::Stopped`] where the
/// service has stopped before everything was given; [`ServiceError::Failed`] where the log cannot
/// be read; [`ServiceError::WriterLost`].
///
/// It holds no handle: a service with followers alone stops.
#[must_use = "nothing is read before it is polled"]
pub struct Follow {
    reads: Reader,
    board: Arc<Board>,
    ready: vec::IntoIter<Recorded>,
    coming: Option<Piece>,
    next: Position,
    ended: bool,
}

impl Follow {
    pub(super) fn new(reads: Reader, board: Arc<Board>, from: Position) -> Follow {
        let (ready, next) = (Vec::new().into_iter(), from.max(Position(1)));
        Follow { reads, board, ready, coming: None, next, ended: false }
    }

    /// The position of the event that comes next: where to follow on with another service.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.next
    }

    /// The next event, once it is durable. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// Those of the stream: [`ServiceError::Stopped`], [`ServiceError::Failed`],
    /// [`ServiceError::WriterLost`].
    pub async fn next(&mut self) -> Option<Result<Recorded, ServiceError>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The piece from the next position on, to be waited for.
    fn piece(&self) -> Piece {
        let (reads, board, next) = (self.reads.clone(), Arc::clone(&self.board), self.next);
        Box::pin(async move {
            let last = board.reaching(next).await?;
            Some(reads.events(next, last).await)
        })
    }
}

impl Stream for Follow {
    type Item = Result<Recorded, ServiceError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Recorded, ServiceError>>> {
        loop {
            if let Some(recorded) = self.ready.next() {
                self.next = recorded.position.next();
                return Poll::Ready(Some(Ok(recorded)));
            }
            if self.ended {
                return Poll::Ready(None);
            }
            if self.coming.is_none() {
                self.coming = Some(self.piece());
            }
            let Some(coming) = &mut self.coming else { continue };
            let piece = ready!(coming.as_mut().poll(context));
            self.coming = None;
            match piece {
                Some(Ok(events)) => self.ready = events.into_iter(),
                Some(Err(error)) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.ended = true,
            }
        }
    }
}

impl FusedStream for Follow {
    fn is_terminated(&self) -> bool {
        self.ended && self.ready.as_slice().is_empty()
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
