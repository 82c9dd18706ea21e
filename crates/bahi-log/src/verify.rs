//! Verification: everything is read, recomputed, and accounted for.
//!
//! # Invariants
//!
//! * A pass that could not be run is not `ok`.

mod examine;

use bahi_proof::{Frontier, Hash, leaf_hash};

use crate::backend::{Backend, Head, Key};
use crate::chain::Chain;
use crate::limits::STORED_LEVELS;
use crate::log::frontier_of;
use crate::{Fault, LedgerId, Page};

pub use examine::{Examination, examine, examine_with};

/// The result of one part of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Its name: `pages`, `tree`, `nodes`, `frontier`, `anchor`, `keys` or `files`.
    pub name: &'static str,
    /// How many of its things were looked at.
    pub checked: u64,
    /// Whether all of them are as they must be.
    pub ok: bool,
    /// The first thing that is not, on one line.
    pub first_problem: Option<String>,
}

impl Pass {
    fn new(name: &'static str) -> Self {
        Self { name, checked: 0, ok: true, first_problem: None }
    }

    fn problem(&mut self, what: impl Into<String>) {
        self.ok = false;
        self.first_problem.get_or_insert_with(|| what.into());
    }

    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.problem(what());
        }
    }
}

/// What a verification found, pass by pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The passes, in the order `pages`, `tree`, `nodes`, `frontier`, `anchor`, `keys`, `files`.
    pub passes: Vec<Pass>,
    /// The number of records the anchor witnesses; 0 if it cannot be read.
    pub size: u64,
    /// The root the anchor witnesses.
    pub root: Option<Hash>,
}

impl Verification {
    /// Whether every pass is.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.passes.iter().all(|pass| pass.ok)
    }
}

pub(crate) fn run(
    backend: &dyn Backend,
    head: &Head,
    on_record: &mut dyn FnMut(u64, &[u8]),
    progress: &mut dyn FnMut(u64),
) -> Verification {
    let mut scan = Scan::new(backend, *head);
    scan.run(on_record, progress);
    let [pages, tree, nodes, frontier] = scan.finish();
    let [keys, files] = inventory(backend, head);
    let passes = vec![pages, tree, nodes, frontier, anchor(backend, head), keys, files];
    Verification { passes, size: head.size, root: Some(head.root) }
}

/// One walk over all pages, for every pass that needs their records.
struct Scan<'a> {
    backend: &'a dyn Backend,
    head: Head,
    computed: Frontier,
    /// Where the first damage is: nothing beyond it can be recomputed.
    stopped_at: Option<u64>,
    pages: Pass,
    tree: Pass,
    nodes: Pass,
    frontier: Pass,
}

impl<'a> Scan<'a> {
    fn new(backend: &'a dyn Backend, head: Head) -> Self {
        Self {
            backend,
            head,
            computed: Frontier::new(),
            stopped_at: None,
            pages: Pass::new("pages"),
            tree: Pass::new("tree"),
            nodes: Pass::new("nodes"),
            frontier: Pass::new("frontier"),
        }
    }

    fn run(&mut self, on_record: &mut dyn FnMut(u64, &[u8]), progress: &mut dyn FnMut(u64)) {
        let mut chain = Some(Chain::after_commit(0));
        let mut reached = 0;
        for stored in self.backend.pages(0) {
            let page = match stored {
                Ok(stored) if stored.first >= self.head.size => break,
                Ok(stored) => Page::decode(stored.bytes, stored.first, self.head.ledger),
                Err(fault) => Err(fault),
            };
            self.pages.checked += 1;
            match page {
                Ok(page) => {
                    let mut expected = chain.unwrap_or_else(|| Chain::before(&page));
                    let followed = expected.follow(&page);
                    chain = Some(expected);
                    if let Err(fault) = followed {
                        self.damaged(reached, &fault);
                        chain = Some(after(&page));
                    }
                    reached = page.end();
                    self.page(&page, on_record);
                }
                Err(fault) => {
                    self.damaged(reached, &fault);
                    chain = None;
                }
            }
            progress(reached);
        }
        if reached != self.head.size {
            let what = format!(
                "the pages end at position {reached} and the anchor witnesses {} records",
                self.head.size
            );
            self.pages.problem(what);
            self.stopped_at.get_or_insert(reached);
        } else if chain.is_some_and(|chain| !chain.is_whole()) {
            self.pages.problem(format!("the last commit does not end at {reached}"));
        }
    }

    fn damaged(&mut self, at: u64, fault: &Fault) {
        self.pages.problem(fault.to_string());
        self.stopped_at.get_or_insert(at);
    }

    fn page(&mut self, page: &Page, on_record: &mut dyn FnMut(u64, &[u8])) {
        if self.stopped_at.is_some() {
            return;
        }
        let Self { backend, computed, tree, nodes, .. } = self;
        for (position, record) in page.records() {
            let leaf = leaf_hash(record);
            if position == 0 {
                let ledger = LedgerId::of_leaf(leaf);
                tree.check(ledger == self.head.ledger, || {
                    format!("record 0 begins ledger {ledger} and not {}", self.head.ledger)
                });
            } else {
                tree.checked += 1;
            }
            computed.push_noting(leaf, &mut |level, index, hash| {
                if STORED_LEVELS.contains(&level) && backend.keeps_nodes() {
                    let stored = backend.node(level, index);
                    nodes.check(matches!(stored, Ok(Some(stored)) if stored == hash), || {
                        format!("the hash at level {level}, index {index} is wrong or missing")
                    });
                }
            });
            on_record(position, record);
        }
        if page.is_last() {
            let carried = frontier_of(page);
            self.frontier.check(carried.is_ok_and(|carried| carried == self.computed), || {
                format!("the commit that ends at {} carries another frontier", page.end())
            });
        }
    }

    fn finish(mut self) -> [Pass; 4] {
        if let Some(at) = self.stopped_at {
            for pass in [&mut self.tree, &mut self.nodes, &mut self.frontier] {
                pass.problem(format!("not checked from position {at} on, where a page is damaged"));
            }
        } else if self.computed.root() != self.head.root {
            let what = format!(
                "the records have root {} and the anchor {}",
                self.computed.root(),
                self.head.root
            );
            self.tree.problem(what);
        }
        [self.pages, self.tree, self.nodes, self.frontier]
    }
}

/// What a page that was out of place is followed by, if no more is wrong.
fn after(page: &Page) -> Chain {
    let mut chain = Chain::before(page);
    // It cannot fail: the chain was made for this page.
    let _ = chain.follow(page);
    chain
}

fn anchor(backend: &dyn Backend, head: &Head) -> Pass {
    let mut pass = Pass::new("anchor");
    match backend.head() {
        Ok(found) => pass.check(found.as_ref() == Some(head), || {
            "the head kept is not the head of this log".to_owned()
        }),
        Err(fault) => pass.problem(fault.to_string()),
    }
    match backend.witness_problem() {
        Ok(None) => (),
        Ok(Some(problem)) => pass.problem(problem),
        Err(fault) => pass.problem(fault.to_string()),
    }
    pass
}

/// Accounts for every key and every file.
fn inventory(backend: &dyn Backend, head: &Head) -> [Pass; 2] {
    let (mut keys, mut files) = (Pass::new("keys"), Pass::new("files"));
    let mut nodes = 0;
    let mut tail = 0;
    let listed = backend.inventory(
        &mut |key| match Key::read(key) {
            Some(Key::Page(first)) => {
                tail = tail.max(first.saturating_add(1));
                keys.checked += 1;
            }
            Some(Key::Node(level, index)) => {
                nodes += u64::from(index < head.size >> level);
                // A commit that was cut off may leave the next node without its page.
                keys.check(index <= head.size >> level || tail > head.size, || {
                    format!("there is a hash at level {level}, index {index}, beyond the tree")
                });
            }
            None => keys.check(false, || format!("no part claims the key {}", hex(key))),
        },
        &mut |name| files.check(backend.claims(name), || format!("no part claims {name}")),
    );
    if let Err(fault) = listed {
        keys.problem(fault.to_string());
        files.problem(fault.to_string());
    }
    match backend.file_problem() {
        Ok(None) => (),
        Ok(Some(problem)) => files.problem(problem),
        Err(fault) => files.problem(fault.to_string()),
    }
    if !backend.keeps_nodes() {
        return [keys, files];
    }
    let expected: u64 = STORED_LEVELS.iter().map(|level| head.size >> level).sum();
    if nodes != expected {
        keys.problem(format!("there are {nodes} hashes of the tree's {expected}"));
    }
    [keys, files]
}

fn hex(bytes: &[u8]) -> String {
    const BYTES_MAX: usize = 24;
    bytes.iter().take(BYTES_MAX).map(|byte| format!("{byte:02x}")).collect()
}
