//! Trails: a case, a person, an account or an order through every event.
//!
//! # Invariants
//! * Whatever the length of a trail, the ledger is asked for it in bounded pieces.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, http::HeaderMap, response::Response};
use bahi::{
    Error, Ledger, Service, Subject, TrailAt, View, answers,
    core::{AccountKey, Fingerprint, PersonKey},
    json::{TrailAnswer, TrailCase, TrailSubject},
};

use crate::{
    caller::{Caller, outside},
    etag::Tag,
    gate::{check_right, deny},
    problem::{Code, Problem},
    query::{Asked, about_a_past, wrong},
    rights::Right,
    scope,
    state::AppState,
};

/// The most lines that are told at once on the writer's thread.
const ENTRIES_AT_ONCE: usize = 128;

about_a_past! {
    /// Whose trail.
    Trail {
        /// A case's reference.
        case: Option<String>,
        /// A person's key; `2:…` of another fingerprint key than the first.
        person: Option<String>,
        /// An account's key.
        account: Option<String>,
        /// An order's number.
        order: Option<String>,
    }
}

/// Whose trail, once it is read.
pub(super) enum Whose {
    Case(String),
    Person(Fingerprint),
    Account(Fingerprint),
    Order(String),
}

/// The trail of one case, person, account or order.
#[utoipa::path(get, path = "/v1/trail", tag = "trails", params(Trail),
    responses((status = 200, description = "The trail", body = Value),
        (status = 304, description = "It is that of the tag")))]
pub(super) async fn trail(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Trail>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = asked.view()?;
    let whose = whose(asked)?;
    allowed(&state, &caller, &whose).await?;
    let service = state.service();
    let basis = service.ask(move |ledger| ledger.basis(view)).await??;
    let tag = Tag::of(basis.position, basis.root);
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let view = View { at: Some(basis.position), ..view };
    let (subject, at) = followed(service, whose, view).await?;
    if at.entries.is_empty() {
        let position = at.basis.position;
        let what = format!("nothing is known of that {} up to position {position}", subject.by);
        return Err(Problem::new(Code::NothingKnown, what));
    }
    Ok(tag.json(&answered(service, subject, at).await?))
}

fn whose(asked: Trail) -> Result<Whose, Problem> {
    let print = |name: &str, text: String| {
        let found = Fingerprint::parse(&text);
        found.ok_or_else(|| wrong(name, "a key is 32 lower-case hex digits"))
    };
    match (asked.case, asked.person, asked.account, asked.order) {
        (Some(case), None, None, None) => Ok(Whose::Case(case)),
        (None, Some(person), None, None) => Ok(Whose::Person(print("person", person)?)),
        (None, None, Some(account), None) => Ok(Whose::Account(print("account", account)?)),
        (None, None, None, Some(order)) => Ok(Whose::Order(order)),
        _ => Err(wrong("case, person, account, order", "name one of them")),
    }
}

/// A case within the caller's scope, or the right to everybody's trails.
pub(super) async fn allowed(
    state: &AppState,
    caller: &Caller,
    whose: &Whose,
) -> Result<(), Problem> {
    let Whose::Case(case) = whose else { return check_right(state, caller, Right::People) };
    if !caller.is_scoped() {
        return Ok(());
    }
    let case = case.clone();
    let home = move |ledger: &Ledger| scope::home_of_case(ledger, &case);
    match state.service().ask(home).await?? {
        Some((scheme, district)) if caller.covers(&scheme, district) => Ok(()),
        Some(_) => {
            deny(state, caller, "http_outside_scope");
            Err(outside())
        }
        None => Err(Problem::new(Code::NothingKnown, "no such case has applied")),
    }
}

async fn followed(
    service: &Service,
    whose: Whose,
    view: View,
) -> Result<(TrailSubject, TrailAt), Problem> {
    let named = |by: &str, id: String| TrailSubject { by: by.to_owned(), id };
    Ok(match whose {
        Whose::Case(case) => {
            let asked = case.clone();
            let subject = service.ask(move |ledger| ledger.case(&asked)).await?;
            (named("case", case), of(service, subject, view).await?)
        }
        Whose::Person(print) => {
            let subject = Some(Subject::Person(PersonKey(print)));
            (named("person", key(print)), of(service, subject, view).await?)
        }
        Whose::Account(print) => {
            let subject = Some(Subject::Account(AccountKey(print)));
            (named("account", key(print)), of(service, subject, view).await?)
        }
        Whose::Order(order) => {
            let at = of_order(service, &order, view).await?;
            (named("order", order), at)
        }
    })
}

/// A fingerprint as it is asked for.
fn key(print: Fingerprint) -> String {
    if print.key_id == 1 { print.to_string() } else { format!("{}:{print}", print.key_id) }
}

async fn of(service: &Service, subject: Option<Subject>, view: View) -> Result<TrailAt, Problem> {
    Ok(match subject {
        Some(subject) => service.trail(subject, view).await?,
        None => {
            let basis = service.ask(move |ledger| ledger.basis(view)).await??;
            TrailAt { basis, entries: Vec::new() }
        }
    })
}

/// The trail of an order under every paragraph it was cited by, in order of position.
async fn of_order(service: &Service, order: &str, view: View) -> Result<TrailAt, Problem> {
    let asked = order.to_owned();
    let numbers = move |ledger: &Ledger| -> Vec<Subject> {
        let found = answers::authorities(ledger.names(), &asked);
        found.into_iter().map(|(number, _)| Subject::Order(number)).collect()
    };
    let numbers = service.ask(numbers).await?;
    let mut whole = of(service, None, view).await?;
    let mut seen = BTreeSet::new();
    for subject in numbers {
        let part = service.trail(subject, view).await?;
        whole.entries.extend(part.entries.into_iter().filter(|entry| seen.insert(entry.position)));
    }
    whole.entries.sort_by_key(|entry| entry.position);
    Ok(whole)
}

/// The JSON of a trail, whose leaf hashes and cases are looked up piece by piece.
async fn answered(
    service: &Service,
    subject: TrailSubject,
    at: TrailAt,
) -> Result<TrailAnswer, Problem> {
    let TrailAt { basis, entries } = at;
    let mut cases: BTreeMap<u64, TrailCase> = BTreeMap::new();
    let mut whole: Option<TrailAnswer> = None;
    for piece in entries.chunks(ENTRIES_AT_ONCE) {
        let (subject, at) = (subject.clone(), TrailAt { basis, entries: piece.to_vec() });
        let told = move |ledger: &Ledger| -> Result<TrailAnswer, Error> {
            answers::trail(ledger, subject, &at)
        };
        let mut part = service.ask(told).await??;
        for mut case in std::mem::take(&mut part.cases) {
            // A case of an earlier piece stands as the later one leaves it.
            case.audits += cases.get(&case.case).map_or(0, |before| before.audits);
            cases.insert(case.case, case);
        }
        match &mut whole {
            Some(whole) => whole.entries.append(&mut part.entries),
            None => whole = Some(part),
        }
    }
    let bug = || Problem::new(Code::Bug, "a trail with events came to none");
    let mut whole = whole.ok_or_else(bug)?;
    whole.cases = cases.into_values().collect();
    Ok(whole)
}
