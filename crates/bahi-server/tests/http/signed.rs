//! Signed commands over HTTP: one, many, all or none; by whose token, and what is no signature.

use bahi::{
    Ledger,
    core::{Role, hex},
    json::command_line,
    parse_command,
    proof::SigningKey,
    sign_command,
};
use serde_json::{Value, json};

use crate::place::{ALLOT, APPLY, DISBURSE, FIRST, Making, Place, SANCTION, allot};

/// The position of the first event after the key and the application.
const NEXT: u64 = FIRST + 3;

fn key() -> SigningKey {
    SigningKey::from_seed("dm-vns", &[9; 32]).expect("a name")
}

/// The command that has dm-vns sign everything.
fn set_key() -> String {
    let public = hex(&key().public_bytes());
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-a000-000000000001","kind":"set_actor_key","actor":"keeper","role":"administrator","effective_day":"2024-04-01","authority":{{"order":"IT-7/2024","date":"2024-04-01"}},"signer":"dm-vns","key":"{public}","required":true}}"#
    )
}

fn place(tokens: bool) -> Place {
    let before = [ALLOT, APPLY, &set_key()].map(str::to_owned).to_vec();
    Place::make(Making { tokens, before, ..Making::default() })
}

/// A line as dm-vns signs it for the ledger that a service says it keeps.
fn signed(told: &Value, line: &str) -> String {
    let name = bahi::LedgerName::new(told["name"].as_str().expect("a name")).expect("a name");
    let id =
        bahi::core::LedgerId::parse(told["ledger_id"].as_str().expect("an id")).expect("an id");
    command_line(&sign_command(line, &key(), &name, id).expect("a command"))
}

#[test]
fn a_signed_command_is_taken_and_shown_and_nothing_of_its_actor_without() {
    let place = place(false);
    let told = place.get("/v1/ledger").json();
    let line = signed(&told, SANCTION);
    let unsigned = place.post(SANCTION);
    assert_eq!((unsigned.status, unsigned.problem().as_str()), (409, "refused"));
    assert_eq!(unsigned.json()["refusal"], "signature_missing");
    assert_eq!(unsigned.json()["position"], Value::Null);
    let forged = place.post(&line.replace("250000.00", "250000.01"));
    assert_eq!((forged.status, &forged.json()["refusal"]), (409, &json!("signature_invalid")));
    let accepted = place.post(&line);
    assert_eq!((accepted.status, &accepted.json()["position"]), (201, &json!(NEXT)));
    assert_eq!(place.post(&line).status, 200);
    assert_eq!(place.post(SANCTION).status, 200, "content is what counts of a retry");
    let event = place.get(&format!("/v1/events/{NEXT}")).json();
    assert_eq!(event["signed"]["line"], SANCTION);
    assert_eq!(event["signed"]["key"], hex(&key().public_bytes()));
    let broken = place.post(&line.replace("\"signature\"", "\"seal\""));
    assert_eq!((broken.status, broken.problem().as_str()), (400, "malformed_command"));
}

#[test]
fn of_many_each_is_looked_at_and_a_batch_is_all_or_none() {
    let place = place(false);
    let told = place.get("/v1/ledger").json();
    let good = signed(&told, SANCTION);
    let forged = good.replace("S-7/2024", "S-8/2024");
    let body = [allot(1, 5), forged.clone(), good.clone(), SANCTION.to_owned()].join("\n");
    let answer = place.commands("application/x-ndjson", &body).send(place.address);
    let lines = answer.json_lines();
    let told: Vec<&Value> = lines.iter().map(|line| &line["status"]).collect();
    assert_eq!(told, ["accepted", "refused", "accepted", "duplicate"]);
    assert_eq!(lines[1]["refusal"], "signature_invalid");
    let all = |body: &str| {
        let route = "/v1/commands?all_or_none=true";
        crate::client::Request::new("POST", route)
            .bringing("application/x-ndjson", body)
            .send(place.address)
    };
    let refused = all(&[allot(2, 5), forged].join("\n"));
    assert_eq!((refused.status, &refused.json()["refusal"]), (409, &json!("signature_invalid")));
    assert_eq!(all(&[allot(2, 5), good].join("\n")).status, 200);
    let (ledger, _dir) = place.stop();
    assert_eq!(ledger.position().0, NEXT + 2, "nothing of what was refused");
    assert!(ledger.verify().ok());
}

#[test]
fn a_token_brings_its_own_signed_commands_and_no_others() {
    let place = place(true);
    let (magistrate, payer) =
        (place.token(Role::SanctioningAuthority), place.token(Role::DrawingOfficer));
    let told = place.get_by(&magistrate, "/v1/ledger").json();
    let line = signed(&told, SANCTION);
    let post = |token: &str, body: &str| {
        place.commands("application/json", body).by(token).send(place.address)
    };
    let stolen = post(&payer, &line);
    assert_eq!((stolen.status, stolen.problem().as_str()), (403, "other_identity"));
    let unsigned = post(&magistrate, SANCTION);
    assert_eq!(unsigned.json()["refusal"], "signature_missing", "the token alone is not enough");
    assert_eq!(post(&magistrate, &line).status, 201);
    let not_set = signed(&told, DISBURSE);
    assert_eq!(post(&payer, &not_set).json()["refusal"], "signing_key_unknown");
    assert_eq!(post(&payer, DISBURSE).status, 201, "who need not sign does not");
    let finance = post(&place.token(Role::Finance), &set_key().replace("keeper", "fin-01"));
    assert_eq!(finance.status, 403, "keys are the administrator's");
}

/// The queue is passed by what is put into the ledger's hands afterwards: it looks for itself again.
#[test]
fn a_ledger_that_comes_back_from_a_service_looks_at_signatures_itself() {
    let place = place(false);
    let told = place.get("/v1/ledger").json();
    let line = signed(&told, SANCTION).replace("S-7/2024", "S-8/2024");
    let (mut ledger, _dir): (Ledger, _) = place.stop();
    let forged = parse_command(line.as_bytes()).expect("a command");
    let refused = ledger.submit(&forged).expect_err("its signature does not hold");
    assert!(refused.to_string().starts_with("signature_invalid"), "{refused}");
}
