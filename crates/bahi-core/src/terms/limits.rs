//! How often somebody may have what a scheme gives, as data.
//!
//! # Invariants
//! * A limit that terms hold counts from 1, and its years, where it has any, are from 1 too.
//!
//! # Not here
//! Counting: it looks at other cases, which the rules remember (`bahi-rules`).

use crate::{Day, FinancialYear, Word};

use super::Test;

/// The most years a limit looks back.
pub const LIMIT_YEARS_MAX: u8 = 100;

/// At most so many cases of somebody within some time.
///
/// A case that was rejected, withdrawn, or whose sanction was taken back unpaid does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// The code given where it is reached.
    pub code: Word,
    /// Who may have so many.
    pub per: Per,
    /// How many cases, from 1: the next one is refused.
    pub count: u16,
    /// Within which time.
    pub within: Within,
    /// What makes a case count.
    pub of: Counted,
    /// Which schemes' cases count.
    pub across: Across,
    /// Which cases it concerns and counts, by their facts; all where absent.
    pub when: Option<Test>,
    /// A fact whose value the counted cases share; a case that does not state it is not limited.
    pub same: Option<Word>,
    /// The line of the order.
    pub paragraph: Word,
}

/// Whose cases are counted together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Per {
    /// Each person of the application: the applicant, a unit's owner, a vehicle's members.
    Person,
    /// The family, where one is named, and each person besides: who names no family has one too.
    Family,
    /// The unit, vehicle or institution.
    Body,
    /// Whoever applies: the unit, vehicle or institution, else the person.
    Applicant,
}

impl Per {
    /// Every kind.
    pub const ALL: [Per; 4] = [Per::Person, Per::Family, Per::Body, Per::Applicant];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Per::Person => "person",
            Per::Family => "family",
            Per::Body => "body",
            Per::Applicant => "applicant",
        }
    }
}

/// What makes a case count, and which of its days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Counted {
    /// It applied, on the day of its application; of two, the one that applied first counts.
    Applied,
    /// It was granted money that stands, on the day of its sanction.
    Sanctioned,
    /// It was paid money that did not come back, on the day of its first such payment.
    Paid,
}

impl Counted {
    /// Every kind.
    pub const ALL: [Counted; 3] = [Counted::Applied, Counted::Sanctioned, Counted::Paid];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Counted::Applied => "applied",
            Counted::Sanctioned => "sanctioned",
            Counted::Paid => "paid",
        }
    }
}

/// Which schemes' cases count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Across {
    /// Those of the scheme itself.
    Scheme,
    /// Those of every scheme of the ledger.
    Ledger,
}

impl Across {
    /// Every kind.
    pub const ALL: [Across; 2] = [Across::Scheme, Across::Ledger];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Across::Scheme => "scheme",
            Across::Ledger => "ledger",
        }
    }
}

/// Within which time cases count together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Within {
    /// Whenever it was.
    Ever,
    /// In the same financial year.
    FinancialYear,
    /// Less than so many years apart, from 1 to [`LIMIT_YEARS_MAX`].
    Years(u8),
}

impl Within {
    /// Whether two days lie within it, whichever comes first.
    ///
    /// ```
    /// use bahi_core::{Day, Within};
    /// let day = |text| Day::parse(text);
    /// let two_years = Within::Years(2);
    /// assert!(two_years.holds(day("2022-05-10")?, day("2024-05-09")?));
    /// assert!(!two_years.holds(day("2022-05-10")?, day("2024-05-10")?));
    /// # Ok::<(), bahi_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn holds(self, one: Day, other: Day) -> bool {
        match self {
            Within::Ever => true,
            Within::FinancialYear => FinancialYear::of(one).contains(other),
            Within::Years(years) => {
                let (earlier, later) = (one.min(other), one.max(other));
                earlier.plus_years(i32::from(years)).is_none_or(|end| later < end)
            }
        }
    }

    /// Whether its years are from 1 to [`LIMIT_YEARS_MAX`], where it has any.
    pub(super) const fn is_sound(self) -> bool {
        match self {
            Within::Ever | Within::FinancialYear => true,
            Within::Years(years) => years > 0 && years <= LIMIT_YEARS_MAX,
        }
    }
}
