//! The name a ledger has by what it begins with.

use std::fmt;

use bahi_proof::Hash;

/// The first 16 bytes of the leaf hash of record 0. Displayed as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerId(pub [u8; 16]);

impl LedgerId {
    /// The id of the ledger whose record 0 has this leaf hash.
    #[must_use]
    pub fn of_leaf(leaf: Hash) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&leaf.as_bytes()[..16]);
        Self(id)
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}
