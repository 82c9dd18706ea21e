//! Leaves of certificates: one spelling each, funds in the order they were opened, and folds of
//! interleaved events added up.

use alloc::{string::String, vec};

use super::*;
use crate::BalanceLeaf;

#[test]
fn a_leaf_names_its_fund_and_has_every_column() {
    let events = [
        recorded(1, fund(1, 0, 2024, 187), 1, 0, applied()),
        recorded(2, fund(2, 1, 2024, 0), 0, 12_345, Event::FundsAllotted),
    ];
    let balances = fold(&events);
    let leaves = balances.leaves(&balances, &names()).expect("every number has a name");
    let texts: Vec<String> =
        leaves.iter().map(|leaf| String::from_utf8(leaf.bytes()).expect("text")).collect();
    let none = "allotted 0.00\nsanctioned 0.00\ndisbursed 0.00\nreturned 0.00\nrecovered 0.00\n\
        utilised 0.00\nadjusted 0.00\navailable 0.00\nsuspense 0.00\ninterest_earned 0.00\n\
        interest_remitted 0.00\n";
    let first = std::format!(
        "bahi-balance@v1\nscheme 1 training\nhead 0\nfy 2024-25\ndistrict 187\n{none}applied 1\n\
        audited 0\n"
    );
    assert_eq!(texts[0], first);
    let some = none.replace("allotted 0.00", "allotted 123.45");
    let some = some.replace("available 0.00", "available 123.45");
    let second = std::format!(
        "bahi-balance@v1\nscheme 2 mda\nhead 1 {}\nfy 2024-25\ndistrict pool\n{some}applied 0\n\
        audited 0\n",
        names().head(HeadNo(1)).expect("a head")
    );
    assert_eq!(texts[1], second);
    assert_eq!(balances.leaf_index(&fund(2, 1, 2024, 0)), Some(1));
    assert_eq!(balances.leaf_index(&fund(2, 1, 2023, 0)), None);
    for leaf in leaves {
        assert_eq!(BalanceLeaf::parse(&leaf.bytes()), Some(leaf));
    }
}

#[test]
fn no_other_spelling_of_a_leaf_is_read() {
    let balances = fold(&[recorded(1, fund(2, 1, 2024, 187), 0, 100, Event::FundsAllotted)]);
    let leaves = balances.leaves(&balances, &names()).expect("every number has a name");
    let bytes = leaves[0].bytes();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut other = bytes.clone();
            other[at] ^= 1 << bit;
            let read = BalanceLeaf::parse(&other);
            assert!(read.is_none_or(|leaf| leaf != leaves[0] && leaf.bytes() == other), "{at}");
        }
        assert_eq!(BalanceLeaf::parse(&bytes[..at]), None);
    }
    let text = String::from_utf8(bytes).expect("text");
    for (from, to) in [
        ("scheme 2", "scheme 02"),
        ("allotted 1.00", "allotted 01.00"),
        ("allotted 1.00", "allotted +1.00"),
        ("returned 0.00", "returned -0.00"),
        ("2024-25", "2024-2025"),
        ("head 1", "head 0"),
        ("audited 0\n", "audited 0\n\n"),
        ("audited 0\n", "audited 0"),
        ("scheme 2", "scheme 0"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text);
        assert_eq!(BalanceLeaf::parse(other.as_bytes()), None, "{to}");
    }
}

#[test]
fn a_fund_whose_events_do_not_count_yet_has_a_leaf_of_zeros() {
    let (one, two) = (fund(1, 1, 2024, 187), fund(2, 1, 2024, 187));
    let events = [
        recorded(1, one, 0, 100, Event::FundsAllotted),
        recorded(2, two, 0, 200, Event::FundsAllotted),
    ];
    let leaves = fold(&events).leaves(&fold(&events[1..]), &names()).expect("named");
    let allotted: Vec<Total> = leaves.iter().map(|leaf| leaf.columns.allotted).collect();
    assert_eq!(allotted, vec![Total::ZERO, Total::from_paise(200)]);
    assert_eq!(leaves[0].fund, one);
}

proptest! {
    #[test]
    fn interleaved_folds_added_up_are_the_fold_of_all(
        events in history(),
        parts in prop::collection::vec(0_usize..4, 200),
    ) {
        let mut folds = vec![Balances::default(); 4];
        for (recorded, part) in events.iter().zip(&parts) {
            folds[*part].apply(recorded);
        }
        let mut sum = folds.remove(0);
        folds.iter().for_each(|part| sum.merge(part));
        prop_assert_eq!(sum.state_bytes(), fold(&events).state_bytes());
    }
}
