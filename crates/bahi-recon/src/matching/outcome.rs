//! What comes of a comparison: matches, returns, proposals and exceptions, each with its reason.
//!
//! # Invariants
//! * Every vector is sorted, so that equal outcomes are equal values.
//! * Every exception says what would resolve it.

use bahi_core::{Day, Money, Position, Reference, Total, Word};

use super::items::LineId;

/// By which rule. The order is that in which they are tried, but that answers are taken first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// R1: the payment's or transfer's reference and the amount, each once on both sides.
    Reference,
    /// R2: such a reference found in a narration or an unnamed field, or the case's reference
    /// where one payment is all of its case.
    Narration,
    /// R3: one line for a batch: its reference, sum and count.
    Batch,
    /// R4: an answer to a payment file.
    Answer,
    /// R5: money that came back, by the reference of the payment, or by reason, account and
    /// amount.
    Return,
    /// R6: account and amount within the window. Only proposes.
    Account,
    /// R7: amount and day alone. Only proposes.
    Amount,
    /// R8: a reference, and an amount that differs no more than a named rule accepts; or a charge.
    Tolerance,
    /// R9: several that sum up to one. Only proposes.
    Sum,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: [Rule; 9] = [
        Rule::Reference,
        Rule::Narration,
        Rule::Batch,
        Rule::Answer,
        Rule::Return,
        Rule::Account,
        Rule::Amount,
        Rule::Tolerance,
        Rule::Sum,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Rule::Reference => "r1_reference",
            Rule::Narration => "r2_narration",
            Rule::Batch => "r3_batch",
            Rule::Answer => "r4_answer",
            Rule::Return => "r5_return",
            Rule::Account => "r6_account",
            Rule::Amount => "r7_amount",
            Rule::Tolerance => "r8_tolerance",
            Rule::Sum => "r9_sum",
        }
    }
}

/// What a match rests on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Evidence {
    /// A reference that both sides have, and no other has.
    Name(Reference),
    /// A batch's reference, and how many payments of it sum up to the line.
    Batch {
        /// The reference.
        batch: Reference,
        /// How many payments.
        payments: u64,
        /// How many of the batch were left out, having failed before they were debited.
        failed: u64,
    },
    /// An item's number in a batch.
    Item {
        /// The batch.
        batch: Reference,
        /// The number, from 1.
        item: u32,
    },
    /// The payee's account and the amount; where a reason is given, the bank's.
    Account(Option<Reference>),
    /// Nothing but the amount, and days so near.
    Amount {
        /// From the voucher's day to the line's, in days.
        days: u32,
    },
    /// Amounts that sum up, in one way only.
    Sum,
}

/// How far a line's amount is from its voucher's, and which named rule accepts it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Difference {
    /// The line's amount less the voucher's.
    pub paise: i64,
    /// The rule's name.
    pub rule: Word,
    /// The most it accepts.
    pub limit: Money,
}

/// A line and the vouchers that it is: proved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Match {
    /// The line.
    pub line: LineId,
    /// The vouchers, by position: one, or those of a batch.
    pub vouchers: Vec<Position>,
    /// The rule.
    pub rule: Rule,
    /// What it rests on.
    pub evidence: Evidence,
    /// The difference accepted, of [`Rule::Tolerance`] alone.
    pub difference: Option<Difference>,
}

/// Where it is told that a payment came back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Source {
    /// A line of a statement, which this consumes.
    Line(LineId),
    /// An answer to a payment file: the money's way back is told elsewhere.
    Answer(LineId),
}

/// A payment came back, and the ledger does not know: proved. It takes nothing back by itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Return {
    /// Who says so.
    pub source: Source,
    /// The payment.
    pub payment: Position,
    /// [`Rule::Return`] or [`Rule::Answer`].
    pub rule: Rule,
    /// What it rests on.
    pub evidence: Evidence,
    /// Why, as the code given.
    pub reason: Option<Reference>,
    /// The day it is said for.
    pub day: Day,
    /// Whether it was said before that the payment reached its account.
    pub after_confirmation: bool,
}

/// An answer says that a payment reached its account, and the ledger does not know: proved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Confirmation {
    /// The answer.
    pub answer: LineId,
    /// The payment.
    pub payment: Position,
    /// What it rests on.
    pub evidence: Evidence,
    /// What banks call the transfer, where the answer says.
    pub transfer: Option<Reference>,
    /// The day it is said for.
    pub day: Day,
}

/// A charge of the bank, within a named rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Charge {
    /// The line.
    pub line: LineId,
    /// How much.
    pub amount: Money,
    /// The rule's name.
    pub rule: Word,
    /// The most it accepts.
    pub limit: Money,
}

/// What may belong together, for a person to accept or reject. It consumes nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Proposal {
    /// The lines: one, or those that sum up to one voucher.
    pub lines: Vec<LineId>,
    /// The vouchers: one, or those that sum up to one line. Of [`Rule::Return`], the payment that
    /// would have come back.
    pub vouchers: Vec<Position>,
    /// The rule.
    pub rule: Rule,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A line that an earlier file, or the same file, already told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Repeat {
    /// The line that adds nothing.
    pub line: LineId,
    /// The one that stays; the same where one file was given twice.
    pub stays: LineId,
}

/// What an exception is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ItemId {
    /// A line of a statement.
    Line(LineId),
    /// A voucher of the ledger.
    Voucher(Position),
    /// An answer to a payment file.
    Answer(LineId),
}

/// Why something is left to a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// The ledger says so, and no line does.
    MissingInBank,
    /// The ledger says so, and no statement is of all the days on which its line may be.
    NotCovered {
        /// The first of these days that none is of.
        from: Day,
        /// The last.
        to: Day,
    },
    /// A line or an answer says so, and the ledger does not.
    MissingInLedger,
    /// One candidate, by a rule that only proposes.
    Proposed,
    /// Several candidates, and nothing tells them apart.
    Ambiguous,
    /// The reference agrees and the amount does not: so much more, or less, on the line.
    AmountDiffers {
        /// The line's amount less the voucher's, in paise.
        paise: i64,
    },
    /// Reference and amount agree; the bank moved it before it was ordered, or after it was
    /// confirmed.
    DateIllogical,
    /// Several lines name one voucher for the same amount, or name one that is settled.
    DuplicateInBank,
    /// Several vouchers have one reference.
    DuplicateInLedger,
    /// References of one item name several, or contradict each other.
    ReferenceContradicts,
    /// Reference and amount agree; the account paid is another.
    PayeeDiffers,
    /// The batch's reference agrees; its sum or its count does not.
    BatchDiffers,
    /// An answer says that a whole batch or file is paid, and of payments of it nothing else tells.
    BatchAlone,
    /// An answer and what is known of the payment contradict each other.
    AnswerContradicts,
    /// It came back, and was never seen to go out.
    Returned,
    /// The bank says that it sends money back, and names no payment that the ledger knows.
    ReturnUnnamed,
    /// The bank moved a payment that the ledger reversed.
    Reversed,
    /// A charge of the bank, and no rule for charges.
    Fee,
    /// A difference or a charge beyond the limit of its rule, in paise.
    OverLimit {
        /// How much there is.
        paise: i64,
    },
    /// A line that could not be read.
    Unreadable,
    /// Money in suspense.
    InSuspense,
}

impl Reason {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Reason::MissingInBank => "missing_in_bank",
            Reason::NotCovered { .. } => "not_covered",
            Reason::MissingInLedger => "missing_in_ledger",
            Reason::Proposed => "proposed",
            Reason::Ambiguous => "ambiguous",
            Reason::AmountDiffers { .. } => "amount_differs",
            Reason::DateIllogical => "date_illogical",
            Reason::DuplicateInBank => "duplicate_in_bank",
            Reason::DuplicateInLedger => "duplicate_in_ledger",
            Reason::ReferenceContradicts => "reference_contradicts",
            Reason::PayeeDiffers => "payee_differs",
            Reason::BatchDiffers => "batch_differs",
            Reason::BatchAlone => "batch_alone",
            Reason::AnswerContradicts => "answer_contradicts",
            Reason::Returned => "returned",
            Reason::ReturnUnnamed => "return_unnamed",
            Reason::Reversed => "reversed",
            Reason::Fee => "fee",
            Reason::OverLimit { .. } => "over_limit",
            Reason::Unreadable => "unreadable",
            Reason::InSuspense => "in_suspense",
        }
    }

    /// By how many paise the line is more, or less, than it should be, where that is why.
    #[must_use]
    pub const fn differs_by(self) -> Option<i64> {
        match self {
            Reason::AmountDiffers { paise } | Reason::OverLimit { paise } => Some(paise),
            Reason::MissingInBank
            | Reason::NotCovered { .. }
            | Reason::MissingInLedger
            | Reason::Proposed
            | Reason::Ambiguous
            | Reason::DateIllogical
            | Reason::DuplicateInBank
            | Reason::DuplicateInLedger
            | Reason::ReferenceContradicts
            | Reason::PayeeDiffers
            | Reason::BatchDiffers
            | Reason::BatchAlone
            | Reason::AnswerContradicts
            | Reason::Returned
            | Reason::ReturnUnnamed
            | Reason::Reversed
            | Reason::Fee
            | Reason::Unreadable
            | Reason::InSuspense => None,
        }
    }

    /// The days of which a statement is needed, where that is why.
    #[must_use]
    pub const fn days_needed(self) -> Option<(Day, Day)> {
        match self {
            Reason::NotCovered { from, to } => Some((from, to)),
            Reason::MissingInBank
            | Reason::MissingInLedger
            | Reason::Proposed
            | Reason::Ambiguous
            | Reason::AmountDiffers { .. }
            | Reason::DateIllogical
            | Reason::DuplicateInBank
            | Reason::DuplicateInLedger
            | Reason::ReferenceContradicts
            | Reason::PayeeDiffers
            | Reason::BatchDiffers
            | Reason::BatchAlone
            | Reason::AnswerContradicts
            | Reason::Returned
            | Reason::ReturnUnnamed
            | Reason::Reversed
            | Reason::Fee
            | Reason::OverLimit { .. }
            | Reason::Unreadable
            | Reason::InSuspense => None,
        }
    }

    /// What would resolve it, as a fragment for a person.
    #[must_use]
    pub const fn resolved_by(self) -> &'static str {
        match self {
            Reason::MissingInBank => {
                "a later statement with the line, or the bank's word that it never paid"
            }
            Reason::NotCovered { .. } => "a statement of the days that no statement here is of",
            Reason::MissingInLedger => {
                "the event that it is, or a person's word that it is money of something else"
            }
            Reason::Proposed => "a person who accepts or rejects the proposal",
            Reason::Ambiguous => {
                "a file with references: an answer, a scroll or a statement with UTRs; or a person"
            }
            Reason::AmountDiffers { .. } => {
                "the bank's advice for the difference, then a person, or a named rule with a limit"
            }
            Reason::DateIllogical => "the order's own date, checked by a person",
            Reason::DuplicateInBank => {
                "the bank's word which booking stands, and the money back for the other"
            }
            Reason::DuplicateInLedger => "a reversal of the voucher that is one too many",
            Reason::ReferenceContradicts => "the payment's papers, read by a person",
            Reason::PayeeDiffers => {
                "the bank's word on whom it paid; a recovery where it was another"
            }
            Reason::BatchDiffers => "the answer to the batch, which says which payments failed",
            Reason::BatchAlone => {
                "the answer to each payment, or a statement with their debit: that a whole batch is \
                 paid settles none of its payments"
            }
            Reason::AnswerContradicts => "a corrected answer from the bank",
            Reason::Returned => {
                "the lines of its way out and back, or the bank's word that it never went out"
            }
            Reason::ReturnUnnamed => {
                "the bank's word which payment it sends back: its UTR, as it went out, or its bill"
            }
            Reason::Reversed => "the money back from the bank, or the payment entered again",
            Reason::Fee => "a named rule for charges, or a person",
            Reason::OverLimit { .. } => "a person, by an order that allows for it",
            Reason::Unreadable => "the line itself, read by a person, or a mapping for its file",
            Reason::InSuspense => "a return, a recovery or a re-issue that accounts for it",
        }
    }
}

/// How old an open item is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bucket {
    /// 0 or 1 day.
    UpTo1,
    /// 2 or 3 days.
    UpTo3,
    /// 4 to 7 days.
    UpTo7,
    /// 8 to 30 days.
    UpTo30,
    /// 31 to 90 days.
    UpTo90,
    /// More than 90 days.
    Over90,
}

impl Bucket {
    /// Every bucket, from young to old.
    pub const ALL: [Bucket; 6] = [
        Bucket::UpTo1,
        Bucket::UpTo3,
        Bucket::UpTo7,
        Bucket::UpTo30,
        Bucket::UpTo90,
        Bucket::Over90,
    ];

    /// The bucket of an age in days.
    #[must_use]
    pub const fn of(age_days: u32) -> Bucket {
        match age_days {
            0..=1 => Bucket::UpTo1,
            2..=3 => Bucket::UpTo3,
            4..=7 => Bucket::UpTo7,
            8..=30 => Bucket::UpTo30,
            31..=90 => Bucket::UpTo90,
            91.. => Bucket::Over90,
        }
    }

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Bucket::UpTo1 => "0-1",
            Bucket::UpTo3 => "2-3",
            Bucket::UpTo7 => "4-7",
            Bucket::UpTo30 => "8-30",
            Bucket::UpTo90 => "31-90",
            Bucket::Over90 => "over-90",
        }
    }
}

/// Something that is left to a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Exception {
    /// What it is about.
    pub item: ItemId,
    /// Why.
    pub reason: Reason,
    /// How much, where it is known.
    pub amount: Option<Money>,
    /// The day it is counted from, where it is known: when it was booked or took effect.
    pub since: Option<Day>,
    /// How old it is on the day given, in days; 0 where it lies ahead, or has no day.
    pub age_days: u32,
    /// The first [`super::NEAR_MAX`] of what it could belong to, or stands against.
    pub near: Vec<ItemId>,
    /// How many there are, those above included.
    pub near_count: u64,
}

/// Exceptions of one age.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ageing {
    /// How many.
    pub count: u64,
    /// How much.
    pub sum: Total,
}

/// Lines in numbers: what is present is settled before, matched, returned, a charge, repeated or
/// open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Account {
    /// What was given.
    pub present: Ageing,
    /// Of it, what was settled before.
    pub settled: Ageing,
    /// Of it, what was matched.
    pub matched: Ageing,
    /// Of it, what proved to be a return.
    pub returned: Ageing,
    /// Of it, what was accepted as a charge.
    pub charges: Ageing,
    /// Of it, what another line told already.
    pub repeated: Ageing,
    /// Of it, what is left to a person.
    pub open: Ageing,
}

/// What came of a comparison. Every vector is sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reconciliation {
    /// Lines that are vouchers.
    pub matches: Vec<Match>,
    /// Payments that came back.
    pub returns: Vec<Return>,
    /// Payments that reached their accounts.
    pub confirmations: Vec<Confirmation>,
    /// Charges of the bank.
    pub charges: Vec<Charge>,
    /// What a person may accept.
    pub proposals: Vec<Proposal>,
    /// What is left to a person.
    pub exceptions: Vec<Exception>,
    /// Lines that add nothing.
    pub repeats: Vec<Repeat>,
    /// Vouchers that were given more than once, by position; one of them counts.
    pub vouchers_repeated: Vec<Position>,
    /// The lines in numbers.
    pub lines: Account,
    /// The vouchers in numbers; none of them is a charge.
    pub vouchers: Account,
}

impl Reconciliation {
    /// Exceptions by age, from young to old, but for what no statement covers: that waits for a file and
    /// for nobody's word.
    #[must_use]
    pub fn ageing(&self) -> [(Bucket, Ageing); 6] {
        let mut buckets = Bucket::ALL.map(|bucket| (bucket, Ageing::default()));
        let covered = |one: &&Exception| one.reason.days_needed().is_none();
        for exception in self.exceptions.iter().filter(covered) {
            let bucket = Bucket::of(exception.age_days);
            if let Some((_, sums)) = buckets.iter_mut().find(|(one, _)| *one == bucket) {
                sums.add(exception.amount.unwrap_or(Money::ZERO));
            }
        }
        buckets
    }
}

impl Ageing {
    pub(super) fn add(&mut self, amount: Money) {
        self.count += 1;
        self.sum = Total::from_paise(self.sum.paise() + i128::from(amount.paise()));
    }
}
