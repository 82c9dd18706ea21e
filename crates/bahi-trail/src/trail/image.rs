//! The image of a trail: what it holds, so that one case is found in it without taking the rest.
//!
//! ```text
//!  at   bytes
//!   0     8   position
//!   8     8   events that could not be placed, those that wait apart
//!  16     8   the first of them
//!  24     8   cases: n
//!  32     8   of these, how many of the last wait
//!  40     8   links
//!  48     8   bytes of the cases: c
//!  56     8   references: r
//!  64     8   refusals that name a case: f
//!  72     c   the cases, each: its first event, its reference, its further events
//!         16  for each block of 64 cases: the first event of its first, and where it begins
//!        8r   references by hash (4 bytes) and the number of the case (4)
//!       12f   refusals by the hash of the reference (4) and their position (8)
//!         …   persons, families, bodies, accounts, orders, refusals, events of no case, bars
//! ```
//!
//! # Invariants
//! * The trail that an image gives holds the same in the same places as the one it was put from,
//!   and goes on as that would; where things are found by hash is found again.
//! * The same events in the same order give the same bytes.
//! * A block of cases says what they are by itself: its first case is told whole, and those after
//!   it by how they differ from the one before.
//! * Any bytes are safe to take: no panic, and no memory beyond a fixed multiple of theirs.
//!
//! # Not here
//! Finding one case: `lookup`. An index: `index/image.rs`. That the bytes are those that were put
//! away: whoever keeps them hashes them.

use alloc::{string::String, vec::Vec};

use bahi_core::{
    AccountKey, AuthorityNo, BarSubject, BodyKey, CaseRef, FamilyKey, Fingerprint, PersonKey,
    Position,
    image::{Reader, put_position, put_short, put_signed, put_text},
};

use super::{Case, Cited, Link, Packed, Trail, ref_text};
use crate::index::WAITING_MAX;

/// The fewest bytes of a case and of a bar.
const CASE_BYTES_MIN: u64 = 4;
const BAR_BYTES_MIN: usize = 26;
/// How many cases a block has.
pub(crate) const BLOCK_CASES: u64 = 64;
/// The bytes of a block in the directory, of a reference and of a refusal in their tables.
pub(crate) const BLOCK_BYTES: u64 = 16;
pub(crate) const REF_BYTES: u64 = 8;
pub(crate) const REFUSAL_BYTES: u64 = 12;
/// And of what several cases share: what it is about, and where it is.
pub(crate) const SHARED_BYTES: u64 = 16;

/// What an image begins with: how many there are of everything that is found by its place.
#[derive(Clone, Copy, Default)]
pub(crate) struct Head {
    pub(crate) position: Position,
    unplaced: u64,
    first_unplaced: Position,
    pub(crate) cases: u64,
    waiting: u64,
    links: u64,
    pub(crate) stream: u64,
    pub(crate) refs: u64,
    pub(crate) refusals: u64,
    pub(crate) shared: u64,
}

impl Head {
    pub(crate) const BYTES: usize = 80;

    fn bytes(self) -> [u8; Head::BYTES] {
        let mut bytes = [0; Head::BYTES];
        let fields = [
            self.position.0,
            self.unplaced,
            self.first_unplaced.0,
            self.cases,
            self.waiting,
            self.links,
            self.stream,
            self.refs,
            self.refusals,
            self.shared,
        ];
        let (places, _) = bytes.as_chunks_mut::<8>();
        for (place, field) in places.iter_mut().zip(fields) {
            *place = field.to_le_bytes();
        }
        bytes
    }

    pub(crate) fn take(from: &mut Reader<'_>) -> Option<Head> {
        Some(Head {
            position: from.position()?,
            unplaced: from.u64()?,
            first_unplaced: from.position()?,
            cases: from.u64()?,
            waiting: from.u64()?,
            links: from.u64()?,
            stream: from.u64()?,
            refs: from.u64()?,
            refusals: from.u64()?,
            shared: from.u64()?,
        })
    }

    pub(crate) const fn blocks(&self) -> u64 {
        self.cases.div_ceil(BLOCK_CASES)
    }
}

/// By what a reference is found in the tables of an image: FNV-1a of its bytes, folded.
pub(crate) fn ref_hash(text: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ hash >> 32) as u32
}

impl Trail {
    /// The trail as bytes that [`Trail::from_image`] makes it of again, and [`crate::Lookup`] finds
    /// a case in.
    #[must_use]
    pub fn image(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + 3 * self.links.len() + 112 * self.cases.len());
        out.resize(Head::BYTES, 0);
        let mut head = Head {
            position: self.position,
            unplaced: self.unplaced,
            first_unplaced: self.first_unplaced.unwrap_or_default(),
            cases: self.cases.len() as u64,
            waiting: self.waiting.len() as u64,
            links: self.links.len() as u64,
            ..Head::default()
        };
        (head.stream, head.refs) = self.put_cases(&mut out);
        head.refusals = self.put_refusals(&mut out);
        head.shared = self.put_shared(&mut out);
        out[..Head::BYTES].copy_from_slice(&head.bytes());
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
        let put_about = |out: &mut Vec<u8>, at: &Position| put_position(out, *at);
        self.shared.put(&mut out, put_about, put_place);
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
        let head = Head::take(&mut from)?;
        let mut trail = Trail { position: head.position, ..Trail::default() };
        trail.unplaced = head.unplaced;
        trail.first_unplaced = (!head.first_unplaced.is_none()).then_some(head.first_unplaced);
        trail.take_cases(&head, &mut from)?;
        let tables = head.refs.checked_mul(REF_BYTES)?;
        let tables = tables.checked_add(head.refusals.checked_mul(REFUSAL_BYTES)?)?;
        let tables = tables.checked_add(head.shared.checked_mul(SHARED_BYTES)?)?;
        from.bytes(usize::try_from(tables).ok()?)?;
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
        trail.shared.take(&mut from, |from| from.position(), place)?;
        for _ in 0..from.short_count(BAR_BYTES_MIN)? {
            trail.bars.insert(from.position()?, subject(&mut from)?).is_none().then_some(())?;
        }
        from.is_empty().then_some(trail)
    }

    /// Puts every case with its events, block by block, where each block begins, and which
    /// reference is whose; gives the bytes of the cases and how many references there are.
    fn put_cases(&self, out: &mut Vec<u8>) -> (u64, u64) {
        let begin = out.len();
        let (mut directory, mut refs) = (Vec::new(), Vec::with_capacity(self.cases.len()));
        let (mut before, mut text_before, mut links) = (0, "", Vec::new());
        for (number, case) in self.cases.iter().enumerate() {
            let first = case.first.position().0;
            if (number as u64).is_multiple_of(BLOCK_CASES) {
                directory.extend_from_slice(&first.to_le_bytes());
                directory.extend_from_slice(&((out.len() - begin) as u64).to_le_bytes());
                (before, text_before) = (0, "");
            }
            put_short(out, first - before);
            let text = ref_text(&self.cases, &self.refs, number);
            // References are of ASCII, so that any place in one is between two characters.
            let pairs = text.bytes().zip(text_before.bytes());
            let same = pairs.take_while(|(one, other)| one == other).count();
            put_short(out, same as u64);
            put_text(out, &text[same..]);
            links.clear();
            let mut at = case.latest;
            while let Some(link) = at.checked_sub(1).and_then(|at| self.links.get(at as usize)) {
                links.push(link.position.position().0);
                at = link.before;
            }
            put_short(out, links.len() as u64);
            let mut last = first;
            for position in links.iter().rev() {
                put_short(out, position - last);
                last = *position;
            }
            if !text.is_empty() {
                refs.push((ref_hash(text), number as u32));
            }
            (before, text_before) = (first, text);
        }
        let stream = (out.len() - begin) as u64;
        out.extend_from_slice(&directory);
        refs.sort_unstable();
        for (hash, number) in &refs {
            out.extend_from_slice(&hash.to_le_bytes());
            out.extend_from_slice(&number.to_le_bytes());
        }
        (stream, refs.len() as u64)
    }

    /// Puts where each refusal is that names a case; gives how many there are.
    fn put_refusals(&self, out: &mut Vec<u8>) -> u64 {
        let mut refusals: Vec<(u32, Position)> = Vec::new();
        for (case_ref, positions) in self.refused.sorted() {
            let hash = ref_hash(case_ref.as_str());
            refusals.extend(positions.into_iter().map(|position| (hash, position)));
        }
        refusals.sort_unstable();
        for (hash, position) in &refusals {
            out.extend_from_slice(&hash.to_le_bytes());
            put_position(out, *position);
        }
        refusals.len() as u64
    }

    /// Puts what is about each event that several cases share; gives how much that is.
    fn put_shared(&self, out: &mut Vec<u8>) -> u64 {
        let shared = self.shared.sorted();
        let mut shared: Vec<(Position, Position)> = shared
            .into_iter()
            .flat_map(|(about, all)| all.into_iter().map(move |at| (*about, at)))
            .collect();
        shared.sort_unstable();
        for (about, at) in &shared {
            put_position(out, *about);
            put_position(out, *at);
        }
        shared.len() as u64
    }

    fn take_cases(&mut self, head: &Head, from: &mut Reader<'_>) -> Option<()> {
        let mut stream = Reader::new(from.bytes(usize::try_from(head.stream).ok()?)?);
        let mut directory = Reader::new(
            from.bytes(usize::try_from(head.blocks()).ok()?.checked_mul(BLOCK_BYTES as usize)?)?,
        );
        (head.cases <= head.stream / CASE_BYTES_MIN && head.cases < u64::from(u32::MAX))
            .then_some(())?;
        (head.links <= head.stream && head.links < u64::from(u32::MAX)).then_some(())?;
        let len = usize::try_from(head.cases).ok()?;
        let waiting = usize::try_from(head.waiting).ok()?;
        (waiting < WAITING_MAX && waiting <= len).then_some(())?;
        self.by_ref.reserve(len + len / 4);
        let mut hashes = Vec::with_capacity(len);
        let mut links = Vec::with_capacity(usize::try_from(head.links).ok()?);
        let (whole, mut last) = (stream.len(), None);
        let mut told = Told::default();
        for number in 0..u32::try_from(len).ok()? {
            if u64::from(number).is_multiple_of(BLOCK_CASES) {
                told = Told::default();
                let (first, begins) = (stream.clone().short()?, (whole - stream.len()) as u64);
                (directory.u64()? == first && directory.u64()? == begins).then_some(())?;
            }
            told.next(&mut stream)?;
            (last < Some(told.first)).then_some(())?;
            last = Some(told.first);
            if !told.text.is_empty() {
                hashes.push((self.hash_of(&told.text)?, number));
            }
            self.refs.push_str(&told.text);
            let ref_end = u32::try_from(self.refs.len()).ok()?;
            let first = Packed::new(Position(told.first));
            self.cases.push(Case { first, latest: 0, ref_end });
            links.extend(told.links.iter().map(|position| (*position, number)));
            (links.len() as u64 <= head.links).then_some(())?;
        }
        (stream.is_empty() && links.len() as u64 == head.links).then_some(())?;
        (hashes.len() as u64 == head.refs).then_some(())?;
        self.take_links(links)?;
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

    /// Takes the links of every case, which were in order of case, in order of position.
    fn take_links(&mut self, mut links: Vec<(u64, u32)>) -> Option<()> {
        links.sort_unstable();
        let mut last = 0;
        for (place, (position, number)) in (1_u32..).zip(links) {
            (position > last).then_some(())?;
            last = position;
            let case = self.cases.get_mut(number as usize)?;
            let position = Packed::new(Position(position));
            self.links.push(Link { position, before: case.latest });
            case.latest = place;
        }
        Some(())
    }
}

/// A case as an image tells it, by how it differs from the one before in its block.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) first: u64,
    pub(crate) text: String,
    /// Its further events, rising.
    pub(crate) links: Vec<u64>,
}

impl Told {
    /// Goes on to the next case.
    pub(crate) fn next(&mut self, from: &mut Reader<'_>) -> Option<()> {
        let far = from.short()?;
        (far > 0).then_some(())?;
        self.first = self.first.checked_add(far)?;
        let same = usize::try_from(from.short()?).ok()?;
        (same <= self.text.len()).then_some(())?;
        self.text.truncate(same);
        self.text.push_str(from.text().filter(|text| text.is_ascii())?);
        self.links.clear();
        let mut last = self.first;
        for _ in 0..from.short_count(1)? {
            let far = from.short()?;
            (far > 0).then_some(())?;
            last = last.checked_add(far)?;
            self.links.push(last);
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
