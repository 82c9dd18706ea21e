//! What ledger this is, and the names that questions may use.

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{
    Ledger,
    core::{HeadNo, Instant},
    json::LedgerAnswer,
};

use crate::{caller::Caller, etag::Tag, problem::Problem, state::AppState};

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
        LedgerAnswer {
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
