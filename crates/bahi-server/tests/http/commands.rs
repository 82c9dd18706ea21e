//! Commands in: one, many, all or none; retries, refusals, what cannot be read.

use bahi::core::Role;
use serde_json::{Value, json};

use crate::{
    client::Request,
    place::{ALLOT, APPLY, FIRST, Making, Place, SANCTION, allot},
};

fn empty() -> Place {
    Place::make(Making { before: Vec::new(), ..Making::default() })
}

#[test]
fn one_command_is_accepted_then_a_duplicate_and_found_at_its_location() {
    let place = empty();
    let accepted = place.post(ALLOT);
    assert_eq!((accepted.status, accepted.header("content-type")), (201, Some("application/json")));
    let id = "0198a7c2-0000-7000-8000-000000000001";
    let line = json!({"line": 1, "status": "accepted", "position": FIRST, "command_id": id});
    assert_eq!(accepted.json(), line);
    let location = accepted.header("location").expect("a location").to_owned();
    assert_eq!(place.get(&location).json()["command_id"], id);

    let again = place.post(&format!("{ALLOT}\n"));
    assert_eq!(again.status, 200);
    assert_eq!(
        (&again.json()["status"], &again.json()["position"]),
        (&json!("duplicate"), &json!(FIRST))
    );
}

#[test]
fn a_refusal_is_a_problem_with_its_code_and_leaves_its_evidence() {
    let place = empty();
    let refused = place.post(SANCTION);
    assert_eq!((refused.status, refused.problem().as_str()), (409, "refused"));
    let document = refused.json();
    assert_eq!(document["refusal"], "not_applied");
    assert_eq!(document["position"], json!(FIRST));
    assert!(document["refusals"].as_array().is_some_and(|all| !all.is_empty()), "{document}");
    let reused = {
        assert_eq!(place.post(ALLOT).status, 201);
        place.post(&ALLOT.replace("10000000.00", "1.00"))
    };
    let document = reused.json();
    assert_eq!(
        (&document["refusal"], &document["position"]),
        (&json!("command_id_reused"), &Value::Null)
    );
    let events = place.get("/v1/events?kind=CommandRefused").json();
    assert_eq!(events["events"].as_array().map(Vec::len), Some(1), "{events}");
}

#[test]
fn many_commands_are_answered_line_by_line_in_their_order() {
    let place = empty();
    let wrong = allot(9, 1).replace("\"finance\"", "\"kaiser\"");
    let body = format!("{ALLOT}\n\n{ALLOT}\r\n{wrong}\n{SANCTION}\n{APPLY}");
    let answer = place.commands("application/x-ndjson", &body).send(place.address);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-ndjson")));
    let lines = answer.json_lines();
    let told: Vec<(u64, &str)> = lines
        .iter()
        .map(|line| {
            (line["line"].as_u64().expect("a number"), line["status"].as_str().expect("a word"))
        })
        .collect();
    let expected =
        [(1, "accepted"), (3, "duplicate"), (4, "malformed"), (5, "refused"), (6, "accepted")];
    assert_eq!(told, expected);
    assert!(lines[2]["column"].as_u64().is_some_and(|column| column > 1), "{}", lines[2]);
}

#[test]
fn more_commands_than_the_queue_holds_keep_their_order() {
    let place = empty();
    let body: String = (0..3_000).map(|number| allot(number, 1 + number) + "\n").collect();
    let answer = place.commands("application/jsonl", &body).send(place.address);
    let positions: Vec<u64> = answer
        .json_lines()
        .iter()
        .map(|line| line["position"].as_u64().expect("accepted"))
        .collect();
    let expected: Vec<u64> = (FIRST..FIRST + 3_000).collect();
    assert_eq!(positions, expected);
}

#[test]
fn all_or_none_leaves_nothing_of_what_is_refused() {
    let place = empty();
    let send = |body: &str| {
        let path = "/v1/commands?all_or_none=true";
        Request::new("POST", path).bringing("application/x-ndjson", body).send(place.address)
    };
    let refused = send(&format!("{ALLOT}\n\n{SANCTION}\n"));
    assert_eq!((refused.status, refused.problem().as_str()), (409, "refused"));
    assert_eq!(refused.json()["line"], 3);
    let malformed = send(&format!("{ALLOT}\n{{\n"));
    assert_eq!((malformed.status, malformed.problem().as_str()), (400, "malformed_command"));
    assert_eq!(malformed.json()["line"], 2);
    let balances = place.get("/v1/balances").json();
    assert_eq!(balances["position"], json!(FIRST - 1), "neither left a trace");
    let accepted = send(&format!("{ALLOT}\n{APPLY}\n{SANCTION}\n"));
    let lines = accepted.json_lines();
    assert_eq!((accepted.status, lines.len()), (200, 3));
    assert!(lines.iter().all(|line| line["status"] == "accepted"), "{lines:?}");
    let again = send(&format!("{ALLOT}\n{APPLY}\n{SANCTION}\n")).json_lines();
    assert!(again.iter().all(|line| line["status"] == "duplicate"), "{again:?}");
}

#[test]
fn an_idempotency_key_stands_for_one_request() {
    let place = empty();
    let id = "0198a7c2-0000-7000-8000-000000000001";
    let one = |key: &str| {
        place.commands("application/json", ALLOT).with("Idempotency-Key", key).send(place.address)
    };
    assert_eq!(one(&format!("\"{id}\"")).status, 201);
    assert_eq!(one(id).status, 200);
    let other = one("0198a7c2-0000-7000-8000-0000000000ff");
    assert_eq!((other.status, other.problem().as_str()), (422, "idempotency_key_reused"));
    assert_eq!(one("").problem(), "malformed_request");

    let many = |key: &str, body: &str| {
        let request = place.commands("application/x-ndjson", body);
        request.with("Idempotency-Key", key).send(place.address)
    };
    let (first, second) = (allot(1, 1), allot(2, 2));
    assert_eq!(many("night-1", &first).json_lines()[0]["status"], "accepted");
    assert_eq!(many("night-1", &first).json_lines()[0]["status"], "duplicate");
    assert_eq!(many("night-1", &second).problem(), "idempotency_key_reused");
    assert_eq!(many("night-2", &second).json_lines()[0]["status"], "accepted");
}

#[test]
fn what_is_no_command_is_told_with_its_column_and_records_nothing() {
    let place = empty();
    let long = format!("{}{}", ALLOT, " ".repeat(70_000));
    let deep = "[".repeat(60_000);
    let cases: [(&str, &[u8]); 9] = [
        ("nothing", b""),
        ("blank", b"  \n"),
        ("no JSON", b"{"),
        ("a list", b"[]"),
        ("no object", b"null"),
        ("not UTF-8", b"{\"kind\":\"\xff\"}"),
        ("two lines", b"{\n}"),
        ("too long", long.as_bytes()),
        ("deep", deep.as_bytes()),
    ];
    for (name, body) in cases {
        let answer = Request::new("POST", "/v1/commands")
            .bringing("application/json", body)
            .send(place.address);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (400, "malformed_command"),
            "{name}"
        );
        assert!(answer.json()["column"].as_u64().is_some_and(|column| column > 0), "{name}");
    }
    let kinds = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""];
    for kind in kinds {
        let answer = place.commands(kind, ALLOT).send(place.address);
        assert_eq!((answer.status, answer.problem().as_str()), (415, "unsupported_type"), "{kind}");
    }
    assert_eq!(place.get("/v1/balances").json()["position"], json!(FIRST - 1));
}

#[test]
fn a_token_that_is_held_to_a_district_brings_commands_of_it_alone() {
    let place = Place::with_tokens();
    let own = place.scoped(Role::DistrictOffice, "dic-vns", "margin-money", "187");
    let post = |token: &str, line: &str| {
        place.commands("application/json", line).by(token).send(place.address)
    };
    let apply = |number: u64, district: &str, scheme: &str| {
        APPLY
            .replace("8000-000000000002", &format!("9000-{number:012x}"))
            .replace("VNS/2024/0042", &format!("X/{number}"))
            .replace("\"187\"", &format!("\"{district}\""))
            .replace("margin-money", scheme)
            .replace("0123456789abcdef0123456789abcdef", &format!("{number:032x}"))
            .replace("00000000000000000000000000000001", &format!("{:032x}", number + 77))
    };
    assert_eq!(post(&own, &apply(1, "187", "margin-money")).status, 201);
    for (number, district, scheme) in [(2, "118", "margin-money"), (3, "187", "mda")] {
        let answer = post(&own, &apply(number, district, scheme));
        assert_eq!((answer.status, answer.problem().as_str()), (403, "outside_scope"), "{number}");
    }
    // A case of the district, one of another, and one that nobody applied for.
    let withdraw = |number: u64, case: &str| {
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-a000-{number:012x}","kind":"withdraw","actor":"dic-vns","role":"district_office","effective_day":"2024-05-03","case_ref":"{case}","reason":"own_wish"}}"#
        )
    };
    assert_eq!(post(&own, &withdraw(1, "X/1")).status, 201);
    let elsewhere = place.scoped(Role::DistrictOffice, "dic-vns", "", "118");
    assert_eq!(post(&elsewhere, &withdraw(2, "VNS/2024/0042")).problem(), "outside_scope");
    assert_eq!(post(&elsewhere, &withdraw(3, "NOBODY/1")).problem(), "nothing_known");
    // A case that the same request applies for is known by then.
    let both = format!("{}\n{}\n", apply(9, "118", "margin-money"), withdraw(4, "X/9"));
    let answer = place.commands("application/x-ndjson", &both).by(&elsewhere).send(place.address);
    let statuses: Vec<Value> =
        answer.json_lines().iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, ["accepted", "accepted"]);
    // What is of no district is for tokens that are held to none.
    let keeper = place.scoped(Role::Administrator, "keeper", "margin-money", "");
    let bar = r#"{"command_id":"0198a7c2-0000-7000-b000-000000000001","kind":"bar","actor":"keeper","role":"administrator","effective_day":"2024-05-03","subject":{"person":"0123456789abcdef0123456789abcdef"},"reason":"fraud"}"#;
    let answer = post(&keeper, bar);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "outside_scope"), "{answer:?}");
}
