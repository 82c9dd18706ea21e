//! Sums: balances of the present and of any past, and the schemes that are open.

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{View, answers};

use super::folded::settled;
use crate::{
    caller::Caller,
    etag::Tag,
    problem::{Code, Problem},
    query::{self, Asked, about_funds},
    state::AppState,
};

about_funds! {
    /// Of which funds, and of which past.
    Which {
        /// What rows are told apart by: `scheme`, `district`, `head`, `fy`, with commas between.
        pub(super) by: Option<String>,
    }
}

/// Balances, as of and as known on any time.
#[utoipa::path(get, path = "/v1/balances", tag = "sums", params(Which),
    responses((status = 200, description = "The balances", body = Value),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn balances(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let by = query::by(asked.by.as_ref())?;
    let (view, filter) = asked.read(&caller)?;
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
