//! What a case goes through, as data: who may take which step, after what, when, with which papers.
//!
//! A gate says of one thing that happens to a case (a step that is recorded, a sanction, a
//! payment, an instalment, a use of money, an adjustment) what must be so before it. Its text forms
//! are those of terms files, of JSON and of what people read: `step inspection`, `instalment 2`,
//! `24 months after credit`.
//!
//! # Invariants
//! * A text form reads back as what it was printed from, and nothing has two.
//!
//! # Not here
//! Whether a case has come so far: the rules remember that (`bahi-rules`).

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use crate::{Day, FactKind, Role, Word};

use super::Test;

/// What must be so before something happens to a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gate {
    /// What happens.
    pub of: Subject,
    /// The reasons of an adjustment that it concerns, as codes; where empty, every reason that no
    /// other gate names. Empty for any other subject.
    pub reasons: Vec<Word>,
    /// Which cases it concerns, by their facts; all where absent.
    pub when: Option<Test>,
    /// Who may; whoever the act allows where empty.
    pub roles: Vec<Role>,
    /// What must have been before: of each row at least one.
    pub after: Vec<Vec<Milestone>>,
    /// Kinds of papers that a recorded step names, each at least once.
    pub evidence: Vec<Word>,
    /// Not before this.
    pub earliest: Option<Span>,
    /// Late after this; what is late is said, not refused.
    pub latest: Option<Span>,
    /// How much of what was paid before must be shown to be used, in parts of a hundred.
    pub used_percent: u8,
    /// Whether it refuses; where not, what is missing is shown and nothing refused. A step that is
    /// recorded is always held to its gate.
    pub binding: bool,
    /// The line of the order.
    pub paragraph: Word,
}

/// What a gate is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// A step of this name is recorded.
    Step(Word),
    /// The case is sanctioned.
    Sanction,
    /// Any payment is issued.
    Payment,
    /// A payment of this instalment is issued, from 1.
    Instalment(u16),
    /// Money is shown to be used.
    Use,
    /// Money becomes the beneficiary's own.
    Adjustment,
}

/// Something that has happened to a case, with its day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Milestone {
    /// It applied.
    Application,
    /// A step of this name stands; the latest, where it was recorded more than once.
    Step(Word),
    /// A sanction stands.
    Sanction,
    /// A payment was issued and did not come back; the latest.
    Payment,
    /// A payment of this instalment was issued and did not come back.
    Instalment(u16),
    /// The latest payment, on the day its credit was confirmed; on its own day where nobody
    /// confirmed it.
    Credit,
}

/// So long after a milestone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    /// How long.
    pub length: Length,
    /// After what.
    pub since: Milestone,
}

/// A length of time, of at most [`LENGTH_DAYS_MAX`] days or [`LENGTH_MONTHS_MAX`] months.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Length {
    /// Days.
    Days(u16),
    /// Months: to the same day of a later month, or its last.
    Months(u16),
}

/// The most days of a length.
pub const LENGTH_DAYS_MAX: u16 = 36_500;
/// The most months of a length.
pub const LENGTH_MONTHS_MAX: u16 = 1_200;

/// What a return of a payment for some reason means for paying it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnRule {
    /// The reason, as the code that a return states.
    pub reason: Word,
    /// What must follow.
    pub then: AfterReturn,
}

/// What must follow a payment that came back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AfterReturn {
    /// It may be paid again as it was.
    Retry,
    /// It may be paid again once the cause is gone; a person sees to that.
    AfterCorrection,
    /// It is paid again to another account only.
    OtherAccount,
    /// It is not paid again, but for an order that names who takes the payee's place, to another
    /// account.
    Stop,
}

impl AfterReturn {
    /// Every kind.
    pub const ALL: [AfterReturn; 4] = [
        AfterReturn::Retry,
        AfterReturn::AfterCorrection,
        AfterReturn::OtherAccount,
        AfterReturn::Stop,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AfterReturn::Retry => "retry",
            AfterReturn::AfterCorrection => "after_correction",
            AfterReturn::OtherAccount => "other_account",
            AfterReturn::Stop => "stop",
        }
    }
}

/// What a case came to beside the money: a number that a step may report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Its name: `jobs`.
    pub name: Word,
    /// An amount or a count.
    pub kind: FactKind,
    /// The line of the order.
    pub paragraph: Word,
}

impl Milestone {
    /// What it is called in a refusal: a step by its own name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Milestone::Step(step) => String::from(step.as_str()),
            Milestone::Application
            | Milestone::Sanction
            | Milestone::Payment
            | Milestone::Instalment(_)
            | Milestone::Credit => format!("{self}"),
        }
    }

    /// Reads a text form; `None` for any other text.
    ///
    /// ```
    /// use bahi_core::Milestone;
    /// assert_eq!(Milestone::parse("instalment 2"), Some(Milestone::Instalment(2)));
    /// assert_eq!(Milestone::parse("instalment 02"), None);
    /// let step = Milestone::parse("step joint_inspection").ok_or("a step")?;
    /// assert_eq!(step.to_string(), "step joint_inspection");
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Milestone> {
        match text {
            "application" => Some(Milestone::Application),
            "sanction" => Some(Milestone::Sanction),
            "payment" => Some(Milestone::Payment),
            "credit" => Some(Milestone::Credit),
            _ => match Subject::parse(text)? {
                Subject::Step(step) => Some(Milestone::Step(step)),
                Subject::Instalment(instalment) => Some(Milestone::Instalment(instalment)),
                Subject::Sanction | Subject::Payment | Subject::Use | Subject::Adjustment => None,
            },
        }
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Milestone::Application => f.write_str("application"),
            Milestone::Step(step) => write!(f, "step {step}"),
            Milestone::Sanction => f.write_str("sanction"),
            Milestone::Payment => f.write_str("payment"),
            Milestone::Instalment(instalment) => write!(f, "instalment {instalment}"),
            Milestone::Credit => f.write_str("credit"),
        }
    }
}

impl Subject {
    /// Reads a text form; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Subject> {
        match text {
            "sanction" => return Some(Subject::Sanction),
            "payment" => return Some(Subject::Payment),
            "use" => return Some(Subject::Use),
            "adjustment" => return Some(Subject::Adjustment),
            _ => {}
        }
        if let Some(step) = text.strip_prefix("step ") {
            return Word::new(step).ok().map(Subject::Step);
        }
        let instalment = whole(text.strip_prefix("instalment ")?)?;
        (instalment > 0).then_some(Subject::Instalment(instalment))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Step(step) => write!(f, "step {step}"),
            Subject::Sanction => f.write_str("sanction"),
            Subject::Payment => f.write_str("payment"),
            Subject::Instalment(instalment) => write!(f, "instalment {instalment}"),
            Subject::Use => f.write_str("use"),
            Subject::Adjustment => f.write_str("adjustment"),
        }
    }
}

impl Span {
    /// Reads a text form, `7 days after step claim`; `None` for any other text.
    ///
    /// ```
    /// use bahi_core::Span;
    /// let two_years = Span::parse("24 months after credit").ok_or("a span")?;
    /// assert_eq!(two_years.to_string(), "24 months after credit");
    /// assert_eq!(Span::parse("24 months"), None);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Span> {
        let (length, since) = text.split_once(" after ")?;
        let length = match length.split_once(' ')? {
            (count, "days") => Length::Days(whole(count)?),
            (count, "months") => Length::Months(whole(count)?),
            (_, _) => return None,
        };
        let since = Milestone::parse(since)?;
        length.is_sound().then_some(Span { length, since })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}", self.length, self.since)
    }
}

impl Length {
    /// The day that lies so long after another; the last day there is where none does.
    ///
    /// ```
    /// use bahi_core::{Day, Length};
    /// let ends = Length::Months(1).after(Day::parse("2024-01-31")?);
    /// assert_eq!(ends, Day::parse("2024-02-29")?);
    /// # Ok::<(), bahi_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn after(self, day: Day) -> Day {
        match self {
            Length::Days(days) => day.plus_days(i32::from(days)),
            Length::Months(months) => day.plus_months(i32::from(months)),
        }
        .unwrap_or(Day::MAX)
    }

    pub(super) const fn is_sound(self) -> bool {
        match self {
            Length::Days(days) => days > 0 && days <= LENGTH_DAYS_MAX,
            Length::Months(months) => months > 0 && months <= LENGTH_MONTHS_MAX,
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::Days(days) => write!(f, "{days} days"),
            Length::Months(months) => write!(f, "{months} months"),
        }
    }
}

impl Gate {
    /// Whether it is about an adjustment for a reason, where that is what it is about at all.
    #[must_use]
    pub fn concerns_reason(&self, reason: &str, others: &[Gate]) -> bool {
        let names = |gate: &Gate| gate.reasons.iter().any(|named| named.as_str() == reason);
        if self.reasons.is_empty() {
            !others.iter().any(|other| other.of == self.of && names(other))
        } else {
            names(self)
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        let spans = [&self.earliest, &self.latest];
        let of_adjustment = self.of == Subject::Adjustment;
        spans.into_iter().flatten().all(|span| span.length.is_sound())
            && (of_adjustment || self.reasons.is_empty())
            && self.used_percent <= 100
            && self.after.iter().all(|row| !row.is_empty())
    }
}

/// A whole number as it is printed: digits without a zero before them.
fn whole(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
