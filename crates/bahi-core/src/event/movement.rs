//! Which way the amount of an event moves.

use crate::{Event, FundKey, Recorded};

/// What the amount of an event does: a name for its double entry, with the other fund where it has
/// one. Which accounts it moves between is for `bahi-balances` to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Movement {
    /// `FundsAllotted`.
    Allotment,
    /// `FundsWithdrawn`.
    Withdrawal,
    /// `FundsMoved`.
    Transfer {
        /// Where it goes.
        to: FundKey,
    },
    /// `Lapsed`, of a fund.
    FundLapse,
    /// `Lapsed`, of a case.
    SanctionLapse,
    /// `SanctionCarried`.
    Carry {
        /// Where it comes from.
        from: FundKey,
    },
    /// `Sanctioned`.
    Sanction,
    /// `SanctionRevised`, upwards.
    Increase,
    /// `SanctionRevised`, downwards.
    Decrease,
    /// `SanctionCancelled`.
    Cancellation,
    /// `Disbursed`.
    Payment,
    /// `PaymentReturned`.
    Return,
    /// `MovedToSuspense`.
    Suspense,
    /// `Recovered`.
    Recovery,
    /// `Utilised`.
    Utilisation,
    /// `Adjusted`.
    Adjustment,
    /// `InterestEarned`.
    Interest,
    /// `InterestRemitted`.
    Remittance,
}

impl Movement {
    /// The other fund, for a movement between two.
    #[must_use]
    pub const fn other(self) -> Option<FundKey> {
        match self {
            Movement::Transfer { to } => Some(to),
            Movement::Carry { from } => Some(from),
            Movement::Allotment
            | Movement::Withdrawal
            | Movement::FundLapse
            | Movement::SanctionLapse
            | Movement::Sanction
            | Movement::Increase
            | Movement::Decrease
            | Movement::Cancellation
            | Movement::Payment
            | Movement::Return
            | Movement::Suspense
            | Movement::Recovery
            | Movement::Utilisation
            | Movement::Adjustment
            | Movement::Interest
            | Movement::Remittance => None,
        }
    }
}

impl Recorded {
    /// What the event's amount does, and whether backwards; none for a kind that moves no money.
    #[must_use]
    pub const fn movement(&self) -> Option<(Movement, bool)> {
        let forward = match &self.event {
            Event::FundsAllotted => Movement::Allotment,
            Event::FundsWithdrawn(_) => Movement::Withdrawal,
            Event::FundsMoved(moved) => Movement::Transfer { to: moved.to },
            Event::Lapsed(_) if self.envelope.case.is_none() => Movement::FundLapse,
            Event::Lapsed(_) => Movement::SanctionLapse,
            Event::SanctionCarried(carried) => Movement::Carry { from: carried.from },
            Event::Sanctioned(_) => Movement::Sanction,
            Event::SanctionRevised(revised) if revised.raised => Movement::Increase,
            Event::SanctionRevised(_) => Movement::Decrease,
            Event::SanctionCancelled(_) => Movement::Cancellation,
            Event::Disbursed(_) => Movement::Payment,
            Event::PaymentReturned(_) => Movement::Return,
            Event::MovedToSuspense(_) => Movement::Suspense,
            Event::Recovered(_) => Movement::Recovery,
            Event::Utilised(_) => Movement::Utilisation,
            Event::Adjusted(_) => Movement::Adjustment,
            Event::InterestEarned(_) => Movement::Interest,
            Event::InterestRemitted(_) => Movement::Remittance,
            Event::Reversed(reversed) => {
                return match reversed.movement {
                    Some(movement) => Some((movement, true)),
                    None => None,
                };
            }
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::Applied(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::PaymentConfirmed(_)
            | Event::RecoveryDemanded(_)
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
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => return None,
        };
        Some((forward, false))
    }
}
