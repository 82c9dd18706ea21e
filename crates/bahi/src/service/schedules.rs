//! The service under a scheduler that decides at every lock who goes next, thousands of times.
//!
//! Every run is the service itself on its own ledger over a disk in memory; only the locks and the
//! threads are the scheduler's. A commit is one step there, as it is to whoever looks from outside.
//!
//! The dose of an ordinary run is fixed by [`RUNS`] and [`SEED`]. `BAHI_SCHEDULES=100000` asks for
//! another number of runs of each scheduler, `BAHI_SCHEDULES_SEED` for other ones. What fails says
//! its seed and, above it, the schedule itself, with which `shuttle::replay` goes the same way again.
//!
//! # Invariants
//! * A run is a function of its schedule: no clock, no randomness but the scheduler's.

mod following;
mod stopping;
mod submitting;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use bahi_core::{CommandId, Position};
use bahi_log::backend::MemoryDisk;
use shuttle::{
    Config, Runner,
    future::block_on,
    rand::{Rng as _, thread_rng},
    scheduler::{PctScheduler, RandomScheduler},
    thread::{self, JoinHandle},
};

use super::{tests::*, *};

/// Runs of each scheduler in an ordinary test.
const RUNS: usize = 400;
const SEED: u64 = 0x0b_a41;
/// How many preemptions at chosen places the second and the third scheduler make.
const DEPTHS: [usize; 2] = [2, 4];
/// Bytes of stack of a thread: a ledger's calls are deeper than what a scheduler expects.
const STACK_BYTES: usize = 1 << 19;

/// Runs a test under many schedules.
fn tried(test: fn()) {
    let asked = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let runs = asked("BAHI_SCHEDULES").map_or(RUNS, |runs| runs as usize);
    let seed = asked("BAHI_SCHEDULES_SEED").unwrap_or(SEED);
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    let random = || RandomScheduler::new_from_seed(seed, runs);
    explained("at random", seed, || {
        Runner::new(random(), config.clone()).run(test);
    });
    for depth in DEPTHS {
        let pct = PctScheduler::new_from_seed(seed, depth, runs);
        let name = format!("with {depth} preemptions");
        explained(&name, seed, || {
            Runner::new(pct, config.clone()).run(test);
        });
    }
}

fn explained(scheduler: &str, seed: u64, run: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        let line = format!("schedules chosen {scheduler}, BAHI_SCHEDULES_SEED={seed}\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).expect("stderr");
        resume_unwind(panic);
    }
}

/// A thread that drives one future.
fn go<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    thread::spawn(move || block_on(work))
}

fn end<T>(thread: JoinHandle<T>) -> T {
    thread.join().expect("a thread ends")
}

/// A number from 0 to below a bound, of the scheduler's choosing.
fn any(bound: usize) -> usize {
    thread_rng().gen_range(0..bound)
}

/// The disk of a ledger in trial, to be looked at while it is written.
#[derive(Clone)]
struct Medium {
    disk: MemoryDisk,
    first: Vec<u8>,
}

impl Medium {
    /// The last position that a power cut would leave.
    fn last(&self) -> Position {
        self.ledger().position()
    }

    fn ledger(&self) -> Ledger {
        reopened(&self.disk, &self.first)
    }

    /// The command ids that a power cut would leave, after the rulebook's.
    fn ids(&self) -> BTreeSet<CommandId> {
        let ledger = self.ledger();
        let events = ledger.events(Position(RULEBOOK + 1), ledger.position());
        events.map(|event| event.expect("it reads").envelope.command).collect()
    }
}

/// A service on a disk in memory.
fn service(options: ServiceOptions) -> (Service, Medium) {
    let (ledger, disk, first, _) = faulty();
    (Service::start(ledger, options).expect("a thread"), Medium { disk, first })
}

/// Submits, and checks of an acceptance that it is durable and published by the time it is known.
async fn submitted(service: &Service, medium: &Medium, number: u32) -> Result<(), ServiceError> {
    let outcome = service.submit(allot(number)).await?;
    let Outcome::Accepted(receipt) = outcome else { panic!("not accepted: {outcome:?}") };
    assert!(medium.last() >= receipt.position, "answered before it is durable");
    assert!(service.snapshot().position() >= receipt.position, "answered before it is published");
    Ok(())
}
