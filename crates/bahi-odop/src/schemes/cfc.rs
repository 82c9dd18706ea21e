//! Common facility centres: the state's share of a centre that a special purpose vehicle builds and runs.
//!
//! # Invariants
//! * Each percentage applies to the whole cost, as the orders say; so the state's share of the 2023
//!   terms falls at 4, 8 and 10 crore, and that of the 2018 terms at 15 crore.
//! * The state's share, the union's where there is one, and what the vehicle must bring make up the
//!   whole cost, before rounding.
//!
//! # Not here
//! What a vehicle and its land must be: `vehicle`. Which committee approves: `limits`. The steps from
//! the expression of interest to the finished centre, and the gates of the tranches: `procedures`.

mod vehicle;

use alloc::vec::Vec;

use bahi_core::{Expr, FactKind, FactSpec, Procedure, Require, Terms, TermsParts};

use super::{ROUNDING, Scheme, named, terms, titles};
use crate::compose::{
    CRORE, LAKH, asks, at_most, beyond, cap, choose, day, either, fact, given, in_line, is, item,
    less, less_of, more_of, percent, policy, provided, require, rounding_policy, rupees, slab,
    takes, up_to, word,
};
use crate::orders::{GO_613, GO_1095};
use crate::{limits, procedures};

/// The state pays in tranches of 40, 30 and 30 parts of a hundred, as far as possible.
const TRANCHES: u16 = 3;

/// The most the state gives above 15 crore of cost under the 2018 terms.
const CAP_2018: u64 = 1_275 * LAKH;
/// The most the state gives above 10 crore of cost under the 2023 terms.
const CAP_2023: u64 = 9 * CRORE;
/// The most the state gives an institution that comes without a vehicle.
const CAP_INSTITUTION: u64 = 750 * LAKH;
/// The line of those who come without a vehicle.
const INSTITUTIONS: &str = "technical institutions";

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
            "A technical institution or a permitted international body, without a vehicle: 50 %, at most 7.5 crore.",
            "Until 2 October 2023: 90 % up to 15 crore, above it at most 12.75 crore; land at most a quarter.",
            "Beside a scheme of the union, never more than the union's share.",
            "Paid in up to three tranches; the rest of the cost is the vehicle's, and spent first.",
            "A later tranche waits until three quarters of those before it are used.",
        ],
    }
}

/// The first terms, until the day before the amendment.
fn cfc_2018() -> Terms {
    let quarter = percent(25, less_of(cost(), rupees(15 * CRORE)));
    let mut requires = Vec::from([
        require("vehicle_route_only", "state share", limits::of_a_vehicle()),
        require("land_at_most_quarter", "land", at_most(land(), quarter)),
        union_within_cost(),
    ]);
    requires.extend(vehicle::common());
    requires.extend(vehicle::land_2018());
    terms(procedures::cfc_2018(limits::cfc(TermsParts {
        name: word("cfc-2018"),
        authority: GO_1095.authority(),
        from: GO_1095.day(),
        until: Some(day(2023, 10, 2)),
        facts: facts(),
        requires,
        items: Vec::from([item("state_share", "state share", Some(cost()), beside(share_2018()))]),
        own_contribution: Some(own(share_2018(), own_2018())),
        rounding: ROUNDING,
        instalments_max: TRANCHES,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: Vec::from([
            rounding_policy(),
            policy("terms_of_which_day", "day_of_sanction"),
            policy("land_above_quarter", "refused"),
            policy("cost_beside_union_scheme", "vehicle_keeps_its_least"),
        ]),
    })))
}

/// The amended terms, in force since.
fn cfc_2023() -> Terms {
    let mut requires = Vec::from([union_within_cost()]);
    requires.extend(vehicle::common());
    requires.extend(vehicle::members_2023());
    requires.extend(vehicle::land_2023());
    terms(procedures::cfc_2023(limits::cfc(TermsParts {
        name: word("cfc-2023"),
        authority: GO_613.authority(),
        from: GO_613.day(),
        until: None,
        facts: facts(),
        requires,
        items: Vec::from([item(
            "state_share",
            "table of shares",
            Some(cost()),
            beside(share_2023()),
        )]),
        own_contribution: Some(own(share_2023(), own_2023())),
        rounding: ROUNDING,
        instalments_max: TRANCHES,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: Vec::from([
            rounding_policy(),
            policy("terms_of_which_day", "day_of_sanction"),
            policy("stated_land_cost", "outside_project_cost"),
            policy("state_maximum", "rest_of_the_least_share"),
            policy("cost_beside_union_scheme", "vehicle_keeps_its_least"),
        ]),
    })))
}

/// Both versions ask for the same facts, so that a case may cross from one to the other.
fn facts() -> Vec<FactSpec> {
    let mut facts = Vec::from([
        asks("project_cost", FactKind::Money),
        takes("land_cost", FactKind::Money),
        takes("union_share", FactKind::Money),
        takes("purpose", FactKind::Word),
        takes("route", FactKind::Word),
        takes("product", FactKind::Word),
    ]);
    facts.extend(vehicle::facts());
    facts
}

fn cost() -> Expr {
    fact("project_cost")
}

fn land() -> Expr {
    fact("land_cost")
}

fn union_share() -> Expr {
    fact("union_share")
}

/// What the union gives is part of the cost.
fn union_within_cost() -> Require {
    require("union_share_within_cost", "beside a union scheme", at_most(union_share(), cost()))
}

/// The state's share beside a scheme of the union: what that leaves of it, never above the union's.
fn beside(share: Expr) -> Expr {
    let left = more_of(rupees(0), less(share.clone(), union_share()));
    either(given("union_share"), cap(left, union_share()), share)
}

/// What the vehicle brings: its least share, or beside a scheme of the union whatever is left.
fn own(share: Expr, least: Expr) -> Expr {
    let left = less(less(cost(), union_share()), beside(share));
    either(given("union_share"), left, least)
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
    by_route(table_2023(), in_line(INSTITUTIONS, institution))
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
    by_route(vehicle, in_line(INSTITUTIONS, beyond_cap(50, CAP_INSTITUTION)))
}

/// A route not stated is the vehicle's; a route the order does not know has no row.
fn by_route(vehicle: Expr, institution: Expr) -> Expr {
    either(
        given("route"),
        choose(
            "route",
            [
                ("spv", vehicle.clone()),
                ("technical_institution", institution.clone()),
                ("international_body", institution),
            ],
        ),
        vehicle,
    )
}
