//! Statements of banks and treasuries, their lines, and what the lines are matched with.

use alloc::vec::Vec;

use crate::{AccountKey, Day, Ifsc, Money, Position, Reference, Total, Word, WordNo};

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
    /// How many lines follow: those that no file before this one told.
    pub lines: u32,
    /// Which of the file's statements it is, from 1; most files have one.
    pub part: u16,
    /// How many of its lines an earlier file told, so that they do not follow.
    pub repeated: u32,
    /// How many of its lines could not be read and were set aside.
    pub set_aside: u32,
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

/// The most lines of one event: so many fit a record whatever they hold, without particulars.
pub const LINES_MAX: usize = 40;
/// The most lines of one event of which one has particulars.
pub const PARTICULAR_LINES_MAX: usize = 30;
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
    /// What else the file tells of it; none where whoever recorded it did not say.
    pub particulars: Option<Particulars>,
}

/// What a file tells of a line beside amount, days and references.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Particulars {
    /// What the bank says it is.
    pub kind: LineKind,
    /// What each of the line's references names, in their order.
    pub names: Vec<NameMark>,
    /// The other account's branch, where it is told.
    pub ifsc: Option<Ifsc>,
    /// Why it came back, as the bank's code, of a return.
    pub reason: Option<Reference>,
    /// How many payments it stands for, where it says so; never 0.
    pub batch: Option<u32>,
    /// What the account held after it, where the file says.
    pub balance: Option<Total>,
}

/// What the bank says a line is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LineKind {
    /// Money moved, and nothing more is said.
    Movement,
    /// A payment came back.
    Return,
    /// The bank takes back a booking of its own. The side is already the one booked.
    Reversal,
    /// The bank's own charge, or tax on it.
    Charge,
    /// No movement but an answer: a payment reached its account. The amount is zero where it states
    /// none.
    AnswerPaid,
    /// No movement but an answer: a payment failed, or came back.
    AnswerFailed,
}

impl LineKind {
    /// Every kind, in order of its number.
    pub const ALL: [LineKind; 6] = [
        LineKind::Movement,
        LineKind::Return,
        LineKind::Reversal,
        LineKind::Charge,
        LineKind::AnswerPaid,
        LineKind::AnswerFailed,
    ];

    /// Whether it is an answer to a payment file, and no movement of an account.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        match self {
            LineKind::AnswerPaid | LineKind::AnswerFailed => true,
            LineKind::Movement | LineKind::Return | LineKind::Reversal | LineKind::Charge => false,
        }
    }

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LineKind::Movement => "movement",
            LineKind::Return => "return",
            LineKind::Reversal => "reversal",
            LineKind::Charge => "charge",
            LineKind::AnswerPaid => "answer_paid",
            LineKind::AnswerFailed => "answer_failed",
        }
    }
}

/// What a reference names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameKind {
    /// One payment, as who pays calls it: an end-to-end id, the drawing officer's bill.
    Own,
    /// One transfer, as banks call it: a UTR, a retrieval number, a UETR.
    Transfer,
    /// The batch or advice a payment was ordered in.
    Batch,
    /// The case: its sanction, its reference, its beneficiary. Several payments may have it.
    Case,
    /// The source does not say.
    Unstated,
}

impl NameKind {
    /// Every kind, in order of its number.
    pub const ALL: [NameKind; 5] =
        [NameKind::Own, NameKind::Transfer, NameKind::Batch, NameKind::Case, NameKind::Unstated];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            NameKind::Own => "own",
            NameKind::Transfer => "transfer",
            NameKind::Batch => "batch",
            NameKind::Case => "case",
            NameKind::Unstated => "unstated",
        }
    }
}

/// What a reference of a line names, and where it stood.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameMark {
    /// What it names.
    pub kind: NameKind,
    /// Whether it was found in a narration, and not in a field of its own.
    pub narrated: bool,
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

/// The most events of one match.
pub const MATCH_TARGETS_MAX: usize = 2_000;
/// The most lines of one match.
pub const MATCH_LINES_MAX: usize = 200;
/// The most references a match rests on.
pub const MATCH_EVIDENCE_MAX: usize = 4;

/// What a match joins beside its first line and its first event: a batch's other payments, the other
/// parts of a payment made in several.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Further {
    /// Lines, rising, each after the first.
    pub lines: Vec<LineReference>,
    /// Events, rising, each after the first.
    pub targets: Vec<Position>,
}

impl Further {
    /// Nothing more.
    pub const NONE: Further = Further { lines: Vec::new(), targets: Vec::new() };

    /// Whether there is nothing more.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.lines.is_empty() && self.targets.is_empty()
    }

    /// Whether both lists rise from the first of each, so that no line and no event is joined twice;
    /// of no event there is no further one.
    #[must_use]
    pub fn is_sound(&self, line: LineReference, target: Position) -> bool {
        let lines = core::iter::once(&line).chain(&self.lines);
        let targets = core::iter::once(&target).chain(&self.targets);
        lines.is_sorted_by(|one, next| one < next)
            && targets.is_sorted_by(|one, next| one < next)
            && (!target.is_none() || self.targets.is_empty())
    }
}

/// How far the lines of a match are from its events, and which named rule accepts that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MatchDifference {
    /// The rule, as a code.
    pub tolerance: WordNo,
    /// The lines' sum less the events'; never zero.
    pub amount: Total,
    /// The most that the rule accepts either way; none where whoever recorded it did not say.
    pub limit: Option<Money>,
}

/// The same, as a command states it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptedDifference {
    /// The rule, as a code.
    pub tolerance: Word,
    /// The lines' sum less the events'.
    pub amount: Total,
    /// The most that the rule accepts either way.
    pub limit: Option<Money>,
}

impl AcceptedDifference {
    /// Whether there is a difference, and its rule accepts so much.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        accepts(self.amount, self.limit)
    }
}

impl MatchDifference {
    /// Whether there is a difference, and its rule accepts so much.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        accepts(self.amount, self.limit)
    }
}

fn accepts(amount: Total, limit: Option<Money>) -> bool {
    let within =
        |limit: Money| amount.paise().unsigned_abs() <= limit.paise().unsigned_abs().into();
    amount != Total::ZERO && limit.is_none_or(within)
}

/// Lines of a statement were matched with events that a rule proves to be the same money: nearly
/// always one with one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matched {
    /// The line.
    pub line: LineReference,
    /// The event: a `Disbursed` or `InterestRemitted` for money that went out; a `PaymentReturned`,
    /// `Recovered`, `MovedToSuspense` or `InterestEarned` for money that came in. None for the bank's
    /// charge, all of which a named rule accepts as the difference.
    pub target: Position,
    /// The rule, as a code.
    pub rule: WordNo,
    /// What else it joins.
    pub further: Further,
    /// The references it rests on.
    pub evidence: Vec<Reference>,
    /// The difference accepted, where there is one.
    pub difference: Option<MatchDifference>,
}

/// A match was undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmatched {
    /// The `Matched` or `MatchDecided` that no longer holds.
    pub matched: Position,
    /// Why, as a code.
    pub reason: WordNo,
}

/// A person decided what a line of a statement is, or what it is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatchDecided {
    /// The line.
    pub line: LineReference,
    /// The event it is, as in `Matched`; none where it is money of something else.
    pub target: Position,
    /// Why, as a code.
    pub reason: WordNo,
    /// What else it joins.
    pub further: Further,
    /// Whether lines and events are said not to be the same money: then nothing is consumed, and no
    /// rule joins any of the pairs while it stands.
    pub rejected: bool,
}
