//! Submitting under every order: full queues, callers that leave, batches, media that fail.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use bahi_log::{Fault, backend::Step};

use super::*;

#[test]
fn a_full_queue_holds_callers_back_and_forgets_none() {
    tried(|| {
        let (service, medium) = service(options(1, 1 + any(2)));
        let threads: Vec<_> = (0..3)
            .map(|nth| {
                let (service, medium) = (service.clone(), medium.clone());
                go(async move {
                    for number in [2 * nth + 1, 2 * nth + 2] {
                        submitted(&service, &medium, number).await.expect("accepted");
                        assert!(service.queued() <= 1, "the queue has a bound");
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(end);
        let ledger = block_on(service.shutdown()).expect("the ledger comes back");
        assert_eq!(ledger.position(), Position(RULEBOOK + 6));
    });
}

#[test]
fn a_caller_that_leaves_at_any_moment_leaves_its_command_whole_or_absent() {
    tried(|| {
        let size = 1 + any(3);
        let (service, medium) = service(options(size, size));
        let threads: Vec<_> = (1..=4)
            .map(|number| {
                let (service, medium) = (service.clone(), medium.clone());
                thread::spawn(move || {
                    if number % 2 == 0 {
                        block_on(submitted(&service, &medium, number)).expect("accepted");
                        return false;
                    }
                    let mut leaving = pin!(submitted(&service, &medium, number));
                    let mut context = Context::from_waker(Waker::noop());
                    let answered = (0..any(4)).any(|_| {
                        thread::yield_now();
                        leaving.as_mut().poll(&mut context).is_ready()
                    });
                    !answered
                })
            })
            .collect();
        let left: Vec<bool> = threads.into_iter().map(end).collect();
        // Whether it was taken is settled by a retry, which waits in the same queue.
        let last = service.snapshot().position();
        for (number, left) in (1..).zip(left) {
            let outcome = block_on(service.submit(allot(number))).expect("accepted");
            assert!(left || repeated(&outcome), "command {number} was answered");
        }
        let mut ledger = block_on(service.shutdown()).expect("the ledger comes back");
        assert!(ledger.position() >= last);
        assert_eq!(ledger.position(), Position(RULEBOOK + 4), "no command twice");
        assert!((1..=4).all(|number| ledger.submit(&allot(number)).expect("known").repeated));
    });
}

#[test]
fn try_submit_takes_a_command_or_says_that_the_queue_is_full() {
    tried(|| {
        let (service, _) = service(options(1, 1));
        let threads: Vec<_> = (1..=3)
            .map(|number| {
                let service = service.clone();
                go(async move {
                    match service.try_submit(&allot(number)) {
                        Ok(answer) => {
                            assert!(!repeated(&answer.await.expect("accepted")));
                            1
                        }
                        Err(ServiceError::QueueFull { limit: 1 }) => 0,
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        let taken: u64 = threads.into_iter().map(end).sum();
        let ledger = block_on(service.shutdown()).expect("the ledger comes back");
        assert!(taken > 0);
        assert_eq!(ledger.position(), Position(RULEBOOK + taken), "what was full left nothing");
    });
}

#[test]
fn a_batch_is_seen_whole_or_not_at_all() {
    tried(|| {
        let (service, medium) = service(options(2, 2));
        let batches: Vec<_> = [[1, 2, 3], [4, 5, 6]]
            .map(|numbers| {
                let service = service.clone();
                go(async move {
                    let batch = numbers.map(allot).to_vec();
                    let outcome = service.submit_all(batch).await.expect("an answer");
                    let BatchOutcome::Accepted(receipts) = outcome else { panic!("{outcome:?}") };
                    let positions: Vec<u64> =
                        receipts.iter().map(|receipt| receipt.position.0).collect();
                    assert_eq!(positions, (positions[0]..positions[0] + 3).collect::<Vec<_>>());
                    (positions[0], positions[2])
                })
            })
            .into();
        let single = {
            let (service, medium) = (service.clone(), medium.clone());
            go(async move { submitted(&service, &medium, 7).await.expect("accepted") })
        };
        let seen = {
            let (service, medium) = (service.clone(), medium.clone());
            thread::spawn(move || {
                let mut seen = Vec::new();
                for _ in 0..4 {
                    let published = service.snapshot().position().0;
                    let durable = medium.last().0;
                    assert!(published <= durable, "published before it is durable");
                    seen.extend([published, durable]);
                    thread::yield_now();
                }
                seen
            })
        };
        let spans: Vec<_> = batches.into_iter().map(end).collect();
        end(single);
        for seen in end(seen) {
            for (first, last) in &spans {
                assert!(seen < *first || seen >= *last, "{seen} is inside {first} to {last}");
            }
        }
        // Of a batch with a command that is refused nothing is left.
        let mut other = allot(1);
        other.effective_day = bahi_core::Day::parse("2024-06-11").expect("a day");
        let refused = block_on(service.submit_all(vec![allot(8), other])).expect("an answer");
        assert!(matches!(refused, BatchOutcome::Refused { index: 1, .. }), "{refused:?}");
        let ledger = block_on(service.shutdown()).expect("the ledger comes back");
        assert_eq!(ledger.position(), Position(RULEBOOK + 7));
    });
}

#[test]
fn a_medium_that_fails_leaves_nobody_without_an_answer_and_no_answer_untrue() {
    tried(|| {
        let (ledger, disk, first, trigger) = faulty();
        let service = Service::start(ledger, options(2, 2)).expect("a thread");
        let medium = Medium { disk, first };
        let steps = [
            Step::NoSpace,
            Step::AfterApply,
            Step::BeforeSync,
            Step::AfterSync,
            Step::BeforeAdvance,
            Step::AfterAdvance,
        ];
        trigger.fail_at(steps[any(steps.len())], any(3));
        let threads: Vec<_> = (1..=4)
            .map(|number| {
                let (service, medium) = (service.clone(), medium.clone());
                go(async move { (number, submitted(&service, &medium, number).await) })
            })
            .collect();
        let answers: Vec<_> = threads.into_iter().map(end).collect();
        drop(block_on(service.shutdown()).expect("the ledger comes back"));
        let recorded = medium.ids();
        for (number, answer) in answers {
            let recorded = recorded.contains(&allot(number).id);
            match answer {
                Ok(()) => assert!(recorded, "command {number} was accepted"),
                Err(error) => {
                    assert!(!recorded || error.may_be_recorded(), "command {number}: {error}");
                    let ServiceError::Failed(cause) = &error else { panic!("{error}") };
                    let said = matches!(**cause, Error::Fault(_) | Error::InDoubt);
                    assert!(said && !matches!(**cause, Error::Fault(Fault::Poisoned)), "{error}");
                }
            }
        }
        assert!(medium.ledger().verify().ok());
    });
}

#[test]
fn a_writer_that_is_lost_at_any_moment_leaves_nobody_waiting() {
    tried(|| {
        let (mut ledger, ..) = faulty();
        let service = Service::over(1, Board::new(Published::first(&mut ledger)));
        let desk = service.desk();
        let writer = thread::spawn(move || {
            for _ in 0..any(3) {
                // What it took goes with it.
                let mut turn = queue::Turn::of(&gather::Gather::default(), 1);
                drop(desk.queue.part(&mut turn));
            }
            drop(desk);
        });
        let threads: Vec<_> = (1..=3)
            .map(|number| {
                let service = service.clone();
                go(async move {
                    let answer = service.submit(allot(number)).await;
                    let stopped = matches!(answer, Err(ServiceError::Stopped));
                    let lost = matches!(answer, Err(ServiceError::WriterLost));
                    assert!(stopped || lost, "{answer:?}");
                })
            })
            .collect();
        let asker = service.clone();
        let asked = go(async move { asker.ask(Ledger::position).await.expect_err("it is lost") });
        let mut follow = service.follow(Position(RULEBOOK + 1));
        let followed = go(async move { assert!(follow.next().await.is_none()) });
        threads.into_iter().for_each(end);
        drop(end(asked));
        end(followed);
        end(writer);
        assert!(service.has_stopped());
    });
}

#[test]
fn a_waiter_that_moves_to_another_task_is_woken_there() {
    tried(|| {
        let (answer, mut awaited) = answer::pair::<u32>();
        let mut context = Context::from_waker(Waker::noop());
        let early = match std::pin::Pin::new(&mut awaited).poll(&mut context) {
            Poll::Ready(given) => Some(given),
            Poll::Pending => None,
        };
        assert!(early.is_none(), "nobody has answered");
        let waiter = go(awaited);
        let answers = any(2) == 0;
        let writer = thread::spawn(move || {
            if answers {
                assert!(answer.send(Ok(7)).is_none(), "somebody waits");
            }
        });
        let given = end(waiter);
        assert_eq!(given.ok(), answers.then_some(7));
        end(writer);
    });
}
