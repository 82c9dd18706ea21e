//! The stores beside ours, on all records of the workload.
//!
//! # Not here
//! The stores themselves: `bahi_benches::stores`. The peer that keeps books: `journal`.

use bahi_benches::{
    measure::Measured,
    stores::{self, APPEND_BATCH},
};

use crate::cases::Setting;

pub fn raw_singly(setting: &Setting) -> Option<Measured> {
    let mut records = setting.workload.records();
    records.truncate(setting.scale.singles);
    Some(stores::raw_singly(&setting.scratch.join("raw"), &records))
}

pub fn raw_batches(setting: &Setting) -> Option<Measured> {
    Some(stores::raw(&setting.scratch.join("raw"), setting.workload.batches(APPEND_BATCH)))
}

#[cfg(feature = "peers")]
pub fn sqlite(setting: &Setting) -> Option<Measured> {
    let path = setting.scratch.join("peer.sqlite");
    Some(stores::sqlite(&path, setting.workload.batches(APPEND_BATCH)))
}

#[cfg(feature = "peers")]
pub fn redb(setting: &Setting) -> Option<Measured> {
    let path = setting.scratch.join("peer.redb");
    Some(stores::redb(&path, setting.workload.batches(APPEND_BATCH)))
}
