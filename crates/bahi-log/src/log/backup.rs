//! Backups: the pages of a log as plain files, taken, opened and restored.
//!
//! # Invariants
//!
//! * A page file is never written again once the note witnesses it.
//! * The note moves on only after the files up to it were synced and read back.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use bahi_proof::{Frontier, leaf_hash};

use super::{Log, Options, frontier_of, page_ending_at, recover};
use crate::anchor::{Anchor, Kind};
use crate::backend::files::{Files, page_files};
use crate::backend::store::Store;
use crate::backend::{Backend, Batch, Head, StoredNode, StoredPage};
use crate::chain::Chain;
use crate::directory::{self, FILES, Lock, NOTE, Survey};
use crate::limits::{BATCH_PAGES_MAX, STORED_LEVELS};
use crate::{Fault, Page, Part};

/// A page file ends with the first commit that makes it this long. In tests it is short, so that
/// small logs have many.
const FILE_BYTES: u64 = if cfg!(test) { 1024 } else { 16 * 1024 * 1024 };

/// What a backup did. All of it is durable, and was read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The size of the log that the backup had before.
    pub before: u64,
    /// The size of the log that it has.
    pub size: u64,
    /// The root over those records.
    pub root: bahi_proof::Hash,
    /// The page files that were added.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Log {
    /// Brings a backup up to this log: one in a directory that does not exist or is empty, or the
    /// one that is there, to which what is new is added. One that was cut short is continued.
    ///
    /// Every page is checked and hashed on the way, and read back from the medium. `progress` is
    /// told the size that the backup has reached, after every file. While the log is written by
    /// others, back up a [`snapshot`](Self::snapshot).
    ///
    /// # Errors
    ///
    /// [`Fault::NotABackup`]; [`Fault::Locked`]; [`Fault::OtherLedger`]; [`Fault::OtherHistory`];
    /// [`Fault::Damage`] in the log or in the end of the backup; then whatever the medium says. The
    /// backup is what it was, or whole to a later position.
    pub fn backup(&self, dir: &Path, progress: &mut dyn FnMut(u64)) -> Result<BackedUp, Fault> {
        let mut backup = Writer::open(dir)?;
        let mut frontier = self.continue_from(dir, backup.note.head())?;
        let before = frontier.size();
        let mut chain = Chain::after_commit(before);
        for stored in self.backend.pages(before) {
            let stored = stored?;
            if stored.first >= self.head.size {
                break;
            }
            let page = Page::decode(stored.bytes.clone(), stored.first, self.head.ledger)?;
            chain.follow(&page)?;
            page.records().for_each(|(_, record)| frontier.push(leaf_hash(record)));
            backup.write(&stored)?;
            if page.is_last() {
                check_carried(&page, &frontier)?;
                if backup.is_full() {
                    self.seal(&mut backup, &frontier)?;
                    progress(frontier.size());
                }
            }
        }
        if frontier.size() != self.head.size || frontier.root() != self.head.root {
            let what = "the pages do not lead to the root of the log";
            return Err(Fault::damage(Part::Tree, Some(frontier.size()), what));
        }
        self.seal(&mut backup, &frontier)?;
        progress(frontier.size());
        let (files, bytes) = (backup.files, backup.bytes);
        Ok(BackedUp { before, size: self.head.size, root: self.head.root, files, bytes })
    }

    fn seal(&self, backup: &mut Writer, frontier: &Frontier) -> Result<(), Fault> {
        let (ledger, size, root) = (self.head.ledger, frontier.size(), frontier.root());
        backup.seal(&Head { ledger, size, root })
    }

    /// The frontier at the end of a backup of this log.
    fn continue_from(&self, dir: &Path, head: Option<Head>) -> Result<Frontier, Fault> {
        let Some(head) = head else { return Ok(Frontier::new()) };
        if head.ledger != self.head.ledger {
            let (expected, found) = (self.head.ledger, head.ledger);
            return Err(Fault::OtherLedger { expected, found });
        }
        if head.size > self.head.size || self.root_at(head.size)? != head.root {
            return Err(Fault::OtherHistory { size: head.size });
        }
        let files = Files::at(dir, head, None)?;
        let frontier = frontier_of(&page_ending_at(&files, head.size, head.ledger)?)?;
        if frontier.root() != head.root {
            let what = "the last page carries another tree than the note";
            return Err(Fault::damage(Part::Note, None, what));
        }
        Ok(frontier)
    }

    /// Opens a backup to be read: everything but [`commit`](Self::commit) works on it. It writes
    /// nothing and needs no store; proofs are computed from the records, so that the first one
    /// takes longer than in a ledger.
    ///
    /// # Errors
    ///
    /// [`Fault::NotABackup`], [`Fault::Locked`] while the backup is being written,
    /// [`Fault::NewerForm`], [`Fault::EarlyForm`], [`Fault::Unfinished`], [`Fault::Damage`]; then
    /// whatever the medium says.
    pub fn open_backup(dir: &Path) -> Result<Self, Fault> {
        let files = Files::open(dir)?;
        let head = files.head()?.ok_or(Fault::Unfinished { dir: dir.to_path_buf() })?;
        let frontier = recover::check_last_commit(&files, &head)?;
        let mut log = Self::at(Box::new(files), head, frontier, Options::default());
        log.for_reading = true;
        Ok(log)
    }

    /// Makes a ledger of a backup, in a directory that does not exist or is empty, or in which this
    /// was cut short before. Its pages are the backup's, byte for byte, and it takes commits.
    ///
    /// `progress` is told the position reached, after every batch.
    ///
    /// # Errors
    ///
    /// Those of [`open_backup`](Self::open_backup); [`Fault::NotALedger`],
    /// [`Fault::AlreadyExists`]; [`Fault::Damage`] in the backup; then whatever the medium says.
    /// What was begun is no ledger, and is completed by doing the same again.
    pub fn restore(
        backup: &Path,
        dir: &Path,
        options: Options,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self, Fault> {
        let source = Self::open_backup(backup)?;
        let mut store = Store::restore(dir)?;
        let mut frontier = Frontier::new();
        let mut chain = Chain::after_commit(0);
        let mut batch = Batch::default();
        for stored in source.backend.pages(0) {
            let stored = stored?;
            let page = Page::decode(stored.bytes.clone(), stored.first, source.head.ledger)?;
            chain.follow(&page)?;
            for (_, record) in page.records() {
                frontier.push_noting(leaf_hash(record), &mut |level, index, hash| {
                    if STORED_LEVELS.contains(&level) {
                        batch.nodes.push(StoredNode { level, index, hash });
                    }
                });
            }
            if page.is_last() {
                check_carried(&page, &frontier)?;
            }
            batch.pages.push(stored);
            if batch.pages.len() == BATCH_PAGES_MAX {
                store.append(None, &std::mem::take(&mut batch))?;
                store.sync()?;
                progress(frontier.size());
            }
        }
        if frontier.size() != source.head.size || frontier.root() != source.head.root {
            let what = "the pages do not lead to the root of the note";
            return Err(Fault::damage(Part::Tree, Some(frontier.size()), what));
        }
        if !batch.pages.is_empty() {
            store.append(None, &batch)?;
            store.sync()?;
        }
        store.finish(&source.head)?;
        progress(frontier.size());
        Ok(Self::at(Box::new(store), source.head, frontier, options))
    }
}

fn check_carried(page: &Page, frontier: &Frontier) -> Result<(), Fault> {
    if frontier_of(page)? == *frontier {
        return Ok(());
    }
    let what = "the records do not lead to the tree kept with them";
    Err(Fault::damage(Part::Frontier, Some(page.first()), what))
}

/// A backup that is being written.
struct Writer {
    dir: PathBuf,
    note: Anchor,
    current: Option<PageFile>,
    names_synced: bool,
    above: Vec<PathBuf>,
    files: u64,
    bytes: u64,
    _lock: Lock,
}

struct PageFile {
    path: PathBuf,
    output: BufWriter<File>,
    check: crc32fast::Hasher,
    len: u64,
}

impl Writer {
    fn open(dir: &Path) -> Result<Self, Fault> {
        match directory::survey(dir)? {
            Survey::Missing | Survey::Empty | Survey::Backup => (),
            other @ (Survey::NotADirectory
            | Survey::Unreachable
            | Survey::Foreign
            | Survey::Ledger) => {
                directory::refuse_backup(dir, other)?;
            }
        }
        let above = directory::make(dir)?;
        let files = dir.join(FILES);
        std::fs::create_dir_all(&files).map_err(|source| Fault::io("create", &files, source))?;
        // Neither lock nor note must be there without the directory that makes this a backup.
        directory::sync(dir)?;
        let lock = Lock::hold(dir)?;
        let note = Anchor::open(&dir.join(NOTE), Kind::Note)?;
        let size = note.head().map_or(0, |head| head.size);
        let beyond: Vec<_> =
            page_files(dir)?.into_iter().filter(|file| file.first >= size).collect();
        if size == 0 && beyond.len() > 1 {
            let what = "it is missing or blank although there are page files";
            return Err(Fault::damage(Part::Note, None, what));
        }
        // What a run left that was cut short.
        for file in beyond {
            std::fs::remove_file(&file.path)
                .map_err(|source| Fault::io("remove", &file.path, source))?;
        }
        Ok(Self {
            dir: dir.to_path_buf(),
            note,
            current: None,
            names_synced: false,
            above,
            files: 0,
            bytes: 0,
            _lock: lock,
        })
    }

    fn write(&mut self, page: &StoredPage) -> Result<(), Fault> {
        let file = match &mut self.current {
            Some(file) => file,
            none => {
                let path = self.dir.join(FILES).join(directory::page_file(page.first));
                let output = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .open(&path)
                    .map_err(|source| Fault::io("create", &path, source))?;
                let output = BufWriter::with_capacity(1 << 18, output);
                none.insert(PageFile { path, output, check: crc32fast::Hasher::new(), len: 0 })
            }
        };
        file.check.update(&page.bytes);
        file.len += page.bytes.len() as u64;
        file.output.write_all(&page.bytes).map_err(|source| Fault::io("write", &file.path, source))
    }

    fn is_full(&self) -> bool {
        self.current.as_ref().is_some_and(|file| file.len >= FILE_BYTES)
    }

    /// Makes what was written durable, reads it back, and moves the note over it.
    fn seal(&mut self, head: &Head) -> Result<(), Fault> {
        if let Some(mut file) = self.current.take() {
            let fault = |source| Fault::io("write", &file.path, source);
            file.output.flush().map_err(fault)?;
            file.output.get_ref().sync_all().map_err(fault)?;
            (self.files, self.bytes) = (self.files + 1, self.bytes + file.len);
            read_back(&file.path, file.len, file.check)?;
            directory::sync(&self.dir.join(FILES))?;
        }
        if self.note.head() == Some(*head) {
            return Ok(());
        }
        self.note.advance(head)?;
        if !self.names_synced {
            directory::sync(&self.dir)?;
            self.above.iter().try_for_each(|dir| directory::sync(dir))?;
            self.names_synced = true;
        }
        Ok(())
    }
}

/// Compares what the medium has of a file with what was written.
fn read_back(path: &Path, len: u64, check: crc32fast::Hasher) -> Result<(), Fault> {
    directory::forget(path)?;
    let fault = |source| Fault::io("read", path, source);
    let mut input = File::open(path).map_err(fault)?;
    let mut buffer = vec![0; 1 << 17];
    let (mut read_len, mut read) = (0, crc32fast::Hasher::new());
    loop {
        match input.read(&mut buffer).map_err(fault)? {
            0 => break,
            some => {
                read.update(&buffer[..some]);
                read_len += some as u64;
            }
        }
    }
    if (read_len, read.finalize()) == (len, check.finalize()) {
        return Ok(());
    }
    let what = format!("{} does not hold what was written to it", path.display());
    Err(Fault::damage(Part::File, None, what))
}
