//! Commands in: one as JSON, or many as JSON lines, each answered once it is durable.
//!
//! # Invariants
//! * Who acts is the token's, in every command, before any of a request is submitted.
//! * Commands of a request are decided in their order, and one that is answered is recorded.

use std::collections::VecDeque;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Outcome, Service, ServiceError, answers,
    core::{Act, Command},
    json::{LINE_BYTES_MAX, LineOutcome, Malformed, command_schema, outcome_json, outcome_line},
    parse_command,
    service::{Awaited, BatchOutcome},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    body::{self, Kind},
    caller::Caller,
    gate::{deny, place_of},
    idempotency,
    problem::{Code, Problem},
    query::{Asked, flag},
    rights::{brought_by, is_noted_by_programs},
    scope,
    state::AppState,
};

/// The most bytes of a body with one command: a line that is too long is told with its column, and
/// nobody sends two of them.
const ONE_BYTES_MAX: usize = 2 * LINE_BYTES_MAX;

/// What may be asked of a request with many commands.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// `true`: all commands are accepted or none, and a refused request leaves nothing.
    #[param(schema_with = crate::document::flag)]
    all_or_none: Option<String>,
}

/// Brings one command, or many.
///
/// One command is one line of `application/json`, and its answer one document: 201 where it was
/// accepted, 200 where it was before, 409 where the rules refuse it. Many are lines of
/// `application/x-ndjson`, and so are their answers, in order, whatever became of each.
#[utoipa::path(post, path = "/v1/commands", tag = "commands",
    params(How, ("Idempotency-Key" = Option<String>, Header,
        description = "Of one command its command_id; of many a name for the request")),
    request_body(content((Value = "application/json"), (String = "application/x-ndjson"))),
    responses(
        (status = 200, description = "Accepted before; or an answer for each of many lines",
            content((Value = "application/json"), (String = "application/x-ndjson"))),
        (status = 201, description = "Accepted, durably", body = Value)))]
pub(super) async fn submit(
    State(state): State<AppState>,
    caller: Caller,
    Asked(how): Asked<How>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let all_or_none = flag("all_or_none", how.all_or_none.as_ref())?;
    let key = idempotency::key_of(&headers)?;
    let kind = body::kind(&headers);
    let limits = state.limits();
    match kind {
        Some(Kind::Json) => {
            let max = limits.body_bytes.min(ONE_BYTES_MAX);
            let body = body::read(body, max, limits.body_time).await?;
            one(&state, &caller, key, &body).await
        }
        Some(Kind::JsonLines) => {
            // So many of the largest bodies are in memory, and no more.
            let _place = place_of(state.batches()).await?;
            let body = body::read(body, limits.body_bytes, limits.body_time).await?;
            if let Some(key) = key {
                let token = caller.identity().map(|identity| identity.token);
                state.remembered().check(token, key, &body)?;
            }
            let lines = lines(&body, limits.commands)?;
            if all_or_none {
                all(&state, &caller, lines).await
            } else {
                each(&state, &caller, lines).await
            }
        }
        Some(Kind::Form) | None => {
            let what = "one command is application/json, many are application/x-ndjson";
            Err(Problem::new(Code::UnsupportedType, what))
        }
    }
}

/// The JSON Schema of a command.
#[utoipa::path(get, path = "/v1/schema/commands", tag = "commands",
    responses((status = 200, description = "The schema", body = Value)))]
pub(super) async fn schema() -> Json<Value> {
    Json(command_schema())
}

async fn one(
    state: &AppState,
    caller: &Caller,
    key: Option<String>,
    body: &[u8],
) -> Result<Response, Problem> {
    let command = parse_command(body).map_err(|malformed| unread(malformed, None))?;
    if let Some(key) = key {
        idempotency::is_id(&key, command.id)?;
    }
    let (id, commands) = (command.id, [command]);
    permitted(state, caller, &commands, &[1]).await?;
    let [command] = commands;
    let outcome = state.service().submit(command.clone()).await.map_err(|error| {
        state.metrics().command("fault");
        Problem::from(error).with("command_id", id.to_string())
    })?;
    let outcome = answers::outcome(&command, &outcome);
    state.metrics().command(status(&outcome));
    let line = Json(outcome_json(1, &outcome));
    let at = |position| [(header::LOCATION, format!("/v1/events/{position}"))];
    match &outcome {
        LineOutcome::Accepted { position, .. } => {
            Ok((StatusCode::CREATED, at(position), line).into_response())
        }
        LineOutcome::Duplicate { position, .. } => Ok((at(position), line).into_response()),
        LineOutcome::Refused { refused, evidence, .. } => Err(Problem::refused(refused)
            .with("command_id", id.to_string())
            .with("position", evidence.map(|position| position.0))),
        LineOutcome::Malformed(malformed) => Err(unread(malformed.clone(), None)),
        LineOutcome::Fault { message, .. } => Err(Problem::new(Code::Fault, message.clone())),
    }
}

fn status(outcome: &LineOutcome) -> &'static str {
    match outcome {
        LineOutcome::Accepted { .. } => "accepted",
        LineOutcome::Refused { .. } => "refused",
        LineOutcome::Duplicate { .. } => "duplicate",
        LineOutcome::Malformed(_) => "malformed",
        LineOutcome::Fault { .. } => "fault",
    }
}

fn unread(malformed: Malformed, line: Option<u64>) -> Problem {
    let Malformed { column, what } = malformed;
    let problem = Problem::new(Code::MalformedCommand, what).with("column", column);
    match line {
        Some(line) => problem.with("line", line),
        None => problem,
    }
}

/// A line that is not blank, by its number from 1.
type Line = (u64, Result<Command, Malformed>);

fn lines(body: &[u8], max: usize) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if lines.len() == max {
            let what = format!("a request has at most {max} commands; send them in parts");
            return Err(Problem::new(Code::TooLarge, what));
        }
        lines.push((number, parse_command(line)));
    }
    Ok(lines)
}

/// Makes sure that a caller may bring commands, all of them, before any is submitted.
async fn permitted(
    state: &AppState,
    caller: &Caller,
    commands: &[Command],
    numbers: &[u64],
) -> Result<(), Problem> {
    let Some(identity) = caller.identity() else { return Ok(()) };
    for (command, number) in commands.iter().zip(numbers) {
        if command.actor != identity.actor || command.role != identity.role {
            deny(state, caller, "http_other_identity");
            let (actor, role) = (&identity.actor, identity.role.name());
            let what = format!("the token acts as {actor}, {role}, and for nobody else");
            return Err(Problem::new(Code::OtherIdentity, what).with("line", *number));
        }
        let kind = command.act.kind();
        if let Act::NoteExport { what, .. } = &command.act
            && is_noted_by_programs(what.as_str())
        {
            deny(state, caller, "http_command");
            let why = format!("{what} is noted by the program that does it, and by nobody else");
            return Err(Problem::new(Code::Forbidden, why).with("line", *number));
        }
        if !brought_by(kind).contains(&identity.role) {
            deny(state, caller, "http_command");
            let (role, kind) = (identity.role.name(), kind.name());
            let what = format!("{role} brings no {kind}");
            return Err(Problem::new(Code::Forbidden, what).with("line", *number));
        }
    }
    scope::check(state.service(), caller, commands).await.inspect_err(|problem| {
        if problem.code() == Code::OutsideScope {
            deny(state, caller, "http_outside_scope");
        }
    })
}

fn parsed(lines: &[Line]) -> (Vec<Command>, Vec<u64>) {
    let sound = lines.iter().filter_map(|(number, line)| Some((line.clone().ok()?, *number)));
    sound.unzip()
}

/// Each line on its own.
async fn each(state: &AppState, caller: &Caller, lines: Vec<Line>) -> Result<Response, Problem> {
    let (commands, numbers) = parsed(&lines);
    permitted(state, caller, &commands, &numbers).await?;
    let outcomes = submit_in_order(state.service(), &commands).await;
    let mut decided = commands.iter().zip(outcomes);
    let mut answered = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        let outcome = match line {
            Err(malformed) => LineOutcome::Malformed(malformed),
            Ok(command) => match decided.next() {
                Some((command, Ok(outcome))) => answers::outcome(command, &outcome),
                Some((command, Err(error))) => fault(command, &error),
                None => answers::fault(&command, &bahi::Error::Bug("a command came to nothing")),
            },
        };
        state.metrics().command(status(&outcome));
        answered.push((number, outcome));
    }
    Ok(told(&answered))
}

fn fault(command: &Command, error: &ServiceError) -> LineOutcome {
    let what = answers::full(error);
    let next = if error.may_be_recorded() {
        "it may be recorded: submit the same id again to know"
    } else {
        "nothing is recorded of it"
    };
    LineOutcome::Fault { command_id: command.id, message: format!("{what}; {next}") }
}

/// Submits commands in their order, as many at once as the queue takes.
async fn submit_in_order(
    service: &Service,
    commands: &[Command],
) -> Vec<Result<Outcome, ServiceError>> {
    let mut outcomes = Vec::with_capacity(commands.len());
    let mut waiting: VecDeque<Awaited<Outcome>> = VecDeque::new();
    for command in commands {
        if command.signed.is_some() {
            // Its signature is looked at here, on a thread that others need too.
            tokio::task::yield_now().await;
        }
        loop {
            match service.try_submit(command) {
                Ok(awaited) => {
                    waiting.push_back(awaited);
                    break;
                }
                Err(ServiceError::QueueFull { .. }) => {
                    // What is asked first is answered first, and makes room.
                    if let Some(first) = waiting.pop_front() {
                        outcomes.push(first.await);
                    } else {
                        outcomes.push(service.submit(command.clone()).await);
                        break;
                    }
                }
                Err(error) => {
                    while let Some(first) = waiting.pop_front() {
                        outcomes.push(first.await);
                    }
                    outcomes.push(Err(error));
                    break;
                }
            }
        }
    }
    while let Some(first) = waiting.pop_front() {
        outcomes.push(first.await);
    }
    outcomes
}

/// All lines, or none.
async fn all(state: &AppState, caller: &Caller, lines: Vec<Line>) -> Result<Response, Problem> {
    let mut commands = Vec::with_capacity(lines.len());
    let mut numbers = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        commands.push(line.map_err(|malformed| unread(malformed, Some(number)))?);
        numbers.push(number);
    }
    permitted(state, caller, &commands, &numbers).await?;
    match state.service().submit_all(commands.clone()).await? {
        BatchOutcome::Accepted(receipts) => {
            let accepted = commands.iter().zip(receipts).zip(numbers);
            let answered: Vec<(u64, LineOutcome)> = accepted
                .map(|((command, receipt), number)| {
                    (number, answers::outcome(command, &Outcome::Accepted(receipt)))
                })
                .collect();
            answered.iter().for_each(|(_, outcome)| state.metrics().command(status(outcome)));
            Ok(told(&answered))
        }
        BatchOutcome::Refused { index, refused } => {
            state.metrics().command("refused");
            let line = numbers.get(index).copied().unwrap_or_default();
            Err(Problem::refused(&refused).with("line", line))
        }
    }
}

fn told(answered: &[(u64, LineOutcome)]) -> Response {
    let mut text = String::new();
    for (number, outcome) in answered {
        text.push_str(&outcome_line(*number, outcome));
        text.push('\n');
    }
    ([(header::CONTENT_TYPE, "application/x-ndjson")], text).into_response()
}
