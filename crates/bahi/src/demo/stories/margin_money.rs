//! Margin money: one loom in Varanasi, and the way to the bank's claim that other stories share.

use bahi_core::{
    Day, District, Money,
    Role::{DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority, TreasuryJob},
};

use super::script::{
    Case, Scene, Script, account, count, flag, later, on, on_day, person, rupees, text,
};

pub(super) const MARGIN_MONEY: &str = "margin-money";
const VARANASI: District = District(187);

/// From an application in April 2021 to a grant in August 2023.
pub(super) fn one_loom() -> Script {
    let loom = Case::new("LOOM/VARANASI", MARGIN_MONEY, VARANASI, 2021);
    let facts = Vec::from([
        text("project_cost", "1000000"),
        text("product", "Banarasi Silk Saree"),
        count("applicant_age", 34),
        flag("defaulter", false),
        flag("product_notified", true),
    ]);
    let grant = rupees("2,50,000");
    let reported = Vec::from([count("jobs", 4), count("units_set_up", 1)]);
    let inspected = loom.step_with("joint_inspection", &["inspection_report"], reported);
    let scenes = Vec::from([
        on("2021-04-01", Finance, loom.allot(rupees("3,00,000"))),
        on("2021-04-12", DistrictOffice, loom.applies(person("weaver"), facts)),
        on("2021-04-14", DistrictOffice, loom.step("registered")),
        on("2021-04-20", DistrictOffice, loom.step("sent_to_bank"))
            .refused("step_out_of_order")
            .told("The file goes to the bank before the task force chose"),
        on("2021-05-05", SanctioningAuthority, loom.step("task_force_selected")),
        on("2021-05-10", DistrictOffice, loom.step("sent_to_bank")),
        on("2021-06-07", DistrictOffice, loom.step("bank_decided")),
        on("2021-06-21", DistrictOffice, loom.step("trained")),
        on("2021-07-12", DistrictOffice, loom.step("first_instalment_released")),
        on("2021-07-17", DistrictOffice, loom.step_with("claim_received", &["claim"], Vec::new())),
        on("2021-07-20", SanctioningAuthority, loom.granted(grant)),
        on("2021-07-23", DrawingOfficer, loom.paid(1, grant, account("weaver"))).told(
            "Chosen, lent to, trained, claimed: ₹ AMOUNT of a loom of ₹ 10 lakh go to the bank",
        ),
        on("2021-07-26", TreasuryJob, loom.credited()),
        on("2022-10-10", DistrictOffice, loom.made_its_own(grant))
            .refused("too_early")
            .told("Made a grant after fourteen months, not two years"),
        on("2023-08-02", DistrictOffice, inspected),
        on("2023-08-07", DistrictOffice, loom.made_its_own(grant)).told(
            "After the joint inspection ₹ AMOUNT are the weaver's own; four work at the loom",
        ),
        on("2023-08-10", DistrictOffice, loom.closed()),
    ]);
    Script {
        name: "one_loom",
        title: "One loom in Varanasi, from application to grant",
        scheme: MARGIN_MONEY,
        scenes,
        look: Vec::from([loom.explained()]),
    }
}

/// From an application to the payment on the fifteenth day; the last scene is the payment.
pub(super) fn up_to_payment(unit: &Unit<'_>) -> Vec<Scene> {
    let Unit { case, grant, .. } = unit;
    let mut scenes = up_to_sanction(unit);
    let paid = case.paid(1, *grant, account(unit.account));
    scenes.push(on_day(later(unit.from, 14), DrawingOfficer, paid));
    scenes
}

/// Somebody trained before, with an old customer's speed at the bank.
pub(super) struct Unit<'a> {
    pub(super) case: &'a Case,
    /// The day of the application.
    pub(super) from: Day,
    /// Who applies, alone in a family.
    pub(super) applicant: &'a str,
    pub(super) cost: &'a str,
    pub(super) grant: Money,
    pub(super) account: &'a str,
}

/// The same up to the sanction, on the thirteenth day.
pub(super) fn up_to_sanction(unit: &Unit<'_>) -> Vec<Scene> {
    let Unit { case, from, applicant, cost, grant, .. } = unit;
    let applied = case.applies(person(applicant), Vec::from([text("project_cost", cost)]));
    let claimed = case.step_with("claim_received", &["claim"], Vec::new());
    let days = [
        (0, DistrictOffice, applied),
        (1, DistrictOffice, case.step("registered")),
        (3, SanctioningAuthority, case.step("task_force_selected")),
        (4, DistrictOffice, case.step("sent_to_bank")),
        (7, DistrictOffice, case.step("bank_decided")),
        (7, DistrictOffice, case.step("training_exempt")),
        (9, DistrictOffice, case.step("first_instalment_released")),
        (10, DistrictOffice, claimed),
        (12, SanctioningAuthority, case.granted(*grant)),
    ];
    let scene = |(days, role, deed)| on_day(later(*from, days), role, deed);
    days.into_iter().map(scene).collect()
}
