//! Cases: applied for, amended, followed step by step, ended; and who may not apply.

use alloc::vec::Vec;

use bahi_core::{
    Act, Applicant, ApplicationAmended, Applied, BarSubject, Barred, CaseClosed, CaseRef, Day,
    District, Event, FactRef, FactRefs, GivenFact, Money, Refusal, Refused, Rejected, SchemeName,
    StockMoved, StoredFact, Terms, Withdrawn, Word, WordNo, fact_ref,
};

use super::{Answer, Ask, Draft};
use crate::{
    checks::Checks,
    state::{Case, Stock},
};

impl<'a> Ask<'a> {
    pub(super) fn apply(
        &mut self,
        (scheme, district): (&SchemeName, District),
        case_ref: &CaseRef,
        applicant: &Applicant,
        given: &[(Word, GivenFact)],
    ) -> Answer {
        if let Some(applied) = self.state.case_position(case_ref.as_str()) {
            self.checks.refuse(Refusal::AlreadyApplied { applied });
        }
        self.bars_of(applicant);
        self.stage()?;

        applicant.each_subject(|subject| self.keyed(subject.print()));
        let scheme = self.scheme(scheme)?;
        let runs = self.state.districts(scheme).binary_search(&district).is_ok();
        self.checks.refuse_if(!runs, || Refusal::UnknownDistrict { district });
        self.stage()?;

        let day = self.command.effective_day;
        let in_force = self.state.terms_on(scheme, day);
        let (version, terms) = in_force.ok_or(Refusal::NoTermsInForce { day })?;
        let facts = typed_facts(terms, given)?;
        // Nearly everybody applies for the first time.
        if !terms.parts().limits.is_empty() && self.has_applied(applicant) {
            let asking = self.asking_anew(scheme, applicant, &facts);
            self.within_limits(terms, &asking);
            self.stage()?;
        }

        let mut draft = self.draft();
        draft.envelope.fund.scheme = scheme;
        draft.envelope.fund.district = district;
        draft.envelope.terms = version;
        draft.envelope.case = self.state.last().next();
        let facts = draft.facts(&facts);
        let applied = Applied { case_ref: case_ref.clone(), applicant: applicant.clone(), facts };
        Ok(draft.event(Event::Applied(applied)))
    }

    pub(super) fn amend(&mut self, case_ref: &CaseRef, given: &[(Word, GivenFact)]) -> Answer {
        let (position, case) = self.open_case(case_ref)?;
        self.stage()?;
        let day = self.command.effective_day;
        let in_force = self.state.terms_on(case.scheme, day);
        let (version, terms) = in_force.ok_or(Refusal::NoTermsInForce { day })?;
        let facts = typed_facts(terms, given)?;
        let mut draft = self.draft();
        draft.on_case(position, case, Money::ZERO);
        draft.envelope.terms = version;
        let facts = draft.facts(&facts);
        Ok(draft.event(Event::ApplicationAmended(ApplicationAmended { facts })))
    }

    pub(super) fn reject(&mut self, case_ref: &CaseRef, reason: &Word) -> Answer {
        let mut draft = self.without_sanction(case_ref)?;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Rejected(Rejected { reason })))
    }

    pub(super) fn withdraw(&mut self, case_ref: &CaseRef, reason: &Word) -> Answer {
        let mut draft = self.without_sanction(case_ref)?;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Withdrawn(Withdrawn { reason })))
    }

    pub(super) fn close_case(&mut self, case_ref: &CaseRef, reason: &Word) -> Answer {
        let (position, case) = self.open_case(case_ref)?;
        self.nothing_unpaid(case);
        self.stage()?;
        let mut draft = self.draft();
        draft.on_case(position, case, Money::ZERO);
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::CaseClosed(CaseClosed { reason })))
    }

    pub(super) fn bar(&mut self, subject: BarSubject, until: Option<Day>, reason: &Word) -> Answer {
        self.stage()?;
        self.keyed(subject.print());
        self.stage()?;
        let mut draft = self.draft();
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Barred(Barred { subject, until, reason })))
    }

    pub(super) fn move_stock(&mut self) -> Answer {
        let Act::MoveStock { scheme, district, case_ref, item, movement, quantity, reference } =
            &self.command.act
        else {
            return self.fail(Refusal::QuantityIsZero {});
        };
        let case = case_ref.as_ref().map(|case_ref| self.open_case(case_ref)).transpose()?;
        self.stage()?;
        let scheme = self.place(scheme, *district)?;
        let elsewhere = case.is_some_and(|(_, case)| {
            case.scheme != scheme || (case.district != *district && !district.is_pool())
        });
        self.checks.refuse_if(elsewhere, || Refusal::CaseOfAnotherStore {});
        self.stage()?;
        let mut draft = self.draft();
        let item = draft.naming.word(item);
        let mut stock = self.state.stock(scheme, *district, item);
        let (held, wanted) = (room(&stock, *movement), u64::from(*quantity));
        if let Some(over) = held.and_then(|held| wanted.checked_sub(held)).filter(|over| *over > 0)
        {
            let held = held.unwrap_or_default();
            return self.fail(Refusal::ExceedsStock { held, over });
        }
        let count = stock.count(*movement);
        if count.checked_add(wanted).is_none() {
            return self.fail(Refusal::ExceedsStock { held: *count, over: wanted });
        }
        if let Some((position, case)) = case {
            draft.on_case(position, case, Money::ZERO);
        }
        draft.envelope.fund.scheme = scheme;
        draft.envelope.fund.district = *district;
        let (movement, quantity, reference) = (*movement, *quantity, reference.clone());
        Ok(draft.event(Event::StockMoved(StockMoved { item, movement, quantity, reference })))
    }

    /// A draft of an event of an open case without a sanction that stands or anything unpaid.
    fn without_sanction(&mut self, case_ref: &CaseRef) -> Result<Draft<'a>, Refused> {
        let (position, case) = self.open_case(case_ref)?;
        let stands = case.sanction.filter(|sanction| sanction.cancelled.is_none());
        if let Some(sanction) = stands {
            self.checks.refuse(Refusal::SanctionStands { sanctioned: sanction.position });
        } else {
            self.nothing_unpaid(case);
        }
        self.stage()?;
        let mut draft = self.draft();
        draft.on_case(position, case, Money::ZERO);
        Ok(draft)
    }

    fn nothing_unpaid(&mut self, case: &Case) {
        let remaining = case.payable().to_money().unwrap_or(Money::MAX);
        self.checks.refuse_if(!remaining.is_zero(), || Refusal::SanctionOpen { remaining });
    }

    /// Refuses an applicant of whom somebody is barred on the day, under whichever key.
    fn bars_of(&mut self, applicant: &Applicant) {
        if self.state.bars.is_empty() {
            return;
        }
        let day = self.command.effective_day;
        let mut found = None;
        applicant.each_subject(|subject| {
            let mut prints = self.under_every_key(subject.print());
            let barred = prints.find_map(|print| self.state.barred(subject.under(print), day));
            found = found.or(barred);
        });
        if let Some(barred) = found {
            self.checks.refuse(Refusal::ApplicantBarred { barred });
        }
    }
}

impl Draft<'_> {
    /// Facts with their names, and their words, by number.
    pub(super) fn facts(&mut self, facts: &FactRefs<'_>) -> Vec<(WordNo, StoredFact)> {
        let one = |(name, value): (&Word, FactRef<'_>)| {
            let stored = match value {
                FactRef::Money(money) => StoredFact::Money(money),
                FactRef::Count(count) => StoredFact::Count(count),
                FactRef::Flag(flag) => StoredFact::Flag(flag),
                FactRef::Word(word) => StoredFact::Word(self.naming.word(word)),
            };
            (self.naming.word(name), stored)
        };
        facts.iter().map(one).collect()
    }
}

/// How many things a movement may take; without bound for an order.
fn room(stock: &Stock, movement: bahi_core::StockMove) -> Option<u64> {
    use bahi_core::StockMove::{HandedOver, Ordered, Received, WrittenOff};
    match movement {
        Ordered => None,
        Received => Some(stock.ordered.saturating_sub(stock.received)),
        HandedOver | WrittenOff => Some(stock.held()),
    }
}

/// Facts as the terms ask for them; every unknown, ill-typed and missing one is refused.
fn typed_facts<'g>(terms: &Terms, given: &'g [(Word, GivenFact)]) -> Result<FactRefs<'g>, Refused> {
    let specs = &terms.parts().facts;
    let mut checks = Checks::default();
    let mut facts = Vec::with_capacity(given.len());
    for (name, fact) in given {
        match specs.iter().find(|spec| spec.name == *name) {
            None => checks.refuse(Refusal::UnknownFact { fact: name.clone() }),
            Some(spec) => match fact_ref(fact, spec.kind) {
                None => checks.refuse(Refusal::FactOfWrongKind { fact: name.clone() }),
                Some(value) => facts.push((name, value)),
            },
        }
    }
    for spec in specs.iter().filter(|spec| spec.required) {
        let stated = given.iter().any(|(name, _)| *name == spec.name);
        checks.refuse_if(!stated, || Refusal::MissingFact { fact: spec.name.clone() });
    }
    checks.stage()?;
    Ok(FactRefs::new(facts).expect("the form stage refused facts stated twice or too many"))
}
