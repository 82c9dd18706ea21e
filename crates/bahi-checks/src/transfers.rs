//! The references of banks, each with the event that first named it.
//!
//! # Invariants
//! * A reference is found by its text alone: two that share a hash are told apart.
//! * One of a bank's usual length lies in its row; there are as many as payments.

use alloc::boxed::Box;
use core::hash::BuildHasher as _;

use bahi_core::{Places, Position, Rows};
use foldhash::fast::FixedState;

/// The most bytes of a reference that lie in its row.
const HERE: usize = 22;

/// References by their text.
#[derive(Default)]
pub(crate) struct Transfers {
    at: Places,
    rows: Rows<Transfer>,
}

struct Transfer {
    text: Text,
    /// The event that named it, and the payment it is of.
    of: (Position, Position),
}

/// A text that is mostly short.
enum Text {
    Here(u8, [u8; HERE]),
    Away(Box<str>),
}

impl Text {
    fn of(text: &str) -> Text {
        let mut here = [0; HERE];
        match (here.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(text.as_bytes());
                Text::Here(length, here)
            }
            (Some(_) | None, Ok(_) | Err(_)) => Text::Away(text.into()),
        }
    }

    fn is(&self, text: &str) -> bool {
        match self {
            Text::Here(length, here) => here.get(..usize::from(*length)) == Some(text.as_bytes()),
            Text::Away(away) => **away == *text,
        }
    }
}

impl Transfers {
    /// The event that first named a reference, and the payment it named it for.
    pub(crate) fn get(&self, text: &str) -> Option<(Position, Position)> {
        let is = |number: u32| self.rows[number as usize].text.is(text);
        self.at.find(hash_of(text), is).map(|number| self.rows[number as usize].of)
    }

    /// Takes a reference that was not named before.
    pub(crate) fn insert(&mut self, text: &str, of: (Position, Position)) {
        let Ok(number) = u32::try_from(self.rows.len()) else { return };
        self.at.insert(hash_of(text), number);
        self.rows.push(Transfer { text: Text::of(text), of });
    }
}

/// Where a reference is looked for.
fn hash_of(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use super::*;

    #[test]
    fn a_reference_is_found_by_its_whole_text_whatever_its_length() {
        let lengths = [0, 1, 21, 22, 23, 64, 300];
        let texts: Vec<String> = lengths.map(|length| "7".repeat(length)).into();
        let mut transfers = Transfers::default();
        for (text, number) in texts.iter().zip(1..) {
            assert_eq!(transfers.get(text), None, "{text}");
            transfers.insert(text, (Position(number), Position(100 + number)));
        }
        for (text, number) in texts.iter().zip(1..) {
            assert_eq!(transfers.get(text), Some((Position(number), Position(100 + number))));
            assert_eq!(transfers.get(&format!("{text}8")), None);
        }
        assert_eq!(transfers.get("777777777777777777777\0"), None, "no room left over counts");
    }
}
