//! The program as whoever types it sees it: arguments and streams in, streams and a status out.
//!
//! # Invariants
//! * Every run names its ledger, so that no test sees another's.
//! * A run that fails says why in one line that begins with the program's name.

mod answers;
mod audit;
mod details;
mod explain;
mod exports;
mod imports;
mod invented;
mod keep;
mod outcomes;
mod packages;
mod papers;
mod suspense;
mod tour;
mod payments;
mod proofs;
#[cfg(unix)]
mod reconcile;
mod scheme;
mod serve;
pub(crate) mod signed;
mod signing;
mod stories;
mod submits;
mod trouble;
mod vault;
mod widths;
#[cfg(unix)]
mod witnesses;

use std::{ffi::OsString, io::BufRead, path::Path};

use bahi_cli::{Terminal, run};
use serde_json::Value;
use tempfile::TempDir;

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit status.
    pub(crate) status: u8,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// The one document of the answer.
    pub(crate) fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.out);
        parsed.unwrap_or_else(|error| panic!("no JSON document: {error}: {self:?}"))
    }

    /// The documents of the answer, one a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.out.lines().map(parse).collect()
    }

    /// The answer, provided that the run was done and quiet.
    #[track_caller]
    pub(crate) fn done(self) -> Ran {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{self:?}");
        self
    }

    /// The one line of the error, provided that the status is this.
    #[track_caller]
    pub(crate) fn failed(&self, status: u8) -> &str {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("bahi: ") && self.err.ends_with('\n'), "{self:?}");
        assert!(self.err.chars().filter(|found| found.is_control()).count() == 1, "{self:?}");
        self.err.trim_end()
    }
}

/// Runs the program with an input.
pub(crate) fn bahi_reading(mut input: &[u8], arguments: &[OsString]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let program = std::iter::once(OsString::from("bahi"));
    let words = program.chain(arguments.iter().cloned());
    let status = run(words, &mut input, &mut out, &mut err, Terminal::default());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran { status, out: text(out), err: text(err) }
}

/// Runs the program without an input.
pub(crate) fn bahi(arguments: &[&str]) -> Ran {
    let words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    bahi_reading(b"", &words)
}

/// A ledger of its own for one test.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    /// No ledger yet.
    pub(crate) fn empty() -> Place {
        Place { dir: tempfile::tempdir().expect("a temporary directory can be made") }
    }

    /// A new ledger with the rulebook.
    pub(crate) fn with_rulebook() -> Place {
        let place = Place::empty();
        place.bahi(&["init"]).done();
        place
    }

    /// A ledger with one case, sanctioned, paid and audited.
    pub(crate) fn with_a_case() -> Place {
        let place = Place::with_rulebook();
        let lines = [ALLOT, APPLY, SANCTION, DISBURSE, AUDIT].join("\n");
        place.reading(&lines, &["submit"]).done();
        place
    }

    /// Where the ledger is, or would be.
    pub(crate) fn ledger(&self) -> std::path::PathBuf {
        self.dir.path().join("ledger")
    }

    /// A directory for files beside the ledger.
    pub(crate) fn beside(&self) -> &Path {
        self.dir.path()
    }

    /// Runs the program on the ledger.
    pub(crate) fn bahi(&self, arguments: &[&str]) -> Ran {
        self.reading("", arguments)
    }

    /// Runs the program on the ledger with an input.
    pub(crate) fn reading(&self, input: &str, arguments: &[&str]) -> Ran {
        bahi_reading(input.as_bytes(), &self.words(arguments))
    }

    /// Runs the program on the ledger with streams of the caller's.
    pub(crate) fn streaming(
        &self,
        arguments: &[&str],
        input: &mut dyn BufRead,
        out: &mut dyn std::io::Write,
    ) -> (u8, String) {
        let program = std::iter::once(OsString::from("bahi"));
        let words = program.chain(self.words(arguments));
        let mut err = Vec::new();
        let status = run(words, input, out, &mut err, Terminal::default());
        (status, String::from_utf8_lossy(&err).into_owned())
    }

    /// The last position of the ledger.
    pub(crate) fn position(&self) -> u64 {
        let answer = self.bahi(&["balances", "--format", "json"]).done().json();
        answer["position"].as_u64().expect("a position is an integer")
    }

    fn words(&self, arguments: &[&str]) -> Vec<OsString> {
        let mut words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        words.push("--ledger".into());
        words.push(self.ledger().into());
        words
    }
}

/// The names of a document's fields, in alphabetical order.
pub(crate) fn fields(document: &Value) -> Vec<&str> {
    let object = document.as_object().expect("a document is an object");
    let mut names: Vec<&str> = object.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Position 7 on a new ledger.
pub(crate) const ALLOT: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"10000000.00"}"#;
/// Position 8.
pub(crate) const APPLY: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000002","kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"187","case_ref":"VNS/2024/0042","applicant":{"person":{"person_key":"0123456789abcdef0123456789abcdef","family_key":"00000000000000000000000000000001"}},"facts":{"project_cost":"1000000.00"}}"#;
/// Position 9.
pub(crate) const SANCTION: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000003","kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10","authority":{"order":"S-7/2024","date":"2024-06-10","paragraph":"2"},"case_ref":"VNS/2024/0042","fund":{"scheme":"margin-money","head":"odop","fy":"2024-2025","district":"187"},"amount":"250000.00"}"#;
/// Position 10.
pub(crate) const DISBURSE: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000004","kind":"disburse","actor":"ddo-vns","role":"drawing_officer","effective_day":"2024-06-20","case_ref":"VNS/2024/0042","instalment":1,"amount":"250000.00","payee":{"account_key":"fedcba9876543210fedcba9876543210","ifsc":"SBIN0001234"},"reference":"BILL-1"}"#;
/// Position 11.
pub(crate) const AUDIT: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000005","kind":"audit","actor":"ag-7","role":"auditor","effective_day":"2025-02-01","case_ref":"VNS/2024/0042","scope":"case","opinion":"observation","findings":[{"check":"C05","amount":"0.00"}]}"#;
