//! Exports: events, postings, cases, balances as text that is written as it is read.
//!
//! # Invariants
//! * What is written is the ledger at one position, however long it takes; `ETag` names it.
//! * A page of the log at a time is in memory, and none is read before the one before it was taken;
//!   a table that is not one of events is written to a nameless file first.
//! * An export that cannot be finished breaks off its connection, and is never taken for whole.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, Write},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Export, ExportError, Ledger, Service, View,
    core::Position,
    reports::{Form, Table},
};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::{
    aside::look,
    stream::{Pulled, place},
};
use crate::{
    caller::Caller,
    etag::Tag,
    problem::{Code, Problem},
    query::{self, Asked, wrong},
    state::AppState,
};

/// How many pages of lines may wait for the client.
const PAGES_WAITING: usize = 2;
/// The bytes that are sent of a file at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Which lines.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `jsonl`, which is what nobody has to say, or `csv`; of postings also `hledger`, `beancount`.
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

/// Declares a route for each table: its path, what it is told by, and what its lines are.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident $path:literal $id:literal $table:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(get, path = $path, operation_id = $id, tag = "exports", params(Which),
            responses((status = 200, description = "The lines",
                content((String = "application/x-ndjson"), (String = "text/csv"),
                    (String = "text/plain"))),
                (status = 304, description = "They are those of the tag")))]
        pub(super) async fn $name(
            State(state): State<AppState>,
            caller: Caller,
            Asked(asked): Asked<Which>,
            headers: HeaderMap,
        ) -> Result<Response, Problem> {
            export(&state, &caller, $table, &asked, &headers).await
        }
    )*};
}

tables! {
    /// Every event whole, with its stored bytes, one a line.
    events "/v1/export/events" "export_events" Table::Events;
    /// A line for each posting, or a journal of them.
    postings "/v1/export/postings" "export_postings" Table::Postings;
    /// The same postings under the names of the Audit Data Standard.
    gl_detail "/v1/export/gl-detail" "export_gl_detail" Table::GlDetail;
    /// A line for each case, with its figures and how far it has come.
    cases "/v1/export/cases" "export_cases" Table::Cases;
    /// A line for the balances of each fund.
    balances "/v1/export/balances" "export_balances" Table::Balances;
}

/// The form that is asked for, provided that the table has it as text.
fn form_of(table: Table, to: Option<&str>) -> Result<Form, Problem> {
    let form = match to {
        Some("jsonl") | None => Form::JsonLines,
        Some("csv") => Form::Csv,
        Some("hledger") => Form::Hledger,
        Some("beancount") => Form::Beancount,
        Some(_) => return Err(wrong("to", "jsonl, csv; of postings also hledger, beancount")),
    };
    match table.has(form) {
        true => Ok(form),
        false => Err(wrong("to", "a journal is of postings; this is jsonl or csv")),
    }
}

async fn export(
    state: &AppState,
    caller: &Caller,
    table: Table,
    asked: &Which,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let Which { to, scheme, district, head, fy, as_of, known_on, at } = asked;
    let form = form_of(table, to.as_deref())?;
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
    let is_of_events = match table {
        Table::Events | Table::Postings | Table::GlDetail => true,
        Table::Cases | Table::Balances => false,
    };
    if !is_of_events {
        let file = spooled(state, asked).await?;
        tokio::task::spawn_blocking(move || send(file, &pages));
        let body = Body::from_stream(Pulled::new(received, place));
        return Ok(tag.on(([(header::CONTENT_TYPE, kind_of(form))], body).into_response()));
    }
    let state = state.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = write(state.service(), asked, &pages) => {}
            () = pages.closed() => {}
        }
    });
    let body = Body::from_stream(Pulled::new(received, place));
    Ok(tag.on(([(header::CONTENT_TYPE, kind_of(form))], body).into_response()))
}

const fn kind_of(form: Form) -> &'static str {
    match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::JsonLines => "application/x-ndjson",
        Form::Hledger | Form::Beancount | Form::Parquet | Form::Xlsx => "text/plain; charset=utf-8",
    }
}

/// A table that is gathered before its first line is known: written to a file without a name by a
/// ledger beside the writer, and sent from there.
async fn spooled(state: &AppState, asked: Export) -> Result<File, Problem> {
    let spool = move |ledger: &Ledger| -> Result<File, ExportError> {
        let mut file = tempfile::tempfile().map_err(ExportError::Write)?;
        let mut out = BufWriter::new(&mut file);
        ledger.export_text(&asked, &mut out, &mut |_| {})?;
        out.flush().map_err(ExportError::Write)?;
        drop(out);
        file.rewind().map_err(ExportError::Write)?;
        Ok(file)
    };
    look(state, spool).await?.map_err(|error| match error {
        ExportError::Ledger(error) => error.into(),
        error @ (ExportError::Write(_) | ExportError::Form(_) | ExportError::Manifest(_)) => {
            Problem::new(Code::Fault, error.to_string())
        }
    })
}

/// Sends a file piece by piece, on a thread that may wait for it.
fn send(mut file: File, pages: &mpsc::Sender<Result<Bytes, io::Error>>) {
    loop {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let read = Read::by_ref(&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece);
        let (sent, last) = match read {
            Ok(0) => return,
            Ok(_) => (pages.blocking_send(Ok(piece.into())), false),
            Err(error) => (pages.blocking_send(Err(error)), true),
        };
        if last || sent.is_err() {
            return;
        }
    }
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
