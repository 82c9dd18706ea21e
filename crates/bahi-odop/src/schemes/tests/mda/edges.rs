//! Every capped cell of both tables at its cap, one paisa below and one above; fares; cash.

use super::*;

/// A cell: its event, what else the case states, and the facts' name of what was paid.
type Cell<'a> = (&'a str, Stated<'a>, &'a str);

const NATIONAL_INSIDE: &str = "in_state_national_or_international_fair";
const NATIONAL_OUTSIDE: &str = "out_of_state_national_or_international_fair";

/// The least paid, in paise, whose three quarters round up to the cap, below which they do not.
const fn paid_at(cap_paise: i64) -> i64 {
    (cap_paise * 4) / 3
}

fn text(paise: i64) -> String {
    Money::from_paise(paise).expect("an amount").to_string()
}

fn edges_of(on: &str, cell: Cell<'_>, cap_rupees: i64) {
    let (event, more, paid_fact) = cell;
    let cap = cap_rupees * 100;
    let edge = paid_at(cap);
    let last_below = (edge - 2..=edge).rev().find(|paid| (paid * 3 + 2) / 4 < cap);
    let below = last_below.expect("a paisa or two below the edge");
    for (paid, allowed) in [
        (0, 0),
        (below, cap - 1),
        (below + 1, cap),
        (edge + 1, cap),
        (edge + 2, cap),
        (cap * 100, cap),
    ] {
        let paid = text(paid);
        let stated = [&[("event", event), (paid_fact, paid.as_str())], more].concat();
        let outcome = given("mda", on, &stated).expect("entitled");
        let item = outcome.items.last().expect("an item");
        let read = (item.allowed.paise(), item.limit.map(Money::paise), outcome.amount.paise());
        assert_eq!(read, (allowed, Some(cap), allowed), "{event} {paid_fact} {paid} on {on}");
        assert_eq!(item.claimed.map(|m| m.to_string()), Some(paid));
    }
}

#[test]
fn every_cap_of_2019_binds_to_the_paisa() {
    let abroad = "foreign_trade_fair";
    for (cell, cap) in [
        (("in_state_fair", &[][..], "stall_paid"), 50_000),
        (("in_state_fair", &[], "freight_paid"), 7_500),
        (("out_of_state_domestic_fair", &[], "stall_paid"), 50_000),
        (("out_of_state_domestic_fair", &[], "freight_paid"), 15_000),
        ((abroad, &[], "stall_paid"), 200_000),
        ((abroad, &[("business", "b2b")], "freight_paid"), 25_000),
        ((abroad, &[("business", "b2c")], "freight_paid"), 50_000),
        ((abroad, &[], "travel_paid"), 75_000),
        ((abroad, &[("travel_mode", "air")], "travel_paid"), 75_000),
        ((abroad, &[("travel_mode", "rail_bus")], "travel_paid"), 75_000),
        (("ecommerce_onboarding", &[], "total_paid"), 10_000),
    ] {
        edges_of(OLD, cell, cap);
    }
}

#[test]
fn every_cap_of_2020_binds_to_the_paisa() {
    let abroad = "foreign_trade_fair";
    for (cell, cap) in [
        (("in_state_other_fair", &[][..], "stall_paid"), 50_000),
        (("in_state_other_fair", &[], "freight_paid"), 7_500),
        ((NATIONAL_INSIDE, &[], "stall_paid"), 150_000),
        ((NATIONAL_INSIDE, &[], "freight_paid"), 7_500),
        ((NATIONAL_OUTSIDE, &[], "stall_paid"), 200_000),
        ((NATIONAL_OUTSIDE, &[("business", "b2b")], "freight_paid"), 25_000),
        ((NATIONAL_OUTSIDE, &[("business", "b2c")], "freight_paid"), 50_000),
        ((NATIONAL_OUTSIDE, &[("travel_mode", "air")], "travel_paid"), 7_000),
        ((abroad, &[], "stall_paid"), 200_000),
        ((abroad, &[("business", "b2b")], "freight_paid"), 25_000),
        ((abroad, &[("business", "b2c")], "freight_paid"), 50_000),
        ((abroad, &[], "travel_paid"), 75_000),
        (("ecommerce_onboarding", &[], "total_paid"), 10_000),
        (("institutional_fair", &[("units", "20")], "total_paid"), 7_500_000),
        (("international_branding", &[], "total_paid"), 10_000_000),
    ] {
        edges_of(NEW, cell, cap);
    }
}

#[test]
fn a_fare_by_rail_or_bus_is_paid_as_it_was() {
    for (on, event) in [
        (OLD, "in_state_fair"),
        (OLD, "out_of_state_domestic_fair"),
        (NEW, "in_state_other_fair"),
        (NEW, NATIONAL_INSIDE),
        (NEW, NATIONAL_OUTSIDE),
    ] {
        for paid in ["0.00", "0.01", "6999.99", "7000.00", "7000.01", "123456.78"] {
            let stated = [("event", event), ("travel_mode", "rail_bus"), ("travel_paid", paid)];
            let outcome = given("mda", on, &stated).expect("entitled");
            let limit = outcome.items.last().and_then(|item| item.limit);
            assert_eq!((outcome.amount.to_string().as_str(), limit), (paid, None), "{event}");
        }
    }
}

#[test]
fn a_mode_that_the_row_abroad_does_not_know_has_no_row() {
    let stated = [("event", "foreign_trade_fair"), ("travel_mode", "ship"), ("travel_paid", "1")];
    let refused = format!("no row of {ABROAD} covers travel");
    for on in [OLD, NEW] {
        check("mda", on, &stated, Err(&refused));
    }
}

#[test]
fn cash_is_for_what_each_order_lets_it_be_for() {
    let stall = "stall_in_cash";
    let (freight, travel, total) = ("freight_in_cash", "travel_in_cash", "total_in_cash");
    let tickets = Some("cash_for_rail_or_bus_alone");
    let stalls = Some("cash_for_stall_in_state_alone");
    for (on, event, mode, paid_in_cash, broken) in [
        (OLD, "in_state_fair", "rail_bus", stall, Some("stall_not_in_cash")),
        (OLD, "in_state_fair", "rail_bus", freight, Some("freight_not_in_cash")),
        (OLD, "in_state_fair", "rail_bus", travel, None),
        (OLD, "out_of_state_domestic_fair", "rail_bus", travel, None),
        (OLD, "foreign_trade_fair", "air", travel, tickets),
        (OLD, "foreign_trade_fair", "rail_bus", travel, None),
        (OLD, "ecommerce_onboarding", "", total, Some("total_not_in_cash")),
        (NEW, "in_state_other_fair", "rail_bus", stall, None),
        (NEW, "in_state_other_fair", "rail_bus", travel, None),
        (NEW, "in_state_other_fair", "rail_bus", freight, Some("freight_not_in_cash")),
        (NEW, NATIONAL_INSIDE, "rail_bus", stall, stalls),
        (NEW, NATIONAL_INSIDE, "rail_bus", travel, None),
        (NEW, NATIONAL_OUTSIDE, "air", stall, stalls),
        (NEW, NATIONAL_OUTSIDE, "air", travel, None),
        (NEW, NATIONAL_OUTSIDE, "air", freight, Some("freight_not_in_cash")),
        (NEW, "foreign_trade_fair", "air", stall, stalls),
        (NEW, "foreign_trade_fair", "rail_bus", travel, Some("cash_for_tickets_in_india_alone")),
        (NEW, "ecommerce_onboarding", "", total, Some("total_not_in_cash")),
        (NEW, "international_branding", "", total, Some("total_not_in_cash")),
    ] {
        for flag in ["true", "false"] {
            let mut stated = Vec::from([("event", event), (paid_in_cash, flag)]);
            let paid: Stated<'_> = if mode.is_empty() {
                &[("total_paid", "100")]
            } else {
                &[("stall_paid", "100"), ("travel_paid", "100"), ("travel_mode", mode)]
            };
            stated.extend_from_slice(paid);
            let outcome = given("mda", on, &stated);
            match broken.filter(|_| flag == "true") {
                None => assert!(outcome.is_ok(), "{stated:?}: {outcome:?}"),
                Some(code) => {
                    let refused = format!("the condition {code} of 10 does not hold");
                    check("mda", on, &stated, Err(&refused));
                }
            }
        }
    }
}

#[test]
fn every_policy_where_an_order_is_silent_stands_in_its_version() {
    let both = [
        "rounding=paisa_half_away_from_zero",
        "terms_of_which_day=day_of_sanction",
        "claim_window_start=first_day_of_next_month",
        "month_of_activity=month_of_last_day",
        "cash_for_a_total=refused",
    ];
    let added = [
        "ordinary_fair_outside_state=no_row",
        "cash_at_national_fair_in_state=tickets_alone",
        "other_schemes_claims=stated_in_this_ledger",
    ];
    let of_procedures = [
        "steps_before_money=shown",
        "payment_that_came_back=by_its_reason",
        "outcomes=asked_by_this_ledger",
    ];
    let scheme = scheme("mda").expect("a scheme");
    let expected =
        [[&both[..], &of_procedures].concat(), [&both[..], &added, &of_procedures].concat()];
    for (terms, expected) in scheme.versions.iter().zip(expected) {
        let policies = terms.parts().policies.iter();
        let read: Vec<String> = policies.map(|p| format!("{}={}", p.name, p.value)).collect();
        assert_eq!(read, expected);
    }
}
