//! Ways of writing one value, and what is no value.

use proptest::prelude::*;

use super::*;

const CODES: [FingerprintKind; 3] =
    [FingerprintKind::Person, FingerprintKind::Family, FingerprintKind::Body];

fn form(kind: FingerprintKind, value: &str) -> Result<String, ValueError> {
    let text = |form: Canonical| String::from_utf8(form.bytes().to_vec()).expect("ASCII");
    Canonical::new(kind, value).map(text)
}

fn equal(kind: FingerprintKind, canonical: &str, ways: &[&str]) {
    for way in ways.iter().chain([&canonical]) {
        assert_eq!(form(kind, way).as_deref(), Ok(canonical), "{kind:?} {way}");
    }
}

#[test]
fn identity_numbers_are_equal_however_they_are_grouped() {
    for kind in CODES {
        equal(
            kind,
            "123456789012",
            &[
                "1234 5678 9012",
                "1234-5678-9012",
                " 1234\u{a0}5678\t9012 ",
                "1234–5678−9012",
                "'123456789012",
                " _123456789012",
                "१२३४ ५६७८ ९०१२",
            ],
        );
        equal(kind, "ABCDE1234F", &["abcde1234f", "ABCDE 1234 F"]);
        equal(kind, "UDYAMUP010000001", &["UDYAM-UP-01-0000001", "udyam up 01 0000001"]);
        equal(kind, "UP/45/123/0123456", &["up/45/123/0123456", "UP / 45 / 123 / 0123456"]);
        equal(kind, "0012", &["00-12"]);
    }
}

#[test]
fn what_differs_stays_different() {
    let pairs = [
        (FingerprintKind::Person, "0123456789", "123456789"),
        (FingerprintKind::Person, "1/23", "12/3"),
        (FingerprintKind::Body, "A1", "A/1"),
        (FingerprintKind::BankReference, "000123456789", "123456789"),
        (FingerprintKind::Account, "1230", "123"),
    ];
    for (kind, one, other) in pairs {
        let (one, other) = (form(kind, one).expect("a value"), form(kind, other).expect("a value"));
        assert_ne!(one, other, "{kind:?}");
    }
}

#[test]
fn an_account_is_its_digits_without_the_padding() {
    let account = FingerprintKind::Account;
    equal(
        account,
        "30123456789",
        &["00000030123456789", "3012 3456 789", "_30123456789", "'030123456789", "३०१२३४५६७८९"],
    );
    equal(account, "0", &["000000000000", "00-00"]);
    equal(account, "11111111111", &[]);
    equal(account, "999999999999999999", &["0000000000999999999999999999"]);
    let refused = [
        ("1999999999999999999", ValueError::AccountTooLong),
        ("SBIN0001234/30123456789", ValueError::Character { column: 1 }),
        ("3.0123E+10", ValueError::Character { column: 2 }),
        ("30123456789.0", ValueError::Character { column: 12 }),
        ("XXXXXX6789", ValueError::Character { column: 1 }),
        ("", ValueError::Empty),
        ("  -- ", ValueError::Empty),
    ];
    for (value, error) in refused {
        assert_eq!(form(account, value), Err(error), "{value}");
    }
}

#[test]
fn a_mobile_is_ten_digits_whatever_is_dialled_before_them() {
    let mobile = FingerprintKind::Mobile;
    equal(
        mobile,
        "9876543210",
        &["+91 98765 43210", "919876543210", "0091-9876543210", "09876543210", "98765-43210"],
    );
    for value in
        ["5876543210", "987654321", "929876543210", "0", "99876543210", "1", "0919876543210"]
    {
        assert_eq!(form(mobile, value), Err(ValueError::NotAMobile), "{value}");
    }
    assert_eq!(form(mobile, "98765+43210"), Err(ValueError::Character { column: 6 }));
    assert_eq!(form(mobile, "+"), Err(ValueError::Empty));
}

#[test]
fn a_bank_reference_of_zeros_is_none() {
    let reference = FingerprintKind::BankReference;
    equal(reference, "SBIN052400012345", &["sbin052400012345", "SBIN 0524 00012345"]);
    for value in ["0000000000000000", "0", "", "-"] {
        assert_eq!(form(reference, value), Err(ValueError::Empty), "{value}");
    }
    assert_eq!(form(reference, "NEFT"), Err(ValueError::NoDigit));
}

#[test]
fn what_stands_for_many_or_for_nobody_is_refused() {
    let refused = [
        ("", ValueError::Empty),
        (" \t\u{a0}-", ValueError::Empty),
        ("'", ValueError::Empty),
        ("NA", ValueError::NoDigit),
        ("n/a", ValueError::NoDigit),
        ("/", ValueError::NoDigit),
        ("XXXX XXXX 9012", ValueError::Masked),
        ("xxxxxxxx9012", ValueError::Masked),
        ("111111111111", ValueError::Placeholder),
        ("0", ValueError::Placeholder),
        ("0000/0000", ValueError::Placeholder),
        ("1.23457E+11", ValueError::Character { column: 2 }),
        ("**** 9012", ValueError::Character { column: 1 }),
        ("12,34", ValueError::Character { column: 3 }),
        ("12\n34", ValueError::Character { column: 3 }),
        ("12\u{200b}34", ValueError::Character { column: 3 }),
        ("１２３４", ValueError::Character { column: 1 }),
        ("''12", ValueError::Character { column: 2 }),
        ("+12", ValueError::Character { column: 1 }),
        ("राम 12", ValueError::Character { column: 1 }),
    ];
    for kind in CODES {
        for (value, error) in refused {
            assert_eq!(form(kind, value), Err(error), "{kind:?} {value:?}");
        }
        assert_eq!(form(kind, "XXX1").as_deref(), Ok("XXX1"));
    }
}

#[test]
fn a_value_is_as_long_as_it_may_be_and_no_longer() {
    for kind in FingerprintKind::ALL {
        let long = "7".repeat(VALUE_BYTES_MAX + 1);
        assert_eq!(form(kind, &long), Err(ValueError::TooLong), "{kind:?}");
    }
    let most = "72".repeat(VALUE_BYTES_MAX / 2);
    assert_eq!(form(FingerprintKind::Person, &most).as_deref(), Ok(most.as_str()));
}

#[test]
fn the_names_of_kinds_are_fixed_and_come_back() {
    let names = ["person", "family", "account", "body", "bank_reference", "mobile"];
    assert_eq!(FingerprintKind::ALL.map(FingerprintKind::name), names);
    for kind in FingerprintKind::ALL {
        assert_eq!(FingerprintKind::parse(kind.name()), Some(kind));
    }
    assert_eq!(FingerprintKind::parse("Person"), None);
}

fn any_kind() -> impl Strategy<Value = FingerprintKind> {
    prop::sample::select(&FingerprintKind::ALL[..])
}

proptest! {
    #[test]
    fn the_form_of_a_form_is_itself(
        kind in any_kind(),
        value in prop_oneof!["[0-9 -]{0,30}", "['_+ 0-9A-Za-z/-]{0,30}", any::<String>()]
    ) {
        if let Ok(canonical) = form(kind, &value) {
            prop_assert!(!canonical.is_empty() && canonical.len() <= value.len());
            prop_assert_eq!(form(kind, &canonical), Ok(canonical.clone()));
        }
    }

    #[test]
    fn blanks_and_hyphens_change_nothing(
        kind in any_kind(),
        value in "[0-9A-Z/]{1,20}",
        places in prop::collection::vec((0_usize..20, prop::sample::select(vec![' ', '-', '\u{2013}'])), 0..8)
    ) {
        let mut spaced: Vec<char> = value.chars().collect();
        for (place, sign) in places {
            spaced.insert(place.min(spaced.len()), sign);
        }
        let spaced: String = spaced.into_iter().collect();
        let (one, other) = (form(kind, &value), form(kind, &spaced));
        // A refusal may name another column.
        prop_assert!(one == other || (one.is_err() && other.is_err()), "{:?} {:?}", one, other);
    }

    #[test]
    fn zeros_before_an_account_change_nothing(account in 0_u64..1_000_000_000_000_000_000, zeros in 0_usize..40) {
        let padded = format!("{}{account}", "0".repeat(zeros));
        prop_assert_eq!(form(FingerprintKind::Account, &padded), Ok(account.to_string()));
    }
}
