//! The schema beside the reader: what reads is valid, what is valid reads, but for what no schema
//! can say.

use bahi_core::{CommandKind, Milestone, Span, Subject};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    answer_schemas, command_schema,
    validator::{matches, valid},
};
use crate::{
    command::samples::{sound_lines, unsound_lines},
    command_json, parse_command, strategies,
};

#[test]
fn every_sound_line_is_valid() {
    let schema = command_schema();
    for line in sound_lines() {
        let value = serde_json::from_str(&line).expect("a sound line is JSON");
        assert!(valid(&schema, &schema, &value), "{line}");
    }
}

/// What the reader says of a line that no JSON Schema can refuse.
const BEYOND_A_SCHEMA: [&str; 13] = [
    "duplicate field",
    "stands twice",
    "not an ISO date",
    "not a financial year",
    "no district has this code or name",
    // A schema takes 1.0 for a whole number.
    "a number with places stands here; a whole number",
    "terms: the terms use",
    "terms: the terms name",
    "terms: the gate of",
    "terms: a gate waits for",
    "terms: no case can come to",
    "this fingerprint under key id",
    // Events may have such an id, and share with commands what an id is.
    "a UUID of all zeros or all ones",
];

#[test]
fn every_unsound_line_is_invalid_where_a_schema_can_say_so() {
    let schema = command_schema();
    let mut invalid = 0;
    for (line, _, _) in unsound_lines() {
        let error = parse_command(line.as_bytes(), &|_| None).expect_err("the line is unsound");
        let Ok(value) = serde_json::from_str(&line) else { continue };
        if valid(&schema, &schema, &value) {
            let beyond = BEYOND_A_SCHEMA.iter().any(|says| error.what.contains(says));
            assert!(beyond, "{error}: {line}");
        } else {
            invalid += 1;
        }
    }
    assert!(invalid > 120, "the schema refuses {invalid} lines");
}

#[test]
fn every_object_is_closed_and_every_definition_described() {
    fn walk(schema: &Value, path: &str) {
        if let Some(object) = schema.as_object() {
            let closed = object.contains_key("additionalProperties");
            assert!(closed || !object.contains_key("properties"), "{path} is open");
            for (name, inner) in object {
                walk(inner, &format!("{path}/{name}"));
            }
        }
        for (index, inner) in schema.as_array().into_iter().flatten().enumerate() {
            walk(inner, &format!("{path}/{index}"));
        }
    }
    let schema = command_schema();
    walk(&schema["oneOf"], "");
    for (name, definition) in schema["$defs"].as_object().expect("there are definitions") {
        walk(definition, name);
        assert!(definition["description"].is_string(), "{name} is not described");
    }
}

#[test]
fn a_pattern_and_its_reader_take_the_same_texts() {
    let schema = command_schema();
    let table: [(&str, &str, &[&str], &[&str]); 5] = [
        (
            "amount",
            "amount",
            &[
                "0",
                "0.5",
                "00012",
                "1000000000000000",
                "01000000000000000.00",
                "999999999999999.99",
            ],
            &["", ".", "1.", ".5", "1.005", "1000000000000000.01", "1000000000000001", "१", "+1"],
        ),
        ("actor", "actor", &["a", "a b", "~"], &["", " a", "a ", "é", "a\tb"]),
        (
            "day",
            "effective_day",
            &["1900-01-01", "2199-12-31", "2024-02-29"],
            &["1899-12-31", "2200-01-01", "2024-13-01", "2024-00-10", "2024-1-1", "24-01-01"],
        ),
        (
            "command_id",
            "command_id",
            &["0198A7C2-0000-7000-8000-00000000000f"],
            &["0198a7c2000070008000000000000001", "g198a7c2-0000-7000-8000-000000000001"],
        ),
        ("role", "role", &["auditor"], &["Auditor", ""]),
    ];
    let sound: Value = serde_json::from_str(&sound_lines()[2]).expect("a sound line is JSON");
    for (definition, field, takes, refuses) in table {
        let reads = |text: &str| {
            let mut line = sound.clone();
            line[field] = json!(text);
            let read = parse_command(line.to_string().as_bytes(), &|_| None).is_ok();
            let path = format!("/$defs/{definition}");
            let schema_of = schema.pointer(&path).expect("it is defined");
            assert_eq!(valid(&schema, schema_of, &json!(text)), read, "{field} of {text}");
            read
        };
        assert!(takes.iter().all(|text| reads(text)), "{field}");
        assert!(!refuses.iter().any(|text| reads(text)), "{field}");
        let longest = "a".repeat(65);
        assert!(!reads(&longest), "{field}");
    }
}

#[test]
fn a_pattern_of_a_procedure_and_its_reader_take_the_same_texts() {
    let schema = command_schema();
    let widest = ["step ", &"a".repeat(64)].concat();
    let too_wide = ["step ", &"a".repeat(65)].concat();
    let things = [
        "step a",
        "step a after b",
        "step  a",
        "step a ",
        "step ",
        "step",
        "step \u{e9}",
        "Sanction",
        "sanction",
        "payment",
        "use",
        "adjustment",
        "application",
        "credit",
        "instalment 0",
        "",
        "instalment 1",
        "instalment 01",
        "instalment 9999",
        "instalment 59999",
        "instalment 65535",
        "instalment 64999",
        "instalment 65536",
        "instalment 65529",
        "instalment 70000",
        "instalment",
        "instalment +1",
        "instalment 100000",
        &widest,
        &too_wide,
    ];
    let lengths = [
        "0 days",
        "1 days",
        "07 days",
        "9999 days",
        "10000 days",
        "29999 days",
        "35999 days",
        "36499 days",
        "36500 days",
        "36501 days",
        "37000 days",
        "40000 days",
        "0 months",
        "9 months",
        "999 months",
        "1199 months",
        "1200 months",
        "1201 months",
        "1300 months",
        "2 weeks",
        "days",
        "",
        "-1 days",
        "1  days",
        "1 day",
    ];
    let spans = lengths.iter().map(|length| format!("{length} after credit"));
    let spans = spans.chain(things.iter().map(|thing| format!("7 days after {thing}")));
    let spans: Vec<String> = spans.chain(["7 days".to_owned()]).collect();
    let check = |definition: &str, text: &str, read: bool| {
        let of = schema.pointer(&format!("/$defs/{definition}")).expect("it is defined");
        assert_eq!(valid(&schema, of, &json!(text)), read, "{definition} of {text:?}");
        read
    };
    let mut taken = 0;
    for text in things {
        taken += usize::from(check("gate_of", text, Subject::parse(text).is_some()));
        taken += usize::from(check("milestone", text, Milestone::parse(text).is_some()));
    }
    for text in &spans {
        taken += usize::from(check("span", text, Span::parse(text).is_some()));
    }
    assert_eq!(taken, 50, "texts that are taken");
}

/// The first sound line of a kind, one of its fields changed.
fn changed(kind: &str, field: &str, value: &Value) -> Value {
    let lines = sound_lines();
    let kind = format!(r#""kind":"{kind}""#);
    let line = lines.iter().find(|line| line.contains(&kind)).expect("the kind has a line");
    let mut line: Value = serde_json::from_str(line).expect("a sound line is JSON");
    line[field] = value.clone();
    line
}

/// A kind, a field of it, the definition of the field, values it takes and values it refuses.
type Taken = (&'static str, &'static str, &'static str, Vec<Value>, Vec<Value>);

#[test]
fn a_schema_and_its_reader_take_the_same_values() {
    let schema = command_schema();
    let (hash, key) = ("0a".repeat(32), "0a".repeat(16));
    let key_ids = |ids: &[&str]| ids.iter().map(|id| json!({ *id: key })).collect::<Vec<_>>();
    let balances = ["0", "-0", "-0.5", "00012", "-1000000000000000.00", "999999999999999.99"];
    let no_balances = ["", "-", "--1", "+1", "1-", "-1.", "-.5", "-1000000000000000.01", "1,0"];
    let no_hashes =
        [&hash[1..], "", &hash.to_uppercase(), &format!("{hash}0")].map(|one| json!(one));
    let table: [Taken; 6] = [
        (
            "receive_statement",
            "opening",
            "balance",
            balances.map(|text| json!(text)).to_vec(),
            [&no_balances.map(|text| json!(text))[..], &[json!(1), json!("1".repeat(49))]].concat(),
        ),
        ("note_export", "digest", "hash", vec![json!(hash)], no_hashes.to_vec()),
        ("rotate_key", "check", "check_value", vec![json!(key)], no_hashes.to_vec()),
        (
            "receive_statement",
            "account",
            "key",
            key_ids(&[
                "1", "9", "10", "9999", "10000", "59999", "60000", "64999", "65000", "65499",
                "65500", "65529", "65530", "65535",
            ]),
            [
                key_ids(&["0", "01", "00", "", "+1", "-1", " 1", "1.0", "65536", "65540", "65600"]),
                key_ids(&["66000", "70000", "99999", "100000", "a", "१"]),
                vec![json!({}), json!({ "1": 1 }), json!([key]), json!(null), json!(hash)],
            ]
            .concat(),
        ),
        (
            "match",
            "line",
            "line",
            vec![json!({ "statement": 1, "line": 0 })],
            vec![json!({ "statement": 0, "line": 1 }), json!({ "line": 1 }), json!("1:1")],
        ),
        (
            "bar",
            "subject",
            "subject",
            ["person", "family", "body", "account"].map(|name| json!({ name: key })).to_vec(),
            vec![
                json!({}),
                json!({ "unit": key }),
                json!({ "body": key, "person": key }),
                json!(key),
            ],
        ),
    ];
    for (kind, field, definition, takes, refuses) in table {
        let reads = |value: &Value| {
            let line = changed(kind, field, value);
            let read = parse_command(line.to_string().as_bytes(), &|_| None).is_ok();
            let schema_of = schema.pointer(&format!("/$defs/{definition}")).expect("it is defined");
            assert_eq!(valid(&schema, schema_of, value), read, "{field} of {value}");
            read
        };
        for value in takes {
            assert!(reads(&value), "{field} of {value}");
        }
        for value in refuses {
            assert!(!reads(&value), "{field} of {value}");
        }
    }
}

#[test]
fn each_kind_has_a_definition_of_its_name_and_no_name_is_given_twice() {
    let schema = command_schema();
    let kinds = schema["oneOf"].as_array().expect("there are kinds");
    let names: Vec<_> = kinds.iter().filter_map(|kind| kind["$ref"].as_str()).collect();
    let mut expected: Vec<_> =
        CommandKind::ALL.map(|kind| format!("#/$defs/{}", kind.name())).into_iter().collect();
    expected.push("#/$defs/signed_command".to_owned());
    assert_eq!(names, expected);
    // The generator numbers the second of two definitions of one name.
    for name in schema["$defs"].as_object().expect("there are definitions").keys() {
        assert!(!name.ends_with(|end: char| end.is_ascii_digit()), "{name}");
    }
}

#[test]
fn the_matcher_of_these_tests_says_no_too() {
    for (pattern, takes, refuses) in [
        ("^a{2}$", "aa", "aaa"),
        ("^a{1,2}b?$", "aab", "aaab"),
        ("^(a|bc)*$", "abcbca", "abcb"),
        ("^[a-c_]$", "_", "d"),
    ] {
        assert!(matches(pattern, takes), "{pattern}");
        assert!(!matches(pattern, refuses), "{pattern}");
    }
}

#[test]
fn every_schema_of_an_answer_is_closed_described_and_leads_to_what_is_there() {
    fn walk(whole: &Value, schema: &Value, path: &str) {
        if let Some(object) = schema.as_object() {
            let listed = object.get("properties").is_some_and(Value::is_object);
            let is_object = object.get("type").is_some_and(|kind| kind == "object");
            let closed = object.contains_key("additionalProperties");
            assert!(closed || !(listed && is_object), "{path} is open");
            if let Some(place) = object.get("$ref").and_then(Value::as_str) {
                let found = place.strip_prefix('#').and_then(|place| whole.pointer(place));
                assert!(found.is_some(), "{path} leads to {place}, which is not there");
            }
        }
        let inner = schema.as_object().into_iter().flatten();
        let inner = inner.map(|(name, inner)| (name.clone(), inner));
        let listed = schema.as_array().into_iter().flatten().enumerate();
        let listed = listed.map(|(index, inner)| (index.to_string(), inner));
        for (name, inner) in inner.chain(listed) {
            walk(whole, inner, &format!("{path}/{name}"));
        }
    }
    let schemas = answer_schemas();
    for (name, schema) in &schemas {
        let sound = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        assert!(name.chars().all(sound), "{name} is no name of a component");
        assert!(!name.ends_with(|end: char| end.is_ascii_digit()), "{name} stands twice");
        assert!(schema["description"].is_string(), "{name} is not described");
    }
    let whole = json!({ "components": { "schemas": schemas } });
    walk(&whole, &whole["components"]["schemas"], "");
}

#[test]
fn a_command_is_valid_among_the_components_too() {
    let schemas = json!({ "components": { "schemas": answer_schemas() } });
    let command = schemas.pointer("/components/schemas/command").expect("commands are described");
    for line in sound_lines() {
        let value = serde_json::from_str(&line).expect("a sound line is JSON");
        assert!(valid(&schemas, command, &value), "{line}");
    }
    assert!(!valid(&schemas, command, &json!({ "kind": "allot" })));
}

proptest! {
    #[test]
    fn every_command_that_is_written_is_valid(command in strategies::command()) {
        let schema = command_schema();
        let value = command_json(&command);
        prop_assert!(valid(&schema, &schema, &value), "{value}");
    }
}
