//! What a stranger checks the ledger by: signed checkpoints, proofs of records, tiles.
//!
//! The paths `/checkpoint` and `/tile/…` are those of C2SP `tlog-tiles`, so that its readers read
//! the log here as they do elsewhere.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Ledger, ProveError, answers,
    core::Position,
    proof::{Note, Tile},
};

use crate::{
    caller::Caller,
    problem::{Code, Problem},
    query::{position_of, wrong},
    state::AppState,
};

pub(super) const TEXT: &str = "text/plain; charset=utf-8";

pub(super) async fn signed(state: &AppState, holding: Position) -> Result<Note, Problem> {
    let signer = state.signer().ok_or_else(|| {
        Problem::new(Code::NoSigningKey, "who keeps the service gives it one with --key")
    })?;
    signer.checkpoint(state.service(), holding).await
}

/// The ledger's newest signed checkpoint.
#[utoipa::path(get, path = "/checkpoint", tag = "proofs",
    responses((status = 200, description = "A signed note", content_type = "text/plain",
        body = String)))]
pub(super) async fn checkpoint(
    State(state): State<AppState>,
    _: Caller,
) -> Result<Response, Problem> {
    let note = signed(&state, Position::NONE).await?;
    Ok(([(header::CONTENT_TYPE, TEXT)], note.to_string()).into_response())
}

/// The proof that the record at a position is in the ledger, under a signed checkpoint.
#[utoipa::path(get, path = "/v1/proofs/{position}", tag = "proofs",
    params(("position" = u64, Path, description = "The record's position; 0 is the ledger's own")),
    responses((status = 200, description = "A proof as C2SP tlog-proof has it",
        content_type = "text/plain", body = String)))]
pub(super) async fn proof(
    State(state): State<AppState>,
    _: Caller,
    Path(position): Path<String>,
) -> Result<Response, Problem> {
    let position = position_of(&position).map_err(|what| wrong("position", what))?;
    let last = state.service().snapshot().position();
    if position > last {
        let what = format!("position {position} lies beyond the last, {last}");
        return Err(Problem::new(Code::BeyondTheEnd, what));
    }
    let note = signed(&state, position).await?;
    let prove = move |ledger: &Ledger| ledger.prove(position, note);
    let proof = state.service().ask(prove).await?.map_err(unproven)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], proof.to_string()).into_response())
}

pub(super) fn unproven(error: ProveError) -> Problem {
    let words = answers::full(&error);
    match error {
        ProveError::Ledger(error) => error.into(),
        ProveError::NotYet { .. } => Problem::new(Code::BeyondTheEnd, words),
        ProveError::NotCertified(_) | ProveError::UnknownFund(_) => {
            Problem::new(Code::NothingKnown, words)
        }
        ProveError::TooManyLeaves(_) => Problem::new(Code::TooLarge, words),
        ProveError::OtherKey { .. }
        | ProveError::NoCheckpoint(_)
        | ProveError::OtherLog { .. }
        | ProveError::OtherTree
        | ProveError::NotDerived(_) => Problem::new(Code::Fault, words),
    }
}

/// One file of the log as tiles: `tile/0/000`, `tile/entries/000.p/17`.
#[utoipa::path(get, path = "/tile/{*path}", tag = "proofs",
    params(("path" = String, Path, description = "The rest of its path, as C2SP tlog-tiles has it")),
    responses((status = 200, description = "Its bytes, which stay as they are",
        content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn tile(
    State(state): State<AppState>,
    _: Caller,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let none = || Problem::new(Code::NothingKnown, "the log has no such tile");
    let tile: Tile = format!("tile/{path}").parse().map_err(|_| none())?;
    let bytes = state.service().ask(move |ledger| ledger.tile(&tile)).await??;
    let mut response = bytes.ok_or_else(none)?.into_response();
    let headers = response.headers_mut();
    let forever = HeaderValue::from_static("private, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, forever);
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie"));
    Ok(response)
}
