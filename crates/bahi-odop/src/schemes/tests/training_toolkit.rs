//! A batch's cost, item by item, and the bounds of a batch (GO 347).

use super::*;

const ON: &str = "2022-07-01";

fn batch<'a>(trainees: &'a str, days: &'a str, each: [&'a str; 3]) -> [(&'a str, &'a str); 5] {
    let [institute, food, toolkit] = each;
    [
        ("trainees", trainees),
        ("days", days),
        ("institute_fee_per_trainee_day", institute),
        ("food_per_trainee_day", food),
        ("toolkit_each", toolkit),
    ]
}

#[test]
fn a_trainee_costs_the_state_at_most_28500() {
    for (trainees, most) in [("0", "0.00"), ("1", "28500.00"), ("25", "712500.00")] {
        for each in [["400", "250", "20000"], ["401", "250.01", "19999999"]] {
            let outcome = given("training-toolkit", ON, &batch(trainees, "10", each));
            let amount = outcome.map(|entitlement| entitlement.amount.to_string());
            assert_eq!(amount.as_deref(), Ok(most), "{trainees} trainees");
        }
    }
}

#[test]
fn each_item_is_the_actual_cost_up_to_its_limit() {
    check(
        "training-toolkit",
        ON,
        &batch("20", "10", ["350.50", "300", "18000"]),
        Ok((
            "520100.00",
            &[
                "honorarium - 40000.00 - | honorarium",
                "institute 70100.00 70100.00 80000.00 | 4",
                "food 60000.00 50000.00 50000.00 | 4",
                "toolkit 360000.00 360000.00 400000.00 | 5",
            ],
        )),
    );
    check(
        "training-toolkit",
        ON,
        &[("trainees", "3"), ("days", "10")],
        Ok(("6000.00", &["honorarium - 6000.00 - | honorarium"])),
    );
}

#[test]
fn a_batch_has_its_size_and_its_length() {
    let each = ["400", "250", "20000"];
    let size = "the condition batch_at_most_25 of batch does not hold";
    let length = "the condition ten_days of length of training does not hold";
    for (trainees, days, refused) in [
        ("26", "10", size),
        ("26", "9", size),
        ("9223372036854775807", "10", size),
        ("25", "9", length),
        ("25", "11", length),
        ("1", "0", length),
    ] {
        check("training-toolkit", ON, &batch(trainees, days, each), Err(refused));
    }
    let beyond = batch("18446744073709551615", "10", each);
    check("training-toolkit", ON, &beyond, Err("the facts are out of all proportion"));
    check("training-toolkit", ON, &[("trainees", "1")], Err("the fact days is not stated"));
}

#[test]
fn each_limit_binds_to_the_paisa() {
    for (fact, paid, item, allowed, limit) in [
        ("institute_fee_per_trainee_day", "399.99", "institute", "3999.90", "4000.00"),
        ("institute_fee_per_trainee_day", "400.00", "institute", "4000.00", "4000.00"),
        ("institute_fee_per_trainee_day", "400.01", "institute", "4000.00", "4000.00"),
        ("food_per_trainee_day", "249.99", "food", "2499.90", "2500.00"),
        ("food_per_trainee_day", "250.00", "food", "2500.00", "2500.00"),
        ("food_per_trainee_day", "250.01", "food", "2500.00", "2500.00"),
        ("toolkit_each", "19999.99", "toolkit", "19999.99", "20000.00"),
        ("toolkit_each", "20000.00", "toolkit", "20000.00", "20000.00"),
        ("toolkit_each", "20000.01", "toolkit", "20000.00", "20000.00"),
        ("certification_paid", "1000000.00", "certification", "1000000.00", "-"),
    ] {
        let stated = [("trainees", "1"), ("days", "10"), (fact, paid)];
        let outcome = given("training-toolkit", ON, &stated).expect("entitled");
        let last = outcome.items.last().expect("an item");
        let read_limit = last.limit.map_or(String::from("-"), |limit| limit.to_string());
        let read = (last.item.as_str(), last.allowed.to_string(), read_limit);
        assert_eq!(read, (item, String::from(allowed), String::from(limit)), "{fact} {paid}");
        let sum = outcome.amount.checked_sub(last.allowed).map(|rest| rest.to_string());
        assert_eq!(sum.as_deref(), Some("2000.00"), "beside the honorarium of one trainee");
    }
}

#[test]
fn who_does_not_complete_or_has_a_kit_already_is_left_out() {
    let each = ["400", "250", "20000"];
    for (honoraria, toolkits, amount) in [
        (None, None, "712500.00"),
        (Some("25"), Some("25"), "712500.00"),
        (Some("24"), None, "710500.00"),
        (None, Some("24"), "692500.00"),
        (Some("0"), Some("0"), "162500.00"),
    ] {
        let mut stated = Vec::from(batch("25", "10", each));
        stated.extend(honoraria.map(|count| ("honoraria", count)));
        stated.extend(toolkits.map(|count| ("toolkits", count)));
        let outcome = given("training-toolkit", ON, &stated).expect("entitled");
        assert_eq!(outcome.amount.to_string(), amount, "{honoraria:?} {toolkits:?}");
    }
    let kits_of_last_year =
        [("trainees", "25"), ("days", "10"), ("honoraria", "0"), ("toolkit_each", "20000")];
    let outcome = given("training-toolkit", ON, &kits_of_last_year).expect("entitled");
    assert_eq!(outcome.amount.to_string(), "500000.00", "kits alone, for a batch trained before");
}

#[test]
fn days_split_in_halves_and_counts_stay_within_the_batch() {
    let halves = "the condition five_and_five_days of length of training does not hold";
    let honoraria = "the condition honoraria_at_most_trainees of honorarium does not hold";
    let toolkits = "the condition toolkits_at_most_trainees of 5 does not hold";
    let base = [("trainees", "2"), ("days", "10")];
    for (more, refused) in [
        (&[("skill_days", "4")][..], halves),
        (&[("skill_days", "6"), ("entrepreneurship_days", "4")], halves),
        (&[("entrepreneurship_days", "6")], halves),
        (&[("honoraria", "3")], honoraria),
        (&[("toolkits", "3")], toolkits),
    ] {
        let stated = [&base, more].concat();
        check("training-toolkit", ON, &stated, Err(refused));
    }
    let even = [&base[..], &[("skill_days", "5"), ("entrepreneurship_days", "5")]].concat();
    check("training-toolkit", ON, &even, Ok(("4000.00", &["honorarium - 4000.00 - | honorarium"])));
}
