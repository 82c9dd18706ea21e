//! A fold as flat bytes: put one number after another, and taken back with nothing believed.
//!
//! # Invariants
//! * Taking back ends where the bytes end, or is refused; no memory is asked for beyond what the
//!   bytes themselves could fill.
//! * Integers are little-endian and of fixed width.
//!
//! # Not here
//! What the bytes of a fold say: the modules of the folds. That they are the bytes once put away:
//! whoever keeps them hashes them.

use alloc::vec::Vec;

use bahi_core::{Day, District, FinancialYear, FundKey, HeadNo, Position, SchemeNo, Total};

/// What is left of an image.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn position(&mut self) -> Option<Position> {
        self.u64().map(Position)
    }

    pub(crate) fn total(&mut self) -> Option<Total> {
        self.array().map(i128::from_le_bytes).map(Total::from_paise)
    }

    pub(crate) fn day(&mut self) -> Option<Day> {
        Day::from_epoch_days(self.array().map(i32::from_le_bytes)?)
    }

    pub(crate) fn fund(&mut self) -> Option<FundKey> {
        Some(FundKey {
            scheme: SchemeNo(self.u16()?),
            head: HeadNo(self.u16()?),
            fy: FinancialYear::from_first(self.u16()?)?,
            district: District(self.u16()?),
        })
    }

    /// How many things of so many bytes each follow; `None` where the bytes cannot hold them.
    pub(crate) fn count(&mut self, each: usize) -> Option<usize> {
        let count = usize::try_from(self.u64()?).ok()?;
        (count.checked_mul(each)? <= self.0.len()).then_some(count)
    }
}

pub(crate) fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&(count as u64).to_le_bytes());
}

pub(crate) fn put_position(out: &mut Vec<u8>, position: Position) {
    out.extend_from_slice(&position.0.to_le_bytes());
}

pub(crate) fn put_day(out: &mut Vec<u8>, day: Day) {
    out.extend_from_slice(&day.epoch_days().to_le_bytes());
}

pub(crate) fn put_fund(out: &mut Vec<u8>, fund: &FundKey) {
    for part in [fund.scheme.0, fund.head.0, fund.fy.first(), fund.district.0] {
        out.extend_from_slice(&part.to_le_bytes());
    }
}
