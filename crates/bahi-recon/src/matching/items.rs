//! What is compared: vouchers of the ledger, lines of the bank, answers to payment files.
//!
//! # Invariants
//! * Nothing here names a person or an account but by fingerprint.
//! * Amounts are rupees in paise; what is in another currency is not given, but set aside.

use bahi_core::{AccountKey, Day, Ifsc, LineSide, Money, Payee, Position, Reference, SchemeNo};
pub use bahi_core::{LineKind, NameKind};

use crate::{FoundReference, ReferenceKind, reference::is_utr};

/// A reference and what it names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name {
    /// What it names.
    pub kind: NameKind,
    /// Whether it was found in a narration, and not in a field of its own.
    pub in_narration: bool,
    /// The reference; two are the same if their bytes are.
    pub text: Reference,
}

impl Name {
    /// A reference that stands in a field of its own.
    #[must_use]
    pub const fn field(kind: NameKind, text: Reference) -> Name {
        Name { kind, in_narration: false, text }
    }

    /// A reference that was found in a narration.
    #[must_use]
    pub const fn narrated(kind: NameKind, text: Reference) -> Name {
        Name { kind, in_narration: true, text }
    }

    /// A reference as the log keeps it, without its kind: what has the form of a UTR names a
    /// transfer, and of any other nothing is said.
    #[must_use]
    pub fn stored(text: Reference) -> Name {
        let kind = if is_utr(text.as_str()) { NameKind::Transfer } else { NameKind::Unstated };
        Name { kind, in_narration: false, text }
    }

    /// A reference as a file gives it; nothing for one that is no identifier, or that names
    /// neither payment nor batch: a mandate, a cheque leaf, an entry's number.
    #[must_use]
    pub fn found(found: &FoundReference) -> Option<Name> {
        let text = Reference::new(&found.text).ok()?;
        let kind = match found.kind {
            ReferenceKind::EndToEnd | ReferenceKind::Instruction | ReferenceKind::Owner => {
                NameKind::Own
            }
            ReferenceKind::Utr | ReferenceKind::Rrn | ReferenceKind::Uetr => NameKind::Transfer,
            ReferenceKind::Batch | ReferenceKind::Message => NameKind::Batch,
            ReferenceKind::Transaction
            | ReferenceKind::Bank
            | ReferenceKind::Clearing
            | ReferenceKind::Original => return Some(Name::stored(text)),
            ReferenceKind::Entry
            | ReferenceKind::Item
            | ReferenceKind::Mandate
            | ReferenceKind::Cheque => return None,
        };
        Some(Name { kind, in_narration: found.in_narration, text })
    }
}

/// What of the ledger should stand on the bank account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum VoucherKind {
    /// `Disbursed`: an instruction to pay. Goes out.
    Payment,
    /// `InterestRemitted`. Goes out.
    InterestRemitted,
    /// `PaymentReturned`. Comes in.
    Return,
    /// `Recovered`. Comes in.
    Recovery,
    /// `MovedToSuspense`. Comes in, and waits until it is accounted for.
    Suspense,
    /// `InterestEarned`. Comes in.
    InterestEarned,
}

impl VoucherKind {
    /// Which way its money goes, seen from the account's owner.
    #[must_use]
    pub const fn side(self) -> LineSide {
        match self {
            VoucherKind::Payment | VoucherKind::InterestRemitted => LineSide::Debit,
            VoucherKind::Return
            | VoucherKind::Recovery
            | VoucherKind::Suspense
            | VoucherKind::InterestEarned => LineSide::Credit,
        }
    }
}

/// What the ledger knows of a voucher's fate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// Nothing more. Of suspense: it waits.
    Live,
    /// The bank said, for this day, that it reached its account.
    Confirmed(Day),
    /// It came back, for this day. Of suspense: it was accounted for.
    Returned(Day),
    /// The event was reversed: it should not stand on the account.
    Reversed,
}

/// The batch a payment was ordered in, and its place there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BatchPlace {
    /// The batch's or advice's reference.
    pub batch: Reference,
    /// The item's number in it, from 1; 0 where it has none.
    pub item: u32,
}

/// An event of the ledger whose money should stand on the bank account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Voucher {
    /// The event.
    pub id: Position,
    /// What it is.
    pub kind: VoucherKind,
    /// How much.
    pub amount: Money,
    /// The day it takes effect; of what goes out, the first on which the bank may move it.
    pub day: Day,
    /// Its own references: those that name it, and those that name its case.
    pub names: Vec<Name>,
    /// To whom, of a payment.
    pub payee: Option<Payee>,
    /// The batch it was ordered in.
    pub batch: Option<BatchPlace>,
    /// The payment it returns; else none. It is found by that payment's names, too.
    pub of: Position,
    /// Its case, by the position of its `Applied`.
    pub case: Position,
    /// Which instalment, of a payment.
    pub instalment: u16,
    /// Its scheme.
    pub scheme: SchemeNo,
    /// Whether it pays the whole of what its case was granted, so that what names the case names
    /// this payment.
    pub whole: bool,
    /// Its fate.
    pub standing: Standing,
    /// Whether it is matched already.
    pub settled: bool,
}

impl Voucher {
    /// A payment without names, payee, batch or case: live and open.
    #[must_use]
    pub const fn payment(id: Position, amount: Money, day: Day) -> Voucher {
        Voucher {
            id,
            kind: VoucherKind::Payment,
            amount,
            day,
            names: Vec::new(),
            payee: None,
            batch: None,
            of: Position::NONE,
            case: Position::NONE,
            instalment: 1,
            scheme: SchemeNo::NONE,
            whole: false,
            standing: Standing::Live,
            settled: false,
        }
    }
}

/// A line of a file, whichever statement of it it stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineId {
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The line's number in the file, from 1.
    pub number: u32,
}

/// A booked line of a bank's statement. What is pending or for information is not given.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u32,
    /// How much.
    pub amount: Money,
    /// Which way it went, as booked.
    pub side: LineSide,
    /// What the bank says it is.
    pub kind: LineKind,
    /// The day it was booked.
    pub booked: Day,
    /// The day it counts for the bank.
    pub value: Day,
    /// The references found in it.
    pub names: Vec<Name>,
    /// The other account, where it is told.
    pub counterparty: Option<AccountKey>,
    /// The other account's branch, where it is told.
    pub ifsc: Option<Ifsc>,
    /// Why it came back, as the bank's code, of a return.
    pub reason: Option<Reference>,
    /// How many payments it stands for, where it says so.
    pub batch_count: Option<u64>,
    /// What the account held after it, in paise, where the file says.
    pub balance_paise: Option<i128>,
    /// Whether it is matched already, or a person set it aside.
    pub settled: bool,
}

impl Line {
    /// An open movement of one day, of which nothing more is told.
    #[must_use]
    pub const fn new(number: u32, amount: Money, side: LineSide, day: Day) -> Line {
        Line {
            number,
            amount,
            side,
            kind: LineKind::Movement,
            booked: day,
            value: day,
            names: Vec::new(),
            counterparty: None,
            ifsc: None,
            reason: None,
            batch_count: None,
            balance_paise: None,
            settled: false,
        }
    }
}

/// A statement: lines of one account in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The account it is of.
    pub account: AccountKey,
    /// Whether the ledger holds it already. Of what two files say alike, the one that it holds
    /// stays.
    pub recorded: bool,
    /// Its lines. Their numbers run through the file, whatever statements it has.
    pub lines: Vec<Line>,
}

/// What an answer says of a payment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// It reached its account. Not final: it may fail later.
    Paid,
    /// It did not, or came back. Final.
    Failed,
}

/// What a file of answers says of one payment; or of all that were asked for under one name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Its number in the file, from 1.
    pub number: u32,
    /// The payment's number in its batch, where it is told; 0 else.
    pub item: u32,
    /// The references found in it.
    pub names: Vec<Name>,
    /// How much, where it says.
    pub amount: Option<Money>,
    /// What became of it.
    pub verdict: Verdict,
    /// Why, as the code given.
    pub reason: Option<Reference>,
    /// The day it is said for.
    pub day: Day,
    /// Whether it is about every payment that was asked for under a name of it, and not about one: of a
    /// batch, or of a file. Its amount is then what they come to.
    pub whole: bool,
    /// How many payments that are, where it says.
    pub count: Option<u64>,
}

/// Payments that a payment file asked for under one name: a batch of it, or all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Together {
    /// The name.
    pub name: Reference,
    /// The payments, those that were taken back since among them.
    pub payments: Vec<Position>,
}

/// A file of answers to one batch, or to payments of several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerFile {
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The batch it answers to.
    pub batch: Option<Reference>,
    /// Whether it answers for every payment of the batch, as NPCI's files do: count and sum are
    /// then those of the batch, or nothing of the file is taken.
    pub complete: bool,
    /// The answers.
    pub answers: Vec<Answer>,
}
