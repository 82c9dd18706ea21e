//! Every backend keeps the contract, and every breach of it is caught by name.

use crate::testing::broken::{Breach, BrokenGround};
use crate::testing::{CHECKS, FaultyGround, Ground, MemoryGround, StoreGround, check_backend};

#[test]
fn the_backend_in_memory_keeps_the_contract() {
    check_backend(&mut || Box::new(MemoryGround::default())).unwrap();
}

#[test]
fn a_faulty_backend_that_is_left_alone_keeps_the_contract() {
    check_backend(&mut || Box::new(FaultyGround::default())).unwrap();
}

#[test]
fn the_embedded_store_keeps_the_contract() {
    let base = tempfile::tempdir().unwrap();
    let mut count = 0;
    check_backend(&mut || {
        count += 1;
        let ground: Box<dyn Ground> =
            Box::new(StoreGround::new(&base.path().join(count.to_string())));
        ground
    })
    .unwrap();
}

#[test]
fn every_breach_is_caught_by_its_own_check() {
    let caught = [
        (Breach::IsNeverEmpty, "a_new_backend_is_empty"),
        (Breach::AltersABit, "an_appended_page_is_served_byte_for_byte"),
        (Breach::ForgetsACommit, "every_batch_of_a_commit_is_served"),
        (Breach::LosesTheTail, "pages_ascend_from_a_position_to_the_last"),
        (Breach::SkipsBackwards, "pages_descend_from_a_position_to_the_first"),
        (Breach::MixesUpNodes, "a_node_is_served_as_it_was_appended"),
        (Breach::ServesAStaleHead, "the_head_is_the_one_last_advanced"),
        (Breach::AppendsAtAnyHead, "an_append_at_another_head_is_refused"),
        (Breach::AdvancesAtAnyHead, "an_advance_at_another_head_is_refused"),
        (Breach::AcknowledgesEarly, "what_was_synced_survives_a_crash"),
        (Breach::ForgetsTheHead, "a_head_advanced_survives_a_crash"),
        (Breach::LeavesNodes, "a_cut_removes_pages_and_nodes_above_it"),
        (Breach::HidesKeys, "the_inventory_tells_of_every_key"),
    ];
    for (breach, check) in caught {
        let failed = check_backend(&mut || Box::new(BrokenGround::new(breach))).unwrap_err();
        assert_eq!(failed.name, check, "{breach:?}: {failed}");
    }
    let names: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, caught.map(|(_, check)| check), "every check catches a breach");
}
