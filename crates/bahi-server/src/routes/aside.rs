//! What reads the whole ledger, or records by reading it: done beside the writer, one at a time.
//!
//! # Invariants
//! * The place is held by the work itself, which goes on though nobody waits for it any more.
//! * Whoever records acts as their token, or as the request states where no tokens are asked for.

use bahi::{
    Acting, Ledger,
    core::{ActorName, Role},
};
use serde::de::DeserializeOwned;

use crate::{
    body::{self, Kind},
    caller::Caller,
    gate::{deny, place_of},
    problem::{Code, Problem},
    query::wrong,
    state::AppState,
};

/// The most bytes of a body that says what to do.
const WISH_BYTES_MAX: usize = 4_096;

/// Puts a question to a ledger beside the writer.
pub(super) async fn look<T: Send + 'static>(
    state: &AppState,
    question: impl FnOnce(&Ledger) -> T + Send + 'static,
) -> Result<T, Problem> {
    let place = place_of(state.looks()).await?;
    let question = move |ledger: &Ledger| {
        let _place = place;
        question(ledger)
    };
    Ok(state.service().look(question).await?)
}

/// Records by a ledger beside the writer.
pub(super) async fn act<T: Send + 'static>(
    state: &AppState,
    action: impl FnOnce(&mut Ledger) -> T + Send + 'static,
) -> Result<T, Problem> {
    let place = place_of(state.looks()).await?;
    let action = move |ledger: &mut Ledger| {
        let _place = place;
        action(ledger)
    };
    Ok(state.service().act(action).await?)
}

/// What a body as JSON asks for.
pub(super) async fn wish<T: DeserializeOwned>(
    state: &AppState,
    headers: &axum::http::HeaderMap,
    body: axum::body::Body,
) -> Result<T, Problem> {
    if body::kind(headers) != Some(Kind::Json) {
        return Err(Problem::new(Code::UnsupportedType, "say it as application/json"));
    }
    let bytes = body::read(body, WISH_BYTES_MAX, state.limits().body_time).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = format!("the body cannot be read at line {line}, column {column}");
        Problem::new(Code::MalformedRequest, what)
    })
}

/// Who acts: the token; where none are asked for, whom the request states.
pub(super) fn acting(
    state: &AppState,
    caller: &Caller,
    actor: Option<&String>,
    role: Option<&String>,
    only: Option<Role>,
) -> Result<Acting, Problem> {
    let actor = actor.map(|text| ActorName::new(text).map_err(|why| wrong("actor", why)));
    let actor = actor.transpose()?;
    let named = |text: &String| {
        let found = Role::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| wrong("role", "no such role; /openapi.json names them"))
    };
    let role = role.map(named).transpose()?;
    if let Some(identity) = caller.identity() {
        let same = actor.is_none_or(|actor| actor == identity.actor)
            && role.is_none_or(|role| role == identity.role);
        if !same {
            deny(state, caller, "http_other_identity");
            let (actor, role) = (&identity.actor, identity.role.name());
            let what = format!("the token acts as {actor}, {role}, and for nobody else");
            return Err(Problem::new(Code::OtherIdentity, what));
        }
        let (actor, role) = (identity.actor.clone(), identity.role);
        return Ok(Acting { actor, role, authority: None });
    }
    let stated = |what| wrong(what, "no tokens are asked for, so say who acts");
    let actor = actor.ok_or_else(|| stated("actor"))?;
    let role = role.or(only).ok_or_else(|| stated("role"))?;
    Ok(Acting { actor, role, authority: None })
}
