//! Marketing development assistance: from the claim and its hard copy to a place in the list.
//!
//! # Invariants
//! * A committee of the state decides what a council or an authority claims, and nothing else.
//!
//! # Not here
//! The 120 days of a claim and the fairs that are notified: they are conditions.

use bahi_core::{Outcome, Role, TermsParts};

use super::{COMMITTEE, DISTRICT_COMMITTEE, NO_LINE, OFFICE, amount, with};
use crate::compose::{Draft, gate, is, not, step};
use crate::limits::institutional;

/// The list of what is granted, first come, first served, and paid as the budget allows.
const LIST: &str = "11-12";

/// GO 56: every claim is the district's.
pub(crate) fn mda_2019(parts: TermsParts) -> TermsParts {
    let decided = [decided("district_committee_decided")];
    let listed = listed(&["step district_committee_decided"]);
    with(parts, received().into_iter().chain(decided).chain(listed), outcomes(), [])
}

/// GO 263: claims of councils and authorities go to the state's committee.
pub(crate) fn mda_2020(parts: TermsParts) -> TermsParts {
    let decided = [
        decided("district_committee_decided").when(not(institutional())),
        decided("state_committee_decided").when(institutional()),
    ];
    let listed = listed(&["step district_committee_decided", "step state_committee_decided"]);
    with(parts, received().into_iter().chain(decided).chain(listed), outcomes(), [])
}

fn received() -> [Draft; 3] {
    [
        step("hard_copy_received", "8")
            .by(OFFICE)
            .after(&["application"])
            .late_after("15 days after application"),
        step("scrutinised", "scrutiny").by(OFFICE).after(&["step hard_copy_received"]),
        step("scrutinised", "9")
            .when(is("event", "ecommerce_onboarding"))
            .paper("provider_invoice")
            .paper("bank_statement")
            .paper("identity_paper"),
    ]
}

fn decided(name: &str) -> Draft {
    step(name, "11").by(COMMITTEE).after(&["step scrutinised"])
}

fn listed(decided: &[&str]) -> [Draft; 3] {
    [
        step("listed", LIST).by(DISTRICT_COMMITTEE).after(decided).paper("list_number"),
        step("budget_confirmed", LIST)
            .by(&[Role::Finance, Role::SanctioningAuthority])
            .after(&["step listed"]),
        gate("sanction", LIST).after(&["step budget_confirmed"]).shown(),
    ]
}

fn outcomes() -> [Outcome; 2] {
    [amount("orders_booked", NO_LINE), amount("exports", NO_LINE)]
}
