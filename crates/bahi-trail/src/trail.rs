//! `Trail`: which events belong to a case, a person, a family, a body, an account, an order.
//!
//! # Invariants
//! * A case of four events costs about a hundred bytes: sixteen, twelve for each later event, its
//!   reference and a place in a table. A fingerprint costs about forty more.
//! * The same events in the same order give the same [`Trail::state_bytes`].

mod cases;
pub(crate) mod image;
mod state;

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::hash::BuildHasher;

use bahi_core::{
    AccountKey, Applicant, AuthorityNo, BarSubject, BodyKey, CaseRef, CommandRefused, Event,
    EventKind, FamilyKey, Fingerprint, PersonKey, Places, Position, Projection, Recorded, Reversed,
    Rows,
};
use foldhash::fast::RandomState;

use self::cases::Cases;
use crate::index::{Index, WAITING_MAX};

/// Whose trail is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The case whose `Applied` stands here.
    Case(Position),
    /// A person: the cases they apply for, own or are a member in, and what bars them.
    Person(PersonKey),
    /// A family: the cases of its members, and what bars it.
    Family(FamilyKey),
    /// A unit, vehicle or institution: the cases it applies for, and what bars it.
    Body(BodyKey),
    /// A bank account: the cases paid into it, what bars it, and the statements of it.
    Account(AccountKey),
    /// An order: the events that rest on it.
    Order(AuthorityNo),
}

impl Subject {
    /// The same as what can be barred; a case and an order cannot be.
    const fn barred(self) -> Option<BarSubject> {
        match self {
            Subject::Person(person) => Some(BarSubject::Person(person)),
            Subject::Family(family) => Some(BarSubject::Family(family)),
            Subject::Body(body) => Some(BarSubject::Body(body)),
            Subject::Account(account) => Some(BarSubject::Account(account)),
            Subject::Case(_) | Subject::Order(_) => None,
        }
    }
}

/// An index of positions by case, person, family, body, account and order.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    cases: Cases,
    /// Their references one after the other, in the same order; each ends where its case says,
    /// and is empty where another case had it first.
    refs: String,
    by_ref: Places,
    /// The hashes of the references of the latest cases, which are looked up together.
    waiting: Vec<u64>,
    hasher: RandomState,
    /// Every event of a case but its first.
    links: Rows<Link>,
    persons: Index<Fingerprint, u32>,
    families: Index<Fingerprint, u32>,
    bodies: Index<Fingerprint, u32>,
    accounts: Index<Fingerprint, u32>,
    orders: Index<AuthorityNo, Cited>,
    refused: Index<CaseRef, Position>,
    /// Events about somebody that are of no case: bars, their reversals, statements.
    alone: Index<BarSubject, Position>,
    /// What several cases share, and so is of none: matches by the events they join, undone ones by the
    /// match.
    shared: Index<Position, Position>,
    /// Whom each bar is about, since its reversal names only its place. There are few.
    bars: BTreeMap<Position, BarSubject>,
    position: Position,
    unplaced: u64,
    first_unplaced: Option<Position>,
}

/// A number in two halves, so that it takes eight bytes at any place and pads nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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
#[derive(Clone, Copy, PartialEq, Debug)]
struct Case {
    first: Packed,
    /// The place of its latest link, from 1; 0 for none.
    latest: u32,
    /// Where its reference ends; it begins where that of the case before ends.
    ref_end: u32,
}

/// An event of a case, and the one before it.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Link {
    position: Packed,
    /// The place of the link before it, from 1; 0 for the case's first event.
    before: u32,
}

/// An event that rests on an order, and its case by number from 1; 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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
            // What waits came before this event, and so does what of it cannot be placed.
            self.settle();
            self.unplaced += 1;
            self.first_unplaced = self.first_unplaced.or(Some(recorded.position));
        }
    }
}

impl Trail {
    /// Makes room for as much as another trail holds, where one of the same events is to come.
    pub fn reserve(&mut self, other: &Trail) {
        self.refs.reserve(other.refs.len().saturating_sub(self.refs.len()));
        self.by_ref.reserve(other.by_ref.len());
        self.persons.reserve(&other.persons);
        self.families.reserve(&other.families);
        self.bodies.reserve(&other.bodies);
        self.accounts.reserve(&other.accounts);
        self.orders.reserve(&other.orders);
        self.shared.reserve(&other.shared);
    }

    /// The case of a reference: the position of its `Applied`.
    #[must_use]
    pub fn case_of(&self, case_ref: &str) -> Option<Position> {
        self.number_of(case_ref).map(|number| self.cases[number as usize].first.position())
    }

    /// The reference of the case whose `Applied` stands here.
    #[must_use]
    pub fn case_ref_of(&self, case: Position) -> Option<CaseRef> {
        self.case(case).and_then(|number| CaseRef::new(self.ref_of(number as usize)).ok())
    }

    /// The events that a trail is read from, rising: whole cases, since a figure that runs needs
    /// all that came before it, with the refusals that name them. For an order, the whole cases of
    /// the events that rest on it, and those that belong to no case; [`crate::entries`] shows of
    /// them what rests on the order. For a person, family, body or account also what is about them
    /// and of no case.
    #[must_use]
    pub fn positions(&self, subject: Subject) -> Vec<Position> {
        let mut alone: Vec<Position> = match subject.barred() {
            Some(subject) => self.alone.values(&subject),
            None => Vec::new(),
        };
        let mut numbers: Vec<u32> = match subject {
            Subject::Case(case) => self.case(case).into_iter().collect(),
            Subject::Person(PersonKey(print)) => self.persons.values(&print),
            Subject::Family(FamilyKey(print)) => self.families.values(&print),
            Subject::Body(BodyKey(print)) => self.bodies.values(&print),
            Subject::Account(AccountKey(print)) => self.accounts.values(&print),
            Subject::Order(order) => {
                let cited: Vec<Cited> = self.orders.values(&order);
                alone.extend(cited.iter().map(|cited| cited.position.position()));
                cited.iter().filter_map(|cited| cited.case.checked_sub(1)).collect()
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        let mut positions = alone;
        for number in numbers {
            self.push_case(number as usize, &mut positions);
        }
        let mut from = 0;
        while from < positions.len() {
            // A match of several cases' events, and then what undid it.
            let further: Vec<Position> =
                positions[from..].iter().flat_map(|at| self.shared.values(at)).collect();
            from = positions.len();
            positions.extend(further);
        }
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// The events that rest on an order, rising, those before a position and of these the latest so
    /// many.
    #[must_use]
    pub fn resting_on(&self, order: AuthorityNo, before: Position, most: usize) -> Vec<Position> {
        let cited = self.orders.values(&order);
        // They were added in order of position.
        let end = cited.partition_point(|cited| cited.position.position() < before);
        let latest = &cited[end.saturating_sub(most)..end];
        latest.iter().map(|cited| cited.position.position()).collect()
    }

    /// The refusals that name a case of this reference, rising; the case may never have applied.
    #[must_use]
    pub fn refused(&self, case_ref: &CaseRef) -> Vec<Position> {
        self.refused.values(case_ref)
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
    /// that is not its own case or whose reference is taken, a reversal of a bar that is none, an
    /// event that does not come after the last one.
    #[must_use]
    pub fn unplaced(&self) -> u64 {
        self.unplaced + self.taken().count() as u64
    }

    /// The first event that could not be placed.
    #[must_use]
    pub fn first_unplaced(&self) -> Option<Position> {
        self.first_unplaced.or_else(|| self.taken().next())
    }

    /// Places an event everywhere it belongs; `false` where it belongs somewhere it cannot go.
    fn place(&mut self, recorded: &Recorded) -> bool {
        let (number, mut sound) = match &recorded.event {
            Event::Applied(applied) => {
                let (number, sound) = self.open(recorded, &applied.case_ref);
                (number, self.index_applicant(number, &applied.applicant) && sound)
            }
            Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::SanctionCarried(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::PaymentConfirmed(_)
            | Event::Recovered(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::Audited(_)
            | Event::FindingSettled(_) => {
                let number = self.follow(recorded);
                (number, number.is_some())
            }
            Event::Lapsed(_) | Event::MovedToSuspense(_) | Event::StockMoved(_) => {
                self.follow_if_of_case(recorded)
            }
            Event::Matched(one) => self.follow_or_share(recorded, one.target, &one.further.targets),
            Event::MatchDecided(one) => {
                self.follow_or_share(recorded, one.target, &one.further.targets)
            }
            Event::Unmatched(one) => self.follow_or_share(recorded, one.matched, &[]),
            Event::Reversed(reversed) => {
                let (number, sound) = self.follow_if_of_case(recorded);
                (number, self.index_reversal(recorded.position, reversed) && sound)
            }
            Event::Barred(barred) => {
                self.bars.insert(recorded.position, barred.subject);
                (None, self.alone.add(&barred.subject, recorded.position))
            }
            Event::StatementReceived(statement) => {
                let account = BarSubject::Account(statement.account);
                (None, self.alone.add(&account, recorded.position))
            }
            Event::CommandRefused(refusal) => (None, self.index_refusal(recorded, refusal)),
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementLines(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => (None, true),
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

    /// Opens a case. Whether another case has its reference shows when it is settled.
    fn open(&mut self, recorded: &Recorded, case_ref: &CaseRef) -> (Option<u32>, bool) {
        let Some(number) = u32::try_from(self.cases.len()).ok().filter(|all| *all < u32::MAX)
        else {
            return (None, false);
        };
        if recorded.envelope.case != recorded.position {
            return (None, false);
        }
        let Ok(ref_end) = u32::try_from(self.refs.len() + case_ref.as_str().len()) else {
            return (None, false);
        };
        self.refs.push_str(case_ref.as_str());
        self.cases.push(Case { first: Packed::new(recorded.position), latest: 0, ref_end });
        self.waiting.push(self.hasher.hash_one(case_ref.as_str()));
        if self.waiting.len() == WAITING_MAX {
            self.settle();
        }
        (Some(number), true)
    }

    /// Looks up the references that wait, in order, and takes away each that another case had
    /// first: its event counts as one that could not be placed.
    fn settle(&mut self) {
        for hash in &self.waiting {
            core::hint::black_box(self.by_ref.first(*hash));
        }
        let mut waiting = core::mem::take(&mut self.waiting);
        let from = self.cases.len() - waiting.len();
        for (number, hash) in (from..).zip(waiting.drain(..)) {
            let text = ref_text(&self.cases, &self.refs, number);
            if self.settled(hash, text).is_none() {
                let number = u32::try_from(number).expect("a case is opened where it has a number");
                self.by_ref.insert(hash, number);
                continue;
            }
            let (end, len) = (self.cases[number].ref_end as usize, text.len());
            self.refs.replace_range(end - len..end, "");
            for later in number..self.cases.len() {
                self.cases[later].ref_end -= len as u32;
            }
            self.unplaced += 1;
            self.first_unplaced = self.first_unplaced.or(Some(self.cases[number].first.position()));
        }
        self.waiting = waiting;
    }

    /// The cases that wait and whose references another case had first.
    fn taken(&self) -> impl Iterator<Item = Position> {
        let waiting = self.cases.len() - self.waiting.len()..self.cases.len();
        let taken = waiting.filter(|number| self.ref_of(*number).is_empty());
        taken.map(|number| self.cases[number].first.position())
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

    /// Links an event that may be of a case and may not; unsound where its case is not open.
    fn follow_if_of_case(&mut self, recorded: &Recorded) -> (Option<u32>, bool) {
        if recorded.envelope.case.is_none() {
            return (None, true);
        }
        let number = self.follow(recorded);
        (number, number.is_some())
    }

    /// Links an event of one case; one of several cases is shown in each, by the events it is about.
    fn follow_or_share(
        &mut self,
        recorded: &Recorded,
        about: Position,
        further: &[Position],
    ) -> (Option<u32>, bool) {
        if recorded.envelope.case.is_none() {
            let all = core::iter::once(&about).chain(further).filter(|at| !at.is_none());
            let mut sound = true;
            for at in all {
                sound &= self.shared.add(at, recorded.position);
            }
            return (None, sound);
        }
        self.follow_if_of_case(recorded)
    }

    /// Shows the reversal of a bar to whom the bar is about; `false` where there is no such bar.
    fn index_reversal(&mut self, position: Position, reversed: &Reversed) -> bool {
        if reversed.kind != EventKind::Barred {
            return true;
        }
        let Some(subject) = self.bars.get(&reversed.of) else { return false };
        self.alone.add(subject, position)
    }

    fn index_refusal(&mut self, recorded: &Recorded, refusal: &CommandRefused) -> bool {
        let Some(subject) = &refusal.subject else { return true };
        self.refused.add(subject, recorded.position)
    }

    fn index_applicant(&mut self, number: Option<u32>, applicant: &Applicant) -> bool {
        let Some(number) = number else { return false };
        let mut sound = true;
        applicant.each_subject(|subject| {
            sound &= match subject {
                BarSubject::Person(person) => self.persons.add(&person.0, number),
                BarSubject::Family(family) => self.families.add(&family.0, number),
                BarSubject::Body(body) => self.bodies.add(&body.0, number),
                BarSubject::Account(account) => self.accounts.add(&account.0, number),
            };
        });
        sound
    }

    /// The number of a case, from 0, by the position of its `Applied`.
    fn case(&self, first: Position) -> Option<u32> {
        self.cases.beginning_at(first)
    }

    /// The reference of a case; empty where another case had it first.
    fn ref_of(&self, number: usize) -> &str {
        let text = ref_text(&self.cases, &self.refs, number);
        let waits = number >= self.cases.len() - self.waiting.len();
        let first = !waits || self.number_of(text).is_some_and(|one| one as usize == number);
        if first { text } else { "" }
    }

    fn number_of(&self, case_ref: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(case_ref);
        self.settled(hash, case_ref).or_else(|| {
            let mut waiting = self.cases.len() - self.waiting.len()..self.cases.len();
            let first = waiting.find(|one| ref_text(&self.cases, &self.refs, *one) == case_ref)?;
            u32::try_from(first).ok()
        })
    }

    /// The case of a reference, among those that do not wait.
    fn settled(&self, hash: u64, case_ref: &str) -> Option<u32> {
        let is = |number: u32| ref_text(&self.cases, &self.refs, number as usize) == case_ref;
        self.by_ref.find(hash, is)
    }

    /// Appends the events of a case, first to last found, in no order.
    fn push_events(&self, number: usize, positions: &mut Vec<Position>) {
        let case = self.cases[number];
        positions.push(case.first.position());
        let mut at = case.latest;
        // Links point backwards, so the walk ends.
        while let Some(link) = at.checked_sub(1).and_then(|place| self.links.get(place as usize)) {
            positions.push(link.position.position());
            at = link.before;
        }
    }

    /// Appends the events of a case and the refusals that name it, in no order.
    fn push_case(&self, number: usize, positions: &mut Vec<Position>) {
        self.push_events(number, positions);
        // An empty reference, which no refusal names, is no `CaseRef`.
        if let Ok(case_ref) = CaseRef::new(self.ref_of(number)) {
            positions.extend(self.refused.values(&case_ref));
        }
    }
}

fn ref_text<'a>(cases: &Rows<Case>, refs: &'a str, number: usize) -> &'a str {
    let from = number.checked_sub(1).map_or(0, |before| cases[before].ref_end as usize);
    &refs[from..cases[number].ref_end as usize]
}
