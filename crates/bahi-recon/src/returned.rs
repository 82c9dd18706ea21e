//! Narrations that say in words that money came back, of tables that have no codes.
//!
//! # Invariants
//! * What is said stands first in the narration, as a pair: a way of paying and a word of return. Names,
//!   purposes and remarks of payers stand behind it, and are never asked.
//! * Behind the pair stands nothing, or at once the reference of what came back. A pair that goes on with
//!   another word is the beginning of a name or of a purpose.
//! * A narration that speaks of a charge or a tax says nothing: that is the bank's own business.
//!
//! # Not here
//! Which payment came back: the matching. Which references the ledger gave: `bahi`.

use bahi_core::LineKind;

use crate::words_of;

/// The ways by which money goes out and comes back. UPI is not among them: no payment goes by it, and
/// what stands behind it is a payer's name.
const WAYS: &[&str] = &["NEFT", "RTGS", "IMPS", "NACH", "ACH", "APBS", "CHQ", "CHEQUE"];
/// The words for a payment that came back.
const RETURNS: &[&str] = &["RETURN", "RETURNED", "RTN", "RET", "REJ", "REJECT", "REJECTED"];
/// The words for a booking that the bank took back.
const REVERSALS: &[&str] = &["REV", "REVERSAL", "REVERSED", "RVSL"];
/// What may stand before the pair: which way the money went, seen from the account.
const WAYS_IN: &[&str] = &["BY", "TRANSFER", "TRF", "TFR", "INWARD", "INW", "IW", "I", "W"];
/// What may stand between the pair and a reference.
const OF_REFERENCES: &[&str] = &["REF", "REFNO", "NO", "UTR", "UTRNO", "TXN", "ID"];
/// What banks call their charges, and the taxes on them.
const CHARGES: &[&str] = &[
    "CHARGE",
    "CHARGES",
    "CHG",
    "CHGS",
    "CHRG",
    "CHRGS",
    "CHRGES",
    "COMM",
    "COMMISSION",
    "FEE",
    "FEES",
    "GST",
    "CGST",
    "SGST",
    "IGST",
    "PENALTY",
];
/// What may stand between the words of the pair, and around a reference.
const SIGNS: &[char] = &[' ', '-', '/', '*', ':', '|', '_', '.', ',', '#'];
/// The fewest digits of a bank's own reference. The systems have references of 12, 16 and 22
/// characters, and banks some of their own.
const DIGITS_MIN: usize = 10;
/// The digits of a cheque's number.
const CHEQUE_DIGITS: usize = 6;

/// What a narration says of money that came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Back<'t> {
    /// [`LineKind::Return`] or [`LineKind::Reversal`].
    pub kind: LineKind,
    /// The word that has to be a reference which somebody gave, for it to be said at all; nothing where
    /// the narration says it alone.
    pub only_if_given: Option<&'t str>,
}

/// Whether the narration of a credit says that a payment came back, or that a booking was taken back.
///
/// It does where its first words are a way of paying and a word of return, in either order, and nothing
/// stands behind them or at once a reference: of the bank, with ten digits or more (of a cheque six), or
/// else a word that whoever knows the references has to know. The Reserve Bank of India has banks write
/// `NEFT-RETURN-`, the transfer's reference, the payee and the reason (circular RBI/2010-11/169 of 13
/// August 2010).
///
/// ```
/// use bahi_recon::back_of;
/// let said = back_of("RTGS RETURN-ABCDR52026011312345678-ASHA DEVI-ACCOUNT CLOSED");
/// assert!(said.is_some_and(|said| said.only_if_given.is_none()));
/// let given = back_of("NEFT RETURN BILL/24/17 ASHA").and_then(|said| said.only_if_given);
/// assert_eq!(given, Some("BILL/24/17"));
/// assert_eq!(back_of("NEFT RETURN FILING FEE"), None);
/// assert_eq!(back_of("NEFT CR-ABCD0000004-RTN ASHA RAO-ABCDN26600012345"), None);
/// ```
#[must_use]
pub fn back_of(narration: &str) -> Option<Back<'_>> {
    let mut rest = narration;
    let mut first = next_word(&mut rest)?;
    while is_of(WAYS_IN, first) {
        first = next_word(&mut rest)?;
    }
    let second = next_word(&mut rest)?;
    let (way, word) = if is_of(WAYS, first) { (first, second) } else { (second, first) };
    let kind = match (is_of(RETURNS, word), is_of(REVERSALS, word)) {
        (true, _) => LineKind::Return,
        (false, true) => LineKind::Reversal,
        (false, false) => return None,
    };
    let mut all = narration.split(|c: char| !c.is_ascii_alphanumeric());
    if !is_of(WAYS, way) || all.any(|word| is_of(CHARGES, word)) {
        return None;
    }
    let said = |only_if_given| Some(Back { kind, only_if_given });
    loop {
        rest = rest.trim_start_matches(SIGNS);
        if !rest.contains(char::is_alphanumeric) {
            return said(None);
        }
        let given = words_of(rest).next().filter(|word| rest.starts_with(word));
        let word = next_word(&mut rest)?;
        if is_of(OF_REFERENCES, word) {
            continue;
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let of_a_cheque = digits == CHEQUE_DIGITS && word.len() == digits && way.starts_with('C');
        if digits >= DIGITS_MIN || of_a_cheque {
            return said(None);
        }
        return given.and_then(|word| said(Some(word)));
    }
}

/// The next run of letters and digits, where nothing but signs stands before it.
fn next_word<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let from = rest.trim_start_matches(SIGNS);
    let end = from.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(from.len());
    let (word, behind) = from.split_at(end);
    *rest = behind;
    (!word.is_empty()).then_some(word)
}

fn is_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    //! What banks write of what came back, and what payers write that looks like it.

    use super::*;

    #[test]
    fn a_way_and_a_word_of_return_before_a_reference_say_it() {
        use LineKind::{Return, Reversal};
        for (narration, kind, given) in [
            ("NEFT RETURN", Return, None),
            ("NEFT-RETURN-ABCDH00263626193-ASHA DEVI-INCORRECT ACCOUNT NUMBER", Return, None),
            ("RTGS RETURN-ABCDR52026011900518516-A B PVT LTD-SUSPENDED/R09", Return, None),
            ("neft rtn 23629961691DC no such account", Return, None),
            ("BY TRANSFER-NEFT RTN UTR NO: ABCDN26600012345", Return, None),
            ("BY TRANSFER/NEFT REJ/426784531012/CLOSED", Return, None),
            ("RETURN-IMPS-426784531012", Return, None),
            ("REV:IMPS/426784531012/X", Reversal, None),
            ("NEFT REVERSAL ABCDN26600012345", Reversal, None),
            ("I/W CHQ RTN 000123 FUNDS", Return, None),
            ("IW CHQ RETURN-000123", Return, None),
            ("CHQ RET 000123", Return, None),
            ("NEFT RETURN BILL/24/17 ASHA", Return, Some("BILL/24/17")),
            ("NEFT RETURN REF BILLNO-00005", Return, Some("BILLNO-00005")),
            ("NEFT_RETURN_BILL7_X", Return, Some("BILL7_X")),
        ] {
            let said = back_of(narration);
            assert_eq!(said, Some(Back { kind, only_if_given: given }), "{narration}");
        }
    }

    #[test]
    fn what_only_has_such_letters_says_nothing() {
        for narration in [
            "",
            "NEFT",
            "RETURN",
            "REVERSAL",
            "RETURN FILING FEE",
            "NEFT RETURN FILING FEE",
            "NEFT RETURN FILING 2024",
            "NEFT RETURN GIFTS AND CO ABCDN26600012345",
            "NEFT RTN ASHOK KUMAR ABCDN26600012345",
            "NEFT REV THOMAS ABCDN26600012345",
            "REV THOMAS NEFT ABCDN26600012345",
            "NEFT CR-ABCD0000004-RETURN ABCDN26600012345",
            "NEFT ASHA RETURN ABCDN26600012345",
            "NEFT RETURNABLE ABCDN26600012345",
            "NEFTRETURN ABCDN26600012345",
            "NEFT RETAIL ABCDN26600012345",
            "NEFT RETURN (INDIA) LTD ABCDN26600012345",
            "NEFT RETURN 24X7 SERVICES",
            "NEFT RETURN OF EXCESS BILL/24/17",
            "NEFT\u{e9}RETURN ABCDN26600012345",
            "NEFT RETURN CHARGES ABCDN26600012345",
            "NEFT RETURN ABCDN26600012345 CHRG REVERSED",
            "CHQ RTN 000123 GST",
            "REV CHQ RET 000123",
            "NEFT RETURN REVERSAL ABCDN26600012345",
            "NEFT RETURN 000123",
            "UPI RETURN 426784531012",
            "UPI/REV/426784531012/ASHA",
            "TO TRANSFER-NEFT RTN ABCDN26600012345",
            "MSRTC RTN TICKET",
            "\u{1F4B8} NEFT RETURN ABCDN26600012345",
        ] {
            let said = back_of(narration).filter(|said| {
                // A word that only the ledger could know is nobody's word by itself.
                said.only_if_given.is_none()
            });
            assert_eq!(said, None, "{narration}");
        }
        assert_eq!(back_of("NEFT RETURN FILING 2024"), None);
        assert_eq!(back_of("NEFT RETURN 000123"), None);
    }
}
