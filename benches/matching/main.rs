//! Matching at 10⁴, 10⁵ and 10⁶ payments beside a pandas merge of the same references, in one run.
//!
//! `cargo bench -p bahi-benches --bench matching`; `-- --quick` only shows that every case runs;
//! `-- --rounds N` takes the median of so many; `-- --missing N` leaves out the references of so many
//! lines in a thousand.
//!
//! # Invariants
//! * Every case of every round runs in a process of its own, ours this program again: a peak of memory
//!   is one case's.
//! * Rounds are interleaved: a moment when the machine is busy falls on ours and on pandas alike.
//! * Pandas is asked for the references ours has, with the amounts, and nothing more. Reading its files
//!   is not in its time, nor is making ours.
//! * Where pandas cannot be had, its lines say so.

#![allow(clippy::print_stdout, clippy::float_arithmetic)]

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use bahi_benches::python::python_with;
use bahi_recon::matching::{LineId, Settings, reconcile, truth};

/// How many payments, in the order they are measured.
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// The same for a run that only shows that every case runs.
const QUICK: [u32; 3] = [500, 1_000, 2_000];
/// The seed of every world.
const SEED: u64 = 1;
/// What is installed beside the build, where it is not there.
const PANDAS: &str = "pandas==3.1.1";
/// What merges by it.
const MERGE: &str = include_str!("merge.py");

/// What a million payments must come to, on two cores: seconds, and bytes at the peak.
const SECONDS_MAX: f64 = 5.0;
const BYTES_MAX: f64 = 1e9;

/// What one round of one case came to.
#[derive(Clone, Debug)]
struct Round {
    seconds: f64,
    /// KiB at the peak, before and after.
    before: u64,
    after: u64,
    /// What else there is to say.
    told: String,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| after(&arguments, name).and_then(|text| text.parse::<u32>().ok());
    let missing = number("--missing").unwrap_or(100);
    if let Some(payments) = number("--match") {
        println!("{}", matched(payments, missing));
    } else if let (Some(payments), Some(dir)) = (number("--files"), after(&arguments, "--in")) {
        files(payments, missing, Path::new(dir)).expect("the references are written");
    } else {
        let quick = arguments.iter().any(|argument| argument == "--quick");
        let rounds = number("--rounds").unwrap_or(if quick { 1 } else { 3 }).max(1);
        run(if quick { QUICK } else { SIZES }, missing, rounds, quick);
    }
}

fn after<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

fn run(sizes: [u32; 3], missing: u32, rounds: u32, quick: bool) {
    let dir = tempfile::tempdir().expect("a directory");
    println!("The machine may be shared: compare lines of this run alone. {}", load());
    let python = pandas(!quick).inspect_err(|why| println!("pandas: skipped: {why}")).ok();
    for payments in sizes.iter().filter(|_| python.is_some()) {
        let (payments, missing) = (payments.to_string(), missing.to_string());
        ask(&["--files", &payments, "--missing", &missing], Some(dir.path()));
    }
    let (mut ours, mut theirs) = (HashMap::new(), HashMap::new());
    for _ in 0..rounds {
        for payments in sizes {
            let (size, share) = (payments.to_string(), missing.to_string());
            let answer = ask(&["--match", &size, "--missing", &share], None);
            ours.entry(payments).or_insert_with(Vec::new).push(parsed(&answer));
            if let Some(python) = &python {
                let answer = merged(python, dir.path(), payments);
                theirs.entry(payments).or_insert_with(Vec::new).push(parsed(&answer));
            }
        }
    }
    println!("{missing} in a thousand lines without a reference; the median of {rounds} rounds.\n");
    table("matching", sizes, &ours);
    table("pandas merge", sizes, &theirs);
    if quick {
        println!("A quick run: every case ran; its figures say nothing and are not judged.");
    } else {
        verdict(sizes, &ours);
    }
    println!("{}", load());
}

/// A table of sizes: seconds, what they are of n log n, memory, and what was found.
fn table(name: &str, sizes: [u32; 3], rounds: &HashMap<u32, Vec<Round>>) {
    println!(
        "{name:<14}{:>10}{:>12}{:>16}{:>10}{:>14}{:>14}  found",
        "payments", "seconds", "ns / n log₂ n", "grows as", "MB at peak", "MB before"
    );
    let mut former: Option<(f64, f64)> = None;
    for payments in sizes {
        let Some(middle) = rounds.get(&payments).and_then(|all| median(all)) else {
            println!("{:<14}{payments:>10}  skipped", "");
            continue;
        };
        let n = f64::from(payments);
        // The power of n that the step from the size before is: n log n is a little above one.
        let grows = former.map(|(size, took)| (middle.seconds / took).ln() / (n / size).ln());
        let grows = grows.map_or("–".to_owned(), |power| format!("n^{power:.2}"));
        let megabytes = |kib: u64| kib as f64 * 1_024.0 / 1e6;
        println!(
            "{:<14}{payments:>10}{:>12.3}{:>16.1}{grows:>10}{:>14.1}{:>14.1}  {}",
            "",
            middle.seconds,
            middle.seconds * 1e9 / (n * n.log2()),
            megabytes(middle.after),
            megabytes(middle.before),
            middle.told
        );
        former = Some((n, middle.seconds));
    }
    println!();
}

fn verdict(sizes: [u32; 3], ours: &HashMap<u32, Vec<Round>>) {
    let Some(largest) = ours.get(&sizes[2]).and_then(|all| median(all)) else { return };
    let bytes = largest.after as f64 * 1_024.0;
    let said = |met: bool| if met { "met" } else { "NOT MET" };
    println!(
        "{} payments in {SECONDS_MAX} s: {}; within {:.0} MB, the input in it: {}\n",
        sizes[2],
        said(largest.seconds <= SECONDS_MAX),
        BYTES_MAX / 1e6,
        said(bytes <= BYTES_MAX)
    );
}

/// The round in the middle by time.
fn median(rounds: &[Round]) -> Option<Round> {
    let mut rounds = rounds.to_vec();
    rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    rounds.get(rounds.len() / 2).cloned()
}

/// A child's answer: seconds, KiB before and after, and words.
fn parsed(answer: &str) -> Round {
    let mut parts = answer.trim().splitn(4, ' ');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let seconds = next().parse().expect("a child answers with its seconds");
    let (before, after) = (next(), next());
    let kib = |text: String| text.parse().expect("a child answers with its memory");
    Round { seconds, before: kib(before), after: kib(after), told: next() }
}

/// This program again, for one case.
fn ask(words: &[&str], dir: Option<&Path>) -> String {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(words);
    if let Some(dir) = dir {
        child.arg("--in").arg(dir);
    }
    let output = child.output().expect("a child process");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?} failed: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

// ---- ours

/// One world, matched.
fn matched(payments: u32, missing: u32) -> String {
    let input = truth::world(SEED, payments, truth::Shares::published(missing)).input;
    let lines: usize = input.statements.iter().map(|file| file.lines.len()).sum();
    // What the generator gave back is put together here, and not while the clock runs.
    drop(vec![1_u8; 1 << 21]);
    let before = peak_kib();
    let start = Instant::now();
    let found = reconcile(&input, &Settings::on(truth::last_day()));
    let took = start.elapsed().as_secs_f64();
    let after = peak_kib();
    // The truth is made again, so that it is no part of the memory measured.
    let world = truth::world(SEED, payments, truth::Shares::published(missing));
    let wrong = truth::false_matches(&world.truth, &found);
    format!(
        "{took:.6} {before} {after} {lines} lines: {} matches, {} proposals, {} exceptions, {wrong} false",
        found.matches.len(),
        found.proposals.len(),
        found.exceptions.len()
    )
}

/// The most memory the process ever had, where the system tells; 0 else.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

// ---- pandas

fn of_payments(dir: &Path, payments: u32) -> PathBuf {
    dir.join(format!("payments-{payments}.csv"))
}

fn of_lines(dir: &Path, payments: u32) -> PathBuf {
    dir.join(format!("lines-{payments}.csv"))
}

/// The references of one world, of payments and of lines that went out, each with its amount, and
/// with the payment that a line truly is.
fn files(payments: u32, missing: u32, dir: &Path) -> std::io::Result<()> {
    let world = truth::world(SEED, payments, truth::Shares::published(missing));
    let mut out = BufWriter::new(File::create(of_payments(dir, payments))?);
    writeln!(out, "payment,reference,paise")?;
    for voucher in &world.input.vouchers {
        for name in &voucher.names {
            writeln!(out, "{},{},{}", voucher.id, name.text, voucher.amount.paise())?;
        }
    }
    out.into_inner()?.sync_all()?;
    let mut out = BufWriter::new(File::create(of_lines(dir, payments))?);
    writeln!(out, "line,reference,paise,true_payment")?;
    let mut number = 0_u64;
    for statement in &world.input.statements {
        for line in &statement.lines {
            let id = LineId { file: statement.file, number: line.number };
            // What came back is no payment: a merge over all lines would pair it with one.
            let Some(paid) = world.truth.paid.get(&id) else { continue };
            number += 1;
            let of = paid.first().map_or(0, |payment| payment.0);
            for name in &line.names {
                writeln!(out, "{number},{},{},{of}", name.text, line.amount.paise())?;
            }
        }
    }
    out.into_inner()?.sync_all()
}

/// The merge of one world's references, in a process of its own.
fn merged(python: &Path, dir: &Path, payments: u32) -> String {
    let script = dir.join("merge.py");
    fs::write(&script, MERGE).expect("the script is written");
    let mut child = Command::new(python);
    child.arg(&script).arg(of_payments(dir, payments)).arg(of_lines(dir, payments));
    let output = child.output().expect("a child process");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the merge failed: {complaint}");
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let figures: Vec<&str> = answer.split_whitespace().collect();
    let [seconds, pairs, wrong, again, before, after] = figures[..] else {
        panic!("the merge answers with six figures, and not {answer}");
    };
    format!(
        "{seconds} {before} {after} {pairs} pairs, {wrong} false, {again} times a payment or a line twice"
    )
}

/// A Python with pandas, installed beside the build where that is wanted and it is not there yet; or
/// why there is none.
fn pandas(install: bool) -> Result<PathBuf, String> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pandas");
    python_with(&place, PANDAS, "pandas", install)
}

/// How busy the machine is.
fn load() -> String {
    let said = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = said.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("Load {load}: above 1, others were at work too and times are too long.")
}
