//! A district's products, where each was seen, and what that says for a day.
//!
//! # Not here
//! The list itself: `table`.

use alloc::{string::String, vec::Vec};

use bahi_core::{Day, District};

use super::{DISTRICT_TEXT_BYTES_MAX, DISTRICTS, DistrictEntry, by_code, letters::letters};
use crate::orders::GO_123;

/// Where a product was seen as a district's. No order with the list was seen, so no product has the
/// day of its notification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// The programme's list, without a date.
    List,
    /// Another list, without a date.
    OtherList,
    /// News, without a date.
    News,
    /// A source of a calendar year.
    In(u16),
    /// The programme's list, and a source of a calendar year.
    ListAndIn(u16),
    /// No source confirms it.
    Nowhere,
}

impl Seen {
    /// The calendar year of the earliest source that has one.
    #[must_use]
    pub const fn year(self) -> Option<u16> {
        match self {
            Seen::In(year) | Seen::ListAndIn(year) => Some(year),
            Seen::List | Seen::OtherList | Seen::News | Seen::Nowhere => None,
        }
    }
}

/// A product of a district.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Product {
    /// Its name in English.
    pub name: &'static str,
    /// Whether it is the one the district came to the programme with.
    pub first: bool,
    /// Where it was seen.
    pub seen: Seen,
}

/// What the sources say of a product on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The product the district came to the programme with.
    First,
    /// A later product, seen in a year before that of the day.
    Added,
    /// A later product, and no source says since when.
    Undated,
    /// A later product whose first dated source is of the day's own year, or of this later one.
    NotBefore(u16),
    /// No source confirms that it is the district's.
    Unconfirmed,
}

impl Product {
    /// What the sources say of it on a day; `None` before the programme began.
    #[must_use]
    pub fn standing_on(&self, day: Day) -> Option<Standing> {
        if day < GO_123.day() {
            return None;
        }
        Some(match (self.seen, self.first) {
            (Seen::Nowhere, _) => Standing::Unconfirmed,
            (_, true) => Standing::First,
            (seen, false) => match seen.year() {
                None => Standing::Undated,
                Some(year) if day > last_day_of(year) => Standing::Added,
                Some(year) => Standing::NotBefore(year),
            },
        })
    }
}

/// Whether a product is notified for a district on a day, as far as the sources say; for a note
/// beside a case, never for a decision, since no order with the list was seen.
///
/// The product is named as in the table (case, blanks, hyphens and underscores aside).
/// `Some(true)` for the product the district came to the programme with, and for a later one once a
/// year with a source of it is over. `Some(false)` for a product of other districts alone, and for
/// any before the programme began. `None` where nobody can say: no list has a product of this name,
/// or a district of this code; the district's product is one that no source confirms, or one whose
/// first source is of that year, of a later one, or without a date; or it is another district's name
/// for something like one of its own, as carpets are.
///
/// ```
/// use bahi_core::{Day, District};
/// use bahi_odop::notified;
/// let on = Day::parse("2024-06-10")?;
/// let varanasi = |product| notified(District(187), product, on);
/// assert_eq!(varanasi("Banarasi Silk Saree"), Some(true));
/// assert_eq!(varanasi("gulabi_meenakari"), Some(true));
/// assert_eq!(varanasi("Carpets"), Some(false));
/// assert_eq!(varanasi("Umbrellas"), None);
/// # Ok::<(), bahi_core::TimeError>(())
/// ```
#[must_use]
pub fn notified(district: District, product: &str, on: Day) -> Option<bool> {
    if product.len() > DISTRICT_TEXT_BYTES_MAX {
        return None;
    }
    let entry = by_code(district)?;
    let Some(own) = entry.product_named(product) else {
        let is_known = DISTRICTS.iter().any(|other| other.product_named(product).is_some());
        let doubt = |own: Product| own.seen == Seen::Nowhere || alike(own.name, product);
        return (is_known && !entry.products().any(doubt)).then_some(false);
    };
    match own.standing_on(on) {
        None => Some(false),
        Some(Standing::First | Standing::Added) => Some(true),
        Some(Standing::Undated | Standing::NotBefore(_) | Standing::Unconfirmed) => None,
    }
}

/// Whether two products' names have a word in common, as far as its first four letters tell; that
/// both are products says nothing.
fn alike(one: &str, other: &str) -> bool {
    let stems = |name: &'_ str| -> Vec<String> {
        let words = name.split(|character: char| !character.is_ascii_alphabetic());
        let stems = words.filter_map(|word| word.get(..4)).map(str::to_ascii_lowercase);
        stems.filter(|stem| stem != "prod").collect()
    };
    let of_other = stems(other);
    stems(one).iter().any(|stem| of_other.contains(stem))
}

fn last_day_of(year: u16) -> Day {
    let year = i16::try_from(year).expect("the table's years are years");
    Day::from_date(year, 12, 31).expect("every year has a last day")
}

impl DistrictEntry {
    /// Its products, the first one first.
    pub fn products(&self) -> impl Iterator<Item = Product> + use<> {
        let first = Product { name: self.product, first: true, seen: self.product_seen };
        let later = self.further_products.iter().zip(self.further_seen);
        let later = later.map(|(name, seen)| Product { name, first: false, seen: *seen });
        core::iter::once(first).chain(later)
    }

    /// The product of a name (case, blanks, hyphens and underscores aside); `None` for no product
    /// of it.
    ///
    /// ```
    /// use bahi_core::Day;
    /// use bahi_odop::districts::{Standing, by_name};
    /// let varanasi = by_name("Varanasi").ok_or("a district")?;
    /// let toys = varanasi.product_named("gulabi meenakari").ok_or("a product")?;
    /// let on = |day| Day::parse(day).map(|day| toys.standing_on(day));
    /// assert_eq!(on("2024-06-10")?, Some(Standing::Added));
    /// assert_eq!(on("2019-06-10")?, Some(Standing::NotBefore(2022)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn product_named(&self, name: &str) -> Option<Product> {
        self.products().find(|product| letters(product.name).eq(letters(name)))
    }
}
