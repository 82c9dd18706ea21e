//! Texts that are key files, and every way of not being one.

use proptest::prelude::*;

use super::*;

fn key(id: u16, fill: u8) -> FingerprintKey {
    let mut secret = Secret::empty();
    for (byte, value) in secret.bytes_mut().iter_mut().zip(fill..) {
        *byte = value;
    }
    let created = Day::parse("2024-04-01").expect("a date");
    FingerprintKey::new(KeyInfo { id, created }, secret)
}

fn secrets(keys: &[FingerprintKey]) -> Vec<(KeyInfo, [u8; SECRET_BYTES])> {
    keys.iter().map(|key| (key.info, *key.secret.bytes())).collect()
}

/// A text of these lines, closed with the check value of its last key.
fn closed(lines: &str) -> String {
    let key = lines.lines().rev().find_map(|line| key_line(line, &[]).ok()).expect("a key");
    let mut text = format!("{lines}check ");
    push_hex(&mut text, &key.file_check(lines.as_bytes()));
    text.push('\n');
    text
}

fn flaw(text: &[u8]) -> Option<(usize, Flaw)> {
    read(text).err()
}

fn line(id: &str, fill: &str, day: &str) -> String {
    format!("{id} {} {day}", fill.repeat(32))
}

#[test]
fn keys_come_back_as_they_were_written() {
    for count in [1, 2, KEYS_MAX] {
        let ids = (1..).step_by(1000).take(count);
        let keys: Vec<FingerprintKey> = ids.zip(1..).map(|(id, fill)| key(id, fill)).collect();
        let text = write(&keys);
        assert!(text.len() <= KEY_FILE_BYTES_MAX, "{count} keys take {} bytes", text.len());
        let read = read(text.as_bytes()).expect("a whole file");
        assert_eq!(secrets(&read), secrets(&keys));
    }
}

#[test]
fn no_byte_can_be_changed_left_out_or_added() {
    let text = write(&[key(1, 7), key(2, 99)]);
    let whole = text.as_bytes();
    assert_eq!(flaw(whole), None);
    for at in 0..whole.len() {
        assert!(flaw(&whole[..at]).is_some(), "cut at {at}");
        for bit in 0..8 {
            let mut other = whole.to_vec();
            other[at] ^= 1 << bit;
            assert!(flaw(&other).is_some(), "byte {at} bit {bit}");
        }
        let mut shorter = whole.to_vec();
        let gone = shorter.remove(at);
        assert!(flaw(&shorter).is_some() || shorter == whole, "without byte {at}");
        let mut longer = whole.to_vec();
        longer.insert(at, gone);
        assert!(flaw(&longer).is_some(), "byte {at} twice");
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        let mut fewer = lines.clone();
        fewer.remove(at);
        assert!(flaw(fewer.concat().as_bytes()).is_some(), "without line {}", at + 1);
    }
}

#[test]
fn a_flaw_is_named_with_its_line() {
    let head = "bahi-fingerprint-keys 1\n";
    let one = line("1", "0a", "2024-04-01");
    let second = |line: &str| format!("{head}{line}\n");
    let many: String = (1..=65)
        .map(|id| line(&id.to_string(), &format!("{id:02x}"), "2024-04-01") + "\n")
        .collect();
    let good = closed(&second(&one));
    let cases: Vec<(String, usize, Flaw)> = vec![
        (String::new(), 1, Flaw::NotAKeyFile),
        ("\n".to_owned(), 1, Flaw::NotAKeyFile),
        ("bahi-fingerprint-keys 1".to_owned(), 1, Flaw::NotAKeyFile),
        ("bahi-fingerprint-keys\n".to_owned(), 1, Flaw::NotAKeyFile),
        (" bahi-fingerprint-keys 1\n".to_owned(), 1, Flaw::NotAKeyFile),
        ("bahi-fingerprint-keys 2\n".to_owned(), 1, Flaw::FormUnknown),
        ("bahi-fingerprint-keys 1 \n".to_owned(), 1, Flaw::FormUnknown),
        (good.replace('\n', "\r\n"), 1, Flaw::NotAKeyFile),
        (head.to_owned(), 2, Flaw::CheckMissing),
        (second(&one), 3, Flaw::CheckMissing),
        (format!("{head}{one}"), 2, Flaw::NotPrintable),
        (second("# राम"), 2, Flaw::NotPrintable),
        (second(""), 2, Flaw::NotAKey),
        (second("1 2"), 2, Flaw::NotAKey),
        (second(&format!("{one} ")), 2, Flaw::NotAKey),
        (second(&format!(" {one}")), 2, Flaw::NotAKey),
        (second(&line("0", "0a", "2024-04-01")), 2, Flaw::Id),
        (second(&line("01", "0a", "2024-04-01")), 2, Flaw::Id),
        (second(&line("+1", "0a", "2024-04-01")), 2, Flaw::Id),
        (second(&line("65536", "0a", "2024-04-01")), 2, Flaw::Id),
        (second(&line("1", "0A", "2024-04-01")), 2, Flaw::Secret),
        (second(&line("1", "a", "2024-04-01")), 2, Flaw::Secret),
        (second(&line("1", "0a0", "2024-04-01")), 2, Flaw::Secret),
        (second(&line("1", "0g", "2024-04-01")), 2, Flaw::Secret),
        (second(&line("1", "00", "2024-04-01")), 2, Flaw::SecretWorthless),
        (second(&line("1", "0a", "2024-02-30")), 2, Flaw::Day),
        (second(&format!("{one}\n{}", line("2", "0a", "2024-04-01"))), 3, Flaw::SecretWorthless),
        (second(&format!("{one}\n{}", line("1", "0b", "2024-04-01"))), 3, Flaw::IdOrder),
        (format!("{head}{many}"), 66, Flaw::TooManyKeys),
        (second("check 00"), 2, Flaw::NoKey),
        (second(&format!("{one}\ncheck")), 3, Flaw::NotAKey),
        (second(&format!("{one}\ncheck {}", "00".repeat(16))), 3, Flaw::CheckWrong),
        (second(&format!("{one}\ncheck {}", "0".repeat(31))), 3, Flaw::CheckWrong),
        (format!("{good}\n"), 4, Flaw::Trailing),
        (format!("{good}x"), 4, Flaw::Trailing),
    ];
    for (text, line, expected) in &cases {
        assert_eq!(flaw(text.as_bytes()), Some((*line, *expected)), "{text}");
    }
    assert_eq!(flaw(good.as_bytes()), None);
    assert_eq!(flaw(b"bahi-fingerprint-keys 1\n\xff\xfe\n"), Some((2, Flaw::NotPrintable)));
    assert_eq!(flaw(b"\xef\xbb\xbfbahi-fingerprint-keys 1\n"), Some((1, Flaw::NotAKeyFile)));
    assert_eq!(flaw(&[0; KEY_FILE_BYTES_MAX]), Some((1, Flaw::NotAKeyFile)));
}

#[test]
fn keys_are_read_whatever_comments_stand_between() {
    let lines = format!(
        "bahi-fingerprint-keys 1\n# one\n{}\n#\n{}\n# end\n",
        line("3", "0a", "2024-04-01"),
        line("65535", "0b", "2199-12-31")
    );
    let keys = read(closed(&lines).as_bytes()).expect("a whole file");
    assert_eq!(keys.iter().map(|key| key.info.id).collect::<Vec<_>>(), [3, 65535]);
}

proptest! {
    #[test]
    fn any_bytes_are_safe_to_read(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..2000),
            "(bahi-fingerprint-keys 1\n)?([0-9a-f #check\n-]{0,80}\n){0,6}".prop_map(String::into_bytes),
        ]
    ) {
        let (line, _) = flaw(&bytes).expect("nobody knows the check value");
        prop_assert!(line >= 1 && line <= bytes.iter().filter(|b| **b == b'\n').count() + 1);
    }
}
