//! Reconciliation: the statements a ledger holds, what of their lines is matched, and what is open.

use askama::Template;
use axum::response::Response;
use bahi::{
    Filter,
    core::{LineSide, Total},
};

use crate::console::{
    answer::{Asked, Wrong},
    ask::Unit,
    figures::{self, Figure, amount, behind, count},
    frame::{Frame, Section},
    paths,
    watch::Sum,
    words::Words,
};

/// Counted lines with their sum.
struct Pile {
    name: &'static str,
    count: String,
    total: Figure,
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
    told: [String; 3],
}

/// An open line.
struct LineRow {
    href: String,
    name: String,
    side: &'static str,
    booked: String,
    age: String,
    amount: String,
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
    read: String,
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
    let pile = |name, sum: &Sum| Pile {
        name,
        count: count(sum.count),
        total: Figure::plain(sum.total, ask.unit),
    };
    let [open, matched, decided] = &told.sums;
    let ages = [w.up_to_30(), w.up_to_90(), w.up_to_365(), w.beyond_365()];
    let statement = |(one, format): (&crate::console::watch::Received, String)| StatementRow {
        href: ask.link(&paths::event(one.position), &[]),
        position: count(one.position.0),
        format,
        account: one.said.account.0.to_string().chars().take(12).collect(),
        account_href: ask.link(
            paths::TRAIL,
            &[("q", format!("account:{}:{}", one.said.account.0.key_id, one.said.account.0))],
        ),
        period: format!(
            "{} – {}",
            figures::day(one.said.from, ask.lang),
            figures::day(one.said.to, ask.lang),
        ),
        lines: count(u64::from(one.said.lines)),
        told: one.sums.map(|sum| count(sum.count)),
    };
    let line = |one: &crate::console::watch::OpenLine| LineRow {
        href: ask.link(&paths::event(one.at), &[]),
        name: format!("{}:{}", count(one.line.statement.0), one.line.line),
        side: match one.side {
            LineSide::Credit => w.credit(),
            LineSide::Debit => w.debit(),
        },
        booked: figures::day(one.booked, ask.lang),
        age: count(u64::from(one.age_days)),
        amount: amount(one.amount, Unit::Rupees),
    };
    let mut held = Figure::plain(suspense, ask.unit);
    if suspense != Total::ZERO {
        held.href = behind(bahi::Column::Suspense, &Filter::default(), ask);
    }
    let frame =
        asked.frame(w.reconciliation(), Section::Reconciliation, paths::RECONCILIATION, &around);
    Ok(Reconciliation {
        piles: vec![pile(w.matched(), matched), pile(w.decided(), decided), pile(w.open(), open)],
        ages: ages.into_iter().zip(&told.ages).map(|(name, sum)| pile(name, sum)).collect(),
        statements: told.statements.iter().zip(formats).map(statement).collect(),
        open: told.open.iter().map(line).collect(),
        suspense: held,
        read: count(told.read.0),
        past: ask.is_past(),
        frame,
        w,
    })
}
