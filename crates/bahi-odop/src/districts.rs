//! The districts of Uttar Pradesh: their codes, names and products, and finding one by what a person types.
//!
//! # Invariants
//! * A lookup either names one district or answers `None`; it never guesses. [`suggest`] guesses,
//!   for an error message alone.
//!
//! # Not here
//! Whether a scheme runs in a district: that is in the scheme's opening.

mod table;

pub use table::DISTRICTS;

use bahi_core::District;

/// A district, its product, and what of that is doubtful.
///
/// The code is the Local Government Directory's. Codes were seen in one list only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DistrictEntry {
    /// The code in the Local Government Directory, unique.
    pub code: District,
    /// The name in English, unique.
    pub name: &'static str,
    /// The name in Hindi, unique.
    pub name_hi: &'static str,
    /// The division it belongs to.
    pub division: &'static str,
    /// The product it is notified for.
    pub product: &'static str,
    /// Products added later.
    pub further_products: &'static [&'static str],
    /// Which of the other cells no list confirms, in words; `None` where a list confirms all.
    pub unverified: Option<&'static str>,
}

/// The longest text looked at as a district's name, in bytes; a longer one names none.
pub const DISTRICT_TEXT_BYTES_MAX: usize = 128;

/// The district of a code; `None` for a pool or a district of another state.
#[must_use]
pub fn by_code(code: District) -> Option<&'static DistrictEntry> {
    let found = DISTRICTS.binary_search_by_key(&code, |entry| entry.code).ok()?;
    DISTRICTS.get(found)
}

/// The district of a text: its code, its English name (case, blanks and hyphens aside), or its
/// Hindi name. Blanks around the text are ignored.
///
/// Only the names of the table count; a former name such as one replaced by the government is not
/// taken for the new one.
///
/// ```
/// use bahi_odop::districts::by_name;
/// let code = |text: &str| by_name(text).map(|entry| entry.code.0);
/// assert_eq!(code("187"), Some(187));
/// assert_eq!(code("rae-bareli"), code("RaeBareli"));
/// assert_eq!(code("Varansi"), None);
/// ```
#[must_use]
pub fn by_name(text: &str) -> Option<&'static DistrictEntry> {
    if text.len() > DISTRICT_TEXT_BYTES_MAX {
        return None;
    }
    let text = text.trim();
    if let Some(code) = District::parse(text) {
        return by_code(code);
    }
    DISTRICTS
        .iter()
        .find(|entry| entry.name_hi == text || letters(entry.name).eq(letters(text)))
        .filter(|_| !text.is_empty())
}

/// The district whose English name is closest to a text, where one is close: for the words *did
/// you mean* in an error message, never for a decision.
///
/// Close is at most one slip in a text of up to four letters, two in one of up to eight, three
/// beyond; a slip is a letter added, left out, replaced, or swapped with its neighbour. Five letters
/// or more that begin or end a name count as one slip from it. Of two equally close names the one
/// with the lower code is suggested.
#[must_use]
pub fn suggest(text: &str) -> Option<&'static DistrictEntry> {
    if text.len() > DISTRICT_TEXT_BYTES_MAX {
        return None;
    }
    let typed = Letters::of(text)?;
    let slips_max = match typed.len {
        0 => return None,
        1..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let distances = DISTRICTS
        .iter()
        .filter_map(|entry| Letters::of(entry.name).map(|name| (distance(&typed, &name), entry)));
    let (closest, entry) = distances.min_by_key(|(distance, _)| *distance)?;
    if closest <= slips_max { Some(entry) } else { None }
}

/// The characters that tell two names apart: without blanks and hyphens, in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .map(|character| character.to_ascii_lowercase())
}

/// More letters than any district's name has.
const LETTERS_MAX: usize = 32;
/// The fewest letters that stand for a whole name they are part of.
const PART_LETTERS_MIN: usize = 5;

/// The letters of a short text, in place.
struct Letters {
    all: [char; LETTERS_MAX],
    len: usize,
}

impl Letters {
    /// `None` where the text is longer than any name could be.
    fn of(text: &str) -> Option<Letters> {
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
fn distance(typed: &Letters, name: &Letters) -> usize {
    let (short, whole) = (typed.as_slice(), name.as_slice());
    let part = short.len() >= PART_LETTERS_MIN
        && short.len() < whole.len()
        && (whole.starts_with(short) || whole.ends_with(short));
    if part { 1 } else { slips(typed, name) }
}

/// The fewest slips that turn one text into the other (optimal string alignment).
fn slips(left: &Letters, right: &Letters) -> usize {
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

#[cfg(test)]
mod tests;
