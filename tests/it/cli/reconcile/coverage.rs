//! Days that statements cover, and what an account is called, through the whole program.

use serde_json::{Value, json};

use super::{Office, SMALL, small};

fn of<'a>(answer: &'a Value, reason: &str) -> Vec<&'a Value> {
    let all = answer["exceptions"].as_array().expect("exceptions").iter();
    all.filter(|one| one["reason"] == reason).collect()
}

fn run(office: &Office, today: &str, more: &[&str]) -> Value {
    office.json(&[&["reconcile", "--today", today], more].concat())
}

/// A payment of which no statement could tell is not missing: it waits for a statement, and says of which
/// days; in time it counts all the same.
#[test]
fn what_no_statement_covers_waits_for_a_statement() {
    let office = small();
    let none = run(&office, "2024-07-10", &[]);
    assert_eq!((of(&none, "not_covered").len(), of(&none, "missing_in_bank").len()), (5, 0));
    let needed = json!({"from": "2024-06-20", "to": "2024-06-25"});
    assert_eq!(of(&none, "not_covered")[0]["days_needed"], needed, "{none}");
    assert!(none["ageing"].as_array().expect("ages").iter().all(|one| one["count"] == 0));
    let told = &none["not_covered"];
    assert_eq!((&told["count"], &told["overdue"]), (&json!(5), &json!(0)), "{told}");
    let statement =
        json!([{"from": "2024-06-20", "to": "2024-06-25", "count": 5, "value": "1250000.00"}]);
    assert_eq!(told["statements_needed"], statement);
    let strict = |today| office.bahi(&["reconcile", "--today", today, "--strict"]).status;
    assert_eq!((strict("2024-07-25"), strict("2024-07-26")), (0, 1), "after 35 days");
    let said = office.bahi(&["reconcile", "--today", "2024-07-10"]).done().out;
    assert!(said.contains("2024-06-20 to 2024-06-25") && said.contains("no statement"), "{said}");
    // June is here: what it does not have is missing.
    office.add("june.sta", SMALL.as_bytes());
    let june = run(&office, "2024-07-10", &["--run"]);
    assert_eq!(of(&june, "not_covered"), Vec::<&Value>::new(), "{june}");
    assert_eq!(june["not_covered"]["count"], 0);
}

/// An account goes by the name a person gave it; no number is taken for one.
#[test]
fn an_account_has_the_name_that_a_person_gave_it() {
    let office = small();
    let banks = |office: &Office| {
        let answer = run(office, "2024-07-10", &[]);
        let all = answer["abstract"].as_array().expect("rows").clone();
        let rows = all.into_iter().filter(|one| one["by"] == "bank");
        rows.map(|one| (one["key"].clone(), one["name"].clone())).collect::<Vec<_>>()
    };
    let added = office.add("june.sta", SMALL.as_bytes());
    let at = added["statements"][0]["position"].clone();
    let first = banks(&office);
    assert_eq!(first[0].1, json!(format!("account of statement {at}, mt940")));
    let file = office.file("june.sta");
    let label = |name: &str| office.bahi(&["statement", "add", &file, "--label", name]);
    assert!(label("SBI 123456789012").failed(2).contains("digits"));
    label("SBI treasury branch").done();
    label("SBI treasury branch").done();
    let named = banks(&office);
    assert_eq!(named, [(first[0].0.clone(), json!("SBI treasury branch"))]);
    let said = office.bahi(&["reconcile", "--today", "2024-07-10"]).done().out;
    assert!(said.contains("SBI treasury branch"), "{said}");
    label("SBI Varanasi").done();
    assert_eq!(banks(&office)[0].1, json!("SBI Varanasi"), "the last one counts");
    let noted = office.events("Exported");
    assert_eq!(noted.len(), 2, "{noted:?}");
    assert_eq!(office.json(&["verify"])["ok"], true);
}
