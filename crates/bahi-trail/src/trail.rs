//! `Trail`: which events belong to a case, a person, an account, an order.
//!
//! # Invariants
//! * A case of four events costs about a hundred bytes: sixteen, twelve for each later event, its
//!   reference and a place in a table. A fingerprint costs about forty more.
//! * The same events in the same order give the same [`Trail::state_bytes`].

use alloc::{string::String, vec::Vec};
use core::hash::BuildHasher;

use bahi_core::{
    AccountKey, Applicant, AuthorityNo, BodyKey, CaseRef, Event, FamilyKey, Fingerprint, PersonKey,
    Position, Projection, Recorded,
};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::index::Index;

/// The mark that state bytes begin with; another layout takes another one.
const STATE_MARK: &[u8; 16] = b"bahi-trail/1   \n";

/// Whose trail is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The case whose `Applied` stands here.
    Case(Position),
    /// A person: the cases they apply for, own or are a member in.
    Person(PersonKey),
    /// A family: the cases of its members.
    Family(FamilyKey),
    /// A unit, vehicle or institution: the cases it applies for.
    Body(BodyKey),
    /// A bank account: the cases paid into it.
    Account(AccountKey),
    /// An order: the events that rest on it.
    Order(AuthorityNo),
}

/// An index of positions by case, person, family, body, account and order.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Cases in order of their first event.
    cases: Vec<Case>,
    /// Their references one after the other, in the same order; each ends where its case says,
    /// and is empty where another case had it first.
    refs: String,
    by_ref: HashTable<u32>,
    hasher: RandomState,
    /// Every event of a case but its first.
    links: Vec<Link>,
    persons: Index<Fingerprint, u32>,
    families: Index<Fingerprint, u32>,
    bodies: Index<Fingerprint, u32>,
    accounts: Index<Fingerprint, u32>,
    orders: Index<AuthorityNo, Cited>,
    refused: Index<CaseRef, Position>,
    position: Position,
    unplaced: u64,
    first_unplaced: Option<Position>,
}

/// A number in two halves, so that it takes eight bytes at any place and pads nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Packed([u32; 2]);

impl Packed {
    const fn new(position: Position) -> Packed {
        Packed([(position.0 >> 32) as u32, position.0 as u32])
    }

    const fn position(self) -> Position {
        Position((self.0[0] as u64) << 32 | self.0[1] as u64)
    }
}

/// A case: its first event, its last link, and its reference.
#[derive(Clone, Copy, Debug)]
struct Case {
    first: Packed,
    /// The place of its latest link, from 1; 0 for none.
    latest: u32,
    /// Where its reference ends; it begins where that of the case before ends.
    ref_end: u32,
}

/// An event of a case, and the one before it.
#[derive(Clone, Copy, Debug)]
struct Link {
    position: Packed,
    /// The place of the link before it, from 1; 0 for the case's first event.
    before: u32,
}

/// An event that rests on an order, and its case by number from 1; 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cited {
    position: Packed,
    case: u32,
}

const _: () = assert!(size_of::<Case>() == 16 && size_of::<Link>() == 12);

impl Projection for Trail {
    fn apply(&mut self, recorded: &Recorded) {
        let placed = recorded.position > self.position && {
            self.position = recorded.position;
            self.place(recorded)
        };
        if !placed {
            self.unplaced += 1;
            self.first_unplaced = self.first_unplaced.or(Some(recorded.position));
        }
    }
}

impl Trail {
    /// The case of a reference: the position of its `Applied`.
    #[must_use]
    pub fn case_of(&self, case_ref: &str) -> Option<Position> {
        self.number_of(case_ref).map(|number| self.cases[number as usize].first.position())
    }

    /// The reference of the case whose `Applied` stands here.
    #[must_use]
    pub fn case_ref_of(&self, case: Position) -> Option<CaseRef> {
        self.case(case).and_then(|number| CaseRef::new(self.ref_of(number)).ok())
    }

    /// The events that a trail is read from, rising: whole cases, since a figure that runs needs
    /// all that came before it, with the refusals that name them. For an order, the whole cases of
    /// the events that rest on it, and those that belong to no case; [`crate::entries`] shows of
    /// them what rests on the order.
    #[must_use]
    pub fn positions(&self, subject: Subject) -> Vec<Position> {
        let mut alone: Vec<Position> = Vec::new();
        let mut numbers: Vec<u32> = match subject {
            Subject::Case(case) => self.case(case).into_iter().collect(),
            Subject::Person(PersonKey(print)) => self.persons.values(&print).collect(),
            Subject::Family(FamilyKey(print)) => self.families.values(&print).collect(),
            Subject::Body(BodyKey(print)) => self.bodies.values(&print).collect(),
            Subject::Account(AccountKey(print)) => self.accounts.values(&print).collect(),
            Subject::Order(order) => {
                let cited: Vec<Cited> = self.orders.values(&order).collect();
                alone.extend(cited.iter().map(|cited| cited.position.position()));
                cited.iter().filter_map(|cited| cited.case.checked_sub(1)).collect()
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        let mut positions = alone;
        for number in numbers {
            self.push_case(number, &mut positions);
        }
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// The refusals that name a case of this reference, rising; the case may never have applied.
    #[must_use]
    pub fn refused(&self, case_ref: &CaseRef) -> Vec<Position> {
        self.refused.values(case_ref).collect()
    }

    /// How many cases there are.
    #[must_use]
    pub fn case_count(&self) -> usize {
        self.cases.len()
    }

    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// How many events could not be placed: one of a case that no event opened, an application
    /// that is not its own case or whose reference is taken, an event that does not come after
    /// the last one.
    #[must_use]
    pub const fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// The first event that could not be placed.
    #[must_use]
    pub const fn first_unplaced(&self) -> Option<Position> {
        self.first_unplaced
    }

    /// The whole state as bytes, sorted, so that a replay and a live fold can be compared byte for
    /// byte or by their hash. Integers are big-endian, lists begin with their length.
    #[must_use]
    pub fn state_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(STATE_MARK);
        put(&mut out, self.position.0);
        put(&mut out, self.unplaced);
        put(&mut out, self.first_unplaced.unwrap_or_default().0);
        put(&mut out, self.cases.len() as u64);
        for (number, _) in (0_u32..).zip(&self.cases) {
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
        out
    }

    /// Places an event everywhere it belongs; `false` where it belongs somewhere it cannot go.
    fn place(&mut self, recorded: &Recorded) -> bool {
        let (number, mut sound) = match &recorded.event {
            Event::Applied(applied) => {
                let (number, sound) = self.open(recorded, &applied.case_ref);
                (number, self.index_applicant(number, &applied.applicant) && sound)
            }
            Event::Sanctioned(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::Recovered(_)
            | Event::Audited(_) => {
                let number = self.follow(recorded);
                (number, number.is_some())
            }
            Event::CommandRefused(refusal) => {
                let sound = refusal
                    .subject
                    .as_ref()
                    .is_none_or(|subject| self.refused.add(subject, recorded.position));
                (None, sound)
            }
            Event::SchemeOpened(_) | Event::TermsChanged(_) | Event::FundsAllotted => (None, true),
        };
        if let (Event::Disbursed(payment), Some(number)) = (&recorded.event, number) {
            sound &= self.accounts.add(&payment.payee.account.0, number);
        }
        let order = recorded.envelope.authority;
        if !order.is_none() {
            let case = number.map_or(0, |number| number.saturating_add(1));
            sound &=
                self.orders.add(&order, Cited { position: Packed::new(recorded.position), case });
        }
        sound
    }

    /// Opens a case; without its reference where another case has it.
    fn open(&mut self, recorded: &Recorded, case_ref: &CaseRef) -> (Option<u32>, bool) {
        let Ok(number) = u32::try_from(self.cases.len()) else { return (None, false) };
        if recorded.envelope.case != recorded.position {
            return (None, false);
        }
        let free = self.number_of(case_ref.as_str()).is_none();
        let kept = if free { case_ref.as_str() } else { "" };
        let Ok(ref_end) = u32::try_from(self.refs.len() + kept.len()) else {
            return (None, false);
        };
        self.refs.push_str(kept);
        self.cases.push(Case { first: Packed::new(recorded.position), latest: 0, ref_end });
        if free {
            let (cases, refs, hasher) = (&self.cases, &self.refs, &self.hasher);
            let rehash = |number: &u32| hasher.hash_one(ref_text(cases, refs, *number));
            self.by_ref.insert_unique(rehash(&number), number, rehash);
        }
        (Some(number), free)
    }

    /// Links an event to its case, where the case is open.
    fn follow(&mut self, recorded: &Recorded) -> Option<u32> {
        let number = self.case(recorded.envelope.case)?;
        let place = u32::try_from(self.links.len() + 1).ok()?;
        let case = &mut self.cases[number as usize];
        self.links.push(Link { position: Packed::new(recorded.position), before: case.latest });
        case.latest = place;
        Some(number)
    }

    fn index_applicant(&mut self, number: Option<u32>, applicant: &Applicant) -> bool {
        let Some(number) = number else { return false };
        match applicant {
            Applicant::Person { person, family } => {
                self.persons.add(&person.0, number)
                    & family.is_none_or(|family| self.families.add(&family.0, number))
            }
            Applicant::Unit { unit, owner } => {
                self.bodies.add(&unit.0, number)
                    & owner.is_none_or(|owner| self.persons.add(&owner.0, number))
            }
            Applicant::Spv { spv, members } => {
                let mut sound = self.bodies.add(&spv.0, number);
                for member in members {
                    sound &= self.persons.add(&member.0, number);
                }
                sound
            }
            Applicant::Institution { institution } => self.bodies.add(&institution.0, number),
            Applicant::NotInSource => true,
        }
    }

    /// The number of a case, from 0, by the position of its `Applied`.
    fn case(&self, first: Position) -> Option<u32> {
        let found = self.cases.binary_search_by_key(&first, |case| case.first.position());
        found.ok().and_then(|number| u32::try_from(number).ok())
    }

    /// The reference of a case; empty where another case had it first.
    fn ref_of(&self, number: u32) -> &str {
        ref_text(&self.cases, &self.refs, number)
    }

    fn number_of(&self, case_ref: &str) -> Option<u32> {
        let held = |number: &u32| self.ref_of(*number) == case_ref;
        self.by_ref.find(self.hasher.hash_one(case_ref), held).copied()
    }

    /// Appends the events of a case, first to last found, in no order.
    fn push_events(&self, number: u32, positions: &mut Vec<Position>) {
        let case = self.cases[number as usize];
        positions.push(case.first.position());
        let mut at = case.latest;
        // Links point backwards, so the walk ends.
        while let Some(link) = at.checked_sub(1).and_then(|place| self.links.get(place as usize)) {
            positions.push(link.position.position());
            at = link.before;
        }
    }

    /// Appends the events of a case and the refusals that name it, in no order.
    fn push_case(&self, number: u32, positions: &mut Vec<Position>) {
        self.push_events(number, positions);
        // An empty reference, which no refusal names, is no `CaseRef`.
        if let Ok(case_ref) = CaseRef::new(self.ref_of(number)) {
            positions.extend(self.refused.values(&case_ref));
        }
    }
}

fn ref_text<'a>(cases: &[Case], refs: &'a str, number: u32) -> &'a str {
    let number = number as usize;
    let from = number.checked_sub(1).map_or(0, |before| cases[before].ref_end as usize);
    &refs[from..cases[number].ref_end as usize]
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
