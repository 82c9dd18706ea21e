//! Followers and readers under every order: no gap, no double, no snapshot that changes.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use bahi_balances::{By, Filter};

use super::*;

/// Commands of two submitters.
const NUMBERS: [[u32; 2]; 2] = [[1, 2], [3, 4]];
const LAST: u64 = RULEBOOK + 4;

fn writers(service: &Service, medium: &Medium) -> Vec<JoinHandle<()>> {
    let writer = |numbers: [u32; 2]| {
        let (service, medium) = (service.clone(), medium.clone());
        go(async move {
            for number in numbers {
                submitted(&service, &medium, number).await.expect("accepted");
            }
        })
    };
    NUMBERS.map(writer).into()
}

#[test]
fn a_follower_catches_up_and_stays_live_without_gap_or_double() {
    tried(|| {
        let (service, medium) = service(options(2, 2));
        let from = Position(RULEBOOK - 1 + any(4) as u64);
        let mut follow = service.follow(from);
        let follower = go(async move {
            for expected in from.0..=LAST {
                let recorded = follow.next().await.expect("more").expect("it reads");
                assert_eq!(recorded.position, Position(expected), "without gap or double");
            }
            follow
        });
        writers(&service, &medium).into_iter().for_each(end);
        // It ends only because everything reaches it, the last event without another to push it.
        let mut follow = end(follower);
        drop(block_on(service.shutdown()).expect("the ledger comes back"));
        assert!(block_on(follow.next()).is_none(), "nothing is given twice at the end");
    });
}

#[test]
fn a_follower_whose_waits_are_dropped_misses_nothing() {
    tried(|| {
        let (service, medium) = service(options(2, 1));
        let from = Position(RULEBOOK);
        let mut follow = service.follow(from);
        let follower = thread::spawn(move || {
            let mut context = Context::from_waker(Waker::noop());
            let mut expected = from;
            while expected <= Position(LAST) {
                let mut next = pin!(follow.next());
                let mut given = None;
                for _ in 0..any(3) {
                    thread::yield_now();
                    if let Poll::Ready(next) = next.as_mut().poll(&mut context) {
                        given = next;
                        break;
                    }
                }
                // One wait in two goes on to its end; the others are dropped where they stand.
                if given.is_none() && any(2) == 0 {
                    given = block_on(next);
                }
                if let Some(recorded) = given {
                    assert_eq!(recorded.expect("it reads").position, expected);
                    expected = expected.next();
                }
            }
        });
        writers(&service, &medium).into_iter().for_each(end);
        end(follower);
        drop(block_on(service.shutdown()).expect("the ledger comes back"));
    });
}

#[test]
fn a_follower_that_meets_the_end_has_everything_or_is_told_where_to_go_on() {
    tried(|| {
        let (service, medium) = service(options(2, 2));
        let mut follow = service.follow(Position(RULEBOOK + 1));
        let follower = go(async move {
            let mut expected = Position(RULEBOOK + 1);
            loop {
                match follow.next().await {
                    Some(Ok(recorded)) => {
                        assert_eq!(recorded.position, expected);
                        expected = expected.next();
                    }
                    Some(Err(ServiceError::Stopped)) => break (expected, false),
                    Some(Err(error)) => panic!("{error}"),
                    None => break (expected, true),
                }
            }
        });
        let writers = writers(&service, &medium);
        if any(2) == 0 {
            writers.into_iter().for_each(end);
            drop(service);
        } else {
            // The service stops when the last submitter has dropped its handle.
            drop((service, writers));
        }
        let (next, whole) = end(follower);
        assert!(next <= Position(LAST + 1));
        assert!(!whole || next == Position(LAST + 1), "{next} is not after everything");
    });
}

#[test]
fn a_snapshot_never_changes_and_the_next_is_never_older() {
    tried(|| {
        let (service, medium) = service(options(2, 2));
        let reader = {
            let (service, medium) = (service.clone(), medium.clone());
            thread::spawn(move || {
                let mut held = Vec::new();
                for _ in 0..4 {
                    let snapshot = service.snapshot();
                    assert!(snapshot.position() <= medium.last(), "published before it is durable");
                    let then = snapshot.balances(By::ALL, &Filter::default());
                    held.push((snapshot, then));
                    thread::yield_now();
                }
                held
            })
        };
        writers(&service, &medium).into_iter().for_each(end);
        let held = end(reader);
        assert!(held.is_sorted_by_key(|(snapshot, _)| snapshot.position()));
        for (snapshot, then) in held {
            assert_eq!(snapshot.balances(By::ALL, &Filter::default()), then);
            let rupees = snapshot.position().0 - RULEBOOK;
            assert_eq!(then.total.allotted.paise(), i128::from(100 * rupees), "one cut of all");
        }
        let ledger = block_on(service.shutdown()).expect("the ledger comes back");
        assert_eq!(ledger.position(), Position(LAST));
    });
}
