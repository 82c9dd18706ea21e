//! Money in suspense, and its age, from the program.

use std::ffi::OsString;

use bahi_cli::Terminal;
use serde_json::json;

use super::{ALLOT, Place, fields};

fn suspended(number: u32, day: &str, amount: &str) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-0000000005{number:02}","kind":"suspend","actor":"bank-job","role":"treasury_job","effective_day":"{day}","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"{amount}","reason":"no_match","reference":"UTR-{number}"}}"#
    )
}

#[test]
fn what_lies_in_suspense_is_listed_the_oldest_first_until_it_is_reversed() {
    let place = Place::with_rulebook();
    let reversal = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000599","kind":"reverse","actor":"fin-01","role":"finance","effective_day":"2024-09-01","authority":{"order":"R-1/2024","date":"2024-09-01"},"of":8,"reason":"found"}"#;
    let lines = [
        ALLOT.to_owned(),
        suspended(1, "2024-08-01", "100.00"),
        suspended(2, "2024-05-01", "250.50"),
        suspended(3, "2024-08-31", "7.00"),
        reversal.to_owned(),
    ];
    place.reading(&lines.join("\n"), &["submit"]).done();
    let answer =
        place.bahi(&["suspense", "--as-of", "2024-08-31", "--format", "json"]).done().json();
    let known = ["aged_on", "amount", "as_of", "known_on", "position", "root", "rows"];
    assert_eq!(fields(&answer), known);
    assert_eq!((&answer["aged_on"], &answer["amount"]), (&json!("2024-08-31"), &json!("357.50")));
    let ages: Vec<_> =
        answer["rows"].as_array().expect("rows").iter().map(|row| &row["age_days"]).collect();
    assert_eq!(ages, [&json!(122), &json!(30), &json!(0)]);

    // The reversal counts from its own day on.
    let after =
        place.bahi(&["suspense", "--as-of", "2024-09-01", "--format", "json"]).done().json();
    assert_eq!(after["amount"], "257.50");
    let elsewhere = place.bahi(&["suspense", "--scheme", "mda", "--format", "json"]).done().json();
    assert_eq!((&elsewhere["amount"], &elsewhere["rows"]), (&json!("0.00"), &json!([])));
    let balances = place.bahi(&["balances", "--format", "json"]).done().json();
    assert!(balances["rows"].to_string().contains("257.50"), "the column agrees: {balances}");
    let told = place.bahi(&["suspense", "--as-of", "2024-09-01"]).done();
    assert!(
        told.out.contains("91 to 180 days: 1") && told.out.contains("in all ₹ 257.50"),
        "{}",
        told.out
    );
    assert_eq!(place.bahi(&["suspense", "--format", "csv"]).done().out.lines().count(), 3);

    // Somebody who reads it on a terminal sees when it came in.
    let words = ["bahi", "suspense", "--as-of", "2024-08-31"].map(OsString::from);
    let words = words.into_iter().chain(["--ledger".into(), place.ledger().into_os_string()]);
    let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
    let terminal = Terminal { read: true, ..Terminal::default() };
    let status = bahi_cli::run(words, &mut input, &mut out, &mut err, terminal);
    let told_there = String::from_utf8(out).expect("the program writes UTF-8");
    assert_eq!((status, err.len()), (0, 0));
    let plot = "\n2024-05 to 2024-08, ₹ by the month it came in\n█··▄\n";
    assert!(told_there.ends_with(plot), "{told_there}");
    assert!(!told.out.contains("by the month"), "nowhere else");
}
