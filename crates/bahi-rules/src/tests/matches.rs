//! Matches of several lines or events, rejections, and who may decide.

use alloc::{vec, vec::Vec};

use bahi_core::{
    AcceptedDifference, Act, Command, Event, Further, LineKind, LineReference, LineSide,
    MATCH_TARGETS_MAX, Money, Position, Refusal, StatementLine,
};

use super::{builders::*, story};
use crate::State;

type Row = (&'static str, Vec<Command>, Command, Refusal);

/// Two payments of one case, at 5 and 6, and a statement at 7 with one line of both and one of each.
fn batch() -> Vec<Command> {
    let held = vec![
        line(LineSide::Debit, 200_000),
        line(LineSide::Debit, 100_000),
        line(LineSide::Debit, 100_000),
        line(LineSide::Credit, 200_000),
    ];
    let paid = then(disbursed(), disburse("A", 2, 100_000));
    then(then(paid, statement(1, 4)), lines(7, 1, held))
}

/// Joins lines of the statement at 7 with events, the first of each first.
fn join(numbers: &[u32], events: &[u64], apart: i128) -> Command {
    let lines: Vec<LineReference> = numbers.iter().map(|number| at_line(7, *number)).collect();
    let targets: Vec<Position> = events.iter().copied().map(Position).collect();
    let mut command = match_line(lines[0], 0);
    if let Act::Match { target, further, difference, .. } = &mut command.act {
        *target = targets[0];
        *further = Further { lines: lines[1..].to_vec(), targets: targets[1..].to_vec() };
        *difference = (apart != 0).then(|| AcceptedDifference {
            tolerance: word("bank_charges"),
            amount: bahi_core::Total::from_paise(apart),
            limit: None,
        });
    }
    command
}

/// A charge of as much as a line of the statement at 7, by a rule with a limit.
fn charge(number: u32, apart: i128, limit: Option<u64>) -> Command {
    edited(match_line(at_line(7, number), 0), |command| {
        if let Act::Match { difference, .. } = &mut command.act {
            *difference = Some(AcceptedDifference {
                tolerance: word("bank_charges"),
                amount: bahi_core::Total::from_paise(apart),
                limit: limit.map(rupees),
            });
        }
    })
}

/// The lines of a statement at 7, of which the third and the fourth are answers.
fn answered() -> Vec<Command> {
    let told = |kind, amount| StatementLine {
        particulars: Some(particulars(kind)),
        ..line(LineSide::Debit, amount)
    };
    let held = vec![
        told(LineKind::Movement, 100_000),
        told(LineKind::Charge, 100),
        told(LineKind::AnswerPaid, 100_000),
        told(LineKind::AnswerFailed, 0),
    ];
    let paid = then(disbursed(), disburse("A", 2, 100_000));
    then(then(paid, statement(1, 4)), lines(7, 1, held))
}

fn reject(number: u32, event: u64) -> Command {
    edited(decide_match(at_line(7, number), event), |command| {
        if let Act::DecideMatch { rejected, .. } = &mut command.act {
            *rejected = true;
        }
    })
}

pub(super) fn rows() -> Vec<Row> {
    let unsound = || Refusal::MatchUnsound {};
    let by = |actor: &str, command: Command| Command {
        actor: bahi_core::ActorName::new(actor).expect("an actor"),
        ..command
    };
    let decided = |number, event| by("ddo-vns", decide_match(at_line(7, number), event));
    let made = |made| Refusal::MakerDecides { made: Position(made) };
    let apart =
        |paid, stated| Refusal::AmountDiffers { paid: rupees(paid), stated: rupees(stated) };
    let short = Refusal::AmountDiffers {
        paid: Money::parse("99.99").expect("an amount"),
        stated: rupees(100),
    };
    let both = then(batch(), join(&[1], &[5, 6], 0));
    let apart_now = then(batch(), reject(2, 5));
    let pair = || Refusal::PairRejected { decided: Position(9) };
    let too_many: Vec<u64> = (5..=5 + MATCH_TARGETS_MAX as u64).collect();
    let rejects_nothing = edited(reject(2, 5), |command| {
        if let Act::DecideMatch { target, .. } = &mut command.act {
            *target = Position::NONE;
        }
    });
    let many = Refusal::ListTooLong {
        limit: u16::try_from(MATCH_TARGETS_MAX).expect("a bound of two bytes"),
        list: word("targets"),
    };
    let none_apart = edited(join(&[2], &[5], 1), |command| {
        if let Act::Match { difference: Some(one), .. } = &mut command.act {
            one.amount = bahi_core::Total::ZERO;
        }
    });
    let unknown = |line| Refusal::UnknownLine { line };
    let none = || Refusal::UnknownTarget { target: Position::NONE };
    vec![
        ("an answer is no money", answered(), join(&[3], &[5], 0), unknown(3)),
        ("nor by a person", answered(), decide_match(at_line(7, 3), 5), unknown(3)),
        ("nor a charge", answered(), charge(4, 100, Some(1)), unknown(4)),
        ("a charge has a limit", answered(), charge(2, 10_000, None), none()),
        ("and is within it", answered(), charge(2, 10_000, Some(99)), unsound()),
        ("and is all of its line", answered(), charge(2, 9_999, Some(100)), short),
        ("events of a match rise", batch(), join(&[1], &[6, 5], 0), unsound()),
        ("each once", batch(), join(&[1], &[5, 5], 0), unsound()),
        ("and lines do", batch(), join(&[3, 2], &[5], 0), unsound()),
        ("a difference is one", batch(), none_apart, unsound()),
        ("a rejection names an event", batch(), rejects_nothing, unsound()),
        ("a match has a bound", batch(), join(&[1], &too_many, 0), many),
        ("a batch sums up", batch(), join(&[2], &[5, 6], 0), apart(200_000, 100_000)),
        ("so do lines", batch(), join(&[1, 2], &[5], 0), apart(100_000, 300_000)),
        ("to what a rule accepts", batch(), join(&[2], &[5], 100), apart(100_001, 100_000)),
        (
            "every event is money of the line's side",
            batch(),
            join(&[4], &[5], 0),
            Refusal::UnknownTarget { target: Position(5) },
        ),
        (
            "whichever of its events was matched",
            both,
            join(&[2], &[6], 0),
            Refusal::TargetMatched { matched: Position(9) },
        ),
        ("what a person rejected is not matched", apart_now.clone(), join(&[2], &[5], 0), pair()),
        ("nor decided otherwise", apart_now.clone(), decide_match(at_line(7, 2), 5), pair()),
        ("nor rejected twice", apart_now, reject(2, 5), pair()),
        ("who pays does not decide", batch(), decided(2, 5), made(5)),
        ("nor does who received it", batch(), by("bank-job", reject(2, 5)), made(7)),
        (
            "nor sets its lines aside",
            batch(),
            by("bank-job", decide_match(at_line(7, 4), 0)),
            made(7),
        ),
    ]
}

/// The state after a story, whose last event folded and unmakes to what was before it.
fn after(given: Vec<Command>, when: Command) -> (State, Vec<bahi_core::Recorded>) {
    let (mut before, _) = story(&given);
    let (mut state, events) = story(&then(given, when));
    let last = events.last().expect("an event");
    state.unapply(last);
    assert_eq!(state, before, "unmade, the state is the one before");
    before.apply(last).expect("what followed follows again");
    (before, events)
}

#[test]
fn one_line_is_two_payments_until_it_is_undone() {
    let both = then(batch(), join(&[1], &[5, 6], 0));
    let (state, events) = after(batch(), join(&[1], &[5, 6], 0));
    assert_eq!(events[8].envelope.case, Position(3), "all of one case");
    assert_eq!(state.line_match(at_line(7, 1)), Some(Position(9)));
    let (state, _) = after(both.clone(), unmatch(9));
    assert_eq!(state.line_match(at_line(7, 1)), None);
    let undone = then(both, unmatch(9));
    let (state, _) = after(then(undone, join(&[2], &[5], 0)), join(&[3], &[6], 0));
    assert_eq!(state.line_match(at_line(7, 3)), Some(Position(12)));
}

#[test]
fn a_named_rule_accepts_a_difference() {
    let (_, events) = after(batch(), join(&[1], &[5], 10_000_000));
    let Event::Matched(matched) = &events[8].event else { panic!("a match") };
    let difference = matched.difference.expect("a difference");
    assert_eq!(difference.amount, bahi_core::Total::from_paise(10_000_000));
}

/// What a rule with a limit accepts: a charge that is nobody's, and a payment that came short.
#[test]
fn a_charge_within_its_limit_is_consumed_alone() {
    let (state, events) = after(answered(), charge(2, 10_000, Some(100)));
    let Event::Matched(matched) = &events[8].event else { panic!("a match") };
    assert_eq!((matched.target, events[8].envelope.case), (Position::NONE, Position::NONE));
    assert_eq!(matched.difference.and_then(|one| one.limit), Some(rupees(100)));
    assert_eq!(state.line_match(at_line(7, 2)), Some(Position(9)));
    let taken = then(answered(), charge(2, 10_000, Some(100)));
    let (state, _) = after(taken, unmatch(9));
    assert_eq!(state.line_match(at_line(7, 2)), None);
}

/// A person sets an answer aside, or says of which payment it is not.
#[test]
fn an_answer_is_set_aside_or_rejected() {
    let (state, _) = after(answered(), decide_match(at_line(7, 3), 0));
    assert_eq!(state.line_match(at_line(7, 3)), Some(Position(9)));
    let (state, _) = after(answered(), reject(3, 5));
    assert_eq!(state.line_match(at_line(7, 3)), None);
}

#[test]
fn a_rejection_stands_until_it_is_undone_and_consumes_nothing() {
    let rejected = then(batch(), reject(2, 5));
    let (state, _) = after(batch(), reject(2, 5));
    assert_eq!(state.line_match(at_line(7, 2)), None);
    // The event is free for another line, and the line for another event.
    after(then(rejected.clone(), join(&[3], &[5], 0)), join(&[2], &[6], 0));
    let (_, events) = after(rejected.clone(), unmatch(9));
    assert_eq!(events[9].envelope.case, Position(3));
    after(then(rejected, unmatch(9)), join(&[2], &[5], 0));
}

#[test]
fn a_batch_of_several_cases_is_of_none() {
    let two = [
        vec![open(), allot(400_000), apply("A"), apply("B")],
        vec![sanction("A", 100_000), sanction("B", 100_000)],
        vec![disburse("A", 1, 100_000), disburse("B", 1, 100_000), statement(1, 1)],
        vec![lines(9, 1, vec![line(LineSide::Debit, 200_000)])],
    ]
    .concat();
    let whole = edited(match_line(at_line(9, 1), 7), |command| {
        if let Act::Match { further, .. } = &mut command.act {
            further.targets.push(Position(8));
        }
    });
    let (_, events) = after(two.clone(), whole.clone());
    assert_eq!(events[10].envelope.case, Position::NONE);
    let (_, events) = after(then(two, whole), unmatch(11));
    assert_eq!(events[11].envelope.case, Position::NONE);
}
