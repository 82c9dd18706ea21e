//! Many at once: readers by the thousand beside writers, stopping in the midst of it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use bahi::{Ledger, core::Position};

use crate::{
    client::{Request, Wire},
    place::{FIRST, Making, Place, allot},
};

/// Connections that stay open and ask in turn.
const READERS: usize = 1_500;
/// What each of them asks.
const ASKED: usize = 5;
/// Threads that bring commands one by one meanwhile.
const WRITERS: usize = 4;
/// What each of them brings.
const BROUGHT: u64 = 50;

#[test]
fn a_thousand_readers_and_some_writers_are_all_answered() {
    let place = Place::make(Making { before: Vec::new(), ..Making::default() });
    let address = place.address;
    let writers: Vec<_> = (0..WRITERS as u64)
        .map(|writer| {
            thread::spawn(move || {
                let mut wire = Wire::to(address);
                for number in 0..BROUGHT {
                    let line = allot(writer * 10_000 + number, 1);
                    let request =
                        Request::new("POST", "/v1/commands").bringing("application/json", line);
                    wire.send(&request.bytes(address));
                    assert_eq!(wire.answer(true).expect("an answer").status, 201);
                }
            })
        })
        .collect();
    let mut readers: Vec<Wire> = (0..READERS).map(|_| Wire::to(address)).collect();
    let mut newest = vec![0; READERS];
    let paths =
        ["/v1/balances?by=scheme", "/v1/balances", "/v1/events/1", "/healthz", "/v1/schemes"];
    for round in 0..ASKED {
        let request = Request::new("GET", paths[round % paths.len()]).bytes(address);
        readers.iter_mut().for_each(|wire| wire.send(&request));
        for (wire, newest) in readers.iter_mut().zip(&mut newest) {
            let answer = wire.answer(true).expect("an answer");
            assert_eq!(answer.status, 200, "{answer:?}");
            if let Some(position) = answer.header("etag").filter(|_| round < 2) {
                let position: u64 =
                    position[1..].split('-').next().expect("a position").parse().expect("a number");
                assert!(position >= *newest, "nobody sees the ledger go back");
                *newest = position;
            }
        }
    }
    writers.into_iter().for_each(|writer| writer.join().expect("it ends"));
    let (ledger, _dir) = place.stop();
    assert_eq!(ledger.position().0, FIRST - 1 + WRITERS as u64 * BROUGHT);
}

#[test]
fn stopping_in_the_midst_of_it_loses_nothing_that_was_acknowledged() {
    let place = Place::make(Making { before: Vec::new(), ..Making::default() });
    let address = place.address;
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let count = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = (0..WRITERS as u64)
        .map(|writer| {
            let (acknowledged, count) = (Arc::clone(&acknowledged), Arc::clone(&count));
            thread::spawn(move || {
                let mut wire = Wire::to(address);
                for number in 0..100_000 {
                    let line = allot(writer * 100_000 + number, 1);
                    let request =
                        Request::new("POST", "/v1/commands").bringing("application/json", line);
                    if std::io::Write::write_all(wire.stream.get_mut(), &request.bytes(address))
                        .is_err()
                    {
                        return;
                    }
                    // Whoever gets no answer, or is told that it stops, was promised nothing.
                    let Some(answer) = wire.answer(true).filter(|answer| answer.status == 201)
                    else {
                        return;
                    };
                    let position = answer.json()["position"].as_u64().expect("a position");
                    assert!(
                        acknowledged.lock().expect("a lock").insert(position),
                        "{position} twice"
                    );
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while count.load(Ordering::Relaxed) < 100 {
        thread::yield_now();
    }
    let (ledger, dir) = place.stop();
    writers.into_iter().for_each(|writer| writer.join().expect("it ends"));
    let last = ledger.position();
    drop(ledger);
    let ledger = Ledger::open(&dir.path().join("ledger")).expect("it opens");
    assert_eq!(ledger.position(), last);
    let acknowledged = acknowledged.lock().expect("a lock");
    assert!(acknowledged.len() >= 100);
    for position in acknowledged.iter() {
        assert!(ledger.event(Position(*position)).is_ok(), "{position}");
    }
    assert!(ledger.verify().ok());
}
