//! Programs of others that exports are given to: whether they are there, and how a Python library is
//! brought in.
//!
//! # Invariants
//! * What is not there is said, and fails the test where `BAHI_OUTSIDE_REQUIRED` is set.
//! * Libraries go into an environment under the build directory, and nowhere else.

#![allow(clippy::print_stderr, reason = "a check that cannot be made says so")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

/// The environment of the libraries, under the build directory.
const ENVIRONMENT: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/outside");

fn skipped(why: &str) {
    assert!(std::env::var_os("BAHI_OUTSIDE_REQUIRED").is_none(), "required and not there: {why}");
    eprintln!("skipped: {why}");
}

fn runs(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Whether a program is there; says so where it is not.
pub(crate) fn found(program: &str) -> bool {
    let found = runs(Command::new(program).arg("--version"));
    if !found {
        skipped(&format!("no {program} here, so it does not read the export"));
    }
    found
}

/// A Python that has libraries, installed once from the package index; says so where they cannot be
/// had.
pub(crate) fn python_with(libraries: &[&str]) -> Option<PathBuf> {
    let has = |python: &Path| {
        let imports = format!("import {}", libraries.join(", "));
        runs(Command::new(python).args(["-c", &imports]))
    };
    installed(libraries, &has)
}

/// Where a program lies that a library of the package index brings; says so where it cannot be had.
pub(crate) fn program_of(library: &str, program: &str) -> Option<PathBuf> {
    let path = Path::new(ENVIRONMENT).join("bin").join(program);
    let has = |_: &Path| runs(Command::new(&path).arg("--version"));
    installed(&[library], &has).map(|_| path.clone())
}

/// The environment's Python, once it has what is wanted of these libraries.
fn installed(libraries: &[&str], has: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let python = Path::new(ENVIRONMENT).join("bin").join("python");
    if has(&python) {
        return Some(python);
    }
    let made = python.is_file() || runs(Command::new("python3").args(["-m", "venv", ENVIRONMENT]));
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    if made && runs(install.args(libraries)) && has(&python) {
        return Some(python);
    }
    skipped(&format!("{} cannot be installed here", libraries.join(", ")));
    None
}
