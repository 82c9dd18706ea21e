//! Common facility centres: two, a rupee apart, on either side of where the state's share falls.

use bahi_core::{
    District,
    Role::{DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority, TreasuryJob},
};

use super::script::{Case, Scene, Script, account, count, flag, on, rupees, text, vehicle};

const CFC: &str = "cfc";
const FIROZABAD: District = District(143);

/// From two expressions of interest in October 2023 to one centre, late, in June 2026.
pub(super) fn a_rupee_more() -> Script {
    let (at, above) = (centre("CFC/FOUR-CRORE"), centre("CFC/FOUR-CRORE-AND-ONE"));
    let mut scenes = Vec::from([on("2024-04-01", Finance, at.allot(rupees("7,00,00,000")))]);
    scenes.extend(up_to_approval(&at, "glass", "40000000"));
    scenes.extend(up_to_approval(&above, "bangles", "40000001"));
    scenes.extend(the_rupee(&above));
    scenes.extend(three_tranches(&at));
    Script {
        name: "a_rupee_more",
        title: "Two centres a rupee apart, and three tranches of one",
        scheme: CFC,
        scenes,
        look: Vec::from([above.explained(), at.explained()]),
    }
}

fn centre(name: &str) -> Case {
    Case::new(name, CFC, FIROZABAD, 2024)
}

fn up_to_approval(centre: &Case, name: &str, cost: &str) -> [Scene; 7] {
    let facts = Vec::from([
        text("project_cost", cost),
        text("route", "spv"),
        text("approved_by", "state_level_committee"),
        count("members", 24),
        count("linked_members", 20),
        text("legal_form", "society"),
        flag("one_member_per_family", true),
        flag("state_representative", true),
        count("lease_years", 30),
        flag("lease_in_government_area", true),
        text("product", "Glassware"),
    ]);
    let with = |step: &str, paper: &str| centre.step_with(step, &[paper], Vec::new());
    [
        on("2023-10-09", DistrictOffice, centre.applies(vehicle(name, 24), facts)),
        on("2023-10-30", SanctioningAuthority, centre.step("district_committee_screened")),
        on("2023-12-04", SanctioningAuthority, centre.step("state_committee_in_principle")),
        on("2023-12-22", DistrictOffice, with("vehicle_registered", "registration")),
        on("2024-02-15", DistrictOffice, with("report_submitted", "project_report")),
        on("2024-03-20", DistrictOffice, with("appraised", "appraisal_report")),
        on("2024-04-15", SanctioningAuthority, centre.step("state_committee_approved")),
    ]
}

/// The share of the cheaper centre is asked for, refused, and the lesser one given up.
fn the_rupee(above: &Case) -> [Scene; 4] {
    [
        on("2024-04-22", SanctioningAuthority, above.granted(rupees("3,60,00,000")))
            .refused("exceeds_entitlement")
            .told("A centre of ₹ 4,00,00,001 asks for 90 %; a rupee less would have had it"),
        on("2024-04-24", SanctioningAuthority, above.granted(rupees("32000000.80")))
            .told("₹ AMOUNT, 80 %, are granted; the vehicle must bring twice as much and gives up"),
        on("2024-05-13", SanctioningAuthority, above.sanction_cancelled("vehicle_gave_up")),
        on("2024-05-15", DistrictOffice, above.withdrawn("vehicle_gave_up")),
    ]
}

fn three_tranches(at: &Case) -> Vec<Scene> {
    let paid = |instalment, amount| at.paid(instalment, rupees(amount), account("glass centre"));
    let used = |amount| at.used(rupees(amount));
    let with = |step: &str, paper: &str| at.step_with(step, &[paper], Vec::new());
    let reported = Vec::from([count("jobs", 60), count("members_served", 22)]);
    let completed = at.step_with("completed", &[], reported);
    Vec::from([
        on("2024-04-22", SanctioningAuthority, at.granted(rupees("3,60,00,000"))),
        on("2024-05-06", DistrictOffice, with("agreement_signed", "agreement")),
        on("2024-05-20", DistrictOffice, at.step("vehicle_share_spent")),
        on("2024-06-03", DrawingOfficer, paid(1, "1,44,00,000")),
        on("2024-06-06", TreasuryJob, at.credited_of(1)),
        on("2024-08-30", DistrictOffice, used("1,00,00,000")),
        on("2024-10-07", DrawingOfficer, paid(2, "1,08,00,000"))
            .refused("too_little_used")
            .told("At ₹ 4,00,00,000 the second tranche is asked before the first is used"),
        on("2024-11-04", DistrictOffice, used("20,00,000")),
        on("2024-11-08", DistrictOffice, with("interest_set_off_2", "interest_statement")),
        on("2024-11-11", DrawingOfficer, paid(2, "1,08,00,000"))
            .told("After a certificate for ₹ 20 lakh more, ₹ AMOUNT are paid"),
        on("2024-11-14", TreasuryJob, at.credited_of(2)),
        on("2025-02-03", DistrictOffice, used("95,00,000")),
        on("2025-02-10", DistrictOffice, with("interest_set_off_3", "interest_statement")),
        on("2025-02-17", DrawingOfficer, paid(3, "1,08,00,000")),
        on("2025-02-20", TreasuryJob, at.credited_of(3)),
        on("2025-05-12", DistrictOffice, used("1,45,00,000")),
        on("2026-06-08", DistrictOffice, completed)
            .told("Complete, LATE days late; all of ₹ PAID is used, and sixty people work there"),
        on("2026-06-15", DistrictOffice, at.closed()),
    ])
}
