//! Statements and answers made up for demonstrations and tests, written in the forms that are read.
//!
//! # Invariants
//! * Pure: the same values give the same bytes.
//! * What is written is read back to the same values, without a warning.
//! * Every account and every name in them is made up.
//!
//! # Not here
//! Which payments there are, and what goes wrong with them: whoever makes them up.

mod answers;
mod camt;
mod swift;
mod table;

use bahi_core::{Day, Ifsc, LineSide, Money};

pub use answers::{InventedAnswer, InventedPayment};

/// How a table's narration has a payment's reference. Forms that have a field for it have it whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Wording {
    /// As a word of its own.
    #[default]
    Whole,
    /// At the end, without its last character.
    Cut,
    /// With a blank in its midst, where a line of the bank's column ended.
    Broken,
    /// Within a longer word.
    Glued,
    /// As a word of its own, and another payment's reference behind it.
    Beside(String),
}

impl Wording {
    /// Its stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Wording::Whole => "whole",
            Wording::Cut => "cut",
            Wording::Broken => "broken",
            Wording::Glued => "glued",
            Wording::Beside(_) => "beside_another",
        }
    }
}

/// One movement of an account, made up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InventedLine {
    /// The day it was booked.
    pub booked: Day,
    /// The day it counts for the bank.
    pub value: Day,
    /// Which way it went.
    pub side: LineSide,
    /// How much.
    pub amount: Money,
    /// Whether it is a payment that came back.
    pub returned: bool,
    /// The payment's own reference, where the bank tells it.
    pub reference: Option<String>,
    /// The bank's reference of the transfer, where it tells it.
    pub transfer: Option<String>,
    /// What else stands beside it: letters, digits and blanks.
    pub text: String,
    /// How a table has the reference.
    pub wording: Wording,
}

/// A statement of one account, made up. Its lines are in order of the days they were booked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InventedStatement {
    /// The number of the account: digits.
    pub account: String,
    /// Its branch.
    pub branch: Ifsc,
    /// The first day it covers.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// What the account held before the first line, in paise.
    pub opening_paise: i64,
    /// Its lines.
    pub lines: Vec<InventedLine>,
}

impl InventedStatement {
    /// What the account holds after so many lines, in paise.
    fn balance(&self, lines: usize) -> i128 {
        let moved = |line: &InventedLine| match line.side {
            LineSide::Credit => i128::from(line.amount.paise()),
            LineSide::Debit => -i128::from(line.amount.paise()),
        };
        i128::from(self.opening_paise) + self.lines.iter().take(lines).map(moved).sum::<i128>()
    }
}

/// A form that statements are made up in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StatementForm {
    /// camt.053.
    Camt053,
    /// MT940.
    Mt940,
    /// HDFC Bank's older table.
    HdfcOld,
    /// HDFC Bank's newer table.
    HdfcNew,
    /// ICICI Bank's table.
    Icici,
    /// State Bank of India's table.
    Sbi,
    /// Axis Bank's table.
    Axis,
    /// Kotak Mahindra Bank's table.
    Kotak,
    /// Punjab National Bank's table.
    Pnb,
}

impl StatementForm {
    /// Every form.
    pub const ALL: [StatementForm; 9] = [
        StatementForm::Camt053,
        StatementForm::Mt940,
        StatementForm::HdfcOld,
        StatementForm::HdfcNew,
        StatementForm::Icici,
        StatementForm::Sbi,
        StatementForm::Axis,
        StatementForm::Kotak,
        StatementForm::Pnb,
    ];

    /// Its name: the format's, or the layout's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            StatementForm::Camt053 => "camt053",
            StatementForm::Mt940 => "mt940",
            StatementForm::HdfcOld => "hdfc-old",
            StatementForm::HdfcNew => "hdfc-new",
            StatementForm::Icici => "icici",
            StatementForm::Sbi => "sbi",
            StatementForm::Axis => "axis",
            StatementForm::Kotak => "kotak",
            StatementForm::Pnb => "pnb",
        }
    }

    /// The form of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<StatementForm> {
        StatementForm::ALL.into_iter().find(|form| form.name() == name)
    }

    /// What a file of it is called.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            StatementForm::Camt053 => "camt053.xml",
            StatementForm::Mt940 => "mt940.txt",
            StatementForm::HdfcOld => "hdfc-old.csv",
            StatementForm::HdfcNew => "hdfc-new.csv",
            StatementForm::Icici => "icici.csv",
            StatementForm::Sbi => "sbi.tsv",
            StatementForm::Axis => "axis.csv",
            StatementForm::Kotak => "kotak.csv",
            StatementForm::Pnb => "pnb.csv",
        }
    }

    /// Whether it is a table, which has a payment's reference in its narration alone.
    #[must_use]
    pub const fn is_table(self) -> bool {
        match self {
            StatementForm::Camt053 | StatementForm::Mt940 => false,
            StatementForm::HdfcOld
            | StatementForm::HdfcNew
            | StatementForm::Icici
            | StatementForm::Sbi
            | StatementForm::Axis
            | StatementForm::Kotak
            | StatementForm::Pnb => true,
        }
    }

    /// Writes a statement.
    #[must_use]
    pub fn write(self, statement: &InventedStatement) -> Vec<u8> {
        match self {
            StatementForm::Camt053 => camt::write(statement),
            StatementForm::Mt940 => swift::write(statement),
            StatementForm::HdfcOld => table::write(&table::HDFC_OLD, statement),
            StatementForm::HdfcNew => table::write(&table::HDFC_NEW, statement),
            StatementForm::Icici => table::write(&table::ICICI, statement),
            StatementForm::Sbi => table::write(&table::SBI, statement),
            StatementForm::Axis => table::write(&table::AXIS, statement),
            StatementForm::Kotak => table::write(&table::KOTAK, statement),
            StatementForm::Pnb => table::write(&table::PNB, statement),
        }
    }
}

/// Whether a reference can stand in every form, and be read out of each again: 1 to 30 letters,
/// digits and `/`, `-`, `.`, one of them a digit other than zero.
#[must_use]
pub fn stands_everywhere(reference: &str) -> bool {
    (1..=30).contains(&reference.len())
        && reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-.".contains(&byte))
        && reference.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

/// An amount in paise as rupees with two places.
fn rupees(paise: i128) -> String {
    bahi_core::Total::from_paise(paise).to_string()
}

#[cfg(test)]
mod tests;
