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
