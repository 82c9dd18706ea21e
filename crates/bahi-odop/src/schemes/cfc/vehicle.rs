//! What a special purpose vehicle and its land must be, for a case that states it.
//!
//! A centre begins as an expression of interest, before the vehicle is registered and its land is
//! found; so each fact is optional, and a condition binds as soon as the fact it looks at is stated.
//!
//! # Not here
//! That a fact is stated: what an office does not state it vouches for, as everywhere in these terms.

use alloc::vec::Vec;

use bahi_core::{Expr, FactKind, FactSpec, Require, Test};

use crate::compose::{
    at_most, fact, flag, if_stated, is_one_of, not, percent, require, takes, two_thirds,
};

const VEHICLE: &str = "special purpose vehicle";
const LAND: &str = "land";

/// The facts of the vehicle and of its land, the same in every version.
pub(super) fn facts() -> Vec<FactSpec> {
    Vec::from([
        takes("members", FactKind::Count),
        takes("linked_members", FactKind::Count),
        takes("shares", FactKind::Count),
        takes("largest_holding", FactKind::Count),
        takes("state_representative", FactKind::Flag),
        takes("legal_form", FactKind::Word),
        takes("one_member_per_family", FactKind::Flag),
        takes("lease_years", FactKind::Count),
        takes("lease_in_government_area", FactKind::Flag),
        takes("land_of_member", FactKind::Flag),
        takes("mortgage_years", FactKind::Count),
    ])
}

/// What the first order asks of a vehicle, and the amendment leaves as it is.
pub(super) fn common() -> Vec<Require> {
    Vec::from([
        where_stated("members_at_least_20", VEHICLE, "members", at_least(20, "members")),
        where_stated(
            "two_thirds_linked",
            VEHICLE,
            "linked_members",
            at_most(two_thirds(fact("members")), fact("linked_members")),
        ),
        where_stated(
            "holding_at_most_tenth",
            VEHICLE,
            "largest_holding",
            at_most(fact("largest_holding"), percent(10, fact("shares"))),
        ),
        where_stated(
            "state_represented",
            VEHICLE,
            "state_representative",
            flag("state_representative"),
        ),
    ])
}

/// Land under the first order: a lease and the mortgage to the state of 15 years or more.
pub(super) fn land_2018() -> Vec<Require> {
    Vec::from([
        where_stated("lease_at_least_15_years", LAND, "lease_years", at_least(15, "lease_years")),
        where_stated(
            "mortgage_at_least_15_years",
            LAND,
            "mortgage_years",
            at_least(15, "mortgage_years"),
        ),
    ])
}

/// What the amendment adds about members: three legal forms, and one member of a family.
pub(super) fn members_2023() -> Vec<Require> {
    let forms = ["producer_company", "society", "section_8_company"];
    Vec::from([
        where_stated("legal_form_of_three", VEHICLE, "legal_form", is_one_of("legal_form", &forms)),
        where_stated(
            "one_of_each_family",
            VEHICLE,
            "one_member_per_family",
            flag("one_member_per_family"),
        ),
    ])
}

/// Land under the amendment: leased for 25 years or more and only in a government industrial area
/// or park; never a member's.
pub(super) fn land_2023() -> Vec<Require> {
    Vec::from([
        where_stated("lease_at_least_25_years", LAND, "lease_years", at_least(25, "lease_years")),
        where_stated(
            "lease_only_in_government_area",
            LAND,
            "lease_years",
            flag("lease_in_government_area"),
        ),
        require("land_of_no_member", LAND, not(flag("land_of_member"))),
    ])
}

fn at_least(count: u32, name: &str) -> Test {
    at_most(Expr::Number(count), fact(name))
}

fn where_stated(code: &str, line: &str, name: &str, test: Test) -> Require {
    require(code, line, if_stated(name, test))
}
