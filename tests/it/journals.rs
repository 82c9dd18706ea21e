//! Journals as the programs they are for read them: hledger, ledger and beancount add them up, and come
//! to what the ledger's balances say, to the paisa.
//!
//! # Invariants
//! * What is compared with the ledger's own answer is what another program computed from the file.
//! * A program that is not there is said; where `BAHI_OUTSIDE_REQUIRED` is set that fails the test.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use bahi::core::Day;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    cli::{self, Place},
    outside_programs::{found, python_with},
};

/// Paise by account of a journal.
type Sums = BTreeMap<String, i128>;

/// A demonstration with its journals.
struct Journals {
    dir: TempDir,
}

/// Days with much before and much after them, the first and the last, and one between two years.
const DAYS: [&str; 6] =
    ["2018-01-24", "2019-03-31", "2020-04-01", "2021-08-09", "2022-12-15", "2199-12-30"];

impl Journals {
    fn made() -> Journals {
        let journals = Journals { dir: tempfile::tempdir().expect("a directory") };
        journals.bahi(&["demo", "--cases", "300", "--seed", "11"]);
        for form in ["hledger", "beancount"] {
            let out = journals.at(form);
            let out = out.to_str().expect("plain characters");
            journals.bahi(&["export", "postings", "--to", form, "--out", out]);
        }
        journals
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn bahi(&self, words: &[&str]) -> String {
        let ledger = self.at("ledger");
        let ledger = ledger.to_str().expect("plain characters");
        cli::bahi(&[words, &["--ledger", ledger, "--quiet"]].concat()).done().out
    }

    /// What the ledger says that the accounts of a day come to, as far as columns tell.
    fn columns(&self, as_of: &str) -> BTreeMap<(String, &'static str), i128> {
        let words = ["balances", "--by", "scheme,district,head,fy", "--format", "json"];
        let said = self.bahi(&[&words[..], &["--as-of", as_of]].concat());
        let said: Value = serde_json::from_str(&said).expect("JSON");
        let mut columns = BTreeMap::new();
        for row in said["rows"].as_array().expect("rows") {
            let text = |part: &str| row[part].as_str().expect("a text").to_owned();
            let district = text("district");
            let district = if district == "pool" { "Pool".to_owned() } else { district };
            let fund = format!("S-{}:H-{}:{}:{district}", text("scheme"), text("head"), text("fy"));
            for column in COLUMNS.map(|(column, _)| column) {
                let amount = paise(row[column].as_str().expect("an amount"));
                if amount != 0 {
                    columns.insert((fund.clone(), column), amount);
                }
            }
        }
        columns
    }
}

/// A class, an account of it, and the sign it counts with.
type Counted = (&'static str, &'static str, i128);

/// Columns of balances, and the accounts they are sums of, as the page of exports says; the sign is
/// that of a debit.
const COLUMNS: [(&str, &[Counted]); 11] = [
    ("allotted", &[("Equity", "Allotted", -1)]),
    ("sanctioned", &[("Assets", "Committed", 1), ("Assets", "Issued", 1)]),
    ("disbursed", &[("Equity", "Disbursed", -1)]),
    ("returned", &[("Assets", "Returned", 1)]),
    ("recovered", &[("Assets", "Recovered", 1)]),
    ("utilised", &[("Expenses", "Utilised", 1)]),
    ("adjusted", &[("Expenses", "Adjusted", 1)]),
    ("available", &[("Assets", "Available", 1)]),
    ("suspense", &[("Liabilities", "Suspense", -1)]),
    ("interest_earned", &[("Income", "Interest-earned", -1)]),
    ("interest_remitted", &[("Expenses", "Interest-remitted", 1)]),
];

/// The columns that the sums of a journal come to.
fn columns_of(sums: &Sums) -> BTreeMap<(String, &'static str), i128> {
    let mut columns = BTreeMap::new();
    let mut used = BTreeSet::new();
    for (account, paise) in sums {
        let (class, rest) = account.split_once(':').expect("a class");
        let (fund, leaf) = rest.rsplit_once(':').expect("a ledger account");
        for (column, parts) in COLUMNS {
            for (_, _, sign) in parts.iter().filter(|part| (part.0, part.1) == (class, leaf)) {
                *columns.entry((fund.to_owned(), column)).or_default() += sign * paise;
                used.insert(account.clone());
            }
        }
        // What no column is the sum of.
        let beside = ["Assets:Advances", "Assets:Bank", "Assets:Interest-held"];
        let named = format!("{class}:{leaf}");
        assert!(used.contains(account) || beside.contains(&named.as_str()), "{account}");
    }
    columns.retain(|_, paise| *paise != 0);
    columns
}

/// Paise of a text of rupees, which may have fewer than two places.
fn paise(text: &str) -> i128 {
    let (rupees, paise) = text.split_once('.').unwrap_or((text, ""));
    assert!(paise.len() <= 2, "{text}");
    format!("{rupees}{paise:0<2}").parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Lines of an account, a tab and an amount in INR.
fn sums(text: &str) -> Sums {
    let mut sums = Sums::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (account, amount) = line.split_once('\t').unwrap_or_else(|| panic!("{line}"));
        let amount = amount.trim();
        let amount = amount.strip_suffix(" INR").unwrap_or_else(|| match amount {
            "0" => "0",
            other => panic!("{other} is in no rupees"),
        });
        let before = sums.insert(account.trim().to_owned(), paise(amount));
        assert_eq!(before, None, "{account} is said once");
    }
    sums
}

fn said(command: &mut Command) -> String {
    let output = command.output().expect("the program runs: it told its version");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complaint.is_empty(), "{command:?}: {complaint}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn after(day: &str) -> String {
    let day = Day::parse(day).expect("a day").plus_days(1).expect("a day after");
    day.to_string()
}

/// What hledger says that the accounts of a journal come to at the end of a day.
fn hledger(journal: &Path, day: &str) -> Sums {
    let mut command = Command::new("hledger");
    command.arg("-f").arg(journal);
    command.args(["balance", "--flat", "--no-total", "--empty", "-O", "csv", "--end"]);
    let csv = said(command.arg(after(day)));
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("a row");
        format!("{}\t{}\n", &row[0], &row[1])
    };
    sums(&rows.records().map(row).collect::<String>())
}

/// What ledger says of the same.
fn ledger(journal: &Path, day: &str) -> Sums {
    let mut command = Command::new("ledger");
    command.args(["--args-only", "-f"]).arg(journal);
    command.args(["balance", "--flat", "--no-total", "--empty", "--balance-format"]);
    command.args(["%(account)\t%(display_total)\n", "--end", &after(day)]);
    sums(&said(&mut command))
}

/// What beancount says of the same.
fn beancount(python: &Path, journal: &Path, day: &str) -> Sums {
    let mut command = Command::new(python);
    command.args(["-c", BEANCOUNT]).arg(journal).arg(day);
    sums(&said(&mut command))
}

/// Compares what a program says of each day with the ledger's own answer.
fn compare(journals: &Journals, by: &str, asked: &dyn Fn(&str) -> Sums) {
    let mut with_money = 0;
    for day in DAYS {
        let sums = asked(day);
        assert_eq!(sums.values().sum::<i128>(), 0, "{by}, {day}: everything sums to zero");
        let (theirs, ours) = (columns_of(&sums), journals.columns(day));
        assert_eq!(theirs, ours, "{by}, {day}");
        with_money += ours.len();
    }
    assert!(with_money > 500, "{with_money} amounts compared");
}

#[test]
fn hledger_comes_to_our_balances() {
    if !found("hledger") {
        return;
    }
    let journals = Journals::made();
    compare(&journals, "hledger", &|day| hledger(&journals.at("hledger"), day));
    said(Command::new("hledger").arg("-f").arg(journals.at("hledger")).arg("check"));
}

#[test]
fn ledger_comes_to_our_balances() {
    if !found("ledger") {
        return;
    }
    let journals = Journals::made();
    compare(&journals, "ledger", &|day| ledger(&journals.at("hledger"), day));
}

/// Reads a journal with beancount, complains of its errors, and adds it up to a day.
const BEANCOUNT: &str = r#"
import collections, datetime, sys
from beancount import loader
from beancount.core import data
entries, errors, _ = loader.load_file(sys.argv[1])
if errors:
    sys.exit(repr(errors[:3]))
for day in sys.argv[2:]:
    sums = collections.defaultdict(int)
    for entry in entries:
        if isinstance(entry, data.Transaction) and entry.date <= datetime.date.fromisoformat(day):
            for posting in entry.postings:
                assert posting.units.currency == "INR", posting
                sums[posting.account] += posting.units.number
    for account, number in sums.items():
        print(f"{account}\t{number} INR")
"#;

#[test]
fn beancount_comes_to_our_balances() {
    let Some(python) = python_with(&["beancount"]) else { return };
    let journals = Journals::made();
    compare(&journals, "beancount", &|day| beancount(&python, &journals.at("beancount"), day));
}

/// A case whose name would change the date, the account or the amount of what it stands beside, were
/// it written as it is.
const NAMES: [&str; 6] = [
    r#"[2001-01-01]"#,
    r#"x, date:2001-01-01"#,
    r#"; y:: 1/0"#,
    r#"\"  Assets:Z  1 INR"#,
    r#"=expr (a:b)  1.00"#,
    r#"\\\""#,
];

#[test]
fn names_that_would_be_directives_change_nothing() {
    let place = Place::with_rulebook();
    for (number, name) in NAMES.iter().enumerate() {
        let lines = [cli::ALLOT, cli::APPLY, cli::SANCTION, cli::DISBURSE].join("\n");
        let ids = format!("-7000-8000-0000000{number}0");
        let lines = lines.replace("VNS/2024/0042", name).replace("-7000-8000-000000000", &ids);
        let head = format!(r#""head":"{name}""#);
        let lines = lines.replace(r#""head":"odop""#, &head);
        let person = format!("{number}123456789abcdef0123456789abcdef");
        let lines = lines.replace("0123456789abcdef0123456789abcdef", &person);
        let family = format!("{number}0000000000000000000000000000001");
        let lines = lines.replace("00000000000000000000000000000001", &family);
        let account = format!("{number}edcba9876543210fedcba9876543210");
        let lines = lines.replace("fedcba9876543210fedcba9876543210", &account);
        let lines = lines.replace("B-1/2024", &format!("B-{number}/2024"));
        let bill = format!("BILL-{number}");
        place.reading(&lines.replace("BILL-1", &bill), &["submit"]).done();
    }
    let at = |form: &str| place.beside().join(form).display().to_string();
    for form in ["hledger", "beancount"] {
        place.bahi(&["export", "postings", "--to", form, "--out", &at(form)]).done();
        cli::bahi(&["check-export", &at(form)]).done();
    }
    let journal = fs::read_to_string(at("hledger")).expect("a text");
    assert_eq!(journal.matches("\n    ; case: ").count(), 2 * NAMES.len());
    let expected = |sums: &Sums| {
        let allotted: Vec<i128> = sums
            .iter()
            .filter(|(account, _)| account.ends_with(":Allotted"))
            .map(|(_, paise)| *paise)
            .collect();
        assert_eq!(allotted, [-1_000_000_000; NAMES.len()], "{sums:?}");
        assert_eq!(sums.len(), 6 * NAMES.len(), "{sums:?}");
    };
    let day = "2024-06-20";
    if found("hledger") {
        expected(&hledger(Path::new(&at("hledger")), day));
    }
    if found("ledger") {
        expected(&ledger(Path::new(&at("hledger")), day));
    }
    if let Some(python) = python_with(&["beancount"]) {
        expected(&beancount(&python, Path::new(&at("beancount")), day));
    }
}
