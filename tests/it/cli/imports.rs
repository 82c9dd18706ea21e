//! `bahi import cases`: all of a file, or nothing and every reason.

use serde_json::json;

use super::Place;

const CSV: &str = "district,financial_year,sector,project_cost_inr_as_printed\n\
    Agra,2020-2021,business,1000000\n\
    Varanasi,2020-2021,manufacturing,25\n";

fn file(place: &Place, text: &str) -> String {
    let path = place.beside().join("cases.csv");
    std::fs::write(&path, text).expect("the file can be written");
    path.to_str().expect("a temporary path is text").to_owned()
}

#[test]
fn a_file_is_imported_once_however_often_it_is_told() {
    let place = Place::with_rulebook();
    let file = file(&place, CSV);
    let check =
        place.bahi(&["import", "cases", &file, "--check", "--format", "json"]).done().json();
    assert_eq!(
        (&check["check"], &check["rows"], &check["accepted"]),
        (&json!(true), &json!(2), &json!(6))
    );
    assert_eq!(place.position(), 6, "a check records nothing");
    let told = place.bahi(&["import", "cases", &file]).done().out;
    for text in
        ["it is assumed that", "2 rows are cases", "10,00,025.00", "- line 3: ", "6 events are new"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
    assert_eq!(place.position(), 12);
    let again = place.bahi(&["import", "cases", &file, "--format", "json"]).done().json();
    assert_eq!((&again["accepted"], &again["position"]), (&json!(0), &json!(12)));
    assert_eq!(place.bahi(&["verify", "--format", "json"]).done().json()["ok"], json!(true));
}

#[test]
fn a_damaged_file_is_told_line_by_line_and_changes_nothing() {
    let place = Place::with_rulebook();
    let text = format!("{CSV}Agraa,2020-2021,business,1\nAgra,2020-2022,business,x\n");
    let file = file(&place, &text);
    let ran = place.bahi(&["import", "cases", &file]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
    let lines: Vec<&str> = ran.err.lines().collect();
    let expected = [":4:district: ", ":5:financial_year: ", ":5:project_cost_inr_as_printed: "];
    for (line, place) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("{file}{place}")), "{place}: {line}");
    }
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[3].starts_with("bahi: ") && lines[3].contains("nothing is imported"));
    assert_eq!(place.position(), 6);
}

#[test]
fn what_cannot_be_read_is_misuse() {
    let place = Place::with_rulebook();
    let file = file(&place, CSV);
    let missing = place.beside().join("missing").to_str().expect("text").to_owned();
    place.bahi(&["import", "cases", &missing]).failed(2);
    let ran = place.bahi(&["import", "cases", &file, "--map", &missing]);
    assert!(ran.failed(2).contains("built in: odop-margin-money"));
    let ran = place.bahi(&["import", "cases", &file, "--map", &file]);
    assert!(ran.failed(2).contains("correct the mapping"));
    place.bahi(&["import", "cases"]).failed(2);
    place.bahi(&["import"]).failed(2);
}
