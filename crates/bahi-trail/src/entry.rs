//! The lines of a trail: each event with the figures of its case after it.
//!
//! # Invariants
//! * Figures are those of the events given; whoever gives a case gives it whole and in order.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use bahi_core::{
    AccountKey, ActorName, Authority, CaseRef, Day, Event, EventKind, Instant, Money, Names,
    Position, Recorded, Role,
};

use crate::{Figures, Subject, describe, figures::Running};

/// One line of a trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailEntry {
    /// Where the event stands in the log.
    pub position: Position,
    /// Its kind.
    pub kind: EventKind,
    /// When the ledger learned it.
    pub recorded_at: Instant,
    /// When it counts.
    pub effective_day: Day,
    /// Who acted.
    pub actor: Option<ActorName>,
    /// As what.
    pub role: Role,
    /// On what order, where it rests on one.
    pub authority: Option<Authority>,
    /// The key that signed its command, where it was signed.
    pub signed_by: Option<[u8; 32]>,
    /// The version of the terms it was decided under; 0 where none was.
    pub terms: u16,
    /// The case: the position of its `Applied`; none for an event of no case.
    pub case: Position,
    /// What the office calls the case, where its `Applied` was given or a refusal names it.
    pub case_ref: Option<CaseRef>,
    /// The amount that moves, back where the event is a reversal; zero where none does.
    pub amount: Money,
    /// The case after the event; `None` for an event of no case.
    pub after: Option<Figures>,
    /// What happened, in a line.
    pub text: String,
}

/// The lines of a subject's trail, from the events of [`crate::Trail::positions`] in order.
///
/// For an order these are the events that rest on it; for any other subject all that are given.
#[must_use]
pub fn entries(events: &[Recorded], subject: Subject, names: &Names) -> Vec<TrailEntry> {
    let mut running = Entries::default();
    events.iter().filter_map(|recorded| running.next(recorded, subject, names)).collect()
}

/// Lines of a trail event by event, for a trail too long to hold.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    cases: BTreeMap<Position, Known>,
    by_ref: BTreeMap<CaseRef, Position>,
}

/// What is known of one case on its way.
#[derive(Clone, Debug, Default)]
struct Known {
    case_ref: Option<CaseRef>,
    running: Running,
}

impl Entries {
    /// Takes the next event and gives its line, where the subject's trail shows it.
    pub fn next(
        &mut self,
        recorded: &Recorded,
        subject: Subject,
        names: &Names,
    ) -> Option<TrailEntry> {
        let (case, case_ref, after) = self.take(recorded);
        let envelope = &recorded.envelope;
        let shown = match subject {
            Subject::Order(order) => envelope.authority == order,
            Subject::Case(_)
            | Subject::Person(_)
            | Subject::Family(_)
            | Subject::Body(_)
            | Subject::Account(AccountKey(_)) => true,
        };
        shown.then(|| TrailEntry {
            position: recorded.position,
            kind: recorded.event.kind(),
            recorded_at: recorded.recorded_at,
            effective_day: envelope.effective_day,
            actor: names.actor(envelope.actor).cloned(),
            role: envelope.role,
            authority: names.authority(envelope.authority).cloned(),
            signed_by: recorded.signed.as_deref().map(|signed| *signed.key()),
            terms: envelope.terms,
            case,
            case_ref,
            amount: envelope.amount,
            after,
            text: describe(recorded, names),
        })
    }

    /// Moves the event's case on, and gives the case as it then stands.
    fn take(&mut self, recorded: &Recorded) -> (Position, Option<CaseRef>, Option<Figures>) {
        let case = match &recorded.event {
            Event::Applied(applied) => {
                self.by_ref.entry(applied.case_ref.clone()).or_insert(recorded.position);
                let known = self.cases.entry(recorded.position).or_default();
                known.case_ref = Some(applied.case_ref.clone());
                recorded.position
            }
            Event::CommandRefused(refusal) => {
                let subject = refusal.subject.as_ref();
                let Some(case) = subject.and_then(|subject| self.by_ref.get(subject)) else {
                    return (Position::NONE, subject.cloned(), None);
                };
                *case
            }
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::SanctionCarried(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::PaymentConfirmed(_)
            | Event::MovedToSuspense(_)
            | Event::Recovered(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::StockMoved(_)
            | Event::Audited(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementReceived(_)
            | Event::StatementLines(_)
            | Event::Matched(_)
            | Event::Unmatched(_)
            | Event::MatchDecided(_)
            | Event::Reversed(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => recorded.envelope.case,
        };
        if case.is_none() {
            return (case, None, None);
        }
        let known = self.cases.entry(case).or_default();
        known.running.take(recorded);
        (case, known.case_ref.clone(), Some(known.running.figures()))
    }
}
