//! Marketing development assistance: three quarters of what a fair or a first listing cost, capped.
//!
//! # Invariants
//! * Every event class of a version has its row for each item; a class without a row has no
//!   entitlement, whichever items are claimed.
//! * What is paid for a fair is stated item by item, for anything else as one total.
//!
//! # Not here
//! How often a year, by which day, at which notified fair: `limits`. The way of a claim: `procedures`.

use alloc::vec::Vec;

use bahi_core::{Expr, FactKind, FactSpec, Item, Policy, Procedure, Require, Terms, TermsParts};

use super::{ROUNDING, Scheme, named, terms, titles};
use crate::compose::{
    CRORE, LAKH, all, any, asks, at_most, cap, choose, day, either, fact, flag, given, in_line, is,
    is_one_of, item, item_when, not, percent, policy, provided, require, rounding_policy, rupees,
    takes, word,
};
use crate::orders::{GO_56, GO_263};
use crate::{limits, procedures};

/// Where no row is found, the line is the table itself.
const TABLE: &str = "table of caps";
const INSIDE: &str = "table of caps, fairs inside the state";
const OUTSIDE: &str = "table of caps, fairs outside the state";
const ABROAD: &str = "table of caps, foreign trade fairs";
const LISTING: &str = "table of caps, e-commerce";
/// How a claim may have been paid.
const CASH: &str = "10";

/// Events paid for as one total.
const WHOLE_2019: [&str; 1] = ["ecommerce_onboarding"];
const WHOLE_2020: [&str; 3] =
    ["ecommerce_onboarding", "institutional_fair", "international_branding"];

/// The scheme.
pub(super) fn scheme() -> Scheme {
    Scheme {
        name: named("mda"),
        title: "Marketing development assistance",
        title_hi: titles::MDA,
        versions: Vec::from([mda_2019(), mda_2020()]),
        summary: &[
            "Reimburses 75 % of stall and freight at a notified fair, capped by the class of fair.",
            "Fairs in the state: stall 50,000 (national or international 1,50,000), freight 7,500.",
            "National or international fairs outside it: stall 2,00,000, freight 25,000 or 50,000.",
            "Fairs abroad: the same, and 75 % of travel, at most 75,000.",
            "Travel in India: the actual rail or bus fare; by air outside the state 75 %, at most 7,000.",
            "First listing on an online market: 75 %, at most 10,000.",
            "Councils and authorities: fairs 75 %, at most 75 lakh; branding 75 %, at most 1 crore.",
            "Claimed online, within 15 days on paper; granted by a committee, paid in the order of the list.",
        ],
    }
}

/// The first terms, until the day before the amendment.
fn mda_2019() -> Terms {
    terms(procedures::mda_2019(limits::mda_2019(TermsParts {
        name: word("mda-2019"),
        authority: GO_56.authority(),
        from: GO_56.day(),
        until: Some(day(2020, 4, 21)),
        facts: facts(),
        requires: [stated_as_the_event_asks(&WHOLE_2019), cash_2019()].concat(),
        items: items_2019(),
        own_contribution: None,
        rounding: ROUNDING,
        // A claim is reimbursed whole, once, by direct transfer (11-12).
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: Vec::from(policies()),
    })))
}

/// The amended terms, in force since.
fn mda_2020() -> Terms {
    terms(procedures::mda_2020(limits::mda_2020(TermsParts {
        name: word("mda-2020"),
        authority: GO_263.authority(),
        from: GO_263.day(),
        until: None,
        facts: facts(),
        requires: [stated_as_the_event_asks(&WHOLE_2020), cash_2020()].concat(),
        items: items_2020(),
        own_contribution: None,
        rounding: ROUNDING,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: policies_2020(),
    })))
}

/// Both versions ask for the same facts, so that a case may cross from one to the other.
fn facts() -> Vec<FactSpec> {
    Vec::from([
        asks("event", FactKind::Word),
        takes("stall_paid", FactKind::Money),
        takes("freight_paid", FactKind::Money),
        takes("business", FactKind::Word),
        takes("travel_mode", FactKind::Word),
        takes("travel_paid", FactKind::Money),
        takes("total_paid", FactKind::Money),
        takes("units", FactKind::Count),
        takes("stall_in_cash", FactKind::Flag),
        takes("freight_in_cash", FactKind::Flag),
        takes("travel_in_cash", FactKind::Flag),
        takes("total_in_cash", FactKind::Flag),
        takes("product", FactKind::Word),
    ])
}

/// Money stated under a name that the event has no row for would be passed over in silence.
fn stated_as_the_event_asks(whole: &[&str]) -> Vec<Require> {
    let itemised = ["stall_paid", "freight_paid", "travel_paid"].map(given);
    let is_whole = || is_one_of("event", whole);
    Vec::from([
        require("paid_as_one_total", TABLE, any([not(is_whole()), not(any(itemised))])),
        require("paid_item_by_item", TABLE, any([is_whole(), not(given("total_paid"))])),
    ])
}

/// Cash under the first order: tickets for rail or bus alone.
fn cash_2019() -> Vec<Require> {
    let tickets = any([not(flag("travel_in_cash")), is("travel_mode", "rail_bus")]);
    Vec::from([
        never_in_cash("stall_in_cash", "stall_not_in_cash"),
        never_in_cash("freight_in_cash", "freight_not_in_cash"),
        require("cash_for_rail_or_bus_alone", CASH, tickets),
        never_in_cash("total_in_cash", "total_not_in_cash"),
    ])
}

/// Cash under the amendment: tickets in India, and the stall of an ordinary fair in the state.
fn cash_2020() -> Vec<Require> {
    let stall = any([not(flag("stall_in_cash")), is("event", "in_state_other_fair")]);
    let tickets = any([not(flag("travel_in_cash")), not(is("event", "foreign_trade_fair"))]);
    Vec::from([
        require("cash_for_stall_in_state_alone", CASH, stall),
        never_in_cash("freight_in_cash", "freight_not_in_cash"),
        require("cash_for_tickets_in_india_alone", CASH, tickets),
        never_in_cash("total_in_cash", "total_not_in_cash"),
    ])
}

fn never_in_cash(paid_in_cash: &str, code: &str) -> Require {
    require(code, CASH, not(flag(paid_in_cash)))
}

fn items_2019() -> Vec<Item> {
    let stall = choose(
        "event",
        [
            ("in_state_fair", in_line(INSIDE, stall(50_000))),
            ("out_of_state_domestic_fair", in_line(OUTSIDE, stall(50_000))),
            ("foreign_trade_fair", in_line(ABROAD, stall(200_000))),
        ],
    );
    let freight = choose(
        "event",
        [
            ("in_state_fair", in_line(INSIDE, freight(rupees(7_500)))),
            ("out_of_state_domestic_fair", in_line(OUTSIDE, freight(rupees(15_000)))),
            ("foreign_trade_fair", in_line(ABROAD, freight(by_business()))),
        ],
    );
    let travel = choose(
        "event",
        [
            ("in_state_fair", in_line(INSIDE, rail_or_bus(INSIDE))),
            ("out_of_state_domestic_fair", in_line(OUTSIDE, rail_or_bus(OUTSIDE))),
            ("foreign_trade_fair", in_line(ABROAD, travel_abroad())),
        ],
    );
    let mut items = fair_items(&WHOLE_2019, stall, freight, travel);
    items.push(listing());
    items
}

fn items_2020() -> Vec<Item> {
    let stall = choose(
        "event",
        [
            ("in_state_other_fair", in_line(INSIDE, stall(50_000))),
            ("in_state_national_or_international_fair", in_line(INSIDE, stall(150_000))),
            ("out_of_state_national_or_international_fair", in_line(OUTSIDE, stall(200_000))),
            ("foreign_trade_fair", in_line(ABROAD, stall(200_000))),
        ],
    );
    let freight = choose(
        "event",
        [
            ("in_state_other_fair", in_line(INSIDE, freight(rupees(7_500)))),
            ("in_state_national_or_international_fair", in_line(INSIDE, freight(rupees(7_500)))),
            (
                "out_of_state_national_or_international_fair",
                in_line(OUTSIDE, freight(by_business())),
            ),
            ("foreign_trade_fair", in_line(ABROAD, freight(by_business()))),
        ],
    );
    let travel = choose(
        "event",
        [
            ("in_state_other_fair", in_line(INSIDE, rail_or_bus(INSIDE))),
            ("in_state_national_or_international_fair", in_line(INSIDE, rail_or_bus(INSIDE))),
            ("out_of_state_national_or_international_fair", in_line(OUTSIDE, by_rail_bus_or_air())),
            ("foreign_trade_fair", in_line(ABROAD, travel_abroad())),
        ],
    );
    let mut items = fair_items(&WHOLE_2020, stall, freight, travel);
    items.push(listing());
    items.extend(institutional());
    items
}

/// The stall is part of every fair, stated or not, so that a fair without a row is refused.
fn fair_items(whole: &[&str], stall: Expr, freight: Expr, travel: Expr) -> Vec<Item> {
    let fair = || not(is_one_of("event", whole));
    let claimed = |name: &str| Some(fact(name));
    Vec::from([
        item_when(fair(), item("stall", TABLE, claimed("stall_paid"), stall)),
        item_when(
            all([fair(), given("freight_paid")]),
            item("freight", TABLE, claimed("freight_paid"), freight),
        ),
        item_when(
            all([fair(), given("travel_paid")]),
            item("travel", TABLE, claimed("travel_paid"), travel),
        ),
    ])
}

fn stall(limit: u64) -> Expr {
    cap(percent(75, fact("stall_paid")), rupees(limit))
}

fn freight(limit: Expr) -> Expr {
    cap(percent(75, fact("freight_paid")), limit)
}

/// What is sent to sell to businesses, or to the public.
fn by_business() -> Expr {
    choose("business", [("b2b", rupees(25_000)), ("b2c", rupees(50_000))])
}

/// The actual fare of one person, there and back, in an air-conditioned three-tier coach or bus.
fn rail_or_bus(line: &str) -> Expr {
    provided(
        require("rail_or_bus_only", line, not(is("travel_mode", "air"))),
        choose("travel_mode", [("rail_bus", fact("travel_paid"))]),
    )
}

/// The actual fare by rail or bus; by air in economy three quarters, capped.
fn by_rail_bus_or_air() -> Expr {
    let air = cap(percent(75, fact("travel_paid")), rupees(7_000));
    choose("travel_mode", [("rail_bus", fact("travel_paid")), ("air", air)])
}

/// Three quarters of the way to the airport and the flight together, capped: one figure for both,
/// so that a mode need not be stated; one that is stated must be a mode of the row.
fn travel_abroad() -> Expr {
    let together = || cap(percent(75, fact("travel_paid")), rupees(75_000));
    let by_mode = choose("travel_mode", [("rail_bus", together()), ("air", together())]);
    either(given("travel_mode"), by_mode, together())
}

fn listing() -> Item {
    whole_item("ecommerce_onboarding", LISTING, 10_000)
}

/// Claims of export councils and authorities, of the 2020 order alone.
fn institutional() -> [Item; 2] {
    let enough = require("units_at_least_20", "3(5)", at_most(Expr::Number(20), fact("units")));
    let fair = whole_item("institutional_fair", "3(5)", 75 * LAKH);
    let fair = Item { allowed: provided(enough, fair.allowed), ..fair };
    [fair, whole_item("international_branding", "3(6)", CRORE)]
}

/// Three quarters of one total, capped; named `total` where it is the applicant's own listing.
fn whole_item(event: &str, line: &str, limit: u64) -> Item {
    let stated = require("total_paid_stated", line, given("total_paid"));
    let allowed = provided(stated, cap(percent(75, fact("total_paid")), rupees(limit)));
    let name = if event == "ecommerce_onboarding" { "total" } else { event };
    item_when(is("event", event), item(name, line, Some(fact("total_paid")), allowed))
}

fn policies() -> [Policy; 5] {
    [
        rounding_policy(),
        policy("terms_of_which_day", "day_of_sanction"),
        policy("claim_window_start", "first_day_of_next_month"),
        policy("month_of_activity", "month_of_last_day"),
        policy("cash_for_a_total", "refused"),
    ]
}

fn policies_2020() -> Vec<Policy> {
    let mut policies = Vec::from(policies());
    policies.push(policy("ordinary_fair_outside_state", "no_row"));
    policies.push(policy("cash_at_national_fair_in_state", "tickets_alone"));
    policies
}
