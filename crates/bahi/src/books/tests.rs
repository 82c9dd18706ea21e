//! Books against the ledger they are of: at every cut, from what was put away and from nothing.

use std::{fs, path::Path};

use bahi_core::{Command, Day};
use bahi_log::Log;
use proptest::prelude::*;

use super::*;
use crate::{
    Ledger, Outcome,
    beside::Which,
    resume::{Sheet, kept_until},
    tests::{allot, apply, new_ledger, sanction},
};

/// A history of small cases on many days, some of it refused: each number is one command.
fn history(picks: &[u8]) -> Vec<Command> {
    let command = |(number, pick): (u32, &u8)| {
        let case = format!("A/{}", pick % 16);
        let mut command = match pick / 16 % 4 {
            0 => allot(number, "300000.00"),
            1 | 2 => apply(number, &case),
            _ => sanction(number, &case, "250000.00"),
        };
        let back = i32::from(pick % 50);
        command.effective_day = command.effective_day.plus_days(-back).expect("a day in range");
        command
    };
    (1..).zip(picks).map(command).collect()
}

fn views(ledger: &Ledger) -> Vec<View> {
    let day = |number: i32| Day::parse("2024-06-10").ok().and_then(|day| day.plus_days(-number));
    let at = |part: u64| Some(Position(ledger.position().0 * part / 4));
    vec![
        View::NOW,
        View { as_of: day(20), ..View::NOW },
        View { at: at(2), ..View::NOW },
        View { as_of: day(5), at: at(3), ..View::NOW },
        View { known_on: Some(ledger.last_recorded_at()), as_of: day(30), at: None },
    ]
}

fn answers(views: &[View], balances: impl Fn(By, View) -> BalancesAt) -> Vec<BalancesAt> {
    let by = [By::ALL, By { scheme: true, ..By::default() }];
    views.iter().flat_map(|view| by.map(|by| balances(by, *view))).collect()
}

fn of_ledger(ledger: &Ledger, views: &[View]) -> Vec<BalancesAt> {
    answers(views, |by, view| ledger.balances(by, &Filter::default(), view).expect("an answer"))
}

fn of_books(books: &Books, views: &[View]) -> Vec<BalancesAt> {
    answers(views, |by, view| books.balances(by, &Filter::default(), view).expect("an answer"))
}

fn submitted(ledger: &mut Ledger, commands: &[Command]) -> usize {
    let outcomes = ledger.submit_each(commands).expect("the ledger takes commands");
    outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Accepted(_))).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn books_are_the_ledger_at_every_cut_wherever_folds_were_put_away(
        picks in prop::collection::vec(any::<u8>(), 1..60),
        away in prop::collection::vec(any::<bool>(), 8),
    ) {
        let place = tempfile::tempdir().expect("a directory");
        let (dir, backup) = (place.path().join("ledger"), place.path().join("backup"));
        let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let mut until = Position::NONE;
        for (commands, away) in history(&picks).chunks(8).zip(&away) {
            submitted(&mut ledger, commands);
            if *away {
                ledger.put_folds_away().expect("they are put away");
                until = ledger.position();
            }
            let views = views(&ledger);
            let expected = of_ledger(&ledger, &views);
            ledger.backup(&backup, &mut |_| {}).expect("a backup");
            drop(ledger);
            let books = Books::open(&dir).expect("books");
            prop_assert_eq!(books.resumed_from(), until);
            prop_assert_eq!(of_books(&books, &views), expected.clone());
            drop(books);
            let backed_up = || Books::open_either_with(&backup, &mut |_| {}).expect("books");
            prop_assert_eq!(&of_books(&backed_up(), &views), &expected);
            // The first question about a past is answered in another way than the ones after it.
            for (view, expected) in views.iter().zip(expected.iter().step_by(2)) {
                let first = backed_up().balances(By::ALL, &Filter::default(), *view);
                prop_assert_eq!(&first.expect("an answer"), expected);
            }
            ledger = Ledger::open(&dir).expect("it opens again");
        }
        let verified = ledger.verify();
        prop_assert!(verified.ok(), "{:?}", verified.passes);
    }
}

/// A ledger in a directory, closed, of so many events that books fold it in parts.
fn long(dir: &Path) -> (Vec<View>, Vec<BalancesAt>) {
    let mut ledger = Ledger::create(dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let each = |number: u32| {
        if number.is_multiple_of(3) {
            allot(number, "10.00")
        } else {
            apply(number, &format!("L/{number}"))
        }
    };
    let commands: Vec<Command> = (1..=9_000).map(each).collect();
    for commands in commands.chunks(1_000) {
        assert_eq!(submitted(&mut ledger, commands), commands.len());
    }
    let views = views(&ledger);
    let answers = of_ledger(&ledger, &views);
    (views, answers)
}

#[test]
fn a_ledger_puts_its_folds_away_as_it_is_closed_and_nothing_but_time_hangs_on_them() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let (views, answers) = long(&dir);
    let folds = dir.join(FOLDS);
    let files = |folds: &Path| {
        let mut names: Vec<_> = fs::read_dir(folds)
            .expect("a directory")
            .map(|entry| entry.expect("a file").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(files(&folds), ["balances", "movements"], "what is soon folded is not put away");
    let last = {
        let books = Books::open(&dir).expect("books");
        assert_eq!(books.resumed_from(), books.position());
        assert_eq!(of_books(&books, &views), answers);
        books.position()
    };
    let verified = Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined");
    assert!(verified.ok(), "{:?}", verified.passes);

    fs::remove_dir_all(&folds).expect("removed");
    let books = Books::open(&dir).expect("books");
    assert_eq!(books.resumed_from(), Position::NONE, "folded from the first event");
    assert_eq!(of_books(&books, &views), answers);
    drop(books);
    assert_eq!(files(&folds), ["balances", "movements"], "books put away what took them long");
    assert_eq!(Books::open(&dir).expect("books").resumed_from(), last);
    fs::remove_dir_all(&folds).expect("removed");
    let ledger = Ledger::open(&dir).expect("it opens");
    assert_eq!(of_ledger(&ledger, &views), answers);
    assert_eq!(ledger.put_away_agrees(), None);
    drop(ledger);
    let replay = Ledger::open(&dir).expect("it opens").replay(View::NOW, true, &mut |_| {});
    let compared = replay.expect("a replay").compared.expect("it is compared");
    assert!(compared.contains(&(crate::PUT_AWAY, true)));
    Ledger::open(&dir).expect("it opens").put_folds_away().expect("all are put away");
    let house = if cfg!(feature = "vault") { "house" } else { "house-without-details" };
    assert_eq!(files(&folds), ["balances", house, "movements", "rules", "trail"]);
    let log = Log::open(&dir, LogOptions::default()).expect("a log");
    let kept = Which::ALL.map(|which| kept_until(&log, &folds, which.kind()));
    assert_eq!(kept, [last; 5]);
}

#[test]
fn spoilt_folds_are_folded_again_and_a_strange_file_among_them_is_damage() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let (views, answers) = long(&dir);
    for name in ["balances", "movements"] {
        let file = dir.join(FOLDS).join(name);
        let whole = fs::read(&file).expect("it was put away");
        let places = [0, 9, 33, 50, 79, 100, whole.len() / 2, whole.len() - 40, whole.len() - 1];
        for at in places {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 4;
            for bytes in [&spoilt[..], &whole[..at]] {
                fs::write(&file, bytes).expect("written");
                let books = Books::open(&dir).expect("books");
                assert_eq!(of_books(&books, &views), answers, "{name} at {at}");
            }
        }
        // The books put away again what they found spoilt, so that it is whole once more.
        assert_eq!(fs::read(&file).expect("it was put away"), whole, "{name}");
    }
    let ok = || Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined").ok();
    fs::write(dir.join(FOLDS).join("movements.new"), "half").expect("written");
    assert!(ok(), "what was being written is no damage");
    fs::write(dir.join(FOLDS).join("notes"), "a stranger's").expect("written");
    assert!(ok(), "what another release may keep there is no damage either");
    fs::write(dir.join("notes"), "a stranger's").expect("written");
    assert!(!ok(), "no part claims it");
}

#[test]
fn what_is_put_away_misleads_nobody_who_verifies_or_asks_the_log() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let (views, answers) = long(&dir);
    Ledger::open(&dir).expect("it opens").put_folds_away().expect("all are put away");
    let log = Log::open(&dir, LogOptions::default()).expect("a log");
    let last = Position(log.size() - 1);
    // Forged by somebody who can hash: whole, of this log, and untrue.
    let forged = Present { last_instant: Some(Instant::MIN), ..Present::default() };
    let put_away = |kind, image| {
        let sheet = Sheet::new(&log, &dir.join(FOLDS), kind, image, last).expect("a sheet");
        sheet.put_away().expect("it is put away");
    };
    put_away(Present::KIND, forged.put());
    put_away(Movements::KIND, Movements::default().put());
    drop(log);
    let ledger = Ledger::open(&dir).expect("it opens");
    assert_ne!(of_ledger(&ledger, &views), answers, "who may write there misleads who trusts it");
    let verified = ledger.verify();
    let told: Vec<(&str, bool)> = verified.passes.iter().map(|pass| (pass.name, pass.ok)).collect();
    assert!(told.iter().all(|(name, ok)| *ok == (*name != "folds")), "{told:?}");
    let replay = ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay");
    let compared = replay.compared.expect("it is compared");
    let differ = compared.iter().filter(|(_, equal)| !equal).map(|(name, _)| *name);
    assert_eq!(
        differ.collect::<Vec<_>>(),
        ["balances", crate::PUT_AWAY, "movements"],
        "who compares is told"
    );
    drop(ledger);
    let examined = Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined");
    for pass in examined.passes {
        assert_eq!(pass.ok, pass.name != crate::PUT_AWAY, "{pass:?}");
        let first = pass.first_problem.unwrap_or_default();
        assert!(pass.ok || first.contains("balances") && pass.checked == 5, "{first}");
    }
    let books = Books::open(&dir).expect("books");
    assert_ne!(of_books(&books, &views), answers, "who may write there misleads who trusts it");
    drop(books);
    let books = Books::open_from_log(&dir, &mut |_| {}).expect("books");
    assert_eq!(of_books(&books, &views), answers, "and nobody else");
    drop(books);
    let ledger = Ledger::open_from_log(&dir, &mut |_| {}).expect("it opens");
    assert_eq!(of_ledger(&ledger, &views), answers, "and nobody else");
}
