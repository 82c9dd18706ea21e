//! What the rules remember: schemes and their terms, funds, cases, payments, command ids.
//!
//! # Invariants
//! * The state is made by `apply` alone and unmade, event by event in reverse, by `unapply`.
//!
//! # Not here
//! The checks of the strict fold: `fold`. The decisions: `decide`.

use alloc::{boxed::Box, vec::Vec};

use bahi_core::{
    ActorNo, CaseRef, CommandId, Day, District, Facts, FundKey, Money, Names, Position, SchemeNo,
    StoredFact, Terms, Total, WordNo,
};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

pub(crate) type Map<K, V> = HashMap<K, V, FixedState>;

/// The memory of the rules: enough to decide the next command, and no more.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct State {
    pub(crate) names: Names,
    pub(crate) last: Position,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) funds: Map<FundKey, FundTotals>,
    pub(crate) cases: Map<Position, Case>,
    pub(crate) facts: Map<Position, Box<[(WordNo, StoredFact)]>>,
    pub(crate) case_refs: Map<CaseRef, Position>,
    pub(crate) payments: Map<Position, Position>,
    pub(crate) commands: Map<CommandId, Position>,
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

/// The sums of one fund, as the rules count them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FundTotals {
    /// Money given.
    pub allotted: Total,
    /// Money granted to cases.
    pub sanctioned: Total,
    /// Money paid, gross of returns.
    pub disbursed: Total,
    /// Payments that came back.
    pub returned: Total,
    /// Money recovered.
    pub recovered: Total,
}

impl FundTotals {
    /// What may still be sanctioned.
    #[must_use]
    pub fn available(&self) -> Total {
        self.allotted - self.sanctioned
    }
}

/// A case, from its application on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Its scheme.
    pub scheme: SchemeNo,
    /// Its district.
    pub district: District,
    /// Its last event.
    pub last: Position,
    /// Its sanction, once it has one.
    pub sanction: Option<Sanction>,
    /// Every payment, in order.
    pub payments: Vec<Payment>,
    /// Money paid, gross of returns.
    pub paid: Total,
    /// Payments that came back.
    pub returned: Total,
    /// Money recovered.
    pub recovered: Total,
    /// Audits.
    pub audits: u32,
}

impl Case {
    /// What may still be paid: sanctioned, less paid, plus returned.
    #[must_use]
    pub fn payable(&self) -> Total {
        let sanctioned = self.sanction.map_or(Total::ZERO, |s| Total::from(s.amount));
        sanctioned - self.paid + self.returned
    }

    /// What may still be recovered: paid, less returned, less recovered.
    #[must_use]
    pub fn recoverable(&self) -> Total {
        self.paid - self.returned - self.recovered
    }

    /// The latest payment of an instalment.
    #[must_use]
    pub fn latest(&self, instalment: u16) -> Option<&Payment> {
        self.payments.iter().rev().find(|payment| payment.instalment == instalment)
    }
}

/// A case's sanction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sanction {
    /// Where it stands.
    pub position: Position,
    /// Who granted it.
    pub actor: ActorNo,
    /// The fund drawn on.
    pub fund: FundKey,
    /// How much.
    pub amount: Money,
    /// The version of the terms it was decided under.
    pub terms: u16,
}

/// A payment of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payment {
    /// Where it stands.
    pub position: Position,
    /// Which instalment.
    pub instalment: u16,
    /// How much.
    pub amount: Money,
    /// The fund it came from.
    pub fund: FundKey,
    /// Its return, or none while it lives.
    pub returned: Position,
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

    /// The sums of every fund, in no particular order.
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
        self.case_refs.get(case_ref).copied()
    }

    /// A case, by the position of its application.
    #[must_use]
    pub fn case(&self, position: Position) -> Option<&Case> {
        self.cases.get(&position)
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases_len(&self) -> usize {
        self.cases.len()
    }

    /// Where the event of a command stands.
    #[must_use]
    pub fn command(&self, id: CommandId) -> Option<Position> {
        self.commands.get(&id).copied()
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

    /// The facts a case stated, with their names.
    #[must_use]
    pub fn case_facts(&self, case: Position) -> Option<Facts> {
        let stored = self.facts.get(&case)?;
        let mut facts = Vec::with_capacity(stored.len());
        for (name, fact) in stored {
            facts.push((self.names.word(*name)?.clone(), fact.value(&self.names)?));
        }
        Facts::new(facts)
    }

    pub(crate) fn open(&self, scheme: SchemeNo) -> Option<&Scheme> {
        self.schemes.get(usize::from(scheme.0).checked_sub(1)?)
    }

    pub(crate) fn open_mut(&mut self, scheme: SchemeNo) -> Option<&mut Scheme> {
        self.schemes.get_mut(usize::from(scheme.0).checked_sub(1)?)
    }
}
