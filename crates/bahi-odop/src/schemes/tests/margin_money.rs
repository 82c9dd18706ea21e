//! Margin money at every edge of its slabs (GO 861, 1(2) to 1(5) and 1(7)).

use super::*;

const ON: &str = "2024-06-10";

fn gives(cost: &str, amount: &str, limit: &str, line: &str) {
    let item = format!("margin_money {} {amount} {limit} | {line}", money(cost));
    check("margin-money", ON, &[("project_cost", cost)], Ok((amount, &[&item])));
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

#[test]
fn each_edge_of_a_slab_gives_what_its_row_says() {
    for (cost, amount, limit, line) in [
        ("0", "0.00", "625000.00", "1(2)"),
        ("0.01", "0.00", "625000.00", "1(2)"),
        ("0.02", "0.01", "625000.00", "1(2)"),
        ("1000000", "250000.00", "625000.00", "1(2)"),
        ("2499999", "624999.75", "625000.00", "1(2)"),
        ("2499999.99", "625000.00", "625000.00", "1(2)"),
        ("2500000", "625000.00", "625000.00", "1(2)"),
        ("2500000.01", "625000.00", "-", "1(3)"),
        ("2500001", "625000.00", "-", "1(3)"),
        ("3124999.99", "625000.00", "-", "1(3)"),
        ("3125000", "625000.00", "-", "1(3)"),
        ("3125000.05", "625000.01", "-", "1(3)"),
        ("3125001", "625000.20", "-", "1(3)"),
        ("4999999.99", "1000000.00", "-", "1(3)"),
        ("4999999", "999999.80", "-", "1(3)"),
        ("5000000", "1000000.00", "-", "1(3)"),
        ("5000000.01", "1000000.00", "-", "1(4)"),
        ("9999999", "1000000.00", "-", "1(4)"),
        ("10000000", "1000000.00", "-", "1(4)"),
        ("10000000.05", "1000000.01", "-", "1(4)"),
        ("10000001", "1000000.10", "-", "1(4)"),
        ("15000000", "1500000.00", "-", "1(4)"),
        ("15000000.01", "1500000.00", "2000000.00", "1(5)"),
        ("15000001", "1500000.10", "2000000.00", "1(5)"),
        ("19999999", "1999999.90", "2000000.00", "1(5)"),
        ("20000000", "2000000.00", "2000000.00", "1(5)"),
        ("20000000.01", "2000000.00", "2000000.00", "1(5)"),
        ("500000000", "2000000.00", "2000000.00", "1(5)"),
        ("1000000000000000", "2000000.00", "2000000.00", "1(5)"),
    ] {
        gives(cost, amount, limit, line);
    }
}

#[test]
fn the_exact_amount_is_kept_beside_the_rounded_one() {
    for (cost, amount, exact_rupees) in [
        ("1000000", "250000.00", "250000/1"),
        ("6666666.67", "1000000.00", "1000000/1"),
        ("3333333.33", "666666.67", "333333333/500"),
        ("0.01", "0.00", "1/400"),
        ("13333333.35", "1333333.34", "266666667/200"),
        ("123456.78", "30864.20", "6172839/200"),
    ] {
        let outcome = given("margin-money", ON, &[("project_cost", cost)]).expect("entitled");
        let exact = outcome.exact.paise_to_rupees().expect("within range").to_string();
        assert_eq!((outcome.amount.to_string().as_str(), exact.as_str()), (amount, exact_rupees));
    }
}

#[test]
fn the_unit_brings_a_tenth_and_a_special_category_half_of_that() {
    for (special, own) in
        [(None, "100000.00"), (Some("false"), "100000.00"), (Some("true"), "50000.00")]
    {
        let mut stated = Vec::from([("project_cost", "1000000"), ("product", "Leather Products")]);
        stated.extend(special.map(|flag| ("special_category", flag)));
        let outcome = given("margin-money", ON, &stated).expect("entitled");
        assert_eq!(outcome.own_contribution, Some(money(own)));
        assert_eq!(outcome.amount, money("250000"), "the category changes no grant");
    }
}

#[test]
fn facts_not_asked_for_or_missing_are_refused() {
    check("margin-money", ON, &[], Err("the fact project_cost is not stated"));
    let with_land = [("project_cost", "1000000"), ("land_cost", "1")];
    check("margin-money", ON, &with_land, Err("the terms do not ask for land_cost"));
}
