//! Exact fractions and their one rounding to money.
//!
//! # Invariants
//! * A `Fraction` is in lowest terms with a denominator above zero; every operation is checked.
//! * Nothing is rounded but by [`Fraction::round`], with a rule that has a name.

use core::fmt;

use crate::{Money, Total};

/// An exact number: an i128 over an i128, in lowest terms, denominator above zero.
///
/// ```
/// use bahi_core::Fraction;
/// let third = Fraction::new(2, 6)?;
/// assert_eq!(third.to_string(), "1/3");
/// # Ok::<(), bahi_core::OutOfRange>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

/// A computation left the range of exact numbers; the terms or the facts are out of all
/// proportion. What to do next: correct the fact or the terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the computation leaves the range of exact numbers")
    }
}

impl core::error::Error for OutOfRange {}

/// How an exact amount becomes whole paise; recorded with the terms, printed with the answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rounding {
    /// To the nearest paisa, a half away from zero.
    PaisaHalfAwayFromZero,
    /// To the nearest paisa, a half to the even one.
    PaisaHalfEven,
    /// Down to the paisa.
    PaisaDown,
    /// To the nearest rupee, a half away from zero.
    RupeeHalfAwayFromZero,
    /// Down to the rupee.
    RupeeDown,
}

impl Rounding {
    /// Every rule, in order of its number.
    pub const ALL: [Rounding; 5] = [
        Rounding::PaisaHalfAwayFromZero,
        Rounding::PaisaHalfEven,
        Rounding::PaisaDown,
        Rounding::RupeeHalfAwayFromZero,
        Rounding::RupeeDown,
    ];

    /// The rule's stable name, as files and JSON write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Rounding::PaisaHalfAwayFromZero => "paisa_half_away_from_zero",
            Rounding::PaisaHalfEven => "paisa_half_even",
            Rounding::PaisaDown => "paisa_down",
            Rounding::RupeeHalfAwayFromZero => "rupee_half_away_from_zero",
            Rounding::RupeeDown => "rupee_down",
        }
    }

    /// The rule of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Rounding> {
        Rounding::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

impl Fraction {
    /// Zero.
    pub const ZERO: Fraction = Fraction { numerator: 0, denominator: 1 };

    /// `numerator / denominator` in lowest terms.
    ///
    /// # Errors
    /// [`OutOfRange`] when the denominator is zero or a sign cannot be turned.
    pub fn new(numerator: i128, denominator: i128) -> Result<Fraction, OutOfRange> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return Err(OutOfRange);
        }
        // Most numbers are whole paise, and a whole number is in lowest terms.
        if denominator == 1 {
            return Ok(Fraction { numerator, denominator });
        }
        let (numerator, denominator) =
            if denominator < 0 { (-numerator, -denominator) } else { (numerator, denominator) };
        // What fits 64 bits is reduced in them: a division of 128 is a call.
        if let (Ok(above), Ok(below)) = (i64::try_from(numerator), u64::try_from(denominator)) {
            let divisor = greatest_common_divisor_64(above.unsigned_abs(), below);
            let reduced = i128::from(above.unsigned_abs() / divisor);
            let numerator = if above < 0 { -reduced } else { reduced };
            return Ok(Fraction { numerator, denominator: i128::from(below / divisor) });
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        if divisor == 1 {
            return Ok(Fraction { numerator, denominator });
        }
        let divisor = i128::try_from(divisor).map_err(|_| OutOfRange)?;
        Ok(Fraction { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Fraction {
        Fraction { numerator: number as i128, denominator: 1 }
    }

    /// The numerator, in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator, above zero.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Both numbers in 64 bits, where they fit.
    fn narrow(self) -> Option<(i64, i64)> {
        let narrow = |number: i128| i64::try_from(number).ok();
        // Without the one number whose sign cannot be turned.
        narrow(self.numerator).filter(|number| *number != i64::MIN).zip(narrow(self.denominator))
    }

    /// The sum.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn checked_add(self, other: Fraction) -> Result<Fraction, OutOfRange> {
        if self.denominator == other.denominator {
            let sum = self.numerator.checked_add(other.numerator).ok_or(OutOfRange)?;
            return Fraction::new(sum, self.denominator);
        }
        let left = self.numerator.checked_mul(other.denominator).ok_or(OutOfRange)?;
        let right = other.numerator.checked_mul(self.denominator).ok_or(OutOfRange)?;
        let below = self.denominator.checked_mul(other.denominator).ok_or(OutOfRange)?;
        Fraction::new(left.checked_add(right).ok_or(OutOfRange)?, below)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn checked_sub(self, other: Fraction) -> Result<Fraction, OutOfRange> {
        self.checked_add(Fraction { numerator: -other.numerator, denominator: other.denominator })
    }

    /// The product.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn checked_mul(self, other: Fraction) -> Result<Fraction, OutOfRange> {
        if self.denominator == 1 && other.denominator == 1 {
            let product = self.numerator.checked_mul(other.numerator).ok_or(OutOfRange)?;
            return Fraction::new(product, 1);
        }
        // Cross-reduction keeps the products small: (a/b)·(c/d) = (a/d)·(c/b).
        if let (Some((a, b)), Some((c, d))) = (self.narrow(), other.narrow()) {
            let left = greatest_common_divisor_64(a.unsigned_abs(), d.unsigned_abs()).cast_signed();
            let right =
                greatest_common_divisor_64(c.unsigned_abs(), b.unsigned_abs()).cast_signed();
            let numerator = i128::from(a / left) * i128::from(c / right);
            let denominator = i128::from(b / right) * i128::from(d / left);
            return Ok(Fraction { numerator, denominator });
        }
        let left = Fraction::new(self.numerator, other.denominator)?;
        let right = Fraction::new(other.numerator, self.denominator)?;
        let above = left.numerator.checked_mul(right.numerator).ok_or(OutOfRange)?;
        let below = left.denominator.checked_mul(right.denominator).ok_or(OutOfRange)?;
        // Each of the four has no divisor with either across from it any more.
        if above == i128::MIN {
            return Err(OutOfRange);
        }
        Ok(Fraction { numerator: above, denominator: below })
    }

    /// Which of two is larger.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn compare(self, other: Fraction) -> Result<core::cmp::Ordering, OutOfRange> {
        if self.denominator == other.denominator {
            return Ok(self.numerator.cmp(&other.numerator));
        }
        if let (Some((a, b)), Some((c, d))) = (self.narrow(), other.narrow()) {
            return Ok((i128::from(a) * i128::from(d)).cmp(&(i128::from(c) * i128::from(b))));
        }
        Ok(self.checked_sub(other)?.numerator.cmp(&0))
    }

    /// The whole paise of an exact number of paise, by a named rule.
    ///
    /// ```
    /// # use bahi_core::{Fraction, Rounding, Total};
    /// let half = Fraction::new(25, 2)?;
    /// assert_eq!(half.round(Rounding::PaisaHalfAwayFromZero), Total::from_paise(13));
    /// assert_eq!(half.round(Rounding::PaisaHalfEven), Total::from_paise(12));
    /// # Ok::<(), bahi_core::OutOfRange>(())
    /// ```
    #[must_use]
    pub fn round(self, rule: Rounding) -> Total {
        let to_paise = match rule {
            Rounding::PaisaHalfAwayFromZero | Rounding::PaisaHalfEven | Rounding::PaisaDown => true,
            Rounding::RupeeHalfAwayFromZero | Rounding::RupeeDown => false,
        };
        if to_paise && self.denominator == 1 {
            return Total::from_paise(self.numerator);
        }
        let nearest = |unit: i128, half_even: bool| {
            let Some(step) = self.denominator.checked_mul(unit) else { return 0 };
            let (whole, rest) = divided(self.numerator, step);
            let up = match (rest.saturating_mul(2)).cmp(&step) {
                core::cmp::Ordering::Less => false,
                core::cmp::Ordering::Greater => true,
                core::cmp::Ordering::Equal if half_even => whole % 2 != 0,
                core::cmp::Ordering::Equal => self.numerator > 0,
            };
            (whole + i128::from(up)) * unit
        };
        Total::from_paise(match rule {
            Rounding::PaisaHalfAwayFromZero => nearest(1, false),
            Rounding::PaisaHalfEven => nearest(1, true),
            Rounding::PaisaDown => divided(self.numerator, self.denominator).0,
            Rounding::RupeeHalfAwayFromZero => nearest(100, false),
            Rounding::RupeeDown => {
                divided(divided(self.numerator, self.denominator).0, 100).0 * 100
            }
        })
    }

    /// An exact number of paise as rupees, in lowest terms.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn paise_to_rupees(self) -> Result<Fraction, OutOfRange> {
        self.checked_mul(Fraction { numerator: 1, denominator: 100 })
    }
}

impl From<Money> for Fraction {
    /// The amount in paise.
    fn from(money: Money) -> Fraction {
        Fraction { numerator: i128::from(money.paise()), denominator: 1 }
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// The whole part of a number divided by one above zero, and the rest, which is not below zero.
fn divided(number: i128, by: i128) -> (i128, i128) {
    // Division of 64 bits is one instruction, of 128 a call.
    if let (Ok(number), Ok(by)) = (i64::try_from(number), i64::try_from(by)) {
        return (i128::from(number.div_euclid(by)), i128::from(number.rem_euclid(by)));
    }
    (number.div_euclid(by), number.rem_euclid(by))
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(greatest_common_divisor_64(a, b));
        }
        (a, b) = (b, a % b);
    }
    a.max(1)
}

fn greatest_common_divisor_64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    //! Rounding at the half, both signs; and arithmetic beside that of numbers without a bound.

    use proptest::prelude::*;

    use super::*;

    /// Numbers of every size, most of them such as amounts are.
    fn number() -> impl Strategy<Value = i128> {
        const EDGES: [i128; 5] =
            [i64::MIN as i128, i64::MAX as i128, u64::MAX as i128, i128::MIN, i128::MAX];
        prop_oneof![
            6 => -1_000_i128..1_000,
            6 => any::<i64>().prop_map(i128::from),
            2 => any::<i128>(),
            1 => (prop::sample::select(&EDGES[..]), -2_i128..3).prop_map(|(edge, more)| edge.saturating_add(more)),
        ]
    }

    /// In lowest terms, as it is written in the books.
    fn lowest(above: i128, below: i128) -> Result<(i128, i128), OutOfRange> {
        if below == 0 || above == i128::MIN || below == i128::MIN {
            return Err(OutOfRange);
        }
        let (mut a, mut b) = (above.abs(), below.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let a = a.max(1) * below.signum();
        Ok((above / a, below / a))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn fractions_are_what_the_books_say(
            (a, b, c, d) in (number(), number(), number(), number()),
        ) {
            let parts = |one: Fraction| (one.numerator, one.denominator);
            prop_assert_eq!(Fraction::new(a, b).map(parts), lowest(a, b));
            let (Ok(left), Ok(right)) = (Fraction::new(a, b), Fraction::new(c, d)) else {
                return Ok(());
            };
            let ((a, b), (c, d)) = (parts(left), parts(right));
            // The same divided out beforehand, so that no step is larger than it must be.
            let across = |a, d| lowest(a, d).expect("both are in range");
            let ((a, d), (c, b)) = (across(a, d), across(c, b));
            let product = a.checked_mul(c).zip(b.checked_mul(d)).ok_or(OutOfRange);
            let product = product.and_then(|(above, below)| lowest(above, below));
            prop_assert_eq!(left.checked_mul(right).map(parts), product);
            if let Ok(difference) = left.checked_sub(right) {
                prop_assert_eq!(left.compare(right), Ok(difference.numerator.cmp(&0)));
            }
            let (number, step) = parts(left);
            prop_assert_eq!(divided(number, step), (number.div_euclid(step), number.rem_euclid(step)));
        }
    }

    fn rounded(numerator: i128, denominator: i128, rule: Rounding) -> i128 {
        let fraction = Fraction::new(numerator, denominator).expect("a test's fraction is sound");
        fraction.round(rule).paise()
    }

    #[test]
    fn each_rule_rounds_as_its_name_says() {
        use Rounding::{
            PaisaDown, PaisaHalfAwayFromZero, PaisaHalfEven, RupeeDown, RupeeHalfAwayFromZero,
        };
        assert_eq!(rounded(5, 2, PaisaHalfAwayFromZero), 3);
        assert_eq!(rounded(-5, 2, PaisaHalfAwayFromZero), -3);
        assert_eq!(rounded(5, 2, PaisaHalfEven), 2);
        assert_eq!(rounded(7, 2, PaisaHalfEven), 4);
        assert_eq!(rounded(-5, 2, PaisaHalfEven), -2);
        assert_eq!(rounded(299, 100, PaisaDown), 2);
        assert_eq!(rounded(150, 1, RupeeHalfAwayFromZero), 200);
        assert_eq!(rounded(149, 1, RupeeHalfAwayFromZero), 100);
        assert_eq!(rounded(199, 1, RupeeDown), 100);
    }

    #[test]
    fn arithmetic_is_exact_and_checked() {
        let third = Fraction::new(1, 3).expect("sound");
        let sixth = Fraction::new(1, 6).expect("sound");
        assert_eq!(third.checked_add(sixth), Fraction::new(1, 2));
        assert_eq!(third.checked_mul(sixth), Fraction::new(1, 18));
        let huge = Fraction::new(i128::MAX, 1).expect("sound");
        assert_eq!(huge.checked_add(huge), Err(OutOfRange));
        assert_eq!(huge.checked_mul(huge), Err(OutOfRange));
        assert_eq!(Fraction::new(1, 0), Err(OutOfRange));
    }
}
