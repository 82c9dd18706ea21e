//! The strict fold: each event is checked against the past before it, applied, and can be unmade.
//!
//! # Invariants
//! * An event is taken only if its structure follows from the past and the money's laws hold after
//!   it; the terms are not consulted, so a rule that changes later leaves old ledgers readable.
//! * `unapply` of the last event gives exactly the state before it.

use alloc::vec::Vec;
use core::fmt;

use bahi_core::{Disbursed, Event, FundKey, Introduction, Position, Recorded, Total, WordNo};

use crate::state::{Case, FundTotals, Payment, Sanction, Scheme, State};

/// An event that no rule could have let happen. The ledger opens read-only; `verify` shows the
/// place, and what to do next is to restore a backup or to find who wrote past the rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inconsistent {
    /// The event.
    pub position: Position,
    /// What it breaks.
    pub what: &'static str,
}

impl fmt::Display for Inconsistent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the event at position {} cannot follow: {}", self.position, self.what)
    }
}

impl core::error::Error for Inconsistent {}

type Check = Result<(), &'static str>;

fn holds(condition: bool, what: &'static str) -> Check {
    if condition { Ok(()) } else { Err(what) }
}

impl State {
    /// Takes the next event.
    ///
    /// # Errors
    /// [`Inconsistent`] when the event cannot follow; the state is then that of before it.
    pub fn apply(&mut self, recorded: &Recorded) -> Result<(), Inconsistent> {
        let fault = |what| Inconsistent { position: recorded.position, what };
        self.admissible(recorded).map_err(fault)?;
        let mark = self.names.mark();
        let named = recorded.envelope.introduced.iter().all(|one| self.names.introduce(one))
            && self.named(recorded);
        let change = if named { self.change(recorded) } else { Err("a name without its number") };
        if let Err(what) = change {
            self.names.truncate(mark);
            return Err(fault(what));
        }
        self.last = recorded.position;
        if remembered(&recorded.event) {
            self.commands.insert(recorded.envelope.command, recorded.position);
        }
        if let Err(what) = self.conserved(recorded) {
            self.unapply(recorded);
            return Err(fault(what));
        }
        Ok(())
    }

    /// What every event must satisfy before it is looked at.
    fn admissible(&self, recorded: &Recorded) -> Check {
        let envelope = &recorded.envelope;
        holds(recorded.position == self.last.next(), "its position is not the next one")?;
        let fresh = !self.commands.contains_key(&envelope.command);
        holds(fresh || !remembered(&recorded.event), "its command id stands already")?;
        let opens = matches!(recorded.event, Event::SchemeOpened(_));
        let scheme = |one: &Introduction| matches!(one, Introduction::Scheme(_));
        let schemes = envelope.introduced.iter().filter(|one| scheme(one)).count();
        holds(schemes == usize::from(opens), "it names a scheme otherwise than by opening it")?;
        let case = self.cases.get(&envelope.case);
        match &recorded.event {
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::CommandRefused(_) => {
                holds(envelope.case.is_none() && envelope.previous.is_none(), "it names a case")
            }
            Event::Applied(_) => holds(
                envelope.case == recorded.position && envelope.previous.is_none(),
                "an application begins its own case",
            ),
            Event::Sanctioned(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::Recovered(_)
            | Event::Audited(_) => {
                let case = case.ok_or("its case has not applied")?;
                holds(case.last == envelope.previous, "it does not follow its case's last event")
            }
        }
    }

    /// Whether every actor, authority and word the event gives by number has a name.
    fn named(&self, recorded: &Recorded) -> bool {
        let word = |number: WordNo| self.names.word(number).is_some();
        let envelope = &recorded.envelope;
        let authority =
            envelope.authority.is_none() || self.names.authority(envelope.authority).is_some();
        let words = match &recorded.event {
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::Disbursed(_)
            | Event::CommandRefused(_) => true,
            Event::Applied(applied) => applied
                .facts
                .iter()
                .all(|(name, value)| word(*name) && value.value(&self.names).is_some()),
            Event::Sanctioned(sanctioned) => word(sanctioned.paragraph),
            Event::PaymentReturned(returned) => word(returned.reason),
            Event::Recovered(recovered) => word(recovered.reason),
            Event::Audited(audited) => audited.findings.iter().all(|finding| word(finding.check)),
        };
        self.names.actor(envelope.actor).is_some() && authority && words
    }

    /// The change an event makes; nothing is changed where it fails.
    fn change(&mut self, recorded: &Recorded) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let amount = Total::from(envelope.amount);
        holds(
            moves(&recorded.event) != envelope.amount.is_zero(),
            "its amount does not fit its kind",
        )?;
        match &recorded.event {
            Event::SchemeOpened(opened) => {
                let scheme = envelope.fund.scheme;
                holds(self.names.scheme(scheme).is_some(), "its scheme has no name")?;
                let next = usize::from(scheme.0) == self.schemes.len() + 1;
                holds(next, "its scheme is not the next one")?;
                let rising = opened.districts.windows(2).all(|pair| pair[0] < pair[1]);
                holds(rising && !opened.districts.is_empty(), "its districts are unsound")?;
                let versions = Vec::from([opened.terms.clone()]);
                let districts = opened.districts.clone();
                self.schemes.push(Scheme { districts, versions });
            }
            Event::TermsChanged(changed) => {
                let scheme = self.open_mut(envelope.fund.scheme).ok_or("its scheme is not open")?;
                let next = usize::from(changed.version) == scheme.versions.len() + 1;
                holds(next, "its version is not the next one")?;
                scheme.versions.push(changed.terms.clone());
            }
            Event::FundsAllotted => {
                self.known_fund(&envelope.fund)?;
                self.fund_mut(envelope.fund).allotted += amount;
            }
            Event::Applied(applied) => {
                let scheme = self.open(envelope.fund.scheme).ok_or("its scheme is not open")?;
                let runs = scheme.districts.binary_search(&envelope.fund.district).is_ok();
                holds(runs, "its district is not the scheme's")?;
                holds(scheme.has_version(envelope.terms), "its terms are none of the scheme's")?;
                let taken = self.case_refs.contains_key(&applied.case_ref);
                holds(!taken, "its case reference stands already")?;
                self.case_refs.insert(applied.case_ref.clone(), position);
                self.facts.insert(position, applied.facts.clone().into_boxed_slice());
                self.cases.insert(position, new_case(recorded));
            }
            Event::Sanctioned(_) => self.sanction(recorded)?,
            Event::Disbursed(disbursed) => self.disburse(recorded, disbursed)?,
            Event::PaymentReturned(returned) => self.take_back(recorded, returned.payment)?,
            Event::Recovered(_) => {
                let case = self.case_mut(envelope.case)?;
                let sanction = case.sanction.ok_or("its case is not sanctioned")?;
                holds(sanction.fund == envelope.fund, "its fund is not the sanction's")?;
                case.recovered += amount;
                case.last = position;
                self.fund_mut(envelope.fund).recovered += amount;
            }
            Event::Audited(_) => {
                let case = self.case_mut(envelope.case)?;
                case.audits += 1;
                case.last = position;
            }
            Event::CommandRefused(refused) => holds(refused.count > 0, "it counts no refusal")?,
        }
        Ok(())
    }

    fn sanction(&mut self, recorded: &Recorded) -> Check {
        let envelope = &recorded.envelope;
        self.known_fund(&envelope.fund)?;
        let scheme = self.open(envelope.fund.scheme);
        let version = scheme.is_some_and(|scheme| scheme.has_version(envelope.terms));
        let case = self.case_mut(envelope.case)?;
        holds(case.sanction.is_none(), "its case is sanctioned already")?;
        holds(case.scheme == envelope.fund.scheme, "its fund is of another scheme")?;
        holds(version, "its terms are none of the scheme's")?;
        case.sanction = Some(Sanction {
            position: recorded.position,
            actor: envelope.actor,
            fund: envelope.fund,
            amount: envelope.amount,
            terms: envelope.terms,
        });
        case.last = recorded.position;
        self.fund_mut(envelope.fund).sanctioned += Total::from(envelope.amount);
        Ok(())
    }

    fn disburse(&mut self, recorded: &Recorded, disbursed: &Disbursed) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let amount = Total::from(envelope.amount);
        let case = self.case_mut(envelope.case)?;
        let sanction = case.sanction.ok_or("its case is not sanctioned")?;
        holds(sanction.fund == envelope.fund, "its fund is not the sanction's")?;
        let latest = case.latest(disbursed.instalment);
        let waits = latest.map(|payment| payment.returned).unwrap_or_default();
        let live = latest.is_some_and(|payment| payment.returned.is_none());
        holds(!live, "its instalment has a live payment")?;
        holds(disbursed.reissue_of == waits, "it does not name the return it follows")?;
        case.payments.push(Payment {
            position,
            instalment: disbursed.instalment,
            amount: envelope.amount,
            fund: envelope.fund,
            returned: Position::NONE,
        });
        case.paid += amount;
        case.last = position;
        self.payments.insert(position, envelope.case);
        self.fund_mut(envelope.fund).disbursed += amount;
        Ok(())
    }

    fn take_back(&mut self, recorded: &Recorded, payment: Position) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let amount = Total::from(envelope.amount);
        let case = self.case_mut(envelope.case)?;
        let payment = payment_mut(case, payment)?;
        holds(payment.returned.is_none(), "its payment came back already")?;
        let whole = payment.amount == envelope.amount && payment.fund == envelope.fund;
        holds(whole, "it is not the whole payment in the payment's fund")?;
        payment.returned = position;
        case.returned += amount;
        case.last = position;
        self.fund_mut(envelope.fund).returned += amount;
        Ok(())
    }

    /// The laws of conservation, on what the event touched.
    fn conserved(&self, recorded: &Recorded) -> Check {
        let fund = self.fund(&recorded.envelope.fund);
        holds(fund.sanctioned <= fund.allotted, "more is sanctioned than allotted")?;
        if let Some(case) = self.cases.get(&recorded.envelope.case) {
            holds(case.payable() >= Total::ZERO, "more is paid than sanctioned")?;
            holds(case.recoverable() >= Total::ZERO, "more is recovered than paid")?;
        }
        Ok(())
    }

    /// Unmakes the last event applied.
    ///
    /// The caller gives the very event; anything else leaves a state that belongs to no log.
    pub fn unapply(&mut self, recorded: &Recorded) {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let amount = Total::from(envelope.amount);
        match &recorded.event {
            Event::SchemeOpened(_) => {
                self.schemes.pop();
            }
            Event::TermsChanged(_) => {
                if let Some(scheme) = self.open_mut(envelope.fund.scheme) {
                    scheme.versions.pop();
                }
            }
            Event::FundsAllotted => self.fund_mut(envelope.fund).allotted -= amount,
            Event::Applied(applied) => {
                self.case_refs.remove(&applied.case_ref);
                self.facts.remove(&position);
                self.cases.remove(&position);
            }
            Event::Sanctioned(_) => {
                self.fund_mut(envelope.fund).sanctioned -= amount;
                self.unmake(envelope.case, envelope.previous, |case| case.sanction = None);
            }
            Event::Disbursed(_) => {
                self.fund_mut(envelope.fund).disbursed -= amount;
                self.payments.remove(&position);
                self.unmake(envelope.case, envelope.previous, |case| {
                    case.payments.pop();
                    case.paid -= amount;
                });
            }
            Event::PaymentReturned(returned) => {
                self.fund_mut(envelope.fund).returned -= amount;
                self.unmake(envelope.case, envelope.previous, |case| {
                    case.returned -= amount;
                    if let Ok(payment) = payment_mut(case, returned.payment) {
                        payment.returned = Position::NONE;
                    }
                });
            }
            Event::Recovered(_) => {
                self.fund_mut(envelope.fund).recovered -= amount;
                self.unmake(envelope.case, envelope.previous, |case| case.recovered -= amount);
            }
            Event::Audited(_) => {
                self.unmake(envelope.case, envelope.previous, |case| case.audits -= 1);
            }
            Event::CommandRefused(_) => {}
        }
        if self.fund(&envelope.fund) == FundTotals::default() {
            self.funds.remove(&envelope.fund);
        }
        if remembered(&recorded.event) {
            self.commands.remove(&envelope.command);
        }
        self.names.forget(&envelope.introduced);
        self.last = Position(position.0.saturating_sub(1));
    }

    fn unmake(&mut self, case: Position, previous: Position, change: impl FnOnce(&mut Case)) {
        if let Some(case) = self.cases.get_mut(&case) {
            change(case);
            case.last = previous;
        }
    }

    fn known_fund(&self, fund: &FundKey) -> Check {
        let scheme = self.open(fund.scheme).ok_or("its fund's scheme is not open")?;
        let district =
            fund.district.is_pool() || scheme.districts.binary_search(&fund.district).is_ok();
        holds(district, "its fund's district is not the scheme's")?;
        holds(self.names.head(fund.head).is_some(), "its fund's head has no name")
    }

    fn fund_mut(&mut self, fund: FundKey) -> &mut FundTotals {
        self.funds.entry(fund).or_default()
    }

    fn case_mut(&mut self, case: Position) -> Result<&mut Case, &'static str> {
        self.cases.get_mut(&case).ok_or("its case has not applied")
    }
}

/// Whether an event of this kind moves an amount.
fn moves(event: &Event) -> bool {
    match event {
        Event::FundsAllotted
        | Event::Sanctioned(_)
        | Event::Disbursed(_)
        | Event::PaymentReturned(_)
        | Event::Recovered(_) => true,
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::Applied(_)
        | Event::Audited(_)
        | Event::CommandRefused(_) => false,
    }
}

/// Whether the event's command id is known from then on: every one but a counted flood's.
fn remembered(event: &Event) -> bool {
    !matches!(event, Event::CommandRefused(refused) if refused.count != 1)
}

fn payment_mut(case: &mut Case, position: Position) -> Result<&mut Payment, &'static str> {
    let found = case.payments.iter_mut().find(|payment| payment.position == position);
    found.ok_or("its payment is not the case's")
}

fn new_case(recorded: &Recorded) -> Case {
    Case {
        scheme: recorded.envelope.fund.scheme,
        district: recorded.envelope.fund.district,
        last: recorded.position,
        sanction: None,
        payments: Vec::new(),
        paid: Total::ZERO,
        returned: Total::ZERO,
        recovered: Total::ZERO,
        audits: 0,
    }
}
