//! The stores beside ours, on the same records: the raw file as the limit, SQLite, redb.
//!
//! # Invariants
//! * Each is as durable as ours says it is: what a commit answers for is on the medium.
//! * What a batch of records is read from is not in the time.
//!
//! # Not here
//! The peer that keeps books: `books`.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::Path,
};

use crate::{
    bytes_on_disk,
    measure::{Measured, Watch},
};

/// Records of one commit where appends are compared.
pub const APPEND_BATCH: usize = 10_000;

/// A raw file, synced after every batch.
///
/// # Panics
/// Where the file cannot be written, as every store here.
pub fn raw(path: &Path, batches: impl Iterator<Item = Vec<Vec<u8>>>) -> Measured {
    let mut file = append_to(path);
    let (mut watch, mut count) = (Watch::new(), 0);
    for batch in batches {
        count += batch.len();
        watch.time(|| {
            file.write_all(&batch.concat()).expect("a write");
            file.sync_data().expect("a sync");
        });
    }
    watch.end(count).storing(bytes_on_disk(path), count)
}

/// A raw file, synced after every record.
///
/// # Panics
/// Where the file cannot be written.
#[must_use]
pub fn raw_singly(path: &Path, records: &[Vec<u8>]) -> Measured {
    let mut file = append_to(path);
    let mut watch = Watch::new();
    watch.time(|| {
        for record in records {
            file.write_all(record).expect("a write");
            file.sync_data().expect("a sync");
        }
    });
    watch.end(records.len())
}

fn append_to(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).expect("a file")
}

/// SQLite: one table, WAL, `synchronous=FULL`, a transaction for each batch.
///
/// # Panics
/// Where the database cannot be written.
#[cfg(feature = "peers")]
pub fn sqlite(path: &Path, batches: impl Iterator<Item = Vec<Vec<u8>>>) -> Measured {
    let mut peer = rusqlite::Connection::open(path).expect("a database");
    peer.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
         CREATE TABLE log (position INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;",
    )
    .expect("a table");
    let (mut watch, mut count) = (Watch::new(), 0);
    for batch in batches {
        count += batch.len();
        watch.time(|| {
            let work = peer.transaction().expect("a transaction");
            let mut insert =
                work.prepare_cached("INSERT INTO log (record) VALUES (?1)").expect("a statement");
            for record in &batch {
                insert.execute([record]).expect("a row");
            }
            drop(insert);
            work.commit().expect("a commit");
        });
    }
    let measured = watch.end(count);
    peer.close().expect("a closed database");
    measured.storing(bytes_on_disk(path), count)
}

/// redb: the records by position, its default durability, a transaction for each batch.
///
/// # Panics
/// Where the database cannot be written.
#[cfg(feature = "peers")]
pub fn redb(path: &Path, batches: impl Iterator<Item = Vec<Vec<u8>>>) -> Measured {
    const LOG: redb::TableDefinition<'_, u64, &[u8]> = redb::TableDefinition::new("log");
    let peer = redb::Database::create(path).expect("a database");
    let (mut watch, mut count) = (Watch::new(), 0);
    for batch in batches {
        watch.time(|| {
            let work = peer.begin_write().expect("a transaction");
            let mut table = work.open_table(LOG).expect("a table");
            for record in &batch {
                table.insert(count, record.as_slice()).expect("a row");
                count += 1;
            }
            drop(table);
            work.commit().expect("a commit");
        });
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let measured = watch.end(count);
    drop(peer);
    measured.storing(bytes_on_disk(path), count)
}
