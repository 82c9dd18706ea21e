//! Reconciliation: the statements a ledger holds, what of their lines is matched, and what is open;
//! and the lines behind each of these figures.

use askama::Template;
use axum::response::Response;
use bahi::{
    Filter,
    core::{LineSide, Position, Total},
};

use crate::console::{
    answer::{Asked, Wrong},
    ask::{Ask, Unit},
    figures::{self, Figure, amount, behind, count},
    frame::{Frame, Section},
    paths,
    watch::{Age, Received, ShownLine, State, Sum, Which},
    words::Words,
};

/// How many lines a page shows.
const LINES: usize = 50;

/// Counted lines with their sum; both open the lines.
struct Pile {
    name: &'static str,
    count: Figure,
    total: Figure,
}

impl Pile {
    fn of(name: &'static str, sum: &Sum, which: Which, ask: &Ask) -> Pile {
        let href = if sum.count > 0 { lines_of(which, ask) } else { String::new() };
        Pile {
            name,
            count: counted(sum.count, href.clone()),
            total: Figure { href, ..Figure::plain(sum.total, ask.unit) },
        }
    }
}

/// The page of lines.
fn lines_of(which: Which, ask: &Ask) -> String {
    ask.link(paths::LINES, &which.pairs())
}

/// A count that opens what it counts.
fn counted(number: u64, href: String) -> Figure {
    Figure { text: count(number), exact: String::new(), href, zero: number == 0 }
}

/// What became of a line, in words.
const fn pile_name(pile: State, w: Words) -> &'static str {
    match pile {
        State::Open => w.open(),
        State::Matched => w.matched(),
        State::Decided => w.decided(),
    }
}

/// How old a line is, in words.
const fn age_name(age: Age, w: Words) -> &'static str {
    match age {
        Age::Month => w.up_to_30(),
        Age::Quarter => w.up_to_90(),
        Age::Year => w.up_to_365(),
        Age::Beyond => w.beyond_365(),
    }
}

/// A statement.
struct StatementRow {
    href: String,
    position: String,
    format: String,
    account: String,
    account_href: String,
    period: String,
    lines: String,
    told: [Figure; 3],
}

impl StatementRow {
    fn of(one: &Received, format: String, ask: &Ask) -> StatementRow {
        let account = one.said.account.0;
        let (from, to) =
            (figures::day(one.said.from, ask.lang), figures::day(one.said.to, ask.lang));
        let told = |pile: State| {
            let which =
                Which { pile: Some(pile), statement: Some(one.position), ..Which::default() };
            counted(one.sums[pile as usize].count, lines_of(which, ask))
        };
        StatementRow {
            href: ask.link(&paths::event(one.position), &[]),
            position: count(one.position.0),
            format,
            account: account.to_string().chars().take(12).collect(),
            account_href: ask
                .link(paths::TRAIL, &[("q", format!("account:{}:{account}", account.key_id))]),
            period: format!("{from} – {to}"),
            lines: count(u64::from(one.said.lines)),
            told: [told(State::Open), told(State::Matched), told(State::Decided)],
        }
    }
}

/// A line of a statement.
struct LineRow {
    href: String,
    name: String,
    side: &'static str,
    booked: String,
    age: String,
    amount: String,
    said: String,
    said_href: String,
}

impl LineRow {
    fn of(one: &ShownLine, ask: &Ask) -> LineRow {
        let w = ask.words();
        let of_event = |at: Position| ask.link(&paths::event(at), &[]);
        let is_said = !one.said.is_none();
        LineRow {
            href: of_event(one.at),
            name: format!("{}:{}", count(one.line.statement.0), one.line.line),
            side: match one.side {
                LineSide::Credit => w.credit(),
                LineSide::Debit => w.debit(),
            },
            booked: figures::day(one.booked, ask.lang),
            age: count(u64::from(one.age_days)),
            amount: amount(one.amount, Unit::Rupees),
            said: if is_said { count(one.said.0) } else { String::new() },
            said_href: if is_said { of_event(one.said) } else { String::new() },
        }
    }
}

#[derive(Template)]
#[template(path = "reconciliation.html")]
struct Reconciliation {
    frame: Frame,
    w: Words,
    piles: Vec<Pile>,
    ages: Vec<Pile>,
    statements: Vec<StatementRow>,
    open: Vec<LineRow>,
    suspense: Figure,
    all_open: String,
    read: String,
    reading: bool,
    again: String,
    past: bool,
}

/// `/console/reconciliation`: statements and their lines.
pub(in crate::console) async fn page(asked: Asked) -> Response {
    let page = answer(&asked).await;
    asked.respond(page)
}

async fn answer(asked: &Asked) -> Result<Reconciliation, Wrong> {
    let (around, suspense) = asked
        .question(|ledger, ask, caller| {
            // An account's statement is of every district its money is of.
            if caller.is_scoped() {
                return Err(crate::caller::outside().into());
            }
            let at = ledger.balances(bahi::By::default(), &Filter::default(), ask.view())?;
            Ok(at.total.suspense)
        })
        .await?;
    let told = asked.watch.statements(asked.service(), around.aged_on()).await;
    let (ask, w) = (&asked.ask, asked.words());
    let formats: Vec<_> = told.statements.iter().map(|one| one.said.format).collect();
    let formats = move |ledger: &bahi::Ledger| {
        let name =
            |number: &bahi::core::WordNo| ledger.names().word(*number).map(ToString::to_string);
        formats.iter().map(|number| name(number).unwrap_or_default()).collect::<Vec<String>>()
    };
    let formats = asked.service().ask(formats).await?;
    let of_pile = |pile: State| Which { pile: Some(pile), ..Which::default() };
    let pile =
        |pile: State| Pile::of(pile_name(pile, w), &told.sums[pile as usize], of_pile(pile), ask);
    let age = |(age, sum): (Age, &Sum)| {
        let which = Which { age: Some(age), ..of_pile(State::Open) };
        Pile::of(age_name(age, w), sum, which, ask)
    };
    let statement = |(one, format): (&Received, String)| StatementRow::of(one, format, ask);
    let mut held = Figure::plain(suspense, ask.unit);
    if suspense != Total::ZERO {
        held.href = behind(bahi::Column::Suspense, &Filter::default(), ask);
    }
    let frame =
        asked.frame(w.reconciliation(), Section::Reconciliation, paths::RECONCILIATION, &around);
    Ok(Reconciliation {
        piles: vec![pile(State::Matched), pile(State::Decided), pile(State::Open)],
        ages: Age::ALL.into_iter().zip(&told.ages).map(age).collect(),
        statements: told.statements.iter().zip(formats).map(statement).collect(),
        open: told.open.iter().map(|one| LineRow::of(one, ask)).collect(),
        all_open: lines_of(of_pile(State::Open), ask),
        suspense: held,
        read: count(told.read.0),
        reading: !told.whole,
        again: ask.here_with(paths::RECONCILIATION, |_| {}),
        past: ask.is_past(),
        frame,
        w,
    })
}

#[derive(Template)]
#[template(path = "lines.html")]
struct LinesPage {
    frame: Frame,
    w: Words,
    name: String,
    pile: Pile,
    is_said: bool,
    rows: Vec<LineRow>,
    older: String,
    first: String,
    read: String,
    reading: bool,
    again: String,
}

/// `/console/reconciliation/lines`: the lines behind a figure.
pub(in crate::console) async fn lines(asked: Asked) -> Response {
    let page = answer_lines(&asked).await;
    asked.respond(page)
}

async fn answer_lines(asked: &Asked) -> Result<LinesPage, Wrong> {
    let (around, ()) = asked
        .question(|_, _, caller| {
            if caller.is_scoped() {
                return Err(crate::caller::outside().into());
            }
            Ok(())
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let which = ask.lines;
    let found = asked.watch.lines(asked.service(), &which, around.aged_on(), LINES).await;
    let pile = which.pile.unwrap_or(State::Open);
    let of_statement = which.statement.map(|at| format!("{} {}", w.statement(), count(at.0)));
    let of_age = which.age.filter(|_| which.statement.is_none() && pile == State::Open);
    let parts =
        [Some(pile_name(pile, w).to_owned()), of_age.map(|age| age_name(age, w).to_owned())];
    let parts: Vec<String> = parts.into_iter().chain([of_statement]).flatten().collect();
    let is_said = pile != State::Open;
    let pile = Pile {
        name: pile_name(pile, w),
        count: counted(found.sum.count, String::new()),
        total: Figure::plain(found.sum.total, ask.unit),
    };
    let older = found.next.map(|place| {
        let mut pairs = which.pairs();
        pairs.push(("after", place.text()));
        ask.link(paths::LINES, &pairs)
    });
    let name = parts.join(" · ");
    let title = format!("{}: {name}", w.lines_of());
    let frame = asked.frame(title, Section::Reconciliation, paths::LINES, &around);
    Ok(LinesPage {
        rows: found.lines.iter().map(|one| LineRow::of(one, ask)).collect(),
        older: older.unwrap_or_default(),
        first: which.after.map(|_| lines_of(which, ask)).unwrap_or_default(),
        read: count(found.read.0),
        reading: !found.whole,
        again: ask.here_with(paths::LINES, |_| {}),
        name,
        pile,
        is_said,
        frame,
        w,
    })
}
