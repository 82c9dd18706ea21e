//! The console: the ledger in a browser, written by the server as plain pages.
//!
//! # Invariants
//! * A page needs no script, no other host and no build; what it may load says its policy.
//! * Every text of the ledger is escaped where it is written, by the templates.
//! * A page shows what its caller may see, and says what it rests on.
//!
//! # Not here
//! The API: `routes`. Who asks: `caller`.

mod words;
mod ask;
mod figures;
mod paths;
mod tiles;
mod draw;
mod frame;
mod answer;
mod watch;
mod pages;

#[cfg(test)]
mod tests;

use axum::{Router, response::Redirect, routing::get};

use crate::{AppState, Right};

#[cfg(test)]
use answer::POLICY;
pub(crate) use answer::doorway;

/// What each page asks for, as [`RIGHTS`](crate::RIGHTS) says it of the routes of the API.
pub const PAGES: &[(&str, &str, Right)] = &[
    ("GET", "/", Right::Open),
    ("GET", paths::STYLE, Right::Open),
    ("GET", paths::SCRIPT, Right::Open),
    ("GET", paths::MARK, Right::Open),
    ("GET", paths::SIGN_IN, Right::Open),
    ("GET", paths::OVERVIEW, Right::Sums),
    ("GET", paths::SCHEMES, Right::Sums),
    ("GET", "/console/schemes/{scheme}", Right::Sums),
    ("GET", paths::DISTRICTS, Right::Sums),
    ("GET", "/console/districts/{district}", Right::Sums),
    ("GET", paths::SEARCH, Right::Trails),
    ("GET", paths::CASES, Right::Trails),
    ("GET", "/console/cases/{case}", Right::Trails),
    ("GET", "/console/behind/{column}", Right::Events),
    ("GET", "/console/events/{position}", Right::Events),
    ("GET", paths::TRAIL, Right::People),
    ("GET", paths::FINDINGS, Right::Findings),
    ("GET", paths::RECONCILIATION, Right::Findings),
    ("GET", paths::LINES, Right::Findings),
];

/// The routes of the console: all below `/console`, and `/`, which leads there.
///
/// Every handler takes the [`Caller`](crate::Caller) that the gate found, and shows what that
/// caller may see.
pub(crate) fn router() -> Router<AppState> {
    use pages::{
        behind, case, district, event, findings, overview, reconciliation, scheme, search,
    };
    Router::new()
        .route("/", get(|| async { Redirect::temporary(paths::OVERVIEW) }))
        .route(paths::OVERVIEW, get(overview::page))
        .route(paths::SCHEMES, get(scheme::all))
        .route("/console/schemes/{scheme}", get(scheme::page))
        .route(paths::DISTRICTS, get(district::all))
        .route("/console/districts/{district}", get(district::page))
        .route(paths::CASES, get(case::all))
        .route("/console/cases/{case}", get(case::page))
        .route("/console/behind/{column}", get(behind::page))
        .route("/console/events/{position}", get(event::page))
        .route(paths::TRAIL, get(search::trail))
        .route(paths::SEARCH, get(search::page))
        .route(paths::FINDINGS, get(findings::page))
        .route(paths::RECONCILIATION, get(reconciliation::page))
        .route(paths::LINES, get(reconciliation::lines))
        .route(paths::SIGN_IN, get(answer::sign_in))
        .route(paths::STYLE, get(answer::style))
        .route(paths::SCRIPT, get(answer::script))
        .route(paths::MARK, get(answer::mark))
        .layer(axum::Extension(watch::Watch::default()))
}
