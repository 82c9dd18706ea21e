//! `Rows`: a list that grows at its end without moving what it holds; for whoever folds events.
//!
//! # Invariants
//! * Past the first block a row stays where it was put: growing asks for one block more and copies
//!   nothing, so that no event of a long history waits for all of it to be moved, and no memory is
//!   held twice.
//! * Every block but the last is full, and none is empty.
//! * The first block grows as a `Vec` does: few rows take little memory.

use alloc::vec::Vec;
use core::{
    fmt,
    ops::{Index, IndexMut},
};

/// About how many bytes a block has.
const BLOCK_BYTES: usize = 1 << 19;

/// A list of rows in blocks of about half a mebibyte.
///
/// ```
/// use bahi_core::Rows;
///
/// let mut rows: Rows<u64> = (0..200_000).collect();
/// rows.push(7);
/// assert_eq!((rows.len(), rows[200_000], rows.get(200_001)), (200_001, 7, None));
/// rows.truncate(3);
/// assert!(rows.iter().eq(&[0, 1, 2]) && rows.iter_from(1).eq(&[1, 2]));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rows<T> {
    blocks: Vec<Vec<T>>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { blocks: Vec::new() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T> Rows<T> {
    /// Of how many bits a row's number within its block is.
    const BITS: u32 = {
        let bytes = if size_of::<T>() == 0 { 1 } else { size_of::<T>() };
        let rows = BLOCK_BYTES / bytes;
        if rows == 0 { 0 } else { rows.ilog2() }
    };
    const BLOCK: usize = 1 << Self::BITS;
    const WITHIN: usize = Self::BLOCK - 1;

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let full = self.blocks.len().saturating_sub(1) << Self::BITS;
        full + self.blocks.last().map_or(0, Vec::len)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The row of a number, from 0.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&T> {
        self.blocks.get(number >> Self::BITS)?.get(number & Self::WITHIN)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.blocks.get_mut(number >> Self::BITS)?.get_mut(number & Self::WITHIN)
    }

    /// The last row.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.blocks.last()?.last()
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: T) {
        match self.blocks.last_mut().filter(|block| block.len() < Self::BLOCK) {
            Some(block) => block.push(row),
            None => {
                let room = if self.blocks.is_empty() { 1 } else { Self::BLOCK };
                let mut block = Vec::with_capacity(room);
                block.push(row);
                self.blocks.push(block);
            }
        }
    }

    /// Takes the last row away.
    pub fn pop(&mut self) -> Option<T> {
        let block = self.blocks.last_mut()?;
        let row = block.pop();
        if block.is_empty() {
            self.blocks.pop();
        }
        row
    }

    /// Keeps so many rows from the beginning, where there are more.
    pub fn truncate(&mut self, len: usize) {
        self.blocks.truncate(len.div_ceil(Self::BLOCK));
        let full = self.blocks.len().saturating_sub(1) << Self::BITS;
        if let Some(block) = self.blocks.last_mut() {
            block.truncate(len - full);
        }
    }

    /// Every row, first to last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.into_iter()
    }

    /// The rows from a number on; none where there are fewer.
    pub fn iter_from(&self, number: usize) -> impl Iterator<Item = &T> {
        let blocks = self.blocks.get(number >> Self::BITS..).unwrap_or_default();
        let (first, others) = blocks.split_first().unzip();
        let first = first.and_then(|first| first.get(number & Self::WITHIN..)).unwrap_or_default();
        first.iter().chain(others.into_iter().flatten().flatten())
    }

    /// The first row from which on all are of the second half of what `is_before` parts: rows in
    /// order, those it holds of first. The number of rows where there is none.
    #[must_use]
    pub fn partition_point(&self, is_before: impl Fn(&T) -> bool) -> usize {
        let block = self.blocks.partition_point(|block| block.first().is_some_and(&is_before));
        // The row looked for is in the block before, or the first of this one.
        let Some(before) = block.checked_sub(1) else { return 0 };
        let within = self.blocks.get(before).map_or(0, |block| block.partition_point(&is_before));
        (before << Self::BITS) + within
    }
}

impl<T> Index<usize> for Rows<T> {
    type Output = T;

    fn index(&self, number: usize) -> &T {
        &self.blocks[number >> Self::BITS][number & Self::WITHIN]
    }
}

impl<T> IndexMut<usize> for Rows<T> {
    fn index_mut(&mut self, number: usize) -> &mut T {
        &mut self.blocks[number >> Self::BITS][number & Self::WITHIN]
    }
}

impl<'a, T> IntoIterator for &'a Rows<T> {
    type Item = &'a T;
    type IntoIter = core::iter::Flatten<core::slice::Iter<'a, Vec<T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.blocks.iter().flatten()
    }
}

impl<T> Extend<T> for Rows<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, rows: I) {
        rows.into_iter().for_each(|row| self.push(row));
    }
}

impl<T> FromIterator<T> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut all = Rows::default();
        all.extend(rows);
        all
    }
}

#[cfg(test)]
mod tests {
    //! Rows beside a plain list, with rows so large that a block holds few.

    use proptest::prelude::*;

    use super::*;

    /// Four of them make a block.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Large(u32, [u8; BLOCK_BYTES / 4 - 4]);

    fn large(number: u32) -> Large {
        Large(number, [0; BLOCK_BYTES / 4 - 4])
    }

    fn numbers<'a>(rows: impl Iterator<Item = &'a Large>) -> Vec<u32> {
        rows.map(|row| row.0).collect()
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push,
        Pop,
        Truncate(prop::sample::Index),
        Change(prop::sample::Index),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => Just(Step::Push),
            2 => Just(Step::Pop),
            1 => any::<prop::sample::Index>().prop_map(Step::Truncate),
            1 => any::<prop::sample::Index>().prop_map(Step::Change),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_are_what_a_plain_list_is(steps in prop::collection::vec(step(), 0..24)) {
            let mut rows = Rows::default();
            let mut list: Vec<u32> = Vec::new();
            let mut next = 0;
            for step in steps {
                match step {
                    Step::Push => {
                        rows.push(large(next));
                        list.push(next);
                        next += 1;
                    }
                    Step::Pop => prop_assert_eq!(rows.pop().map(|row| row.0), list.pop()),
                    Step::Truncate(at) => {
                        let len = at.index(list.len() + 2);
                        rows.truncate(len);
                        list.truncate(len);
                    }
                    Step::Change(_) if list.is_empty() => {}
                    Step::Change(at) => {
                        let at = at.index(list.len());
                        rows[at].0 = list[at];
                        rows.get_mut(at).expect("it is there").0 = list[at];
                    }
                }
                prop_assert_eq!(rows.len(), list.len());
                prop_assert_eq!(rows.is_empty(), list.is_empty());
                prop_assert_eq!(rows.last().map(|row| row.0), list.last().copied());
                prop_assert_eq!(&numbers(rows.iter()), &list);
                prop_assert!(rows.blocks.iter().rev().skip(1).all(|block| block.len() == 4));
                prop_assert!(rows.blocks.iter().all(|block| !block.is_empty()));
                for from in 0..list.len() + 2 {
                    let rest = list.get(from..).unwrap_or_default();
                    prop_assert_eq!(numbers(rows.iter_from(from)), rest);
                    prop_assert_eq!(rows.get(from).map(|row| row.0), list.get(from).copied());
                    let parts = rows.partition_point(|row| row.0 < from as u32);
                    prop_assert_eq!(parts, list.partition_point(|row| *row < from as u32));
                }
            }
        }
    }

    #[test]
    fn a_row_stays_where_it_was_put() {
        let mut rows = Rows::default();
        (0..5).for_each(|number| rows.push(large(number)));
        let there: Vec<*const Large> = rows.iter().map(core::ptr::from_ref).collect();
        (5..40).for_each(|number| rows.push(large(number)));
        let still: Vec<*const Large> = rows.iter().take(5).map(core::ptr::from_ref).collect();
        assert_eq!(there, still);
    }

    #[test]
    fn blocks_hold_about_half_a_mebibyte_of_rows_of_any_size() {
        assert_eq!(Rows::<u32>::BLOCK, 131_072);
        assert_eq!(Rows::<[u8; 400]>::BLOCK, 1_024);
        assert_eq!(Rows::<[u8; BLOCK_BYTES + 1]>::BLOCK, 1);
        assert_eq!(Rows::<()>::BLOCK, BLOCK_BYTES);
    }
}
