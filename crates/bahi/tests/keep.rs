//! Backups of a service that is being written to: whole, of one moment, and in nobody's way.

use std::{num::NonZeroUsize, sync::mpsc};

use bahi::{
    Ledger, LedgerName, NewLedger, Outcome, Service, ServiceError, ServiceOptions,
    core::{Command, Position},
    parse_command,
};

fn allot(number: u32) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},"kind":"allot","actor":"fin-01","role":"finance","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"1.00"}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

/// A queue of eight, so that submitting waits for the writer.
fn narrow() -> ServiceOptions {
    let eight = NonZeroUsize::MIN.saturating_add(7);
    ServiceOptions { queue: eight, group_max: eight }
}

#[test]
fn a_backup_beside_a_writing_service_is_the_ledger_at_one_moment() {
    let place = tempfile::tempdir().expect("a directory");
    let path = |name: &str| place.path().join(name);
    let new = NewLedger::named(LedgerName::new("kept").expect("a name"));
    let mut ledger = Ledger::create(&path("ledger"), &new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.expect("a runtime");
    let service = Service::start(ledger, narrow()).expect("a thread");
    let mut number = 0;
    let mut submit = |count: u32| {
        for _ in 0..count {
            number += 1;
            let outcome = runtime.block_on(service.submit(allot(number))).expect("durable");
            assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
        }
    };
    submit(50);
    let mut before = None;
    for round in 0..4 {
        let from = service.snapshot().position();
        // The copying waits in its progress until commands were answered meanwhile.
        let (go, may_go) = mpsc::channel::<()>();
        let progress = move |_: Position| may_go.recv().unwrap_or_default();
        let backup = service.clone();
        let dir = path("backup");
        let copying = runtime.spawn(async move { backup.backup(dir, progress).await });
        submit(20);
        drop(go);
        let done = runtime.block_on(copying).expect("it ends").expect("a backup");
        assert_eq!(done.before, before, "round {round}");
        assert!(from <= done.position && done.position <= service.snapshot().position());
        before = Some(done.position);
        let kept = Ledger::open_backup(&path("backup")).expect("it opens");
        assert_eq!((kept.position(), kept.root()), (done.position, done.root));
        assert!(kept.verify().ok());
        let root = runtime.block_on(service.ask(move |ledger| ledger.root_at(done.position)));
        assert_eq!(root.expect("it answers").expect("a root"), done.root);
    }
    let ledger = runtime.block_on(service.clone().shutdown()).expect("it stops");
    let late = runtime.block_on(service.backup(path("backup"), |_| {}));
    assert!(matches!(late, Err(ServiceError::Stopped)), "{late:?}");
    let last = ledger.position();
    drop(ledger);
    let mut restored =
        Ledger::restore(&path("backup"), &path("again"), &mut |_| {}).expect("restored");
    assert_eq!(Some(restored.position()), before);
    restored.submit(&allot(9_999)).expect("it goes on");
    assert_eq!(Ledger::open(&path("ledger")).expect("it opens").position(), last);
}

#[test]
fn a_backup_that_cannot_be_made_says_why_and_the_service_goes_on() {
    let place = tempfile::tempdir().expect("a directory");
    std::fs::write(place.path().join("letter.txt"), "x").expect("a file can be written");
    let new = NewLedger::named(LedgerName::new("kept").expect("a name"));
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let service = Service::start(ledger, ServiceOptions::default()).expect("a thread");
    let failed = runtime.block_on(service.backup(place.path().to_path_buf(), |_| {}));
    let error = failed.expect_err("the directory holds a letter");
    assert!(error.to_string().contains("is not a backup"), "{error}");
    runtime.block_on(service.submit(allot(1))).expect("it goes on");
}
