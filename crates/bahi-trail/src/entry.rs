//! The lines of a trail: each event with the figures of its case after it.
//!
//! # Invariants
//! * Figures are those of the events given; whoever gives a case gives it whole and in order.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::fmt;

use bahi_core::{
    AccountKey, ActorName, Authority, CaseRef, Day, Event, EventKind, Instant, Money, Names,
    Position, Recorded, Role, Total,
};

use crate::{Subject, describe};

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
    /// The version of the terms it was decided under; 0 where none was.
    pub terms: u16,
    /// The case: the position of its `Applied`; none for an event of no case.
    pub case: Position,
    /// What the office calls the case, where its `Applied` was given or a refusal names it.
    pub case_ref: Option<CaseRef>,
    /// The amount that moves; zero where none does.
    pub amount: Money,
    /// The case after the event; `None` for an event of no case.
    pub after: Option<Figures>,
    /// What happened, in a line.
    pub text: String,
}

/// The figures of a case after an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// What the case was granted.
    pub sanctioned: Total,
    /// What was issued, gross of returns.
    pub disbursed: Total,
    /// What came back.
    pub returned: Total,
    /// What was recovered.
    pub recovered: Total,
    /// How far the case has come.
    pub status: Status,
}

impl Figures {
    /// What was issued and did not come back.
    #[must_use]
    pub fn net_paid(&self) -> Total {
        self.disbursed - self.returned
    }
}

/// How far a case has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Status {
    /// Applied for and not sanctioned.
    #[default]
    Applied,
    /// Sanctioned and nothing paid.
    Sanctioned,
    /// Less paid than sanctioned.
    PartlyPaid,
    /// As much paid as sanctioned.
    Paid,
    /// A payment came back and was not issued again.
    Returned,
    /// Less recovered than paid.
    PartlyRecovered,
    /// As much recovered as paid.
    Recovered,
}

impl Status {
    /// Every status, in order.
    pub const ALL: [Status; 7] = [
        Status::Applied,
        Status::Sanctioned,
        Status::PartlyPaid,
        Status::Paid,
        Status::Returned,
        Status::PartlyRecovered,
        Status::Recovered,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Status::Applied => "applied",
            Status::Sanctioned => "sanctioned",
            Status::PartlyPaid => "partly_paid",
            Status::Paid => "paid",
            Status::Returned => "returned",
            Status::PartlyRecovered => "partly_recovered",
            Status::Recovered => "recovered",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
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
    cases: BTreeMap<Position, Running>,
    by_ref: BTreeMap<CaseRef, Position>,
}

/// One case on its way.
#[derive(Clone, Debug, Default)]
struct Running {
    case_ref: Option<CaseRef>,
    figures: Figures,
    /// Returns that no payment followed yet.
    waiting: BTreeSet<Position>,
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
                let running = self.cases.entry(recorded.position).or_default();
                running.case_ref = Some(applied.case_ref.clone());
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
            | Event::Sanctioned(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::Recovered(_)
            | Event::Audited(_) => recorded.envelope.case,
        };
        if case.is_none() {
            return (case, None, None);
        }
        let running = self.cases.entry(case).or_default();
        running.take(recorded);
        (case, running.case_ref.clone(), Some(running.figures))
    }
}

impl Running {
    fn take(&mut self, recorded: &Recorded) {
        let amount = Total::from(recorded.envelope.amount);
        match &recorded.event {
            Event::Sanctioned(_) => self.figures.sanctioned += amount,
            Event::Disbursed(payment) => {
                self.figures.disbursed += amount;
                self.waiting.remove(&payment.reissue_of);
            }
            Event::PaymentReturned(_) => {
                self.figures.returned += amount;
                self.waiting.insert(recorded.position);
            }
            Event::Recovered(_) => self.figures.recovered += amount,
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::Applied(_)
            | Event::Audited(_)
            | Event::CommandRefused(_) => {}
        }
        self.figures.status = self.status();
    }

    fn status(&self) -> Status {
        let Figures { sanctioned, recovered, .. } = self.figures;
        let paid = self.figures.net_paid();
        if recovered > Total::ZERO && recovered >= paid {
            Status::Recovered
        } else if recovered > Total::ZERO {
            Status::PartlyRecovered
        } else if !self.waiting.is_empty() {
            Status::Returned
        } else if paid > Total::ZERO && paid >= sanctioned {
            Status::Paid
        } else if paid > Total::ZERO {
            Status::PartlyPaid
        } else if sanctioned > Total::ZERO {
            Status::Sanctioned
        } else {
            Status::Applied
        }
    }
}
