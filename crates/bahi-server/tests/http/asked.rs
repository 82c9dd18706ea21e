//! What is answered and done beside the writer, against what the ledger itself says and does.

use std::fmt::Write as _;

use bahi::{
    By, Export, Filter, Method, Nonce, SampleOf, SampleOptions, View, answers,
    core::{Day, EventKind, Instant, Position, Role},
    proof::{HistoryProof, LeafProof, Policy},
    reports::{Form, Table},
};
use serde_json::{Value, json};

use crate::{
    client::{Answer, Request},
    place::{FIRST, Making, Place, allot},
};

pub(crate) const JSON: &str = "application/json";
const FILE: &str = "application/octet-stream";

fn post(place: &Place, path: &str, body: &Value) -> Answer {
    Request::new("POST", path).bringing(JSON, body.to_string()).send(place.address)
}

/// A statement in which the one payment of the samples went out, and something nobody knows.
pub(crate) fn statement() -> String {
    let mut text = ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR3000000,00\n".to_owned();
    for (amount, reference) in [("250000", "BILLNO-00001"), ("77", "BILLNO-09999")] {
        let _ = writeln!(text, ":61:2406210621D{amount},00NTRF{reference}\n:86:NEFT");
    }
    text + ":62F:C240630INR2749923,00\n-\n"
}

/// The samples, with a payment whose reference proves it.
pub(crate) fn paid() -> Making {
    let mut making = Making::default();
    for line in &mut making.before {
        *line = line.replace("BILL-1", "BILLNO-00001");
    }
    making
}

#[test]
fn what_every_event_is_read_for_is_as_the_ledger_has_it() {
    let mut making = Making::default();
    making.before.extend((0..40).map(|number| allot(number, 1 + number)));
    let place = Place::make(making);
    let past = "&as_of=2024-06-30&at=30";
    let get = |path: &str| place.get(path).json();
    let told = [
        get(&format!("/v1/outcomes?by=district,fy{past}")),
        get(&format!("/v1/suspense?scheme=margin-money{past}")),
        get(&format!("/v1/explain?case=VNS/2024/0042{past}")),
        get(&format!("/v1/sample?nonce=AG-UP/2025/1&size=3&of=cases{past}")),
    ];
    let about = get("/v1/ledger");
    let exports: Vec<(Table, Form, Answer)> = [
        (Table::Cases, Form::Csv, "/v1/export/cases?to=csv"),
        (Table::Balances, Form::JsonLines, "/v1/export/balances"),
        (Table::GlDetail, Form::Csv, "/v1/export/gl-detail?to=csv"),
        (Table::Events, Form::Csv, "/v1/export/events?to=csv"),
        (Table::Postings, Form::Hledger, "/v1/export/postings?to=hledger"),
        (Table::Postings, Form::Beancount, "/v1/export/postings?to=beancount"),
    ]
    .into_iter()
    .map(|(table, form, path)| (table, form, place.get(path)))
    .collect();
    let (ledger, _dir) = place.stop();
    let view = View {
        as_of: Some(Day::parse("2024-06-30").expect("a day")),
        at: Some(Position(30)),
        ..View::NOW
    };
    let by = By { district: true, fy: true, ..By::default() };
    let scheme = bahi::core::SchemeName::new("margin-money").ok();
    let filter = Filter { scheme, ..Filter::default() };
    let outcomes = ledger.outcomes(by, &Filter::default(), view).expect("outcomes");
    let sample = ledger
        .sample(&SampleOptions {
            view,
            filter: Filter::default(),
            of: SampleOf::Cases,
            method: Method::Simple { size: 3 },
            nonce: Nonce::new("AG-UP/2025/1").expect("a nonce"),
        })
        .expect("a sample");
    let value = |answer: Result<Value, serde_json::Error>| answer.expect("JSON");
    let expected = [
        value(serde_json::to_value(answers::outcomes(&outcomes, by))),
        value(serde_json::to_value(ledger.suspense(&filter, view).expect("suspense"))),
        value(serde_json::to_value(ledger.explain("VNS/2024/0042", view).expect("explained"))),
        value(serde_json::to_value(sample.answer())),
    ];
    assert_eq!(told, expected);
    assert_eq!(about["name"], "served");
    assert_eq!(about["schemes"].as_array().map(Vec::len), Some(4));
    assert_eq!(about["heads"], json!(["odop"]));
    assert_eq!(about["root"], ledger.root().to_string());
    for (table, form, answer) in exports {
        let asked = Export { table, form, filter: Filter::default(), view: View::NOW };
        let mut out = Vec::new();
        ledger.export_text(&asked, &mut out, &mut |_| {}).expect("an export");
        assert!(answer.body == out, "{} as {}", table.name(), form.name());
    }
}

#[test]
fn a_statement_is_brought_once_matched_explained_and_decided() {
    let place = Place::make(paid());
    let bring = |query: &str| {
        let path = format!("/v1/statements{query}");
        Request::new("POST", &path).bringing(FILE, statement()).send(place.address)
    };
    let shown = bring("?check=true").json();
    assert_eq!(
        (&shown["format"], &shown["statements"][0]["entries"]),
        (&json!("mt940"), &json!(2))
    );
    assert_eq!(bring("").problem(), "malformed_request", "nobody brought it");
    assert_eq!(bring("?actor=bank&kind=papyrus").problem(), "malformed_request");
    assert_eq!(bring("?actor=bank&profile=/etc/passwd").problem(), "malformed_request");
    let added = bring("?actor=bank").json();
    assert_eq!((&added["known"], &added["statements"][0]["lines"]), (&json!(false), &json!(2)));
    let again = bring("?actor=bank").json();
    assert_eq!((&again["known"], &again["events"]), (&json!(true), &json!(0)));
    let listed = place.get("/v1/statements").json();
    let at = listed["statements"][0]["position"].as_u64().expect("a position");
    assert_eq!(listed["statements"][0]["closing"], "2749923.00");
    assert!(!listed.to_string().contains("123456789012"), "no account's number: {listed}");

    let today = "today=2024-07-10";
    let report = place.get(&format!("/v1/reconciliation?{today}")).json();
    assert_eq!(
        (&report["found"]["matches"]["count"], &report["matched"]["count"]),
        (&json!(1), &json!(0))
    );
    let run = Request::new("POST", &format!("/v1/reconciliation?{today}&actor=treasury"));
    let done = run.send(place.address).json();
    assert_eq!(done["matched"]["count"], 1, "{done}");
    let repeated = run.send(place.address).json();
    assert_eq!(repeated["position"], done["position"], "a run more records nothing");
    let told = place.get(&format!("/v1/reconciliation/explain?id={at}/2&{today}")).json();
    assert!(told["says"].as_array().is_some_and(|says| !says.is_empty()), "{told}");
    let decide = |reason: &str, actor: &str| {
        let body = json!({ "id": format!("{at}/2=none"), "decision": "accept", "actor": actor,
            "reason": reason, "today": "2024-07-10" });
        post(&place, "/v1/reconciliation/decide", &body)
    };
    assert_eq!(decide("bank_charges", "bank").problem(), "refused", "a maker is no checker");
    let decided = decide("bank_charges", "cao-vns");
    assert_eq!(decided.status, 201, "{decided:?}");
    let again = decide("bank_charges", "cao-vns");
    assert_eq!((again.status, &again.json()["duplicate"]), (200, &json!(true)));
    let unknown = json!({ "id": "p0123456789ab", "decision": "reject", "actor": "cao-vns" });
    assert_eq!(post(&place, "/v1/reconciliation/decide", &unknown).problem(), "nothing_known");
    let (ledger, _dir) = place.stop();
    let kinds = [EventKind::StatementReceived, EventKind::Matched, EventKind::MatchDecided];
    for kind in kinds {
        let events = ledger.events(Position(1), ledger.position());
        let count = events.filter(|one| one.as_ref().is_ok_and(|one| one.event.kind() == kind));
        assert_eq!(count.count(), 1, "{}", kind.name());
    }
}

#[test]
fn balances_are_certified_closed_and_proved_to_a_stranger() {
    let place = Place::make(Making { signing: true, tokens: true, ..Making::default() });
    let finance = place.token(Role::Finance);
    let auditor = place.token(Role::Auditor);
    let by = |token: &str, path: &str, body: &Value| {
        Request::new("POST", path).bringing(JSON, body.to_string()).by(token).send(place.address)
    };
    let certified = by(&auditor, "/v1/certificates", &json!({ "as_of": "2024-06-30" }));
    assert_eq!(certified.status, 201, "{certified:?}");
    let at = certified.json()["position"].as_u64().expect("a position");
    let other = json!({ "as_of": "2024-06-30", "actor": "somebody" });
    assert_eq!(by(&auditor, "/v1/certificates", &other).problem(), "other_identity");
    assert_eq!(
        by(&auditor, "/v1/certificates", &json!({ "as_of": "soon" })).problem(),
        "malformed_request"
    );
    assert_eq!(by(&auditor, "/v1/seals", &json!({ "until": "2024-04-30" })).problem(), "forbidden");
    assert_eq!(by(&finance, "/v1/seals", &json!({ "until": "2024-04-29" })).status, 409);
    let sealed = by(&finance, "/v1/seals", &json!({ "until": "2024-04-30" }));
    assert_eq!(sealed.status, 201, "{sealed:?}");
    let list = place.get_by(&finance, "/v1/certificates").json();
    assert_eq!(list["certificates"].as_array().map(Vec::len), Some(2), "{list}");
    assert_eq!(list["certificates"][0], certified.json());

    let fund = format!("at={at}&scheme=margin-money&head=odop&fy=2024-25&district=187");
    let proof = place.get_by(&finance, &format!("/v1/proofs/balance?{fund}"));
    let nowhere = fund.replace("187", "118");
    let none = place.get_by(&finance, &format!("/v1/proofs/balance?{nowhere}"));
    assert_eq!(none.problem(), "nothing_known");
    let all = place.get_by(&finance, &format!("/v1/proofs/balance?all=true&at={at}"));
    assert_eq!(all.status, 200);
    let agra = place.scoped(Role::Finance, "fin-agra", "margin-money", "118");
    for query in [&fund, "all=true"] {
        let denied = place.get_by(&agra, &format!("/v1/proofs/balance?{query}"));
        assert!([400, 403].contains(&denied.status), "{query}: {denied:?}");
    }
    let history = place.get_by(&finance, "/v1/proofs/history?size=5");
    let key =
        bahi::signing::read(&place.dir.path().join("key"), &place.ledger_dir()).expect("a key");
    let policy = Policy::of_log(key.signing.verifier().clone()).expect("a policy");
    let proof = LeafProof::parse(&proof.body).expect("a proof");
    let head = |record: &[u8]| bahi::certified_head(Position(at), record);
    let shown = proof.check(&policy, head).expect("it shows the balance");
    assert!(shown.checkpoint().size() > at);
    assert!(HistoryProof::parse(&history.body).is_ok(), "{}", history.text());
}

#[test]
fn a_finding_is_taken_up_by_an_auditor_and_settled_by_another() {
    let place = Place::make(Making { tokens: true, ..Making::default() });
    let auditor = place.token(Role::Auditor);
    let finance = place.token(Role::Finance);
    let found = place.get_by(&auditor, "/v1/findings").json();
    let findings = found["findings"].as_array().expect("findings");
    let of_case = findings.iter().find(|one| one["case_ref"] == "VNS/2024/0042");
    let id = of_case.expect("a payment nobody confirmed")["id"].as_str().expect("an id").to_owned();
    let by = |token: &str, path: &str, body: Value| {
        Request::new("POST", path).bringing(JSON, body.to_string()).by(token).send(place.address)
    };
    let settle = |token: &str| {
        let body = json!({ "finding": id, "settlement": "no_fault", "reference": "REPLY/1" });
        by(token, "/v1/findings/settle", body)
    };
    assert_eq!(settle(&finance).problem(), "refused", "nobody took it up");
    let take_up = |token: &str| by(token, "/v1/findings/take-up", json!({ "finding": id }));
    assert_eq!(take_up(&finance).problem(), "forbidden");
    assert_eq!(take_up(&auditor).status, 201);
    assert_eq!(take_up(&auditor).problem(), "refused", "it is taken up");
    let settled = settle(&finance);
    assert_eq!((settled.status, &settled.json()["done"]), (201, &json!("no_fault")));
    let nobody = by(&auditor, "/v1/findings/take-up", json!({ "finding": "C31-999999" }));
    assert_eq!(nobody.problem(), "nothing_known");
    for body in [json!({}), json!({ "finding": 7 }), json!({ "finding": id, "why": 1 }), json!([])]
    {
        assert_eq!(by(&auditor, "/v1/findings/take-up", body).problem(), "malformed_request");
    }
}

#[test]
fn what_is_asked_beside_the_writer_waits_for_nobodys_commands() {
    let place = Place::open();
    let address = place.address;
    let writer = std::thread::spawn(move || {
        for number in 0..60 {
            let line = allot(number, 1);
            let request = Request::new("POST", "/v1/commands").bringing(JSON, line);
            assert_eq!(request.send(address).status, 201);
        }
    });
    let readers: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                let mut newest = 0;
                for _ in 0..6 {
                    let told = Request::new("GET", "/v1/suspense").send(address).json();
                    let position = told["position"].as_u64().expect("a position");
                    assert!(position >= newest, "time goes on");
                    newest = position;
                }
            })
        })
        .collect();
    writer.join().expect("it ends");
    readers.into_iter().for_each(|reader| reader.join().expect("it ends"));
    assert_eq!(place.get("/v1/suspense").json()["position"], FIRST + 3 + 60);
    assert!(
        Instant::parse(place.get("/v1/ledger").json()["known_on"].as_str().expect("a text"))
            .is_ok()
    );
}
