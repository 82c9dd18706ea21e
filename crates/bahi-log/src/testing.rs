//! The contract of a [`Backend`] as checks that any implementation can be put through.
//!
//! # Invariants
//!
//! * Every promise of a backend has a check, and every check a [broken backend](broken) that it
//!   alone is the first to catch.

pub mod broken;
pub mod foreign;
pub mod padded;

use bahi_proof::{Hash, sha256};

use crate::backend::{Backend, Batch, Faulty, Head, Memory, MemoryDisk, StoredNode, StoredPage};
use crate::{Fault, LedgerId};

pub use crate::backend::{Step, Trigger};

/// Where a backend lives: it can be opened, lost, and opened again.
pub trait Ground {
    /// Opens the backend over whatever is durable.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from opening.
    fn open(&mut self) -> Result<Box<dyn Backend>, Fault>;

    /// Loses the power while this backend is open: what it has not made durable is gone.
    ///
    /// # Errors
    ///
    /// Whatever keeps the ground from getting there.
    fn crash(&mut self, backend: Box<dyn Backend>) -> Result<(), Fault>;
}

/// A backend does not keep a promise.
#[derive(Debug, thiserror::Error)]
#[error("the backend fails the check {name}: {what}")]
pub struct FailedCheck {
    /// The name of the check: a sentence that is not true of the backend.
    pub name: &'static str,
    /// What was seen.
    pub what: String,
}

type Verdict = Result<(), String>;

/// One check: `Err` says what was seen.
pub type Check = fn(&mut dyn Ground) -> Result<(), String>;

/// The checks, in the order in which they are made.
pub const CHECKS: [(&str, Check); 13] = [
    ("a_new_backend_is_empty", a_new_backend_is_empty),
    ("an_appended_page_is_served_byte_for_byte", an_appended_page_is_served_byte_for_byte),
    ("every_batch_of_a_commit_is_served", every_batch_of_a_commit_is_served),
    ("pages_ascend_from_a_position_to_the_last", pages_ascend_from_a_position_to_the_last),
    ("pages_descend_from_a_position_to_the_first", pages_descend_from_a_position_to_the_first),
    ("a_node_is_served_as_it_was_appended", a_node_is_served_as_it_was_appended),
    ("the_head_is_the_one_last_advanced", the_head_is_the_one_last_advanced),
    ("an_append_at_another_head_is_refused", an_append_at_another_head_is_refused),
    ("an_advance_at_another_head_is_refused", an_advance_at_another_head_is_refused),
    ("what_was_synced_survives_a_crash", what_was_synced_survives_a_crash),
    ("a_head_advanced_survives_a_crash", a_head_advanced_survives_a_crash),
    ("a_cut_removes_pages_and_nodes_above_it", a_cut_removes_pages_and_nodes_above_it),
    ("the_inventory_tells_of_every_key", the_inventory_tells_of_every_key),
];

/// Puts a backend through every check, each on new ground.
///
/// # Errors
///
/// [`FailedCheck`] names the first check it fails.
pub fn check_backend(make: &mut dyn FnMut() -> Box<dyn Ground>) -> Result<(), FailedCheck> {
    CHECKS.iter().try_for_each(|(name, check)| {
        check(&mut *make()).map_err(|what| FailedCheck { name, what })
    })
}

fn head(size: u64) -> Head {
    Head { ledger: LedgerId([7; 16]), size, root: sha256(&size.to_be_bytes()) }
}

fn page(first: u64) -> StoredPage {
    let len = usize::try_from(first % 5 * 700 + 1).unwrap_or(1);
    let bytes: Vec<u8> = first.to_be_bytes().iter().copied().cycle().take(len).collect();
    StoredPage { first, bytes: bytes.into() }
}

/// A batch of one page for each of these positions.
fn batch(firsts: &[u64]) -> Batch {
    Batch { pages: firsts.iter().map(|first| page(*first)).collect(), nodes: Vec::new() }
}

fn node(index: u64) -> StoredNode {
    StoredNode { level: 8, index, hash: sha256(&index.to_le_bytes()) }
}

fn say(fault: Fault) -> String {
    fault.to_string()
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Verdict {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?} and not {wanted:?}")) }
}

fn collect(pages: crate::backend::StoredPages<'_>) -> Result<Vec<StoredPage>, String> {
    pages.collect::<Result<_, _>>().map_err(say)
}

fn a_new_backend_is_empty(ground: &mut dyn Ground) -> Verdict {
    let backend = ground.open().map_err(say)?;
    expect("its head", backend.head().map_err(say)?, None)?;
    expect("its pages", collect(backend.pages(0))?, Vec::new())?;
    expect("its pages, descending", collect(backend.pages_back(u64::MAX))?, Vec::new())
}

fn an_appended_page_is_served_byte_for_byte(ground: &mut dyn Ground) -> Verdict {
    let mut backend = ground.open().map_err(say)?;
    backend.append(None, &batch(&[0])).map_err(say)?;
    expect("the pages", collect(backend.pages(0))?, vec![page(0)])
}

fn every_batch_of_a_commit_is_served(ground: &mut dyn Ground) -> Verdict {
    let mut backend = ground.open().map_err(say)?;
    for firsts in [&[0, 1][..], &[3, 4], &[9]] {
        backend.append(None, &batch(firsts)).map_err(say)?;
    }
    let firsts: Vec<u64> = collect(backend.pages(0))?.iter().map(|page| page.first).collect();
    for wanted in [0, 1, 3, 4, 9] {
        let there = if firsts.contains(&wanted) { wanted } else { u64::MAX };
        // The last page is the next check's matter.
        if wanted != 9 {
            expect("the page", there, wanted)?;
        }
    }
    Ok(())
}

/// Positions whose order as bytes, if written otherwise than big-endian, is not their own.
const SPREAD: [u64; 6] = [0, 1, 255, 256, 70_000, 1 << 40];

fn spread(ground: &mut dyn Ground) -> Result<Box<dyn Backend>, String> {
    let mut backend = ground.open().map_err(say)?;
    backend.append(None, &batch(&SPREAD)).map_err(say)?;
    Ok(backend)
}

fn pages_ascend_from_a_position_to_the_last(ground: &mut dyn Ground) -> Verdict {
    let backend = spread(ground)?;
    for from in [0, 1, 2, 255, 256, 257, 1 << 40, (1 << 40) + 1] {
        let wanted: Vec<_> = SPREAD.iter().filter(|at| **at >= from).map(|at| page(*at)).collect();
        expect("the pages", collect(backend.pages(from))?, wanted)?;
    }
    Ok(())
}

fn pages_descend_from_a_position_to_the_first(ground: &mut dyn Ground) -> Verdict {
    let backend = spread(ground)?;
    for upto in [0, 1, 2, 255, 256, 257, 1 << 40, u64::MAX] {
        let at_most = SPREAD.iter().rev().filter(|at| **at <= upto);
        let wanted: Vec<_> = at_most.map(|at| page(*at)).collect();
        expect("the pages", collect(backend.pages_back(upto))?, wanted)?;
    }
    Ok(())
}

fn a_node_is_served_as_it_was_appended(ground: &mut dyn Ground) -> Verdict {
    let mut backend = ground.open().map_err(say)?;
    let nodes = Batch { pages: vec![page(0)], nodes: vec![node(0), node(300)] };
    backend.append(None, &nodes).map_err(say)?;
    for index in [0, 300] {
        let found = backend.node(8, index).map_err(say)?;
        expect("the node", found, Some(node(index).hash))?;
    }
    expect("a node that is not there", backend.node(8, 1).map_err(say)?, None)?;
    expect("a node of another level", backend.node(16, 0).map_err(say)?, None)
}

fn the_head_is_the_one_last_advanced(ground: &mut dyn Ground) -> Verdict {
    let mut backend = ground.open().map_err(say)?;
    let mut before = None;
    for size in 1..=5 {
        backend.append(before.as_ref(), &batch(&[size - 1])).map_err(say)?;
        backend.sync().map_err(say)?;
        backend.advance(before.as_ref(), &head(size)).map_err(say)?;
        before = Some(head(size));
        expect("the head", backend.head().map_err(say)?, before)?;
    }
    Ok(())
}

/// A backend with pages 0 and 1, at the head of size 2.
fn at_two(ground: &mut dyn Ground) -> Result<Box<dyn Backend>, String> {
    let mut backend = ground.open().map_err(say)?;
    backend.append(None, &batch(&[0, 1])).map_err(say)?;
    backend.sync().map_err(say)?;
    backend.advance(None, &head(2)).map_err(say)?;
    Ok(backend)
}

fn refused(what: &str, answer: Result<(), Fault>) -> Verdict {
    match answer {
        Err(Fault::HeadMoved { .. }) => Ok(()),
        Ok(()) => Err(format!("{what} was taken")),
        Err(other) => Err(format!("{what} was refused with: {other}")),
    }
}

fn an_append_at_another_head_is_refused(ground: &mut dyn Ground) -> Verdict {
    let mut backend = at_two(ground)?;
    for other in [None, Some(head(1)), Some(Head { root: Hash([0; 32]), ..head(2) })] {
        refused("the append", backend.append(other.as_ref(), &batch(&[2])))?;
    }
    expect("the pages", collect(backend.pages(0))?, vec![page(0), page(1)])
}

fn an_advance_at_another_head_is_refused(ground: &mut dyn Ground) -> Verdict {
    let mut backend = at_two(ground)?;
    for other in [None, Some(head(1)), Some(Head { root: Hash([0; 32]), ..head(2) })] {
        refused("the advance", backend.advance(other.as_ref(), &head(3)))?;
    }
    expect("the head", backend.head().map_err(say)?, Some(head(2)))
}

fn what_was_synced_survives_a_crash(ground: &mut dyn Ground) -> Verdict {
    let mut backend = ground.open().map_err(say)?;
    let nodes = Batch { pages: vec![page(0), page(1)], nodes: vec![node(0)] };
    backend.append(None, &nodes).map_err(say)?;
    backend.sync().map_err(say)?;
    ground.crash(backend).map_err(say)?;
    let backend = ground.open().map_err(say)?;
    expect("the pages", collect(backend.pages(0))?, vec![page(0), page(1)])?;
    expect("the node", backend.node(8, 0).map_err(say)?, Some(node(0).hash))
}

fn a_head_advanced_survives_a_crash(ground: &mut dyn Ground) -> Verdict {
    let backend = at_two(ground)?;
    ground.crash(backend).map_err(say)?;
    let mut backend = ground.open().map_err(say)?;
    expect("the head", backend.head().map_err(say)?, Some(head(2)))?;
    backend.append(Some(&head(2)), &batch(&[2])).map_err(say)?;
    backend.sync().map_err(say)?;
    backend.advance(Some(&head(2)), &head(3)).map_err(say)?;
    ground.crash(backend).map_err(say)?;
    let backend = ground.open().map_err(say)?;
    expect("the head", backend.head().map_err(say)?, Some(head(3)))
}

fn a_cut_removes_pages_and_nodes_above_it(ground: &mut dyn Ground) -> Verdict {
    let mut backend = at_two(ground)?;
    let beyond = Batch { pages: vec![page(2), page(3)], nodes: vec![node(0)] };
    backend.append(Some(&head(2)), &beyond).map_err(say)?;
    backend.cut(2).map_err(say)?;
    backend.sync().map_err(say)?;
    ground.crash(backend).map_err(say)?;
    let backend = ground.open().map_err(say)?;
    expect("the pages", collect(backend.pages(0))?, vec![page(0), page(1)])?;
    expect("the node", backend.node(8, 0).map_err(say)?, None)?;
    expect("the head", backend.head().map_err(say)?, Some(head(2)))
}

fn the_inventory_tells_of_every_key(ground: &mut dyn Ground) -> Verdict {
    let mut backend = ground.open().map_err(say)?;
    let nodes = Batch { pages: vec![page(0), page(1)], nodes: vec![node(0)] };
    backend.append(None, &nodes).map_err(say)?;
    let mut keys = 0;
    backend.inventory(&mut |_| keys += 1, &mut |_| ()).map_err(say)?;
    expect("the number of keys", keys, 3)
}

/// Ground for the backend in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryGround(pub MemoryDisk);

impl Ground for MemoryGround {
    fn open(&mut self) -> Result<Box<dyn Backend>, Fault> {
        Ok(Box::new(self.0.open()))
    }

    fn crash(&mut self, backend: Box<dyn Backend>) -> Result<(), Fault> {
        drop(backend);
        Ok(())
    }
}

/// Ground for a faulty backend that is never made to fail.
#[derive(Clone, Debug, Default)]
pub struct FaultyGround(pub MemoryDisk);

impl Ground for FaultyGround {
    fn open(&mut self) -> Result<Box<dyn Backend>, Fault> {
        let inner: Memory = self.0.open();
        Ok(Box::new(Faulty::new(Box::new(inner)).0))
    }

    fn crash(&mut self, backend: Box<dyn Backend>) -> Result<(), Fault> {
        drop(backend);
        Ok(())
    }
}

/// Ground for the embedded store: a directory, of which a crash keeps what is in the files while
/// the store is still open.
#[derive(Debug)]
pub struct StoreGround {
    base: std::path::PathBuf,
    generation: u32,
}

impl StoreGround {
    /// Ground below an empty directory.
    #[must_use]
    pub fn new(base: &std::path::Path) -> Self {
        Self { base: base.to_path_buf(), generation: 0 }
    }

    fn dir(&self) -> std::path::PathBuf {
        self.base.join(self.generation.to_string())
    }
}

impl Ground for StoreGround {
    fn open(&mut self) -> Result<Box<dyn Backend>, Fault> {
        use crate::backend::store::Store;

        Ok(Box::new(Store::open_any(&self.dir())?))
    }

    fn crash(&mut self, backend: Box<dyn Backend>) -> Result<(), Fault> {
        let from = self.dir();
        self.generation += 1;
        let to = self.dir();
        let mut names = vec![String::new()];
        crate::directory::walk(&from, &mut |name| names.push(name.to_owned()))?;
        for name in names {
            let (from, to) = (from.join(&name), to.join(&name));
            let copied = if name.is_empty() || name.ends_with('/') {
                std::fs::create_dir_all(&to)
            } else {
                std::fs::copy(&from, &to).map(|_| ())
            };
            copied.map_err(|source| Fault::io("copy", &from, source))?;
        }
        drop(backend);
        Ok(())
    }
}
