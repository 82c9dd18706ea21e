//! From a page to a response: its headers, its policy, and pages of trouble.
//!
//! # Invariants
//! * A page may load the console's own style and script, and nothing else from anywhere.
//! * Trouble is a page too, with the status that the API would answer with; who is not known is led
//!   to where a session begins.

use askama::Template;
use axum::{
    extract::{FromRequestParts, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use bahi::{Error, Ledger, Service, ServiceError};

use super::{
    ask::{Ask, Typed, Unreadable},
    frame::{Around, Frame, Section},
    paths,
    watch::Watch,
    words::Words,
};
use crate::{AppState, Caller, Code, Problem};

/// What a page of the console may load and do.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const STYLE: &str = include_str!("assets/console.css");
const SCRIPT: &str = include_str!("assets/console.js");
const MARK: &str = include_str!("assets/mark.svg");

/// A page that could not be answered.
#[derive(Template)]
#[template(path = "trouble.html")]
struct Trouble {
    frame: Frame,
    detail: String,
    overview: String,
}

/// Who asks what of which ledger: what every page takes.
pub(super) struct Asked {
    /// What is asked.
    pub(super) ask: Ask,
    /// Who asks.
    pub(super) caller: Caller,
    /// The state.
    pub(super) state: AppState,
    /// The folds the console keeps.
    pub(super) watch: Watch,
}

impl Asked {
    /// The labels.
    pub(super) const fn words(&self) -> Words {
        self.ask.words()
    }

    /// The ledger.
    pub(super) fn service(&self) -> &Service {
        self.state.service()
    }

    /// A question about what the caller may see, with what stands around its answer.
    pub(super) async fn question<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger, &Ask, &Caller) -> Result<T, Wrong> + Send + 'static,
    ) -> Result<(Around, T), Wrong> {
        let (ask, caller) = (self.ask.clone(), self.caller.clone());
        let whole = move |ledger: &Ledger| {
            let around = Around::of(ledger, ask.view())?;
            Ok::<_, Wrong>((around, question(ledger, &ask, &caller)?))
        };
        self.service().ask(whole).await?
    }

    /// The frame of a page.
    pub(super) fn frame(
        &self,
        title: impl Into<String>,
        section: Section,
        path: impl Into<String>,
        around: &Around,
    ) -> Frame {
        let ledger = (self.state.name().as_str(), self.state.is_simulated());
        let frame = Frame::new(title, section, path, &self.ask, around, ledger);
        Frame { signed_in: self.caller.identity().is_some(), ..frame }
    }

    /// What a page came to, as a response.
    pub(super) fn respond<T: Template>(&self, page: Result<T, Wrong>) -> Response {
        match page.and_then(|page| page.render().map_err(|_| Wrong::Bug("a page does not render")))
        {
            Ok(text) => html(StatusCode::OK, text),
            Err(wrong) => trouble(&self.state, &self.ask, wrong),
        }
    }
}

impl FromRequestParts<AppState> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Asked, Response> {
        let caller = Caller::from_request_parts(parts, state).await;
        let caller = caller.map_err(IntoResponse::into_response)?;
        let typed: Result<Query<Typed>, QueryRejection> =
            Query::from_request_parts(parts, state).await;
        let ask = match typed {
            Ok(Query(typed)) => Ask::of(&typed).map_err(Wrong::Unreadable),
            Err(_) => Err(Wrong::Unreadable(Unreadable("query"))),
        };
        let ask = ask.map_err(|wrong| trouble(state, &Ask::default(), wrong))?;
        let watch = parts.extensions.get::<Watch>().cloned().unwrap_or_default();
        Ok(Asked { ask, caller, state: state.clone(), watch })
    }
}

/// Why a page could not be answered.
#[derive(Debug)]
pub(super) enum Wrong {
    /// A parameter has no meaning. Correct it.
    Unreadable(Unreadable),
    /// The ledger knows nothing of what was named. Correct the address, or ask about another time.
    Nothing(&'static str),
    /// As the API says.
    Problem(Box<Problem>),
    /// A bug of the console. Report it.
    Bug(&'static str),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        Wrong::Problem(Box::new(error.into()))
    }
}

impl From<ServiceError> for Wrong {
    fn from(error: ServiceError) -> Wrong {
        Wrong::Problem(Box::new(error.into()))
    }
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Wrong {
        Wrong::Problem(Box::new(problem))
    }
}

/// The page that says why there is no other.
fn trouble(state: &AppState, ask: &Ask, wrong: Wrong) -> Response {
    let (code, detail) = match wrong {
        Wrong::Unreadable(Unreadable(name)) => {
            (Code::MalformedRequest, format!("the parameter {name} cannot be read"))
        }
        Wrong::Nothing(what) => (Code::NothingKnown, what.to_owned()),
        Wrong::Bug(what) => (Code::Bug, what.to_owned()),
        Wrong::Problem(problem) => {
            let document = problem.document();
            let detail = document.get("detail").and_then(|detail| detail.as_str());
            (problem.code(), detail.unwrap_or_default().to_owned())
        }
    };
    let ledger = (state.name().as_str(), state.is_simulated());
    let title = ask.words().trouble();
    let frame = Frame::bare(title, Section::Elsewhere, paths::OVERVIEW, ask, ledger);
    let page = Trouble { frame, detail, overview: ask.link(paths::OVERVIEW, &[]) };
    let mut response = match page.render() {
        Ok(text) => html(code.status(), text),
        Err(_) => code.status().into_response(),
    };
    response.extensions_mut().insert(code);
    response
}

fn html(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    put(headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
    // What a page says rests on who asks and on the newest position.
    put(headers, header::CACHE_CONTROL, "private, no-cache");
    put(headers, header::VARY, "Cookie, Authorization");
    guard(headers);
    response
}

/// The headers that keep a page to itself.
fn guard(headers: &mut HeaderMap) {
    put(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::X_FRAME_OPTIONS, "DENY");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    let opener = header::HeaderName::from_static("cross-origin-opener-policy");
    put(headers, opener, "same-origin");
    let resource = header::HeaderName::from_static("cross-origin-resource-policy");
    put(headers, resource, "same-origin");
}

fn put(headers: &mut HeaderMap, name: header::HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// Makes pages of what the gate says to a browser that asked for a page: who is not known may begin a
/// session, and everything else is told in words.
pub(crate) async fn doorway(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let read = request.method() == Method::GET || request.method() == Method::HEAD;
    let path = request.uri().path();
    let page = path == paths::OVERVIEW || path.starts_with("/console/");
    let asset = path.starts_with("/console/assets/");
    // A program that says nothing of pages is answered as by the rest of the API.
    let wants = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants = wants.is_some_and(|accept| accept.contains("text/html"));
    let ask = asked_of(request.uri());
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let problem = kind.is_some_and(|kind| kind.as_bytes() == b"application/problem+json");
    if !(read && page && wants && problem) || asset {
        return response;
    }
    match response.extensions().get::<Code>().copied() {
        Some(Code::Unauthenticated) => Redirect::to(&ask.link(paths::SIGN_IN, &[])).into_response(),
        Some(code) => {
            let problem = Problem::new(code, code.title());
            let mut page = trouble(&state, &ask, Wrong::Problem(Box::new(problem)));
            if let Some(wait) = response.headers().get(header::RETRY_AFTER) {
                page.headers_mut().insert(header::RETRY_AFTER, wait.clone());
            }
            page
        }
        None => response,
    }
}

/// What an address asks everywhere; nothing where it cannot be read.
fn asked_of(uri: &Uri) -> Ask {
    let typed = Query::<Typed>::try_from_uri(uri).map(|Query(typed)| typed);
    typed.ok().and_then(|typed| Ask::of(&typed).ok()).unwrap_or_default()
}

/// Where a session begins.
#[derive(Template)]
#[template(path = "session.html")]
struct SignIn {
    frame: Frame,
}

/// `/console/session`: where a token is given for a session.
pub(super) async fn sign_in(State(state): State<AppState>, uri: Uri) -> Response {
    let ask = asked_of(&uri);
    let ledger = (state.name().as_str(), state.is_simulated());
    let title = ask.words().sign_in();
    let frame = Frame::bare(title, Section::Elsewhere, paths::SIGN_IN, &ask, ledger);
    match (SignIn { frame }).render() {
        Ok(text) => html(StatusCode::OK, text),
        Err(_) => trouble(&state, &ask, Wrong::Bug("a page does not render")),
    }
}

/// The mark of the console.
pub(super) async fn mark(headers: HeaderMap) -> Response {
    asset(&headers, "image/svg+xml", MARK)
}

/// The style.
pub(super) async fn style(headers: HeaderMap) -> Response {
    asset(&headers, "text/css; charset=utf-8", STYLE)
}

/// The script.
pub(super) async fn script(headers: HeaderMap) -> Response {
    asset(&headers, "text/javascript; charset=utf-8", SCRIPT)
}

/// A file of the console's own, unless the browser has it already.
fn asset(asked: &HeaderMap, kind: &'static str, text: &'static str) -> Response {
    let tag = format!("\"{}\"", bahi_proof::sha256(text.as_bytes()));
    let known =
        asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { text.into_response() };
    let headers = response.headers_mut();
    put(headers, header::CONTENT_TYPE, kind);
    put(headers, header::CACHE_CONTROL, "no-cache");
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    guard(headers);
    response
}
