//! Personal details through a service: events first, callers that leave, a ledger that ends meanwhile.
#![cfg(unix)]

use std::{
    fs,
    future::Future,
    path::{Path, PathBuf},
    pin::pin,
    task::{Context, Waker},
};

use bahi::{
    Acting, DetailsError, Ledger, LedgerName, NewLedger, NewVault, Outcome, Service, ServiceError,
    ServiceOptions,
    core::{ActorName, Command, Position, Role},
    parse_command,
    service::{ServiceDetailsError, ServiceVault},
    vault::{Access, Contents, Subject},
};
use tempfile::TempDir;
use tokio::{runtime::Builder, task::JoinSet};

/// A ledger on a disk that a service runs, and its vault.
struct Office {
    dir: TempDir,
    service: Service,
    vault: ServiceVault,
}

impl Office {
    async fn new() -> Office {
        let dir = tempfile::tempdir().expect("a directory");
        let new = NewLedger::named(LedgerName::new("office").expect("a name"));
        let mut ledger = Ledger::create(&dir.path().join("ledger"), &new).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let (service, vault) = served(dir.path(), ledger).await;
        Office { dir, service, vault }
    }

    /// The ledger again, once everything that was taken is done.
    async fn closed(self) -> (TempDir, Ledger) {
        let Office { dir, service, vault } = self;
        drop(vault);
        (dir, service.shutdown().await.expect("the ledger"))
    }
}

async fn served(dir: &Path, ledger: Ledger) -> (Service, ServiceVault) {
    let service = Service::start(ledger, ServiceOptions::default()).expect("a thread");
    let opened = service.open_vault(dir.join("ledger"), dir.join("vault"), NewVault::First);
    let (vault, settled) = opened.await.expect("a vault");
    assert_eq!(settled, []);
    (service, vault)
}

fn subject(number: u32) -> Subject {
    Subject::parse(&format!("{number:032x}")).expect("a subject")
}

fn details(name: &str) -> Contents {
    let mut contents = Contents::default();
    contents.add("name", name).expect("a field");
    contents
}

fn acting(role: Role) -> Acting {
    Acting { actor: ActorName::new("kavita").expect("a name"), role, authority: None }
}

fn allot(number: u32) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},"kind":"allot","actor":"fin-01","role":"finance","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"1.00"}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

fn accesses(ledger: &Ledger, number: u32) -> Vec<(Access, Position)> {
    let found = ledger.accesses(&subject(number)).expect("the log reads");
    found.iter().map(|one| (one.access, one.position)).collect()
}

/// Whether some file below a directory holds these bytes.
fn is_anywhere(dir: &Path, wanted: &[u8]) -> Option<PathBuf> {
    fs::read_dir(dir).expect("a directory").find_map(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return is_anywhere(&path, wanted);
        }
        let bytes = fs::read(&path).expect("a file");
        bytes.windows(wanted.len()).any(|window| window == wanted).then_some(path)
    })
}

fn run<T>(work: impl Future<Output = T>) -> T {
    Builder::new_multi_thread().worker_threads(2).build().expect("a runtime").block_on(work)
}

#[test]
fn accesses_beside_submitters_are_events_in_their_own_order_and_then_done() {
    run(async {
        let office = Office::new().await;
        let mut tasks = JoinSet::new();
        for number in 1..=8_u32 {
            let (service, vault) = (office.service.clone(), office.vault.clone());
            tasks.spawn(async move {
                let outcome = service.submit(allot(number)).await.expect("it runs");
                assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
                let (who, put) = (acting(Role::DistrictOffice), details("Asha Devi"));
                let put = vault.put(subject(number), put, false, who).await.expect("put");
                // What an access answers is published by then, like any command.
                assert!(service.snapshot().position() >= put.position && !put.replaced);
                let shown = vault.show(subject(number), acting(Role::Auditor)).await;
                let shown = shown.expect("shown");
                assert_eq!(shown.contents, details("Asha Devi"));
                let erased = vault.erase(subject(number), acting(Role::Administrator)).await;
                let erased = erased.expect("erased");
                let gone = vault.show(subject(number), acting(Role::Auditor)).await;
                let Err(ServiceDetailsError::Details(DetailsError::Erased { position, left })) =
                    gone
                else {
                    panic!("{gone:?}");
                };
                assert_eq!((position, left), (erased.position, false));
                (number, [put.position, shown.position, erased.position])
            });
        }
        let mut done = Vec::new();
        while let Some(task) = tasks.join_next().await {
            done.push(task.expect("a task ends"));
        }
        let mut told = Vec::new();
        for (number, _) in &done {
            told.push(office.service.accesses(&subject(*number)).await.expect("the log reads"));
        }
        let (dir, ledger) = office.closed().await;
        for ((number, positions), told) in done.into_iter().zip(told) {
            let kinds = [Access::Put, Access::Show, Access::Erase];
            let expected: Vec<_> = kinds.into_iter().zip(positions).collect();
            assert_eq!(told, ledger.accesses(&subject(number)).expect("the log reads"));
            assert_eq!(accesses(&ledger, number), expected, "{number}");
        }
        assert!(ledger.verify().ok());
        assert_eq!(is_anywhere(dir.path(), b"Asha"), None);
    });
}

#[test]
fn who_may_not_leaves_a_denial_and_is_shown_nothing() {
    run(async {
        let office = Office::new().await;
        let put = office.vault.put(subject(1), details("Asha"), false, acting(Role::Finance)).await;
        let Err(ServiceDetailsError::Details(DetailsError::Denied { position, .. })) = put else {
            panic!("{put:?}");
        };
        assert_eq!(office.service.snapshot().position(), position);
        let put = office.vault.put(subject(1), details("Asha"), false, acting(Role::Administrator));
        put.await.expect("put");
        let shown = office.vault.show(subject(1), acting(Role::TreasuryJob)).await;
        let denied = matches!(
            shown,
            Err(ServiceDetailsError::Details(DetailsError::Denied { access: Access::Show, .. }))
        );
        assert!(denied, "{shown:?}");
        let (_dir, ledger) = office.closed().await;
        assert_eq!(accesses(&ledger, 1).len(), 1, "a denial names nobody's details");
    });
}

#[test]
fn whoever_leaves_before_the_answer_leaves_an_access_whole_or_none() {
    run(async {
        let office = Office::new().await;
        let mut context = Context::from_waker(Waker::noop());
        for number in 1..=40_u32 {
            let by = acting(Role::DistrictOffice);
            let put = office.vault.put(subject(number), details("Asha"), false, by);
            // Polled once it waits in line; then the caller leaves, soon or later.
            let mut put = pin!(put);
            let _ = put.as_mut().poll(&mut context);
            if number % 3 == 0 {
                office.service.submit(allot(number)).await.expect("it runs");
            }
        }
        // Behind all that wait in line.
        let by = acting(Role::DistrictOffice);
        office.vault.put(subject(41), details("Asha"), false, by).await.expect("put");
        let mut held = Vec::new();
        for number in 1..=41 {
            let shown = office.vault.show(subject(number), acting(Role::Auditor)).await;
            held.push(shown.is_ok());
        }
        let (_dir, ledger) = office.closed().await;
        for (number, held) in (1..).zip(held) {
            let puts = accesses(&ledger, number).iter().filter(|one| one.0 == Access::Put).count();
            assert_eq!(puts, usize::from(held), "{number}");
        }
    });
}

#[test]
fn where_the_ledger_has_ended_nothing_is_put_in_shown_or_destroyed() {
    run(async {
        let Office { dir, service, vault } = Office::new().await;
        let by = acting(Role::Administrator);
        vault.put(subject(1), details("Asha"), false, by.clone()).await.expect("put");
        let ledger = service.clone().shutdown().await.expect("the ledger");
        let position = ledger.position();
        let stopped = |error: ServiceDetailsError| {
            assert!(
                matches!(error, ServiceDetailsError::Service(ServiceError::Stopped)),
                "{error}"
            );
        };
        stopped(vault.put(subject(2), details("Ravi"), false, by.clone()).await.expect_err("put"));
        stopped(vault.show(subject(1), by.clone()).await.expect_err("shown"));
        stopped(vault.erase(subject(1), by.clone()).await.expect_err("erased"));
        drop((vault, service));
        assert_eq!(ledger.position(), position);
        // The vault is closed some moments after its last handle is gone.
        let mut tries = 0..1_000_000;
        let (service, vault) = loop {
            assert!(tries.next().is_some(), "the vault is closed");
            let opened = ledger.open_vault(
                &dir.path().join("ledger"),
                &dir.path().join("vault"),
                NewVault::No,
            );
            if let Ok((held, _)) = opened {
                drop(held);
                break served(dir.path(), ledger).await;
            }
            std::thread::yield_now();
        };
        assert_eq!(
            vault.show(subject(1), by.clone()).await.expect("shown").contents,
            details("Asha")
        );
        let nothing = vault.show(subject(2), by).await;
        let held =
            matches!(nothing, Err(ServiceDetailsError::Details(DetailsError::NothingHeld { .. })));
        assert!(held, "{nothing:?}");
        drop(vault);
        service.shutdown().await.expect("the ledger");
    });
}
