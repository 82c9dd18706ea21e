//! Payment files: what is due, which were recorded, the next one, and that it stands in its place.
//!
//! # Invariants
//! * A file is given to the drawing officer alone, and is recorded before a byte of it is.
//! * A name and an account number stand in the file and nowhere else: in no problem, in no log.
//! * Who lost an answer asks again and is given the same file, until somebody says that it stands in its
//!   place.
//!
//! # Not here
//! Which payments go into a file, and once for ever: `bahi`.

use std::path::PathBuf;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bahi::{
    BatchError, DetailsError, IssuedFile, Ledger, NewVault, PaymentRun, PaymentsError,
    RecordedFile, SubmitError, answers,
    core::{Day, Role, hex},
    json::PaymentFilesAnswer,
    recon::{Payer, PaymentForm},
};
use serde::Deserialize;
use serde_json::json;

use super::aside::{act, acting, look, wish};
use crate::{
    caller::Caller,
    problem::{Code, Problem},
    query::{self, Asked, wrong},
    state::AppState,
};

/// The most problems of a run that are told one by one.
const TOLD_MAX: usize = 1_000;

/// What payment files are made of, beside the ledger.
#[derive(Clone, Debug)]
pub struct Paying {
    /// The ledger's directory, which the vault lies outside of.
    pub ledger: PathBuf,
    /// The directory of the vault, with names and account numbers.
    pub vault: PathBuf,
    /// Who pays.
    pub payer: Payer,
}

/// Which payments a file is to have.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The form of the file: `ekuber` or `nach306`.
    to: String,
    /// Those of one scheme alone.
    scheme: Option<String>,
    /// Those of one district alone: its code, its name, or `pool`.
    district: Option<String>,
    /// The day they are to be paid on; today where nobody says.
    on: Option<String>,
    /// The first day whose instructions go into files, which the first file of a ledger needs.
    since: Option<String>,
}

/// Which payments a file is to have, and who has it written.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Issue {
    /// The form of the file: `ekuber` or `nach306`.
    to: String,
    /// Those of one scheme alone.
    scheme: Option<String>,
    /// Those of one district alone: its code, its name, or `pool`.
    district: Option<String>,
    /// The day they are to be paid on; today where nobody says.
    on: Option<String>,
    /// The first day whose instructions go into files, which the first file of a ledger needs.
    since: Option<String>,
    /// Who has it written; the token's actor where there is one.
    actor: Option<String>,
}

impl Wanted {
    /// What is asked for; the day is the ledger's own where nobody says.
    fn read(&self) -> Result<impl FnOnce(&Ledger) -> PaymentRun + Send + use<>, Problem> {
        let forms = || wrong("to", PaymentForm::ALL.map(PaymentForm::name).join(", "));
        let form = PaymentForm::parse(&self.to).ok_or_else(forms)?;
        let funds = query::filter(self.scheme.as_ref(), self.district.as_ref(), None, None)?;
        let day = |name: &'static str, text: &Option<String>| {
            text.as_ref().map(|text| Day::parse(text).map_err(|why| wrong(name, why))).transpose()
        };
        let (on, since) = (day("on", &self.on)?, day("since", &self.since)?);
        Ok(move |ledger: &Ledger| PaymentRun {
            form,
            scheme: funds.scheme,
            district: funds.district,
            on: on.unwrap_or_else(|| ledger.day_of_its_clock()),
            since,
        })
    }
}

/// Every payment file that the ledger recorded, in order.
#[utoipa::path(get, path = "/v1/payments", tag = "payments",
    responses((status = 200, description = "The files", body = Value)))]
pub(super) async fn files(State(state): State<AppState>, _: Caller) -> Result<Response, Problem> {
    let files = look(&state, Ledger::payment_files).await??;
    let files = files.iter().map(RecordedFile::answer).collect();
    Ok(Json(PaymentFilesAnswer { files }).into_response())
}

/// What the next file would have, and what it would leave out. Nothing is recorded.
#[utoipa::path(get, path = "/v1/payments/due", tag = "payments", params(Wanted),
    responses((status = 200, description = "What is due", body = Value)))]
pub(super) async fn due(
    State(state): State<AppState>,
    _: Caller,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Problem> {
    let run = asked.read()?;
    let find = move |ledger: &Ledger| {
        let run = run(ledger);
        ledger.payments_due(&run).map(|due| (due, run))
    };
    let (due, run) = look(&state, find).await?.map_err(not_issued)?;
    Ok(Json(due.answer(&run)).into_response())
}

/// Records the next payment file and gives it out: the one that was given out before and of which
/// nobody said that it stands in its place, or else one of everything due.
#[utoipa::path(post, path = "/v1/payments/file", operation_id = "issue_payments", tag = "payments",
    request_body = Issue,
    responses((status = 200, description = "The file that was recorded before",
            content((Vec<u8> = "application/xml"), (String = "text/plain"))),
        (status = 201, description = "The file, recorded durably",
            content((Vec<u8> = "application/xml"), (String = "text/plain"))),
        (status = 204, description = "Nothing is due that is in no file yet")))]
pub(super) async fn issue(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Issue { to, scheme, district, on, since, actor } = wish(&state, &headers, body).await?;
    let run = Wanted { to, scheme, district, on, since }.read()?;
    let by = acting(&state, &caller, actor.as_ref(), None, Some(Role::DrawingOfficer))?;
    let paying = state.paying().ok_or_else(|| {
        let what = "who keeps the service names a vault and a payer's description by --payer";
        Problem::new(Code::NotFound, what)
    })?;
    let issue = move |ledger: &mut Ledger| -> Result<Option<IssuedFile>, Problem> {
        let opened = ledger.open_vault(&paying.ledger, &paying.vault, NewVault::No);
        let (vault, _) = opened.map_err(no_vault)?;
        let run = run(ledger);
        ledger.issue_payments(&vault, &paying.payer, &run, &by).map_err(not_issued)
    };
    let issued = act(&state, issue).await??;
    let Some(IssuedFile { recorded, file, again }) = issued else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let (kind, ending) = match recorded.form {
        PaymentForm::Ekuber => ("application/xml", "xml"),
        PaymentForm::Nach306 => ("text/plain; charset=utf-8", "txt"),
    };
    let name = format!("attachment; filename=\"payments-{}.{ending}\"", recorded.number);
    let headers = [
        (header::CONTENT_TYPE.as_str(), kind.to_owned()),
        (header::CONTENT_DISPOSITION.as_str(), name),
        ("bahi-payment-file", recorded.number.to_string()),
        ("bahi-payment-position", recorded.position.to_string()),
        ("bahi-payment-digest", hex(&recorded.digest)),
    ];
    let status = if again { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, headers, file.bytes).into_response())
}

/// That a payment file stands in its place, and who says so.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Stands {
    /// SHA-256 of the file as it stands there, in hex.
    digest: String,
    /// Who says so; the token's actor where there is one.
    actor: Option<String>,
}

/// Records that a payment file stands in its place, whole: it is given out no more. Twice is once.
#[utoipa::path(post, path = "/v1/payments/written", operation_id = "payments_written",
    tag = "payments", request_body = Stands,
    responses((status = 200, description = "The file, as it is recorded", body = Value)))]
pub(super) async fn written(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked: Stands = wish(&state, &headers, body).await?;
    let digest =
        bytes_of(&asked.digest).ok_or_else(|| wrong("digest", "64 lower-case hex digits"))?;
    let by = acting(&state, &caller, asked.actor.as_ref(), None, Some(Role::DrawingOfficer))?;
    let note = move |ledger: &mut Ledger| ledger.note_payments_written(digest, &by);
    let recorded = act(&state, note).await?.map_err(not_issued)?;
    Ok(Json(recorded.answer()).into_response())
}

/// The bytes of a hash in lower-case hex.
fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digits = text.as_bytes();
    let sound = digits.iter().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(digit));
    if digits.len() != 64 || !sound {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

fn no_vault(error: DetailsError) -> Problem {
    match error {
        DetailsError::Submit(SubmitError::Failed(error)) => error.into(),
        error @ (DetailsError::Denied { .. }
        | DetailsError::Erased { .. }
        | DetailsError::NothingHeld { .. }
        | DetailsError::VaultAway { .. }
        | DetailsError::Vault(_)
        | DetailsError::Unfinished { .. }
        | DetailsError::Submit(SubmitError::Refused(_))) => {
            Problem::new(Code::Fault, answers::full(&error))
        }
    }
}

fn not_issued(error: PaymentsError) -> Problem {
    let words = answers::full(&error);
    match error {
        PaymentsError::Denied { .. } => Problem::new(Code::Forbidden, words),
        PaymentsError::NoKeys => Problem::new(
            Code::Fault,
            "the service was given no key file; who keeps it names the ledger's by --keys",
        ),
        PaymentsError::SinceWhen => wrong("since", words),
        PaymentsError::Refused(problems) => {
            let told = problems.iter().take(TOLD_MAX).map(|one| {
                json!({ "position": one.payment.0, "why": one.why.to_string(),
                    "case_ref": one.case.as_ref().map(ToString::to_string) })
            });
            Problem::new(Code::Refused, words).with("problems", told.collect::<Vec<_>>())
        }
        PaymentsError::OtherForm { .. }
        | PaymentsError::Differs { .. }
        | PaymentsError::Stale { .. }
        | PaymentsError::File(_) => Problem::new(Code::Refused, words),
        PaymentsError::Vault(_) => Problem::new(Code::Fault, words),
        PaymentsError::Batch(BatchError::Refused { refused, .. }) => Problem::refused(&refused),
        PaymentsError::Batch(BatchError::Failed(error)) => error.into(),
        PaymentsError::Unknown => Problem::new(Code::NothingKnown, words),
    }
}
