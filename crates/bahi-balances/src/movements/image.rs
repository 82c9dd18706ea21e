//! The image of movements: every lane with its amounts; what is summed of them is summed again.

use alloc::vec::Vec;

use bahi_core::Position;

use super::{Fund, Measure, Movements, lane::Lane};
use bahi_core::image::{Reader, put_count, put_day, put_fund, put_position};

/// The fewest bytes of one fund, and those of one audited case.
const FUND_BYTES_MIN: usize = 8 + 8;
const AUDIT_BYTES: usize = 8 + 4;

impl Movements {
    /// The fold as bytes that [`Movements::from_image`] makes it of again. The same events in the
    /// same order give the same bytes.
    #[must_use]
    pub fn image(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.bytes() / 2);
        put_position(&mut out, self.position);
        put_count(&mut out, usize::try_from(self.unplaced).unwrap_or(usize::MAX));
        put_count(&mut out, self.funds.len());
        for fund in &self.funds {
            put_fund(&mut out, &fund.key);
            put_count(&mut out, fund.lanes.len());
            for (measure, lane) in &fund.lanes {
                out.push(*measure as u8);
                lane.put(&mut out);
            }
        }
        let mut cases: Vec<_> = self.audited.iter().collect();
        cases.sort_unstable_by_key(|(case, _)| **case);
        put_count(&mut out, cases.len());
        for (case, day) in cases {
            put_position(&mut out, *case);
            put_day(&mut out, *day);
        }
        out
    }

    /// The fold that an image is of; `None` for bytes that are none.
    #[must_use]
    pub fn from_image(bytes: &[u8]) -> Option<Movements> {
        let mut reader = Reader::new(bytes);
        let (position, unplaced) = (reader.position()?, reader.u64()?);
        let mut movements = Movements { position, unplaced, ..Movements::default() };
        let funds = reader.count(FUND_BYTES_MIN)?;
        for place in 0..u32::try_from(funds).ok()? {
            let fund = fund(&mut reader, position)?;
            movements.places.try_insert(fund.key, place).ok()?;
            movements.funds.push(fund);
        }
        let cases = reader.count(AUDIT_BYTES)?;
        movements.audited.reserve(cases);
        let mut before = Position::NONE;
        for _ in 0..cases {
            let (case, day) = (reader.position()?, reader.day()?);
            if case <= before {
                return None;
            }
            movements.audited.insert(case, day);
            before = case;
        }
        reader.is_empty().then_some(movements)
    }
}

fn fund(reader: &mut Reader<'_>, last: Position) -> Option<Fund> {
    let mut fund = Fund::new(reader.fund()?);
    for _ in 0..reader.count(1)? {
        let measure = usize::from(reader.byte()?);
        let measure = *Measure::ALL.get(measure)?;
        let lane = fund.lane(measure);
        if lane.len().0 > 0 {
            return None;
        }
        *lane = Lane::take(reader, last)?;
    }
    Some(fund)
}
