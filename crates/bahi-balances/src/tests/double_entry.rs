//! The double entry of every movement, forward and negated, and of every kind of event.

use bahi_core::{EventKind, Movement, Posting};

use super::{
    samples::{reversed, revised, sample},
    *,
};

/// The fund of the envelope, or the other one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum In {
    Own,
    Other,
}

fn own() -> FundKey {
    fund(1, 1, 2024, 187)
}

fn other() -> FundKey {
    fund(2, 3, 2025, 0)
}

/// Every movement, in order of what it is called.
const MOVEMENTS: usize = 18;

fn movements() -> [Movement; MOVEMENTS] {
    [
        Movement::Allotment,
        Movement::Withdrawal,
        Movement::Transfer { to: other() },
        Movement::FundLapse,
        Movement::SanctionLapse,
        Movement::Carry { from: other() },
        Movement::Sanction,
        Movement::Increase,
        Movement::Decrease,
        Movement::Cancellation,
        Movement::Payment,
        Movement::Return,
        Movement::Suspense,
        Movement::Recovery,
        Movement::Utilisation,
        Movement::Adjustment,
        Movement::Interest,
        Movement::Remittance,
    ]
}

/// What a movement posts, forward: fund, debit, credit.
fn table(movement: Movement) -> &'static [(In, Account, Account)] {
    use Account::*;
    use In::{Other, Own};
    match movement {
        Movement::Allotment => &[(Own, Available, Allotted)],
        Movement::Withdrawal => &[(Own, Allotted, Available)],
        Movement::Transfer { .. } => &[(Own, Allotted, Available), (Other, Available, Allotted)],
        Movement::FundLapse => &[(Own, Allotted, Available)],
        Movement::SanctionLapse => &[(Own, Available, Committed)],
        Movement::Carry { .. } => &[(Other, Available, Committed), (Own, Committed, Available)],
        Movement::Sanction => &[(Own, Committed, Available)],
        Movement::Increase => &[(Own, Committed, Available)],
        Movement::Decrease => &[(Own, Available, Committed)],
        Movement::Cancellation => &[(Own, Available, Committed)],
        Movement::Payment => &[(Own, Advances, Disbursed), (Own, Issued, Committed)],
        Movement::Return => &[(Own, Returned, Advances), (Own, Committed, Issued)],
        Movement::Suspense => &[(Own, Bank, Suspense)],
        Movement::Recovery => &[(Own, Recovered, Advances)],
        Movement::Utilisation => &[(Own, Utilised, Advances)],
        Movement::Adjustment => &[(Own, Adjusted, Advances)],
        Movement::Interest => &[(Own, InterestHeld, InterestEarned)],
        Movement::Remittance => &[(Own, InterestRemitted, InterestHeld)],
    }
}

/// What is posted for an amount of 4,200 paise, in order.
fn expected(movement: Option<Movement>, negated: bool) -> Vec<(FundKey, Posting)> {
    let amount = Money::from_paise(4_200).expect("an amount");
    let mut all = Vec::new();
    for (place, debit, credit) in movement.map_or(&[][..], table) {
        let fund = if *place == In::Own { own() } else { other() };
        all.push((fund, Posting { account: *debit, debit: !negated, amount }));
        all.push((fund, Posting { account: *credit, debit: negated, amount }));
    }
    all
}

fn balanced(entry: &[(FundKey, Posting)]) {
    let mut sums: BTreeMap<FundKey, Total> = BTreeMap::new();
    for (fund, posting) in entry {
        let amount = Total::from(posting.amount);
        *sums.entry(*fund).or_default() += if posting.debit { amount } else { -amount };
    }
    assert!(sums.values().all(|sum| *sum == Total::ZERO), "{sums:?}");
}

#[test]
fn each_movement_posts_its_own_row_and_its_reversal_the_same_negated() {
    for movement in movements() {
        let back = reversed(1, EventKind::Disbursed, Some(movement));
        let entry = postings(&recorded(2, own(), 1, 4_200, back.clone()));
        assert_eq!(entry.as_slice(), expected(Some(movement), true), "{movement:?} back");
        balanced(entry.as_slice());
        assert!(postings(&recorded(2, own(), 1, 0, back)).is_empty(), "{movement:?} of nothing");
    }
}

/// Which movement each kind makes and whether backwards, told apart from `Recorded::movement`, which postings read.
fn moved(kind: EventKind) -> Option<(Movement, bool)> {
    match kind {
        EventKind::FundsAllotted => Some((Movement::Allotment, false)),
        EventKind::FundsWithdrawn => Some((Movement::Withdrawal, false)),
        EventKind::FundsMoved => Some((Movement::Transfer { to: other() }, false)),
        EventKind::Lapsed => Some((Movement::SanctionLapse, false)),
        EventKind::SanctionCarried => Some((Movement::Carry { from: other() }, false)),
        EventKind::Sanctioned => Some((Movement::Sanction, false)),
        EventKind::SanctionRevised => Some((Movement::Increase, false)),
        EventKind::SanctionCancelled => Some((Movement::Cancellation, false)),
        EventKind::Disbursed => Some((Movement::Payment, false)),
        EventKind::PaymentReturned => Some((Movement::Return, false)),
        EventKind::MovedToSuspense => Some((Movement::Suspense, false)),
        EventKind::Recovered => Some((Movement::Recovery, false)),
        EventKind::Utilised => Some((Movement::Utilisation, false)),
        EventKind::Adjusted => Some((Movement::Adjustment, false)),
        EventKind::InterestEarned => Some((Movement::Interest, false)),
        EventKind::InterestRemitted => Some((Movement::Remittance, false)),
        EventKind::Reversed => Some((Movement::Payment, true)),
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
        | EventKind::ActorKeySet => None,
    }
}

#[test]
fn each_kind_posts_its_own_rows() {
    let mut seen: BTreeSet<Movement> = BTreeSet::new();
    let forms = EventKind::ALL.into_iter().map(|kind| (1, sample(kind, other()), moved(kind)));
    let further = [
        (0, sample(EventKind::Lapsed, other()), Some((Movement::FundLapse, false))),
        (1, revised(false), Some((Movement::Decrease, false))),
        (1, reversed(1, EventKind::Barred, None), None),
    ];
    for (case, event, movement) in forms.chain(further) {
        let kind = event.kind();
        let (forward, negated) = movement.unzip();
        let entry = postings(&recorded(2, own(), case, 4_200, event.clone()));
        let wanted = expected(forward, negated.unwrap_or_default());
        assert_eq!(entry.as_slice(), wanted, "{}", kind.name());
        balanced(entry.as_slice());
        assert!(postings(&recorded(2, own(), case, 0, event)).is_empty(), "{}", kind.name());
        seen.extend(forward);
    }
    assert!(seen.into_iter().eq(BTreeSet::from(movements())), "every movement has its kind");
}

#[test]
fn what_was_reversed_leaves_every_account_as_it_was() {
    for movement in movements() {
        let mut events = Vec::from([recorded(1, own(), 1, 1_000, Event::FundsAllotted)]);
        let before = fold(&events);
        for (position, kind) in (2..).zip(EventKind::ALL) {
            let event = sample(kind, other());
            let probe = recorded(position, own(), 1, 4_200, event);
            if probe.movement() == Some((movement, false)) {
                events.push(probe);
                let back = reversed(position, kind, Some(movement));
                events.push(recorded(position + 1, own(), 1, 4_200, back));
            }
        }
        let after = fold(&events);
        for key in [own(), other()] {
            for account in Account::ALL {
                let sums = (after.account(&key, account), before.account(&key, account));
                assert_eq!(sums.0, sums.1, "{movement:?} {account}");
            }
        }
        assert_eq!(after.unplaced(), 0, "{movement:?}");
    }
}

#[test]
fn money_between_two_funds_needs_both_of_them() {
    let nowhere = [fund(0, 1, 2024, 187), fund(1, 0, 2024, 187)];
    for key in nowhere {
        for kind in [EventKind::FundsMoved, EventKind::SanctionCarried] {
            for (here, there) in [(own(), key), (key, own())] {
                let balances = fold(&[recorded(1, here, 1, 100, sample(kind, there))]);
                assert_eq!(balances.unplaced(), 1, "{} {key:?}", kind.name());
                assert_eq!(balances.funds(), [], "nothing is posted by halves");
            }
        }
    }
}

/// Where money goes from one fund to another, and a sanction is carried after it.
#[test]
fn the_columns_follow_money_from_fund_to_fund() {
    let (old, new) = (fund(1, 1, 2024, 187), fund(1, 1, 2025, 187));
    let moved = Event::FundsMoved(bahi_core::FundsMoved { to: new, reason: WordNo(1) });
    let carried = Event::SanctionCarried(bahi_core::SanctionCarried { from: old });
    let lapsed = || sample(EventKind::Lapsed, new);
    // Event, its fund, its case, rupees; then (allotted, sanctioned, disbursed) of both funds.
    let steps = [
        (Event::FundsAllotted, old, 0, 1_000, [1_000, 0, 0], [0, 0, 0]),
        (moved, old, 0, 300, [700, 0, 0], [300, 0, 0]),
        (sanctioned(), old, 1, 400, [700, 400, 0], [300, 0, 0]),
        (disbursed(), old, 1, 150, [700, 400, 150], [300, 0, 0]),
        (carried, new, 1, 250, [700, 150, 150], [300, 250, 0]),
        (disbursed(), new, 1, 200, [700, 150, 150], [300, 250, 200]),
        (lapsed(), new, 1, 50, [700, 150, 150], [300, 200, 200]),
        (lapsed(), old, 0, 550, [150, 150, 150], [300, 200, 200]),
    ];
    let mut balances = Balances::default();
    for (position, (event, key, case, amount, first, second)) in (1..).zip(steps) {
        balances.apply(&recorded(position, key, case, amount * 100, event));
        for (key, [allotted, sanctioned, disbursed]) in [(old, first), (new, second)] {
            let expected = Columns {
                allotted: rupees(allotted),
                sanctioned: rupees(sanctioned),
                disbursed: rupees(disbursed),
                available: rupees(allotted - sanctioned),
                ..Columns::default()
            };
            assert_eq!(balances.fund(&key), expected, "after {position}");
        }
    }
    assert_eq!(balances.unplaced(), 0);
}

#[test]
fn what_lies_beside_a_fund_has_columns_of_its_own() {
    let steps = [
        (EventKind::MovedToSuspense, 70, [70, 0, 0]),
        (EventKind::InterestEarned, 30, [70, 30, 0]),
        (EventKind::InterestRemitted, 20, [70, 30, 20]),
    ];
    let mut balances = Balances::default();
    for (position, (kind, amount, [suspense, earned, remitted])) in (1..).zip(steps) {
        let event = sample(kind, other());
        balances.apply(&recorded(position, own(), 0, amount * 100, event));
        let expected = Columns {
            suspense: rupees(suspense),
            interest_earned: rupees(earned),
            interest_remitted: rupees(remitted),
            ..Columns::default()
        };
        assert_eq!(balances.fund(&own()), expected, "after {position}");
    }
    assert_eq!(balances.account(&own(), Account::InterestHeld), rupees(10));
    assert_eq!(balances.account(&own(), Account::Bank), rupees(70));
}
