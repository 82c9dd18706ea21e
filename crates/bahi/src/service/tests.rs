//! The service against a log that fails, a full queue, callers that leave, and its own end.

use std::{
    future::poll_fn,
    num::NonZeroUsize,
    pin::{Pin, pin},
    sync::{Arc, mpsc::Sender},
    task::Poll,
};

use bahi_balances::{By, Filter};
use bahi_core::{Command, Instant, Position, Recorded};
use bahi_log::{
    Log,
    backend::{Faulty, MemoryDisk, Step, Trigger},
};
use bahi_wire::LedgerName;
use futures_core::{Stream, stream::FusedStream};
use tokio::sync::oneshot;

use super::*;
use crate::{NewLedger, parse_command};

/// The events of the rulebook.
pub(super) const RULEBOOK: u64 = 6;

/// A ledger with the rulebook on a memory disk, the disk, its first record, and its trigger.
pub(super) fn faulty() -> (Ledger, MemoryDisk, Vec<u8>, Trigger) {
    let disk = MemoryDisk::new();
    let start = Instant::parse("2024-04-01T09:00:00+05:30").expect("a moment");
    let name = LedgerName::new("test").expect("a name");
    let new = NewLedger { name, simulated_from: Some(start) };
    let first = crate::ledger::first_record(&new).expect("a first record");
    let (backend, trigger) = Faulty::new(Box::new(disk.open()));
    let log = Log::with_backend(Box::new(backend), &first).expect("a log");
    let mut ledger = Ledger::over(log).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    assert_eq!(ledger.position(), Position(RULEBOOK));
    (ledger, disk, first, trigger)
}

pub(super) fn reopened(disk: &MemoryDisk, first: &[u8]) -> Ledger {
    let log = Log::with_backend(Box::new(disk.open()), first).expect("the log opens again");
    Ledger::over(log).expect("the ledger opens again")
}

/// An allotment of a rupee to a district, by its code.
pub(super) fn allot_to(number: u32, district: u32) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},"kind":"allot","actor":"fin-01","role":"finance","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"{district}"}},"amount":"1.00"}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

pub(super) fn allot(number: u32) -> Command {
    allot_to(number, 187)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

pub(super) fn options(queue: usize, group_max: usize) -> ServiceOptions {
    let some = |number| NonZeroUsize::new(number).expect("not zero");
    ServiceOptions { queue: some(queue), group_max: some(group_max) }
}

pub(super) fn started(ledger: Ledger) -> Service {
    Service::start(ledger, ServiceOptions::default()).expect("a thread")
}

/// Holds the writer in a question until what it gives is dropped.
async fn hold(service: &Service) -> Sender<()> {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (entered, inside) = oneshot::channel();
    let service = service.clone();
    tokio::spawn(async move {
        let question = move |_: &Ledger| {
            entered.send(()).expect("the test waits");
            assert!(released.recv().is_err(), "held until dropped");
        };
        service.ask(question).await.expect("the service runs");
    });
    inside.await.expect("the writer is held");
    release
}

/// Polls a future once.
async fn nudge<T>(mut future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

pub(super) fn repeated(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Accepted(receipt) => receipt.repeated,
        Outcome::Refused(_) | Outcome::TooLarge(_) => panic!("not accepted: {outcome:?}"),
    }
}

#[test]
fn every_waiter_of_a_failed_commit_learns_the_same_cause() {
    for (step, in_doubt, recorded) in [
        (Step::NoSpace, false, false),
        (Step::BeforeSync, true, false),
        (Step::AfterSync, true, true),
        (Step::BeforeAdvance, true, true),
        (Step::AfterAdvance, true, true),
    ] {
        let (ledger, disk, first, trigger) = faulty();
        run(async {
            let service = started(ledger);
            let held = hold(&service).await;
            let waiters: Vec<_> =
                (1..=8).map(|n| service.try_submit(&allot(n)).expect("there is room")).collect();
            trigger.fail_at(step, 0);
            drop(held);
            let mut causes = Vec::new();
            for waiter in waiters {
                let error = waiter.await.expect_err("the commit fails");
                assert_eq!(error.may_be_recorded(), in_doubt, "{step:?}: {error}");
                assert_eq!(error.may_retry(), !in_doubt, "{step:?}: {error}");
                let ServiceError::Failed(cause) = error else { panic!("{step:?}: {error}") };
                causes.push(cause);
            }
            assert!(causes.iter().all(|cause| Arc::ptr_eq(cause, &causes[0])), "{step:?}");
            let next = service.submit(allot(9)).await;
            let doubted = matches!(&next, Err(ServiceError::Failed(error))
                if matches!(**error, Error::InDoubt));
            assert_eq!(doubted, in_doubt, "{step:?}: {next:?}");
            let snapshot = service.snapshot();
            assert_eq!(snapshot.takes_commands(), !in_doubt, "{step:?}");
            let shown = RULEBOOK + u64::from(!in_doubt);
            assert_eq!(snapshot.position(), Position(shown), "{step:?}: no doubt is published");
            drop(service.shutdown().await.expect("the ledger comes back"));

            let service = started(reopened(&disk, &first));
            for number in 1..=8 {
                let outcome = service.submit(allot(number)).await.expect("the same id settles it");
                assert_eq!(repeated(&outcome), recorded, "{step:?}");
            }
            assert!(service.shutdown().await.expect("it comes back").verify().ok(), "{step:?}");
        });
    }
}

#[test]
fn a_command_that_cannot_be_answered_does_not_hold_up_its_neighbours() {
    // The state knows command 1 by an event that the log cannot give back.
    let (mut twin, ..) = faulty();
    let receipt = twin.submit(&allot(1)).expect("accepted");
    let (mut ledger, ..) = faulty();
    ledger.log.commit(&[b"no event"]).expect("the log does not judge");
    ledger.folds.state.apply(&twin.event(receipt.position).expect("it reads")).expect("it follows");
    run(async {
        let service = started(ledger);
        service.submit(allot(2)).await.expect("accepted");
        let held = hold(&service).await;
        let submitted: Vec<_> = [3, 1, 4, 2, 5]
            .map(|number| service.try_submit(&allot(number)).expect("there is room"))
            .into();
        drop(held);
        let mut answers = Vec::new();
        for answer in submitted {
            answers.push(answer.await);
        }
        let unread = answers.remove(1).expect_err("its first event cannot be read");
        assert!(unread.is_damage(), "{unread}");
        let repeats: Vec<bool> =
            answers.iter().map(|answer| repeated(answer.as_ref().expect("accepted"))).collect();
        assert_eq!(repeats, [false, false, true, false]);
        assert_eq!(service.snapshot().position(), Position(RULEBOOK + 5));
    });
}

#[test]
fn a_full_queue_says_so_and_takes_nothing() {
    let (ledger, ..) = faulty();
    run(async {
        let service = Service::start(ledger, options(3, 2)).expect("a thread");
        let held = hold(&service).await;
        let taken: Vec<_> =
            (1..=3).map(|n| service.try_submit(&allot(n)).expect("there is room")).collect();
        assert_eq!(service.queued(), 3);
        let full = service.try_submit(&allot(4)).expect_err("there is none");
        assert!(matches!(full, ServiceError::QueueFull { limit: 3 }), "{full}");
        assert!(full.may_retry() && !full.may_be_recorded());
        let mut waits = pin!(service.submit(allot(5)));
        assert!(nudge(waits.as_mut()).await.is_pending(), "it waits for room");
        assert_eq!(service.queued(), 3, "and is not in the queue");
        drop(held);
        for answer in taken {
            assert!(!repeated(&answer.await.expect("accepted")));
        }
        assert!(!repeated(&waits.await.expect("accepted, in its turn")));
        assert!(!repeated(&service.submit(allot(4)).await.expect("it was not recorded")));
        assert_eq!(service.snapshot().position(), Position(RULEBOOK + 5));
    });
}

#[test]
fn a_submit_that_is_dropped_is_whole_or_absent_and_a_retry_tells() {
    let (ledger, ..) = faulty();
    run(async {
        let service = Service::start(ledger, options(1, 1)).expect("a thread");
        let held = hold(&service).await;
        {
            let never_polled = service.submit(allot(1));
            drop(never_polled);
            let mut taken = Box::pin(service.submit(allot(2)));
            assert!(nudge(taken.as_mut()).await.is_pending());
            drop(taken);
            let mut outside = Box::pin(service.submit(allot(3)));
            assert!(nudge(outside.as_mut()).await.is_pending());
            drop(outside);
        }
        drop(held);
        for (number, recorded) in [(1, false), (2, true), (3, false)] {
            let outcome = service.submit(allot(number)).await.expect("accepted");
            assert_eq!(repeated(&outcome), recorded, "command {number}");
        }
        assert_eq!(service.snapshot().position(), Position(RULEBOOK + 3));
    });
}

#[test]
fn batches_keep_their_place_and_are_whole_or_absent() {
    let (ledger, ..) = faulty();
    run(async {
        let service = started(ledger);
        let held = hold(&service).await;
        let first = service.try_submit(&allot(1)).expect("there is room");
        let mut batch = pin!(service.submit_all(vec![allot(2), allot(3)]));
        assert!(nudge(batch.as_mut()).await.is_pending());
        let mut other = allot(4);
        other.id = allot(1).id;
        other.effective_day = bahi_core::Day::parse("2024-06-11").expect("a day");
        let mut refused = pin!(service.submit_all(vec![allot(5), other]));
        assert!(nudge(refused.as_mut()).await.is_pending());
        let last = service.try_submit(&allot(6)).expect("there is room");
        drop(held);
        let position = |nth: u64| Receipt { position: Position(RULEBOOK + nth), repeated: false };
        assert_eq!(first.await.expect("accepted"), Outcome::Accepted(position(1)));
        let accepted = BatchOutcome::Accepted(vec![position(2), position(3)]);
        assert_eq!(batch.await.expect("accepted"), accepted);
        let refused = refused.await.expect("an answer");
        let BatchOutcome::Refused { index: 1, refused } = refused else { panic!("{refused:?}") };
        assert_eq!(refused.first().code(), "command_id_reused");
        assert_eq!(last.await.expect("accepted"), Outcome::Accepted(position(4)));
        let long = vec![allot(7); BATCH_COMMANDS_MAX + 1];
        let error = service.submit_all(long).await.expect_err("too long");
        assert!(matches!(&error, ServiceError::Failed(error)
            if matches!(**error, Error::BatchTooLong { .. })));
    });
}

#[test]
fn publishing_copies_what_a_commit_touched_whoever_holds_what() {
    let (ledger, ..) = faulty();
    run(async {
        let service = started(ledger);
        let batch: Vec<Command> =
            (118..=187).map(|district| allot_to(district, district)).collect();
        let opened = service.submit_all(batch).await.expect("an answer");
        let BatchOutcome::Accepted(receipts) = opened else { panic!("{opened:?}") };
        let funds = service.snapshot();
        assert_eq!(funds.copied().rows, receipts.len() as u64);
        let by = By { district: true, ..By::default() };
        let mut held = vec![(Arc::clone(&funds), funds.balances(by, &Filter::default()))];
        for number in 1_000..1_100 {
            service.submit(allot(number)).await.expect("accepted");
            let snapshot = service.snapshot();
            assert_eq!(snapshot.copied().rows, 1, "one fund was touched");
            assert!(snapshot.copied().slots <= 3 * 32, "{}", snapshot.copied().slots);
            held.push((Arc::clone(&snapshot), snapshot.balances(by, &Filter::default())));
        }
        for (nth, (snapshot, then)) in (0_u64..).zip(&held) {
            assert_eq!(snapshot.balances(by, &Filter::default()), *then);
            assert_eq!(then.basis.position, Position(RULEBOOK + 70 + nth));
            assert_eq!(then.total.allotted.paise(), i128::from(100 * (70 + nth)));
        }
        let last = held.pop().expect("there are many").1;
        let ledger = service.shutdown().await.expect("it comes back");
        let live = ledger.balances(by, &Filter::default(), crate::View::NOW).expect("an answer");
        assert_eq!(last, live, "names, rows, root and instants are the ledger's own");
    });
}

#[test]
fn the_panic_of_a_question_is_the_askers() {
    struct Grenade;
    impl Drop for Grenade {
        fn drop(&mut self) {
            panic!("an answer that does not want to be dropped");
        }
    }
    let (ledger, ..) = faulty();
    run(async {
        let service = started(ledger);
        let asker = service.clone();
        let asked = tokio::spawn(async move { asker.ask(|_| panic!("a bad question")).await });
        let error = asked.await.map(|answer: Result<(), _>| answer).expect_err("it panicked");
        assert!(error.is_panic());

        let (release, released) = std::sync::mpsc::channel::<()>();
        let (entered, inside) = oneshot::channel();
        let asker = service.clone();
        let question = move |_: &Ledger| {
            entered.send(()).expect("the test waits");
            assert!(released.recv().is_err(), "held until dropped");
            Grenade
        };
        let asked = tokio::spawn(async move { asker.ask(question).await.map(std::mem::forget) });
        inside.await.expect("the writer is in the question");
        asked.abort();
        assert!(asked.await.expect_err("it left").is_cancelled());
        drop(release);
        service.submit(allot(1)).await.expect("the writer goes on");
    });
}

#[test]
fn a_stop_answers_what_was_taken_and_tells_everybody_else() {
    let (ledger, disk, first, _) = faulty();
    run(async {
        let service = started(ledger);
        let mut ahead = service.follow(Position(RULEBOOK + 1));
        let mut behind = service.follow(Position(1));
        let held = hold(&service).await;
        let taken: Vec<_> =
            (1..=5).map(|n| service.try_submit(&allot(n)).expect("there is room")).collect();
        let (one, two) = (service.clone(), service.clone());
        assert!(!service.has_stopped());
        let mut one = pin!(one.shutdown());
        assert!(nudge(one.as_mut()).await.is_pending());
        assert!(matches!(two.shutdown().await, Err(ServiceError::Stopped)), "one was first");
        drop(held);
        for answer in taken {
            assert!(!repeated(&answer.await.expect("it was taken")));
        }
        let ledger = one.await.expect("the ledger comes back");
        assert!(service.has_stopped());
        assert_eq!(ledger.position(), Position(RULEBOOK + 5));
        for error in [
            service.submit(allot(6)).await.expect_err("stopped"),
            service.try_submit(&allot(6)).expect_err("stopped"),
            service.ask(Ledger::position).await.expect_err("stopped"),
        ] {
            assert!(matches!(error, ServiceError::Stopped), "{error}");
            assert!(!error.may_be_recorded());
        }
        assert_eq!(service.snapshot().position(), Position(RULEBOOK + 5), "it can still be read");
        let mut given = 0;
        let end = loop {
            match ahead.next().await {
                Some(Ok(_)) => given += 1,
                end => break end,
            }
        };
        match end {
            None => assert_eq!(given, 5),
            Some(end) => assert!(matches!(end, Err(ServiceError::Stopped)), "{end:?}"),
        }
        assert_eq!(ahead.position(), Position(RULEBOOK + 1 + given), "where to go on");
        let error = behind.next().await.expect("it was not given all").expect_err("stopped");
        assert!(matches!(error, ServiceError::Stopped), "{error}");
        assert!(behind.next().await.is_none());
        drop(ledger);
        assert_eq!(reopened(&disk, &first).position(), Position(RULEBOOK + 5));
    });
}

#[test]
fn the_last_handle_dropped_leaves_what_was_taken_durable() {
    let (ledger, disk, first, _) = faulty();
    run(async {
        let service = started(ledger);
        let mut follow = service.follow(Position(RULEBOOK + 1));
        let held = hold(&service).await;
        for number in 1..=5 {
            drop(service.try_submit(&allot(number)).expect("there is room"));
        }
        drop(service);
        drop(held);
        // A follower keeps no service alive: it comes to an end, and that is after the last commit.
        while let Some(Ok(_)) = follow.next().await {}
        assert!(follow.is_terminated() && follow.next().await.is_none());
        assert_eq!(reopened(&disk, &first).position(), Position(RULEBOOK + 5));
    });
}

#[test]
fn a_writer_that_is_lost_leaves_its_waiters_in_doubt_and_not_in_wait() {
    let (mut ledger, ..) = faulty();
    run(async {
        let service = Service::over(1, Board::new(Published::first(&mut ledger)));
        let desk = service.desk();
        let mut submitted = pin!(service.submit(allot(1)));
        assert!(nudge(submitted.as_mut()).await.is_pending());
        let mut asked = pin!(service.ask(Ledger::position));
        assert!(nudge(asked.as_mut()).await.is_pending());
        let mut follow = service.follow(Position(RULEBOOK + 1));
        let mut in_line = pin!(service.submit(allot(2)));
        assert!(nudge(in_line.as_mut()).await.is_pending());
        drop(desk);
        let error = in_line.await.expect_err("nobody took it");
        assert!(matches!(error, ServiceError::Stopped) && !error.may_be_recorded(), "{error}");
        let error = submitted.await.expect_err("nobody answers");
        assert!(matches!(error, ServiceError::WriterLost) && error.may_be_recorded(), "{error}");
        assert!(matches!(asked.await, Err(ServiceError::WriterLost)));
        assert!(follow.next().await.is_none());
    });
}

/// What a stream gives, and the error it ends with, taken as one knows streams: from any task,
/// without a name of ours.
async fn drained<S>(stream: &mut S) -> (Vec<Position>, Option<ServiceError>)
where
    S: Stream<Item = Result<Recorded, ServiceError>> + Send + Unpin,
{
    let mut positions = Vec::new();
    loop {
        match poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await {
            Some(Ok(recorded)) => positions.push(recorded.position),
            Some(Err(error)) => return (positions, Some(error)),
            None => return (positions, None),
        }
    }
}

#[test]
fn a_follower_is_given_what_comes_before_a_record_that_cannot_be_read() {
    let (ledger, disk, first, _) = faulty();
    drop(ledger);
    let mut ledger = reopened(&disk, &first);
    // The log does not judge what a record says.
    ledger.log.commit(&[b"no event"]).expect("the log takes it");
    run(async {
        let service = started(ledger);
        let mut follow = service.follow(Position(1));
        let (given, error) = drained(&mut follow).await;
        assert_eq!(given, (1..=RULEBOOK).map(Position).collect::<Vec<_>>());
        let error = error.expect("it is no event");
        assert!(error.is_damage(), "{error}");
        assert!(follow.next().await.is_none());
        assert_eq!(follow.position(), Position(RULEBOOK + 1));
    });
}

#[test]
fn what_is_looked_at_beside_the_writer_is_the_ledger_as_it_stands() {
    run(async {
        let (ledger, disk, first, _) = faulty();
        let service = started(ledger);
        for number in 0..3 {
            service.submit(allot(number)).await.expect("decided");
            let looked = service.look(|ledger| {
                let at = ledger.balances(By::default(), &Filter::default(), crate::View::NOW);
                (at.expect("balances"), ledger.is_for_reading())
            });
            let (at, for_reading) = looked.await.expect("looked at");
            assert!(for_reading, "nothing is recorded there");
            assert_eq!(at, service.snapshot().balances(By::default(), &Filter::default()));
        }
        let panicked = tokio::spawn({
            let service = service.clone();
            async move { service.look(|_| panic!("the asker's own")).await }
        });
        assert!(panicked.await.is_err_and(|error| error.is_panic()));
        let ledger = service.shutdown().await.expect("it stops");
        drop(ledger);
        assert_eq!(reopened(&disk, &first).position(), Position(RULEBOOK + 3));
    });
}

#[test]
fn what_is_done_beside_the_writer_is_decided_by_it_among_everything_else() {
    run(async {
        let (ledger, disk, first, _) = faulty();
        let service = started(ledger);
        let acted = service.act(|ledger| {
            assert!(!ledger.is_for_reading());
            let commands: Vec<Command> = (10..2_010).map(allot).collect();
            let outcomes = ledger.submit_each(&commands).expect("decided");
            assert_eq!(outcomes.len(), 2_000);
            let again = ledger.submit_all(&[allot(10), allot(5_000)]).expect("decided");
            assert_eq!(again.iter().map(|one| one.repeated).collect::<Vec<_>>(), [true, false]);
            (ledger.position(), ledger.root())
        });
        let other = service.clone();
        let others = tokio::spawn(async move { other.submit(allot(1)).await });
        let (position, root) = acted.await.expect("done");
        assert!(!repeated(&others.await.expect("it ends").expect("decided")));
        assert!(position.0 >= RULEBOOK + 2_001);
        let same = move |ledger: &Ledger| ledger.root_at(position);
        assert_eq!(service.ask(same).await.expect("asked").expect("a root"), root);
        let refused = service.act(|ledger| ledger.submit_all(&[allot(7), allot(7)]).is_ok());
        assert!(refused.await.expect("done"), "the same twice is one");
        drop(service.shutdown().await.expect("it stops"));
        assert_eq!(reopened(&disk, &first).position().0, RULEBOOK + 2_003);
    });
}

#[test]
fn what_is_done_beside_a_service_that_stops_says_so() {
    run(async {
        let (ledger, ..) = faulty();
        let service = started(ledger);
        let other = service.clone();
        let ended = service.act(move |ledger| {
            let (told, stops) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                let ledger = runtime.expect("a runtime").block_on(other.shutdown());
                told.send(ledger.is_ok()).expect("it is waited for");
            });
            assert!(stops.recv().expect("it stops"));
            ledger.submit(&allot(1)).map_err(|error| error.to_string())
        });
        let why = ended.await.expect("done").expect_err("nobody decides any more");
        assert!(why.contains("stopped"), "{why}");
    });
}
