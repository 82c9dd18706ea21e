//! The jobs that are cut, and what must hold afterwards.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bahi_log::{Fault, Log, Options};

/// Something that is done to files, and acknowledged step by step.
pub struct Job {
    pub name: &'static str,
    prepare: fn(&Path),
    run: fn(&Path),
    check: fn(&Path, &[String]) -> Result<(), String>,
}

pub const JOBS: &[Job] = &[
    Job { name: "creation", prepare: |_| (), run: creation, check: after_creation },
    Job { name: "single commits", prepare: a_ledger, run: single_commits, check: after_commits },
    Job { name: "group commits", prepare: a_ledger, run: group_commits, check: after_commits },
    Job {
        name: "a commit of many pages",
        prepare: a_ledger,
        run: many_pages,
        check: after_commits,
    },
    Job { name: "recovery", prepare: a_ledger_cut_off, run: recovery, check: after_commits },
    Job {
        name: "recovery of half a commit",
        prepare: half_a_commit,
        run: recovery,
        check: after_commits,
    },
    Job { name: "backup", prepare: a_ledger, run: backup, check: after_backup },
    Job { name: "restore", prepare: a_backup, run: restore, check: after_restore },
];

/// The largest pages there may be, which the store keeps in its one file; and pages beyond them, of
/// which it puts leaves into files of their own that it never syncs.
#[cfg(feature = "testing")]
pub const CAPPED: [Job; 2] = [
    Job {
        name: "pages at the cap",
        prepare: |dir| drop(padded(dir, AT_THE_CAP)),
        run: |dir| padded_commits(dir, AT_THE_CAP),
        check: |dir, acknowledged| after_padded_commits(dir, acknowledged, AT_THE_CAP),
    },
    Job {
        name: "pages beyond the cap",
        prepare: |dir| drop(padded(dir, BEYOND_THE_CAP)),
        run: |dir| padded_commits(dir, BEYOND_THE_CAP),
        check: |dir, acknowledged| after_padded_commits(dir, acknowledged, BEYOND_THE_CAP),
    },
];
#[cfg(not(feature = "testing"))]
pub const CAPPED: [Job; 0] = [];

#[cfg(feature = "testing")]
const AT_THE_CAP: usize = bahi_log::PAGE_BYTES_MAX;
/// Six of them are more than a leaf may have that stays in the store's own file.
#[cfg(feature = "testing")]
const BEYOND_THE_CAP: usize = 200_000;

/// A job that only reads: it must leave no trace but what it says.
pub const READING: Job =
    Job { name: "reading a backup", prepare: a_backup, run: reading, check: |_, _| Ok(()) };

/// Where a disk is laid out on which half of a commit was stored.
pub static HALF: OnceLock<PathBuf> = OnceLock::new();

pub fn named(name: &str) -> &'static Job {
    JOBS.iter()
        .chain(&CAPPED)
        .chain([&READING])
        .find(|job| job.name == name)
        .expect("a job of that name")
}

impl Job {
    pub fn prepare(&self, dir: &Path) {
        (self.prepare)(dir);
    }

    pub fn run(&self, dir: &Path) {
        (self.run)(dir);
    }

    pub fn check(&self, dir: &Path, acknowledged: &[String]) -> Result<(), String> {
        (self.check)(dir, acknowledged)
    }
}

/// The record at a position: bytes that hardly compress, of a length of their own.
fn record(position: u64) -> Vec<u8> {
    let len = 40 + position * 7 % 90;
    let mut mixed = position.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..len)
        .map(|_| {
            mixed ^= mixed << 13;
            mixed ^= mixed >> 7;
            mixed ^= mixed << 17;
            mixed.to_le_bytes()[3]
        })
        .collect()
}

fn commit(log: &mut Log, count: u64) {
    let records: Vec<Vec<u8>> = (log.size()..log.size() + count).map(record).collect();
    let slices: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    log.commit(&slices).expect("the disk works");
}

/// Tells whoever reads that so many records are safe.
fn acknowledge(what: &str, size: u64) {
    println!("acknowledged {what} {size}");
}

fn open(dir: &Path) -> Log {
    Log::open(&dir.join("ledger"), Options::default()).expect("it opens")
}

fn create(dir: &Path) -> Log {
    Log::create(&dir.join("ledger"), &record(0), Options::default()).expect("it is new")
}

fn a_ledger(dir: &Path) {
    let mut log = create(dir);
    [1, 5, 300].into_iter().for_each(|count| commit(&mut log, count));
}

fn a_backup(dir: &Path) {
    let other = tempfile::tempdir().expect("a directory");
    a_ledger(other.path());
    let mut log = open(other.path());
    commit(&mut log, 30_000);
    log.backup(&dir.join("backup"), &mut |_| ()).expect("a backup");
}

/// A ledger whose store is ahead of its anchor, by a commit that was stored whole.
fn a_ledger_cut_off(dir: &Path) {
    a_ledger(dir);
    let anchor = dir.join("ledger/anchor");
    let before = std::fs::read(&anchor).expect("an anchor");
    let mut log = open(dir);
    [2_000, 1, 9].into_iter().for_each(|count| commit(&mut log, count));
    drop(log);
    std::fs::write(&anchor, before).expect("the anchor is set back");
}

fn half_a_commit(dir: &Path) {
    let half = HALF.get().expect("a job before this one leaves half a commit");
    for (name, bytes) in crate::disk::contents(half) {
        let path = dir.join(name);
        match bytes {
            None => std::fs::create_dir_all(path).expect("a directory"),
            Some(bytes) => {
                let parent = path.parent().expect("it lies in a directory");
                std::fs::create_dir_all(parent).expect("a directory");
                std::fs::write(path, bytes).expect("a file");
            }
        }
    }
}

fn creation(dir: &Path) {
    let mut log = create(dir);
    acknowledge("log", log.size());
    for count in [1, 3] {
        commit(&mut log, count);
        acknowledge("log", log.size());
    }
}

fn commits(dir: &Path, counts: &[u64]) {
    let mut log = open(dir);
    for count in counts {
        commit(&mut log, *count);
        acknowledge("log", log.size());
    }
}

fn single_commits(dir: &Path) {
    commits(dir, &[1; 12]);
}

fn group_commits(dir: &Path) {
    // The one of 200 completes a tile within it, the one of 168 ends with one; those of 700 and 1 500
    // have several tiles and pages, and are still written one by one.
    commits(dir, &[30, 1, 700, 64, 64, 200, 2, 168, 1, 1_500, 1]);
}

fn many_pages(dir: &Path) {
    commits(dir, &[1, 26_000, 1]);
}

#[cfg(feature = "testing")]
fn padded(dir: &Path, len: usize) -> Result<Log, Fault> {
    let store = bahi_log::testing::padded::Padded::open(&dir.join("ledger"), len)?;
    Log::with_backend(Box::new(store), &record(0))
}

#[cfg(feature = "testing")]
fn padded_commits(dir: &Path, len: usize) {
    let mut log = padded(dir, len).expect("it opens");
    for _ in 0..24 {
        commit(&mut log, 1);
        acknowledge("log", log.size());
    }
}

#[cfg(feature = "testing")]
fn after_padded_commits(dir: &Path, acknowledged: &[String], len: usize) -> Result<(), String> {
    let log = padded(dir, len).map_err(said)?;
    // That the store made a file of its own is noticed without any cut; what counts here is what a
    // cut then leaves of it.
    let is_own_file = |problem: &str| problem.contains("no part claims pages/blobs/");
    is_whole_but(&log, acknowledged_size(acknowledged, "log").max(1), is_own_file)
}

fn recovery(dir: &Path) {
    let mut log = open(dir);
    acknowledge("log", log.size());
    commit(&mut log, 1);
    acknowledge("log", log.size());
}

fn backup(dir: &Path) {
    let mut log = open(dir);
    for count in [0, 1, 2_000] {
        if count > 0 {
            commit(&mut log, count);
            acknowledge("log", log.size());
        }
        let done = log.backup(&dir.join("backup"), &mut |_| ()).expect("a backup");
        acknowledge("backup", done.size);
    }
}

fn restore(dir: &Path) {
    let mut log = restored(dir).expect("it is restored");
    acknowledge("log", log.size());
    commit(&mut log, 1);
    acknowledge("log", log.size());
}

fn reading(dir: &Path) {
    let log = Log::open_backup(&dir.join("backup")).expect("it opens");
    is_whole(&log, 30_307).expect("it is whole");
    log.prove_inclusion(77, log.size()).expect("a proof");
    log.prove_consistency(5_000, log.size()).expect("a proof");
    acknowledge("log", log.size());
}

fn restored(dir: &Path) -> Result<Log, Fault> {
    Log::restore(&dir.join("backup"), &dir.join("ledger"), Options::default(), &mut |_| ())
}

/// The largest size that was acknowledged of a log or a backup.
fn acknowledged_size(acknowledged: &[String], of: &str) -> u64 {
    let sizes = acknowledged.iter().filter_map(|what| what.strip_prefix(of)?.trim().parse().ok());
    sizes.max().unwrap_or(0)
}

/// What a witness says on its own, read as the page on the stored form has it.
fn witnesses(path: &Path, acknowledged: u64) -> Result<(), String> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let slots = bytes.chunks(4096).filter_map(|block| {
        let check = u32::from_le_bytes(block.get(80..84)?.try_into().ok()?);
        let size = u64::from_le_bytes(block.get(40..48)?.try_into().ok()?);
        (crc32fast::hash(&block[..80]) == check).then_some(size)
    });
    let size = slots.max().unwrap_or(0);
    if size < acknowledged {
        return Err(format!("{acknowledged} records were acknowledged and {size} are witnessed"));
    }
    Ok(())
}

/// The log has what was acknowledged, and nothing that was never written.
fn is_whole(log: &Log, acknowledged: u64) -> Result<(), String> {
    is_whole_but(log, acknowledged, |_| false)
}

/// The same, with problems passed over that are looked for elsewhere.
fn is_whole_but(
    log: &Log,
    acknowledged: u64,
    is_passed_over: impl Fn(&str) -> bool,
) -> Result<(), String> {
    if log.size() < acknowledged {
        return Err(format!(
            "{acknowledged} records were acknowledged and {} are there",
            log.size()
        ));
    }
    let mut wrong = None;
    let verification = log.verify(
        &mut |position, bytes| {
            if bytes != record(position) {
                wrong.get_or_insert(position);
            }
        },
        &mut |_| (),
    );
    if let Some(position) = wrong {
        return Err(format!("record {position} is not what was written"));
    }
    let mut problems = verification.passes.iter().filter_map(|pass| pass.first_problem.as_ref());
    match problems.find(|problem| !is_passed_over(problem)) {
        Some(problem) => Err(format!("it does not verify: {problem}")),
        None => Ok(()),
    }
}

/// It takes the next commit, and holds that too when it is opened again.
fn goes_on(mut log: Log, dir: &Path) -> Result<(), String> {
    commit(&mut log, 1);
    let size = log.size();
    drop(log);
    let log = Log::open(&dir.join("ledger"), Options::default()).map_err(said)?;
    if log.size() == size { Ok(()) } else { Err("the next commit is lost".to_owned()) }
}

fn said(fault: Fault) -> String {
    format!("it does not open: {fault}")
}

fn after_commits(dir: &Path, acknowledged: &[String]) -> Result<(), String> {
    witnesses(&dir.join("ledger/anchor"), acknowledged_size(acknowledged, "log"))?;
    let log = Log::open(&dir.join("ledger"), Options::default()).map_err(said)?;
    is_whole(&log, acknowledged_size(acknowledged, "log").max(307))?;
    goes_on(log, dir)
}

fn after_creation(dir: &Path, acknowledged: &[String]) -> Result<(), String> {
    let size = acknowledged_size(acknowledged, "log");
    let ledger = dir.join("ledger");
    witnesses(&ledger.join("anchor"), size)?;
    let opened = match Log::open(&ledger, Options::default()) {
        Err(Fault::Unfinished { .. } | Fault::NotALedger { .. }) if size == 0 => {
            Log::create(&ledger, &record(0), Options::default())
        }
        other => other,
    };
    let log = opened.map_err(said)?;
    is_whole(&log, size)?;
    goes_on(log, dir)
}

fn after_backup(dir: &Path, acknowledged: &[String]) -> Result<(), String> {
    let log = Log::open(&dir.join("ledger"), Options::default()).map_err(said)?;
    is_whole(&log, acknowledged_size(acknowledged, "log").max(307))?;
    let size = acknowledged_size(acknowledged, "backup");
    let backup = dir.join("backup");
    witnesses(&backup.join("note"), size)?;
    match Log::open_backup(&backup) {
        Ok(backup) => is_whole(&backup, size)?,
        Err(Fault::Unfinished { .. } | Fault::NotABackup { .. }) if size == 0 => (),
        Err(fault) => return Err(format!("the backup does not open: {fault}")),
    }
    let done = log.backup(&backup, &mut |_| ()).map_err(|fault| format!("the next: {fault}"))?;
    is_whole(&Log::open_backup(&backup).map_err(said)?, done.size)?;
    goes_on(log, dir)
}

fn after_restore(dir: &Path, acknowledged: &[String]) -> Result<(), String> {
    let size = acknowledged_size(acknowledged, "log");
    witnesses(&dir.join("ledger/anchor"), size)?;
    let opened = match Log::open(&dir.join("ledger"), Options::default()) {
        Err(Fault::Unfinished { .. } | Fault::NotALedger { .. }) if size == 0 => restored(dir),
        other => other,
    };
    let log = opened.map_err(said)?;
    is_whole(&log, size.max(30_307))?;
    goes_on(log, dir)
}
