//! Signed lines there and back, and those that are none.

use bahi_core::{Command, District, SIGNED_LINE_BYTES_MAX};

use crate::{Malformed, command::samples::sound_lines, command_line, parse_command};

fn check(line: &str) -> Result<Command, Malformed> {
    parse_command(line.as_bytes(), &|_| None::<District>)
}

/// A line as a signed command.
fn signed(line: &str) -> String {
    let line = serde_json::to_string(line).expect("a text has a JSON form");
    let (key, signature) = ("0a".repeat(32), "b1".repeat(64));
    format!(r#"{{"signed":{line},"key":"{key}","signature":"{signature}"}}"#)
}

#[test]
fn a_signed_line_is_the_command_of_the_line_and_is_written_back_to_the_byte() {
    for plain in sound_lines().iter().filter(|line| line.len() <= SIGNED_LINE_BYTES_MAX) {
        // What is signed is kept as it is sent, blanks and all.
        for sent in [plain.clone(), format!(" {}", plain.replacen(':', " : ", 1))] {
            let line = signed(&sent);
            let command = check(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let kept = command.signed.as_deref().expect("it is signed");
            assert_eq!(kept.line(), sent);
            assert_eq!((kept.key(), kept.signature()), (&[0x0a; 32], &[0xb1; 64]));
            assert_eq!(command_line(&command), line);
            assert_eq!(Command { signed: None, ..command }, check(plain).expect("a command"));
        }
    }
}

#[test]
fn a_line_that_is_no_signed_command_says_what_is_wrong_with_it() {
    let plain = sound_lines()[2].clone();
    let sound = signed(&plain);
    let twice = signed(&sound);
    let rows = [
        (sound.replacen("0a0a", "0A0a", 1), "key: a public key is 64 lower-case hex digits"),
        (sound.replacen("b1b1", "b1", 1), "signature: a signature is 128 lower-case hex digits"),
        (sound.replacen(r#","key""#, r#","keys""#, 1), "unknown field `keys`"),
        (sound.replacen(r#","key""#, r#","signed":"x","key""#, 1), "duplicate field `signed`"),
        (signed(""), "signed: one line of 1 to 8192 bytes is signed"),
        (signed(&format!("{plain}\n")), "signed: one line of 1 to 8192 bytes is signed"),
        (signed(&" ".repeat(SIGNED_LINE_BYTES_MAX + 1)), "one line of 1 to 8192 bytes is signed"),
        (signed("{}"), "signed: in the signed line, column 1: missing field `kind`"),
        (signed(&plain.replacen("fin-01", "", 1)), "signed: in the signed line, column 77: actor"),
        (twice, "signed: in the signed line"),
        (
            r#"{"signed":7,"key":"","signature":""}"#.to_owned(),
            "signed: a whole number stands here",
        ),
    ];
    for (line, says) in rows {
        let Err(error) = check(&line) else { panic!("this reads: {line}") };
        assert!(error.to_string().contains(says), "{error}, not {says}: {line}");
    }
}

#[test]
fn a_word_that_is_signed_makes_no_signed_command() {
    let plain = sound_lines()[2].replacen("fin-01", "signed", 1);
    let command = check(&plain).expect("an actor of that name");
    assert_eq!(command.signed, None);
}
