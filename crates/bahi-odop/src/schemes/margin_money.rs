//! Margin money: a share of a unit's project cost, paid to its bank and locked for two years.
//!
//! # Invariants
//! * The share is continuous and never falls as the cost rises.
//!
//! # Not here
//! Who may have it, and how often: `limits`. The bank's part, the lock of two years: `procedures`.

use alloc::vec::Vec;

use bahi_core::{Expr, FactKind, Policy, Procedure, Terms, TermsParts};

use super::{ROUNDING, Scheme, named, terms, titles};
use crate::compose::{
    LAKH, asks, beyond, cap, either, fact, flag, item, more_of, percent, policy, rounding_policy,
    rupees, slab, takes, up_to, word,
};
use crate::orders::GO_861;
use crate::{limits, procedures};

/// The most parts a sanction is paid in, by the policy `payment_in_parts`.
const PARTS_MAX: u16 = 12;

/// The scheme.
pub(super) fn scheme() -> Scheme {
    Scheme {
        name: named("margin-money"),
        title: "Margin money (financing assistance)",
        title_hi: titles::MARGIN_MONEY,
        versions: Vec::from([mm_2018()]),
        summary: &[
            "A grant of 10 to 25 % of the project cost, at most 20 lakh, to units of the district's product.",
            "Up to 25 lakh: 25 %, at most 6.25 lakh. Up to 50 lakh: 20 %, at least 6.25 lakh.",
            "Up to 1.5 crore: 10 %, at least 10 lakh. Above: 10 %, at most 20 lakh.",
            "Project cost is capital expenditure without land, one cycle of working capital, and rent of a workshop.",
            "The unit brings 10 % of the cost, a special category 5 %: scheduled castes and tribes, other backward classes, minorities, women, divyang.",
            "Registered, chosen by the task force, lent to by a bank, which claims after its first instalment.",
            "The bank keeps the money as a term deposit; after two years and an inspection it becomes a grant.",
        ],
    }
}

/// The first terms, in force since.
fn mm_2018() -> Terms {
    terms(procedures::margin_money(limits::margin_money(TermsParts {
        name: word("mm-2018"),
        authority: GO_861.authority(),
        from: GO_861.day(),
        until: None,
        facts: Vec::from([
            asks("project_cost", FactKind::Money),
            takes("special_category", FactKind::Flag),
            takes("product", FactKind::Word),
        ]),
        requires: Vec::new(),
        items: Vec::from([item("margin_money", "1(2)-1(5)", Some(cost()), share())]),
        own_contribution: Some(either(
            flag("special_category"),
            percent(5, cost()),
            percent(10, cost()),
        )),
        rounding: ROUNDING,
        // The order speaks of one claim and forbids no payment in parts: a policy, shown as one.
        instalments_max: PARTS_MAX,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: policies(),
    })))
}

fn cost() -> Expr {
    fact("project_cost")
}

fn share() -> Expr {
    slab(
        cost(),
        [
            up_to(25 * LAKH, "1(2)", cap(percent(25, cost()), rupees(625_000))),
            up_to(50 * LAKH, "1(3)", more_of(rupees(625_000), percent(20, cost()))),
            up_to(150 * LAKH, "1(4)", more_of(rupees(10 * LAKH), percent(10, cost()))),
            beyond("1(5)", cap(percent(10, cost()), rupees(20 * LAKH))),
        ],
    )
}

fn policies() -> Vec<Policy> {
    Vec::from([
        rounding_policy(),
        policy("lock_in_start", "margin_money_credit"),
        policy("partial_loan", "undecided"),
        policy("payment_in_parts", "up_to_twelve_parts"),
        policy("early_closure", "undecided"),
        policy("deposit_interest", "undecided"),
        policy("death_of_beneficiary", "undecided"),
    ])
}
