//! The image of balances: everything the fold remembers, in the order it remembers it.

use alloc::vec::Vec;

use bahi_core::{Account, Position, Total};

use super::{Balances, FirstAudit, Row};
use bahi_core::image::{Reader, put_count, put_fund, put_position};

/// Bytes of one row, and of one audited case.
const ROW_BYTES: usize = 8 + 16 * Account::ALL.len() + 8 + 8;
const AUDIT_BYTES: usize = 8 + 4 + 8;

impl Balances {
    /// The fold as bytes that [`Balances::from_image`] makes it of again; what was published is no
    /// part of it. The same events in the same order give the same bytes.
    #[must_use]
    pub fn image(&self) -> Vec<u8> {
        let size = 64 + self.rows.len() * ROW_BYTES + self.audited.len() * AUDIT_BYTES;
        let mut out = Vec::with_capacity(size);
        put_position(&mut out, self.first);
        put_position(&mut out, self.position);
        put_count(&mut out, usize::try_from(self.unplaced).unwrap_or(usize::MAX));
        put_position(&mut out, self.first_unplaced.unwrap_or_default());
        put_count(&mut out, self.rows.len());
        for row in &self.rows {
            put_fund(&mut out, &row.fund);
            for sum in row.accounts {
                out.extend_from_slice(&sum.paise().to_le_bytes());
            }
            out.extend_from_slice(&row.applied.to_le_bytes());
            out.extend_from_slice(&row.audited.to_le_bytes());
        }
        let mut cases: Vec<(Position, FirstAudit)> =
            self.audited.iter().map(|(case, first)| (*case, *first)).collect();
        cases.sort_unstable_by_key(|(case, _)| *case);
        put_count(&mut out, cases.len());
        for (case, first) in cases {
            put_position(&mut out, case);
            out.extend_from_slice(&(first.place as u32).to_le_bytes());
            put_position(&mut out, first.at);
        }
        out
    }

    /// The fold that an image is of; `None` for bytes that are none.
    #[must_use]
    pub fn from_image(bytes: &[u8]) -> Option<Balances> {
        let mut reader = Reader::new(bytes);
        let mut balances = Balances {
            first: reader.position()?,
            position: reader.position()?,
            unplaced: reader.u64()?,
            ..Balances::default()
        };
        let first_unplaced = reader.position()?;
        balances.first_unplaced = (!first_unplaced.is_none()).then_some(first_unplaced);
        let rows = reader.count(ROW_BYTES)?;
        balances.rows.reserve(rows);
        balances.places.reserve(rows);
        for place in 0..rows {
            let row = row(&mut reader)?;
            balances.places.try_insert(row.fund, place).ok()?;
            balances.rows.push(row);
        }
        let cases = reader.count(AUDIT_BYTES)?;
        balances.audited.reserve(cases);
        let mut before = Position::NONE;
        for _ in 0..cases {
            let (case, place, at) =
                (reader.position()?, reader.u32()? as usize, reader.position()?);
            if case <= before || place >= rows || at > balances.position {
                return None;
            }
            balances.audited.insert(case, FirstAudit { place, at });
            before = case;
        }
        reader.is_empty().then_some(balances)
    }
}

fn row(reader: &mut Reader<'_>) -> Option<Row> {
    let mut row = Row::new(reader.fund()?);
    for sum in &mut row.accounts {
        *sum = reader.total()?;
    }
    let sum: Total = row.accounts.iter().copied().sum();
    row.applied = reader.u64()?;
    row.audited = reader.u64()?;
    (sum == Total::ZERO).then_some(row)
}
