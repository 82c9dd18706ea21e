//! Exports: every event, or every posting, as lines that are written as they are read.
//!
//! # Invariants
//! * What is written is the ledger at one position, however long it takes; `ETag` names it.
//! * A page of the log at a time is in memory, and none is read before the one before it was taken.
//! * An export that cannot be finished breaks off its connection, and is never taken for whole.

use std::io;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Export, Ledger, Service, View,
    core::Position,
    reports::{Form, Table},
};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::stream::{Pulled, place};
use crate::{
    caller::Caller,
    etag::Tag,
    problem::Problem,
    query::{self, Asked, wrong},
    state::AppState,
};

/// How many pages of lines may wait for the client.
const PAGES_WAITING: usize = 2;

/// Which lines.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `csv` or `jsonl`; of events `jsonl` alone, which is what nobody has to say.
    #[param(schema_with = crate::document::form)]
    to: Option<String>,
    /// One scheme alone.
    scheme: Option<String>,
    /// One district alone: its code, its name, or `pool`.
    district: Option<String>,
    /// One head alone.
    head: Option<String>,
    /// One financial year alone: `2024-25`.
    fy: Option<String>,
    /// Only what counts on or before this day.
    as_of: Option<String>,
    /// Only what the ledger knew at this moment; a bare day means its end in India.
    known_on: Option<String>,
    /// Only what stood at or before this position.
    at: Option<String>,
}

/// Every event whole, with its stored bytes, one JSON object a line.
#[utoipa::path(get, path = "/v1/export/events", operation_id = "export_events", tag = "exports", params(Which),
    responses((status = 200, description = "The lines", content_type = "application/x-ndjson",
        body = String), (status = 304, description = "They are those of the tag")))]
pub(super) async fn events(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if asked.to.as_deref().is_some_and(|to| to != "jsonl") {
        return Err(wrong("to", "events are written as jsonl"));
    }
    export(&state, &caller, (Table::Events, Form::JsonLines), &asked, &headers).await
}

/// A line for each posting.
#[utoipa::path(get, path = "/v1/export/postings", operation_id = "export_postings", tag = "exports", params(Which),
    responses((status = 200, description = "The lines",
        content((String = "text/csv"), (String = "application/x-ndjson"))),
        (status = 304, description = "They are those of the tag")))]
pub(super) async fn postings(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = match asked.to.as_deref() {
        Some("csv") => Form::Csv,
        Some("jsonl") | None => Form::JsonLines,
        Some(_) => return Err(wrong("to", "csv or jsonl")),
    };
    export(&state, &caller, (Table::Postings, form), &asked, &headers).await
}

async fn export(
    state: &AppState,
    caller: &Caller,
    (table, form): (Table, Form),
    asked: &Which,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let Which { scheme, district, head, fy, as_of, known_on, at, .. } = asked;
    let view = query::view(as_of.as_ref(), known_on.as_ref(), at.as_ref())?;
    let filter = query::filter(scheme.as_ref(), district.as_ref(), head.as_ref(), fy.as_ref())?;
    let filter = caller.narrow(filter)?;
    let basis = state.service().ask(move |ledger| ledger.basis(view)).await??;
    let tag = Tag::of(basis.position, basis.root);
    if let Some(known) = tag.known_by(headers) {
        return Ok(known);
    }
    let place = place(state)?;
    // What grows meanwhile is no part of it.
    let view = View { at: Some(basis.position), ..view };
    let asked = Export { table, form, filter, view };
    let (pages, received) = mpsc::channel(PAGES_WAITING);
    let state = state.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = write(state.service(), asked, &pages) => {}
            () = pages.closed() => {}
        }
    });
    let kind = match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::JsonLines | Form::Hledger | Form::Beancount | Form::Parquet | Form::Xlsx => {
            "application/x-ndjson"
        }
    };
    let body = Body::from_stream(Pulled::new(received, place));
    Ok(tag.on(([(header::CONTENT_TYPE, kind)], body).into_response()))
}

/// Sends page after page. What cannot be read ends the body with an error, and so the connection.
async fn write(service: &Service, asked: Export, pages: &mpsc::Sender<Result<Bytes, io::Error>>) {
    let mut from = Some(Position(1));
    while let Some(begin) = from {
        let asked = asked.clone();
        let piece = move |ledger: &Ledger| ledger.export_piece(&asked, begin);
        let sent = match service.ask(piece).await {
            Ok(Ok((text, next))) => {
                from = next;
                if text.is_empty() {
                    continue;
                }
                pages.send(Ok(text.into())).await
            }
            Ok(Err(error)) => {
                from = None;
                pages.send(Err(io::Error::other(error))).await
            }
            Err(error) => {
                from = None;
                pages.send(Err(io::Error::other(error))).await
            }
        };
        if sent.is_err() {
            return;
        }
    }
}
