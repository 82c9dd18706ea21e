//! The strict fold: each event is checked against the past before it, applied, and can be unmade.
//!
//! # Invariants
//! * An event is taken only if its structure follows from the past and the money's laws hold after
//!   it; the terms are not consulted, so a rule that changes later leaves old ledgers readable.
//! * `unapply` of the last event gives exactly the state before it.

use alloc::vec::Vec;
use core::fmt;

use bahi_core::{Event, FundKey, Position, Recorded, Total};

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
            && self.names.actor(recorded.envelope.actor).is_some();
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
        let case = self.cases.get(&envelope.case);
        match &recorded.event {
            Event::SchemeOpened(_) | Event::TermsChanged(_) | Event::FundsAllotted => {
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
            Event::CommandRefused(_) => Ok(()),
        }
    }

    /// The change an event makes; nothing is changed where it fails.
    fn change(&mut self, recorded: &Recorded) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let amount = Total::from(envelope.amount);
        let moves = matches!(
            recorded.event,
            Event::FundsAllotted
                | Event::Sanctioned(_)
                | Event::Disbursed(_)
                | Event::PaymentReturned(_)
                | Event::Recovered(_)
        );
        holds(moves != envelope.amount.is_zero(), "its amount does not fit its kind")?;
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
                holds(self.open(envelope.fund.scheme).is_some(), "its scheme is not open")?;
                let taken = self.case_refs.contains_key(&applied.case_ref);
                holds(!taken, "its case reference stands already")?;
                self.case_refs.insert(applied.case_ref.clone(), position);
                self.facts.insert(position, applied.facts.clone().into_boxed_slice());
                self.cases.insert(position, new_case(recorded));
            }
            Event::Sanctioned(_) => {
                self.known_fund(&envelope.fund)?;
                let case = self.case_mut(envelope.case)?;
                holds(case.sanction.is_none(), "its case is sanctioned already")?;
                holds(case.scheme == envelope.fund.scheme, "its fund is of another scheme")?;
                case.sanction = Some(Sanction {
                    position,
                    actor: envelope.actor,
                    fund: envelope.fund,
                    amount: envelope.amount,
                    terms: envelope.terms,
                });
                case.last = position;
                self.fund_mut(envelope.fund).sanctioned += amount;
            }
            Event::Disbursed(disbursed) => {
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
            }
            Event::PaymentReturned(returned) => {
                let case = self.case_mut(envelope.case)?;
                let payment = payment_mut(case, returned.payment)?;
                holds(payment.returned.is_none(), "its payment came back already")?;
                let whole = payment.amount == envelope.amount && payment.fund == envelope.fund;
                holds(whole, "it is not the whole payment in the payment's fund")?;
                payment.returned = position;
                case.returned += amount;
                case.last = position;
                self.fund_mut(envelope.fund).returned += amount;
            }
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
            Event::CommandRefused(_) => {}
        }
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
