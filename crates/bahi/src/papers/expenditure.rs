//! The figures of a statement of expenditure: a year's payments by head and month.

use std::collections::BTreeMap;

use bahi_core::{Columns, Day, FinancialYear, HeadNo, SchemeNo, Total};
use bahi_reports::papers::{
    Paper,
    forms::{Expenditure, HeadYear, Month},
};

use super::{certificate::provisional, effects, scope};
use crate::{Error, Filter, Ledger, View, press::Press};

impl Ledger {
    /// The statement of expenditure of a year of effective days, by head of account and month, over
    /// the funds a filter takes; its own year of allotment is no matter where it names none.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn expenditure(
        &self,
        fy: FinancialYear,
        filter: &Filter,
        view: View,
    ) -> Result<Paper, Error> {
        self.press().expenditure(fy, filter, view)
    }
}

impl Press<'_> {
    /// As [`Ledger::expenditure`] says.
    pub(crate) fn expenditure(
        &self,
        fy: FinancialYear,
        filter: &Filter,
        view: View,
    ) -> Result<Paper, Error> {
        let basis = self.basis(view)?;
        let last = fy.last_day();
        let to = view.as_of.map_or(last, |as_of| as_of.min(last));
        let before = fy.first_day().plus_days(-1).map_or(to, |before| before.min(to));
        let by_day = |day: Day| self.columns(filter, View { as_of: Some(day), ..view });
        let spent = |columns: &Columns| columns.disbursed - columns.returned - columns.recovered;
        let by_balances = spent(&by_day(to)?) - spent(&by_day(before)?);
        let mut heads: BTreeMap<(SchemeNo, HeadNo), (Total, [Month; 12])> = BTreeMap::new();
        self.each_event(View { as_of: Some(to), ..view }, |recorded| {
            let day = recorded.envelope.effective_day;
            if day <= before {
                return Ok(());
            }
            for (fund, moved) in effects(recorded) {
                if filter.takes(&fund, self.names()) {
                    let (allotted, months) = heads.entry((fund.scheme, fund.head)).or_default();
                    *allotted += moved.allotted;
                    let month = &mut months[month_of(day)];
                    month.paid += moved.disbursed;
                    month.returned += moved.returned;
                    month.recovered += moved.recovered;
                    month.accounted += moved.utilised + moved.adjusted;
                }
            }
            Ok(())
        })?;
        let head = |((scheme, head), (allotted, months)): ((SchemeNo, HeadNo), _)| HeadYear {
            scheme: self.scheme_name(scheme),
            head: self.head_name(head),
            allotted,
            months,
        };
        let statement = Expenditure {
            scope: scope(filter),
            fy,
            to,
            heads: heads.into_iter().map(head).collect(),
            by_balances,
            provisional: provisional(&basis, to, last),
        };
        Ok(statement.paper(self.stamp(&basis)))
    }
}

/// Which month of its financial year a day is in; April is 0.
fn month_of(day: Day) -> usize {
    let (_, month, _) = day.date();
    usize::try_from((month + 8) % 12).unwrap_or_default()
}
