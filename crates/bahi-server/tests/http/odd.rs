//! Requests that are odd and lawful, or odd and not: every route by every method, bodies that are none,
//! two hosts, ranges, tastes, and what smugglers send.

use std::collections::BTreeMap;

use bahi::core::Role;
use bahi_server::{PAGES, RIGHTS, Right};

use crate::{
    client::{Answer, Request, Wire},
    place::{ALLOT, FIRST, Making, Place, allot},
    who::path_of,
};

const JSON: &str = "application/json";

/// The methods of each route of the API.
fn methods() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut methods: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (method, route, _) in RIGHTS {
        methods.entry(route).or_default().push(method);
    }
    methods
}

#[test]
fn every_route_takes_its_methods_and_says_which_to_whoever_comes_with_another() {
    let place = Place::open();
    for (route, taken) in methods() {
        let path = path_of(route);
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
        {
            let as_get = if method == "HEAD" { "GET" } else { method };
            if taken.contains(&as_get) {
                continue;
            }
            let request = Request::new(method, &path);
            let answer = request.send(place.address);
            assert_eq!(answer.status, 405, "{method} {route}: {answer:?}");
            let allow = answer.header("allow").unwrap_or_default();
            for one in &taken {
                assert!(allow.split(", ").any(|it| it == *one), "{method} {route}: {allow}");
            }
            assert_eq!(allow.contains("HEAD"), taken.contains(&"GET"), "{route}: {allow}");
            if method != "HEAD" {
                assert_eq!(answer.problem(), "method_not_allowed", "{method} {route}");
            }
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    for (_, route, _) in PAGES.iter().filter(|(_, route, _)| !route.contains('{')) {
        let answer = Request::new("DELETE", route).send(place.address);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{route}");
    }
    assert_eq!(place.get("/v1/ledger").json()["position"], FIRST + 3);
}

#[test]
fn a_head_is_that_of_the_answer_without_it() {
    let place = Place::make(Making { signing: true, ..Making::default() });
    let gets = RIGHTS.iter().filter(|(method, route, _)| {
        // These two are told anew each time; the stream of a position to come never ends.
        *method == "GET" && !["/metrics", "/v1/stream"].contains(route)
    });
    for (_, route, _) in gets {
        let path = path_of(route);
        let (head, get) = (Request::new("HEAD", &path).send(place.address), place.get(&path));
        assert_eq!(head.status, get.status, "{route}");
        for name in ["content-type", "etag", "cache-control", "x-content-type-options"] {
            assert_eq!(head.header(name), get.header(name), "{route} {name}");
        }
        assert!(head.body.is_empty());
    }
}

#[test]
fn ranges_tastes_and_conditions_that_nothing_here_keeps_change_no_answer() {
    let place = Place::open();
    let plain = place.get("/v1/balances");
    for (name, value) in [
        ("Range", "bytes=0-1"),
        ("Range", "bytes=-99999999999999999999"),
        ("Accept", "application/xml"),
        ("Accept", "text/html;q=0.9, */*;q=0"),
        ("Accept-Encoding", "gzip, br, identity;q=0"),
        ("Accept-Charset", "utf-7"),
        ("Accept-Language", "<script>"),
        ("If-Match", "\"nothing\""),
        ("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("If-None-Match", "nonsense, \"7\", W/\"\", ,,"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Host", "elsewhere.example"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Original-URL", "/metrics"),
        ("Upgrade", "h2c"),
        ("Connection", "Upgrade, HTTP2-Settings"),
        ("Content-Length", "0"),
        ("Cookie", "bahi_session=\"; bahi_session=x; =; ;"),
    ] {
        let answer = Request::new("GET", "/v1/balances").with(name, value).send(place.address);
        let told = (answer.status, &answer.body, answer.header("content-type"));
        let same = (plain.status, &plain.body, plain.header("content-type"));
        assert_eq!(told, same, "{name}: {value}");
        assert_eq!(answer.header("content-encoding"), None);
        assert_eq!(answer.header("content-range"), None);
    }
    let any = Request::new("GET", "/v1/balances").with("If-None-Match", "*").send(place.address);
    assert_eq!((any.status, any.body.len()), (304, 0));
}

/// Bodies that are no JSON, or none that anything here takes.
fn bodies() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| {
        format!("{}{}", open.repeat(1_000), close.repeat(1_000)).into_bytes()
    };
    vec![
        b"".to_vec(),
        b"null".to_vec(),
        b"true".to_vec(),
        b"0".to_vec(),
        b"1e999".to_vec(),
        b"-".to_vec(),
        b"\"\\ud800\"".to_vec(),
        b"[]".to_vec(),
        b"[{}]".to_vec(),
        b"{}".to_vec(),
        b"{".to_vec(),
        b"{\"\":{}}".to_vec(),
        b"{\"a\":1,\"a\":2}".to_vec(),
        b"{\"kind\":\"allot\",\"kind\":\"allot\"}".to_vec(),
        b"{\"finding\":null,\"as_of\":null,\"until\":null,\"id\":null}".to_vec(),
        b"{\"finding\":\"C31-1\\u0000\",\"as_of\":\"2024-02-30\"}".to_vec(),
        b"{\"as_of\":\"9999999-01-01\"}".to_vec(),
        b"{} {}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"\xff\xfe{\x00}\x00".to_vec(),
        b"\0\0\0\0".to_vec(),
        b"{\"a\":\"\x01\"}".to_vec(),
        b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>".to_vec(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        vec![b' '; 4_000],
        vec![b'9'; 4_000],
    ]
}

#[test]
fn a_body_that_is_none_is_told_so_by_every_route_that_takes_one_and_records_nothing() {
    let place = Place::with_tokens();
    let tokens: Vec<String> = Role::ALL.iter().map(|role| place.token(*role)).collect();
    let before = place.get_by(&tokens[0], "/v1/ledger").json();
    let mut asked = 0;
    for (_, route, right) in RIGHTS.iter().filter(|(method, ..)| *method == "POST") {
        // These two take no body.
        if ["/v1/reconciliation", "/session/end"].contains(route) {
            continue;
        }
        let role = Role::ALL.iter().position(|role| right.roles().contains(role));
        let token = &tokens[role.unwrap_or(0)];
        for kind in [JSON, "application/x-ndjson", "application/octet-stream", "text/plain", ""] {
            for body in bodies() {
                let mut request = Request::new("POST", route).by(token);
                request = request.bringing(kind, body.clone());
                let answer = request.send(place.address);
                let many = *route == "/v1/commands" && kind == "application/x-ndjson";
                if many && answer.status == 200 {
                    let lines = answer.json_lines();
                    assert!(lines.iter().all(|line| line["status"] == "malformed"), "{lines:?}");
                } else {
                    assert!((400..500).contains(&answer.status), "{route} {kind}: {answer:?}");
                    answer.problem();
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
    assert_eq!(place.get_by(&tokens[0], "/v1/ledger").json(), before, "nothing is recorded");
}

#[test]
fn parameters_that_are_none_are_told_so_by_every_route_and_never_a_fault() {
    let place = Place::make(Making { signing: true, ..Making::default() });
    let long = "a".repeat(20_000);
    let queries = [
        "%",
        "%ff=%ff",
        "%00=%00",
        "a=b&a=b",
        "as_of=%ff",
        "as_of=2024-02-30",
        "at=-1",
        "at=18446744073709551616",
        "known_on=%00",
        "scheme=%3Cscript%3E",
        "scheme=%F0%9F%92%A9",
        "district=99999999",
        "fy=2024-26",
        "case=..%2F..%2Fetc%2Fpasswd",
        "position=0&size=0&limit=0&from=0&to=0",
        "nonce=&of=&size=&by=,,,&monetary=maybe",
        &long,
        "&&&&====",
    ];
    for (_, route, _) in RIGHTS.iter().filter(|(method, ..)| *method == "GET") {
        let lawful = path_of(route);
        for query in queries {
            let sign = if lawful.contains('?') { '&' } else { '?' };
            let path = format!("{lawful}{sign}{query}");
            let answer = Request::new("HEAD", &path).send(place.address);
            assert!(answer.status < 500, "{path}: {answer:?}");
            // Routes with parameters take no others.
            if query.starts_with("%ff") && lawful.contains('?') {
                assert_eq!(answer.status, 400, "{path}");
            }
        }
    }
}

#[test]
fn a_page_of_another_site_changes_nothing_by_any_route_and_ends_no_session() {
    let place = Place::with_tokens();
    let token = place.token(Role::Auditor);
    let form = format!("token={token}");
    let begun = Request::new("POST", "/session")
        .bringing("application/x-www-form-urlencoded", form.clone())
        .send(place.address);
    let cookie = begun.header("set-cookie").expect("a cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    for (_, route, right) in RIGHTS.iter().filter(|(method, ..)| *method == "POST") {
        for (name, value) in
            [("Origin", "https://elsewhere.example"), ("Sec-Fetch-Site", "cross-site")]
        {
            let kind = "application/x-www-form-urlencoded";
            let request = Request::new("POST", route).bringing(kind, form.clone());
            let request = request.with(name, value).with("Cookie", &pair);
            let answer = request.send(place.address);
            assert_eq!((answer.status, answer.problem().as_str()), (403, "cross_site"), "{route}");
            assert_eq!(answer.header("set-cookie"), None);
        }
        if *right != Right::Open {
            // Nor for the cookie's sake alone, from a page of this service.
            let own = format!("http://{}", place.address);
            let request = Request::new("POST", route).bringing(JSON, ALLOT).with("Origin", &own);
            let answer = request.with("Cookie", &pair).send(place.address);
            assert_eq!(answer.problem(), "unauthenticated", "{route}");
        }
    }
    let me = Request::new("GET", "/v1/me").with("Cookie", &pair).send(place.address);
    assert_eq!(me.status, 200, "the session goes on");
}

#[test]
fn a_request_is_for_one_host() {
    let place = Place::with_tokens();
    let token = place.token(Role::Auditor);
    let ask = |head: &str| {
        let mut wire = Wire::to(place.address);
        wire.send(format!("{head}Authorization: Bearer {token}\r\n\r\n").as_bytes());
        wire.answer(true)
    };
    let status = |answer: Option<Answer>| answer.map(|answer| answer.status);
    for head in [
        "GET /v1/me HTTP/1.1\r\n",
        "GET /v1/me HTTP/1.1\r\nHost: a\r\nHost: a\r\n",
        "GET /v1/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
        "GET http://elsewhere.example/v1/me HTTP/1.1\r\nHost: here.example\r\n",
        "CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: here.example\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: here.example\r\n",
    ] {
        let told = status(ask(head));
        assert!(told.is_some_and(|status| (400..500).contains(&status)), "{head}: {told:?}");
    }
    for head in [
        "GET /v1/me HTTP/1.1\r\nHost: here.example\r\n",
        "GET http://here.example/v1/me HTTP/1.1\r\nHost: HERE.example\r\n",
        "GET /v1/me HTTP/1.0\r\n",
    ] {
        assert_eq!(status(ask(head)), Some(200), "{head}");
    }
}

/// What was answered to bytes, as far as the service kept the connection.
fn answers(place: &Place, bytes: &[u8]) -> Vec<u16> {
    let mut wire = Wire::to(place.address);
    wire.send(bytes);
    drop(wire.stream.get_ref().shutdown(std::net::Shutdown::Write));
    std::iter::from_fn(|| wire.answer(true)).map(|answer| answer.status).take(8).collect()
}

#[test]
fn nothing_is_smuggled_behind_a_body_whose_end_can_be_understood_in_two_ways() {
    let place = Place::make(Making { before: Vec::new(), ..Making::default() });
    let inner = |number: u64| {
        let line = allot(number, 5);
        format!(
            "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\n\
             Content-Length: {}\r\n\r\n{line}",
            line.len()
        )
    };
    // Each head could be understood to end where the inner request begins.
    let heads = [
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 5\r\nContent-Length: 0\r\n",
        "Content-Length: 0, 5\r\n",
        "Content-Length: +0\r\n",
        "Content-Length: 0x0\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length : 0\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding:\x0bchunked\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n",
        "X: y\nContent-Length: 0\r\n",
        "X: \0\r\n",
    ];
    for (number, head) in (1..).zip(heads) {
        let inner = inner(number);
        let outer = format!("POST /session/end HTTP/1.1\r\nHost: localhost\r\n{head}\r\n{inner}");
        let told = answers(&place, outer.as_bytes());
        // Either the whole is refused, or the first ends where it says and the second is one of its own:
        // never both, that the first is refused and the second is taken.
        let refused = told.first().is_none_or(|status| *status >= 400);
        assert!(!refused || told.len() <= 1, "{head}: {told:?}");
    }
    // Chunks whose lengths are none.
    let chunks = [
        "5\r\n{\"a\":\r\nffffffffffffffffff\r\n",
        "-5\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "2;\u{1}\n\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}XX0\r\n\r\n",
        "\r\n\r\n",
    ];
    for chunk in chunks {
        let inner = inner(1_000);
        let whole = format!(
            "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\n\
             Transfer-Encoding: chunked\r\n\r\n{chunk}{inner}"
        );
        let told = answers(&place, whole.as_bytes());
        assert!(told.len() <= 1 && told.iter().all(|status| *status >= 400), "{chunk}: {told:?}");
    }
    let id = "0198a7c2-0000-7000-9000-0000000003e8";
    let events = place.get("/v1/export/events");
    assert!(!events.text().contains(id), "what stood in a broken body was never a request");
    assert_eq!(place.get("/healthz").status, 200);
}

#[test]
fn requests_in_a_row_are_answered_in_their_order_each_once() {
    let place = Place::make(Making { before: Vec::new(), ..Making::default() });
    let mut bytes = Vec::new();
    for number in 1..=20 {
        bytes.extend(place.commands(JSON, &allot(number, number)).bytes(place.address));
        bytes.extend(Request::new("GET", "/v1/balances").bytes(place.address));
    }
    let mut wire = Wire::to(place.address);
    wire.send(&bytes);
    for number in 1..=20 {
        let accepted = wire.answer(true).expect("an answer");
        assert_eq!((accepted.status, &accepted.json()["position"]), (201, &(6 + number).into()));
        let balances = wire.answer(true).expect("an answer");
        assert_eq!(balances.json()["position"], 6 + number);
    }
}
