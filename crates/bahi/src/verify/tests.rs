//! Each pass over the meaning of records, seen to fail on a history spoilt for it.

use bahi_core::{Event, Projection as _, Recorded};

use super::*;
use crate::beside::Later;
use crate::tests::{allot, apply, new_ledger, sanction};

/// A history with a sanctioned case: its own record first, then its events.
fn history() -> Vec<Vec<u8>> {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    let commands = [allot(1, "250000.00"), apply(2, "A"), sanction(3, "A", "250000.00")];
    ledger.submit_all(&commands).expect("lawful");
    (0..=ledger.position().0).map(|at| ledger.record(Position(at)).expect("a record")).collect()
}

fn refolded(records: &[Vec<u8>]) -> Refold {
    let mut refold = Refold::default();
    read(&mut refold, records);
    refold
}

fn read(refold: &mut Refold, records: &[Vec<u8>]) {
    refold.over(|on_record| {
        (0..).zip(records).for_each(|(position, record)| on_record(position, record));
    });
}

/// The passes that fail.
fn failed(refold: Refold) -> Vec<&'static str> {
    refold.finish(None).into_iter().filter(|pass| !pass.ok).map(|pass| pass.name).collect()
}

/// The history with one event spoilt.
fn spoilt(position: usize, spoil: impl FnOnce(&mut Recorded)) -> Vec<Vec<u8>> {
    let mut records = history();
    let at = Position(position as u64);
    let mut event = bahi_wire::decode(at, &records[position]).expect("an event");
    spoil(&mut event);
    records[position] = bahi_wire::encode(&event).expect("it has bytes");
    records
}

#[test]
fn a_sound_history_passes() {
    assert_eq!(failed(refolded(&history())), [""; 0]);
}

#[test]
fn a_broken_link_and_a_clock_that_ran_back_are_found() {
    let last = history().len() - 1;
    let link = spoilt(last, |event| event.envelope.previous = Position(1));
    assert_eq!(failed(refolded(&link)), ["links", "conservation"]);
    let ahead = spoilt(last, |event| event.envelope.case = Position(event.position.0 + 1));
    assert_eq!(failed(refolded(&ahead)), ["links", "conservation"]);
    let clock = spoilt(last, |event| {
        let before = event.recorded_at.epoch_micros() - 1;
        event.recorded_at = bahi_core::Instant::from_epoch_micros(before).expect("a moment");
    });
    assert_eq!(failed(refolded(&clock)), ["links"]);
}

#[test]
fn a_record_that_is_no_event_is_found() {
    let mut records = history();
    let last = records.len() - 1;
    records[last].push(0);
    assert_eq!(failed(refolded(&records)), ["records"]);
    records[0][0] ^= 1;
    assert_eq!(failed(refolded(&records[..1])), ["records"]);
}

#[test]
fn a_sanction_beyond_the_fund_is_found() {
    let last = history().len() - 1;
    let more = spoilt(last, |event| {
        event.envelope.amount = bahi_core::Money::from_rupees(250_001).expect("an amount");
    });
    let passes = refolded(&more).finish(None);
    let laws = passes.iter().find(|pass| pass.name == "conservation").expect("a pass");
    let problem = laws.first_problem.as_deref().unwrap_or_default();
    assert!(problem.contains(&format!("position {last}")), "{problem}");
}

#[test]
fn views_that_count_otherwise_than_the_rules_are_found() {
    let records = history();
    let allotment = |rupees| {
        let mut event = bahi_wire::decode(Position(7), &records[7]).expect("an allotment");
        assert!(matches!(event.event, Event::FundsAllotted));
        event.position = Position(records.len() as u64);
        event.envelope.amount = bahi_core::Money::from_rupees(rupees).expect("an amount");
        event
    };
    let mut refold = refolded(&records);
    refold.views.balances.apply(&allotment(1));
    assert_eq!(failed(refold), ["agreement"]);
    let mut refold = refolded(&records);
    let mut sanctioned = allotment(1);
    sanctioned.event = Event::Sanctioned(bahi_core::Sanctioned {
        entitlement: sanctioned.envelope.amount,
        paragraph: bahi_core::WordNo(1),
    });
    refold.views.balances.apply(&sanctioned);
    assert_eq!(failed(refold), ["conservation", "agreement"]);
}

#[test]
fn a_trail_that_differs_is_found_where_a_ledger_holds_one() {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger.submit_all(&[allot(1, "250000.00"), apply(2, "A")]).expect("lawful");
    let folds = |ledger: &Ledger| ledger.verify().passes.pop().expect("a pass of what is live");
    assert!(ledger.folds.trail.known().is_some() && folds(&ledger).ok);
    ledger.folds.trail = Later::default();
    let spoilt = folds(&ledger);
    assert_eq!((spoilt.name, spoilt.ok), ("folds", false));
    assert!(spoilt.first_problem.is_some_and(|what| what.starts_with("trail as live")));
    ledger.folds.trail = Later::unasked();
    let unasked = folds(&ledger);
    assert!(unasked.ok && unasked.checked < spoilt.checked, "it was compared with nothing");
    assert!(ledger.folds.trail.known().is_none(), "nor folded for that");
}

fn redecided(records: &[Vec<u8>]) -> bahi_log::Pass {
    let mut refold = Refold::new(Certificates::default(), None, true);
    read(&mut refold, records);
    let passes = refold.finish(None);
    let pass = passes.into_iter().find(|pass| pass.name == crate::REDECIDED);
    pass.expect("the pass is there where it is asked for")
}

#[test]
fn a_sanction_decided_otherwise_than_its_terms_and_facts_say_is_found() {
    let sound = redecided(&history());
    assert_eq!((sound.checked, sound.first_problem), (1, None));
    let last = history().len() - 1;
    let rupees = |amount| bahi_core::Money::from_rupees(amount).expect("an amount");
    let more = spoilt(last, |event| {
        let Event::Sanctioned(made) = &mut event.event else { panic!("a sanction is last") };
        made.entitlement = rupees(250_001);
    });
    let terms = spoilt(last, |event| event.envelope.terms = 2);
    let beyond = spoilt(last, |event| event.envelope.amount = rupees(250_001));
    let facts = spoilt(last - 1, |event| {
        let Event::Applied(made) = &mut event.event else { panic!("an application is before it") };
        for (_, fact) in &mut made.facts {
            if let bahi_core::StoredFact::Money(cost) = fact {
                *cost = rupees(900_000);
            }
        }
    });
    let says = [
        (more, "recorded entitlement 250001.00, terms mm-2018 give 250000.00"),
        (terms, "it pins terms 2, which its scheme has not"),
        (beyond, "sanctioned 250001.00, which is 1.00 above its entitlement"),
        (facts, "recorded entitlement 250000.00, terms mm-2018 give 225000.00"),
    ];
    for (records, says) in says {
        let problem = redecided(&records).first_problem.unwrap_or_default();
        assert_eq!(problem, format!("position {last}: Sanctioned: {says}"));
    }
}
