//! Properties of the whole ledger over random histories: what must hold after every command.
//!
//! A history is a list of small operations, so it shrinks to the few that matter. A naive ledger,
//! fed with the commands that were accepted, stands beside the real one.
//!
//! `BAHI_HISTORIES` and `BAHI_COMMANDS` set how many histories of how many operations are tried.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what a kind has no part in is left alone; the reach test sees that none is forgotten"
)]

mod acts;
mod operations;
mod oracle;
mod world;

use std::{collections::BTreeMap, env};

use bahi::core::EventKind;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{FileFailurePersistence, TestRunner},
};

use self::{
    operations::operation,
    world::{World, reached},
};

fn number(variable: &str, default: u32) -> u32 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn config(share: u32) -> ProptestConfig {
    ProptestConfig {
        cases: number("BAHI_HISTORIES", 64).div_ceil(share),
        max_shrink_iters: 4_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "it/properties/regressions.txt",
        ))),
        ..ProptestConfig::default()
    }
}

fn length() -> usize {
    number("BAHI_COMMANDS", 512) as usize
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn every_history_keeps_the_laws_and_can_be_taken_back(
        operations in prop::collection::vec(operation(), 1..=length()),
        pick in any::<usize>(),
    ) {
        let mut world = World::in_memory();
        for (number, operation) in operations.iter().enumerate() {
            world.step(number, operation);
            world.check();
        }
        world.finish();
        world.take_everything_back(pick);
        world.finish();
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn closing_and_opening_at_any_moment_changes_nothing(
        operations in prop::collection::vec(operation(), 1..=length().min(96)),
    ) {
        let mut world = World::on_disk();
        for (number, operation) in operations.iter().enumerate() {
            world.step(number, operation);
            world.check();
        }
        world.step(operations.len(), &operations::Operation::Reopen);
        world.finish();
    }
}

/// A generator that never gets past the first stages would prove nothing.
#[test]
fn the_histories_reach_every_kind_of_event() {
    let mut runner = TestRunner::deterministic();
    let mut kinds: BTreeMap<EventKind, usize> = BTreeMap::new();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..28 {
        let strategy = prop::collection::vec(operation(), 512);
        let operations = strategy.new_tree(&mut runner).expect("a history").current();
        let mut world = World::in_memory();
        for (number, operation) in operations.iter().enumerate() {
            world.step(number, operation);
        }
        let (of_kind, of_code) = reached(&mut world);
        of_kind.into_iter().for_each(|(kind, count)| *kinds.entry(kind).or_default() += count);
        of_code.into_iter().for_each(|(code, count)| *codes.entry(code).or_default() += count);
    }
    for kind in EventKind::ALL {
        let count = kinds.get(&kind).copied().unwrap_or_default();
        assert!(count >= 4, "{} was reached {count} times: {kinds:?} {codes:#?}", kind.name());
    }
    assert!(codes.len() >= 120, "{} ways to be refused: {codes:?}", codes.len());
}

/// Ledgers on disk, closed, whose histories hold as many kinds of events between them as so few
/// reach; each lies in the folder `ledger` of its directory.
pub(crate) fn ledgers_of_many_kinds() -> Vec<tempfile::TempDir> {
    let mut runner = TestRunner::deterministic();
    let mut missing: Vec<EventKind> = EventKind::ALL.to_vec();
    let mut ledgers = Vec::new();
    for _ in 0..24 {
        let strategy = prop::collection::vec(operation(), 256);
        let operations = strategy.new_tree(&mut runner).expect("a history").current();
        let live = |mut world: World| {
            for (number, operation) in operations.iter().enumerate() {
                world.step(number, operation);
            }
            world
        };
        // In memory first, since most histories reach nothing that others did not.
        let (kinds, _) = reached(&mut live(World::in_memory()));
        let before = missing.len();
        missing.retain(|kind| !kinds.contains_key(kind));
        if missing.len() < before {
            ledgers.push(live(World::on_disk()).close());
        }
    }
    assert!(ledgers.len() > 1, "the first history reached all that others do");
    ledgers
}
