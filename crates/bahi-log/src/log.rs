//! The log itself: one writer, any number of readers between its commits.
//!
//! # Invariants
//!
//! * `head` is the backend's head, and `frontier` is the tree's edge at that head.
//! * A poisoned log writes nothing more.

mod backup;
mod reads;
mod recover;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bahi_proof::{Frontier, Hash, leaf_hash};

use crate::backend::store::Store;
use crate::backend::{Backend, Batch, Head, Memory};
use crate::layout::{Packing, check, lay_out};
use crate::limits::SIZE_MAX;
use crate::{Fault, LedgerId, Verification, verify};

pub use backup::BackedUp;
pub use reads::{Pages, PagesBack};
pub(crate) use recover::{frontier_of, page_ending_at};

/// How a log writes. It reads every form, whatever is chosen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether pages are compressed where that makes them shorter. On by default.
    pub compress: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { compress: true }
    }
}

/// What a commit did. All of it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The position of the commit's first record.
    pub first: u64,
    /// The number of its records.
    pub count: u64,
    /// The size of the log after it.
    pub size: u64,
    /// The root over all records after it.
    pub root: Hash,
}

/// An append-only log of byte records, opened for writing.
///
/// ```
/// use bahi_log::Log;
///
/// let mut log = Log::in_memory(b"the ledger's own record")?;
/// let committed = log.commit(&[b"first".as_slice(), b"second"])?;
/// assert_eq!((committed.first, committed.size), (1, 3));
/// assert_eq!(&*log.record(2)?, b"second");
/// # Ok::<(), bahi_log::Fault>(())
/// ```
pub struct Log {
    pub(crate) backend: Box<dyn Backend>,
    head: Head,
    frontier: Frontier,
    options: Options,
    for_reading: bool,
    poisoned: bool,
    recent: Mutex<reads::Recent>,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Log").field("head", &self.head).finish_non_exhaustive()
    }
}

impl Log {
    /// Creates a ledger in a directory that does not exist or is empty, or completes one whose
    /// creation was cut short. Record 0 is durable on return.
    ///
    /// # Errors
    ///
    /// [`Fault::RecordTooLarge`]; [`Fault::NotALedger`] if the directory holds other files;
    /// [`Fault::Locked`]; [`Fault::AlreadyExists`]; then whatever the medium says.
    pub fn create(dir: &Path, first_record: &[u8], options: Options) -> Result<Self, Fault> {
        check(&[first_record])?;
        Self::begin(Box::new(Store::create(dir)?), first_record, options)
    }

    /// Opens a ledger, finishing or removing what was being written when it was last cut off.
    ///
    /// # Errors
    ///
    /// [`Fault::NotALedger`], [`Fault::Locked`], [`Fault::ReadOnly`], [`Fault::NewerForm`],
    /// [`Fault::EarlyForm`], [`Fault::Unfinished`], [`Fault::Damage`]; then whatever the medium
    /// says.
    pub fn open(dir: &Path, options: Options) -> Result<Self, Fault> {
        let backend = Store::open(dir)?;
        let Some(head) = backend.head()? else {
            recover::refuse_more_than_a_beginning(&backend)?;
            return Err(Fault::Unfinished { dir: dir.to_path_buf() });
        };
        Self::resume(Box::new(backend), head, options)
    }

    /// A new log in memory, gone when it is dropped.
    ///
    /// # Errors
    ///
    /// [`Fault::RecordTooLarge`].
    pub fn in_memory(first_record: &[u8]) -> Result<Self, Fault> {
        Self::with_backend(Box::new(Memory::new()), first_record)
    }

    /// Creates a log on an empty backend, or opens the log that it holds.
    ///
    /// # Errors
    ///
    /// [`Fault::RecordTooLarge`]; [`Fault::OtherLedger`] if the backend holds a log that begins
    /// with another record; [`Fault::NewerForm`], [`Fault::EarlyForm`], [`Fault::Damage`]; then
    /// whatever the backend says.
    pub fn with_backend(backend: Box<dyn Backend>, first_record: &[u8]) -> Result<Self, Fault> {
        check(&[first_record])?;
        let options = Options::default();
        let Some(head) = backend.head()? else {
            return Self::begin(backend, first_record, options);
        };
        let expected = LedgerId::of_leaf(leaf_hash(first_record));
        if head.ledger != expected {
            return Err(Fault::OtherLedger { expected, found: head.ledger });
        }
        Self::resume(backend, head, options)
    }

    /// This log as it is at this moment, to be read, verified or backed up, also on another thread,
    /// while this one takes more commits. It takes none. It keeps the store open: a ledger is
    /// opened again only once every snapshot of it is gone.
    ///
    /// # Errors
    ///
    /// [`Fault::Poisoned`]; [`Fault::Io`] if the backend cannot be read beside its writer.
    pub fn snapshot(&self) -> Result<Self, Fault> {
        let backend = self.backend.reader()?;
        let mut log = Self::at(backend, self.head, self.frontier.clone(), self.options);
        log.for_reading = true;
        Ok(log)
    }

    /// Whether it takes no commits, being a snapshot or a backup.
    #[must_use]
    pub fn is_for_reading(&self) -> bool {
        self.for_reading
    }

    fn begin(
        mut backend: Box<dyn Backend>,
        first_record: &[u8],
        options: Options,
    ) -> Result<Self, Fault> {
        recover::refuse_more_than_a_beginning(&*backend)?;
        backend.cut(0)?;
        let ledger = LedgerId::of_leaf(leaf_hash(first_record));
        let mut frontier = Frontier::new();
        let batches = lay_out(ledger, &mut frontier, &[first_record], options.compress);
        let head = Head { ledger, size: frontier.size(), root: frontier.root() };
        for batch in &batches {
            backend.append(None, batch)?;
        }
        backend.sync()?;
        backend.advance(None, &head)?;
        Ok(Self::at(backend, head, frontier, options))
    }

    fn resume(mut backend: Box<dyn Backend>, head: Head, options: Options) -> Result<Self, Fault> {
        let (head, frontier) = recover::recover(&mut *backend, head)?;
        Ok(Self::at(backend, head, frontier, options))
    }

    fn at(backend: Box<dyn Backend>, head: Head, frontier: Frontier, options: Options) -> Self {
        let recent = Mutex::default();
        Self { backend, head, frontier, options, for_reading: false, poisoned: false, recent }
    }

    /// The first 16 bytes of the leaf hash of record 0.
    #[must_use]
    pub fn ledger_id(&self) -> LedgerId {
        self.head.ledger
    }

    /// The number of records, which is the position of the next one; at least 1.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.head.size
    }

    /// The root of the tree over all records.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.head.root
    }

    /// The right edge of the tree over all records.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Whether an earlier write failed in a way that leaves the medium in doubt. Such a log can be
    /// read and takes no more commits.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// Appends these records, all or none. They are durable on return. No records, no commit.
    ///
    /// # Errors
    ///
    /// [`Fault::ForReading`]; [`Fault::Poisoned`]; [`Fault::RecordTooLarge`];
    /// [`Fault::CommitTooLarge`];
    /// [`Fault::DiskFull`] and whatever else the medium says, after which nothing is recorded;
    /// [`Fault::HeadMoved`], after which the log is poisoned and nothing is recorded;
    /// [`Fault::Unsettled`], after which the log is poisoned and the commit may be recorded.
    pub fn commit(&mut self, records: &[&[u8]]) -> Result<Committed, Fault> {
        if self.for_reading {
            return Err(Fault::ForReading);
        }
        if self.poisoned {
            return Err(Fault::Poisoned);
        }
        check(records)?;
        let (ledger, compress) = (self.head.ledger, self.options.compress);
        self.commit_pages(records.len(), |frontier| lay_out(ledger, frontier, records, compress))
    }

    /// Room for the records of the next commit, to be packed as they come, on any thread.
    #[must_use]
    pub fn packing(&self) -> Packing {
        Packing::new(self.head.ledger, self.head.size, self.options.compress)
    }

    /// Appends the records of a packing, as [`commit`](Self::commit) would have appended them.
    ///
    /// # Errors
    ///
    /// [`Fault::ForReading`]; [`Fault::Poisoned`]; [`Fault::OtherLedger`] and [`Fault::HeadMoved`]
    /// for a packing that was begun on another log, or before another commit, after which nothing
    /// is recorded and the log is as it was; then those of [`commit`](Self::commit).
    pub fn commit_packed(&mut self, packing: Packing) -> Result<Committed, Fault> {
        if self.for_reading {
            return Err(Fault::ForReading);
        }
        if self.poisoned {
            return Err(Fault::Poisoned);
        }
        packing.check_follows(self.head.ledger, self.head.size)?;
        packing.check()?;
        self.commit_pages(packing.records(), |frontier| packing.lay_out(frontier))
    }

    fn commit_pages(
        &mut self,
        records: usize,
        lay_out: impl FnOnce(&mut Frontier) -> Vec<Batch>,
    ) -> Result<Committed, Fault> {
        let first = self.head.size;
        let count = records as u64;
        if count > SIZE_MAX - first {
            return Err(Fault::CommitTooLarge { records, bytes: 0 });
        }
        if records > 0 {
            let mut frontier = self.frontier.clone();
            let batches = lay_out(&mut frontier);
            let head =
                Head { ledger: self.head.ledger, size: frontier.size(), root: frontier.root() };
            self.write(&batches, &head)?;
            (self.head, self.frontier) = (head, frontier);
        }
        Ok(Committed { first, count, size: self.head.size, root: self.head.root })
    }

    fn write(&mut self, batches: &[Batch], head: &Head) -> Result<(), Fault> {
        let before = self.head;
        for batch in batches {
            if let Err(fault) = self.backend.append(Some(&before), batch) {
                return Err(self.take_back(fault));
            }
        }
        let settled = self.backend.sync().and_then(|()| self.backend.advance(Some(&before), head));
        settled.map_err(|fault| self.poison(fault))
    }

    /// Removes what a failed commit has written so far; where that fails too, the log is poisoned.
    fn take_back(&mut self, fault: Fault) -> Fault {
        if matches!(fault, Fault::HeadMoved { .. }) {
            // What lies beyond the head known here is another writer's.
            self.poisoned = true;
            return fault;
        }
        let removed = self.backend.cut(self.head.size).and_then(|()| self.backend.sync());
        match removed {
            Ok(()) => fault,
            Err(_) => self.poison(fault),
        }
    }

    fn poison(&mut self, cause: Fault) -> Fault {
        self.poisoned = true;
        Fault::Unsettled { cause: Box::new(cause) }
    }

    /// Reads everything and checks it: pages, tree, nodes, frontiers, anchor, keys, files.
    ///
    /// `on_record` is given every record in order, up to the first damage; `progress` the position
    /// reached, after every page.
    pub fn verify(
        &self,
        on_record: &mut dyn FnMut(u64, &[u8]),
        progress: &mut dyn FnMut(u64),
    ) -> Verification {
        verify::run(&*self.backend, &self.head, on_record, progress)
    }

    fn recent(&self) -> MutexGuard<'_, reads::Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
