//! The service on a real directory: many submitters, callers that leave, restarts, followers.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    path::Path,
    sync::Arc,
};

use bahi::{
    By, Error, Filter, Ledger, LedgerName, NewLedger, Outcome, Service, ServiceError,
    ServiceOptions, Subject, View,
    core::{Command, CommandId, Position, Receipt, Recorded},
    parse_command,
    service::BatchOutcome,
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::watch,
    task::JoinSet,
};

/// Tasks that submit at once.
const SUBMITTERS: u32 = 64;

fn created(dir: &Path) -> Ledger {
    let name = LedgerName::new("many").expect("a name");
    let mut ledger = Ledger::create(dir, &NewLedger::named(name)).expect("a new ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

fn started(ledger: Ledger) -> Service {
    Service::start(ledger, ServiceOptions::default()).expect("a thread")
}

/// An allotment of a rupee; every number has its own command id.
fn allot(number: u32) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let district = 118 + number % 70;
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},"kind":"allot","actor":"fin-01","role":"finance","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"{district}"}},"amount":"1.00"}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

/// An application, which is of no fund yet.
fn apply(number: u32) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},"kind":"apply","actor":"dic-vns","role":"district_office","scheme":"margin-money","district":"187","applicant":"not_in_source","facts":{{"project_cost":"1000000"}},"case_ref":"A/{number}"}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

/// A sanction of a rupee to the case of an application.
fn sanction(number: u32, application: u32) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},"kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"case_ref":"A/{application}","amount":"1.00"}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

fn receipt(outcome: &Outcome) -> Receipt {
    match outcome {
        Outcome::Accepted(receipt) => *receipt,
        Outcome::Refused(_) | Outcome::TooLarge(_) => panic!("not accepted: {outcome:?}"),
    }
}

/// Both kinds of runtime.
fn runtimes() -> [Runtime; 2] {
    let one = Builder::new_current_thread().build().expect("a runtime");
    let many = Builder::new_multi_thread().worker_threads(4).build().expect("a runtime");
    [one, many]
}

/// The command id of every event, by position.
fn ids(ledger: &Ledger) -> BTreeMap<Position, CommandId> {
    let event = |recorded: Result<Recorded, bahi::Error>| {
        let recorded = recorded.expect("it reads");
        (recorded.position, recorded.envelope.command)
    };
    ledger.events(Position(1), ledger.position()).map(event).collect()
}

/// What a submitter brought home.
#[derive(Default)]
struct Kept {
    acknowledged: BTreeMap<Position, CommandId>,
    /// Submitted and not acknowledged, with what was said.
    open: Vec<(u32, ServiceError)>,
}

impl Kept {
    fn take(&mut self, other: Kept) {
        for (position, id) in other.acknowledged {
            assert_eq!(self.acknowledged.insert(position, id), None, "{position} was given twice");
        }
        self.open.extend(other.open);
    }
}

/// Submits commands one after another, each awaited, until the service says no.
async fn submitter(service: Service, numbers: Vec<u32>, acknowledged: watch::Sender<u32>) -> Kept {
    let mut kept = Kept::default();
    for number in numbers {
        let command = allot(number);
        let id = command.id;
        match service.submit(command).await {
            Ok(outcome) => {
                let receipt = receipt(&outcome);
                let published = service.snapshot().position();
                assert!(published >= receipt.position, "published before it is answered");
                kept.acknowledged.insert(receipt.position, id);
                acknowledged.send_modify(|count| *count += 1);
            }
            Err(error) => {
                kept.open.push((number, error));
                return kept;
            }
        }
    }
    kept
}

/// So many submitters with so many commands each, numbered from a base on.
fn submitters(service: &Service, base: u32, each: u32) -> (JoinSet<Kept>, watch::Receiver<u32>) {
    let (acknowledged, count) = watch::channel(0);
    let mut tasks = JoinSet::new();
    for nth in 0..SUBMITTERS {
        let numbers = (0..each).map(|one| base + nth * each + one).collect();
        tasks.spawn(submitter(service.clone(), numbers, acknowledged.clone()));
    }
    (tasks, count)
}

async fn all(mut tasks: JoinSet<Kept>) -> Kept {
    let mut kept = Kept::default();
    while let Some(one) = tasks.join_next().await {
        kept.take(one.expect("a submitter ends"));
    }
    kept
}

#[test]
fn sixty_four_submitters_get_receipts_without_gap_or_double_and_all_are_found() {
    const EACH: u32 = 12;
    for runtime in runtimes() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("ledger");
        let kept = runtime.block_on(async {
            let ledger = created(&path);
            let begin = ledger.position();
            let service = started(ledger);
            let (tasks, _) = submitters(&service, 1, EACH);
            let kept = all(tasks).await;
            assert!(kept.open.is_empty());
            let positions: Vec<u64> = kept.acknowledged.keys().map(|position| position.0).collect();
            let count = u64::from(SUBMITTERS * EACH);
            let expected: Vec<u64> = (begin.0 + 1..=begin.0 + count).collect();
            assert_eq!(positions, expected);
            let snapshot = service.snapshot();
            assert_eq!(snapshot.funds().total().allotted.paise(), 100 * i128::from(count));
            let ledger = service.shutdown().await.expect("the ledger comes back");
            assert_eq!(snapshot.root(), ledger.root());
            kept
        });
        let ledger = Ledger::open(&path).expect("it opens again");
        let stored = ids(&ledger);
        for (position, id) in &kept.acknowledged {
            assert_eq!(stored.get(position), Some(id), "at {position}");
        }
        assert!(ledger.verify().ok());
    }
}

#[test]
fn a_service_takes_no_command_under_an_id_that_is_nobodys() {
    let place = tempfile::tempdir().expect("a directory");
    let ledger = created(&place.path().join("ledger"));
    let before = ledger.position();
    let reserved = || Command { id: CommandId::from_bytes([0; 16]), ..allot(2) };
    let is_refused = |error: &ServiceError, at: usize| {
        matches!(error, ServiceError::Failed(error)
            if matches!(**error, Error::ReservedId { index } if index == at))
    };
    let ledger = runtimes()[0].block_on(async {
        let service = started(ledger);
        let error = service.submit(reserved()).await.expect_err("no id");
        assert!(is_refused(&error, 0), "{error}");
        let awaited = service.try_submit(&reserved()).expect("it is answered");
        let error = awaited.await.expect_err("no id");
        assert!(is_refused(&error, 0), "{error}");
        let error = service.submit_all(vec![allot(1), reserved()]).await.expect_err("no id");
        assert!(is_refused(&error, 1), "{error}");
        service.shutdown().await.expect("the ledger")
    });
    assert_eq!(ledger.position(), before);
}

#[test]
fn a_shutdown_under_load_loses_nothing_acknowledged_and_records_nothing_it_turned_away() {
    for runtime in runtimes() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("ledger");
        let kept = runtime.block_on(async {
            let service = started(created(&path));
            let (tasks, mut count) = submitters(&service, 1, 1_000);
            count.wait_for(|count| *count >= 500).await.expect("they submit");
            drop(service.shutdown().await.expect("the ledger comes back"));
            all(tasks).await
        });
        assert!(kept.acknowledged.len() >= 500);
        assert!(!kept.open.is_empty(), "the load outlasted the service");
        let mut ledger = Ledger::open(&path).expect("it opens again");
        let stored = ids(&ledger);
        for (position, id) in &kept.acknowledged {
            assert_eq!(stored.get(position), Some(id), "at {position}");
        }
        for (number, error) in &kept.open {
            assert!(matches!(error, ServiceError::Stopped), "{error}");
            let receipt = ledger.submit(&allot(*number)).expect("accepted");
            assert!(!receipt.repeated, "command {number} was turned away");
        }
    }
}

#[test]
fn callers_that_leave_leave_their_commands_whole_or_absent() {
    const COMMANDS: u32 = 600;
    for runtime in runtimes() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("ledger");
        let begin = runtime.block_on(async {
            let ledger = created(&path);
            let begin = ledger.position();
            let some = |number| NonZeroUsize::new(number).expect("not zero");
            let options = ServiceOptions { queue: some(8), group_max: some(5) };
            let service = Service::start(ledger, options).expect("a thread");
            let mut tasks: Vec<_> = (1..=COMMANDS)
                .map(|number| {
                    let service = service.clone();
                    Some(tokio::spawn(async move { service.submit(allot(number)).await }))
                })
                .collect();
            // Every third leaves: some before the queue took them, some after, some answered.
            for nth in (0..tasks.len()).rev() {
                if nth % 3 == 0
                    && let Some(task) = tasks[nth].take()
                {
                    task.abort();
                } else if nth % 50 == 1
                    && let Some(task) = tasks[nth].take()
                {
                    receipt(&task.await.expect("it ends").expect("accepted"));
                }
            }
            for task in tasks.into_iter().flatten() {
                receipt(&task.await.expect("it ends").expect("accepted"));
            }
            drop(service.shutdown().await.expect("the ledger comes back"));
            begin
        });
        let mut ledger = Ledger::open(&path).expect("it opens again");
        let stored = ids(&ledger);
        let after: BTreeSet<CommandId> =
            stored.range(begin.next()..).map(|(_, command)| *command).collect();
        assert_eq!(after.len() as u64, ledger.position().0 - begin.0, "no command twice");
        for number in 1..=COMMANDS {
            let command = allot(number);
            let recorded = after.contains(&command.id);
            assert!(recorded || (number - 1) % 3 == 0, "command {number} was awaited");
            let receipt = ledger.submit(&command).expect("accepted");
            assert_eq!(receipt.repeated, recorded, "a retry tells of command {number}");
        }
        assert_eq!(ledger.position().0 - begin.0, u64::from(COMMANDS));
        assert!(ledger.verify().ok());
    }
}

/// Follows until a service has nothing more to give, or until a position.
async fn followed(service: &Service, from: Position, upto: u64) -> (Vec<Recorded>, Position) {
    let mut follow = service.follow(from);
    let mut events = Vec::new();
    while follow.position().0 <= upto {
        match follow.next().await {
            Some(Ok(recorded)) => events.push(recorded),
            Some(Err(ServiceError::Stopped)) | None => break,
            Some(Err(error)) => panic!("{error}"),
        }
    }
    (events, follow.position())
}

#[test]
fn a_follower_goes_on_over_a_restart_without_gap_or_double_while_writers_run() {
    for runtime in runtimes() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("ledger");
        runtime.block_on(async {
            let service = Arc::new(started(created(&path)));
            let follower = {
                let service = Arc::clone(&service);
                tokio::spawn(async move { followed(&service, Position(1), 400).await })
            };
            let (tasks, mut count) = submitters(&service, 1, 200);
            count.wait_for(|count| *count >= 300).await.expect("they submit");
            drop(Service::clone(&service).shutdown().await.expect("the ledger comes back"));
            let (mut events, next) = follower.await.expect("the follower ends");
            let kept = all(tasks).await;
            assert_eq!(next.0, events.len() as u64 + 1);
            drop(service);

            let service = Arc::new(started(Ledger::open(&path).expect("it opens again")));
            let missing: Vec<u32> = kept.open.iter().map(|(number, _)| *number).collect();
            let (acknowledged, _) = watch::channel(0);
            let upto = service.snapshot().position().0 + missing.len() as u64 + 640;
            let live = {
                let service = Arc::clone(&service);
                tokio::spawn(async move { followed(&service, next, upto).await })
            };
            let again = submitter(Service::clone(&service), missing, acknowledged).await;
            assert!(again.open.is_empty());
            let (tasks, _) = submitters(&service, 100_000, 10);
            assert!(all(tasks).await.open.is_empty());
            events.extend(live.await.expect("the follower ends").0);

            let service = Arc::into_inner(service).expect("nobody else has it");
            let ledger = service.shutdown().await.expect("the ledger comes back");
            let stored: Vec<Recorded> = ledger
                .events(Position(1), ledger.position())
                .collect::<Result<_, _>>()
                .expect("they read");
            assert_eq!(events.len(), stored.len());
            assert!(events == stored, "what was followed is what is stored, event by event");
        });
    }
}

#[test]
fn answers_in_pieces_are_the_ledgers_own() {
    // More than one question fetches, so that every answer takes several.
    const COMMANDS: u32 = 700;
    let [runtime, _] = runtimes();
    let dir = tempfile::tempdir().expect("a directory");
    runtime.block_on(async {
        let service = started(created(&dir.path().join("ledger")));
        // The case begins in one piece of the order's trail and goes on in another.
        let allotments = (2..COMMANDS).map(allot);
        let commands =
            [apply(1)].into_iter().chain(allotments).chain([sanction(COMMANDS, 1)]).collect();
        let outcome = service.submit_all(commands).await.expect("an answer");
        assert!(matches!(outcome, BatchOutcome::Accepted(_)), "{outcome:?}");
        let order = service.ask(|ledger| {
            let authorities = ledger.names().authorities();
            authorities.last().map(|(number, _)| number)
        });
        let subject = Subject::Order(order.await.expect("it runs").expect("an order"));
        let views = [View::NOW, View { at: Some(Position(400)), ..View::NOW }];
        let by_district = By { scheme: true, district: true, ..By::default() };
        let filter = Filter::default();
        let mut answers = Vec::new();
        for (view, by) in views.into_iter().flat_map(|view| [(view, By::ALL), (view, by_district)])
        {
            let trail = service.trail(subject, view).await.expect("an answer");
            let balances = service.balances(by, &filter, view).await.expect("an answer");
            answers.push((view, by, trail, balances));
        }
        let beyond = View { at: Some(Position(9_999)), ..View::NOW };
        assert!(service.trail(subject, beyond).await.is_err());
        let mut events = Vec::new();
        loop {
            let from = Position(events.len() as u64 + 1);
            let more = service.events(from).await.expect("an answer");
            assert!(more.len() <= 2 * bahi::service::EVENTS_PER_READ);
            if more.is_empty() {
                break;
            }
            events.extend(more);
        }
        let ledger = service.shutdown().await.expect("the ledger comes back");
        for (view, by, trail, balances) in answers {
            assert_eq!(trail, ledger.trail(subject, view).expect("an answer"), "{view:?}");
            let direct = ledger.balances(by, &filter, view).expect("an answer");
            assert_eq!(balances, direct, "{view:?} {by:?}");
            assert!(view != View::NOW || trail.entries.len() == COMMANDS as usize);
        }
        let stored: Vec<Recorded> = ledger
            .events(Position(1), ledger.position())
            .collect::<Result<_, _>>()
            .expect("they read");
        assert!(events == stored);
    });
}
