//! The embedded store with pages of any length, beyond the cap as well, so that what the cap is for
//! can be seen.
//!
//! # Invariants
//!
//! * What is served is what was appended: only on the medium are the pages longer.

use std::path::Path;

use bahi_proof::Hash;

use crate::backend::store::Store;
use crate::backend::{Backend, Batch, Head, StoredPage, StoredPages};
use crate::limits::PAGE_HEADER_BYTES;
use crate::page::frame;
use crate::{Fault, PageBytes};

/// What a page is made longer with. A cut leaves no such byte where nothing was written.
const FILLING: u8 = 0xa5;

/// The embedded store, which stores every page with bytes behind it up to this length.
pub struct Padded {
    inner: Store,
    len: usize,
}

impl Padded {
    /// Opens the store in a directory, or a new one.
    ///
    /// # Errors
    ///
    /// Whatever keeps the store from opening.
    pub fn open(dir: &Path, len: usize) -> Result<Self, Fault> {
        Ok(Self { inner: Store::open_any(dir)?, len })
    }
}

fn padded(page: &StoredPage, len: usize) -> StoredPage {
    let mut bytes = page.bytes.to_vec();
    bytes.resize(bytes.len().max(len), FILLING);
    StoredPage { first: page.first, bytes: bytes.into() }
}

/// The page without what was put behind it; as it is where it is none.
fn bare(page: StoredPage) -> StoredPage {
    let header = page.bytes.first_chunk::<PAGE_HEADER_BYTES>();
    let Some(found) = header.and_then(frame) else { return page };
    let bytes = page.bytes.get(..found.len).map(PageBytes::from);
    StoredPage { bytes: bytes.unwrap_or(page.bytes), ..page }
}

impl Backend for Padded {
    fn head(&self) -> Result<Option<Head>, Fault> {
        self.inner.head()
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        Box::new(self.inner.pages(from).map(|page| page.map(bare)))
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        Box::new(self.inner.pages_back(upto).map(|page| page.map(bare)))
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        self.inner.node(level, index)
    }

    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault> {
        let pages = batch.pages.iter().map(|page| padded(page, self.len)).collect();
        self.inner.append(expected, &Batch { pages, nodes: batch.nodes.clone() })
    }

    fn sync(&mut self) -> Result<(), Fault> {
        self.inner.sync()
    }

    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault> {
        self.inner.advance(expected, head)
    }

    fn cut(&mut self, size: u64) -> Result<(), Fault> {
        self.inner.cut(size)
    }

    fn settle(&mut self) -> Result<(), Fault> {
        self.inner.settle()
    }

    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        self.inner.inventory(on_key, on_file)
    }

    fn witness_problem(&self) -> Result<Option<String>, Fault> {
        self.inner.witness_problem()
    }
}
