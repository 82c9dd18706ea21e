//! The four schemes of the programme, each with its terms in every version there has been.
//!
//! # Invariants
//! * The versions of a scheme follow one another without a gap and without an overlap.
//! * Versions of one scheme ask for facts of the same names and kinds wherever both ask, so that an
//!   application made under one can be judged under the next.
//! * Where the sources give a paragraph's number, the paragraph is that number (`1(2)`); where they
//!   give only its matter, it is the matter in words (`table of caps`).
//!
//! # Not here
//! Who may apply and how often (`limits`); what a case goes through, and its deadlines
//! (`procedures`).

mod cfc;
mod margin_money;
mod mda;
mod titles;
mod training_toolkit;

use alloc::vec::Vec;

use bahi_core::{Day, Rounding, SchemeName, Terms, TermsParts};

/// The rounding of every version: no order names one, so the nearest paisa, a half away from zero,
/// which takes nothing from either side beyond half a paisa.
pub const ROUNDING: Rounding = Rounding::PaisaHalfAwayFromZero;

/// A scheme of the programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scheme {
    /// Its name in commands and answers: `margin-money`.
    pub name: SchemeName,
    /// Its title in English.
    pub title: &'static str,
    /// Its title in Hindi.
    pub title_hi: &'static str,
    /// Its terms, in order of their first day; at least one.
    pub versions: Vec<Terms>,
    /// What it gives, in lines for people.
    pub summary: &'static [&'static str],
}

impl Scheme {
    /// The terms in force on a day; `None` before the first order.
    #[must_use]
    pub fn in_force_on(&self, day: Day) -> Option<&Terms> {
        self.versions.iter().find(|terms| terms.in_force_on(day))
    }
}

/// The four schemes, in order of name.
#[must_use]
pub fn schemes() -> Vec<Scheme> {
    Vec::from([cfc::scheme(), margin_money::scheme(), mda::scheme(), training_toolkit::scheme()])
}

/// The scheme of a name, exactly as written; `None` where the programme has no such scheme.
#[must_use]
pub fn scheme(name: &str) -> Option<Scheme> {
    match name {
        "cfc" => Some(cfc::scheme()),
        "margin-money" => Some(margin_money::scheme()),
        "mda" => Some(mda::scheme()),
        "training-toolkit" => Some(training_toolkit::scheme()),
        _ => None,
    }
}

fn named(name: &str) -> SchemeName {
    SchemeName::new(name).expect("a scheme's name is an identifier")
}

fn terms(parts: TermsParts) -> Terms {
    Terms::new(parts).expect("the rulebook's terms are sound")
}

#[cfg(test)]
mod tests;
