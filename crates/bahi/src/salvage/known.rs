//! What intact events say of those that are lost: each names some that came before it.
//!
//! # Invariants
//! * Only what follows from the stored form is said: an event that a return names was a payment of
//!   the returned amount, one that a later event of a case follows was of that case. Nothing is
//!   guessed from figures.

use std::collections::BTreeMap;

use bahi_core::{
    CaseRef, Event, EventKind, Further, LineReference, Money, Position, Recorded, SchemeNo,
};

/// What is known of a lost event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Where it was.
    pub position: Position,
    /// Its kind.
    pub kind: Option<EventKind>,
    /// Its case: the position of the application.
    pub case: Option<Position>,
    /// What the office calls that case, where its application is left.
    pub case_ref: Option<CaseRef>,
    /// The scheme of that case.
    pub scheme: Option<SchemeNo>,
    /// Its amount.
    pub amount: Option<Money>,
    /// The first event that says so.
    pub told_by: Position,
}

/// What was said so far, and which positions it can be about.
#[derive(Default)]
pub(super) struct Collected {
    /// The gaps: the first position of each, and the one after its last.
    gaps: BTreeMap<Position, Position>,
    known: BTreeMap<Position, Known>,
}

impl Collected {
    /// Positions from the first to before the end are lost.
    pub(super) fn lose(&mut self, first: Position, end: Position) {
        self.gaps.insert(first, end);
    }

    fn is_lost(&self, position: Position) -> bool {
        let gap = self.gaps.range(..=position).next_back();
        gap.is_some_and(|(_, end)| position < *end)
    }

    /// Takes in what an event says of those before it.
    pub(super) fn hear(&mut self, recorded: &Recorded) {
        let envelope = &recorded.envelope;
        if !envelope.case.is_none() {
            let scheme = Some(envelope.fund.scheme);
            self.note(recorded, envelope.previous, |known| known.scheme = scheme);
            self.note(recorded, envelope.case, |known| {
                known.kind = Some(EventKind::Applied);
                known.scheme = scheme;
            });
            for position in [envelope.previous, envelope.case] {
                self.note(recorded, position, |known| known.case = Some(envelope.case));
            }
        }
        self.hear_body(recorded);
    }

    fn hear_body(&mut self, recorded: &Recorded) {
        let (case, amount) = (recorded.envelope.case, recorded.envelope.amount);
        let of_case = |known: &mut Known, kind| {
            known.kind = Some(kind);
            known.case = (!case.is_none()).then_some(case);
        };
        let payment = |known: &mut Known| of_case(known, EventKind::Disbursed);
        match &recorded.event {
            Event::PaymentReturned(returned) => self.note(recorded, returned.payment, |known| {
                payment(known);
                // A payment comes back whole.
                known.amount = Some(amount);
            }),
            Event::PaymentConfirmed(confirmed) => {
                self.note(recorded, confirmed.payment, payment);
            }
            Event::MovedToSuspense(moved) => self.note(recorded, moved.payment, payment),
            Event::Disbursed(again) => self.note(recorded, again.reissue_of, |known| {
                of_case(known, EventKind::PaymentReturned);
            }),
            Event::Reversed(reversed) => self.note(recorded, reversed.of, |known| {
                of_case(known, reversed.kind);
                known.amount = reversed.movement.is_some().then_some(amount);
            }),
            Event::FindingSettled(settled) => self.note(recorded, settled.audit, |known| {
                of_case(known, EventKind::Audited);
            }),
            Event::PeriodSealed(sealed) => self.note(recorded, sealed.certified, |known| {
                known.kind = Some(EventKind::StateCertified);
            }),
            Event::StatementLines(lines) => self.statement(recorded, lines.statement),
            Event::Matched(one) => self.of_match(recorded, one.line, &one.further),
            Event::MatchDecided(one) => self.of_match(recorded, one.line, &one.further),
            Event::Unmatched(unmatched) => self.note(recorded, unmatched.matched, |_| {}),
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
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::Recovered(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::StockMoved(_)
            | Event::Audited(_)
            | Event::StateCertified(_)
            | Event::StatementReceived(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => {}
        }
    }

    fn of_match(&mut self, teller: &Recorded, line: LineReference, further: &Further) {
        for line in core::iter::once(&line).chain(&further.lines) {
            self.statement(teller, line.statement);
        }
    }

    fn statement(&mut self, teller: &Recorded, position: Position) {
        self.note(teller, position, |known| known.kind = Some(EventKind::StatementReceived));
    }

    /// Notes what an event says of a position, provided that it is lost.
    fn note(&mut self, teller: &Recorded, position: Position, say: impl FnOnce(&mut Known)) {
        if position.is_none() || !self.is_lost(position) {
            return;
        }
        let mut said = Known {
            position,
            kind: None,
            case: None,
            case_ref: None,
            scheme: None,
            amount: None,
            told_by: teller.position,
        };
        say(&mut said);
        let known = self.known.entry(position).or_insert_with(|| said.clone());
        // What was said first stands: intact events do not contradict one another.
        known.kind = known.kind.or(said.kind);
        known.case = known.case.or(said.case);
        known.scheme = known.scheme.or(said.scheme);
        known.amount = known.amount.or(said.amount);
    }

    /// What was said, with the names of the cases that are left.
    pub(super) fn told(self, cases: &BTreeMap<Position, CaseRef>) -> BTreeMap<Position, Known> {
        let mut known = self.known;
        for one in known.values_mut() {
            one.case_ref = one.case.and_then(|case| cases.get(&case)).cloned();
        }
        known
    }
}
