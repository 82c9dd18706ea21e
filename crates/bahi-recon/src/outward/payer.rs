//! Who pays, as data: what a treasury or a sponsor bank gave the payer to write into its files.
//!
//! # Invariants
//! * What exists fits its fields, in length and in characters.

use std::fmt;

use bahi_core::Ifsc;
use serde::Deserialize;

/// The form of descriptions this version reads.
pub const PAYER_FORMAT: u32 = 1;
/// The largest description, in bytes.
pub const PAYER_BYTES_MAX: usize = 64 * 1024;

/// Why a text describes no payer. What to do next: correct it at its place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PayerError {
    /// Larger than [`PAYER_BYTES_MAX`].
    #[error("the description has {bytes} bytes, more than {PAYER_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No TOML, or a key or value that no description has.
    #[error("line {line}: {what}")]
    Text {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// It is of another form.
    #[error("the description is of form {found}; this program reads form {PAYER_FORMAT}")]
    Format {
        /// The form it says.
        found: u32,
    },
    /// It describes no form of payment file.
    #[error("the description has neither a part [ekuber] nor a part [nach306]")]
    Nothing,
    /// A value that does not fit its field.
    #[error("{key} is {wanted}")]
    Value {
        /// The key.
        key: &'static str,
        /// What it has to be.
        wanted: &'static str,
    },
}

/// Who pays, and what the receivers of payment files know them by.
///
/// A description is TOML: `format = 1`, and a part for each form it is for. A key that is not
/// listed is refused.
///
/// | `[ekuber]` | |
/// | --- | --- |
/// | `kind` | two letters or digits before every identification, as the treasury agreed: `EP` |
/// | `code` | four letters or digits of the payer in identifications |
/// | `advice` | three letters or digits before the number of an advice |
/// | `sender` | the payer's code at the Reserve Bank, up to 35 characters |
/// | `name` | the government that pays, up to 140 |
/// | `debtor` | the department, up to 140 |
/// | `office`, `drawing_officer` | *optional*: up to 70 each |
/// | `account`, `branch` | the account to be debited, up to 34 letters and digits, and its IFSC |
/// | `account_type` | *optional*: two digits, `10` where left out |
/// | `authorisation` | `ALL`: all payments of the file or none; `PART`: each by itself |
/// | `one_debit` | whether a batch is debited as one |
///
/// | `[nach306]` | |
/// | --- | --- |
/// | `name` | the user's name, up to 40 characters |
/// | `number` | the user's number at the clearing house, up to 18 letters and digits |
/// | `narration` | what payees read, up to 20 |
/// | `branch`, `account` | the sponsor bank's IFSC and the account debited, up to 35 letters and digits |
/// | `product` | the clearing house's product, up to 3: `DBT` |
/// | `account_type` | *optional*: two digits, `10` where left out |
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payer {
    pub(super) ekuber: Option<EkuberPayer>,
    pub(super) nach306: Option<NachPayer>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EkuberPayer {
    pub(super) kind: String,
    pub(super) code: String,
    pub(super) advice: String,
    pub(super) sender: String,
    pub(super) name: String,
    pub(super) debtor: String,
    pub(super) office: Option<String>,
    pub(super) drawing_officer: Option<String>,
    pub(super) account: String,
    pub(super) branch: String,
    #[serde(default = "savings")]
    pub(super) account_type: String,
    pub(super) authorisation: String,
    pub(super) one_debit: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NachPayer {
    pub(super) name: String,
    pub(super) number: String,
    pub(super) narration: String,
    pub(super) branch: String,
    pub(super) account: String,
    pub(super) product: String,
    #[serde(default = "savings")]
    pub(super) account_type: String,
}

/// What identifications in e-Kuber's files are put together of, beside numbers and days: the payer's, and
/// nobody's secret. As text `EPUPT1ADV1`: kind, code, advice, and `1` where a batch is debited as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EkuberCodes {
    pub(super) kind: String,
    pub(super) code: String,
    pub(super) advice: String,
    /// Whether the bank debits a batch as one.
    pub one_debit: bool,
}

impl EkuberCodes {
    /// Reads them from their text.
    ///
    /// ```
    /// use bahi_recon::EkuberCodes;
    /// let codes = EkuberCodes::parse("EPUPT1ADV1").ok_or("codes")?;
    /// assert_eq!((codes.to_string().as_str(), codes.one_debit), ("EPUPT1ADV1", true));
    /// assert_eq!(EkuberCodes::parse("EPUPT1ADV2"), None);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<EkuberCodes> {
        let one_debit = match text.as_bytes().last() {
            Some(b'1') => true,
            Some(b'0') => false,
            Some(_) | None => return None,
        };
        code(text, 10).then(|| EkuberCodes {
            kind: text[..2].to_owned(),
            code: text[2..6].to_owned(),
            advice: text[6..9].to_owned(),
            one_debit,
        })
    }
}

impl fmt::Display for EkuberCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}{}", self.kind, self.code, self.advice, u8::from(self.one_debit))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    ekuber: Option<EkuberPayer>,
    nach306: Option<NachPayer>,
}

/// The clearing house's code of a savings account.
fn savings() -> String {
    "10".to_owned()
}

impl Payer {
    /// Reads a description.
    ///
    /// # Errors
    /// [`PayerError::TooLarge`], [`PayerError::Text`], [`PayerError::Format`],
    /// [`PayerError::Nothing`], [`PayerError::Value`].
    pub fn parse(text: &str) -> Result<Payer, PayerError> {
        if text.len() > PAYER_BYTES_MAX {
            return Err(PayerError::TooLarge { bytes: text.len() });
        }
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            let what = error.message().lines().next().unwrap_or_default().to_owned();
            PayerError::Text { line, what }
        })?;
        if raw.format != PAYER_FORMAT {
            return Err(PayerError::Format { found: raw.format });
        }
        raw.ekuber.as_ref().map_or(Ok(()), EkuberPayer::check)?;
        raw.nach306.as_ref().map_or(Ok(()), NachPayer::check)?;
        if raw.ekuber.is_none() && raw.nach306.is_none() {
            return Err(PayerError::Nothing);
        }
        Ok(Payer { ekuber: raw.ekuber, nach306: raw.nach306 })
    }
}

type Field<'a> = (&'static str, &'a str, bool, &'static str);

/// A value is what its field takes, or it is named.
fn all(fields: &[Field<'_>]) -> Result<(), PayerError> {
    let bad = fields.iter().find(|(_, _, fits, _)| !fits);
    bad.map_or(Ok(()), |(key, _, _, wanted)| Err(PayerError::Value { key, wanted }))
}

fn code(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn codes(text: &str, limit: usize) -> bool {
    !text.is_empty() && code(text, text.len()) && text.len() <= limit
}

fn digits(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Printable ASCII, without blanks at the ends, where they would be lost.
fn words(text: &str, limit: usize) -> bool {
    (1..=limit).contains(&text.len())
        && text.trim() == text
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn branch(text: &str) -> bool {
    Ifsc::parse(text).is_some()
}

impl EkuberPayer {
    pub(super) fn codes(&self) -> EkuberCodes {
        let (kind, code, advice) = (self.kind.clone(), self.code.clone(), self.advice.clone());
        EkuberCodes { kind, code, advice, one_debit: self.one_debit }
    }

    fn check(&self) -> Result<(), PayerError> {
        const CODE: &str = "four letters or digits";
        let field = |key, text, fits: fn(&str) -> bool, wanted| (key, text, fits(text), wanted);
        let optional = |text: &Option<String>| text.as_deref().is_none_or(|text| words(text, 70));
        all(&[
            field("kind", &self.kind, |text| code(text, 2), "two letters or digits"),
            field("code", &self.code, |text| code(text, 4), CODE),
            field("advice", &self.advice, |text| code(text, 3), "three letters or digits"),
            field("sender", &self.sender, |text| codes(text, 35), "1 to 35 letters and digits"),
            field("name", &self.name, |text| words(text, 140), "1 to 140 characters of ASCII"),
            field("debtor", &self.debtor, |text| words(text, 140), "1 to 140 characters of ASCII"),
            ("office", "", optional(&self.office), "1 to 70 characters of ASCII"),
            ("drawing_officer", "", optional(&self.drawing_officer), "1 to 70 characters of ASCII"),
            field("account", &self.account, |text| codes(text, 34), "1 to 34 letters and digits"),
            field("branch", &self.branch, branch, "an IFSC"),
            field("account_type", &self.account_type, digits, "two digits"),
            field(
                "authorisation",
                &self.authorisation,
                |text| text == "ALL" || text == "PART",
                "ALL or PART",
            ),
        ])
    }
}

impl NachPayer {
    fn check(&self) -> Result<(), PayerError> {
        let field = |key, text, fits: fn(&str) -> bool, wanted| (key, text, fits(text), wanted);
        all(&[
            field("name", &self.name, |text| words(text, 40), "1 to 40 characters of ASCII"),
            field("number", &self.number, |text| codes(text, 18), "1 to 18 letters and digits"),
            field(
                "narration",
                &self.narration,
                |text| words(text, 20),
                "1 to 20 characters of ASCII",
            ),
            field("branch", &self.branch, branch, "an IFSC"),
            field("account", &self.account, |text| codes(text, 35), "1 to 35 letters and digits"),
            field("product", &self.product, |text| codes(text, 3), "1 to 3 letters and digits"),
            field("account_type", &self.account_type, digits, "two digits"),
        ])
    }
}
