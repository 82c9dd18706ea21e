//! The state of a trail as bytes.

use alloc::vec::Vec;

use bahi_core::{BarSubject, Position};

use super::Trail;

/// The mark that state bytes begin with; another layout takes another one.
const STATE_MARK: &[u8; 16] = b"bahi-trail/3   \n";

impl Trail {
    /// Whether two trails tell the same: their [`Trail::state_bytes`] are equal.
    ///
    /// Trails of the same events in the same order hold them alike, which is seen at once; only
    /// others are sorted.
    #[must_use]
    pub fn is_same(&self, other: &Trail) -> bool {
        self.is_alike(other) || self.state_bytes() == other.state_bytes()
    }

    /// Whether two trails hold the same in the same places.
    fn is_alike(&self, other: &Trail) -> bool {
        let indices = [
            (&self.persons, &other.persons),
            (&self.families, &other.families),
            (&self.bodies, &other.bodies),
            (&self.accounts, &other.accounts),
        ];
        self.position == other.position
            && self.unplaced == other.unplaced
            && self.first_unplaced == other.first_unplaced
            && self.waiting.len() == other.waiting.len()
            && self.cases == other.cases
            && self.refs == other.refs
            && self.links == other.links
            && indices.iter().all(|(own, others)| own.is_alike(others))
            && self.orders.is_alike(&other.orders)
            && self.refused.is_alike(&other.refused)
            && self.alone.is_alike(&other.alone)
            && self.shared.is_alike(&other.shared)
            && self.bars == other.bars
    }

    /// The whole state as bytes, sorted, so that a replay and a live fold can be compared byte for
    /// byte or by their hash. Integers are big-endian, lists begin with their length.
    #[must_use]
    pub fn state_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(STATE_MARK);
        put(&mut out, self.position.0);
        put(&mut out, self.unplaced());
        put(&mut out, self.first_unplaced().unwrap_or_default().0);
        put(&mut out, self.cases.len() as u64);
        for number in 0..self.cases.len() {
            put_text(&mut out, self.ref_of(number));
            let mut positions = Vec::new();
            self.push_events(number, &mut positions);
            positions.sort_unstable();
            put_positions(&mut out, positions.into_iter());
        }
        for index in [&self.persons, &self.families, &self.bodies, &self.accounts] {
            let sorted = index.sorted();
            put(&mut out, sorted.len() as u64);
            for (print, numbers) in sorted {
                out.extend_from_slice(&print.key_id.to_be_bytes());
                out.extend_from_slice(&print.print);
                put_positions(&mut out, numbers.into_iter().map(|n| Position(u64::from(n))));
            }
        }
        let orders = self.orders.sorted();
        put(&mut out, orders.len() as u64);
        for (order, cited) in orders {
            put(&mut out, u64::from(order.0));
            put_positions(&mut out, cited.into_iter().map(|cited| cited.position.position()));
        }
        let refused = self.refused.sorted();
        put(&mut out, refused.len() as u64);
        for (case_ref, positions) in refused {
            put_text(&mut out, case_ref.as_str());
            put_positions(&mut out, positions.into_iter());
        }
        let alone = self.alone.sorted();
        put(&mut out, alone.len() as u64);
        for (subject, positions) in alone {
            put_subject(&mut out, *subject);
            put_positions(&mut out, positions.into_iter());
        }
        let shared = self.shared.sorted();
        put(&mut out, shared.len() as u64);
        for (about, positions) in shared {
            put(&mut out, about.0);
            put_positions(&mut out, positions.into_iter());
        }
        put(&mut out, self.bars.len() as u64);
        for (position, subject) in &self.bars {
            put(&mut out, position.0);
            put_subject(&mut out, *subject);
        }
        out
    }
}

fn put(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_be_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn put_positions(out: &mut Vec<u8>, positions: impl ExactSizeIterator<Item = Position>) {
    put(out, positions.len() as u64);
    for position in positions {
        put(out, position.0);
    }
}

fn put_subject(out: &mut Vec<u8>, subject: BarSubject) {
    let print = subject.print();
    put_text(out, subject.name());
    out.extend_from_slice(&print.key_id.to_be_bytes());
    out.extend_from_slice(&print.print);
}
