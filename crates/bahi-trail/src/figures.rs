//! The figures of a case, and how far it has come, event by event.
//!
//! # Invariants
//! * A reversal takes back what the event it names did, and nothing else.
//! * What is kept of a case beside its figures are its returns and their re-issues, its demands,
//!   its sanctions and its endings, each by place.

use alloc::collections::{BTreeMap, BTreeSet};
use core::fmt;

use bahi_core::{Event, EventKind, Movement, Position, Recorded, Reversed, Total};

/// The figures of a case after an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// What the case was granted: raised, lowered, less what was cancelled and what lapsed.
    pub sanctioned: Total,
    /// What was issued, gross of returns.
    pub disbursed: Total,
    /// What came back.
    pub returned: Total,
    /// What was recovered.
    pub recovered: Total,
    /// What was shown to be used for its purpose.
    pub utilised: Total,
    /// What became the beneficiary's own.
    pub adjusted: Total,
    /// What was asked back, paid or not.
    pub demanded: Total,
    /// How far the case has come.
    pub status: Status,
}

impl Figures {
    /// What was issued and did not come back.
    #[must_use]
    pub fn net_paid(&self) -> Total {
        self.disbursed - self.returned
    }

    /// What of the money paid is accounted for: recovered, used or the beneficiary's own.
    #[must_use]
    pub fn accounted(&self) -> Total {
        self.recovered + self.utilised + self.adjusted
    }
}

/// How far a case has come: of the statuses that fit, the last in [`Status::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Status {
    /// Applied for, and nothing that was granted stands.
    #[default]
    Applied,
    /// What was granted lapsed, all of it, and nothing is paid.
    Lapsed,
    /// Sanctioned and nothing paid.
    Sanctioned,
    /// Less paid than sanctioned.
    PartlyPaid,
    /// As much paid as sanctioned.
    Paid,
    /// A payment came back and was not issued again.
    Returned,
    /// The sanction was taken back, as far as it was not paid.
    Cancelled,
    /// Less recovered than paid.
    PartlyRecovered,
    /// All that is to be paid is paid, and all of it accounted for; nothing became the
    /// beneficiary's own.
    Utilised,
    /// All that is to be paid is paid, and all of it accounted for; some or all of it became the
    /// beneficiary's own.
    Adjusted,
    /// As much recovered as paid.
    Recovered,
    /// Turned down.
    Rejected,
    /// Taken back by the applicant.
    Withdrawn,
    /// Done and closed, whatever is recovered or comes back afterwards.
    Closed,
}

impl Status {
    /// Every status; a later one outranks an earlier one.
    pub const ALL: [Status; 14] = [
        Status::Applied,
        Status::Lapsed,
        Status::Sanctioned,
        Status::PartlyPaid,
        Status::Paid,
        Status::Returned,
        Status::Cancelled,
        Status::PartlyRecovered,
        Status::Utilised,
        Status::Adjusted,
        Status::Recovered,
        Status::Rejected,
        Status::Withdrawn,
        Status::Closed,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Status::Applied => "applied",
            Status::Lapsed => "lapsed",
            Status::Sanctioned => "sanctioned",
            Status::PartlyPaid => "partly_paid",
            Status::Paid => "paid",
            Status::Returned => "returned",
            Status::Cancelled => "cancelled",
            Status::PartlyRecovered => "partly_recovered",
            Status::Utilised => "utilised",
            Status::Adjusted => "adjusted",
            Status::Recovered => "recovered",
            Status::Rejected => "rejected",
            Status::Withdrawn => "withdrawn",
            Status::Closed => "closed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One case on its way, event by event.
#[derive(Clone, Debug, Default)]
pub struct Running {
    figures: Figures,
    lapsed: Total,
    /// Returns that no payment followed yet.
    waiting: BTreeSet<Position>,
    /// Payments that followed a return, each with the return.
    reissues: BTreeMap<Position, Position>,
    /// Demands that stand.
    demands: BTreeMap<Position, Total>,
    /// Sanctions and cancellations that stand, and whether each is a cancellation.
    granted: BTreeMap<Position, bool>,
    /// What ended the case, and stands.
    endings: BTreeMap<Position, Status>,
}

impl Running {
    /// The figures after the events taken.
    #[must_use]
    pub const fn figures(&self) -> Figures {
        self.figures
    }

    /// Takes the next event of the case, its application first.
    pub fn take(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        if let Some((movement, negated)) = recorded.movement() {
            let amount = Total::from(recorded.envelope.amount);
            self.move_money(movement, if negated { -amount } else { amount });
        }
        match &recorded.event {
            Event::Rejected(_) => self.end(position, Status::Rejected),
            Event::Withdrawn(_) => self.end(position, Status::Withdrawn),
            Event::CaseClosed(_) => self.end(position, Status::Closed),
            Event::Sanctioned(_) | Event::SanctionCancelled(_) => {
                let cancelled = recorded.event.kind() == EventKind::SanctionCancelled;
                self.granted.insert(position, cancelled);
            }
            Event::Disbursed(payment) => {
                if self.waiting.remove(&payment.reissue_of) {
                    self.reissues.insert(position, payment.reissue_of);
                }
            }
            Event::PaymentReturned(_) => {
                self.waiting.insert(position);
            }
            Event::RecoveryDemanded(demand) => {
                let demanded = Total::from(demand.demanded);
                self.figures.demanded += demanded;
                self.demands.insert(position, demanded);
            }
            Event::Reversed(reversed) => self.take_back(reversed),
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::SanctionCarried(_)
            | Event::Applied(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Barred(_)
            | Event::SanctionRevised(_)
            | Event::PaymentConfirmed(_)
            | Event::MovedToSuspense(_)
            | Event::Recovered(_)
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
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_)
            | Event::CommandRefused(_) => {}
        }
        self.figures.status = self.status();
    }

    fn end(&mut self, position: Position, status: Status) {
        self.endings.insert(position, status);
    }

    fn move_money(&mut self, movement: Movement, amount: Total) {
        let figures = &mut self.figures;
        match movement {
            Movement::Sanction | Movement::Increase => figures.sanctioned += amount,
            Movement::Decrease | Movement::Cancellation => figures.sanctioned -= amount,
            Movement::SanctionLapse => {
                figures.sanctioned -= amount;
                self.lapsed += amount;
            }
            Movement::Payment => figures.disbursed += amount,
            Movement::Return => figures.returned += amount,
            Movement::Recovery => figures.recovered += amount,
            Movement::Utilisation => figures.utilised += amount,
            Movement::Adjustment => figures.adjusted += amount,
            Movement::Allotment
            | Movement::Withdrawal
            | Movement::Transfer { .. }
            | Movement::FundLapse
            | Movement::Carry { .. }
            | Movement::Suspense
            | Movement::Interest
            | Movement::Remittance => {}
        }
    }

    /// Takes back what an event did beside moving money. Which kind it was shows in what is kept
    /// of its place: every place is of one event.
    fn take_back(&mut self, reversed: &Reversed) {
        let of = reversed.of;
        if let Some(demanded) = self.demands.remove(&of) {
            self.figures.demanded -= demanded;
        }
        self.endings.remove(&of);
        self.granted.remove(&of);
        if let Some(returned) = self.reissues.remove(&of) {
            self.waiting.insert(returned);
        }
        let waited = self.waiting.remove(&of);
        if reversed.kind == EventKind::PaymentReturned && !waited {
            // The rules do not let a return go while its re-issue stands; a log that has it all
            // the same leaves no return to wait again.
            self.reissues.retain(|_, returned| *returned != of);
        }
    }

    fn status(&self) -> Status {
        if let Some((_, status)) = self.endings.last_key_value() {
            return *status;
        }
        let cancelled = self.granted.last_key_value().is_some_and(|(_, cancelled)| *cancelled);
        let figures = &self.figures;
        let (sanctioned, recovered, paid) =
            (figures.sanctioned, figures.recovered, figures.net_paid());
        let unpaid = !self.waiting.is_empty() || paid < sanctioned;
        let settled = figures.accounted() >= paid && (cancelled || !unpaid);
        if recovered > Total::ZERO && recovered >= paid {
            Status::Recovered
        } else if paid > Total::ZERO && settled && figures.adjusted > Total::ZERO {
            Status::Adjusted
        } else if paid > Total::ZERO && settled {
            Status::Utilised
        } else if recovered > Total::ZERO {
            Status::PartlyRecovered
        } else if cancelled {
            Status::Cancelled
        } else if !self.waiting.is_empty() {
            Status::Returned
        } else if paid > Total::ZERO && paid >= sanctioned {
            Status::Paid
        } else if paid > Total::ZERO {
            Status::PartlyPaid
        } else if sanctioned > Total::ZERO {
            Status::Sanctioned
        } else if self.lapsed > Total::ZERO {
            Status::Lapsed
        } else {
            Status::Applied
        }
    }
}
