//! What a sample is drawn from: the cases or the payments of a view.
//!
//! # Invariants
//! * It is a fold of the events that a view counts, and rests on nothing else.
//! * A case is worth what was granted and stands; a payment that came back or was taken back is none.
//!
//! # Not here
//! Drawing from it: `draw`.

use std::collections::BTreeMap;

use bahi_core::{
    Event, EventKind, FundKey, Movement, Names, Position, Projection, Recorded, Total,
};

/// A thing that may be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) case: Position,
    pub(super) fund: FundKey,
    pub(super) paise: i128,
    stands: bool,
}

/// Cases and payments by the events they begin with.
#[derive(Default)]
pub(super) struct Population {
    pub(super) names: Names,
    cases: BTreeMap<Position, Unit>,
    payments: BTreeMap<Position, Unit>,
    /// The payment that a return is of, for the return's reversal.
    returns: BTreeMap<Position, Position>,
}

impl Population {
    /// The cases, by the positions of their applications.
    pub(super) fn cases(&self) -> impl Iterator<Item = (Position, &Unit)> {
        self.cases.iter().map(|(position, unit)| (*position, unit))
    }

    /// The payments that stand, by their positions.
    pub(super) fn payments(&self) -> impl Iterator<Item = (Position, &Unit)> {
        self.payments.iter().filter(|(_, unit)| unit.stands).map(|(at, unit)| (*at, unit))
    }

    /// Takes the names that an event introduces: those of events that do not count as well.
    pub(super) fn name(&mut self, recorded: &Recorded) {
        for introduction in &recorded.envelope.introduced {
            self.names.introduce(introduction);
        }
    }

    fn stand(&mut self, payment: Position, stands: bool) {
        if let Some(unit) = self.payments.get_mut(&payment) {
            unit.stands = stands;
        }
    }

    /// What a case was granted, and from which fund.
    fn grant(&mut self, recorded: &Recorded) {
        let Some((movement, back)) = recorded.movement() else { return };
        let envelope = &recorded.envelope;
        let amount = i128::from(envelope.amount.paise());
        let signed = if back { -amount } else { amount };
        let Some(case) = self.cases.get_mut(&envelope.case) else { return };
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
}

impl Projection for Population {
    fn apply(&mut self, recorded: &Recorded) {
        let (at, envelope) = (recorded.position, &recorded.envelope);
        let paise = i128::from(envelope.amount.paise());
        let unit = Unit { case: envelope.case, fund: envelope.fund, paise, stands: true };
        if let Event::Applied(_) = &recorded.event {
            self.cases.insert(at, Unit { paise: 0, ..unit });
        } else if let Event::Disbursed(_) = &recorded.event {
            self.payments.insert(at, unit);
        } else if let Event::PaymentReturned(returned) = &recorded.event {
            self.returns.insert(at, returned.payment);
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
        self.grant(recorded);
    }
}

impl Unit {
    /// What it is worth.
    pub(super) const fn amount(&self) -> Total {
        Total::from_paise(if self.paise < 0 { 0 } else { self.paise })
    }
}
