//! An event of every kind, sound in itself.

use bahi_core::*;

use super::*;

fn word() -> Word {
    Word::new("mm-2018").expect("a word")
}

fn print() -> Fingerprint {
    Fingerprint { key_id: 1, print: [9; 16] }
}

pub(super) fn terms() -> Terms {
    Terms::new(TermsParts {
        name: word(),
        authority: Authority {
            order: OrderNumber::new("861/2018").expect("an order"),
            date: Day::MIN,
            paragraph: None,
        },
        from: Day::MIN,
        until: None,
        facts: Vec::new(),
        requires: Vec::new(),
        items: Vec::from([Item {
            name: word(),
            when: None,
            claimed: None,
            allowed: Expr::Const(Money::MAX),
            paragraph: word(),
        }]),
        own_contribution: None,
        rounding: Rounding::PaisaDown,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: Vec::new(),
    })
    .expect("sound terms")
}

/// A move of things in kind.
pub(super) fn stock(item: u32, movement: StockMove, quantity: u32) -> Event {
    Event::StockMoved(StockMoved { item: WordNo(item), movement, quantity, reference: reference() })
}

/// A reversal of the event at a place.
pub(super) fn reversed(of: u64, kind: EventKind, movement: Option<Movement>) -> Event {
    Event::Reversed(Reversed { of: Position(of), kind, movement, reason: WordNo(1) })
}

/// An event of a kind. Where a kind moves money, `to` is the other fund.
pub(super) fn sample(kind: EventKind, to: FundKey) -> Event {
    match kind {
        EventKind::SchemeOpened
        | EventKind::TermsChanged
        | EventKind::FundsAllotted
        | EventKind::FundsWithdrawn
        | EventKind::FundsMoved
        | EventKind::Lapsed
        | EventKind::SanctionCarried => of_funds(kind, to),
        EventKind::Applied
        | EventKind::ApplicationAmended
        | EventKind::StepRecorded
        | EventKind::Rejected
        | EventKind::Withdrawn
        | EventKind::CaseClosed
        | EventKind::Barred
        | EventKind::Sanctioned
        | EventKind::SanctionRevised
        | EventKind::SanctionCancelled => of_cases(kind),
        EventKind::Disbursed
        | EventKind::PaymentReturned
        | EventKind::PaymentConfirmed
        | EventKind::MovedToSuspense
        | EventKind::Recovered
        | EventKind::RecoveryDemanded
        | EventKind::Utilised
        | EventKind::Adjusted
        | EventKind::InterestEarned
        | EventKind::InterestRemitted
        | EventKind::StockMoved => of_payments(kind),
        EventKind::Audited
        | EventKind::FindingSettled
        | EventKind::StateCertified
        | EventKind::PeriodSealed
        | EventKind::StatementReceived
        | EventKind::StatementLines
        | EventKind::Matched
        | EventKind::Unmatched
        | EventKind::MatchDecided
        | EventKind::Reversed
        | EventKind::CommandRefused
        | EventKind::Exported
        | EventKind::AccessDenied
        | EventKind::KeyRotated
        | EventKind::ActorKeySet => beside_money(kind),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`sample` names every kind once")]
fn of_funds(kind: EventKind, to: FundKey) -> Event {
    let reason = WordNo(1);
    match kind {
        EventKind::SchemeOpened => {
            let districts = Vec::from([District(187)]);
            Event::SchemeOpened(SchemeOpened { districts, terms: terms() })
        }
        EventKind::TermsChanged => Event::TermsChanged(TermsChanged { version: 2, terms: terms() }),
        EventKind::FundsAllotted => Event::FundsAllotted,
        EventKind::FundsWithdrawn => Event::FundsWithdrawn(FundsWithdrawn { reason }),
        EventKind::FundsMoved => Event::FundsMoved(FundsMoved { to, reason }),
        EventKind::Lapsed => Event::Lapsed(Lapsed { reason }),
        EventKind::SanctionCarried => Event::SanctionCarried(SanctionCarried { from: to }),
        other => unreachable!("{} is of another kind", other.name()),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`sample` names every kind once")]
fn of_cases(kind: EventKind) -> Event {
    let reason = WordNo(1);
    match kind {
        EventKind::Applied => applied(),
        EventKind::ApplicationAmended => {
            Event::ApplicationAmended(ApplicationAmended { facts: Vec::new() })
        }
        EventKind::StepRecorded => Event::StepRecorded(StepRecorded {
            step: reason,
            evidence: Vec::new(),
            reported: Vec::new(),
            late_by: 0,
        }),
        EventKind::Rejected => Event::Rejected(Rejected { reason }),
        EventKind::Withdrawn => Event::Withdrawn(Withdrawn { reason }),
        EventKind::CaseClosed => Event::CaseClosed(CaseClosed { reason }),
        EventKind::Barred => {
            let subject = BarSubject::Account(AccountKey(print()));
            Event::Barred(Barred { subject, until: None, reason })
        }
        EventKind::Sanctioned => sanctioned(),
        EventKind::SanctionRevised => revised(true),
        EventKind::SanctionCancelled => Event::SanctionCancelled(SanctionCancelled { reason }),
        other => unreachable!("{} is of another kind", other.name()),
    }
}

/// A sanction that was raised or lowered.
pub(super) fn revised(raised: bool) -> Event {
    Event::SanctionRevised(SanctionRevised {
        raised,
        sanctioned: Money::MAX,
        entitlement: Money::MAX,
        paragraph: WordNo(1),
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`sample` names every kind once")]
fn of_payments(kind: EventKind) -> Event {
    let (payment, reason, own_day) = (Position(3), WordNo(1), Day::MIN);
    let reference = reference();
    match kind {
        EventKind::Disbursed => disbursed(),
        EventKind::PaymentReturned => returned(),
        EventKind::PaymentConfirmed => {
            Event::PaymentConfirmed(PaymentConfirmed { payment, reference, own_day })
        }
        EventKind::MovedToSuspense => {
            Event::MovedToSuspense(MovedToSuspense { payment, reason, reference, own_day })
        }
        EventKind::Recovered => recovered(),
        EventKind::RecoveryDemanded => Event::RecoveryDemanded(RecoveryDemanded {
            demanded: Money::MAX,
            reason,
            due: Day::MAX,
            reference,
        }),
        EventKind::Utilised => Event::Utilised(Utilised { certificate: reference }),
        EventKind::Adjusted => Event::Adjusted(Adjusted { reason, reference }),
        EventKind::InterestEarned => Event::InterestEarned(InterestEarned { reference }),
        EventKind::InterestRemitted => Event::InterestRemitted(InterestRemitted { reference }),
        EventKind::StockMoved => stock(1, StockMove::Ordered, 1),
        other => unreachable!("{} is of another kind", other.name()),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`sample` names every kind once")]
fn beside_money(kind: EventKind) -> Event {
    let (at, reason) = (Position(3), WordNo(1));
    let line = LineReference { statement: at, line: 1 };
    match kind {
        EventKind::Audited => audited(),
        EventKind::FindingSettled => Event::FindingSettled(FindingSettled {
            audit: at,
            finding: 1,
            settlement: Settlement::MadeGood,
            reference: reference(),
        }),
        EventKind::StateCertified => Event::StateCertified(StateCertified {
            upto: at,
            as_of: Day::MIN,
            fold: reason,
            version: 1,
            count: 1,
            root: [0; 32],
            hash: [0; 32],
        }),
        EventKind::PeriodSealed => {
            Event::PeriodSealed(PeriodSealed { until: Day::MIN, certified: at })
        }
        EventKind::StatementReceived => Event::StatementReceived(StatementReceived {
            file: [0; 32],
            bytes: 1,
            format: reason,
            account: AccountKey(print()),
            from: Day::MIN,
            to: Day::MIN,
            opening: None,
            closing: None,
            lines: 0,
            part: 1,
            repeated: 0,
            set_aside: 0,
        }),
        EventKind::StatementLines => {
            Event::StatementLines(StatementLines { statement: at, first: 1, lines: Vec::new() })
        }
        EventKind::Matched => Event::Matched(Matched {
            line,
            target: at,
            rule: reason,
            further: bahi_core::Further::NONE,
            evidence: Vec::new(),
            difference: None,
        }),
        EventKind::Unmatched => Event::Unmatched(Unmatched { matched: at, reason }),
        EventKind::MatchDecided => Event::MatchDecided(MatchDecided {
            line,
            target: at,
            reason,
            further: bahi_core::Further::NONE,
            rejected: false,
        }),
        EventKind::Reversed => reversed(3, EventKind::Disbursed, Some(Movement::Payment)),
        EventKind::CommandRefused => refused(),
        EventKind::Exported => {
            Event::Exported(Exported { what: reason, upto: at, rows: 1, digest: [0; 32] })
        }
        EventKind::AccessDenied => Event::AccessDenied(AccessDenied { what: reason, count: 1 }),
        EventKind::KeyRotated => {
            Event::KeyRotated(KeyRotated { key_id: 2, change: KeyChange::Added, check: [0; 16] })
        }
        EventKind::ActorKeySet => Event::ActorKeySet(bahi_core::ActorKeySet {
            signer: bahi_core::ActorNo(1),
            key: [0; 32],
            until: None,
            required: false,
        }),
        other => unreachable!("{} is of another kind", other.name()),
    }
}
