//! What a reversal moves back: the number of each movement, and which kind moves how.
//!
//! # Invariants
//! * A kind has its own movement and no other, so a reversal cannot post what its event did not.

use bahi_core::{EventKind, Movement};

use super::parts;
use crate::{Problem, WireError, bytes::Reader, bytes::invalid};

const NONE: u8 = 0;
const ALLOTMENT: u8 = 1;
const WITHDRAWAL: u8 = 2;
const TRANSFER: u8 = 3;
const FUND_LAPSE: u8 = 4;
const SANCTION_LAPSE: u8 = 5;
const CARRY: u8 = 6;
const SANCTION: u8 = 7;
const INCREASE: u8 = 8;
const DECREASE: u8 = 9;
const CANCELLATION: u8 = 10;
const PAYMENT: u8 = 11;
const RETURN: u8 = 12;
const SUSPENSE: u8 = 13;
const RECOVERY: u8 = 14;
const UTILISATION: u8 = 15;
const ADJUSTMENT: u8 = 16;
const INTEREST: u8 = 17;
const REMITTANCE: u8 = 18;

/// The number of a movement, or of none.
pub(super) const fn number(movement: Option<Movement>) -> u8 {
    match movement {
        None => NONE,
        Some(Movement::Allotment) => ALLOTMENT,
        Some(Movement::Withdrawal) => WITHDRAWAL,
        Some(Movement::Transfer { .. }) => TRANSFER,
        Some(Movement::FundLapse) => FUND_LAPSE,
        Some(Movement::SanctionLapse) => SANCTION_LAPSE,
        Some(Movement::Carry { .. }) => CARRY,
        Some(Movement::Sanction) => SANCTION,
        Some(Movement::Increase) => INCREASE,
        Some(Movement::Decrease) => DECREASE,
        Some(Movement::Cancellation) => CANCELLATION,
        Some(Movement::Payment) => PAYMENT,
        Some(Movement::Return) => RETURN,
        Some(Movement::Suspense) => SUSPENSE,
        Some(Movement::Recovery) => RECOVERY,
        Some(Movement::Utilisation) => UTILISATION,
        Some(Movement::Adjustment) => ADJUSTMENT,
        Some(Movement::Interest) => INTEREST,
        Some(Movement::Remittance) => REMITTANCE,
    }
}

/// The movement of a number, whose group begins at `at`, with the other fund that follows it.
pub(super) fn read(
    reader: &mut Reader<'_>,
    number: u8,
    at: usize,
) -> Result<Option<Movement>, WireError> {
    Ok(Some(match number {
        NONE => return Ok(None),
        ALLOTMENT => Movement::Allotment,
        WITHDRAWAL => Movement::Withdrawal,
        TRANSFER => Movement::Transfer { to: parts::read_fund(reader)? },
        FUND_LAPSE => Movement::FundLapse,
        SANCTION_LAPSE => Movement::SanctionLapse,
        CARRY => Movement::Carry { from: parts::read_fund(reader)? },
        SANCTION => Movement::Sanction,
        INCREASE => Movement::Increase,
        DECREASE => Movement::Decrease,
        CANCELLATION => Movement::Cancellation,
        PAYMENT => Movement::Payment,
        RETURN => Movement::Return,
        SUSPENSE => Movement::Suspense,
        RECOVERY => Movement::Recovery,
        UTILISATION => Movement::Utilisation,
        ADJUSTMENT => Movement::Adjustment,
        INTEREST => Movement::Interest,
        REMITTANCE => Movement::Remittance,
        other => {
            let problem = Problem::UnknownNumber(u32::from(other));
            return Err(invalid("movement", at, problem));
        }
    }))
}

/// Whether an event of this kind moves so.
pub(super) fn sound(kind: EventKind, movement: Option<Movement>) -> Result<(), Problem> {
    if fitting(kind).contains(&number(movement)) {
        return Ok(());
    }
    Err(Problem::Movement(kind.number()))
}

/// The movements of a kind. A reversal has none that its kind tells, and is not reversed.
const fn fitting(kind: EventKind) -> &'static [u8] {
    match kind {
        EventKind::FundsAllotted => &[ALLOTMENT],
        EventKind::FundsWithdrawn => &[WITHDRAWAL],
        EventKind::FundsMoved => &[TRANSFER],
        EventKind::Lapsed => &[FUND_LAPSE, SANCTION_LAPSE],
        EventKind::SanctionCarried => &[CARRY],
        EventKind::Sanctioned => &[SANCTION],
        EventKind::SanctionRevised => &[INCREASE, DECREASE],
        EventKind::SanctionCancelled => &[CANCELLATION],
        EventKind::Disbursed => &[PAYMENT],
        EventKind::PaymentReturned => &[RETURN],
        EventKind::MovedToSuspense => &[SUSPENSE],
        EventKind::Recovered => &[RECOVERY],
        EventKind::Utilised => &[UTILISATION],
        EventKind::Adjusted => &[ADJUSTMENT],
        EventKind::InterestEarned => &[INTEREST],
        EventKind::InterestRemitted => &[REMITTANCE],
        EventKind::Reversed => &[],
        EventKind::SchemeOpened
        | EventKind::TermsChanged
        | EventKind::Applied
        | EventKind::ApplicationAmended
        | EventKind::StepRecorded
        | EventKind::Rejected
        | EventKind::Withdrawn
        | EventKind::CaseClosed
        | EventKind::Barred
        | EventKind::PaymentConfirmed
        | EventKind::RecoveryDemanded
        | EventKind::StockMoved
        | EventKind::Audited
        | EventKind::FindingSettled
        | EventKind::StateCertified
        | EventKind::PeriodSealed
        | EventKind::StatementReceived
        | EventKind::StatementLines
        | EventKind::Matched
        | EventKind::Unmatched
        | EventKind::MatchDecided
        | EventKind::CommandRefused
        | EventKind::Exported
        | EventKind::AccessDenied
        | EventKind::KeyRotated
        | EventKind::ActorKeySet => &[NONE],
    }
}
