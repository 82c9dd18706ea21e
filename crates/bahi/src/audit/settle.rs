//! What is done about a finding: an auditor takes it up, and somebody else settles it.
//!
//! # Invariants
//! * A finding is taken up by an `Audited` of its case that names its check and its amount, and
//!   settled by a `FindingSettled` of that audit: both enter by commands that the rules decide.
//! * What is about several cases is taken up in each of them by audits that name the finding's id, and
//!   settled in each: all of them together or none.
//! * What is about no case is taken up by an audit of the ledger that names its id.
//! * Who granted a case or paid it settles nothing about it; who recorded an event that a finding about no
//!   case rests on neither takes it up nor settles it.
//!
//! # Not here
//! What a settled finding looks like: `bahi-checks`, where it stays and says so.

use std::collections::BTreeMap;

use bahi_checks::{Finding, FindingId, Severity, TakenUp};
use bahi_core::{
    Act, ActorName, AuditScope, CaseRef, Event, Money, Opinion, Position, Receipt, Reference,
    Settlement, Total, Word,
};
use bahi_trail::Subject;

use super::{AuditOptions, Auditing};
use crate::{Acting, BatchError, Error, Ledger, SubmitError, View};

/// Why nothing is done about a finding.
#[derive(Debug, thiserror::Error)]
pub enum FindingError {
    /// An audit of the present finds nothing by this id: ask for its findings again.
    #[error("an audit of the ledger as it is finds no {0}")]
    Unknown(FindingId),
    /// No audit of the case, or of the ledger, after it names it: take it up first.
    #[error("no audit of {} took up {id}; an auditor takes it up first", of_what(.case.as_ref()))]
    NotTakenUp {
        /// The finding.
        id: FindingId,
        /// Its case; none where it is about none.
        case: Option<CaseRef>,
    },
    /// An audit took it up already: settle that one.
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
    /// Who recorded what the finding rests on is to take it up or to settle it: let another.
    #[error("{actor} recorded event {by}, which {id} rests on, and does nothing about it")]
    OwnRecord {
        /// Who.
        actor: ActorName,
        /// The finding, which is about no case.
        id: FindingId,
        /// The first of its events that is theirs.
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

/// What an audit is of, in words.
fn of_what(case: Option<&CaseRef>) -> &str {
    case.map_or("the ledger", CaseRef::as_str)
}

/// A finding of the present, and where it is taken up.
struct Sought {
    finding: Finding,
    /// Each of its cases; the ledger alone where it is about none.
    places: Vec<Place>,
    /// Audits that named it by its id.
    taken_up: Vec<TakenUp>,
}

/// A case of a finding, or the ledger, with the money in question there.
struct Place {
    case: Option<(Position, CaseRef)>,
    amount: Total,
}

impl Place {
    fn case_ref(&self) -> Option<CaseRef> {
        self.case.as_ref().map(|(_, case_ref)| case_ref.clone())
    }
}

/// What the ledger holds about a finding in one of its places.
#[derive(Default)]
struct Known {
    /// The audit that took the finding up, and which of its findings it is.
    taken_up: Option<(Position, u16)>,
    /// Whether that was settled.
    settled: bool,
    /// The first sanction or payment of the case by whoever acts; of a finding about no case, the first of
    /// its events that is theirs.
    own_hand: Option<Position>,
}

impl Ledger {
    /// Takes up a finding of the present: an audit of its case that names its check and the money in
    /// question, or, of several cases, an audit of each that names the finding's id and what of the money
    /// is in question there; of the cases of the events it names. Of no case it is an audit of the ledger,
    /// which names the finding's id. An error is an objection; a warning or a lead is an observation. One
    /// receipt for each case, in order of the cases.
    ///
    /// # Errors
    /// [`FindingError::Unknown`], [`FindingError::OwnRecord`], [`FindingError::TakenUp`]; those of
    /// [`Ledger::submit`].
    pub fn take_up_finding(
        &mut self,
        id: FindingId,
        by: &Acting,
    ) -> Result<Vec<Receipt>, FindingError> {
        let sought = self.sought(id)?;
        let opinion = match sought.finding.about().severity {
            Severity::Error => Opinion::Objection,
            Severity::Warning | Severity::Lead => Opinion::Observation,
        };
        let check = Word::new(&called(&sought.finding));
        let check = check.map_err(|_| Error::Bug("a check is a word"))?;
        let mut acts = Vec::new();
        let mut before = None;
        for place in &sought.places {
            let known = self.known_of(&sought, place, by)?;
            if let (None, Some(own)) = (&place.case, known.own_hand) {
                return Err(FindingError::OwnRecord { actor: by.actor.clone(), id, by: own });
            }
            if let Some((audit, _)) = known.taken_up {
                before = Some(audit);
                continue;
            }
            let findings = Vec::from([(check.clone(), money(place.amount))]);
            let (case_ref, seen) = (place.case_ref(), Vec::new());
            let scope = match case_ref {
                Some(_) => AuditScope::Case,
                None => AuditScope::Ledger,
            };
            acts.push(Act::Audit { case_ref, scope, seen, opinion, findings });
        }
        match before {
            Some(audit) if acts.is_empty() => Err(FindingError::TakenUp { id, audit }),
            Some(_) | None => self.submit_together(acts, false, by),
        }
    }

    /// Settles a finding of the present that audits took up, in each of its cases, or in the ledger where it is
    /// about none. It stays, and says how.
    ///
    /// # Errors
    /// [`FindingError::Unknown`], [`FindingError::NotTakenUp`], [`FindingError::OwnHand`],
    /// [`FindingError::OwnRecord`]; those of [`Ledger::submit`].
    pub fn settle_finding(
        &mut self,
        id: FindingId,
        settlement: Settlement,
        reference: Reference,
        by: &Acting,
    ) -> Result<Vec<Receipt>, FindingError> {
        let sought = self.sought(id)?;
        let (mut open, mut settled) = (Vec::new(), Vec::new());
        for place in &sought.places {
            let known = self.known_of(&sought, place, by)?;
            let case = place.case_ref();
            let Some((audit, number)) = known.taken_up else {
                return Err(FindingError::NotTakenUp { id, case });
            };
            if let Some(hand) = known.own_hand {
                let actor = by.actor.clone();
                return Err(match case {
                    Some(case) => FindingError::OwnHand { actor, case, by: hand },
                    None => FindingError::OwnRecord { actor, id, by: hand },
                });
            }
            let (finding, reference) = (number, reference.clone());
            let act = Act::SettleFinding { audit, finding, settlement, reference };
            if known.settled { settled.push(act) } else { open.push(act) }
        }
        // Where every case is settled the rules say by which event.
        let stands = open.is_empty();
        self.submit_together(if stands { settled } else { open }, stands, by)
    }

    /// Submits all of them or none, whether or not they stand already; a refusal leaves its evidence.
    fn submit_together(
        &mut self,
        acts: Vec<Act>,
        stands: bool,
        by: &Acting,
    ) -> Result<Vec<Receipt>, FindingError> {
        let of = |act| self.own_command_once(by, act, stands);
        let commands: Vec<_> = acts.into_iter().map(of).collect();
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

    fn sought(&self, id: FindingId) -> Result<Sought, FindingError> {
        let mut options = AuditOptions::default();
        options.wanted.check = Some(id.check);
        // Whoever names a finding has seen it: none is left out for being one of many.
        options.parameters.kept_max = usize::MAX;
        let basis = self.basis(options.view)?;
        let mut auditing = Auditing::new(&options);
        for recorded in self.events(Position(1), basis.position) {
            auditing.take(&recorded?);
        }
        let audit = &auditing.audit;
        let findings = audit.findings(auditing.as_of(&basis), options.wanted);
        let found = findings.kept.into_iter().find(|finding| finding.id() == id);
        let finding = found.ok_or(FindingError::Unknown(id))?;
        let mut amounts: BTreeMap<Position, i128> =
            audit.cases_of(&finding).into_iter().map(|case| (case, 0)).collect();
        for event in &finding.events {
            let envelope = self.event(*event)?.envelope;
            if let Some(amount) = amounts.get_mut(&envelope.case) {
                *amount += i128::from(envelope.amount.paise());
            }
        }
        let of_case = |(case, paise): (Position, i128)| {
            let case_ref = self.case_ref(case).ok_or(Error::Bug("a finding's case has a name"))?;
            let own = finding.case == case;
            let amount = if own { finding.amount } else { Total::from_paise(paise) };
            Ok(Place { case: Some((case, case_ref)), amount })
        };
        let mut places = amounts.into_iter().map(of_case).collect::<Result<Vec<_>, Error>>()?;
        if places.is_empty() {
            places.push(Place { case: None, amount: finding.amount });
        }
        let taken_up = audit.taken_up(id).to_vec();
        Ok(Sought { finding, places, taken_up })
    }

    /// What stands about a finding in one of its places, beside whoever acts.
    fn known_of(&self, sought: &Sought, place: &Place, by: &Acting) -> Result<Known, Error> {
        match place.case {
            Some((case, _)) => self.known_in(&sought.finding, case, by),
            None => self.known_in_ledger(sought, by),
        }
    }

    fn known_in_ledger(&self, sought: &Sought, by: &Acting) -> Result<Known, Error> {
        let actor = self.names().actor_no(by.actor.as_str());
        let mut known = Known::default();
        let after = |one: &&TakenUp| one.case.is_none() && sought.finding.is_before(one.audit);
        if let Some(one) = sought.taken_up.iter().rfind(after) {
            (known.taken_up, known.settled) =
                (Some((one.audit, one.finding)), one.settled.is_some());
        }
        for event in &sought.finding.events {
            if known.own_hand.is_none() && actor == Some(self.event(*event)?.envelope.actor) {
                known.own_hand = Some(*event);
            }
        }
        Ok(known)
    }

    fn known_in(&self, finding: &Finding, case: Position, by: &Acting) -> Result<Known, Error> {
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

/// What an audit that takes a finding up calls it: by its check in its case, by its id in several and in none.
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
