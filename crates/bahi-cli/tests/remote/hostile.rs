//! Services that are none: garbage, endless answers, broken connections, redirects, silence.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use crate::place::{Office, Ran, commands};

/// What the stranger read, one request each.
type Heard = Arc<Mutex<Vec<String>>>;

/// A stranger who answers each connection by a function of its own; it lasts as long as the test.
fn stranger(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> (SocketAddr, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = Heard::default();
    let hears = Arc::clone(&heard);
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (answer, hears) = (Arc::clone(&answer), Arc::clone(&hears));
            thread::spawn(move || {
                if let Some(request) = request(&mut stream) {
                    hears.lock().expect("a lock").push(request);
                    answer(&mut stream);
                }
            });
        }
    });
    (address, heard)
}

/// The head of a request, and its body.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(told) = lower.strip_prefix("content-length:") {
            length = told.trim().parse().ok()?;
        }
        text.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    text.push_str(&String::from_utf8_lossy(&body));
    Some(text)
}

fn ask(address: SocketAddr, words: &[&str]) -> Ran {
    let office = Office::empty();
    let url = format!("http://{address}");
    let mut program = office.program(&[words, &["--server", &url]].concat());
    program.env_remove("BAHI_LEDGER");
    Ran::of(program, &commands(1, 3), Some("bahi_a_secret"))
}

#[test]
fn an_answer_that_is_none_is_an_error_with_words_and_no_panic() {
    let json =
        |body: &str| format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let about =
        json(r#"{"simulated":false,"position":9,"root":"00","schemes":["a b"],"heads":[]}"#);
    let deep = json(&"[".repeat(200_000));
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    let answers = [
        "\0\u{1}\u{2}garbage\r\n\r\n".to_owned(),
        "HTTP/1.1 999 Odd\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort".to_owned(),
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n".to_owned(),
        "HTTP/1.1 500 Oh\r\ncontent-length: 4\r\n\r\n\u{1b}[2J".to_owned(),
        "HTTP/1.1 403 No\r\ncontent-length: 42\r\n\r\n{\"code\":\"forbidden\",\"detail\":\"a\\u001b[31mb\"}".to_owned(),
        json("null"),
        json("{}"),
        json("{\"simulated\":1}"),
        about,
        deep,
        long,
    ];
    for answer in answers {
        let told = answer.clone();
        let (address, _) = stranger(move |stream| drop(stream.write_all(told.as_bytes())));
        for words in
            [&["balances"][..], &["submit"], &["events"], &["verify"], &["trail", "--case", "x"]]
        {
            let ran = ask(address, words);
            let shown: String = answer.chars().take(60).collect();
            assert!([1, 2, 3].contains(&ran.status), "{words:?} {shown:?}: {ran:?}");
            assert_eq!(ran.err.lines().count(), 1, "{words:?} {shown:?}: {ran:?}");
            assert!(
                !ran.err.contains("a bug") && !ran.err.contains('\u{1b}'),
                "{shown:?}: {ran:?}"
            );
            assert!(!ran.err.contains("secret"), "{ran:?}");
        }
    }
}

#[test]
fn an_endless_answer_is_read_to_its_bound_and_no_further() {
    let sent = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&sent);
    let (address, _) = stranger(move |stream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n";
        let piece = vec![b'['; 1 << 20];
        let mut going = stream.write_all(head.as_bytes()).is_ok();
        while going {
            going = stream.write_all(&piece).is_ok();
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let ran = ask(address, &["balances"]);
    assert_eq!(ran.status, 3, "{ran:?}");
    // What lies in buffers between the two is not read.
    assert!(sent.load(Ordering::Relaxed) < 200, "so many MiB of ten thousand");
}

#[test]
fn a_redirect_is_not_followed_and_the_token_goes_nowhere_else() {
    let (elsewhere, heard) = stranger(|stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
    });
    for status in ["301", "302", "303", "307", "308"] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://{elsewhere}/v1/ledger\r\ncontent-length: 0\r\n\r\n"
        );
        let (address, asked) = stranger(move |stream| drop(stream.write_all(answer.as_bytes())));
        for words in [&["balances"][..], &["submit"]] {
            let ran = ask(address, words);
            assert_eq!(ran.status, 2, "{status}: {ran:?}");
        }
        let asked = asked.lock().expect("a lock");
        assert!(asked.iter().all(|request| request.contains("Bearer bahi_a_secret")), "{asked:?}");
    }
    assert!(heard.lock().expect("a lock").is_empty(), "nobody else is asked");
}

#[test]
fn a_command_whose_answer_was_lost_is_recorded_once_and_answered_by_its_first_receipt() {
    let office = Office::with_history();
    let service = office.serve(&[]);
    let behind: SocketAddr =
        service.url.strip_prefix("http://").expect("plain").parse().expect("one");
    let lost = Arc::new(AtomicU32::new(0));
    let cut = Arc::clone(&lost);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    // Between the two stands somebody who takes the first two answers and gives them to nobody.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let Some(request) = request(&mut stream) else { continue };
            let mut there = TcpStream::connect(behind).expect("the service listens");
            let request = request.replace("HTTP/1.1\r\n", "HTTP/1.1\r\nconnection: close\r\n");
            there.write_all(request.as_bytes()).expect("it reads");
            let mut answer = Vec::new();
            there.read_to_end(&mut answer).expect("it answers");
            if cut.fetch_add(1, Ordering::Relaxed) >= 2 {
                drop(stream.write_all(&answer));
            }
        }
    });
    let input = commands(900, 903);
    let url = format!("http://{address}");
    let mut program = office.program(&["submit", "--server", &url]);
    program.env_remove("BAHI_LEDGER");
    let ran = Ran::of(program, &input, None);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(lost.load(Ordering::Relaxed) >= 3, "it was asked again");
    assert_eq!(ran.out.matches("\"status\":\"duplicate\"").count(), 3, "{ran:?}");
    let events = service.json(&["events", "--reverse", "--limit", "4"]);
    let ids: Vec<&str> = events["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| event["command_id"].as_str().expect("an id"))
        .collect();
    let recorded =
        |number: u32| ids.iter().filter(|id| id.ends_with(&format!("{number:012}"))).count();
    assert_eq!([recorded(900), recorded(901), recorded(902)], [1, 1, 1], "{ids:?}");
    let positions: Vec<String> = ran
        .out
        .lines()
        .map(|line| line.split("\"position\":").nth(1).expect("a position")[..3].to_owned())
        .collect();
    assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "{positions:?}");
}

#[test]
fn a_service_that_is_busy_is_asked_again_and_then_believed() {
    let busy = r#"{"code":"busy","detail":"too much is waiting"}"#;
    let answer = format!(
        "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: {}\r\n\r\n{busy}",
        busy.len()
    );
    let (address, heard) = stranger(move |stream| drop(stream.write_all(answer.as_bytes())));
    let ran = ask(address, &["balances"]);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("too much is waiting"), "{ran:?}");
    assert_eq!(heard.lock().expect("a lock").len(), 5, "so often and no more");
}
