//! A naive ledger: cells that accepted commands add to, and whose additions a reversal takes back.
//!
//! # Invariants
//! * Nothing here is computed by the ledger's own crates; of an accepted command it knows what the
//!   command says, where it stands, and what stood before.

use std::collections::{BTreeMap, BTreeSet};

use bahi::core::{Act, CaseRef, Command, Fund, Position};

/// What a fund's columns come to, in paise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Column {
    Allotted,
    Sanctioned,
    Disbursed,
    Returned,
    Recovered,
    Utilised,
    Adjusted,
    Suspense,
    InterestEarned,
    InterestRemitted,
}

/// A number that is added to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Cell {
    Of(Fund, Column),
    /// Granted to the case from the fund and not paid.
    Unpaid(CaseRef, Fund),
    /// Paid to the case from the fund and not come back.
    Paid(CaseRef, Fund),
    /// Of that, recovered, used or adjusted.
    Accounted(CaseRef, Fund),
}

#[derive(Default)]
pub(super) struct Oracle {
    cells: BTreeMap<Cell, i128>,
    /// What each event added, so that its reversal can take it back.
    effects: BTreeMap<Position, Vec<(Cell, i128)>>,
    /// The funds each case draws on, the current one last.
    draws: BTreeMap<CaseRef, Vec<Fund>>,
    /// The carries that brought a case a new fund, and whose case it was.
    turned: BTreeMap<Position, CaseRef>,
    /// Sanctions, so that a reversal lets the case begin again.
    granted: BTreeMap<Position, CaseRef>,
    pub(super) payments: BTreeMap<Position, (CaseRef, Fund, i128)>,
    pub(super) reversed: BTreeSet<Position>,
}

impl Oracle {
    fn get(&self, cell: &Cell) -> i128 {
        self.cells.get(cell).copied().unwrap_or_default()
    }

    pub(super) fn column(&self, fund: &Fund, column: Column) -> i128 {
        self.get(&Cell::Of(fund.clone(), column))
    }

    pub(super) fn funds(&self) -> BTreeSet<Fund> {
        let fund = |cell: &Cell| match cell {
            Cell::Of(fund, _) => Some(fund.clone()),
            Cell::Unpaid(..) | Cell::Paid(..) | Cell::Accounted(..) => None,
        };
        self.cells.keys().filter_map(fund).collect()
    }

    fn draws(&self, case: &CaseRef) -> &[Fund] {
        self.draws.get(case).map_or(&[], Vec::as_slice)
    }

    pub(super) fn unpaid(&self, case: &CaseRef, fund: &Fund) -> i128 {
        self.get(&Cell::Unpaid(case.clone(), fund.clone()))
    }

    fn outstanding(&self, case: &CaseRef, fund: &Fund) -> i128 {
        self.get(&Cell::Paid(case.clone(), fund.clone()))
            - self.get(&Cell::Accounted(case.clone(), fund.clone()))
    }

    /// The oldest fund of a case, other than one, that a sum is above zero in.
    fn oldest(&self, case: &CaseRef, not: Option<&Fund>, sum: impl Fn(&Fund) -> i128) -> Fund {
        let found = self.draws(case).iter().find(|fund| Some(*fund) != not && sum(fund) > 0);
        found.or(self.draws(case).last()).expect("money moves on sanctioned cases").clone()
    }

    pub(super) fn current(&self, case: &CaseRef) -> Option<&Fund> {
        self.draws(case).last()
    }

    pub(super) fn oldest_unpaid(&self, case: &CaseRef, not: Option<&Fund>) -> Option<Fund> {
        (!self.draws(case).is_empty())
            .then(|| self.oldest(case, not, |fund| self.unpaid(case, fund)))
    }

    /// What a case has in all of its funds: unpaid and paid.
    pub(super) fn granted(&self, case: &CaseRef) -> i128 {
        let funds = self.draws(case).iter();
        funds
            .map(|fund| self.unpaid(case, fund) + self.get(&Cell::Paid(case.clone(), fund.clone())))
            .sum()
    }

    /// Whether a case has been paid something that did not come back.
    pub(super) fn is_paid(&self, case: &CaseRef) -> bool {
        self.draws(case).iter().any(|fund| self.get(&Cell::Paid(case.clone(), fund.clone())) > 0)
    }

    /// Takes an accepted command, whose event stands at a position.
    pub(super) fn take(&mut self, command: &Command, position: Position) {
        if let Act::Reverse { of, .. } = &command.act {
            return self.take_back(*of);
        }
        if let Act::Sanction { case_ref, fund, .. } = &command.act {
            self.draws.insert(case_ref.clone(), vec![fund.clone()]);
            self.granted.insert(position, case_ref.clone());
        }
        if let Act::CarrySanction { case_ref, fund, .. } = &command.act
            && self.current(case_ref) != Some(fund)
        {
            self.turned.insert(position, case_ref.clone());
        }
        let added = self.added(&command.act, position);
        if let Some(case) = self.turned.get(&position)
            && let Act::CarrySanction { fund, .. } = &command.act
        {
            self.draws.entry(case.clone()).or_default().push(fund.clone());
        }
        for (cell, paise) in &added {
            *self.cells.entry(cell.clone()).or_default() += paise;
        }
        self.effects.insert(position, added);
    }

    fn take_back(&mut self, of: Position) {
        for (cell, paise) in self.effects.get(&of).into_iter().flatten() {
            *self.cells.entry(cell.clone()).or_default() -= paise;
        }
        if let Some(case) = self.turned.get(&of) {
            self.draws.entry(case.clone()).or_default().pop();
        }
        if let Some(case) = self.granted.get(&of) {
            self.draws.remove(case);
        }
        self.reversed.insert(of);
    }

    /// What an act adds, and to which cells.
    fn added(&mut self, act: &Act, position: Position) -> Vec<(Cell, i128)> {
        use Column::{
            Adjusted, Allotted, Disbursed, InterestEarned, InterestRemitted, Recovered, Returned,
            Sanctioned, Suspense, Utilised,
        };
        let of = |fund: &Fund, column| Cell::Of(fund.clone(), column);
        let unpaid = |case: &CaseRef, fund: &Fund| Cell::Unpaid(case.clone(), fund.clone());
        let paid = |case: &CaseRef, fund: &Fund| Cell::Paid(case.clone(), fund.clone());
        let paise = |amount: &bahi::core::Money| i128::from(amount.paise());
        let current = |case: &CaseRef| self.current(case).expect("a sanctioned case").clone();
        match act {
            Act::Allot { fund, amount } => vec![(of(fund, Allotted), paise(amount))],
            Act::WithdrawFunds { fund, amount, .. } | Act::LapseFund { fund, amount, .. } => {
                vec![(of(fund, Allotted), -paise(amount))]
            }
            Act::MoveFunds { from, to, amount, .. } => {
                vec![(of(from, Allotted), -paise(amount)), (of(to, Allotted), paise(amount))]
            }
            Act::Sanction { case_ref, fund, amount } => {
                vec![(of(fund, Sanctioned), paise(amount)), (unpaid(case_ref, fund), paise(amount))]
            }
            Act::ReviseSanction { case_ref, amount } => {
                let (fund, change) = (current(case_ref), paise(amount) - self.granted(case_ref));
                vec![(of(&fund, Sanctioned), change), (unpaid(case_ref, &fund), change)]
            }
            Act::CancelSanction { case_ref, .. } => {
                let fund = current(case_ref);
                let left = self.unpaid(case_ref, &fund);
                vec![(of(&fund, Sanctioned), -left), (unpaid(case_ref, &fund), -left)]
            }
            Act::LapseSanction { case_ref, amount, .. } => {
                let fund = self.oldest(case_ref, None, |fund| self.unpaid(case_ref, fund));
                vec![
                    (of(&fund, Sanctioned), -paise(amount)),
                    (unpaid(case_ref, &fund), -paise(amount)),
                ]
            }
            Act::CarrySanction { case_ref, fund: to, amount } => {
                let from = self.oldest(case_ref, Some(to), |fund| self.unpaid(case_ref, fund));
                let amount = paise(amount);
                vec![
                    (of(&from, Sanctioned), -amount),
                    (unpaid(case_ref, &from), -amount),
                    (of(to, Sanctioned), amount),
                    (unpaid(case_ref, to), amount),
                ]
            }
            Act::Disburse { case_ref, amount, .. } => {
                let (fund, amount) = (current(case_ref), paise(amount));
                self.payments.insert(position, (case_ref.clone(), fund.clone(), amount));
                vec![
                    (of(&fund, Disbursed), amount),
                    (unpaid(case_ref, &fund), -amount),
                    (paid(case_ref, &fund), amount),
                ]
            }
            Act::Return { payment, .. } => {
                let (case, fund, amount) = self.payments[payment].clone();
                if self.outstanding(&case, &fund) < amount {
                    return vec![(of(&fund, Suspense), amount)];
                }
                vec![
                    (of(&fund, Returned), amount),
                    (unpaid(&case, &fund), amount),
                    (paid(&case, &fund), -amount),
                ]
            }
            Act::Suspend { fund, amount, .. } => vec![(of(fund, Suspense), paise(amount))],
            Act::Recover { case_ref, amount, .. } => {
                self.accounted(case_ref, Recovered, paise(amount))
            }
            Act::Utilise { case_ref, amount, .. } => {
                self.accounted(case_ref, Utilised, paise(amount))
            }
            Act::Adjust { case_ref, amount, .. } => {
                self.accounted(case_ref, Adjusted, paise(amount))
            }
            Act::EarnInterest { fund, amount, .. } => {
                vec![(of(fund, InterestEarned), paise(amount))]
            }
            Act::RemitInterest { fund, amount, .. } => {
                vec![(of(fund, InterestRemitted), paise(amount))]
            }
            _ => Vec::new(),
        }
    }

    fn accounted(&self, case: &CaseRef, column: Column, amount: i128) -> Vec<(Cell, i128)> {
        let fund = self.oldest(case, None, |fund| self.outstanding(case, fund));
        vec![
            (Cell::Of(fund.clone(), column), amount),
            (Cell::Accounted(case.clone(), fund), amount),
        ]
    }

    /// The laws, cell by cell.
    pub(super) fn check(&self) {
        for (cell, paise) in &self.cells {
            match cell {
                Cell::Of(fund, Column::Allotted) => {
                    let granted = self.column(fund, Column::Sanctioned);
                    assert!(granted <= *paise, "sanctioned beyond allotted in {fund:?}");
                }
                Cell::Of(fund, Column::InterestRemitted) => {
                    let earned = self.column(fund, Column::InterestEarned);
                    assert!(*paise <= earned, "interest remitted beyond earned in {fund:?}");
                }
                Cell::Of(..) | Cell::Unpaid(..) => assert!(*paise >= 0, "{cell:?} below zero"),
                Cell::Paid(case, fund) => {
                    let left = self.outstanding(case, fund);
                    assert!(left >= 0, "{case} has more accounted for than paid");
                }
                Cell::Accounted(..) => assert!(*paise >= 0, "{cell:?} below zero"),
            }
        }
    }

    /// Whether every sum is zero.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.values().all(|paise| *paise == 0)
    }
}
