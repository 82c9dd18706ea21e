//! Answers on a narrow terminal: what a person reads fits eighty columns.

use std::ffi::OsString;

use bahi_cli::Terminal;

use super::Place;

const WIDTH: u16 = 80;

/// Whether a line is no wider than the terminal, or is one word that could not be cut. Signs of Devanagari
/// stand over and beside letters, in columns that depend on the font: such a line may be a little longer.
fn fits(line: &str) -> bool {
    let hindi = line.chars().any(|found| ('\u{900}'..='\u{97f}').contains(&found));
    let most = usize::from(WIDTH) + if hindi { 12 } else { 0 };
    line.chars().count() <= most || line.trim().split(' ').count() == 1
}

#[test]
fn what_a_person_reads_fits_eighty_columns() {
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "60", "--seed", "7"]).done();
    let facts = r#"{"project_cost":"1000000.00"}"#;
    let sample = ["sample", "--nonce", "AG-UP/2025/114", "--size", "6"];
    let commands: [&[&str]; 26] = [
        &["schemes"],
        &["districts"],
        &["scheme", "show", "margin-money"],
        &["entitlement", "--scheme", "margin-money", "--on", "2024-05-01", "--facts", facts],
        &["balances"],
        &["balances", "--by", "fy"],
        &["balances", "--by", "district,fy"],
        &["balances", "--by", "scheme,district,head,fy"],
        &["suspense"],
        &["outcomes"],
        &["outcomes", "--by", "district"],
        &["trail", "--case", "ROUND-TRIP/07"],
        &["explain", "ROUND-TRIP/07"],
        &["events", "--from", "60", "--to", "120"],
        &["audit"],
        &["audit", "--check", "C31"],
        &["audit", "--check", "C72"],
        &sample,
        &["folds"],
        &["reconcile"],
        &["verify"],
        &["certificate", "--scheme", "margin-money", "--fy", "2022-23"],
        &["paper", "expenditure", "--fy", "2022-23"],
        &["paper", "sanctions", "--scheme", "mda"],
        &["paper", "ageing"],
        &["paper", "case", "ROUND-TRIP/07"],
    ];
    let mut wide = Vec::new();
    for words in commands {
        let program = ["bahi"].into_iter().chain(words.iter().copied()).map(OsString::from);
        let ledger = ["--ledger".into(), place.ledger().into_os_string()];
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { width: WIDTH, ..Terminal::default() };
        let status = bahi_cli::run(program.chain(ledger), &mut input, &mut out, &mut err, terminal);
        assert_eq!((status, err.len()), (0, 0), "{words:?}");
        let told = String::from_utf8(out).expect("the program writes UTF-8");
        let first = told.lines().find(|line| !fits(line)).map(str::to_owned);
        wide.extend(first.map(|line| format!("{words:?}: {line}")));
    }
    assert_eq!(wide, [] as [String; 0]);
}
