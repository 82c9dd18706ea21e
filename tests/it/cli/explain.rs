//! Explaining a case, and deciding every sanction again.

use serde_json::{Value, json};

use super::{ALLOT, APPLY, Place};

const LATER: &[&str] = &[
    r#"{"command_id":"0198a7c2-0000-7000-8000-0000000000a1","kind":"amend","actor":"dic-vns","role":"district_office","effective_day":"2024-05-20","case_ref":"VNS/2024/0042","facts":{"project_cost":"2600000.00","special_category":true}}"#,
    r#"{"command_id":"0198a7c2-0000-7000-8000-0000000000a2","kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10","authority":{"order":"S-7/2024","date":"2024-06-10","paragraph":"2"},"case_ref":"VNS/2024/0042","fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"},"amount":"500000.00"}"#,
    r#"{"command_id":"0198a7c2-0000-7000-8000-0000000000a3","kind":"revise_sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-07-10","authority":{"order":"S-9/2024","date":"2024-07-10"},"case_ref":"VNS/2024/0042","amount":"600000.00"}"#,
];

fn place() -> Place {
    let place = Place::with_rulebook();
    place.reading(&[&[ALLOT, APPLY], LATER].concat().join("\n"), &["submit"]).done();
    place
}

fn kinds(answer: &Value) -> Vec<&str> {
    let decisions = answer["decisions"].as_array().expect("decisions");
    decisions.iter().filter_map(|decision| decision["kind"].as_str()).collect()
}

#[test]
fn every_decision_has_the_facts_then_the_rule_and_the_computation() {
    let place = place();
    let answer = place.bahi(&["explain", "VNS/2024/0042", "--format", "json"]).done().json();
    assert_eq!(kinds(&answer), ["Applied", "ApplicationAmended", "Sanctioned", "SanctionRevised"]);
    let decisions = answer["decisions"].as_array().expect("decisions");
    let applied = &decisions[0];
    assert_eq!(applied["facts"], json!([{"name": "project_cost", "value": "1000000.00"}]));
    assert_eq!(applied["under"]["entitlement"], "250000.00");
    assert_eq!(applied["recorded"], Value::Null);
    for decision in &decisions[2..] {
        assert_eq!(decision["facts"][0]["value"], "2600000.00");
        assert_eq!(decision["facts"][1], json!({"name": "special_category", "value": "yes"}));
        let under = &decision["under"];
        // 20 % of 26 lakh is below the floor of the second slab.
        assert_eq!(under["entitlement"], "625000.00");
        assert_eq!(under["exact"], "625000/1");
        assert_eq!(under["own_contribution"], "130000.00");
        assert_eq!(
            (&decision["recorded"], &decision["agrees"]),
            (&under["entitlement"], &json!(true))
        );
        let steps = under["steps"].as_array().expect("steps");
        let taken = steps.iter().find(|step| {
            step["because"].as_str().is_some_and(|why| why.starts_with("the row up to 5000000.00"))
        });
        assert_eq!(taken.expect("the slab's step")["value"], "625000.00");
        let share = steps.iter().find(|step| step["rule"] == "20% of project_cost");
        assert_eq!(share.expect("the share's step")["value"], "520000.00");
    }
    let table = place.bahi(&["explain", "VNS/2024/0042"]).done().out;
    for says in
        ["facts: project_cost 26,00,000.00", "recorded entitlement 6,25,000.00, as computed"]
    {
        assert!(table.contains(says), "{table}");
    }
    let rows = place.bahi(&["explain", "VNS/2024/0042", "--format", "csv"]).done().out;
    assert!(rows.contains("20% of project_cost"), "{rows}");
    let before =
        place.bahi(&["explain", "VNS/2024/0042", "--as-of", "2024-05-20", "--format", "json"]);
    assert_eq!(kinds(&before.done().json()), ["Applied", "ApplicationAmended"]);
    let ran = place.bahi(&["explain", "VNS/2024/0043"]);
    assert!(ran.failed(1).contains("knows no case"), "{ran:?}");
}

#[test]
fn what_another_version_would_have_given_stands_beside_the_decision() {
    let place = Place::with_rulebook();
    let apply = |number: u32, day: &str, case: &str| {
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-0000000001{number:02}","kind":"apply","actor":"a","role":"district_office","effective_day":"{day}","scheme":"mda","district":"187","case_ref":"{case}","applicant":"not_in_source","facts":{{"event":"ecommerce_onboarding","total_paid":"12000.00"}}}}"#
        )
    };
    let lines = [apply(1, "2019-06-01", "OLD"), apply(2, "2024-06-01", "NEW")];
    place.reading(&lines.join("\n"), &["submit"]).done();
    for (case, by, other) in [("OLD", 1, 2), ("NEW", 2, 1)] {
        let answer = place.bahi(&["explain", case, "--format", "json"]).done().json();
        let decision = &answer["decisions"][0];
        assert_eq!(decision["under"]["number"], by, "{decision}");
        assert_eq!(decision["otherwise"].as_array().map(Vec::len), Some(1));
        let otherwise = &decision["otherwise"][0];
        assert_eq!(otherwise["number"], other);
        let given = [&otherwise["entitlement"], &otherwise["refusal"]];
        assert_eq!(given.iter().filter(|given| given.is_string()).count(), 1, "{otherwise}");
        assert_eq!(otherwise["steps"], json!([]));
    }
}

#[test]
fn sanctions_are_decided_again_where_it_is_asked_for() {
    let place = place();
    let passes = |words: &[&str]| {
        let answer = place.bahi(&[words, &["--format", "json"]].concat()).done().json();
        let passes = answer["passes"].as_array().expect("passes").clone();
        passes.into_iter().find(|pass| pass["name"] == "redecided")
    };
    assert_eq!(passes(&["verify"]), None);
    let pass = passes(&["verify", "--redecide"]).expect("a pass of its own");
    assert_eq!((&pass["checked"], &pass["ok"]), (&json!(2), &json!(true)));
}

/// A step of the case, on a day, with what it reports.
fn step(number: u32, role: &str, day: &str, step: &str, reported: &str) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-0000000002{number:02}","kind":"record_step","actor":"dic-vns","role":"{role}","effective_day":"{day}","case_ref":"VNS/2024/0042","step":"{step}","reported":{reported}}}"#
    )
}

#[test]
fn the_procedure_says_what_is_done_what_is_late_and_what_is_waited_for() {
    let place = Place::with_rulebook();
    let lines = [
        ALLOT.to_owned(),
        APPLY.to_owned(),
        step(1, "district_office", "2024-05-10", "registered", "{}"),
        step(2, "sanctioning_authority", "2024-06-11", "task_force_selected", "{}"),
        step(3, "district_office", "2024-06-30", "sent_to_bank", r#"{"jobs":4}"#),
        step(4, "district_office", "2024-07-02", "visited", r#"{"turnover":"1200000.00"}"#),
    ];
    place.reading(&lines.join("\n"), &["submit"]).done();
    let table = place.bahi(&["explain", "VNS/2024/0042"]).done().out;
    for says in [
        "\nprocedure\n",
        "\n  step registered: done on 2024-05-10 (position 9) (registration)\n",
        "\n  step task_force_selected: done on 2024-06-11 (position 10), late by 1 day (task force)\n",
        "\n  step sent_to_bank: done on 2024-06-30 (position 11), late by 12 days (bank)\n",
        "\n  step bank_decided: not yet, due by 2024-07-30 (bank)\n",
        "\n  step trained: waiting for bank_decided (training)\n",
        "\n  sanction: waiting for claim_received, shown only (claim)\n",
        "\n  adjustment: waiting for credit (5(10))\n",
        "\n  adjustment for calamity, exceptional_cause: waiting for calamity_reported (5(11))\n",
        "\noutcomes\n  jobs 4\n  turnover 12,00,000.00\n",
    ] {
        assert!(table.contains(says), "{says}\n{table}");
    }
    let answer = place.bahi(&["explain", "VNS/2024/0042", "--format", "json"]).done().json();
    let gates = answer["procedure"].as_array().expect("gates");
    let selected = gates.iter().find(|gate| gate["of"] == "step task_force_selected");
    let expected = json!({
        "of": "step task_force_selected", "reasons": [], "paragraph": "task force",
        "binding": true, "position": 10, "day": "2024-06-11", "missing": [], "earliest": null,
        "latest": "2024-06-10", "late_by": 1, "used": null
    });
    assert_eq!(selected, Some(&expected));
    let expected =
        json!([{"name": "jobs", "value": "4"}, {"name": "turnover", "value": "1200000.00"}]);
    assert_eq!(answer["outcomes"], expected);
    let csv = place.bahi(&["explain", "VNS/2024/0042", "--format", "csv"]).done().out;
    assert!(!csv.contains("task_force_selected"), "CSV is the steps of computations: {csv}");
    let before = ["explain", "VNS/2024/0042", "--as-of", "2024-06-10", "--format", "json"];
    let before = place.bahi(&before).done().json();
    assert_eq!(before["outcomes"], json!([]));
    assert_eq!(before["procedure"][1]["position"], Value::Null);
    let early = step(5, "district_office", "2024-08-01", "claim_received", "{}");
    let refused = place.reading(&early, &["submit"]);
    assert_eq!(refused.json()["refusal"], "step_out_of_order", "{refused:?}");
}
