//! An office with a ledger, copies of it, and services over them.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A statement with the payment of the history and one that nobody knows.
pub(crate) const STATEMENT: &str = ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR3000000,00\n\
    :61:2406210621D250000,00NTRFBILLNO-00001\n:86:NEFT\n\
    :61:2406220622D77,00NTRFBILLNO-09999\n:86:NEFT\n:62F:C240630INR2749923,00\n-\n";

/// What a run gave.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        let status = output.status.code().expect("it ends by itself");
        Ran { status, out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// The same without what differs between two ledgers that did the same at different moments:
    /// roots and hashes.
    pub(crate) fn alike(&self) -> (i32, String, String) {
        let masked = |text: &str| {
            let mut out = String::new();
            for word in text.split_inclusive(|found: char| !found.is_ascii_hexdigit()) {
                let digits = word.trim_end_matches(|found: char| !found.is_ascii_hexdigit());
                out.push_str(if digits.len() == 64 { "#" } else { word });
            }
            out
        };
        (self.status, masked(&self.out), masked(&self.err))
    }

    pub(crate) fn of(mut program: Command, input: &str, token: Option<&str>) -> Ran {
        if let Some(token) = token {
            program.env("BAHI_TOKEN", token);
        }
        let mut child = program.stdin(Stdio::piped()).spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input is piped");
        // Whoever needs no input may have ended by now.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        child.wait_with_output().expect("it ends").into()
    }
}

/// A place with a ledger.
pub(crate) struct Office {
    dir: TempDir,
}

impl Office {
    pub(crate) fn with_history() -> Office {
        let office = Office { dir: tempfile::tempdir().expect("a directory") };
        assert_eq!(office.run(&["init", "--name", "remote"]).status, 0);
        let history = office.write("history.jsonl", &history());
        let submitted = office.run(&["submit", &history]);
        assert_eq!(submitted.status, 1, "one of them is refused: {submitted:?}");
        office
    }

    /// A place without a ledger.
    pub(crate) fn empty() -> Office {
        Office { dir: tempfile::tempdir().expect("a directory") }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("written");
        path
    }

    /// The same ledger once more, in a place of its own.
    pub(crate) fn copied(&self) -> Office {
        let copy = Office { dir: tempfile::tempdir().expect("a directory") };
        copy_all(&self.dir.path().join("book"), &copy.dir.path().join("book"));
        copy
    }

    pub(crate) fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bahi"));
        program.args(words).current_dir(self.dir.path());
        for variable in ["BAHI_TOKENS", "BAHI_TOKEN", "BAHI_KEY", "BAHI_KEYS", "BAHI_VAULT"] {
            program.env_remove(variable);
        }
        program.env("BAHI_LEDGER", self.path("book"));
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.program(words).output().expect("the program runs").into()
    }

    pub(crate) fn run_on(&self, ledger: &str, words: &[&str]) -> Ran {
        self.run(&[words, &["--ledger", ledger]].concat())
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let ran = self.run(&[words, &["--format", "json"]].concat());
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        serde_json::from_str(&ran.out).expect("a document")
    }

    /// A service over the ledger: with `--tokens`, with a signing `--key`.
    pub(crate) fn serve(&self, with: &[&str]) -> Service {
        let mut words = vec!["serve", "--listen", "127.0.0.1:0", "--format", "json"];
        let (key, tokens) = (self.path("key"), self.path("tokens"));
        if with.contains(&"--key") {
            let made = self.run(&["key", "new", "--key", &key]);
            assert_eq!(made.status, 0, "{made:?}");
            self.write("key.pub", &made.out);
            words.extend(["--key", &key]);
        }
        if with.contains(&"--tokens") {
            let new = ["token", "new", "--actor", "nobody", "--role", "auditor"];
            assert_eq!(self.run(&[&new[..], &["--tokens", &tokens]].concat()).status, 0);
            words.extend(["--tokens", &tokens]);
        }
        let mut child = self.program(&words).spawn().expect("the program runs");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("its output is piped");
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        let told: Value = serde_json::from_str(&line).expect("one line of JSON");
        let url = told["listening"].as_str().expect("an address").to_owned();
        let here = Office { dir: tempfile::tempdir().expect("a directory") };
        Service { child, url, here }
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path: PathBuf = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if path.is_dir() {
            copy_all(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("copied");
        }
    }
}

/// A service that runs, asked from an empty place.
pub(crate) struct Service {
    child: Child,
    pub(crate) url: String,
    here: Office,
}

impl Service {
    pub(crate) fn program(&self, words: &[&str]) -> Command {
        let mut program = self.here.program(words);
        program.env_remove("BAHI_LEDGER").args(["--server", &self.url]);
        program
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.program(words).output().expect("the program runs").into()
    }

    pub(crate) fn run_as(&self, token: &str, words: &[&str], input: &str) -> Ran {
        Ran::of(self.program(words), input, Some(token))
    }

    pub(crate) fn reading(&self, words: &[&str], input: &str) -> Ran {
        let ran = Ran::of(self.program(words), input, None);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran
    }

    pub(crate) fn begin(&self, words: &[&str]) -> Child {
        self.program(words).spawn().expect("the program runs")
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let ran = self.run(&[words, &["--format", "json"]].concat());
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        serde_json::from_str(&ran.out).expect("a document")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let ended = asked.is_ok_and(|status| status.success()).then(|| self.child.wait());
        if !std::thread::panicking() {
            let status = ended.expect("kill runs").expect("it ends");
            assert_eq!(status.code(), Some(0), "a service that is asked to end is done");
        }
    }
}

/// Allotments of five rupees under the ids of numbers.
pub(crate) fn commands(from: u32, until: u32) -> String {
    let mut text = String::new();
    for number in from..until {
        let _ = writeln!(
            text,
            "{{\"command_id\":\"0198a7c2-0000-7000-9000-{number:012}\",\"kind\":\"allot\",\"actor\":\"fin-01\",\"role\":\"finance\",\"effective_day\":\"2024-05-01\",\"authority\":{{\"order\":\"B-1/2024\",\"date\":\"2024-04-01\"}},\"fund\":{{\"scheme\":\"margin-money\",\"head\":\"odop\",\"fy\":\"2024-25\",\"district\":\"187\"}},\"amount\":\"5.00\"}}"
        );
    }
    text
}

/// A case from application to payment, a refusal, and three hundred allotments more.
fn history() -> String {
    let line = |number: u32, rest: &str| {
        format!("{{\"command_id\":\"0198a7c2-0000-7000-8000-{number:012}\",{rest}}}\n")
    };
    let order = r#""authority":{"order":"B-1/2024","date":"2024-04-01"}"#;
    let fund = r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}"#;
    let case = r#""case_ref":"VNS/2024/0042""#;
    let mut text = line(
        1,
        &format!(
            r#""kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01",{order},{fund},"amount":"10000000.00""#
        ),
    );
    text += &line(
        2,
        &format!(
            r#""kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"187",{case},"applicant":{{"person":{{"person_key":"0123456789abcdef0123456789abcdef"}}}},"facts":{{"project_cost":"1000000.00"}}"#
        ),
    );
    let sanction = |amount: &str| {
        format!(
            r#""kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10","authority":{{"order":"S-7/2024","date":"2024-06-10","paragraph":"2"}},{case},{fund},"amount":"{amount}""#
        )
    };
    text += &line(3, &sanction("99000000.00"));
    text += &line(4, &sanction("250000.00"));
    text += &line(
        5,
        &format!(
            r#""kind":"disburse","actor":"ddo-vns","role":"drawing_officer","effective_day":"2024-06-20",{case},"instalment":1,"amount":"250000.00","payee":{{"account_key":"fedcba9876543210fedcba9876543210","ifsc":"SBIN0001234"}},"reference":"BILLNO-00001""#
        ),
    );
    text + &commands(1, 301)
}
