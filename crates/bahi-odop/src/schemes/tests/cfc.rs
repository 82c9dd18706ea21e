//! The state's share at every edge and cliff (GO 1095, GO 613).

use super::*;

const OLD: &str = "2023-10-02";
const NEW: &str = "2023-10-03";

/// One row: facts beside the cost, the share, the limit, what the vehicle brings, and the line.
fn gives(day: &str, cost: &str, more: Stated<'_>, then: [&str; 4]) {
    let mut stated = Vec::from([("project_cost", cost)]);
    stated.extend_from_slice(more);
    let [share, limit, own, line] = then;
    let item = format!("state_share {cost}.00 {share} {limit} | {line}");
    check("cfc", day, &stated, Ok((share, &[&item])));
    let outcome = given("cfc", day, &stated).expect("entitled");
    assert_eq!(outcome.own_contribution.map(|m| m.to_string()).as_deref(), Some(own), "{stated:?}");
    let whole = outcome.own_contribution.and_then(|own| own.checked_add(outcome.amount));
    assert_eq!(whole, Money::parse(cost).ok(), "the two shares make up the cost");
}

#[test]
fn the_2023_share_falls_at_each_cliff() {
    let special = [("purpose", "environment_rnd")];
    let (a, b) = ("table of shares, up to 4 crore", "table of shares, 4 to 8 crore");
    let (c, d) = ("table of shares, 8 to 10 crore", "table of shares, above 10 crore");
    for (cost, more, then) in [
        ("10000000", &[][..], ["9000000.00", "-", "1000000.00", a]),
        ("40000000", &[], ["36000000.00", "-", "4000000.00", a]),
        ("40000010", &[], ["32000008.00", "-", "8000002.00", b]),
        ("45000000", &[("land_cost", "0")], ["36000000.00", "-", "9000000.00", b]),
        ("80000000", &[], ["64000000.00", "-", "16000000.00", b]),
        ("80000010", &[], ["56000007.00", "-", "24000003.00", c]),
        ("100000000", &[], ["70000000.00", "-", "30000000.00", c]),
        ("100000010", &special, ["60000006.00", "90000000.00", "40000004.00", d]),
        ("150000000", &special, ["90000000.00", "90000000.00", "60000000.00", d]),
        ("200000000", &special, ["90000000.00", "90000000.00", "110000000.00", d]),
        ("45000000", &special, ["36000000.00", "-", "9000000.00", b]),
        ("40000000", &[("route", "spv")], ["36000000.00", "-", "4000000.00", a]),
        ("40000000", &[("land_cost", "9000000")], ["36000000.00", "-", "4000000.00", a]),
    ] {
        gives(NEW, cost, more, then);
    }
    let paisa_above = [("project_cost", "40000000.01")];
    let outcome = given("cfc", NEW, &paisa_above).expect("entitled");
    assert_eq!(outcome.amount.to_string(), "32000000.01", "a paisa more costs 40 lakh");
}

#[test]
fn above_ten_crore_only_a_special_purpose_is_helped() {
    let refused =
        "the condition special_purpose_only of table of shares, above 10 crore does not hold";
    for stated in [
        &[("project_cost", "100000000.01")][..],
        &[("project_cost", "100000001"), ("purpose", "display_hall")],
        &[("project_cost", "150000000"), ("route", "spv")],
    ] {
        check("cfc", NEW, stated, Err(refused));
    }
}

#[test]
fn a_technical_institution_gets_half_up_to_its_cap() {
    let route = [("route", "technical_institution")];
    let line = "technical institutions";
    for (cost, then) in [
        ("40000000", ["20000000.00", "75000000.00", "20000000.00", line]),
        ("100000010", ["50000005.00", "75000000.00", "50000005.00", line]),
        ("150000000", ["75000000.00", "75000000.00", "75000000.00", line]),
        ("150000010", ["75000000.00", "75000000.00", "75000010.00", line]),
    ] {
        gives(NEW, cost, &route, then);
    }
    gives(
        NEW,
        "40000000",
        &[("route", "international_body")],
        ["20000000.00", "75000000.00", "20000000.00", line],
    );
    let other = [("project_cost", "40000000"), ("route", "Technical_Institution")];
    check("cfc", NEW, &other, Err("no row of table of shares covers state_share"));
}

#[test]
fn the_2018_share_leaves_the_vehicle_its_land_or_its_tenth() {
    let (low, high) = ("state share, up to 15 crore", "state share, above 15 crore");
    for (cost, land, then) in [
        ("100000000", "0", ["90000000.00", "90000000.00", "10000000.00", low]),
        ("100000000", "10000000", ["90000000.00", "90000000.00", "10000000.00", low]),
        ("100000000", "10000010", ["89999990.00", "90000000.00", "10000010.00", low]),
        ("100000000", "25000000", ["75000000.00", "90000000.00", "25000000.00", low]),
        ("150000000", "0", ["135000000.00", "135000000.00", "15000000.00", low]),
        ("150000000", "37500000", ["112500000.00", "135000000.00", "37500000.00", low]),
        ("150000001", "0", ["127500000.00", "127500000.00", "22500001.00", high]),
        ("155000000", "35000000", ["120000000.00", "127500000.00", "35000000.00", high]),
        ("165000000", "37500000", ["127500000.00", "127500000.00", "37500000.00", high]),
        ("400000000", "37500000", ["127500000.00", "127500000.00", "272500000.00", high]),
    ] {
        gives(OLD, cost, &[("land_cost", land)], then);
    }
    gives(OLD, "100000000", &[], ["90000000.00", "90000000.00", "10000000.00", low]);
    gives(
        OLD,
        "100000000",
        &[("route", "spv")],
        ["90000000.00", "90000000.00", "10000000.00", low],
    );
}

#[test]
fn the_2018_terms_refuse_much_land_and_any_other_route() {
    let land = "the condition land_at_most_quarter of land does not hold";
    let route = "the condition vehicle_route_only of state share does not hold";
    for (stated, refused) in [
        (&[("project_cost", "100000000"), ("land_cost", "25000000.01")][..], land),
        (&[("project_cost", "400000000"), ("land_cost", "37500000.01")], land),
        (&[("project_cost", "0"), ("land_cost", "0.01")], land),
        (&[("project_cost", "100000000"), ("route", "technical_institution")], route),
    ] {
        check("cfc", OLD, stated, Err(refused));
    }
}

#[test]
fn above_ten_crore_the_2018_terms_ask_for_no_purpose() {
    check(
        "cfc",
        OLD,
        &[("project_cost", "120000000")],
        Ok((
            "108000000.00",
            &["state_share 120000000.00 108000000.00 108000000.00 | state share, up to 15 crore"],
        )),
    );
}

#[test]
fn each_edge_binds_to_the_paisa() {
    let special: Stated<'_> = &[("purpose", "environment_rnd")];
    let institution: Stated<'_> = &[("route", "international_body")];
    for (on, cost, more, share, own) in [
        (NEW, "39999999.99", &[][..], "35999999.99", "4000000.00"),
        (NEW, "40000000.00", &[], "36000000.00", "4000000.00"),
        (NEW, "40000000.01", &[], "32000000.01", "8000000.00"),
        (NEW, "79999999.99", &[], "63999999.99", "16000000.00"),
        (NEW, "80000000.00", &[], "64000000.00", "16000000.00"),
        (NEW, "80000000.01", &[], "56000000.01", "24000000.00"),
        (NEW, "99999999.99", &[], "69999999.99", "30000000.00"),
        (NEW, "100000000.00", special, "70000000.00", "30000000.00"),
        (NEW, "100000000.01", special, "60000000.01", "40000000.00"),
        (NEW, "149999999.99", special, "89999999.99", "60000000.00"),
        (NEW, "150000000.00", special, "90000000.00", "60000000.00"),
        (NEW, "150000000.01", special, "90000000.00", "60000000.01"),
        (NEW, "149999999.98", institution, "74999999.99", "74999999.99"),
        (NEW, "150000000.00", institution, "75000000.00", "75000000.00"),
        (NEW, "150000000.01", institution, "75000000.00", "75000000.01"),
        (OLD, "149999999.99", &[], "134999999.99", "15000000.00"),
        (OLD, "150000000.00", &[], "135000000.00", "15000000.00"),
        (OLD, "150000000.01", &[], "127500000.00", "22500000.01"),
    ] {
        let stated = [&[("project_cost", cost)], more].concat();
        let outcome = given("cfc", on, &stated).expect("entitled");
        let own_part = outcome.own_contribution.map(|own| own.to_string());
        assert_eq!(outcome.amount.to_string(), share, "{cost} on {on}");
        assert_eq!(own_part.as_deref(), Some(own), "{cost} on {on}");
    }
}

#[test]
fn the_state_gives_no_more_than_the_union_and_the_vehicle_keeps_its_least() {
    for (on, cost, union, state, own) in [
        (NEW, "40000000", "0", "0.00", "40000000.00"),
        (NEW, "40000000", "17999999.99", "17999999.99", "4000000.02"),
        (NEW, "40000000", "18000000", "18000000.00", "4000000.00"),
        (NEW, "40000000", "18000000.01", "17999999.99", "4000000.00"),
        (NEW, "40000000", "36000000", "0.00", "4000000.00"),
        (NEW, "40000000", "40000000", "0.00", "0.00"),
        (OLD, "200000000", "60000000", "60000000.00", "80000000.00"),
        (OLD, "200000000", "100000000", "27500000.00", "72500000.00"),
    ] {
        let stated = [("project_cost", cost), ("union_share", union)];
        let outcome = given("cfc", on, &stated).expect("entitled");
        let limit = outcome.items[0].limit;
        assert_eq!(limit, Money::parse(union).ok(), "the union's share is the limit");
        let read = (outcome.amount.to_string(), outcome.own_contribution.map(|m| m.to_string()));
        assert_eq!(read, (String::from(state), Some(String::from(own))), "{cost} {union}");
    }
    let more = [("project_cost", "40000000"), ("union_share", "40000000.01")];
    let refused = "the condition union_share_within_cost of beside a union scheme does not hold";
    check("cfc", NEW, &more, Err(refused));
}

/// Facts beside the cost, and the condition they break on the old day and on the new.
type Bounds<'a> = (Stated<'a>, Option<&'a str>, Option<&'a str>);

/// Each bound of a count: what just meets it, and what just misses it, under both versions.
const BOUNDS: [Bounds<'_>; 22] = [
    (&[("members", "20")], None, None),
    (&[("members", "19")], Some("members_at_least_20"), Some("members_at_least_20")),
    (&[("members", "21"), ("linked_members", "14")], None, None),
    (
        &[("members", "21"), ("linked_members", "13")],
        Some("two_thirds_linked"),
        Some("two_thirds_linked"),
    ),
    (
        &[("members", "22"), ("linked_members", "14")],
        Some("two_thirds_linked"),
        Some("two_thirds_linked"),
    ),
    (&[("members", "22"), ("linked_members", "15")], None, None),
    (&[("shares", "1000"), ("largest_holding", "100")], None, None),
    (
        &[("shares", "1000"), ("largest_holding", "101")],
        Some("holding_at_most_tenth"),
        Some("holding_at_most_tenth"),
    ),
    (&[("largest_holding", "1")], Some("holding_at_most_tenth"), Some("holding_at_most_tenth")),
    (&[("state_representative", "true")], None, None),
    (&[("state_representative", "false")], Some("state_represented"), Some("state_represented")),
    (&[("legal_form", "producer_company")], None, None),
    (&[("legal_form", "society")], None, None),
    (&[("legal_form", "section_8_company")], None, None),
    (&[("legal_form", "partnership")], None, Some("legal_form_of_three")),
    (&[("one_member_per_family", "false")], None, Some("one_of_each_family")),
    (
        &[("lease_years", "14"), ("lease_in_government_area", "true")],
        Some("lease_at_least_15_years"),
        Some("lease_at_least_25_years"),
    ),
    (&[("lease_years", "24")], None, Some("lease_at_least_25_years")),
    (&[("lease_years", "25")], None, Some("lease_only_in_government_area")),
    (&[("lease_years", "25"), ("lease_in_government_area", "true")], None, None),
    (&[("land_of_member", "true")], None, Some("land_of_no_member")),
    (&[("mortgage_years", "14")], Some("mortgage_at_least_15_years"), None),
];

#[test]
fn a_vehicle_and_its_land_are_as_each_order_asks() {
    let broken = |on: &str, more: Stated<'_>| {
        let stated = [&[("project_cost", "1000000")], more].concat();
        match given("cfc", on, &stated) {
            Ok(_) => None,
            Err(NotEntitled::Condition { code, .. }) => Some(String::from(code.as_str())),
            Err(other) => panic!("{other} for {more:?}"),
        }
    };
    for (more, old, new) in BOUNDS {
        assert_eq!(broken(OLD, more).as_deref(), old, "{more:?} on {OLD}");
        assert_eq!(broken(NEW, more).as_deref(), new, "{more:?} on {NEW}");
    }
    assert_eq!(broken(OLD, &[("lease_years", "15"), ("mortgage_years", "15")]), None);
}
