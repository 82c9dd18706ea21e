//! The collected files and what is expected of them, where they are at hand.
//!
//! # Invariants
//! * Every row of a peer's golden output or test holds, or stands in `EXPLAINED` with its reason;
//!   an explanation that is not needed is a failure too.
//! * Of every file, readable or not, the bytes are accounted for.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{BalanceKind, Collected, Currency, Fault, Layout, Options, Sums, collect};

/// Differences that `docs/RECONCILIATION.md` explains: file, statement, field.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("betterplace/amount_formats.sta", "whole", "opening"),
    ("betterplace/sepa_mt9401.sta", "whole", "sum_credits"),
    ("betterplace/sepa_mt9401.sta", "whole", "sum_debits"),
    ("self-provided/invalid_statement.sta", "whole", "outcome"),
    ("self-provided/raphaelm.sta", "whole", "closing"),
];

/// The folder of statements, looked for beside every folder above this crate. Where there is none
/// the test says so and ends.
pub(super) fn corpus() -> Option<PathBuf> {
    let mut above = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    while above.pop() {
        let folder = above.join("shared").join("data").join("statements");
        if folder.join("expected.csv").is_file() {
            return Some(folder);
        }
    }
    let skipped = "skipped: no shared/data/statements beside the workspace\n";
    // Through the handle itself: the macros' output is held back for a test that passes.
    std::io::stderr().write_all(skipped.as_bytes()).ok();
    None
}

fn say(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).ok();
}

/// One row of what is expected.
struct Row {
    file: String,
    format: String,
    fields: BTreeMap<String, String>,
}

impl Row {
    fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    fn name(&self) -> String {
        format!("{} {} ({})", self.file, self.get("stmt"), self.get("basis"))
    }
}

fn rows(folder: &Path) -> Vec<Row> {
    let bytes = fs::read(folder.join("expected.csv")).expect("what is expected can be read");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let names: Vec<String> =
        reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.expect("a readable row");
        let fields: BTreeMap<String, String> =
            names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        rows.push(Row { file: fields["file"].clone(), format: fields["format"].clone(), fields });
    }
    assert!(rows.len() > 500, "{} rows", rows.len());
    rows
}

/// A decimal as minor units; the expectations have no currency of other places.
fn minor(text: &str, digits: u8) -> i128 {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let width = usize::from(digits);
    let places =
        format!("{:0<width$}", if places.len() > width { &places[..width] } else { places });
    let number: i128 = format!("{whole}{places}").parse().expect("a number");
    sign * number
}

/// What was found, in the terms of a row.
struct Found {
    entries: u64,
    opening: Option<i128>,
    closing: Option<i128>,
    sums: Sums,
    digits: u8,
    currencies: String,
    equation: Option<bool>,
}

fn found(collected: &Collected, stmt: &str) -> Option<Found> {
    let all = &collected.statements;
    let chosen: Vec<&crate::Statement> = match stmt {
        "whole" | "" => all.iter().map(|whole| &whole.statement).collect(),
        "last" => all.last().map(|whole| &whole.statement).into_iter().collect(),
        number => {
            let index: usize = number.parse::<usize>().ok()?.checked_sub(1)?;
            vec![&all.get(index)?.statement]
        }
    };
    let mut sums = Sums::default();
    let mut currencies: Vec<String> = Vec::new();
    for statement in &chosen {
        for part in &statement.sums {
            let all = part.all();
            sums.credit_count += all.credit_count;
            sums.credits_minor += all.credits_minor;
            sums.debit_count += all.debit_count;
            sums.debits_minor += all.debits_minor;
            currencies.push(part.currency.code().to_owned());
        }
        if statement.sums.is_empty() {
            currencies.extend(statement.currency.map(|currency| currency.code().to_owned()));
        }
    }
    currencies.retain(|code| code != "XXX");
    currencies.sort();
    currencies.dedup();
    let summed = chosen.iter().find_map(|one| one.sums.first()).map(|sums| sums.currency);
    let stated = chosen.iter().find_map(|one| one.currency);
    let digits = summed.or(stated).map_or(2, Currency::minor_digits);
    // Peers that flatten a file keep the last balance of a statement before the last of a page.
    let last = |kind: BalanceKind, pick: fn(&crate::Statement) -> Option<&crate::Balance>| {
        let whole = chosen.iter().rev().find_map(|one| one.balance(kind));
        let any = || chosen.iter().rev().find_map(|one| pick(one));
        whole.or_else(any).map(|balance| balance.amount.minor)
    };
    Some(Found {
        entries: chosen.iter().map(|one| one.entries).sum(),
        opening: last(BalanceKind::Opening, crate::Statement::opening),
        closing: last(BalanceKind::Closing, crate::Statement::closing),
        sums,
        digits,
        currencies: currencies.join("+"),
        equation: chosen.last().and_then(|one| one.balance_equation),
    })
}

/// The fields of a row that do not hold, each with what was found.
fn differences(row: &Row, read: &Result<Collected, Fault>) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let outcome = row.get("outcome");
    let collected = match (read, outcome) {
        (Ok(collected), "reject") => {
            if collected.reading.bytes.set_aside == 0 {
                wrong.push(("outcome".to_owned(), "was read".to_owned()));
            }
            return wrong;
        }
        (Ok(collected), _) => collected,
        (Err(_), "reject" | "no-crash") => return wrong,
        (Err(fault), _) => return vec![("outcome".to_owned(), fault.to_string())],
    };
    if matches!(outcome, "warn" | "partial") && collected.warnings.is_empty() {
        wrong.push(("outcome".to_owned(), "no warning".to_owned()));
    }
    let Some(found) = found(collected, row.get("stmt")) else {
        return vec![("statement".to_owned(), "is not there".to_owned())];
    };
    let mut compare = |field: &str, found: String, equal: &dyn Fn(&str) -> bool| {
        let wanted = row.get(field);
        if !wanted.is_empty() && !equal(wanted) {
            wrong.push((field.to_owned(), format!("{found} instead of {wanted}")));
        }
    };
    let statements = collected.statements.len();
    compare("statements", statements.to_string(), &|wanted| wanted == statements.to_string());
    compare("entries", found.entries.to_string(), &|wanted| wanted == found.entries.to_string());
    let sum = |wanted: &str, value: Option<i128>| value == Some(minor(wanted, found.digits));
    for (field, value) in [
        ("opening", found.opening),
        ("closing", found.closing),
        ("sum_credits", Some(found.sums.credits_minor)),
        ("sum_debits", Some(found.sums.debits_minor)),
    ] {
        compare(field, format!("{value:?}"), &|wanted| sum(wanted, value));
    }
    compare("currency", found.currencies.clone(), &|wanted| wanted == found.currencies);
    let equation = found.equation;
    compare("balance_equation", format!("{equation:?}"), &|wanted| {
        equation.map(|holds| holds.to_string()).as_deref() == Some(wanted)
    });
    wrong
}

/// What is expected of payment files: their counts and totals, as they declare them themselves.
fn of_payments(row: &Row, read: &Result<Collected, Fault>) -> Vec<(String, String)> {
    let collected = match read {
        Ok(collected) => collected,
        Err(fault) => return vec![("outcome".to_owned(), fault.to_string())],
    };
    let control = |one: &crate::Warning| matches!(one.what, crate::Told::Control { .. });
    let warned = collected.warnings.iter().any(control);
    let mut wrong = Vec::new();
    if warned != (row.get("outcome") == "warn") {
        wrong.push(("outcome".to_owned(), format!("control totals warned: {warned}")));
    }
    let entries = row.get("entries");
    let reading = &collected.reading;
    let payments = |one: &&crate::PaymentStatus| one.level == crate::StatusLevel::Payment;
    let answers = collected.payment_statuses.iter().filter(payments).count();
    let found =
        if row.format.starts_with("pain.001") { reading.instructions } else { answers as u64 };
    if !entries.is_empty() && entries != found.to_string() {
        wrong.push(("entries".to_owned(), format!("{found} instead of {entries}")));
    }
    wrong
}

/// How a file is read: as it is recognised, but for tables of no bank known by name.
fn options(row: &Row) -> Options {
    let garbled = "format = 1\nname = \"plain\"\ncurrency = \"EUR\"\ndelimiter = \",\"\n\
        decimal = \".\"\ndays = [\"YYYY-MM-DD\"]\n[columns]\nbooked = [\"Date\"]\n\
        narration = [\"Description\"]\namount = [\"Amount\"]\ncurrency = [\"Currency\"]\n";
    let layout = (row.format == "csv").then(|| Layout::parse(garbled).expect("a layout"));
    Options { layout, ..Options::default() }
}

/// Whether rows of this format are read from the file itself.
fn is_read(row: &Row) -> bool {
    ["camt", "mt9", "pain", "csv", "ofx", "bai2"]
        .iter()
        .any(|format| row.format.starts_with(format))
}

#[test]
fn every_golden_output_and_test_of_a_peer_holds_or_is_explained() {
    let Some(folder) = corpus() else { return };
    let mut problems = Vec::new();
    let mut explained = Vec::new();
    let (mut held, mut asked) = (0, 0);
    for row in rows(&folder).iter().filter(|row| is_read(row)) {
        let declared = row.format.starts_with("pain") && row.get("basis") == "file-declared";
        let binding = declared || matches!(row.get("basis"), "peer-golden" | "peer-test");
        let bytes = fs::read(folder.join(&row.file)).expect("a file of the corpus");
        let read = collect(&bytes, &options(row));
        let wrong = if row.format.starts_with("pain") {
            of_payments(row, &read)
        } else {
            differences(row, &read)
        };
        asked += u32::from(binding);
        held += u32::from(binding && wrong.is_empty());
        for (field, what) in wrong {
            let line = format!("{}: {field}: {what}", row.name());
            let of = |one: &(&str, &str, &str)| {
                row.file.ends_with(one.0) && row.get("stmt") == one.1 && field == one.2
            };
            match EXPLAINED.iter().find(|one| of(one)) {
                Some(one) => explained.push(*one),
                None if binding => problems.push(line),
                None => say(&format!("differs, not binding: {line}\n")),
            }
        }
    }
    say(&format!(
        "{held} of {asked} rows of peers, and of files about themselves, hold, {} are explained\n",
        asked - held
    ));
    assert_eq!(problems, [""; 0], "{} rows", problems.len());
    for one in EXPLAINED {
        assert!(explained.contains(one), "{one:?} is explained and not needed");
    }
}

pub(super) fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The records of a file, counted without reading it: by what each begins with.
fn counted(bytes: &[u8], format: crate::Format) -> Option<u64> {
    use crate::Format;
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let marks = |mark: &str| text.matches(mark).count() as u64;
    let lines = |mark: &str| text.lines().filter(|line| line.starts_with(mark)).count() as u64;
    match format {
        // A beginning and an end each.
        Format::Camt052 | Format::Camt053 | Format::Camt054 => Some(marks("Ntry>") / 2),
        Format::Pain001 => Some(marks("CdtTrfTxInf>") / 2),
        Format::Pain002 => Some(marks("<TxInfAndSts>")),
        Format::Mt940 | Format::Mt942 => Some(lines(":61:")),
        Format::Ofx => Some(marks("<STMTTRN>")),
        Format::Bai2 => {
            let inside = ["/ 16,", "/  16,", "/   16,"].iter().map(|mark| marks(mark)).sum::<u64>();
            Some(lines("16,") + inside)
        }
        Format::Npci => Some(lines("23") + lines("67")),
        Format::Csv | Format::Scroll => None,
    }
}

#[test]
fn every_byte_of_every_file_is_accounted_for() {
    let Some(folder) = corpus() else { return };
    let mut all = Vec::new();
    files(&folder, &mut all);
    assert!(all.len() > 450, "{} files", all.len());
    let (mut read, mut faults, mut counts) = (0, 0, 0);
    for path in &all {
        let bytes = fs::read(path).expect("a file of the corpus");
        match collect(&bytes, &Options::default()) {
            Ok(collected) => {
                read += 1;
                let account = collected.reading.bytes;
                assert_eq!(account.read + account.set_aside, bytes.len() as u64, "{path:?}");
                let records = collected.reading.records;
                assert_eq!(records.read + records.set_aside, records.present, "{path:?}");
                let told: u64 = collected.warnings.iter().map(|one| one.set_aside).sum();
                assert_eq!(told, account.set_aside, "{path:?}");
                if let Some(counted) = counted(&bytes, collected.reading.format) {
                    assert_eq!(records.present, counted, "{path:?}");
                    counts += 1;
                }
            }
            Err(_) => faults += 1,
        }
    }
    say(&format!("{read} files read, {faults} of no format that is known\n"));
    assert!(counts >= 225, "{counts} files counted");
    assert!(read >= 232, "{read} files read");
}

/// Of the collected files, whose lines are read from any word on, one alone says that something came back:
/// a cheque, in a line that goes out and has a code, and so is not asked.
#[test]
fn one_line_of_the_corpus_says_in_words_that_something_came_back() {
    let Some(folder) = corpus() else { return };
    let files: std::collections::BTreeSet<String> =
        rows(&folder).into_iter().map(|row| row.file).collect();
    let (mut words, mut said) = (0_u64, Vec::new());
    for file in files {
        let Ok(bytes) = fs::read(folder.join(&file)) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines().filter(|line| line.len() < 1_000) {
            let begins = |(at, c): (usize, char)| {
                let before = line[..at].chars().next_back();
                let is_first = before.is_none_or(|one| !one.is_alphanumeric());
                (c.is_alphanumeric() && is_first).then_some(at)
            };
            for at in line.char_indices().filter_map(begins) {
                words += 1;
                if crate::back_of(&line[at..]).is_some() {
                    said.push(file.clone());
                }
            }
        }
    }
    assert!(words > 50_000, "{words} words");
    assert_eq!(said, ["moov-io__bai2/test/testdata/sample1.txt"]);
}
