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
        "One case, from application to audit",
        "came back",
        "again after",
        "audit of the case",
        "everything holds",
        "What to try next",
        "replay --ledger ",
    ];
    let mut rest = out.as_str();
    for text in in_order {
        let found = rest.find(text).unwrap_or_else(|| panic!("{text} is missing: {rest}"));
        rest = &rest[found..];
    }
    // What it tells the reader to try works.
    let next: Vec<&str> = out.lines().filter(|line| line.starts_with("bahi ")).collect();
    assert!((4..=5).contains(&next.len()), "{next:?}");
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
fn every_command_has_help_with_an_example() {
    let commands = [
        "demo",
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
    bahi(&["man", "reconcile"]).failed(2);
}
