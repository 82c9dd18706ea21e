//! New versions of folds: whatever the moment of the switch, what answers is a fold of the whole log.

use std::{collections::BTreeMap, fs};

use bahi_core::{Day, Event, Projection, Recorded};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::{
    View,
    tests::{allot, apply, new_ledger},
};

/// Counts events and applications.
#[derive(Clone, PartialEq, Debug, Default)]
struct Counts {
    events: u64,
    applied: u64,
}

impl Projection for Counts {
    fn apply(&mut self, recorded: &Recorded) {
        self.events += 1;
        self.applied += u64::from(matches!(recorded.event, Event::Applied(_)));
    }
}

impl Resumable for Counts {
    const NAME: &'static str = "counts";
    const VERSION: u16 = 3;

    fn image(&self) -> Vec<u8> {
        [self.events.to_le_bytes(), self.applied.to_le_bytes()].concat()
    }

    fn from_image(bytes: &[u8]) -> Option<Counts> {
        let (events, applied) = bytes.split_at_checked(8)?;
        let number = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
        Some(Counts { events: number(events)?, applied: number(applied)? })
    }
}

/// The same, applications by the day they count on.
#[derive(Clone, PartialEq, Debug, Default)]
struct ByDay {
    events: u64,
    applied: BTreeMap<Day, u64>,
}

impl Projection for ByDay {
    fn apply(&mut self, recorded: &Recorded) {
        self.events += 1;
        if matches!(recorded.event, Event::Applied(_)) {
            *self.applied.entry(recorded.envelope.effective_day).or_default() += 1;
        }
    }
}

impl Resumable for ByDay {
    const NAME: &'static str = Counts::NAME;
    const VERSION: u16 = 4;

    fn image(&self) -> Vec<u8> {
        let day = |(day, count): (&Day, &u64)| {
            [&day.epoch_days().to_le_bytes()[..], &count.to_le_bytes()].concat()
        };
        let days = self.applied.iter().flat_map(day);
        self.events.to_le_bytes().into_iter().chain(days).collect()
    }

    fn from_image(bytes: &[u8]) -> Option<ByDay> {
        let (events, days) = bytes.split_first_chunk()?;
        let (days, rest) = days.as_chunks::<12>();
        let day = |bytes: &[u8; 12]| {
            let (day, count) = bytes.split_first_chunk()?;
            let day = Day::from_epoch_days(i32::from_le_bytes(*day))?;
            Some((day, u64::from_le_bytes(count.try_into().ok()?)))
        };
        let applied = days.iter().map(day).collect::<Option<_>>()?;
        rest.is_empty().then(|| ByDay { events: u64::from_le_bytes(*events), applied })
    }
}

impl Renewed for ByDay {
    type Before = Counts;

    fn contradicts(&self, before: &Counts) -> Option<String> {
        let applied: u64 = self.applied.values().sum();
        let same = self.events == before.events && applied == before.applied;
        (!same).then(|| format!("{applied} applications, {} before", before.applied))
    }
}

/// A version that counts every third application twice.
#[derive(Default)]
struct Wrong(Counts);

impl Projection for Wrong {
    fn apply(&mut self, recorded: &Recorded) {
        self.0.apply(recorded);
        self.0.applied += u64::from(recorded.position.0.is_multiple_of(3));
    }
}

impl Resumable for Wrong {
    const NAME: &'static str = Counts::NAME;
    const VERSION: u16 = 4;

    fn image(&self) -> Vec<u8> {
        self.0.image()
    }

    fn from_image(bytes: &[u8]) -> Option<Wrong> {
        Counts::from_image(bytes).map(Wrong)
    }
}

impl Renewed for Wrong {
    type Before = Counts;

    fn contradicts(&self, before: &Counts) -> Option<String> {
        (self.0 != *before).then(|| format!("{} is not {}", self.0.applied, before.applied))
    }
}

/// A version that panics at the fifth event.
#[derive(Default)]
struct Broken(u64);

impl Projection for Broken {
    fn apply(&mut self, _: &Recorded) {
        self.0 += 1;
        assert!(self.0 < 5, "a fold of somebody else's may be broken");
    }
}

impl Resumable for Broken {
    const NAME: &'static str = Counts::NAME;
    const VERSION: u16 = 4;

    fn image(&self) -> Vec<u8> {
        Vec::new()
    }

    fn from_image(_: &[u8]) -> Option<Broken> {
        None
    }
}

impl Renewed for Broken {
    type Before = Counts;

    fn contradicts(&self, _: &Counts) -> Option<String> {
        None
    }
}

/// A ledger of some applications, of which the older version is put away, and where.
fn kept(applications: u32) -> (Ledger, TempDir) {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    more(&mut ledger, 1, applications);
    let dir = tempfile::tempdir().expect("a directory");
    let fold: Counts = ledger.resume(dir.path()).expect("a fold");
    ledger.put_away(&fold, dir.path()).expect("it is put away");
    (ledger, dir)
}

fn more(ledger: &mut Ledger, from: u32, count: u32) {
    let command = |number: u32| match number % 4 {
        0 => allot(number, "1.00"),
        _ => {
            let mut command = apply(number, &format!("R/{number}"));
            let back = (number % 7) as i32;
            command.effective_day = command.effective_day.plus_days(-back).expect("a day");
            command
        }
    };
    let commands: Vec<_> = (from..from + count).map(command).collect();
    commands.chunks(1_000).for_each(|some| drop(ledger.submit_each(some).expect("they go in")));
}

/// That what answers is a fold of everything, of its version.
fn assert_whole(ledger: &Ledger, renewal: &Renewal<ByDay>) {
    assert_eq!(renewal.position(), ledger.position());
    match renewal.serving() {
        Serving::Before(counts) => assert_eq!(*counts, ledger.fold(View::NOW).expect("a fold")),
        Serving::Now(by_day) => assert_eq!(*by_day, ledger.fold(View::NOW).expect("a fold")),
    }
}

/// The version whose file is there.
fn version(dir: &TempDir) -> u8 {
    fs::read(dir.path().join(Counts::NAME)).expect("a file")[10]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_the_moment_of_the_switch_what_answers_is_a_fold_of_the_whole_log(
        steps in prop::collection::vec((0_u32..40, 0_u8..6), 1..12),
    ) {
        let (mut ledger, dir) = kept(30);
        let mut renewal = ledger.renew::<ByDay>(dir.path()).expect("a renewal");
        assert_whole(&ledger, &renewal);
        prop_assert!(matches!(renewal.serving(), Serving::Before(_)));
        let mut number = 1_000;
        for (count, step) in steps {
            more(&mut ledger, number, count);
            number += 1_000;
            match step {
                0..3 => renewal.follow(&ledger).expect("it goes on"),
                3 => renewal.finish(&ledger).expect("it ends"),
                4 => {
                    // Stopped in the midst of it: the next begins where this one put away.
                    renewal.follow(&ledger).expect("it goes on");
                    renewal.put_away(&ledger).expect("it is put away");
                    drop(renewal);
                    renewal = ledger.renew(dir.path()).expect("a renewal");
                }
                _ => {
                    drop(renewal);
                    renewal = ledger.renew(dir.path()).expect("a renewal");
                }
            }
            assert_whole(&ledger, &renewal);
            let is_now = matches!(renewal.serving(), Serving::Now(_));
            prop_assert_eq!(version(&dir), if is_now { 4 } else { 3 });
            prop_assert_eq!(renewal.progress().is_none(), is_now);
        }
        renewal.finish(&ledger).expect("it ends");
        assert_whole(&ledger, &renewal);
        prop_assert!(matches!(renewal.serving(), Serving::Now(_)));
        let again = ledger.renew::<ByDay>(dir.path()).expect("a renewal");
        prop_assert!(matches!(again.serving(), Serving::Now(_)), "and is taken up as it is");
    }
}

#[test]
fn a_version_that_contradicts_the_one_before_answers_nothing_and_is_not_put_away() {
    let (mut ledger, dir) = kept(30);
    let file = fs::read(dir.path().join(Counts::NAME)).expect("a file");
    for _ in 0..2 {
        let mut renewal = ledger.renew::<Wrong>(dir.path()).expect("a renewal");
        let told = renewal.finish(&ledger).expect_err("they differ").to_string();
        for part in ["version 4 of the fold counts", "contradicts version 3", "goes on answering"] {
            assert!(told.contains(part), "{told}");
        }
        let contradiction = renewal.contradiction().expect("it is told again").clone();
        assert_eq!((contradiction.before, contradiction.position), (3, ledger.position()));
        assert_eq!(contradiction.to_string(), told);
        let number = 1_000 + ledger.position().0 as u32;
        more(&mut ledger, number, 10);
        renewal.follow(&ledger).expect("it is told once");
        renewal.finish(&ledger).expect("nothing is waited for");
        let Serving::Before(counts) = renewal.serving() else { panic!("it is not switched") };
        assert_eq!(*counts, ledger.fold(View::NOW).expect("a fold"));
        assert_eq!(renewal.progress(), None);
        assert_eq!(fs::read(dir.path().join(Counts::NAME)).expect("a file"), file);
    }
}

#[test]
fn a_version_that_panics_is_refused_and_the_one_before_goes_on() {
    let (ledger, dir) = kept(30);
    let mut renewal = ledger.renew::<Broken>(dir.path()).expect("a renewal");
    let told = renewal.finish(&ledger).expect_err("it cannot be folded").to_string();
    assert!(told.contains("folding it panicked"), "{told}");
    assert!(matches!(renewal.serving(), Serving::Before(_)));
    renewal.follow(&ledger).expect("it is told once");
}

#[test]
fn what_is_spoilt_or_missing_does_not_answer_and_the_new_version_is_folded_at_once() {
    let (ledger, dir) = kept(30);
    let file = dir.path().join(Counts::NAME);
    let bytes = fs::read(&file).expect("a file");
    for at in 0..bytes.len() {
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 1;
        fs::write(&file, &spoilt).expect("written");
        let renewal = ledger.renew::<ByDay>(dir.path()).expect("a renewal");
        assert!(matches!(renewal.serving(), Serving::Now(_)), "byte {at}");
        assert_whole(&ledger, &renewal);
    }
    fs::remove_file(&file).expect("removed");
    assert_whole(&ledger, &ledger.renew(dir.path()).expect("a renewal"));
}

#[test]
fn a_new_version_that_lacks_much_when_it_is_done_is_taken_further_beside() {
    let (mut ledger, dir) = kept(30);
    let mut renewal = ledger.renew::<ByDay>(dir.path()).expect("a renewal");
    let first = renewal.progress().expect("it is folded").of;
    assert_eq!(first, ledger.position());
    more(&mut ledger, 1_000, 2 * LACKING_MAX as u32);
    let mut seen = Vec::new();
    while let Some(progress) = renewal.progress() {
        assert!(progress.at <= progress.of && progress.of <= ledger.position());
        seen.push(progress.of);
        renewal.follow(&ledger).expect("it goes on");
        assert_whole(&ledger, &renewal);
    }
    seen.dedup();
    assert_eq!(seen, [first, ledger.position()], "once from the first event, once for the rest");
    assert!(matches!(renewal.serving(), Serving::Now(_)));
}

#[test]
fn a_renewal_that_is_dropped_lets_its_ledger_be_opened_again() {
    let place = tempfile::tempdir().expect("a directory");
    let (dir, folds) = (place.path().join("ledger"), place.path().join("mine"));
    let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    more(&mut ledger, 1, 2_000);
    ledger.put_away(&ledger.resume::<Counts>(&folds).expect("a fold"), &folds).expect("put away");
    for _ in 0..5 {
        let renewal = ledger.renew::<ByDay>(&folds).expect("a renewal");
        drop((renewal, ledger));
        ledger = Ledger::open(&dir).expect("it opens again");
    }
}
