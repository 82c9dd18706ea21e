//! The demonstration, lived on a real directory: it verifies, repeats, and says the same twice.
#![cfg(feature = "demo")]

use bahi::{
    By, Filter, Ledger, LedgerName, NewLedger, View,
    demo::{self, Demo, Story},
};

fn lived(demo: Demo) -> (Ledger, Story) {
    let name = LedgerName::new("demo").expect("a name");
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    let story = demo::run(&mut ledger, demo, &mut |_| {}).expect("the demonstration lives");
    (ledger, story)
}

#[test]
fn a_demonstration_verifies_and_replays_to_the_same_folds() {
    let (ledger, story) = lived(Demo { cases: 300, seed: 7 });
    let verification = ledger.verify();
    assert!(verification.ok(), "{:?}", verification.passes);
    let replay = ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay");
    assert!(replay.agrees(), "{:?}", replay.compared);
    assert!(story.returns > 0 && story.refused > 0 && story.example.is_some(), "{story:?}");
    let failed_per_mille = story.returns * 1_000 / story.payments;
    assert!((80..250).contains(&failed_per_mille), "{failed_per_mille}");
    assert_eq!(replay.rows.len(), 4, "every scheme has a balance");
}

#[test]
fn the_same_seed_lives_the_same_history() {
    let (one, story_one) = lived(Demo { cases: 60, seed: 1 });
    let (two, story_two) = lived(Demo { cases: 60, seed: 1 });
    let (other, _) = lived(Demo { cases: 60, seed: 2 });
    let by = By { scheme: true, district: true, head: true, fy: true };
    let rows = |ledger: &Ledger| {
        ledger.balances(by, &Filter::default(), View::NOW).expect("balances").rows
    };
    assert_eq!(story_one, story_two);
    assert_eq!(rows(&one), rows(&two));
    assert_ne!(rows(&one), rows(&other));
}
