//! The program killed while it adds a statement and while it reconciles.
//!
//! `BAHI_STATEMENT_KILLS` says how often.
//!
//! # Invariants
//! * After any kills the next run comes to the end that a run without them comes to: each line once,
//!   each match once.
#![cfg(unix)]

use std::{
    env,
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

use serde_json::Value;

const PAYMENTS: usize = 120;
const LINES: usize = 2_400;

struct Office {
    place: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let office = Office { place: tempfile::tempdir().expect("a directory can be made") };
        fs::write(office.path("commands.jsonl"), commands()).expect("written");
        fs::write(office.path("bank.sta"), statement()).expect("written");
        let commands = office.text("commands.jsonl");
        for words in [&["init"][..], &["vault", "keys", "new"], &["submit", &commands]] {
            let output = office.run(words);
            assert!(output.status.success(), "{output:?}");
        }
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
        program.args(words).args(["--format", "json"]);
        program.env("BAHI_LEDGER", self.path("ledger")).env("BAHI_KEYS", self.path("keys"));
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program
    }

    fn run(&self, words: &[&str]) -> Output {
        self.program(words).output().expect("the program runs")
    }

    fn answer(&self, words: &[&str]) -> Value {
        let output = self.run(words);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).expect("a document")
    }

    /// Lets a command come to its end; how many moments that takes on this machine.
    fn moments(&self, words: &[&str]) -> u64 {
        let mut child = self.program(words).stdout(Stdio::null()).spawn().expect("it runs");
        let mut moments = 1;
        while child.try_wait().expect("asked").is_none() {
            moments += 1;
            thread::yield_now();
        }
        moments
    }

    fn kill(&self, words: &[&str], moments: u64) {
        let mut child = self.program(words).stdout(Stdio::null()).spawn().expect("it runs");
        for _ in 0..moments {
            if child.try_wait().expect("asked").is_some() {
                break;
            }
            thread::yield_now();
        }
        child.kill().expect("the program can be killed");
        child.wait().expect("it has ended");
    }
}

fn commands() -> String {
    let mut number = 0;
    let mut line = |rest: &str| {
        number += 1;
        format!(r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}",{rest}}}"#) + "\n"
    };
    let order = r#""authority":{"order":"S-7","date":"2024-04-01"}"#;
    let fund = r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}"#;
    let mut text = line(&format!(
        r#""kind":"allot","actor":"fin","role":"finance","effective_day":"2024-04-01",{order},{fund},"amount":"99999999.00""#
    ));
    for case in 0..PAYMENTS {
        let named = format!(r#""case_ref":"VNS/{case}""#);
        text += &line(&format!(
            r#""kind":"apply","actor":"dic","role":"district_office","effective_day":"2024-05-01","scheme":"margin-money","district":"187",{named},"applicant":{{"person":{{"person_key":"{case:032x}"}}}},"facts":{{"project_cost":"1000000.00"}}"#
        ));
        text += &line(&format!(
            r#""kind":"sanction","actor":"dm","role":"sanctioning_authority","effective_day":"2024-06-01",{order},{named},{fund},"amount":"250000.00""#
        ));
        text += &line(&format!(
            r#""kind":"disburse","actor":"ddo","role":"drawing_officer","effective_day":"2024-06-20",{named},"instalment":1,"amount":"250000.00","payee":{{"account_key":"{case:032x}","ifsc":"SBIN0001234"}},"reference":"BILLNO-{case:05}""#
        ));
    }
    text
}

fn statement() -> String {
    let mut text = ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR3000000,00\n".to_owned();
    for line in 0..LINES {
        let amount = if line < PAYMENTS { 250_000 } else { line % 97 + 1 };
        let _ = writeln!(text, ":61:2406210621D{amount},00NTRFBILLNO-{line:05}\n:86:NEFT");
    }
    text + ":62F:C240630INR2000000,00\n-\n"
}

#[test]
fn what_a_kill_broke_off_goes_on_and_nothing_is_recorded_twice() {
    let kills: u64 =
        env::var("BAHI_STATEMENT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let measured = Office::new();
    let file = measured.text("bank.sta");
    let add = ["statement", "add", &file];
    let run = ["reconcile", "--run", "--today", "2024-07-10"];
    let (adding, running) = (measured.moments(&add), measured.moments(&run));
    let expected = measured.answer(&run);
    let office = Office::new();
    for kill in 0..kills {
        office.kill(&add, adding * (kill + 1) / (kills + 1));
    }
    let added = office.answer(&add);
    assert_eq!(added["statements"][0]["lines"].as_u64(), Some(LINES as u64), "{added}");
    for kill in 0..kills {
        office.kill(&run, running * (kill + 1) / (kills + 1));
    }
    let found = office.answer(&run);
    assert_eq!(found["matched"], expected["matched"]);
    assert_eq!(found["matched"]["count"].as_u64(), Some(PAYMENTS as u64));
    let again = office.answer(&run);
    assert_eq!(again["position"], found["position"], "a run more records nothing");
    assert_eq!(again["position"], measured.answer(&run)["position"], "as without kills");
    assert_eq!(office.answer(&["verify"])["ok"], true);
}
