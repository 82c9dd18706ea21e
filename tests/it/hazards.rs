//! The page of hazards against the tests it names: each exists, and no hazard is without one.

use std::collections::BTreeSet;

use crate::tree;

/// The rows of the table of hazards, each as its cells.
fn rows(page: &str) -> Vec<Vec<String>> {
    let table = page.split("| hazard | loss |").nth(1).unwrap_or_default();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let inside = row.trim_matches('|');
        inside.split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// What a cell names as code.
fn named(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The names of every test of the tree: functions below `#[test]`.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in tree::rust_files() {
        let mut lines = file.text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line == "#[test]"
                && let Some(name) = lines.next().and_then(|next| next.strip_prefix("fn "))
            {
                found.insert(name.split('(').next().unwrap_or_default().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_hazard_is_held_by_tests_that_exist() {
    let page = tree::read("docs/HAZARDS.md");
    let (rows, tests) = (rows(&page), tests());
    assert!(rows.len() >= 15 && tests.len() > 200, "{} rows, {} tests", rows.len(), tests.len());
    for row in &rows {
        let [hazard, losses, _, held] = row.as_slice() else { panic!("{row:?}") };
        let names = named(held);
        assert!(!names.is_empty(), "{hazard} is held by nothing");
        for name in names {
            let is_file = name.contains('/') && tree::root().join(name).is_file();
            assert!(is_file || tests.contains(name), "{hazard} no test is called {name}");
        }
        for loss in losses.split(' ') {
            assert!(page.contains(&format!("\n| {loss} | ")), "{hazard} there is no loss {loss}");
        }
    }
}

#[test]
fn a_name_of_no_test_is_found_out() {
    assert_eq!(rows("| hazard | loss | c | h |\n| - |\n| a | L1 | b | `c` `d` |\n\nx").len(), 1);
    assert_eq!(named("`c` and `d`"), ["c", "d"]);
    assert!(!tests().contains("no_such_test"));
}
