//! The schema beside the reader: what reads is valid, what is valid reads, but for what no schema
//! can say.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    command_schema,
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
const BEYOND_A_SCHEMA: [&str; 7] = [
    "duplicate field",
    "stands twice",
    "not an ISO date",
    "not a financial year",
    "no district has this code or name",
    // A schema takes 1.0 for a whole number.
    "a number with places stands here; a whole number",
    "terms: the terms use",
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
    assert!(invalid > 60, "the schema refuses {invalid} lines");
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

proptest! {
    #[test]
    fn every_command_that_is_written_is_valid(command in strategies::command()) {
        let schema = command_schema();
        let value = command_json(&command);
        prop_assert!(valid(&schema, &schema, &value), "{value}");
    }
}
