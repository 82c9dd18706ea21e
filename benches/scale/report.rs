//! What was measured, as tables: every case at every size, then each figure against what it must be.

use bahi_benches::{
    figures::{bytes, grouped, median, megabytes, number},
    must::MUSTS,
    results::Results,
};

use crate::setting::Case;

/// Prints the head of the table of cases.
pub fn head() {
    println!(
        "{:<54}{:>12}{:>14}{:>13}{:>13}{:>13}{:>10}{:>8}",
        "median of rounds",
        "size",
        "a second",
        "µs each",
        "fastest",
        "slowest",
        "MB peak",
        "B each"
    );
}

/// Prints a line of a case for each size it was measured at.
pub fn lines(case: &Case, results: &Results) {
    let sizes = results.sizes(case.name);
    if sizes.is_empty() {
        println!("{:<54}{:>12}", case.title, "skipped");
    }
    for size in sizes {
        let rounds = results.of(case.name, size);
        let Some(middle) = median(&rounds) else { continue };
        let each = rounds.iter().map(|one| one.each() * 1e6);
        let (low, high) =
            each.fold((f64::INFINITY, 0.0_f64), |(low, high), one| (low.min(one), high.max(one)));
        let timed = !middle.time.is_zero();
        let shown = |text: String| if timed { text } else { "–".to_owned() };
        println!(
            "{:<54}{:>12}{:>14}{:>13}{:>13}{:>13}{:>10}{:>8}",
            case.title,
            grouped(size as f64),
            shown(grouped(1.0 / middle.each())),
            shown(format!("{:.3}", middle.each() * 1e6)),
            shown(format!("{low:.3}")),
            shown(format!("{high:.3}")),
            megabytes(middle.memory),
            bytes(middle.stored),
        );
    }
}

/// Prints every figure against what it must be.
pub fn musts(results: &Results) {
    println!(
        "{:<58}{:>12}{:>14}{:>12}{:>12}  verdict",
        "measure", "size", "figure", "must", "stretch"
    );
    for must in MUSTS {
        let Some((size, figure)) = must.found(results) else {
            println!("{:<58}{:>12}", must.measure, "skipped");
            continue;
        };
        println!(
            "{:<58}{:>12}{:>14}{:>12}{:>12}  {}",
            must.measure,
            grouped(size as f64),
            number(figure),
            must.must.map_or("–".to_owned(), number),
            must.stretch.map_or("–".to_owned(), number),
            must.verdict(figure),
        );
    }
}
