//! Reversals: what may be taken back, and whether the result is lawful.

use bahi_core::{Event, FundKey, Movement, Position, Refusal, Reversed, StockMove, Total, Word};

use super::{Answer, Ask};
use crate::{fold::Standing, state::Detail};

impl Ask<'_> {
    pub(super) fn reverse(&mut self, of: Position, reason: &Word) -> Answer {
        let standing = self.state.standing(of);
        if let Some(reversed) = self.state.reversal(of) {
            self.checks.refuse(Refusal::AlreadyReversed { reversed });
        } else if let Some(later) =
            standing.as_ref().and_then(|standing| self.state.rests_on(of, standing))
        {
            self.checks.refuse(Refusal::LaterEventRestsOnIt { later });
        }
        self.stage()?;
        let Some(standing) = standing else { return self.fail(Refusal::NotReversible { of }) };
        self.lawful(&standing);
        self.stage()?;

        let mut draft = self.draft();
        if let Some(case) = self.state.case(standing.case) {
            draft.on_case(case.position, case, standing.amount);
        }
        draft.envelope.fund = standing.fund;
        draft.envelope.amount = standing.amount;
        let Standing { kind, movement, .. } = standing;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Reversed(Reversed { of, kind, movement, reason })))
    }

    /// Refuses where the sums without the event would break a law.
    fn lawful(&mut self, standing: &Standing) {
        let (fund, amount) = (standing.fund, standing.amount);
        if let Detail::Stock((scheme, district, item), movement, quantity) = standing.detail {
            let stock = self.state.stock(scheme, district, item);
            let quantity = u64::from(quantity);
            let held = match movement {
                StockMove::Ordered => stock.ordered.saturating_sub(stock.received),
                StockMove::Received => stock.held(),
                StockMove::HandedOver | StockMove::WrittenOff => quantity,
            };
            let over = quantity.saturating_sub(held);
            self.checks.refuse_if(over > 0, || Refusal::ExceedsStock { held, over });
        }
        match standing.movement {
            Some(Movement::Allotment) => self.within_budget(&fund, amount),
            Some(Movement::Transfer { to }) => self.within_budget(&to, amount),
            Some(Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse) => {
                self.within_budget(&fund, amount);
            }
            Some(Movement::Carry { from }) => {
                self.within_draw(standing, &fund);
                self.within_budget(&from, amount);
            }
            Some(Movement::Sanction | Movement::Increase | Movement::Return) => {
                self.within_draw(standing, &fund);
            }
            Some(Movement::Payment) => {
                let case = self.state.case(standing.case);
                let remaining = case.map_or(Total::ZERO, |case| case.outstanding(&fund));
                let over = Total::from(amount) - remaining;
                let exceeds = over > Total::ZERO;
                self.checks.refuse_if(exceeds, || Refusal::ExceedsPaid { remaining, over });
            }
            Some(Movement::Interest) => {
                let held = self.state.fund(&fund).interest_held();
                let over = Total::from(amount) - held;
                let exceeds = over > Total::ZERO;
                self.checks.refuse_if(exceeds, || Refusal::ExceedsInterest { held, over });
            }
            Some(
                Movement::Withdrawal
                | Movement::FundLapse
                | Movement::Suspense
                | Movement::Recovery
                | Movement::Utilisation
                | Movement::Adjustment
                | Movement::Remittance,
            )
            | None => {}
        }
    }

    /// Refuses where the case has less unpaid of a fund than the event brought it.
    fn within_draw(&mut self, standing: &Standing, fund: &FundKey) {
        let draw = self.state.case(standing.case).and_then(|case| case.draw(fund));
        let unpaid = draw.map(|draw| draw.unpaid).unwrap_or_default();
        self.within_unpaid(unpaid, standing.amount);
    }
}
