//! Days that statements cover: what no statement could tell yet is not missing.
//!
//! # Invariants
//! * A day is covered where any account's statements cover it: which account pays, no voucher says.
//! * Between two statements of one account of which the later opens with what the earlier closed with,
//!   nothing moved, and the days between are covered.

use std::collections::BTreeMap;

use bahi_core::{AccountKey, Day, Total};

/// The days that one statement is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Covered {
    /// The account.
    pub account: AccountKey,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// What the account held before, where it says.
    pub opening: Option<Total>,
    /// What it held after, where it says.
    pub closing: Option<Total>,
}

/// Stretches of days, apart from each other, in order.
pub(super) struct Coverage(Vec<(Day, Day)>);

impl Coverage {
    pub(super) fn new(statements: &[Covered]) -> Coverage {
        let mut accounts: BTreeMap<AccountKey, Vec<&Covered>> = BTreeMap::new();
        for one in statements.iter().filter(|one| one.from <= one.to) {
            accounts.entry(one.account).or_default().push(one);
        }
        let mut stretches: Vec<(Day, Day)> = Vec::with_capacity(statements.len());
        for mut of in accounts.into_values() {
            of.sort_unstable_by_key(|one| (one.from, one.to, one.opening, one.closing));
            for pair in of.windows(2) {
                let (earlier, later) = (pair[0], pair[1]);
                let quiet = earlier.closing.is_some() && earlier.closing == later.opening;
                let to = if quiet { earlier.to.max(later.from) } else { earlier.to };
                stretches.push((earlier.from, to));
            }
            stretches.extend(of.last().map(|one| (one.from, one.to)));
        }
        stretches.sort_unstable();
        let mut joined: Vec<(Day, Day)> = Vec::new();
        for (from, to) in stretches {
            match joined.last_mut() {
                Some(last) if last.1.plus_days(1).is_none_or(|next| from <= next) => {
                    last.1 = last.1.max(to);
                }
                Some(_) | None => joined.push((from, to)),
            }
        }
        Coverage(joined)
    }

    /// The first and the last day between two that no statement covers.
    pub(super) fn missing(&self, from: Day, to: Day) -> Option<(Day, Day)> {
        let holder = |day: Day| {
            let at = self.0.partition_point(|(first, _)| *first <= day).checked_sub(1)?;
            self.0.get(at).copied().filter(|(_, last)| day <= *last)
        };
        // Stretches are apart, so that the day after one is in none.
        let first = match holder(from) {
            Some((_, last)) if last >= to => return None,
            Some((_, last)) => last.plus_days(1)?,
            None => from,
        };
        let last = match holder(to) {
            Some((begins, _)) => begins.plus_days(-1)?,
            None => to,
        };
        Some((first, last))
    }
}

#[cfg(test)]
mod tests {
    //! Days in and out of statements.

    use bahi_core::Fingerprint;

    use super::*;

    fn day(of: i32) -> Day {
        Day::from_date(2024, 6, 1).and_then(|first| first.plus_days(of - 1)).expect("a day")
    }

    /// `(account, from, to, opening, closing)`, a balance of 0 being none.
    fn of(given: &[(u8, i32, i32, i128, i128)]) -> Coverage {
        let balance = |paise| Some(Total::from_paise(paise)).filter(|_| paise != 0);
        let one = |(account, from, to, opening, closing): &(u8, i32, i32, i128, i128)| Covered {
            account: AccountKey(Fingerprint { key_id: 1, print: [*account; 16] }),
            from: day(*from),
            to: day(*to),
            opening: balance(*opening),
            closing: balance(*closing),
        };
        Coverage::new(&given.iter().map(one).collect::<Vec<_>>())
    }

    #[test]
    fn what_no_statement_covers_is_told_from_its_first_to_its_last_day() {
        let june = of(&[(1, 21, 30, 0, 0), (1, 1, 10, 0, 0), (1, 8, 12, 0, 0), (1, 13, 13, 0, 0)]);
        for (from, to, wanted) in [
            (1, 13, None),
            (5, 9, None),
            (12, 14, Some((14, 14))),
            (14, 20, Some((14, 20))),
            (10, 25, Some((14, 20))),
            (20, 21, Some((20, 20))),
            (28, 33, Some((31, 33))),
            (-3, 2, Some((-3, 0))),
            (-3, 40, Some((-3, 40))),
            (30, 30, None),
        ] {
            let wanted = wanted.map(|(from, to)| (day(from), day(to)));
            assert_eq!(june.missing(day(from), day(to)), wanted, "{from} to {to}");
        }
        assert_eq!(of(&[]).missing(day(1), day(2)), Some((day(1), day(2))));
    }

    #[test]
    fn days_between_equal_balances_are_quiet_and_those_of_one_account_alone() {
        let quiet = [(1, 3, 10, 5, 700), (1, 20, 25, 700, 9)];
        assert_eq!(of(&quiet).missing(day(3), day(25)), None);
        let moved = [(1, 3, 10, 5, 700), (1, 20, 25, 701, 9)];
        assert_eq!(of(&moved).missing(day(3), day(25)), Some((day(11), day(19))));
        let other = [(1, 3, 10, 5, 700), (2, 20, 25, 700, 9)];
        assert_eq!(of(&other).missing(day(3), day(25)), Some((day(11), day(19))));
        let unsaid = [(1, 3, 10, 5, 0), (1, 20, 25, 0, 9)];
        assert_eq!(of(&unsaid).missing(day(3), day(25)), Some((day(11), day(19))));
    }
}
