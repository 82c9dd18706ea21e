//! Times matching of generated worlds of which the truth is known, and says how much was matched.
//!
//! Arguments: thousandths of missing references, then how many payments, one run each.

use std::{io::Write, time::Instant};

use bahi_recon::matching::{Reconciliation, Settings, reconcile, truth};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).filter_map(|word| word.parse::<u32>().ok());
    let missing = arguments.next().unwrap_or(100);
    let sizes: Vec<u32> = arguments.collect();
    let mut out = std::io::stdout().lock();
    for payments in sizes {
        let input = truth::world(1, payments, truth::Shares::published(missing)).input;
        let lines: usize = input.statements.iter().map(|file| file.lines.len()).sum();
        // What the generator gave back is put together here, and not while the clock runs.
        drop(vec![1_u8; 1 << 21]);
        let (before, worked) = (peak_kib(), worked_ms());
        let start = Instant::now();
        let found = reconcile(&input, &Settings::on(truth::last_day()));
        let (took, worked) = (start.elapsed(), worked_ms() - worked);
        let after = peak_kib();
        // The truth is made again, so that it is no part of the memory measured.
        let world = truth::world(1, payments, truth::Shares::published(missing));
        let wrong = truth::false_matches(&world.truth, &found);
        let (count, value) = shares(&found);
        writeln!(
            out,
            "{missing} missing, {payments} payments, {lines} lines: {} ms ({worked} ms of work), matched {count} by \
             count and {value} by value in 10,000, {} proposals, {} exceptions, {wrong} false; \
             peak {before} KiB before, {after} KiB after",
            took.as_millis(),
            found.proposals.len(),
            found.exceptions.len(),
        )?;
    }
    Ok(())
}

/// What is matched of the vouchers, in ten-thousandths by count and by value.
fn shares(found: &Reconciliation) -> (u64, i128) {
    let (matched, present) = (found.vouchers.matched, found.vouchers.present);
    let count = matched.count * 10_000 / present.count.max(1);
    (count, matched.sum.paise() * 10_000 / present.sum.paise().max(1))
}

/// How long the process has worked, in steps of ten milliseconds, where the system tells; 0 else.
fn worked_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// The most memory the process ever had, where the system tells; 0 else.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
