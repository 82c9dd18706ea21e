//! The claims of an image, which tells how many each case has: whose they are stands in the log.

use alloc::vec::Vec;

use bahi_core::BarSubject;

use super::Drawn;
use crate::state::{Claims, State};

/// How many claims are looked for together: no cache holds where they stand.
const TOGETHER: usize = 64;

impl State {
    /// Takes the claims of every case, so many in all, from its application.
    pub(super) fn take_claims(&mut self, len: usize, drawn: &Drawn) -> Option<()> {
        self.claims.make_room(super::room_to_grow(drawn.subjects().min(len)));
        let mut applications = drawn.applications();
        let mut some: Vec<(BarSubject, u32)> = Vec::with_capacity(TOGETHER);
        let ends = self.cases.iter().skip(1).map(|case| case.claims as usize);
        for (case, end) in self.cases.iter().zip(ends.chain([len])) {
            let count = end.checked_sub(case.claims as usize)?;
            if count == 0 {
                continue;
            }
            let (_, subjects) = applications.find(|(position, _)| *position == case.position)?;
            (subjects.count == count).then_some(())?;
            some.extend(subjects.iter().map(|subject| (subject, case.number)));
            if some.len() >= TOGETHER {
                self.claims.push_all(&mut some)?;
            }
        }
        self.claims.push_all(&mut some)?;
        (self.claims.next() == len).then_some(())
    }
}

impl Claims {
    /// Adds claims whose places are fetched together.
    fn push_all(&mut self, some: &mut Vec<(BarSubject, u32)>) -> Option<()> {
        for (subject, _) in &*some {
            core::hint::black_box(self.first(*subject));
        }
        for (subject, case) in some.drain(..) {
            self.push(subject, case)?;
        }
        Some(())
    }
}
