//! `bahi serve` as a process: killed under load, asked to end, walked through as its page says.
//!
//! # Invariants
//! * Each service listens on this machine at a port of the system's choosing, and is ended.
//! * What was answered with 200 or 201 was acknowledged: its event must be there, at its position.

#![cfg(unix)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

use serde_json::Value;

/// Threads that bring commands.
const WRITERS: u64 = 4;
/// How often the service is killed.
const KILLS: u64 = 4;
/// How many commands are acknowledged, at least, before it is.
const ACKNOWLEDGED_MIN: u64 = 60;

fn program(place: &Path, words: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
    program.args(words).env("BAHI_LEDGER", place.join("book")).current_dir(place);
    for variable in ["BAHI_TOKENS", "BAHI_KEY", "BAHI_KEYS", "BAHI_VAULT"] {
        program.env_remove(variable);
    }
    program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

fn done(place: &Path, words: &[&str]) -> Vec<u8> {
    let output = program(place, words).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
    output.stdout
}

/// A service that runs, and where.
fn serve(place: &Path) -> (Child, SocketAddr) {
    let words = ["serve", "--listen", "127.0.0.1:0", "--format", "json"];
    let mut child = program(place, &words).spawn().expect("the program runs");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("its output is piped");
    BufReader::new(out).read_line(&mut line).expect("it says where it listens");
    let told: Value = serde_json::from_str(&line).expect("one line of JSON");
    let url = told["listening"].as_str().expect("an address");
    let address = url.strip_prefix("http://").expect("plain HTTP").parse().expect("an address");
    (child, address)
}

/// An allotment of its own id.
fn allot(number: u64) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{{"order":"B-1/2024","date":"2024-04-01"}},"fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}},"amount":"1.00"}}"#
    )
}

/// Brings one command over a connection; nothing where no whole answer came.
fn bring(wire: &mut BufReader<TcpStream>, body: &str) -> Option<(u16, Value)> {
    let length = body.len();
    let head = format!(
        "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    wire.get_mut().write_all(head.as_bytes()).ok()?;
    let mut line = String::new();
    wire.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        wire.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    wire.read_exact(&mut body).ok()?;
    Some((status, serde_json::from_slice(&body).ok()?))
}

/// Everything that was acknowledged: positions by the number of the command.
type Acknowledged = Arc<Mutex<BTreeMap<u64, u64>>>;

/// Writers that bring commands until they are answered no more.
fn load(
    address: SocketAddr,
    from: u64,
    into: &Acknowledged,
    count: &Arc<AtomicU64>,
) -> Vec<JoinHandle<()>> {
    let writer = |writer: u64| {
        let (into, count) = (Arc::clone(into), Arc::clone(count));
        thread::spawn(move || {
            let Ok(stream) = TcpStream::connect(address) else { return };
            let mut wire = BufReader::new(stream);
            for number in 0..100_000 {
                let number = from + writer * 100_000 + number;
                let Some((status, answer)) = bring(&mut wire, &allot(number)) else { return };
                if status != 201 {
                    return;
                }
                let position = answer["position"].as_u64().expect("a position");
                into.lock().expect("a lock").insert(number, position);
                count.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    (0..WRITERS).map(writer).collect()
}

/// Makes sure that every acknowledged command is in the ledger where it was said to be.
fn all_there(place: &Path, acknowledged: &Acknowledged) {
    done(place, &["verify"]);
    let events = done(place, &["events", "--format", "jsonl", "--kind", "FundsAllotted"]);
    let mut found = BTreeMap::new();
    for line in String::from_utf8(events).expect("UTF-8").lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let id = event["command_id"].as_str().expect("an id");
        let number: u64 = id[24..].parse().expect("a number");
        found.insert(number, event["position"].as_u64().expect("a position"));
    }
    for (number, position) in acknowledged.lock().expect("a lock").iter() {
        assert_eq!(found.get(number), Some(position), "command {number} was acknowledged");
    }
}

#[test]
fn a_service_killed_under_load_has_every_command_it_acknowledged() {
    let place = tempfile::tempdir().expect("a directory");
    let place = place.path();
    done(place, &["init"]);
    let acknowledged = Acknowledged::default();
    for round in 1..=KILLS {
        let (mut child, address) = serve(place);
        let count = Arc::new(AtomicU64::new(0));
        let writers = load(address, round * 1_000_000, &acknowledged, &count);
        // Each round a little later in its life.
        while count.load(Ordering::Relaxed) < ACKNOWLEDGED_MIN + round {
            assert!(writers.iter().any(|writer| !writer.is_finished()), "somebody writes");
            thread::yield_now();
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        writers.into_iter().for_each(|writer| writer.join().expect("it ends"));
        all_there(place, &acknowledged);
    }
    assert!(acknowledged.lock().expect("a lock").len() as u64 >= KILLS * ACKNOWLEDGED_MIN);
    // What may have been recorded unacknowledged is settled by sending it again.
    let (mut child, address) = serve(place);
    let mut wire = BufReader::new(TcpStream::connect(address).expect("it listens"));
    let first =
        acknowledged.lock().expect("a lock").iter().next().map(|(number, at)| (*number, *at));
    let (number, position) = first.expect("something was acknowledged");
    let (status, answer) = bring(&mut wire, &allot(number)).expect("an answer");
    assert_eq!((status, answer["position"].as_u64()), (200, Some(position)));
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

#[test]
fn a_service_that_is_asked_to_end_does_and_loses_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    let place = place.path();
    done(place, &["init"]);
    for (round, signal) in [(1, "-TERM"), (2, "-INT")] {
        let acknowledged = Acknowledged::default();
        let (mut child, address) = serve(place);
        let count = Arc::new(AtomicU64::new(0));
        let writers = load(address, round * 1_000_000, &acknowledged, &count);
        while count.load(Ordering::Relaxed) < ACKNOWLEDGED_MIN {
            assert!(writers.iter().any(|writer| !writer.is_finished()), "somebody writes");
            thread::yield_now();
        }
        let asked = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{signal}");
        writers.into_iter().for_each(|writer| writer.join().expect("it ends"));
        all_there(place, &acknowledged);
    }
}

/// Whether a program is on this machine.
fn is_here(name: &str) -> bool {
    // One of them takes no dashes.
    let asked = |word: &str| {
        let mut asked = Command::new(name);
        asked.arg(word).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    let here = ["--version", "version"]
        .into_iter()
        .any(|word| asked(word).is_ok_and(|status| status.success()));
    if !here {
        let line = format!("skipped: {name} is not on this machine\n");
        std::io::stderr().write_all(line.as_bytes()).expect("stderr");
    }
    here
}

/// A shell in a place, with the program on its path.
fn shell(place: &Path, script: &str) -> Command {
    let folder = Path::new(env!("CARGO_BIN_EXE_bahi")).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", script]).env("PATH", path).current_dir(place);
    for variable in ["BAHI_LEDGER", "BAHI_TOKENS", "BAHI_KEY", "BAHI_KEYS", "BAHI_VAULT"] {
        shell.env_remove(variable);
    }
    shell
}

#[test]
fn the_walk_through_the_service_is_as_its_page_has_it() {
    if !is_here("curl") || !is_here("bash") {
        return;
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SERVICE.md");
    let page = std::fs::read_to_string(page).expect("the page of the service");
    let walk = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    let walk = walk.expect("the page has a walk");
    let place = tempfile::tempdir().expect("a directory");
    // A walk that breaks off leaves no service behind.
    let script =
        format!("trap 'kill ${{service:-}} 2> /dev/null || true' EXIT\n{walk}\necho done\n");
    let output = shell(place.path(), &script).output().expect("the shell runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && out.ends_with("done\n"), "{output:?}");
    let log = std::fs::read_to_string(place.path().join("service.log")).expect("a log");
    assert!(log.lines().any(|line| line.contains("\"event\":\"stopped\"")), "{log}");
}

#[test]
fn a_service_speaks_tls_with_a_certificate() {
    if !is_here("curl") || !is_here("bash") || !is_here("openssl") {
        return;
    }
    let place = tempfile::tempdir().expect("a directory");
    let script = r#"
trap 'kill ${service:-} 2> /dev/null || true' EXIT
bahi init --ledger book > init
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem 2> /dev/null
bahi serve --ledger book --listen 127.0.0.1:0 --tls-cert cert.pem --tls-key key.pem --format json > listening &
service=$!
until grep -q listening listening; do kill -0 $service; done
at=$(sed 's/.*"listening":"\([^"]*\)".*/\1/' listening)
case $at in https://*) ;; *) exit 9;; esac
curl -sf --cacert cert.pem $at/v1/balances | grep '"position":6'
! curl -sf $at/v1/balances
! curl -sf ${at/https/http}/v1/balances
kill $service
wait $service
echo done
"#;
    let output = shell(place.path(), script).output().expect("the shell runs");
    assert!(output.status.success() && output.stdout.ends_with(b"done\n"), "{output:?}");
}

#[test]
fn the_program_believes_a_service_by_the_certificates_that_are_named_and_by_no_other() {
    if !is_here("bash") || !is_here("openssl") {
        return;
    }
    let place = tempfile::tempdir().expect("a directory");
    let script = r#"
trap 'kill ${service:-} 2> /dev/null || true' EXIT
bahi init --ledger book > init
made() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=$1 \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
    -keyout $1.key -out $1.pem 2> /dev/null
}
made here
made other
bahi token new --ledger book --tokens tokens --actor ag-7 --role auditor > token
bahi serve --ledger book --tokens tokens --listen 127.0.0.1:0 --tls-cert here.pem --tls-key here.key \
  --format json > listening &
service=$!
until grep -q listening listening; do kill -0 $service; done
at=$(sed 's/.*"listening":"\([^"]*\)".*/\1/' listening)
asked() { bahi balances --token-file token --format json "$@" 2>> errors; }
asked --server $at --ca here.pem | grep '"position": 6'
for words in "--server $at" "--server $at --ca other.pem" "--server ${at/127.0.0.1/127.0.0.2} --ca here.pem"; do
  status=0; asked $words || status=$?
  test $status = 3
done
# In the clear nothing is understood there, and to another machine no token would be sent so.
status=0; asked --server ${at/https/http} || status=$?
test $status = 3
! grep -q "$(cat token)" errors
grep -q -- --ca errors
kill $service
wait $service
echo done
"#;
    let output = shell(place.path(), script).output().expect("the shell runs");
    assert!(output.status.success() && output.stdout.ends_with(b"done\n"), "{output:?}");
}
