//! Training and toolkits: from the choice of trainees through ten days to a kit in their hands.
//!
//! # Invariants
//! * Ten days lie between the first day of a batch and the last, both counted.
//!
//! # Not here
//! That the institute is paid half at the start and half on completion, and a trainee on completion:
//! the policy `payments_by_payee`. That a kit follows the training: kits of a later year are a case
//! of their own.

use bahi_core::{Role, TermsParts};

use super::{DISTRICT_COMMITTEE, NO_LINE, OFFICE, count, with};
use crate::compose::{gate, policy, step};

/// Who buys: by the government's market, or by the financial rules.
const BUYERS: &[Role] = &[Role::DistrictOffice, Role::DrawingOfficer];

/// GO 347.
pub(crate) fn training_toolkit(parts: TermsParts) -> TermsParts {
    let gates = [
        step("selected", "selection").by(DISTRICT_COMMITTEE).after(&["application"]),
        gate("sanction", "selection").after(&["step selected"]).shown(),
        // The batch begins on this day.
        step("enrolled", "batch").by(OFFICE).after(&["step selected"]),
        gate("payment", "4(2)").after(&["step enrolled"]).shown(),
        step("training_completed", "length of training")
            .by(OFFICE)
            .after(&["step enrolled"])
            .not_before("9 days after step enrolled"),
        step("training_completed", "4(2)").paper("completion_certificate"),
        step("certified", "3")
            .by(OFFICE)
            .after(&["step training_completed"])
            .paper("skill_certificate"),
        step("toolkit_ordered", "5").by(BUYERS).after(&["step selected"]).paper("contract"),
        step("toolkit_received", "5").by(OFFICE).after(&["step toolkit_ordered"]),
        step("toolkit_handed_over", "5")
            .by(OFFICE)
            .after(&["step toolkit_received"])
            .paper("receipt"),
    ];
    with(parts, gates, [count("jobs", NO_LINE)], [policy("payments_by_payee", "not_told_apart")])
}
