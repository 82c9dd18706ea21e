//! A service: callers on many tasks, one writer, a follower that keeps up, and an orderly end.
//!
//! Run with `cargo run -p bahi --features service --example service`.

#![allow(clippy::print_stdout)]

use bahi::{
    By, Filter, Ledger, LedgerName, NewLedger, Outcome, Service, ServiceOptions, parse_command,
};
use tokio::{runtime::Builder, task::JoinSet};

/// How many offices submit at the same time.
const OFFICES: u32 = 64;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Builder::new_multi_thread().build()?.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let new = NewLedger::named(LedgerName::new("served")?);
    let mut ledger = Ledger::create(&dir.path().join("ledger"), &new)?;
    ledger.open_rulebook()?;
    let mut follow_from = ledger.position();
    let service = Service::start(ledger, ServiceOptions::default())?;

    // A reader of its own pace: it is given every event once, and holds up nobody.
    let mut follow = service.follow(follow_from.next());
    let follower = tokio::spawn(async move {
        for _ in 0..OFFICES {
            match follow.next().await {
                Some(recorded) => follow_from = recorded?.position,
                None => break,
            }
        }
        Ok::<_, bahi::ServiceError>(follow_from)
    });

    let mut offices = JoinSet::new();
    for office in 0..OFFICES {
        let service = service.clone();
        let district = 118 + office;
        let line = format!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-{office:012}","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{{"order":"B-1/2024","date":"2024-04-01"}},"fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"{district}"}},"amount":"100000.00"}}"#
        );
        let command = parse_command(line.as_bytes())?;
        // Each is answered once its own command is durable; one commit serves many of them.
        offices.spawn(async move { service.submit(command).await });
    }
    while let Some(outcome) = offices.join_next().await {
        match outcome?? {
            Outcome::Accepted(_) => {}
            Outcome::Refused(refusal) => println!("refused: {refusal}"),
            Outcome::TooLarge(error) => println!("too large: {error}"),
        }
    }
    println!("followed up to position {}", follower.await??);

    // The published books are read without asking anybody.
    let books = service.snapshot();
    let total = books.balances(By::default(), &Filter::default()).total;
    println!("at {}: ₹ {} may be sanctioned", books.position(), total.available.grouped());

    let ledger = service.shutdown().await?;
    assert!(ledger.verify().ok());
    Ok(())
}
