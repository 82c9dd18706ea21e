//! Small plots of text: a row of blocks for a row of numbers, where a trend is the point.
//!
//! # Invariants
//! * A plot stands beside numbers a person reads on a terminal, and nowhere else.
//! * The tallest block is the largest number, and nothing is a dot: plots of two rows do not compare.

use std::collections::BTreeMap;

use bahi::core::Day;

/// From the lowest to the tallest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// What stands for nothing.
const NOTHING: char = '·';

/// A block for each number, from zero to the largest; a number that is not above zero is a dot.
pub(crate) fn blocks(numbers: &[i128]) -> String {
    let most = numbers.iter().copied().max().unwrap_or_default();
    let block = |number: &i128| {
        if *number <= 0 {
            return NOTHING;
        }
        // Rounded up, so that whatever is above zero is seen.
        let steps = (*number * 8 + most - 1) / most;
        BLOCKS[usize::try_from(steps - 1).unwrap_or_default().min(BLOCKS.len() - 1)]
    };
    numbers.iter().map(block).collect()
}

/// The most months that one row of blocks goes back.
const MONTHS_MAX: i32 = 60;

/// A block for each month up to that of a day, from the first month in which there is anything, but for what
/// is older than a row is long; with the two months it is between. None where all is of the last month.
pub(crate) fn months(
    amounts: impl Iterator<Item = (Day, i128)>,
    until: Day,
) -> Option<(String, String, String)> {
    let month = |day: Day| {
        let (year, month, _) = day.date();
        i32::from(year) * 12 + i32::from(month) - 1
    };
    let last = month(until);
    let mut sums: BTreeMap<i32, i128> = BTreeMap::new();
    for (day, amount) in amounts.filter(|(day, _)| (0..MONTHS_MAX).contains(&(last - month(*day))))
    {
        *sums.entry(month(day)).or_default() += amount;
    }
    let first = *sums.keys().next().filter(|first| **first < last)?;
    let name = |month: i32| format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
    let row: Vec<i128> =
        (first..=last).map(|at| sums.get(&at).copied().unwrap_or_default()).collect();
    Some((name(first), name(last), blocks(&row)))
}

#[cfg(test)]
mod tests {
    //! Blocks by hand.

    use super::*;

    #[test]
    fn the_largest_is_the_tallest_and_nothing_is_a_dot() {
        let cases: [(&[i128], &str); 6] = [
            (&[], ""),
            (&[0, 0], "··"),
            (&[1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
            (&[1, 1_000_000_000_000], "▁█"),
            (&[-5, 7, 0], "·█·"),
            (&[5, 5, 5], "███"),
        ];
        for (numbers, expected) in cases {
            assert_eq!(blocks(numbers), expected, "{numbers:?}");
        }
    }

    #[test]
    fn months_without_anything_are_dots_and_older_ones_are_left_out() {
        let day = |iso: &str| Day::parse(iso).expect("a day");
        let row = |days: &[(&str, i128)], until: &str| {
            months(days.iter().map(|(iso, amount)| (day(iso), *amount)), day(until))
        };
        let told = |from: &str, to: &str, blocks: &str| {
            Some((from.to_owned(), to.to_owned(), blocks.to_owned()))
        };
        let both = [("2024-11-30", 4), ("2025-02-01", 8), ("2024-11-01", 4)];
        assert_eq!(row(&both, "2025-02-28"), told("2024-11", "2025-02", "█··█"));
        assert_eq!(row(&both, "2025-03-01"), told("2024-11", "2025-03", "█··█·"));
        // What is recorded for a day after the last one is no part of it.
        assert_eq!(row(&both, "2024-12-31"), told("2024-11", "2024-12", "█·"));
        assert_eq!(
            row(&both, "2029-10-01"),
            told("2024-11", "2029-10", &format!("█··█{}", "·".repeat(56)))
        );
        assert_eq!(
            row(&both, "2029-11-01"),
            told("2025-02", "2029-11", &format!("█{}", "·".repeat(57)))
        );
        assert_eq!((row(&both[1..2], "2025-02-28"), row(&[], "2025-02-28")), (None, None));
    }
}
