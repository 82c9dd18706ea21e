//! The figures of a case after each of its events.

use bahi_core::{
    Adjusted, CaseClosed, Lapsed, Movement, RecoveryDemanded, Rejected, Reversed,
    SanctionCancelled, SanctionCarried, SanctionRevised, Utilised, Withdrawn,
};

use super::*;
use crate::Figures;

#[test]
fn a_trail_runs_with_the_figures_of_its_case() {
    let subject = Subject::Case(Position(3));
    let events = picked(&fold(&story()).positions(subject));
    let lines = entries(&events, subject, &names());
    // Position, sanctioned, disbursed, returned, recovered, net paid, status.
    type After = Option<([i128; 5], Status)>;
    let expected: [(u64, After); 10] = [
        (2, None),
        (3, Some(([0, 0, 0, 0, 0], Status::Applied))),
        (5, Some(([250_000, 0, 0, 0, 0], Status::Sanctioned))),
        (6, Some(([250_000, 250_000, 0, 0, 250_000], Status::Paid))),
        (8, Some(([250_000, 250_000, 0, 0, 250_000], Status::Paid))),
        (9, Some(([250_000, 250_000, 250_000, 0, 0], Status::Returned))),
        (11, Some(([250_000, 500_000, 250_000, 0, 250_000], Status::Paid))),
        (14, Some(([250_000, 500_000, 250_000, 50_000, 250_000], Status::PartlyRecovered))),
        (15, Some(([250_000, 500_000, 250_000, 50_000, 250_000], Status::PartlyRecovered))),
        (17, Some(([250_000, 500_000, 250_000, 250_000, 250_000], Status::Recovered))),
    ];
    assert_eq!(lines.len(), expected.len());
    for (line, (position, after)) in lines.iter().zip(expected) {
        let rupees = |total: Total| total.paise() / 100;
        let found = line.after.map(|after| {
            let figures = [
                after.sanctioned,
                after.disbursed,
                after.returned,
                after.recovered,
                after.net_paid(),
            ];
            (figures.map(rupees), after.status)
        });
        assert_eq!((line.position.0, found), (position, after));
        assert_eq!(line.case_ref.as_ref().map(CaseRef::as_str), Some("A/1"));
        assert_eq!(line.actor.as_ref().map(ActorName::as_str), Some("dm-vns"));
    }
}

#[test]
fn a_case_paid_in_parts_is_partly_paid_until_it_is_paid() {
    let subject = Subject::Case(Position(4));
    let lines = entries(&picked(&fold(&story()).positions(subject)), subject, &names());
    let found: Vec<Status> =
        lines.iter().filter_map(|line| line.after.map(|after| after.status)).collect();
    assert_eq!(found, [Status::Applied, Status::Sanctioned, Status::PartlyPaid, Status::Paid]);
}

#[test]
fn a_payment_that_waits_for_its_reissue_outweighs_what_is_paid() {
    let events = [
        recorded(1, 1, 0, 0, applied("A/1", Applicant::NotInSource)),
        recorded(2, 1, 300, 1, sanctioned()),
        recorded(3, 1, 100, 0, disbursed(1, 0)),
        recorded(4, 1, 100, 0, disbursed(1, 0)),
        recorded(5, 1, 100, 0, returned(3)),
        recorded(6, 1, 100, 0, disbursed(1, 0)),
        recorded(7, 1, 100, 0, disbursed(1, 5)),
    ];
    let lines = entries(&events, Subject::Case(Position(1)), &names());
    let found: Vec<&str> =
        lines.iter().filter_map(|line| line.after.map(|after| after.status.name())).collect();
    let expected =
        ["applied", "sanctioned", "partly_paid", "partly_paid", "returned", "returned", "paid"];
    assert_eq!(found, expected);
}

#[test]
fn every_status_has_a_name_of_its_own() {
    let names: BTreeSet<String> = Status::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), Status::ALL.len());
}

fn reason() -> WordNo {
    WordNo(2)
}

fn reference() -> Reference {
    Reference::new("R-1").expect("a reference")
}

/// What the tables below are made of; each row gives what its figures and status then are.
enum Do {
    Sanction,
    Raise,
    Lower,
    Cancel,
    Lapse,
    Carry,
    Pay,
    Reissue(u64),
    Return(u64),
    Recover,
    Demand,
    Utilise,
    Adjust,
    Reject,
    Withdraw,
    Close,
    Audit,
    /// Reverses the event at a place.
    Reverse(u64),
}

fn demanded(rupees: u64) -> Event {
    Event::RecoveryDemanded(RecoveryDemanded {
        demanded: Money::from_rupees(rupees).expect("an amount"),
        reason: reason(),
        due: Day::parse("2024-09-30").expect("a day"),
        reference: reference(),
    })
}

fn revised(raised: bool) -> Event {
    Event::SanctionRevised(SanctionRevised {
        raised,
        sanctioned: Money::MAX,
        entitlement: Money::MAX,
        paragraph: WordNo(1),
    })
}

/// The event of a row, after those before it; a demand moves nothing, a reversal what it reverses.
fn done(before: &[Recorded], what: &Do, rupees: u64) -> Recorded {
    let position = before.len() as u64 + 1;
    let reason = reason();
    let mut amount = rupees;
    let event = match what {
        Do::Sanction => sanctioned(),
        Do::Raise => revised(true),
        Do::Lower => revised(false),
        Do::Cancel => Event::SanctionCancelled(SanctionCancelled { reason }),
        Do::Lapse => Event::Lapsed(Lapsed { reason }),
        Do::Carry => {
            let from = before[0].envelope.fund;
            Event::SanctionCarried(SanctionCarried { from })
        }
        Do::Pay => disbursed(1, 0),
        Do::Reissue(of) => disbursed(1, *of),
        Do::Return(payment) => returned(*payment),
        Do::Recover => recovered(),
        Do::Demand => {
            amount = 0;
            demanded(rupees)
        }
        Do::Utilise => Event::Utilised(Utilised { certificate: reference() }),
        Do::Adjust => Event::Adjusted(Adjusted { reason, reference: reference() }),
        Do::Reject => Event::Rejected(Rejected { reason }),
        Do::Withdraw => Event::Withdrawn(Withdrawn { reason }),
        Do::Close => Event::CaseClosed(CaseClosed { reason }),
        Do::Audit => audited(),
        Do::Reverse(of) => {
            let reversed = &before[usize::try_from(*of).expect("a place") - 1];
            let mut event = recorded(position, 1, 0, 0, reversal(reversed));
            event.envelope.amount = reversed.envelope.amount;
            return event;
        }
    };
    recorded(position, 1, amount, 0, event)
}

fn reversal(of: &Recorded) -> Event {
    Event::Reversed(Reversed {
        of: of.position,
        kind: of.event.kind(),
        movement: of.movement().map(|(movement, _)| movement),
        reason: reason(),
    })
}

/// Sanctioned, disbursed, returned, recovered, utilised, adjusted and demanded, in rupees.
fn seven(after: &Figures) -> [i128; 7] {
    [
        after.sanctioned,
        after.disbursed,
        after.returned,
        after.recovered,
        after.utilised,
        after.adjusted,
        after.demanded,
    ]
    .map(|total| total.paise() / 100)
}

fn opened() -> Vec<Recorded> {
    Vec::from([recorded(1, 1, 0, 0, applied("A/1", Applicant::NotInSource))])
}

fn afters(events: &[Recorded]) -> Vec<Figures> {
    let lines = entries(events, Subject::Case(Position(1)), &names());
    lines.iter().map(|line| line.after.expect("an event of the case")).collect()
}

/// Rows of what is done at place 2 and on, its rupees, and the figures and the status after it.
fn check(rows: &[(Do, u64, [i128; 7], Status)]) {
    let mut events = opened();
    for (what, rupees, ..) in rows {
        let event = done(&events, what, *rupees);
        events.push(event);
    }
    for (after, (row, (_, _, figures, status))) in afters(&events)[1..].iter().zip((2..).zip(rows))
    {
        assert_eq!((seven(after), after.status), (*figures, *status), "at {row}");
    }
}

#[test]
fn a_sanction_is_net_of_all_that_changed_it() {
    check(&[
        (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Raise, 50, [150, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Lower, 30, [120, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Pay, 40, [120, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Carry, 80, [120, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Lapse, 80, [40, 40, 0, 0, 0, 0, 0], Status::Paid),
        (Do::Reverse(7), 0, [120, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Reverse(4), 0, [150, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Cancel, 110, [40, 40, 0, 0, 0, 0, 0], Status::Cancelled),
        (Do::Reverse(10), 0, [150, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
    ]);
}

#[test]
fn a_sanction_that_lapsed_was_cancelled_or_reversed_leaves_a_status_of_its_own() {
    check(&[
        (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Lapse, 100, [0, 0, 0, 0, 0, 0, 0], Status::Lapsed),
        (Do::Reverse(3), 0, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Cancel, 100, [0, 0, 0, 0, 0, 0, 0], Status::Cancelled),
        (Do::Reverse(5), 0, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Reverse(2), 0, [0, 0, 0, 0, 0, 0, 0], Status::Applied),
        (Do::Sanction, 70, [70, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Cancel, 70, [0, 0, 0, 0, 0, 0, 0], Status::Cancelled),
        (Do::Sanction, 60, [60, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
    ]);
}

#[test]
fn an_ending_stands_above_all_money_until_it_is_reversed() {
    for (end, status) in [
        (Do::Reject, Status::Rejected),
        (Do::Withdraw, Status::Withdrawn),
        (Do::Close, Status::Closed),
    ] {
        check(&[
            (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
            (Do::Pay, 100, [100, 100, 0, 0, 0, 0, 0], Status::Paid),
            (end, 0, [100, 100, 0, 0, 0, 0, 0], status),
            (Do::Recover, 30, [100, 100, 0, 30, 0, 0, 0], status),
            (Do::Audit, 0, [100, 100, 0, 30, 0, 0, 0], status),
            (Do::Reverse(4), 0, [100, 100, 0, 30, 0, 0, 0], Status::PartlyRecovered),
            (Do::Reverse(5), 0, [100, 100, 0, 0, 0, 0, 0], Status::Paid),
        ]);
    }
}

#[test]
fn money_paid_is_utilised_or_adjusted_once_all_of_it_is_accounted_for() {
    check(&[
        (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Pay, 40, [100, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Utilise, 40, [100, 40, 0, 0, 40, 0, 0], Status::PartlyPaid),
        (Do::Pay, 60, [100, 100, 0, 0, 40, 0, 0], Status::Paid),
        (Do::Utilise, 50, [100, 100, 0, 0, 90, 0, 0], Status::Paid),
        (Do::Demand, 10, [100, 100, 0, 0, 90, 0, 10], Status::Paid),
        (Do::Recover, 4, [100, 100, 0, 4, 90, 0, 10], Status::PartlyRecovered),
        (Do::Utilise, 6, [100, 100, 0, 4, 96, 0, 10], Status::Utilised),
        (Do::Reverse(9), 0, [100, 100, 0, 4, 90, 0, 10], Status::PartlyRecovered),
        (Do::Adjust, 6, [100, 100, 0, 4, 90, 6, 10], Status::Adjusted),
        (Do::Reverse(7), 0, [100, 100, 0, 4, 90, 6, 0], Status::Adjusted),
        (Do::Demand, 7, [100, 100, 0, 4, 90, 6, 7], Status::Adjusted),
    ]);
    check(&[
        (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Pay, 40, [100, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Cancel, 60, [40, 40, 0, 0, 0, 0, 0], Status::Cancelled),
        (Do::Utilise, 40, [40, 40, 0, 0, 40, 0, 0], Status::Utilised),
    ]);
}

#[test]
fn nothing_waits_in_a_case_whose_sanction_was_cancelled() {
    check(&[
        (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Pay, 40, [100, 40, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Pay, 30, [100, 70, 0, 0, 0, 0, 0], Status::PartlyPaid),
        (Do::Cancel, 30, [70, 70, 0, 0, 0, 0, 0], Status::Cancelled),
        (Do::Return(4), 30, [70, 70, 30, 0, 0, 0, 0], Status::Cancelled),
        (Do::Utilise, 40, [70, 70, 30, 0, 40, 0, 0], Status::Utilised),
        (Do::Reverse(5), 0, [100, 70, 30, 0, 40, 0, 0], Status::Returned),
    ]);
}

#[test]
fn a_reversed_payment_is_none_and_a_reversed_return_waits_no_more() {
    check(&[
        (Do::Sanction, 100, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Pay, 100, [100, 100, 0, 0, 0, 0, 0], Status::Paid),
        (Do::Reverse(3), 0, [100, 0, 0, 0, 0, 0, 0], Status::Sanctioned),
        (Do::Pay, 100, [100, 100, 0, 0, 0, 0, 0], Status::Paid),
        (Do::Return(5), 100, [100, 100, 100, 0, 0, 0, 0], Status::Returned),
        (Do::Reverse(6), 0, [100, 100, 0, 0, 0, 0, 0], Status::Paid),
        (Do::Return(5), 100, [100, 100, 100, 0, 0, 0, 0], Status::Returned),
        (Do::Reissue(8), 100, [100, 200, 100, 0, 0, 0, 0], Status::Paid),
        (Do::Reverse(9), 0, [100, 100, 100, 0, 0, 0, 0], Status::Returned),
        (Do::Reissue(8), 100, [100, 200, 100, 0, 0, 0, 0], Status::Paid),
        // No rule lets a return go while its re-issue stands; here nothing waits for it after.
        (Do::Reverse(8), 0, [100, 200, 0, 0, 0, 0, 0], Status::Paid),
        (Do::Reverse(11), 0, [100, 100, 0, 0, 0, 0, 0], Status::Paid),
    ]);
}

/// Events of one case; some reverse an earlier one that stands, and a re-issue follows a return
/// that waits.
fn lives() -> impl Strategy<Value = Vec<Recorded>> {
    let part = (0_usize..24, 1_u64..100, any::<prop::sample::Index>());
    prop::collection::vec(part, 0..40).prop_map(|parts| {
        let mut events = opened();
        let mut standing: BTreeSet<u64> = BTreeSet::new();
        for (kind, rupees, at) in parts {
            let position = events.len() as u64 + 1;
            let waiting = waiting(&events, &standing);
            let picked = |of: &[u64]| (!of.is_empty()).then(|| of[at.index(of.len())]);
            let all: Vec<u64> = standing.iter().copied().collect();
            let reversible: Vec<u64> =
                all.iter().copied().filter(|of| !reissued(&events, &standing, *of)).collect();
            let what = match kind {
                0 | 1 => Do::Sanction,
                2 => Do::Raise,
                3 => Do::Lower,
                4 => Do::Cancel,
                5 => Do::Lapse,
                6 => Do::Carry,
                7 | 8 => Do::Pay,
                9 | 10 => Do::Return(1),
                11 => Do::Recover,
                12 => Do::Demand,
                13 => Do::Utilise,
                14 => Do::Adjust,
                15 => Do::Reject,
                16 => Do::Withdraw,
                17 => Do::Close,
                18 | 19 => picked(&waiting).map_or(Do::Audit, Do::Reissue),
                _ => picked(&reversible).map_or(Do::Audit, Do::Reverse),
            };
            if let Do::Reverse(of) = what {
                standing.remove(&of);
            } else {
                standing.insert(position);
            }
            let event = done(&events, &what, rupees);
            events.push(event);
        }
        events
    })
}

/// The return that a standing payment follows.
fn follows(event: &Recorded, standing: &BTreeSet<u64>) -> Option<u64> {
    let Event::Disbursed(payment) = &event.event else { return None };
    standing.contains(&event.position.0).then_some(payment.reissue_of.0)
}

fn reissued(events: &[Recorded], standing: &BTreeSet<u64>, of: u64) -> bool {
    events.iter().any(|event| follows(event, standing) == Some(of))
}

fn waiting(events: &[Recorded], standing: &BTreeSet<u64>) -> Vec<u64> {
    let returns = events.iter().filter(|event| event.event.kind() == EventKind::PaymentReturned);
    let stand = returns.map(|event| event.position.0).filter(|of| standing.contains(of));
    stand.filter(|of| !reissued(events, standing, *of)).collect()
}

proptest! {
    #[test]
    fn a_case_with_reversals_is_the_case_without_what_they_reverse(events in lives()) {
        let mut standing: Vec<Recorded> = Vec::new();
        for event in &events {
            if let Event::Reversed(reversed) = &event.event {
                standing.retain(|one| one.position != reversed.of);
            } else {
                standing.push(event.clone());
            }
        }
        prop_assert_eq!(afters(&events).last().copied(), afters(&standing).last().copied());
    }

    #[test]
    fn the_last_line_of_a_case_has_the_sums_of_its_events(events in lives()) {
        let sum = |wanted: &[Movement]| -> i128 {
            let of = |event: &Recorded| {
                let (movement, negated) = event.movement()?;
                let paise = Total::from(event.envelope.amount).paise() / 100;
                wanted.contains(&movement).then_some(if negated { -paise } else { paise })
            };
            events.iter().filter_map(of).sum()
        };
        let less = [Movement::Decrease, Movement::Cancellation, Movement::SanctionLapse];
        let reversed = |of: &Recorded| events.iter().any(|other| {
            matches!(&other.event, Event::Reversed(reversed) if reversed.of == of.position)
        });
        let asked = |event: &Recorded| -> i128 {
            let Event::RecoveryDemanded(demand) = &event.event else { return 0 };
            if reversed(event) { 0 } else { Total::from(demand.demanded).paise() / 100 }
        };
        let expected = [
            sum(&[Movement::Sanction, Movement::Increase]) - sum(&less),
            sum(&[Movement::Payment]),
            sum(&[Movement::Return]),
            sum(&[Movement::Recovery]),
            sum(&[Movement::Utilisation]),
            sum(&[Movement::Adjustment]),
            events.iter().map(asked).sum(),
        ];
        let last = afters(&events).last().copied().unwrap_or_default();
        prop_assert_eq!(seven(&last), expected);
    }
}
