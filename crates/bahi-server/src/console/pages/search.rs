//! Search: what a few characters name, and the trail of a person, an account or an order.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use bahi::{
    Ledger, Subject,
    core::{
        AccountKey, Authority, AuthorityNo, BodyKey, FamilyKey, Fingerprint, PersonKey, Position,
    },
};

use super::{behind::EventRow, district};
use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, Unit},
    figures::{self, amount, count},
    frame::{Frame, Section},
    paths,
    words::Words,
};
use crate::{Caller, Right};

/// The most things of one sort that a search shows.
const FOUND_MAX: usize = 20;
/// The most orders that a search looks at.
const LOOKS_MAX: usize = 200_000;
/// How many events of an order a page shows.
const EVENTS: usize = 50;
/// The most events that the trail of a person or an account is read from.
const TRAIL_MAX: usize = 1_000;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    /// What it is.
    sort: &'static str,
    /// What it is called.
    name: String,
    /// What stands beside.
    aside: String,
    /// Its page.
    href: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    w: Words,
    sought: String,
    found: Vec<Found>,
    more: bool,
}

/// `/console/search`: what a text names.
pub(in crate::console) async fn page(asked: Asked) -> Response {
    match answer(&asked).await {
        // Whoever names one case or one event by all of its name wants to see it.
        Ok((_, Some(only))) => Redirect::to(&only).into_response(),
        Ok((page, None)) => asked.respond(Ok(page)),
        Err(wrong) => asked.respond::<Search>(Err(wrong)),
    }
}

async fn answer(asked: &Asked) -> Result<(Search, Option<String>), Wrong> {
    let sought = asked.ask.words_sought.clone();
    let text = sought.clone();
    let (around, (found, only)) = asked
        .question(move |ledger, ask, caller| {
            let mut found = Vec::new();
            let only = exactly(&text, ledger, ask);
            if only.is_none() && !text.is_empty() {
                // What goes across cases is for whoever may follow it.
                if may_follow(caller) {
                    keys(&text, ledger, ask, &mut found)?;
                    orders(&text, ledger, ask, &mut found);
                }
                places(&text, ledger, ask, &mut found);
            }
            Ok((found, only))
        })
        .await?;
    let w = asked.words();
    let frame = asked.frame(w.search(), Section::Search, paths::SEARCH, &around);
    let more = found.len() > 2 * FOUND_MAX;
    Ok((Search { frame, w, sought, found, more }, only))
}

/// Whether a caller may see the trail of a key or an order.
fn may_follow(caller: &Caller) -> bool {
    let role = caller.identity().map(|identity| identity.role);
    !caller.is_scoped() && role.is_none_or(|role| Right::People.roles().contains(&role))
}

/// The page of the one case or event that a text names whole.
fn exactly(text: &str, ledger: &Ledger, ask: &Ask) -> Option<String> {
    let case = |text: &str| match ledger.case(text) {
        Some(Subject::Case(case)) => Some(ask.link(&paths::case(case), &[])),
        Some(
            Subject::Person(_)
            | Subject::Family(_)
            | Subject::Body(_)
            | Subject::Account(_)
            | Subject::Order(_),
        )
        | None => None,
    };
    let position = || {
        let digits: String = text.chars().filter(|letter| *letter != ',').collect();
        let position = digits.parse().ok().map(Position)?;
        let known = !position.is_none() && position <= ledger.position();
        known.then(|| ask.link(&paths::event(position), &[]))
    };
    case(text).or_else(|| case(&text.to_ascii_uppercase())).or_else(position)
}

/// The keys that a text may be, of whom the ledger knows something.
fn keys(text: &str, ledger: &Ledger, ask: &Ask, found: &mut Vec<Found>) -> Result<(), Wrong> {
    let Some(print) = print(text) else { return Ok(()) };
    let w = ask.words();
    let sorts = [
        (w.person(), "person", Subject::Person(PersonKey(print))),
        (w.family(), "family", Subject::Family(FamilyKey(print))),
        (w.body(), "body", Subject::Body(BodyKey(print))),
        (w.bank_account(), "account", Subject::Account(AccountKey(print))),
    ];
    for (sort, by, subject) in sorts {
        let events = ledger.trail_len(subject)?;
        if events > 0 {
            let query = format!("{by}:{}:{print}", print.key_id);
            found.push(Found {
                sort,
                name: print.to_string(),
                aside: format!("{} {}", count(events as u64), w.events()),
                href: ask.link(paths::TRAIL, &[("q", query)]),
            });
        }
    }
    Ok(())
}

/// A fingerprint as people give it: 32 hex digits, before them perhaps the number of their key.
fn print(text: &str) -> Option<Fingerprint> {
    let text = text.strip_prefix("print:").unwrap_or(text);
    let Some((key_id, hex)) = text.split_once(':') else { return Fingerprint::parse(text) };
    let key_id = key_id.parse().ok().filter(|id| *id > 0)?;
    Some(Fingerprint { key_id, print: Fingerprint::parse(hex)?.print })
}

/// Orders whose number holds a text.
fn orders(text: &str, ledger: &Ledger, ask: &Ask, found: &mut Vec<Found>) {
    let wanted = text.to_ascii_lowercase();
    let holds = |(_, authority): &(AuthorityNo, &Authority)| {
        authority.order.as_str().to_ascii_lowercase().contains(&wanted)
    };
    let mut orders: Vec<Found> = ledger
        .names()
        .authorities()
        .take(LOOKS_MAX)
        .filter(holds)
        .take(FOUND_MAX * 10)
        .map(|(_, authority)| Found {
            sort: ask.words().order(),
            name: authority.order.to_string(),
            aside: figures::day(authority.date, ask.lang),
            href: ask.link(paths::TRAIL, &[("q", format!("order:{}", authority.order))]),
        })
        .collect();
    orders.sort();
    orders.dedup_by(|left, right| left.name == right.name);
    orders.truncate(FOUND_MAX);
    found.extend(orders);
}

/// Districts and schemes that a text is about.
fn places(text: &str, ledger: &Ledger, ask: &Ask, found: &mut Vec<Found>) {
    let w = ask.words();
    let districts = bahi::rulebook::districts::search(text).take(FOUND_MAX);
    found.extend(districts.map(|entry| Found {
        sort: w.district(),
        name: district::name(entry.code, ask.lang),
        aside: crate::console::words::product(entry.product, ask.lang).to_owned(),
        href: ask.link(&paths::district(entry.code), &[]),
    }));
    let wanted = text.to_ascii_lowercase();
    let schemes = ledger.names().schemes().map(|(_, name)| name.as_str());
    let schemes = schemes.filter(|name| name.to_ascii_lowercase().contains(&wanted));
    found.extend(schemes.take(FOUND_MAX).map(|name| Found {
        sort: w.scheme(),
        name: name.to_owned(),
        aside: String::new(),
        href: ask.link(&paths::scheme(name), &[]),
    }));
}

#[derive(Template)]
#[template(path = "trail.html")]
struct Trail {
    frame: Frame,
    w: Words,
    sort: &'static str,
    name: String,
    rows: Vec<EventRow>,
    older: String,
    newest: String,
}

/// What a trail is asked of.
enum Of {
    Order(String),
    Key(&'static str, Fingerprint, Subject),
}

/// What a trail's address names.
fn subject(text: &str, w: Words) -> Option<Of> {
    let (by, rest) = text.split_once(':')?;
    if by == "order" {
        return Some(Of::Order(rest.to_owned()));
    }
    let print = print(rest)?;
    let of = |sort, subject| Some(Of::Key(sort, print, subject));
    match by {
        "person" => of(w.person(), Subject::Person(PersonKey(print))),
        "family" => of(w.family(), Subject::Family(FamilyKey(print))),
        "body" => of(w.body(), Subject::Body(BodyKey(print))),
        "account" => of(w.bank_account(), Subject::Account(AccountKey(print))),
        _ => None,
    }
}

/// `/console/trail`: the events of a person, family, unit, account or order.
pub(in crate::console) async fn trail(asked: Asked) -> Response {
    let page = answer_trail(&asked).await;
    asked.respond(page)
}

async fn answer_trail(asked: &Asked) -> Result<Trail, Wrong> {
    let (w, text) = (asked.words(), asked.ask.words_sought.clone());
    let of = subject(&text, w).ok_or(Wrong::Nothing("a trail is of order:… or of a key"))?;
    let (sort, name) = match &of {
        Of::Order(order) => (w.order(), order.clone()),
        Of::Key(sort, print, _) => (*sort, print.to_string()),
    };
    let (around, (rows, next)) = asked
        .question(move |ledger, ask, caller| {
            // What is of many districts is for whoever may see them all.
            if caller.is_scoped() {
                return Err(crate::caller::outside().into());
            }
            match of {
                Of::Order(order) => of_order(&order, ledger, ask),
                Of::Key(_, _, subject) => of_key(subject, ledger, ask),
            }
        })
        .await?;
    let ask = &asked.ask;
    let here = [("q", text)];
    let older = next.map(|before| {
        let mut pairs = here.to_vec();
        pairs.push(("before", before.to_string()));
        ask.link(paths::TRAIL, &pairs)
    });
    let newest = ask.before.map(|_| ask.link(paths::TRAIL, &here));
    let frame =
        asked.frame(format!("{}: {name}", w.trail()), Section::Search, paths::TRAIL, &around);
    Ok(Trail {
        sort,
        name,
        rows,
        older: older.unwrap_or_default(),
        newest: newest.unwrap_or_default(),
        frame,
        w,
    })
}

type Page = (Vec<EventRow>, Option<Position>);

fn of_order(order: &str, ledger: &Ledger, ask: &Ask) -> Result<Page, Wrong> {
    let named = |(_, authority): &(AuthorityNo, &Authority)| authority.order.as_str() == order;
    let orders: Vec<AuthorityNo> =
        ledger.names().authorities().filter(named).map(|(number, _)| number).collect();
    if orders.is_empty() {
        return Err(Wrong::Nothing("no event rests on an order of this number"));
    }
    let page = ledger.resting_on(&orders, ask.view(), ask.before, EVENTS)?;
    Ok((rows(&page.positions, ledger, ask)?, page.next))
}

fn of_key(subject: Subject, ledger: &Ledger, ask: &Ask) -> Result<Page, Wrong> {
    if ledger.trail_len(subject)? > TRAIL_MAX {
        return Err(Wrong::Nothing("more events than a page shows; ask `bahi trail`"));
    }
    let entries = ledger.trail(subject, ask.view())?.entries;
    let positions: Vec<Position> = entries.iter().map(|entry| entry.position).collect();
    let before = ask.before.unwrap_or(Position(u64::MAX));
    let end = positions.partition_point(|position| *position < before);
    let from = end.saturating_sub(EVENTS);
    let latest: Vec<Position> = positions[from..end].iter().rev().copied().collect();
    let next = latest.last().copied().filter(|_| from > 0);
    Ok((rows(&latest, ledger, ask)?, next))
}

fn rows(positions: &[Position], ledger: &Ledger, ask: &Ask) -> Result<Vec<EventRow>, Wrong> {
    let mut rows = Vec::with_capacity(positions.len());
    for position in positions {
        let recorded = ledger.event(*position)?;
        let moved = recorded.envelope.amount;
        let amount =
            if moved.is_zero() { String::new() } else { amount(moved.into(), Unit::Rupees) };
        rows.push(EventRow::of(&recorded, amount, ledger, ask)?);
    }
    Ok(rows)
}
