//! Inside a ledger and outside it.

use std::os::unix::fs::symlink;

use super::*;

#[test]
fn a_key_file_inside_the_ledger_is_refused_however_it_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir_all(at("ledger/pages")).expect("directories");
    std::fs::create_dir_all(at("safe/deep")).expect("directories");
    symlink(at("ledger"), at("alias")).expect("a link");
    symlink(at("ledger/pages"), at("safe/pages")).expect("a link");
    write(&at("ledger/keys"), "x");
    symlink(at("ledger/keys"), at("safe/linked")).expect("a link");
    write(&at("safe/keys"), "x");
    symlink(at("safe/keys"), at("ledger/leads-out")).expect("a link");
    let inside = [
        "ledger",
        "ledger/keys",
        "ledger/not/yet/there",
        "ledger/../ledger/keys",
        "ledger/./keys",
        "alias/keys",
        "safe/../alias/pages/keys",
        "safe/pages/keys",
        "safe/linked",
        "ledger/leads-out",
    ];
    let outside_it =
        ["safe/keys", "ledger-keys", "ledger.keys", "safe/deep/not/there", "ledgers/keys"];
    for ledger in ["ledger", "alias", "safe/../ledger", "ledger/"] {
        for path in inside {
            let error = outside(&at(ledger), &at(path)).expect_err(path);
            assert!(matches!(error, KeyFileError::InsideLedger { .. }), "{ledger} {path}: {error}");
        }
        for path in outside_it {
            outside(&at(ledger), &at(path)).expect(path);
        }
    }
}

#[test]
fn a_ledger_that_is_not_there_yet_has_an_inside() {
    let dir = tempfile::tempdir().expect("a directory");
    let at = |name: &str| dir.path().join(name);
    let error = outside(&at("new/ledger"), &at("new/ledger/keys")).expect_err("inside");
    assert!(matches!(error, KeyFileError::InsideLedger { .. }), "{error}");
    outside(&at("new/ledger"), &at("new/keys")).expect("outside");
}

#[test]
fn a_link_that_leads_nowhere_is_no_place() {
    let dir = tempfile::tempdir().expect("a directory");
    let at = |name: &str| dir.path().join(name);
    symlink(at("ledger/keys"), at("keys")).expect("a link");
    symlink(at("ledger"), at("alias")).expect("a link");
    for path in ["keys", "alias/keys"] {
        let error = outside(&at("ledger"), &at(path)).expect_err(path);
        assert!(matches!(error, KeyFileError::Symlink { .. }), "{path}: {error}");
    }
    let error = outside(&at("ledger"), &at("missing/../keys")).expect_err("no way up");
    assert!(matches!(error, KeyFileError::Io { what: "resolve", .. }), "{error}");
    symlink(at("circle"), at("circle")).expect("a link");
    let error = outside(&at("ledger"), &at("circle/keys")).expect_err("a circle");
    assert!(matches!(error, KeyFileError::Io { what: "resolve", .. }), "{error}");
}
