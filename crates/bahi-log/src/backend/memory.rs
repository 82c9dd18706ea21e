//! A backend in memory, with a disk that outlives it.
//!
//! # Invariants
//!
//! * The disk holds exactly what was synced or advanced: dropping a [`Memory`] is a power cut.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bahi_proof::Hash;

use super::{Backend, Batch, Head, Key, StoredNode, StoredPage, StoredPages, check_expected};
use crate::{Fault, PageBytes};

#[derive(Clone, Debug, Default)]
struct Contents {
    pages: BTreeMap<u64, PageBytes>,
    nodes: BTreeMap<(u32, u64), Hash>,
}

impl Contents {
    fn append(&mut self, batch: &Batch) {
        self.pages.extend(batch.pages.iter().map(|page| (page.first, page.bytes.clone())));
        self.nodes.extend(batch.nodes.iter().map(|node| ((node.level, node.index), node.hash)));
    }

    fn cut(&mut self, size: u64) {
        drop(self.pages.split_off(&size));
        self.nodes
            .retain(|&(level, index), hash| StoredNode { level, index, hash: *hash }.end() <= size);
    }
}

enum Change {
    Append(Batch),
    Cut(u64),
}

/// What a [`Memory`] backend leaves behind when it is dropped; open it again from here.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk(Arc<Mutex<Durable>>);

#[derive(Debug, Default)]
struct Durable {
    contents: Contents,
    head: Option<Head>,
}

impl MemoryDisk {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A backend over what the disk holds.
    #[must_use]
    pub fn open(&self) -> Memory {
        let durable = self.lock();
        Memory {
            contents: durable.contents.clone(),
            head: durable.head,
            unsynced: Vec::new(),
            disk: self.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Durable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands that damage a disk, or lay something on it, past the log.
#[cfg(any(test, feature = "testing"))]
impl MemoryDisk {
    /// A second disk with the same contents.
    #[must_use]
    pub fn copy(&self) -> Self {
        let durable = self.lock();
        let copy = Durable { contents: durable.contents.clone(), head: durable.head };
        Self(Arc::new(Mutex::new(copy)))
    }

    /// The first positions of all pages.
    #[must_use]
    pub fn firsts(&self) -> Vec<u64> {
        self.lock().contents.pages.keys().copied().collect()
    }

    /// The bytes of a page.
    #[must_use]
    pub fn page(&self, first: u64) -> Option<PageBytes> {
        self.lock().contents.pages.get(&first).cloned()
    }

    /// Puts these bytes in a page's place, or removes it.
    pub fn set_page(&self, first: u64, bytes: Option<&[u8]>) {
        let pages = &mut self.lock().contents.pages;
        match bytes {
            Some(bytes) => pages.insert(first, bytes.into()),
            None => pages.remove(&first),
        };
    }

    /// Puts a hash in a node's place, or removes it.
    pub fn set_node(&self, level: u32, index: u64, hash: Option<Hash>) {
        let nodes = &mut self.lock().contents.nodes;
        match hash {
            Some(hash) => nodes.insert((level, index), hash),
            None => nodes.remove(&(level, index)),
        };
    }

    /// Puts another head in the head's place.
    pub fn set_head(&self, head: Option<Head>) {
        self.lock().head = head;
    }

    /// The head.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        self.lock().head
    }
}

/// A backend in memory. Dropping it loses what was not synced.
pub struct Memory {
    contents: Contents,
    head: Option<Head>,
    unsynced: Vec<Change>,
    disk: MemoryDisk,
}

impl Memory {
    /// A backend over an empty disk.
    #[must_use]
    pub fn new() -> Self {
        MemoryDisk::new().open()
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

fn stored((first, bytes): (&u64, &PageBytes)) -> Result<StoredPage, Fault> {
    Ok(StoredPage { first: *first, bytes: bytes.clone() })
}

impl Backend for Memory {
    fn head(&self) -> Result<Option<Head>, Fault> {
        Ok(self.head)
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        Box::new(self.contents.pages.range(from..).map(stored))
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        Box::new(self.contents.pages.range(..=upto).rev().map(stored))
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        Ok(self.contents.nodes.get(&(level, index)).copied())
    }

    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault> {
        check_expected(expected, self.head.as_ref())?;
        self.contents.append(batch);
        self.unsynced.push(Change::Append(batch.clone()));
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Fault> {
        let mut durable = self.disk.lock();
        for change in self.unsynced.drain(..) {
            match change {
                Change::Append(batch) => durable.contents.append(&batch),
                Change::Cut(size) => durable.contents.cut(size),
            }
        }
        Ok(())
    }

    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault> {
        check_expected(expected, self.head.as_ref())?;
        self.head = Some(*head);
        self.disk.lock().head = self.head;
        Ok(())
    }

    fn cut(&mut self, size: u64) -> Result<(), Fault> {
        self.contents.cut(size);
        self.unsynced.push(Change::Cut(size));
        Ok(())
    }

    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        _on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        self.contents.pages.keys().for_each(|first| on_key(&Key::of_page(*first)));
        self.contents.nodes.keys().for_each(|key| on_key(&Key::of_node(key.0, key.1)));
        Ok(())
    }

    fn reader(&self) -> Result<Box<dyn Backend>, Fault> {
        let (contents, head) = (self.contents.clone(), self.head);
        Ok(Box::new(Self { contents, head, unsynced: Vec::new(), disk: MemoryDisk::new() }))
    }
}
