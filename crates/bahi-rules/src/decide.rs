//! The decision on each command: stage by stage, pure, with all its figures.
//!
//! # Invariants
//! * Nothing here changes the state, reads a clock or draws an id.
//! * Each act's checks stand in the order of their stages, one `stage()?` between two stages.

mod audits;
mod cases;
mod form;
mod funds;
mod house;
mod limits;
mod payments;
mod procedure;
mod reverse;
mod sanctions;
mod schemes;
mod statements;

use alloc::vec::Vec;

use bahi_core::{
    Act, CaseRef, Command, Day, District, EVIDENCE_MAX, Envelope, Event, Evidence, FACTS_MAX,
    FINDINGS_MAX, FinancialYear, Fingerprint, Fund, FundKey, HeadNo, INTRODUCTIONS_MAX, Money,
    Naming, Position, Reference, Refusal, Refused, SchemeName, SchemeNo, Word,
};

use crate::{
    checks::Checks,
    state::{Case, State},
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
    // What lies in no cache is on its way while the form is looked at.
    state.foresee_command(command);
    decide_foreseen(state, command)
}

/// Decides as [`decide`] does a command that the state was told of before
/// ([`State::foresee_commands`]), as one of many.
#[must_use]
pub fn decide_foreseen(state: &State, command: &Command) -> Decision {
    decide_as(state, command, Tense::Asked)
}

/// Decides a command that says what happened before it came into the ledger, as [`decide`] does,
/// but for the terms' limits and procedure: these say what an office may do, and it is done. Order
/// of life, entitlement and conservation hold for it as for any other.
#[must_use]
pub fn decide_history(state: &State, command: &Command) -> Decision {
    state.foresee_command(command);
    decide_as(state, command, Tense::Happened)
}

/// Whether a command asks, or says what happened before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    Asked,
    Happened,
}

fn decide_as(state: &State, command: &Command, tense: Tense) -> Decision {
    if let Err(refused) = form::form(command) {
        return Decision::Refused(refused);
    }
    if let Some(first) = state.command(command.id) {
        return Decision::Known(first);
    }
    match act(state, command, tense) {
        Ok(decided) => Decision::Accepted(decided),
        Err(refused) => Decision::Refused(refused),
    }
}

type Answer = Result<Decided, Refused>;

fn act(state: &State, command: &Command, tense: Tense) -> Answer {
    let mut ask = Ask { state, command, tense, checks: Checks::default() };
    if !outside_the_seal(&command.act) {
        let day = command.effective_day;
        let until = state.sealed().filter(|until| day <= *until);
        if let Some(until) = until {
            ask.checks.refuse(Refusal::PeriodSealed { until });
        }
    }
    match &command.act {
        Act::OpenScheme { scheme, districts, terms } => ask.open_scheme(scheme, districts, terms),
        Act::ChangeTerms { scheme, terms } => ask.change_terms(scheme, terms),
        Act::Allot { fund, amount } => ask.allot(fund, *amount),
        Act::WithdrawFunds { fund, amount, reason } => ask.withdraw_funds(fund, *amount, reason),
        Act::MoveFunds { from, to, amount, reason } => ask.move_funds(from, to, *amount, reason),
        Act::LapseFund { fund, amount, reason } => ask.lapse_fund(fund, *amount, reason),
        Act::LapseSanction { case_ref, amount, reason } => {
            ask.lapse_sanction(case_ref, *amount, reason)
        }
        Act::CarrySanction { case_ref, fund, amount } => {
            ask.carry_sanction(case_ref, fund, *amount)
        }
        Act::Apply { scheme, district, case_ref, applicant, facts } => {
            ask.apply((scheme, *district), case_ref, applicant, facts)
        }
        Act::Amend { case_ref, facts } => ask.amend(case_ref, facts),
        Act::RecordStep { .. } => ask.record_step(),
        Act::Reject { case_ref, reason } => ask.reject(case_ref, reason),
        Act::Withdraw { case_ref, reason } => ask.withdraw(case_ref, reason),
        Act::CloseCase { case_ref, reason } => ask.close_case(case_ref, reason),
        Act::Bar { subject, until, reason } => ask.bar(*subject, *until, reason),
        Act::Sanction { case_ref, fund, amount } => ask.sanction(case_ref, fund, *amount),
        Act::ReviseSanction { case_ref, amount } => ask.revise_sanction(case_ref, *amount),
        Act::CancelSanction { case_ref, reason } => ask.cancel_sanction(case_ref, reason),
        Act::Disburse { case_ref, amount, .. } => ask.disburse(case_ref, *amount),
        Act::Return { payment, amount, reason } => ask.return_payment(*payment, *amount, reason),
        Act::Confirm { payment, reference } => ask.confirm(*payment, reference),
        Act::Suspend { fund, amount, payment, reason, reference } => {
            ask.suspend(fund, *amount, *payment, (reason, reference))
        }
        Act::Recover { case_ref, amount, reason, reference } => {
            ask.recover(case_ref, *amount, reason, reference)
        }
        Act::DemandRecovery { case_ref, amount, reason, due, reference } => {
            ask.demand_recovery(case_ref, *amount, reason, (*due, reference))
        }
        Act::Utilise { case_ref, amount, certificate } => {
            ask.utilise(case_ref, *amount, certificate)
        }
        Act::Adjust { case_ref, amount, reason, reference } => {
            ask.adjust(case_ref, *amount, reason, reference)
        }
        Act::EarnInterest { fund, amount, reference } => {
            ask.earn_interest(fund, *amount, reference)
        }
        Act::RemitInterest { fund, amount, reference } => {
            ask.remit_interest(fund, *amount, reference)
        }
        Act::MoveStock { .. } => ask.move_stock(),
        Act::Audit { case_ref, scope, .. } => ask.audit(case_ref.as_ref(), *scope),
        Act::SettleFinding { audit, finding, settlement, reference } => {
            ask.settle_finding((*audit, *finding), *settlement, reference)
        }
        Act::CertifyState { .. } => ask.certify_state(),
        Act::SealPeriod { until, certified } => ask.seal_period(*until, *certified),
        Act::ReceiveStatement { .. } => ask.receive_statement(),
        Act::ReceiveLines { statement, first, lines } => {
            ask.receive_lines(*statement, *first, lines)
        }
        Act::Match { .. } => ask.match_lines(),
        Act::Unmatch { matched, reason } => ask.unmatch(*matched, reason),
        Act::DecideMatch { .. } => ask.decide_match(),
        Act::Reverse { of, reason } => ask.reverse(*of, reason),
        Act::NoteExport { what, upto, rows, digest } => ask.note_export(what, *upto, *rows, digest),
        Act::DenyAccess { what, count } => ask.deny_access(what, *count),
        Act::RotateKey { key_id, change, check } => ask.rotate_key(*key_id, *change, *check),
        Act::SetActorKey { signer, key, until, required } => {
            ask.set_actor_key(signer, *key, *until, *required)
        }
    }
}

/// Whether a seal does not concern an act: facts from outside take effect on the first open day,
/// and what the ledger says of itself moves nothing.
fn outside_the_seal(act: &Act) -> bool {
    is_fact_from_outside(act)
        || matches!(
            act,
            Act::CertifyState { .. }
                | Act::SealPeriod { .. }
                | Act::NoteExport { .. }
                | Act::DenyAccess { .. }
                | Act::RotateKey { .. }
                | Act::SetActorKey { .. }
        )
}

/// Whether an act records what a bank or a treasury says, or what such a saying is matched with.
pub(crate) fn is_fact_from_outside(act: &Act) -> bool {
    matches!(
        act,
        Act::Return { .. }
            | Act::Confirm { .. }
            | Act::Suspend { .. }
            | Act::ReceiveStatement { .. }
            | Act::ReceiveLines { .. }
            | Act::Match { .. }
            | Act::Unmatch { .. }
            | Act::DecideMatch { .. }
    )
}

/// A command being decided: the state it meets, and the refusals of the stage it has come to.
struct Ask<'a> {
    state: &'a State,
    command: &'a Command,
    tense: Tense,
    checks: Checks,
}

impl<'a> Ask<'a> {
    /// Ends the stage with one more refusal.
    fn fail<T>(&mut self, refusal: Refusal) -> Result<T, Refused> {
        self.checks.refuse(refusal.clone());
        Err(self.checks.stage().err().unwrap_or_else(|| refusal.into()))
    }

    /// Ends a stage: on with the next if it is clean.
    fn stage(&mut self) -> Result<(), Refused> {
        self.checks.stage()
    }

    /// The day the event counts: the command's, or the first open day for a fact from outside whose
    /// own day is sealed.
    fn effective_day(&self) -> Day {
        let day = self.command.effective_day;
        match self.state.sealed() {
            Some(until) if day <= until && is_fact_from_outside(&self.command.act) => {
                until.plus_days(1).unwrap_or(day)
            }
            Some(_) | None => day,
        }
    }

    /// The case of a reference: part of the order-of-life stage, which it may end.
    fn case(&mut self, case_ref: &CaseRef) -> Result<(Position, &'a Case), Refused> {
        match self.state.case_of(case_ref.as_str()) {
            Some(case) => {
                self.state.foresee_facts(case);
                Ok((case.position, case))
            }
            None => self.fail(Refusal::NotApplied {}),
        }
    }

    /// The case of a reference, which must be open.
    fn open_case(&mut self, case_ref: &CaseRef) -> Result<(Position, &'a Case), Refused> {
        let (position, case) = self.case(case_ref)?;
        if let Some(closed) = case.closed() {
            self.checks.refuse(Refusal::CaseClosed { closed });
        }
        Ok((position, case))
    }

    /// A scheme that is open: part of the references stage, which it may end.
    fn scheme(&mut self, scheme: &SchemeName) -> Result<SchemeNo, Refused> {
        let number = self.state.names().scheme_no(scheme.as_str());
        match number.filter(|number| self.state.open(*number).is_some()) {
            Some(number) => Ok(number),
            None => self.fail(Refusal::UnknownScheme {}),
        }
    }

    /// A scheme and a district it runs in, or its pool.
    fn place(&mut self, scheme: &SchemeName, district: District) -> Result<SchemeNo, Refused> {
        let number = self.scheme(scheme)?;
        let runs = self.state.districts(number).binary_search(&district).is_ok();
        if runs || district.is_pool() {
            Ok(number)
        } else {
            self.fail(Refusal::UnknownDistrict { district })
        }
    }

    /// A fund by number, as far as its head has one, where its scheme is open and runs there.
    fn known_fund(&self, fund: &Fund) -> Option<FundKey> {
        let scheme = self.state.names().scheme_no(fund.scheme.as_str())?;
        let runs = self.state.open(scheme)?.districts.binary_search(&fund.district).is_ok();
        let head = self.state.names().head_no(fund.head.as_str()).unwrap_or_default();
        let key = FundKey { scheme, head, fy: fund.fy, district: fund.district };
        Some(key).filter(|key| runs || key.district.is_pool())
    }

    /// A fund by number, as far as its head has one.
    fn fund(&mut self, fund: &Fund) -> Result<FundKey, Refused> {
        let scheme = self.place(&fund.scheme, fund.district)?;
        let head = self.state.names().head_no(fund.head.as_str()).unwrap_or_default();
        Ok(FundKey { scheme, head, fy: fund.fy, district: fund.district })
    }

    /// A fund that takes the place of another in the draft, its head introduced where it is new.
    fn fund_in(&mut self, draft: &mut Draft<'_>, fund: &Fund) -> Result<FundKey, Refused> {
        let scheme = self.place(&fund.scheme, fund.district)?;
        let head = draft.naming.head(&fund.head);
        numbers_left(!head.is_none(), "heads")?;
        Ok(FundKey { scheme, head, fy: fund.fy, district: fund.district })
    }

    /// Refuses a fingerprint that is not given under every key held.
    fn keyed(&mut self, print: Fingerprint) {
        let (keys, aliases) = (&self.state.keys, &self.command.aliases);
        let newest = keys.newest();
        self.checks.refuse_if(print.key_id != newest, || Refusal::KeyIdMissing { key_id: newest });
        for key_id in keys.older() {
            let given =
                |alias: &bahi_core::Alias| alias.newest == print && alias.older.key_id == key_id;
            let missing = !aliases.iter().any(given);
            self.checks.refuse_if(missing, || Refusal::KeyIdMissing { key_id });
        }
    }

    /// A fingerprint under every key the command gives it.
    fn under_every_key(&self, print: Fingerprint) -> impl Iterator<Item = Fingerprint> {
        let older = self.command.aliases.iter().filter(move |alias| alias.newest == print);
        core::iter::once(print).chain(older.map(|alias| alias.older))
    }

    /// Refuses where whoever sanctioned the case, or raised its sanction, acts again.
    fn maker_is_checker(&mut self, case: &Case) {
        let Some(sanction) = case.sanction else { return };
        let Some(actor) = self.state.names().actor_no(self.command.actor.as_str()) else { return };
        let raised = case.changes.iter().find(|change| change.raised_by == actor);
        let made = if sanction.actor == actor {
            Some(sanction.position)
        } else {
            raised.map(|change| change.position)
        };
        if let Some(sanctioned) = made {
            self.checks.refuse(Refusal::MakerIsChecker { sanctioned });
        }
    }

    fn outside_fund_year(&mut self, fund: FinancialYear) {
        let day = self.command.effective_day;
        self.checks.refuse_if(!fund.contains(day), || Refusal::OutsideFundYear { fund, day });
    }

    /// Refuses an amount above what a fund has left to sanction.
    fn within_budget(&mut self, fund: &FundKey, amount: Money) {
        let available = self.state.fund(fund).available();
        let over = bahi_core::Total::from(amount) - available;
        let exceeds = over > bahi_core::Total::ZERO;
        self.checks.refuse_if(exceeds, || Refusal::ExceedsBudget { available, over });
    }

    fn draft(&self) -> Draft<'a> {
        let mut draft = Draft::new(self.state, self.command);
        draft.envelope.effective_day = self.effective_day();
        draft
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
            self.envelope.fund = sanction.draw.fund;
            self.envelope.terms = sanction.terms;
        }
    }

    /// What was seen, with its kinds by number.
    fn evidence(&mut self, seen: &[(Word, Reference)]) -> Vec<Evidence> {
        let one = |(kind, reference): &(Word, Reference)| Evidence {
            kind: self.naming.word(kind),
            reference: reference.clone(),
        };
        seen.iter().map(one).collect()
    }

    fn event(mut self, event: Event) -> Decided {
        self.envelope.introduced = self.naming.finish();
        Decided { envelope: self.envelope, event }
    }
}

// An event introduces its actor, its authority, and a word for each finding and each paper, or two
// for each fact.
const _: () = assert!(2 + FINDINGS_MAX + EVIDENCE_MAX <= INTRODUCTIONS_MAX);
const _: () = assert!(2 + 2 * FACTS_MAX <= INTRODUCTIONS_MAX);
const _: () = assert!(3 + EVIDENCE_MAX + FACTS_MAX <= INTRODUCTIONS_MAX);

/// The refusal of one more of what the ledger numbers with sixteen bits, when it has no number left.
fn numbers_left(some: bool, list: &str) -> Result<(), Refused> {
    let full = || Refusal::ListTooLong { limit: u16::MAX, list: word(list) }.into();
    if some { Ok(()) } else { Err(full()) }
}

/// What a return is called that became suspense, since banks call returns nothing.
pub(crate) fn returned_reference() -> Reference {
    Reference::new("return").expect("a word is an identifier")
}

pub(crate) fn word(text: &str) -> Word {
    Word::new(text).expect("a list's name is an identifier")
}
