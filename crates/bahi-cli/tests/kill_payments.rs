//! The program killed while it writes payment files, and several of it at once.
//!
//! `BAHI_PAYMENT_KILLS` says how often, `BAHI_SEED` with which draws.
//!
//! # Invariants
//! * After any kill the next run writes a file, and every instruction is in exactly one of those that
//!   stand, with the bytes the ledger recorded.
#![cfg(unix)]

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

use serde_json::Value;

/// Where a value comes from that need not be good, only different each time and the same again.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

const PAYER: &str = include_str!("../../bahi-recon/samples/payer.toml");

/// A ledger with its keys, its vault and a payer.
struct Office {
    place: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let office = Office { place: tempfile::tempdir().expect("a directory can be made") };
        fs::write(office.path("payer.toml"), PAYER).expect("written");
        office.done(&["init"], "");
        office.done(&["vault", "keys", "new"], "");
        office.done(
            &["submit"],
            r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"},"amount":"100000000.00"}"#,
        );
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
        program.args(words).args(["--format", "json"]);
        program.env("BAHI_LEDGER", self.path("ledger")).env("BAHI_VAULT", self.path("vault"));
        program.env("BAHI_KEYS", self.path("keys"));
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program
    }

    fn run(&self, words: &[&str], input: &str) -> Output {
        let mut child = self.program(words).spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input");
        // A program that ends early reads no input, and that is no failure of the test.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }

    fn done(&self, words: &[&str], input: &str) -> Vec<u8> {
        let output = self.run(words, input);
        assert!(output.status.success(), "{output:?}");
        output.stdout
    }

    /// Some more instructions, each with its payee in the vault.
    fn instruct(&self, from: u64, count: u64) {
        let ring = bahi::vault::Keyring::open(&self.path("keys")).expect("keys");
        let mut lines = String::new();
        for at in from..from + count {
            let account = format!("7{at:011}");
            let prints = ring.prints(bahi::vault::FingerprintKind::Account, &account);
            let key = prints.expect("prints")[0].to_string();
            let head = |kind: &str, step: u64| {
                let id = format!("0198a7c2-0000-7000-8{step:03}-{at:012}");
                format!(r#"{{"command_id":"{id}","kind":"{kind}""#)
            };
            lines += &format!(
                "{},\"actor\":\"dic\",\"role\":\"district_office\",\"effective_day\":\"2024-05-02\",\"scheme\":\"margin-money\",\"district\":\"187\",\"case_ref\":\"VNS/{at}\",\"applicant\":{{\"person\":{{\"person_key\":\"{:032x}\",\"family_key\":\"{:032x}\"}}}},\"facts\":{{\"project_cost\":\"1000000.00\"}}}}\n\
                 {},\"actor\":\"dm\",\"role\":\"sanctioning_authority\",\"effective_day\":\"2024-05-10\",\"authority\":{{\"order\":\"S-7\",\"date\":\"2024-05-10\"}},\"case_ref\":\"VNS/{at}\",\"fund\":{{\"scheme\":\"margin-money\",\"head\":\"odop\",\"fy\":\"2024-25\",\"district\":\"187\"}},\"amount\":\"250000.00\"}}\n\
                 {},\"actor\":\"ddo\",\"role\":\"drawing_officer\",\"effective_day\":\"2024-06-20\",\"case_ref\":\"VNS/{at}\",\"instalment\":1,\"amount\":\"250000.00\",\"payee\":{{\"account_key\":\"{key}\",\"ifsc\":\"SBIN0001234\"}},\"mode\":\"nach_credit\",\"reference\":\"BILL-{at}\"}}\n",
                head("apply", 1),
                at + 1000,
                at + 5000,
                head("sanction", 2),
                head("disburse", 3),
            );
            let details = format!(r#"{{"account_number":"{account}","name":"PAYEE {at}"}}"#);
            let who = ["--actor", "dic", "--role", "district_office"];
            self.done(&[&["vault", "put", &key][..], &who].concat(), &details);
        }
        self.done(&["submit"], &lines);
    }

    /// The words of a run that writes to a place.
    fn export(&self, out: &str) -> Vec<String> {
        let (payer, out) = (self.path("payer.toml"), self.path(out));
        let (payer, out) = (payer.display().to_string(), out.display().to_string());
        ["payments", "export", "--to", "nach306", "--since", "2024-06-01", "--on", "2024-07-01"]
            .into_iter()
            .map(str::to_owned)
            .chain(["--payer".to_owned(), payer, "--out".to_owned(), out])
            .chain(["--actor", "ddo", "--role", "drawing_officer"].map(str::to_owned))
            .collect()
    }

    /// Lets a run come to its end; how many moments that takes on this machine, and its status.
    fn moments(&self, words: &[String]) -> u64 {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut child = self.program(&words).spawn().expect("the program runs");
        let mut moments = 1;
        while child.try_wait().expect("asked").is_none() {
            moments += 1;
            thread::yield_now();
        }
        moments
    }

    /// Runs killed after so many moments. Whether it came to its end before.
    fn kill(&self, words: &[String], moments: u64) -> bool {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut child = self.program(&words).spawn().expect("the program runs");
        for _ in 0..moments {
            if child.try_wait().expect("asked").is_some() {
                break;
            }
            thread::yield_now();
        }
        child.kill().expect("the program can be killed");
        child.wait().expect("it has ended").success()
    }

    /// In how many different payment files each instruction stands, by its reference.
    fn asked(&self) -> BTreeMap<String, usize> {
        let digests = self.done(&["payments", "files"], "");
        let digests: Value = serde_json::from_slice(&digests).expect("a document");
        let known: Vec<&str> = digests
            .as_array()
            .expect("files")
            .iter()
            .filter_map(|one| one["digest"].as_str())
            .collect();
        let mut different: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for entry in fs::read_dir(self.place.path()).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "ach") {
                let bytes = fs::read(&path).expect("a file");
                let digest = bahi_core::hex(bahi_proof::sha256(&bytes).as_bytes());
                assert!(
                    known.contains(&digest.as_str()),
                    "{} is none of the ledger's",
                    path.display()
                );
                different.insert(digest, bytes);
            }
        }
        let mut asked = BTreeMap::new();
        for bytes in different.values() {
            let text = String::from_utf8_lossy(bytes);
            for line in text.lines().filter(|line| line.starts_with("23")) {
                *asked.entry(line[231..261].trim().to_owned()).or_insert(0) += 1;
            }
        }
        asked
    }
}

#[test]
fn after_a_kill_every_instruction_is_in_one_file() {
    let (kills, seed) = (number("BAHI_PAYMENT_KILLS", 6), number("BAHI_SEED", 0x6261_6869));
    let mut draw = Draw(seed | 1);
    let office = Office::new();
    office.instruct(1, 2);
    let moments = office.moments(&office.export("first.ach"));
    let (mut ended, mut instructed) = (0, 2);
    for kill in 0..kills {
        office.instruct(instructed + 1, 2);
        instructed += 2;
        let out = format!("{kill}.ach");
        let after = if kill == 0 { 0 } else { draw.below(moments) / 2 };
        ended += u64::from(office.kill(&office.export(&out), after));
        // The next run may write to the same place, or to another.
        let next = if kill % 2 == 0 { out } else { format!("{kill}-again.ach") };
        let words = office.export(&next);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        office.done(&words, "");
        let asked = office.asked();
        assert_eq!(asked.len() as u64, instructed, "{asked:?}");
        assert!(asked.values().all(|files| *files == 1), "{asked:?}");
    }
    office.done(&["verify"], "");
    let told = format!("seed {seed}: {kills} kills, {ended} runs ended before");
    assert!(ended < kills, "no kill came before the end: {told}");
    writeln!(std::io::stderr().lock(), "{told}").expect("standard error can be written");
}

/// Asks a service of this program for the next file: the status, the digest it names, and the bytes.
fn ask_for_a_file(office: &Office, more: &[&str], times: u64) -> Vec<(u16, String, Vec<u8>)> {
    let words = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
    let mut child = office.program(&words).spawn().expect("the program runs");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("its output");
    BufReader::new(out).read_line(&mut line).expect("it says where it listens");
    let told: Value = serde_json::from_str(&line).expect("one line of JSON");
    let address = told["listening"].as_str().expect("an address").trim_start_matches("http://");
    let body = r#"{"to":"nach306","since":"2024-06-01","on":"2024-07-01","actor":"ddo"}"#;
    let asked = format!(
        "POST /v1/payments/file HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answers = (0..times).map(|_| {
        let mut wire = TcpStream::connect(address).expect("it listens");
        wire.write_all(asked.as_bytes()).expect("asked");
        let mut answer = Vec::new();
        wire.read_to_end(&mut answer).expect("answered");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("a head of ASCII");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let digest = head.lines().find_map(|line| line.strip_prefix("bahi-payment-digest: "));
        let digest = digest.unwrap_or_default().to_owned();
        (status.expect("a status"), digest, answer[end + 4..].to_vec())
    });
    let answers = answers.collect();
    child.kill().expect("the program can be ended");
    child.wait().expect("it has ended");
    answers
}

#[test]
fn a_service_with_a_payers_description_gives_out_the_file_that_the_program_knows() {
    let office = Office::new();
    office.instruct(1, 2);
    let without = ask_for_a_file(&office, &[], 1);
    let words = String::from_utf8_lossy(&without[0].2).into_owned();
    assert!(without[0].0 == 404 && words.contains("--payer"), "{words}");
    let payer = office.path("payer.toml").display().to_string();
    let given = ask_for_a_file(&office, &["--payer", &payer], 2);
    assert_eq!((given[0].0, given[1].0), (201, 200), "made once, given out again");
    assert_eq!(given[0].2, given[1].2);
    let digest = bahi_core::hex(bahi_proof::sha256(&given[0].2).as_bytes());
    assert_eq!(given[0].1, digest);
    let known = office.done(&["payments", "files"], "");
    let known: Value = serde_json::from_slice(&known).expect("a document");
    assert_eq!(known[0]["digest"], digest.as_str(), "{known}");
    assert_eq!((&known[0]["payments"], known.as_array().map(Vec::len)), (&2.into(), Some(1)));
    // The program goes on with it: no instruction is in another.
    let words = office.export("here.ach");
    office.done(&words.iter().map(String::as_str).collect::<Vec<_>>(), "");
    assert_eq!(fs::read(office.path("here.ach")).expect("the file"), given[0].2);
    // What is no description, or has no vault, is said before anything is served.
    fs::write(office.path("payer.toml"), "format = 1\n").expect("written");
    let wrong = office.run(&["serve", "--listen", "127.0.0.1:0", "--payer", &payer], "");
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert!(wrong.status.code() == Some(2) && said.contains("payer.toml"), "{wrong:?}");
}

#[test]
fn runs_beside_each_other_write_each_instruction_once() {
    let office = Office::new();
    office.instruct(1, 4);
    let mut runs: Vec<_> = (0..3)
        .map(|run| {
            let words = office.export(&format!("{run}.ach"));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            office.program(&words).spawn().expect("the program runs")
        })
        .collect();
    // One has the ledger; the others are told that it is in use, or find nothing due.
    let statuses: Vec<Option<i32>> =
        runs.iter_mut().map(|run| run.wait().expect("it ends").code()).collect();
    assert!(statuses.iter().all(|status| matches!(status, Some(0 | 3))), "{statuses:?}");
    let words = office.export("last.ach");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    office.done(&words, "");
    let asked = office.asked();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(asked.values().all(|files| *files == 1), "{asked:?}");
}
