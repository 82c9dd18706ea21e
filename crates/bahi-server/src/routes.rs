//! The routes, one module for each matter, and the document that says of them what they take.
//!
//! # Invariants
//! * A route is declared once, with its document; both the router and the document come of that.
//! * What fetches pages or folds is awaited from the writer or done on a thread for blocking work.

mod about;
mod aside;
mod commands;
mod events;
mod export;
mod findings;
mod folded;
mod health;
mod oneself;
mod papers;
mod payments;
mod proofs;
mod statements;
mod stream;
mod sums;
mod trail;
mod trusted;

pub use payments::Paying;

use std::any::Any;

use axum::{Json, Router, middleware::from_fn_with_state, routing::get};
use serde_json::Value;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{document, gate, problem::Problem, state::AppState};

/// The routes with their document.
fn documented() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(oneself::me))
        .routes(routes!(oneself::begin))
        .routes(routes!(oneself::end))
        .routes(routes!(commands::submit))
        .routes(routes!(commands::schema))
        .routes(routes!(about::about))
        .routes(routes!(sums::schemes))
        .routes(routes!(sums::balances))
        .routes(routes!(folded::outcomes))
        .routes(routes!(folded::suspense))
        .routes(routes!(trail::trail))
        .routes(routes!(folded::explain))
        .routes(routes!(events::events))
        .routes(routes!(events::event))
        .routes(routes!(stream::stream))
        .routes(routes!(export::events))
        .routes(routes!(export::postings))
        .routes(routes!(export::gl_detail))
        .routes(routes!(export::cases))
        .routes(routes!(export::balances))
        .routes(routes!(papers::certificate))
        .routes(routes!(papers::expenditure))
        .routes(routes!(papers::sanctions))
        .routes(routes!(papers::term_deposits))
        .routes(routes!(papers::ageing))
        .routes(routes!(papers::case))
        .routes(routes!(findings::findings))
        .routes(routes!(trusted::take_up))
        .routes(routes!(trusted::settle))
        .routes(routes!(folded::sample))
        .routes(routes!(payments::files))
        .routes(routes!(payments::due))
        .routes(routes!(payments::issue))
        .routes(routes!(payments::written))
        .routes(routes!(statements::statements, statements::bring))
        .routes(routes!(statements::report, statements::run))
        .routes(routes!(statements::explain))
        .routes(routes!(statements::decide))
        .routes(routes!(trusted::certificates, trusted::certify))
        .routes(routes!(trusted::seal))
        .routes(routes!(proofs::proof))
        .routes(routes!(trusted::balance))
        .routes(routes!(trusted::history))
        .routes(routes!(proofs::checkpoint))
        .routes(routes!(proofs::tile))
}

/// The document of all routes: OpenAPI 3.1, with the schema of every body and answer.
#[must_use]
pub fn openapi() -> Value {
    document::finished(documented().into_openapi())
}

/// The service as a router.
///
/// The pages are merged before the gate: every route needs its line in a table of rights.
pub fn router(state: AppState) -> Router {
    let (router, document) = documented().split_for_parts();
    let document = document::finished(document);
    let document = Json(document);
    let journal = state.journal().clone();
    let nothing = || async {
        Problem::new(crate::Code::NotFound, "see the document at /openapi.json for what there is")
    };
    router
        .merge(crate::console::router())
        .route("/openapi.json", get(move || async move { document }))
        .fallback(nothing)
        .layer(CatchPanicLayer::custom(move |panic: Box<dyn Any + Send>| {
            gate::panicked(&journal, panic.as_ref())
        }))
        .layer(from_fn_with_state(state.clone(), gate::gate))
        .layer(from_fn_with_state(state.clone(), crate::console::doorway))
        .with_state(state)
}
