//! What is certified, closed, taken up and settled; proofs of balances and of history.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Acting, BatchError, FindingError, FindingId, FundName, Ledger, SubmitError, answers,
    core::{Day, Position, Receipt, Reference, Role, Settlement},
    json::{CertificateAnswer, CertificatesAnswer, FindingDone, SealAnswer},
};
use serde::Deserialize;

use super::{
    aside::{act, acting, look, wish},
    folded::settled,
    proofs::{TEXT, signed, unproven},
};
use crate::{
    caller::Caller,
    problem::{Code, Problem},
    query::{self, Asked, flag, wrong},
    state::AppState,
};

/// Who acts, where no tokens are asked for, and on which day.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Certify {
    /// The last effective day that counts.
    as_of: String,
    /// Who certifies; the token's actor where there is one.
    actor: Option<String>,
    /// As what; the token's role where there is one.
    role: Option<String>,
}

/// Who closes a month, and which.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Seal {
    /// The last day of the month.
    until: String,
    /// Who closes it; the token's actor where there is one.
    actor: Option<String>,
    /// As what; the token's role where there is one.
    role: Option<String>,
}

/// Every certificate of balances, in order.
#[utoipa::path(get, path = "/v1/certificates", tag = "proofs", responses(
    (status = 200, description = "The certificates", body = Value),
    (status = 304, description = "They are those of the tag")))]
pub(super) async fn certificates(
    State(state): State<AppState>,
    _: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, basis, tag) = settled(&state, bahi::View::NOW).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let last = basis.position;
    let list = move |ledger: &Ledger| -> Vec<CertificateAnswer> {
        let all = ledger.certificates().iter().take_while(|(position, _)| *position <= last);
        all.map(|(position, one)| answers::certificate(*position, one)).collect()
    };
    let certificates = state.service().ask(list).await?;
    let (position, root) = (last.0, basis.root.to_string());
    Ok(tag.json(&CertificatesAnswer { position, root, certificates }))
}

/// Certifies the balances as of a day: their root becomes an event.
#[utoipa::path(post, path = "/v1/certificates", tag = "proofs", request_body = Certify,
    responses((status = 201, description = "Certified, durably", body = Value)))]
pub(super) async fn certify(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked: Certify = wish(&state, &headers, body).await?;
    let as_of = Day::parse(&asked.as_of).map_err(|why| wrong("as_of", why))?;
    let by = acting(&state, &caller, asked.actor.as_ref(), asked.role.as_ref(), None)?;
    let certify = move |ledger: &mut Ledger| {
        let receipt = ledger.certify(as_of, &by)?;
        Ok(certificate(ledger, receipt.position))
    };
    let certified = act(&state, certify).await?.map_err(not_submitted)?;
    Ok((StatusCode::CREATED, Json(certified.ok_or_else(gone)?)).into_response())
}

/// Certifies the balances as of the last day of a month, and closes everything up to it.
#[utoipa::path(post, path = "/v1/seals", tag = "proofs", request_body = Seal,
    responses((status = 201, description = "Closed, durably", body = Value)))]
pub(super) async fn seal(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked: Seal = wish(&state, &headers, body).await?;
    let until = Day::parse(&asked.until).map_err(|why| wrong("until", why))?;
    let by = acting(&state, &caller, asked.actor.as_ref(), asked.role.as_ref(), None)?;
    let seal = move |ledger: &mut Ledger| {
        let (certified, sealed) = ledger.seal(until, &by)?;
        Ok((certificate(ledger, certified.position), sealed.position))
    };
    let not_sealed = |error| match error {
        BatchError::Refused { refused, .. } => Problem::refused(&refused),
        BatchError::Failed(error) => error.into(),
    };
    let (certificate, position) = act(&state, seal).await?.map_err(not_sealed)?;
    let (certificate, until) = (certificate.ok_or_else(gone)?, until.to_string());
    let answer = SealAnswer { position: position.0, until, certificate };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn certificate(ledger: &Ledger, at: Position) -> Option<CertificateAnswer> {
    let found = ledger.certificates().iter().rev().find(|(position, _)| *position == at);
    found.map(|(position, one)| answers::certificate(*position, one))
}

fn gone() -> Problem {
    Problem::new(Code::Bug, "a certificate that was made is not there")
}

fn not_submitted(error: SubmitError) -> Problem {
    match error {
        SubmitError::Refused(refusal) => Problem::refused(&refusal.refused)
            .with("position", refusal.evidence.map(|position| position.0)),
        SubmitError::Failed(error) => error.into(),
    }
}

/// A finding, and who takes it up.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeUp {
    /// The finding: `C31-417`.
    finding: String,
    /// The auditor; the token's actor where there is one.
    actor: Option<String>,
}

/// A finding, how it is settled, and by whom.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settle {
    /// The finding: `C31-417`.
    finding: String,
    /// `no_fault`, `made_good` or `dropped`.
    settlement: String,
    /// The reply or the order that settles it.
    reference: String,
    /// Who settles it; the token's actor where there is one.
    actor: Option<String>,
    /// As what; the token's role where there is one.
    role: Option<String>,
}

fn finding(text: &str) -> Result<FindingId, Problem> {
    FindingId::parse(text).ok_or_else(|| wrong("finding", "a check and an event: C31-417"))
}

/// Takes up a finding: an audit of its case that names its check and the money in question.
#[utoipa::path(post, path = "/v1/findings/take-up", tag = "findings", request_body = TakeUp,
    responses((status = 200, description = "Taken up before", body = Value),
        (status = 201, description = "Taken up, durably", body = Value)))]
pub(super) async fn take_up(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked: TakeUp = wish(&state, &headers, body).await?;
    let id = finding(&asked.finding)?;
    let by = acting(&state, &caller, asked.actor.as_ref(), None, Some(Role::Auditor))?;
    let done = act(&state, move |ledger| ledger.take_up_finding(id, &by)).await?;
    Ok(done_about(id, "taken_up", &done.map_err(not_done)?))
}

/// Settles a finding that was taken up: it stays, and says how.
#[utoipa::path(post, path = "/v1/findings/settle", tag = "findings", request_body = Settle,
    responses((status = 200, description = "Settled before", body = Value),
        (status = 201, description = "Settled, durably", body = Value)))]
pub(super) async fn settle(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked: Settle = wish(&state, &headers, body).await?;
    let id = finding(&asked.finding)?;
    let how = Settlement::ALL.into_iter().find(|one| one.name() == asked.settlement);
    let how = how.ok_or_else(|| wrong("settlement", "no_fault, made_good or dropped"))?;
    let reference = Reference::new(&asked.reference).map_err(|why| wrong("reference", why))?;
    let by: Acting = acting(&state, &caller, asked.actor.as_ref(), asked.role.as_ref(), None)?;
    let settle = move |ledger: &mut Ledger| ledger.settle_finding(id, how, reference, &by);
    let done = act(&state, settle).await?;
    Ok(done_about(id, how.name(), &done.map_err(not_done)?))
}

/// The events of one finding, one for each case of it: recorded together, or all before.
fn done_about(id: FindingId, done: &str, receipts: &[Receipt]) -> Response {
    let repeated = receipts.iter().all(|receipt| receipt.repeated);
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    let positions: Vec<u64> = receipts.iter().map(|receipt| receipt.position.0).collect();
    let position = positions.last().copied().unwrap_or_default();
    let answer =
        FindingDone { finding: id.to_string(), done: done.to_owned(), position, positions };
    (status, Json(answer)).into_response()
}

fn not_done(error: FindingError) -> Problem {
    let words = answers::full(&error);
    match error {
        FindingError::Unknown(_) => Problem::new(Code::NothingKnown, words),
        FindingError::NotTakenUp { .. }
        | FindingError::TakenUp { .. }
        | FindingError::OwnHand { .. }
        | FindingError::OwnRecord { .. } => Problem::new(Code::Refused, words),
        FindingError::Submit(error) => not_submitted(error),
    }
}

/// Which balance.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfFund {
    /// The position of the certificate; the last one where nobody says.
    at: Option<String>,
    /// `true`: every balance of the certificate.
    #[param(schema_with = crate::document::flag)]
    all: Option<String>,
    /// The scheme.
    scheme: Option<String>,
    /// The district: its code, its name, or `pool`.
    district: Option<String>,
    /// The head; without one, what has no fund yet.
    head: Option<String>,
    /// The financial year: `2024-25`.
    fy: Option<String>,
}

/// The proof of one certified balance, or of all of a certificate, under a signed checkpoint.
#[utoipa::path(get, path = "/v1/proofs/balance", operation_id = "balance_proof", tag = "proofs",
    params(OfFund), responses((status = 200, description = "A proof as PROOFS.md has it",
        content_type = "text/plain", body = String)))]
pub(super) async fn balance(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<OfFund>,
) -> Result<Response, Problem> {
    let OfFund { at, all, scheme, district, head, fy } = &asked;
    let at = query::position("at", at.as_ref())?;
    let all = flag("all", all.as_ref())?;
    let funds = query::filter(scheme.as_ref(), district.as_ref(), head.as_ref(), fy.as_ref())?;
    let funds = caller.narrow(funds)?;
    let fund = match (all, funds.scheme, funds.fy, funds.district) {
        (true, None, None, None) if funds.head.is_none() => None,
        (true, ..) => return Err(wrong("all", "it goes with no fund, for tokens held to none")),
        (false, Some(scheme), Some(fy), Some(district)) => {
            Some(FundName { scheme, head: funds.head, fy, district })
        }
        (false, ..) => return Err(wrong("scheme, fy, district", "name a fund, or all")),
    };
    let last = |ledger: &Ledger| ledger.certificates().last().map(|(position, _)| *position);
    let at = match at {
        Some(at) => at,
        None => state.service().ask(last).await?.ok_or_else(|| {
            Problem::new(Code::NothingKnown, "no balances are certified in this ledger")
        })?,
    };
    let note = signed(&state, at).await?;
    let prove = move |ledger: &Ledger| match fund {
        Some(fund) => ledger.prove_balance(at, &fund, note).map(|proof| proof.to_string()),
        None => ledger.prove_balances(at, note).map(|proof| proof.to_string()),
    };
    let proof = look(&state, prove).await?.map_err(unproven)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], proof).into_response())
}

/// From how many records on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// How many records an older checkpoint has; 0 for somebody who has none.
    size: String,
}

/// The proof that nothing was rewritten since the ledger had so many records.
#[utoipa::path(get, path = "/v1/proofs/history", operation_id = "history_proof", tag = "proofs",
    params(Since), responses((status = 200, description = "A proof as PROOFS.md has it",
        content_type = "text/plain", body = String)))]
pub(super) async fn history(
    State(state): State<AppState>,
    _: Caller,
    Asked(asked): Asked<Since>,
) -> Result<Response, Problem> {
    let size = query::position_of(&asked.size).map_err(|_| wrong("size", "a whole number"))?.0;
    let newest = state.service().snapshot().position();
    if size > newest.0 + 1 {
        let held = newest.0 + 1;
        let what = format!("the ledger has {held} records, and not {size}");
        return Err(Problem::new(Code::BeyondTheEnd, what));
    }
    let note = signed(&state, Position(size.saturating_sub(1))).await?;
    let prove = move |ledger: &Ledger| ledger.prove_history(size, note);
    let proof = state.service().ask(prove).await?.map_err(unproven)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], proof.to_string()).into_response())
}
