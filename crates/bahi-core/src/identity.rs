//! Numbers that name a person, which the log must not hold, and the form in which a bank's
//! reference that looks like one is kept.
//!
//! # Not here
//! The keys that make fingerprints: they are secret, and live outside every ledger (`bahi-vault`).

use alloc::format;

use crate::{Fingerprint, Reference};

/// Whether a text looks like an Aadhaar number, or has one as a part of its own: twelve digits of
/// which the first is 2 to 9 and the last is the Verhoeff check digit, with or without blanks and
/// hyphens between groups of four. A part is what stands between other characters than letters
/// and digits, so a serial inside a longer number is none.
///
/// One in ten numbers of twelve digits passes the check by chance, so this is a reason to refuse
/// and never one to believe.
///
/// ```
/// use bahi_core::looks_like_aadhaar;
/// assert!(looks_like_aadhaar("200000000009"));
/// assert!(looks_like_aadhaar("case/2000 0000 0009"));
/// assert!(!looks_like_aadhaar("200000000000"));
/// assert!(!looks_like_aadhaar("UTIB2000000000091234"));
/// ```
#[must_use]
pub fn looks_like_aadhaar(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Nearly every text has nothing of the kind, and this is asked of each.
    if bytes.len() < 12 || (bytes.len() <= AT_ONCE && !twelve_in_a_row(bytes)) {
        return false;
    }
    let mut from = 0;
    while from < bytes.len() {
        if !bytes[from].is_ascii_alphanumeric() {
            from += 1;
            continue;
        }
        let word = bytes[from..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        // No other digit begins one.
        if matches!(bytes[from], b'2'..=b'9')
            && grouped(&bytes[from..]).is_some_and(|digits| verhoeff(&digits))
        {
            return true;
        }
        from += word;
    }
    false
}

/// The most bytes of a text that are looked at all at once.
const AT_ONCE: usize = 64;

/// Whether twelve bytes in a row are such as the number in any dress is made of, in a text of at
/// least eight bytes and at most [`AT_ONCE`].
fn twelve_in_a_row(bytes: &[u8]) -> bool {
    let (chunks, _) = bytes.as_chunks::<8>();
    let mut within = 0_u64;
    for (index, chunk) in chunks.iter().enumerate() {
        within |= of_the_number(u64::from_le_bytes(*chunk)) << (8 * index);
    }
    // What is left is in the last eight, which are looked at again.
    if let Some(last) = bytes.last_chunk::<8>() {
        within |= of_the_number(u64::from_le_bytes(*last)) << (bytes.len() - 8);
    }
    let two = within & within >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & four >> 8 != 0
}

/// Which of eight bytes are digits, blanks or hyphens: a bit for each, the first one's lowest.
const fn of_the_number(bytes: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const fn above(bytes: u64, most: u8) -> u64 {
        // Adding lifts every byte above `most` into its upper bit, and carries none into the next.
        ((bytes & (EACH * 0x7f)) + EACH * (0x7f - most) as u64) | bytes
    }
    let other = above(bytes ^ (EACH * b'0' as u64), 9)
        & above(bytes ^ (EACH * b' ' as u64), 0)
        & above(bytes ^ (EACH * b'-' as u64), 0);
    // The eight upper bits side by side.
    (!other >> 7 & EACH).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The twelve digits a text begins with, whole or in three groups of four, where no letter or
/// digit follows.
fn grouped(bytes: &[u8]) -> Option<[u8; 12]> {
    let mut digits = [0_u8; 12];
    let mut taken = 0;
    let mut at = 0;
    while taken < 12 {
        let byte = *bytes.get(at)?;
        at += 1;
        if byte.is_ascii_digit() {
            digits[taken] = byte - b'0';
            taken += 1;
        } else if !(matches!(byte, b' ' | b'-') && matches!(taken, 4 | 8)) {
            return None;
        }
    }
    let ends = bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (ends && digits[0] >= 2).then_some(digits)
}

/// Whether the last digit is the check digit of those before it: a walk through the dihedral group
/// of order ten (J. Verhoeff, *Error Detecting Decimal Codes*, 1969).
fn verhoeff(digits: &[u8]) -> bool {
    let mut check = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        check = product(check, permuted(*digit, place % 8));
    }
    check == 0
}

/// The product of two elements of the dihedral group: below five a turn, from five on a mirror.
const fn product(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right) % 5,
        (false, true) => 5 + (left + 5 - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

fn permuted(digit: u8, times: usize) -> u8 {
    const STEP: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..times).fold(digit, |digit, _| STEP[usize::from(digit % 10)])
}

/// How a reference that is a fingerprint begins.
const PRINT_MARK: &str = "print:";

impl Reference {
    /// The reference that stands for one which may not be kept: `print:1:` and 32 hex digits.
    ///
    /// Two references are the same if their fingerprints under one key are.
    #[must_use]
    pub fn of_print(print: Fingerprint) -> Reference {
        let text = format!("{PRINT_MARK}{}:{print}", print.key_id);
        Reference::new(&text).expect("a mark, a number and hex digits are an identifier")
    }

    /// The fingerprint that the reference is, where it is one.
    #[must_use]
    pub fn print(&self) -> Option<Fingerprint> {
        let (key_id, hex) = self.as_str().strip_prefix(PRINT_MARK)?.split_once(':')?;
        let print = Fingerprint::parse(hex)?.print;
        let read = Fingerprint { key_id: key_id.parse().ok().filter(|id| *id > 0)?, print };
        (Reference::of_print(read) == *self).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    //! Numbers that pass and fail the check, and every mistake it promises to catch.

    use alloc::{string::String, vec::Vec};

    use proptest::prelude::*;

    use super::*;

    fn with_check(head: &str) -> Vec<u8> {
        let mut digits: Vec<u8> = head.bytes().map(|byte| byte - b'0').collect();
        digits.push(0);
        let last = digits.len() - 1;
        while !verhoeff(&digits) {
            digits[last] += 1;
            assert!(digits[last] < 10, "{head} has a check digit");
        }
        digits
    }

    fn text(digits: &[u8]) -> String {
        digits.iter().map(|digit| char::from(digit + b'0')).collect()
    }

    /// The rule as it is told, without a look at the whole first.
    fn looks_like_one(text: &str) -> bool {
        let bytes = text.as_bytes();
        let begins = |at: usize| at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let is_one = |at: usize| grouped(&bytes[at..]).is_some_and(|digits| verhoeff(&digits));
        (0..bytes.len()).any(|at| begins(at) && is_one(at))
    }

    /// Numbers in every dress, what is nearly one, and what may stand around them.
    fn piece() -> impl Strategy<Value = String> {
        let blank = || prop_oneof![Just(""), Just(" "), Just("-"), Just(" - "), Just("/")];
        let number = ("[0-9]{11}", blank(), blank()).prop_map(|(head, first, second)| {
            let number = text(&with_check(&head));
            format!("{}{first}{}{second}{}", &number[..4], &number[4..8], &number[8..])
        });
        prop_oneof![number, "[0-9]{1,14}", "[ -~]{0,6}", "[/ :.]", "[é०]"]
    }

    proptest! {
        #[test]
        fn a_number_is_found_wherever_it_stands(pieces in prop::collection::vec(piece(), 0..6)) {
            let text = pieces.concat();
            prop_assert_eq!(looks_like_aadhaar(&text), looks_like_one(&text), "{}", text);
        }
    }

    #[test]
    fn check_digits_are_the_published_ones() {
        let published = [
            ("236", 3),
            ("12345", 1),
            ("142857", 0),
            ("123456789012", 0),
            ("8473643095483728456789", 2),
        ];
        for (head, check) in published {
            assert_eq!(with_check(head).last(), Some(&check), "{head}");
        }
    }

    #[test]
    fn every_wrong_digit_and_every_swap_of_neighbours_is_caught() {
        for head in ["20000000000", "98765432101", "31415926535", "55555555555"] {
            let sound = with_check(head);
            assert!(looks_like_aadhaar(&text(&sound)), "{head}");
            for place in 0..sound.len() {
                for digit in (0..10).filter(|digit| *digit != sound[place]) {
                    let mut wrong = sound.clone();
                    wrong[place] = digit;
                    assert!(!verhoeff(&wrong), "{head} with {digit} at {place}");
                }
                if place > 0 && sound[place] != sound[place - 1] {
                    let mut swapped = sound.clone();
                    swapped.swap(place, place - 1);
                    assert!(!verhoeff(&swapped), "{head} swapped at {place}");
                }
            }
        }
    }

    #[test]
    fn a_number_is_known_in_every_dress_and_nothing_else_is() {
        let number = text(&with_check("23412341234"));
        let (a, b, c) = (&number[..4], &number[4..8], &number[8..]);
        for dressed in [
            number.clone(),
            format!("{a} {b} {c}"),
            format!("{a}-{b}-{c}"),
            format!("case/{number}"),
            format!("{number}/2024"),
            format!("A {number}"),
            format!("x_{a} {b} {c}_y"),
            format!("{a}  {b} - {c}"),
        ] {
            assert!(looks_like_aadhaar(&dressed), "{dressed}");
        }
        for other in [
            String::new(),
            number[..11].into(),
            format!("{number}1"),
            format!("1{number}"),
            format!("UTR{number}"),
            format!("{number}X"),
            format!("{a}{b} {}", &c[..3]),
            format!("{a} {b}/{c}"),
            text(&with_check("13412341234")),
            text(&with_check("03412341234")),
        ] {
            assert!(!looks_like_aadhaar(&other), "{other}");
        }
    }

    #[test]
    fn a_fingerprint_as_a_reference_reads_back_and_nothing_else_does() {
        let print = Fingerprint { key_id: 7, print: [0xab; 16] };
        let reference = Reference::of_print(print);
        assert_eq!(reference.print(), Some(print));
        let hex = "ab".repeat(16);
        for text in [
            format!("print:0:{hex}"),
            format!("print:07:{hex}"),
            format!("print:7:{}", hex.to_uppercase()),
            format!("print:70000:{hex}"),
            format!("print:{hex}"),
            format!("Print:7:{hex}"),
        ] {
            assert_eq!(Reference::new(&text).ok().and_then(|one| one.print()), None, "{text}");
        }
    }
}
