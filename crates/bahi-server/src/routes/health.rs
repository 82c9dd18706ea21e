//! Whether the service runs, whether it takes commands, and its figures.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    metrics::TYPE,
    problem::{Code, Problem},
    state::AppState,
};

/// Whether the program runs.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It runs", content_type = "text/plain", body = String)))]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the ledger takes commands.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, description = "It does", content_type = "text/plain", body = String)))]
pub(super) async fn ready(State(state): State<AppState>) -> Result<&'static str, Problem> {
    if state.is_stopping() || state.service().has_stopped() {
        return Err(Problem::new(Code::Stopping, "the service takes no more commands"));
    }
    if !state.service().snapshot().takes_commands() {
        let what = "the ledger takes no commands; run bahi verify, then restore a backup";
        return Err(Problem::new(Code::Fault, what));
    }
    Ok("ready\n")
}

/// The service's own figures, as OpenMetrics.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "The figures",
        content_type = "application/openmetrics-text", body = String)))]
pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, Problem> {
    let text = state.metrics().text();
    let text = text.map_err(|_| Problem::new(Code::Bug, "the figures cannot be written"))?;
    Ok(([(header::CONTENT_TYPE, TYPE)], text).into_response())
}
