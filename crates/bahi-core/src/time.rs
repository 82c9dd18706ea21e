//! The two kinds of time: `Day`, when a thing counts, and `Instant`, when the ledger learned it.
//!
//! Civil days are those of Asia/Kolkata, a fixed +05:30; the financial year runs from 1 April to
//! 31 March.
//!
//! # Not here
//! A clock: nothing in this crate asks what time it is.

use alloc::{format, string::String};
use core::fmt;

use jiff::{civil::Date, tz::Offset};

/// A civil day in India, 1900-01-01 to 2199-12-31; written as an ISO date.
///
/// ```
/// use bahi_core::{Day, FinancialYear};
/// let day = Day::parse("2025-03-31")?;
/// assert_eq!(FinancialYear::of(day).to_string(), "2024-25");
/// # Ok::<(), bahi_core::TimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A moment, in microseconds since 1970-01-01 UTC; written as RFC 3339 with `+05:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A financial year, named by the calendar year it begins in; written `2024-25`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(u16);

/// Why a text is not a day, a moment or a year. What to do next: correct the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// Not an ISO date, `2024-06-30`.
    NotADay,
    /// A day before 1900 or after 2199.
    DayOutOfRange,
    /// Not an RFC 3339 moment with an offset, `2024-06-30T23:59:59+05:30`.
    NotAnInstant,
    /// Not a financial year, `2024-25` or `2024-2025`, whose second part follows the first.
    NotAYear,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeError::NotADay => "not an ISO date like 2024-06-30",
            TimeError::DayOutOfRange => "a day before 1900 or after 2199",
            TimeError::NotAnInstant => "not a moment like 2024-06-30T23:59:59+05:30",
            TimeError::NotAYear => "not a financial year like 2024-25",
        })
    }
}

impl core::error::Error for TimeError {}

const DAY_MIN: i32 = -25_567;
const DAY_MAX: i32 = 84_005;
const MICROS_A_DAY: i64 = 86_400_000_000;
const IST_MICROS: i64 = 19_800_000_000;
// The year that the first days there are fall in.
const YEAR_MIN: u16 = 1899;
const YEAR_MAX: u16 = 2199;

impl Day {
    /// The first day there is.
    pub const MIN: Day = Day(DAY_MIN);
    /// The last day there is.
    pub const MAX: Day = Day(DAY_MAX);

    /// The day so many days after 1970-01-01; `None` outside the range of days.
    #[must_use]
    pub const fn from_epoch_days(days: i32) -> Option<Day> {
        if days < DAY_MIN || days > DAY_MAX { None } else { Some(Day(days)) }
    }

    /// Days since 1970-01-01, below zero before it.
    #[must_use]
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// The day of a calendar date; `None` where there is no such date or it is out of range.
    #[must_use]
    pub fn from_date(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().and_then(|date| Day::from_civil(date).ok())
    }

    /// Reads an ISO date, exactly ten characters: `2024-06-30`.
    ///
    /// # Errors
    /// `NotADay`, then `DayOutOfRange`.
    pub fn parse(text: &str) -> Result<Day, TimeError> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(index, byte)| match index {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(TimeError::NotADay);
        }
        let date: Date = text.parse().map_err(|_| TimeError::NotADay)?;
        Day::from_civil(date)
    }

    /// The calendar date: year, month from 1, day of the month from 1.
    #[must_use]
    pub const fn date(self) -> (i16, i8, i8) {
        // Asked of every command, so in whole numbers and not by a library that knows more: years
        // from 1 March, so that a leap day is the last of its year, and eras of 400 years, which
        // are alike. No day is before year 0.
        let days = self.0 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year + era * 400 + (month < 3) as i32;
        (year as i16, month as i8, day as i8)
    }

    /// The day so many days later, or `None` outside the range of days.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Option<Day> {
        match self.0.checked_add(days) {
            Some(sum) => Day::from_epoch_days(sum),
            None => None,
        }
    }

    /// The same date so many years later (29 February becomes 28 February where there is none).
    #[must_use]
    pub fn plus_years(self, years: i32) -> Option<Day> {
        let span = jiff::Span::new().try_years(years).ok()?;
        Day::from_civil(self.civil().checked_add(span).ok()?).ok()
    }

    /// The same date so many months later, or the last of that month where it is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Option<Day> {
        let span = jiff::Span::new().try_months(months).ok()?;
        Day::from_civil(self.civil().checked_add(span).ok()?).ok()
    }

    /// How many days after this one something was recorded that counts on it; 0 where it was
    /// recorded on it or before.
    ///
    /// ```
    /// use bahi_core::{Day, Instant};
    /// let recorded_at = Instant::parse("2024-06-30T23:59:59+05:30")?;
    /// assert_eq!(Day::parse("2024-06-18")?.back_dated_days(recorded_at), 12);
    /// assert_eq!(Day::parse("2024-07-01")?.back_dated_days(recorded_at), 0);
    /// # Ok::<(), bahi_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn back_dated_days(self, recorded_at: Instant) -> u32 {
        let days = recorded_at.day().0 - self.0;
        if days < 0 { 0 } else { days as u32 }
    }

    /// The last moment of this day in India.
    #[must_use]
    pub const fn end(self) -> Instant {
        Instant((self.0 as i64 + 1) * MICROS_A_DAY - IST_MICROS - 1)
    }

    /// The moment so many seconds after midnight of this day in India.
    #[must_use]
    pub const fn at_second(self, second: u32) -> Instant {
        Instant(self.0 as i64 * MICROS_A_DAY - IST_MICROS + second as i64 * 1_000_000)
    }

    fn from_civil(date: Date) -> Result<Day, TimeError> {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = date.since(epoch).map_err(|_| TimeError::DayOutOfRange)?.get_days();
        Day::from_epoch_days(days).ok_or(TimeError::DayOutOfRange)
    }

    fn civil(self) -> Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        epoch.saturating_add(jiff::Span::new().days(self.0))
    }
}

impl Instant {
    /// The first moment a ledger can record.
    pub const MIN: Instant = Day::MIN.at_second(0);
    /// The last moment a ledger can record.
    pub const MAX: Instant = Day::MAX.end();

    /// The moment so many microseconds after 1970-01-01 UTC; `None` outside the range of days.
    #[must_use]
    pub const fn from_epoch_micros(micros: i64) -> Option<Instant> {
        if micros < Instant::MIN.0 || micros > Instant::MAX.0 {
            None
        } else {
            Some(Instant(micros))
        }
    }

    /// Microseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn epoch_micros(self) -> i64 {
        self.0
    }

    /// The civil day of this moment in India.
    #[must_use]
    pub const fn day(self) -> Day {
        Day((self.0 + IST_MICROS).div_euclid(MICROS_A_DAY) as i32)
    }

    /// Reads RFC 3339 with any offset; a bare date means the end of that day in India.
    ///
    /// # Errors
    /// `NotADay` or `DayOutOfRange` for a text of a date's length, else `NotAnInstant`.
    ///
    /// ```
    /// # use bahi_core::Instant;
    /// assert_eq!(Instant::parse("2024-06-30")?.to_string(), "2024-06-30T23:59:59.999999+05:30");
    /// # Ok::<(), bahi_core::TimeError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Instant, TimeError> {
        if text.len() == 10 {
            return Day::parse(text).map(Day::end);
        }
        if text.len() > 40 {
            return Err(TimeError::NotAnInstant);
        }
        let stamp: jiff::Timestamp = text.parse().map_err(|_| TimeError::NotAnInstant)?;
        Instant::from_epoch_micros(stamp.as_microsecond()).ok_or(TimeError::NotAnInstant)
    }
}

impl FinancialYear {
    /// The year that begins on 1 April of `first`; `None` outside 1899 to 2199.
    #[must_use]
    pub const fn from_first(first: u16) -> Option<FinancialYear> {
        if first < YEAR_MIN || first > YEAR_MAX { None } else { Some(FinancialYear(first)) }
    }

    /// The calendar year it begins in.
    #[must_use]
    pub const fn first(self) -> u16 {
        self.0
    }

    /// The year a day falls in (1 April to 31 March).
    #[must_use]
    pub const fn of(day: Day) -> FinancialYear {
        let (year, month, _) = day.date();
        FinancialYear((if month < 4 { year - 1 } else { year }).unsigned_abs())
    }

    /// Whether a day falls in this year.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        FinancialYear::of(day) == self
    }

    /// Its first day, 1 April; the first day there is for a year that began before it.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day::from_date(i16::try_from(self.0).unwrap_or(i16::MAX), 4, 1).unwrap_or(Day::MIN)
    }

    /// Its last day, 31 March; the last day there is for a year that ends after it.
    #[must_use]
    pub fn last_day(self) -> Day {
        Day::from_date(i16::try_from(self.0 + 1).unwrap_or(i16::MAX), 3, 31).unwrap_or(Day::MAX)
    }

    /// Reads `2024-25` or `2024-2025`.
    ///
    /// # Errors
    /// `NotAYear`.
    pub fn parse(text: &str) -> Result<FinancialYear, TimeError> {
        let (first, second) = text.split_once('-').ok_or(TimeError::NotAYear)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if first.len() != 4 || !digits(first) || !digits(second) {
            return Err(TimeError::NotAYear);
        }
        let first: u16 = first.parse().map_err(|_| TimeError::NotAYear)?;
        let follows = match second.len() {
            2 => second.parse() == Ok((first + 1) % 100),
            4 => second.parse() == Ok(first + 1),
            _ => false,
        };
        if !follows {
            return Err(TimeError::NotAYear);
        }
        FinancialYear::from_first(first).ok_or(TimeError::NotAYear)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = Offset::from_seconds(19_800).unwrap_or(Offset::UTC);
        let text: String = jiff::Timestamp::from_microsecond(self.0)
            .map(|stamp| format!("{}", stamp.display_with_offset(offset)))
            .unwrap_or_default();
        f.pad(&text)
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{:02}", self.0, (self.0 + 1) % 100))
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    //! Days, moments and years at their edges.

    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_day_has_the_date_that_the_calendar_gives_it() {
        for days in DAY_MIN..=DAY_MAX {
            let day = Day::from_epoch_days(days).expect("within the range");
            let date = day.civil();
            assert_eq!(day.date(), (date.year(), date.month(), date.day()));
        }
    }

    #[test]
    fn days_round_trip_over_the_whole_range() {
        for days in (DAY_MIN..=DAY_MAX).step_by(13).chain([DAY_MIN, DAY_MAX, 0, -1, 1]) {
            let day = Day::from_epoch_days(days).expect("within the range");
            assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }
        assert_eq!(Day::MIN.to_string(), "1900-01-01");
        assert_eq!(Day::MAX.to_string(), "2199-12-31");
    }

    #[test]
    fn only_real_dates_are_days() {
        for text in
            ["2024-02-30", "2023-02-29", "2024-6-30", "24-06-30", "2024-06-30T", "२०२४-०६-३०", ""]
        {
            assert_eq!(Day::parse(text), Err(TimeError::NotADay), "{text}");
        }
        assert_eq!(Day::parse("1899-12-31"), Err(TimeError::DayOutOfRange));
        assert_eq!(Day::parse("2200-01-01"), Err(TimeError::DayOutOfRange));
    }

    #[test]
    fn the_financial_year_turns_on_the_first_of_april() {
        let year = |text: &str| FinancialYear::of(Day::parse(text).expect("a date")).to_string();
        assert_eq!(year("2025-03-31"), "2024-25");
        assert_eq!(year("2025-04-01"), "2025-26");
        assert_eq!(year("2000-01-01"), "1999-00");
        for day in [Day::MIN, Day::MAX] {
            let year = FinancialYear::of(day);
            assert_eq!(FinancialYear::from_first(year.first()), Some(year), "the year of {day}");
        }
        for text in ["2024-25", "2024-2025", "1999-00", "1999-2000"] {
            let year = FinancialYear::parse(text).expect("a year");
            assert_eq!(FinancialYear::of(year.first_day()), year);
            assert_eq!(FinancialYear::of(year.last_day()), year);
        }
        for text in
            ["2024-26", "2024-24", "2024", "24-25", "2024-025", "2024-+5", "2024/25", "1800-01"]
        {
            assert_eq!(FinancialYear::parse(text), Err(TimeError::NotAYear), "{text}");
        }
    }

    #[test]
    fn moments_are_shown_in_india() {
        let moment = Instant::parse("2026-03-31T18:30:00Z").expect("a moment");
        assert_eq!(moment.to_string(), "2026-04-01T00:00:00+05:30");
        assert_eq!(moment.day().to_string(), "2026-04-01");
        assert_eq!(Instant::parse(&moment.to_string()), Ok(moment));
        assert_eq!(Instant::parse("2026-03-31T18:30:00"), Err(TimeError::NotAnInstant));
        assert_eq!(Instant::parse("2026-03-31").expect("a day").day().to_string(), "2026-03-31");
    }

    #[test]
    fn a_leap_day_plus_years_stays_in_february() {
        let leap = Day::parse("2024-02-29").expect("a date");
        assert_eq!(leap.plus_years(2).map(|day| day.to_string()).as_deref(), Some("2026-02-28"));
    }
}
