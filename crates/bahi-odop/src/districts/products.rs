//! A district's products, where each was seen, and what that says for a day.
//!
//! # Not here
//! The list itself: `table`.

use bahi_core::Day;

use super::{DistrictEntry, letters::letters};
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

    /// The product of a name (case, blanks and hyphens aside); `None` for no product of it.
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
