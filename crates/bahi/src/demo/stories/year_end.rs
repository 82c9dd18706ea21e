//! The end of a year: what lapses, what is given back, and what is carried into the next.

use bahi_core::{
    District,
    Role::{DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority, TreasuryJob},
};

use super::margin_money::{MARGIN_MONEY, Unit, up_to_sanction};
use super::script::{Case, Script, account, date, on, rupees};

const LUCKNOW: District = District(162);

/// Two sanctions of the last quarter of 2022-23, and their fund.
pub(super) fn year_end() -> Script {
    let lapsed = Case::new("YEAR-END/LAPSED", MARGIN_MONEY, LUCKNOW, 2022);
    let carried = Case::new("YEAR-END/CARRIED", MARGIN_MONEY, LUCKNOW, 2022);
    let next_year = carried.of_year(2023);
    let (less, more) = (rupees("2,50,000"), rupees("6,25,000"));
    let left = rupees("4,75,000");
    let unit = |case, from, applicant, cost, grant| {
        let from = date(from);
        up_to_sanction(&Unit { case, from, applicant, cost, grant, account: applicant })
    };
    let pays = || carried.paid(1, more, account("carried"));
    let mut scenes = Vec::from([on("2022-04-01", Finance, lapsed.allot(rupees("15,00,000")))]);
    scenes.extend(unit(&lapsed, "2023-01-16", "lapsed", "1000000", less));
    scenes.extend(unit(&carried, "2023-03-01", "carried", "2500000", more));
    scenes.extend([
        on("2023-03-24", Finance, lapsed.surrender(rupees("4,00,000"))),
        on("2023-03-28", Finance, lapsed.fund_lapses(rupees("2,25,000")))
            .refused("not_yet_lapsed")
            .told("₹ 4,00,000 are surrendered in time; the rest of the fund is let lapse early"),
        on("2023-03-31", DistrictOffice, lapsed.sanction_lapses(less))
            .told("On the last day a sanction of ₹ AMOUNT that nobody drew lapses, then the fund"),
        on("2023-03-31", Finance, lapsed.fund_lapses(left)),
        on("2023-04-01", Finance, next_year.allot(more)),
        on("2023-04-03", DistrictOffice, lapsed.closed()),
        on("2023-04-05", DrawingOfficer, pays())
            .refused("outside_fund_year")
            .told("The other sanction is paid five days late"),
        on("2023-04-10", SanctioningAuthority, next_year.carried(more))
            .without_an_order()
            .refused("authority_required")
            .told("It is carried into the new year on nobody's order"),
        on("2023-04-12", SanctioningAuthority, next_year.carried(more)),
        on("2023-04-14", Finance, lapsed.fund_lapses(more)),
        on("2023-04-17", DrawingOfficer, pays()).told(
            "Carried on an order, paid from the new year's fund: ₹ AMOUNT; the old one is empty",
        ),
        on("2023-04-20", TreasuryJob, carried.credited()),
    ]);
    Script {
        name: "year_end",
        title: "The end of a year: lapsed, surrendered, carried",
        scheme: MARGIN_MONEY,
        scenes,
        look: Vec::from([
            carried.explained(),
            ("balances", "--by fy,head --scheme margin-money --district Lucknow".to_owned()),
        ]),
    }
}
