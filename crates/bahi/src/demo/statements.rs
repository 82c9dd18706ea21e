//! A month of bank files made up from a ledger, with what goes wrong in set shares, and the truth.
//!
//! Every payment of the month is booked on one of the payer's accounts, each at a bank with a form of
//! its own, and beside some of them the bank answers the payment file. The truth says of every payment
//! what became of it and which lines of which file are it, and of every other line that it is none.
//!
//! # Invariants
//! * The same ledger, month, seed and shares give the same bytes.
//! * Every line of every file is in the truth once.
//! * Accounts, names and transfers are made up. References are the ledger's own.

use bahi_core::{CaseRef, Day, Event, EventKind, LineSide, Money, Position, Reference, WordNo};
use bahi_recon::invented::{
    InventedAnswer, InventedLine, InventedPayment, InventedStatement, StatementForm, Wording,
    stands_everywhere,
};
use std::collections::BTreeMap;

use super::draw::Draw;
use crate::{Error, Ledger};

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Month {
    first: Day,
    last: Day,
}

impl Month {
    /// The month of a day; `None` where it ends beyond the last day there is.
    #[must_use]
    pub fn of(day: Day) -> Option<Month> {
        let (year, month, _) = day.date();
        let first = Day::from_date(year, month, 1)?;
        Some(Month { first, last: first.plus_months(1)?.plus_days(-1)? })
    }

    /// Reads `2024-06`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Month> {
        if text.len() != 7 {
            return None;
        }
        Month::of(Day::parse(&format!("{text}-01")).ok()?)
    }

    /// Its first day.
    #[must_use]
    pub const fn first(self) -> Day {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub const fn last(self) -> Day {
        self.last
    }

    fn has(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

/// How much goes wrong, in thousandths of the payments, each drawn in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
    /// Whose lines do not tell the payment's reference, whatever becomes of them.
    pub missing_references: u32,
    /// Of those that a table tells, whose reference its narration spoils: cut, broken by a blank, within a
    /// longer word, or beside another payment's.
    pub garbled: u32,
    /// That the bank never books.
    pub missing: u32,
    /// That it books in two parts.
    pub split: u32,
    /// That it books twice.
    pub duplicated: u32,
    /// That come back some days after, without a word of it in the ledger.
    pub returned: u32,
    /// That it books 4 to 10 days after they were instructed, and not within 2.
    pub late: u32,
    /// As many lines of other money.
    pub foreign: u32,
}

impl Default for Shares {
    fn default() -> Shares {
        Shares {
            missing_references: 100,
            garbled: 20,
            missing: 5,
            split: 3,
            duplicated: 5,
            returned: 20,
            late: 10,
            foreign: 5,
        }
    }
}

/// What became of a payment at the bank, or what a line is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It was booked.
    Paid,
    /// It was booked late.
    Late,
    /// It was booked after the month, in no file of it.
    AfterTheMonth,
    /// It was booked and came back; the first line is the way out.
    Returned,
    /// It was booked, and comes back after the month.
    ReturnedAfterTheMonth,
    /// It was booked before the month, and came back in it.
    ReturnedOfBefore,
    /// It was booked twice.
    Duplicated,
    /// It was booked in two parts.
    Split,
    /// It was never booked.
    Missing,
    /// Money of something else.
    Foreign,
    /// What the bank charges.
    Charge,
}

impl Fate {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Paid => "paid",
            Fate::Late => "late",
            Fate::AfterTheMonth => "after_the_month",
            Fate::Returned => "returned",
            Fate::ReturnedAfterTheMonth => "returned_after_the_month",
            Fate::ReturnedOfBefore => "returned_of_before",
            Fate::Duplicated => "duplicated",
            Fate::Split => "split",
            Fate::Missing => "missing",
            Fate::Foreign => "foreign",
            Fate::Charge => "charge",
        }
    }
}

/// The truth of one payment, or of a line that is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The `Disbursed`; none for a line that is no payment.
    pub payment: Option<Position>,
    /// The `PaymentReturned` that the ledger has of it, where it counts in the month.
    pub returned: Option<Position>,
    /// The case it is of.
    pub case: Option<CaseRef>,
    /// How much.
    pub amount: Money,
    /// What became of it.
    pub fate: Fate,
    /// Whether its lines tell its reference, whole and no other's.
    pub referenced: bool,
    /// How they have it: nothing where they do not tell it.
    pub narration: Option<&'static str>,
    /// The file its lines are in; none where there is no line.
    pub file: Option<&'static str>,
    /// Its lines: entries of that file, from 1 in their order.
    pub lines: Vec<u32>,
    /// The answer that says what became of it, where one does.
    pub answer: Option<&'static str>,
}

/// A month of files, and what is true of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MonthOfFiles {
    /// The files, by name.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// The truth, in order of payments and then of the lines that are none.
    pub truth: Vec<Told>,
}

/// The answers there are, and whose payments they are about.
const ANSWERS: [(InventedAnswer, StatementForm); 4] = [
    (InventedAnswer::Nach306, StatementForm::HdfcOld),
    (InventedAnswer::Pain002, StatementForm::Camt053),
    (InventedAnswer::PaymentScroll, StatementForm::Mt940),
    (InventedAnswer::FailedScroll, StatementForm::Sbi),
];

/// A payment of the ledger.
struct Payment {
    position: Position,
    case: Position,
    amount: Money,
    day: Day,
    reference: String,
    transfer: Option<Reference>,
    /// Where it came back, when and why.
    back: Option<(Position, Day, WordNo)>,
}

/// A line with the row of the truth it belongs to.
struct Booked {
    line: InventedLine,
    told: usize,
}

/// How far another payment of the same amount is looked for, to stand beside one.
const LOOKED_AT_MAX: usize = 64;

/// The files while they are made.
struct Maker<'f> {
    draw: Draw,
    shares: Shares,
    month: Month,
    forms: &'f [StatementForm],
    accounts: BTreeMap<StatementForm, Vec<Booked>>,
    answers: BTreeMap<StatementForm, Vec<InventedPayment>>,
    truth: Vec<Told>,
    transfers: u64,
}

impl Ledger {
    /// The month in which most payments were instructed, the last of such; `None` where none was.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`].
    pub fn busiest_month_of_payments(&self) -> Result<Option<Month>, Error> {
        let mut months: BTreeMap<Day, (u64, Month)> = BTreeMap::new();
        for recorded in self.events(Position(1), self.position()) {
            let recorded = recorded?;
            if recorded.event.kind() == EventKind::Disbursed
                && let Some(month) = Month::of(recorded.envelope.effective_day)
            {
                months.entry(month.first).or_insert((0, month)).0 += 1;
            }
        }
        Ok(months.into_values().max_by_key(|(payments, _)| *payments).map(|(_, month)| month))
    }

    /// Makes up a month of bank files from the payments of this ledger, in the forms named, and says
    /// what is true of them. Nothing is recorded.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`].
    pub fn make_up_statements(
        &self,
        month: Month,
        seed: u64,
        shares: Shares,
        forms: &[StatementForm],
    ) -> Result<MonthOfFiles, Error> {
        let mut maker = Maker {
            draw: Draw::new(seed),
            shares,
            month,
            forms,
            accounts: BTreeMap::new(),
            answers: BTreeMap::new(),
            truth: Vec::new(),
            transfers: 0,
        };
        if forms.is_empty() {
            return Ok(MonthOfFiles::default());
        }
        let payments = payments(self)?;
        for payment in &payments {
            maker.payment(self, payment, &payments);
        }
        maker.others();
        Ok(maker.finish())
    }
}

/// Every payment that was not taken back, with what the ledger knows of it.
fn payments(ledger: &Ledger) -> Result<Vec<Payment>, Error> {
    let mut payments: BTreeMap<Position, Payment> = BTreeMap::new();
    let mut backs: BTreeMap<Position, Position> = BTreeMap::new();
    for recorded in ledger.events(Position(1), ledger.position()) {
        let recorded = recorded?;
        let (position, envelope) = (recorded.position, &recorded.envelope);
        if let Event::Disbursed(body) = &recorded.event {
            let payment = Payment {
                position,
                case: envelope.case,
                amount: envelope.amount,
                day: envelope.effective_day,
                reference: body.reference.to_string(),
                transfer: None,
                back: None,
            };
            payments.insert(position, payment);
        } else if let Event::PaymentReturned(body) = &recorded.event {
            backs.insert(position, body.payment);
            if let Some(payment) = payments.get_mut(&body.payment) {
                payment.back = Some((position, body.own_day, body.reason));
            }
        } else if let Event::PaymentConfirmed(body) = &recorded.event {
            if let Some(payment) = payments.get_mut(&body.payment) {
                payment.transfer = Some(body.reference.clone());
            }
        } else if let Event::Reversed(body) = &recorded.event {
            payments.remove(&body.of);
            let back = backs.remove(&body.of).and_then(|payment| payments.get_mut(&payment));
            if let Some(payment) = back {
                payment.back = None;
            }
        }
    }
    Ok(payments.into_values().collect())
}

impl Maker<'_> {
    fn happens(&mut self, thousandths: u32) -> bool {
        self.draw.per_mille(u64::from(thousandths))
    }

    fn days(&mut self, low: u64, high: u64) -> i32 {
        i32::try_from(self.draw.between(low, high)).unwrap_or(1)
    }

    /// A transfer's reference, in the form that banks give it: four letters, one more, eleven digits.
    fn transfer(&mut self, known: Option<&Reference>) -> String {
        self.transfers += 1;
        match known.map(Reference::as_str).filter(|one| stands_everywhere(one) && one.len() <= 16) {
            Some(known) => known.to_owned(),
            None => format!("BAHIN{:011}", self.transfers),
        }
    }

    /// How a line has its payment's reference.
    fn wording(&mut self, form: StatementForm, payment: &Payment, all: &[Payment]) -> Wording {
        if !form.is_table() || !self.happens(self.shares.garbled) {
            return Wording::Whole;
        }
        match self.draw.below(4) {
            0 => Wording::Cut,
            1 => Wording::Broken,
            2 => Wording::Glued,
            _ => {
                let from = self.draw.below(all.len() as u64) as usize;
                let near = all.iter().cycle().skip(from).take(LOOKED_AT_MAX);
                let others = near.filter(|one| {
                    one.reference != payment.reference && stands_everywhere(&one.reference)
                });
                let others: Vec<&Payment> = others.collect();
                let equal = others.iter().find(|one| one.amount == payment.amount);
                match equal.or(others.first()) {
                    Some(other) => Wording::Beside(other.reference.clone()),
                    None => Wording::Whole,
                }
            }
        }
    }

    fn payment(&mut self, ledger: &Ledger, payment: &Payment, all: &[Payment]) {
        let known = payment.back.filter(|(_, day, _)| self.month.has(*day));
        let of_month = self.month.has(payment.day);
        if !of_month && known.is_none() {
            return;
        }
        let form = self.forms[self.draw.below(self.forms.len() as u64) as usize];
        let told = self.happens(self.shares.missing_references);
        let tells = !told && stands_everywhere(&payment.reference);
        let wording = self.wording(form, payment, all);
        let transfer = self.transfer(payment.transfer.as_ref());
        let at = self.truth.len();
        self.truth.push(Told {
            payment: Some(payment.position),
            returned: known.map(|(position, ..)| position),
            case: ledger.case_ref(payment.case),
            amount: payment.amount,
            fate: Fate::Missing,
            referenced: tells && wording == Wording::Whole,
            narration: tells.then(|| wording.name()),
            file: None,
            lines: Vec::new(),
            answer: None,
        });
        let line = InventedLine {
            booked: payment.day,
            value: payment.day,
            side: LineSide::Debit,
            amount: payment.amount,
            returned: false,
            reference: tells.then(|| payment.reference.clone()),
            transfer: tells.then(|| transfer.clone()),
            text: format!("PAYEE {}", payment.position.0),
            wording,
        };
        let fate = match (known, of_month) {
            (Some((_, day, _)), false) => self.comes_back(form, at, &line, day, true),
            (Some((_, day, _)), true) => {
                self.book(form, at, line.clone());
                self.comes_back(form, at, &line, day, false)
            }
            (None, _) => self.fate(form, at, &line),
        };
        self.truth[at].fate = fate;
        let reason = known.and_then(|(.., reason)| ledger.names().word(reason).cloned());
        let code = reason
            .filter(|word| is_code(word.as_str()))
            .map_or("53".to_owned(), |word| word.to_string());
        self.answer(form, at, payment, (transfer, code));
    }

    /// What becomes of a payment that the ledger knows nothing more of.
    fn fate(&mut self, form: StatementForm, at: usize, line: &InventedLine) -> Fate {
        if self.happens(self.shares.missing) {
            return Fate::Missing;
        }
        if self.happens(self.shares.split) && line.amount.paise() > 1 {
            let half = Money::from_paise(line.amount.paise() / 2).unwrap_or(Money::ZERO);
            let rest = line.amount.checked_sub(half).unwrap_or(Money::ZERO);
            self.book(form, at, InventedLine { amount: half, ..line.clone() });
            self.book(form, at, InventedLine { amount: rest, ..line.clone() });
            return Fate::Split;
        }
        if self.happens(self.shares.duplicated) {
            self.book(form, at, line.clone());
            self.book(form, at, line.clone());
            return Fate::Duplicated;
        }
        if self.happens(self.shares.returned) {
            self.book(form, at, line.clone());
            let after = self.days(1, 5);
            let day = line.booked.plus_days(after).unwrap_or(line.booked);
            return self.comes_back(form, at, line, day, false);
        }
        let late = self.happens(self.shares.late);
        let after = if late { self.days(4, 10) } else { self.days(0, 2) };
        let booked = line.booked.plus_days(after).unwrap_or(line.booked);
        if !self.month.has(booked) {
            return Fate::AfterTheMonth;
        }
        self.book(form, at, InventedLine { booked, value: booked, ..line.clone() });
        if late { Fate::Late } else { Fate::Paid }
    }

    fn comes_back(
        &mut self,
        form: StatementForm,
        at: usize,
        line: &InventedLine,
        day: Day,
        before: bool,
    ) -> Fate {
        // Nothing comes back before it went out.
        let day = day.max(line.booked);
        if !self.month.has(day) {
            return Fate::ReturnedAfterTheMonth;
        }
        let back = InventedLine {
            booked: day,
            value: day,
            side: LineSide::Credit,
            returned: true,
            ..line.clone()
        };
        self.book(form, at, back);
        if before { Fate::ReturnedOfBefore } else { Fate::Returned }
    }

    fn book(&mut self, form: StatementForm, told: usize, line: InventedLine) {
        self.truth[told].file = Some(form.file_name());
        self.accounts.entry(form).or_default().push(Booked { line, told });
    }

    /// The answer of the bank, where the form's account has one and the bank paid or failed.
    fn answer(
        &mut self,
        form: StatementForm,
        at: usize,
        payment: &Payment,
        (transfer, code): (String, String),
    ) {
        let Some((answer, _)) = ANSWERS.iter().find(|(_, of)| *of == form) else { return };
        let failed = match self.truth[at].fate {
            Fate::Paid | Fate::Late | Fate::Duplicated | Fate::Split => None,
            Fate::Returned | Fate::ReturnedAfterTheMonth => Some(code),
            Fate::AfterTheMonth
            | Fate::ReturnedOfBefore
            | Fate::Missing
            | Fate::Foreign
            | Fate::Charge => return,
        };
        let tells = *answer != InventedAnswer::FailedScroll || failed.is_some();
        if !stands_everywhere(&payment.reference) || !tells {
            return;
        }
        self.truth[at].answer = Some(answer.file_name());
        let (reference, amount) = (payment.reference.clone(), payment.amount);
        let one = InventedPayment { reference, transfer, amount, failed };
        self.answers.entry(form).or_default().push(one);
    }

    /// Lines that are no payment: money of something else, and what each bank charges.
    fn others(&mut self) {
        let payments = self.truth.len() as u64;
        let foreign = (payments * u64::from(self.shares.foreign)).div_ceil(1_000);
        let span = u64::try_from(self.month.last.epoch_days() - self.month.first.epoch_days());
        let span = span.unwrap_or(27);
        for number in 0..foreign {
            let form = self.forms[self.draw.below(self.forms.len() as u64) as usize];
            let paise = 100 * (1 + i64::try_from(self.draw.below(50_000)).unwrap_or(0));
            let after = i32::try_from(self.draw.below(span + 1)).unwrap_or(0);
            let side = if self.happens(500) { LineSide::Credit } else { LineSide::Debit };
            self.other(form, Fate::Foreign, (side, paise, after), &format!("RENT {}", number + 1));
        }
        let charged: Vec<StatementForm> = self.accounts.keys().copied().collect();
        for form in charged {
            let after = i32::try_from(span).unwrap_or(27);
            self.other(form, Fate::Charge, (LineSide::Debit, 11_800, after), "CHARGES");
        }
    }

    fn other(
        &mut self,
        form: StatementForm,
        fate: Fate,
        (side, paise, after): (LineSide, i64, i32),
        text: &str,
    ) {
        let day = self.month.first.plus_days(after).unwrap_or(self.month.first);
        let amount = Money::from_paise(paise).unwrap_or(Money::ZERO);
        let at = self.truth.len();
        let (payment, returned, case, answer) = (None, None, None, None);
        let (referenced, narration, file, lines) = (false, None, None, Vec::new());
        let told = Told {
            payment,
            returned,
            case,
            amount,
            fate,
            referenced,
            narration,
            file,
            lines,
            answer,
        };
        self.truth.push(told);
        let line = InventedLine {
            booked: day,
            value: day,
            side,
            amount,
            returned: false,
            reference: None,
            transfer: None,
            text: text.to_owned(),
            wording: Wording::Whole,
        };
        self.book(form, at, line);
    }

    fn finish(mut self) -> MonthOfFiles {
        let mut files = Vec::new();
        for (form, mut booked) in std::mem::take(&mut self.accounts) {
            booked.sort_by_key(|one| one.line.booked);
            for (number, one) in (1_u32..).zip(&booked) {
                self.truth[one.told].lines.push(number);
            }
            let lines: Vec<InventedLine> = booked.into_iter().map(|one| one.line).collect();
            let out = lines.iter().filter(|line| line.side == LineSide::Debit);
            let out: i64 = out.map(|line| line.amount.paise()).sum();
            let index = StatementForm::ALL.iter().position(|one| *one == form).unwrap_or(0);
            let statement = InventedStatement {
                account: format!("9000000000{:02}", index + 1),
                branch: made_up_branch(),
                from: self.month.first,
                to: self.month.last,
                opening_paise: out + 100_000_000,
                lines,
            };
            files.push((form.file_name(), form.write(&statement)));
        }
        let on = self.month.last;
        for (answer, form) in ANSWERS {
            if let Some(payments) = self.answers.get(&form) {
                let (year, month, _) = on.date();
                let batch = format!("ADV{year:04}{month:02}");
                files.push((answer.file_name(), answer.write(&batch, on, payments)));
            }
        }
        MonthOfFiles { files, truth: self.truth }
    }
}

/// Two digits, as the clearing house gives reasons.
fn is_code(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit()) && word != "00"
}

fn made_up_branch() -> bahi_core::Ifsc {
    bahi_core::Ifsc::from_bytes(*b"BAHI0000001").expect("the form of an IFSC")
}

#[cfg(test)]
mod tests;
