//! Margin money: from the register through task force and bank to the end of the lock.
//!
//! # Invariants
//! * Nothing becomes the unit's own before two years after its credit, save where the unit closed
//!   for a cause that nobody answers for, and that was reported.
//!
//! # Not here
//! The money a bank gives back after misuse: it is recovered, which waits for no step.

use bahi_core::TermsParts;

use super::{COMMITTEE, OFFICE, count, with};
use crate::compose::{gate, policy, step};

/// The lock (1(6), 5(10)), which begins by the policy `lock_in_start`.
const LOCK: &str = "24 months after credit";
/// The reviews that the order sets up; none says which numbers it looks at.
const REVIEWS: &str = "reviews";

/// GO 861.
pub(crate) fn margin_money(parts: TermsParts) -> TermsParts {
    let gates = [
        step("registered", "registration").by(OFFICE).after(&["application"]),
        step("task_force_selected", "task force")
            .by(COMMITTEE)
            .after(&["step registered"])
            .late_after("1 months after step registered"),
        step("sent_to_bank", "bank")
            .by(OFFICE)
            .after(&["step task_force_selected"])
            .late_after("7 days after step task_force_selected"),
        step("bank_decided", "bank")
            .by(OFFICE)
            .after(&["step sent_to_bank"])
            .late_after("1 months after step sent_to_bank"),
        // At least a week of training after the bank's word.
        step("trained", "training")
            .by(OFFICE)
            .after(&["step bank_decided"])
            .not_before("7 days after step bank_decided"),
        step("training_exempt", "training").by(OFFICE).after(&["step bank_decided"]),
        step("first_instalment_released", "first instalment of the loan")
            .by(OFFICE)
            .after(&["step trained", "step training_exempt"])
            .late_after("1 months after step trained"),
        step("claim_received", "claim")
            .by(OFFICE)
            .after(&["step first_instalment_released"])
            .late_after("7 days after step first_instalment_released")
            .paper("claim"),
        gate("sanction", "claim").after(&["step claim_received"]).shown(),
        gate("payment", "payment").late_after("7 days after step claim_received").shown(),
        step("joint_inspection", "5(10)")
            .by(OFFICE)
            .after(&["credit"])
            .not_before(LOCK)
            .paper("inspection_report"),
        step("calamity_reported", "5(11)")
            .by(OFFICE)
            .after(&["payment"])
            .paper("report_of_closure"),
        gate("adjustment", "5(10)").not_before(LOCK),
        gate("adjustment", "5(10)").after(&["step joint_inspection"]).shown(),
        // It opens the lock, so it binds: a word alone would open it otherwise.
        gate("adjustment", "5(11)")
            .for_reasons(&["calamity", "exceptional_cause"])
            .after(&["step calamity_reported"]),
    ];
    let outcomes = [
        count("jobs", REVIEWS),
        count("units_set_up", REVIEWS),
        super::amount("turnover", REVIEWS),
    ];
    let policies =
        [policy("task_force_time", "one_month"), policy("joint_inspection_day", "after_the_lock")];
    with(parts, gates, outcomes, policies)
}
