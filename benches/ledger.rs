//! The ledger's speeds beside its peers', in one run, on one workload: medians and ratios.
//!
//! `cargo bench -p bahi-benches --features peers`; every row is the median of [`ROUNDS`] rounds.
//! Times on a shared machine wander: compare rows of one run, never of two.

#![allow(clippy::print_stdout, clippy::float_arithmetic)]

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use bahi::{
    Balances, Ledger, Outcome, Service, ServiceOptions, View,
    core::{Command, CommandKind},
};
use bahi_benches::{bytes_on_disk, commands, ledger, records};
use bahi_log::{Log, Options};

/// Rounds of each row.
const ROUNDS: usize = 5;
/// Margin-money cases of the workload; some three and a half commands come of each.
const CASES: u32 = 30_000;
/// Commands or records of one durable commit.
const BATCH: usize = 1_000;
/// Records of one commit where appends are compared.
const APPEND_BATCH: usize = 10_000;
/// Commands awaited one by one.
const SINGLES: usize = 200;
/// Tasks that submit to a service, each awaiting one command before the next.
const SUBMITTERS: usize = 64;
/// Commands they submit together.
const SERVED: usize = 64 * 200;

fn main() {
    let commands = commands(CASES);
    let history = tempfile::tempdir().expect("a directory");
    let path = history.path().join("ledger");
    let whole = fill(&path, &commands);
    let records = records(&whole);
    let bytes: usize = records.iter().map(Vec::len).sum();
    println!("{} commands, {} events, {bytes} bytes of records", commands.len(), records.len());
    println!("{:<52}{:>14}{:>12}", "work", "a second", "µs each");

    row("durable commands, batches of 1 000", commands.len(), || {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = ledger(&dir.path().join("ledger"));
        timed(|| submit(&mut ledger, &commands))
    });
    let awaited = row("one awaited command", SINGLES, || {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = ledger(&dir.path().join("ledger"));
        timed(|| {
            for command in &commands[..SINGLES] {
                ledger.submit_each(std::slice::from_ref(command)).expect("the ledger works");
            }
        })
    });
    let raw = row("  limit: raw file, append + sync_data", SINGLES, || {
        let dir = tempfile::tempdir().expect("a directory");
        raw_file(&dir.path().join("raw"), &records[..SINGLES])
    });
    println!("  an awaited command takes {:.1} times the raw file", ratio(awaited, raw));
    many_submitters(&commands);

    let ours = row("log appends, batches of 10 000", records.len(), || {
        let dir = tempfile::tempdir().expect("a directory");
        let mut log =
            Log::create(&dir.path().join("log"), b"first", Options::default()).expect("a log");
        timed(|| {
            for batch in records.chunks(APPEND_BATCH) {
                let batch: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
                log.commit(&batch).expect("the log works");
            }
        })
    });
    peers(&records, ours);

    row("full replay to balances", records.len(), || {
        timed(|| drop(whole.fold::<Balances>(View::NOW).expect("a fold")))
    });
    row("replay of every fold, rules included", records.len(), || {
        timed(|| drop(whole.replay(View::NOW, false, &mut |_| {}).expect("a replay")))
    });
    row("verify: pages, tree, records, folds, laws", records.len(), || {
        timed(|| assert!(whole.verify().ok()))
    });
    let stored = bytes_on_disk(&path);
    println!("bytes an event on disk: {}", stored / records.len() as u64);
    drop(whole);
    row("open and first balance", 1, || timed(|| drop(Ledger::open(&path).expect("it opens"))));
}

fn fill(path: &Path, commands: &[Command]) -> Ledger {
    let mut ledger = ledger(path);
    submit(&mut ledger, commands);
    ledger
}

fn submit(ledger: &mut Ledger, commands: &[Command]) {
    for batch in commands.chunks(BATCH) {
        ledger.submit_each(batch).expect("the ledger works");
    }
}

/// Applications alone: they do not rest on one another, so that any order of them is accepted.
fn many_submitters(commands: &[Command]) {
    let applications: Vec<Command> = commands
        .iter()
        .filter(|command| command.act.kind() == CommandKind::Apply)
        .take(SERVED)
        .cloned()
        .collect();
    row("64 submitters, each awaiting durability", applications.len(), || {
        let dir = tempfile::tempdir().expect("a directory");
        served(ledger(&dir.path().join("ledger")), &applications)
    });
}

/// Commands that need not wait for one another, submitted by many tasks.
fn served(ledger: Ledger, commands: &[Command]) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let service = Service::start(ledger, ServiceOptions::default()).expect("a thread");
    timed(|| {
        runtime.block_on(async {
            let submitter = |mine: Vec<Command>| {
                let service = service.clone();
                tokio::spawn(async move {
                    for command in mine {
                        let outcome = service.submit(command).await.expect("the ledger works");
                        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
                    }
                })
            };
            let share = commands.len() / SUBMITTERS;
            let tasks: Vec<_> =
                commands.chunks(share).map(|mine| submitter(mine.to_vec())).collect();
            for task in tasks {
                task.await.expect("a submitter ends");
            }
        });
    })
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Prints the median of a row's rounds, and gives it.
fn row(name: &str, things: usize, mut round: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| round()).collect();
    times.sort_unstable();
    let median = times[ROUNDS / 2];
    let seconds = median.as_secs_f64();
    let (rate, micros) = (things as f64 / seconds, seconds * 1e6 / things as f64);
    println!("{name:<52}{rate:>14.0}{micros:>12.3}");
    median
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn raw_file(path: &Path, records: &[Vec<u8>]) -> Duration {
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file");
    timed(|| {
        for record in records {
            file.write_all(record).expect("a write");
            file.sync_data().expect("a sync");
        }
    })
}

#[cfg(not(feature = "peers"))]
fn peers(_: &[Vec<u8>], _: Duration) {
    println!("  (SQLite and redb are measured with --features peers)");
}

#[cfg(feature = "peers")]
fn peers(records: &[Vec<u8>], ours: Duration) {
    let sqlite = row("  peer: SQLite, WAL, synchronous=FULL", records.len(), || {
        let dir = tempfile::tempdir().expect("a directory");
        sqlite(&dir.path().join("peer.sqlite"), records)
    });
    let redb = row("  peer: redb", records.len(), || {
        let dir = tempfile::tempdir().expect("a directory");
        redb(&dir.path().join("peer.redb"), records)
    });
    println!(
        "  ours is {:.2} times SQLite's rate and {:.2} times redb's",
        ratio(sqlite, ours),
        ratio(redb, ours)
    );
}

#[cfg(feature = "peers")]
fn sqlite(path: &Path, records: &[Vec<u8>]) -> Duration {
    let mut peer = rusqlite::Connection::open(path).expect("a database");
    peer.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
         CREATE TABLE log (position INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;",
    )
    .expect("a table");
    timed(|| {
        for batch in records.chunks(APPEND_BATCH) {
            let work = peer.transaction().expect("a transaction");
            let mut insert =
                work.prepare_cached("INSERT INTO log (record) VALUES (?1)").expect("a statement");
            for record in batch {
                insert.execute([record]).expect("a row");
            }
            drop(insert);
            work.commit().expect("a commit");
        }
    })
}

#[cfg(feature = "peers")]
fn redb(path: &Path, records: &[Vec<u8>]) -> Duration {
    const LOG: redb::TableDefinition<'_, u64, &[u8]> = redb::TableDefinition::new("log");
    let peer = redb::Database::create(path).expect("a database");
    timed(|| {
        let mut position = 0_u64;
        for batch in records.chunks(APPEND_BATCH) {
            let work = peer.begin_write().expect("a transaction");
            let mut table = work.open_table(LOG).expect("a table");
            for record in batch {
                table.insert(position, record.as_slice()).expect("a row");
                position += 1;
            }
            drop(table);
            work.commit().expect("a commit");
        }
    })
}
