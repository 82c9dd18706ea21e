//! scratch
use bahi::{Ledger, LedgerName, NewLedger, View, demo};
use std::time::Instant;
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cases: u32 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(11608);
    let dir = std::path::PathBuf::from(std::env::args().nth(2).unwrap_or("/tmp/big-ledger".into()));
    let _ = std::fs::remove_dir_all(&dir);
    let new = NewLedger { name: LedgerName::new("x")?, simulated_from: Some(demo::beginning()) };
    let t = Instant::now();
    let mut ledger = Ledger::create(&dir, &new)?;
    ledger.open_rulebook()?;
    println!("created {:?}", t.elapsed());
    let t = Instant::now();
    let story = demo::run(&mut ledger, demo::Demo { cases, seed: 1 }, &mut |_| {})?;
    println!("lived {:?} {story:?} pos {}", t.elapsed(), ledger.position());
    drop(ledger);
    let t = Instant::now();
    let ledger = Ledger::open(&dir)?;
    println!("opened {:?}", t.elapsed());
    let r = ledger.replay(View::NOW, true, &mut |_| {})?;
    println!(
        "replay {:?} {} ev/s agrees {}",
        r.took,
        r.events as f64 / r.took.as_secs_f64(),
        r.agrees()
    );
    let v = ledger.verify();
    println!("verify {:?} ok {} {:?}", v.took, v.ok(), v.passes);
    Ok(())
}
