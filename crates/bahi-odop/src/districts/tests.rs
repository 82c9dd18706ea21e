//! The table is whole, and texts find the district they name and no other.

use alloc::{collections::BTreeSet, string::String};

use super::*;

#[test]
fn there_are_seventy_five_districts_each_code_and_name_once() {
    assert_eq!(DISTRICTS.len(), 75);
    let rising = DISTRICTS.windows(2).all(|pair| pair[0].code < pair[1].code);
    assert!(rising, "the codes rise, so each stands once and a search by halves finds it");
    let folded = |entry: &DistrictEntry| letters(entry.name).collect::<String>();
    assert_eq!(DISTRICTS.iter().map(folded).collect::<BTreeSet<_>>().len(), 75);
    assert_eq!(DISTRICTS.iter().map(|entry| entry.name_hi).collect::<BTreeSet<_>>().len(), 75);
    assert_eq!(DISTRICTS.iter().map(|entry| entry.division).collect::<BTreeSet<_>>().len(), 18);
    assert!(DISTRICTS.iter().map(|entry| u32::from(entry.code.0)).sum::<u32>() == 13_928);
}

#[test]
fn every_cell_is_filled_with_the_script_it_promises() {
    for entry in &DISTRICTS {
        let english = [entry.name, entry.division, entry.product];
        for text in english.into_iter().chain(entry.further_products.iter().copied()) {
            assert!(!text.is_empty() && text.is_ascii() && text.trim() == text, "{text}");
        }
        let devanagari = |c: char| ('\u{900}'..='\u{97f}').contains(&c) || c == ' ';
        assert!(entry.name_hi.chars().all(devanagari), "{}", entry.name_hi);
        assert!(Letters::of(entry.name).is_some(), "{} fits a suggestion", entry.name);
    }
}

#[test]
fn doubtful_cells_are_named() {
    let doubts = |cells: &str| DISTRICTS.iter().filter(|e| e.unverified == Some(cells)).count();
    let of = |name: &str| by_name(name).and_then(|entry| entry.unverified);
    assert_eq!(of("Mathura"), Some("product"));
    assert_eq!(of("Kanpur Nagar"), Some("further products"));
    assert_eq!(of("Varanasi"), Some("division"));
    assert_eq!(of("Agra"), None);
    assert_eq!((doubts("product"), doubts("further products"), doubts("division")), (1, 1, 15));
}

#[test]
fn each_district_is_found_by_its_code_and_by_either_name() {
    for entry in &DISTRICTS {
        let code = alloc::format!(" {} ", entry.code);
        let hindi = alloc::format!("\t{}\n", entry.name_hi);
        for text in [code.as_str(), entry.name, &entry.name.to_uppercase(), &hindi] {
            assert_eq!(by_name(text), Some(entry), "{text}");
        }
        assert_eq!(by_code(entry.code), Some(entry));
        assert_eq!(suggest(entry.name), Some(entry));
    }
}

#[test]
fn a_text_that_names_no_district_finds_none() {
    let long = "a".repeat(DISTRICT_TEXT_BYTES_MAX + 1);
    for text in ["", " ", "-", "0", "pool", "117", "9999", "65536", "0187", "Agr", "Kanpur", &long]
    {
        assert_eq!(by_name(text), None, "{text}");
    }
    assert_eq!(by_code(District::POOL), None);
}

#[test]
fn a_slip_is_answered_with_the_name_meant() {
    for (typed, meant) in [
        ("Varansi", "Varanasi"),
        ("vanarasi", "Varanasi"),
        ("Lacknow", "Lucknow"),
        ("Agar", "Agra"),
        ("Gautam Budh Nagr", "Gautam Buddha Nagar"),
        ("Shrawasti", "Shravasti"),
        ("Raibareli", "Rae Bareli"),
        ("Kanpur", "Kanpur Dehat"),
        ("Kheri", "Lakhimpur Kheri"),
        ("Rampuur", "Rampur"),
    ] {
        assert_eq!(suggest(typed).map(|entry| entry.name), Some(meant), "{typed}");
    }
    let long = "x".repeat(LETTERS_MAX + 1);
    for typed in ["", "  ", "Mumbai", "Xyzzy", "q", "\u{935}\u{93e}", &long] {
        assert_eq!(suggest(typed), None, "{typed}");
    }
}

#[test]
fn slips_are_counted_as_a_typist_makes_them() {
    for (left, right, count) in [
        ("agra", "agra", 0),
        ("agra", "", 4),
        ("ab", "ba", 1),
        ("ab", "ca", 2),
        ("agra", "agara", 1),
        ("agra", "ara", 1),
        ("agra", "Ogra", 1),
        ("gonda", "banda", 2),
    ] {
        let both = [left, right].map(|text| Letters::of(text).expect("short"));
        assert_eq!(slips(&both[0], &both[1]), count, "{left} {right}");
        assert_eq!(slips(&both[1], &both[0]), count, "{right} {left}");
    }
}
