//! The schemas of each kind's body: which there are, and in which of them an event is written.
//!
//! A schema is what a kind's body says and in which bytes; its number stands in the envelope. A
//! body that has to say more gets another schema, and the ones before it stay.
//!
//! # Invariants
//! * A schema that was released is read and written for ever, in the same bytes.
//! * An event is written in the lowest schema of its kind that says all of it, and is sound in no
//!   other: one value has one encoding, and what is read of an older schema is written back in it.
//!
//! # Not here
//! What older schemas say and how that reads as the event of today: `upcasts`.

use bahi_core::{Event, EventKind};

use crate::{WireError, upcasts};

/// The first schema of every kind.
pub(crate) const FIRST: u8 = 1;

/// The newest schema of a kind that this program knows, from 1. Every one from 1 to it is read.
///
/// ```
/// use bahi_core::EventKind;
/// assert_eq!(bahi_wire::newest_schema(EventKind::StepRecorded), 2);
/// ```
#[inline]
#[must_use]
pub const fn newest_schema(kind: EventKind) -> u8 {
    match kind {
        EventKind::StepRecorded
        | EventKind::StatementReceived
        | EventKind::StatementLines
        | EventKind::MatchDecided => 2,
        EventKind::Matched => 3,
        EventKind::SchemeOpened
        | EventKind::TermsChanged
        | EventKind::FundsAllotted
        | EventKind::FundsWithdrawn
        | EventKind::FundsMoved
        | EventKind::Lapsed
        | EventKind::SanctionCarried
        | EventKind::Applied
        | EventKind::ApplicationAmended
        | EventKind::Rejected
        | EventKind::Withdrawn
        | EventKind::CaseClosed
        | EventKind::Barred
        | EventKind::Sanctioned
        | EventKind::SanctionRevised
        | EventKind::SanctionCancelled
        | EventKind::Disbursed
        | EventKind::PaymentReturned
        | EventKind::PaymentConfirmed
        | EventKind::MovedToSuspense
        | EventKind::Recovered
        | EventKind::RecoveryDemanded
        | EventKind::Utilised
        | EventKind::Adjusted
        | EventKind::InterestEarned
        | EventKind::InterestRemitted
        | EventKind::StockMoved
        | EventKind::Audited
        | EventKind::FindingSettled
        | EventKind::StateCertified
        | EventKind::PeriodSealed
        | EventKind::Unmatched
        | EventKind::Reversed
        | EventKind::CommandRefused
        | EventKind::Exported
        | EventKind::AccessDenied
        | EventKind::KeyRotated
        | EventKind::ActorKeySet => FIRST,
    }
}

/// Whether a kind has a schema. Most records are in the first, of which nobody need ask.
#[cold]
pub(crate) fn check(kind: EventKind, schema: u8) -> Result<(), WireError> {
    if schema == 0 || schema > newest_schema(kind) {
        return Err(WireError::UnknownSchema { kind: kind.number(), schema });
    }
    Ok(())
}

/// The schema in which an event is written: the lowest that says all of it. A kind of one schema
/// has the first.
#[inline]
pub(crate) fn of(event: &Event) -> u8 {
    if let Event::StepRecorded(body) = event { upcasts::schema(body) } else { of_statements(event) }
}

/// The schema of an event about statements and matches; of any other the first.
fn of_statements(event: &Event) -> u8 {
    if let Event::StatementReceived(body) = event {
        upcasts::schema(body)
    } else if let Event::StatementLines(body) = event {
        upcasts::schema(body)
    } else if let Event::Matched(body) = event {
        upcasts::schema(body)
    } else if let Event::MatchDecided(body) = event {
        upcasts::schema(body)
    } else {
        FIRST
    }
}
