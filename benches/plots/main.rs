//! Makes the page of plots, its charts, and the tables of other pages that rest on a run's results.
//!
//! `cargo run -p bahi-benches --bin plots` reads `docs/plots/results.tsv` and writes; `-- --check`
//! writes nothing, and fails where a page is not what the results make of it.
//!
//! # Invariants
//! * Everything it writes follows from the results: the same file gives the same pages.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::float_arithmetic)]

mod chart;
mod page;
mod scaling;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bahi_benches::results::Results;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("docs");
    match made(&docs).and_then(|pages| kept(pages, check)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::from(1)
        }
    }
}

/// A file and what it must hold.
type Pages = Vec<(PathBuf, String)>;

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn made(docs: &Path) -> Result<Pages, String> {
    let plots = docs.join("plots");
    let results = Results::parse(&read(&plots.join("results.tsv"))?)?;
    let mut pages = vec![(docs.join("PLOTS.md"), page::page(&results))];
    for plot in page::PLOTS {
        if let Some(svg) = plot.svg(&results) {
            pages.push((plots.join(plot.file).with_extension("svg"), svg));
        }
    }
    let scaling = docs.join("SCALING.md");
    let text = read(&scaling)?;
    pages.push((scaling, scaling::filled(&text, &results)?));
    Ok(pages)
}

/// Writes what differs, or complains of it.
fn kept(pages: Pages, check: bool) -> Result<(), String> {
    for (path, text) in pages {
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        let shown = path.display();
        if check {
            return Err(format!("{shown} is not what the results make of it: run plots"));
        }
        fs::write(&path, text).map_err(|error| format!("{shown}: {error}"))?;
        println!("{shown}");
    }
    Ok(())
}
