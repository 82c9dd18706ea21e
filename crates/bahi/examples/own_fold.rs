//! A fold of one's own, put away and resumed: payments a month, without reading the log twice.
//!
//! Run with `cargo run -p bahi --features demo --example own_fold`.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;

use bahi::core::{Event, Projection, Recorded};
use bahi::{Ledger, LedgerName, NewLedger, Resumable, demo};

/// How many payments were issued, by year and month of the day they count on.
#[derive(Default)]
struct Paid(BTreeMap<(i16, i8), u64>);

impl Projection for Paid {
    fn apply(&mut self, recorded: &Recorded) {
        if let Event::Disbursed(_) = recorded.event {
            let (year, month, _) = recorded.envelope.effective_day.date();
            *self.0.entry((year, month)).or_default() += 1;
        }
    }
}

impl Resumable for Paid {
    const NAME: &'static str = "paid-by-month";
    const VERSION: u16 = 1;

    fn image(&self) -> Vec<u8> {
        let line = |(&(year, month), count): (_, &u64)| format!("{year} {month} {count}\n");
        self.0.iter().map(line).collect::<String>().into_bytes()
    }

    fn from_image(bytes: &[u8]) -> Option<Paid> {
        let line = |line: &str| {
            let mut words = line.split(' ');
            let month = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            Some((month, words.next()?.parse().ok()?))
        };
        std::str::from_utf8(bytes).ok()?.lines().map(line).collect::<Option<_>>().map(Paid)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = tempfile::tempdir()?;
    let dir = place.path();
    let name = LedgerName::new("embedded")?;
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new)?;
    ledger.open_rulebook()?;

    // Resumed where it was put away, or folded from the first event; then put away again.
    ledger.put_away(&ledger.resume::<Paid>(dir)?, dir)?;
    demo::run(&mut ledger, demo::Demo { cases: 200, seed: 7 }, &mut |_| {})?;
    let paid = ledger.resume::<Paid>(dir)?;
    ledger.put_away(&paid, dir)?;
    for ((year, month), count) in &paid.0 {
        println!("{year}-{month:02}: {count} payments");
    }
    let folded: Paid = ledger.fold(bahi::View::NOW)?;
    assert_eq!(paid.0, folded.0);
    Ok(())
}
