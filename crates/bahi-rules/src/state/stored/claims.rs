//! The claims of an image: whose each case is, in order; who is told from whom is found again.

use alloc::vec::Vec;

use bahi_core::BarSubject;

use super::{Put, Stored, Take};
use crate::state::{Claims, State};

/// How many claims are looked for together: no cache holds where they stand.
const TOGETHER: usize = 64;
/// The fewest bytes of a claim.
const CLAIM_BYTES_MIN: usize = 19;

impl Claims {
    pub(super) fn put_image(&self, out: &mut Put) {
        out.short(self.next() as u64);
        let mut before = 0;
        for claim in self.all() {
            out.short(u64::from(claim.case - before));
            claim.subject.put(out);
            before = claim.case;
        }
    }
}

impl State {
    pub(super) fn take_claims(&mut self, from: &mut Take<'_>) -> Option<()> {
        let len = from.reader.short_count(CLAIM_BYTES_MIN)?;
        self.claims.make_room(super::room_to_grow(len));
        let cases = u32::try_from(self.cases.len()).ok()?;
        let (mut case, mut left) = (0_u32, len);
        let mut some = Vec::with_capacity(TOGETHER);
        while left > 0 {
            for _ in 0..left.min(TOGETHER) {
                case = case.checked_add(from.number()?).filter(|case| *case < cases)?;
                some.push((BarSubject::take(from)?, case));
            }
            left -= some.len();
            for (subject, _) in &some {
                core::hint::black_box(self.claims.first(*subject));
            }
            for (subject, case) in some.drain(..) {
                self.claims.push(subject, case)?;
            }
        }
        Some(())
    }
}
