//! Statements of banks in and out, and reconciliation: compared, recorded, explained, decided.
//!
//! # Invariants
//! * An account's number comes in a header, and no answer has one.
//! * What is recorded goes through the queue as any command, by the service's own steps.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Ledger, ServiceError, answers,
    core::{Day, Event, Position, Role, StatementReceived, Word},
    json::{MatchDecidedAnswer, MatchExplainedAnswer, ReceivedAnswer, StatementsAnswer},
    recon::{
        AccountLabel, AddError, AddOptions, DecideError, Explained, Format, ReadOptions,
        ReconcileError, RunOptions, Wish, profile, show_statement, tolerance,
    },
    service::MatchDecision,
};
use serde::Deserialize;

use super::{
    aside::{acting, look, wish},
    folded::settled,
};
use crate::{
    body,
    caller::Caller,
    gate::place_of,
    problem::{Code, Problem},
    query::{Asked, flag, wrong},
    state::AppState,
};

/// The header that names the office's account, where a file does not.
const ACCOUNT: &str = "bahi-account";
/// The actor of a comparison that records nothing.
const NOBODY: &str = "reconciliation";
/// The most days and rules that one request names.
const NAMED_MAX: usize = 64;

/// Every statement that was received, in order.
#[utoipa::path(get, path = "/v1/statements", tag = "reconciliation", responses(
    (status = 200, description = "The statements", body = Value),
    (status = 304, description = "They are those of the tag")))]
pub(super) async fn statements(
    State(state): State<AppState>,
    _: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, basis, tag) = settled(&state, bahi::View::NOW).await?;
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let last = view.at.unwrap_or(basis.position);
    let read = move |ledger: &Ledger| -> Result<Vec<ReceivedAnswer>, bahi::Error> {
        let mut found = Vec::new();
        for recorded in ledger.events(Position(1), last) {
            let recorded = recorded?;
            if let Event::StatementReceived(said) = &recorded.event {
                found.push(statement(ledger, recorded.position, said));
            }
        }
        Ok(found)
    };
    let statements = look(&state, read).await??;
    let (position, root) = (basis.position.0, basis.root.to_string());
    Ok(tag.json(&StatementsAnswer { position, root, statements }))
}

fn statement(ledger: &Ledger, position: Position, said: &StatementReceived) -> ReceivedAnswer {
    let account = said.account.0;
    ReceivedAnswer {
        position: position.0,
        file: bahi::core::hex(&said.file),
        part: said.part,
        format: ledger.names().word(said.format).map(ToString::to_string).unwrap_or_default(),
        account_key: match account.key_id {
            1 => account.to_string(),
            key_id => format!("{key_id}:{account}"),
        },
        from: said.from.to_string(),
        to: said.to.to_string(),
        opening: said.opening.map(|balance| balance.to_string()),
        closing: said.closing.map(|balance| balance.to_string()),
        lines: said.lines,
        repeated: said.repeated,
        set_aside: said.set_aside,
    }
}

/// How a file is read, and by whom it is brought.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Brought {
    /// Its format, where it is not to be recognised: `camt053`, `mt940`, `csv`.
    kind: Option<String>,
    /// Which column of a table says what: the name of a built-in layout.
    profile: Option<String>,
    /// The day of answers to payments that state none.
    day: Option<String>,
    /// What the office calls the account, as reports show it: at most 40 characters and 8 digits.
    label: Option<String>,
    /// Who brings it; the token's actor where there is one.
    actor: Option<String>,
    /// `true`: say what the file holds, and record nothing.
    #[param(schema_with = crate::document::flag)]
    check: Option<String>,
}

/// Brings a file of a bank or a treasury: its statements, and of their lines those that no file told
/// before. The same file twice changes nothing.
#[utoipa::path(post, path = "/v1/statements", tag = "reconciliation",
    params(Brought, ("Bahi-Account" = Option<String>, Header,
        description = "The office's account that the file is of, where it does not say so")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "What it holds, or what was recorded of it",
        body = Value)))]
pub(super) async fn bring(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Brought>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let check = flag("check", asked.check.as_ref())?;
    let read = reading(&asked)?;
    let day = asked.day.as_ref().map(|text| Day::parse(text).map_err(|why| wrong("day", why)));
    let day = day.transpose()?;
    let label = asked.label.as_ref().map(|text| AccountLabel::new(text));
    let label = label.transpose().map_err(|why| wrong("label", why))?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/octet-stream") {
        let what = "send the file as application/octet-stream";
        return Err(Problem::new(Code::UnsupportedType, what));
    }
    let account = headers.get(ACCOUNT).map(|value| value.to_str().map(str::to_owned));
    let account = account.transpose().map_err(|_| wrong("Bahi-Account", "an account's digits"))?;
    // So many of the largest bodies are in memory, and no more.
    let _place = place_of(state.batches()).await?;
    let limits = state.limits();
    let bytes = body::read(body, limits.body_bytes, limits.body_time).await?;
    if check {
        let show = move || show_statement(&bytes, &read);
        let shown = super::sums::blocking(show).await?.map_err(|why| wrong("the file", why))?;
        return Ok(Json(shown).into_response());
    }
    let acting = acting(&state, &caller, asked.actor.as_ref(), None, Some(Role::TreasuryJob))?;
    let options = AddOptions { read, account, day, label, actor: acting.actor };
    let added = state.service().add_statement(bytes.into(), options).await.map_err(not_added)?;
    let position = state.service().snapshot().position();
    Ok(Json(added.answer(position)).into_response())
}

fn reading(asked: &Brought) -> Result<ReadOptions, Problem> {
    let format = asked.kind.as_ref().map(|kind| {
        Format::parse(kind).ok_or_else(|| {
            let known: Vec<&str> = Format::ALL.iter().map(|one| one.name()).collect();
            wrong("kind", format!("formats are {}", known.join(", ")))
        })
    });
    let layout = asked.profile.as_ref().map(|name| {
        let mut is_built_in = true;
        let layout = profile(name, || {
            is_built_in = false;
            String::new()
        });
        match layout {
            Ok(layout) if is_built_in => Ok(layout),
            _ => Err(wrong("profile", "no built-in layout has this name")),
        }
    });
    Ok(ReadOptions { format: format.transpose()?, layout: layout.transpose()? })
}

fn not_added(error: AddError<ServiceError>) -> Problem {
    let words = answers::full(&error);
    match error {
        AddError::KeysMissing => Problem::new(
            Code::Fault,
            "accounts are kept as fingerprints, and the service was given no key file; who keeps it \
             names the ledger's by --keys",
        ),
        AddError::NoAccount { .. } => {
            Problem::new(Code::MalformedRequest, format!("{words} in the header Bahi-Account"))
        }
        AddError::Unreadable(_) | AddError::NoStatement(_) | AddError::NoDay { .. } => {
            Problem::new(Code::MalformedRequest, words)
        }
        AddError::TooMany => Problem::new(Code::TooLarge, words),
        AddError::Refused(refused) => Problem::refused(&refused),
        AddError::Vault(_) => Problem::new(Code::Fault, words),
        AddError::Failed(error) => error.into(),
    }
}

/// What a comparison is told.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// The day from which ages are counted; today where nobody says.
    today: Option<String>,
    /// How many working days after a payment its line may come and still be proposed: 0 to 366.
    window: Option<String>,
    /// Days on which banks are closed, with commas between.
    holidays: Option<String>,
    /// Named rules that accept a difference, with commas between: `NAME:less:5.00`.
    tolerances: Option<String>,
    /// Who is recorded to have matched; the token's actor where there is one.
    actor: Option<String>,
    /// The proposal, line or event that is to be explained.
    id: Option<String>,
}

/// How many working days a line may come late where nobody says.
const WINDOW: u16 = 3;

impl How {
    fn options(&self, actor: bahi::core::ActorName) -> Result<RunOptions, Problem> {
        let day = |name: &str, text: &str| Day::parse(text).map_err(|why| wrong(name, why));
        let each = |text: &Option<String>| -> Vec<String> {
            let parts = text.iter().flat_map(|text| text.split(','));
            parts.filter(|part| !part.is_empty()).take(NAMED_MAX + 1).map(str::to_owned).collect()
        };
        let (holidays, tolerances) = (each(&self.holidays), each(&self.tolerances));
        if holidays.len().max(tolerances.len()) > NAMED_MAX {
            return Err(wrong("holidays, tolerances", format!("at most {NAMED_MAX} of each")));
        }
        let window = self.window.as_ref().map(|text| {
            let days = text.parse::<u16>().ok().filter(|days| *days <= 366);
            days.ok_or_else(|| wrong("window", "a whole number of days up to 366"))
        });
        let today = self.today.as_ref().map(|text| day("today", text)).transpose()?;
        let holidays = holidays.iter().map(|text| day("holidays", text));
        let tolerances =
            tolerances.iter().map(|text| tolerance(text).map_err(|why| wrong("tolerances", why)));
        Ok(RunOptions {
            today: today.unwrap_or_else(bahi::today),
            window_days: window.transpose()?.unwrap_or(WINDOW),
            holidays: holidays.collect::<Result<_, _>>()?,
            tolerances: tolerances.collect::<Result<_, _>>()?,
            answers: Vec::new(),
            payer: None,
            actor,
        })
    }

    fn of_nobody(&self) -> Result<RunOptions, Problem> {
        let nobody = bahi::core::ActorName::new(NOBODY);
        self.options(nobody.map_err(|_| Problem::new(Code::Bug, "an actor has no name"))?)
    }

    fn nothing_else(&self, what: &[(&'static str, &Option<String>)]) -> Result<(), Problem> {
        let other = what.iter().find(|(_, given)| given.is_some());
        other.map_or(Ok(()), |(name, _)| Err(wrong(name, "it is no matter of this")))
    }
}

/// What is matched, what would be recorded, and what is left to a person. Nothing is recorded.
#[utoipa::path(get, path = "/v1/reconciliation", tag = "reconciliation", params(How),
    responses((status = 200, description = "The report", body = Value)))]
pub(super) async fn report(
    State(state): State<AppState>,
    _: Caller,
    Asked(how): Asked<How>,
) -> Result<Response, Problem> {
    how.nothing_else(&[("actor", &how.actor), ("id", &how.id)])?;
    let options = how.of_nobody()?;
    let found = state.service().reconciliation(options).await;
    let report = found.map_err(|ReconcileError::Failed(error)| error)?;
    Ok(Json(report.answer()).into_response())
}

/// Records what a reference proves, and says what is left. A run that was broken off goes on when it
/// is asked for again.
#[utoipa::path(post, path = "/v1/reconciliation", tag = "reconciliation", params(How),
    responses((status = 200, description = "The report", body = Value)))]
pub(super) async fn run(
    State(state): State<AppState>,
    caller: Caller,
    Asked(how): Asked<How>,
) -> Result<Response, Problem> {
    how.nothing_else(&[("id", &how.id)])?;
    let acting = acting(&state, &caller, how.actor.as_ref(), None, Some(Role::TreasuryJob))?;
    let options = how.options(acting.actor)?;
    let done = state.service().reconcile(options).await;
    let report = done.map_err(|ReconcileError::Failed(error)| error)?;
    Ok(Json(report.answer()).into_response())
}

/// What is known of a proposal, a line (`9/2`) or an event (`17`).
#[utoipa::path(get, path = "/v1/reconciliation/explain", operation_id = "explain_match", tag = "reconciliation", params(How),
    responses((status = 200, description = "Sentences about it", body = Value)))]
pub(super) async fn explain(
    State(state): State<AppState>,
    _: Caller,
    Asked(how): Asked<How>,
) -> Result<Response, Problem> {
    how.nothing_else(&[("actor", &how.actor)])?;
    let options = how.of_nobody()?;
    let id = how.id.ok_or_else(|| wrong("id", "name a proposal, a line or an event"))?;
    let told = state.service().explain_match(id, options).await;
    let Explained { id, says } = told.map_err(undecided)?;
    Ok(Json(MatchExplainedAnswer { id, says }).into_response())
}

/// A person's word on a proposal, or on lines and events they name.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    /// The proposal, `9/2=17`, or `9/2=none` for money of something else.
    id: String,
    /// `accept` or `reject`.
    decision: String,
    /// Why, as a code: `seen_by_hand` where nobody says.
    reason: Option<String>,
    /// The day on which it counts; today where nobody says.
    today: Option<String>,
    /// Who decides; the token's actor where there is one.
    actor: Option<String>,
}

/// Records a person's decision: that lines are events, or are not.
#[utoipa::path(post, path = "/v1/reconciliation/decide", tag = "reconciliation",
    request_body = Decision,
    responses((status = 200, description = "Decided before", body = Value),
        (status = 201, description = "Decided, durably", body = Value)))]
pub(super) async fn decide(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked: Decision = wish(&state, &headers, body).await?;
    let wish = match asked.decision.as_str() {
        "accept" => Wish::Accept,
        "reject" => Wish::Reject,
        _ => return Err(wrong("decision", "accept or reject")),
    };
    let reason = Word::new(asked.reason.as_deref().unwrap_or("seen_by_hand"));
    let reason = reason.map_err(|why| wrong("reason", why))?;
    let by = acting(&state, &caller, asked.actor.as_ref(), None, Some(Role::DrawingOfficer))?;
    let how = How {
        today: asked.today,
        window: None,
        holidays: None,
        tolerances: None,
        actor: None,
        id: None,
    };
    let (options, id) = (how.options(by.actor.clone())?, asked.id);
    let day = options.today;
    let decision = MatchDecision { wish, id: id.clone(), acting: by, reason, day };
    let receipts = state.service().decide_match(decision, options).await.map_err(undecided)?;
    let last = receipts.last();
    let last = last.ok_or_else(|| Problem::new(Code::Bug, "a decision came to nothing"))?;
    let status = if last.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let (position, duplicate) = (last.position.0, last.repeated);
    Ok((status, Json(MatchDecidedAnswer { id, position, duplicate })).into_response())
}

fn undecided(error: DecideError<ServiceError>) -> Problem {
    let words = answers::full(&error);
    match error {
        DecideError::NoId(_) => wrong("id", words),
        DecideError::NoProposal(_) => Problem::new(Code::NothingKnown, words),
        DecideError::Refused(words) => Problem::new(Code::Refused, words),
        DecideError::Failed(error) => error.into(),
    }
}
