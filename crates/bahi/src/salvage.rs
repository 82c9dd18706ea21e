//! What is left of a damaged ledger: a new ledger of its beginning, and a list of all the rest.
//!
//! A ledger is a history: an event means what it means by those before it, and one that is lost may
//! have been an allotment, a return, the first mention of a name. So the new ledger holds the
//! longest beginning in which nothing is missing and that the strict fold takes, byte for byte: the
//! same id, the same positions, and every root that was ever signed up to its end. What is intact
//! and comes after that is not moved up to make the history look whole: each such event is given
//! with its meaning and its exact bytes, to be entered again by people who know what is missing.
//!
//! # Invariants
//! * Nothing is written to the damaged ledger, and none of it is opened by its store.
//! * Each position up to the end is in the new ledger, or stranded, or lost, and said to be.
//! * The new ledger appears under its name complete, or not at all.
//!
//! # Not here
//! Finding pages in a damaged file: `bahi-log`.

mod known;
mod place;

use std::{collections::BTreeMap, fmt, path::Path};

use bahi_core::{
    CaseRef, Event, EventKind, Instant, Introduction, LedgerId, Names, Position, Recorded,
    SchemeNo, Total,
};
use bahi_json::{EventExtra, EventLine, event_json};
use bahi_proof::{Frontier, Hash, leaf_hash};
use bahi_rules::{Inconsistent, State};
use bahi_wire::{WireError, decode_checked, decode_first};

pub use bahi_log::WhyMissing;
pub use known::Known;

use crate::{Error, Ledger, backup::last_of, base64::base64};
use place::Place;

/// What a salvage came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Salvaged {
    /// The ledger, as its pages name it.
    pub id: LedgerId,
    /// The last position that was acknowledged, by the anchor or the backup's note; where neither
    /// can be read, that of the last intact page, and there may have been more.
    pub last: Position,
    /// The root that the anchor or note has, where it can be read.
    pub witnessed: Option<Hash>,
    /// The records up to this position are proved by a tree kept with them; those after it have the
    /// check of their page to speak for them. None where not even record 0 is proved.
    pub proved: Option<Position>,
    /// The beginning that folds: what a new ledger holds. None where not even record 0 is left.
    pub kept: Option<Kept>,
    /// Why the beginning ends before the last position; none where it does not.
    pub ends: Option<Ends>,
    /// The positions that nothing intact is left of, in order.
    pub lost: Vec<Lost>,
    /// How many records are intact and not in the beginning. Each was given.
    pub stranded: u64,
    /// Those of them that are events, by scheme and kind.
    pub by_kind: Vec<StrandedSum>,
    /// Records found beyond the last position: they were never acknowledged, and are nowhere.
    pub beyond: u64,
}

impl Salvaged {
    /// Whether nothing acknowledged is missing, and all of it is proved and folds.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.ends.is_none() && self.proved == Some(self.last) && self.witnessed.is_some()
    }

    /// How many positions are lost.
    #[must_use]
    pub fn lost_count(&self) -> u64 {
        self.lost.iter().map(|lost| lost.last.0 - lost.first.0 + 1).sum()
    }
}

/// The beginning of a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Its last position.
    pub position: Position,
    /// The root of the tree there, which is the damaged ledger's at that position.
    pub root: Hash,
}

/// Why the beginning that folds is not all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ends {
    /// The record at this position is lost.
    Lost(Position),
    /// The record is intact and is none that a ledger writes.
    Unreadable(Position, WireError),
    /// The event is intact and no rule could have let it happen.
    Impossible(Inconsistent),
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ends::Lost(position) => write!(f, "the record at position {position} is lost"),
            Ends::Unreadable(position, why) => {
                write!(f, "the record at position {position} cannot be read: {why}")
            }
            Ends::Impossible(inconsistent) => inconsistent.fmt(f),
        }
    }
}

/// Positions next to each other that nothing intact is left of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lost {
    /// The first of them; 0 is the ledger's own record.
    pub first: Position,
    /// The last of them.
    pub last: Position,
    /// Why, as far as that can be told.
    pub why: WhyMissing,
    /// They were recorded at or after this moment: that of the event before them.
    pub after: Option<Instant>,
    /// And at or before this one: that of the next event that is left.
    pub before: Option<Instant>,
    /// What intact events say of them, in order of position.
    pub known: Vec<Known>,
}

/// The stranded events of one scheme and kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StrandedSum {
    /// The scheme; 0 for events of none.
    pub scheme: SchemeNo,
    /// Its name, where the beginning has it.
    pub name: Option<bahi_core::SchemeName>,
    /// The kind.
    pub kind: EventKind,
    /// How many.
    pub count: u64,
    /// The sum of their amounts.
    pub amount: Total,
}

/// An intact record that comes after the beginning that folds.
#[derive(Debug)]
pub struct Stranded<'a> {
    /// Where it lay.
    pub position: Position,
    /// Its exact bytes.
    pub record: &'a [u8],
    /// What it says, or why that cannot be read.
    pub event: Result<&'a Recorded, &'a WireError>,
    /// What the office calls its case, where that is left.
    pub case_ref: Option<&'a CaseRef>,
    /// The names of the beginning. A number beyond them was introduced by an event that is lost or
    /// stranded.
    pub names: &'a Names,
    id: LedgerId,
}

impl Stranded<'_> {
    /// The event in its JSON form, with its stored bytes and their leaf hash; a number whose name is
    /// lost is written `#7`. None for a record that is no event.
    #[must_use]
    pub fn json(&self) -> Option<EventLine> {
        let recorded = self.event.ok()?;
        let extra = EventExtra {
            event_id: bahi_core::EventId { ledger: self.id, position: self.position }.to_string(),
            leaf_hash: Some(self.leaf_hash().to_string()),
            record_base64: Some(self.base64()),
        };
        Some(event_json(recorded, self.names, self.case_ref, extra))
    }

    /// The hash of its leaf.
    #[must_use]
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(self.record)
    }

    /// Its bytes in base64.
    #[must_use]
    pub fn base64(&self) -> String {
        base64(self.record)
    }

    /// The names it introduces, each under its kind, in order: those whose numbers nobody can tell
    /// for certain any more.
    #[must_use]
    pub fn introduces(&self) -> Vec<(&'static str, String)> {
        let name = |introduction: &Introduction| match introduction {
            Introduction::Scheme(name) => ("scheme", name.to_string()),
            Introduction::Head(name) => ("head", name.to_string()),
            Introduction::Actor(name) => ("actor", name.to_string()),
            Introduction::Authority(authority) => {
                let paragraph = authority.paragraph.as_ref().map(|word| format!(" {word}"));
                let (order, date) = (&authority.order, authority.date);
                ("authority", format!("{order} {date}{}", paragraph.unwrap_or_default()))
            }
            Introduction::Word(name) => ("word", name.to_string()),
        };
        self.event.map_or(Vec::new(), |event| event.envelope.introduced.iter().map(name).collect())
    }
}

impl Ledger {
    /// Salvages a damaged ledger or backup: makes of its longest beginning that folds a ledger of
    /// its own in `into`, where that is given, and gives every intact record that comes after it.
    ///
    /// The damaged directory is read and not written, and not opened by its store. `into` must not
    /// exist, or be empty; what is written stands beside it under its name with `.unfinished` until
    /// it is complete. The new ledger has the id of the damaged one: it is the same ledger, at an
    /// earlier position. `progress` is given the position read.
    ///
    /// # Errors
    /// [`Error::Fault`]: no ledger; in use; no intact page at all; `into` holds something; what the
    /// medium says. There is then no new ledger.
    pub fn salvage(
        dir: &Path,
        into: Option<&Path>,
        on_stranded: &mut dyn FnMut(&Stranded<'_>),
        progress: &mut dyn FnMut(Position),
    ) -> Result<Salvaged, Error> {
        // What cannot be read at all is said before anything is made.
        let found = bahi_log::salvage(dir, &mut |_, _| {})?;
        let place = into.map(|into| Place::begin(into, found.ledger)).transpose()?;
        let mut reading = Reading::new(LedgerId(found.ledger.0), place, on_stranded);
        let found = bahi_log::salvage(dir, &mut |position, record| {
            if position % 4_096 == 0 {
                progress(Position(position));
            }
            reading.take(Position(position), record);
        })?;
        reading.finish(&found)
    }
}

/// Records as they are read, in order, with gaps.
struct Reading<'a> {
    id: LedgerId,
    place: Option<Place>,
    on_stranded: &'a mut dyn FnMut(&Stranded<'_>),
    state: State,
    tree: Frontier,
    /// The position that comes next, where nothing is missing.
    next: Position,
    ends: Option<Ends>,
    stranded: u64,
    sums: BTreeMap<(SchemeNo, EventKind), (u64, Total)>,
    cases: BTreeMap<Position, CaseRef>,
    known: known::Collected,
    /// The instants on both sides of each gap, by the position of its first record.
    sides: BTreeMap<Position, (Option<Instant>, Option<Instant>)>,
    last_instant: Option<Instant>,
    failed: Option<Error>,
}

impl<'a> Reading<'a> {
    fn new(
        id: LedgerId,
        place: Option<Place>,
        on_stranded: &'a mut dyn FnMut(&Stranded<'_>),
    ) -> Reading<'a> {
        Reading {
            id,
            place,
            on_stranded,
            state: State::default(),
            tree: Frontier::new(),
            next: Position::NONE,
            ends: None,
            stranded: 0,
            sums: BTreeMap::new(),
            cases: BTreeMap::new(),
            known: known::Collected::default(),
            sides: BTreeMap::new(),
            last_instant: None,
            failed: None,
        }
    }

    fn take(&mut self, position: Position, record: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        let gap = (position > self.next).then_some(self.next);
        if let Some(first) = gap {
            self.known.lose(first, position);
            self.ends.get_or_insert(Ends::Lost(first));
        }
        self.next = position.next();
        if position.is_none() {
            self.take_first(record);
            return;
        }
        let decoded = decode_checked(position, record);
        let instant = decoded.as_ref().ok().map(|recorded| recorded.recorded_at);
        if let Some(first) = gap {
            self.sides.insert(first, (self.last_instant, instant));
        }
        self.last_instant = instant.or(self.last_instant);
        if let Ok(recorded) = &decoded
            && let Event::Applied(applied) = &recorded.event
        {
            self.cases.insert(position, applied.case_ref.clone());
        }
        if self.ends.is_none() {
            match &decoded {
                Err(why) => self.ends = Some(Ends::Unreadable(position, why.clone())),
                Ok(recorded) => match self.state.apply(recorded) {
                    Err(inconsistent) => self.ends = Some(Ends::Impossible(inconsistent)),
                    Ok(()) => {
                        self.state.settle();
                        self.keep(record);
                        return;
                    }
                },
            }
        }
        self.strand(position, record, decoded.as_ref());
    }

    /// The ledger's own record.
    fn take_first(&mut self, record: &[u8]) {
        match decode_first(record) {
            Ok(first) => {
                self.last_instant = Some(first.made_at);
                self.keep(record);
            }
            Err(why) => {
                self.strand(Position::NONE, record, Err(&why));
                self.ends = Some(Ends::Unreadable(Position::NONE, why));
            }
        }
    }

    fn keep(&mut self, record: &[u8]) {
        self.tree.push(leaf_hash(record));
        if let Some(place) = &mut self.place
            && let Err(fault) = place.write(record)
        {
            self.failed = Some(fault.into());
        }
    }

    fn strand(&mut self, position: Position, record: &[u8], event: Result<&Recorded, &WireError>) {
        self.stranded += 1;
        let mut case_ref = None;
        if let Ok(recorded) = event {
            let key = (recorded.envelope.fund.scheme, recorded.event.kind());
            let (count, amount) = self.sums.entry(key).or_default();
            *count += 1;
            *amount += Total::from(recorded.envelope.amount);
            self.known.hear(recorded);
            case_ref = self.cases.get(&recorded.envelope.case);
        }
        let (names, id) = (self.state.names(), self.id);
        (self.on_stranded)(&Stranded { position, record, event, case_ref, names, id });
    }

    fn finish(mut self, found: &bahi_log::Salvage) -> Result<Salvaged, Error> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let end = Position(found.size);
        if self.next < end {
            self.known.lose(self.next, end);
            self.sides.insert(self.next, (self.last_instant, None));
            self.ends.get_or_insert(Ends::Lost(self.next));
        }
        let kept = (self.tree.size() > 0)
            .then(|| Kept { position: last_of(self.tree.size()), root: self.tree.root() });
        match (self.place, kept) {
            (Some(place), Some(kept)) => place.finish(kept.root)?,
            (Some(place), None) => place.give_up(),
            (None, _) => {}
        }
        let names = self.state.names();
        let sum = |((scheme, kind), (count, amount))| StrandedSum {
            scheme,
            name: names.scheme(scheme).cloned(),
            kind,
            count,
            amount,
        };
        let known = self.known.told(&self.cases);
        let lost = |missing: &bahi_log::Missing| {
            let (first, end) = (Position(missing.positions.first), missing.positions.end);
            let last = last_of(end);
            // Two stretches side by side are missing for different reasons: one gap.
            let sides = self.sides.range(..=first).next_back();
            let (after, before) = sides.map_or((None, None), |(_, sides)| *sides);
            let known = known.range(first..=last).map(|(_, known)| known.clone()).collect();
            Lost { first, last, why: missing.why, after, before, known }
        };
        Ok(Salvaged {
            id: self.id,
            last: last_of(found.size),
            witnessed: found.witnessed,
            proved: found.proved.checked_sub(1).map(Position),
            kept,
            ends: self.ends,
            lost: found.missing.iter().map(lost).collect(),
            stranded: self.stranded,
            by_kind: self.sums.into_iter().map(sum).collect(),
            beyond: found.beyond,
        })
    }
}

#[cfg(test)]
mod tests;
