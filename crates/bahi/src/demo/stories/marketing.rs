//! Marketing: a claimant's fourth fair, a fair without a row, and credits that came back.

use bahi_core::{
    Applicant, District, GivenFact, Money, Opinion,
    Role::{Auditor, DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority, TreasuryJob},
    Word,
};

use super::script::{
    Case, Scene, Script, account, count, date, flag, later, on, on_day, person, rupees, text,
};

const MDA: &str = "mda";
/// The story whose first case was paid, came back, was paid again and audited.
pub(super) const CAME_BACK: &str = "credits_that_came_back";
const SAHARANPUR: District = District(177);
const AZAMGARH: District = District(123);

/// Four fairs of one year, and an ordinary fair outside the state in the next.
pub(super) fn the_fourth_fair() -> Script {
    let case = |name: &str, year| Case::new(name, MDA, SAHARANPUR, year);
    let carver = || person("wood carver");
    let first = case("FAIR/1-DELHI", 2022);
    let fourth = case("FAIR/4-MUMBAI", 2022);
    let ordinary = case("FAIR/ORDINARY-BHOPAL", 2023);
    let outside = "out_of_state_national_or_international_fair";
    let fourth_facts = fair(outside, "mumbai_winter", "1,00,000", "15,000", "2,400");
    let fairs = [
        (&first, "2022-05-16", fair(outside, "delhi", "1,20,000", "20,000", "3,000"), "1,08,000"),
        (
            &case("FAIR/2-LUCKNOW", 2022),
            "2022-08-08",
            fair("in_state_national_or_international_fair", "lucknow", "80,000", "8,000", "900"),
            "66,900",
        ),
        (
            &case("FAIR/3-FRANKFURT", 2022),
            "2022-11-07",
            fair("foreign_trade_fair", "frankfurt", "3,00,000", "40,000", "90,000"),
            "2,92,500",
        ),
    ];
    let mut scenes = Vec::from([on("2022-04-01", Finance, first.allot(rupees("5,00,000")))]);
    for (case, from, facts, amount) in fairs {
        let claim = Claim { case, from, applicant: carver(), facts };
        scenes.extend(paid(claim, rupees(amount), "wood carver"));
    }
    if let Some(last) = scenes.last_mut() {
        last.told = Some("Three fairs of one carver and one year are paid: ₹ PAID");
    }
    scenes.push(
        on("2023-01-16", DistrictOffice, fourth.applies(carver(), fourth_facts))
            .refused("limit_reached")
            .told("The fourth in the same year"),
    );
    scenes.extend(without_a_row(&ordinary, carver()));
    Script {
        name: "the_fourth_fair",
        title: "A fourth fair in one year, and a fair without a row",
        scheme: MDA,
        scenes,
        look: Vec::from([first.explained(), ordinary.explained()]),
    }
}

/// The terms of 2020 have no row for an ordinary fair outside the state.
fn without_a_row(case: &Case, applicant: Applicant) -> Vec<Scene> {
    let facts = fair("out_of_state_domestic_fair", "bhopal", "30,000", "6,000", "1,800");
    let mut scenes = decided(Claim { case, from: "2023-04-10", applicant, facts });
    scenes.extend([
        on("2023-05-22", SanctioningAuthority, case.granted(rupees("22,500")))
            .refused("not_entitled")
            .told("In the next year an ordinary fair in Bhopal, which lost its row on 2020-04-22"),
        on("2023-05-25", DistrictOffice, case.rejected("no_row")).told(
            "Turned down: three claims are paid, two refused, and both refusals are evidence",
        ),
    ]);
    scenes
}

/// Account closed, paid to another; holder died, paid to the heir on an order.
pub(super) fn credits_that_came_back() -> Script {
    let case = |name: &str| Case::new(name, MDA, AZAMGARH, 2022);
    let (closed, died) = (case("CREDIT/01-ACCOUNT-CLOSED"), case("CREDIT/60-HOLDER-DIED"));
    let (less, more) = (rupees("33,600"), rupees("47,850"));
    let claim = |case, applicant, facts| Claim { case, from: "2022-06-06", applicant, facts };
    let event = "in_state_other_fair";
    let small = fair(event, "varanasi_summer", "40,000", "4,000", "600");
    let large = fair(event, "varanasi_summer", "60,000", "3,000", "600");
    let mut scenes = Vec::from([on("2022-04-01", Finance, closed.allot(rupees("1,00,000")))]);
    scenes.extend(issued(claim(&closed, person("potter"), small), less, "potter, closed"));
    scenes.extend(issued(claim(&died, person("late potter"), large), more, "late potter"));
    scenes.extend([
        on("2022-07-29", TreasuryJob, closed.came_back(less, "01")),
        on("2022-08-03", DrawingOfficer, closed.paid_again(less, account("potter, closed")))
            .refused("other_account_needed")
            .told("Return 01, account closed; paid into it again"),
        on("2022-08-08", DrawingOfficer, closed.paid_again(less, account("potter")))
            .told("Paid into another account of the potter: ₹ AMOUNT, credited"),
        on("2022-08-11", TreasuryJob, closed.credited()),
        on("2022-07-29", TreasuryJob, died.came_back(more, "60")),
        on("2022-08-03", DrawingOfficer, died.paid_again(more, account("heir")))
            .refused("payment_stopped")
            .told("Return 60, holder died; paid to somebody else on nobody's order"),
        on("2022-09-12", DrawingOfficer, died.paid_again(more, account("heir")))
            .on_an_order()
            .told("Paid on an order to the heir's account: ₹ AMOUNT, credited"),
        on("2022-09-15", TreasuryJob, died.credited()),
        on("2023-02-13", Auditor, closed.audited("bank_statement", Opinion::Clear, Vec::new())),
    ]);
    Script {
        name: CAME_BACK,
        title: "Two credits that came back, and where they went",
        scheme: MDA,
        scenes,
        look: Vec::from([closed.explained(), ("trail", "--case CREDIT/60-HOLDER-DIED".to_owned())]),
    }
}

fn fair(
    event: &str,
    name: &str,
    stall: &str,
    freight: &str,
    travel: &str,
) -> Vec<(Word, GivenFact)> {
    let plain = |amount: &str| rupees(amount).to_string();
    Vec::from([
        text("event", event),
        text("event_name", name),
        text("stall_paid", &plain(stall)),
        text("freight_paid", &plain(freight)),
        text("business", "b2b"),
        text("travel_mode", "rail_bus"),
        text("travel_paid", &plain(travel)),
        flag("fair_notified", true),
        count("days_to_claim", 40),
    ])
}

struct Claim<'a> {
    case: &'a Case,
    /// The day of the claim.
    from: &'a str,
    applicant: Applicant,
    facts: Vec<(Word, GivenFact)>,
}

/// From the claim to the district committee's word on the 36th day.
fn decided(claim: Claim<'_>) -> Vec<Scene> {
    let Claim { case, from, applicant, facts } = claim;
    let days = [
        (0, DistrictOffice, case.applies(applicant, facts)),
        (7, DistrictOffice, case.step("hard_copy_received")),
        (21, DistrictOffice, case.step("scrutinised")),
        (35, SanctioningAuthority, case.step("district_committee_decided")),
    ];
    days.into_iter().map(|(days, role, deed)| on_day(later(date(from), days), role, deed)).collect()
}

/// On to the list, the sanction, and the payment on the 50th day.
fn issued(claim: Claim<'_>, amount: Money, payee: &str) -> Vec<Scene> {
    let (case, from) = (claim.case, date(claim.from));
    let mut scenes = decided(claim);
    let days = [
        (37, DistrictOffice, case.step_with("listed", &["list_number"], Vec::new())),
        (39, Finance, case.step("budget_confirmed")),
        (42, SanctioningAuthority, case.granted(amount)),
        (49, DrawingOfficer, case.paid(1, amount, account(payee))),
    ];
    scenes.extend(days.map(|(days, role, deed)| on_day(later(from, days), role, deed)));
    scenes
}

/// The same, and credited; the last scene is the credit.
fn paid(claim: Claim<'_>, amount: Money, payee: &str) -> Vec<Scene> {
    let (case, from) = (claim.case, date(claim.from));
    let mut scenes = issued(claim, amount, payee);
    scenes.push(on_day(later(from, 52), TreasuryJob, case.credited()));
    scenes
}
