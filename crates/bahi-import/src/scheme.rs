//! Terms files: a scheme and one version of its terms as TOML a person writes, read and printed.
//!
//! # The file
//!
//! TOML, at most [`SCHEME_FILE_BYTES_MAX`] bytes. A key that is not listed is refused with its
//! place. Names are identifiers (1 to 64 printable ASCII bytes).
//!
//! | key | meaning |
//! | --- | --- |
//! | `format` | the form of the file: [`SCHEME_FILE_FORMAT`] |
//! | `scheme` | the scheme's name |
//! | `districts` | *optional*: the districts it runs in, by code; opening a scheme needs them |
//! | `[terms]` `name` | the version's name |
//! | `[terms]` `order`, `date`, `paragraph` | the order that sets the terms; the paragraph is *optional* |
//! | `[terms]` `from`, `until` | the first and the last day in force; the last is *optional* |
//! | `[terms]` `rounding`, `instalments_max` | the one rounding; the most instalments |
//! | `[terms]` `own_contribution` | *optional*: an expression |
//! | `[[fact]]` `name`, `kind`, `required` | a fact asked for; required where it does not say |
//! | `[[require]]` `test`, `code`, `paragraph` | a condition of every entitlement, in checking order |
//! | `[[item]]` `name`, `when`, `claimed`, `allowed`, `paragraph` | what is given; `when` and `claimed` are *optional* |
//! | `[[policy]]` `name`, `value` | a choice where the order is silent |
//! | `[[limit]]` `code`, `per`, `count`, `within`, `of`, `across` | how often whom may have what is given: `person`, `family`, `body` or `applicant`; from 1, 1 where it does not say; `ever`, `financial year` or `2 years`; `applied`, `sanctioned` or `paid`; `scheme`, as where it does not say, or `ledger` |
//! | `[[limit]]` `when`, `same`, `paragraph` | which cases, by a test, and a fact they share; both are *optional* |
//! | `[[gate]]` `of` | what must wait: `step NAME`, `sanction`, `payment`, `instalment N`, `use`, `adjustment` |
//! | `[[gate]]` `reasons`, `when`, `roles` | *optional*: of an adjustment, its reasons; which cases, by a test; who may |
//! | `[[gate]]` `after`, `evidence` | *optional*: rows of milestones, of each row one: `application`, `step NAME`, `sanction`, `payment`, `instalment N`, `credit`; kinds of papers |
//! | `[[gate]]` `earliest`, `latest` | *optional*: `24 months after credit`, `7 days after step claim` |
//! | `[[gate]]` `used_percent`, `binding`, `paragraph` | how much must be shown to be used, 0 where it does not say; whether it refuses, yes where it does not say |
//! | `[[return]]` `reason`, `then` | what a return means: `retry`, `after_correction`, `other_account` or `stop` |
//! | `[[outcome]]` `name`, `kind`, `paragraph` | what a step may report: a `count` or `money` |
//!
//! # Expressions
//!
//! ```text
//! expression  if TEST then EXPR else EXPR
//!             require TEST else refuse "code" under "paragraph" then EXPR
//!             EXPR + EXPR   EXPR - EXPR   EXPR * EXPR   25% of EXPR   3/8 of EXPR   (EXPR)
//!             min(EXPR, …)  max(EXPR, …)  sum(EXPR, …)  cap(EXPR, LIMIT)
//!             by EXPR { up to 2500000.00: EXPR under "3(1)", above: EXPR under "3(2)" }
//!             choose FACT { "word": EXPR, … }
//!             250000.00     12     FACT     fact("a name with blanks")
//! test        TEST or TEST  TEST and TEST  not TEST  (TEST)
//!             EXPR <= EXPR  EXPR < EXPR    FACT is "word"
//!             flag(FACT)    given(FACT)    all(TEST, …)  any(TEST, …)
//! ```
//!
//! An amount has a point and a count has none; `_` may stand between digits; `#` begins a remark up
//! to the end of the line. `>=` and `>` read as `<=` and `<` turned around.
//!
//! # Invariants
//! * What is printed reads back as the same terms.
//! * Reading is bounded in bytes and depth, and every complaint has a line and a column from 1.
//!
//! # Not here
//! What terms give (`bahi-core`), opening a scheme (`bahi`).

mod token;

mod expression;

mod print;

mod place;

mod file;

use bahi_core::{Act, District, Expr, SchemeName, Terms, Test};
use thiserror::Error as ThisError;

/// The form of terms files this version reads and prints.
pub const SCHEME_FILE_FORMAT: u32 = 1;
/// The largest terms file, in bytes.
pub const SCHEME_FILE_BYTES_MAX: usize = 1 << 20;

/// A scheme and one version of its terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchemeFile {
    /// The scheme's name.
    pub scheme: SchemeName,
    /// The districts it runs in, rising; none where the file does not say.
    pub districts: Vec<District>,
    /// The terms.
    pub terms: Terms,
}

/// Why a file is no terms file. What to do next: correct the place named.
#[derive(Clone, PartialEq, Eq, Debug, ThisError)]
#[error("line {line}, column {column}: {what}")]
pub struct SchemeFileError {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// What is wrong, and what is allowed there.
    pub what: String,
}

impl SchemeFile {
    /// Reads a file; `district` knows the district of a text.
    ///
    /// # Errors
    /// [`SchemeFileError`]: size, UTF-8, TOML and its keys, then each value in the order of the
    /// table above, then the terms as a whole.
    pub fn parse(
        bytes: &[u8],
        district: &dyn Fn(&str) -> Option<District>,
    ) -> Result<SchemeFile, SchemeFileError> {
        file::parse(bytes, district)
    }

    /// The file that reads as this.
    #[must_use]
    pub fn to_toml(&self) -> String {
        print::file(self)
    }

    /// The act that opens the scheme.
    #[must_use]
    pub fn open(self) -> Act {
        Act::OpenScheme { scheme: self.scheme, districts: self.districts, terms: self.terms }
    }

    /// The act that gives the open scheme these further terms.
    #[must_use]
    pub fn amend(self) -> Act {
        Act::ChangeTerms { scheme: self.scheme, terms: self.terms }
    }
}

/// An expression as a file writes it, on one line.
#[must_use]
pub fn expression_text(found: &Expr) -> String {
    one_line(&print::expr(found))
}

/// A test as a file writes it, on one line.
#[must_use]
pub fn test_text(found: &Test) -> String {
    one_line(&print::test(found))
}

/// A line end and the blanks after it become one blank; no text of an expression holds a line end.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim_start).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
