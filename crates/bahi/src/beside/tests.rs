//! Ledgers opened from what was put away, against the same ledgers folded from the log.

use std::{collections::BTreeSet, fs};

use bahi_balances::{Balances, By, Filter};
use bahi_core::Command;
use bahi_log::Options;
use proptest::prelude::*;

use super::*;
use crate::{
    Outcome, View,
    tests::{allot, apply, new_ledger, sanction},
};

/// Some commands, many of them refused: each number is one.
fn commands(from: u32, picks: &[u8]) -> Vec<Command> {
    let command = |(number, pick): (u32, &u8)| {
        let case = format!("A/{}", pick % 24);
        match pick / 24 % 5 {
            0 => allot(number, "300000.00"),
            1 | 2 => apply(number, &case),
            3 => sanction(number, &case, "250000.00"),
            _ => sanction(number, "nobody", "1.00"),
        }
    };
    (from..).zip(picks).map(command).collect()
}

/// All that two ledgers of one log can differ in.
fn assert_same(one: &Ledger, other: &Ledger) {
    assert_eq!((one.position(), one.root()), (other.position(), other.root()));
    assert_eq!(one.last_instant, other.last_instant);
    assert_eq!(one.folds.state, other.folds.state);
    assert_eq!(one.history.moments, other.history.moments);
    assert_eq!(one.certificates, other.certificates);
    // Before anything asks for the trail, and after.
    for _ in 0..2 {
        for number in 0..24 {
            let case = format!("A/{number}");
            assert_eq!(one.case(&case), other.case(&case));
        }
        for position in (0..=one.position().0 + 1).map(Position) {
            assert_eq!(one.case_ref(position), other.case_ref(position));
        }
        for (which, (one, other)) in Which::ALL.iter().zip(images(one).iter().zip(&images(other))) {
            assert!(one == other, "{which:?}");
        }
    }
}

fn images(ledger: &Ledger) -> [Option<Vec<u8>>; 5] {
    Which::ALL.map(|which| ledger.image(which).expect("a fold"))
}

/// The same ledger, folded from its log.
fn folded(ledger: &Ledger) -> Ledger {
    Ledger::over(ledger.log.snapshot().expect("it can be read")).expect("a ledger")
}

impl Ledger {
    fn put_one_away(&self, which: Which) {
        let sheet = self.sheet(which).expect("a fold").expect("it is put away");
        sheet.put_away().expect("it is put away");
    }
}

fn from_log(dir: &Path) -> Ledger {
    Ledger::open_from_log(dir, &mut |_| {}).expect("it opens")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_ledger_opened_anywhere_is_the_one_folded_from_its_log(
        picks in prop::collection::vec(any::<u8>(), 8..120),
        away in prop::collection::vec((any::<bool>(), 0_usize..5, 0_usize..5), 12),
    ) {
        let place = tempfile::tempdir().expect("a directory");
        let dir = place.path().join("ledger");
        let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let mut number = 1;
        let mut kept = [Position::NONE; 5];
        for (picks, (asked, one, two)) in picks.chunks(10).zip(&away) {
            // Whether the trail was asked for before changes nothing.
            prop_assert_eq!(ledger.folds.trail.known().is_some(), kept[3].min(kept[4]).is_none());
            if *asked {
                ledger.take_up_the_rest().expect("it is taken up");
            }
            let commands = commands(number, picks);
            number += 10;
            let outcomes = ledger.submit_each(&commands).expect("the ledger takes commands");
            for which in [*one, *two] {
                ledger.put_one_away(Which::ALL[which]);
                kept[which] = ledger.position();
            }
            drop(ledger);
            ledger = Ledger::open(&dir).expect("it opens again");
            let log = &ledger.log;
            let until = Which::ALL.map(|which| kept_until(log, &dir.join(FOLDS), which.kind()));
            prop_assert_eq!(until, kept, "each stands where it was put away");
            let again = ledger.dry_run_each(&commands).expect("they are decided");
            for (first, again) in outcomes.iter().zip(&again) {
                let same = match (first, again) {
                    (Outcome::Accepted(one), Outcome::Accepted(two)) => {
                        one.position == two.position && two.repeated
                    }
                    (Outcome::Refused(one), Outcome::Refused(two)) => one.refused == two.refused,
                    (one, two) => one == two,
                };
                prop_assert!(same, "{first:?}, and again {again:?}");
            }
            assert_same(&ledger, &folded(&ledger));
            drop(ledger);
            ledger = Ledger::open(&dir).expect("it opens again");
        }
        let verified = ledger.verify();
        prop_assert!(verified.ok(), "{:?}", verified.passes);
        let replay = ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay");
        prop_assert!(replay.agrees(), "{:?}", replay.compared);
        drop(ledger);
        let examined = Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined");
        prop_assert!(examined.ok(), "{:?}", examined.passes);
        let compared = examined.passes.iter().find(|pass| pass.name == crate::PUT_AWAY);
        let there = kept.iter().filter(|until| !until.is_none()).count();
        prop_assert_eq!(compared.map_or(0, |pass| pass.checked), there as u64);
    }
}

/// A ledger of some cases and refusals, all of whose folds are put away; its directory.
fn put_away(place: &Path) -> PathBuf {
    let dir = place.join("ledger");
    let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let picks: Vec<u8> = (0..200_u32).map(|at| (at * 37 % 251) as u8).collect();
    ledger.submit_each(&commands(1, &picks)).expect("the ledger takes commands");
    ledger.put_folds_away().expect("they are put away");
    ledger.submit_each(&commands(1_000, &picks[..20])).expect("the ledger takes commands");
    dir
}

#[test]
fn spoilt_and_torn_folds_are_as_good_as_none() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    for which in Which::ALL {
        let file = which.kind().place(&dir.join(FOLDS));
        let bytes = fs::read(&file).expect("it was put away");
        let places = [0, 9, 33, 50, 79, 81, 90, bytes.len() / 2, bytes.len() - 33, bytes.len() - 1];
        for at in places {
            let mut flipped = bytes.clone();
            flipped[at] ^= 4;
            for spoilt in [&flipped[..], &bytes[..at]] {
                fs::write(&file, spoilt).expect("written");
                let ledger = Ledger::open(&dir).expect("it opens");
                ledger.take_up_the_rest().expect("it is folded");
                let until = kept_until(&ledger.log, &dir.join(FOLDS), which.kind());
                // What the header says may be sound though what follows is not.
                assert!(until.is_none() || at >= 80, "{which:?} at {at}");
                assert!(images(&ledger) == images(&folded(&ledger)), "{which:?} at {at}");
                drop(ledger);
                let examined = Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined");
                assert!(examined.ok(), "what nobody takes up is no problem: {:?}", examined.passes);
            }
        }
        fs::write(&file, &bytes).expect("written");
    }
}

#[test]
fn folds_of_another_history_are_neither_taken_up_nor_a_problem() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    let other = place.path().join("other");
    let mut ledger = Ledger::create(&other, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger.submit_each(&commands(1, &[7; 255])).expect("the ledger takes commands");
    drop(ledger);
    fs::create_dir(other.join(FOLDS)).expect("made");
    for which in Which::ALL {
        let name = which.kind().place(Path::new(FOLDS));
        fs::copy(dir.join(&name), other.join(&name)).expect("copied");
    }
    let examined = Ledger::verify_dir(&other, &mut |_| {}).expect("it is examined");
    assert!(examined.ok(), "{:?}", examined.passes);
    let ledger = Ledger::open(&other).expect("it opens");
    assert!(ledger.folds.trail.known().is_some(), "all of it was folded");
    assert!(ledger.verify().ok());
}

/// The state of a ledger whose every allotment was ten times as large.
fn forged(ledger: &Ledger) -> Vec<u8> {
    let mut state = State::default();
    for recorded in ledger.events(Position(1), ledger.position()) {
        let mut recorded = recorded.expect("it reads");
        if matches!(recorded.event, Event::FundsAllotted) {
            let paise = recorded.envelope.amount.paise() * 10;
            recorded.envelope.amount = bahi_core::Money::from_paise(paise).expect("an amount");
        }
        state.apply(&recorded).expect("it follows");
        state.settle();
    }
    state.image()
}

#[test]
fn a_forged_memory_of_the_rules_decides_wrongly_until_anybody_verifies() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    let log = Log::open(&dir, Options::default()).expect("a log");
    let last = Position(log.size() - 1);
    let ledger = Ledger::over(log).expect("a ledger");
    let image = forged(&ledger);
    let sheet = Sheet::new(&ledger.log, &dir.join(FOLDS), RULES, image, last).expect("a sheet");
    sheet.put_away().expect("it is put away");
    drop(ledger);
    // More than there is, and less than the forgery says.
    let much = allot_out(&dir);
    let mut ledger = Ledger::open(&dir).expect("it opens");
    let taken = ledger.dry_run_each(std::slice::from_ref(&much)).expect("it is decided");
    assert!(matches!(taken[..], [Outcome::Accepted(_)]), "{taken:?}");
    let verified = ledger.verify();
    assert!(!verified.ok());
    assert!(verified.passes.iter().all(|pass| pass.ok == (pass.name != "folds")));
    drop(ledger);
    let examined = Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined");
    let told = examined.passes.iter().find(|pass| !pass.ok).expect("a pass fails");
    assert_eq!(told.name, crate::PUT_AWAY);
    let problem = told.first_problem.clone().unwrap_or_default();
    assert!(problem.contains("rules differs"), "{problem}");
    let refused = from_log(&dir).dry_run_each(&[much]).expect("it is decided");
    assert!(matches!(refused[..], [Outcome::Refused(_)]), "{refused:?}");
}

/// A withdrawal of all that was allotted, and a rupee more.
fn allot_out(dir: &Path) -> Command {
    let ledger = from_log(dir);
    let available: bahi_core::Total =
        ledger.folds.state.funds().map(|(_, totals)| totals.available()).sum();
    let rupees = available.paise() / 100 + 1;
    let text = format!(
        concat!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-999999999999","kind":"withdraw_funds","#,
            r#""actor":"fin-01","role":"finance","effective_day":"2024-06-10","#,
            r#""authority":{{"order":"GO/1","date":"2024-04-01"}},"reason":"lapse","#,
            r#""fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}},"#,
            r#""amount":"{}.00"}}"#
        ),
        rupees
    );
    crate::parse_command(text.as_bytes()).expect("a command")
}

#[test]
fn folds_are_put_away_while_the_ledger_is_open_one_after_each_commit() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger.beside.iter_mut().for_each(|beside| (beside.every, beside.large) = (40, 0));
    let mut seen = Vec::new();
    for number in 1..400 {
        ledger.submit(&allot(number, "1.00")).expect("it allots");
        let beside = ledger.beside.as_mut().expect("it lies in a directory");
        beside.settle();
        let log = &ledger.log;
        seen.push(Which::ALL.map(|which| kept_until(log, &dir.join(FOLDS), which.kind())));
    }
    assert_eq!(seen[0], [Position::NONE; 5]);
    let whole = |kept: &&[Position; 5]| kept.windows(2).all(|two| two[0].next() == two[1]);
    let rounds: BTreeSet<Position> = seen.iter().filter(whole).map(|kept| kept[0]).collect();
    assert!((4..9).contains(&rounds.len()), "the more there is the rarer: {rounds:?}");
    let expected = images(&ledger);
    // Stopped without being closed: what is put away is what was when it last was.
    std::mem::take(&mut ledger.beside);
    drop(ledger);
    let opened = Ledger::open(&dir).expect("it opens");
    assert!(images(&opened) == expected);
    assert_same(&opened, &folded(&opened));
}

#[test]
fn a_log_with_an_impossible_event_keeps_its_trail_and_puts_nothing_away_that_rests_on_the_rules() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    let mut log = Log::open(&dir, Options::default()).expect("a log");
    let position = Position(log.size());
    let application = (1..position.0)
        .filter_map(|at| recorded(&log, Position(at)))
        .find(|one| matches!(one.event, Event::Applied(_)))
        .expect("a case applied");
    let twice = Recorded { position, ..application };
    log.commit(&[&bahi_wire::encode(&twice).expect("bytes")]).expect("the log does not judge");
    drop(log);
    let mut ledger = Ledger::open(&dir).expect("it opens");
    assert_eq!(ledger.inconsistency().map(|one| one.position), Some(position));
    assert!(ledger.folds.trail.known().is_some(), "the trail knows more than the rules");
    let kept = |ledger: &Ledger, kind: Kind| kept_until(&ledger.log, &dir.join(FOLDS), kind);
    let by_name = [RULES, Present::KIND, Trail::KIND];
    let before = by_name.map(|kind| kept(&ledger, kind));
    ledger.put_folds_away().expect("the others are put away");
    assert_eq!(by_name.map(|kind| kept(&ledger, kind)), before, "the names stop with the rules");
    assert_eq!(kept(&ledger, Movements::KIND), position);
    drop(ledger);
    let ledger = Ledger::open(&dir).expect("it opens again");
    assert_eq!(ledger.inconsistency().map(|one| one.position), Some(position));
}

/// Opens a ledger that folds aside whatever is not put away.
fn open_aside(dir: &Path) -> Ledger {
    Ledger::open_aside(dir, 1, &mut |_| {}).expect("it opens")
}

#[test]
fn what_is_of_another_version_is_folded_aside_and_is_the_fold_of_the_whole_log() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    let folds = dir.join(FOLDS);
    let lost: [&[Kind]; 3] = [&[Trail::KIND], &[Movements::KIND], &[Trail::KIND, Movements::KIND]];
    for (round, lost) in (0_u32..).zip(lost) {
        let ledger = Ledger::open(&dir).expect("it opens");
        for kind in lost {
            let file = kind.place(&folds);
            let mut bytes = fs::read(&file).expect("it was put away");
            bytes[10] ^= 0x40;
            fs::write(&file, &bytes).expect("written");
        }
        drop(ledger);
        let mut ledger = open_aside(&dir);
        assert!(ledger.folds.trail.known().is_none(), "nothing of it is folded as it opens");
        let folding = ledger.reaches();
        assert_eq!(folding.len(), lost.len());
        for one in ledger.being_folded() {
            assert!(one.progress.at < one.progress.of && one.progress.of == ledger.position());
        }
        let picks: Vec<u8> = (0..30).collect();
        let more = commands(2_000 + 100 * round, &picks);
        ledger.submit_each(&more).expect("commands are taken meanwhile");
        assert_same(&ledger, &folded(&ledger));
        assert_eq!(ledger.being_folded(), []);
        let replay = ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay");
        assert!(replay.agrees(), "{:?}", replay.compared);
        ledger.put_folds_away().expect("they are put away");
        let until = Which::ALL.map(|which| kept_until(&ledger.log, &folds, which.kind()));
        assert_eq!(until, [ledger.position(); 5]);
        drop(ledger);
        assert!(Ledger::verify_dir(&dir, &mut |_| {}).expect("it is examined").ok());
    }
}

#[test]
fn a_ledger_that_is_closed_while_it_folds_aside_opens_again() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    fs::remove_file(Trail::KIND.place(&dir.join(FOLDS))).expect("removed");
    for _ in 0..5 {
        assert_eq!(open_aside(&dir).reaches().len(), 1);
    }
}

#[test]
fn a_fold_that_differs_from_what_was_put_away_answers_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = put_away(place.path());
    let ledger = from_log(&dir);
    let mut balances = Balances::default();
    for recorded in ledger.events(Position(1), ledger.position()) {
        let mut recorded = recorded.expect("it reads");
        if matches!(recorded.event, Event::FundsAllotted) {
            let paise = recorded.envelope.amount.paise() * 10;
            recorded.envelope.amount = bahi_core::Money::from_paise(paise).expect("an amount");
        }
        balances.apply(&recorded);
    }
    let last_instant = Some(ledger.last_instant);
    let image = present_image(ledger.names(), &balances, &ledger.history.moments, last_instant);
    let (log, folds, last) = (&ledger.log, dir.join(FOLDS), ledger.position());
    let sheet = Sheet::new(log, &folds, Present::KIND, image, last).expect("a sheet");
    sheet.put_away().expect("it is put away");
    drop(ledger);
    let past = View { at: Some(Position(9)), ..View::NOW };
    let asked = |ledger: &Ledger| ledger.balances(By::default(), &Filter::default(), past);
    for is_lost in [false, true] {
        if is_lost {
            fs::remove_file(Movements::KIND.place(&folds)).expect("removed");
        }
        let ledger = open_aside(&dir);
        assert_eq!(ledger.reaches().len(), usize::from(is_lost));
        for _ in 0..2 {
            let told = asked(&ledger).expect_err("they differ").to_string();
            assert!(told.contains("movements") && told.contains("run verify"), "{told}");
        }
    }
    fs::remove_file(Present::KIND.place(&folds)).expect("what verify names is deleted");
    let answered = asked(&open_aside(&dir)).expect("balances");
    assert_eq!(answered, asked(&from_log(&dir)).expect("balances"));
}
