//! Lines with limits, a procedure, and what a step reports.

use super::{AUTHORITY, Changes, TERMS, head};

/// Gates with every field, of every subject and milestone; returns and outcomes of every kind.
const PROCEDURE: &str = r#""procedure":{"gates":[{"of":"step claim","paragraph":"5(1)"},{"of":"step joint_inspection","when":{"flag":"special"},"roles":["district_office","auditor"],"after":[["application"],["step claim","payment"],["sanction","instalment 2","credit"]],"evidence":["inspection_report","photo"],"earliest":"36500 days after application","latest":"7 days after step claim","used_percent":75,"binding":false,"paragraph":"5(10)"},{"of":"sanction","after":[["step claim"]],"paragraph":"5"},{"of":"payment","paragraph":"5"},{"of":"instalment 2","used_percent":100,"paragraph":"5"},{"of":"use","paragraph":"5"},{"of":"adjustment","reasons":["calamity","death"],"paragraph":"5"},{"of":"adjustment","earliest":"24 months after credit","paragraph":"5"}],"returns":[{"reason":"01","then":"other_account"},{"reason":"02","then":"retry"},{"reason":"03","then":"after_correction"},{"reason":"04","then":"stop"}],"outcomes":[{"name":"jobs","kind":"count","paragraph":"9"},{"name":"exports","kind":"money","paragraph":"9"}]}"#;

const LIMITS: &str = r#""limits":[{"code":"once","per":"family","count":1,"within":{"years":2},"of":"sanctioned","across":"ledger","when":{"given":"event"},"same":"event","paragraph":"2"}]"#;

fn terms(parts: &str) -> String {
    let whole = TERMS.strip_suffix('}').unwrap_or(TERMS);
    format!(r#"{},{AUTHORITY},"scheme":"m",{whole},{parts}}}}}"#, head("change_terms"))
}

fn step(reported: &str) -> String {
    format!(
        r#"{},"case_ref":"VNS/2024/0042","step":"visit","reported":{reported}}}"#,
        head("record_step")
    )
}

const REPORTED: &str = r#"{"exports":"100000.00","jobs":12,"open":true}"#;

pub(super) fn sound() -> Vec<String> {
    let outcomes = r#""procedure":{"outcomes":[{"name":"jobs","kind":"count","paragraph":"9"}]}"#;
    vec![terms(&format!("{LIMITS},{PROCEDURE}")), terms(outcomes), step(REPORTED)]
}

/// What is changed into what, the text the column points at, and what the message holds.
type Change = (&'static str, &'static str, &'static str, &'static str);

pub(super) fn unsound(changes: &mut Changes) {
    for (line, rows) in [(PROCEDURE, &GATES[..]), (PROCEDURE, &OTHERS), (REPORTED, &REPORTS)] {
        let line = changes.lines.iter().position(|sound| sound.contains(line));
        let line = line.expect("it stands in a line");
        for (from, to, at, says) in rows {
            changes.change(line, from, to, at, says);
        }
    }
}

/// The first byte of the terms, where what does not fit together is told.
const WHOLE: &str = "{\"name\":\"mm";

const GATES: [Change; 22] = [
    (r#""of":"sanction""#, r#""of":"sanctioned""#, r#""sanctioned""#, "gates[2].of: a gate is of"),
    (
        r#""of":"instalment 2""#,
        r#""of":"instalment 0""#,
        r#""instalment 0""#,
        "gates[4].of: a gate",
    ),
    (r#""of":"instalment 2""#, r#""of":"instalment 3""#, WHOLE, "the gate of instalment 3 is"),
    (r#""of":"step claim""#, r#""of":"step ""#, r#""step ""#, "gates[0].of: a gate is of"),
    (
        r#""of":"sanction""#,
        r#""of":7"#,
        "7",
        "gates[2].of: a whole number stands here; a gate is of",
    ),
    (r#"["step claim","payment"]"#, r#"["step clam"]"#, WHOLE, "waits for the step clam, which"),
    (r#"["application"]"#, r#"["step joint_inspection"]"#, WHOLE, "no case can come to the step"),
    (r#"["application"]"#, "[]", WHOLE, "the gate of step joint_inspection is unsound"),
    (r#""instalment 2","cr"#, r#""instalment 3","cr"#, WHOLE, "the gate of step joint_inspection"),
    (r#"["application"]"#, r#""application""#, r#""application""#, "gates[1].after[0]: a string"),
    (
        r#"["application"]"#,
        r#"["use"]"#,
        r#""use""#,
        "terms.procedure.gates[1].after[0][0]: a milestone is \"application\", \"step NAME\"",
    ),
    (r#""auditor""#, r#""auditer""#, r#""auditer""#, "gates[1].roles[1]: unknown word; one of"),
    ("36500 days", "36501 days", r#""36501 days"#, "gates[1].earliest: a time is \"N days after"),
    ("7 days", "07 days", r#""07 days"#, "gates[1].latest: a time is"),
    ("7 days", "7 weeks", r#""7 weeks"#, "of 1 to 36500 days or 1 to 1200 months"),
    ("24 months", "1201 months", r#""1201 months"#, "gates[7].earliest: a time is"),
    ("months after credit", "months after use", r#""24 months after use"#, "gates[7].earliest"),
    (r#""used_percent":75"#, r#""used_percent":101"#, WHOLE, "the gate of step joint_inspection"),
    (r#""used_percent":75"#, r#""used_percent":-1"#, "-1", "used_percent: a whole number"),
    (r#""binding":false"#, r#""binding":"no""#, r#""no""#, "gates[1].binding: a string stands"),
    (r#""of":"adjustment","reasons""#, r#""of":"use","reasons""#, WHOLE, "the gate of use is"),
    (r#""evidence""#, r#""papers""#, r#""papers""#, "gates[1]: unknown field `papers`"),
];

const OTHERS: [Change; 8] = [
    (
        r#""other_account""#,
        r#""never""#,
        r#""never""#,
        "returns[0].then: unknown word; one of retry",
    ),
    (r#""reason":"02""#, r#""reason":"01""#, WHOLE, "the terms name 01 twice"),
    (r#","then":"retry""#, "", "}", "returns[1]: missing field `then`"),
    (r#""count","paragraph":"9""#, r#""flag","paragraph":"9""#, r#""flag""#, "one of money, count"),
    (r#""name":"exports""#, r#""name":"jobs""#, WHOLE, "the terms name jobs twice"),
    (r#""outcomes""#, r#""outcome""#, r#""outcome""#, "procedure: unknown field `outcome`"),
    (
        r#"{"name":"exports","kind":"money","paragraph":"9"}"#,
        r#"["exports"]"#,
        r#"["exports"]"#,
        "terms.procedure.outcomes[1]: a list stands here; an object",
    ),
    (r#""count":1,"within""#, r#""count":0,"within""#, WHOLE, "the limit once counts from 1"),
];

const REPORTS: [Change; 6] = [
    (
        r#""jobs":12"#,
        r#""jobs":-12"#,
        "-12",
        "reported.jobs: a whole number stands here; a fact is",
    ),
    (r#""jobs":12"#, r#""jobs":1.5"#, "1.5", "reported.jobs: a number with places stands here"),
    (r#""jobs":12"#, r#""exports":"1""#, r#""exports":"1""#, "the fact exports stands twice"),
    (r#""jobs":12"#, r#""jobs":null"#, "null", "reported.jobs: null stands here"),
    (r#""jobs""#, r#""""#, r#""""#, "reported: an identifier is"),
    (REPORTED, r#"[]"#, "[]", "reported: a list stands here; facts are an object"),
];
