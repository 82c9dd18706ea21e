//! Who may have what a scheme gives, and how often: conditions on stated facts, and limits.
//!
//! # Invariants
//! * Every fact asked for here is optional, and a condition on one that is not stated holds: what
//!   an office does not state it vouches for, as it did before.
//! * A condition stands after those of the amounts, so that it hides none of them.
//!
//! # Not here
//! What a case is given for its facts: one file per scheme under `schemes`.

use bahi_core::{
    Across, Counted, Expr, FactKind, FactSpec, Limit, Per, Require, TermsParts, Test, Within,
};

use crate::compose::{
    CRORE, all, any, at_most, fact, given, if_stated, is, is_one_of, not, policy, require, rupees,
    takes, word,
};

/// The line of an order that says how often.
const HOW_OFTEN: &str = "frequency";

/// Margin money: grown up, no defaulter, and one benefit for a family, ever.
pub(crate) fn margin_money(parts: TermsParts) -> TermsParts {
    let facts = [
        age_fact(),
        flag_fact("defaulter"),
        flag_fact("earlier_self_employment_benefit"),
        flag_fact("product_notified"),
    ];
    let requires = [
        grown_up("2"),
        unset("no_defaulter", "2", "defaulter"),
        unset("first_self_employment_benefit", "2", "earlier_self_employment_benefit"),
        set("notified_product_only", "2", "product_notified"),
    ];
    let family = limit("once_per_family", "2", Per::Family, Counted::Sanctioned);
    with(parts, facts, requires, [family])
}

/// Common facility centres: approved by the committee that the cost asks for.
pub(crate) fn cfc(parts: TermsParts) -> TermsParts {
    let tier = any([
        is("approved_by", "high_level_committee"),
        all([up_to_ten_crore(), is("approved_by", "state_level_committee")]),
    ]);
    let approved = if_stated("approved_by", tier);
    let requires = [require("committee_for_the_cost", "approval", approved)];
    with(parts, [takes("approved_by", FactKind::Word)], requires, [])
}

/// A centre of a cost that the state level committee approves.
pub(crate) fn up_to_ten_crore() -> Test {
    at_most(fact("project_cost"), rupees(10 * CRORE))
}

/// A centre that a special purpose vehicle builds: every one that states no other route.
pub(crate) fn of_a_vehicle() -> Test {
    if_stated("route", is("route", "spv"))
}

/// Marketing, 2019: three claims a year for each purpose, and one listing.
pub(crate) fn mda_2019(parts: TermsParts) -> TermsParts {
    let purpose = Limit { same: Some(word("event")), ..three_a_year("three_claims_a_purpose") };
    with(parts, mda_facts(), fairs(), [purpose, one_listing()])
}

/// The same of 2020: three claims a year in all, a fair once under whichever scheme.
pub(crate) fn mda_2020(mut parts: TermsParts) -> TermsParts {
    let three = Limit { when: Some(not(institutional())), ..three_a_year("three_claims_a_year") };
    let fair = Limit {
        across: Across::Ledger,
        same: Some(word("event_name")),
        ..limit("fair_once", HOW_OFTEN, Per::Applicant, Counted::Applied)
    };
    parts.policies.push(policy("other_schemes_claims", "stated_in_this_ledger"));
    with(parts, mda_facts(), fairs(), [three, fair, one_listing()])
}

/// A claim of an export council or authority.
pub(crate) fn institutional() -> Test {
    is_one_of("event", &["institutional_fair", "international_branding"])
}

/// Training and toolkits: grown up, of the state, once for a family, two years after a toolkit.
pub(crate) fn training_toolkit(parts: TermsParts) -> TermsParts {
    let facts = [age_fact(), flag_fact("native_of_state")];
    let requires = [grown_up("1"), set("native_of_the_state", "1", "native_of_state")];
    let family = limit("training_once_per_family", "1", Per::Family, Counted::Sanctioned);
    let toolkit = Limit {
        within: Within::Years(2),
        across: Across::Ledger,
        when: Some(given("toolkit_each")),
        ..limit("no_toolkit_in_two_years", "1", Per::Person, Counted::Sanctioned)
    };
    with(parts, facts, requires, [family, toolkit])
}

/// The parts with further facts and conditions after their own, and limits.
fn with(
    mut parts: TermsParts,
    facts: impl IntoIterator<Item = FactSpec>,
    requires: impl IntoIterator<Item = Require>,
    limits: impl IntoIterator<Item = Limit>,
) -> TermsParts {
    parts.facts.extend(facts);
    parts.requires.extend(requires);
    parts.limits.extend(limits);
    parts
}

// ---- limits

/// One, ever, in the scheme.
fn limit(code: &str, paragraph: &str, per: Per, of: Counted) -> Limit {
    Limit {
        code: word(code),
        per,
        count: 1,
        within: Within::Ever,
        of,
        across: Across::Scheme,
        when: None,
        same: None,
        paragraph: word(paragraph),
    }
}

/// Three claims of whoever applies in a financial year: of its days the one of the claim.
fn three_a_year(code: &str) -> Limit {
    Limit {
        count: 3,
        within: Within::FinancialYear,
        ..limit(code, HOW_OFTEN, Per::Applicant, Counted::Applied)
    }
}

fn one_listing() -> Limit {
    let listing = Some(is("event", "ecommerce_onboarding"));
    Limit { when: listing, ..limit("listing_once", HOW_OFTEN, Per::Applicant, Counted::Applied) }
}

// ---- conditions on optional facts

fn flag_fact(name: &str) -> FactSpec {
    takes(name, FactKind::Flag)
}

fn age_fact() -> FactSpec {
    takes("applicant_age", FactKind::Count)
}

fn grown_up(paragraph: &str) -> Require {
    let old_enough = at_most(Expr::Number(18), fact("applicant_age"));
    require("applicant_of_18_years", paragraph, if_stated("applicant_age", old_enough))
}

/// Where the flag is stated, it is set.
fn set(code: &str, paragraph: &str, flag: &str) -> Require {
    require(code, paragraph, if_stated(flag, Test::Flag(word(flag))))
}

/// Where the flag is stated, it is not set.
fn unset(code: &str, paragraph: &str, flag: &str) -> Require {
    require(code, paragraph, not(Test::Flag(word(flag))))
}

// ---- marketing

fn mda_facts() -> [FactSpec; 3] {
    [
        takes("event_name", FactKind::Word),
        flag_fact("fair_notified"),
        takes("days_to_claim", FactKind::Count),
    ]
}

/// A claim is made within 120 days, counted from the first day of the month after the activity.
fn fairs() -> [Require; 2] {
    let in_time = at_most(fact("days_to_claim"), Expr::Number(120));
    [
        set("notified_fair_only", "4", "fair_notified"),
        require("claimed_within_120_days", "8", if_stated("days_to_claim", in_time)),
    ]
}

#[cfg(test)]
mod tests;
