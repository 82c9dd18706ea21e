//! References: which texts are none, and which stand in a narration.
//!
//! # Invariants
//! * A reference is given whole or not at all: a cut one could be another's.
//! * Words without a digit are no reference: they may be a name.
//! * What could be an IFSC, an Aadhaar number or an amount is never taken out of a narration.
//! * A word of a narration stands between what no payment file carries in a reference, so that it is
//!   no part of a longer one that such a file has.

use crate::{FoundReference, ReferenceKind, day::of_compact};

/// The longest reference that is kept, in bytes; a longer text is no reference.
pub const REFERENCE_BYTES_MAX: usize = 64;
/// The most references of one entry, detail or instruction.
pub const REFERENCES_KEPT_MAX: usize = 32;

/// Words that stand where a reference would and mean that there is none.
const NONE: &[&str] =
    &["NOTPROVIDED", "NONREF", "NOREF", "NOT PROVIDED", "NA", "N/A", "NIL", "NULL"];

/// Whether a text says that there is no reference: blank, such a word, or without any letter or
/// digit but zeros.
pub(crate) fn is_none(text: &str) -> bool {
    let text = text.trim();
    NONE.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.bytes().all(|byte| byte == b'0' || !byte.is_ascii_alphanumeric())
}

/// Keeps a reference of a field of its own.
pub(crate) fn keep(references: &mut Vec<FoundReference>, kind: ReferenceKind, text: &str) {
    add(references, kind, text, false);
}

fn add(references: &mut Vec<FoundReference>, kind: ReferenceKind, text: &str, in_narration: bool) {
    let text = text.trim();
    let fits =
        text.len() <= REFERENCE_BYTES_MAX && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let words = text.contains(' ') && !text.bytes().any(|byte| byte.is_ascii_digit());
    if is_none(text) || words || !fits || references.len() >= REFERENCES_KEPT_MAX {
        return;
    }
    let held = |one: &FoundReference| one.text == text && (one.kind == kind || in_narration);
    if !references.iter().any(held) {
        references.push(FoundReference { kind, text: text.to_owned(), in_narration });
    }
}

/// Takes what has the form of a bank's reference out of a narration: UTRs of NEFT and RTGS, and
/// the one retrieval number of a narration that speaks of IMPS or UPI.
pub(crate) fn scan(references: &mut Vec<FoundReference>, narration: &str) {
    let mut speaks_of_rrn = false;
    let mut twelve: Option<&str> = None;
    let mut several = false;
    for (word, next) in words(narration) {
        if is_utr(word) {
            add(references, ReferenceKind::Utr, word, true);
        }
        speaks_of_rrn |= ["UPI", "IMPS", "RRN"].iter().any(|one| word.eq_ignore_ascii_case(one));
        let digits = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
        if digits && next != Some('@') {
            several |= twelve.is_some_and(|one| one != word);
            twelve = Some(word);
        }
    }
    if let Some(word) = twelve.filter(|_| speaks_of_rrn && !several) {
        add(references, ReferenceKind::Rrn, word, true);
    }
}

/// Runs of ASCII letters and digits, each with the character after it.
fn words(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(
        move |word| {
            let end = word.as_ptr() as usize - text.as_ptr() as usize + word.len();
            (word, text[end..].chars().next())
        },
    )
}

/// The forms of a UTR: of sixteen characters, four letters of the bank, one more and eleven
/// digits, or `N` and fifteen digits; of twenty-two, four letters, `R` or `N`, a channel, a date
/// and eight digits. What is left of one of twenty-two in a field of sixteen is none: all of a day
/// begin alike.
pub(crate) fn is_utr(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let letters = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
    let dated = || bytes[6..].starts_with(b"20") && of_compact(&word[6..14]).is_some();
    match bytes.len() {
        16 => {
            let of_a_bank =
                letters(&bytes[..4]) && bytes[4].is_ascii_alphanumeric() && digits(&bytes[5..]);
            let is_cut = of_a_bank && matches!(bytes[4], b'R' | b'N') && dated();
            (of_a_bank && !is_cut) || (bytes[0] == b'N' && digits(&bytes[1..]))
        }
        22 => {
            letters(&bytes[..4])
                && (bytes[4] == b'R' || bytes[4] == b'N')
                && bytes[5].is_ascii_alphanumeric()
                && digits(&bytes[6..])
                && dated()
        }
        _ => false,
    }
}

/// The fewest digits of a word without a letter that is looked at: more than an account's number, a
/// telephone's or a day has with its leading zeros.
const DIGITS_ALONE_MIN: usize = 18;
/// The most words of one narration that are looked at.
const WORDS_MAX: usize = 64;
/// What a narration may have beside a year, and be a day or a year and nobody's reference.
const OF_TIME: &[&str] = &[
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "SEPT",
    "OCT",
    "NOV",
    "DEC",
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
    "FY",
    "AY",
    "YEAR",
    "MONTH",
    "QTR",
    "Q",
    "ST",
    "ND",
    "RD",
    "TH",
];

/// Words of a narration that could be a reference which somebody else gave, whole and as they stand:
/// with a letter and a digit, or of at least eighteen digits. Words that have a form of a bank's own,
/// those of a day, a year or an address of money, and those longer than a reference are left out.
///
/// What of them *is* one, only who knows the references can say.
///
/// ```
/// let words = |text| bahi_recon::words_of(text).collect::<Vec<_>>();
/// assert_eq!(words("NEFT*SBIN0001234*BILL/VNS/0017*ASHA 2024-25"), ["BILL/VNS/0017"]);
/// assert_eq!(words("PAID 250000.00 FOR JUN-2024, a1@bank"), Vec::<&str>::new());
/// ```
pub fn words_of(narration: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| !('!'..='~').contains(&c) || matches!(c, '*' | '|' | ';' | '"');
    narration.split(apart).filter(|word| may_be_given(word)).take(WORDS_MAX)
}

fn may_be_given(word: &str) -> bool {
    let count = |of: fn(&u8) -> bool| word.bytes().filter(of).count();
    let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
    let has = digits > 0 && (letters > 0 || digits == word.len() && digits >= DIGITS_ALONE_MIN);
    let bytes = word.as_bytes();
    let ifsc = bytes.len() == 11
        && bytes[..4].iter().all(u8::is_ascii_alphabetic)
        && bytes[4] == b'0'
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    let mut runs = word.split(|c: char| !c.is_ascii_alphabetic()).filter(|run| !run.is_empty());
    let of_time = letters > 0 && runs.all(|run| OF_TIME.contains(&&*run.to_ascii_uppercase()));
    has && word.len() <= REFERENCE_BYTES_MAX
        && !word.contains('@')
        && !ifsc
        && !is_utr(word)
        && !of_time
}

/// How a reference is made: its letters, in capitals, and its signs, with `0` for each run of digits.
/// References of one series are made alike.
///
/// ```
/// assert_eq!(bahi_recon::make_of("Bill/2024-25/0017"), "BILL/0-0/0");
/// ```
#[must_use]
pub fn make_of(word: &str) -> String {
    let mut make = String::with_capacity(word.len());
    for c in word.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c.to_ascii_uppercase() };
        if c != '0' || !make.ends_with('0') {
            make.push(c);
        }
    }
    make
}

#[cfg(test)]
mod tests {
    //! Narrations and what is taken out of them.

    use super::*;

    fn found(narration: &str) -> Vec<(ReferenceKind, String)> {
        let mut references = Vec::new();
        scan(&mut references, narration);
        references.into_iter().map(|one| (one.kind, one.text)).collect()
    }

    #[test]
    fn references_are_taken_by_their_form_alone() {
        let one = |kind, text: &str| vec![(kind, text.to_owned())];
        use ReferenceKind::{Rrn, Utr};
        for (narration, wanted) in [
            ("NEFT CR-ABCD0000004-X-ABCDN26600012345 PAY", one(Utr, "ABCDN26600012345")),
            ("BY TRANSFER-NEFT*ABCD0000240*N286170387881124*Y", one(Utr, "N286170387881124")),
            ("RTGS ABCDR52026011312345678 X", one(Utr, "ABCDR52026011312345678")),
            ("UPI/DR/426784531012/SOMEBODY/a@b", one(Rrn, "426784531012")),
            ("MMT/IMPS/909335029016/X/ABCD0002907", one(Rrn, "909335029016")),
            ("UPI-426784531012-426784531012-UPI", one(Rrn, "426784531012")),
            ("UPI/426784531012@aadhaar/X", vec![]),
            ("UPI/426784531012/426784531013", vec![]),
            ("CASH 426784531012", vec![]),
            ("ABCD0000004", vec![]),
            ("ABCDR52026991312345678", vec![]),
            // Cut to sixteen: every transfer of that bank and day begins so.
            ("RTGS ABCDR52026011312 X", vec![]),
            ("NEFT ABCDN52026011312 X", vec![]),
            ("NEFT ABCDN52026991312 X", one(Utr, "ABCDN52026991312")),
            ("0000000000000000 000000000000 UPI", vec![]),
        ] {
            assert_eq!(found(narration), wanted, "{narration}");
        }
    }

    #[test]
    fn any_text_may_be_asked_whether_it_is_a_transfers() {
        assert!(!is_utr("ABCDR520260\u{e9}312"));
        // Twenty-two bytes, and no place between characters where a date would end.
        let of_22 = format!("ABCDR520260{}\u{e9}{}", "11", "1234567");
        assert_eq!((of_22.len(), is_utr(&of_22)), (22, false));
    }

    #[test]
    fn words_are_whole_and_no_days_numbers_or_names_of_banks() {
        for (narration, wanted) in [
            ("NEFT BILL/MM/0017/1 PAYEE 22", &["BILL/MM/0017/1"][..]),
            ("NEFT*SBIN0001234*ABCDN26600012345*BILL-0017", &["BILL-0017"]),
            // What may stand in a longer reference does not end one.
            ("NEFT-BILL-0017-ASHA", &["NEFT-BILL-0017-ASHA"]),
            ("BILL-0017, (BILL-0018) BILL-0019.", &["BILL-0017,", "(BILL-0018)", "BILL-0019."]),
            (
                "BILL-0017\u{a0}BILL-0018\u{e9}BILL-0019\tX",
                &["BILL-0017", "BILL-0018", "BILL-0019"],
            ),
            ("20240617 17-JUN-2024 Jun-2024 FY2024-25 1st 2nd Q1/2024", &[]),
            ("9876543210 123456789012 12345678901234567 2,50,000.00", &[]),
            ("000020062024000001", &["000020062024000001"]),
            ("asha1@bank SBIN0001234 ABCDR52026011312345678", &[]),
            ("ASHA DEVI", &[]),
        ] {
            assert_eq!(words_of(narration).collect::<Vec<_>>(), wanted, "{narration}");
        }
        let long = format!("B{}", "7".repeat(REFERENCE_BYTES_MAX));
        assert_eq!(words_of(&long).next(), None);
        assert_eq!(words_of(&"B7 ".repeat(1_000)).count(), WORDS_MAX);
    }

    #[test]
    fn references_of_a_series_are_made_alike() {
        let all = ["BILL/24/1", "bill/24/17", "Bill/9/000"].map(make_of);
        assert!(all.iter().all(|make| make == "BILL/0/0"), "{all:?}");
        assert_ne!(make_of("BILL/24/17"), make_of("BILL/24/17/1"));
    }

    #[test]
    fn a_text_that_stands_for_none_is_none() {
        let mut kept = Vec::new();
        for text in [
            "NOTPROVIDED",
            "nonref",
            "",
            " ",
            "000000",
            "0-0",
            "-",
            "N/A",
            "SOME BODY",
            "é",
            "a\u{7}b",
        ] {
            keep(&mut kept, ReferenceKind::EndToEnd, text);
        }
        keep(&mut kept, ReferenceKind::EndToEnd, &"7".repeat(REFERENCE_BYTES_MAX + 1));
        assert_eq!(kept, []);
        keep(&mut kept, ReferenceKind::EndToEnd, " E1 ");
        keep(&mut kept, ReferenceKind::EndToEnd, "E1");
        keep(&mut kept, ReferenceKind::Batch, "E1");
        assert_eq!(kept.len(), 2);
    }
}
