//! The districts of Uttar Pradesh: their codes, names and products, and finding one by what a person types.
//!
//! # Invariants
//! * A lookup either names one district or answers `None`; it never guesses. [`suggest`] guesses,
//!   for an error message alone.
//!
//! # Not here
//! Whether a scheme runs in a district: that is in the scheme's opening.

mod letters;
mod products;
mod table;

pub use products::{Product, Seen, Standing, notified};
pub use table::DISTRICTS;

use alloc::string::String;

use bahi_core::District;

use letters::{Letters, distance, letters};

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
    /// Where that product was seen.
    pub product_seen: Seen,
    /// Products added later.
    pub further_products: &'static [&'static str],
    /// Where each of them was seen, in the same order.
    pub further_seen: &'static [Seen],
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

/// The district of a text: its code, its English name (case, blanks, hyphens and underscores
/// aside), or its Hindi name (ways of writing a nasal or a dot below aside). Blanks around the text are ignored.
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
    let is_named = |name: &str| letters(name).eq(letters(text));
    DISTRICTS
        .iter()
        .find(|entry| is_named(entry.name) || is_named(entry.name_hi))
        .filter(|_| !text.is_empty())
}

/// Every district that a text is about, in order of code: it is the code, or a part of the name in
/// either script, of the division or of a product. No text is about every district.
///
/// ```
/// use bahi_odop::districts::search;
/// let names = |text: &str| search(text).map(|entry| entry.name).collect::<Vec<_>>();
/// assert_eq!(names("kanpur d"), ["Kanpur Dehat"]);
/// assert_eq!(names("jaggery"), ["Ayodhya", "Lakhimpur Kheri", "Muzaffarnagar"]);
/// assert_eq!(search("").count(), 75);
/// ```
pub fn search(text: &str) -> impl Iterator<Item = &'static DistrictEntry> {
    let code = District::parse(text.trim());
    let wanted: Option<String> =
        (text.len() <= DISTRICT_TEXT_BYTES_MAX).then(|| letters(text).collect());
    DISTRICTS.iter().filter(move |entry| {
        let texts = [entry.name, entry.name_hi, entry.division, entry.product];
        let texts = texts.into_iter().chain(entry.further_products.iter().copied());
        let mut texts = texts.map(|text| letters(text).collect::<String>());
        code == Some(entry.code)
            || wanted.as_ref().is_some_and(|wanted| texts.any(|text| text.contains(wanted)))
    })
}

/// The district whose name, in either script, is closest to a text, where one is close: for the words *did
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
    let names = DISTRICTS.iter().flat_map(|entry| [(entry.name, entry), (entry.name_hi, entry)]);
    let distances = names
        .filter_map(|(name, entry)| Letters::of(name).map(|name| (distance(&typed, &name), entry)));
    let (closest, entry) = distances.min_by_key(|(distance, _)| *distance)?;
    if closest <= slips_max { Some(entry) } else { None }
}

#[cfg(test)]
mod tests;
