//! Every cell of the tables of caps (GO 56, GO 263), and what has no cell.

mod edges;

use super::*;

const OLD: &str = "2020-04-21";
const NEW: &str = "2020-04-22";
const INSIDE: &str = "table of caps, fairs inside the state";
const OUTSIDE: &str = "table of caps, fairs outside the state";
const ABROAD: &str = "table of caps, foreign trade fairs";
const LISTING: &str = "table of caps, e-commerce";

/// Checks a stall, freight and travel, each far above its cap, and each below it.
fn caps(day: &str, event: &str, business: &str, mode: &str, then: [&str; 4]) {
    let [stall, freight, travel, line] = then;
    let mut stated = Vec::from([("event", event), ("travel_mode", mode)]);
    if !business.is_empty() {
        stated.push(("business", business));
    }
    let paid = |paid| [("stall_paid", paid), ("freight_paid", paid), ("travel_paid", paid)];
    let above: Vec<_> = stated.iter().copied().chain(paid("1000000")).collect();
    let outcome = given("mda", day, &above).expect("entitled");
    let allowed: Vec<String> = outcome.items.iter().map(|i| i.allowed.to_string()).collect();
    let actual_fare = travel == "actual";
    let fare = if actual_fare { "1000000.00" } else { travel };
    assert_eq!(allowed, [stall, freight, fare], "{event} {business} {mode} on {day}");
    for (item, limit) in outcome.items.iter().zip([Some(stall), Some(freight), Some(travel)]) {
        let limit = limit.filter(|_| !(actual_fare && item.item.as_str() == "travel"));
        assert_eq!(item.limit.map(|m| m.to_string()).as_deref(), limit, "{} of {event}", item.item);
        assert_eq!(item.claimed.map(|m| m.to_string()).as_deref(), Some("1000000.00"));
        assert_eq!(item.paragraph.as_str(), line, "{event}");
    }
    let below: Vec<_> = stated.iter().copied().chain(paid("1000")).collect();
    let outcome = given("mda", day, &below).expect("entitled");
    let allowed: Vec<String> = outcome.items.iter().map(|i| i.allowed.to_string()).collect();
    let fare = if actual_fare { "1000.00" } else { "750.00" };
    assert_eq!(allowed, ["750.00", "750.00", fare], "{event} {business} {mode} on {day}");
}

#[test]
fn each_cell_of_2019_caps_what_was_paid() {
    for (event, business, mode, then) in [
        ("in_state_fair", "", "rail_bus", ["50000.00", "7500.00", "actual", INSIDE]),
        ("out_of_state_domestic_fair", "", "rail_bus", ["50000.00", "15000.00", "actual", OUTSIDE]),
        ("foreign_trade_fair", "b2b", "air", ["200000.00", "25000.00", "75000.00", ABROAD]),
        ("foreign_trade_fair", "b2c", "air", ["200000.00", "50000.00", "75000.00", ABROAD]),
    ] {
        caps(OLD, event, business, mode, then);
    }
}

#[test]
fn each_cell_of_2020_caps_what_was_paid() {
    let national_inside = "in_state_national_or_international_fair";
    let national = "out_of_state_national_or_international_fair";
    for (event, business, mode, then) in [
        ("in_state_other_fair", "", "rail_bus", ["50000.00", "7500.00", "actual", INSIDE]),
        (national_inside, "", "rail_bus", ["150000.00", "7500.00", "actual", INSIDE]),
        (national, "b2b", "rail_bus", ["200000.00", "25000.00", "actual", OUTSIDE]),
        (national, "b2c", "rail_bus", ["200000.00", "50000.00", "actual", OUTSIDE]),
        (national, "b2b", "air", ["200000.00", "25000.00", "7000.00", OUTSIDE]),
        (national, "b2c", "air", ["200000.00", "50000.00", "7000.00", OUTSIDE]),
        ("foreign_trade_fair", "b2b", "air", ["200000.00", "25000.00", "75000.00", ABROAD]),
        ("foreign_trade_fair", "b2c", "rail_bus", ["200000.00", "50000.00", "75000.00", ABROAD]),
    ] {
        caps(NEW, event, business, mode, then);
    }
}

#[test]
fn a_claim_is_the_sum_of_its_items() {
    check(
        "mda",
        "2021-02-01",
        &[
            ("event", "out_of_state_national_or_international_fair"),
            ("stall_paid", "240000"),
            ("freight_paid", "32000"),
            ("business", "b2b"),
            ("travel_mode", "rail_bus"),
            ("travel_paid", "3100"),
        ],
        Ok((
            "207100.00",
            &[
                "stall 240000.00 180000.00 200000.00 | table of caps, fairs outside the state",
                "freight 32000.00 24000.00 25000.00 | table of caps, fairs outside the state",
                "travel 3100.00 3100.00 - | table of caps, fairs outside the state",
            ],
        )),
    );
}

#[test]
fn a_cap_binds_from_the_paisa_above_it() {
    for (paid, allowed) in [
        ("66666.66", "50000.00"),
        ("66666.65", "49999.99"),
        ("66666.67", "50000.00"),
        ("66666.64", "49999.98"),
    ] {
        let stated = [("event", "in_state_other_fair"), ("stall_paid", paid)];
        let item = format!("stall {paid} {allowed} 50000.00 | {INSIDE}");
        check("mda", NEW, &stated, Ok((allowed, &[&item])));
    }
    for (paid, allowed) in [("9333.33", "7000.00"), ("9333.32", "6999.99"), ("9333.34", "7000.00")]
    {
        let stated = [
            ("event", "out_of_state_national_or_international_fair"),
            ("travel_mode", "air"),
            ("travel_paid", paid),
        ];
        let outcome = given("mda", NEW, &stated).expect("entitled");
        assert_eq!(outcome.amount.to_string(), allowed, "{paid} by air");
    }
}

#[test]
fn the_sum_is_rounded_once_from_exact_parts() {
    let stated =
        [("event", "in_state_other_fair"), ("stall_paid", "0.01"), ("freight_paid", "0.01")];
    check(
        "mda",
        NEW,
        &stated,
        Ok((
            "0.02",
            &[
                "stall 0.01 0.01 50000.00 | table of caps, fairs inside the state",
                "freight 0.01 0.01 7500.00 | table of caps, fairs inside the state",
            ],
        )),
    );
    let thirds =
        [("event", "in_state_other_fair"), ("stall_paid", "0.03"), ("freight_paid", "0.03")];
    let outcome = given("mda", NEW, &thirds).expect("entitled");
    let sum_of_rounded: i64 = outcome.items.iter().map(|item| item.allowed.paise()).sum();
    assert_eq!((outcome.amount.paise(), sum_of_rounded), (5, 4), "4.5 paise, not 2 and 2");
}

#[test]
fn a_total_is_capped_for_a_listing_and_for_institutions() {
    let listing = format!("total 12000.00 9000.00 10000.00 | {LISTING}");
    let listed = [("event", "ecommerce_onboarding"), ("total_paid", "12000")];
    for on in [OLD, NEW] {
        check("mda", on, &listed, Ok(("9000.00", &[&listing])));
    }
    for (event, paid, units, amount, item) in [
        (
            "ecommerce_onboarding",
            "13333.34",
            None,
            "10000.00",
            "total 13333.34 10000.00 10000.00 | table of caps, e-commerce",
        ),
        (
            "institutional_fair",
            "4000000",
            Some("20"),
            "3000000.00",
            "institutional_fair 4000000.00 3000000.00 7500000.00 | 3(5)",
        ),
        (
            "institutional_fair",
            "10000000.01",
            Some("21"),
            "7500000.00",
            "institutional_fair 10000000.01 7500000.00 7500000.00 | 3(5)",
        ),
        (
            "international_branding",
            "20000000",
            None,
            "10000000.00",
            "international_branding 20000000.00 10000000.00 10000000.00 | 3(6)",
        ),
    ] {
        let mut stated = Vec::from([("event", event), ("total_paid", paid)]);
        stated.extend(units.map(|units| ("units", units)));
        check("mda", NEW, &stated, Ok((amount, &[item])));
    }
}

#[test]
fn a_class_without_a_row_has_no_entitlement_whatever_is_claimed() {
    let refused = "no row of table of caps covers stall";
    for (on, event) in [
        (NEW, "out_of_state_domestic_fair"),
        (NEW, "in_state_fair"),
        (NEW, "village_fete"),
        (OLD, "in_state_other_fair"),
        (OLD, "out_of_state_national_or_international_fair"),
        (OLD, "institutional_fair"),
    ] {
        for item in [None, Some(("stall_paid", "1000")), Some(("freight_paid", "1000"))] {
            let stated: Vec<_> = [("event", event)].into_iter().chain(item).collect();
            check("mda", on, &stated, Err(refused));
        }
    }
}

#[test]
fn air_is_refused_by_name_where_the_table_has_rail_and_bus() {
    let inside = format!("the condition rail_or_bus_only of {INSIDE} does not hold");
    let outside = format!("the condition rail_or_bus_only of {OUTSIDE} does not hold");
    for (on, event, refused) in [
        (OLD, "in_state_fair", &inside),
        (OLD, "out_of_state_domestic_fair", &outside),
        (NEW, "in_state_other_fair", &inside),
        (NEW, "in_state_national_or_international_fair", &inside),
    ] {
        let stated = [("event", event), ("travel_mode", "air"), ("travel_paid", "3000")];
        check("mda", on, &stated, Err(refused));
    }
}

#[test]
fn what_decides_a_cap_must_be_stated_and_only_then() {
    let national = ("event", "out_of_state_national_or_international_fair");
    let inside = ("event", "in_state_other_fair");
    let freight = ("freight_paid", "1000");
    let fare = ("travel_paid", "1000");
    for (stated, missing) in [
        (&[national, freight][..], "business"),
        (&[national, fare], "travel_mode"),
        (&[inside, fare], "travel_mode"),
        (&[freight], "event"),
    ] {
        check("mda", NEW, stated, Err(&format!("the fact {missing} is not stated")));
    }
    for stated in [&[national, ("stall_paid", "1")][..], &[inside, freight], &[inside]] {
        assert!(given("mda", NEW, stated).is_ok(), "{stated:?}");
    }
    let business = [national, freight, ("business", "b2g")];
    check(
        "mda",
        NEW,
        &business,
        Err("no row of table of caps, fairs outside the state covers freight"),
    );
    let mode = [national, fare, ("travel_mode", "ship")];
    check("mda", NEW, &mode, Err("no row of table of caps, fairs outside the state covers travel"));
}

#[test]
fn money_stated_where_the_event_has_no_place_for_it_is_refused() {
    let whole = "the condition paid_as_one_total of table of caps does not hold";
    let itemised = "the condition paid_item_by_item of table of caps does not hold";
    let total = |line: &str| format!("the condition total_paid_stated of {line} does not hold");
    let listing = ("event", "ecommerce_onboarding");
    let branding = ("event", "international_branding");
    for (stated, refused) in [
        (&[listing, ("total_paid", "1"), ("stall_paid", "1")][..], whole),
        (&[branding, ("total_paid", "1"), ("travel_paid", "1")], whole),
        (&[("event", "in_state_other_fair"), ("total_paid", "1")], itemised),
        (&[listing], &total(LISTING)),
        (&[branding], &total("3(6)")),
        (
            &[("event", "institutional_fair"), ("total_paid", "1"), ("units", "19")],
            "the condition units_at_least_20 of 3(5) does not hold",
        ),
        (
            &[("event", "institutional_fair"), ("total_paid", "1")],
            "the condition units_at_least_20 of 3(5) does not hold",
        ),
    ] {
        check("mda", NEW, stated, Err(refused));
    }
}
