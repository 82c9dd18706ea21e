//! What the ledger records of itself: reversals, refusals, exports, denials, keys.

use alloc::vec::Vec;

use crate::{
    ActorNo, CaseRef, CommandKind, Day, EventKind, Movement, Position, RefusalRecord, WordNo,
};

/// An event was reversed. The envelope has its case, its fund and its amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reversed {
    /// The event that no longer holds.
    pub of: Position,
    /// Its kind.
    pub kind: EventKind,
    /// What moved, and now moves back; none where nothing did.
    pub movement: Option<Movement>,
    /// Why, as a code.
    pub reason: WordNo,
}

/// A command was refused, or many of one actor were: no body, no free text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandRefused {
    /// The kind of the command.
    pub command: CommandKind,
    /// The case it named, where it named one.
    pub subject: Option<CaseRef>,
    /// Why, in the documented order; the first is the refusal's code.
    pub refusals: Vec<RefusalRecord>,
    /// SHA-256 of the command's content, so that a retry is known from another command.
    pub digest: [u8; 32],
    /// How many refusals this stands for: 1, or the count of a flood from one actor beyond the
    /// cap, whose ids are not remembered.
    pub count: u32,
}

/// A part of the ledger was written out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exported {
    /// What, as a code: `postings`.
    pub what: WordNo,
    /// The last position it holds.
    pub upto: Position,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 of the file, or of its manifest.
    pub digest: [u8; 32],
}

/// The envelope's actor asked for what they may not see or do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccessDenied {
    /// What was asked, as a code.
    pub what: WordNo,
    /// How often within the minute, from 1.
    pub count: u32,
}

/// A fingerprint key was added or destroyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyRotated {
    /// The key, from 1.
    pub key_id: u16,
    /// What became of it.
    pub change: KeyChange,
    /// A value by which the key is known without giving it away.
    pub check: [u8; 16],
}

/// What became of a fingerprint key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum KeyChange {
    /// It is the newest from here on.
    Added,
    /// It is gone, and fingerprints under it can be made no more.
    Destroyed,
}

impl KeyChange {
    /// Both changes, in order of their numbers.
    pub const ALL: [KeyChange; 2] = [KeyChange::Added, KeyChange::Destroyed];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            KeyChange::Added => "added",
            KeyChange::Destroyed => "destroyed",
        }
    }
}

/// An actor has a key to sign commands with: from the envelope's effective day on, of the days on which
/// commands are recorded. What is said of the same key of the same actor later takes the place of this.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ActorKeySet {
    /// Whose key it is.
    pub signer: ActorNo,
    /// The Ed25519 public key.
    pub key: [u8; 32],
    /// The last day on which it signs, if it is known.
    pub until: Option<Day>,
    /// Whether each command of this actor must be signed from here on; the latest event says.
    pub required: bool,
}
