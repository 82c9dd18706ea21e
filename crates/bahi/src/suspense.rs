//! Money in suspense, and how old it is: what came in and nothing accounts for yet.
//!
//! # Invariants
//! * What lies in suspense is what was moved there and not reversed, in order of position.
//! * The rows of an answer sum to the column `suspense` of the balances under the same view, but for
//!   a view between the day of a reversal and a later day of what it reverses.

use std::collections::BTreeMap;

use bahi_core::{
    Day, Event, EventKind, FundKey, Money, MovedToSuspense, Names, Position, Projection, Recorded,
    Total,
};
use bahi_json::{SuspenseAnswer, SuspenseRowAnswer};

use crate::{Error, Filter, Ledger, View, reading::Reading};

/// Every amount that lies in suspense.
#[derive(Default)]
struct Suspense(BTreeMap<Position, (FundKey, Money, MovedToSuspense)>);

impl Projection for Suspense {
    fn apply(&mut self, recorded: &Recorded) {
        let envelope = &recorded.envelope;
        if let Event::MovedToSuspense(moved) = &recorded.event {
            let held = (envelope.fund, envelope.amount, moved.clone());
            self.0.insert(recorded.position, held);
        }
        if let Event::Reversed(reversed) = &recorded.event
            && reversed.kind == EventKind::MovedToSuspense
        {
            self.0.remove(&reversed.of);
        }
    }
}

impl Ledger {
    /// Every amount in suspense, the oldest first, with its age in days: to the day the view is as
    /// of, else to the day of the last instant it knows.
    ///
    /// # Errors
    /// Those of [`Ledger::balances`].
    ///
    /// ```
    /// # use bahi::{Filter, Ledger, LedgerName, NewLedger, View};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let answer = ledger.suspense(&Filter::default(), View::NOW)?;
    /// assert_eq!((answer.rows.len(), answer.amount.as_str()), (0, "0.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn suspense(&self, filter: &Filter, view: View) -> Result<SuspenseAnswer, Error> {
        answer(&self.reading(), self.names(), filter, view)
    }
}

/// What lies in suspense in a log, in a view of it.
pub(crate) fn answer(
    reading: &Reading<'_>,
    names: &Names,
    filter: &Filter,
    view: View,
) -> Result<SuspenseAnswer, Error> {
    let basis = reading.basis(view)?;
    let on = basis.as_of.unwrap_or_else(|| basis.known_on.day());
    let held = reading.fold::<Suspense>(&basis, view)?.0;
    let taken = || held.iter().filter(|(_, (fund, ..))| filter.takes(fund, names));
    let mut rows: Vec<_> = taken().map(|(at, held)| row(*at, held, on, names)).collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.age_days), row.position));
    let amount: Total = taken().map(|(_, (_, amount, _))| (*amount).into()).sum();
    Ok(SuspenseAnswer {
        position: basis.position.0,
        root: basis.root.to_string(),
        as_of: basis.as_of.map(|day| day.to_string()),
        known_on: Some(basis.known_on.to_string()),
        aged_on: on.to_string(),
        amount: amount.to_string(),
        rows,
    })
}

fn row(
    position: Position,
    (fund, amount, moved): &(FundKey, Money, MovedToSuspense),
    on: Day,
    names: &Names,
) -> SuspenseRowAnswer {
    let days = on.epoch_days().saturating_sub(moved.own_day.epoch_days());
    SuspenseRowAnswer {
        position: position.0,
        scheme: names.scheme(fund.scheme).map(ToString::to_string).unwrap_or_default(),
        district: fund.district.to_string(),
        head: names.head(fund.head).map(ToString::to_string).unwrap_or_default(),
        fy: fund.fy.to_string(),
        amount: amount.to_string(),
        reason: names.word(moved.reason).map(ToString::to_string).unwrap_or_default(),
        reference: moved.reference.to_string(),
        payment: (!moved.payment.is_none()).then_some(moved.payment.0),
        day: moved.own_day.to_string(),
        age_days: i64::from(days),
    }
}
