//! Answers that every event of a view is read for: outcomes, suspense, samples; and explanations.

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{
    Basis, Ledger, Method, Nonce, SAMPLE_ITEMS_MAX, SampleOf, SampleOptions, Strata, View, answers,
    core::{Money, Total},
};

use super::{
    aside::look,
    sums::Which,
    trail::{self, Whose},
};
use crate::{
    caller::Caller,
    etag::Tag,
    problem::{Code, Problem},
    query::{self, Asked, about_a_past, about_funds, flag, wrong},
    state::AppState,
};

about_funds! {
    /// Of which funds, of which past; amounts in suspense are told one by one.
    Funds {}
}

/// The view that was asked for, held to where it ends by now, and its tag.
pub(super) async fn settled(state: &AppState, view: View) -> Result<(View, Basis, Tag), Problem> {
    let basis = state.service().ask(move |ledger| ledger.basis(view)).await??;
    let tag = Tag::of(basis.position, basis.root);
    // What grows meanwhile is no part of it.
    Ok((View { at: Some(basis.position), ..view }, basis, tag))
}

/// What cases came to beside the money, and what was paid for one of it.
#[utoipa::path(get, path = "/v1/outcomes", tag = "sums", params(Which),
    responses((status = 200, description = "The outcomes", body = Value),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn outcomes(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let by = query::by(asked.by.as_ref())?;
    let (view, filter) = asked.read(&caller)?;
    let (view, _, tag) = settled(&state, view).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let found = look(&state, move |ledger| ledger.outcomes(by, &filter, view)).await??;
    Ok(tag.json(&answers::outcomes(&found, by)))
}

/// Money that came in and nothing accounts for yet, the oldest first.
#[utoipa::path(get, path = "/v1/suspense", tag = "sums", params(Funds),
    responses((status = 200, description = "What lies in suspense", body = Value),
        (status = 304, description = "It is that of the tag")))]
pub(super) async fn suspense(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Funds>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, filter) = asked.read(&caller)?;
    let (view, _, tag) = settled(&state, view).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let found = look(&state, move |ledger| ledger.suspense(&filter, view)).await??;
    Ok(tag.json(&found))
}

about_a_past! {
    /// Which case.
    Case {
        /// A case's reference.
        case: String,
    }
}

/// Every decision of a case: the facts then, the rule, the computation.
#[utoipa::path(get, path = "/v1/explain", tag = "trails", params(Case),
    responses((status = 200, description = "The decisions, explained", body = Value),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn explain(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Case>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = asked.view()?;
    let case = asked.case;
    trail::allowed(&state, &caller, &Whose::Case(case.clone())).await?;
    let (view, basis, tag) = settled(&state, view).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let explain = move |ledger: &Ledger| ledger.explain(&case, view);
    let found = state.service().ask(explain).await??;
    let position = basis.position;
    let none = || {
        let what = format!("no such case had applied up to position {position}");
        Problem::new(Code::NothingKnown, what)
    };
    Ok(tag.json(&found.ok_or_else(none)?))
}

about_funds! {
    /// What is drawn from what.
    Draw {
        /// The auditor's nonce: 8 to 64 characters without a blank.
        nonce: String,
        /// `cases` or `payments`, which is what nobody has to say.
        of: Option<String>,
        /// How many.
        size: Option<String>,
        /// Over strata of these: `scheme`, `district`, `fy`, with commas between.
        by: Option<String>,
        /// `true`: by money.
        #[param(schema_with = crate::document::flag)]
        monetary: Option<String>,
        /// The interval in rupees: whatever is worth as much is taken.
        interval: Option<String>,
    }
}

/// A sample that nobody picks and anybody can draw again.
#[utoipa::path(get, path = "/v1/sample", tag = "findings", params(Draw),
    responses((status = 200, description = "What was drawn, from what, by which seed", body = Value),
        (status = 304, description = "It is that of the tag")))]
pub(super) async fn sample(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Draw>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let nonce = Nonce::new(&asked.nonce)
        .ok_or_else(|| wrong("nonce", "8 to 64 printable characters and no blank"))?;
    let of = match asked.of.as_deref() {
        Some("cases") => SampleOf::Cases,
        Some("payments") | None => SampleOf::Payments,
        Some(_) => return Err(wrong("of", "cases or payments")),
    };
    let method = asked.method()?;
    let (view, filter) = asked.read(&caller)?;
    let (view, _, tag) = settled(&state, view).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let options = SampleOptions { view, filter, of, method, nonce };
    let drawn = look(&state, move |ledger| ledger.sample(&options)).await??;
    Ok(tag.json(&drawn.answer()))
}

impl Draw {
    /// How it is drawn, provided that it is said in one way.
    fn method(&self) -> Result<Method, Problem> {
        let size = query::count("size", self.size.as_ref(), u64::from(SAMPLE_ITEMS_MAX))?;
        let size = size.and_then(|size| u32::try_from(size).ok());
        let monetary = flag("monetary", self.monetary.as_ref())?;
        let by = query::by(self.by.as_ref())?;
        let stratified = by != bahi::By::default();
        if by.head {
            return Err(wrong("by", "scheme, district and fy, with commas between"));
        }
        if stratified && monetary {
            return Err(wrong("by", "strata are not drawn by money"));
        }
        match (&self.interval, size) {
            (Some(interval), None) if monetary => {
                let money = Money::parse(interval).map_err(|why| wrong("interval", why))?;
                if money.is_zero() {
                    return Err(wrong("interval", "an interval is above zero"));
                }
                Ok(Method::MonetaryBy { interval: Total::from(money) })
            }
            (Some(_), _) => Err(wrong("interval", "it goes with monetary, and instead of size")),
            (None, None) => Err(wrong("size", "say how many are to be drawn")),
            (None, Some(size)) if monetary => Ok(Method::Monetary { size }),
            (None, Some(size)) if stratified => {
                let by = Strata { scheme: by.scheme, district: by.district, fy: by.fy };
                Ok(Method::Stratified { size, by })
            }
            (None, Some(size)) => Ok(Method::Simple { size }),
        }
    }
}
