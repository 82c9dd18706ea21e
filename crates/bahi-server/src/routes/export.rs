//! Exports: events, postings, cases, balances as text that is written as it is read, or as files.
//!
//! # Invariants
//! * What is written is the ledger at one position, however long it takes; `ETag` names it.
//! * A page of the log at a time is in memory, and none is read before the one before it was taken;
//!   what is no text of events is written to a nameless file first, and sent with its length.
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
    Export, ExportError, Ledger, Service,
    core::Position,
    reports::{Form, Outlet, Sink, Table},
};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{
    aside::look,
    stream::{Place, Pulled, place},
};
use crate::{
    archive::Archive,
    caller::Caller,
    etag::Tag,
    problem::{Code, Problem},
    query::{Asked, about_funds, wrong},
    state::AppState,
};

/// How many pages of lines may wait for the client.
const PAGES_WAITING: usize = 2;
/// The bytes that are sent of a file at once.
const PIECE_BYTES: usize = 64 * 1024;

about_funds! {
    /// Which lines.
    Which {
        /// `jsonl`, which is what nobody has to say, `csv`, `xlsx`; `parquet`, whose files come as one
        /// archive; of postings also `hledger`, `beancount`.
        #[param(schema_with = crate::document::form)]
        to: Option<String>,
    }
}

/// Declares a route for each table: its path, what it is told by, and what its lines are.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident $path:literal $id:literal $table:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(get, path = $path, operation_id = $id, tag = "exports", params(Which),
            responses((status = 200, description = "The lines",
                content((String = "application/x-ndjson"), (String = "text/csv"),
                    (String = "text/plain"), (Vec<u8> = "application/x-tar"),
                    (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
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

/// The form that is asked for, provided that the table has it.
fn form_of(table: Table, to: Option<&str>) -> Result<Form, Problem> {
    let asked = to.unwrap_or(Form::JsonLines.name());
    let names = |has: &dyn Fn(Form) -> bool| {
        let all = Form::ALL.into_iter().filter(|form| has(*form)).map(Form::name);
        all.collect::<Vec<_>>().join(", ")
    };
    let form = Form::ALL.into_iter().find(|form| form.name() == asked);
    let form = form.ok_or_else(|| wrong("to", names(&|_| true)))?;
    match table.has(form) {
        true => Ok(form),
        false => Err(wrong("to", format!("this is {}", names(&|form| table.has(form))))),
    }
}

async fn export(
    state: &AppState,
    caller: &Caller,
    table: Table,
    asked: &Which,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let form = form_of(table, asked.to.as_deref())?;
    let (view, filter) = asked.read(caller)?;
    let (view, basis, tag) = super::folded::settled(state, view).await?;
    if let Some(known) = tag.known_by(headers) {
        return Ok(known);
    }
    let place = place(state)?;
    let asked = Export { table, form, filter, view };
    let is_of_events = match table {
        Table::Events | Table::Postings | Table::GlDetail => true,
        Table::Cases | Table::Balances => false,
    };
    if !is_of_events || !form.is_text() {
        return as_file(state, asked, basis.position, place, &tag).await;
    }
    let (pages, received) = mpsc::channel(PAGES_WAITING);
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
        Form::Hledger | Form::Beancount => "text/plain; charset=utf-8",
        Form::Parquet => "application/x-tar",
        Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

/// What a file of a form is called, or the archive of its files.
const fn ending(form: Form) -> &'static str {
    match form {
        Form::Csv => "csv",
        Form::JsonLines => "jsonl",
        Form::Hledger => "journal",
        Form::Beancount => "beancount",
        Form::Parquet => "parquet.tar",
        Form::Xlsx => "xlsx",
    }
}

/// An export that is a file before the first byte of it is sent: made by a ledger beside the writer.
async fn as_file(
    state: &AppState,
    asked: Export,
    position: Position,
    place: Place,
    tag: &Tag,
) -> Result<Response, Problem> {
    let (table, form) = (asked.table, asked.form);
    let spool = move |ledger: &Ledger| spooled(ledger, &asked);
    let file = look(state, spool).await?.map_err(|error| match error {
        ExportError::Ledger(error) => error.into(),
        error @ ExportError::Form(_) => wrong("to", error),
        error @ (ExportError::Write(_) | ExportError::Manifest(_)) => {
            Problem::new(Code::Fault, error.to_string())
        }
    })?;
    let unread = |error: io::Error| Problem::new(Code::Fault, error.to_string());
    let length = file.metadata().map_err(unread)?.len();
    let (pages, received) = mpsc::channel(PAGES_WAITING);
    tokio::task::spawn_blocking(move || send(file, &pages));
    let name = format!("{}-{position}.{}", table.name(), ending(form));
    let headers = [
        (header::CONTENT_TYPE, kind_of(form).to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let body = Body::from_stream(Pulled::new(received, place));
    Ok(tag.on((headers, body).into_response()))
}

/// An export whole, in a file without a name.
fn spooled(ledger: &Ledger, asked: &Export) -> Result<File, ExportError> {
    let mut file = tempfile::tempfile().map_err(ExportError::Write)?;
    let name = format!("{}.{}", asked.table.name(), asked.form.name());
    match asked.form {
        Form::Csv | Form::JsonLines | Form::Hledger | Form::Beancount => {
            let mut out = BufWriter::new(&mut file);
            ledger.export_text(asked, &mut out, &mut |_| {})?;
            out.flush().map_err(ExportError::Write)?;
        }
        Form::Xlsx => {
            ledger.export_files(asked, &name, &mut OneFile(&file), &mut |_| {})?;
        }
        Form::Parquet => {
            let dir = tempfile::tempdir().map_err(ExportError::Write)?;
            let mut parts = Parts { dir, names: Vec::new() };
            ledger.export_files(asked, &name, &mut parts, &mut |_| {})?;
            parts.archive(&mut file).map_err(ExportError::Write)?;
        }
    }
    file.rewind().map_err(ExportError::Write)?;
    Ok(file)
}

/// The one file of a form, whatever name it is asked for.
struct OneFile<'a>(&'a File);

impl Outlet for OneFile<'_> {
    fn create(&mut self, _: &str) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(self.0.try_clone()?))
    }
}

/// The files of a form of several, each under its number in a directory of their own.
struct Parts {
    dir: TempDir,
    names: Vec<String>,
}

impl Outlet for Parts {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Sink>> {
        let file = File::create_new(self.dir.path().join(self.names.len().to_string()))?;
        self.names.push(name.to_owned());
        Ok(Box::new(file))
    }
}

impl Parts {
    /// All of them under their names, in order of these; each is taken away once it stands there.
    fn archive(self, out: &mut File) -> io::Result<()> {
        let mut archive = Archive::begin(BufWriter::new(out));
        let mut numbered: Vec<(&String, usize)> = self.names.iter().zip(0..).collect();
        numbered.sort_unstable();
        for (name, number) in numbered {
            let path = self.dir.path().join(number.to_string());
            let file = File::open(&path)?;
            archive.add(name, file.metadata()?.len(), &file)?;
            std::fs::remove_file(&path)?;
        }
        archive.finish()
    }
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
