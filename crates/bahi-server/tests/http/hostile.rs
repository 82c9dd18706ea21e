//! What is sent to do harm: pages of other sites, odd paths, bodies without end, slowness, floods.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use bahi::core::Role;
use bahi_server::Limits;
use serde_json::json;

use crate::{
    client::{Request, Wire},
    place::{ALLOT, Making, Place, allot},
};

fn limited(limits: Limits) -> Place {
    Place::make(Making { limits, ..Making::default() })
}

#[test]
fn a_page_of_another_site_brings_nothing() {
    let place = Place::make(Making { before: Vec::new(), ..Making::default() });
    let from = |headers: &[(&str, &str)]| {
        let mut request = place.commands("application/json", ALLOT);
        for (name, value) in headers {
            request = request.with(name, value);
        }
        request.send(place.address)
    };
    let others: [&[(&str, &str)]; 7] = [
        &[("Origin", "https://elsewhere.example")],
        &[("Origin", "null")],
        &[("Origin", "http://127.0.0.1:1")],
        &[("Origin", "")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "http://localhost")],
    ];
    for headers in others {
        let answer = from(headers);
        assert_eq!((answer.status, answer.problem().as_str()), (403, "cross_site"), "{headers:?}");
    }
    // What a page may send without asking first is not taken for JSON.
    assert_eq!(place.commands("text/plain", ALLOT).send(place.address).status, 415);
    let asked_first = Request::new("OPTIONS", "/v1/commands")
        .with("Origin", "https://elsewhere.example")
        .with("Access-Control-Request-Method", "POST")
        .send(place.address);
    assert!(asked_first.status >= 400);
    assert_eq!(asked_first.header("access-control-allow-origin"), None);
    assert_eq!(place.get("/v1/balances").json()["position"], 6);
    let own = format!("http://{}", place.address);
    assert_eq!(from(&[("Origin", &own), ("Sec-Fetch-Site", "same-origin")]).status, 201);
}

#[test]
fn without_tokens_a_name_of_elsewhere_is_not_answered_to() {
    let place = Place::open();
    let named =
        |host: &str| Request::new("GET", "/v1/balances").with("Host", host).send(place.address);
    for host in [
        "elsewhere.example",
        "127.0.0.1.elsewhere.example",
        "10.0.0.1:80",
        "localhost.x",
        "[::2]:80",
    ] {
        let answer = named(host);
        assert_eq!((answer.status, answer.problem().as_str()), (421, "wrong_host"), "{host}");
    }
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.9.9.9:1", "[::1]", "[::1]:8080"] {
        assert_eq!(named(host).status, 200, "{host}");
    }
}

#[test]
fn odd_paths_lead_nowhere() {
    let place = Place::with_tokens();
    let auditor = place.token(Role::Auditor);
    let paths = [
        "/tile/../../tokens",
        "/tile/..%2f..%2ftokens",
        "/tile/%2e%2e/%2e%2e/tokens",
        "/tile/0/../../../etc/passwd",
        "/tile/0//000",
        "/tile//0/000",
        "/tile/0/000.p/0",
        "/tile/0/000.p/257",
        "/tile/0/000%00",
        "/tile/0/x000/000",
        "/v1/../v1/balances",
        "/v1/balances/",
        "//v1/balances",
        "/V1/balances",
        "/v1/balances;x=y",
        "/v1/balances%20",
        "/v1/events/%37%00",
        "/v1/events/../balances",
        "/v1/proofs/-1",
        "/v1/proofs/18446744073709551616",
        "/%76%31/balances",
        "/tokens",
        "/.git/config",
    ];
    for path in paths {
        let answer = place.get_by(&auditor, path);
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
        answer.problem();
    }
    // A route under another method, and none under any.
    for (method, path, code) in [
        ("POST", "/v1/balances", "method_not_allowed"),
        ("DELETE", "/v1/commands", "method_not_allowed"),
        ("GET", "/session", "method_not_allowed"),
        ("PUT", "/nowhere", "not_found"),
        ("BREW", "/v1/balances", "method_not_allowed"),
    ] {
        let answer = Request::new(method, path).by(&auditor).send(place.address);
        assert_eq!(answer.problem(), code, "{method} {path}");
    }
}

#[test]
fn bodies_beyond_the_bound_are_refused_unread_and_midway() {
    let place = limited(Limits { body_bytes: 100_000, commands: 50, ..Limits::default() });
    // A length that is stated is refused before a byte of it is sent.
    let mut wire = Wire::to(place.address);
    wire.send(
        b"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
          Content-Length: 99999999999\r\n\r\n",
    );
    let answer = wire.answer(true).expect("an answer");
    assert_eq!((answer.status, answer.problem().as_str()), (413, "too_large"));
    // One that is not stated, as soon as there is too much.
    let mut wire = Wire::to(place.address);
    wire.send(
        b"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n\
          Transfer-Encoding: chunked\r\n\r\n",
    );
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for _ in 0..7 {
        // The service may have hung up by the last of them.
        let _ = wire.stream.get_mut().write_all(chunk.as_bytes());
    }
    let answer = wire.answer(true).expect("an answer");
    assert_eq!((answer.status, answer.problem().as_str()), (413, "too_large"));
    let many: String = (0..51).map(|number| allot(number, 1) + "\n").collect();
    let answer = place.commands("application/x-ndjson", &many).send(place.address);
    assert_eq!((answer.status, answer.problem().as_str()), (413, "too_large"));
    assert_eq!(place.get("/v1/balances").json()["position"], 10);
}

#[test]
fn requests_that_are_none_are_turned_away_and_the_next_connection_is_served() {
    let place = Place::open();
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(200_000));
    let fat = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "a".repeat(200_000));
    let many: String = (0..1_000).map(|number| format!("X-{number}: y\r\n")).collect();
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    let noise: [&[u8]; 9] = [
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        long.as_bytes(),
        fat.as_bytes(),
        many.as_bytes(),
    ];
    for bytes in noise {
        let mut wire = Wire::to(place.address);
        let _ = wire.stream.get_mut().write_all(bytes);
        let _ = wire.stream.get_ref().shutdown(std::net::Shutdown::Write);
        let told = wire.answer(true);
        let refused = told.as_ref().is_none_or(|answer| answer.status >= 400);
        assert!(refused, "{:?}: {told:?}", &bytes[..bytes.len().min(60)]);
        assert_eq!(place.get("/healthz").status, 200);
    }
}

#[test]
fn a_client_that_is_slow_to_ask_is_let_go_and_keeps_nobody_out() {
    let limits = Limits {
        head_time: Duration::from_millis(500),
        body_time: Duration::from_millis(500),
        connections: 40,
        ..Limits::default()
    };
    let place = limited(limits);
    // As many as there is room for, each with the beginning of a head, or with nothing.
    let mut slow: Vec<Wire> = (0..40).map(|_| Wire::to(place.address)).collect();
    for (number, wire) in slow.iter_mut().enumerate() {
        if number % 2 == 0 {
            wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        }
    }
    assert_eq!(place.get("/healthz").status, 200, "it is served once the slow are let go");
    for wire in &mut slow {
        let told = wire.answer(true);
        assert!(told.as_ref().is_none_or(|answer| answer.status == 408), "{told:?}");
    }
    // A body that does not come.
    let mut wire = Wire::to(place.address);
    wire.send(
        b"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
          Content-Length: 100\r\n\r\n{",
    );
    let answer = wire.answer(true).expect("an answer");
    assert_eq!((answer.status, answer.problem().as_str()), (408, "too_slow"));
}

#[test]
fn a_client_that_never_reads_is_let_go_and_holds_up_nobody() {
    let before: Vec<String> = (0..20_000).map(|number| allot(number, 1 + number)).collect();
    let limits = Limits { stall_time: Duration::from_millis(700), streams: 3, ..Limits::default() };
    let place = Place::make(Making { before, limits, ..Making::default() });
    let open: Vec<Wire> = ["/v1/stream?from=1", "/v1/export/events", "/v1/stream?from=1"]
        .iter()
        .map(|path| {
            let mut wire = Wire::to(place.address);
            wire.send(&Request::new("GET", path).bytes(place.address));
            let head = wire.answer(false).expect("a head");
            assert_eq!(head.status, 200);
            wire
        })
        .collect();
    let busy = place.get("/v1/stream");
    assert_eq!(
        (busy.status, busy.problem().as_str()),
        (503, "busy"),
        "there is no room for a fourth"
    );
    assert_eq!(busy.header("retry-after"), Some("30"));
    // Others write and read meanwhile.
    for number in 0..20 {
        assert_eq!(place.post(&allot(1_000_000 + number, 5)).status, 201);
        assert_eq!(place.get("/v1/balances?by=scheme").status, 200);
    }
    // Those who do not read lose their places, without having closed anything.
    let until = Instant::now() + Duration::from_secs(120);
    let streams = || {
        // Looked at more often than is let in: then there is no figure.
        let text = place.get("/metrics").text().to_owned();
        text.lines().find_map(|line| line.strip_prefix("bahi_streams ")).map(str::to_owned)
    };
    let free = loop {
        let open = streams();
        if open.as_deref() == Some("0") || Instant::now() > until {
            break open;
        }
    };
    assert_eq!(free.as_deref(), Some("0"));
    drop(open);
}

#[test]
fn who_asks_too_fast_is_told_how_long_to_wait() {
    let place = Place::make(Making {
        tokens: true,
        limits: Limits { requests_a_minute: 60, ..Limits::default() },
        ..Making::default()
    });
    let (eager, other) = (place.token(Role::Auditor), place.token(Role::Finance));
    let answers: Vec<u16> = (0..40).map(|_| place.get_by(&eager, "/v1/me").status).collect();
    let taken = answers.iter().filter(|status| **status == 200).count();
    assert!((11..40).contains(&taken), "{answers:?}");
    let told = place.get_by(&eager, "/v1/me");
    assert_eq!((told.status, told.problem().as_str()), (429, "too_many_requests"));
    let seconds: u64 = told.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=60).contains(&seconds));
    assert_eq!(place.get_by(&other, "/v1/me").status, 200, "nobody else waits for it");
    assert_eq!(place.get("/healthz").status, 200);
}

#[test]
fn whoever_finds_no_room_waits_for_a_turn_and_commands_wait_for_no_reader() {
    let limits = Limits { requests: 1, batches: 1, ..Limits::default() };
    let place = limited(limits);
    // One request with many commands that holds the only place for them until its body is whole.
    let line = allot(1, 5);
    let mut slow = Wire::to(place.address);
    let head = format!(
        "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n\
         Content-Length: {}\r\n\r\n",
        line.len()
    );
    slow.send(head.as_bytes());
    let mut waiting = Wire::to(place.address);
    waiting.send(&place.commands("application/json", &allot(2, 5)).bytes(place.address));
    // Readers are answered meanwhile, by their own place.
    for _ in 0..5 {
        assert_eq!(place.get("/v1/balances").status, 200);
    }
    slow.send(line.as_bytes());
    let first = slow.answer(true).expect("an answer");
    assert_eq!((first.status, first.json_lines()[0]["status"].as_str()), (200, Some("accepted")));
    assert_eq!(waiting.answer(true).expect("an answer").status, 201);
}

#[test]
fn no_answer_says_more_than_it_must_to_a_browser() {
    let place = Place::open();
    for path in ["/v1/balances", "/nowhere", "/healthz", "/v1/events"] {
        let answer = place.get(path);
        let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY");
        assert!(header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("server"), None);
    }
}

#[test]
fn the_log_has_nobodys_data_in_it() {
    use std::sync::mpsc::{Sender, channel};
    struct Pipe(Sender<Vec<u8>>);
    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            drop(self.0.send(bytes.to_vec()));
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (sender, written) = channel();
    let journal = bahi_server::Journal::to(Box::new(Pipe(sender)));
    let place = Place::make(Making { tokens: true, journal, ..Making::default() });
    let token = place.token(Role::Auditor);
    place.get_by(&token, "/v1/trail?case=VNS/2024/0042");
    place.get_by(&token, "/v1/trail?person=0123456789abcdef0123456789abcdef");
    place.get_by("bahi_0000000000000000_forged", "/v1/balances?scheme=secret");
    place.commands("application/json", ALLOT).by(&token).send(place.address);
    drop(place.stop());
    let text: Vec<u8> = written.iter().flatten().collect();
    let text = String::from_utf8(text).expect("UTF-8");
    let secret = token.rsplit('_').next().expect("a secret");
    for word in [secret, "VNS", "0123456789abcdef0123", "secret", "forged", "fin-01", "127.0.0.1"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["event"] == "request").collect();
    assert_eq!(requests.len(), 4, "{text}");
    assert_eq!(requests[0]["route"], "/v1/trail");
    assert_eq!(requests[0]["status"], json!(200));
    assert!(lines.iter().any(|line| line["event"] == "stranger_turned_away"), "{text}");
    assert!(lines.iter().any(|line| line["event"] == "stopped"), "{text}");
}
