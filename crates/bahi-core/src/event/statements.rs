//! Statements of banks and treasuries, their lines, and what the lines are matched with.

use alloc::vec::Vec;

use crate::{AccountKey, Day, Money, Position, Reference, Total, WordNo};

/// A statement was received: its frame. The raw file is not kept here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementReceived {
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
    /// Its format, as a code: `camt053`.
    pub format: WordNo,
    /// The account it is of.
    pub account: AccountKey,
    /// The first day it covers.
    pub from: Day,
    /// The last day it covers.
    pub to: Day,
    /// What the account held before, where the statement says; negative when overdrawn.
    pub opening: Option<Total>,
    /// What it held after, where the statement says.
    pub closing: Option<Total>,
    /// How many lines follow.
    pub lines: u32,
}

/// Lines of a statement, in order, each once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementLines {
    /// The `StatementReceived` they are of.
    pub statement: Position,
    /// The number of the first of them, from 1.
    pub first: u32,
    /// The lines.
    pub lines: Vec<StatementLine>,
}

/// The most lines of one event: so many fit a record whatever they hold.
pub const LINES_MAX: usize = 40;
/// The most references of one line.
pub const REFERENCES_MAX: usize = 8;

/// One line of a statement: what can be matched, and where the rest of it lies in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementLine {
    /// How much.
    pub amount: Money,
    /// Whether it came in or went out.
    pub side: LineSide,
    /// The day it was booked.
    pub booked: Day,
    /// The day it counts for the bank.
    pub value: Day,
    /// The references found in it.
    pub references: Vec<Reference>,
    /// The other account, where it is told.
    pub counterparty: Option<AccountKey>,
    /// Where it begins in the file, in bytes from 0.
    pub at: u64,
    /// How many bytes it has.
    pub bytes: u32,
}

/// Which way the money of a line went, seen from the account's owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LineSide {
    /// It came in.
    Credit,
    /// It went out.
    Debit,
}

impl LineSide {
    /// Both sides, in order of their numbers.
    pub const ALL: [LineSide; 2] = [LineSide::Credit, LineSide::Debit];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LineSide::Credit => "credit",
            LineSide::Debit => "debit",
        }
    }
}

/// A line of a statement, by its statement and its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineReference {
    /// The `StatementReceived`.
    pub statement: Position,
    /// The line's number in it, from 1.
    pub line: u32,
}

/// A line of a statement was matched with an event that a rule proves to be the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Matched {
    /// The line.
    pub line: LineReference,
    /// The event: a `Disbursed` or `InterestRemitted` for money that went out; a `PaymentReturned`,
    /// `Recovered`, `MovedToSuspense` or `InterestEarned` for money that came in.
    pub target: Position,
    /// The rule, as a code.
    pub rule: WordNo,
}

/// A match was undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmatched {
    /// The `Matched` or `MatchDecided` that no longer holds.
    pub matched: Position,
    /// Why, as a code.
    pub reason: WordNo,
}

/// A person decided what a line of a statement is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MatchDecided {
    /// The line.
    pub line: LineReference,
    /// The event it is, as in `Matched`; none where it is money of something else.
    pub target: Position,
    /// Why, as a code.
    pub reason: WordNo,
}
