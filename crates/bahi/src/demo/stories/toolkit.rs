//! Training: a kit of tools that a family asks for twice, and two kits that never came.

use bahi_core::{
    District,
    Role::{DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority},
    StockMove::{HandedOver, Ordered, Received},
};

use super::script::{Case, Script, account, count, flag, of_family, on, rupees, text};

const TRAINING: &str = "training-toolkit";
const GORAKHPUR: District = District(148);
const KIT: &str = "toolkit_terracotta";

/// One of a batch of twenty, in the summer of 2022, and who came after.
pub(super) fn twice() -> Script {
    let trainee = Case::new("TOOLKIT/TRAINEE", TRAINING, GORAKHPUR, 2022);
    let again = Case::new("TOOLKIT/AGAIN", TRAINING, GORAKHPUR, 2022);
    let potter = || of_family("trainee", "potters");
    let facts = || {
        Vec::from([
            count("trainees", 1),
            count("days", 10),
            text("institute_fee_per_trainee_day", "400"),
            text("food_per_trainee_day", "250"),
            text("toolkit_each", "14000"),
            count("applicant_age", 27),
            flag("native_of_state", true),
        ])
    };
    let with = |step: &str, paper: &str| trainee.step_with(step, &[paper], Vec::new());
    let paid = |instalment, amount, name| trainee.paid(instalment, rupees(amount), account(name));
    let kit = |movement, quantity, own| trainee.stock(KIT, movement, quantity, own);
    let handed_over =
        trainee.step_with("toolkit_handed_over", &["receipt"], Vec::from([count("jobs", 1)]));
    let scenes = Vec::from([
        on("2022-04-01", Finance, trainee.allot(rupees("25,000"))),
        on("2022-06-01", DistrictOffice, trainee.applies(potter(), facts())),
        on("2022-06-10", DistrictOffice, trainee.step("selected")),
        on("2022-06-20", SanctioningAuthority, trainee.granted(rupees("22,500"))),
        on("2022-06-22", DrawingOfficer, with("toolkit_ordered", "contract")),
        on("2022-06-22", DrawingOfficer, kit(Ordered, 20, false)),
        on("2022-06-27", DistrictOffice, trainee.step("enrolled")),
        on("2022-06-29", DrawingOfficer, paid(1, "3,250", "institute")),
        on("2022-07-06", DistrictOffice, with("training_completed", "completion_certificate")),
        on("2022-07-15", DistrictOffice, with("certified", "skill_certificate")),
        on("2022-07-18", DrawingOfficer, paid(2, "3,250", "institute")),
        on("2022-07-18", DrawingOfficer, paid(3, "2,000", "trainee")),
        on("2022-07-20", DistrictOffice, kit(Received, 18, false)),
        on("2022-07-20", DistrictOffice, trainee.step("toolkit_received")),
        on("2022-07-25", DrawingOfficer, paid(4, "14,000", "supplier")),
        on("2022-08-01", DistrictOffice, kit(HandedOver, 1, true)),
        on("2022-08-01", DistrictOffice, handed_over)
            .told("Ten days' training, its fees and a kit of tools for one of twenty: ₹ PAID"),
        on("2022-08-02", DistrictOffice, kit(HandedOver, 17, false)),
        on("2022-08-05", DistrictOffice, kit(HandedOver, 2, false))
            .refused("exceeds_stock")
            .told("Eighteen kits of twenty came and are gone; two more are handed over"),
        on("2022-09-12", DistrictOffice, again.applies(of_family("wife", "potters"), facts()))
            .refused("limit_reached")
            .told("Another of the family asks for a kit"),
        on("2022-09-19", DistrictOffice, again.applies(potter(), facts()))
            .refused("limit_reached")
            .told("The trainee asks once more"),
        on("2022-09-30", DistrictOffice, trainee.closed())
            .told("Closed: one family, one kit; of twenty kits ordered two are still to come"),
    ]);
    let stock = ("events", format!("--kind StockMoved --scheme {TRAINING}"));
    Script {
        name: "twice",
        title: "A toolkit claimed twice, and two that never came",
        scheme: TRAINING,
        scenes,
        look: Vec::from([trainee.explained(), stock]),
    }
}
