//! The rules as tables: what was decided before, a command, and the answer to it.
//!
//! # Invariants
//! * `check`, `check_fold`, `check_evidence` and `check_same` are the only places that touch the crate's functions.
//! * A command without an id takes its place in the story, from 1, as its id.

use alloc::{vec, vec::Vec};

use bahi_core::{Command, CommandId, Instant, Recorded, Refusal};

use crate::{
    Decided, Decision, FORESEEN_MAX, Inconsistent, State, decide, decide_foreseen, evidence, flood,
    same_content,
};

mod builders;
mod stories;

mod acceptance;
mod limits;
mod matches;
mod precedence;
mod procedure;
mod refusals;
mod repetition;
mod signing;
mod strict;

/// Decides a command after others that are all accepted, and compares the answer.
///
/// The decision changes nothing; an accepted one folds, and unmakes to the very state before it.
#[track_caller]
fn check(says: &str, given: &[Command], when: Command, then: Decision) {
    let (mut state, events) = story(given);
    let when = numbered(when, events.len());
    let before = state.clone();
    let answer = decide(&state, &when);
    assert_eq!(answer, then, "{says}");
    for many in [1, FORESEEN_MAX + 1] {
        state.foresee_commands(&vec![when.clone(); many]);
        let foreseen = decide_foreseen(&state, &when);
        assert_eq!(foreseen, answer, "{says}: what is foreseen decides nothing");
    }
    assert_eq!(state, before, "{says}: deciding changes nothing");
    if let Decision::Accepted(decided) = answer {
        let recorded = recorded(&state, decided);
        assert_eq!(state.apply(&recorded), Ok(()), "{says}: what is decided folds");
        state.unapply(&recorded);
        assert_eq!(state, before, "{says}: unmade, the state is the very one before");
    }
}

/// Folds the lawful event of a command, spoilt, and compares what is said of it.
#[track_caller]
fn check_fold(given: &[Command], when: Command, spoil: fn(&mut Recorded), what: &'static str) {
    let (mut state, events) = story(given);
    let when = numbered(when, events.len());
    let Decision::Accepted(decided) = decide(&state, &when) else {
        panic!("{what}: the event to spoil is a lawful one");
    };
    let mut recorded = recorded(&state, decided);
    spoil(&mut recorded);
    check_refused(&mut state, &recorded, what);
}

/// Folds an event that cannot follow, and compares what is said of it.
#[track_caller]
fn check_refused(state: &mut State, recorded: &Recorded, what: &'static str) {
    let before = state.clone();
    let said = Inconsistent { position: recorded.position, what };
    assert_eq!(state.apply(recorded), Err(said), "{:?}", recorded.event);
    assert_eq!(*state, before, "{what}: a refused event changes nothing");
}

/// Folds the evidence of a refused command, of so many, spoilt; compares what is said of it, or
/// whether its id is known from then on.
#[track_caller]
fn check_evidence(
    given: &[Command],
    when: Command,
    refusals: &[Refusal],
    count: u32,
    spoil: fn(&mut Recorded),
    then: Result<bool, &'static str>,
) {
    let (mut state, events) = story(given);
    let when = numbered(when, events.len());
    let Decision::Refused(refused) = decide(&state, &when) else { panic!("it is refused") };
    assert!(refused.iter().eq(refusals), "{refused}");
    let decided = match count {
        1 => evidence(&state, &when, &refused, [7; 32]),
        _ => flood(&state, &when, &refused, count),
    };
    let mut recorded = recorded(&state, decided);
    spoil(&mut recorded);
    let before = state.clone();
    let said = state.apply(&recorded).map(|()| state.command(when.id) == Some(recorded.position));
    assert_eq!(said, then.map_err(|what| Inconsistent { position: recorded.position, what }));
    if then.is_ok() {
        state.unapply(&recorded);
    }
    assert_eq!(state, before, "a refusal leaves nothing when it is unmade or not believed");
}

/// Compares a command with the last event of a story, whose id it takes.
#[track_caller]
fn check_same(says: &str, given: &[Command], when: Command, same: bool) {
    check_same_at(says, given, given.len(), when, same);
}

/// Compares a command with the event of a story's command of a number, whose id it takes.
#[track_caller]
fn check_same_at(says: &str, given: &[Command], number: usize, when: Command, same: bool) {
    let (state, events) = story(given);
    let event = &events[number - 1];
    let when = numbered(when, number - 1);
    assert_eq!(decide(&state, &when), Decision::Known(event.position), "{says}");
    assert_eq!(same_content(&state, &when, event), same, "{says}: {:?}", when.act);
}

/// The state and the events of commands that are all accepted.
#[track_caller]
fn story(given: &[Command]) -> (State, Vec<Recorded>) {
    let mut state = State::default();
    let mut events = Vec::new();
    for command in given {
        let command = numbered(command.clone(), events.len());
        let decided = match decide(&state, &command) {
            Decision::Accepted(decided) => decided,
            Decision::Known(first) => panic!("the story repeats position {first}"),
            Decision::Refused(refused) => panic!("the story is refused: {refused}"),
        };
        let recorded = recorded(&state, decided);
        assert_eq!(state.apply(&recorded), Ok(()), "what is decided folds");
        events.push(recorded);
    }
    (state, events)
}

fn recorded(state: &State, Decided { envelope, event }: Decided) -> Recorded {
    let recorded_at = Instant::MIN;
    Recorded {
        position: state.last().next(),
        recorded_at,
        clamped: false,
        signed: None,
        envelope,
        event,
    }
}

fn numbered(command: Command, before: usize) -> Command {
    let unset = command.id == CommandId::from_bytes([0; 16]);
    if unset { Command { id: builders::id(before + 1), ..command } } else { command }
}
