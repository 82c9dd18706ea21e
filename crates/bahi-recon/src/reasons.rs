//! Why payments came back: the codes of the clearing house and of ISO 20022, in words.
//!
//! # Not here
//! What a reason means for paying again: the terms of a scheme say.

/// The clearing house's codes for credits (NPCI circulars 274/2018, 012/2019 and 6/2021), then those of
/// ISO 20022 that banks send most.
const TOLD: [(&str, &str); 36] = [
    ("01", "the account is closed"),
    ("02", "there is no such account"),
    ("03", "the description of the account does not tally"),
    ("51", "the holder's identity is not verified"),
    ("52", "the account is a minor's"),
    ("53", "the account is inoperative"),
    ("54", "the account is dormant"),
    ("55", "the account's balance is zero"),
    ("56", "the account is a small one"),
    ("57", "the amount is above what the account's customer may receive"),
    ("58", "the account has its most credits"),
    ("59", "the network failed"),
    ("60", "the holder's term is over"),
    ("62", "the account is under litigation"),
    ("68", "the account is blocked"),
    ("69", "the holder is insolvent"),
    ("71", "the account is of another type"),
    ("80", "the bank's number is wrong"),
    ("95", "the Aadhaar number is inactive"),
    ("96", "the Aadhaar number is mapped to no account"),
    ("AC01", "the account's number is wrong"),
    ("AC03", "the creditor's account is wrong"),
    ("AC04", "the account is closed"),
    ("AC06", "the account is blocked"),
    ("AG01", "transactions are forbidden on this account"),
    ("AM04", "the payer's account has too little"),
    ("AM05", "it is a duplicate"),
    ("AM09", "the amount is wrong"),
    ("BE01", "the name does not fit the account"),
    ("BE04", "the creditor's address is missing"),
    ("MD07", "the holder has died"),
    ("MS02", "the customer gave no reason"),
    ("MS03", "the bank gave no reason"),
    ("NARR", "a reason in words stands in the file"),
    ("RC01", "the bank's number is wrong"),
    ("RR04", "by regulation"),
];

/// What a code means; nothing for one that is not known.
///
/// ```
/// assert_eq!(bahi_recon::reason_in_words("01"), Some("the account is closed"));
/// assert_eq!(bahi_recon::reason_in_words("1"), None);
/// ```
#[must_use]
pub fn reason_in_words(code: &str) -> Option<&'static str> {
    TOLD.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::TOLD;

    #[test]
    fn every_code_stands_once() {
        let mut codes: Vec<&str> = TOLD.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TOLD.len());
    }
}
