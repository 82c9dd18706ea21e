//! Sums: balances of the present and of any past, and the schemes that are open.

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{View, answers};
use serde::Deserialize;

use super::folded::settled;
use crate::{
    caller::Caller,
    etag::Tag,
    problem::{Code, Problem},
    query::{self, Asked},
    state::AppState,
};

/// Which balances.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Balances {
    /// What rows are told apart by: `scheme`, `district`, `head`, `fy`, with commas between.
    by: Option<String>,
    /// One scheme alone.
    scheme: Option<String>,
    /// One district alone: its code, its name, or `pool`.
    district: Option<String>,
    /// One head alone.
    head: Option<String>,
    /// One financial year alone: `2024-25`.
    fy: Option<String>,
    /// Only what counts on or before this day.
    as_of: Option<String>,
    /// Only what the ledger knew at this moment; a bare day means its end in India.
    known_on: Option<String>,
    /// Only what stood at or before this position.
    at: Option<String>,
}

/// Balances, as of and as known on any time.
#[utoipa::path(get, path = "/v1/balances", tag = "sums", params(Balances),
    responses((status = 200, description = "The balances", body = Value),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn balances(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Balances>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Balances { by, scheme, district, head, fy, as_of, known_on, at } = &asked;
    let by = query::by(by.as_ref())?;
    let view = query::view(as_of.as_ref(), known_on.as_ref(), at.as_ref())?;
    let filter = query::filter(scheme.as_ref(), district.as_ref(), head.as_ref(), fy.as_ref())?;
    let filter = caller.narrow(filter)?;
    if view == View::NOW {
        let published = state.service().snapshot();
        let tag = Tag::of(published.position(), published.root());
        if let Some(known) = tag.known_by(&headers) {
            return Ok(known);
        }
        // Adding up every fund of a large ledger takes milliseconds that other tasks would wait.
        let sum = move || answers::balances(&published.balances(by, &filter), by);
        return Ok(tag.json(&blocking(sum).await?));
    }
    let (view, _, tag) = settled(&state, view).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let at = state.service().balances(by, &filter, view).await?;
    Ok(tag.json(&answers::balances(&at, by)))
}

/// The open schemes with every version of their terms.
#[utoipa::path(get, path = "/v1/schemes", tag = "sums",
    responses((status = 200, description = "The schemes", body = Value),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn schemes(
    State(state): State<AppState>,
    _: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let published = state.service().snapshot();
    let tag = Tag::of(published.position(), published.root());
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let asked = |ledger: &bahi::Ledger| {
        (Tag::of(ledger.position(), ledger.root()), answers::schemes(ledger))
    };
    let (tag, schemes) = state.service().ask(asked).await?;
    Ok(tag.json(&schemes))
}

/// Does on a thread for blocking work what would keep other tasks waiting.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(Code::Bug, "an answer ended before it was given"))
}
