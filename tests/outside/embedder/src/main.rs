//! The smallest program that keeps a ledger: what somebody writes who has read the README alone.
//!
//! Usage: `embedder DIRECTORY`, where the ledger is to be made.

use std::{error::Error, path::PathBuf};

use bahi::{By, Filter, Ledger, LedgerName, NewLedger, SubmitError, View, parse_command};

const COMMANDS: [&str; 3] = [
    r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"200000.00"}"#,
    r#"{"command_id":"0198a7c2-0000-7000-8000-000000000002","kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"Varanasi","case_ref":"VNS/2024/0042","applicant":{"person":{"person_key":"00112233445566778899aabbccddeeff"}},"facts":{"project_cost":"1000000.00"}}"#,
    r#"{"command_id":"0198a7c2-0000-7000-8000-000000000003","kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10","authority":{"order":"S-1/2024","date":"2024-06-10"},"case_ref":"VNS/2024/0042","fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"250000.00"}"#,
];

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from).ok_or("usage: embedder DIRECTORY")?;
    let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("embedder")?))?;
    ledger.open_rulebook()?;

    let mut refused = Vec::new();
    for line in COMMANDS {
        match ledger.submit(&parse_command(line.as_bytes())?) {
            Ok(_) => {}
            Err(SubmitError::Refused(refusal)) => refused.push(refusal.refused.first().code()),
            Err(SubmitError::Failed(error)) => return Err(error.into()),
        }
    }
    let before = (ledger.position(), ledger.root());
    drop(ledger);

    // What was acknowledged is there for whoever comes next.
    let mut ledger = Ledger::open(&dir)?;
    let same = (ledger.position(), ledger.root()) == before;
    let again = ledger.submit(&parse_command(COMMANDS[0].as_bytes())?)?;
    let total = ledger.balances(By::default(), &Filter::default(), View::NOW)?.total;
    println!(
        "schemes {} events {} refused {} available {} same {same} repeated {} verified {}",
        ledger.schemes().len(),
        ledger.position(),
        refused.join(","),
        total.available.grouped(),
        again.repeated,
        ledger.verify().ok(),
    );
    Ok(())
}
