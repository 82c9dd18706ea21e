//! `bahi token`, and what `bahi serve` refuses before it begins.

use super::{Place, fields};

const ROLE: [&str; 4] = ["--actor", "ag-7", "--role", "auditor"];

fn token_words<'a>(words: &[&'a str], file: &'a str) -> Vec<&'a str> {
    [&["token"], words, &["--tokens", file]].concat()
}

#[test]
fn a_token_is_shown_once_then_listed_then_revoked() {
    let place = Place::with_rulebook();
    let file = place.beside().join("tokens").display().to_string();
    let new = [&["new"], &ROLE[..], &["--scheme", "mda", "--district", "Agra"]].concat();
    let shown = place.bahi(&token_words(&new, &file)).done();
    let token = shown.out.trim_end();
    assert!(token.starts_with("bahi_") && token.len() == 86, "{shown:?}");
    let secret = token.rsplit('_').next().expect("a secret");

    let list = token_words(&["list", "--format", "json"], &file);
    let listed = place.bahi(&list).done();
    let one = listed.json();
    assert_eq!((&one["actor"], &one["role"]), (&"ag-7".into(), &"auditor".into()));
    assert_eq!((&one["scheme"], &one["district"]), (&"mda".into(), &"118".into()));
    assert_eq!(one["standing"], "valid");
    assert!(!listed.out.contains(secret) && !fields(&one).contains(&"token"), "{listed:?}");

    let id = one["id"].as_str().expect("an id").to_owned();
    let revoke = token_words(&["revoke", &id, "--format", "json"], &file);
    let revoked = place.bahi(&revoke).done().json();
    assert_eq!(revoked["standing"], "revoked");
    assert_eq!(place.bahi(&revoke).done().json()["revoked_at"], revoked["revoked_at"]);
    let unknown = token_words(&["revoke", "0123456789abcdef"], &file);
    place.bahi(&unknown).failed(2);
    for format in ["table", "csv", "jsonl"] {
        let listed = place.bahi(&token_words(&["list", "--format", format], &file)).done();
        assert!(listed.out.contains(&id) && listed.out.contains("revoked"), "{listed:?}");
    }
}

#[test]
fn tokens_are_refused_that_nobody_could_use_or_everybody_could_read() {
    let place = Place::with_rulebook();
    let file = place.beside().join("tokens").display().to_string();
    let inside = place.ledger().join("tokens").display().to_string();
    let new = [&["new"], &ROLE[..]].concat();
    let told = place.bahi(&token_words(&new, &inside)).failed(2).to_owned();
    assert!(told.contains("inside the ledger"), "{told}");
    let over = [&new[..], &["--until", "2020-01-01"]].concat();
    place.bahi(&token_words(&over, &file)).failed(2);
    let kaiser = ["new", "--actor", "a", "--role", "kaiser"];
    let told = place.bahi(&token_words(&kaiser, &file)).failed(2).to_owned();
    assert!(told.contains("sanctioning_authority"), "{told}");
    place.bahi(&token_words(&["list"], &file)).failed(2);
}

#[test]
fn a_service_that_must_not_begin_says_why_and_leaves_the_ledger_alone() {
    let place = Place::with_a_case();
    let nowhere = place.beside().join("nowhere").display().to_string();
    let cases: [(&[&str], &str); 6] = [
        (&["--listen", "0.0.0.0:0"], "no tokens are asked for"),
        (&["--listen", "[::]:0"], "no tokens are asked for"),
        (&["--listen", "here"], "--listen"),
        (&["--tokens", &nowhere], "no such file of tokens"),
        (&["--key", &nowhere], "no such key file"),
        (&["--tls-cert", &nowhere], "--tls-key"),
    ];
    for (words, why) in cases {
        let ran = place.bahi(&[&["serve"], words].concat());
        assert!(ran.failed(2).contains(why), "{words:?}: {ran:?}");
    }
    let both = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", &nowhere, "--tls-key", &nowhere];
    assert!(place.bahi(&both).failed(2).contains("cannot be read"));
    assert_eq!(place.position(), 11);
    let empty = Place::empty();
    empty.bahi(&["serve"]).failed(2);
}
