//! Answers as they are written, to the byte.

use bahi_core::{Columns, District, FinancialYear, SchemeName, Total};

use super::*;

fn text(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("an answer has a JSON form")
}

#[test]
fn keys_that_were_not_asked_for_are_absent_and_asked_ones_without_value_are_null() {
    let columns = Columns {
        allotted: Total::from_paise(1_000_000_000_000),
        available: Total::from_paise(-250),
        suspense: Total::from_paise(300),
        interest_earned: Total::from_paise(400),
        interest_remitted: Total::from_paise(500),
        applied: 3,
        audited: 1,
        ..Columns::default()
    };
    let row = BalanceRow {
        scheme: SchemeName::new("cfc").ok(),
        district: Some(District(187)),
        head: None,
        fy: FinancialYear::from_first(2024),
        columns,
    };
    let figures = r#""allotted":"10000000000.00","sanctioned":"0.00","disbursed":"0.00","returned":"0.00","recovered":"0.00","utilised":"0.00","adjusted":"0.00","available":"-2.50","suspense":"3.00","interest_earned":"4.00","interest_remitted":"5.00","applied":3,"audited":1}"#;
    let all = BalanceKeys { scheme: true, district: true, head: true, fy: true };
    let keys = r#"{"scheme":"cfc","district":"187","head":null,"fy":"2024-25","#;
    assert_eq!(text(&BalanceRowAnswer::new(&row, all)), format!("{keys}{figures}"));
    let by_fy = BalanceKeys { fy: true, ..BalanceKeys::default() };
    let answer = BalancesAnswer {
        position: 0,
        root: "ab".to_owned(),
        as_of: None,
        known_on: Some("2024-06-30T23:59:59.999999+05:30".to_owned()),
        rows: vec![BalanceRowAnswer::new(&row, by_fy)],
    };
    let expected = format!(
        r#"{{"position":0,"root":"ab","as_of":null,"known_on":"2024-06-30T23:59:59.999999+05:30","rows":[{{"fy":"2024-25",{figures}]}}"#
    );
    assert_eq!(text(&answer), expected);
}

#[test]
fn seconds_have_at_most_three_places() {
    for (micros, expected) in [
        (0, "0.0"),
        (1_500_999, "1.5"),
        (12_345_678, "12.345"),
        (1_000, "0.001"),
        (100_000, "0.1"),
        (86_400_000_000, "86400.0"),
    ] {
        assert_eq!(text(&Seconds(Duration::from_micros(micros))), expected);
    }
    assert_eq!(text(&Seconds(Duration::MAX)), "4294967.295");
}

#[test]
fn a_verification_is_written_as_documented() {
    let answer = VerifyAnswer {
        against: None,
        ok: false,
        position: 9,
        root: None,
        passes: vec![VerifyPass {
            name: "pages".to_owned(),
            checked: 2,
            ok: false,
            first_problem: Some("page 1".to_owned()),
        }],
        seconds: Seconds(Duration::from_millis(20)),
    };
    assert_eq!(
        text(&answer),
        r#"{"ok":false,"position":9,"root":null,"passes":[{"name":"pages","checked":2,"ok":false,"first_problem":"page 1"}],"seconds":0.02}"#
    );
}

#[test]
fn a_case_on_a_trail_has_its_figures_among_its_own_fields() {
    let amount = |rupees: i128| Total::from_paise(rupees * 100).to_string();
    let case = TrailCase {
        case_ref: "VNS/1".to_owned(),
        case: 3,
        scheme: "cfc".to_owned(),
        district: "pool".to_owned(),
        figures: TrailFigures {
            sanctioned: amount(8),
            disbursed: amount(7),
            returned: amount(1),
            recovered: amount(2),
            utilised: amount(3),
            adjusted: amount(4),
            demanded: amount(5),
            remaining: amount(6),
            status: "partly_recovered".to_owned(),
        },
        audits: 1,
    };
    assert_eq!(
        text(&case),
        r#"{"case_ref":"VNS/1","case":3,"scheme":"cfc","district":"pool","sanctioned":"8.00","disbursed":"7.00","returned":"1.00","recovered":"2.00","utilised":"3.00","adjusted":"4.00","demanded":"5.00","remaining":"6.00","status":"partly_recovered","audits":1}"#
    );
}
