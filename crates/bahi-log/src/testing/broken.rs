//! Backends that each break one promise, so that every check is seen to catch something.

use bahi_proof::Hash;

use super::Ground;
use crate::Fault;
use crate::backend::{Backend, Batch, Head, Memory, MemoryDisk, StoredPages};

/// The promise that a [`Broken`] backend breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// It says that it has synced and has not.
    AcknowledgesEarly,
    /// It takes every second batch and forgets it.
    ForgetsACommit,
    /// It serves every page but the last.
    LosesTheTail,
    /// It serves the head before the last one.
    ServesAStaleHead,
    /// It changes a byte of every page.
    AltersABit,
    /// It begins one page too late when asked for pages in descending order.
    SkipsBackwards,
    /// It serves the node of another index.
    MixesUpNodes,
    /// It appends whatever head is expected.
    AppendsAtAnyHead,
    /// It advances whatever head is expected.
    AdvancesAtAnyHead,
    /// It keeps its head in memory alone.
    ForgetsTheHead,
    /// It cuts pages and leaves their nodes.
    LeavesNodes,
    /// It does not tell of its nodes.
    HidesKeys,
    /// It is not empty when it is new.
    IsNeverEmpty,
}

/// A backend in memory that breaks one promise.
pub struct Broken {
    breach: Breach,
    inner: Memory,
    appended: u32,
    stale: Option<Head>,
}

impl Broken {
    fn last(&self) -> Option<u64> {
        self.inner.pages_back(u64::MAX).next()?.ok().map(|page| page.first)
    }
}

/// Ground for a [`Broken`] backend.
#[derive(Clone, Debug)]
pub struct BrokenGround {
    breach: Breach,
    disk: MemoryDisk,
}

impl BrokenGround {
    /// New ground for a backend that breaks this promise.
    #[must_use]
    pub fn new(breach: Breach) -> Self {
        Self { breach, disk: MemoryDisk::new() }
    }
}

impl Ground for BrokenGround {
    fn open(&mut self) -> Result<Box<dyn Backend>, Fault> {
        let mut inner = self.disk.open();
        if self.breach == Breach::IsNeverEmpty && inner.head()?.is_none() {
            inner.append(None, &super::batch(&[0]))?;
        }
        Ok(Box::new(Broken { breach: self.breach, inner, appended: 0, stale: None }))
    }

    fn crash(&mut self, backend: Box<dyn Backend>) -> Result<(), Fault> {
        drop(backend);
        if self.breach == Breach::ForgetsTheHead {
            self.disk.set_head(None);
        }
        Ok(())
    }
}

impl Backend for Broken {
    fn head(&self) -> Result<Option<Head>, Fault> {
        if self.breach == Breach::ServesAStaleHead && self.stale.is_some() {
            return Ok(self.stale);
        }
        self.inner.head()
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        let last = self.last().filter(|_| self.breach == Breach::LosesTheTail);
        let alters = self.breach == Breach::AltersABit;
        let kept = self.inner.pages(from).filter(move |page| {
            page.as_ref().is_ok_and(|page| Some(page.first) != last || page.first == 0)
        });
        Box::new(kept.map(move |page| {
            page.map(|mut page| {
                if alters {
                    let mut bytes = page.bytes.to_vec();
                    bytes[0] ^= 1;
                    page.bytes = bytes.into();
                }
                page
            })
        }))
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        let skipped = usize::from(self.breach == Breach::SkipsBackwards);
        Box::new(self.inner.pages_back(upto).skip(skipped))
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        let index = if self.breach == Breach::MixesUpNodes { 0 } else { index };
        self.inner.node(level, index)
    }

    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault> {
        self.appended += 1;
        if self.breach == Breach::ForgetsACommit && self.appended.is_multiple_of(2) {
            return Ok(());
        }
        let head = self.inner.head()?;
        let any = self.breach == Breach::AppendsAtAnyHead;
        self.inner.append(if any { head.as_ref() } else { expected }, batch)
    }

    fn sync(&mut self) -> Result<(), Fault> {
        if self.breach == Breach::AcknowledgesEarly { Ok(()) } else { self.inner.sync() }
    }

    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault> {
        let before = self.inner.head()?;
        let any = self.breach == Breach::AdvancesAtAnyHead;
        self.inner.advance(if any { before.as_ref() } else { expected }, head)?;
        self.stale = before;
        Ok(())
    }

    fn cut(&mut self, size: u64) -> Result<(), Fault> {
        let node = self.inner.node(8, 0)?;
        self.inner.cut(size)?;
        if let (Breach::LeavesNodes, Some(hash)) = (self.breach, node) {
            let nodes = vec![crate::backend::StoredNode { level: 8, index: 0, hash }];
            let head = self.inner.head()?;
            self.inner.append(head.as_ref(), &Batch { pages: Vec::new(), nodes })?;
        }
        Ok(())
    }

    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        let hides = self.breach == Breach::HidesKeys;
        self.inner.inventory(
            &mut |key| {
                if !hides || key.len() == 8 {
                    on_key(key);
                }
            },
            on_file,
        )
    }
}
