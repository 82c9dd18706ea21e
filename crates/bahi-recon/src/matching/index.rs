//! The index of names: which voucher a reference names, if it names one alone.
//!
//! # Invariants
//! * Texts are compared whole; a hash alone proves nothing.
//! * A lookup costs the same however many items share a name.

use std::collections::HashMap;

use bahi_core::LineSide;

use super::items::{Name, NameKind};

/// No item.
pub(super) const NOBODY: u32 = u32::MAX;
/// More than one item.
pub(super) const SEVERAL: u32 = u32::MAX - 1;

/// A name of an item, by the number of its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Named {
    pub(super) text: u32,
    pub(super) kind: NameKind,
    pub(super) in_narration: bool,
}

/// Numbers for texts.
#[derive(Default)]
pub(super) struct Texts<'a> {
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Texts<'a> {
    pub(super) fn with_capacity(count: usize) -> Texts<'a> {
        Texts { numbers: HashMap::with_capacity(count) }
    }

    pub(super) fn number(&mut self, text: &'a str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(SEVERAL - 1);
        *self.numbers.entry(text).or_insert(next)
    }

    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    pub(super) fn count(&self) -> usize {
        self.numbers.len()
    }

    /// Gives the table back: once the answers are read, numbers are all that is compared.
    pub(super) fn forget(&mut self) {
        self.numbers = HashMap::new();
    }
}

/// The names of many items, one after the other.
pub(super) struct NameLists {
    starts: Vec<u32>,
    named: Vec<Named>,
}

impl NameLists {
    pub(super) fn with_capacity(items: usize) -> NameLists {
        let mut starts = Vec::with_capacity(items + 1);
        starts.push(0);
        NameLists { starts, named: Vec::with_capacity(items * 2) }
    }

    /// Adds the next item.
    pub(super) fn add<'a>(&mut self, texts: &mut Texts<'a>, names: impl Iterator<Item = &'a Name>) {
        self.named.extend(names.map(|name| Named {
            text: texts.number(name.text.as_str()),
            kind: name.kind,
            in_narration: name.in_narration,
        }));
        self.starts.push(u32::try_from(self.named.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn of(&self, item: u32) -> &[Named] {
        let item = item as usize;
        &self.named[self.starts[item] as usize..self.starts[item + 1] as usize]
    }
}

/// Which item a text belongs to, and as what: a set of kinds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    pub(super) item: u32,
    kinds: u8,
}

impl Owner {
    const NONE: Owner = Owner { item: NOBODY, kinds: 0 };

    /// Whether it belongs there as this kind.
    pub(super) fn has(self, kind: NameKind) -> bool {
        self.kinds & bit(kind) != 0
    }
}

const fn bit(kind: NameKind) -> u8 {
    1 << kind as u8
}

/// For each text and side, the one voucher it names.
pub(super) struct Owners {
    texts: usize,
    /// A side of which there is no voucher has no table.
    sides: [Vec<Owner>; 2],
}

impl Owners {
    pub(super) fn new(texts: usize) -> Owners {
        Owners { texts, sides: [Vec::new(), Vec::new()] }
    }

    pub(super) fn add(&mut self, side: LineSide, text: u32, kind: NameKind, item: u32) {
        let side = &mut self.sides[usize::from(side == LineSide::Debit)];
        if side.is_empty() {
            side.resize(self.texts, Owner::NONE);
        }
        let owner = &mut side[text as usize];
        owner.kinds |= bit(kind);
        owner.item = if owner.item == NOBODY || owner.item == item { item } else { SEVERAL };
    }

    pub(super) fn of(&self, side: LineSide, text: u32) -> Owner {
        let side = &self.sides[usize::from(side == LineSide::Debit)];
        side.get(text as usize).copied().unwrap_or(Owner::NONE)
    }
}
