//! The money of funds: given, taken back, moved, lapsed, and the interest it earns.

use bahi_core::{
    Event, Fund, FundsMoved, FundsWithdrawn, InterestEarned, InterestRemitted, Lapsed, Money,
    Reference, Refusal, Total, Word,
};

use super::{Answer, Ask};

impl Ask<'_> {
    pub(super) fn allot(&mut self, fund: &Fund, amount: Money) -> Answer {
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund = self.fund_in(&mut draft, fund)?;
        draft.envelope.amount = amount;
        Ok(draft.event(Event::FundsAllotted))
    }

    pub(super) fn withdraw_funds(&mut self, fund: &Fund, amount: Money, reason: &Word) -> Answer {
        self.stage()?;
        let key = self.fund(fund)?;
        self.within_budget(&key, amount);
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund = key;
        draft.envelope.amount = amount;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::FundsWithdrawn(FundsWithdrawn { reason })))
    }

    pub(super) fn move_funds(
        &mut self,
        from: &Fund,
        to: &Fund,
        amount: Money,
        reason: &Word,
    ) -> Answer {
        self.stage()?;
        let key = self.fund(from)?;
        let mut draft = self.draft();
        let other = self.fund_in(&mut draft, to)?;
        let (from, to) = (from.fy, to.fy);
        self.checks.refuse_if(from != to, || Refusal::FundOfAnotherYear { from, to });
        self.stage()?;
        self.within_budget(&key, amount);
        self.stage()?;
        draft.envelope.fund = key;
        draft.envelope.amount = amount;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::FundsMoved(FundsMoved { to: other, reason })))
    }

    pub(super) fn lapse_fund(&mut self, fund: &Fund, amount: Money, reason: &Word) -> Answer {
        let from = fund.fy.last_day();
        let early = self.command.effective_day < from;
        self.checks.refuse_if(early, || Refusal::NotYetLapsed { from });
        // Only a fund that can be has nothing left; the references stage says what cannot.
        let known = self.known_fund(fund);
        let left = known.and_then(|key| self.state.fund(&key).available().to_money());
        let left = left.unwrap_or_default();
        self.checks.refuse_if(known.is_some() && left.is_zero(), || Refusal::NothingLeft {});
        self.stage()?;
        let key = self.fund(fund)?;
        self.whole(left, amount);
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund = key;
        draft.envelope.amount = amount;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Lapsed(Lapsed { reason })))
    }

    pub(super) fn earn_interest(
        &mut self,
        fund: &Fund,
        amount: Money,
        reference: &Reference,
    ) -> Answer {
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund = self.fund_in(&mut draft, fund)?;
        draft.envelope.amount = amount;
        let reference = reference.clone();
        Ok(draft.event(Event::InterestEarned(InterestEarned { reference })))
    }

    pub(super) fn remit_interest(
        &mut self,
        fund: &Fund,
        amount: Money,
        reference: &Reference,
    ) -> Answer {
        self.stage()?;
        let key = self.fund(fund)?;
        let held = self.state.fund(&key).interest_held();
        let over = Total::from(amount) - held;
        self.checks.refuse_if(over > Total::ZERO, || Refusal::ExceedsInterest { held, over });
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund = key;
        draft.envelope.amount = amount;
        let reference = reference.clone();
        Ok(draft.event(Event::InterestRemitted(InterestRemitted { reference })))
    }
}
