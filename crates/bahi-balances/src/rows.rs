//! Balances as rows: grouped by what is asked for, filtered, named, in a stable order.

use alloc::{collections::BTreeMap, vec::Vec};

use bahi_core::{
    BalanceRow, Columns, District, FinancialYear, FundKey, HeadName, Names, SchemeName,
};

use crate::Balances;

/// What the rows are told apart by; nothing gives one row of everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct By {
    /// A row for each scheme.
    pub scheme: bool,
    /// A row for each district, and the pool.
    pub district: bool,
    /// A row for each head, and one for what has no fund yet.
    pub head: bool,
    /// A row for each financial year of allotment.
    pub fy: bool,
}

impl By {
    /// Every part of a fund: a row for each fund.
    pub const ALL: By = By { scheme: true, district: true, head: true, fy: true };
}

/// What the rows are made of; an absent part takes everything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// This scheme alone.
    pub scheme: Option<SchemeName>,
    /// This district alone, or the pool.
    pub district: Option<District>,
    /// This financial year alone.
    pub fy: Option<FinancialYear>,
    /// This head alone; what has no fund yet has no head and is left out.
    pub head: Option<HeadName>,
}

impl Filter {
    /// Whether a fund is one of those it takes.
    #[must_use]
    pub fn takes(&self, fund: &FundKey, names: &Names) -> bool {
        let scheme = self.scheme.as_ref();
        let head = self.head.as_ref();
        scheme.is_none_or(|scheme| names.scheme(fund.scheme) == Some(scheme))
            && head.is_none_or(|head| names.head(fund.head) == Some(head))
            && self.district.is_none_or(|district| district == fund.district)
            && self.fy.is_none_or(|fy| fy == fund.fy)
    }
}

impl Balances {
    /// Rows in order of scheme name, financial year, district code and head; a part that was not
    /// asked for is `None`.
    ///
    /// A scheme or head whose number `names` does not hold is `None` too; names folded up to the
    /// same position hold every one. Where nothing is asked for there is exactly one row.
    #[must_use]
    pub fn rows(&self, by: By, filter: &Filter, names: &Names) -> Vec<BalanceRow> {
        let taken = self.every_row().iter().filter(|row| filter.takes(&row.fund, names));
        group(taken.map(|row| (row.fund, row.columns())), by, names)
    }
}

/// Funds with their columns, in any order, as rows of what is asked for.
pub(crate) fn group(
    funds: impl Iterator<Item = (FundKey, Columns)>,
    by: By,
    names: &Names,
) -> Vec<BalanceRow> {
    let mut groups: BTreeMap<_, Columns> = BTreeMap::new();
    if by == By::default() {
        groups.insert((None, None, None, None), Columns::default());
    }
    for (fund, columns) in funds {
        let key = (
            if by.scheme { names.scheme(fund.scheme) } else { None },
            by.fy.then_some(fund.fy),
            by.district.then_some(fund.district),
            if by.head { names.head(fund.head) } else { None },
        );
        groups.entry(key).or_default().add(&columns);
    }
    groups
        .into_iter()
        .map(|((scheme, fy, district, head), columns)| BalanceRow {
            scheme: scheme.cloned(),
            district,
            head: head.cloned(),
            fy,
            columns,
        })
        .collect()
}
