//! The gate: what every request comes through before a handler is asked, and every answer after.
//!
//! # Invariants
//! * In checking order: the host, the site it was sent from, the route, the token, the rate, the right,
//!   room. What is refused by one is seen by none after it.
//! * Who brings commands waits for none who reads: each have places of their own.
//! * Nothing gets past without a line in the table of rights.
//! * A panic, a stall, whatever happens behind it, is a problem document to the client.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    caller::Caller,
    journal::Journal,
    problem::{Code, Problem},
    rate::Who,
    rights::{Right, methods_of, right_of},
    state::{AppState, Limits},
    tokens::Unbelieved,
};

/// Where a request came from, as the one who accepted its connection saw it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub SocketAddr);

/// How long a request waits for its turn.
const ROOM_TIME: Duration = Duration::from_secs(10);

/// The route that stands in figures for whatever has none.
const NO_ROUTE: &str = "none";

/// Lets a request in, or says why not; then counts and logs what was answered.
pub(crate) async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = word(request.method());
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let route = route.unwrap_or(NO_ROUTE).to_owned();
    let mut token = None;
    let admitted = match admit(&state, request, &route, &mut token) {
        Ok((request, right)) => room(&state, right).await.map(|place| (request, right, place)),
        Err(problem) => Err(problem),
    };
    let mut response = match admitted {
        // The place is held until the answer begins; streams have places of their own.
        Ok((request, right, _place)) => answer(time_of(state.limits(), right), request, next).await,
        Err(problem) => problem.into_response(),
    };
    secure(response.headers_mut());
    let took = began.elapsed();
    let status = response.status().as_u16();
    state.metrics().answered(method, &route, status, took);
    let code = response.extensions().get::<Code>().map(|code| code.name());
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    state.journal().say(
        "request",
        json!({ "method": method, "route": route, "status": status, "code": code,
            "micros": micros, "token": token }),
    );
    response
}

/// A method in a word of ours: of those nobody takes any, whatever it was.
fn word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// A place among the requests that are answered, once it is one's turn.
async fn room(state: &AppState, right: Right) -> Result<Option<OwnedSemaphorePermit>, Problem> {
    let places = match right {
        Right::Open => return Ok(None),
        Right::Submit
        | Right::TakeUp
        | Right::Settle
        | Right::Match
        | Right::Decide
        | Right::Pay
        | Right::Certify
        | Right::Seal => state.submissions(),
        Right::Oneself
        | Right::Sums
        | Right::Trails
        | Right::People
        | Right::Papers
        | Right::Events
        | Right::Exports
        | Right::Proofs
        | Right::Tiles
        | Right::Findings
        | Right::Reconciliation
        | Right::Metrics => state.requests(),
    };
    place_of(places).await.map(Some)
}

/// A place, waited for in the order of asking.
pub(crate) async fn place_of(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    let waiting = tokio::time::timeout(ROOM_TIME, Arc::clone(places).acquire_owned());
    if let Ok(Ok(place)) = waiting.await {
        return Ok(place);
    }
    let what = "as many requests are answered as may be, and it was nobody's turn to end";
    Err(Problem::new(Code::Busy, what).retry_after(2))
}

/// How long an answer may take until it begins.
const fn time_of(limits: &Limits, right: Right) -> Duration {
    match right {
        Right::Exports | Right::Papers => limits.file_time,
        Right::Open
        | Right::Submit
        | Right::TakeUp
        | Right::Settle
        | Right::Match
        | Right::Decide
        | Right::Pay
        | Right::Certify
        | Right::Seal
        | Right::Oneself
        | Right::Sums
        | Right::Trails
        | Right::People
        | Right::Events
        | Right::Proofs
        | Right::Tiles
        | Right::Findings
        | Right::Reconciliation
        | Right::Metrics => limits.answer_time,
    }
}

async fn answer(time: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let seconds = time.as_secs();
            let what = format!(
                "no answer within {seconds} seconds; a command may be recorded all the same: send \
                 the same id again to know"
            );
            Problem::new(Code::TookTooLong, what).into_response()
        }
    }
}

/// The checks before a handler is asked, in order.
fn admit(
    state: &AppState,
    mut request: Request,
    route: &str,
    token: &mut Option<String>,
) -> Result<(Request, Right), Problem> {
    check_one_host(&request)?;
    let headers = request.headers();
    if state.tokens().is_none() {
        check_host(headers)?;
    }
    if !is_reading(request.method()) {
        check_site(headers)?;
    }
    let right = right_of(request.method(), route).ok_or_else(|| no_route(route))?;
    if right == Right::Open {
        return Ok((request, right));
    }
    let peer = request.extensions().get::<Peer>().map_or(NOWHERE, |Peer(address)| address.ip());
    let caller = believe(state, &request, right, peer, route)?;
    let who = match &caller {
        Caller::Anybody => Who::Anybody(peer),
        Caller::Known(identity) => Who::Token(identity.token),
    };
    state.rates().count(who, Instant::now()).map_err(too_fast)?;
    if let Caller::Known(identity) = &caller {
        *token = Some(identity.token.to_string());
        check_right(state, &caller, right)?;
    }
    request.extensions_mut().insert(caller);
    Ok((request, right))
}

const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

fn is_reading(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// What is said where a path takes another method, or there is none.
fn no_route(route: &str) -> Problem {
    let taken = methods_of(route);
    if taken.is_empty() {
        return Problem::new(Code::NotFound, "see the document at /openapi.json for what there is");
    }
    Problem::new(Code::MethodNotAllowed, format!("it takes {}", taken.join(", "))).allow(&taken)
}

fn too_fast(wait: Duration) -> Problem {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    let what = format!("ask again in {seconds} seconds");
    Problem::new(Code::TooMany, what).retry_after(seconds)
}

/// Makes sure that a request is for one host: where it names two, somebody on the way may have
/// understood another one than is understood here.
fn check_one_host(request: &Request) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next();
    let lacks = host.is_none() && request.version() >= Version::HTTP_11;
    let other = request.uri().authority().is_some_and(|stated| {
        host.is_none_or(|host| !host.as_bytes().eq_ignore_ascii_case(stated.as_str().as_bytes()))
    });
    if lacks || other || hosts.next().is_some() {
        return Err(Problem::new(Code::MalformedRequest, "Host: name one host, once"));
    }
    Ok(())
}

/// Makes sure that a service without tokens is asked for by an address of its own machine: a page of
/// another site may have its own name answer with that address.
fn check_host(headers: &HeaderMap) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let name = host.map(|host| {
        let end =
            if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.find(':') };
        &host[..end.unwrap_or(host.len())]
    });
    let own = name.is_some_and(|name| {
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
    });
    if own && hosts.next().is_none() {
        return Ok(());
    }
    Err(Problem::new(Code::WrongHost, "name this service by its loopback address"))
}

/// Makes sure that no page of another site sent what is to change something. Programs that are no
/// browsers send neither header.
fn check_site(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let from_here = site.is_none_or(|site| site == "same-origin" || site == "none");
    let host = text(header::HOST);
    let own = text(header::ORIGIN).is_none_or(|origin| {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        rest.is_some() && rest == host
    });
    if from_here && own {
        return Ok(());
    }
    Err(Problem::new(Code::CrossSite, "send it from a page of this service, or from a program"))
}

/// Who asks. A cookie is enough for reading alone.
fn believe(
    state: &AppState,
    request: &Request,
    right: Right,
    peer: IpAddr,
    route: &str,
) -> Result<Caller, Problem> {
    let Some(tokens) = state.tokens() else { return Ok(Caller::Anybody) };
    let believed = match bearer(request.headers()) {
        Bearer::Token(text) => tokens.believe(text),
        Bearer::Wrong => Err(Unbelieved::Malformed),
        Bearer::None => {
            let reads = is_reading(request.method()) && right != Right::Submit;
            let session = reads.then(|| state.sessions().of(request.headers())).flatten();
            let Some(token) = session else {
                state.rates().count(Who::Stranger(peer), Instant::now()).map_err(too_fast)?;
                state.metrics().denied("no_token");
                let what = "send a token as Authorization: Bearer …";
                return Err(Problem::new(Code::Unauthenticated, what));
            };
            tokens.believe_again(token)
        }
    };
    match believed {
        Ok(identity) => Ok(Caller::Known(identity)),
        Err(why) => {
            state.metrics().denied(why.word());
            state.journal().stranger(route, why.word());
            if let Unbelieved::Unreadable(what) = why {
                state.journal().say("tokens_unreadable", json!({ "what": what }));
                let what = "the service cannot read its tokens; tell who keeps it";
                return Err(Problem::new(Code::Fault, what));
            }
            state.rates().count(Who::Stranger(peer), Instant::now()).map_err(too_fast)?;
            // Which of the reasons it is would tell whoever guesses.
            Err(Problem::new(Code::Unauthenticated, "the token is not valid"))
        }
    }
}

/// What a request says of a token.
enum Bearer<'r> {
    None,
    Token(&'r str),
    Wrong,
}

fn bearer(headers: &HeaderMap) -> Bearer<'_> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = given.next() else { return Bearer::None };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match (token, given.next()) {
        (Some(token), None) => Bearer::Token(token),
        (Some(_) | None, _) => Bearer::Wrong,
    }
}

/// Makes sure that a caller has a right; the denial of one who is known is an event.
pub(crate) fn check_right(state: &AppState, caller: &Caller, right: Right) -> Result<(), Problem> {
    let Some(identity) = caller.identity() else { return Ok(()) };
    let role = identity.role;
    if !right.roles().contains(&role) {
        deny(state, caller, right.word());
        let of: Vec<&str> = right.roles().iter().map(|role| role.name()).collect();
        let what = format!("{} may not: that is for {}", role.name(), of.join(", "));
        return Err(Problem::new(Code::Forbidden, what));
    }
    if caller.is_scoped() && !right.can_be_narrowed() {
        deny(state, caller, right.word());
        let what = "that is for tokens that are held to no scheme and no district";
        return Err(Problem::new(Code::OutsideScope, what));
    }
    Ok(())
}

/// Counts a denial of one who is known, for the ledger to record.
pub(crate) fn deny(state: &AppState, caller: &Caller, what: &'static str) {
    if let Some(identity) = caller.identity() {
        state.metrics().denied("may_not");
        state.denials().deny(identity, what, Instant::now());
    }
}

/// What keeps a browser from doing more with an answer than show it.
fn secure(headers: &mut HeaderMap) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// What a panic behind the gate is told as. Its words are ours, and go to the log alone.
pub(crate) fn panicked(journal: &Journal, panic: &(dyn std::any::Any + Send)) -> Response {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    journal.say("panic", json!({ "words": words.unwrap_or("none") }));
    let what = "what was acknowledged stands; report what the operational log says";
    Problem::new(Code::Bug, what).into_response()
}

#[cfg(test)]
mod tests {
    //! How long which answer may take.

    use axum::http::Method;

    use super::{Limits, right_of, time_of};

    #[test]
    fn what_may_be_a_file_of_the_whole_ledger_has_a_time_of_its_own() {
        let limits = Limits::default();
        assert!(limits.file_time > limits.answer_time);
        let time = |method: &Method, path: &str| {
            time_of(&limits, right_of(method, path).expect("a route with a right"))
        };
        for path in ["/v1/export/events", "/v1/export/cases", "/v1/papers/expenditure"] {
            assert_eq!(time(&Method::GET, path), limits.file_time, "{path}");
        }
        for path in ["/v1/balances", "/v1/events", "/v1/outcomes", "/metrics"] {
            assert_eq!(time(&Method::GET, path), limits.answer_time, "{path}");
        }
        assert_eq!(time(&Method::POST, "/v1/commands"), limits.answer_time);
    }
}
