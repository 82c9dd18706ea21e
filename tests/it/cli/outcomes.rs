//! What cases came to beside the money, from the steps that report it to rupees a job.

use serde_json::{Value, json};

use super::{ALLOT, APPLY, DISBURSE, Place, SANCTION, fields};

/// A line of the first case as one of another case, in another district, under other ids.
fn elsewhere(line: &str) -> String {
    let changes = [
        ("-8000-0000000000", "-8000-0000000003"),
        ("VNS/2024/0042", "LKO/2024/0007"),
        ("0123456789abcdef0123456789abcdef", "1123456789abcdef0123456789abcdef"),
        ("00000000000000000000000000000001", "00000000000000000000000000000002"),
        ("fedcba9876543210fedcba9876543210", "eedcba9876543210fedcba9876543210"),
        ("\"Varanasi\"", "\"Lucknow\""),
        ("\"187\"", "\"162\""),
        ("BILL-1", "BILL-2"),
        ("S-7/2024", "S-8/2024"),
    ];
    changes.iter().fold(line.to_owned(), |line, (from, to)| line.replace(from, to))
}

fn visited(number: u32, day: &str, reported: &str) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-0000000004{number:02}","kind":"record_step","actor":"dic-vns","role":"district_office","effective_day":"{day}","case_ref":"VNS/2024/0042","step":"visited","reported":{reported}}}"#
    )
}

fn reversal(of: u64) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-000000000499","kind":"reverse","actor":"fin-01","role":"finance","effective_day":"2025-03-01","authority":{{"order":"R-1/2025","date":"2025-03-01"}},"of":{of},"reason":"wrong_case"}}"#
    )
}

/// Two cases paid 250000.00 each, in Varanasi and Lucknow, at positions 7 to 14; the one in Varanasi
/// reports at 15 and 16.
fn place() -> Place {
    let place = Place::with_rulebook();
    let case = [ALLOT, APPLY, SANCTION, DISBURSE];
    let mut lines: Vec<String> = case.iter().map(|line| (*line).to_owned()).collect();
    lines.extend(case.iter().map(|line| elsewhere(line)));
    lines.push(visited(1, "2024-09-01", r#"{"jobs":2,"turnover":"400000.00"}"#));
    lines.push(visited(2, "2025-01-10", r#"{"jobs":3}"#));
    place.reading(&lines.join("\n"), &["submit"]).done();
    place
}

/// The row of an outcome.
fn row<'a>(answer: &'a Value, outcome: &str) -> &'a Value {
    let rows = answer["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["outcome"] == outcome).unwrap_or(&Value::Null)
}

#[test]
fn outcomes_hold_the_documented_fields_and_the_sums_of_the_latest_reports() {
    let place = place();
    let answer = place.bahi(&["outcomes", "--format", "json"]).done().json();
    assert_eq!(fields(&answer), ["as_of", "known_on", "position", "root", "rows", "unplaced"]);
    assert_eq!((&answer["position"], &answer["unplaced"]), (&json!(16), &json!(0)));
    let jobs = json!({
        "scheme": "margin-money", "outcome": "jobs", "kind": "count", "total": "3", "reported": 1,
        "paid": "250000.00", "per_one": "83333.33", "not_reported": 1
    });
    assert_eq!(row(&answer, "jobs"), &jobs);
    let turnover = json!({
        "scheme": "margin-money", "outcome": "turnover", "kind": "money", "total": "400000.00",
        "reported": 1, "paid": "250000.00", "per_one": null, "not_reported": 1
    });
    assert_eq!(row(&answer, "turnover"), &turnover);
    let unsaid = row(&answer, "units_set_up");
    assert_eq!((&unsaid["total"], &unsaid["not_reported"]), (&json!("0"), &json!(2)));
    let lines = place.bahi(&["outcomes", "--format", "jsonl"]).done().json_lines();
    assert_eq!(Value::from(lines), answer["rows"]);
}

#[test]
fn outcomes_are_told_apart_by_what_is_asked_for_and_filtered() {
    let place = place();
    let by = ["outcomes", "--by", "district,fy", "--format", "csv"];
    let csv = place.bahi(&by).done().out;
    let lines: Vec<&str> = csv.lines().collect();
    let heading = "district,fy,outcome,kind,total,reported,paid,per_one,not_reported";
    assert_eq!(lines[0], heading);
    assert!(lines.contains(&"187,2024-25,jobs,count,3,1,250000.00,83333.33,0"), "{csv}");
    assert!(lines.contains(&"162,2024-25,jobs,count,0,0,0.00,,1"), "{csv}");
    assert_eq!(lines.len(), 7, "{csv}");
    for (filter, paid) in [
        (["--district", "Varanasi"], json!("250000.00")),
        (["--district", "162"], json!("0.00")),
        (["--scheme", "mda"], Value::Null),
        (["--fy", "2023-24"], Value::Null),
        (["--fy", "2024-25"], json!("250000.00")),
        (["--head", "odop"], json!("250000.00")),
    ] {
        let words = [&["outcomes", "--by", "none", "--format", "json"][..], &filter].concat();
        let answer = place.bahi(&words).done().json();
        assert_eq!(row(&answer, "jobs")["paid"], paid, "{filter:?}");
    }
    assert!(place.bahi(&["outcomes", "--scheme", "mda2"]).failed(2).contains("mda2"));
    assert!(place.bahi(&["outcomes", "--head", "none"]).failed(2).contains("head none"));
    assert!(place.bahi(&["outcomes", "--at", "17"]).failed(2).contains("beyond the last"));
    place.bahi(&["outcomes", "--by", "none,fy"]).failed(2);
}

#[test]
fn outcomes_answer_for_any_past_and_forget_what_was_reversed() {
    let place = place();
    let told = |words: &[&str]| {
        let words = [&["outcomes", "--by", "none", "--format", "json"], words].concat();
        let answer = place.bahi(&words).done().json();
        let jobs = row(&answer, "jobs");
        (jobs["total"].clone(), jobs["not_reported"].clone(), answer["root"].clone())
    };
    let figures = |words: &[&str]| {
        let (total, silent, _) = told(words);
        (total, silent)
    };
    assert_eq!(figures(&["--as-of", "2025-01-09"]), (json!("2"), json!(1)));
    assert_eq!(figures(&["--as-of", "2024-08-31"]), (json!("0"), json!(2)));
    assert_eq!(figures(&["--at", "15"]), (json!("2"), json!(1)));
    assert_eq!(figures(&["--at", "9"]), (Value::Null, Value::Null));
    assert_eq!(figures(&["--known-on", "2000-01-01"]), (Value::Null, Value::Null));
    let before = told(&[]);
    let balances = place.bahi(&["balances", "--format", "json"]).done().json();
    assert_eq!(before.2, balances["root"]);
    place.reading(&reversal(16), &["submit"]).done();
    assert_eq!(figures(&[]), (json!("2"), json!(1)));
    assert_eq!(told(&["--at", "16"]), before);
    let after = place.bahi(&["balances", "--format", "json"]).done().json();
    assert_eq!(after["rows"], balances["rows"], "no report moves money");
}

#[test]
fn a_table_of_outcomes_states_its_basis_and_says_rupees_for_one() {
    let place = place();
    let out = place.bahi(&["outcomes", "--by", "district"]).done().out;
    assert!(out.starts_with("position 16, known on "), "{out}");
    for says in ["187 Varanasi", "83,333.33", "2,50,000.00", "4,00,000.00", "for one"] {
        assert!(out.contains(says), "{says}: {out}");
    }
    let none = Place::with_rulebook().bahi(&["outcomes"]).done().out;
    assert!(none.contains("no case has reported an outcome"), "{none}");
}
