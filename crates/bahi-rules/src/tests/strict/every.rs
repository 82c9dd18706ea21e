//! What no event of any kind may be: out of place, of nobody, of another case, of a sealed day.

use bahi_core::{
    ActorNo, AuthorityNo, Event, EventKind, Introduction, Money, Position, Recorded, WordNo,
};

use super::super::{builders::*, check_refused, recorded, stories::stories, story};
use crate::{Decision, State, decide};

/// The state before the last event of each story, and that event.
fn each(mut look: impl FnMut(State, Recorded)) {
    for given in stories() {
        let (mut state, mut events) = story(&given);
        let last = events.pop().expect("a story has an event");
        state.unapply(&last);
        look(state, last);
    }
}

fn with(one: &Recorded, edit: impl FnOnce(&mut Recorded)) -> Recorded {
    let mut one = one.clone();
    edit(&mut one);
    one
}

#[test]
fn every_event_stands_in_its_place_under_its_own_id() {
    const PLACE: &str = "its position is not the next one";
    each(|mut state, one| {
        let next = one.position.next();
        check_refused(&mut state, &with(&one, |one| one.position = next), PLACE);
        check_refused(&mut state, &with(&one, |one| one.position = Position(0)), PLACE);
        if state.last() > Position(0) {
            let known = with(&one, |one| one.envelope.command = id(1));
            check_refused(&mut state, &known, "its command id stands already");
        }
    });
}

#[test]
fn every_number_of_an_event_has_its_name() {
    const NAMELESS: &str = "a name without its number";
    each(|mut state, one| {
        let nobody = with(&one, |one| one.envelope.actor = ActorNo(99));
        check_refused(&mut state, &nobody, NAMELESS);
        let nothing = with(&one, |one| one.envelope.authority = AuthorityNo(99));
        check_refused(&mut state, &nothing, NAMELESS);
        if let Some(last) = one.envelope.introduced.last() {
            let what = match last {
                Introduction::Scheme(_) => "it names a scheme otherwise than by opening it",
                Introduction::Head(_) => "its fund's head has no name",
                Introduction::Actor(_) | Introduction::Authority(_) | Introduction::Word(_) => {
                    NAMELESS
                }
            };
            let fewer = with(&one, |one| drop(one.envelope.introduced.pop()));
            check_refused(&mut state, &fewer, what);
        }
        let unheard = with(&one, |one| replace_word(&mut one.event));
        if unheard != one {
            check_refused(&mut state, &unheard, NAMELESS);
        }
    });
}

/// Puts a number nothing has in the place of the event's first word, where it has one.
fn replace_word(event: &mut Event) {
    const NONE: WordNo = WordNo(999);
    match event {
        Event::FundsWithdrawn(body) => body.reason = NONE,
        Event::FundsMoved(body) => body.reason = NONE,
        Event::Lapsed(body) => body.reason = NONE,
        Event::Applied(body) => body.facts[0].0 = NONE,
        Event::ApplicationAmended(body) => body.facts[0].0 = NONE,
        Event::StepRecorded(body) => body.reported[0].0 = NONE,
        Event::Rejected(body) => body.reason = NONE,
        Event::Withdrawn(body) => body.reason = NONE,
        Event::CaseClosed(body) => body.reason = NONE,
        Event::Barred(body) => body.reason = NONE,
        Event::Sanctioned(body) => body.paragraph = NONE,
        Event::SanctionRevised(body) => body.paragraph = NONE,
        Event::SanctionCancelled(body) => body.reason = NONE,
        Event::PaymentReturned(body) => body.reason = NONE,
        Event::MovedToSuspense(body) => body.reason = NONE,
        Event::Recovered(body) => body.reason = NONE,
        Event::RecoveryDemanded(body) => body.reason = NONE,
        Event::Adjusted(body) => body.reason = NONE,
        Event::StockMoved(body) => body.item = NONE,
        Event::Audited(body) => body.findings[1].check = NONE,
        Event::StateCertified(body) => body.fold = NONE,
        Event::StatementReceived(body) => body.format = NONE,
        Event::Matched(body) => body.rule = NONE,
        Event::Unmatched(body) => body.reason = NONE,
        Event::MatchDecided(body) => body.reason = NONE,
        Event::Reversed(body) => body.reason = NONE,
        Event::Exported(body) => body.what = NONE,
        Event::AccessDenied(body) => body.what = NONE,
        Event::ActorKeySet(body) => body.signer = bahi_core::ActorNo(999),
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::FundsAllotted
        | Event::SanctionCarried(_)
        | Event::Disbursed(_)
        | Event::PaymentConfirmed(_)
        | Event::Utilised(_)
        | Event::InterestEarned(_)
        | Event::InterestRemitted(_)
        | Event::FindingSettled(_)
        | Event::PeriodSealed(_)
        | Event::StatementLines(_)
        | Event::CommandRefused(_)
        | Event::KeyRotated(_) => {}
    }
}

#[test]
fn every_amount_fits_the_kind_of_its_event() {
    each(|mut state, one| {
        if one.event.kind() == EventKind::SanctionCancelled {
            return;
        }
        let amount = if one.envelope.amount.is_zero() { rupees(1) } else { Money::ZERO };
        let spoilt = with(&one, |one| one.envelope.amount = amount);
        check_refused(&mut state, &spoilt, "its amount does not fit its kind");
    });
}

#[test]
fn every_event_of_a_case_follows_the_last_one_of_it() {
    const BEGINS: &str = "an application begins its own case";
    const FREE: &str = "it names a case";
    const UNKNOWN: &str = "its case has not applied";
    each(|mut state, one| {
        let perhaps = matches!(
            one.event.kind(),
            EventKind::Lapsed
                | EventKind::MovedToSuspense
                | EventKind::StockMoved
                | EventKind::Matched
                | EventKind::Unmatched
                | EventKind::MatchDecided
                | EventKind::Reversed
        );
        let of_case = !one.envelope.case.is_none();
        let (other, late) = if one.event.kind() == EventKind::Applied {
            (BEGINS, BEGINS)
        } else if of_case {
            (UNKNOWN, "it does not follow its case's last event")
        } else if perhaps {
            (UNKNOWN, UNKNOWN)
        } else {
            (FREE, FREE)
        };
        let of_another = with(&one, |one| one.envelope.case = Position(1));
        check_refused(&mut state, &of_another, other);
        let after_itself = with(&one, |one| one.envelope.previous = one.position);
        check_refused(&mut state, &after_itself, late);
    });
}

#[test]
fn no_event_but_the_houses_own_counts_on_a_sealed_day() {
    each(|mut state, mut one| {
        let place = usize::try_from(state.last().0).expect("a short story");
        let day_before = one.envelope.effective_day;
        for (number, command) in [
            certify(state.last().0, "2025-04-30"),
            on("2025-05-02", seal(state.last().0 + 1, "2025-04-30")),
        ]
        .into_iter()
        .enumerate()
        {
            let command = under(place + number + 500, command);
            let Decision::Accepted(decided) = decide(&state, &command) else {
                panic!("the period is sealed");
            };
            let sealed = recorded(&state, decided);
            assert_eq!(state.apply(&sealed), Ok(()));
        }
        one.position = state.last().next();
        let house = matches!(
            one.event.kind(),
            EventKind::StateCertified
                | EventKind::PeriodSealed
                | EventKind::Exported
                | EventKind::AccessDenied
                | EventKind::KeyRotated
                | EventKind::ActorKeySet
        );
        if !house {
            assert!(day_before <= day("2025-04-30"), "the stories are over by then");
            check_refused(&mut state, &one, "its day is sealed");
        }
    });
}

#[test]
fn a_closed_case_takes_no_event_that_an_open_one_may() {
    let mut refused = 0;
    for given in stories().into_iter().filter(|given| given.len() > 1) {
        let mut before = given;
        let when = before.pop().expect("a story has a command");
        let ended = before.len() as u64 + 2;
        let before = then(then(before, apply("Z")), close("Z"));
        let (mut state, events) = story(&before);
        let when = if when.id == id(0) { under(events.len() + 1, when) } else { when };
        let Decision::Accepted(decided) = decide(&state, &when) else { continue };
        let mut one = recorded(&state, decided);
        let open = matches!(
            one.event.kind(),
            EventKind::SanctionCarried
                | EventKind::ApplicationAmended
                | EventKind::StepRecorded
                | EventKind::Rejected
                | EventKind::Withdrawn
                | EventKind::CaseClosed
                | EventKind::Sanctioned
                | EventKind::SanctionRevised
                | EventKind::SanctionCancelled
                | EventKind::Disbursed
                | EventKind::Utilised
                | EventKind::Adjusted
                | EventKind::StockMoved
                | EventKind::Lapsed
        );
        if !open || one.envelope.case.is_none() {
            continue;
        }
        one.envelope.case = Position(ended - 1);
        one.envelope.previous = Position(ended);
        check_refused(&mut state, &one, "its case is closed");
        refused += 1;
    }
    assert!(refused >= 14, "{refused} kinds of event are of an open case");
}
