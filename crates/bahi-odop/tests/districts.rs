//! The table of districts against the domain's list, cell by cell, where the list is at hand.

use std::{collections::BTreeMap, fs, io::Write, path::PathBuf};

use bahi_core::District;
use bahi_odop::DISTRICTS;
use bahi_odop::districts::{DistrictEntry, Seen, by_name};

const LIST: &str = "up_districts_odop.csv";

/// The list, looked for beside every folder above this crate. Where there is none the test says so
/// and ends.
fn list() -> Option<String> {
    let mut above = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    while above.pop() {
        if let Ok(text) = fs::read_to_string(above.join("shared").join("domain").join(LIST)) {
            return Some(text);
        }
    }
    let skipped = format!("skipped: no shared/domain/{LIST} beside the workspace\n");
    // Through the handle itself: the macros' output is held back for a test that passes.
    std::io::stderr().write_all(skipped.as_bytes()).ok();
    None
}

/// The cells of one line; a cell in quotes may hold commas, and two quotes in it are one.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    let mut letters = line.trim_end().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => {
                cells.last_mut().expect("a cell").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().expect("a cell").push(other),
        }
    }
    cells
}

fn split(cell: &str) -> Vec<&str> {
    cell.split("; ").filter(|part| !part.is_empty()).collect()
}

fn seen(source: &str) -> Seen {
    match source {
        "S1" => Seen::List,
        "S2" => Seen::OtherList,
        "NEWS" => Seen::News,
        "N2022" => Seen::In(2022),
        "N2025" => Seen::In(2025),
        "S1/N2022" => Seen::ListAndIn(2022),
        "RECALL" | "RECALL/S2" => Seen::Nowhere,
        other => panic!("the list has a source this test does not know: {other}"),
    }
}

/// What the list calls a doubtful cell, and what the table calls it.
fn doubt(cells: &str) -> Option<&'static str> {
    match cells {
        "" => None,
        "odop_primary" => Some("product"),
        text if text.starts_with("odop_additional") => Some("further products"),
        text if text.starts_with("division") => Some("division"),
        other => panic!("the list doubts a cell this test does not know: {other}"),
    }
}

/// A product without the list's remark on it in brackets.
fn bare<'a>(product: &'a str, remark: &str) -> &'a str {
    product.split_once(remark).map_or(product, |(name, _)| name).trim_end()
}

fn agrees(entry: &DistrictEntry, row: &BTreeMap<&str, String>) {
    let cell = |name: &str| row[name].as_str();
    let name = entry.name;
    assert_eq!(name, cell("district"));
    assert_eq!(entry.name_hi, cell("district_hi"), "{name}");
    assert_eq!(entry.division, cell("division"), "{name}");
    assert_eq!(entry.product, bare(cell("odop_primary"), "(2018 list)"), "{name}");
    assert_eq!(entry.product_seen, seen(cell("odop_primary_source")), "{name}");
    let later = split(cell("odop_additional"));
    let later: Vec<&str> = later.into_iter().map(|text| bare(text, "(press reports")).collect();
    assert_eq!(entry.further_products, later, "{name}");
    // One source may stand for all of a district's later products.
    let sources = split(cell("odop_additional_sources"));
    let source = |index: usize| sources.get(index).or(sources.last()).map(|text| seen(text));
    for (index, found) in entry.further_seen.iter().enumerate() {
        assert_eq!(Some(*found), source(index), "{name}");
    }
    assert_eq!(entry.unverified, doubt(cell("unverified_cells")), "{name}");
    assert_eq!(cell("lgd_verification"), "single-source(S3)+recall", "{name}");
    assert_eq!(by_name(cell("district_hi")), Some(entry), "{name}");
}

#[test]
fn every_cell_is_the_lists() {
    let Some(text) = list() else { return };
    let mut lines = text.lines();
    let heads = cells(lines.next().expect("a line of heads"));
    let mut codes = Vec::new();
    for line in lines {
        let row = cells(line);
        assert_eq!(row.len(), heads.len(), "{line}");
        let row: BTreeMap<&str, String> = heads.iter().map(String::as_str).zip(row).collect();
        let code = District::parse(&row["lgd_district_code"]).expect("a district's code");
        let entry = DISTRICTS.iter().find(|entry| entry.code == code).expect("in the table");
        agrees(entry, &row);
        codes.push(code);
    }
    codes.sort_unstable();
    assert!(DISTRICTS.iter().map(|entry| entry.code).eq(codes), "each district stands once");
}
