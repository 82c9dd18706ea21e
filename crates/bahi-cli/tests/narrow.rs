//! What is said to a terminal of 80 columns stands within them.

use std::ffi::OsString;

use bahi::{Ledger, LedgerName, NewLedger};

#[test]
fn what_is_left_of_a_ledger_is_told_within_eighty_columns() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("ledger");
    let name = LedgerName::new("narrow").expect("a name");
    let mut ledger = Ledger::create(&dir, &NewLedger::named(name)).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let backup = place.path().join("backup");
    ledger.backup(&backup, &mut |_| {}).expect("a backup");
    drop(ledger);
    for ledger in [dir, backup] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let words: [OsString; 4] =
            ["bahi".into(), "salvage".into(), "--ledger".into(), ledger.into()];
        let terminal = bahi_cli::Terminal { width: 80, ..bahi_cli::Terminal::default() };
        let status = bahi_cli::run(words, &mut std::io::empty(), &mut out, &mut err, terminal);
        let out = String::from_utf8(out).expect("it is text");
        assert!(status < 2 && out.contains("\nroot "), "{out}{}", String::from_utf8_lossy(&err));
        for line in out.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
