//! Who may sign, until when, and whose commands must be signed.

use alloc::{boxed::Box, vec, vec::Vec};

use bahi_core::{Act, Command, Event, Reference, Refusal, Signed};

use super::{builders::*, recorded, story};
use crate::{Decision, State, decide, ought_to_be_signed, signing};

/// A command as signed by the key of a number; nobody looks at the signature here.
fn signed(key: u8, command: Command) -> Command {
    let signed = Signed::new("{}", [key; 32], [0; 64]).expect("one line");
    Command { signed: Some(Box::new(signed)), ..command }
}

/// Asks whether a command may be decided on a day, and compares.
#[track_caller]
fn check(says: &str, given: &[Command], on: &str, when: Command, then: Result<(), Refusal>) {
    let (state, _) = story(given);
    let answer = signing(&state, &when, day(on)).map_err(|refused| refused.first().clone());
    assert_eq!(answer, then, "{says}");
}

/// What it says, the story before, the day of recording, the command, and the answer.
type Row = (&'static str, Vec<Command>, &'static str, Command, Result<(), Refusal>);

fn optional(command: Command) -> Command {
    edited(command, |command| {
        if let Act::SetActorKey { required, .. } = &mut command.act {
            *required = false;
        }
    })
}

#[test]
fn a_key_signs_for_its_actor_from_its_day_until_its_end() {
    // Set on 2024-05-01; `disburse` is the drawing officer's.
    let set = || then(sanctioned(), signing_key("ddo-vns", 1, Some("2024-12-31")));
    let paid = || disburse("A", 1, 100_000);
    let unknown = |on| Err(Refusal::SigningKeyUnknown { day: day(on) });
    let rotated = then(set(), optional(on("2024-08-01", signing_key("ddo-vns", 2, None))));
    let revoked = then(set(), signing_key("ddo-vns", 1, Some("2024-06-30")));
    let rows: Vec<Row> = vec![
        ("on the first day", set(), "2024-05-01", signed(1, paid()), Ok(())),
        ("on the last day", set(), "2024-12-31", signed(1, paid()), Ok(())),
        ("before", set(), "2024-04-30", signed(1, paid()), unknown("2024-04-30")),
        ("after", set(), "2025-01-01", signed(1, paid()), unknown("2025-01-01")),
        ("no key was set", sanctioned(), "2024-06-01", signed(1, paid()), unknown("2024-06-01")),
        ("another key", set(), "2024-06-01", signed(2, paid()), unknown("2024-06-01")),
        ("the key of another", set(), "2024-06-01", signed(1, apply("B")), unknown("2024-06-01")),
        (
            "the old key beside the new one",
            rotated.clone(),
            "2024-09-01",
            signed(1, paid()),
            Ok(()),
        ),
        ("the new key", rotated.clone(), "2024-09-01", signed(2, paid()), Ok(())),
        (
            "the new key, early",
            rotated.clone(),
            "2024-07-31",
            signed(2, paid()),
            unknown("2024-07-31"),
        ),
        (
            "what was said last counts",
            revoked.clone(),
            "2024-07-01",
            signed(1, paid()),
            unknown("2024-07-01"),
        ),
        ("and counts for the days it gives", revoked, "2024-06-30", signed(1, paid()), Ok(())),
        ("unsigned, and must be", set(), "2024-06-01", paid(), Err(Refusal::SignatureMissing {})),
        (
            "unsigned, its only key being over",
            set(),
            "2025-06-01",
            paid(),
            Err(Refusal::SignatureMissing {}),
        ),
        ("unsigned, which the latest allows", rotated, "2024-09-01", paid(), Ok(())),
        ("unsigned, by another", set(), "2024-06-01", apply("B"), Ok(())),
        ("unsigned, by nobody known", set(), "2024-06-01", by("new", apply("B")), Ok(())),
        ("what is said of an actor", set(), "2024-06-01", by("ddo-vns", deny(1)), Ok(())),
    ];
    for (says, given, on, when, then) in rows {
        check(says, &given, on, when, then);
    }
}

#[test]
fn a_signed_line_keeps_no_number_of_a_person() {
    let set = then(sanctioned(), signing_key("ddo-vns", 1, None));
    let named = |mut command: Command| {
        command.act.each_bank_reference_mut(|one| {
            *one = Reference::new("200000000009").expect("a reference");
        });
        command
    };
    let refused = Err(Refusal::LooksLikeAadhaar { field: word("reference") });
    let paid = || named(disburse("A", 1, 100_000));
    check("signed", &set, "2024-06-01", signed(1, paid()), refused);
    check("not signed", &sanctioned(), "2024-06-01", paid(), Ok(()));
}

#[test]
fn of_who_must_sign_everything_is_but_denials_and_counts() {
    let (state, _) = story(&then(sanctioned(), signing_key("dic-vns", 1, None)));
    let event = |state: &State, command: Command| {
        let Decision::Accepted(decided) = decide(state, &command) else { panic!("it is lawful") };
        recorded(state, decided)
    };
    let ought = |command: Command| ought_to_be_signed(&state, &event(&state, under(900, command)));
    assert!(ought(apply("B")));
    assert!(!ought(deny(1)));
    assert!(!ought(disburse("A", 1, 1)), "another actor's");
    let zero = under(901, by("dic-vns", sanction("A", 0)));
    let Decision::Refused(refused) = decide(&state, &zero) else { panic!("it moves nothing") };
    for (decided, expected) in [
        (crate::evidence(&state, &zero, &refused, [0; 32]), true),
        (crate::flood(&state, &zero, &refused, 5), false),
    ] {
        let one = recorded(&state, decided);
        assert!(matches!(one.event, Event::CommandRefused(_)));
        assert_eq!(ought_to_be_signed(&state, &one), expected);
    }
}
