//! Common facility centres: from the expression of interest to a finished centre, in three tranches.
//!
//! Which of two committees decides is the step's name, so that a record shows it. Tranches of 40, 30
//! and 30 parts are as far as possible, so no gate asks for their sizes; that three quarters of what
//! was paid are used before the next is asked without such words, and binds.
//!
//! # Invariants
//! * A later tranche follows the one before it, three quarters of all before it being used.
//! * What is asked of a vehicle alone is not asked of an institution that comes without one.
//!
//! # Not here
//! Which committee a cost asks for at the sanction itself, what a vehicle and its land must be: they
//! are conditions.

use bahi_core::{Outcome, TermsParts};

use super::{COMMITTEE, DISTRICT_COMMITTEE, NO_LINE, OFFICE, amount, count, with};
use crate::compose::{Draft, all, gate, policy, step};
use crate::limits::{of_a_vehicle, up_to_ten_crore};

/// Either committee's word that a centre is worth a project report.
const IN_PRINCIPLE: [&str; 2] =
    ["step state_committee_in_principle", "step high_committee_in_principle"];
/// Either committee's word on the report.
const APPROVED: [&str; 2] = ["step state_committee_approved", "step high_committee_approved"];

const VEHICLE: &str = "special purpose vehicle";
const APPROVAL: &str = "approval";
const REPORT: &str = "project report";
const TRANCHES: &str = "tranches";
const INTEREST: &str = "interest";
/// The line of the department's own paper on how a case moves, of March 2025.
const SOP: &str = "SOP of March 2025, typical";

/// GO 1095. Every centre is a vehicle's, so what is asked of those alone is asked of all.
pub(crate) fn cfc_2018(parts: TermsParts) -> TermsParts {
    with(parts, gates(), outcomes(), [])
}

/// GO 613, which amends the first in part. The typical times come from a later paper; who is beyond
/// one is late by it on whichever day the case began.
pub(crate) fn cfc_2023(parts: TermsParts) -> TermsParts {
    let gates = gates().chain(typical());
    with(parts, gates, outcomes(), [policy("typical_times", "said_not_held")])
}

fn outcomes() -> [Outcome; 3] {
    [count("jobs", NO_LINE), count("members_served", NO_LINE), amount("turnover", NO_LINE)]
}

fn gates() -> impl Iterator<Item = Draft> {
    steps().into_iter().chain(money())
}

/// From the expression of interest to the agreement.
fn steps() -> [Draft; 13] {
    [
        step("district_committee_screened", "expression of interest")
            .by(DISTRICT_COMMITTEE)
            .after(&["application"]),
        step("state_committee_in_principle", APPROVAL)
            .when(all([of_a_vehicle(), up_to_ten_crore()]))
            .by(COMMITTEE)
            .after(&["step district_committee_screened"]),
        step("high_committee_in_principle", APPROVAL)
            .by(COMMITTEE)
            .after(&["step district_committee_screened"]),
        step("vehicle_registered", VEHICLE)
            .when(of_a_vehicle())
            .by(OFFICE)
            .after(&IN_PRINCIPLE)
            .paper("registration"),
        step("report_submitted", REPORT)
            .by(OFFICE)
            .after(&IN_PRINCIPLE)
            .late_after("3 months after step state_committee_in_principle")
            .paper("project_report"),
        step("report_submitted", REPORT)
            .late_after("3 months after step high_committee_in_principle"),
        step("report_submitted", VEHICLE).when(of_a_vehicle()).after(&["step vehicle_registered"]),
        step("appraised", "appraisal")
            .by(OFFICE)
            .after(&["step report_submitted"])
            .paper("appraisal_report"),
        step("state_committee_approved", APPROVAL)
            .when(all([of_a_vehicle(), up_to_ten_crore()]))
            .by(COMMITTEE)
            .after(&["step appraised"]),
        step("high_committee_approved", APPROVAL).by(COMMITTEE).after(&["step appraised"]),
        gate("sanction", "financial sanction").after(&APPROVED).shown(),
        step("agreement_signed", "agreement").by(OFFICE).after(&["sanction"]).paper("agreement"),
        step("vehicle_share_spent", "vehicle's money first")
            .when(of_a_vehicle())
            .by(OFFICE)
            .after(&APPROVED),
    ]
}

/// From the first tranche to the finished centre.
fn money() -> [Draft; 10] {
    [
        gate("payment", "agreement").after(&["step agreement_signed"]).shown(),
        gate("payment", "vehicle's money first")
            .when(of_a_vehicle())
            .after(&["step vehicle_share_spent"])
            .shown(),
        gate("use", "idle money").late_after("3 months after credit").shown(),
        gate("instalment 2", TRANCHES).after(&["instalment 1"]).once_used(75),
        step("interest_set_off_2", INTEREST)
            .by(DISTRICT_COMMITTEE)
            .after(&["instalment 1"])
            .paper("interest_statement"),
        gate("instalment 2", INTEREST).after(&["step interest_set_off_2"]).shown(),
        gate("instalment 3", TRANCHES).after(&["instalment 2"]).once_used(75),
        step("interest_set_off_3", INTEREST)
            .by(DISTRICT_COMMITTEE)
            .after(&["instalment 2"])
            .paper("interest_statement"),
        gate("instalment 3", INTEREST).after(&["step interest_set_off_3"]).shown(),
        step("completed", "completion")
            .by(OFFICE)
            .after(&["payment"])
            .late_after("24 months after sanction"),
    ]
}

/// Times that the paper calls typical.
fn typical() -> [Draft; 3] {
    let vehicle = |span| step("vehicle_registered", SOP).when(of_a_vehicle()).late_after(span);
    [
        step("district_committee_screened", SOP).late_after("1 months after application"),
        vehicle("30 days after step state_committee_in_principle"),
        vehicle("30 days after step high_committee_in_principle"),
    ]
}
