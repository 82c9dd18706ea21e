//! Papers as whoever asks the program for them gets them.

use std::{collections::BTreeMap, fs, process::Command};

use super::Place;
use crate::outside_programs::python_with;

const USED: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000701","kind":"recover","actor":"dic-vns","role":"district_office","effective_day":"2024-09-01","authority":{"order":"R-1/2024","date":"2024-09-01"},"case_ref":"VNS/2024/0042","amount":"50000.00","reason":"misuse","reference":"CHALLAN-1"}"#;

fn with_a_recovery() -> Place {
    let place = Place::with_a_case();
    place.reading(USED, &["submit"]).done();
    place
}

const CERTIFICATE: [&str; 5] = ["certificate", "--scheme", "margin-money", "--fy", "2024-25"];

#[test]
fn a_certificate_has_the_columns_of_its_form_and_proves_its_identities() {
    let place = with_a_recovery();
    let asked = [&CERTIFICATE[..], &["--district", "Varanasi", "--format", "json"]].concat();
    let answer = place.bahi(&asked).done().json();
    assert_eq!((&answer["paper"], &answer["holds"]), (&"certificate".into(), &true.into()));
    let table = |name: &str| {
        let tables = answer["tables"].as_array().expect("tables");
        tables.iter().find(|table| table["table"] == name).expect("the table is there").clone()
    };
    let columns = [
        ("unspent", "0.00"),
        ("interest_earned", "0.00"),
        ("interest_remitted", "0.00"),
        // A recovery is handed back.
        ("received", "9950000.00"),
        ("available", "9950000.00"),
        ("expenditure", "0.00"),
        ("closing", "9950000.00"),
    ];
    for (name, amount) in columns {
        assert_eq!(table("columns")["rows"][0][name], amount, "{name}");
    }
    assert_eq!(table("closing")["totals"][0]["amount"], "9950000.00");
    assert_eq!(table("closing")["rows"][4]["amount"], "200000.00", "unadjusted");
    assert_eq!(table("grants")["rows"][0]["order"], "B-1/2024");
    let elsewhere = [&CERTIFICATE[..], &["--district", "Agra", "--format", "json"]].concat();
    let elsewhere = place.bahi(&elsewhere).done().json();
    assert_eq!(elsewhere["tables"][1]["rows"][0]["closing"], "0.00");
}

#[test]
fn a_certificate_of_a_past_says_that_it_is_provisional() {
    let place = with_a_recovery();
    let asked = [&CERTIFICATE[..], &["--as-of", "2024-06-15"]].concat();
    let told = place.bahi(&asked).done().out;
    assert!(told.contains("01-04-2024 to 15-06-2024") && told.contains("Provisional"), "{told}");
    assert!(told.contains("Form GFR 12-A") && told.contains("holds"), "{told}");
    assert!(told.contains("1,00,00,000.00") && told.contains("वित्त"), "{told}");
}

#[test]
fn every_paper_is_written_in_every_form_and_replaced_only_by_force() {
    let place = with_a_recovery();
    let papers: [&[&str]; 6] = [
        &CERTIFICATE,
        &["paper", "expenditure", "--fy", "2024-25"],
        &["paper", "sanctions"],
        &["paper", "tdr"],
        &["paper", "ageing", "--scheme", "margin-money"],
        &["paper", "case", "VNS/2024/0042"],
    ];
    for (number, paper) in papers.iter().enumerate() {
        let told = place.bahi(paper).done().out;
        assert!(told.contains("holds") && !told.contains("DOES NOT HOLD"), "{told}");
        assert!(told.contains("root "), "{told}");
        let json = place.bahi(&[paper, &["--format", "json"][..]].concat()).done().json();
        assert_eq!(json["holds"], true);
        for form in ["html", "pdf"] {
            let file = place.beside().join(format!("{number}.{form}"));
            let path = file.to_str().expect("a path");
            let asked = [paper, &["--format", form, "--out", path][..]].concat();
            place.bahi(&asked).done();
            let bytes = fs::read(&file).expect("the file is there");
            let begins = if form == "pdf" { &b"%PDF-1.7"[..] } else { b"<!DOCTYPE html>" };
            assert!(bytes.starts_with(begins), "{path}");
            assert!(place.bahi(&asked).failed(2).contains("--force"));
            place.bahi(&[&asked[..], &["--force"]].concat()).done();
            assert_eq!(fs::read(&file).expect("it is there"), bytes, "the same again");
        }
    }
}

#[test]
fn the_rows_of_a_paper_are_those_of_its_document() {
    let place = with_a_recovery();
    let papers: [&[&str]; 4] = [
        &CERTIFICATE,
        &["paper", "expenditure", "--fy", "2024-25"],
        &["paper", "ageing"],
        &["paper", "case", "VNS/2024/0042"],
    ];
    for paper in papers {
        let as_form = |form: &str| place.bahi(&[paper, &["--format", form][..]].concat()).done();
        let document = as_form("json").json();
        let lines = as_form("jsonl").json_lines();
        let mut expected = Vec::new();
        for table in document["tables"].as_array().expect("tables") {
            for (list, total) in [("rows", false), ("totals", true)] {
                for row in table[list].as_array().expect("a list") {
                    let mut row = row.clone();
                    row["table"] = table["table"].clone();
                    row["total"] = total.into();
                    expected.push(row);
                }
            }
        }
        assert!(!lines.is_empty(), "{paper:?}");
        assert_eq!(lines, expected, "{paper:?}");
        let csv = as_form("csv").out;
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let heading = rows.headers().expect("a heading").clone();
        assert_eq!(heading.iter().take(2).collect::<Vec<_>>(), ["table", "total"]);
        let mut read: Vec<BTreeMap<String, String>> = Vec::new();
        for row in rows.records() {
            let row = row.expect("a row as long as its heading");
            let cells = heading.iter().zip(row.iter()).filter(|(_, cell)| !cell.is_empty());
            read.push(cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect());
        }
        let told = |row: &serde_json::Value| -> BTreeMap<String, String> {
            let cells = row.as_object().expect("an object").iter();
            let cell = |(name, value): (&String, &serde_json::Value)| {
                let told = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (!value.is_null() && !told.is_empty()).then(|| (name.clone(), told))
            };
            cells.filter_map(cell).collect()
        };
        assert_eq!(read, lines.iter().map(told).collect::<Vec<_>>(), "{paper:?}");
    }
}

/// What another program makes of a document; `None`, said, where it is not on this machine.
fn other_program(name: &str, arguments: &[&str]) -> Option<(bool, String)> {
    match Command::new(name).args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            Some((output.status.success(), text))
        }
        Err(_) => {
            let skipped = format!("skipped: {name} is not on this machine\n");
            std::io::Write::write_all(&mut std::io::stderr(), skipped.as_bytes()).expect("stderr");
            None
        }
    }
}

#[test]
fn other_programs_read_a_document_its_hindi_and_its_stamp() {
    let place = with_a_recovery();
    let file = place.beside().join("ageing.pdf");
    let path = file.to_str().expect("a path");
    place.bahi(&["paper", "ageing", "--format", "pdf", "--out", path]).done();
    if let Some((fine, told)) = other_program("qpdf", &["--check", path]) {
        assert!(fine, "{told}");
    }
    if let Some((fine, text)) = other_program("pdftotext", &["-layout", path, "-"]) {
        assert!(fine);
        let root = place.bahi(&["balances", "--format", "json"]).done().json();
        let root = root["root"].as_str().expect("a root").to_owned();
        let wanted =
            ["वाराणसी", "Varanasi", "2,00,000.00", "page 1 of", "20-06-2024", root.as_str()];
        for wanted in wanted {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }
}

#[test]
fn a_paper_goes_to_standard_output_where_nobody_names_a_file() {
    let place = with_a_recovery();
    let page = place.bahi(&["paper", "tdr", "--format", "html"]).done().out;
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    let (mut out, mut input) = (Vec::new(), std::io::empty());
    let arguments = ["paper", "tdr", "--format", "pdf", "--out", "-"];
    let (status, err) = place.streaming(&arguments, &mut input, &mut out);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.starts_with(b"%PDF-1.7"));
}

#[test]
fn what_a_paper_cannot_be_is_misuse_and_what_is_unknown_is_no() {
    let place = with_a_recovery();
    let early = [&CERTIFICATE[..], &["--as-of", "2024-03-31"]].concat();
    let cases: [(&[&str], u8, &str); 10] = [
        (&early, 2, "begins on 2024-04-01"),
        (&["paper", "expenditure", "--fy", "2025-26", "--as-of", "2025-03-31"], 2, "begins on"),
        (&["paper", "tdr", "--format", "pdf"], 2, "--out"),
        (&["paper", "tdr", "--format", "toml"], 2, "bahi scheme show"),
        (&["balances", "--format", "pdf"], 2, "bahi paper"),
        (&["balances", "--format", "html"], 2, "bahi paper"),
        (&["paper", "case", "NO/SUCH"], 1, "no case NO/SUCH"),
        (&["paper", "ageing", "--scheme", "nope"], 2, "no scheme nope"),
        (&["paper", "ageing", "--head", "nope"], 2, "head nope"),
        (&["certificate", "--scheme", "margin-money"], 2, "--fy"),
    ];
    for (asked, status, wanted) in cases {
        let ran = place.bahi(asked);
        assert!(ran.failed(status).contains(wanted), "{asked:?}: {ran:?}");
    }
}

/// A payment that is taken back by an event which counts on an earlier day.
const TAKEN_BACK: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000702","kind":"reverse","actor":"ddo-vns","role":"drawing_officer","effective_day":"2024-06-15","authority":{"order":"R-2/2024","date":"2024-06-15"},"of":10,"reason":"entered_twice"}"#;

#[test]
fn what_counts_before_the_payment_it_takes_back_is_a_line_of_its_own() {
    let place = Place::with_a_case();
    place.reading(TAKEN_BACK, &["submit"]).done();
    let ageing = |as_of: &str| {
        let asked = ["paper", "ageing", "--format", "json", "--as-of", as_of];
        let answer = place.bahi(&asked).done().json();
        assert_eq!(answer["holds"], true, "{answer}");
        answer["tables"][1]["rows"].as_array().expect("rows").clone()
    };
    let rows = ageing("2024-06-16");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["outstanding"], "-250000.00");
    assert_eq!(rows[0]["reference"], "takes back event 10, which counts later");
    assert_eq!(ageing("2024-06-20").len(), 0);
}

#[test]
fn a_paper_fits_the_terminal_it_is_shown_on() {
    let place = with_a_recovery();
    for paper in
        [&["paper", "tdr"][..], &["paper", "sanctions"], &["paper", "case", "VNS/2024/0042"]]
    {
        let told = place.bahi(paper).done().out;
        let table = told.lines().skip_while(|line| !line.is_empty());
        for line in table.filter(|line| !line.contains("root") && !line.contains("Applicant")) {
            assert!(line.chars().count() <= 110, "{line}\n{told}");
        }
    }
}

#[test]
fn a_backup_gives_the_same_papers() {
    let place = with_a_recovery();
    let backup = place.beside().join("backup");
    let path = backup.to_str().expect("a path");
    place.bahi(&["backup", path]).done();
    let live = place.bahi(&["paper", "ageing", "--format", "html"]).done().out;
    let kept = super::bahi(&["paper", "ageing", "--format", "html", "--ledger", path]).done().out;
    assert_eq!(live, kept);
}

/// What looks at documents by the rules of PDF/A, with libraries of others.
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/outside/pdfa.py");

#[test]
fn every_paper_is_pdf_a_by_the_rules_that_others_can_read_off_it() {
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "60", "--seed", "7"]).done();
    let papers: [&[&str]; 8] = [
        &["certificate", "--scheme", "margin-money", "--fy", "2022-23"],
        &["certificate", "--scheme", "cfc", "--fy", "2024-25", "--district", "Varanasi"],
        &["certificate", "--scheme", "mda", "--fy", "2021-22", "--as-of", "2021-10-01"],
        &["paper", "expenditure", "--fy", "2023-24"],
        &["paper", "sanctions"],
        &["paper", "tdr"],
        &["paper", "ageing"],
        &["paper", "case", "ROUND-TRIP/07"],
    ];
    let mut files = Vec::new();
    for (number, paper) in papers.iter().enumerate() {
        let file = place.beside().join(format!("{number}.pdf")).display().to_string();
        place.bahi(&[paper, &["--format", "pdf", "--out", &file][..]].concat()).done();
        files.push(file);
    }
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    for name in &names {
        if let Some((fine, told)) = other_program("qpdf", &["--check", name]) {
            assert!(fine, "{name}: {told}");
        }
        if let Some((fine, told)) = other_program("pdffonts", &[name]) {
            // Each font by its kind, whether it lies within, as a subset, and leads back to text.
            let rows: Vec<&str> = told.lines().skip(2).collect();
            let sound = |row: &&str| row.contains("yes yes yes");
            assert!(fine && !rows.is_empty() && rows.iter().all(sound), "{name}: {told}");
        }
        // Where veraPDF is, it knows every rule.
        if let Some((fine, told)) = other_program("verapdf", &["--flavour", "2a", name]) {
            assert!(fine && told.contains("isCompliant=\"true\""), "{name}: {told}");
        }
    }
    let Some(python) = python_with(&["pikepdf", "fontTools"]) else { return };
    let ran = |words: &[&str]| {
        let output = Command::new(&python).arg(RULES).args(words).output().expect("Python runs");
        let (out, err) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}{err}");
        out.into_owned()
    };
    assert!(ran(&names).contains("8 documents, 0 wrong"));
    // A check that cannot fail shows nothing: each way of spoiling one is seen.
    assert!(ran(&["--spoil", names[0], "-"]).contains("13 ways"));
}

#[test]
fn every_page_of_a_document_has_the_stamp_its_number_and_both_scripts() {
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "60", "--seed", "7"]).done();
    let root = place.bahi(&["balances", "--format", "json"]).done().json();
    let root = root["root"].as_str().expect("a root").to_owned();
    for paper in [&["paper", "sanctions"][..], &["paper", "tdr"], &["paper", "ageing"]] {
        let file = place.beside().join("paper.pdf").display().to_string();
        let asked = [paper, &["--format", "pdf", "--force", "--out", &file]].concat();
        place.bahi(&asked).done();
        let Some((fine, text)) = other_program("pdftotext", &["-layout", &file, "-"]) else {
            return;
        };
        let pages: Vec<&str> = text.split_terminator('\u{c}').collect();
        assert!(fine && pages.len() > 1, "{paper:?}: {} pages", pages.len());
        for (page, number) in pages.iter().zip(1..) {
            assert!(page.contains(&root), "{paper:?}: page {number} has no root");
            let said = format!("page {number} of {}", pages.len());
            assert!(page.contains(&said), "{paper:?}: {said}");
        }
        assert!(text.contains("(कानपुर नगर)") || text.contains("(वाराणसी)"), "{paper:?}: {text}");
        // Lakhs and crores, as in 1,23,45,678.00.
        let grouped = |word: &str| {
            let parts: Vec<&str> = word.trim_end_matches(".00").split(',').collect();
            parts.len() > 2 && parts[1..parts.len() - 1].iter().all(|part| part.len() == 2)
        };
        assert!(text.split_whitespace().any(grouped), "{paper:?}");
    }
}
