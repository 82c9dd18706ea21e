//! The page of the checks against the catalogue.

use alloc::{format, string::String};

use crate::{CHECKS, Standing};

const PAGE: &str = include_str!("../../../../docs/CHECKS.md");

fn row(check: &crate::Check) -> String {
    let (standing, how) = match check.standing {
        Standing::Decided(how) => ("decided", how),
        Standing::Undecidable(why) => ("cannot be", why),
    };
    let (id, severity, title) = (check.id, check.severity.name(), check.title);
    format!("| {id} | {severity} | {title} | {standing} | {how} |")
}

#[test]
fn the_page_has_the_row_of_every_check_and_no_other() {
    let is_row = |line: &&str| {
        let standing =
            ["| decided |", "| cannot be |"].iter().any(|standing| line.contains(standing));
        line.starts_with("| C") && standing
    };
    let rows: alloc::vec::Vec<&str> = PAGE.lines().filter(is_row).collect();
    let whole: String = CHECKS.iter().map(|check| row(check) + "\n").collect();
    assert_eq!(rows.len(), CHECKS.len(), "rows:\n{whole}");
    for (line, check) in rows.iter().zip(CHECKS) {
        assert_eq!(*line, row(check));
    }
}
