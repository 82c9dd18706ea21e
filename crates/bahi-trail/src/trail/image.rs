//! The image of a trail: what it holds, in the order it holds it.
//!
//! # Invariants
//! * The trail that an image gives holds the same in the same places as the one it was put from, and
//!   goes on as that would; where things are found by hash is found again.
//! * The same events in the same order give the same bytes.
//! * Any bytes are safe to take: no panic, and no memory beyond a fixed multiple of theirs.
//!
//! # Not here
//! An index: `index/image.rs`. That the bytes are those that were put away: whoever keeps them hashes
//! them.

use alloc::vec::Vec;

use bahi_core::{
    AccountKey, AuthorityNo, BarSubject, BodyKey, CaseRef, FamilyKey, Fingerprint, PersonKey,
    Position,
    image::{Reader, put_position, put_short, put_signed, put_text},
};

use super::{Case, Cited, Link, Packed, Trail, ref_text};
use crate::index::WAITING_MAX;

/// The fewest bytes of a case, of a link and of a bar.
const CASE_BYTES_MIN: usize = 3;
const LINK_BYTES_MIN: usize = 2;
const BAR_BYTES_MIN: usize = 26;

impl Trail {
    /// The trail as bytes that [`Trail::from_image`] makes it of again.
    #[must_use]
    pub fn image(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + 4 * self.links.len() + 96 * self.cases.len());
        put_position(&mut out, self.position);
        put_short(&mut out, self.unplaced);
        put_position(&mut out, self.first_unplaced.unwrap_or_default());
        self.put_cases(&mut out);
        self.put_links(&mut out);
        for prints in [&self.persons, &self.families, &self.bodies, &self.accounts] {
            prints.put(&mut out, put_print, |out, case, before| {
                put_signed(out, i64::from(*case) - i64::from(*before));
            });
        }
        let put_order = |out: &mut Vec<u8>, order: &AuthorityNo| put_short(out, u64::from(order.0));
        self.orders.put(&mut out, put_order, |out, cited, before| {
            put_far(out, cited.position.position(), before.position.position());
            put_signed(out, i64::from(cited.case) - i64::from(before.case));
        });
        let put_ref = |out: &mut Vec<u8>, case_ref: &CaseRef| put_text(out, case_ref.as_str());
        let put_place = |out: &mut Vec<u8>, at: &Position, before: &Position| {
            put_far(out, *at, *before);
        };
        self.refused.put(&mut out, put_ref, put_place);
        self.alone.put(&mut out, put_subject, put_place);
        put_short(&mut out, self.bars.len() as u64);
        for (position, subject) in &self.bars {
            put_position(&mut out, *position);
            put_subject(&mut out, subject);
        }
        out
    }

    /// The trail that an image is of; `None` for bytes that are none.
    #[must_use]
    pub fn from_image(bytes: &[u8]) -> Option<Trail> {
        let mut from = Reader::new(bytes);
        let mut trail = Trail { position: from.position()?, ..Trail::default() };
        trail.unplaced = from.short()?;
        let first_unplaced = from.position()?;
        trail.first_unplaced = (!first_unplaced.is_none()).then_some(first_unplaced);
        trail.take_cases(&mut from)?;
        trail.take_links(&mut from)?;
        let cases = trail.cases.len();
        let Trail { persons, families, bodies, accounts, .. } = &mut trail;
        for prints in [persons, families, bodies, accounts] {
            prints.take(&mut from, print, |from, before: &u32| {
                let case = i64::from(*before).checked_add(from.signed()?)?;
                u32::try_from(case).ok().filter(|case| (*case as usize) < cases)
            })?;
        }
        trail.orders.take(
            &mut from,
            |from| u32::try_from(from.short()?).ok().map(AuthorityNo),
            |from, before| {
                let position = Packed::new(far(from, before.position.position())?);
                let case = i64::from(before.case).checked_add(from.signed()?)?;
                let case = u32::try_from(case).ok().filter(|case| *case as usize <= cases)?;
                Some(Cited { position, case })
            },
        )?;
        let place = |from: &mut Reader<'_>, before: &Position| far(from, *before);
        trail.refused.take(&mut from, |from| CaseRef::new(from.text()?).ok(), place)?;
        trail.alone.take(&mut from, subject, place)?;
        for _ in 0..from.short_count(BAR_BYTES_MIN)? {
            trail.bars.insert(from.position()?, subject(&mut from)?).is_none().then_some(())?;
        }
        from.is_empty().then_some(trail)
    }

    fn put_cases(&self, out: &mut Vec<u8>) {
        put_short(out, self.cases.len() as u64);
        put_short(out, self.waiting.len() as u64);
        let (mut before, mut text_before) = (0, "");
        for (number, case) in self.cases.iter().enumerate() {
            let first = case.first.position().0;
            put_short(out, first - before);
            let text = ref_text(&self.cases, &self.refs, number);
            // References are of ASCII, so that any place in one is between two characters.
            let pairs = text.bytes().zip(text_before.bytes());
            let same = pairs.take_while(|(one, other)| one == other).count();
            put_short(out, same as u64);
            put_text(out, &text[same..]);
            (before, text_before) = (first, text);
        }
    }

    fn take_cases(&mut self, from: &mut Reader<'_>) -> Option<()> {
        let len = from.short_count(CASE_BYTES_MIN)?;
        u32::try_from(len).ok().filter(|len| *len < u32::MAX)?;
        let waiting = usize::try_from(from.short()?).ok()?;
        (waiting < WAITING_MAX && waiting <= len).then_some(())?;
        self.by_ref.reserve(len + len / 4);
        let mut hashes = Vec::with_capacity(len);
        let (mut first, mut text) = (0_u64, alloc::string::String::new());
        for number in 0..len {
            let far = from.short()?;
            (far > 0).then_some(())?;
            first = first.checked_add(far)?;
            let same = usize::try_from(from.short()?).ok()?;
            (same <= text.len()).then_some(())?;
            text.truncate(same);
            text.push_str(from.text().filter(|text| text.is_ascii())?);
            if !text.is_empty() {
                hashes.push((self.hash_of(&text)?, u32::try_from(number).ok()?));
            }
            self.refs.push_str(&text);
            let ref_end = u32::try_from(self.refs.len()).ok()?;
            self.cases.push(Case { first: Packed::new(Position(first)), latest: 0, ref_end });
        }
        // Every case that waits has a reference: only settling takes one away.
        let settled = hashes.len().checked_sub(waiting)?;
        let (placed, waits) = hashes.split_at(settled);
        waits.iter().all(|(_, number)| *number as usize >= len - waiting).then_some(())?;
        self.waiting = waits.iter().map(|(hash, _)| *hash).collect();
        self.by_ref.insert_all(placed.iter().copied()).then_some(())
    }

    /// The hash of a reference; none of a text that is none.
    fn hash_of(&self, text: &str) -> Option<u64> {
        use core::hash::BuildHasher as _;
        CaseRef::new(text).ok()?;
        Some(self.hasher.hash_one(text))
    }

    /// Puts the links in order of position, each with its case: how many began since then.
    fn put_links(&self, out: &mut Vec<u8>) {
        put_short(out, self.links.len() as u64);
        let mut numbers = alloc::vec![0_u32; self.links.len()];
        for (number, case) in (0_u32..).zip(self.cases.iter()) {
            let mut at = case.latest;
            while let Some(place) = at.checked_sub(1).map(|place| place as usize) {
                let Some(link) = self.links.get(place) else { break };
                numbers[place] = number;
                at = link.before;
            }
        }
        let (mut before, mut begun) = (0, 0);
        for (link, number) in self.links.iter().zip(numbers) {
            let position = link.position.position();
            put_short(out, position.0 - before);
            while self.cases.get(begun).is_some_and(|case| case.first.position() < position) {
                begun += 1;
            }
            put_short(out, begun as u64 - 1 - u64::from(number));
            before = position.0;
        }
    }

    fn take_links(&mut self, from: &mut Reader<'_>) -> Option<()> {
        let len = from.short_count(LINK_BYTES_MIN)?;
        let (mut position, mut begun) = (0_u64, 0_usize);
        for place in 1..=u32::try_from(len).ok()? {
            let far = from.short()?;
            (far > 0).then_some(())?;
            position = position.checked_add(far)?;
            while self.cases.get(begun).is_some_and(|case| case.first.position().0 < position) {
                begun += 1;
            }
            let back = usize::try_from(from.short()?).ok()?;
            let case = self.cases.get_mut(begun.checked_sub(1)?.checked_sub(back)?)?;
            let position = Packed::new(Position(position));
            self.links.push(Link { position, before: case.latest });
            case.latest = place;
        }
        Some(())
    }
}

/// Puts a position by how far it is from another.
fn put_far(out: &mut Vec<u8>, position: Position, from: Position) {
    put_signed(out, position.0.wrapping_sub(from.0).cast_signed());
}

fn far(from: &mut Reader<'_>, before: Position) -> Option<Position> {
    Some(Position(before.0.wrapping_add_signed(from.signed()?)))
}

fn put_print(out: &mut Vec<u8>, print: &Fingerprint) {
    put_short(out, u64::from(print.key_id));
    out.extend_from_slice(&print.print);
}

fn print(from: &mut Reader<'_>) -> Option<Fingerprint> {
    Some(Fingerprint { key_id: u16::try_from(from.short()?).ok()?, print: from.array()? })
}

fn put_subject(out: &mut Vec<u8>, subject: &BarSubject) {
    out.push(match subject {
        BarSubject::Person(_) => 0,
        BarSubject::Family(_) => 1,
        BarSubject::Body(_) => 2,
        BarSubject::Account(_) => 3,
    });
    put_print(out, &subject.print());
}

fn subject(from: &mut Reader<'_>) -> Option<BarSubject> {
    let kind = from.byte()?;
    let print = print(from)?;
    Some(match kind {
        0 => BarSubject::Person(PersonKey(print)),
        1 => BarSubject::Family(FamilyKey(print)),
        2 => BarSubject::Body(BodyKey(print)),
        3 => BarSubject::Account(AccountKey(print)),
        _ => return None,
    })
}
