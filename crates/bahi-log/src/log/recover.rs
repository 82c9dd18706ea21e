//! What opening does: the last commit is checked against the head, and what lies beyond the head is
//! finished or removed.

use bahi_proof::{Frontier, Hash, leaf_hash};

use crate::backend::{Backend, Head, RESERVED};
use crate::chain::Chain;
use crate::limits::{SIZE_MAX, STORED_LEVELS};
use crate::{Fault, LedgerId, Page, Part};

/// Refuses a store without a head that holds more than record 0: its head was lost, it is not a
/// creation that was cut short.
pub(super) fn refuse_more_than_a_beginning(backend: &dyn Backend) -> Result<(), Fault> {
    let Some(last) = backend.pages_back(SIZE_MAX).next().transpose()? else { return Ok(()) };
    let ledger = last.bytes.get(8..24).and_then(|id| <[u8; 16]>::try_from(id).ok());
    let is_beginning = last.first == 0
        && ledger.is_some_and(|id| {
            Page::decode(last.bytes, 0, LedgerId(id)).is_ok_and(|page| page.count() == 1)
        });
    if is_beginning {
        return Ok(());
    }
    Err(Fault::damage(Part::Anchor, None, "it is missing or blank although there are records"))
}

/// Brings a backend to the end of its last whole commit, and gives the head and frontier there.
pub(super) fn recover(backend: &mut dyn Backend, head: Head) -> Result<(Head, Frontier), Fault> {
    let last = backend.pages_back(SIZE_MAX).next().transpose()?;
    let is_ahead =
        last.is_some_and(|page| page.first >= head.size) || has_node_beyond(backend, head.size)?;
    if is_ahead {
        // What was never acknowledged may be in the system's memory only.
        backend.settle()?;
    }
    let mut frontier = check_last_commit(backend, &head)?;
    if !is_ahead {
        return Ok((head, frontier));
    }
    let is_whole = follow(backend, &mut frontier, head.ledger)?;
    if !is_whole || has_node_beyond(backend, frontier.size())? {
        backend.cut(frontier.size())?;
    }
    backend.sync()?;
    let reached = Head { ledger: head.ledger, size: frontier.size(), root: frontier.root() };
    if reached != head {
        backend.advance(Some(&head), &reached)?;
    }
    Ok((reached, frontier))
}

/// Rehashes the commit that ends at the head, and gives the frontier there.
pub(super) fn check_last_commit(backend: &dyn Backend, head: &Head) -> Result<Frontier, Fault> {
    let page = page_ending_at(backend, head.size, head.ledger)?;
    let frontier = frontier_of(&page)?;
    if frontier.root() != head.root {
        let what = format!("the root is {} and the anchor has {}", frontier.root(), head.root);
        return Err(Fault::damage(Part::Tree, None, what));
    }
    let commit_first = page.commit_first();
    let mut computed = if commit_first == 0 {
        Frontier::new()
    } else {
        frontier_of(&page_ending_at(backend, commit_first, head.ledger)?)?
    };
    let mut chain = Chain::after_commit(commit_first);
    for stored in backend.pages(commit_first) {
        let stored = stored?;
        if stored.first >= head.size {
            break;
        }
        let page = Page::decode(stored.bytes, stored.first, head.ledger)?;
        chain.follow(&page)?;
        if let Some((level, index)) = rehash(backend, &mut computed, &page)? {
            let what = format!("the hash at level {level}, index {index} is missing");
            return Err(Fault::damage(Part::Node, Some(index << level), what));
        }
    }
    if computed != frontier {
        let what = "the records do not lead to the tree kept with them";
        return Err(Fault::damage(Part::Frontier, Some(commit_first), what));
    }
    if commit_first == 0 && page.first() == 0 {
        let first = page.record(0).map(leaf_hash);
        if first.map(LedgerId::of_leaf) != Some(head.ledger) {
            return Err(Fault::damage(Part::Page, Some(0), "record 0 is of another ledger"));
        }
    }
    Ok(frontier)
}

/// Moves the frontier over every whole commit beyond it. Says whether nothing else lies beyond.
fn follow(backend: &dyn Backend, frontier: &mut Frontier, ledger: LedgerId) -> Result<bool, Fault> {
    let mut computed = frontier.clone();
    let mut chain = Chain::after_commit(frontier.size());
    for stored in backend.pages(frontier.size()) {
        let stored = stored?;
        if stored.first != chain.next || *stored.bytes == *RESERVED {
            return Ok(false);
        }
        let page = Page::decode(stored.bytes, stored.first, ledger)?;
        chain.follow(&page)?;
        if rehash(backend, &mut computed, &page)?.is_some() {
            return Ok(false);
        }
        if page.is_last() {
            if frontier_of(&page)? != computed {
                let what = "the records do not lead to the tree kept with them";
                return Err(Fault::damage(Part::Frontier, Some(page.first()), what));
            }
            frontier.clone_from(&computed);
        }
    }
    Ok(chain.is_whole())
}

/// Whether a node lies beyond so many records: nodes are written before the page that completes
/// them, the lowest first.
fn has_node_beyond(backend: &dyn Backend, size: u64) -> Result<bool, Fault> {
    let level = STORED_LEVELS[0];
    Ok(backend.node(level, size >> level)?.is_some())
}

/// Moves the frontier over the records of a page, and compares the nodes this completes; gives the
/// first that is missing, by level and index.
fn rehash(
    backend: &dyn Backend,
    frontier: &mut Frontier,
    page: &Page,
) -> Result<Option<(u32, u64)>, Fault> {
    let mut nodes: Vec<(u32, u64, Hash)> = Vec::new();
    for (_, record) in page.records() {
        frontier.push_noting(leaf_hash(record), &mut |level, index, hash| {
            if STORED_LEVELS.contains(&level) {
                nodes.push((level, index, hash));
            }
        });
    }
    if !backend.keeps_nodes() {
        return Ok(None);
    }
    for (level, index, hash) in nodes {
        match backend.node(level, index)? {
            None => return Ok(Some((level, index))),
            Some(stored) if stored != hash => {
                let what =
                    format!("the hash at level {level}, index {index} is not the one computed");
                return Err(Fault::damage(Part::Node, Some(index << level), what));
            }
            Some(_) => {}
        }
    }
    Ok(None)
}

pub(crate) fn page_ending_at(
    backend: &dyn Backend,
    size: u64,
    ledger: LedgerId,
) -> Result<Page, Fault> {
    let ends_early = |at: u64| {
        let what = format!("the pages end here and the anchor witnesses {size} records");
        Fault::damage(Part::Page, Some(at), what)
    };
    let Some(stored) = backend.pages_back(size - 1).next().transpose()? else {
        return Err(ends_early(0));
    };
    let page = Page::decode(stored.bytes, stored.first, ledger)?;
    if page.end() < size {
        return Err(ends_early(page.end()));
    }
    if page.end() > size || !page.is_last() {
        let what = format!("no commit ends at {size} as it must");
        return Err(Fault::damage(Part::Page, Some(page.first()), what));
    }
    Ok(page)
}

/// The frontier that the last page of a commit carries.
pub(crate) fn frontier_of(page: &Page) -> Result<Frontier, Fault> {
    let damage = |what: String| Fault::damage(Part::Frontier, Some(page.first()), what);
    page.frontier()
        .ok_or_else(|| damage("the page carries none".to_owned()))?
        .map_err(|malformed| damage(malformed.to_string()))
}
