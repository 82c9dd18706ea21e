//! Samples: drawn again by another program, on a backup, and stated so that they can be.

use std::{path::Path, process::Command};

use serde_json::{Value, json};

use crate::{
    cli::{Place, bahi, fields},
    second_reader::python,
    tree,
};

const NONCE: &str = "AG-UP/2025/letter-114";

fn demonstration() -> Place {
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "400", "--seed", "3"]).done();
    place
}

fn backed_up(place: &Place) -> String {
    let backup = place.beside().join("backup").to_str().expect("a path").to_owned();
    place.bahi(&["backup", &backup]).done();
    backup
}

fn sampled(place: &Place, words: &[&str]) -> Value {
    let start = ["sample", "--nonce", NONCE, "--format", "json"];
    place.bahi(&[&start, words].concat()).done().json()
}

fn items(answer: &Value) -> &[Value] {
    answer["items"].as_array().expect("items are a list")
}

fn paise(amount: &Value) -> i128 {
    let text = amount.as_str().expect("an amount is a text").replace('.', "");
    text.parse().expect("an amount is a number")
}

/// A column of balances, over all rows.
fn sum(balances: &Value, column: &str) -> i128 {
    let rows = balances["rows"].as_array().expect("rows are a list");
    rows.iter().map(|row| paise(&row[column])).sum()
}

/// The program's arguments, and those of the other one.
const DRAWS: [(&[&str], &[&str]); 8] = [
    (&["--of", "payments", "--size", "25"], &["payments", "simple", "25"]),
    (&["--of", "cases", "--size", "40"], &["cases", "simple", "40"]),
    (&["--of", "payments", "--size", "30", "--by", "scheme"], &["payments", "scheme", "30"]),
    (&["--of", "cases", "--size", "60", "--by", "fy,scheme"], &["cases", "scheme,fy", "60"]),
    (&["--of", "cases", "--size", "20", "--by", "district"], &["cases", "district", "20"]),
    (&["--of", "payments", "--size", "50", "--monetary"], &["payments", "monetary", "50"]),
    (
        &["--of", "payments", "--monetary", "--interval", "1500000.00", "--scheme", "margin-money"],
        &["payments", "monetary", "1500000.00", "margin-money"],
    ),
    (&["--of", "cases", "--size", "9", "--monetary"], &["cases", "monetary", "9"]),
];

#[test]
fn somebody_else_draws_the_same_samples_from_a_backup() {
    if !python() {
        return;
    }
    let place = demonstration();
    let backup = backed_up(&place);
    let script = tree::root().join("tests/second_reader/draw_sample.py");
    for (ours, theirs) in DRAWS {
        let answer = sampled(&place, ours);
        let mut command = Command::new("python3");
        command.arg(&script).args([&backup, NONCE]).args(theirs);
        let output = command.output().expect("python runs: it has just told its version");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{theirs:?}: {complaint}");
        let said = String::from_utf8(output.stdout).expect("it writes text");
        let mut said = said.lines();
        assert_eq!(said.next(), answer["seed"].as_str(), "{ours:?}");
        let said: Vec<&str> = said.collect();
        let drawn: Vec<String> = items(&answer)
            .iter()
            .map(|one| format!("{} {}", one["position"], one["hits"]))
            .collect();
        assert_eq!(said, drawn, "{ours:?}");
        assert!(!drawn.is_empty(), "{ours:?}");
    }
}

#[test]
fn a_backup_and_a_restored_ledger_give_the_same_sample() {
    let place = demonstration();
    let backup = backed_up(&place);
    let restored = place.beside().join("restored");
    let at = |dir: &Path| dir.to_str().expect("a path").to_owned();
    bahi(&["restore", &backup, "--ledger", &at(&restored)]).done();
    for (words, _) in DRAWS {
        let start = ["sample", "--nonce", NONCE, "--format", "json"];
        let here = sampled(&place, words);
        for dir in [backup.clone(), at(&restored)] {
            let there = bahi(&[&start, words, &["--ledger", &dir]].concat()).done().json();
            assert_eq!(there, here);
        }
    }
}

#[test]
fn a_sample_says_everything_it_rests_on() {
    let place = demonstration();
    let answer = sampled(&place, &["--size", "50", "--monetary"]);
    let names = [
        "as_of",
        "drawn",
        "drawn_amount",
        "interval",
        "items",
        "known_on",
        "method",
        "nonce",
        "of",
        "population",
        "population_amount",
        "position",
        "records",
        "root",
        "seed",
        "start",
        "strata",
    ];
    assert_eq!(fields(&answer), names);
    assert_eq!(answer["position"], json!(place.position()));
    let (worth, interval) = (paise(&answer["population_amount"]), paise(&answer["interval"]));
    assert_eq!(interval, worth / 50);
    assert!((1..=interval).contains(&paise(&answer["start"])));
    let hits: u64 = items(&answer).iter().filter_map(|one| one["hits"].as_u64()).sum();
    assert!((50..=51).contains(&hits), "{hits}");
    let drawn: i128 = items(&answer).iter().map(|one| paise(&one["amount"])).sum();
    assert_eq!(drawn, paise(&answer["drawn_amount"]));
    // The demonstration's centres are worth several intervals each, and so are in it.
    let all = sampled(&place, &["--size", "1000000"]);
    assert_eq!(all["drawn"], all["population"]);
    assert_eq!(paise(&all["drawn_amount"]), worth);
    let large = |one: &&Value| paise(&one["amount"]) >= interval;
    let expected: Vec<&Value> =
        items(&all).iter().filter(large).map(|one| &one["position"]).collect();
    let found: Vec<&Value> = items(&answer).iter().map(|one| &one["position"]).collect();
    assert!(expected.len() > 2 && expected.iter().all(|at| found.contains(at)), "{expected:?}");
    let numbered =
        items(&all).iter().zip(1_u64..).all(|(one, number)| one["number"] == json!(number));
    assert!(numbered, "the whole population is numbered from one, in order");
}

#[test]
fn a_population_is_of_one_past_and_of_what_stood_in_it() {
    let place = demonstration();
    let all = |words: &[&str]| sampled(&place, &[&["--size", "1000000"], words].concat());
    let now = all(&[]);
    let paid = |answer: &Value| paise(&answer["population_amount"]);
    let balances = place.bahi(&["balances", "--format", "json"]).done().json();
    // Payments that stand are what was disbursed less what came back.
    assert_eq!(paid(&now), sum(&balances, "disbursed") - sum(&balances, "returned"));
    let cases = all(&["--of", "cases"]);
    assert_eq!(paid(&cases), sum(&balances, "sanctioned"));
    let before = all(&["--as-of", "2022-03-31", "--scheme", "margin-money"]);
    assert!(paid(&before) < paid(&now) && paid(&before) > 0);
    let day = ["balances", "--as-of", "2022-03-31", "--scheme", "margin-money", "--format", "json"];
    let balances = place.bahi(&day).done().json();
    assert_eq!(paid(&before), sum(&balances, "disbursed") - sum(&balances, "returned"));
    let early = all(&["--at", "500"]);
    assert_eq!((&early["position"], &early["records"]), (&json!(500), &json!(501)));
    assert_ne!(early["seed"], now["seed"]);
    let other = ["sample", "--nonce", "another-nonce", "--size", "20", "--format", "json"];
    let other = place.bahi(&other).done().json();
    assert_ne!(items(&other), items(&sampled(&place, &["--size", "20"])));
    let year = all(&["--fy", "2023-24"]);
    assert!(items(&year).iter().all(|one| one["fy"] == "2023-24") && !items(&year).is_empty());
}

#[test]
fn a_sample_is_written_in_every_form_and_wrong_ones_are_told() {
    let place = demonstration();
    let words = ["sample", "--nonce", NONCE, "--size", "12", "--by", "scheme"];
    let told = place.bahi(&words).done().out;
    for said in ["stratified sample of", NONCE, "seed ", "scheme=cfc", "root "] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let lines = place.bahi(&[&words[..], &["--format", "jsonl"]].concat()).done().json_lines();
    let csv = place.bahi(&[&words[..], &["--format", "csv"]].concat()).done().out;
    assert_eq!(csv.lines().count(), lines.len() + 1);
    assert!(csv.starts_with("number,position,case_ref,scheme,"), "{csv}");
    // A person may say an amount as they would write it.
    let spoken = |interval: &str| {
        let words = ["sample", "--nonce", NONCE, "--monetary", "--interval", interval];
        place.bahi(&[&words[..], &["--format", "json"]].concat()).done().out
    };
    for interval in ["15 lakh", "₹15,00,000", "0.15 crore", "Rs 1500000"] {
        assert_eq!(spoken(interval), spoken("1500000.00"), "{interval}");
    }
    for (words, said) in [
        (&["--nonce", "short", "--size", "3"][..], "a nonce has 8 to 64"),
        (&["--nonce", "with a blank", "--size", "3"], "a nonce has 8 to 64"),
        (&["--nonce", NONCE], "--size"),
        (&["--nonce", NONCE, "--size", "0"], "0"),
        (&["--nonce", NONCE, "--interval", "5.00"], "--monetary"),
        (&["--nonce", NONCE, "--monetary", "--interval", "0"], "above zero"),
        (&["--nonce", NONCE, "--size", "3", "--by", "fy", "--monetary"], "--by"),
        (&["--nonce", NONCE, "--size", "3", "--scheme", "loom"], "no scheme loom"),
        (&["--nonce", NONCE, "--size", "3", "--at", "99999999"], "99999999"),
    ] {
        let ran = place.bahi(&[&["sample"], words].concat());
        assert!(ran.failed(2).contains(said), "{words:?}: {ran:?}");
    }
    let empty = Place::with_rulebook();
    let told = empty.bahi(&["sample", "--nonce", NONCE, "--size", "3"]).done().out;
    assert!(told.contains("nothing was drawn"), "{told}");
}
