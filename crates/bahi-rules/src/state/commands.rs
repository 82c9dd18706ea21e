//! The ids of all commands there ever were, and where the event of each stands.
//!
//! # Invariants
//! * Every event's command id is kept in its place; a flood that is only counted is not found.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use bahi_core::{CommandId, Places, Position, Rows};
use foldhash::fast::FixedState;

/// The id of each event's command, by position less one, and the way back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    pub(super) ids: Rows<CommandId>,
    /// Those that are not found, by number from 0, rising.
    pub(super) forgotten: Vec<u32>,
    pub(super) places: Places,
    pub(super) hasher: FixedState,
}

impl PartialEq for Commands {
    fn eq(&self, other: &Commands) -> bool {
        self.ids == other.ids && self.forgotten == other.forgotten
    }
}

impl Commands {
    /// Where the event of a command stands.
    pub(crate) fn find(&self, id: CommandId) -> Option<Position> {
        let number = self.places.find(self.hash(id), |number| self.id(number) == Some(id))?;
        Some(Position(u64::from(number) + 1))
    }

    /// What a search for an id looks at first.
    pub(crate) fn first(&self, id: CommandId) -> Option<u64> {
        self.places.first(self.hash(id))
    }

    /// Makes room for as many as others are.
    pub(crate) fn reserve(&mut self, others: &Commands) {
        self.places.reserve(others.places.len());
    }

    /// Whether there is room for one more.
    pub(crate) fn has_room(&self) -> bool {
        u32::try_from(self.ids.len()).is_ok_and(|len| len < u32::MAX)
    }

    /// Adds the id of the next event's command, to be found where it is to be remembered. There
    /// must be room.
    pub(crate) fn push(&mut self, id: CommandId, remembered: bool) {
        if let Ok(number) = u32::try_from(self.ids.len()) {
            if remembered {
                self.places.insert(self.hash(id), number);
            } else {
                self.forgotten.push(number);
            }
        }
        self.ids.push(id);
    }

    /// Takes the last event's away.
    pub(crate) fn pop(&mut self) {
        let Some(id) = self.ids.pop() else { return };
        if let Ok(number) = u32::try_from(self.ids.len()) {
            self.places.remove(self.hash(id), number);
            self.forgotten.pop_if(|last| *last == number);
        }
    }

    fn id(&self, number: u32) -> Option<CommandId> {
        self.ids.get(number as usize).copied()
    }

    fn hash(&self, id: CommandId) -> u64 {
        self.hasher.hash_one(u128::from_le_bytes(id.to_bytes()))
    }
}
