//! An embedder: a ledger inside another program, from opening to a verified balance.
//!
//! Run with `cargo run -p bahi --example embedder`.

#![allow(clippy::print_stdout)]

use bahi::{By, Filter, Ledger, LedgerName, NewLedger, SubmitError, View, parse_command};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let new = NewLedger::named(LedgerName::new("embedded")?);
    let mut ledger = Ledger::create(&dir.path().join("ledger"), &new)?;
    ledger.open_rulebook()?;

    let allot = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"1000000.00"}"#;
    let apply = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000002","kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"Varanasi","case_ref":"VNS/2024/0042","applicant":"not_in_source","facts":{"project_cost":"1000000.00"}}"#;
    let sanction = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000003","kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10","authority":{"order":"DM/42","date":"2024-06-10"},"case_ref":"VNS/2024/0042","fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"250000.01"}"#;

    for line in [allot, apply, sanction] {
        match ledger.submit(&parse_command(line.as_bytes())?) {
            Ok(receipt) => println!("durable at position {}", receipt.position),
            // An answer, not an accident: a paisa above a quarter of the project's cost.
            Err(SubmitError::Refused(refusal)) => println!("refused, {refusal}"),
            Err(SubmitError::Failed(error)) => return Err(error.into()),
        }
    }

    let by = By { scheme: true, ..By::default() };
    for row in ledger.balances(by, &Filter::default(), View::NOW)?.rows {
        let scheme = row.scheme.map(|name| name.to_string()).unwrap_or_default();
        println!("{scheme}: ₹ {} may still be sanctioned", row.columns.available.grouped());
    }
    assert!(ledger.verify().ok());
    Ok(())
}
