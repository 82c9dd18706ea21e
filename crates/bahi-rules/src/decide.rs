//! The decision on each command: stage by stage, pure, with all its figures.
//!
//! # Invariants
//! * Nothing here changes the state, reads a clock or draws an id.
//! * Each act's checks stand in the order of their stages, one `stage()?` between two stages.

use alloc::vec::Vec;

use bahi_core::{
    Act, Applicant, Applied, AuditFinding, Audited, CaseRef, Command, Day, Disbursed, District,
    Envelope, Event, FACTS_MAX, FINDINGS_MAX, FactValue, Facts, FinancialYear, Fund, FundKey,
    GivenFact, HeadNo, INTRODUCTIONS_MAX, Money, Naming, NotEntitled, PaymentReturned, Position,
    Recovered, Refusal, Refused, SPV_MEMBERS_MAX, Sanctioned, SchemeName, SchemeNo, SchemeOpened,
    StoredFact, Terms, TermsChanged, Total, Word, fact_value,
};
use bahi_core::{DISTRICTS_MAX, TERMS_LIST_MAX};

use crate::{
    checks::Checks,
    state::{Case, Sanction, State},
};

/// What is to happen: an event and its envelope, to be given an instant and made durable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// What every event says.
    pub envelope: Envelope,
    /// What this one says.
    pub event: Event,
}

/// The answer to a command.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every answer is an acceptance, read in place"
)]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// The rules allow it.
    Accepted(Decided),
    /// The id is known, and what it came to stands at this position. Compare the contents:
    /// [`same_content`](crate::same_content), or the digest of a refusal.
    Known(Position),
    /// The rules say no.
    Refused(Refused),
}

/// Decides a command on a state.
///
/// Stages in order: form, repetition, order of life, references, terms, conservation. All refusals
/// of the first stage that fails are given, in the order of [`Refusal::CODES`], each once, at most
/// [`REFUSALS_MAX`](bahi_core::REFUSALS_MAX).
///
/// A command whose id is known can still be refused, by the form stage; such a refusal leaves no
/// evidence, for the id has its event.
#[must_use]
pub fn decide(state: &State, command: &Command) -> Decision {
    if let Err(refused) = form(command) {
        return Decision::Refused(refused);
    }
    if let Some(first) = state.command(command.id) {
        return Decision::Known(first);
    }
    match act(state, command) {
        Ok(decided) => Decision::Accepted(decided),
        Err(refused) => Decision::Refused(refused),
    }
}

fn form(command: &Command) -> Result<(), Refused> {
    let mut checks = Checks::default();
    let zero = |amount: &Money| amount.is_zero();
    let too_long = |limit: usize, list: &str| Refusal::ListTooLong {
        limit: u16::try_from(limit).unwrap_or(u16::MAX),
        list: word(list),
    };
    let on_order = matches!(
        command.act,
        Act::OpenScheme { .. } | Act::ChangeTerms { .. } | Act::Allot { .. } | Act::Sanction { .. }
    );
    checks.refuse_if(on_order && command.authority.is_none(), || Refusal::AuthorityRequired {});
    match &command.act {
        Act::OpenScheme { districts, .. } => {
            let mut looked_at = districts.iter().take(DISTRICTS_MAX).enumerate();
            let repeats = looked_at.any(|(index, one)| districts[..index].contains(one));
            let unsound = districts.is_empty() || repeats || districts.contains(&District::POOL);
            checks.refuse_if(districts.len() > DISTRICTS_MAX, || {
                too_long(DISTRICTS_MAX, "districts")
            });
            checks.refuse_if(unsound, || Refusal::DistrictsUnsound {});
        }
        Act::ChangeTerms { .. } => {}
        Act::Apply { applicant, facts, .. } => {
            checks.refuse_if(facts.len() > FACTS_MAX, || too_long(FACTS_MAX, "facts"));
            for (index, (fact, _)) in facts.iter().take(TERMS_LIST_MAX).enumerate() {
                let twice = facts[..index].iter().any(|(other, _)| other == fact);
                checks.refuse_if(twice, || Refusal::FactStatedTwice { fact: fact.clone() });
            }
            if let Applicant::Spv { members, .. } = applicant {
                checks.refuse_if(members.is_empty(), || Refusal::MembersMissing {});
                checks.refuse_if(members.len() > SPV_MEMBERS_MAX, || {
                    too_long(SPV_MEMBERS_MAX, "members")
                });
            }
        }
        Act::Disburse { amount, instalment, .. } => {
            checks.refuse_if(zero(amount), || Refusal::AmountIsZero {});
            checks.refuse_if(*instalment == 0, || Refusal::InstalmentIsZero {});
        }
        Act::Allot { amount, .. }
        | Act::Sanction { amount, .. }
        | Act::Return { amount, .. }
        | Act::Recover { amount, .. } => {
            checks.refuse_if(zero(amount), || Refusal::AmountIsZero {});
        }
        Act::Audit { findings, .. } => {
            checks.refuse_if(findings.len() > FINDINGS_MAX, || too_long(FINDINGS_MAX, "findings"));
        }
    }
    checks.stage()
}

fn word(text: &str) -> Word {
    Word::new(text).expect("a list's name is an identifier")
}

fn act(state: &State, command: &Command) -> Result<Decided, Refused> {
    match &command.act {
        Act::OpenScheme { scheme, districts, terms } => {
            open_scheme(state, command, scheme, districts, terms)
        }
        Act::ChangeTerms { scheme, terms } => change_terms(state, command, scheme, terms),
        Act::Allot { fund, amount } => allot(state, command, fund, *amount),
        Act::Apply { scheme, district, case_ref, applicant, facts } => {
            apply(state, command, (scheme, *district), case_ref, applicant, facts)
        }
        Act::Sanction { case_ref, fund, amount } => {
            sanction(state, command, case_ref, fund, *amount)
        }
        Act::Disburse { case_ref, instalment, amount, payee, mode, reference, reissue_of } => {
            let disbursed = Disbursed {
                instalment: *instalment,
                payee: *payee,
                mode: *mode,
                reference: reference.clone(),
                reissue_of: *reissue_of,
            };
            disburse(state, command, case_ref, *amount, disbursed)
        }
        Act::Return { payment, amount, reason } => {
            return_payment(state, command, *payment, *amount, reason)
        }
        Act::Recover { case_ref, amount, reason, reference } => {
            let mut draft = Draft::new(state, command);
            let (position, case) = recoverable_case(state, case_ref, *amount)?;
            draft.on_case(position, case, *amount);
            let reason = draft.naming.word(reason);
            let recovered = Recovered { reason, reference: reference.clone() };
            Ok(draft.event(Event::Recovered(recovered)))
        }
        Act::Audit { case_ref, scope, opinion, findings } => {
            let mut draft = Draft::new(state, command);
            let (position, case) = case_of(state, case_ref)?;
            let mut checks = Checks::default();
            maker_is_checker(state, command, case, &mut checks);
            checks.stage()?;
            draft.on_case(position, case, Money::ZERO);
            let findings = findings
                .iter()
                .map(|(check, amount)| AuditFinding {
                    check: draft.naming.word(check),
                    amount: *amount,
                })
                .collect();
            let audited = Audited { scope: *scope, opinion: *opinion, findings };
            Ok(draft.event(Event::Audited(audited)))
        }
    }
}

/// An event in the making: the envelope as far as it is known, and the names it introduces.
struct Draft<'a> {
    naming: Naming<'a>,
    envelope: Envelope,
}

impl<'a> Draft<'a> {
    fn new(state: &'a State, command: &Command) -> Draft<'a> {
        let mut naming = Naming::new(&state.names);
        let actor = naming.actor(&command.actor);
        let authority =
            command.authority.as_ref().map(|one| naming.authority(one)).unwrap_or_default();
        let fund = FundKey {
            scheme: SchemeNo::NONE,
            head: HeadNo::NONE,
            fy: FinancialYear::of(command.effective_day),
            district: District::POOL,
        };
        let envelope = Envelope {
            command: command.id,
            case: Position::NONE,
            previous: Position::NONE,
            effective_day: command.effective_day,
            fund,
            amount: Money::ZERO,
            actor,
            role: command.role,
            authority,
            terms: 0,
            introduced: Vec::new(),
        };
        Draft { naming, envelope }
    }

    /// Ties the event to a case: its last event, its fund and terms as far as it has them.
    fn on_case(&mut self, position: Position, case: &Case, amount: Money) {
        self.envelope.case = position;
        self.envelope.previous = case.last;
        self.envelope.amount = amount;
        self.envelope.fund.scheme = case.scheme;
        self.envelope.fund.district = case.district;
        if let Some(sanction) = case.sanction {
            self.envelope.fund = sanction.fund;
            self.envelope.terms = sanction.terms;
        }
    }

    fn event(mut self, event: Event) -> Decided {
        self.envelope.introduced = self.naming.finish();
        Decided { envelope: self.envelope, event }
    }
}

// An event introduces its actor, its authority, and a word for each finding, or two for each fact.
const _: () = assert!(2 + FINDINGS_MAX <= INTRODUCTIONS_MAX);
const _: () = assert!(2 + 2 * FACTS_MAX <= INTRODUCTIONS_MAX);

/// The refusal of one more of what the ledger numbers with sixteen bits, when it has no number left.
fn numbers_left(some: bool, list: &str) -> Result<(), Refused> {
    let full = || Refusal::ListTooLong { limit: u16::MAX, list: word(list) }.into();
    if some { Ok(()) } else { Err(full()) }
}

fn open_scheme(
    state: &State,
    command: &Command,
    scheme: &SchemeName,
    districts: &[District],
    terms: &Terms,
) -> Result<Decided, Refused> {
    let open = state.names.scheme_no(scheme.as_str()).is_some_and(|no| state.open(no).is_some());
    if open {
        return Err(Refusal::SchemeAlreadyOpen {}.into());
    }
    let mut draft = Draft::new(state, command);
    draft.envelope.fund.scheme = draft.naming.scheme(scheme);
    numbers_left(!draft.envelope.fund.scheme.is_none(), "schemes")?;
    draft.envelope.terms = 1;
    let mut districts = districts.to_vec();
    districts.sort_unstable();
    Ok(draft.event(Event::SchemeOpened(SchemeOpened { districts, terms: terms.clone() })))
}

fn change_terms(
    state: &State,
    command: &Command,
    scheme: &SchemeName,
    terms: &Terms,
) -> Result<Decided, Refused> {
    let number = open_scheme_no(state, scheme)?;
    let versions = state.versions(number);
    let version = u16::try_from(versions.len() + 1).unwrap_or_default();
    numbers_left(version > 0, "versions")?;
    let mut checks = Checks::default();
    if let Some(latest) = versions.last() {
        let latest = latest.parts().from;
        checks.refuse_if(terms.parts().from <= latest, || Refusal::TermsOutOfOrder { latest });
    }
    checks.stage()?;
    let mut draft = Draft::new(state, command);
    draft.envelope.fund.scheme = number;
    draft.envelope.terms = version;
    Ok(draft.event(Event::TermsChanged(TermsChanged { version, terms: terms.clone() })))
}

fn allot(state: &State, command: &Command, fund: &Fund, amount: Money) -> Result<Decided, Refused> {
    let scheme = open_scheme_no(state, &fund.scheme)?;
    known_district(state, scheme, fund.district)?;
    let mut draft = Draft::new(state, command);
    let head = draft.naming.head(&fund.head);
    numbers_left(!head.is_none(), "heads")?;
    draft.envelope.fund = FundKey { scheme, head, fy: fund.fy, district: fund.district };
    draft.envelope.amount = amount;
    Ok(draft.event(Event::FundsAllotted))
}

fn apply(
    state: &State,
    command: &Command,
    (scheme, district): (&SchemeName, District),
    case_ref: &CaseRef,
    applicant: &Applicant,
    given: &[(Word, GivenFact)],
) -> Result<Decided, Refused> {
    if let Some(applied) = state.case_position(case_ref.as_str()) {
        return Err(Refusal::AlreadyApplied { applied }.into());
    }
    let scheme = open_scheme_no(state, scheme)?;
    if district.is_pool() {
        return Err(Refusal::UnknownDistrict { district }.into());
    }
    known_district(state, scheme, district)?;
    let day = command.effective_day;
    let (version, terms) = state.terms_on(scheme, day).ok_or(Refusal::NoTermsInForce { day })?;
    let facts = typed_facts(terms, given)?;
    let mut draft = Draft::new(state, command);
    draft.envelope.fund.scheme = scheme;
    draft.envelope.fund.district = district;
    draft.envelope.terms = version;
    draft.envelope.case = state.last.next();
    let facts = facts
        .iter()
        .map(|(name, value)| {
            let stored = match value {
                FactValue::Money(money) => StoredFact::Money(*money),
                FactValue::Count(count) => StoredFact::Count(*count),
                FactValue::Flag(flag) => StoredFact::Flag(*flag),
                FactValue::Word(word) => StoredFact::Word(draft.naming.word(word)),
            };
            (draft.naming.word(name), stored)
        })
        .collect();
    let applied = Applied { case_ref: case_ref.clone(), applicant: applicant.clone(), facts };
    Ok(draft.event(Event::Applied(applied)))
}

/// Facts as the terms ask for them; every unknown, ill-typed and missing one is refused.
fn typed_facts(terms: &Terms, given: &[(Word, GivenFact)]) -> Result<Facts, Refused> {
    let specs = &terms.parts().facts;
    let mut checks = Checks::default();
    let mut facts = Vec::with_capacity(given.len());
    for (name, fact) in given {
        match specs.iter().find(|spec| spec.name == *name) {
            None => checks.refuse(Refusal::UnknownFact { fact: name.clone() }),
            Some(spec) => match fact_value(fact, spec.kind) {
                None => checks.refuse(Refusal::FactOfWrongKind { fact: name.clone() }),
                Some(value) => facts.push((name.clone(), value)),
            },
        }
    }
    for spec in specs.iter().filter(|spec| spec.required) {
        let stated = given.iter().any(|(name, _)| *name == spec.name);
        checks.refuse_if(!stated, || Refusal::MissingFact { fact: spec.name.clone() });
    }
    checks.stage()?;
    Ok(Facts::new(facts).expect("the form stage refused facts stated twice or too many"))
}

fn sanction(
    state: &State,
    command: &Command,
    case_ref: &CaseRef,
    fund: &Fund,
    amount: Money,
) -> Result<Decided, Refused> {
    let (position, case) = case_of(state, case_ref)?;
    if let Some(Sanction { position: sanctioned, .. }) = case.sanction {
        return Err(Refusal::AlreadySanctioned { sanctioned }.into());
    }
    let mut checks = Checks::default();
    let own_scheme = state.names.scheme(case.scheme) == Some(&fund.scheme);
    checks.refuse_if(!own_scheme, || Refusal::FundOfAnotherScheme {});
    let own_district = fund.district == case.district || fund.district.is_pool();
    checks.refuse_if(!own_district, || Refusal::FundOfAnotherDistrict {
        case: case.district,
        fund: fund.district,
    });
    checks.stage()?;

    let day = command.effective_day;
    outside_fund_year(fund.fy, day, &mut checks);
    let in_force = state.terms_on(case.scheme, day);
    checks.refuse_if(in_force.is_none(), || Refusal::NoTermsInForce { day });
    let granted = in_force.and_then(|(version, terms)| {
        let granted = terms.entitlement(&state.case_facts(position).unwrap_or_default());
        match granted {
            Ok(granted) => {
                let over = amount.checked_sub(granted.amount).filter(|over| !over.is_zero());
                if let Some(over) = over {
                    let entitlement = granted.amount;
                    checks.refuse(Refusal::ExceedsEntitlement { entitlement, over });
                }
                Some((version, granted))
            }
            Err(not) => {
                checks.refuse(not_entitled(not));
                None
            }
        }
    });
    checks.stage()?;
    let (version, granted) = granted.ok_or(Refusal::NoTermsInForce { day })?;

    let head = state.names.head_no(fund.head.as_str()).unwrap_or_default();
    let key = FundKey { scheme: case.scheme, head, fy: fund.fy, district: fund.district };
    let available = state.fund(&key).available();
    let over = Total::from(amount) - available;
    checks.refuse_if(over > Total::ZERO, || Refusal::ExceedsBudget { available, over });
    checks.stage()?;

    let mut draft = Draft::new(state, command);
    draft.on_case(position, case, amount);
    draft.envelope.fund = key;
    draft.envelope.terms = version;
    let paragraph = draft.naming.word(&granted.paragraph);
    let sanctioned = Sanctioned { entitlement: granted.amount, paragraph };
    Ok(draft.event(Event::Sanctioned(sanctioned)))
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

fn disburse(
    state: &State,
    command: &Command,
    case_ref: &CaseRef,
    amount: Money,
    disbursed: Disbursed,
) -> Result<Decided, Refused> {
    let (position, case) = case_of(state, case_ref)?;
    let sanction = case.sanction.ok_or(Refusal::NotSanctioned {})?;
    let mut checks = Checks::default();
    maker_is_checker(state, command, case, &mut checks);
    let reissue_of = disbursed.reissue_of;
    let latest = case.latest(disbursed.instalment);
    let waits = latest.map(|payment| payment.returned).unwrap_or_default();
    match latest {
        Some(live) if live.returned.is_none() => {
            checks.refuse(Refusal::InstalmentAlreadyPaid { payment: live.position });
        }
        Some(back) => checks.refuse_if(reissue_of.is_none(), || Refusal::ReissueNotNamed {
            returned: back.returned,
        }),
        None => {}
    }
    checks.stage()?;

    checks.refuse_if(reissue_of != waits, || Refusal::UnknownReturn { returned: reissue_of });
    checks.stage()?;

    outside_fund_year(sanction.fund.fy, command.effective_day, &mut checks);
    let terms = state.versions(case.scheme).get(usize::from(sanction.terms).wrapping_sub(1));
    let limit = terms.map_or(1, |terms| terms.parts().instalments_max);
    checks.refuse_if(disbursed.instalment > limit, || Refusal::TooManyInstalments { limit });
    checks.stage()?;

    let remaining = case.payable();
    let over = Total::from(amount) - remaining;
    checks.refuse_if(over > Total::ZERO, || Refusal::ExceedsSanction { remaining, over });
    checks.stage()?;

    let mut draft = Draft::new(state, command);
    draft.on_case(position, case, amount);
    Ok(draft.event(Event::Disbursed(disbursed)))
}

fn return_payment(
    state: &State,
    command: &Command,
    payment: Position,
    amount: Money,
    reason: &Word,
) -> Result<Decided, Refused> {
    let position = state.payments.get(&payment).copied();
    let case = position.and_then(|position| state.cases.get(&position));
    let paid = case.and_then(|case| case.payments.iter().find(|one| one.position == payment));
    if let Some(paid) = paid
        && !paid.returned.is_none()
    {
        return Err(Refusal::AlreadyReturned { returned: paid.returned }.into());
    }
    let (Some(position), Some(case), Some(paid)) = (position, case, paid) else {
        return Err(Refusal::UnknownPayment { payment }.into());
    };
    if paid.amount != amount {
        return Err(Refusal::AmountDiffers { paid: paid.amount, stated: amount }.into());
    }
    let over = Total::from(amount) - case.recoverable();
    if over > Total::ZERO {
        return Err(Refusal::ExceedsPaid { remaining: case.recoverable(), over }.into());
    }
    let mut draft = Draft::new(state, command);
    draft.on_case(position, case, amount);
    draft.envelope.fund = paid.fund;
    let reason = draft.naming.word(reason);
    Ok(draft.event(Event::PaymentReturned(PaymentReturned { payment, reason })))
}

fn recoverable_case<'a>(
    state: &'a State,
    case_ref: &CaseRef,
    amount: Money,
) -> Result<(Position, &'a Case), Refused> {
    let (position, case) = case_of(state, case_ref)?;
    if case.payments.iter().all(|payment| !payment.returned.is_none()) {
        return Err(Refusal::NothingPaid {}.into());
    }
    let remaining = case.recoverable();
    let over = Total::from(amount) - remaining;
    if over > Total::ZERO {
        return Err(Refusal::ExceedsPaid { remaining, over }.into());
    }
    Ok((position, case))
}

fn case_of<'a>(state: &'a State, case_ref: &CaseRef) -> Result<(Position, &'a Case), Refused> {
    let position = state.case_position(case_ref.as_str());
    let found = position.and_then(|at| state.cases.get(&at).map(|case| (at, case)));
    found.ok_or_else(|| Refusal::NotApplied {}.into())
}

fn open_scheme_no(state: &State, scheme: &SchemeName) -> Result<SchemeNo, Refused> {
    let number = state.names.scheme_no(scheme.as_str());
    let open = number.filter(|number| state.open(*number).is_some());
    open.ok_or_else(|| Refusal::UnknownScheme {}.into())
}

fn known_district(state: &State, scheme: SchemeNo, district: District) -> Result<(), Refused> {
    let known = district.is_pool() || state.districts(scheme).binary_search(&district).is_ok();
    if known { Ok(()) } else { Err(Refusal::UnknownDistrict { district }.into()) }
}

fn outside_fund_year(fund: FinancialYear, day: Day, checks: &mut Checks) {
    checks.refuse_if(!fund.contains(day), || Refusal::OutsideFundYear { fund, day });
}

fn maker_is_checker(state: &State, command: &Command, case: &Case, checks: &mut Checks) {
    let Some(Sanction { position: sanctioned, actor, .. }) = case.sanction else { return };
    let same = state.names.actor(actor) == Some(&command.actor);
    checks.refuse_if(same, || Refusal::MakerIsChecker { sanctioned });
}
