//! What a new ledger is told first: every scheme opened, and every change of terms, in order of day.
//!
//! # Invariants
//! * Days never fall, and a scheme opens before it changes.
//!
//! # Not here
//! Who tells it, and under which command id: the hub.

use alloc::vec::Vec;

use bahi_core::{Act, Authority, Day};

use crate::{DISTRICTS, Scheme, schemes};

/// One act of the rulebook, the order it rests on, and the day from which it counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// `OpenScheme` or `ChangeTerms`.
    pub act: Act,
    /// The order that sets the terms.
    pub authority: Authority,
    /// The first day of the terms.
    pub effective_day: Day,
}

/// Every act of the rulebook, in order of its day: the four schemes open in all 75 districts with
/// their first terms, and change where an order amended them.
#[must_use]
pub fn rulebook() -> Vec<Opening> {
    let mut openings: Vec<Opening> = schemes().into_iter().flat_map(openings_of).collect();
    openings.sort_by_key(|opening| opening.effective_day);
    openings
}

fn openings_of(scheme: Scheme) -> impl Iterator<Item = Opening> {
    let name = scheme.name;
    scheme.versions.into_iter().enumerate().map(move |(index, terms)| {
        let (authority, effective_day) = (terms.parts().authority.clone(), terms.parts().from);
        let act = if index == 0 {
            let districts = DISTRICTS.iter().map(|entry| entry.code).collect();
            Act::OpenScheme { scheme: name.clone(), districts, terms }
        } else {
            Act::ChangeTerms { scheme: name.clone(), terms }
        };
        Opening { act, authority, effective_day }
    })
}

#[cfg(test)]
mod tests {
    //! The rulebook opens four schemes and changes two of them, in order.

    use alloc::{format, string::String, vec};

    use super::*;

    fn told(opening: &Opening) -> String {
        let (verb, scheme, terms, districts) =
            if let Act::OpenScheme { scheme, districts, terms } = &opening.act {
                assert!(districts.windows(2).all(|pair| pair[0] < pair[1]), "districts rise");
                ("open", scheme, terms, districts.len())
            } else if let Act::ChangeTerms { scheme, terms } = &opening.act {
                ("change", scheme, terms, 0)
            } else {
                panic!("the rulebook opens and changes, and does nothing else: {opening:?}")
            };
        assert_eq!(opening.authority, terms.parts().authority);
        assert_eq!(opening.effective_day, opening.authority.date);
        let (day, name) = (opening.effective_day, &terms.parts().name);
        format!("{day} {verb} {scheme} {name} {districts}")
    }

    #[test]
    fn schemes_open_in_every_district_and_change_in_order_of_day() {
        let told: Vec<String> = rulebook().iter().map(told).collect();
        assert_eq!(
            told,
            vec![
                "2018-09-24 open margin-money mm-2018 75",
                "2018-11-06 open cfc cfc-2018 75",
                "2019-01-22 open mda mda-2019 75",
                "2020-04-22 change mda mda-2020 0",
                "2020-05-05 open training-toolkit tt-2020 75",
                "2023-10-03 change cfc cfc-2023 0",
            ]
        );
    }
}
