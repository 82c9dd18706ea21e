//! The shapes of answers, field by field, and the figures of one case in them.

use serde_json::{Value, json};

use super::{Place, bahi, fields};

const HASH_DIGITS: usize = 64;

fn is_hash(value: &Value) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
    value.as_str().is_some_and(|text| text.len() == HASH_DIGITS && hex(text))
}

#[test]
fn init_says_what_was_made() {
    let place = Place::empty();
    let made = place.bahi(&["init", "--name", "up-odop", "--format", "json"]).done().json();
    assert_eq!(fields(&made), ["ledger", "ledger_id", "name", "position", "root"]);
    assert_eq!((&made["name"], &made["position"]), (&json!("up-odop"), &json!(6)));
    assert!(is_hash(&made["root"]));
    assert!(place.bahi(&["init"]).failed(2).contains("already holds a ledger"));
    place.bahi(&["init", "--name", "no good"]).failed(2);
}

#[test]
fn a_ledger_that_was_made_and_not_told_the_rulebook_is_completed() {
    let place = Place::empty();
    let name = bahi::LedgerName::new("half").expect("a ledger's name");
    let new = bahi::NewLedger::named(name);
    drop(bahi::Ledger::create(&place.ledger(), &new).expect("the ledger can be made"));
    assert!(place.bahi(&["init"]).failed(2).contains("--name half"));
    let made = place.bahi(&["init", "--name", "half", "--format", "json"]).done().json();
    assert_eq!(made["position"], json!(6));
    place.bahi(&["init", "--name", "half"]).failed(2);
}

#[test]
fn balances_hold_the_documented_fields_and_no_key_that_was_not_asked_for() {
    let place = Place::with_a_case();
    let answer = place.bahi(&["balances", "--format", "json"]).done().json();
    assert_eq!(fields(&answer), ["as_of", "known_on", "position", "root", "rows"]);
    assert_eq!((&answer["position"], &answer["as_of"]), (&json!(11), &Value::Null));
    assert!(is_hash(&answer["root"]));
    let known_on = answer["known_on"].as_str().expect("a moment is a text");
    assert!(known_on.ends_with("+05:30"), "{known_on}");
    let rows = answer["rows"].as_array().expect("rows are a list");
    assert_eq!(rows.len(), 1);
    let expected = json!({
        "scheme": "margin-money", "allotted": "10000000.00", "sanctioned": "250000.00",
        "disbursed": "250000.00", "returned": "0.00", "recovered": "0.00", "utilised": "0.00",
        "adjusted": "0.00", "available": "9750000.00", "suspense": "0.00",
        "interest_earned": "0.00", "interest_remitted": "0.00", "applied": 1, "audited": 1,
    });
    assert_eq!(rows[0], expected);
    let all = ["balances", "--by", "scheme,district,head,fy", "--format", "json"];
    let answer = place.bahi(&all).done().json();
    assert_eq!(answer["rows"].as_array().map(Vec::len), Some(1), "applications are of no head");
    let row = &answer["rows"][0];
    let keys = [&row["scheme"], &row["district"], &row["head"], &row["fy"]];
    assert_eq!(keys, [&json!("margin-money"), &json!("187"), &json!("odop"), &json!("2024-25")]);
}

#[test]
fn balances_answer_for_any_past() {
    let place = Place::with_a_case();
    let cases: [(&[&str], &str, &str); 7] = [
        (&["--at", "8"], "10000000.00", "0.00"),
        (&["--at", "9"], "10000000.00", "250000.00"),
        (&["--as-of", "2024-06-09"], "10000000.00", "0.00"),
        (&["--as-of", "2024-06-10"], "10000000.00", "250000.00"),
        (&["--district", "varanasi", "--fy", "2024-2025"], "10000000.00", "250000.00"),
        (&["--scheme", "margin-money", "--head", "odop"], "10000000.00", "250000.00"),
        (&["--known-on", "2199-12-31"], "10000000.00", "250000.00"),
    ];
    for (arguments, allotted, sanctioned) in cases {
        let mut words = vec!["balances", "--format", "json", "--by", "none"];
        words.extend(arguments);
        let row = &place.bahi(&words).done().json()["rows"][0];
        let found = (&row["allotted"], &row["sanctioned"]);
        assert_eq!(found, (&json!(allotted), &json!(sanctioned)), "{arguments:?}");
    }
    let before = ["balances", "--known-on", "2000-01-01", "--format", "json"];
    let answer = place.bahi(&before).done().json();
    assert_eq!((&answer["position"], &answer["rows"]), (&json!(0), &json!([])));
    assert!(place.bahi(&["balances", "--at", "12"]).failed(2).contains("beyond the last"));
    assert!(
        place
            .bahi(&["balances", "--scheme", "mda2"])
            .failed(2)
            .contains("open are margin-money, cfc")
    );
    assert!(place.bahi(&["balances", "--head", "none"]).failed(2).contains("head none"));
    assert!(place.bahi(&["balances", "--district", "Varansi"]).failed(2).contains("Varanasi"));
    place.bahi(&["balances", "--by", "none,fy"]).failed(2);
}

#[test]
fn a_table_of_balances_states_its_basis_and_sums() {
    let place = Place::with_a_case();
    let out = place.bahi(&["balances", "--by", "district"]).done().out;
    for text in ["position 11, known on ", "root ", "187 Varanasi", "total", "97,50,000.00"] {
        assert!(out.contains(text), "{text}: {out}");
    }
    let widest = out.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest <= 100), "{out}");
    assert_eq!(place.bahi(&["balances", "--by", "district", "--from-log"]).done().out, out);
    let csv = place.bahi(&["balances", "--by", "district,fy", "--format", "csv"]).done().out;
    let lines: Vec<&str> = csv.lines().collect();
    let heading = "district,fy,allotted,sanctioned,disbursed,returned,recovered,utilised,adjusted,\
        available,applied,audited,suspense,interest_earned,interest_remitted,position,root,as_of,\
        known_on";
    assert_eq!(lines[0], heading);
    let answer = place.bahi(&["balances", "--format", "json"]).done().json();
    let [root, known_on] = ["root", "known_on"].map(|name| answer[name].as_str().expect("a text"));
    let row = "187,2024-25,10000000.00,250000.00,250000.00,0.00,0.00,0.00,0.00,9750000.00,1,1,0.00,\
        0.00,0.00,11";
    assert_eq!(lines[1], format!("{row},{root},,{known_on}"));
    // A row that stands alone says what it rests on, as the document does once for all its rows.
    let words = ["balances", "--as-of", "2024-06-15", "--at", "10", "--format", "jsonl"];
    let rows = place.bahi(&words).done().json_lines();
    let answer = place.bahi(&["balances", "--at", "10", "--format", "json"]).done().json();
    let basis = ["position", "root", "as_of", "known_on"].map(|name| rows[0][name].clone());
    let expected =
        [json!(10), answer["root"].clone(), json!("2024-06-15"), answer["known_on"].clone()];
    assert_eq!((rows.len(), basis), (1, expected));
}

#[test]
fn every_question_is_answered_alike_from_what_was_put_away_and_from_the_log() {
    let place = Place::with_a_case();
    let questions: [&[&str]; 9] = [
        &["trail", "--case", "VNS/2024/0042"],
        &["trail", "--person", "0123456789abcdef0123456789abcdef"],
        &["trail", "--order", "S-7/2024"],
        &["events"],
        &["outcomes"],
        &["suspense"],
        &["explain", "VNS/2024/0042"],
        &["replay", "--compare"],
        &["balances", "--at", "9"],
    ];
    let answers = |from_log: bool| {
        let asked = questions.map(|question| {
            let more: &[&str] = if from_log { &["--from-log"] } else { &[] };
            let done = place.bahi(&[question, &["--format", "json"], more].concat()).done();
            let mut answer = done.json();
            if question[0] == "replay" {
                // How long it took, and what was compared with.
                answer = answer["rows"].take();
            }
            answer
        });
        asked.to_vec()
    };
    let folded = answers(false);
    let mut ledger = bahi::Ledger::open(&place.ledger()).expect("it opens");
    ledger.put_folds_away().expect("they are put away");
    drop(ledger);
    assert_eq!(answers(false), folded);
    assert_eq!(answers(true), folded);
    let verified = place.bahi(&["verify", "--format", "json"]).done().json();
    let passes = verified["passes"].as_array().expect("passes are a list");
    let pass =
        passes.iter().find(|pass| pass["name"] == json!("put away")).expect("it is compared");
    assert_eq!((&pass["ok"], &pass["checked"]), (&json!(true), &json!(5)));

    // Somebody who may write there puts an older memory of the rules in place of this one.
    let file = place.ledger().join("folds/rules");
    std::fs::write(&file, b"BHFOLDED and no more").expect("written");
    assert_eq!(answers(false), folded, "what is not whole is as good as none");
}

#[test]
fn what_is_put_away_is_shown_with_what_becomes_of_it() {
    let place = Place::with_a_case();
    let told = || place.bahi(&["folds", "--format", "json"]).done().json();
    let each = |answer: &serde_json::Value, name: &str| {
        let folds = answer["folds"].as_array().expect("folds are a list");
        folds.iter().map(|fold| fold[name].clone()).collect::<Vec<_>>()
    };
    let before = told();
    assert_eq!(each(&before, "fold"), ["rules", "house", "balances", "movements", "trail"]);
    assert_eq!(each(&before, "found"), ["missing"; 5]);
    assert!(each(&before, "to_fold").iter().all(|left| *left == before["position"]));
    let mut ledger = bahi::Ledger::open(&place.ledger()).expect("it opens");
    ledger.put_folds_away().expect("they are put away");
    drop(ledger);
    let after = told();
    assert_eq!(each(&after, "found"), ["kept"; 5]);
    assert!(each(&after, "holds").iter().all(|holds| *holds == after["position"]));
    let trail = place.ledger().join("folds/trail");
    let mut bytes = std::fs::read(&trail).expect("it was put away");
    bytes[10] = 77;
    std::fs::write(&trail, &bytes).expect("written");
    let shown = place.bahi(&["folds"]).done().out;
    assert!(shown.contains("is taken up") && shown.contains("77"), "{shown}");
    assert_eq!(each(&told(), "found_version")[4], 77);
    let csv = place.bahi(&["folds", "--format", "csv"]).done().out;
    assert_eq!(csv.lines().count(), 6, "{csv}");
    assert_eq!(place.bahi(&["folds", "--format", "jsonl"]).done().out.lines().count(), 5);
}

#[test]
fn a_trail_holds_every_event_and_how_the_case_stands_after_it() {
    let place = Place::with_a_case();
    let subjects = [
        (["--case", "VNS/2024/0042"], 4),
        (["--person", "0123456789abcdef0123456789abcdef"], 4),
        (["--account", "fedcba9876543210fedcba9876543210"], 4),
        (["--order", "S-7/2024"], 1),
    ];
    for (subject, events) in subjects {
        let mut words = vec!["trail", "--format", "json"];
        words.extend(subject);
        let answer = place.bahi(&words).done().json();
        let entries = answer["entries"].as_array().expect("entries are a list");
        assert_eq!(entries.len(), events, "{subject:?}");
        assert_eq!(answer["subject"]["id"], json!(subject[1]));
        assert!(answer["as_of"].is_null() && answer["known_on"].is_string());
        assert!(entries.iter().all(|entry| entry["back_dated_days"].as_u64() > Some(365)));
        let sanction = entries.iter().find(|entry| entry["kind"] == "Sanctioned");
        let sanction = sanction.expect("the sanction is on every trail");
        assert_eq!((&sanction["position"], &sanction["amount"]), (&json!(9), &json!("250000.00")));
        assert_eq!(
            sanction["authority"],
            json!({"order": "S-7/2024", "date": "2024-06-10", "paragraph": "2"})
        );
        assert_eq!(sanction["running"]["sanctioned"], json!("250000.00"));
        assert!(is_hash(&sanction["leaf_hash"]));
    }
    let table = place.bahi(&["trail", "--case", "VNS/2024/0042"]).done().out;
    for text in ["187 Varanasi", "dm-vns, sanctioning authority", "order S-7/2024 of 2024-06-10, 2"]
    {
        assert!(table.contains(text), "{text}: {table}");
    }
    let csv = place.bahi(&["trail", "--case", "VNS/2024/0042", "--format", "csv"]).done().out;
    assert_eq!(csv.lines().count(), 5, "{csv}");
    let early = ["trail", "--case", "VNS/2024/0042", "--at", "8", "--format", "jsonl"];
    assert_eq!(place.bahi(&early).done().json_lines().len(), 1);
}

#[test]
fn a_subject_nobody_knows_is_a_no() {
    let place = Place::with_a_case();
    let unknown = [
        ["--case", "VNS/2024/0043"],
        ["--person", "ffffffffffffffffffffffffffffffff"],
        ["--account", "0123456789abcdef0123456789abcdef"],
        ["--order", "S-8/2024"],
    ];
    for [by, id] in unknown {
        let ran = place.bahi(&["trail", by, id]);
        assert!(ran.failed(1).contains("knows nothing of the"), "{by} {id}: {ran:?}");
        assert_eq!(ran.out, "");
    }
    place.bahi(&["trail"]).failed(2);
    place.bahi(&["trail", "--person", "short"]).failed(2);
    place.bahi(&["trail", "--case", "a", "--order", "b"]).failed(2);
}

#[test]
fn events_are_listed_filtered_and_turned_around() {
    let place = Place::with_a_case();
    let positions = |arguments: &[&str]| -> Vec<u64> {
        let mut words = vec!["events", "--format", "jsonl"];
        words.extend(arguments);
        let lines = place.bahi(&words).done().json_lines();
        lines.iter().filter_map(|line| line["position"].as_u64()).collect()
    };
    let cases: [(&[&str], &[u64]); 12] = [
        (&["--at", "3"], &[1, 2, 3]),
        (&["--from", "7", "--as-of", "2024-06-10"], &[7, 8, 9]),
        (&["--from", "7", "--at", "10", "--as-of", "2024-06-20", "--reverse"], &[10, 9, 8, 7]),
        (&["--known-on", "2020-01-01"], &[]),
        (&[], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (&["--from", "9", "--to", "10"], &[9, 10]),
        (&["--reverse", "--limit", "2"], &[11, 10]),
        (&["--kind", "disbursed"], &[10]),
        (&["--scheme", "margin-money", "--from", "8", "--limit", "2"], &[8, 9]),
        (&["--from", "12"], &[]),
        (&["--from", "10", "--to", "9"], &[]),
        (&["--to", "99999999", "--from", "11"], &[11]),
    ];
    for (arguments, expected) in cases {
        assert_eq!(positions(arguments), expected, "{arguments:?}");
    }
    let document = place.bahi(&["events", "--from", "10", "--format", "json"]).done().json();
    assert_eq!(fields(&document), ["as_of", "events", "known_on", "position", "root"]);
    let event = &document["events"][0];
    assert!(event["back_dated_days"].as_u64().is_some_and(|days| days > 365), "{event}");
    assert_eq!((&event["kind"], &event["amount"]), (&json!("Disbursed"), &json!("250000.00")));
    assert_eq!(
        (&event["case_ref"], &event["reference"]),
        (&json!("VNS/2024/0042"), &json!("BILL-1"))
    );
    assert!(is_hash(&event["leaf_hash"]));
    let csv = place.bahi(&["events", "--from", "10", "--format", "csv"]).done().out;
    assert!(csv.lines().nth(1).is_some_and(|line| line.contains(",Disbursed,")), "{csv}");
    assert!(place.bahi(&["events", "--from", "12"]).done().out.contains("0 events shown"));
    assert!(place.bahi(&["events", "--kind", "Paid"]).failed(2).contains("the kinds are"));
}

#[test]
fn a_replay_proves_itself_equal() {
    let place = Place::with_a_case();
    let answer = place.bahi(&["replay", "--compare", "--format", "json"]).done().json();
    assert_eq!((&answer["events"], &answer["compared"]["equal"]), (&json!(11), &json!(true)));
    assert_eq!(answer["rows"][0]["available"], json!("9750000.00"));
    let past = place.bahi(&["replay", "--to", "8", "--format", "json"]).done().json();
    assert_eq!((&past["events"], &past["rows"][0]["sanctioned"]), (&json!(8), &json!("0.00")));
    assert!(fields(&past).iter().all(|field| *field != "compared"));
    place.bahi(&["replay", "--to", "8", "--compare"]).failed(2);
    place.bahi(&["replay", "--as-of", "2024-06-09", "--compare"]).failed(2);
    let table = place.bahi(&["replay", "--compare"]).done().out;
    assert_eq!(table.matches("byte for byte").count(), 4, "{table}");
}

#[test]
fn a_verification_lists_its_passes() {
    let place = Place::with_a_case();
    let answer = place.bahi(&["verify", "--format", "json"]).done().json();
    assert_eq!(fields(&answer), ["ok", "passes", "position", "root", "seconds"]);
    assert_eq!((&answer["ok"], &answer["position"]), (&json!(true), &json!(11)));
    let passes = answer["passes"].as_array().expect("passes are a list");
    for pass in passes {
        assert_eq!(fields(pass), ["checked", "first_problem", "name", "ok"]);
        assert_eq!((&pass["ok"], &pass["first_problem"]), (&json!(true), &Value::Null));
    }
    for name in ["pages", "tree", "records", "links", "postings", "conservation", "agreement"] {
        assert!(passes.iter().any(|pass| pass["name"] == name && pass["checked"] != 0), "{name}");
    }
    assert!(place.bahi(&["verify"]).done().out.contains("everything holds up to position 11"));
}

#[test]
fn an_entitlement_names_its_order_and_rounding() {
    let facts = r#"{"project_cost":"1000000"}"#;
    let words = ["entitlement", "--scheme", "margin-money", "--on", "2024-06-10", "--facts", facts];
    let json_words = [&words[..], &["--format", "json"]].concat();
    let answer = bahi(&json_words).done().json();
    let expected = [
        "authority",
        "entitlement",
        "items",
        "notes",
        "own_contribution",
        "rounding",
        "scheme",
        "version",
    ];
    assert_eq!(fields(&answer), expected);
    assert_eq!(
        (&answer["entitlement"], &answer["own_contribution"]),
        (&json!("250000.00"), &json!("100000.00"))
    );
    assert_eq!(
        answer["rounding"],
        json!({"rule": "paisa_half_away_from_zero", "exact": "250000/1"})
    );
    assert_eq!(answer["authority"]["paragraph"], json!("1(2)"));
    let item = &answer["items"][0];
    assert_eq!((&item["claimed"], &item["limit"]), (&json!("1000000.00"), &json!("625000.00")));
    assert!(answer["notes"].as_array().is_some_and(|notes| !notes.is_empty()));
    let table = bahi(&words).done().out;
    for text in ["₹ 2,50,000.00", "of 2018-09-24, 1(2)", "half away from zero", "6,25,000.00"] {
        assert!(table.contains(text), "{text}: {table}");
    }
    // A named ledger answers by its own terms: here the same ones.
    let place = Place::with_rulebook();
    assert_eq!(place.bahi(&json_words).done().json(), answer);
}

#[test]
fn who_is_not_entitled_is_told_by_which_order() {
    let cases = [
        ("margin-money", "2018-09-23", r#"{"project_cost":"1"}"#, "no_terms_in_force"),
        ("margin-money", "2024-06-10", "{}", "missing_fact"),
        ("margin-money", "2024-06-10", r#"{"project_cost":"1","size":"2"}"#, "unknown_fact"),
        ("margin-money", "2024-06-10", r#"{"project_cost":1}"#, "fact_of_wrong_kind"),
        ("margin-money", "2024-06-10", r#"{"project_cost":"1,000"}"#, "fact_of_wrong_kind"),
        ("cfc", "2024-06-10", r#"{"project_cost":"450000000"}"#, "not_entitled"),
    ];
    for (scheme, day, facts, refusal) in cases {
        let words = ["entitlement", "--scheme", scheme, "--on", day, "--facts", facts];
        let ran = bahi(&[&words[..], &["--format", "json"]].concat());
        assert_eq!((ran.status, ran.err.as_str()), (1, ""), "{ran:?}");
        let answer = ran.json();
        assert_eq!(answer["refusal"], json!(refusal), "{facts}");
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert!(fields(&answer).contains(&"authority"));
        let table = bahi(&words);
        assert_eq!(table.status, 1);
        assert!(table.out.contains(refusal), "{table:?}");
    }
    for facts in ["", "{", "[]", "null", r#"{"a":1,"a":2}"#, r#"{"a":{}}"#, "{\"a\":\"\u{1}\"}"] {
        let words = ["entitlement", "--scheme", "mda", "--on", "2024-06-10", "--facts", facts];
        assert!(bahi(&words).failed(2).contains("--facts: column"), "{facts}");
    }
    let unknown = ["entitlement", "--scheme", "x", "--on", "2024-06-10", "--facts", "{}"];
    assert!(bahi(&unknown).failed(2).contains("margin-money"));
}

#[test]
fn the_rulebook_is_readable() {
    let schemes = bahi(&["schemes", "--format", "json"]).done().json();
    let names: Vec<&Value> = schemes["schemes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|scheme| &scheme["scheme"])
        .collect();
    assert_eq!(names, ["cfc", "margin-money", "mda", "training-toolkit"]);
    let page = bahi(&["schemes", "margin-money"]).done().out;
    for text in [
        "mm-2018",
        "of 2018-09-24",
        "up to ₹ 25,00,000.00: 25 % of project_cost",
        "the order is silent",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(bahi(&["schemes", "--format", "csv"]).done().out.lines().count(), 7);
    bahi(&["schemes", "x"]).failed(2);
    let districts = bahi(&["districts", "--format", "json"]).done().json();
    assert_eq!(districts["districts"].as_array().map(Vec::len), Some(75));
    for (search, code) in [
        ("187", "187"),
        ("varanasi", "187"),
        ("वाराणसी", "187"),
        ("tikuli", "126"),
        ("वाराण", "187"),
    ] {
        let found = bahi(&["districts", search, "--format", "jsonl"]).done().json_lines();
        assert!(found.iter().any(|district| district["code"] == code), "{search}: {found:?}");
    }
    assert!(bahi(&["districts", "Varansi"]).failed(1).contains("Varanasi"));
    let schema = bahi(&["schema", "commands"]).done().json();
    let kinds = bahi::core::CommandKind::ALL.len();
    assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(kinds + 1), "and the signed form");
}
