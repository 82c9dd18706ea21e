//! The events behind a figure of balances, a page at a time, the latest first.
//!
//! # Invariants
//! * The parts of all pages add up to the figure under the same view and filter.
//! * A page ends between two events: what one event adds in two funds stands on one page.
//!
//! # Not here
//! The sums of all columns: `query`. What an event says: `Ledger::event`.

use bahi_balances::{Column, Filter, Part};
use bahi_core::{Day, Position, Total};

use crate::{Basis, Error, Ledger, View};

/// The most parts of one page.
pub const BEHIND_MAX: usize = 1_000;

/// In how many funds one event can add to a column.
const PARTS_OF_AN_EVENT_MAX: usize = 2;

/// A page of what is behind a figure, and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BehindAt {
    /// What it rests on.
    pub basis: Basis,
    /// What single events add, the latest first.
    pub parts: Vec<Part>,
    /// Before which position the next page goes on; none after the last page.
    pub next: Option<Position>,
}

impl Ledger {
    /// What events add to a column of the balances of a view and filter, those alone that count from
    /// a day on where one is named: the latest before a position, or of all, and about so many, at
    /// most [`BEHIND_MAX`].
    ///
    /// It is read from sums that are kept; the log is read for the basis alone.
    ///
    /// # Errors
    /// Those of [`Ledger::basis`].
    ///
    /// ```
    /// use bahi::{Column, Filter, View};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let all = Filter::default();
    /// let page = ledger.behind(Column::Disbursed, &all, View::NOW, None, None, 50)?;
    /// assert_eq!((page.parts.len(), page.next), (0, None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn behind(
        &self,
        column: Column,
        filter: &Filter,
        view: View,
        since: Option<Day>,
        before: Option<Position>,
        most: usize,
    ) -> Result<BehindAt, Error> {
        let basis = self.basis(view)?;
        let most = most.clamp(1, BEHIND_MAX);
        let before = before.unwrap_or(Position(u64::MAX));
        let (cut, more) = ((basis.position, since, basis.as_of), most + PARTS_OF_AN_EVENT_MAX);
        let movements = self.movements()?;
        let mut parts = movements.behind(column, filter, self.names(), cut, before, more);
        let mut next = None;
        if parts.len() > most {
            // The event that the page would end within belongs to the next, or whole to this one.
            let last = parts[most - 1].position;
            let whole = parts.partition_point(|part| part.position >= last);
            parts.truncate(whole);
            next = Some(last);
        }
        Ok(BehindAt { basis, parts, next })
    }

    /// What one column comes to in a view, of the funds that a filter takes: that of the total of
    /// [`Ledger::balances`], found without the other columns, as a trend wants it of many days. Of a
    /// column that counts ([`Column::is_count`]) it is ones in place of paise.
    ///
    /// # Errors
    /// Those of [`Ledger::basis`].
    ///
    /// ```
    /// use bahi::{Column, Filter, View, core::Total};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let paid = ledger.total(Column::Disbursed, &Filter::default(), View::NOW)?;
    /// assert_eq!(paid, Total::ZERO);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn total(&self, column: Column, filter: &Filter, view: View) -> Result<Total, Error> {
        let basis = self.basis(view)?;
        let movements = self.movements()?;
        Ok(movements.total(column, filter, self.names(), basis.position, basis.as_of))
    }
}

#[cfg(test)]
mod tests {
    //! Pages of every size against the figures of the balances.

    use super::*;
    use crate::{
        By,
        tests::{allot, apply, new_ledger, sanction},
    };

    fn all(ledger: &Ledger, column: Column, view: View, most: usize) -> Vec<Part> {
        let (mut parts, mut before) = (Vec::new(), None);
        loop {
            let page = ledger.behind(column, &Filter::default(), view, None, before, most);
            let page = page.expect("a page");
            parts.extend(page.parts);
            before = page.next;
            if before.is_none() {
                return parts;
            }
        }
    }

    #[test]
    fn the_pages_of_a_figure_add_up_to_it_whatever_their_size() {
        let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let mut commands = vec![allot(1, "5000000.00"), allot(2, "300.00")];
        for number in 0..9 {
            let case = format!("P/{number}");
            commands.push(apply(10 + number, &case));
            let mut granted = sanction(30 + number, &case, "250000.00");
            let back = if number % 2 == 0 { 0 } else { -20 };
            granted.effective_day = granted.effective_day.plus_days(back).expect("a day");
            commands.push(granted);
        }
        ledger.submit_each(&commands).expect("the ledger takes commands");
        let day = Day::parse("2024-06-01").ok();
        for view in [View::NOW, View { as_of: day, ..View::NOW }] {
            let balances = ledger.balances(By::default(), &Filter::default(), view);
            let total = balances.expect("balances").total;
            for most in [1, 2, 7, 1_000, usize::MAX] {
                let sum = |column: Column| -> Total {
                    all(&ledger, column, view, most).iter().map(|part| part.amount).sum()
                };
                assert_eq!(sum(Column::Sanctioned), total.sanctioned, "{most}");
                assert_eq!(sum(Column::Available), total.available, "{most}");
                let applied = Total::from_paise(i128::from(total.applied));
                assert_eq!(sum(Column::Applied), applied, "{most}");
            }
            let alone = |column| ledger.total(column, &Filter::default(), view).expect("a total");
            assert_eq!(alone(Column::Sanctioned), total.sanctioned);
            assert_eq!(alone(Column::Available), total.available);
            assert_eq!(alone(Column::Applied), Total::from_paise(i128::from(total.applied)));
        }
        assert!(!all(&ledger, Column::Sanctioned, View::NOW, 3).is_empty());
        // From a day on they add up to what the figure rose by since the day before.
        let (eve, since) = (Day::parse("2024-05-31").ok(), day);
        let upto = |as_of| {
            let view = View { as_of, ..View::NOW };
            ledger.balances(By::default(), &Filter::default(), view).expect("balances").total
        };
        let filter = Filter::default();
        let page = ledger.behind(Column::Sanctioned, &filter, View::NOW, since, None, 1_000);
        let parts = page.expect("a page").parts;
        let rose = upto(None).sanctioned - upto(eve).sanctioned;
        assert_eq!(parts.iter().map(|part| part.amount).sum::<Total>(), rose);
        assert!(!parts.is_empty() && upto(eve).sanctioned != Total::ZERO, "both sides hold some");
    }
}
