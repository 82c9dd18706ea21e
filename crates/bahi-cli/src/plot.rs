//! Small plots of text: a row of blocks for a row of numbers, where a trend is the point.
//!
//! # Invariants
//! * A plot stands beside numbers a person reads on a terminal, and nowhere else.
//! * The tallest block is the largest number, and nothing is a dot: plots of two rows do not compare.

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
}
