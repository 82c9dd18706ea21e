//! Verhoeff's check digit, and the recognition of numbers that look like an Aadhaar number.
//!
//! # Invariants
//! * Pure, without allocation, and of nothing but `core`: any crate could hold this file.
//! * Recognition is a filter for refusing. It says nothing about whether a number was ever given
//!   out: one in ten numbers of the right shape has a check digit that holds by chance.

/// The group of the ten symmetries of a pentagon: the product of a row and a column.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// What a digit counts as, by its place from the right: the powers of one permutation.
const PLACE: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// The digit that with another gives 0.
const INVERSE: [u8; 10] = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];

/// The digits of an Aadhaar number.
const AADHAAR_DIGITS: usize = 12;
/// It is written in groups of four.
const GROUP_DIGITS: usize = 4;

/// The product over the digits (0 to 9 each), the last of them at place `first_place`.
fn product(digits: &[u8], first_place: usize) -> Option<u8> {
    digits.iter().rev().zip(first_place..).try_fold(0_u8, |sum, (digit, place)| {
        let counts_as = PLACE[place % PLACE.len()].get(usize::from(*digit))?;
        Some(PRODUCT[usize::from(sum)][usize::from(*counts_as)])
    })
}

/// The check digit, 0 to 9, that Verhoeff's scheme puts after these digits; `None` where one of
/// them is not 0 to 9.
///
/// ```
/// use bahi_vault::{verhoeff_check_digit, verhoeff_holds};
/// assert_eq!(verhoeff_check_digit(&[2, 3, 6]), Some(3));
/// assert!(verhoeff_holds(&[2, 3, 6, 3]));
/// ```
#[must_use]
pub fn verhoeff_check_digit(digits: &[u8]) -> Option<u8> {
    product(digits, 1).map(|sum| INVERSE[usize::from(sum)])
}

/// Whether the last of these digits (0 to 9 each) is the check digit of those before it. `false`
/// for no digit at all and where one of them is not 0 to 9.
#[must_use]
pub fn verhoeff_holds(digits: &[u8]) -> bool {
    !digits.is_empty() && product(digits, 0) == Some(0)
}

/// Whether a text holds what looks like an Aadhaar number: twelve digits, the first 2 to 9, whose
/// check digit holds.
///
/// They are found alone or inside a longer text, as one run of exactly twelve digits or as three
/// successive runs of exactly four with blanks or hyphens between them, also where further runs
/// precede or follow. A run is as long as it can be: twelve digits inside a run of sixteen are not
/// looked at. Digits are ASCII or Devanagari; identifiers, being ASCII, hold only the former.
///
/// ```
/// use bahi_vault::looks_like_aadhaar;
/// assert!(looks_like_aadhaar("case 2345-6789-0124"));
/// assert!(!looks_like_aadhaar("case 2345-6789-0125"));
/// ```
#[must_use]
pub fn looks_like_aadhaar(text: &str) -> bool {
    if text.len() < AADHAAR_DIGITS {
        return false;
    }
    // The last digits seen of the run, or of the groups of four joined to it: a ring would save
    // moving twelve bytes, and cost a reader more.
    let mut window = [0_u8; AADHAAR_DIGITS];
    let mut run = 0_usize;
    let mut groups = 0_usize;
    // One sign that is no digit ends the last run as any other does.
    for character in text.chars().chain(['\n']) {
        if let Some(digit) = digit(character) {
            window.rotate_left(1);
            window[AADHAAR_DIGITS - 1] = digit;
            run += 1;
            continue;
        }
        if run > 0 {
            groups = if run == GROUP_DIGITS { groups + 1 } else { 0 };
            let whole = run == AADHAAR_DIGITS || groups >= AADHAAR_DIGITS / GROUP_DIGITS;
            if whole && window[0] >= 2 && verhoeff_holds(&window) {
                return true;
            }
            run = 0;
        }
        if character != ' ' && character != '-' {
            groups = 0;
        }
    }
    false
}

/// The value of an ASCII or Devanagari digit.
fn digit(character: char) -> Option<u8> {
    let zero = match character {
        '0'..='9' => '0',
        '\u{966}'..='\u{96f}' => '\u{966}',
        _ => return None,
    };
    u8::try_from(u32::from(character) - u32::from(zero)).ok()
}

#[cfg(test)]
mod tests {
    //! The scheme against published digits and its own algebra; texts that hold a number and not.

    use proptest::prelude::*;

    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    /// A number of the right shape, made up: these eleven digits and their check digit.
    fn made_up(first_eleven: &str) -> String {
        let check = verhoeff_check_digit(&digits(first_eleven)).expect("digits");
        format!("{first_eleven}{check}")
    }

    #[test]
    fn check_digits_are_the_published_ones() {
        for (number, check) in [("236", 3), ("12345", 1), ("142857", 0), ("123456789012", 0)] {
            assert_eq!(verhoeff_check_digit(&digits(number)), Some(check), "{number}");
            assert!(verhoeff_holds(&digits(&format!("{number}{check}"))), "{number}");
        }
        assert_eq!(verhoeff_check_digit(&[1, 10]), None);
        assert!(!verhoeff_holds(&[0, 255]));
        assert!(!verhoeff_holds(&[]));
    }

    #[test]
    fn the_tables_are_the_group_and_the_powers_of_one_permutation() {
        for (left, inverse) in INVERSE.iter().enumerate() {
            let times = |a: usize, b: usize| usize::from(PRODUCT[a][b]);
            assert_eq!(times(left, usize::from(*inverse)), 0, "{left}");
            for right in 0..10 {
                for third in 0..10 {
                    let (one, other) =
                        (times(times(left, right), third), times(left, times(right, third)));
                    assert_eq!(one, other, "{left} {right} {third}");
                }
            }
            // Turns are 0 to 4 and add up; flips are 5 to 9; two flips make a turn.
            for right in 0..10 {
                let (turn, flip) = ((left + right) % 5, 5 + (left + right) % 5);
                let expected = match (left < 5, right < 5) {
                    (true, true) => turn,
                    (true, false) => flip,
                    (false, true) => 5 + (left + 5 - right) % 5,
                    (false, false) => (left + 5 - right) % 5,
                };
                assert_eq!(times(left, right), expected, "{left} {right}");
            }
        }
        for place in 0..PLACE.len() {
            for digit in 0..10 {
                let next = PLACE[(place + 1) % PLACE.len()][digit];
                assert_eq!(next, PLACE[1][usize::from(PLACE[place][digit])], "{place} {digit}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_wrong_digit_and_every_exchange_of_neighbours_is_caught(
            mut number in prop::collection::vec(0_u8..10, 1..40)
        ) {
            number.push(verhoeff_check_digit(&number).expect("digits"));
            prop_assert!(verhoeff_holds(&number));
            for place in 0..number.len() {
                for wrong in (0..10).filter(|wrong| *wrong != number[place]) {
                    let mut other = number.clone();
                    other[place] = wrong;
                    prop_assert!(!verhoeff_holds(&other), "{:?} at {}", other, place);
                }
                let mut other = number.clone();
                other.swap(place, (place + 1).min(number.len() - 1));
                prop_assert!(other == number || !verhoeff_holds(&other), "{:?}", other);
            }
        }

        #[test]
        fn twelve_digits_are_found_wherever_they_stand(
            first in 2_u8..10,
            rest in "[0-9]{10}",
            before in "([a-zA-Z/:. -]|[0-9]{1,11}/){0,3}",
            after in "(|[a-zA-Z/:. -][ -~]{0,9})",
            separator in "( |-|  | - )"
        ) {
            let number = made_up(&format!("{first}{rest}"));
            let grouped =
                [&number[..4], &number[4..8], &number[8..]].join(separator.as_str());
            let texts =
                [format!("{before}{number}{after}"), format!("{before}{grouped}{after}")];
            for text in &texts {
                prop_assert!(looks_like_aadhaar(text), "{}", text);
            }
            let devanagari: String = number
                .chars()
                .map(|c| char::from_u32(u32::from(c) - 0x30 + 0x966).expect("a digit"))
                .collect();
            prop_assert!(looks_like_aadhaar(&devanagari));
        }

        #[test]
        fn the_answer_is_that_of_a_slow_and_plain_search(
            text in "[0-9 /-]{0,24}",
            parts in prop::collection::vec("([2-9][0-9]{3}|[0-9]{1,5}|[2-9][0-9]{11})( |-|/| - )", 0..5),
            last in "[0-9]{0,11}"
        ) {
            prop_assert_eq!(looks_like_aadhaar(&text), plainly(&text), "{}", text);
            // One of the ten has a check digit that holds, wherever twelve digits are looked at.
            for digit in 0..10 {
                let text = format!("{}{last}{digit}", parts.concat());
                prop_assert_eq!(looks_like_aadhaar(&text), plainly(&text), "{}", text);
            }
        }

        #[test]
        fn any_text_is_safe_to_look_at(text in any::<String>()) {
            prop_assert_eq!(looks_like_aadhaar(&text), looks_like_aadhaar(&format!("{text}\n")));
        }
    }

    /// The same over runs and the texts between them.
    fn plainly(text: &str) -> bool {
        let mut runs: Vec<String> = Vec::new();
        let mut joined: Vec<bool> = Vec::new();
        let mut between = String::from("begin");
        let mut last_was_digit = false;
        for c in text.chars() {
            if c.is_ascii_digit() {
                if !last_was_digit {
                    runs.push(String::new());
                    joined.push(between.chars().all(|c| c == ' ' || c == '-'));
                    between.clear();
                }
                runs.last_mut().expect("pushed above").push(c);
            } else {
                between.push(c);
            }
            last_was_digit = c.is_ascii_digit();
        }
        let good = |number: &str| number.as_bytes()[0] >= b'2' && verhoeff_holds(&digits(number));
        let alone = runs.iter().any(|run| run.len() == 12 && good(run));
        let fours = (2..runs.len()).any(|at| {
            let three = &runs[at - 2..=at];
            three.iter().all(|run| run.len() == 4)
                && joined[at - 1]
                && joined[at]
                && good(&three.concat())
        });
        alone || fours
    }

    #[test]
    fn what_has_another_shape_is_let_be() {
        let good = made_up("99990000111");
        assert!(looks_like_aadhaar(&good));
        let low = made_up("19990000111");
        let grouped = format!("{} {} {}", &good[..4], &good[4..8], &good[8..]);
        let mut wrong = good.clone();
        wrong.replace_range(11.., if good.ends_with('0') { "1" } else { "0" });
        let others = [
            String::new(),
            low,
            wrong,
            good[..11].to_owned(),
            format!("{good}0"),
            format!("0{good}"),
            format!("{}/{}/{}", &good[..4], &good[4..8], &good[8..]),
            format!("{} {}", &good[..6], &good[6..]),
            format!("{grouped}5"),
            format!("5{grouped}"),
            "VNS/2024/0042".to_owned(),
        ];
        for text in others {
            assert!(!looks_like_aadhaar(&text), "{text}");
        }
        assert!(looks_like_aadhaar(&grouped));
        assert!(looks_like_aadhaar(&format!("2024-{grouped}")), "a year before it");
        assert!(looks_like_aadhaar(&format!("{grouped}-0001")), "a number after it");
    }
}
