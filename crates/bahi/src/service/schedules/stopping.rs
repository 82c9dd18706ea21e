//! Stopping under every order: nothing acknowledged is lost, nobody is left without a word.

use super::*;

#[test]
fn a_shutdown_among_submits_loses_nothing_acknowledged_and_records_nothing_turned_away() {
    tried(|| {
        let (service, medium) = service(options(1, 2));
        let threads: Vec<_> = (1..=4)
            .map(|number| {
                let (service, medium) = (service.clone(), medium.clone());
                go(async move { (number, submitted(&service, &medium, number).await) })
            })
            .collect();
        let ledger = block_on(service.shutdown()).expect("the ledger comes back");
        let last = ledger.position();
        let mut accepted = 0;
        for (number, answer) in threads.into_iter().map(end) {
            let recorded = medium.ids().contains(&allot(number).id);
            match answer {
                Ok(()) => accepted += 1,
                Err(ServiceError::Stopped) => {}
                Err(error) => panic!("{error}"),
            }
            let was_accepted = answer.is_ok();
            assert_eq!(recorded, was_accepted, "command {number}");
        }
        assert_eq!(last, Position(RULEBOOK + accepted), "all of it before the ledger came back");
    });
}

#[test]
fn of_two_shutdowns_one_has_the_ledger() {
    tried(|| {
        let (service, medium) = service(options(1, 1));
        let stops: Vec<_> = (0..2).map(|_| go(service.clone().shutdown())).collect();
        let submitter = {
            let (service, medium) = (service.clone(), medium.clone());
            go(async move { submitted(&service, &medium, 1).await })
        };
        let asker = service.clone();
        let asked = go(async move { asker.ask(Ledger::position).await });
        drop(service);
        let ledgers: Vec<_> = stops.into_iter().map(end).collect();
        let recorded = medium.ids().len() as u64;
        match end(submitter) {
            Ok(()) => assert_eq!(recorded, 1),
            Err(ServiceError::Stopped) => assert_eq!(recorded, 0),
            Err(error) => panic!("{error}"),
        }
        match end(asked) {
            Ok(position) => assert!(position >= Position(RULEBOOK)),
            Err(ServiceError::Stopped) => {}
            Err(error) => panic!("{error}"),
        }
        assert_eq!(ledgers.iter().filter(|ledger| ledger.is_ok()).count(), 1, "one was first");
        for ledger in ledgers {
            match ledger {
                Ok(ledger) => assert_eq!(ledger.position(), Position(RULEBOOK + recorded)),
                Err(ServiceError::Stopped) => {}
                Err(error) => panic!("{error}"),
            }
        }
    });
}

#[test]
fn a_shutdown_nobody_waits_for_stops_the_service_all_the_same() {
    tried(|| {
        let (service, medium) = service(options(1, 1));
        let taken = service.try_submit(&allot(1)).expect("there is room");
        let stopper = service.clone();
        let stop = thread::spawn(move || {
            let mut stop = std::pin::pin!(stopper.shutdown());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            drop(stop.as_mut().poll(&mut context).map(|ledger| ledger.map(drop)));
        });
        assert!(!repeated(&block_on(taken).expect("it was taken before")));
        end(stop);
        assert!(service.has_stopped());
        let late = block_on(service.submit(allot(2))).expect_err("it has stopped");
        assert!(matches!(late, ServiceError::Stopped), "{late}");
        assert_eq!(medium.last(), Position(RULEBOOK + 1));
    });
}

#[test]
fn the_last_handle_dropped_leaves_what_was_taken_durable_and_the_writer_ended() {
    tried(|| {
        let (service, medium) = service(options(3, 1 + any(2)));
        let taken: Vec<_> =
            (1..=3).filter_map(|number| service.try_submit(&allot(number)).ok()).collect();
        let mut follow = service.follow(Position(RULEBOOK + 1));
        let other = service.clone();
        let dropped = thread::spawn(move || drop(other));
        drop(service);
        let taken = taken.into_iter().map(|answer| block_on(answer).map(|_| ())).filter(|given| {
            assert!(given.is_ok(), "{given:?}");
            true
        });
        let taken = taken.count() as u64;
        end(dropped);
        while let Some(Ok(_)) = block_on(follow.next()) {}
        // The follower has met the end, which comes after the last commit. That the writer's thread
        // has ended too is the scheduler's to see: one that sleeps for ever is a deadlock.
        assert_eq!(medium.last(), Position(RULEBOOK + taken));
    });
}
