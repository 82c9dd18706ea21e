//! The strict fold: each event is checked against the past before it, applied, and can be unmade.
//!
//! # Invariants
//! * An event is taken only if its structure follows from the past and the money's laws hold after
//!   it; the terms are not consulted, so a rule that changes later leaves old ledgers readable.
//! * `unapply` of the last event gives exactly the state before it.

mod change;
mod reverse;
mod sums;
mod undo;

use core::fmt;

use bahi_core::{
    AuditScope, Audited, Event, FundKey, Introduction, Position, Recorded, Reversed, Total, WordNo,
};

use crate::state::{Joined, State};

pub(crate) use self::reverse::Standing;

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

/// What an event has to do with a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// It is of none.
    None,
    /// It begins its own.
    Begins,
    /// It is of one that is open.
    Open,
    /// It is of one, open or closed.
    Any,
    /// It may be of one, open or closed.
    Perhaps,
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
        self.note(recorded);
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
        holds(self.commands.has_room(), "the ledger has no room for one more event")?;
        let fresh = self.commands.find(envelope.command).is_none();
        holds(fresh || !remembered(&recorded.event), "its command id stands already")?;
        let opens = matches!(recorded.event, Event::SchemeOpened(_));
        let scheme = |one: &Introduction| matches!(one, Introduction::Scheme(_));
        let schemes = envelope.introduced.iter().filter(|one| scheme(one)).count();
        holds(schemes == usize::from(opens), "it names a scheme otherwise than by opening it")?;
        let sealed = self.sealed().is_some_and(|until| envelope.effective_day <= until);
        holds(!sealed || is_of_the_house(&recorded.event), "its day is sealed")?;
        let moves = recorded.movement().is_some() && !envelope.amount.is_zero();
        let idle = recorded.movement().is_none() && envelope.amount.is_zero();
        let may_be_zero = may_be_zero(&recorded.event) && envelope.amount.is_zero();
        holds(moves || idle || may_be_zero, "its amount does not fit its kind")?;
        self.tied(recorded)
    }

    /// Whether the event is of a case as its kind must be, and follows the case's last event.
    fn tied(&self, recorded: &Recorded) -> Check {
        let envelope = &recorded.envelope;
        let follows = || {
            let case = self.case(envelope.case).ok_or("its case has not applied")?;
            holds(case.last == envelope.previous, "it does not follow its case's last event")?;
            Ok(case)
        };
        let free = envelope.case.is_none() && envelope.previous.is_none();
        match tie(&recorded.event) {
            Tie::None => holds(free, "it names a case"),
            Tie::Begins => holds(
                envelope.case == recorded.position && envelope.previous.is_none(),
                "an application begins its own case",
            ),
            Tie::Open => holds(follows()?.ending.is_none(), "its case is closed"),
            Tie::Any => follows().map(drop),
            Tie::Perhaps if free => Ok(()),
            Tie::Perhaps => follows().map(drop),
        }
    }

    /// Whether every actor, authority and word the event gives by number has a name.
    fn named(&self, recorded: &Recorded) -> bool {
        let word = |number: &WordNo| self.names.word(*number).is_some();
        let envelope = &recorded.envelope;
        let authority =
            envelope.authority.is_none() || self.names.authority(envelope.authority).is_some();
        let facts = |facts: &[(WordNo, bahi_core::StoredFact)]| {
            facts.iter().all(|(name, value)| word(name) && value.value_ref(&self.names).is_some())
        };
        let words = match &recorded.event {
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::SanctionCarried(_)
            | Event::Disbursed(_)
            | Event::PaymentConfirmed(_)
            | Event::Utilised(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::FindingSettled(_)
            | Event::PeriodSealed(_)
            | Event::StatementLines(_)
            | Event::CommandRefused(_)
            | Event::KeyRotated(_) => true,
            Event::FundsWithdrawn(body) => word(&body.reason),
            Event::FundsMoved(body) => word(&body.reason),
            Event::Lapsed(body) => word(&body.reason),
            Event::Applied(body) => facts(&body.facts),
            Event::ApplicationAmended(body) => facts(&body.facts),
            Event::StepRecorded(body) => {
                word(&body.step)
                    && body.evidence.iter().all(|seen| word(&seen.kind))
                    && facts(&body.reported)
            }
            Event::Rejected(body) => word(&body.reason),
            Event::Withdrawn(body) => word(&body.reason),
            Event::CaseClosed(body) => word(&body.reason),
            Event::Barred(body) => word(&body.reason),
            Event::Sanctioned(body) => word(&body.paragraph),
            Event::SanctionRevised(body) => word(&body.paragraph),
            Event::SanctionCancelled(body) => word(&body.reason),
            Event::PaymentReturned(body) => word(&body.reason),
            Event::MovedToSuspense(body) => word(&body.reason),
            Event::Recovered(body) => word(&body.reason),
            Event::RecoveryDemanded(body) => word(&body.reason),
            Event::Adjusted(body) => word(&body.reason),
            Event::StockMoved(body) => word(&body.item),
            Event::Audited(body) => {
                body.seen.iter().all(|seen| word(&seen.kind))
                    && body.findings.iter().all(|finding| word(&finding.check))
            }
            Event::StateCertified(body) => word(&body.fold),
            Event::StatementReceived(body) => word(&body.format),
            Event::Matched(body) => {
                let tolerance = body.difference.as_ref().map(|one| &one.tolerance);
                word(&body.rule) && tolerance.is_none_or(word)
            }
            Event::Unmatched(body) => word(&body.reason),
            Event::MatchDecided(body) => word(&body.reason),
            Event::Reversed(body) => word(&body.reason),
            Event::Exported(body) => word(&body.what),
            Event::AccessDenied(body) => word(&body.what),
            Event::ActorKeySet(body) => self.names.actor(body.signer).is_some(),
        };
        self.names.actor(envelope.actor).is_some() && authority && words
    }

    /// The laws of conservation, on what the event touched.
    fn conserved(&self, recorded: &Recorded) -> Check {
        let other = recorded.movement().and_then(|(movement, _)| movement.other());
        for fund in [Some(recorded.envelope.fund), other].into_iter().flatten() {
            let Some(sums) = self.funds.get(&fund) else { continue };
            holds(sums.sanctioned <= sums.allotted, "more is sanctioned than allotted")?;
            holds(!sums.interest_held().is_negative(), "more interest is remitted than earned")?;
        }
        match self.case(recorded.envelope.case) {
            Some(case) => case.sound(),
            None => Ok(()),
        }
    }

    fn known_fund(&self, fund: &FundKey) -> Check {
        let scheme = self.open(fund.scheme).ok_or("its fund's scheme is not open")?;
        let district =
            fund.district.is_pool() || scheme.districts.binary_search(&fund.district).is_ok();
        holds(district, "its fund's district is not the scheme's")?;
        holds(self.names.head(fund.head).is_some(), "its fund's head has no name")
    }
}

/// What an event of this kind has to do with a case.
fn tie(event: &Event) -> Tie {
    match event {
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::FundsAllotted
        | Event::FundsWithdrawn(_)
        | Event::FundsMoved(_)
        | Event::Barred(_)
        | Event::InterestEarned(_)
        | Event::InterestRemitted(_)
        | Event::StateCertified(_)
        | Event::PeriodSealed(_)
        | Event::StatementReceived(_)
        | Event::StatementLines(_)
        | Event::CommandRefused(_)
        | Event::Exported(_)
        | Event::AccessDenied(_)
        | Event::KeyRotated(_)
        | Event::ActorKeySet(_)
        | Event::Audited(Audited { scope: AuditScope::Ledger, .. }) => Tie::None,
        Event::Applied(_) => Tie::Begins,
        Event::SanctionCarried(_)
        | Event::ApplicationAmended(_)
        | Event::StepRecorded(_)
        | Event::Rejected(_)
        | Event::Withdrawn(_)
        | Event::CaseClosed(_)
        | Event::Sanctioned(_)
        | Event::SanctionRevised(_)
        | Event::SanctionCancelled(_)
        | Event::Disbursed(_)
        | Event::Utilised(_)
        | Event::Adjusted(_) => Tie::Open,
        Event::PaymentReturned(_)
        | Event::PaymentConfirmed(_)
        | Event::Recovered(_)
        | Event::RecoveryDemanded(_)
        | Event::Audited(_) => Tie::Any,
        Event::Lapsed(_)
        | Event::FindingSettled(_)
        | Event::MovedToSuspense(_)
        | Event::StockMoved(_)
        | Event::Matched(_)
        | Event::Unmatched(_)
        | Event::MatchDecided(_)
        | Event::Reversed(_) => Tie::Perhaps,
    }
}

/// Whether the event says something of the ledger itself, which no seal concerns.
fn is_of_the_house(event: &Event) -> bool {
    matches!(
        event,
        Event::CommandRefused(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_)
    )
}

/// Whether the event may move nothing though others of its kind move money.
fn may_be_zero(event: &Event) -> bool {
    matches!(
        event,
        Event::SanctionCancelled(_)
            | Event::Reversed(Reversed { movement: Some(bahi_core::Movement::Cancellation), .. })
    )
}

/// Whether the event's command id is known from then on: every one but a counted flood's.
pub(crate) fn remembered(event: &Event) -> bool {
    !matches!(event, Event::CommandRefused(refused) if refused.count != 1)
}

/// What a match of either kind joins, and how far its lines are from its events.
fn matching(event: &Event) -> Option<(Joined, Total)> {
    if let Event::Matched(body) = event {
        let joined = Joined::new(body.line, body.target, &body.further, false);
        let sound = body.further.is_sound(body.line, body.target);
        let difference = body.difference.map_or(Total::ZERO, |one| one.amount);
        return sound.then_some((joined, difference));
    }
    if let Event::MatchDecided(body) = event {
        let joined = Joined::new(body.line, body.target, &body.further, body.rejected);
        return body.further.is_sound(body.line, body.target).then_some((joined, Total::ZERO));
    }
    None
}
