//! Common facility centres: the state's share of a centre that a special purpose vehicle builds and runs.
//!
//! # Invariants
//! * Each percentage applies to the whole cost, as the orders say; so the state's share of the 2023
//!   terms falls at 4, 8 and 10 crore, and that of the 2018 terms at 15 crore.
//! * The state's share and what the vehicle must bring make up the whole cost, before rounding.
//!
//! # Not here
//! Who the members are, which committee approves, the agreement, the gates of the later tranches.

use alloc::vec::Vec;

use bahi_core::{Expr, FactKind, FactSpec, Terms, TermsParts};

use super::{ROUNDING, Scheme, named, terms, titles};
use crate::compose::{
    CRORE, LAKH, any, asks, at_most, beyond, cap, choose, day, either, fact, given, in_line, is,
    item, less, less_of, more_of, not, percent, policy, provided, require, rounding_policy, rupees,
    slab, takes, up_to, word,
};
use crate::orders::{GO_613, GO_1095};

/// The state pays in tranches of 40, 30 and 30 parts of a hundred, as far as possible.
const TRANCHES: u16 = 3;

/// The most the state gives above 15 crore of cost under the 2018 terms.
const CAP_2018: u64 = 1_275 * LAKH;
/// The most the state gives above 10 crore of cost under the 2023 terms.
const CAP_2023: u64 = 9 * CRORE;
/// The most the state gives an institution that comes without a vehicle.
const CAP_INSTITUTION: u64 = 750 * LAKH;

/// The scheme.
pub(super) fn scheme() -> Scheme {
    Scheme {
        name: named("cfc"),
        title: "Common facility centres",
        title_hi: titles::CFC,
        versions: Vec::from([cfc_2018(), cfc_2023()]),
        summary: &[
            "The state's share of a facility that a special purpose vehicle of makers owns and runs.",
            "Up to 4 crore of cost: 90 %. Up to 8 crore: 80 %. Up to 10 crore: 70 %.",
            "Above 10 crore only for environment and research: 60 %, at most 9 crore.",
            "A technical institution without a vehicle: 50 %, at most 7.5 crore.",
            "Until 2 October 2023: 90 % up to 15 crore, above it at most 12.75 crore.",
            "Paid in up to three tranches; the rest of the cost is the vehicle's.",
        ],
    }
}

/// The first terms, until the day before the amendment.
fn cfc_2018() -> Terms {
    let quarter = percent(25, less_of(cost(), rupees(15 * CRORE)));
    terms(TermsParts {
        name: word("cfc-2018"),
        authority: GO_1095.authority(),
        from: GO_1095.day(),
        until: Some(day(2023, 10, 2)),
        facts: facts(),
        requires: Vec::from([
            require("vehicle_route_only", "state share", any([not(given("route")), by_vehicle()])),
            require("land_at_most_quarter", "land", at_most(land(), quarter)),
        ]),
        items: Vec::from([item("state_share", "state share", Some(cost()), share_2018())]),
        own_contribution: Some(own_2018()),
        rounding: ROUNDING,
        instalments_max: TRANCHES,
        policies: Vec::from([
            rounding_policy(),
            policy("terms_of_which_day", "day_of_sanction"),
            policy("land_above_quarter", "refused"),
        ]),
    })
}

/// The amended terms, in force since.
fn cfc_2023() -> Terms {
    terms(TermsParts {
        name: word("cfc-2023"),
        authority: GO_613.authority(),
        from: GO_613.day(),
        until: None,
        facts: facts(),
        requires: Vec::new(),
        items: Vec::from([item("state_share", "table of shares", Some(cost()), share_2023())]),
        own_contribution: Some(own_2023()),
        rounding: ROUNDING,
        instalments_max: TRANCHES,
        policies: Vec::from([
            rounding_policy(),
            policy("terms_of_which_day", "day_of_sanction"),
            policy("stated_land_cost", "outside_project_cost"),
        ]),
    })
}

/// Both versions ask for the same facts, so that a case may cross from one to the other.
fn facts() -> Vec<FactSpec> {
    Vec::from([
        asks("project_cost", FactKind::Money),
        takes("land_cost", FactKind::Money),
        takes("purpose", FactKind::Word),
        takes("route", FactKind::Word),
        takes("product", FactKind::Word),
    ])
}

fn cost() -> Expr {
    fact("project_cost")
}

fn land() -> Expr {
    fact("land_cost")
}

fn by_vehicle() -> bahi_core::Test {
    is("route", "spv")
}

fn share_2018() -> Expr {
    let vehicle_brings = more_of(land(), percent(10, cost()));
    slab(
        cost(),
        [
            up_to(
                15 * CRORE,
                "state share, up to 15 crore",
                cap(less(cost(), vehicle_brings), percent(90, cost())),
            ),
            beyond("state share, above 15 crore", cap(less(cost(), land()), rupees(CAP_2018))),
        ],
    )
}

fn own_2018() -> Expr {
    slab(
        cost(),
        [
            up_to(15 * CRORE, "state share, up to 15 crore", more_of(land(), percent(10, cost()))),
            beyond("state share, above 15 crore", more_of(land(), less(cost(), rupees(CAP_2018)))),
        ],
    )
}

fn share_2023() -> Expr {
    let institution = cap(percent(50, cost()), rupees(CAP_INSTITUTION));
    by_route(table_2023(), in_line("technical institutions", institution))
}

fn table_2023() -> Expr {
    let special = require(
        "special_purpose_only",
        "table of shares, above 10 crore",
        is("purpose", "environment_rnd"),
    );
    slab(
        cost(),
        [
            up_to(4 * CRORE, "table of shares, up to 4 crore", percent(90, cost())),
            up_to(8 * CRORE, "table of shares, 4 to 8 crore", percent(80, cost())),
            up_to(10 * CRORE, "table of shares, 8 to 10 crore", percent(70, cost())),
            beyond(
                "table of shares, above 10 crore",
                provided(special, cap(percent(60, cost()), rupees(CAP_2023))),
            ),
        ],
    )
}

/// The least share of the order, or what the state's cap leaves where that is more.
fn own_2023() -> Expr {
    let beyond_cap =
        |percentage, limit| more_of(percent(percentage, cost()), less(cost(), rupees(limit)));
    let vehicle = slab(
        cost(),
        [
            up_to(4 * CRORE, "table of shares, up to 4 crore", percent(10, cost())),
            up_to(8 * CRORE, "table of shares, 4 to 8 crore", percent(20, cost())),
            up_to(10 * CRORE, "table of shares, 8 to 10 crore", percent(30, cost())),
            beyond("table of shares, above 10 crore", beyond_cap(40, CAP_2023)),
        ],
    );
    by_route(vehicle, in_line("technical institutions", beyond_cap(50, CAP_INSTITUTION)))
}

/// A route not stated is the vehicle's; a route the order does not know has no row.
fn by_route(vehicle: Expr, institution: Expr) -> Expr {
    either(
        given("route"),
        choose("route", [("spv", vehicle.clone()), ("technical_institution", institution)]),
        vehicle,
    )
}
