//! Papers that a person hands in: certificates, statements, registers, case files.
//!
//! # Invariants
//! * A paper is made and set by a ledger beside the writer; what is sent is whole.
//! * A token that is held to a scheme or a district gets papers of that alone.
//! * A paper whose two sums differ is given out all the same, and says so.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use bahi::{
    Error, Filter, Ledger, PAPER_ROWS_MAX, View, answers,
    core::{FinancialYear, Names},
    json::PaperAnswer,
    papers::{self, CertificateOf, Paper, PdfError},
};

use super::{
    aside::look,
    folded::settled,
    trail::{self, Whose},
};
use crate::{
    caller::Caller,
    problem::{Code, Problem},
    query::{Asked, about_a_past, about_funds, wrong},
    state::AppState,
};

/// What a paper is written as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Look {
    Json,
    Html,
    Pdf,
}

impl Look {
    fn of(to: Option<&String>) -> Result<Look, Problem> {
        match to.map(String::as_str) {
            None | Some("json") => Ok(Look::Json),
            Some("html") => Ok(Look::Html),
            Some("pdf") => Ok(Look::Pdf),
            Some(_) => Err(wrong("to", "a paper is json, html or pdf")),
        }
    }
}

/// A paper as it is sent.
enum Written {
    Json(Box<PaperAnswer>),
    Html(String),
    Pdf(Vec<u8>),
}

/// Why there is no paper.
enum Unwritten {
    Ledger(Error),
    /// No scheme of this name is open, or no fund has this head.
    Unknown(String),
    /// So many lines.
    TooLong(usize),
    Pdf(PdfError),
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Unwritten {
        Unwritten::Ledger(error)
    }
}

impl From<Unwritten> for Problem {
    fn from(why: Unwritten) -> Problem {
        match why {
            Unwritten::Ledger(error) => error.into(),
            Unwritten::Unknown(what) => Problem::new(Code::NothingKnown, what),
            Unwritten::TooLong(rows) => {
                let what = format!(
                    "the paper has {rows} lines, and one to be shown has at most {PAPER_ROWS_MAX}; \
                     ask for one scheme, district or year, or for json"
                );
                Problem::new(Code::TooLarge, what)
            }
            Unwritten::Pdf(error) => Problem::new(Code::Fault, answers::full(&error)),
        }
    }
}

fn set(paper: &Paper, look: Look) -> Result<Written, Unwritten> {
    let rows: usize = paper.tables.iter().map(|table| table.rows.len()).sum();
    match look {
        Look::Json => Ok(Written::Json(Box::new(papers::answer(paper)))),
        Look::Html | Look::Pdf if rows > PAPER_ROWS_MAX => Err(Unwritten::TooLong(rows)),
        Look::Html => Ok(Written::Html(papers::html(paper))),
        Look::Pdf => papers::pdf(paper).map(Written::Pdf).map_err(Unwritten::Pdf),
    }
}

/// Makes a paper of a past and sends it.
async fn paper(
    state: &AppState,
    view: View,
    to: Option<&String>,
    headers: &HeaderMap,
    name: &'static str,
    make: impl FnOnce(&Ledger, View) -> Result<Paper, Unwritten> + Send + 'static,
) -> Result<Response, Problem> {
    let wanted = Look::of(to)?;
    let (view, basis, tag) = settled(state, view).await?;
    if let Some(known) = tag.known_by(headers) {
        return Ok(known);
    }
    let making = move |ledger: &Ledger| make(ledger, view).and_then(|paper| set(&paper, wanted));
    let position = basis.position;
    let named = |ending: &str| format!("attachment; filename=\"{name}-{position}.{ending}\"");
    let response = match look(state, making).await?? {
        Written::Json(answer) => Json(answer).into_response(),
        // To be looked at where it is saved, and not as a page of this service.
        Written::Html(text) => {
            let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
            ([kind, (header::CONTENT_DISPOSITION, named("html"))], text).into_response()
        }
        Written::Pdf(bytes) => {
            let kind = (header::CONTENT_TYPE, "application/pdf".to_owned());
            ([kind, (header::CONTENT_DISPOSITION, named("pdf"))], bytes).into_response()
        }
    };
    Ok(tag.on(response))
}

/// Makes sure that the scheme is open and that a fund has the head.
fn known(names: &Names, filter: &Filter) -> Result<(), Unwritten> {
    let scheme = filter.scheme.as_ref().filter(|one| names.scheme_no(one.as_str()).is_none());
    let head = filter.head.as_ref().filter(|one| names.head_no(one.as_str()).is_none());
    match (scheme, head) {
        (None, None) => Ok(()),
        (Some(_), _) => Err(Unwritten::Unknown("no such scheme is open".to_owned())),
        (None, Some(_)) => Err(Unwritten::Unknown("no fund has such a head".to_owned())),
    }
}

/// The year of a paper that is of one, which had begun.
fn year(filter: &Filter, view: View) -> Result<FinancialYear, Problem> {
    let fy = filter.fy.ok_or_else(|| wrong("fy", "say of which year"))?;
    match view.as_of {
        Some(day) if day < fy.first_day() => {
            let begins = fy.first_day();
            Err(wrong("as_of", format!("the year {fy} begins on {begins}, after that")))
        }
        Some(_) | None => Ok(fy),
    }
}

about_funds! {
    /// Of which funds, in which past, written as what.
    Which {
        /// `json`, which is what nobody has to say, `html` or `pdf`.
        #[param(schema_with = crate::document::look)]
        to: Option<String>,
    }
}

about_a_past! {
    /// Which case, in which past, written as what.
    Case {
        /// The case's reference.
        case: String,
        /// `json`, which is what nobody has to say, `html` or `pdf`.
        #[param(schema_with = crate::document::look)]
        to: Option<String>,
    }
}

/// The utilisation certificate of a scheme's year in Form GFR 12-A. It takes no head.
#[utoipa::path(get, path = "/v1/papers/certificate", operation_id = "paper_certificate",
    tag = "papers", params(Which), responses(
    (status = 200, description = "The paper", content((Value = "application/json"),
        (String = "text/html"), (Vec<u8> = "application/pdf"))),
    (status = 304, description = "It is that of the tag")))]
pub(super) async fn certificate(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, filter) = asked.read(&caller)?;
    let fy = year(&filter, view)?;
    if filter.head.is_some() {
        return Err(wrong("head", "a certificate is of every head of its scheme"));
    }
    let scheme = filter.scheme.clone().ok_or_else(|| wrong("scheme", "say of which scheme"))?;
    let of = CertificateOf { scheme, fy, district: filter.district };
    let make = move |ledger: &Ledger, view: View| {
        known(ledger.names(), &filter)?;
        Ok(ledger.certificate(&of, view)?)
    };
    paper(&state, view, asked.to.as_ref(), &headers, "certificate", make).await
}

/// What was spent in a year, month by month.
#[utoipa::path(get, path = "/v1/papers/expenditure", operation_id = "paper_expenditure",
    tag = "papers", params(Which), responses(
    (status = 200, description = "The paper", content((Value = "application/json"),
        (String = "text/html"), (Vec<u8> = "application/pdf"))),
    (status = 304, description = "It is that of the tag")))]
pub(super) async fn expenditure(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, filter) = asked.read(&caller)?;
    let fy = year(&filter, view)?;
    // The year is that of payment; funds of every year are paid from in it.
    let filter = Filter { fy: None, ..filter };
    let make = move |ledger: &Ledger, view: View| {
        known(ledger.names(), &filter)?;
        Ok(ledger.expenditure(fy, &filter, view)?)
    };
    paper(&state, view, asked.to.as_ref(), &headers, "expenditure", make).await
}

/// Declares papers of funds that need no year: the path, the name, how each is made.
macro_rules! papers_of_funds {
    ($($(#[$doc:meta])* $name:ident $path:literal $id:literal $file:literal $make:ident;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(get, path = $path, operation_id = $id, tag = "papers", params(Which),
            responses((status = 200, description = "The paper",
                content((Value = "application/json"), (String = "text/html"),
                    (Vec<u8> = "application/pdf"))),
                (status = 304, description = "It is that of the tag")))]
        pub(super) async fn $name(
            State(state): State<AppState>,
            caller: Caller,
            Asked(asked): Asked<Which>,
            headers: HeaderMap,
        ) -> Result<Response, Problem> {
            let (view, filter) = asked.read(&caller)?;
            let make = move |ledger: &Ledger, view: View| {
                known(ledger.names(), &filter)?;
                Ok(ledger.$make(&filter, view)?)
            };
            paper(&state, view, asked.to.as_ref(), &headers, $file, make).await
        }
    )*};
}

papers_of_funds! {
    /// The register of sanctions.
    sanctions "/v1/papers/sanctions" "paper_sanctions" "sanctions" register_of_sanctions;
    /// The register of money that is held as term deposits.
    term_deposits "/v1/papers/term-deposits" "paper_term_deposits" "term-deposits" term_deposits;
    /// What is paid and not accounted for, by its age.
    ageing "/v1/papers/ageing" "paper_ageing" "ageing" ageing;
}

/// Everything of one case, each event with the proof that it is in the ledger.
#[utoipa::path(get, path = "/v1/papers/case", operation_id = "paper_case", tag = "papers",
    params(Case), responses(
    (status = 200, description = "The paper", content((Value = "application/json"),
        (String = "text/html"), (Vec<u8> = "application/pdf"))),
    (status = 304, description = "It is that of the tag")))]
pub(super) async fn case(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Case>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = asked.view()?;
    let Case { case, to, .. } = asked;
    trail::allowed(&state, &caller, &Whose::Case(case.clone())).await?;
    let make = move |ledger: &Ledger, view: View| {
        let found = ledger.case_file(&case, view)?;
        found.ok_or_else(|| Unwritten::Unknown("no such case had applied in that past".to_owned()))
    };
    paper(&state, view, to.as_ref(), &headers, "case", make).await
}
