//! Fraud: one amount that went round eleven times, through loans, grants and deposits.
//!
//! The pattern is that of a case the press reported of one bank branch in Kanpur: loans of 5 crore,
//! grants of 20 lakh, deposits in relatives' names, and three years between the audit and what
//! followed. Whoever is in it here is made up, and so is the branch.

use bahi_core::{
    AccountKey, BarSubject, District, Money, Opinion,
    Role::{Auditor, DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority, TreasuryJob},
};

use super::margin_money::{MARGIN_MONEY, Unit, up_to_payment, up_to_sanction};
use super::script::{
    Case, Scene, Script, account, date, later, of_family, on, on_day, rupees, text,
};
use crate::demo::life::word;

const KANPUR_NAGAR: District = District(157);
/// How often the money went round.
const CYCLES: u16 = 11;
/// Days from one application to the next.
const DAYS_BETWEEN: u64 = 28;
/// Whose account it is.
const ONE_ACCOUNT: &str = "the one account";

/// The account that all eleven were paid into.
pub(in crate::demo) fn one_account() -> AccountKey {
    account(ONE_ACCOUNT).account
}

/// Eleven cycles from April 2021 on, an audit in 2023, a demand in 2026.
pub(super) fn round_trip() -> Script {
    let grant = rupees("20,00,000");
    let cycles: Vec<Case> = (1..=CYCLES).map(|number| case(number, 2021)).collect();
    let fund = case(1, 2021).allot(rupees("2,20,00,000"));
    let mut scenes = Vec::from([on("2021-04-01", Finance, fund)]);
    for (index, case) in (0..).zip(&cycles) {
        scenes.extend(cycle(case, index, grant));
    }
    if let Some(last) = scenes.last_mut() {
        last.told = Some(
            "Eleven loans of ₹ 5 crore, each deposited and lent again: ₹ PAID into one account",
        );
    }
    scenes.extend(audited(&cycles, grant));
    scenes.extend(a_twelfth(grant));
    scenes.extend(asked_back(&cycles, grant));
    Script {
        name: "round_trip",
        title: "One amount that went round eleven times",
        scheme: MARGIN_MONEY,
        scenes,
        look: Vec::from([("trail", format!("--account {}", one_account())), cycles[0].explained()]),
    }
}

fn case(number: u16, year: u16) -> Case {
    Case::new(&format!("ROUND-TRIP/{number:02}"), MARGIN_MONEY, KANPUR_NAGAR, year)
}

/// One cycle: granted to a relative, paid into the one account, deposited, lent again.
fn cycle(case: &Case, index: u64, grant: Money) -> Vec<Scene> {
    let from = later(date("2021-04-05"), index * DAYS_BETWEEN);
    let unit = Unit {
        case,
        from,
        applicant: &format!("relative {index}"),
        cost: "50000000",
        grant,
        account: ONE_ACCOUNT,
    };
    let mut scenes = up_to_payment(&unit);
    scenes.push(on_day(later(from, 17), TreasuryJob, case.credited()));
    scenes
}

/// The first audit that sees them side by side.
fn audited(cycles: &[Case], grant: Money) -> Vec<Scene> {
    let findings = || Vec::from([(word("C65"), grant), (word("C66"), Money::ZERO)]);
    let objects = |case: &Case| {
        let audit = case.audited("deposit_receipt", Opinion::Objection, findings());
        on("2023-05-15", Auditor, audit)
    };
    let mut scenes: Vec<Scene> = cycles.iter().map(objects).collect();
    if let Some(last) = scenes.last_mut() {
        last.told = Some("The first audit to see them side by side objects to all eleven");
    }
    scenes
}

/// A family that had its grant, then an account that is barred by then.
fn a_twelfth(grant: Money) -> Vec<Scene> {
    let twelfth = case(12, 2023);
    let facts = Vec::from([text("project_cost", "50000000")]);
    let cousin = of_family("cousin", "relative 0");
    let unit = Unit {
        case: &twelfth,
        from: date("2023-07-03"),
        applicant: "relative 12",
        cost: "50000000",
        grant,
        account: ONE_ACCOUNT,
    };
    let mut scenes = Vec::from([
        on("2023-04-01", Finance, twelfth.allot(grant)),
        on("2023-06-05", Auditor, twelfth.barred(BarSubject::Account(one_account()))),
        on("2023-06-19", DistrictOffice, twelfth.applies(cousin, facts))
            .refused("limit_reached")
            .told("A twelfth, for a family that had its grant"),
    ]);
    scenes.extend(up_to_sanction(&unit));
    scenes.extend([
        on("2023-07-17", DrawingOfficer, twelfth.paid(1, grant, account(ONE_ACCOUNT)))
            .refused("payee_barred")
            .told("The next, for another, into the account that the audit barred"),
        on("2023-08-07", SanctioningAuthority, twelfth.sanction_cancelled("misuse")),
        on("2023-08-09", DistrictOffice, twelfth.rejected("misuse")),
    ]);
    scenes
}

/// Three years after the audit: all of it is asked back, a part comes.
fn asked_back(cycles: &[Case], grant: Money) -> Vec<Scene> {
    let due = date("2026-06-30");
    let asked = |case: &Case| on("2026-05-18", DistrictOffice, case.asked_back(grant, due));
    let mut scenes: Vec<Scene> = cycles.iter().map(asked).collect();
    let (first, second, third) = (&cycles[0], &cycles[1], &cycles[2]);
    scenes.extend([
        on("2026-06-08", TreasuryJob, first.recovered(grant)),
        on("2026-06-08", DistrictOffice, first.finding_made_good()),
        on("2026-06-15", TreasuryJob, second.recovered(grant)),
        on("2026-06-15", DistrictOffice, second.finding_made_good()),
        on("2026-06-29", TreasuryJob, third.recovered(rupees("10,00,000")))
            .told("Asked back three years later: ₹ BACK of ₹ PAID recovered, nine findings open"),
    ]);
    scenes
}
