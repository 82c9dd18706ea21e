//! The letters that tell two names apart, in two scripts, and how far apart they are.
//!
//! # Not here
//! Which district a text names: the parent module.

/// The characters that tell two names apart: without blanks, hyphens and underscores, Latin ones in lower case,
/// Devanagari ones without the dot below, and every way to write a nasal before a consonant as the
/// dot above.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text
        .chars()
        .filter(|character| !character.is_whitespace() && !PASSED_OVER.contains(character))
        .peekable();
    core::iter::from_fn(move || {
        let letter = rest.next()?;
        let nasal = NASALS.contains(&letter) && rest.next_if_eq(&VIRAMA).is_some();
        Some(if nasal { ANUSVARA } else { folded(letter) })
    })
}

/// A hyphen, an underscore, the dot below, and the two joiners, which print nothing.
const PASSED_OVER: [char; 5] = ['-', '_', '\u{93c}', '\u{200c}', '\u{200d}'];
/// The nasal consonants of the five rows.
const NASALS: [char; 5] = ['\u{919}', '\u{91e}', '\u{923}', '\u{928}', '\u{92e}'];
/// The sign that takes a consonant's vowel away.
const VIRAMA: char = '\u{94d}';
/// The dot above.
const ANUSVARA: char = '\u{902}';

fn folded(letter: char) -> char {
    match letter {
        // The moon and dot above.
        '\u{901}' => ANUSVARA,
        // Consonants that carry the dot below in themselves.
        '\u{958}' => '\u{915}',
        '\u{959}' => '\u{916}',
        '\u{95a}' => '\u{917}',
        '\u{95b}' => '\u{91c}',
        '\u{95c}' => '\u{921}',
        '\u{95d}' => '\u{922}',
        '\u{95e}' => '\u{92b}',
        '\u{95f}' => '\u{92f}',
        other => other.to_ascii_lowercase(),
    }
}

/// More letters than any district's name has.
pub(super) const LETTERS_MAX: usize = 32;
/// The fewest letters that stand for a whole name they are part of.
const PART_LETTERS_MIN: usize = 5;

/// The letters of a short text, in place.
pub(super) struct Letters {
    all: [char; LETTERS_MAX],
    pub(super) len: usize,
}

impl Letters {
    /// `None` where the text is longer than any name could be.
    pub(super) fn of(text: &str) -> Option<Letters> {
        let mut taken = Letters { all: ['\0'; LETTERS_MAX], len: 0 };
        for letter in letters(text) {
            *taken.all.get_mut(taken.len)? = letter;
            taken.len += 1;
        }
        Some(taken)
    }

    fn as_slice(&self) -> &[char] {
        &self.all[..self.len]
    }
}

/// How far a typed text is from a name, in slips.
pub(super) fn distance(typed: &Letters, name: &Letters) -> usize {
    let (short, whole) = (typed.as_slice(), name.as_slice());
    let part = short.len() >= PART_LETTERS_MIN
        && short.len() < whole.len()
        && (whole.starts_with(short) || whole.ends_with(short));
    if part { 1 } else { slips(typed, name) }
}

/// The fewest slips that turn one text into the other (optimal string alignment).
pub(super) fn slips(left: &Letters, right: &Letters) -> usize {
    let (left, right) = (left.as_slice(), right.as_slice());
    let mut two_above = [0_usize; LETTERS_MAX + 1];
    let mut above = [0_usize; LETTERS_MAX + 1];
    for (column, cell) in above.iter_mut().enumerate() {
        *cell = column;
    }
    for (row, letter) in left.iter().enumerate() {
        let mut here = [0_usize; LETTERS_MAX + 1];
        here[0] = row + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut fewest = replaced.min(above[column + 1] + 1).min(here[column] + 1);
            let swapped =
                row > 0 && column > 0 && left[row - 1] == *other && *letter == right[column - 1];
            if swapped {
                fewest = fewest.min(two_above[column - 1] + 1);
            }
            here[column + 1] = fewest;
        }
        two_above = above;
        above = here;
    }
    above[right.len()]
}
