//! The body of each kind in its newest schema: a group of fixed width, then its texts and lists. One
//! file for each room of the vocabulary, as in `bahi-core`.
//!
//! # Invariants
//! * A body says nothing of where it ends: it has its own counts, and what follows it is refused.
//! * What is written is checked as what is read is, so that no record is written that is refused.
//!
//! # Not here
//! Older schemas: `upcasts`.

pub(crate) mod applied;
pub(crate) mod audits;
pub(crate) mod cases;
mod funds;
pub(crate) mod house;
mod movement;
pub(crate) mod parts;
pub(crate) mod payments;
mod schemes;
pub(crate) mod statements;

use bahi_core::{Event, EventKind};

use crate::{
    WireError,
    bytes::{Reader, Writer},
    upcasts,
};

pub(crate) use applied::applicant_number;
pub(crate) use parts::put_print;

/// What an event of one kind says, as bytes.
pub(crate) trait Body: Sized {
    /// Appends it.
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError>;

    /// Takes it.
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError>;
}

/// Writes the body of an event, in the schema that `schema::of` tells.
pub(crate) fn write(writer: &mut Writer<'_>, event: &Event) -> Result<(), WireError> {
    match event {
        Event::SchemeOpened(body) => body.write(writer),
        Event::TermsChanged(body) => body.write(writer),
        Event::FundsAllotted => Ok(()),
        Event::FundsWithdrawn(body) => body.write(writer),
        Event::FundsMoved(body) => body.write(writer),
        Event::Lapsed(body) => body.write(writer),
        Event::SanctionCarried(body) => body.write(writer),
        Event::Applied(body) => body.write(writer),
        Event::ApplicationAmended(body) => body.write(writer),
        Event::StepRecorded(body) => upcasts::write(writer, body),
        Event::Rejected(body) => body.write(writer),
        Event::Withdrawn(body) => body.write(writer),
        Event::CaseClosed(body) => body.write(writer),
        Event::Barred(body) => body.write(writer),
        Event::Sanctioned(body) => body.write(writer),
        Event::SanctionRevised(body) => body.write(writer),
        Event::SanctionCancelled(body) => body.write(writer),
        Event::Disbursed(body) => body.write(writer),
        Event::PaymentReturned(body) => body.write(writer),
        Event::PaymentConfirmed(body) => body.write(writer),
        Event::MovedToSuspense(body) => body.write(writer),
        Event::Recovered(body) => body.write(writer),
        Event::RecoveryDemanded(body) => body.write(writer),
        Event::Utilised(body) => body.write(writer),
        Event::Adjusted(body) => body.write(writer),
        Event::InterestEarned(body) => body.write(writer),
        Event::InterestRemitted(body) => body.write(writer),
        Event::StockMoved(body) => body.write(writer),
        Event::Audited(body) => body.write(writer),
        Event::FindingSettled(body) => body.write(writer),
        Event::StateCertified(body) => body.write(writer),
        Event::PeriodSealed(body) => body.write(writer),
        Event::StatementReceived(body) => upcasts::write(writer, body),
        Event::StatementLines(body) => upcasts::write(writer, body),
        Event::Matched(body) => upcasts::write(writer, body),
        Event::Unmatched(body) => body.write(writer),
        Event::MatchDecided(body) => upcasts::write(writer, body),
        Event::Reversed(body) => body.write(writer),
        Event::CommandRefused(body) => body.write(writer),
        Event::Exported(body) => body.write(writer),
        Event::AccessDenied(body) => body.write(writer),
        Event::KeyRotated(body) => body.write(writer),
        Event::ActorKeySet(body) => body.write(writer),
    }
}

/// Reads the body of an event of this kind, from the schema that the envelope tells. A kind that has
/// more than one is read by `upcasts`, the only ones to look which.
#[inline]
pub(crate) fn read(reader: &mut Reader<'_>, kind: EventKind) -> Result<Event, WireError> {
    Ok(match kind {
        EventKind::SchemeOpened => Event::SchemeOpened(Body::read(reader)?),
        EventKind::TermsChanged => Event::TermsChanged(Body::read(reader)?),
        EventKind::FundsAllotted => Event::FundsAllotted,
        EventKind::FundsWithdrawn => Event::FundsWithdrawn(Body::read(reader)?),
        EventKind::FundsMoved => Event::FundsMoved(Body::read(reader)?),
        EventKind::Lapsed => Event::Lapsed(Body::read(reader)?),
        EventKind::SanctionCarried => Event::SanctionCarried(Body::read(reader)?),
        EventKind::Applied => Event::Applied(Body::read(reader)?),
        EventKind::ApplicationAmended => Event::ApplicationAmended(Body::read(reader)?),
        EventKind::StepRecorded => Event::StepRecorded(upcasts::read(reader)?),
        EventKind::Rejected => Event::Rejected(Body::read(reader)?),
        EventKind::Withdrawn => Event::Withdrawn(Body::read(reader)?),
        EventKind::CaseClosed => Event::CaseClosed(Body::read(reader)?),
        EventKind::Barred => Event::Barred(Body::read(reader)?),
        EventKind::Sanctioned => Event::Sanctioned(Body::read(reader)?),
        EventKind::SanctionRevised => Event::SanctionRevised(Body::read(reader)?),
        EventKind::SanctionCancelled => Event::SanctionCancelled(Body::read(reader)?),
        EventKind::Disbursed => Event::Disbursed(Body::read(reader)?),
        EventKind::PaymentReturned => Event::PaymentReturned(Body::read(reader)?),
        EventKind::PaymentConfirmed => Event::PaymentConfirmed(Body::read(reader)?),
        EventKind::MovedToSuspense => Event::MovedToSuspense(Body::read(reader)?),
        EventKind::Recovered => Event::Recovered(Body::read(reader)?),
        EventKind::RecoveryDemanded => Event::RecoveryDemanded(Body::read(reader)?),
        EventKind::Utilised => Event::Utilised(Body::read(reader)?),
        EventKind::Adjusted => Event::Adjusted(Body::read(reader)?),
        EventKind::InterestEarned => Event::InterestEarned(Body::read(reader)?),
        EventKind::InterestRemitted => Event::InterestRemitted(Body::read(reader)?),
        EventKind::StockMoved => Event::StockMoved(Body::read(reader)?),
        EventKind::Audited => Event::Audited(Body::read(reader)?),
        EventKind::FindingSettled => Event::FindingSettled(Body::read(reader)?),
        EventKind::StateCertified => Event::StateCertified(Body::read(reader)?),
        EventKind::PeriodSealed => Event::PeriodSealed(Body::read(reader)?),
        EventKind::StatementReceived => Event::StatementReceived(upcasts::read(reader)?),
        EventKind::StatementLines => Event::StatementLines(upcasts::read(reader)?),
        EventKind::Matched => Event::Matched(upcasts::read(reader)?),
        EventKind::Unmatched => Event::Unmatched(Body::read(reader)?),
        EventKind::MatchDecided => Event::MatchDecided(upcasts::read(reader)?),
        EventKind::Reversed => Event::Reversed(Body::read(reader)?),
        EventKind::CommandRefused => Event::CommandRefused(Body::read(reader)?),
        EventKind::Exported => Event::Exported(Body::read(reader)?),
        EventKind::AccessDenied => Event::AccessDenied(Body::read(reader)?),
        EventKind::KeyRotated => Event::KeyRotated(Body::read(reader)?),
        EventKind::ActorKeySet => Event::ActorKeySet(Body::read(reader)?),
    })
}
