//! Lines that are commands, lines that are not and where, and commands there and back.

mod keys;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    samples::{KEY, head, sound_lines, unsound_lines},
    *,
};
use crate::{LINE_BYTES_MAX, strategies};

fn names(name: &str) -> Option<District> {
    (name == "Varanasi" || name == "वाराणसी").then_some(District(187))
}

fn check(line: &str) -> Result<Command, Malformed> {
    parse_command(line.as_bytes(), &names)
}

#[test]
fn every_sound_line_reads_and_is_written_back_to_the_byte() {
    for line in sound_lines() {
        let command = check(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(command_line(&command), line);
        let value: Value = serde_json::from_str(&line).expect("a sound line is JSON");
        assert_eq!(command_json(&command), value);
        for ending in ["\n", "\r\n", "\r", " \t"] {
            assert_eq!(check(&format!("{line}{ending}")), Ok(command.clone()));
        }
    }
}

#[test]
fn every_unsound_line_names_its_column_and_its_field() {
    let mut wrong = Vec::new();
    for (line, points_at, says) in unsound_lines() {
        let Err(error) = check(&line) else { panic!("this reads: {line}") };
        let place = line.get(error.column - 1..).unwrap_or_default();
        if !error.what.contains(says) || !place.starts_with(points_at) {
            wrong.push(format!("{error}, at {place:.20}, not {says} at {points_at}\n    {line}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn commands_of_the_spine_need_no_field_that_is_not_documented() {
    let id = "0198a7c2-0000-7000-8000-000000000001";
    for (kind, own) in [
        (
            "allot",
            r#""authority":{"order":"1","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"2851","fy":"2024-25","district":"187"},"amount":"10000000.00""#,
        ),
        (
            "apply",
            r#""scheme":"margin-money","district":"187","case_ref":"VNS/2024/0042","applicant":{"person":{"person_key":"00ff0123456789abcdef00112233aa99","family_key":"00ff0123456789abcdef00112233aa98"}},"facts":{"project_cost":"1000000.00","product":"silk"}"#,
        ),
        (
            "sanction",
            r#""authority":{"order":"1","date":"2024-06-01","paragraph":"3"},"case_ref":"VNS/2024/0042","fund":{"scheme":"margin-money","head":"2851","fy":"2024-25","district":"187"},"amount":"250000.00""#,
        ),
        (
            "disburse",
            r#""case_ref":"VNS/2024/0042","instalment":1,"amount":"250000.00","payee":{"account_key":"00ff0123456789abcdef00112233aa99","ifsc":"SBIN0001234"},"reference":"b""#,
        ),
        (
            "audit",
            r#""case_ref":"VNS/2024/0042","scope":"case","opinion":"observation","findings":[{"check":"C05","amount":"0.00"}]"#,
        ),
    ] {
        let line = format!(
            r#"{{"command_id":"{id}","kind":"{kind}","actor":"fin-01","role":"finance","effective_day":"2024-04-01",{own}}}"#
        );
        let command = check(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(command.act.kind().name(), kind);
        assert_eq!(command_line(&command).len(), line.len(), "{line}");
    }
}

#[test]
fn every_kind_has_a_sound_line() {
    let kinds: BTreeSet<_> = sound_lines()
        .iter()
        .filter_map(|line| check(line).ok())
        .map(|command| command.act.kind())
        .collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), CommandKind::ALL);
}

#[test]
fn other_ways_to_say_the_same_are_read() {
    let lines = sound_lines();
    for (line, from, to) in [
        (2, "2024-25", "2024-2025"),
        (2, r#""187""#, r#""Varanasi""#),
        (2, r#""187""#, r#""वाराणसी""#),
        (2, r#""0.00""#, r#""0""#),
        (2, r#""kind":"allot","#, r#" "kind" : "\u0061llot" , "#),
        (3, &format!(r#""{KEY}""#), &format!(r#"{{"1":"{KEY}"}}"#)),
        (11, r#","reference""#, r#","mode":"unstated","reissue_of":null,"reference""#),
        (11, r#","reference""#, r#","authority":null,"reference""#),
        (15, r#","opinion""#, r#","seen":[],"opinion""#),
    ] {
        let other = lines[line].replacen(from, to, 1);
        assert_ne!(other, lines[line], "line {line} has no {from}");
        assert_eq!(check(&other), check(&lines[line]), "{other}");
    }
}

#[test]
fn an_optional_field_is_absent_or_null() {
    for line in sound_lines() {
        let command = check(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let end = line.rfind('}').expect("a line is an object");
        for optional in OPTIONAL {
            let other = format!(r#"{},"{optional}":null}}"#, &line[..end]);
            match check(&other) {
                Ok(read) => assert_eq!(read, command, "{other}"),
                Err(error) => assert!(error.what.contains(" field `"), "{error}: {other}"),
            }
        }
    }
}

/// Fields that stand in some kinds of commands, where they may be absent.
const OPTIONAL: [&str; 9] = [
    "authority",
    "until",
    "mode",
    "reissue_of",
    "payment",
    "case_ref",
    "opening",
    "closing",
    "target",
];

#[test]
fn hostile_bytes_are_placed_and_never_panic() {
    let long = format!("{}\"{}\"}}", r#"{"kind":"#, "a".repeat(LINE_BYTES_MAX));
    let deep = |open: &str| format!(r#"{{"kind":"allot","x":{}"#, open.repeat(20_000));
    let deep_terms = format!(
        r#"{},"scheme":"m","terms":{{"own_contribution":{}"#,
        head("change_terms"),
        r#"{"min":["#.repeat(200)
    );
    let lone = sound_lines()[2].replacen("fin-01", r"\ud800", 1);
    let escape = sound_lines()[2].replacen(r#""amount""#, r#""\u001b[2J\n\u202e""#, 1);
    let table: Vec<(Vec<u8>, usize, &str)> = vec![
        (b"".to_vec(), 1, "nothing stands"),
        (b"  \t\r\n".to_vec(), 1, "nothing stands"),
        (b"\0".to_vec(), 1, "this is not JSON"),
        (b"hello".to_vec(), 1, "this is not JSON; a line is one JSON object"),
        (b"nonsense".to_vec(), 2, "this is not JSON; a line is one JSON object"),
        (b"{\"kind\":\"al\0lot\"}".to_vec(), 12, "control character"),
        (b"\xef\xbb\xbf{}".to_vec(), 1, "byte order mark"),
        (b"{\"kind\":\"\xff\"}".to_vec(), 10, "not UTF-8"),
        (b"{\"kind\":\"\xe0\xa4\"}".to_vec(), 10, "not UTF-8"),
        (b"{\n}".to_vec(), 2, "a line break"),
        (b"[]".to_vec(), 1, "list"),
        (b"17".to_vec(), 1, "a whole number stands here; an object"),
        (b"{} {}".to_vec(), 1, "missing field `kind`"),
        (b" { \"actor\":1 } ".to_vec(), 14, "missing field `kind`"),
        (b"{\"kind\":\"allot\"} x".to_vec(), 18, "trailing characters"),
        (b"{\"kind\":\"allot\",}".to_vec(), 17, "trailing comma"),
        (b"{\"kind\":\"allot\"".to_vec(), 15, "the text ends inside an object"),
        (b"{kind:1}".to_vec(), 2, "key must be a string"),
        (long.into_bytes(), LINE_BYTES_MAX + 1, "longer than 65536 bytes"),
        (deep("[").into_bytes(), 20_020, "the text ends"),
        (deep("{\"a\":").into_bytes(), 65_537, "longer than"),
        (deep_terms.into_bytes(), 0, "the text ends"),
        (lone.into_bytes(), 84, "hex escape"),
        (escape.into_bytes(), 0, r"unknown field `\u{1b}[2J\u{a}\u{202e}`"),
    ];
    for (line, column, says) in table {
        let shown = String::from_utf8_lossy(&line[..line.len().min(60)]).into_owned();
        let error = parse_command(&line, &|_| None).expect_err(&shown);
        assert!(error.what.contains(says), "{error}, not {says}: {shown}");
        assert!(column == 0 || error.column == column, "{error}: {shown}");
        assert!(error.column >= 1 && error.column <= line.len() + 1, "{error}: {shown}");
        assert!(!error.to_string().contains(char::is_control), "{shown}");
    }
}

#[test]
fn huge_and_nested_values_in_every_field_are_placed() {
    let huge = format!("[{}1]", "1,".repeat(LINE_BYTES_MAX / 2 - 512));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep_objects = format!("{}1{}", r#"{"1":"#.repeat(5_000), "}".repeat(5_000));
    let text = format!(r#""{}""#, "a".repeat(LINE_BYTES_MAX - 1_024));
    let mut refused = 0;
    for line in sound_lines() {
        let fields: serde_json::Map<String, Value> =
            serde_json::from_str(&line).expect("a sound line is an object");
        for (name, value) in &fields {
            let from = format!(r#""{name}":{value}"#);
            for hostile in [&huge, &deep, &deep_objects, &text, "[]", "{}", "null", "-0.0", "true"]
            {
                // A value whose own fields are in another order is not found; most are.
                let hostile_line = line.replacen(&from, &format!(r#""{name}":{hostile}"#), 1);
                if hostile_line == line {
                    continue;
                }
                let Err(error) = check(&hostile_line) else {
                    assert!(matches!(hostile, "[]" | "{}" | "null"), "{hostile_line:.400}");
                    continue;
                };
                assert!((1..=hostile_line.len() + 1).contains(&error.column), "{error}");
                assert!(error.what.chars().count() < 400, "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 3_000, "{refused} lines were refused");
}

#[test]
fn nesting_beyond_any_terms_is_refused_on_a_small_stack() {
    let nested = |open: &str, close: &str, levels: usize| {
        format!(
            r#"{},"scheme":"m","terms":{{"own_contribution":{}{{"number":1}}{}}}}}"#,
            head("change_terms"),
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    for (open, close) in [
        (r#"{"min":["#, "]}"),
        (r#"{"if":{"test":{"flag":"a"},"then":{"number":1},"else":"#, "}}"),
        (r#"{"slab":{"on":{"number":1},"rows":[{"paragraph":"1","gives":"#, "}]}}"),
    ] {
        let line = nested(open, close, 500);
        let error = check(&line).expect_err("five hundred levels are too many");
        assert!(error.what.contains("recursion limit"), "{error}");
    }
}

#[test]
fn a_message_repeats_no_identity() {
    for identity in [
        "999900001111",
        r#""999900001111""#,
        r#"{"1":999900001111}"#,
        r#"{"999900001111":"00ff0123456789abcdef00112233aa99"}"#,
        r#"{"1":{"999900001111":1}}"#,
        "9999.00001111",
    ] {
        let line = sound_lines()[3].replacen(&format!(r#""{KEY}""#), identity, 1);
        let error = check(&line).expect_err("a bare number is no fingerprint");
        assert!(!error.to_string().contains("9999"), "{error}");
    }
}

#[test]
fn a_message_has_a_bound() {
    let line = sound_lines()[2].replacen("amount", &"é".repeat(20_000), 1);
    let error = check(&line).expect_err("no field has such a name");
    assert!(error.what.chars().count() < 400, "{}", error.what.len());
}

proptest! {
    #[test]
    fn a_command_reads_back_as_it_was(command in strategies::command()) {
        let line = command_line(&command);
        prop_assume!(line.len() <= LINE_BYTES_MAX);
        prop_assert_eq!(check(&line), Ok(command.clone()));
        let value = serde_json::to_string(&command_json(&command)).expect("a value is text");
        prop_assert_eq!(check(&value), Ok(command));
    }

    #[test]
    fn a_damaged_line_is_placed_or_read(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut line = which.get(&sound_lines()).clone().into_bytes();
        let at = at.index(line.len());
        if cut { line.truncate(at) } else { line[at] = byte }
        if let Err(error) = parse_command(&line, &names) {
            prop_assert!((1..=line.len() + 1).contains(&error.column));
            prop_assert!(!error.to_string().contains(char::is_control));
        }
    }
}
