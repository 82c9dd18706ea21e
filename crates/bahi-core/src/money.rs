//! Amounts: `Money` on an event, `Total` for sums, both whole paise, never a float.
//!
//! # Invariants
//! * A `Money` is between zero and [`Money::MAX`]; there is no negative amount on an event.
//! * A `Total` of one amount for every position a ledger can have does not overflow.
//!
//! # Not here
//! Fractions of a paisa and their rounding: `fraction`.

use alloc::{format, string::String};
use core::{fmt, iter::Sum, ops};

use rust_decimal::Decimal;

/// An amount of rupees, held as whole paise: zero up to ten lakh crore crore paise.
///
/// `Display` writes rupees with two places and no grouping (`625000.00`), the form of files and
/// JSON; [`Money::grouped`] groups the Indian way for people.
///
/// ```
/// use bahi_core::Money;
/// let margin = Money::parse("625000.00")?;
/// assert_eq!(margin.paise(), 62_500_000);
/// assert_eq!(margin.to_string(), "625000.00");
/// assert_eq!(margin.grouped(), "6,25,000.00");
/// # Ok::<(), bahi_core::AmountError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// A sum or difference of amounts, in whole paise, either sign.
///
/// ```
/// use bahi_core::{Money, Total};
/// let two = Money::from_rupees(2).map(Total::from).unwrap_or_default();
/// assert_eq!((Total::ZERO - two).to_string(), "-2.00");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Total(i128);

/// Why a text is not an amount. What to do next: correct the text at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Nothing stands where an amount should.
    Empty,
    /// A character that no amount has, and its place counted in characters from 1.
    Character {
        /// The character found.
        found: char,
        /// Its place, from 1.
        column: usize,
    },
    /// More than two places after the point: a paisa cannot be split.
    TooPrecise,
    /// A point with nothing before or after it.
    BarePoint,
    /// Commas that do not group the Indian way (`1,00,000.00`).
    Grouping,
    /// Above [`Money::MAX`], or longer than any amount.
    TooLarge,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no amount stands here"),
            Self::Character { found, column } => {
                write!(f, "{:?} at character {column} is no part of an amount", found)
            }
            Self::TooPrecise => f.write_str("an amount has at most two places after the point"),
            Self::BarePoint => f.write_str("the point of an amount has digits on both sides"),
            Self::Grouping => f.write_str("the commas do not group the Indian way (1,00,000.00)"),
            Self::TooLarge => f.write_str("the amount is above the largest the ledger takes"),
        }
    }
}

impl core::error::Error for AmountError {}

/// The longest text an amount may have, in bytes; longer input is refused unread.
pub const AMOUNT_BYTES_MAX: usize = 48;

/// The most digits of rupees that are read at once: with two of paise, eighteen fit an `i64`.
const PLAIN_DIGITS_MAX: usize = 16;

const PAISE_MAX: i64 = 100_000_000_000_000_000;

// One amount for every position, twice (an event has at most two postings to one account), still
// fits a Total. Raising PAISE_MAX until it does not stops the build here.
const _: () = assert!((i128::MAX / (PAISE_MAX as i128)) / 2 > u64::MAX as i128);

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);
    /// The largest amount of one event: ₹ 10¹⁵, some twenty times the gross product of India.
    pub const MAX: Money = Money(PAISE_MAX);

    /// An amount of whole paise; `None` when negative or above [`Money::MAX`].
    ///
    /// ```
    /// # use bahi_core::Money;
    /// assert_eq!(Money::from_paise(250).map(|m| m.to_string()).as_deref(), Some("2.50"));
    /// assert_eq!(Money::from_paise(-1), None);
    /// ```
    #[must_use]
    pub const fn from_paise(paise: i64) -> Option<Money> {
        if paise < 0 || paise > PAISE_MAX { None } else { Some(Money(paise)) }
    }

    /// An amount of whole rupees; `None` when above [`Money::MAX`].
    #[must_use]
    pub const fn from_rupees(rupees: u64) -> Option<Money> {
        if rupees > (PAISE_MAX / 100) as u64 { None } else { Some(Money(rupees as i64 * 100)) }
    }

    /// The amount in paise.
    #[must_use]
    pub const fn paise(self) -> i64 {
        self.0
    }

    /// Whether this is no money.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads the form of files and JSON: digits, and at most two places after a point.
    ///
    /// No sign, no grouping, no exponent, no blank, no currency mark.
    ///
    /// # Errors
    /// In checking order: `Empty`, `TooLarge` (by length), `Character`, `BarePoint`,
    /// `TooPrecise`, `TooLarge`.
    ///
    /// ```
    /// # use bahi_core::{AmountError, Money};
    /// assert_eq!(Money::parse("0.5")?.paise(), 50);
    /// assert_eq!(Money::parse("1e3"), Err(AmountError::Character { found: 'e', column: 2 }));
    /// assert_eq!(Money::parse("1.005"), Err(AmountError::TooPrecise));
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Money, AmountError> {
        match Money::parse_plain(text) {
            Some(money) => Ok(money),
            None => Money::parse_whole(text),
        }
    }

    fn parse_whole(text: &str) -> Result<Money, AmountError> {
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        if text.len() > AMOUNT_BYTES_MAX {
            return Err(AmountError::TooLarge);
        }
        for (index, found) in text.chars().enumerate() {
            let second_point = found == '.' && text.find('.') != Some(index);
            if second_point || !(found.is_ascii_digit() || found == '.') {
                return Err(AmountError::Character { found, column: index + 1 });
            }
        }
        if text.starts_with('.') || text.ends_with('.') {
            return Err(AmountError::BarePoint);
        }
        if text.split_once('.').is_some_and(|(_, places)| places.len() > 2) {
            return Err(AmountError::TooPrecise);
        }
        let decimal = Decimal::from_str_exact(text).map_err(|_| AmountError::TooLarge)?;
        Money::try_from(decimal)
    }

    /// What nearly every amount is: a few digits, with a point and two more or without. Where it is
    /// anything else, right or wrong, the whole of the rule reads it.
    fn parse_plain(text: &str) -> Option<Money> {
        let bytes = text.as_bytes();
        let (rupees, paise) = match bytes {
            [rupees @ .., b'.', tens, ones] => (rupees, [*tens, *ones]),
            rupees => (rupees, *b"00"),
        };
        if !(1..=PLAIN_DIGITS_MAX).contains(&rupees.len()) {
            return None;
        }
        rupees
            .iter()
            .chain(&paise)
            .try_fold(0, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
            })
            .and_then(Money::from_paise)
    }

    /// Reads an amount whose commas group the Indian way, as bank files print it: `1,00,000.00`.
    ///
    /// A text without commas is read as [`Money::parse`] reads it.
    ///
    /// # Errors
    /// `Grouping` where a comma stands in the wrong place, then those of [`Money::parse`].
    pub fn parse_grouped(text: &str) -> Result<Money, AmountError> {
        if !text.contains(',') {
            return Money::parse(text);
        }
        if text.len() > AMOUNT_BYTES_MAX {
            return Err(AmountError::TooLarge);
        }
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        let mut groups = whole.rsplit(',');
        let sound = groups.next().is_some_and(|g| g.len() == 3)
            && whole.split(',').next().is_some_and(|g| (1..=2).contains(&g.len()))
            && whole
                .split(',')
                .rev()
                .skip(1)
                .take(whole.matches(',').count() - 1)
                .all(|g| g.len() == 2)
            && !text[whole.len()..].contains(',');
        if !sound {
            return Err(AmountError::Grouping);
        }
        Money::parse(&text.replace(',', ""))
    }

    /// Reads what a person types: `₹1,00,000`, `Rs 250.50`, `2.5 lakh`, `3 crore`.
    ///
    /// # Errors
    /// Those of [`Money::parse_grouped`]; `TooPrecise` where a lakh or crore ends below a paisa.
    ///
    /// ```
    /// # use bahi_core::Money;
    /// assert_eq!(Money::parse_spoken("2.5 lakh")?, Money::parse("250000")?);
    /// assert_eq!(Money::parse_spoken("₹1,00,000")?, Money::parse("100000")?);
    /// # Ok::<(), bahi_core::AmountError>(())
    /// ```
    pub fn parse_spoken(text: &str) -> Result<Money, AmountError> {
        if text.len() > AMOUNT_BYTES_MAX {
            return Err(AmountError::TooLarge);
        }
        let bare = text.trim();
        let bare = ["₹", "Rs.", "Rs", "INR"]
            .iter()
            .find_map(|mark| bare.strip_prefix(mark))
            .unwrap_or(bare)
            .trim();
        let units =
            [("lakh", 100_000), ("lac", 100_000), ("crore", 10_000_000), ("cr", 10_000_000)];
        for (unit, rupees) in units {
            if let Some(number) = bare.strip_suffix(unit) {
                let number = number.trim().replace(',', "");
                let well_formed = !number.is_empty()
                    && number.chars().all(|c| c.is_ascii_digit() || c == '.')
                    && !number.starts_with('.')
                    && !number.ends_with('.');
                if !well_formed {
                    return Money::parse(&number);
                }
                let decimal = Decimal::from_str_exact(&number)
                    .ok()
                    .and_then(|d| d.checked_mul(Decimal::from(rupees)))
                    .ok_or(AmountError::TooLarge)?;
                return Money::try_from(decimal);
            }
        }
        Money::parse_grouped(bare)
    }

    /// Rupees grouped the Indian way: `6,25,000.00`.
    #[must_use]
    pub fn grouped(self) -> String {
        Total::from(self).grouped()
    }

    /// The sum, or `None` above [`Money::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).and_then(Money::from_paise)
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        self.0.checked_sub(other.0).and_then(Money::from_paise)
    }
}

impl TryFrom<Decimal> for Money {
    type Error = AmountError;

    /// The amount of a decimal number of rupees, only when it is exact to the paisa.
    fn try_from(rupees: Decimal) -> Result<Money, AmountError> {
        let normal = rupees.normalize();
        if normal.scale() > 2 {
            return Err(AmountError::TooPrecise);
        }
        let scale_to_paise = 10_i128.pow(2 - normal.scale());
        normal
            .mantissa()
            .checked_mul(scale_to_paise)
            .and_then(|paise| i64::try_from(paise).ok())
            .and_then(Money::from_paise)
            .ok_or(AmountError::TooLarge)
    }
}

impl From<Money> for Decimal {
    /// The amount as a decimal number of rupees with two places.
    fn from(money: Money) -> Decimal {
        Decimal::new(money.0, 2)
    }
}

impl Total {
    /// No money.
    pub const ZERO: Total = Total(0);

    /// A sum of whole paise.
    #[must_use]
    pub const fn from_paise(paise: i128) -> Total {
        Total(paise)
    }

    /// The sum in paise.
    #[must_use]
    pub const fn paise(self) -> i128 {
        self.0
    }

    /// Whether the sum is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Rupees grouped the Indian way, with a leading `-` below zero: `-6,25,000.00`.
    #[must_use]
    pub fn grouped(self) -> String {
        let plain = format!("{}", self.0.unsigned_abs() / 100);
        let mut out = String::with_capacity(plain.len() * 3 / 2 + 4);
        if self.0 < 0 {
            out.push('-');
        }
        for (index, digit) in plain.chars().enumerate() {
            let left = plain.len() - index;
            if index > 0 && left >= 3 && (left == 3 || (left - 3).is_multiple_of(2)) {
                out.push(',');
            }
            out.push(digit);
        }
        out.push_str(&format!(".{:02}", self.0.unsigned_abs() % 100));
        out
    }

    /// The amount of a sum that is one: zero up to [`Money::MAX`].
    #[must_use]
    pub fn to_money(self) -> Option<Money> {
        i64::try_from(self.0).ok().and_then(Money::from_paise)
    }
}

impl From<Money> for Total {
    fn from(money: Money) -> Total {
        Total(i128::from(money.0))
    }
}

impl ops::Add for Total {
    type Output = Total;
    fn add(self, other: Total) -> Total {
        Total(self.0 + other.0)
    }
}

impl ops::Sub for Total {
    type Output = Total;
    fn sub(self, other: Total) -> Total {
        Total(self.0 - other.0)
    }
}

impl ops::Neg for Total {
    type Output = Total;
    fn neg(self) -> Total {
        Total(-self.0)
    }
}

impl ops::AddAssign for Total {
    fn add_assign(&mut self, other: Total) {
        self.0 += other.0;
    }
}

impl ops::SubAssign for Total {
    fn sub_assign(&mut self, other: Total) {
        self.0 -= other.0;
    }
}

impl Sum for Total {
    fn sum<I: Iterator<Item = Total>>(items: I) -> Total {
        items.fold(Total::ZERO, |sum, item| sum + item)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Total::from(*self), f)
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let paise = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", paise / 100, paise % 100))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "₹{self}")
    }
}

impl fmt::Debug for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "₹{self}")
    }
}

#[cfg(test)]
mod tests;
