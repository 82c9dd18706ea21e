//! Money on its way: issued, confirmed, come back, recovered, accounted for.

use bahi_core::{
    AccountKey, Act, Adjusted, BarSubject, CaseRef, Day, Disbursed, Event, Fund, Money,
    MovedToSuspense, PaymentConfirmed, PaymentReturned, Position, Recovered, RecoveryDemanded,
    Reference, Refusal, Refused, Subject, Total, Utilised, Word,
};

use super::{Answer, Ask, Draft, procedure::Going};
use crate::state::Payment;

/// How money that was paid is accounted for.
#[derive(Clone, Copy)]
enum Accounted<'r> {
    Recovered,
    Used,
    /// For a reason.
    Adjusted(&'r Word),
}

impl<'a> Ask<'a> {
    pub(super) fn disburse(&mut self, case_ref: &CaseRef, amount: Money) -> Answer {
        let Act::Disburse { instalment, payee, mode, reference, reissue_of, .. } =
            &self.command.act
        else {
            return self.fail(Refusal::InstalmentIsZero {});
        };
        let (position, case, sanction) = self.standing_sanction(case_ref)?;
        self.maker_is_checker(case);
        let latest = case.latest(*instalment);
        let waits = latest.map(|payment| payment.returned).unwrap_or_default();
        match latest {
            Some(live) if live.is_live() => {
                self.checks.refuse(Refusal::InstalmentAlreadyPaid { payment: live.position });
            }
            Some(back) => self.checks.refuse_if(reissue_of.is_none(), || {
                Refusal::ReissueNotNamed { returned: back.returned }
            }),
            None => {}
        }
        self.bar_of(payee.account);
        self.stage()?;

        let AccountKey(account) = payee.account;
        self.keyed(account);
        let unknown = *reissue_of != waits;
        self.checks.refuse_if(unknown, || Refusal::UnknownReturn { returned: *reissue_of });
        self.stage()?;

        self.outside_fund_year(sanction.draw.fund.fy);
        let version = usize::from(sanction.terms).wrapping_sub(1);
        let terms = self.state.versions(case.scheme).get(version);
        let limit = terms.map_or(1, |terms| terms.parts().instalments_max);
        self.checks.refuse_if(*instalment > limit, || Refusal::TooManyInstalments { limit });
        if let Some(terms) = terms {
            let going = Going { position, case, terms };
            self.through_gates(&going, |gate| match &gate.of {
                Subject::Payment => true,
                Subject::Instalment(of) => of == instalment,
                Subject::Step(_) | Subject::Sanction | Subject::Use | Subject::Adjustment => false,
            });
            if let Some(back) = latest {
                self.paid_again(terms, back, account);
            }
        }
        self.stage()?;

        self.within_unpaid(sanction.draw.unpaid, amount);
        self.stage()?;

        let mut draft = self.draft();
        draft.on_case(position, case, amount);
        Ok(draft.event(Event::Disbursed(Disbursed {
            instalment: *instalment,
            payee: *payee,
            mode: *mode,
            reference: reference.clone(),
            reissue_of: *reissue_of,
        })))
    }

    pub(super) fn return_payment(
        &mut self,
        payment: Position,
        amount: Money,
        reason: &Word,
    ) -> Answer {
        let found = self.state.payment(payment).map(|(case, paid)| (case, *paid));
        if let Some((_, paid)) = found
            && !paid.returned.is_none()
        {
            return self.fail(Refusal::AlreadyReturned { returned: paid.returned });
        }
        // What came back while nothing of it was outstanding lies in suspense already.
        if let Some(returned) = self.state.suspended.get(&payment).and_then(|all| all.first()) {
            return self.fail(Refusal::AlreadyReturned { returned: *returned });
        }
        let (case, paid) = self.known(payment, found)?;
        if paid.amount != amount {
            return self.fail(Refusal::AmountDiffers { paid: paid.amount, stated: amount });
        }
        let mut draft = self.draft();
        draft.on_case(case.position, case, amount);
        draft.envelope.fund = paid.fund;
        let (reason, own_day) = (draft.naming.word(reason), self.command.effective_day);
        // What was recovered or accounted for cannot come back as well: what came in is other money.
        if Total::from(amount) > case.outstanding(&paid.fund) {
            let reference = super::returned_reference();
            let moved = MovedToSuspense { payment, reason, reference, own_day };
            return Ok(draft.event(Event::MovedToSuspense(moved)));
        }
        let returned = PaymentReturned { payment, reason, own_day };
        Ok(draft.event(Event::PaymentReturned(returned)))
    }

    pub(super) fn confirm(&mut self, payment: Position, reference: &Reference) -> Answer {
        let found = self.state.payment(payment).map(|(case, paid)| (case, *paid));
        if let Some((_, paid)) = found
            && !paid.returned.is_none()
        {
            self.checks.refuse(Refusal::AlreadyReturned { returned: paid.returned });
        }
        if let Some(confirmed) =
            self.state.confirmations.get(&payment).map(|(confirmed, _)| *confirmed)
        {
            self.checks.refuse(Refusal::AlreadyConfirmed { confirmed });
        }
        self.stage()?;
        let (case, paid) = self.known(payment, found)?;
        let mut draft = self.draft();
        draft.on_case(case.position, case, Money::ZERO);
        draft.envelope.fund = paid.fund;
        let (reference, own_day) = (reference.clone(), self.command.effective_day);
        let confirmed = PaymentConfirmed { payment, reference, own_day };
        Ok(draft.event(Event::PaymentConfirmed(confirmed)))
    }

    pub(super) fn suspend(
        &mut self,
        fund: &Fund,
        amount: Money,
        payment: Position,
        (reason, reference): (&Word, &Reference),
    ) -> Answer {
        self.stage()?;
        let mut draft = self.draft();
        let key = self.fund_in(&mut draft, fund)?;
        let case = self.state.payment(payment).map(|(case, _)| case);
        let unknown = case.is_none() && !payment.is_none();
        self.checks.refuse_if(unknown, || Refusal::UnknownPayment { payment });
        self.stage()?;
        if let Some(case) = case {
            draft.on_case(case.position, case, amount);
        }
        draft.envelope.fund = key;
        draft.envelope.amount = amount;
        let (reason, own_day) = (draft.naming.word(reason), self.command.effective_day);
        let reference = reference.clone();
        let moved = MovedToSuspense { payment, reason, reference, own_day };
        Ok(draft.event(Event::MovedToSuspense(moved)))
    }

    pub(super) fn recover(
        &mut self,
        case_ref: &CaseRef,
        amount: Money,
        reason: &Word,
        reference: &Reference,
    ) -> Answer {
        let mut draft = self.accounting(case_ref, amount, Accounted::Recovered)?;
        let reason = draft.naming.word(reason);
        let recovered = Recovered { reason, reference: reference.clone() };
        Ok(draft.event(Event::Recovered(recovered)))
    }

    pub(super) fn utilise(
        &mut self,
        case_ref: &CaseRef,
        amount: Money,
        certificate: &Reference,
    ) -> Answer {
        let draft = self.accounting(case_ref, amount, Accounted::Used)?;
        let certificate = certificate.clone();
        Ok(draft.event(Event::Utilised(Utilised { certificate })))
    }

    pub(super) fn adjust(
        &mut self,
        case_ref: &CaseRef,
        amount: Money,
        reason: &Word,
        reference: &Reference,
    ) -> Answer {
        let mut draft = self.accounting(case_ref, amount, Accounted::Adjusted(reason))?;
        let reason = draft.naming.word(reason);
        let adjusted = Adjusted { reason, reference: reference.clone() };
        Ok(draft.event(Event::Adjusted(adjusted)))
    }

    pub(super) fn demand_recovery(
        &mut self,
        case_ref: &CaseRef,
        amount: Money,
        reason: &Word,
        (due, reference): (Day, &Reference),
    ) -> Answer {
        let (position, case) = self.case(case_ref)?;
        self.checks.refuse_if(case.live().next().is_none(), || Refusal::NothingPaid {});
        self.stage()?;
        let remaining = case.paid() - Total::from(case.demanded);
        let over = Total::from(amount) - remaining;
        let exceeds = over > Total::ZERO;
        self.checks.refuse_if(exceeds, || Refusal::ExceedsDemandable { remaining, over });
        self.stage()?;
        let mut draft = self.draft();
        draft.on_case(position, case, Money::ZERO);
        let reason = draft.naming.word(reason);
        let reference = reference.clone();
        let demanded = RecoveryDemanded { demanded: amount, reason, due, reference };
        Ok(draft.event(Event::RecoveryDemanded(demanded)))
    }

    /// A draft of an event that accounts for money paid, in the oldest fund that paid any. Money is
    /// recovered though the case be closed, and past no gate.
    fn accounting(
        &mut self,
        case_ref: &CaseRef,
        amount: Money,
        how: Accounted<'_>,
    ) -> Result<Draft<'a>, Refused> {
        let (position, case) = match how {
            Accounted::Recovered => self.case(case_ref)?,
            Accounted::Used | Accounted::Adjusted(_) => self.open_case(case_ref)?,
        };
        self.checks.refuse_if(case.live().next().is_none(), || Refusal::NothingPaid {});
        self.stage()?;
        if let Some((_, terms)) = self.terms_of(case) {
            let gates = &terms.parts().procedure.gates;
            let going = Going { position, case, terms };
            self.through_gates(&going, |gate| match how {
                Accounted::Recovered => false,
                Accounted::Used => gate.of == Subject::Use,
                Accounted::Adjusted(reason) => {
                    gate.of == Subject::Adjustment && gate.concerns_reason(reason.as_str(), gates)
                }
            });
            self.stage()?;
        }
        let oldest = case.oldest_outstanding();
        let remaining = oldest.map_or(Total::ZERO, |(_, outstanding)| outstanding);
        let over = Total::from(amount) - remaining;
        let exceeds = over > Total::ZERO;
        self.checks.refuse_if(exceeds, || Refusal::ExceedsPaid { remaining, over });
        self.stage()?;
        let mut draft = self.draft();
        draft.on_case(position, case, amount);
        if let Some((fund, _)) = oldest {
            draft.envelope.fund = fund;
        }
        Ok(draft)
    }

    /// A payment that was not reversed: part of the references stage, which it may end.
    fn known(
        &mut self,
        payment: Position,
        found: Option<(&'a crate::Case, Payment)>,
    ) -> Result<(&'a crate::Case, Payment), Refused> {
        match found.filter(|(_, paid)| paid.reversed.is_none()) {
            Some(found) => Ok(found),
            None => self.fail(Refusal::UnknownPayment { payment }),
        }
    }

    /// Refuses an account that is barred on the day, under whichever key.
    fn bar_of(&mut self, account: AccountKey) {
        let AccountKey(print) = account;
        let (state, day) = (self.state, self.command.effective_day);
        let barred = |print| state.barred(BarSubject::Account(AccountKey(print)), day);
        let found = self.under_every_key(print).find_map(barred);
        if let Some(barred) = found {
            self.checks.refuse(Refusal::PayeeBarred { barred });
        }
    }
}
