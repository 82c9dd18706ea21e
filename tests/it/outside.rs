//! The library as a stranger takes it: a program outside the workspace, built on its own.
//!
//! What is built here sees neither the features nor the test dependencies of the workspace, so it
//! fails where a crate of ours only compiles in company.
//!
//! # Invariants
//! * The tree is left as it was: the program is copied into the build's own folder first.
//! * The versions are those of the workspace's lock file, and nothing is fetched: what the program
//!   needs, the workspace was built from.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::tree;

/// Where cargo lets this test leave files.
const SCRATCH: &str = env!("CARGO_TARGET_TMPDIR");

/// Copies the program beside the build, tied to the crates of the tree, with their lock file.
fn copied() -> PathBuf {
    let (from, to) =
        (tree::root().join("tests/outside/embedder"), Path::new(SCRATCH).join("outside"));
    fs::create_dir_all(to.join("src")).expect("the build's folder can be written");
    let manifest = fs::read_to_string(from.join("Cargo.toml")).expect("the program has a manifest");
    let here = tree::root().join("crates/bahi").to_string_lossy().replace('\\', "/");
    let tied = manifest.replace("../../../crates/bahi", &here);
    assert_ne!(tied, manifest, "the program depends on the hub of this tree");
    write_if_other(&to.join("Cargo.toml"), &tied);
    let main = fs::read_to_string(from.join("src/main.rs")).expect("the program has a source");
    write_if_other(&to.join("src/main.rs"), &main);
    let lock = tree::read("Cargo.lock");
    fs::write(to.join("Cargo.lock"), lock).expect("the build's folder can be written");
    to
}

/// Writes a file whose time is to change only when its text does.
fn write_if_other(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    fs::write(path, text).expect("the build's folder can be written");
}

#[test]
fn a_program_outside_the_workspace_keeps_a_ledger() {
    let program = copied();
    let ledger = program.join("ledger");
    if ledger.exists() {
        fs::remove_dir_all(&ledger).expect("the ledger of an earlier run can be removed");
    }
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--manifest-path"])
        .arg(program.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(program.join("target"))
        .arg("--")
        .arg(&ledger)
        // A build of the workspace may measure or instrument; a stranger's does not.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo runs: it has just run this test");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the program failed: {complaint}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim_end(),
        "schemes 4 events 9 refused exceeds_budget available 2,00,000.00 same true \
         repeated true verified true"
    );
    let locked =
        fs::read_to_string(program.join("Cargo.lock")).expect("the program has a lock file");
    for name in ["proptest", "clap", "comfy-table"] {
        assert!(!locked.contains(&format!("name = \"{name}\"")), "an embedder is given {name}");
    }
}
