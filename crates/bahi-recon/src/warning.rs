//! What is to be told about a file that was read: typed, with its place and evidence.
//!
//! # Invariants
//! * No warning holds a text of the file but words of its format; figures are evidence.

use std::fmt;

use crate::{AmountProblem, ControlKind, Place, Signed};

/// Something to be told about a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// Where.
    pub place: Place,
    /// The statement or batch it is about, by its number in the file; 0 for the file.
    pub part: u32,
    /// How many bytes were set aside for it; 0 where everything was read.
    pub set_aside: u64,
    /// What is to be told.
    pub what: Told,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        match self.set_aside {
            0 => Ok(()),
            bytes => write!(f, "; {bytes} bytes are set aside"),
        }
    }
}

/// What there is to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// A field that must be there is not. What to do next: ask the bank.
    Missing(&'static str),
    /// An amount cannot be read. What to do next: read it from the file oneself, or ask the bank.
    Amount(&'static str, AmountProblem),
    /// A day that is none, such as 30 February. The entry is kept without it.
    Day(&'static str),
    /// A side that is neither credit nor debit, or both.
    Side(&'static str),
    /// A stretch that no rule of the format reads.
    NotUnderstood(&'static str),
    /// A spelling outside the standard that has one meaning, and was read.
    OutsideTheStandard(&'static str),
    /// Opening balance and booked entries do not give the closing balance.
    BalanceEquation {
        /// The opening balance.
        opening: Signed,
        /// Credits less debits of what is booked.
        net_minor: i128,
        /// The closing balance.
        closing: Signed,
    },
    /// A balance printed beside an entry is not the one before it and the entry.
    RunningBalance {
        /// What the entries before it give.
        expected: Signed,
        /// What is printed.
        printed: Signed,
    },
    /// A count or sum that the file states of itself is not what was found.
    Control {
        /// Which.
        kind: ControlKind,
        /// What the file says.
        declared: i128,
        /// What was found.
        found: i128,
    },
    /// The details of an entry do not sum to it, though all have amounts of its currency.
    Details {
        /// The entry.
        entry_minor: i64,
        /// Its details, those of the other side below zero.
        details_minor: i128,
    },
    /// An entry in another currency than its statement; summed apart.
    OtherCurrency,
    /// No currency is stated; sums are of the minor units written.
    NoCurrency,
    /// More of something than is kept; the rest is in the file alone.
    TooMany(&'static str),
    /// Two things that are told apart by an identifier have the same one.
    Repeated(&'static str),
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Missing(field) => write!(f, "there is no {field}"),
            Told::Amount(field, problem) => write!(f, "the {field} cannot be read: {problem}"),
            Told::Day(field) => write!(f, "the {field} is no day of the calendar"),
            Told::Side(why) => write!(f, "the side is not known: {why}"),
            Told::NotUnderstood(what) => write!(f, "{what} is not understood"),
            Told::OutsideTheStandard(what) => write!(f, "{what} is outside the standard"),
            Told::BalanceEquation { opening, net_minor, closing } => {
                let off = closing.minor - opening.minor - net_minor;
                let off = Signed { minor: off, currency: closing.currency };
                let net = Signed { minor: *net_minor, currency: opening.currency };
                write!(
                    f,
                    "opening {opening} and entries {net} do not give closing {closing}, off by {off}"
                )
            }
            Told::RunningBalance { expected, printed } => {
                write!(f, "the balance beside the entry is {printed}, the entries give {expected}")
            }
            Told::Control { kind, declared, found } => {
                write!(f, "the {} is declared as {declared} and found to be {found}", kind.name())
            }
            Told::Details { entry_minor, details_minor } => {
                write!(f, "the entry of {entry_minor} minor units has details of {details_minor}")
            }
            Told::OtherCurrency => {
                f.write_str("the entry is in another currency than its statement")
            }
            Told::NoCurrency => f.write_str("no currency is stated"),
            Told::TooMany(what) => write!(f, "there are more {what} than are kept"),
            Told::Repeated(what) => write!(f, "the {what} stands twice"),
        }
    }
}
