//! Lines that are commands, lines that are not and where, and commands there and back.

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
    ] {
        let other = lines[line].replacen(from, to, 1);
        assert_ne!(other, lines[line], "line {line} has no {from}");
        assert_eq!(check(&other), check(&lines[line]), "{other}");
    }
}

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
        (b"\0".to_vec(), 1, "expected value"),
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
    for identity in ["999900001111", r#""999900001111""#, r#"{"1":999900001111}"#, "9999.00001111"]
    {
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
        which in 0_usize..16,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut line = sound_lines()[which].clone().into_bytes();
        let at = at.index(line.len());
        if cut { line.truncate(at) } else { line[at] = byte }
        if let Err(error) = parse_command(&line, &names) {
            prop_assert!((1..=line.len() + 1).contains(&error.column));
            prop_assert!(!error.to_string().contains(char::is_control));
        }
    }
}
