//! Working days: which line still comes in time for a voucher.

use std::collections::{BTreeSet, HashMap};

use bahi_core::Day;

/// The most holidays that count.
pub const HOLIDAYS_MAX: usize = 1_000;

/// The window of working days, each day reckoned once.
pub(super) struct Calendar {
    window: u16,
    holidays: BTreeSet<Day>,
    last: HashMap<Day, Day>,
    first: HashMap<Day, Day>,
}

impl Calendar {
    pub(super) fn new(window: u16, holidays: &[Day]) -> Calendar {
        let holidays = holidays.iter().take(HOLIDAYS_MAX).copied().collect();
        Calendar { window, holidays, last: HashMap::new(), first: HashMap::new() }
    }

    /// Whether banks are open: not on Sundays, second and fourth Saturdays, and holidays.
    fn works(&self, day: Day) -> bool {
        // The first day of 1970 was a Thursday; here 0 is a Sunday.
        let weekday = (day.epoch_days() + 4).rem_euclid(7);
        let (_, _, of_month) = day.date();
        let saturday = (of_month - 1) / 7 + 1;
        let closed = weekday == 0 || (weekday == 6 && (saturday == 2 || saturday == 4));
        !closed && !self.holidays.contains(&day)
    }

    /// The last day on which a line may come for a voucher of a day: the window's last working
    /// day after it, or the day itself where the window is empty.
    pub(super) fn last(&mut self, day: Day) -> Day {
        if let Some(last) = self.last.get(&day) {
            return *last;
        }
        let (mut at, mut left) = (day, self.window);
        while left > 0 {
            let Some(next) = at.plus_days(1) else { break };
            at = next;
            left -= u16::from(self.works(at));
        }
        self.last.insert(day, at);
        at
    }

    /// The first day whose voucher a line of a day may still come for.
    pub(super) fn first(&mut self, day: Day) -> Day {
        if let Some(first) = self.first.get(&day) {
            return *first;
        }
        let mut at = day;
        while let Some(before) = at.plus_days(-1)
            && self.last(before) >= day
        {
            at = before;
        }
        self.first.insert(day, at);
        at
    }
}

#[cfg(test)]
mod tests {
    //! Windows over week-ends and holidays.

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn a_window_counts_days_on_which_banks_are_open() {
        // 2025-01-26 is a Sunday, 2025-01-25 a fourth Saturday, 2025-01-18 a third.
        let mut calendar = Calendar::new(2, &[day("2025-01-27")]);
        for (from, last) in [
            ("2025-01-16", "2025-01-18"),
            ("2025-01-17", "2025-01-20"),
            ("2025-01-24", "2025-01-29"),
            ("2025-01-26", "2025-01-29"),
        ] {
            assert_eq!(calendar.last(day(from)), day(last), "{from}");
        }
        assert_eq!(Calendar::new(0, &[]).last(day("2025-01-24")), day("2025-01-24"));
    }

    #[test]
    fn first_and_last_are_one_window() {
        for window in [0, 1, 3, 31] {
            let mut calendar = Calendar::new(window, &[day("2025-01-27"), day("2025-01-28")]);
            for ahead in 0..60 {
                let line = day("2025-01-10").plus_days(ahead).expect("a day");
                for back in 0..60 {
                    let voucher = line.plus_days(-back).expect("a day");
                    let (first, last) = (calendar.first(line), calendar.last(voucher));
                    assert_eq!(voucher >= first, line <= last, "{voucher} {line}");
                }
            }
        }
    }
}
