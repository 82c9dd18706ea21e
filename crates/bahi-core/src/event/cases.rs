//! What happens to a case before and beside its money.

use alloc::vec::Vec;

use crate::{
    AccountKey, BodyKey, CaseRef, Day, Evidence, FactRef, FactValue, FamilyKey, Fingerprint, Money,
    PersonKey, WordNo,
};

/// An application was received. The envelope's fund holds its scheme, district and year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// What the office calls the case; unique in the ledger.
    pub case_ref: CaseRef,
    /// Who applied.
    pub applicant: Applicant,
    /// What the application states, in order of the facts' names.
    pub facts: Vec<(WordNo, StoredFact)>,
}

/// A fact's value with its word by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredFact {
    /// An amount.
    Money(Money),
    /// A whole number.
    Count(u64),
    /// Yes or no.
    Flag(bool),
    /// A word.
    Word(WordNo),
}

impl StoredFact {
    /// The value, its word by name.
    #[must_use]
    pub fn value(self, names: &crate::Names) -> Option<FactValue> {
        self.value_ref(names).map(FactRef::value)
    }

    /// The value, its word left among the names.
    #[must_use]
    pub fn value_ref(self, names: &crate::Names) -> Option<FactRef<'_>> {
        Some(match self {
            StoredFact::Money(money) => FactRef::Money(money),
            StoredFact::Count(count) => FactRef::Count(count),
            StoredFact::Flag(flag) => FactRef::Flag(flag),
            StoredFact::Word(word) => FactRef::Word(names.word(word)?),
        })
    }
}

/// Who an application is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Applicant {
    /// A person, and the family whose benefit counts once.
    Person {
        /// The person.
        person: PersonKey,
        /// The family, where the scheme asks for one.
        family: Option<FamilyKey>,
    },
    /// A unit.
    Unit {
        /// The unit.
        unit: BodyKey,
        /// Its owner, where stated.
        owner: Option<PersonKey>,
    },
    /// A special purpose vehicle and its members.
    Spv {
        /// The body.
        spv: BodyKey,
        /// Its members, at least one.
        members: Vec<PersonKey>,
    },
    /// An institution.
    Institution {
        /// The institution.
        institution: BodyKey,
    },
    /// The source names nobody: a published list without names.
    NotInSource,
}

/// The most members of a special purpose vehicle.
pub const SPV_MEMBERS_MAX: usize = 512;

/// An application states other facts from here on: all of them, not a difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplicationAmended {
    /// What the application states now, in order of the facts' names.
    pub facts: Vec<(WordNo, StoredFact)>,
}

/// A step of a procedure was taken, or an office says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepRecorded {
    /// Which step, as a code: `task_force`.
    pub step: WordNo,
    /// What was seen.
    pub evidence: Vec<Evidence>,
    /// What the case came to beside the money, in order of the names.
    pub reported: Vec<(WordNo, StoredFact)>,
    /// How many days after the terms' latest day it was taken; 0 where in time or without one.
    pub late_by: u32,
}

/// An application was turned down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rejected {
    /// Why, as a code.
    pub reason: WordNo,
}

/// An applicant took the application back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Withdrawn {
    /// Why, as a code.
    pub reason: WordNo,
}

/// A case is done: nothing waits to be paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CaseClosed {
    /// Why, as a code.
    pub reason: WordNo,
}

/// Who is barred.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BarSubject {
    /// A person, as applicant, owner or member.
    Person(PersonKey),
    /// A family.
    Family(FamilyKey),
    /// A unit, vehicle or institution.
    Body(BodyKey),
    /// A bank account, as payee.
    Account(AccountKey),
}

impl BarSubject {
    /// Its fingerprint.
    #[must_use]
    pub const fn print(self) -> Fingerprint {
        match self {
            BarSubject::Person(PersonKey(print))
            | BarSubject::Family(FamilyKey(print))
            | BarSubject::Body(BodyKey(print))
            | BarSubject::Account(AccountKey(print)) => print,
        }
    }

    /// The same kind of subject under another key's fingerprint.
    #[must_use]
    pub const fn under(self, print: Fingerprint) -> BarSubject {
        match self {
            BarSubject::Person(_) => BarSubject::Person(PersonKey(print)),
            BarSubject::Family(_) => BarSubject::Family(FamilyKey(print)),
            BarSubject::Body(_) => BarSubject::Body(BodyKey(print)),
            BarSubject::Account(_) => BarSubject::Account(AccountKey(print)),
        }
    }

    /// Its kind's stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            BarSubject::Person(_) => "person",
            BarSubject::Family(_) => "family",
            BarSubject::Body(_) => "body",
            BarSubject::Account(_) => "account",
        }
    }
}

impl Applicant {
    /// Everybody it is made of, the applicant first: a person and the family, a body and its owner
    /// or members.
    pub fn each_subject(&self, mut take: impl FnMut(BarSubject)) {
        match self {
            Applicant::Person { person, family } => {
                take(BarSubject::Person(*person));
                family.map(BarSubject::Family).into_iter().for_each(take);
            }
            Applicant::Unit { unit, owner } => {
                take(BarSubject::Body(*unit));
                owner.map(BarSubject::Person).into_iter().for_each(take);
            }
            Applicant::Spv { spv, members } => {
                take(BarSubject::Body(*spv));
                members.iter().copied().map(BarSubject::Person).for_each(take);
            }
            Applicant::Institution { institution } => take(BarSubject::Body(*institution)),
            Applicant::NotInSource => {}
        }
    }
}

/// Somebody may not apply, or an account not be paid, from the effective day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Barred {
    /// Who.
    pub subject: BarSubject,
    /// The last day of the bar; without end where absent.
    pub until: Option<Day>,
    /// Why, as a code.
    pub reason: WordNo,
}

/// A case was granted money. The envelope has the fund drawn on, the amount and the terms' version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sanctioned {
    /// What the terms gave for the facts, at most: the amount is never above it.
    pub entitlement: Money,
    /// The line of the terms that decided it.
    pub paragraph: WordNo,
}

/// A sanction was raised or lowered by the envelope's amount, in the fund it then draws on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SanctionRevised {
    /// Whether it was raised, else lowered.
    pub raised: bool,
    /// What the sanction comes to now.
    pub sanctioned: Money,
    /// What its terms give for the facts as they stand; the sanction is never raised above it.
    pub entitlement: Money,
    /// The line of the terms that decided it.
    pub paragraph: WordNo,
}

/// A sanction was taken back; the envelope's amount, which may be zero, was not yet paid and goes
/// back to the fund.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SanctionCancelled {
    /// Why, as a code.
    pub reason: WordNo,
}
