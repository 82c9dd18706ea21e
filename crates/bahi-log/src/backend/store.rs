//! The embedded backend: pages in sled, the head in an anchor beside it.
//!
//! sled alone keeps less than it acknowledges, so every rule here is about durability:
//!
//! * a flush is followed by a sync of the data file through a second handle;
//! * what sled never syncs at creation (its configuration and directories) is synced once, before
//!   the first acknowledgement;
//! * a half-made snapshot, which would keep the store from opening, is removed first;
//! * values stay so small that none goes to a file of its own;
//! * the head lives outside sled, because everything inside rolls back together.
//!
//! # Invariants
//!
//! * The anchor moves only after the data file was synced.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bahi_proof::Hash;

use super::forget::{Forget, Window};
use super::{Backend, Batch, Head, Key, RESERVED, StoredPage, StoredPages, check_expected};
use crate::anchor::{self, Anchor, Kind, Reading};
use crate::directory::{self, ANCHOR, Lock, PAGES, RESTORING};
use crate::hush::{guard, one_line};
use crate::limits::{CACHE_BYTES, SEGMENT_BYTES, SIZE_MAX, STORED_LEVELS, TILE_RECORDS};
use crate::{Fault, PageBytes, Part};

/// How often a store that its last holder has not quite let go of is tried again.
const OPEN_TRIES_MAX: u32 = 100;
const OPEN_PAUSE: Duration = Duration::from_millis(10);

/// What must be free beyond twice the batch itself before it is written: room for the store to
/// rewrite a leaf, to open a segment, and to take back what it cannot finish.
const SPARE_BYTES: u64 = 4 * SEGMENT_BYTES as u64;

/// The most pages that are written one by one: those of some two thousand records. What is cut off
/// between them is removed on opening, like a commit of many batches, and the nodes with it: the
/// store keeps what was written up to some moment, and they are written first, the lowest first.
const PAGES_SINGLY_MAX: usize = 8;

/// Pages in sled with an anchor beside it, in one directory that it holds alone.
pub(crate) struct Store {
    dir: PathBuf,
    pages: PathBuf,
    anchor: Anchor,
    /// Absent only while it is opened anew, and after that failed.
    db: Option<sled::Db>,
    /// Shared with the open store: a failed write is noted here for good.
    config: sled::Config,
    /// A second handle to the data file, for syncing.
    data: Option<File>,
    /// Whether the names of files and directories are known to be durable. The first advance after
    /// opening makes them so: the process that made them may not have come so far.
    names_synced: bool,
    /// Where places lie.
    laid: Laid,
    /// What walks have read.
    window: Window,
    /// The directories above that hold those names.
    above: Vec<PathBuf>,
    /// Released last.
    _lock: Lock,
}

impl Store {
    /// Opens the store of a ledger that was created before.
    pub(crate) fn open(dir: &Path) -> Result<Self, Fault> {
        directory::refuse(dir, directory::survey(dir)?)?;
        let lock = Lock::take(dir)?;
        let anchor = Anchor::open(&dir.join(ANCHOR), Kind::Anchor)?;
        if anchor.head().is_none() {
            refuse_a_lost_anchor(dir)?;
            return Err(Fault::Unfinished { dir: dir.to_path_buf() });
        }
        if dir.join(RESTORING).is_file() {
            remove_marker(dir)?;
        }
        let pages = dir.join(PAGES);
        for (part, is_there) in [
            ("pages", pages.is_dir()),
            ("pages/conf", pages.join("conf").is_file()),
            ("pages/db", pages.join("db").is_file()),
        ] {
            if !is_there {
                return Err(Fault::damage(Part::File, None, format!("{part} is missing")));
            }
        }
        Self::with(dir, lock, anchor, vec![directory::parent(dir).to_path_buf()])
    }

    /// Opens a store for a new ledger, or for one whose creation was cut short.
    pub(crate) fn create(dir: &Path) -> Result<Self, Fault> {
        let (lock, anchor, above) = Self::claim(dir)?;
        if dir.join(RESTORING).is_file() {
            return Err(Fault::Unfinished { dir: dir.to_path_buf() });
        }
        Self::begin(dir, lock, anchor, above)
    }

    /// Opens whatever store is there, or a new one, with or without an anchor.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn open_any(dir: &Path) -> Result<Self, Fault> {
        match Self::claim(dir) {
            Ok((lock, anchor, above)) => Self::with(dir, lock, anchor, above),
            Err(Fault::AlreadyExists { .. }) => Self::open(dir),
            Err(other) => Err(other),
        }
    }

    /// Opens an empty store for a ledger that is to be restored, or whose restoring was cut short.
    /// Until [`finish`](Self::finish) it is no ledger.
    pub(crate) fn restore(dir: &Path) -> Result<Self, Fault> {
        let (lock, anchor, above) = Self::claim(dir)?;
        let marker = dir.join(RESTORING);
        if !marker.is_file() {
            refuse_a_lost_anchor(dir)?;
            File::create(&marker).map_err(|source| Fault::io("create", &marker, source))?;
        }
        directory::sync(&marker)?;
        directory::sync(dir)?;
        Self::begin(dir, lock, anchor, above)
    }

    /// Takes a directory in which there is no ledger yet.
    fn claim(dir: &Path) -> Result<(Lock, Anchor, Vec<PathBuf>), Fault> {
        match directory::survey(dir)? {
            other @ (directory::Survey::NotADirectory
            | directory::Survey::Unreachable
            | directory::Survey::Foreign
            | directory::Survey::Backup) => {
                directory::refuse(dir, other)?;
            }
            directory::Survey::Missing | directory::Survey::Empty | directory::Survey::Ledger => (),
        }
        let above = directory::make(dir)?;
        let lock = Lock::take(dir)?;
        let anchor = Anchor::open(&dir.join(ANCHOR), Kind::Anchor)?;
        if anchor.head().is_some() {
            return Err(Fault::AlreadyExists { dir: dir.to_path_buf() });
        }
        Ok((lock, anchor, above))
    }

    /// Opens a new store in the place of what a creation or restoring left that was cut short:
    /// nothing of that was acknowledged, and it may be in any state.
    fn begin(dir: &Path, lock: Lock, anchor: Anchor, above: Vec<PathBuf>) -> Result<Self, Fault> {
        let pages = dir.join(PAGES);
        if pages.exists() {
            if !dir.join(RESTORING).is_file() {
                refuse_a_lost_anchor(dir)?;
            }
            std::fs::remove_dir_all(&pages)
                .map_err(|source| Fault::io("remove", &pages, source))?;
        }
        Self::with(dir, lock, anchor, above)
    }

    /// The restored pages are a ledger from here on.
    pub(crate) fn finish(&mut self, head: &Head) -> Result<(), Fault> {
        self.advance(None, head)?;
        remove_marker(&self.dir)
    }

    fn with(dir: &Path, lock: Lock, anchor: Anchor, above: Vec<PathBuf>) -> Result<Self, Fault> {
        let pages = dir.join(PAGES);
        let mut store = Self {
            dir: dir.to_path_buf(),
            pages,
            anchor,
            config: configuration(&dir.join(PAGES)),
            db: None,
            data: None,
            names_synced: false,
            laid: Laid::default(),
            window: Window::default(),
            above,
            _lock: lock,
        };
        store.open_pages()?;
        Ok(store)
    }

    fn open_pages(&mut self) -> Result<(), Fault> {
        remove_half_made(&self.pages)?;
        self.db = Some(open_sled(&self.config, &self.pages)?);
        let data = self.pages.join("db");
        self.data = Some(
            File::options()
                .read(true)
                .write(true)
                .open(&data)
                .map_err(|source| Fault::io("open", &data, source))?,
        );
        Ok(())
    }

    fn db(&self) -> Result<&sled::Db, Fault> {
        self.db.as_ref().ok_or(Fault::Poisoned)
    }

    /// Calls sled; a panic and an error both become faults.
    fn call<T>(&self, call: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, Fault> {
        let db = self.db()?;
        guard(|| call(db))?.map_err(|error| from_sled(error, &self.pages))
    }

    fn range(&self, range: std::ops::RangeInclusive<[u8; 8]>) -> Walk<'_> {
        Walk::over(self.db(), &self.pages, &self.window, range)
    }

    /// Makes durable what sled made and never synced.
    fn sync_names(&self) -> Result<(), Fault> {
        directory::sync(&self.pages.join("conf"))?;
        directory::sync(&self.pages.join("db"))?;
        directory::sync(&self.pages.join("blobs"))?;
        directory::sync(&self.pages)?;
        directory::sync(&self.dir)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing flushes, which can fail or panic like any other call.
        let db = self.db.take();
        let _ = guard(|| drop(db));
    }
}

impl Backend for Store {
    fn head(&self) -> Result<Option<Head>, Fault> {
        Ok(self.anchor.head())
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        let pages = self.range(Key::of_page(from)..=Key::of_page(SIZE_MAX));
        Box::new(pages.filter(|page| !is_place(page)))
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        let pages = Backward(self.range(Key::of_page(0)..=Key::of_page(upto.min(SIZE_MAX))));
        Box::new(pages.filter(|page| !is_place(page)))
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        node(self.db()?, &self.pages, level, index)
    }

    fn reader(&self) -> Result<Box<dyn Backend>, Fault> {
        let head = self.anchor.head().ok_or(Fault::Poisoned)?;
        let (db, window) = (self.db()?.clone(), self.window.clone());
        Ok(Box::new(Snapshot { db, pages: self.pages.clone(), window, head }))
    }

    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault> {
        check_expected(expected, self.anchor.head().as_ref())?;
        let bytes: usize = batch.pages.iter().map(|page| page.bytes.len()).sum();
        let needed = SPARE_BYTES + 2 * bytes as u64;
        if directory::bytes_free(&self.pages).is_some_and(|free| free < needed) {
            return Err(Fault::DiskFull { path: self.pages.clone() });
        }
        if self.laid.pages == 0 && self.laid.upto == 0 {
            self.laid.written = batch.pages.first().map_or(0, |page| page.first);
        }
        self.laid.pages += batch.pages.len() as u64;
        if !batch.nodes.is_empty() || batch.pages.len() > 2 {
            self.reserve(batch)?;
        }
        // A batch of sled's begins and ends with a write of its own to the medium, which would be
        // half of what a commit of a thousand records costs there.
        if batch.pages.len() <= PAGES_SINGLY_MAX {
            return self.call(|db| {
                for node in &batch.nodes {
                    db.insert(Key::of_node(node.level, node.index), node.hash.as_ref())?;
                }
                for page in &batch.pages {
                    db.insert(Key::of_page(page.first), page.bytes.to_sled())?;
                }
                Ok(())
            });
        }
        let mut entries = sled::Batch::default();
        for page in &batch.pages {
            entries.insert(&Key::of_page(page.first), page.bytes.to_sled());
        }
        for node in &batch.nodes {
            entries.insert(&Key::of_node(node.level, node.index), node.hash.as_ref());
        }
        self.call(|db| db.apply_batch(entries))
    }

    fn sync(&mut self) -> Result<(), Fault> {
        self.call(|db| db.flush())?;
        // A flush that finds nothing to write does not ask whether an earlier write failed.
        self.call(|_| self.config.global_error())?;
        let data = self.data.as_ref().ok_or(Fault::Poisoned)?;
        data.sync_data().map_err(|source| Fault::io("sync", &self.pages.join("db"), source))
    }

    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault> {
        check_expected(expected, self.anchor.head().as_ref())?;
        if !self.names_synced {
            self.sync_names()?;
        }
        self.anchor.advance(head)?;
        if !self.names_synced {
            directory::sync(&self.dir)?;
            self.above.iter().try_for_each(|dir| directory::sync(dir))?;
            self.names_synced = true;
        }
        Ok(())
    }

    fn cut(&mut self, size: u64) -> Result<(), Fault> {
        self.laid = Laid::default();
        let mut above: Vec<(Vec<u8>, Vec<u8>)> =
            vec![(Key::of_page(size).into(), Key::of_page(SIZE_MAX).into())];
        above.extend(STORED_LEVELS.map(|level| {
            let first = Key::of_node(level, size >> level);
            (first.into(), Key::of_node(level, u64::MAX).into())
        }));
        let entries = self.call(|db| {
            let (mut entries, mut count) = (sled::Batch::default(), 0_u64);
            for (first, last) in above {
                for key in db.range(first..=last).keys() {
                    entries.remove(key?);
                    count += 1;
                }
            }
            Ok((count > 0).then_some(entries))
        })?;
        entries.map_or(Ok(()), |entries| self.call(|db| db.apply_batch(entries)))
    }

    fn settle(&mut self) -> Result<(), Fault> {
        self.sync()?;
        let db = self.db.take();
        self.data = None;
        guard(|| drop(db))?;
        let entries = std::fs::read_dir(&self.pages)
            .map_err(|source| Fault::io("list", &self.pages, source))?;
        for entry in entries {
            let path = entry.map_err(|source| Fault::io("list", &self.pages, source))?.path();
            if path.is_file() {
                directory::sync(&path)?;
                directory::forget(&path)?;
            }
        }
        self.open_pages()
    }

    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        keys(self.db()?, &self.pages, on_key)?;
        let trees = self.call(|db| Ok(db.tree_names()))?;
        for name in trees.iter().filter(|name| ***name != *DEFAULT_TREE) {
            on_key(name);
        }
        directory::walk(&self.dir, on_file)
    }

    fn witness_problem(&self) -> Result<Option<String>, Fault> {
        match anchor::read_file(&self.dir.join(ANCHOR), Kind::Anchor)? {
            Reading::Blank => Ok(Some("it is blank".to_owned())),
            Reading::Witnessed(witness) if Some(witness.head()) != self.anchor.head() => {
                Ok(Some("it is not what was written".to_owned()))
            }
            Reading::Witnessed(witness) => Ok(witness.problem),
        }
    }
}

/// How many tiles beyond a batch have their places laid down at least. A leaf that may still grow must
/// hold none of the batch's: with places for sixteen entries beyond it, that one lies further on.
const TILES_AHEAD: u64 = 10;

/// How many tiles' places are laid down at a time.
const TILES_LAID: u64 = 64;

/// The places of a tile, at least and at most; a power of two.
const PLACES_MIN: u64 = 2;
const PLACES_MAX: u64 = 16;

/// The places that are known to lie in the store.
#[derive(Clone, Copy, Default)]
struct Laid {
    /// The tile that they end before, counted from 0.
    upto: u64,
    /// The first record of the last page that was written when they were laid, or of the first
    /// since the store was opened.
    written: u64,
    /// How many pages were written since.
    pages: u64,
}

/// What no entry has.
const NOTHING: Option<&[u8]> = None;

const DEFAULT_TREE: &[u8] = b"__sled__default";

impl Store {
    /// Sees to it that there are places for the pages of a batch and of some tiles beyond: where each
    /// tile begins, which is where a page does, and within it, where one may.
    ///
    /// The store writes what changed in a leaf beside it, and the whole leaf at the tenth change and
    /// when it splits, at its seventeenth entry. So leaves are split while they are empty, into those of
    /// nine places, and a tile has as many places as the tiles before it had pages: nine changes of
    /// a leaf, and no page is written twice. Places within a tile that no page took stay, empty.
    fn reserve(&mut self, batch: &Batch) -> Result<(), Fault> {
        let (Some(begin), Some(last)) = (batch.pages.first(), batch.pages.last()) else {
            return Ok(());
        };
        let needed = last.first / TILE_RECORDS + TILES_AHEAD;
        if needed < self.laid.upto {
            return Ok(());
        }
        // No page is longer than a tile.
        let earliest = (last.first / TILE_RECORDS).saturating_sub(batch.pages.len() as u64);
        let from = begin.first.max(self.laid.upto.max(earliest) * TILE_RECORDS);
        // The last page's own records are not among those counted.
        let records = last.first.saturating_sub(self.laid.written).max(1);
        let pages = self.laid.pages.saturating_sub(1);
        let places = (pages * TILE_RECORDS).div_ceil(records).next_power_of_two();
        let apart = TILE_RECORDS / places.clamp(PLACES_MIN, PLACES_MAX);
        let upto = needed + TILES_LAID;
        self.call(|db| {
            let places = (from.div_ceil(apart)..upto * TILE_RECORDS / apart).map(|at| at * apart);
            for place in places.take_while(|place| *place < SIZE_MAX) {
                // What is there already stays as it is.
                let _ = db.compare_and_swap(Key::of_page(place), NOTHING, Some(RESERVED))?;
            }
            Ok(())
        })?;
        self.laid = Laid { upto, written: last.first, pages: 0 };
        Ok(())
    }
}

/// Whether what stands under a key is no page but a place for one.
fn is_place(page: &Result<StoredPage, Fault>) -> bool {
    page.as_ref().is_ok_and(|page| may_be_place(page.first) && *page.bytes == *RESERVED)
}

/// Whether a place may lie here.
const fn may_be_place(first: u64) -> bool {
    first.is_multiple_of(TILE_RECORDS / PLACES_MAX)
}

/// Tells of every key but those of places.
fn keys(db: &sled::Db, pages: &Path, on_key: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
    let listed = guard(|| {
        for entry in db.iter().keys() {
            let key = entry?;
            let is_place = matches!(Key::read(&key), Some(Key::Page(first)) if may_be_place(first))
                && db.get(&key)?.is_some_and(|value| *value == *RESERVED);
            if !is_place {
                on_key(&key);
            }
        }
        Ok(())
    });
    listed?.map_err(|error| from_sled(error, pages))
}

fn node(db: &sled::Db, pages: &Path, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
    let stored =
        guard(|| db.get(Key::of_node(level, index)))?.map_err(|error| from_sled(error, pages))?;
    let hash = |value: sled::IVec| {
        <[u8; 32]>::try_from(&*value)
            .map(Hash)
            .map_err(|_| Fault::damage(Part::Node, None, "a node is not 32 bytes"))
    };
    stored.map(hash).transpose()
}

/// The store as it was at a head. What is below a head never changes, so that it is enough to
/// leave out what lies beyond.
struct Snapshot {
    db: sled::Db,
    pages: PathBuf,
    window: Window,
    head: Head,
}

impl Backend for Snapshot {
    fn head(&self) -> Result<Option<Head>, Fault> {
        Ok(Some(self.head))
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        let range = Key::of_page(from)..=Key::of_page(self.head.size.max(from + 1) - 1);
        Box::new(
            Walk::over(Ok(&self.db), &self.pages, &self.window, range)
                .filter(|page| !is_place(page)),
        )
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        let range = Key::of_page(0)..=Key::of_page(upto.min(self.head.size - 1));
        let pages = Backward(Walk::over(Ok(&self.db), &self.pages, &self.window, range));
        Box::new(pages.filter(|page| !is_place(page)))
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        if index >= self.head.size >> level {
            return Ok(None);
        }
        node(&self.db, &self.pages, level, index)
    }

    fn append(&mut self, _expected: Option<&Head>, _batch: &Batch) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn sync(&mut self) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn advance(&mut self, _expected: Option<&Head>, _head: &Head) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn cut(&mut self, _size: u64) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    /// The keys alone: files are those of the ledger itself.
    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        _on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        keys(&self.db, &self.pages, &mut |key| match Key::read(key) {
            Some(Key::Page(first)) if first >= self.head.size => (),
            Some(Key::Node(level, index)) if index >= self.head.size >> level => (),
            Some(_) | None => on_key(key),
        })
    }

    fn reader(&self) -> Result<Box<dyn Backend>, Fault> {
        let (db, pages, window) = (self.db.clone(), self.pages.clone(), self.window.clone());
        Ok(Box::new(Self { db, pages, window, head: self.head }))
    }
}

/// Pages in ascending order.
struct Walk<'a> {
    pages: &'a Path,
    entries: Option<sled::Iter>,
    fault: Option<Fault>,
    forget: Option<Forget>,
}

impl<'a> Walk<'a> {
    fn over(
        db: Result<&sled::Db, Fault>,
        pages: &'a Path,
        window: &Window,
        range: std::ops::RangeInclusive<[u8; 8]>,
    ) -> Self {
        match db.and_then(|db| Ok((db, guard(|| db.range(range))?))) {
            Ok((db, entries)) => {
                let forget = Some(Forget::new(db, window));
                Self { pages, entries: Some(entries), fault: None, forget }
            }
            Err(fault) => Self { pages, entries: None, fault: Some(fault), forget: None },
        }
    }

    fn step(
        &mut self,
        step: impl FnOnce(&mut sled::Iter) -> Option<sled::Result<(sled::IVec, sled::IVec)>>,
    ) -> Option<Result<StoredPage, Fault>> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(fault));
        }
        let entries = self.entries.as_mut()?;
        let entry = match guard(|| step(entries)) {
            Ok(None) => return None,
            Ok(Some(Ok(entry))) => entry,
            Ok(Some(Err(error))) => return Some(Err(self.end(from_sled(error, self.pages)))),
            Err(fault) => return Some(Err(self.end(fault))),
        };
        let Some(Key::Page(first)) = Key::read(&entry.0) else {
            let fault = Fault::damage(Part::Store, None, "a key is not the key of a page");
            return Some(Err(self.end(fault)));
        };
        if let Some(forget) = &mut self.forget {
            let noted = match guard(|| forget.note(&entry.0, entry.1.len())) {
                Ok(noted) => noted.map_err(|error| from_sled(error, self.pages)),
                Err(fault) => Err(fault),
            };
            if let Err(fault) = noted {
                return Some(Err(self.end(fault)));
            }
        }
        Some(Ok(StoredPage { first, bytes: PageBytes::from_sled(entry.1) }))
    }

    /// After a fault sled's iterator may give the same one for ever.
    fn end(&mut self, fault: Fault) -> Fault {
        self.entries = None;
        fault
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<StoredPage, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step(Iterator::next)
    }
}

/// Pages in descending order.
struct Backward<'a>(Walk<'a>);

impl Iterator for Backward<'_> {
    type Item = Result<StoredPage, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.step(DoubleEndedIterator::next_back)
    }
}

/// Refuses a store without an anchor that holds more than record 0: its anchor was lost, it is not a
/// creation that was cut short. Such a store may not open, so it is searched for pages.
pub(crate) fn refuse_a_lost_anchor(dir: &Path) -> Result<(), Fault> {
    let data = dir.join(PAGES).join("db");
    if dir.join(RESTORING).is_file() || !data.exists() {
        return Ok(());
    }
    let mut is_more = false;
    crate::search::pages_in(&data, &mut |found| is_more |= found.first > 0 || found.end > 1)?;
    if is_more {
        let what = "it is missing or blank although there are records";
        return Err(Fault::damage(Part::Anchor, None, what));
    }
    Ok(())
}

/// The anchor is durable: what says that it is to come may go.
fn remove_marker(dir: &Path) -> Result<(), Fault> {
    let marker = dir.join(RESTORING);
    std::fs::remove_file(&marker).map_err(|source| Fault::io("remove", &marker, source))?;
    directory::sync(dir)
}

fn remove_half_made(pages: &Path) -> Result<(), Fault> {
    let Ok(entries) = std::fs::read_dir(pages) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            std::fs::remove_file(entry.path())
                .map_err(|source| Fault::io("remove", &entry.path(), source))?;
        }
    }
    Ok(())
}

fn configuration(pages: &Path) -> sled::Config {
    sled::Config::new()
        .path(pages)
        .segment_size(SEGMENT_BYTES)
        .cache_capacity(CACHE_BYTES)
        .flush_every_ms(None)
}

fn open_sled(config: &sled::Config, pages: &Path) -> Result<sled::Db, Fault> {
    let mut tries = 0;
    loop {
        tries += 1;
        match guard(|| config.open())? {
            Ok(db) => return Ok(db),
            Err(error) if is_held(&error) && tries < OPEN_TRIES_MAX => {
                std::thread::sleep(OPEN_PAUSE);
            }
            Err(error) => return Err(from_sled(error, pages)),
        }
    }
}

/// Whether sled says that its data file is locked. The ledger's own lock is held by then, so it is
/// this process that has just closed it and whose threads are about to let go.
fn is_held(error: &sled::Error) -> bool {
    let sled::Error::Io(error) = error else { return false };
    error.kind() == std::io::ErrorKind::WouldBlock || error.to_string().contains("lock")
}

fn from_sled(error: sled::Error, pages: &Path) -> Fault {
    match error {
        sled::Error::Io(source) => Fault::io("use", pages, source),
        sled::Error::Corruption { .. } => {
            Fault::damage(Part::Store, None, "it finds itself corrupt")
        }
        sled::Error::CollectionNotFound(_)
        | sled::Error::Unsupported(_)
        | sled::Error::ReportableBug(_) => {
            Fault::damage(Part::Store, None, one_line(&error.to_string()))
        }
    }
}
