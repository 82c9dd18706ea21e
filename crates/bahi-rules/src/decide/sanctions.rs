//! Sanctions: granted, raised, lowered, cancelled, lapsed, carried into another year.

use bahi_core::{
    CaseRef, Event, FactRefs, Fund, FundKey, Granted, Lapsed, Money, NotEntitled, Position,
    Refusal, Refused, SanctionCancelled, SanctionCarried, SanctionRevised, Sanctioned, Subject,
    Terms, Total, Word,
};

use super::{Answer, Ask, procedure::Going, word};
use crate::state::{Case, Sanction};

impl<'a> Ask<'a> {
    pub(super) fn sanction(&mut self, case_ref: &CaseRef, fund: &Fund, amount: Money) -> Answer {
        let (position, case) = self.open_case(case_ref)?;
        if let Some(Sanction { position: sanctioned, .. }) = case.sanction {
            self.checks.refuse(Refusal::AlreadySanctioned { sanctioned });
        }
        self.stage()?;
        let key = self.fund_of_case(case, fund);
        self.stage()?;

        let day = self.command.effective_day;
        self.outside_fund_year(fund.fy);
        let in_force = self.state.terms_on(case.scheme, day);
        self.checks.refuse_if(in_force.is_none(), || Refusal::NoTermsInForce { day });
        let granted = in_force.and_then(|(version, terms)| {
            let facts = self.state.facts_of(case).unwrap_or_default();
            self.limits_of_case(case, terms, &facts);
            let going = Going { position, case, terms };
            self.through_gates(&going, |gate| gate.of == Subject::Sanction);
            self.entitled(&facts, terms, amount).map(|granted| (version, granted))
        });
        self.stage()?;
        let (version, granted) = granted.ok_or(Refusal::NoTermsInForce { day })?;

        self.within_budget(&key, amount);
        self.stage()?;

        let mut draft = self.draft();
        draft.on_case(position, case, amount);
        draft.envelope.fund = key;
        draft.envelope.terms = version;
        let paragraph = draft.naming.word(granted.paragraph);
        let sanctioned = Sanctioned { entitlement: granted.amount, paragraph };
        Ok(draft.event(Event::Sanctioned(sanctioned)))
    }

    pub(super) fn revise_sanction(&mut self, case_ref: &CaseRef, amount: Money) -> Answer {
        let (position, case, sanction) = self.standing_sanction(case_ref)?;
        self.stage()?;

        let raised = amount > sanction.amount;
        let (more, less) =
            if raised { (amount, sanction.amount) } else { (sanction.amount, amount) };
        let change = more.checked_sub(less).unwrap_or_default();
        self.checks.refuse_if(change.is_zero(), || Refusal::AmountUnchanged { sanctioned: amount });
        if raised {
            self.outside_fund_year(sanction.draw.fund.fy);
        }
        let version = usize::from(sanction.terms).wrapping_sub(1);
        let terms = self.state.versions(case.scheme).get(version);
        // Whatever the facts give now, a sanction may be lowered.
        let granted = if raised {
            let facts = self.state.facts_of(case).unwrap_or_default();
            terms.and_then(|terms| self.entitled(&facts, terms, amount))
        } else {
            let facts = self.state.facts_of(case).unwrap_or_default();
            terms.and_then(|terms| terms.granted(&facts).ok())
        };
        self.stage()?;

        if raised {
            self.within_budget(&sanction.draw.fund, change);
        } else {
            self.within_unpaid(sanction.draw.unpaid, change);
        }
        self.stage()?;

        let mut draft = self.draft();
        draft.on_case(position, case, change);
        let (entitlement, paragraph) = match &granted {
            Some(granted) => (granted.amount, draft.naming.word(granted.paragraph)),
            None => (Money::ZERO, draft.naming.word(&word("none"))),
        };
        let revised = SanctionRevised { raised, sanctioned: amount, entitlement, paragraph };
        Ok(draft.event(Event::SanctionRevised(revised)))
    }

    pub(super) fn cancel_sanction(&mut self, case_ref: &CaseRef, reason: &Word) -> Answer {
        let (position, case, sanction) = self.standing_sanction(case_ref)?;
        self.stage()?;
        let mut draft = self.draft();
        draft.on_case(position, case, sanction.draw.unpaid);
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::SanctionCancelled(SanctionCancelled { reason })))
    }

    pub(super) fn lapse_sanction(
        &mut self,
        case_ref: &CaseRef,
        amount: Money,
        reason: &Word,
    ) -> Answer {
        let (position, case) = self.open_case(case_ref)?;
        let Some(sanction) = case.sanction else { return self.fail(Refusal::NotSanctioned {}) };
        let Some(draw) = case.oldest_unpaid(None) else {
            return self.fail(Refusal::NothingLeft {});
        };
        let year_over = draw.fund.fy.last_day();
        let year_after = sanction.day.plus_years(1).unwrap_or(year_over);
        let from = year_over.min(year_after);
        let early = sanction.cancelled.is_none() && self.command.effective_day < from;
        self.checks.refuse_if(early, || Refusal::NotYetLapsed { from });
        self.stage()?;
        self.whole(draw.unpaid, amount);
        self.stage()?;
        let mut draft = self.draft();
        draft.on_case(position, case, amount);
        draft.envelope.fund = draw.fund;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Lapsed(Lapsed { reason })))
    }

    pub(super) fn carry_sanction(
        &mut self,
        case_ref: &CaseRef,
        fund: &Fund,
        amount: Money,
    ) -> Answer {
        let (position, case, sanction) = self.standing_sanction(case_ref)?;
        let head = self.state.names().head_no(fund.head.as_str()).unwrap_or_default();
        let to = FundKey { scheme: case.scheme, head, fy: fund.fy, district: fund.district };
        let Some(draw) = case.oldest_unpaid(Some(to)).copied() else {
            return self.fail(Refusal::NothingLeft {});
        };
        self.stage()?;

        self.fund_of_case(case, fund);
        let from = draw.fund.fy;
        let current = sanction.draw.fund;
        let later = from < to.fy && (to == current || current.fy < to.fy);
        self.checks.refuse_if(!later, || Refusal::FundNotOfALaterYear { from, to: to.fy });
        self.whole(draw.unpaid, amount);
        self.stage()?;

        self.outside_fund_year(to.fy);
        self.stage()?;
        self.within_budget(&to, amount);
        self.stage()?;

        let mut draft = self.draft();
        draft.on_case(position, case, amount);
        draft.envelope.fund = to;
        Ok(draft.event(Event::SanctionCarried(SanctionCarried { from: draw.fund })))
    }

    /// The sanction of an open case, not cancelled; part of the order-of-life stage.
    pub(super) fn standing_sanction(
        &mut self,
        case_ref: &CaseRef,
    ) -> Result<(Position, &'a Case, Sanction), Refused> {
        let (position, case) = self.open_case(case_ref)?;
        let Some(sanction) = case.sanction else { return self.fail(Refusal::NotSanctioned {}) };
        if !sanction.cancelled.is_none() {
            self.checks.refuse(Refusal::SanctionCancelled { cancelled: sanction.cancelled });
        }
        Ok((position, case, sanction))
    }

    /// A fund of the case's scheme, and of its district or the pool, by number.
    fn fund_of_case(&mut self, case: &Case, fund: &Fund) -> FundKey {
        let own_scheme = self.state.names().scheme(case.scheme) == Some(&fund.scheme);
        self.checks.refuse_if(!own_scheme, || Refusal::FundOfAnotherScheme {});
        let own_district = fund.district == case.district || fund.district.is_pool();
        self.checks.refuse_if(!own_district, || Refusal::FundOfAnotherDistrict {
            case: case.district,
            fund: fund.district,
        });
        let head = self.state.names().head_no(fund.head.as_str()).unwrap_or_default();
        FundKey { scheme: case.scheme, head, fy: fund.fy, district: fund.district }
    }

    /// What terms give for facts, where that is no less than an amount.
    fn entitled<'t>(
        &mut self,
        facts: &FactRefs<'_>,
        terms: &'t Terms,
        amount: Money,
    ) -> Option<Granted<'t>> {
        match terms.granted(facts) {
            Ok(granted) => {
                let over = amount.checked_sub(granted.amount).filter(|over| !over.is_zero());
                if let Some(over) = over {
                    let entitlement = granted.amount;
                    self.checks.refuse(Refusal::ExceedsEntitlement { entitlement, over });
                }
                Some(granted)
            }
            Err(not) => {
                self.checks.refuse(not_entitled(not));
                None
            }
        }
    }

    /// Refuses a case of somebody who had as much as the terms allow.
    fn limits_of_case(&mut self, case: &Case, terms: &Terms, facts: &FactRefs<'_>) {
        if terms.parts().limits.is_empty() {
            return;
        }
        let asking = self.asking_again(case, facts);
        self.within_limits(terms, &asking);
    }

    /// Refuses an amount above what is left unpaid.
    pub(super) fn within_unpaid(&mut self, unpaid: Money, amount: Money) {
        let remaining = Total::from(unpaid);
        let over = Total::from(amount) - remaining;
        let exceeds = over > Total::ZERO;
        self.checks.refuse_if(exceeds, || Refusal::ExceedsSanction { remaining, over });
    }

    /// Refuses an amount that is not all of what is left.
    pub(super) fn whole(&mut self, left: Money, stated: Money) {
        self.checks.refuse_if(left != stated, || Refusal::AmountDiffers { paid: left, stated });
    }
}

fn not_entitled(not: NotEntitled) -> Refusal {
    match not {
        NotEntitled::MissingFact(fact) => Refusal::MissingFact { fact },
        NotEntitled::UnknownFact(fact) => Refusal::UnknownFact { fact },
        NotEntitled::WrongKind(fact) => Refusal::FactOfWrongKind { fact },
        NotEntitled::Condition { code, .. } => Refusal::NotEntitled { code },
        NotEntitled::NoRow { item, .. } => Refusal::NotEntitled { code: item },
        NotEntitled::OutOfRange => Refusal::NotEntitled { code: word("facts_in_proportion") },
    }
}
