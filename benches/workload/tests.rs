//! That long histories are one history, and that what a run came to is kept and judged as it was.

use std::{collections::BTreeSet, time::Duration};

use bahi::{
    Ledger,
    core::{Act, Command, Position},
};
use bahi_benches::{
    Block, History,
    measure::{Measured, Watch},
    must::{Figure, MUSTS, Must},
    named,
    results::{Results, Round},
};

fn empty() -> Ledger {
    let mut ledger = Ledger::in_memory(&named()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

#[test]
fn blocks_follow_one_another_in_one_ledger() {
    let mut ledger = empty();
    let before = ledger.position().0;
    let history = History { blocks: 3, cases: 60 };
    let commands = history.live(&mut ledger, &mut Watch::new());
    assert_eq!(ledger.position().0 - before, commands as u64);
    assert!(ledger.cases_len() >= 180, "{} cases", ledger.cases_len());
    assert!(ledger.verify().ok(), "a sound ledger");
}

#[test]
fn no_block_has_a_command_or_a_case_of_another() {
    let drawn = |number| Block::drawn(number, 40).at(Position(1_000 * number + 9));
    let blocks: Vec<Vec<Command>> = (0..3).map(drawn).collect();
    let ids: BTreeSet<_> = blocks.iter().flatten().map(|command| command.id).collect();
    assert_eq!(ids.len(), blocks.iter().flatten().count());
    let applied = |command: &Command| {
        if let Act::Apply { case_ref, .. } = &command.act {
            Some(case_ref.to_string())
        } else {
            None
        }
    };
    let cases: Vec<String> = blocks.iter().flatten().filter_map(applied).collect();
    let distinct: BTreeSet<&String> = cases.iter().collect();
    assert_eq!(distinct.len(), cases.len());
}

#[test]
fn a_size_is_of_no_fewer_events_or_cases_than_it_says() {
    for (events, blocks) in [(1, 1), (3_000, 1), (1_000_000, 1), (10_000_000, 10), (30_000_000, 29)]
    {
        let history = History::of_events(events);
        assert_eq!(history.blocks, blocks, "{events}");
        // Some three and a half events a case, and some more of the other schemes.
        assert!(history.blocks * u64::from(history.cases) * 34 / 10 + 10 * blocks >= events);
    }
    let history = History::of_cases(1_000_000);
    assert!(history.blocks * u64::from(history.cases) >= 1_000_000);
}

fn measured(things: u64, millis: u64, memory: Option<u64>) -> Measured {
    Measured { things, time: Duration::from_millis(millis), memory, stored: Some(90_000) }
}

fn round(case: &str, size: u64, measured: Measured) -> Round {
    Round { case: case.to_owned(), size, measured }
}

#[test]
fn results_read_back_as_they_were_written() {
    let rounds = vec![
        round("replay", 1_000_000, measured(1_000_000, 100, None)),
        round("replay", 1_000_000, measured(1_000_000, 300, Some(7))),
        round("replay", 1_000_000, measured(1_000_000, 200, Some(8))),
        round("replay", 10_000_000, measured(10_000_000, 1_000, Some(9))),
    ];
    let results = Results { told: vec!["two cores".to_owned()], rounds };
    let again = Results::parse(&results.text()).expect("it reads back");
    assert_eq!(again, results);
    assert_eq!(again.sizes("replay"), [1_000_000, 10_000_000]);
    assert_eq!(again.median("replay", 1_000_000), Some(measured(1_000_000, 200, Some(8))));
    let broken = results.text().replace("100000000", "soon");
    assert_eq!(
        Results::parse(&broken).map_err(|line| line[..7].to_owned()),
        Err("line 3:".to_owned())
    );
}

#[test]
fn a_figure_is_judged_at_the_size_it_is_to_be_judged_at() {
    let results = Results {
        told: Vec::new(),
        rounds: vec![
            round("replay", 1_000_000, measured(1_000_000, 50, None)),
            round("replay", 10_000_000, measured(10_000_000, 800, None)),
            round("replay", 30_000_000, measured(30_000_000, 4_500, None)),
            round("duckdb", 1_000_000, measured(2_000_000, 50, None)),
        ],
    };
    let must = |peer, figure| Must {
        measure: "replay",
        ours: "replay",
        peer,
        figure,
        must: Some(10e6),
        stretch: Some(20e6),
    };
    let rate = must(None, Figure::Rate);
    let found = rate.found(&results).map(|(size, rate)| (size, rate.round()));
    assert_eq!(found, Some((10_000_000, 12.5e6)));
    assert_eq!(rate.verdict(12.5e6), "met");
    assert_eq!(rate.verdict(20e6), "met, and the stretch");
    assert_eq!(rate.verdict(9e6), "NOT MET");
    assert_eq!(must(Some("duckdb"), Figure::TimesSlower).found(&results), Some((1_000_000, 2.0)));
    let growth = must(None, Figure::Growth).found(&results).map(|(size, by)| (size, by.round()));
    assert_eq!(growth, Some((30_000_000, 3.0)));
    assert_eq!(must(Some("hledger"), Figure::TimesFaster).found(&results), None);
}

#[test]
fn what_must_be_is_no_more_than_what_is_hoped_for() {
    for line in MUSTS {
        let (Some(must), Some(stretch)) = (line.must, line.stretch) else { continue };
        assert_ne!(line.verdict(stretch), "NOT MET", "{}", line.measure);
        assert_ne!(line.verdict(must), "NOT MET", "{}", line.measure);
        assert_eq!(line.verdict(must), "met", "{}", line.measure);
    }
}
