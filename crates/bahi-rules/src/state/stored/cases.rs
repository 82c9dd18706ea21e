//! The cases of an image, with their references.
//!
//! # Invariants
//! * A case is told by how it differs from the one before it: its place, its day, its reference.
//! * References are put back into their table in order of application, as they came.

use alloc::vec::Vec;

use bahi_core::{CaseRef, Day, Money, Position};

use super::{Put, Stored, Take};
use crate::state::{Case, HeldRef, State};

/// The fewest bytes of a case.
const CASE_BYTES_MIN: usize = 14;

/// What a case has beside what every case has, as bits.
const SHARED: u8 = 1;
const SANCTION: u8 = 2;
const ENDING: u8 = 4;
const OLDER: u8 = 8;
const CHANGES: u8 = 16;
const PAYMENTS: u8 = 32;
const SUMS: u8 = 64;
const PARTS: u8 = 127;

/// What of a case the next one is told by.
#[derive(Default)]
struct Before {
    reference: Vec<u8>,
    facts_end: u32,
    claims: u32,
    applied: Option<Day>,
}

impl Before {
    fn applied(&self) -> i64 {
        self.applied.map_or(0, |day| i64::from(day.epoch_days()))
    }
}

/// Puts every case, in order.
pub(super) fn put(state: &State, out: &mut Put) {
    out.short(state.cases.len() as u64);
    let mut before = Before::default();
    for case in &state.cases {
        put_reference(state.case_refs.text(&case.reference), &mut before, out);
        put_case(case, &mut before, out);
    }
}

/// Takes every case.
pub(super) fn take(state: &mut State, from: &mut Take<'_>) -> Option<()> {
    let len = from.reader.short_count(CASE_BYTES_MIN)?;
    let mut before = Before::default();
    let mut hashes = Vec::with_capacity(len);
    for number in 0..u32::try_from(len).ok()? {
        take_reference(&mut before, from)?;
        let (hash, reference) = state.case_refs.hold(&before.reference)?;
        let case = take_case(number, reference, &mut before, from)?;
        let after = state.cases.last().is_none_or(|last| last.position < case.position);
        (after && case.position <= state.last).then_some(())?;
        hashes.push((hash, number));
        state.cases.push(case);
    }
    state.case_refs.place(hashes)
}

/// Puts a reference: how many bytes of the one before it stand at its beginning too, and the rest.
fn put_reference(text: &[u8], before: &mut Before, out: &mut Put) {
    let same = text.iter().zip(&before.reference).take_while(|(one, other)| one == other).count();
    out.short(same as u64);
    out.short((text.len() - same) as u64);
    out.bytes.extend_from_slice(&text[same..]);
    before.reference.truncate(same);
    before.reference.extend_from_slice(&text[same..]);
}

fn take_reference(before: &mut Before, from: &mut Take<'_>) -> Option<()> {
    let (same, len): (usize, usize) = (from.number()?, from.number()?);
    (same <= before.reference.len()).then_some(())?;
    before.reference.truncate(same);
    before.reference.extend_from_slice(from.reader.bytes(len)?);
    CaseRef::new(core::str::from_utf8(&before.reference).ok()?).ok().map(drop)
}

fn put_case(case: &Case, before: &mut Before, out: &mut Put) {
    let sums = !case.demanded.is_zero() || !case.used.is_zero() || case.audits > 0;
    let parts = [
        (SHARED, case.shared),
        (SANCTION, case.sanction.is_some()),
        (ENDING, case.ending.is_some()),
        (OLDER, !case.older.is_empty()),
        (CHANGES, !case.changes.is_empty()),
        (PAYMENTS, !case.payments.is_empty()),
        (SUMS, sums),
    ];
    let parts = parts.iter().filter(|(_, is)| *is).fold(0, |all, (bit, _)| all | bit);
    out.bytes.push(parts);
    case.position.put(out);
    case.last.put(out);
    out.short(u64::from(case.claims.wrapping_sub(before.claims)));
    out.short(u64::from(case.facts.0.wrapping_sub(before.facts_end)));
    out.bytes.push(case.facts.1);
    out.signed(i64::from(case.applied.epoch_days()) - before.applied());
    (case.scheme, case.district).put(out);
    case.sanction.iter().for_each(|sanction| sanction.put(out));
    case.ending.iter().for_each(|ending| ending.put(out));
    if parts & OLDER > 0 {
        case.older.put(out);
    }
    if parts & CHANGES > 0 {
        case.changes.put(out);
    }
    if parts & PAYMENTS > 0 {
        case.payments.put(out);
    }
    if sums {
        (case.demanded, case.used, case.audits).put(out);
    }
    before.after(case);
}

fn take_case(
    number: u32,
    reference: HeldRef,
    before: &mut Before,
    from: &mut Take<'_>,
) -> Option<Case> {
    let parts = from.reader.byte()?;
    (parts <= PARTS).then_some(())?;
    let (position, last) = (Position::take(from)?, Position::take(from)?);
    let claims = before.claims.wrapping_add(from.number()?);
    let facts = (before.facts_end.wrapping_add(from.number()?), from.reader.byte()?);
    let applied = before.applied().checked_add(from.reader.signed()?)?;
    let (scheme, district) = Stored::take(from)?;
    let mut case = Case {
        position,
        last,
        number,
        claims,
        shared: parts & SHARED > 0,
        reference,
        scheme,
        district,
        facts,
        applied: Day::from_epoch_days(i32::try_from(applied).ok()?)?,
        sanction: None,
        older: Vec::new(),
        changes: Vec::new(),
        payments: Vec::new(),
        demanded: Money::ZERO,
        used: Money::ZERO,
        ending: None,
        audits: 0,
    };
    if parts & SANCTION > 0 {
        case.sanction = Some(Stored::take(from)?);
    }
    if parts & ENDING > 0 {
        case.ending = Some(Stored::take(from)?);
    }
    if parts & OLDER > 0 {
        case.older = Stored::take(from)?;
    }
    if parts & CHANGES > 0 {
        case.changes = Stored::take(from)?;
    }
    if parts & PAYMENTS > 0 {
        case.payments = Stored::take(from)?;
    }
    if parts & SUMS > 0 {
        (case.demanded, case.used, case.audits) = Stored::take(from)?;
    }
    before.after(&case);
    Some(case)
}

impl Before {
    fn after(&mut self, case: &Case) {
        self.claims = case.claims;
        self.facts_end = case.facts.0.wrapping_add(u32::from(case.facts.1));
        self.applied = Some(case.applied);
    }
}
