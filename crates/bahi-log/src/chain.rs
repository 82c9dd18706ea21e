//! How pages follow each other: no gap, no overlap, and commits whole.

use crate::{Fault, Page, Part};

/// What the page after the ones seen must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The position of its first record.
    pub next: u64,
    /// The commit it must belong to and its index therein; `None` if it must begin one.
    within: Option<(u64, u32)>,
}

impl Chain {
    /// The chain at the end of a commit.
    pub(crate) fn after_commit(size: u64) -> Self {
        Self { next: size, within: None }
    }

    /// The chain that this page continues, whatever came before it.
    pub(crate) fn before(page: &Page) -> Self {
        let within = (page.index() > 0).then(|| (page.commit_first(), page.index()));
        Self { next: page.first(), within }
    }

    /// Moves on over a page.
    pub(crate) fn follow(&mut self, page: &Page) -> Result<(), Fault> {
        let damage = |what: String| Fault::damage(Part::Page, Some(self.next), what);
        if page.first() != self.next {
            return Err(damage(format!(
                "the page is missing; the next begins at {}",
                page.first()
            )));
        }
        let expected = self.within.unwrap_or((page.first(), 0));
        if (page.commit_first(), page.index()) != expected {
            return Err(damage("the page is not the next of its commit".to_owned()));
        }
        let within = (!page.is_last()).then(|| (page.commit_first(), page.index() + 1));
        *self = Self { next: page.end(), within };
        Ok(())
    }

    /// Whether the pages seen end with a whole commit.
    pub(crate) fn is_whole(&self) -> bool {
        self.within.is_none()
    }
}
