//! Stock against tables and against a naive count.

use bahi_core::{EventKind, StockMove};

use super::{
    samples::{reversed, sample, stock},
    *,
};
use crate::{Quantities, Stock, StockKey};

fn counted(events: &[Recorded]) -> Stock {
    let mut stock = Stock::default();
    for recorded in events {
        stock.apply(recorded);
    }
    stock
}

fn key(scheme: u16, district: u16, item: u32) -> StockKey {
    StockKey { scheme: SchemeNo(scheme), district: District(district), item: WordNo(item) }
}

fn pieces([ordered, received, handed_over, written_off]: [u64; 4]) -> Quantities {
    Quantities { ordered, received, handed_over, written_off }
}

fn of(position: u64, event: Event) -> Recorded {
    recorded(position, fund(1, 0, 2024, 187), 0, 0, event)
}

#[test]
fn the_quantities_follow_things_through_their_store() {
    let steps = [
        (stock(1, StockMove::Ordered, 100), [100, 0, 0, 0]),
        (stock(1, StockMove::Received, 60), [100, 60, 0, 0]),
        (stock(1, StockMove::HandedOver, 25), [100, 60, 25, 0]),
        (stock(1, StockMove::WrittenOff, 5), [100, 60, 25, 5]),
        (reversed(3, EventKind::StockMoved, None), [100, 60, 0, 5]),
        (Event::FundsAllotted, [100, 60, 0, 5]),
        (stock(1, StockMove::HandedOver, 20), [100, 60, 20, 5]),
        (stock(1, StockMove::Ordered, u32::MAX), [4_294_967_395, 60, 20, 5]),
    ];
    let mut store = Stock::default();
    for (position, (event, expected)) in (1..).zip(steps) {
        store.apply(&of(position, event));
        assert_eq!(store.quantities(&key(1, 187, 1)), pieces(expected), "after {position}");
    }
    let held = store.quantities(&key(1, 187, 1));
    assert_eq!((held.due(), held.held()), (4_294_967_335, 35));
    assert_eq!((store.unplaced(), store.position()), (0, Position(8)));
}

#[test]
fn every_scheme_district_and_item_has_a_store_of_its_own() {
    let ordered = |position, scheme, district| {
        let fund = fund(scheme, 0, 2024, district);
        recorded(position, fund, 0, 0, stock(1 + u32::from(district % 2), StockMove::Ordered, 1))
    };
    let store = counted(&[ordered(1, 2, 187), ordered(2, 1, 187), ordered(3, 1, 188)]);
    let one = pieces([1, 0, 0, 0]);
    let expected = [(key(1, 187, 2), one), (key(1, 188, 1), one), (key(2, 187, 2), one)];
    assert_eq!(store.rows(), expected);
    assert_eq!(store.quantities(&key(3, 187, 2)), Quantities::default());
}

#[test]
fn what_cannot_be_placed_in_a_store_is_counted_and_changes_nothing() {
    let base = [
        of(4, stock(1, StockMove::Ordered, 10)),
        of(5, stock(1, StockMove::Ordered, 7)),
        of(6, reversed(5, EventKind::StockMoved, None)),
    ];
    let strays = [
        recorded(7, fund(0, 0, 2024, 187), 0, 0, stock(1, StockMove::Ordered, 1)),
        of(7, reversed(5, EventKind::StockMoved, None)),
        of(7, reversed(3, EventKind::StockMoved, None)),
        of(6, stock(1, StockMove::Ordered, 1)),
        of(0, stock(1, StockMove::Ordered, 1)),
    ];
    for stray in strays {
        let mut store = counted(&base);
        store.apply(&stray);
        assert_eq!((store.unplaced(), store.first_unplaced()), (1, Some(stray.position)));
        assert_eq!(store.rows(), [(key(1, 187, 1), pieces([10, 0, 0, 0]))], "{stray:?}");
        assert_ne!(store.state_bytes(), counted(&base).state_bytes());
    }
    for kind in EventKind::ALL.into_iter().filter(|kind| *kind != EventKind::StockMoved) {
        let mut store = counted(&base);
        store.apply(&of(7, sample(kind, fund(1, 1, 2024, 187))));
        assert_eq!((store.rows(), store.unplaced()), (counted(&base).rows(), 0), "{}", kind.name());
    }
}

/// Moves of few kinds in few stores; some take an earlier one back, whether it stands or not.
fn moves() -> impl Strategy<Value = Vec<Recorded>> {
    let part = (0_usize..6, 0_u16..3, 0_u16..2, 0_u32..2, 1_u32..100, 0_u64..40);
    prop::collection::vec(part, 0..80).prop_map(|parts| {
        let mut events = Vec::with_capacity(parts.len());
        for (position, (kind, scheme, district, item, quantity, at)) in (1..).zip(parts) {
            let event = match StockMove::ALL.get(kind) {
                Some(movement) => stock(item, *movement, quantity),
                None => reversed(at, EventKind::StockMoved, None),
            };
            events.push(recorded(position, fund(scheme, 0, 2024, district), 0, 0, event));
        }
        events
    })
}

/// The quantities and what cannot be placed, by striking out every move that was taken back.
fn naive(events: &[Recorded]) -> (BTreeMap<StockKey, [u64; 4]>, u64) {
    let mut standing: BTreeMap<Position, (StockKey, StockMove, u64)> = BTreeMap::new();
    let mut rows: BTreeMap<StockKey, [u64; 4]> = BTreeMap::new();
    let mut unplaced = 0;
    for recorded in events {
        let fund = recorded.envelope.fund;
        if let Event::StockMoved(moved) = &recorded.event
            && !fund.scheme.is_none()
        {
            let key = StockKey { scheme: fund.scheme, district: fund.district, item: moved.item };
            standing.insert(recorded.position, (key, moved.movement, moved.quantity.into()));
            rows.entry(key).or_default();
        } else if let Event::Reversed(reversed) = &recorded.event
            && standing.remove(&reversed.of).is_some()
        {
        } else {
            unplaced += 1;
        }
    }
    for (key, movement, quantity) in standing.into_values() {
        let place = StockMove::ALL.iter().position(|one| *one == movement).unwrap_or_default();
        rows.entry(key).or_default()[place] += quantity;
    }
    (rows, unplaced)
}

proptest! {
    #[test]
    fn stock_is_the_sum_of_the_moves_that_stand(events in moves()) {
        let store = counted(&events);
        let (rows, unplaced) = naive(&events);
        let expected: Vec<_> = rows.into_iter().map(|(key, four)| (key, pieces(four))).collect();
        prop_assert_eq!(store.rows(), expected);
        prop_assert_eq!(store.unplaced(), unplaced);
    }

    #[test]
    fn stock_taken_up_again_is_the_stock_of_all(
        events in moves(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (early, late) = events.split_at(cut.index(events.len() + 1));
        let mut resumed = counted(early).clone();
        late.iter().for_each(|recorded| resumed.apply(recorded));
        prop_assert_eq!(resumed.state_bytes(), counted(&events).state_bytes());
    }

    #[test]
    fn a_move_less_is_another_stock(events in moves(), gone in any::<prop::sample::Index>()) {
        prop_assume!(!events.is_empty());
        let mut fewer = events.clone();
        fewer.remove(gone.index(events.len()));
        prop_assert_ne!(counted(&fewer).state_bytes(), counted(&events).state_bytes());
    }
}
