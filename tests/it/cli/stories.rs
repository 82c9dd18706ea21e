//! `bahi demo`, and what helps a stranger.

use serde_json::json;

use super::{Place, bahi};

#[test]
fn the_demonstration_tells_the_whole_story() {
    let place = Place::empty();
    let out = place.bahi(&["demo", "--cases", "3000"]).done().out;
    let in_order = [
        "nobody real is in it",
        "credits that failed",
        "Balances by scheme",
        "margin-money",
        "total",
        "Stories: ",
        "One loom in Varanasi",
        "refused, too_early: the terms allow it from 2023-07-26",
        "Two centres a rupee apart",
        "₹ 39,99,999.20 above the entitlement of ₹ 3,20,00,000.80",
        "A fourth fair in one year",
        "three_claims_a_year allows 3",
        "Two credits that came back",
        "payment_stopped: what came back at position",
        "One amount that went round eleven times",
        "₹ 50,00,000.00 of ₹ 2,20,00,000.00 recovered",
        "A toolkit claimed twice",
        "2 above the 0 there are",
        "The end of a year",
        "odop-stories",
        "One case, from application to audit",
        "came back",
        "again after",
        "audit of the case",
        "Reconciliation: no bank's file is in this ledger yet",
        "matched",
        "lines left",
        "payments and receipts left",
        "An audit: what its tests find",
        "One account for several beneficiaries",
        "checks were made",
        "everything holds",
        "What to try next",
        "replay --ledger ",
    ];
    // A long line goes on in the next, as far in as it began.
    let flowing = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = flowing.as_str();
    for text in in_order {
        let found = rest.find(text).unwrap_or_else(|| panic!("{text} is missing: {rest}"));
        rest = &rest[found..];
    }
    // What it tells the reader to try works.
    let lines = out.lines().map(str::trim_start);
    let next: Vec<&str> = lines.filter(|line| line.starts_with("bahi ")).collect();
    // Two for each story but the loom's one, one for their money, seven at the end.
    assert_eq!(next.len(), 13 + 1 + 7, "{next:?}");
    for line in next {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        bahi(&words).done();
    }
    assert!(place.bahi(&["demo", "--cases", "10"]).failed(2).contains("already holds a ledger"));
}

#[test]
fn the_same_seed_gives_the_same_story() {
    let told = |seed: &str| {
        let place = Place::empty();
        let words = ["demo", "--cases", "120", "--seed", seed, "--format", "json"];
        let mut story = place.bahi(&words).done().json();
        assert_eq!(story["verify"]["ok"], json!(true));
        // A ledger's own record is drawn at random, and every root with it.
        (story["balances"]["rows"].take(), story["commands"].take(), story["refused"].take())
    };
    assert_eq!(told("7"), told("7"));
    assert_ne!(told("7"), told("8"));
}

#[test]
fn a_demonstration_without_drawn_cases_tells_its_stories_as_one_document() {
    let place = Place::empty();
    let told = place.bahi(&["demo", "--cases", "0", "--format", "json"]).done().json();
    assert_eq!(told["verify"]["ok"], json!(true));
    assert_eq!((&told["cases"], &told["shared_account_cases"]), (&json!(24), &json!(11)));
    // What it says of a reconciliation and an audit is what those commands say of its ledger.
    let audit = place.bahi(&["audit", "--format", "json"]).done().json();
    assert_eq!(told["audit"], audit["checks"]);
    assert!(told["audit"].as_array().is_some_and(|checks| !checks.is_empty()), "{audit}");
    let words = ["reconcile", "--report", "--format", "json"];
    let reconciled = place.bahi(&words).done().json();
    for part in ["today", "matched", "lines", "vouchers"] {
        assert_eq!(told["reconciliation"][part], reconciled[part], "{part}");
    }
    let exceptions = reconciled["exceptions"].as_array().map(Vec::len);
    assert_eq!(told["reconciliation"]["exceptions"].as_u64(), exceptions.map(|some| some as u64));
    let stories = told["stories"].as_array().expect("a list");
    let names: Vec<&str> = stories.iter().filter_map(|story| story["name"].as_str()).collect();
    let expected = [
        "one_loom",
        "a_rupee_more",
        "the_fourth_fair",
        "credits_that_came_back",
        "round_trip",
        "twice",
        "year_end",
    ];
    assert_eq!(names, expected);
    let fields = ["cases", "name", "outcome", "refused", "scheme", "title"];
    let mut refused = 0;
    for story in stories {
        let keys: Vec<&String> = story.as_object().expect("an object").keys().collect();
        assert_eq!(keys.len(), fields.len(), "{keys:?}");
        assert!(fields.iter().all(|field| !story[*field].is_null()), "{story}");
        for one in story["refused"].as_array().expect("a list") {
            let text = |field: &str| one[field].as_str().is_some_and(|text| !text.is_empty());
            assert!(text("code") && text("message"), "{one}");
            refused += 1;
        }
        for case in story["cases"].as_array().expect("a list") {
            let case = case.as_str().expect("a reference");
            place.bahi(&["explain", case]).done();
        }
    }
    assert_eq!(told["refused"], json!(refused));
}

#[test]
fn every_command_has_help_with_an_example() {
    let commands = [
        "demo",
        "tour",
        "init",
        "submit",
        "schema",
        "import",
        "entitlement",
        "schemes",
        "districts",
        "balances",
        "outcomes",
        "explain",
        "trail",
        "audit",
        "sample",
        "certificate",
        "paper",
        "statement",
        "reconcile",
        "payments",
        "export",
        "check-export",
        "serve",
        "token",
        "events",
        "replay",
        "verify",
        "completions",
        "man",
    ];
    let all = bahi(&["help"]).done().out;
    for command in commands {
        assert!(all.contains(&format!("\n  {command} ")), "{command}: {all}");
        for words in [["help", command], [command, "--help"]] {
            let help = bahi(&words).done().out;
            assert!(help.contains(&format!("Example:\n  bahi {command}")), "{words:?}: {help}");
        }
        let page = bahi(&["man", command]).done().out;
        assert!(page.contains(".TH") && page.contains(command), "{page}");
    }
    assert!(bahi(&["--version"]).done().out.starts_with("bahi "));
    assert!(bahi(&["man"]).done().out.contains(".TH"));
    assert!(bahi(&["completions", "bash"]).done().out.contains("bahi"));
    bahi(&["man", "reckon"]).failed(2);
}
