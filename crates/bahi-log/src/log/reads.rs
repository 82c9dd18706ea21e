//! Reading: pages in both directions, single records, and the tree over any prefix.

use std::collections::HashMap;
use std::sync::{Arc, mpsc::sync_channel};

use bahi_proof::{
    Hash, HashReader, ProofUnavailable, leaf_hash, node_hash, prove_consistency, prove_inclusion,
    root_at as tree_root_at, root_of_leaves,
};

use super::Log;
use crate::backend::StoredPages;
use crate::chain::Chain;
use crate::limits::{STORED_LEVELS, TILE_RECORDS};
use crate::{Fault, LedgerId, Page, Part, Record};

/// What was read last, since the next question is often about the same.
#[derive(Default)]
pub(super) struct Recent {
    page: Option<Page>,
    tile: Option<(u64, Arc<[Hash]>)>,
    /// Hashes between stored levels, by level and index. A complete subtree never changes.
    between: HashMap<(u32, u64), Hash>,
}

/// The most hashes between stored levels that are kept: some megabytes, and all there are of a log
/// of sixteen million records.
const BETWEEN_MAX: usize = 1 << 16;

/// From how many records on it pays to read pages on another thread.
const AHEAD_RECORDS_MIN: u64 = 1 << 13;
/// How many pages are handed over together, each of some tens of kilobytes; four times as many are
/// under way.
const AHEAD_PAGES: usize = 16;

impl Log {
    /// The record at a position.
    ///
    /// # Errors
    ///
    /// [`Fault::OutOfRange`]; [`Fault::Damage`]; then whatever the backend says.
    pub fn record(&self, position: u64) -> Result<Record, Fault> {
        let page = self.page(position)?;
        Record::of(page, position).ok_or_else(|| missing(position))
    }

    /// The page that holds a position.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn page(&self, position: u64) -> Result<Page, Fault> {
        if position >= self.size() {
            return Err(Fault::OutOfRange { asked: position, size: self.size() });
        }
        if let Some(page) = &self.recent().page
            && (page.first()..page.end()).contains(&position)
        {
            return Ok(page.clone());
        }
        let stored = self.backend.pages_back(position).next().transpose()?;
        let stored = stored.ok_or_else(|| missing(position))?;
        let page = Page::decode(stored.bytes, stored.first, self.ledger_id())?;
        if page.end() <= position {
            return Err(missing(position));
        }
        self.recent().page = Some(page.clone());
        Ok(page)
    }

    /// The pages from the one that holds `from` to the end, in order. None, if `from` is not below
    /// the size. After a fault it ends.
    #[must_use]
    pub fn pages(&self, from: u64) -> Pages<'_> {
        let end = self.size();
        let mut pages = Pages { stored: None, chain: None, end, ledger: self.ledger_id() };
        if from < end {
            let first = self.backend.pages_back(from).next();
            pages.stored = Some(match first {
                Some(Ok(page)) => self.backend.pages(page.first),
                Some(Err(fault)) => Box::new(std::iter::once(Err(fault))),
                None => Box::new(std::iter::once(Err(missing(from)))),
            });
            pages.chain = Some(Err(from));
        }
        pages
    }

    /// Gives `take` the pages that [`pages`](Self::pages) gives, read and unpacked on another thread
    /// some pages ahead, where there are many and a processor for it. Pages that `take` leaves are
    /// not read.
    pub fn pages_ahead<R>(
        &self,
        from: u64,
        take: impl FnOnce(&mut dyn Iterator<Item = Result<Page, Fault>>) -> R,
    ) -> R {
        let is_worth = self.size().saturating_sub(from) >= AHEAD_RECORDS_MIN
            && std::thread::available_parallelism().is_ok_and(|count| count.get() > 1);
        std::thread::scope(|scope| {
            // Waking a thread for each page would take as long as reading it.
            let (send, receive) = sync_channel::<Vec<_>>(2);
            let read = move || {
                let mut pages = self.pages(from);
                loop {
                    let some: Vec<_> = pages.by_ref().take(AHEAD_PAGES).collect();
                    // Whoever takes may have gone.
                    if some.is_empty() || send.send(some).is_err() {
                        return;
                    }
                }
            };
            let started = is_worth && std::thread::Builder::new().spawn_scoped(scope, read).is_ok();
            if started {
                take(&mut receive.into_iter().flatten())
            } else {
                take(&mut self.pages(from))
            }
        })
    }

    /// The pages from the one that holds `from` to the first, in descending order. If `from` is
    /// not below the size, it begins with the last page. After a fault it ends.
    #[must_use]
    pub fn pages_back(&self, from: u64) -> PagesBack<'_> {
        let from = from.min(self.size() - 1);
        PagesBack {
            stored: Some(self.backend.pages_back(from)),
            next: Err(from),
            ledger: self.ledger_id(),
        }
    }

    /// The leaf hash of the record at a position.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn leaf_hash(&self, position: u64) -> Result<Hash, Fault> {
        Ok(leaf_hash(&self.record(position)?))
    }

    /// The root of the tree over the first `size` records: that of the empty tree if `size` is 0.
    ///
    /// # Errors
    ///
    /// [`Fault::OutOfRange`] if `size` is above the size of the log; otherwise as
    /// [`record`](Self::record).
    pub fn root_at(&self, size: u64) -> Result<Hash, Fault> {
        if size > self.size() {
            return Err(Fault::OutOfRange { asked: size, size: self.size() });
        }
        if size == self.size() {
            return Ok(self.root());
        }
        tree_root_at(self, size)
    }

    /// The proof that the record at `position` is in the tree of the first `size` records.
    ///
    /// # Errors
    ///
    /// [`Fault::OutOfRange`]; otherwise as [`record`](Self::record).
    pub fn prove_inclusion(&self, position: u64, size: u64) -> Result<Vec<Hash>, Fault> {
        self.root_in_range(size)?;
        prove_inclusion(self, position, size).map_err(unavailable)
    }

    /// The proof that the tree of the first `old_size` records is a prefix of that of the first
    /// `new_size`.
    ///
    /// # Errors
    ///
    /// [`Fault::OutOfRange`], also for an `old_size` of 0; otherwise as
    /// [`record`](Self::record).
    pub fn prove_consistency(&self, old_size: u64, new_size: u64) -> Result<Vec<Hash>, Fault> {
        self.root_in_range(new_size)?;
        prove_consistency(self, old_size, new_size).map_err(unavailable)
    }

    fn root_in_range(&self, size: u64) -> Result<(), Fault> {
        if size > self.size() {
            return Err(Fault::OutOfRange { asked: size, size: self.size() });
        }
        Ok(())
    }

    /// The leaf hashes of one tile: as many of its 256 as there are records.
    fn tile(&self, tile: u64) -> Result<Arc<[Hash]>, Fault> {
        if let Some((index, leaves)) = &self.recent().tile
            && *index == tile
            && leaves.len() as u64 == TILE_RECORDS
        {
            return Ok(Arc::clone(leaves));
        }
        let first = tile * TILE_RECORDS;
        let end = (first + TILE_RECORDS).min(self.size());
        let mut leaves = Vec::new();
        for page in self.pages(first) {
            let page = page?;
            if page.first() >= end {
                break;
            }
            leaves.extend(page.records().map(|(_, record)| leaf_hash(record)));
        }
        let leaves: Arc<[Hash]> = leaves.into();
        self.recent().tile = Some((tile, Arc::clone(&leaves)));
        Ok(leaves)
    }

    fn stored_node(&self, level: u32, index: u64) -> Result<Hash, Fault> {
        self.backend.node(level, index)?.ok_or_else(|| {
            let what = format!("the hash at level {level}, index {index} is missing");
            Fault::damage(Part::Node, Some(index << level), what)
        })
    }
}

/// The hashes of complete subtrees: those of the stored levels as they are kept, those between
/// computed from the next stored level below, and those under a tile from its records.
impl HashReader for Log {
    type Error = Fault;

    fn hash(&self, level: u32, index: u64) -> Result<Hash, Fault> {
        let end = index.checked_add(1).and_then(|next| next.checked_mul(1_u64.checked_shl(level)?));
        if end.is_none_or(|end| end > self.size()) {
            return Err(Fault::OutOfRange { asked: end.unwrap_or(u64::MAX), size: self.size() });
        }
        let base = STORED_LEVELS.iter().rev().copied().find(|stored| *stored <= level);
        let Some(base) = base else {
            let first = index << level;
            let leaves = self.tile(first / TILE_RECORDS)?;
            let from = usize::try_from(first % TILE_RECORDS).unwrap_or(usize::MAX);
            let range = leaves.get(from..from + (1 << level));
            return range.map(root_of_leaves).ok_or_else(|| missing(first));
        };
        if base == level {
            return self.stored_node(level, index);
        }
        if let Some(known) = self.recent().between.get(&(level, index)) {
            return Ok(*known);
        }
        let (left, right) = (2 * index, 2 * index + 1);
        let hash = node_hash(self.hash(level - 1, left)?, self.hash(level - 1, right)?);
        let mut recent = self.recent();
        if recent.between.len() >= BETWEEN_MAX {
            recent.between.clear();
        }
        recent.between.insert((level, index), hash);
        Ok(hash)
    }
}

fn unavailable(unavailable: ProofUnavailable<Fault>) -> Fault {
    match unavailable {
        ProofUnavailable::OutOfRange { asked, size } => Fault::OutOfRange { asked, size },
        ProofUnavailable::Unread(fault) => fault,
    }
}

fn missing(position: u64) -> Fault {
    Fault::damage(Part::Page, Some(position), "the page is missing")
}

/// Pages in ascending order. See [`Log::pages`].
pub struct Pages<'a> {
    stored: Option<StoredPages<'a>>,
    /// What comes next; before the first page, the position it must hold.
    chain: Option<Result<Chain, u64>>,
    end: u64,
    ledger: LedgerId,
}

impl Pages<'_> {
    fn step(&mut self) -> Result<Option<Page>, Fault> {
        let Some(stored) = &mut self.stored else { return Ok(None) };
        let next = match self.chain {
            None => return Ok(None),
            Some(Ok(chain)) if chain.next >= self.end => return Ok(None),
            Some(Ok(chain)) => chain.next,
            Some(Err(from)) => from,
        };
        let stored = stored.next().transpose()?.ok_or_else(|| missing(next))?;
        let page = Page::decode(stored.bytes, stored.first, self.ledger)?;
        let mut chain = match self.chain {
            Some(Ok(chain)) => chain,
            None | Some(Err(_)) if page.end() > next => Chain::before(&page),
            None | Some(Err(_)) => return Err(missing(next)),
        };
        chain.follow(&page)?;
        self.chain = Some(Ok(chain));
        Ok(Some(page))
    }
}

impl Iterator for Pages<'_> {
    type Item = Result<Page, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            self.stored = None;
        }
        step
    }
}

/// Pages in descending order. See [`Log::pages_back`].
pub struct PagesBack<'a> {
    stored: Option<StoredPages<'a>>,
    /// Where the next page must end; before the first page, the position it must hold.
    next: Result<u64, u64>,
    ledger: LedgerId,
}

impl PagesBack<'_> {
    fn step(&mut self) -> Result<Option<Page>, Fault> {
        let Some(stored) = &mut self.stored else { return Ok(None) };
        let must_hold = match self.next {
            Ok(0) => return Ok(None),
            Ok(end) => end - 1,
            Err(from) => from,
        };
        let stored = stored.next().transpose()?.ok_or_else(|| missing(must_hold))?;
        let page = Page::decode(stored.bytes, stored.first, self.ledger)?;
        if page.end() <= must_hold || self.next.is_ok_and(|end| page.end() != end) {
            return Err(missing(must_hold));
        }
        self.next = Ok(page.first());
        Ok(Some(page))
    }
}

impl Iterator for PagesBack<'_> {
    type Item = Result<Page, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            self.stored = None;
        }
        step
    }
}
