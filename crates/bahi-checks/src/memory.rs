//! What the audit remembers of cases, payments, statements and stores.
//!
//! # Invariants
//! * What was reversed does not stand: a step is gone, a grant or payment is marked.

use alloc::{boxed::Box, vec::Vec};

use bahi_core::{
    AccountKey, ActorNo, Applicant, AuthorityNo, BarSubject, Day, District, Facts, FundKey, Ifsc,
    Money, Names, PersonKey, Position, SchemeNo, StoredFact, Terms, WordNo,
};

/// A case.
pub(crate) struct Case {
    pub first: Position,
    pub day: Day,
    /// Its scheme and district; of its latest grant, where there is one.
    pub fund: FundKey,
    pub applicant: Applicant,
    pub facts: Box<[(WordNo, StoredFact)]>,
    pub steps: Vec<Step>,
    pub grants: Vec<Grant>,
    /// Numbers of its payments.
    pub payments: Vec<u32>,
    /// The event that ended it; none while it is open.
    pub ended: Position,
    pub granted: Sum,
    pub paid: Sum,
    pub recovered: Sum,
    pub used: Sum,
    /// The first use or adjustment after a payment.
    pub first_use: Option<Day>,
    /// What is asked back and objected to, of the few cases that have any.
    pub contested: Option<Box<Contested>>,
    /// The last recovery, demand or settlement.
    pub followed: Option<Day>,
    /// Whether a paper that proves a category was seen.
    pub category_paper: bool,
}

/// What movements of a case come to, in paise. It stops at its ends, which ninety movements of the largest
/// amount there is would reach: a case is half as large as with room for all that could be written down.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sum(i64);

impl Sum {
    pub(crate) fn add(&mut self, paise: i128) {
        let end = if paise < 0 { i64::MIN } else { i64::MAX };
        self.0 = self.0.saturating_add(i64::try_from(paise).unwrap_or(end));
    }

    pub(crate) const fn paise(self) -> i128 {
        self.0 as i128
    }
}

/// Adds one where there is mostly no other: room is made for it alone.
pub(crate) fn push_single<T>(all: &mut Vec<T>, one: T) {
    if all.is_empty() {
        all.reserve_exact(1);
    }
    all.push(one);
}

/// A step that stands.
pub(crate) struct Step {
    pub word: WordNo,
    pub day: Day,
    pub position: Position,
}

/// A sanction.
pub(crate) struct Grant {
    pub position: Position,
    pub day: Day,
    pub actor: ActorNo,
    pub terms: u16,
    pub fund: FundKey,
    pub authority: AuthorityNo,
    pub alive: bool,
}

/// What is asked back of a case, and what audits object to in it.
#[derive(Default)]
pub(crate) struct Contested {
    pub demands: Vec<Demand>,
    pub objections: Vec<Objection>,
}

/// A demand to pay back.
pub(crate) struct Demand {
    pub position: Position,
    pub due: Day,
    pub amount: i128,
    /// What the case had paid back before.
    pub recovered_before: i128,
    pub alive: bool,
}

/// An audit that objects.
pub(crate) struct Objection {
    pub position: Position,
    pub day: Day,
    pub amount: i128,
}

/// A payment.
pub(crate) struct Payment {
    pub position: Position,
    pub day: Day,
    pub amount: Money,
    pub case: u32,
    pub account: AccountKey,
    pub ifsc: Ifsc,
    pub instalment: u16,
    pub fund: FundKey,
    /// The return, where it came back.
    pub returned: Position,
    pub returned_on: Day,
    /// The payment again that names its return.
    pub again: Position,
    pub confirmed_on: Option<Day>,
    /// Whether its return's reason asks for another account.
    pub other_account: bool,
    /// Whether the payment was taken back.
    pub reversed: bool,
}

impl Payment {
    /// Whether it went out and did not come back.
    pub(crate) const fn stands(&self) -> bool {
        !self.reversed && self.returned.is_none()
    }

    pub(crate) fn paise(&self) -> i128 {
        i128::from(self.amount.paise())
    }
}

/// A version of a scheme's terms.
pub(crate) struct Version {
    pub scheme: SchemeNo,
    pub number: u16,
    pub terms: Terms,
}

/// A statement and its lines.
pub(crate) struct Statement {
    pub position: Position,
    pub last_day: Day,
    pub lines: Vec<Line>,
}

/// A line of a statement.
pub(crate) struct Line {
    pub number: u32,
    pub amount: i128,
    pub out: bool,
    /// The event that matched it or set it aside.
    pub matched: Position,
}

/// An item in a store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Store {
    pub scheme: SchemeNo,
    pub district: District,
    pub item: WordNo,
}

impl Case {
    /// What is contested in it, to add to.
    pub(crate) fn contested(&mut self) -> &mut Contested {
        self.contested.get_or_insert_default()
    }

    /// The latest sanction that stands.
    pub(crate) fn grant(&self) -> Option<&Grant> {
        self.grants.iter().rev().find(|grant| grant.alive)
    }

    /// What it states, by name.
    pub(crate) fn facts(&self, names: &Names) -> Facts {
        let named = |(name, fact): &(WordNo, StoredFact)| {
            Some((names.word(*name)?.clone(), fact.value(names)?))
        };
        Facts::new(self.facts.iter().filter_map(named).collect()).unwrap_or_default()
    }

    /// A fact by name.
    pub(crate) fn fact(&self, name: &str, names: &Names) -> Option<StoredFact> {
        self.fact_of(names.word_no(name)?)
    }

    /// A fact by the number of its name.
    pub(crate) fn fact_of(&self, name: WordNo) -> Option<StoredFact> {
        self.facts.iter().find(|(word, _)| *word == name).map(|(_, fact)| *fact)
    }

    /// Whom it is of: everybody named, the applicant first.
    pub(crate) fn parties(&self) -> Vec<BarSubject> {
        let mut parties = Vec::new();
        self.applicant.each_subject(|party| parties.push(party));
        parties
    }

    /// The person who applied, where it is one.
    pub(crate) const fn person(&self) -> Option<PersonKey> {
        match &self.applicant {
            Applicant::Person { person, .. } => Some(*person),
            Applicant::Unit { .. }
            | Applicant::Spv { .. }
            | Applicant::Institution { .. }
            | Applicant::NotInSource => None,
        }
    }

    /// Its family, where one is named.
    pub(crate) const fn family(&self) -> Option<BarSubject> {
        match &self.applicant {
            Applicant::Person { family: Some(family), .. } => Some(BarSubject::Family(*family)),
            Applicant::Person { family: None, .. }
            | Applicant::Unit { .. }
            | Applicant::Spv { .. }
            | Applicant::Institution { .. }
            | Applicant::NotInSource => None,
        }
    }

    /// Who applied, alone.
    pub(crate) fn who(&self) -> Option<BarSubject> {
        match &self.applicant {
            Applicant::Person { person, .. } => Some(BarSubject::Person(*person)),
            Applicant::Unit { unit, .. } => Some(BarSubject::Body(*unit)),
            Applicant::Spv { spv, .. } => Some(BarSubject::Body(*spv)),
            Applicant::Institution { institution } => Some(BarSubject::Body(*institution)),
            Applicant::NotInSource => None,
        }
    }
}
