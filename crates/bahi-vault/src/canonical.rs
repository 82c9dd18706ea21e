//! One form for each value of each kind: what makes two ways of writing it equal.
//!
//! # Invariants
//! * The canonical form of a canonical form is itself.
//! * No error shows a value or a part of one.

use zeroize::Zeroize;

/// The longest value, in bytes as given, and the longest canonical form.
pub const VALUE_BYTES_MAX: usize = 128;

/// The most digits of a bank account, its leading zeros aside.
const ACCOUNT_DIGITS_MAX: usize = 18;
/// The digits of a mobile number within India.
const MOBILE_DIGITS: usize = 10;
/// So many signs of masking in a row hide digits.
const MASK_RUN: usize = 4;

/// What a value identifies. Prints of different kinds are never equal.
///
/// Before anything else, for every kind: blanks (also tabs and no-break blanks) and hyphens (also
/// the dashes that word processors put in their place) are dropped wherever they stand, as is one
/// apostrophe or underscore at the beginning, with which spreadsheets and statements mark a text;
/// Devanagari digits are read as the digits they are; letters become capitals. What then remains is
/// letters A to Z, digits and slashes, or the value is refused. Nothing remaining is an empty value.
///
/// Names are of no kind: a name is never fingerprinted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FingerprintKind {
    /// A person, by a number that is that person's alone: Aadhaar, PAN, an office's own key.
    ///
    /// `1234 5678 9012` is `1234-5678-9012` is `123456789012`. Leading zeros and slashes count.
    /// Masked numbers (`XXXX XXXX 9012`) are refused: many persons share one. So are values of one
    /// repeated character and values without a digit, which stand for nobody.
    Person,
    /// A family, by the number of its card. As [`Person`](FingerprintKind::Person).
    Family,
    /// A bank account, by its number: digits alone.
    ///
    /// **Leading zeros do not count**: banks pad numbers to a width, spreadsheets cut the padding
    /// off, and within one bank numbers have one width, so no two accounts differ by zeros alone.
    /// At most eighteen digits remain. The IFSC is no part of it, since branches merge and codes
    /// change while the account stays; whoever compares accounts compares banks beside it, because
    /// two banks may give one number. Placeholders such as `11111111111` are taken: that thousands
    /// of payees share one is what a check has to find.
    Account,
    /// A unit, special purpose vehicle, society or institution, by its registration: Udyam, GSTIN,
    /// CIN, a number in a register. As [`Person`](FingerprintKind::Person).
    Body,
    /// A bank's or treasury's reference of a payment: a UTR, an RRN.
    ///
    /// Leading zeros count. Nothing but zeros means no reference, and is an empty value.
    BankReference,
    /// A mobile number of India: ten digits, the first 6 to 9, after `+91`, `91`, `0091` or `0`.
    Mobile,
}

impl FingerprintKind {
    /// Every kind.
    pub const ALL: [FingerprintKind; 6] = [
        FingerprintKind::Person,
        FingerprintKind::Family,
        FingerprintKind::Account,
        FingerprintKind::Body,
        FingerprintKind::BankReference,
        FingerprintKind::Mobile,
    ];

    /// Its stable name, which is hashed into every print of this kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FingerprintKind::Person => "person",
            FingerprintKind::Family => "family",
            FingerprintKind::Account => "account",
            FingerprintKind::Body => "body",
            FingerprintKind::BankReference => "bank_reference",
            FingerprintKind::Mobile => "mobile",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<FingerprintKind> {
        FingerprintKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Why a value has no fingerprint. What to do next: correct the value at its source; the message
/// can be shown, for it holds no part of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Longer than [`VALUE_BYTES_MAX`] bytes. It is probably another column.
    #[error("the value is longer than {VALUE_BYTES_MAX} bytes")]
    TooLong,
    /// A character that no value of this kind has.
    #[error("character {column} cannot stand in a value of this kind")]
    Character {
        /// Its place in the value as given, in characters from 1.
        column: usize,
    },
    /// Nothing is there. Where a cell may be empty, ask [`Keyring::of_cell`](crate::Keyring::of_cell).
    #[error("the value is empty")]
    Empty,
    /// Letters alone, such as `NA`: no identifying number is without a digit.
    #[error("the value has no digit")]
    NoDigit,
    /// Some of its characters are hidden behind signs, so that many share it. Ask for the number.
    #[error("the value is masked")]
    Masked,
    /// One character, repeated: it stands for nobody. Ask for the number, or leave it empty.
    #[error("the value is one character repeated")]
    Placeholder,
    /// More digits than a bank account has. It is probably another column.
    #[error("an account has at most {ACCOUNT_DIGITS_MAX} digits beside its leading zeros")]
    AccountTooLong,
    /// Not a mobile number of India.
    #[error("a mobile number has {MOBILE_DIGITS} digits and begins with 6 to 9")]
    NotAMobile,
}

/// A value in its one form; overwritten when dropped, and not to be printed.
pub(crate) struct Canonical {
    bytes: [u8; VALUE_BYTES_MAX],
    from: usize,
    to: usize,
}

impl Canonical {
    /// # Errors
    /// `TooLong`, `Character`, `Empty`, then those of the kind: `NoDigit`, `Masked`, `Placeholder`;
    /// `AccountTooLong`; `NotAMobile`.
    pub(crate) fn new(kind: FingerprintKind, value: &str) -> Result<Canonical, ValueError> {
        let mut form = Canonical { bytes: [0; VALUE_BYTES_MAX], from: 0, to: 0 };
        form.fold(kind, value)?;
        if form.is_empty() {
            return Err(ValueError::Empty);
        }
        match kind {
            FingerprintKind::Person | FingerprintKind::Family | FingerprintKind::Body => {
                form.names_one()?;
            }
            FingerprintKind::Account => form.drop_padding()?,
            FingerprintKind::BankReference if form.bytes().iter().all(|byte| *byte == b'0') => {
                return Err(ValueError::Empty);
            }
            FingerprintKind::BankReference => form.has_a_digit()?,
            FingerprintKind::Mobile => form.drop_country()?,
        }
        Ok(form)
    }

    /// The canonical bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[self.from..self.to]
    }

    fn is_empty(&self) -> bool {
        self.from == self.to
    }

    /// What is common to all kinds, and which characters each has.
    fn fold(&mut self, kind: FingerprintKind, value: &str) -> Result<(), ValueError> {
        if value.len() > VALUE_BYTES_MAX {
            return Err(ValueError::TooLong);
        }
        let mut marked = false;
        for (column, character) in (1..).zip(value.chars()) {
            let byte = match character {
                _ if is_decoration(character) => continue,
                '\'' | '_' if self.is_empty() && !marked => {
                    marked = true;
                    continue;
                }
                '+' if kind == FingerprintKind::Mobile && self.is_empty() => continue,
                '0'..='9' => character as u8,
                '\u{966}'..='\u{96f}' => b'0' + (u32::from(character) - 0x966) as u8,
                'A'..='Z' | 'a'..='z' | '/' if has_letters(kind) => {
                    (character as u8).to_ascii_uppercase()
                }
                _ => return Err(ValueError::Character { column }),
            };
            // No character becomes more bytes than it had, and the value had no more than fit.
            self.bytes[self.to] = byte;
            self.to += 1;
        }
        Ok(())
    }

    fn has_a_digit(&self) -> Result<(), ValueError> {
        let any = self.bytes().iter().any(u8::is_ascii_digit);
        if any { Ok(()) } else { Err(ValueError::NoDigit) }
    }

    /// Refuses what many or nobody would share.
    fn names_one(&self) -> Result<(), ValueError> {
        self.has_a_digit()?;
        if self.bytes().windows(MASK_RUN).any(|run| run.iter().all(|byte| *byte == b'X')) {
            return Err(ValueError::Masked);
        }
        let signs = || self.bytes().iter().filter(|byte| **byte != b'/');
        if signs().all(|byte| Some(byte) == signs().next()) {
            return Err(ValueError::Placeholder);
        }
        Ok(())
    }

    /// An account without its leading zeros; one of zeros alone is a single zero.
    fn drop_padding(&mut self) -> Result<(), ValueError> {
        while self.to - self.from > 1 && self.bytes[self.from] == b'0' {
            self.from += 1;
        }
        if self.to - self.from > ACCOUNT_DIGITS_MAX {
            return Err(ValueError::AccountTooLong);
        }
        Ok(())
    }

    /// A mobile number without what is dialled before it.
    fn drop_country(&mut self) -> Result<(), ValueError> {
        let prefix = self.bytes().len().saturating_sub(MOBILE_DIGITS);
        let known: [&[u8]; 4] = [b"", b"0", b"91", b"0091"];
        if !known.contains(&&self.bytes()[..prefix]) {
            return Err(ValueError::NotAMobile);
        }
        self.from += prefix;
        let begins = self.bytes().first().is_some_and(|byte| (b'6'..=b'9').contains(byte));
        if begins && self.bytes().len() == MOBILE_DIGITS {
            Ok(())
        } else {
            Err(ValueError::NotAMobile)
        }
    }
}

impl Drop for Canonical {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// Blanks and hyphens, as they are typed and as programs replace them.
fn is_decoration(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2014}' | '\u{2212}'
    )
}

const fn has_letters(kind: FingerprintKind) -> bool {
    match kind {
        FingerprintKind::Person
        | FingerprintKind::Family
        | FingerprintKind::Body
        | FingerprintKind::BankReference => true,
        FingerprintKind::Account | FingerprintKind::Mobile => false,
    }
}

#[cfg(test)]
mod tests;
