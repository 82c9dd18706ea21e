//! Spellings of amounts: what they mean, and which mean nothing.

use super::*;

fn euro() -> Currency {
    Currency::parse("EUR").expect("a currency")
}

#[test]
fn a_schema_decimal_is_read_to_the_minor_unit() {
    let read = |text: &str, code: &str| {
        of_schema(text, Currency::parse(code).expect("a currency")).map(Amount::minor)
    };
    assert_eq!(read("18.150", "EUR"), Ok(1815));
    assert_eq!(read("5442.09000", "RON"), Ok(544_209));
    assert_eq!(read("200000", "SEK"), Ok(20_000_000));
    assert_eq!(read("100", "JPY"), Ok(100));
    assert_eq!(read("1.234", "KWD"), Ok(1234));
    assert_eq!(read(".5", "INR"), Ok(50));
    assert_eq!(read("5.", "INR"), Ok(500));
    for (text, problem) in [
        ("", AmountProblem::Empty),
        ("12..34", AmountProblem::Character),
        ("8,85", AmountProblem::Character),
        ("1e3", AmountProblem::Character),
        ("8.855", AmountProblem::TooPrecise),
        (".", AmountProblem::BareMark),
        ("-1", AmountProblem::Sign),
        ("1000000000000000.01", AmountProblem::TooLarge),
        ("99999999999999999999999999", AmountProblem::TooLarge),
        ("१००", AmountProblem::Character),
    ] {
        assert_eq!(read(text, "EUR"), Err(problem), "{text}");
    }
}

#[test]
fn a_swift_amount_is_never_cut() {
    let read = |text: &str| of_swift(text, euro()).map(|(amount, odd)| (amount.minor(), odd));
    assert_eq!(read("1000,12"), Ok((100_012, false)));
    assert_eq!(read("500,"), Ok((50_000, false)));
    assert_eq!(read("380115,1"), Ok((38_011_510, false)));
    assert_eq!(read("000000000473,17"), Ok((47_317, false)));
    assert_eq!(read("0"), Ok((0, true)));
    assert_eq!(read("1000.12"), Ok((100_012, true)));
    assert_eq!(read("000000001000.12"), Ok((100_012, true)));
    assert_eq!(read("1.000,12"), Ok((100_012, true)));
    assert_eq!(read("1,000.12"), Ok((100_012, true)));
    assert_eq!(read("1.234.567,00"), Ok((123_456_700, true)));
    for text in ["1.000", "1,000", "1,000,000", "1.000.000", "1.0000"] {
        assert_eq!(read(text), Err(AmountProblem::Ambiguous), "{text}");
    }
    assert_eq!(read("12.34,567.00"), Err(AmountProblem::Ambiguous));
    assert_eq!(read("1.00,00"), Err(AmountProblem::Grouping));
    assert_eq!(read(","), Err(AmountProblem::BareMark));
    assert_eq!(read("-5,00"), Err(AmountProblem::Sign));
    assert_eq!(read("5,00X"), Err(AmountProblem::Character));
    let dinar = Currency::parse("BHD").expect("a currency");
    assert_eq!(of_swift("1,000", dinar).map(|(amount, _)| amount.minor()), Ok(1000));
}

#[test]
fn a_layout_decides_its_marks() {
    let indian = Marks { decimal: '.', group: Some(','), grouping: Grouping::IndianOrThrees };
    let read = |text: &str| of_layout(text, indian, Currency::INR).map(|(a, n)| (a.minor(), n));
    assert_eq!(read("1,35,000.00"), Ok((13_500_000, false)));
    assert_eq!(read("388,000.00"), Ok((38_800_000, false)));
    assert_eq!(read(" ₹ 1,000 "), Ok((100_000, false)));
    assert_eq!(read("( 40 )"), Ok((4000, true)));
    assert_eq!(read("-15"), Ok((1500, true)));
    assert_eq!(read("15.5-"), Ok((1550, true)));
    assert_eq!(read("+ ₹20"), Ok((2000, false)));
    assert_eq!(read("₹ -50"), Ok((5000, true)));
    assert_eq!(read("1\u{a0}000"), Err(AmountProblem::Character));
    assert_eq!(read("1,000.005"), Err(AmountProblem::TooPrecise));
    assert_eq!(read("1,000.100"), Err(AmountProblem::TooPrecise));
    assert_eq!(read("10,00"), Err(AmountProblem::Grouping));
    assert_eq!(read("1,2345"), Err(AmountProblem::Grouping));
    assert_eq!(read("--5"), Err(AmountProblem::Character));
    assert_eq!(read("-5-"), Err(AmountProblem::Sign));
    assert_eq!(read("(-5)"), Err(AmountProblem::Sign));
    assert_eq!(read("12..34"), Err(AmountProblem::Character));
    assert_eq!(read("5."), Err(AmountProblem::BareMark));
    assert_eq!(read("=5"), Err(AmountProblem::Character));
    let german = Marks { decimal: ',', group: Some('.'), grouping: Grouping::Threes };
    assert_eq!(
        of_layout("-1.234,56", german, euro()).map(|(a, n)| (a.minor(), n)),
        Ok((123_456, true))
    );
    assert_eq!(of_layout("$ +30", indian, euro()).map(|(a, n)| (a.minor(), n)), Ok((3000, false)));
}

#[test]
fn what_is_shown_has_the_places_of_its_currency() {
    let shown = |minor: i64, code: &str| {
        let currency = Currency::parse(code).expect("a currency");
        Amount::from_minor(minor, currency).expect("an amount").to_string()
    };
    assert_eq!(shown(5, "INR"), "0.05");
    assert_eq!(shown(100, "JPY"), "100");
    assert_eq!(shown(1001, "KWD"), "1.001");
    assert_eq!(Signed { minor: -3306, currency: euro() }.to_string(), "-33.06");
    assert_eq!(Amount::from_minor(-1, euro()), None);
    assert_eq!(Currency::parse("inr"), None);
    assert_eq!(Currency::parse("₹"), None);
}
