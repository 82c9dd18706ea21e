//! An auditor: replays a ledger's history, compares, and follows one case.
//!
//! Run with `cargo run -p bahi --example auditor_replay -- DIRECTORY CASE`, on a ledger that
//! `bahi demo --ledger DIRECTORY` made; without arguments it makes a small one itself.

#![allow(clippy::print_stdout)]

use std::path::PathBuf;

use bahi::{Ledger, LedgerName, NewLedger, View, demo};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (ledger, case) = match (arguments.next().map(PathBuf::from), arguments.next()) {
        (Some(dir), Some(case)) => (Ledger::open(&dir)?, case),
        _ => small()?,
    };

    let replay = ledger.replay(View::NOW, true, &mut |_| {})?;
    println!("{} events folded again; equal to what is live: {}", replay.events, replay.agrees());

    let verification = ledger.verify();
    for pass in &verification.passes {
        let problem = pass.first_problem.as_deref().unwrap_or("nothing to remark");
        println!("{:>12} {:>8} checked, {problem}", pass.name, pass.checked);
    }

    let subject = ledger.case(&case).ok_or("no such case")?;
    for entry in ledger.trail(subject, View::NOW)?.entries {
        println!("#{:<6} {} {}", entry.position, entry.effective_day, entry.text);
    }
    assert!(replay.agrees() && verification.ok());
    Ok(())
}

fn small() -> Result<(Ledger, String), Box<dyn std::error::Error>> {
    let name = LedgerName::new("small")?;
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new)?;
    ledger.open_rulebook()?;
    let story = demo::run(&mut ledger, demo::Demo { cases: 100, seed: 1 }, &mut |_| {})?;
    Ok((ledger, story.example.map(|case| case.to_string()).unwrap_or_default()))
}
