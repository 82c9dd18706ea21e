//! The first stages, for every act: form before repetition, repetition before all that follows,
//! and a sealed period before references.

use alloc::{vec, vec::Vec};

use bahi_core::{Command, CommandKind, Position, Refusal};

use super::super::{builders::*, stories::stories, story};
use crate::{Decision, decide};

/// Every act after the period was sealed in which it would count, and the story it is then of.
fn late() -> Vec<(Vec<Command>, Command)> {
    let sealed = |mut given: Vec<Command>| {
        let when = given.pop().expect("a story has a command");
        let last = given.len() as u64;
        given.push(certify(last, "2025-04-30"));
        given.push(on("2025-05-02", seal(last + 1, "2025-04-30")));
        (given, when)
    };
    stories().into_iter().map(sealed).collect()
}

fn is_from_outside(kind: CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::Return
            | CommandKind::Confirm
            | CommandKind::Suspend
            | CommandKind::ReceiveStatement
            | CommandKind::ReceiveLines
            | CommandKind::Match
            | CommandKind::Unmatch
            | CommandKind::DecideMatch
    )
}

fn is_of_the_house(kind: CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::CertifyState
            | CommandKind::NoteExport
            | CommandKind::DenyAccess
            | CommandKind::RotateKey
            | CommandKind::SetActorKey
    )
}

#[test]
fn a_sealed_period_takes_facts_from_outside_on_its_first_open_day_and_nothing_else() {
    let until = day("2025-04-30");
    for (given, when) in late() {
        let kind = when.act.kind();
        let stated = when.effective_day;
        let (state, _) = story(&given);
        let answer = decide(&state, &under(900, when));
        match answer {
            Decision::Accepted(decided) if is_from_outside(kind) => {
                assert_eq!(decided.envelope.effective_day, day("2025-05-01"), "{}", kind.name());
            }
            Decision::Accepted(decided) => {
                assert!(is_of_the_house(kind), "{} counts in a sealed period", kind.name());
                assert_eq!(decided.envelope.effective_day, stated, "{}", kind.name());
            }
            Decision::Refused(refused) if kind == CommandKind::SealPeriod => {
                assert!(refused.iter().all(|one| one.code() != "period_sealed"));
            }
            Decision::Refused(refused) => {
                let sealed = Refusal::PeriodSealed { until };
                assert!(!is_from_outside(kind) && !is_of_the_house(kind), "{}", kind.name());
                assert!(refused.iter().eq([&sealed]), "{}: {refused}", kind.name());
            }
            Decision::Known(_) => panic!("the id is new"),
        }
    }
}

#[test]
fn form_hides_repetition_and_repetition_hides_all_that_follows() {
    const NUMBER: &str = "200000000009";
    for (given, when) in late() {
        let (state, _) = story(&given);
        let known = under(1, when);
        let name = known.act.kind().name();
        assert_eq!(decide(&state, &known), Decision::Known(Position(1)), "{name}");
        let field = word("actor");
        let then = refused(vec![Refusal::LooksLikeAadhaar { field }]);
        assert_eq!(decide(&state, &by(NUMBER, known.clone())), then, "{name}");
        assert_eq!(decide(&state, &under(900, by(NUMBER, known))), then, "{name}");
    }
}
