//! The procedures, printed.

use super::*;

/// `subject of reasons: who; after a or b, and c; papers; lengths [line]`, a question mark where
/// it is for some cases alone, and brackets around it where it is only shown.
fn told(gate: &Gate) -> String {
    let joined = |words: &[bahi_core::Word], with: &str| {
        words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(with)
    };
    let mut said = Vec::new();
    let roles: Vec<&str> = gate.roles.iter().map(|role| role.name()).collect();
    said.push(roles.join(" or "));
    for row in &gate.after {
        let row: Vec<String> = row.iter().map(ToString::to_string).collect();
        said.push(format!("after {}", row.join(" or ")));
    }
    said.push(joined(&gate.evidence, " and "));
    said.extend(gate.earliest.iter().map(|span| format!("not before {span}")));
    said.extend(gate.latest.iter().map(|span| format!("late {span}")));
    if gate.used_percent > 0 {
        said.push(format!("once {} % is used", gate.used_percent));
    }
    said.retain(|part| !part.is_empty());
    let when = if gate.when.is_some() { "?" } else { "" };
    let reasons = joined(&gate.reasons, " or ");
    let of =
        if reasons.is_empty() { gate.of.to_string() } else { format!("{} of {reasons}", gate.of) };
    let line = format!("{of}{when}: {} | {}", said.join("; "), gate.paragraph);
    if gate.binding { line } else { format!("[{line}]") }
}

/// Checks the lines of a version, gates first, then outcomes.
fn check(version: &str, expected: &[&[&str]]) {
    let versions = versions();
    let terms = versions.iter().find(|terms| name(terms) == version).expect("a version");
    let outcome = |outcome: &Outcome| {
        format!("reports {} {} | {}", outcome.kind.name(), outcome.name, outcome.paragraph)
    };
    let outcomes = terms.parts().procedure.outcomes.iter().map(outcome);
    let lines: Vec<String> = gates(terms).iter().map(told).chain(outcomes).collect();
    assert_eq!(lines, expected.concat(), "{version}:\n{}", lines.join("\n"));
}

#[test]
fn margin_money_goes_from_the_register_to_the_end_of_the_lock() {
    check(
        "mm-2018",
        &[&[
            "step registered: district_office; after application | registration",
            "step task_force_selected: sanctioning_authority; after step registered; late 1 months after step registered | task force",
            "step sent_to_bank: district_office; after step task_force_selected; late 7 days after step task_force_selected | bank",
            "step bank_decided: district_office; after step sent_to_bank; late 1 months after step sent_to_bank | bank",
            "step trained: district_office; after step bank_decided; not before 7 days after step bank_decided | training",
            "step training_exempt: district_office; after step bank_decided | training",
            "step first_instalment_released: district_office; after step trained or step training_exempt; late 1 months after step trained | first instalment of the loan",
            "step claim_received: district_office; after step first_instalment_released; claim; late 7 days after step first_instalment_released | claim",
            "[sanction: after step claim_received | claim]",
            "[payment: late 7 days after step claim_received | payment]",
            "step joint_inspection: district_office; after credit; inspection_report; not before 24 months after credit | 5(10)",
            "step calamity_reported: district_office; after payment; report_of_closure | 5(11)",
            "adjustment: not before 24 months after credit | 5(10)",
            "[adjustment: after step joint_inspection | 5(10)]",
            "adjustment of calamity or exceptional_cause: after step calamity_reported | 5(11)",
            "reports count jobs | reviews",
            "reports count units_set_up | reviews",
            "reports money turnover | reviews",
        ]],
    );
}

/// What both orders ask of a centre.
const CENTRE: &[&str] = &[
    "step district_committee_screened: sanctioning_authority or district_office; after application | expression of interest",
    "step state_committee_in_principle?: sanctioning_authority; after step district_committee_screened | approval",
    "step high_committee_in_principle: sanctioning_authority; after step district_committee_screened | approval",
    "step vehicle_registered?: district_office; after step state_committee_in_principle or step high_committee_in_principle; registration | special purpose vehicle",
    "step report_submitted: district_office; after step state_committee_in_principle or step high_committee_in_principle; project_report; late 3 months after step state_committee_in_principle | project report",
    "step report_submitted: late 3 months after step high_committee_in_principle | project report",
    "step report_submitted?: after step vehicle_registered | special purpose vehicle",
    "step appraised: district_office; after step report_submitted; appraisal_report | appraisal",
    "step state_committee_approved?: sanctioning_authority; after step appraised | approval",
    "step high_committee_approved: sanctioning_authority; after step appraised | approval",
    "[sanction: after step state_committee_approved or step high_committee_approved | financial sanction]",
    "step agreement_signed: district_office; after sanction; agreement | agreement",
    "step vehicle_share_spent?: district_office; after step state_committee_approved or step high_committee_approved | vehicle's money first",
    "[payment: after step agreement_signed | agreement]",
    "[payment?: after step vehicle_share_spent | vehicle's money first]",
    "[use: late 3 months after credit | idle money]",
    "instalment 2: after instalment 1; once 75 % is used | tranches",
    "step interest_set_off_2: sanctioning_authority or district_office; after instalment 1; interest_statement | interest",
    "[instalment 2: after step interest_set_off_2 | interest]",
    "instalment 3: after instalment 2; once 75 % is used | tranches",
    "step interest_set_off_3: sanctioning_authority or district_office; after instalment 2; interest_statement | interest",
    "[instalment 3: after step interest_set_off_3 | interest]",
    "step completed: district_office; after payment; late 24 months after sanction | completion",
];

/// What a centre reports.
const OF_A_CENTRE: &[&str] = &[
    "reports count jobs | asked by no line",
    "reports count members_served | asked by no line",
    "reports money turnover | asked by no line",
];

#[test]
fn a_centre_goes_from_its_expression_of_interest_to_completion_in_three_tranches() {
    check("cfc-2018", &[CENTRE, OF_A_CENTRE]);
}

#[test]
fn since_2023_typical_times_stand_beside_what_is_asked_of_a_centre() {
    let typical: &[&str] = &[
        "step district_committee_screened: late 1 months after application | SOP of March 2025, typical",
        "step vehicle_registered?: late 30 days after step state_committee_in_principle | SOP of March 2025, typical",
        "step vehicle_registered?: late 30 days after step high_committee_in_principle | SOP of March 2025, typical",
    ];
    check("cfc-2023", &[CENTRE, typical, OF_A_CENTRE]);
}

#[test]
fn a_claim_of_2019_goes_through_the_district_alone() {
    check(
        "mda-2019",
        &[&[
            "step hard_copy_received: district_office; after application; late 15 days after application | 8",
            "step scrutinised: district_office; after step hard_copy_received | scrutiny",
            "step scrutinised?: provider_invoice and bank_statement and identity_paper | 9",
            "step district_committee_decided: sanctioning_authority; after step scrutinised | 11",
            "step listed: sanctioning_authority or district_office; after step district_committee_decided; list_number | 11-12",
            "step budget_confirmed: finance or sanctioning_authority; after step listed | 11-12",
            "[sanction: after step budget_confirmed | 11-12]",
            "reports money orders_booked | asked by no line",
            "reports money exports | asked by no line",
        ]],
    );
}

#[test]
fn a_claim_since_2020_goes_through_the_committee_of_its_kind() {
    check(
        "mda-2020",
        &[&[
            "step hard_copy_received: district_office; after application; late 15 days after application | 8",
            "step scrutinised: district_office; after step hard_copy_received | scrutiny",
            "step scrutinised?: provider_invoice and bank_statement and identity_paper | 9",
            "step district_committee_decided?: sanctioning_authority; after step scrutinised | 11",
            "step state_committee_decided?: sanctioning_authority; after step scrutinised | 11",
            "step listed: sanctioning_authority or district_office; after step district_committee_decided or step state_committee_decided; list_number | 11-12",
            "step budget_confirmed: finance or sanctioning_authority; after step listed | 11-12",
            "[sanction: after step budget_confirmed | 11-12]",
            "reports money orders_booked | asked by no line",
            "reports money exports | asked by no line",
        ]],
    );
}

#[test]
fn a_batch_goes_from_its_choice_to_a_kit_in_hand() {
    check(
        "tt-2020",
        &[&[
            "step selected: sanctioning_authority or district_office; after application | selection",
            "[sanction: after step selected | selection]",
            "step enrolled: district_office; after step selected | batch",
            "[payment: after step enrolled | 4(2)]",
            "step training_completed: district_office; after step enrolled; not before 9 days after step enrolled | length of training",
            "step training_completed: completion_certificate | 4(2)",
            "step certified: district_office; after step training_completed; skill_certificate | 3",
            "step toolkit_ordered: district_office or drawing_officer; after step selected; contract | 5",
            "step toolkit_received: district_office; after step toolkit_ordered | 5",
            "step toolkit_handed_over: district_office; after step toolkit_received; receipt | 5",
            "reports count jobs | asked by no line",
        ]],
    );
}
