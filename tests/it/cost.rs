//! What a command costs by count, not by time: the ten-thousandth no more than the first.

#![allow(clippy::print_stderr, reason = "a check that cannot be made says so")]

use std::fs;

use bahi::{
    Balances, Ledger, LedgerName, NewLedger, Outcome, View,
    core::{Command, Position},
    parse_command,
    proof::{Frontier, leaf_hash},
};

const COMMANDS: u32 = 10_000;

/// A life in four: allotted to, applied for, sanctioned, paid.
fn command(number: u32) -> Command {
    let life = number / 4;
    let rest = match number % 4 {
        0 => {
            r#""kind":"allot","actor":"fin-01","role":"finance","amount":"100.00",FUND"#.to_owned()
        }
        1 => format!(
            r#""kind":"apply","actor":"dic-vns","role":"district_office","scheme":"margin-money","district":"187","applicant":"not_in_source","facts":{{"project_cost":"1000000"}},"case_ref":"A/{life:06}""#
        ),
        2 => format!(
            r#""kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","amount":"100.00",FUND,"case_ref":"A/{life:06}""#
        ),
        _ => format!(
            r#""kind":"disburse","actor":"ddo-vns","role":"drawing_officer","amount":"100.00","case_ref":"A/{life:06}","instalment":1,"payee":{{"account_key":"{:032x}","ifsc":"SBIN0001234"}},"reference":"BILL/{life:06}""#,
            life + 1
        ),
    };
    let fund = r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"187"}"#;
    let line = format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},{}}}"#,
        rest.replace("FUND", fund)
    );
    parse_command(line.as_bytes()).expect("a command")
}

/// How often this thread has asked the system to read, where the system tells.
fn system_reads() -> Option<u64> {
    let told = fs::read_to_string("/proc/thread-self/io").ok()?;
    told.lines().find_map(|line| line.strip_prefix("syscr: ")).and_then(|count| count.parse().ok())
}

fn median(counts: &[u64]) -> u64 {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[test]
fn the_last_thousand_of_ten_thousand_commands_cost_no_more_than_the_first() {
    let place = tempfile::tempdir().expect("a directory");
    let new = NewLedger::named(LedgerName::new("cost").expect("a name"));
    let mut ledger = Ledger::create(&place.path().join("ledger"), &new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");

    let (mut allocated, mut read, mut hashed) = (Vec::new(), Vec::new(), Vec::new());
    let mut frontier = Frontier::new();
    for position in 0..=ledger.position().0 {
        frontier.push(leaf_hash(&ledger.record(Position(position)).expect("a record")));
    }
    for number in 0..COMMANDS {
        let command = command(number);
        let before = system_reads();
        let mut outcome = None;
        let info = allocation_counter::measure(|| outcome = Some(ledger.submit_each(&[command])));
        read.extend(before.zip(system_reads()).map(|(before, after)| after - before));
        allocated.push(info.count_total);
        let outcome = outcome.expect("it was submitted").expect("the ledger works");
        let [Outcome::Accepted(receipt)] = outcome.as_slice() else { panic!("{outcome:?}") };
        let mut nodes = 0;
        let record = ledger.record(receipt.position).expect("a record");
        frontier.push_noting(leaf_hash(&record), &mut |_, _, _| nodes += 1);
        hashed.push(nodes);
    }
    assert_eq!(frontier.root(), ledger.root(), "the tree counted is the ledger's");

    let first = |counts: &[u64]| median(&counts[..1_000]);
    let last = |counts: &[u64]| median(&counts[counts.len() - 1_000..]);
    for kind in 0..4 {
        // Each kind by itself: medians of a mix would compare one kind with another.
        let of: Vec<u64> = allocated.iter().skip(kind).step_by(4).copied().collect();
        let (begin, end) = (median(&of[..250]), median(&of[of.len() - 250..]));
        assert!(end <= begin, "allocations of kind {kind}: {begin} at first, {end} at last");
    }
    if read.len() == COMMANDS as usize {
        // The file that tells is itself read once between two looks.
        let (begin, end) = (first(&read), last(&read));
        assert!(end <= begin, "reads at the median: {begin} at first, {end} at last");
    } else {
        eprintln!("skipped: this system does not tell how often a thread reads");
    }
    let most = |counts: &[u64]| counts.iter().copied().max().unwrap_or_default();
    let size = u64::from(COMMANDS.ilog2());
    let (begin, end) = (most(&hashed[..1_000]), most(&hashed[9_000..]));
    assert!(end <= begin + size, "nodes hashed at most: {begin} at first, {end} at last");
}

/// Commands after which a replay is measured, the second five times the first.
const REPLAYED: [u32; 2] = [2_000, 10_000];
/// What a replay may hold beyond, whatever its length: a page that happens to be full.
const PAGE_SLACK: u64 = 16 * 1_024;

/// Only this thread's; the test `flat` of the benchmarks counts every thread's, of a backup.
#[test]
fn a_replay_of_five_times_the_events_holds_no_more_memory() {
    let new = NewLedger::named(LedgerName::new("cost").expect("a name"));
    let mut ledger = Ledger::in_memory(&new).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    let mut submitted = 0;
    let replays = REPLAYED.map(|commands| {
        for number in submitted..commands {
            ledger.submit_each(&[command(number)]).expect("the ledger works");
        }
        submitted = commands;
        let mut folded = None;
        let info =
            allocation_counter::measure(|| folded = Some(ledger.fold::<Balances>(View::NOW)));
        let balances = folded.expect("it was folded").expect("a fold");
        // A hundred rupees are allotted by every fourth command.
        let allotted = i128::from(commands / 4) * 10_000;
        assert_eq!(balances.total().allotted.paise(), allotted, "everything is in it");
        info
    });
    let [short, long] = replays.map(|info| info.bytes_max);
    assert!(long <= short + PAGE_SLACK, "{short} bytes at most, then {long}");
    let [few, many] = replays.map(|info| info.count_total);
    let more = u64::from(REPLAYED[1] - REPLAYED[0]);
    assert!(many - few <= more, "{} allocations for {more} more events", many - few);
}
