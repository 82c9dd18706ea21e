//! The table is whole, and texts find the district they name and no other.

use alloc::{collections::BTreeSet, string::String};

use super::{
    letters::{LETTERS_MAX, slips},
    *,
};

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

#[test]
fn ways_of_writing_a_hindi_name_find_the_same_district() {
    for (typed, meant) in [
        ("\u{92c}\u{926}\u{93e}\u{92f}\u{942}\u{902}", "Budaun"),
        ("\u{91a}\u{928}\u{94d}\u{926}\u{94c}\u{932}\u{940}", "Chandauli"),
        ("\u{91d}\u{93e}\u{901}\u{938}\u{940}", "Jhansi"),
        ("\u{939}\u{93e}\u{92a}\u{941}\u{95c}", "Hapur"),
        ("\u{939}\u{93e}\u{92a}\u{941}\u{921}\u{93c}", "Hapur"),
        ("\u{938}\u{92e}\u{94d}\u{92d}\u{932}", "Sambhal"),
        ("\u{930}\u{93e}\u{92f}-\u{92c}\u{930}\u{947}\u{932}\u{940}", "Rae Bareli"),
    ] {
        assert_eq!(by_name(typed).map(|entry| entry.name), Some(meant), "{typed}");
    }
    let slip = "\u{935}\u{93e}\u{930}\u{93e}\u{923}\u{93e}\u{938}\u{940}";
    assert_eq!(suggest(slip).map(|entry| entry.name), Some("Varanasi"));
    let folded = |entry: &DistrictEntry| letters(entry.name_hi).collect::<String>();
    assert_eq!(DISTRICTS.iter().map(folded).collect::<BTreeSet<_>>().len(), 75);
}

#[test]
fn a_search_finds_by_part_of_a_name_in_either_script_a_division_or_a_product() {
    let found = |text: &str| search(text).map(|entry| entry.name).collect::<alloc::vec::Vec<_>>();
    assert_eq!(
        found("kanpur"),
        ["Auraiya", "Etawah", "Farrukhabad", "Kannauj", "Kanpur Dehat", "Kanpur Nagar"]
    );
    assert_eq!(
        found("\u{915}\u{93e}\u{928}\u{92a}\u{941}\u{930}"),
        ["Kanpur Dehat", "Kanpur Nagar"]
    );
    assert_eq!(found("meenakari"), ["Varanasi"]);
    assert_eq!(found(" 187 "), ["Varanasi"]);
    assert_eq!(found("MOONJ"), ["Prayagraj", "Sultanpur", "Amethi"]);
    assert_eq!(found(&"a".repeat(DISTRICT_TEXT_BYTES_MAX + 1)).len(), 0);
    assert_eq!((found("").len(), found("pool").len(), found("117").len()), (75, 0, 0));
    for entry in &DISTRICTS {
        for text in [entry.name, entry.name_hi, entry.product, entry.division] {
            assert!(search(text).any(|found| found == entry), "{text}");
        }
    }
}

#[test]
fn a_product_stands_as_its_sources_say_on_a_day() {
    let on = |district: &str, product: &str, day: &str| {
        let product = by_name(district).and_then(|entry| entry.product_named(product))?;
        product.standing_on(bahi_core::Day::parse(day).expect("a day"))
    };
    for (district, product, day, standing) in [
        ("Varanasi", "Banarasi Silk Saree", "2018-01-24", None),
        ("Varanasi", "banarasi silk-saree", "2018-01-25", Some(Standing::First)),
        ("Varanasi", "Gulabi Meenakari", "2021-12-31", Some(Standing::NotBefore(2022))),
        ("Varanasi", "Gulabi Meenakari", "2022-12-31", Some(Standing::NotBefore(2022))),
        ("Varanasi", "Gulabi Meenakari", "2023-01-01", Some(Standing::Added)),
        ("Varanasi", "Carpets", "2024-01-01", None),
        ("Farrukhabad", "Zari-Zardozi", "2023-01-01", Some(Standing::Added)),
        ("Ballia", "Sattu products", "2025-06-01", Some(Standing::NotBefore(2025))),
        ("Chandauli", "Black Rice", "2024-01-01", Some(Standing::Undated)),
        ("Mathura", "Sanitary Fittings", "2024-01-01", Some(Standing::Unconfirmed)),
        ("Kanpur Nagar", "Hosiery & Textile Products", "2024-01-01", Some(Standing::Unconfirmed)),
    ] {
        assert_eq!(on(district, product, day), standing, "{product} of {district} on {day}");
    }
    for entry in &DISTRICTS {
        assert_eq!(entry.further_products.len(), entry.further_seen.len(), "{}", entry.name);
        assert_eq!(entry.products().count(), 1 + entry.further_products.len());
        let doubtful = entry.products().any(|product| product.seen == Seen::Nowhere);
        let named = entry.unverified.is_some_and(|cells| cells.contains("product"));
        assert_eq!(doubtful, named, "{}", entry.name);
    }
}

#[test]
fn the_sources_of_products_count_as_the_lists_do() {
    let count = |seen: Seen| {
        DISTRICTS.iter().flat_map(DistrictEntry::products).filter(|p| p.seen == seen).count()
    };
    let all = [Seen::List, Seen::OtherList, Seen::News, Seen::Nowhere];
    assert_eq!(all.map(count), [79, 4, 8, 2]);
    let dated = [Seen::In(2022), Seen::In(2025), Seen::ListAndIn(2022)];
    assert_eq!(dated.map(count), [5, 13, 5]);
    assert_eq!(DISTRICTS.iter().map(|entry| entry.products().count()).sum::<usize>(), 116);
}

#[test]
fn a_product_is_notified_unknown_or_anothers_as_far_as_the_sources_say() {
    let day = |text| bahi_core::Day::parse(text).expect("a day");
    let long = "a".repeat(DISTRICT_TEXT_BYTES_MAX + 1);
    for (district, product, on, then) in [
        (187, "Banarasi Silk Saree", "2018-01-25", Some(true)),
        (187, "BANARASI-SILK_SAREE", "2018-01-25", Some(true)),
        (187, "Banarasi Silk Saree", "2018-01-24", Some(false)),
        (187, "Gulabi Meenakari", "2023-01-01", Some(true)),
        (187, "Gulabi Meenakari", "2022-12-31", None),
        (187, "Gulabi Meenakari", "2019-06-10", None),
        (187, "Carpets", "2024-06-10", Some(false)),
        (187, "Umbrellas", "2024-06-10", None),
        (187, "", "2024-06-10", None),
        (187, "_", "2024-06-10", None),
        (187, &long, "2024-06-10", None),
        (135, "Black Rice", "2024-06-10", None),
        (126, "Sattu products", "2026-01-01", Some(true)),
        (167, "Sanitary Fittings", "2024-06-10", None),
        (167, "Carpets", "2024-06-10", None),
        (157, "Leather Products", "2024-06-10", Some(true)),
        (157, "Hosiery & Textile Products", "2024-06-10", None),
        (157, "Carpets", "2024-06-10", None),
        (118, "Hosiery & Textile Products", "2024-06-10", Some(false)),
        (118, "Moonj Products", "2024-06-10", Some(false)),
        (179, "Carpets", "2024-06-10", None),
        (131, "Wooden Products", "2024-06-10", None),
        (147, "Food Processing", "2024-06-10", None),
        (0, "Carpets", "2024-06-10", None),
        (999, "Carpets", "2024-06-10", None),
    ] {
        assert_eq!(
            notified(District(district), product, day(on)),
            then,
            "{district} {product} {on}"
        );
    }
}

#[test]
fn every_product_is_notified_in_the_end_but_those_without_a_year_and_each_can_be_a_fact() {
    let end = bahi_core::Day::parse("2099-12-31").expect("a day");
    let mut unknown = 0;
    for entry in &DISTRICTS {
        for product in entry.products() {
            assert!(bahi_core::Word::new(product.name).is_ok(), "{}", product.name);
            let dated = product.first || product.seen.year().is_some();
            let then = (dated && product.seen != Seen::Nowhere).then_some(true);
            assert_eq!(notified(entry.code, product.name, end), then, "{}", product.name);
            unknown += u32::from(then.is_none());
        }
    }
    assert_eq!(unknown, 19, "later products of a list or of news without a year, and unconfirmed");
}
