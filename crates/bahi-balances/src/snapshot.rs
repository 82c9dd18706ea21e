//! `Snapshot`: balances as they were, given out at the price of what changed since the last one.
//!
//! # Invariants
//! * A snapshot never changes, however long it is held and whatever is folded meanwhile.
//! * Giving one out copies the rows that events touched since the last, and on the way to each at
//!   most [`DEPTH_MAX`] nodes of at most 32 slots; how many funds there are does not matter beyond
//!   that depth.
//!
//! # Not here
//! The fold itself, whose rows stand in one piece because folding is what it does most:
//! `balances`.

use alloc::{sync::Arc, vec::Vec};
use core::slice;

use bahi_core::{BalanceRow, Columns, FundKey, Names, Position};

use crate::{By, Filter, balances::Row, rows};

/// Bits of a key that one level of the tree takes.
const LEVEL_BITS: u32 = 5;
/// The most levels: what 64 bits come to.
pub(crate) const DEPTH_MAX: u32 = u64::BITS.div_ceil(LEVEL_BITS);

/// What giving out a snapshot cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Copied {
    /// Rows of funds that were copied.
    pub rows: u64,
    /// Pointers of the tree above them that were copied.
    pub slots: u64,
}

/// The balances of every fund at one position; a clone is another reference to the same.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    tree: Tree,
    pub(crate) position: Position,
    pub(crate) unplaced: u64,
    pub(crate) first_unplaced: Option<Position>,
}

impl Snapshot {
    /// Balances in rows, exactly as [`Balances::rows`](crate::Balances::rows) gives them.
    #[must_use]
    pub fn rows(&self, by: By, filter: &Filter, names: &Names) -> Vec<BalanceRow> {
        let taken = self.tree.iter().filter(|row| filter.takes(&row.fund, names));
        rows::group(taken.map(|row| (row.fund, row.columns())), by, names)
    }

    /// The columns of one fund; all zero for a fund that no event named.
    #[must_use]
    pub fn fund(&self, fund: &FundKey) -> Columns {
        self.tree.get(fund).map(Row::columns).unwrap_or_default()
    }

    /// Every fund with its columns, in order of its key.
    #[must_use]
    pub fn funds(&self) -> Vec<(FundKey, Columns)> {
        let mut funds: Vec<_> = self.tree.iter().map(|row| (row.fund, row.columns())).collect();
        funds.sort_unstable_by_key(|(fund, _)| *fund);
        funds
    }

    /// How many funds there are.
    #[must_use]
    pub const fn funds_len(&self) -> usize {
        self.tree.len
    }

    /// The columns of everything.
    #[must_use]
    pub fn total(&self) -> Columns {
        let mut total = Columns::default();
        for row in self.tree.iter() {
            total.add(&row.columns());
        }
        total
    }

    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// How many events could not be placed.
    #[must_use]
    pub const fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// The first event that could not be placed.
    #[must_use]
    pub const fn first_unplaced(&self) -> Option<Position> {
        self.first_unplaced
    }

    pub(crate) fn put(&mut self, row: &Row, copied: &mut Copied) {
        self.tree.put(row, copied);
    }
}

/// A map from funds to rows that shares what two versions of it have in common.
#[derive(Clone, Debug, Default)]
struct Tree {
    root: Arc<Node>,
    len: usize,
}

/// Up to 32 slots; a bit of the map for each that is there.
#[derive(Clone, Debug, Default)]
struct Node {
    map: u32,
    slots: Vec<Slot>,
}

#[derive(Clone, Debug)]
enum Slot {
    Row(Arc<Row>),
    Node(Arc<Node>),
}

impl Tree {
    fn get(&self, fund: &FundKey) -> Option<&Row> {
        let key = key(fund);
        let mut node = &self.root;
        for level in 0..DEPTH_MAX {
            let (bit, index) = node.place(key, level);
            if node.map & bit == 0 {
                return None;
            }
            match node.slots.get(index)? {
                Slot::Row(row) => return (row.fund == *fund).then_some(row),
                Slot::Node(child) => node = child,
            }
        }
        None
    }

    fn put(&mut self, row: &Row, copied: &mut Copied) {
        copied.rows += 1;
        let new = put(&mut self.root, key(&row.fund), 0, Arc::new(row.clone()), copied);
        self.len += usize::from(new);
    }

    fn iter(&self) -> Iter<'_> {
        let mut stack = Vec::with_capacity(4);
        stack.push(self.root.slots.iter());
        Iter { stack }
    }
}

impl Node {
    /// The bit of a key at a level, and where its slot is or would be.
    fn place(&self, key: u64, level: u32) -> (u32, usize) {
        let bit = 1_u32 << ((key >> (level * LEVEL_BITS)) & 31);
        (bit, (self.map & (bit - 1)).count_ones() as usize)
    }
}

/// Puts a row below a node, copying the node where somebody else holds it; whether its fund is new.
///
/// Two funds have two keys, which differ at some level: a slot is split at most down to there.
fn put(node: &mut Arc<Node>, key: u64, level: u32, row: Arc<Row>, copied: &mut Copied) -> bool {
    if Arc::get_mut(node).is_none() {
        copied.slots += node.slots.len() as u64;
    }
    let node = Arc::make_mut(node);
    let (bit, index) = node.place(key, level);
    if node.map & bit == 0 {
        node.map |= bit;
        node.slots.insert(index, Slot::Row(row));
        return true;
    }
    match &mut node.slots[index] {
        Slot::Node(child) => put(child, key, level + 1, row, copied),
        Slot::Row(held) if held.fund == row.fund => {
            *held = row;
            false
        }
        slot @ Slot::Row(_) => {
            let mut child = Arc::new(Node::default());
            if let Slot::Row(held) = &*slot {
                put(&mut child, self::key(&held.fund), level + 1, Arc::clone(held), copied);
            }
            put(&mut child, key, level + 1, row, copied);
            *slot = Slot::Node(child);
            true
        }
    }
}

/// A fund's 64 bits, mixed so that like funds part early. Every step can be undone, so two funds
/// never have one key.
fn key(fund: &FundKey) -> u64 {
    let parts = [fund.scheme.0, fund.head.0, fund.fy.first(), fund.district.0];
    let mut key = parts.iter().fold(0_u64, |key, part| key << 16 | u64::from(*part));
    for factor in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
        key = (key ^ (key >> 30)).wrapping_mul(factor);
    }
    key ^ (key >> 31)
}

/// The rows of a tree, in no order that means anything.
struct Iter<'a> {
    stack: Vec<slice::Iter<'a, Slot>>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Row;

    fn next(&mut self) -> Option<&'a Row> {
        loop {
            match self.stack.last_mut()?.next() {
                None => drop(self.stack.pop()),
                Some(Slot::Row(row)) => return Some(row),
                Some(Slot::Node(node)) => self.stack.push(node.slots.iter()),
            }
        }
    }
}
