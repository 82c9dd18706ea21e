//! Which texts are taken, and what their bytes are.

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::*;

fn of(fields: &[(&str, &str)]) -> Contents {
    let mut contents = Contents::default();
    for (name, text) in fields {
        contents.add(name, text).expect("a field");
    }
    contents
}

/// Contents of any names and texts that are taken.
pub(crate) fn any_contents() -> impl Strategy<Value = Contents> {
    btree_map("[a-z][a-z0-9_]{0,63}", ".{1,256}", 0..=FIELDS_MAX).prop_map(|fields| {
        let mut contents = Contents::default();
        for (name, text) in &fields {
            // Some of what is made up is refused; what is left is contents all the same.
            let _ = contents.add(name, text);
        }
        contents
    })
}

#[test]
fn texts_out_of_bounds_are_refused_and_never_quoted() {
    let named = || "name".to_owned();
    let aadhaar = || ContentsError::LooksLikeAadhaar { name: named() };
    let cases = [
        ("", "x".to_owned(), ContentsError::Name),
        ("Name", "x".to_owned(), ContentsError::Name),
        ("1st", "x".to_owned(), ContentsError::Name),
        ("na me", "x".to_owned(), ContentsError::Name),
        ("_name", "x".to_owned(), ContentsError::Name),
        ("mobile", "x".to_owned(), ContentsError::Twice { name: "mobile".to_owned() }),
        ("name", " \u{a0}\n".to_owned(), ContentsError::Empty { name: named() }),
        ("name", "x".repeat(1025), ContentsError::TooLong { name: named() }),
        ("name", "Zz\u{0}".to_owned(), ContentsError::Control { name: named(), column: 3 }),
        ("name", "Zz\u{1b}[2J".to_owned(), ContentsError::Control { name: named(), column: 3 }),
        ("name", "200000000009".to_owned(), aadhaar()),
        ("name", "UID 2000 0000 0009 Zz".to_owned(), aadhaar()),
        ("name", "2000\u{2013}0000\u{2013}0009".to_owned(), aadhaar()),
        ("name", "2000\u{a0}0000\t0009".to_owned(), aadhaar()),
        ("name", "20000\u{200b}0000009".to_owned(), aadhaar()),
        ("name", "२००००००००००९".to_owned(), aadhaar()),
        ("name", "２００００００００００９".to_owned(), aadhaar()),
    ];
    for (name, text, expected) in cases {
        let mut contents = of(&[("mobile", "9000000001")]);
        let error = contents.add(name, &text).expect_err(&text);
        assert_eq!(error, expected, "{text}");
        assert_eq!(contents, of(&[("mobile", "9000000001")]));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("Zz") && !shown.contains("0009"), "{shown}");
    }
    let long = "a".repeat(65);
    assert_eq!(Contents::default().add(&long, "x"), Err(ContentsError::Name));
}

#[test]
fn there_is_room_for_every_field_at_its_bound_and_for_no_more() {
    let mut contents = Contents::default();
    for at in 0..FIELDS_MAX {
        let name = format!("f{at:063}");
        contents.add(&name, &"x".repeat(FIELD_TEXT_BYTES_MAX)).expect("within bounds");
    }
    assert_eq!(contents.add("one_more", "x"), Err(ContentsError::TooMany));
    assert_eq!(contents.bytes().len(), CONTENTS_BYTES_MAX);
    assert_eq!(Contents::read(&contents.bytes()), Some(contents));
}

#[test]
fn a_bank_account_of_twelve_digits_is_told_apart_by_a_zero() {
    let mut contents = Contents::default();
    assert!(contents.add("account", "200000000009").is_err());
    contents.add("account", "0200000000009").expect("an account");
}

#[test]
fn bytes_that_contents_do_not_write_are_not_read() {
    let contents = of(&[("a", "one"), ("b", "two")]);
    let bytes = contents.bytes().to_vec();
    assert_eq!(bytes.len(), FILL);
    assert_eq!(Contents::read(&bytes).as_ref(), Some(&contents));
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = bytes.clone();
        change(&mut changed);
        changed
    };
    let changed = [
        with(&|bytes| bytes.truncate(FILL - 1)),
        with(&|bytes| bytes.extend([0; FILL])),
        with(&|bytes| bytes[FILL - 1] = 1),
        with(&|bytes| bytes[1] = 1),
        with(&|bytes| bytes[1] = 3),
        with(&|bytes| bytes[0] = 0xff),
        with(&|bytes| bytes[2] = 0xff),
        with(&|bytes| bytes[3] = b'b'),
        with(&|bytes| bytes[6] = 0xff),
        Vec::new(),
        vec![0],
    ];
    for (at, changed) in changed.iter().enumerate() {
        assert_eq!(Contents::read(changed), None, "change {at}");
    }
}

#[test]
fn plain_bytes_are_read_up_to_their_bound() {
    let read = |bytes: &[u8], bytes_max| {
        let plain = Plain::read(&mut &*bytes, bytes_max).expect("read");
        plain.map(|plain| plain.bytes().to_vec())
    };
    assert_eq!(read(b"abc", 3), Some(b"abc".to_vec()));
    assert_eq!(read(b"abcd", 3), None);
    assert_eq!(read(b"", 0), Some(Vec::new()));
}

proptest! {
    #[test]
    fn contents_read_back_as_they_were(contents in any_contents()) {
        prop_assert_eq!(Contents::read(&contents.bytes()), Some(contents));
    }

    #[test]
    fn any_bytes_are_read_or_not_and_are_what_is_written(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Some(contents) = Contents::read(&bytes) {
            prop_assert_eq!(contents.bytes().to_vec(), bytes);
        }
    }
}

#[test]
fn a_text_told_by_others_is_taken_without_the_number_that_is_kept_nowhere() {
    let number = (0..10)
        .map(|digit| format!("29990001112{digit}"))
        .find(|number| looks_like_aadhaar(number))
        .expect("one of ten digits is the check digit");
    let grouped = format!("{} {} {}", &number[..4], &number[4..8], &number[8..]);
    let devanagari: String = number
        .chars()
        .map(|digit| char::from_u32(0x966 + digit.to_digit(10).expect("a digit")).expect("a digit"))
        .collect();
    for (text, expected) in [
        ("UPI/CR/412/ASHA DEVI".to_owned(), vec!["UPI/CR/412/ASHA DEVI".to_owned()]),
        (" \t\u{1}".to_owned(), vec![]),
        ("a\u{7}b\nc".to_owned(), vec!["a b c".to_owned()]),
        (format!("TO {number}."), vec!["TO ************.".to_owned()]),
        (format!("{grouped} AND {number}"), vec!["**** **** **** AND ************".to_owned()]),
        (format!("X{number} {number}9"), vec![format!("X{number} {number}9")]),
        (devanagari, vec!["************".to_owned()]),
        ("आ".repeat(400), vec!["आ".repeat(341), "आ".repeat(59)]),
    ] {
        let mut contents = Contents::default();
        contents.add_told("narration", &text).expect("taken");
        let found: Vec<String> = contents.iter().map(|(_, text)| text.to_owned()).collect();
        assert_eq!(found, expected, "{text}");
    }
    let mut contents = Contents::default();
    contents.add_told("narration", &"x".repeat(2_100)).expect("taken");
    let names: Vec<&str> = contents.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["narration", "narration_2", "narration_3"]);
    // Digits that are cut into twelve are starred like twelve that stood alone.
    let mut contents = Contents::default();
    let long = format!("{}{}", "9".repeat(1_024), number);
    contents.add_told("narration", &long).expect("taken");
}
