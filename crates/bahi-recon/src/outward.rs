//! Payment files, written: the Reserve Bank's e-Kuber dialect of pain.001 and the clearing house's
//! lines of 306 characters.
//!
//! # Invariants
//! * Pure: the same payer, mark and payments give the same bytes, for ever. No clock is asked.
//! * A text goes into its field whole or the payment is refused with the reason. Nothing is cut,
//!   turned into other characters or rounded.
//! * What is written is read back by this crate's own readers to the same values, without a
//!   warning; the totals in the file are sums of what stands in it.
//! * No flaw and no `Debug` shows a name or an account.
//!
//! # Not here
//! Which payments there are to write, where names and accounts come from, and that none is written
//! twice: the hub.

mod ekuber;
pub(crate) mod markup;
mod nach;
mod payer;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bahi_core::{Day, Ifsc, Money, Total};

use crate::Secret;

use payer::EkuberPayer;
pub use payer::{EkuberCodes, PAYER_BYTES_MAX, PAYER_FORMAT, Payer, PayerError};

/// The most payments of one file.
pub const FILE_PAYMENTS_MAX: usize = 100_000;
/// The highest number of a payment file of one ledger: six digits are kept for it.
pub const FILE_NUMBER_MAX: u32 = 999_999;
/// The highest number of a payment: twelve digits are kept for it.
pub const PAYMENT_NUMBER_MAX: u64 = 999_999_999_999;
/// The least amount of a transfer by RTGS, which the Reserve Bank sets: two lakh rupees.
pub const RTGS_LEAST: Money = match Money::from_rupees(200_000) {
    Some(least) => least,
    None => Money::MAX,
};

/// A form of payment file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PaymentForm {
    /// pain.001.001.08 as the Reserve Bank's e-Kuber takes it from a treasury.
    Ekuber,
    /// Credits of the National Automated Clearing House: lines of 306 characters.
    Nach306,
}

impl PaymentForm {
    /// Every form.
    pub const ALL: [PaymentForm; 2] = [PaymentForm::Ekuber, PaymentForm::Nach306];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PaymentForm::Ekuber => "ekuber",
            PaymentForm::Nach306 => "nach306",
        }
    }

    /// The form of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<PaymentForm> {
        PaymentForm::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Whether it carries payments of a service.
    #[must_use]
    pub const fn carries(self, service: Service) -> bool {
        match (self, service) {
            (PaymentForm::Ekuber, _) | (PaymentForm::Nach306, Service::Nach) => true,
            (PaymentForm::Nach306, Service::Neft | Service::Rtgs) => false,
        }
    }
}

/// How a payment travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Service {
    /// National Electronic Funds Transfer.
    Neft,
    /// Real Time Gross Settlement.
    Rtgs,
    /// The National Automated Clearing House.
    Nach,
}

impl Service {
    /// Every service.
    pub const ALL: [Service; 3] = [Service::Neft, Service::Rtgs, Service::Nach];

    /// Its name, as e-Kuber writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Service::Neft => "NEFT",
            Service::Rtgs => "RTGS",
            Service::Nach => "NACH",
        }
    }
}

/// A payment that a file is to ask for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutwardPayment {
    /// Its number, which no other payment of the payer has: at most [`PAYMENT_NUMBER_MAX`].
    pub number: u64,
    /// What the payer calls it; once in a file.
    pub reference: String,
    /// How it travels.
    pub service: Service,
    /// How much.
    pub amount: Money,
    /// The payee's branch.
    pub branch: Ifsc,
    /// The payee's account.
    pub account: Secret,
    /// What the payee's bank calls the payee.
    pub name: Secret,
}

/// What tells a payment file from every other of its payer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileMark {
    /// Its number among the payer's files: 1 to [`FILE_NUMBER_MAX`].
    pub number: u32,
    /// The day on which it is to be paid.
    pub day: Day,
}

/// A payment file as bytes, with what it says of itself. `Debug` shows no byte of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentFile {
    /// Its form.
    pub form: PaymentForm,
    /// The bytes, as they go to the bank.
    pub bytes: Vec<u8>,
    /// What the file calls itself: a message's identification, a user's reference.
    pub message: String,
    /// How many payments it asks for.
    pub payments: usize,
    /// What they come to.
    pub total: Total,
}

impl fmt::Debug for PaymentFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentFile")
            .field("form", &self.form)
            .field("bytes", &self.bytes.len())
            .field("message", &self.message)
            .field("payments", &self.payments)
            .field("total", &self.total)
            .finish()
    }
}

/// Which part of a payment a flaw is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// What the payer calls the payment.
    Reference,
    /// The payee's name.
    Name,
    /// The payee's account.
    Account,
}

impl Part {
    /// Its name in a message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Part::Reference => "reference",
            Part::Name => "name",
            Part::Account => "account",
        }
    }
}

/// Why a payment cannot stand in a file. It shows no text of the payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Flaw {
    /// Its number has more than twelve digits. Export from a ledger of your own.
    #[error("the number of the payment has more than twelve digits")]
    Number,
    /// The form has no such payments. Export it in another form.
    #[error("a file of this form carries no payment by {}", .0.name())]
    Service(Service),
    /// Nothing is to be paid. Correct the instruction.
    #[error("the amount is zero")]
    Nothing,
    /// Less than the service takes. Issue it by another.
    #[error("the amount is less than the {least} that {} takes", service.name())]
    BelowLeast {
        /// The service.
        service: Service,
        /// The least it takes.
        least: Money,
    },
    /// More digits than the field of the amount has. Pay it in parts.
    #[error("the amount has more than {digits} digits of paise")]
    AmountTooLong {
        /// How many it has.
        digits: usize,
    },
    /// Nothing stands there. Put it where it comes from.
    #[error("the {} is empty", .0.name())]
    Empty(Part),
    /// Longer than its field. Give the form that the bank knows.
    #[error("the {} has {characters} characters and its field {limit}", part.name())]
    TooLong {
        /// Which text.
        part: Part,
        /// How many characters it has.
        characters: usize,
        /// How many its field has.
        limit: usize,
    },
    /// A character that the form does not take. Give the spelling that the bank knows.
    #[error("character {at} of the {} is none that the form takes", part.name())]
    Character {
        /// Which text.
        part: Part,
        /// Which character, from 1.
        at: usize,
    },
    /// A reference that says that there is none. Correct the instruction.
    #[error("the reference says that there is none")]
    NoReference,
    /// An earlier payment of the file has the reference. Issue one of them under another.
    #[error("payment {first} of the file has the same reference")]
    Twice {
        /// Which, from 1.
        first: usize,
    },
}

/// Why no file was written. Nothing of it was.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OutwardError {
    /// The payer's description says nothing of this form. Add its part.
    #[error("the payer's description has no part [{}]", .0.name())]
    NotDescribed(PaymentForm),
    /// There is no payment.
    #[error("there is no payment to write")]
    Empty,
    /// More payments than one file takes. Write several.
    #[error("{payments} payments are more than the {FILE_PAYMENTS_MAX} of one file")]
    TooMany {
        /// How many there are.
        payments: usize,
    },
    /// The number of the file is not 1 to [`FILE_NUMBER_MAX`].
    #[error("the number of a payment file is 1 to {FILE_NUMBER_MAX}")]
    FileNumber,
    /// The payments come to more than the field of the total holds. Write several files.
    #[error("the payments come to more than {digits} digits of paise")]
    TotalTooLong {
        /// How many digits the field has.
        digits: usize,
    },
    /// Payments that cannot stand in the file: each by its place, from 0.
    #[error("payments that cannot stand in the file: {}", .0.len())]
    Flaws(Vec<(usize, Flaw)>),
}

impl Payer {
    /// Writes a file of payments, in their order; in e-Kuber's in a batch for each service.
    ///
    /// # Errors
    /// In checking order: [`OutwardError::NotDescribed`], [`OutwardError::FileNumber`],
    /// [`OutwardError::Empty`], [`OutwardError::TooMany`], [`OutwardError::Flaws`] with the first
    /// flaw of each payment that has one, [`OutwardError::TotalTooLong`].
    ///
    /// ```
    /// use bahi_core::{Day, Ifsc, Money};
    /// use bahi_recon::{FileMark, OutwardPayment, Payer, PaymentForm, Secret, Service};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let payer = Payer::parse(
    ///     "format = 1\n[nach306]\nname = \"TREASURY\"\nnumber = \"USER01\"\nnarration = \"SUBSIDY\"\n\
    ///      branch = \"BAHI0000001\"\naccount = \"00110022\"\nproduct = \"DBT\"\n",
    /// )?;
    /// let payment = OutwardPayment {
    ///     number: 17,
    ///     reference: "PAY-1".to_owned(),
    ///     service: Service::Nach,
    ///     amount: Money::from_rupees(2500).ok_or("an amount")?,
    ///     branch: Ifsc::parse("BAHI0000002").ok_or("a branch")?,
    ///     account: Secret::new("00334455"),
    ///     name: Secret::new("ASHA DEVI"),
    /// };
    /// let mark = FileMark { number: 1, day: Day::parse("2026-06-20")? };
    /// let file = payer.write(PaymentForm::Nach306, mark, &[payment])?;
    /// let lines: Vec<&str> = std::str::from_utf8(&file.bytes)?.lines().collect();
    /// assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [306, 306]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn write(
        &self,
        form: PaymentForm,
        mark: FileMark,
        payments: &[OutwardPayment],
    ) -> Result<PaymentFile, OutwardError> {
        let (limits, described) = match form {
            PaymentForm::Ekuber => (&ekuber::LIMITS, self.ekuber.is_some()),
            PaymentForm::Nach306 => (&nach::LIMITS, self.nach306.is_some()),
        };
        if !described {
            return Err(OutwardError::NotDescribed(form));
        }
        if !(1..=FILE_NUMBER_MAX).contains(&mark.number) {
            return Err(OutwardError::FileNumber);
        }
        if payments.is_empty() {
            return Err(OutwardError::Empty);
        }
        if payments.len() > FILE_PAYMENTS_MAX {
            return Err(OutwardError::TooMany { payments: payments.len() });
        }
        let flaws = flaws(form, limits, payments);
        if !flaws.is_empty() {
            return Err(OutwardError::Flaws(flaws));
        }
        let total: i128 = payments.iter().map(|one| i128::from(one.amount.paise())).sum();
        let digits = limits.amount_digits;
        if total >= ten_to(digits) {
            return Err(OutwardError::TotalTooLong { digits });
        }
        let total = Total::from_paise(total);
        Ok(match (&self.ekuber, &self.nach306) {
            (Some(payer), _) if form == PaymentForm::Ekuber => {
                ekuber::write(payer, mark, payments, total)
            }
            (_, Some(payer)) => nach::write(payer, mark, payments, total),
            (Some(_) | None, None) => return Err(OutwardError::NotDescribed(form)),
        })
    }
}

/// How wide the fields of a form are.
/// What a payment of a file is called in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Called {
    /// The payment's name from end to end.
    pub end_to_end: String,
    /// The name of its batch.
    pub batch: String,
    /// Whether the bank debits the batch as one, and not each payment by itself.
    pub one_debit: bool,
}

impl Payer {
    /// What the payments of an e-Kuber file are called, each by its number and its service, in the order
    /// of the file; nothing where the description has no such part.
    #[must_use]
    pub fn called(&self, mark: FileMark, payments: &[(u64, Service)]) -> Vec<Called> {
        self.codes().map(|codes| codes.called(mark, payments)).unwrap_or_default()
    }

    /// What identifications in its e-Kuber files are put together of, where it describes any.
    #[must_use]
    pub fn codes(&self) -> Option<EkuberCodes> {
        self.ekuber.as_ref().map(EkuberPayer::codes)
    }

    /// What a file calls itself: a message's identification, which needs the payer's description; a
    /// user's reference at the clearing house, which does not.
    #[must_use]
    pub fn message(payer: Option<&Payer>, form: PaymentForm, mark: FileMark) -> Option<String> {
        match form {
            PaymentForm::Ekuber => Some(payer?.codes()?.message(mark)),
            PaymentForm::Nach306 => Some(nach::message(mark)),
        }
    }
}

impl EkuberCodes {
    /// What the payments of a file are called, each by its number and its service, in the order of the file.
    #[must_use]
    pub fn called(&self, mark: FileMark, payments: &[(u64, Service)]) -> Vec<Called> {
        ekuber::called(self, mark, payments)
    }

    /// What a file calls itself.
    #[must_use]
    pub fn message(&self, mark: FileMark) -> String {
        ekuber::message(self, mark)
    }
}

/// The references of a clearing house's file: what the drawing officer calls each payment, and behind a
/// bill of several of them which it is.
#[must_use]
pub fn own_references(payments: &[(u64, &str)]) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, reference) in payments {
        *count.entry(reference).or_default() += 1;
    }
    let own = |(number, reference): &(u64, &str)| match count.get(reference) {
        Some(2..) => format!("{reference}/{number}"),
        Some(_) | None => (*reference).to_owned(),
    };
    payments.iter().map(own).collect()
}

struct Limits {
    reference: usize,
    name: usize,
    account: usize,
    /// Digits of paise.
    amount_digits: usize,
}

/// Ten to a power that a field's width is.
fn ten_to(digits: usize) -> i128 {
    (0..digits).fold(1, |power: i128, _| power.saturating_mul(10))
}

/// The first flaw of each payment that has one.
fn flaws(form: PaymentForm, limits: &Limits, payments: &[OutwardPayment]) -> Vec<(usize, Flaw)> {
    let mut seen: BTreeSet<(&str, usize)> = BTreeSet::new();
    let mut flaws = Vec::new();
    for (index, payment) in payments.iter().enumerate() {
        let reference = payment.reference.as_str();
        let before = seen.range((reference, 0)..=(reference, usize::MAX)).next();
        // e-Kuber gives each a name of its own beside the bill's, which several may share.
        let twice = before.filter(|_| form == PaymentForm::Nach306);
        let twice = twice.map(|(_, first)| Flaw::Twice { first: first + 1 });
        seen.insert((reference, index));
        if let Some(flaw) = flaw(form, limits, payment).or(twice) {
            flaws.push((index, flaw));
        }
    }
    flaws
}

fn flaw(form: PaymentForm, limits: &Limits, payment: &OutwardPayment) -> Option<Flaw> {
    if payment.number > PAYMENT_NUMBER_MAX {
        return Some(Flaw::Number);
    }
    if !form.carries(payment.service) {
        return Some(Flaw::Service(payment.service));
    }
    if payment.amount.is_zero() {
        return Some(Flaw::Nothing);
    }
    if payment.service == Service::Rtgs && payment.amount < RTGS_LEAST {
        return Some(Flaw::BelowLeast { service: Service::Rtgs, least: RTGS_LEAST });
    }
    if i128::from(payment.amount.paise()) >= ten_to(limits.amount_digits) {
        return Some(Flaw::AmountTooLong { digits: limits.amount_digits });
    }
    let of_account = |c: char| c.is_ascii_alphanumeric();
    text(Part::Reference, &payment.reference, limits.reference, of_reference)
        .or_else(|| no_reference(&payment.reference))
        .or_else(|| text(Part::Name, payment.name.reveal(), limits.name, of_name))
        .or_else(|| text(Part::Account, payment.account.reveal(), limits.account, of_account))
        .or_else(|| no_account(payment.account.reveal()))
}

/// What readers take for no reference is none, and would not come back.
fn no_reference(reference: &str) -> Option<Flaw> {
    let words = reference.contains(' ') && !reference.bytes().any(|byte| byte.is_ascii_digit());
    (words || crate::reference::is_none(reference)).then_some(Flaw::NoReference)
}

/// An account of zeros alone is none.
fn no_account(account: &str) -> Option<Flaw> {
    account.bytes().all(|byte| byte == b'0').then_some(Flaw::Empty(Part::Account))
}

/// What stands in a reference: the characters of SWIFT's set X, and underscores.
fn of_reference(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-?:().,'+_ ".contains(c)
}

/// What stands in a name: what can be printed in ASCII.
fn of_name(c: char) -> bool {
    (' '..='~').contains(&c)
}

/// Why a text does not stand whole in its field. Blanks at its ends would be lost in reading.
fn text(part: Part, text: &str, limit: usize, takes: fn(char) -> bool) -> Option<Flaw> {
    if text.trim().is_empty() {
        return Some(Flaw::Empty(part));
    }
    let bad = text.chars().position(|c| !takes(c));
    if let Some(at) = bad {
        return Some(Flaw::Character { part, at: at + 1 });
    }
    let characters = text.chars().count();
    if characters > limit {
        return Some(Flaw::TooLong { part, characters, limit });
    }
    if text.starts_with(' ') {
        return Some(Flaw::Character { part, at: 1 });
    }
    text.ends_with(' ').then_some(Flaw::Character { part, at: characters })
}

#[cfg(test)]
mod tests;
