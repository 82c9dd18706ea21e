//! What is kept of an identifying value: its fingerprints, which the caller makes.
//!
//! # Not here
//! The keys, and what makes two ways of writing a value one: whoever gives the fingerprints.

use bahi_core::{Alias, Fingerprint};

/// What an identifying value identifies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A person, by a number that is that person's alone.
    Person,
    /// A family, by the number of its card.
    Family,
    /// A unit or an institution, by its registration.
    Body,
    /// A bank account, by its number.
    Account,
}

/// The fingerprints of one value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prints {
    /// Under the newest key: what commands are made with.
    pub newest: Fingerprint,
    /// Under each older key that is held, rising.
    pub older: Vec<Fingerprint>,
}

/// Makes the fingerprints of a value: none of an empty one, and a reason without any part of the
/// value where it has none.
pub type Fingerprints<'a> = &'a dyn Fn(Kind, &str) -> Result<Option<Prints>, String>;

impl Prints {
    /// The fingerprint under each key, the newest first.
    pub(crate) fn each(&self) -> impl Iterator<Item = Fingerprint> {
        std::iter::once(self.newest).chain(self.older.iter().copied())
    }

    /// What a command says of the older keys.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = Alias> {
        self.older.iter().map(|older| Alias { newest: self.newest, older: *older })
    }
}
