//! The image of the rules' memory: what the state is, put as bytes and taken back.
//!
//! # Invariants
//! * The state that an image gives is the one it was put from; what can be computed again of the
//!   rest (where things are found by hash, who is told from whom) is computed and not put.
//! * The same events in the same order give the same bytes.
//! * No terms are in an image, but where in the log they stand: whoever takes it up reads them
//!   there. Nor are command ids and whose a case is: drawn at random, they take in an image what they
//!   take in the log, which a ledger has beside it.
//! * Any bytes are safe to take: no panic, and no memory beyond a fixed multiple of theirs.
//!
//! # Not here
//! How one value is put: `stored/values.rs`; a case: `stored/cases.rs`. That the bytes are those that
//! were put away: whoever keeps them hashes them.

mod cases;
mod claims;
mod drawn;
mod values;

use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hash};

use bahi_core::{Event, Position, Recorded, Rows, image::put_names};

use super::{Commands, Map, Scheme, State, steps::Steps};
pub use drawn::Drawn;
pub(super) use values::{Put, Stored, Take};

impl State {
    /// The state as bytes that [`State::from_image`] makes it of again. What could still be unmade
    /// is no part of it: the image of a state is that of a settled one.
    #[must_use]
    pub fn image(&self) -> Vec<u8> {
        let mut out = Put::with_room(64 + 40 * self.owners.len());
        self.terms_at.put(&mut out);
        self.last.put(&mut out);
        put_names(&mut out.bytes, &self.names);
        self.commands.forgotten.put(&mut out);
        put_owners(&self.owners, &mut out);
        cases::put(self, &mut out);
        self.facts.put(&mut out);
        out.short(self.claims.next() as u64);
        put_map(&self.funds, &mut out);
        put_map(&self.entries, &mut out);
        put_map(&self.reversals, &mut out);
        put_map(&self.bars, &mut out);
        put_map(&self.stock, &mut out);
        put_map(&self.confirmations, &mut out);
        put_map(&self.return_reasons, &mut out);
        put_map(&self.steps.0, &mut out);
        put_map(&self.suspended, &mut out);
        put_map(&self.audits, &mut out);
        put_map(&self.settlements, &mut out);
        self.certificates.put(&mut out);
        self.seals.put(&mut out);
        put_map(&self.statements, &mut out);
        put_map(&self.files, &mut out);
        put_map(&self.matched_lines, &mut out);
        put_map(&self.matched_targets, &mut out);
        put_map(&self.matches, &mut out);
        put_map(&self.rejected, &mut out);
        self.keys.put(&mut out);
        put_map(&self.actor_keys, &mut out);
        out.bytes
    }

    /// Where the terms stand that an image rests on: the events that [`State::from_image`] is given,
    /// in this order. `None` for bytes that are none.
    #[must_use]
    pub fn terms_in(image: &[u8]) -> Option<Vec<Position>> {
        Vec::take(&mut Take::new(image))
    }

    /// The state that an image is of, with the events that opened its schemes and changed their
    /// terms, and with what is drawn of all its events, which is asked for last; `None` for bytes
    /// that are none, or of other events.
    pub fn from_image(
        image: &[u8],
        terms: &[Recorded],
        drawn: impl FnOnce() -> Option<Drawn>,
    ) -> Option<State> {
        let mut from = Take::new(image);
        let mut state = State { terms_at: Vec::take(&mut from)?, ..State::default() };
        state.last = Position::take(&mut from)?;
        state.names = from.reader.names()?;
        state.take_terms(terms)?;
        let events = usize::try_from(state.last.0).ok()?;
        let forgotten = Vec::take(&mut from)?;
        state.owners = take_owners(events, &mut from)?;
        cases::take(&mut state, &mut from)?;
        state.facts = Rows::take(&mut from)?;
        let claims = from.number()?;
        state.funds = take_map(&mut from)?;
        state.entries = take_map(&mut from)?;
        state.reversals = take_map(&mut from)?;
        state.bars = take_map(&mut from)?;
        state.stock = take_map(&mut from)?;
        state.confirmations = take_map(&mut from)?;
        state.return_reasons = take_map(&mut from)?;
        state.steps = Steps(take_map(&mut from)?);
        state.suspended = take_map(&mut from)?;
        state.audits = take_map(&mut from)?;
        state.settlements = take_map(&mut from)?;
        state.certificates = Vec::take(&mut from)?;
        state.seals = Vec::take(&mut from)?;
        state.statements = take_map(&mut from)?;
        state.files = take_map(&mut from)?;
        state.matched_lines = take_map(&mut from)?;
        state.matched_targets = take_map(&mut from)?;
        state.matches = take_map(&mut from)?;
        state.rejected = take_map(&mut from)?;
        state.keys = Stored::take(&mut from)?;
        state.actor_keys = take_map(&mut from)?;
        let cases = u32::try_from(state.cases.len()).ok()?;
        let owned = state.owners.iter().all(|owner| *owner <= cases);
        (owned && from.reader.is_empty()).then_some(())?;
        let mut drawn = drawn()?;
        state.commands = Commands::drawn(events, forgotten, drawn.take_commands())?;
        state.take_claims(claims, &drawn)?;
        Some(state)
    }

    /// Takes the schemes and their terms from the events that hold them.
    fn take_terms(&mut self, terms: &[Recorded]) -> Option<()> {
        let at = terms.iter().map(|recorded| recorded.position);
        self.terms_at.iter().copied().eq(at).then_some(())?;
        for recorded in terms {
            let scheme = recorded.envelope.fund.scheme;
            if let Event::SchemeOpened(opened) = &recorded.event {
                (usize::from(scheme.0) == self.schemes.len() + 1).then_some(())?;
                let versions = Vec::from([opened.terms.clone()]);
                self.schemes.push(Scheme { districts: opened.districts.clone(), versions });
            } else if let Event::TermsChanged(changed) = &recorded.event {
                let versions = &mut self.open_mut(scheme)?.versions;
                (usize::from(changed.version) == versions.len() + 1).then_some(())?;
                versions.push(changed.terms.clone());
            } else {
                return None;
            }
        }
        Some(())
    }
}

impl Commands {
    /// The commands of so many events, of which some are not to be found.
    fn drawn(
        events: usize,
        forgotten: Vec<u32>,
        ids: Rows<bahi_core::CommandId>,
    ) -> Option<Commands> {
        u32::try_from(events).ok()?;
        (ids.len() == events).then_some(())?;
        let mut commands = Commands { ids, forgotten, ..Commands::default() };
        commands.places.reserve(room_to_grow(events));
        let mut forgotten = commands.forgotten.iter().copied().peekable();
        let (ids, hasher) = (&commands.ids, &commands.hasher);
        let hash = |id: &bahi_core::CommandId| hasher.hash_one(u128::from_le_bytes(id.to_bytes()));
        let remembered =
            ids.iter().zip(0_u32..).filter(|(_, number)| forgotten.next_if_eq(number).is_none());
        let all = commands.places.insert_all(remembered.map(|(id, number)| (hash(id), number)));
        let sound = all && forgotten.next().is_none();
        sound.then_some(commands)
    }
}

/// Room for things and a quarter as many more, so that the next ones find some.
const fn room_to_grow(things: usize) -> usize {
    things + things / 4
}

/// Puts the case of each event: 0 for none, 1 for one that it begins, and from 2 how many cases
/// began since. Nearly every event is of a late one.
fn put_owners(owners: &Rows<u32>, out: &mut Put) {
    let mut latest = 0;
    for owner in owners {
        match *owner {
            0 => out.short(0),
            owner if owner > latest => {
                out.short(1);
                latest = owner;
            }
            owner => out.short(u64::from(latest - owner) + 2),
        }
    }
}

fn take_owners(events: usize, from: &mut Take<'_>) -> Option<Rows<u32>> {
    (events <= from.reader.len()).then_some(())?;
    let mut owners = Rows::default();
    let mut latest = 0_u32;
    for _ in 0..events {
        owners.push(match from.reader.short()? {
            0 => 0,
            1 => {
                latest = latest.checked_add(1)?;
                latest
            }
            back => {
                let owner = latest.checked_sub(u32::try_from(back - 2).ok()?)?;
                (owner > 0).then_some(owner)?
            }
        });
    }
    Some(owners)
}

/// Puts a map, its keys rising.
fn put_map<K: Stored + Ord, V: Stored>(map: &Map<K, V>, out: &mut Put) {
    let mut all: Vec<(&K, &V)> = map.iter().collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    out.short(all.len() as u64);
    for (key, value) in all {
        key.put(out);
        value.put(out);
    }
}

fn take_map<K: Stored + Ord + Hash, V: Stored>(from: &mut Take<'_>) -> Option<Map<K, V>> {
    let len = from.reader.short_count(2)?;
    let mut map = Map::default();
    map.reserve(from.room::<(K, V)>(room_to_grow(len)));
    for _ in 0..len {
        map.insert(K::take(from)?, V::take(from)?);
    }
    (map.len() == len).then_some(map)
}
