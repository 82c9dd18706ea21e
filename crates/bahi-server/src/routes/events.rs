//! The log, event by event: a page of it, or one.
//!
//! # Invariants
//! * However rare what is asked for, one request reads at most [`SCANNED_MAX`] events, in bounded
//!   pieces, and says where to go on.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use bahi::{
    Error, Ledger, View, answers,
    core::{EventKind, Position, Recorded, SchemeName},
    describe, is_wanted,
    json::{EventLine, EventsAnswer},
};

use crate::{
    caller::{Caller, outside},
    etag::Tag,
    gate::deny,
    problem::{Code, Problem},
    query::{self, Asked, about_a_past, wrong},
    state::AppState,
};

/// The most events of an answer.
const LIMIT_MAX: u64 = 1_000;
/// The events of an answer where nobody says.
const LIMIT: u64 = 100;
/// The most events that are read for one answer.
const SCANNED_MAX: u64 = 20_000;
/// The most events one question to the ledger reads.
const SCANNED_AT_ONCE: u64 = 256;

about_a_past! {
    /// Which events.
    Which {
        /// The first position; with `reverse` the last one that is looked at.
        from: Option<String>,
        /// The last position; with `reverse` the first one that is looked at.
        to: Option<String>,
        /// One kind alone: `Sanctioned`.
        kind: Option<String>,
        /// One scheme alone.
        scheme: Option<String>,
        /// How many at most: 1 to 1000, 100 where nobody says.
        limit: Option<String>,
        /// `true`: the last first.
        #[param(schema_with = crate::document::flag)]
        reverse: Option<String>,
        /// `true`: with what each says in one line, for a reader.
        #[param(schema_with = crate::document::flag)]
        says: Option<String>,
    }
}

/// What of the log is shown, and whether in words too.
#[derive(Clone)]
pub(super) struct Wanted {
    says: bool,
    kind: Option<EventKind>,
    scheme: Option<SchemeName>,
    caller: Caller,
}

impl Wanted {
    pub(super) fn read(
        kind: Option<&String>,
        scheme: Option<&String>,
        says: Option<&String>,
        caller: &Caller,
    ) -> Result<Wanted, Problem> {
        let named = |name: &String| EventKind::ALL.iter().copied().find(|it| it.name() == name);
        let kind = kind.map(|name| named(name).ok_or_else(|| wrong("kind", "no event is of it")));
        let scheme = query::filter(scheme, None, None, None)?.scheme;
        let says = query::flag("says", says)?;
        Ok(Wanted { says, kind: kind.transpose()?, scheme, caller: caller.clone() })
    }

    /// An event as it is shown.
    pub(super) fn told(&self, ledger: &Ledger, recorded: &Recorded) -> Result<EventLine, Error> {
        let event = answers::event(ledger, recorded)?;
        Ok(match self.says {
            true => event.saying(describe(recorded, ledger.names())),
            false => event,
        })
    }

    /// Whether an event is shown.
    pub(super) fn takes(&self, ledger: &Ledger, recorded: &Recorded) -> bool {
        let names = ledger.names();
        let scheme = match &self.scheme {
            None => None,
            Some(name) => match names.scheme_no(name.as_str()) {
                Some(number) => Some(number),
                None => return false,
            },
        };
        is_wanted(recorded, self.kind, scheme) && is_covered(&self.caller, ledger, recorded)
    }
}

/// Whether a caller who is held to a scheme or a district is shown an event.
fn is_covered(caller: &Caller, ledger: &Ledger, recorded: &Recorded) -> bool {
    if !caller.is_scoped() {
        return true;
    }
    let fund = &recorded.envelope.fund;
    let scheme = ledger.names().scheme(fund.scheme);
    scheme.is_some_and(|scheme| caller.covers(scheme, fund.district))
}

/// Events, a page at a time. Where `next` is no `null`, go on from there.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(Which),
    responses((status = 200, description = "The events", body = Value),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn events(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = asked.view()?;
    let says = asked.says.as_ref();
    let wanted = Wanted::read(asked.kind.as_ref(), asked.scheme.as_ref(), says, &caller)?;
    let limit = query::count("limit", asked.limit.as_ref(), LIMIT_MAX)?.unwrap_or(LIMIT);
    let back = query::flag("reverse", asked.reverse.as_ref())?;
    let from = query::position("from", asked.from.as_ref())?.unwrap_or(Position(1));
    let to = query::position("to", asked.to.as_ref())?;
    let basis = state.service().ask(move |ledger| ledger.basis(view)).await??;
    let tag = Tag::of(basis.position, basis.root);
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let range = (from.max(Position(1)), to.unwrap_or(basis.position).min(basis.position));
    let view = View { at: Some(basis.position), ..view };
    let (events, next) = page(&state, range, back, limit, view, wanted).await?;
    Ok(tag.json(&EventsAnswer {
        position: basis.position.0,
        root: basis.root.to_string(),
        as_of: basis.as_of.map(|day| day.to_string()),
        known_on: basis.known_on.to_string(),
        events,
        next,
    }))
}

/// The events of a range as far as a limit allows, and where to go on.
async fn page(
    state: &AppState,
    (mut from, mut to): (Position, Position),
    back: bool,
    limit: u64,
    view: View,
    wanted: Wanted,
) -> Result<(Vec<EventLine>, Option<u64>), Problem> {
    let mut events = Vec::new();
    let mut scanned = 0;
    while from <= to && scanned < SCANNED_MAX && (events.len() as u64) < limit {
        // The piece at the end that comes first, and what is left after it.
        let width = SCANNED_AT_ONCE.min(to.0 - from.0 + 1);
        let piece = if back {
            (Position(to.0 + 1 - width), to)
        } else {
            (from, Position(from.0 + width - 1))
        };
        let left = usize::try_from(limit).unwrap_or(usize::MAX) - events.len();
        let wanted = wanted.clone();
        let read = move |ledger: &Ledger| piece_of(ledger, piece, (back, left), view, &wanted);
        let (mut more, last) = state.service().ask(read).await??;
        events.append(&mut more);
        let done = last.unwrap_or(if back { piece.0 } else { piece.1 });
        if back {
            to = Position(done.0 - 1);
        } else {
            from = done.next();
        }
        scanned += width;
    }
    let next = (from <= to).then_some(if back { to.0 } else { from.0 });
    Ok((events, next))
}

/// Events of a piece, and the last that was looked at where there was no room for more.
fn piece_of(
    ledger: &Ledger,
    (from, to): (Position, Position),
    (back, left): (bool, usize),
    view: View,
    wanted: &Wanted,
) -> Result<(Vec<EventLine>, Option<Position>), Error> {
    let read = if back { ledger.events_back(from, to) } else { ledger.events(from, to) };
    let mut lines = Vec::new();
    for recorded in read.as_of(view.as_of) {
        let recorded = recorded?;
        if !wanted.takes(ledger, &recorded) {
            continue;
        }
        lines.push(wanted.told(ledger, &recorded)?);
        if lines.len() == left {
            return Ok((lines, Some(recorded.position)));
        }
    }
    Ok((lines, None))
}

/// One event.
#[utoipa::path(get, path = "/v1/events/{position}", tag = "events",
    params(("position" = u64, Path, description = "Its position, from 1")),
    responses((status = 200, description = "The event", body = Value),
        (status = 304, description = "It is that of the tag, and stays so")))]
pub(super) async fn event(
    State(state): State<AppState>,
    caller: Caller,
    Path(position): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let position = query::position_of(&position).map_err(|what| wrong("position", what))?;
    let asked = caller.clone();
    let read = move |ledger: &Ledger| -> Result<_, Error> {
        let recorded = ledger.event(position)?;
        if !is_covered(&asked, ledger, &recorded) {
            return Ok(None);
        }
        // What it rests on is itself, so that its tag never changes.
        let tag = Tag::of(position, ledger.root_at(position)?);
        Ok(Some((answers::event(ledger, &recorded)?, tag)))
    };
    match state.service().ask(read).await? {
        Ok(Some((event, tag))) => Ok(tag.known_by(&headers).unwrap_or_else(|| tag.json(&event))),
        Ok(None) => {
            deny(&state, &caller, "http_outside_scope");
            Err(outside())
        }
        Err(Error::BeyondTheEnd { .. }) => {
            Err(Problem::new(Code::NothingKnown, "there is no event at this position"))
        }
        Err(error) => Err(error.into()),
    }
}
