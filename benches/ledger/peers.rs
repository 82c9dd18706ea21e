//! The stores beside ours, on the same records: the raw file as the limit, SQLite, redb.
//!
//! # Invariants
//! * Each is as durable as ours says it is: what a commit answers for is on the medium.
//!
//! # Not here
//! The peer that keeps books: `journal`.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::Path,
};

use bahi_benches::bytes_on_disk;

use crate::{
    cases::{APPEND_BATCH, Setting},
    measure::{Measured, Watch},
};

pub fn raw_singly(setting: &Setting) -> Option<Measured> {
    let mut records = setting.workload.records();
    records.truncate(setting.scale.singles);
    let mut file = append_to(&setting.scratch.join("raw"));
    let mut watch = Watch::new();
    watch.time(|| {
        for record in &records {
            file.write_all(record).expect("a write");
            file.sync_data().expect("a sync");
        }
    });
    Some(watch.end(records.len()))
}

pub fn raw_batches(setting: &Setting) -> Option<Measured> {
    let records = setting.workload.records();
    let path = setting.scratch.join("raw");
    let mut file = append_to(&path);
    let mut watch = Watch::new();
    watch.time(|| {
        for batch in records.chunks(APPEND_BATCH) {
            file.write_all(&batch.concat()).expect("a write");
            file.sync_data().expect("a sync");
        }
    });
    Some(watch.end(records.len()).storing(bytes_on_disk(&path), records.len()))
}

fn append_to(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).expect("a file")
}

#[cfg(feature = "peers")]
pub fn sqlite(setting: &Setting) -> Option<Measured> {
    let records = setting.workload.records();
    let path = setting.scratch.join("peer.sqlite");
    let mut peer = rusqlite::Connection::open(&path).expect("a database");
    peer.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
         CREATE TABLE log (position INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;",
    )
    .expect("a table");
    let mut watch = Watch::new();
    watch.time(|| {
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
    });
    let measured = watch.end(records.len());
    peer.close().expect("a closed database");
    Some(measured.storing(bytes_on_disk(&path), records.len()))
}

#[cfg(feature = "peers")]
pub fn redb(setting: &Setting) -> Option<Measured> {
    const LOG: redb::TableDefinition<'_, u64, &[u8]> = redb::TableDefinition::new("log");
    let records = setting.workload.records();
    let path = setting.scratch.join("peer.redb");
    let peer = redb::Database::create(&path).expect("a database");
    let mut watch = Watch::new();
    watch.time(|| {
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
    });
    let measured = watch.end(records.len());
    drop(peer);
    Some(measured.storing(bytes_on_disk(&path), records.len()))
}
