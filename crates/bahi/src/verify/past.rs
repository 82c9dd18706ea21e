//! Whether the records of a log begin as an older head of it says.
//!
//! # Invariants
//! * The root is computed from the records themselves and from no hash that is kept beside them.

use bahi_core::Position;
use bahi_proof::{Frontier, Hash, TreeHead, leaf_hash};

/// What a log's records say of an older head of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Past {
    /// The log begins with exactly the records of that head: nothing was rewritten.
    Consistent,
    /// The log holds other records before that size: it was rewritten.
    Forked {
        /// The root that its records had at that size.
        past: Hash,
    },
    /// The log has fewer records: it was shortened, or is an old copy.
    Shortened {
        /// The size of that head.
        old_size: u64,
        /// The size of the log.
        size: u64,
    },
    /// Damage keeps the records from being read so far: nothing is shown.
    Unread {
        /// How many could be read.
        read: u64,
    },
    /// That head has no records, and every log continues it: nothing is shown.
    Vacuous,
}

impl Past {
    /// The answer in one word: `consistent`, `forked`, or `unproven`.
    #[must_use]
    pub const fn answer(&self) -> &'static str {
        match self {
            Past::Consistent => "consistent",
            Past::Forked { .. } => "forked",
            Past::Shortened { .. } | Past::Unread { .. } | Past::Vacuous => "unproven",
        }
    }
}

impl std::fmt::Display for Past {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Past::Consistent => f.write_str("the ledger continues the checkpoint"),
            Past::Forked { past } => {
                write!(f, "the ledger was rewritten: at the checkpoint's size its root is {past}")
            }
            Past::Shortened { old_size, size } => {
                let (was, is) = (Position(old_size - 1), Position(size.saturating_sub(1)));
                write!(
                    f,
                    "the ledger was shortened: the checkpoint is of position {was}, and the last here is {is}"
                )
            }
            Past::Unread { read } => {
                write!(f, "only {read} records can be read, which are fewer than the checkpoint's")
            }
            Past::Vacuous => f.write_str("the checkpoint is of no records and shows nothing"),
        }
    }
}

/// The root at an older size, in the making.
pub(super) struct Older {
    head: TreeHead,
    frontier: Frontier,
}

impl Older {
    pub(super) fn new(head: TreeHead) -> Older {
        Older { head, frontier: Frontier::new() }
    }

    /// Takes the next record of the log.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.frontier.size() < self.head.size {
            self.frontier.push(leaf_hash(bytes));
        }
    }

    /// What the records came to, of a log of this size.
    pub(super) fn judge(&self, size: u64) -> Past {
        let (read, old_size) = (self.frontier.size(), self.head.size);
        let past = self.frontier.root();
        match () {
            () if old_size == 0 => Past::Vacuous,
            () if read == old_size && past == self.head.root => Past::Consistent,
            () if read == old_size => Past::Forked { past },
            () if size < old_size => Past::Shortened { old_size, size },
            () => Past::Unread { read },
        }
    }
}
