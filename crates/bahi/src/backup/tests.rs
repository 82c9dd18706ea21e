//! Backups of random histories at random moments, restored and read, against the live ledger then.

use bahi_core::{Command, Position};
use bahi_log::Fault;
use bahi_proof::{Hash, sha256};
use proptest::prelude::*;

use crate::{
    Error, Filter, Ledger, Outcome, PostingsForm, View,
    tests::{allot, apply, new_ledger, sanction},
};

/// A history of small cases, some of it refused: each number is one command.
fn history(picks: &[u8]) -> Vec<Command> {
    let command = |(number, pick): (u32, &u8)| {
        let case = format!("A/{}", pick % 16);
        match pick / 16 % 4 {
            0 => allot(number, "300000.00"),
            1 | 2 => apply(number, &case),
            _ => sanction(number, &case, "250000.00"),
        }
    };
    (1..).zip(picks).map(command).collect()
}

/// Everything that a ledger says, as far as two can be compared: what is stored, each fold, and
/// what is written out of it.
#[derive(PartialEq, Debug)]
struct Said {
    position: Position,
    root: Hash,
    rules: bahi_rules::State,
    balances: Hash,
    trail: Hash,
    postings: Hash,
    clock: bahi_core::Instant,
}

fn said(ledger: &Ledger) -> Said {
    let mut postings = Vec::new();
    let (form, every) = (PostingsForm::Csv, Filter::default());
    ledger
        .export_postings(form, &every, View::NOW, &mut postings, &mut |_| {})
        .expect("the postings are written");
    Said {
        position: ledger.position(),
        root: ledger.root(),
        rules: ledger.folds.state.clone(),
        balances: sha256(&ledger.folds.balances.state_bytes()),
        trail: sha256(&ledger.trails().expect("a trail").state_bytes()),
        postings: sha256(&postings),
        clock: ledger.last_recorded_at(),
    }
}

fn submit(ledger: &mut Ledger, commands: &[Command]) -> Vec<Outcome> {
    ledger.submit_each(commands).expect("the ledger takes commands")
}

/// Lives a history in batches; after each that is picked the named backup is brought up to date.
/// Gives what the ledger said when each was last taken.
fn lived(
    ledger: &mut Ledger,
    commands: &[Command],
    batch: usize,
    taken: &[Option<u8>],
    dir: &std::path::Path,
) -> [Option<(usize, Said)>; 2] {
    let mut thens = [None, None];
    let batches: Vec<&[Command]> = commands.chunks(batch).collect();
    for (number, commands) in batches.iter().enumerate() {
        submit(ledger, commands);
        let Some(which) = taken.get(number).copied().flatten() else { continue };
        let done = ledger.backup(&dir.join(which.to_string()), &mut |_| {}).expect("a backup");
        assert_eq!((done.position, done.root), (ledger.position(), ledger.root()));
        let slot: &mut Option<(usize, Said)> = &mut thens[usize::from(which)];
        let before = slot.replace((number + 1, said(ledger)));
        assert_eq!(done.before, before.map(|(_, then)| then.position));
    }
    thens
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restored_backup_is_the_live_ledger_at_that_position_and_goes_on(
        picks in prop::collection::vec(any::<u8>(), 1..160),
        batch in 1..24_usize,
        taken in prop::collection::vec(prop::option::of(0..2_u8), 0..24),
    ) {
        let place = tempfile::tempdir().expect("a directory");
        let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let commands = history(&picks);
        let thens = lived(&mut ledger, &commands, batch, &taken, place.path());
        for (which, then) in thens.into_iter().enumerate() {
            let Some((begin, then)) = then else { continue };
            let backup = place.path().join(which.to_string());
            let read = Ledger::open_backup(&backup).expect("the backup opens");
            prop_assert_eq!(&said(&read), &then);
            prop_assert!(read.verify().ok());
            drop(read);
            let again = place.path().join(format!("{which}-again"));
            let mut restored = Ledger::restore(&backup, &again, &mut |_| {}).expect("restored");
            prop_assert_eq!(&said(&restored), &then);
            // What came next comes next again: the clock is simulated, so to the last byte.
            for commands in commands.chunks(batch).skip(begin) {
                submit(&mut restored, commands);
            }
            prop_assert_eq!(&said(&restored), &said(&ledger));
            prop_assert!(restored.verify().ok());
        }
    }
}

#[test]
fn a_backup_answers_and_takes_no_command() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("backup");
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    submit(&mut ledger, &[allot(1, "300000.00"), apply(2, "A")]);
    ledger.backup(&dir, &mut |_| {}).expect("a backup");
    let mut backup = Ledger::open_backup(&dir).expect("it opens");
    let before = said(&backup);
    let is_told = |error: &Error| {
        let told = matches!(error, Error::Fault(Fault::ForReading));
        told && !error.may_retry() && !error.may_be_recorded() && !error.is_damage()
    };
    // A retry is refused too: a backup gives no receipts.
    for commands in [vec![sanction(3, "A", "250000.00")], vec![allot(1, "300000.00")], vec![]] {
        let error = backup.submit_each(&commands).expect_err("it takes no commands");
        assert!(is_told(&error), "{error}");
    }
    let error = backup.submit_all(&[apply(4, "B")]).expect_err("it takes no batch");
    assert!(matches!(&error, crate::BatchError::Failed(error) if is_told(error)), "{error}");
    let would = backup.dry_run(&[sanction(3, "A", "250000.00")]).expect("it decides");
    assert_eq!(would[0].position, before.position.next());
    assert_eq!(said(&backup), before);
    let either = Ledger::open_either_with(&dir, &mut |_| {}).expect("it is one of both");
    assert!(either.is_for_reading());
}

#[test]
fn what_is_neither_ledger_nor_backup_is_told_as_no_ledger() {
    let place = tempfile::tempdir().expect("a directory");
    let opened = Ledger::open_either_with(place.path(), &mut |_| {});
    let error = opened.expect_err("it is empty");
    assert!(matches!(&error, Error::Fault(Fault::NotALedger { .. })), "{error}");
}
