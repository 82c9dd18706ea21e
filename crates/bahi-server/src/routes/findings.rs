//! What the auditor's tests find.

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{AuditOptions, CheckId, Parameters, Wanted, core::Day};

use crate::{
    caller::Caller,
    etag::Tag,
    problem::Problem,
    query::{self, Asked, about_a_past, wrong},
    state::AppState,
};

about_a_past! {
    /// Which findings.
    Which {
        /// One check alone: `C31`.
        check: Option<String>,
        /// Those alone that count from this day on.
        since: Option<String>,
        /// One district alone.
        district: Option<String>,
    }
}

/// What the auditor's tests find in every event of a view.
#[utoipa::path(get, path = "/v1/findings", tag = "findings", params(Which),
    responses((status = 200, description = "What was found", body = Value),
        (status = 304, description = "It is that of the tag")))]
pub(super) async fn findings(
    State(state): State<AppState>,
    _: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = asked.view()?;
    let Which { check, since, district, .. } = &asked;
    let check_of =
        |text: &String| CheckId::parse(text).ok_or_else(|| wrong("check", "a check is C01 to C99"));
    let day = |text: &String| Day::parse(text).map_err(|error| wrong("since", error));
    let wanted = Wanted {
        check: check.as_ref().map(check_of).transpose()?,
        since: since.as_ref().map(day).transpose()?,
        district: query::filter(None, district.as_ref(), None, None)?.district,
    };
    let basis = state.service().ask(move |ledger| ledger.basis(view)).await??;
    if let Some(known) = Tag::of(basis.position, basis.root).known_by(&headers) {
        return Ok(known);
    }
    let options = AuditOptions { view, wanted, parameters: Parameters::default() };
    let found = state.findings().found(state.service(), options).await?;
    let (tag, answer) = &*found;
    Ok(tag.json(answer))
}
