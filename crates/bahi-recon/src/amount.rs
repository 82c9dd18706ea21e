//! Amounts of money with their currency, and the spellings that formats give them.
//!
//! # Invariants
//! * An [`Amount`] is whole minor units, zero up to [`Money::MAX`], exactly what stood in the file.
//! * A spelling that could mean two amounts is a problem, never one of them.
//!
//! # Not here
//! Which way an amount went: that is decided once, by the reader of each format.

use std::{borrow::Cow, fmt};

use bahi_core::{AMOUNT_BYTES_MAX, Money, Total};

/// A currency by its three letters of ISO 4217; `XXX` where a file states none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The rupee.
    pub const INR: Currency = Currency(*b"INR");
    /// No currency is stated.
    pub const NOT_STATED: Currency = Currency(*b"XXX");

    /// Reads three capital letters; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Currency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    /// Its three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is three ASCII letters")
    }

    /// How many decimal places its minor unit is: 2 for the paisa, 0 for the yen; 2 where no
    /// currency is stated.
    #[must_use]
    pub const fn minor_digits(self) -> u8 {
        // Those whose minor unit is not a hundredth, after ISO 4217 list one.
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount without a side, in whole minor units: zero up to [`Money::MAX`].
///
/// `Display` writes it with the places of its currency and without grouping.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    currency: Currency,
}

impl Amount {
    /// An amount of so many minor units; `None` below zero or above [`Money::MAX`].
    #[must_use]
    pub fn from_minor(minor: i64, currency: Currency) -> Option<Amount> {
        Money::from_paise(minor).map(|_| Amount { minor, currency })
    }

    /// The amount in minor units (paise, cents).
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in rupees; `None` for any other currency.
    #[must_use]
    pub fn money(self) -> Option<Money> {
        (self.currency == Currency::INR).then(|| Money::from_paise(self.minor)).flatten()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_minor(f, i128::from(self.minor), self.currency)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency)
    }
}

/// A balance or a sum in whole minor units, below zero when overdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signed {
    /// Minor units, either sign.
    pub minor: i128,
    /// Their currency.
    pub currency: Currency,
}

impl Signed {
    /// The sum in paise; `None` for any other currency than the rupee.
    #[must_use]
    pub fn total(self) -> Option<Total> {
        (self.currency == Currency::INR).then(|| Total::from_paise(self.minor))
    }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_minor(f, self.minor, self.currency)
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency)
    }
}

fn write_minor(f: &mut fmt::Formatter<'_>, minor: i128, currency: Currency) -> fmt::Result {
    let digits = currency.minor_digits();
    let unit = 10_u128.pow(u32::from(digits));
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    if digits == 0 {
        return f.pad(&format!("{sign}{whole}"));
    }
    f.pad(&format!("{sign}{whole}.{rest:0width$}", width = usize::from(digits)))
}

/// Why a text is no amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AmountProblem {
    /// Nothing stands where an amount should.
    Empty,
    /// A character that no amount of this format has.
    Character,
    /// More places than the currency has, and not all of them zero.
    TooPrecise,
    /// A decimal mark with no digit on either side of it.
    BareMark,
    /// Grouping marks in places where nobody groups.
    Grouping,
    /// The text could mean two amounts.
    Ambiguous,
    /// Above the largest amount, or longer than any.
    TooLarge,
    /// A sign where the format states the side elsewhere.
    Sign,
    /// A currency that is none.
    Currency,
}

impl fmt::Display for AmountProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AmountProblem::Empty => "nothing stands there",
            AmountProblem::Character => "a character is no part of an amount",
            AmountProblem::TooPrecise => "it has more places than its currency",
            AmountProblem::BareMark => "its decimal mark has no digit beside it",
            AmountProblem::Grouping => "its digits are grouped as nobody groups them",
            AmountProblem::Ambiguous => "it could mean two amounts",
            AmountProblem::TooLarge => "it is larger than any amount",
            AmountProblem::Sign => "it has a sign where the side is stated elsewhere",
            AmountProblem::Currency => "its currency is none",
        })
    }
}

/// Digits before and after the mark become minor units. Places beyond those of the currency must
/// be zeros.
fn compose(whole: &str, places: &str, currency: Currency) -> Result<Amount, AmountProblem> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(places) {
        return Err(AmountProblem::Character);
    }
    if whole.is_empty() && places.is_empty() {
        return Err(AmountProblem::BareMark);
    }
    let held = usize::from(currency.minor_digits());
    let (kept, beyond) = places.split_at(places.len().min(held));
    if beyond.bytes().any(|byte| byte != b'0') {
        return Err(AmountProblem::TooPrecise);
    }
    let padding = std::iter::repeat_n(b'0', held - kept.len());
    let mut minor: i64 = 0;
    for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
        minor = minor
            .checked_mul(10)
            .and_then(|minor| minor.checked_add(i64::from(digit - b'0')))
            .ok_or(AmountProblem::TooLarge)?;
    }
    Amount::from_minor(minor, currency).ok_or(AmountProblem::TooLarge)
}

fn bounded(text: &str) -> Result<&str, AmountProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AmountProblem::Empty);
    }
    if text.len() > AMOUNT_BYTES_MAX {
        return Err(AmountProblem::TooLarge);
    }
    Ok(text)
}

/// Reads a decimal of XML Schema as ISO 20022 restricts it: digits, perhaps a point, no sign.
pub(crate) fn of_schema(text: &str, currency: Currency) -> Result<Amount, AmountProblem> {
    let text = bounded(text)?;
    if text.starts_with(['-', '+']) {
        return Err(AmountProblem::Sign);
    }
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    compose(whole, places, currency)
}

/// Reads an amount of a SWIFT message and whether its spelling is outside the standard.
///
/// The standard's decimal mark is the comma. A point as the only mark is read where it cannot
/// group thousands (one or two places follow), and both marks where their order and the groups of
/// three leave one meaning. A mark followed by three digits is read only in a currency that has
/// three places.
pub(crate) fn of_swift(text: &str, currency: Currency) -> Result<(Amount, bool), AmountProblem> {
    let text = bounded(text)?;
    if text.starts_with(['-', '+']) {
        return Err(AmountProblem::Sign);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b'.') {
        return Err(AmountProblem::Character);
    }
    let (commas, points) = (text.matches(',').count(), text.matches('.').count());
    match (commas, points) {
        (0, 0) => compose(text, "", currency).map(|amount| (amount, true)),
        (1, 0) | (0, 1) => {
            let (whole, places) = text.split_once([',', '.']).unwrap_or((text, ""));
            let could_group = places.len() == 3 && currency.minor_digits() < 3;
            if could_group || (points == 1 && places.len() > 3) {
                return Err(AmountProblem::Ambiguous);
            }
            compose(whole, places, currency).map(|amount| (amount, points == 1))
        }
        _ => of_both_marks(text, currency).map(|amount| (amount, true)),
    }
}

/// Both marks: the last is the decimal mark if it stands once and the other groups threes before it.
fn of_both_marks(text: &str, currency: Currency) -> Result<Amount, AmountProblem> {
    let at = text.rfind([',', '.']).ok_or(AmountProblem::Character)?;
    let (whole, places) = (&text[..at], &text[at + 1..]);
    let other = if text.as_bytes()[at] == b',' { '.' } else { ',' };
    let marks_before = whole.contains([',', '.']) && !whole.contains(text.as_bytes()[at] as char);
    if !marks_before {
        return Err(AmountProblem::Ambiguous);
    }
    if !grouped(whole, other, Grouping::Threes) {
        return Err(AmountProblem::Grouping);
    }
    compose(&whole.replace(other, ""), places, currency)
}

/// How a layout groups digits before the decimal mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grouping {
    /// `1,234,567`.
    Threes,
    /// `12,34,567`, or threes: banks in India print both.
    IndianOrThrees,
}

fn grouped(whole: &str, mark: char, grouping: Grouping) -> bool {
    let groups: Vec<&str> = whole.split(mark).collect();
    let Some((last, rest)) = groups.split_last() else { return false };
    let Some((first, middle)) = rest.split_first() else { return true };
    let all = |size: usize| middle.iter().all(|group| group.len() == size);
    let first_fits = |most: usize| (1..=most).contains(&first.len());
    let threes = all(3) && first_fits(3);
    let indian = grouping == Grouping::IndianOrThrees && all(2) && first_fits(2);
    last.len() == 3 && (threes || indian)
}

/// Whether blanks stand between groups of three digits alone: `1 006`.
pub(crate) fn is_grouped_by_blanks(whole: &str) -> bool {
    grouped(whole, ' ', Grouping::Threes)
}

/// The marks of a layout, which states them once for all its amounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Marks {
    /// The decimal mark.
    pub(crate) decimal: char,
    /// The grouping mark, where there is one.
    pub(crate) group: Option<char>,
    /// How it groups.
    pub(crate) grouping: Grouping,
}

/// Reads an amount as people and spreadsheets write it, under the marks of a layout: a currency
/// sign, a sign before or after, brackets for below zero. The second value says whether it is below zero.
pub(crate) fn of_layout(
    text: &str,
    marks: Marks,
    currency: Currency,
) -> Result<(Amount, bool), AmountProblem> {
    if text.len() > 4 * AMOUNT_BYTES_MAX {
        return Err(AmountProblem::TooLarge);
    }
    let bare: Cow<'_, str> = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.replace(['\u{a0}', '\u{202f}'], " "))
    };
    let bare = bounded(&bare)?;
    let (bare, bracketed) = match bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (bare, false),
    };
    let (bare, negative) = without_sign(without_currency(bare, currency))?;
    let (bare, late) = match negative {
        Some(_) => (bare, None),
        None => without_sign(without_currency(bare, currency))?,
    };
    let negative = negative.or(late);
    if bracketed && negative.is_some() {
        return Err(AmountProblem::Sign);
    }
    let bare = without_currency(bare, currency);
    let (whole, places) = bare.split_once(marks.decimal).unwrap_or((bare, ""));
    if bare.contains(marks.decimal) && places.is_empty() {
        return Err(AmountProblem::BareMark);
    }
    if !places.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AmountProblem::Character);
    }
    // A spreadsheet's third place is a thousands mark of another country more often than a mill.
    if places.len() > usize::from(currency.minor_digits()) {
        return Err(AmountProblem::TooPrecise);
    }
    let whole = match marks.group {
        Some(mark) if whole.contains(mark) => {
            if !grouped(whole, mark, marks.grouping) {
                return Err(AmountProblem::Grouping);
            }
            Cow::Owned(whole.replace(mark, ""))
        }
        Some(_) | None => Cow::Borrowed(whole),
    };
    let amount = compose(&whole, places, currency)?;
    Ok((amount, bracketed || negative == Some(true)))
}

fn without_currency(text: &str, currency: Currency) -> &str {
    let own = currency.code();
    let marks: &[&str] = if currency == Currency::INR {
        &["₹", "Rs.", "Rs", "INR"]
    } else {
        &[own, "$", "€", "£"]
    };
    let front = marks.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    marks.iter().find_map(|mark| front.strip_suffix(mark)).unwrap_or(front).trim()
}

/// Takes one sign from the front or the end; `Some(true)` for minus.
fn without_sign(text: &str) -> Result<(&str, Option<bool>), AmountProblem> {
    let front = text.strip_prefix('-').map(|rest| (rest, true));
    let front = front.or_else(|| text.strip_prefix('+').map(|rest| (rest, false)));
    let back = text.strip_suffix('-').map(|rest| (rest, true));
    match (front, back) {
        (Some(_), Some(_)) => Err(AmountProblem::Sign),
        (Some((rest, minus)), None) | (None, Some((rest, minus))) => Ok((rest.trim(), Some(minus))),
        (None, None) => Ok((text, None)),
    }
}

#[cfg(test)]
mod tests;
