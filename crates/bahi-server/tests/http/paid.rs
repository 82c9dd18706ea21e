//! Payment files over HTTP: due, given out once, the same again until it stands in its place, and to
//! nobody but who may.

use std::path::Path;

use bahi::{
    Acting, Ledger, NewVault,
    core::{ActorName, Day, Event, Position, Role, hex},
    proof::sha256,
    recon::Payer,
    vault::{Contents, FingerprintKind, Keyring, Subject},
};
use serde_json::json;

use crate::{
    asked::JSON,
    client::{Answer, Request},
    place::{ALLOT, APPLY, DISBURSE, Making, Place, SANCTION},
};

const PAYER: &str = include_str!("../../../bahi-recon/samples/payer.toml");

/// The account number in the vault, and whose it is.
const ACCOUNT: &str = "55000000001";
const NAME: &str = "ASHA DEVI";

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// A ledger with keys, a vault that has the payee, and one instruction to pay.
fn prepare(ledger: &mut Ledger, dir: &Path) {
    Keyring::create(&dir.join("keys"), day("2024-04-01")).expect("keys");
    ledger.lend_keys(Keyring::open(&dir.join("keys")).expect("keys")).expect("its keys");
    let (vault_dir, ledger_dir) = (dir.join("vault"), dir.join("ledger"));
    let opened = ledger.open_vault(&ledger_dir, &vault_dir, NewVault::First);
    let (mut vault, _) = opened.expect("a vault");
    let prints = ledger.fingerprint(FingerprintKind::Account, ACCOUNT);
    let account = *prints.expect("a number").expect("keys").last().expect("a print");
    let mut details = Contents::default();
    for (name, text) in [("account_number", ACCOUNT), ("name", NAME)] {
        details.add(name, text).expect("a text");
    }
    let actor = ActorName::new("dic-vns").expect("a name");
    let by = Acting { actor, role: Role::DistrictOffice, authority: None };
    let subject = Subject::Person(account);
    ledger.put_details(&mut vault, &subject, &details, false, &by).expect("put");
    let pay = DISBURSE
        .replace("fedcba9876543210fedcba9876543210", &account.to_string())
        .replace("\"reference\"", "\"mode\":\"neft\",\"reference\"");
    for line in [ALLOT, APPLY, SANCTION, &pay] {
        let command = bahi::parse_command(line.as_bytes()).expect("a command");
        ledger.submit(&command).expect("accepted");
    }
}

fn paying() -> Making {
    let payer = Some(Payer::parse(PAYER).expect("a payer"));
    Making { tokens: true, before: Vec::new(), prepare: Some(prepare), payer, ..Making::default() }
}

fn post(place: &Place, token: &str, path: &str, body: &serde_json::Value) -> Answer {
    let request = Request::new("POST", path).bringing(JSON, body.to_string());
    request.by(token).send(place.address)
}

#[test]
fn a_payment_file_is_given_out_once_and_the_same_again_until_it_stands() {
    let place = Place::make(paying());
    let drawing = place.token(Role::DrawingOfficer);
    let finance = place.token(Role::Finance);
    let due = "/v1/payments/due?to=ekuber&on=2024-07-31";
    assert_eq!(place.get_by(&finance, due).problem(), "malformed_request", "since when?");
    let told = place.get_by(&finance, &format!("{due}&since=2024-06-01")).json();
    assert_eq!(
        (&told["total"], &told["payments"][0]["instalment"]),
        (&json!("250000.00"), &json!(1))
    );
    let payment = told["payments"][0]["position"].as_u64().expect("a position");

    let wanted = json!({ "to": "ekuber", "on": "2024-07-31", "since": "2024-06-01" });
    let first = post(&place, &drawing, "/v1/payments/file", &wanted);
    assert_eq!((first.status, first.header("content-type")), (201, Some("application/xml")));
    assert!(first.text().contains(ACCOUNT) && first.text().contains(NAME));
    let digest = hex(sha256(&first.body).as_bytes());
    assert_eq!(first.header("bahi-payment-digest"), Some(digest.as_str()));
    assert_eq!(first.header("cache-control"), Some("no-store"));
    let again = post(&place, &drawing, "/v1/payments/file", &wanted);
    assert_eq!((again.status, &again.body), (200, &first.body), "an answer may be lost");
    let listed = place.get_by(&finance, "/v1/payments").json();
    assert_eq!(
        (&listed["files"][0]["digest"], &listed["files"][0]["written"]),
        (&json!(digest), &json!(null))
    );
    let stands = json!({ "digest": digest });
    let noted = post(&place, &drawing, "/v1/payments/written", &stands);
    assert_eq!(noted.status, 200, "{noted:?}");
    assert_eq!(post(&place, &drawing, "/v1/payments/written", &stands).json(), noted.json());
    let other = json!({ "digest": "0".repeat(64) });
    assert_eq!(post(&place, &drawing, "/v1/payments/written", &other).problem(), "nothing_known");
    let none = post(&place, &drawing, "/v1/payments/file", &wanted);
    assert_eq!((none.status, none.body.len()), (204, 0), "every instruction is in a file");
    let (ledger, _dir) = place.stop();
    let events = ledger.events(Position(1), ledger.position()).map(|one| one.expect("an event"));
    let notes: Vec<(String, String, u64)> = events
        .filter_map(|one| {
            let Event::Exported(said) = &one.event else { return None };
            let what = ledger.names().word(said.what).expect("a word").to_string();
            let actor = ledger.names().actor(one.envelope.actor).expect("an actor").to_string();
            Some((what, actor, said.upto.0))
        })
        .collect();
    let of = |what: &str| notes.iter().filter(|(one, ..)| one == what).collect::<Vec<_>>();
    assert_eq!(of("payment_in_file"), [&("payment_in_file".into(), "ddo-vns".into(), payment)]);
    assert_eq!((of("payments_ekuber").len(), of("payments_written").len()), (1, 1));
    assert_eq!(of("vault_show").len(), 2, "each time somebody's details were read");
}

#[test]
fn no_payment_file_is_given_to_who_may_not_or_where_there_is_no_vault() {
    let place = Place::make(paying());
    let wanted = json!({ "to": "ekuber", "on": "2024-07-31", "since": "2024-06-01" });
    for role in Role::ALL.into_iter().filter(|role| *role != Role::DrawingOfficer) {
        let token = place.token(role);
        for path in ["/v1/payments/file", "/v1/payments/written"] {
            let answer = post(&place, &token, path, &wanted);
            assert_eq!(answer.problem(), "forbidden", "{} {path}", role.name());
        }
    }
    let held = place.scoped(Role::DrawingOfficer, "ddo-agra", "", "118");
    assert_eq!(post(&place, &held, "/v1/payments/file", &wanted).problem(), "outside_scope");
    let drawing = place.token(Role::DrawingOfficer);
    for (body, code) in [
        (json!({ "to": "papyrus" }), "malformed_request"),
        (json!({ "to": "ekuber", "on": "soon" }), "malformed_request"),
        (json!({ "to": "ekuber", "on": "2024-07-31" }), "malformed_request"),
        (json!({ "to": "ekuber", "actor": "somebody" }), "other_identity"),
        (json!({ "to": "ekuber", "payer": "me" }), "malformed_request"),
        (json!({}), "malformed_request"),
    ] {
        let answer = post(&place, &drawing, "/v1/payments/file", &body);
        assert_eq!(answer.problem(), code, "{body}: {}", answer.text());
        assert!(!answer.text().contains(ACCOUNT) && !answer.text().contains(NAME), "{answer:?}");
    }
    // The clearing house carries no NEFT, so that its file would have nothing.
    let other = json!({ "to": "nach306", "on": "2024-07-31", "since": "2024-06-01" });
    assert_eq!(post(&place, &drawing, "/v1/payments/file", &other).status, 204);
    for digest in ["", "x", &"A".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
        let answer = post(&place, &drawing, "/v1/payments/written", &json!({ "digest": digest }));
        assert_eq!(answer.problem(), "malformed_request", "{digest}");
    }
    let bare = Place::with_tokens();
    let drawing = bare.token(Role::DrawingOfficer);
    assert_eq!(post(&bare, &drawing, "/v1/payments/file", &wanted).problem(), "not_found");
}
