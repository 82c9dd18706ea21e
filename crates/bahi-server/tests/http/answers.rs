//! Answers out, against what the ledger itself says; tags; streams; proofs that a stranger checks.

use std::io::BufRead;

use bahi::{
    By, Filter, PostingsForm, View, answers,
    core::Position,
    proof::{Note, Policy, RecordProof, Tile, leaf_hash},
};
use serde_json::{Value, json};

use crate::{
    client::{Request, Wire},
    place::{FIRST, Making, Place, allot},
};

fn many(count: u64) -> Making {
    let mut making = Making::default();
    making.before.extend((0..count).map(|number| allot(number, 1 + number)));
    making
}

#[test]
fn balances_of_any_time_are_those_of_the_ledger() {
    let place = Place::make(many(20));
    let by_all = By { scheme: true, district: true, head: true, fy: true };
    let day = |text: &str| bahi::core::Day::parse(text).expect("a day");
    let questions: [(&str, By, View); 6] = [
        ("", By::default(), View::NOW),
        ("?by=scheme,district,head,fy", by_all, View::NOW),
        (
            "?by=scheme&as_of=2024-05-01",
            By { scheme: true, ..By::default() },
            View { as_of: Some(day("2024-05-01")), ..View::NOW },
        ),
        (
            "?by=fy&at=9",
            By { fy: true, ..By::default() },
            View { at: Some(Position(9)), ..View::NOW },
        ),
        ("?at=0", By::default(), View { at: Some(Position(0)), ..View::NOW }),
        (
            "?known_on=2024-01-01",
            By::default(),
            View { known_on: Some(day("2024-01-01").end()), ..View::NOW },
        ),
    ];
    let told: Vec<Value> = questions
        .iter()
        .map(|(query, ..)| place.get(&format!("/v1/balances{query}")).json())
        .collect();
    let filtered =
        place.get("/v1/balances?by=district&district=Varanasi&scheme=margin-money").json();
    let (ledger, _dir) = place.stop();
    for ((query, by, view), told) in questions.into_iter().zip(told) {
        let at = ledger.balances(by, &Filter::default(), view).expect("balances");
        let expected = serde_json::to_value(answers::balances(&at, by)).expect("JSON");
        assert_eq!(told, expected, "{query}");
    }
    assert_eq!(filtered["rows"].as_array().map(Vec::len), Some(1), "{filtered}");
}

#[test]
fn what_cannot_be_asked_is_a_problem_with_the_parameters_name() {
    let place = Place::open();
    let cases = [
        ("/v1/balances?by=caste", "malformed_request", "by"),
        ("/v1/balances?as_of=yesterday", "malformed_request", "as_of"),
        ("/v1/balances?at=-1", "malformed_request", "at"),
        ("/v1/balances?at=99999", "beyond_the_end", "99999"),
        ("/v1/balances?fy=2024-99", "malformed_request", "fy"),
        ("/v1/balances?district=Atlantis", "malformed_request", "district"),
        ("/v1/balances?colour=red", "malformed_request", "parameters"),
        ("/v1/balances?by=fy&by=scheme", "malformed_request", "parameters"),
        ("/v1/events?limit=0", "malformed_request", "limit"),
        ("/v1/events?limit=1001", "malformed_request", "limit"),
        ("/v1/events?kind=Elephant", "malformed_request", "kind"),
        ("/v1/events/0", "nothing_known", "position"),
        ("/v1/events/99999", "nothing_known", "position"),
        ("/v1/events/1e3", "malformed_request", "position"),
        ("/v1/trail", "malformed_request", "case"),
        ("/v1/trail?case=a&order=b", "malformed_request", "case"),
        ("/v1/trail?person=me", "malformed_request", "person"),
        ("/v1/trail?case=NOBODY", "nothing_known", "case"),
        ("/v1/findings?check=D1", "malformed_request", "check"),
        ("/v1/export/events?to=beancount", "malformed_request", "to"),
        ("/v1/export/cases?to=hledger", "malformed_request", "to"),
        ("/v1/export/postings?to=docx", "malformed_request", "to"),
        ("/v1/outcomes?by=caste", "malformed_request", "by"),
        ("/v1/outcomes?at=99999", "beyond_the_end", "99999"),
        ("/v1/suspense?by=fy", "malformed_request", "parameters"),
        ("/v1/explain", "malformed_request", "parameters"),
        ("/v1/explain?case=NOBODY", "nothing_known", "case"),
        ("/v1/explain?case=VNS/2024/0042&at=7", "nothing_known", "7"),
        ("/v1/sample?size=5", "malformed_request", "parameters"),
        ("/v1/sample?nonce=short&size=5", "malformed_request", "nonce"),
        ("/v1/sample?nonce=AG-UP/2025/1", "malformed_request", "size"),
        ("/v1/sample?nonce=AG-UP/2025/1&size=5&by=head", "malformed_request", "by"),
        ("/v1/sample?nonce=AG-UP/2025/1&size=5&by=fy&monetary=true", "malformed_request", "by"),
        ("/v1/sample?nonce=AG-UP/2025/1&interval=0&monetary=true", "malformed_request", "interval"),
        ("/v1/sample?nonce=AG-UP/2025/1&size=9&of=people", "malformed_request", "of"),
        ("/v1/reconciliation?today=tomorrow", "malformed_request", "today"),
        ("/v1/reconciliation?window=367", "malformed_request", "window"),
        ("/v1/reconciliation?tolerances=x:less", "malformed_request", "tolerances"),
        ("/v1/reconciliation?id=7", "malformed_request", "id"),
        ("/v1/reconciliation/explain", "malformed_request", "id"),
        ("/v1/reconciliation/explain?id=everything", "malformed_request", "id"),
        ("/v1/proofs/balance", "malformed_request", "fund"),
        ("/v1/proofs/balance?all=true", "nothing_known", "certified"),
        ("/v1/proofs/history?size=x", "malformed_request", "size"),
        ("/v1/proofs/history?size=99", "beyond_the_end", "99"),
        ("/v1/proofs/history?size=3", "no_signing_key", "--key"),
        ("/v1/stream?from=99999", "beyond_the_end", "99998"),
        ("/v1/proofs/1", "no_signing_key", "--key"),
        ("/checkpoint", "no_signing_key", "--key"),
        ("/tile/9/000", "nothing_known", "tile"),
        ("/tile/0/001", "nothing_known", "tile"),
        ("/nowhere", "not_found", "openapi"),
    ];
    for (path, code, word) in cases {
        let answer = place.get(path);
        assert_eq!(answer.problem(), code, "{path}");
        assert!(answer.text().contains(word), "{path}: {}", answer.text());
    }
}

#[test]
fn a_tag_holds_until_the_ledger_goes_on() {
    let place = Place::make(Making { signing: true, ..Making::default() });
    let routes = [
        "/v1/balances",
        "/v1/balances?as_of=2024-05-01",
        "/v1/schemes",
        "/v1/trail?case=VNS/2024/0042",
        "/v1/events",
        "/v1/findings",
        "/v1/export/events",
        "/v1/export/postings",
        "/v1/export/cases",
        "/v1/export/balances",
        "/v1/export/gl-detail",
        "/v1/ledger",
        "/v1/outcomes",
        "/v1/suspense",
        "/v1/explain?case=VNS/2024/0042",
        "/v1/sample?nonce=AG-UP/2025/1&size=1",
        "/v1/statements",
        "/v1/certificates",
    ];
    let with = |path: &str, tag: &str| {
        Request::new("GET", path).with("If-None-Match", tag).send(place.address)
    };
    let tags: Vec<String> = routes
        .iter()
        .map(|path| {
            let answer = place.get(path);
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{path}");
            answer.header("etag").expect("a tag").to_owned()
        })
        .collect();
    for (path, tag) in routes.iter().zip(&tags) {
        let known = with(path, tag);
        assert_eq!((known.status, known.body.len()), (304, 0), "{path}");
        assert_eq!(known.header("etag"), Some(tag.as_str()), "{path}");
    }
    let first = place.get("/v1/events/1").header("etag").expect("a tag").to_owned();
    let past = place.get("/v1/balances?at=9").header("etag").expect("a tag").to_owned();
    assert_eq!(place.post(&allot(1, 5)).status, 201);
    for (path, tag) in routes.iter().zip(&tags) {
        assert_eq!(with(path, tag).status, 200, "{path}");
    }
    assert_eq!(with("/v1/events/1", &first).status, 304, "an event stays what it is");
    assert_eq!(with("/v1/balances?at=9", &past).status, 304, "so does a past");
}

#[test]
fn trails_are_those_of_the_ledger_however_long() {
    let place = Place::make(many(0));
    // An order under which more was decided than is told at once.
    let body: String = (0..300).map(|number| allot(number, 1 + number) + "\n").collect();
    place.commands("application/x-ndjson", &body).send(place.address);
    let questions = [
        "case=VNS/2024/0042",
        "order=B-1/2024",
        "case=VNS/2024/0042&at=9",
        "person=0123456789abcdef0123456789abcdef",
        "account=fedcba9876543210fedcba9876543210",
    ];
    let told: Vec<Value> =
        questions.iter().map(|query| place.get(&format!("/v1/trail?{query}")).json()).collect();
    let (ledger, _dir) = place.stop();
    let subject = |by: &str, id: &str| bahi::json::TrailSubject { by: by.into(), id: id.into() };
    let expect = |subject, at: &bahi::TrailAt| {
        serde_json::to_value(answers::trail(&ledger, subject, at).expect("a trail")).expect("JSON")
    };
    let case = ledger.case("VNS/2024/0042").expect("it applied");
    let now = ledger.trail(case, View::NOW).expect("a trail");
    assert_eq!(told[0], expect(subject("case", "VNS/2024/0042"), &now));
    let order = answers::order_trail(&ledger, "B-1/2024", View::NOW).expect("a trail");
    assert_eq!(order.entries.len(), 301);
    assert_eq!(told[1], expect(subject("order", "B-1/2024"), &order));
    let past = ledger.trail(case, View { at: Some(Position(9)), ..View::NOW }).expect("a trail");
    assert_eq!(told[2], expect(subject("case", "VNS/2024/0042"), &past));
    assert_eq!(told[3]["cases"][0]["case_ref"], "VNS/2024/0042");
    let last = told[4]["entries"].as_array().and_then(|entries| entries.last());
    assert_eq!(last.map(|entry| &entry["kind"]), Some(&json!("Disbursed")));
}

#[test]
fn events_are_given_page_by_page_without_gap_or_double_in_either_direction() {
    let place = Place::make(many(700));
    let last = FIRST + 3 + 700;
    for (reverse, limit, kind) in
        [("false", 100, ""), ("true", 100, ""), ("false", 7, "&kind=Sanctioned"), ("true", 256, "")]
    {
        let mut seen = Vec::new();
        let mut next = String::new();
        for _ in 0..200 {
            let path = format!("/v1/events?reverse={reverse}&limit={limit}{kind}{next}");
            let page = place.get(&path).json();
            let events = page["events"].as_array().expect("events");
            assert!(events.len() <= limit);
            seen.extend(events.iter().map(|event| event["position"].as_u64().expect("a position")));
            let Some(on) = page["next"].as_u64() else { break };
            next = format!("&{}={on}", if reverse == "true" { "to" } else { "from" });
        }
        let expected: Vec<u64> = match (kind, reverse) {
            ("", "true") => (1..=last).rev().collect(),
            ("", _) => (1..=last).collect(),
            _ => vec![FIRST + 2],
        };
        assert_eq!(seen, expected, "{reverse} {limit} {kind}");
    }
    let one = place.get(&format!("/v1/events/{FIRST}")).json();
    assert_eq!((&one["kind"], &one["position"]), (&json!("FundsAllotted"), &json!(FIRST)));
    assert!(one["leaf_hash"].as_str().is_some_and(|hash| hash.len() == 64));
}

/// Reads server-sent events until so many have come.
fn listen(wire: &mut Wire, count: usize) -> Vec<(u64, String, Value)> {
    let (mut text, mut events) = (String::new(), Vec::new());
    while events.len() < count {
        let chunk = wire.chunk().expect("the stream goes on").expect("it does not end");
        text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        while let Some((one, rest)) = text.split_once("\n\n") {
            let field = |name: &str| {
                let found = one.lines().find_map(|line| line.strip_prefix(name));
                found.map(|value| value.trim_start_matches(':').trim().to_owned())
            };
            if let (Some(id), Some(kind), Some(data)) = (field("id"), field("event"), field("data"))
            {
                let id = id.parse().expect("a position");
                events.push((id, kind, serde_json::from_str(&data).expect("JSON")));
            }
            text = rest.to_owned();
        }
    }
    events
}

fn open_stream(place: &Place, request: &Request) -> Wire {
    let mut wire = Wire::to(place.address);
    wire.send(&request.bytes(place.address));
    let head = wire.answer(false).expect("a head");
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
    wire
}

#[test]
fn a_stream_gives_what_stands_and_what_comes_and_goes_on_where_it_was_left() {
    let place = Place::make(many(0));
    let mut wire = open_stream(&place, &Request::new("GET", "/v1/stream?from=1"));
    let stood = listen(&mut wire, 10);
    let positions: Vec<u64> = stood.iter().map(|(id, ..)| *id).collect();
    assert_eq!(positions, (1..=10).collect::<Vec<u64>>());
    assert_eq!(stood[9].1, "Disbursed");
    assert_eq!(stood[9].2, place.get("/v1/events/10").json());
    assert_eq!(place.post(&allot(1, 5)).status, 201);
    let (id, kind, event) = listen(&mut wire, 1).remove(0);
    assert_eq!((id, kind.as_str()), (11, "FundsAllotted"));
    assert_eq!(event["amount"], "5.00");

    let back = Request::new("GET", "/v1/stream?kind=FundsAllotted").with("Last-Event-ID", "7");
    let mut wire = open_stream(&place, &back);
    assert_eq!(listen(&mut wire, 1)[0].0, 11, "after the seventh there is one of this kind");
    let mut fresh = open_stream(&place, &Request::new("GET", "/v1/stream"));
    assert_eq!(place.post(&allot(2, 5)).status, 201);
    assert_eq!(listen(&mut fresh, 1)[0].0, 12, "without a beginning, what comes next");
}

#[test]
fn exports_are_those_of_the_ledger_at_one_position() {
    let place = Place::make(many(900));
    let jsonl = place.get("/v1/export/postings");
    let csv = place.get("/v1/export/postings?to=csv&scheme=margin-money&fy=2024-25");
    let events = place.get("/v1/export/events?to=jsonl");
    let past = place.get("/v1/export/events?at=100&as_of=2024-05-30");
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let (ledger, _dir) = place.stop();
    let postings = |form, filter: &Filter| {
        let mut out = Vec::new();
        ledger.export_postings(form, filter, View::NOW, &mut out, &mut |_| {}).expect("postings");
        out
    };
    assert_eq!(jsonl.body, postings(PostingsForm::JsonLines, &Filter::default()));
    let filter = Filter {
        scheme: bahi::core::SchemeName::new("margin-money").ok(),
        fy: bahi::core::FinancialYear::parse("2024-25").ok(),
        ..Filter::default()
    };
    assert_eq!(csv.body, postings(PostingsForm::Csv, &filter));
    let whole = |view| {
        let mut out = Vec::new();
        ledger.export_events(&Filter::default(), view, &mut out, &mut |_| {}).expect("events");
        out
    };
    assert_eq!(events.body, whole(View::NOW));
    let as_of = bahi::core::Day::parse("2024-05-30").ok();
    assert_eq!(past.body, whole(View { at: Some(Position(100)), as_of, ..View::NOW }));
}

#[test]
fn a_stranger_checks_checkpoint_proofs_and_tiles() {
    let place = Place::make(Making { signing: true, ..many(300) });
    let key = place.dir.path().join("key");
    let keys = bahi::signing::read(&key, &place.ledger_dir()).expect("a key");
    let policy = Policy::of_log(keys.signing.verifier().clone()).expect("a policy");
    let checkpoint = place.get("/checkpoint");
    let note = Note::parse(&checkpoint.body).expect("a note");
    let trusted = policy.check(&note).expect("it is signed");
    let size = trusted.checkpoint().size();
    assert_eq!(size, FIRST + 4 + 300);

    let event = place.get("/v1/export/events").json_lines().remove(6);
    let record = base64(event["record"].as_str().expect("a record"));
    let proof = place.get(&format!("/v1/proofs/{FIRST}"));
    let proof = RecordProof::parse(&proof.body).expect("a proof");
    let shown = proof.check(&record, &policy).expect("it shows the record");
    assert_eq!(shown.checkpoint().size(), size);
    assert!(proof.check(b"another record", &policy).is_err());

    // Every tile of the checkpoint is there, and the leaves hash to the root.
    let mut leaves = Vec::new();
    for tile in Tile::all(size) {
        let answer = place.get(&format!("/{tile}"));
        assert_eq!(answer.status, 200, "{tile}");
        if tile.to_string().starts_with("tile/0/") {
            leaves.extend(answer.body.chunks(32).map(<[u8]>::to_vec));
        }
    }
    assert_eq!(leaves.len() as u64, size);
    assert_eq!(leaves[FIRST as usize], leaf_hash(&record).0);
    // A tile keeps being what it was when the log was shorter.
    let narrow = place.get("/tile/0/000.p/5");
    assert_eq!((narrow.status, narrow.body.len()), (200, 5 * 32));
    assert_eq!(narrow.body, leaves[..5].concat());
    let wider = place.get("/tile/0/001.p/200");
    assert_eq!((wider.status, wider.problem().as_str()), (404, "nothing_known"));
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| -> Option<u32> {
        let found = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        found.iter().position(|one| *one == byte).map(|at| at as u32)
    };
    let mut bytes = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let digits: Vec<u32> = four.iter().filter_map(|byte| digit(*byte)).collect();
        let word =
            digits.iter().fold(0, |word, digit| word << 6 | digit) << (6 * (4 - digits.len()));
        bytes.extend(&word.to_be_bytes()[1..digits.len()]);
    }
    bytes
}

#[test]
fn findings_are_those_of_an_audit_and_are_kept_until_the_ledger_goes_on() {
    let place = Place::make(many(0));
    let twice = [place.get("/v1/findings").json(), place.get("/v1/findings").json()];
    assert_eq!(twice[0], twice[1]);
    let one = place.get("/v1/findings?check=C01&district=187").json();
    let (ledger, _dir) = place.stop();
    let report = ledger.audit(&bahi::AuditOptions::default()).expect("an audit");
    let expected = serde_json::to_value(report.answer(&ledger)).expect("JSON");
    assert_eq!(twice[0], expected);
    assert_eq!(one["position"], expected["position"]);
}

#[test]
fn health_readiness_and_figures_are_told() {
    let place = Place::open();
    for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = place.get(path);
        assert_eq!((answer.status, answer.text()), (200, text), "{path}");
    }
    place.get("/v1/balances");
    let figures = place.get("/metrics");
    let text = figures.text();
    for line in [
        "bahi_requests_total{method=\"GET\",route=\"/v1/balances\",status=\"200\"} 1",
        "bahi_position 10",
        "bahi_request_seconds_count{route=\"/v1/balances\"} 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let mut line = String::new();
    let mut wire = Wire::to(place.address);
    wire.send(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wire.stream.read_line(&mut line).expect("a head");
    assert_eq!(line, "HTTP/1.1 200 OK\r\n");
}
