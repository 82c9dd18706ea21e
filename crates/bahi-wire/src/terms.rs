//! Terms in a body: a group of fixed width, then words, lists and trees in prefix order.
//!
//! A word is written whole where it is first used and by its number, from 1, after that: a
//! reference one above the words so far is followed by the word it introduces. 0 is no word.
//!
//! # Invariants
//! * Reading never nests deeper than `TERMS_DEPTH_MAX`, whatever the bytes say.
//! * A word is introduced once, so a set of terms has one encoding.

mod read;
mod write;

use crate::bytes::forms;

pub(crate) use read::read;
pub(crate) use write::write;

/// The number of each node in the stored form, never reused.
mod node {
    pub(super) const FACT: u8 = 1;
    pub(super) const CONST: u8 = 2;
    pub(super) const NUMBER: u8 = 3;
    pub(super) const RATIO: u8 = 4;
    pub(super) const MIN: u8 = 5;
    pub(super) const MAX: u8 = 6;
    pub(super) const ADD: u8 = 7;
    pub(super) const SUB: u8 = 8;
    pub(super) const MUL: u8 = 9;
    pub(super) const CAP: u8 = 10;
    pub(super) const SLAB: u8 = 11;
    pub(super) const CHOOSE: u8 = 12;
    pub(super) const IF: u8 = 13;
    pub(super) const REQUIRE: u8 = 14;
    pub(super) const AT_MOST: u8 = 65;
    pub(super) const BELOW: u8 = 66;
    pub(super) const FLAG: u8 = 67;
    pub(super) const IS: u8 = 68;
    pub(super) const GIVEN: u8 = 69;
    pub(super) const ALL: u8 = 70;
    pub(super) const ANY: u8 = 71;
    pub(super) const NOT: u8 = 72;
}

/// The number of what happens to a case, whether a gate is about it or waits for it, never reused.
mod happening {
    pub(super) const STEP: u8 = 1;
    pub(super) const SANCTION: u8 = 2;
    pub(super) const PAYMENT: u8 = 3;
    pub(super) const INSTALMENT: u8 = 4;
    pub(super) const USE: u8 = 5;
    pub(super) const ADJUSTMENT: u8 = 6;
    pub(super) const APPLICATION: u8 = 7;
    pub(super) const CREDIT: u8 = 8;
}

/// The number of a unit of time, never reused.
mod unit {
    pub(super) const DAYS: u8 = 1;
    pub(super) const MONTHS: u8 = 2;
}

/// The upper bound of a slab's row without one; no amount is below zero.
const NO_BOUND: i64 = -1;

const ITEM_HAS_CLAIMED: u8 = 1;
const ITEM_HAS_WHEN: u8 = 2;

const LIMIT_HAS_WHEN: u8 = 1;
const LIMIT_HAS_SAME: u8 = 2;

const GATE_HAS_WHEN: u8 = 1;
const GATE_HAS_EARLIEST: u8 = 2;
const GATE_HAS_LATEST: u8 = 4;
const GATE_IS_BINDING: u8 = 8;

forms! {
    TermsForm: 20 {
        from: i32,
        until: i32,
        rounding: u8,
        instalments_max: u16,
        has_own_contribution: u8,
        facts: u8,
        requires: u8,
        items: u8,
        policies: u8,
        limits: u8,
        gates: u8,
        returns: u8,
        outcomes: u8,
    }
    FactSpecForm: 2 {
        kind: u8,
        required: u8,
    }
    LimitForm: 7 {
        per: u8,
        count: u16,
        within: u8,
        of: u8,
        across: u8,
        has: u8,
    }
    GateForm: 6 {
        reasons: u8,
        roles: u8,
        after: u8,
        evidence: u8,
        used_percent: u8,
        has: u8,
    }
    LengthForm: 3 {
        unit: u8,
        count: u16,
    }
    RatioForm: 8 {
        parts: u32,
        of: u32,
    }
}
