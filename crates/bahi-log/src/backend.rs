//! What the log needs of a place that keeps bytes.
//!
//! A backend keeps pages by their first position, a few hashes of the tree, and one *head*: the
//! size and root up to which everything is acknowledged. It knows nothing of what is in a page.
//!
//! # Invariants
//!
//! A backend MUST:
//!
//! * refuse, changing nothing, an append or an advance whose expected head is not its head;
//! * keep each batch whole: after a crash all of its pages are there or none, although a place may
//!   have been reserved for one beyond the head, and be served as a page of no bytes;
//! * keep, through any crash, whatever was appended before a [`sync`](Backend::sync) that returned
//!   `Ok`, and every head whose [`advance`](Backend::advance) returned `Ok`;
//! * serve pages in the order of their positions, none left out, byte for byte.
//!
//! A backend MUST NOT serve another head than the last one advanced.

mod faulty;
pub(crate) mod files;
mod forget;
mod memory;
pub(crate) mod store;

use bahi_proof::Hash;

use crate::limits::STORED_LEVELS;
use crate::{Fault, LedgerId, PageBytes};

pub use faulty::{Faulty, Step, Trigger};
pub use memory::{Memory, MemoryDisk};

/// What has been acknowledged: which ledger, how many records, and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The ledger.
    pub ledger: LedgerId,
    /// The number of records.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// A page as a backend keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPage {
    /// The position of its first record, under which it is kept.
    pub first: u64,
    /// Its bytes.
    pub bytes: PageBytes,
}

/// A hash of the tree as a backend keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredNode {
    /// The level: the hash is over 2^level leaves.
    pub level: u32,
    /// The index among the hashes of that level.
    pub index: u64,
    /// The hash.
    pub hash: Hash,
}

impl StoredNode {
    /// The position after the last leaf under the node.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.index.saturating_add(1).checked_shl(self.level).unwrap_or(u64::MAX)
    }
}

/// What stands in a place that is kept for a page to come: nothing.
pub(crate) const RESERVED: &[u8] = &[];

/// Pages and nodes that are written together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Pages in ascending order.
    pub pages: Vec<StoredPage>,
    /// Nodes completed by them.
    pub nodes: Vec<StoredNode>,
}

/// Stored pages, one after the other.
pub type StoredPages<'a> = Box<dyn Iterator<Item = Result<StoredPage, Fault>> + Send + 'a>;

/// A place that keeps pages, nodes and a head. See the [module](self) for its promises.
pub trait Backend: Send + Sync {
    /// The head last advanced to, or `None` before the first.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being read.
    fn head(&self) -> Result<Option<Head>, Fault>;

    /// The pages whose first position is at least `from`, ascending.
    fn pages(&self, from: u64) -> StoredPages<'_>;

    /// The pages whose first position is at most `upto`, descending.
    fn pages_back(&self, upto: u64) -> StoredPages<'_>;

    /// A node, if there is one.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being read.
    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault>;

    /// Writes a batch: each of its pages whole or not at all, and none before the nodes it
    /// completes. It may be lost, or a part of it, until [`sync`](Self::sync) returns.
    ///
    /// # Errors
    ///
    /// [`Fault::HeadMoved`] if `expected` is not the head, with nothing written; then whatever
    /// keeps it from being written.
    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault>;

    /// Makes everything appended and cut so far durable.
    ///
    /// # Errors
    ///
    /// Whatever leaves that in doubt. It is not tried again: a second sync may succeed without
    /// having written what the first one lost.
    fn sync(&mut self) -> Result<(), Fault>;

    /// Moves the head, durably.
    ///
    /// # Errors
    ///
    /// [`Fault::HeadMoved`] if `expected` is not the head, with nothing written; then whatever
    /// leaves it in doubt.
    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault>;

    /// Removes every page at or after position `size`, and every node that ends above it.
    ///
    /// # Errors
    ///
    /// Whatever keeps them from being removed.
    fn cut(&mut self, size: u64) -> Result<(), Fault>;

    /// Makes everything stored durable, then sees to it that what is read next comes from the
    /// medium itself and not from a memory of it.
    ///
    /// # Errors
    ///
    /// Whatever leaves that in doubt.
    fn settle(&mut self) -> Result<(), Fault> {
        self.sync()
    }

    /// Tells of every key kept, in any order, and of every file, by its name within the ledger.
    ///
    /// # Errors
    ///
    /// Whatever keeps them from being listed.
    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault>;

    /// The same pages, nodes and head as they are at this moment, to be read while more is written.
    ///
    /// # Errors
    ///
    /// [`Fault::Io`] if the backend has no such thing, which is what it has if it does not say.
    fn reader(&self) -> Result<Box<dyn Backend>, Fault> {
        let unsupported = std::io::ErrorKind::Unsupported.into();
        Err(Fault::io("take a snapshot of", std::path::Path::new("the backend"), unsupported))
    }

    /// Whether the nodes it serves are stored, so that they can be compared with the records; if
    /// not, they are computed from these.
    fn keeps_nodes(&self) -> bool {
        true
    }

    /// Whether a file of this name, as the inventory tells it, is one of its own.
    fn claims(&self, name: &str) -> bool {
        crate::directory::claims(name)
    }

    /// What is wrong with the files, although every page in them can be read.
    ///
    /// # Errors
    ///
    /// Whatever keeps them from being read.
    fn file_problem(&self) -> Result<Option<String>, Fault> {
        Ok(None)
    }

    /// What is wrong with the witness of the head, although the head could be read.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being read.
    fn witness_problem(&self) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

/// Refuses a writer who does not know the head.
pub(crate) fn check_expected(expected: Option<&Head>, head: Option<&Head>) -> Result<(), Fault> {
    let size = |head: Option<&Head>| head.map_or(0, |head| head.size);
    if expected == head {
        Ok(())
    } else {
        Err(Fault::HeadMoved { expected: size(expected), found: size(head) })
    }
}

/// What a key of the store is the key of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A page, by its first position: 8 bytes, big-endian.
    Page(u64),
    /// A node: 0xff, its level, and its index in 8 bytes, big-endian.
    Node(u32, u64),
}

const NODE_TAG: u8 = 0xff;

impl Key {
    pub(crate) fn of_page(first: u64) -> [u8; 8] {
        first.to_be_bytes()
    }

    pub(crate) fn of_node(level: u32, index: u64) -> [u8; 10] {
        let mut key = [NODE_TAG; 10];
        key[1] = u8::try_from(level).unwrap_or(u8::MAX);
        key[2..].copy_from_slice(&index.to_be_bytes());
        key
    }

    /// What a key is, or `None` if nothing here writes such a key.
    pub(crate) fn read(key: &[u8]) -> Option<Self> {
        if let Ok(first) = <[u8; 8]>::try_from(key) {
            let first = u64::from_be_bytes(first);
            return (first < crate::limits::SIZE_MAX).then_some(Self::Page(first));
        }
        let (head, index) = key.split_first_chunk::<2>()?;
        let (level, index) = (u32::from(head[1]), <[u8; 8]>::try_from(index).ok()?);
        let known = head[0] == NODE_TAG && STORED_LEVELS.contains(&level);
        known.then_some(Self::Node(level, u64::from_be_bytes(index)))
    }
}
