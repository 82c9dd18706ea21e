//! What ledger this is, and the names that questions may use.

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{
    Ledger,
    core::{HeadNo, Instant},
};
use serde::Serialize;

use crate::{caller::Caller, etag::Tag, problem::Problem, state::AppState};

/// What a ledger is.
#[derive(Serialize)]
struct About {
    /// What it is called in its checkpoints.
    name: String,
    /// The 16 bytes it is known by, in hex.
    ledger_id: String,
    /// Whether its clock is a simulated one.
    simulated: bool,
    /// The last position.
    position: u64,
    /// The root there.
    root: String,
    /// When the last event was recorded.
    known_on: String,
    /// The schemes and heads of its funds, in the order in which it learned of them.
    schemes: Vec<String>,
    heads: Vec<String>,
}

/// What ledger this is, how far it has come, and the names of its schemes and heads.
#[utoipa::path(get, path = "/v1/ledger", tag = "oneself",
    responses((status = 200, description = "The ledger", body = Value),
        (status = 304, description = "It is that of the tag")))]
pub(super) async fn about(
    State(state): State<AppState>,
    _: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let published = state.service().snapshot();
    let tag = Tag::of(published.position(), published.root());
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let asked = |ledger: &Ledger| {
        let names = ledger.names();
        let known_on: Instant = ledger.last_recorded_at();
        About {
            name: ledger.name().to_string(),
            ledger_id: ledger.id().to_string(),
            simulated: ledger.is_simulated(),
            position: ledger.position().0,
            root: ledger.root().to_string(),
            known_on: known_on.to_string(),
            schemes: names.schemes().map(|(_, name)| name.to_string()).collect(),
            heads: (1..).map_while(|no| names.head(HeadNo(no))).map(ToString::to_string).collect(),
        }
    };
    let about = state.service().ask(asked).await?;
    Ok(tag.json(&about))
}
