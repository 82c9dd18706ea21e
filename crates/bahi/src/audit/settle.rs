//! What is done about a finding: an auditor takes it up, and somebody else settles it.
//!
//! # Invariants
//! * A finding is taken up by an `Audited` of its case that names its check and its amount, and
//!   settled by a `FindingSettled` of that audit: both enter by commands that the rules decide.
//! * What is about several cases is taken up in each of them by audits that name the finding's id, and
//!   settled in each: all of them together or none.
//! * Who granted a case or paid it settles nothing about it.
//!
//! # Not here
//! What a settled finding looks like: `bahi-checks`, where it stays and says so.

use std::collections::BTreeMap;

use bahi_checks::{Finding, FindingId, Severity};
use bahi_core::{
    Act, ActorName, AuditScope, CaseRef, Event, Money, Opinion, Position, Receipt, Reference,
    Settlement, Total, Word,
};
use bahi_trail::Subject;

use super::AuditOptions;
use crate::{Acting, BatchError, Error, Ledger, SubmitError, View};

/// Why nothing is done about a finding.
#[derive(Debug, thiserror::Error)]
pub enum FindingError {
    /// An audit of the present finds nothing by this id: ask for its findings again.
    #[error("an audit of the ledger as it is finds no {0}")]
    Unknown(FindingId),
    /// It is about no case, and an audit is of one: what is wrong with a fund is put right there.
    #[error("{0} is about no case, and an audit is of one")]
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

/// A case of a finding, with the money in question in it.
struct OfCase {
    case: Position,
    case_ref: CaseRef,
    amount: Total,
}

/// What the ledger holds about a finding in one of its cases.
#[derive(Default)]
struct Known {
    /// The audit that took the finding up, and which of its findings it is.
    taken_up: Option<(Position, u16)>,
    /// Whether that was settled.
    settled: bool,
    /// The first sanction or payment by whoever acts.
    own_hand: Option<Position>,
}

impl Ledger {
    /// Takes up a finding of the present: an audit of its case that names its check and the money in
    /// question, or, of several cases, an audit of each that names the finding's id and what of the money
    /// is in question there; of the cases of the events it names. An error is an objection; a warning or a
    /// lead is an observation. One receipt for each case, in order of the cases.
    ///
    /// # Errors
    /// [`FindingError::Unknown`], [`FindingError::OfNoCase`], [`FindingError::TakenUp`]; those of
    /// [`Ledger::submit`].
    pub fn take_up_finding(
        &mut self,
        id: FindingId,
        by: &Acting,
    ) -> Result<Vec<Receipt>, FindingError> {
        let (finding, cases) = self.finding_with_cases(id)?;
        let opinion = match finding.about().severity {
            Severity::Error => Opinion::Objection,
            Severity::Warning | Severity::Lead => Opinion::Observation,
        };
        let check = Word::new(&called(&finding)).map_err(|_| Error::Bug("a check is a word"))?;
        let mut acts = Vec::new();
        let mut before = None;
        for OfCase { case, case_ref, amount } in cases {
            if let Some((audit, _)) = self.known_of(&finding, case, by)?.taken_up {
                before = Some(audit);
                continue;
            }
            let findings = Vec::from([(check.clone(), money(amount))]);
            let (scope, seen) = (AuditScope::Case, Vec::new());
            acts.push(Act::Audit { case_ref, scope, seen, opinion, findings });
        }
        match before {
            Some(audit) if acts.is_empty() => Err(FindingError::TakenUp { id, audit }),
            Some(_) | None => self.submit_together(acts, by),
        }
    }

    /// Settles a finding of the present that audits took up, in each of its cases. It stays, and says how.
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
    ) -> Result<Vec<Receipt>, FindingError> {
        let (finding, cases) = self.finding_with_cases(id)?;
        let (mut open, mut settled) = (Vec::new(), Vec::new());
        for OfCase { case, case_ref, .. } in cases {
            let known = self.known_of(&finding, case, by)?;
            let Some((audit, number)) = known.taken_up else {
                return Err(FindingError::NotTakenUp { id, case: case_ref });
            };
            if let Some(hand) = known.own_hand {
                let actor = by.actor.clone();
                return Err(FindingError::OwnHand { actor, case: case_ref, by: hand });
            }
            let (finding, reference) = (number, reference.clone());
            let act = Act::SettleFinding { audit, finding, settlement, reference };
            if known.settled { settled.push(act) } else { open.push(act) }
        }
        // Where every case is settled the rules say by which event.
        self.submit_together(if open.is_empty() { settled } else { open }, by)
    }

    /// Submits all of them or none; a refusal leaves its evidence.
    fn submit_together(
        &mut self,
        acts: Vec<Act>,
        by: &Acting,
    ) -> Result<Vec<Receipt>, FindingError> {
        let commands: Vec<_> = acts.into_iter().map(|act| self.own_command(by, act)).collect();
        match self.submit_all(&commands) {
            Ok(receipts) => Ok(receipts),
            Err(BatchError::Failed(error)) => Err(error.into()),
            Err(BatchError::Refused { index, refused }) => {
                // Alone it leaves evidence, provided that it is refused alone too.
                if self.dry_run(&commands[index..=index]).is_err() {
                    self.submit(&commands[index])?;
                }
                Err(SubmitError::Refused(crate::Refusal { refused, evidence: None }).into())
            }
        }
    }

    fn finding_with_cases(&self, id: FindingId) -> Result<(Finding, Vec<OfCase>), FindingError> {
        let mut options = AuditOptions::default();
        options.wanted.check = Some(id.check);
        // Whoever names a finding has seen it: none is left out for being one of many.
        options.parameters.kept_max = usize::MAX;
        let findings = self.audit(&options)?.findings;
        let found = findings.kept.into_iter().find(|finding| finding.id() == id);
        let finding = found.ok_or(FindingError::Unknown(id))?;
        let mut amounts: BTreeMap<Position, i128> = BTreeMap::new();
        if finding.case.is_none() {
            for event in &finding.events {
                let envelope = self.event(*event)?.envelope;
                if !envelope.case.is_none() {
                    *amounts.entry(envelope.case).or_default() +=
                        i128::from(envelope.amount.paise());
                }
            }
        } else {
            amounts.insert(finding.case, finding.amount.paise());
        }
        let of_case = |(case, paise): (Position, i128)| {
            let (case_ref, amount) = (self.case_ref(case)?, Total::from_paise(paise));
            Some(OfCase { case, case_ref, amount })
        };
        let cases: Vec<OfCase> = amounts.into_iter().filter_map(of_case).collect();
        if cases.is_empty() { Err(FindingError::OfNoCase(id)) } else { Ok((finding, cases)) }
    }

    fn known_of(&self, finding: &Finding, case: Position, by: &Acting) -> Result<Known, Error> {
        let check = called(finding);
        let actor = self.names().actor_no(by.actor.as_str());
        let mut known = Known::default();
        for entry in self.trail(Subject::Case(case), View::NOW)?.entries {
            let recorded = self.event(entry.position)?;
            let at = recorded.position;
            if let Event::Audited(audited) = &recorded.event
                && finding.is_before(at)
            {
                let named = |word| self.names().word(word).is_some_and(|one| one.as_str() == check);
                let number = audited.findings.iter().zip(1..).find(|(one, _)| named(one.check));
                if let Some((_, number)) = number {
                    (known.taken_up, known.settled) = (Some((at, number)), false);
                }
            }
            if let Event::FindingSettled(settled) = &recorded.event {
                known.settled |= known.taken_up == Some((settled.audit, settled.finding));
            }
            let of_money = matches!(recorded.event, Event::Sanctioned(_) | Event::Disbursed(_));
            if of_money && actor == Some(recorded.envelope.actor) {
                known.own_hand = known.own_hand.or(Some(at));
            }
        }
        Ok(known)
    }
}

/// What an audit that takes a finding up calls it: by its check in its case, by its id in several.
fn called(finding: &Finding) -> String {
    match finding.case.is_none() {
        true => finding.id().to_string(),
        false => finding.check.to_string(),
    }
}

/// An amount of a finding as an audit states one.
fn money(amount: Total) -> Money {
    amount.to_money().unwrap_or(Money::MAX)
}
