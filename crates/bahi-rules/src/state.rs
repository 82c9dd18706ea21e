//! What the rules remember: schemes and their terms, funds, cases, payments, command ids.
//!
//! # Invariants
//! * The state is made by `apply` alone and unmade, event by event in reverse, by `unapply`.
//! * A fund whose sums are all zero is not remembered, so that a reversal leaves no trace of it.
//! * A sanction's amount is what its live payments come to and what is unpaid in the funds it
//!   draws on.
//!
//! # Not here
//! The checks of the strict fold: `fold`. The decisions: `decide`.

mod cases;
mod claims;
mod commands;
mod matches;
mod refs;
mod steps;
mod stored;

use alloc::vec::Vec;

use bahi_core::{
    Across, Act, ActorNo, BarSubject, CaseRef, Command, CommandId, Day, District, Event, EventKind,
    FactRefs, Facts, FundKey, LineReference, Money, Movement, Names, Position, Recorded, Rows,
    SchemeNo, StockMove, StoredFact, Terms, Total, WordNo,
};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

pub(crate) use self::{
    cases::{AccountMark, Change, Ending},
    claims::Claims,
    commands::Commands,
    matches::{Joined, Line},
    refs::{CaseRefs, HeldRef},
    steps::Steps,
};
pub use self::{
    cases::{Case, Draw, Payment, Sanction},
    stored::Drawn,
};

pub(crate) type Map<K, V> = HashMap<K, V, FixedState>;

/// How many commands are foreseen together at most: few enough that what they need stays in the
/// nearest caches until they are decided.
pub const FORESEEN_MAX: usize = 64;

/// The memory of the rules: enough to decide the next command, and no more.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct State {
    pub(crate) names: Names,
    pub(crate) last: Position,
    pub(crate) schemes: Vec<Scheme>,
    /// Where schemes were opened and their terms changed, in order.
    pub(crate) terms_at: Vec<Position>,
    pub(crate) funds: Map<FundKey, FundTotals>,
    pub(crate) cases: Rows<Case>,
    /// The case of each event, by position less one: its number from 1; 0 for an event of none.
    pub(crate) owners: Rows<u32>,
    pub(crate) case_refs: CaseRefs,
    pub(crate) claims: Claims,
    pub(crate) facts: Rows<(WordNo, StoredFact)>,
    pub(crate) commands: Commands,
    pub(crate) entries: Map<Position, Entry>,
    pub(crate) reversals: Map<Position, Position>,
    pub(crate) bars: Map<BarSubject, Vec<Bar>>,
    pub(crate) stock: Map<Store, Stock>,
    /// The confirmation of each payment's credit, and the bank's day of it.
    pub(crate) confirmations: Map<Position, (Position, Day)>,
    /// Why each payment that came back did.
    pub(crate) return_reasons: Map<Position, WordNo>,
    pub(crate) steps: Steps,
    /// The money in suspense that seems to be each payment's, rising.
    pub(crate) suspended: Map<Position, Vec<Position>>,
    /// How many findings each audit has that has any.
    pub(crate) audits: Map<Position, u16>,
    pub(crate) settlements: Map<(Position, u16), Position>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) seals: Vec<Day>,
    pub(crate) statements: Map<Position, Statement>,
    /// The statements of each file, by its hash and the statement's number in it.
    pub(crate) files: Map<([u8; 32], u16), Position>,
    pub(crate) matched_lines: Map<LineReference, Position>,
    pub(crate) matched_targets: Map<Position, Position>,
    /// Every match and decision, undone ones among them.
    pub(crate) matches: Map<Position, Joined>,
    /// Pairs that a person said are different money, with the decision.
    pub(crate) rejected: Map<(LineReference, Position), Position>,
    pub(crate) keys: Keys,
    /// What was said of each actor's keys, in order.
    pub(crate) actor_keys: Map<ActorNo, Vec<ActorKey>>,
    pub(crate) undo: Undo,
}

/// A scheme that is open; its number is its place among them, from 1.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Scheme {
    pub(crate) districts: Vec<District>,
    pub(crate) versions: Vec<Terms>,
}

impl Scheme {
    pub(crate) fn has_version(&self, version: u16) -> bool {
        (1..=self.versions.len()).contains(&usize::from(version))
    }
}

/// An event that can be reversed and that its case does not remember: all but sanctions,
/// payments and returns.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: EventKind,
    pub(crate) movement: Option<Movement>,
    pub(crate) fund: FundKey,
    pub(crate) amount: Money,
    pub(crate) detail: Detail,
}

/// What the reversal of an event must know beyond its money.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Detail {
    None,
    Bar(BarSubject, Bar),
    Confirmed(Position, Day),
    Step(WordNo, Day),
    Demanded(Money),
    Settled(Position, u16),
    Suspended(Position),
    Stock(Store, StockMove, u32),
}

/// A bar that stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Bar {
    pub(crate) position: Position,
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
}

/// Where things in kind are, and which.
pub(crate) type Store = (SchemeNo, District, WordNo);

/// How many things there are of one kind in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stock {
    /// Ever ordered.
    pub ordered: u64,
    /// Of these, received.
    pub received: u64,
    /// Of these, handed over.
    pub handed_over: u64,
    /// Of those received, lost or useless.
    pub written_off: u64,
}

impl Stock {
    /// What is there: received, and neither handed over nor written off.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.received.saturating_sub(self.handed_over.saturating_add(self.written_off))
    }

    pub(crate) const fn sound(&self) -> bool {
        self.received <= self.ordered
            && self.handed_over.saturating_add(self.written_off) <= self.received
    }

    pub(crate) const fn count(&mut self, movement: StockMove) -> &mut u64 {
        match movement {
            StockMove::Ordered => &mut self.ordered,
            StockMove::Received => &mut self.received,
            StockMove::HandedOver => &mut self.handed_over,
            StockMove::WrittenOff => &mut self.written_off,
        }
    }
}

/// A certified state: where it stands, up to where, and as of which day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Certificate {
    pub(crate) position: Position,
    pub(crate) upto: Position,
    pub(crate) as_of: Day,
}

/// A statement as far as its lines have come.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Statement {
    pub(crate) file: [u8; 32],
    /// Who recorded it.
    pub(crate) actor: bahi_core::ActorNo,
    pub(crate) expected: u32,
    pub(crate) lines: Vec<Line>,
}

/// Which fingerprint keys are held: key 1, those added after it, less those destroyed.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Keys {
    /// Whether the first key was recorded by name.
    pub(crate) first: bool,
    pub(crate) added: u16,
    /// Rising.
    pub(crate) destroyed: Vec<u16>,
}

impl Keys {
    pub(crate) const fn newest(&self) -> u16 {
        self.added.saturating_add(1)
    }

    pub(crate) fn holds(&self, key: u16) -> bool {
        (1..=self.newest()).contains(&key) && self.destroyed.binary_search(&key).is_err()
    }

    pub(crate) fn older(&self) -> impl Iterator<Item = u16> {
        (1..self.newest()).filter(|key| self.holds(*key))
    }
}

/// What was said of a key with which an actor signs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct ActorKey {
    pub(crate) key: [u8; 32],
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
    /// Whether everything must be signed from then on.
    pub(crate) required: bool,
}

/// Cases as they were before the events that may still be unmade; no part of what the state is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Undo(pub(crate) Vec<(Position, Case)>);

impl PartialEq for Undo {
    fn eq(&self, _: &Undo) -> bool {
        true
    }
}

/// The sums of one fund, as the rules count them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FundTotals {
    /// Money given, net of what was taken back, moved away or lapsed.
    pub allotted: Total,
    /// Money granted to cases, net.
    pub sanctioned: Total,
    /// Money paid, gross of returns.
    pub disbursed: Total,
    /// Payments that came back.
    pub returned: Total,
    /// Money recovered.
    pub recovered: Total,
    /// Money shown to be used.
    pub utilised: Total,
    /// Money that became the beneficiary's own.
    pub adjusted: Total,
    /// Money that nothing accounts for.
    pub suspense: Total,
    /// Interest earned.
    pub interest_earned: Total,
    /// Interest handed back.
    pub interest_remitted: Total,
}

impl FundTotals {
    /// What may still be sanctioned.
    #[must_use]
    pub fn available(&self) -> Total {
        self.allotted - self.sanctioned
    }

    /// Interest earned and not handed back.
    #[must_use]
    pub fn interest_held(&self) -> Total {
        self.interest_earned - self.interest_remitted
    }

    /// What was paid and is not accounted for.
    #[must_use]
    pub fn advances(&self) -> Total {
        self.disbursed - self.returned - self.recovered - self.utilised - self.adjusted
    }
}

impl State {
    /// The names known so far.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// The last event folded.
    #[must_use]
    pub const fn last(&self) -> Position {
        self.last
    }

    /// The sums of every fund that has any, in no particular order.
    pub fn funds(&self) -> impl Iterator<Item = (&FundKey, &FundTotals)> {
        self.funds.iter()
    }

    /// The sums of one fund; zeros for one that was never allotted.
    #[must_use]
    pub fn fund(&self, key: &FundKey) -> FundTotals {
        self.funds.get(key).copied().unwrap_or_default()
    }

    /// The position of a case's application.
    #[must_use]
    pub fn case_position(&self, case_ref: &str) -> Option<Position> {
        self.case_of(case_ref).map(|case| case.position)
    }

    /// A case, by its reference.
    #[must_use]
    pub fn case_of(&self, case_ref: &str) -> Option<&Case> {
        self.case_refs.find(case_ref, &self.cases)
    }

    /// A case, by the position of its application.
    #[must_use]
    pub fn case(&self, position: Position) -> Option<&Case> {
        self.owner(position).filter(|case| case.position == position)
    }

    /// The reference of a case, by the position of its application.
    #[must_use]
    pub fn case_ref(&self, position: Position) -> Option<CaseRef> {
        let case = self.case(position)?;
        CaseRef::new(core::str::from_utf8(self.case_refs.text(&case.reference)).ok()?).ok()
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases_len(&self) -> usize {
        self.cases.len()
    }

    /// Where the event of a command stands.
    #[must_use]
    pub fn command(&self, id: CommandId) -> Option<Position> {
        self.commands.find(id)
    }

    /// The open schemes by number, in order of opening.
    pub fn schemes(&self) -> impl Iterator<Item = SchemeNo> {
        (1..).map(SchemeNo).take(self.schemes.len())
    }

    /// The districts an open scheme runs in, rising.
    #[must_use]
    pub fn districts(&self, scheme: SchemeNo) -> &[District] {
        self.open(scheme).map_or(&[], |scheme| &scheme.districts)
    }

    /// The versions of an open scheme's terms, version 1 first.
    #[must_use]
    pub fn versions(&self, scheme: SchemeNo) -> &[Terms] {
        self.open(scheme).map_or(&[], |scheme| &scheme.versions)
    }

    /// The terms in force on a day: the latest version whose days cover it, with its number.
    #[must_use]
    pub fn terms_on(&self, scheme: SchemeNo, day: Day) -> Option<(u16, &Terms)> {
        let versions = self.versions(scheme);
        let index = versions.iter().rposition(|terms| terms.in_force_on(day))?;
        Some((u16::try_from(index + 1).ok()?, versions.get(index)?))
    }

    /// The facts a case states, with their names.
    #[must_use]
    pub fn case_facts(&self, case: Position) -> Option<Facts> {
        self.facts_of(self.case(case)?).map(|facts| facts.facts())
    }

    /// The same, held here.
    pub(crate) fn facts_of(&self, case: &Case) -> Option<FactRefs<'_>> {
        let (from, len) = case.facts;
        let mut facts = Vec::with_capacity(usize::from(len));
        for (name, fact) in self.facts.iter_from(from as usize).take(usize::from(len)) {
            facts.push((self.names.word(*name)?, fact.value_ref(&self.names)?));
        }
        FactRefs::new(facts)
    }

    /// The things of one kind in one place.
    #[must_use]
    pub fn stock(&self, scheme: SchemeNo, district: District, item: WordNo) -> Stock {
        self.stock.get(&(scheme, district, item)).copied().unwrap_or_default()
    }

    /// The last day that is sealed; nothing takes effect on or before it any more.
    #[must_use]
    pub fn sealed(&self) -> Option<Day> {
        self.seals.last().copied()
    }

    /// The newest fingerprint key, from 1.
    #[must_use]
    pub const fn newest_key(&self) -> u16 {
        self.keys.newest()
    }

    /// Whether fingerprints under a key can be made.
    #[must_use]
    pub fn holds_key(&self, key: u16) -> bool {
        self.keys.holds(key)
    }

    /// Whether an actor may sign with a key what is recorded on a day.
    #[must_use]
    pub fn signs(&self, actor: ActorNo, key: &[u8; 32], on: Day) -> bool {
        let said = self.actor_keys.get(&actor).map_or(&[][..], Vec::as_slice);
        let last = said.iter().rev().find(|said| said.key == *key);
        last.is_some_and(|said| said.from <= on && said.until.is_none_or(|until| on <= until))
    }

    /// Whether every command of an actor must be signed.
    #[must_use]
    pub fn must_sign(&self, actor: ActorNo) -> bool {
        let said = self.actor_keys.get(&actor).and_then(|said| said.last());
        said.is_some_and(|said| said.required)
    }

    /// The reversal of an event, where it was reversed.
    #[must_use]
    pub fn reversal(&self, of: Position) -> Option<Position> {
        self.reversals.get(&of).copied()
    }

    /// The match that a line stands in.
    #[must_use]
    pub fn line_match(&self, line: LineReference) -> Option<Position> {
        self.matched_lines.get(&line).copied()
    }

    /// Where a statement of a file was received, by the file's hash and its number in it, from 1.
    #[must_use]
    pub fn statement_of(&self, file: &[u8; 32], part: u16) -> Option<Position> {
        self.files.get(&(*file, part)).copied()
    }

    /// How many lines of a statement there are, and how many it is to have.
    #[must_use]
    pub fn lines_of(&self, statement: Position) -> Option<(usize, u32)> {
        let held = self.statements.get(&statement)?;
        Some((held.lines.len(), held.expected))
    }

    /// Says that no event so far will be unmade; what was kept for that is let go.
    pub fn settle(&mut self) {
        self.undo.0.clear();
    }

    /// Asks memory for what folding an event will look for by hash, and waits for none of it. In a
    /// large ledger no cache holds that; asked for a few events ahead, it comes for all together.
    pub fn foresee(&self, recorded: &Recorded) {
        core::hint::black_box(self.commands.first(recorded.envelope.command));
        if let Event::Applied(applied) = &recorded.event {
            core::hint::black_box(self.case_refs.first(applied.case_ref.as_str()));
            applied.applicant.each_subject(|subject| {
                core::hint::black_box(self.claims.first(subject));
            });
        }
    }

    /// The same for deciding a command.
    pub fn foresee_command(&self, command: &Command) {
        core::hint::black_box(self.commands.first(command.id));
        if let Some(case_ref) = command.act.case_ref() {
            core::hint::black_box(self.case_refs.first(case_ref.as_str()));
        }
        if let Act::Apply { applicant, .. } = &command.act {
            applicant.each_subject(|subject| {
                core::hint::black_box(self.claims.first(subject));
            });
        }
    }

    /// The same for deciding commands one after another, at most [`FORESEEN_MAX`] of them: table by
    /// table, since a processor waits for many places together only where little lies between one
    /// and the next; and what is found there, and what that leads to.
    pub fn foresee_commands(&self, commands: &[Command]) {
        let mut seen = 0;
        let mut cases = [0; FORESEEN_MAX];
        let commands = commands.iter().take(FORESEEN_MAX);
        for (command, hash) in commands.clone().zip(&mut cases) {
            if let Some(case_ref) = command.act.case_ref() {
                *hash = self.case_refs.hash(case_ref.as_str().as_bytes());
            }
        }
        let cases = &mut cases[..commands.len()];
        for command in commands.clone() {
            seen ^= self.commands.first(command.id).unwrap_or_default();
        }
        for hash in &*cases {
            seen ^= self.case_refs.first_under(*hash).unwrap_or_default();
        }
        for command in commands {
            if let Act::Apply { applicant, .. } = &command.act {
                applicant.each_subject(|subject| {
                    seen ^= self.claims.first(subject).unwrap_or_default();
                });
            }
            // Texts that were made elsewhere lie elsewhere too.
            let order = command.authority.as_ref().map(|authority| authority.order.as_str());
            for text in [command.actor.as_str(), order.unwrap_or_default()] {
                seen ^= text.bytes().next().map_or(0, u64::from);
            }
        }
        // From here on what was a case's hash is where it applied, where it has.
        for hash in &mut *cases {
            let case = self.case_refs.likely(*hash).and_then(|number| self.cases.get(number));
            *hash = case.map_or(0, |case| case.position.0);
        }
        for position in cases {
            seen ^= self.owner_number(Position(*position)).unwrap_or_default() as u64;
        }
        core::hint::black_box(seen);
    }

    /// The same for the facts of a case.
    pub(crate) fn foresee_facts(&self, case: &Case) {
        let first = self.facts.get(case.facts.0 as usize);
        core::hint::black_box(first.map(|(name, _)| *name));
    }

    /// Makes room for as much as another state holds, where one of the same events is to come.
    pub fn reserve(&mut self, other: &State) {
        self.commands.reserve(&other.commands);
        self.case_refs.reserve(&other.case_refs);
        self.claims.reserve(&other.claims);
        self.entries.reserve(other.entries.len());
        self.confirmations.reserve(other.confirmations.len());
    }

    pub(crate) fn open(&self, scheme: SchemeNo) -> Option<&Scheme> {
        self.schemes.get(usize::from(scheme.0).checked_sub(1)?)
    }

    /// Whether cases of a scheme are counted by a limit: of its own, or of one across the ledger.
    /// A case from before the first such terms is not remembered, and so counts for none.
    pub(crate) fn is_counted(&self, scheme: SchemeNo) -> bool {
        let own = self.versions(scheme).iter().any(|terms| !terms.parts().limits.is_empty());
        let mut every = self.schemes.iter().flat_map(|scheme| &scheme.versions);
        own || every
            .any(|terms| terms.parts().limits.iter().any(|limit| limit.across == Across::Ledger))
    }

    pub(crate) fn open_mut(&mut self, scheme: SchemeNo) -> Option<&mut Scheme> {
        self.schemes.get_mut(usize::from(scheme.0).checked_sub(1)?)
    }

    /// The number of the case an event is of, from 0.
    pub(crate) fn owner_number(&self, position: Position) -> Option<usize> {
        let index = usize::try_from(position.0.checked_sub(1)?).ok()?;
        self.owners.get(index)?.checked_sub(1).map(|number| number as usize)
    }

    /// The case an event is of.
    pub(crate) fn owner(&self, position: Position) -> Option<&Case> {
        self.cases.get(self.owner_number(position)?)
    }

    /// A payment and its case.
    pub(crate) fn payment(&self, position: Position) -> Option<(&Case, &Payment)> {
        let case = self.owner(position)?;
        case.payments.iter().find(|payment| payment.position == position).map(|paid| (case, paid))
    }

    /// The last certificate, if a seal of everything up to a day can rest on it: it stands just
    /// before the seal, holds all that came before itself, and is as of that day.
    pub(crate) fn seal_rests_on(&self, certified: Position, until: Day) -> bool {
        self.certificates.last().is_some_and(|last| {
            last.position == certified
                && certified == self.last
                && last.upto.next() == certified
                && last.as_of == until
        })
    }

    /// The first bar on a subject that covers a day.
    pub(crate) fn barred(&self, subject: BarSubject, day: Day) -> Option<Position> {
        let bars = self.bars.get(&subject)?;
        let covers = |bar: &&Bar| bar.from <= day && bar.until.is_none_or(|until| day <= until);
        bars.iter().find(covers).map(|bar| bar.position)
    }
}
