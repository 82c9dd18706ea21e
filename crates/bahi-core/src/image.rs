//! A fold as flat bytes: put one number after another, and taken back with nothing believed.
//!
//! # Invariants
//! * Taking back ends where the bytes end, or is refused; memory is asked for no more
//!   things than the bytes could be of.
//! * Integers are little-endian and of fixed width, or *short*: seven bits a byte, the lowest first,
//!   the highest bit of all but the last byte set, in as few bytes as that takes.
//! * A text is its length, short, and its bytes.
//!
//! # Not here
//! What the bytes of a fold say: the crates of the folds. That they are the bytes once put away:
//! whoever keeps them hashes them.

mod names;

use alloc::vec::Vec;

use crate::{Day, District, FinancialYear, FundKey, HeadNo, Position, SchemeNo, Total};

pub use names::put_names;

/// The most bytes of a short number.
const SHORT_BYTES_MAX: usize = 10;

/// What is left of an image. Each part is taken whole, or `None` says that it is not there.
///
/// ```
/// use bahi_core::image::{Reader, put_short, put_text};
///
/// let mut bytes = Vec::new();
/// put_short(&mut bytes, 300);
/// put_text(&mut bytes, "lamp");
/// let mut reader = Reader::new(&bytes);
/// assert_eq!((reader.short(), reader.text(), reader.is_empty()), (Some(300), Some("lamp"), true));
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// A reader of the bytes of an image.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// So many bytes.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// A byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    /// A number of two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// A number of four bytes.
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number of eight bytes.
    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A position, in eight bytes.
    pub fn position(&mut self) -> Option<Position> {
        self.u64().map(Position)
    }

    /// A sum, in sixteen bytes of paise.
    pub fn total(&mut self) -> Option<Total> {
        self.array().map(i128::from_le_bytes).map(Total::from_paise)
    }

    /// A day, in four bytes.
    pub fn day(&mut self) -> Option<Day> {
        Day::from_epoch_days(self.array().map(i32::from_le_bytes)?)
    }

    /// A fund, in eight bytes.
    pub fn fund(&mut self) -> Option<FundKey> {
        Some(FundKey {
            scheme: SchemeNo(self.u16()?),
            head: HeadNo(self.u16()?),
            fy: FinancialYear::from_first(self.u16()?)?,
            district: District(self.u16()?),
        })
    }

    /// A short number; `None` for one in more bytes than it takes.
    pub fn short(&mut self) -> Option<u64> {
        if let Some((&byte, rest)) = self.0.split_first()
            && byte < 0x80
        {
            self.0 = rest;
            return Some(u64::from(byte));
        }
        let mut number = 0;
        for (at, byte) in self.0.iter().enumerate().take(SHORT_BYTES_MAX) {
            let bits = u64::from(byte & 0x7f);
            let shift = 7 * at as u32;
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                self.0 = &self.0[at + 1..];
                return (*byte > 0).then_some(number);
            }
        }
        None
    }

    /// A short number of either sign.
    pub fn signed(&mut self) -> Option<i64> {
        let folded = self.short()?;
        Some((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.short()?).ok()?;
        core::str::from_utf8(self.bytes(len)?).ok()
    }

    /// So many bytes, where they are.
    pub fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// How many things follow of at least so many bytes each, told short; `None` where the bytes
    /// cannot hold them.
    pub fn short_count(&mut self, each: usize) -> Option<usize> {
        let count = usize::try_from(self.short()?).ok()?;
        (count.checked_mul(each)? <= self.0.len()).then_some(count)
    }

    /// How many things of so many bytes each follow; `None` where the bytes cannot hold them.
    pub fn count(&mut self, each: usize) -> Option<usize> {
        let count = usize::try_from(self.u64()?).ok()?;
        (count.checked_mul(each)? <= self.0.len()).then_some(count)
    }
}

/// Puts how many things follow.
pub fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&(count as u64).to_le_bytes());
}

/// Puts a short number.
pub fn put_short(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Puts a short number of either sign.
pub fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_short(out, (number << 1 ^ number >> 63).cast_unsigned());
}

/// Puts a text.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    put_short(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Puts a position, in eight bytes.
pub fn put_position(out: &mut Vec<u8>, position: Position) {
    out.extend_from_slice(&position.0.to_le_bytes());
}

/// Puts a day, in four bytes.
pub fn put_day(out: &mut Vec<u8>, day: Day) {
    out.extend_from_slice(&day.epoch_days().to_le_bytes());
}

/// Puts a fund, in eight bytes.
pub fn put_fund(out: &mut Vec<u8>, fund: &FundKey) {
    for part in [fund.scheme.0, fund.head.0, fund.fy.first(), fund.district.0] {
        out.extend_from_slice(&part.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    //! Short numbers: every one is written one way, and read in that one alone.

    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_read_as_it_was_put(number in any::<u64>(), shift in 0_u32..64) {
            let number = number >> shift;
            let mut bytes = Vec::new();
            put_short(&mut bytes, number);
            put_signed(&mut bytes, number.cast_signed());
            put_signed(&mut bytes, number.cast_signed().wrapping_neg());
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.short(), Some(number));
            prop_assert_eq!(reader.signed(), Some(number.cast_signed()));
            prop_assert_eq!(reader.signed(), Some(number.cast_signed().wrapping_neg()));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn bytes_that_are_read_are_the_only_ones_of_their_number(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x80), Just(0)], 0..12),
        ) {
            let mut reader = Reader::new(&bytes);
            if let Some(number) = reader.short() {
                let mut again = Vec::new();
                put_short(&mut again, number);
                prop_assert_eq!(&again[..], &bytes[..bytes.len() - reader.0.len()]);
            }
        }
    }
}
