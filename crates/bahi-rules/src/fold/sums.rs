//! The sums of funds: what each movement adds to which.

use bahi_core::{FundKey, Money, Movement, Total};

use crate::state::{FundTotals, State};

impl State {
    /// Moves an amount between the sums of its funds, backwards where the movement is unmade.
    pub(super) fn post(&mut self, movement: Movement, fund: FundKey, amount: Money, back: bool) {
        let amount = Total::from(amount);
        let amount = if back { Total::ZERO - amount } else { amount };
        let taken = Total::ZERO - amount;
        match movement {
            Movement::Allotment => self.add(fund, amount, |sums| &mut sums.allotted),
            Movement::Withdrawal | Movement::FundLapse => {
                self.add(fund, taken, |sums| &mut sums.allotted);
            }
            Movement::Transfer { to } => {
                self.add(fund, taken, |sums| &mut sums.allotted);
                self.add(to, amount, |sums| &mut sums.allotted);
            }
            Movement::Sanction | Movement::Increase => {
                self.add(fund, amount, |sums| &mut sums.sanctioned);
            }
            Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
                self.add(fund, taken, |sums| &mut sums.sanctioned);
            }
            Movement::Carry { from } => {
                self.add(from, taken, |sums| &mut sums.sanctioned);
                self.add(fund, amount, |sums| &mut sums.sanctioned);
            }
            Movement::Payment => self.add(fund, amount, |sums| &mut sums.disbursed),
            Movement::Return => self.add(fund, amount, |sums| &mut sums.returned),
            Movement::Suspense => self.add(fund, amount, |sums| &mut sums.suspense),
            Movement::Recovery => self.add(fund, amount, |sums| &mut sums.recovered),
            Movement::Utilisation => self.add(fund, amount, |sums| &mut sums.utilised),
            Movement::Adjustment => self.add(fund, amount, |sums| &mut sums.adjusted),
            Movement::Interest => self.add(fund, amount, |sums| &mut sums.interest_earned),
            Movement::Remittance => self.add(fund, amount, |sums| &mut sums.interest_remitted),
        }
    }

    fn add(&mut self, fund: FundKey, amount: Total, sum: impl Fn(&mut FundTotals) -> &mut Total) {
        let sums = self.funds.entry(fund).or_default();
        *sum(sums) += amount;
        if *sums == FundTotals::default() {
            self.funds.remove(&fund);
        }
    }
}
