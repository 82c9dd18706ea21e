//! Terms files: the example of the documentation, the rulebook as files, and files that are wrong.

use std::{fs, path::PathBuf};

use super::{Place, bahi};
use crate::tree;

fn example() -> String {
    let page = fs::read_to_string(tree::root().join("docs/SCHEME-FILES.md")).expect("the page");
    let (_, from) = page.split_once("```toml\n").expect("the page has an example");
    let (example, _) = from.split_once("```").expect("the example ends");
    example.to_owned()
}

fn file(place: &Place, name: &str, text: &str) -> String {
    let path: PathBuf = place.beside().join(name);
    fs::write(&path, text).expect("a file can be written");
    path.to_str().expect("a path of ASCII").to_owned()
}

fn given(place: &Place, facts: &str) -> (u8, serde_json::Value) {
    let ran = place.bahi(&[
        "entitlement",
        "--scheme",
        "craft-aid",
        "--on",
        "2025-06-01",
        "--facts",
        facts,
        "--format",
        "json",
    ]);
    (ran.status, ran.json())
}

/// An amount and the line it is given by, or a refusal's code.
type Gives = Result<(&'static str, &'static str), &'static str>;

/// Facts of the example, and what it gives for them.
const GIVES: &[(&str, Gives)] = &[
    (r#"{"component":"equipment","equipment_cost":"500000"}"#, Ok(("200000.00", "3(2)"))),
    (r#"{"component":"equipment","equipment_cost":"500000.01"}"#, Ok(("200000.00", "3(3)"))),
    (r#"{"component":"equipment","equipment_cost":"2000000"}"#, Ok(("600000.00", "3(3)"))),
    (r#"{"component":"equipment","equipment_cost":"5000000"}"#, Ok(("1000000.00", "3(4)"))),
    (r#"{"component":"equipment","equipment_cost":"5000000.01"}"#, Err("equipment_cost_stated")),
    (r#"{"component":"fair","fair":"in_state","stall_paid":"40000.67"}"#, Ok(("30000.00", "4"))),
    (r#"{"component":"fair","fair":"in_country","stall_paid":"40000.67"}"#, Ok(("30001.00", "4"))),
    (r#"{"component":"fair","fair":"abroad","stall_paid":"1"}"#, Err("stall")),
    (r#"{"component":"training","artisans":30,"days":12}"#, Ok(("225000.00", "5"))),
    (r#"{"component":"bribes"}"#, Err("component_of_the_order")),
];

#[test]
fn the_example_of_the_page_opens_and_gives_what_it_says() {
    let place = Place::with_rulebook();
    let path = file(&place, "craft-aid.toml", &example());
    bahi(&["scheme", "check", &path]).done();
    let before = place.position();
    let open = ["scheme", "open", &path, "--actor", "craft-board", "--format", "json"];
    let dry = place.bahi(&[&open[..], &["--dry-run"]].concat()).done().json();
    assert_eq!((dry["number"].as_u64(), place.position()), (Some(1), before));
    let told = place.bahi(&open).done().json();
    assert_eq!(told["position"].as_u64(), Some(before + 1));
    assert_eq!(told["repeated"], false);
    let again = place.bahi(&open).done().json();
    assert_eq!((again["position"].as_u64(), &again["repeated"]), (Some(before + 1), &true.into()));
    for (facts, expected) in GIVES {
        let (status, answer) = given(&place, facts);
        match expected {
            Ok((amount, paragraph)) => {
                assert_eq!(status, 0, "{facts}: {answer}");
                assert_eq!(answer["entitlement"], *amount, "{facts}");
                assert_eq!(answer["authority"]["paragraph"], *paragraph, "{facts}");
            }
            Err(code) => {
                assert_eq!((status, &answer["code"]), (1, &(*code).into()), "{facts}: {answer}");
            }
        }
    }
    place.bahi(&["verify"]).done();
}

#[test]
fn an_amendment_is_the_next_version_and_what_is_shown_opens_as_it_is() {
    let place = Place::with_rulebook();
    let path = file(&place, "craft-aid.toml", &example());
    place.bahi(&["scheme", "open", &path, "--actor", "craft-board"]).done();
    let later = example()
        .replace("ca-2025", "ca-2026")
        .replace("\"2025-04-01\"", "\"2026-04-01\"")
        .replace("40% of", "45% of");
    let amended = file(&place, "craft-aid-2026.toml", &later);
    let amend = ["scheme", "amend", &amended, "--actor", "craft-board", "--format", "json"];
    assert_eq!(place.bahi(&amend).done().json()["number"], 2);
    assert_eq!(place.bahi(&amend).done().json()["repeated"], true);
    let elsewhere = file(&place, "moved.toml", &later.replace("\"572\"", "\"573\""));
    let ran = place.bahi(&["scheme", "amend", &elsewhere, "--actor", "craft-board"]);
    assert!(ran.failed(2).contains("not the districts"), "{ran:?}");

    let show = |place: &Place, version: &str| {
        let words = ["scheme", "show", "craft-aid", "--version", version, "--format", "toml"];
        place.bahi(&words).done().out
    };
    let other = Place::with_rulebook();
    for (version, verb) in [("1", "open"), ("2", "amend")] {
        let text = show(&place, version);
        let path = file(&other, "shown.toml", &text);
        other.bahi(&["scheme", verb, &path, "--actor", "craft-board"]).done();
        assert_eq!(show(&other, version), text);
    }
    let ran = place.bahi(&["scheme", "show", "craft-aid", "--version", "3"]);
    assert!(ran.failed(2).contains("no version 3"), "{ran:?}");
}

#[test]
fn every_version_of_the_four_schemes_is_a_file_that_reads_as_the_same_terms() {
    for scheme in bahi_odop::schemes() {
        for (version, terms) in (1_u16..).zip(&scheme.versions) {
            let number = version.to_string();
            let words = ["scheme", "show", scheme.name.as_str(), "--version", &number];
            let text = bahi(&[&words[..], &["--format", "toml"]].concat()).done().out;
            let read = bahi::scheme::read(text.as_bytes());
            let read = read.unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(read.terms, *terms, "{text}");
            assert_eq!(read.districts.len(), 75);
            let json = bahi(&[&words[..], &["--format", "json"]].concat()).done().json();
            assert_eq!(json["terms"]["name"], terms.parts().name.as_str());
            bahi(&words).done();
        }
    }
}

#[test]
fn a_ledger_of_the_rulebook_opens_from_its_files_alone() {
    let place = Place::with_rulebook();
    let file_of = |name: &str| {
        let words = ["scheme", "show", name, "--format", "toml"];
        place.bahi(&words).done().out.replace(name, "again")
    };
    for (index, name) in ["margin-money", "mda"].into_iter().enumerate() {
        let text =
            file_of(name).replace("scheme = \"again\"", &format!("scheme = \"again-{index}\""));
        let path = file(&place, "again.toml", &text);
        place.bahi(&["scheme", "open", &path, "--actor", "a"]).done();
    }
    assert!(place.bahi(&["schemes", "again-1"]).done().out.contains("again-1"));
}

#[test]
fn what_is_wrong_with_a_file_is_one_line_with_its_place() {
    let place = Place::with_rulebook();
    let at = place.position();
    let wrong = [
        ("min(artisans, 25)", "min(artisan, 25)", "no [[fact]] has the name artisan;"),
        ("up to 20_00_000.00", "up to 4_00_000.00", "rows rise: this one ends above 500000.00"),
        ("instalments_max = 3", "instalments = 3", "unknown field `instalments`"),
        ("\"572\"", "\"nowhere\"", "no district; allowed here"),
        ("districts = [", "districts = [\u{202e}", "line 3, column "),
    ];
    for (right, put, says) in wrong {
        let text = example().replacen(right, put, 1);
        let line = text.lines().position(|line| line.contains(put)).expect("it stands there") + 1;
        let path = file(&place, "wrong.toml", &text);
        for verb in [&["check"][..], &["open", "--actor", "a"], &["amend", "--actor", "a"]] {
            let ran = place.bahi(&[&["scheme", verb[0], &path], &verb[1..]].concat());
            let told = ran.failed(2);
            assert!(told.contains(says), "{told}");
            assert!(told.contains(&format!("wrong.toml: line {line}, column ")), "{told}");
        }
    }
    let text = example().replacen("min(artisans", "min(artisan", 1);
    let path = file(&place, "craft-aid.toml", &text);
    let told = bahi(&["scheme", "check", &path]).failed(2).replace(&path, "craft-aid.toml");
    let page = fs::read_to_string(tree::root().join("docs/SCHEME-FILES.md")).expect("the page");
    assert!(page.contains(&told), "the page shows another complaint than {told}");
    let alone = example().replace("districts = [\"560\", \"562\", \"572\"]\n", "");
    let path = file(&place, "alone.toml", &alone);
    let ran = place.bahi(&["scheme", "open", &path, "--actor", "a"]);
    assert!(ran.failed(2).contains("names none"), "{ran:?}");
    let ran = place.bahi(&["scheme", "amend", &path, "--actor", "a"]);
    assert!(ran.failed(2).contains("no scheme craft-aid is open"), "{ran:?}");
    let ran = place.bahi(&["balances", "--format", "toml"]);
    assert!(ran.failed(2).contains("scheme show alone"), "{ran:?}");
    let taken = example().replace("craft-aid", "mda");
    let path = file(&place, "taken.toml", &taken);
    place.bahi(&["scheme", "open", &path, "--actor", "a"]).failed(1);
    // The refusal is evidence, and nothing else is there.
    assert!(place.position() <= at + 1);
}
