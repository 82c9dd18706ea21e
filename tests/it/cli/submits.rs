//! `bahi submit`: every status, the order of answers, and when they come.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, BufRead, BufWriter, Read, Write},
    rc::Rc,
};

use bahi::json::LINE_BYTES_MAX;
use serde_json::{Value, json};

use super::{ALLOT, APPLY, DISBURSE, Place, SANCTION, fields};

/// A command of another id than the one it is made of.
fn under_id(line: &str, last_digits: &str) -> String {
    let (id, rest) = line.split_at(line.find("\",\"kind\"").expect("a command has a kind"));
    format!("{}{last_digits}{rest}", &id[..id.len() - last_digits.len()])
}

fn statuses(answers: &[Value]) -> Vec<(u64, &str)> {
    let of = |answer: &Value| answer["line"].as_u64().expect("a line has a number");
    answers.iter().map(|answer| (of(answer), answer["status"].as_str().unwrap_or("?"))).collect()
}

#[test]
fn every_status_stands_in_the_order_of_the_lines() {
    let place = Place::with_rulebook();
    let reused = ALLOT.replace("10000000.00", "1.00");
    let wrong_role = under_id(ALLOT, "0a").replace("\"finance\"", "\"kaiser\"");
    let too_much = under_id(SANCTION, "0b");
    // A blank line counts, and the last line has no ending.
    let input = format!("{ALLOT}\n\n{ALLOT}\r\n{reused}\n{wrong_role}\n{too_much}\n{APPLY}");
    let ran = place.reading(&input, &["submit"]);
    assert_eq!((ran.status, ran.err.as_str()), (2, ""), "the worst of the lines: {ran:?}");
    let answers = ran.json_lines();
    let all = ["accepted", "duplicate", "refused", "malformed", "refused", "accepted"];
    let expected: Vec<(u64, &str)> = [1, 3, 4, 5, 6, 7].into_iter().zip(all).collect();
    assert_eq!(statuses(&answers), expected);

    let id = "0198a7c2-0000-7000-8000-000000000001";
    let accepted = json!({"line": 1, "status": "accepted", "position": 7, "command_id": id});
    assert_eq!(answers[0], accepted);
    let duplicate = json!({"line": 3, "status": "duplicate", "position": 7, "command_id": id});
    assert_eq!(answers[1], duplicate);
    assert_eq!(
        (&answers[2]["refusal"], &answers[2]["position"]),
        (&json!("command_id_reused"), &Value::Null)
    );
    let column = wrong_role.find("\"kaiser\"").expect("the role is there") + 1;
    assert_eq!(answers[3]["column"], json!(column), "{}", answers[3]);
    assert_eq!(fields(&answers[3]), ["column", "line", "message", "status"]);
    // The evidence of a refusal has a position of its own.
    assert_eq!(
        (&answers[4]["refusal"], &answers[4]["position"]),
        (&json!("not_applied"), &json!(8))
    );
    assert!(answers[4]["message"].as_str().is_some_and(|message| !message.is_empty()));
    assert_eq!(answers[5]["position"], json!(9));

    let again = place.reading(&input, &["submit", "-"]);
    let all = ["duplicate", "duplicate", "refused", "malformed", "refused", "duplicate"];
    let expected: Vec<(u64, &str)> = [1, 3, 4, 5, 6, 7].into_iter().zip(all).collect();
    assert_eq!(statuses(&again.json_lines()), expected);
    assert_eq!(place.position(), 9, "a retry records nothing");
}

#[test]
fn the_status_is_the_worst_of_the_lines() {
    let refused = under_id(SANCTION, "0b");
    let cases = [
        (String::new(), 0),
        ("\n \n\t\n".to_owned(), 0),
        (ALLOT.to_owned(), 0),
        (format!("{ALLOT}\n{ALLOT}\n"), 0),
        (format!("{refused}\n{ALLOT}\n"), 1),
        (format!("{ALLOT}\n{{\n{refused}\n"), 2),
        (ALLOT[..40].to_owned(), 2),
        ("null".to_owned(), 2),
    ];
    for (input, status) in cases {
        let ran = Place::with_rulebook().reading(&input, &["submit"]);
        assert_eq!((ran.status, ran.err.as_str()), (status, ""), "{input}: {ran:?}");
    }
}

#[test]
fn a_line_beyond_its_bound_is_malformed_and_the_next_one_goes_on() {
    let place = Place::with_rulebook();
    let filled = |length: usize| format!("{ALLOT}{}", " ".repeat(length - ALLOT.len()));
    for (length, first) in
        [(LINE_BYTES_MAX, "accepted"), (LINE_BYTES_MAX + 1, "malformed"), (3_000_000, "malformed")]
    {
        for ending in ["\n", "\r\n"] {
            let input = format!("{}{ending}{APPLY}{ending}", filled(length));
            let ran = place.reading(&input, &["submit", "--dry-run"]);
            let answers = ran.json_lines();
            assert_eq!(statuses(&answers), [(1, first), (2, "accepted")], "{length} {ending:?}");
        }
    }
}

#[test]
fn a_dry_run_decides_everything_and_records_nothing() {
    let place = Place::with_rulebook();
    let late = under_id(DISBURSE, "0c");
    let input = format!("{ALLOT}\n{APPLY}\n{late}\n{SANCTION}\nx\n{DISBURSE}\n{ALLOT}\n");
    let ran = place.reading(&input, &["submit", "--dry-run"]);
    let answers = ran.json_lines();
    let all = ["accepted", "accepted", "refused", "accepted", "malformed", "accepted", "duplicate"];
    let expected: Vec<(u64, &str)> = (1..).zip(all).collect();
    assert_eq!((statuses(&answers), ran.status), (expected, 2));
    assert_eq!(answers[2]["refusal"], json!("not_sanctioned"));
    assert_eq!(place.position(), 6);
}

/// An input that remembers how many answers stood when each of its lines was asked for.
struct Script {
    lines: VecDeque<Vec<u8>>,
    ready: Vec<u8>,
    out: Rc<RefCell<Vec<u8>>>,
    seen: Vec<usize>,
}

impl BufRead for Script {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ready.is_empty() {
            let answers = self.out.borrow().iter().filter(|byte| **byte == b'\n').count();
            self.seen.push(answers);
            self.ready = self.lines.pop_front().unwrap_or_default();
        }
        Ok(&self.ready)
    }

    fn consume(&mut self, count: usize) {
        self.ready.drain(..count);
    }
}

impl Read for Script {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// An output somebody else looks into.
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An input that has something done before its first byte is read.
struct Tampering<F: FnOnce()> {
    before: Option<F>,
    rest: &'static [u8],
}

impl<F: FnOnce()> BufRead for Tampering<F> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(before) = self.before.take() {
            before();
        }
        Ok(self.rest)
    }

    fn consume(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }
}

impl<F: FnOnce()> Read for Tampering<F> {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[test]
fn after_a_fault_the_batch_is_told_and_the_rest_is_not_attempted() {
    let place = Place::with_rulebook();
    let (anchor, away) = (place.ledger().join("anchor"), place.beside().join("away"));
    let take_away = || {
        std::fs::rename(&anchor, &away).expect("the anchor can be moved");
        std::fs::create_dir(&anchor).expect("a directory can stand in its place");
    };
    let input = concat!("{\"command_id\":\n", include_str!("commands.jsonl"));
    let mut input = Tampering { before: Some(take_away), rest: input.as_bytes() };
    let mut out = Vec::new();
    let (status, err) = place.streaming(&["submit", "--batch", "2"], &mut input, &mut out);
    assert_eq!((status, err.lines().count()), (3, 1), "{err}");
    assert!(err.starts_with("bahi: stopped at line 2: "), "{err}");
    let answers: Vec<Value> = String::from_utf8_lossy(&out)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an answer is JSON"))
        .collect();
    assert_eq!(statuses(&answers), [(1, "malformed"), (2, "fault")]);
    assert_eq!(fields(&answers[1]), ["command_id", "line", "message", "status"]);
    std::fs::remove_dir(&anchor).expect("the directory can go");
    std::fs::rename(&away, &anchor).expect("the anchor can come back");
    let again = place.reading(include_str!("commands.jsonl"), &["submit"]).done().json_lines();
    assert!(again.iter().all(|answer| answer["status"] != "fault"), "{again:?}");
    assert_eq!(place.position(), 8, "both are recorded, once");
}

#[test]
fn answers_come_before_the_next_batch_is_read() {
    for (batch, expected) in [("1", [0, 1, 2, 3]), ("2", [0, 0, 2, 2]), ("1000", [0, 0, 0, 0])] {
        let place = Place::with_rulebook();
        let out = Rc::new(RefCell::new(Vec::new()));
        let lines = [ALLOT, "malformed", APPLY].map(|line| format!("{line}\n").into_bytes());
        let lines = VecDeque::from(lines);
        let mut script = Script { lines, ready: Vec::new(), out: out.clone(), seen: Vec::new() };
        let arguments = ["submit", "--batch", batch];
        let (status, err) =
            place.streaming(&arguments, &mut script, &mut BufWriter::new(Shared(out)));
        assert_eq!((status, err.as_str()), (2, ""));
        assert_eq!(script.seen, expected, "batches of {batch}");
    }
}

/// An output whose reader goes away after so many flushes.
struct Leaving {
    flushes: usize,
}

impl Write for Leaving {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.flushes == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushes = self.flushes.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(())
    }
}

#[test]
fn answers_that_nobody_reads_are_a_success_only_where_no_line_is_left() {
    let refused = under_id(SANCTION, "0b");
    // The batch, how long somebody reads, the last line; the status, the last position, what is said.
    let cases = [
        ("1", 0, APPLY, 3, 7, Some("stopped at line 1: nobody reads the answers any more")),
        ("1", 1, APPLY, 3, 8, Some("stopped at line 2: nobody reads the answers any more")),
        ("1", 2, DISBURSE, 1, 9, None),
        ("3", 0, "{", 2, 8, None),
        ("1000", 0, APPLY, 1, 9, None),
    ];
    for (batch, flushes, last, status, position, said) in cases {
        let place = Place::with_rulebook();
        let input = format!("{ALLOT}\n{refused}\n{last}\n");
        let mut out = Leaving { flushes };
        let words = ["submit", "--batch", batch];
        let ran = place.streaming(&words, &mut input.as_bytes(), &mut out);
        assert_eq!(ran.0, status, "{batch} {flushes} {last}: {ran:?}");
        match said {
            Some(said) => assert!(ran.1.contains(said) && ran.1.lines().count() == 1, "{ran:?}"),
            None => assert_eq!(ran.1, "", "{batch} {flushes} {last}"),
        }
        assert_eq!(place.position(), position, "{batch} {flushes} {last}");
        // What was not attempted is submitted again, and what was recorded is a duplicate.
        let again = place.reading(&input, &["submit"]).json_lines();
        assert!(again.iter().take(1).all(|answer| answer["status"] == "duplicate"), "{again:?}");
    }
}

#[test]
fn an_input_that_cannot_be_read_is_misuse() {
    let place = Place::with_rulebook();
    let missing = place.beside().join("missing.jsonl");
    let missing = missing.to_str().expect("a temporary path is text");
    let directory = place.beside().to_str().expect("a temporary path is text");
    for file in [missing, directory] {
        let ran = place.bahi(&["submit", file]);
        assert!(ran.failed(2).contains("cannot be read"), "{ran:?}");
    }
    for batch in ["0", "-1", "x", "100001", "99999999999999999999"] {
        place.bahi(&["submit", "--batch", batch]).failed(2);
    }
}

#[test]
fn a_file_is_read_as_standard_input_is() {
    let place = Place::with_rulebook();
    let file = place.beside().join("commands.jsonl");
    std::fs::write(&file, format!("{ALLOT}\n{APPLY}\n")).expect("the file can be written");
    let file = file.to_str().expect("a temporary path is text");
    let answers = place.bahi(&["submit", file, "--format", "csv"]).done().json_lines();
    assert_eq!(statuses(&answers), [(1, "accepted"), (2, "accepted")]);
}
