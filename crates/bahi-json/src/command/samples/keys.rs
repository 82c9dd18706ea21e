//! Lines whose keys stand under several key ids.

use super::{Changes, FUND, KEY, head};

/// Another fingerprint of the same thing.
const OTHER: &str = "11ff0123456789abcdef00112233aa99";

pub(super) fn sound() -> Vec<String> {
    let both = format!(r#"{{"1":"{OTHER}","2":"{KEY}"}}"#);
    let fifth = format!(r#"{{"65535":"{KEY}"}}"#);
    let apply = |applicant: &str| {
        format!(
            r#"{},"scheme":"m","district":"187","case_ref":"c","applicant":{applicant},"facts":{{}}}}"#,
            head("apply")
        )
    };
    let line = r#""amount":"1.00","side":"debit","booked":"2024-04-02","value":"2024-04-02","references":[]"#;
    vec![
        apply(&format!(r#"{{"person":{{"person_key":{both},"family_key":{fifth}}}}}"#)),
        apply(&format!(r#"{{"unit":{{"unit_key":"{KEY}","owner_key":{both}}}}}"#)),
        apply(&format!(r#"{{"spv":{{"spv_key":{fifth},"members":[{both},"{KEY}",{both}]}}}}"#)),
        apply(&format!(r#"{{"institution":{{"institution_key":{both}}}}}"#)),
        format!(r#"{},"subject":{{"body":{both}}},"reason":"fraud"}}"#, head("bar")),
        format!(
            r#"{},"case_ref":"c","instalment":1,"amount":"1.00","payee":{{"account_key":{both},"ifsc":"SBIN0001234"}},"reference":"r"}}"#,
            head("disburse")
        ),
        format!(
            r#"{},"file":"{}","bytes":1,"format":"mt940","account":{both},"from":"2024-04-01","to":"2024-04-30","lines":1}}"#,
            head("receive_statement"),
            "0".repeat(64)
        ),
        format!(
            r#"{},"statement":1,"first":1,"lines":[{{{line},"counterparty":{both},"at":0,"bytes":1}}]}}"#,
            head("receive_lines")
        ),
        format!(
            r#"{},{FUND},"amount":"1.00","reference":"print:2:{KEY}"}}"#,
            head("earn_interest")
        ),
    ]
}

pub(super) fn unsound(changes: &mut Changes) {
    let key = format!(r#""{KEY}""#);
    let id = "a key id is a number from 1 to 65535 without a leading zero";
    for (to, at, says) in [
        (r"{}", "{}", "person.person_key: an object of fingerprints has at least one"),
        (r#"{"0":KEY}"#, r#""0""#, id),
        (r#"{"01":KEY}"#, r#""01""#, id),
        (r#"{"+1":KEY}"#, r#""+1""#, id),
        (r#"{"65536":KEY}"#, r#""65536""#, id),
        (r#"{"":KEY}"#, r#""":"#, id),
        (r#"{"१":KEY}"#, r#""१""#, id),
        (r#"{"1":KEY,"1":KEY}"#, r#""1":"#, "key id 1 stands twice"),
        (r#"{"1":KEY,"2":"ab"}"#, r#""ab""#, "person_key.2: a key is"),
        (r#"{"1":null}"#, "null", "person_key.1: null stands here; a key is"),
        (r#"{"1":{"1":KEY}}"#, "{\"1\":\"", "person_key.1: an object stands here; a key is"),
        (r#"[{"1":KEY}]"#, "[{", "person_key: a list stands here; a key is"),
    ] {
        changes.change(super::APPLY, &key, &to.replace("KEY", &key), at, says);
    }
    // The second person_key of the line says that the fingerprint before it has another older one.
    let disagreeing = format!(r#"{{"1":"{KEY}","2":"{KEY}"}}"#);
    let agreeing = format!(r#"{{"1":"{OTHER}","2":"{KEY}"}}"#);
    let spv = changes.lines.iter().position(|line| line.contains("65535") && line.contains("spv"));
    let from = format!(r#","{KEY}",{agreeing}"#);
    changes.change(
        spv.expect("there is a vehicle with such members"),
        &from,
        &format!(r#","{KEY}",{disagreeing}"#),
        "{\"1\":\"00ff",
        "applicant.spv.members[2]: this fingerprint under key id 2 stands elsewhere",
    );
}
