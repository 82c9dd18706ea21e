//! Figures as they are shown: the median round, and numbers with as many digits as say something.

use crate::measure::Measured;

/// The round in the middle by time; its memory and bytes with it.
#[must_use]
pub fn median(rounds: &[Measured]) -> Option<Measured> {
    let mut rounds = rounds.to_vec();
    rounds.sort_unstable_by_key(|one| one.time);
    rounds.get(rounds.len() / 2).copied()
}

/// Megabytes with one digit, or a dash.
#[must_use]
pub fn megabytes(memory: Option<u64>) -> String {
    memory.map_or("–".to_owned(), |bytes| format!("{:.1}", bytes as f64 / 1e6))
}

/// Bytes of one, from those of a thousand, or a dash.
#[must_use]
pub fn bytes(stored: Option<u64>) -> String {
    stored.map_or("–".to_owned(), |thousand| format!("{:.0}", thousand as f64 / 1e3))
}

/// A figure with as many digits as say something.
#[must_use]
pub fn number(figure: f64) -> String {
    if figure >= 1_000.0 { grouped(figure) } else { format!("{figure:.2}") }
}

/// Whole thousands apart.
#[must_use]
pub fn grouped(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
