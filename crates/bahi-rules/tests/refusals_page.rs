//! The page of refusals beside the table of codes: one entry each, in checking order, none more.

#![allow(clippy::print_stderr, reason = "a check that cannot be made says so")]

use std::{fs, io::ErrorKind, path::Path};

use bahi_core::{Refusal, Stage};

/// The page; none where the crate stands alone, as a packaged one does.
fn page() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/REFUSALS.md");
    match fs::read_to_string(&path) {
        Ok(page) => Some(page),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: the page of refusals does not come with the packaged crate");
            None
        }
        Err(error) => panic!("the page of refusals cannot be read: {error}"),
    }
}

/// The code of every entry with the line below its heading that is not empty.
fn entries(page: &str) -> Vec<(&str, &str)> {
    let mut lines = page.lines().filter(|line| !line.is_empty());
    let mut entries = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("### ") {
            entries.push((heading, lines.next().unwrap_or_default()));
        }
    }
    entries
}

#[test]
fn the_page_has_one_entry_for_each_code_in_checking_order() {
    let Some(page) = page() else { return };
    let headings: Vec<&str> = entries(&page).into_iter().map(|(heading, _)| heading).collect();
    let codes: Vec<String> =
        Refusal::CODES.iter().map(|(_, code, _)| format!("`{code}`")).collect();
    assert_eq!(headings, codes);
}

#[test]
fn each_entry_says_its_stage_and_number_and_what_comes_next() {
    let Some(page) = page() else { return };
    for ((heading, first), (number, code, stage)) in entries(&page).iter().zip(Refusal::CODES) {
        let stage = Stage::name(*stage);
        assert_eq!(*first, format!("Stage: `{stage}`, number {number}."), "below {heading}");
        let entry = page.split(&format!("### `{code}`\n")).nth(1).unwrap_or_default();
        let entry = entry.split("\n## ").next().and_then(|rest| rest.split("\n### ").next());
        let entry = entry.unwrap_or_default();
        for part in ["\nExample: ", "\nNext: "] {
            assert_eq!(entry.matches(part).count(), 1, "{heading} has its {part:?} once");
        }
    }
}
