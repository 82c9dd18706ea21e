//! `Cases`: the cases of a trail in order, and which of them begins at a position.
//!
//! # Invariants
//! * A sign says how many cases begin before its stretch of positions, so that a case is looked for
//!   among those of one stretch and not among all: two lines of memory instead of a dozen.
//! * Signs are never many beside what a log of so many events would have; positions too far apart
//!   for one have none, and cases are then found by halving.

use core::ops::{Deref, DerefMut};

use bahi_core::{Position, Rows};

use super::{Case, Packed};

/// Positions of one stretch.
const STRETCH: u64 = 16;
/// Stretches without a case, beyond which a list of positions is none of a log.
const EMPTY_MAX: usize = 1 << 16;

/// Cases in order of their first event.
#[derive(Clone, Debug, Default)]
pub(super) struct Cases {
    rows: Rows<Case>,
    /// By stretch, how many cases begin before it.
    signs: Rows<u32>,
    /// Whether positions were too far apart for signs.
    far: bool,
}

impl PartialEq for Cases {
    fn eq(&self, other: &Cases) -> bool {
        self.rows == other.rows
    }
}

impl Deref for Cases {
    type Target = Rows<Case>;

    fn deref(&self) -> &Rows<Case> {
        &self.rows
    }
}

impl DerefMut for Cases {
    fn deref_mut(&mut self) -> &mut Rows<Case> {
        &mut self.rows
    }
}

impl Cases {
    /// Adds a case that begins after all others; there are fewer than 2³² of them.
    pub(super) fn push(&mut self, case: Case) {
        let stretch = usize::try_from(case.first.position().0 / STRETCH).unwrap_or(usize::MAX);
        self.far |= stretch.saturating_sub(self.signs.len()) > EMPTY_MAX;
        if !self.far {
            let before = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            while self.signs.len() <= stretch {
                self.signs.push(before);
            }
        }
        self.rows.push(case);
    }

    /// The number of the case that begins at a position, from 0.
    pub(super) fn beginning_at(&self, first: Position) -> Option<u32> {
        let wanted = Packed::new(first);
        if self.far {
            let number = self.rows.partition_point(|case| case.first.position() < first);
            let found = self.rows.get(number).filter(|case| case.first == wanted);
            return found.and_then(|_| u32::try_from(number).ok());
        }
        let sign = *self.signs.get(usize::try_from(first.0 / STRETCH).ok()?)?;
        let stretch = (sign..).zip(self.rows.iter_from(sign as usize).take(STRETCH as usize));
        stretch.into_iter().find(|(_, case)| case.first == wanted).map(|(number, _)| number)
    }
}

#[cfg(test)]
mod tests {
    //! Cases found beside a plain list, near one another and too far apart.

    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    fn cases(firsts: &[u64]) -> Cases {
        let mut cases = Cases::default();
        for first in firsts {
            cases.push(Case { first: Packed::new(Position(*first)), latest: 0, ref_end: 0 });
        }
        cases
    }

    proptest! {
        #[test]
        fn a_case_is_found_where_it_begins_and_nowhere_else(
            gaps in proptest::collection::vec(prop_oneof![9 => 1..40_u64, 1 => 1..3_000_000_u64], 0..200),
        ) {
            let firsts: Vec<u64> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
            let cases = cases(&firsts);
            for first in firsts.iter().flat_map(|first| [first - 1, *first, first + 1]) {
                let expected = firsts.binary_search(&first).ok().map(|number| number as u32);
                prop_assert_eq!(cases.beginning_at(Position(first)), expected);
            }
            prop_assert_eq!(cases.beginning_at(Position(u64::MAX)), None);
        }
    }

    #[test]
    fn positions_of_no_log_take_no_room() {
        let cases = cases(&[1, 5, u64::MAX - 1, u64::MAX]);
        assert!(cases.far && cases.signs.len() == 1);
        assert_eq!(cases.beginning_at(Position(u64::MAX - 1)), Some(2));
    }
}
