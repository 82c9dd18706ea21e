//! The same file as other programs write it, and the same file cut off: never another amount.
//!
//! # Invariants
//! * What changes no content changes nothing that is read.
//! * Of a file that is cut off anywhere, what is read is the beginning of what was there.

use super::SAMPLES;
use crate::{Collected, Options, collect};

/// What a file says of money, without where: entries and instructions with their amounts, answers.
fn figures(collected: &Collected) -> Vec<String> {
    let mut figures = Vec::new();
    for whole in &collected.statements {
        for (entry, details) in &whole.entries {
            let days = (entry.booked, entry.value);
            let (amount, side, status) = (entry.amount, entry.side, entry.status);
            figures.push(format!("{amount:?} {side:?} {status:?} {days:?} {}", entry.reversal));
            figures.extend(details.iter().map(|one| format!("{:?} {:?}", one.amount, one.side)));
        }
    }
    for one in collected.batches.iter().flat_map(|batch| &batch.instructions) {
        let (amount, side, verdict) = (one.amount, one.side, one.verdict);
        figures.push(format!("{amount:?} {side:?} {verdict:?} {:?}", one.reason));
    }
    for one in &collected.payment_statuses {
        figures.push(format!("{:?} {:?} {:?}", one.level, one.verdict, one.amount));
    }
    figures
}

/// What a statement says of itself.
fn balances(collected: &Collected) -> Vec<String> {
    let own = collected.statements.iter().map(|whole| {
        let one = &whole.statement;
        let ends = (one.opening().map(|b| b.amount), one.closing().map(|b| b.amount));
        format!("{ends:?} {:?} {:?} {:?}", one.balance_equation, one.from, one.to)
    });
    own.collect()
}

fn wide(text: &str, little: bool) -> Vec<u8> {
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
}

/// A file in every way it could have been saved.
fn saved(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = std::str::from_utf8(bytes).expect("samples are UTF-8").replace("\r\n", "\n");
    let returned = text.replace('\n', "\r\n");
    vec![
        ("a mark of order", [b"\xef\xbb\xbf", bytes].concat()),
        ("carriage returns", returned.clone().into_bytes()),
        ("carriage returns alone", text.replace('\n', "\r").into_bytes()),
        ("UTF-16, little end first", wide(&text, true)),
        ("UTF-16, big end first", wide(&returned, false)),
        ("lines behind it", format!("{text}\n\n").into_bytes()),
    ]
}

#[test]
fn a_file_saved_in_another_way_says_the_same() {
    for (name, bytes, _) in SAMPLES {
        let plain = collect(bytes, &Options::default()).expect("readable");
        for (how, file) in saved(bytes) {
            let other = collect(&file, &Options::default());
            let other = other.unwrap_or_else(|fault| panic!("{name} with {how}: {fault}"));
            assert_eq!(figures(&other), figures(&plain), "{name} with {how}");
            assert_eq!(balances(&other), balances(&plain), "{name} with {how}");
            let account = &other.reading.bytes;
            assert_eq!(account.read + account.set_aside, file.len() as u64, "{name} with {how}");
        }
    }
}

/// A download that ended early: what is read of it was there, in that order. XML that is cut off is
/// refused whole.
#[test]
fn a_file_that_is_cut_off_gives_no_other_amount() {
    for (name, bytes, _) in SAMPLES {
        let whole = figures(&collect(bytes, &Options::default()).expect("readable"));
        for end in 0..bytes.len() {
            let Ok(cut) = collect(&bytes[..end], &Options::default()) else { continue };
            let found = figures(&cut);
            let begins = found.len() <= whole.len() && whole[..found.len()] == found[..];
            assert!(begins, "{name} cut at {end}: {found:?}");
            let account = &cut.reading.bytes;
            assert_eq!(account.read + account.set_aside, end as u64, "{name} cut at {end}");
        }
    }
}
