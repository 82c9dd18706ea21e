//! What every format is read into: statements with entries and details, payment files with
//! instructions, and answers about payments.
//!
//! # Invariants
//! * A side is decided once, by the reader; nothing here has a sign beside it but balances.
//! * What may name a person or an account is a [`Secret`]; everything else may be logged.
//! * Parts come before what they are parts of: details, then their entry, then its statement.

use bahi_core::{Day, Ifsc, LineSide};

use crate::{Amount, Currency, Secret, Signed, Warning};

/// One thing found in a file. Parts come before their whole, so that a reader holds one at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// A transaction inside the entry that comes next.
    Detail(Box<Detail>),
    /// An entry of the statement that comes after all of its entries.
    Entry(Box<Entry>),
    /// A statement, its entries being over.
    Statement(Box<Statement>),
    /// One payment asked for, of the batch that comes after all of its instructions.
    Instruction(Box<Instruction>),
    /// A batch of instructions, or the header of a payment file, its instructions being over.
    Batch(Box<Batch>),
    /// What became of a payment, a batch or a whole file.
    Status(Box<PaymentStatus>),
    /// Something to be told about the file.
    Warning(Warning),
}

/// What kind of statement it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StatementKind {
    /// Of a closed period: camt.053, MT940, a bank's CSV.
    Booked,
    /// Of a day not over: camt.052, MT942. Its entries come again in a [`StatementKind::Booked`].
    Interim,
    /// A notice of single movements without balances: camt.054.
    Notice,
}

/// A stretch of the file: the first byte from 0, how many bytes, the line it begins on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Stretch {
    /// The first byte, from 0.
    pub at: u64,
    /// How many bytes.
    pub bytes: u64,
    /// The line it begins on, from 1.
    pub line: u64,
}

/// A statement of an account: what it says of itself, and what was found in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Its number in the file, from 1.
    pub number: u32,
    /// What kind it is.
    pub kind: StatementKind,
    /// What the bank calls it; may hold the account's number.
    pub reference: Option<Secret>,
    /// Its number in the bank's series, as written.
    pub sequence: Option<String>,
    /// The account it is of.
    pub account: Option<Secret>,
    /// The bank that keeps the account, as an IFSC, BIC or bank code.
    pub bank: Option<String>,
    /// The account's currency, where the file states one.
    pub currency: Option<Currency>,
    /// The first day it covers: as stated, else of its entries, else of its opening balance.
    pub from: Option<Day>,
    /// The last day it covers: as stated, else of its closing balance, else of its entries.
    pub to: Option<Day>,
    /// The balances it states, in its order.
    pub balances: Vec<Balance>,
    /// The counts and sums it states of its own entries.
    pub declared: Vec<Control>,
    /// Sums of the entries, for each currency they are in; of nearly every statement one.
    pub sums: Vec<CurrencySums>,
    /// How many entries were read, whatever their status and currency.
    pub entries: u64,
    /// How many details were read inside them.
    pub details: u64,
    /// How many entries were set aside.
    pub set_aside: u64,
    /// Whether opening and booked entries give the closing balance; nothing where the statement
    /// does not state both balances in one currency, or entries of another stand between.
    pub balance_equation: Option<bool>,
    /// Where it lies in the file.
    pub place: Stretch,
}

impl Statement {
    /// The sums of entries in a currency; zeros where there are none.
    #[must_use]
    pub fn sums_in(&self, currency: Currency) -> CurrencySums {
        let of = |sums: &&CurrencySums| sums.currency == currency;
        let nothing = Sums::default();
        let none = CurrencySums { currency, booked: nothing, unbooked: nothing };
        self.sums.iter().find(of).copied().unwrap_or(none)
    }

    /// The booked balance before the first entry, where the statement says one.
    #[must_use]
    pub fn opening(&self) -> Option<&Balance> {
        self.balance(BalanceKind::Opening)
            .or_else(|| self.balance(BalanceKind::PageOpening))
            .or_else(|| self.balance(BalanceKind::PreviousClosing))
    }

    /// The booked balance after the last entry, where the statement says one; of several the last.
    #[must_use]
    pub fn closing(&self) -> Option<&Balance> {
        let last = |kind| self.balances.iter().rev().find(|balance| balance.kind == kind);
        last(BalanceKind::Closing).or_else(|| last(BalanceKind::PageClosing))
    }

    /// The first balance of a kind.
    #[must_use]
    pub fn balance(&self, kind: BalanceKind) -> Option<&Balance> {
        self.balances.iter().find(|balance| balance.kind == kind)
    }
}

/// What a balance is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BalanceKind {
    /// Booked, before the first entry.
    Opening,
    /// The closing balance of the statement before.
    PreviousClosing,
    /// Booked, after the last entry.
    Closing,
    /// Booked, before the first entry of a page of a statement (MT940 `60M`).
    PageOpening,
    /// Booked, after the last entry of a page of a statement (MT940 `62M`).
    PageClosing,
    /// Booked, at a moment of a day not over.
    Interim,
    /// What may be drawn now.
    Available,
    /// What may be drawn later.
    Forward,
    /// Any other.
    Other,
}

/// A balance as stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Balance {
    /// What it is of.
    pub kind: BalanceKind,
    /// How much; below zero when overdrawn.
    pub amount: Signed,
    /// Of which day.
    pub day: Option<Day>,
}

/// What a file counts or sums of itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ControlKind {
    /// How many entries or payments.
    Count,
    /// How many credits.
    CreditCount,
    /// How many debits.
    DebitCount,
    /// The sum of all, without regard to sides, in minor units.
    Sum,
    /// The sum of credits, in minor units.
    CreditSum,
    /// The sum of debits, in minor units.
    DebitSum,
    /// Credits less debits, in minor units.
    Net,
    /// How many physical records a file or a group has.
    Records,
    /// How many groups or accounts.
    Groups,
}

impl ControlKind {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ControlKind::Count => "count",
            ControlKind::CreditCount => "count of credits",
            ControlKind::DebitCount => "count of debits",
            ControlKind::Sum => "sum",
            ControlKind::CreditSum => "sum of credits",
            ControlKind::DebitSum => "sum of debits",
            ControlKind::Net => "net sum",
            ControlKind::Records => "count of records",
            ControlKind::Groups => "count of groups",
        }
    }
}

/// One count or sum as declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Control {
    /// Of what.
    pub kind: ControlKind,
    /// What the file says: a count, or minor units.
    pub declared: i128,
}

/// Counts and sums of entries, in minor units of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// How many came in.
    pub credit_count: u64,
    /// How much came in.
    pub credits_minor: i128,
    /// How many went out.
    pub debit_count: u64,
    /// How much went out.
    pub debits_minor: i128,
}

/// Sums of entries in one currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CurrencySums {
    /// The currency.
    pub currency: Currency,
    /// Of entries that are booked.
    pub booked: Sums,
    /// Of all others.
    pub unbooked: Sums,
}

impl CurrencySums {
    /// Of all entries, booked or not.
    #[must_use]
    pub const fn all(&self) -> Sums {
        Sums {
            credit_count: self.booked.credit_count + self.unbooked.credit_count,
            credits_minor: self.booked.credits_minor + self.unbooked.credits_minor,
            debit_count: self.booked.debit_count + self.unbooked.debit_count,
            debits_minor: self.booked.debits_minor + self.unbooked.debits_minor,
        }
    }
}

impl Sums {
    pub(crate) fn add(&mut self, amount: Amount, side: LineSide) {
        let minor = i128::from(amount.minor());
        match side {
            LineSide::Credit => {
                self.credit_count += 1;
                self.credits_minor += minor;
            }
            LineSide::Debit => {
                self.debit_count += 1;
                self.debits_minor += minor;
            }
        }
    }

    /// Credits less debits.
    #[must_use]
    pub const fn net_minor(self) -> i128 {
        self.credits_minor - self.debits_minor
    }
}

/// How far an entry has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EntryStatus {
    /// On the account. Only this settles a payment.
    Booked,
    /// Expected, and may still fail.
    Pending,
    /// For information: moves nothing.
    Information,
    /// The file states none, or one that is not known.
    NotStated,
}

/// One movement of a statement, as the account moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its statement's number in the file.
    pub statement: u32,
    /// Its number in its statement, from 1; entries set aside have numbers too.
    pub number: u32,
    /// How much.
    pub amount: Amount,
    /// Which way, seen from the account's owner. A reversal's side is already the one booked.
    pub side: LineSide,
    /// Whether it takes back an earlier entry.
    pub reversal: bool,
    /// How far it has come.
    pub status: EntryStatus,
    /// The day it was booked.
    pub booked: Option<Day>,
    /// The day it counts for the bank.
    pub value: Option<Day>,
    /// The bank's code for the kind of movement, as written, parts joined by `/`.
    pub code: Option<String>,
    /// Why it came back, as a code, where it is a return.
    pub return_reason: Option<String>,
    /// The references found in it.
    pub references: Vec<FoundReference>,
    /// The other side, where it is told.
    pub counterparty: Party,
    /// What the bank writes beside it.
    pub narration: Secret,
    /// The balance after it, where the file prints one.
    pub running_balance: Option<Signed>,
    /// How many details stand inside it: the `Item::Detail`s just before this entry.
    pub details: u32,
    /// How many transactions its batch has, where it says so without listing them.
    pub batch_count: Option<u64>,
    /// Where it lies in the file.
    pub place: Stretch,
}

impl Entry {
    /// The entry as bytes: the same for the same movement wherever in whichever file it stands, so
    /// that overlapping files can be told from new ones. Two entries that are equal in everything have
    /// the same bytes; they are told apart by counting them.
    ///
    /// The bytes hold what is private: they are for a keyed hash, and for nothing else.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let day = |day: Option<Day>| day.map_or(i64::MIN, |day| i64::from(day.epoch_days()));
        let text = |secret: &Option<Secret>| secret.as_ref().map_or("", Secret::reveal).to_owned();
        let numbers = [
            self.amount.minor(),
            i64::from(self.side == LineSide::Credit),
            i64::from(self.reversal),
            day(self.booked),
            day(self.value),
        ];
        let balance = self.running_balance.map_or(i128::MIN, |balance| balance.minor);
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|one| one.to_be_bytes()).collect();
        bytes.extend(balance.to_be_bytes());
        let mut part = |text: &str| {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        };
        part(self.amount.currency().code());
        part(self.code.as_deref().unwrap_or_default());
        part(self.narration.reveal());
        part(&text(&self.counterparty.name));
        part(&text(&self.counterparty.account));
        part(self.counterparty.bank.as_deref().unwrap_or_default());
        for reference in &self.references {
            part(&reference.text);
        }
        bytes
    }
}

/// One transaction inside an entry.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Detail {
    /// How much, where it says.
    pub amount: Option<Amount>,
    /// Which way, where it says; else as its entry.
    pub side: Option<LineSide>,
    /// The bank's code for the kind of movement.
    pub code: Option<String>,
    /// Why it came back, as a code.
    pub return_reason: Option<String>,
    /// The references found in it.
    pub references: Vec<FoundReference>,
    /// Who pays.
    pub debtor: Party,
    /// Who is paid.
    pub creditor: Party,
    /// What is written beside it.
    pub narration: Secret,
    /// Where it lies in the file.
    pub place: Stretch,
}

/// Somebody on the other side of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Party {
    /// The name as written.
    pub name: Option<Secret>,
    /// The account's number as written; for a payment by Aadhaar, that number.
    pub account: Option<Secret>,
    /// The bank, as an IFSC, BIC or bank code.
    pub bank: Option<String>,
}

impl Party {
    /// The bank's IFSC, where it has the form of one.
    #[must_use]
    pub fn ifsc(&self) -> Option<Ifsc> {
        self.bank.as_deref().and_then(Ifsc::parse)
    }
}

/// What kind of reference it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReferenceKind {
    /// The payer's own, carried from end to end.
    EndToEnd,
    /// The payer's own, between it and its bank.
    Instruction,
    /// The first bank's.
    Transaction,
    /// A UETR, unique everywhere.
    Uetr,
    /// The account's bank's.
    Bank,
    /// The bank's, for the entry in its statement.
    Entry,
    /// The payment information or advice that a batch was paid by.
    Batch,
    /// The file it was asked for in.
    Message,
    /// The mandate.
    Mandate,
    /// The clearing's.
    Clearing,
    /// A cheque's number.
    Cheque,
    /// The account owner's, as far as the bank repeats it.
    Owner,
    /// A UTR of NEFT or RTGS, by its form.
    Utr,
    /// A retrieval number of IMPS or UPI: twelve digits after that word.
    Rrn,
    /// A file's number for one item.
    Item,
    /// The original of something returned or reported.
    Original,
}

/// A reference as found, without the blanks around it. Never one that stands for none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FoundReference {
    /// What kind.
    pub kind: ReferenceKind,
    /// Its text: 1 to [`crate::REFERENCE_BYTES_MAX`] bytes.
    pub text: String,
    /// Whether it was found in a narration, and not in a field of its own.
    pub in_narration: bool,
}

/// One payment asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Its batch's number in the file.
    pub batch: u32,
    /// Its number in its batch, from 1.
    pub number: u32,
    /// How much.
    pub amount: Amount,
    /// Whether it pays (`Credit` to the beneficiary) or collects (`Debit`).
    pub side: LineSide,
    /// Its references.
    pub references: Vec<FoundReference>,
    /// Whom it is for.
    pub beneficiary: Party,
    /// Whether the beneficiary's account is named by an Aadhaar number.
    pub by_aadhaar: bool,
    /// What is written beside it.
    pub narration: Secret,
    /// What became of it, where the file is an answer.
    pub verdict: Verdict,
    /// The reason given, as a code.
    pub reason: Option<String>,
    /// Where it lies in the file.
    pub place: Stretch,
}

/// Instructions under one head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Its number in the file, from 1; 0 for the head of the whole file.
    pub number: u32,
    /// Its references: message, payment information.
    pub references: Vec<FoundReference>,
    /// The account that pays.
    pub payer: Party,
    /// The day asked for, or of settlement.
    pub day: Option<Day>,
    /// Whether the bank is asked to book it as one debit.
    pub booked_as_one: Option<bool>,
    /// The clearing or service asked for, as written.
    pub service: Option<String>,
    /// The counts and sums it states of itself.
    pub declared: Vec<Control>,
    /// How many instructions were read.
    pub instructions: u64,
    /// How many were set aside.
    pub set_aside: u64,
    /// Their sum in minor units, of one currency; nothing where there are several.
    pub sum_minor: Option<i128>,
    /// The currency of the sum.
    pub currency: Option<Currency>,
    /// Where it lies in the file.
    pub place: Stretch,
}

/// At which level an answer speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StatusLevel {
    /// Of a whole file.
    File,
    /// Of one batch.
    Batch,
    /// Of one payment.
    Payment,
}

/// What became of a payment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Nothing is said yet, or look at the level below.
    Open,
    /// Taken; may still fail.
    Accepted,
    /// Settled, as far as this answer knows; may still be returned.
    Paid,
    /// Refused or failed. Final for this attempt.
    Failed,
    /// A word that is not known: for a person.
    Unknown,
}

/// What an answer says of a payment, a batch or a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentStatus {
    /// At which level.
    pub level: StatusLevel,
    /// The status as written; nothing where the level above speaks for it.
    pub status: Option<String>,
    /// What that means; inherited from above where there is no status.
    pub verdict: Verdict,
    /// Whether the verdict comes from the level above.
    pub inherited: bool,
    /// The reasons given, as codes or short words.
    pub reasons: Vec<String>,
    /// The references of what it speaks of.
    pub references: Vec<FoundReference>,
    /// The amount, where it repeats one.
    pub amount: Option<Amount>,
    /// The counts and sums it repeats.
    pub declared: Vec<Control>,
    /// The day it took effect, where it says.
    pub day: Option<Day>,
    /// Where it lies in the file.
    pub place: Stretch,
}
