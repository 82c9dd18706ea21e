//! A nightly job: submits a file of commands in batches, and may be run again without harm.
//!
//! Run with `cargo run -p bahi --example nightly_job`.

#![allow(clippy::print_stdout)]

use bahi::{Error, Ledger, LedgerName, NewLedger, Outcome, core::Command, parse_command};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("ledger");
    let new = NewLedger::named(LedgerName::new("nightly")?);
    Ledger::create(&path, &new)?.open_rulebook()?;

    let file: Vec<String> = (1..=2_500).map(line).collect();
    let commands: Result<Vec<Command>, _> =
        file.iter().map(|line| parse_command(line.as_bytes())).collect();
    let commands = commands?;

    let mut ledger = Ledger::open(&path)?;
    let first = run(&mut ledger, &commands)?;
    let second = run(&mut ledger, &commands)?;
    println!("first run: {first:?}; second run: {second:?}");
    assert_eq!((first, second), ((2_500, 0, 0), (0, 2_500, 0)));
    Ok(())
}

/// Submits in batches of a thousand: new, already there, refused.
fn run(ledger: &mut Ledger, commands: &[Command]) -> Result<(u32, u32, u32), Error> {
    let (mut new, mut there, mut refused) = (0, 0, 0);
    for batch in commands.chunks(1_000) {
        // A fault that may be recorded means: reopen and run again; ids make that safe.
        for outcome in ledger.submit_each(batch)? {
            match outcome {
                Outcome::Accepted(receipt) if receipt.repeated => there += 1,
                Outcome::Accepted(_) => new += 1,
                Outcome::Refused(_) | Outcome::TooLarge(_) => refused += 1,
            }
        }
    }
    Ok((new, there, refused))
}

fn line(number: u32) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"187","case_ref":"VNS/2024/{number}","applicant":"not_in_source","facts":{{"project_cost":"1000000.00"}}}}"#
    )
}
