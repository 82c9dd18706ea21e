//! Who one is, and the sessions of the pages.

use axum::{
    Extension, Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use crate::{
    body::{self, Kind},
    caller::Caller,
    gate::Peer,
    problem::{Code, Problem},
    rate::Who,
    rights::Right,
    state::AppState,
    tokens::Unbelieved,
};

/// The most bytes of a body that brings a token.
const BODY_BYTES_MAX: usize = 4_096;

/// Whom a token stands for; all but the rights is null where the service asks for no tokens.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = me)]
#[serde(deny_unknown_fields)]
pub(super) struct Me {
    /// The token's id, which opens nothing.
    #[schema(required)]
    token: Option<String>,
    /// Whom it stands for.
    #[schema(required)]
    actor: Option<String>,
    /// As what.
    #[schema(required)]
    role: Option<&'static str>,
    /// The one scheme it is held to.
    #[schema(required)]
    scheme: Option<String>,
    /// The code of the one district it is held to, or `pool`.
    #[schema(required)]
    district: Option<String>,
    /// What it may ask for.
    rights: Vec<&'static str>,
}

/// Whom the token stands for, and what it may.
#[utoipa::path(get, path = "/v1/me", tag = "oneself",
    responses((status = 200, description = "Whom the token stands for", body = Me)))]
pub(super) async fn me(caller: Caller) -> Json<Me> {
    let may = |right: &&Right| {
        caller.identity().is_none_or(|it| right.roles().contains(&it.role))
            && (right.can_be_narrowed() || !caller.is_scoped())
    };
    let rights: Vec<&'static str> = Right::ALL
        .iter()
        .filter(|right| **right != Right::Open)
        .filter(may)
        .map(|right| right.word().trim_start_matches("http_"))
        .collect();
    let identity = caller.identity();
    Json(Me {
        token: identity.map(|it| it.token.to_string()),
        actor: identity.map(|it| it.actor.to_string()),
        role: identity.map(|it| it.role.name()),
        scheme: identity.and_then(|it| it.scheme.as_ref()).map(ToString::to_string),
        district: identity.and_then(|it| it.district).map(|it| it.to_string()),
        rights,
    })
}

/// What a session is begun with.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// A token.
    token: String,
}

/// Begins a session that opens reading, and sets its cookie. A form is answered with the way to the
/// first page, JSON with nothing.
#[utoipa::path(post, path = "/session", tag = "oneself",
    request_body(content((Begin = "application/json"), (Begin = "application/x-www-form-urlencoded"))),
    responses((status = 204, description = "The cookie is set"),
        (status = 303, description = "The cookie is set; the first page")))]
pub(super) async fn begin(
    State(state): State<AppState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let kind = body::kind(&headers).filter(|kind| *kind != Kind::JsonLines);
    let kind = kind.ok_or_else(|| Problem::new(Code::UnsupportedType, "JSON, or a form"))?;
    let bytes = body::read(body, BODY_BYTES_MAX, Duration::from_secs(10)).await?;
    // What stands there is not repeated: it may be a token.
    let unread = || Problem::new(Code::MalformedRequest, "the one field token belongs here");
    let Begin { token } = match kind {
        Kind::Json | Kind::JsonLines => serde_json::from_slice(&bytes).map_err(|_| unread())?,
        Kind::Form => form(&bytes).ok_or_else(unread)?,
    };
    let Some(tokens) = state.tokens() else {
        return Err(Problem::new(Code::NotFound, "this service asks for no tokens"));
    };
    let identity = tokens.believe(token.trim()).map_err(|why| {
        let address = peer.map(|Extension(Peer(address))| address.ip());
        turned_away(&state, address, &why)
    })?;
    let cookie = state.sessions().open(identity.token, state.is_encrypted())?;
    Ok(with_cookie(&cookie, kind))
}

/// Ends the session of the cookie.
#[utoipa::path(post, path = "/session/end", tag = "oneself",
    responses((status = 303, description = "It is ended; the first page")))]
pub(super) async fn end(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let cookie = state.sessions().end(&headers, state.is_encrypted());
    with_cookie(&cookie, Kind::Form)
}

fn turned_away(state: &AppState, address: Option<IpAddr>, why: &Unbelieved) -> Problem {
    state.metrics().denied(why.word());
    state.journal().stranger("/session", why.word());
    let who = address.map(Who::Stranger);
    let wait = who.and_then(|who| state.rates().count(who, Instant::now()).err());
    match wait {
        Some(_) => {
            Problem::new(Code::TooMany, "too many tokens that are not valid").retry_after(10)
        }
        None => Problem::new(Code::Unauthenticated, "the token is not valid"),
    }
}

/// The one field of a form.
fn form(bytes: &[u8]) -> Option<Begin> {
    let text = std::str::from_utf8(bytes).ok()?;
    let token = text.strip_prefix("token=")?;
    // A token has no letter that a form would write otherwise, but blanks around it.
    let token = token.replace("%0D", "").replace("%0A", "").replace(['+'], " ");
    Some(Begin { token })
}

fn with_cookie(cookie: &str, kind: Kind) -> Response {
    let mut response = match kind {
        Kind::Form => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
        Kind::Json | Kind::JsonLines => StatusCode::NO_CONTENT.into_response(),
    };
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
