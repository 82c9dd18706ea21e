//! What is done about a finding: an auditor takes it up, and somebody else settles it.
//!
//! # Invariants
//! * A finding is taken up by an `Audited` of its case that names its check and its amount, and
//!   settled by a `FindingSettled` of that audit: both enter by commands that the rules decide.
//! * Who granted a case or paid it settles nothing about it.
//!
//! # Not here
//! What a settled finding looks like: `bahi-checks`, where it stays and says so.

use bahi_checks::{Finding, FindingId, Severity};
use bahi_core::{
    Act, ActorName, AuditScope, CaseRef, Event, Money, Opinion, Position, Receipt, Reference,
    Settlement, Total, Word,
};
use bahi_trail::Subject;

use super::AuditOptions;
use crate::{Acting, Error, Ledger, SubmitError, View};

/// Why nothing is done about a finding.
#[derive(Debug, thiserror::Error)]
pub enum FindingError {
    /// An audit of the present finds nothing by this id: ask for its findings again.
    #[error("an audit of the ledger as it is finds no {0}")]
    Unknown(FindingId),
    /// It is about several cases or none, and an audit's finding is of one: audit its cases each.
    #[error("{0} is about several cases or none, and an audit is of one case")]
    OfNoCase(FindingId),
    /// No audit of the case after it names its check: take it up first.
    #[error("no audit of {case} took up {id}; an auditor takes it up first")]
    NotTakenUp {
        /// The finding.
        id: FindingId,
        /// Its case.
        case: CaseRef,
    },
    /// An audit of the case took it up already: settle that one.
    #[error("{id} was taken up by event {audit}")]
    TakenUp {
        /// The finding.
        id: FindingId,
        /// The audit.
        audit: Position,
    },
    /// Who granted the case or paid it is to settle a finding about it: let another.
    #[error("{actor} has a hand in {case} by event {by}, and settles nothing about it")]
    OwnHand {
        /// Who.
        actor: ActorName,
        /// The case.
        case: CaseRef,
        /// The sanction or the payment.
        by: Position,
    },
    /// The ledger did not take the command.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl From<Error> for FindingError {
    fn from(error: Error) -> FindingError {
        FindingError::Submit(SubmitError::from(error))
    }
}

/// What the ledger holds about a finding's case.
#[derive(Default)]
struct Known {
    /// The audit that took the finding up, and which of its findings it is.
    taken_up: Option<(Position, u16)>,
    /// The first sanction or payment by whoever acts.
    own_hand: Option<Position>,
}

impl Ledger {
    /// Takes up a finding of the present: an audit of its case that names its check and the money in
    /// question. An error is an objection; a warning or a lead is an observation.
    ///
    /// # Errors
    /// [`FindingError::Unknown`], [`FindingError::OfNoCase`], [`FindingError::TakenUp`]; those of
    /// [`Ledger::submit`].
    pub fn take_up_finding(&mut self, id: FindingId, by: &Acting) -> Result<Receipt, FindingError> {
        let (finding, case_ref) = self.finding_of_a_case(id)?;
        if let Some((audit, _)) = self.known_of(&finding, by)?.taken_up {
            return Err(FindingError::TakenUp { id, audit });
        }
        let opinion = match finding.about().severity {
            Severity::Error => Opinion::Objection,
            Severity::Warning | Severity::Lead => Opinion::Observation,
        };
        let check =
            Word::new(&id.check.to_string()).map_err(|_| Error::Bug("a check is a word"))?;
        let findings = Vec::from([(check, money(finding.amount))]);
        let (scope, seen) = (AuditScope::Case, Vec::new());
        let act = Act::Audit { case_ref, scope, seen, opinion, findings };
        Ok(self.submit(&self.own_command(by, act))?)
    }

    /// Settles a finding of the present that an audit took up. It stays, and says how.
    ///
    /// # Errors
    /// [`FindingError::Unknown`], [`FindingError::OfNoCase`], [`FindingError::NotTakenUp`],
    /// [`FindingError::OwnHand`]; those of [`Ledger::submit`].
    pub fn settle_finding(
        &mut self,
        id: FindingId,
        settlement: Settlement,
        reference: Reference,
        by: &Acting,
    ) -> Result<Receipt, FindingError> {
        let (finding, case) = self.finding_of_a_case(id)?;
        let known = self.known_of(&finding, by)?;
        let Some((audit, number)) = known.taken_up else {
            return Err(FindingError::NotTakenUp { id, case });
        };
        if let Some(hand) = known.own_hand {
            return Err(FindingError::OwnHand { actor: by.actor.clone(), case, by: hand });
        }
        let act = Act::SettleFinding { audit, finding: number, settlement, reference };
        Ok(self.submit(&self.own_command(by, act))?)
    }

    fn finding_of_a_case(&self, id: FindingId) -> Result<(Finding, CaseRef), FindingError> {
        let mut options = AuditOptions::default();
        options.wanted.check = Some(id.check);
        // Whoever names a finding has seen it: none is left out for being one of many.
        options.parameters.kept_max = usize::MAX;
        let findings = self.audit(&options)?.findings;
        let found = findings.kept.into_iter().find(|finding| finding.id() == id);
        let finding = found.ok_or(FindingError::Unknown(id))?;
        match self.case_ref(finding.case) {
            Some(case_ref) => Ok((finding, case_ref)),
            None => Err(FindingError::OfNoCase(id)),
        }
    }

    fn known_of(&self, finding: &Finding, by: &Acting) -> Result<Known, Error> {
        let check = finding.check.to_string();
        let actor = self.names().actor_no(by.actor.as_str());
        let mut known = Known::default();
        for entry in self.trail(Subject::Case(finding.case), View::NOW)?.entries {
            let recorded = self.event(entry.position)?;
            let at = recorded.position;
            if let Event::Audited(audited) = &recorded.event
                && finding.is_before(at)
            {
                let named = |word| self.names().word(word).is_some_and(|one| one.as_str() == check);
                let number = audited.findings.iter().zip(1..).find(|(one, _)| named(one.check));
                known.taken_up = number.map(|(_, number)| (at, number)).or(known.taken_up);
            }
            let of_money = matches!(recorded.event, Event::Sanctioned(_) | Event::Disbursed(_));
            if of_money && actor == Some(recorded.envelope.actor) {
                known.own_hand = known.own_hand.or(Some(at));
            }
        }
        Ok(known)
    }
}

/// An amount of a finding as an audit states one.
fn money(amount: Total) -> Money {
    amount.to_money().unwrap_or(Money::MAX)
}
