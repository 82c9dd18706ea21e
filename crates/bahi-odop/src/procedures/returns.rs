//! What a payment that came back means for paying it again, by the clearing house's code.
//!
//! The codes and their meanings are those of the national clearing house's circular 274 of 8 March
//! 2018; what follows is no order's, and so the policy `payment_that_came_back`.
//!
//! # Invariants
//! * A name that does not tally is corrected where it is written: the account may be the right one.
//! * A code that says nothing of its cause waits for a person, like one that a person can mend.

use alloc::vec::Vec;

use bahi_core::{
    AfterReturn::{self, AfterCorrection, OtherAccount, Retry, Stop},
    ReturnRule,
};

use crate::compose::word;

/// Every code but `00`, which is success.
const CODES: [(&str, AfterReturn); 18] = [
    ("01", OtherAccount),
    ("02", OtherAccount),
    ("03", AfterCorrection),
    ("04", AfterCorrection),
    ("51", AfterCorrection),
    ("52", AfterCorrection),
    ("53", AfterCorrection),
    ("54", AfterCorrection),
    ("55", AfterCorrection),
    ("56", AfterCorrection),
    ("57", AfterCorrection),
    ("58", AfterCorrection),
    ("59", Retry),
    ("60", Stop),
    ("62", AfterCorrection),
    ("68", AfterCorrection),
    ("69", AfterCorrection),
    ("71", OtherAccount),
];

/// The rules of every version.
pub(super) fn rules() -> Vec<ReturnRule> {
    CODES.iter().map(|(reason, then)| ReturnRule { reason: word(reason), then: *then }).collect()
}
