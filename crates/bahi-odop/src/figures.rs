//! The published list of margin-money cases, counted by district and year: the shape of real history.
//!
//! The list names neither beneficiary nor applicant as what it lists, so a row is a case and no
//! more is claimed of it. Where a district and year have fewer than five rows, the breakdown is
//! withheld so that nobody can be told from it: the count is there, slabs and cost are `None`.
//!
//! # Invariants
//! * One figure for a district and year, in order of code, then year; no figure where no row.
//! * Slab counts never exceed the rows; rows left over have a cost that could not be read.

mod table;

pub use table::FIGURES;

use bahi_core::{District, FinancialYear};

/// How many published cases a district had in a year, and of what cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Figure {
    /// The district.
    pub district: District,
    /// The calendar year the financial year begins in.
    pub fy_first: u16,
    /// Cases, at least one.
    pub rows: u16,
    /// Cases with a cost of up to 25 lakh, up to 50 lakh, up to 1.5 crore, above; `None` where
    /// withheld.
    pub by_slab: Option<[u16; 4]>,
    /// The sum of the costs that could be read, in whole rupees; `None` where withheld.
    pub project_cost: Option<u64>,
}

impl Figure {
    /// The financial year; `None` for a figure made with a year no ledger knows.
    #[must_use]
    pub const fn fy(&self) -> Option<FinancialYear> {
        FinancialYear::from_first(self.fy_first)
    }

    /// Cases whose cost could not be read; `None` where the breakdown is withheld.
    #[must_use]
    pub fn unread(&self) -> Option<u16> {
        let read: u16 = self.by_slab?.iter().sum();
        self.rows.checked_sub(read)
    }
}

#[cfg(test)]
mod tests;
