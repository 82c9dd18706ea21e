//! The log as it grows, as server-sent events.
//!
//! # Invariants
//! * It pulls: a client that does not read holds a few events and a connection, until the connection
//!   is closed for its stalling; it holds up nobody and fills nothing.
//! * Positions are given without gap or double, but for what is not asked for. A client that comes
//!   back with the id it had last goes on there.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use bahi::{
    Error, Ledger, Service,
    core::{Position, Recorded},
    service::Follow,
};
use futures_core::Stream;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::events::Wanted;
use crate::{
    caller::Caller,
    metrics::Counted,
    problem::{Code, Problem},
    query::{self, Asked, position_of},
    state::AppState,
};

/// How many events are told at once on the writer's thread.
const TOLD_AT_ONCE: usize = 64;
/// How many pieces may wait for the client.
const PIECES_WAITING: usize = 2;
/// After how long without an event a line that says nothing is sent, so that who has gone is noticed.
const SILENCE: Duration = Duration::from_secs(15);

/// From where, and what.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The first position; what comes next where nobody says.
    from: Option<String>,
    /// One kind alone: `Sanctioned`.
    kind: Option<String>,
    /// One scheme alone.
    scheme: Option<String>,
    /// `true`: with what each says in one line, for a reader.
    #[param(schema_with = crate::document::flag)]
    says: Option<String>,
}

/// A place among the streams, and what is counted of it.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: Counted,
}

/// A place for one more stream.
pub(super) fn place(state: &AppState) -> Result<Place, Problem> {
    let permit = Arc::clone(state.streams()).try_acquire_owned().map_err(|_| {
        Problem::new(Code::Busy, "as many streams are open as may be").retry_after(30)
    })?;
    Ok(Place { _permit: permit, _counted: state.metrics().stream() })
}

/// What comes out of a channel, as a stream, with the place it takes.
pub(super) struct Pulled<T> {
    pieces: mpsc::Receiver<T>,
    ready: std::vec::IntoIter<T>,
    _place: Place,
}

impl<T> Pulled<T> {
    pub(super) fn new(pieces: mpsc::Receiver<T>, place: Place) -> Pulled<T> {
        Pulled { pieces, ready: Vec::new().into_iter(), _place: place }
    }
}

impl<T: Unpin> Stream for Pulled<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        if let Some(ready) = self.ready.next() {
            return Poll::Ready(Some(ready));
        }
        self.pieces.poll_recv(context)
    }
}

/// Events from a position on, then those to come, for as long as the client listens. The id of each
/// is its position, its name its kind, its data its JSON.
#[utoipa::path(get, path = "/v1/stream", tag = "events",
    params(From, ("Last-Event-ID" = Option<String>, Header,
        description = "The position a client had last; it goes on after it")),
    responses((status = 200, description = "The events", content_type = "text/event-stream",
        body = String)))]
pub(super) async fn stream(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<From>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let says = asked.says.as_ref();
    let wanted = Wanted::read(asked.kind.as_ref(), asked.scheme.as_ref(), says, &caller)?;
    let from = query::position("from", asked.from.as_ref())?;
    let last = headers.get("last-event-id").map(|value| {
        let text = value.to_str().unwrap_or_default();
        position_of(text).map_err(|what| query::wrong("Last-Event-ID", what))
    });
    let newest = state.service().snapshot().position();
    let from = last.transpose()?.or(from.map(|from| Position(from.0.saturating_sub(1))));
    let from = from.unwrap_or(newest);
    if from > newest {
        let what = format!("position {from} lies beyond the last, {newest}");
        return Err(Problem::new(Code::BeyondTheEnd, what));
    }
    let place = place(&state)?;
    let (pieces, received) = mpsc::channel(PIECES_WAITING * TOLD_AT_ONCE);
    let follow = state.service().follow(from.next());
    tokio::spawn(async move {
        tokio::select! {
            () = tell(state.service().clone(), follow, wanted, &pieces) => {}
            () = state.stopped() => {}
            () = pieces.closed() => {}
        }
    });
    let events = Pulled::new(received, place);
    let alive = KeepAlive::new().interval(SILENCE);
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

/// Tells what is followed, until there is no more of it, or nobody listens.
async fn tell(
    service: Service,
    mut follow: Follow,
    wanted: Wanted,
    pieces: &mpsc::Sender<Result<Event, Infallible>>,
) {
    loop {
        let Some(Ok(first)) = follow.next().await else { return };
        let mut events = vec![first];
        while events.len() < TOLD_AT_ONCE
            && let Some(next) = at_hand(&mut follow).await
        {
            events.push(next);
        }
        let wanted = wanted.clone();
        let told = move |ledger: &Ledger| told(ledger, &events, &wanted);
        // Where the ledger cannot be read, the stream ends; the client comes back and is told why.
        let Ok(Ok(told)) = service.ask(told).await else { return };
        for event in told {
            if pieces.send(Ok(event)).await.is_err() {
                return;
            }
        }
    }
}

/// The next event, where it need not be waited for.
async fn at_hand(follow: &mut Follow) -> Option<Recorded> {
    std::future::poll_fn(|context| match Pin::new(&mut *follow).poll_next(context) {
        Poll::Ready(Some(Ok(recorded))) => Poll::Ready(Some(recorded)),
        // An error is given once more by what is awaited next: nothing.
        Poll::Ready(Some(Err(_)) | None) | Poll::Pending => Poll::Ready(None),
    })
    .await
}

fn told(ledger: &Ledger, events: &[Recorded], wanted: &Wanted) -> Result<Vec<Event>, Error> {
    let mut told = Vec::with_capacity(events.len());
    for recorded in events.iter().filter(|recorded| wanted.takes(ledger, recorded)) {
        let line = wanted.told(ledger, recorded)?;
        let data = serde_json::to_string(&line);
        let data = data.map_err(|_| Error::Bug("an event has no JSON form"))?;
        let event = Event::default().id(recorded.position.to_string());
        told.push(event.event(recorded.event.kind().name()).data(data));
    }
    Ok(told)
}
