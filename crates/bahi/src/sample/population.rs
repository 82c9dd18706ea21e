//! What a sample is drawn from: the cases or the payments of a view.
//!
//! # Invariants
//! * It is a fold of the events that a view counts, and rests on nothing else.
//! * A case is worth what was granted and stands; a payment that came back or was taken back is none.
//!
//! # Not here
//! Drawing from it: `draw`.

use std::collections::BTreeMap;

use bahi_core::{Event, EventKind, FundKey, Movement, Position, Recorded, Total};

use super::SampleOf;

/// A thing that may be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) position: Position,
    pub(super) case: Position,
    pub(super) fund: FundKey,
    pub(super) paise: i128,
    stands: bool,
}

/// Cases or payments in order of the events they begin with.
pub(super) struct Population {
    of: SampleOf,
    units: Vec<Unit>,
    /// The payment that a return is of, for the return's reversal.
    returns: BTreeMap<Position, Position>,
}

impl Population {
    pub(super) const fn of(of: SampleOf) -> Population {
        Population { of, units: Vec::new(), returns: BTreeMap::new() }
    }

    /// Takes the next event that the view counts.
    pub(super) fn apply(&mut self, recorded: &Recorded) {
        match self.of {
            SampleOf::Cases => self.of_cases(recorded),
            SampleOf::Payments => self.of_payments(recorded),
        }
    }

    /// The cases, or the payments that stand, in order of position.
    pub(super) fn into_units(self) -> Vec<Unit> {
        let mut units = self.units;
        units.retain(|unit| unit.stands);
        units
    }

    fn unit(&mut self, position: Position) -> Option<&mut Unit> {
        let at = self.units.binary_search_by_key(&position, |unit| unit.position).ok()?;
        self.units.get_mut(at)
    }

    fn stand(&mut self, payment: Position, stands: bool) {
        if let Some(unit) = self.unit(payment) {
            unit.stands = stands;
        }
    }

    /// What a case was granted, and from which fund.
    fn grant(&mut self, recorded: &Recorded) {
        let Some((movement, back)) = recorded.movement() else { return };
        let envelope = &recorded.envelope;
        let amount = i128::from(envelope.amount.paise());
        let signed = if back { -amount } else { amount };
        let Some(case) = self.unit(envelope.case) else { return };
        match movement {
            Movement::Sanction => {
                case.paise += signed;
                case.fund = envelope.fund;
            }
            Movement::Increase => case.paise += signed,
            Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
                case.paise -= signed;
            }
            Movement::Carry { .. } => case.fund = envelope.fund,
            Movement::Allotment
            | Movement::Withdrawal
            | Movement::Transfer { .. }
            | Movement::FundLapse
            | Movement::Payment
            | Movement::Return
            | Movement::Suspense
            | Movement::Recovery
            | Movement::Utilisation
            | Movement::Adjustment
            | Movement::Interest
            | Movement::Remittance => {}
        }
    }

    fn of_cases(&mut self, recorded: &Recorded) {
        if let Event::Applied(_) = &recorded.event {
            self.units.push(Unit { paise: 0, ..unit(recorded) });
        }
        self.grant(recorded);
    }

    fn of_payments(&mut self, recorded: &Recorded) {
        if let Event::Disbursed(_) = &recorded.event {
            self.units.push(unit(recorded));
        } else if let Event::PaymentReturned(returned) = &recorded.event {
            self.returns.insert(recorded.position, returned.payment);
            self.stand(returned.payment, false);
        } else if let Event::Reversed(reversed) = &recorded.event {
            if reversed.kind == EventKind::Disbursed {
                self.stand(reversed.of, false);
            } else if reversed.kind == EventKind::PaymentReturned
                && let Some(payment) = self.returns.get(&reversed.of).copied()
            {
                self.stand(payment, true);
            }
        }
    }
}

fn unit(recorded: &Recorded) -> Unit {
    let (position, envelope) = (recorded.position, &recorded.envelope);
    let paise = i128::from(envelope.amount.paise());
    Unit { position, case: envelope.case, fund: envelope.fund, paise, stands: true }
}

impl Unit {
    /// What it is worth.
    pub(super) const fn amount(&self) -> Total {
        Total::from_paise(if self.paise < 0 { 0 } else { self.paise })
    }
}
