//! Amounts in and out, at their edges.

use alloc::string::ToString;

use proptest::prelude::*;

use super::*;

fn strict(text: &str, paise: Result<i64, AmountError>) {
    assert_eq!(Money::parse(text).map(Money::paise), paise, "{text}");
}

#[test]
fn a_file_amount_is_digits_with_at_most_two_places() {
    strict("0", Ok(0));
    strict("0.5", Ok(50));
    strict("6315789.4", Ok(631_578_940));
    strict("000250000.00", Ok(25_000_000));
    strict("", Err(AmountError::Empty));
    strict("1.", Err(AmountError::BarePoint));
    strict(".5", Err(AmountError::BarePoint));
    strict("1.234", Err(AmountError::TooPrecise));
    strict("1.2.3", Err(AmountError::Character { found: '.', column: 4 }));
    strict("-1", Err(AmountError::Character { found: '-', column: 1 }));
    strict("+1", Err(AmountError::Character { found: '+', column: 1 }));
    strict("1e3", Err(AmountError::Character { found: 'e', column: 2 }));
    strict("1_000", Err(AmountError::Character { found: '_', column: 2 }));
    strict("1,000", Err(AmountError::Character { found: ',', column: 2 }));
    strict(" 1", Err(AmountError::Character { found: ' ', column: 1 }));
    strict("१०", Err(AmountError::Character { found: '१', column: 1 }));
    strict("1000000000000000", Ok(PAISE_MAX));
    strict("1000000000000000.01", Err(AmountError::TooLarge));
    strict("99999999999999999999999999999999999999", Err(AmountError::TooLarge));
    strict(&"9".repeat(100), Err(AmountError::TooLarge));
}

#[test]
fn grouping_is_the_indian_one_or_refused() {
    for (text, paise) in [
        ("1,00,000.00", Ok(10_000_000)),
        ("1,000", Ok(100_000)),
        ("12,34,567", Ok(123_456_700)),
        ("999", Ok(99_900)),
        ("100,000.00", Err(AmountError::Grouping)),
        ("1,0000", Err(AmountError::Grouping)),
        (",100", Err(AmountError::Grouping)),
        ("1,00,00", Err(AmountError::Grouping)),
        ("1,000,000", Err(AmountError::Grouping)),
        ("1,000.0,0", Err(AmountError::Grouping)),
    ] {
        assert_eq!(Money::parse_grouped(text).map(Money::paise), paise, "{text}");
    }
}

#[test]
fn a_person_may_say_lakh_and_crore() {
    for (text, rupees) in [
        ("2.5 lakh", "250000"),
        ("₹1,00,000", "100000"),
        ("3crore", "30000000"),
        ("Rs 12.50", "12.5"),
    ] {
        assert_eq!(Money::parse_spoken(text), Money::parse(rupees), "{text}");
    }
    assert_eq!(Money::parse_spoken("0.000000001 lakh"), Err(AmountError::TooPrecise));
    assert!(Money::parse_spoken("lakh").is_err());
    assert!(Money::parse_spoken("1 lakh crore").is_err());
}

#[test]
fn people_read_indian_grouping() {
    for (paise, text) in [
        (0, "0.00"),
        (99_999, "999.99"),
        (100_000, "1,000.00"),
        (10_000_000, "1,00,000.00"),
        (4_089_483_875_177, "40,89,48,38,751.77"),
        (-62_500_000, "-6,25,000.00"),
    ] {
        assert_eq!(Total::from_paise(paise).grouped(), text);
    }
    assert_eq!(Money::MAX.to_string(), "1000000000000000.00");
}

proptest! {
    #[test]
    fn an_amount_read_at_once_is_the_one_that_the_whole_rule_reads(
        text in "[0-9]{0,18}(\\.[0-9]{0,3})?[0-9.x]{0,2}",
    ) {
        if let Some(money) = Money::parse_plain(&text) {
            prop_assert_eq!(Money::parse_whole(&text), Ok(money));
        }
        prop_assert_eq!(Money::parse(&text), Money::parse_whole(&text));
    }
}
