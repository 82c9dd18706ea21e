//! A mapping: what the columns of a spreadsheet mean, and the assumptions that make cases of rows.
//!
//! # The file
//!
//! TOML, at most [`MAPPING_BYTES_MAX`] bytes. Every key is required unless marked *optional*; a key
//! that is not listed is refused with its line. Names are identifiers (1 to 64 printable ASCII
//! bytes).
//!
//! | key | meaning |
//! | --- | --- |
//! | `format` | the form of the mapping: [`MAPPING_FORMAT`] |
//! | `name`, `version` | what the mapping is known by; part of every id, so another version makes other cases |
//! | `scheme`, `head` | what the cases belong to and the funds are of |
//! | `case_prefix` | how case references begin, at most 16 bytes |
//! | `treat_as` | `applied`: each row applied; `sanctioned`: it was sanctioned too; `disbursed`: and paid whole, in one instalment |
//! | `applicant` | `not_in_source`, or the table `[applicant]` |
//! | `notes` | *optional*: sentences about the source, printed with the assumptions |
//! | `[file]` `encoding` | `utf-8`; a byte order mark is passed over |
//! | `[file]` `delimiter` | one ASCII character, no quote and no line end |
//! | `[file]` `header` | `required`: line 1 names the columns |
//! | `[file]` `amounts` | `strict`: digits and a point; `indian`: commas may group, `1,00,000.00` |
//! | `[file]` `ignored_columns` | *optional*: columns that are part of ids and of nothing else |
//! | `[columns]` `district`, `financial_year` | the columns that hold them |
//! | `[[fact]]` `name`, `column`, `kind`, `optional` | a fact of the case and its column; `kind` is `money`, `count`, `flag` (`true`, `false`) or `word`; an *optional* empty cell states nothing |
//! | `[[checked]]` `column`, `values` | *optional*: a column whose values are checked and which is no fact |
//! | `[application]` | the step that applies |
//! | `[applicant]` `kind` | *optional*: `person`, `unit` or `institution`; a unit where there is a `body`, else a person |
//! | `[applicant]` `person`, `family`, `body` | each *optional* by kind: an identifying column, see below |
//! | `[sanction]` | the step that sanctions what the terms give; not with `treat_as = "applied"` |
//! | `[disbursement]` | the step that pays it; with `treat_as = "disbursed"` alone; besides the keys of a step it has `account` (an identifying column), and `ifsc` and `reference`, the columns that hold them |
//! | `[allotment]` | *optional*: the step that allots; `amount` is `sum_of_entitlements_per_year_and_district` |
//! | `[suspicious]` `fact`, `below`, `take` | *optional*: rows with an amount below this are reported, and taken or left out |
//!
//! A step has `actor`, `role`, `day` (`first_day_of_year`, `last_day_of_year`, or a date within it
//! as `MM-DD`), and `authority = { order, date, paragraph }` (*optional* for an application; the
//! paragraph always).
//!
//! # Identifying columns
//!
//! An identifying column holds the number of a person, a family, an account or a body, and is
//! written `{ column = "Aadhaar No" }`, with `optional = true` where a cell may be empty. Its cells
//! become keyed fingerprints while the file is read: the values are in no command, no id, no
//! complaint and no answer, and a file cannot be read under such a mapping without fingerprint keys
//! (`--keys FILE`). A person needs `person` and may have a `family`; a unit needs `body` and may
//! have its owner as `person`; an institution needs `body`. A row whose person is optional and
//! empty names nobody. Names of people are in no column that is read: leave such columns out of the
//! file. Under such a mapping no complaint quotes a cell.
//!
//! In any other column a value that looks like an Aadhaar number is refused, whatever the mapping
//! says; a bank's `reference` that happens to look like one is kept as a fingerprint.
//!
//! ```toml
//! applicant = { kind = "person", person = { column = "Aadhaar No" }, family = { column = "Ration Card", optional = true } }
//! ```
//!
//! # Invariants
//! * A mapping that exists names each column once and refers only to facts it has.

use std::ops::Range;

use bahi_core::{
    ActorName, Authority, Day, FactKind, FinancialYear, HeadName, Money, Role, SchemeName, Word,
};

use crate::Kind;

mod raw;

/// The form of mappings this version reads.
pub const MAPPING_FORMAT: u32 = 1;
/// The largest mapping, in bytes.
pub const MAPPING_BYTES_MAX: usize = 64 * 1024;
/// The most sentences a mapping adds of its own.
pub const NOTES_MAX: usize = 32;
/// The most values a checked column has.
pub const CHECKED_VALUES_MAX: usize = 256;

/// The mappings the program knows by name: name and text.
pub const BUILT_IN: &[(&str, &str)] =
    &[("odop-margin-money", include_str!("../mappings/odop-margin-money.toml"))];

/// What the columns of a spreadsheet mean, checked.
///
/// ```
/// let mapping = bahi_import::Mapping::built_in("odop-margin-money").ok_or("built in")?;
/// assert_eq!(mapping.scheme().as_str(), "margin-money");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapping {
    name: Word,
    version: u32,
    scheme: SchemeName,
    head: HeadName,
    case_prefix: Word,
    notes: Vec<String>,
    pub(crate) delimiter: u8,
    pub(crate) amounts: Amounts,
    pub(crate) district: String,
    pub(crate) financial_year: String,
    pub(crate) applicant: Option<ApplicantColumns>,
    pub(crate) facts: Vec<FactColumn>,
    pub(crate) checked: Vec<CheckedColumn>,
    pub(crate) ignored: Vec<String>,
    pub(crate) application: Step,
    pub(crate) sanction: Option<Step>,
    pub(crate) disbursement: Option<Disbursement>,
    pub(crate) allotment: Option<Step>,
    pub(crate) suspicious: Option<Suspicious>,
}

/// How amounts are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Amounts {
    Strict,
    Indian,
}

/// A fact and the column it stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FactColumn {
    pub(crate) name: Word,
    pub(crate) column: String,
    pub(crate) kind: FactKind,
    pub(crate) optional: bool,
}

/// A column that is checked and is no fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CheckedColumn {
    pub(crate) column: String,
    pub(crate) values: Vec<String>,
}

/// The columns that say who applies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ApplicantColumns {
    pub(crate) kind: ApplicantKind,
    pub(crate) person: Option<IdentifyingColumn>,
    pub(crate) family: Option<IdentifyingColumn>,
    pub(crate) body: Option<IdentifyingColumn>,
}

/// What kind of applicant rows are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ApplicantKind {
    Person,
    Unit,
    Institution,
}

/// A column whose cells are kept as fingerprints alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IdentifyingColumn {
    pub(crate) column: String,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
}

/// How what was sanctioned was paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Disbursement {
    pub(crate) step: Step,
    pub(crate) account: IdentifyingColumn,
    pub(crate) ifsc: String,
    pub(crate) reference: String,
}

/// Who takes a step, when, and on what order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub(crate) actor: ActorName,
    pub(crate) role: Role,
    pub(crate) day: YearDay,
    pub(crate) authority: Option<Authority>,
}

/// A day of every financial year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum YearDay {
    First,
    Last,
    /// A date that every year has.
    Date {
        month: i8,
        day: i8,
    },
}

impl YearDay {
    /// The day in a year; `None` where the year reaches beyond the days there are.
    pub(crate) fn of(self, fy: FinancialYear) -> Option<Day> {
        let day = match self {
            YearDay::First => fy.first_day(),
            YearDay::Last => fy.last_day(),
            YearDay::Date { month, day } => {
                let year = i16::try_from(fy.first()).ok()?.checked_add(i16::from(month < 4))?;
                Day::from_date(year, month, day)?
            }
        };
        fy.contains(day).then_some(day)
    }
}

/// Rows to report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Suspicious {
    pub(crate) fact: Word,
    pub(crate) below: Money,
    pub(crate) take: bool,
}

/// Why a text is no mapping. What to do next: correct it at the line given.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MappingError {
    /// Larger than [`MAPPING_BYTES_MAX`].
    #[error("the mapping is larger than {MAPPING_BYTES_MAX} bytes")]
    TooLarge,
    /// Not UTF-8.
    #[error("line {line}: a byte is not UTF-8")]
    NotText {
        /// The line, from 1.
        line: u64,
    },
    /// Not TOML, or a key that is unknown, missing or of another kind.
    #[error("line {line}: {what}")]
    Form {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// A value that cannot be, or does not fit another one.
    #[error("line {line}: {key}: {what}")]
    Value {
        /// The line, from 1.
        line: u64,
        /// The key.
        key: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// In checking order: `TooLarge`, `NotText`, `Form`, `Value` (in the order of the table above).
    pub fn parse(bytes: &[u8]) -> Result<Mapping, MappingError> {
        if bytes.len() > MAPPING_BYTES_MAX {
            return Err(MappingError::TooLarge);
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| MappingError::NotText { line: line_at(bytes, error.valid_up_to()) })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        raw::parse(text)
    }

    /// A mapping the program knows by name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Mapping> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        Mapping::parse(text.as_bytes()).ok()
    }

    /// What it is known by.
    #[must_use]
    pub const fn name(&self) -> &Word {
        &self.name
    }

    /// Its version, from 1.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The scheme of the cases.
    #[must_use]
    pub const fn scheme(&self) -> &SchemeName {
        &self.scheme
    }

    /// The head of the funds.
    #[must_use]
    pub const fn head(&self) -> &HeadName {
        &self.head
    }

    /// How case references begin.
    #[must_use]
    pub const fn case_prefix(&self) -> &Word {
        &self.case_prefix
    }

    /// Sentences about the source.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The identifying columns: none, or the file cannot be read without fingerprint keys.
    pub fn identifying_columns(&self) -> impl Iterator<Item = &str> {
        self.identifying().map(|identifying| identifying.column.as_str())
    }

    /// Whether it has identifying columns.
    #[must_use]
    pub fn identifies(&self) -> bool {
        self.identifying().next().is_some()
    }

    /// The identifying columns: person, family, body, account.
    pub(crate) fn identifying(&self) -> impl Iterator<Item = &IdentifyingColumn> {
        let applicant = self.applicant.iter();
        applicant
            .flat_map(|columns| [&columns.person, &columns.family, &columns.body])
            .flatten()
            .chain(self.disbursement.iter().map(|disbursement| &disbursement.account))
    }

    /// Every column the mapping names.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let paid = self.disbursement.iter();
        [&self.district, &self.financial_year]
            .into_iter()
            .chain(self.facts.iter().map(|fact| &fact.column))
            .chain(self.checked.iter().map(|checked| &checked.column))
            .chain(&self.ignored)
            .chain(paid.flat_map(|paid| [&paid.ifsc, &paid.reference]))
            .map(String::as_str)
            .chain(self.identifying_columns())
    }
}

/// The line of a byte, from 1.
fn line_at(bytes: &[u8], at: usize) -> u64 {
    1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count() as u64
}

fn line_of(text: &str, span: &Range<usize>) -> u64 {
    line_at(text.as_bytes(), span.start)
}

#[cfg(test)]
mod tests;
