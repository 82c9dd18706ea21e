//! What was fingerprinted of a file, under every key lent: found by the newest print in one step.
//!
//! # Invariants
//! * How long a question takes does not depend on how many aliases there are.

use std::collections::{BTreeSet, HashMap};

use bahi_core::{AccountKey, Alias, Fingerprint, Reference, StatementLine};

/// The older prints of whatever a file named.
#[derive(Default)]
pub(super) struct Aliases {
    of: HashMap<Fingerprint, BTreeSet<Fingerprint>>,
    /// The older keys.
    ids: BTreeSet<u16>,
}

impl Extend<Alias> for Aliases {
    fn extend<I: IntoIterator<Item = Alias>>(&mut self, aliases: I) {
        for Alias { newest, older } in aliases {
            self.of.entry(newest).or_default().insert(older);
            self.ids.insert(older.key_id);
        }
    }
}

impl Aliases {
    /// The older keys, in order.
    pub(super) fn ids(&self) -> impl Iterator<Item = u16> {
        self.ids.iter().copied()
    }

    /// A print under an older key; itself where it has none under that.
    pub(super) fn under(&self, print: Fingerprint, id: u16) -> Fingerprint {
        let older = self.of.get(&print).into_iter().flatten();
        older.copied().find(|older| older.key_id == id).unwrap_or(print)
    }

    /// The aliases of some prints, each once, in order.
    pub(super) fn of(&self, prints: impl IntoIterator<Item = Fingerprint>) -> Vec<Alias> {
        let prints: BTreeSet<Fingerprint> = prints.into_iter().collect();
        let older = |newest: Fingerprint| {
            let older = self.of.get(&newest).into_iter().flatten();
            older.map(move |older| Alias { newest, older: *older })
        };
        prints.into_iter().flat_map(older).collect()
    }

    /// Those of the accounts and references of some lines.
    pub(super) fn of_lines(&self, lines: &[StatementLine]) -> Vec<Alias> {
        let accounts = lines.iter().filter_map(|line| line.counterparty);
        let accounts = accounts.map(|AccountKey(print)| print);
        let references = lines.iter().flat_map(|line| &line.references);
        self.of(accounts.chain(references.filter_map(Reference::print)))
    }
}
