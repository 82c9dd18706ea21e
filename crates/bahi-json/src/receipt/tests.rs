//! The answer to each line, to the byte.

use bahi_core::{Money, Total};

use super::*;

#[test]
fn each_outcome_is_one_line_in_the_documented_order() {
    let command_id = CommandId::from_bytes([0x11; 16]);
    let id = r#""command_id":"11111111-1111-1111-1111-111111111111""#;
    let total = |rupees| Money::from_rupees(rupees).map(Total::from).unwrap_or_default();
    let budget = Refusal::ExceedsBudget { available: total(100), over: total(1) };
    let budget_says = "₹ 1.00 above the ₹ 100.00 the fund has left";
    let two = Refused::new(vec![Refusal::AmountIsZero {}, Refusal::InstalmentIsZero {}]);
    for (line, outcome, expected) in [
        (
            1,
            LineOutcome::Accepted { command_id, position: Position(17) },
            format!(r#"{{"line":1,"status":"accepted","position":17,{id}}}"#),
        ),
        (
            2,
            LineOutcome::Refused {
                command_id,
                refused: budget.into(),
                evidence: Some(Position(18)),
            },
            format!(
                r#"{{"line":2,"status":"refused","position":18,{id},"refusal":"exceeds_budget","message":"{budget_says}","stage":"conservation","refusals":[{{"code":"exceeds_budget","message":"{budget_says}"}}]}}"#
            ),
        ),
        (
            2,
            LineOutcome::Refused {
                command_id,
                refused: two.expect("two refusals"),
                evidence: None,
            },
            format!(
                r#"{{"line":2,"status":"refused",{id},"refusal":"amount_is_zero","message":"an amount of zero moves nothing; instalments are numbered from 1","stage":"form","refusals":[{{"code":"amount_is_zero","message":"an amount of zero moves nothing"}},{{"code":"instalment_is_zero","message":"instalments are numbered from 1"}}]}}"#
            ),
        ),
        (
            3,
            LineOutcome::Duplicate { command_id, position: Position(17) },
            format!(r#"{{"line":3,"status":"duplicate","position":17,{id}}}"#),
        ),
        (
            4,
            LineOutcome::Malformed(Malformed { column: 12, what: "a \"b\"".to_owned() }),
            r#"{"line":4,"status":"malformed","column":12,"message":"a \"b\""}"#.to_owned(),
        ),
        (
            5,
            LineOutcome::Fault { command_id, message: "the disk is full".to_owned() },
            format!(r#"{{"line":5,"status":"fault",{id},"message":"the disk is full"}}"#),
        ),
    ] {
        assert_eq!(outcome_line(line, &outcome), expected);
    }
}
