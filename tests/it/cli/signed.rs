//! Signed commands by the program: a key for an office, set by the administrator, and from then on
//! nothing without it; what is shown, exported, verified and read by somebody else.

use serde_json::{Value, json};

use super::{ALLOT, APPLY, Place, SANCTION, fields};

fn path(place: &Place, name: &str) -> String {
    place.beside().join(name).display().to_string()
}

/// The command that gives an actor the key of a file.
pub(crate) fn set_key(number: u32, signer: &str, public: &str, rest: &str) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-a000-{number:012}","kind":"set_actor_key","actor":"keeper","role":"administrator","effective_day":"2024-04-01","authority":{{"order":"IT-7/2024","date":"2024-04-01"}},"signer":"{signer}","key":"{public}"{rest}}}"#
    )
}

/// A ledger with an application, and dm-vns's key, which everything of theirs is signed with; and the
/// public half.
fn kept() -> (Place, String) {
    let place = Place::with_rulebook();
    let key = path(&place, "dm-vns.key");
    place.bahi(&["key", "new", "--key", &key, "--actor", "dm-vns"]).done();
    let public = place.bahi(&["key", "show", "--key", &key, "--hex"]).done().out;
    let public = public.trim().to_owned();
    let set = set_key(1, "dm-vns", &public, r#","required":true"#);
    place.reading(&[ALLOT, APPLY, &set].join("\n"), &["submit"]).done();
    (place, public)
}

#[test]
fn an_office_signs_by_a_key_of_its_own_and_nothing_is_taken_without_it() {
    let (place, public) = kept();
    let key = path(&place, "dm-vns.key");
    assert_eq!(public.len(), 64);
    let shown = place.bahi(&["key", "show", "--key", &key, "--format", "json"]).done().json();
    assert_eq!(shown["keys"][0]["public_key"], public);
    assert!(!place.beside().join("dm-vns.key.signed").exists(), "it signs no checkpoint");

    let unsigned = place.reading(SANCTION, &["submit"]);
    assert_eq!(unsigned.status, 1);
    assert_eq!(unsigned.json()["refusal"], "signature_missing");
    let dry = place.reading(SANCTION, &["submit", "--dry-run", "--sign", &key]);
    assert_eq!(dry.json()["status"], "accepted");
    let other = path(&place, "other.key");
    place.bahi(&["key", "new", "--key", &other, "--actor", "dm vns+2"]).done();
    let by_other = place.reading(SANCTION, &["submit", "--sign", &other]);
    assert_eq!(by_other.json()["refusal"], "signing_key_unknown");
    assert_eq!(by_other.json()["position"], Value::Null);
    assert_eq!(place.position(), 9, "none of these left anything");

    let signed = place.reading(SANCTION, &["submit", "--sign", &key]).done().json();
    assert_eq!((&signed["status"], &signed["position"]), (&json!("accepted"), &json!(10)));
    let again = place.reading(SANCTION, &["submit", "--sign", &key]).done().json();
    assert_eq!(again["status"], "duplicate");
    let event =
        &place.bahi(&["events", "--from", "10", "--format", "jsonl"]).done().json_lines()[0];
    assert_eq!(fields(&event["signed"]), ["key", "line", "signature"]);
    assert_eq!(
        (&event["signed"]["key"], &event["signed"]["line"]),
        (&json!(public), &json!(SANCTION))
    );
    let trail = ["trail", "--case", "VNS/2024/0042", "--format", "json"];
    let trail = place.bahi(&trail).done().json();
    assert_eq!(trail["entries"][0]["signed_by"], Value::Null);
    assert_eq!(trail["entries"][1]["signed_by"], public);
    let exported = ["export", "events", "--to", "jsonl", "--out", "-"];
    let exported = place.bahi(&exported).json_lines();
    assert_eq!(exported[9]["signed"], event["signed"]);
    let verified = place.bahi(&["verify", "--format", "json"]).done().json();
    let pass = verified["passes"]
        .as_array()
        .expect("passes")
        .iter()
        .find(|pass| pass["name"] == "signatures");
    assert_eq!(pass.expect("a pass")["checked"], 1, "{verified}");
}

#[test]
fn a_signed_line_is_sent_by_anybody_and_changed_by_nobody() {
    let (place, _) = kept();
    let key = path(&place, "dm-vns.key");
    place.reading(SANCTION, &["submit", "--sign", &key]).done();
    let event =
        &place.bahi(&["events", "--from", "10", "--format", "jsonl"]).done().json_lines()[0];
    let line = json!({
        "signed": event["signed"]["line"],
        "key": event["signed"]["key"],
        "signature": event["signed"]["signature"],
    });
    let told = place.reading(&line.to_string(), &["submit"]).done().json();
    assert_eq!(told["status"], "duplicate", "what was signed can be sent as it is");
    let told = place.reading(&line.to_string(), &["submit", "--sign", &key]).done().json();
    assert_eq!(told["status"], "duplicate", "and is not signed twice");
    let changed = line.to_string().replace("250000.00", "250000.01");
    let told = place.reading(&changed, &["submit"]);
    assert_eq!((told.status, &told.json()["refusal"]), (1, &json!("signature_invalid")));

    let elsewhere = Place::with_rulebook();
    let set = set_key(1, "dm-vns", event["signed"]["key"].as_str().expect("a key"), "");
    elsewhere.reading(&[ALLOT, APPLY, &set].join("\n"), &["submit"]).done();
    let told = elsewhere.reading(&line.to_string(), &["submit"]);
    assert_eq!(told.json()["refusal"], "signature_invalid", "it was signed for another ledger");
    assert_eq!(elsewhere.position(), 9);
}

#[test]
fn what_cannot_be_signed_is_told_with_its_line() {
    let (place, _) = kept();
    let key = path(&place, "dm-vns.key");
    let long = format!("{SANCTION}{}", " ".repeat(9_000));
    let ran = place.reading(&format!("{{}}\n{long}\n"), &["submit", "--sign", &key]);
    assert_eq!(ran.status, 2);
    let lines = ran.json_lines();
    let told: Vec<_> = lines.iter().map(|line| (&line["line"], &line["status"])).collect();
    assert_eq!(told, [(&json!(1), &json!("malformed")), (&json!(2), &json!("malformed"))]);
    assert_eq!(lines[1]["column"], 8_193);
    let missing = path(&place, "nowhere.key");
    let ran = place.reading(SANCTION, &["submit", "--sign", &missing]);
    assert!(ran.failed(2).contains("no such key file"), "{ran:?}");
}
