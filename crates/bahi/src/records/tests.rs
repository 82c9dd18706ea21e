//! Records beside the ledger they are of: the same events, references, proofs and backups.

use std::path::Path;

use bahi_core::{Command, Position};
use bahi_proof::SigningKey;

use super::*;
use crate::{
    Ledger, View,
    answers::{self, Teller},
    tests::{allot, apply, new_ledger, sanction},
};

/// All that is told of an event, in words.
fn tell(teller: &impl Teller, event: &Recorded) -> String {
    let says = crate::describe(event, teller.names());
    let case = answers::case_of(teller, event).expect("a case");
    let (id, record) = (teller.event_id(event.position), teller.record(event.position));
    assert!(answers::event(teller, event).is_ok());
    format!("{event:?} {says} {case:?} {id} {:?}", record.expect("a record"))
}

/// A closed ledger in a directory with a backup beside it, and what the ledger itself said.
fn told(dir: &Path, backup: &Path, large: bool) -> (Vec<String>, Vec<crate::Basis>, Vec<View>) {
    let mut ledger = Ledger::create(dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let each = |number: u32| match number % 3 {
        0 => allot(number, "300000.00"),
        1 => apply(number, &format!("R/{}", number / 3)),
        _ => sanction(number, &format!("R/{}", number / 3), "250000.00"),
    };
    let commands: Vec<Command> = (1..300).map(each).collect();
    let (first, rest) = commands.split_at(200);
    ledger.submit_each(first).expect("the ledger takes commands");
    if large {
        ledger.put_folds_away().expect("they are put away");
    }
    ledger.submit_each(rest).expect("the ledger takes commands");
    let last = ledger.position();
    let lines = |event: Result<_, _>| tell(&ledger, &event.expect("an event"));
    let events = ledger.events(Position(1), last).map(lines).collect();
    let views = vec![
        View::NOW,
        View { at: Some(Position(last.0 / 2)), ..View::NOW },
        View { known_on: Some(ledger.last_recorded_at()), ..View::NOW },
    ];
    let bases = views.iter().map(|view| ledger.basis(*view).expect("a basis")).collect();
    ledger.backup(backup, &mut |_| {}).expect("a backup");
    (events, bases, views)
}

#[test]
fn records_say_what_their_ledger_says_wherever_they_are_read() {
    for large in [false, true] {
        let place = tempfile::tempdir().expect("a directory");
        let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
        let (events, bases, views) = told(&dir, &backup, large);
        let mut none = |_| {};
        let open: [(&str, Records); 3] = [
            ("backup", Records::open(&backup, &mut none).expect("records")),
            ("backup, its log", Records::open_from_log(&backup, &mut none).expect("records")),
            ("ledger", Records::open(&dir, &mut none).expect("records")),
        ];
        for (what, records) in open {
            let last = records.position();
            let line = |event: Result<_, _>| tell(&records, &event.expect("an event"));
            let read: Vec<String> = records.events(Position(1), last).map(line).collect();
            assert_eq!(read, events, "{what}");
            let mut back: Vec<String> = records.events_back(Position(1), last).map(line).collect();
            back.reverse();
            assert_eq!(back, events, "{what}, backward");
            for (view, basis) in views.iter().zip(&bases) {
                assert_eq!(records.basis(*view).expect("a basis"), *basis, "{what}");
            }
            assert_eq!(records.case_ref(Position::NONE).expect("it reads"), None);
            assert_eq!(records.case_ref(last.next()).expect("it reads"), None);
        }
    }
}

#[test]
fn what_is_shown_of_records_is_what_the_ledger_shows() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
    told(&dir, &backup, false);
    let ledger = Ledger::open(&dir).expect("it opens");
    let records = Records::open(&backup, &mut |_| {}).expect("records");
    let key = SigningKey::from_seed(ledger.name().as_str(), &[7; 32]).expect("a key");
    let (at, last) = (Position(17), ledger.position());
    let shown = |one: &dyn Provable, tiles: &str, copy: &str| {
        let note = || one.checkpoint(&key, last).expect("a checkpoint");
        let (tiles, copy) = (place.path().join(tiles), place.path().join(copy));
        (
            (one.name().to_string(), one.id(), one.position(), one.root()),
            one.record(at).expect("a record"),
            note().to_string(),
            one.prove(at, note()).expect("a proof").to_string(),
            one.prove_history(9, note()).expect("a proof").to_string(),
            one.ask_witness(8, note()).expect("a request").to_string(),
            one.export_tiles(&tiles, &note(), &mut |_| {}).expect("tiles"),
            one.backup(&copy, &mut |_| {}).expect("a backup"),
        )
    };
    assert_eq!(shown(&records, "tiles", "copy"), shown(&ledger, "tiles-too", "copy-too"));
    assert_eq!(records.schemes().expect("schemes"), ledger.schemes());
    let (by, all) = (By { scheme: true, ..By::default() }, Filter::default());
    for view in [View::NOW, View { at: Some(Position(40)), ..View::NOW }] {
        let outcomes = records.outcomes(by, &all, view).expect("an answer");
        assert_eq!(outcomes, ledger.outcomes(by, &all, view).expect("an answer"));
        let suspense = records.suspense(&all, view).expect("an answer");
        assert_eq!(suspense, ledger.suspense(&all, view).expect("an answer"));
    }
    assert!(records.record(last.next()).is_err());
}
