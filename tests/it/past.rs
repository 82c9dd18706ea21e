//! Questions about the past, against a replay that is cut there: on every day of a demonstration,
//! on the ledger itself and on a backup of it.
//!
//! # Invariants
//! * What an answer is compared with is folded here from the events alone, one after the other.

use bahi::{
    Balances, Basis, By, Filter, Ledger, LedgerName, NewLedger, PostingsForm, View,
    core::{Columns, Day, Position, Projection as _, Recorded},
    demo::{Demo, beginning},
};

/// A ledger that lived through some two hundred cases.
fn demonstration() -> Ledger {
    let name = LedgerName::new("demonstration").expect("a name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let demo = Demo { cases: 200, seed: 7 };
    bahi::demo::run(&mut ledger, demo, &mut |_| {}).expect("the demonstration runs");
    ledger
}

fn events(ledger: &Ledger) -> Vec<Recorded> {
    let all = ledger.events(Position(1), ledger.position());
    all.collect::<Result<_, _>>().expect("every event reads")
}

/// Where a view ends: the last event that it knows.
fn last_known(events: &[Recorded], view: View) -> Position {
    let known = |one: &&Recorded| {
        view.known_on.is_none_or(|known_on| one.recorded_at <= known_on)
            && view.at.is_none_or(|at| one.position <= at)
    };
    events.iter().filter(known).map(|one| one.position).max().unwrap_or_default()
}

fn check(ledger: &Ledger, events: &[Recorded], view: View) {
    let last = last_known(events, view);
    let counts = |one: &&Recorded| {
        one.position <= last && view.as_of.is_none_or(|day| one.envelope.effective_day <= day)
    };
    let mut replay = Balances::default();
    events.iter().filter(counts).for_each(|recorded| replay.apply(recorded));
    let answer = ledger.balances(By::ALL, &Filter::default(), view).expect("an answer");
    let mut rows = replay.rows(By::ALL, &Filter::default(), ledger.names());
    rows.retain(|row| row.head.is_some());
    assert_eq!(answer.rows, rows, "{view:?}");
    assert_eq!(answer.total, replay.total(), "{view:?}");
    let Basis { position, root, as_of, known_on } = answer.basis;
    assert_eq!((position, as_of), (last, view.as_of), "{view:?}");
    assert_eq!(root, ledger.root_at(last).expect("a root"), "{view:?}");
    assert!(view.known_on.is_none_or(|asked| asked == known_on), "{view:?}");
}

/// The days of a history, with one before and one after.
fn days(events: &[Recorded]) -> impl Iterator<Item = Day> {
    let day = |one: &Recorded| [one.envelope.effective_day, one.recorded_at.day()];
    let all = || events.iter().flat_map(day);
    let (from, to) = (all().min().expect("events"), all().max().expect("events"));
    let count = to.epoch_days() - from.epoch_days() + 1;
    (-1..=count).map(move |number| from.plus_days(number).expect("a day in range"))
}

#[test]
fn balances_of_the_demonstration_are_a_replay_cut_there_on_every_day_and_both_times() {
    let ledger = demonstration();
    let events = events(&ledger);
    for day in days(&events) {
        let as_of = View { as_of: Some(day), ..View::NOW };
        let known_on = View { known_on: Some(day.end()), ..View::NOW };
        let later = day.plus_days(45).map(Day::end);
        let at = Position(ledger.position().0 * u64::from(day.date().2.unsigned_abs()) / 31);
        let both = View { known_on: later, at: Some(at), ..as_of };
        for view in [as_of, known_on, View { known_on: later, ..as_of }, both] {
            check(&ledger, &events, view);
        }
    }
}

#[test]
fn balances_at_every_position_are_those_of_its_beginning() {
    let ledger = demonstration();
    let events = events(&ledger);
    let mut replay = Balances::default();
    for recorded in &events {
        replay.apply(recorded);
        let view = View { at: Some(recorded.position), ..View::NOW };
        let answer = ledger.balances(By::default(), &Filter::default(), view).expect("an answer");
        assert_eq!(answer.total, replay.total());
        let moment = View { known_on: Some(recorded.recorded_at), ..View::NOW };
        let basis = ledger.basis(moment).expect("a basis");
        assert_eq!(basis.position, last_known(&events, moment));
    }
    let nothing = View { at: Some(Position::NONE), ..View::NOW };
    let answer = ledger.balances(By::default(), &Filter::default(), nothing).expect("an answer");
    assert_eq!(answer.total, Columns::default());
}

#[test]
fn a_backup_answers_every_question_about_the_past_as_the_ledger_does() {
    let ledger = demonstration();
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("backup");
    ledger.backup(&dir, &mut |_| {}).expect("a backup");
    let backup = Ledger::open_backup(&dir).expect("it opens");
    let half = Position(ledger.position().0 / 2);
    let middle = ledger.event(half).expect("an event");
    let (day, moment) = (middle.envelope.effective_day, middle.recorded_at);
    let subject = ledger.case_ref(middle.envelope.case).and_then(|case| ledger.case(case.as_str()));
    let subject = subject.expect("the event in the middle is of a case");
    for bits in 0..8 {
        let view = View {
            as_of: (bits & 1 > 0).then_some(day),
            known_on: (bits & 2 > 0).then_some(moment),
            at: (bits & 4 > 0).then_some(half),
        };
        let answers = |ledger: &Ledger| {
            let filter = Filter::default();
            let balances = ledger.balances(By::ALL, &filter, view).expect("balances");
            let trail = ledger.trail(subject, view).expect("a trail");
            let basis = balances.basis;
            let events = ledger.events(Position(1), basis.position).as_of(basis.as_of);
            let events: Vec<Recorded> = events.collect::<Result<_, _>>().expect("events");
            let (mut rows, mut lines) = (Vec::new(), Vec::new());
            let form = PostingsForm::Csv;
            let postings = ledger.export_postings(form, &filter, view, &mut rows, &mut |_| {});
            let all = ledger.export_events(&filter, view, &mut lines, &mut |_| {});
            let exported = (postings.expect("postings"), all.expect("events"));
            assert_eq!(exported.1.rows, events.len() as u64);
            assert_eq!((trail.basis, exported.0.basis), (basis, basis));
            (balances, trail, events, rows, lines)
        };
        let (one, other) = (answers(&ledger), answers(&backup));
        assert_eq!(one, other, "{view:?}");
        assert!(!one.1.entries.is_empty() && !one.2.is_empty(), "{view:?}");
        assert!(
            one.2
                .iter()
                .all(|event| view.as_of.is_none_or(|day| { event.envelope.effective_day <= day }))
        );
    }
}
